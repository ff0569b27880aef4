//! Double refunds of other systems, replayed: on any storage, each must end with the money paid once.
//!
//! The bugs are public: two simultaneous refunds of 60 on a payment of 100 both paid (hyperswitch #13182); a time-out
//! whose call-back comes late (hyperswitch #3751); a negative amount that passes the check (hyperswitch #11491); a new
//! key on each retry (medusa #16681); two of the staff who click at once (saleor-dashboard #4474); one poisonous entry
//! that stops all others (hyperswitch's drainer).
//!
//! ```
//! use redress::Memory;
//! use redress::port::Blocking;
//! use redress::testing::double_refund;
//!
//! let storage = Blocking(Memory::new());
//! let replayed = double_refund::replay(&storage);
//! # let mut replayed = std::pin::pin!(replayed);
//! # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
//! # use std::future::Future;
//! # assert_eq!(replayed.as_mut().poll(&mut context), std::task::Poll::Ready(Ok(6)));
//! ```

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;

use crate::channel::{Channel, ChannelContract, Deed, SimulatedChannel, Temper};
use crate::job::{Clerk, DeskError, Fed, Job, Need, Sent, Submit};
use crate::port::{AsyncStorage, AsyncStore, Clock, Receipt, StoreError};
use crate::refund::{Action, State};
use crate::trade::{Denied, Request};
use crate::{
    Actor, Amount, Currency, Effect, Id, Kind, Length, ManualClock, NewLine, NewOrder, Policy, Reason, Set, Tender,
    Time, order,
};

/// When the stories begin.
const BEGINNING: Time = Time::from_millis(1_772_330_400_000);
const GATEWAY: &str = "pay";
/// What was paid: ten units for 10.00 each.
const PAID: u64 = 10_000;

/// Replays all of them, each for a tenant of its own; how many there are.
///
/// # Errors
///
/// Which one ended otherwise than it must, and how.
pub async fn replay<D: AsyncStorage>(storage: &D) -> Result<u32, String> {
    let named = |name: &'static str| move |why: String| format!("{name}: {why}");
    two_sixties(&Shop::open(storage, "two-sixties")?).await.map_err(named("two simultaneous refunds of 60 on 100"))?;
    late_call_back(&Shop::open(storage, "late-call-back")?)
        .await
        .map_err(named("a time-out, then a late call-back"))?;
    negative(&Shop::open(storage, "negative")?).await.map_err(named("a negative amount"))?;
    same_key(&Shop::open(storage, "same-key")?).await.map_err(named("a retry with the same key"))?;
    two_of_the_staff(&Shop::open(storage, "two-staff")?).await.map_err(named("two of the staff at once"))?;
    poison(&Shop::open(storage, "poison")?).await.map_err(named("a poisonous entry in the middle"))?;
    Ok(6)
}

/// A shop of one tenant before a channel.
struct Shop<S> {
    store: S,
    clerk: Clerk,
    clock: ManualClock,
    channel: SimulatedChannel,
    contract: ChannelContract,
}

impl<S: AsyncStore> Shop<S> {
    fn open<D: AsyncStorage<Store = S>>(storage: &D, tenant: &str) -> Result<Self, String> {
        let clock = ManualClock::at(BEGINNING);
        let contract = ChannelContract { tenders: Set::of(&[Tender::Card]), ..ChannelContract::half_hour(GATEWAY) };
        let channel = SimulatedChannel::new(contract.clone(), Temper::calm(), 1, clock.clone());
        let mut policy = Policy::cn_marketplace();
        contract.allow(&mut policy);
        let clerk = Clerk::builder().tenant(tenant).policy(policy).contract(contract.clone()).clerk();
        let store = storage.tenant(Id::from(tenant)).map_err(|error| error.to_string())?;
        Ok(Self { store, clerk: clerk.map_err(|error| error.to_string())?, clock, channel, contract })
    }

    async fn feed<J: Job>(&self, job: &mut J, poison: Option<Effect>) -> bool {
        let Some(need) = job.poll(self.clock.now()) else { return false };
        let fed = match need {
            Need::Load(order) => Fed::Loaded(self.store.load(order).await),
            Need::Commit(commit) => Fed::Committed(self.store.commit(commit).await),
            Need::Receipt(key) => Fed::Receipt(self.store.receipt(key).await),
            Need::History { order, from, limit } => Fed::History(self.store.history(order, from, limit).await),
            Need::Due { now, after, limit } => Fed::Due(self.store.due(now, after, limit).await),
            Need::Claim(claim) => Fed::Claimed(self.store.claim(claim).await),
            Need::Settle(settle) => Fed::Settled(self.store.settle(settle).await),
            Need::Pay(pay_out) => Fed::Paid(self.channel.send(pay_out)),
            Need::Ask(question) => Fed::Asked(self.channel.ask(question)),
            Need::Send(claimed) if Some(claimed.task.what) == poison => Fed::Sent(Sent::Failed("poison".into())),
            Need::Send(_) => Fed::Sent(Sent::Done),
            Need::Wait(_) => Fed::Waited,
        };
        job.feed(fed);
        true
    }

    async fn drive<J: Job>(&self, mut job: J) -> J::Done {
        while self.feed(&mut job, None).await {}
        job.end()
    }

    async fn asks(&self, order: &str, request: &Request) -> Result<Receipt, DeskError> {
        self.drive(self.clerk.submit(order, request)).await
    }

    async fn does(&self, order: &str, request: &Request) -> Result<Receipt, String> {
        self.asks(order, request).await.map_err(|error| error.to_string())
    }

    /// Hands out what is ready; how much of it was done.
    async fn delivers(&self, poison: Option<Effect>) -> Result<u32, String> {
        let mut job = self.clerk.deliver(u32::MAX);
        while self.feed(&mut job, poison).await {}
        job.end().map(|delivered| delivered.done).map_err(|error| error.to_string())
    }

    /// What time has come to do, and what the channel tells.
    async fn hears(&self) -> Result<(), String> {
        self.drive(self.clerk.run_due(u32::MAX)).await.map_err(|error| error.to_string())?;
        for call_back in self.channel.call_backs() {
            let request = call_back.request(&self.contract, self.clerk.tenant()).map_err(|error| error.to_string())?;
            self.does(request.0.as_str(), &request.1).await?;
        }
        Ok(())
    }

    /// An order of ten units, paid.
    async fn bought(&self, order: &str) -> Result<(), String> {
        let lines = vec![NewLine::new("card", 10, PAID / 10)];
        let placed = NewOrder::new("alice", "acme", Currency::CNY, lines).paid_through(GATEWAY);
        self.does(order, &Request::by(Actor::buyer("alice")).place(placed)).await?;
        let paid = Request::by(Actor::gateway(GATEWAY)).order(order::Action::Pay);
        self.does(order, &paid.amount(PAID).tender(Tender::Card).reference(order)).await?;
        Ok(())
    }

    /// The refund's state, after a check that the channel has paid what the trade says, and each refund at most once.
    async fn state(&self, order: &str) -> Result<State, String> {
        let trade = self.store.load(Id::from(order)).await.map_err(|error| error.to_string())?;
        let trade = trade.ok_or("the trade is missing")?;
        let paid = trade.refunds.iter().filter(|refund| refund.state == State::Paid);
        let said = Amount::sum(paid.map(|refund| refund.amount)).unwrap_or(Amount::MOST);
        let really = self.channel.paid_back(order);
        ensure(said == really, || format!("the trade says {said:?}, the channel paid {really:?}"))?;
        let twice = self.channel.paid().into_iter().find(|(_, amounts)| amounts.len() > 1);
        ensure(twice.is_none(), || format!("paid twice: {twice:?}"))?;
        Ok(trade.refund(1).map_or(State::Absent, |refund| refund.state))
    }

    /// Runs two requests to their commits before either is made.
    async fn at_once(&self, order: &str, one: &Request, other: &Request) -> [Result<Receipt, DeskError>; 2] {
        let (mut one, mut other) = (self.clerk.submit(order, one), self.clerk.submit(order, other));
        for job in [&mut one, &mut other] {
            while !self.is_to_commit(job) && self.feed(job, None).await {}
        }
        while self.feed(&mut one, None).await {}
        while self.feed(&mut other, None).await {}
        [one.end(), other.end()]
    }

    fn is_to_commit(&self, job: &mut Submit<'_>) -> bool {
        matches!(job.poll(self.clock.now()), Some(Need::Commit(_)))
    }
}

fn ensure(right: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if right { Ok(()) } else { Err(why()) }
}

/// The buyer wants so many units' money back before anything was shipped; it is granted at once.
fn wants_back(units: u32) -> Request {
    let wants = Request::by(Actor::buyer("alice")).apply(Kind::RefundOnly).reason(Reason::NoReason);
    wants.units("card", units)
}

async fn two_sixties<S: AsyncStore>(shop: &Shop<S>) -> Result<(), String> {
    shop.bought("A-1").await?;
    let [one, other] = shop.at_once("A-1", &wants_back(6).key("tap-1"), &wants_back(6).key("tap-2")).await;
    ensure(one.is_ok(), || format!("the first is granted: {one:?}"))?;
    let refused = matches!(other, Err(DeskError::Denied(Denied::Refused(_))));
    ensure(refused, || format!("the second is refused for good reasons: {other:?}"))?;
    shop.delivers(None).await?;
    let state = shop.state("A-1").await?;
    let paid = shop.channel.paid_back("A-1").minor();
    ensure((state, paid) == (State::Paid, 6_000), || format!("{state}, {paid} paid"))
}

async fn late_call_back<S: AsyncStore>(shop: &Shop<S>) -> Result<(), String> {
    shop.bought("A-1").await?;
    shop.does("A-1", &wants_back(6)).await?;
    let late = Temper { told_twice: 1_000, lateness: Length::Hours(20), ..Temper::calm() };
    shop.channel.set_temper(late);
    shop.channel.will("A-1", [Deed::Unheard]);
    shop.delivers(None).await?;
    ensure(shop.store_state("A-1").await? == State::Submitted, || "a time-out is no failure".into())?;
    // Long after the channel has forgotten the key, and the call-backs after that.
    for _ in 0..4 {
        shop.clock.advance(Length::Hours(7));
        shop.delivers(None).await?;
        shop.hears().await?;
    }
    let state = shop.state("A-1").await?;
    let arrived = shop.channel.arrived().len();
    ensure((state, arrived) == (State::Paid, 1), || format!("{state}, and sent {arrived} times"))
}

async fn negative<S: AsyncStore>(shop: &Shop<S>) -> Result<(), String> {
    shop.bought("A-1").await?;
    let asked = wants_back(6).amount(6_000);
    let mut written = serde_json::to_value(&asked).map_err(|error| error.to_string())?;
    let place = written.pointer_mut("/detail/amount/amount").ok_or("a request names its amount")?;
    *place = serde_json::json!(-6_000);
    let read = serde_json::from_value::<Request>(written);
    ensure(read.is_err(), || "an amount below nothing is read".into())?;
    let too_much = shop.asks("A-1", &wants_back(6).amount(u64::MAX)).await;
    ensure(matches!(too_much, Err(DeskError::Denied(_))), || format!("{too_much:?}"))?;
    shop.delivers(None).await?;
    let state = shop.state("A-1").await?;
    ensure(state == State::Absent, || format!("a refund is {state}"))
}

async fn same_key<S: AsyncStore>(shop: &Shop<S>) -> Result<(), String> {
    shop.bought("A-1").await?;
    for _ in 0..3 {
        shop.does("A-1", &wants_back(6).key("tap-1")).await?;
    }
    let reused = shop.asks("A-1", &wants_back(4).key("tap-1")).await;
    ensure(matches!(reused, Err(DeskError::Denied(Denied::KeyReused))), || format!("{reused:?}"))?;
    shop.channel.will("A-1", [Deed::Unheard, Deed::Lost]);
    for _ in 0..3 {
        shop.delivers(None).await?;
        shop.clock.advance(Length::Minutes(5));
    }
    let state = shop.state("A-1").await?;
    let arrived = shop.channel.arrived();
    let keys = arrived.iter().all(|landed| landed.key.ends_with("/A-1/refund-1/1"));
    ensure(state == State::Paid && arrived.len() == 2 && keys, || format!("{state}, {arrived:?}"))
}

async fn two_of_the_staff<S: AsyncStore>(shop: &Shop<S>) -> Result<(), String> {
    shop.bought("A-1").await?;
    shop.does("A-1", &wants_back(6)).await?;
    shop.channel.will("A-1", [Deed::Refuses]);
    shop.delivers(None).await?;
    ensure(shop.store_state("A-1").await? == State::Failed, || "the channel has refused".into())?;
    let retry = |id| Request::by(Actor::platform(shop.clerk.tenant(), id)).refund(1, Action::Retry);
    let [one, other] = shop.at_once("A-1", &retry("cs-1"), &retry("cs-2")).await;
    ensure(one.is_ok() && matches!(other, Err(DeskError::Denied(_))), || format!("{one:?}, {other:?}"))?;
    shop.delivers(None).await?;
    let (state, arrived) = (shop.state("A-1").await?, shop.channel.arrived().len());
    ensure((state, arrived) == (State::Paid, 2), || format!("{state}, and sent {arrived} times"))
}

async fn poison<S: AsyncStore>(shop: &Shop<S>) -> Result<(), String> {
    for order in ["A-1", "A-2", "A-3"] {
        shop.bought(order).await?;
        shop.does(order, &wants_back(6)).await?;
    }
    // One refund on which the channel never answers, and one kind of task that never succeeds.
    shop.channel.will("A-2", [Deed::Lost; 64]);
    shop.delivers(Some(Effect::NotifyMerchant)).await?;
    for order in ["A-1", "A-3"] {
        let state = shop.state(order).await?;
        ensure(state == State::Paid, || format!("{order} is {state}: it has nothing to do with A-2"))?;
    }
    for _ in 0..200 {
        shop.clock.advance(Length::Hours(5));
        shop.hears().await?;
        shop.delivers(Some(Effect::NotifyMerchant)).await?;
    }
    let aside = shop.store.shelved(None, u32::MAX).await.map_err(|error: StoreError| error.to_string())?;
    let stuck = aside.rows.iter().any(|shelved| shelved.task.what == Effect::NotifyMerchant);
    ensure(stuck, || "what never succeeds is set aside".into())?;
    let paid = shop.channel.times_paid("poison/A-2/refund-1/1");
    ensure(paid == 0, || "what never arrived is not paid".into())
}

impl<S: AsyncStore> Shop<S> {
    /// The refund's state, whatever the channel knows.
    async fn store_state(&self, order: &str) -> Result<State, String> {
        let trade = self.store.load(Id::from(order)).await.map_err(|error| error.to_string())?;
        Ok(trade.and_then(|trade| Some(trade.refund(1)?.state)).unwrap_or(State::Absent))
    }
}
