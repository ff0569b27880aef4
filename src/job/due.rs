//! Time: trades whose deadlines have passed are moved on, each in its own commit.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::mem::replace;

use super::clerk::at_least;
use super::{Clerk, DeskError, Fed, Job, Need};
use crate::Time;
use crate::port::{Commit, Committed, Due, Page, Receipt, Record, StoreError};
use crate::trade::{Trade, run_due};

/// How many due trades are listed at a time.
const BATCH: u32 = 100;
/// How often a trade is decided anew when others commit in between.
const TRIES: u32 = 4;

/// What time has moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// The trades that were moved, with what happened.
    pub fired: Vec<Receipt>,
    /// The trades that could not be: they wait for a person, and stood in nobody's way.
    pub failed: Vec<Overdue>,
}

/// A trade that time could not move.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// How often the trade in hand was decided.
    tries: u32,
    /// What a commit of unknown outcome was to store. If it stands there when it is loaded again, it was stored.
    unheard: Option<(Box<Trade>, Receipt)>,
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
    Commit(Due, Box<Commit>, Receipt),
    Over,
}

impl<'a> RunDue<'a> {
    pub(super) const fn new(clerk: &'a Clerk, limit: u32) -> Self {
        Self {
            clerk,
            limit,
            since: None,
            after: None,
            queue: VecDeque::new(),
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

    fn list(&self, now: Time) -> At {
        let fired = u32::try_from(self.ran.fired.len()).unwrap_or(u32::MAX);
        match self.limit.saturating_sub(fired).min(BATCH) {
            0 => At::Over,
            limit => At::List { now, limit },
        }
    }

    fn listed(&mut self, page: Page<Due>) -> At {
        self.clerk.unreadable(&page.corrupt);
        for corrupt in page.corrupt {
            self.ran.failed.push(Overdue { record: corrupt.record, error: StoreError::from(corrupt).into() });
        }
        if page.rows.is_empty() {
            return At::Over;
        }
        self.after = page.rows.last().copied();
        self.queue = page.rows.into();
        self.next()
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
            (Some(trade), Some((unheard, receipt))) => {
                let stored = trade == *unheard;
                self.clerk.observer.resolved(trade.key, stored);
                if stored { self.fired(receipt) } else { At::Decide(due, trade) }
            }
            (Some(trade), None) => At::Decide(due, trade),
            (None, _) => self.next(),
        }
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
                self.unheard = Some((Box::new(commit.trade), receipt));
                unknown.into()
            }
            Err(error) => return self.failed(due, error.into()),
        };
        self.tries = self.tries.saturating_add(1);
        if self.tries < TRIES { At::Load(due) } else { self.failed(due, error) }
    }

    fn fired(&mut self, receipt: Receipt) -> At {
        self.clerk.observer.fired(&receipt);
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
        if self.lost { At::Over } else { self.next() }
    }

    fn advance(&mut self, now: Time) {
        loop {
            self.at = match replace(&mut self.at, At::Over) {
                At::Begin => {
                    self.since = Some(now);
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
