//! Payment channels: what each promises, as data, and the trait of a client that sends refunds to one and asks about
//! them.
//!
//! No engine makes a payment *exactly once*: a process may die between the channel's payment and its own note of it.
//! What can be had is *at least once sent, at most once paid*, and it rests on what the channel promises. So that is
//! [written down](ChannelContract) and checked, and the [jobs](crate::job) follow it:
//!
//! ```text
//!  decided, reserved ─▶ commit (task) ─▶ claim, stored ─┬ key never sent, or surely remembered ─▶ send, before its deadline
//!                                                       ├ perhaps forgotten ─▶ ask first ─▶ not known ─▶ send
//!                                                       └ cannot be asked ─▶ not sent: the refund becomes unresolved
//!  answer ─┬ paid, declined ─▶ said to the trade, and the task ended, in one commit
//!          ├ accepted ──────▶ task done; the call-back comes, or the channel is asked when its time is over
//!          └ time-out ──────▶ unknown, never failed: later once more, under the same key
//! ```
//!
//! - *The key is derived*, from tenant, order, refund and key number, and never random; see [`RefundKey`]. It changes
//!   only when the channel has closed it for good, or when another amount or account would be sent under it.
//! - *The deadline counts from the stored claim*, never from a later look at a clock: a worker that was held up does not
//!   send what others may have found unsent.
//! - *A claim outlasts what it has sent.* The next one comes when all of it has arrived, so what the channel then says
//!   holds.
//! - *Nothing is sent once the trade asks.* From the first question on ([`Effect::QueryRefund`](crate::Effect)) this
//!   attempt is not sent any more, so that "not known" can be believed: then it was never paid, and a new attempt begins.
//! - *Call-backs* are requests whose key is the channel's own event id; see [`CallBack`]. A stale refusal is stored and
//!   moves nothing, a stale success is money and is taken as paid.
//!
//! What is assumed of the world, and stands in the contract: a request that was handed over before its deadline arrives
//! within [`max_in_flight`](ChannelContract::max_in_flight) of it or never; the channel heeds a key for its
//! [`key_memory`](ChannelContract::key_memory); asked [`ask_lag`](ChannelContract::ask_lag) after a request has arrived,
//! it tells the truth about it, however old; clocks are as [`Clock`](crate::port::Clock) demands. Not promised: that a
//! request reaches the channel only once, or anything about money that somebody pays by hand outside.

mod contract;
mod report;
#[cfg(feature = "std")]
mod simulated;

use alloc::string::String;
use core::future::Future;

use serde::{Deserialize, Serialize};

pub(crate) use contract::SKEW;
pub use contract::{AfterFailure, Ask, ChannelContract, ContractFault, KeyMemory};
pub use report::{CallBack, MalformedKey, News, RefundKey};
pub(crate) use report::{declined, paid, pending};
#[cfg(feature = "std")]
pub use simulated::{Deed, Landed, SimulatedChannel, Temper};

use crate::port::Blocking;
use crate::trade::TradeKey;
use crate::{Id, Money, Time, words};

/// A refund to be sent to a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayOut {
    /// To which channel: the gateway that reported the payment.
    pub channel: Id,
    /// Of which trade, for logs.
    pub trade: TradeKey,
    /// Under which key: see [`RefundKey`]. Hand it to the channel as it is, or mapped so that different keys stay
    /// different.
    pub key: String,
    /// The channel's own reference of the payment that it goes back to.
    pub payment: Id,
    /// How much.
    pub amount: Money,
    /// How much the payment was, for channels that want to be told.
    pub total: Money,
    /// The other account that it is paid to, if two people have said so: your own reference of it. Its key is a new one; a
    /// channel that wants to hear the one that it has called abnormal finds it under the [number](RefundKey::number)
    /// before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Not to be handed over after this time. Give up a request that is not answered by then.
    pub deadline: Time,
}

/// A question about a refund that was, or may have been, sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Question {
    /// Which channel is asked.
    pub channel: Id,
    /// Of which trade, for logs.
    pub trade: TradeKey,
    /// Under which key it was sent.
    pub key: String,
    /// The channel's own reference of the payment that it goes back to.
    pub payment: Id,
    /// How much.
    pub amount: Money,
    /// The channel's own id of the refund, if it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_as: Option<Id>,
}

/// That a refund was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    /// How much, as the channel says.
    pub amount: Money,
    /// The channel's own reference, the same each time it speaks of this payment.
    pub reference: Id,
}

words! {
    /// In which way a channel says no.
    pub enum No {
        /// It did not take the request, or it failed: what then is to be done, [the contract](AfterFailure) says.
        Refused = "refused", "refused", "退款失败";
        /// The key is closed for good; only another one can pay.
        Closed = "closed", "closed", "退款关闭";
        /// The account cannot be paid: closed, or its card dead.
        Abnormal = "abnormal", "the account cannot be paid", "退款异常";
    }
}

/// That a refund was definitely not paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Declined {
    /// In which way.
    pub no: No,
    /// The channel's own words or code, kept in the history: no personal data.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Declined {
    /// A no, with the channel's own words or code.
    #[must_use]
    pub fn new(no: No, reason: impl Into<String>) -> Self {
        Self { no, reason: reason.into() }
    }
}

/// What a channel answers to a refund that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[must_use]
#[non_exhaustive]
pub enum Sent {
    /// It has taken the request; whether it pays is told later, or asked for.
    Accepted {
        /// Its own id of the refund, if it gave one.
        known_as: Option<Id>,
    },
    /// It has paid.
    Paid(Paid),
    /// It has not paid, and this request never will.
    Declined(Declined),
    /// The request surely never left: there was no connection, or its deadline had passed. If in doubt, it is unknown.
    NotSent(String),
    /// This process has no client for that channel: another worker is to send it. That is no failure of the refund.
    NotHere,
    /// Nobody knows: a time-out, a broken line, a server error, an answer that cannot be read.
    Unknown(String),
}

/// What a channel answers when it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[must_use]
pub enum Asked {
    /// It has paid.
    Paid(Paid),
    /// It has not paid, and what it has received so far never will.
    Declined(Declined),
    /// It is still at it.
    Pending,
    /// It has never received this key. Say so only if the channel does: anything unclear is unknown.
    NotKnown,
    /// This process has no client for that channel: another worker is to ask it.
    NotHere,
    /// It did not answer.
    Unknown(String),
}

/// A client of payment channels. It blocks; [`AsyncChannel`] is awaited.
///
/// To ensure correctness:
///
/// - *Sent under the key that is given*, with the amount that is given, once a call: no retries of its own.
/// - *Not after the deadline.* It looks at the clock before it hands the request over, and gives up waiting for an
///   answer in time: its time-outs are shorter than what is left.
/// - *Honest.* What is not known is [`Unknown`](Sent::Unknown): a time-out is never a refusal, a server error neither,
///   and an answer that cannot be read is not a payment.
/// - *Silent about people.* Reasons and errors are stored: no personal data, no password in them.
pub trait Channel {
    /// Sends a refund.
    fn send(&self, pay_out: &PayOut) -> Sent;
    /// Asks what became of one. It never pays.
    fn ask(&self, question: &Question) -> Asked;
}

/// A [`Channel`] that is awaited: the same calls with the same obligations.
///
/// Dropping a future is losing its answer, as if the process had died there.
pub trait AsyncChannel: Sync {
    /// As [`Channel::send`].
    fn send(&self, pay_out: &PayOut) -> impl Future<Output = Sent> + Send;
    /// As [`Channel::ask`].
    fn ask(&self, question: &Question) -> impl Future<Output = Asked> + Send;
}

impl<C: Channel + ?Sized> Channel for &C {
    fn send(&self, pay_out: &PayOut) -> Sent {
        (**self).send(pay_out)
    }

    fn ask(&self, question: &Question) -> Asked {
        (**self).ask(question)
    }
}

impl<C: Channel + Sync> AsyncChannel for Blocking<C> {
    async fn send(&self, pay_out: &PayOut) -> Sent {
        self.0.send(pay_out)
    }

    async fn ask(&self, question: &Question) -> Asked {
        self.0.ask(question)
    }
}

/// Reaches no channel: whatever is to be sent or asked is left to workers that do.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoChannel;

impl Channel for NoChannel {
    fn send(&self, _: &PayOut) -> Sent {
        Sent::NotHere
    }

    fn ask(&self, _: &Question) -> Asked {
        Asked::NotHere
    }
}

impl AsyncChannel for NoChannel {
    async fn send(&self, pay_out: &PayOut) -> Sent {
        Channel::send(self, pay_out)
    }

    async fn ask(&self, question: &Question) -> Asked {
        Channel::ask(self, question)
    }
}
