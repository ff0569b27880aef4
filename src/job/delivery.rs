//! How tasks are handed out, and what became of them.

use alloc::string::String;
use alloc::vec::Vec;

use crate::port::{Corrupt, Ending, TaskId};
use crate::{Effect, Id, Length, Time};

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
    /// How long a worker with nothing to do waits at most before it looks for new tasks.
    pub idle: Length,
}

impl Default for Delivery {
    /// Batches of 16 for five minutes; ten tries within an hour and a half; looked for each second.
    fn default() -> Self {
        Self {
            worker: Id::from("desk"),
            lease: Length::Minutes(5),
            batch: 16,
            tries: 10,
            first_wait: Length::Seconds(10),
            most_wait: Length::Hours(1),
            idle: Length::Seconds(1),
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
            ("idle", !self.idle.is_zero()),
        ];
        settings.iter().find(|(_, sensible)| !sensible).map_or(Ok(()), |(field, _)| Err(*field))
    }

    /// When a task is tried again that has failed so often.
    pub(super) fn again(&self, tries: u32, now: Time) -> Time {
        let doubled = 1_i64.checked_shl(tries.saturating_sub(1)).filter(|factor| *factor > 0).unwrap_or(i64::MAX);
        now.after(self.first_wait.millis().saturating_mul(doubled).min(self.most_wait.millis()))
    }
}

/// What became of the tasks that were handed out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivered {
    /// How many are done.
    pub done: u32,
    /// Those that failed.
    pub failed: Vec<Undelivered>,
    /// Those that could not be read: put off if they may be of a later release, else set aside.
    pub corrupt: Vec<Corrupt>,
    /// How many were left to another worker because their claim was over.
    pub overtaken: u32,
    /// How many were given back unsent, without a try: the worker was stopped, those before them took too long, or another
    /// worker has the client of their channel.
    pub returned: u32,
}

/// A task that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

impl Undelivered {
    pub(super) fn ending(&self) -> Ending {
        let error = self.error.clone();
        match self.again_at {
            Some(at) => Ending::Again { at, error },
            None => Ending::Aside { error },
        }
    }
}
