//! Commits to store and files to store them in, for tests of stores.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "each test crate uses a part"
)]

#[cfg(feature = "sqlite")]
pub(crate) mod file;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use redress::port::{
    Answer, Answered, Claim, Claimed, Commit, Ending, Fingerprint, Receipt, RequestKey, Settle, Store,
};
use redress::store::{Memory, MemoryStore};
use redress::trade::{Denied, NewLine, NewOrder, Request, Rulebook, Rules, Trade, TradeKey, step};
use redress::{Actor, Counter, Currency, Desk, DeskError, FixedCalendar, Id, ManualClock, Policy, Tender, Time, order};

pub(crate) const GATEWAY: &str = "alipay";

/// So many minutes after the test's beginning.
pub(crate) fn minute(count: i64) -> Time {
    Time::from_millis(1_772_330_400_000 + count * 60_000)
}

/// Two shirts for 99.00 each.
pub(crate) fn two_shirts() -> NewOrder {
    let lines = vec![NewLine::new("shirt", 2, 9_900)];
    NewOrder::new("alice", "acme", Currency::CNY, lines).paid_through(GATEWAY)
}

pub(crate) fn place() -> Request {
    Request::by(Actor::buyer("alice")).place(two_shirts())
}

pub(crate) fn pay(reference: &str) -> Request {
    let paid = Request::by(Actor::gateway(GATEWAY)).order(order::Action::Pay);
    paid.amount(19_800).tender(Tender::Wallet).reference(reference)
}

pub(crate) fn note(text: &str) -> Request {
    Request::by(Actor::merchant("acme")).order(order::Action::Note).text(text)
}

/// What a request comes to on a trade, ready to be stored.
pub(crate) fn decide(before: &Trade, request: &Request, now: Time) -> Commit {
    let (rules, mut policy) = (Rules::built_in(), Policy::cn_marketplace());
    // A note is the plainest commit there is; here it can be repeated without end.
    policy.counters[Counter::Notes] = u32::MAX;
    let calendar = FixedCalendar::china();
    let book = Rulebook::new(&rules, &policy, &calendar);
    let outcome = step(&book, before, request, now).unwrap();
    let receipt = Receipt::of(&outcome, now);
    let order = before.key.order;
    let mut commit = Commit::of(before, outcome);
    commit.answered = RequestKey::of(order, request)
        .map(|key| Answered { key, answer: Answer { fingerprint: Fingerprint::of(order, request), receipt } });
    commit
}

/// The commit that places an order.
pub(crate) fn placed(store: &impl Store, order: &str, now: Time) -> Commit {
    let key = TradeKey { tenant: store.tenant(), order: Id::from(order) };
    decide(&Trade::absent(key), &place(), now)
}

/// Places an order and pays it; the trade as it was committed.
pub(crate) fn stored(store: &impl Store, order: &str, now: Time) -> Trade {
    let first = placed(store, order, now);
    let _ = store.commit(&first).unwrap();
    let second = decide(&first.trade, &pay(order), now);
    let _ = store.commit(&second).unwrap();
    second.trade
}

/// What golden rows of the newest form tell: two orders with tasks in every state and answers to people and to a
/// gateway.
pub(crate) fn golden(store: &impl Store) {
    for (order, at) in [("A-1", minute(0)), ("A-2", minute(1))] {
        let first = placed(store, order, at);
        let paid = decide(&first.trade, &pay(order).key("evt-1"), at);
        let _ = store.commit(&first).unwrap();
        let _ = store.commit(&paid).unwrap();
        let _ = store.commit(&decide(&paid.trade, &note("gift wrap").key("n-1"), minute(2))).unwrap();
    }
    let claim = Claim { now: minute(3), until: minute(60), limit: 100, worker: Id::from("worker-1") };
    let claimed = store.claim(&claim).unwrap().rows;
    let endings = [
        Ending::Aside { error: "no such account".into() },
        Ending::Done,
        Ending::Again { at: minute(90), error: "no answer".into() },
    ];
    // The last one stays claimed.
    for (Claimed { id, fence, .. }, ending) in claimed.into_iter().zip(endings) {
        store.settle(&Settle { task: id, fence, now: minute(4), ending }).unwrap();
    }
}

/// The time that a clock shows.
pub(crate) fn now(clock: &ManualClock) -> Time {
    redress::port::Clock::now(clock)
}

/// A desk on this storage, with a clock that is set by hand.
pub(crate) fn open_on(memory: &Memory) -> (Desk<MemoryStore>, ManualClock) {
    let clock = ManualClock::at(minute(0));
    let desk = Desk::builder(memory.clone()).tenant("acme-mall").clock(clock.clone()).open().unwrap();
    (desk, clock)
}

/// A desk on an empty storage.
pub(crate) fn open() -> (Desk<MemoryStore>, ManualClock) {
    open_on(&Memory::new())
}

/// The refusal that an answer is.
pub(crate) fn denied<T: std::fmt::Debug>(answer: Result<T, DeskError>) -> Denied {
    match answer {
        Err(DeskError::Denied(denied)) => denied,
        other => panic!("{other:?}"),
    }
}

/// A folder that is gone when the test is over.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        Self::within(&std::env::temp_dir())
    }

    /// Where flushing costs nothing, if there is such a place: for tests that are not about durability.
    pub(crate) fn quick() -> Self {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self::within(memory) } else { Self::new() }
    }

    fn within(base: &Path) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("redress-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = base.join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("trades.db")
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
