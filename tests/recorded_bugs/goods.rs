//! Of goods: units that are claimed twice, shipped under a case, paid for and never received.

use redress::after_sale::{Action, State};
use redress::trade::{NewLine, Request};
use redress::{Kind, Policy, Reason, order};

use crate::kit::*;

fn returns(count: u32) -> Request {
    apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", count)
}

fn two() -> redress::NewOrder {
    new_order(vec![NewLine::new("shirt", 2, 9_900)])
}

/// litemall: an application that is sent again deletes the open one. bcgov/entity #30357: two are pending.
#[test]
fn a_unit_has_one_open_case() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(returns(1)).refuses(returns(1), &["units_free", "within_refundable"]);
    assert_eq!(shop.trade.cases.len(), 1);
}

/// spree #8332, medusa #412: there is one return per order. yudao-cloud: one per line, for ever.
#[test]
fn each_unit_has_its_own_case() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), two());
    shop.does(returns(1)).does(returns(1));
    assert_eq!(shop.trade.cases.len(), 2);
    shop.refuses(returns(1), &["units_free", "within_refundable"]);
}

/// open-msupply #11550, episerver/Foundation #130: more is returned than was bought.
#[test]
fn no_more_is_returned_than_was_bought() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), two());
    shop.refuses(returns(3), &["malformed"]).does(returns(1)).refuses(returns(2), &["units_free"]);
}

/// open-msupply #3326, the reverse: a draft that is changed counts its own units as taken.
#[test]
fn a_case_that_is_changed_is_not_in_its_own_way() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), two());
    shop.does(returns(2)).does(on(buyer(), 1, Action::Modify).units("shirt", 1));
    assert_eq!(shop.case(1).offer.amount.minor(), 9_900);
}

/// spree PR #14678: a return is paid for units that never came.
#[test]
fn what_never_came_is_not_paid() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), two());
    shop.does(returns(2)).agrees(1).ships_back(1).receives(1, "shirt", 1);
    shop.case_does(merchant(), 1, Action::AcceptGoods).gateway_pays();
    shop.holds_money(9_900, 0, 0, 9_900);
}

/// yudao-cloud: an order that is being refunded is shipped.
#[test]
fn what_is_asked_back_is_not_shipped() {
    let mut policy = Policy::cn_marketplace();
    policy.switches.unshipped_is_granted = false;
    let mut shop = Shop::paid(policy, shirt());
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1));
    let ship = Request::by(merchant()).order(order::Action::Ship).units("shirt", 1).waybill("sf", "w-1");
    let denied = shop.ask(&ship).unwrap_err();
    assert!(denied.codes().contains(&"units_shippable"), "{denied}");
}

/// yudao-cloud: receipt is confirmed by time although a case is open.
#[test]
fn receipt_stands_still_while_a_case_is_open() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(returns(1));
    shop.refuses(Request::by(buyer()).order(order::Action::ConfirmReceipt), &["lines_named", "lines_free"]);
    assert!(shop.trade.lines[0].receipt.unwrap().frozen.is_some());
}

/// likeshop, yudao-cloud: a buyer calls a return off while the goods are on their way, and the merchant has them for nothing.
#[test]
fn a_return_on_its_way_is_not_withdrawn() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(returns(1)).agrees(1).ships_back(1);
    shop.refuses(on(buyer(), 1, Action::Withdraw), &["wrong_state"]);
}

/// solidus #1093, spree #5982: rejected items have nowhere to go. Here they go back, or are paid for.
#[test]
fn goods_that_are_refused_go_back_or_are_paid() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(returns(1)).comes_back(1, "shirt", 1);
    shop.does(on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo://1"));
    shop.lets_case_pass(1).case_is(1, State::AwaitingSendBack).lets_case_pass(1).case_is(1, State::Refunding);
}

/// yudao-cloud: there is no window; request #2392: it counts from the order and not from the delivery.
#[test]
fn a_window_counts_from_the_delivery() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    shop.ship("shirt", 1).goes_to("2026-03-09 10:00").deliver("shirt", 1).goes_to("2026-03-16 23:59").does(returns(1));
    let mut late = Shop::delivered(Policy::cn_marketplace(), shirt());
    late.goes_to("2026-03-09 00:00").refuses(returns(1), &["within_window"]);
}

/// yudao-cloud: who was refused applies again without end.
#[test]
fn nobody_applies_for_ever() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    for no in 1..=5 {
        shop.does(returns(1)).case_does(buyer(), no, Action::Withdraw);
    }
    shop.refuses(returns(1), &["tries_left"]);
}
