//! What an observer is told, and what the `tracing` crate makes of it: everything that counts, and nobody's data.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod stored;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use redress::desk::Delivery;
use redress::job::{Clerk, Fed, Job, Need, Observer, Overdue, Sent, Undelivered};
use redress::port::{Call, Corrupt, Damage, Record, Storage, Store, StoreError, TaskId};
use redress::store::{Memory, MemoryStore};
use redress::trade::{Denied, TradeKey};
use redress::{Effect, Id, Length, ManualClock, Receipt};
use stored::{decide, minute, note, now, pay, place};

/// Writes down everything that it is told.
#[derive(Default)]
struct Diary(Mutex<Vec<String>>);

impl Diary {
    fn write(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

impl Observer for Diary {
    fn decided(&self, receipt: &Receipt) {
        self.write(format!("decided {}", receipt.version));
    }
    fn refused(&self, trade: TradeKey, denied: &Denied) {
        self.write(format!("refused {trade} {}", denied.code()));
    }
    fn committed(&self, receipt: &Receipt) {
        self.write(format!("committed {}", receipt.version));
    }
    fn replayed(&self, receipt: &Receipt) {
        self.write(format!("replayed {}", receipt.version));
    }
    fn overtaken(&self, trade: TradeKey, tries: u32) {
        self.write(format!("overtaken {trade} {tries}"));
    }
    fn unheard(&self, trade: TradeKey, _: &StoreError) {
        self.write(format!("unheard {trade}"));
    }
    fn resolved(&self, trade: TradeKey, stored: bool) {
        self.write(format!("resolved {trade} {stored}"));
    }
    fn fired(&self, receipt: &Receipt) {
        self.write(format!("fired {}", receipt.version));
    }
    fn overdue(&self, overdue: &Overdue) {
        self.write(format!("overdue {}", overdue.record));
    }
    fn handed_out(&self, task: TaskId, what: Effect, tries: u32) {
        self.write(format!("handed out {}.{} {what} {tries}", task.event, task.nth));
    }
    fn done(&self, task: TaskId, what: Effect, tries: u32) {
        self.write(format!("done {}.{} {what} {tries}", task.event, task.nth));
    }
    fn failed(&self, failed: &Undelivered) {
        self.write(format!("failed {} {}", failed.what, failed.tries));
    }
    fn set_aside(&self, failed: &Undelivered) {
        self.write(format!("set aside {} {}", failed.what, failed.tries));
    }
    fn left(&self, task: TaskId) {
        self.write(format!("left {}.{}", task.event, task.nth));
    }
    fn corrupt(&self, corrupt: &Corrupt) {
        self.write(format!("corrupt {}", corrupt.record));
    }
    fn trouble(&self, error: &StoreError) {
        self.write(format!("trouble {error}"));
    }
    fn waiting(&self, length: Duration) {
        self.write(format!("waiting {length:?}"));
    }
}

/// A store, and what is fed instead of its answers.
struct Stage {
    store: MemoryStore,
    clock: ManualClock,
    clerk: Clerk,
}

impl Stage {
    fn watched_by(observer: Arc<dyn Observer + Send + Sync>) -> Self {
        let delivery = Delivery { tries: 2, ..Delivery::default() };
        let clerk = Clerk::builder().tenant("acme-mall").delivery(delivery).observer(observer).clerk().unwrap();
        let store = Memory::new().tenant(Id::from("acme-mall")).unwrap();
        Self { store, clock: ManualClock::at(minute(0)), clerk }
    }

    /// Drives a job; whatever the wrong hand gives is fed instead of the store's answer.
    fn drive<J: Job>(&self, mut job: J, mut wrong: impl FnMut(Need<'_>, &MemoryStore) -> Option<Fed>) -> J::Done {
        while let Some(need) = job.poll(now(&self.clock)) {
            let fed = wrong(need, &self.store).unwrap_or_else(|| match need {
                Need::Load(order) => Fed::Loaded(self.store.load(order)),
                Need::Commit(commit) => Fed::Committed(self.store.commit(commit)),
                Need::Receipt(key) => Fed::Receipt(self.store.receipt(key)),
                Need::History { order, from, limit } => Fed::History(self.store.history(order, from, limit)),
                Need::Due { now, after, limit } => Fed::Due(self.store.due(now, after, limit)),
                Need::Claim(claim) => Fed::Claimed(self.store.claim(claim)),
                Need::Settle(settle) => Fed::Settled(self.store.settle(settle)),
                Need::Send(_) => Fed::Sent(Sent::Done),
                Need::Pay(_) | Need::Ask(_) => panic!("no channel has a contract here"),
                Need::Wait(_) => Fed::Waited,
            });
            job.feed(fed);
        }
        job.end()
    }

    fn surely<J: Job>(&self, job: J) -> J::Done {
        self.drive(job, |_, _| None)
    }
}

/// The first commit, and what comes of it instead.
fn at_first_commit(
    mut instead: impl FnMut(&redress::port::Commit, &MemoryStore) -> Option<Fed>,
) -> impl FnMut(Need<'_>, &MemoryStore) -> Option<Fed> {
    let mut before = true;
    move |need, store| match need {
        Need::Commit(commit) if std::mem::take(&mut before) => instead(commit, store),
        _ => None,
    }
}

fn unknown() -> StoreError {
    StoreError::Indeterminate { call: Call::Commit, trade: None, reason: "the line went dead".into() }
}

fn down(call: Call) -> StoreError {
    StoreError::Unavailable { call, trade: None, reason: "maintenance".into() }
}

/// Requests: refused, committed, overtaken, unheard, answered before.
fn requests(stage: &Stage) {
    stage.surely(stage.clerk.submit("A-1", &place())).unwrap();
    stage.surely(stage.clerk.submit("A-1", &place())).unwrap_err();
    stage.surely(stage.clerk.preview("A-1", &place())).unwrap_err();
    let paid = pay("p-1").key("evt-1");
    let overtake = at_first_commit(|commit, store| {
        let before = store.load(commit.trade.key.order).unwrap().unwrap();
        let _ = store.commit(&decide(&before, &note("meanwhile"), before.at)).unwrap();
        None
    });
    stage.drive(stage.clerk.submit("A-1", &paid), overtake).unwrap();
    stage.surely(stage.clerk.submit("A-1", &paid)).unwrap();
    let secret = note("call me at 555-0199").key("n-1");
    let unheard = at_first_commit(|commit, store| Some(Fed::Committed(store.commit(commit).and(Err(unknown())))));
    stage.drive(stage.clerk.submit("A-1", &secret), unheard).unwrap();
    let lost = at_first_commit(|_, _| Some(Fed::Committed(Err(unknown()))));
    stage.drive(stage.clerk.submit("A-1", &note("again").key("n-2")), lost).unwrap();
    let unreachable =
        |need: Need<'_>, _: &MemoryStore| matches!(need, Need::Load(_)).then(|| Fed::Loaded(Err(down(Call::Load))));
    stage.drive(stage.clerk.submit("A-1", &secret), unreachable).unwrap_err();
}

/// Tasks: done, failed, set aside, left to others. Deadlines: fired, unreadable. A worker that waits.
fn tasks_and_time(stage: &Stage) {
    let fails = |need: Need<'_>, _: &MemoryStore| match need {
        Need::Send(claimed) if claimed.task.what == Effect::ReserveStock => {
            Some(Fed::Sent(Sent::Failed("the warehouse is closed".into())))
        }
        _ => None,
    };
    stage.drive(stage.clerk.deliver(9), fails).unwrap();
    stage.clock.advance(Length::Minutes(1));
    stage.drive(stage.clerk.deliver(9), fails).unwrap();
    stage.surely(stage.clerk.submit("A-2", &place())).unwrap();
    stage.clock.advance(Length::Minutes(1));
    let too_slow = |need: Need<'_>, _: &MemoryStore| match need {
        Need::Send(_) => {
            stage.clock.advance(Length::Minutes(20));
            None
        }
        Need::Settle(settle) => {
            let (task, fence) = (settle.task.into(), settle.fence);
            Some(Fed::Settled(Err(StoreError::Fenced { task, fence, found: fence + 1 })))
        }
        _ => None,
    };
    stage.drive(stage.clerk.deliver(1), too_slow).unwrap();
    stage.clock.advance(Length::Days(2));
    let garbled = |need: Need<'_>, _: &MemoryStore| match need {
        Need::Load(order) if order == Id::from("A-1") => {
            let record = Record::Trade(TradeKey { tenant: Id::from("acme-mall"), order });
            Some(Fed::Loaded(Err(Corrupt { record, damage: Damage::Garbled(7) }.into())))
        }
        _ => None,
    };
    stage.drive(stage.clerk.run_due(9), garbled).unwrap();
    let mut work = stage.clerk.work();
    let claim_is_refused = |need: Need<'_>, _: &MemoryStore| match need {
        Need::Claim(_) => Some(Fed::Claimed(Err(down(Call::Claim)))),
        _ => None,
    };
    while let Some(need) = work.poll(now(&stage.clock)) {
        let fed = match need {
            Need::Wait(_) => break,
            Need::Due { .. } => Fed::Due(Ok(redress::port::Page::default())),
            other => claim_is_refused(other, &stage.store).unwrap(),
        };
        work.feed(fed);
    }
}

#[test]
fn everything_that_counts_is_told() {
    let diary = Arc::new(Diary::default());
    let stage = Stage::watched_by(diary.clone());
    requests(&stage);
    tasks_and_time(&stage);
    insta::assert_snapshot!(diary.0.lock().unwrap().join("\n"));
}

#[cfg(feature = "tracing")]
mod traced {
    use std::fmt::{Debug, Write as _};

    use redress::job::TracingObserver;
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use super::{Arc, Mutex, Stage, requests, tasks_and_time};

    /// Writes each event down as a line.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<String>>);

    struct Line<'a>(&'a mut String);

    impl Visit for Line<'_> {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            let _ = write!(self.0, " {}={value:?}", field.name());
        }
    }

    impl Subscriber for Lines {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "redress"
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            let mut lines = self.0.lock().unwrap();
            let _ = write!(lines, "{}", event.metadata().level());
            event.record(&mut Line(&mut lines));
            lines.push('\n');
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn traces_name_the_trade_and_the_row_and_nobody() {
        let lines = Lines::default();
        tracing::subscriber::with_default(lines.clone(), || {
            let stage = Stage::watched_by(Arc::new(TracingObserver));
            requests(&stage);
            tasks_and_time(&stage);
            let trade = super::TradeKey { tenant: super::Id::from("acme-mall"), order: super::Id::from("A-1") };
            let task = redress::port::TaskId { trade, event: 2, nth: 0 };
            super::Observer::not_sent(&TracingObserver, task, "the channel may have forgotten its key");
        });
        let lines = lines.0.lock().unwrap();
        for private in ["alice", "555-0199", "call me", "shirt"] {
            assert!(!lines.contains(private), "{private} in\n{lines}");
        }
        insta::assert_snapshot!(*lines);
    }
}
