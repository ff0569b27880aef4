//! The policy: every number, counter and switch of the process, as data.
//!
//! A row of a table names a limit, a counter or a condition; how long, how often and whether stands here. Change a
//! preset's fields, then [`Policy::check`] it.

mod check;
mod cn;
mod collect;
mod eu;
mod fault;
mod parts;
mod read;

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::{Bearer, Counter, Currency, Each, Id, Kind, Length, Limit, Reason, Span, Tender, Transport};

pub use fault::PolicyFault;
pub use parts::{
    Amounts, ChannelTerms, FastRefund, Freight, ReasonRules, ReceiptExtension, RefundSplit, ShippingPart,
    ShippingRefund, Silence, Statutory, Switches, Texts, Window, Windows,
};

/// The numbers under which a trade runs. Each trade keeps the name and version of its own.
///
/// All fields are public: take a preset, change what is different, and [`check`](Self::check) the result. In stored
/// form, fields and entries that are missing have the value of [`Policy::cn_marketplace`], so that a policy stored by
/// an older release can still be read; unknown fields and codes are refused.
///
/// Amounts are in minor units of [`currency`](Self::currency): a tenant that sells in several currencies keeps a policy
/// for each.
///
/// ```
/// use redress::{Counter, Limit, Policy, Span};
/// let mut policy = Policy::cn_marketplace();
/// policy.limits[Limit::MerchantReply] = Span::hours(24);
/// policy.counters[Counter::Rounds] = 5;
/// policy.switches.direct_escalation = true;
/// assert!(policy.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// What this policy is called.
    pub name: Id,
    /// Its version, from 1: raised with each change, since trades name the version under which they run.
    pub version: u32,
    /// The currency of every amount in this policy, and of the trades that run under it.
    pub currency: Currency,

    /// How long each limit runs.
    #[serde(deserialize_with = "read::limits")]
    pub limits: Each<Limit, Span, { Limit::COUNT }>,
    /// How long receipt takes to be confirmed by silence where the transport has its own time; `null` where
    /// [`Limit::AutoConfirm`] holds.
    #[serde(deserialize_with = "read::receipts")]
    pub receipt_by_transport: Each<Transport, Option<Span>, { Transport::COUNT }>,
    /// How long the merchant may take to dispatch where the kind has its own time; `null` where [`Limit::Dispatch`]
    /// holds.
    #[serde(deserialize_with = "read::dispatches")]
    pub dispatch_by_kind: Each<Kind, Option<Span>, { Kind::COUNT }>,
    /// The waits after the first failed attempts of a refund, in order; after later ones it is [`Limit::Backoff`].
    pub first_backoffs: Vec<Length>,
    /// By how much a limit is extended by the party it binds; `null` where it is not. Receipt has
    /// [its own rule](Self::receipt_extension).
    #[serde(deserialize_with = "read::extensions")]
    pub extensions: Each<Limit, Option<Length>, { Limit::COUNT }>,
    /// How receipt is extended; `null` if it is not.
    pub receipt_extension: Option<ReceiptExtension>,
    /// How long before a limit passes its party is reminded; `null` if never. A reminder gates nothing.
    #[serde(deserialize_with = "read::reminders")]
    pub reminders: Each<Limit, Option<Length>, { Limit::COUNT }>,
    /// For how long each side may give evidence once a review has begun.
    pub review_evidence: Length,
    /// A merchant may close an unpaid order after this long.
    pub close_unpaid_after: Length,
    /// The windows for applications, appeals and ratings.
    pub windows: Windows,

    /// How often each counted liberty may be taken. None is ever reset.
    #[serde(deserialize_with = "read::counters")]
    pub counters: Each<Counter, u32, { Counter::COUNT }>,
    /// The bounds of texts.
    pub texts: Texts,

    /// Which reasons count for what.
    pub reasons: ReasonRules,
    /// What a merchant's silence on an application of each kind leads to.
    #[serde(deserialize_with = "read::silences")]
    pub silence: Each<Kind, Silence, { Kind::COUNT }>,
    /// What is on and what is off.
    pub switches: Switches,
    /// When money goes out in advance.
    pub fast_refund: FastRefund,
    /// The buyer's right of withdrawal by law; `null` if there is none.
    pub statutory: Option<Statutory>,

    /// Amounts from which on, or up to which, something is allowed.
    pub amounts: Amounts,
    /// What shipping goes back.
    pub shipping_refund: ShippingRefund,
    /// Who pays the freight of a return.
    pub freight: Freight,
    /// Over which payments a refund is split.
    pub refund_split: RefundSplit,
    /// What each channel's contract allows; `null` where the tenant itself holds the money and nothing limits it.
    #[serde(deserialize_with = "read::channels")]
    pub channels: Each<Tender, Option<ChannelTerms>, { Tender::COUNT }>,
    /// Where goods are sent back to if the merchant's silence grants a return; without it the buyer's limit does not
    /// start until the merchant gives one.
    pub return_address: Option<String>,
}

impl Policy {
    /// How long this limit runs, before any exception; see [`receipt`](Self::receipt), [`dispatch`](Self::dispatch),
    /// [`backoff`](Self::backoff) and [`case_limit`](Self::case_limit).
    #[inline]
    #[must_use]
    pub fn limit(&self, limit: Limit) -> Span {
        self.limits[limit]
    }

    /// How long this limit runs in a case of this kind, a statutory withdrawal or not.
    ///
    /// In a withdrawal the law says until when the goods are sent and the money is paid, so it bounds the merchant's
    /// receipt and inspection.
    #[must_use]
    pub fn case_limit(&self, limit: Limit, kind: Kind, statutory: bool) -> Span {
        let law = self.statutory.as_ref().filter(|_| statutory);
        match (limit, law) {
            (Limit::Dispatch, _) => self.dispatch(kind),
            (Limit::BuyerReturn, Some(law)) => law.send_back,
            (Limit::MerchantReceipt | Limit::Inspection, Some(law)) => law.refund,
            (limit, _) => self.limit(limit),
        }
    }

    /// How long receipt takes to be confirmed by silence.
    #[must_use]
    pub fn receipt(&self, transport: Transport) -> Span {
        self.receipt_by_transport[transport].unwrap_or(self.limits[Limit::AutoConfirm])
    }

    /// How long the merchant may take to dispatch in a case of this kind.
    #[must_use]
    pub fn dispatch(&self, kind: Kind) -> Span {
        self.dispatch_by_kind[kind].unwrap_or(self.limits[Limit::Dispatch])
    }

    /// How long a refund waits after so many attempts, the first being 1.
    #[must_use]
    pub fn backoff(&self, attempts: u32) -> Span {
        let failed_before = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        let wait = self.first_backoffs.get(failed_before).copied();
        wait.map_or(self.limits[Limit::Backoff], Span::of)
    }

    /// By how much this limit is extended, if it can be.
    #[must_use]
    pub fn extension(&self, limit: Limit) -> Option<Length> {
        self.extensions[limit]
    }

    /// How long before this limit passes its party is reminded, if at all.
    #[must_use]
    pub fn reminder(&self, limit: Limit) -> Option<Length> {
        self.reminders[limit]
    }

    /// How often this liberty may be taken.
    #[inline]
    #[must_use]
    pub fn cap(&self, counter: Counter) -> u32 {
        self.counters[counter]
    }

    /// Until when an application of this kind for this reason is in time. The kind's own window goes first.
    #[must_use]
    pub fn window(&self, kind: Kind, reason: Reason) -> Window {
        self.windows.by_kind[kind].unwrap_or(self.windows.by_reason[reason])
    }

    /// Whether this reason fits an application of this kind for units that the buyer has, or has not, been delivered.
    #[must_use]
    pub fn reason_fits(&self, kind: Kind, reason: Reason, delivered: bool) -> bool {
        let fits =
            if kind == Kind::RefundOnly && !delivered { self.reasons.undelivered } else { self.reasons.fits[kind] };
        fits.has(reason)
    }

    /// Whether the buyer must give evidence for this reason.
    #[must_use]
    pub fn evidence_needed(&self, reason: Reason) -> bool {
        self.reasons.evidence.has(reason)
    }

    /// Whether the merchant must give evidence when refusing an application for this reason.
    #[must_use]
    pub fn refusal_evidence_needed(&self, reason: Reason) -> bool {
        self.reasons.refusal_evidence.has(reason)
    }

    /// Whether a merchant may refuse an application of this kind, for this reason and a line of this category.
    ///
    /// The policy's part of the answer only: units not shipped and statutory withdrawals are never refused, whatever
    /// a policy says.
    #[must_use]
    pub fn refusable(&self, kind: Kind, reason: Reason, category: Option<Id>) -> bool {
        let protected =
            self.reasons.never_refused.has(reason) || contains(&self.reasons.never_refused_categories, category);
        !(kind.returns() && protected)
    }

    /// Whether a line of this category can be returned with [`Reason::NoReason`].
    #[must_use]
    pub fn no_reason_allowed(&self, category: Option<Id>) -> bool {
        !contains(&self.reasons.no_reason_excluded, category)
    }

    /// The buyer's right by law on a line of this category.
    #[must_use]
    pub fn statutory_right(&self, category: Option<Id>) -> Option<&Statutory> {
        self.statutory.as_ref().filter(|law| !contains(&law.excluded, category))
    }

    /// What a merchant's silence on an application of this kind leads to.
    #[must_use]
    pub fn silence(&self, kind: Kind) -> Silence {
        self.silence[kind]
    }

    /// Who pays the freight of a return for this reason, unless insurance or a ruling says otherwise.
    #[must_use]
    pub fn freight_payer(&self, reason: Reason) -> Bearer {
        self.freight.payer[reason]
    }

    /// What the channel of such a payment allows; `None` if nothing limits it.
    #[must_use]
    pub fn channel(&self, tender: Tender) -> Option<ChannelTerms> {
        self.channels[tender]
    }
}

fn contains(categories: &[Id], category: Option<Id>) -> bool {
    category.is_some_and(|category| categories.contains(&category))
}
