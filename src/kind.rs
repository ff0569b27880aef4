//! The words of the trade that all three machines and the policy share.

use crate::words;

words! {
    /// What a case asks for.
    pub enum Kind {
        /// Money back; the goods were never shipped, never came, or stay with the buyer.
        RefundOnly = "refund_only", "refund only", "仅退款";
        /// The goods go back, then the money.
        ReturnAndRefund = "return_and_refund", "return and refund", "退货退款";
        /// The goods go back, others come.
        Exchange = "exchange", "exchange", "换货";
        /// The goods go back, are repaired and return.
        Repair = "repair", "repair", "维修";
        /// What was missing is sent.
        Reship = "reship", "reship", "补寄";
        /// The buyer keeps the goods and gets part of the money back.
        Compensation = "compensation", "compensation", "补偿";
    }
}

impl Kind {
    /// Whether the buyer gets money: `RefundOnly`, `ReturnAndRefund`, `Compensation`.
    #[must_use]
    pub const fn pays(self) -> bool {
        matches!(self, Self::RefundOnly | Self::ReturnAndRefund | Self::Compensation)
    }

    /// Whether the goods go back: `ReturnAndRefund`, `Exchange`, `Repair`.
    #[must_use]
    pub const fn returns(self) -> bool {
        matches!(self, Self::ReturnAndRefund | Self::Exchange | Self::Repair)
    }

    /// Whether goods are sent to the buyer: `Exchange`, `Repair`, `Reship`.
    #[must_use]
    pub const fn sends(self) -> bool {
        matches!(self, Self::Exchange | Self::Repair | Self::Reship)
    }
}

words! {
    /// Why the buyer asks, or why an order is ended.
    pub enum Reason {
        /// No longer wanted; no reason need be given within its window.
        NoReason = "no_reason", "no longer wanted", "七天无理由";
        /// It does not work or is badly made.
        Quality = "quality", "quality problem", "质量问题";
        /// It is not what was described.
        NotAsDescribed = "not_as_described", "not as described", "与描述不符";
        /// Something else came.
        WrongItem = "wrong_item", "wrong item", "发错货";
        /// Something is missing.
        MissingParts = "missing_parts", "something is missing", "少件漏发";
        /// It came damaged.
        Damaged = "damaged", "damaged", "商品破损";
        /// It is not genuine.
        Counterfeit = "counterfeit", "counterfeit", "假冒商品";
        /// It never came.
        NotReceived = "not_received", "not received", "未收到货";
        /// It was not shipped, or did not come, when promised.
        Late = "late", "late", "未按约定时间发货";
        /// The price fell.
        PriceDrop = "price_drop", "the price fell", "价格保护";
        /// Both sides agreed on it.
        Negotiated = "negotiated", "agreed between the parties", "协商一致";
        /// The merchant has none.
        OutOfStock = "out_of_stock", "out of stock", "缺货";
        /// Something else, said in words.
        Other = "other", "another reason", "其他";
    }
}

words! {
    /// Whose doing it is; decides who pays the return freight unless a ruling, insurance or the policy says otherwise.
    pub enum Blame {
        /// The buyer's.
        Buyer = "buyer", "the buyer", "买家责任";
        /// The merchant's.
        Merchant = "merchant", "the merchant", "商家责任";
        /// Both in part.
        Both = "both", "both", "双方责任";
        /// Nobody's.
        Nobody = "none", "nobody", "无责任";
    }
}

impl Reason {
    /// Whose fault the reason states.
    #[must_use]
    pub const fn blame(self) -> Blame {
        match self {
            Self::NoReason => Blame::Buyer,
            Self::Quality
            | Self::NotAsDescribed
            | Self::WrongItem
            | Self::MissingParts
            | Self::Damaged
            | Self::Counterfeit
            | Self::NotReceived
            | Self::Late
            | Self::OutOfStock => Blame::Merchant,
            Self::PriceDrop | Self::Negotiated | Self::Other => Blame::Nobody,
        }
    }
}

words! {
    /// In what condition a returned unit is.
    pub enum GoodsCondition {
        /// As new: it can be sold again.
        Resellable = "resellable", "can be sold again", "可二次销售";
        /// Opened or used, but whole.
        Opened = "opened", "opened or used", "已拆封或使用";
        /// Damaged.
        Damaged = "damaged", "damaged", "破损";
        /// Something of it is missing.
        Incomplete = "incomplete", "incomplete", "缺件";
        /// It is another thing.
        WrongItem = "wrong_item", "another item", "非原商品";
    }
}

words! {
    /// Who bears a payment.
    pub enum Bearer {
        /// The merchant.
        Merchant = "merchant", "the merchant", "商家";
        /// The buyer.
        Buyer = "buyer", "the buyer", "买家";
        /// The platform, in advance or for good.
        Platform = "platform", "the platform", "平台";
        /// An insurer.
        Insurer = "insurer", "the insurer", "保险公司";
    }
}

words! {
    /// What a payment was made with. Points and coupons are no money: they are restored by effects.
    pub enum Tender {
        /// A bank card.
        Card = "card", "card", "银行卡";
        /// A payment wallet.
        Wallet = "wallet", "wallet", "电子钱包";
        /// The buyer's balance with the tenant.
        Balance = "balance", "balance", "余额";
        /// A gift card of the tenant.
        GiftCard = "gift_card", "gift card", "礼品卡";
    }
}

impl Tender {
    /// Whether the money lies outside the tenant: refunded first where the policy says so.
    #[must_use]
    pub const fn is_external(self) -> bool {
        matches!(self, Self::Card | Self::Wallet)
    }
}

words! {
    /// How far a payment dispute (chargeback) has come.
    pub enum Dispute {
        /// The bank asks; nothing is blocked.
        Inquiry = "inquiry", "inquiry", "查询";
        /// Money is in dispute: refunds of that payment wait.
        Open = "open", "open", "争议中";
        /// The merchant won: refunds are free again.
        Won = "won", "won", "商家胜诉";
        /// The bank has paid the buyer: it counts as refunded.
        Lost = "lost", "lost", "商家败诉";
    }
}

words! {
    /// How parcels of the order travel; decides how long receipt takes to be confirmed by silence.
    pub enum Transport {
        /// Express.
        Express = "express", "express", "快递";
        /// Ordinary post.
        Post = "post", "post", "平邮";
    }
}
