//! Request keys: answered once, checked first.

use super::bench::{Bench, refused, same, ten_minutes};
use super::matter::{decide, minute, note, noted, pay, placed, stored};
use super::{Stand, Stop, Verdict};
use crate::Id;
use crate::port::{Answered, Commit, Committed, Store, StoreError};

/// The request that this commit of the suite's answers.
pub(super) fn answered(commit: &Commit) -> Result<Answered, Stop> {
    commit.answered.clone().ok_or_else(|| Stop::Breach("the suite's own request has a key".into()))
}

pub(super) fn a_request_key_is_answered_with_the_first_receipt_for_ever<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let commit = decide(&trade, &note("once").key("n-1"), minute(1))?;
    let Answered { key, answer } = answered(&commit)?;
    same("no answer before the commit", &store.receipt(&key)?, &None)?;
    store.put(&commit)?;
    let replayed = Ok(Committed::Replayed(answer.receipt.clone().into()));
    same("the very same commit again", &store.commit(&commit), &replayed)?;
    let later = decide(&commit.trade, &note("once").key("n-1"), minute(90))?;
    same("the same request, decided anew", &store.commit(&later), &replayed)?;
    let trade = noted(&store, &commit.trade, "something else", minute(91))?;
    same("the same request, after others", &store.commit(&later), &replayed)?;
    same("what became of it", &store.receipt(&key)?, &Some(answer))?;
    same("nothing was written by repeating it", &store.is_whole("A-1")?, &trade)
}

pub(super) fn a_request_key_with_another_request_is_refused<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let first = decide(&trade, &note("once").key("n-1"), minute(1))?;
    store.put(&first)?;
    let other = decide(&first.trade, &note("something else").key("n-1"), minute(2))?;
    let reused = |error: &StoreError| matches!(error, StoreError::KeyReused(key) if key.key == Id::from("n-1"));
    refused("another request with the same key", &store.commit(&other), reused)?;
    same("the first answer stands", &store.receipt(&answered(&first)?.key)?, &Some(answered(&first)?.answer))?;
    same("nothing was written", &store.is_whole("A-1")?, &first.trade)
}

pub(super) fn the_request_key_is_checked_before_the_version<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let first = decide(&trade, &note("once").key("n-1"), minute(1))?;
    store.put(&first)?;
    let _ = noted(&store, &first.trade, "later", minute(2))?;
    // Both are stale by now; the key decides.
    let replayed = Ok(Committed::Replayed(answered(&first)?.answer.receipt.into()));
    same("a stale repetition", &store.commit(&first), &replayed)?;
    let other = decide(&trade, &note("something else").key("n-1"), minute(3))?;
    refused("a stale reuse", &store.commit(&other), |error| matches!(error, StoreError::KeyReused(_)))
}

pub(super) fn the_request_key_is_checked_before_the_fence<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let claimed = store.take_one(minute(0))?;
    let mut commit = decide(&trade, &note("the stock is reserved").key("n-1"), minute(1))?;
    commit.ends = Some((claimed.id, claimed.fence));
    store.put(&commit)?;
    commit.ends = Some((claimed.id, claimed.fence + 1));
    let replayed = Ok(Committed::Replayed(answered(&commit)?.answer.receipt.into()));
    same("a repetition with another fence", &store.commit(&commit), &replayed)
}

/// The contract's order, where both would refuse: whoever is stale is told so, and loads again.
pub(super) fn the_version_is_checked_before_the_fence<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let claimed = store.take_one(minute(0))?;
    let _ = store.claim(&ten_minutes(minute(60), 10))?;
    let _ = noted(&store, &trade, "meanwhile", minute(61))?;
    let mut commit = decide(&trade, &note("too late"), minute(62))?;
    commit.ends = Some((claimed.id, claimed.fence));
    refused("stale and fenced", &store.commit(&commit), |error| matches!(error, StoreError::Stale { .. }))
}

pub(super) fn call_backs_have_keys_of_their_own<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let first = placed(&store, "A-1", minute(0))?;
    store.put(&first)?;
    let said = decide(&first.trade, &note("evt-1 has come").key("evt-1"), minute(1))?;
    store.put(&said)?;
    let paid = decide(&said.trade, &pay("p-1").key("evt-1"), minute(2))?;
    store.put(&paid)?;
    let replayed = Ok(Committed::Replayed(answered(&paid)?.answer.receipt.into()));
    same("the call-back again", &store.commit(&paid), &replayed)?;
    same("the person's own answer", &store.receipt(&answered(&said)?.key)?, &Some(answered(&said)?.answer))
}

pub(super) fn one_key_on_two_orders_is_two_requests<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    for order in ["A-1", "A-2"] {
        let trade = stored(&store, order, minute(0))?;
        store.put(&decide(&trade, &note("once").key("n-1"), minute(1))?)?;
    }
    Ok(())
}
