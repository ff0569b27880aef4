//! Folding: what an event makes of a trade. Data only, no rules; replay and every step go through here.

use alloc::sync::Arc;

use super::ledger::Column;
use super::plan::subtract;
use super::{
    Case, CaseChange, Change, Counts, Defect, Event, Goods, Line, Payout, Placed, RefundChange, Split, Subject, Trade,
};
use crate::{Amount, Anchor, Id, Time};

/// Folds events into the trade that they made, from its first event on.
///
/// # Errors
///
/// [`Defect`] if the events are not the whole, unbroken history of one trade.
pub fn replay<'a>(trade: &mut Trade, events: impl IntoIterator<Item = &'a Event>) -> Result<(), Defect> {
    events.into_iter().try_for_each(|event| evolve(trade, event))?;
    if trade.money.is_conserved() { Ok(()) } else { Err(Defect::Money { what: "whole" }) }
}

/// Folds one event.
pub(crate) fn evolve(trade: &mut Trade, event: &Event) -> Result<(), Defect> {
    let expected = trade.events.saturating_add(1);
    if event.seq != expected {
        return Err(Defect::Gap { expected, found: event.seq });
    }
    if event.at < trade.at {
        return Err(Defect::Backwards { seq: event.seq });
    }
    let follows = event.version == trade.version || Some(event.version) == trade.version.checked_add(1);
    if !follows || event.version == 0 {
        return Err(Defect::Version { seq: event.seq, found: event.version });
    }
    if trade.events == 0 && !matches!(event.changes.first(), Some(Change::Placed(_))) {
        return Err(Defect::Placing);
    }
    event.changes.iter().try_for_each(|change| apply(trade, change))?;
    close(trade, event)
}

/// Marks an event as folded.
pub(crate) fn close(trade: &mut Trade, event: &Event) -> Result<(), Defect> {
    trade.events = event.seq;
    trade.at = event.at;
    trade.version = event.version;
    match event.subject {
        Subject::Order => trade.head.touched = event.version,
        Subject::Case(no) => case(&mut trade.cases, no)?.touched = event.version,
        Subject::Refund(no) => refund(&mut trade.refunds, no)?.touched = event.version,
    }
    Ok(())
}

/// Makes one change.
pub(crate) fn apply(trade: &mut Trade, change: &Change) -> Result<(), Defect> {
    match change {
        Change::Placed(placed) => place(trade, placed)?,
        Change::Order(state) => trade.head.state = *state,
        Change::Case(no, state) => case(&mut trade.cases, *no)?.state = *state,
        Change::Refund(no, state) => refund(&mut trade.refunds, *no)?.state = *state,
        Change::Due(Subject::Order, deadline) => trade.head.deadline = *deadline,
        Change::Due(Subject::Case(no), deadline) => case(&mut trade.cases, *no)?.deadline = *deadline,
        Change::Due(Subject::Refund(no), deadline) => refund(&mut trade.refunds, *no)?.deadline = *deadline,
        Change::Receipt(at, deadline) => line(trade, *at)?.receipt = *deadline,
        Change::Counted(subject, tally) => counts(trade, *subject)?.spend(*tally),
        Change::Repriced(prices) => {
            for (line, (goods, tax)) in trade.lines.iter_mut().zip(prices) {
                (line.goods, line.tax) = (*goods, *tax);
            }
        }
        Change::Paid(payment, parts) => trade.money.take_in(payment.as_ref().clone(), parts)?,
        Change::Applied(parts) => trade.money.apply(parts)?,
        Change::Reached(anchor, at) => reach(trade, *anchor, *at),
        Change::Parcel(parcel) => {
            admit(trade, parcel.carrier);
            trade.parcels.push(*parcel);
        }
        Change::Units(span, change) => {
            let line = trade.lines.get(usize::from(span.line)).ok_or(Defect::UnknownLine(span.line))?;
            trade.goods.change(*span, line, *change)?;
        }
        Change::Confirmed(at, when) => line(trade, *at)?.confirmed_at = Some(*when),
        Change::Reopened(until, reason) => {
            (trade.head.reopened_until, trade.head.reopened_for) = (Some(*until), *reason)
        }
        Change::Goodwill(amount) => {
            let sum = trade.head.goodwill.plus(*amount);
            trade.head.goodwill = sum.ok_or(Defect::Money { what: "goodwill" })?;
        }
        Change::FundsReleased(amount) => {
            let sum = trade.head.released.plus(*amount);
            trade.head.released = sum.ok_or(Defect::Money { what: "funds" })?;
        }
        Change::FundsCharged(amount) => {
            let rest = trade.head.released.minus(*amount);
            trade.head.released = rest.ok_or(Defect::Money { what: "funds" })?;
        }
        Change::Perks { restored, clawed, coupon } => {
            let bill = &mut trade.head.bill;
            bill.points_restored = bill.points_restored.saturating_add(*restored);
            bill.points_clawed = bill.points_clawed.saturating_add(*clawed);
            bill.coupon_restored |= coupon;
        }
        Change::Disputed(payment, stage, at) => {
            let payment = trade.money.payments.get_mut(usize::from(*payment));
            payment.ok_or(Defect::Money { what: "payment" })?.dispute = Some((*stage, *at));
        }
        Change::Lost(split) => {
            trade.money.shift(split, Column::Kept, Column::Lost)?;
            remember_loss(trade, split);
            spend(&mut trade.goods, &trade.lines, split)?;
        }
        Change::LostClaim(no, split) => {
            trade.money.shift(split, Column::Claimed, Column::Lost)?;
            remember_loss(trade, split);
            spend(&mut trade.goods, &trade.lines, split)?;
            let case = case(&mut trade.cases, *no)?;
            case.claim = subtract(&case.claim, split).ok_or(Defect::Money { what: "claim" })?;
        }
        Change::Regained(split) => {
            trade.money.shift(split, Column::Lost, Column::Kept)?;
            forget_loss(trade, split);
            unspend(&mut trade.goods, &trade.lines, split)?;
        }
        Change::Opened(opened) => {
            follows(opened.no, trade.cases.len(), Subject::Case)?;
            trade.cases.push(Arc::new(Case::clone(opened)));
        }
        Change::Claim(no, split) => {
            let case = case(&mut trade.cases, *no)?;
            trade.money.shift(&case.claim, Column::Claimed, Column::Kept)?;
            trade.money.shift(split, Column::Kept, Column::Claimed)?;
            case.claim.clone_from(split);
        }
        Change::OfCase(no, change) => {
            if let CaseChange::Returned(Some(parcel))
            | CaseChange::Dispatched(Some(parcel))
            | CaseChange::SentBack(Some(parcel)) = change
            {
                admit(trade, parcel.carrier);
            }
            of_case(case(&mut trade.cases, *no)?, change)?;
        }
        Change::Reserved(payout) => {
            follows(payout.no, trade.refunds.len(), Subject::Refund)?;
            trade.money.shift(&payout.split, Column::Kept, Column::Reserved)?;
            spend(&mut trade.goods, &trade.lines, &payout.split)?;
            trade.refunds.push(Arc::new(Payout::clone(payout)));
        }
        Change::Refunded(no) => {
            let split = split_of(&trade.refunds, *no)?;
            trade.money.shift(split, Column::Reserved, Column::Refunded)?;
        }
        Change::Freed(no) => {
            let split = split_of(&trade.refunds, *no)?;
            trade.money.shift(split, Column::Reserved, Column::Kept)?;
            unspend(&mut trade.goods, &trade.lines, split)?;
        }
        Change::Held(no) => {
            let split = split_of(&trade.refunds, *no)?;
            trade.money.shift(split, Column::Kept, Column::Reserved)?;
            spend(&mut trade.goods, &trade.lines, split)?;
        }
        Change::LostReserve(no, split) => {
            trade.money.shift(split, Column::Reserved, Column::Lost)?;
            remember_loss(trade, split);
            let payout = refund(&mut trade.refunds, *no)?;
            payout.split = subtract(&payout.split, split).ok_or(Defect::Money { what: "refund" })?;
            payout.amount = payout.split.total();
        }
        Change::Reversed(no) => {
            let split = split_of(&trade.refunds, *no)?;
            trade.money.shift(split, Column::Refunded, Column::Reserved)?;
        }
        Change::Repaid(no, split) => {
            trade.money.shift(split, Column::Refunded, Column::Kept)?;
            unspend(&mut trade.goods, &trade.lines, split)?;
            let repaid = case(&mut trade.cases, *no)?;
            repaid.repaid = repaid.repaid.plus(split.total()).ok_or(Defect::Money { what: "repayment" })?;
        }
        Change::Noted(noted) => trade.noted.push(*noted),
        Change::OfRefund(no, change) => of_refund(trade, *no, change)?,
    }
    Ok(())
}

/// Cases and refunds are numbered without a gap: number n stands at place n − 1.
fn follows(no: u16, so_far: usize, subject: fn(u16) -> Subject) -> Result<(), Defect> {
    let expected = so_far.checked_add(1);
    if expected == Some(usize::from(no)) { Ok(()) } else { Err(Defect::Misnumbered(subject(no))) }
}

fn place(trade: &mut Trade, placed: &Placed) -> Result<(), Defect> {
    if trade.events > 0 || !trade.lines.is_empty() {
        return Err(Defect::Placing);
    }
    let units = placed.lines.iter().try_fold(0_u32, |sum, line| sum.checked_add(line.count));
    if units.is_none() {
        return Err(Defect::Range { what: "the units" });
    }
    // A line is known by its place, and the last place of all stays free: what counts them must not run over.
    if placed.lines.len() >= usize::from(u16::MAX) {
        return Err(Defect::Range { what: "the lines" });
    }
    trade.terms = placed.terms;
    trade.parties = placed.parties.clone();
    trade.currency = placed.currency;
    trade.head.bill = placed.bill;
    trade.lines.clone_from(&placed.lines);
    for (at, line) in (0_u16..).zip(&placed.lines) {
        trade.goods.place(at, line.count);
    }
    Ok(())
}

const fn reach(trade: &mut Trade, anchor: Anchor, at: Time) {
    let head = &mut trade.head;
    match anchor {
        Anchor::Placed => head.placed_at = Some(at),
        Anchor::Paid => head.paid_at = Some(at),
        Anchor::Shipped => head.shipped_at = Some(at),
        Anchor::Delivered | Anchor::LastDelivered => head.delivered_at = Some(at),
        Anchor::Completed => head.completed_at = Some(at),
        // Kept where they happen: in the deadline, and in the case.
        Anchor::Entry | Anchor::Applied => {}
    }
}

fn of_case(case: &mut Case, change: &CaseChange) -> Result<(), Defect> {
    match change {
        CaseChange::Offer(offer) => case.offer = *offer,
        CaseChange::Proposal(proposal) => case.proposal = *proposal,
        CaseChange::Reason(reason) => case.reason = *reason,
        CaseChange::Units(units) => case.units.clone_from(units),
        CaseChange::Worth(worth) => case.worth = *worth,
        CaseChange::BankPaid(shares) => case.bank_paid.clone_from(shares),
        CaseChange::Before(before) => case.before = *before,
        CaseChange::Review(review) => case.review = Some(*review),
        CaseChange::Granted(ground, by) => (case.ground, case.granted_by) = (Some(*ground), *by),
        CaseChange::ProposedBy(person) => case.proposed_by = Some(*person),
        CaseChange::Accepted => case.accepted = true,
        CaseChange::PartlyGranted(partly) => case.partly_granted = *partly,
        CaseChange::Repayment(repayment) => case.repayments.push(*repayment),
        CaseChange::WrittenOff(amount) => {
            case.written_off = case.written_off.plus(*amount).ok_or(Defect::Money { what: "write-off" })?;
        }
        CaseChange::WriteOffUndone => case.written_off = Amount::ZERO,
        CaseChange::Freight(amount) => case.freight = *amount,
        CaseChange::FreightBefore(amount) => case.freight_before = *amount,
        CaseChange::FreightBearer(bearer) => case.freight_bearer = Some(*bearer),
        CaseChange::Blame(blame) => case.blame = Some(*blame),
        CaseChange::Returned(parcel) => case.returned = *parcel,
        CaseChange::PickedUp(picked_up) => case.picked_up = *picked_up,
        CaseChange::Dispatched(parcel) => case.dispatched = *parcel,
        CaseChange::SentBack(parcel) => case.sent_back = *parcel,
        CaseChange::Address(address) => case.address = Some(address.clone()),
        CaseChange::HoldsShipment(held) => case.holds_shipment = *held,
        CaseChange::Charged(amount) => {
            case.charged = case.charged.plus(*amount).ok_or(Defect::Money { what: "charge" })?;
        }
        CaseChange::FreightCredited(amount) => {
            case.freight_credited = case.freight_credited.plus(*amount).ok_or(Defect::Money { what: "freight" })?;
        }
        CaseChange::FreightInsured(amount) => {
            let sum = case.freight_insured.plus(*amount);
            case.freight_insured = sum.ok_or(Defect::Money { what: "freight" })?;
        }
        CaseChange::Stars(stars) => case.stars = Some(*stars),
        CaseChange::Silent(silent) => case.silent = *silent,
        CaseChange::Rested(at) => case.rested_at = *at,
    }
    Ok(())
}

fn of_refund(trade: &mut Trade, no: u16, change: &RefundChange) -> Result<(), Defect> {
    let payout = refund(&mut trade.refunds, no)?;
    let paid_with = payout.payment;
    match change {
        RefundChange::Sent(at) => {
            let is_first = payout.attempt == 0;
            payout.sent_at = Some(*at);
            if payout.sent_key != payout.key_number {
                (payout.key_since, payout.known_as) = (Some(*at), None);
            }
            payout.sent_key = payout.key_number;
            payout.attempt = payout.attempt.saturating_add(1);
            let payment = trade.money.payments.get_mut(usize::from(paid_with));
            let payment = payment.ok_or(Defect::Money { what: "payment" })?;
            payment.refunded_at = Some(*at);
            // Tried again, it is the same refund to the channel.
            payment.refunds = payment.refunds.saturating_add(is_first.into());
        }
        RefundChange::NewKey => payout.key_number = payout.key_number.saturating_add(1),
        RefundChange::KnownAs(name) => payout.known_as = Some(*name),
        RefundChange::Reference(reference) => payout.reference = Some(*reference),
        RefundChange::PaidBy(key) => payout.paid_key = *key,
        RefundChange::Reversal(reference) => payout.reversals.push(*reference),
        RefundChange::Account(account) => payout.account = Some(account.clone()),
        RefundChange::Elsewhere(elsewhere) => payout.elsewhere.clone_from(elsewhere),
        RefundChange::Rejected => payout.rejected = true,
        RefundChange::Route(route) => payout.route = *route,
        RefundChange::BankPaid(amount) => payout.bank_paid = *amount,
        RefundChange::Repaid(part) => payout.repaid.clone_from(part),
    }
    Ok(())
}

/// A payment remembers what the bank took of it, so that it can be given back to where it came from.
fn remember_loss(trade: &mut Trade, split: &Split) {
    for share in &split.shares {
        if let Some(payment) = trade.money.payments.get_mut(usize::from(share.payment)) {
            payment.lost.extend_from_slice(&split.parts);
        }
    }
}

fn forget_loss(trade: &mut Trade, split: &Split) {
    for share in &split.shares {
        if let Some(payment) = trade.money.payments.get_mut(usize::from(share.payment)) {
            payment.lost.clear();
        }
    }
}

/// Money of lines is spent from the units that it was paid for.
fn spend(goods: &mut Goods, lines: &[Line], split: &Split) -> Result<(), Defect> {
    for (span, amount) in split.parts.iter().filter_map(|part| Some((part.units?, part.amount))) {
        let line = lines.get(usize::from(span.line)).ok_or(Defect::UnknownLine(span.line))?;
        goods.spend(span, line, amount)?;
    }
    Ok(())
}

fn unspend(goods: &mut Goods, lines: &[Line], split: &Split) -> Result<(), Defect> {
    for (span, amount) in split.parts.iter().filter_map(|part| Some((part.units?, part.amount))) {
        let line = lines.get(usize::from(span.line)).ok_or(Defect::UnknownLine(span.line))?;
        goods.unspend(span, line, amount)?;
    }
    Ok(())
}

/// The carrier of a parcel of the trade may report on it from now on.
fn admit(trade: &mut Trade, carrier: Id) {
    if !trade.parties.carriers.contains(&carrier) {
        trade.parties.carriers.push(carrier);
    }
}

fn line(trade: &mut Trade, at: u16) -> Result<&mut Line, Defect> {
    trade.lines.get_mut(usize::from(at)).ok_or(Defect::UnknownLine(at))
}

fn case(cases: &mut [Arc<Case>], no: u16) -> Result<&mut Case, Defect> {
    let at = usize::from(no).checked_sub(1);
    at.and_then(|at| cases.get_mut(at)).map(Arc::make_mut).ok_or(Defect::Unknown(Subject::Case(no)))
}

fn refund(refunds: &mut [Arc<Payout>], no: u16) -> Result<&mut Payout, Defect> {
    let at = usize::from(no).checked_sub(1);
    at.and_then(|at| refunds.get_mut(at)).map(Arc::make_mut).ok_or(Defect::Unknown(Subject::Refund(no)))
}

/// What a refund is made of, only to be read: whatever is changed is no longer shared.
fn split_of(refunds: &[Arc<Payout>], no: u16) -> Result<&Split, Defect> {
    let at = usize::from(no).checked_sub(1);
    at.and_then(|at| refunds.get(at)).map(|payout| &payout.split).ok_or(Defect::Unknown(Subject::Refund(no)))
}

fn counts(trade: &mut Trade, subject: Subject) -> Result<&mut Counts, Defect> {
    Ok(match subject {
        Subject::Order => &mut trade.head.counts,
        Subject::Case(no) => &mut case(&mut trade.cases, no)?.counts,
        Subject::Refund(no) => &mut refund(&mut trade.refunds, no)?.counts,
    })
}
