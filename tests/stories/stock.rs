//! Stock: what was put aside is released once, what comes back is taken back each time that it comes.

use redress::after_sale::Action;
use redress::trade::{NewLine, Request, UnitSpan};
use redress::{Effect, Kind, Policy, Reason, order, refund};

use super::kit::{Shop, apply, gateway, merchant, new_order, on, shirt};

/// Every span for which an effect was asked, with the task's key.
fn asked(shop: &Shop, effect: Effect) -> Vec<(UnitSpan, String)> {
    let tasks = shop.events.iter().flat_map(|event| &event.tasks);
    let of_effect = tasks.filter(|task| task.what == effect);
    of_effect.flat_map(|task| task.units.iter().map(|span| (*span, task.key.clone()))).collect()
}

fn spans(shop: &Shop, effect: Effect) -> Vec<(u32, u32)> {
    asked(shop, effect).iter().map(|(span, _)| (span.first, span.count)).collect()
}

#[test]
fn a_refund_that_the_bank_takes_back_releases_nothing_twice() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1))
        .gateway_pays()
        .order_is(order::State::Refunded);
    let reverse = Request::by(gateway()).refund(1, refund::Action::Reverse);
    shop.does(reverse.amount(9_900).reference("v-1"))
        .lets_refund_pass(1)
        .gateway_pays()
        .order_is(order::State::Refunded);
    assert_eq!(spans(&shop, Effect::ReleaseStock), [(0, 1)]);
}

#[test]
fn what_a_case_has_released_the_order_does_not_release_again() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), new_order(vec![NewLine::new("lamp", 3, 5_000)]));
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("lamp", 1)).gateway_pays();
    assert_eq!(spans(&shop, Effect::ReleaseStock), [(0, 1)]);
    shop.does(Request::by(merchant()).order(order::Action::Cancel).text("none left"))
        .gateway_pays()
        .order_is(order::State::Refunded);
    assert_eq!(spans(&shop, Effect::ReleaseStock), [(0, 1), (1, 2)]);
}

#[test]
fn an_exchanged_shirt_that_comes_back_too_is_taken_back_too() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let bad_seam = |kind| apply(kind, Reason::Quality).units("shirt", 1).evidence("photo://seam");
    shop.does(bad_seam(Kind::Exchange))
        .comes_back(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .does(on(merchant(), 1, Action::Dispatch).waybill("sf", "new-1"))
        .case_does(super::kit::buyer(), 1, Action::ConfirmReceipt)
        .does(bad_seam(Kind::ReturnAndRefund))
        .comes_back(2, "shirt", 1)
        .case_does(merchant(), 2, Action::AcceptGoods)
        .gateway_pays()
        .order_is(order::State::Refunded);
    let restocked = asked(&shop, Effect::Restock);
    assert_eq!(restocked.len(), 2, "two shirts have come back");
    assert_ne!(restocked[0].1, restocked[1].1, "under two keys, or the second is taken for the first");
}
