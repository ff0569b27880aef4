//! What one decision stores, and the answer that is remembered with it.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Fingerprint, Receipt, StoreError, TaskId};
use crate::trade::{Event, Outcome, Request, Task, Trade, TradeKey};
use crate::{Id, Role, Time};

/// Under what a request is remembered: its key, within its order.
///
/// People's keys are made by the caller's service. A call-back's key is the event id of its channel or carrier, made by
/// strangers to each other, so each has room of its own: no buyer's key can ever stand in the way of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestKey {
    /// Within which order.
    pub order: Id,
    /// For a call-back, who made the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<(Role, Id)>,
    /// The key itself.
    pub key: Id,
}

impl RequestKey {
    /// Under what this request is remembered; `None` if it has no key.
    #[must_use]
    pub fn of(order: Id, request: &Request) -> Option<Self> {
        let actor = request.actor;
        let channel = actor.role.reports_facts().then_some((actor.role, actor.id));
        Some(Self { order, channel, key: request.key? })
    }
}

impl fmt::Display for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.channel {
            Some((role, id)) => write!(f, "key `{}` of {role} {id} on {}", self.key, self.order),
            None => write!(f, "key `{}` on {}", self.key, self.order),
        }
    }
}

/// What is remembered of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked. Another request with the same key is refused.
    pub fingerprint: Fingerprint,
    /// What was answered.
    pub receipt: Receipt,
}

/// A request with its answer, to be remembered with the commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Under what.
    pub key: RequestKey,
    /// What.
    pub answer: Answer,
}

/// Everything that one decision stores, as plain data. See [`Store::commit`](super::Store::commit).
///
/// The tasks and the due time are not repeated in it: they are read off the events and the trade, so they cannot
/// disagree with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use = "what was decided is lost unless it is committed"]
pub struct Commit {
    /// The version that the stored trade must still have; 0 if there must be none.
    pub expected: u64,
    /// The trade as it is to be.
    pub trade: Trade,
    /// What happened, in order; at least one event.
    pub events: Vec<Event>,
    /// The request that asked for it, if it had a key.
    pub answered: Option<Answered>,
    /// The task that it brings the answer to, with the fence of its claim: it is done with this commit.
    pub ends: Option<(TaskId, u64)>,
}

impl Commit {
    /// What a step has come to, from the trade that it began with.
    pub fn of(before: &Trade, outcome: Outcome) -> Self {
        let Outcome { trade, events } = outcome;
        Self { expected: before.version, trade, events, answered: None, ends: None }
    }

    /// When time acts next on the trade.
    #[must_use]
    pub fn due(&self) -> Option<Time> {
        self.trade.due()
    }

    /// The tasks, each with its number and the time from which on it is ready.
    pub fn tasks(&self) -> impl Iterator<Item = (TaskId, &Task, Time)> {
        let trade = self.trade.key;
        self.events.iter().flat_map(move |event| {
            (0..).zip(&event.tasks).map(move |(nth, task)| {
                let ready_at = task.not_before.unwrap_or(event.at).max(event.at);
                (TaskId { trade, event: event.seq, nth }, task, ready_at)
            })
        })
    }

    /// Whether it fits together and belongs to this tenant. For authors of stores: called first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unfit`] says what does not fit.
    pub fn check(&self, tenant: Id) -> Result<(), StoreError> {
        let order = self.trade.key.order;
        let first = self.events.first().map(|event| event.seq);
        let numbered =
            first.is_some_and(|first| first > 0 && (first..).zip(&self.events).all(|(seq, event)| event.seq == seq));
        let last = self.events.last().is_some_and(|event| event.seq == self.trade.events);
        let faults = [
            (self.trade.key.tenant != tenant, "it belongs to another tenant"),
            (!order.is_well_formed(), "its order has no well-formed id"),
            (self.trade.version != self.expected.saturating_add(1), "its version does not follow the expected one"),
            (!numbered, "its events are missing or not numbered one by one"),
            (!last, "its trade is not the fold of its last event"),
            (self.events.iter().any(|event| event.version != self.trade.version), "its events are of another version"),
            (self.answered.as_ref().is_some_and(|it| it.key.order != order), "its request is about another order"),
            (
                self.ends.is_some_and(|(task, _)| task.trade != self.trade.key),
                "the task that it ends is another trade's",
            ),
        ];
        match faults.into_iter().find(|(wrong, _)| *wrong) {
            Some((_, what)) => Err(StoreError::Unfit { trade: self.trade.key, what }),
            None => Ok(()),
        }
    }

    /// The key of the trade.
    #[must_use]
    pub const fn key(&self) -> TradeKey {
        self.trade.key
    }
}

/// What became of a commit that is not an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub enum Committed {
    /// It was stored.
    Stored,
    /// The request was answered before, with this receipt. Nothing was stored now.
    Replayed(Box<Receipt>),
}
