//! Windows.

use super::kit::*;

/// In time up to the millisecond that the refusal names, too late one after it.
#[track_caller]
fn closes(shop: &Shop, request: &Request, code: &str) -> Time {
    let long_after = at(shop, shop.trade.at.after(Length::Days(1_000).millis()));
    let end = named_end(&long_after, request, code);
    for in_time in [end.after(-1), end] {
        assert!(!codes(&at(shop, in_time), request).contains(&code), "in time at {in_time}");
    }
    assert!(codes(&at(shop, end.after(1)), request).contains(&code), "too late after {end}");
    end
}

#[test]
fn the_window_of_each_reason_and_kind_closes_at_the_millisecond_that_is_named() {
    let mut closed = 0;
    for policy in [cn(), Policy::eu_distance_selling()] {
        let mut shop = Shop::new(policy);
        let mut order = new_order(vec![NewLine::new("shirt", 2, 9_900)]);
        order.currency = shop.policy.currency;
        shop.place(order).pay(19_800, "p-1").ship("shirt", 2).after_hours(24).deliver("shirt", 2);
        for &kind in Kind::ALL {
            for &reason in Reason::ALL {
                let request = apply(kind, "shirt", 1, reason);
                if codes(&shop, &request).is_empty() {
                    let end = closes(&shop, &request, "within_window");
                    assert!(end > shop.now, "{kind} for {reason}");
                    closed += 1;
                }
            }
        }
    }
    assert!(closed > 40, "{closed} windows");
}

/// Seven days in China begin at the midnight after signing and end with the last millisecond of the seventh.
#[test]
fn seven_days_end_with_the_seventh_day() {
    let shop = delivered(cn());
    let request = apply(Kind::ReturnAndRefund, "shirt", 1, Reason::NoReason);
    let end = closes(&shop, &request, "within_window");
    assert_eq!(end, Time::parse("2026-03-09T23:59:59.999+08:00").unwrap(), "delivered on the 2nd");
}

#[test]
fn a_statutory_withdrawal_may_be_declared_to_the_last_millisecond() {
    let mut shop = Shop::new(Policy::eu_distance_selling());
    let mut order = new_order(vec![NewLine::new("shirt", 2, 9_900)]);
    (order.currency, order.statutory) = (shop.policy.currency, true);
    shop.place(order).pay(19_800, "p-1").ship("shirt", 2).after_hours(24).deliver("shirt", 2);
    let declare = Request::by(buyer()).declare().units("shirt", 1);
    accepted(&shop, &declare);
    closes(&shop, &declare, "within_window");
}

#[test]
fn evidence_appeals_and_ratings_are_taken_to_the_last_millisecond() {
    let mut shop = asked_back(cn(), Reason::Quality);
    shop.does(Request::by(merchant()).case(1, Case::Refuse).text("not so").evidence("photo://2"));
    shop.does(Request::by(buyer()).case(1, Case::Escalate));
    let submit = Request::by(buyer()).case(1, Case::SubmitEvidence).evidence("photo://3");
    let end = shop.now.after(shop.policy.review_evidence.millis());
    accepted(&at(&shop, end), &submit);
    refused(&at(&shop, end.after(1)), &submit, &["within_evidence_time"]);

    shop.does(Request::by(platform()).case(1, Case::RuleForMerchant).text("no defect"));
    assert_eq!(shop.case(1).state, after_sale::State::Dismissed);
    let reopen = Request::by(platform()).case(1, Case::Reopen).text("new evidence");
    let end = closes(&shop, &reopen, "within_appeal");
    assert_eq!(end, shop.now.after(shop.policy.windows.appeal.millis()).max(end), "30 days and the rest of the last");
    let rate = Request::by(buyer()).case(1, Case::Rate).with(|detail| detail.stars = Some(4));
    closes(&shop, &rate, "within_rating");
}

#[test]
fn a_merchant_may_close_and_a_buyer_may_extend_from_the_millisecond_that_is_named() {
    let mut shop = Shop::new(cn());
    shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    let close = Request::by(merchant()).order(Order::Cancel).text("not serious");
    let from = named_end(&shop, &close, "old_enough");
    refused(&at(&shop, from.after(-1)), &close, &["old_enough"]);
    accepted(&at(&shop, from), &close);

    let shop = delivered(cn());
    let extend = Request::by(buyer()).order(Order::Extend).with(|detail| detail.days = Some(3));
    let from = named_end(&shop, &extend, "within_last_days");
    refused(&at(&shop, from.after(-1)), &extend, &["within_last_days"]);
    accepted(&at(&shop, from), &extend);
    let due = shop.trade.due().unwrap();
    accepted(&at(&shop, due), &extend);
    assert!(at(&shop, due.after(1)).ask(&extend).is_err(), "there is nothing left to extend");
}

/// The retry waits for the whole back-off.
#[test]
fn a_failed_refund_is_sent_again_after_its_whole_wait() {
    let mut shop = submitted(cn());
    fails(&mut shop);
    let due = shop.now.after(Length::Minutes(1).millis());
    assert_eq!(shop.trade.due(), Some(due));
    assert!(silence(&shop, due).is_empty());
    let events = silence(&shop, due.after(1));
    assert!(events.iter().flat_map(|event| &event.tasks).any(|task| task.what == Effect::PayOut));
}
