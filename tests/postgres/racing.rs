//! Many workers on one trade and on ten thousand: nothing is lost, nothing is done twice.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use redress::Id;
use redress::port::{Claim, Committed, Ending, Settle, Storage, Store, StoreError, TaskId};
use redress::store::BlockingPostgresStore;

use crate::Book;
use crate::server::{Server, a_schema};
use crate::stored::{minute, note};

/// Each worker with connections of its own, as in processes of their own.
fn workers(server: &Server, schema: &str, count: usize) -> Vec<BlockingPostgresStore> {
    let open = || server.options(schema).connections(2).open_blocking(redress::store::postgres::NoTls).unwrap();
    (0..count).map(|_| open().tenant(Id::from("acme-mall")).unwrap()).collect()
}

fn at_once<R: Send>(
    stores: &[BlockingPostgresStore],
    work: impl Fn(usize, &BlockingPostgresStore) -> R + Sync,
) -> Vec<R> {
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> =
            stores.iter().enumerate().map(|(no, store)| scope.spawn(move || work(no, store))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// On one trade: each loads it, decides, and commits what may be stale by then. How many won, and lost.
fn on_one_trade(book: &Book, stores: &[BlockingPostgresStore], wins_each: u64) -> (u64, u64) {
    let order = format!("hot-{}", stores.len());
    let begun = book.begin(&stores[0], &order, minute(0));
    let race = |_: usize, store: &BlockingPostgresStore| {
        let (mut won, mut lost) = (0, 0);
        while won < wins_each {
            let trade = store.load(begun.key.order).unwrap().unwrap();
            match store.commit(&book.decide(&trade, &note("mine"), minute(1))) {
                Ok(Committed::Stored) => won += 1,
                Err(StoreError::Stale { .. }) => lost += 1,
                other => panic!("{other:?}"),
            }
        }
        (won, lost)
    };
    let (won, lost) = at_once(stores, race).into_iter().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    let trade = stores[0].load(begun.key.order).unwrap().unwrap();
    assert_eq!(trade.version, begun.version + won, "as many versions as winners");
    assert_eq!(trade.events, begun.events + won, "as many events as winners");
    let verified = stores[0].verify(begun.key.order).unwrap();
    assert_eq!((verified.events, verified.damaged), (trade.events, Vec::new()));
    (won, lost)
}

/// On many trades: every worker places and pays its share, and claims and settles whatever is ready. Returns commits.
fn on_many_trades(book: &Book, stores: &[BlockingPostgresStore], trades: usize) -> u64 {
    let (next, commits) = (AtomicU64::new(0), AtomicU64::new(0));
    let round = stores.len();
    let work = |no: usize, store: &BlockingPostgresStore| {
        let mut done: Vec<TaskId> = Vec::new();
        let worker = Id::from(format!("worker-{no}").as_str());
        let mut drained = false;
        while !drained {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let is_over = place >= trades as u64;
            if !is_over {
                let _ = book.begin(store, &format!("{round}-{place}"), minute(0));
                commits.fetch_add(2, Ordering::Relaxed);
            }
            if is_over || place.is_multiple_of(8) {
                let claim = Claim { now: minute(1), until: minute(9_999), limit: 16, worker };
                let page = store.claim(&claim).unwrap();
                assert_eq!(page.corrupt, []);
                for claimed in &page.rows {
                    assert_eq!((claimed.fence, claimed.tries), (1, 1), "{}", claimed.id);
                    let settle = Settle { task: claimed.id, fence: 1, now: minute(1), ending: Ending::Done };
                    store.settle(&settle).unwrap();
                }
                done.extend(page.rows.iter().map(|claimed| claimed.id));
                drained = is_over && page.rows.is_empty();
            }
        }
        done
    };
    let mut done = at_once(stores, work).concat();
    // Whoever was the last to look may have passed over rows that others were just taking.
    done.extend(work(round, &stores[0]));
    let unique: BTreeSet<TaskId> = done.iter().copied().collect();
    assert_eq!(unique.len(), done.len(), "no task was handed out twice");
    assert_eq!(done.len(), trades * 2 + 2, "and each was handed out once, those of the hot trade among them");
    commits.into_inner()
}

#[test]
fn workers_share_one_trade_and_ten_thousand() {
    let Some(server) = Server::start(&[]) else { return };
    let (book, schema) = (Book::new(), a_schema());
    let begun = Instant::now();
    let mut commits = 0;
    for (count, wins_each, trades) in [(2, 400, 3_400), (8, 60, 3_300), (32, 10, 3_300)] {
        let stores = workers(&server, &schema, count);
        let (won, lost) = on_one_trade(&book, &stores, wins_each);
        let many = on_many_trades(&book, &stores, trades);
        println!(
            "{count} workers: one trade {won} won, {lost} stale, 0 anomalies; {trades} trades {many} commits, no task twice"
        );
        commits += won + many + 2;
    }
    let sums = format!(
        "SELECT (SELECT sum(version) FROM {schema}.trades), (SELECT count(*) FROM {schema}.events),
                (SELECT count(*) FROM {schema}.outbox), (SELECT count(*) FROM {schema}.outbox WHERE done_at IS NULL),
                (SELECT count(*) FROM {schema}.trades)"
    );
    let sums: Vec<u64> = server.sql(&sums).split('|').map(|sum| sum.parse().unwrap()).collect();
    // Every commit here has one event, and two of each trade have a task.
    assert_eq!(sums[0], commits, "versions");
    assert_eq!(sums[1], commits, "events");
    assert_eq!(sums[2], sums[4] * 2, "effects");
    assert_eq!(sums[3], 0, "and all of those were carried out");
    println!(
        "{commits} commits on {} trades: versions = events = winners, effects = {}, 0 anomalies, {:?}",
        sums[4],
        sums[2],
        begun.elapsed()
    );
    assert!(commits >= 20_000, "{commits}");
}
