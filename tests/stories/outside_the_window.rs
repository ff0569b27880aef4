//! Story 7: outside the window, and a real defect all the same.

use redress::after_sale::{Action, Condition, State};
use redress::trade::Request;
use redress::{Kind, Lang, Policy, Reason, order};

use super::kit::{Shop, apply, buyer, merchant, on, platform, shirt};

#[test]
fn seven_days_without_a_reason_begin_at_midnight() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let asks = apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1);
    // The last millisecond of the eighth is in time.
    shop.now = super::kit::at("2026-03-08 23:59:59.999");
    assert!(shop.ask(&asks).is_ok());
    shop.goes_to("2026-03-09 00:00").says_no(
        asks,
        &["within_window"],
        "the window for this reason closed on 2026-03-08 23:59 +08:00",
        "该原因的申请期限已于2026-03-08 23:59 +08:00截止",
    );
}

#[test]
fn a_real_defect_is_granted_by_staff_with_a_reason() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.goes_to("2026-03-17 09:00").order_is(order::State::Completed);
    let asks = apply(Kind::Compensation, Reason::Quality).units("shirt", 1).amount(2_000);
    shop.says_no(
        asks.evidence("photo://seam"),
        &["within_window"],
        "the window for this reason closed on 2026-03-16 23:59 +08:00",
        "该原因的申请期限已于2026-03-16 23:59 +08:00截止",
    );
    let staff = Request::by(platform()).apply(Kind::Compensation);
    let staff = staff.reason(Reason::Quality).units("shirt", 1).amount(2_000);
    shop.says_no(
        staff.clone(),
        &["reason_given"],
        "a reason of 2 to 200 characters is needed, 0 are given",
        "须填写2至200字的原因，当前0字",
    );
    shop.does(staff.text("the seam burst at the first wash")).case_is(1, State::Requested);
    let overrode = shop.events.last().unwrap().overrode.clone();
    assert_eq!(
        overrode.iter().map(|it| (it.condition, it.told(Lang::En), it.told(Lang::Zh))).collect::<Vec<_>>(),
        [
            (
                Condition::WithinWindow,
                "the window for this reason closed on 2026-03-16 23:59 +08:00".to_owned(),
                "该原因的申请期限已于2026-03-16 23:59 +08:00截止".to_owned(),
            ),
            (
                Condition::EvidenceGiven,
                "1 to 20 pieces of evidence are needed, 0 are given".to_owned(),
                "须提供1至20份凭证，当前0份".to_owned(),
            ),
        ]
    );
    shop.case_does(platform(), 1, Action::Agree)
        .case_is(1, State::Refunding)
        .asks_for(&["pay_out 2000"])
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Completed)
        .holds_money(7_900, 0, 0, 2_000);
}

#[test]
fn goodwill_has_a_cap_a_reason_and_an_end() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let goodwill = |amount: u64| Request::by(platform()).order(order::Action::Goodwill).amount(amount);
    shop.says_no(
        goodwill(20_001).text("a loyal customer"),
        &["within_goodwill_cap"],
        "200.01 CNY is asked; more than nothing and at most 200.00 CNY can be given",
        "申请200.01 CNY，补偿金额须大于零且不超过200.00 CNY",
    );
    shop.refuses(goodwill(5_000), &["reason_given"]);
    shop.refuses(Request::by(merchant()).order(order::Action::Goodwill).amount(5_000).text("sorry"), &["wrong_role"]);
    // More than the shirt has cost: it is the platform's own money.
    shop.does(goodwill(15_000).text("a loyal customer"))
        .asks_for(&["credit_balance 15000"])
        .holds_money(9_900, 0, 0, 0);
    shop.says_no(
        goodwill(5_001).text("a loyal customer"),
        &["within_goodwill_cap"],
        "50.01 CNY is asked; more than nothing and at most 50.00 CNY can be given",
        "申请50.01 CNY，补偿金额须大于零且不超过50.00 CNY",
    );
    shop.does(goodwill(3_000).text("a loyal customer"));
    shop.does(goodwill(1_000).text("a loyal customer")).asks_for(&["credit_balance 1000"]).holds_money(9_900, 0, 0, 0);
    assert_eq!(shop.trade.head.goodwill.minor(), 19_000);
    shop.says_no(
        goodwill(100).text("a loyal customer"),
        &["goodwill_left"],
        "3 of 3 goodwill credits are used",
        "商誉补偿次数已用3/3",
    );
}

#[test]
fn a_merchant_gives_money_back_unasked() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.goes_to("2026-03-17 09:00");
    let grant = Request::by(merchant()).opens(Action::Grant, Kind::Compensation);
    let grant = grant.units("shirt", 1).amount(1_500).text("the price fell");
    shop.does(grant)
        .case_is(1, State::Refunding)
        .gateway_pays()
        .case_is(1, State::Completed)
        .holds_money(8_400, 0, 0, 1_500);
    // Nobody else can go above what is left.
    let grant = Request::by(merchant()).opens(Action::Grant, Kind::Compensation);
    shop.says_no(
        grant.units("shirt", 1).amount(8_401).text("all of it"),
        &["within_refundable"],
        "at most 84.00 CNY can still be refunded",
        "最多可退84.00 CNY",
    );
    shop.refuses(on(buyer(), 1, Action::Withdraw), &["wrong_state"]);
}
