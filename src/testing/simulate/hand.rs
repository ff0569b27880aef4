//! Whoever calls: people at the storefront, the taker of call-backs, the workers.

use alloc::boxed::Box;
use alloc::collections::VecDeque;

use crate::job::{DeskError, Fed, Job, Need, Submit, Work, Worked};
use crate::port::Receipt;
use crate::{Id, Time};

/// One who calls, one call at a time.
pub(super) struct Hand<'a> {
    pub(super) name: &'static str,
    /// In which process: with it, the job dies.
    pub(super) process: usize,
    /// Not before this time.
    pub(super) wakes: Time,
    /// Whether it sleeps by itself and may be woken earlier.
    pub(super) waits: bool,
    pub(super) doing: Option<Doing<'a>>,
    /// An answer that is on its way back.
    pub(super) reply: Option<Fed>,
    pub(super) duty: Duty,
}

/// What a hand is there for.
pub(super) enum Duty {
    /// Asks for something, and asks again until an answer comes.
    Person { left: u32, intent: Option<Intent> },
    /// Takes call-backs in, each until it is taken.
    Taker(VecDeque<Intent>),
    /// Fires deadlines and carries tasks out.
    Worker,
}

/// Something that is wanted, under one key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Intent {
    pub(super) order: Id,
    /// The place of its request.
    pub(super) slot: usize,
    pub(super) tries: u32,
}

/// The job in hand.
pub(super) enum Doing<'a> {
    Submit(Box<Submit<'a>>),
    Work(Box<Work<'a>>),
}

/// What a job has come to.
pub(super) enum Came {
    Submitted(Result<Receipt, DeskError>),
    Worked(Worked),
}

impl Doing<'_> {
    pub(super) fn poll(&mut self, now: Time) -> Option<Need<'_>> {
        match self {
            Self::Submit(job) => job.poll(now),
            Self::Work(job) => job.poll(now),
        }
    }

    pub(super) fn feed(&mut self, fed: Fed) {
        match self {
            Self::Submit(job) => job.feed(fed),
            Self::Work(job) => job.feed(fed),
        }
    }

    pub(super) fn stop(&mut self) {
        match self {
            Self::Submit(job) => job.stop(),
            Self::Work(job) => job.stop(),
        }
    }

    pub(super) fn end(self) -> Came {
        match self {
            Self::Submit(job) => Came::Submitted(job.end()),
            Self::Work(job) => Came::Worked(job.end()),
        }
    }
}

impl Hand<'_> {
    const fn new(name: &'static str, process: usize, duty: Duty) -> Self {
        Self { name, process, wakes: Time::EARLIEST, waits: false, doing: None, reply: None, duty }
    }

    /// Everybody, each person with so many wishes.
    pub(super) fn all(wishes: [u32; 2]) -> [Self; 5] {
        let person = |left| Duty::Person { left, intent: None };
        let [first, second] = wishes;
        [
            Self::new("storefront 1", 0, person(first)),
            Self::new("storefront 2", 1, person(second)),
            Self::new("call-backs", 1, Duty::Taker(VecDeque::new())),
            Self::new("worker 1", 2, Duty::Worker),
            Self::new("worker 2", 3, Duty::Worker),
        ]
    }

    /// Whether somebody still wants something here.
    pub(super) fn is_busy(&self) -> bool {
        match &self.duty {
            Duty::Person { left, intent } => *left > 0 || intent.is_some(),
            Duty::Taker(queue) => !queue.is_empty() || self.doing.is_some(),
            Duty::Worker => self.doing.is_some() && !self.waits,
        }
    }

    /// Whether its claim is stored and what it is for not yet sent.
    pub(super) fn has_claimed(&mut self) -> bool {
        match (&self.reply, &mut self.doing) {
            (Some(Fed::Claimed(Ok(page))), _) => !page.rows.is_empty(),
            (None, Some(Doing::Work(work))) => matches!(work.poll(Time::EARLIEST), Some(Need::Pay(_))),
            _ => false,
        }
    }

    /// What is wanted now.
    pub(super) fn intent(&self) -> Option<Intent> {
        match &self.duty {
            Duty::Person { intent, .. } => *intent,
            Duty::Taker(queue) => queue.front().copied(),
            Duty::Worker => None,
        }
    }

    /// It is answered, or given up.
    pub(super) fn answered(&mut self) {
        match &mut self.duty {
            Duty::Person { intent, .. } => *intent = None,
            Duty::Taker(queue) => drop(queue.pop_front()),
            Duty::Worker => {}
        }
    }

    /// It was tried in vain; says how often by now.
    pub(super) fn in_vain(&mut self) -> u32 {
        let intent = match &mut self.duty {
            Duty::Person { intent, .. } => intent.as_mut(),
            Duty::Taker(queue) => queue.front_mut(),
            Duty::Worker => None,
        };
        intent.map_or(0, |intent| {
            intent.tries += 1;
            intent.tries
        })
    }
}
