//! Requests: loaded, decided, committed, answered.

use std::borrow::Borrow;

use super::{Desk, DeskError};
use crate::port::{
    Answer, Answered, Claimed, Commit, Committed, Ending, Fingerprint, Receipt, RequestKey, Settle, Store, StoreError,
    TaskId,
};
use crate::trade::{Denied, Outcome, Request, Trade, step};
use crate::{Id, Time};

/// How often a request is decided anew when others commit in between.
const TRIES: u32 = 16;

impl<S: Store> Desk<S> {
    /// Carries a request out, or says why not. Then nothing is changed.
    ///
    /// With a [key](Request::key), it is carried out once however often it is submitted, and answered with the same
    /// receipt. Whoever changed the trade in between, the request is decided on what stands when it is committed; one
    /// that names the version seen is refused as stale instead.
    ///
    /// # Errors
    ///
    /// [`DeskError::Denied`] if the answer is no; [`DeskError::Store`] if the store did not do its part:
    /// [`StoreError::Indeterminate`] means that a request without a key may or may not have been carried out, so look
    /// at the trade before asking again.
    pub fn submit(&self, order: impl Into<Id>, request: impl Borrow<Request>) -> Result<Receipt, DeskError> {
        self.carry_out(order.into(), request.borrow(), None)
    }

    /// Submits what a task has come to, and ends the task in the same commit: a crash leaves both or neither.
    ///
    /// If the claim is over, the request is carried out all the same, and the task is left to whoever has it now.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    pub fn answer(&self, claimed: &Claimed, request: impl Borrow<Request>) -> Result<Receipt, DeskError> {
        let ends = (claimed.id, claimed.fence);
        match self.carry_out(claimed.id.trade.order, request.borrow(), Some(ends)) {
            Err(DeskError::Store(StoreError::Fenced { .. } | StoreError::NoTask { .. })) => {
                self.carry_out(claimed.id.trade.order, request.borrow(), None)
            }
            Ok(receipt) if receipt.replayed => self.end(claimed).map(|()| receipt),
            other => other,
        }
    }

    /// What `submit` would answer now, without doing it.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    pub fn preview(&self, order: impl Into<Id>, request: impl Borrow<Request>) -> Result<Receipt, DeskError> {
        let (order, request) = (order.into(), request.borrow());
        let trade = self.trade_or_absent(order)?;
        let now = self.now(&trade);
        let decided = step(&self.book(&trade), &trade, request, now);
        Ok(self.answered(order, request, decided)?.unwrap_or_else(|outcome| Receipt::of(&outcome, now)))
    }

    fn carry_out(&self, order: Id, request: &Request, ends: Option<(TaskId, u64)>) -> Result<Receipt, DeskError> {
        for _ in 0..TRIES {
            let before = self.trade_or_absent(order)?;
            if let Some(receipt) = self.attempt(&before, request, ends)? {
                return Ok(receipt);
            }
        }
        let trade = crate::trade::TradeKey { tenant: self.store.tenant(), order };
        Err(DeskError::Busy { trade, tries: TRIES })
    }

    /// Decides once; `None` if it must be decided anew on what stands now.
    fn attempt(
        &self,
        before: &Trade,
        request: &Request,
        ends: Option<(TaskId, u64)>,
    ) -> Result<Option<Receipt>, DeskError> {
        let (order, now) = (before.key.order, self.now(before));
        let decided = match step(&self.book(before), before, request, now) {
            // What is decided and not yet known is looked up by the commit itself.
            Ok(outcome) if !outcome.events.is_empty() => outcome,
            other => match self.answered(order, request, other)? {
                Ok(receipt) => return Ok(Some(receipt)),
                Err(known) => return Ok(Some(Receipt::of(&known, now))),
            },
        };
        let receipt = Receipt::of(&decided, now);
        let mut commit = Commit::of(before, decided);
        commit.ends = ends;
        commit.answered = RequestKey::of(order, request).map(|key| {
            let fingerprint = Fingerprint::of(order, request);
            Answered { key, answer: Answer { fingerprint, receipt: receipt.clone() } }
        });
        match self.store.commit(&commit) {
            Ok(Committed::Stored) => Ok(Some(receipt)),
            Ok(Committed::Replayed(first)) => Ok(Some(replayed(*first))),
            Err(StoreError::Stale { .. }) => Ok(None),
            Err(StoreError::KeyReused(_)) => Err(Denied::KeyReused.into()),
            Err(unknown @ StoreError::Indeterminate { .. }) => self.resolve(&commit, unknown),
            Err(error) => Err(error.into()),
        }
    }

    /// A request that could not be decided, or that says nothing new, may have been answered before: then that answer
    /// stands. `Err` is an outcome that is still to be answered.
    fn answered(
        &self,
        order: Id,
        request: &Request,
        decided: Result<Outcome, Denied>,
    ) -> Result<Result<Receipt, Outcome>, DeskError> {
        // Whoever is no party, or does not ask properly, hears nothing of what others asked.
        if let Err(denied @ (Denied::Malformed(_) | Denied::Stranger)) = decided {
            return Err(denied.into());
        }
        if let Some(key) = RequestKey::of(order, request)
            && let Some(first) = self.store.receipt(&key)?
        {
            return match first.fingerprint == Fingerprint::of(order, request) {
                true => Ok(Ok(replayed(first.receipt))),
                false => Err(Denied::KeyReused.into()),
            };
        }
        Ok(Err(decided?))
    }

    /// Finds out what became of a commit of unknown outcome. If it was not stored, deciding anew is safe: the key is
    /// checked once more.
    fn resolve(&self, commit: &Commit, unknown: StoreError) -> Result<Option<Receipt>, DeskError> {
        let Some(asked) = &commit.answered else {
            return Err(unknown.into());
        };
        match self.store.receipt(&asked.key) {
            Ok(Some(answer)) if answer.fingerprint == asked.answer.fingerprint => Ok(Some(answer.receipt)),
            Ok(Some(_)) => Err(Denied::KeyReused.into()),
            Ok(None) => Ok(None),
            Err(_) => Err(unknown.into()),
        }
    }

    /// Ends a task whose answer had been committed before.
    fn end(&self, claimed: &Claimed) -> Result<(), DeskError> {
        let now: Time = self.clock.now();
        let settle = Settle { task: claimed.id, fence: claimed.fence, now, ending: Ending::Done };
        match self.store.settle(&settle) {
            Ok(()) | Err(StoreError::Fenced { .. } | StoreError::NoTask { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn replayed(first: Receipt) -> Receipt {
    Receipt { replayed: true, ..first }
}
