//! The contract of a store, obligation by obligation, on every store of this crate.

#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use redress::port::Blocking;
use redress::store::Memory;
use redress::testing::store::{Plain, conformance, obligations};

fn memory() -> Plain<impl Fn() -> Blocking<Memory>> {
    let memory = Memory::new();
    Plain(move || Blocking(memory.clone()))
}

mod on_memory {
    redress::store_conformance!(super::memory());
}

#[test]
fn a_report_can_be_read() {
    let report = conformance(memory);
    let text = report.to_string();
    println!("{text}");
    assert!(report.is_kept(), "{text}");
    assert_eq!(text.lines().count(), obligations::<Plain<fn() -> Blocking<Memory>>>().len() + 1);
    assert!(text.lines().last().unwrap().contains(" 0 broken"));
}
