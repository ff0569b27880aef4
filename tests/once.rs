//! What a channel reports twice is taken once, whatever the second report says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod shop;

use redress::after_sale::Action as Case;
use redress::refund::{Action as Refund, State};
use redress::trade::{NewLine, Noted, Request};
use redress::{Amount, Effect, Kind, Policy, Reason, Tender};
use shop::{Shop, buyer, gateway, merchant, new_order};

fn paid(policy: Policy) -> Shop {
    let mut shop = Shop::new(policy);
    shop.place(new_order(vec![NewLine::new("shirt", 1, 9_900)]));
    shop.pay(9_900, "p-1");
    shop
}

fn count(shop: &Shop, effect: Effect) -> usize {
    let tasks = shop.events.iter().flat_map(|event| &event.tasks);
    tasks.filter(|task| task.what == effect).count()
}

#[track_caller]
fn knows(shop: &Shop, request: &Request) {
    assert_eq!(shop.ask(request).unwrap().events, []);
}

/// An advance of 99.00 that the buyer owes again: the goods were refused and taken back.
fn owing() -> Shop {
    let mut policy = Policy::cn_marketplace();
    policy.fast_refund.on_ship_back = true;
    policy.fast_refund.standing = 0;
    policy.fast_refund.most = Amount::new(100_000);
    let mut shop = paid(policy);
    shop.ship("shirt", 1).deliver("shirt", 1);
    let apply = Request::by(buyer()).apply(Kind::ReturnAndRefund).units("shirt", 1);
    shop.does(apply.reason(Reason::NoReason));
    shop.does(Request::by(merchant()).case(1, Case::Agree).address("Road 1"));
    shop.does(Request::by(buyer()).case(1, Case::ShipBack).waybill("sf", "Y1"));
    shop.gateway_pays();
    let refuse = Request::by(merchant()).case(1, Case::RefuseGoods);
    shop.does(refuse.text("stones in the box").evidence("photo://1"));
    shop.does(Request::by(buyer()).case(1, Case::TakeBack));
    shop
}

#[test]
fn a_repayment_with_another_amount_is_noted_and_moves_nothing() {
    let mut shop = owing();
    let repay = |amount: u64, reference: &str| {
        let repay = Request::by(gateway()).case(1, Case::Repay).amount(amount);
        repay.tender(Tender::Wallet).reference(reference)
    };
    shop.does(repay(4_000, "rp-1"));
    let (money, repaid) = (shop.trade.money.total(), shop.case(1).repaid);
    let alerts = count(&shop, Effect::Alert);
    shop.does(repay(4_500, "rp-1"));
    assert_eq!(shop.trade.money.total(), money);
    assert_eq!(shop.case(1).repaid, repaid);
    assert_eq!(shop.case(1).repayments.len(), 1);
    assert_eq!(count(&shop, Effect::Alert), alerts + 1);
    knows(&shop, &repay(4_000, "rp-1"));
    shop.does(repay(4_500, "rp-2"));
    assert_eq!(shop.case(1).repaid, Amount::new(8_500));
}

fn says(action: Refund, reference: &str, key: Option<u16>) -> Request {
    let report = Request::by(gateway()).refund(1, action).amount(9_900).reference(reference);
    report.with(|detail| detail.key_number = key)
}

/// Paid, taken back by the bank, and paid again by the second key.
fn paid_again() -> Shop {
    let mut shop = paid(Policy::cn_marketplace());
    let apply = Request::by(buyer()).apply(Kind::RefundOnly).units("shirt", 1);
    shop.does(apply.reason(Reason::NoReason));
    shop.does(says(Refund::Succeed, "r-1", Some(1)));
    shop.does(says(Refund::Reverse, "v-1", Some(1)));
    shop.after_hours(1);
    shop.does(says(Refund::Succeed, "r-2", Some(2)));
    assert_eq!(shop.trade.refunds[0].state, State::Paid);
    shop
}

#[test]
fn a_reversal_twice_is_one() {
    let mut shop = paid_again();
    knows(&shop, &says(Refund::Reverse, "v-1", Some(1)));
    knows(&shop, &says(Refund::Reverse, "v-1", None));
    assert_eq!(count(&shop, Effect::PayOut), 2);
    // Another one is another one.
    shop.does(says(Refund::Reverse, "v-2", None));
    assert_eq!(shop.trade.refunds[0].state, State::Failed);
    knows(&shop, &says(Refund::Reverse, "v-1", Some(1)));
    knows(&shop, &says(Refund::Reverse, "v-2", Some(2)));
}

#[test]
fn a_reversal_of_an_older_key_moves_nothing() {
    let mut shop = paid_again();
    let alerts = count(&shop, Effect::Alert);
    shop.does(says(Refund::Reverse, "v-9", Some(1)));
    assert_eq!(shop.trade.refunds[0].state, State::Paid);
    assert_eq!(count(&shop, Effect::Alert), alerts + 1);
    assert_eq!(shop.refunded(), 9_900);
}

#[test]
fn a_reversal_of_an_earlier_key_that_was_paid_is_taken() {
    let mut shop = paid(Policy::cn_marketplace());
    let apply = Request::by(buyer()).apply(Kind::RefundOnly).units("shirt", 1);
    shop.does(apply.reason(Reason::NoReason));
    let close = Request::by(gateway()).refund(1, Refund::Close);
    shop.does(close.with(|detail| detail.key_number = Some(1)));
    shop.after_hours(1);
    shop.does(says(Refund::Succeed, "r-1", Some(1)));
    assert_eq!(shop.trade.refunds[0].paid_key, 1);
    shop.does(says(Refund::Reverse, "v-1", Some(1)));
    assert_eq!(shop.trade.refunds[0].state, State::Failed);
}

#[test]
fn what_no_row_takes_is_noted_once_and_only_so_often() {
    let mut shop = paid_again();
    let fails = |reference: &str| {
        let fails = Request::by(gateway()).refund(1, Refund::Fail);
        fails.reference(reference)
    };
    let before = (shop.trade.refunds[0].state, shop.trade.money.total());
    let alerts = count(&shop, Effect::Alert);
    shop.does(fails("f-1"));
    knows(&shop, &fails("f-1"));
    // Without a reference it is the same report if it says the same.
    let bare = Request::by(gateway()).refund(1, Refund::GoAbnormal);
    shop.does(bare.clone());
    knows(&shop, &bare);
    knows(&shop, &bare.clone().key("another-delivery"));
    for time in 3..=Noted::MOST {
        shop.does(fails(&format!("f-{time}")));
    }
    assert_eq!(count(&shop, Effect::Alert), alerts + Noted::MOST);
    assert_eq!(shop.trade.noted.len(), Noted::MOST);
    knows(&shop, &fails("f-99"));
    assert_eq!((shop.trade.refunds[0].state, shop.trade.money.total()), before);
    // Another subject is noted on its own, and money is taken in however much was noted.
    for time in 0..=Noted::MOST {
        shop.pay(100, &format!("late-{time}"));
    }
    let paid = shop.trade.money.total().paid.minor();
    assert_eq!(paid, 9_900 + 100 * (Noted::MOST as u64 + 1));
}
