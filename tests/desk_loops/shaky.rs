//! A store in memory whose line is bad: calls are refused, lost, late or unheard, by a seed.

use std::sync::{Arc, Mutex, MutexGuard};

use redress::Id;
use redress::Time;
use redress::port::{
    Answer, Call, Claim, Claimed, Commit, Committed, Due, Page, RequestKey, Settle, Shelved, Storage, Store,
    StoreError, TaskId, Verified,
};
use redress::store::{Memory, MemoryStore};
use redress::trade::{Event, Trade};

/// A memory with a bad line to it. Clones are one.
#[derive(Clone)]
pub(crate) struct Shaky {
    memory: Memory,
    line: Arc<Mutex<Line>>,
}

pub(crate) struct ShakyStore {
    store: MemoryStore,
    line: Arc<Mutex<Line>>,
}

/// What befalls the calls.
struct Line {
    chance: u64,
    calls: u32,
    faults: u32,
    /// Commits that are made when so many calls have been.
    held: Vec<(u32, Commit)>,
}

/// What befalls one call that writes.
enum Fault {
    None,
    Refused,
    Unheard,
    Lost,
    Late,
}

impl Line {
    fn below(&mut self, most: u64) -> u64 {
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) % most
    }

    /// A call: whatever is held up by now is made before it.
    fn call(&mut self, store: &MemoryStore) -> Fault {
        self.calls += 1;
        let now = self.calls;
        for (_, commit) in self.held.extract_if(.., |(at, _)| *at <= now) {
            drop(store.commit(&commit));
        }
        let fault = match self.below(24) {
            0 => Fault::Refused,
            1 => Fault::Unheard,
            2 => Fault::Lost,
            3 => Fault::Late,
            _ => return Fault::None,
        };
        self.faults += 1;
        fault
    }
}

impl Shaky {
    pub(crate) fn new(memory: Memory, seed: u64) -> Self {
        let line = Line { chance: seed, calls: 0, faults: 0, held: Vec::new() };
        Self { memory, line: Arc::new(Mutex::new(line)) }
    }

    /// How many calls were made, and to how many of them something happened.
    pub(crate) fn calls(&self) -> (u32, u32) {
        let line = self.line.lock().unwrap();
        (line.calls, line.faults)
    }
}

impl Storage for Shaky {
    type Store = ShakyStore;

    fn tenant(&self, tenant: Id) -> Result<ShakyStore, StoreError> {
        Ok(ShakyStore { store: self.memory.tenant(tenant)?, line: self.line.clone() })
    }
}

fn refused(call: Call) -> StoreError {
    StoreError::Unavailable { call, trade: None, reason: "no line".into() }
}

fn unknown(call: Call) -> StoreError {
    StoreError::Indeterminate { call, trade: None, reason: "the line went dead".into() }
}

impl ShakyStore {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap()
    }

    /// A call that reads: answered or not.
    fn read<T>(&self, call: Call, read: impl FnOnce(&MemoryStore) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match self.line().call(&self.store) {
            Fault::None | Fault::Late => read(&self.store),
            Fault::Refused | Fault::Unheard | Fault::Lost => Err(refused(call)),
        }
    }

    /// A call that writes.
    fn write<T>(&self, call: Call, write: impl FnOnce(&MemoryStore) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match self.line().call(&self.store) {
            Fault::None => write(&self.store),
            Fault::Refused => Err(refused(call)),
            Fault::Unheard => write(&self.store).and(Err(unknown(call))),
            Fault::Lost | Fault::Late => Err(unknown(call)),
        }
    }
}

impl Store for ShakyStore {
    fn tenant(&self) -> Id {
        self.store.tenant()
    }

    fn load(&self, order: Id) -> Result<Option<Trade>, StoreError> {
        self.read(Call::Load, |store| store.load(order))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let mut line = self.line();
        match line.call(&self.store) {
            Fault::None => self.store.commit(commit),
            Fault::Refused => Err(refused(Call::Commit)),
            Fault::Unheard => self.store.commit(commit).and(Err(unknown(Call::Commit))),
            Fault::Lost => Err(unknown(Call::Commit)),
            Fault::Late => {
                let at = line.calls + 1 + u32::try_from(line.below(4)).unwrap();
                line.held.push((at, commit.clone()));
                Err(unknown(Call::Commit))
            }
        }
    }

    fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError> {
        self.read(Call::Receipt, |store| store.receipt(key))
    }

    fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError> {
        self.read(Call::Due, |store| store.due(now, after, limit))
    }

    fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError> {
        self.write(Call::Claim, |store| store.claim(claim))
    }

    fn settle(&self, settle: &Settle) -> Result<(), StoreError> {
        self.write(Call::Settle, |store| store.settle(settle))
    }

    fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError> {
        self.read(Call::Shelf, |store| store.shelved(after, limit))
    }

    fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError> {
        self.write(Call::Shelf, |store| store.unshelve(task, now))
    }

    fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.read(Call::History, |store| store.history(order, from, limit))
    }

    fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError> {
        self.read(Call::Verify, |store| store.orders(after, limit))
    }

    fn verify(&self, order: Id) -> Result<Verified, StoreError> {
        self.read(Call::Verify, |store| store.verify(order))
    }
}
