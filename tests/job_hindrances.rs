//! One row, one channel or one worker that does not do its part holds up nothing else, and nothing that was never tried is
//! taken for tried.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod paying;
mod stored;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use paying::{Fate, MALL, World, contract, pays, policy, shirts, wants_back};
use redress::channel::{Ask, ChannelContract, SimulatedChannel, Temper};
use redress::job::{Clerk, DeskError, Fed, Job, Need, Observer, Overdue, Sent};
use redress::port::{Call, Claimed, Commit, Corrupt, Damage, Record, Storage, Store, StoreError};
use redress::refund::State;
use redress::store::{Memory, MemoryStore};
use redress::trade::{Denied, TradeKey};
use redress::{Desk, Effect, Id, Length, ManualClock};
use stored::{decide, minute, note, now, pay, place};

fn corrupt(record: Record) -> StoreError {
    Corrupt { record, damage: Damage::Garbled(7) }.into()
}

fn trade(order: &str) -> TradeKey {
    TradeKey { tenant: Id::from(MALL), order: Id::from(order) }
}

fn unknown(call: Call) -> StoreError {
    StoreError::Indeterminate { call, trade: None, reason: "the line went dead".into() }
}

/// What the store itself answers.
fn answer(store: &MemoryStore, need: Need<'_>) -> Fed {
    match need {
        Need::Load(order) => Fed::Loaded(store.load(order)),
        Need::Commit(commit) => Fed::Committed(store.commit(commit)),
        Need::Receipt(key) => Fed::Receipt(store.receipt(key)),
        Need::History { order, from, limit } => Fed::History(store.history(order, from, limit)),
        Need::Due { now, after, limit } => Fed::Due(store.due(now, after, limit)),
        Need::Claim(claim) => Fed::Claimed(store.claim(claim)),
        Need::Settle(settle) => Fed::Settled(store.settle(settle)),
        Need::Send(_) => Fed::Sent(Sent::Done),
        Need::Wait(_) => Fed::Waited,
        Need::Pay(_) | Need::Ask(_) => panic!("no channel has a contract here"),
    }
}

/// A clerk before a store with two orders that were placed and paid.
struct Stage {
    store: MemoryStore,
    clock: ManualClock,
    clerk: Clerk,
    told: Arc<Told>,
}

/// What became of commits of which nobody heard, and which rows cannot be read.
#[derive(Default)]
struct Told {
    resolved: Mutex<Vec<bool>>,
    corrupt: Mutex<Vec<Record>>,
    overdue: Mutex<u32>,
}

impl Observer for Told {
    fn resolved(&self, _: TradeKey, stored: bool) {
        self.resolved.lock().unwrap().push(stored);
    }
    fn corrupt(&self, corrupt: &Corrupt) {
        self.corrupt.lock().unwrap().push(corrupt.record);
    }
    fn overdue(&self, _: &Overdue) {
        *self.overdue.lock().unwrap() += 1;
    }
}

impl Stage {
    fn new() -> Self {
        let (clock, told) = (ManualClock::at(minute(0)), Arc::new(Told::default()));
        let clerk = Clerk::builder().tenant(MALL).observer(told.clone()).clerk().unwrap();
        let stage = Self { store: Memory::new().tenant(Id::from(MALL)).unwrap(), clock, clerk, told };
        for order in ["A-1", "A-2"] {
            stage.drive(stage.clerk.submit(order, &place()), |_| None).unwrap();
            stage.drive(stage.clerk.submit(order, &pay(order)), |_| None).unwrap();
        }
        stage
    }

    /// Drives a job; whatever the wrong hand gives is fed instead of the store's answer.
    fn drive<J: Job>(&self, mut job: J, mut wrong: impl FnMut(Need<'_>) -> Option<Fed>) -> J::Done {
        while let Some(need) = job.poll(now(&self.clock)) {
            let fed = wrong(need).unwrap_or_else(|| answer(&self.store, need));
            job.feed(fed);
        }
        job.end()
    }
}

#[test]
fn a_trade_that_cannot_be_read_holds_up_no_other_task() {
    let stage = Stage::new();
    let carried_out = RefCell::new(BTreeMap::<Id, u32>::new());
    let garbled = |need: Need<'_>| match need {
        Need::Send(claimed) => {
            *carried_out.borrow_mut().entry(claimed.id.trade.order).or_default() += 1;
            let key = format!("done-{}-{}", claimed.id.event, claimed.id.nth);
            Some(Fed::Sent(Sent::Answer(Box::new(note("done").key(key.as_str())))))
        }
        Need::Load(order) if order == Id::from("A-1") => Some(Fed::Loaded(Err(corrupt(Record::Trade(trade("A-1")))))),
        _ => None,
    };
    let delivered = stage.drive(stage.clerk.deliver(99), garbled).unwrap();
    assert_eq!((delivered.done, delivered.failed.len()), (2, 2), "{delivered:?}");
    assert!(delivered.failed.iter().all(|failed| failed.task.trade == trade("A-1")));
    assert!(delivered.failed.iter().all(|failed| failed.error.contains("trade acme-mall/A-1 is corrupt")));
    // Until a person looks: it is tried as often as any other, and then set aside.
    for _ in 0..12 {
        stage.clock.advance(Length::Hours(1));
        drop(stage.drive(stage.clerk.deliver(99), garbled).unwrap());
    }
    assert_eq!(stage.store.shelved(None, 9).unwrap().rows.len(), 2);
    assert_eq!(carried_out.into_inner(), BTreeMap::from([(Id::from("A-1"), 20), (Id::from("A-2"), 2)]));
}

#[test]
fn a_task_whose_row_is_damaged_meanwhile_holds_up_no_other() {
    for gone in [false, true] {
        let stage = Stage::new();
        let damaged = |need: Need<'_>| match need {
            Need::Settle(settle) if settle.task.trade == trade("A-1") => {
                let (task, call) = (settle.task, Call::Settle);
                let error = if gone { StoreError::NoTask { task, call } } else { corrupt(Record::Task(task)) };
                Some(Fed::Settled(Err(error)))
            }
            _ => None,
        };
        let delivered = stage.drive(stage.clerk.deliver(99), damaged).unwrap();
        let told = if gone { (2, 0, 2) } else { (2, 2, 0) };
        assert_eq!((delivered.done, delivered.corrupt.len(), delivered.overtaken), told, "{delivered:?}");
        assert_eq!(stage.told.corrupt.lock().unwrap().len(), told.1);
    }
}

#[test]
fn a_store_that_is_out_of_reach_ends_the_delivery() {
    for error in [
        StoreError::Unavailable { call: Call::Commit, trade: None, reason: "maintenance".into() },
        StoreError::Unusable { call: Call::Commit, reason: "damaged".into() },
        unknown(Call::Commit),
    ] {
        let stage = Stage::new();
        let down = |need: Need<'_>| match need {
            Need::Settle(_) => Some(Fed::Settled(Err(error.clone()))),
            _ => None,
        };
        assert_eq!(stage.drive(stage.clerk.deliver(99), down), Err(DeskError::Store(error.clone())));
    }
}

/// The first request was sent, and nobody heard; somebody else was quicker with the same; and then it may still land.
#[test]
fn a_refusal_is_no_answer_as_long_as_an_unheard_commit_may_land() {
    let stage = Stage::new();
    let request = place().key("tap-1");
    let held: RefCell<Option<Commit>> = RefCell::default();
    let lost = |need: Need<'_>| match need {
        Need::Commit(commit) if held.borrow().is_none() => {
            *held.borrow_mut() = Some(commit.clone());
            Some(Fed::Committed(Err(unknown(Call::Commit))))
        }
        // What stands meanwhile leads to a no.
        Need::Load(order) if held.borrow().is_some() => Some(Fed::Loaded(stage.store.load(order).map(|_| {
            let other = decide(&redress::Trade::absent(trade("A-9")), &place(), minute(0));
            Some(other.trade)
        }))),
        _ => None,
    };
    let answer = stage.drive(stage.clerk.submit("A-9", &request), lost);
    assert!(matches!(answer, Err(DeskError::Store(StoreError::Indeterminate { .. }))), "{answer:?}");
    assert!(answer.unwrap_err().may_be_repeated());
    // It lands, and whoever asks again hears so.
    let commit = held.into_inner().unwrap();
    let _ = stage.store.commit(&commit).unwrap();
    assert!(stage.drive(stage.clerk.submit("A-9", &request), |_| None).unwrap().replayed);
    // A refusal that nothing stands beside is one.
    let refused = stage.drive(stage.clerk.submit("A-9", &place().key("tap-2")), |_| None);
    assert!(matches!(refused, Err(DeskError::Denied(denied)) if denied != Denied::KeyReused));
}

#[test]
fn a_deadline_whose_commit_was_heard_by_nobody_has_fired_whoever_commits_next() {
    for stored in [true, false] {
        let stage = Stage::new();
        stage.clock.advance(Length::Days(40));
        let first = Cell::new(true);
        let unheard = |need: Need<'_>| match need {
            Need::Commit(commit) if first.take() => {
                if stored {
                    let _ = stage.store.commit(commit).unwrap();
                }
                // And at once somebody else.
                let before = stage.store.load(commit.key().order).unwrap().unwrap();
                let _ = stage.store.commit(&decide(&before, &note("meanwhile"), before.at)).unwrap();
                Some(Fed::Committed(Err(unknown(Call::Commit))))
            }
            _ => None,
        };
        let ran = stage.drive(stage.clerk.run_due(99), unheard).unwrap();
        assert_eq!((ran.fired.len(), ran.failed.len()), (2, 0), "{ran:?}");
        assert_eq!(*stage.told.resolved.lock().unwrap(), [stored]);
        let fired = ran.fired.first().unwrap();
        let events = stage.store.history(fired.trade.order, 1, 99).unwrap();
        assert!(events.iter().any(|event| event.seq == fired.taken.first().unwrap().event));
    }
}

/// Hundreds of trades whose edition nobody has, and a few good ones that fall due after them.
#[test]
fn trades_that_are_stuck_hold_up_neither_tasks_nor_other_deadlines() {
    const STUCK: u32 = 350;
    let stage = Stage::new();
    let is_stuck = |order: Id| order.as_str().starts_with("S-");
    for no in 0..STUCK {
        stage.drive(stage.clerk.submit(format!("S-{no}").as_str(), &place()), |_| None).unwrap();
    }
    stage.clock.advance(Length::Minutes(1));
    stage.drive(stage.clerk.submit("Z-1", &place()), |_| None).unwrap();
    drop(stage.drive(stage.clerk.deliver(u32::MAX), |_| None).unwrap());
    stage.clock.advance(Length::Days(1));
    let (begun, mut work) = (now(&stage.clock), stage.clerk.work());
    let (mut since_claim, mut most, mut loads, mut fired_after) = (0, 0, 0, None);
    while let Some(need) = work.poll(now(&stage.clock)) {
        let fed = match need {
            Need::Load(order) if is_stuck(order) => {
                (loads, since_claim) = (loads + 1, since_claim + 1);
                most = most.max(since_claim);
                Fed::Loaded(Err(corrupt(Record::Trade(trade(order.as_str())))))
            }
            Need::Claim(_) => {
                since_claim = 0;
                answer(&stage.store, need)
            }
            Need::Commit(commit) if commit.key().order == Id::from("Z-1") => {
                fired_after = fired_after.or(Some(now(&stage.clock).since(begun)));
                answer(&stage.store, need)
            }
            Need::Wait(length) => {
                stage.clock.set(now(&stage.clock).after(i64::try_from(length.as_millis()).unwrap()));
                if now(&stage.clock).since(begun) >= 3_600_000 {
                    work.stop();
                }
                Fed::Waited
            }
            _ => answer(&stage.store, need),
        };
        work.feed(fed);
    }
    let worked = work.end();
    assert!(most <= 100, "{most} of them are looked at before tasks have their turn");
    assert_eq!(fired_after, Some(0), "the good one does not wait");
    // Each ever more rarely: within an hour about sixteen times, not each second.
    assert!((STUCK * 10..STUCK * 20).contains(&loads), "{loads}");
    assert_eq!((worked.overdue, *stage.told.overdue.lock().unwrap()), (loads.into(), loads));
}

/// Six refunds, each of its own order, through a channel with this contract.
fn six_refunds(contract: ChannelContract) -> World<MemoryStore> {
    let world = World::new(contract, Temper::calm(), 1);
    for order in (1..=6).map(|no| format!("A-{no}")) {
        world.does(&order, &shirts(1));
        world.does(&order, &pays(6_000).reference(order.as_str()));
        world.does(&order, &wants_back(1));
    }
    // Everything else is done.
    let rest = |need: Need<'_>| match need {
        Need::Pay(_) => panic!("no refund is handed over yet"),
        _ => Fate::Lives,
    };
    assert!(world.drive_with(world.clerk.deliver(0), rest).is_some());
    world
}

/// Each request eats the whole time that its batch has: whatever comes after it was not tried, and is not taken for tried.
#[test]
fn refunds_behind_a_channel_that_hangs_spend_no_try() {
    let world = six_refunds(contract(ChannelContract::wechat_pay));
    let sent = RefCell::new(BTreeMap::<String, u32>::new());
    let hangs = |need: Need<'_>| {
        if let Need::Pay(pay_out) = need {
            *sent.borrow_mut().entry(pay_out.key.clone()).or_default() += 1;
            world.clock.advance(Length::Seconds(61));
        }
        Fate::Lives
    };
    for _ in 0..30 {
        // A worker's round: one batch.
        drop(world.drive_with(world.clerk.deliver(16), hangs).unwrap().unwrap());
        world.passes(Length::Seconds(1));
        if sent.borrow().values().sum::<u32>() >= 24 {
            break;
        }
    }
    // It was hardly ever any other's turn before: after ten rounds they would all have been set aside unsent.
    assert_eq!(world.store.shelved(None, 9).unwrap().rows, []);
    assert_eq!(sent.borrow().len(), 6, "each had its turn: {sent:?}");
    for _ in 0..9 {
        world.passes(Length::Minutes(10)).delivers();
    }
    for order in (1..=6).map(|no| format!("A-{no}")) {
        assert_eq!(world.state(&order), State::Paid);
        world.audit(&order).unwrap();
    }
}

/// Workers that are stopped give back what they have claimed: a deploy is no try, however many there are.
#[test]
fn a_refund_that_was_given_back_is_as_if_never_claimed() {
    let mut contract = contract(ChannelContract::half_hour);
    contract.ask = Ask::Never;
    let world = six_refunds(contract);
    let stop_after_claim = || {
        let mut job = world.clerk.deliver(99);
        while let Some(need) = job.poll(world.now()) {
            let is_claim = matches!(need, Need::Claim(_));
            let fed = match need {
                Need::Claim(claim) => Fed::Claimed(world.store.claim(claim)),
                Need::Settle(settle) => Fed::Settled(world.store.settle(settle)),
                other => panic!("nothing is begun with any more: {other:?}"),
            };
            job.feed(fed);
            if is_claim {
                job.stop();
            }
        }
        job.end().unwrap()
    };
    for _ in 0..12 {
        let delivered = stop_after_claim();
        assert!(delivered.returned > 6 && delivered.failed.is_empty(), "{delivered:?}");
    }
    // The channel's memory of a key that it never saw is over; it cannot be asked, and need not be.
    world.passes(Length::Hours(3)).delivers();
    for order in (1..=6).map(|no| format!("A-{no}")) {
        assert_eq!(world.state(&order), State::Paid);
        world.audit(&order).unwrap();
    }
}

/// One process works for the warehouse only, another has the client of the channel.
#[test]
fn a_worker_without_the_channel_leaves_refunds_to_those_that_have_it() {
    let contract = contract(ChannelContract::wechat_pay);
    let clock = ManualClock::at(minute(0));
    let channel = SimulatedChannel::new(contract.clone(), Temper::calm(), 1, clock.clone());
    let desk = Desk::builder(Memory::new()).tenant(MALL).clock(clock.clone()).policy(policy(&contract));
    let desk = desk.contract(contract).open().unwrap();
    for request in [shirts(3), pays(18_000), wants_back(1)] {
        desk.submit("A-1", request).unwrap();
    }
    let mut carried_out = 0;
    let mut warehouse = |claimed: &Claimed| -> Result<(), String> {
        assert_ne!(claimed.task.what, Effect::PayOut);
        carried_out += 1;
        Ok(())
    };
    for _ in 0..30 {
        let delivered = desk.deliver(&mut warehouse).unwrap();
        assert_eq!((delivered.failed.len(), delivered.returned), (0, 1), "{delivered:?}");
        clock.advance(Length::Seconds(20));
    }
    assert!(carried_out > 0);
    assert_eq!(desk.set_aside(None, 9).unwrap().rows, []);
    let fine = |_: &Claimed| Ok::<(), String>(());
    assert_eq!(desk.deliver_through_at_most(0, &channel, fine).unwrap().done, 0);
    assert!(desk.deliver_through_at_most(9, &channel, fine).unwrap().failed.is_empty());
    assert_eq!(desk.trade("A-1").unwrap().refund(1).unwrap().state, State::Paid);
}
