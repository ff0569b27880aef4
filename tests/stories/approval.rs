//! A large refund waits for finance: approved by another person, rejected into a review, or let out by silence.

use redress::after_sale::{Action as CaseAction, State as CaseState};
use redress::refund::{Action, State};
use redress::trade::{NewLine, Request};
use redress::{Actor, Kind, Policy, Reason, order};

use super::kit::{Shop, TENANT, apply, at, finance, merchant, new_order, on, platform};

/// A refund of 1,500.00 that the merchant `acme` agreed to.
fn waiting(policy: Policy) -> Shop {
    let mut order = new_order(vec![NewLine::new("watch", 1, 150_000)]);
    order.finance.push("acme".into());
    let mut shop = Shop::delivered(policy, order);
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("watch", 1).evidence("photo://dial"))
        .case_does(merchant(), 1, CaseAction::Agree)
        .case_is(1, CaseState::Refunding)
        .refund_is(1, State::AwaitingApproval)
        .asks_for(&[])
        .holds_money(0, 0, 150_000, 0);
    assert_eq!(shop.refund(1).deadline.unwrap().until, at("2026-03-02 10:00"));
    shop
}

fn finance_does(actor: Actor, no: u16, action: Action) -> Request {
    Request::by(actor).refund(no, action)
}

#[test]
fn another_person_lets_it_out() {
    let mut shop = waiting(Policy::cn_marketplace());
    shop.says_no(
        finance_does(Actor::finance("acme"), 1, Action::Approve),
        &["another_person"],
        "it takes another person than acme",
        "须由acme以外的人员操作",
    );
    shop.says_no(
        finance_does(merchant(), 1, Action::Approve),
        &["wrong_role", "another_person"],
        "the merchant may not do this, only finance",
        "商家不能这样做，只有财务可以",
    );
    shop.does(finance_does(finance(), 1, Action::Approve))
        .refund_is(1, State::Submitted)
        .asks_for(&["pay_out 150000"])
        .gateway_pays()
        .case_is(1, CaseState::Completed)
        .order_is(order::State::Refunded);
}

#[test]
fn what_is_rejected_is_reviewed_ruled_on_and_paid() {
    let mut shop = waiting(Policy::cn_marketplace());
    let staff = Actor::tenant_finance(TENANT, "fin-9");
    shop.refuses(finance_does(staff, 1, Action::Reject), &["reason_given"]);
    shop.does(finance_does(staff, 1, Action::Reject).text("the serial number differs"))
        .refund_is(1, State::Cancelled)
        .case_is(1, CaseState::UnderReview)
        .holds_money(0, 150_000, 0, 0);
    shop.does(on(platform(), 1, CaseAction::RuleForBuyer))
        .case_is(1, CaseState::Refunding)
        .refund_is(2, State::AwaitingApproval)
        // A ruling is not theirs to send back.
        .says_no(
            finance_does(staff, 2, Action::Reject).text("still"),
            &["contestable", "rejections_left"],
            "it rests on a ruling and cannot be rejected",
            "退款依据为“平台裁决”，不可驳回",
        )
        .does(finance_does(staff, 2, Action::Approve))
        .gateway_pays()
        .case_is(1, CaseState::Completed)
        .holds_money(0, 0, 0, 150_000);
}

#[test]
fn silence_of_finance_pays_or_rejects_as_the_policy_says() {
    let mut shop = waiting(Policy::cn_marketplace());
    shop.goes_to("2026-03-02 10:00").refund_is(1, State::AwaitingApproval);
    shop.after_millis(1).refund_is(1, State::Submitted).asks_for(&["pay_out 150000"]);
    let mut policy = Policy::cn_marketplace();
    policy.switches.approval_silence_rejects = true;
    let mut shop = waiting(policy);
    shop.lets_refund_pass(1)
        .refund_is(1, State::Cancelled)
        .case_is(1, CaseState::UnderReview)
        .holds_money(0, 150_000, 0, 0);
    // Rejected once, silence pays what is ruled.
    shop.does(on(platform(), 1, CaseAction::RuleForBuyer))
        .refund_is(2, State::AwaitingApproval)
        .lets_refund_pass(2)
        .refund_is(2, State::Submitted);
}

#[test]
fn whoever_granted_it_through_the_shop_is_not_another_person() {
    let mut policy = Policy::cn_marketplace();
    policy.amounts.approval_above = redress::Amount::new(100);
    let mut shop = Shop::delivered(policy, new_order(vec![NewLine::new("watch", 1, 150_000)]));
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("watch", 1).evidence("photo://dial"));
    let mut proposed = shop.clone();
    shop.case_does(merchant().through("fin-1"), 1, CaseAction::Agree);
    let by_proposal = on(merchant().through("fin-1"), 1, CaseAction::Propose);
    proposed.does(by_proposal.kind(Kind::RefundOnly).amount(100_000)).case_does(
        super::kit::buyer(),
        1,
        CaseAction::Accept,
    );
    for mut shop in [shop, proposed] {
        shop.refund_is(1, State::AwaitingApproval);
        shop.says_no(
            finance_does(finance(), 1, Action::Approve),
            &["another_person"],
            "it takes another person than fin-1",
            "须由fin-1以外的人员操作",
        );
        // Nor is another name of the same account.
        let other_name = Actor::tenant_finance(TENANT, "fin-9");
        shop.refuses(finance_does(other_name.through("fin-1"), 1, Action::Approve), &["another_person"]);
        shop.does(finance_does(other_name, 1, Action::Approve)).refund_is(1, State::Submitted);
    }
}
