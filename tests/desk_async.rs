//! The desk that is awaited: it answers as the one that blocks, its futures may be sent, and dropped at any point.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod stored;

use std::future::{Future, poll_fn, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use redress::desk::{AsyncDesk, Delivered};
use redress::job::Sent;
use redress::port::{
    Answer, AsyncStorage, AsyncStore, Claim, Claimed, Commit, Committed, Due, Page, RequestKey, Settle, Shelved,
    Storage, Store, StoreError, TaskId, Verified,
};
use redress::store::{Memory, MemoryStore};
use redress::trade::{Event, Trade};
use redress::{Actor, Desk, Id, Lang, Length, ManualClock, Time};
use stored::{minute, note, pay, place};

/// A store whose calls take two breaths: one on the way there, one on the way back.
struct Distant(MemoryStore);

struct Far(Memory);

impl AsyncStorage for Far {
    type Store = Distant;

    fn tenant(&self, tenant: Id) -> Result<Distant, StoreError> {
        self.0.tenant(tenant).map(Distant)
    }
}

async fn breath() {
    let mut taken = false;
    poll_fn(|_| if std::mem::replace(&mut taken, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

impl Distant {
    async fn there_and_back<T>(&self, call: impl FnOnce(&MemoryStore) -> T) -> T {
        breath().await;
        let reply = call(&self.0);
        breath().await;
        reply
    }
}

impl AsyncStore for Distant {
    fn tenant(&self) -> Id {
        self.0.tenant()
    }

    async fn load(&self, order: Id) -> Result<Option<Trade>, StoreError> {
        self.there_and_back(|store| store.load(order)).await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        self.there_and_back(|store| store.commit(commit)).await
    }

    async fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError> {
        self.there_and_back(|store| store.receipt(key)).await
    }

    async fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError> {
        self.there_and_back(|store| store.due(now, after, limit)).await
    }

    async fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError> {
        self.there_and_back(|store| store.claim(claim)).await
    }

    async fn settle(&self, settle: &Settle) -> Result<(), StoreError> {
        self.there_and_back(|store| store.settle(settle)).await
    }

    async fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError> {
        self.there_and_back(|store| store.shelved(after, limit)).await
    }

    async fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError> {
        self.there_and_back(|store| store.unshelve(task, now)).await
    }

    async fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.there_and_back(|store| store.history(order, from, limit)).await
    }

    async fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError> {
        self.there_and_back(|store| store.orders(after, limit)).await
    }

    async fn verify(&self, order: Id) -> Result<Verified, StoreError> {
        self.there_and_back(|store| store.verify(order)).await
    }
}

fn open() -> (AsyncDesk<Distant>, Memory, ManualClock) {
    let (memory, clock) = (Memory::new(), ManualClock::at(minute(0)));
    let desk = AsyncDesk::builder(Far(memory.clone())).tenant("acme-mall").clock(clock.clone());
    (desk.open_async().unwrap(), memory, clock)
}

/// Awaits so many times at most; `None` if it was not done by then, and is dropped.
fn await_at_most<T>(times: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..times {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return Some(done);
        }
    }
    None
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    await_at_most(1_000_000, future).unwrap()
}

fn is_send<T: Send>(future: T) -> T {
    future
}

async fn done(_: Claimed) -> Result<(), String> {
    breath().await;
    Ok(())
}

#[test]
fn futures_may_be_sent() {
    let (desk, _, _) = open();
    let buyer = Actor::buyer("alice");
    drop(is_send(desk.submit("A-1", place())));
    drop(is_send(desk.preview("A-1", &place())));
    drop(is_send(desk.options("A-1", &buyer)));
    drop(is_send(desk.deadlines("A-1", &buyer)));
    drop(is_send(desk.trade("A-1")));
    drop(is_send(desk.history("A-1")));
    drop(is_send(desk.timeline("A-1", Lang::En)));
    drop(is_send(desk.run_due(1)));
    drop(is_send(desk.next_due()));
    drop(is_send(desk.deliver(done)));
    drop(is_send(desk.deliver(|claimed| async move { desk_less(&claimed).await })));
    drop(is_send(desk.work(ready(()), |_| breath(), done)));
    drop(is_send(desk.set_aside(None, 1)));
}

async fn desk_less(claimed: &Claimed) -> Sent {
    breath().await;
    Sent::Answer(Box::new(note("done").key(claimed.task.key.as_str())))
}

/// Both desks are asked the same, and must answer the same.
#[test]
fn it_answers_as_the_desk_that_blocks() {
    let (awaited, _, clock) = open();
    let blocks = Desk::builder(Memory::new()).tenant("acme-mall").clock(clock.clone()).open().unwrap();
    let requests = [place(), pay("p-1"), pay("p-1"), note("hello").key("n-1"), note("hello").key("n-1"), place()];
    for request in requests {
        let preview = block_on(awaited.preview("A-1", &request));
        assert_eq!(preview, blocks.preview("A-1", &request));
        assert_eq!(block_on(awaited.submit("A-1", &request)), blocks.submit("A-1", &request));
    }
    assert_eq!(block_on(awaited.submit("", place())), blocks.submit("", place()));
    let buyer = Actor::buyer("alice");
    assert_eq!(block_on(awaited.trade("A-1")), blocks.trade("A-1"));
    assert_eq!(block_on(awaited.trade("A-2")), blocks.trade("A-2"));
    assert_eq!(block_on(awaited.history("A-1")), blocks.history("A-1"));
    assert_eq!(block_on(awaited.timeline("A-1", Lang::Zh)), blocks.timeline("A-1", Lang::Zh));
    assert_eq!(block_on(awaited.options("A-1", &buyer)), blocks.options("A-1", &buyer));
    assert_eq!(block_on(awaited.deadlines("A-1", &buyer)), blocks.deadlines("A-1", &buyer));
    assert_eq!(block_on(awaited.next_due()), blocks.next_due());
    let fails = |_: &Claimed| Err("closed");
    let failed = block_on(awaited.deliver_at_most(1, |_| ready(Err::<(), _>("closed")))).unwrap();
    assert_eq!(failed, blocks.deliver_at_most(1, fails).unwrap());
    assert_eq!(failed.failed[0].error, "closed");
    clock.advance(Length::Days(30));
    let (ran, delivered) = (block_on(awaited.run_due(10)), block_on(awaited.deliver(done)));
    assert!(!ran.as_ref().unwrap().fired.is_empty());
    assert_eq!(ran, blocks.run_due(10));
    assert_eq!(delivered, blocks.deliver(|_: &Claimed| Ok::<_, String>(())));
    assert_eq!(block_on(awaited.set_aside(None, 9)), blocks.set_aside(None, 9));
    let no_task = TaskId { trade: blocks.trade("A-1").unwrap().key, event: 1, nth: 9 };
    assert_eq!(block_on(awaited.take_up(no_task)), blocks.take_up(no_task));
}

/// Everything that is stored fits together.
fn whole(memory: &Memory) {
    let store = memory.tenant(Id::from("acme-mall")).unwrap();
    for order in store.orders(None, 100).unwrap().rows {
        assert_eq!(store.verify(order).unwrap().damaged, []);
    }
}

/// Two orders that are paid, and one that is not.
fn stage() -> (AsyncDesk<Distant>, Memory, ManualClock) {
    let (desk, memory, clock) = open();
    for order in ["A-1", "A-2", "A-3"] {
        block_on(desk.submit(order, place())).unwrap();
    }
    for order in ["A-1", "A-2"] {
        block_on(desk.submit(order, pay(order))).unwrap();
    }
    (desk, memory, clock)
}

/// Does something, dropped at every point where it waits; then does it again to the end. How often it was dropped.
fn dropped_everywhere(
    act: impl Fn(&AsyncDesk<Distant>, &ManualClock, usize) -> bool,
    check: impl Fn(&AsyncDesk<Distant>),
) -> usize {
    for times in 1.. {
        let (desk, memory, clock) = stage();
        let done = act(&desk, &clock, times);
        whole(&memory);
        // Claims end, and what waits has waited.
        clock.advance(Length::Minutes(6));
        assert!(act(&desk, &clock, usize::MAX), "done again to the end");
        whole(&memory);
        check(&desk);
        if done {
            return times - 1;
        }
    }
    0
}

#[test]
fn a_request_that_is_dropped_is_carried_out_once_when_it_is_asked_again() {
    let act = |desk: &AsyncDesk<Distant>, _: &ManualClock, times: usize| {
        await_at_most(times, desk.submit("A-1", note("once").key("n-1"))).map(Result::unwrap).is_some()
    };
    let points = dropped_everywhere(act, |desk| assert_eq!(block_on(desk.trade("A-1")).unwrap().version, 3));
    assert_eq!(points, 4, "load and commit, there and back");
}

#[test]
fn deadlines_fire_once_however_often_the_run_is_dropped() {
    let act = |desk: &AsyncDesk<Distant>, clock: &ManualClock, times: usize| {
        clock.set(minute(60 * 24 * 30));
        await_at_most(times, desk.run_due(10)).map(|ran| assert_eq!(ran.unwrap().failed, [])).is_some()
    };
    let rows = |desk: &AsyncDesk<Distant>| {
        let rows = |order| block_on(desk.history(order)).unwrap().iter().map(|event| event.row).collect::<Vec<_>>();
        ["A-1", "A-2", "A-3"].map(rows)
    };
    let (desk, _, clock) = stage();
    assert!(act(&desk, &clock, usize::MAX));
    let expected = rows(&desk);
    assert!(expected[2].len() > 1, "the order that nobody paid was closed");
    let points = dropped_everywhere(act, |desk| {
        assert_eq!(rows(desk), expected);
        assert_eq!(block_on(desk.run_due(10)).unwrap(), Default::default());
    });
    assert!(points > 10, "{points}");
}

#[test]
fn tasks_are_done_in_the_end_wherever_the_delivery_is_dropped() {
    let act = |desk: &AsyncDesk<Distant>, _: &ManualClock, times: usize| {
        await_at_most(times, desk.deliver(done)).map(|delivered| assert_eq!(delivered.unwrap().failed, [])).is_some()
    };
    let check = |desk: &AsyncDesk<Distant>| assert_eq!(block_on(desk.deliver(done)), Ok(Delivered::default()));
    assert_eq!(dropped_everywhere(act, check), 19, "two claims, five tasks carried out and settled");
    let answer = |claimed: Claimed| async move { desk_less(&claimed).await };
    let act = |desk: &AsyncDesk<Distant>, _: &ManualClock, times: usize| {
        await_at_most(times, desk.deliver(answer)).map(|delivered| assert_eq!(delivered.unwrap().failed, [])).is_some()
    };
    let check = |desk: &AsyncDesk<Distant>| {
        assert_eq!(block_on(desk.deliver(answer)), Ok(Delivered::default()));
        // Two tasks each, and each was answered once.
        assert_eq!(block_on(desk.trade("A-1")).unwrap().version, 4);
    };
    assert_eq!(dropped_everywhere(act, check), 29, "two claims, five tasks carried out, loaded and committed");
}
