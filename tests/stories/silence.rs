//! Story 2: silence is consent, at every point.

use redress::after_sale::{Action, State};
use redress::trade::{Place, Request};
use redress::{Kind, Policy, Reason, Silence, order};

use super::kit::{Shop, apply, buyer, merchant, on, platform, shirt};

/// The merchants of this shop have an address where returns go.
fn with_address() -> Policy {
    Policy { return_address: Some("1 Return Road".to_owned()), ..Policy::cn_marketplace() }
}

fn returned(policy: Policy) -> Shop {
    let mut order = shirt();
    order.insured = true;
    let mut shop = Shop::delivered(policy, order);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1));
    shop
}

#[test]
fn a_merchant_who_never_speaks_has_agreed_received_and_paid() {
    let mut shop = returned(with_address());
    // At the very last moment the merchant is still in time.
    shop.goes_to("2026-03-03 10:00").case_is(1, State::Requested);
    shop.after_millis(1).case_is(1, State::AwaitingReturn).asks_for(&["book_pickup"]);
    assert_eq!(shop.case_due(1), shop.now.after(7 * 86_400_000));
    shop.goes_to("2026-03-05 09:00").ships_back(1);
    assert_eq!(shop.goods("shirt"), [(1, Place::Inbound)]);
    shop.case_is(1, State::Returning).waits_until(1, "2026-03-15 09:00");
    shop.goes_to("2026-03-15 09:00").case_is(1, State::Returning);
    shop.after_millis(1).case_is(1, State::Refunding).asks_for(&["claim_freight_insurance 1200", "pay_out 9900"]);
    assert_eq!(shop.goods("shirt"), [(1, Place::Returned)]);
    shop.gateway_pays().case_is(1, State::Completed).order_is(order::State::Refunded).holds_money(0, 0, 0, 9_900);
    // Who was silent is in the history.
    let silent = shop.events.iter().filter_map(|event| match event.cause {
        redress::trade::Cause::Silence(role) => Some(role),
        _ => None,
    });
    let silent: Vec<_> = silent.collect();
    assert_eq!(silent, [redress::Role::Merchant, redress::Role::Merchant]);
}

#[test]
fn who_does_not_know_where_to_send_it_is_not_late() {
    let mut shop = returned(Policy::cn_marketplace());
    shop.goes_to("2026-03-03 10:01").case_is(1, State::AwaitingReturn);
    // The address comes five days later: the seven days begin then.
    shop.goes_to("2026-03-08 10:00")
        .does(on(merchant(), 1, Action::GiveAddress).address("1 Return Road"))
        .case_is(1, State::AwaitingReturn)
        .waits_until(1, "2026-03-15 10:00")
        .asks_for(&["book_pickup"]);
    // Corrected once more, the limit stays.
    shop.after_hours(1)
        .does(on(merchant(), 1, Action::GiveAddress).address("2 Return Road"))
        .waits_until(1, "2026-03-15 10:00");
    shop.lets_case_pass(1).case_is(1, State::Lapsed).holds_money(9_900, 0, 0, 0);
}

#[test]
fn a_merchant_who_never_names_an_address_pays_in_the_end() {
    let mut shop = returned(Policy::cn_marketplace());
    shop.lets_case_pass(1)
        .case_is(1, State::AwaitingReturn)
        .lets_case_pass(1)
        .case_is(1, State::UnderReview)
        .lets_case_pass(1)
        .case_is(1, State::AwaitingReturn)
        .lets_case_pass(1)
        .case_is(1, State::Refunding)
        .gateway_pays()
        .case_is(1, State::Completed)
        .holds_money(0, 0, 0, 9_900);
    assert_eq!(shop.goods("shirt"), [(1, Place::WithBuyer)]);
}

#[test]
fn a_buyer_who_never_sends_it_back_keeps_the_goods() {
    let mut shop = returned(Policy::cn_marketplace());
    shop.agrees(1).waits_until(1, "2026-03-08 10:00");
    shop.does(on(buyer(), 1, Action::Extend).text("travelling")).waits_until(1, "2026-03-11 10:00").says_no(
        on(buyer(), 1, Action::Extend).text("still travelling"),
        &["extension_left"],
        "1 extensions were given, and 1 are allowed here",
        "已延期1次，此处允许1次",
    );
    shop.lets_case_pass(1).case_is(1, State::Lapsed).holds_money(9_900, 0, 0, 0).order_is(order::State::Delivered);
}

#[test]
fn silence_on_an_offer_lets_things_stand_as_they_were() {
    let mut shop = returned(Policy::cn_marketplace());
    shop.does(on(merchant(), 1, Action::Propose).kind(Kind::Compensation).amount(500))
        .lets_case_pass(1)
        .case_is(1, State::Requested)
        .case_does(buyer(), 1, Action::Withdraw);
    // The merchant's own offer lapses.
    let offer = Request::by(merchant()).opens(Action::Offer, Kind::Compensation);
    shop.does(offer.units("shirt", 1).amount(500).text("sorry for the delay"))
        .case_is(2, State::Proposed)
        .lets_case_pass(2)
        .case_is(2, State::Lapsed)
        .holds_money(9_900, 0, 0, 0);
}

#[test]
fn goods_that_nobody_looks_at_are_accepted() {
    let mut shop = returned(with_address());
    shop.comes_back(1, "shirt", 1)
        .case_is(1, State::Inspecting)
        .waits_until(1, "2026-03-04 10:00")
        .lets_case_pass(1)
        .case_is(1, State::Refunding)
        .asks_for(&["restock", "claim_freight_insurance 1200", "pay_out 9900"]);
}

/// Refused goods, and then nobody says anything any more.
#[test]
fn nobody_keeps_both_the_goods_and_the_money() {
    let mut shop = returned(with_address());
    shop.comes_back(1, "shirt", 1);
    let refuse = on(merchant(), 1, Action::RefuseGoods);
    shop.does(refuse.text("worn and washed").evidence("photo://worn"))
        .case_is(1, State::GoodsRefused)
        .waits_until(1, "2026-03-08 10:00");
    let mut sent_back = shop.clone();
    shop.lets_case_pass(1)
        .case_is(1, State::AwaitingSendBack)
        .lets_case_pass(1)
        .case_is(1, State::Refunding)
        .gateway_pays()
        .case_is(1, State::Completed)
        .holds_money(0, 0, 0, 9_900);
    // Or the merchant sends it back, and the buyer says nothing.
    sent_back
        .case_does(buyer(), 1, Action::TakeBack)
        .case_is(1, State::AwaitingSendBack)
        .does(on(merchant(), 1, Action::Dispatch).waybill("sf", "again-1"))
        .case_is(1, State::SendingBack);
    assert_eq!(sent_back.goods("shirt"), [(1, Place::SentBack)]);
    sent_back
        .lets_case_pass(1)
        .case_is(1, State::Dismissed)
        .holds_money(9_900, 0, 0, 0)
        .order_is(order::State::Delivered);
    assert_eq!(sent_back.goods("shirt"), [(1, Place::WithBuyer)]);
}

#[test]
fn silence_escalates_or_lapses_where_the_policy_says_so() {
    let asks = || apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).amount(3_000).evidence("photo://seam");
    let mut policy = Policy::cn_marketplace();
    policy.silence[Kind::RefundOnly] = Silence::Escalates;
    let mut shop = Shop::delivered(policy.clone(), shirt());
    shop.does(asks())
        .lets_case_pass(1)
        .case_is(1, State::UnderReview)
        .lets_case_pass(1)
        .case_is(1, State::Refunding)
        .holds_money(6_900, 0, 3_000, 0);
    policy.silence[Kind::RefundOnly] = Silence::Lapses;
    let mut shop = Shop::delivered(policy, shirt());
    shop.does(asks()).lets_case_pass(1).case_is(1, State::Overdue);
    let mut agreed = shop.clone();
    shop.lets_case_pass(1).case_is(1, State::Lapsed).holds_money(9_900, 0, 0, 0);
    // Late, but not too late.
    agreed.case_does(merchant(), 1, Action::Agree).case_is(1, State::Refunding).holds_money(6_900, 0, 3_000, 0);
}

#[test]
fn an_order_nobody_pays_checks_or_ships_ends() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(shirt()).goes_to("2026-03-01 10:30").order_is(order::State::Unpaid);
    shop.after_millis(1).order_is(order::State::Cancelled).asks_for(&["release_stock"]);

    let mut order = shirt();
    order.needs_hold = true;
    let mut shop = Shop::paid(Policy::cn_marketplace(), order);
    shop.order_is(order::State::OnHold)
        .goes_to("2026-03-02 10:01")
        .order_is(order::State::Unwinding)
        .asks_for(&["release_stock", "pay_out 9900"])
        .gateway_pays()
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 9_900);
}

#[test]
fn staff_may_bring_a_case_up_and_silence_of_the_platform_is_for_the_buyer() {
    let mut shop = returned(with_address());
    shop.does(on(platform(), 1, Action::Escalate).text("looks like fraud"))
        .case_is(1, State::UnderReview)
        .waits_until(1, "2026-03-08 10:00")
        .lets_case_pass(1)
        .case_is(1, State::AwaitingReturn);
}
