//! Slips of the pen in the rules, one at a time: would anybody notice?
//!
//! Each row of the tables is deleted, led elsewhere, given to another role, and freed of each of its conditions. A
//! mutant meets the check of the tables, then the scenarios, then the [promises](super::promise) on walks from where it
//! decides otherwise than the row that it was. Whoever notices it first has caught it; what nobody notices is either
//! harmless, or a hole in the proof.

mod cell;
mod mutant;
mod survey;
mod toll;
mod trial;

pub use mutant::{Mutant, Slip};
pub use toll::{Fate, Survival, Toll, Trial};

use alloc::vec::Vec;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use super::World;
use super::scenario::Scenario;
use crate::trade::Rules;
use survey::Site;
use trial::Court;

/// How far a mutant is followed. All of it is counted, not timed, so that the same mutants survive on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "to be written out")]
pub struct Bounds {
    /// On how many threads.
    pub threads: usize,
    /// So many trades of each world are walked on from when decisions are gathered.
    pub survey: usize,
    /// So many decisions of one sort are followed in each world.
    pub alike: usize,
    /// So many decisions are followed in each world.
    pub in_a_world: usize,
    /// So many trades are visited from each place where a mutant decides otherwise, at first.
    pub near: usize,
    /// So many are visited from some of these places, if nothing was noticed near them.
    pub far: usize,
    /// From how many.
    pub far_from: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { threads: 2, survey: 1_000, alike: 1, in_a_world: 4, near: 8, far: 100, far_from: 3 }
    }
}

/// Tries mutants of these rules on these scenarios and worlds.
///
/// `progress` is told how many are done, of how many.
#[must_use]
pub fn run(
    rules: &Rules,
    mutants: &[Mutant],
    scenarios: &[Scenario],
    worlds: &[World],
    bounds: Bounds,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Toll {
    let (mut sites, mut faults) = (Vec::new(), Vec::new());
    for site in in_turn(bounds.threads, worlds, |world| Site::of(world, rules, bounds.survey), &|_, _| {}) {
        match site {
            Ok(site) => sites.push(site),
            Err(fault) => faults.push(fault),
        }
    }
    let court = Court { rules, scenarios, sites: &sites, bounds };
    let try_it = |mutant: &Mutant| Trial { mutant: mutant.clone(), fate: court.try_it(mutant) };
    Toll { trials: in_turn(bounds.threads, mutants, try_it, progress), faults }
}

/// Does something with each of many on some threads; the answers stand in their order.
fn in_turn<T: Sync, A: Send>(
    threads: usize,
    all: &[T],
    each: impl Fn(&T) -> A + Sync,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Vec<A> {
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(Vec::with_capacity(all.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(one) = all.get(at) else { break };
                    let answer = each(one);
                    if let Ok(mut answers) = answers.lock() {
                        answers.push((at, answer));
                        progress(answers.len(), all.len());
                    }
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap_or_default();
    answers.sort_unstable_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
