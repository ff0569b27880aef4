//! Tasks on their way out: claimed, handed out, settled.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::trade::{Task, TradeKey};
use crate::{Id, Time};

/// Which task: by the event that asked for it.
///
/// Not to be confused with [`Task::key`], which the world outside sees: a refund that is sent a second time is a second
/// task with, where the channel wants it, the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaskId {
    /// Of which trade.
    pub trade: TradeKey,
    /// The number of the event.
    pub event: u64,
    /// Its place among the event's tasks, from 0.
    pub nth: u32,
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {}.{} of trade {}", self.event, self.nth, self.trade)
    }
}

/// Asks for tasks to carry out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// What time it is.
    pub now: Time,
    /// Until when nobody else may claim them.
    pub until: Time,
    /// How many at most.
    pub limit: u32,
    /// Who claims. Only for people to read; the fence tells claims apart.
    pub worker: Id,
}

/// A task that was claimed: for whoever carries it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// Which.
    pub id: TaskId,
    /// What is to be done. [`Task::key`] makes a repetition harmless: hand it to whoever does it.
    pub task: Task,
    /// The number of this claim: higher than that of every earlier claim of this task.
    pub fence: u64,
    /// How often it was handed out, this time included; counted anew after it was set aside. Claims that were
    /// [returned](Ending::Returned) do not count.
    pub tries: u32,
    /// Whether nobody can have begun to carry it out before: each earlier claim, if there was one, was returned.
    pub first: bool,
    /// When it was claimed, as stored. Deadlines of what is sent count from here, never from a later look at a clock.
    pub at: Time,
    /// Until when nobody else may claim it.
    pub until: Time,
}

/// Ends a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settle {
    /// Of which task.
    pub task: TaskId,
    /// The claim's fence.
    pub fence: u64,
    /// What time it is.
    pub now: Time,
    /// How it ended.
    pub ending: Ending,
}

/// How a claim ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It is done.
    Done,
    /// It is to be tried again.
    Again {
        /// Not before this time.
        at: Time,
        /// What went wrong. No personal data.
        error: String,
    },
    /// Nobody has begun to carry it out: the claim does not count, but for its fence.
    Returned {
        /// Not to be claimed before this time.
        at: Time,
        /// [`Claimed::first`] of the claim: then it is once more as if never claimed.
        first: bool,
    },
    /// It is not tried again until a person says so.
    Aside {
        /// What went wrong. No personal data.
        error: String,
    },
}

/// A task that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelved {
    /// Which.
    pub id: TaskId,
    /// What was to be done.
    pub task: Task,
    /// How often it was tried.
    pub tries: u32,
    /// When it was set aside.
    pub at: Time,
    /// What went wrong last.
    pub error: String,
}
