//! What a case claims, owes and is owed.

use alloc::vec::Vec;

use super::super::flow::owes;
use super::super::plan;
use super::super::work::{Turn, Work};
use super::super::{
    Bucket, Case, CaseChange, Change, Defect, Offer, Part, Purpose, RefundChange, Repayment, Split, Trade, UnitChange,
    UnitSpan,
};
use super::case::subject;
use super::take_in;
use crate::Amount;
use crate::refund::Ground;

/// What a case pays is claimed as it stands; what it sends is claimed by its worth, so that turning it into money never
/// fails for want of room.
pub(crate) fn claimed(case: &Case) -> Amount {
    if case.offer.kind.pays() { case.offer.amount } else { case.worth }
}

pub(super) fn claim_units(work: &mut Work<'_>, no: u16, spans: &[UnitSpan]) -> Result<(), Defect> {
    spans.iter().try_for_each(|span| work.change(Change::Units(*span, UnitChange::Claimed(no))))
}

/// Claims anew what the case is about now.
pub(super) fn claim_money(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let case = subject(&work.trade, no)?;
    let (amount, spans) = (claimed(case), case.units.clone());
    if !case.claim.shares.is_empty() {
        work.change(Change::Claim(no, Split::default()))?;
    }
    let held = held(&work.trade, no);
    let owed = amount.less(held);
    let split = plan::split(&work.trade, work.book.policy.refund_split, &spans, owed);
    // A row may ask for more than there is; before it is paid, the case owes no more than it could claim.
    let claim = split.unwrap_or_else(|| what_there_is(work, &spans, owed));
    work.change(Change::Claim(no, claim))
}

/// As much of an amount as units, with the shipping, and the payments still hold.
pub(super) fn what_there_is(work: &Work<'_>, units: &[UnitSpan], amount: Amount) -> Split {
    let (trade, nothing) = (&work.trade, Split::default());
    let goods = plan::goods_room(trade, units, &nothing);
    let whole = goods.plus(plan::shipping_room(trade, &nothing, true)).unwrap_or(goods);
    let amount = amount.min(whole).min(plan::payments_room(trade, &nothing));
    plan::split(trade, work.book.policy.refund_split, units, amount).unwrap_or_default()
}

/// What an open case may yet owe, it claims again: of the units that it is still about, as far as they hold it.
pub(super) fn claim_again(work: &mut Work<'_>, no: u16, freed: Amount) -> Result<(), Defect> {
    let Some(case) = work.trade.case(no) else { return Ok(()) };
    // The refund that is being called off is still counted.
    let held = held(&work.trade, no).less(freed);
    let (owed, units) = (claimed(case).less(held), case.units.clone());
    work.change(Change::Claim(no, Split::default()))?;
    let claim = what_there_is(work, &units, owed);
    work.change(Change::Claim(no, claim))
}

/// Before a case pays, it claims all that it owes and its refunds do not hold. What is nowhere any more, it owes no
/// more.
pub(super) fn secure(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let lacks = |case: &Case, held: Amount| claimed(case).less(held).less(case.claim.total());
    let held = held(&work.trade, no);
    if lacks(subject(&work.trade, no)?, held).is_zero() {
        return Ok(());
    }
    claim_again(work, no, Amount::ZERO)?;
    let case = subject(&work.trade, no)?;
    let (gone, offer) = (lacks(case, held), case.offer);
    if gone.is_zero() {
        return Ok(());
    }
    work.of_case(no, CaseChange::Offer(Offer { amount: offer.amount.less(gone), ..offer }))
}

/// What the refunds of a case hold for it: all that are not cancelled, less what the buyer repaid. Fees apart.
pub(crate) fn held(trade: &Trade, no: u16) -> Amount {
    let refunds = trade
        .refunds_of(no)
        .filter(|refund| refund.state != crate::refund::State::Cancelled && refund.ground != Ground::Fee);
    let repaid = trade.case(no).map_or(Amount::ZERO, |case| case.repaid);
    Amount::sum(refunds.map(|refund| refund.amount)).unwrap_or(Amount::MOST).less(repaid)
}

pub(super) fn pay_fee(work: &mut Work<'_>, turn: &Turn<'_>, no: u16) -> Result<(), Defect> {
    let due = fee_due(&work.trade, no);
    let towards_fee = turn.amount().min(due);
    let surplus = turn.amount().less(due);
    let parts = [(Bucket::Fee(no), towards_fee), (Bucket::Surplus, surplus)];
    let parts: Vec<Part> = parts.into_iter().map(|(bucket, amount)| Part { bucket, units: None, amount }).collect();
    take_in(work, turn, Purpose::Fee(no), &parts)
}

/// What of the agreed fee is still to be paid.
pub(crate) fn fee_due(trade: &Trade, no: u16) -> Amount {
    let fee = trade.case(no).map_or(Amount::ZERO, |case| case.offer.fee);
    fee.less(fee_paid(trade, no))
}

/// What was paid of a fee and has not gone back.
pub(crate) fn fee_paid(trade: &Trade, no: u16) -> Amount {
    trade.money.pot(Bucket::Fee(no)).kept()
}

/// What the buyer repays goes back to where the advance came from; what is beyond that is a surplus.
pub(super) fn repay(work: &mut Work<'_>, turn: &Turn<'_>, no: u16) -> Result<(), Defect> {
    let repayment = Repayment {
        gateway: turn.actor.id,
        reference: turn.detail.reference.ok_or(Defect::Range { what: "the reference" })?,
        amount: turn.amount(),
    };
    work.of_case(no, CaseChange::Repayment(repayment))?;
    let mut left = repayment.amount.min(owed_by_buyer(&work.trade, no));
    let surplus = turn.amount().less(left);
    let advances: Vec<(u16, Split, Split)> = (work.trade.refunds_of(no))
        .filter(|refund| refund.state == crate::refund::State::Paid && refund.ground != Ground::Fee)
        .filter_map(|refund| {
            let rest = plan::subtract(&refund.split, &refund.repaid)?;
            Some((refund.no, refund.split.clone(), rest))
        })
        .collect();
    for (refund, split, rest) in advances {
        let here = rest.total().min(left);
        left = left.less(here);
        if !here.is_zero() {
            let part = plan::portion(&rest, here);
            let owed = plan::subtract(&rest, &part).ok_or(Defect::Money { what: "repayment" })?;
            let repaid = plan::subtract(&split, &owed).ok_or(Defect::Money { what: "repayment" })?;
            work.change(Change::Repaid(no, part))?;
            work.of_refund(refund, RefundChange::Repaid(repaid))?;
        }
    }
    let surplus = surplus.plus(left).ok_or(Defect::Money { what: "repayment" })?;
    if surplus.is_zero() {
        return Ok(());
    }
    let part = Part { bucket: Bucket::Surplus, units: None, amount: surplus };
    take_in_amount(work, turn, surplus, part)
}

pub(super) fn take_in_amount(work: &mut Work<'_>, turn: &Turn<'_>, amount: Amount, part: Part) -> Result<(), Defect> {
    let detail = super::super::Detail { amount: Some(amount.into()), ..turn.detail.clone() };
    take_in(work, &Turn { detail: &detail, ..*turn }, Purpose::Order, &[part])
}

/// What was advanced, is beyond what is granted, and neither repaid nor written off.
pub(crate) fn owed_by_buyer(trade: &Trade, no: u16) -> Amount {
    let Some(case) = trade.case(no) else {
        return Amount::ZERO;
    };
    let granted = if case.partly_granted { owes(case) } else { Amount::ZERO };
    advanced(trade, no).less(granted).less(case.written_off)
}

/// What is paid for a case, or on its way and cannot be stopped, less what was repaid.
pub(crate) fn advanced(trade: &Trade, no: u16) -> Amount {
    use crate::refund::State as RefundState;
    let gone = trade.refunds_of(no).filter(|refund| {
        (refund.state.is_underway() || refund.state == RefundState::Paid) && refund.ground != Ground::Fee
    });
    let repaid = trade.case(no).map_or(Amount::ZERO, |case| case.repaid);
    Amount::sum(gone.map(|refund| refund.amount)).unwrap_or(Amount::MOST).less(repaid)
}

/// What is not with the buyer any more is no loss.
pub(super) fn undo_write_off(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let lost = subject(&work.trade, no)?.written_off;
    let is_back = advanced(&work.trade, no).is_zero() && !lost.is_zero();
    if is_back { work.of_case(no, CaseChange::WriteOffUndone) } else { Ok(()) }
}

pub(super) fn write_off(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let owed = owed_by_buyer(&work.trade, no);
    if owed.is_zero() { Ok(()) } else { work.of_case(no, CaseChange::WrittenOff(owed)) }
}
