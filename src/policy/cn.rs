//! The default policy: a marketplace in China.
//!
//! Every value of `cn_marketplace` is a function of its word with one arm a word, so that a new word without a number
//! does not compile.

use alloc::vec;
use alloc::vec::Vec;

use super::{
    Amounts, ChannelTerms, FastRefund, Freight, Policy, ReasonRules, ReceiptExtension, RefundSplit, ShippingPart,
    ShippingRefund, Silence, Switches, Texts, Window, Windows,
};
use crate::{
    Amount, Anchor, Bearer, Blame, Counter, Currency, Each, Id, Kind, Length, Limit, Reason, Set, Span, Start, Tender,
    Transport,
};

impl Policy {
    /// A marketplace in China, in CNY. Silence of the merchant is consent, money for unshipped goods goes back at once,
    /// and a return without a reason within seven days cannot be refused.
    ///
    /// The seven days begin at the midnight after signing, and postage is not part of what a return without a reason
    /// brings back (SAMR Order on the seven-day return; Consumer Protection Law, art. 25). The other numbers are common
    /// among the large platforms: 48 h to answer, 7 d to send back, 10 d to receive, five applications per unit, refund
    /// parts and ages as in the contract of WeChat Pay.
    #[must_use]
    pub fn cn_marketplace() -> Self {
        Self {
            name: Id::from("cn_marketplace"),
            version: 1,
            currency: Currency::CNY,
            limits: Each::new(limit),
            receipt_by_transport: Each::new(receipt),
            dispatch_by_kind: Each::new(dispatch),
            first_backoffs: vec![Length::Minutes(1), Length::Minutes(10), Length::Hours(1), Length::Hours(6)],
            extensions: Each::new(extension),
            receipt_extension: Some(ReceiptExtension { days: vec![3, 5, 7, 10], last_days: 3 }),
            reminders: Each::new(reminder),
            review_evidence: Length::Hours(72),
            close_unpaid_after: Length::Seconds(10),
            windows: windows(),
            counters: Each::new(counter),
            texts: texts(),
            reasons: reasons(),
            silence: Each::new(silence),
            switches: switches(),
            fast_refund: fast_refund(),
            statutory: None,
            amounts: amounts(),
            shipping_refund: shipping(),
            freight: freight(),
            refund_split: RefundSplit::ExternalFirst,
            channels: Each::new(channel),
            return_address: None,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::cn_marketplace()
    }
}

pub(super) fn limit(limit: Limit) -> Span {
    match limit {
        Limit::Payment => Span::minutes(30),
        Limit::Hold | Limit::Approval | Limit::GatewayAnswer | Limit::Backoff => Span::hours(24),
        Limit::ShipPromise | Limit::MerchantReply => Span::hours(48),
        Limit::ShipLimit => Span::days(14).since(Anchor::Paid),
        Limit::AutoConfirm => Span::days(10).since(Anchor::Shipped),
        Limit::AfterSales | Limit::Repayment => Span::days(15),
        Limit::BuyerAnswer
        | Limit::FeePayment
        | Limit::BuyerReturn
        | Limit::Ruling
        | Limit::Manual
        | Limit::OfflineConfirm => Span::days(7),
        Limit::Recall | Limit::Inspection | Limit::SendBack | Limit::Dispatch => Span::hours(72),
        Limit::MerchantReceipt | Limit::ParcelReceipt => Span::days(10),
        Limit::Dispute => Span::days(90),
    }
}

pub(super) fn receipt(transport: Transport) -> Option<Span> {
    match transport {
        Transport::Express => None,
        Transport::Post => Some(Span::days(30).since(Anchor::Shipped)),
    }
}

pub(super) fn dispatch(kind: Kind) -> Option<Span> {
    match kind {
        Kind::Repair => Some(Span::days(15)),
        Kind::RefundOnly | Kind::ReturnAndRefund | Kind::Exchange | Kind::Reship | Kind::Compensation => None,
    }
}

pub(super) fn extension(limit: Limit) -> Option<Length> {
    match limit {
        Limit::MerchantReply | Limit::Inspection => Some(Length::Hours(24)),
        Limit::BuyerReturn | Limit::MerchantReceipt | Limit::SendBack | Limit::Dispatch | Limit::ParcelReceipt => {
            Some(Length::Days(3))
        }
        Limit::Payment
        | Limit::Hold
        | Limit::ShipPromise
        | Limit::ShipLimit
        | Limit::AutoConfirm
        | Limit::AfterSales
        | Limit::BuyerAnswer
        | Limit::FeePayment
        | Limit::Recall
        | Limit::Ruling
        | Limit::Repayment
        | Limit::Approval
        | Limit::GatewayAnswer
        | Limit::Dispute
        | Limit::Backoff
        | Limit::Manual
        | Limit::OfflineConfirm => None,
    }
}

pub(super) fn reminder(limit: Limit) -> Option<Length> {
    match limit {
        Limit::Payment => Some(Length::Minutes(10)),
        Limit::Hold | Limit::Approval => Some(Length::Hours(6)),
        Limit::ShipPromise | Limit::MerchantReply => Some(Length::Hours(12)),
        Limit::ShipLimit | Limit::AutoConfirm => Some(Length::Days(3)),
        Limit::BuyerAnswer
        | Limit::FeePayment
        | Limit::BuyerReturn
        | Limit::MerchantReceipt
        | Limit::Inspection
        | Limit::SendBack
        | Limit::Dispatch
        | Limit::ParcelReceipt
        | Limit::Ruling
        | Limit::Repayment
        | Limit::Manual
        | Limit::OfflineConfirm => Some(Length::Hours(24)),
        Limit::AfterSales | Limit::Recall | Limit::GatewayAnswer | Limit::Dispute | Limit::Backoff => None,
    }
}

pub(super) fn counter(counter: Counter) -> u32 {
    match counter {
        Counter::Intercepts
        | Counter::Extensions
        | Counter::Reviews
        | Counter::Redispatches
        | Counter::Conversions
        | Counter::Appeals
        | Counter::Ratings
        | Counter::Rejections
        | Counter::Reopenings => 1,
        Counter::Offline | Counter::Reversals | Counter::Overpays => 2,
        Counter::Modifies
        | Counter::Rounds
        | Counter::Corrections
        | Counter::Redirects
        | Counter::Reconciles
        | Counter::Goodwill => 3,
        Counter::Tries
        | Counter::FeePayments
        | Counter::Asks
        | Counter::Attempts
        | Counter::Conflicts
        | Counter::Reprices
        | Counter::Offers => 5,
        Counter::Tenders => 8,
        Counter::Repayments | Counter::Grants => 10,
        Counter::Evidence | Counter::Notes | Counter::DisputeMarks | Counter::Surplus | Counter::Revivals => 20,
    }
}

/// So many whole days from the midnight after delivery.
pub(super) const fn days_from_delivery(count: u32) -> Window {
    Window::Lasts(Span::days(count).since(Anchor::Delivered).starting(Start::NextMidnight))
}

pub(super) fn window(reason: Reason) -> Window {
    match reason {
        Reason::NoReason => days_from_delivery(7),
        Reason::Quality
        | Reason::NotAsDescribed
        | Reason::WrongItem
        | Reason::MissingParts
        | Reason::Damaged
        | Reason::PriceDrop
        | Reason::Negotiated
        | Reason::Other => days_from_delivery(15),
        Reason::Counterfeit => days_from_delivery(90),
        Reason::NotReceived | Reason::Late | Reason::OutOfStock => Window::UntilReceipt,
    }
}

pub(super) fn kind_window(kind: Kind) -> Option<Window> {
    match kind {
        Kind::Exchange => Some(days_from_delivery(15)),
        Kind::Repair => Some(days_from_delivery(365)),
        Kind::RefundOnly | Kind::ReturnAndRefund | Kind::Reship | Kind::Compensation => None,
    }
}

pub(super) fn windows() -> Windows {
    Windows {
        by_reason: Each::new(window),
        by_kind: Each::new(kind_window),
        after_refusal: Length::Days(2),
        appeal: Length::Days(30),
        rating: Length::Days(30),
    }
}

/// Reasons that state a defect of the goods.
const DEFECTS: &[Reason] = &[
    Reason::Quality,
    Reason::NotAsDescribed,
    Reason::WrongItem,
    Reason::MissingParts,
    Reason::Damaged,
    Reason::Counterfeit,
];

pub(super) fn fits(kind: Kind) -> Set<Reason> {
    let defects = Set::of(DEFECTS);
    let any = |reasons: &[Reason]| {
        let agreed = Set::of(&[Reason::Negotiated, Reason::Other]);
        reasons.iter().copied().fold(agreed, Set::with)
    };
    let with_defects = |reasons: &[Reason]| defects.iter().fold(any(reasons), Set::with);
    match kind {
        Kind::RefundOnly => with_defects(&[Reason::NotReceived, Reason::Late]),
        Kind::ReturnAndRefund => with_defects(&[Reason::NoReason, Reason::Late]),
        Kind::Exchange => with_defects(&[Reason::NoReason]),
        Kind::Repair => any(&[Reason::Quality, Reason::Damaged]),
        Kind::Reship => any(&[Reason::MissingParts, Reason::WrongItem, Reason::Damaged, Reason::NotReceived]),
        Kind::Compensation => with_defects(&[Reason::Late, Reason::PriceDrop]),
    }
}

pub(super) fn reasons() -> ReasonRules {
    ReasonRules {
        undelivered: Set::of(&[
            Reason::NoReason,
            Reason::NotReceived,
            Reason::Late,
            Reason::OutOfStock,
            Reason::Negotiated,
            Reason::Other,
        ]),
        fits: Each::new(fits),
        evidence: Set::of(DEFECTS),
        refusal_evidence: Set::of(DEFECTS),
        goods_refusal_evidence: true,
        never_refused: Set::of(&[Reason::NoReason]),
        never_refused_categories: Vec::new(),
        // Consumer Protection Law, art. 25: made to order; fresh and perishable; digital; delivered newspapers.
        no_reason_excluded: ids(&["custom_made", "perishable", "digital_content", "press"]),
    }
}

pub(super) fn texts() -> Texts {
    Texts { reason_least: 2, reason_most: 200, note_most: 500 }
}

pub(super) fn silence(kind: Kind) -> Silence {
    match kind {
        Kind::RefundOnly
        | Kind::ReturnAndRefund
        | Kind::Exchange
        | Kind::Repair
        | Kind::Reship
        | Kind::Compensation => Silence::Grants,
    }
}

pub(super) fn switches() -> Switches {
    Switches {
        unshipped_is_granted: true,
        receipt_silence_escalates: false,
        ruling_silence_dismisses: false,
        approval_silence_rejects: false,
        shipping_closes_case: false,
        direct_escalation: false,
        whole_line_only: false,
        reapply_after_lapse: true,
        partial_payout_closes_units: true,
    }
}

pub(super) fn fast_refund() -> FastRefund {
    FastRefund { on_apply: false, on_ship_back: true, standing: 650, most: whole(500) }
}

pub(super) fn amounts() -> Amounts {
    Amounts { approval_above: whole(1_000), goodwill_most: whole(200), fee_most: whole(5_000) }
}

pub(super) fn shipping() -> ShippingRefund {
    ShippingRefund {
        before_anything_shipped: ShippingPart::Whole,
        with_last_line: ShippingPart::Whole,
        not_with_last_line: Set::of(&[Reason::NoReason]),
        at_merchants_fault: ShippingPart::Whole,
    }
}

pub(super) fn payer(reason: Reason) -> Bearer {
    match reason.blame() {
        Blame::Merchant => Bearer::Merchant,
        Blame::Buyer | Blame::Both | Blame::Nobody => Bearer::Buyer,
    }
}

pub(super) fn freight() -> Freight {
    Freight { most: whole(30), payer: Each::new(payer) }
}

pub(super) fn channel(tender: Tender) -> Option<ChannelTerms> {
    match tender {
        Tender::Card | Tender::Wallet => {
            Some(ChannelTerms { min_gap: Length::Minutes(1), most_parts: 50, most_age: Length::Days(365) })
        }
        Tender::Balance | Tender::GiftCard => None,
    }
}

/// So many whole units of a currency with two decimal places.
pub(super) const fn whole(units: u64) -> Amount {
    Amount::new(units * 100)
}

pub(super) fn ids(codes: &[&str]) -> Vec<Id> {
    codes.iter().copied().map(Id::from).collect()
}
