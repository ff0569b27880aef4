//! Of amounts: caps that do not sum, amounts below nothing, cents that are lost.

use redress::after_sale::{Action, State};
use redress::trade::{NewLine, Request};
use redress::{Actor, Amount, Kind, Policy, Reason, order, refund};

use crate::kit::*;

/// How much of a delivered shirt at 99.00.
fn part(amount: u64) -> Request {
    apply(Kind::Compensation, Reason::Quality).units("shirt", 1).evidence("photo://1").amount(amount)
}

fn paid_back(shop: &mut Shop, no: u16, amount: u64) {
    shop.does(part(amount)).case_does(merchant(), no, Action::Agree).gateway_pays().case_is(no, State::Completed);
}

/// crmeb_java: a refund overwrites the sum instead of adding to it, so that 50 of 100 can be refunded for ever.
#[test]
fn refunds_of_one_unit_are_added_up() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    paid_back(&mut shop, 1, 5_000);
    shop.refuses(part(5_000), &["within_refundable"]);
    paid_back(&mut shop, 2, 4_900);
    shop.holds_money(0, 0, 0, 9_900);
}

/// lilishop: each part is compared with the price of the item, and none with the parts before it.
#[test]
fn a_part_is_compared_with_what_is_left() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    paid_back(&mut shop, 1, 9_899);
    shop.says_no(part(2), &["within_refundable"], "0.01 CNY", "0.01 CNY");
}

/// hyperswitch #13182, medusa #16012, saleor #19645, magento2 #30483: what is pending is not counted.
#[test]
fn what_is_under_way_is_not_there_any_more() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(part(6_000)).case_does(merchant(), 1, Action::Agree).refund_is(1, refund::State::Submitted);
    shop.refuses(part(6_000), &["units_free", "within_refundable"]);
    shop.holds_money(3_900, 0, 6_000, 0);
}

/// hyperswitch #13182: two requests that both read the same balance. The later one has seen an old version.
#[test]
fn of_two_who_saw_the_same_only_one_is_heard() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let seen = shop.trade.version;
    shop.does(part(6_000).seen(seen)).refuses(part(6_000).seen(seen), &["stale"]);
}

/// litemall: a negative amount is accepted. hyperswitch #11491: so is zero. An amount here has no sign.
#[test]
fn nothing_is_no_amount() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.refuses(part(0), &["within_refundable"]);
    assert!(serde_json::from_str::<Amount>("-1").is_err());
}

/// craftcms/commerce #1098: once a cent less than all was refunded, any amount is.
#[test]
fn a_cent_that_is_left_is_a_cent() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    paid_back(&mut shop, 1, 9_899);
    shop.refuses(part(9_900), &["within_refundable"]);
    paid_back(&mut shop, 2, 1);
    shop.holds_money(0, 0, 0, 9_900);
}

/// macrozheng/mall #356: 30.00 less a coupon of 10.00 over three things at 10.00 goes back as 9.99 and less.
#[test]
fn shares_of_a_discount_sum_to_what_was_paid() {
    let mut order = new_order(vec![NewLine::new("cup", 3, 1_000)]);
    order.discount = Amount::new(1_000);
    order.total = order.due().unwrap();
    let mut shop = Shop::paid(Policy::cn_marketplace(), order);
    let mut amounts = Vec::new();
    for no in 1..=3_u16 {
        shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("cup", 1));
        amounts.push(shop.refund(no).amount.minor());
        shop.gateway_pays();
    }
    assert_eq!((amounts.iter().sum::<u64>(), amounts.iter().max()), (2_000, Some(&667)));
    shop.order_is(order::State::Refunded);
}

/// niushop: a refund is split by a ratio of floats, and the remainder is lost.
#[test]
fn a_split_over_two_payments_loses_no_cent() {
    let mut policy = Policy::cn_marketplace();
    policy.refund_split = redress::RefundSplit::Proportional;
    let mut shop = Shop::new(policy);
    shop.place(shirt()).pay(3_333, "p-1").pay(6_567, "p-2");
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1)).gateway_pays();
    assert_eq!(shop.refunded_by_payment(), [3_333, 6_567]);
}

/// newbee-mall: a paid order is cancelled and restocked, and no money goes back.
#[test]
fn a_paid_order_is_not_cancelled_without_its_money() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    shop.refuses(Request::by(buyer()).order(order::Action::Cancel), &["wrong_role", "reason_given"]);
    shop.does(Request::by(merchant()).order(order::Action::Cancel).text("out of stock")).gateway_pays();
    shop.order_is(order::State::Refunded).holds_money(0, 0, 0, 9_900);
}

/// yudao-cloud: what was paid with points alone cannot be applied for, since an amount must be at least one.
#[test]
fn what_points_have_paid_can_be_given_back() {
    let mut order = new_order(vec![NewLine::new("shirt", 1, 9_900)]);
    (order.discount, order.points) = (Amount::new(9_900), 990);
    order.total = Amount::ZERO;
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(order).does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1));
    shop.case_is(1, State::Completed).order_is(order::State::Refunded);
    assert_eq!(shop.trade.head.bill.points_restored, 990);
}

/// macrozheng/mall: the price of a return is the client's. Staff, too, cannot go above what was paid.
#[test]
fn nobody_is_refunded_more_than_was_paid() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let grant =
        |by: Actor| Request::by(by).opens(Action::Grant, Kind::Compensation).units("shirt", 1).reason(Reason::Other);
    shop.refuses(grant(merchant()).amount(9_901).text("sorry"), &["within_refundable"]);
    shop.refuses(grant(platform()).amount(9_901).text("sorry"), &["within_refundable"]);
}

/// litemall PR #397: the coupon of an order that was refunded is not given back. CRMEB: nor are its points, of a part.
#[test]
fn a_coupon_and_points_come_back_with_their_units() {
    let mut order = new_order(vec![NewLine::new("cup", 2, 1_000)]);
    (order.discount, order.coupon, order.points) = (Amount::new(500), Some("c-1".into()), 100);
    order.total = order.due().unwrap();
    let mut shop = Shop::paid(Policy::cn_marketplace(), order);
    let one = || apply(Kind::RefundOnly, Reason::NoReason).units("cup", 1);
    shop.does(one()).gateway_pays().asks_for(&["restore_points 50", "release_stock", "release_shipment"]);
    shop.does(one()).gateway_pays().asks_for(&[
        "restore_points 50",
        "restore_coupon",
        "release_stock",
        "release_shipment",
    ]);
    assert_eq!(shop.trade.head.bill.points_restored, 100);
}
