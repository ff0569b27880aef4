//! Each column of good rows is flipped, cut, exchanged, emptied or given to another tenant: it is always told, and harms no
//! neighbour.

use redress::Id;
use redress::port::{Claim, Committed, Ending, Page, Settle, Storage, Store, StoreError, Verified};
use redress::store::{BlockingPostgres, BlockingPostgresStore};
use redress::trade::Trade;

use crate::server::{Server, a_schema, shared};
use crate::stored::{decide, minute, note, stored};

const LATER: redress::Time = redress::Time::from_millis(4_000_000_000_000);

/// The neighbour, and a trade with every kind of row: tasks that are open, done and set aside, and an answer.
fn golden(store: &BlockingPostgresStore) -> (Trade, Trade) {
    let one = stored(store, "A-1", minute(0));
    let claim = Claim { now: minute(1), until: minute(2), limit: 1, worker: Id::from("worker-1") };
    let task = store.claim(&claim).unwrap().rows.remove(0);
    let ending = Ending::Aside { error: "unknown warehouse".into() };
    store.settle(&Settle { task: task.id, fence: 1, now: minute(1), ending }).unwrap();
    let commit = decide(&one, &note("once").key("n-1"), minute(2));
    let _ = store.commit(&commit).unwrap();
    let two = stored(store, "B-1", minute(2));
    (commit.trade, two)
}

/// Everything that a store says of an order and its tasks.
fn told(store: &BlockingPostgresStore, order: &str) -> (usize, bool) {
    let order = Id::from(order);
    let Verified { damaged, .. } = store.verify(order).unwrap();
    let mut refused = false;
    for answer in [store.load(order).map(drop), store.history(order, 1, 100).map(drop)] {
        match answer {
            Ok(()) => {}
            Err(StoreError::Corrupt(_)) => refused = true,
            Err(other) => panic!("{other}"),
        }
    }
    (damaged.len(), refused)
}

fn is_unharmed(store: &BlockingPostgresStore, two: &Trade, what: &str) {
    assert_eq!(store.load(two.key.order).unwrap().as_ref(), Some(two), "{what}");
    assert_eq!(store.verify(two.key.order).unwrap(), Verified { events: two.events, damaged: Vec::new() }, "{what}");
    assert!(store.due(LATER, None, 10).unwrap().rows.iter().any(|due| due.order == two.key.order), "{what}");
    let commit = decide(two, &note("still open"), minute(9));
    assert_eq!(store.commit(&commit).unwrap(), Committed::Stored, "{what}");
    let claim = Claim { now: LATER, until: LATER.after(1), limit: 100, worker: Id::from("worker-2") };
    let page: Page<_> = store.claim(&claim).unwrap();
    assert!(page.rows.iter().filter(|claimed| claimed.id.trade == two.key).count() == 2, "{what}: {page:?}");
}

/// Every change of a column of this type.
fn changes(column: &str, kind: &str) -> Vec<String> {
    let to: &[&str] = match kind {
        "bigint" => &["@ + 1", "@ # 1024", "-1", "9223372036854775807"],
        "bytea" => &["set_byte(@, 7, get_byte(@, 7) # 1)", "substr(@, 1, 16)", "''", "sha256(@)"],
        "text" => {
            &["left(@, length(@) / 2)", "''", "overlay(@ placing '~' from 1)", "@ || ' '", "reverse(@) || '\u{7}'"]
        }
        other => panic!("no column is {other}"),
    };
    let mut changes: Vec<String> = to.iter().map(|to| format!("{column} = {}", to.replace('@', column))).collect();
    changes.push(format!("{column} = NULL"));
    changes
}

#[test]
fn whatever_is_changed_in_any_column_is_told() {
    let Some(server) = shared() else { return };
    let schema = a_schema();
    let storage = server.blocking(&schema);
    let columns = format!(
        "SELECT table_name || ' ' || column_name || ' ' || data_type FROM information_schema.columns
         WHERE table_schema = '{schema}' AND table_name <> 'migrations' ORDER BY table_name, ordinal_position"
    );
    let columns = server.sql(&columns);
    let columns: Vec<Vec<&str>> = columns.lines().map(|line| line.splitn(3, ' ').collect()).collect();
    assert!(columns.len() > 40, "{columns:?}");
    let (mut tried, mut missed) = (0, Vec::new());
    for (at, column) in columns.iter().enumerate() {
        let [table, column, kind] = column[..] else { panic!("{column:?}") };
        for (nth, change) in changes(column, kind).into_iter().enumerate() {
            let tenant = format!("mall-{at}-{nth}");
            match tampered(server, &schema, &storage, &tenant, table, &change) {
                Some(true) => tried += 1,
                Some(false) => missed.push(format!("{table}: {change}")),
                None => {}
            }
        }
    }
    println!(
        "{tried} changes of {} columns: each is Corrupt or found by verify, the neighbours untouched",
        columns.len()
    );
    assert!(missed.is_empty(), "not told: {missed:#?}");
    assert!(tried > 180, "{tried}");
}

/// Whether a change of one row was told; nothing if it changed nothing.
fn tampered(
    server: &Server,
    schema: &str,
    storage: &BlockingPostgres,
    tenant: &str,
    table: &str,
    change: &str,
) -> Option<bool> {
    let store = storage.tenant(Id::from(tenant)).unwrap();
    let (_, two) = golden(&store);
    let (column, to) = change.split_once(" = ").unwrap();
    let which = match table {
        "events" => "AND seq = 2",
        // The one that was set aside has something in most of its columns.
        "outbox" => "AND event = 1",
        _ => "",
    };
    let is = format!("tenant = '{tenant}' AND order_id = 'A-1' {which}");
    // Whoever can do this can also take away what stands against it.
    let done = server.try_sql(&format!(
        "BEGIN; ALTER TABLE {schema}.events DISABLE TRIGGER events_are_kept;
         ALTER TABLE {schema}.{table} ALTER {column} DROP NOT NULL;
         UPDATE {schema}.{table} SET {change} WHERE {is} AND {column} IS DISTINCT FROM ({to});
         ALTER TABLE {schema}.events ENABLE TRIGGER events_are_kept; COMMIT"
    ));
    // A key cannot be NULL, nor a number run over.
    if let Err(error) = done {
        assert!(error.contains("primary key") || error.contains("out of range"), "{change}: {error}");
        return None;
    }
    let same = server
        .sql(&format!("SELECT count(*) FROM {schema}.{table} WHERE {is} AND {column} IS NOT DISTINCT FROM ({to})"));
    let (damaged, refused) = told(&store, "A-1");
    is_unharmed(&store, &two, change);
    if damaged == 0 && !refused && same == "1" && is_no_change(column, to) {
        return None;
    }
    Some(damaged > 0 || refused)
}

/// Columns that are empty in the golden row stay so under changes that are made of them.
fn is_no_change(column: &str, to: &str) -> bool {
    (to == "NULL" || to.contains(column)) && ["claimed_until", "done_at", "due", "channel", "error"].contains(&column)
}

#[test]
fn rows_of_another_tenant_are_not_taken_for_own_ones() {
    let Some(server) = shared() else { return };
    let schema = a_schema();
    let storage = server.blocking(&schema);
    let store = storage.tenant(Id::from("acme-mall")).unwrap();
    let (one, two) = golden(&store);
    let other = storage.tenant(Id::from("other-mall")).unwrap();
    for table in ["trades", "events", "outbox", "requests"] {
        let _ = server.sql(&format!(
            "BEGIN; ALTER TABLE {schema}.events DISABLE TRIGGER events_are_kept;
             UPDATE {schema}.{table} SET tenant = 'other-mall' WHERE order_id = 'A-1';
             ALTER TABLE {schema}.events ENABLE TRIGGER events_are_kept; COMMIT"
        ));
        let (damaged, refused) = told(&other, "A-1");
        assert!(damaged > 0 || refused, "{table}");
        is_unharmed_only(&store, &two);
    }
    assert!(matches!(other.load(one.key.order), Err(StoreError::Corrupt(_))));
    let claim = Claim { now: LATER, until: LATER.after(1), limit: 100, worker: Id::from("worker-2") };
    assert_eq!(other.claim(&claim).unwrap().rows, []);
}

fn is_unharmed_only(store: &BlockingPostgresStore, two: &Trade) {
    assert_eq!(store.load(two.key.order).unwrap().as_ref(), Some(two));
    assert_eq!(store.verify(two.key.order).unwrap().damaged, []);
}

#[test]
fn an_event_that_stands_where_the_next_belongs_keeps_the_commit_out() {
    let Some(server) = shared() else { return };
    let schema = a_schema();
    let store = server.blocking(&schema).tenant(Id::from("acme-mall")).unwrap();
    let one = stored(&store, "A-1", minute(0));
    let _ = server.sql(&format!(
        "INSERT INTO {schema}.events SELECT tenant, order_id, 3, version, at, role, rule, form, body, chain
         FROM {schema}.events WHERE seq = 2"
    ));
    let refused = store.commit(&decide(&one, &note("next"), minute(9))).unwrap_err().to_string();
    assert!(refused.contains("event 3 of trade") && refused.contains("nothing should stand"), "{refused}");
    assert_eq!(store.load(one.key.order).unwrap(), Some(one));
}
