//! Story 9: out of stock after payment, in part, by silence, and lost on the way.

use redress::order::{Action, State};
use redress::trade::{Bucket, NewLine, NewOrder, Place, Request};
use redress::{Policy, Reason, Tender, after_sale, refund};

use super::kit::{Shop, at, buyer, carrier, gateway, merchant, new_order};

/// A lamp of 50.00, a mug of 33.33, 8.00 for shipping: 40.00 from a card, the rest from a gift card.
fn basket() -> NewOrder {
    let mut order = new_order(vec![NewLine::new("lamp", 1, 5_000), NewLine::new("mug", 1, 3_333)]);
    order.shipping = redress::Amount::new(800);
    order.total = order.due().unwrap();
    order
}

fn pay(amount: u64, tender: Tender, reference: &str) -> Request {
    let pay = Request::by(gateway()).order(Action::Pay).amount(amount);
    pay.tender(tender).reference(reference)
}

fn paid() -> Shop {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(basket())
        .does(pay(4_000, Tender::Card, "p-1"))
        .does(pay(5_133, Tender::GiftCard, "p-2"))
        .order_is(State::Paid);
    shop
}

fn tells(action: Action) -> Request {
    Request::by(carrier()).order(action)
}

#[test]
fn the_merchant_cancels_and_everything_goes_back() {
    let mut shop = paid();
    let cancel = Request::by(merchant()).order(Action::Cancel).reason(Reason::OutOfStock);
    shop.says_no(
        cancel.clone(),
        &["reason_given"],
        "a reason of 2 to 200 characters is needed, 0 are given",
        "须填写2至200字的原因，当前0字",
    );
    shop.says_no(
        Request::by(buyer()).order(Action::Cancel),
        &["wrong_role", "reason_given"],
        "the buyer may not do this now, only the merchant or the platform; the buyer may when it is waiting for payment",
        "买家当前不能这样做",
    );
    shop.does(cancel.text("none left"))
        .order_is(State::Unwinding)
        .asks_for(&["release_stock", "pay_out 4000", "pay_out 5133"])
        .holds_money(0, 0, 9_133, 0);
    shop.does(Request::by(gateway()).refund(1, refund::Action::Succeed).amount(4_000).reference("r-1"))
        .order_is(State::Unwinding)
        .gateway_pays()
        .order_is(State::Refunded)
        .holds_money(0, 0, 0, 9_133);
    assert_eq!(shop.refunded_by_payment(), [4_000, 5_133]);
    assert_eq!(shop.refunded_by_line(), [5_000, 3_333]);
    assert_eq!(shop.trade.money.pot(Bucket::Shipping).refunded.minor(), 800);
    assert_eq!((shop.closed("lamp"), shop.closed("mug")), (1, 1));
}

#[test]
fn a_part_is_shipped_and_the_rest_cancelled() {
    let mut shop = paid();
    shop.ship("lamp", 1).order_is(State::PartShipped);
    shop.does(Request::by(merchant()).order(Action::CancelRest).text("no mugs"))
        .order_is(State::Shipped)
        .asks_for(&["release_stock", "pay_out 3333"])
        .gateway_pays()
        .holds_money(5_800, 0, 0, 3_333);
    assert_eq!((shop.closed("lamp"), shop.closed("mug")), (0, 1));
    shop.deliver("lamp", 1)
        .order_is(State::Delivered)
        .does(Request::by(buyer()).order(Action::ConfirmReceipt))
        .order_is(State::Completed);
    shop.goes_to("2026-03-16 10:01").order_is(State::Settled).asks_for(&["release_funds 5800"]);
}

#[test]
fn a_merchant_who_never_ships_is_late_and_then_out() {
    let mut shop = paid();
    shop.goes_to("2026-03-03 10:00").order_is(State::Paid);
    shop.after_millis(1).order_is(State::Late);
    // The limit of fourteen days counts from payment.
    assert_eq!(shop.trade.due(), Some(at("2026-03-15 10:00")));
    shop.goes_to("2026-03-15 10:00").order_is(State::Late);
    let mut late = shop.clone();
    shop.after_millis(1)
        .order_is(State::Unwinding)
        .gateway_pays()
        .order_is(State::Refunded)
        .holds_money(0, 0, 0, 9_133);
    late.ship("lamp", 1)
        .order_is(State::PartShipped)
        .after_millis(1)
        .order_is(State::Shipped)
        .asks_for(&["release_stock", "pay_out 3333"]);
}

#[test]
fn a_parcel_is_lost_in_part_and_whole() {
    let mut shop = paid();
    shop.ship("lamp", 1).ship("mug", 1).order_is(State::Shipped);
    shop.does(tells(Action::Lose).units("mug", 1))
        .order_is(State::Shipped)
        .asks_for(&["pay_out 3333"])
        .gateway_pays()
        .holds_money(5_800, 0, 0, 3_333);
    assert_eq!(shop.goods("mug"), [(1, Place::Lost)]);
    let mut whole = shop.clone();
    shop.deliver("lamp", 1).order_is(State::Delivered);
    // The lamp too: the shipping brought nothing, and goes back.
    whole
        .does(tells(Action::Lose).units("lamp", 1))
        .order_is(State::Unwinding)
        .gateway_pays()
        .order_is(State::Refunded)
        .holds_money(0, 0, 0, 9_133);
    assert_eq!(whole.refunded_by_payment(), [4_000, 5_133]);
}

#[test]
fn a_parcel_that_bounces_whole_unwinds_the_order() {
    let mut shop = paid();
    shop.does(Request::by(merchant()).order(Action::Ship).units("lamp", 1).units("mug", 1).waybill("sf", "out-1"))
        .order_is(State::Shipped);
    shop.does(tells(Action::Bounce).units("lamp", 1).units("mug", 1))
        .order_is(State::Unwinding)
        .asks_for(&["restock", "restock", "pay_out 4000", "pay_out 5133"])
        .gateway_pays()
        .order_is(State::Refunded);
    assert_eq!(shop.goods("lamp"), [(1, Place::Returned)]);
}

#[test]
fn an_open_case_is_answered_before_the_order_is_cancelled() {
    let mut policy = Policy::cn_marketplace();
    policy.switches.unshipped_is_granted = false;
    let mut shop = Shop::paid(policy, basket());
    let asks = Request::by(buyer()).apply(redress::Kind::RefundOnly).reason(Reason::NoReason);
    shop.does(asks.units("lamp", 1)).case_is(1, after_sale::State::Requested);
    let cancel = Request::by(merchant()).order(Action::Cancel).text("none left");
    shop.says_no(
        cancel.clone(),
        &["no_open_case"],
        "case 1 is open and must be answered first",
        "售后单1进行中，请先处理",
    );
    // Time does not wait for it: what never comes is refunded by the case and by the order, once each.
    shop.policy.limits[redress::Limit::MerchantReply] = redress::Span::days(30);
    shop.case_does(merchant(), 1, after_sale::Action::Agree)
        .gateway_pays()
        .case_is(1, after_sale::State::Completed)
        .does(cancel)
        .gateway_pays()
        .order_is(State::Refunded)
        .holds_money(0, 0, 0, 9_133);
}

#[test]
fn money_that_comes_late_twice_or_too_much_goes_back() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(basket())
        .does(pay(4_000, Tender::Card, "p-1"))
        .goes_to("2026-03-01 10:31")
        // Paid in part, and never in full.
        .order_is(State::Unwinding)
        .asks_for(&["release_stock", "pay_out 4000"])
        .gateway_pays()
        .order_is(State::Refunded);
    shop.does(pay(5_133, Tender::Card, "p-2")).gateway_pays().holds_money(0, 0, 0, 9_133);

    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(basket())
        .does(Request::by(buyer()).order(Action::Cancel))
        .order_is(State::Cancelled)
        .does(pay(9_133, Tender::Wallet, "p-1"))
        .order_is(State::Unwinding)
        .gateway_pays()
        .order_is(State::Refunded)
        .holds_money(0, 0, 0, 9_133);

    let mut shop = paid();
    shop.does(pay(9_133, Tender::Wallet, "p-3"))
        .order_is(State::Paid)
        .asks_for(&["alert", "pay_out 9133"])
        .gateway_pays()
        .holds_money(9_133, 0, 0, 9_133);
    assert_eq!(shop.refunded_by_payment(), [0, 0, 9_133]);
    shop.knows(&pay(9_133, Tender::Wallet, "p-3"));
}

/// Two cases, each on one line, that the merchant answers no more than anything else.
fn two_cases_unanswered() -> Shop {
    let mut policy = Policy::cn_marketplace();
    policy.switches.unshipped_is_granted = false;
    policy.limits[redress::Limit::MerchantReply] = redress::Span::days(30);
    let mut shop = Shop::new(policy);
    shop.place(basket()).does(pay(4_000, Tender::Card, "p-1")).does(pay(5_133, Tender::GiftCard, "p-2"));
    let asks = |line: &str| {
        let asks = Request::by(buyer()).apply(redress::Kind::RefundOnly).reason(Reason::NoReason);
        asks.units(line, 1)
    };
    shop.does(asks("lamp")).does(asks("mug")).holds_money(0, 9_133, 0, 0);
    shop
}

#[test]
fn what_two_cases_ask_for_and_never_comes_goes_back_with_the_shipping() {
    let mut shop = two_cases_unanswered();
    shop.goes_to("2026-03-03 10:01").order_is(State::Late);
    shop.goes_to("2026-03-15 10:01")
        .order_is(State::Unwinding)
        .case_is(1, after_sale::State::Refunding)
        .case_is(2, after_sale::State::Refunding)
        .gateway_pays()
        .case_is(1, after_sale::State::Completed)
        .case_is(2, after_sale::State::Completed)
        .order_is(State::Refunded)
        .holds_money(0, 0, 0, 9_133);
}

#[test]
fn one_line_is_asked_for_and_neither_comes() {
    let mut shop = two_cases_unanswered();
    shop.case_does(buyer(), 2, after_sale::Action::Withdraw)
        .goes_to("2026-03-03 10:01")
        .goes_to("2026-03-15 10:01")
        .order_is(State::Unwinding)
        .case_is(1, after_sale::State::Refunding)
        .gateway_pays()
        .order_is(State::Refunded)
        .holds_money(0, 0, 0, 9_133);
    assert_eq!(shop.refunded_by_payment(), [4_000, 5_133]);
}

#[test]
fn the_rest_is_shipped_and_the_case_on_the_other_line_hears_that_it_never_comes() {
    let mut shop = two_cases_unanswered();
    shop.case_does(buyer(), 2, after_sale::Action::Withdraw).ship("mug", 1).order_is(State::PartShipped);
    shop.says_no(
        Request::by(merchant()).order(Action::CancelRest).text("none left"),
        &["rest_unclaimed"],
        "case 1 claims units that are not shipped",
        "售后单1涉及未发货商品",
    );
    shop.goes_to("2026-03-15 10:01")
        .order_is(State::Shipped)
        .case_is(1, after_sale::State::Refunding)
        .gateway_pays()
        .case_is(1, after_sale::State::Completed)
        .holds_money(4_133, 0, 0, 5_000);
    assert_eq!(shop.closed("lamp"), 1);
}

#[test]
fn a_parcel_is_lost_under_an_open_case_and_all_of_it_is_paid() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), basket());
    shop.ship("lamp", 1).ship("mug", 1);
    let asks = Request::by(buyer()).apply(redress::Kind::ReturnAndRefund).reason(Reason::NoReason);
    shop.does(asks.units("lamp", 1).amount(1_000))
        .does(tells(Action::Lose).units("lamp", 1))
        .case_is(1, after_sale::State::Refunding)
        .asks_for(&["pay_out 5000"])
        .gateway_pays()
        .case_is(1, after_sale::State::Completed)
        .holds_money(4_133, 0, 0, 5_000);
    assert_eq!(shop.case(1).offer.kind, redress::Kind::RefundOnly);
    shop.deliver("mug", 1).order_is(State::Delivered);
}
