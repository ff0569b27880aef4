//! Orders, refunds, and a channel that misbehaves: what tests of payouts begin with.

#![allow(dead_code, clippy::unwrap_used, clippy::panic, reason = "each test crate uses a part")]

use redress::channel::{Channel, ChannelContract, SimulatedChannel, Temper};
use redress::job::{Clerk, Delivered, Fed, Job, Need, Sent};
use redress::port::{Claimed, Clock, Storage, Store};
use redress::refund::Route;
use redress::store::{Memory, MemoryStore};
use redress::trade::{Payout, Request, Trade};
use redress::{
    Actor, Amount, Currency, Effect, Id, Kind, Length, ManualClock, NewLine, NewOrder, Policy, Reason, Tender, Time,
    order, refund,
};

pub(crate) const MALL: &str = "acme-mall";
pub(crate) const GATEWAY: &str = "pay";

pub(crate) fn minute(count: i64) -> Time {
    Time::from_millis(1_772_330_400_000 + count * 60_000)
}

/// A contract for cards, at this gateway, on what `base` promises.
pub(crate) fn contract(base: fn(Id) -> ChannelContract) -> ChannelContract {
    let mut contract = base(Id::from(GATEWAY));
    contract.tenders = redress::Set::of(&[Tender::Card]);
    contract
}

/// The policy that goes with it.
pub(crate) fn policy(contract: &ChannelContract) -> Policy {
    let mut policy = Policy::cn_marketplace();
    contract.allow(&mut policy);
    policy
}

/// `count` shirts for 60.00 each.
pub(crate) fn shirts(count: u32) -> Request {
    let lines = vec![NewLine::new("shirt", count, 6_000)];
    let order = NewOrder::new("alice", "acme", Currency::CNY, lines).paid_through(GATEWAY);
    Request::by(Actor::buyer("alice")).place(order)
}

pub(crate) fn pays(amount: u64) -> Request {
    let paid = Request::by(Actor::gateway(GATEWAY)).order(order::Action::Pay);
    paid.amount(amount).tender(Tender::Card).reference("p-1")
}

/// The buyer wants the money of a shirt that was not shipped; it is granted at once.
pub(crate) fn wants_back(count: u32) -> Request {
    let wants = Request::by(Actor::buyer("alice")).apply(Kind::RefundOnly).reason(Reason::NoReason);
    wants.units("shirt", count)
}

/// One process: a clerk before a store and a channel, in a time that is set by hand.
pub(crate) struct World<S> {
    pub(crate) store: S,
    pub(crate) clock: ManualClock,
    pub(crate) clerk: Clerk,
    pub(crate) channel: SimulatedChannel,
    pub(crate) contract: ChannelContract,
}

/// What befalls the process at a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Lives,
    DiesBefore,
    DiesAfter,
    /// It stands still for so long, while another process works.
    Sleeps(Length),
}

impl World<MemoryStore> {
    pub(crate) fn new(contract: ChannelContract, temper: Temper, seed: u64) -> Self {
        let policy = policy(&contract);
        Self::on(&Memory::new(), contract, policy, temper, seed)
    }
}

impl<S: Store> World<S> {
    pub(crate) fn on<D: Storage<Store = S>>(
        storage: &D,
        contract: ChannelContract,
        policy: Policy,
        temper: Temper,
        seed: u64,
    ) -> Self {
        let clock = ManualClock::at(minute(0));
        let channel = SimulatedChannel::new(contract.clone(), temper, seed, clock.clone());
        let clerk = Clerk::builder().tenant(MALL).policy(policy).contract(contract.clone()).clerk().unwrap();
        Self { store: storage.tenant(Id::from(MALL)).unwrap(), clock, clerk, channel, contract }
    }

    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }

    /// Drives a job; `None` if the process died over it.
    pub(crate) fn drive_with<J: Job>(&self, mut job: J, mut fate: impl FnMut(Need<'_>) -> Fate) -> Option<J::Done> {
        while let Some(need) = job.poll(self.now()) {
            let fate = fate(need);
            match fate {
                Fate::DiesBefore => return None,
                Fate::Sleeps(length) => self.meanwhile(length),
                Fate::Lives | Fate::DiesAfter => {}
            }
            let fed = match need {
                Need::Load(order) => Fed::Loaded(self.store.load(order)),
                Need::Commit(commit) => Fed::Committed(self.store.commit(commit)),
                Need::Receipt(key) => Fed::Receipt(self.store.receipt(key)),
                Need::History { order, from, limit } => Fed::History(self.store.history(order, from, limit)),
                Need::Due { now, after, limit } => Fed::Due(self.store.due(now, after, limit)),
                Need::Claim(claim) => Fed::Claimed(self.store.claim(claim)),
                Need::Settle(settle) => Fed::Settled(self.store.settle(settle)),
                Need::Pay(pay_out) => Fed::Paid(self.channel.send(pay_out)),
                Need::Ask(question) => Fed::Asked(self.channel.ask(question)),
                Need::Send(claimed) => Fed::Sent(other_task(claimed)),
                Need::Wait(_) => Fed::Waited,
            };
            if fate == Fate::DiesAfter {
                return None;
            }
            job.feed(fed);
        }
        Some(job.end())
    }

    /// So much time passes, and another process does what there is to do.
    fn meanwhile(&self, length: Length) {
        self.clock.advance(length);
        drop(self.drive(self.clerk.run_due(u32::MAX)));
        drop(self.drive(self.clerk.deliver(u32::MAX)));
    }

    pub(crate) fn drive<J: Job>(&self, job: J) -> J::Done {
        self.drive_with(job, |_| Fate::Lives).unwrap()
    }

    #[track_caller]
    pub(crate) fn does(&self, order: &str, request: &Request) {
        self.drive(self.clerk.submit(order, request)).unwrap();
    }

    /// Places and pays an order of so many shirts.
    #[track_caller]
    pub(crate) fn bought(&self, order: &str, count: u32) {
        self.does(order, &shirts(count));
        self.does(order, &pays(6_000 * u64::from(count)));
    }

    pub(crate) fn delivers(&self) -> Delivered {
        self.drive(self.clerk.deliver(u32::MAX)).unwrap()
    }

    /// The call-backs that have come are submitted.
    pub(crate) fn hears(&self) -> usize {
        let told = self.channel.call_backs();
        for call_back in &told {
            let (order, request) = call_back.request(&self.contract, Id::from(MALL)).unwrap();
            self.drive(self.clerk.submit(order, &request)).unwrap();
        }
        told.len()
    }

    pub(crate) fn passes(&self, length: Length) -> &Self {
        self.clock.advance(length);
        self
    }

    pub(crate) fn trade(&self, order: &str) -> Trade {
        self.store.load(Id::from(order)).unwrap().unwrap()
    }

    pub(crate) fn refund(&self, order: &str, no: u16) -> Payout {
        self.trade(order).refund(no).unwrap().clone()
    }

    pub(crate) fn state(&self, order: &str) -> refund::State {
        self.refund(order, 1).state
    }

    /// The auditor: what the channel has really paid is what the trade says.
    pub(crate) fn audit(&self, order: &str) -> Result<(), String> {
        let (trade, paid) = (self.trade(order), self.channel.paid());
        for refund in &trade.refunds {
            let of_refund = |(key, amounts): (&String, &Vec<Amount>)| {
                key.starts_with(&format!("{MALL}/{order}/refund-{}/", refund.no)).then(|| amounts.clone())
            };
            let really: Vec<Amount> = paid.iter().filter_map(of_refund).flatten().collect();
            let by_channel = refund.state == refund::State::Paid && refund.route == Some(Route::Channel);
            let unknown = matches!(refund.state, refund::State::Unresolved | refund::State::Submitted);
            let right = match really.as_slice() {
                [] => !by_channel,
                [amount] => *amount == refund.amount && (by_channel || unknown),
                _ => false,
            };
            if !right {
                let Payout { no, state, route, attempt, sent_key, .. } = refund.as_ref();
                return Err(format!(
                    "{order} refund {no} is {state} by {route:?} (attempt {attempt}, key {sent_key}), and the channel paid {really:?}"
                ));
            }
        }
        Ok(())
    }
}

/// All that is not about refunds is done elsewhere, and well.
fn other_task(claimed: &Claimed) -> Sent {
    assert!(!matches!(claimed.task.what, Effect::PayOut | Effect::QueryRefund), "{claimed:?}");
    Sent::Done
}
