//! Trades that time could not move: a worker lets each alone for a while, so that they hold up nothing else.

use alloc::collections::BTreeMap;

use super::Delivery;
use crate::port::Due;
use crate::{Id, Time};

/// How many are remembered. Those beyond are tried in each round, as if for the first time.
const MOST: usize = 10_000;
/// For how long one is let alone at most, in milliseconds.
const REST_MOST: i64 = 300_000;

/// What a worker remembers from one round to the next.
#[derive(Debug, Default)]
pub(super) struct Stuck {
    /// Where the next round goes on; `None` at the beginning of the list.
    after: Option<Due>,
    /// Until when each is let alone, and how often in succession it could not be moved.
    rests: BTreeMap<Id, (Time, u32)>,
}

impl Stuck {
    /// The list was read up to here; `None` at its end.
    pub(super) fn goes_on(&mut self, after: Option<Due>) {
        self.after = after;
    }

    /// Where the next round goes on.
    pub(super) const fn after(&self) -> Option<Due> {
        self.after
    }

    /// Whether a trade is let alone at this time.
    pub(super) fn rests(&self, order: Id, now: Option<Time>) -> bool {
        self.rests.get(&order).is_some_and(|(until, _)| now.is_some_and(|now| now < *until))
    }

    pub(super) fn moved(&mut self, order: Id) {
        self.rests.remove(&order);
    }

    /// It could not be moved: it is let alone, for twice as long each time, as a task is that fails.
    pub(super) fn failed(&mut self, order: Id, now: Time, delivery: &Delivery) {
        let times = self.rests.get(&order).map_or(0, |(_, times)| *times).saturating_add(1);
        // Those whose time was over long ago are not due any more.
        if self.rests.len() >= MOST {
            self.rests.retain(|_, (until, _)| until.after(REST_MOST) > now);
        }
        if self.rests.len() < MOST || self.rests.contains_key(&order) {
            let until = delivery.again(times, now).min(now.after(REST_MOST));
            self.rests.insert(order, (until, times));
        }
    }
}
