//! Who knows the rulebooks and gives out the jobs.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::{Deliver, Delivery, DeskBuilder, DeskError, Observer, Recount, RunDue, Submit, Work};
use crate::channel::{ChannelContract, SKEW};
use crate::port::{Claimed, Corrupt, StoreError};
use crate::trade::{
    self, Checksum, Checksums, Deadline, Denied, Event, Field, Flaw, Malformed, Options, Request, Rulebook, Rules,
    Subject, Trade, TradeKey,
};
use crate::{Actor, Calendar, Id, Lang, Policy, Time};

/// A desk without its store and its clock: the rulebooks of one tenant, and how tasks are handed out.
///
/// It gives out [jobs](super::Job), and answers what needs no more than a loaded trade.
pub struct Clerk {
    pub(super) tenant: Id,
    pub(super) rules: Editions<Rules>,
    pub(super) policies: Editions<Policy>,
    pub(super) calendar: Box<dyn Calendar + Send + Sync>,
    pub(super) delivery: Delivery,
    /// By gateway.
    pub(super) contracts: BTreeMap<Id, ChannelContract>,
    pub(super) observer: Arc<dyn Observer + Send + Sync>,
}

/// What exists in several versions at once: the one for new trades, and those under which trades still run.
pub(super) struct Editions<T> {
    pub(super) newest: (u32, T),
    pub(super) others: BTreeMap<u32, T>,
    /// Of each, by its version.
    pub(super) checksums: BTreeMap<u32, Checksum>,
}

impl<T> Editions<T> {
    fn get(&self, version: u32) -> Option<&T> {
        if self.newest.0 == version { Some(&self.newest.1) } else { self.others.get(&version) }
    }
}

/// A time limit that runs, for whoever looks at the trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// What waits.
    pub subject: Subject,
    /// For whom and until when; frozen ones name what is left.
    pub deadline: Deadline,
    /// Whether it is the one who looks that is waited for.
    pub yours: bool,
}

impl Clerk {
    /// Begins a clerk alone, for an engine that brings its own store and clock; ends with
    /// [`clerk`](DeskBuilder::clerk). A clock that is named is not used.
    pub fn builder() -> DeskBuilder<()> {
        DeskBuilder::new(())
    }

    /// The contract of the channel with this id, if it is known.
    #[must_use]
    pub fn contract(&self, gateway: Id) -> Option<&ChannelContract> {
        self.contracts.get(&gateway)
    }

    /// Whose trades these are.
    #[must_use]
    pub const fn tenant(&self) -> Id {
        self.tenant
    }

    /// The job of carrying a request out.
    pub fn submit<'a>(&'a self, order: impl Into<Id>, request: &'a Request) -> Submit<'a> {
        Submit::new(self, order.into(), Cow::Borrowed(request))
    }

    /// The job of submitting what a task has come to, which ends the task in the same commit.
    pub fn answer<'a>(&'a self, claimed: &Claimed, request: &'a Request) -> Submit<'a> {
        Submit::new(self, claimed.id.trade.order, Cow::Borrowed(request)).ending(claimed)
    }

    /// The job of finding out what a request would be answered, without carrying it out.
    pub fn preview<'a>(&'a self, order: impl Into<Id>, request: &'a Request) -> Submit<'a> {
        Submit::new(self, order.into(), Cow::Borrowed(request)).without_commit()
    }

    /// The job of firing the deadlines that have passed, of at most so many trades.
    pub fn run_due(&self, limit: u32) -> RunDue<'_> {
        RunDue::new(self, limit)
    }

    /// The job of handing out the tasks that are ready, at most so many.
    pub fn deliver(&self, limit: u32) -> Deliver<'_> {
        Deliver::new(self, limit)
    }

    /// The job of a worker: fires deadlines and hands out tasks until it is stopped.
    pub fn work(&self) -> Work<'_> {
        Work::new(self)
    }

    /// The job of reading everything that happened to a trade.
    pub fn recount(&self, order: impl Into<Id>) -> Recount {
        Recount::new(order.into())
    }

    /// The events as lines for people, in this clerk's own time zone and the trade's currency.
    #[must_use]
    pub fn timeline(&self, trade: &Trade, events: &[Event], lang: Lang) -> Vec<String> {
        let line = |event: &Event| {
            let told = event.told(lang, self.calendar.offset(event.at));
            told.in_currency(trade.currency).to_string()
        };
        events.iter().map(line).collect()
    }

    /// What this actor may do now with a trade that was looked for, until when and within which bounds; and what not,
    /// with every reason.
    ///
    /// # Errors
    ///
    /// [`Denied::Stranger`] if the actor is no party of it, or there is no such trade.
    pub fn options(&self, found: Option<Trade>, actor: &Actor, now: Time) -> Result<Options, Denied> {
        let trade = for_party(found, actor)?;
        trade::options(&self.book(&trade), &trade, actor, at_least(now, &trade))
    }

    /// What runs until when on a trade that was looked for, as time has left it by now; the earliest first, frozen ones
    /// last.
    ///
    /// # Errors
    ///
    /// [`Denied::Stranger`] if the actor is no party of it, or there is no such trade.
    pub fn deadlines(&self, found: Option<Trade>, actor: &Actor, now: Time) -> Result<Vec<Awaited>, Denied> {
        let trade = for_party(found, actor)?;
        let trade = trade::run_due(&self.book(&trade), &trade, at_least(now, &trade))?.trade;
        let awaited = |(subject, &deadline): (Subject, &Deadline)| {
            let yours = deadline.waits_for == actor.role;
            Awaited { subject, deadline, yours }
        };
        let mut deadlines: Vec<Awaited> = trade.deadlines().map(awaited).collect();
        deadlines.sort_by_key(|awaited| (awaited.deadline.due().is_none(), awaited.deadline.due(), awaited.subject));
        Ok(deadlines)
    }

    /// The trade that was looked for, or the one that is yet to be.
    pub(super) fn or_absent(&self, order: Id, found: Option<Trade>) -> Trade {
        found.unwrap_or_else(|| Trade::absent(self.key(order)))
    }

    /// Tells that the store did not do its part.
    pub(super) fn trouble(&self, error: &StoreError) {
        match error {
            StoreError::Corrupt(corrupt) => self.observer.corrupt(corrupt),
            error => self.observer.trouble(error),
        }
    }

    /// Tells of rows that cannot be read.
    pub(super) fn unreadable(&self, rows: &[Corrupt]) {
        rows.iter().for_each(|corrupt| self.observer.corrupt(corrupt));
    }

    pub(super) const fn key(&self, order: Id) -> TradeKey {
        TradeKey { tenant: self.tenant, order }
    }

    /// The rules and the policy under which the trade runs. Where this clerk does not have them the newest are given,
    /// and the step says so, to a party of the trade only.
    pub(super) fn book(&self, trade: &Trade) -> Rulebook<'_> {
        let newest = (&self.rules.newest.1, &self.policies.newest.1);
        let own = || self.rules.get(trade.terms.rules).zip(self.policies.get(trade.terms.policy));
        let (rules, policy) = if trade.version == 0 { newest } else { own().unwrap_or(newest) };
        let checksums = Checksums {
            rules: self.rules.checksums.get(&rules.version).copied(),
            policy: self.policies.checksums.get(&policy.version).copied(),
        };
        Rulebook::new(rules, policy, &*self.calendar).with(checksums)
    }
}

/// The time, and that of the trade's last event if another worker's clock is a little ahead.
pub(super) fn at_least(now: Time, trade: &Trade) -> Time {
    if trade.at.since(now) <= SKEW { now.max(trade.at) } else { now }
}

/// Refuses an order that cannot be one before a store is asked for it.
pub(crate) fn well_formed(order: Id) -> Result<Id, DeskError> {
    match order.is_well_formed() {
        true => Ok(order),
        false => Err(Denied::Malformed(Malformed { field: Field::Order, flaw: Flaw::NotAnId }).into()),
    }
}

fn for_party(found: Option<Trade>, actor: &Actor) -> Result<Trade, Denied> {
    found.filter(|trade| trade.parties.include(actor, trade.key.tenant)).ok_or(Denied::Stranger)
}

impl fmt::Debug for Clerk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clerk")
            .field("tenant", &self.tenant)
            .field("rules", &self.rules.newest.0)
            .field("policy", &self.policies.newest.0)
            .finish_non_exhaustive()
    }
}
