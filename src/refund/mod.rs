//! The refund order: money on its way back to one payment of the buyer.
//!
//! A case or an order opens one refund for each payment that it touches. The amount is reserved from then on, so that
//! it can neither be paid twice nor be promised to somebody else.

mod condition;
mod facts;
mod rules;

pub use condition::Condition;
pub use facts::Facts;
pub use rules::RULES;

use crate::rule::{Machine, Rule};
use crate::{Effect, Limit, words};

/// The machine of refund orders: its states, people, conditions and rows are in [`RULES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refund;

impl Machine for Refund {
    const NAME: &'static str = "refund";
    const LABEL: (&'static str, &'static str) = ("refund order", "退款单");
    type State = State;
    type Action = Action;
    type Effect = Effect;
    type Limit = Limit;
    type Condition = Condition;
    type Facts = Facts;

    /// What is done within the trade is done with orders and cases.
    fn can_cause(_: &Rule<Self>, effect: Effect) -> bool {
        !effect.is_within_the_trade()
    }
}

words! {
    /// Where a refund order stands.
    pub enum State {
        /// It does not exist yet. Waits for nobody.
        Absent = "absent", "not opened", "未开启";
        /// Its amount is above what may go out unseen. Waits for finance until `Approval`, then goes on by itself.
        AwaitingApproval = "awaiting_approval", "waiting for approval", "待财务审核";
        /// Its payment is in dispute, so nothing may be sent. Waits for the gateway's word on that dispute (reported at
        /// the order) until `Dispute`.
        Held = "held", "held by a dispute", "争议冻结";
        /// It is with the payment channel. Waits for the gateway until `GatewayAnswer`, then the channel is asked.
        Submitted = "submitted", "with the payment channel", "渠道处理中";
        /// The channel said no, for now. Waits for time until `Backoff`, then it is tried again.
        Failed = "failed", "failed, to be tried again", "退款失败";
        /// It was definitely not paid and cannot be paid this way. Waits for finance (or the merchant) to find another
        /// way until `Manual`, then the buyer's balance is credited.
        Abnormal = "abnormal", "cannot be paid this way", "退款异常";
        /// Somebody paid by other means and gave a voucher. Waits for the buyer's word until `OfflineConfirm`.
        Offline = "offline", "paid offline, to be confirmed", "线下打款待确认";
        /// The buyer has the money. Rests.
        Paid = "paid", "paid", "已退款";
        /// It was called off and its amount is free again. Rests.
        Cancelled = "cancelled", "cancelled", "已取消";
        /// Whether it was paid cannot be found out. Rests with its amount reserved; only evidence moves it.
        Unresolved = "unresolved", "unresolved", "挂账待核";
    }
}

impl State {
    /// Not sent, or definitely not paid: it can still be called off, and what the bank has paid takes its place.
    #[must_use]
    pub const fn is_unpaid(self) -> bool {
        match self {
            Self::AwaitingApproval | Self::Held | Self::Failed | Self::Abnormal => true,
            Self::Absent | Self::Submitted | Self::Offline | Self::Paid | Self::Cancelled | Self::Unresolved => false,
        }
    }

    /// Sent, and perhaps paid: it can neither be called off nor counted on.
    #[must_use]
    pub const fn is_underway(self) -> bool {
        match self {
            Self::Submitted | Self::Offline | Self::Unresolved => true,
            Self::Absent
            | Self::AwaitingApproval
            | Self::Held
            | Self::Failed
            | Self::Abnormal
            | Self::Paid
            | Self::Cancelled => false,
        }
    }
}

words! {
    /// What can be done to a refund order, or reported of it.
    pub enum Action {
        /// A case or an order starts it.
        Open = "open", "open", "发起退款";
        /// Finance lets it go out.
        Approve = "approve", "approve", "审核通过";
        /// Finance does not let it go out.
        Reject = "reject", "reject", "审核驳回";
        /// The dispute of its payment no longer holds it, or has paid it.
        Free = "free", "free from the dispute", "解除冻结";
        /// What it was for is no longer owed.
        Void = "void", "call off", "作废";
        /// The gateway reports that the money was paid.
        Succeed = "succeed", "report success", "退款成功通知";
        /// The gateway says no; the same key may be sent again.
        Fail = "fail", "report failure", "退款失败通知";
        /// The gateway closed it; only a new key can pay it.
        Close = "close", "report closure", "退款关闭通知";
        /// The gateway cannot pay this account: closed, or its card dead.
        GoAbnormal = "go_abnormal", "report an abnormal account", "退款异常通知";
        /// The gateway is still at it.
        Pend = "pend", "report that it is pending", "处理中通知";
        /// Somebody does not wait for the next attempt.
        Retry = "retry", "try again", "重试退款";
        /// The money is sent to another account.
        Redirect = "redirect", "pay to another account", "更换退款账户";
        /// The money is paid by other means, with a voucher.
        PayOffline = "pay_offline", "pay offline", "线下打款";
        /// The buyer has the offline payment.
        Confirm = "confirm", "confirm the offline payment", "确认到账";
        /// The buyer does not have the offline payment.
        Deny = "deny", "deny the offline payment", "未到账";
        /// The bank takes a paid refund back.
        Reverse = "reverse", "reverse", "银行退回";
        /// Finance found out what became of it.
        Reconcile = "reconcile", "reconcile", "对账";
        /// Time has passed without a word.
        Expire = "expire", "let time pass", "超时";
    }
}

words! {
    /// What a refund rests on; decides whether finance may send it back for a review.
    pub enum Ground {
        /// The merchant agreed or granted it unasked.
        Agreement = "agreement", "the merchant's consent", "商家同意";
        /// The merchant was silent.
        Silence = "silence", "the merchant's silence", "商家逾期默认同意";
        /// The policy granted it at once, as before shipping.
        Policy = "policy", "the policy", "政策自动同意";
        /// The platform ruled.
        Ruling = "ruling", "a ruling", "平台裁决";
        /// The buyer declared a statutory withdrawal.
        Declaration = "declaration", "a statutory declaration", "法定撤回声明";
        /// It is advanced before the goods are back.
        Advance = "advance", "an advance", "平台垫付";
        /// The order could not be delivered.
        Undelivered = "undelivered", "goods that were not delivered", "无法履约";
        /// More was paid than was due, or too late.
        Surplus = "surplus", "a surplus payment", "多付款项";
        /// A fee was paid for a service that was not given.
        Fee = "fee", "a fee without its service", "服务费退回";
    }
}

impl Ground {
    /// Whether finance may reject the refund: only what the merchant agreed to or let pass by silence.
    #[must_use]
    pub const fn is_contestable(self) -> bool {
        matches!(self, Self::Agreement | Self::Silence)
    }
}

words! {
    /// On which way the money of a refund reached the buyer.
    pub enum Route {
        /// Through the payment channel, to the payment or to another account.
        Channel = "channel", "through the payment channel", "渠道退款";
        /// By other means, with a voucher.
        Offline = "offline", "offline", "线下打款";
        /// To the buyer's balance with the tenant.
        Balance = "balance", "to the buyer's balance", "退至余额";
        /// By the bank, after a lost dispute.
        Bank = "bank", "by the bank, after a dispute", "银行拒付";
        /// There was nothing to pay.
        Nothing = "nothing", "there was nothing to pay", "无需退款";
    }
}

words! {
    /// Why a payment channel takes no more refunds of a payment.
    pub enum Bar {
        /// The payment is older than the channel allows.
        Age = "age", "the payment is too old", "付款时间过久";
        /// The payment has as many refunds as the channel allows.
        Count = "count", "it has as many refunds as the channel allows", "退款笔数已达上限";
        /// The payment's dispute was lost; what is still owed must go another way.
        Dispute = "dispute", "its dispute was lost", "争议败诉";
    }
}
