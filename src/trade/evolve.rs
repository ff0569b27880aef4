//! Folding: what an event makes of a trade. Data only, no rules; replay and every step go through here.

mod money;

use alloc::sync::Arc;

use super::ledger::Column;
use super::{
    Bill, Case, CaseChange, Change, Counts, Deadline, Defect, Event, Head, Line, Parcel, Payment, Payout, Placed,
    RefundChange, Subject, Trade, UnitChange, UnitSpan,
};
use crate::{Amount, Anchor, Id, Reason, Time};
use money::{claim, free, hold, lose, lose_claim, lose_reserve, regain, repay, reserve, shift};

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

/// Makes one change: one line each, and what it comes to below.
pub(crate) fn apply(trade: &mut Trade, change: &Change) -> Result<(), Defect> {
    match change {
        Change::Placed(placed) => return place(trade, placed),
        Change::Order(state) => trade.head.state = *state,
        Change::Case(no, state) => case(&mut trade.cases, *no)?.state = *state,
        Change::Refund(no, state) => refund(&mut trade.refunds, *no)?.state = *state,
        Change::Due(subject, deadline) => *due(trade, *subject)? = *deadline,
        Change::Receipt(at, deadline) => line(trade, *at)?.receipt = *deadline,
        Change::Counted(subject, tally) => counts(trade, *subject)?.spend(*tally),
        Change::Repriced(prices) => reprice(&mut trade.lines, prices),
        Change::Paid(payment, parts) => return trade.money.take_in(payment.as_ref().clone(), parts),
        Change::Applied(parts) => return trade.money.apply(parts),
        Change::Reached(anchor, at) => reach(trade, *anchor, *at),
        Change::Parcel(parcel) => send(trade, *parcel),
        Change::Units(span, change) => return of_units(trade, *span, *change),
        Change::Confirmed(at, when) => line(trade, *at)?.confirmed_at = Some(*when),
        Change::Reopened(until, reason) => reopen(&mut trade.head, *until, *reason),
        Change::Goodwill(amount) => return add(&mut trade.head.goodwill, *amount, "goodwill"),
        Change::FundsReleased(amount) => return add(&mut trade.head.released, *amount, "funds"),
        Change::FundsCharged(amount) => return take(&mut trade.head.released, *amount, "funds"),
        Change::Perks { restored, clawed, coupon } => credit(&mut trade.head.bill, *restored, *clawed, *coupon),
        Change::Disputed(at, stage, when) => payment(trade, *at)?.dispute = Some((*stage, *when)),
        Change::Lost(split) => return lose(trade, split, Column::Kept),
        Change::LostClaim(no, split) => return lose_claim(trade, *no, split),
        Change::Regained(split) => return regain(trade, split),
        Change::Opened(opened) => return open(trade, opened),
        Change::Claim(no, split) => return claim(trade, *no, split),
        Change::OfCase(no, change) => return change_case(trade, *no, change),
        Change::Reserved(payout) => return reserve(trade, payout),
        Change::Refunded(no) => return shift(trade, *no, Column::Reserved, Column::Refunded),
        Change::Freed(no) => return free(trade, *no),
        Change::Held(no) => return hold(trade, *no),
        Change::LostReserve(no, split) => return lose_reserve(trade, *no, split),
        Change::Reversed(no) => return shift(trade, *no, Column::Refunded, Column::Reserved),
        Change::Repaid(no, split) => return repay(trade, *no, split),
        Change::Noted(noted) => trade.noted.push(*noted),
        Change::OfRefund(no, change) => return of_refund(trade, *no, change),
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
        CaseChange::WrittenOff(amount) => return add(&mut case.written_off, *amount, "write-off"),
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
        CaseChange::Charged(amount) => return add(&mut case.charged, *amount, "charge"),
        CaseChange::FreightCredited(amount) => return add(&mut case.freight_credited, *amount, "freight"),
        CaseChange::FreightInsured(amount) => return add(&mut case.freight_insured, *amount, "freight"),
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

fn due(trade: &mut Trade, subject: Subject) -> Result<&mut Option<Deadline>, Defect> {
    Ok(match subject {
        Subject::Order => &mut trade.head.deadline,
        Subject::Case(no) => &mut case(&mut trade.cases, no)?.deadline,
        Subject::Refund(no) => &mut refund(&mut trade.refunds, no)?.deadline,
    })
}

fn payment(trade: &mut Trade, at: u16) -> Result<&mut Payment, Defect> {
    trade.money.payments.get_mut(usize::from(at)).ok_or(Defect::Money { what: "payment" })
}

/// Adds to a sum that is kept.
fn add(sum: &mut Amount, more: Amount, what: &'static str) -> Result<(), Defect> {
    *sum = sum.plus(more).ok_or(Defect::Money { what })?;
    Ok(())
}

/// Takes from a sum that is kept.
fn take(sum: &mut Amount, less: Amount, what: &'static str) -> Result<(), Defect> {
    *sum = sum.minus(less).ok_or(Defect::Money { what })?;
    Ok(())
}

fn reprice(lines: &mut [Line], prices: &[(Amount, Amount)]) {
    for (line, (goods, tax)) in lines.iter_mut().zip(prices) {
        (line.goods, line.tax) = (*goods, *tax);
    }
}

const fn reopen(head: &mut Head, until: Time, reason: Option<Reason>) {
    (head.reopened_until, head.reopened_for) = (Some(until), reason);
}

const fn credit(bill: &mut Bill, restored: u64, clawed: u64, coupon: bool) {
    bill.points_restored = bill.points_restored.saturating_add(restored);
    bill.points_clawed = bill.points_clawed.saturating_add(clawed);
    bill.coupon_restored |= coupon;
}

fn send(trade: &mut Trade, parcel: Parcel) {
    admit(trade, parcel.carrier);
    trade.parcels.push(parcel);
}

fn of_units(trade: &mut Trade, span: UnitSpan, change: UnitChange) -> Result<(), Defect> {
    let line = trade.lines.get(usize::from(span.line)).ok_or(Defect::UnknownLine(span.line))?;
    trade.goods.change(span, line, change)
}

fn open(trade: &mut Trade, opened: &Case) -> Result<(), Defect> {
    follows(opened.no, trade.cases.len(), Subject::Case)?;
    trade.cases.push(Arc::new(opened.clone()));
    Ok(())
}

fn change_case(trade: &mut Trade, no: u16, change: &CaseChange) -> Result<(), Defect> {
    if let CaseChange::Returned(Some(parcel))
    | CaseChange::Dispatched(Some(parcel))
    | CaseChange::SentBack(Some(parcel)) = change
    {
        admit(trade, parcel.carrier);
    }
    of_case(case(&mut trade.cases, no)?, change)
}

fn counts(trade: &mut Trade, subject: Subject) -> Result<&mut Counts, Defect> {
    Ok(match subject {
        Subject::Order => &mut trade.head.counts,
        Subject::Case(no) => &mut case(&mut trade.cases, no)?.counts,
        Subject::Refund(no) => &mut refund(&mut trade.refunds, no)?.counts,
    })
}
