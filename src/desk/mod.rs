//! The desk: where requests come in. It carries out what its [jobs](crate::job) need of a store, and nothing else.
//!
//! ```text
//!  submit ─▶ load ─▶ step ─▶ commit ─▶ receipt        run_due ─▶ what time alone moves
//!                     ▲ the same, without the commit: preview, options, deadlines
//!  deliver ─▶ claim ─▶ the caller carries a task out ─▶ settle
//! ```
//!
//! A desk is bound to one tenant and may be shared by threads; any number of desks, in any number of processes, may
//! stand before one store.

mod asynchronous;
mod blocking;
mod open;
mod stop;

use std::boxed::Box;
use std::fmt;

use crate::job::Clerk;
pub use asynchronous::AsyncDesk;
pub use stop::Stop;

pub use crate::job::{Awaited, Delivered, Delivery, DeskBuilder, DeskError, OpenError, Overdue, Ran, Undelivered};
use crate::port::Clock;

/// Where requests about the trades of one tenant come in.
///
/// ```
/// use redress::store::Memory;
/// use redress::trade::{NewLine, NewOrder, Request};
/// use redress::{Actor, Currency, Desk};
///
/// let desk = Desk::builder(Memory::new()).tenant("acme-mall").open()?;
/// let order = NewOrder::new("alice", "acme", Currency::CNY, vec![NewLine::new("shirt", 2, 9_900)]);
/// let receipt = desk.submit("A-1001", Request::by(Actor::buyer("alice")).place(order).key("tap-1"))?;
/// assert_eq!(receipt.version, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Desk<S> {
    store: S,
    clerk: Clerk,
    clock: Box<dyn Clock + Send + Sync>,
}

impl<S: fmt::Debug> fmt::Debug for Desk<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("store", &self.store).field("clerk", &self.clerk).finish_non_exhaustive()
    }
}
