//! Tasks: claimed once at a time, fenced, settled.

use alloc::vec::Vec;

use super::bench::{Bench, Waited, holds, refused, same};
use super::matter::{LATER, decide, minute, note, placed, stored};
use super::{Stand, Stop, Verdict};
use crate::Id;
use crate::port::{Claimed, Corrupt, Ending, Settle, Store, StoreError, TaskId};

pub(super) fn tasks_are_ready_at_their_time_and_not_before<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let mut commit = placed(&store, "A-1", minute(0))?;
    let tasks = commit.events.iter_mut().flat_map(|event| &mut event.tasks);
    tasks.for_each(|task| task.not_before = Some(minute(60)));
    store.put(&commit)?;
    same("none before its time", &store.take(minute(60).after(-1), 10)?, &Vec::new())?;
    let claimed = store.take_one(minute(60))?;
    let asked = commit.tasks().next().map(|(id, task, _)| (id, task.clone()));
    same("the task that its event asked for", &Some((claimed.id, claimed.task.clone())), &asked)?;
    let counts = (claimed.fence, claimed.tries, claimed.at, claimed.until);
    same("fence, tries, from and until", &counts, &(1, 1, minute(60), minute(70)))
}

pub(super) fn what_has_been_ready_longest_is_claimed_first<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    for (order, at) in [("A-3", 3), ("A-1", 9), ("A-2", 1), ("A-4", 5)] {
        store.put(&placed(&store, order, minute(at))?)?;
    }
    same("none if none is asked for", &store.take(minute(30), 0)?, &Vec::new())?;
    let mut orders = Vec::new();
    for limit in [1, 2, 9] {
        let taken = store.take(minute(30), limit)?;
        holds("no more than asked for", taken.len() <= limit as usize)?;
        orders.extend(taken.iter().map(|claimed| claimed.id.trade.order));
    }
    same("the longest first", &orders, &Vec::from(["A-2", "A-3", "A-4", "A-1"].map(Id::from)))
}

pub(super) fn a_claim_that_is_over_is_taken_by_another_and_fenced<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    store.put(&placed(&store, "A-1", minute(0))?)?;
    let old = store.take_one(minute(0))?;
    same("not before it is over", &store.take(old.until.after(-1), 1)?, &Vec::new())?;
    let new = store.take_one(old.until)?;
    same("the same task with the next fence", &(new.id, new.fence, new.tries), &(old.id, 2, 2))?;
    let fenced = StoreError::Fenced { task: old.id.into(), fence: 1, found: 2 };
    let aside = Ending::Aside { error: "late".into() };
    for ending in [Ending::Done, Ending::Again { at: minute(0), error: "late".into() }, aside] {
        same("the old fence ends nothing", &store.end(&old, minute(11), ending), &Err(fenced.clone()))?;
    }
    same("the new one does", &store.end(&new, minute(11), Ending::Done), &Ok(()))
}

pub(super) fn a_fence_that_was_never_given_ends_nothing<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let task = TaskId { trade: trade.key, event: 1, nth: 0 };
    let is_fenced = |error: &StoreError| matches!(error, StoreError::Fenced { .. });
    let end = |fence: u64| {
        let settle = Settle { task, fence, now: minute(1), ending: Ending::Done };
        refused("settled with a fence never given", &store.settle(&settle), is_fenced)?;
        let mut commit = decide(&trade, &note("not mine"), minute(1))?;
        commit.ends = Some((task, fence));
        refused("committed with a fence never given", &store.commit(&commit), is_fenced)
    };
    end(0)?;
    end(1)?;
    let claimed = store.take_one(minute(0))?;
    same("the suite's own task", &claimed.id, &task)?;
    end(0)?;
    end(2)?;
    same("nothing was written", &store.is_whole("A-1")?, &trade)?;
    same("the claim stands", &store.end(&claimed, minute(1), Ending::Done), &Ok(()))
}

pub(super) fn a_task_that_is_done_stays_done<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    store.put(&placed(&store, "A-1", minute(0))?)?;
    let claimed = store.take_one(minute(0))?;
    // Even after its claim is over, as long as nobody else has it.
    same("done, late", &store.end(&claimed, minute(90), Ending::Done), &Ok(()))?;
    same("done once more", &store.end(&claimed, minute(91), Ending::Done), &Ok(()))?;
    let again = Ending::Again { at: minute(92), error: "no".into() };
    for ending in [Ending::Aside { error: "no".into() }, again] {
        let ended = store.end(&claimed, minute(91), ending);
        refused("ended otherwise afterwards", &ended, |error| matches!(error, StoreError::Fenced { .. }))?;
    }
    same("never handed out again", &store.take(LATER, 10)?, &Vec::new())?;
    let unknown = Settle { task: TaskId { nth: 77, ..claimed.id }, fence: 1, now: minute(0), ending: Ending::Done };
    refused("a task that is none", &store.settle(&unknown), |error| matches!(error, StoreError::NoTask { .. }))
}

pub(super) fn a_task_waits_for_its_next_try<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    store.put(&placed(&store, "A-1", minute(0))?)?;
    let claimed = store.take_one(minute(0))?;
    // What the world answers is not always text that a database likes.
    let again = Ending::Again { at: minute(3), error: "no answer: ' \\ \u{0} 😀".into() };
    same("to be tried again", &store.end(&claimed, minute(1), again), &Ok(()))?;
    same("not before its time", &store.take(minute(3).after(-1), 1)?, &Vec::new())?;
    let next = store.take_one(minute(3))?;
    same("the second try", &(next.id, next.tries, next.fence), &(claimed.id, 2, 2))
}

pub(super) fn a_claim_that_is_returned_does_not_count<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    store.put(&placed(&store, "A-1", minute(0))?)?;
    let told = |claimed: &Claimed| (claimed.tries, claimed.first, claimed.fence);
    let back = |claimed: &Claimed, at: i64| Ending::Returned { at: minute(at), first: claimed.first };
    let one = store.take_one(minute(0))?;
    same("the first claim", &told(&one), &(1, true, 1))?;
    same("returned", &store.end(&one, minute(1), back(&one, 3)), &Ok(()))?;
    same("returned once more, as if nobody had heard", &store.end(&one, minute(1), back(&one, 3)), &Ok(()))?;
    same("not before its time", &store.take(minute(3).after(-1), 1)?, &Vec::new())?;
    let two = store.take_one(minute(3))?;
    same("as if never claimed, but for its fence", &told(&two), &(1, true, 2))?;
    let fenced = StoreError::Fenced { task: one.id.into(), fence: 1, found: 2 };
    same("the old fence returns nothing", &store.end(&one, minute(4), back(&one, 4)), &Err(fenced))?;
    // From now on somebody may have begun with it, and that is not forgotten.
    store.end(&two, minute(4), Ending::Again { at: minute(5), error: "no answer".into() })?;
    let three = store.take_one(minute(5))?;
    same("the second try", &told(&three), &(2, false, 3))?;
    store.end(&three, minute(6), back(&three, 6))?;
    let four = store.take_one(minute(6))?;
    same("the second try still", &told(&four), &(2, false, 4))?;
    store.end(&four, minute(7), Ending::Aside { error: "no".into() })?;
    refused("returned from the shelf", &store.end(&four, minute(7), back(&four, 7)), |error| {
        matches!(error, StoreError::Fenced { .. })
    })?;
    same("off the shelf", &store.unshelve(four.id, minute(8)), &Ok(()))?;
    let five = store.take_one(minute(8))?;
    same("tried anew, and not for the first time", &told(&five), &(1, false, 5))?;
    same("it is whole", &damage_of(&store)?, &Vec::new())
}

fn damage_of<T: Stand>(store: &Waited<'_, T>) -> Result<Vec<Corrupt>, Stop> {
    Ok(store.verify(Id::from("A-1"))?.damaged)
}

pub(super) fn a_commit_ends_the_task_that_it_answers<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let claimed = store.take_one(minute(0))?;
    let mut commit = decide(&trade, &note("the stock is reserved"), minute(1))?;
    commit.ends = Some((claimed.id, claimed.fence));
    store.put(&commit)?;
    let later = store.take(minute(500), 10)?;
    holds("it is done", later.iter().all(|other| other.id != claimed.id))?;
    holds("the other one is not", !later.is_empty())?;
    same("ended once more", &store.end(&claimed, minute(2), Ending::Done), &Ok(()))?;
    same("it is whole", &store.is_whole("A-1")?, &commit.trade)
}

pub(super) fn a_commit_may_end_a_task_once_more<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let claimed = store.take_one(minute(0))?;
    store.end(&claimed, minute(1), Ending::Done)?;
    let mut commit = decide(&trade, &note("the stock is reserved"), minute(2))?;
    commit.ends = Some((claimed.id, claimed.fence));
    store.put(&commit)?;
    same("it is whole", &store.is_whole("A-1")?, &commit.trade)
}

pub(super) fn a_commit_with_a_fenced_claim_writes_nothing<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let old = store.take_one(minute(0))?;
    let new = store.take(minute(60), 10)?.into_iter().find(|claimed| claimed.id == old.id);
    let new = new.ok_or_else(|| Stop::Breach("a claim that is over is taken by another".into()))?;
    let mut commit = decide(&trade, &note("too late").key("n-1"), minute(61))?;
    let mut tried = |task: TaskId, fence: u64| {
        commit.ends = Some((task, fence));
        store.commit(&commit)
    };
    let fenced = StoreError::Fenced { task: old.id.into(), fence: old.fence, found: new.fence };
    same("the claim was taken by another", &tried(old.id, old.fence), &Err(fenced))?;
    let unknown = tried(TaskId { nth: 9, ..old.id }, 1);
    refused("a task that is none", &unknown, |error| matches!(error, StoreError::NoTask { .. }))?;
    store.end(&new, minute(61), Ending::Aside { error: "unknown".into() })?;
    let aside = tried(new.id, new.fence);
    refused("a task that was set aside", &aside, |error| matches!(error, StoreError::Fenced { .. }))?;
    same("nothing was written", &store.is_whole("A-1")?, &trade)?;
    same("and nothing answered", &store.receipt(&super::keys::answered(&commit)?.key)?, &None)
}
