//! Roads that a case rarely takes: goods that come back in part, advances, fees, differences, parcels that fail.
mod shop;

use redress::after_sale::{Action, State};
use redress::trade::{NewLine, Request};
use redress::{Actor, Amount, GoodsCondition, Kind, Policy, Reason, Tender};
use shop::{Shop, buyer, carrier, gateway, merchant, new_order, platform};

/// Three shirts at 50.00 each were delivered yesterday, to a buyer of good standing.
fn delivered(change: impl FnOnce(&mut Policy)) -> Shop {
    let mut policy = Policy::cn_marketplace();
    policy.return_address = Some("1 Mill Lane".into());
    change(&mut policy);
    let mut shop = Shop::new(policy);
    let mut order = new_order(vec![NewLine::new("shirt", 3, 5_000)]);
    order.standing = 900;
    shop.place(order).pay(15_000, "p-1").after_hours(1);
    shop.ship("shirt", 3).after_hours(24).deliver("shirt", 3).after_hours(24);
    shop
}

fn slow() -> Shop {
    delivered(|policy| policy.fast_refund.on_ship_back = false)
}

fn asks(kind: Kind, units: u32) -> Request {
    let asks = Request::by(buyer()).apply(kind).units("shirt", units);
    asks.reason(Reason::Quality).evidence("photo")
}

fn on(actor: Actor, action: Action) -> Request {
    Request::by(actor).case(1, action)
}

fn because(actor: Actor, action: Action) -> Request {
    on(actor, action).text("because")
}

fn pays(action: Action, amount: u64, reference: &str) -> Request {
    on(gateway(), action).amount(amount).tender(Tender::Wallet).reference(reference)
}

#[track_caller]
fn stands(shop: &Shop, state: State) {
    assert_eq!(shop.case(1).state, state);
}

fn amount(shop: &Shop) -> u64 {
    shop.case(1).offer.amount.minor()
}

/// The goods of an agreed return are on their way back.
#[track_caller]
fn returning(mut shop: Shop, kind: Kind, units: u32) -> Shop {
    shop.does(asks(kind, units)).does(on(merchant(), Action::Agree));
    shop.does(on(buyer(), Action::ShipBack).waybill("sf", "back-1"));
    stands(&shop, State::Returning);
    shop
}

/// They have come, as many as that.
#[track_caller]
fn received(shop: Shop, kind: Kind, units: u32, come: u32) -> Shop {
    let mut shop = returning(shop, kind, units);
    shop.does(on(carrier(), Action::Receive).units("shirt", come));
    shop
}

#[test]
fn units_that_never_came_back_are_not_paid_for_and_free_again() {
    let mut shop = received(slow(), Kind::ReturnAndRefund, 3, 2);
    stands(&shop, State::Returning);
    shop.refuses(on(buyer(), Action::CancelShipBack), &["not_picked_up"]);
    shop.does(on(merchant(), Action::AcceptGoods).units_in("shirt", 2, GoodsCondition::Opened));
    stands(&shop, State::Refunding);
    assert_eq!(amount(&shop), 10_000);
    let conditions: Vec<_> = shop.trade.goods.of_case(1).map(|units| units.condition).collect();
    assert_eq!(conditions, [Some(GoodsCondition::Opened)]);
    shop.gateway_pays();
    stands(&shop, State::Completed);
    assert_eq!(shop.refunded(), 10_000);
    shop.does(asks(Kind::ReturnAndRefund, 1));
}

#[test]
fn a_deduction_has_its_reason_per_unit_and_goes_back_to_where_it_stood() {
    let mut shop = received(slow(), Kind::ReturnAndRefund, 2, 2);
    let propose = || because(merchant(), Action::Propose).amount(8_000);
    shop.refuses(propose(), &["reason_per_unit"]);
    shop.refuses(propose().units("shirt", 2), &["reason_per_unit"]);
    shop.does(propose().units_for("shirt", 1, Reason::Other));
    shop.does(on(merchant(), Action::Retract));
    stands(&shop, State::Inspecting);
    shop.does(propose().units_for("shirt", 1, Reason::Other));
    shop.does(on(buyer(), Action::Decline));
    stands(&shop, State::GoodsRefused);
    shop.refuses(on(buyer(), Action::Modify).units("shirt", 1).amount(5_000), &["units_kept"]);
    shop.refuses(on(buyer(), Action::Modify).amount(10_001), &["amount_not_raised"]);
    shop.does(on(buyer(), Action::Modify).amount(9_500));
    stands(&shop, State::Inspecting);
    shop.does(propose().units_for("shirt", 2, Reason::Other));
    shop.does(on(buyer(), Action::Accept)).gateway_pays();
    stands(&shop, State::Completed);
    assert_eq!(shop.refunded(), 8_000);
}

#[test]
fn an_accepted_proposal_pays_no_more_than_what_came() {
    let mut shop = returning(slow(), Kind::ReturnAndRefund, 2);
    shop.does(on(carrier(), Action::Receive).units("shirt", 1));
    shop.after_hours(11 * 24);
    stands(&shop, State::Inspecting);
    shop.does(because(merchant(), Action::Propose).amount(8_000).units_for("shirt", 1, Reason::Other));
    shop.does(on(buyer(), Action::Accept));
    assert_eq!(amount(&shop), 5_000);
    shop.gateway_pays();
    assert_eq!(shop.refunded(), 5_000);
}

#[test]
fn more_was_advanced_than_came_back() {
    let mut shop = received(delivered(|_| ()), Kind::ReturnAndRefund, 2, 1);
    shop.gateway_pays();
    assert_eq!(shop.refunded(), 10_000);
    shop.after_hours(11 * 24);
    stands(&shop, State::Inspecting);
    shop.after_hours(73);
    stands(&shop, State::Recovering);
    assert!(shop.case(1).partly_granted);
    assert_eq!(amount(&shop), 5_000);
    let mut written_off = shop.clone();
    written_off.does(because(platform(), Action::WriteOff));
    assert_eq!(written_off.case(1).state, State::Completed);
    assert_eq!(written_off.refunded(), 10_000);
    shop.does(pays(Action::Repay, 2_000, "b-1"));
    stands(&shop, State::Recovering);
    shop.does(pays(Action::Repay, 3_000, "b-2"));
    stands(&shop, State::Completed);
    assert_eq!(shop.refunded(), 5_000);
}

#[test]
fn an_advance_for_refused_goods_comes_back_before_the_goods_go() {
    let mut shop = received(delivered(|_| ()), Kind::ReturnAndRefund, 2, 2);
    shop.gateway_pays();
    shop.does(because(merchant(), Action::RefuseGoods).evidence("photo"));
    shop.after_hours(8 * 24);
    stands(&shop, State::Recovering);
    assert!(!shop.case(1).partly_granted);
    shop.does(pays(Action::Repay, 10_000, "b-1"));
    stands(&shop, State::AwaitingSendBack);
    shop.does(on(merchant(), Action::Dispatch).waybill("sf", "again-1"));
    shop.does(on(carrier(), Action::ConfirmReceipt));
    stands(&shop, State::Dismissed);
    assert_eq!(shop.refunded(), 0);
}

#[test]
fn a_cheaper_replacement_leaves_only_its_difference() {
    let mut shop = slow();
    shop.does(asks(Kind::Exchange, 1));
    let cheaper = |difference: u64| {
        because(merchant(), Action::Propose).with(move |detail| {
            detail.difference = Some(Amount::new(difference).into());
        })
    };
    shop.refuses(cheaper(5_001), &["amount_not_raised"]);
    shop.does(cheaper(700)).does(on(buyer(), Action::Accept));
    stands(&shop, State::AwaitingReturn);
    shop.does(on(buyer(), Action::ShipBack).waybill("sf", "back-1"));
    shop.does(on(merchant(), Action::AcceptGoods));
    shop.does(on(merchant(), Action::Dispatch).waybill("sf", "new-1"));
    shop.does(on(buyer(), Action::ConfirmReceipt));
    stands(&shop, State::Refunding);
    assert_eq!(shop.case(1).offer.kind, Kind::Exchange);
    shop.gateway_pays();
    stands(&shop, State::Completed);
    assert_eq!(shop.refunded(), 700);
}

#[test]
fn a_dearer_replacement_is_paid_before_anything_moves() {
    let mut shop = slow();
    shop.does(asks(Kind::Exchange, 1).fee(900)).does(on(merchant(), Action::Agree));
    stands(&shop, State::AwaitingPayment);
    shop.does(pays(Action::PayFee, 400, "f-1"));
    stands(&shop, State::AwaitingPayment);
    shop.does(pays(Action::PayFee, 500, "f-2"));
    stands(&shop, State::AwaitingReturn);
}

#[test]
fn a_repair_fee_that_is_not_paid_sends_the_goods_back() {
    let mut shop = received(slow(), Kind::Repair, 1, 1);
    shop.refuses(because(merchant(), Action::Propose).fee(500_001), &["within_fee_cap"]);
    shop.does(because(merchant(), Action::Propose).fee(900)).does(on(buyer(), Action::Accept));
    stands(&shop, State::AwaitingPayment);
    shop.after_hours(8 * 24);
    stands(&shop, State::AwaitingSendBack);
}

#[test]
fn a_replacement_that_is_no_good_goes_back_too() {
    let mut shop = received(slow(), Kind::Exchange, 1, 1);
    shop.does(on(merchant(), Action::AcceptGoods));
    shop.does(on(merchant(), Action::Dispatch).waybill("sf", "new-1"));
    shop.does(because(buyer(), Action::Escalate));
    stands(&shop, State::UnderReview);
    shop.does(because(platform(), Action::RuleForBuyer));
    stands(&shop, State::AwaitingReturn);
    shop.does(on(buyer(), Action::ShipBack).waybill("sf", "back-2"));
    shop.does(on(carrier(), Action::Receive).units("shirt", 1));
    stands(&shop, State::Inspecting);
}

#[test]
fn a_parcel_may_be_lost_during_a_review() {
    let mut shop = returning(slow(), Kind::ReturnAndRefund, 1);
    shop.does(because(platform(), Action::Escalate));
    shop.does(on(carrier(), Action::Lose));
    stands(&shop, State::UnderReview);
    shop.does(because(platform(), Action::RuleForMerchant));
    // Nobody has the goods: there is nothing to send back, and what is lost is refunded by the order.
    stands(&shop, State::Dismissed);
}

#[test]
fn what_was_refused_may_be_asked_for_again_for_a_while() {
    let mut shop = slow();
    shop.after_hours(13 * 24);
    shop.does(asks(Kind::Compensation, 1).amount(1_000));
    shop.does(because(merchant(), Action::Refuse).evidence("photo")).after_hours(24);
    shop.does(on(buyer(), Action::Withdraw)).after_hours(24);
    shop.does(asks(Kind::Compensation, 1).amount(1_000));
    assert_eq!(shop.trade.cases.len(), 2);
    let withdraw = Request::by(buyer()).case(2, Action::Withdraw);
    shop.does(withdraw).after_hours(25);
    shop.refuses(asks(Kind::Compensation, 1).amount(1_000), &["within_window"]);
}
