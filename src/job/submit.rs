//! Requests: loaded, decided, committed, answered.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use core::mem::replace;

use super::clerk::{at_least, well_formed};
use super::{Clerk, DeskError, Fed, Job, Need};
use crate::port::{
    Answer, Answered, Call, Claimed, Commit, Committed, Ending, Fingerprint, Receipt, RequestKey, Settle, StoreError,
    TaskId,
};
use crate::trade::{Denied, Request, Trade, step};
use crate::{Id, Time};

/// How often a request is decided anew when others commit in between.
const TRIES: u32 = 16;

/// Carries a request out, or says why not. Then nothing is changed.
///
/// It comes to the receipt, or to a [`DeskError`] as [`Desk::submit`](crate::Desk::submit) says.
#[derive(Debug)]
#[must_use = "a job does nothing unless it is driven"]
pub struct Submit<'a> {
    clerk: &'a Clerk,
    order: Id,
    request: Cow<'a, Request>,
    /// Whether what is decided is to be committed.
    commits: bool,
    /// The task that the request answers, with the fence of its claim, as long as it is this claim's.
    ends: Option<(TaskId, u64)>,
    tries: u32,
    /// A commit of which nobody heard and that was not found: if it lands after all, it is this request's own.
    unheard: Option<StoreError>,
    at: At,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it for each job, and it is made anew with each step")]
enum At {
    Load,
    /// Waits for the time at which it is decided.
    Decide(Trade),
    /// Nothing is to be committed. If the request was answered before, that answer stands; else this one.
    Recall(RequestKey, Result<Receipt, Denied>),
    Commit(Box<Commit>, Receipt),
    /// It is not known whether this answer was committed.
    Resolve(Box<Answered>, StoreError),
    /// Answered before: the task that is left over waits for the time at which it ends.
    End(TaskId, u64, Receipt),
    Settle(Settle, Receipt),
    Over(Result<Receipt, DeskError>),
}

impl<'a> Submit<'a> {
    pub(super) fn new(clerk: &'a Clerk, order: Id, request: Cow<'a, Request>) -> Self {
        let at = well_formed(order).map_or_else(|error| At::Over(Err(error)), |_| At::Load);
        Self { clerk, order, request, commits: true, ends: None, tries: 0, unheard: None, at }
    }

    /// Ends this task in the same commit. If its claim is over, the request is carried out all the same.
    pub(super) const fn ending(mut self, claimed: &Claimed) -> Self {
        self.ends = Some((claimed.id, claimed.fence));
        self
    }

    pub(super) const fn without_commit(mut self) -> Self {
        self.commits = false;
        self
    }

    /// Whether the task that the request answers is still this claim's.
    pub(super) const fn holds_task(&self) -> bool {
        self.ends.is_some()
    }

    fn decide(&mut self, before: &Trade, now: Time) -> At {
        let now = at_least(now, before);
        let decided = match step(&self.clerk.book(before), before, &self.request, now) {
            Ok(outcome) if self.commits && !outcome.events.is_empty() => {
                let receipt = Receipt::of(&outcome, now);
                let answered = self.key().map(|key| Answered { key, answer: self.answer(receipt.clone()) });
                let commit = Commit { answered, ends: self.ends, ..Commit::of(before, outcome) };
                self.clerk.observer.decided(&receipt);
                return At::Commit(Box::new(commit), receipt);
            }
            // Whoever is no party, or does not ask properly, hears nothing of what others asked.
            Err(denied @ (Denied::Malformed(_) | Denied::Stranger)) => return self.over(Err(denied.into())),
            other => other.map(|outcome| Receipt::of(&outcome, now)),
        };
        match self.key() {
            Some(key) => At::Recall(key, decided),
            None => self.nothing_new(decided),
        }
    }

    /// Nothing is to be stored. A task that has come to what is known already ends all the same.
    fn nothing_new(&mut self, decided: Result<Receipt, Denied>) -> At {
        match (decided, self.ends) {
            (Ok(receipt), Some((task, fence))) if self.commits => At::End(task, fence, receipt),
            (decided, _) => self.over(decided.map_err(DeskError::from)),
        }
    }

    fn recalled(&mut self, decided: Result<Receipt, Denied>, found: Option<Answer>) -> At {
        match found {
            None => self.nothing_new(decided),
            Some(first) if first.fingerprint == Fingerprint::of(self.order, &self.request) => {
                self.replayed(first.receipt)
            }
            Some(_) => self.over(Err(Denied::KeyReused.into())),
        }
    }

    fn committed(&mut self, commit: Commit, receipt: Receipt, committed: Result<Committed, StoreError>) -> At {
        match committed {
            Ok(Committed::Stored) => self.stored(receipt),
            Ok(Committed::Replayed(first)) => self.replayed(*first),
            Err(StoreError::Stale { .. }) => {
                self.clerk.observer.overtaken(commit.trade.key, self.tries.saturating_add(1));
                self.anew()
            }
            Err(StoreError::KeyReused(_)) => self.over(Err(Denied::KeyReused.into())),
            // The task is another's by now; what came of it is heard all the same.
            Err(StoreError::Fenced { .. } | StoreError::NoTask { .. }) if self.ends.take().is_some() => self.anew(),
            Err(unknown @ StoreError::Indeterminate { .. }) => {
                self.clerk.observer.unheard(commit.trade.key, &unknown);
                match commit.answered {
                    Some(asked) => At::Resolve(Box::new(asked), unknown),
                    None => self.over(Err(unknown.into())),
                }
            }
            Err(error) => self.over(Err(error.into())),
        }
    }

    /// What became of a commit of unknown outcome. If it was not stored, deciding anew is safe: the key is checked once
    /// more.
    fn resolved(&mut self, asked: &Answered, unknown: StoreError, found: Result<Option<Answer>, StoreError>) -> At {
        if let Ok(found) = &found {
            let stored = found.as_ref().is_some_and(|answer| *answer == asked.answer);
            self.clerk.observer.resolved(self.clerk.key(self.order), stored);
        }
        match found {
            Ok(Some(answer)) if answer == asked.answer => self.stored(answer.receipt),
            Ok(Some(answer)) if answer.fingerprint == asked.answer.fingerprint => self.replayed(answer.receipt),
            Ok(Some(_)) => self.over(Err(Denied::KeyReused.into())),
            Ok(None) => {
                self.unheard = Some(unknown);
                self.anew()
            }
            Err(_) => self.over(Err(unknown.into())),
        }
    }

    /// To be decided anew on what stands now.
    fn anew(&mut self) -> At {
        self.tries = self.tries.saturating_add(1);
        let trade = self.clerk.key(self.order);
        if self.tries < TRIES { At::Load } else { self.over(Err(DeskError::Busy { trade, tries: TRIES })) }
    }

    fn replayed(&self, first: Receipt) -> At {
        let receipt = Receipt { replayed: true, ..first };
        if self.commits {
            self.clerk.observer.replayed(&receipt);
        }
        match self.ends {
            Some((task, fence)) => At::End(task, fence, receipt),
            None => At::Over(Ok(receipt)),
        }
    }

    fn stored(&self, receipt: Receipt) -> At {
        self.clerk.observer.committed(&receipt);
        At::Over(Ok(receipt))
    }

    /// The end, unless it is a receipt of something stored; a preview is nobody's business. Once nobody has heard of a
    /// commit, which may still land, it is never said that nothing was changed: a refusal says that, too.
    fn over(&mut self, answer: Result<Receipt, DeskError>) -> At {
        let answer = match (answer, self.unheard.take()) {
            // The key has another answer: this request's own can never be stored any more.
            (Err(DeskError::Denied(Denied::KeyReused)), _) => Err(Denied::KeyReused.into()),
            (Err(_), Some(unheard)) => Err(unheard.into()),
            (answer, _) => answer,
        };
        match &answer {
            Err(DeskError::Denied(denied)) if self.commits => {
                self.clerk.observer.refused(self.clerk.key(self.order), denied);
            }
            Err(DeskError::Store(error)) => self.clerk.trouble(error),
            Ok(_) | Err(DeskError::Denied(_) | DeskError::Busy { .. }) => {}
        }
        At::Over(answer)
    }

    fn key(&self) -> Option<RequestKey> {
        RequestKey::of(self.order, &self.request)
    }

    fn answer(&self, receipt: Receipt) -> Answer {
        Answer { fingerprint: Fingerprint::of(self.order, &self.request), receipt }
    }
}

impl Job for Submit<'_> {
    type Done = Result<Receipt, DeskError>;

    fn poll(&mut self, now: Time) -> Option<Need<'_>> {
        self.at = match replace(&mut self.at, At::Load) {
            At::Decide(before) => self.decide(&before, now),
            At::End(task, fence, receipt) => At::Settle(Settle { task, fence, now, ending: Ending::Done }, receipt),
            unmoved => unmoved,
        };
        match &self.at {
            At::Load => Some(Need::Load(self.order)),
            At::Recall(key, _) => Some(Need::Receipt(key)),
            At::Commit(commit, _) => Some(Need::Commit(commit)),
            At::Resolve(asked, _) => Some(Need::Receipt(&asked.key)),
            At::Settle(settle, _) => Some(Need::Settle(settle)),
            At::Decide(_) | At::End(..) | At::Over(_) => None,
        }
    }

    fn feed(&mut self, fed: Fed) {
        self.at = match (replace(&mut self.at, At::Load), fed) {
            (At::Load, Fed::Loaded(Ok(found))) => At::Decide(self.clerk.or_absent(self.order, found)),
            (At::Recall(_, decided), Fed::Receipt(Ok(found))) => self.recalled(decided, found),
            (At::Load, Fed::Loaded(Err(error))) | (At::Recall(..), Fed::Receipt(Err(error))) => {
                self.over(Err(error.into()))
            }
            (At::Commit(commit, receipt), Fed::Committed(committed)) => self.committed(*commit, receipt, committed),
            (At::Resolve(asked, unknown), Fed::Receipt(found)) => self.resolved(&asked, unknown, found),
            (At::Settle(_, receipt), Fed::Settled(settled)) => match settled {
                Ok(()) | Err(StoreError::Fenced { .. } | StoreError::NoTask { .. }) => At::Over(Ok(receipt)),
                Err(error) => self.over(Err(error.into())),
            },
            (unmoved, _) => unmoved,
        };
    }

    fn end(self) -> Self::Done {
        let trade = Some(self.clerk.key(self.order));
        match self.at {
            At::Over(answer) => answer,
            At::Commit(..) | At::Resolve(..) => {
                let reason = "given up before the reply came".into();
                Err(StoreError::Indeterminate { call: Call::Commit, trade, reason }.into())
            }
            At::Load | At::Decide(_) | At::Recall(..) => {
                if let Some(unheard) = self.unheard {
                    return Err(unheard.into());
                }
                let reason = "given up before it was decided".into();
                Err(StoreError::Unavailable { call: Call::Load, trade, reason }.into())
            }
            At::End(_, _, receipt) | At::Settle(_, receipt) => Ok(receipt),
        }
    }
}
