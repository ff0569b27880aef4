//! What is promised of a step as a whole: who was to be told of it was told.

use alloc::format;
use alloc::sync::Arc;

use super::moment::{held, used_up, worth_and_spent};
use super::process::{all_is_back, never_shipped, open_cases};
use super::{Kept, Promise, must};
use crate::after_sale::State as CaseState;
use crate::order::{Action as A, State as S};
use crate::refund::{Route, State as RefundState};
use crate::trade::{Asked, Bucket, Case, Change, Place, Subject, Trade};
use crate::{Counter, Dispute, Outcome, Rulebook};

/// What a step leads to as a whole: who was to be told of it was told.
pub(super) fn of_outcome(book: &Rulebook<'_>, after: &Outcome) -> Kept {
    let rows = after.events.iter().filter(|event| event.row.is_some());
    for event in rows {
        match event.asked {
            Asked::Refund(_) | Asked::Order(A::MarkDispute) => {
                if event.changes.iter().any(|change| matches!(change, Change::Regained(_))) {
                    is_owed_again(book, &after.trade)?;
                }
                refunds_follow_the_bank(book, &after.trade)?;
                is_over_when_all_is_back(&after.trade)?;
            }
            Asked::Case(_) => is_over_when_all_is_back(&after.trade)?,
            Asked::Order(_) => {}
        }
    }
    completed_pay_what_they_owe(book, &after.trade)
}

/// A completed case has paid what it owes and no more, but what was given up by name; or it has asked money back as often as
/// it may, and people have been told.
fn completed_pay_what_they_owe(book: &Rulebook<'_>, trade: &Trade) -> Kept {
    let asks = |case: &&Arc<Case>| !used_up(book, &case.counts, Counter::Overpays);
    for case in trade.cases.iter().filter(|case| case.state == CaseState::Completed).filter(asks) {
        let owes = if case.offer.kind.pays() { case.offer.amount } else { case.offer.difference };
        let beside = held(trade, case).saturating_sub(owes.minor());
        must(beside <= case.written_off.minor(), Promise::RefundsSumUp, Subject::Case(case.no), || {
            format!("it is completed, and {beside} is paid beside what it owes")
        })?;
    }
    Ok(())
}

/// What the bank has paid is not paid again, what it frees goes on, and what it takes back is owed again.
fn refunds_follow_the_bank(book: &Rulebook<'_>, trade: &Trade) -> Kept {
    use RefundState as R;
    for refund in &trade.refunds {
        let Some(payment) = trade.money.payment(refund.payment) else { continue };
        let by_bank = !refund.amount.is_zero() && refund.amount <= refund.bank_paid;
        let waits = [R::AwaitingApproval, R::Held, R::Failed, R::Abnormal, R::Unresolved].contains(&refund.state);
        let was_paid = refund.state == R::Paid && refund.route == Some(Route::Bank) && refund.repaid.total().is_zero();
        let left = !used_up(book, &refund.counts, Counter::DisputeMarks);
        let forgotten =
            (waits && by_bank) || (refund.state == R::Held && !payment.is_disputed()) || (was_paid && !by_bank && left);
        must(!forgotten, Promise::FactsHeard, Subject::Refund(refund.no), || {
            format!("it is {}, and the dispute of its payment is {:?}", refund.state, payment.dispute)
        })?;
    }
    Ok(())
}

/// What a bank has given back is not kept for nothing: what it had paid of a case is owed again, and so is what is there
/// again of goods that the buyer never had; but where a case was taken up again as often as it may be, and people have been
/// told.
fn is_owed_again(book: &Rulebook<'_>, trade: &Trade) -> Kept {
    let is_lost =
        |at: u16| trade.money.payment(at).is_some_and(|paid| matches!(paid.dispute, Some((Dispute::Lost, _))));
    for case in &trade.cases {
        let forgotten = case.bank_paid.iter().any(|share| !is_lost(share.payment));
        let owes = case.state == CaseState::Completed && case.offer.kind.pays();
        let given_up = used_up(book, &case.counts, Counter::Revivals);
        let lacks = owes && !given_up && held(trade, case) < case.offer.amount.minor();
        must(!forgotten && !lacks, Promise::FactsHeard, Subject::Case(case.no), || {
            format!("it is {}, and the bank has taken back what it had paid of it", case.state)
        })?;
    }
    for units in trade.goods.all() {
        let never = match units.place {
            Place::WithMerchant => units.closed || never_shipped(trade.head.state, units),
            Place::Lost => units.delivered_at.is_none(),
            Place::Returned => units.bounced(),
            _ => false,
        };
        let (worth, spent) = worth_and_spent(trade, core::slice::from_ref(units));
        let pots = [Bucket::Goods(units.line), Bucket::Tax(units.line)];
        let there = pots.iter().any(|bucket| !trade.money.pot(*bucket).kept().is_zero());
        let pays = |case: &&Arc<Case>| {
            matches!(case.state, CaseState::Refunding | CaseState::Unresolved) && case.names(units.span())
        };
        let kept =
            never && there && spent < worth && units.claim.is_none() && !trade.cases.iter().any(|case| pays(&case));
        must(!kept, Promise::NotNeither, Subject::Order, || {
            format!("of {:?} {} is kept, and the buyer never had them", units.span(), worth.saturating_sub(spent))
        })?;
    }
    Ok(())
}

/// An order of which everything has gone back, to the buyer or to the bank, is over unless a case is open.
fn is_over_when_all_is_back(trade: &Trade) -> Kept {
    let goes_on = !matches!(trade.head.state, S::Absent | S::Unpaid | S::Cancelled | S::Refunded);
    let nothing_left = goes_on && open_cases(trade) == 0 && all_is_back(trade);
    must(!nothing_left, Promise::StatesOfOrder, Subject::Order, || {
        format!("everything has gone back, and it is {}", trade.head.state)
    })
}
