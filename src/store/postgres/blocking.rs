//! The same store for callers that block.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::string::String;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};
use std::vec::Vec;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::{Postgres, PostgresClock, PostgresStore};
use crate::port::{
    Answer, AsyncStorage, AsyncStore, Call, Claim, Claimed, Commit, Committed, Due, Page, RequestKey, Settle, Shelved,
    Storage, Store, StoreError, TaskId, Verified,
};
use crate::trade::{Event, Trade};
use crate::{Id, Time};

/// [`Postgres`] for callers that block, such as a [`Desk`](crate::Desk): a runtime of its own, in one thread, moves the
/// bytes, and the calling threads wait. Opened by
/// [`PostgresOptions::open_blocking`](super::PostgresOptions::open_blocking). Clones share it.
#[derive(Clone)]
pub struct BlockingPostgres {
    inner: Postgres,
    runtime: Arc<Runtime>,
}

impl fmt::Debug for BlockingPostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingPostgres").finish_non_exhaustive()
    }
}

/// A thread that drives connections and time-outs, until the last handle is dropped.
struct Runtime {
    handle: Handle,
    /// Dropped with it, which ends the thread.
    _ends: oneshot::Sender<()>,
}

impl Runtime {
    fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (ends, ended) = oneshot::channel::<()>();
        let drive = move || {
            let _ = runtime.block_on(ended);
        };
        thread::Builder::new().name(String::from("redress-postgres")).spawn(drive)?;
        Ok(Self { handle, _ends: ends })
    }

    /// Waits on the calling thread, which may be one of another runtime.
    fn wait<F: Future>(&self, future: F) -> F::Output {
        struct Unpark(Thread);

        impl Wake for Unpark {
            fn wake(self: Arc<Self>) {
                self.0.unpark();
            }
        }

        let _within = self.handle.enter();
        let waker = Arc::new(Unpark(thread::current())).into();
        let mut future = pin!(future);
        loop {
            match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(answer) => return answer,
                Poll::Pending => thread::park(),
            }
        }
    }
}

impl BlockingPostgres {
    pub(super) fn start(open: impl Future<Output = Result<Postgres, StoreError>>) -> Result<Self, StoreError> {
        let runtime = Runtime::start().map_err(|error| StoreError::Unavailable {
            call: Call::Open,
            trade: None,
            reason: std::format!("no thread for the connections: {}", error.kind()).into(),
        })?;
        Ok(Self { inner: runtime.wait(open)?, runtime: Arc::new(runtime) })
    }

    /// Brings the tables up to date by these steps.
    #[cfg(test)]
    pub(super) fn lead(&self, steps: &[&str]) -> Result<(), super::fail::Fail> {
        self.runtime.wait(super::schema::take(&self.inner.pool, steps))
    }

    /// As [`Postgres::clock`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the server cannot be asked.
    pub fn clock(&self) -> Result<PostgresClock, StoreError> {
        self.runtime.wait(self.inner.clock())
    }
}

impl Storage for BlockingPostgres {
    type Store = BlockingPostgresStore;

    fn tenant(&self, tenant: Id) -> Result<BlockingPostgresStore, StoreError> {
        Ok(BlockingPostgresStore { inner: self.inner.tenant(tenant)?, runtime: Arc::clone(&self.runtime) })
    }
}

/// A tenant's part of a [`BlockingPostgres`].
#[derive(Clone)]
pub struct BlockingPostgresStore {
    inner: PostgresStore,
    runtime: Arc<Runtime>,
}

impl fmt::Debug for BlockingPostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingPostgresStore").field("tenant", &self.inner.tenant).finish_non_exhaustive()
    }
}

impl Store for BlockingPostgresStore {
    fn tenant(&self) -> Id {
        self.inner.tenant
    }

    fn load(&self, order: Id) -> Result<Option<Trade>, StoreError> {
        self.runtime.wait(self.inner.load(order))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        self.runtime.wait(self.inner.commit(commit))
    }

    fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError> {
        self.runtime.wait(self.inner.receipt(key))
    }

    fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError> {
        self.runtime.wait(self.inner.due(now, after, limit))
    }

    fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError> {
        self.runtime.wait(self.inner.claim(claim))
    }

    fn settle(&self, settle: &Settle) -> Result<(), StoreError> {
        self.runtime.wait(self.inner.settle(settle))
    }

    fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError> {
        self.runtime.wait(self.inner.shelved(after, limit))
    }

    fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError> {
        self.runtime.wait(self.inner.unshelve(task, now))
    }

    fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.runtime.wait(self.inner.history(order, from, limit))
    }

    fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError> {
        self.runtime.wait(self.inner.orders(after, limit))
    }

    fn verify(&self, order: Id) -> Result<Verified, StoreError> {
        self.runtime.wait(self.inner.verify(order))
    }
}
