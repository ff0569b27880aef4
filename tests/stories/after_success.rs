//! Story 10: after success. Completed, settled, reopened; and disputes at the bank.

use redress::after_sale::{Action, State};
use redress::trade::Request;
use redress::{Dispute, Kind, Policy, Reason, order, refund};

use super::kit::{Shop, apply, at, buyer, gateway, merchant, platform, shirt};

fn confirmed() -> Shop {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(Request::by(buyer()).order(order::Action::ConfirmReceipt)).order_is(order::State::Completed);
    assert_eq!(shop.trade.due(), Some(at("2026-03-16 10:00")));
    shop
}

fn bad_seam() -> Request {
    apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo://seam")
}

#[test]
fn the_buyer_still_applies_after_success() {
    let mut shop = confirmed();
    shop.goes_to("2026-03-16 09:00").does(bad_seam()).case_is(1, State::Requested);
    // The order is not settled over an open case.
    shop.goes_to("2026-03-17 10:00").order_is(order::State::Completed);
    shop.comes_back(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 9_900);
}

#[test]
fn after_the_settlement_only_staff_may_reopen() {
    let mut shop = confirmed();
    shop.goes_to("2026-03-16 10:01").order_is(order::State::Settled).asks_for(&["release_funds 9900"]);
    shop.says_no(
        bad_seam(),
        &["order_open"],
        "the order is settled: a case can be opened from payment until it is settled",
        "订单当前为“已结算”，仅可在付款后至结算前发起售后",
    );
    shop.goes_to("2026-03-20 10:00");
    shop.says_no(
        bad_seam(),
        &["order_open", "within_window"],
        "the window for this reason closed on 2026-03-16 23:59 +08:00",
        "该原因的申请期限已于2026-03-16 23:59 +08:00截止",
    );
    let reopen = Request::by(platform()).order(order::Action::ReopenWindow);
    let reopen = reopen.with(|detail| detail.until = Some(at("2026-04-10 23:59")));
    shop.refuses(reopen.clone(), &["reason_given"]);
    shop.does(reopen.clone().text("recalled by the maker").reason(Reason::Quality))
        .order_is(order::State::Completed)
        .asks_for(&[]);
    assert_eq!(shop.trade.due(), Some(at("2026-04-10 23:59")));
    // For the reason that was named, and no other.
    shop.refuses(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1), &["within_window"]);
    let mut later = shop.clone();
    shop.goes_to("2026-04-10 12:00")
        .does(bad_seam())
        .comes_back(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .gateway_pays()
        .order_is(order::State::Refunded);
    later.goes_to("2026-04-11 00:00").order_is(order::State::Settled).says_no(
        reopen.text("once more").with(|detail| detail.until = Some(at("2026-04-20 23:59"))),
        &["reopenings_left"],
        "1 of 1 reopenings are used",
        "重开次数已用1/1",
    );
}

fn dispute(stage: Dispute, time: &str) -> Request {
    let mark = Request::by(gateway()).order(order::Action::MarkDispute).reference("p-1");
    let when = at(time);
    mark.with(move |detail| (detail.stage, detail.stage_at) = (Some(stage), Some(when)))
}

/// A refund for a case, opened while the payment is in dispute.
fn held() -> Shop {
    let mut shop = confirmed();
    shop.does(bad_seam()).comes_back(1, "shirt", 1);
    shop.does(dispute(Dispute::Inquiry, "2026-03-01 09:00"))
        .does(dispute(Dispute::Open, "2026-03-01 09:30"))
        .asks_for(&["alert"])
        // An older report changes nothing.
        .does(dispute(Dispute::Inquiry, "2026-03-01 09:15"))
        .case_does(merchant(), 1, Action::AcceptGoods)
        .case_is(1, State::Refunding)
        .refund_is(1, refund::State::Held)
        .holds_money(0, 0, 9_900, 0);
    shop
}

#[test]
fn an_open_dispute_bars_new_cases() {
    let mut shop = confirmed();
    shop.does(dispute(Dispute::Inquiry, "2026-03-01 09:00"));
    assert!(shop.ask(&bad_seam()).is_ok());
    shop.does(dispute(Dispute::Open, "2026-03-01 09:30")).says_no(
        bad_seam(),
        &["not_disputed"],
        "a payment of it is in dispute at the bank",
        "相关付款存在未决争议",
    );
}

#[test]
fn a_dispute_that_is_won_frees_the_refund() {
    let mut shop = held();
    shop.does(dispute(Dispute::Won, "2026-03-01 10:00"))
        .refund_is(1, refund::State::Submitted)
        .asks_for(&["alert", "pay_out 9900"])
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 9_900);
}

#[test]
fn a_dispute_that_is_lost_has_paid_the_buyer() {
    let mut shop = held();
    shop.does(dispute(Dispute::Lost, "2026-03-01 10:00"))
        .refund_is(1, refund::State::Paid)
        .case_is(1, State::Completed)
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 9_900);
    assert_eq!(shop.refund(1).route, Some(refund::Route::Bank));
    assert!(shop.keys_sent().is_empty(), "nothing was paid beside the bank");
}

#[test]
fn a_lost_dispute_takes_the_claim_with_it() {
    let mut shop = confirmed();
    shop.does(bad_seam()).does(dispute(Dispute::Lost, "2026-03-01 10:00").amount(6_000));
    let total = shop.trade.money.total();
    assert_eq!((total.lost.minor(), total.claimed.minor()), (6_000, 3_900));
    shop.comes_back(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        // The channel takes no more refunds of it: what is still owed goes another way, in the end to the balance.
        .refund_is(1, refund::State::Abnormal)
        .holds_money(0, 0, 3_900, 0)
        .lets_refund_pass(1)
        .case_is(1, State::Completed)
        .order_is(order::State::Refunded);
    assert_eq!(shop.trade.money.total().kept().minor(), 0);
    // A claim of nothing settles at once.
    let mut shop = confirmed();
    shop.does(bad_seam())
        .does(dispute(Dispute::Lost, "2026-03-01 10:00"))
        .comes_back(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .case_is(1, State::Completed);
    assert_eq!(shop.trade.money.total().lost.minor(), 9_900);
}

#[test]
fn a_dispute_nobody_decides_parks_the_case() {
    let mut shop = held();
    shop.lets_refund_pass(1)
        .refund_is(1, refund::State::Unresolved)
        .case_is(1, State::Unresolved)
        .holds_money(0, 0, 9_900, 0);
}
