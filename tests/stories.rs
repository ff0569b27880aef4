//! The ten stories that must work end to end, with their branches, and some more: each driven by `step` alone.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    unreachable_pub,
    reason = "a failed step is a failed test"
)]

mod shop;

/// One file a story or pair.
mod stories {
    mod after_success;
    mod approval;
    mod exchange_and_repair;
    mod fast_refund;
    mod gateway;
    mod kit;
    mod on_the_way;
    mod out_of_stock;
    mod outside_the_window;
    mod ruled;
    mod side_by_side;
    mod silence;
    mod statutory;
    mod stock;
    mod to_the_cent;
    mod torn_shirt;
}
