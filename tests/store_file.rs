//! Looking at a file, copying it, checking it, and reading what earlier releases wrote.

#![cfg(feature = "sqlite")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod stored;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use redress::Id;
use redress::port::{Committed, Damage, Record, Settle, Storage, Store, StoreError};
use redress::store::{Memory, Sqlite};
use redress::trade::Trade;
use rusqlite::Connection;
use stored::file::{LATER, claim, dump, open, tamper, two_trades};
use stored::{Folder, decide, golden, minute, note, stored};

/// What each released version of the tables and form of the bodies looks like. Never edited once released: a file that
/// somebody has today must be read for ever. (`GOLDEN=path cargo test --features sqlite --test store_file writes_golden`
/// writes one for a new version.)
const GOLDEN: [&str; 1] = [include_str!("golden/sqlite_1.sql")];

#[test]
fn files_of_every_released_version_are_led_up_and_read() {
    for (sql, version) in GOLDEN.iter().zip(1..) {
        let folder = Folder::new();
        let file = Connection::open(folder.file()).unwrap();
        file.execute_batch(sql).unwrap();
        drop(file);
        let store = open(&folder);
        let report = Sqlite::open(folder.file()).unwrap().check().unwrap();
        assert!(report.is_sound(), "version {version}: {report}");
        assert_eq!((report.orders, report.events, report.answers), (2, 6, 4), "version {version}");
        for order in ["A-1", "A-2"] {
            let trade = store.load(Id::from(order)).unwrap().unwrap();
            let mut folded = Trade::absent(trade.key);
            redress::trade::replay(&mut folded, &store.history(trade.key.order, 1, 100).unwrap()).unwrap();
            assert_eq!((&folded, trade.version), (&trade, 3), "version {version}");
            assert_eq!(store.commit(&decide(&trade, &note("on"), minute(9))).unwrap(), Committed::Stored);
        }
        let settled: usize =
            [report.tasks_open, report.tasks_done, report.tasks_aside].map(|count| count as usize).iter().sum();
        assert!(report.tasks_done > 0 && report.tasks_aside > 0, "version {version}: {report}");
        assert_eq!(store.claim(&claim(LATER)).unwrap().rows.len(), report.tasks_open as usize, "of {settled}");
        assert_eq!(store.shelved(None, 10).unwrap().rows.len(), report.tasks_aside as usize);
    }
}

/// The newest golden file is what this release writes: a change of the tables needs a new version.
#[test]
fn writes_golden() {
    let folder = Folder::new();
    golden(&open(&folder));
    let written = dump(&folder.file());
    if let Some(path) = std::env::var_os("GOLDEN") {
        std::fs::write(path, &written).unwrap();
        return;
    }
    let tables = |sql: &str| -> String { sql.split("INSERT").next().unwrap().to_owned() };
    assert_eq!(tables(&written), tables(GOLDEN[GOLDEN.len() - 1]));
}

#[test]
fn a_look_sees_what_is_committed_and_changes_nothing() {
    let folder = Folder::new();
    assert!(matches!(Sqlite::look(folder.file()), Err(StoreError::Unavailable { .. })), "it makes no file");
    let writer = open(&folder);
    let trade = stored(&writer, "A-1", minute(0));
    let look = Sqlite::look(folder.file()).unwrap();
    let store = look.tenant(Id::from("acme-mall")).unwrap();
    assert_eq!(store.load(trade.key.order).unwrap(), Some(trade.clone()));
    let next = decide(&trade, &note("more"), minute(1));
    let refusals = [
        store.commit(&next).map(drop).unwrap_err(),
        store.claim(&claim(minute(5))).map(drop).unwrap_err(),
        store.unshelve(writer.claim(&claim(minute(5))).unwrap().rows[0].id, minute(5)).unwrap_err(),
    ];
    for refused in refusals {
        assert!(matches!(refused, StoreError::Unusable { .. }), "{refused}");
        assert!(refused.to_string().contains("for a look only"), "{refused}");
    }
    let _ = writer.commit(&next).unwrap();
    assert_eq!(store.load(trade.key.order).unwrap(), Some(next.trade));
    assert!(look.check().unwrap().is_sound());
    drop((store, look, writer));
    // Also when nobody has it open.
    let look = Sqlite::look(folder.file()).unwrap();
    assert_eq!(look.check().unwrap().orders, 1);
}

#[test]
fn a_look_does_not_lead_a_file_up() {
    let folder = Folder::new();
    let _ = two_trades(&folder);
    for version in [0, 2] {
        tamper(&folder, &format!("PRAGMA user_version = {version}"));
        assert!(matches!(Sqlite::look(folder.file()), Err(StoreError::Unusable { .. })), "version {version}");
    }
}

#[test]
fn a_backup_is_one_moment_while_writers_go_on() {
    let folder = Folder::new();
    let sqlite = Sqlite::open(folder.file()).unwrap();
    let store = sqlite.tenant(Id::from("acme-mall")).unwrap();
    let (done, count) = (AtomicBool::new(false), AtomicU32::new(0));
    std::thread::scope(|scope| {
        for caller in 0..4 {
            let (store, done, count) = (&store, &done, &count);
            scope.spawn(move || {
                for no in 0.. {
                    stored(store, &format!("B-{caller}-{no}"), minute(no));
                    count.fetch_add(1, Ordering::Relaxed);
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        for no in 0..5 {
            let before = count.load(Ordering::Relaxed);
            let to = folder.path().join(format!("backup-{no}.db"));
            let report = sqlite.backup(&to).unwrap();
            assert!(report.is_sound(), "{report}");
            assert!(report.orders >= u64::from(before), "what was acknowledged before is in it");
            let copy = Sqlite::look(&to).unwrap();
            assert_eq!(copy.check().unwrap(), report);
        }
        done.store(true, Ordering::Relaxed);
    });
    let names: Vec<String> =
        std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| !name.contains("part") && !name.starts_with("backup-0.db-")), "{names:?}");
    // A restored copy is written to like any other file.
    let restored = Sqlite::open(folder.path().join("backup-4.db")).unwrap().tenant(Id::from("acme-mall")).unwrap();
    let trade = restored.load(Id::from("B-0-0")).unwrap().unwrap();
    assert_eq!(restored.commit(&decide(&trade, &note("on"), minute(9))).unwrap(), Committed::Stored);
}

#[test]
fn a_backup_overwrites_nothing_and_leaves_nothing_half_done() {
    let folder = Folder::new();
    let _ = two_trades(&folder);
    let sqlite = Sqlite::open(folder.file()).unwrap();
    let taken = folder.path().join("taken");
    std::fs::write(&taken, b"precious").unwrap();
    let refused = sqlite.backup(&taken).unwrap_err();
    assert!(refused.to_string().contains("never overwrites"), "{refused}");
    assert_eq!(std::fs::read(&taken).unwrap(), b"precious");
    let nowhere = folder.path().join("no-such-folder").join("copy.db");
    let refused = sqlite.backup(nowhere).unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused}");
    assert!(!refused.to_string().contains("no-such-folder"), "no path in {refused}");
    // A remainder of a copy that was killed is in nobody's way.
    let half = format!("copy.db.{}-0.part", std::process::id());
    std::fs::write(folder.path().join(&half), b"half").unwrap();
    assert!(sqlite.backup(folder.path().join("copy.db")).unwrap().is_sound());
    let parts = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name());
    let parts: Vec<_> = parts.filter(|name| name.to_string_lossy().ends_with(".part")).collect();
    assert_eq!(parts, [half.as_str()], "it leaves none of its own");
    // Two at a time, to one name: one is whole, the other is refused.
    let to = folder.path().join("both.db");
    let done: Vec<bool> = std::thread::scope(|scope| {
        let both: Vec<_> = (0..2).map(|_| scope.spawn(|| sqlite.backup(&to).is_ok_and(|it| it.is_sound()))).collect();
        both.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(done.iter().filter(|done| **done).count(), 1);
    assert!(Sqlite::look(&to).unwrap().check().unwrap().is_sound());
}

#[test]
fn a_backup_of_a_damaged_file_says_so() {
    let folder = Folder::new();
    let (one, ..) = two_trades(&folder);
    tamper(&folder, "UPDATE events SET body = replace(body, 'shirt', 'skirt') WHERE order_id = 'A-1' AND seq = 1");
    let sqlite = Sqlite::open(folder.file()).unwrap();
    let report = sqlite.backup(folder.path().join("copy.db")).unwrap();
    assert!(!report.is_sound());
    assert_eq!(report.damaged[0].record, Record::Event(one.key, 1));
    assert_eq!(report.damaged[0].damage, Damage::Chain);
    let told = report.to_string();
    assert!(told.starts_with("DAMAGED") && told.contains("event 1 of trade"), "{told}");
    assert!(!told.contains("alice"), "nothing about people in {told}");
}

#[test]
fn the_report_counts_what_there_is() {
    let folder = Folder::new();
    let (one, _, _) = two_trades(&folder);
    let store = open(&folder);
    let claimed = store.claim(&claim(minute(5))).unwrap().rows;
    let ending = redress::port::Ending::Done;
    store.settle(&Settle { task: claimed[0].id, fence: 1, now: minute(5), ending }).unwrap();
    let report = Sqlite::open(folder.file()).unwrap().check().unwrap();
    assert_eq!((report.orders, report.events, report.answers), (2, one.events + 2, 1));
    assert_eq!((report.tasks_open, report.tasks_done, report.tasks_aside), (3, 1, 0));
    assert!(report.bytes > 0 && report.version == 1);
    let told = report.to_string();
    assert!(told.starts_with("sound\n  orders   2, with 5 good events and 1 answers"), "{told}");
    assert_eq!(told.lines().count(), 4, "{told}");
}

/// What one store wrote is what another would have: the reference agrees after the same commits.
#[test]
fn verify_agrees_with_the_reference() {
    let folder = Folder::new();
    let (file, memory) = (open(&folder), Memory::new().tenant(Id::from("acme-mall")).unwrap());
    let one = stored(&file, "A-1", minute(0));
    stored(&memory, "A-1", minute(0));
    for order in [one.key.order, Id::from("no-such-order")] {
        assert_eq!(file.verify(order).unwrap(), memory.verify(order).unwrap());
    }
}
