//! What is counted, from which event to which, and what is left out: exact numbers over hand-made histories.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]
mod measuring;

use measuring::{HOUR, History, acme, alice, due, hour, hours, measure, ratio, repaid, staff};
use redress::after_sale::{Action, State};
use redress::measure::{Measure, Measures, Period, Record, Times};
use redress::refund::{Ground, Route};
use redress::trade::{Asked, CaseChange, Cause, Change, Event, RefundChange, Review};
use redress::{Currency, Dispute, Id, Role, Time, order};

#[test]
fn of_nothing_there_is_no_measure() {
    let nothing = Measures::of(Period::ALL, Vec::<Vec<Event>>::new().iter());
    assert_eq!(nothing, measure(Period::ALL, &[&History::default()]));
    assert_eq!((nothing.reply.mean(), nothing.reply.percentile(95)), (None, None));
    assert_eq!(nothing.satisfaction.per_mille(), None);
    assert!(Measure::ALL.iter().all(|&each| nothing.value(each).is_none() && nothing.samples(each) == 0));
}

#[test]
fn a_reply_is_the_merchants_own_and_silence_takes_all_the_time_there_was() {
    let mut history = History::paid(0, 9_900);
    for no in 1..=7 {
        history.applies(0, no);
    }
    history.moves(2, acme(), Action::Agree, 1, State::Refunding);
    history.moves(10, acme(), Action::Refuse, 2, State::Refused);
    history.moves(11, alice(), Action::Withdraw, 3, State::Withdrawn);
    history.moves(12, staff(), Action::Agree, 4, State::Refunding);
    history.moves(13, alice(), Action::Escalate, 5, State::UnderReview);
    // Time acts twelve hours late; the merchant had 48 all the same. Case 7 is still open.
    history.expires(60, Role::Merchant, 6, State::Refunding);
    let reply = history.measured().reply;
    assert_eq!(reply, hours(&[2, 10, 48]));
    assert_eq!(reply.mean(), Some(20 * HOUR));
    assert_eq!((reply.percentile(50), reply.percentile(95)), (Some(10 * HOUR), Some(48 * HOUR)));
    assert_eq!(history.measured().value(Measure::ReplyTime), Some(20 * 60));
}

#[test]
fn a_wait_begins_again_with_every_new_question() {
    let mut history = History::paid(0, 9_900);
    history.applies(0, 1);
    history.moves(5, alice(), Action::Modify, 1, State::Requested);
    history.moves(8, acme(), Action::Propose, 1, State::Proposed);
    history.moves(20, alice(), Action::Decline, 1, State::Requested);
    history.moves(30, acme(), Action::Refuse, 1, State::Refused);
    assert_eq!(history.measured().reply, hours(&[3, 10]), "from 5 to 8, and from 20 to 30");
}

#[test]
fn an_extension_is_no_answer_and_its_time_is_given() {
    let mut history = History::paid(0, 9_900);
    history.applies(0, 1);
    history.on(40, acme(), Cause::Request, Asked::Case(Action::Extend), vec![due(1, 0, 72)]);
    assert!(history.measured().reply.is_empty());
    history.expires(73, Role::Merchant, 1, State::AwaitingReturn);
    assert_eq!(history.measured().reply, hours(&[72]));
}

#[test]
fn an_overdue_merchant_may_still_answer_and_otherwise_was_silent() {
    let mut history = History::paid(0, 9_900);
    for no in 1..=3 {
        history.applies(0, no);
        history.expires(49, Role::Merchant, no, State::Overdue);
    }
    assert_eq!(history.measured().reply, hours(&[48, 48, 48]));
    history.moves(60, acme(), Action::Agree, 1, State::Refunding);
    history.expires(220, Role::Buyer, 2, State::Lapsed);
    assert_eq!(history.measured().reply, hours(&[60, 48, 48]));
}

#[test]
fn time_to_refund_runs_from_the_application_to_the_last_money_that_stands() {
    let mut history = History::paid(0, 9_900);
    history.applies(10, 1);
    history.refunds(20, 1, Some(1), Ground::Agreement, 400).refunds(30, 2, Some(1), Ground::Agreement, 600);
    assert!(history.measured().refund.is_empty(), "the case is still open");
    history.completes(31, 1);
    assert_eq!(history.measured().refund, hours(&[20]));
    // The bank takes the second one back, and it is paid again two days later.
    history.of_refund(40, vec![Change::Reversed(2), Change::Case(1, State::Refunding)]);
    assert!(history.measured().refund.is_empty());
    history.of_refund(88, vec![Change::Refunded(2), Change::Case(1, State::Completed)]);
    assert_eq!(history.measured().refund, hours(&[78]));
}

#[test]
fn what_nobody_applied_for_or_the_shop_did_not_pay_took_no_time() {
    let mut history = History::paid(0, 9_900);
    history.opens(0, acme(), Action::Grant, 1).refunds(1, 1, Some(1), Ground::Agreement, 500).completes(1, 1);
    history.applies(0, 2).refunds(2, 2, Some(2), Ground::Fee, 500).completes(2, 2);
    history.applies(0, 3).refunds(3, 3, Some(3), Ground::Agreement, 500);
    history.of_refund(3, vec![Change::OfRefund(3, RefundChange::Route(Some(Route::Bank)))]).completes(3, 3);
    history.applies(0, 4).refunds(4, 4, Some(4), Ground::Agreement, 0).completes(4, 4);
    history.opens(0, alice(), Action::Declare, 5).refunds(5, 5, Some(5), Ground::Declaration, 500).completes(5, 5);
    assert_eq!(history.measured().refund, hours(&[5]));
    // Unasked it was paid all the same, so the refund rate has cases 1 and 5.
    assert_eq!(history.measured().refund_rate, ratio(2, 1));
}

#[test]
fn the_refund_rate_counts_cases_paid_for_each_paid_order_and_their_money() {
    let mut first = History::paid(0, 10_000);
    first.applies(1, 1).refunds(2, 1, Some(1), Ground::Agreement, 2_500);
    first.applies(3, 2).refunds(4, 2, Some(2), Ground::Advance, 1_000);
    // Part of the advance is repaid; the surplus goes back to where it came from and is no refund of a case.
    first.of_refund(5, vec![repaid(2, 400)]);
    first.refunds(6, 3, None, Ground::Surplus, 7).refunds(6, 4, None, Ground::Undelivered, 900);
    let second = History::paid(0, 2_400);
    let mut euros = History::paid_in(Currency::EUR, 0, 5_000);
    euros.applies(1, 1).refunds(2, 1, Some(1), Ground::Silence, 5_000).of_refund(3, vec![Change::Reversed(1)]);
    let mut unpaid = History::default();
    unpaid.applies(1, 1).refunds(2, 1, Some(1), Ground::Agreement, 100);

    let measures = measure(Period::ALL, &[&first, &second, &euros, &unpaid]);
    assert_eq!(measures.refund_rate, ratio(2, 3));
    assert_eq!(measures.refund_rate.per_mille(), Some(666));
    assert_eq!(measures.refunded[&Currency::CNY], ratio(3_100, 12_400));
    assert_eq!(measures.refunded[&Currency::CNY].per_mille(), Some(250));
    assert_eq!(measures.refunded[&Currency::EUR], ratio(0, 5_000));
}

#[test]
fn an_advance_that_came_back_whole_was_no_refund() {
    let mut history = History::paid(0, 1_000);
    history.applies(1, 1).refunds(2, 1, Some(1), Ground::Advance, 1_000);
    assert_eq!(history.measured().refund_rate, ratio(1, 1));
    history.of_refund(5, vec![repaid(1, 1_000)]);
    assert_eq!(history.measured().refund_rate, ratio(0, 1));
}

#[test]
fn an_order_of_which_nothing_was_due_is_paid_when_it_stands_so() {
    let placed = |state| {
        let (asked, changes) = (Asked::Order(order::Action::Place), vec![Change::Order(state)]);
        let mut history = History::default();
        history.on(0, alice(), Cause::Request, asked, changes);
        history.measured().refund_rate
    };
    assert_eq!(placed(order::State::Paid), ratio(0, 1));
    assert_eq!(placed(order::State::OnHold), ratio(0, 1));
    assert_eq!(placed(order::State::Unpaid), ratio(0, 0));
}

#[test]
fn a_payment_is_disputed_once_and_not_by_an_inquiry() {
    let mut first = History::paid(0, 1_000);
    first.disputes(1, 0, Dispute::Inquiry);
    assert_eq!(first.measured().dispute_rate, ratio(0, 1));
    first.disputes(2, 0, Dispute::Open).disputes(3, 0, Dispute::Won).disputes(4, 1, Dispute::Lost);
    // The later stage may be reported alone.
    let (mut second, mut unpaid) = (History::paid(0, 1_000), History::default());
    second.disputes(1, 0, Dispute::Won);
    unpaid.disputes(1, 0, Dispute::Open);
    let (third, measures) = (History::paid(0, 1_000), first.measured());
    assert_eq!(measures.dispute_rate, ratio(2, 1));
    let measures = measure(Period::ALL, &[&first, &second, &third, &unpaid]);
    assert_eq!(measures.dispute_rate, ratio(3, 3));
}

#[test]
fn a_case_is_reviewed_once_and_granted_once() {
    let review = |by| CaseChange::Review(Review { point: redress::trade::Point::Application, by, at: hour(5) });
    let granted = |ground| CaseChange::Granted(ground, None);
    let mut history = History::paid(0, 1_000);
    for no in 1..=5 {
        history.applies(0, no);
    }
    history.of_case(5, 1, review(Role::Buyer)).of_case(9, 1, review(Role::Merchant));
    history.of_case(49, 2, granted(Ground::Silence)).of_case(90, 2, granted(Ground::Ruling));
    history.of_case(3, 3, granted(Ground::Agreement)).of_case(99, 3, granted(Ground::Undelivered));
    history.of_case(4, 4, granted(Ground::Undelivered));
    let measures = history.measured();
    assert_eq!(measures.intervention_rate, ratio(1, 5));
    assert_eq!(measures.silence_share, ratio(1, 2), "cases 4 and 5 were granted by nobody");
}

#[test]
fn satisfaction_is_four_and_five_stars_of_the_ratings_that_stand() {
    let mut history = History::paid(0, 1_000);
    for (no, stars) in [(1, 5), (2, 4), (3, 3), (4, 1), (5, 0)] {
        history.applies(0, no).of_case(10, no, CaseChange::Stars(stars));
    }
    assert_eq!(history.measured().satisfaction, ratio(2, 4), "no stars at all are no rating");
    history.of_case(11, 4, CaseChange::Stars(5));
    assert_eq!(history.measured().satisfaction.per_mille(), Some(750));
}

#[test]
fn what_counts_is_in_which_period_its_event_falls() {
    // Paid and asked on the last day of one month; answered, refunded, rated and disputed on the first of the next.
    let mut history = History::paid(700, 1_000);
    history.applies(719, 1).moves(721, acme(), Action::Agree, 1, State::Refunding);
    history.refunds(722, 1, Some(1), Ground::Agreement, 1_000).completes(722, 1);
    history.of_case(723, 1, CaseChange::Stars(5)).disputes(724, 0, Dispute::Open);
    let march = measure(Period::last_days(30, hour(720)), &[&history]);
    let april = measure(Period { from: hour(720), until: hour(1_440) }, &[&history]);
    assert_eq!((march.reply.len(), march.refund.len(), march.satisfaction), (0, 0, ratio(0, 0)));
    assert_eq!(
        (march.refund_rate, march.dispute_rate, march.intervention_rate),
        (ratio(1, 1), ratio(1, 1), ratio(0, 1))
    );
    assert_eq!((april.reply, april.refund, april.satisfaction), (hours(&[2]), hours(&[3]), ratio(1, 1)));
    assert_eq!(
        (april.refund_rate, april.dispute_rate, april.intervention_rate),
        (ratio(0, 0), ratio(0, 0), ratio(0, 0))
    );
}

#[test]
fn a_period_has_its_first_millisecond_and_not_its_last() {
    let day = Period::last_days(1, hour(48));
    assert_eq!(day, Period { from: hour(24), until: hour(48) });
    assert!(day.contains(hour(24)) && day.contains(hour(48).after(-1)));
    assert!(!day.contains(hour(24).after(-1)) && !day.contains(hour(48)));
    assert!(Period::ALL.contains(Time::EARLIEST) && Period::ALL.contains(Time::LATEST));
}

#[test]
fn percentiles_are_by_nearest_rank() {
    let times: Times = [40, 15, 50, 35, 20].into_iter().collect();
    let ranks =
        [(0, 15), (5, 15), (20, 15), (21, 20), (30, 20), (40, 20), (50, 35), (80, 40), (81, 50), (100, 50), (255, 50)];
    for (percent, time) in ranks {
        assert_eq!(times.percentile(percent), Some(time), "{percent}");
    }
    assert_eq!((times.mean(), times.len()), (Some(32), 5));
    let equal: Times = [7, 7, 7, 9].into_iter().collect();
    assert_eq!((equal.percentile(75), equal.percentile(76), equal.mean()), (Some(7), Some(9), Some(7)));
}

#[test]
fn the_longest_times_there_are_overflow_nothing() {
    let times: Times = [u64::MAX, u64::MAX, u64::MAX - 3].into_iter().collect();
    assert_eq!(times.mean(), Some(u64::MAX - 1));
    assert_eq!(ratio(u64::MAX, u64::MAX).per_mille(), Some(1_000));
    assert_eq!(ratio(u64::MAX, 1).per_mille(), Some(u64::MAX));
}

#[test]
fn a_record_grows_with_the_trade_and_takes_each_event_once() {
    let mut history = History::paid(0, 1_000);
    history.applies(1, 1).moves(3, acme(), Action::Agree, 1, State::Refunding);
    history.refunds(5, 1, Some(1), Ground::Agreement, 1_000).completes(5, 1);
    let mut kept = Record::default();
    for event in &history.0 {
        kept.take(event);
        kept.take(event);
        let stored = serde_json::to_string(&kept).unwrap();
        kept = serde_json::from_str(&stored).unwrap();
    }
    assert_eq!(kept, Record::of(&history.0));
    assert_eq!(kept.merchant(), Some(Id::from("acme")));
    let mut measures = Measures::default();
    measures.count(Period::ALL, &kept);
    assert_eq!(measures, history.measured());
    let stored = serde_json::to_string(&measures).unwrap();
    assert_eq!(serde_json::from_str::<Measures>(&stored).unwrap(), measures);
}
