//! The work at a desk, step by step and without I/O: each job says what it needs next, and is fed the answer.
//!
//! ```text
//!             poll(now) ─▶ Need                                 feed(Fed)
//!  Submit     Load ─▶ decide ─▶ Commit ─┬─▶ receipt
//!               ▲                       ├ Stale ──────────▶ Load, decide anew
//!               │                       └ unknown ─▶ Receipt ─▶ stored: receipt · not stored: Load, decide anew
//!               └ said nothing new, or no ─▶ Receipt ─▶ answered before: that answer
//!  RunDue     Due ─▶ each: Load ─▶ let time act ─▶ Commit                          Stale or unknown ─▶ Load
//!               └ unknown, and others have committed since ─▶ History: its events are there, or not
//!  Deliver    Claim ─▶ each: Send ─▶ Settle                  done · again later · aside · back, untouched
//!               │               └▶ what came of it ─▶ Submit, which ends the task in the same commit
//!               └▶ a refund whose channel has a contract: Load ─▶ Pay, or Ask first ─▶ as above
//!  Work       RunDue ─▶ Deliver ─▶ Wait ─▶ again, until it is stopped
//!  Recount    Load ─▶ History, page by page
//! ```
//!
//! A [`Clerk`] knows the rulebooks of one tenant and gives out the jobs. All there is to loading, deciding, committing,
//! trying again and finding out what became of a lost reply stands here once. What drives a job only carries out what
//! it needs: [`Desk`](crate::Desk) blocks, an asynchronous desk awaits, a simulator loses replies on purpose; so the
//! code that is simulated is the code that is shipped.
//!
//! A job holds nothing outside: no lock, no transaction, no claim that would not end by itself. It may be dropped after
//! any step; that is losing its answer, never half of anything.
//!
//! # Your own engine
//!
//! ```
//! use redress::channel::{Channel, NoChannel};
//! use redress::job::{Clerk, Fed, Job, Need, Sent};
//! use redress::port::{Clock, Storage, Store};
//! use redress::trade::{NewLine, NewOrder, Request};
//! use redress::{Actor, Currency, Memory, SystemClock};
//!
//! fn drive<J: Job>(mut job: J, store: &impl Store, clock: &impl Clock) -> J::Done {
//!     while let Some(need) = job.poll(clock.now()) {
//!         let fed = match need {
//!             Need::Load(order) => Fed::Loaded(store.load(order)),
//!             Need::Commit(commit) => Fed::Committed(store.commit(commit)),
//!             Need::Receipt(key) => Fed::Receipt(store.receipt(key)),
//!             Need::History { order, from, limit } => Fed::History(store.history(order, from, limit)),
//!             Need::Due { now, after, limit } => Fed::Due(store.due(now, after, limit)),
//!             Need::Claim(claim) => Fed::Claimed(store.claim(claim)),
//!             Need::Settle(settle) => Fed::Settled(store.settle(settle)),
//!             // Only for a clerk that knows the contract of a channel.
//!             Need::Pay(pay_out) => Fed::Paid(NoChannel.send(pay_out)),
//!             Need::Ask(question) => Fed::Asked(NoChannel.ask(question)),
//!             Need::Wait(length) => {
//!                 std::thread::sleep(length);
//!                 Fed::Waited
//!             }
//!             Need::Send(claimed) => {
//!                 println!("{}: {} with key {}", claimed.id, claimed.task.what, claimed.task.key);
//!                 Fed::Sent(Sent::Done)
//!             }
//!         };
//!         job.feed(fed);
//!     }
//!     job.end()
//! }
//!
//! let (store, clock) = (Memory::new().tenant("acme-mall".into())?, SystemClock);
//! let clerk = Clerk::builder().tenant("acme-mall").clerk()?;
//! let order = NewOrder::new("alice", "acme", Currency::CNY, vec![NewLine::new("shirt", 2, 9_900)]);
//! let place = Request::by(Actor::buyer("alice")).place(order).key("tap-1");
//! let receipt = drive(clerk.submit("A-1001", &place), &store, &clock)?;
//! assert_eq!(receipt.version, 1);
//! assert!(drive(clerk.submit("A-1001", &place), &store, &clock)?.replayed);
//! assert_eq!(drive(clerk.deliver(u32::MAX), &store, &clock)?.failed, []);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
mod clerk;
mod deliver;
mod delivery;
mod due;
mod error;
mod observer;
mod payout;
mod recount;
mod stuck;
mod submit;
#[cfg(feature = "tracing")]
mod tracing;
mod work;

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Display;
use core::time::Duration;

pub use builder::DeskBuilder;
#[cfg(feature = "std")]
pub(crate) use clerk::well_formed;
pub use clerk::{Awaited, Clerk};
pub use deliver::Deliver;
pub use delivery::{Delivered, Delivery, Undelivered};
pub use due::{Overdue, Ran, RunDue};
pub use error::{DeskError, OpenError};
pub use observer::Observer;
pub use recount::Recount;
pub use submit::Submit;
#[cfg(feature = "tracing")]
pub use tracing::TracingObserver;
pub use work::{Work, Worked};

use crate::channel::{PayOut, Question};
use crate::port::{Answer, Claim, Claimed, Commit, Committed, Due, Page, RequestKey, Settle, StoreError};
use crate::trade::{Event, Request, Trade};
use crate::{Id, Time};

/// Work at a desk that says what it needs next. See the [module](self).
pub trait Job {
    /// What it comes to.
    type Done;

    /// Goes on as far as it can at this time, and says what it needs; `None` when it is over.
    ///
    /// Polled again before it is fed, it needs the same as before.
    fn poll(&mut self, now: Time) -> Option<Need<'_>>;

    /// Takes the answer to what it needs. An answer to a need of another kind is not heard; whoever drives a job over a
    /// line on which answers come late or twice throws away those to earlier needs.
    ///
    /// Whoever does not know what became of a call feeds [`StoreError::Indeterminate`], never
    /// [`StoreError::Unavailable`].
    fn feed(&mut self, fed: Fed);

    /// Finishes what is in hand and takes up nothing new. May be called at any time; a job of one piece is not moved by
    /// it.
    fn stop(&mut self) {}

    /// What it has come to. Of a job that is not over: what is known by then.
    fn end(self) -> Self::Done;
}

/// What a job needs next: a call of the [`Store`](crate::port::Store) or of a [`Channel`](crate::channel::Channel), or that
/// a task is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need<'j> {
    /// [`Store::load`](crate::port::Store::load), answered with [`Fed::Loaded`].
    Load(Id),
    /// [`Store::commit`](crate::port::Store::commit), answered with [`Fed::Committed`].
    Commit(&'j Commit),
    /// [`Store::receipt`](crate::port::Store::receipt), answered with [`Fed::Receipt`].
    Receipt(&'j RequestKey),
    /// [`Store::history`](crate::port::Store::history), answered with [`Fed::History`].
    History {
        /// Of which order.
        order: Id,
        /// From which event on.
        from: u64,
        /// How many at most.
        limit: u32,
    },
    /// [`Store::due`](crate::port::Store::due), answered with [`Fed::Due`].
    Due {
        /// Due before this time.
        now: Time,
        /// Those after this one only.
        after: Option<Due>,
        /// How many at most.
        limit: u32,
    },
    /// [`Store::claim`](crate::port::Store::claim), answered with [`Fed::Claimed`].
    Claim(&'j Claim),
    /// Carry this task out, with [`Task::key`](crate::trade::Task::key) so that a repetition is harmless. Answered with
    /// [`Fed::Sent`].
    Send(&'j Claimed),
    /// [`Channel::send`](crate::channel::Channel::send), answered with [`Fed::Paid`]. Only if the clerk knows the
    /// contract of the payment's channel.
    Pay(&'j PayOut),
    /// [`Channel::ask`](crate::channel::Channel::ask), answered with [`Fed::Asked`].
    Ask(&'j Question),
    /// [`Store::settle`](crate::port::Store::settle), answered with [`Fed::Settled`].
    Settle(&'j Settle),
    /// Sleep for so long, or less; answered with [`Fed::Waited`]. Only [`Work`] needs it.
    Wait(Duration),
}

/// The answer to a [`Need`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "it is fed as soon as it is made")]
pub enum Fed {
    /// To [`Need::Load`].
    Loaded(Result<Option<Trade>, StoreError>),
    /// To [`Need::Commit`].
    Committed(Result<Committed, StoreError>),
    /// To [`Need::Receipt`].
    Receipt(Result<Option<Answer>, StoreError>),
    /// To [`Need::History`].
    History(Result<Vec<Event>, StoreError>),
    /// To [`Need::Due`].
    Due(Result<Page<Due>, StoreError>),
    /// To [`Need::Claim`].
    Claimed(Result<Page<Claimed>, StoreError>),
    /// To [`Need::Send`].
    Sent(Sent),
    /// To [`Need::Pay`]. Whoever does not know what became of it feeds
    /// [`Unknown`](crate::channel::Sent::Unknown).
    Paid(crate::channel::Sent),
    /// To [`Need::Ask`].
    Asked(crate::channel::Asked),
    /// To [`Need::Settle`].
    Settled(Result<(), StoreError>),
    /// To [`Need::Wait`].
    Waited,
}

/// What came of carrying a task out. `Ok(())` is [`Done`](Self::Done), and an error [`Failed`](Self::Failed).
///
/// Errors are kept with the task: no personal data in them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sent {
    /// It is done.
    Done,
    /// It is done, and this is to be said to the trade: the request is submitted, and the task ended, in one commit.
    /// Give it a [key](Request::key) that is the same each time the task is carried out, so that it is said once.
    Answer(Box<Request>),
    /// It was not done. It is tried again later, in the end set aside.
    Failed(String),
    /// It is not known whether it was done: a time-out is this, never a failure. It is tried again later under the same
    /// key, in the end set aside.
    Unknown(String),
}

impl<E: Display> From<Result<(), E>> for Sent {
    fn from(carried_out: Result<(), E>) -> Self {
        carried_out.map_or_else(|error| Self::Failed(error.to_string()), |()| Self::Done)
    }
}
