//! The shipped jobs under everything that goes wrong: a few histories with each test run. The gates play hundreds of
//! thousands: `cargo run --release --features testing --example simulate`.
//!
//! `SIMULATE=100000 cargo test --release --features testing --test simulation` plays more here.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "simulation/mutants.rs"]
mod mutants;

use mutants::Found;
use redress::testing::simulate::{Figures, History, Simulator};

/// Seeds under which something was once found to be wrong, in the jobs or in the simulation, with what it was. They stay,
/// although a seed means another history once the simulation itself was changed.
const EVER_FAILED: &[(u64, &str)] = &[
    (11, "a simulation that stood still while both workers were down"),
    (505, "a call-back that told nothing new was taken for a promise"),
];

/// Faults that are found within a hundred histories or so; the others are hunted by the example.
const SOON: u64 = 2_000;

fn count() -> u64 {
    std::env::var("SIMULATE").ok().and_then(|count| count.parse().ok()).unwrap_or(300)
}

#[track_caller]
fn holds(history: &History) {
    let lines: Vec<String> = history.violations.iter().map(ToString::to_string).collect();
    assert!(
        lines.is_empty(),
        "seed {}: {}\nagain: cargo run --release --features testing --example simulate seed {}",
        history.seed,
        lines.join("\n"),
        history.seed
    );
}

#[test]
fn what_once_failed_holds() {
    let simulator = Simulator::new().unwrap();
    EVER_FAILED.iter().for_each(|(seed, _)| holds(&simulator.history(*seed)));
}

#[test]
fn histories_add_up() {
    let (simulator, mut figures) = (Simulator::new().unwrap(), Figures::default());
    for seed in 1..=count() {
        let history = simulator.history(seed);
        holds(&history);
        figures.add(&history.figures);
    }
    println!("{figures}");
    let seen = [figures.conflicts, figures.replays, figures.crashes, figures.deadlines, figures.payouts, figures.asked];
    assert!(seen.iter().all(|figure| *figure > 0), "histories that tell of nothing:\n{figures}");
}

#[test]
fn the_same_seed_is_the_same_history() {
    let (one, other) = (Simulator::new().unwrap(), Simulator::new().unwrap());
    for seed in 1..=20 {
        assert_eq!(one.tale(seed, &mut ()), other.tale(seed, &mut ()));
    }
}

#[test]
fn a_crash_at_any_point_changes_nothing() {
    let simulator = Simulator::new().unwrap();
    for seed in 1..=1 + count() / 150 {
        holds(&simulator.story_with_each_crash(seed));
        holds(&simulator.history_with_each_crash(seed));
    }
}

#[test]
fn faults_of_the_protocol_are_found() {
    for mutant in mutants::ALL {
        let Some(within) = mutant.within().filter(|within| *within <= SOON) else { continue };
        let hunted = mutants::hunt(mutant, 1, within).unwrap();
        assert!(hunted.caught > 0, "{} ({}) is not found in {} histories", mutant.name, mutant.what, hunted.played);
        println!("{}: after {} histories", mutant.name, hunted.played);
    }
}

#[test]
fn a_fault_that_another_guard_masks_has_its_pair() {
    let masked: Vec<_> = mutants::ALL.iter().filter(|mutant| mutant.within().is_none()).collect();
    assert_eq!(masked.len(), 2, "both halves of the pair");
    for mutant in masked {
        let Found::In(pair) = mutant.found else { continue };
        let pair = mutants::ALL.iter().find(|other| other.name == pair).and_then(mutants::Mutant::within);
        assert!(pair.is_some(), "{}: the pair is hunted like any other", mutant.name);
    }
}

/// What a failure prints is enough to see it again: seed and fault, in one command.
#[test]
fn a_seed_that_fails_fails_again_in_the_same_way() {
    let mutant = mutants::ALL.iter().find(|mutant| mutant.name == "time_out_fails").unwrap();
    let first = mutants::hunt(mutant, 1, SOON).unwrap().first.unwrap();
    assert!(!first.violations.is_empty());
    let again = Simulator::under(&*(mutant.make)()).unwrap().tale(first.seed, &mut *(mutant.make)());
    assert_eq!((again.violations, again.figures), (first.violations, first.figures));
    assert!(again.tale.len() > 20, "told line by line: {:?}", again.tale);
}
