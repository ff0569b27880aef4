//! Who may do what, from where, and where it may lead: said once more by action, without conditions.
//!
//! Each action has a few rights: these roles, in these states, with these outcomes. What is done must be somebody's
//! right; and whose right it is must not be told that the role or the state is wrong.

use crate::Role::{self, Buyer, Carrier, Clock, Finance, Gateway, Merchant, Platform, Trade};
use crate::{after_sale, order, refund};

/// These roles may do it in these states, and it leads to one of those; `STAY` where nothing moves.
pub(super) struct Right<A: 'static, S: 'static> {
    action: A,
    by: &'static [Role],
    from: &'static [S],
    to: &'static [S],
    stays: bool,
}

impl<A: Copy + PartialEq, S: Copy + PartialEq> Right<A, S> {
    const fn to(action: A, by: &'static [Role], from: &'static [S], to: &'static [S]) -> Self {
        Self { action, by, from, to, stays: false }
    }

    /// Nothing moves, or it moves there.
    const fn stays(action: A, by: &'static [Role], from: &'static [S], to: &'static [S]) -> Self {
        Self { action, by, from, to, stays: true }
    }

    fn leads(&self, from: S, to: S) -> bool {
        self.to.contains(&to) || (self.stays && from == to)
    }
}

/// What is asked about rights.
pub(super) trait Rights: Copy + PartialEq + 'static {
    type State: Copy + PartialEq + 'static;
    fn rights() -> &'static [Right<Self, Self::State>];

    /// Whether somebody in this role may do this in this state.
    fn may(self, role: Role, from: Self::State) -> bool {
        Self::rights()
            .iter()
            .any(|right| right.action == self && right.by.contains(&role) && right.from.contains(&from))
    }

    /// Whether it may lead there when this role does it here.
    fn may_lead(self, role: Role, from: Self::State, to: Self::State) -> bool {
        Self::rights().iter().any(|right| {
            right.action == self && right.by.contains(&role) && right.from.contains(&from) && right.leads(from, to)
        })
    }
}

impl Rights for order::Action {
    type State = order::State;
    fn rights() -> &'static [Right<Self, order::State>] {
        ORDER
    }
}

impl Rights for after_sale::Action {
    type State = after_sale::State;
    fn rights() -> &'static [Right<Self, after_sale::State>] {
        CASE
    }
}

impl Rights for refund::Action {
    type State = refund::State;
    fn rights() -> &'static [Right<Self, refund::State>] {
        REFUND
    }
}

#[rustfmt::skip]
const ORDER: &[Right<order::Action, order::State>] = {
    use order::Action as A;
    use order::State::{Absent, Cancelled, Completed, Delivered, Late, OnHold, Paid, PartShipped, Refunded, Settled, Shipped, Unpaid, Unresolved, Unwinding};
    const SENT: &[order::State] = &[PartShipped, Shipped, Delivered, Completed, Unwinding, Refunded, Settled, Unresolved];
    const MONEY: &[order::State] = &[Unpaid, OnHold, Paid, Late, PartShipped, Shipped, Delivered, Completed, Unwinding, Refunded, Settled, Unresolved];
    &[
        Right::to(A::Place, &[Buyer, Platform], &[Absent], &[Unpaid, OnHold, Paid]),
        Right::stays(A::Pay, &[Gateway], &[Unpaid], &[OnHold, Paid]),
        Right::to(A::Pay, &[Gateway], &[Cancelled], &[Unwinding]),
        Right::stays(A::Pay, &[Gateway], MONEY, &[]),
        Right::stays(A::Reprice, &[Merchant], &[Unpaid], &[]),
        Right::to(A::Cancel, &[Buyer, Platform, Merchant], &[Unpaid], &[Cancelled, Unwinding]),
        Right::to(A::Cancel, &[Merchant, Platform], &[Paid, Late], &[Unwinding]),
        Right::to(A::CancelRest, &[Merchant, Platform], &[PartShipped], &[Shipped, Delivered]),
        Right::to(A::Release, &[Platform], &[OnHold], &[Paid]),
        Right::to(A::Reject, &[Platform], &[OnHold], &[Unwinding]),
        Right::to(A::Ship, &[Merchant], &[Paid, Late], &[Shipped, PartShipped]),
        Right::stays(A::Ship, &[Merchant], &[PartShipped], &[Shipped]),
        Right::to(A::Narrow, &[Trade], &[PartShipped], &[Shipped, Delivered]),
        Right::to(A::Narrow, &[Trade], &[Shipped], &[Delivered, Completed]),
        Right::to(A::Narrow, &[Trade], &[Delivered], &[Completed]),
        Right::to(A::Deliver, &[Carrier], &[Shipped], &[Delivered]),
        Right::to(A::Bounce, &[Carrier], &[Shipped], &[Unwinding]),
        Right::to(A::Lose, &[Carrier], &[Shipped], &[Unwinding]),
        Right::stays(A::Deliver, &[Carrier], SENT, &[]),
        Right::stays(A::Bounce, &[Carrier], SENT, &[]),
        Right::stays(A::Lose, &[Carrier], SENT, &[]),
        Right::stays(A::ConfirmReceipt, &[Buyer], &[Shipped, Delivered], &[Completed]),
        Right::stays(A::Extend, &[Buyer, Merchant], &[Shipped, Delivered], &[]),
        Right::to(A::Expire, &[Clock], &[Unpaid], &[Cancelled, Unwinding]),
        Right::to(A::Expire, &[Clock], &[OnHold, Late], &[Unwinding]),
        Right::to(A::Expire, &[Clock], &[Paid], &[Late]),
        Right::to(A::Expire, &[Clock], &[PartShipped], &[Shipped, Delivered]),
        Right::stays(A::Expire, &[Clock], &[Shipped, Delivered], &[Completed]),
        Right::to(A::Expire, &[Clock], &[Completed], &[Completed, Settled]),
        Right::to(A::ReopenWindow, &[Platform], &[Settled], &[Completed]),
        Right::stays(A::MarkDispute, &[Gateway], MONEY, &[]),
        Right::stays(A::Goodwill, &[Platform], &[Paid, Late, PartShipped, Shipped, Delivered, Completed, Settled], &[]),
        Right::to(A::Exhaust, &[Trade], &[OnHold, Paid, Late, PartShipped, Shipped, Delivered, Completed, Settled], &[Refunded]),
        Right::to(A::Exhaust, &[Trade], &[Unwinding, Unresolved], &[Refunded, Settled]),
        Right::to(A::Park, &[Trade], &[Unwinding], &[Unresolved]),
        Right::to(A::Resume, &[Trade], &[Unresolved], &[Unwinding]),
        Right::to(A::Restore, &[Trade], &[Refunded], &[Unwinding, Completed]),
        Right::stays(A::Note, &[Buyer, Merchant, Platform], MONEY, &[]),
        Right::stays(A::Note, &[Buyer, Merchant, Platform], &[Cancelled], &[]),
    ]
};

#[rustfmt::skip]
const CASE: &[Right<after_sale::Action, after_sale::State>] = {
    use after_sale::Action as A;
    use after_sale::State::{self, Absent, AwaitingDispatch, AwaitingPayment, AwaitingReturn, AwaitingSendBack, Completed, Dismissed, Dispatched, GoodsRefused, Inspecting, Intercepting, Lapsed, Overdue, Proposed, Recovering, Refunding, Refused, Requested, Returning, SendingBack, UnderReview, Unresolved, Withdrawn};
    const OPEN: &[State] = &[Requested, Overdue, Refused];
    &[
        Right::to(A::Apply, &[Buyer], &[Absent], &[Requested, Refunding, AwaitingReturn]),
        Right::to(A::Apply, &[Platform], &[Absent], &[Requested]),
        Right::to(A::Declare, &[Buyer], &[Absent], &[Refunding, AwaitingReturn]),
        Right::to(A::Grant, &[Merchant, Platform], &[Absent], &[Refunding]),
        Right::to(A::Offer, &[Merchant], &[Absent], &[Proposed]),
        Right::to(A::Modify, &[Buyer], OPEN, &[Requested]),
        Right::to(A::Modify, &[Buyer], &[GoodsRefused], &[Inspecting]),
        Right::to(A::Withdraw, &[Buyer], OPEN, &[Withdrawn]),
        Right::to(A::Withdraw, &[Buyer], &[Proposed], &[Withdrawn, Recovering, AwaitingSendBack]),
        Right::to(A::Withdraw, &[Buyer], &[AwaitingPayment], &[Withdrawn, AwaitingSendBack]),
        Right::to(A::Withdraw, &[Buyer], &[AwaitingReturn], &[Withdrawn, Recovering]),
        Right::to(A::Withdraw, &[Buyer], &[AwaitingDispatch], &[Withdrawn]),
        Right::to(A::Withdraw, &[Buyer], &[UnderReview], &[Withdrawn, Recovering, SendingBack, Completed, AwaitingSendBack, Refunding]),
        Right::to(A::Agree, &[Merchant, Platform], OPEN, &[Refunding, AwaitingPayment, AwaitingReturn, AwaitingDispatch]),
        Right::to(A::Refuse, &[Merchant], &[Requested, Overdue], &[Refused]),
        Right::to(A::Propose, &[Merchant], &[Requested, Overdue, Inspecting, GoodsRefused], &[Proposed]),
        Right::stays(A::Extend, &[Merchant], &[Requested, Returning, Inspecting, AwaitingSendBack, AwaitingDispatch], &[]),
        Right::stays(A::Extend, &[Buyer], &[AwaitingReturn, Dispatched], &[]),
        Right::to(A::Intercept, &[Merchant, Platform], &[Requested, Overdue], &[Intercepting]),
        Right::to(A::AgreeIfRejected, &[Merchant, Platform], &[Requested, Overdue], &[Intercepting]),
        Right::to(A::Recall, &[Carrier, Trade], &[Intercepting], &[Refunding]),
        Right::to(A::RecallFail, &[Carrier, Trade], &[Intercepting], &[Requested]),
        Right::to(A::Overtake, &[Trade], &[Requested, Overdue], &[Lapsed]),
        Right::to(A::Undelivered, &[Trade], &[Requested, Overdue, Proposed, Refused, AwaitingPayment, Intercepting, AwaitingReturn, UnderReview], &[Refunding]),
        Right::to(A::Accept, &[Buyer], &[Proposed], &[AwaitingPayment, Recovering, Refunding, AwaitingDispatch, AwaitingReturn]),
        Right::to(A::Decline, &[Buyer], &[Proposed], &[Inspecting, GoodsRefused, Withdrawn, Requested]),
        Right::to(A::Retract, &[Merchant], &[Proposed], &[Inspecting, GoodsRefused, Withdrawn, Requested]),
        Right::stays(A::PayFee, &[Gateway], &[AwaitingPayment], &[AwaitingReturn, AwaitingDispatch]),
        Right::to(A::GiveAddress, &[Merchant, Platform], &[AwaitingReturn], &[AwaitingReturn]),
        Right::to(A::ShipBack, &[Buyer, Merchant, Carrier], &[AwaitingReturn], &[Returning]),
        Right::to(A::ConvertToRefund, &[Merchant, Platform], &[AwaitingReturn, AwaitingDispatch], &[Refunding]),
        Right::stays(A::ConvertToRefund, &[Merchant, Platform], &[AwaitingReturn, Returning, Inspecting], &[]),
        Right::stays(A::CorrectWaybill, &[Buyer, Merchant], &[Returning], &[]),
        Right::to(A::CancelShipBack, &[Buyer, Carrier], &[Returning], &[AwaitingReturn]),
        Right::stays(A::Receive, &[Merchant, Carrier], &[Returning], &[Inspecting]),
        Right::stays(A::Receive, &[Merchant, Carrier], &[UnderReview], &[]),
        Right::to(A::Lose, &[Carrier], &[Returning, SendingBack], &[UnderReview, Refunding]),
        Right::to(A::Lose, &[Carrier], &[Dispatched], &[AwaitingDispatch, Refunding]),
        Right::stays(A::Lose, &[Carrier], &[UnderReview], &[]),
        Right::to(A::Bounce, &[Carrier], &[Returning], &[Inspecting, UnderReview, Recovering, SendingBack]),
        Right::to(A::Bounce, &[Carrier], &[SendingBack], &[AwaitingSendBack, UnderReview, Dismissed]),
        Right::to(A::Bounce, &[Carrier], &[Dispatched], &[AwaitingDispatch, UnderReview, Refunding]),
        Right::stays(A::Bounce, &[Carrier], &[UnderReview], &[]),
        Right::to(A::AcceptGoods, &[Merchant], &[Returning], &[AwaitingDispatch, Recovering, Refunding]),
        Right::to(A::AcceptGoods, &[Merchant], &[Inspecting, GoodsRefused], &[AwaitingPayment, AwaitingDispatch, Recovering, Refunding]),
        Right::to(A::AcceptGoods, &[Merchant], &[AwaitingSendBack], &[Refunding]),
        Right::to(A::RefuseGoods, &[Merchant], &[Returning, Inspecting], &[GoodsRefused]),
        Right::to(A::TakeBack, &[Buyer], &[GoodsRefused], &[Recovering, AwaitingSendBack]),
        Right::to(A::Dispatch, &[Merchant], &[AwaitingSendBack], &[SendingBack]),
        Right::to(A::Dispatch, &[Merchant], &[AwaitingDispatch], &[Dispatched]),
        Right::to(A::ConfirmReceipt, &[Buyer, Carrier], &[SendingBack], &[Dismissed]),
        Right::to(A::ConfirmReceipt, &[Buyer], &[Dispatched], &[Completed, Refunding]),
        Right::to(A::Escalate, &[Buyer], &[Requested, Overdue, Refused, AwaitingReturn, GoodsRefused, SendingBack, Dispatched, Recovering], &[UnderReview]),
        Right::to(A::Escalate, &[Merchant], &[Requested, Overdue, Refused, Inspecting, GoodsRefused], &[UnderReview]),
        Right::to(A::Escalate, &[Platform], &[Requested, Overdue, Proposed, Refused, AwaitingReturn, Returning, Inspecting, GoodsRefused, AwaitingSendBack, SendingBack, AwaitingDispatch, Dispatched], &[UnderReview]),
        Right::stays(A::SubmitEvidence, &[Buyer, Merchant], &[Requested, Overdue, Refused, Returning, Inspecting, GoodsRefused, UnderReview], &[]),
        Right::to(A::RuleForBuyer, &[Platform], &[UnderReview], &[Recovering, Refunding, AwaitingPayment, AwaitingReturn, AwaitingDispatch]),
        Right::to(A::RuleSplit, &[Platform], &[UnderReview], &[Recovering, Refunding]),
        Right::to(A::RuleForMerchant, &[Platform], &[UnderReview], &[Recovering, SendingBack, Dispatched, AwaitingSendBack, Dismissed]),
        Right::to(A::CallOff, &[Buyer], &[UnderReview], &[Requested, Refused, AwaitingReturn, GoodsRefused, SendingBack, Dispatched]),
        Right::to(A::Settle, &[Trade], &[Refunding, Unresolved], &[Completed]),
        Right::to(A::Stall, &[Trade], &[Refunding], &[UnderReview]),
        Right::to(A::Park, &[Trade], &[Refunding], &[Unresolved]),
        Right::to(A::Resume, &[Trade], &[Unresolved], &[Refunding]),
        Right::to(A::Unsettle, &[Trade], &[Completed], &[Refunding]),
        Right::to(A::Unsettle, &[Trade], &[Dismissed], &[AwaitingSendBack]),
        Right::to(A::Overpay, &[Trade], &[Proposed, AwaitingPayment, AwaitingReturn, Returning, Inspecting, GoodsRefused, AwaitingDispatch, Dispatched, UnderReview, AwaitingSendBack, SendingBack, Refunding, Completed, Withdrawn, Lapsed, Dismissed], &[Recovering]),
        Right::stays(A::Repay, &[Gateway], &[Recovering], &[Refunding, AwaitingSendBack, Dismissed]),
        Right::to(A::WriteOff, &[Platform], &[Recovering], &[Refunding, Dismissed]),
        Right::to(A::Reopen, &[Platform], &[Withdrawn, Lapsed, Dismissed], &[UnderReview]),
        Right::stays(A::Rate, &[Buyer], &[Completed, Withdrawn, Lapsed, Dismissed], &[]),
        Right::stays(A::Note, &[Buyer, Merchant, Platform], &[Requested, Overdue, Proposed, AwaitingPayment, Refused, Intercepting, AwaitingReturn, Returning, Inspecting, GoodsRefused, AwaitingSendBack, SendingBack, AwaitingDispatch, Dispatched, UnderReview, Refunding, Recovering, Completed, Withdrawn, Lapsed, Dismissed, Unresolved], &[]),
        // Silence.
        Right::to(A::Expire, &[Clock], &[Requested], &[Refunding, AwaitingPayment, AwaitingReturn, AwaitingDispatch, UnderReview, Overdue]),
        Right::to(A::Expire, &[Clock], &[Overdue, Refused], &[Lapsed]),
        Right::to(A::Expire, &[Clock], &[Proposed], &[GoodsRefused, Inspecting, Lapsed, Requested]),
        Right::to(A::Expire, &[Clock], &[AwaitingPayment], &[AwaitingSendBack, Lapsed]),
        Right::to(A::Expire, &[Clock], &[Intercepting], &[Requested]),
        Right::to(A::Expire, &[Clock], &[AwaitingReturn], &[UnderReview, Refunding, Recovering, Lapsed]),
        Right::to(A::Expire, &[Clock], &[Returning], &[Inspecting, UnderReview, AwaitingDispatch, Recovering, Refunding]),
        Right::to(A::Expire, &[Clock], &[Inspecting], &[AwaitingPayment, AwaitingDispatch, Recovering, Refunding]),
        Right::to(A::Expire, &[Clock], &[GoodsRefused], &[Recovering, AwaitingSendBack]),
        Right::to(A::Expire, &[Clock], &[AwaitingSendBack, AwaitingDispatch], &[Refunding]),
        Right::to(A::Expire, &[Clock], &[SendingBack], &[Dismissed]),
        Right::to(A::Expire, &[Clock], &[Dispatched], &[Refunding, Completed]),
        Right::to(A::Expire, &[Clock], &[UnderReview], &[SendingBack, Dispatched, Recovering, AwaitingSendBack, Dismissed, AwaitingPayment, AwaitingReturn, AwaitingDispatch, Refunding]),
        Right::to(A::Expire, &[Clock], &[Recovering], &[Refunding, AwaitingSendBack, Dismissed]),
    ]
};

#[rustfmt::skip]
const REFUND: &[Right<refund::Action, refund::State>] = {
    use refund::Action as A;
    use refund::State::{self, Abnormal, Absent, AwaitingApproval, Cancelled, Failed, Held, Offline, Paid, Submitted, Unresolved};
    const PEOPLE: &[Role] = &[Merchant, Finance, Platform];
    const AT_HOME: &[State] = &[AwaitingApproval, Held, Failed, Abnormal];
    &[
        Right::to(A::Open, &[Trade], &[Absent], &[Paid, AwaitingApproval, Held, Abnormal, Submitted]),
        Right::to(A::Approve, &[Finance], &[AwaitingApproval], &[Held, Abnormal, Submitted]),
        Right::to(A::Reject, &[Finance], &[AwaitingApproval], &[Cancelled]),
        Right::to(A::Void, &[Trade], AT_HOME, &[Cancelled]),
        Right::to(A::Free, &[Trade], AT_HOME, &[Paid]),
        Right::to(A::Free, &[Trade], &[Unresolved], &[Paid]),
        Right::to(A::Free, &[Trade], &[Held], &[Submitted, Abnormal]),
        Right::to(A::Succeed, &[Gateway], &[Submitted, Held, Failed, Abnormal, Offline, Cancelled, Unresolved], &[Paid]),
        Right::stays(A::Succeed, &[Gateway], &[Held, Submitted, Failed, Abnormal, Offline, Paid, Cancelled, Unresolved], &[]),
        Right::to(A::Fail, &[Gateway], &[Submitted, Unresolved], &[Failed]),
        Right::to(A::Close, &[Gateway], &[Submitted, Unresolved], &[Failed]),
        Right::stays(A::Close, &[Gateway], &[Held, Failed, Abnormal, Offline], &[]),
        Right::to(A::GoAbnormal, &[Gateway], &[Submitted, Failed, Unresolved], &[Abnormal]),
        Right::to(A::Pend, &[Gateway], &[Submitted], &[Submitted]),
        Right::to(A::Retry, PEOPLE, &[Failed], &[Submitted]),
        Right::stays(A::Redirect, PEOPLE, &[Abnormal], &[Submitted]),
        Right::to(A::PayOffline, PEOPLE, &[Abnormal], &[Offline]),
        Right::to(A::Confirm, &[Buyer], &[Offline], &[Paid]),
        Right::to(A::Deny, &[Buyer], &[Offline], &[Abnormal]),
        Right::to(A::Reverse, &[Gateway, Trade], &[Paid], &[Failed]),
        Right::to(A::Reconcile, &[Finance], &[Unresolved], &[Failed, Paid]),
        // Silence.
        Right::to(A::Expire, &[Clock], &[AwaitingApproval], &[Cancelled, Held, Abnormal, Submitted]),
        Right::to(A::Expire, &[Clock], &[Held], &[Unresolved]),
        Right::to(A::Expire, &[Clock], &[Submitted], &[Submitted, Unresolved]),
        Right::to(A::Expire, &[Clock], &[Failed], &[Paid, Held, Abnormal, Submitted]),
        Right::to(A::Expire, &[Clock], &[Abnormal], &[Paid, Unresolved]),
        Right::to(A::Expire, &[Clock], &[Offline], &[Paid]),
    ]
};
