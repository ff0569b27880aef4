//! The after-sales order, or *case*: what a buyer asks for because of some units of an order, and what becomes of it.
//!
//! A case has one of six [kinds](crate::Kind). Three traits of the kind drive the rows: it *pays*, goods are
//! *returned*, goods are *sent*. The rows are in [`RULES`], what their conditions mean is in [`Condition`], and what
//! the conditions look at is in [`Facts`].

mod condition;
mod facts;
mod holds;
mod rules;

pub use condition::Condition;
pub use facts::{Allows, Counts, Facts, Given, Goods, Refunds, Room, Shield, SoFar};
pub use rules::RULES;

use crate::rule::{Machine, Rule};
use crate::{Effect, Limit, words};

/// The machine of after-sales orders: its states, people, conditions and rows are in [`RULES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AfterSale;

impl Machine for AfterSale {
    const NAME: &'static str = "after_sale";
    const LABEL: (&'static str, &'static str) = ("after-sales order", "售后单");
    type State = State;
    type Action = Action;
    type Effect = Effect;
    type Limit = Limit;
    type Condition = Condition;
    type Facts = Facts;

    /// Silence alone counts as consent, and only what is known can be written off; no limit of a case stands still.
    fn can_cause(rule: &Rule<Self>, effect: Effect) -> bool {
        match effect {
            Effect::CountAsConsent => rule.action == Action::Expire,
            Effect::WriteOff => rule.from != State::Absent,
            effect => !effect.is_within_the_trade(),
        }
    }
}

words! {
    /// Where a case stands.
    pub enum State {
        /// It does not exist yet. Waits for nobody.
        Absent = "absent", "not opened", "未申请";

        /// The buyer has asked. Waits for the merchant until `MerchantReply`; what silence means is the policy's
        /// choice.
        Requested = "requested", "waiting for the merchant's reply", "待商家处理";
        /// The merchant let the time pass, and the policy grants nothing for it. Waits for the buyer, who may bring the
        /// platform in, until `BuyerAnswer`, then lapses.
        Overdue = "overdue", "overdue at the merchant", "商家逾期未处理";
        /// The merchant proposes other terms: another kind, another amount, a fee or a deduction. Waits for the buyer
        /// until `BuyerAnswer`, then goes back to what stood before.
        Proposed = "proposed", "waiting for the buyer's answer to a proposal", "待买家确认";
        /// The buyer owes a fee that was agreed on. Waits for the buyer until `FeePayment`; then there is no service.
        AwaitingPayment = "awaiting_payment", "waiting for the buyer's payment", "待买家补款";
        /// The merchant refused the application. Waits for the buyer until `BuyerAnswer`, then lapses.
        Refused = "refused", "refused by the merchant", "商家拒绝申请";
        /// The parcel is being recalled, or the buyer is to reject it. Waits for the carrier until `Recall`, then for
        /// the merchant again.
        Intercepting = "intercepting", "being intercepted on the way", "拦截中";

        /// The goods are to come back. Waits for the buyer until `BuyerReturn`, then lapses.
        AwaitingReturn = "awaiting_return", "waiting for the buyer to send the goods back", "待买家退货";
        /// The goods are on their way back. Waits for the merchant to receive them until `MerchantReceipt`, then they
        /// count as accepted, or the platform looks at it.
        Returning = "returning", "waiting for the merchant to receive the goods", "待商家收货";
        /// The goods have arrived. Waits for the merchant to inspect them until `Inspection`, then they count as
        /// accepted.
        Inspecting = "inspecting", "being inspected", "验货中";
        /// The merchant does not accept the goods that came back. Waits for the buyer until `BuyerAnswer`, then they
        /// are sent back.
        GoodsRefused = "goods_refused", "waiting for the buyer after the goods were refused", "商家拒收退货";
        /// The merchant is to send the goods back to the buyer. Waits for the merchant until `SendBack`, then pays:
        /// nobody keeps both the goods and the money.
        AwaitingSendBack = "awaiting_send_back", "waiting for the merchant to send the goods back", "待商家寄回";
        /// The goods are on their way back to the buyer. Waits for the buyer until `ParcelReceipt`, then is dismissed.
        SendingBack = "sending_back", "waiting for the buyer to receive the goods back", "退回买家中";

        /// A replacement, the missing part or the repaired goods are to be sent. Waits for the merchant until
        /// `Dispatch`, then becomes a refund.
        AwaitingDispatch = "awaiting_dispatch", "waiting for the merchant to dispatch", "待商家发货";
        /// They are on their way. Waits for the buyer until `ParcelReceipt`, then is completed.
        Dispatched = "dispatched", "waiting for the buyer to receive what was dispatched", "待买家收货";

        /// The platform decides. Waits for the platform until `Ruling`; what silence means is the policy's choice.
        UnderReview = "under_review", "under review by the platform", "平台介入中";
        /// Money is on its way. Led by its refund orders, which have the clock.
        Refunding = "refunding", "being refunded", "退款中";
        /// More money went out than is granted. Waits for the buyer to repay until `Repayment`, then it is written off.
        Recovering = "recovering", "recovering money from the buyer", "追缴中";

        /// Everything that was granted was done. Rests.
        Completed = "completed", "completed", "已完成";
        /// The buyer no longer asks, or the merchant no longer offers. Rests.
        Withdrawn = "withdrawn", "withdrawn", "已撤销";
        /// Somebody let the last time pass. Rests.
        Lapsed = "lapsed", "lapsed", "逾期关闭";
        /// Nothing is granted. Rests.
        Dismissed = "dismissed", "dismissed", "已驳回";
        /// What became of a refund cannot be found out. Rests with its units claimed and its money reserved.
        Unresolved = "unresolved", "unresolved", "挂账待核";
    }
}

impl State {
    /// Whether what is asked for has been granted where a case stands here, and is being done.
    #[must_use]
    pub const fn is_granted(self) -> bool {
        match self {
            Self::AwaitingPayment
            | Self::AwaitingReturn
            | Self::Returning
            | Self::Inspecting
            | Self::AwaitingDispatch
            | Self::Dispatched
            | Self::Refunding => true,
            Self::Absent
            | Self::Requested
            | Self::Overdue
            | Self::Proposed
            | Self::Refused
            | Self::Intercepting
            | Self::GoodsRefused
            | Self::AwaitingSendBack
            | Self::SendingBack
            | Self::UnderReview
            | Self::Recovering
            | Self::Completed
            | Self::Withdrawn
            | Self::Lapsed
            | Self::Dismissed
            | Self::Unresolved => false,
        }
    }
}

impl State {
    /// Whether a case that rests here claims its units and its money all the same: nobody knows what became of the
    /// money.
    #[must_use]
    pub const fn keeps_claim(self) -> bool {
        matches!(self, Self::Unresolved)
    }
}

words! {
    /// What can be done to a case, or reported of it.
    pub enum Action {
        /// The buyer, or staff for the buyer, asks for something.
        Apply = "apply", "apply", "申请售后";
        /// The buyer declares the withdrawal that the law allows; nobody need agree.
        Declare = "declare", "declare a statutory withdrawal", "法定撤回声明";
        /// The merchant starts a case and offers terms.
        Offer = "offer", "offer a settlement", "商家发起售后";
        /// The merchant or staff give money back unasked.
        Grant = "grant", "grant a refund unasked", "主动退款";
        /// The buyer changes the application.
        Modify = "modify", "change the application", "修改申请";
        /// The buyer no longer asks.
        Withdraw = "withdraw", "withdraw", "撤销申请";

        /// The merchant agrees to what is asked.
        Agree = "agree", "agree", "同意申请";
        /// The merchant does not agree.
        Refuse = "refuse", "refuse the application", "拒绝申请";
        /// The merchant proposes other terms: kind, amount, fee or deduction.
        Propose = "propose", "propose other terms", "提出协商方案";
        /// The buyer takes the proposed terms.
        Accept = "accept", "accept the proposal", "接受方案";
        /// The buyer does not take them.
        Decline = "decline", "decline the proposal", "拒绝方案";
        /// The merchant takes the proposal back.
        Retract = "retract", "take the proposal back", "撤回方案";
        /// The buyer's payment of a fee is reported.
        PayFee = "pay_fee", "pay the fee", "支付补款";

        /// The parcel is to be stopped on its way to the buyer.
        Intercept = "intercept", "intercept the parcel", "拦截包裹";
        /// The merchant agrees, provided that the buyer does not take the parcel.
        AgreeIfRejected = "agree_if_rejected", "agree if the parcel is rejected", "同意拒收后退款";
        /// The parcel was stopped, or rejected.
        Recall = "recall", "report the parcel as recalled", "拦截成功";
        /// The parcel could not be stopped.
        RecallFail = "recall_fail", "report that the recall failed", "拦截失败";

        /// The merchant names where the goods are to be sent.
        GiveAddress = "give_address", "give the return address", "填写退货地址";
        /// The goods are handed over for the way back.
        ShipBack = "ship_back", "send the goods back", "寄回商品";
        /// The waybill of the return is corrected.
        CorrectWaybill = "correct_waybill", "correct the waybill", "修改退货单号";
        /// The return is called off before it was picked up.
        CancelShipBack = "cancel_ship_back", "call the return off", "取消退货寄件";
        /// Returned units arrive at the merchant.
        Receive = "receive", "receive the goods", "签收退货";
        /// The merchant accepts the returned goods.
        AcceptGoods = "accept_goods", "accept the goods", "验收通过";
        /// The merchant does not accept the returned goods.
        RefuseGoods = "refuse_goods", "refuse the goods", "拒收退货";
        /// The buyer takes the refused goods back.
        TakeBack = "take_back", "take the goods back", "同意取回商品";

        /// The merchant hands a parcel for the buyer over: a replacement, a part, or the buyer's own goods.
        Dispatch = "dispatch", "dispatch", "发货";
        /// The parcel has come.
        ConfirmReceipt = "confirm_receipt", "confirm receipt", "确认收货";
        /// The parcel is gone.
        Lose = "lose", "report the parcel as lost", "包裹丢失";
        /// The parcel goes back to its sender.
        Bounce = "bounce", "report the parcel as bounced", "包裹退回";
        /// Money is paid in place of goods; or the goods may be kept.
        ConvertToRefund = "convert_to_refund", "turn it into a refund", "转为退款";

        /// Somebody brings the platform in.
        Escalate = "escalate", "bring the platform in", "申请平台介入";
        /// The buyer calls off the review that the buyer started.
        CallOff = "call_off", "call the review off", "撤销平台介入";
        /// Evidence is added.
        SubmitEvidence = "submit_evidence", "submit evidence", "提交举证";
        /// The platform rules for the buyer.
        RuleForBuyer = "rule_for_buyer", "rule for the buyer", "裁决支持买家";
        /// The platform grants part of it.
        RuleSplit = "rule_split", "rule that both bear a part", "裁决双方分担";
        /// The platform rules for the merchant.
        RuleForMerchant = "rule_for_merchant", "rule for the merchant", "裁决支持商家";

        /// The buyer's repayment is reported.
        Repay = "repay", "repay", "归还垫付款";
        /// The platform gives up what the buyer owes.
        WriteOff = "write_off", "write the loss off", "核销损失";

        /// A party takes more time, once in a state.
        Extend = "extend", "extend the time limit", "延长期限";
        /// Time has passed without a word.
        Expire = "expire", "let time pass", "超时";
        /// The order says that the goods will never come.
        Undelivered = "undelivered", "learn that the goods will not come", "商品无法送达";
        /// The order says that the goods were shipped all the same.
        Overtake = "overtake", "learn that the goods were shipped", "商家已发货";
        /// The refund orders have all paid.
        Settle = "settle", "settle", "退款完成";
        /// Finance rejected a refund order.
        Stall = "stall", "learn that finance rejected the refund", "财务驳回退款";
        /// The outcome of a refund order cannot be found out.
        Park = "park", "put aside", "挂账";
        /// A refund order that was put aside goes on.
        Resume = "resume", "resume", "恢复处理";
        /// The bank took back what was refunded.
        Unsettle = "unsettle", "learn that the bank took the refund back", "退款被银行退回";
        /// More has gone out than the case owes: a refund that had been called off was paid, or less is granted than was advanced.
        Overpay = "overpay", "learn that more was paid than is owed", "得知实付超出应退";

        /// Staff open a case again.
        Reopen = "reopen", "reopen", "重新开启";
        /// The buyer says how it went.
        Rate = "rate", "rate", "评价售后";
        /// A party writes something down; nothing follows from it.
        Note = "note", "write a note", "留言";
    }
}

impl Action {
    /// Whether whoever does this grants what the terms on the table then say: the merchant who agrees, gives or accepts
    /// the goods, the buyer who takes a proposal, the platform that rules for the buyer, or the law. Of silence the row
    /// says it.
    #[must_use]
    pub const fn grants(self) -> bool {
        match self {
            Self::Declare
            | Self::Grant
            | Self::Agree
            | Self::Accept
            | Self::Intercept
            | Self::AgreeIfRejected
            | Self::AcceptGoods
            | Self::ConvertToRefund
            | Self::RuleForBuyer
            | Self::RuleSplit => true,
            Self::Apply
            | Self::Offer
            | Self::Modify
            | Self::Withdraw
            | Self::Refuse
            | Self::Propose
            | Self::Decline
            | Self::Retract
            | Self::PayFee
            | Self::Recall
            | Self::RecallFail
            | Self::GiveAddress
            | Self::ShipBack
            | Self::CorrectWaybill
            | Self::CancelShipBack
            | Self::Receive
            | Self::RefuseGoods
            | Self::TakeBack
            | Self::Dispatch
            | Self::ConfirmReceipt
            | Self::Lose
            | Self::Bounce
            | Self::Escalate
            | Self::CallOff
            | Self::SubmitEvidence
            | Self::RuleForMerchant
            | Self::Repay
            | Self::WriteOff
            | Self::Extend
            | Self::Expire
            | Self::Undelivered
            | Self::Overtake
            | Self::Settle
            | Self::Stall
            | Self::Park
            | Self::Resume
            | Self::Unsettle
            | Self::Overpay
            | Self::Reopen
            | Self::Rate
            | Self::Note => false,
        }
    }
}
