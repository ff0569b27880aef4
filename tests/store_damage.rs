//! Every column of every row of one order damaged in every way that comes to mind; random bytes of the file; files that
//! are none. Damage is `Corrupt` or found by `verify`; nothing panics, nothing wrong is told, the neighbour is untouched.

#![cfg(feature = "sqlite")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod stored;

use std::collections::BTreeMap;
use std::path::Path;

use redress::Id;
use redress::port::{Answer, Claimed, Committed, RequestKey, Storage, Store, StoreError, TaskId};
use redress::store::{Sqlite, SqliteStore};
use redress::trade::{Event, Trade};
use rusqlite::types::Value;
use rusqlite::{Connection, params};
use stored::file::{LATER, claim};
use stored::{Folder, decide, golden, minute, note};

/// Everything that one order tells.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    trade: Option<Trade>,
    history: Vec<Event>,
    answers: Vec<Option<Answer>>,
}

fn keys(order: &str) -> [RequestKey; 2] {
    let gateway = (redress::Role::Gateway, Id::from(stored::GATEWAY));
    let key = |channel, key| RequestKey { order: Id::from(order), channel, key: Id::from(key) };
    [key(Some(gateway), "evt-1"), key(None, "n-1")]
}

/// A whole file, and what it tells.
struct Sample {
    bytes: Vec<u8>,
    told: BTreeMap<&'static str, Told>,
    claimable: BTreeMap<TaskId, Claimed>,
}

impl Sample {
    fn new() -> Self {
        let folder = Folder::quick();
        golden(&open(&folder.file()));
        let bytes = std::fs::read(folder.file()).unwrap();
        let store = open(&folder.file());
        let tell = |order: &'static str| {
            let told = Told {
                trade: store.load(Id::from(order)).unwrap(),
                history: store.history(Id::from(order), 1, 100).unwrap(),
                answers: keys(order).iter().map(|key| store.receipt(key).unwrap()).collect(),
            };
            assert!(told.answers.iter().all(Option::is_some));
            (order, told)
        };
        let told = ["A-1", "A-2"].map(tell).into();
        let claimable = store.claim(&claim(LATER)).unwrap().rows.into_iter().map(|it| (it.id, it)).collect();
        Self { bytes, told, claimable }
    }

    fn write(&self, folder: &Folder) -> Connection {
        std::fs::write(folder.file(), &self.bytes).unwrap();
        let file = Connection::open(folder.file()).unwrap();
        file.execute_batch(
            "PRAGMA journal_mode = delete; PRAGMA synchronous = off;
             DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_deleted;",
        )
        .unwrap();
        file
    }
}

fn open(path: &Path) -> SqliteStore {
    Sqlite::open(path).unwrap().tenant(Id::from("acme-mall")).unwrap()
}

/// A column of one row.
#[derive(Clone, Debug)]
struct Place {
    table: String,
    column: String,
    row: i64,
}

fn texts(text: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let flipped = |at: usize, bit: u8| {
        let mut bytes = text.to_vec();
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= bit;
        }
        bytes
    };
    let (half, last) = (text.len() / 2, text.len().saturating_sub(1));
    vec![
        ("a bit of the first byte", flipped(0, 1)),
        ("the case of the first byte", flipped(0, 32)),
        ("a bit in the middle", flipped(half, 2)),
        ("the high bit in the middle", flipped(half, 128)),
        ("a bit of the last byte", flipped(last, 1)),
        ("cut in the middle", text[..half].to_vec()),
        ("cut by one", text[..last].to_vec()),
        ("begun later", text[text.len().min(1)..].to_vec()),
        ("emptied", Vec::new()),
        ("another word", b"x".to_vec()),
        ("null of JSON", b"null".to_vec()),
        ("a space more", [text, b" "].concat()),
        ("doubled", [text, text].concat()),
        ("no text", vec![0xff]),
        ("a zero", vec![0]),
    ]
}

/// What may happen to a value.
fn damages(value: &Value) -> Vec<(&'static str, Value)> {
    let mut all = match value {
        Value::Null => vec![("a number", Value::Integer(1)), ("a word", Value::Text("x".into()))],
        // Text goes in as bytes and is cast, since it need not be text afterwards.
        Value::Text(text) => {
            texts(text.as_bytes()).into_iter().map(|(what, bytes)| (what, Value::Blob(bytes))).collect()
        }
        Value::Blob(bytes) => texts(bytes).into_iter().map(|(what, bytes)| (what, Value::Blob(bytes))).collect(),
        Value::Integer(it) => [
            ("one more", it.wrapping_add(1)),
            ("one less", it.wrapping_sub(1)),
            ("a minus", it.wrapping_neg()),
            ("a high bit", it ^ (1 << 40)),
            ("all bits", !it),
            ("nought", 0),
            ("one", 1),
            ("the most", i64::MAX),
            ("the least", i64::MIN),
        ]
        .map(|(what, number)| (what, Value::Integer(number)))
        .into(),
        Value::Real(_) => panic!("no column holds such numbers"),
    };
    all.push(("nothing", Value::Null));
    all
}

/// The same column of the other order's rows, and, for keys, other keys.
fn exchanges(file: &Connection, place: &Place, other: &str) -> Vec<(&'static str, Value)> {
    let Place { table, column, .. } = place;
    let mut rows = file.prepare(&format!("SELECT {column} FROM {table} WHERE order_id = ?1")).unwrap();
    let theirs = rows.query_map([other], |row| row.get(0)).unwrap().map(Result::unwrap);
    let mut all: Vec<(&str, Value)> = theirs.map(|value| ("the other's", value)).collect();
    match column.as_str() {
        "tenant" => all.push(("re-tenanted", Value::Text("other-mall".into()))),
        "order_id" => all.push(("moved", Value::Text("A-9".into()))),
        _ => {}
    }
    all
}

/// Whether the table takes it and it is another value.
fn change(file: &Connection, place: &Place, value: &Value) -> bool {
    let Place { table, column, row } = place;
    let kind: String = file
        .query_row("SELECT type FROM pragma_table_info(?1) WHERE name = ?2", [table, column], |row| row.get(0))
        .unwrap();
    let sql = format!(
        "UPDATE {table} SET {column} = d FROM (SELECT CAST(?1 AS {kind}) AS d) WHERE rowid = ?2 AND {column} IS NOT d"
    );
    file.execute(&sql, params![value, row]).is_ok_and(|changed| changed == 1)
}

/// What must hold of a file in which something of this order is damaged.
fn holds(sample: &Sample, folder: &Folder, [this, other]: [&'static str; 2], what: &str) {
    let sqlite = Sqlite::open(folder.file()).unwrap();
    let store = sqlite.tenant(Id::from("acme-mall")).unwrap();
    let report = sqlite.check().unwrap();
    let found = store.verify(Id::from(this)).unwrap().damaged;
    let beside = store.verify(Id::from(other)).unwrap().damaged;
    let moved_there = what.contains("order_id: the other's");
    let is_found = !found.is_empty() || (moved_there && !beside.is_empty());
    assert!(!report.is_sound() && is_found, "{what} is not found");
    assert!(report.unreadable.is_empty() && report.faults.is_empty(), "{what}: {report}");
    assert!(!report.to_string().contains("alice"), "no people in {report}");
    right_or_corrupt(&sample.told[this], &store, this, what);
    // The neighbour is as it was, and nothing is said against it, unless a foreign row was put beside it.
    assert!(beside.is_empty() || moved_there, "{what}: {beside:?}");
    let told = &sample.told[other];
    assert_eq!(store.load(Id::from(other)).unwrap(), told.trade, "{what}");
    // A foreign event behind its last one is no part of it; the answer says so.
    let history = store.history(Id::from(other), 1, 100);
    assert!(history.as_ref() == Ok(&told.history) || moved_there, "{what}: {history:?}");
    for (key, answer) in keys(other).iter().zip(&told.answers) {
        assert_eq!(store.receipt(key).unwrap(), *answer, "{what}");
    }
    assert!(store.orders(None, 10).unwrap().rows.contains(&Id::from(other)), "{what}");
    assert!(store.due(LATER, None, 10).unwrap().rows.iter().any(|due| due.order == Id::from(other)), "{what}");
    let _ = store.shelved(None, 10).unwrap();
    let page = store.claim(&claim(LATER)).unwrap();
    for claimed in &page.rows {
        assert_eq!(sample.claimable.get(&claimed.id), Some(claimed), "{what}: what is handed out was not to be");
    }
    for id in sample.claimable.keys().filter(|id| id.trade.order == Id::from(other)) {
        assert!(page.rows.iter().any(|claimed| claimed.id == *id), "{what}: {id} is not handed out");
    }
    if !moved_there {
        let next = decide(told.trade.as_ref().unwrap(), &note("on"), minute(99));
        assert_eq!(store.commit(&next).unwrap(), Committed::Stored, "{what}");
    }
}

/// What is told is right, or nothing is told.
fn right_or_corrupt(right: &Told, store: &SqliteStore, order: &str, what: &str) {
    let is_corrupt = |error: &StoreError| assert!(matches!(error, StoreError::Corrupt(_)), "{what}: {error}");
    match store.load(Id::from(order)) {
        Ok(trade) => assert!(trade.is_none() || trade == right.trade, "{what}: another trade is told"),
        Err(error) => is_corrupt(&error),
    }
    match store.history(Id::from(order), 1, 100) {
        // Whoever has lost the trade cannot tell where its history ends.
        Ok(history) => assert!(right.history.starts_with(&history), "{what}: another history is told"),
        Err(error) => is_corrupt(&error),
    }
    for (key, right) in keys(order).iter().zip(&right.answers) {
        match store.receipt(key) {
            Ok(answer) => assert!(answer.is_none() || answer == *right, "{what}: another answer is told"),
            Err(error) => is_corrupt(&error),
        }
    }
}

/// Damages all that this order has, one thing at a time.
fn damage_all([this, other]: [&'static str; 2]) {
    let (sample, folder) = (Sample::new(), Folder::quick());
    let file = sample.write(&folder);
    let mut cases: Vec<(Place, &str, Value)> = Vec::new();
    for table in ["trades", "events", "outbox", "requests"] {
        let list = |sql: &str| -> Vec<String> {
            let mut rows = file.prepare(sql).unwrap();
            rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let rows = list(&format!("SELECT CAST(rowid AS TEXT) FROM {table} WHERE order_id = '{this}'"));
        assert!(!rows.is_empty(), "{table} has no row of {this}");
        for column in list(&format!("SELECT name FROM pragma_table_info('{table}')")) {
            for row in &rows {
                let place = Place { table: table.into(), column: column.clone(), row: row.parse().unwrap() };
                let value: Value = file
                    .query_row(&format!("SELECT {column} FROM {table} WHERE rowid = {row}"), [], |row| row.get(0))
                    .unwrap();
                let all = damages(&value).into_iter().chain(exchanges(&file, &place, other));
                cases.extend(all.map(|(what, value)| (place.clone(), what, value)));
            }
        }
    }
    drop(file);
    let (mut tried, mut refused) = (0, 0);
    for (place, what, value) in cases {
        let file = sample.write(&folder);
        if change(&file, &place, &value) {
            drop(file);
            tried += 1;
            let what = format!("{this}: row {} of {}, {}: {what}", place.row, place.table, place.column);
            holds(&sample, &folder, [this, other], &what);
        } else {
            refused += 1;
        }
    }
    println!("{this}: {tried} damages, all found; {refused} more that the table refuses or that change nothing");
    assert!(tried > 500, "{tried}");
}

#[test]
fn every_damage_to_every_column_is_found_in_one_order() {
    damage_all(["A-1", "A-2"]);
}

#[test]
fn every_damage_to_every_column_is_found_in_the_other() {
    damage_all(["A-2", "A-1"]);
}

#[test]
fn a_row_that_is_gone_is_missed() {
    let (sample, folder) = (Sample::new(), Folder::quick());
    for table in ["trades", "events", "outbox", "requests"] {
        for nth in 0..3 {
            let file = sample.write(&folder);
            let sql = format!(
                "DELETE FROM {table} WHERE rowid =
                 (SELECT rowid FROM {table} WHERE order_id = 'A-1' ORDER BY rowid LIMIT 1 OFFSET {nth})"
            );
            if file.execute(&sql, []).unwrap() == 1 {
                drop(file);
                holds(&sample, &folder, ["A-1", "A-2"], &format!("row {nth} of {table} is gone"));
            }
        }
    }
}

/// What is still told after any byte of the file itself has changed is right, and what is not is found.
#[test]
fn random_bytes_of_the_file_are_survived() {
    let (sample, folder) = (Sample::new(), Folder::quick());
    let rounds: u64 = std::env::var("FLIPS").map_or(300, |count| count.parse().unwrap());
    let (mut unopened, mut damaged, mut sound) = (0, 0, 0);
    let only = std::env::var("SEED").ok().map(|seed| seed.parse().unwrap());
    for seed in (0..rounds).filter(|seed| only.is_none_or(|only: u64| only == *seed)) {
        let mut chance = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
        let mut next = move || {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            chance
        };
        let mut bytes = sample.bytes.clone();
        for _ in 0..=next() % 8 {
            let at = next() as usize % bytes.len();
            bytes[at] ^= 1 << (next() % 8);
        }
        std::fs::write(folder.file(), &bytes).unwrap();
        match Sqlite::open(folder.file()) {
            Ok(sqlite) => match is_right(&sample, &sqlite, seed) {
                true => sound += 1,
                false => damaged += 1,
            },
            Err(_) => unopened += 1,
        }
        for beside in ["db-wal", "db-shm"] {
            let _ = std::fs::remove_file(folder.file().with_extension(beside));
        }
    }
    println!(
        "{rounds} files with up to 8 flipped bits: {unopened} not opened, {damaged} found damaged, {sound} unharmed"
    );
    assert!(only.is_some() || damaged + unopened > rounds / 2);
}

/// Whether the report finds nothing; then all must be as it was. What is told is right in any case.
fn is_right(sample: &Sample, sqlite: &Sqlite, seed: u64) -> bool {
    let store = sqlite.tenant(Id::from("acme-mall")).unwrap();
    let sound = sqlite.check().is_ok_and(|report| report.is_sound());
    for (order, right) in &sample.told {
        let id = Id::from(*order);
        let (trade, history) = (store.load(id), store.history(id, 1, 100));
        match &trade {
            Ok(trade) => assert!(*trade == right.trade || (trade.is_none() && !sound), "seed {seed}: {order}"),
            Err(_) => assert!(!sound, "seed {seed}: {order}"),
        }
        match &history {
            Ok(history) => {
                let whole = *history == right.history || (!sound && right.history.starts_with(history));
                assert!(whole, "seed {seed}: another history of {order}");
            }
            Err(_) => assert!(!sound, "seed {seed}: {order}"),
        }
        for (key, right) in keys(order).iter().zip(&right.answers) {
            if let Ok(answer) = store.receipt(key) {
                assert!(
                    answer == *right || (answer.is_none() && !sound),
                    "seed {seed}: another answer of {order}, {sound}: {answer:?}"
                );
            }
        }
    }
    let _ = (store.due(LATER, None, 10), store.shelved(None, 10), store.orders(None, 10));
    if let Ok(page) = store.claim(&claim(LATER)) {
        for claimed in page.rows {
            let right = sample.claimable.get(&claimed.id).is_some_and(|right| *right == claimed);
            assert!(right, "seed {seed}: {} is handed out", claimed.id);
        }
    }
    sound
}

#[test]
fn files_that_are_none_are_refused() {
    let (sample, folder) = (Sample::new(), Folder::quick());
    let told = |what: &str| {
        let opened = [Sqlite::open(folder.file()), Sqlite::look(folder.file())];
        opened.map(|opened| match opened {
            // A file that is cut off where a page ends may open; then its report must tell.
            Ok(sqlite) => match sqlite.check() {
                Ok(report) => assert!(!report.is_sound(), "{what}: {report}"),
                Err(error) => assert!(!error.to_string().contains("trades.db"), "no path in {error}"),
            },
            Err(error) => {
                assert!(
                    matches!(error, StoreError::Unusable { .. } | StoreError::Unavailable { .. }),
                    "{what}: {error}"
                );
                assert!(!error.to_string().contains("trades.db"), "no path in {error}");
            }
        })
    };
    for at in [1, 15, 16, 99, 100, 512, 4_095, 4_096, 4_097, sample.bytes.len() / 2, sample.bytes.len() - 1] {
        std::fs::write(folder.file(), &sample.bytes[..at]).unwrap();
        told(&format!("cut at {at}"));
    }
    std::fs::write(folder.file(), [&sample.bytes[..16], &[0xa5; 8_192]].concat()).unwrap();
    told("garbage behind SQLite's own first bytes");
    std::fs::write(folder.file(), [0_u8; 65_536]).unwrap();
    told("zeros");
    std::fs::remove_file(folder.file()).unwrap();
    std::fs::create_dir(folder.file()).unwrap();
    told("a folder");
}

#[test]
fn a_file_that_cannot_be_written_to_can_be_looked_at() {
    let (sample, folder) = (Sample::new(), Folder::quick());
    drop(sample.write(&folder));
    let mut rights = std::fs::metadata(folder.file()).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(folder.file(), rights).unwrap();
    if std::fs::OpenOptions::new().append(true).open(folder.file()).is_ok() {
        println!("left out in part: this user may write to everything (run it as another user than root)");
    } else {
        let refused = Sqlite::open(folder.file()).unwrap_err();
        assert!(refused.to_string().contains("cannot be written to"), "{refused}");
    }
    let store = Sqlite::look(folder.file()).unwrap().tenant(Id::from("acme-mall")).unwrap();
    assert_eq!(store.load(Id::from("A-1")).unwrap(), sample.told["A-1"].trade);
}
