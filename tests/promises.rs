//! Each promise can be broken: a step that was kept is tampered with, and the promise that it breaks says so.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failed step is a failed test"
)]

mod shop;

/// What stories have in common.
#[path = "stories/kit.rs"]
mod kit;

/// How each promise is broken, and what excuses what.
mod promises {
    pub mod breaks;
    mod excuses;
    mod narrow;
    pub mod steps;
}

use promises::breaks::BREAKS;
use promises::steps::{Step, all_steps};
use redress::testing::promise::Promise;

/// No single step can break these: the explorer says them of all ways through a world together, and its tests break them.
const OF_ALL_WAYS: &[Promise] =
    &[Promise::LoopsAreCounted, Promise::TimeComesFirst, Promise::OthersUnheard, Promise::SameEssence];

#[test]
fn every_promise_can_be_broken() {
    let steps = all_steps();
    let is_named =
        |promise: &&Promise| BREAKS.iter().any(|(named, _)| named == *promise) || OF_ALL_WAYS.contains(promise);
    let unnamed: Vec<&Promise> = Promise::ALL.iter().filter(|promise| !is_named(promise)).collect();
    assert!(unnamed.is_empty(), "nothing here breaks {unnamed:?}");
    let kept: Vec<&str> = BREAKS
        .iter()
        .filter(|(promise, tamper)| !steps.iter().any(|step| tamper.breaks(step) == Some(*promise)))
        .map(|(promise, _)| promise.code())
        .collect();
    assert!(kept.is_empty(), "tampered with, and not noticed: {kept:#?}");
}

#[test]
fn what_is_not_tampered_with_is_kept() {
    for step in all_steps() {
        let broken = Step::verdict(&step);
        let rows: Vec<_> = step.outcome.events.iter().filter_map(|event| event.row).collect();
        assert!(broken.is_ok(), "{}: {rows:?}", broken.unwrap_err());
    }
}
