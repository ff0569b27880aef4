//! What goes only half its way: fees not paid yet, units whose money goes back, advances still with the channel, parcels of
//! which one comes and another does not.

use redress::after_sale::{Action, State};
use redress::trade::{NewLine, Request};
use redress::{Kind, Policy, Reason, Tender, order};

use crate::kit::*;

fn two_shirts() -> redress::NewOrder {
    new_order(vec![NewLine::new("shirt", 2, 9_900)])
}

#[test]
fn who_agrees_to_send_a_part_for_a_fee_waits_for_the_fee() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let part = apply(Kind::Reship, Reason::MissingParts).units("shirt", 1).evidence("photo");
    shop.does(part.amount(1_000).fee(500)).case_does(merchant(), 1, Action::Agree);
    assert_eq!(shop.case(1).state, State::AwaitingPayment);
    let fee = on(gateway(), 1, Action::PayFee).amount(500).tender(Tender::Wallet);
    shop.does(fee.reference("f-1"));
    assert_eq!(shop.case(1).state, State::AwaitingDispatch);
}

#[test]
fn units_that_the_order_pays_back_are_not_asked_for_once_more() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), two_shirts());
    shop.ship("shirt", 1).ship("shirt", 1).does(Request::by(carrier()).order(order::Action::Bounce).units("shirt", 1));
    assert_eq!(shop.trade.refunds[0].amount.minor(), 9_900, "the order pays back what bounced");
    shop.deliver("shirt", 1);
    let repair = |count| apply(Kind::Repair, Reason::Quality).units("shirt", count).evidence("photo");
    shop.refuses(repair(2), &["units_free"]).does(repair(1));
}

#[test]
fn nobody_repays_what_has_not_arrived() {
    let mut order = shirt();
    order.standing = 900;
    let mut shop = Shop::delivered(Policy::cn_marketplace(), order);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)).agrees(1).ships_back(1);
    shop.case_does(carrier(), 1, Action::Lose).case_does(buyer(), 1, Action::Withdraw);
    let repay =
        |reference: &str| on(gateway(), 1, Action::Repay).amount(9_900).tender(Tender::Wallet).reference(reference);
    shop.does(repay("b-1"));
    assert_eq!(shop.case(1).state, State::Recovering, "it goes back, for it may be that nothing was advanced");
    shop.gateway_pays().does(repay("b-2"));
    assert_eq!(shop.case(1).state, State::Dismissed);
    let total = shop.trade.money.total();
    assert_eq!(
        total.paid.minor() - total.refunded.minor(),
        9_900,
        "the merchant keeps the price of the shirt: {total:?}"
    );
}

#[test]
fn a_parcel_that_bounces_leaves_the_case_to_what_has_come() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), two_shirts());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 2)).agrees(1).ships_back(1);
    shop.receives(1, "shirt", 1).case_does(carrier(), 1, Action::Bounce);
    assert_eq!(shop.case(1).state, State::Inspecting);
    assert_eq!(shop.case(1).offer.amount.minor(), 9_900, "one of two shirts");
    shop.case_does(merchant(), 1, Action::AcceptGoods).gateway_pays();
    assert_eq!(shop.refunded(), 9_900);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1));
}

#[test]
fn what_is_lost_after_less_was_agreed_on_is_paid_whole() {
    let mut order = shirt();
    order.standing = 900;
    let mut shop = Shop::paid(Policy::cn_marketplace(), order);
    shop.ship("shirt", 1);
    shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo").amount(100)).agrees(1);
    shop.case_does(merchant(), 1, Action::ConvertToRefund).case_is(1, State::Refunding);
    shop.does(Request::by(carrier()).order(order::Action::Lose).units("shirt", 1)).gateway_pays().gateway_pays();
    assert_eq!(shop.refunded(), 9_900, "the shirt never came");
    shop.order_is(order::State::Refunded);
}

#[test]
fn what_the_buyer_has_is_neither_sent_back_nor_paid_for_with_what_bounced() {
    let lines = vec![NewLine::new("mug", 1, 1_000), NewLine::new("lamp", 1, 2_000)];
    let mut shop = Shop::paid(Policy::cn_marketplace(), new_order(lines));
    shop.ship("mug", 1).ship("lamp", 1);
    shop.does(apply(Kind::Reship, Reason::Other).units("mug", 1).units("lamp", 1)).lets_case_pass(1);
    shop.case_is(1, State::AwaitingDispatch);
    shop.does(Request::by(carrier()).order(order::Action::Bounce).units("mug", 1));
    shop.does(on(platform(), 1, Action::Escalate).text("both sides called"));
    // What bounced never was the buyer's to get back: the order pays it.
    shop.case_does(platform(), 1, Action::RuleForMerchant).case_is(1, State::Dismissed);
    shop.holds_money(2_000, 0, 1_000, 0).gateway_pays();
    assert_eq!(shop.refunded_by_line(), [1_000, 0], "the mug is paid for, the lamp is on its way to the buyer");
    shop.deliver("lamp", 1);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("lamp", 1));
}

#[test]
fn nothing_is_sent_beside_money_that_is_advanced() {
    let mut order = shirt();
    order.standing = 900;
    let mut shop = Shop::delivered(Policy::cn_marketplace(), order);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)).agrees(1).ships_back(1).gateway_pays();
    shop.does(on(platform(), 1, Action::Escalate).text("both sides called"));
    let rule = |kind| on(platform(), 1, Action::RuleForBuyer).kind(kind);
    for kind in [Kind::Exchange, Kind::Repair] {
        shop.refuses(rule(kind), &["advance_fits"]);
    }
    // A part is sent to who has the rest.
    shop.refuses(rule(Kind::Reship), &["advance_fits", "kind_as_named"]);
    shop.does(rule(Kind::ReturnAndRefund)).case_is(1, State::Completed);
    assert_eq!(shop.refunded(), 9_900, "once");
}

#[test]
fn nobody_declares_to_send_back_what_the_merchant_has() {
    let mut policy = Policy::eu_distance_selling();
    policy.switches.partial_payout_closes_units = false;
    let mut order = new_order(vec![NewLine::new("shirt", 3, 9_900)]);
    order.currency = redress::Currency::EUR;
    order.statutory = true;
    let mut shop = Shop::delivered(policy, order);
    let declare = |count| Request::by(buyer()).declare().units("shirt", count);
    shop.does(declare(2)).ships_back(1).receives(1, "shirt", 2);
    shop.does(on(platform(), 1, Action::Escalate).text("worn out"));
    shop.does(on(platform(), 1, Action::RuleForBuyer).amount(1)).gateway_pays().case_is(1, State::Completed);
    shop.refuses(declare(2), &["goods_with_buyer"]).does(declare(1)).case_is(2, State::AwaitingReturn);
    assert_eq!(shop.goods("shirt"), [(2, redress::trade::Place::Returned), (1, redress::trade::Place::WithBuyer)]);
    shop.ships_back(2);
    assert_eq!(shop.goods("shirt"), [(2, redress::trade::Place::Returned), (1, redress::trade::Place::Inbound)]);
}
