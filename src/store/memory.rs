//! The reference store: everything in memory, gone when the last handle is dropped.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::string::String;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use crate::port::{
    Answer, Call, Claim, Claimed, Commit, Committed, Corrupt, Damage, Due, Ending, Page, Record, RequestKey, Settle,
    Shelved, Storage, Store, StoreError, TaskId, Verified,
};
use crate::trade::{Event, Task, Trade, TradeKey};
use crate::{Id, Time};

/// Keeps trades in memory: for tests, examples and simulations, and as the plainest reading of the contract.
///
/// Clones share what they keep, so one may be dropped and another opened on it.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<BTreeMap<Id, Arc<Mutex<Shelf>>>>>);

impl Memory {
    /// An empty storage.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Storage for Memory {
    type Store = MemoryStore;

    fn tenant(&self, tenant: Id) -> Result<MemoryStore, StoreError> {
        if !tenant.is_well_formed() {
            return Err(StoreError::NoTenant);
        }
        let shelf = Arc::clone(lock(&self.0).entry(tenant).or_default());
        Ok(MemoryStore { tenant, shelf })
    }
}

/// A tenant's part of a [`Memory`]. It holds nothing else, so it cannot read across.
#[derive(Clone, Debug)]
pub struct MemoryStore {
    tenant: Id,
    shelf: Arc<Mutex<Shelf>>,
}

/// All that is kept for one tenant.
#[derive(Debug, Default)]
struct Shelf {
    trades: BTreeMap<Id, Trade>,
    due: BTreeSet<Due>,
    events: BTreeMap<Id, Vec<Event>>,
    answers: BTreeMap<RequestKey, Answer>,
    tasks: BTreeMap<TaskId, Row>,
    /// Those of the tasks that may be claimed, by when.
    ready: BTreeSet<(Time, TaskId)>,
}

/// A task in the outbox.
#[derive(Debug)]
struct Row {
    task: Task,
    /// Not before this time: its own, the end of a claim, or the end of a back-off.
    ready_at: Time,
    fence: u64,
    tries: u32,
    /// Whether anybody may have begun to carry it out.
    touched: bool,
    /// Whether the claim that stands has not been settled.
    held: bool,
    stage: Stage,
}

#[derive(Debug, PartialEq, Eq)]
enum Stage {
    Open,
    Done,
    Aside { at: Time, error: String },
}

/// What is behind the lock is changed only after all checks have passed, so a panic elsewhere leaves it whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const fn most(limit: u32) -> usize {
    limit as usize
}

impl Store for MemoryStore {
    fn tenant(&self) -> Id {
        self.tenant
    }

    fn load(&self, order: Id) -> Result<Option<Trade>, StoreError> {
        Ok(lock(&self.shelf).trades.get(&order).cloned())
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        commit.check(self.tenant)?;
        let mut shelf = lock(&self.shelf);
        if let Some(asked) = &commit.answered
            && let Some(first) = shelf.answers.get(&asked.key)
        {
            return match first.fingerprint == asked.answer.fingerprint {
                true => Ok(Committed::Replayed(first.receipt.clone().into())),
                false => Err(StoreError::KeyReused(asked.key.into())),
            };
        }
        let (trade, expected) = (commit.trade.key, commit.expected);
        let found = shelf.trades.get(&trade.order).map_or(0, |stored| stored.version);
        if found != expected {
            return Err(StoreError::Stale { trade, expected, found });
        }
        if let Some((task, fence)) = commit.ends {
            shelf.holds(task, fence)?;
        }
        shelf.write(commit);
        Ok(Committed::Stored)
    }

    fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError> {
        Ok(lock(&self.shelf).answers.get(key).cloned())
    }

    fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError> {
        let shelf = lock(&self.shelf);
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let passed = shelf.due.range((from, Bound::Unbounded)).take_while(|due| due.at < now);
        Ok(Page { rows: passed.take(most(limit)).copied().collect(), corrupt: Vec::new() })
    }

    fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError> {
        let mut shelf = lock(&self.shelf);
        let ready = shelf.ready.iter().take_while(|(at, _)| *at <= claim.now);
        let ids: Vec<TaskId> = ready.map(|(_, id)| *id).take(most(claim.limit)).collect();
        let rows = ids.into_iter().filter_map(|id| shelf.claim(id, claim)).collect();
        Ok(Page { rows, corrupt: Vec::new() })
    }

    fn settle(&self, settle: &Settle) -> Result<(), StoreError> {
        let mut shelf = lock(&self.shelf);
        let Settle { task, fence, now, ref ending } = *settle;
        if shelf.holds(task, fence)? {
            return match ending {
                Ending::Done => Ok(()),
                Ending::Again { .. } | Ending::Returned { .. } | Ending::Aside { .. } => {
                    Err(StoreError::Fenced { task: task.into(), fence, found: fence })
                }
            };
        }
        match ending {
            Ending::Done => shelf.end(task, Stage::Done),
            Ending::Aside { error } => shelf.end(task, Stage::Aside { at: now, error: error.clone() }),
            Ending::Again { at, .. } => shelf.give_back(task, *at),
            Ending::Returned { at, first } => {
                shelf.uncount(task, *first);
                shelf.give_back(task, *at);
            }
        }
        Ok(())
    }

    fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError> {
        let shelf = lock(&self.shelf);
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let aside = shelf.tasks.range((from, Bound::Unbounded)).filter_map(|(id, row)| match &row.stage {
            Stage::Aside { at, error } => {
                Some(Shelved { id: *id, task: row.task.clone(), tries: row.tries, at: *at, error: error.clone() })
            }
            Stage::Open | Stage::Done => None,
        });
        Ok(Page { rows: aside.take(most(limit)).collect(), corrupt: Vec::new() })
    }

    fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError> {
        let mut shelf = lock(&self.shelf);
        let row = shelf.tasks.get_mut(&task).filter(|row| matches!(row.stage, Stage::Aside { .. }));
        let row = row.ok_or(StoreError::NoTask { task, call: Call::Shelf })?;
        (row.stage, row.tries, row.ready_at) = (Stage::Open, 0, now);
        shelf.ready.insert((now, task));
        Ok(())
    }

    fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let shelf = lock(&self.shelf);
        let events = shelf.events.get(&order).into_iter().flatten().skip_while(|event| event.seq < from);
        let page: Vec<Event> = events.take(most(limit)).cloned().collect();
        let key = TradeKey { tenant: self.tenant, order };
        match page.iter().zip(from.max(1)..).find(|(event, seq)| event.seq != *seq) {
            Some((_, seq)) => Err(Corrupt { record: Record::Event(key, seq), damage: Damage::Missing }.into()),
            None => Ok(page),
        }
    }

    fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError> {
        let shelf = lock(&self.shelf);
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let orders = shelf.trades.range((from, Bound::Unbounded)).map(|(order, _)| *order);
        Ok(Page { rows: orders.take(most(limit)).collect(), corrupt: Vec::new() })
    }

    fn verify(&self, order: Id) -> Result<Verified, StoreError> {
        let shelf = lock(&self.shelf);
        let history = shelf.events.get(&order).map(Vec::as_slice).unwrap_or_default();
        Ok(Verified::by_folding(TradeKey { tenant: self.tenant, order }, shelf.trades.get(&order), history))
    }
}

impl Shelf {
    /// Writes a commit that has passed all checks.
    fn write(&mut self, commit: &Commit) {
        let order = commit.trade.key.order;
        let before = self.trades.insert(order, commit.trade.clone());
        if let Some(at) = before.and_then(|before| before.due()) {
            self.due.remove(&Due { at, order });
        }
        self.due.extend(commit.due().map(|at| Due { at, order }));
        self.events.entry(order).or_default().extend_from_slice(&commit.events);
        for (id, task, ready_at) in commit.tasks() {
            let row = Row {
                task: task.clone(),
                ready_at,
                fence: 0,
                tries: 0,
                touched: false,
                held: false,
                stage: Stage::Open,
            };
            self.tasks.insert(id, row);
            self.ready.insert((ready_at, id));
        }
        if let Some(asked) = &commit.answered {
            self.answers.insert(asked.key, asked.answer.clone());
        }
        if let Some((task, _)) = commit.ends {
            self.end(task, Stage::Done);
        }
    }

    /// Whether a claim still holds (`false`), or has been ended as done by this very fence (`true`).
    fn holds(&self, task: TaskId, fence: u64) -> Result<bool, StoreError> {
        let row = self.tasks.get(&task).ok_or(StoreError::NoTask { task, call: Call::Settle })?;
        match row.stage {
            _ if fence == 0 || row.fence != fence => {
                Err(StoreError::Fenced { task: task.into(), fence, found: row.fence })
            }
            Stage::Open => Ok(false),
            Stage::Done => Ok(true),
            Stage::Aside { .. } => Err(StoreError::Fenced { task: task.into(), fence, found: row.fence }),
        }
    }

    fn claim(&mut self, id: TaskId, claim: &Claim) -> Option<Claimed> {
        let row = self.tasks.get_mut(&id)?;
        row.fence = row.fence.saturating_add(1);
        row.tries = row.tries.saturating_add(1);
        let first = !core::mem::replace(&mut row.touched, true);
        row.held = true;
        let Row { task, fence, tries, .. } = &*row;
        let (task, fence, tries) = (task.clone(), *fence, *tries);
        self.put_off(id, claim.until);
        Some(Claimed { id, task, fence, tries, first, at: claim.now, until: claim.until })
    }

    /// Takes a claim back that came to nothing. Said again, it does not count again.
    fn uncount(&mut self, id: TaskId, first: bool) {
        if let Some(row) = self.tasks.get_mut(&id) {
            row.tries = row.tries.saturating_sub(u32::from(row.held));
            row.touched &= !first;
        }
    }

    /// Ends a claim, so that the task may be claimed from then on.
    fn give_back(&mut self, id: TaskId, at: Time) {
        if let Some(row) = self.tasks.get_mut(&id) {
            row.held = false;
        }
        self.put_off(id, at);
    }

    fn put_off(&mut self, id: TaskId, at: Time) {
        if let Some(row) = self.tasks.get_mut(&id) {
            self.ready.remove(&(row.ready_at, id));
            row.ready_at = at;
            self.ready.insert((at, id));
        }
    }

    fn end(&mut self, id: TaskId, stage: Stage) {
        if let Some(row) = self.tasks.get_mut(&id) {
            self.ready.remove(&(row.ready_at, id));
            row.stage = stage;
        }
    }
}
