//! The world behind the jobs: the store, the channel, the time, and everything that goes wrong on the way there.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::auditor::Auditor;
use super::between::{Caller, Outside};
use super::chance::Chance;
use super::figures::Figures;
use super::shop::{BEGIN, Shop, TENANT};
use super::weather::Weather;
use crate::channel::{Channel, PayOut, SimulatedChannel};
use crate::clock::ManualClock;
use crate::job::{Fed, Need, Sent};
use crate::port::{Call, Claim, Claimed, Commit, Committed, Ending, Settle, Storage, Store, StoreError};
use crate::store::{Memory, MemoryStore};
use crate::trade::Cause;
use crate::{Id, Time};

/// How many processes there are: two storefronts and two workers.
pub(super) const PROCESSES: usize = 4;

/// Everything that is not a job.
pub(super) struct World {
    pub(super) store: MemoryStore,
    pub(super) channel: SimulatedChannel,
    clock: ManualClock,
    pub(super) now: Time,
    pub(super) weather: Weather,
    pub(super) chance: Chance,
    /// By how much the clock of each process is ahead.
    pub(super) skews: [i64; PROCESSES],
    /// By how much the clock of whoever calls is ahead.
    skew: i64,
    pub(super) auditor: Auditor,
    pub(super) figures: Figures,
    /// Calls that arrive later.
    pub(super) held: Vec<(Time, Caller, Held)>,
    /// What happened, if somebody wants to read it.
    pub(super) tale: Option<Vec<String>>,
}

/// A call on its way.
pub(super) enum Held {
    Commit(Box<Commit>),
    Claim(Claim),
    Settle(Settle),
}

impl Held {
    pub(super) const fn need(&self) -> Need<'_> {
        match self {
            Self::Commit(commit) => Need::Commit(commit),
            Self::Claim(claim) => Need::Claim(claim),
            Self::Settle(settle) => Need::Settle(settle),
        }
    }

    /// A call that would change something in the store.
    pub(super) fn of(need: Need<'_>) -> Option<Self> {
        match need {
            Need::Commit(commit) => Some(Self::Commit(Box::new(commit.clone()))),
            Need::Claim(claim) => Some(Self::Claim(*claim)),
            Need::Settle(settle) => Some(Self::Settle(settle.clone())),
            Need::Load(_)
            | Need::Receipt(_)
            | Need::History { .. }
            | Need::Due { .. }
            | Need::Send(_)
            | Need::Pay(_)
            | Need::Ask(_)
            | Need::Wait(_) => None,
        }
    }
}

/// What befalls a call of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Arrives,
    Refused,
    Lost,
    Unheard,
    Late,
    Twice,
}

impl World {
    /// A world in which the trades of a shop have come so far, and everything that they asked for is done; in weather of
    /// the seed's own, or in this.
    pub(super) fn new(shop: &Shop, seed: u64, weather: Option<Weather>, told: bool) -> Result<Self, StoreError> {
        let mut chance = Chance::of(seed);
        let weather = weather.unwrap_or_else(|| Weather::of(&mut chance));
        let clock = ManualClock::at(BEGIN);
        let channel_seed = chance.next();
        let channel = SimulatedChannel::new(shop.contract.clone(), weather.temper, channel_seed, clock.clone());
        let mut world = Self {
            store: Memory::new().tenant(Id::from(TENANT))?,
            channel,
            clock,
            now: BEGIN,
            weather,
            chance,
            skews: [0; PROCESSES],
            skew: 0,
            auditor: Auditor::default(),
            figures: Figures { histories: 1, ..Figures::default() },
            held: Vec::new(),
            tale: told.then(Vec::new),
        };
        world.begin(shop)?;
        for process in 0..PROCESSES {
            world.set_clock(process);
        }
        Ok(world)
    }

    fn begin(&mut self, shop: &Shop) -> Result<(), StoreError> {
        let begins = shop.begins.get(self.chance.below(shop.begins.len())).map(Vec::as_slice).unwrap_or_default();
        let orders = if self.chance.strikes(250) { 2 } else { 1 };
        for commit in begins.iter().take(orders).flatten() {
            let _ = self.store.commit(commit)?;
            self.auditor.committed(commit);
        }
        let all = Claim { now: self.now, until: self.now.after(1), limit: u32::MAX, worker: Id::from("before") };
        for claimed in self.store.claim(&all)?.rows {
            let Claimed { id: task, fence, .. } = claimed;
            self.auditor.board.claimed(&claimed);
            self.auditor.board.is_past(&claimed);
            self.store.settle(&Settle { task, fence, now: self.now, ending: Ending::Done })?;
        }
        Ok(())
    }

    /// A process looks at another clock, or its clock is corrected.
    pub(super) fn set_clock(&mut self, process: usize) {
        let most = self.weather.skew_most;
        let skew = self.chance.millis(most.saturating_mul(2)).saturating_sub(most);
        if let Some(own) = self.skews.get_mut(process) {
            *own = skew;
        }
    }

    pub(super) fn pass(&mut self, until: Time) {
        self.now = self.now.max(until);
        self.clock.set(self.now);
    }

    /// What a process takes for the time.
    pub(super) fn now_of(&self, process: usize) -> Time {
        self.now.after(self.skews.get(process).copied().unwrap_or_default())
    }

    /// Calls are made by this process from now on.
    pub(super) fn speaks(&mut self, process: usize) {
        self.skew = self.skews.get(process).copied().unwrap_or_default();
    }

    pub(super) fn say(&mut self, line: impl FnOnce() -> String) {
        let since = self.now.since(BEGIN) / 1_000;
        if let Some(tale) = &mut self.tale {
            let (days, hours, minutes) = (since / 86_400, since / 3_600 % 24, since / 60 % 60);
            tale.push(format!("+{days}d {hours:02}:{minutes:02}:{:02} {}", since % 60, line()));
        }
    }

    pub(super) fn fate(&mut self, need: Need<'_>) -> Fate {
        let weather = self.weather;
        let changes = matches!(need, Need::Commit(_) | Need::Claim(_) | Need::Settle(_));
        let reads = matches!(need, Need::Load(_) | Need::Receipt(_) | Need::Due { .. } | Need::History { .. });
        if !changes && !reads {
            return Fate::Arrives;
        }
        let rates = [
            (weather.refused, Fate::Refused),
            (weather.lost, Fate::Lost),
            (weather.unheard, Fate::Unheard),
            (weather.late, Fate::Late),
            (weather.twice, Fate::Twice),
        ];
        let rates = rates.iter().take(if changes { 5 } else { 1 });
        let struck = rates.into_iter().find(|(rate, _)| self.chance.strikes(*rate));
        let fate = struck.map_or(Fate::Arrives, |(_, fate)| *fate);
        self.figures.faults += u64::from(fate != Fate::Arrives);
        fate
    }

    /// Carries a task out, or fails at it; an alert that was raised may not be heard of.
    pub(super) fn carry_out(&mut self, claimed: &Claimed) -> Fed {
        let fails = self.chance.strikes(self.weather.failing);
        let done = !fails || self.chance.strikes(500);
        if done {
            self.figures.tasks += 1;
            self.auditor.board.carry_out(claimed);
        }
        Fed::Sent(match (fails, done) {
            (false, _) => Sent::Done,
            (true, true) => Sent::Unknown("the line broke".to_string()),
            (true, false) => Sent::Failed("it is busy".to_string()),
        })
    }

    fn committed(&mut self, commit: &Commit) -> Result<Committed, StoreError> {
        let committed = self.store.commit(commit);
        match &committed {
            Ok(Committed::Stored) => {
                self.figures.commits += 1;
                let by_time = commit.events.first().is_some_and(|event| matches!(event.cause, Cause::Silence(_)));
                self.figures.deadlines += u64::from(by_time && commit.answered.is_none());
                self.auditor.committed(commit);
            }
            Ok(Committed::Replayed(_)) => self.figures.replays += 1,
            Err(StoreError::Stale { .. }) => self.figures.conflicts += 1,
            Err(_) => {}
        }
        committed
    }

    /// Hands a refund over, if the caller's own clock still lets it.
    fn pay(&mut self, pay_out: &PayOut) -> crate::channel::Sent {
        if self.now.after(self.skew) > pay_out.deadline {
            self.figures.too_late += 1;
            return crate::channel::Sent::NotSent("its deadline had passed".to_string());
        }
        self.figures.sent += 1;
        // The same moment, by the channel's clock.
        let deadline = pay_out.deadline.after(self.skew.saturating_neg());
        self.channel.send(&PayOut { deadline, ..pay_out.clone() })
    }
}

impl Outside for World {
    fn reply(&mut self, need: Need<'_>) -> Fed {
        match need {
            Need::Load(order) => Fed::Loaded(self.store.load(order)),
            Need::Receipt(key) => Fed::Receipt(self.store.receipt(key)),
            Need::History { order, from, limit } => Fed::History(self.store.history(order, from, limit)),
            Need::Due { now, after, limit } => Fed::Due(self.store.due(now, after, limit)),
            Need::Commit(commit) => Fed::Committed(self.committed(commit)),
            Need::Claim(claim) => {
                let claimed = self.store.claim(claim);
                for row in claimed.iter().flat_map(|page| &page.rows) {
                    self.auditor.board.claimed(row);
                }
                Fed::Claimed(claimed)
            }
            Need::Settle(settle) => {
                let settled = self.store.settle(settle);
                if settled.is_ok() {
                    self.auditor.board.settled(settle);
                }
                Fed::Settled(settled)
            }
            Need::Send(claimed) => self.carry_out(claimed),
            Need::Pay(pay_out) => Fed::Paid(self.pay(pay_out)),
            Need::Ask(question) => {
                self.figures.asked += 1;
                Fed::Asked(self.channel.ask(question))
            }
            Need::Wait(_) => Fed::Waited,
        }
    }

    fn store(&self) -> &MemoryStore {
        &self.store
    }

    fn now(&self) -> Time {
        self.now.after(self.skew)
    }
}

/// What a caller hears of a call that was not made, or of which nobody heard.
pub(super) fn unanswered(need: Need<'_>, refused: bool) -> Fed {
    let error = |call: Call| match refused {
        true => StoreError::Unavailable { call, trade: None, reason: "busy".into() },
        false => StoreError::Indeterminate { call, trade: None, reason: "the line broke".into() },
    };
    match need {
        Need::Load(_) => Fed::Loaded(Err(error(Call::Load))),
        Need::Receipt(_) => Fed::Receipt(Err(error(Call::Receipt))),
        Need::History { .. } => Fed::History(Err(error(Call::History))),
        Need::Due { .. } => Fed::Due(Err(error(Call::Due))),
        Need::Commit(_) => Fed::Committed(Err(error(Call::Commit))),
        Need::Claim(_) => Fed::Claimed(Err(error(Call::Claim))),
        Need::Settle(_) => Fed::Settled(Err(error(Call::Settle))),
        Need::Send(_) => Fed::Sent(Sent::Unknown("the line broke".to_string())),
        Need::Pay(_) => Fed::Paid(crate::channel::Sent::Unknown("the line broke".to_string())),
        Need::Ask(_) => Fed::Asked(crate::channel::Asked::Unknown("the line broke".to_string())),
        Need::Wait(_) => Fed::Waited,
    }
}
