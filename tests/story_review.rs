//! What a reviewer found: each case is kept as it was met.
#![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

mod shop;

use redress::trade::{NewLine, Request, Subject};
use redress::{Actor, Effect, Kind, Policy, Reason, after_sale};
use shop::{Shop, buyer, merchant, new_order};

fn delivered() -> Shop {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("hat", 1, 5_000), NewLine::new("shirt", 1, 9_900)]));
    shop.pay(14_900, "p-1").ship("shirt", 1).deliver("shirt", 1);
    shop
}

#[test]
fn the_carrier_of_a_return_may_report_on_it_whoever_it_is() {
    let mut shop = delivered();
    shop.does(Request::by(buyer()).apply(Kind::ReturnAndRefund).units("shirt", 1).reason(Reason::NoReason));
    let agree = Request::by(merchant()).case(1, after_sale::Action::Agree).address("1 Return Road");
    shop.does(agree).does(Request::by(buyer()).case(1, after_sale::Action::ShipBack).waybill("yto", "y-1"));
    shop.does(Request::by(Actor::carrier("yto")).case(1, after_sale::Action::Receive).units("shirt", 1));
    assert_eq!(shop.case(1).state, after_sale::State::Inspecting);
}

#[test]
fn the_buyer_is_told_where_to_send_the_goods() {
    let mut shop = delivered();
    shop.does(Request::by(buyer()).apply(Kind::ReturnAndRefund).units("shirt", 1).reason(Reason::NoReason));
    shop.does(Request::by(merchant()).case(1, after_sale::Action::Agree).address("1 Return Road"));
    let event = shop.events.last().unwrap();
    assert_eq!(event.said.given, "1 Return Road");
    let told = event.tasks.iter().find(|task| task.what == Effect::NotifyBuyer).unwrap();
    assert_eq!((told.subject, told.address.as_deref()), (Subject::Case(1), Some("1 Return Road")));
}

#[test]
fn a_change_of_the_application_brings_in_no_units_whose_window_has_closed() {
    let mut shop = delivered();
    shop.after_hours(9 * 24).ship("hat", 1).deliver("hat", 1);
    shop.does(Request::by(buyer()).apply(Kind::ReturnAndRefund).units("hat", 1).reason(Reason::NoReason));
    let change = || Request::by(buyer()).case(1, after_sale::Action::Modify);
    shop.refuses(change().units("shirt", 1), &["within_window"]);
    shop.does(change().amount(4_000));
    assert_eq!(shop.case(1).offer.amount.minor(), 4_000);
}
