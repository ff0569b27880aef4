//! How long silence can take: bounds worked out by hand, tables and policies that wait longer, and those for which nobody can
//! say it. That no walk takes longer stands in `tests/walks.rs`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

use chrono::NaiveDate;
use proptest::prelude::*;
use redress::after_sale::{self, Action as CaseAction, State as CaseState};
use redress::refund::{self, Action as RefundAction, Condition, State as RefundState};
use redress::rule::{Rule, To};
use redress::trade::{AtMost, NewLine, SilenceBound, Unbounded, silence};
use redress::{
    Anchor, Calendar, Counter, End, FixedCalendar, Kind, Length, Limit, Policy, Reason, Request, Role, Rulebook, Rules,
    Set, Span, Start, Time, Weekday, order,
};

mod shop;

use shop::{Shop, buyer, merchant, new_order, platform};

const DAY: i64 = 86_400_000;
const HOUR: i64 = DAY / 24;

fn bound(rules: &Rules, policy: &Policy) -> Result<SilenceBound, Unbounded> {
    Rulebook::new(rules, policy, &FixedCalendar::china()).silence_bound()
}

fn of(policy: &Policy) -> SilenceBound {
    bound(&Rules::built_in(), policy).unwrap()
}

/// A policy with one limit of its own.
fn with(limit: Limit, span: Span) -> Policy {
    let mut policy = Policy::cn_marketplace();
    policy.limits[limit] = span;
    policy
}

/// The built-in rules with another table of refunds.
fn refunds(edit: impl FnOnce(redress::rule::Edit<refund::Refund>) -> redress::rule::Edit<refund::Refund>) -> Rules {
    Rules { refund: edit(refund::RULES.edit()).done().unwrap(), ..Rules::built_in() }
}

#[test]
fn what_is_worked_out_by_hand() {
    use CaseState::{
        AwaitingReturn, AwaitingSendBack, Completed, Dismissed, Proposed, Recovering, Refunding, Requested,
        UnderReview, Unresolved,
    };
    let bound = of(&Policy::cn_marketplace());
    let AtMost { refund, case, trade, .. } = bound.undisputed();
    // A day for finance, a week for somebody to find another way; and a millisecond each until time acts.
    assert_eq!(refund, 8 * DAY + 2);
    // A bank decides within 90 days, and finance within one before that.
    assert_eq!(bound.disputed().refund, 91 * DAY + 2);

    // A proposal falls back to the application. Silence grants it to a merchant who gave no address: it is looked into, and
    // granted once more, with money advanced that nobody sends goods for.
    let granted = [Proposed, Requested, AwaitingReturn, UnderReview, AwaitingReturn];
    // It is asked back and written off, and turns out never to have been paid. The goods are to be sent back, which nobody
    // does either, and are paid for; the refund is put aside, and ends.
    let in_vain = [Recovering, Dismissed, AwaitingSendBack, Refunding, Unresolved];
    // That goes round as often as an overpayment may be asked back, twice; and once a refund is put aside, one of the fee is
    // opened, and is put aside as well.
    let mut way = granted.to_vec();
    for last in [[].as_slice(), &[], &[Refunding, Unresolved]] {
        way.extend(in_vain.iter().chain(last).chain(&[Completed]));
    }
    // What waits for nobody's limit may wait for a refund beside it.
    let wait = |state: &CaseState| match state {
        AwaitingSendBack => 3 * DAY + 1,
        Requested => 2 * DAY + 1,
        Recovering => 15 * DAY + 1,
        Proposed | AwaitingReturn | UnderReview => 7 * DAY + 1,
        _ => refund,
    };
    assert_eq!(case, way.iter().map(wait).sum::<i64>(), "the bound is the sum of these waits, to the millisecond");
    assert_eq!(case / DAY, 196);
    let found = bound.longest_case().iter().map(|row| after_sale::RULES.rule(row).unwrap().from);
    assert_eq!(found.chain([Completed]).collect::<Vec<_>>(), way);

    // A part of the order is not shipped (14 d); what was, by the slowest transport, is confirmed by nobody on its way, and once
    // it is there (30 d each); the after-sales period runs (15 d). Refunds of the units that it waits for move it on.
    assert_eq!(trade - case, (14 + 2 * 30 + 15) * DAY + 4);
    let found = bound.longest_order().iter().map(|row| order::RULES.rule(row).unwrap().from);
    assert_eq!(found.collect::<Vec<_>>(), [order::State::PartShipped, order::State::Shipped, order::State::Delivered]);
}

#[test]
fn an_order_alone_rests_exactly_when_it_is_computed_to() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("shirt", 1, 9_900)])).pay(9_900, "p-1").ship("shirt", 1).deliver("shirt", 1);
    let by = of(&shop.policy).rests_by(&shop.trade, shop.now);
    // Ten days for receipt, fifteen for after-sales, and a millisecond after each.
    assert_eq!(by, shop.now.after(25 * DAY + 2));
    assert_eq!(silence(&shop.book(), &shop.trade).unwrap().trade.at, by);
}

#[test]
fn what_somebody_has_set_stands_however_long_it_is() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("shirt", 1, 9_900)])).pay(9_900, "p-1").ship("shirt", 1).deliver("shirt", 1);
    shop.after_hours(11 * 24).after_hours(16 * 24);
    assert_eq!(shop.trade.head.state, order::State::Settled);
    let until = shop.now.after(700 * DAY);
    let mut reopen = Request::by(platform()).order(order::Action::ReopenWindow).text("a recall of this make");
    reopen.detail.until = Some(until);
    shop.does(reopen);
    let by = of(&shop.policy).rests_by(&shop.trade, shop.now);
    assert_eq!(by, until.after(1));
    assert_eq!(silence(&shop.book(), &shop.trade).unwrap().trade.at, by);
}

#[test]
fn a_case_rests_within_its_bound_and_the_order_after_it() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("shirt", 1, 9_900)])).pay(9_900, "p-1").ship("shirt", 1).deliver("shirt", 1);
    let apply = Request::by(buyer()).apply(Kind::ReturnAndRefund).reason(Reason::NoReason).units("shirt", 1);
    shop.does(apply);
    let bound = of(&shop.policy);
    let by = bound.rests_by(&shop.trade, shop.now);
    let rests = silence(&shop.book(), &shop.trade).unwrap().trade.at;
    assert!(rests <= by, "{rests} is after {by}");
    assert!(by <= shop.now.after(bound.undisputed().trade), "nothing of it has been extended");
    // An extension is kept, and puts everything off by as much.
    let extend = Request::by(merchant()).case(1, CaseAction::Extend).text("the warehouse is closed today");
    shop.does(extend);
    assert_eq!(bound.rests_by(&shop.trade, shop.now), by.after(DAY));
}

#[test]
fn what_stands_still_beside_a_case_runs_after_it() {
    let mut shop = Shop::new(with(Limit::AutoConfirm, Span::days(900)));
    shop.place(new_order(vec![NewLine::new("shirt", 1, 9_900)])).pay(9_900, "p-1").ship("shirt", 1).deliver("shirt", 1);
    let apply = Request::by(buyer()).apply(Kind::ReturnAndRefund).reason(Reason::NoReason).units("shirt", 1);
    shop.does(apply);
    let rests = silence(&shop.book(), &shop.trade).unwrap().trade.at;
    assert!(rests > shop.now.after((900 + 15) * DAY), "receipt and after-sales wait until the case is over");
    let bound = of(&shop.policy);
    let by = bound.rests_by(&shop.trade, shop.now);
    assert!(rests <= by && by <= shop.now.after(bound.undisputed().trade), "{rests}, by {by}");
}

#[test]
fn who_waits_longer_is_told_so() {
    let usual = of(&Policy::cn_marketplace()).undisputed();
    let patient = of(&with(Limit::MerchantReply, Span::days(32))).undisputed();
    assert_eq!((patient.case - usual.case, patient.trade - usual.trade), (30 * DAY, 30 * DAY));
    assert_eq!(patient.refund, usual.refund);
    // A table that waits once more: silence on a refund that cannot be paid asks the buyer first.
    let row = "refund.abnormal.expire.paid".parse().unwrap();
    let asks = Rule::new(RefundState::Abnormal, RefundAction::Expire, &[Role::Clock], To::Enter(RefundState::Offline));
    let rules =
        refunds(|edit| edit.add_before(&row, asks.asking(&[Condition::Past(Limit::Manual), Condition::OfflineLeft])));
    let longer = bound(&rules, &Policy::cn_marketplace()).unwrap().undisputed();
    assert_eq!(longer.refund, 15 * DAY + 3);
    assert!(longer.case > usual.case);
    // Each question to a silent channel is a day more, once they outlast finance and the search for another way.
    let mut policy = Policy::cn_marketplace();
    policy.counters[Counter::Asks] = 40;
    assert_eq!(of(&policy).undisputed().refund, 42 * DAY + 42);
}

#[test]
fn what_the_policy_switches_off_is_not_waited_for() {
    let usual = of(&Policy::cn_marketplace()).undisputed();
    let mut policy = Policy::cn_marketplace();
    policy.switches.approval_silence_rejects = true;
    assert!(of(&policy).undisputed().case > usual.case, "what finance sends back is reviewed and paid again");
}

#[test]
fn a_limit_that_ends_at_no_date_has_no_bound() {
    for length in [Length::Days(u32::MAX), Length::WorkingDays(20_000)] {
        let unbounded = bound(&Rules::built_in(), &with(Limit::Ruling, Span::of(length))).unwrap_err();
        assert_eq!(unbounded, Unbounded::Limit { limit: Limit::Ruling, length });
        assert!(with(Limit::Ruling, Span::of(length)).check().is_err(), "nor is it a policy");
    }
    let unbounded = bound(&Rules::built_in(), &with(Limit::Ruling, Span::days(u32::MAX))).unwrap_err();
    assert!(unbounded.to_string().ends_with("no date comes out; at most 3650 d is accepted"), "{unbounded}");
}

#[test]
fn limits_within_reason_can_last_beyond_all_dates_together() {
    let mut policy = with(Limit::GatewayAnswer, Span::days(3_650));
    policy.counters[Counter::Asks] = 10_000;
    assert!(policy.check().is_ok());
    let unbounded = bound(&Rules::built_in(), &policy).unwrap_err();
    assert!(matches!(unbounded, Unbounded::Beyond { days } if days > 36_500_000), "{unbounded}");
}

#[test]
fn a_row_that_only_others_can_use_up_is_refused_by_name() {
    // Counted by what a report names, so the check of the table lets it be; but nobody reports anything.
    let again =
        Rule::new(RefundState::Submitted, RefundAction::Expire, &[Role::Clock], To::Enter(RefundState::Submitted))
            .asking(&[Condition::Past(Limit::GatewayAnswer), Condition::KeyOpen])
            .named("while_open");
    let row = "refund.submitted.expire.submitted".parse().unwrap();
    let rules = refunds(|edit| edit.add_before(&row, again));
    let Err(Unbounded::Restless(restless)) = bound(&rules, &Policy::cn_marketplace()) else { panic!("bounded") };
    assert_eq!(restless.row.as_str(), "refund.submitted.expire.submitted.while_open");
}

#[test]
fn a_case_that_finance_sends_back_as_often_as_it_likes_has_no_bound() {
    // The case that is told counts what it hears; it is not what counts how often finance is silent.
    let row = "refund.awaiting_approval.expire.cancelled".parse().unwrap();
    let uncounted = refund::RULES.rule(&row).unwrap().without(&[Condition::RejectionsLeft]);
    let rules = refunds(|edit| edit.replace(&row, uncounted));
    let mut policy = Policy::cn_marketplace();
    policy.switches.approval_silence_rejects = true;
    let unbounded = bound(&rules, &policy).unwrap_err();
    assert!(matches!(unbounded, Unbounded::Restless(_)), "{unbounded}");
}

#[test]
fn a_case_at_rest_is_not_set_going_by_the_order() {
    let undone =
        Rule::new(CaseState::Completed, CaseAction::Undelivered, &[Role::Trade], To::Enter(CaseState::Refunding))
            .asking(&[after_sale::Condition::RevivalsLeft])
            .as_correction();
    let after_sale = after_sale::RULES.edit().add(undone).done().unwrap();
    let unbounded = bound(&Rules { after_sale, ..Rules::built_in() }, &Policy::cn_marketplace()).unwrap_err();
    assert!(unbounded.to_string().starts_with("row `after_sale.completed.undelivered.refunding`"), "{unbounded}");
}

#[test]
fn holidays_count() {
    let holidays = (1..=7).map(|date| NaiveDate::from_ymd_opt(2026, 10, date).unwrap());
    let weekend = Set::of(&[Weekday::Saturday, Weekday::Sunday]);
    let golden = FixedCalendar::new(480, weekend, holidays, []).unwrap();
    // From Wednesday the 30th of September, the next working day is Thursday the 8th of October.
    assert_eq!([golden.most_days(1), FixedCalendar::china().most_days(1)], [8, 3]);
    assert_eq!([golden.most_days(5), FixedCalendar::china().most_days(5)], [14, 7]);
    let policy = with(Limit::Approval, Span::working_days(1));
    let rules = Rules::built_in();
    let within = |calendar| Rulebook::new(&rules, &policy, calendar).silence_bound().unwrap().undisputed().refund;
    assert_eq!(within(&golden) - within(&FixedCalendar::china()), 5 * DAY);
}

fn spans() -> impl Strategy<Value = Span> {
    let length = prop_oneof![
        (1_u32..100).prop_map(Length::Hours),
        (1_u32..40).prop_map(Length::Days),
        (1_u32..40).prop_map(Length::WorkingDays)
    ];
    (length, prop::sample::select(Start::ALL), prop::sample::select(End::ALL)).prop_map(|(length, start, end)| Span {
        length,
        anchor: Anchor::Entry,
        start,
        end,
    })
}

/// China with days off and days worked here and there in the year 2026.
fn calendars() -> impl Strategy<Value = FixedCalendar> {
    let days = || prop::collection::btree_set(1_u32..300, 0..25);
    (days(), days()).prop_map(|(off, worked)| {
        let day = |at: &u32| NaiveDate::from_yo_opt(2026, *at).unwrap();
        let worked = worked.difference(&off).map(day).collect::<Vec<_>>();
        let weekend = Set::of(&[Weekday::Saturday, Weekday::Sunday]);
        FixedCalendar::new(480, weekend, off.iter().map(day), worked).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_span_runs_longer_than_its_longest(span in spans(), calendar in calendars(), hour in 0_i64..8_000) {
        let from = Time::parse("2025-12-20T00:00:00+08:00").unwrap().after(hour * HOUR);
        prop_assert!(span.due(from, &calendar).since(from) <= span.longest(&calendar).unwrap());
    }

    #[test]
    fn some_span_runs_nearly_as_long(span in spans(), calendar in calendars()) {
        let begin = Time::parse("2025-06-01T00:00:00+08:00").unwrap();
        let runs = |day: i64| span.due(begin.after(day * DAY), &calendar).since(begin.after(day * DAY));
        let longest = (0..600).map(runs).max().unwrap();
        // Within the rest of a day, and the days off behind a last day that another event would not have had.
        let spare = DAY + i64::from(calendar.most_days(1)) * DAY;
        prop_assert!(span.longest(&calendar).unwrap() - longest <= spare);
    }
}
