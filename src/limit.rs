//! The names of time limits and of counters. Their numbers stand in the policy.

use crate::words;

words! {
    /// A named time limit: how long somebody is waited for.
    pub enum Limit {
        /// The buyer pays the order.
        Payment = "payment", "payment", "付款期限";
        /// The platform releases or rejects a held order.
        Hold = "hold", "review of a held order", "待核期限";
        /// The merchant ships as promised.
        ShipPromise = "ship_promise", "promised shipping", "承诺发货期限";
        /// The merchant ships at all; counts from payment.
        ShipLimit = "ship_limit", "last shipping", "最迟发货期限";
        /// The buyer confirms receipt; kept per line.
        AutoConfirm = "auto_confirm", "receipt", "自动确认收货期限";
        /// Cases may be opened after completion.
        AfterSales = "after_sales", "after-sales period", "售后期限";
        /// The merchant answers an application.
        MerchantReply = "merchant_reply", "the merchant's reply", "商家处理期限";
        /// The buyer answers a proposal or a refusal.
        BuyerAnswer = "buyer_answer", "the buyer's answer", "买家答复期限";
        /// The buyer pays a fee.
        FeePayment = "fee_payment", "payment of the fee", "补款期限";
        /// The carrier recalls a parcel.
        Recall = "recall", "recall of the parcel", "拦截期限";
        /// The buyer sends the goods back.
        BuyerReturn = "buyer_return", "the return", "买家退货期限";
        /// The merchant receives what was sent back.
        MerchantReceipt = "merchant_receipt", "the merchant's receipt", "商家收货期限";
        /// The merchant inspects what came back.
        Inspection = "inspection", "inspection", "验货期限";
        /// The merchant sends refused goods back to the buyer.
        SendBack = "send_back", "sending back", "商家寄回期限";
        /// The merchant dispatches a replacement, a part or repaired goods.
        Dispatch = "dispatch", "dispatch", "商家发货期限";
        /// The buyer receives what was sent.
        ParcelReceipt = "parcel_receipt", "receipt of the parcel", "买家收货期限";
        /// The platform rules.
        Ruling = "ruling", "the ruling", "平台裁决期限";
        /// The buyer repays what was advanced.
        Repayment = "repayment", "repayment", "追缴期限";
        /// Finance approves a payout.
        Approval = "approval", "approval", "财务审核期限";
        /// The gateway answers.
        GatewayAnswer = "gateway_answer", "the gateway's answer", "渠道应答期限";
        /// The bank decides a dispute.
        Dispute = "dispute", "the dispute", "争议期限";
        /// The wait before a failed refund is tried again.
        Backoff = "backoff", "the wait before the next attempt", "重试等待";
        /// Somebody finds another way for an abnormal refund.
        Manual = "manual", "manual handling", "人工处理期限";
        /// The buyer confirms an offline payment.
        OfflineConfirm = "offline_confirm", "confirmation of the offline payment", "线下打款确认期限";
    }
}

words! {
    /// A counted liberty: how often something may be done. None is ever reset.
    pub enum Counter {
        /// Applications on a unit, withdrawn ones counted.
        Tries = "tries", "applications on the same units", "同一商品申请次数";
        /// Changes of an application.
        Modifies = "modifies", "changes of the application", "修改申请次数";
        /// Proposals of the merchant.
        Rounds = "rounds", "rounds of negotiation", "协商轮次";
        /// Attempts to recall the parcel.
        Intercepts = "intercepts", "recalls of the parcel", "拦截次数";
        /// Extensions, per state and side.
        Extensions = "extensions", "extensions", "延期次数";
        /// Corrections of an address or waybill.
        Corrections = "corrections", "corrections", "更正次数";
        /// Reviews by the platform, per point and starter.
        Reviews = "reviews", "reviews by the platform", "平台介入次数";
        /// Further dispatches after a loss.
        Redispatches = "redispatches", "further dispatches", "重新发货次数";
        /// Conversions into a refund.
        Conversions = "conversions", "conversions into a refund", "转退款次数";
        /// Pieces of evidence, per side.
        Evidence = "evidence", "pieces of evidence", "举证条数";
        /// Notes, per side.
        Notes = "notes", "notes", "留言条数";
        /// Appeals after the end.
        Appeals = "appeals", "appeals", "申诉次数";
        /// Ratings.
        Ratings = "ratings", "ratings", "评价次数";
        /// Payments of a fee.
        FeePayments = "fee_payments", "payments of the fee", "补款次数";
        /// Repayments.
        Repayments = "repayments", "repayments", "追缴次数";
        /// Questions to the gateway about one refund.
        Asks = "asks", "questions to the gateway", "查询次数";
        /// Attempts to pay one refund.
        Attempts = "attempts", "attempts to pay", "退款尝试次数";
        /// Requests for another receiving account.
        Redirects = "redirects", "requests for another account", "申请更换账户次数";
        /// Offline payments.
        Offline = "offline", "offline payments", "线下打款次数";
        /// Reconciliations of an unknown outcome; and how often a case or an order that was put aside is resumed.
        Reconciles = "reconciles", "reconciliations", "对账次数";
        /// Reversals by the bank.
        Reversals = "reversals", "reversals by the bank", "银行退回次数";
        /// Conflicting reports of the gateway.
        Conflicts = "conflicts", "conflicting reports", "冲突通知次数";
        /// Rejections by finance, per case; and how often the case is told of one.
        Rejections = "rejections", "rejections by finance", "财务驳回次数";
        /// Changes of the price before payment.
        Reprices = "reprices", "changes of the price", "改价次数";
        /// Payments towards what is due.
        Tenders = "tenders", "payments", "支付笔数";
        /// Cases that the merchant offers.
        Offers = "offers", "offers of the merchant", "商家发起次数";
        /// Cases that are granted unasked.
        Grants = "grants", "grants", "主动退款次数";
        /// Goodwill credits.
        Goodwill = "goodwill", "goodwill credits", "商誉补偿次数";
        /// Dispute marks, per payment; and how often a refund that the bank had paid is owed again.
        DisputeMarks = "dispute_marks", "dispute reports", "争议通知次数";
        /// Payments beyond what was due.
        Surplus = "surplus", "surplus payments", "多付笔数";
        /// Reopenings of the after-sales window.
        Reopenings = "reopenings", "reopenings of the window", "重开售后次数";
        /// How often a case asks back what was paid beyond what it owes, told by its refunds or found out by itself.
        Overpays = "overpays", "overpayments asked back", "超付追缴次数";
        /// How often a case or an order that was over is taken up again because money of it has come back.
        Revivals = "revivals", "revivals of what was over", "重新处理次数";
    }
}
