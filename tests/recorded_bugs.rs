//! Verified defects of real systems, each told again here: the refusal, or the exit, that was missing there.
//!
//! Every test names the system and the place where the defect is on record.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    unreachable_pub,
    reason = "a failed step is a failed test"
)]

mod shop;

/// Desks, commits and files.
mod stored;

/// What all of them use.
#[path = "stories/kit.rs"]
mod kit;

mod recorded_bugs {
    mod again;
    mod channels;
    mod clocks;
    mod ends;
    mod forged;
    mod goods;
    mod people;
    mod saved;
    mod sums;
}
