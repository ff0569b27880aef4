//! Hostile input of every kind: a typed refusal that names the field, nothing changed, no panic.
#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "shared between the files of this test")]

mod shop;

mod hostile {
    mod amounts;
    mod anything;
    mod fields;
    mod kit;
    mod names;
    mod people;
    mod stored;
    mod times;
    mod wild;
}
