//! Many callers and several processes on one order and on many: version = events = tasks = winners, no claim twice.
//!
//! `COMMITS=100000 cargo test --release --features sqlite --test store_contention -- --nocapture` for a long run; 20,000
//! commits without it.

#![cfg(feature = "sqlite")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod stored;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Instant;

use redress::Id;
use redress::port::{Claim, Commit, Committed, Storage, Store, StoreError};
use redress::store::{Sqlite, SqliteStore};
use redress::trade::Trade;
use stored::{Folder, decide, minute, note, placed, stored};

fn commits() -> u32 {
    std::env::var("COMMITS").map_or(20_000, |commits| commits.parse().unwrap())
}

fn mall(file: &Path) -> SqliteStore {
    Sqlite::open(file).unwrap().tenant(Id::from("acme-mall")).unwrap()
}

/// A note that asks for one task.
fn with_a_task(trade: &Trade, task: &redress::trade::Task) -> Commit {
    let mut commit = decide(trade, &note("on"), minute(1));
    commit.events[0].tasks = vec![task.clone()];
    commit
}

/// Any task, to be asked for again and again.
fn a_task(store: &SqliteStore) -> redress::trade::Task {
    placed(store, "any", minute(0)).events[0].tasks[0].clone()
}

/// What became of all attempts.
#[derive(Default)]
struct Score {
    won: AtomicU32,
    stale: AtomicU64,
}

/// Callers commit to these orders in turn until so many commits have won.
fn race(store: &SqliteStore, callers: u32, orders: &[Id], most: u32) -> Score {
    let (score, task, begun) = (Score::default(), a_task(store), AtomicU32::new(0));
    let call = |caller: u32| {
        let mut turn = caller as usize;
        while begun.fetch_add(1, Ordering::Relaxed) < most {
            let order = orders[turn % orders.len()];
            turn += callers as usize;
            loop {
                let trade = store.load(order).unwrap().unwrap();
                match store.commit(&with_a_task(&trade, &task)) {
                    Ok(Committed::Stored) => break,
                    Err(StoreError::Stale { found, expected, .. }) if found > expected => {
                        score.stale.fetch_add(1, Ordering::Relaxed);
                    }
                    other => panic!("{other:?}"),
                }
            }
            score.won.fetch_add(1, Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| (0..callers).for_each(|caller| drop(scope.spawn(move || call(caller)))));
    score
}

/// Version, events and tasks of these orders, beyond what they began with, are the winners; nothing is damaged.
fn adds_up(store: &SqliteStore, orders: &[Id], before: u64, won: u64) {
    let (mut versions, mut events, mut tasks) = (0, 0, 0);
    for order in orders {
        let trade = store.load(*order).unwrap().unwrap();
        let verified = store.verify(*order).unwrap();
        assert_eq!(verified.damaged, [], "{order}");
        versions += trade.version;
        events += verified.events;
        let history = store.history(*order, 1, u32::MAX).unwrap();
        tasks +=
            history.iter().filter(|event| event.said.text == "on").map(|event| event.tasks.len() as u64).sum::<u64>();
    }
    let before = before * orders.len() as u64;
    assert_eq!((versions - before, events - before, tasks), (won, won, won));
}

/// Everybody claims until nothing is left; how many claims there were.
fn claim_all(store: &SqliteStore, workers: u32) -> usize {
    let claim = || {
        let mut all = Vec::new();
        loop {
            let claim = Claim { now: minute(10), until: minute(20), limit: 50, worker: Id::from("worker") };
            let page = store.claim(&claim).unwrap();
            assert_eq!(page.corrupt, []);
            if page.rows.is_empty() {
                return all;
            }
            all.extend(page.rows.into_iter().map(|claimed| claimed.id));
        }
    };
    let claimed: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(claim)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let mut times: BTreeMap<_, u32> = BTreeMap::new();
    claimed.iter().for_each(|id| *times.entry(*id).or_default() += 1);
    assert!(times.values().all(|times| *times == 1), "a task was claimed twice");
    claimed.len()
}

#[test]
fn many_callers_on_one_order_and_on_many() {
    // One order takes a twentieth of the commits at each number of callers, many take the rest.
    let (total, mut all) = (commits(), 0);
    for callers in [2, 8, 32] {
        for many in [false, true] {
            let folder = Folder::quick();
            let store = mall(&folder.file());
            let (most, count) = if many { (total * 17 / 60 + 1, total.min(10_000)) } else { (total / 20, 1) };
            let orders: Vec<Id> = (0..count).map(|no| Id::from(format!("A-{no}").as_str())).collect();
            place_all(&store, &orders);
            let begun = Instant::now();
            let score = race(&store, callers, &orders, most);
            let (won, took) = (score.won.into_inner(), begun.elapsed());
            assert_eq!(won, most);
            adds_up(&store, &orders, 1, won.into());
            let claims = claim_all(&store, callers);
            let made = usize::try_from(won).unwrap() + orders.len();
            assert_eq!(claims, made, "each task that was asked for is claimed once");
            all += won;
            println!(
                "{callers} callers on {count} orders: {won} commits won, {} lost cleanly, {:.0} a second; {claims} claims, 0 twice",
                score.stale.into_inner(),
                f64::from(won) / took.as_secs_f64()
            );
        }
    }
    println!("{all} commits in all, 0 anomalies");
    assert!(all >= total);
}

/// Each with one task.
fn place_all(store: &SqliteStore, orders: &[Id]) {
    std::thread::scope(|scope| {
        for part in orders.chunks(orders.len().div_ceil(32)) {
            scope.spawn(move || {
                part.iter().for_each(|order| drop(store.commit(&placed(store, order.as_str(), minute(0))).unwrap()));
            });
        }
    });
}

/// Not a test but one of the processes that the next one starts: this binary, run again.
#[test]
fn a_process_that_takes_part() {
    let (Some(file), Ok(most)) = (std::env::var_os("PART_FILE"), std::env::var("PART_COMMITS")) else { return };
    let store = mall(Path::new(&file));
    let orders = ["shared-0", "shared-1"].map(Id::from);
    let begun = Instant::now();
    let score = race(&store, 4, &orders, most.parse().unwrap());
    let longest = begun.elapsed();
    println!("\n!won {} {} {}", score.won.into_inner(), score.stale.into_inner(), longest.as_millis());
}

#[test]
fn several_processes_take_turns() {
    let folder = Folder::quick();
    let store = mall(&folder.file());
    let orders = ["shared-0", "shared-1"].map(Id::from);
    orders.iter().for_each(|order| drop(stored(&store, order.as_str(), minute(0))));
    let most = commits() / 40;
    let begun = Instant::now();
    let processes: Vec<_> = (0..3)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "a_process_that_takes_part", "--nocapture"])
                .env("PART_FILE", folder.file())
                .env("PART_COMMITS", most.to_string())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut won = 0;
    for process in processes {
        let out = process.wait_with_output().unwrap();
        let out = String::from_utf8(out.stdout).unwrap();
        let line = out.lines().find(|line| line.starts_with("!won")).unwrap_or_else(|| panic!("{out}"));
        println!("{line}");
        won += line.split(' ').nth(1).unwrap().parse::<u64>().unwrap();
    }
    assert_eq!(won, u64::from(most) * 3);
    adds_up(&store, &orders, 2, won);
    println!("3 processes of 4 callers: {won} commits, 0 anomalies, {:.1?}", begun.elapsed());
}
