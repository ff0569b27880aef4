//! What the bank takes from a trade, and gives back.

use redress::after_sale::{self, Action};
use redress::refund::Action as RefundAction;
use redress::trade::Request;
use redress::{Dispute, Kind, Policy, Reason, order};

use crate::kit::*;

fn mark(shop: &Shop, stage: Dispute) -> Request {
    let mark = Request::by(gateway()).order(order::Action::MarkDispute).reference("p-1");
    let now = shop.now;
    mark.with(|detail| (detail.stage, detail.stage_at) = (Some(stage), Some(now)))
}

fn settled() -> Shop {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    while shop.trade.head.state != order::State::Settled {
        shop.now = shop.trade.due().unwrap().after(1);
        shop.tick();
    }
    shop.asks_for(&["release_funds 9900"]);
    shop
}

#[test]
fn what_the_bank_gives_back_to_a_settled_order_is_the_merchants_again() {
    let mut shop = settled();
    let lost = mark(&shop, Dispute::Lost);
    shop.does(lost.amount(4_000)).asks_for(&["alert", "charge_merchant 4000"]).order_is(order::State::Settled);
    shop.after_hours(1);
    let won = mark(&shop, Dispute::Won);
    shop.does(won).asks_for(&["alert", "release_funds 4000"]);
    // Said once more, nothing is given twice.
    shop.after_hours(1);
    let again = mark(&shop, Dispute::Won);
    shop.does(again).asks_for(&["alert"]);
}

#[test]
fn an_order_of_which_the_bank_has_taken_everything_is_over_and_is_settled_once_it_is_given_back() {
    let mut shop = settled();
    let lost = mark(&shop, Dispute::Lost);
    shop.does(lost).order_is(order::State::Refunded);
    shop.after_hours(1);
    let won = mark(&shop, Dispute::Won);
    shop.does(won).order_is(order::State::Completed);
    shop.now = shop.trade.due().unwrap().after(1);
    shop.tick();
    shop.order_is(order::State::Settled).asks_for(&["release_funds 9900"]);
}

#[test]
fn what_the_bank_gives_back_for_goods_that_were_never_sent_goes_to_the_buyer() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    let lost = mark(&shop, Dispute::Lost);
    shop.does(lost).order_is(order::State::Refunded);
    shop.after_hours(1);
    let won = mark(&shop, Dispute::Won);
    shop.does(won).order_is(order::State::Unwinding).gateway_pays();
    assert_eq!(shop.refunded(), 9_900, "the bank has taken it from the buyer again");
    shop.order_is(order::State::Refunded);
}

#[test]
fn what_the_bank_gives_back_for_goods_that_were_called_off_goes_to_the_buyer() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    let lost = mark(&shop, Dispute::Lost);
    shop.does(lost.amount(4_000));
    let cancel = Request::by(merchant()).order(order::Action::Cancel).reason(Reason::OutOfStock);
    shop.does(cancel.text("out of stock")).order_is(order::State::Unwinding);
    shop.after_hours(1);
    let won = mark(&shop, Dispute::Won);
    shop.does(won);
    assert_eq!(shop.trade.refunds.iter().map(|refund| refund.amount.minor()).sum::<u64>(), 9_900);
}

fn asks_for_a_part() -> Shop {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let asks = apply(Kind::Compensation, Reason::Quality).units("shirt", 1).amount(2_000);
    shop.does(asks.evidence("photo://1"));
    shop
}

#[test]
fn a_claim_that_a_bank_has_taken_is_raised_again_when_it_gives_the_money_back() {
    let mut shop = asks_for_a_part();
    let lost = mark(&shop, Dispute::Lost);
    shop.does(lost.amount(9_500)).holds_money(400, 0, 0, 0);
    shop.after_hours(1);
    let won = mark(&shop, Dispute::Won);
    shop.does(won).holds_money(7_900, 2_000, 0, 0);
    assert_eq!(shop.trade.case(1).unwrap().offer.amount.minor(), 2_000, "as it was asked for");
}

#[test]
fn what_was_agreed_on_after_the_bank_took_its_part_stands() {
    let mut shop = asks_for_a_part();
    let lost = mark(&shop, Dispute::Lost);
    shop.does(lost.amount(500));
    let terms = on(merchant(), 1, Action::Propose).kind(Kind::Compensation).amount(1_000);
    shop.does(terms).case_does(buyer(), 1, Action::Accept);
    shop.after_hours(1);
    let won = mark(&shop, Dispute::Won);
    shop.does(won);
    assert_eq!(shop.trade.case(1).unwrap().offer.amount.minor(), 1_000);
}

/// A refund failed, and the bank has taken a part of it.
fn cut_short() -> Shop {
    let mut shop = asks_for_a_part();
    shop.agrees(1).does(Request::by(gateway()).refund(1, RefundAction::Fail));
    let lost = mark(&shop, Dispute::Lost);
    shop.does(lost.amount(500));
    assert_eq!(shop.refund(1).amount.minor(), 1_500);
    shop
}

#[test]
fn a_refund_that_a_bank_has_cut_short_is_made_up_for_when_the_bank_takes_it_back() {
    let waits = cut_short();
    let mut paid = cut_short();
    while paid.trade.case(1).unwrap().state != after_sale::State::Completed {
        paid.lets_refund_pass(1);
    }
    for mut shop in [waits, paid] {
        shop.after_hours(1);
        let won = mark(&shop, Dispute::Won);
        shop.does(won).case_is(1, after_sale::State::Refunding);
        assert_eq!(shop.refund(2).amount.minor(), 500);
    }
}

#[test]
fn what_a_bank_takes_of_an_order_that_is_paid_in_part_is_due_again() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(shirt()).pay(4_000, "p-1");
    let lost = mark(&shop, Dispute::Lost);
    shop.does(lost).pay(5_900, "p-2").order_is(order::State::Unpaid);
    shop.pay(4_000, "p-3").order_is(order::State::Paid).holds_money(9_900, 0, 0, 0);
    // What the bank gives back after all is too much.
    let won = mark(&shop, Dispute::Won);
    shop.does(won.with(|detail| detail.stage_at = detail.stage_at.map(|at| at.after(1))));
    shop.order_is(order::State::Paid).holds_money(9_900, 0, 4_000, 0);
}

#[test]
fn what_a_bank_gives_back_of_two_units_it_gives_back_of_each() {
    // Two units of one line share what the bank has taken of one payment; one of them is paid back, from another payment, for
    // what was left of it.
    let order = new_order(vec![redress::trade::NewLine::new("shirt", 2, 10_000)]);
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(order).pay(10_000, "p-1").pay(10_000, "p-2").ship("shirt", 2).deliver("shirt", 2);
    let lost = mark(&shop, Dispute::Lost);
    shop.does(lost);
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).evidence("photo://1"));
    shop.case_does(merchant(), 1, Action::Agree).gateway_pays().case_is(1, after_sale::State::Completed);
    assert_eq!(shop.refunded(), 5_000);
    shop.after_hours(1);
    let won = mark(&shop, Dispute::Won);
    shop.does(won);
    let spent: Vec<u64> = shop.trade.goods.all().iter().map(|units| units.spent.minor()).collect();
    assert_eq!(
        spent,
        [10_000, 0],
        "the case owes the rest of the one, and of the other one nothing was ever paid back"
    );
}
