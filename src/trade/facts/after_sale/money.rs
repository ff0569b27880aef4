//! What the money of a case does.

use super::super::super::{Offer, act, flow};
use super::Seen;
use crate::Amount;
use crate::after_sale::{Action, Refunds, State};
use crate::refund::{Ground, State as RefundState};

impl Seen<'_> {
    pub(super) fn refunds(&self) -> Refunds {
        let Some(case) = self.case else {
            return Refunds::default();
        };
        let held = act::held(self.trade, case.no);
        let mut refunds = Refunds {
            advanced: act::advanced(self.trade, case.no),
            granted: self.granted(),
            difference: if case.offer.kind.sends() { case.offer.difference.less(held) } else { Amount::ZERO },
            owed: flow::owes(case),
            held,
            ..Refunds::default()
        };
        let mut paid = Amount::ZERO;
        for refund in self.trade.refunds_of(case.no) {
            let is = |state| u32::from(refund.state == state);
            refunds.all += 1 - is(RefundState::Cancelled);
            refunds.paid += is(RefundState::Paid);
            refunds.unresolved += is(RefundState::Unresolved);
            refunds.rejected |= refund.rejected;
            if refund.state == RefundState::Paid && refund.ground != Ground::Fee {
                paid = paid.plus(refund.amount).unwrap_or(Amount::MOST);
            }
        }
        refunds.with_buyer = paid.less(case.repaid);
        refunds
    }

    /// What the buyer is entitled to as this request leaves the case.
    fn granted(&self) -> Amount {
        let Some(case) = self.case else {
            return Amount::ZERO;
        };
        match (self.action, case.state) {
            (Action::Accept | Action::RuleForBuyer | Action::RuleSplit, _) => paid(self.terms),
            (Action::AcceptGoods, _) | (Action::Expire, State::Returning | State::Inspecting) => {
                act::accepted_amount(self.trade, case.no, &self.turn.detail.units)
            }
            // What was called off is not owed; what was agreed on, or written off, is the buyer's.
            (Action::Overpay, State::Refunding | State::Completed) => {
                flow::owes(case).plus(case.written_off).unwrap_or(Amount::MOST)
            }
            (Action::Overpay, _) => case.written_off,
            (_, State::Recovering) => {
                if case.partly_granted {
                    flow::owes(case)
                } else {
                    Amount::ZERO
                }
            }
            (Action::Withdraw | Action::RuleForMerchant | Action::TakeBack, _) => Amount::ZERO,
            (_, State::Withdrawn | State::Lapsed | State::Dismissed | State::GoodsRefused) => Amount::ZERO,
            _ => paid(case.offer),
        }
    }
}

const fn paid(terms: Offer) -> Amount {
    if terms.kind.pays() { terms.amount } else { Amount::ZERO }
}
