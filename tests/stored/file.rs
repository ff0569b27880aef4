//! A SQLite file, and what nobody should do to one.

use redress::port::{Claim, Commit, Storage, Store};
use redress::store::{Sqlite, SqliteStore};
use redress::trade::Trade;
use redress::{Id, Time};
use rusqlite::Connection;

use super::{Folder, decide, minute, note, stored};

/// When everything is due.
pub(crate) const LATER: Time = Time::from_millis(4_000_000_000_000);

/// Opens it for the tests' own tenant.
pub(crate) fn open(folder: &Folder) -> SqliteStore {
    Sqlite::open(folder.file()).unwrap().tenant(Id::from("acme-mall")).unwrap()
}

/// Two trades in a file that is closed again, the first one with a note that has a key.
pub(crate) fn two_trades(folder: &Folder) -> (Trade, Trade, Commit) {
    let store = open(folder);
    let (one, two) = (stored(&store, "A-1", minute(0)), stored(&store, "A-2", minute(1)));
    let commit = decide(&one, &note("once").key("n-1"), minute(2));
    let _ = store.commit(&commit).unwrap();
    (commit.trade.clone(), two, commit)
}

/// Does to the file what no store would.
pub(crate) fn tamper(folder: &Folder, sql: &str) {
    let file = Connection::open(folder.file()).unwrap();
    file.execute_batch(
        "DROP TRIGGER IF EXISTS events_are_never_changed; DROP TRIGGER IF EXISTS events_are_never_deleted;",
    )
    .unwrap();
    file.execute_batch(sql).unwrap();
}

/// A claim of everything, for a minute.
pub(crate) fn claim(now: Time) -> Claim {
    Claim { now, until: now.after(60_000), limit: 100, worker: Id::from("worker-1") }
}
