//! The desk whose calls block until they are answered.

use std::borrow::Borrow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::string::{String, ToString};
use std::vec::Vec;

use super::{Awaited, Delivered, Desk, DeskBuilder, DeskError, Ran, Stop};
use crate::channel::{self, Asked, Channel, NoChannel, PayOut, Question};
use crate::job::{Clerk, Fed, Job, Need, Sent, Worked, well_formed};
use crate::port::{Claimed, Page, Receipt, Shelved, Storage, Store, TaskId};
use crate::trade::{Denied, Event, Options, Request, Trade};
use crate::{Actor, Id, Lang, Time};

impl<S: Store> Desk<S> {
    /// Begins a desk before this storage.
    pub fn builder<D: Storage<Store = S>>(storage: D) -> DeskBuilder<D> {
        DeskBuilder::new(storage)
    }

    /// The store that the desk stands before: for projections, tests and operations.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The clerk, who gives out the jobs that this desk drives.
    pub const fn clerk(&self) -> &Clerk {
        &self.clerk
    }

    /// Carries a request out, or says why not. Then nothing is changed.
    ///
    /// With a [key](Request::key), it is carried out once however often it is submitted, and answered with the same
    /// receipt. Whoever changed the trade in between, the request is decided on what stands when it is committed; one
    /// that names the version seen is refused as stale instead.
    ///
    /// # Errors
    ///
    /// [`DeskError::Denied`] if the answer is no; [`DeskError::Store`] if the store did not do its part:
    /// [`StoreError::Indeterminate`](crate::port::StoreError::Indeterminate) means that a request without a key may or
    /// may not have been carried out, so look at the trade before asking again.
    pub fn submit(&self, order: impl Into<Id>, request: impl Borrow<Request>) -> Result<Receipt, DeskError> {
        self.drive(self.clerk.submit(order, request.borrow()), nobody)
    }

    /// Submits what a task has come to, and ends the task in the same commit: a crash leaves both or neither.
    ///
    /// If the claim is over, the request is carried out all the same, and the task is left to whoever has it now.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    pub fn answer(&self, claimed: &Claimed, request: impl Borrow<Request>) -> Result<Receipt, DeskError> {
        self.drive(self.clerk.answer(claimed, request.borrow()), nobody)
    }

    /// What `submit` would answer now, without doing it.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    pub fn preview(&self, order: impl Into<Id>, request: impl Borrow<Request>) -> Result<Receipt, DeskError> {
        self.drive(self.clerk.preview(order, request.borrow()), nobody)
    }

    /// The trade of this order as it is stored. For the caller's own service: no actor is asked.
    ///
    /// # Errors
    ///
    /// [`Denied::Stranger`] if there is no such trade; [`DeskError::Store`].
    pub fn trade(&self, order: impl Into<Id>) -> Result<Trade, DeskError> {
        Ok(self.stored(order)?.ok_or(Denied::Stranger)?)
    }

    /// Everything that happened to the trade of this order, from its first event on. For the caller's own service.
    ///
    /// # Errors
    ///
    /// [`Denied::Stranger`] if there is no such trade; [`StoreError::Corrupt`](crate::port::StoreError::Corrupt) if an
    /// event is missing or unreadable.
    pub fn history(&self, order: impl Into<Id>) -> Result<Vec<Event>, DeskError> {
        self.drive(self.clerk.recount(order), nobody).map(|(_, events)| events)
    }

    /// The whole history as lines for people, in the desk's own time zone and the trade's currency.
    ///
    /// # Errors
    ///
    /// As [`history`](Self::history).
    pub fn timeline(&self, order: impl Into<Id>, lang: Lang) -> Result<Vec<String>, DeskError> {
        let (trade, events) = self.drive(self.clerk.recount(order), nobody)?;
        Ok(self.clerk.timeline(&trade, &events, lang))
    }

    /// What this actor may do now, until when and within which bounds; and what not, with every reason.
    ///
    /// # Errors
    ///
    /// [`Denied::Stranger`] if the actor is no party of it, or there is no such trade; [`DeskError::Store`].
    pub fn options(&self, order: impl Into<Id>, actor: &Actor) -> Result<Options, DeskError> {
        Ok(self.clerk.options(self.stored(order)?, actor, self.clock.now())?)
    }

    /// What runs until when, as time has left the trade by now; the earliest first, frozen ones last.
    ///
    /// # Errors
    ///
    /// [`Denied::Stranger`] if the actor is no party of it, or there is no such trade; [`DeskError::Store`].
    pub fn deadlines(&self, order: impl Into<Id>, actor: &Actor) -> Result<Vec<Awaited>, DeskError> {
        Ok(self.clerk.deadlines(self.stored(order)?, actor, self.clock.now())?)
    }

    /// Fires the deadlines that have passed, of at most `limit` trades, those that are overdue longest first.
    ///
    /// Call it at least as often as deadlines should be kept; a request that comes first finds them fired all the same.
    /// Any number of workers may call it at once. A trade that fails is reported, and tried again the next time.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`] if the store cannot be asked what is due.
    pub fn run_due(&self, limit: u32) -> Result<Ran, DeskError> {
        self.drive(self.clerk.run_due(limit), nobody)
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

    /// Hands every task that is ready to `carry_out`, one after the other, and marks as done those that it returns
    /// `Ok` for. It may say more than `Ok` and `Err`: see [`Sent`].
    ///
    /// *At least once*: a crash between carrying out and marking hands the task out again. Its
    /// [`key`](crate::trade::Task::key) makes that harmless if whoever carries it out heeds it. There is no order among
    /// tasks: a failed one waits, ever longer, and does not hold up the others; after
    /// [`Delivery::tries`](super::Delivery::tries) it is set aside. `carry_out` may [`submit`](Self::submit) or
    /// [`answer`](Self::answer) what came of it. Its errors are kept with the task: no personal data in them.
    ///
    /// Refunds through a channel with a [contract](DeskBuilder::contract) are left to workers that
    /// [have its client](Self::deliver_through): they are given back, and that is no try.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`] if the store cannot be reached; what was carried out by then may be handed out again.
    pub fn deliver<R: Into<Sent>>(&self, carry_out: impl FnMut(&Claimed) -> R) -> Result<Delivered, DeskError> {
        self.deliver_at_most(u32::MAX, carry_out)
    }

    /// Like [`deliver`](Self::deliver), for so many tasks at most: for a worker that must stop in time.
    ///
    /// # Errors
    ///
    /// As [`deliver`](Self::deliver).
    pub fn deliver_at_most<R: Into<Sent>>(
        &self,
        limit: u32,
        carry_out: impl FnMut(&Claimed) -> R,
    ) -> Result<Delivered, DeskError> {
        self.drive(self.clerk.deliver(limit), carry_out)
    }

    /// Like [`deliver`](Self::deliver), and sends refunds through this channel, or asks it about them, as the
    /// [contracts](DeskBuilder::contract) say; `carry_out` is handed everything else.
    ///
    /// ```
    /// use redress::channel::{ChannelContract, SimulatedChannel, Temper};
    /// use redress::{Desk, ManualClock, Memory, Time};
    ///
    /// let (clock, contract) = (ManualClock::at(Time::EPOCH), ChannelContract::wechat_pay("wechat-pay"));
    /// let channel = SimulatedChannel::new(contract.clone(), Temper::calm(), 7, clock.clone());
    /// let desk = Desk::builder(Memory::new()).tenant("acme-mall").clock(clock).contract(contract).open()?;
    /// let delivered = desk.deliver_through(&channel, |_| Ok::<(), String>(()))?;
    /// assert_eq!(delivered.done, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`deliver`](Self::deliver).
    pub fn deliver_through<R: Into<Sent>>(
        &self,
        channel: &impl Channel,
        carry_out: impl FnMut(&Claimed) -> R,
    ) -> Result<Delivered, DeskError> {
        self.deliver_through_at_most(u32::MAX, channel, carry_out)
    }

    /// Like [`deliver_through`](Self::deliver_through), for so many tasks at most: for a worker that must stop in time.
    ///
    /// # Errors
    ///
    /// As [`deliver`](Self::deliver).
    pub fn deliver_through_at_most<R: Into<Sent>>(
        &self,
        limit: u32,
        channel: &impl Channel,
        carry_out: impl FnMut(&Claimed) -> R,
    ) -> Result<Delivered, DeskError> {
        self.drive_until(&Stop::new(), self.clerk.deliver(limit), channel, carry_out)
    }

    /// Works until it is told to stop, on this thread: fires deadlines and hands out tasks, again and again; see
    /// [`Work`](crate::job::Work) for when it waits and how it backs off.
    ///
    /// Like [`deliver`](Self::deliver) it leaves refunds through a channel with a contract to those that
    /// [work through](Self::work_through) one: where there are contracts, at least one worker must.
    ///
    /// It neither fails nor panics: what goes wrong is told to the [`Observer`](crate::job::Observer) and counted. If
    /// `carry_out` panics, it is not known whether the task was done, so it is tried again later and set aside in the
    /// end. Any number of workers, on any number of machines, may work at once.
    ///
    /// ```
    /// use redress::desk::Stop;
    /// use redress::port::Claimed;
    /// use redress::{Desk, Memory};
    ///
    /// let desk = Desk::builder(Memory::new()).tenant("acme-mall").open()?;
    /// let stop = Stop::new();
    /// let send = |claimed: &Claimed| -> Result<(), String> {
    ///     println!("{} with key {}", claimed.task.what, claimed.task.key);
    ///     Ok(())
    /// };
    /// let worked = std::thread::scope(|scope| {
    ///     let worker = scope.spawn(|| desk.work(&stop, send));
    ///     stop.call();
    ///     worker.join()
    /// });
    /// assert_eq!(worked.map(|worked| worked.failed).ok(), Some(0));
    /// # Ok::<(), redress::desk::OpenError>(())
    /// ```
    pub fn work<R: Into<Sent>>(&self, stop: &Stop, carry_out: impl FnMut(&Claimed) -> R) -> Worked {
        self.work_through(stop, &NoChannel, carry_out)
    }

    /// Works like [`work`](Self::work), and sends refunds through this channel as [`deliver_through`] does.
    ///
    /// If the channel panics, it is not known what it did.
    ///
    /// [`deliver_through`]: Self::deliver_through
    pub fn work_through<R: Into<Sent>>(
        &self,
        stop: &Stop,
        channel: &impl Channel,
        mut carry_out: impl FnMut(&Claimed) -> R,
    ) -> Worked {
        self.drive_until(stop, self.clerk.work(), &Caught(channel), |claimed| caught(|| carry_out(claimed)))
    }

    /// Tasks that were set aside after too many tries, or because they could not be read; those after `after` only.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`].
    pub fn set_aside(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, DeskError> {
        Ok(self.store.shelved(after, limit)?)
    }

    /// Makes a task that was set aside ready to be handed out once more.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoTask`](crate::port::StoreError::NoTask) if no such task is set aside.
    pub fn take_up(&self, task: TaskId) -> Result<(), DeskError> {
        Ok(self.store.unshelve(task, self.clock.now())?)
    }

    fn stored(&self, order: impl Into<Id>) -> Result<Option<Trade>, DeskError> {
        Ok(self.store.load(well_formed(order.into())?)?)
    }

    /// Drives a job of one piece, or one that stops by itself.
    fn drive<J: Job, R: Into<Sent>>(&self, job: J, carry_out: impl FnMut(&Claimed) -> R) -> J::Done {
        self.drive_until(&Stop::new(), job, &NoChannel, carry_out)
    }

    /// Drives a job to its end, or to where it can stop.
    fn drive_until<J, R>(
        &self,
        stop: &Stop,
        mut job: J,
        channel: &impl Channel,
        mut carry_out: impl FnMut(&Claimed) -> R,
    ) -> J::Done
    where
        J: Job,
        R: Into<Sent>,
    {
        while let Some(need) = job.poll(self.clock.now()) {
            let fed = match need {
                Need::Load(order) => Fed::Loaded(self.store.load(order)),
                Need::Commit(commit) => Fed::Committed(self.store.commit(commit)),
                Need::Receipt(key) => Fed::Receipt(self.store.receipt(key)),
                Need::History { order, from, limit } => Fed::History(self.store.history(order, from, limit)),
                Need::Due { now, after, limit } => Fed::Due(self.store.due(now, after, limit)),
                Need::Claim(claim) => Fed::Claimed(self.store.claim(claim)),
                Need::Send(claimed) => Fed::Sent(carry_out(claimed).into()),
                Need::Pay(pay_out) => Fed::Paid(channel.send(pay_out)),
                Need::Ask(question) => Fed::Asked(channel.ask(question)),
                Need::Settle(settle) => Fed::Settled(self.store.settle(settle)),
                Need::Wait(length) => {
                    stop.wait(length);
                    Fed::Waited
                }
            };
            job.feed(fed);
            if stop.is_called() {
                job.stop();
            }
        }
        job.end()
    }
}

/// Carries nothing out: for jobs that hand out no task.
pub(super) fn nobody(_: &Claimed) -> Sent {
    Sent::Failed("there is nobody here to carry it out".to_string())
}

/// Carries a task out. A panic is caught: nobody knows how far it got.
fn caught<R: Into<Sent>>(carry_out: impl FnOnce() -> R) -> Sent {
    catch_unwind(AssertUnwindSafe(carry_out)).map_or_else(|_| panicked(), Into::into)
}

/// A channel whose panics are caught: nobody knows how far it got.
struct Caught<'c, C>(&'c C);

impl<C: Channel> Channel for Caught<'_, C> {
    fn send(&self, pay_out: &PayOut) -> channel::Sent {
        let sent = catch_unwind(AssertUnwindSafe(|| self.0.send(pay_out)));
        sent.unwrap_or_else(|_| channel::Sent::Unknown(CHANNEL_PANICKED.to_string()))
    }

    fn ask(&self, question: &Question) -> Asked {
        let asked = catch_unwind(AssertUnwindSafe(|| self.0.ask(question)));
        asked.unwrap_or_else(|_| Asked::Unknown(CHANNEL_PANICKED.to_string()))
    }
}

pub(super) const CHANNEL_PANICKED: &str = "the client of the channel panicked";

pub(super) fn panicked() -> Sent {
    Sent::Unknown("the code that carries it out panicked".to_string())
}
