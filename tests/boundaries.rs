//! Every bound from both sides: the last millisecond in time and the first too late, the last cent that is allowed and
//! the first that is not, the last use of a liberty and the one after it.
#![cfg(feature = "testing")]
#![expect(clippy::panic, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "shared between the files of this test")]

mod shop;

mod boundaries {
    mod deadlines;
    mod kit;
    mod money;
    mod of_cases;
    mod of_orders;
    mod of_refunds;
    mod windows;
}
