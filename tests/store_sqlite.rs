//! What is special to a file: it survives, it is kept safe, and no other is touched.

#![cfg(feature = "sqlite")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod stored;

use redress::Id;
use redress::port::{Committed, Ending, Settle, Store, StoreError};
use redress::store::{Sqlite, SqliteStore};
use redress::trade::Trade;
use rusqlite::Connection;
use stored::file::{claim, open, tamper, two_trades};
use stored::{Folder, decide, minute, note, stored};

#[test]
fn a_file_survives_its_process() {
    let folder = Folder::new();
    let (one, two, commit) = two_trades(&folder);
    let store = open(&folder);
    assert_eq!(store.load(one.key.order).unwrap(), Some(one.clone()));
    assert_eq!(store.load(two.key.order).unwrap(), Some(two));
    let mut folded = Trade::absent(one.key);
    redress::trade::replay(&mut folded, &store.history(one.key.order, 1, 100).unwrap()).unwrap();
    assert_eq!(folded, one);
    let receipt = commit.answered.clone().unwrap().answer.receipt;
    assert_eq!(store.commit(&commit).unwrap(), Committed::Replayed(receipt.into()));
    let claimed = store.claim(&claim(minute(3))).unwrap().rows;
    assert_eq!(claimed.len(), 4);
    drop(store);
    // The claims survive, too, and so does their end.
    let store = open(&folder);
    assert_eq!(store.claim(&claim(minute(3))).unwrap().rows, []);
    let settle = Settle { task: claimed[0].id, fence: 1, now: minute(3), ending: Ending::Done };
    assert_eq!(store.settle(&settle), Ok(()));
    drop(store);
    assert_eq!(open(&folder).claim(&claim(minute(4))).unwrap().rows.len(), 3);
}

#[test]
fn a_file_is_kept_safe_and_open_to_look_at() {
    let folder = Folder::new();
    let (one, ..) = two_trades(&folder);
    let file = Connection::open(folder.file()).unwrap();
    let journal: String = file.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(journal, "wal");
    let seen: (String, i64, i64) = file
        .query_row(
            "SELECT state, version, due FROM trades WHERE tenant = 'acme-mall' AND order_id = 'A-1'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    assert_eq!(seen, ("paid".into(), 3, one.due().unwrap().millis()));
    let loose: i64 = file
        .query_row(
            "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND strict = 0",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(loose, 0, "every table is STRICT");
    for change in ["UPDATE events SET at = 0", "DELETE FROM events"] {
        let refused = file.execute(change, []).unwrap_err().to_string();
        assert!(refused.contains("never"), "{refused}");
    }
    assert!(file.execute("UPDATE trades SET version = 'three'", []).is_err());
}

#[test]
fn several_connections_take_turns() {
    let folder = Folder::new();
    let stores: Vec<SqliteStore> = (0..4).map(|_| open(&folder)).collect();
    let first = stored(&stores[0], "A-1", minute(0));
    let wins: usize = std::thread::scope(|scope| {
        let race = |store: &SqliteStore| {
            let commit = |_: &i32| {
                let trade = store.load(Id::from("A-1")).unwrap().unwrap();
                match store.commit(&decide(&trade, &note("mine"), minute(1))) {
                    Ok(_) => true,
                    Err(StoreError::Stale { .. }) => false,
                    Err(other) => panic!("{other}"),
                }
            };
            (0..5).filter(commit).count()
        };
        let threads: Vec<_> = stores.iter().map(|store| scope.spawn(move || race(store))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    let trade = stores[1].load(Id::from("A-1")).unwrap().unwrap();
    assert_eq!(trade.version, first.version + wins as u64);
    assert_eq!(stores[2].history(trade.key.order, 1, 1_000).unwrap().len() as u64, trade.events);
}

#[test]
fn a_file_of_somebody_else_is_not_touched() {
    let folder = Folder::new();
    let theirs = Connection::open(folder.file()).unwrap();
    theirs.execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();
    drop(theirs);
    let before = std::fs::read(folder.file()).unwrap();
    let refused = Sqlite::open(folder.file()).unwrap_err();
    assert!(matches!(refused, StoreError::Unusable { .. }), "{refused}");
    assert_eq!(std::fs::read(folder.file()).unwrap(), before);

    std::fs::write(folder.file(), b"not a database, but long enough to look at".repeat(100)).unwrap();
    assert!(matches!(Sqlite::open(folder.file()), Err(StoreError::Unusable { .. })));
    assert!(matches!(Sqlite::open(folder.path()), Err(StoreError::Unavailable { .. })));
    assert!(matches!(Sqlite::open(":memory:"), Err(StoreError::Unusable { .. })));
}

#[test]
fn a_file_of_a_later_release_is_not_touched() {
    let folder = Folder::new();
    let _ = two_trades(&folder);
    tamper(&folder, "PRAGMA user_version = 2");
    let refused = Sqlite::open(folder.file()).unwrap_err().to_string();
    assert!(refused.contains("version 2") && refused.contains("later release"), "{refused}");
}

/// What many ask at once is stored together; whoever is refused harms nobody beside, and everybody hears the right thing.
#[test]
fn in_a_group_each_commit_stands_alone() {
    let folder = Folder::new();
    let store = open(&folder);
    let trades: Vec<Trade> = (0..16).map(|no| stored(&store, &format!("A-{no}"), minute(0))).collect();
    let shared = stored(&store, "shared", minute(0));
    let task = store.claim(&claim(minute(1))).unwrap().rows[0].id;
    let told: Vec<[Result<Committed, StoreError>; 5]> = std::thread::scope(|scope| {
        let ask = |no: usize| {
            let (trade, store) = (&trades[no], &store);
            let own = decide(trade, &note("own").key("n-1"), minute(2));
            let first = store.commit(&own);
            let again = store.commit(&own);
            let reused = store.commit(&decide(&own.trade, &note("other").key("n-1"), minute(2)));
            let stale = store.commit(&decide(&shared, &note(&format!("{no}")), minute(2)));
            let mut fenced = decide(&own.trade, &note("late"), minute(2));
            fenced.ends = Some((redress::port::TaskId { trade: trade.key, ..task }, 99));
            [first, again, reused, stale, store.commit(&fenced)]
        };
        let threads: Vec<_> = (0..trades.len()).map(|no| scope.spawn(move || ask(no))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut won = 0;
    for [first, again, reused, stale, fenced] in &told {
        assert_eq!(first, &Ok(Committed::Stored));
        assert!(matches!(again, Ok(Committed::Replayed(_))), "{again:?}");
        assert!(matches!(reused, Err(StoreError::KeyReused(_))), "{reused:?}");
        won += u32::from(*stale == Ok(Committed::Stored));
        assert!(matches!(stale, Ok(Committed::Stored) | Err(StoreError::Stale { .. })), "{stale:?}");
        assert!(matches!(fenced, Err(StoreError::Fenced { .. })), "{fenced:?}");
    }
    assert_eq!(won, 1, "of all that began with the same version, one");
    for trade in &trades {
        assert_eq!(store.load(trade.key.order).unwrap().unwrap().version, trade.version + 1);
        assert!(store.verify(trade.key.order).unwrap().damaged.is_empty());
    }
}

#[test]
fn a_store_outlives_the_handle_it_was_made_from_and_closes_in_good_order() {
    let folder = Folder::new();
    let store = open(&folder);
    let other = store.clone();
    let trade = stored(&store, "A-1", minute(0));
    drop(store);
    let _ = other.commit(&decide(&trade, &note("still open"), minute(1))).unwrap();
    assert!(folder.file().with_extension("db-wal").exists());
    drop(other);
    assert!(!folder.file().with_extension("db-wal").exists(), "the WAL is back in the file");
}
