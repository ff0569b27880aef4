//! Story 6: the gateway fails, retries, closes, is silent; and the money still arrives once.

use redress::after_sale::State as CaseState;
use redress::refund::{Action, Route, State};
use redress::trade::Request;
use redress::{Kind, Policy, Reason, order};

use super::kit::{Shop, apply, buyer, finance, gateway, merchant, on, platform, shirt};

/// A refund of 99.00 for a case that is Refunding, with the channel since 10:00.
fn submitted() -> Shop {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1))
        .case_is(1, CaseState::Refunding)
        .refund_is(1, State::Submitted)
        .asks_for(&["hold_shipment", "pay_out 9900"]);
    shop
}

fn says(action: Action) -> Request {
    Request::by(gateway()).refund(1, action)
}

fn succeeds(amount: u64, reference: &str) -> Request {
    says(Action::Succeed).amount(amount).reference(reference)
}

/// The keys without the trade.
fn keys(shop: &Shop) -> Vec<String> {
    let trim = |key: &String| key.rsplit_once("refund-").unwrap().1.to_owned();
    shop.keys_sent().iter().map(trim).collect()
}

#[track_caller]
fn ends_well(shop: &mut Shop) {
    shop.refund_is(1, State::Paid)
        .case_is(1, CaseState::Completed)
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 9_900);
}

#[test]
fn it_fails_and_is_tried_again_under_the_same_key() {
    let mut shop = submitted();
    shop.does(says(Action::Fail)).refund_is(1, State::Failed).holds_money(0, 0, 9_900, 0);
    assert_eq!(shop.refund(1).deadline.unwrap().until, super::kit::at("2026-03-01 10:01"));
    shop.lets_refund_pass(1).refund_is(1, State::Submitted).asks_for(&["pay_out 9900"]);
    // The second wait is ten minutes; somebody may be quicker.
    shop.does(says(Action::Fail)).does(Request::by(merchant()).refund(1, Action::Retry)).refund_is(1, State::Submitted);
    assert_eq!(keys(&shop), ["1/1", "1/1", "1/1"]);
    shop.does(succeeds(9_900, "r-1"));
    ends_well(&mut shop);
}

#[test]
fn a_closed_refund_takes_a_new_key() {
    let mut shop = submitted();
    shop.does(says(Action::Close)).refund_is(1, State::Failed).lets_refund_pass(1).refund_is(1, State::Submitted);
    assert_eq!(keys(&shop), ["1/1", "1/2"]);
    // The old key's refusal says nothing about the new one.
    shop.does(says(Action::Fail).with(|detail| detail.key_number = Some(1)))
        .refund_is(1, State::Submitted)
        .asks_for(&["alert"]);
    // But money is money, whichever key brought it.
    shop.does(succeeds(9_900, "r-1").with(|detail| detail.key_number = Some(1)));
    ends_well(&mut shop);
}

#[test]
fn attempts_are_used_up_and_the_balance_is_credited() {
    let mut shop = submitted();
    for _ in 0..5 {
        shop.refund_is(1, State::Submitted).does(says(Action::Fail)).lets_refund_pass(1);
    }
    shop.refund_is(1, State::Abnormal);
    assert_eq!(keys(&shop), ["1/1"; 5]);
    shop.lets_refund_pass(1).asks_for(&["credit_balance 9900", "release_stock", "release_shipment"]);
    assert_eq!(shop.refund(1).route, Some(Route::Balance));
    ends_well(&mut shop);
}

fn abnormal() -> Shop {
    // Granted by the merchant, so that somebody else must send the money elsewhere.
    let mut policy = Policy::cn_marketplace();
    policy.switches.unshipped_is_granted = false;
    let mut shop = Shop::paid(policy, shirt());
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1))
        .case_does(merchant(), 1, redress::after_sale::Action::Agree)
        .does(says(Action::GoAbnormal))
        .refund_is(1, State::Abnormal);
    shop
}

#[test]
fn to_another_account_it_takes_another_person() {
    let mut shop = abnormal();
    let redirect = |actor| {
        let request = Request::by(actor).refund(1, Action::Redirect);
        request.with(|detail| detail.account = "acct-2".to_owned())
    };
    shop.says_no(
        Request::by(finance()).refund(1, Action::Redirect),
        &["account_given"],
        "the receiving account is missing",
        "缺少收款账户",
    );
    let due = shop.refund(1).deadline;
    shop.does(redirect(merchant())).refund_is(1, State::Abnormal).asks_for(&[]);
    assert_eq!(shop.refund(1).deadline, due, "asking stops no clock");
    for same in [merchant(), merchant().through("till-2"), finance().through("acme")] {
        shop.says_no(
            redirect(same),
            &["account_new"],
            "acme has asked for this account, and it takes another person to send it there",
            "acme已申请该收款账户，须由另一人确认打款",
        );
    }
    let mut silent = shop.clone();
    silent.lets_refund_pass(1).refund_is(1, State::Paid);
    assert_eq!(silent.refund(1).elsewhere, None);
    shop.does(redirect(finance())).refund_is(1, State::Submitted).asks_for(&["pay_out 9900"]);
    assert_eq!(shop.refund(1).elsewhere, None, "what was asked for is used up");
    assert_eq!(keys(&shop), ["1/1", "1/2"]);
    shop.does(succeeds(9_900, "r-1"));
    ends_well(&mut shop);
    let sent = shop.events.iter().flat_map(|event| &event.tasks).rfind(|task| task.what == redress::Effect::PayOut);
    assert_eq!(sent.and_then(|task| task.account.as_deref()), Some("acct-2"), "the caller is told where to");
}

#[test]
fn two_people_send_it_elsewhere_though_nobody_granted_it() {
    let mut shop = submitted();
    shop.does(says(Action::GoAbnormal)).refund_is(1, State::Abnormal);
    assert_eq!(shop.refund(1).requested_by, None);
    let redirect = |actor, account: &'static str| {
        let request = Request::by(actor).refund(1, Action::Redirect);
        request.with(|detail| detail.account = account.to_owned())
    };
    shop.does(redirect(merchant(), "acct-2"))
        .refund_is(1, State::Abnormal)
        // Another account is another request, whoever makes it.
        .does(redirect(finance(), "acct-3"))
        .refund_is(1, State::Abnormal)
        .does(redirect(merchant(), "acct-2"))
        .refund_is(1, State::Abnormal)
        .says_no(
            redirect(platform(), "acct-4"),
            &["redirects_left"],
            "another account was asked for 3 of 3 times",
            "申请更换账户次数已用3/3",
        )
        .does(redirect(platform(), "acct-2"))
        .refund_is(1, State::Submitted);
    assert_eq!(keys(&shop), ["1/1", "1/2"]);
}

#[test]
fn paid_offline_and_confirmed_denied_or_left_unsaid() {
    let mut shop = abnormal();
    let offline = || {
        let request = Request::by(finance()).refund(1, Action::PayOffline);
        request.with(|detail| detail.voucher = "voucher-1".to_owned())
    };
    shop.does(offline()).refund_is(1, State::Offline);
    let (mut silent, mut both) = (shop.clone(), shop.clone());
    shop.does(Request::by(buyer()).refund(1, Action::Deny))
        .refund_is(1, State::Abnormal)
        .does(offline())
        .does(Request::by(buyer()).refund(1, Action::Deny))
        .says_no(offline(), &["offline_left"], "2 of 2 offline payments are used", "线下打款次数已用2/2");
    silent.lets_refund_pass(1);
    ends_well(&mut silent);
    assert_eq!(silent.refund(1).route, Some(Route::Offline));
    // The channel pays as well, late: taken as paid, and somebody looks.
    both.does(succeeds(9_900, "r-late"));
    assert!(both.effects().contains(&"alert".to_owned()));
    ends_well(&mut both);
}

#[test]
fn an_unknown_outcome_is_asked_for_and_never_paid_on_a_guess() {
    let mut shop = submitted();
    for _ in 0..5 {
        shop.lets_refund_pass(1).refund_is(1, State::Submitted).asks_for(&["query_refund 9900"]);
    }
    shop.lets_refund_pass(1)
        .refund_is(1, State::Unresolved)
        .case_is(1, CaseState::Unresolved)
        .holds_money(0, 0, 9_900, 0);
    assert_eq!(keys(&shop), ["1/1"]);
    let (mut found, mut not_found, mut late) = (shop.clone(), shop.clone(), shop.clone());
    let reconcile = |paid| {
        let request = Request::by(finance()).refund(1, Action::Reconcile);
        request.with(move |detail| detail.found_paid = Some(paid))
    };
    shop.says_no(
        reconcile(true),
        &["evidence_given"],
        "1 to 20 pieces of evidence are needed, 0 are given",
        "须提供1至20份证据，当前0份",
    );
    found.does(reconcile(true).evidence("statement://7"));
    ends_well(&mut found);
    not_found
        .does(reconcile(false).evidence("statement://7"))
        .refund_is(1, State::Failed)
        .case_is(1, CaseState::Refunding)
        .lets_refund_pass(1)
        .refund_is(1, State::Submitted)
        .does(succeeds(9_900, "r-1"));
    ends_well(&mut not_found);
    late.does(succeeds(9_900, "r-late"));
    ends_well(&mut late);
}

#[test]
fn the_bank_takes_a_paid_refund_back_and_the_case_ends_again() {
    let mut shop = submitted();
    shop.does(succeeds(9_900, "r-1"));
    ends_well(&mut shop);
    let reverse = |reference| says(Action::Reverse).amount(9_900).reference(reference);
    for (reference, again) in [("v-1", "r-2"), ("v-2", "r-3")] {
        shop.does(reverse(reference))
            .refund_is(1, State::Failed)
            .case_is(1, CaseState::Refunding)
            .order_is(order::State::Unwinding)
            .holds_money(0, 0, 9_900, 0)
            .lets_refund_pass(1)
            .refund_is(1, State::Submitted)
            .does(succeeds(9_900, again));
        ends_well(&mut shop);
    }
    // A new key each time: the old one was paid.
    assert_eq!(keys(&shop), ["1/1", "1/2", "1/3"]);
    // A third time is for people to look at.
    shop.does(reverse("v-3")).asks_for(&["alert"]);
    ends_well(&mut shop);
}

#[test]
fn a_success_after_a_failure_is_money() {
    let mut shop = submitted();
    shop.does(says(Action::Fail)).does(succeeds(9_900, "r-late"));
    assert!(shop.effects().contains(&"alert".to_owned()));
    ends_well(&mut shop);
}

#[test]
fn a_success_twice_is_one_and_another_amount_is_a_conflict() {
    let mut shop = submitted();
    shop.does(succeeds(9_800, "r-1")).refund_is(1, State::Submitted).asks_for(&["alert"]);
    shop.does(succeeds(9_900, "r-1"));
    ends_well(&mut shop);
    shop.knows(&succeeds(9_900, "r-1"));
    shop.does(succeeds(9_900, "r-2")).asks_for(&["alert"]);
    shop.does(succeeds(9_700, "r-1")).asks_for(&["alert"]);
    ends_well(&mut shop);
}

#[test]
fn staff_of_another_channel_hear_nothing() {
    let mut shop = submitted();
    let stranger = redress::Actor::gateway("other-pay");
    shop.refuses(Request::by(stranger).refund(1, Action::Succeed).amount(9_900).reference("x"), &["stranger"]);
    shop.refuses(Request::by(platform()).refund(1, Action::Succeed).amount(9_900).reference("x"), &["wrong_role"]);
    shop.says_no(
        on(buyer(), 1, redress::after_sale::Action::Settle),
        &["wrong_role", "all_refunds_paid"],
        "the buyer may not do this, only the trade itself; 0 of 1 refunds are paid",
        "买家不能这样做，只有联动可以；1笔退款中已完成0笔",
    );
}

#[test]
fn one_of_two_payments_comes_back_from_the_bank() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    let pay = |amount: u64, reference: &str| {
        let pay = Request::by(gateway()).order(order::Action::Pay).amount(amount);
        pay.tender(redress::Tender::Wallet).reference(reference)
    };
    shop.place(shirt()).does(pay(4_000, "p-1")).does(pay(5_900, "p-2")).ship("shirt", 1).deliver("shirt", 1);
    shop.does(apply(Kind::Compensation, Reason::Quality).units("shirt", 1).amount(990).evidence("photo://seam"))
        .case_does(merchant(), 1, redress::after_sale::Action::Agree)
        // In proportion to what each still holds: 4.00 and 5.90.
        .asks_for(&["pay_out 400", "pay_out 590"])
        .gateway_pays()
        .case_is(1, CaseState::Completed);
    let second = |action| Request::by(gateway()).refund(2, action);
    shop.does(second(Action::Reverse).amount(590).reference("v-1"))
        .case_is(1, CaseState::Refunding)
        .refund_is(1, State::Paid)
        .refund_is(2, State::Failed)
        .order_is(order::State::Delivered)
        .holds_money(8_910, 0, 590, 400)
        .lets_refund_pass(2)
        .does(second(Action::Succeed).amount(590).reference("r-9"))
        .case_is(1, CaseState::Completed)
        .holds_money(8_910, 0, 0, 990);
}
