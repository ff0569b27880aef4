//! Commits: all or nothing, and read back as they were.

use alloc::vec::Vec;

use super::bench::{Bench, holds, refused, same};
use super::matter::{decide, minute, note, place, placed, stored};
use super::{Stand, Verdict};
use crate::Id;
use crate::port::{Commit, Store, StoreError, TaskId};
use crate::trade::{Trade, TradeKey};

pub(super) fn what_was_committed_is_loaded_as_it_was<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    same("nothing is there before the first commit", &store.get("A-1")?, &None)?;
    let first = placed(&store, "A-1", minute(0))?;
    store.put(&first)?;
    same("the first version is loaded", &store.get("A-1")?, &Some(first.trade.clone()))?;
    let second = decide(&first.trade, &note("gift wrap, please"), minute(1))?;
    store.put(&second)?;
    same("the second version is loaded", &store.get("A-1")?, &Some(second.trade))?;
    store.is_whole("A-1").map(drop)
}

type Change = fn(&mut Commit);

const SPOILT: &[(&str, Change)] = &[
    ("another tenant's", |commit| commit.trade.key.tenant = Id::from("other-mall")),
    ("without an order id", |commit| commit.trade.key.order = Id::from("")),
    ("of a version that does not follow", |commit| commit.trade.version = 7),
    ("without events", |commit| commit.events.clear()),
    ("with a wrong number of an event", |commit| commit.events.iter_mut().for_each(|event| event.seq = 2)),
    ("with an event of another version", |commit| commit.events.iter_mut().for_each(|event| event.version = 2)),
    ("with a wrong count of events", |commit| commit.trade.events = 9),
    ("that ends another trade's task", |commit| {
        let trade = TradeKey { tenant: commit.trade.key.tenant, order: Id::from("A-2") };
        commit.ends = Some((TaskId { trade, event: 1, nth: 0 }, 1));
    }),
    ("that answers a request about another order", |commit| {
        if let Some(asked) = &mut commit.answered {
            asked.key.order = Id::from("A-2");
        }
    }),
];

pub(super) fn a_commit_that_does_not_fit_together_is_refused<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let key = TradeKey { tenant: store.tenant(), order: Id::from("A-1") };
    let good = decide(&Trade::absent(key), &place().key("p-1"), minute(0))?;
    for (what, spoil) in SPOILT {
        let mut commit = good.clone();
        spoil(&mut commit);
        refused(what, &store.commit(&commit), |error| matches!(error, StoreError::Unfit { .. }))?;
    }
    same("nothing was written", &store.get("A-1")?, &None)?;
    store.put(&good)
}

pub(super) fn a_stale_commit_is_refused_and_leaves_no_trace<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let winner = decide(&trade, &note("first"), minute(1))?;
    let loser = decide(&trade, &note("second").key("n-2"), minute(1))?;
    store.put(&winner)?;
    let tasks = store.take(minute(2), 100)?.len();
    let stale = StoreError::Stale { trade: trade.key, expected: trade.version, found: winner.trade.version };
    same("the second commit on one version", &store.commit(&loser), &Err(stale))?;
    same("the first one stands", &store.found("A-1")?, &winner.trade)?;
    same("no event of the second one", &store.is_whole("A-1")?.events, &winner.trade.events)?;
    let answer = loser.answered.as_ref().map(|asked| store.receipt(&asked.key)).transpose()?.flatten();
    same("no answer of the second one", &answer, &None)?;
    same("no task of the second one", &store.take(minute(20), 100)?.len(), &tasks)?;
    // Neither may an earlier version come back, nor a later one be skipped.
    let mut ahead = decide(&winner.trade, &note("third"), minute(3))?;
    (ahead.expected, ahead.trade.version) = (ahead.expected + 5, ahead.trade.version + 5);
    ahead.events.iter_mut().for_each(|event| event.version += 5);
    refused("a commit on a version to come", &store.commit(&ahead), |error| matches!(error, StoreError::Stale { .. }))
}

pub(super) fn a_trade_that_is_not_there_has_version_zero<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let other = bench.tenant("other-mall")?;
    let mut foreign = decide(&trade, &note("third"), minute(1))?;
    foreign.trade.key.tenant = other.tenant();
    let nowhere = StoreError::Stale { trade: foreign.trade.key, expected: trade.version, found: 0 };
    same("a commit on a trade that is not there", &other.commit(&foreign), &Err(nowhere))?;
    let again = StoreError::Stale { trade: trade.key, expected: 0, found: trade.version };
    same("placed a second time", &store.commit(&placed(&store, "A-1", minute(3))?), &Err(again))?;
    same("and left as it was", &store.is_whole("A-1")?, &trade)
}

pub(super) fn what_people_write_comes_back_byte_for_byte<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let texts = [
        "' OR 1=1; --",
        "\\ \" $1 $$ {} %s \\u0000",
        "  two  spaces\tand a tab  \r\n",
        "\u{feff}e\u{301} is not \u{e9}; \u{202e}right to left",
        "退款😀\u{10ffff}\u{0}after a zero",
    ];
    let store = bench.mall()?;
    let mut trade = stored(&store, "訂單-é-1", minute(0))?;
    let mut said = Vec::new();
    for (at, text) in (1..).zip(texts) {
        let Ok(commit) = decide(&trade, &note(text), minute(at)) else { continue };
        store.put(&commit)?;
        trade = commit.trade;
        said.extend(commit.events);
    }
    holds("the suite's texts are taken", said.len() >= 3)?;
    let first = said.first().map(|event| event.seq).unwrap_or_default();
    same("the events come back", &store.history(trade.key.order, first, 100)?, &said)?;
    same("and so does the trade", &store.is_whole("訂單-é-1")?, &trade)
}
