//! What the core needs from outside: a store, a clock and a [calendar](crate::Calendar).
//!
//! ```text
//!  desk ── load ──▶ trade ── step ──▶ commit      one trade, all or nothing
//!       ── receipt ▶ what became of a request      the same key again, or an unknown outcome
//!       ── due ────▶ trades whose time has come    each then committed like any other
//!       ── claim ──▶ tasks to carry out            stored before anything is sent
//!       ── settle ─▶ done, again later, or aside
//! ```
//!
//! Everything that passes through a port is plain data: no transaction handle, guard or closure leaves a store, so
//! nothing can be cancelled half-way, commits can be grouped, and one contract serves blocking and asynchronous stores.

mod asynchronous;
mod commit;
mod error;
mod receipt;
mod task;

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub use crate::trade::fingerprint::{Fingerprint, MalformedFingerprint};
pub use asynchronous::{AsyncStorage, AsyncStore, Blocking};
pub use commit::{Answer, Answered, Commit, Committed, RequestKey};
pub use error::{Call, Corrupt, Damage, Record, StoreError};
pub use receipt::{Receipt, Stands, Taken};
pub use task::{Claim, Claimed, Ending, Settle, Shelved, TaskId};

pub use crate::Calendar;
use crate::trade::{Event, Trade, TradeKey, replay};
use crate::{Id, Time};

/// Where the time comes from. Nothing else in the crate reads one.
///
/// To ensure correctness:
///
/// - *UTC.* Milliseconds since 1970, without local offsets, the same for all workers but for a bounded skew: no worker
///   is more than a minute ahead of another. A desk takes the time of the trade's last event for its own when it lies
///   behind it by no more than that; by more, it refuses.
/// - *It counts all time that passes*, also while the machine sleeps or a virtual one is paused: nothing may be sent after
///   its deadline, and a worker that was asleep with a refund in hand must see that. A counter that begins at the start of
///   the process (`Instant`) stands still meanwhile.
/// - *It may stand still or step back*, when a clock is corrected. Deadlines are fixed when they are set, and nothing is ever
///   taken back because of it.
pub trait Clock {
    /// What time it is.
    fn now(&self) -> Time;
}

impl<C: Clock + ?Sized> Clock for &C {
    fn now(&self) -> Time {
        (**self).now()
    }
}

impl<C: Clock + ?Sized> Clock for alloc::sync::Arc<C> {
    fn now(&self) -> Time {
        (**self).now()
    }
}

/// A place that keeps the trades of many tenants, such as one file or one database.
///
/// To ensure correctness:
///
/// - What is written through one tenant's handle is never read, claimed, counted or fenced through another's, even if
///   order ids, keys and task numbers are the same.
/// - Two handles of one tenant, in one process or in several, are equal: each sees what the other has committed.
pub trait Storage {
    /// The handle that is bound to one tenant.
    type Store: Store;

    /// The handle of this tenant. A tenant need not be announced first.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoTenant`] if the id is malformed; whatever else keeps the storage from being reached.
    fn tenant(&self, tenant: Id) -> Result<Self::Store, StoreError>;
}

/// Keeps the trades of one tenant. One call is one atomic unit.
///
/// To ensure correctness, for all calls:
///
/// - *Linearizable.* A call that has returned is seen by every later call, in every process. What `commit`, `claim` and
///   `settle` have acknowledged survives a crash and a loss of power.
/// - *Bound.* Only the handle's own tenant is read or written. A commit of another is
///   [`StoreError::Unfit`], a task of another [`StoreError::NoTask`].
/// - *Unreadable rows stand alone.* What cannot be read (truncated, altered, of an unknown word, of a later release) is
///   reported with its key as [`Corrupt`], is never guessed at, never a panic, and blocks no other row.
/// - *Honest.* [`StoreError::Unavailable`] means that nothing was changed. Where that is not known, it is
///   [`StoreError::Indeterminate`].
/// - *Silent about people.* Errors name trades, tasks and calls, never what is written in them, and no password or
///   connection string.
pub trait Store {
    /// The tenant that this handle is bound to.
    fn tenant(&self) -> Id;

    /// The trade of this order as last committed; `None` if there is none.
    ///
    /// To ensure correctness: what is read is one committed version, whole. Columns that are kept beside it (version,
    /// state, due) must agree with it; if they do not, the row is corrupt.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] if it cannot be read.
    fn load(&self, order: Id) -> Result<Option<Trade>, StoreError>;

    /// Stores a trade with its events, tasks, due time, and the answer to the request that asked for it; all or
    /// nothing.
    ///
    /// To ensure correctness, in this order:
    ///
    /// 1. [`Commit::check`] is called, and its error returned.
    /// 2. The *request key*: if it was answered before, nothing is written. With the same fingerprint the first
    ///    receipt is returned, as [`Committed::Replayed`]; with another one it is [`StoreError::KeyReused`].
    /// 3. The *version*: if the stored trade (0: none) has another than [`Commit::expected`], it is
    ///    [`StoreError::Stale`].
    /// 4. The *fence*: if the commit ends a task that another worker has claimed since, it is [`StoreError::Fenced`].
    ///    Ending once more what this fence has ended is no error.
    /// 5. The trade, its due time, all events, one outbox row for each task ([`Commit::tasks`]) and the answer are
    ///    written, and the task that it settles is done.
    ///
    /// Nobody sees a part of it, whatever happens. Of two commits with the same expected version at most one is
    /// written. An answer is kept as long as the trade is. Events are appended, never changed.
    ///
    /// # Errors
    ///
    /// Those named above; [`StoreError::Indeterminate`] if it may or may not have been stored: then [`receipt`] or the
    /// version that [`load`] finds decides.
    ///
    /// [`receipt`]: Store::receipt
    /// [`load`]: Store::load
    fn commit(&self, commit: &Commit) -> Result<Committed, StoreError>;

    /// What a request was answered with; `None` if none with this key was ever committed.
    ///
    /// To ensure correctness: after a commit of unknown outcome, this says what became of it, and says the same
    /// from then on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] if it cannot be read.
    fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError>;

    /// Trades whose due time lies before `now`, the earliest first, then by order id; those after `after` only, at
    /// most `limit`.
    ///
    /// To ensure correctness: at the due time itself nothing is due yet. A trade that cannot be loaded is listed all
    /// the same; rows whose key cannot be read do not count towards `limit`.
    ///
    /// # Errors
    ///
    /// Only if the store cannot be asked at all.
    fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError>;

    /// Takes tasks to carry out, the one that has been ready longest first.
    ///
    /// To ensure correctness:
    ///
    /// - The claim is *stored before it is returned*, with the claim's time, its end and a fence that is one higher
    ///   than ever before for this task. Until its end no other claim takes the task; after it, any may.
    /// - A task is not ready before its [`not_before`](crate::trade::Task::not_before), nor before the end of a
    ///   back-off, and never again once it is done or set aside.
    /// - A task that cannot be read is reported and does not count towards the limit. If it
    ///   [may be of a later release](Damage::may_be_later) and was not touched since, it is put off until the claim's end,
    ///   with tries as they were, for those who can read it; else it is set aside.
    ///
    /// # Errors
    ///
    /// [`StoreError::Indeterminate`] if claims may have been stored: they end by themselves.
    fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError>;

    /// Ends a claim: the task is done, to be done again later, returned, or set aside.
    ///
    /// To ensure correctness: only the newest fence counts. Ending once more what this fence has ended as done is no
    /// error and changes nothing. A claim that was [returned](Ending::Returned) is not counted among the tries, and leaves
    /// the task as it was [first](Claimed::first) if it was.
    ///
    /// # Errors
    ///
    /// [`StoreError::Fenced`] if it was claimed again since, or is done or set aside otherwise;
    /// [`StoreError::NoTask`] if there is none.
    fn settle(&self, settle: &Settle) -> Result<(), StoreError>;

    /// Tasks that were set aside, by trade and number; those after `after` only, at most `limit`.
    ///
    /// # Errors
    ///
    /// Only if the store cannot be asked at all.
    fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError>;

    /// Makes a task that was set aside ready again, as if it had never been tried; its fence stays.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoTask`] if no such task is set aside.
    fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError>;

    /// Events of a trade from number `from` on, in order, at most `limit`. Empty after the last one, and for a trade
    /// that does not exist.
    ///
    /// To ensure correctness: no number is left out. An event that is missing or cannot be read is an error, since what
    /// follows it means nothing without it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] with the number of the event.
    fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError>;

    /// The orders that have a trade here, by id; those after `after` only, at most `limit`. For verification, migration
    /// and projections: an order that is placed meanwhile may or may not be listed, one that was there is.
    ///
    /// To ensure correctness: a trade that cannot be loaded is listed all the same.
    ///
    /// # Errors
    ///
    /// Only if the store cannot be asked at all.
    fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError>;

    /// Checks everything that is kept of one order: its history is whole and as it was written, it folds to the stored
    /// trade, and its tasks and answers are those that its events made.
    ///
    /// To ensure correctness: it changes nothing, and reports every damaged row, not only the first.
    ///
    /// # Errors
    ///
    /// Only if the store cannot be asked at all; what is wrong with the rows is in the answer.
    fn verify(&self, order: Id) -> Result<Verified, StoreError>;
}

/// What a check of one order has found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use]
pub struct Verified {
    /// How many events were read and found good, from the first on.
    pub events: u64,
    /// Everything that is wrong. Empty if all is well.
    pub damaged: Vec<Corrupt>,
}

impl Verified {
    /// The history and the trade that was folded from it, compared with the trade that is stored: what every store can
    /// check. A store adds what it keeps beside.
    pub fn by_folding(key: TradeKey, stored: Option<&Trade>, history: &[Event]) -> Self {
        let mut folded = Trade::absent(key);
        let mut verified = Self::default();
        for event in history {
            if replay(&mut folded, [event]).is_err() {
                let record = Record::Event(key, event.seq);
                verified.damaged.push(Corrupt { record, damage: Damage::Column("body") });
                return verified;
            }
            verified.events = event.seq;
        }
        let agrees = stored.map_or(history.is_empty(), |stored| *stored == folded);
        if !agrees {
            let damage = if stored.is_none() { Damage::Missing } else { Damage::NotItsHistory };
            verified.damaged.push(Corrupt { record: Record::Trade(key), damage });
        }
        verified
    }
}

/// A trade whose deadline has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Due {
    /// Since when.
    pub at: Time,
    /// Of which order.
    pub order: Id,
}

/// What was asked for, and apart from it what could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// What was found, in order.
    pub rows: Vec<T>,
    /// What is corrupt. It stands in nobody's way.
    pub corrupt: Vec<Corrupt>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), corrupt: Vec::new() }
    }
}
