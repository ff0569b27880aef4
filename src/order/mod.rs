//! The order: from the placing to the settlement, or to the end of its money's way back.
//!
//! Shipping, delivery and receipt are kept for each line and quantity; the state says whom the order as a whole waits
//! for. A paid order is not cancelled by its buyer: money comes back through a case, so that it is counted.

mod condition;
mod facts;
mod rules;

pub use condition::Condition;
pub use facts::Facts;
pub use rules::RULES;

use crate::rule::{Machine, Rule};
use crate::{Effect, Limit, words};

/// The machine of orders: its states, people, conditions and rows are in [`RULES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order;

impl Machine for Order {
    const NAME: &'static str = "order";
    const LABEL: (&'static str, &'static str) = ("order", "订单");
    type State = State;
    type Action = Action;
    type Effect = Effect;
    type Limit = Limit;
    type Condition = Condition;
    type Facts = Facts;

    /// What is done within the trade is a case's, but that a limit which begins may stand still.
    fn can_cause(rule: &Rule<Self>, effect: Effect) -> bool {
        let begins = rule.to.entered().is_some() || rule.action == Action::Expire;
        !effect.is_within_the_trade() || (effect == Effect::StandStill && begins)
    }
}

words! {
    /// Where an order stands.
    pub enum State {
        /// It does not exist yet. Waits for nobody.
        Absent = "absent", "not placed", "未下单";
        /// It is placed. Waits for the buyer's payment until `Payment`, then it is cancelled.
        Unpaid = "unpaid", "waiting for payment", "待付款";
        /// It is paid and must not be shipped: a risk check, or a group that is still forming. Waits for the platform
        /// until `Hold`, then the money goes back.
        OnHold = "on_hold", "held for a check", "待核";
        /// It is paid. Waits for the merchant to ship until `ShipPromise`, then it is late.
        Paid = "paid", "waiting for shipment", "待发货";
        /// The promise is broken. Waits for the merchant, who may still ship, until `ShipLimit`, then the money goes
        /// back.
        Late = "late", "overdue for shipment", "逾期未发货";
        /// Some units are shipped. Waits for the merchant to ship the rest until `ShipLimit`, then the rest is
        /// refunded.
        PartShipped = "part_shipped", "partly shipped", "部分发货";
        /// Nothing is left to ship. Waits for the buyer's confirmation until `AutoConfirm`, kept for each line.
        Shipped = "shipped", "shipped", "待收货";
        /// Every unit is with the buyer. Waits for the buyer's confirmation until `AutoConfirm`, kept for each line.
        Delivered = "delivered", "delivered", "已签收";
        /// The buyer has confirmed, or was silent. Waits for time until `AfterSales`, in which cases may be opened.
        Completed = "completed", "completed", "交易成功";
        /// It will not be fulfilled and its money goes back. Led by its refunds.
        Unwinding = "unwinding", "being refunded as a whole", "退款关闭中";
        /// It was never paid. Rests.
        Cancelled = "cancelled", "cancelled", "已取消";
        /// Every unit or all money has gone back. Rests.
        Refunded = "refunded", "closed by refunds", "已退款关闭";
        /// The merchant has the money that is rightly kept. Rests.
        Settled = "settled", "settled", "已结算";
        /// What became of one of its refunds cannot be found out. Rests.
        Unresolved = "unresolved", "unresolved", "挂账待核";
    }
}

impl State {
    /// Whether what is with the merchant may still be shipped while an order stands here; from anywhere else it never
    /// will.
    #[must_use]
    pub const fn may_ship(self) -> bool {
        match self {
            Self::Absent | Self::Unpaid | Self::OnHold | Self::Paid | Self::Late | Self::PartShipped => true,
            Self::Shipped
            | Self::Delivered
            | Self::Completed
            | Self::Unwinding
            | Self::Cancelled
            | Self::Refunded
            | Self::Settled
            | Self::Unresolved => false,
        }
    }
}

words! {
    /// What can be done to an order, or reported of it.
    pub enum Action {
        /// It is placed.
        Place = "place", "place", "下单";
        /// Money arrives.
        Pay = "pay", "report a payment", "付款通知";
        /// The merchant changes the price of what is not paid.
        Reprice = "reprice", "change the price", "改价";
        /// It is called off as a whole, before anything is shipped.
        Cancel = "cancel", "cancel", "取消订单";
        /// A held order may go on.
        Release = "release", "release", "核查通过";
        /// A held order may not go on.
        Reject = "reject", "reject", "核查不通过";
        /// Units leave the merchant.
        Ship = "ship", "ship", "发货";
        /// The units that are not shipped will not be.
        CancelRest = "cancel_rest", "cancel what is not shipped", "取消未发货部分";
        /// Nothing more is to be shipped, or to arrive, since a refund or a loss took it away.
        Narrow = "narrow", "go on with what is left", "缩减履约范围";
        /// Units reach the buyer.
        Deliver = "deliver", "report delivery", "签收通知";
        /// Units come back to the merchant undelivered.
        Bounce = "bounce", "report a bounced parcel", "拒收退回通知";
        /// Units are lost on their way.
        Lose = "lose", "report a lost parcel", "丢件通知";
        /// The buyer has the goods.
        ConfirmReceipt = "confirm_receipt", "confirm receipt", "确认收货";
        /// The time to confirm receipt is prolonged, once for each side.
        Extend = "extend", "extend the time to confirm", "延长收货";
        /// Time has passed without a word.
        Expire = "expire", "let time pass", "超时";
        /// Staff open the after-sales period again.
        ReopenWindow = "reopen_window", "reopen the after-sales period", "重开售后";
        /// The gateway reports a stage of a payment's dispute.
        MarkDispute = "mark_dispute", "report a payment dispute", "支付争议通知";
        /// Staff credit the buyer above what is refundable.
        Goodwill = "goodwill", "credit goodwill", "商誉补偿";
        /// Everything has gone back.
        Exhaust = "exhaust", "close as refunded", "全部退款关闭";
        /// A refund's outcome cannot be found out.
        Park = "park", "park", "挂账";
        /// A refund whose outcome was unknown goes on.
        Resume = "resume", "resume", "恢复处理";
        /// The bank took a paid refund back.
        Restore = "restore", "take up again after a reversal", "退款被退回，恢复处理";
        /// Somebody writes something down; nothing moves.
        Note = "note", "leave a note", "留言";
    }
}
