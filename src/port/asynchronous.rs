//! The same contract for stores that are awaited instead of called.

use alloc::vec::Vec;
use core::future::Future;

use super::{
    Answer, Claim, Claimed, Commit, Committed, Due, Page, RequestKey, Settle, Shelved, Storage, Store, StoreError,
    TaskId, Verified,
};
use crate::Id;
use crate::Time;
use crate::trade::{Event, Trade};

/// A [`Storage`] whose stores are awaited.
///
/// To ensure correctness: as [`Storage`] says.
pub trait AsyncStorage {
    /// The handle that is bound to one tenant.
    type Store: AsyncStore;

    /// The handle of this tenant. A tenant need not be announced first, and nothing is asked over a network yet.
    ///
    /// # Errors
    ///
    /// As [`Storage::tenant`].
    fn tenant(&self, tenant: Id) -> Result<Self::Store, StoreError>;
}

/// A [`Store`] that is awaited: the same calls with the same obligations, each of which is said there.
///
/// To ensure correctness, beside those:
///
/// - *Dropping a future is losing its answer.* A commit whose future was dropped may or may not be stored, as if the
///   process had died: whoever drops one goes by [`receipt`](Self::receipt) or loads again. It never leaves half of one.
/// - *Nothing is held between calls.* No call keeps a lock or transaction open after its future is done or dropped.
pub trait AsyncStore: Sync {
    /// As [`Store::tenant`].
    fn tenant(&self) -> Id;
    /// As [`Store::load`].
    fn load(&self, order: Id) -> impl Future<Output = Result<Option<Trade>, StoreError>> + Send;
    /// As [`Store::commit`].
    fn commit(&self, commit: &Commit) -> impl Future<Output = Result<Committed, StoreError>> + Send;
    /// As [`Store::receipt`].
    fn receipt(&self, key: &RequestKey) -> impl Future<Output = Result<Option<Answer>, StoreError>> + Send;
    /// As [`Store::due`].
    fn due(
        &self,
        now: Time,
        after: Option<Due>,
        limit: u32,
    ) -> impl Future<Output = Result<Page<Due>, StoreError>> + Send;
    /// As [`Store::claim`].
    fn claim(&self, claim: &Claim) -> impl Future<Output = Result<Page<Claimed>, StoreError>> + Send;
    /// As [`Store::settle`].
    fn settle(&self, settle: &Settle) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// As [`Store::shelved`].
    fn shelved(
        &self,
        after: Option<TaskId>,
        limit: u32,
    ) -> impl Future<Output = Result<Page<Shelved>, StoreError>> + Send;
    /// As [`Store::unshelve`].
    fn unshelve(&self, task: TaskId, now: Time) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// As [`Store::history`].
    fn history(&self, order: Id, from: u64, limit: u32) -> impl Future<Output = Result<Vec<Event>, StoreError>> + Send;
    /// As [`Store::orders`].
    fn orders(&self, after: Option<Id>, limit: u32) -> impl Future<Output = Result<Page<Id>, StoreError>> + Send;
    /// As [`Store::verify`].
    fn verify(&self, order: Id) -> impl Future<Output = Result<Verified, StoreError>> + Send;
}

/// A blocking store, or storage of such, behind the awaited contract: each call is done when it is first polled, and
/// blocks the thread that polls it. For tests, and for stores whose calls are short.
#[derive(Clone, Copy, Debug)]
pub struct Blocking<S>(pub S);

impl<S: Storage> AsyncStorage for Blocking<S>
where
    S::Store: Sync,
{
    type Store = Blocking<S::Store>;

    fn tenant(&self, tenant: Id) -> Result<Self::Store, StoreError> {
        self.0.tenant(tenant).map(Blocking)
    }
}

impl<S: Store + Sync> AsyncStore for Blocking<S> {
    fn tenant(&self) -> Id {
        self.0.tenant()
    }

    async fn load(&self, order: Id) -> Result<Option<Trade>, StoreError> {
        self.0.load(order)
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        self.0.commit(commit)
    }

    async fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError> {
        self.0.receipt(key)
    }

    async fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError> {
        self.0.due(now, after, limit)
    }

    async fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError> {
        self.0.claim(claim)
    }

    async fn settle(&self, settle: &Settle) -> Result<(), StoreError> {
        self.0.settle(settle)
    }

    async fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError> {
        self.0.shelved(after, limit)
    }

    async fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError> {
        self.0.unshelve(task, now)
    }

    async fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.0.history(order, from, limit)
    }

    async fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError> {
        self.0.orders(after, limit)
    }

    async fn verify(&self, order: Id) -> Result<Verified, StoreError> {
        self.0.verify(order)
    }
}
