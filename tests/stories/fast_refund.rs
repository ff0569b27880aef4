//! Story 3: the trusted buyer. Money goes out when the goods are sent back, and comes back if they are stones.

use redress::after_sale::{Action, State};
use redress::trade::{Place, Request};
use redress::{Bearer, Kind, Policy, Reason, Tender, order, refund};

use super::kit::{Shop, apply, buyer, gateway, merchant, on, platform, shirt};

fn advanced() -> Shop {
    let mut order = shirt();
    order.standing = 650;
    let mut shop = Shop::delivered(Policy::cn_marketplace(), order);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1))
        .agrees(1)
        .ships_back(1)
        .case_is(1, State::Returning)
        .asks_for(&["advance_refund 9900", "pay_out 9900"])
        .holds_money(0, 0, 9_900, 0);
    assert_eq!(shop.refund(1).ground, refund::Ground::Advance);
    assert_eq!(shop.refund(1).funder, Bearer::Platform);
    shop.gateway_pays()
        .refund_is(1, refund::State::Paid)
        .case_is(1, State::Returning)
        .order_is(order::State::Delivered)
        .holds_money(0, 0, 0, 9_900);
    shop
}

/// There are stones in the box.
fn stones() -> Shop {
    let mut shop = advanced();
    shop.receives(1, "shirt", 1);
    let refuse = on(merchant(), 1, Action::RefuseGoods).text("stones in the box");
    shop.says_no(
        refuse.clone(),
        &["evidence_given"],
        "1 to 20 pieces of evidence are needed, 0 are given",
        "须提供1至20份凭证，当前0份",
    );
    shop.does(refuse.evidence("video://unboxing")).case_is(1, State::GoodsRefused);
    shop
}

fn ruled_for_the_merchant() -> Shop {
    let mut shop = stones();
    shop.case_does(merchant(), 1, Action::Escalate)
        .case_is(1, State::UnderReview)
        .case_does(platform(), 1, Action::RuleForMerchant)
        .case_is(1, State::Recovering)
        .waits_until(1, "2026-03-16 10:00")
        .asks_for(&["recover_from_buyer 9900"]);
    shop
}

fn repay(amount: u64, reference: &str) -> Request {
    let repay = on(gateway(), 1, Action::Repay).amount(amount);
    repay.tender(Tender::Wallet).reference(reference)
}

#[test]
fn the_merchant_makes_the_platform_whole() {
    let mut shop = advanced();
    shop.receives(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .case_is(1, State::Completed)
        .asks_for(&["restock", "charge_merchant 9900"])
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 9_900);
    assert_eq!(shop.trade.refunds.len(), 1, "paid once");
    assert_eq!(shop.case(1).charged.minor(), 9_900);
    assert_eq!(shop.goods("shirt"), [(1, Place::Returned)]);
}

#[test]
fn silence_of_the_merchant_charges_too() {
    let mut shop = advanced();
    shop.lets_case_pass(1).case_is(1, State::Completed).asks_for(&["charge_merchant 9900"]).holds_money(0, 0, 0, 9_900);
}

#[test]
fn a_buyer_without_standing_waits_for_the_merchant() {
    let mut order = shirt();
    order.standing = 649;
    let mut shop = Shop::delivered(Policy::cn_marketplace(), order);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1))
        .agrees(1)
        .ships_back(1)
        .asks_for(&[])
        .holds_money(0, 9_900, 0, 0);
}

#[test]
fn stones_in_the_box_are_paid_back_in_full() {
    let mut shop = ruled_for_the_merchant();
    shop.does(repay(4_000, "b-1")).case_is(1, State::Recovering).holds_money(4_000, 0, 0, 5_900);
    // Reported twice, it came once.
    shop.knows(&repay(4_000, "b-1"));
    shop.does(repay(5_900, "b-2")).case_is(1, State::AwaitingSendBack).holds_money(9_900, 0, 0, 0);
    shop.does(on(merchant(), 1, Action::Dispatch).waybill("sf", "again-1"))
        .case_is(1, State::SendingBack)
        .case_does(buyer(), 1, Action::ConfirmReceipt)
        .case_is(1, State::Dismissed)
        .holds_money(9_900, 0, 0, 0);
    assert_eq!(shop.goods("shirt"), [(1, Place::WithBuyer)]);
    assert_eq!(shop.case(1).charged.minor(), 0);
}

#[test]
fn what_is_repaid_too_much_goes_back() {
    let mut shop = ruled_for_the_merchant();
    shop.does(repay(10_000, "b-1")).case_is(1, State::AwaitingSendBack);
    shop.gateway_pays();
    let total = shop.trade.money.total();
    assert_eq!((total.paid.minor(), total.refunded.minor(), total.kept().minor()), (10_000, 100, 9_900));
}

#[test]
fn stones_in_the_box_are_written_off() {
    let mut by_staff = ruled_for_the_merchant();
    by_staff.says_no(
        on(platform(), 1, Action::WriteOff),
        &["reason_given"],
        "a reason of 2 to 200 characters is needed, 0 are given",
        "须填写2至200字的原因，当前0字",
    );
    by_staff
        .does(on(platform(), 1, Action::WriteOff).text("not worth a lawsuit"))
        .case_is(1, State::Dismissed)
        .holds_money(0, 0, 0, 9_900);
    assert_eq!(by_staff.case(1).written_off.minor(), 9_900);
    let mut by_silence = ruled_for_the_merchant();
    by_silence.does(repay(4_000, "b-1")).lets_case_pass(1).case_is(1, State::Dismissed).holds_money(4_000, 0, 0, 5_900);
    assert_eq!(by_silence.case(1).written_off.minor(), 5_900);
}

#[test]
fn a_deduction_is_agreed_on_after_more_was_advanced() {
    let mut shop = advanced();
    shop.receives(1, "shirt", 1);
    let propose = on(merchant(), 1, Action::Propose).amount(7_900);
    shop.says_no(propose.clone(), &["reason_per_unit"], "0 of 1 deductions have a reason", "1项扣减中仅0项说明原因");
    shop.does(propose.units_for("shirt", 1, Reason::Damaged))
        .case_is(1, State::Proposed)
        .case_does(buyer(), 1, Action::Accept)
        .case_is(1, State::Recovering)
        .asks_for(&["restock", "recover_from_buyer 2000"]);
    shop.does(repay(2_000, "b-1"))
        .case_is(1, State::Completed)
        .asks_for(&["charge_merchant 7900", "release_funds 2000"])
        .holds_money(2_000, 0, 0, 7_900);
}

#[test]
fn a_buyer_who_gives_up_after_the_advance_repays_it() {
    let mut policy = Policy::cn_marketplace();
    policy.fast_refund.on_apply = true;
    let mut order = shirt();
    order.standing = 900;
    let mut shop = Shop::delivered(policy, order);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1))
        .case_is(1, State::AwaitingReturn)
        .asks_for(&["advance_refund 9900", "book_pickup", "pay_out 9900"])
        .gateway_pays()
        .does(on(merchant(), 1, Action::GiveAddress).address("1 Return Road"));
    let mut silent = shop.clone();
    shop.case_does(buyer(), 1, Action::Withdraw)
        .case_is(1, State::Recovering)
        .asks_for(&["recover_from_buyer 9900"])
        .does(repay(9_900, "b-1"))
        .case_is(1, State::Dismissed)
        .holds_money(9_900, 0, 0, 0);
    silent.lets_case_pass(1).case_is(1, State::Recovering);
}

#[test]
fn fewer_came_than_were_announced_and_advanced() {
    let mut order = super::kit::new_order(vec![redress::trade::NewLine::new("pen", 3, 1_000)]);
    order.standing = 800;
    let mut shop = Shop::delivered(Policy::cn_marketplace(), order);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("pen", 3))
        .agrees(1)
        .ships_back(1)
        .gateway_pays()
        .receives(1, "pen", 2);
    let (mut unseen, mut refused) = (shop.clone(), shop.clone());
    shop.case_does(merchant(), 1, Action::AcceptGoods)
        .case_is(1, State::Recovering)
        .asks_for(&["restock", "recover_from_buyer 1000"]);
    // By silence: what has come is inspected, then accepted.
    unseen
        .lets_case_pass(1)
        .case_is(1, State::Inspecting)
        .lets_case_pass(1)
        .case_is(1, State::Recovering)
        .asks_for(&["restock", "recover_from_buyer 1000"]);
    // Refused, and accepted on second thoughts; or left at that, and all of it is owed.
    refused
        .does(on(merchant(), 1, Action::RefuseGoods).text("used").evidence("photo://ink"))
        .case_is(1, State::GoodsRefused);
    let mut left = refused.clone();
    refused
        .case_does(merchant(), 1, Action::AcceptGoods)
        .case_is(1, State::Recovering)
        .asks_for(&["restock", "recover_from_buyer 1000"]);
    left.lets_case_pass(1).case_is(1, State::Recovering).asks_for(&["recover_from_buyer 3000"]);
    let mut silent = shop.clone();
    shop.does(repay(1_000, "b-1"))
        .case_is(1, State::Completed)
        .asks_for(&["charge_merchant 2000"])
        .holds_money(1_000, 0, 0, 2_000);
    assert_eq!(
        (shop.closed("pen"), shop.order_is(order::State::Delivered).goods("pen")),
        (2, vec![(2, Place::Returned), (1, Place::WithBuyer)])
    );
    // What is not repaid is written off, and the merchant is charged for what was accepted alone.
    silent
        .lets_case_pass(1)
        .case_is(1, State::Completed)
        .asks_for(&["alert", "charge_merchant 2000"])
        .holds_money(0, 0, 0, 3_000);
    assert_eq!(silent.case(1).written_off.minor(), 1_000);
}
