//! A statutory withdrawal under the law of the EU.

use redress::after_sale::{Action, State};
use redress::trade::{Bucket, NewLine, Request};
use redress::{Amount, Currency, FixedCalendar, GoodsCondition, Policy, Reason, order};

use super::kit::{Shop, at, buyer, merchant, new_order, on};

/// A coat of 120.00, a scarf of 30.00, 5.00 for shipping and 7.00 more for express.
fn bought() -> Shop {
    let mut order = new_order(vec![NewLine::new("coat", 1, 12_000), NewLine::new("scarf", 1, 3_000)]);
    order.currency = Currency::EUR;
    order.shipping = Amount::new(500);
    order.supplement = Amount::new(700);
    order.statutory = true;
    order.total = order.due().unwrap();
    let mut shop = Shop::new(Policy::eu_distance_selling());
    shop.calendar = FixedCalendar::china();
    let total = order.total.minor();
    shop.place(order).pay(total, "p-1");
    shop.ship("coat", 1).ship("scarf", 1);
    shop
}

fn delivered() -> Shop {
    let mut shop = bought();
    shop.deliver("coat", 1).deliver("scarf", 1);
    shop
}

fn declare() -> Request {
    Request::by(buyer()).declare()
}

#[test]
fn all_is_withdrawn_from_and_standard_shipping_goes_back_once() {
    let mut shop = delivered();
    shop.goes_to("2026-03-05 12:00")
        .does(declare().units("coat", 1).units("scarf", 1))
        .case_is(1, State::AwaitingReturn)
        .asks_for(&["acknowledge_buyer", "book_pickup"])
        // 120.00 + 30.00 + 5.00; the supplement stays.
        .holds_money(700, 15_500, 0, 0)
        // Fourteen days from the declaration: the 19th is a Thursday.
        .waits_until(1, "2026-03-19 23:59:59.999");
    shop.refuses(on(merchant(), 1, Action::Refuse).text("no"), &["wrong_state", "refusal_allowed"]);
    shop.ships_back(1)
        .does(on(merchant(), 1, Action::Receive).units("coat", 1).units("scarf", 1))
        .case_is(1, State::Inspecting)
        // The money is due fourteen days from the declaration, whatever the merchant does.
        .waits_until(1, "2026-03-19 23:59:59.999");
    shop.says_no(
        on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo://worn"),
        &["goods_refusal_allowed"],
        "in a statutory withdrawal goods are not refused; their state may lower the amount",
        "法定撤回不可拒收退货，仅可按商品状况扣减",
    );
    let mut worn = shop.clone();
    shop.lets_case_pass(1)
        .case_is(1, State::Refunding)
        .gateway_pays()
        .case_is(1, State::Completed)
        .order_is(order::State::Refunded)
        .holds_money(700, 0, 0, 15_500);
    assert_eq!(shop.trade.money.pot(Bucket::Shipping).refunded.minor(), 500);
    // The buyer bears the freight by law: nothing is credited.
    assert!(!shop.effects().iter().any(|effect| effect.starts_with("credit_balance")));

    // Worn more than to try it: less is paid, if the buyer says so too.
    let propose = on(merchant(), 1, Action::Propose).amount(12_500);
    worn.does(propose.units_for("coat", 1, Reason::Damaged)).case_is(1, State::Proposed);
    let mut declined = worn.clone();
    worn.case_does(buyer(), 1, Action::Accept)
        .gateway_pays()
        .case_is(1, State::Completed)
        .holds_money(3_700, 0, 0, 12_500);
    declined.case_does(buyer(), 1, Action::Decline).case_is(1, State::Inspecting);
}

#[test]
fn a_part_brings_no_shipping_and_the_last_part_does() {
    let mut shop = delivered();
    shop.does(declare().units("coat", 1)).holds_money(4_200, 12_000, 0, 0);
    shop.ships_back(1)
        .does(on(merchant(), 1, Action::AcceptGoods).units_in("coat", 1, GoodsCondition::Resellable))
        .gateway_pays()
        .case_is(1, State::Completed);
    shop.does(declare().units("scarf", 1)).holds_money(700, 3_500, 0, 12_000);
}

#[test]
fn the_fourteen_days_end_on_a_working_day() {
    let mut shop = delivered();
    // Delivered on Sunday the 1st: the 15th is a Sunday, so the 16th.
    shop.now = at("2026-03-16 23:59:59.999");
    assert!(shop.ask(&declare().units("coat", 1)).is_ok());
    shop.goes_to("2026-03-17 00:00").says_no(
        declare().units("coat", 1),
        &["within_window"],
        "closed on 2026-03-16 23:59 +08:00",
        "已于2026-03-16 23:59 +08:00截止",
    );
}

#[test]
fn before_delivery_the_window_has_not_begun() {
    let mut shop = bought();
    shop.goes_to("2026-03-28 10:00").does(declare().units("coat", 1)).case_is(1, State::AwaitingReturn);
}

#[test]
fn who_is_no_consumer_has_no_right() {
    let mut shop = delivered();
    shop.trade.head.bill.statutory = false;
    shop.says_no(
        declare().units("coat", 1),
        &["statutory_right"],
        "there is no statutory right of withdrawal for these units",
        "该商品不享有法定撤回权",
    );
}

#[test]
fn money_that_may_not_be_withheld_goes_out_on_the_declaration() {
    let mut shop = delivered();
    shop.policy.statutory.as_mut().unwrap().withhold = false;
    shop.does(declare().units("coat", 1).units("scarf", 1)).case_is(1, State::AwaitingReturn);
    shop.asks_for(&["acknowledge_buyer", "advance_refund 15500", "book_pickup", "pay_out 15500"]).gateway_pays();
    let mut kept = shop.clone();
    // The goods come, and the merchant makes the platform whole.
    shop.ships_back(1).does(on(merchant(), 1, Action::Receive).units("coat", 1).units("scarf", 1));
    shop.case_does(merchant(), 1, Action::AcceptGoods).case_is(1, State::Completed).holds_money(700, 0, 0, 15_500);
    assert!(shop.effects().contains(&"charge_merchant 15500".to_owned()), "{:?}", shop.effects());
    // Or they do not, and the money has to come back.
    kept.does(on(merchant(), 1, Action::GiveAddress).address("1 Return Road"));
    kept.lets_case_pass(1).case_is(1, State::Recovering).asks_for(&["recover_from_buyer 15500"]);
}
