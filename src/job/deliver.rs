//! Tasks: claimed, handed to the caller, settled.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::{String, ToString};
use core::mem::replace;

use super::payout::{Came, Remit};
use super::{Clerk, Delivered, Delivery, DeskError, Fed, Job, Need, Sent, Submit, Undelivered};
use crate::Time;
use crate::port::{Claim, Claimed, Ending, Page, Settle, StoreError, TaskId};

/// The most characters of an error that are kept.
const ERROR_MOST: usize = 500;
/// How often a task is settled again when nobody heard what became of it.
const UNHEARD_MOST: u32 = 3;

/// Hands out the tasks that are ready, one after the other, and settles each.
///
/// It comes to [`Delivered`], or to a [`DeskError`] if the store cannot be reached.
#[derive(Debug)]
#[must_use = "a job does nothing unless it is driven"]
pub struct Deliver<'a> {
    clerk: &'a Clerk,
    left: u32,
    queue: VecDeque<Claimed>,
    delivered: Delivered,
    stopping: bool,
    /// How often nobody heard whether the task in hand was settled.
    unheard: u32,
    error: Option<DeskError>,
    at: At<'a>,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it for each job, and it is made anew with each step")]
enum At<'a> {
    /// Waits for the time of the next claim.
    Begin,
    Claim(Claim),
    /// Waits for the time at which the next task of the batch is taken up.
    Next,
    Send(Claimed),
    Remit(Box<Remit<'a>>),
    /// Waits for the time at which the task is settled.
    Sent(Claimed, Sent),
    Answer(Claimed, Box<Submit<'a>>),
    /// With the failure to tell of, if it is one.
    Settle(Settle, Claimed, Option<Undelivered>),
    Over,
}

impl<'a> Deliver<'a> {
    pub(super) fn new(clerk: &'a Clerk, limit: u32) -> Self {
        Self {
            clerk,
            left: limit,
            queue: VecDeque::new(),
            delivered: Delivered::default(),
            stopping: false,
            unheard: 0,
            error: None,
            at: At::Begin,
        }
    }

    /// Whether the store was out of reach, so that it is of no use to go on.
    pub(super) const fn lost(&self) -> bool {
        self.error.is_some()
    }

    /// What became of the tasks by now.
    pub(super) const fn delivered(&self) -> &Delivered {
        &self.delivered
    }

    fn claim(&self, now: Time) -> At<'a> {
        if self.left == 0 || self.stopping {
            return At::Over;
        }
        let Delivery { worker, lease, batch, .. } = self.clerk.delivery;
        At::Claim(Claim { now, until: now.after(lease.millis()), limit: batch.min(self.left), worker })
    }

    fn claimed(&mut self, page: Page<Claimed>) -> At<'a> {
        if page.rows.is_empty() && page.corrupt.is_empty() {
            return At::Over;
        }
        self.clerk.unreadable(&page.corrupt);
        self.delivered.corrupt.extend(page.corrupt);
        self.queue = page.rows.into();
        At::Next
    }

    fn next(&mut self, now: Time) -> At<'a> {
        let Some(claimed) = self.queue.pop_front() else {
            return At::Begin;
        };
        (self.left, self.unheard) = (self.left.saturating_sub(1), 0);
        if now >= claimed.until || self.stopping {
            give_back(claimed, now, now)
        } else if claimed.tries > self.clerk.delivery.tries {
            let error = "it was handed out again and again, and never came back".to_string();
            At::Sent(claimed, Sent::Failed(error))
        } else {
            self.clerk.observer.handed_out(claimed.id, claimed.task.what, claimed.tries);
            match Remit::concerns(self.clerk, &claimed) {
                true => At::Remit(Box::new(Remit::new(self.clerk, claimed))),
                false => At::Send(claimed),
            }
        }
    }

    fn remitted(&mut self, remit: Remit<'a>, now: Time) -> At<'a> {
        let (claimed, came) = remit.end();
        let mut failed = match came {
            Came::ByHand => return At::Send(claimed),
            Came::Told(sent) => return At::Sent(claimed, sent),
            Came::Lost(error) => return self.fail(error),
            Came::Back(at) => return give_back(claimed, now, at),
            Came::Later(at, error) => {
                let failed = self.failure(&claimed, error, now);
                Undelivered { again_at: failed.again_at.map(|_| at), ..failed }
            }
            Came::Aside(error) => Undelivered { again_at: None, ..self.failure(&claimed, error, now) },
        };
        failed.error = failed.error.chars().take(ERROR_MOST).collect();
        settle(claimed, now, failed.ending(), Some(failed))
    }

    fn sent(&self, claimed: Claimed, sent: Sent, now: Time) -> At<'a> {
        let error = match sent {
            Sent::Done => return settle(claimed, now, Ending::Done, None),
            Sent::Answer(request) => {
                let submit = Submit::new(self.clerk, claimed.id.trade.order, Cow::Owned(*request)).ending(&claimed);
                return At::Answer(claimed, Box::new(submit));
            }
            Sent::Failed(error) => error,
            Sent::Unknown(error) => format!("not known whether it was done: {error}"),
        };
        let failed = self.failure(&claimed, error.chars().take(ERROR_MOST).collect(), now);
        settle(claimed, now, failed.ending(), Some(failed))
    }

    fn failure(&self, claimed: &Claimed, error: String, now: Time) -> Undelivered {
        let again = claimed.tries < self.clerk.delivery.tries;
        let again_at = again.then(|| self.clerk.delivery.again(claimed.tries, now));
        Undelivered { task: claimed.id, what: claimed.task.what, tries: claimed.tries, error, again_at }
    }

    /// What came of a task was submitted, or refused. A refused answer is a failure of the task.
    fn answered(&mut self, claimed: Claimed, submit: Submit<'a>) -> At<'a> {
        let held = submit.holds_task();
        match submit.end() {
            Ok(_) if held => self.done(&claimed),
            Ok(_) => self.overtaken(claimed.id),
            Err(DeskError::Denied(denied)) => {
                At::Sent(claimed, Sent::Failed(format!("what came of it was refused: {}", denied.code())))
            }
            Err(busy @ DeskError::Busy { .. }) => At::Sent(claimed, Sent::Failed(busy.to_string())),
            Err(DeskError::Store(error)) if error.is_of_the_whole() => {
                self.error = Some(error.into());
                At::Over
            }
            Err(DeskError::Store(error)) => {
                At::Sent(claimed, Sent::Failed(format!("what came of it cannot be stored: {error}")))
            }
        }
    }

    fn settled(
        &mut self,
        settle: Settle,
        claimed: Claimed,
        failed: Option<Undelivered>,
        settled: Result<(), StoreError>,
    ) -> At<'a> {
        match settled {
            Ok(()) => {}
            // It may be said again: only this claim can have ended it so.
            Err(StoreError::Indeterminate { .. }) if self.unheard < UNHEARD_MOST => {
                self.unheard = self.unheard.saturating_add(1);
                return At::Settle(settle, claimed, failed);
            }
            Err(StoreError::Fenced { fence, found, .. }) if fence == found && self.unheard > 0 => {}
            Err(StoreError::Fenced { .. }) => return self.overtaken(claimed.id),
            Err(error) if error.is_of_the_whole() => return self.fail(error),
            Err(error) => return self.unsettled(claimed.id, &error),
        }
        match failed {
            Some(failed) => self.failed(failed),
            None if settle.ending == Ending::Done => self.done(&claimed),
            None => {
                self.clerk.observer.left(claimed.id);
                self.delivered.returned = self.delivered.returned.saturating_add(1);
                At::Next
            }
        }
    }

    fn done(&mut self, claimed: &Claimed) -> At<'a> {
        self.clerk.observer.done(claimed.id, claimed.task.what, claimed.tries);
        self.delivered.done = self.delivered.done.saturating_add(1);
        At::Next
    }

    fn failed(&mut self, failed: Undelivered) -> At<'a> {
        match failed.again_at {
            Some(_) => self.clerk.observer.failed(&failed),
            None => self.clerk.observer.set_aside(&failed),
        }
        self.delivered.failed.push(failed);
        At::Next
    }

    fn overtaken(&mut self, task: TaskId) -> At<'a> {
        self.clerk.observer.left(task);
        self.delivered.overtaken = self.delivered.overtaken.saturating_add(1);
        At::Next
    }

    /// Its row is damaged or gone. The others are not.
    fn unsettled(&mut self, task: TaskId, error: &StoreError) -> At<'a> {
        self.clerk.trouble(error);
        if let StoreError::Corrupt(corrupt) = error {
            self.delivered.corrupt.push(**corrupt);
            return At::Next;
        }
        self.overtaken(task)
    }

    fn fail(&mut self, error: StoreError) -> At<'a> {
        self.clerk.trouble(&error);
        self.error = Some(error.into());
        At::Over
    }

    fn advance(&mut self, now: Time) {
        loop {
            self.at = match replace(&mut self.at, At::Over) {
                At::Begin => self.claim(now),
                At::Next => self.next(now),
                At::Sent(claimed, sent) => self.sent(claimed, sent, now),
                At::Remit(mut remit) => match remit.poll(now).is_some() {
                    true => return self.at = At::Remit(remit),
                    false => self.remitted(*remit, now),
                },
                At::Answer(claimed, mut submit) => match submit.poll(now).is_some() {
                    true => {
                        self.at = At::Answer(claimed, submit);
                        return;
                    }
                    false => self.answered(claimed, *submit),
                },
                settled => {
                    self.at = settled;
                    return;
                }
            };
        }
    }
}

fn settle<'a>(claimed: Claimed, now: Time, ending: Ending, failed: Option<Undelivered>) -> At<'a> {
    At::Settle(Settle { task: claimed.id, fence: claimed.fence, now, ending }, claimed, failed)
}

/// Nobody has begun with it: the claim does not count.
fn give_back<'a>(claimed: Claimed, now: Time, at: Time) -> At<'a> {
    let first = claimed.first;
    settle(claimed, now, Ending::Returned { at, first }, None)
}

impl Job for Deliver<'_> {
    type Done = Result<Delivered, DeskError>;

    fn poll(&mut self, now: Time) -> Option<Need<'_>> {
        self.advance(now);
        match &mut self.at {
            At::Claim(claim) => Some(Need::Claim(claim)),
            At::Send(claimed) => Some(Need::Send(claimed)),
            At::Remit(remit) => remit.poll(now),
            At::Answer(_, submit) => submit.poll(now),
            At::Settle(settle, ..) => Some(Need::Settle(settle)),
            At::Begin | At::Next | At::Sent(..) | At::Over => None,
        }
    }

    fn feed(&mut self, fed: Fed) {
        self.at = match (replace(&mut self.at, At::Over), fed) {
            (At::Claim(_), Fed::Claimed(Ok(page))) => self.claimed(page),
            (At::Claim(_), Fed::Claimed(Err(error))) => self.fail(error),
            (At::Send(claimed), Fed::Sent(sent)) => At::Sent(claimed, sent),
            (At::Remit(mut remit), fed) => {
                remit.feed(fed);
                At::Remit(remit)
            }
            (At::Answer(claimed, mut submit), fed) => {
                submit.feed(fed);
                At::Answer(claimed, submit)
            }
            (At::Settle(settle, claimed, failed), Fed::Settled(settled)) => {
                self.settled(settle, claimed, failed, settled)
            }
            (unmoved, _) => unmoved,
        };
    }

    /// Finishes the task in hand, gives back those that were claimed with it, and claims no others.
    fn stop(&mut self) {
        self.stopping = true;
    }

    fn end(self) -> Self::Done {
        self.error.map_or(Ok(self.delivered), Err)
    }
}
