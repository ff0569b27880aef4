//! History: read page by page, whole or not at all.

use alloc::vec::Vec;

use super::clerk::well_formed;
use super::{DeskError, Fed, Job, Need};
use crate::port::{Call, Corrupt, Damage, Record, StoreError};
use crate::trade::{Denied, Event, Trade};
use crate::{Id, Time};

/// How many events are read at a time.
const PAGE: u32 = 1_000;

/// Reads a trade and everything that happened to it, from its first event on.
///
/// It comes to [`Denied::Stranger`] if there is no such trade, and to [`StoreError::Corrupt`] if an event is missing.
#[derive(Debug)]
#[must_use = "a job does nothing unless it is driven"]
pub struct Recount {
    order: Id,
    events: Vec<Event>,
    at: At,
}

#[derive(Debug)]
enum At {
    Load,
    Read(Trade),
    Over(Result<Trade, DeskError>),
}

impl Recount {
    pub(super) fn new(order: Id) -> Self {
        let at = well_formed(order).map_or_else(|error| At::Over(Err(error)), |_| At::Load);
        Self { order, events: Vec::new(), at }
    }

    fn from(&self) -> u64 {
        self.events.last().map_or(1, |event| event.seq.saturating_add(1))
    }

    fn read(&mut self, trade: Trade, page: Vec<Event>) -> At {
        if !page.is_empty() {
            self.events.extend(page);
            return At::Read(trade);
        }
        let from = self.from();
        if from > trade.events {
            return At::Over(Ok(trade));
        }
        let missing = Corrupt { record: Record::Event(trade.key, from), damage: Damage::Missing };
        At::Over(Err(StoreError::from(missing).into()))
    }
}

impl Job for Recount {
    type Done = Result<(Trade, Vec<Event>), DeskError>;

    fn poll(&mut self, _: Time) -> Option<Need<'_>> {
        match self.at {
            At::Load => Some(Need::Load(self.order)),
            At::Read(_) => Some(Need::History { order: self.order, from: self.from(), limit: PAGE }),
            At::Over(_) => None,
        }
    }

    fn feed(&mut self, fed: Fed) {
        self.at = match (core::mem::replace(&mut self.at, At::Load), fed) {
            (At::Load, Fed::Loaded(Ok(Some(trade)))) => At::Read(trade),
            (At::Load, Fed::Loaded(Ok(None))) => At::Over(Err(Denied::Stranger.into())),
            (At::Load, Fed::Loaded(Err(error))) | (At::Read(_), Fed::History(Err(error))) => {
                At::Over(Err(error.into()))
            }
            (At::Read(trade), Fed::History(Ok(page))) => self.read(trade, page),
            (unmoved, _) => unmoved,
        };
    }

    fn end(self) -> Self::Done {
        match self.at {
            At::Over(read) => read.map(|trade| (trade, self.events)),
            At::Load | At::Read(_) => {
                let reason = "given up before all was read".into();
                Err(StoreError::Unavailable { call: Call::History, trade: None, reason }.into())
            }
        }
    }
}
