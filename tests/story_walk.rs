//! The walking story: place, pay, ship, ask for a return, silence, refund.
mod shop;

use redress::trade::Request;
use redress::{Kind, Policy, Reason, after_sale, order};
use shop::{Shop, buyer, new_order};

#[test]
fn silence_is_consent_from_the_application_to_the_refund() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![redress::trade::NewLine::new("shirt", 1, 9_900)])).pay(9_900, "p-1");
    shop.after_hours(1).ship("shirt", 1).after_hours(48).deliver("shirt", 1).after_hours(24);
    let apply = Request::by(buyer()).apply(Kind::ReturnAndRefund).units("shirt", 1).reason(Reason::NoReason);
    shop.does(apply);
    assert_eq!(shop.case(1).state, after_sale::State::Requested);
    shop.after_hours(49);
    assert_eq!(shop.case(1).state, after_sale::State::AwaitingReturn);
    let ship_back = Request::by(buyer()).case(1, after_sale::Action::ShipBack).waybill("sf", "back-1");
    shop.does(ship_back).after_hours(11 * 24).gateway_pays();
    assert_eq!(shop.case(1).state, after_sale::State::Completed);
    assert_eq!(shop.refunded(), 9_900);
    assert_eq!(shop.trade.head.state, order::State::Refunded);
}
