//! Reasons that are alike: what the conditions look at is the same of both, so that one answer goes for both.

use super::Seek;
use crate::trade::draft::{case_of, places};
use crate::trade::work::Turn;
use crate::trade::{Place, Request};
use crate::{Blame, Kind, Reason, Window};

/// Everything of a reason that decides what is taken with it.
#[derive(PartialEq)]
pub(super) struct Class {
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

impl Seek<'_> {
    /// What of this reason decides over a request of this kind.
    pub(super) fn class(&self, request: &Request, kind: Kind, reason: Reason) -> Class {
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
