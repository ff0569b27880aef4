//! What a payment channel promises of its refunds, as data.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::{ChannelTerms, Id, Length, Policy, Set, Tender, Time, words};

/// By how much two workers' clocks may differ, in milliseconds; see [`Clock`](crate::port::Clock).
pub(crate) const SKEW: i64 = 60_000;

/// How long a channel knows a key again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyMemory {
    /// For so long after it received it first; then the same key may pay once more.
    Lasts(Length),
    /// For ever.
    ForEver,
}

words! {
    /// What is to be done when a channel has refused a refund.
    pub enum AfterFailure {
        /// Send it again under the same key; the channel tries anew. So its no to one request is no answer to another that
    /// is still on its way: it counts once none is.
        SameKey = "same_key", "the same key again", "沿用原退款单号重试";
        /// The channel sticks to its no for as long as it remembers the key; only a new key can pay.
        NewKey = "new_key", "a new key", "更换退款单号重试";
        /// Nothing can be sent: finance finds another way.
        Manual = "manual", "by hand", "人工处理";
    }
}

words! {
    /// How a channel is asked what became of a refund.
    pub enum Ask {
        /// By the key under which it was sent, whether or not the channel has received it.
        ByOurKey = "by_our_key", "by our key", "按商户退款单号查询";
        /// By the channel's own id only, which it gave when it accepted the refund.
        ByTheirId = "by_their_id", "by the channel's own id", "按渠道退款单号查询";
        /// It cannot be asked.
        Never = "never", "it cannot be asked", "不支持查询";
    }
}

/// What a payment channel promises of its refunds. The jobs of a desk go by it, for refunds of payments that
/// [this gateway](Self::gateway) has reported.
///
/// What the *process* must know of a channel (spacing, number and age of refunds) stands in
/// [`Policy::channels`](crate::Policy), since every trade keeps the policy that it began with. Opening a desk checks that
/// no policy allows more than [`terms`](Self::terms) say; [`allow`](Self::allow) copies them over.
///
/// ```
/// use redress::channel::{ChannelContract, KeyMemory};
/// use redress::{Length, Policy};
/// let mut contract = ChannelContract::wechat_pay("wechat-pay");
/// contract.key_memory = KeyMemory::Lasts(Length::Minutes(1));
/// assert_eq!(contract.check().unwrap_err().len(), 1);
///
/// let mut policy = Policy::cn_marketplace();
/// let contract = ChannelContract::stripe("stripe");
/// contract.allow(&mut policy);
/// assert_eq!(contract.check_policy(&policy), Ok(()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelContract {
    /// The channel's id: the gateway that reports its payments.
    pub gateway: Id,
    /// What payments through it are made with.
    pub tenders: Set<Tender>,
    /// How long it knows a key again.
    pub key_memory: KeyMemory,
    /// What to do when it refuses.
    pub after_failure: AfterFailure,
    /// How it is asked.
    pub ask: Ask,
    /// How long after a request has arrived it may still deny knowing it.
    pub ask_lag: Length,
    /// How long after its deadline a request may still arrive: networks and proxies hold things up. Whoever sends gives
    /// up at the deadline, so this is what may happen behind his back.
    pub max_in_flight: Length,
    /// How long after it was claimed a refund may be handed over. With `max_in_flight`, `ask_lag` and a minute for two
    /// clocks it must fit into [`Delivery::lease`](crate::job::Delivery::lease), so that whatever one claim has sent has
    /// arrived before the next.
    pub window: Length,
    /// What it allows of refunds of one payment.
    pub terms: ChannelTerms,
}

/// What is wrong with a contract, or with a policy under it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContractFault {
    /// The gateway has no well-formed id.
    #[error("`gateway` is malformed; {}", crate::MalformedId)]
    Gateway,
    /// It serves no tender.
    #[error("`tenders` is empty; name what payments through this channel are made with")]
    Tenders,
    /// A time is out of bounds.
    #[error("`{field}` is {found}; {least} to {most} is accepted")]
    Time {
        /// Which.
        field: &'static str,
        /// What it says.
        found: Length,
        /// The least that is accepted.
        least: Length,
        /// The most that is accepted.
        most: Length,
    },
    /// The channel forgets a key while a request with it may still be on its way.
    #[error(
        "`key_memory` is {found}; at least {least} s is accepted, which is `window` + `max_in_flight` + `ask_lag` and a \
         minute each for two clocks: a key that is forgotten sooner cannot be sent twice safely"
    )]
    Memory {
        /// What it says.
        found: Length,
        /// The least that is accepted, in seconds.
        least: i64,
    },
    /// A policy sets no bounds where the channel does.
    #[error("`channels.{tender}` is null, and this channel has terms; see `ChannelContract::allow`")]
    NoTerms {
        /// For which tender.
        tender: Tender,
    },
    /// A policy allows what the channel does not.
    #[error("`{field}` is {found}, and this channel accepts {accepted}")]
    Looser {
        /// The path of the field in the policy.
        field: String,
        /// What it says.
        found: String,
        /// What the channel accepts.
        accepted: String,
    },
}

const A_SECOND: Length = Length::Seconds(1);
const A_DAY: Length = Length::Days(1);

impl ChannelContract {
    /// WeChat Pay (微信支付), refunds of API v3.
    ///
    /// The merchant's own refund number is idempotent without a term: money moves once. A refund that failed is
    /// resubmitted under the same number; one that was closed needs a new one, and an abnormal one another account.
    /// At most 50 partial refunds of an order, a minute between them, within a year of the payment. "Accepted" is not
    /// success: the result comes by call-back, or is asked for by the merchant's own number.
    ///
    /// Source: pay.weixin.qq.com/doc/v3/merchant, 申请退款 and 查询单笔退款. `ask_lag`, `max_in_flight` and `window` are
    /// ours.
    #[must_use]
    pub fn wechat_pay(gateway: impl Into<Id>) -> Self {
        Self {
            gateway: gateway.into(),
            tenders: Set::of(&[Tender::Wallet]),
            key_memory: KeyMemory::ForEver,
            after_failure: AfterFailure::SameKey,
            ask: Ask::ByOurKey,
            ask_lag: Length::Minutes(1),
            max_in_flight: Length::Minutes(1),
            window: Length::Minutes(1),
            terms: ChannelTerms { min_gap: Length::Minutes(1), most_parts: 50, most_age: Length::Days(365) },
        }
    }

    /// Alipay (支付宝), `alipay.trade.refund`.
    ///
    /// The same request number is answered with success and `fund_change=N`: no money moves again. If a query finds no
    /// refund it was not made, and is to be tried again under the same number and amount; a query should come no sooner
    /// than ten seconds after the refund. Refunds are taken for twelve months, by older contracts for three.
    ///
    /// Source: opendocs.alipay.com, `alipay.trade.refund` and `alipay.trade.fastpay.refund.query`. No number of partial
    /// refunds is published: 50 is as careful as the others. `max_in_flight` and `window` are ours.
    #[must_use]
    pub fn alipay(gateway: impl Into<Id>) -> Self {
        Self {
            ask_lag: Length::Seconds(10),
            terms: ChannelTerms { min_gap: Length::Seconds(0), most_parts: 50, most_age: Length::Days(365) },
            ..Self::wechat_pay(gateway)
        }
    }

    /// Stripe, and those that keep idempotency keys as it does.
    ///
    /// The first result of a key is kept, failures included, so a refund that failed needs a new key. Keys may be
    /// pruned after 24 hours; the same one is a new request then. A refund is retrieved by Stripe's own id; a client
    /// that lists the refunds of a charge and finds the key in their metadata may set [`Ask::ByOurKey`] instead, and
    /// is then never at a loss after a time-out.
    ///
    /// Source: docs.stripe.com/api/idempotent_requests and docs.stripe.com/api/refunds. It publishes neither a number
    /// nor an age: the terms are the widest that a policy takes. `ask_lag`, `max_in_flight` and `window` are ours.
    #[must_use]
    pub fn stripe(gateway: impl Into<Id>) -> Self {
        Self {
            tenders: Set::of(&[Tender::Card]),
            key_memory: KeyMemory::Lasts(Length::Hours(24)),
            after_failure: AfterFailure::NewKey,
            ask: Ask::ByTheirId,
            terms: ChannelTerms { min_gap: Length::Seconds(0), most_parts: 10_000, most_age: Length::Days(3_650) },
            ..Self::wechat_pay(gateway)
        }
    }

    /// A channel that keeps keys for half an hour, such as Qonto, and can be asked by them.
    ///
    /// Source: docs.qonto.com, idempotent requests. After half an hour a retry is a new payment, so from then on it is
    /// asked first. All but `key_memory` is to be set by your own contract.
    #[must_use]
    pub fn half_hour(gateway: impl Into<Id>) -> Self {
        Self { key_memory: KeyMemory::Lasts(Length::Minutes(30)), ..Self::wechat_pay(gateway) }
    }

    /// Whether it makes sense.
    ///
    /// # Errors
    ///
    /// All faults, each with what would be accepted.
    pub fn check(&self) -> Result<(), Vec<ContractFault>> {
        let mut faults = Vec::new();
        if !self.gateway.is_well_formed() {
            faults.push(ContractFault::Gateway);
        }
        if self.tenders.is_empty() {
            faults.push(ContractFault::Tenders);
        }
        let times = [
            ("ask_lag", self.ask_lag, Length::Seconds(0)),
            ("max_in_flight", self.max_in_flight, Length::Seconds(0)),
            ("window", self.window, A_SECOND),
        ];
        let out = times.iter().filter(|(_, found, least)| !(least.millis()..=A_DAY.millis()).contains(&found.millis()));
        faults.extend(out.map(|&(field, found, least)| ContractFault::Time { field, found, least, most: A_DAY }));
        let least = self.shown_after().saturating_add(SKEW);
        match self.key_memory {
            KeyMemory::Lasts(found) if found.millis() < least => {
                faults.push(ContractFault::Memory { found, least: least / 1_000 });
            }
            KeyMemory::Lasts(_) | KeyMemory::ForEver => {}
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Whether a policy allows no more than the channel does.
    ///
    /// # Errors
    ///
    /// All faults, each with the path of the policy's field and what the channel accepts.
    pub fn check_policy(&self, policy: &Policy) -> Result<(), Vec<ContractFault>> {
        let mut faults = Vec::new();
        for tender in self.tenders.iter() {
            let Some(own) = policy.channel(tender) else {
                faults.push(ContractFault::NoTerms { tender });
                continue;
            };
            let ChannelTerms { min_gap, most_parts, most_age } = self.terms;
            let mut looser = |wrong: bool, field: &str, found: String, accepted: String| {
                if wrong {
                    let field = format!("channels.{tender}.{field}");
                    faults.push(ContractFault::Looser { field, found, accepted });
                }
            };
            let too_soon = own.min_gap.millis() < min_gap.millis();
            looser(too_soon, "min_gap", format!("{}", own.min_gap), format!("at least {min_gap}"));
            let too_many = own.most_parts > most_parts;
            looser(too_many, "most_parts", format!("{}", own.most_parts), format!("at most {most_parts}"));
            let too_old = own.most_age.millis() > most_age.millis();
            looser(too_old, "most_age", format!("{}", own.most_age), format!("at most {most_age}"));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Writes the channel's terms into a policy, for each tender that it serves. Raise the policy's version.
    pub fn allow(&self, policy: &mut Policy) {
        for tender in self.tenders.iter() {
            policy.channels[tender] = Some(self.terms);
        }
    }

    /// How long after a claim what it sent is surely seen when the channel is asked, by the clock of any worker.
    pub(crate) const fn shown_after(&self) -> i64 {
        let sent = self.window.millis().saturating_add(self.max_in_flight.millis());
        sent.saturating_add(self.ask_lag.millis()).saturating_add(SKEW)
    }

    /// Whether whatever is handed over until this deadline finds a key remembered that may have arrived since.
    pub(crate) const fn remembers(&self, since: Time, deadline: Time) -> bool {
        match self.key_memory {
            KeyMemory::ForEver => true,
            KeyMemory::Lasts(memory) => {
                let arrives = deadline.after(self.max_in_flight.millis().saturating_add(SKEW));
                arrives.since(since) <= memory.millis()
            }
        }
    }

    /// Whether it can be asked about a refund that it knows, or does not know, by this id of its own.
    pub(crate) const fn answers(&self, known_as: Option<Id>) -> bool {
        match self.ask {
            Ask::ByOurKey => true,
            Ask::ByTheirId => known_as.is_some(),
            Ask::Never => false,
        }
    }
}
