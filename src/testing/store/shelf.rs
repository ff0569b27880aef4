//! The shelf: tasks that wait for a person.

use alloc::vec::Vec;

use super::bench::{Bench, first, holds, refused, same};
use super::matter::{LATER, minute, placed, stored};
use super::{Stand, Verdict};
use crate::port::{Ending, Shelved, Store, StoreError, TaskId};

fn aside() -> Ending {
    Ending::Aside { error: "unknown warehouse".into() }
}

fn is_no_task(error: &StoreError) -> bool {
    matches!(error, StoreError::NoTask { .. })
}

pub(super) fn a_task_that_is_set_aside_waits_for_a_person<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    store.put(&placed(&store, "A-1", minute(0))?)?;
    let claimed = store.take_one(minute(0))?;
    same("set aside", &store.end(&claimed, minute(1), aside()), &Ok(()))?;
    same("not handed out", &store.take(LATER, 10)?, &Vec::new())?;
    let page = store.shelved(None, 10)?;
    let task = claimed.task.clone();
    let shelved = Shelved { id: claimed.id, task, tries: 1, at: minute(1), error: "unknown warehouse".into() };
    same("what, how often, when and why", &page.rows, &Vec::from([shelved]))?;
    let ended = store.end(&claimed, minute(2), Ending::Done);
    refused("its claim is over", &ended, |error| matches!(error, StoreError::Fenced { .. }))
}

pub(super) fn a_task_off_the_shelf_is_as_if_never_tried<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    store.put(&placed(&store, "A-1", minute(0))?)?;
    let claimed = store.take_one(minute(0))?;
    store.end(&claimed, minute(1), aside())?;
    same("off the shelf", &store.unshelve(claimed.id, minute(5)), &Ok(()))?;
    same("the shelf is empty", &store.shelved(None, 10)?.rows, &Vec::new())?;
    same("not before it was taken off", &store.take(minute(5).after(-1), 10)?, &Vec::new())?;
    let again = store.take_one(minute(5))?;
    same("tries anew, the fence goes on", &(again.id, again.tries, again.fence), &(claimed.id, 1, 2))
}

pub(super) fn only_what_is_on_the_shelf_can_be_taken_off<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let trade = stored(&store, "A-1", minute(0))?;
    let task = |nth: u32| TaskId { trade: trade.key, event: 1, nth };
    refused("one that is open", &store.unshelve(task(0), minute(1)), is_no_task)?;
    refused("one that is none", &store.unshelve(task(9), minute(1)), is_no_task)?;
    let claimed = store.take_one(minute(1))?;
    refused("one that is claimed", &store.unshelve(claimed.id, minute(1)), is_no_task)?;
    store.end(&claimed, minute(2), Ending::Done)?;
    refused("one that is done", &store.unshelve(claimed.id, minute(3)), is_no_task)?;
    holds("nothing came of it", store.take(LATER, 10)?.iter().all(|other| other.id != claimed.id))
}

pub(super) fn the_shelf_comes_in_pages<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    for order in ["A-9", "A-10", "a-1"] {
        let _ = stored(&store, order, minute(0))?;
    }
    for claimed in store.take(minute(0), 10)? {
        store.end(&claimed, minute(1), aside())?;
    }
    let all: Vec<TaskId> = store.shelved(None, 100)?.rows.iter().map(|shelved| shelved.id).collect();
    let mut sorted = all.clone();
    sorted.sort_by(|one, two| {
        (one.trade.order.as_str(), one.event, one.nth).cmp(&(two.trade.order.as_str(), two.event, two.nth))
    });
    same("all of them", &all.len(), &6)?;
    same("by trade and number", &all, &sorted)?;
    let mut paged: Vec<TaskId> = Vec::new();
    loop {
        let page = store.shelved(paged.last().copied(), 4)?.rows;
        holds("no more than asked for", page.len() <= 4)?;
        if page.is_empty() {
            break;
        }
        paged.extend(page.iter().map(|shelved| shelved.id));
        holds("the pages come to an end", paged.len() <= all.len())?;
    }
    same("page by page the same", &paged, &all)?;
    same("none if none is asked for", &store.shelved(None, 0)?.rows, &Vec::new())?;
    let one = first("the shelf is full", all)?;
    same("one off the shelf", &store.unshelve(one, minute(2)), &Ok(()))?;
    same("the others stay", &store.shelved(None, 100)?.rows.len(), &5)
}
