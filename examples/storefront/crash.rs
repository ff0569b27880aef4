//! Points at which the process kills itself, and a store that dies at some of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use redress::port::{
    Answer, Claim, Claimed, Commit, Committed, Due, Page, RequestKey, Settle, Shelved, Storage, Store, StoreError,
    TaskId, Verified,
};
use redress::store::SqliteStore;
use redress::trade::{Event, Trade};
use redress::{Id, Sqlite, Time};

/// Where a process may die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Decided, not committed.
    BeforeCommit,
    /// Committed, and nobody has heard.
    AfterCommit,
    /// A refund is claimed, and not sent.
    ClaimedNotSent,
    /// A refund is sent and paid, and that is not stored.
    SentNotSettled,
    /// Of several deadlines that have passed, one has fired.
    AmidDue,
}

impl Point {
    pub const ALL: [Self; 5] =
        [Self::BeforeCommit, Self::AfterCommit, Self::ClaimedNotSent, Self::SentNotSettled, Self::AmidDue];

    /// The number by which it is named on the command line.
    pub fn number(self) -> u32 {
        (1..).zip(Self::ALL).find(|(_, point)| *point == self).map_or(0, |(no, _)| no)
    }

    pub fn of(number: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|point| point.number().to_string() == number)
    }

    pub const fn told(self) -> &'static str {
        match self {
            Self::BeforeCommit => "before a commit",
            Self::AfterCommit => "after a commit",
            Self::ClaimedNotSent => "between claiming and sending a refund",
            Self::SentNotSettled => "between a refund's payment and its note of it",
            Self::AmidDue => "in the middle of deadlines that have passed",
        }
    }

    /// The how manieth time that this point is reached is the last.
    const fn time(self) -> u32 {
        match self {
            Self::BeforeCommit => 71,
            Self::AfterCommit => 101,
            Self::ClaimedNotSent | Self::SentNotSettled => 4,
            Self::AmidDue => 2,
        }
    }
}

/// Kills the process at one point, or at none.
#[derive(Clone, Debug, Default)]
pub struct Crash {
    at: Option<Point>,
    reached: Arc<AtomicU32>,
    /// How many deadlines have fired in the run that goes on; 0 while none does.
    fired: Arc<AtomicU32>,
}

impl Crash {
    pub fn at(point: Option<Point>) -> Self {
        Self { at: point, ..Self::default() }
    }

    /// Nothing is tidied up, and nobody is told: as if the power had gone.
    pub fn reach(&self, point: Point) {
        if self.at == Some(point) && self.reached.fetch_add(1, Ordering::Relaxed) + 1 == point.time() {
            std::process::abort();
        }
    }

    /// What is committed from now on is the work of time.
    pub fn let_time_act<T>(&self, act: impl FnOnce() -> T) -> T {
        self.fired.store(1, Ordering::Relaxed);
        let done = act();
        self.fired.store(0, Ordering::Relaxed);
        done
    }

    fn commits(&self) {
        self.reach(Point::BeforeCommit);
        let fired = self.fired.load(Ordering::Relaxed);
        if fired > 0 {
            self.fired.store(fired + 1, Ordering::Relaxed);
        }
        if fired > 1 {
            self.reach(Point::AmidDue);
        }
    }
}

/// A file whose process may die over a commit.
pub struct Brittle(pub Sqlite, pub Crash);

impl Storage for Brittle {
    type Store = BrittleStore;

    fn tenant(&self, tenant: Id) -> Result<BrittleStore, StoreError> {
        Ok(BrittleStore(self.0.tenant(tenant)?, self.1.clone()))
    }
}

pub struct BrittleStore(SqliteStore, Crash);

impl Store for BrittleStore {
    fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        self.1.commits();
        let committed = self.0.commit(commit);
        self.1.reach(Point::AfterCommit);
        committed
    }

    fn tenant(&self) -> Id {
        self.0.tenant()
    }

    fn load(&self, order: Id) -> Result<Option<Trade>, StoreError> {
        self.0.load(order)
    }

    fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError> {
        self.0.receipt(key)
    }

    fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError> {
        self.0.due(now, after, limit)
    }

    fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError> {
        self.0.claim(claim)
    }

    fn settle(&self, settle: &Settle) -> Result<(), StoreError> {
        self.0.settle(settle)
    }

    fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError> {
        self.0.shelved(after, limit)
    }

    fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError> {
        self.0.unshelve(task, now)
    }

    fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.0.history(order, from, limit)
    }

    fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError> {
        self.0.orders(after, limit)
    }

    fn verify(&self, order: Id) -> Result<Verified, StoreError> {
        self.0.verify(order)
    }
}
