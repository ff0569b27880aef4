//! On the way: interception, part shipments, part receipts, and lost returns.

use redress::after_sale::{Action, State};
use redress::trade::{NewLine, Place, Request};
use redress::{GoodsCondition, Kind, Policy, Reason, order};

use super::kit::{Shop, apply, at, buyer, carrier, merchant, new_order, on, platform, shirt};

/// Money is asked for a shirt on its way.
fn intercepting() -> Shop {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    shop.ship("shirt", 1)
        .does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1))
        .case_is(1, State::Requested)
        .does(on(merchant(), 1, Action::Intercept))
        .case_is(1, State::Intercepting)
        .waits_until(1, "2026-03-04 10:00")
        .asks_for(&["recall_parcel"]);
    shop
}

#[test]
fn a_parcel_is_recalled() {
    let mut shop = intercepting();
    let mut bounced = shop.clone();
    shop.case_does(carrier(), 1, Action::Recall)
        .case_is(1, State::Refunding)
        .asks_for(&["restock", "pay_out 9900"])
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 9_900);
    assert_eq!(shop.goods("shirt"), [(1, Place::Returned)]);
    // Reported at the order, it is the same.
    bounced
        .does(Request::by(carrier()).order(order::Action::Bounce).units("shirt", 1))
        .case_is(1, State::Refunding)
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 9_900);
}

#[test]
fn a_parcel_arrives_all_the_same() {
    let mut shop = intercepting();
    shop.goes_to("2026-03-02 10:00")
        .deliver("shirt", 1)
        .case_is(1, State::Requested)
        .waits_until(1, "2026-03-04 10:00")
        .order_is(order::State::Delivered);
    // The merchant decides after all, and it is not delayed again.
    shop.refuses(on(merchant(), 1, Action::Intercept), &["in_transit", "intercept_left"]);
    shop.does(on(merchant(), 1, Action::Refuse).text("it has arrived"))
        .case_is(1, State::Refused)
        .holds_money(0, 9_900, 0, 0);
}

#[test]
fn nobody_knows_whether_it_was_stopped() {
    let mut shop = intercepting();
    shop.lets_case_pass(1).case_is(1, State::Requested);
    shop.says_no(
        on(merchant(), 1, Action::Intercept),
        &["intercept_left"],
        "the parcel was intercepted 1 of 1 times",
        "拦截次数已用1/1",
    );
}

fn pens() -> Shop {
    let order = new_order(vec![NewLine::new("pen", 3, 1_000)]);
    Shop::delivered(Policy::cn_marketplace(), order)
}

#[test]
fn three_are_announced_and_two_received() {
    let mut shop = pens();
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("pen", 3))
        .holds_money(0, 3_000, 0, 0)
        .agrees(1)
        .ships_back(1);
    shop.says_no(
        on(merchant(), 1, Action::Receive).units("pen", 3).units("pen", 1),
        &["malformed"],
        "names the same thing twice",
        "重复",
    );
    shop.does(on(merchant(), 1, Action::Receive).units_in("pen", 2, GoodsCondition::Resellable))
        .case_is(1, State::Returning);
    assert_eq!(shop.goods("pen"), [(2, Place::Returned), (1, Place::Inbound)]);
    shop.says_no(
        on(merchant(), 1, Action::Receive).units("pen", 2),
        &["units_returning"],
        "2 of pen are received, and 1 are on their way",
        "商品pen签收2件，退货途中仅1件",
    );
    let mut silent = shop.clone();
    shop.case_does(merchant(), 1, Action::AcceptGoods)
        .case_is(1, State::Refunding)
        .asks_for(&["restock", "pay_out 2000"])
        .gateway_pays()
        .case_is(1, State::Completed)
        .holds_money(1_000, 0, 0, 2_000);
    // What never came is with the buyer again, and not paid for.
    assert_eq!(shop.goods("pen"), [(2, Place::Returned), (1, Place::WithBuyer)]);
    assert_eq!(shop.closed("pen"), 2);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("pen", 1)).case_is(2, State::Requested);
    // Silence: what has come is inspected, then accepted.
    silent
        .lets_case_pass(1)
        .case_is(1, State::Inspecting)
        .lets_case_pass(1)
        .case_is(1, State::Refunding)
        .gateway_pays()
        .holds_money(1_000, 0, 0, 2_000);
}

#[test]
fn parts_are_shipped_and_confirmed_apart() {
    let order = new_order(vec![NewLine::new("lamp", 2, 5_000), NewLine::new("mug", 1, 3_333)]);
    let mut shop = Shop::paid(Policy::cn_marketplace(), order);
    shop.ship("lamp", 1).order_is(order::State::PartShipped);
    let ship = Request::by(merchant()).order(order::Action::Ship);
    shop.says_no(
        ship.units("lamp", 2).waybill("sf", "x-1"),
        &["units_shippable"],
        "2 units of line lamp are named, 1 can be shipped",
        "商品行lamp：申请发货2件，可发1件",
    );
    shop.deliver("lamp", 1).order_is(order::State::PartShipped);
    shop.ship("lamp", 1).ship("mug", 1).order_is(order::State::Shipped);
    // Somebody else's parcel is not theirs to report.
    shop.deliver("lamp", 1).order_is(order::State::Shipped);
    shop.deliver("mug", 1).order_is(order::State::Delivered);
    shop.does(Request::by(buyer()).order(order::Action::ConfirmReceipt).units("lamp", 2))
        .order_is(order::State::Delivered)
        .does(Request::by(buyer()).order(order::Action::ConfirmReceipt))
        .order_is(order::State::Completed);
}

#[test]
fn unshipped_money_goes_back_at_once_and_the_rest_is_shipped() {
    let order = new_order(vec![NewLine::new("lamp", 2, 5_000), NewLine::new("mug", 1, 3_333)]);
    let mut shop = Shop::paid(Policy::cn_marketplace(), order);
    let asks = apply(Kind::RefundOnly, Reason::NoReason).units("lamp", 1);
    // What never came is refunded whole.
    shop.says_no(
        asks.clone().amount(4_000),
        &["whole_share"],
        "40.00 CNY is asked for, and what the buyer never had is refunded whole: 50.00 CNY",
        "未收到的商品须全额退款50.00 CNY，当前为40.00 CNY",
    );
    shop.does(asks).case_is(1, State::Refunding).asks_for(&["hold_shipment", "pay_out 5000"]);
    let ship = Request::by(merchant()).order(order::Action::Ship).waybill("sf", "out-1");
    shop.says_no(
        ship.clone().units("lamp", 2).units("mug", 1),
        &["units_shippable"],
        "2 units of line lamp are named, 1 can be shipped",
        "商品行lamp：申请发货2件，可发1件",
    );
    shop.does(ship.units("lamp", 1).units("mug", 1))
        .order_is(order::State::PartShipped)
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Shipped);
    shop.deliver("lamp", 1).deliver("mug", 1).order_is(order::State::Delivered);
    shop.holds_money(8_333, 0, 0, 5_000);
}

#[test]
fn shipping_overtakes_a_case_where_the_policy_says_so() {
    let mut policy = Policy::cn_marketplace();
    policy.switches.unshipped_is_granted = false;
    policy.switches.shipping_closes_case = true;
    let mut shop = Shop::paid(policy, shirt());
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1)).case_is(1, State::Requested);
    shop.ship("shirt", 1).case_is(1, State::Lapsed).order_is(order::State::Shipped).holds_money(9_900, 0, 0, 0);
}

#[test]
fn a_return_that_is_lost_is_looked_into() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1))
        .agrees(1)
        .ships_back(1)
        .case_does(carrier(), 1, Action::Lose)
        .case_is(1, State::UnderReview);
    assert_eq!(shop.goods("shirt"), [(1, Place::Lost)]);
    let mut for_merchant = shop.clone();
    shop.case_does(platform(), 1, Action::RuleForBuyer)
        .case_is(1, State::Refunding)
        .gateway_pays()
        .case_is(1, State::Completed)
        .holds_money(0, 0, 0, 9_900);
    // The ruling stands: what was lost on the buyer's way is not paid after all.
    for_merchant
        .case_does(platform(), 1, Action::RuleForMerchant)
        .case_is(1, State::Dismissed)
        .asks_for(&[])
        .holds_money(9_900, 0, 0, 0);
}

/// Refused goods on their way to the buyer are the merchant's to lose.
#[test]
fn refused_goods_are_lost_on_their_way_to_the_buyer() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1))
        .comes_back(1, "shirt", 1)
        .does(on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo://worn"))
        .case_does(buyer(), 1, Action::TakeBack)
        .does(on(merchant(), 1, Action::Dispatch).waybill("sf", "again-1"))
        .case_does(carrier(), 1, Action::Lose)
        .case_is(1, State::UnderReview)
        .case_does(platform(), 1, Action::RuleForMerchant)
        .case_is(1, State::Dismissed)
        .gateway_pays()
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 9_900);
}

#[test]
fn a_case_stops_the_clock_of_its_own_line_only() {
    let order = new_order(vec![NewLine::new("lamp", 1, 5_000), NewLine::new("mug", 1, 3_333)]);
    let mut shop = Shop::delivered(Policy::cn_marketplace(), order);
    let receipt = |shop: &Shop, at: usize| shop.trade.lines[at].receipt.unwrap();
    assert_eq!(receipt(&shop, 0).due(), Some(at("2026-03-11 10:00")));
    // Seven days and two hours are left.
    shop.goes_to("2026-03-04 08:00").does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("lamp", 1));
    assert_eq!(receipt(&shop, 0).due(), None);
    assert_eq!(receipt(&shop, 1).due(), Some(at("2026-03-11 10:00")));
    shop.says_no(
        Request::by(buyer()).order(order::Action::ConfirmReceipt).units("lamp", 1),
        &["lines_free"],
        "case 1 is open on one of these lines",
        "所选商品行有进行中的售后单1",
    );
    shop.goes_to("2026-03-05 08:00").case_does(buyer(), 1, Action::Withdraw);
    assert_eq!(receipt(&shop, 0).due(), Some(at("2026-03-12 10:00")));
    shop.goes_to("2026-03-11 10:01").order_is(order::State::Delivered);
    assert!(shop.trade.lines[1].confirmed_at.is_some() && shop.trade.lines[0].confirmed_at.is_none());
    shop.goes_to("2026-03-12 10:01").order_is(order::State::Completed);
}

#[test]
fn receipt_is_extended_once_each_in_the_last_days() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let extend = |actor, days| {
        let request = Request::by(actor).order(order::Action::Extend);
        request.with(move |detail| detail.days = Some(days))
    };
    shop.says_no(
        extend(buyer(), 3),
        &["within_last_days"],
        "it can be extended from 2026-03-08 10:00 +08:00",
        "可于2026-03-08 10:00 +08:00后申请延长",
    );
    shop.goes_to("2026-03-09 10:00").says_no(
        extend(buyer(), 4),
        &["days_offered"],
        "4 days are not offered; some of 3 to 10 are",
        "不可延长4天，可选范围3至10天",
    );
    shop.does(extend(buyer(), 3));
    assert_eq!(shop.trade.due(), Some(at("2026-03-14 10:00")));
    shop.goes_to("2026-03-12 10:00").refuses(extend(buyer(), 3), &["extension_left"]).does(extend(merchant(), 10));
    assert_eq!(shop.trade.due(), Some(at("2026-03-24 10:00")));
}

#[test]
fn a_waybill_is_corrected_and_a_parcel_not_handed_over_is_taken_back() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1))
        .agrees(1)
        .goes_to("2026-03-02 10:00")
        .ships_back(1)
        .waits_until(1, "2026-03-12 10:00")
        .goes_to("2026-03-03 10:00")
        .does(on(buyer(), 1, Action::CorrectWaybill).waybill("sf", "back-2"))
        .waits_until(1, "2026-03-12 10:00")
        .case_does(buyer(), 1, Action::CancelShipBack)
        .case_is(1, State::AwaitingReturn)
        .waits_until(1, "2026-03-10 10:00");
    assert_eq!(shop.goods("shirt"), [(1, Place::WithBuyer)]);
    // Picked up, it is too late for that.
    shop.does(on(carrier(), 1, Action::ShipBack).waybill("sf", "back-3")).case_is(1, State::Returning).says_no(
        on(buyer(), 1, Action::CancelShipBack),
        &["not_picked_up"],
        "the carrier has picked the return up",
        "退货已被揽收",
    );
}

#[test]
fn a_merchant_lets_the_goods_go() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1))
        .agrees(1)
        .case_does(merchant(), 1, Action::ConvertToRefund)
        .case_is(1, State::Refunding)
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Refunded)
        .holds_money(0, 0, 0, 9_900);
    assert_eq!(shop.goods("shirt"), [(1, Place::WithBuyer)]);
}
