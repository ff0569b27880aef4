//! Money on its way back when things go wrong: what the order and its refunds see, and what is left of the ledger.
#![allow(clippy::indexing_slicing, reason = "a refund that is missing is a failed test")]

mod shop;

use redress::order::{Action as OrderAction, State as OrderState};
use redress::refund::{Action, Route, State};
use redress::trade::{NewLine, NewOrder, Request, Sum};
use redress::{Amount, Currency, Dispute, Kind, Policy, Reason, Tender, Time, after_sale};
use shop::{Shop, buyer, carrier, finance, gateway, merchant, new_order};

const PRICE: u64 = 13_000;

fn two_lines() -> NewOrder {
    new_order(vec![NewLine::new("shirt", 2, 5_000), NewLine::new("hat", 1, 3_000)])
}

fn paid() -> Shop {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(two_lines()).pay(PRICE, "p-1");
    shop
}

/// A paid order that its merchant cannot deliver: one refund of everything is with the channel.
fn unwinding() -> Shop {
    let mut shop = paid();
    shop.does(Request::by(merchant()).order(OrderAction::Cancel).text("sold out"));
    shop
}

fn told(no: u16, action: Action) -> Request {
    Request::by(gateway()).refund(no, action)
}

fn succeed(no: u16, amount: u64, reference: &str) -> Request {
    told(no, Action::Succeed).amount(amount).reference(reference)
}

fn dispute(stage: Dispute, at: i64, amount: Option<u64>) -> Request {
    let mark = Request::by(gateway()).order(OrderAction::MarkDispute).reference("p-1");
    mark.with(|detail| {
        detail.stage = Some(stage);
        detail.stage_at = Some(Time::from_millis(1_772_330_400_000 + at));
        detail.amount = amount.map(Sum::from);
    })
}

#[test]
fn an_order_in_another_currency_than_the_policys_is_not_placed() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    let mut order = two_lines();
    order.currency = Currency::EUR;
    shop.refuses(Request::by(buyer()).place(order), &["currency_matches"]);
}

#[test]
fn an_order_paid_with_points_alone_is_unwound_by_a_refund_of_nothing() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    let mut order = new_order(vec![NewLine::new("gift", 1, 5_000)]);
    (order.discount, order.total, order.points) = (Amount::new(5_000), Amount::ZERO, 500);
    shop.place(order);
    assert!(shop.trade.head.paid_at.is_some());
    shop.does(Request::by(merchant()).order(OrderAction::Cancel).text("sold out"));
    assert_eq!(shop.trade.refunds[0].route, Some(Route::Nothing));
    assert_eq!(shop.trade.head.state, OrderState::Refunded);
}

#[test]
fn what_is_given_up_keeps_no_line_waiting() {
    let mut shop = paid();
    shop.ship("shirt", 2).deliver("shirt", 2);
    shop.does(Request::by(merchant()).order(OrderAction::CancelRest).text("no more hats"));
    assert_eq!(shop.trade.head.state, OrderState::Delivered);
    assert!(shop.trade.head.delivered_at.is_some());
    shop.gateway_pays();
    assert!(shop.trade.lines[0].receipt.is_some());
    assert_eq!(shop.trade.lines[1].receipt, None, "its only unit is closed");
    shop.does(Request::by(buyer()).order(OrderAction::ConfirmReceipt));
    assert_eq!(shop.trade.head.state, OrderState::Completed);
}

#[test]
fn an_extension_is_kept_when_the_parcel_comes() {
    let mut shop = paid();
    shop.ship("shirt", 2).ship("hat", 1).after_hours(8 * 24);
    let extend = |days| {
        let extend = Request::by(buyer()).order(OrderAction::Extend);
        extend.with(|detail| detail.days = Some(days))
    };
    shop.refuses(extend(4), &["days_offered"]);
    shop.does(extend(3));
    let until = shop.trade.due();
    shop.refuses(extend(3), &["within_last_days", "extension_left"]);
    let deliver = Request::by(carrier()).order(OrderAction::Deliver);
    shop.does(deliver.units("shirt", 2).units("hat", 1));
    assert_eq!(shop.trade.head.state, OrderState::Delivered);
    assert_eq!(shop.trade.due(), until);
}

#[test]
fn who_confirms_a_line_has_it_whatever_the_carrier_reported() {
    let mut shop = paid();
    shop.ship("shirt", 2).ship("hat", 1);
    shop.does(Request::by(buyer()).order(OrderAction::ConfirmReceipt).units("hat", 1));
    assert_eq!(shop.trade.head.state, OrderState::Shipped);
    shop.does(Request::by(buyer()).order(OrderAction::ConfirmReceipt));
    assert_eq!(shop.trade.head.state, OrderState::Completed);
    assert!(shop.trade.goods.all().iter().all(|units| units.delivered_at.is_some()));
}

#[test]
fn a_report_without_a_key_is_about_the_key_that_was_sent_last() {
    let mut shop = unwinding();
    shop.does(told(1, Action::Close)).does(told(1, Action::Close));
    let refund = &shop.trade.refunds[0];
    assert_eq!((refund.sent_key, refund.key_number), (1, 2), "closed once");
    shop.after_millis(60_001);
    assert_eq!(shop.trade.refunds[0].sent_key, 2);
    assert_eq!(shop.trade.money.payments[0].refunds, 1, "tried again, it is the same refund");
}

#[test]
fn a_replayed_success_does_not_undo_a_reversal() {
    let mut shop = unwinding();
    shop.does(succeed(1, PRICE, "r-1"));
    assert_eq!(shop.trade.head.state, OrderState::Refunded);
    let reverse = told(1, Action::Reverse).amount(PRICE).reference("r-1");
    shop.does(reverse).does(succeed(1, PRICE, "r-1"));
    assert_eq!(shop.trade.refunds[0].state, State::Failed);
    assert_eq!(shop.trade.head.state, OrderState::Unwinding, "its units are open again");
    shop.after_hours(24).does(succeed(1, PRICE, "r-2"));
    assert_eq!(shop.trade.head.state, OrderState::Refunded);
    assert_eq!(shop.refunded(), PRICE);
}

#[test]
fn a_lost_dispute_pays_its_part_and_the_refund_the_rest() {
    let mut shop = unwinding();
    shop.does(told(1, Action::Fail));
    shop.does(dispute(Dispute::Lost, 1, Some(4_000)));
    let refund = &shop.trade.refunds[0];
    assert_eq!(refund.amount, Amount::new(9_000));
    assert_eq!(refund.key_number, 2, "another amount is no repetition");
    shop.after_hours(1).after_hours(8 * 24);
    assert_eq!(shop.trade.refunds[0].route, Some(Route::Balance), "the channel is closed by the dispute");
    let total = shop.trade.money.total();
    assert_eq!((total.refunded, total.lost), (Amount::new(9_000), Amount::new(4_000)));
    assert_eq!(shop.trade.head.state, OrderState::Refunded);
}

#[test]
fn what_the_channel_refuses_after_the_bank_has_paid_it_is_not_paid_again() {
    let mut shop = unwinding();
    shop.does(dispute(Dispute::Lost, 1, None));
    assert_eq!(shop.trade.refunds[0].state, State::Submitted, "the channel may still pay it");
    shop.does(told(1, Action::Fail)).after_hours(1);
    assert_eq!(shop.trade.refunds[0].route, Some(Route::Bank));
    assert_eq!(shop.trade.head.state, OrderState::Refunded);
}

#[test]
fn a_dispute_that_is_won_after_all_owes_the_refund_again() {
    let mut shop = unwinding();
    shop.does(told(1, Action::Fail));
    shop.does(dispute(Dispute::Lost, 1, None));
    assert_eq!(shop.trade.refunds[0].route, Some(Route::Bank));
    assert_eq!(shop.trade.head.state, OrderState::Refunded);
    shop.does(dispute(Dispute::Won, 2, None));
    assert_eq!(shop.trade.refunds[0].state, State::Failed);
    assert_eq!(shop.trade.head.state, OrderState::Unwinding);
}

#[test]
fn an_order_parks_on_an_unknown_outcome_and_resumes_when_it_is_known() {
    let mut shop = unwinding();
    for _ in 0..7 {
        shop.after_hours(25);
    }
    assert_eq!(shop.trade.head.state, OrderState::Unresolved);
    let reconcile = Request::by(finance()).refund(1, Action::Reconcile).evidence("statement");
    shop.does(reconcile.with(|detail| detail.found_paid = Some(false)));
    assert_eq!(shop.trade.head.state, OrderState::Unwinding);
}

#[test]
fn a_payment_that_is_reported_anew_with_another_amount_brings_no_money() {
    let mut shop = paid();
    let again = Request::by(gateway()).order(OrderAction::Pay).reference("p-1");
    shop.does(again.amount(PRICE + 1).tender(Tender::Wallet));
    assert_eq!(shop.events.last().map(|event| event.row), Some(None), "noted");
    assert_eq!(shop.trade.money.total().paid, Amount::new(PRICE));
    assert!(shop.trade.refunds.is_empty());
}

/// A case whose refund is above the limit of finance, and was rejected.
fn rejected() -> Shop {
    let mut policy = Policy::cn_marketplace();
    policy.amounts.approval_above = Amount::ZERO;
    policy.switches.unshipped_is_granted = false;
    let mut shop = Shop::new(policy);
    shop.place(two_lines()).pay(PRICE, "p-1");
    let apply = Request::by(buyer()).apply(Kind::RefundOnly).units("hat", 1);
    shop.does(apply.reason(Reason::NoReason));
    shop.does(Request::by(merchant()).case(1, after_sale::Action::Agree));
    shop.does(Request::by(finance()).refund(1, Action::Reject).text("not like this"));
    shop
}

#[test]
fn a_rejected_refund_gives_its_claim_back_to_the_case_that_goes_on() {
    let mut shop = rejected();
    assert_eq!(shop.case(1).state, after_sale::State::UnderReview);
    assert_eq!(shop.case(1).claim.total(), Amount::new(3_000));
    // The platform is silent, which is for the buyer; finance is silent, which pays.
    shop.after_hours(8 * 24).after_hours(25).gateway_pays();
    assert_eq!(shop.case(1).state, after_sale::State::Completed);
    assert_eq!(shop.refunded(), 3_000);
}

#[test]
fn late_money_for_what_was_called_off_is_taken_in() {
    let mut shop = rejected();
    shop.does(succeed(1, 3_000, "r-1"));
    assert_eq!(shop.trade.refunds[0].state, State::Paid);
    assert!(shop.case(1).claim.shares.is_empty(), "what the case claimed has gone out");
}
