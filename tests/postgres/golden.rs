//! Reading what earlier releases wrote.

use redress::Id;
use redress::port::{Claim, Committed, Storage, Store, Verified};

use crate::server::{Server, a_schema, shared};
use crate::stored::{decide, golden, minute, note};

/// What each released version of the tables and form of the bodies looks like. Never edited once released: a database that
/// somebody has today must be read for ever. (`GOLDEN=path cargo test --all-features --test postgres writes_golden` writes
/// one for a new version.)
const GOLDEN: [&str; 1] = [include_str!("../golden/postgres_1.sql")];

/// A schema as SQL that makes it again, under the name `redress`, row by row.
fn dump(server: &Server, schema: &str) -> String {
    let made = include_str!("../../src/store/postgres/schema_1.sql");
    let mut sql = String::from("CREATE SCHEMA redress;\n");
    sql += "CREATE TABLE redress.migrations (no bigint PRIMARY KEY, at timestamptz NOT NULL);\n";
    sql += &format!("INSERT INTO redress.migrations VALUES (1, '2026-03-01');\n\n{made}\n");
    for (table, order) in
        [("trades", "1, 2"), ("events", "1, 2, 3"), ("outbox", "1, 2, 3, 4"), ("requests", "1, 2, 3, 4")]
    {
        let columns = server.sql(&format!(
            "SELECT string_agg('quote_nullable(' || column_name || '::text)', ', ' ORDER BY ordinal_position)
             FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name = '{table}'"
        ));
        let rows = format!(
            "SELECT 'INSERT INTO redress.{table} VALUES (' || concat_ws(', ', {columns}) || ');'
             FROM (SELECT * FROM {schema}.{table} ORDER BY {order}) AS rows"
        );
        sql += &server.sql(&rows);
        sql += "\n";
    }
    sql
}

#[test]
fn rows_of_every_released_version_are_led_up_and_read() {
    let Some(server) = shared() else { return };
    for (sql, version) in GOLDEN.iter().zip(1..) {
        let schema = a_schema();
        let _ = server.sql(&sql.replace("redress", &schema));
        let store = server.blocking(&schema).tenant(Id::from("acme-mall")).unwrap();
        for order in ["A-1", "A-2"].map(Id::from) {
            let trade = store.load(order).unwrap().unwrap();
            assert_eq!(trade.version, 3, "version {version}");
            assert_eq!(store.verify(order).unwrap(), Verified { events: 3, damaged: Vec::new() }, "version {version}");
            assert_eq!(store.history(order, 1, 100).unwrap().len(), 3, "version {version}");
            assert_eq!(store.commit(&decide(&trade, &note("on"), minute(9))).unwrap(), Committed::Stored);
        }
        let claim = Claim { now: minute(500), until: minute(501), limit: 100, worker: Id::from("worker-2") };
        let page = store.claim(&claim).unwrap();
        assert_eq!((page.rows.len(), page.corrupt.len()), (2, 0), "version {version}");
        assert_eq!(store.shelved(None, 10).unwrap().rows.len(), 1, "version {version}");
    }
}

/// The newest golden rows are in the tables that this release makes: a change of them needs a new version.
#[test]
fn writes_golden() {
    let Some(server) = shared() else { return };
    let schema = a_schema();
    golden(&server.blocking(&schema).tenant(Id::from("acme-mall")).unwrap());
    let written = dump(server, &schema);
    if let Some(path) = std::env::var_os("GOLDEN") {
        std::fs::write(path, &written).unwrap();
        return;
    }
    let tables = |sql: &str| -> String { sql.split("INSERT INTO redress.trades").next().unwrap().to_owned() };
    assert_eq!(tables(&written), tables(GOLDEN[GOLDEN.len() - 1]));
    let rows = |sql: &str| sql.lines().filter(|line| line.starts_with("INSERT")).count();
    assert_eq!(rows(&written), rows(GOLDEN[GOLDEN.len() - 1]));
}
