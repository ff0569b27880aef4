//! The desk on a store that fails: overtaken, unheard, lost, unreadable.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod stored;

use std::sync::Mutex;

use redress::port::{
    Answer, Call, Claim, Claimed, Commit, Committed, Corrupt, Damage, Due, Page, Record, RequestKey, Settle, Shelved,
    Storage, Store, StoreError, TaskId, Verified,
};
use redress::store::{Memory, MemoryStore};
use redress::trade::{Denied, Event, Subject, Trade, TradeKey};
use redress::{Desk, DeskError, Id, Length, ManualClock, Time};
use stored::{denied, note, now, open_on, pay, place};

/// A store that fails where it is told to.
struct Faulty {
    store: MemoryStore,
    fault: Mutex<Fault>,
}

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// This trade cannot be read.
    Unreadable(&'static str),
    /// The next so many commits meet somebody else's.
    Overtaken(u32),
    /// The next commit is stored, and nobody hears of it.
    Unheard,
    /// The next commit is lost, and nobody hears of it.
    Lost,
}

struct Faults(Memory, Fault);

impl Storage for Faults {
    type Store = Faulty;

    fn tenant(&self, tenant: Id) -> Result<Faulty, StoreError> {
        Ok(Faulty { store: self.0.tenant(tenant)?, fault: Mutex::new(self.1) })
    }
}

impl Store for Faulty {
    fn tenant(&self) -> Id {
        self.store.tenant()
    }

    fn load(&self, order: Id) -> Result<Option<Trade>, StoreError> {
        match *self.fault.lock().unwrap() {
            Fault::Unreadable(bad) if order == Id::from(bad) => {
                let key = TradeKey { tenant: self.tenant(), order };
                Err(Corrupt { record: Record::Trade(key), damage: Damage::Garbled(7) }.into())
            }
            _ => self.store.load(order),
        }
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let fault = std::mem::replace(&mut *self.fault.lock().unwrap(), Fault::None);
        let trade = Some(commit.trade.key);
        let unknown = StoreError::Indeterminate { call: Call::Commit, trade, reason: "the line went dead".into() };
        match fault {
            Fault::Overtaken(left) => {
                let before = self.store.load(commit.trade.key.order)?.unwrap();
                let _ = self.store.commit(&stored::decide(&before, &note("overtaken"), before.at))?;
                *self.fault.lock().unwrap() = if left > 1 { Fault::Overtaken(left - 1) } else { Fault::None };
                self.store.commit(commit)
            }
            Fault::Unheard => self.store.commit(commit).and(Err(unknown)),
            Fault::Lost => Err(unknown),
            Fault::None => self.store.commit(commit),
            Fault::Unreadable(_) => {
                *self.fault.lock().unwrap() = fault;
                self.store.commit(commit)
            }
        }
    }

    fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError> {
        self.store.receipt(key)
    }

    fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError> {
        self.store.due(now, after, limit)
    }

    fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError> {
        self.store.claim(claim)
    }

    fn settle(&self, settle: &Settle) -> Result<(), StoreError> {
        self.store.settle(settle)
    }

    fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError> {
        self.store.shelved(after, limit)
    }

    fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError> {
        self.store.unshelve(task, now)
    }

    fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.store.history(order, from, limit)
    }

    fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError> {
        self.store.orders(after, limit)
    }

    fn verify(&self, order: Id) -> Result<Verified, StoreError> {
        self.store.verify(order)
    }
}

fn with_fault(fault: Fault, orders: &[&str]) -> (Desk<Faulty>, ManualClock) {
    let memory = Memory::new();
    let (desk, clock) = open_on(&memory);
    for order in orders {
        desk.submit(*order, place()).unwrap();
        clock.set(now(&clock).after(1));
    }
    let desk = Desk::builder(Faults(memory, fault)).tenant("acme-mall").clock(clock.clone()).open().unwrap();
    (desk, clock)
}

#[test]
fn a_bad_trade_stops_no_other() {
    let (desk, clock) = with_fault(Fault::Unreadable("A-1"), &["A-1", "A-2", "A-3"]);
    clock.advance(Length::Days(1));
    let ran = desk.run_due(2).unwrap();
    assert_eq!((ran.fired.len(), ran.failed.len()), (2, 1));
    let key = TradeKey { tenant: Id::from("acme-mall"), order: Id::from("A-1") };
    assert_eq!(ran.failed[0].record, Record::Trade(key));
    assert!(ran.failed[0].error.to_string().contains("trade acme-mall/A-1 is corrupt"));
}

#[test]
fn a_request_that_is_overtaken_is_decided_anew() {
    let (desk, _) = with_fault(Fault::Overtaken(3), &["A-1"]);
    assert_eq!(desk.submit("A-1", pay("p-1")).unwrap().version, 5);
    // One that names what it saw is told what has changed instead.
    let (desk, _) = with_fault(Fault::Overtaken(1), &["A-1"]);
    let stale = denied(desk.submit("A-1", note("hello").seen(1)));
    assert_eq!(stale, Denied::Stale { seen: 1, found: 2, changed: vec![Subject::Order] });
    assert!(!DeskError::from(stale).may_be_repeated(), "it would be told the same for ever");
    // And nobody tries for ever.
    let (desk, _) = with_fault(Fault::Overtaken(16), &["A-1"]);
    let busy = desk.submit("A-1", pay("p-1")).unwrap_err();
    assert!(matches!(busy, DeskError::Busy { tries: 16, .. }) && busy.may_be_repeated(), "{busy}");
}

#[test]
fn an_unknown_outcome_is_resolved_by_the_key() {
    for fault in [Fault::Unheard, Fault::Lost] {
        let (desk, _) = with_fault(fault, &["A-1"]);
        let receipt = desk.submit("A-1", note("once").key("n-1")).unwrap();
        assert_eq!((receipt.version, receipt.replayed), (2, false));
        assert_eq!(desk.trade("A-1").unwrap().version, 2);
        // Without a key nobody can know.
        let (desk, _) = with_fault(fault, &["A-1"]);
        let unknown = desk.submit("A-1", note("once")).unwrap_err();
        assert!(matches!(unknown, DeskError::Store(StoreError::Indeterminate { .. })));
        assert!(unknown.to_string().starts_with("commit acme-mall/A-1: not known whether it was stored"), "{unknown}");
    }
}
