//! For those who test: is the process complete, with nothing left out? Ours, and yours after you have changed it.
//!
//! Everything here works on the real [`step`](crate::step), with rows and policy given as values. What must hold of it
//! stands in [`promise`].

pub mod double_refund;
pub mod mutate;
pub mod promise;
pub mod scenario;
mod setting;
mod stage;

pub use setting::{PolicyChange, Preset, Setting, SettingFault};
pub use stage::{Move, Stage, Story};
