//! Measures of histories that `step` itself has written.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]
mod shop;

use redress::measure::{Measure, Measures, Period, Ratio, Scale, Stars};
use redress::trade::{NewLine, Request};
use redress::{Currency, Kind, Policy, Reason, after_sale, refund};
use shop::{Shop, buyer, gateway, merchant, new_order, platform};

const HOUR: u64 = 3_600_000;

fn ratio(part: u64, of: u64) -> Ratio {
    Ratio { part, of }
}

fn measured(shops: &[&Shop]) -> Measures {
    Measures::of(Period::ALL, shops.iter().map(|shop| &shop.events))
}

/// A shirt for 99.00, delivered, for which a return is asked.
fn return_asked() -> Shop {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("shirt", 1, 9_900)])).pay(9_900, "p-1");
    shop.after_hours(1).ship("shirt", 1).after_hours(48).deliver("shirt", 1).after_hours(24);
    let apply = Request::by(buyer()).apply(Kind::ReturnAndRefund).units("shirt", 1);
    shop.does(apply.reason(Reason::Quality).evidence("photo:1"));
    shop
}

fn of_case(actor: redress::Actor, action: after_sale::Action) -> Request {
    Request::by(actor).case(1, action)
}

/// Nobody answers for 48 hours; the goods go back, nobody answers for ten days; the money comes.
fn silent_merchant() -> Shop {
    let mut shop = return_asked();
    shop.after_hours(49);
    shop.does(of_case(buyer(), after_sale::Action::ShipBack).waybill("sf", "back-1"));
    shop.after_hours(11 * 24).gateway_pays();
    let rate = of_case(buyer(), after_sale::Action::Rate);
    shop.does(rate.with(|detail| detail.stars = Some(3)));
    shop
}

/// 10.00 back and the shirt is kept: proposed after three hours, accepted after two, paid after one.
fn torn_shirt() -> Shop {
    let mut shop = return_asked();
    let propose = of_case(merchant(), after_sale::Action::Propose).kind(Kind::Compensation);
    shop.after_hours(3).does(propose.amount(1_000));
    shop.after_hours(2).does(of_case(buyer(), after_sale::Action::Accept));
    shop.after_hours(1).gateway_pays();
    let rate = of_case(buyer(), after_sale::Action::Rate);
    shop.does(rate.with(|detail| detail.stars = Some(5)));
    shop
}

/// Refused after five hours; the platform rules for the buyer, who may keep the goods; paid ten hours after the question.
fn ruled() -> Shop {
    let mut shop = return_asked();
    let refuse = of_case(merchant(), after_sale::Action::Refuse).reason(Reason::Other);
    shop.after_hours(5).does(refuse.text("not our shirt").evidence("photo:2"));
    shop.after_hours(1).does(of_case(buyer(), after_sale::Action::Escalate).text("it is"));
    let rule = of_case(platform(), after_sale::Action::RuleForBuyer).with(|detail| detail.return_waived = true);
    shop.after_hours(3).does(rule.reason(Reason::Quality).text("seen in the picture"));
    shop.after_hours(1).gateway_pays();
    shop
}

#[test]
fn a_silent_merchant_is_measured_by_the_whole_of_the_time_that_was_given() {
    let measures = measured(&[&silent_merchant()]);
    assert_eq!((measures.reply.len(), measures.reply.mean()), (1, Some(48 * HOUR)));
    assert_eq!(measures.refund.mean(), Some((49 + 11 * 24) * HOUR));
    assert_eq!((measures.refund_rate, measures.silence_share), (ratio(1, 1), ratio(1, 1)));
    assert_eq!(measures.refunded[&Currency::CNY], ratio(9_900, 9_900));
    assert_eq!((measures.intervention_rate, measures.dispute_rate), (ratio(0, 1), ratio(0, 1)));
    assert_eq!(measures.satisfaction, ratio(0, 1));
}

#[test]
fn several_trades_are_measured_together_in_whatever_order() {
    let (silent, torn, ruled, open) = (silent_merchant(), torn_shirt(), ruled(), return_asked());
    let measures = measured(&[&silent, &torn, &ruled, &open]);
    assert_eq!(measures, measured(&[&open, &ruled, &torn, &silent]));
    assert_eq!((measures.reply.len(), measures.reply.mean()), (3, Some(56 * HOUR / 3)));
    assert_eq!(measures.reply.percentile(50), Some(5 * HOUR));
    assert_eq!((measures.refund.len(), measures.refund.mean()), (3, Some((313 + 6 + 10) * HOUR / 3)));
    assert_eq!((measures.refund.percentile(50), measures.refund.percentile(90)), (Some(10 * HOUR), Some(313 * HOUR)));
    assert_eq!(measures.refund_rate, ratio(3, 4));
    assert_eq!(measures.refunded[&Currency::CNY], ratio(9_900 + 1_000 + 9_900, 4 * 9_900));
    assert_eq!(measures.intervention_rate, ratio(1, 4));
    assert_eq!(measures.silence_share, ratio(1, 3));
    assert_eq!(measures.satisfaction, ratio(1, 2));
}

#[test]
fn a_refund_that_the_bank_took_back_counts_once_it_is_paid_again() {
    let mut shop = torn_shirt();
    let reverse = Request::by(gateway()).refund(1, refund::Action::Reverse);
    shop.after_hours(24).does(reverse.amount(1_000).reference("rev-1"));
    let measures = measured(&[&shop]);
    assert_eq!((measures.refund_rate, measures.refund.len()), (ratio(0, 1), 0));
    assert_eq!(measures.refunded[&Currency::CNY], ratio(0, 9_900));
    let retry = Request::by(merchant()).refund(1, refund::Action::Retry);
    shop.after_hours(0).does(retry);
    shop.gateway_pays();
    let measures = measured(&[&shop]);
    assert_eq!((measures.refund_rate, measures.refund.mean()), (ratio(1, 1), Some(30 * HOUR)));
}

#[test]
fn five_of_a_kind_are_enough_for_stars() {
    let (good, bad) = (torn_shirt(), silent_merchant());
    let scale = Scale::default();
    assert_eq!(scale.stars(&measured(&[&good; 4])), None);
    assert_eq!(scale.stars(&measured(&[&good; 5])), Some(Stars::FourAndHalf));
    assert_eq!(scale.stars(&measured(&[&bad; 5])), Some(Stars::Three));
    let measures = measured(&[&bad; 5]);
    assert_eq!(measures.value(Measure::RefundTime), Some(313 * 60));
    // No intervention and no dispute: 30 and 10 of 100. All the rest scores nothing.
    assert_eq!(scale.score(&measures), Some(400));
}
