//! What all of them use: shops at a bound, and how both sides of it are looked at.

pub use std::collections::BTreeSet;

pub use crate::shop::{Shop, buyer, carrier, finance, gateway, merchant, new_order, platform};
pub use redress::rule::Finding;
pub use redress::testing::strategy::Chance;
pub use redress::trade::{Blocker, Cause, Denied, Event, NewLine, Outcome, Request, run_due, step};
pub use redress::{
    Amount, Counter, Dispute, Effect, GoodsCondition, Kind, Length, Limit, Policy, Reason, Tender, Time, after_sale,
    order, refund,
};

pub use after_sale::Action as Case;
pub use order::Action as Order;
pub use refund::Action as Refund;

pub fn on_order(action: Order) -> Request {
    let actor = match action {
        Order::Pay | Order::MarkDispute => gateway(),
        Order::Ship | Order::Reprice => merchant(),
        Order::Deliver | Order::Bounce | Order::Lose => carrier(),
        Order::Goodwill | Order::ReopenWindow => platform(),
        _ => buyer(),
    };
    Request::by(actor).order(action)
}

pub fn paid(policy: Policy) -> Shop {
    let mut shop = Shop::new(policy);
    shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900), NewLine::new("mug", 1, 1_000)]));
    shop.pay(20_800, "p-1");
    shop
}

pub fn delivered(policy: Policy) -> Shop {
    let mut shop = paid(policy);
    shop.after_hours(1).ship("shirt", 2).ship("mug", 1);
    shop.after_hours(24).deliver("shirt", 2).deliver("mug", 1);
    shop
}

pub fn apply(kind: Kind, line: &str, count: u32, reason: Reason) -> Request {
    let apply = Request::by(buyer()).apply(kind).units(line, count).reason(reason);
    apply.evidence("photo://1").text("it is so")
}

/// A shirt asked back and not answered yet.
pub fn asked_back(policy: Policy, reason: Reason) -> Shop {
    let mut shop = delivered(policy);
    shop.does(apply(Kind::ReturnAndRefund, "shirt", 1, reason));
    shop
}

pub fn agreed(policy: Policy) -> Shop {
    let mut shop = asked_back(policy, Reason::Quality);
    shop.does(Request::by(merchant()).case(1, Case::Agree).address("1 Return Road"));
    shop
}

pub fn returning(policy: Policy) -> Shop {
    let mut shop = agreed(policy);
    shop.does(Request::by(buyer()).case(1, Case::ShipBack).waybill("sf", "back-1"));
    shop
}

/// Advanced on sending back, and refused for good reason: the buyer is to repay it.
pub fn recovering() -> Shop {
    let mut policy = cn();
    policy.fast_refund.standing = 0;
    let mut shop = returning(policy);
    shop.gateway_pays();
    assert_eq!(shop.refunded(), 9_900, "advanced on sending back");
    let refuse = Request::by(merchant()).case(1, Case::RefuseGoods).text("stones in the box");
    shop.does(refuse.evidence("photo://4")).does(Request::by(buyer()).case(1, Case::TakeBack));
    assert_eq!(shop.case(1).state, after_sale::State::Recovering);
    shop
}

/// A refund of 10.00 for a mug that was not shipped, with the channel.
pub fn submitted(policy: Policy) -> Shop {
    let mut shop = paid(policy);
    shop.does(apply(Kind::RefundOnly, "mug", 1, Reason::NoReason).with(|detail| detail.evidence.clear()));
    assert_eq!(shop.trade.refunds[0].state, refund::State::Submitted);
    shop
}

pub fn cn() -> Policy {
    Policy::cn_marketplace()
}

pub fn by_gateway(action: Refund) -> Request {
    Request::by(gateway()).refund(1, action)
}

pub fn fails(shop: &mut Shop) {
    shop.does(by_gateway(Refund::Fail));
}

pub fn go_abnormal(shop: &mut Shop) {
    shop.does(by_gateway(Refund::GoAbnormal));
    assert_eq!(shop.trade.refunds[0].state, refund::State::Abnormal);
}

#[track_caller]
pub fn codes(shop: &Shop, request: &Request) -> Vec<&'static str> {
    match shop.ask(request) {
        Ok(_) => Vec::new(),
        Err(Denied::Refused(refusal)) => refusal.blockers.iter().map(Blocker::code).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[track_caller]
pub fn outcome(shop: &Shop, request: &Request) -> Outcome {
    shop.ask(request).unwrap_or_else(|denied| panic!("{denied}"))
}

#[track_caller]
pub fn accepted(shop: &Shop, request: &Request) {
    let _ = outcome(shop, request);
}

#[track_caller]
pub fn refused(shop: &Shop, request: &Request, expected: &[&str]) {
    assert_eq!(codes(shop, request), expected);
}

pub fn at(shop: &Shop, now: Time) -> Shop {
    Shop { now, ..shop.clone() }
}

/// The last use of a liberty is accepted, and the next one refused for being one too many.
///
/// `again` leads back to where it can be asked for once more.
#[track_caller]
pub fn counts(shop: &mut Shop, counter: Counter, code: &str, ask: impl Fn(u32) -> Request, again: impl Fn(&mut Shop)) {
    let most = shop.policy.cap(counter);
    for time in 1..=most {
        let request = ask(time);
        match shop.ask(&request) {
            Ok(outcome) => shop.take(outcome),
            Err(denied) => panic!("use {time} of {most} of `{counter}`: {denied}"),
        }
        assert!(shop.events.iter().rev().any(|event| event.row.is_some() && event.asked == request.asked));
        again(shop);
    }
    let request = ask(most + 1);
    assert_eq!(codes(shop, &request), [code], "use {} of {most} of `{counter}`", most + 1);
}

/// Like [`counts`], for reports from outside: the one too many is not refused but only written down, with an alert.
#[track_caller]
pub fn notes(shop: &mut Shop, counter: Counter, ask: impl Fn(u32) -> Request, again: impl Fn(&mut Shop)) {
    let most = shop.policy.cap(counter);
    for time in 1..=most {
        shop.does(ask(time));
        let asked = ask(time).asked;
        let taken = shop.events.iter().rev().find(|event| event.asked == asked);
        assert!(taken.is_some_and(|event| event.row.is_some()), "use {time} of {most} of `{counter}`");
        again(shop);
    }
    let before = (shop.trade.head.state, shop.trade.cases.clone(), shop.trade.refunds.len());
    shop.does(ask(most + 1));
    let noted = shop.events.iter().rev().find(|event| event.asked == ask(most + 1).asked).unwrap();
    assert!(noted.row.is_none(), "use {} of {most} of `{counter}` is only noted: {:?}", most + 1, noted.row);
    assert!(noted.tasks.iter().any(|task| task.what == Effect::Alert));
    let states =
        |cases: &[std::sync::Arc<redress::trade::Case>]| cases.iter().map(|case| case.state).collect::<Vec<_>>();
    assert_eq!(before.0, shop.trade.head.state);
    assert_eq!(states(&before.1), states(&shop.trade.cases));
}

pub fn nothing(_: &mut Shop) {}

pub fn few(counter: Counter, most: u32) -> Policy {
    let mut policy = cn();
    policy.counters[counter] = most;
    policy
}

/// What time does on a trade at one moment.
pub fn silence(shop: &Shop, now: Time) -> Vec<Event> {
    run_due(&shop.book(), &shop.trade, now).unwrap().events
}

/// The end that a refusal names for one of its conditions.
pub fn named_end(shop: &Shop, request: &Request, code: &str) -> Time {
    let Err(Denied::Refused(refusal)) = shop.ask(request) else {
        panic!("not refused: {:?}", request.asked);
    };
    let blocker = refusal.blockers.iter().find(|blocker| blocker.code() == code);
    match blocker {
        Some(Blocker::Condition { finding: Finding::Until { at, .. }, .. }) => *at,
        other => panic!("{code}: {other:?} in {refusal:?}"),
    }
}

/// A replacement: dispatched, and with the buyer's carrier.
pub fn dispatched() -> Shop {
    let mut shop = delivered(cn());
    shop.does(apply(Kind::Reship, "shirt", 1, Reason::MissingParts));
    shop.does(Request::by(merchant()).case(1, Case::Agree));
    shop.does(Request::by(merchant()).case(1, Case::Dispatch).waybill("sf", "part-1"));
    shop
}
