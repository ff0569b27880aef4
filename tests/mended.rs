//! What went wrong once: each case is kept as it was met.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    unreachable_pub,
    reason = "a failed step is a failed test"
)]

mod shop;

/// What all of them use.
#[path = "stories/kit.rs"]
mod kit;

mod mended {
    mod disputes;
    mod in_part;
    mod rows;
    mod shipping;
    mod terms;
    mod windows;
    mod words;
}
