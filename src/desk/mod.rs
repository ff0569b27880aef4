//! The desk: where requests come in. It loads a trade, decides, and commits; nothing else.
//!
//! ```text
//!  submit ─▶ load ─▶ step ─▶ commit ─▶ receipt        run_due ─▶ what time alone moves
//!                     ▲ the same, without the commit: preview, options, deadlines
//!  deliver ─▶ claim ─▶ the caller carries a task out ─▶ settle
//! ```
//!
//! A desk is bound to one tenant and may be shared by threads; any number of desks, in any number of processes, may
//! stand before one store.

mod builder;
mod deliver;
mod due;
mod error;
mod submit;

use std::boxed::Box;
use std::collections::BTreeMap;
use std::fmt;
use std::string::{String, ToString};
use std::vec::Vec;

pub use builder::{DeskBuilder, OpenError};
pub use deliver::{Delivered, Delivery, Undelivered};
pub use due::{Overdue, Ran};
pub use error::DeskError;

use crate::port::{Clock, Corrupt, Damage, Page, Record, Shelved, Storage, Store, StoreError, TaskId};
use crate::trade::{
    self, Deadline, Denied, Event, Field, Flaw, Malformed, Options, Rulebook, Rules, Subject, Terms, Trade, TradeKey,
};
use crate::{Actor, Calendar, Id, Lang, Policy, Time};

/// By how much this desk's clock may lie behind the one that wrote a trade last, in milliseconds.
const SKEW: i64 = 60_000;
/// How many events are read at a time.
const PAGE: u32 = 1_000;

/// Where requests about the trades of one tenant come in.
///
/// ```
/// use redress::store::Memory;
/// use redress::trade::{NewLine, NewOrder, Request};
/// use redress::{Actor, Currency, Desk};
///
/// let desk = Desk::builder(Memory::new()).tenant("acme-mall").open()?;
/// let order = NewOrder::new("alice", "acme", Currency::CNY, vec![NewLine::new("shirt", 2, 9_900)]);
/// let receipt = desk.submit("A-1001", Request::by(Actor::buyer("alice")).place(order).key("tap-1"))?;
/// assert_eq!(receipt.version, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Desk<S> {
    store: S,
    rules: Editions<Rules>,
    policies: Editions<Policy>,
    calendar: Box<dyn Calendar + Send + Sync>,
    clock: Box<dyn Clock + Send + Sync>,
    delivery: Delivery,
}

/// What exists in several versions at once: the one for new trades, and those under which trades still run.
struct Editions<T> {
    newest: (u32, T),
    others: BTreeMap<u32, T>,
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

impl<S: Store> Desk<S> {
    /// Begins a desk before this storage.
    pub fn builder<D: Storage<Store = S>>(storage: D) -> DeskBuilder<D> {
        DeskBuilder::new(storage)
    }

    /// The store that the desk stands before: for projections, tests and operations.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The trade of this order as it is stored. For the caller's own service: no actor is asked.
    ///
    /// # Errors
    ///
    /// [`Denied::Stranger`] if there is no such trade; [`DeskError::Store`].
    pub fn trade(&self, order: impl Into<Id>) -> Result<Trade, DeskError> {
        Ok(self.stored(order.into())?.ok_or(Denied::Stranger)?)
    }

    /// Everything that happened to the trade of this order, from its first event on. For the caller's own service.
    ///
    /// # Errors
    ///
    /// [`Denied::Stranger`] if there is no such trade; [`StoreError::Corrupt`] if an event is missing or unreadable.
    pub fn history(&self, order: impl Into<Id>) -> Result<Vec<Event>, DeskError> {
        let trade = self.trade(order)?;
        let mut events: Vec<Event> = Vec::new();
        loop {
            let from = events.last().map_or(1, |event| event.seq.saturating_add(1));
            let page = self.store.history(trade.key.order, from, PAGE)?;
            if page.is_empty() && from <= trade.events {
                let record = Record::Event(trade.key, from);
                return Err(StoreError::from(Corrupt { record, damage: Damage::Missing }).into());
            }
            if page.is_empty() {
                return Ok(events);
            }
            events.extend(page);
        }
    }

    /// The whole history as lines for people, in the desk's own time zone and the trade's currency.
    ///
    /// # Errors
    ///
    /// As [`history`](Self::history).
    pub fn timeline(&self, order: impl Into<Id>, lang: Lang) -> Result<Vec<String>, DeskError> {
        let trade = self.trade(order)?;
        let line = |event: &Event| {
            let told = event.told(lang, self.calendar.offset(event.at));
            told.in_currency(trade.currency).to_string()
        };
        Ok(self.history(trade.key.order)?.iter().map(line).collect())
    }

    /// What this actor may do now, until when and within which bounds; and what not, with every reason.
    ///
    /// # Errors
    ///
    /// [`Denied::Stranger`] if the actor is no party of it, or there is no such trade; [`DeskError::Store`].
    pub fn options(&self, order: impl Into<Id>, actor: &Actor) -> Result<Options, DeskError> {
        let trade = self.for_party(order.into(), actor)?;
        Ok(trade::options(&self.book(&trade), &trade, actor, self.now(&trade))?)
    }

    /// What runs until when, as time has left the trade by now; the earliest first, frozen ones last.
    ///
    /// # Errors
    ///
    /// [`Denied::Stranger`] if the actor is no party of it, or there is no such trade; [`DeskError::Store`].
    pub fn deadlines(&self, order: impl Into<Id>, actor: &Actor) -> Result<Vec<Awaited>, DeskError> {
        let trade = self.for_party(order.into(), actor)?;
        let trade = trade::run_due(&self.book(&trade), &trade, self.now(&trade))?.trade;
        let awaited = |(subject, &deadline): (Subject, &Deadline)| {
            let yours = deadline.waits_for == actor.role;
            Awaited { subject, deadline, yours }
        };
        let mut deadlines: Vec<Awaited> = trade.deadlines().map(awaited).collect();
        deadlines.sort_by_key(|awaited| (awaited.deadline.due().is_none(), awaited.deadline.due(), awaited.subject));
        Ok(deadlines)
    }

    /// Tasks that were set aside after too many tries, or because they could not be read; those after `after` only.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`].
    pub fn set_aside(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, DeskError> {
        Ok(self.store.shelved(after, limit)?)
    }

    /// Makes a task that was set aside ready to be handed out once more.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoTask`] if no such task is set aside.
    pub fn take_up(&self, task: TaskId) -> Result<(), DeskError> {
        Ok(self.store.unshelve(task, self.clock.now())?)
    }

    fn stored(&self, order: Id) -> Result<Option<Trade>, DeskError> {
        if !order.is_well_formed() {
            return Err(Denied::Malformed(Malformed { field: Field::Order, flaw: Flaw::NotAnId }).into());
        }
        Ok(self.store.load(order)?)
    }

    /// The trade, or the one that is yet to be.
    fn trade_or_absent(&self, order: Id) -> Result<Trade, DeskError> {
        let absent = || Trade::absent(TradeKey { tenant: self.store.tenant(), order });
        Ok(self.stored(order)?.unwrap_or_else(absent))
    }

    fn for_party(&self, order: Id, actor: &Actor) -> Result<Trade, DeskError> {
        let trade = self.stored(order)?.filter(|trade| trade.parties.include(actor, trade.key.tenant));
        Ok(trade.ok_or(Denied::Stranger)?)
    }

    /// The rules and the policy under which the trade runs. Where this desk does not have them the newest are given, and
    /// the step says so, to a party of the trade only.
    fn book(&self, trade: &Trade) -> Rulebook<'_> {
        let newest = Terms { rules: self.rules.newest.0, policy: self.policies.newest.0 };
        let terms = if trade.version == 0 { newest } else { trade.terms };
        let own = self.rules.get(terms.rules).zip(self.policies.get(terms.policy));
        let (rules, policy) = own.unwrap_or((&self.rules.newest.1, &self.policies.newest.1));
        Rulebook { rules, policy, calendar: &*self.calendar }
    }

    /// The time, and that of the trade's last event if another worker's clock is a little ahead.
    fn now(&self, trade: &Trade) -> Time {
        let now = self.clock.now();
        if trade.at.since(now) <= SKEW { now.max(trade.at) } else { now }
    }
}

impl<S: fmt::Debug> fmt::Debug for Desk<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("store", &self.store)
            .field("rules", &self.rules.newest.0)
            .field("policy", &self.policies.newest.0)
            .finish_non_exhaustive()
    }
}
