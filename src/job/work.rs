//! A worker: deadlines and tasks, again and again.

use alloc::boxed::Box;
use core::mem::{replace, take};
use core::time::Duration;

use super::stuck::Stuck;
use super::{Clerk, Deliver, Fed, Job, Need, RunDue};
use crate::Time;
use crate::port::{Due, Page, StoreError};

/// How many trades whose time has come are looked at before tasks have their turn.
const ROUND: u32 = 100;
/// The longest that a worker backs off from a store in trouble, in milliseconds.
const TROUBLE_MOST: i64 = 60_000;

/// Fires deadlines and hands out tasks, in turns, until it is stopped.
///
/// When there is nothing to do it waits until the next deadline, at most for
/// [`Delivery::idle`](super::Delivery::idle), since other processes make tasks, too. From a store that does not do its
/// part it backs off, for twice as long each time up to a minute. A trade that time cannot move is let alone, ever longer
/// up to five minutes, and holds up no other. A task that fails waits and is set aside in the end,
/// as [`Deliver`] says; nothing of that ends the worker. Only [`stop`](Job::stop) does: then it finishes the trade or
/// task in hand, gives back what it has claimed beside, and comes to what it did, as [`Worked`].
#[derive(Debug)]
#[must_use = "a job does nothing unless it is driven"]
pub struct Work<'a> {
    clerk: &'a Clerk,
    stopping: bool,
    worked: Worked,
    /// Whether this round has found something to do.
    busy: bool,
    /// The trades that it could not move.
    stuck: Stuck,
    /// How many rounds in succession the store was in trouble.
    troubles: u32,
    at: At<'a>,
}

/// What a worker did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Worked {
    /// How many trades were moved by time.
    pub fired: u64,
    /// How often a trade could not be moved.
    pub overdue: u64,
    /// How many tasks are done.
    pub done: u64,
    /// How often a task failed and was left for later.
    pub failed: u64,
    /// How many tasks were set aside for a person, or cannot be read.
    pub set_aside: u64,
    /// How many tasks were left to another worker because their claim was over.
    pub overtaken: u64,
    /// How many tasks were given back unsent, without a try: the worker was stopped, those before them took too long, or
    /// another worker has the client of their channel.
    pub returned: u64,
    /// How often the store did not do its part, so that the worker backed off.
    pub troubles: u64,
}

#[derive(Debug)]
enum At<'a> {
    Begin,
    Due(Box<RunDue<'a>>),
    Deliver(Box<Deliver<'a>>),
    /// Looks when time acts next.
    Next,
    /// Waits for the time from which on it waits.
    Rest(Option<Time>),
    Wait(Duration),
    Over,
}

impl<'a> Work<'a> {
    pub(super) fn new(clerk: &'a Clerk) -> Self {
        Self {
            clerk,
            stopping: false,
            worked: Worked::default(),
            busy: false,
            stuck: Stuck::default(),
            troubles: 0,
            at: At::Begin,
        }
    }

    fn begin(&mut self) -> At<'a> {
        self.busy = false;
        match self.stopping {
            true => At::Over,
            false => At::Due(Box::new(RunDue::round(self.clerk, ROUND, take(&mut self.stuck)))),
        }
    }

    fn ran(&mut self, due: &mut RunDue<'_>) -> At<'a> {
        self.worked.ran(due);
        self.stuck = due.take_stuck();
        // Or the end of the list has not been seen yet.
        self.busy |= !due.ran().fired.is_empty() || self.stuck.after().is_some();
        match (self.stopping, due.lost()) {
            (true, _) => At::Over,
            (false, true) => self.back_off(),
            (false, false) => At::Deliver(Box::new(self.clerk.deliver(self.clerk.delivery.batch))),
        }
    }

    fn delivered(&mut self, deliver: &Deliver<'_>) -> At<'a> {
        let before = self.worked.tasks();
        self.worked.delivered(deliver);
        self.busy |= self.worked.tasks() > before;
        match (self.stopping, deliver.lost(), self.busy) {
            (true, _, _) => At::Over,
            (false, true, _) => self.back_off(),
            (false, false, true) => {
                self.troubles = 0;
                At::Begin
            }
            (false, false, false) => At::Next,
        }
    }

    fn looked(&mut self, page: Result<Page<Due>, StoreError>) -> At<'a> {
        match page {
            Ok(page) => {
                self.troubles = 0;
                At::Rest(page.rows.first().map(|due| due.at))
            }
            Err(error) => {
                self.clerk.trouble(&error);
                self.back_off()
            }
        }
    }

    /// Until the next deadline has passed. One that has passed already could not be fired, so there is no hurry.
    fn rest(&self, next: Option<Time>, now: Time) -> At<'a> {
        let idle = self.clerk.delivery.idle.millis();
        let until =
            next.map(|next| next.since(now)).filter(|until| *until >= 0).map_or(idle, |it| it.saturating_add(1));
        self.wait(until.min(idle))
    }

    fn back_off(&mut self) -> At<'a> {
        self.worked.troubles = self.worked.troubles.saturating_add(1);
        self.troubles = self.troubles.saturating_add(1);
        let factor = 1_i64.checked_shl(self.troubles).filter(|factor| *factor > 0).unwrap_or(i64::MAX);
        self.wait(self.clerk.delivery.idle.millis().saturating_mul(factor).min(TROUBLE_MOST))
    }

    fn wait(&self, millis: i64) -> At<'a> {
        if self.stopping {
            return At::Over;
        }
        let length = Duration::from_millis(millis.unsigned_abs());
        self.clerk.observer.waiting(length);
        At::Wait(length)
    }

    fn advance(&mut self, now: Time) {
        loop {
            self.at = match replace(&mut self.at, At::Over) {
                At::Begin => self.begin(),
                At::Rest(next) => self.rest(next, now),
                At::Due(mut due) => match due.poll(now).is_some() {
                    true => return self.at = At::Due(due),
                    false => self.ran(&mut due),
                },
                At::Deliver(mut deliver) => match deliver.poll(now).is_some() {
                    true => return self.at = At::Deliver(deliver),
                    false => self.delivered(&deliver),
                },
                At::Next | At::Wait(_) if self.stopping => At::Over,
                settled => return self.at = settled,
            };
        }
    }
}

impl Job for Work<'_> {
    type Done = Worked;

    fn poll(&mut self, now: Time) -> Option<Need<'_>> {
        self.advance(now);
        match &mut self.at {
            At::Due(due) => due.poll(now),
            At::Deliver(deliver) => deliver.poll(now),
            At::Next => Some(Need::Due { now: Time::LATEST, after: None, limit: 1 }),
            At::Wait(length) => Some(Need::Wait(*length)),
            At::Begin | At::Rest(_) | At::Over => None,
        }
    }

    fn feed(&mut self, fed: Fed) {
        self.at = match (replace(&mut self.at, At::Over), fed) {
            (At::Due(mut due), fed) => {
                due.feed(fed);
                At::Due(due)
            }
            (At::Deliver(mut deliver), fed) => {
                deliver.feed(fed);
                At::Deliver(deliver)
            }
            (At::Next, Fed::Due(page)) => self.looked(page),
            (At::Wait(_), Fed::Waited) => At::Begin,
            (unmoved, _) => unmoved,
        };
    }

    fn stop(&mut self) {
        self.stopping = true;
        match &mut self.at {
            At::Due(due) => due.stop(),
            At::Deliver(deliver) => deliver.stop(),
            At::Begin | At::Next | At::Rest(_) | At::Wait(_) | At::Over => {}
        }
    }

    fn end(mut self) -> Worked {
        match &self.at {
            At::Due(due) => self.worked.ran(due),
            At::Deliver(deliver) => self.worked.delivered(deliver),
            At::Begin | At::Next | At::Rest(_) | At::Wait(_) | At::Over => {}
        }
        self.worked
    }
}

impl Worked {
    /// How many tasks it has dealt with.
    const fn tasks(&self) -> u64 {
        self.done.saturating_add(self.failed).saturating_add(self.set_aside).saturating_add(self.overtaken)
    }

    fn ran(&mut self, due: &RunDue<'_>) {
        add(&mut self.fired, due.ran().fired.len());
        add(&mut self.overdue, due.ran().failed.len());
    }

    fn delivered(&mut self, deliver: &Deliver<'_>) {
        let delivered = deliver.delivered();
        let aside = delivered.failed.iter().filter(|failed| failed.again_at.is_none()).count();
        add(&mut self.failed, delivered.failed.len().saturating_sub(aside));
        add(&mut self.set_aside, aside.saturating_add(delivered.corrupt.len()));
        self.done = self.done.saturating_add(delivered.done.into());
        self.overtaken = self.overtaken.saturating_add(delivered.overtaken.into());
        self.returned = self.returned.saturating_add(delivered.returned.into());
    }
}

fn add(count: &mut u64, more: usize) {
    *count = count.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
}
