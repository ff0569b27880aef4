//! The liberties on an order.

use super::kit::*;

#[test]
fn prices_payments_and_what_is_too_much() {
    let mut shop = Shop::new(cn());
    shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    let reprice = |time: u32| on_order(Order::Reprice).amount(u64::from(19_800 - time)).text("a discount");
    counts(&mut shop, Counter::Reprices, "reprices_left", reprice, nothing);

    let pay = |time: u32| {
        let pay = on_order(Order::Pay).amount(1).tender(Tender::Card);
        pay.reference(format!("p-{time}").as_str())
    };
    let mut shop = Shop::new(cn());
    shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    let most = shop.policy.cap(Counter::Tenders);
    for time in 1..=most {
        shop.does(pay(time));
    }
    let refunds = shop.trade.refunds.len();
    assert_eq!(refunds, 0, "parts of what is due");
    shop.does(pay(most + 1));
    assert_eq!(shop.trade.refunds.len(), 1, "a further part is taken in and goes back");
    assert_eq!(shop.trade.head.state, order::State::Unpaid);
}

#[test]
fn surplus_payments_are_taken_in_however_many() {
    let mut shop = paid(few(Counter::Surplus, 3));
    let pay = |time: u32| {
        let pay = on_order(Order::Pay).amount(7).tender(Tender::Card);
        pay.reference(format!("more-{time}").as_str())
    };
    notes(&mut shop, Counter::Surplus, pay, nothing);
    let surplus: Vec<_> = shop.trade.refunds.iter().map(|refund| refund.amount.minor()).collect();
    assert_eq!(surplus, [7, 7, 7, 7], "all of it goes back, the last one too");
}

#[test]
fn offers_grants_goodwill_and_reopenings() {
    let offer = |_| {
        let offer = Request::by(merchant()).opens(Case::Offer, Kind::Compensation).units("mug", 1);
        offer.amount(100).reason(Reason::Negotiated).text("for the wait")
    };
    let decline = |shop: &mut Shop| {
        let no = u16::try_from(shop.trade.cases.len()).unwrap();
        shop.does(Request::by(buyer()).case(no, Case::Decline));
    };
    counts(&mut delivered(cn()), Counter::Offers, "offers_left", offer, decline);
    let grant = |_| {
        let grant = Request::by(merchant()).opens(Case::Grant, Kind::Compensation).units("mug", 1);
        grant.amount(1).reason(Reason::Negotiated).text("for the wait")
    };
    let paid_out = |shop: &mut Shop| {
        shop.gateway_pays();
    };
    counts(&mut delivered(cn()), Counter::Grants, "grants_left", grant, paid_out);
    let give = |_| on_order(Order::Goodwill).amount(1).text("with our apologies");
    counts(&mut delivered(cn()), Counter::Goodwill, "goodwill_left", give, nothing);

    let mut shop = delivered(cn());
    let settle = |shop: &mut Shop| {
        while shop.trade.head.state != order::State::Settled {
            shop.now = shop.trade.due().unwrap().after(1);
            shop.tick();
        }
    };
    settle(&mut shop);
    let start = shop.now;
    // Each end lies ahead of the one before, which has passed once it is settled again.
    let end = |time: u32| start.after(Length::Days(900).millis() * i64::from(time + 1));
    let reopen =
        |time| on_order(Order::ReopenWindow).text("a late defect").with(|detail| detail.until = Some(end(time)));
    counts(&mut shop, Counter::Reopenings, "reopenings_left", reopen, settle);
}

#[test]
fn a_period_is_reopened_until_a_later_moment_only() {
    let mut shop = delivered(cn());
    while shop.trade.head.state != order::State::Settled {
        shop.now = shop.trade.due().unwrap().after(1);
        shop.tick();
    }
    let until = |end: Time| on_order(Order::ReopenWindow).text("a late defect").with(|detail| detail.until = Some(end));
    for past in [shop.now.after(-86_400_000), shop.now.after(-1), shop.now] {
        shop.refuses(until(past), &["until_later"]);
    }
    shop.does(until(shop.now.after(1)));
}

#[test]
fn dispute_reports_of_a_payment() {
    let mut shop = paid(few(Counter::DisputeMarks, 4));
    let start = shop.now.millis();
    let mark = |time: u32| {
        let stage = if time.is_multiple_of(2) { Dispute::Won } else { Dispute::Open };
        on_order(Order::MarkDispute).reference("p-1").with(|detail| {
            (detail.stage, detail.stage_at) = (Some(stage), Some(Time::from_millis(start + i64::from(time))));
        })
    };
    notes(&mut shop, Counter::DisputeMarks, mark, nothing);
}

/// Each counter of the policy is met in one of these files.
#[test]
fn every_counter_has_its_boundary_here() {
    let files = [include_str!("of_cases.rs"), include_str!("of_refunds.rs"), include_str!("of_orders.rs")];
    let file = files.concat();
    let missing: Vec<_> =
        Counter::ALL.iter().filter(|counter| !file.contains(&format!("Counter::{counter:?}"))).collect();
    // These are shown by what becomes of the case rather than by a refusal.
    let by_outcome = [Counter::Redispatches, Counter::Rejections];
    assert!(missing.iter().all(|counter| by_outcome.contains(counter)), "{missing:?}");
    assert_eq!(Counter::ALL.len(), Counter::COUNT);
}
