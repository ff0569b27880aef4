//! Entering a state: the machine stands there, its limit starts, and what a rest sets free is set free.

use alloc::vec::Vec;

use super::super::ledger::{Place, Units};
use super::super::work::{Turn, Work};
use super::super::{
    CaseChange, Cause, Change, Deadline, Defect, Line, Payout, RefundChange, Review, Split, Subject, Trade, UnitChange,
    tally,
};
use super::order::{has_open_case, is_unconfirmed};
use crate::after_sale::{self, AfterSale};
use crate::refund::{self, Refund};
use crate::rule::{Machine, Rule, Standing, Table, To};
use crate::{Anchor, Effect, Kind, Limit, Role, Span, Time, order};

/// The order stands in the row's target.
pub(crate) fn enter_order(work: &mut Work<'_>, rule: &Rule<order::Order>) -> Result<(), Defect> {
    let now = work.now;
    let To::Enter(state) = rule.to else {
        if rule.action == order::Action::Expire && has_passed(work.trade.head.deadline.as_ref(), now) {
            order_waits(work, rule.from, rule)?;
        }
        return receipts(work, false);
    };
    work.change(Change::Order(state))?;
    if state == order::State::Completed && work.trade.head.completed_at.is_none() {
        work.change(Change::Reached(Anchor::Completed, now))?;
    }
    // What was still missing will never come: the last delivery was an earlier one.
    if state == order::State::Delivered && work.trade.head.delivered_at.is_none() {
        let came = work.trade.goods.all().iter().filter_map(|units| units.delivered_at);
        let last = came.max().unwrap_or(now);
        work.change(Change::Reached(Anchor::LastDelivered, last))?;
    }
    order_waits(work, state, rule)?;
    receipts(work, true)
}

/// The limit of the order in a state begins. Silence that leaves a machine where it is begins it anew: it waits on.
fn order_waits(work: &mut Work<'_>, state: order::State, rule: &Rule<order::Order>) -> Result<(), Defect> {
    let stands_still = rule.then().any(|effect| effect == Effect::StandStill) && has_open_cases(&work.trade);
    let deadline = waits(&work.book.rules.order, state)
        .filter(|(limit, _)| *limit != Limit::AutoConfirm)
        .map(|(limit, role)| deadline(limit, role, work.now, order_until(work, limit, rule.action)))
        .map(|due| if stands_still { due.freeze(work.now) } else { due });
    if work.trade.head.deadline == deadline {
        return Ok(());
    }
    work.change(Change::Due(Subject::Order, deadline))
}

fn has_open_cases(trade: &Trade) -> bool {
    trade.open_cases().next().is_some()
}

/// The limit of the order that stood still for an open case runs once none is open.
fn run_again(work: &mut Work<'_>) -> Result<(), Defect> {
    let waits = work.trade.head.deadline.filter(|due| due.frozen.is_some());
    match waits.filter(|_| !has_open_cases(&work.trade)) {
        Some(due) => work.change(Change::Due(Subject::Order, Some(due.resume(work.now)))),
        None => Ok(()),
    }
}

/// When a limit of the order ends. The after-sales period that the platform reopens ends when the request says, which
/// the conditions have looked at; one that begins after that lasts at least as long.
fn order_until(work: &Work<'_>, limit: Limit, action: order::Action) -> Time {
    let until = until(work, work.book.policy.limit(limit), None);
    match work.trade.head.reopened_until.filter(|_| limit == Limit::AfterSales) {
        Some(end) if action == order::Action::ReopenWindow => end.max(work.now),
        Some(end) => end.max(until),
        None => until,
    }
}

/// Receipt is a limit of each line that is neither confirmed nor closed. It stands still while a case is open on the
/// line, and goes on with the time that was left.
pub(crate) fn receipts(work: &mut Work<'_>, entered: bool) -> Result<(), Defect> {
    let runs = work.book.rules.order.limit(work.trade.head.state) == Some(Limit::AutoConfirm);
    let mut changes = Vec::new();
    for (at, line) in (0_u16..).zip(&work.trade.lines) {
        let receipt = (runs && is_unconfirmed(&work.trade, at)).then(|| receipt(work, at, line, entered));
        if line.receipt != receipt {
            changes.push(Change::Receipt(at, receipt));
        }
    }
    changes.into_iter().try_for_each(|change| work.change(change))
}

fn receipt(work: &Work<'_>, at: u16, line: &Line, entered: bool) -> Deadline {
    let fresh = || {
        let until = until(work, work.book.policy.receipt(line.transport), None);
        deadline(Limit::AutoConfirm, Role::Buyer, work.now, until)
    };
    let receipt = match line.receipt {
        None => fresh(),
        // The parcels have come: the time may count from now, but what was given or stood still is not taken away.
        Some(kept) if entered => kept.or_later(fresh(), work.now),
        Some(kept) => kept,
    };
    if has_open_case(&work.trade, at) { receipt.freeze(work.now) } else { receipt.resume(work.now) }
}

/// The case stands in the row's target.
pub(crate) fn enter_case(work: &mut Work<'_>, turn: &Turn<'_>, no: u16, rule: &Rule<AfterSale>) -> Result<(), Defect> {
    let now = work.now;
    let To::Enter(state) = rule.to else {
        let due = work.trade.case(no).and_then(|case| case.deadline);
        if rule.action == after_sale::Action::Expire && has_passed(due.as_ref(), now) {
            case_waits(work, no, rule.from)?;
        }
        return receipts(work, false);
    };
    remember(work, turn, no, rule.from, state)?;
    work.change(Change::Case(no, state))?;
    case_waits(work, no, state)?;
    if work.book.rules.after_sale.rests(state) {
        rest(work, turn, no, rule.from, state)?;
        run_again(work)?;
    } else if work.trade.case(no).is_some_and(|case| case.rested_at.is_some()) {
        work.of_case(no, CaseChange::Rested(None))?;
    }
    receipts(work, false)
}

/// The limit of a case in a state begins.
fn case_waits(work: &mut Work<'_>, no: u16, state: after_sale::State) -> Result<(), Defect> {
    let deadline = waits(&work.book.rules.after_sale, state).and_then(|(limit, role)| {
        let case = work.trade.case(no)?;
        let span = work.book.policy.case_limit(limit, case.offer.kind, case.statutory);
        Some(deadline(limit, role, work.now, until(work, span, Some(case.opened_at))))
    });
    if work.trade.case(no).is_none_or(|case| case.deadline == deadline) {
        return Ok(());
    }
    work.change(Change::Due(Subject::Case(no), deadline))
}

/// What stood before a proposal or a review is remembered: it may be gone back to.
fn remember(
    work: &mut Work<'_>,
    turn: &Turn<'_>,
    no: u16,
    from: after_sale::State,
    state: after_sale::State,
) -> Result<(), Defect> {
    use after_sale::State::{Proposed, UnderReview};
    if !matches!(state, Proposed | UnderReview) {
        return Ok(());
    }
    work.of_case(no, CaseChange::Before(Some(from)))?;
    if state == UnderReview {
        let review = Review { point: tally::point(from), by: turn.actor.role, at: work.now };
        work.of_case(no, CaseChange::Review(review))?;
    }
    Ok(())
}

/// A case that rests claims nothing any more, except where nobody knows what became of its money.
fn rest(
    work: &mut Work<'_>,
    turn: &Turn<'_>,
    no: u16,
    from: after_sale::State,
    state: after_sale::State,
) -> Result<(), Defect> {
    use after_sale::State;
    let now = work.now;
    work.of_case(no, CaseChange::Rested(Some(now)))?;
    let silent = match turn.cause {
        Cause::Silence(role) => Some(role),
        Cause::Request | Cause::Told(_) => None,
    };
    if work.trade.case(no).is_some_and(|case| case.silent != silent) {
        work.of_case(no, CaseChange::Silent(silent))?;
    }
    if state.keeps_claim() {
        return Ok(());
    }
    let Some(case) = work.trade.case(no) else { return Ok(()) };
    let (spans, kind, paid) = (case.units.clone(), case.offer.kind, state == State::Completed);
    // Whoever was refused may come back with another reason or better evidence, however the case ended.
    let reviewed_refusal = from == State::UnderReview && case.before == Some(State::Refused);
    let refused = state == State::Dismissed || from == State::Refused || reviewed_refusal;
    if !case.claim.shares.is_empty() {
        work.change(Change::Claim(no, Split::default()))?;
    }
    let closes = paid && matches!(kind, Kind::RefundOnly | Kind::ReturnAndRefund);
    let grace = now.after(work.book.policy.windows.after_refusal.millis());
    for span in spans {
        // What is another case's by now is that one's matter.
        let own = |units: &Units| units.claim.is_none_or(|by| by == no);
        for units in work.trade.goods.within(span).filter(own).collect::<Vec<_>>() {
            let span = units.span();
            // What was replaced, repaired or sent back is in the buyer's hands again.
            if matches!(units.place, Place::Replaced | Place::SentBack) {
                work.change(Change::Units(span, UnitChange::At(Place::WithBuyer)))?;
            }
            if units.claim == Some(no) {
                work.change(Change::Units(span, UnitChange::Released))?;
            }
            // What the buyer never had is closed by its whole share alone.
            let in_part = work.book.policy.switches.partial_payout_closes_units && was_had(&work.trade, &units);
            let whole = in_part || hold_nothing(&work.trade, &units);
            if closes && whole && !units.closed {
                work.change(Change::Units(span, UnitChange::Closed))?;
            }
            if refused {
                work.change(Change::Units(span, UnitChange::Graced { until: grace }))?;
            }
        }
    }
    Ok(())
}

/// Whether the buyer has ever had these units: they were delivered, or their receipt was confirmed.
fn was_had(trade: &Trade, units: &Units) -> bool {
    let confirmed = trade.line_at(units.line).is_some_and(|line| line.confirmed_at.is_some());
    units.delivered_at.is_some() || (units.shipped_at.is_some() && confirmed)
}

/// Whether units hold nothing more, be it that they never did.
fn hold_nothing(trade: &Trade, units: &Units) -> bool {
    trade.line_at(units.line).is_some_and(|line| trade.goods.room(line, units.span()).is_zero())
}

/// The refund stands in the row's target.
pub(crate) fn enter_refund(work: &mut Work<'_>, no: u16, rule: &Rule<Refund>) -> Result<(), Defect> {
    let now = work.now;
    let entered = match rule.to {
        To::Enter(state) => Some(state),
        To::Stay => None,
    };
    if let Some(state) = entered {
        work.change(Change::Refund(no, state))?;
    }
    if sends(rule) {
        work.of_refund(no, RefundChange::Sent(now))?;
    }
    let due = work.trade.refund(no).and_then(|refund| refund.deadline);
    let lingers = rule.action == refund::Action::Expire && has_passed(due.as_ref(), now);
    if let Some(state) = entered.or(Some(rule.from).filter(|_| lingers)) {
        refund_waits(work, no, state)?;
    }
    if entered == Some(refund::State::Paid) { close_units(work, no) } else { Ok(()) }
}

/// The limit of a refund in a state begins.
fn refund_waits(work: &mut Work<'_>, no: u16, state: refund::State) -> Result<(), Defect> {
    let deadline = waits(&work.book.rules.refund, state).map(|(limit, role)| {
        let attempt = work.trade.refund(no).map_or(0, |refund: &Payout| refund.attempt);
        let policy = work.book.policy;
        let span = if limit == Limit::Backoff { policy.backoff(attempt.into()) } else { policy.limit(limit) };
        deadline(limit, role, work.now, until(work, span, None))
    });
    if work.trade.refund(no).is_none_or(|refund| refund.deadline == deadline) {
        return Ok(());
    }
    work.change(Change::Due(Subject::Refund(no), deadline))
}

/// What the order could not deliver takes part in nothing more once all its money is back.
fn close_units(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let Some(refund) = work.trade.refund(no) else {
        return Ok(());
    };
    let waits = |units: &Units| {
        work.trade
            .refunds
            .iter()
            .filter(|other| other.is_unpaid())
            .any(|other| other.units.iter().any(|span| span.covers(units)))
    };
    let all = refund.units.iter().flat_map(|span| work.trade.goods.within(*span));
    let closed: Vec<_> = all.filter(|units| !units.closed && !waits(units)).map(|units| units.span()).collect();
    closed.into_iter().try_for_each(|span| work.change(Change::Units(span, UnitChange::Closed)))?;
    receipts(work, false)
}

/// Whether the row sends the refund to the channel.
fn sends(rule: &Rule<Refund>) -> bool {
    rule.then().any(|effect| effect == crate::Effect::PayOut)
}

/// Which limit a waiting state starts, and whom it waits for.
fn waits<M: Machine>(table: &Table<M>, state: M::State) -> Option<(M::Limit, Role)> {
    match table.standing(state) {
        Standing::Waits(role) => Some((table.limit(state)?, role)),
        Standing::Start | Standing::Led | Standing::Rests => None,
    }
}

fn has_passed(deadline: Option<&Deadline>, now: Time) -> bool {
    deadline.is_some_and(|deadline| deadline.has_passed(now))
}

const fn deadline(limit: Limit, waits_for: Role, since: Time, until: Time) -> Deadline {
    Deadline { limit, since, until, waits_for, frozen: None }
}

/// When a limit ends that is entered now: from its anchor, but never before now.
fn until(work: &Work<'_>, span: Span, applied: Option<Time>) -> Time {
    let from = anchor(&work.trade, span.anchor, applied).unwrap_or(work.now);
    span.due(from, work.book.calendar).max(work.now)
}

/// When a named event of the order was, if it has happened.
pub(crate) const fn anchor(trade: &Trade, anchor: Anchor, applied: Option<Time>) -> Option<Time> {
    match anchor {
        Anchor::Entry => None,
        Anchor::Placed => trade.head.placed_at,
        Anchor::Paid => trade.head.paid_at,
        Anchor::Shipped => trade.head.shipped_at,
        Anchor::Delivered | Anchor::LastDelivered => trade.head.delivered_at,
        Anchor::Completed => trade.head.completed_at,
        Anchor::Applied => applied,
    }
}
