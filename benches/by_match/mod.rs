//! Who may do what to a refund order, as a `match` that somebody would write by hand.

#![allow(unreachable_pub, reason = "shared by benchmarks")]

use redress::Role;
use redress::refund::{Action, State};

/// Whether this role may do this in this state at all, whatever the conditions.
pub fn may(state: State, action: Action, role: Role) -> bool {
    use Role::{Buyer, Clock, Finance, Gateway, Merchant, Platform, Trade};
    use State::{Abnormal, Absent, AwaitingApproval, Cancelled, Failed, Held, Offline, Paid, Submitted, Unresolved};
    match (state, action) {
        (Absent, Action::Open) => role == Trade,
        (AwaitingApproval, Action::Approve | Action::Reject) => role == Finance,
        (AwaitingApproval | Held | Failed | Abnormal, Action::Void) => role == Trade,
        (AwaitingApproval | Held | Failed | Abnormal | Unresolved, Action::Free) => role == Trade,
        (AwaitingApproval | Held | Submitted | Failed | Abnormal | Offline, Action::Expire) => role == Clock,
        (Submitted, Action::Fail | Action::Pend) => role == Gateway,
        (Submitted | Failed | Unresolved, Action::GoAbnormal) => role == Gateway,
        (Failed, Action::Retry) | (Abnormal, Action::Redirect | Action::PayOffline) => {
            matches!(role, Merchant | Finance | Platform)
        }
        (Offline, Action::Confirm | Action::Deny) => role == Buyer,
        (Held | Submitted | Failed | Abnormal | Offline | Unresolved, Action::Close) => role == Gateway,
        (Held | Submitted | Failed | Abnormal | Offline | Paid | Cancelled | Unresolved, Action::Succeed) => {
            role == Gateway
        }
        (Paid, Action::Reverse) => matches!(role, Gateway | Trade),
        (Unresolved, Action::Fail) => role == Gateway,
        (Unresolved, Action::Reconcile) => role == Finance,
        _ => false,
    }
}
