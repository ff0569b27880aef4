//! A store in one SQLite file that anyone can open and look at: WAL, every commit flushed, one writer.

mod commit;
mod fail;
mod outbox;
mod read;
mod schema;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use fail::Fail;

use crate::port::{
    Answer, Call, Claim, Claimed, Commit, Committed, Due, Page, RequestKey, Settle, Shelved, Storage, Store,
    StoreError, TaskId, Verified,
};
use crate::trade::{Event, Trade, TradeKey};
use crate::{Id, Time};

/// Keeps the trades of all tenants in one file.
///
/// A commit that has returned is on the disk: the journal is a WAL and `synchronous` is FULL, which is read back when
/// the file is opened. Tables are STRICT, events cannot be changed or deleted, and readable columns (state, version,
/// due, updated) stand beside each JSON body. Several processes may open one file on a local disk; they take turns. Never
/// put it on a network share.
///
/// Clones share one connection.
#[derive(Clone)]
pub struct Sqlite(Arc<Mutex<Connection>>);

impl Sqlite {
    /// Opens this file, or makes it, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] if the file is damaged, of another application or of a later release, or cannot be kept
    /// safe; [`StoreError::Unavailable`] if it cannot be reached.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let file = schema::open(path.as_ref()).map_err(|fail| fail.unchanged(Call::Open, None))?;
        Ok(Self(Arc::new(Mutex::new(file))))
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}

impl Storage for Sqlite {
    type Store = SqliteStore;

    fn tenant(&self, tenant: Id) -> Result<SqliteStore, StoreError> {
        if !tenant.is_well_formed() {
            return Err(StoreError::NoTenant);
        }
        Ok(SqliteStore { tenant, file: self.clone() })
    }
}

/// A tenant's part of a [`Sqlite`] file. Every statement names the tenant.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    tenant: Id,
    file: Sqlite,
}

impl SqliteStore {
    const fn key(&self, order: Id) -> TradeKey {
        TradeKey { tenant: self.tenant, order }
    }

    /// A unit that panicked was rolled back while it unwound, so the connection behind the lock is whole.
    fn file(&self) -> MutexGuard<'_, Connection> {
        self.file.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads.
    fn read<T>(
        &self,
        call: Call,
        trade: Option<TradeKey>,
        work: impl FnOnce(&Connection) -> Result<T, Fail>,
    ) -> Result<T, StoreError> {
        work(&self.file()).map_err(|fail| fail.unchanged(call, trade))
    }

    /// Reads and writes as one unit. It takes the file's write lock first, so what it has read stays so.
    fn write<T>(
        &self,
        call: Call,
        trade: Option<TradeKey>,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fail>,
    ) -> Result<T, StoreError> {
        let mut file = self.file();
        let unit = file.transaction_with_behavior(TransactionBehavior::Immediate);
        let unit = unit.map_err(|error| Fail::Sql(error).unchanged(call, trade))?;
        let done = work(&unit).map_err(|fail| fail.unchanged(call, trade))?;
        unit.commit().map_err(|error| fail::unknown(error, call, trade))?;
        Ok(done)
    }
}

impl Store for SqliteStore {
    fn tenant(&self) -> Id {
        self.tenant
    }

    fn load(&self, order: Id) -> Result<Option<Trade>, StoreError> {
        let key = self.key(order);
        self.read(Call::Load, Some(key), |file| read::trade(file, key))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        commit.check(self.tenant)?;
        let bodies = commit::Bodies::of(commit)?;
        self.write(Call::Commit, Some(commit.key()), |unit| commit::commit(unit, commit, &bodies))
    }

    fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError> {
        self.read(Call::Receipt, Some(self.key(key.order)), |file| read::answer(file, self.tenant, key))
    }

    fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError> {
        self.read(Call::Due, None, |file| read::due(file, self.tenant, now, after, limit))
    }

    fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError> {
        self.write(Call::Claim, None, |unit| outbox::claim(unit, self.tenant, claim))
    }

    fn settle(&self, settle: &Settle) -> Result<(), StoreError> {
        self.owns(settle.task)?;
        self.write(Call::Settle, Some(settle.task.trade), |unit| outbox::settle(unit, settle))
    }

    fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError> {
        self.read(Call::Shelf, None, |file| outbox::shelved(file, self.tenant, after, limit))
    }

    fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError> {
        self.owns(task)?;
        self.write(Call::Shelf, Some(task.trade), |unit| outbox::unshelve(unit, task, now))
    }

    fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let key = self.key(order);
        self.read(Call::History, Some(key), |file| read::history(file, key, from, limit))
    }

    fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError> {
        self.read(Call::Verify, None, |file| read::orders(file, self.tenant, after, limit))
    }

    fn verify(&self, order: Id) -> Result<Verified, StoreError> {
        let key = self.key(order);
        let damaged = |error| match error {
            StoreError::Corrupt(corrupt) => Ok(Verified { events: 0, damaged: Vec::from([*corrupt]) }),
            other => Err(other),
        };
        let stored = match self.load(order) {
            Ok(stored) => stored,
            Err(error) => return damaged(error),
        };
        match self.history(order, 1, u32::MAX) {
            Ok(history) => Ok(Verified::by_folding(key, stored.as_ref(), &history)),
            Err(error) => damaged(error),
        }
    }
}

impl SqliteStore {
    fn owns(&self, task: TaskId) -> Result<(), StoreError> {
        let own = task.trade.tenant == self.tenant;
        own.then_some(()).ok_or(StoreError::NoTask { task, call: Call::Settle })
    }
}

/// A number as SQLite keeps it. No counter ever comes near the end of its range.
fn sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
