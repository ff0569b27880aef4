//! What only this crate can try: rows of an older form than its own, and tables that are led from one version to the next.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../../../tests/server/mod.rs"]
mod server;
#[path = "../../../tests/stored/mod.rs"]
mod stored;

use std::thread;
use std::time::Duration;

use server::{Server, a_schema, shared};
use stored::{decide, minute, note};

use super::{NoTls, schema};
use crate::Id;
use crate::port::{Claim, Committed, Storage, Store, Verified};

/// Makes the golden rows of version 1 in a schema of their own.
fn golden(server: &Server) -> std::string::String {
    let schema = a_schema();
    let rows = include_str!("../../../tests/golden/postgres_1.sql");
    let _ = server.sql(&rows.replace("redress", &schema));
    schema
}

/// This release reads one form more than that of the golden rows, and writes it.
#[test]
fn rows_of_an_older_form_are_as_good_as_new() {
    let Some(server) = shared() else { return };
    let storage = server.blocking(&golden(server));
    let store = storage.tenant(Id::from("acme-mall")).unwrap();
    for order in ["A-1", "A-2"].map(Id::from) {
        let trade = store.load(order).unwrap().unwrap();
        assert_eq!(store.verify(order).unwrap(), Verified { events: trade.events, damaged: Vec::new() });
        assert_eq!(store.history(order, 1, 100).unwrap().len() as u64, trade.events);
        // The key of the note was used in the older form.
        let again = decide(&trade, &note("another").key("n-1"), minute(9));
        assert!(matches!(store.commit(&again), Err(crate::port::StoreError::KeyReused(_))));
        assert_eq!(store.commit(&decide(&trade, &note("on").key("n-2"), minute(9))).unwrap(), Committed::Stored);
        let verified = store.verify(order).unwrap();
        assert_eq!(verified.damaged, [], "old and new forms side by side");
    }
    let claim = Claim { now: minute(500), until: minute(501), limit: 100, worker: Id::from("worker-2") };
    let page = store.claim(&claim).unwrap();
    assert_eq!(page.corrupt, []);
    assert!(page.rows.len() > 1, "{page:?}");
    let aside = store.shelved(None, 10).unwrap();
    assert_eq!((aside.rows.len(), aside.corrupt.len()), (1, 0));
    store.unshelve(aside.rows[0].id, minute(600)).unwrap();
}

/// An index over all trades takes longer than any statement may, and whoever comes meanwhile waits for it.
#[test]
fn tables_are_led_from_each_version_to_the_next_however_long_it_takes() {
    let Some(server) = shared() else { return };
    let name = golden(server);
    let limit = Duration::from_millis(200);
    let options = || server.options(&name).statement_timeout(limit).patience(Duration::from_millis(500));
    let steps = [schema::MIGRATIONS[0], "SELECT pg_sleep(2); CREATE TABLE redress.shops (id text)"];
    let both = [0, 1].map(|_| options().open_blocking(NoTls).unwrap());
    thread::scope(|scope| {
        let leads: Vec<_> = both.iter().map(|storage| scope.spawn(|| storage.lead(&steps))).collect();
        leads.into_iter().for_each(|one| one.join().unwrap().unwrap());
    });
    assert_eq!(server.sql(&std::format!("SELECT count(*) FROM {name}.migrations")), "2");
    assert_eq!(server.sql(&std::format!("SELECT count(*) FROM {name}.shops")), "0");
    // A release that does not know the step leaves them alone.
    assert!(options().open_blocking(NoTls).is_err());
    // And the connections that were patient are not so any more.
    let store = both[0].tenant(Id::from("acme-mall")).unwrap();
    let trade = store.load(Id::from("A-1")).unwrap().unwrap();
    thread::scope(|scope| {
        let hold = std::format!("BEGIN; SELECT 1 FROM {name}.trades FOR UPDATE; SELECT pg_sleep(2); COMMIT");
        let holds = scope.spawn(move || server.sql(&hold));
        thread::sleep(Duration::from_millis(500));
        assert!(store.commit(&decide(&trade, &note("blocked"), minute(9))).is_err());
        let _ = holds.join().unwrap();
    });
}
