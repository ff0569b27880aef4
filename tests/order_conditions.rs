//! The conditions of an order: each shown to hold and not to hold, at the boundary where there is a number.

mod showing;

use redress::fact::{Deadline, Length, Units, Used};
use redress::order::{Condition, Facts};
use redress::rule::Guard;
use redress::{Amount, Currency, Id, Limit, Time};

fn facts(change: impl FnOnce(&mut Facts)) -> Facts {
    let mut facts = Facts::default();
    change(&mut facts);
    facts
}

fn pair(
    condition: Condition,
    held: impl FnOnce(&mut Facts),
    failed: impl FnOnce(&mut Facts),
) -> showing::Pair<Condition> {
    (condition, facts(held), facts(failed))
}

/// A counter with one left, and the same with none.
fn counter(condition: Condition, field: fn(&mut Facts) -> &mut Used) -> showing::Pair<Condition> {
    let with = |used| facts(|facts| *field(facts) = Used { used, of: 3 });
    (condition, with(2), with(3))
}

/// A time that begins: not a millisecond before, and at it.
fn from(condition: Condition, field: fn(&mut Facts) -> &mut Time) -> showing::Pair<Condition> {
    let at = Time::from_millis(1_772_900_000_000);
    let with = |millis| {
        facts(|facts| {
            *field(facts) = at;
            facts.now = at.after(millis);
        })
    };
    (condition, with(0), with(-1))
}

/// Units that are asked for: all that are there, and one more.
fn units(condition: Condition, field: fn(&mut Facts) -> &mut Units) -> [showing::Pair<Condition>; 2] {
    let with = |asked| {
        let line = Id::from("shirt");
        facts(|facts| *field(facts) = Units { line, asked, free: 2 })
    };
    [(condition, with(2), with(3)), (condition, with(1), with(0))]
}

#[test]
fn every_condition_holds_and_fails_and_says_what_it_saw() {
    let mut all = money();
    all.extend(goods());
    all.extend(receipt());
    all.extend(counters());
    showing::each_holds_and_fails(&all);
}

fn money() -> Vec<showing::Pair<Condition>> {
    let some = Amount::new;
    let length = |used| Length { used, least: 1, most: 50 };
    let due = |paid, arriving| {
        move |facts: &mut Facts| (facts.due, facts.paid, facts.arriving) = (some(100), some(paid), some(arriving))
    };
    vec![
        pair(Condition::LinesGiven, |facts| facts.lines = length(1), |facts| facts.lines = length(0)),
        pair(Condition::LinesGiven, |facts| facts.lines = length(50), |facts| facts.lines = length(51)),
        pair(Condition::LinesValid, |_| (), |facts| facts.faulty_line = Some(Id::from("shirt"))),
        pair(
            Condition::SumsMatch,
            |facts| (facts.total, facts.lines_sum) = (some(100), some(100)),
            |facts| (facts.total, facts.lines_sum) = (some(100), some(101)),
        ),
        pair(
            Condition::SumsMatch,
            |facts| (facts.total, facts.lines_sum) = (some(100), some(100)),
            |facts| (facts.total, facts.lines_sum) = (some(100), some(99)),
        ),
        pair(Condition::NothingDue, |_| (), |facts| facts.due = some(1)),
        pair(Condition::SomethingDue, |facts| facts.due = some(1), |_| ()),
        pair(Condition::PartOfDue, due(60, 39), due(60, 40)),
        pair(Condition::DueInFull, due(60, 40), due(60, 39)),
        pair(Condition::DueInFull, due(60, 41), due(99, 0)),
        pair(Condition::NothingPaid, |_| (), |facts| facts.paid = some(1)),
        pair(Condition::NeedsHold, |facts| facts.needs_hold = true, |_| ()),
        from(Condition::OldEnough, |facts| &mut facts.closable_from),
        pair(Condition::ReasonGiven, |facts| facts.reason = length(1), |facts| facts.reason = length(0)),
        pair(Condition::ReasonGiven, |facts| facts.reason = length(50), |facts| facts.reason = length(51)),
        pair(
            Condition::WithinGoodwillCap,
            |facts| (facts.goodwill_asked, facts.goodwill_room) = (some(100), some(100)),
            |facts| (facts.goodwill_asked, facts.goodwill_room) = (some(101), some(100)),
        ),
        pair(
            Condition::WithinGoodwillCap,
            |facts| (facts.goodwill_asked, facts.goodwill_room) = (some(1), some(100)),
            |facts| (facts.goodwill_asked, facts.goodwill_room) = (some(0), some(100)),
        ),
        pair(
            Condition::NothingLeft,
            |facts| (facts.units_left, facts.money_left) = (0, some(1)),
            |facts| (facts.units_left, facts.money_left) = (1, some(1)),
        ),
        pair(
            Condition::NothingLeft,
            |facts| (facts.units_left, facts.money_left, facts.paid) = (1, some(0), some(1)),
            |facts| (facts.units_left, facts.money_left, facts.paid) = (1, some(1), some(1)),
        ),
        // Where nothing was ever paid, nothing has gone back.
        pair(
            Condition::NothingLeft,
            |facts| (facts.units_left, facts.money_left, facts.paid) = (0, some(0), some(0)),
            |facts| (facts.units_left, facts.money_left, facts.paid) = (1, some(0), some(0)),
        ),
        pair(Condition::RefundUnresolved, |facts| facts.unresolved = 1, |_| ()),
        pair(
            Condition::RefundUnresolved,
            |facts| (facts.unresolved, facts.waiting) = (1, 0),
            |facts| (facts.unresolved, facts.waiting) = (1, 1),
        ),
        pair(Condition::RefundWaits, |facts| facts.waiting = 1, |_| ()),
        pair(Condition::NothingOwed, |_| (), |facts| facts.waiting = 1),
        pair(Condition::NothingOwed, |_| (), |facts| facts.unresolved = 1),
        pair(Condition::CurrencyMatches, |_| (), |facts| facts.policy_currency = Currency::EUR),
    ]
}

fn goods() -> Vec<showing::Pair<Condition>> {
    let mut pairs = vec![
        pair(Condition::AllShipped, |_| (), |facts| facts.to_ship = 1),
        pair(Condition::NoOpenCase, |_| (), |facts| facts.open_case = Some(1)),
        pair(Condition::CaseOpen, |facts| facts.open_case = Some(1), |_| ()),
        pair(Condition::RestUnclaimed, |_| (), |facts| facts.rest_claimed_by = Some(2)),
        pair(Condition::AllDelivered, |_| (), |facts| facts.undelivered = 1),
        pair(Condition::LeavesNothing, |_| (), |facts| facts.remaining = 1),
        pair(Condition::GoodsRemain, |facts| facts.remaining = 1, |_| ()),
    ];
    pairs.extend(units(Condition::UnitsShippable, |facts| &mut facts.shippable));
    pairs.extend(units(Condition::UnitsInTransit, |facts| &mut facts.in_transit));
    pairs
}

fn receipt() -> Vec<showing::Pair<Condition>> {
    let deadline = Deadline { limit: Limit::AutoConfirm, due: Time::EPOCH };
    let asked = |used| Length { used, least: 3, most: 10 };
    vec![
        pair(Condition::LinesNamed, |facts| facts.lines_named = 1, |_| ()),
        pair(Condition::LinesFree, |_| (), |facts| facts.line_held_by = Some(3)),
        pair(Condition::AllConfirmed, |_| (), |facts| facts.lines_left = 1),
        pair(Condition::LinesHeld, |facts| facts.lines_left = 1, |_| ()),
        pair(Condition::LineRuns, |facts| facts.deadline = Some(deadline), |_| ()),
        from(Condition::WithinLastDays, |facts| &mut facts.extendable_from),
        pair(
            Condition::DaysOffered,
            |facts| (facts.extension, facts.extension_offered) = (asked(5), true),
            |facts| (facts.extension, facts.extension_offered) = (asked(4), false),
        ),
        pair(
            Condition::UntilLater,
            |facts| facts.reopens_until = Some(facts.now.after(1)),
            |facts| facts.reopens_until = Some(facts.now),
        ),
    ]
}

fn counters() -> Vec<showing::Pair<Condition>> {
    vec![
        counter(Condition::TendersLeft, |facts| &mut facts.tenders),
        counter(Condition::RepricesLeft, |facts| &mut facts.reprices),
        counter(Condition::SurplusLeft, |facts| &mut facts.surplus),
        counter(Condition::ExtensionLeft, |facts| &mut facts.extensions),
        counter(Condition::ReopeningsLeft, |facts| &mut facts.reopenings),
        counter(Condition::DisputeMarksLeft, |facts| &mut facts.dispute_marks),
        counter(Condition::GoodwillLeft, |facts| &mut facts.goodwill),
        counter(Condition::ReconcilesLeft, |facts| &mut facts.reconciles),
        counter(Condition::RevivalsLeft, |facts| &mut facts.revivals),
        counter(Condition::NotesLeft, |facts| &mut facts.notes),
    ]
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
fn a_payment_is_either_a_part_of_what_is_due_or_all_of_it() {
    for (due, paid, arriving) in [(0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 0, 2), (5, 4, 0), (5, 5, 5), (1, u64::MAX, 1)] {
        let facts = facts(|facts| {
            (facts.due, facts.paid, facts.arriving) = (Amount::new(due), Amount::new(paid), Amount::new(arriving));
        });
        assert_ne!(Condition::PartOfDue.holds(&facts), Condition::DueInFull.holds(&facts), "{facts:?}");
    }
}
