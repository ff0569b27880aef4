//! Of ends: what is over and is changed all the same, and what is not over and cannot be changed.

use redress::after_sale::{Action, State};
use redress::trade::{NewLine, Request};
use redress::{Kind, Policy, Reason, order};

use crate::kit::*;

fn asked() -> Shop {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1));
    shop
}

fn completed() -> Shop {
    let mut shop = asked();
    shop.comes_back(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .gateway_pays()
        .case_is(1, State::Completed);
    shop
}

/// niushop: a buyer cancels a completed refund, applies again and is paid again.
#[test]
fn a_completed_refund_is_not_withdrawn() {
    let mut shop = completed();
    shop.refuses(on(buyer(), 1, Action::Withdraw), &["wrong_state"]);
    let again = apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1);
    shop.refuses(again, &["order_open", "units_free", "kind_fits", "within_refundable"]).holds_money(0, 0, 0, 9_900);
}

/// likeshop: the goods of a finished case are received once more, and it is paid once more.
#[test]
fn goods_are_received_once() {
    let mut shop = completed();
    shop.refuses(on(merchant(), 1, Action::Receive).units("shirt", 1), &["wrong_state", "units_returning"]);
    shop.refuses(on(merchant(), 1, Action::AcceptGoods), &["wrong_state"]);
}

/// crmeb_java: a refund that was paid is refused, which sets it back to *none*.
#[test]
fn a_paid_case_is_not_refused() {
    let mut shop = completed();
    let refuse = on(merchant(), 1, Action::Refuse).text("changed our mind").evidence("photo://1");
    let denied = shop.ask(&refuse).unwrap_err();
    assert!(denied.codes().contains(&"wrong_state"), "{denied}");
    shop.case_is(1, State::Completed);
}

/// CRMEB: a finished case is agreed to once more, and waits for goods again.
#[test]
fn a_finished_case_is_not_agreed_to() {
    let shop = completed();
    let denied = shop.ask(&on(merchant(), 1, Action::Agree).address("1 Return Road")).unwrap_err();
    assert!(denied.codes().contains(&"wrong_state"), "{denied}");
}

/// litemall: an order under application has no way to be refused, and stays so for ever.
#[test]
fn an_application_that_is_refused_comes_to_an_end() {
    let mut policy = Policy::cn_marketplace();
    policy.reasons.never_refused = redress::Set::NONE;
    let mut shop = Shop::delivered(policy, shirt());
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).evidence("photo://1"));
    shop.does(on(merchant(), 1, Action::Refuse).text("it works").evidence("photo://2")).case_is(1, State::Refused);
    shop.lets_case_pass(1).case_is(1, State::Lapsed);
}

/// niushop: a refused case locks the order for ever if the buyer does nothing. Here time goes on with it.
#[test]
fn a_refused_case_does_not_hold_the_order_for_ever() {
    let shop = asked();
    let end = redress::trade::silence(&shop.book(), &shop.trade).unwrap().trade;
    assert!(end.rests(), "{:?}", end.head.state);
    shop.holds();
}

/// yudao-cloud: no time runs in after-sales. tourze: a merchant who does not answer has agreed; so it is here.
#[test]
fn a_silent_merchant_has_agreed() {
    let mut shop = asked();
    shop.lets_case_pass(1).case_is(1, State::AwaitingReturn);
}

/// spree #8614, vendure #1865: an error leaves a state from which no action leads. Everybody who is waited for can act.
#[test]
fn whoever_is_waited_for_can_act() {
    let shop = asked();
    let options = redress::trade::options(&shop.book(), &shop.trade, &merchant(), shop.now).unwrap();
    let can: Vec<_> =
        options.choices.iter().filter(|choice| choice.subject == redress::trade::Subject::Case(1)).collect();
    assert!(can.len() > 2, "{can:?}");
}

/// WeChat shop, case 2747008: what the page calls *refuse* is another action, and no legal one is left.
#[test]
fn what_is_offered_is_accepted() {
    let shop = asked();
    for who in [buyer(), merchant(), platform()] {
        for choice in redress::trade::options(&shop.book(), &shop.trade, &who, shop.now).unwrap().choices {
            let _ = shop.ask(&choice.template).unwrap_or_else(|denied| panic!("{:?} of {who}: {denied}", choice.asked));
        }
    }
}

/// qihang: with the first application the whole order is closed, though nothing was refunded.
#[test]
fn an_order_is_closed_by_refunds_and_not_by_applications() {
    let mut shop = asked();
    shop.order_is(order::State::Delivered);
    shop.comes_back(1, "shirt", 1).case_does(merchant(), 1, Action::AcceptGoods).order_is(order::State::Delivered);
    shop.gateway_pays().order_is(order::State::Refunded);
}

/// yudao-cloud: parts of all items are refunded, and the order says that all is.
#[test]
fn parts_of_all_are_not_all() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::Compensation, Reason::Quality).units("shirt", 1).evidence("photo://1").amount(1_000));
    shop.case_does(merchant(), 1, Action::Agree).gateway_pays().case_is(1, State::Completed);
    shop.order_is(order::State::Delivered);
}

/// Sylius PR #14850, yudao-cloud: a refund of one thing stops the shipping of the rest.
#[test]
fn the_rest_is_shipped_when_one_thing_was_refunded() {
    let lines = vec![NewLine::new("shirt", 1, 9_900), NewLine::new("cup", 1, 1_000)];
    let mut shop = Shop::paid(Policy::cn_marketplace(), new_order(lines));
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("cup", 1)).gateway_pays();
    shop.ship("shirt", 1).order_is(order::State::Shipped);
    let ship = Request::by(merchant()).order(order::Action::Ship).units("cup", 1).waybill("sf", "w-9");
    let denied = shop.ask(&ship).unwrap_err();
    assert!(denied.codes().contains(&"units_shippable"), "{denied}");
}
