//! Of saving: money that moves before it is written down, and states that are written though the answer was no.

use std::cell::RefCell;

use redress::port::{Claimed, Committed, Storage as _, Store as _, StoreError};
use redress::refund::{Action, State};
use redress::store::{Memory, MemoryStore};
use redress::trade::Request;
use redress::{Actor, Desk, Effect, Kind, Reason};

use crate::stored::{GATEWAY, decide, denied, now, open_on, pay, place};

/// Two shirts of alice's for 99.00 each, paid.
fn paid(memory: &Memory) -> Desk<MemoryStore> {
    let (desk, _) = open_on(memory);
    let _ = desk.submit("A-1", place()).unwrap();
    let _ = desk.submit("A-1", pay("p-1")).unwrap();
    desk
}

/// One of the shirts is asked back before it was shipped, which is granted at once.
fn apply() -> Request {
    Request::by(Actor::buyer("alice")).apply(Kind::RefundOnly).units("shirt", 1).reason(Reason::NoReason)
}

fn succeeds(by: Actor, amount: u64) -> Request {
    Request::by(by).refund(1, Action::Succeed).amount(amount).reference("r-1")
}

fn state(desk: &Desk<MemoryStore>) -> (State, u64, u64) {
    let trade = desk.trade("A-1").unwrap();
    let total = trade.money.total();
    (trade.refund(1).unwrap().state, total.reserved.minor(), total.refunded.minor())
}

/// vendure, lilishop, CRMEB, niushop: the gateway is called before the refund is saved. Magento: inside the transaction
/// that saves it, so that the money has moved when the record is rolled back. Here the gateway is asked for what was
/// saved, and for nothing else.
#[test]
fn what_was_not_saved_is_not_paid() {
    let memory = Memory::new();
    let desk = paid(&memory);
    let store = memory.tenant("acme-mall".into()).unwrap();
    // Two who saw the same trade; the second is not saved.
    let before = desk.trade("A-1").unwrap();
    let at = before.at;
    let (first, second) = (decide(&before, &apply(), at), decide(&before, &apply(), at));
    assert!(second.events.iter().flat_map(|event| &event.tasks).any(|task| task.what == Effect::PayOut));
    assert!(matches!(store.commit(&first), Ok(Committed::Stored)));
    assert!(matches!(store.commit(&second), Err(StoreError::Stale { .. })));
    let calls = RefCell::new(Vec::new());
    let carry_out = |claimed: &Claimed| {
        if claimed.task.what == Effect::PayOut {
            calls.borrow_mut().push((claimed.task.key.clone(), state(&desk)));
        }
        Ok::<_, String>(())
    };
    let _ = desk.deliver(carry_out).unwrap();
    // Whatever happens to this call: the refund and its money are on record already.
    let calls = calls.into_inner();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0].1, (State::Submitted, 9_900, 0));
}

/// vendure `RefundStateMachine.transition`: the state is set although a guard has said no.
#[test]
fn after_a_no_nothing_is_otherwise() {
    let memory = Memory::new();
    let desk = paid(&memory);
    let _ = desk.submit("A-1", apply()).unwrap();
    let (before, told) = (desk.trade("A-1").unwrap(), desk.history("A-1").unwrap());
    let refused = [
        (succeeds(Actor::buyer("alice"), 9_900), "wrong_role"),
        (succeeds(Actor::gateway("another"), 9_900), "stranger"),
        (Request::by(Actor::merchant("acme")).refund(1, Action::Retry), "wrong_state"),
        (apply().units("shirt", 2), "malformed"),
    ];
    for (request, code) in refused {
        let why = denied(desk.submit("A-1", &request));
        assert!(why.codes().contains(&code), "{why}");
        assert_eq!(desk.trade("A-1").unwrap(), before, "{why}");
    }
    assert_eq!(desk.history("A-1").unwrap(), told);
    let _ = desk.submit("A-1", succeeds(Actor::gateway(GATEWAY), 9_900)).unwrap();
    assert_eq!(state(&desk), (State::Paid, 0, 9_900));
}

/// woocommerce: a hook that throws (the stock) deletes the refund, though the gateway has paid it. vendure #4686: half of
/// a step is kept. Here what follows from a refund fails and is tried again, and the refund stands.
#[test]
fn what_follows_fails_and_the_refund_stands() {
    let memory = Memory::new();
    let (desk, clock) = open_on(&memory);
    for request in [place(), pay("p-1"), apply(), succeeds(Actor::gateway(GATEWAY), 9_900)] {
        let _ = desk.submit("A-1", request).unwrap();
    }
    let payouts = RefCell::new(0);
    let carry_out = |claimed: &Claimed| match claimed.task.what {
        Effect::ReleaseStock => Err("the stock does not answer".to_owned()),
        Effect::PayOut => {
            *payouts.borrow_mut() += 1;
            Ok(())
        }
        _ => Ok(()),
    };
    for _ in 0..3 {
        let delivered = desk.deliver(carry_out).unwrap();
        assert_eq!(delivered.failed.len(), 1, "{delivered:?}");
        assert_eq!(state(&desk), (State::Paid, 0, 9_900));
        clock.set(delivered.failed[0].again_at.unwrap().max(now(&clock)));
    }
    assert_eq!(payouts.into_inner(), 1);
}
