//! Each unit has its own window, whatever it is asked for with.

use redress::trade::{NewLine, Request, UnitBounds, options};
use redress::{Kind, Policy, Reason, after_sale, order};

use crate::kit::*;

/// A hat that came on 2026-03-01, and a shirt of two that came on the 8th; the other shirt was not shipped.
fn in_two_parcels(policy: Policy) -> Shop {
    let mut shop = Shop::paid(policy, new_order(vec![NewLine::new("hat", 1, 5_000), NewLine::new("shirt", 2, 9_900)]));
    shop.ship("hat", 1).deliver("hat", 1);
    shop.goes_to("2026-03-08 10:00").ship("shirt", 1).deliver("shirt", 1);
    shop
}

fn both() -> Request {
    apply(Kind::ReturnAndRefund, Reason::NoReason).units("hat", 1).units("shirt", 1)
}

#[test]
fn a_unit_that_came_later_keeps_no_window_open_for_one_that_came_before() {
    let mut shop = in_two_parcels(Policy::cn_marketplace());
    assert!(shop.ask(&both()).is_ok());
    shop.goes_to("2026-03-09 00:00").says_no(
        both(),
        &["within_window"],
        "closed on 2026-03-08 23:59 +08:00",
        "已于2026-03-08 23:59 +08:00截止",
    );
    assert!(shop.ask(&apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)).is_ok());
}

#[test]
fn a_unit_that_has_not_come_keeps_no_window_open_either() {
    let mut shop = in_two_parcels(Policy::cn_marketplace());
    shop.ship("shirt", 1).goes_to("2026-03-09 00:00");
    shop.refuses(apply(Kind::ReturnAndRefund, Reason::NoReason).units("hat", 1).units("shirt", 2), &["within_window"]);
}

#[test]
fn what_is_offered_ends_with_the_first_window_and_leaves_out_what_has_closed() {
    let mut shop = in_two_parcels(Policy::cn_marketplace());
    let listed = |shop: &Shop| {
        let list = options(&shop.book(), &shop.trade, &buyer(), shop.now).unwrap();
        let is_apply = |choice: &&redress::trade::Choice| {
            choice.asked.code() == "apply" && choice.bounds.kind == Some(Kind::ReturnAndRefund)
        };
        let bounds = list.choices.iter().find(is_apply).unwrap().bounds.clone();
        let of = |units: &&UnitBounds| units.reasons.has(Reason::NoReason);
        let lines: Vec<_> = bounds.units.iter().filter(of).map(|units| units.line.to_string()).collect();
        let until = bounds.reasons.iter().find(|of| of.reason == Reason::NoReason).unwrap().until;
        (lines, until)
    };
    assert_eq!(listed(&shop), (vec!["hat".to_owned(), "shirt".to_owned()], Some(at("2026-03-08 23:59:59.999"))));
    shop.goes_to("2026-03-09 00:00");
    assert_eq!(listed(&shop), (vec!["shirt".to_owned()], Some(at("2026-03-15 23:59:59.999"))));
}

#[test]
fn a_change_brings_in_a_unit_in_time_and_keeps_one_that_was_in_time() {
    let mut shop = in_two_parcels(Policy::cn_marketplace());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("hat", 1)).goes_to("2026-03-10 00:00");
    let change = on(buyer(), 1, after_sale::Action::Modify).units("hat", 1).units("shirt", 1);
    shop.does(change).holds_money(9_900, 14_900, 0, 0);
}

#[test]
fn another_kind_is_no_way_around_its_window() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.goes_to("2026-03-16 10:00");
    let mut late = shop.clone();
    shop.does(apply(Kind::Repair, Reason::Quality).units("shirt", 1).evidence("photo"));
    late.goes_to("2026-03-17 10:00").does(apply(Kind::Repair, Reason::Quality).units("shirt", 1).evidence("photo"));
    let change = || {
        let change = on(buyer(), 1, after_sale::Action::Modify).kind(Kind::ReturnAndRefund);
        change.evidence("photo").units("shirt", 1)
    };
    late.refuses(change(), &["within_window"]);
    // Whoever asked in time for one may turn to the other while the merchant thinks.
    shop.goes_to("2026-03-17 10:00").does(change());
}

#[test]
fn a_short_after_sales_period_stands_still_beside_a_long_case() {
    let mut policy = Policy::cn_marketplace();
    policy.limits[redress::Limit::AfterSales] = redress::Span::minutes(30);
    let mut shop = Shop::delivered(policy, new_order(vec![NewLine::new("shirt", 1, 9_900)]));
    shop.does(Request::by(buyer()).order(order::Action::ConfirmReceipt)).order_is(order::State::Completed);
    shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.after_hours(1);
    shop.tick();
    assert!(shop.trade.head.deadline.unwrap().frozen.is_some(), "it waits for the case");
    let told = redress::trade::silence(&shop.book(), &shop.trade).unwrap();
    assert!(told.trade.rests() && told.events.len() < 50, "{} events", told.events.len());
    shop.case_does(buyer(), 1, after_sale::Action::Withdraw).order_is(order::State::Completed);
    let due = shop.trade.head.deadline.unwrap().due().unwrap();
    assert_eq!(due.since(shop.now), 30 * 60_000, "anew from the rest of the case");
    shop.now = due.after(1);
    shop.tick();
    shop.order_is(order::State::Settled);
}
