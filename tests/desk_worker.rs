//! Workers: deadlines and tasks until they are told to stop, whatever goes wrong meanwhile.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod stored;

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn, ready};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use redress::desk::{AsyncDesk, Delivery, Stop};
use redress::job::{Clerk, Fed, Job, Need, Observer, Sent, Undelivered, Worked};
use redress::port::{Blocking, Call, Claimed, Storage, Store, StoreError};
use redress::store::{Memory, MemoryStore};
use redress::trade::Trade;
use redress::{Desk, Effect, Id, Length, ManualClock, order};
use stored::{minute, now, open_on, pay, place};

/// The alerts that a person must hear.
#[derive(Default)]
struct Alerts(Mutex<Vec<String>>);

impl Observer for Alerts {
    fn set_aside(&self, failed: &Undelivered) {
        self.0.lock().unwrap().push(format!("{} {}: {}", failed.task, failed.what, failed.error));
    }
}

fn placed_and_paid(memory: &Memory, order: &str) {
    let (desk, _) = open_on(memory);
    desk.submit(order, place()).unwrap();
    desk.submit(order, pay(order)).unwrap();
}

/// Two things to do for each paid order, and a third worker beside: all is done once, then all go home.
#[test]
fn workers_on_threads_share_what_there_is_to_do() {
    let memory = Memory::new();
    (0..40).for_each(|no| placed_and_paid(&memory, &format!("A-{no}")));
    let clock = ManualClock::at(minute(1));
    let desk = Desk::builder(memory).tenant("acme-mall").clock(clock).open().unwrap();
    let (stop, sent) = (Stop::new(), AtomicU32::new(0));
    let send = |_: &Claimed| -> Result<(), String> {
        if sent.fetch_add(1, Ordering::SeqCst) == 79 {
            stop.call();
        }
        Ok(())
    };
    let begun = Instant::now();
    let done: u64 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..3).map(|_| scope.spawn(|| desk.work(&stop, send))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap().done).sum()
    });
    assert_eq!((done, sent.into_inner()), (80, 80));
    assert!(begun.elapsed() < Duration::from_secs(30), "a worker that sleeps is woken up");
    assert!(stop.is_called());
}

/// A worker in simulated time: sleeping moves the clock.
struct Stage {
    store: MemoryStore,
    clock: ManualClock,
    clerk: Clerk,
    alerts: Arc<Alerts>,
    /// The store is out of reach until then.
    down_until: Cell<i64>,
    waits: RefCell<Vec<Duration>>,
    calls: Cell<u32>,
}

impl Stage {
    fn new(memory: &Memory) -> Self {
        let (clock, alerts) = (ManualClock::at(minute(0)), Arc::new(Alerts::default()));
        let clerk = Clerk::builder().tenant("acme-mall").observer(alerts.clone()).clerk().unwrap();
        let store = memory.tenant(Id::from("acme-mall")).unwrap();
        let (down_until, waits, calls) = (Cell::new(0), RefCell::default(), Cell::new(0));
        Self { store, clock, clerk, alerts, down_until, waits, calls }
    }

    fn is_down(&self) -> bool {
        self.calls.set(self.calls.get() + 1);
        now(&self.clock) < minute(self.down_until.get())
    }

    /// Works until then.
    fn work(&self, until: i64, mut send: impl FnMut(&Claimed) -> Sent) -> Worked {
        let mut work = self.clerk.work();
        while let Some(need) = work.poll(now(&self.clock)) {
            let down = |call| StoreError::Unavailable { call, trade: None, reason: "maintenance".into() };
            let fed = match need {
                Need::Wait(length) => {
                    self.waits.borrow_mut().push(length);
                    self.clock.set(now(&self.clock).after(i64::try_from(length.as_millis()).unwrap()));
                    Fed::Waited
                }
                Need::Send(claimed) => Fed::Sent(send(claimed)),
                Need::Due { .. } if self.is_down() => Fed::Due(Err(down(Call::Due))),
                Need::Due { now, after, limit } => Fed::Due(self.store.due(now, after, limit)),
                Need::Load(_) if self.is_down() => Fed::Loaded(Err(down(Call::Load))),
                Need::Load(order) => Fed::Loaded(self.store.load(order)),
                Need::Commit(_) if self.is_down() => Fed::Committed(Err(down(Call::Commit))),
                Need::Commit(commit) => Fed::Committed(self.store.commit(commit)),
                Need::Claim(_) if self.is_down() => Fed::Claimed(Err(down(Call::Claim))),
                Need::Claim(claim) => Fed::Claimed(self.store.claim(claim)),
                Need::Settle(_) if self.is_down() => Fed::Settled(Err(down(Call::Settle))),
                Need::Settle(settle) => Fed::Settled(self.store.settle(settle)),
                Need::Pay(_) | Need::Ask(_) => panic!("no channel has a contract here"),
                Need::Receipt(key) => Fed::Receipt(self.store.receipt(key)),
                Need::History { .. } => panic!("a worker reads no history"),
            };
            work.feed(fed);
            if now(&self.clock) >= minute(until) {
                work.stop();
            }
        }
        work.end()
    }

    fn trade(&self, order: &str) -> Trade {
        self.store.load(Id::from(order)).unwrap().unwrap()
    }
}

fn done(_: &Claimed) -> Sent {
    Sent::Done
}

#[test]
fn a_worker_fires_deadlines_when_they_have_passed_and_sleeps_in_between() {
    let memory = Memory::new();
    open_on(&memory).0.submit("A-1", place()).unwrap();
    let stage = Stage::new(&memory);
    let due = stage.trade("A-1").due().unwrap();
    let worked = stage.work(0, done);
    assert_eq!((worked, stage.calls.get()), (Worked::default(), 1), "it looks, and is stopped");
    let until = due.since(minute(0)) / 60_000 + 1;
    let worked = stage.work(until, done);
    assert_eq!((worked.fired, worked.overdue, worked.troubles), (1, 0, 0));
    let closed = stage.trade("A-1");
    assert_ne!(closed.head.state, order::State::Unpaid);
    assert!(closed.at > due && closed.at.since(due) <= 1_000, "{} after {due}", closed.at);
    let waits = stage.waits.borrow();
    assert!(waits.iter().all(|wait| !wait.is_zero() && *wait <= Duration::from_secs(1)), "{waits:?}");
    // Three calls a second: due, claim, and when the next one is due.
    let seconds = u32::try_from(until * 60).unwrap();
    assert!(stage.calls.get() <= 3 * seconds + 20, "{} calls in {seconds} seconds", stage.calls.get());
}

#[test]
fn a_worker_backs_off_from_a_store_in_trouble_and_comes_back() {
    let memory = Memory::new();
    placed_and_paid(&memory, "A-1");
    let stage = Stage::new(&memory);
    stage.down_until.set(60);
    let worked = stage.work(62, done);
    assert_eq!((worked.done, worked.failed), (2, 0));
    let waits = stage.waits.borrow();
    let longest = Duration::from_secs(60);
    let doubled: Vec<Duration> = waits.iter().take(6).copied().collect();
    assert_eq!(doubled, [2, 4, 8, 16, 32, 60].map(Duration::from_secs), "at most a minute");
    assert_eq!(waits.iter().max(), Some(&longest));
    assert!((60..=66).contains(&worked.troubles), "one call a minute: {worked:?}");
}

#[test]
fn a_task_that_always_fails_is_set_aside_with_an_alert_and_holds_up_no_other() {
    let memory = Memory::new();
    placed_and_paid(&memory, "A-1");
    placed_and_paid(&memory, "A-2");
    let stage = Stage::new(&memory);
    let poison = |claimed: &Claimed| match (claimed.task.what, claimed.id.trade.order.as_str()) {
        (Effect::ReserveStock, "A-1") => Sent::Unknown("no answer within 5 s".into()),
        _ => Sent::Done,
    };
    let worked = stage.work(24 * 60, poison);
    assert_eq!((worked.done, worked.failed, worked.set_aside), (3, 9, 1));
    let alerts = stage.alerts.0.lock().unwrap();
    let said = "task 1.0 of trade acme-mall/A-1 reserve_stock: not known whether it was done: no answer within 5 s";
    assert_eq!(*alerts, [said]);
    assert_eq!(stage.store.shelved(None, 9).unwrap().rows.len(), 1);
}

#[test]
fn a_worker_that_is_stopped_finishes_what_it_has_in_hand_and_gives_the_rest_back() {
    let memory = Memory::new();
    placed_and_paid(&memory, "A-1");
    placed_and_paid(&memory, "A-2");
    let desk = open_on(&memory).0;
    let (stop, mut sent) = (Stop::new(), 0);
    let worked = desk.work(&stop, |_| {
        sent += 1;
        stop.call();
        Sent::Done
    });
    assert_eq!((sent, worked.done, worked.returned), (1, 1, 3));
    // Another worker has them at once: no lease need end.
    assert_eq!(desk.deliver(|_| Sent::Done).unwrap().done, 3);
    assert_eq!(desk.work(&stop, |_| -> Sent { panic!("it was stopped before") }), Worked::default());
}

#[test]
fn a_task_that_panics_ends_no_worker() {
    let memory = Memory::new();
    placed_and_paid(&memory, "A-1");
    let clock = ManualClock::at(minute(0));
    let builder = |alerts: &Arc<Alerts>| {
        let delivery = Delivery { tries: 1, idle: Length::Seconds(1), ..Delivery::default() };
        let alerts: Arc<dyn Observer + Send + Sync> = alerts.clone();
        (delivery, alerts)
    };
    let alerts = Arc::new(Alerts::default());
    let (delivery, observer) = builder(&alerts);
    let desk = Desk::builder(memory.clone()).tenant("acme-mall").clock(clock.clone());
    let desk = desk.delivery(delivery).observer(observer).open().unwrap();
    let stop = Stop::new();
    let worked = desk.work(&stop, |claimed| -> Sent {
        match claimed.task.what {
            Effect::ReserveStock => panic!("the warehouse client is broken"),
            _ => stop.call(),
        }
        Sent::Done
    });
    assert_eq!((worked.done, worked.set_aside), (1, 1));
    let said = "task 1.0 of trade acme-mall/A-1 reserve_stock: not known whether it was done: the code that carries it out panicked";
    assert_eq!(*alerts.0.lock().unwrap(), [said]);

    // The same, awaited.
    let memory = Memory::new();
    placed_and_paid(&memory, "A-1");
    let alerts = Arc::new(Alerts::default());
    let (delivery, observer) = builder(&alerts);
    let desk = AsyncDesk::builder(Blocking(memory)).tenant("acme-mall").clock(clock);
    let desk = desk.delivery(delivery).observer(observer).open_async().unwrap();
    let stopped = Cell::new(false);
    let stop = poll_fn(|_| if stopped.get() { Poll::Ready(()) } else { Poll::Pending });
    let worked = block_on(desk.work(
        stop,
        |_| ready(()),
        |claimed: Claimed| {
            let stopped = &stopped;
            async move {
                match claimed.task.what {
                    Effect::ReserveStock => panic!("the warehouse client is broken"),
                    _ => stopped.set(true),
                }
                Sent::Done
            }
        },
    ));
    assert_eq!((worked.done, worked.set_aside), (1, 1));
    assert_eq!(*alerts.0.lock().unwrap(), [said]);
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000_000 {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return done;
        }
    }
    panic!("it is never done")
}

#[test]
fn an_awaited_worker_works_until_its_signal_even_while_it_sleeps() {
    let memory = Memory::new();
    placed_and_paid(&memory, "A-1");
    open_on(&memory).0.submit("A-2", place()).unwrap();
    let clock = ManualClock::at(minute(0));
    let desk = AsyncDesk::builder(Blocking(memory)).tenant("acme-mall").clock(clock.clone()).open_async().unwrap();
    let slept = Cell::new(0);
    // The signal comes in the middle of a sleep that would not end.
    let stop = poll_fn(|_| if slept.get() > 3_000 { Poll::Ready(()) } else { Poll::Pending });
    let sleep = |length: Duration| {
        clock.set(now(&clock).after(i64::try_from(length.as_millis()).unwrap()));
        slept.set(slept.get() + 1);
        let forever = slept.get() > 3_000;
        async move {
            if forever {
                pending::<()>().await
            }
        }
    };
    let worked = block_on(desk.work(stop, sleep, |_| ready(Sent::Done)));
    assert_eq!((worked.done, worked.fired, slept.get()), (5, 1, 3_001));
}
