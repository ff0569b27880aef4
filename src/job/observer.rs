//! What jobs tell of their work: for counters, traces and alerts.

use core::time::Duration;

use super::{Overdue, Undelivered};
use crate::Effect;
use crate::port::{Corrupt, Receipt, StoreError, TaskId};
use crate::trade::{Denied, TradeKey};

/// Looks on while jobs are done: counts, traces, raises alerts. Each method does nothing unless it is written.
///
/// What it is told never holds personal data, so all of it may be logged. It is called between the steps of a job, so
/// it must be quick: whatever may wait, such as a network, is for a thread of its own.
///
/// Wake somebody up for [`set_aside`](Self::set_aside), [`corrupt`](Self::corrupt), and for [`trouble`](Self::trouble)
/// or [`overdue`](Self::overdue) that does not end.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use redress::job::Observer;
/// use redress::trade::TradeKey;
/// use redress::{Desk, Memory, Receipt};
///
/// #[derive(Default)]
/// struct Counters {
///     commits: AtomicU64,
///     retries: AtomicU64,
/// }
///
/// let counters = Arc::new(Counters::default());
/// let desk = Desk::builder(Memory::new()).tenant("acme-mall").observer(counters.clone()).open()?;
///
/// impl Observer for Counters {
///     fn committed(&self, _: &Receipt) {
///         self.commits.fetch_add(1, Ordering::Relaxed);
///     }
///
///     fn overtaken(&self, _: TradeKey, _: u32) {
///         self.retries.fetch_add(1, Ordering::Relaxed);
///     }
/// }
/// # Ok::<(), redress::desk::OpenError>(())
/// ```
#[expect(unused_variables, reason = "what is not looked at is named all the same, for whoever writes the method")]
pub trait Observer {
    /// A request was decided, or time has acted; it is committed next.
    fn decided(&self, receipt: &Receipt) {}
    /// The answer to a request was *no*.
    fn refused(&self, trade: TradeKey, denied: &Denied) {}
    /// What a request has come to was stored.
    fn committed(&self, receipt: &Receipt) {}
    /// A request had been answered before; nothing was changed.
    fn replayed(&self, receipt: &Receipt) {}
    /// Somebody else had committed in between: it is decided anew. So often it was decided by now.
    fn overtaken(&self, trade: TradeKey, tries: u32) {}
    /// It is not known whether a commit was stored.
    fn unheard(&self, trade: TradeKey, error: &StoreError) {}
    /// What became of a commit of unknown outcome was found out: whether it was stored.
    fn resolved(&self, trade: TradeKey, stored: bool) {}
    /// A deadline has fired, and what came of it was stored.
    fn fired(&self, receipt: &Receipt) {}
    /// A trade could not be moved by time. It is tried again with each run, by a worker after a while.
    fn overdue(&self, overdue: &Overdue) {}
    /// A task is handed out, so often by now.
    fn handed_out(&self, task: TaskId, what: Effect, tries: u32) {}
    /// A task is done.
    fn done(&self, task: TaskId, what: Effect, tries: u32) {}
    /// A task has failed and is tried again later.
    fn failed(&self, failed: &Undelivered) {}
    /// A task was set aside and waits for a person: an alert.
    fn set_aside(&self, failed: &Undelivered) {}
    /// A refund is not sent, or not asked for, although a task says so: why. The task is done all the same; what the
    /// trade waits for comes on another way.
    fn not_sent(&self, task: TaskId, why: &str) {}
    /// A task was left to another worker: its claim was over, or it was given back unsent.
    fn left(&self, task: TaskId) {}
    /// A row cannot be read and stands aside until it is restored: an alert.
    fn corrupt(&self, corrupt: &Corrupt) {}
    /// The store did not do its part.
    fn trouble(&self, error: &StoreError) {}
    /// A worker has nothing to do, or backs off from a store in trouble, for so long.
    fn waiting(&self, length: Duration) {}
}

/// Does not look.
impl Observer for () {}
