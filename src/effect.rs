//! What the caller is asked to do. One vocabulary for all three machines, since the caller handles one list.

use crate::words;

words! {
    /// Something that the caller is asked to do in the world outside, at least once, each with its idempotency key.
    ///
    /// The core never assumes that one succeeded: what matters comes back as a request by the gateway or the carrier.
    /// A row names every effect that may be due; one that has nothing to do in this trade is not emitted. The last
    /// three are [done within the trade](Self::is_within_the_trade), and never emitted.
    pub enum Effect {
        /// Tell the buyer what happened and until when something is expected.
        NotifyBuyer = "notify_buyer", "tell the buyer", "通知买家";
        /// Tell the merchant what happened and until when something is expected.
        NotifyMerchant = "notify_merchant", "tell the merchant", "通知商家";
        /// Tell the platform's staff that something waits for them.
        NotifyPlatform = "notify_platform", "tell the platform", "通知平台";
        /// Tell finance that something waits for them.
        NotifyFinance = "notify_finance", "tell finance", "通知财务";
        /// Send the buyer the receipt of a statutory declaration, on a durable medium, with its content and time.
        AcknowledgeBuyer = "acknowledge_buyer", "acknowledge the declaration", "向买家确认收到声明";
        /// Wake somebody at the platform: something happened that no rule settles.
        Alert = "alert", "raise an alert", "告警";

        /// Hand a refund to its payment channel, with the refund's key and amount.
        PayOut = "pay_out", "pay the refund out", "发起退款";
        /// Ask the payment channel what became of a refund; never pays again.
        QueryRefund = "query_refund", "ask for the refund's outcome", "查询退款结果";
        /// Provide the money of a refund from the platform's own funds, before the goods are back.
        AdvanceRefund = "advance_refund", "advance the refund", "平台垫付退款";
        /// Credit an amount to the buyer's balance with the tenant.
        CreditBalance = "credit_balance", "credit the buyer's balance", "退至买家余额";
        /// Let the buyer pay a fee: a repair, or the difference to a dearer article.
        CollectFee = "collect_fee", "collect the fee", "收取补款";
        /// Ask the buyer to repay what was advanced beyond what is granted.
        RecoverFromBuyer = "recover_from_buyer", "recover money from the buyer", "向买家追缴";
        /// Charge the merchant's deposit with what the platform advanced and the buyer may keep, or with released funds
        /// that have gone back to the buyer or the bank; the latter the ledger asks for, whatever row made them go.
        ChargeMerchant = "charge_merchant", "charge the merchant", "向商家扣款";
        /// Let the insurer pay the return freight.
        ClaimFreightInsurance = "claim_freight_insurance", "claim the freight insurance", "运费险理赔";
        /// Give the merchant the funds that were held until now: what is kept and was not given before.
        ReleaseFunds = "release_funds", "release the funds to the merchant", "货款解冻";
        /// Give back the points that were spent on the refunded units.
        RestorePoints = "restore_points", "restore points", "退还积分";
        /// Take back the points that were given for the refunded units; never below zero.
        ClawBackPoints = "claw_back_points", "claw back points", "扣回赠送积分";
        /// Make the coupon valid again.
        RestoreCoupon = "restore_coupon", "restore the coupon", "退还优惠券";

        /// Put units of stock aside for the order.
        ReserveStock = "reserve_stock", "reserve stock", "锁定库存";
        /// Let go of stock that was put aside, once for each unit.
        ReleaseStock = "release_stock", "release reserved stock", "释放库存";
        /// Take units back into stock, each by its condition; keyed by unit and by how often it came back.
        Restock = "restock", "take goods back into stock", "退货入库";
        /// Do not ship these units while the case is open.
        HoldShipment = "hold_shipment", "hold the shipment", "暂停发货";
        /// The units may be shipped again.
        ReleaseShipment = "release_shipment", "release the shipment", "恢复发货";
        /// Book a pick-up at the buyer's, or give the buyer the label and address for the return.
        BookPickup = "book_pickup", "book the pick-up", "预约上门取件";
        /// Ask the carrier to stop the parcel and bring it back.
        RecallParcel = "recall_parcel", "recall the parcel", "拦截包裹";

        /// Let the limit that begins stand still until no case is open. Done within the trade: nobody is asked for it. It is
        /// for rows of the order, which enter a state anew or another.
        StandStill = "stand_still", "let the time stand still until no case is open", "计时暂停至售后结束";
        /// Count this silence as consent: what nobody has granted is granted, and goods that nobody has refused are
        /// accepted. Done within the trade: nobody is asked for it. It is for rows of a case by the clock.
        CountAsConsent = "count_as_consent", "count the silence as consent", "视为同意";
        /// Write off what was advanced beyond what is granted and has not been repaid: it is asked for no more. Done within
        /// the trade: nobody is asked for it. It is for rows of a case that exists.
        WriteOff = "write_off", "write off what was not repaid", "核销未归还款项";
    }
}

impl Effect {
    /// Whether it is done within the trade. Such an effect is for some rows alone; the check of a table that was edited
    /// [refuses](crate::rule::Fault::Unusable) it in a row where it would do nothing.
    #[must_use]
    pub const fn is_within_the_trade(self) -> bool {
        matches!(self, Self::StandStill | Self::CountAsConsent | Self::WriteOff)
    }
}
