//! A case whose facts hold and fail, one condition at a time.

pub(crate) mod goods;
pub(crate) mod money;

use redress::after_sale::{Condition, Counts, Facts, State};
use redress::fact::{Length, Units, Used};
use redress::rule::Finding;
use redress::{Amount, Id, Kind, Reason, Time};

use crate::showing::Pair;

pub(crate) const NOON: Time = Time::from_millis(1_772_600_400_000);

/// A return of two delivered shirts for 99.00, all of which can still be refunded, at noon.
pub(crate) fn case(change: impl FnOnce(&mut Facts)) -> Facts {
    let mut facts = Facts {
        now: NOON,
        offset_minutes: 480,
        kind: Kind::ReturnAndRefund,
        reason: Reason::Damaged,
        asked: Amount::new(9_900),
        ..Facts::default()
    };
    facts.so_far.kind = facts.kind;
    facts.so_far.claim = facts.asked;
    facts.room.refundable = facts.asked;
    facts.room.order_seen = Finding::word(State::Completed);
    facts.goods.units = 2;
    facts.goods.with_buyer = 2;
    change(&mut facts);
    facts
}

pub(crate) fn pair(
    condition: Condition,
    held: impl FnOnce(&mut Facts),
    failed: impl FnOnce(&mut Facts),
) -> Pair<Condition> {
    (condition, case(held), case(failed))
}

/// A counter with one left, and the same with none.
pub(crate) fn counter(condition: Condition, field: fn(&mut Counts) -> &mut Used) -> Pair<Condition> {
    let with = |used| case(|facts| *field(&mut facts.counts) = Used { used, of: 3 });
    (condition, with(2), with(3))
}

/// Now is the last moment, and the moment after it.
pub(crate) fn until(condition: Condition, end: fn(&mut Facts) -> &mut Option<Time>) -> Pair<Condition> {
    (condition, case(|facts| *end(facts) = Some(NOON)), case(|facts| *end(facts) = Some(NOON.after(-1))))
}

/// A switch that is on, and off.
pub(crate) fn switch(condition: Condition, field: fn(&mut Facts) -> &mut bool) -> Pair<Condition> {
    (condition, case(|facts| *field(facts) = true), case(|facts| *field(facts) = false))
}

/// The kinds with a trait, each against one without it.
pub(crate) fn kinds(condition: Condition, with: &[Kind]) -> Vec<Pair<Condition>> {
    let of = |kind| case(|facts: &mut Facts| facts.kind = kind);
    let without = Kind::ALL.iter().filter(|kind| !with.contains(kind));
    let pairs = without.flat_map(|&other| with.iter().map(move |&kind| (condition, of(kind), of(other))));
    pairs.collect()
}

pub(crate) fn shirts(asked: u32, free: u32) -> Option<Units> {
    let line = Id::from("shirt");
    Some(Units { line, asked, free })
}

pub(crate) fn length(used: u32) -> Length {
    Length { used, least: 2, most: 200 }
}

pub(crate) fn some(minor: u64) -> Amount {
    Amount::new(minor)
}
