//! The server is killed, with all its processes, in the midst of its work; nothing that it acknowledged is lost.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use std::{env, thread};

use redress::Id;
use redress::port::{Commit, Committed, RequestKey, Storage, Store, StoreError};
use redress::store::BlockingPostgresStore;
use redress::store::postgres::NoTls;
use redress::trade::Trade;

use crate::Book;
use crate::server::Server;
use crate::stored::{minute, note};

/// How many write at a time.
const WRITERS: usize = 8;

/// What one writer knows when the server is gone.
#[derive(Default)]
struct Known {
    acknowledged: Vec<RequestKey>,
    refused: Vec<RequestKey>,
    unknown: Vec<RequestKey>,
}

/// Commits notes on its own trade until it is told to stop; after an unknown outcome it asks what became of it.
fn write(
    book: &Book,
    store: &BlockingPostgresStore,
    mut trade: Trade,
    name: &str,
    stop: &AtomicBool,
) -> (Known, Trade) {
    let mut known = Known::default();
    for no in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let commit = book.decide(&trade, &note("in a storm").key(format!("{name}-{no}").as_str()), minute(1));
        let key = commit.answered.as_ref().unwrap().key;
        match store.commit(&commit) {
            Ok(Committed::Stored) => known.acknowledged.push(key),
            Err(StoreError::Unavailable { .. }) => {
                known.refused.push(key);
                thread::sleep(Duration::from_millis(10));
                continue;
            }
            Err(StoreError::Indeterminate { .. }) => {
                known.unknown.push(key);
                if !resolve(store, &commit) {
                    continue;
                }
            }
            other => panic!("{other:?}"),
        }
        trade = commit.trade;
    }
    (known, trade)
}

/// Asks until it is known whether a commit was stored.
fn resolve(store: &BlockingPostgresStore, commit: &Commit) -> bool {
    let key = commit.answered.as_ref().unwrap().key;
    loop {
        match store.receipt(&key) {
            Ok(answer) => return answer.is_some(),
            Err(StoreError::Unavailable { .. }) => thread::sleep(Duration::from_millis(10)),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn a_server_that_is_killed_loses_nothing_that_it_acknowledged() {
    // It starts again without flushing each file of its own first: the disk lives on.
    let Some(server) = Server::start(&["recovery_init_sync_method=syncfs"]) else { return };
    let rounds: u32 = env::var("REDRESS_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(4);
    let book = Book::new();
    let options = server.options("trades").patience(Duration::from_millis(500));
    let store = options.open_blocking(NoTls).unwrap().tenant(Id::from("acme-mall")).unwrap();
    let (mut acknowledged, mut unknown, mut found) = (0, 0, 0);
    let mut trades: Vec<Trade> = (0..WRITERS).map(|no| book.begin(&store, &format!("A-{no}"), minute(0))).collect();
    let progress = AtomicU64::new(0);
    for round in 0..rounds {
        let stop = AtomicBool::new(false);
        let writer = |(no, trade): (usize, Trade)| {
            let done = write(&book, &store, trade, &format!("r{round}-w{no}"), &stop);
            progress.fetch_add(done.0.acknowledged.len() as u64, Ordering::SeqCst);
            done
        };
        let done: Vec<(Known, Trade)> = thread::scope(|scope| {
            let writer = &writer;
            let threads: Vec<_> = trades.drain(..).enumerate().map(|it| scope.spawn(move || writer(it))).collect();
            // At no particular moment.
            thread::sleep(Duration::from_millis(400 + u64::from(round * 37 % 101)));
            server.kill();
            server.go();
            // They go on with the same store, as services do.
            thread::sleep(Duration::from_millis(200));
            stop.store(true, Ordering::SeqCst);
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for (known, trade) in done {
            let is_there = |key: &RequestKey| store.receipt(key).unwrap().is_some();
            assert!(known.acknowledged.iter().all(is_there), "round {round}: an acknowledged commit is lost");
            assert!(!known.refused.iter().any(is_there), "round {round}: Unavailable was stored after all");
            assert_eq!(store.load(trade.key.order).unwrap().as_ref(), Some(&trade), "round {round}");
            let verified = store.verify(trade.key.order).unwrap();
            assert_eq!((verified.events, &verified.damaged[..]), (trade.events, &[][..]), "round {round}");
            acknowledged += known.acknowledged.len();
            found += known.unknown.iter().filter(|key| is_there(key)).count();
            unknown += known.unknown.len();
            trades.push(trade);
        }
    }
    assert!(acknowledged > rounds as usize * WRITERS && unknown > 0, "under load: {acknowledged}, {unknown} unknown");
    println!(
        "{rounds} kills of the server under {WRITERS} writers: {acknowledged} acknowledged, 0 lost, 0 inconsistent; \
         {unknown} unknown outcomes, all resolved ({found} stored)"
    );
}

/// Durability is on: at least one flush of the server's log for each group of commits that was acknowledged.
#[test]
fn every_acknowledged_commit_is_flushed() {
    let Some(server) = Server::start(&[]) else { return };
    let book = Book::new();
    let store = server.blocking("trades").tenant(Id::from("acme-mall")).unwrap();
    for (callers, most) in [(1_usize, 100_usize), (8, 50)] {
        let trades: Vec<Trade> =
            (0..callers).map(|no| book.begin(&store, &format!("F-{callers}-{no}"), minute(0))).collect();
        let before = flushes(&server);
        thread::scope(|scope| {
            for mut trade in trades {
                let (book, store) = (&book, &store);
                scope.spawn(move || {
                    for _ in 0..most {
                        let commit = book.decide(&trade, &note("is it on the disk?"), minute(1));
                        assert_eq!(store.commit(&commit), Ok(Committed::Stored));
                        trade = commit.trade;
                    }
                });
            }
        });
        let flushes = flushes(&server) - before;
        println!("{callers} callers: {} commits acknowledged, {flushes} flushes", callers * most);
        // A group holds one of each caller at most.
        assert!(flushes >= most as u64, "{flushes} flushes for {} commits", callers * most);
    }
}

/// How often the server has flushed its log. Sessions tell all that they did when they end, the others each second.
fn flushes(server: &Server) -> u64 {
    server.cut("trades");
    thread::sleep(Duration::from_millis(1_500));
    let since_18 = "SELECT sum(fsyncs)::bigint FROM pg_stat_io WHERE object = 'wal'";
    let counted = server.try_sql("SELECT wal_sync FROM pg_stat_wal").unwrap_or_else(|_| server.sql(since_18));
    counted.parse().unwrap()
}
