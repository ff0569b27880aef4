//! One trade as the measures see it: read off its history event by event.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Measures, Period};
use crate::after_sale::{Action, State};
use crate::refund::{Ground, Route};
use crate::trade::{Asked, Bucket, CaseChange, Cause, Change, Deadline, Event, Part, Payout, RefundChange, Subject};
use crate::{Amount, Anchor, Currency, Dispute, Id, Limit, Role, Time, order};

/// What the measures need to know of one trade.
///
/// A projection may keep it beside the trade and [`take`](Self::take) each new event, instead of reading histories again.
/// It checks nothing: whether a history is whole is for [`replay`](crate::trade::replay) to say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The number of the last event taken.
    seq: u64,
    merchant: Option<Id>,
    currency: Option<Currency>,
    paid_at: Option<Time>,
    /// What the order came to, as it was paid: no surplus, no fees.
    paid: Amount,
    /// The places of payments that were disputed.
    disputed: Vec<u16>,
    cases: Vec<Case>,
    refunds: Vec<Refund>,
}

/// What the measures need to know of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Case {
    no: u16,
    state: State,
    opened_at: Time,
    /// Whether the buyer, or staff for the buyer, asked for it.
    applied: bool,
    /// The merchant is waited for.
    wait: Option<Wait>,
    /// Until when the merchant is waited for.
    reply_due: Option<Time>,
    /// The waits that ended: when, and after how many milliseconds.
    replies: Vec<(Time, u64)>,
    reviewed: bool,
    granted: bool,
    by_silence: bool,
    repaid: Amount,
    /// The rating that stands.
    rated: Option<(Time, u8)>,
}

/// A wait for the merchant's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Wait {
    since: Time,
    /// The deadline that passed without an answer.
    silent: Option<Time>,
}

/// What the measures need to know of one refund of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Refund {
    no: u16,
    case: u16,
    amount: Amount,
    /// When it was paid, if it stands as paid.
    paid_at: Option<Time>,
    by_bank: bool,
}

impl Record {
    /// Reads a history, the events of one trade in their order.
    #[must_use]
    pub fn of<'a>(history: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut record = Self::default();
        history.into_iter().for_each(|event| record.take(event));
        record
    }

    /// Takes the next event. One that was taken before is passed over.
    pub fn take(&mut self, event: &Event) {
        if event.seq <= self.seq {
            return;
        }
        self.seq = event.seq;
        for change in &event.changes {
            self.change(event, change);
        }
    }

    /// Whose trade it is; `None` before the order is placed.
    #[must_use]
    pub const fn merchant(&self) -> Option<Id> {
        self.merchant
    }

    fn change(&mut self, event: &Event, change: &Change) {
        match change {
            Change::Placed(placed) => {
                self.merchant = Some(placed.parties.merchant);
                self.currency = Some(placed.currency);
            }
            // An order of which nothing is due is paid without a payment.
            Change::Order(order::State::Paid | order::State::OnHold) => self.paid_at = self.paid_at.or(Some(event.at)),
            Change::Reached(Anchor::Paid, at) => self.paid_at = self.paid_at.or(Some(*at)),
            Change::Applied(parts) => self.paid = sum([self.paid, order_money(parts)]),
            Change::Disputed(payment, Dispute::Open | Dispute::Won | Dispute::Lost, _) => {
                if !self.disputed.contains(payment) {
                    self.disputed.push(*payment);
                }
            }
            Change::Opened(case) => self.cases.push(Case::new(event, case)),
            Change::Case(no, state) => self.of_case(*no, |case| case.enter(event, *state)),
            Change::Due(Subject::Case(no), deadline) => self.of_case(*no, |case| case.reply_due = reply_due(*deadline)),
            Change::OfCase(no, change) => self.of_case(*no, |case| case.change(event, change)),
            Change::Repaid(no, split) => self.of_case(*no, |case| case.repaid = sum([case.repaid, split.total()])),
            Change::Reserved(payout) => self.refunds.extend(Refund::new(payout)),
            Change::Refunded(no) => self.of_refund(*no, |refund| refund.paid_at = Some(event.at)),
            Change::LostReserve(no, split) => {
                self.of_refund(*no, |refund| refund.amount = refund.amount.less(split.total()));
            }
            Change::Reversed(no) => self.of_refund(*no, |refund| refund.paid_at = None),
            Change::OfRefund(no, RefundChange::Route(route)) => {
                self.of_refund(*no, |refund| refund.by_bank = *route == Some(Route::Bank));
            }
            Change::Order(_)
            | Change::Refund(..)
            | Change::Due(Subject::Order | Subject::Refund(_), _)
            | Change::Receipt(..)
            | Change::Counted(..)
            | Change::Repriced(_)
            | Change::Paid(..)
            | Change::Reached(..)
            | Change::Parcel(_)
            | Change::Units(..)
            | Change::Confirmed(..)
            | Change::Reopened(..)
            | Change::Goodwill(_)
            | Change::FundsReleased(_)
            | Change::FundsCharged(_)
            | Change::Perks { .. }
            | Change::Disputed(_, Dispute::Inquiry, _)
            | Change::Lost(_)
            | Change::LostClaim(..)
            | Change::Regained(_)
            | Change::Claim(..)
            | Change::Freed(_)
            | Change::Held(_)
            | Change::Noted(_)
            | Change::OfRefund(..) => {}
        }
    }

    fn of_case(&mut self, no: u16, change: impl FnOnce(&mut Case)) {
        if let Some(case) = self.cases.iter_mut().find(|case| case.no == no) {
            change(case);
        }
    }

    fn of_refund(&mut self, no: u16, change: impl FnOnce(&mut Refund)) {
        if let Some(refund) = self.refunds.iter_mut().find(|refund| refund.no == no) {
            change(refund);
        }
    }

    /// The refunds that have brought the case's money to the buyer.
    fn paid_of(&self, no: u16) -> impl Iterator<Item = (Time, Amount)> {
        let refunds = self.refunds.iter().filter(move |refund| refund.case == no && !refund.by_bank);
        refunds.filter_map(|refund| Some((refund.paid_at?, refund.amount)))
    }

    /// What stands as refunded for a case, less what was repaid.
    fn refunded(&self, case: &Case) -> Amount {
        sum(self.paid_of(case.no).map(|(_, amount)| amount)).less(case.repaid)
    }

    pub(super) fn count(&self, period: Period, measures: &mut Measures) {
        if self.paid_at.is_some_and(|at| period.contains(at)) {
            self.count_order(measures);
        }
        for case in &self.cases {
            let due = case.wait.and_then(|wait| Some((wait.silent?, wait.upto(wait.silent?))));
            let replies = case.replies.iter().copied().chain(due);
            replies.filter(|(at, _)| period.contains(*at)).for_each(|(_, took)| measures.reply.add(took));
            if let Some((_, took)) = self.refund_time(case).filter(|(at, _)| period.contains(*at)) {
                measures.refund.add(took);
            }
            if period.contains(case.opened_at) {
                measures.intervention_rate.one(case.reviewed);
                if case.granted {
                    measures.silence_share.one(case.by_silence);
                }
            }
            if let Some((_, stars)) = case.rated.filter(|(at, _)| period.contains(*at)) {
                measures.satisfaction.one(stars >= 4);
            }
        }
    }

    fn count_order(&self, measures: &mut Measures) {
        let refunded: Vec<Amount> = self.cases.iter().map(|case| self.refunded(case)).collect();
        measures.refund_rate.add(count(refunded.iter().filter(|amount| !amount.is_zero()).count()), 1);
        measures.dispute_rate.add(count(self.disputed.len()), 1);
        if let Some(currency) = self.currency {
            let ratio = measures.refunded.entry(currency).or_default();
            ratio.add(sum(refunded).minor(), self.paid.minor());
        }
    }

    /// When the money that was applied for had come, and after how long.
    fn refund_time(&self, case: &Case) -> Option<(Time, u64)> {
        let done = case.applied && case.state == State::Completed && !self.refunded(case).is_zero();
        let last = self.paid_of(case.no).filter(|(_, amount)| !amount.is_zero()).map(|(at, _)| at).max()?;
        done.then_some((last, millis(case.opened_at, last)))
    }
}

impl Case {
    fn new(event: &Event, case: &crate::trade::Case) -> Self {
        Self {
            no: case.no,
            state: case.state,
            opened_at: case.opened_at,
            applied: matches!(event.asked, Asked::Case(Action::Apply | Action::Declare)),
            wait: None,
            reply_due: None,
            replies: Vec::new(),
            reviewed: false,
            granted: false,
            by_silence: false,
            repaid: Amount::ZERO,
            rated: None,
        }
    }

    /// The case stands elsewhere: a wait for the merchant ends, or begins.
    fn enter(&mut self, event: &Event, to: State) {
        let from = core::mem::replace(&mut self.state, to);
        if let Some(mut wait) = self.wait.take() {
            if from == State::Requested && matches!(event.cause, Cause::Silence(_)) {
                wait.silent = Some(self.reply_due.unwrap_or(event.at));
            }
            if event.actor.role == Role::Merchant {
                self.replies.push((event.at, wait.upto(event.at)));
            } else if to == State::Overdue {
                // The merchant may still answer, later than allowed.
                self.wait = Some(wait);
            } else if let Some(due) = wait.silent {
                self.replies.push((due, wait.upto(due)));
            }
        }
        if to == State::Requested {
            self.wait = Some(Wait { since: event.at, silent: None });
        }
    }

    fn change(&mut self, event: &Event, change: &CaseChange) {
        match change {
            CaseChange::Review(_) => self.reviewed = true,
            CaseChange::Granted(ground, _) => {
                self.granted |= is_consent(*ground);
                self.by_silence |= *ground == Ground::Silence;
            }
            CaseChange::Stars(stars @ 1..=5) => self.rated = Some((event.at, *stars)),
            CaseChange::Stars(_)
            | CaseChange::Offer { .. }
            | CaseChange::Proposal { .. }
            | CaseChange::Reason { .. }
            | CaseChange::Units { .. }
            | CaseChange::Worth { .. }
            | CaseChange::BankPaid(_)
            | CaseChange::Before { .. }
            | CaseChange::Accepted
            | CaseChange::PartlyGranted { .. }
            | CaseChange::Repayment { .. }
            | CaseChange::WrittenOff { .. }
            | CaseChange::WriteOffUndone
            | CaseChange::Freight { .. }
            | CaseChange::FreightBefore { .. }
            | CaseChange::FreightBearer { .. }
            | CaseChange::Blame { .. }
            | CaseChange::Returned { .. }
            | CaseChange::PickedUp { .. }
            | CaseChange::Dispatched { .. }
            | CaseChange::SentBack { .. }
            | CaseChange::Address(_)
            | CaseChange::HoldsShipment { .. }
            | CaseChange::Charged { .. }
            | CaseChange::FreightCredited { .. }
            | CaseChange::FreightInsured { .. }
            | CaseChange::Silent { .. }
            | CaseChange::ProposedBy(_)
            | CaseChange::Rested { .. } => {}
        }
    }
}

impl Wait {
    fn upto(self, at: Time) -> u64 {
        millis(self.since, at)
    }
}

impl Refund {
    /// A refund of a case, unless it gives back a fee.
    fn new(payout: &Payout) -> Option<Self> {
        let case = payout.case.filter(|_| payout.ground != Ground::Fee)?;
        Some(Self { no: payout.no, case, amount: payout.amount, paid_at: None, by_bank: false })
    }
}

/// Whether somebody granted it, or let it be granted.
const fn is_consent(ground: Ground) -> bool {
    match ground {
        Ground::Agreement
        | Ground::Silence
        | Ground::Policy
        | Ground::Ruling
        | Ground::Declaration
        | Ground::Advance => true,
        Ground::Undelivered | Ground::Surplus | Ground::Fee => false,
    }
}

fn reply_due(deadline: Option<Deadline>) -> Option<Time> {
    let deadline = deadline.filter(|deadline| deadline.limit == Limit::MerchantReply);
    deadline.map(|deadline| deadline.until)
}

/// What of it was paid for the order itself.
fn order_money(parts: &[Part]) -> Amount {
    let own = |part: &&Part| match part.bucket {
        Bucket::Goods(_) | Bucket::Tax(_) | Bucket::Shipping | Bucket::Supplement => true,
        Bucket::Fee(_) | Bucket::Unapplied | Bucket::Surplus => false,
    };
    sum(parts.iter().filter(own).map(|part| part.amount))
}

fn sum(amounts: impl IntoIterator<Item = Amount>) -> Amount {
    Amount::sum(amounts).unwrap_or(Amount::new(u64::MAX))
}

fn count(things: usize) -> u64 {
    u64::try_from(things).unwrap_or(u64::MAX)
}

fn millis(from: Time, to: Time) -> u64 {
    u64::try_from(to.since(from)).unwrap_or(0)
}
