//! The parts of a policy that belong together.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::read;
use super::{cn, eu};
use crate::{Amount, Bearer, Each, Id, Kind, Length, Reason, Set, Span, words};

words! {
    /// What a merchant's silence on an application leads to.
    pub enum Silence {
        /// It is granted as if the merchant had agreed.
        Grants = "grants", "counts as consent", "视为同意";
        /// The platform reviews it, while reviews are left.
        Escalates = "escalates", "goes to the platform", "转平台处理";
        /// It is overdue: the buyer may escalate, and it lapses if nobody does anything.
        Lapses = "lapses", "lapses in the end", "逾期关闭";
    }
}

words! {
    /// Over which payments a refund is split.
    pub enum RefundSplit {
        /// To cards and wallets first, then to balance and gift cards.
        ExternalFirst = "external_first", "cards and wallets first", "优先退外部支付";
        /// To all in proportion, by largest remainder.
        Proportional = "proportional", "in proportion", "按比例退回";
    }
}

words! {
    /// How much of the shipping goes back.
    pub enum ShippingPart {
        /// None of it.
        Nothing = "nothing", "no shipping", "不退运费";
        /// What the least expensive offered delivery would have cost.
        Standard = "standard", "standard shipping", "退标准运费";
        /// All of it, supplements for express and the like included.
        Whole = "whole", "all shipping", "退全部运费";
    }
}

/// Until when an application with some reason is in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Window {
    /// For so long from a named event of the order.
    Lasts(Span),
    /// Until the units' receipt is confirmed, by the buyer or by time: for what concerns the delivery itself.
    UntilReceipt,
}

impl Window {
    /// The span, if it is one.
    #[must_use]
    pub const fn span(self) -> Option<Span> {
        match self {
            Self::Lasts(span) => Some(span),
            Self::UntilReceipt => None,
        }
    }
}

/// The windows within which something may be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Windows {
    /// Of each reason.
    #[serde(deserialize_with = "read::by_reason")]
    pub by_reason: Each<Reason, Window, { Reason::COUNT }>,
    /// Of kinds that have their own, whatever the reason; `null` where the reason decides.
    #[serde(deserialize_with = "read::by_kind")]
    pub by_kind: Each<Kind, Option<Window>, { Kind::COUNT }>,
    /// A window never ends sooner than this after a case on those units was refused, so that the buyer can apply again
    /// with another reason or better evidence.
    pub after_refusal: Length,
    /// Platform staff may reopen a case for so long after it has come to rest.
    pub appeal: Length,
    /// The buyer may rate for so long after the case has come to rest.
    pub rating: Length,
}

/// Which reasons count for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ReasonRules {
    /// Reasons for money back on units that the buyer does not have yet (not shipped, or on their way).
    pub undelivered: Set<Reason>,
    /// Reasons for each kind on units that were delivered. A kind without reasons is not offered.
    #[serde(deserialize_with = "read::fits")]
    pub fits: Each<Kind, Set<Reason>, { Kind::COUNT }>,
    /// Reasons that the buyer must give evidence for when applying.
    pub evidence: Set<Reason>,
    /// Reasons that the merchant must give evidence against when refusing the application.
    pub refusal_evidence: Set<Reason>,
    /// Whether the merchant must give evidence when refusing returned goods.
    pub goods_refusal_evidence: bool,
    /// Reasons for which a merchant may never refuse the application for a return within its window; after receipt the
    /// state of the goods may still be disputed.
    pub never_refused: Set<Reason>,
    /// Categories of lines whose returns a merchant may never refuse, whatever the reason.
    pub never_refused_categories: Vec<Id>,
    /// Categories of lines that cannot be returned with [`Reason::NoReason`].
    pub no_reason_excluded: Vec<Id>,
}

/// The bounds of texts, in characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Texts {
    /// The least that a stated reason may have.
    pub reason_least: u32,
    /// The most that a stated reason may have.
    pub reason_most: u32,
    /// The most that a note or a piece of evidence (its text or its address) may have.
    pub note_most: u32,
}

/// What is on and what is off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Switches {
    /// Money back for units not shipped is granted at once, without asking the merchant.
    pub unshipped_is_granted: bool,
    /// A merchant's silence on goods sent back brings the platform in, instead of accepting the goods.
    pub receipt_silence_escalates: bool,
    /// A platform's silence in a review is for the merchant, instead of for the buyer.
    pub ruling_silence_dismisses: bool,
    /// The silence of finance rejects a payout that can be contested, instead of paying it.
    pub approval_silence_rejects: bool,
    /// Shipping units under an open unshipped case closes that case, instead of being refused.
    pub shipping_closes_case: bool,
    /// The buyer may bring the platform in while the merchant still has time to answer.
    pub direct_escalation: bool,
    /// A case takes all units of a line, never some of them.
    pub whole_line_only: bool,
    /// The buyer may apply again for units whose case lapsed for the buyer's silence.
    pub reapply_after_lapse: bool,
    /// `RefundOnly` and `ReturnAndRefund` close their units even if less than their share was paid.
    pub partial_payout_closes_units: bool,
}

/// When money goes out before the merchant has decided (极速退款), advanced by the platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct FastRefund {
    /// On application.
    pub on_apply: bool,
    /// When the buyer has sent the goods back.
    pub on_ship_back: bool,
    /// The least standing of the buyer, of [`FastRefund::FULL_STANDING`].
    pub standing: u16,
    /// The most that is advanced in one case, in minor units of the policy's currency.
    pub most: Amount,
}

impl FastRefund {
    /// The standing of a buyer of whom nothing better can be said.
    pub const FULL_STANDING: u16 = 1_000;
}

/// What shipping goes back with goods; it is refunded at most once per order.
///
/// The most generous occasion that applies decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ShippingRefund {
    /// When every unit goes back before anything was shipped.
    pub before_anything_shipped: ShippingPart,
    /// With the last units that the order still has.
    pub with_last_line: ShippingPart,
    /// Reasons for which nothing goes back with the last units.
    pub not_with_last_line: Set<Reason>,
    /// When the reason or a ruling says that it is the merchant's fault.
    pub at_merchants_fault: ShippingPart,
}

/// How the limit of receipt may be extended: once each by the buyer and by the merchant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReceiptExtension {
    /// By how many days: one of these, in ascending order.
    pub days: Vec<u16>,
    /// Only within so many days before the limit passes.
    pub last_days: u16,
}

/// Amounts from which on, or up to which, something is allowed, in minor units of the policy's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Amounts {
    /// A refund of more than this waits for finance.
    pub approval_above: Amount,
    /// The most that staff may credit above what is refundable, in all credits of one order together.
    pub goodwill_most: Amount,
    /// The most that a merchant may ask the buyer to pay within a case (repair, price difference).
    pub fee_most: Amount,
}

/// Who pays the freight of a return, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Freight {
    /// The most that is reimbursed to the buyer for one return, in minor units of the policy's currency.
    pub most: Amount,
    /// Who pays, by reason, unless insurance or a ruling says otherwise.
    #[serde(deserialize_with = "read::payers")]
    pub payer: Each<Reason, Bearer, { Reason::COUNT }>,
}

/// What a payment channel's contract allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ChannelTerms {
    /// The least time between two refunds of one payment: the later is sent later, not refused.
    pub min_gap: Length,
    /// The most refunds of one payment.
    pub most_parts: u32,
    /// How old a payment may be and still be refunded through its channel.
    pub most_age: Length,
}

/// A right of withdrawal by law, which no merchant can refuse. The defaults are those of Directive 2011/83/EU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Statutory {
    /// Until when it may be declared.
    pub window: Span,
    /// Until when the money is due, counted from the declaration ([`Anchor::Applied`](crate::Anchor::Applied)).
    pub refund: Span,
    /// Until when the buyer has to send the goods, counted from the declaration.
    pub send_back: Span,
    /// Whether the money may be withheld until the goods have come. If not, it is advanced on the declaration, and
    /// comes back if the goods do not.
    pub withhold: bool,
    /// How much of the shipping goes back when all of the order does.
    pub shipping: ShippingPart,
    /// Who pays the freight of the return.
    pub return_freight: Bearer,
    /// Whether a loss of value from more than looking at the goods lowers the amount.
    pub diminished_value: bool,
    /// Categories of lines without this right.
    pub excluded: Vec<Id>,
}

macro_rules! default_of_cn_marketplace {
    ($($Part:ident = $preset:ident;)+) => { $(
        impl Default for $Part {
            fn default() -> Self {
                cn::$preset()
            }
        }
    )+ };
}

default_of_cn_marketplace! {
    Windows = windows;
    ReasonRules = reasons;
    Texts = texts;
    Switches = switches;
    FastRefund = fast_refund;
    ShippingRefund = shipping;
    Amounts = amounts;
    Freight = freight;

}

impl Default for Statutory {
    fn default() -> Self {
        eu::statutory()
    }
}
