//! What the rows of a refund order do to the data.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::super::plan;
use super::super::work::{Opening, Turn, Work};
use super::super::{
    Change, Counts, Defect, Denied, Elsewhere, Payout, RefundChange, Share, Split, Subject, UnitChange,
};
use super::claim::{claim_again, claim_beside};
use super::enter::receipts;
use super::loss;
use crate::refund::{Action, Ground, Refund, Route, State};
use crate::rule::{Rule, To};
use crate::{Amount, Effect};

/// The number of the refund that a row is about; a new one is opened first, and its money reserved.
pub(crate) fn open_refund(work: &mut Work<'_>, turn: &Turn<'_>) -> Result<u16, Defect> {
    let Some(opening) = turn.opening else {
        return match turn.subject {
            Subject::Refund(no) => Ok(no),
            Subject::Order | Subject::Case(_) => Err(Defect::Unknown(turn.subject)),
        };
    };
    let no = u16::try_from(work.trade.refunds.len() + 1).map_err(|_| Defect::Range { what: "the refunds" })?;
    let Opening { case, ground, funder, payment, split, requested_by, units } = opening.clone();
    let amount = split.total();
    let refund = Payout {
        no,
        state: State::Absent,
        deadline: None,
        counts: Counts::default(),
        case,
        ground,
        amount,
        split,
        payment,
        units,
        funder,
        requested_by,
        elsewhere: None,
        account: None,
        opened_at: work.now,
        sent_at: None,
        key_number: 1,
        sent_key: 0,
        key_since: None,
        known_as: None,
        attempt: 0,
        reference: None,
        paid_key: 0,
        reversals: Vec::new(),
        route: None,
        bank_paid: Amount::ZERO,
        repaid: Split::default(),
        touched: 0,
        rejected: false,
    };
    if let Some(case) = claiming(case, ground) {
        unclaim(work, case, &refund.split)?;
    }
    work.change(Change::Reserved(Box::new(refund)))?;
    Ok(no)
}

/// The case whose claim a refund uses up; a fee is no part of it.
pub(crate) fn claiming(case: Option<u16>, ground: Ground) -> Option<u16> {
    case.filter(|_| ground != Ground::Fee)
}

/// What a case claimed becomes what its refund reserves.
fn unclaim(work: &mut Work<'_>, no: u16, split: &Split) -> Result<(), Defect> {
    let Some(case) = work.trade.case(no).filter(|case| !case.claim.shares.is_empty()) else {
        return Ok(());
    };
    let rest = plan::subtract(&case.claim, split).ok_or(Defect::Money { what: "claim" })?;
    work.change(Change::Claim(no, rest))
}

/// Carries out the action of the row.
pub(crate) fn refund(
    work: &mut Work<'_>,
    turn: &Turn<'_>,
    no: u16,
    action: Action,
    rule: &Rule<Refund>,
) -> Result<(), Denied> {
    let Some(payout) = work.trade.refund(no) else {
        return Err(Defect::Unknown(Subject::Refund(no)).into());
    };
    let (was, was_asked_for) = (payout.state, payout.elsewhere.is_some());
    match action {
        Action::Close => work.of_refund(no, RefundChange::NewKey)?,
        Action::Redirect if rule.to == To::Stay => ask_for_account(work, turn, no)?,
        Action::Redirect => send_elsewhere(work, turn, no)?,
        Action::Reverse => remember_reversal(work, turn, no)?,
        Action::Pend => remember_name(work, turn, no)?,
        Action::Open
        | Action::Approve
        | Action::Reject
        | Action::Free
        | Action::Void
        | Action::Succeed
        | Action::Fail
        | Action::GoAbnormal
        | Action::Retry
        | Action::PayOffline
        | Action::Confirm
        | Action::Deny
        | Action::Reconcile
        | Action::Expire => {}
    }
    let To::Enter(to) = rule.to else { return Ok(()) };
    if was_asked_for {
        work.of_refund(no, RefundChange::Elsewhere(None))?;
    }
    moves(work, turn, no, rule, (was, to))?;
    Ok(())
}

/// What becomes of the money follows from where the refund stood and where the row leads, whatever led there.
fn moves(
    work: &mut Work<'_>,
    turn: &Turn<'_>,
    no: u16,
    rule: &Rule<Refund>,
    (was, to): (State, State),
) -> Result<(), Defect> {
    match was {
        _ if was == to => {}
        State::Paid => reverse(work, no)?,
        State::Cancelled => hold_again(work, no)?,
        State::Absent
        | State::AwaitingApproval
        | State::Held
        | State::Submitted
        | State::Failed
        | State::Abnormal
        | State::Offline
        | State::Unresolved => {}
    }
    match to {
        State::Paid if was != to => paid(work, turn, no, rule),
        State::Cancelled if was != to => {
            // Its case still owes it, unless it was told that nothing is owed.
            if rule.action != Action::Void {
                work.of_refund(no, RefundChange::Rejected)?;
            }
            let_go(work, no)
        }
        State::Failed | State::Abnormal => loss::came_back(work, no),
        State::Absent
        | State::AwaitingApproval
        | State::Held
        | State::Submitted
        | State::Offline
        | State::Paid
        | State::Cancelled
        | State::Unresolved => Ok(()),
    }
}

/// The first of two people who send it elsewhere. Of several accounts, the last one stands.
fn ask_for_account(work: &mut Work<'_>, turn: &Turn<'_>, no: u16) -> Result<(), Defect> {
    let elsewhere = Elsewhere { account: turn.detail.account.clone(), by: turn.actor.person() };
    work.of_refund(no, RefundChange::Elsewhere(Some(elsewhere)))
}

/// The second of them. To the channel it is another refund: what it still tells of the account before counts for the key
/// before. Sent once more to the same account, it is the same refund.
fn send_elsewhere(work: &mut Work<'_>, turn: &Turn<'_>, no: u16) -> Result<(), Defect> {
    let refund = payout(work, no)?;
    let elsewhere = refund.account.as_ref() != Some(&turn.detail.account);
    let key_was_sent = elsewhere && refund.sent_key == refund.key_number;
    work.of_refund(no, RefundChange::Account(turn.detail.account.clone()))?;
    if key_was_sent { work.of_refund(no, RefundChange::NewKey) } else { Ok(()) }
}

fn payout<'w>(work: &'w Work<'_>, no: u16) -> Result<&'w Payout, Defect> {
    work.trade.refund(no).ok_or(Defect::Unknown(Subject::Refund(no)))
}

/// The money has gone back, on which way.
fn paid(work: &mut Work<'_>, turn: &Turn<'_>, no: u16, rule: &Rule<Refund>) -> Result<(), Defect> {
    let refund = payout(work, no)?;
    let (route, payment, by_bank) = (route(refund, rule), refund.payment, refund.bank_paid);
    let key = turn.detail.key_number.unwrap_or(refund.last_key());
    if let Some(reference) = turn.detail.reference {
        work.of_refund(no, RefundChange::Reference(reference))?;
    }
    if route == Route::Channel {
        work.of_refund(no, RefundChange::PaidBy(key))?;
    }
    work.of_refund(no, RefundChange::Route(Some(route)))?;
    work.change(Change::Refunded(no))?;
    // What the bank had paid for it was paid twice, and is lost as far as there is something to lose.
    if route != Route::Bank && !by_bank.is_zero() {
        work.of_refund(no, RefundChange::BankPaid(Amount::ZERO))?;
        loss::lose_kept(work, payment, by_bank)?;
    }
    Ok(())
}

/// On which way it was paid: credited if the row asks for that, through the channel if that says so, offline if somebody had
/// done that; else by the bank, if that has paid all of it.
fn route(refund: &Payout, rule: &Rule<Refund>) -> Route {
    if refund.amount.is_zero() {
        Route::Nothing
    } else if rule.then().any(|effect| effect == Effect::CreditBalance) {
        Route::Balance
    } else if rule.action == Action::Succeed {
        Route::Channel
    } else if rule.from == State::Offline {
        Route::Offline
    } else if refund.amount <= refund.bank_paid {
        Route::Bank
    } else {
        Route::Channel
    }
}

/// Under which reference the bank took it back: said again, it is known.
fn remember_reversal(work: &mut Work<'_>, turn: &Turn<'_>, no: u16) -> Result<(), Defect> {
    match turn.detail.reference {
        Some(reference) => work.of_refund(no, RefundChange::Reversal(reference)),
        None => Ok(()),
    }
}

/// By which id of its own the channel knows what was sent last: it may want to be asked by that.
fn remember_name(work: &mut Work<'_>, turn: &Turn<'_>, no: u16) -> Result<(), Defect> {
    match turn.detail.reference {
        Some(reference) => work.of_refund(no, RefundChange::KnownAs(reference)),
        None => Ok(()),
    }
}

/// It is not paid after all: it is reserved again, and what its payment had closed is open again.
fn reverse(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let units = payout(work, no)?.units.clone();
    work.change(Change::Reversed(no))?;
    for span in units {
        work.change(Change::Units(span, UnitChange::Reopened))?;
    }
    // Their lines wait for receipt again, as they do once nothing more of them is paid back.
    receipts(work, false)?;
    work.of_refund(no, RefundChange::Route(None))?;
    work.of_refund(no, RefundChange::NewKey)
}

/// It is called off: its money is free again, or claimed again by the case that goes on.
fn let_go(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let refund = payout(work, no)?;
    let (case, split) = (claiming(refund.case, refund.ground), refund.split.clone());
    let (payment, by_bank) = (refund.payment, refund.bank_paid);
    work.change(Change::Freed(no))?;
    if !by_bank.is_zero() {
        // The bank has paid it: it is lost, and nobody owes it any more.
        work.of_refund(no, RefundChange::BankPaid(Amount::ZERO))?;
        loss::lose_kept(work, payment, by_bank)?;
        return case.map_or(Ok(()), |case| loss::owe_less(work, case, Share { payment, amount: by_bank }));
    }
    match case.and_then(|no| work.trade.case(no)).filter(|case| case.is_open()) {
        Some(case) if !split.shares.is_empty() => {
            let case = case.no;
            claim_again(work, case, split.total())
        }
        Some(_) | None => Ok(()),
    }
}

/// Money went out for what was called off: it is held again, and its case claims what is left beside.
fn hold_again(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let refund = payout(work, no)?;
    let amount = refund.amount;
    let case = claiming(refund.case, refund.ground).and_then(|no| work.trade.case(no));
    let Some(case) = case.filter(|case| !case.claim.shares.is_empty()).map(|case| case.no) else {
        return work.change(Change::Held(no));
    };
    work.change(Change::Claim(case, Split::default()))?;
    work.change(Change::Held(no))?;
    claim_beside(work, case, amount)
}
