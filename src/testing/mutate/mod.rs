//! Slips of the pen in the rules, one at a time: would anybody notice?
//!
//! Each row of the tables is deleted, led elsewhere, given to another role, and freed of each of its conditions. A
//! mutant meets the check of the tables, then the scenarios, then the [promises](super::promise) on walks from where it
//! decides otherwise than the row that it was. Whoever notices it first has caught it; what nobody notices is either
//! harmless, or a hole in the proof.

mod cell;
mod mistakes;
mod mutant;
mod story;
mod survey;
mod toll;
mod trial;

pub(super) use mistakes::of as mistakes_of;
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
    /// So many around each story.
    pub around: usize,
    /// So many trades of one sort are kept in each world.
    pub of_a_sort: u8,
    /// So many decisions of one sort are kept for each cell of the tables in each world.
    pub alike: u8,
    /// So many places where a mutant decides otherwise are looked at.
    pub forks: usize,
    /// So many trades are visited from each of them, at first.
    pub near: usize,
    /// So many are visited from some of them, if nothing was noticed near them.
    pub far: usize,
    /// From how many.
    pub far_from: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            threads: 2,
            survey: 4_000,
            around: 200,
            of_a_sort: 2,
            alike: 6,
            forks: 24,
            near: 8,
            far: 150,
            far_from: 4,
        }
    }
}

/// On what mutants are tried.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "to be written out")]
pub struct Proof<'a> {
    /// The rules as they are.
    pub rules: &'a Rules,
    /// Scenarios that come out as they say. Mutants are tried around their stories, too.
    pub scenarios: &'a [Scenario],
    /// Worlds in which every promise is kept.
    pub worlds: &'a [World],
    /// How far mutants are followed.
    pub bounds: Bounds,
}

/// Tries mutants. `progress` is told how many are done, of how many.
#[must_use]
pub fn run(proof: Proof<'_>, mutants: &[Mutant], progress: &(dyn Fn(usize, usize) + Sync)) -> Toll {
    let Proof { rules, scenarios, worlds, bounds } = proof;
    let (mut sites, mut faults) = (Vec::new(), Vec::new());
    let mut all: Vec<(&str, World, Bounds)> = worlds.iter().map(|world| (world.name, world.clone(), bounds)).collect();
    let around = Bounds { survey: bounds.around, of_a_sort: 1, ..bounds };
    for scenario in scenarios {
        let world = scenario.run(rules).ok().and_then(|played| story::world(&played.story, rules));
        all.extend(world.map(|world| (scenario.title(), world, around)));
    }
    let survey = |(name, world, bounds): &(&str, World, Bounds)| Site::of(name, world, rules, *bounds);
    for site in in_turn(bounds.threads, &all, survey, &|_, _| {}) {
        match site {
            Ok(site) => sites.push(site),
            Err(fault) => faults.push(fault),
        }
    }
    let court = Court { rules, scenarios, sites: &sites, bounds };
    let try_it = |mutant: &Mutant| Trial { mutant: mutant.clone(), fate: court.try_it(mutant) };
    let unmet = court.unmet();
    Toll { trials: in_turn(bounds.threads, mutants, try_it, progress), unmet, faults }
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
