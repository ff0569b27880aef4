//! The conditions of a refund order: each shown to hold and not to hold, at the boundary where there is a number.

mod showing;

use redress::fact::{Deadline, Length, Used};
use redress::refund::{Bar, Condition, Facts, Ground, Route};
use redress::rule::Guard;
use redress::{Amount, Dispute, Id, Time};

fn facts(change: impl FnOnce(&mut Facts)) -> Facts {
    let mut facts = Facts::default();
    change(&mut facts);
    facts
}

/// A refund of 100.00, for which the payment holds just as much, and which the gateway reports in full.
fn hundred(change: impl FnOnce(&mut Facts)) -> Facts {
    facts(|facts| {
        facts.amount = Amount::new(10_000);
        facts.room = Amount::new(10_000);
        facts.reported = Amount::new(10_000);
        change(facts);
    })
}

fn pair(
    condition: Condition,
    held: impl FnOnce(&mut Facts),
    failed: impl FnOnce(&mut Facts),
) -> showing::Pair<Condition> {
    (condition, hundred(held), hundred(failed))
}

/// A counter with one left, and the same with none.
fn counter(condition: Condition, field: fn(&mut Facts) -> &mut Used) -> showing::Pair<Condition> {
    let with = |used| hundred(|facts| *field(facts) = Used { used, of: 3 });
    (condition, with(2), with(3))
}

#[test]
fn every_condition_holds_and_fails_and_says_what_it_saw() {
    let some = Amount::new;
    let length = |used| Length { used, least: 2, most: 200 };
    showing::each_holds_and_fails(&[
        pair(Condition::WithinBalance, |_| (), |facts| facts.room = some(9_999)),
        pair(Condition::NothingToPay, |facts| facts.amount = some(0), |facts| facts.amount = some(1)),
        pair(
            Condition::NeedsApproval,
            |facts| facts.approval_above = some(9_999),
            |facts| facts.approval_above = some(10_000),
        ),
        pair(
            Condition::AnotherPerson,
            |facts| (facts.by, facts.first_person) = (Some(Id::from("fay").into()), Some(Id::from("mia").into())),
            |facts| (facts.by, facts.first_person) = (Some(Id::from("mia").into()), Some(Id::from("mia").into())),
        ),
        pair(
            Condition::AccountNew,
            |_| (),
            |facts| (facts.account_asked, facts.first_person) = (true, Some(Id::from("mia").into())),
        ),
        pair(Condition::AccountAsked, |facts| facts.account_asked = true, |_| ()),
        pair(
            Condition::PaidKey,
            |facts| (facts.reported_key, facts.paid_key) = (2, 2),
            |facts| (facts.reported_key, facts.paid_key) = (1, 2),
        ),
        pair(Condition::ReasonGiven, |facts| facts.reason = length(2), |facts| facts.reason = length(1)),
        pair(Condition::ReasonGiven, |facts| facts.reason = length(200), |facts| facts.reason = length(201)),
        pair(Condition::Contestable, |_| (), |facts| facts.ground = Ground::Ruling),
        pair(Condition::ApprovalSilenceRejects, |facts| facts.approval_silence_rejects = true, |_| ()),
        pair(Condition::PaymentDisputed, |facts| facts.dispute = Some(Dispute::Open), |_| ()),
        pair(Condition::NotDisputed, |_| (), |facts| facts.dispute = Some(Dispute::Open)),
        pair(Condition::DisputeLost, |facts| facts.bank_paid = some(10_000), |facts| facts.bank_paid = some(9_999)),
        pair(
            Condition::LossUndone,
            |facts| (facts.route, facts.bank_paid) = (Some(Route::Bank), some(9_999)),
            |facts| (facts.route, facts.bank_paid) = (Some(Route::Bank), some(10_000)),
        ),
        pair(Condition::ChannelClosed, |facts| facts.dispute = Some(Dispute::Lost), |_| ()),
        pair(Condition::ChannelOpen, |_| (), |facts| facts.dispute = Some(Dispute::Lost)),
        pair(Condition::AmountMatches, |_| (), |facts| facts.reported = some(10_001)),
        pair(Condition::AmountMatches, |_| (), |facts| facts.reported = some(9_999)),
        pair(Condition::CurrentKey, |facts| (facts.key, facts.reported_key) = (2, 2), |facts| facts.key = 2),
        pair(Condition::EarlierKey, |facts| facts.key = 2, |facts| (facts.key, facts.reported_key) = (2, 2)),
        pair(Condition::KeyOpen, |facts| (facts.key, facts.reported_key) = (2, 2), |facts| facts.key = 2),
        pair(Condition::KeyOpen, |_| (), |facts| facts.key_sent = false),
        pair(
            Condition::PaidByChannel,
            |facts| facts.route = Some(Route::Channel),
            |facts| facts.route = Some(Route::Balance),
        ),
        pair(Condition::NotRepaid, |_| (), |facts| facts.repaid = Amount::new(1)),
        pair(Condition::AccountGiven, |facts| facts.account_given = true, |_| ()),
        pair(Condition::VoucherGiven, |facts| facts.voucher_given = true, |_| ()),
        pair(Condition::EvidenceGiven, |facts| facts.evidence = length(2), |facts| facts.evidence = length(1)),
        pair(Condition::FoundPaid, |facts| facts.found_paid = Some(true), |facts| facts.found_paid = Some(false)),
        pair(Condition::FoundUnpaid, |facts| facts.found_paid = Some(false), |facts| facts.found_paid = Some(true)),
        counter(Condition::AsksLeft, |facts| &mut facts.asks),
        counter(Condition::AttemptsLeft, |facts| &mut facts.attempts),
        counter(Condition::RedirectsLeft, |facts| &mut facts.redirects),
        counter(Condition::OfflineLeft, |facts| &mut facts.offline),
        counter(Condition::ReversalsLeft, |facts| &mut facts.reversals),
        counter(Condition::DisputeMarksLeft, |facts| &mut facts.dispute_marks),
        counter(Condition::ConflictsLeft, |facts| &mut facts.conflicts),
        counter(Condition::ReconcilesLeft, |facts| &mut facts.reconciles),
        counter(Condition::RejectionsLeft, |facts| &mut facts.rejections),
    ]);
}

#[test]
fn a_limit_passes_one_millisecond_after_its_due_time() {
    showing::each_limit_passes::<Condition>(|limit, millis| {
        let due = Time::from_millis(1_000);
        facts(|facts| {
            facts.deadline = Some(Deadline { limit, due });
            facts.now = due.after(millis);
        })
    });
}

#[test]
fn only_what_the_merchant_consented_to_is_contestable() {
    let contestable: Vec<_> = Ground::ALL.iter().filter(|ground| ground.is_contestable()).collect();
    assert_eq!(contestable, [&Ground::Agreement, &Ground::Silence]);
}

#[test]
fn only_an_open_dispute_holds_a_refund() {
    for stage in Dispute::ALL.iter().copied().map(Some).chain([None]) {
        let facts = hundred(|facts| facts.dispute = stage);
        let held = Condition::PaymentDisputed.holds(&facts);
        assert_eq!(held, stage == Some(Dispute::Open), "{stage:?}");
    }
}

#[test]
fn a_channel_closes_by_age_by_number_and_by_a_lost_dispute() {
    let until = Time::from_millis(1_000);
    let at = |millis| facts(|facts| (facts.channel_until, facts.now) = (Some(until), until.after(millis)));
    assert_eq!(at(0).bar(), None, "the last moment is in time");
    assert_eq!(at(1).bar(), Some(Bar::Age));

    let taken = |used| facts(|facts| facts.channel_refunds = Used { used, of: 50 });
    assert_eq!(taken(49).bar(), None);
    assert_eq!(taken(50).bar(), Some(Bar::Count));

    assert_eq!(facts(|facts| facts.dispute = Some(Dispute::Lost)).bar(), Some(Bar::Dispute));
    assert_eq!(facts(|facts| facts.dispute = Some(Dispute::Won)).bar(), None);
}

#[test]
fn a_refund_of_nothing_is_not_paid_by_the_bank() {
    let nothing = Facts::default();
    assert!(!<Condition as redress::rule::Guard>::holds(Condition::DisputeLost, &nothing));
}

#[test]
fn where_nobody_granted_it_anybody_is_another_person() {
    let facts = facts(|facts| facts.by = Some(Id::from("fay").into()));
    assert!(<Condition as redress::rule::Guard>::holds(Condition::AnotherPerson, &facts));
}
