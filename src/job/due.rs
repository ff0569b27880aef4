//! Time: trades whose deadlines have passed are moved on, each in its own commit.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::mem::{replace, take};

use super::clerk::at_least;
use super::stuck::Stuck;
use super::{Clerk, DeskError, Fed, Job, Need};
use crate::Time;
use crate::port::{Commit, Committed, Due, Page, Receipt, Record, StoreError};
use crate::trade::{Event, Trade, run_due};

/// How many due trades are listed at a time.
const BATCH: u32 = 100;
/// How many lists one round of a worker asks for: each may hold nothing but trades that are let alone.
const LISTS: u32 = 10;
/// How often a trade is decided anew when others commit in between.
const TRIES: u32 = 4;

/// What time has moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ran {
    /// The trades that were moved, with what happened.
    pub fired: Vec<Receipt>,
    /// The trades that could not be: they wait for a person, and stood in nobody's way.
    pub failed: Vec<Overdue>,
}

/// A trade that time could not move.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overdue {
    /// Which.
    pub record: Record,
    /// Why not.
    pub error: DeskError,
}

/// Fires the deadlines that have passed, those that are overdue longest first.
///
/// It comes to [`Ran`], or to a [`DeskError`] if the store cannot be asked what is due.
#[derive(Debug)]
#[must_use = "a job does nothing unless it is driven"]
pub struct RunDue<'a> {
    clerk: &'a Clerk,
    limit: u32,
    /// When the first list was asked for. What falls due meanwhile is left to the next time.
    since: Option<Time>,
    after: Option<Due>,
    queue: VecDeque<Due>,
    /// For a worker, which lets those alone that it could not move; it looks at no more than the limit, moved or not.
    stuck: Option<Stuck>,
    lists: u32,
    /// How often the trade in hand was decided.
    tries: u32,
    /// A commit of unknown outcome. If what it was to store stands there when it is loaded again, it was stored.
    unheard: Option<(Box<Commit>, Receipt)>,
    ran: Ran,
    error: Option<StoreError>,
    /// Whether the store was out of reach.
    lost: bool,
    at: At,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it for each job, and it is made anew with each step")]
enum At {
    /// Waits for the time to ask for.
    Begin,
    List {
        now: Time,
        limit: u32,
    },
    Load(Due),
    /// Waits for the time at which it is decided.
    Decide(Due, Trade),
    /// Others have committed since a commit of which nobody heard: its events are there, or it was not stored.
    Recall(Due, Trade, Box<Commit>, Receipt),
    Commit(Due, Box<Commit>, Receipt),
    Over,
}

impl<'a> RunDue<'a> {
    pub(super) const fn new(clerk: &'a Clerk, limit: u32) -> Self {
        Self::with(clerk, limit, None)
    }

    /// One round of a worker: goes on where the last one ended, and looks at no more trades than the limit.
    pub(super) const fn round(clerk: &'a Clerk, limit: u32, stuck: Stuck) -> Self {
        Self::with(clerk, limit, Some(stuck))
    }

    const fn with(clerk: &'a Clerk, limit: u32, stuck: Option<Stuck>) -> Self {
        Self {
            clerk,
            limit,
            since: None,
            after: None,
            queue: VecDeque::new(),
            stuck,
            lists: 0,
            tries: 0,
            unheard: None,
            ran: Ran { fired: Vec::new(), failed: Vec::new() },
            error: None,
            lost: false,
            at: At::Begin,
        }
    }

    /// Whether the store was out of reach, so that it is of no use to go on.
    pub(super) const fn lost(&self) -> bool {
        self.lost
    }

    /// What was moved by now.
    pub(super) const fn ran(&self) -> &Ran {
        &self.ran
    }

    /// Where the next round goes on, and which trades it lets alone.
    pub(super) fn take_stuck(&mut self) -> Stuck {
        take(&mut self.stuck).unwrap_or_default()
    }

    fn list(&mut self, now: Time) -> At {
        let failed = if self.stuck.is_some() { self.ran.failed.len() } else { 0 };
        let seen = u32::try_from(self.ran.fired.len().saturating_add(failed)).unwrap_or(u32::MAX);
        match self.limit.saturating_sub(seen).min(BATCH) {
            0 => At::Over,
            _ if self.stuck.is_some() && self.lists >= LISTS => At::Over,
            limit => {
                self.lists = self.lists.saturating_add(1);
                At::List { now, limit }
            }
        }
    }

    fn listed(&mut self, page: Page<Due>) -> At {
        self.clerk.unreadable(&page.corrupt);
        for corrupt in page.corrupt {
            self.ran.failed.push(Overdue { record: corrupt.record, error: StoreError::from(corrupt).into() });
        }
        self.after = page.rows.last().copied();
        self.queue = page.rows.into();
        if let Some(stuck) = &mut self.stuck {
            stuck.goes_on(self.after);
            self.queue.retain(|due| !stuck.rests(due.order, self.since));
        }
        if self.after.is_none() { At::Over } else { self.next() }
    }

    fn next(&mut self) -> At {
        (self.tries, self.unheard) = (0, None);
        match (self.queue.pop_front(), self.since) {
            (Some(due), _) => At::Load(due),
            (None, Some(now)) => self.list(now),
            (None, None) => At::Over,
        }
    }

    fn loaded(&mut self, due: Due, found: Option<Trade>) -> At {
        match (found, self.unheard.take()) {
            (Some(trade), Some((unheard, receipt))) if trade.version > unheard.trade.version => {
                At::Recall(due, trade, unheard, receipt)
            }
            (Some(trade), Some((unheard, receipt))) => {
                let stored = trade == unheard.trade;
                self.resolved(due, trade, receipt, stored)
            }
            (Some(trade), None) => At::Decide(due, trade),
            (None, _) => self.next(),
        }
    }

    fn resolved(&mut self, due: Due, trade: Trade, receipt: Receipt, stored: bool) -> At {
        self.clerk.observer.resolved(trade.key, stored);
        if stored { self.fired(receipt) } else { At::Decide(due, trade) }
    }

    fn recalled(&mut self, due: Due, (trade, unheard, receipt): (Trade, Commit, Receipt), found: &[Event]) -> At {
        let stored = *found == *unheard.events;
        self.resolved(due, trade, receipt, stored)
    }

    fn decide(&mut self, due: Due, before: &Trade, now: Time) -> At {
        let now = at_least(now, before);
        match run_due(&self.clerk.book(before), before, now) {
            // Somebody else was quicker.
            Ok(outcome) if outcome.events.is_empty() => self.next(),
            Ok(outcome) => {
                let receipt = Receipt::of(&outcome, now);
                self.clerk.observer.decided(&receipt);
                At::Commit(due, Box::new(Commit::of(before, outcome)), receipt)
            }
            Err(denied) => self.failed(due, denied.into()),
        }
    }

    fn committed(
        &mut self,
        due: Due,
        commit: Commit,
        receipt: Receipt,
        committed: Result<Committed, StoreError>,
    ) -> At {
        let error = match committed {
            Ok(Committed::Stored | Committed::Replayed(_)) => return self.fired(receipt),
            Err(StoreError::Stale { .. }) => {
                self.clerk.observer.overtaken(commit.trade.key, self.tries.saturating_add(1));
                DeskError::Busy { trade: commit.trade.key, tries: TRIES }
            }
            Err(unknown @ StoreError::Indeterminate { .. }) => {
                self.clerk.observer.unheard(commit.trade.key, &unknown);
                self.unheard = Some((Box::new(commit), receipt));
                unknown.into()
            }
            Err(error) => return self.failed(due, error.into()),
        };
        self.tries = self.tries.saturating_add(1);
        if self.tries < TRIES { At::Load(due) } else { self.failed(due, error) }
    }

    fn fired(&mut self, receipt: Receipt) -> At {
        self.clerk.observer.fired(&receipt);
        if let Some(stuck) = &mut self.stuck {
            stuck.moved(receipt.trade.order);
        }
        self.ran.fired.push(receipt);
        self.next()
    }

    /// Reports a trade. If the store is out of reach, the others need not be tried.
    fn failed(&mut self, due: Due, error: DeskError) -> At {
        if let DeskError::Store(error) = &error {
            self.clerk.trouble(error);
        }
        self.lost = matches!(error, DeskError::Store(StoreError::Unavailable { .. } | StoreError::Unusable { .. }));
        let overdue = Overdue { record: Record::Trade(self.clerk.key(due.order)), error };
        self.clerk.observer.overdue(&overdue);
        self.ran.failed.push(overdue);
        if let (Some(stuck), Some(now), false) = (&mut self.stuck, self.since, self.lost) {
            stuck.failed(due.order, now, &self.clerk.delivery);
        }
        if self.lost { At::Over } else { self.next() }
    }

    fn advance(&mut self, now: Time) {
        loop {
            self.at = match replace(&mut self.at, At::Over) {
                At::Begin => {
                    self.since = Some(now);
                    self.after = self.stuck.as_ref().and_then(Stuck::after);
                    self.list(now)
                }
                At::Decide(due, before) => self.decide(due, &before, now),
                settled => {
                    self.at = settled;
                    return;
                }
            };
        }
    }
}

impl Job for RunDue<'_> {
    type Done = Result<Ran, DeskError>;

    fn poll(&mut self, now: Time) -> Option<Need<'_>> {
        self.advance(now);
        match &self.at {
            At::List { now, limit } => Some(Need::Due { now: *now, after: self.after, limit: *limit }),
            At::Load(due) => Some(Need::Load(due.order)),
            At::Commit(_, commit, _) => Some(Need::Commit(commit)),
            At::Recall(due, _, unheard, _) => {
                let from = unheard.events.first().map_or(1, |event| event.seq);
                let limit = u32::try_from(unheard.events.len()).unwrap_or(u32::MAX);
                Some(Need::History { order: due.order, from, limit })
            }
            At::Begin | At::Decide(..) | At::Over => None,
        }
    }

    fn feed(&mut self, fed: Fed) {
        self.at = match (replace(&mut self.at, At::Over), fed) {
            (At::List { .. }, Fed::Due(Ok(page))) => self.listed(page),
            (At::List { .. }, Fed::Due(Err(error))) => {
                self.clerk.trouble(&error);
                (self.error, self.lost) = (Some(error), true);
                At::Over
            }
            (At::Load(due), Fed::Loaded(Ok(found))) => self.loaded(due, found),
            (At::Load(due), Fed::Loaded(Err(error))) => self.failed(due, error.into()),
            (At::Recall(due, trade, unheard, receipt), Fed::History(Ok(found))) => {
                self.recalled(due, (trade, *unheard, receipt), &found)
            }
            (At::Recall(due, ..), Fed::History(Err(error))) => self.failed(due, error.into()),
            (At::Commit(due, commit, receipt), Fed::Committed(committed)) => {
                self.committed(due, *commit, receipt, committed)
            }
            (unmoved, _) => unmoved,
        };
    }

    /// Finishes the trade in hand and takes no other.
    fn stop(&mut self) {
        self.limit = 0;
        self.queue.clear();
        if matches!(self.at, At::List { .. }) {
            self.at = At::Over;
        }
    }

    fn end(self) -> Self::Done {
        self.error.map_or(Ok(self.ran), |error| Err(error.into()))
    }
}
