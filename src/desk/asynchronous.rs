//! The desk whose calls are awaited.

use std::borrow::Borrow;
use std::boxed::Box;
use std::fmt;
use std::future::{Future, pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::string::String;
use std::task::Poll;
use std::time::Duration;
use std::vec::Vec;

use super::blocking::{CHANNEL_PANICKED, nobody, panicked};
use super::{Awaited, Delivered, DeskBuilder, DeskError, Ran};
use crate::channel::{self, Asked, AsyncChannel, NoChannel, PayOut, Question};
use crate::job::{Clerk, Fed, Job, Need, Sent, Worked, well_formed};
use crate::port::{AsyncStorage, AsyncStore, Claimed, Clock, Page, Receipt, Shelved, TaskId};
use crate::trade::{Denied, Event, Options, Request, Trade};
use crate::{Actor, Id, Lang, Time};

/// A [`Desk`](super::Desk) whose calls are awaited: the same calls, the same answers, the same jobs behind them.
///
/// It chooses no runtime: whoever awaits it brings one. Its futures are `Send` if what they are given is.
///
/// *Dropping a future is losing its answer*, as if the process had died there: a request may or may not have been
/// carried out, so ask again with the same [key](Request::key); a task that was claimed is handed out again when its
/// lease ends. Nothing is ever left half done.
///
/// ```
/// use redress::desk::AsyncDesk;
/// use redress::port::Blocking;
/// use redress::trade::{NewLine, NewOrder, Request};
/// use redress::{Actor, Currency, Memory};
///
/// async fn serve() -> Result<(), Box<dyn std::error::Error>> {
///     let desk = AsyncDesk::builder(Blocking(Memory::new())).tenant("acme-mall").open_async()?;
///     let order = NewOrder::new("alice", "acme", Currency::CNY, vec![NewLine::new("shirt", 2, 9_900)]);
///     let receipt = desk.submit("A-1001", Request::by(Actor::buyer("alice")).place(order).key("tap-1")).await?;
///     assert_eq!(receipt.version, 1);
///     Ok(())
/// }
/// # let mut served = std::pin::pin!(serve());
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # assert!(matches!(served.as_mut().poll(&mut context), std::task::Poll::Ready(Ok(()))));
/// # use std::future::Future;
/// ```
pub struct AsyncDesk<S> {
    pub(super) store: S,
    pub(super) clerk: Clerk,
    pub(super) clock: Box<dyn Clock + Send + Sync>,
}

impl<S: AsyncStore> AsyncDesk<S> {
    /// Begins a desk before this storage; ends with [`open_async`](DeskBuilder::open_async).
    pub fn builder<D: AsyncStorage<Store = S>>(storage: D) -> DeskBuilder<D> {
        DeskBuilder::new(storage)
    }

    /// As [`Desk::store`](super::Desk::store).
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// As [`Desk::clerk`](super::Desk::clerk).
    pub const fn clerk(&self) -> &Clerk {
        &self.clerk
    }

    /// As [`Desk::submit`](super::Desk::submit).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn submit(&self, order: impl Into<Id>, request: impl Borrow<Request>) -> Result<Receipt, DeskError> {
        self.drive(self.clerk.submit(order, request.borrow())).await
    }

    /// As [`Desk::answer`](super::Desk::answer).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn answer(&self, claimed: &Claimed, request: impl Borrow<Request>) -> Result<Receipt, DeskError> {
        self.drive(self.clerk.answer(claimed, request.borrow())).await
    }

    /// As [`Desk::preview`](super::Desk::preview).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn preview(&self, order: impl Into<Id>, request: impl Borrow<Request>) -> Result<Receipt, DeskError> {
        self.drive(self.clerk.preview(order, request.borrow())).await
    }

    /// As [`Desk::trade`](super::Desk::trade).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn trade(&self, order: impl Into<Id>) -> Result<Trade, DeskError> {
        Ok(self.stored(order.into()).await?.ok_or(Denied::Stranger)?)
    }

    /// As [`Desk::history`](super::Desk::history).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn history(&self, order: impl Into<Id>) -> Result<Vec<Event>, DeskError> {
        self.drive(self.clerk.recount(order)).await.map(|(_, events)| events)
    }

    /// As [`Desk::timeline`](super::Desk::timeline).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn timeline(&self, order: impl Into<Id>, lang: Lang) -> Result<Vec<String>, DeskError> {
        let (trade, events) = self.drive(self.clerk.recount(order)).await?;
        Ok(self.clerk.timeline(&trade, &events, lang))
    }

    /// As [`Desk::options`](super::Desk::options).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn options(&self, order: impl Into<Id>, actor: &Actor) -> Result<Options, DeskError> {
        Ok(self.clerk.options(self.stored(order.into()).await?, actor, self.clock.now())?)
    }

    /// As [`Desk::deadlines`](super::Desk::deadlines).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn deadlines(&self, order: impl Into<Id>, actor: &Actor) -> Result<Vec<Awaited>, DeskError> {
        Ok(self.clerk.deadlines(self.stored(order.into()).await?, actor, self.clock.now())?)
    }

    /// As [`Desk::run_due`](super::Desk::run_due).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn run_due(&self, limit: u32) -> Result<Ran, DeskError> {
        self.drive(self.clerk.run_due(limit)).await
    }

    /// As [`Desk::next_due`](super::Desk::next_due).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn next_due(&self) -> Result<Option<Time>, DeskError> {
        let page = self.store.due(Time::LATEST, None, 1).await?;
        Ok(page.rows.first().map(|due| due.at))
    }

    /// As [`Desk::deliver`](super::Desk::deliver).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn deliver<F, R>(&self, carry_out: impl FnMut(Claimed) -> F) -> Result<Delivered, DeskError>
    where
        F: Future<Output = R>,
        R: Into<Sent>,
    {
        self.deliver_at_most(u32::MAX, carry_out).await
    }

    /// As [`Desk::deliver_at_most`](super::Desk::deliver_at_most).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn deliver_at_most<F, R>(
        &self,
        limit: u32,
        carry_out: impl FnMut(Claimed) -> F,
    ) -> Result<Delivered, DeskError>
    where
        F: Future<Output = R>,
        R: Into<Sent>,
    {
        self.drive_until(pin!(pending()), |_| ready(()), self.clerk.deliver(limit), &NoChannel, carry_out).await
    }

    /// As [`Desk::deliver_through`](super::Desk::deliver_through).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn deliver_through<F, R>(
        &self,
        channel: &impl AsyncChannel,
        carry_out: impl FnMut(Claimed) -> F,
    ) -> Result<Delivered, DeskError>
    where
        F: Future<Output = R>,
        R: Into<Sent>,
    {
        self.deliver_through_at_most(u32::MAX, channel, carry_out).await
    }

    /// As [`Desk::deliver_through_at_most`](super::Desk::deliver_through_at_most).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn deliver_through_at_most<F, R>(
        &self,
        limit: u32,
        channel: &impl AsyncChannel,
        carry_out: impl FnMut(Claimed) -> F,
    ) -> Result<Delivered, DeskError>
    where
        F: Future<Output = R>,
        R: Into<Sent>,
    {
        self.drive_until(pin!(pending()), |_| ready(()), self.clerk.deliver(limit), channel, carry_out).await
    }

    /// As [`Desk::work`](super::Desk::work), until `stop` is ready. `sleep` is the runtime's own, such as
    /// `tokio::time::sleep`.
    ///
    /// A task in hand is finished, however long it takes: whoever cannot wait for that drops this future.
    pub async fn work<W, F, R>(
        &self,
        stop: impl Future<Output = ()>,
        sleep: impl FnMut(Duration) -> W,
        carry_out: impl FnMut(Claimed) -> F,
    ) -> Worked
    where
        W: Future<Output = ()>,
        F: Future<Output = R>,
        R: Into<Sent>,
    {
        self.work_through(stop, sleep, &NoChannel, carry_out).await
    }

    /// As [`Desk::work_through`](super::Desk::work_through), until `stop` is ready.
    pub async fn work_through<W, F, R>(
        &self,
        stop: impl Future<Output = ()>,
        sleep: impl FnMut(Duration) -> W,
        channel: &impl AsyncChannel,
        mut carry_out: impl FnMut(Claimed) -> F,
    ) -> Worked
    where
        W: Future<Output = ()>,
        F: Future<Output = R>,
        R: Into<Sent>,
    {
        let carry_out = |claimed| caught(begun(|| carry_out(claimed)), panicked);
        self.drive_until(pin!(stop), sleep, self.clerk.work(), &Caught(channel), carry_out).await
    }

    /// As [`Desk::set_aside`](super::Desk::set_aside).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn set_aside(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, DeskError> {
        Ok(self.store.shelved(after, limit).await?)
    }

    /// As [`Desk::take_up`](super::Desk::take_up).
    ///
    /// # Errors
    ///
    /// The same.
    pub async fn take_up(&self, task: TaskId) -> Result<(), DeskError> {
        Ok(self.store.unshelve(task, self.clock.now()).await?)
    }

    async fn stored(&self, order: Id) -> Result<Option<Trade>, DeskError> {
        Ok(self.store.load(well_formed(order)?).await?)
    }

    /// Drives a job that hands out no task and stops by itself.
    async fn drive<J: Job>(&self, job: J) -> J::Done {
        self.drive_until(pin!(pending()), |_| ready(()), job, &NoChannel, |claimed| ready(nobody(&claimed))).await
    }

    /// Drives a job to its end, or to where it can stop.
    async fn drive_until<J, W, F, R>(
        &self,
        mut stop: Pin<&mut impl Future<Output = ()>>,
        mut sleep: impl FnMut(Duration) -> W,
        mut job: J,
        channel: &impl AsyncChannel,
        mut carry_out: impl FnMut(Claimed) -> F,
    ) -> J::Done
    where
        J: Job,
        W: Future<Output = ()>,
        F: Future<Output = R>,
        R: Into<Sent>,
    {
        let mut stopped = false;
        while let Some(need) = job.poll(self.clock.now()) {
            let fed = match need {
                Need::Load(order) => Fed::Loaded(self.store.load(order).await),
                Need::Commit(commit) => Fed::Committed(self.store.commit(commit).await),
                Need::Receipt(key) => Fed::Receipt(self.store.receipt(key).await),
                Need::History { order, from, limit } => Fed::History(self.store.history(order, from, limit).await),
                Need::Due { now, after, limit } => Fed::Due(self.store.due(now, after, limit).await),
                Need::Claim(claim) => Fed::Claimed(self.store.claim(claim).await),
                Need::Send(claimed) => Fed::Sent(carry_out(claimed.clone()).await.into()),
                Need::Pay(pay_out) => Fed::Paid(channel.send(pay_out).await),
                Need::Ask(question) => Fed::Asked(channel.ask(question).await),
                Need::Settle(settle) => Fed::Settled(self.store.settle(settle).await),
                Need::Wait(length) => {
                    stopped = first(stop.as_mut(), sleep(length)).await;
                    Fed::Waited
                }
            };
            job.feed(fed);
            // A future that is ready must not be asked again.
            stopped = stopped || first(stop.as_mut(), ready(())).await;
            if stopped {
                job.stop();
            }
        }
        job.end()
    }
}

/// Waits for either; whether the first was ready.
async fn first(mut one: Pin<&mut impl Future<Output = ()>>, other: impl Future<Output = ()>) -> bool {
    let mut other = pin!(other);
    poll_fn(|context| match one.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(true),
        Poll::Pending => other.as_mut().poll(context).map(|()| false),
    })
    .await
}

/// Begins something; none if that panics.
fn begun<F>(begin: impl FnOnce() -> F) -> Option<F> {
    catch_unwind(AssertUnwindSafe(begin)).ok()
}

/// Awaits what was begun. A panic is caught: nobody knows how far it got.
async fn caught<R: Into<T>, T>(begun: Option<impl Future<Output = R>>, panicked: fn() -> T) -> T {
    let Some(begun) = begun else {
        return panicked();
    };
    let mut begun = pin!(begun);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| begun.as_mut().poll(context))) {
        Ok(come) => come.map(Into::into),
        Err(_) => Poll::Ready(panicked()),
    })
    .await
}

/// A channel whose panics are caught.
struct Caught<'c, C>(&'c C);

impl<C: AsyncChannel> AsyncChannel for Caught<'_, C> {
    async fn send(&self, pay_out: &PayOut) -> channel::Sent {
        caught(begun(|| self.0.send(pay_out)), || channel::Sent::Unknown(CHANNEL_PANICKED.into())).await
    }

    async fn ask(&self, question: &Question) -> Asked {
        caught(begun(|| self.0.ask(question)), || Asked::Unknown(CHANNEL_PANICKED.into())).await
    }
}

impl<S: fmt::Debug> fmt::Debug for AsyncDesk<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncDesk").field("store", &self.store).field("clerk", &self.clerk).finish_non_exhaustive()
    }
}
