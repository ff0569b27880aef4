//! Reasons that are alike: what the conditions look at is the same of both, so that one answer goes for both.

use alloc::vec::Vec;

use super::Seek;
use super::bounds::{Bounds, ReasonBounds, UnitBounds};
use super::stock::Candidate;
use super::terms::Money;
use crate::trade::draft::{case_of, places};
use crate::trade::work::Turn;
use crate::trade::{Field, Place, Request};
use crate::{Amount, Blame, Id, Kind, Reason, Set, Window};

/// Units of a line that are taken with a reason: from so many to so many.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Taken {
    pub(super) line: Id,
    pub(super) least: u32,
    pub(super) most: u32,
    pub(super) each: Amount,
}

/// What is taken with a reason.
#[derive(Clone, PartialEq)]
pub(super) struct Terms {
    pub(super) units: Vec<Taken>,
    pub(super) bounds: ReasonBounds,
    /// The most money, if a condition bounds it.
    pub(super) most: Option<Amount>,
    pub(super) amount_needed: bool,
}

/// A reason that was looked at, and what stood when it was: another reason of the class has the same answer then.
pub(super) struct Answer {
    class: Class,
    money: Money,
    hopeless: usize,
    pub(super) terms: Option<Terms>,
}

/// Everything of a reason that decides what is taken with it.
#[derive(PartialEq)]
struct Class {
    /// Which units it speaks of first.
    places: &'static [&'static [Place]],
    window: Window,
    /// Whether the window was reopened for it.
    reopened: bool,
    /// Whether it is the reason that the case has already.
    kept: bool,
    /// Whether it fits for units that the buyer has, or has not, been delivered.
    fits: [bool; 2],
    /// Some categories cannot be returned with no reason.
    is_none: bool,
    evidence_needed: bool,
    /// Whether a merchant may never refuse it.
    protected: bool,
    /// Whether shipping goes back with it.
    at_merchants_fault: bool,
    not_with_last_line: bool,
}

impl Terms {
    /// Adds them to the bounds, for this reason.
    pub(super) fn add_to(&self, reason: Reason, bounds: &mut Bounds) {
        for &Taken { line, least, most, each } in &self.units {
            let same = |units: &&mut UnitBounds| (units.line, units.least, units.most) == (line, least, most);
            match bounds.units.iter_mut().find(same) {
                Some(units) => units.reasons = units.reasons.with(reason),
                None => bounds.units.push(UnitBounds { line, least, most, each, reasons: Set::NONE.with(reason) }),
            }
        }
        let difference = self.most.filter(|_| bounds.kind == Some(Kind::Exchange));
        bounds.difference = match bounds.difference {
            Some(so_far) if !bounds.reasons.is_empty() => difference.map(|most| most.min(so_far)),
            _ => difference,
        };
        if self.amount_needed {
            bounds.needs = bounds.needs.with(Field::Amount);
        }
        bounds.reasons.push(ReasonBounds { reason, ..self.bounds });
    }
}

impl Answer {
    pub(super) fn goes_for(&self, other: &Self) -> bool {
        (self.money, self.hopeless) == (other.money, other.hopeless) && self.class == other.class
    }
    /// Whether that is what is taken with another reason.
    pub(super) fn is(&self, terms: Option<Terms>) -> bool {
        let as_one = |terms: Terms| {
            let bounds = ReasonBounds { reason: Reason::NoReason, ..terms.bounds };
            Terms { bounds, ..terms }
        };
        terms.map(as_one) == self.terms.clone().map(as_one)
    }
}

impl Seek<'_> {
    /// The answer for a reason before it is known, as things stand.
    pub(super) fn unanswered(
        &self,
        request: &Request,
        kind: Kind,
        reason: Reason,
        stock: &[Candidate],
        money: Money,
    ) -> Answer {
        let hopeless = stock.iter().filter(|line| line.hopeless).count();
        Answer { class: self.class(request, kind, reason), money, hopeless, terms: None }
    }

    /// What of this reason decides over a request of this kind.
    fn class(&self, request: &Request, kind: Kind, reason: Reason) -> Class {
        let (trade, policy) = (&self.work.trade, self.work.book.policy);
        Class {
            places: places(reason),
            window: policy.window(kind, reason),
            reopened: trade.head.reopened_for == Some(reason),
            kept: case_of(trade, &Turn::of(request)).is_some_and(|case| case.reason == reason),
            fits: [true, false].map(|delivered| policy.reason_fits(kind, reason, delivered)),
            is_none: reason == Reason::NoReason,
            evidence_needed: policy.evidence_needed(reason),
            protected: policy.reasons.never_refused.has(reason),
            at_merchants_fault: reason.blame() == Blame::Merchant,
            not_with_last_line: policy.shipping_refund.not_with_last_line.has(reason),
        }
    }
}
