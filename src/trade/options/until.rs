//! Until when something is possible, if nobody does anything else: by its window, or by a time limit that passes.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::ask::lasts;
use crate::Time;
use crate::trade::work::Work;
use crate::trade::{Request, step};

/// So many deadlines are looked ahead. What none of them ends has no end here.
const AHEAD: usize = 4;

/// The trade as each next deadline will leave it, one after the other. Looked at when it is needed.
pub(super) struct Later<'a> {
    now: &'a Work<'a>,
    /// After which deadline, and what it leaves.
    worlds: Vec<(Time, Work<'a>)>,
}

impl<'a> Later<'a> {
    pub(super) const fn new(now: &'a Work<'a>) -> Self {
        let worlds = Vec::new();
        Self { now, worlds }
    }

    /// The last moment at which a request is taken that is taken now, and whose conditions then last until `ends`.
    pub(super) fn until(&mut self, request: &Request, mut ends: Option<Time>) -> Option<Time> {
        for at in 0..AHEAD {
            let Some((due, then)) = self.world(at) else {
                return ends;
            };
            if ends.is_some_and(|end| end <= *due) {
                return ends;
            }
            // A window may begin to run when a deadline passes.
            match lasts(then, request) {
                Some(until) => ends = until,
                None => return Some(*due),
            }
        }
        None
    }

    /// What the deadline at this place leaves; `None` once nothing is waited for.
    fn world(&mut self, at: usize) -> Option<&(Time, Work<'a>)> {
        if at == self.worlds.len() {
            let before = self.worlds.last().map_or(self.now, |(_, then)| then);
            let due = before.trade.due()?;
            let then = step::met(&before.book, &before.trade, due.after(1)).ok()?;
            let (trade, now) = (Cow::Owned(then.trade.into_owned()), then.now);
            self.worlds.push((due, Work::new(self.now.book, trade, now)));
        }
        self.worlds.get(at)
    }
}
