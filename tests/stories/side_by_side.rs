//! Several cases at once, and what one leaves for the others.

use redress::after_sale::{Action, State};
use redress::trade::{NewLine, Request};
use redress::{Kind, Policy, Reason, order};

use super::kit::{Shop, apply, buyer, merchant, new_order, on, shirt};

fn two_lines() -> Shop {
    let order = new_order(vec![NewLine::new("lamp", 2, 5_000), NewLine::new("mug", 1, 3_333)]);
    Shop::delivered(Policy::cn_marketplace(), order)
}

#[test]
fn two_cases_on_two_lines_go_their_own_ways() {
    let mut shop = two_lines();
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("lamp", 2))
        .does(apply(Kind::Compensation, Reason::Quality).units("mug", 1).amount(500).evidence("photo://chip"))
        .holds_money(2_833, 10_500, 0, 0);
    let lamp = apply(Kind::ReturnAndRefund, Reason::NoReason).units("lamp", 1);
    shop.says_no(
        lamp,
        &["units_free", "within_refundable"],
        "1 of lamp are asked for, and 0 are free",
        "商品lamp申请1件，可申请0件",
    );
    shop.case_does(merchant(), 2, Action::Agree)
        .case_is(2, State::Refunding)
        .gateway_pays()
        .case_is(2, State::Completed)
        .case_is(1, State::Requested)
        .holds_money(2_833, 10_000, 0, 500);
    shop.agrees(1)
        .ships_back(1)
        .receives(1, "lamp", 2)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .gateway_pays()
        .case_is(1, State::Completed)
        .holds_money(2_833, 0, 0, 10_500)
        .order_is(order::State::Delivered);
    assert_eq!(shop.refunded_by_line(), [10_000, 500]);
    assert_eq!((shop.closed("lamp"), shop.closed("mug")), (2, 0));
    shop.does(Request::by(buyer()).order(order::Action::ConfirmReceipt)).order_is(order::State::Completed);
}

#[test]
fn one_unit_each_of_one_line() {
    let mut shop = two_lines();
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("lamp", 1))
        .does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("lamp", 1))
        .holds_money(3_333, 10_000, 0, 0);
    assert_ne!(shop.case(1).units, shop.case(2).units);
    shop.case_does(buyer(), 1, Action::Withdraw)
        .comes_back(2, "lamp", 1)
        .case_does(merchant(), 2, Action::AcceptGoods)
        .gateway_pays()
        .case_is(2, State::Completed)
        .holds_money(8_333, 0, 0, 5_000);
    assert_eq!(shop.closed("lamp"), 1);
}

#[test]
fn the_application_is_changed_before_it_is_answered() {
    let mut shop = two_lines();
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("lamp", 2))
        .goes_to("2026-03-02 10:00")
        .does(on(buyer(), 1, Action::Modify).units("lamp", 1))
        .case_is(1, State::Requested)
        // The merchant's 48 hours begin again with what is asked now.
        .waits_until(1, "2026-03-04 10:00")
        .holds_money(8_333, 5_000, 0, 0);
    shop.does(
        on(buyer(), 1, Action::Modify)
            .kind(Kind::Compensation)
            .amount(700)
            .reason(Reason::Quality)
            .evidence("photo://scratch"),
    )
    .holds_money(12_633, 700, 0, 0)
    .does(on(buyer(), 1, Action::Modify).amount(600).evidence("photo://scratch"));
    shop.says_no(
        on(buyer(), 1, Action::Modify).amount(500).evidence("photo://scratch"),
        &["modifies_left"],
        "the application was changed 3 of 3 times",
        "修改申请次数已用3/3",
    );
}

#[test]
fn a_unit_is_asked_for_five_times_and_no_more() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let asks = || apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1);
    for no in 1..=5 {
        shop.does(asks()).case_does(buyer(), no, Action::Withdraw);
    }
    shop.says_no(asks(), &["tries_left"], "these units were applied for 5 of 5 times", "同一商品申请次数已用5/5");
}

#[test]
fn a_closed_unit_takes_part_in_nothing_more() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let refund = apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).amount(5_000);
    shop.does(refund.evidence("photo://seam"))
        .case_does(merchant(), 1, Action::Agree)
        .gateway_pays()
        .case_is(1, State::Completed)
        // Half of it was paid, and it is closed as the case decided; the rest is the merchant's.
        .order_is(order::State::Refunded)
        .holds_money(4_900, 0, 0, 5_000);
    shop.refuses(
        apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1),
        &["order_open", "units_free", "within_refundable"],
    );
}

#[test]
fn a_completed_case_is_rated_once_within_a_month() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)).case_does(buyer(), 1, Action::Withdraw);
    let rate = |stars| on(buyer(), 1, Action::Rate).with(move |detail| detail.stars = Some(stars));
    shop.says_no(rate(6), &["malformed"], "1 to 5 is accepted", "应在 1 到 5 之间");
    let mut late = shop.clone();
    shop.does(rate(4)).case_is(1, State::Withdrawn).refuses(rate(5), &["rating_left"]);
    late.goes_to("2026-03-31 10:01").says_no(
        rate(4),
        &["within_rating"],
        "it could be rated until 2026-03-31 10:00 +08:00",
        "评价期限已于2026-03-31 10:00 +08:00截止",
    );
}
