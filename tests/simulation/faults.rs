//! The faults themselves.

use std::collections::{BTreeMap, BTreeSet};

use redress::channel::{Ask, Asked, ChannelContract, Declined, KeyMemory, No, PayOut, RefundKey, Sent};
use redress::job::{Fed, Need};
use redress::port::{Claimed, Commit, Committed, Due, Ending, Settle, Store, StoreError};
use redress::store::MemoryStore;
use redress::testing::simulate::{Between, Caller, Outside};
use redress::trade::{self, Cause, Event, Request, Trade, replay};
use redress::{Effect, Id, Length, Role, Time};

/// The same decision, moved on to what stands now, without deciding it again.
fn moved(commit: &Commit, now: &Trade) -> Commit {
    let mut moved = commit.clone();
    let (version, from) = (now.version + 1, now.events);
    let old = commit.events.first().map_or(1, |event| event.seq);
    for event in &mut moved.events {
        (event.seq, event.version) = (event.seq - old + from + 1, version);
    }
    (moved.expected, moved.trade.version) = (now.version, version);
    moved.trade.events = from + moved.events.len() as u64;
    if let Some(asked) = &mut moved.answered {
        asked.answer.receipt.version = version;
        for taken in &mut asked.answer.receipt.taken {
            taken.event = taken.event - old + from + 1;
        }
    }
    moved
}

/// What stands now, with these events folded in.
fn folded(commit: &Commit, store: &MemoryStore) -> Option<Commit> {
    let now = store.load(commit.trade.key.order).ok()??;
    let mut moved = moved(commit, &now);
    let mut trade = now;
    replay(&mut trade, &moved.events).ok()?;
    moved.trade = trade;
    Some(moved)
}

/// Stores it, and tells whoever asked what was stored.
fn store_moved(outside: &mut dyn Outside, moved: &Commit) -> Fed {
    let fed = outside.reply(Need::Commit(moved));
    match (&fed, &moved.answered) {
        (Fed::Committed(Ok(Committed::Stored)), Some(asked)) => {
            Fed::Committed(Ok(Committed::Replayed(asked.answer.receipt.clone().into())))
        }
        _ => fed,
    }
}

fn is_stale(fed: &Fed) -> bool {
    matches!(fed, Fed::Committed(Err(StoreError::Stale { .. })))
}

fn is_by_time(commit: &Commit) -> bool {
    commit.answered.is_none() && matches!(commit.events.first(), Some(Event { cause: Cause::Silence(_), .. }))
}

/// How often each key was sent.
#[derive(Default)]
pub struct NewKey(BTreeMap<String, u16>);

impl Between for NewKey {
    fn call(&mut self, outside: &mut dyn Outside, _: Caller, need: Need<'_>) -> Fed {
        let Need::Pay(pay_out) = need else { return outside.reply(need) };
        let times = self.0.entry(pay_out.key.clone()).or_default();
        *times += 1;
        let Ok(key) = RefundKey::parse(pay_out.trade.tenant, &pay_out.key) else { return outside.reply(need) };
        let key = RefundKey { number: key.number + 100 * (*times - 1), ..key };
        outside.reply(Need::Pay(&PayOut { key: key.to_string(), ..pay_out.clone() }))
    }

    fn call_back(&mut self, request: Request) -> Request {
        request.with(|detail| detail.key_number = detail.key_number.map(|number| number % 100))
    }
}

pub struct SumOutside;

impl Between for SumOutside {
    fn call(&mut self, outside: &mut dyn Outside, _: Caller, need: Need<'_>) -> Fed {
        let fed = outside.reply(need);
        match need {
            Need::Commit(commit) if is_stale(&fed) && !is_by_time(commit) => match folded(commit, outside.store()) {
                Some(moved) => store_moved(outside, &moved),
                None => fed,
            },
            _ => fed,
        }
    }
}

pub struct TimeOutFails;

impl Between for TimeOutFails {
    fn heard(&mut self, _: Caller, _: Time, fed: Fed) -> Fed {
        match fed {
            Fed::Paid(Sent::Unknown(why)) => Fed::Paid(Sent::Declined(Declined::new(No::Refused, why))),
            fed => fed,
        }
    }
}

pub struct NoVersion;

impl Between for NoVersion {
    fn call(&mut self, outside: &mut dyn Outside, _: Caller, need: Need<'_>) -> Fed {
        let fed = outside.reply(need);
        match need {
            Need::Commit(commit) if is_stale(&fed) => {
                let Ok(Some(now)) = outside.store().load(commit.trade.key.order) else { return fed };
                let moved = moved(commit, &now);
                store_moved(outside, &moved)
            }
            _ => fed,
        }
    }
}

pub struct PayFirst;

impl Between for PayFirst {
    fn call(&mut self, outside: &mut dyn Outside, _: Caller, need: Need<'_>) -> Fed {
        if let Need::Commit(commit) = need {
            let tasks = commit.tasks().filter(|(_, task, _)| task.what == Effect::PayOut);
            for (_, task, _) in tasks {
                let redress::trade::Subject::Refund(no) = task.subject else { continue };
                let Some(refund) = commit.trade.refund(no) else { continue };
                let Some(payment) = commit.trade.money.payment(refund.payment) else { continue };
                let pay_out = PayOut {
                    channel: payment.gateway,
                    trade: commit.trade.key,
                    key: task.key.clone(),
                    payment: payment.reference,
                    amount: refund.amount.of(commit.trade.currency),
                    total: payment.balance.paid.of(commit.trade.currency),
                    account: task.account.clone(),
                    deadline: outside.now().after(60_000),
                };
                drop(outside.reply(Need::Pay(&pay_out)));
            }
        }
        outside.reply(need)
    }
}

pub struct DoneFirst;

impl Between for DoneFirst {
    fn call(&mut self, outside: &mut dyn Outside, _: Caller, need: Need<'_>) -> Fed {
        let fed = outside.reply(need);
        if let (Need::Claim(claim), Fed::Claimed(Ok(page))) = (need, &fed) {
            for Claimed { id, fence, .. } in &page.rows {
                let settle = Settle { task: *id, fence: *fence, now: claim.now, ending: Ending::Done };
                drop(outside.reply(Need::Settle(&settle)));
            }
        }
        fed
    }
}

/// Every deadline that was ever set, with the trade as it stood then.
#[derive(Default)]
pub struct TimerBlind {
    set: Vec<(Time, Trade)>,
    fires: BTreeMap<Caller, BTreeMap<Id, Trade>>,
}

impl Between for TimerBlind {
    fn call(&mut self, outside: &mut dyn Outside, caller: Caller, need: Need<'_>) -> Fed {
        match need {
            Need::Due { now, after: None, .. } => {
                let mut fed = outside.reply(need);
                let fires = self.fires.entry(caller).or_default();
                if let Fed::Due(Ok(page)) = &mut fed {
                    for (at, trade) in self.set.extract_if(.., |(at, _)| *at < now) {
                        let order = trade.key.order;
                        if !page.rows.iter().any(|due| due.order == order) {
                            page.rows.push(Due { at, order });
                        }
                        fires.insert(order, trade);
                    }
                }
                fed
            }
            Need::Load(order) => match self.fires.get_mut(&caller).and_then(|fires| fires.remove(&order)) {
                Some(trade) => Fed::Loaded(Ok(Some(trade))),
                None => outside.reply(need),
            },
            Need::Claim(_) => {
                self.fires.remove(&caller);
                outside.reply(need)
            }
            Need::Commit(commit) => {
                let mut fed = outside.reply(need);
                if is_stale(&fed)
                    && is_by_time(commit)
                    && let Some(moved) = folded(commit, outside.store())
                {
                    fed = outside.reply(Need::Commit(&moved));
                }
                if let (Fed::Committed(Ok(Committed::Stored)), Some(due)) = (&fed, commit.due()) {
                    self.set.push((due, commit.trade.clone()));
                }
                fed
            }
            _ => outside.reply(need),
        }
    }
}

pub struct BlindResend;

impl Between for BlindResend {
    fn contract(&self, contract: ChannelContract) -> ChannelContract {
        ChannelContract { key_memory: KeyMemory::ForEver, ..contract }
    }
}

pub struct NoDeadline;

impl Between for NoDeadline {
    fn call(&mut self, outside: &mut dyn Outside, _: Caller, need: Need<'_>) -> Fed {
        match need {
            Need::Pay(pay_out) => {
                let deadline = pay_out.deadline.max(outside.now());
                outside.reply(Need::Pay(&PayOut { deadline, ..pay_out.clone() }))
            }
            _ => outside.reply(need),
        }
    }
}

pub struct LateClock;

impl Between for LateClock {
    fn heard(&mut self, _: Caller, now: Time, mut fed: Fed) -> Fed {
        if let Fed::Claimed(Ok(page)) = &mut fed {
            for row in &mut page.rows {
                let lease = row.until.since(row.at);
                (row.at, row.until) = (now, now.after(lease));
            }
        }
        fed
    }
}

pub struct StaleCallBack;

impl Between for StaleCallBack {
    fn call_back(&mut self, request: Request) -> Request {
        request.with(|detail| detail.key_number = None)
    }
}

/// A call-back that was taken in before counts, when it comes again, for whatever key was sent last.
#[derive(Default)]
pub struct RepeatedCallBack {
    heard: BTreeSet<Id>,
    /// What the taker of call-backs is about to have stored.
    in_hand: Option<Id>,
}

impl Between for RepeatedCallBack {
    fn call(&mut self, outside: &mut dyn Outside, _: Caller, need: Need<'_>) -> Fed {
        let fed = outside.reply(need);
        if let (Need::Commit(commit), Fed::Committed(Ok(_))) = (need, &fed)
            && commit.ends.is_none()
            && commit.events.first().is_some_and(|event| event.actor.role == Role::Gateway)
        {
            self.heard.extend(self.in_hand.take());
        }
        fed
    }

    fn call_back(&mut self, request: Request) -> Request {
        self.in_hand = request.key;
        match request.key.is_some_and(|key| self.heard.contains(&key)) {
            true => request.with(|detail| detail.key_number = None),
            false => request,
        }
    }
}

pub struct NoKey;

impl Between for NoKey {
    fn call(&mut self, outside: &mut dyn Outside, _: Caller, need: Need<'_>) -> Fed {
        match need {
            Need::Commit(commit) if reports_refund(commit) => {
                outside.reply(Need::Commit(&Commit { answered: None, ..commit.clone() }))
            }
            _ => outside.reply(need),
        }
    }

    fn call_back(&mut self, mut request: Request) -> Request {
        request.key = None;
        request
    }
}

fn reports_refund(commit: &Commit) -> bool {
    let by_channel = commit.answered.as_ref().is_some_and(|it| it.key.channel.is_some());
    by_channel && commit.events.iter().all(|event| !matches!(event.asked, trade::Asked::Order(_)))
}

/// Two faults at once.
pub struct Both<A, B>(pub A, pub B);

/// What the first lets through, the second tampers with.
struct Chained<'c, B: ?Sized> {
    outside: &'c mut dyn Outside,
    second: &'c mut B,
    caller: Caller,
}

impl<B: Between + ?Sized> Outside for Chained<'_, B> {
    fn reply(&mut self, need: Need<'_>) -> Fed {
        self.second.call(self.outside, self.caller, need)
    }

    fn store(&self) -> &MemoryStore {
        self.outside.store()
    }

    fn now(&self) -> Time {
        self.outside.now()
    }
}

impl<A: Between, B: Between> Between for Both<A, B> {
    fn contract(&self, contract: ChannelContract) -> ChannelContract {
        self.1.contract(self.0.contract(contract))
    }

    fn call(&mut self, outside: &mut dyn Outside, caller: Caller, need: Need<'_>) -> Fed {
        self.0.call(&mut Chained { outside, second: &mut self.1, caller }, caller, need)
    }

    fn heard(&mut self, caller: Caller, now: Time, fed: Fed) -> Fed {
        let fed = self.0.heard(caller, now, fed);
        self.1.heard(caller, now, fed)
    }

    fn call_back(&mut self, request: Request) -> Request {
        let request = self.0.call_back(request);
        self.1.call_back(request)
    }
}

pub struct NotKnownAtOnce;

impl Between for NotKnownAtOnce {
    fn contract(&self, contract: ChannelContract) -> ChannelContract {
        let ask_lag = Length::Seconds(0);
        match contract.ask {
            Ask::ByOurKey => ChannelContract { ask_lag, max_in_flight: ask_lag, ..contract },
            _ => contract,
        }
    }

    fn heard(&mut self, _: Caller, _: Time, fed: Fed) -> Fed {
        match fed {
            // So the key is as good as closed, and another is taken.
            Fed::Asked(Asked::NotKnown) => Fed::Asked(Asked::Declined(Declined::new(No::Closed, "not known"))),
            fed => fed,
        }
    }
}

pub struct Deaf;

impl Between for Deaf {
    fn heard(&mut self, _: Caller, _: Time, fed: Fed) -> Fed {
        match fed {
            Fed::Asked(Asked::Paid(_)) => Fed::Asked(Asked::Declined(Declined::new(No::Closed, "misread"))),
            fed => fed,
        }
    }
}

/// Every so often a commit is acknowledged and not stored.
pub struct LostCommits(pub u32);

impl Between for LostCommits {
    fn call(&mut self, outside: &mut dyn Outside, _: Caller, need: Need<'_>) -> Fed {
        match need {
            Need::Commit(commit) if commit.answered.as_ref().is_some_and(|it| it.key.channel.is_none()) => {
                self.0 += 1;
                if self.0.is_multiple_of(7) { Fed::Committed(Ok(Committed::Stored)) } else { outside.reply(need) }
            }
            _ => outside.reply(need),
        }
    }
}

pub struct NoReplay;

impl Between for NoReplay {
    fn call(&mut self, outside: &mut dyn Outside, _: Caller, need: Need<'_>) -> Fed {
        match need {
            Need::Commit(commit) => {
                let is_persons = commit.answered.as_ref().is_some_and(|it| it.key.channel.is_none());
                let used = commit.answered.as_ref().map(|it| outside.store().receipt(&it.key));
                match used {
                    Some(Ok(Some(_))) if is_persons => {
                        outside.reply(Need::Commit(&Commit { answered: None, ..commit.clone() }))
                    }
                    _ => outside.reply(need),
                }
            }
            Need::Receipt(key) if key.channel.is_none_or(|(role, _)| role != Role::Gateway) => Fed::Receipt(Ok(None)),
            _ => outside.reply(need),
        }
    }
}
