//! Opening a database, and losing it.

use std::thread;
use std::time::{Duration, Instant};

use redress::port::{Claim, Clock, Committed, Storage, Store, StoreError};
use redress::store::PostgresOptions;
use redress::store::postgres::NoTls;
use redress::{Desk, Id, ManualClock};

use crate::server::{Server, a_schema, shared};
use crate::stored::{decide, minute, note, place, stored};

#[test]
fn unsafe_settings_are_refused_by_name_unless_told() {
    let settings = [
        ("fsync", "off"),
        ("full_page_writes", "off"),
        ("synchronous_commit", "off"),
        // With a standby, a fail-over would lose it.
        ("synchronous_commit", "local"),
    ];
    for (setting, value) in settings {
        let Some(server) = Server::start(&[&format!("{setting}={value}")]) else { return };
        let refused = server.options("trades").open_blocking(NoTls).unwrap_err();
        let told = refused.to_string();
        assert!(matches!(refused, StoreError::Unusable { .. }), "{told}");
        assert!(told.contains(&format!("`{setting} = {value}`")) && told.contains("allow_unsafe_server"), "{told}");
        assert!(told.contains(&format!("set `{setting} = on`")), "{told}");
        let storage = server.options("trades").allow_unsafe_server().open_blocking(NoTls).unwrap();
        let _ = stored(&storage.tenant(Id::from("acme-mall")).unwrap(), "A-1", minute(0));
    }
}

#[test]
fn settings_are_read_anew_on_every_connection() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.blocking("trades").tenant(Id::from("acme-mall")).unwrap();
    let trade = stored(&store, "A-1", minute(0));
    let _ = server.sql("ALTER ROLE postgres SET synchronous_commit = off");
    server.cut("trades");
    thread::sleep(Duration::from_millis(200));
    let refused = store.commit(&decide(&trade, &note("would it last?"), minute(1))).unwrap_err();
    assert!(matches!(refused, StoreError::Unusable { .. }), "{refused}");
    let _ = server.sql("ALTER ROLE postgres RESET synchronous_commit");
    let stored = store.commit(&decide(&trade, &note("it does"), minute(1)));
    assert_eq!(stored, Ok(Committed::Stored));
}

#[test]
fn a_server_that_is_told_otherwise_while_it_runs_loses_nothing() {
    let Some(server) = Server::start(&[]) else { return };
    let often = Duration::from_millis(100);
    let store = server.options("trades").connections(1).check_every(often).open_blocking(NoTls).unwrap();
    let store = store.tenant(Id::from("acme-mall")).unwrap();
    let trade = stored(&store, "A-1", minute(0));
    let told = |setting: &str| {
        let _ = server.sql(&format!("ALTER SYSTEM SET {setting}"));
        let _ = server.sql("SELECT pg_reload_conf()");
        thread::sleep(Duration::from_millis(300));
    };
    // For a bulk load, while connections are open: theirs goes on as it was opened.
    let log = "SELECT setting FROM pg_settings WHERE name = 'synchronous_commit'";
    told("synchronous_commit = off");
    assert_eq!(server.sql(log), "off");
    let commit = decide(&trade, &note("it does"), minute(1));
    assert_eq!(store.commit(&commit), Ok(Committed::Stored));
    // A new one is refused.
    let refused = server.options("trades").open_blocking(NoTls).unwrap_err();
    assert!(matches!(refused, StoreError::Unusable { .. }), "{refused}");
    told("synchronous_commit = on");
    // What no session can keep for itself is asked for again and again.
    told("full_page_writes = off");
    let next = decide(&commit.trade, &note("would it last?"), minute(2));
    let refused = store.commit(&next).unwrap_err();
    assert!(refused.to_string().contains("`full_page_writes = off`"), "{refused}");
    told("full_page_writes = on");
    assert_eq!(store.commit(&next), Ok(Committed::Stored));
}

#[test]
fn processes_that_open_an_empty_database_at_once_make_its_tables_once() {
    let Some(server) = shared() else { return };
    let schema = a_schema();
    let stores: Vec<_> = thread::scope(|scope| {
        let open = || server.blocking(&schema).tenant(Id::from("acme-mall")).unwrap();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(server.sql(&format!("SELECT string_agg(no::text, ',' ORDER BY no) FROM {schema}.migrations")), "1");
    let trade = stored(&stores[0], "A-1", minute(0));
    assert!(stores.iter().all(|store| store.load(trade.key.order).unwrap() == Some(trade.clone())));
}

#[test]
fn tables_of_others_and_of_later_releases_are_not_touched() {
    let Some(server) = shared() else { return };
    let (theirs, later) = (a_schema(), a_schema());
    let _ = server.sql(&format!("CREATE SCHEMA {theirs}; CREATE TABLE {theirs}.events (what text)"));
    let refused = server.options(&theirs).open_blocking(NoTls).unwrap_err().to_string();
    assert!(refused.contains("another application"), "{refused}");
    let tables = format!("SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = '{theirs}'");
    assert_eq!(server.sql(&tables), "events");

    drop(server.blocking(&later));
    let _ = server.sql(&format!("INSERT INTO {later}.migrations (no, at) VALUES (2, now())"));
    let refused = server.options(&later).open_blocking(NoTls).unwrap_err().to_string();
    assert!(refused.contains("version 2") && refused.contains("later release"), "{refused}");
    for schema in ["", "Trades", "a b", "x\"; DROP TABLE y; --", "1st"] {
        let refused = server.options("trades").schema(schema).open_blocking(NoTls).unwrap_err();
        assert!(matches!(refused, StoreError::Unusable { .. }), "{refused}");
    }
}

#[test]
fn a_user_without_rights_to_make_tables_works_on_those_that_are_there() {
    let Some(server) = shared() else { return };
    let schema = a_schema();
    drop(server.blocking(&schema));
    let _ = server.sql(&format!(
        "CREATE ROLE clerk_{schema} LOGIN; GRANT USAGE ON SCHEMA {schema} TO clerk_{schema};
         GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {schema} TO clerk_{schema};"
    ));
    let address = server.address().replace("user=postgres", &format!("user=clerk_{schema}"));
    let storage = PostgresOptions::new(&address).unwrap().schema(&schema).open_blocking(NoTls).unwrap();
    let _ = stored(&storage.tenant(Id::from("acme-mall")).unwrap(), "A-1", minute(0));
    let refused = PostgresOptions::new(&address).unwrap().schema("not_there").open_blocking(NoTls).unwrap_err();
    assert!(refused.to_string().contains("42501"), "{refused}");
}

#[test]
fn events_are_never_changed_and_the_database_is_open_to_look_at() {
    let Some(server) = shared() else { return };
    let schema = a_schema();
    let store = server.blocking(&schema).tenant(Id::from("acme-mall")).unwrap();
    let trade = stored(&store, "A-1", minute(0));
    let seen = server.sql(&format!("SELECT state, version, due FROM {schema}.trades"));
    assert_eq!(seen, format!("paid|2|{}", trade.due().unwrap().millis()));
    for change in ["UPDATE @.events SET at = 0", "DELETE FROM @.events", "TRUNCATE @.events"] {
        let refused = server.try_sql(&change.replace('@', &schema)).unwrap_err();
        assert!(refused.contains("never"), "{refused}");
    }
    let last =
        format!("SELECT encode(t.chain, 'hex') = encode(e.chain, 'hex') FROM {schema}.trades t, {schema}.events e");
    assert_eq!(server.sql(&format!("{last} WHERE e.seq = 2")), "t", "the trade holds the chain of its last event");
}

/// What an error says is fit for a log.
#[test]
fn errors_hold_no_password_address_or_name() {
    let secrets = ["hunter2", "db.invalid", "mallory", "ledgers"];
    let address = "postgres://mallory:hunter2@db.invalid/ledgers?connect_timeout=1";
    let silent = |told: String| assert!(!secrets.iter().any(|secret| told.contains(secret)), "{told}");
    let options = PostgresOptions::new(address).unwrap().patience(Duration::from_secs(2));
    silent(format!("{options:?}"));
    let refused = options.open_blocking(NoTls).unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused}");
    silent(format!("{refused} {refused:?}"));
    let refused = PostgresOptions::new("host=db.invalid password=hunter2 port=mallory ledgers").unwrap_err();
    silent(format!("{refused} {refused:?}"));

    let Some(server) = shared() else { return };
    let address = format!("{} password=hunter2", server.address());
    for wrong in
        [address.replace("dbname=postgres", "dbname=ledgers"), address.replace("user=postgres", "user=mallory")]
    {
        let refused = PostgresOptions::new(&wrong).unwrap().open_blocking(NoTls).unwrap_err();
        assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused}");
        silent(format!("{refused} {refused:?}"));
        assert!(!format!("{refused}").contains("rdrs-pg"), "{refused}");
    }
    let schema = a_schema();
    let storage = PostgresOptions::new(&address).unwrap().schema(&schema).open_blocking(NoTls).unwrap();
    let store = storage.tenant(Id::from("acme-mall")).unwrap();
    let trade = stored(&store, "A-1", minute(0));
    let _ = server.sql(&format!("ALTER TABLE {schema}.events ADD CHECK (body NOT LIKE '%mallory%')"));
    // The server's own message and detail would quote the row.
    let refused = store.commit(&decide(&trade, &note("mallory lives in Rose Lane"), minute(1))).unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused}");
    silent(format!("{refused} {refused:?} {storage:?} {store:?}"));
    assert!(refused.to_string().contains("23514"), "{refused}");
    assert_eq!(store.load(trade.key.order).unwrap(), Some(trade));
}

#[test]
fn a_statement_that_takes_too_long_is_undone_and_said_so() {
    let Some(server) = shared() else { return };
    let schema = a_schema();
    let options = server.options(&schema).statement_timeout(Duration::from_millis(300));
    let store = options.open_blocking(NoTls).unwrap().tenant(Id::from("acme-mall")).unwrap();
    let (one, two) = (stored(&store, "A-1", minute(0)), stored(&store, "A-2", minute(0)));
    thread::scope(|scope| {
        let hold = format!(
            "BEGIN; SELECT 1 FROM {schema}.trades WHERE order_id = 'A-1' FOR UPDATE; SELECT pg_sleep(2); COMMIT"
        );
        let holds = scope.spawn(move || server.sql(&hold));
        thread::sleep(Duration::from_millis(500));
        let begun = Instant::now();
        let refused = store.commit(&decide(&one, &note("blocked"), minute(1))).unwrap_err();
        assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused}");
        assert!(begun.elapsed() < Duration::from_millis(1_200), "{:?}", begun.elapsed());
        // Readers and other trades are not held up.
        assert_eq!(store.load(one.key.order).unwrap(), Some(one.clone()));
        assert_eq!(store.commit(&decide(&two, &note("free"), minute(1))), Ok(Committed::Stored));
        let _ = holds.join().unwrap();
    });
    assert_eq!(store.commit(&decide(&one, &note("free again"), minute(2))), Ok(Committed::Stored));
}

#[test]
fn a_server_that_is_gone_is_unavailable_and_comes_back() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.options("trades").patience(Duration::from_secs(1)).open_blocking(NoTls).unwrap();
    let store = store.tenant(Id::from("acme-mall")).unwrap();
    let trade = stored(&store, "A-1", minute(0));
    server.kill();
    thread::sleep(Duration::from_millis(100));
    let next = decide(&trade, &note("is anybody there?"), minute(1));
    for error in [
        store.load(trade.key.order).unwrap_err(),
        store.commit(&next).unwrap_err(),
        store.claim(&Claim { now: minute(1), until: minute(2), limit: 1, worker: Id::from("w") }).unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
    }
    server.go();
    assert_eq!(store.load(trade.key.order).unwrap(), Some(trade));
    assert_eq!(store.commit(&next).unwrap(), Committed::Stored);
}

#[test]
fn a_desk_and_the_servers_clock_work_on_it() {
    let Some(server) = shared() else { return };
    let storage = server.blocking(&a_schema());
    let clock = storage.clock().unwrap();
    let theirs: i64 = server.sql("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint").parse().unwrap();
    assert!((clock.now().millis() - theirs).abs() < 1_000, "{} is not {theirs}", clock.now().millis());
    let before = clock.now();
    thread::sleep(Duration::from_millis(50));
    let passed = clock.now().millis() - before.millis();
    assert!((45..1_000).contains(&passed), "{passed}");
    let desk = Desk::builder(storage.clone()).tenant("acme-mall").clock(clock).open().unwrap();
    let receipt = desk.submit("A-1", place().key("p-1")).unwrap();
    assert_eq!(receipt.version, 1);
    assert!(desk.submit("A-1", place().key("p-1")).unwrap().replayed);
    drop(desk);
    let other = Desk::builder(storage).tenant("acme-mall").clock(ManualClock::at(minute(0))).open().unwrap();
    drop(other);
}
