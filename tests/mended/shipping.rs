//! The shipping goes back with the last line, also where the others are still asked for.

use redress::trade::{Bucket, NewLine, Request};
use redress::{Amount, Kind, Policy, Reason, ShippingPart, after_sale::Action};

use crate::kit::*;

fn delivered() -> Shop {
    let mut policy = Policy::cn_marketplace();
    policy.shipping_refund.with_last_line = ShippingPart::Whole;
    policy.shipping_refund.not_with_last_line = redress::Set::NONE;
    let mut order = new_order(vec![NewLine::new("hat", 1, 5_000), NewLine::new("shirt", 1, 9_900)]);
    order.shipping = Amount::new(800);
    order.total = order.due().unwrap();
    Shop::delivered(policy, order)
}

fn asks(line: &str) -> Request {
    apply(Kind::ReturnAndRefund, Reason::Quality).units(line, 1).evidence("photo")
}

#[test]
fn the_later_of_two_open_applications_takes_the_shipping_along() {
    let mut shop = delivered();
    shop.policy.shipping_refund.at_merchants_fault = ShippingPart::Nothing;
    shop.does(asks("hat")).holds_money(10_700, 5_000, 0, 0);
    shop.does(asks("shirt")).holds_money(0, 15_700, 0, 0);
    for no in [1, 2] {
        shop.agrees(no);
        shop.does(on(buyer(), no, Action::ShipBack).waybill("sf", format!("back-{no}").as_str()));
        shop.case_does(merchant(), no, Action::AcceptGoods).gateway_pays();
    }
    assert_eq!(shop.trade.money.pot(Bucket::Shipping).refunded.minor(), 800);
    shop.order_is(redress::order::State::Refunded);
}

#[test]
fn it_stays_where_the_other_units_are_kept() {
    let mut shop = delivered();
    shop.policy.shipping_refund.at_merchants_fault = ShippingPart::Nothing;
    let compensation = apply(Kind::Compensation, Reason::Quality).units("hat", 1).evidence("photo").amount(1_000);
    shop.does(compensation).does(asks("shirt")).holds_money(4_800, 10_900, 0, 0);
}
