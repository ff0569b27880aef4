//! Every bound from both sides: the last millisecond in time and the first too late, the last cent that is allowed and
//! the first that is not, the last use of a liberty and the one after it.
#![cfg(feature = "testing")]
#![expect(clippy::panic, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

mod shop;

use std::collections::BTreeSet;

use redress::rule::Finding;
use redress::testing::strategy::Chance;
use redress::trade::{Blocker, Cause, Denied, Event, NewLine, Outcome, Request, run_due, step};
use redress::{
    Amount, Counter, Dispute, Effect, GoodsCondition, Kind, Length, Limit, Policy, Reason, Tender, Time, after_sale,
    order, refund,
};
use shop::{Shop, buyer, carrier, finance, gateway, merchant, new_order, platform};

use after_sale::Action as Case;
use order::Action as Order;
use refund::Action as Refund;

fn on_order(action: Order) -> Request {
    let actor = match action {
        Order::Pay | Order::MarkDispute => gateway(),
        Order::Ship | Order::Reprice => merchant(),
        Order::Deliver | Order::Bounce | Order::Lose => carrier(),
        Order::Goodwill | Order::ReopenWindow => platform(),
        _ => buyer(),
    };
    Request::by(actor).order(action)
}

fn paid(policy: Policy) -> Shop {
    let mut shop = Shop::new(policy);
    shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900), NewLine::new("mug", 1, 1_000)]));
    shop.pay(20_800, "p-1");
    shop
}

fn delivered(policy: Policy) -> Shop {
    let mut shop = paid(policy);
    shop.after_hours(1).ship("shirt", 2).ship("mug", 1);
    shop.after_hours(24).deliver("shirt", 2).deliver("mug", 1);
    shop
}

fn apply(kind: Kind, line: &str, count: u32, reason: Reason) -> Request {
    let apply = Request::by(buyer()).apply(kind).units(line, count).reason(reason);
    apply.evidence("photo://1").text("it is so")
}

/// A shirt asked back and not answered yet.
fn asked_back(policy: Policy, reason: Reason) -> Shop {
    let mut shop = delivered(policy);
    shop.does(apply(Kind::ReturnAndRefund, "shirt", 1, reason));
    shop
}

fn agreed(policy: Policy) -> Shop {
    let mut shop = asked_back(policy, Reason::Quality);
    shop.does(Request::by(merchant()).case(1, Case::Agree).address("1 Return Road"));
    shop
}

fn returning(policy: Policy) -> Shop {
    let mut shop = agreed(policy);
    shop.does(Request::by(buyer()).case(1, Case::ShipBack).waybill("sf", "back-1"));
    shop
}

/// Advanced on sending back, and refused for good reason: the buyer is to repay it.
fn recovering() -> Shop {
    let mut policy = cn();
    policy.fast_refund.standing = 0;
    let mut shop = returning(policy);
    shop.gateway_pays();
    assert_eq!(shop.refunded(), 9_900, "advanced on sending back");
    let refuse = Request::by(merchant()).case(1, Case::RefuseGoods).text("stones in the box");
    shop.does(refuse.evidence("photo://4")).does(Request::by(buyer()).case(1, Case::TakeBack));
    assert_eq!(shop.case(1).state, after_sale::State::Recovering);
    shop
}

/// A refund of 10.00 for a mug that was not shipped, with the channel.
fn submitted(policy: Policy) -> Shop {
    let mut shop = paid(policy);
    shop.does(apply(Kind::RefundOnly, "mug", 1, Reason::NoReason).with(|detail| detail.evidence.clear()));
    assert_eq!(shop.trade.refunds[0].state, refund::State::Submitted);
    shop
}

fn cn() -> Policy {
    Policy::cn_marketplace()
}

fn by_gateway(action: Refund) -> Request {
    Request::by(gateway()).refund(1, action)
}

fn fails(shop: &mut Shop) {
    shop.does(by_gateway(Refund::Fail));
}

fn go_abnormal(shop: &mut Shop) {
    shop.does(by_gateway(Refund::GoAbnormal));
    assert_eq!(shop.trade.refunds[0].state, refund::State::Abnormal);
}

#[track_caller]
fn codes(shop: &Shop, request: &Request) -> Vec<&'static str> {
    match shop.ask(request) {
        Ok(_) => Vec::new(),
        Err(Denied::Refused(refusal)) => refusal.blockers.iter().map(Blocker::code).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[track_caller]
fn outcome(shop: &Shop, request: &Request) -> Outcome {
    shop.ask(request).unwrap_or_else(|denied| panic!("{denied}"))
}

#[track_caller]
fn accepted(shop: &Shop, request: &Request) {
    let _ = outcome(shop, request);
}

#[track_caller]
fn refused(shop: &Shop, request: &Request, expected: &[&str]) {
    assert_eq!(codes(shop, request), expected);
}

fn at(shop: &Shop, now: Time) -> Shop {
    Shop { now, ..shop.clone() }
}

// Deadlines.

/// What time does on a trade at one moment.
fn silence(shop: &Shop, now: Time) -> Vec<Event> {
    run_due(&shop.book(), &shop.trade, now).unwrap().events
}

/// The limit that ends next: nothing happens at its end, and time speaks for whoever is waited for one millisecond later.
fn passes_after_its_end(shop: &Shop) -> Option<Limit> {
    let running = shop.trade.deadlines().filter(|(_, deadline)| deadline.due().is_some());
    let (_, deadline) = running.min_by_key(|(subject, deadline)| (deadline.until, *subject))?;
    let due = deadline.until;
    if due < shop.trade.at {
        return None;
    }
    assert!(silence(shop, due).is_empty(), "{deadline:?} is in time at its end");
    let events = silence(shop, due.after(1));
    assert_eq!(events[0].cause, Cause::Silence(deadline.waits_for), "{deadline:?}");
    assert_eq!(events[0].at, due.after(1));
    Some(deadline.limit)
}

/// On random trades: up to and at the last millisecond nothing happens; one later the clock speaks for whoever is waited for.
#[test]
fn each_deadline_is_in_time_at_its_end_and_passes_one_millisecond_later() {
    let mut seen = BTreeSet::new();
    for seed in 0..1_000 {
        let mut chance = Chance(seed);
        let mut policy = if chance.one_in(3) { Policy::eu_distance_selling() } else { cn() };
        if chance.one_in(2) {
            policy.amounts.approval_above = Amount::new(500);
        }
        policy.switches.direct_escalation = chance.one_in(2);
        let mut shop = Shop::new(policy);
        let mut order = chance.order();
        order.currency = shop.policy.currency;
        let total = order.total.minor();
        shop.place(order);
        for _ in 0..60 {
            let request = chance.request(&shop.scene());
            let now = shop.now.after(chance.wait(&shop.scene()));
            if let Ok(outcome) = step(&shop.book(), &shop.trade, &request, now) {
                (shop.now, shop.trade) = (now, outcome.trade);
            }
            if chance.one_in(10) && total > 0 && shop.trade.head.state == order::State::Unpaid {
                let pay = on_order(Order::Pay).amount(total).tender(Tender::Card).reference("p-1");
                shop.trade = shop.ask(&pay).unwrap().trade;
            }
            seen.extend(passes_after_its_end(&shop));
        }
    }
    let mut inspecting = returning(cn());
    let receive = Request::by(merchant()).case(1, Case::Receive);
    inspecting.does(receive.units_in("shirt", 1, GoodsCondition::Opened));
    let mut refused = inspecting.clone();
    let refuse = Request::by(merchant()).case(1, Case::RefuseGoods);
    refused.does(refuse.text("not as it was sent").evidence("photo://1"));
    for mut shop in [inspecting, refused, dispatched(), recovering()] {
        while let Some(due) = shop.trade.due() {
            seen.extend(passes_after_its_end(&shop));
            shop.now = due.after(1);
            shop.tick();
        }
    }
    let unseen: Vec<_> = Limit::ALL.iter().filter(|limit| !seen.contains(limit)).collect();
    assert!(unseen.is_empty(), "limits that nobody ran into: {unseen:?}");
}

/// The party that is waited for may act at the last millisecond; one later, time has acted first.
#[test]
fn whoever_is_waited_for_is_in_time_at_the_end() {
    let mut unpaid = Shop::new(cn());
    unpaid.place(new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    let refuse = Request::by(merchant()).case(1, Case::Refuse).text("not so").evidence("photo://2");
    let confirm = Request::by(buyer()).refund(1, Refund::Deny);
    let mut offline = submitted(cn());
    go_abnormal(&mut offline);
    let pay_offline = Request::by(finance()).refund(1, Refund::PayOffline);
    offline.does(pay_offline.clone().with(|detail| detail.voucher = "v-1".to_owned()));
    let mut abnormal = submitted(cn());
    go_abnormal(&mut abnormal);
    let cases: [(Shop, Request); 7] = [
        (unpaid.clone(), Request::by(buyer()).order(Order::Cancel)),
        (asked_back(cn(), Reason::Quality), refuse),
        (agreed(cn()), Request::by(buyer()).case(1, Case::ShipBack).waybill("sf", "back-1")),
        (
            returning(cn()),
            Request::by(merchant()).case(1, Case::Receive).units_in("shirt", 1, GoodsCondition::Resellable),
        ),
        (offline, confirm),
        (abnormal, pay_offline.with(|detail| detail.voucher = "v-1".to_owned())),
        (paid(cn()), Request::by(merchant()).order(Order::Cancel).text("out of stock")),
    ];
    for (shop, request) in cases {
        let due = shop.trade.due().unwrap();
        accepted(&at(&shop, due.after(-1)), &request);
        let first = &outcome(&at(&shop, due), &request).events[0];
        assert_eq!(first.cause, Cause::Request, "{:?} at the last millisecond", request.asked);
        if let Ok(outcome) = at(&shop, due.after(1)).ask(&request) {
            assert!(matches!(outcome.events[0].cause, Cause::Silence(_)), "{:?} after it", request.asked);
        }
    }
}

/// A late payment is taken in, and goes back.
#[test]
fn a_payment_at_the_last_millisecond_pays_and_one_later_goes_back() {
    let mut shop = Shop::new(cn());
    shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    let due = shop.trade.due().unwrap();
    let pay = on_order(Order::Pay).amount(19_800).tender(Tender::Card).reference("p-1");
    assert_eq!(outcome(&at(&shop, due), &pay).trade.head.state, order::State::Paid);
    let late = outcome(&at(&shop, due.after(1)), &pay).trade;
    assert_eq!(late.head.state, order::State::Unwinding);
    assert_eq!(late.refunds[0].amount.minor(), 19_800);
}

// Windows.

/// The end that a refusal names for one of its conditions.
fn named_end(shop: &Shop, request: &Request, code: &str) -> Time {
    let Err(Denied::Refused(refusal)) = shop.ask(request) else {
        panic!("not refused: {:?}", request.asked);
    };
    let blocker = refusal.blockers.iter().find(|blocker| blocker.code() == code);
    match blocker {
        Some(Blocker::Condition { finding: Finding::Until { at, .. }, .. }) => *at,
        other => panic!("{code}: {other:?} in {refusal:?}"),
    }
}

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

// Money.

#[test]
fn refundable_to_the_last_cent() {
    let shop = delivered(cn());
    let ask = |minor: u64| apply(Kind::RefundOnly, "shirt", 1, Reason::Quality).amount(minor);
    refused(&shop, &ask(0), &["within_refundable"]);
    accepted(&shop, &ask(1));
    accepted(&shop, &ask(9_900));
    refused(&shop, &ask(9_901), &["within_refundable"]);
    // What another case claims is not there.
    let mut shop = shop;
    shop.does(apply(Kind::Compensation, "shirt", 2, Reason::Quality).amount(500));
    shop.does(Request::by(merchant()).case(1, Case::Agree)).gateway_pays();
    assert_eq!(shop.refunded(), 500);
    let all = |minor: u64| apply(Kind::RefundOnly, "shirt", 2, Reason::Quality).amount(minor);
    accepted(&shop, &all(19_300));
    refused(&shop, &all(19_301), &["within_refundable"]);
}

#[test]
fn goodwill_to_its_cap() {
    let mut shop = delivered(cn());
    let cap = shop.policy.amounts.goodwill_most.minor();
    let give = |minor: u64| on_order(Order::Goodwill).amount(minor).text("with our apologies");
    refused(&shop, &give(0), &["within_goodwill_cap"]);
    accepted(&shop, &give(1));
    accepted(&shop, &give(cap));
    refused(&shop, &give(cap + 1), &["within_goodwill_cap"]);
    // The cap is for all credits together.
    shop.does(give(cap - 100));
    accepted(&shop, &give(100));
    refused(&shop, &give(101), &["within_goodwill_cap"]);
    shop.does(give(100));
    refused(&shop, &give(1), &["within_goodwill_cap"]);
}

#[test]
fn a_fee_to_its_cap() {
    let mut shop = delivered(cn());
    shop.does(apply(Kind::Repair, "shirt", 1, Reason::Quality));
    let cap = shop.policy.amounts.fee_most.minor();
    let propose = |minor: u64| Request::by(merchant()).case(1, Case::Propose).kind(Kind::Repair).fee(minor);
    accepted(&shop, &propose(cap));
    refused(&shop, &propose(cap + 1), &["within_fee_cap"]);
    let offer = |minor: u64| {
        let offer = Request::by(merchant()).opens(Case::Offer, Kind::Repair).units("mug", 1);
        offer.fee(minor).text("we can mend it")
    };
    accepted(&shop, &offer(cap));
    refused(&shop, &offer(cap + 1), &["within_fee_cap"]);
}

#[test]
fn a_fee_is_paid_in_part_in_full_or_with_a_surplus() {
    let mut shop = delivered(cn());
    shop.does(apply(Kind::Repair, "shirt", 1, Reason::Quality));
    shop.does(Request::by(merchant()).case(1, Case::Propose).kind(Kind::Repair).fee(3_000));
    shop.does(Request::by(buyer()).case(1, Case::Accept));
    assert_eq!(shop.case(1).state, after_sale::State::AwaitingPayment);
    let fee = |minor: u64| {
        let fee = Request::by(gateway()).case(1, Case::PayFee).amount(minor);
        outcome(&shop, &fee.tender(Tender::Card).reference("f-1")).trade
    };
    assert_eq!(fee(2_999).cases[0].state, after_sale::State::AwaitingPayment);
    assert_eq!(fee(3_000).cases[0].state, after_sale::State::AwaitingReturn);
    assert!(fee(3_000).refunds.is_empty());
    let over = fee(3_001);
    assert_eq!(over.cases[0].state, after_sale::State::AwaitingReturn);
    assert_eq!(over.refunds.iter().map(|refund| refund.amount.minor()).collect::<Vec<_>>(), [1], "it goes back");
}

#[test]
fn an_order_is_paid_in_part_in_full_or_with_a_surplus() {
    let mut shop = Shop::new(cn());
    shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    let pay = |minor: u64| {
        let pay = on_order(Order::Pay).amount(minor).tender(Tender::Card).reference("p-1");
        outcome(&shop, &pay).trade
    };
    assert_eq!(pay(19_799).head.state, order::State::Unpaid);
    assert_eq!(pay(19_800).head.state, order::State::Paid);
    assert!(pay(19_800).refunds.is_empty());
    let over = pay(19_801);
    assert_eq!(over.head.state, order::State::Paid);
    assert_eq!(over.refunds[0].amount.minor(), 1, "the surplus goes back");
}

#[test]
fn finance_is_asked_above_the_limit_and_not_at_it() {
    for (limit, state) in
        [(1_000, refund::State::Submitted), (1_001, refund::State::Submitted), (999, refund::State::AwaitingApproval)]
    {
        let mut policy = cn();
        policy.amounts.approval_above = Amount::new(limit);
        let mut shop = paid(policy);
        shop.does(apply(Kind::RefundOnly, "mug", 1, Reason::NoReason).with(|detail| detail.evidence.clear()));
        assert_eq!(shop.trade.refunds[0].state, state, "a refund of 10.00, and a limit of {limit}");
    }
}

/// A fast refund goes to buyers of enough standing, up to its limit.
#[test]
fn a_fast_refund_by_standing_and_amount() {
    let sent_back = |standing: u16, most: u64| {
        let mut policy = cn();
        policy.fast_refund.most = Amount::new(most);
        let least = policy.fast_refund.standing;
        let mut shop = Shop::new(policy);
        let mut order = new_order(vec![NewLine::new("shirt", 1, 9_900)]);
        order.standing = least - 1 + standing;
        shop.place(order).pay(9_900, "p-1").ship("shirt", 1).after_hours(24).deliver("shirt", 1);
        shop.does(apply(Kind::ReturnAndRefund, "shirt", 1, Reason::Quality));
        shop.does(Request::by(merchant()).case(1, Case::Agree).address("1 Return Road"));
        shop.does(Request::by(buyer()).case(1, Case::ShipBack).waybill("sf", "back-1"));
        shop.trade.refunds.len()
    };
    assert_eq!(sent_back(1, 9_900), 1);
    assert_eq!(sent_back(0, 9_900), 0, "one point of standing too few");
    assert_eq!(sent_back(1, 9_899), 0, "one cent above the limit");
    assert_eq!(sent_back(1, 9_901), 1);
}

/// What the buyer paid for the return is credited up to the cap.
#[test]
fn return_freight_to_its_cap() {
    let cap = cn().freight.most.minor();
    let credited = |freight: u64| {
        let mut shop = agreed(cn());
        let ship_back = Request::by(buyer()).case(1, Case::ShipBack).waybill("sf", "back-1");
        shop.does(ship_back.freight(freight));
        shop.does(Request::by(merchant()).case(1, Case::AcceptGoods)).gateway_pays();
        assert_eq!(shop.case(1).state, after_sale::State::Completed);
        let tasks = shop.events.iter().flat_map(|event| &event.tasks);
        let credits: Vec<_> = tasks.filter(|task| task.what == Effect::CreditBalance).collect();
        assert!(credits.len() <= 1);
        credits.first().and_then(|task| task.amount).map_or(0, Amount::minor)
    };
    assert_eq!(credited(0), 0);
    assert_eq!(credited(cap - 1), cap - 1);
    assert_eq!(credited(cap), cap);
    assert_eq!(credited(cap + 1), cap);
}

/// The channel's report counts for the amount that was sent; any other is written down and moves nothing.
#[test]
fn a_gateway_reports_the_amount_to_the_cent() {
    let shop = submitted(cn());
    for (minor, state) in
        [(999, refund::State::Submitted), (1_000, refund::State::Paid), (1_001, refund::State::Submitted)]
    {
        let outcome = outcome(&shop, &by_gateway(Refund::Succeed).amount(minor).reference("r-1"));
        assert_eq!(outcome.trade.refunds[0].state, state, "{minor}");
        let alerts = outcome.tasks().any(|task| task.what == Effect::Alert);
        assert_eq!(alerts, state != refund::State::Paid, "somebody looks at {minor}");
    }
}

#[test]
fn a_proposal_or_a_ruling_gives_no_more_than_the_case() {
    let mut shop = asked_back(cn(), Reason::Quality);
    let propose = |minor: u64| Request::by(merchant()).case(1, Case::Propose).kind(Kind::Compensation).amount(minor);
    accepted(&shop, &propose(9_900));
    refused(&shop, &propose(9_901), &["amount_not_raised"]);
    shop.does(Request::by(merchant()).case(1, Case::Refuse).text("not so").evidence("photo://2"));
    shop.does(Request::by(buyer()).case(1, Case::Escalate));
    let split = |minor: u64| Request::by(platform()).case(1, Case::RuleSplit).amount(minor).text("half and half");
    refused(&shop, &split(0), &["within_case"]);
    accepted(&shop, &split(1));
    accepted(&shop, &split(9_900));
    refused(&shop, &split(9_901), &["within_case"]);
}

#[test]
fn texts_and_units_to_their_bounds() {
    let shop = asked_back(cn(), Reason::Quality);
    let refuse = |text: String| Request::by(merchant()).case(1, Case::Refuse).text(text).evidence("photo://2");
    refused(&shop, &refuse("好".to_owned()), &["reason_given"]);
    accepted(&shop, &refuse("不好".to_owned()));
    accepted(&shop, &refuse("好".repeat(200)));
    refused(&shop, &refuse("好".repeat(201)), &["reason_given"]);
    // One shirt is free beside the one that is asked back.
    accepted(&shop, &apply(Kind::ReturnAndRefund, "shirt", 1, Reason::Quality));
    refused(&shop, &apply(Kind::ReturnAndRefund, "shirt", 2, Reason::Quality), &["units_free"]);
}

// Counters.

/// The last use of a liberty is accepted, and the next one refused for being one too many.
///
/// `again` leads back to where it can be asked for once more.
#[track_caller]
fn counts(shop: &mut Shop, counter: Counter, code: &str, ask: impl Fn(u32) -> Request, again: impl Fn(&mut Shop)) {
    let most = shop.policy.cap(counter);
    for time in 1..=most {
        let request = ask(time);
        match shop.ask(&request) {
            Ok(outcome) => shop.take(outcome),
            Err(denied) => panic!("use {time} of {most} of `{counter}`: {denied}"),
        }
        assert!(shop.events.iter().rev().any(|event| event.row.is_some() && event.asked == request.asked));
        again(shop);
    }
    let request = ask(most + 1);
    assert_eq!(codes(shop, &request), [code], "use {} of {most} of `{counter}`", most + 1);
}

/// Like [`counts`], for reports from outside: the one too many is not refused but only written down, with an alert.
#[track_caller]
fn notes(shop: &mut Shop, counter: Counter, ask: impl Fn(u32) -> Request, again: impl Fn(&mut Shop)) {
    let most = shop.policy.cap(counter);
    for time in 1..=most {
        shop.does(ask(time));
        let asked = ask(time).asked;
        let taken = shop.events.iter().rev().find(|event| event.asked == asked);
        assert!(taken.is_some_and(|event| event.row.is_some()), "use {time} of {most} of `{counter}`");
        again(shop);
    }
    let before = (shop.trade.head.state, shop.trade.cases.clone(), shop.trade.refunds.len());
    shop.does(ask(most + 1));
    let noted = shop.events.iter().rev().find(|event| event.asked == ask(most + 1).asked).unwrap();
    assert!(noted.row.is_none(), "use {} of {most} of `{counter}` is only noted: {:?}", most + 1, noted.row);
    assert!(noted.tasks.iter().any(|task| task.what == Effect::Alert));
    let states =
        |cases: &[std::sync::Arc<redress::trade::Case>]| cases.iter().map(|case| case.state).collect::<Vec<_>>();
    assert_eq!(before.0, shop.trade.head.state);
    assert_eq!(states(&before.1), states(&shop.trade.cases));
}

fn nothing(_: &mut Shop) {}

fn few(counter: Counter, most: u32) -> Policy {
    let mut policy = cn();
    policy.counters[counter] = most;
    policy
}

#[test]
fn applications_on_the_same_units() {
    let withdraw = |shop: &mut Shop| {
        let no = u16::try_from(shop.trade.cases.len()).unwrap();
        shop.does(Request::by(buyer()).case(no, Case::Withdraw));
    };
    let ask = |_| apply(Kind::ReturnAndRefund, "mug", 1, Reason::Quality);
    counts(&mut delivered(cn()), Counter::Tries, "tries_left", ask, withdraw);
}

#[test]
fn changes_and_rounds_of_an_application() {
    let modify =
        |time: u32| Request::by(buyer()).case(1, Case::Modify).amount(u64::from(9_000 + time)).evidence("photo://1");
    counts(&mut asked_back(cn(), Reason::Quality), Counter::Modifies, "modifies_left", modify, nothing);
    let propose =
        |time: u32| Request::by(merchant()).case(1, Case::Propose).kind(Kind::Compensation).amount(u64::from(time));
    let decline = |shop: &mut Shop| {
        shop.does(Request::by(buyer()).case(1, Case::Decline));
    };
    counts(&mut asked_back(cn(), Reason::Quality), Counter::Rounds, "rounds_left", propose, decline);
}

#[test]
fn a_parcel_is_recalled_once() {
    let mut shop = paid(cn());
    shop.after_hours(1).ship("shirt", 2);
    shop.does(apply(Kind::RefundOnly, "shirt", 2, Reason::NoReason));
    let intercept = |_| Request::by(merchant()).case(1, Case::Intercept);
    let fail = |shop: &mut Shop| {
        shop.does(Request::by(carrier()).case(1, Case::RecallFail));
    };
    counts(&mut shop, Counter::Intercepts, "intercept_left", intercept, fail);
}

#[test]
fn extensions_once_a_state_and_side() {
    let extend = |_| Request::by(merchant()).case(1, Case::Extend).text("the boss is ill");
    counts(&mut asked_back(cn(), Reason::Quality), Counter::Extensions, "extension_left", extend, nothing);
    let extend = |_| Request::by(buyer()).case(1, Case::Extend).text("on a journey");
    counts(&mut agreed(cn()), Counter::Extensions, "extension_left", extend, nothing);
    // The buyer's does not use up the merchant's.
    let mut shop = delivered(cn());
    let days = |actor| Request::by(actor).order(Order::Extend).with(|detail| detail.days = Some(3));
    shop.now = named_end(&shop, &days(buyer()), "within_last_days");
    shop.does(days(buyer()));
    shop.now = shop.trade.due().unwrap();
    refused(&shop, &days(buyer()), &["extension_left"]);
    shop.does(days(merchant()));
    shop.now = shop.trade.due().unwrap();
    refused(&shop, &days(merchant()), &["extension_left"]);
}

#[test]
fn corrections_of_a_waybill() {
    let correct =
        |time: u32| Request::by(buyer()).case(1, Case::CorrectWaybill).waybill("sf", format!("back-{time}").as_str());
    counts(&mut returning(cn()), Counter::Corrections, "corrections_left", correct, nothing);
}

#[test]
fn each_side_brings_the_platform_in_once_a_point() {
    let mut shop = asked_back(cn(), Reason::Quality);
    shop.does(Request::by(merchant()).case(1, Case::Refuse).text("not so").evidence("photo://2"));
    let escalate = |_| Request::by(buyer()).case(1, Case::Escalate);
    let call_off = |shop: &mut Shop| {
        shop.does(Request::by(buyer()).case(1, Case::CallOff));
    };
    counts(&mut shop, Counter::Reviews, "reviews_left", escalate, call_off);
    // The merchant's own is still there.
    accepted(&shop, &Request::by(merchant()).case(1, Case::Escalate));
}

/// A replacement: dispatched, and with the buyer's carrier.
fn dispatched() -> Shop {
    let mut shop = delivered(cn());
    shop.does(apply(Kind::Reship, "shirt", 1, Reason::MissingParts));
    shop.does(Request::by(merchant()).case(1, Case::Agree));
    shop.does(Request::by(merchant()).case(1, Case::Dispatch).waybill("sf", "part-1"));
    shop
}

#[test]
fn a_replacement_is_sent_again_once() {
    let mut shop = dispatched();
    let lose = Request::by(carrier()).case(1, Case::Lose);
    shop.does(lose.clone());
    assert_eq!(shop.case(1).state, after_sale::State::AwaitingDispatch);
    shop.does(Request::by(merchant()).case(1, Case::Dispatch).waybill("sf", "part-2")).does(lose);
    assert_eq!(shop.case(1).state, after_sale::State::Refunding, "lost twice, it is paid");
}

#[test]
fn a_service_is_turned_into_money_once() {
    let mut shop = delivered(few(Counter::Conversions, 1));
    shop.does(apply(Kind::Exchange, "shirt", 1, Reason::Quality));
    shop.does(Request::by(merchant()).case(1, Case::Agree).address("1 Return Road"));
    let convert = Request::by(merchant()).case(1, Case::ConvertToRefund).text("out of stock");
    shop.does(convert);
    assert!(shop.case(1).offer.kind.pays(), "it is about money from now on");
    assert_eq!(shop.case(1).state, after_sale::State::AwaitingReturn);
}

#[test]
fn evidence_is_counted_by_the_piece_and_a_side() {
    let submit = |actor, pieces: usize| {
        let submit = Request::by(actor).case(1, Case::SubmitEvidence);
        (0..pieces).fold(submit, |request, at| request.evidence(format!("photo://{at}")))
    };
    let mut shop = asked_back(cn(), Reason::Quality);
    let most = usize::try_from(shop.policy.cap(Counter::Evidence)).unwrap();
    shop.does(submit(merchant(), most - 2));
    refused(&shop, &submit(merchant(), 3), &["evidence_left"]);
    accepted(&shop, &submit(merchant(), 2));
    shop.does(submit(merchant(), 1)).does(submit(merchant(), 1));
    refused(&shop, &submit(merchant(), 1), &["evidence_left"]);
    accepted(&shop, &submit(buyer(), 1));
}

#[test]
fn notes_a_side() {
    let note = |_| Request::by(buyer()).case(1, Case::Note).text("hello");
    let mut shop = asked_back(cn(), Reason::Quality);
    counts(&mut shop, Counter::Notes, "notes_left", note, nothing);
    accepted(&shop, &Request::by(merchant()).case(1, Case::Note).text("hello"));
    accepted(&shop, &Request::by(buyer()).order(Order::Note).text("hello"));
    let note = |_| Request::by(merchant()).order(Order::Note).text("hello");
    counts(&mut shop, Counter::Notes, "notes_left", note, nothing);
}

#[test]
fn appeals_and_ratings() {
    let mut shop = asked_back(cn(), Reason::Quality);
    shop.does(Request::by(buyer()).case(1, Case::Withdraw));
    let rate = |_| Request::by(buyer()).case(1, Case::Rate).with(|detail| detail.stars = Some(5));
    counts(&mut shop, Counter::Ratings, "rating_left", rate, nothing);
    let reopen = |_| Request::by(platform()).case(1, Case::Reopen).text("by mistake");
    let dismiss = |shop: &mut Shop| {
        shop.does(Request::by(platform()).case(1, Case::RuleForMerchant).text("no defect"));
    };
    counts(&mut shop, Counter::Appeals, "appeals_left", reopen, dismiss);
}

#[test]
fn parts_of_a_fee_and_of_a_repayment() {
    let mut shop = delivered(cn());
    shop.does(apply(Kind::Repair, "shirt", 1, Reason::Quality));
    shop.does(Request::by(merchant()).case(1, Case::Propose).kind(Kind::Repair).fee(3_000));
    shop.does(Request::by(buyer()).case(1, Case::Accept));
    let part = |time: u32| {
        let fee = Request::by(gateway()).case(1, Case::PayFee).amount(1).tender(Tender::Card);
        fee.reference(format!("f-{time}").as_str())
    };
    notes(&mut shop, Counter::FeePayments, part, nothing);

    let mut shop = recovering();
    let part = |time: u32| {
        let repay = Request::by(gateway()).case(1, Case::Repay).amount(1).tender(Tender::Card);
        repay.reference(format!("b-{time}").as_str())
    };
    notes(&mut shop, Counter::Repayments, part, nothing);
}

#[test]
fn questions_and_attempts_of_a_refund() {
    let pend = |_| by_gateway(Refund::Pend);
    notes(&mut submitted(cn()), Counter::Asks, pend, nothing);
    // Sent five times; the sixth wait ends in somebody's hands.
    let mut shop = submitted(cn());
    let most = shop.policy.cap(Counter::Attempts);
    for attempt in 1..most {
        assert_eq!(u32::from(shop.trade.refunds[0].attempt), attempt);
        fails(&mut shop);
        shop.does(Request::by(merchant()).refund(1, Refund::Retry));
    }
    fails(&mut shop);
    refused(&shop, &Request::by(merchant()).refund(1, Refund::Retry), &["attempts_left"]);
    shop.now = shop.trade.due().unwrap().after(1);
    shop.tick();
    assert_eq!(shop.trade.refunds[0].state, refund::State::Abnormal);
}

#[test]
fn other_accounts_and_other_ways() {
    let mut shop = submitted(cn());
    go_abnormal(&mut shop);
    let redirect = |time: u32| {
        let redirect = Request::by(finance()).refund(1, Refund::Redirect).text("another card");
        redirect.with(|detail| detail.account = format!("account-{time}"))
    };
    counts(&mut shop, Counter::Redirects, "redirects_left", redirect, |_| ());
    let offline = |time: u32| {
        let pay = Request::by(finance()).refund(1, Refund::PayOffline);
        pay.with(|detail| detail.voucher = format!("voucher-{time}"))
    };
    let deny = |shop: &mut Shop| {
        shop.does(Request::by(buyer()).refund(1, Refund::Deny));
    };
    counts(&mut shop, Counter::Offline, "offline_left", offline, deny);
}

/// A refund of which nobody knows what became of it.
fn unresolved(shop: &mut Shop) {
    for _ in 0..20 {
        if shop.trade.refunds[0].state == refund::State::Unresolved {
            return;
        }
        shop.now = shop.trade.refunds[0].deadline.unwrap().until.after(1);
        shop.tick();
    }
    panic!("{:?}", shop.trade.refunds[0]);
}

#[test]
fn reconciliations_reversals_and_conflicts() {
    let mut policy = cn();
    policy.counters[Counter::Attempts] = 20;
    let mut shop = submitted(policy);
    unresolved(&mut shop);
    let unpaid = |_| {
        let reconcile = Request::by(finance()).refund(1, Refund::Reconcile).evidence("statement://1");
        reconcile.with(|detail| detail.found_paid = Some(false))
    };
    let lost_again = |shop: &mut Shop| {
        shop.does(Request::by(merchant()).refund(1, Refund::Retry));
        unresolved(shop);
    };
    counts(&mut shop, Counter::Reconciles, "reconciles_left", unpaid, lost_again);

    let mut shop = submitted(cn());
    shop.gateway_pays();
    let reverse = |time: u32| by_gateway(Refund::Reverse).amount(1_000).reference(format!("back-{time}").as_str());
    let pay_again = |shop: &mut Shop| {
        shop.does(Request::by(merchant()).refund(1, Refund::Retry)).gateway_pays();
    };
    notes(&mut shop, Counter::Reversals, reverse, pay_again);

    let mut shop = submitted(cn());
    shop.gateway_pays();
    let other = |time: u32| by_gateway(Refund::Succeed).amount(1_001).reference(format!("other-{time}").as_str());
    notes(&mut shop, Counter::Conflicts, other, nothing);
}

#[test]
fn finance_rejects_a_case_once() {
    let mut policy = cn();
    policy.amounts.approval_above = Amount::ZERO;
    let mut shop = delivered(policy);
    shop.does(apply(Kind::RefundOnly, "mug", 1, Reason::Quality));
    shop.does(Request::by(merchant()).case(1, Case::Agree));
    let reject = |no: u16| Request::by(finance()).refund(no, Refund::Reject).text("too much");
    shop.does(reject(1));
    assert_eq!(shop.case(1).state, after_sale::State::UnderReview);
    // What the platform rules is not contestable; what counts is that a second rejection is refused.
    shop.does(Request::by(platform()).case(1, Case::RuleForBuyer).text("it is owed"));
    let again = codes(&shop, &reject(2));
    assert!(again.contains(&"rejections_left"), "{again:?}");
}

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

/// Each counter of the policy is met in this file.
#[test]
fn every_counter_has_its_boundary_here() {
    let file = include_str!("boundaries.rs");
    let missing: Vec<_> =
        Counter::ALL.iter().filter(|counter| !file.contains(&format!("Counter::{counter:?}"))).collect();
    // These are shown by what becomes of the case rather than by a refusal.
    let by_outcome = [Counter::Redispatches, Counter::Rejections];
    assert!(missing.iter().all(|counter| by_outcome.contains(counter)), "{missing:?}");
    assert_eq!(Counter::ALL.len(), Counter::COUNT);
}
