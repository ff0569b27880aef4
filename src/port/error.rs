//! What can go wrong with a store, each with a name, and none folded into another.

use alloc::boxed::Box;
use core::fmt;

use serde::Serialize;

use super::{RequestKey, TaskId};
use crate::trade::TradeKey;
use crate::{Id, words};

words! {
    /// A call of a store.
    pub enum Call {
        /// Opening it.
        Open = "open", "open", "打开";
        /// [`Store::load`](super::Store::load).
        Load = "load", "load", "读取";
        /// [`Store::commit`](super::Store::commit).
        Commit = "commit", "commit", "提交";
        /// [`Store::receipt`](super::Store::receipt).
        Receipt = "receipt", "look up a receipt", "查询回执";
        /// [`Store::due`](super::Store::due).
        Due = "due", "list what is due", "查询到期";
        /// [`Store::claim`](super::Store::claim).
        Claim = "claim", "claim tasks", "领取任务";
        /// [`Store::settle`](super::Store::settle).
        Settle = "settle", "settle a task", "了结任务";
        /// [`Store::shelved`](super::Store::shelved) and [`Store::unshelve`](super::Store::unshelve).
        Shelf = "shelf", "look after tasks that were set aside", "处理搁置任务";
        /// [`Store::history`](super::Store::history).
        History = "history", "read the history", "读取历史";
        /// [`Store::orders`](super::Store::orders) and [`Store::verify`](super::Store::verify).
        Verify = "verify", "verify what is stored", "校验存储";
        /// Copying a whole store.
        Backup = "backup", "back up", "备份";
    }
}

/// Why a call of a store did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The key was used for another request. Nothing was changed.
    #[error("{0} has answered another request; a new intent needs a new key")]
    KeyReused(Box<RequestKey>),
    /// Somebody has committed in between. Nothing was changed.
    #[error("{trade} has version {found}, not {expected}; load it again and decide anew")]
    Stale {
        /// Which trade.
        trade: TradeKey,
        /// The version that was expected.
        expected: u64,
        /// The version that stands; 0 if there is no such trade.
        found: u64,
    },
    /// The claim is over. Nothing was changed.
    #[error("the claim of {task} with fence {fence} is over (fence {found} stands); leave it to whoever has it now")]
    Fenced {
        /// Which task.
        task: Box<TaskId>,
        /// The fence that was given.
        fence: u64,
        /// The fence that stands.
        found: u64,
    },
    /// There is no such task, or it is not where it was looked for.
    #[error("there is no {task} to {}; list the tasks again", .call.label(crate::Lang::En))]
    NoTask {
        /// Which was meant.
        task: TaskId,
        /// To do what.
        call: Call,
    },
    /// It is not known whether it was stored.
    #[error(
        "{}: not known whether it was stored ({reason}); look up its receipt, or load the trade, before asking again",
        At(*call, *trade)
    )]
    Indeterminate {
        /// Which call.
        call: Call,
        /// About which trade, if about one.
        trade: Option<TradeKey>,
        /// What the store's engine says.
        reason: Box<str>,
    },
    /// A stored row cannot be read. It was left as it is.
    #[error(transparent)]
    Corrupt(Box<Corrupt>),
    /// The store cannot be asked now. Nothing was changed.
    #[error("{}: the store does not answer ({reason}); nothing was changed, ask again", At(*call, *trade))]
    Unavailable {
        /// Which call.
        call: Call,
        /// About which trade, if about one.
        trade: Option<TradeKey>,
        /// What the store's engine says.
        reason: Box<str>,
    },
    /// The whole store is damaged or of a kind that must not be written to. Nothing was changed.
    #[error("{}: the store must not be used ({reason})", At(*call, None))]
    Unusable {
        /// Which call.
        call: Call,
        /// Why, and what to do.
        reason: Box<str>,
    },
    /// What was handed over does not fit together: a fault of the caller's code. Nothing was changed.
    #[error("{trade} cannot be stored: {what}")]
    Unfit {
        /// Which trade.
        trade: TradeKey,
        /// What does not fit.
        what: &'static str,
    },
    /// The tenant has no well-formed id.
    #[error("the tenant has no well-formed id; name it with 1 to 46 bytes of printable text")]
    NoTenant,
}

impl From<Corrupt> for StoreError {
    fn from(corrupt: Corrupt) -> Self {
        Self::Corrupt(Box::new(corrupt))
    }
}

/// A call, and the trade that it is about.
struct At(Call, Option<TradeKey>);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Some(trade) => write!(f, "{} {trade}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

/// A stored row that cannot be read: which, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{record} is corrupt: {damage}; it was left as it is, restore it from a backup")]
pub struct Corrupt {
    /// Which row.
    pub record: Record,
    /// What is wrong with it.
    pub damage: Damage,
}

/// A stored row, by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Record {
    /// A trade.
    Trade(TradeKey),
    /// An event of a trade, by its number.
    Event(TradeKey, u64),
    /// A task.
    Task(TaskId),
    /// The answer to a request of a tenant.
    Answer(Id, RequestKey),
    /// A row whose key itself cannot be read: of this table, with this number. How a row is found by it, the page
    /// `store::operations` says.
    Row(&'static str, i64),
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trade(key) => write!(f, "trade {key}"),
            Self::Event(key, seq) => write!(f, "event {seq} of trade {key}"),
            Self::Task(task) => write!(f, "{task}"),
            Self::Answer(tenant, key) => write!(f, "the answer to {key} of {tenant}"),
            Self::Row(table, row) => write!(f, "row {row} of table `{table}`"),
        }
    }
}

/// What is wrong with a stored row. It never quotes what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Damage {
    /// Its body is cut off or not well formed.
    #[error("its body is cut off or garbled at byte {0}")]
    Garbled(usize),
    /// Its body is well formed but not what should stand there: an unknown word, a missing field, a wrong type.
    #[error("its body says something unknown or leaves something out at byte {0}")]
    Unknown(usize),
    /// It was written by a later release.
    #[error("it was written in form {found} by a later release; this one reads up to {known}")]
    Future {
        /// The form in which it was written.
        found: i64,
        /// The newest form that this release reads.
        known: i64,
    },
    /// A column beside the body cannot be read or says something else than the body.
    #[error("its column `{0}` disagrees with its body")]
    Column(&'static str),
    /// It should be there and is not.
    #[error("it is missing")]
    Missing,
    /// It is well formed and says something else than its history.
    #[error("it is not what its history comes to")]
    NotItsHistory,
    /// It was changed, exchanged or taken from elsewhere after it was written: its chain is broken.
    #[error("it is not the row that was written here: its chain is broken")]
    Chain,
    /// It was changed after it was written, by a hand or by a fault of the disk: its seal is broken.
    #[error("it is not as it was written: its seal is broken")]
    Seal,
    /// It stands where nothing should stand yet.
    #[error("it stands where nothing should stand yet")]
    Stray,
}

impl Damage {
    /// Whether a later release may have written it so: then nothing is wrong with the row, and whoever cannot read it
    /// leaves it to those who can.
    #[must_use]
    pub const fn may_be_later(&self) -> bool {
        match self {
            Self::Future { .. } | Self::Unknown(_) => true,
            Self::Garbled(_)
            | Self::Column(_)
            | Self::Missing
            | Self::NotItsHistory
            | Self::Chain
            | Self::Seal
            | Self::Stray => false,
        }
    }
}

impl StoreError {
    /// Whether the store as a whole cannot be worked with, or it is not known what it did: no reason to go on with another
    /// row. All others are about one row or one call.
    pub(crate) const fn is_of_the_whole(&self) -> bool {
        match self {
            Self::Indeterminate { .. } | Self::Unavailable { .. } | Self::Unusable { .. } | Self::NoTenant => true,
            Self::KeyReused(_)
            | Self::Stale { .. }
            | Self::Fenced { .. }
            | Self::NoTask { .. }
            | Self::Corrupt(_)
            | Self::Unfit { .. } => false,
        }
    }
}
