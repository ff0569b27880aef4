//! For those who test: is the process complete, with nothing left out? Ours, and yours after you have changed it.
//!
//! Everything here works on the real [`step`](crate::step), with rows and policy given as values. What must hold of it
//! stands in [`promise`].
//!
//! - *One line in a test:* [`assert_complete!`](crate::assert_complete), or a [`Proof`] and its [`Verdict`]: the checks of
//!   tables and policy, and every promise.
//! - *By chance:* [`Walks`] of anybody through whole trades, shrunk to a shortest story; [`strategy`] for property tests of
//!   your own service.
//! - *Everything:* [`explore`] visits every trade of a small [`World`].
//! - *In words:* [`scenario`]s in plain text, read, run and told.

mod complete;
mod differences;
pub mod double_refund;
pub mod essence;
pub mod explore;
pub mod mutate;
pub mod promise;
pub mod scenario;
mod setting;
mod shown;
pub mod simulate;
mod stage;
pub mod store;
pub mod strategy;
pub mod walks;
pub mod world;

pub use complete::{Proof, Proposed, Verdict};
pub use differences::{Difference, Differs};
pub use setting::{PolicyChange, Preset, Setting, SettingFault};
pub use stage::{Move, Stage, Story};
pub use walks::{Failure, Walked, Walks};
pub use world::{Knobs, World};
