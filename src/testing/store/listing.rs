//! What is listed: due trades, history, orders; and what is verified.

use alloc::format;
use alloc::vec::Vec;

use super::bench::{Bench, holds, refused, same, ten_minutes};
use super::matter::{LATER, decide, minute, note, noted, pay, placed, stored};
use super::{Stand, Stop, Verdict};
use crate::port::{Due, Ending, Settle, Store, StoreError, TaskId, Verified};
use crate::trade::{Trade, replay};
use crate::{Id, Time};

pub(super) fn trades_are_due_strictly_after_their_time_the_earliest_first<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let mut due: Vec<Due> = Vec::new();
    // The same time three times, so that pages must go by the order as well, byte by byte.
    for (order, at) in [("A-3", 30), ("A-1", 10), ("A-20", 20), ("A-4", 20), ("a-2", 20), ("é", 20)] {
        let commit = placed(&store, order, minute(at))?;
        store.put(&commit)?;
        due.extend(commit.due().map(|at| Due { at, order: Id::from(order) }));
    }
    due.sort_by(|one, two| (one.at, one.order.as_str()).cmp(&(two.at, two.order.as_str())));
    let (Some(first), Some(last)) = (due.first().copied(), due.last().copied()) else {
        return Err(Stop::Breach("the suite's own orders are due".into()));
    };
    same("nothing is due at its time", &store.dues(first.at, None, 10)?, &Vec::new())?;
    same("it is due right after", &store.dues(first.at.after(1), None, 10)?, &Vec::from([first]))?;
    let now = last.at.after(1);
    same("all of them, in order", &store.dues(now, None, 10)?, &due)?;
    same("no more than asked for", &store.dues(now, None, 2)?.len(), &2)?;
    same("none if none is asked for", &store.dues(now, None, 0)?, &Vec::new())?;
    let mut paged: Vec<Due> = Vec::new();
    while let Some(next) = store.dues(now, paged.last().copied(), 1)?.first() {
        paged.push(*next);
        holds("the pages come to an end", paged.len() <= due.len())?;
    }
    same("page by page the same", &paged, &due)
}

pub(super) fn a_trade_that_moves_on_is_due_at_its_new_time_only<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let first = placed(&store, "A-1", minute(0))?;
    store.put(&first)?;
    let paid = decide(&first.trade, &pay("p-1"), minute(1))?;
    store.put(&paid)?;
    let (Some(before), Some(after)) = (first.due(), paid.due()) else {
        return Err(Stop::Breach("the suite's own orders are due".into()));
    };
    holds("paying gives more time", before < after)?;
    same("not at its old time", &store.dues(after, None, 10)?, &Vec::new())?;
    let order = Id::from("A-1");
    same("once, at its new time", &store.dues(LATER, None, 10)?, &Vec::from([Due { at: after, order }]))
}

pub(super) fn history_comes_in_pages_without_a_gap<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let mut trade = stored(&store, "A-1", minute(0))?;
    for no in 0..12 {
        trade = noted(&store, &trade, &format!("note {no}"), minute(no))?;
    }
    let order = trade.key.order;
    let all = store.history(order, 0, 100)?;
    same("all of it", &(all.len() as u64), &trade.events)?;
    let mut folded = Trade::absent(trade.key);
    holds("it can be folded", replay(&mut folded, &all).is_ok())?;
    same("it folds to the trade", &folded, &trade)?;
    let mut paged = Vec::new();
    loop {
        let page = store.history(order, paged.len() as u64 + 1, 5)?;
        holds("no more than asked for", page.len() <= 5)?;
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    same("page by page the same", &paged, &all)?;
    same("nothing if none is asked for", &store.history(order, 1, 0)?, &Vec::new())?;
    same("nothing after the last", &store.history(order, trade.events + 1, 2)?, &Vec::new())?;
    same("nothing of an unknown order", &store.history(Id::from("A-2"), 1, 2)?, &Vec::new())
}

pub(super) fn orders_are_listed_by_id_page_by_page<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    same("none at first", &store.orders(None, 10)?.rows, &Vec::new())?;
    let mut orders = ["A-9", "A-10", "a-1", "B", "é", "Z-1", "_", "A-1 b", "訂單"].map(Id::from);
    for order in &orders {
        store.put(&placed(&store, order.as_str(), minute(0))?)?;
    }
    orders.sort_by(|one, two| one.as_str().cmp(two.as_str()));
    let all = store.orders(None, 100)?;
    same("all of them, by their bytes", &all.rows, &Vec::from(orders))?;
    same("none is corrupt", &all.corrupt, &Vec::new())?;
    let mut paged: Vec<Id> = Vec::new();
    while let Some(next) = store.orders(paged.last().copied(), 1)?.rows.first() {
        paged.push(*next);
        holds("the pages come to an end", paged.len() <= all.rows.len())?;
    }
    same("page by page the same", &paged, &all.rows)?;
    same("none if none is asked for", &store.orders(None, 0)?.rows, &Vec::new())?;
    same("after one that is not there", &store.orders(Some(Id::from("A-5")), 1)?.rows, &Vec::from([Id::from("A-9")]))
}

pub(super) fn what_was_committed_verifies<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let order = Id::from("A-1");
    same("an order that is not there is whole", &store.verify(order)?, &Verified::default())?;
    let mut trade = stored(&store, "A-1", minute(0))?;
    let keyed = decide(&trade, &note("once").key("n-1"), minute(1))?;
    store.put(&keyed)?;
    // Tasks in every stage: done, set aside, to be tried again.
    for (claimed, ending) in store.take(minute(2), 10)?.iter().zip([
        Ending::Done,
        Ending::Aside { error: "unknown warehouse".into() },
        Ending::Again { at: minute(9), error: "no answer".into() },
    ]) {
        store.end(claimed, minute(3), ending)?;
    }
    trade = noted(&store, &keyed.trade, "the end", minute(4))?;
    for _ in 0..2 {
        same("it is whole", &store.is_whole("A-1")?, &trade)?;
    }
    same("the shelf is as it was", &store.shelved(None, 10)?.rows.len(), &1)
}

pub(super) fn extreme_numbers_are_answered<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let (earliest, latest) = (Time::EARLIEST, Time::from_millis(i64::MAX));
    same("nothing is due at the earliest time", &store.dues(earliest, None, u32::MAX)?, &Vec::new())?;
    same("one is at the latest", &store.dues(latest, None, u32::MAX)?.len(), &1)?;
    let after = Due { at: latest, order: Id::from("A-1") };
    same("nothing after the latest", &store.dues(latest, Some(after), 10)?, &Vec::new())?;
    same("no event is so far on", &store.history(trade.key.order, u64::MAX, u32::MAX)?, &Vec::new())?;
    let claimed = store.take_one(minute(0))?;
    let settle = |task: TaskId, fence: u64| store.settle(&Settle { task, fence, now: latest, ending: Ending::Done });
    refused("the highest fence", &settle(claimed.id, u64::MAX), |it| matches!(it, StoreError::Fenced { .. }))?;
    let far = TaskId { event: u64::MAX, nth: u32::MAX, ..claimed.id };
    refused("the last task", &settle(far, 1), |error| matches!(error, StoreError::NoTask { .. }))?;
    let unshelved = store.unshelve(far, latest);
    refused("the last task off the shelf", &unshelved, |error| matches!(error, StoreError::NoTask { .. }))?;
    same("nothing on the shelf after it", &store.shelved(Some(far), u32::MAX)?.rows, &Vec::new())?;
    let mut beyond = decide(&trade, &note("beyond"), minute(1))?;
    (beyond.expected, beyond.trade.version) = (u64::MAX - 1, u64::MAX);
    beyond.events.iter_mut().for_each(|event| event.version = u64::MAX);
    refused("the last version", &store.commit(&beyond), |error| matches!(error, StoreError::Stale { .. }))?;
    same("none is claimed if none is asked for", &store.take(latest, 0)?, &Vec::new())?;
    let page = store.claim(&crate::port::Claim { now: latest, until: latest, ..ten_minutes(latest, u32::MAX) })?;
    same("the other task at the latest time", &page.rows.iter().filter(|it| it.id != claimed.id).count(), &1)
}
