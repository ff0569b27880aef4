//! Time: trades whose deadlines have passed are moved on, each in its own commit.

use std::vec::Vec;

use super::{Desk, DeskError};
use crate::port::{Commit, Committed, Due, Receipt, Record, Store, StoreError};
use crate::trade::{self, TradeKey};
use crate::{Id, Time};

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

impl<S: Store> Desk<S> {
    /// Fires the deadlines that have passed, of at most `limit` trades, those that are overdue longest first.
    ///
    /// Call it at least as often as deadlines should be kept; a request that comes first finds them fired all the same.
    /// Any number of workers may call it at once. A trade that fails is reported, and tried again the next time.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`] if the store cannot be asked what is due.
    pub fn run_due(&self, limit: u32) -> Result<Ran, DeskError> {
        let now = self.clock.now();
        let mut ran = Ran::default();
        let mut after: Option<Due> = None;
        loop {
            let room = limit.saturating_sub(u32::try_from(ran.fired.len()).unwrap_or(u32::MAX));
            let page = self.store.due(now, after, room.min(BATCH))?;
            after = page.rows.last().copied();
            let unreadable = page.corrupt.into_iter();
            ran.failed.extend(unreadable.map(|it| Overdue { record: it.record, error: StoreError::from(it).into() }));
            for due in page.rows {
                if self.fire(due, &mut ran) {
                    return Ok(ran);
                }
            }
            if after.is_none() {
                return Ok(ran);
            }
        }
    }

    /// When time acts next on any trade: after this moment, [`run_due`](Self::run_due) has something to do. `None` if
    /// everything rests. For a service that sleeps until then.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`] if the store cannot be asked.
    pub fn next_due(&self) -> Result<Option<Time>, DeskError> {
        let page = self.store.due(Time::LATEST, None, 1)?;
        Ok(page.rows.first().map(|due| due.at))
    }

    /// Fires one trade; whether the store is out of reach, so that the others need not be tried.
    fn fire(&self, due: Due, ran: &mut Ran) -> bool {
        match self.let_time_act(due.order) {
            Ok(receipt) => {
                ran.fired.extend(receipt);
                false
            }
            Err(error) => {
                let lost =
                    matches!(error, DeskError::Store(StoreError::Unavailable { .. } | StoreError::Unusable { .. }));
                let record = Record::Trade(TradeKey { tenant: self.store.tenant(), order: due.order });
                ran.failed.push(Overdue { record, error });
                lost
            }
        }
    }

    /// `None` if there is nothing left to do: somebody else was quicker.
    fn let_time_act(&self, order: Id) -> Result<Option<Receipt>, DeskError> {
        for _ in 0..TRIES {
            let Some(before) = self.store.load(order)? else {
                return Ok(None);
            };
            let now = self.now(&before);
            let outcome = trade::run_due(&self.book(&before), &before, now)?;
            if outcome.events.is_empty() {
                return Ok(None);
            }
            let receipt = Receipt::of(&outcome, now);
            match self.store.commit(&Commit::of(&before, outcome)) {
                Ok(Committed::Stored | Committed::Replayed(_)) => return Ok(Some(receipt)),
                Err(StoreError::Stale { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let trade = TradeKey { tenant: self.store.tenant(), order };
        Err(DeskError::Busy { trade, tries: TRIES })
    }
}
