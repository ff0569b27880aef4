//! The loops of both desks before a store and a channel that fail: what the jobs promise under simulation, the loops keep.
//! Nothing is lost, nothing is paid or stored twice, and nobody runs in circles.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "desk_loops/shaky.rs"]
mod shaky;

use std::collections::BTreeMap;
use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use redress::channel::{Channel, ChannelContract, SimulatedChannel, Temper};
use redress::desk::{AsyncDesk, Delivery, DeskBuilder};
use redress::job::{Clerk, Fed, Job, Need};
use redress::port::{Blocking, Claimed, Clock, Storage, Store};
use redress::refund::State;
use redress::store::{Memory, MemoryStore};
use redress::trade::{Event, Request};
use redress::{
    Actor, Counter, Currency, Desk, DeskError, Id, Kind, Length, ManualClock, NewLine, NewOrder, Policy, Reason, Set,
    Tender, Time, order,
};
use shaky::{Shaky, ShakyStore};

const MALL: &str = "acme-mall";
const GATEWAY: &str = "pay";
const ORDERS: u32 = 4;
/// How many calls of the store a whole story takes at most, however it is disturbed.
const MOST_CALLS: u32 = 2_500;
/// How often everything that is due and ready is done, seven minutes apart: nearly three days.
const ROUNDS: u32 = 600;

fn contract() -> ChannelContract {
    ChannelContract { tenders: Set::of(&[Tender::Card]), ..ChannelContract::half_hour(GATEWAY) }
}

fn story(order: &str) -> [Request; 3] {
    let lines = vec![NewLine::new("card", 10, 1_000)];
    let placed = NewOrder::new("alice", "acme", Currency::CNY, lines).paid_through(GATEWAY);
    let paid = Request::by(Actor::gateway(GATEWAY)).order(order::Action::Pay).amount(10_000);
    let wants = Request::by(Actor::buyer("alice")).apply(Kind::RefundOnly).reason(Reason::NoReason);
    [
        Request::by(Actor::buyer("alice")).place(placed).key("place"),
        paid.tender(Tender::Card).reference(order).key("pay"),
        wants.units("card", 6).key("want"),
    ]
}

/// Set up alike, whoever drives.
fn set<D>(desk: DeskBuilder<D>) -> DeskBuilder<D> {
    let mut policy = Policy::cn_marketplace();
    contract().allow(&mut policy);
    policy.counters[Counter::Asks] = 1_000;
    policy.counters[Counter::Attempts] = 1_000;
    let delivery = Delivery { tries: 10_000, ..Delivery::default() };
    desk.tenant(MALL).policy(policy).contract(contract()).delivery(delivery)
}

/// Who drives the jobs, as the story uses it.
trait Loops {
    fn submit(&self, order: &str, request: &Request) -> Result<(), DeskError>;
    fn run_due(&self);
    fn deliver(&self, channel: &SimulatedChannel, sent: &mut Sent);
}

impl<S: Store> Loops for Desk<S> {
    fn submit(&self, order: &str, request: &Request) -> Result<(), DeskError> {
        self.submit(order, request).map(drop)
    }

    fn run_due(&self) {
        drop(self.run_due(100));
    }

    fn deliver(&self, channel: &SimulatedChannel, sent: &mut Sent) {
        drop(self.deliver_through(channel, |claimed| sent.carry_out(claimed)));
    }
}

impl<S: Store + Sync> Loops for AsyncDesk<Blocking<S>> {
    fn submit(&self, order: &str, request: &Request) -> Result<(), DeskError> {
        at_once(self.submit(order, request)).map(drop)
    }

    fn run_due(&self) {
        drop(at_once(self.run_due(100)));
    }

    fn deliver(&self, channel: &SimulatedChannel, sent: &mut Sent) {
        drop(at_once(self.deliver_through(&Blocking(channel.clone()), |claimed| ready(sent.carry_out(&claimed)))));
    }
}

/// The jobs without a loop of ours: as whoever has an engine of his own drives them.
struct Plain<S> {
    store: S,
    clerk: Clerk,
    clock: ManualClock,
}

impl<S: Store> Plain<S> {
    fn drive<J: Job>(&self, mut job: J, channel: Option<&SimulatedChannel>, sent: &mut Sent) -> J::Done {
        while let Some(need) = job.poll(self.clock.now()) {
            let fed = match need {
                Need::Load(order) => Fed::Loaded(self.store.load(order)),
                Need::Commit(commit) => Fed::Committed(self.store.commit(commit)),
                Need::Receipt(key) => Fed::Receipt(self.store.receipt(key)),
                Need::Due { now, after, limit } => Fed::Due(self.store.due(now, after, limit)),
                Need::Claim(claim) => Fed::Claimed(self.store.claim(claim)),
                Need::Settle(settle) => Fed::Settled(self.store.settle(settle)),
                Need::Send(claimed) => Fed::Sent(sent.carry_out(claimed).into()),
                Need::Pay(pay_out) => Fed::Paid(channel.unwrap().send(pay_out)),
                Need::Ask(question) => Fed::Asked(channel.unwrap().ask(question)),
                Need::History { .. } | Need::Wait(_) => panic!("no such need in this story"),
            };
            job.feed(fed);
        }
        job.end()
    }
}

impl<S: Store> Loops for Plain<S> {
    fn submit(&self, order: &str, request: &Request) -> Result<(), DeskError> {
        self.drive(self.clerk.submit(order, request), None, &mut Sent::default()).map(drop)
    }

    fn run_due(&self) {
        drop(self.drive(self.clerk.run_due(100), None, &mut Sent::default()));
    }

    fn deliver(&self, channel: &SimulatedChannel, sent: &mut Sent) {
        drop(self.drive(self.clerk.deliver(u32::MAX), Some(channel), sent));
    }
}

/// How often each task that is no refund was carried out, by its key.
#[derive(Debug, Default, PartialEq)]
struct Sent(BTreeMap<String, u32>);

impl Sent {
    /// The first time it never works.
    fn carry_out(&mut self, claimed: &Claimed) -> Result<(), String> {
        let times = self.0.entry(claimed.task.key.clone()).or_default();
        *times += 1;
        if *times == 1 { Err("closed for lunch".into()) } else { Ok(()) }
    }
}

fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("a blocking store never waits"),
    }
}

/// Who drives the jobs.
#[derive(Clone, Copy, Debug)]
enum By {
    Desk,
    AsyncDesk,
    Itself,
}

/// One story with this seed of what goes wrong.
struct Told {
    seed: u64,
    memory: Memory,
    clock: ManualClock,
    channel: SimulatedChannel,
    storage: Shaky,
    sent: Sent,
}

impl Told {
    fn by(by: By, seed: u64, temper: Temper) -> Self {
        let (memory, clock) = (Memory::new(), ManualClock::at(Time::from_millis(1_772_330_400_000)));
        let channel = SimulatedChannel::new(contract(), temper, seed, clock.clone());
        let storage = Shaky::new(memory.clone(), seed);
        let mut told = Self { seed, memory, clock, channel, storage, sent: Sent::default() };
        let (storage, clock) = (told.storage.clone(), told.clock.clone());
        match by {
            By::Desk => told.tell(&set(Desk::<ShakyStore>::builder(storage)).clock(clock).open().unwrap()),
            By::AsyncDesk => {
                let desk = AsyncDesk::<Blocking<ShakyStore>>::builder(Blocking(storage));
                told.tell(&set(desk).clock(clock).open_async().unwrap());
            }
            By::Itself => {
                let clerk = set(Clerk::builder()).clerk().unwrap();
                told.tell(&Plain { store: storage.tenant(Id::from(MALL)).unwrap(), clerk, clock });
            }
        }
        told
    }

    /// Asks again under the same key until it is known.
    fn asks(&self, desk: &impl Loops, order: &str, request: &Request) {
        for _ in 0..200 {
            match desk.submit(order, request) {
                Ok(()) => return,
                Err(DeskError::Store(_) | DeskError::Busy { .. }) => {}
                Err(denied) => panic!("seed {}, {order}: {denied}", self.seed),
            }
        }
        panic!("seed {}, {order}: the store never does its part", self.seed);
    }

    fn tell(&mut self, desk: &impl Loops) {
        for order in (0..ORDERS).map(|no| format!("A-{no}")) {
            story(&order).iter().for_each(|request| self.asks(desk, &order, request));
        }
        for _ in 0..ROUNDS {
            desk.run_due();
            desk.deliver(&self.channel, &mut self.sent);
            for call_back in self.channel.call_backs() {
                let (order, request) = call_back.request(&contract(), Id::from(MALL)).unwrap();
                self.asks(desk, order.as_str(), &request);
            }
            self.clock.advance(Length::Minutes(7));
        }
    }

    /// The histories, after a check that nothing was lost, stored twice or paid twice, and nobody ran in circles.
    fn histories(&self) -> BTreeMap<Id, Vec<Event>> {
        let (store, seed) = (self.memory.tenant(Id::from(MALL)).unwrap(), self.seed);
        let (calls, faults) = self.storage.calls();
        assert!(faults > 30 && calls < MOST_CALLS, "seed {seed}: {calls} calls, {faults} disturbed");
        let orders = store.orders(None, 100).unwrap().rows;
        assert_eq!(orders.len(), ORDERS as usize, "seed {seed}");
        assert_eq!(store.shelved(None, 10).unwrap().rows, [], "seed {seed}");
        orders.into_iter().map(|order| (order, self.history(&store, order))).collect()
    }

    fn history(&self, store: &MemoryStore, order: Id) -> Vec<Event> {
        let told = format!("seed {}, {order}", self.seed);
        let trade = store.load(order).unwrap().unwrap();
        assert_eq!(store.verify(order).unwrap().damaged, [], "{told}");
        let [refund] = trade.refunds.as_slice() else { panic!("{told}: asked for once, {:?}", trade.refunds) };
        assert_eq!(refund.state, State::Paid, "{told}");
        let (prefix, paid) = (format!("{MALL}/{order}/refund-1/"), self.channel.paid());
        let really: Vec<_> = paid.iter().filter(|(key, _)| key.starts_with(&prefix)).flat_map(|(_, it)| it).collect();
        assert_eq!(really, [&refund.amount], "{told}");
        let history = store.history(order, 1, u32::MAX).unwrap();
        let tasks = history.iter().flat_map(|event| &event.tasks);
        for task in tasks.filter(|task| !task.key.contains("/refund-")) {
            assert!(self.sent.0.get(&task.key).is_some_and(|times| *times >= 2), "{told}: {} is not done", task.key);
        }
        history
    }
}

/// Whoever drives the jobs, the same calls are made, and the same comes of them.
#[test]
fn the_loops_do_what_the_jobs_do() {
    let mut calls = 0;
    for seed in 0..12 {
        let temper = Temper { closed: 0, abnormal: 0, ..Temper::stormy() };
        let plain = Told::by(By::Itself, seed, temper);
        let histories = plain.histories();
        for by in [By::Desk, By::AsyncDesk] {
            let told = Told::by(by, seed, temper);
            assert_eq!(told.storage.calls(), plain.storage.calls(), "seed {seed}, {by:?}");
            assert_eq!((told.histories(), &told.sent), (histories.clone(), &plain.sent), "seed {seed}, {by:?}");
            assert_eq!(told.channel.arrived(), plain.channel.arrived(), "seed {seed}, {by:?}");
        }
        calls += plain.storage.calls().0;
    }
    println!("12 stories of {ORDERS} orders by three drivers each: {calls} calls by each, the same by all");
}
