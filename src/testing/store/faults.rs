//! What survives, and what is said when it is not known.

use alloc::format;
use alloc::vec::Vec;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::Poll;
use std::thread;
use std::time::Duration;

use super::bench::{Bench, holds, in_parallel, same};
use super::keys::answered;
use super::matter::{decide, minute, note, stored};
use super::{Stand, Stop, Verdict};
use crate::Id;
use crate::port::{AsyncStore, Committed, Ending, Store, StoreError};
use crate::trade::Trade;

pub(super) fn what_was_acknowledged_is_there_when_opened_anew<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let commit = decide(&trade, &note("once").key("n-1"), minute(1))?;
    store.put(&commit)?;
    let claimed = store.take(minute(2), 10)?;
    let [one, two] = &claimed[..] else { return Err(Stop::Breach(format!("two tasks: {claimed:?}"))) };
    drop(store);
    let store = bench.anew()?;
    same("the trade", &store.is_whole("A-1")?, &commit.trade)?;
    let replayed = Committed::Replayed(answered(&commit)?.answer.receipt.into());
    same("the answer", &store.commit(&commit), &Ok(replayed))?;
    same("the claims", &store.take(minute(3), 10)?, &Vec::new())?;
    same("their fences", &store.end(one, minute(3), Ending::Done), &Ok(()))?;
    store.end(two, minute(3), Ending::Aside { error: "no".into() })?;
    let store = bench.anew()?;
    let shelved: Vec<_> = store.shelved(None, 10)?.rows.iter().map(|shelved| shelved.id).collect();
    same("the shelf", &shelved, &Vec::from([two.id]))?;
    same("what is done", &store.take(minute(5_000), 10)?, &Vec::new())
}

/// Polls a future so many times, then drops it.
async fn poll_and_drop<F: Future>(future: F, times: u32) {
    let mut future = pin!(future);
    for _ in 0..times {
        let done = poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await;
        if done {
            return;
        }
        thread::sleep(Duration::from_micros(200));
    }
}

/// Commits until one is stored, as whoever lost an answer would; the trade as it is then.
fn go_on(store: &impl Store, trade: &Trade, at: i64) -> Result<Trade, Stop> {
    let mut trade = trade.clone();
    for _ in 0..20 {
        let commit = decide(&trade, &note("on we go"), minute(at))?;
        match store.commit(&commit) {
            Ok(_) => return Ok(commit.trade),
            Err(StoreError::Stale { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let again = store.load(trade.key.order)?;
        trade = again.ok_or_else(|| Stop::Breach("the trade is gone".into()))?;
    }
    Err(Stop::Breach("after a dropped commit no other gets through".into()))
}

pub(super) fn a_dropped_commit_is_whole_or_absent<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let mut trade = stored(&store, "A-1", minute(0))?;
    for times in 0..12 {
        let key = format!("n-{times}");
        let commit = decide(&trade, &note("dropped").key(key.as_str()), minute(i64::from(times) + 1))?;
        bench.stand.wait(poll_and_drop(store.store.commit(&commit), times));
        trade = go_on(&store, &trade, i64::from(times) + 1)?;
        // By now it is settled whether it was stored, since another one has followed.
        let was_stored = trade.version == commit.trade.version + 1;
        let remembered = store.receipt(&answered(&commit)?.key)?.is_some();
        same("its answer is there if and only if it is", &remembered, &was_stored)?;
    }
    same("nothing else was written", &store.is_whole("A-1")?, &trade)
}

/// How many commits one storm takes.
const STORM: i64 = 60;

pub(super) fn an_outcome_that_is_not_known_is_called_so<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    if !bench.stand.disturb() {
        return Err(Stop::NotOffered("the stand offers no way to cut connections"));
    }
    let over = AtomicBool::new(false);
    let done = in_parallel(&[true, false], |commits| {
        if *commits {
            let done = storm(&store, trade.clone());
            over.store(true, Ordering::SeqCst);
            return done;
        }
        while !over.load(Ordering::SeqCst) {
            let _ = bench.stand.disturb();
            thread::sleep(Duration::from_millis(7));
        }
        Ok(0)
    })?;
    let version = done.into_iter().sum::<Result<u64, Stop>>()?;
    let trade = patiently(|| store.load(Id::from("A-1")))?;
    same("as many versions as commits that were stored", &trade.map(|trade| trade.version), &Some(version))?;
    patiently(|| store.verify(Id::from("A-1")).map(|verified| verified.damaged))
        .and_then(|damaged| same("it verifies", &damaged, &Vec::new()))
}

/// Commits one after another while connections are cut; the version that must stand in the end.
fn storm(store: &impl Store, mut trade: Trade) -> Result<u64, Stop> {
    for no in 1..=STORM {
        let commit = decide(&trade, &note("in a storm").key(format!("n-{no}").as_str()), minute(no))?;
        let outcome = store.commit(&commit);
        let key = answered(&commit)?.key;
        let is_there = patiently(|| store.receipt(&key))?.is_some();
        match outcome {
            Ok(Committed::Stored) => holds("what was acknowledged is there", is_there)?,
            Ok(Committed::Replayed(_)) => return Err(Stop::Breach("a new request was answered before".into())),
            Err(StoreError::Unavailable { .. }) => holds("Unavailable means that nothing was changed", !is_there)?,
            Err(StoreError::Indeterminate { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        if is_there {
            trade = commit.trade;
        }
        let found = patiently(|| store.load(trade.key.order))?.map(|found| found.version);
        same("the trade is there with its answer, or neither", &found, &Some(trade.version))?;
    }
    Ok(trade.version)
}

/// Asks until the store answers.
fn patiently<R>(ask: impl Fn() -> Result<R, StoreError>) -> Result<R, Stop> {
    let mut last = None;
    for _ in 0..400 {
        match ask() {
            Err(error @ StoreError::Unavailable { .. }) => last = Some(error),
            other => return Ok(other?),
        }
        thread::sleep(Duration::from_millis(5));
    }
    Err(Stop::Breach(format!("the store does not come back: {last:?}")))
}
