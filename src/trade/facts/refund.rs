//! The facts of a refund order: one that stands, or one that is to be opened.

use super::super::act::claiming;
use super::super::form::EVIDENCE_MOST;
use super::super::plan;
use super::super::work::{Turn, Work};
use super::super::{Asked, Cause, Payment, Payout, Subject};
use super::{offset_minutes, reason_given, running, uses};
use crate::fact::{Length, Used};
use crate::refund::{Action, Facts, State};
use crate::{Amount, Counter, Span};

/// What the conditions of a refund see for this turn.
pub(crate) fn refund(work: &Work<'_>, turn: &Turn<'_>) -> Facts {
    if !matches!(turn.asked, Asked::Refund(_)) {
        return Facts::default();
    }
    let mut facts = given(work, turn);
    if let Some(opening) = turn.opening {
        facts.ground = opening.ground;
        facts.first_person = opening.requested_by;
        facts.amount = opening.split.total();
        facts.room = plan::room_for(&work.trade, &opening.split, claiming(opening.case, opening.ground));
        channel(&mut facts, work, opening.payment, None);
    } else if let Subject::Refund(no) = turn.subject
        && let Some(payout) = work.trade.refund(no)
    {
        standing(&mut facts, work, payout);
        keys(&mut facts, turn, payout);
        people(&mut facts, turn, payout);
        channel(&mut facts, work, payout.payment, Some(payout));
    }
    facts
}

/// What the request gives, the policy says and the counters tell.
fn given(work: &Work<'_>, turn: &Turn<'_>) -> Facts {
    let (policy, detail) = (work.book.policy, turn.detail);
    let used = uses(work, turn);
    Facts {
        now: work.now,
        offset_minutes: offset_minutes(work),
        currency: work.trade.currency,
        approval_above: policy.amounts.approval_above,
        approval_silence_rejects: policy.switches.approval_silence_rejects,
        by: matches!(turn.cause, Cause::Request).then_some(turn.actor.person()),
        reason: reason_given(work, turn),
        evidence: Length {
            used: u32::try_from(detail.evidence.len()).unwrap_or(u32::MAX),
            least: 1,
            most: EVIDENCE_MOST as u32,
        },
        account_given: !detail.account.is_empty(),
        voucher_given: !detail.voucher.is_empty(),
        found_paid: detail.found_paid,
        reported: detail.amount.map_or(Amount::ZERO, |sum| sum.amount),
        asks: used(Counter::Asks),
        redirects: used(Counter::Redirects),
        offline: used(Counter::Offline),
        reversals: used(Counter::Reversals),
        dispute_marks: used(Counter::DisputeMarks),
        conflicts: used(Counter::Conflicts),
        reconciles: used(Counter::Reconciles),
        rejections: used(Counter::Rejections),
        // A refund counts its attempts itself; one that is yet to be opened has made none.
        attempts: Used { used: 0, of: policy.cap(Counter::Attempts) },
        ..Facts::default()
    }
}

/// What is so of a refund that was opened.
fn standing(facts: &mut Facts, work: &Work<'_>, payout: &Payout) {
    facts.deadline = running(payout.deadline.as_ref());
    facts.ground = payout.ground;
    facts.amount = payout.amount;
    facts.route = payout.route;
    facts.bank_paid = payout.bank_paid;
    facts.repaid = payout.repaid.total();
    facts.attempts.used = payout.attempt.into();
    // What was called off is no longer reserved, and may be claimed again by its case; everything else holds its own.
    facts.room = match payout.state {
        // What another case claims of these units would no longer be there.
        State::Cancelled if plan::is_claimed_by_another(&work.trade, &payout.split, payout.case) => Amount::ZERO,
        State::Cancelled => plan::room_for(&work.trade, &payout.split, claiming(payout.case, payout.ground)),
        State::Absent
        | State::AwaitingApproval
        | State::Held
        | State::Submitted
        | State::Failed
        | State::Abnormal
        | State::Offline
        | State::Paid
        | State::Unresolved => payout.amount,
    };
}

/// About which key a report is: the one it names, or else the one that was sent last; of a reversal, that was paid
/// last.
fn keys(facts: &mut Facts, turn: &Turn<'_>, payout: &Payout) {
    let unsaid = match turn.asked {
        Asked::Refund(Action::Reverse) => payout.paid_key,
        Asked::Order(_) | Asked::Case(_) | Asked::Refund(_) => payout.last_key(),
    };
    facts.key = payout.key_number.into();
    facts.key_sent = payout.sent_key == payout.key_number;
    facts.paid_key = payout.paid_key.into();
    facts.reported_key = turn.detail.key_number.unwrap_or(unsaid).into();
}

/// Who acted first: granted it or, where it is to be sent elsewhere, asked for the account.
fn people(facts: &mut Facts, turn: &Turn<'_>, payout: &Payout) {
    let elsewhere = payout.elsewhere.as_ref();
    let account = &turn.detail.account;
    facts.account_asked = elsewhere.is_some_and(|asked| !account.is_empty() && asked.account == *account);
    facts.first_person = match turn.asked {
        Asked::Refund(Action::Redirect) => elsewhere.map(|asked| asked.by),
        Asked::Order(_) | Asked::Case(_) | Asked::Refund(_) => payout.requested_by,
    };
}

/// What the payment's dispute and its channel's contract say.
fn channel(facts: &mut Facts, work: &Work<'_>, payment: u16, own: Option<&Payout>) {
    let Some(payment) = work.trade.money.payment(payment) else {
        return;
    };
    facts.dispute = payment.dispute.map(|(stage, _)| stage);
    let Some(contract) = work.book.policy.channel(payment.tender) else {
        return;
    };
    facts.channel_until = Some(Span::of(contract.most_age).due(payment.at, work.book.calendar));
    facts.channel_refunds = Used { used: others(payment, own), of: contract.most_parts };
}

/// How many other refunds the channel has taken of the payment.
fn others(payment: &Payment, own: Option<&Payout>) -> u32 {
    let own_was_sent = own.is_some_and(|own| own.attempt > 0);
    payment.refunds.saturating_sub(own_was_sent.into())
}
