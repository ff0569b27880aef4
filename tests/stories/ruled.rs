//! Story 4: refused, escalated, ruled – for the buyer, for the merchant, and split.

use redress::after_sale::{Action, State};
use redress::trade::Place;
use redress::{Blame, Kind, Policy, Reason, order};

use super::kit::{Shop, apply, at, buyer, merchant, on, platform, shirt};

fn refused() -> Shop {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let asks = apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1);
    shop.does(asks.evidence("photo://seam"));
    shop.says_no(
        on(buyer(), 1, Action::Escalate),
        &["direct_escalation"],
        "the platform can be brought in once the merchant has answered or is overdue",
        "商家处理或逾期后方可申请平台介入",
    );
    shop.says_no(
        on(merchant(), 1, Action::Refuse).text("no"),
        &["evidence_given"],
        "1 to 20 pieces of evidence are needed, 0 are given",
        "须提供1至20份凭证，当前0份",
    );
    shop.does(on(merchant(), 1, Action::Refuse).text("it was worn").evidence("photo://worn"))
        .case_is(1, State::Refused)
        .waits_until(1, "2026-03-08 10:00")
        // The claim stands: a refusal frees nothing.
        .holds_money(0, 9_900, 0, 0);
    shop
}

fn under_review() -> Shop {
    let mut shop = refused();
    shop.case_does(buyer(), 1, Action::Escalate).case_is(1, State::UnderReview).waits_until(1, "2026-03-08 10:00");
    shop.does(on(buyer(), 1, Action::SubmitEvidence).evidence("video://seam"))
        .does(on(merchant(), 1, Action::SubmitEvidence).evidence("photo://washed"))
        // Evidence moves no deadline.
        .waits_until(1, "2026-03-08 10:00");
    shop.goes_to("2026-03-04 10:00").does(on(buyer(), 1, Action::SubmitEvidence).evidence("video://last"));
    shop.after_millis(60_000).says_no(
        on(merchant(), 1, Action::SubmitEvidence).evidence("photo://late"),
        &["within_evidence_time"],
        "evidence was taken until 2026-03-04 10:00 +08:00",
        "举证期限已于2026-03-04 10:00 +08:00截止",
    );
    shop
}

#[test]
fn while_it_is_reviewed_nobody_else_decides() {
    let mut shop = under_review();
    shop.refuses(on(merchant(), 1, Action::Agree).address("1 Return Road"), &["wrong_state"]);
    shop.refuses(on(buyer(), 1, Action::Modify).amount(100), &["wrong_state"]);
    shop.refuses(on(buyer(), 1, Action::RuleForBuyer), &["wrong_role"]);
}

#[test]
fn ruled_for_the_buyer() {
    let mut shop = under_review();
    shop.does(on(platform(), 1, Action::RuleForBuyer).with(|detail| detail.blame = Some(Blame::Merchant)))
        .case_is(1, State::AwaitingReturn)
        .asks_for(&["book_pickup"]);
    assert_eq!(shop.case_due(1), at("2026-03-11 10:01"));
    // Nobody's consent is asked again: the goods come back and are paid.
    shop.ships_back(1)
        .receives(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .asks_for(&["restock", "pay_out 9900"])
        .gateway_pays()
        .case_is(1, State::Completed)
        // Quality is the merchant's fault, and so is the freight of 12.00.
        .asks_for(&["credit_balance 1200"])
        .holds_money(0, 0, 0, 9_900);
}

#[test]
fn ruled_for_the_buyer_who_may_keep_the_goods() {
    let mut shop = under_review();
    shop.does(on(platform(), 1, Action::RuleForBuyer).with(|detail| detail.return_waived = true))
        .case_is(1, State::Refunding)
        .asks_for(&["pay_out 9900"])
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 9_900);
    assert_eq!(shop.goods("shirt"), [(1, Place::WithBuyer)]);
}

#[test]
fn ruled_for_the_merchant() {
    let mut shop = under_review();
    shop.does(on(platform(), 1, Action::RuleForMerchant).with(|detail| detail.blame = Some(Blame::Buyer)))
        .case_is(1, State::Dismissed)
        .order_is(order::State::Delivered)
        .holds_money(9_900, 0, 0, 0);
    // Staff may open it again, once, with a reason.
    shop.does(on(platform(), 1, Action::Reopen).text("new evidence"))
        .case_is(1, State::UnderReview)
        .holds_money(0, 9_900, 0, 0)
        .case_does(platform(), 1, Action::RuleForMerchant)
        .says_no(
            on(platform(), 1, Action::Reopen).text("once more"),
            &["appeals_left"],
            "it was reopened 1 of 1 times",
            "申诉次数已用1/1",
        );
    shop.goes_to("2026-04-20 10:00")
        .refuses(on(platform(), 1, Action::Reopen).text("too late"), &["within_appeal", "appeals_left"]);
}

#[test]
fn split_between_both() {
    let mut shop = under_review();
    shop.says_no(
        on(platform(), 1, Action::RuleSplit).amount(9_901),
        &["within_case"],
        "99.01 CNY is granted, which must be above zero and at most 99.00 CNY",
        "裁决金额99.01 CNY须大于零且不超过99.00 CNY",
    );
    shop.does(on(platform(), 1, Action::RuleSplit).amount(4_000).with(|detail| detail.blame = Some(Blame::Both)))
        .case_is(1, State::Refunding)
        .holds_money(5_900, 0, 4_000, 0)
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Delivered)
        .holds_money(5_900, 0, 0, 4_000);
    assert_eq!(shop.case(1).offer.kind, Kind::Compensation);
    assert_eq!(shop.closed("shirt"), 0, "the buyer keeps it");
    shop.says_no(
        apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).amount(6_000).evidence("photo://seam"),
        &["within_refundable"],
        "at most 59.00 CNY can still be refunded",
        "最多可退59.00 CNY",
    );
}

#[test]
fn the_buyer_calls_it_off() {
    let mut shop = refused();
    shop.case_does(buyer(), 1, Action::Escalate)
        .case_does(buyer(), 1, Action::CallOff)
        .case_is(1, State::Refused)
        .says_no(
            on(buyer(), 1, Action::Escalate),
            &["reviews_left"],
            "1 of 1 reviews of this point are used",
            "本环节平台介入次数已用1/1",
        );
    // The merchant's own is counted apart.
    shop.case_does(merchant(), 1, Action::Escalate).case_is(1, State::UnderReview).says_no(
        on(buyer(), 1, Action::CallOff),
        &["escalated_by_buyer"],
        "the buyer did not bring the platform in",
        "并非由买家申请平台介入",
    );
    shop.case_does(buyer(), 1, Action::Withdraw).case_is(1, State::Withdrawn).holds_money(9_900, 0, 0, 0);
}

#[test]
fn a_refused_buyer_who_says_nothing_lets_it_lapse_and_has_two_more_days() {
    let mut shop = refused();
    shop.lets_case_pass(1).case_is(1, State::Lapsed).holds_money(9_900, 0, 0, 0);
    // The window of fifteen days ends on the 16th; a case that lapses on the 15th leaves until the 17th.
    shop.goes_to("2026-03-09 10:00")
        .does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo://2"))
        .goes_to("2026-03-10 10:00")
        .does(on(merchant(), 2, Action::Refuse).text("worn").evidence("photo://worn"))
        .goes_to("2026-03-17 10:01")
        .case_is(2, State::Lapsed)
        .does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo://3"))
        .case_is(3, State::Requested);
}

#[test]
fn what_may_never_be_refused() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1));
    shop.says_no(
        on(merchant(), 1, Action::Refuse).text("no returns"),
        &["refusal_allowed"],
        "it cannot be refused: the policy protects this reason or category",
        "不可拒绝：规则不允许拒绝该原因或类目",
    );
    let mut policy = Policy::cn_marketplace();
    policy.switches.unshipped_is_granted = false;
    let mut shop = Shop::paid(policy, shirt());
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1)).case_is(1, State::Requested);
    shop.says_no(
        on(merchant(), 1, Action::Refuse).text("already packed"),
        &["refusal_allowed"],
        "it cannot be refused: the goods were not shipped",
        "不可拒绝：商品未发货",
    );
}
