//! What a case claims, owes and is owed.

use alloc::vec::Vec;

use super::super::flow::owes;
use super::super::plan;
use super::super::work::{Turn, Work};
use super::super::{
    Bucket, Case, CaseChange, Change, Defect, Offer, Part, Purpose, RefundChange, Repayment, Share, Split, Trade,
    UnitChange, UnitSpan, Units,
};
use super::case::subject;
use super::take_in;
use crate::Amount;
use crate::refund::{Ground, State as RefundState};

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
    let (amount, spans) = (claimed(case), own(&work.trade, case));
    let (has_all, shipping) = (spans == case.units, shipping_most(&work.trade, case, &spans));
    if !case.claim.shares.is_empty() {
        work.change(Change::Claim(no, Split::default()))?;
    }
    let owed = amount.less(held(&work.trade, no));
    let split = || plan::split(&work.trade, work.book.policy.refund_split, &spans, owed).filter(|_| has_all);
    // A row may ask for more than there is; before it is paid, the case owes no more than it could claim.
    let claim = split().unwrap_or_else(|| what_there_is(work, &spans, owed, shipping));
    work.change(Change::Claim(no, claim))
}

/// As much of an amount as units, with at most so much of the shipping, and the payments still hold.
pub(super) fn what_there_is(work: &Work<'_>, units: &[UnitSpan], amount: Amount, shipping: Amount) -> Split {
    let (trade, nothing) = (&work.trade, Split::default());
    let goods = plan::goods_room(trade, units, &nothing);
    let whole = goods.plus(plan::shipping_room(trade, &nothing, true).min(shipping)).unwrap_or(goods);
    let amount = amount.min(whole).min(plan::payments_room(trade, &nothing));
    plan::split(trade, work.book.policy.refund_split, units, amount).unwrap_or_default()
}

/// How much of the shipping a case may claim, of which these units are left: what is another's matter by now is not made up for
/// out of the shipping.
pub(super) fn shipping_most(trade: &Trade, case: &Case, own: &[UnitSpan]) -> Amount {
    if own == case.units { Amount::MOST } else { in_shipping(trade, case) }
}

/// What of the shipping a case claims, or its refunds hold.
fn in_shipping(trade: &Trade, case: &Case) -> Amount {
    let refunds = trade.refunds_of(case.no).filter(|refund| refund.state != RefundState::Cancelled);
    let parts = refunds.flat_map(|refund| &refund.split.parts).chain(&case.claim.parts);
    let of_shipping = parts.filter(|part| matches!(part.bucket, Bucket::Shipping | Bucket::Supplement));
    Amount::sum(of_shipping.map(|part| part.amount)).unwrap_or(Amount::MOST)
}

/// The units that a case is about, but those that are another's matter by now.
pub(super) fn own(trade: &Trade, case: &Case) -> Vec<UnitSpan> {
    let is_own = |units: &Units| units.claim.is_none_or(|by| by == case.no);
    let of_span = |span: &UnitSpan| {
        let whole = trade.goods.within(*span).all(|units| is_own(&units));
        let parts = trade.goods.within(*span).filter(is_own).filter(|_| !whole).map(|units| units.span());
        whole.then_some(*span).into_iter().chain(parts).collect::<Vec<_>>()
    };
    case.units.iter().flat_map(of_span).collect()
}

/// What an open case may yet owe, it claims again: of the units that it is still about, as far as they hold it.
pub(super) fn claim_again(work: &mut Work<'_>, no: u16, freed: Amount) -> Result<(), Defect> {
    let Some(case) = work.trade.case(no) else { return Ok(()) };
    // The refund that is being called off is still counted.
    let held = held(&work.trade, no).less(freed);
    let (owed, units) = (claimed(case).less(held), own(&work.trade, case));
    let shipping = shipping_most(&work.trade, case, &units);
    work.change(Change::Claim(no, Split::default()))?;
    let claim = what_there_is(work, &units, owed, shipping);
    work.change(Change::Claim(no, claim))
}

/// What an open case may yet owe beside a refund that is held again, and that still counts as called off.
pub(super) fn claim_beside(work: &mut Work<'_>, no: u16, amount: Amount) -> Result<(), Defect> {
    let Some(case) = work.trade.case(no) else { return Ok(()) };
    let held = held(&work.trade, no).plus(amount).ok_or(Defect::Money { what: "claim" })?;
    let (owed, units) = (claimed(case).less(held), own(&work.trade, case));
    let claim = what_there_is(work, &units, owed, shipping_most(&work.trade, case, &units));
    work.change(Change::Claim(no, claim))
}

/// Before a case pays, it claims all that it owes and its refunds do not hold, and the units that it is for. What is nowhere any
/// more, it owes no more.
pub(super) fn secure(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let lacks = |case: &Case, held: Amount| claimed(case).less(held).less(case.claim.total());
    let held = held(&work.trade, no);
    if lacks(subject(&work.trade, no)?, held).is_zero() {
        return Ok(());
    }
    let spans = own(&work.trade, subject(&work.trade, no)?);
    let free = |units: &Units| units.claim.is_none() && !units.closed;
    let free = spans.iter().flat_map(|span| work.trade.goods.within(*span)).filter(free).map(|units| units.span());
    let free: Vec<UnitSpan> = free.collect();
    claim_units(work, no, &free)?;
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
    let refunds =
        trade.refunds_of(no).filter(|refund| refund.state != RefundState::Cancelled && refund.ground != Ground::Fee);
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
    for of in [of_units_that_left, of_no_units, of_all_units] {
        let paid = work.trade.refunds_of(no).filter(|refund| refund.state == RefundState::Paid);
        let advances: Vec<u16> = paid.filter(|refund| refund.ground != Ground::Fee).map(|refund| refund.no).collect();
        for refund in advances {
            left = left.less(repay_of(work, no, refund, left, of)?);
        }
    }
    let surplus = surplus.plus(left).ok_or(Defect::Money { what: "repayment" })?;
    if surplus.is_zero() {
        return Ok(());
    }
    let part = Part { bucket: Bucket::Surplus, units: None, amount: surplus };
    take_in_amount(work, turn, surplus, part)
}

/// What is repaid of one refund, of what the choice gives of each of its parts. How much that was.
fn repay_of(work: &mut Work<'_>, no: u16, refund: u16, most: Amount, of: Chosen) -> Result<Amount, Defect> {
    let defect = Defect::Money { what: "repayment" };
    let (Some(case), Some(payout)) = (work.trade.case(no), work.trade.refund(refund)) else { return Ok(Amount::ZERO) };
    let (split, payment) = (payout.split.clone(), payout.payment);
    let Some(rest) = plan::subtract(&split, &payout.repaid) else { return Ok(Amount::ZERO) };
    let chosen = |part: &Part| of(&work.trade, case, part).into_iter().map(|mine| (*part, mine)).collect::<Vec<_>>();
    let (whole, mut parts): (Vec<Part>, Vec<Part>) = rest.parts.iter().flat_map(chosen).unzip();
    within_spent(&work.trade, &mut parts);
    let amount = Amount::sum(parts.iter().map(|part| part.amount)).ok_or(defect)?.min(most).min(rest.total());
    if amount.is_zero() {
        return Ok(amount);
    }
    let parts = plan::portion(&Split { parts, shares: Vec::new() }, amount).parts;
    let of_whole = whole.iter().zip(&parts).map(|(whole, part)| Part { amount: part.amount, ..*whole }).collect();
    let shares = alloc::vec![Share { payment, amount }];
    let owed = plan::subtract(&rest, &Split { parts: of_whole, shares: shares.clone() }).ok_or(defect)?;
    let repaid = plan::subtract(&split, &owed).ok_or(defect)?;
    work.change(Change::Repaid(no, Split { parts, shares }))?;
    work.of_refund(refund, RefundChange::Repaid(repaid))?;
    Ok(amount)
}

/// No units give back more than is spent of them.
fn within_spent(trade: &Trade, parts: &mut [Part]) {
    let mut seen: Vec<(UnitSpan, Amount)> = Vec::new();
    for part in parts {
        let Some((span, line)) = part.units.and_then(|span| Some((span, trade.line_at(span.line)?))) else { continue };
        let spent = line.value(span.first, span.count).less(trade.goods.room(line, span));
        let earlier = seen.iter().filter(|(of, _)| *of == span).map(|(_, amount)| *amount);
        part.amount = part.amount.min(spent.less(Amount::sum(earlier).unwrap_or(Amount::MOST)));
        seen.push((span, part.amount));
    }
}

/// What of a part of a refund a repayment is for.
type Chosen = fn(&Trade, &Case, &Part) -> Vec<Part>;

/// First, what was advanced for units that have left the case since, and of which no later case is.
fn of_units_that_left(trade: &Trade, case: &Case, part: &Part) -> Vec<Part> {
    let Some((span, line)) = part.units.and_then(|span| Some((span, trade.line_at(span.line)?))) else {
        return Vec::new();
    };
    let later = |units: &Units| trade.cases.iter().any(|other| other.no > case.no && other.names(units.span()));
    let left = trade.goods.within(span).filter(|units| !case.names(units.span()) && !later(units));
    let whole = line.value(span.first, span.count).minor();
    let share = |units: Units| {
        let amount = part.amount.share(line.value(units.first, units.count).minor(), whole);
        Part { units: Some(units.span()), amount, ..*part }
    };
    left.map(share).collect()
}

/// Then the shipping: an amount is for goods first.
fn of_no_units(_: &Trade, _: &Case, part: &Part) -> Vec<Part> {
    if part.units.is_none() { alloc::vec![*part] } else { Vec::new() }
}

/// Then the units of the case itself.
fn of_all_units(_: &Trade, _: &Case, part: &Part) -> Vec<Part> {
    if part.units.is_some() { alloc::vec![*part] } else { Vec::new() }
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
