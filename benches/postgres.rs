//! Commits a second on a real PostgreSQL server that is made for it, beside the same rows in bare SQL and a raw flush to
//! the same disk, in the same run. Disks differ and are throttled in bursts: quote the ratio to the flush between the two
//! probes, not the rate.
//!
//! `cargo bench --bench postgres --all-features`; with `-- --test` each runs for a moment only.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a measurement"
)]

#[path = "../tests/server/mod.rs"]
mod server;
#[path = "../tests/stored/mod.rs"]
mod stored;

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use redress::Id;
use redress::port::{Claim, Commit, Committed, Ending, Settle, Storage, Store};
use redress::store::postgres::{NoTls, tokio_postgres};
use server::Server;
use stored::{decide, minute, note, placed, stored};
use tokio::runtime::Runtime;

/// How many notes a trade takes before the next one is begun.
const NOTES: usize = 18;

fn main() {
    let is_test = std::env::args().any(|arg| arg == "--test");
    let length = Duration::from_millis(if is_test { 100 } else { 2_000 });
    let Some(server) = Server::start(&["shared_buffers=256MB", "max_wal_size=4GB"]) else { return };
    println!("commits a second (trade, event, request; notes with a key), rounds of {length:?} until two were steady");
    println!("callers  conns   commits/s  to fsync  p99 ms  bare SQL/s  to fsync  fsync/s before, after");
    for callers in [1, 8, 32, 128] {
        let (connections, mut worst) = (callers.min(8), Vec::new());
        let ours = between(&server, length, || {
            let (rate, wait) = commits(&server, callers, connections, length);
            worst.push(wait);
            rate
        });
        let bare = between(&server, length, || bare(&server, callers, connections, length));
        worst.sort_by(f64::total_cmp);
        let worst = worst[worst.len() / 2];
        let Round { rate, before, after } = ours;
        println!(
            "{callers:>7} {connections:>6} {rate:>11.0} {:>9.2} {worst:>7.1} {:>11.0} {:>9.2} {before:>8.0}, {after:.0}{}",
            ours.ratio(),
            bare.rate,
            bare.ratio(),
            if ours.is_steady() && bare.is_steady() { "" } else { " unsteady" }
        );
    }
    let trades = if is_test { 200 } else { 100_000 };
    let schema = server::a_schema();
    fill(&server, &schema, trades);
    sizes(&server, &schema, trades);
    polls(&server, &schema, trades, length / 2);
    claims(&server, &schema, length / 2);
    recovery(&server, &schema, trades, length / 4);
}

/// What a round came to, and the raw disk before and after it.
#[derive(Clone, Copy)]
struct Round {
    rate: f64,
    before: f64,
    after: f64,
}

impl Round {
    fn ratio(&self) -> f64 {
        2.0 * self.rate / (self.before + self.after)
    }

    /// Whether the disk was the same before and after.
    fn is_steady(&self) -> bool {
        self.before.max(self.after) <= 1.5 * self.before.min(self.after)
    }
}

/// Runs between two probes of the disk until two rounds were steady, six times at most. The last steady one, or the last.
fn between(server: &Server, length: Duration, mut work: impl FnMut() -> f64) -> Round {
    let mut rounds: Vec<Round> = Vec::new();
    for _ in 0..6 {
        let before = flushes(server, length / 8);
        let rate = work();
        rounds.push(Round { rate, before, after: flushes(server, length / 8) });
        if rounds.iter().filter(|round| round.is_steady()).count() == 2 || length < Duration::from_secs(1) {
            break;
        }
    }
    let steady = rounds.iter().rfind(|round| round.is_steady());
    steady.or(rounds.last()).copied().unwrap()
}

/// 4 KiB written and flushed, a second, on the server's own disk: going round in a file, as in WAL segments, which are used
/// again.
fn flushes(server: &Server, length: Duration) -> f64 {
    let mut file = File::create(server.folder().join("probe")).unwrap();
    (0..BLOCKS).for_each(|_| file.write_all(&[7; 4_096]).unwrap());
    file.sync_all().unwrap();
    let (begun, mut count) = (Instant::now(), 0_u32);
    while begun.elapsed() < length {
        file.seek(SeekFrom::Start(u64::from(count % BLOCKS) * 4_096)).unwrap();
        file.write_all(&[7; 4_096]).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}

/// How many blocks the probe goes round in.
const BLOCKS: u32 = 1_000;

/// Commits a second, and the time within which 99 of 100 were answered, in milliseconds.
fn commits(server: &Server, callers: usize, connections: usize, length: Duration) -> (f64, f64) {
    let schema = server::a_schema();
    let storage = server.options(&schema).connections(connections).open_blocking(NoTls).unwrap();
    let store = storage.tenant(Id::from("acme-mall")).unwrap();
    let (count, times) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let begun = Instant::now();
    thread::scope(|scope| {
        for caller in 0..callers {
            let (store, count, times) = (store.clone(), &count, &times);
            scope.spawn(move || {
                let mut own = Vec::new();
                'all: for order in 0.. {
                    let mut trade = stored(&store, &format!("{caller}-{order}"), minute(0));
                    for no in 0..NOTES {
                        if begun.elapsed() > length {
                            break 'all;
                        }
                        let commit = decide(&trade, &note("one more").key(format!("n-{no}").as_str()), minute(1));
                        let asked = Instant::now();
                        assert_eq!(store.commit(&commit), Ok(Committed::Stored));
                        own.push(asked.elapsed());
                        trade = commit.trade;
                    }
                    count.fetch_add(2, Ordering::Relaxed);
                }
                count.fetch_add(own.len() as u64, Ordering::Relaxed);
                times.lock().unwrap().extend(own);
            });
        }
    });
    let rate = count.into_inner() as f64 / begun.elapsed().as_secs_f64();
    let mut times = times.into_inner().unwrap();
    times.sort_unstable();
    let worst = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    (rate, worst.as_secs_f64() * 1e3)
}

/// The same rows of the same sizes, in one statement, without any check: what the server itself can do.
fn bare(server: &Server, callers: usize, connections: usize, length: Duration) -> f64 {
    let schema = server::a_schema();
    let store = server.blocking(&schema).tenant(Id::from("acme-mall")).unwrap();
    let trade = stored(&store, "sizes", minute(0));
    let commit: Commit = decide(&trade, &note("one more").key("n-1"), minute(1));
    let text = |value: &dyn Fn() -> serde_json::Value| value().to_string();
    let body = text(&|| serde_json::to_value(&commit.trade).unwrap());
    let event = text(&|| serde_json::to_value(&commit.events).unwrap());
    let receipt = text(&|| serde_json::to_value(&commit.answered).unwrap());
    let _ = placed(&store, "unused", minute(0));
    let _ = server.sql(&format!(
        "CREATE TABLE {schema}.t (id text PRIMARY KEY, version bigint, due bigint, body text);
         CREATE INDEX ON {schema}.t (due);
         CREATE TABLE {schema}.e (id text, seq bigint, body text, PRIMARY KEY (id, seq));
         CREATE TABLE {schema}.r (id text, key text, body text, PRIMARY KEY (id, key));"
    ));
    let sql = format!(
        "WITH t AS (INSERT INTO {schema}.t VALUES ($1, $2, $2, $3) ON CONFLICT (id) DO UPDATE SET version = $2, due = $2, body = $3),
              e AS (INSERT INTO {schema}.e VALUES ($1, $2, $4))
         INSERT INTO {schema}.r VALUES ($1, $2::bigint::text, $5)"
    );
    let (runtime, count) = (Runtime::new().unwrap(), Arc::new(AtomicU64::new(0)));
    let begun = Instant::now();
    runtime.block_on(async {
        let mut clients = Vec::new();
        for _ in 0..connections {
            let (client, connection) = tokio_postgres::connect(&server.address(), NoTls).await.unwrap();
            drop(tokio::spawn(connection));
            let statement = client.prepare(&sql).await.unwrap();
            clients.push(Arc::new((client, statement)));
        }
        let mut tasks = Vec::new();
        for (caller, client) in (0..callers).zip(clients.into_iter().cycle()) {
            let (count, body, event, receipt) = (Arc::clone(&count), body.clone(), event.clone(), receipt.clone());
            tasks.push(tokio::spawn(async move {
                for no in 0_i64.. {
                    if begun.elapsed() > length {
                        break;
                    }
                    let id = format!("{caller}-{}", no / NOTES as i64);
                    let (client, statement) = &*client;
                    let _ = client.execute(statement, &[&id, &no, &body, &event, &receipt]).await.unwrap();
                    count.fetch_add(1, Ordering::Relaxed);
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
    });
    count.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
}

/// Polls for what is due, and claims of what is ready, a second, where nothing is.
fn polls(server: &Server, schema: &str, trades: u32, length: Duration) {
    let store = server.blocking(schema).tenant(Id::from("acme-mall")).unwrap();
    let rate = |work: &dyn Fn()| {
        let (begun, mut count) = (Instant::now(), 0);
        while begun.elapsed() < length {
            work();
            count += 1;
        }
        f64::from(count) / begun.elapsed().as_secs_f64()
    };
    let due = |at, limit| store.due(at, None, limit).unwrap().rows.len();
    let loads = rate(&|| assert!(store.load(Id::from("A-00000007")).unwrap().is_some()));
    let none = rate(&|| assert_eq!(due(minute(0), 100), 0));
    let ten = rate(&|| assert_eq!(due(minute(5_000_000), 10), 10));
    let hundred = rate(&|| assert_eq!(due(minute(5_000_000), 100), 100));
    let early = Claim { now: minute(-1), until: minute(0), limit: 100, worker: Id::from("worker-1") };
    let empty = rate(&|| assert_eq!(store.claim(&early).unwrap().rows.len(), 0));
    println!(
        "one caller, {trades} trades: {loads:.0} loads/s; due polls/s: {none:.0} with none due, {ten:.0} of 10, {hundred:.0} of \
         100; {empty:.0} empty claims/s"
    );
}

/// Many trades, each placed and paid, by many callers.
fn fill(server: &Server, schema: &str, trades: u32) {
    let (store, next) = (server.blocking(schema).tenant(Id::from("acme-mall")).unwrap(), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                loop {
                    let no = next.fetch_add(1, Ordering::Relaxed);
                    if no >= trades {
                        break;
                    }
                    let _ = stored(&store, &format!("A-{no:08}"), minute(0));
                }
            });
        }
    });
}

/// What a trade of two events takes on the disk, with its indexes.
fn sizes(server: &Server, schema: &str, trades: u32) {
    let _ = server.sql(&format!("VACUUM {schema}.trades, {schema}.events, {schema}.outbox, {schema}.requests"));
    let of = |table: &str| -> f64 {
        let size = server.sql(&format!("SELECT pg_total_relation_size('{schema}.{table}')"));
        size.parse::<f64>().unwrap() / f64::from(trades)
    };
    let [trade, events, tasks, answers] = ["trades", "events", "outbox", "requests"].map(of);
    println!(
        "{trades} trades of two events: {:.0} bytes a trade with all that is kept of it; the trade {trade:.0}, an event {:.0}, \
         its tasks {tasks:.0}",
        trade + events + tasks + answers,
        events / 2.0
    );
}

/// Tasks claimed and settled as done, each alone, a second.
fn claims(server: &Server, schema: &str, length: Duration) {
    let store = server.blocking(schema).tenant(Id::from("acme-mall")).unwrap();
    for (workers, limit) in [(1, 1), (1, 100), (8, 10), (32, 10)] {
        let now = minute(1);
        let round = between(server, length, || {
            let begun = Instant::now();
            let work = || {
                let mut count = 0_u32;
                while begun.elapsed() < length {
                    let claim = Claim { now, until: minute(60), limit, worker: Id::from("worker") };
                    for claimed in store.claim(&claim).unwrap().rows {
                        let settle = Settle { task: claimed.id, fence: claimed.fence, now, ending: Ending::Done };
                        store.settle(&settle).unwrap();
                        count += 1;
                    }
                }
                count
            };
            let count: u32 = thread::scope(|scope| {
                let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).sum()
            });
            f64::from(count) / begun.elapsed().as_secs_f64()
        });
        let Round { rate, before, after } = round;
        println!(
            "{workers} workers, {limit} a claim: {rate:.0} tasks/s, {:.2} of fsync at {before:.0}, {after:.0}/s",
            round.ratio()
        );
    }
}

/// The server is killed under eight writers; how long until it serves again.
fn recovery(server: &Server, schema: &str, trades: u32, length: Duration) {
    let store = server.blocking(schema).tenant(Id::from("acme-mall")).unwrap();
    let (over, count) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let no = count.fetch_add(1, Ordering::Relaxed);
                    // What it comes to when the server dies is not the matter here.
                    let _ = store.commit(&placed(&store, &format!("R-{no}"), minute(0)));
                }
            });
        }
        thread::sleep(length);
        over.store(true, Ordering::Relaxed);
        server.kill();
    });
    let begun = Instant::now();
    server.go();
    let there = store.load(Id::from("A-00000001")).unwrap().is_some();
    assert_eq!(store.commit(&placed(&store, "after", minute(0))), Ok(Committed::Stored));
    assert!(there);
    println!(
        "the server was killed under 8 writers on {trades} trades: {:.1?} until it had started, the first trade was read and \
         the next commit stored",
        begun.elapsed()
    );
}
