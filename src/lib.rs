//! The order and after-sales process of a shop or marketplace as checked tables: *who may do what, in which state,
//! under what condition, and what comes next*.
//!
//! Teams write after-sales as `if status == 3` across services, and the holes show up as stuck cases, double refunds
//! and buttons that the server refuses. Here the whole process is a list of rows: an order, its after-sales orders and
//! its refund orders, each with its own table. The compiler checks the tables for holes, and the same rows decide, list
//! what is possible, explain each refusal and draw the diagrams. The crate decides; it never does I/O.
//!
//! ```
#![doc = include_str!("../examples/quickstart.rs")]
//! ```
//!
//! # The layers
//!
//! ```text
//!  desk, store         loads, commits, hands out tasks; the only part with threads and a clock      (feature `std`)
//!    │  submit · options · preview · run_due · deliver · work · history
//!  job                 what a desk does, step by step: poll ─▶ what it needs, feed ─▶ what was answered; no I/O
//!    │
//!  port                what the core needs from outside: Store, Clock, Calendar
//!    │
//!  trade               one order with its cases and refunds: request + now ─▶ step ─▶ trade, events, tasks
//!    │                   decide (rows) ─▶ evolve (data) ─▶ react (FLOW), until nobody is told anything more
//!  order · after_sale · refund       three machines: states, actions, conditions, RULES
//!    │
//!  rule                knows no machine: rows, tables, the check at compile time, refusals, drawings
//!    │
//!  words               codes and labels in English and Chinese; amounts, times, policies
//! ```
//!
//! Each part uses only those below it. Everything from `trade` down is a pure function of its arguments, `#![no_std]`.
//!
//! # What is where
//!
//! - *For a service:* [`Desk`] takes each [`Request`] of an [`Actor`] and answers with a [`Receipt`] or a
//!   [`DeskError`], [`AsyncDesk`] the same, awaited; [`store`] keeps trades in memory, in a file or in a database;
//!   [`desk`] and [`port`] say what else can be asked and plugged in.
//! - *Running it:* [`store::operations`], backups, alerts, many workers, and how far one machine goes.
//! - *Your own engine or simulator:* [`job`] holds what a desk does without doing it.
//! - *Payment channels:* [`channel`] says what they promise, as data, and how refunds are sent at least once and paid
//!   at most once.
//! - *Without a desk:* [`step`] decides a request on a [`Trade`] under a [`Rulebook`]; [`run_due`] lets time act. See
//!   the example `embed`.
//! - *What a trade is:* [`trade`] with its ledgers of money and goods, its [`Event`]s, and [`Denied`], the answer *no*.
//! - *What the rows say:* [`order::RULES`], [`after_sale::RULES`], [`refund::RULES`]; who is told when,
//!   [`trade::FLOW`]. The example `tables` prints them all.
//! - *How much and how long:* [`Policy`], a value with presets, checked when a desk is opened.
//! - *Your own process:* [`rule`], with the macros [`rules!`], [`conditions!`] and [`words!`].
//! - *How well it goes:* [`measure`], figures folded from histories.
//!
//! The example `storefront` tells ten stories on one SQLite file, from the torn shirt to the gateway that fails:
//! `cargo run --example storefront --features sqlite`.
//!
//! # Features
//!
//! `std` (on unless switched off) brings the system clock, the desk and the store in memory; `sqlite` a store in one
//! file, with the library compiled in; `postgres` one in a PostgreSQL database, for any number of processes; `tracing`
//! what a desk tells of its work, as events; `testing` what proves a process. Without any, the core needs `alloc`.
//!
//! # What is promised
//!
//! Rows are the only truth; a table with a hole does not compile; silence always ends; money and goods are conserved;
//! what is offered is accepted; only the parties are heard; everything happens once; history is the state; running
//! trades keep their rules. The README names each promise and the tests that fail when it is broken.
//!
//! What a caller is only given is `#[non_exhaustive]` and may grow in any release; what a caller or a store makes, and
//! the few vocabularies that must be matched whole, are exhaustive on purpose: a new member there is a new major
//! version.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
/// The stands of the integration tests are used by tests within the crate, too.
#[cfg(all(test, feature = "postgres"))]
extern crate self as redress;
#[cfg(feature = "std")]
extern crate std;

pub mod after_sale;
mod amount;
mod calendar;
pub mod channel;
#[cfg(feature = "std")]
mod clock;
#[cfg(feature = "std")]
pub mod desk;
mod each;
mod effect;
pub mod fact;
mod id;
pub mod job;
mod kind;
mod limit;
pub mod measure;
pub mod order;
mod policy;
pub mod port;
pub mod refund;
mod role;
pub mod rule;
mod span;
#[cfg(feature = "std")]
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod time;
pub mod trade;
mod word;

pub use amount::{Amount, Currency, MalformedCurrency, Money};
pub use calendar::{Calendar, CalendarFault, FixedCalendar, Weekday};
#[cfg(feature = "std")]
pub use clock::{ManualClock, SystemClock};
#[cfg(feature = "std")]
pub use desk::{AsyncDesk, Desk, DeskError};
pub use each::{Each, Set};
pub use effect::Effect;
pub use id::{Id, MalformedId};
pub use kind::{Bearer, Blame, Dispute, GoodsCondition, Kind, Reason, Tender, Transport};
pub use limit::{Counter, Limit};
pub use policy::{
    Amounts, ChannelTerms, FastRefund, Freight, Policy, PolicyFault, ReasonRules, ReceiptExtension, RefundSplit,
    ShippingPart, ShippingRefund, Silence, Statutory, Switches, Texts, Window, Windows,
};
pub use port::Receipt;
pub use role::{Actor, Person, Role, Roles};
pub use span::{Anchor, End, Length, Span, Start};
#[cfg(feature = "std")]
pub use store::Memory;
#[cfg(feature = "sqlite")]
pub use store::Sqlite;
pub use time::{MalformedTime, Time};
pub use trade::{Denied, Event, NewLine, NewOrder, Outcome, Request, Rulebook, Rules, Trade, run_due, step};
pub use word::{Lang, Word};

/// The examples of the README are tested with the rest.
#[cfg(all(doctest, feature = "testing"))]
#[doc = include_str!("../README.md")]
pub struct Readme;

#[doc(hidden)]
pub mod __private {
    pub use crate::word::word_from;
    pub use serde;
}
