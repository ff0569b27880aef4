//! Story 1: the torn shirt. A return is asked, a compensation is given, and 89.00 stay refundable.

use redress::after_sale::{Action, State};
use redress::trade::{Place, Request};
use redress::{Kind, Lang, Policy, Reason, order, refund};

use super::kit::{Shop, apply, buyer, merchant, on, shirt};

/// Up to the proposal: keep it for 10.00.
fn proposed() -> Shop {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let asks = apply(Kind::ReturnAndRefund, Reason::Damaged).units("shirt", 1);
    shop.says_no(
        asks.clone(),
        &["evidence_given"],
        "1 to 20 pieces of evidence are needed, 0 are given",
        "须提供1至20份凭证，当前0份",
    );
    shop.goes_to("2026-03-02 20:15")
        .does(asks.evidence("photo://torn"))
        .case_is(1, State::Requested)
        .waits_until(1, "2026-03-04 20:15")
        .holds_money(0, 9_900, 0, 0);
    shop.goes_to("2026-03-03 09:30")
        .does(
            on(merchant(), 1, Action::Propose)
                .kind(Kind::Compensation)
                .amount(1_000)
                .text("keep it, freight both ways would be 20.00"),
        )
        .case_is(1, State::Proposed)
        .waits_until(1, "2026-03-10 09:30")
        .holds_money(0, 9_900, 0, 0)
        .asks_for(&[]);
    shop
}

fn compensated() -> Shop {
    let mut shop = proposed();
    shop.goes_to("2026-03-03 12:05")
        .case_does(buyer(), 1, Action::Accept)
        .case_is(1, State::Refunding)
        .refund_is(1, refund::State::Submitted)
        .holds_money(8_900, 0, 1_000, 0)
        .asks_for(&["pay_out 1000"]);
    shop.goes_to("2026-03-03 12:06")
        .gateway_pays()
        .case_is(1, State::Completed)
        .refund_is(1, refund::State::Paid)
        .holds_money(8_900, 0, 0, 1_000)
        .order_is(order::State::Delivered);
    shop
}

#[test]
fn the_buyer_keeps_the_torn_shirt_for_10_00() {
    let shop = compensated();
    assert_eq!(shop.case(1).offer.kind, Kind::Compensation);
    assert_eq!(shop.goods("shirt"), [(1, Place::WithBuyer)]);
    assert_eq!(shop.closed("shirt"), 0);
    assert_eq!((shop.refunded_by_line(), shop.refunded_by_payment()), (vec![1_000], vec![1_000]));
}

#[test]
fn what_remains_can_still_be_returned() {
    let mut shop = compensated();
    let again = apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo://seam");
    shop.says_no(
        again.clone().amount(8_901),
        &["within_refundable"],
        "89.01 CNY is asked for, which must be above zero; at most 89.00 CNY can still be refunded",
        "申请金额89.01 CNY须大于零，且最多可退89.00 CNY",
    );
    shop.does(again).case_is(2, State::Requested).holds_money(0, 8_900, 0, 1_000);
    shop.comes_back(2, "shirt", 1)
        .case_is(2, State::Inspecting)
        .case_does(merchant(), 2, Action::AcceptGoods)
        .case_is(2, State::Refunding)
        .asks_for(&["restock", "pay_out 8900"]);
    shop.gateway_pays().case_is(2, State::Completed).holds_money(0, 0, 0, 9_900).order_is(order::State::Refunded);
    assert_eq!(shop.goods("shirt"), [(1, Place::Returned)]);
    assert_eq!(shop.closed("shirt"), 1);
}

#[test]
fn a_declined_proposal_goes_back_to_the_merchant() {
    let mut shop = proposed();
    shop.case_does(buyer(), 1, Action::Decline)
        .case_is(1, State::Requested)
        .waits_until(1, "2026-03-05 09:30")
        .holds_money(0, 9_900, 0, 0);
    for round in 2..=3 {
        shop.does(on(merchant(), 1, Action::Propose).kind(Kind::Compensation).amount(1_000 * round))
            .case_does(merchant(), 1, Action::Retract)
            .case_is(1, State::Requested);
    }
    shop.says_no(
        on(merchant(), 1, Action::Propose).kind(Kind::Compensation).amount(5_000),
        &["rounds_left"],
        "3 of 3 rounds of negotiation are used",
        "协商轮次已用3/3",
    );
    shop.case_does(buyer(), 1, Action::Withdraw).case_is(1, State::Withdrawn).holds_money(9_900, 0, 0, 0);
}

#[test]
fn a_proposal_never_raises_the_amount_nor_is_an_old_one_accepted() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let asks = apply(Kind::ReturnAndRefund, Reason::Damaged).units("shirt", 1).amount(5_000);
    shop.does(asks.evidence("photo://torn"));
    shop.says_no(
        on(merchant(), 1, Action::Propose).amount(5_001),
        &["amount_not_raised"],
        "50.01 CNY is more than the 50.00 CNY of the case",
        "金额50.01 CNY高于售后单金额50.00 CNY",
    );
    shop.does(on(merchant(), 1, Action::Propose).amount(4_000));
    let seen = shop.trade.version;
    shop.case_does(merchant(), 1, Action::Retract).does(on(merchant(), 1, Action::Propose).amount(3_000));
    shop.says_no(on(buyer(), 1, Action::Accept).seen(seen), &["stale"], "changed: case 1", "请刷新后重试");
}

#[test]
fn only_the_parties_are_heard() {
    let mut shop = proposed();
    let mallory = redress::Actor::buyer("mallory");
    shop.refuses(on(mallory, 1, Action::Accept), &["stranger"]);
    shop.says_no(
        on(merchant(), 1, Action::Accept),
        &["wrong_role"],
        "the merchant may not do this, only the buyer",
        "商家不能这样做，只有买家可以",
    );
    shop.says_no(
        Request::by(merchant()).case(1, Action::Agree).address("1 Return Road"),
        &["wrong_state"],
        "it is ",
        "当前状态为",
    );
}

#[test]
fn the_story_reads_well_in_both_languages() {
    let shop = compensated();
    insta::assert_snapshot!("torn_shirt_en", shop.told(Lang::En));
    insta::assert_snapshot!("torn_shirt_zh", shop.told(Lang::Zh));
}
