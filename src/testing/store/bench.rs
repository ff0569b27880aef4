//! One obligation's workbench: the storage opened, its handles awaited, and what is often asked of them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Debug;
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll};
use std::sync::Arc;
use std::task::Wake;
use std::thread::{self, Thread};

use super::{Stand, Stop, Verdict};
use crate::port::{
    Answer, AsyncStorage, AsyncStore, Claim, Claimed, Commit, Committed, Due, Ending, Page, RequestKey, Settle,
    Shelved, Store, StoreError, TaskId, Verified,
};
use crate::trade::{Event, Trade};
use crate::{Id, Time};

/// The tenant that most obligations play in.
pub(super) const MALL: &str = "acme-mall";

/// Fails unless it is so.
pub(super) fn holds(what: &str, so: bool) -> Verdict {
    so.then_some(()).ok_or_else(|| Stop::Breach(String::from(what)))
}

/// Fails unless both are equal.
pub(super) fn same<T: PartialEq + Debug>(what: &str, found: &T, expected: &T) -> Verdict {
    match found == expected {
        true => Ok(()),
        false => Err(Stop::Breach(format!("{what}\n  found:    {found:?}\n  expected: {expected:?}"))),
    }
}

/// Fails unless the answer is this kind of error.
pub(super) fn refused<T: Debug>(
    what: &str,
    answer: &Result<T, StoreError>,
    so: impl Fn(&StoreError) -> bool,
) -> Verdict {
    match answer {
        Err(error) if so(error) => Ok(()),
        other => Err(Stop::Breach(format!("{what}\n  found:    {other:?}"))),
    }
}

/// What there must be one of.
pub(super) fn first<T>(what: &str, rows: Vec<T>) -> Result<T, Stop> {
    rows.into_iter().next().ok_or_else(|| Stop::Breach(format!("{what}: none was found")))
}

/// Waits for a future on this thread.
pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Arc::new(Unpark(thread::current())).into();
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(answer) => return answer,
            Poll::Pending => thread::park(),
        }
    }
}

/// One obligation's workbench.
pub(super) struct Bench<'a, T: Stand> {
    pub(super) stand: &'a T,
    pub(super) storage: T::Storage,
}

impl<'a, T: Stand> Bench<'a, T> {
    pub(super) fn tenant(&self, name: &str) -> Result<Waited<'a, T>, StoreError> {
        Ok(Waited { stand: self.stand, store: self.storage.tenant(Id::from(name))? })
    }

    /// The handle that most obligations use.
    pub(super) fn mall(&self) -> Result<Waited<'a, T>, StoreError> {
        self.tenant(MALL)
    }

    /// The same as another process would open it.
    pub(super) fn anew(&self) -> Result<Waited<'a, T>, StoreError> {
        Bench { stand: self.stand, storage: self.stand.open() }.mall()
    }
}

/// A handle whose calls are waited for, as a blocking store.
pub(super) struct Waited<'a, T: Stand> {
    pub(super) stand: &'a T,
    pub(super) store: <T::Storage as AsyncStorage>::Store,
}

impl<T: Stand> Store for Waited<'_, T> {
    fn tenant(&self) -> Id {
        self.store.tenant()
    }

    fn load(&self, order: Id) -> Result<Option<Trade>, StoreError> {
        self.stand.wait(self.store.load(order))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        self.stand.wait(self.store.commit(commit))
    }

    fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError> {
        self.stand.wait(self.store.receipt(key))
    }

    fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError> {
        self.stand.wait(self.store.due(now, after, limit))
    }

    fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError> {
        self.stand.wait(self.store.claim(claim))
    }

    fn settle(&self, settle: &Settle) -> Result<(), StoreError> {
        self.stand.wait(self.store.settle(settle))
    }

    fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError> {
        self.stand.wait(self.store.shelved(after, limit))
    }

    fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError> {
        self.stand.wait(self.store.unshelve(task, now))
    }

    fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.stand.wait(self.store.history(order, from, limit))
    }

    fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError> {
        self.stand.wait(self.store.orders(after, limit))
    }

    fn verify(&self, order: Id) -> Result<Verified, StoreError> {
        self.stand.wait(self.store.verify(order))
    }
}

impl<T: Stand> Waited<'_, T> {
    pub(super) fn get(&self, order: &str) -> Result<Option<Trade>, StoreError> {
        self.load(Id::from(order))
    }

    /// What is loaded, which must be there.
    pub(super) fn found(&self, order: &str) -> Result<Trade, Stop> {
        self.get(order)?.ok_or_else(|| Stop::Breach(format!("{order} was committed and is not there")))
    }

    /// Claims for ten minutes; nothing may be corrupt.
    pub(super) fn take(&self, now: Time, limit: u32) -> Result<Vec<Claimed>, Stop> {
        let page = self.claim(&ten_minutes(now, limit))?;
        same("nothing is corrupt among the claimed", &page.corrupt, &Vec::new())?;
        Ok(page.rows)
    }

    /// Claims the one that has been ready longest.
    pub(super) fn take_one(&self, now: Time) -> Result<Claimed, Stop> {
        first("a task that is ready", self.take(now, 1)?)
    }

    pub(super) fn end(&self, claimed: &Claimed, now: Time, ending: Ending) -> Result<(), StoreError> {
        self.settle(&Settle { task: claimed.id, fence: claimed.fence, now, ending })
    }

    /// What is due; nothing may be corrupt.
    pub(super) fn dues(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Vec<Due>, Stop> {
        let page = self.due(now, after, limit)?;
        same("nothing is corrupt among the due", &page.corrupt, &Vec::new())?;
        Ok(page.rows)
    }

    /// Stores a commit; anything but having stored it now is a breach.
    pub(super) fn put(&self, commit: &Commit) -> Verdict {
        same("a commit that fits is stored", &self.commit(commit)?, &Committed::Stored)
    }

    /// Everything that must be so of a trade at rest: it is the fold of its history, and it verifies.
    pub(super) fn is_whole(&self, order: &str) -> Result<Trade, Stop> {
        let trade = self.found(order)?;
        let history = self.history(trade.key.order, 1, u32::MAX)?;
        let mut folded = Trade::absent(trade.key);
        crate::trade::replay(&mut folded, &history)
            .map_err(|fault| Stop::Breach(format!("the history of {order} cannot be folded: {fault:?}")))?;
        same("a trade is the fold of its history", &trade, &folded)?;
        let verified = self.verify(trade.key.order)?;
        same("a trade at rest verifies", &verified, &Verified { events: trade.events, damaged: Vec::new() })?;
        Ok(trade)
    }
}

pub(super) fn ten_minutes(now: Time, limit: u32) -> Claim {
    Claim { now, until: now.after(600_000), limit, worker: Id::from("worker-1") }
}

/// Does the work for every item at the same time.
pub(super) fn in_parallel<I: Sync, R: Send>(items: &[I], work: impl Fn(&I) -> R + Sync) -> Result<Vec<R>, Stop> {
    thread::scope(|scope| {
        let threads: Vec<_> = items.iter().map(|item| scope.spawn(|| work(item))).collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined.map(|done| done.map_err(|_| Stop::Breach(String::from("the store panicked")))).collect()
    })
}
