//! Many at a time: one wins, nobody is lost, nobody sees a half.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use super::bench::{Bench, Waited, holds, in_parallel, same};
use super::matter::{decide, minute, note, noted, placed, stored};
use super::{Stand, Stop, Verdict};
use crate::Id;
use crate::port::{Commit, Committed, Store, StoreError, TaskId};
use crate::trade::{Trade, replay};

/// How many race.
const RACERS: usize = 8;

/// How many of the racing commits were stored; the others must be of this kind.
fn winners<T: Stand>(
    store: &Waited<'_, T>,
    commits: &[Commit],
    lost: impl Fn(&Result<Committed, StoreError>) -> bool,
) -> Result<usize, Stop> {
    let outcomes = in_parallel(commits, |commit| store.commit(commit))?;
    let stored = outcomes.iter().filter(|outcome| **outcome == Ok(Committed::Stored)).count();
    match outcomes.iter().find(|outcome| **outcome != Ok(Committed::Stored) && !lost(outcome)) {
        Some(other) => Err(Stop::Breach(format!("a racer is answered with {other:?}"))),
        None => Ok(stored),
    }
}

const fn is_stale(outcome: &Result<Committed, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Stale { .. }))
}

pub(super) fn of_racing_commits_one_wins<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let mut trade = stored(&store, "A-1", minute(0))?;
    for round in 1..=20 {
        let said = |no: usize| decide(&trade, &note(&format!("racer {no}")), minute(round));
        let commits = (0..RACERS).map(said).collect::<Result<Vec<_>, _>>()?;
        same("one wins", &winners(&store, &commits, is_stale)?, &1)?;
        trade = store.found("A-1")?;
    }
    same("one version a round", &trade.version, &22)?;
    store.is_whole("A-1").map(drop)
}

pub(super) fn of_racing_births_one_wins<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    for round in 0..10 {
        let order = format!("A-{round}");
        let place = |no: i64| placed(&store, &order, minute(no));
        let commits = (0..RACERS as i64).map(place).collect::<Result<Vec<_>, _>>()?;
        same("one wins", &winners(&store, &commits, is_stale)?, &1)?;
        same("it is there once", &store.is_whole(&order)?.version, &1)?;
    }
    same("one task for each", &store.take(minute(60), 100)?.len(), &10)
}

pub(super) fn racing_repeats_of_one_request_are_one<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let mut trade = stored(&store, "A-1", minute(0))?;
    for round in 1..=10 {
        let commit = decide(&trade, &note("double click").key(format!("n-{round}").as_str()), minute(round))?;
        let commits: Vec<Commit> = (0..RACERS).map(|_| commit.clone()).collect();
        let replayed = |outcome: &Result<Committed, StoreError>| match (outcome, &commit.answered) {
            (Ok(Committed::Replayed(receipt)), Some(asked)) => **receipt == asked.answer.receipt,
            _ => false,
        };
        same("one is stored", &winners(&store, &commits, replayed)?, &1)?;
        trade = store.found("A-1")?;
        same("and no other", &trade, &commit.trade)?;
    }
    store.is_whole("A-1").map(drop)
}

pub(super) fn trades_do_not_hinder_each_other<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let orders: Vec<_> = (0..RACERS).map(|no| format!("A-{no}")).collect();
    let story = |order: &alloc::string::String| {
        let mut trade = stored(&store, order, minute(0))?;
        for round in 1..=5 {
            trade = noted(&store, &trade, "still here", minute(round))?;
        }
        Ok::<_, Stop>(trade)
    };
    for (order, trade) in orders.iter().zip(in_parallel(&orders, story)?) {
        same("all its commits are there", &store.is_whole(order)?, &trade?)?;
    }
    Ok(())
}

/// How many versions each reader must see while another writes, and how often it looks at most.
const SEEN: u32 = 12;
const LOOKS: u32 = 1_000_000;

pub(super) fn readers_see_whole_commits<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let (reading, over) = (AtomicU32::new(2), AtomicBool::new(false));
    let write = || {
        let mut trade = trade.clone();
        let mut round = 0;
        while reading.load(Ordering::SeqCst) > 0 {
            round += 1;
            trade = noted(&store, &trade, "one more", minute(round))?;
        }
        Ok(())
    };
    let done = in_parallel(&[true, false, false], |writes| {
        let done: Verdict = if *writes { write() } else { look(&store, &over) };
        match *writes {
            true => over.store(true, Ordering::SeqCst),
            false => drop(reading.fetch_sub(1, Ordering::SeqCst)),
        }
        done
    })?;
    done.into_iter().collect()
}

/// Looks at a trade that another is writing.
fn look<T: Stand>(store: &Waited<'_, T>, over: &AtomicBool) -> Verdict {
    let (mut last, mut versions) = (0, 0);
    for _ in 0..LOOKS {
        let seen = store.found("A-1")?;
        holds("no version comes back", seen.version >= last)?;
        versions += u32::from(seen.version > last);
        if versions >= SEEN || over.load(Ordering::SeqCst) {
            return Ok(());
        }
        if seen.version == last {
            thread::yield_now();
            continue;
        }
        last = seen.version;
        let history = store.history(seen.key.order, 1, u32::try_from(seen.events).unwrap_or(u32::MAX))?;
        let mut folded = Trade::absent(seen.key);
        let folds = replay(&mut folded, &history).is_ok();
        holds("a version is seen with all its events", folds && folded == seen)?;
        let verified = store.verify(seen.key.order)?;
        same("a trade verifies while it is written", &verified.damaged, &Vec::new())?;
    }
    Err(Stop::Breach(format!("a reader has looked {LOOKS} times and seen {versions} versions only")))
}

pub(super) fn no_task_is_claimed_twice_at_a_time<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    for no in 0..10 {
        let _ = stored(&store, &format!("A-{no}"), minute(no))?;
    }
    let take_all = |_: &u32| {
        let mut taken: Vec<TaskId> = Vec::new();
        // Tasks that another worker is just about to take may be passed over: an empty page is asked for again.
        let mut empty = 0;
        while empty < 3 {
            let batch = store.take(minute(20), 3)?;
            holds("no more than asked for", batch.len() <= 3)?;
            empty = if batch.is_empty() { empty + 1 } else { 0 };
            taken.extend(batch.iter().map(|claimed| claimed.id));
            holds("the tasks come to an end", taken.len() <= 20)?;
        }
        Ok::<_, Stop>(taken)
    };
    let taken = in_parallel(&[1, 2, 3, 4], take_all)?;
    let taken = taken.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    // Each order reserved stock when it was placed and told the merchant when it was paid.
    same("all tasks were handed out, once", &taken.len(), &20)?;
    same("none of them twice", &taken.into_iter().collect::<BTreeSet<_>>().len(), &20)
}

pub(super) fn of_a_late_commit_and_a_new_claim_one_wins<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    for round in 0..20 {
        let order = format!("A-{round}");
        let begun = placed(&store, &order, minute(0))?;
        store.put(&begun)?;
        let old = store.take_one(minute(0))?;
        let mut late = decide(&begun.trade, &note("done after all"), minute(20))?;
        late.ends = Some((old.id, old.fence));
        let done = in_parallel(&[true, false], |commits| match commits {
            true => Ok((Some(store.commit(&late)), Vec::new())),
            false => store.take(minute(20), 1).map(|taken| (None, taken)),
        })?;
        let (mut wrote, mut taken) = (false, Vec::new());
        for part in done {
            let (committed, claimed) = part?;
            taken.extend(claimed);
            match committed {
                Some(Ok(Committed::Stored)) => wrote = true,
                None | Some(Err(StoreError::Fenced { .. })) => {}
                Some(other) => return Err(Stop::Breach(format!("the late commit is answered with {other:?}"))),
            }
        }
        let version = store.load(Id::from(order.as_str()))?.map(|trade| trade.version);
        same("what was acknowledged is there, what was refused is not", &version, &Some(if wrote { 2 } else { 1 }))?;
        // The claim may have passed over a row that the commit was holding and then gave up.
        taken.extend(store.take(minute(20), 1)?);
        same("one of both has the task", &taken.iter().filter(|it| it.id == old.id).count(), &usize::from(!wrote))?;
    }
    Ok(())
}
