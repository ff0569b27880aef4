//! Tasks: claimed, handed to the caller, settled.

use std::fmt::Display;
use std::string::{String, ToString};
use std::vec::Vec;

use super::{Desk, DeskError};
use crate::port::{Claim, Claimed, Corrupt, Ending, Settle, Store, StoreError, TaskId};
use crate::{Effect, Id, Length, Time};

/// The most characters of an error that are kept.
const ERROR_MOST: usize = 500;

/// How tasks are handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Who this worker is, for people who look at the store.
    pub worker: Id,
    /// For how long a claim keeps others away: longer than carrying out a whole batch ever takes.
    pub lease: Length,
    /// How many tasks are claimed at a time.
    pub batch: u32,
    /// How often a task is handed out before it is set aside. A process that dies over it counts, too.
    pub tries: u32,
    /// How long a task waits after its first failure; twice as long after each further one …
    pub first_wait: Length,
    /// … and never longer than this.
    pub most_wait: Length,
}

impl Default for Delivery {
    /// Batches of 16 for five minutes; ten tries within an hour and a half.
    fn default() -> Self {
        Self {
            worker: Id::from("desk"),
            lease: Length::Minutes(5),
            batch: 16,
            tries: 10,
            first_wait: Length::Seconds(10),
            most_wait: Length::Hours(1),
        }
    }
}

impl Delivery {
    /// The name of a setting that makes no sense.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let settings = [
            ("worker", self.worker.is_well_formed()),
            ("lease", !self.lease.is_zero()),
            ("batch", self.batch > 0),
            ("tries", self.tries > 0),
        ];
        settings.iter().find(|(_, sensible)| !sensible).map_or(Ok(()), |(field, _)| Err(*field))
    }

    /// When a task is tried again that has failed so often.
    fn again(&self, tries: u32, now: Time) -> Time {
        let doubled = 1_i64.checked_shl(tries.saturating_sub(1)).filter(|factor| *factor > 0).unwrap_or(i64::MAX);
        now.after(self.first_wait.millis().saturating_mul(doubled).min(self.most_wait.millis()))
    }
}

/// What became of the tasks that were handed out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// How many are done.
    pub done: u32,
    /// Those that failed.
    pub failed: Vec<Undelivered>,
    /// Those that could not be read: set aside.
    pub corrupt: Vec<Corrupt>,
    /// How many were left to another worker because their claim was over.
    pub overtaken: u32,
}

/// A task that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// Which.
    pub task: TaskId,
    /// What was to be done.
    pub what: Effect,
    /// How often it has been handed out.
    pub tries: u32,
    /// What went wrong.
    pub error: String,
    /// When it is tried again; `None` if it was set aside and waits for a person.
    pub again_at: Option<Time>,
}

impl<S: Store> Desk<S> {
    /// Hands every task that is ready to `carry_out`, one after the other, and marks as done those that it returns
    /// `Ok` for.
    ///
    /// *At least once*: a crash between carrying out and marking hands the task out again. Its
    /// [`key`](crate::trade::Task::key) makes that harmless if whoever carries it out heeds it. There is no order among
    /// tasks: a failed one waits, ever longer, and does not hold up the others; after [`Delivery::tries`] it is set
    /// aside. `carry_out` may [`submit`](Self::submit) or [`answer`](Self::answer) what came of it. Its errors are kept
    /// with the task: no personal data in them.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`] if the store cannot be reached; what was carried out by then may be handed out again.
    pub fn deliver<E: Display>(
        &self,
        carry_out: impl FnMut(&Claimed) -> Result<(), E>,
    ) -> Result<Delivered, DeskError> {
        self.deliver_at_most(u32::MAX, carry_out)
    }

    /// Like [`deliver`](Self::deliver), for so many tasks at most: for a worker that must stop in time.
    ///
    /// # Errors
    ///
    /// As [`deliver`](Self::deliver).
    pub fn deliver_at_most<E: Display>(
        &self,
        limit: u32,
        mut carry_out: impl FnMut(&Claimed) -> Result<(), E>,
    ) -> Result<Delivered, DeskError> {
        let mut delivered = Delivered::default();
        let mut left = limit;
        while left > 0 {
            let now = self.clock.now();
            let Delivery { worker, lease, batch, .. } = self.delivery;
            let claim = Claim { now, until: now.after(lease.millis()), limit: batch.min(left), worker };
            let page = self.store.claim(&claim)?;
            if page.rows.is_empty() && page.corrupt.is_empty() {
                break;
            }
            delivered.corrupt.extend(page.corrupt);
            for claimed in page.rows {
                left = left.saturating_sub(1);
                self.hand_out(&claimed, &mut carry_out, &mut delivered)?;
            }
        }
        Ok(delivered)
    }

    fn hand_out<E: Display>(
        &self,
        claimed: &Claimed,
        carry_out: &mut impl FnMut(&Claimed) -> Result<(), E>,
        delivered: &mut Delivered,
    ) -> Result<(), DeskError> {
        if self.clock.now() >= claimed.until {
            delivered.overtaken = delivered.overtaken.saturating_add(1);
            return Ok(());
        }
        let carried_out = if claimed.tries > self.delivery.tries {
            Err("it was handed out again and again, and never came back".to_string())
        } else {
            carry_out(claimed).map_err(|error| error.to_string().chars().take(ERROR_MOST).collect())
        };
        let now = self.clock.now();
        let (ending, failed) = match carried_out {
            Ok(()) => (Ending::Done, None),
            Err(error) => {
                let failed = self.failure(claimed, error, now);
                (failed.ending(), Some(failed))
            }
        };
        match self.store.settle(&Settle { task: claimed.id, fence: claimed.fence, now, ending }) {
            Ok(()) if failed.is_none() => delivered.done = delivered.done.saturating_add(1),
            Ok(()) => delivered.failed.extend(failed),
            Err(StoreError::Fenced { .. }) => delivered.overtaken = delivered.overtaken.saturating_add(1),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn failure(&self, claimed: &Claimed, error: String, now: Time) -> Undelivered {
        let again = claimed.tries < self.delivery.tries;
        let again_at = again.then(|| self.delivery.again(claimed.tries, now));
        Undelivered { task: claimed.id, what: claimed.task.what, tries: claimed.tries, error, again_at }
    }
}

impl Undelivered {
    fn ending(&self) -> Ending {
        let error = self.error.clone();
        self.again_at
            .map_or_else(|| Ending::Aside { error: error.clone() }, |at| Ending::Again { at, error: error.clone() })
    }
}
