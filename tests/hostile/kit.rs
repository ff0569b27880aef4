//! What all of them use: shops to be misused, and how a refusal is looked at.

pub use crate::shop::{Shop, TENANT, buyer, carrier, finance, gateway, merchant, new_order, platform};
pub use redress::testing::strategy::Chance;
pub use redress::trade::{
    Asked, Change, Defect, Denied, Detail, Event, Field, NewLine, NewOrder, Request, Subject, Sum, Trade, Wanted,
    Waybill, replay, run_due, step,
};
pub use redress::{
    Actor, Amount, Currency, Dispute, Id, Kind, Policy, Reason, Role, Tender, Time, after_sale, order, refund,
};

pub const MOST: u64 = Amount::MOST.minor();

/// Two shirts and a mug, ordered and not paid.
pub fn placed() -> Shop {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900), NewLine::new("mug", 1, 1_000)]));
    shop
}

pub fn paid() -> Shop {
    let mut shop = placed();
    shop.pay(20_800, "p-1");
    shop
}

/// Delivered, and one shirt asked back.
pub fn asked_back() -> Shop {
    let mut shop = paid();
    shop.after_hours(1).ship("shirt", 2).ship("mug", 1);
    shop.after_hours(24).deliver("shirt", 2).deliver("mug", 1);
    let apply = Request::by(buyer()).apply(Kind::ReturnAndRefund);
    shop.does(apply.units("shirt", 1).reason(Reason::NoReason));
    shop
}

/// Refunded as far as the gateway: refund 1 is submitted.
pub fn submitted() -> Shop {
    let mut shop = paid();
    let apply = Request::by(buyer()).apply(Kind::RefundOnly);
    shop.does(apply.units("mug", 1).reason(Reason::NoReason));
    assert_eq!(shop.trade.refunds[0].state, refund::State::Submitted);
    shop
}

pub fn apply_for(line: &str, count: u32) -> Request {
    let apply = Request::by(buyer()).apply(Kind::RefundOnly);
    apply.units(line, count).reason(Reason::NoReason)
}

/// Refused for the form, in this field; the trade is handed in by reference and cannot have changed.
#[track_caller]
pub fn malformed(shop: &Shop, request: &Request, field: Field, flaw: &str) {
    match shop.ask(request) {
        Err(Denied::Malformed(malformed)) => {
            assert_eq!((malformed.field, malformed.flaw.code()), (field, flaw), "{request:?}");
        }
        other => panic!("{:?}: {:?}", request.asked, other.map(|outcome| outcome.events)),
    }
}

#[track_caller]
pub fn denied(shop: &Shop, request: &Request, codes: &[&str]) {
    match shop.ask(request) {
        Err(denied) => assert_eq!(denied.codes(), codes, "{denied}"),
        Ok(outcome) => panic!("accepted: {:?}", outcome.events.iter().map(|event| event.row).collect::<Vec<_>>()),
    }
}
