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

/// A file as SQL that makes it again, row by row.
pub(crate) fn dump(file: &std::path::Path) -> String {
    let file = Connection::open(file).unwrap();
    let number = |pragma: &str| -> i64 { file.pragma_query_value(None, pragma, |row| row.get(0)).unwrap() };
    let mut sql = format!("PRAGMA application_id = {};\n", number("application_id"));
    sql += &format!("PRAGMA user_version = {};\n", number("user_version"));
    let texts = |query: &str| -> Vec<String> {
        let mut rows = file.prepare(query).unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for made in texts("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid") {
        sql += &format!("{made};\n");
    }
    for table in ["trades", "events", "outbox", "requests"] {
        let columns = texts(&format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')"));
        let rows = format!("SELECT {} FROM {table} ORDER BY rowid", columns.join(" || ', ' || "));
        for row in texts(&rows) {
            sql += &format!("INSERT INTO {table} VALUES ({row});\n");
        }
    }
    sql
}
