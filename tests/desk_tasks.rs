//! Tasks: handed out at least once, ever later when they fail, and set aside in the end.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod stored;

use std::cell::RefCell;

use redress::desk::Delivery;
use redress::port::{Claim, Claimed, Ending, Settle, Storage, Store};
use redress::store::Memory;
use redress::{Desk, Effect, Id, Length, ManualClock, Time};
use stored::{minute, note, now, open, open_on, pay, place};

fn none(_: &Claimed) -> Result<(), String> {
    Ok(())
}

#[test]
fn tasks_are_handed_out_and_done() {
    let (desk, _) = open();
    desk.submit("A-1", place()).unwrap();
    desk.submit("A-1", pay("p-1")).unwrap();
    let seen = RefCell::new(Vec::new());
    let carry_out = |claimed: &Claimed| {
        seen.borrow_mut().push((claimed.task.what, claimed.id.trade.order));
        Ok::<_, String>(())
    };
    assert_eq!(desk.deliver_at_most(1, carry_out).unwrap().done, 1);
    assert_eq!(desk.deliver(carry_out).unwrap().done, 1);
    assert_eq!(desk.deliver(carry_out).unwrap(), Default::default());
    let order = Id::from("A-1");
    assert_eq!(*seen.borrow(), [(Effect::ReserveStock, order), (Effect::NotifyMerchant, order)]);
}

#[test]
fn a_task_that_fails_waits_ever_longer_and_is_then_set_aside() {
    let memory = Memory::new();
    let clock = ManualClock::at(minute(0));
    let delivery = Delivery { tries: 3, first_wait: Length::Minutes(1), ..Delivery::default() };
    let desk = Desk::builder(memory).tenant("acme-mall").clock(clock.clone()).delivery(delivery).open().unwrap();
    desk.submit("A-1", place()).unwrap();
    desk.submit("A-1", pay("p-1")).unwrap();
    let stock_is_down = |claimed: &Claimed| match claimed.task.what {
        Effect::ReserveStock => Err("the warehouse does not answer"),
        _ => Ok(()),
    };
    let first = desk.deliver(stock_is_down).unwrap();
    assert_eq!((first.done, first.failed[0].tries, first.failed[0].again_at), (1, 1, Some(minute(1))));
    assert_eq!(desk.deliver(stock_is_down).unwrap(), Default::default(), "it waits");
    clock.set(minute(1));
    assert_eq!(desk.deliver(stock_is_down).unwrap().failed[0].again_at, Some(minute(3)));
    clock.set(minute(3));
    let last = desk.deliver(stock_is_down).unwrap();
    assert_eq!((last.failed[0].tries, last.failed[0].again_at), (3, None));
    clock.set(minute(100_000));
    assert_eq!(desk.deliver(stock_is_down).unwrap(), Default::default());
    let aside = desk.set_aside(None, 10).unwrap().rows;
    assert_eq!(aside[0].error, "the warehouse does not answer");
    desk.take_up(aside[0].id).unwrap();
    assert_eq!(desk.deliver(none).unwrap().done, 1);
    assert_eq!(desk.set_aside(None, 10).unwrap().rows, []);
}

#[test]
fn a_task_that_kills_its_worker_is_set_aside_in_the_end() {
    let memory = Memory::new();
    let (desk, clock) = open_on(&memory);
    desk.submit("A-1", place()).unwrap();
    let store = memory.tenant(Id::from("acme-mall")).unwrap();
    for _ in 0..Delivery::default().tries {
        let claim = Claim { now: now(&clock), until: now(&clock).after(1), limit: 1, worker: Id::from("dies") };
        assert_eq!(store.claim(&claim).unwrap().rows.len(), 1);
        clock.set(now(&clock).after(1));
    }
    let delivered = desk.deliver(|_: &Claimed| -> Result<(), String> { panic!("it must not be handed out again") });
    assert_eq!(delivered.unwrap().failed[0].again_at, None);
}

#[test]
fn a_task_whose_claim_ran_out_is_left_to_others() {
    let (desk, clock) = open();
    desk.submit("A-1", place()).unwrap();
    desk.submit("A-1", pay("p-1")).unwrap();
    let slow = |_: &Claimed| {
        clock.advance(Length::Hours(1));
        Ok::<_, String>(())
    };
    // The first is done, however late; the claim of the second is over, and nobody has it yet: it is given back, and
    // claimed anew. That is no try.
    let delivered = desk.deliver(slow).unwrap();
    assert_eq!((delivered.done, delivered.returned, delivered.overtaken), (2, 1, 0));
}

#[test]
fn an_answer_ends_its_task_in_the_same_commit() {
    let (desk, clock) = open();
    desk.submit("A-1", place()).unwrap();
    let store = desk.store();
    let claim = |now: Time| Claim { now, until: now.after(60_000), limit: 1, worker: Id::from("w") };
    let claimed = store.claim(&claim(minute(0))).unwrap().rows.remove(0);
    let told = note("the stock is reserved").key("stock-1");
    let receipt = desk.answer(&claimed, &told).unwrap();
    assert_eq!(receipt.version, 2);
    assert!(desk.answer(&claimed, &told).unwrap().replayed);
    clock.set(minute(10));
    assert_eq!(desk.deliver(none).unwrap(), Default::default(), "the task is done");

    // An answer that was heard before the task was handed out again ends it all the same.
    desk.submit("A-2", place()).unwrap();
    let other = store.claim(&claim(minute(10))).unwrap().rows.remove(0);
    let heard = note("in stock").key("stock-2");
    desk.submit("A-2", &heard).unwrap();
    assert!(desk.answer(&other, &heard).unwrap().replayed);
    clock.set(minute(20));
    assert_eq!(desk.deliver(none).unwrap(), Default::default(), "the task is done");

    // A claim that is over keeps no answer from being heard.
    desk.submit("A-1", pay("p-1")).unwrap();
    let old = store.claim(&claim(minute(20))).unwrap().rows.remove(0);
    let new = store.claim(&claim(minute(22))).unwrap().rows.remove(0);
    assert_eq!((old.id, old.fence, new.fence), (new.id, 1, 2));
    clock.set(minute(22));
    assert_eq!(desk.answer(&old, note("the merchant knows")).unwrap().version, 4);
    let settled = Settle { task: new.id, fence: 2, now: minute(22), ending: Ending::Done };
    assert_eq!(store.settle(&settled), Ok(()));
}
