//! What a channel says, as requests to the trade that it is about.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Declined, Paid};
use crate::channel::{AfterFailure, No};
use crate::refund::Action;
use crate::trade::{Request, TradeKey};
use crate::{Actor, Id};

/// The most characters of a channel's reason that are kept.
const REASON_MOST: usize = 500;

/// What names a refund to its channel: `tenant/order/refund-1/1`. The last number is that of the key; it grows when the
/// channel has closed the one before, and when another amount or account is sent.
///
/// ```
/// use redress::channel::RefundKey;
/// let key = RefundKey::parse("acme-mall".into(), "acme-mall/A/17/refund-2/1")?;
/// assert_eq!((key.trade.order.as_str(), key.refund, key.number), ("A/17", 2, 1));
/// assert_eq!(key.to_string(), "acme-mall/A/17/refund-2/1");
/// # Ok::<(), redress::channel::MalformedKey>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RefundKey {
    /// Of which trade.
    pub trade: TradeKey,
    /// The number of the refund within it.
    pub refund: u16,
    /// The number of its key.
    pub number: u16,
}

/// Why a text is not the key of a refund of this tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key of a refund is written `{tenant}/ORDER/refund-NUMBER/NUMBER`")]
#[non_exhaustive]
pub struct MalformedKey {
    /// Whose refunds were expected.
    pub tenant: Id,
}

impl RefundKey {
    /// Reads a key as a channel gives it back.
    ///
    /// # Errors
    ///
    /// [`MalformedKey`] if it is no key, or another tenant's.
    pub fn parse(tenant: Id, key: &str) -> Result<Self, MalformedKey> {
        Self::read(tenant, key).filter(|read| SameText::of(key, read)).ok_or(MalformedKey { tenant })
    }

    fn read(tenant: Id, key: &str) -> Option<Self> {
        let rest = key.strip_prefix(tenant.as_str())?.strip_prefix('/')?;
        let (rest, number) = rest.rsplit_once('/')?;
        let (order, refund) = rest.rsplit_once('/')?;
        let refund = refund.strip_prefix("refund-")?.parse().ok()?;
        let order: Id = order.parse().ok()?;
        Some(Self { trade: TradeKey { tenant, order }, refund, number: number.parse().ok()? })
    }
}

/// Compares what would be written with a text, so that `+1` or `01` is not taken for `1`.
struct SameText<'t>(&'t str);

impl SameText<'_> {
    fn of(text: &str, key: &RefundKey) -> bool {
        let mut left = SameText(text);
        fmt::write(&mut left, format_args!("{key}")).is_ok() && left.0.is_empty()
    }
}

impl fmt::Write for SameText<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(piece).ok_or(fmt::Error)?;
        Ok(())
    }
}

impl fmt::Display for RefundKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TradeKey { tenant, order } = self.trade;
        write!(f, "{tenant}/{order}/refund-{}/{}", self.refund, self.number)
    }
}

/// What a channel tells of a refund by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum News {
    /// It was paid.
    Paid(Paid),
    /// It was definitely not paid.
    Declined(Declined),
    /// The channel is still at it.
    Pending,
    /// The bank has taken back what was paid, under this reference.
    Reversed(Paid),
}

/// A call-back of a channel, verified by whoever took it in.
///
/// It may come twice, late, and in any order: its own event id is the key of the request that it becomes, so it is taken
/// in once; what it is about is told by the refund's key, so a stale one moves nothing that is no money.
///
/// ```
/// use redress::channel::{CallBack, ChannelContract, Declined, News, No};
/// let contract = ChannelContract::wechat_pay("wechat-pay");
/// let told = News::Declined(Declined::new(No::Closed, "REFUNDCLOSE"));
/// let call_back = CallBack { event: "EV-7".into(), key: "acme-mall/A-1/refund-1/1".into(), told };
/// let (order, request) = call_back.request(&contract, "acme-mall".into())?;
/// assert_eq!((order.as_str(), request.asked.code()), ("A-1", "close"));
/// # Ok::<(), redress::channel::MalformedKey>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallBack {
    /// The channel's own id of this event, the same each time it is delivered.
    pub event: Id,
    /// The key of the refund, as it was sent.
    pub key: String,
    /// What is told.
    pub told: News,
}

impl CallBack {
    /// The order that it is about, and the request to submit on it.
    ///
    /// # Errors
    ///
    /// [`MalformedKey`] if the key is none, or another tenant's.
    pub fn request(&self, contract: &super::ChannelContract, tenant: Id) -> Result<(Id, Request), MalformedKey> {
        let key = RefundKey::parse(tenant, &self.key)?;
        let request = match &self.told {
            News::Paid(told) => paid(contract.gateway, key, *told),
            // The channel tries anew with every request, and another may be on its way: this one is asked about.
            News::Declined(Declined { no: No::Refused, reason }) if contract.after_failure == AfterFailure::SameKey => {
                pending(contract.gateway, key, None).text(legible(reason))
            }
            News::Declined(told) => declined(contract.gateway, contract.after_failure, key, told),
            News::Pending => pending(contract.gateway, key, None),
            News::Reversed(told) => {
                reports(contract.gateway, key, Action::Reverse).amount(told.amount).reference(told.reference)
            }
        };
        Ok((key.trade.order, request.key(self.event)))
    }
}

fn reports(gateway: Id, key: RefundKey, action: Action) -> Request {
    let report = Request::by(Actor::gateway(gateway)).refund(key.refund, action);
    report.with(|detail| detail.key_number = Some(key.number))
}

/// That it was paid.
pub(crate) fn paid(gateway: Id, key: RefundKey, told: Paid) -> Request {
    reports(gateway, key, Action::Succeed).amount(told.amount).reference(told.reference)
}

/// That it was not paid: what a plain no means, the contract says.
pub(crate) fn declined(gateway: Id, after: AfterFailure, key: RefundKey, told: &Declined) -> Request {
    let action = match (told.no, after) {
        (No::Refused, AfterFailure::SameKey) => Action::Fail,
        (No::Closed, _) | (No::Refused, AfterFailure::NewKey) => Action::Close,
        (No::Abnormal, _) | (No::Refused, AfterFailure::Manual) => Action::GoAbnormal,
    };
    reports(gateway, key, action).text(legible(&told.reason))
}

/// That the channel is at it, and by which id of its own it knows it.
pub(crate) fn pending(gateway: Id, key: RefundKey, known_as: Option<Id>) -> Request {
    let report = reports(gateway, key, Action::Pend);
    report.with(|detail| detail.reference = known_as)
}

/// A channel's words, as they may be kept.
fn legible(reason: &str) -> String {
    let kept: String = reason.chars().filter(|letter| !letter.is_control()).take(REASON_MOST).collect();
    kept.trim().into()
}
