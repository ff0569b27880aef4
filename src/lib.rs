//! The order and after-sales process of a shop or marketplace as checked tables.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod after_sale;
mod amount;
mod calendar;
#[cfg(feature = "std")]
mod clock;
#[cfg(feature = "std")]
pub mod desk;
mod each;
mod effect;
pub mod fact;
mod id;
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
mod time;
pub mod trade;
mod word;

pub use amount::{Amount, Currency, Money, UnknownCurrency};
pub use calendar::{Calendar, CalendarFault, FixedCalendar, Weekday};
#[cfg(feature = "std")]
pub use clock::{ManualClock, SystemClock};
#[cfg(feature = "std")]
pub use desk::{Desk, DeskError};
pub use each::{Each, Set};
pub use effect::Effect;
pub use id::{Id, MalformedId};
pub use kind::{Bearer, Blame, Dispute, GoodsCondition, Kind, Reason, Tender, Transport};
pub use limit::{Counter, Limit};
pub use policy::{
    Amounts, Channel, FastRefund, Freight, Policy, PolicyFault, ReasonRules, ReceiptExtension, RefundSplit,
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

#[doc(hidden)]
pub mod __private {
    pub use crate::word::word_from;
    pub use serde;
}
