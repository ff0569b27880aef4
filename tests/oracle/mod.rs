//! The refund order written a second time, as a `match` from the prose of the process: what tests compare with the table,
//! and benchmarks measure against it.

#![allow(unreachable_pub, reason = "shared by tests and benchmarks")]

use redress::fact::{Length, Used};
use redress::refund::{Action as Do, Facts, Ground, Route, State};
use redress::{Dispute, Limit, Role};

/// Which state follows, if this is accepted at all.
pub fn told(state: State, action: Do, role: Role, facts: &Facts) -> Option<State> {
    use Role::{Buyer, Clock, Finance, Gateway, Trade};
    let staff = matches!(role, Role::Merchant | Finance | Role::Platform);
    let same_amount = facts.reported.minor() == facts.amount.minor();
    let about_last_key = facts.reported_key == facts.key;
    match (state, action, role) {
        // The amount is reserved on opening, and there must be room for it. Nothing is paid at once, and much only
        // after a second look.
        (State::Absent, Do::Open, Trade) => (facts.room.minor() >= facts.amount.minor()).then(|| {
            if facts.amount.minor() == 0 {
                State::Paid
            } else if facts.amount.minor() > facts.approval_above.minor() {
                State::AwaitingApproval
            } else {
                sent_or_stopped(facts)
            }
        }),

        // The one who approves is not the one who granted. Finance rejects only what the merchant granted.
        (State::AwaitingApproval, Do::Approve, Finance) => by_a_second_person(facts).then(|| sent_or_stopped(facts)),
        (State::AwaitingApproval, Do::Reject, Finance) => {
            (by_a_second_person(facts) && within(facts.reason) && can_be_sent_back(facts)).then_some(State::Cancelled)
        }
        (State::AwaitingApproval, Do::Expire, Clock) => late(facts, Limit::Approval).then(|| {
            if facts.approval_silence_rejects && can_be_sent_back(facts) {
                State::Cancelled
            } else {
                sent_or_stopped(facts)
            }
        }),

        // A refund that is not with the channel can be called off, and a lost dispute pays it.
        (State::AwaitingApproval | State::Held | State::Failed | State::Abnormal, Do::Void, Trade) => {
            Some(State::Cancelled)
        }
        (
            State::AwaitingApproval | State::Held | State::Failed | State::Abnormal | State::Unresolved,
            Do::Free,
            Trade,
        ) if paid_by_bank(facts) => Some(State::Paid),
        (State::Held, Do::Free, Trade) => match sent_or_stopped(facts) {
            State::Held => None,
            State::Submitted if spent(facts.attempts) => Some(State::Abnormal),
            onward => Some(onward),
        },
        (State::Held, Do::Expire, Clock) => late(facts, Limit::Dispute).then_some(State::Unresolved),

        // The channel's no counts for the last key only. No answer is asked for, and never taken for a no.
        (State::Submitted, Do::Fail | Do::Close, Gateway) => about_last_key.then_some(State::Failed),
        (State::Submitted | State::Failed, Do::GoAbnormal, Gateway) => about_last_key.then_some(State::Abnormal),
        (State::Submitted, Do::Pend, Gateway) => (about_last_key && !spent(facts.asks)).then_some(State::Submitted),
        (State::Submitted, Do::Expire, Clock) => late(facts, Limit::GatewayAnswer).then(|| match spent(facts.asks) {
            true => State::Unresolved,
            false => State::Submitted,
        }),

        // What failed is tried again while attempts are left; a person need not wait for it.
        (State::Failed, Do::Retry, _) if staff => {
            let sendable = sent_or_stopped(facts) == State::Submitted;
            (sendable && !spent(facts.attempts)).then_some(State::Submitted)
        }
        (State::Failed, Do::Expire, Clock) => late(facts, Limit::Backoff).then(|| match sent_or_stopped(facts) {
            State::Submitted if spent(facts.attempts) => State::Abnormal,
            onward => onward,
        }),

        // Another account takes another person; an offline payment takes a voucher. Silence credits the balance, but
        // not against an open dispute. What the bank has paid is freed before anybody can do so.
        (State::Abnormal, Do::Redirect | Do::PayOffline, _) if staff => {
            let payable = facts.dispute != Some(Dispute::Open);
            let vouched = facts.voucher_given && !spent(facts.offline);
            match action {
                // One asks for an account, another sends the money there.
                Do::Redirect if payable && facts.account_given => match facts.account_asked {
                    true => by_a_second_person(facts).then_some(State::Submitted),
                    false => (!spent(facts.redirects)).then_some(State::Abnormal),
                },
                Do::PayOffline if payable && vouched => Some(State::Offline),
                _ => None,
            }
        }
        (State::Abnormal, Do::Expire, Clock) => {
            late(facts, Limit::Manual).then(|| match facts.dispute == Some(Dispute::Open) {
                true => State::Unresolved,
                false => State::Paid,
            })
        }
        (State::Offline, Do::Confirm, Buyer) => Some(State::Paid),
        (State::Offline, Do::Deny, Buyer) => Some(State::Abnormal),
        (State::Offline, Do::Expire, Clock) => late(facts, Limit::OfflineConfirm).then_some(State::Paid),

        // A closed key must not be sent again, whenever the closing is learnt. None is closed that was never sent.
        (State::Held | State::Failed | State::Abnormal | State::Offline, Do::Close, Gateway) => {
            (about_last_key && facts.key_sent).then_some(state)
        }

        // A success is money in whatever state it comes; a second one, or one of another amount, moves nothing.
        (
            State::Held | State::Submitted | State::Failed | State::Abnormal | State::Offline | State::Unresolved,
            Do::Succeed,
            Gateway,
        ) if same_amount => Some(State::Paid),
        (
            State::Held
            | State::Submitted
            | State::Failed
            | State::Abnormal
            | State::Offline
            | State::Unresolved
            | State::Paid,
            Do::Succeed,
            Gateway,
        ) => (!spent(facts.conflicts)).then_some(state),
        (State::Cancelled, Do::Succeed, Gateway) => {
            let has_room = facts.room.minor() >= facts.amount.minor();
            if same_amount && has_room {
                Some(State::Paid)
            } else {
                (!spent(facts.conflicts)).then_some(State::Cancelled)
            }
        }

        // The bank takes back what the channel paid, or what it paid itself after a dispute.
        (State::Paid, Do::Reverse, Gateway) => {
            let was_channel = facts.route == Some(Route::Channel) && facts.reported_key == facts.paid_key;
            (same_amount && was_channel && facts.repaid.is_zero() && !spent(facts.reversals)).then_some(State::Failed)
        }
        (State::Paid, Do::Reverse, Trade) => {
            let was_bank = facts.route == Some(Route::Bank);
            (was_bank && !paid_by_bank(facts) && facts.repaid.is_zero() && !spent(facts.dispute_marks))
                .then_some(State::Failed)
        }

        // Only evidence moves an unknown outcome.
        (State::Unresolved, Do::Fail | Do::Close, Gateway) => {
            (about_last_key && !spent(facts.reconciles)).then_some(State::Failed)
        }
        (State::Unresolved, Do::GoAbnormal, Gateway) => {
            (about_last_key && !spent(facts.reconciles)).then_some(State::Abnormal)
        }
        (State::Unresolved, Do::Reconcile, Finance) if within(facts.evidence) => match facts.found_paid? {
            true => Some(State::Paid),
            false => (!spent(facts.reconciles)).then_some(State::Failed),
        },
        _ => None,
    }
}

/// Where money goes that may go out: held by an open dispute, aside if the channel is closed for it, or to the channel.
fn sent_or_stopped(facts: &Facts) -> State {
    let too_old = facts.channel_until.is_some_and(|until| facts.now.millis() > until.millis());
    match facts.dispute {
        Some(Dispute::Open) => State::Held,
        Some(Dispute::Lost) => State::Abnormal,
        _ if too_old || spent(facts.channel_refunds) => State::Abnormal,
        _ => State::Submitted,
    }
}

fn by_a_second_person(facts: &Facts) -> bool {
    match (facts.by, facts.first_person) {
        (_, None) => true,
        (None, Some(_)) => true,
        // Neither name of the one is a name of the other.
        (Some(by), Some(first)) => {
            let apart = by.id != first.id && Some(by.id) != first.account && by.account != Some(first.id);
            apart && (by.account.is_none() || by.account != first.account)
        }
    }
}

fn can_be_sent_back(facts: &Facts) -> bool {
    matches!(facts.ground, Ground::Agreement | Ground::Silence) && !spent(facts.rejections)
}

fn paid_by_bank(facts: &Facts) -> bool {
    facts.amount.minor() > 0 && facts.bank_paid.minor() >= facts.amount.minor()
}

fn spent(counter: Used) -> bool {
    counter.used >= counter.of
}

fn within(length: Length) -> bool {
    (length.least..=length.most).contains(&length.used)
}

fn late(facts: &Facts, limit: Limit) -> bool {
    facts.deadline.is_some_and(|deadline| deadline.limit == limit && facts.now.millis() > deadline.due.millis())
}
