//! Stores that break one obligation each.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;

use redress::port::{
    Answer, AsyncStorage, AsyncStore, Claim, Claimed, Commit, Committed, Corrupt, Damage, Due, Ending, Page, Receipt,
    Record, RequestKey, Settle, Shelved, Storage, Store, StoreError, TaskId, Verified,
};
use redress::store::{Memory, MemoryStore};
use redress::testing::store::{Spoil, Stand};
use redress::trade::{Event, Trade, TradeKey};
use redress::{Id, Time};

/// What a store does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    LoadsNothing,
    ForgetsText,
    TakesWhatIsUnfit,
    LosesUpdates,
    PlacesAgain,
    SaysAWrongVersion,
    ForgetsKeys,
    ReplaysAnything,
    ChecksTheVersionFirst,
    ChecksTheFenceFirst,
    ChecksTheFenceBeforeTheKey,
    MixesChannels,
    MixesOrdersOfKeys,
    ChecksThenWrites,
    LocksEverything,
    SplitsCommits,
    DueAtItsTime,
    DueBackwards,
    DueAgain,
    HistoryFromZero,
    HistoryWithoutTheLast,
    OrdersByLength,
    PagesFromTheStart,
    SeesDamage,
    ChokesOnNumbers,
    ClaimsEarly,
    ClaimsTooMany,
    ClaimsTwice,
    ClaimsTheLatestFirst,
    SettlesAnyFence,
    SettlesUnknownFences,
    TriesAtOnce,
    CountsWhatIsReturned,
    DoneIsNotForEver,
    ForgetsTheTask,
    EndsAfterwards,
    EndsOnce,
    HandsOutTheShelf,
    CountsOnAfterTheShelf,
    UnshelvesAnything,
    MixesTenants,
    AnyTenant,
    HandlesApart,
    DropsHalf,
    CallsItUnavailable,
    BlindToDamage,
}

/// A stand with a store that has this fault.
pub(crate) struct Faulty {
    pub(crate) fault: Fault,
    pub(crate) memory: Memory,
    pub(crate) beside: Beside,
}

impl Faulty {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { fault, memory: Memory::new(), beside: Beside::default() }
    }
}

impl Stand for Faulty {
    type Storage = Broken<Memory>;

    fn open(&self) -> Broken<Memory> {
        let memory = if self.fault == Fault::HandlesApart { Memory::new() } else { self.memory.clone() };
        Broken { fault: self.fault, inner: memory, mall: None, beside: self.beside.clone() }
    }

    fn spoil(&self, _: &Record, _: &Spoil) -> bool {
        // The damage is done, but this store never looks.
        self.fault == Fault::BlindToDamage
    }

    fn disturb(&self) -> bool {
        matches!(self.fault, Fault::CallsItUnavailable | Fault::None)
    }
}

/// What a broken store keeps where it should not.
type Beside = Arc<Mutex<Answers>>;
type Answers = BTreeMap<(Option<Id>, Id), (Fingerprinted, Receipt)>;
type Fingerprinted = redress::port::Fingerprint;

#[derive(Clone)]
pub(crate) struct Broken<S> {
    fault: Fault,
    inner: S,
    /// Another tenant's part.
    mall: Option<S>,
    beside: Beside,
}

impl AsyncStorage for Broken<Memory> {
    type Store = Broken<MemoryStore>;

    fn tenant(&self, tenant: Id) -> Result<Self::Store, StoreError> {
        let tenant = match self.fault {
            Fault::AnyTenant if !tenant.is_well_formed() => Id::from("nobody"),
            _ => tenant,
        };
        let mall = Some(self.inner.tenant(Id::from("acme-mall"))?);
        Ok(Broken { fault: self.fault, inner: self.inner.tenant(tenant)?, mall, beside: self.beside.clone() })
    }
}

impl Broken<MemoryStore> {
    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn beside(&self) -> MutexGuard<'_, Answers> {
        self.beside.lock().unwrap()
    }

    fn order_of(&self, key: &RequestKey) -> Option<Id> {
        (!self.is(Fault::MixesOrdersOfKeys)).then_some(key.order)
    }

    /// What may be done with the answer before the commit, to do it wrong.
    fn before(&self, commit: &mut Commit) -> Option<Result<Committed, StoreError>> {
        let found = self.inner.load(commit.trade.key.order).unwrap().map_or(0, |trade| trade.version);
        let stale = StoreError::Stale { trade: commit.trade.key, expected: commit.expected, found };
        if self.is(Fault::ForgetsKeys) {
            commit.answered = None;
        }
        if self.is(Fault::ForgetsTheTask) {
            commit.ends = None;
        }
        if let Some(asked) = &mut commit.answered
            && self.is(Fault::MixesChannels)
        {
            asked.key.channel = None;
        }
        if let Some(asked) = &commit.answered {
            let first = self.inner.receipt(&asked.key).unwrap();
            if self.is(Fault::ReplaysAnything)
                && let Some(first) = first
            {
                return Some(Ok(Committed::Replayed(first.receipt.into())));
            }
            if self.is(Fault::MixesOrdersOfKeys)
                && let Some((fingerprint, receipt)) = self.beside().get(&(None, asked.key.key))
            {
                return Some(match *fingerprint == asked.answer.fingerprint {
                    true => Ok(Committed::Replayed(receipt.clone().into())),
                    false => Err(StoreError::KeyReused(asked.key.into())),
                });
            }
        }
        if self.is(Fault::ChecksTheVersionFirst) && found != commit.expected {
            return Some(Err(stale));
        }
        self.fence_first(commit)
    }

    fn fence_first(&self, commit: &Commit) -> Option<Result<Committed, StoreError>> {
        let known = |asked: &redress::port::Answered| self.inner.receipt(&asked.key).unwrap().is_some();
        let replays = commit.answered.as_ref().is_some_and(known);
        let looks = self.is(Fault::ChecksTheFenceBeforeTheKey) || (self.is(Fault::ChecksTheFenceFirst) && !replays);
        let (task, fence) = commit.ends.filter(|_| looks)?;
        // Settling with a fence that cannot be changes nothing, and tells which one stands.
        let settle = Settle { task, fence: fence + 1_000, now: Time::EARLIEST, ending: Ending::Done };
        match self.inner.settle(&settle) {
            Err(StoreError::Fenced { found, .. }) if found != fence => {
                Some(Err(StoreError::Fenced { task: task.into(), fence, found }))
            }
            _ => None,
        }
    }

    /// What is made of the answer of a commit, to do it wrong.
    fn after(&self, commit: &Commit, done: Result<Committed, StoreError>) -> Result<Committed, StoreError> {
        match (self.fault, done) {
            (Fault::TakesWhatIsUnfit, Err(StoreError::Unfit { .. })) => Ok(Committed::Stored),
            (Fault::LosesUpdates, Err(StoreError::Stale { .. })) => Ok(Committed::Stored),
            (Fault::PlacesAgain, Err(StoreError::Stale { expected: 0, .. })) => Ok(Committed::Stored),
            (Fault::SaysAWrongVersion, Err(StoreError::Stale { trade, expected, found: 0 })) => {
                Err(StoreError::Stale { trade, expected, found: expected })
            }
            (Fault::CallsItUnavailable, Ok(_)) if commit.trade.version.is_multiple_of(3) => {
                Err(StoreError::Unavailable { call: redress::port::Call::Commit, trade: None, reason: "?".into() })
            }
            (_, done) => done,
        }
    }
}

/// Lets others go first.
fn yield_once() -> impl Future<Output = ()> + Send {
    let mut waited = false;
    poll_fn(move |context| {
        context.waker().wake_by_ref();
        if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
    })
}

impl AsyncStore for Broken<MemoryStore> {
    fn tenant(&self) -> Id {
        self.inner.tenant()
    }

    async fn load(&self, order: Id) -> Result<Option<Trade>, StoreError> {
        let mut trade = self.inner.load(order)?;
        match (self.fault, &mut trade) {
            (Fault::LoadsNothing, _) => trade = None,
            // A writer's second half that a reader may miss.
            (Fault::SplitsCommits, Some(trade)) if !trade.version.is_multiple_of(2) => trade.events += 1,
            _ => {}
        }
        Ok(trade)
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let mut changed = commit.clone();
        if let Some(done) = self.before(&mut changed) {
            return done;
        }
        if self.is(Fault::ForgetsText) {
            changed.events.iter_mut().for_each(|event| event.said.text = String::new());
        }
        if self.is(Fault::ChecksThenWrites) {
            let found = self.inner.load(changed.trade.key.order)?.map_or(0, |trade| trade.version);
            yield_once().await;
            std::thread::sleep(std::time::Duration::from_millis(1));
            return match (found == changed.expected, self.inner.commit(&changed)) {
                (true, Err(StoreError::Stale { .. })) => Ok(Committed::Stored),
                (_, done) => done,
            };
        }
        if self.is(Fault::LocksEverything) {
            // One at a time, whatever the order, and nobody waits.
            let Ok(_alone) = self.beside.try_lock() else {
                let call = redress::port::Call::Commit;
                return Err(StoreError::Unavailable { call, trade: None, reason: "busy".into() });
            };
            std::thread::sleep(std::time::Duration::from_millis(1));
            return self.inner.commit(&changed);
        }
        if self.is(Fault::DropsHalf)
            && let Some(asked) = changed.answered.take()
        {
            let done = self.inner.commit(&changed);
            yield_once().await;
            let kept = (asked.answer.fingerprint, asked.answer.receipt);
            self.beside().insert((Some(asked.key.order), asked.key.key), kept);
            return done;
        }
        if self.is(Fault::EndsAfterwards)
            && let Some((task, fence)) = changed.ends.take()
        {
            let done = self.inner.commit(&changed);
            let _ = self.inner.settle(&Settle { task, fence, now: changed.trade.at, ending: Ending::Done });
            return done;
        }
        if self.is(Fault::EndsOnce)
            && let Some((task, fence)) = changed.ends
        {
            // Whoever has already ended it is refused.
            let aside = Settle {
                task,
                fence,
                now: changed.trade.at,
                ending: Ending::Again { at: Time::EARLIEST, error: String::new() },
            };
            self.inner.settle(&aside)?;
        }
        let done = self.inner.commit(&changed);
        if let (Ok(Committed::Stored), Some(asked)) = (&done, &commit.answered) {
            let kept = (asked.answer.fingerprint, asked.answer.receipt.clone());
            let place = (self.order_of(&asked.key), asked.key.key);
            self.beside().insert(place, kept);
        }
        self.after(commit, done)
    }

    async fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError> {
        if self.is(Fault::DropsHalf) {
            let found = self.beside().get(&(Some(key.order), key.key)).cloned();
            return Ok(found.map(|(fingerprint, receipt)| Answer { fingerprint, receipt }));
        }
        self.inner.receipt(key)
    }

    async fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError> {
        match self.fault {
            Fault::DueAtItsTime => self.inner.due(now.after(1), after, limit),
            Fault::PagesFromTheStart => self.inner.due(now, None, limit),
            Fault::DueBackwards => {
                let mut page = self.inner.due(now, after, limit)?;
                page.rows.reverse();
                Ok(page)
            }
            // One index over all tenants.
            Fault::MixesTenants if after.is_none() => self.mall.as_ref().unwrap_or(&self.inner).due(now, after, limit),
            Fault::DueAgain => {
                let mut page = self.inner.due(now, after, limit)?;
                let twice = page.rows.clone();
                page.rows.extend(twice.first());
                Ok(page)
            }
            _ => self.inner.due(now, after, limit),
        }
    }

    async fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError> {
        match self.fault {
            Fault::ClaimsEarly => self.inner.claim(&Claim { now: claim.now.after(1), ..*claim }),
            Fault::ClaimsTooMany => self.inner.claim(&Claim { limit: claim.limit.saturating_mul(2), ..*claim }),
            Fault::ClaimsTheLatestFirst => {
                let mut page = self.inner.claim(claim)?;
                page.rows.reverse();
                Ok(page)
            }
            Fault::ClaimsTwice => {
                let mut page = self.inner.claim(&Claim { until: claim.now, ..*claim })?;
                page.rows.iter_mut().for_each(|claimed| claimed.until = claim.until);
                Ok(page)
            }
            Fault::HandsOutTheShelf => {
                for shelved in self.inner.shelved(None, claim.limit)?.rows {
                    self.inner.unshelve(shelved.id, claim.now)?;
                }
                self.inner.claim(claim)
            }
            _ => self.inner.claim(claim),
        }
    }

    async fn settle(&self, settle: &Settle) -> Result<(), StoreError> {
        let mut settle = settle.clone();
        if let (Fault::TriesAtOnce, Ending::Again { at, .. }) = (self.fault, &mut settle.ending) {
            *at = settle.now;
        }
        if let (Fault::CountsWhatIsReturned, Ending::Returned { at, .. }) = (self.fault, &settle.ending) {
            settle.ending = Ending::Again { at: *at, error: String::new() };
        }
        if let (Fault::DoneIsNotForEver, Ending::Done) = (self.fault, &settle.ending) {
            settle.ending = Ending::Again { at: settle.now.after(1), error: String::new() };
        }
        match (self.fault, self.inner.settle(&settle)) {
            (Fault::SettlesAnyFence, Err(StoreError::Fenced { .. })) => Ok(()),
            (Fault::SettlesUnknownFences, Err(StoreError::Fenced { fence, found, .. })) if fence > found => Ok(()),
            (_, done) => done,
        }
    }

    async fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError> {
        self.inner.shelved(after.filter(|_| !self.is(Fault::PagesFromTheStart)), limit)
    }

    async fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError> {
        let done = self.inner.unshelve(task, now);
        if self.is(Fault::CountsOnAfterTheShelf) && done.is_ok() {
            // A claim that is over at once counts as a try.
            let _ = self.inner.claim(&Claim { now, until: now, limit: 1, worker: Id::from("nobody") })?;
        }
        if self.is(Fault::UnshelvesAnything) { Ok(()) } else { done }
    }

    async fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        assert!(!(self.is(Fault::ChokesOnNumbers) && from == u64::MAX), "a number that it cannot take");
        let from = if self.is(Fault::HistoryFromZero) { from.saturating_add(1) } else { from };
        let mut events = self.inner.history(order, from, limit)?;
        if self.is(Fault::HistoryWithoutTheLast) {
            events.pop();
        }
        Ok(events)
    }

    async fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError> {
        if self.is(Fault::OrdersByLength) {
            let mut page = self.inner.orders(None, u32::MAX)?;
            page.rows.sort_by_key(|order| (order.as_str().len(), *order));
            page.rows.retain(|order| {
                after.is_none_or(|after| (order.as_str().len(), *order) > (after.as_str().len(), after))
            });
            page.rows.truncate(limit as usize);
            return Ok(page);
        }
        self.inner.orders(after, limit)
    }

    async fn verify(&self, order: Id) -> Result<Verified, StoreError> {
        let mut verified = self.inner.verify(order)?;
        if self.is(Fault::SeesDamage) && verified.events > 3 {
            let record = Record::Trade(TradeKey { tenant: self.inner.tenant(), order });
            verified.damaged.push(Corrupt { record, damage: Damage::Chain });
        }
        Ok(verified)
    }
}
