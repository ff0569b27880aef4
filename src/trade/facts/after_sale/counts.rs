//! How much of each liberty is used, where this request would count it.

use super::super::super::draft::overlaps;
use super::super::super::ledger::Units;
use super::super::uses;
use super::Seen;
use crate::Counter;
use crate::after_sale::{Action, Counts};
use crate::fact::Used;

impl Seen<'_> {
    pub(super) fn counts(&self) -> Counts {
        let used = uses(self.work, self.turn);
        Counts {
            tries: Used { used: self.tries(), of: self.policy.cap(Counter::Tries) },
            offers: used(Counter::Offers),
            grants: used(Counter::Grants),
            modifies: used(Counter::Modifies),
            rounds: used(Counter::Rounds),
            intercepts: used(Counter::Intercepts),
            extensions: if self.extends() { used(Counter::Extensions) } else { Used { used: 0, of: 0 } },
            corrections: used(Counter::Corrections),
            reviews: used(Counter::Reviews),
            redispatches: used(Counter::Redispatches),
            conversions: used(Counter::Conversions),
            evidence: used(Counter::Evidence),
            notes: used(Counter::Notes),
            fee_payments: used(Counter::FeePayments),
            repayments: used(Counter::Repayments),
            appeals: used(Counter::Appeals),
            ratings: used(Counter::Ratings),
            rejections: used(Counter::Rejections),
            revivals: used(Counter::Revivals),
            reconciles: used(Counter::Reconciles),
            overpays: used(Counter::Overpays),
        }
    }

    /// Applications on the unit with the most. Nothing else can use up the right to declare a withdrawal.
    fn tries(&self) -> u32 {
        let declared = |units: &Units| {
            let cases = self.trade.cases.iter().filter(|case| case.statutory);
            let of_them = cases.filter(|case| case.units.iter().any(|span| overlaps(*span, units)));
            super::count(of_them.count())
        };
        let mut most = 0;
        self.each_unit(|units, _| {
            // A change of an application counts only for the units that it brings in.
            if self.action == Action::Modify && self.case.is_some_and(|case| case.names(units.span())) {
                return;
            }
            let here = if self.action == Action::Declare { declared(units) } else { units.tries };
            most = most.max(here);
        });
        most
    }
}
