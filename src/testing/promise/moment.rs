//! One event with the trade just before and just after it, and plain questions about either.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Broken, Kept, Promise};
use crate::refund::{Ground, State as RefundState};
use crate::testing::Difference;
use crate::trade::{
    Bucket, Case, Change, Counts, Detail, Event, Line, Payout, Place, Tally, Trade, UnitChange, UnitSpan, Units,
};
use crate::{Amount, Counter, Role, Rulebook, Time, after_sale, order, refund};

/// One event with the trade just before and just after it.
#[derive(Clone, Copy)]
pub(super) struct Moment<'a> {
    pub(super) book: &'a Rulebook<'a>,
    pub(super) before: &'a Trade,
    pub(super) after: &'a Trade,
    pub(super) event: &'a Event,
    /// What went with the request; nothing if time or a sibling acted.
    pub(super) detail: &'a Detail,
    /// The user's own row that was taken, if it was one.
    pub(super) own: Option<&'a Difference>,
}

impl Moment<'_> {
    pub(super) const fn now(&self) -> Time {
        self.event.at
    }

    pub(super) const fn role(&self) -> Role {
        self.event.actor.role
    }

    pub(super) fn must(&self, holds: bool, promise: Promise, what: impl FnOnce() -> String) -> Kept {
        if holds { Ok(()) } else { Err(Broken { promise, subject: self.event.subject, what: what() }) }
    }

    /// The same of who may take a row; a row of the user's own is taken at its word.
    pub(super) fn must_may(&self, holds: bool, promise: Promise, what: impl FnOnce() -> String) -> Kept {
        self.must(holds || self.own.is_some_and(Difference::says_who), promise, what)
    }

    /// The same of the state that a row leads to; a row of the user's own is taken at its word.
    pub(super) fn must_lead(&self, holds: bool, promise: Promise, what: impl FnOnce() -> String) -> Kept {
        self.must(holds || self.own.is_some_and(Difference::says_where), promise, what)
    }

    /// What was said in words, in characters.
    pub(super) fn words(&self) -> usize {
        self.detail.text.trim().chars().count()
    }

    /// The amount that was asked or reported.
    pub(super) fn amount(&self) -> Option<Amount> {
        self.detail.amount.map(|sum| sum.amount)
    }

    /// The units that were changed so.
    pub(super) fn units_changed(&self, wanted: impl Fn(&UnitChange) -> bool) -> Vec<UnitSpan> {
        let changed = self.event.changes.iter().filter_map(|change| match change {
            Change::Units(span, change) if wanted(change) => Some(*span),
            _ => None,
        });
        changed.collect()
    }
}

/// A moment of the order.
#[derive(Clone, Copy)]
pub(super) struct OfOrder<'a> {
    pub(super) at: Moment<'a>,
    pub(super) action: order::Action,
    pub(super) from: order::State,
    pub(super) to: order::State,
}

/// A moment of a case.
#[derive(Clone, Copy)]
pub(super) struct OfCase<'a> {
    pub(super) at: Moment<'a>,
    pub(super) action: after_sale::Action,
    /// The case before; none if it is opened now.
    pub(super) was: Option<&'a Case>,
    pub(super) case: &'a Case,
    pub(super) from: after_sale::State,
    pub(super) to: after_sale::State,
}

/// A moment of a refund.
#[derive(Clone, Copy)]
pub(super) struct OfRefund<'a> {
    pub(super) at: Moment<'a>,
    pub(super) action: refund::Action,
    /// The refund before; none if it is opened now.
    pub(super) was: Option<&'a Payout>,
    pub(super) refund: &'a Payout,
    pub(super) from: refund::State,
    pub(super) to: refund::State,
}

impl OfCase<'_> {
    /// The units of the case, each range cut to it, as they stood before.
    pub(super) fn units_before(&self) -> Vec<Units> {
        within(self.at.before, &self.case.units)
    }

    /// The same as they stand now.
    pub(super) fn units(&self) -> Vec<Units> {
        within(self.at.after, &self.case.units)
    }

    /// Whether some unit of the case is now in one of these places.
    pub(super) fn any_at(&self, places: &[Place]) -> bool {
        self.units().iter().any(|units| places.contains(&units.place))
    }

    /// The same of those that are no other case's matter by now.
    pub(super) fn any_own_at(&self, places: &[Place]) -> bool {
        let own = |units: &&Units| units.claim.is_none_or(|by| by == self.case.no);
        self.units().iter().filter(own).any(|units| places.contains(&units.place))
    }
}

/// The parts of the unit ledger within these spans.
pub(super) fn within(trade: &Trade, spans: &[UnitSpan]) -> Vec<Units> {
    spans.iter().flat_map(|span| trade.goods.within(*span)).collect()
}

/// Whether two spans have a unit in common.
pub(super) fn meets(one: &UnitSpan, two: &UnitSpan) -> bool {
    one.line == two.line && one.first < two.first + two.count && two.first < one.first + one.count
}

/// How many units the spans name.
pub(super) fn count(spans: &[UnitSpan]) -> u64 {
    spans.iter().map(|span| u64::from(span.count)).sum()
}

/// What units are worth, and what of it is spent.
pub(super) fn worth_and_spent(trade: &Trade, units: &[Units]) -> (u64, u64) {
    let line = |units: &Units| trade.line_at(units.line).map(|line| (line, units.span()));
    let (mut worth, mut room) = (0, 0);
    for (line, span) in units.iter().filter_map(line) {
        worth += line.value(span.first, span.count).minor();
        room += trade.goods.room(line, span).minor();
    }
    (worth, worth.saturating_sub(room))
}

/// Whether the buyer has ever had these units.
pub(super) fn was_had(units: &Units, line: &Line) -> bool {
    units.delivered_at.is_some() || (units.shipped_at.is_some() && line.confirmed_at.is_some())
}

/// Whether a refund waits: it is neither paid nor called off nor given up.
pub(super) const fn waits(state: RefundState) -> bool {
    matches!(
        state,
        RefundState::AwaitingApproval
            | RefundState::Held
            | RefundState::Submitted
            | RefundState::Failed
            | RefundState::Abnormal
            | RefundState::Offline
    )
}

/// What the refunds of a case hold for it: all but those called off and those of fees, less what was repaid.
pub(super) fn held(trade: &Trade, case: &Case) -> u64 {
    let of_case = trade.refunds_of(case.no).filter(|refund| refund.ground != Ground::Fee);
    let held = of_case.filter(|refund| refund.state != RefundState::Cancelled).map(|refund| refund.amount.minor());
    held.sum::<u64>().saturating_sub(case.repaid.minor())
}

/// What is with the buyer, or on its way and not to be stopped, less what was repaid.
pub(super) fn advanced(trade: &Trade, case: &Case) -> u64 {
    let gone = [RefundState::Submitted, RefundState::Offline, RefundState::Paid, RefundState::Unresolved];
    let of_case = trade.refunds_of(case.no).filter(|refund| refund.ground != Ground::Fee);
    let gone = of_case.filter(|refund| gone.contains(&refund.state)).map(|refund| refund.amount.minor());
    gone.sum::<u64>().saturating_sub(case.repaid.minor())
}

/// What the terms of a case come to: money, or what it is worth where goods are sent.
pub(super) fn worth_of(case: &Case) -> Amount {
    if case.offer.kind.pays() { case.offer.amount } else { case.worth }
}

/// What of a fee was paid and has not gone back.
pub(super) fn fee_paid(trade: &Trade, no: u16) -> u64 {
    trade.money.pot(Bucket::Fee(no)).kept().minor()
}

/// What was paid towards the order: neither as a fee nor too much.
pub(super) fn towards_order(trade: &Trade) -> u64 {
    let pots = trade.money.pots.iter().filter(|pot| !matches!(pot.bucket, Bucket::Surplus | Bucket::Fee(_)));
    pots.map(|pot| pot.balance.paid.minor()).sum()
}

/// What of that a bank has taken back before the order was paid in full.
pub(super) fn taken_by_bank(trade: &Trade) -> u64 {
    trade.money.pot(Bucket::Unapplied).lost.minor()
}

/// Whether a liberty that is not counted apart was taken as often as it may be.
pub(super) fn used_up(book: &Rulebook<'_>, counts: &Counts, counter: Counter) -> bool {
    counts.used(Tally { counter, apart: 0 }) >= book.policy.cap(counter)
}
