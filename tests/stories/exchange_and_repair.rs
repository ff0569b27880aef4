//! Story 5: exchange, repair and reshipment.

use redress::after_sale::{Action, State};
use redress::trade::{Bucket, Place, Request};
use redress::{Kind, Policy, Reason, Tender, order};

use super::kit::{Shop, apply, buyer, carrier, gateway, merchant, on, shirt};

fn asked(kind: Kind) -> Shop {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let asks = apply(kind, Reason::Quality).units("shirt", 1);
    shop.does(asks.evidence("photo://seam")).case_is(1, State::Requested).holds_money(0, 9_900, 0, 0);
    shop
}

fn pay_fee(no: u16, amount: u64, reference: &str) -> Request {
    let pay = on(gateway(), no, Action::PayFee).amount(amount);
    pay.tender(Tender::Wallet).reference(reference)
}

fn dispatch(no: u16, waybill: &str) -> Request {
    on(merchant(), no, Action::Dispatch).waybill("sf", waybill)
}

#[test]
fn an_exchange_with_stock() {
    let mut shop = asked(Kind::Exchange);
    shop.comes_back(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .case_is(1, State::AwaitingDispatch)
        .waits_until(1, "2026-03-04 10:00")
        .asks_for(&["restock"]);
    shop.says_no(on(merchant(), 1, Action::Dispatch), &["waybill_given"], "the waybill is missing", "缺少运单号");
    shop.does(dispatch(1, "new-1")).case_is(1, State::Dispatched).waits_until(1, "2026-03-11 10:00");
    assert_eq!(shop.goods("shirt"), [(1, Place::Replaced)]);
    let mut silent = shop.clone();
    shop.case_does(buyer(), 1, Action::ConfirmReceipt)
        .case_is(1, State::Completed)
        // Quality is the merchant's fault: the return freight is credited.
        .asks_for(&["credit_balance 1200"])
        .holds_money(9_900, 0, 0, 0)
        .order_is(order::State::Delivered);
    assert_eq!(shop.goods("shirt"), [(1, Place::WithBuyer)]);
    assert_eq!(shop.closed("shirt"), 0);
    silent.lets_case_pass(1).case_is(1, State::Completed);
}

#[test]
fn a_dearer_exchange_waits_for_the_difference() {
    let mut shop = asked(Kind::Exchange);
    shop.says_no(
        on(merchant(), 1, Action::Propose).fee(500_001),
        &["within_fee_cap"],
        "the fee is 5000.01 CNY, and may be at most 5000.00 CNY",
        "补款5000.01 CNY超出上限5000.00 CNY",
    );
    shop.does(on(merchant(), 1, Action::Propose).fee(2_000))
        .case_does(buyer(), 1, Action::Accept)
        .case_is(1, State::AwaitingPayment)
        .asks_for(&["collect_fee 2000"])
        .waits_until(1, "2026-03-08 10:00");
    let mut unpaid = shop.clone();
    shop.refuses(dispatch(1, "new-1"), &["wrong_state"]);
    shop.does(pay_fee(1, 500, "f-1"))
        .case_is(1, State::AwaitingPayment)
        // A cent too much, and it goes back.
        .does(pay_fee(1, 1_501, "f-2"))
        .case_is(1, State::AwaitingReturn)
        .asks_for(&["book_pickup", "pay_out 1"])
        .gateway_pays();
    shop.ships_back(1)
        .receives(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .does(dispatch(1, "new-1"))
        .case_does(buyer(), 1, Action::ConfirmReceipt)
        .case_is(1, State::Completed)
        .holds_money(11_900, 0, 0, 1);
    assert_eq!(shop.trade.money.pot(Bucket::Fee(1)).kept().minor(), 2_000);
    // Without the fee there is no service, and what was paid of it goes back.
    unpaid
        .does(pay_fee(1, 500, "f-1"))
        .lets_case_pass(1)
        .case_is(1, State::Lapsed)
        .asks_for(&["pay_out 500"])
        .gateway_pays()
        .holds_money(9_900, 0, 0, 500);
    assert_eq!(unpaid.refunded_by_payment(), [0, 500]);
}

#[test]
fn a_dearer_exchange_that_fails_gives_back_price_and_difference() {
    let mut shop = asked(Kind::Exchange);
    shop.does(on(merchant(), 1, Action::Propose).fee(2_000))
        .case_does(buyer(), 1, Action::Accept)
        .does(pay_fee(1, 2_000, "f-1"))
        .ships_back(1)
        .receives(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .does(on(merchant(), 1, Action::ConvertToRefund).text("out of stock"))
        .case_is(1, State::Refunding)
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 11_900);
    assert_eq!(shop.refunded_by_payment(), [9_900, 2_000]);
}

#[test]
fn a_cheaper_exchange_refunds_the_difference() {
    let mut shop = asked(Kind::Exchange);
    let propose = on(merchant(), 1, Action::Propose).with(|detail| detail.difference = Some(1_500.into()));
    shop.does(propose)
        .case_does(buyer(), 1, Action::Accept)
        .case_is(1, State::AwaitingReturn)
        .ships_back(1)
        .receives(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .does(dispatch(1, "new-1"))
        .case_does(buyer(), 1, Action::ConfirmReceipt)
        .case_is(1, State::Refunding)
        // The case still claims what it would be worth in money.
        .holds_money(0, 8_400, 1_500, 0)
        .gateway_pays()
        .case_is(1, State::Completed)
        .holds_money(8_400, 0, 0, 1_500)
        .order_is(order::State::Delivered);
    assert_eq!(shop.goods("shirt"), [(1, Place::WithBuyer)]);
    assert_eq!(shop.closed("shirt"), 0);
}

#[test]
fn out_of_stock_becomes_a_refund() {
    let mut shop = asked(Kind::Exchange);
    shop.comes_back(1, "shirt", 1).case_does(merchant(), 1, Action::AcceptGoods);
    let mut silent = shop.clone();
    shop.does(on(merchant(), 1, Action::ConvertToRefund).text("none left"))
        .case_is(1, State::Refunding)
        .asks_for(&["pay_out 9900"])
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 9_900);
    assert_eq!(shop.closed("shirt"), 1);
    silent
        .lets_case_pass(1)
        .case_is(1, State::Refunding)
        .gateway_pays()
        .case_is(1, State::Completed)
        .holds_money(0, 0, 0, 9_900);
}

fn quoted() -> Shop {
    let mut shop = asked(Kind::Repair);
    shop.comes_back(1, "shirt", 1)
        .case_is(1, State::Inspecting)
        .does(on(merchant(), 1, Action::Propose).fee(3_000).text("a new sleeve"))
        .case_is(1, State::Proposed);
    shop
}

#[test]
fn a_repair_with_a_quote() {
    let mut shop = quoted();
    shop.case_does(buyer(), 1, Action::Accept)
        .case_is(1, State::AwaitingPayment)
        // The buyer's own goods are no stock.
        .asks_for(&["collect_fee 3000"])
        .does(pay_fee(1, 3_000, "f-1"))
        .case_is(1, State::AwaitingDispatch)
        .waits_until(1, "2026-03-16 10:00")
        .does(dispatch(1, "fixed-1"))
        .case_is(1, State::Dispatched)
        .case_does(buyer(), 1, Action::ConfirmReceipt)
        .case_is(1, State::Completed)
        .holds_money(12_900, 0, 0, 0);
    assert_eq!(shop.goods("shirt"), [(1, Place::WithBuyer)]);
}

#[test]
fn a_quote_that_is_declined() {
    let mut shop = quoted();
    shop.case_does(buyer(), 1, Action::Decline)
        .case_is(1, State::GoodsRefused)
        .case_does(buyer(), 1, Action::TakeBack)
        .case_is(1, State::AwaitingSendBack)
        .does(dispatch(1, "back-again"))
        .case_is(1, State::SendingBack)
        .case_does(buyer(), 1, Action::ConfirmReceipt)
        .case_is(1, State::Dismissed)
        .holds_money(9_900, 0, 0, 0);
    assert_eq!(shop.goods("shirt"), [(1, Place::WithBuyer)]);
}

#[test]
fn a_quote_that_is_accepted_and_never_paid() {
    let mut shop = quoted();
    shop.case_does(buyer(), 1, Action::Accept)
        .lets_case_pass(1)
        .case_is(1, State::AwaitingSendBack)
        .does(dispatch(1, "back-again"))
        .lets_case_pass(1)
        .case_is(1, State::Dismissed)
        .holds_money(9_900, 0, 0, 0);
}

#[test]
fn a_repair_within_a_year_though_the_reason_is_two_weeks() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let asks = apply(Kind::Repair, Reason::Quality).units("shirt", 1).evidence("photo://seam");
    shop.goes_to("2026-03-20 10:00").order_is(order::State::Completed);
    shop.does(asks).case_is(1, State::Requested);
    // A repair is accepted without a word, and the goods are sent back in fifteen days.
    shop.comes_back(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .asks_for(&[])
        .waits_until(1, "2026-04-04 10:00");
}

#[test]
fn a_missing_part_is_sent_lost_and_sent_again() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let asks = apply(Kind::Reship, Reason::MissingParts).units("shirt", 1).amount(1_500);
    shop.does(asks.evidence("photo://buttons"))
        .holds_money(8_400, 1_500, 0, 0)
        .case_does(merchant(), 1, Action::Agree)
        .case_is(1, State::AwaitingDispatch)
        .does(dispatch(1, "buttons-1"))
        .case_is(1, State::Dispatched)
        .case_does(carrier(), 1, Action::Lose)
        .case_is(1, State::AwaitingDispatch)
        .does(dispatch(1, "buttons-2"))
        .case_is(1, State::Dispatched);
    let mut lost_again = shop.clone();
    shop.case_does(buyer(), 1, Action::ConfirmReceipt).case_is(1, State::Completed).holds_money(9_900, 0, 0, 0);
    assert_eq!(shop.goods("shirt"), [(1, Place::WithBuyer)]);
    // Lost once more, its worth is paid, never more.
    lost_again
        .case_does(carrier(), 1, Action::Lose)
        .case_is(1, State::Refunding)
        .asks_for(&["pay_out 1500"])
        .gateway_pays()
        .case_is(1, State::Completed)
        .holds_money(8_400, 0, 0, 1_500);
    assert_eq!(lost_again.goods("shirt"), [(1, Place::WithBuyer)]);
    assert_eq!(lost_again.closed("shirt"), 0);
}

#[test]
fn repaired_goods_that_are_lost_twice_are_paid_and_so_is_the_fee() {
    let mut shop = quoted();
    shop.case_does(buyer(), 1, Action::Accept)
        .does(pay_fee(1, 3_000, "f-1"))
        .does(dispatch(1, "fixed-1"))
        .case_does(carrier(), 1, Action::Lose)
        .case_is(1, State::AwaitingDispatch)
        .does(dispatch(1, "fixed-2"))
        .case_does(carrier(), 1, Action::Lose)
        .case_is(1, State::Refunding)
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 12_900);
    assert_eq!(shop.refunded_by_payment(), [9_900, 3_000]);
}

#[test]
fn a_ruling_that_contradicts_itself_is_refused_and_not_read_as_another() {
    let mut shop = asked(Kind::Exchange);
    let looked_into = on(super::kit::platform(), 1, Action::Escalate).text("both sides called");
    shop.does(looked_into).case_is(1, State::UnderReview);
    let rule = || on(super::kit::platform(), 1, Action::RuleForBuyer);
    let waived = |request: redress::Request| request.with(|detail| detail.return_waived = true);
    shop.says_no(
        rule().kind(Kind::Exchange).amount(5_000),
        &["kind_as_named"],
        "“exchange” does not go with the amount, the waived return or where the goods are: leave the kind or the other out",
        "“换货”与裁决的金额、免退货或商品所在不一致：请去掉售后类型或另一项",
    );
    shop.refuses(waived(rule().kind(Kind::ReturnAndRefund)), &["kind_as_named"]);
    shop.refuses(waived(rule().kind(Kind::Repair)), &["kind_as_named"]);
    // Either alone says what it is.
    let ruled = |request| shop.clone().does(request).case(1).offer.kind;
    assert_eq!(ruled(rule().kind(Kind::Exchange)), Kind::Exchange);
    assert_eq!(ruled(rule().amount(5_000)), Kind::Compensation);
    assert_eq!(ruled(waived(rule())), Kind::RefundOnly);
}

#[test]
fn a_replacement_that_is_bad_too_is_looked_into_and_paid() {
    let mut shop = asked(Kind::Exchange);
    shop.comes_back(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .does(dispatch(1, "new-1"))
        .case_does(buyer(), 1, Action::Escalate)
        .case_is(1, State::UnderReview);
    let mut kept = shop.clone();
    shop.does(on(super::kit::platform(), 1, Action::RuleForBuyer).kind(Kind::ReturnAndRefund).amount(9_900))
        .case_is(1, State::AwaitingReturn)
        .does(on(buyer(), 1, Action::ShipBack).waybill("sf", "back-2"))
        .receives(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .gateway_pays()
        .case_is(1, State::Completed)
        .holds_money(0, 0, 0, 9_900);
    // Or it is good enough: things go on as they stood.
    kept.case_does(super::kit::platform(), 1, Action::RuleForMerchant)
        .case_is(1, State::Dispatched)
        .case_does(buyer(), 1, Action::ConfirmReceipt)
        .case_is(1, State::Completed)
        .holds_money(9_900, 0, 0, 0);
}
