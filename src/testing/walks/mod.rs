//! A ready state-machine test: people walk at random through whole trades, on the real code under your rules and policy,
//! and every promise is looked at on the way.
//!
//! ```
//! use redress::testing::Walks;
//! use redress::{Policy, Rules};
//!
//! let walked = Walks::new(Rules::built_in(), Policy::cn_marketplace()).cases(8).steps(20).run()?;
//! assert_eq!(walked.cases, 8);
//! # Ok::<(), Box<redress::testing::Failure>>(())
//! ```
//!
//! A promise that is broken comes back as a [`Failure`]: what was broken, by which rows, and the shortest story that shows
//! it, as a [scenario](super::scenario) to be kept in a file. A test that returns it prints all of that. Its last line is
//! what to write to walk the same way again.

mod failure;
mod judge;
mod walk;

pub use failure::Failure;

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::fmt;

use super::Difference;
use super::strategy::{Chance, Under};
use crate::rule::RowId;
use crate::{Policy, Rules};

/// Walks to be taken, in the calendar of the preset that is [nearest](super::Setting::nearest) to the policy.
#[derive(Clone, Debug)]
#[must_use = "nobody walks until they are run"]
pub struct Walks {
    rules: Rules,
    under: Under,
    cases: u32,
    steps: usize,
    seed: u64,
    again: Option<u64>,
}

/// What walks came to on which every promise was kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Walked {
    /// Walks that were taken.
    pub cases: u32,
    /// Requests that were carried out, with time acting alone among them. Each was checked.
    pub accepted: u64,
    /// Requests that were refused. Each refusal was checked.
    pub refused: u64,
    /// Trades of which it was checked what everybody may do.
    pub choices: u64,
    /// Trades of which it was checked that silence brings them to rest.
    pub silences: u64,
    /// Trades that came to rest on the way.
    pub rests: u64,
    /// Rows that were taken.
    pub rows: BTreeSet<RowId>,
}

impl Walks {
    /// How many walks are taken, unless it is said.
    pub const CASES: u32 = 256;
    /// Of how many steps each, unless it is said.
    pub const STEPS: usize = 80;

    /// Walks under these rules and this policy: 256 of 80 steps each, the same ones each time.
    pub fn new(rules: Rules, policy: Policy) -> Self {
        Self::under(rules, Under::This(policy))
    }

    /// Walks under these rules, each under a policy of its own: see [`Under`].
    pub const fn under(rules: Rules, under: Under) -> Self {
        Self { rules, under, cases: Self::CASES, steps: Self::STEPS, seed: 1, again: None }
    }

    /// So many walks.
    pub const fn cases(mut self, cases: u32) -> Self {
        self.cases = cases;
        self
    }

    /// So many steps a walk, beside those with which it begins.
    pub const fn steps(mut self, steps: usize) -> Self {
        self.steps = steps;
        self
    }

    /// Other walks: each seed has its own. Without, they are the same each time.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// This one walk alone, as a [`Failure`] names it.
    pub const fn again(mut self, walk: u64) -> Self {
        self.again = Some(walk);
        self
    }

    /// Takes the walks, up to the first broken promise.
    ///
    /// Looked at are each step and each refusal, each trade that rests, and of some trades what everybody may do and
    /// what comes of silence. Your own rows are taken at their word as to who may take them and where they lead, and in
    /// nothing else: see [`of_move`](super::promise::of_move). [`Difference::all`] lists what is yours.
    ///
    /// # Errors
    ///
    /// [`Failure`], with the shortest story that breaks the same promise. Walks that never get going, because the policy
    /// cannot be had or no order can be placed, fail with [`SomebodyCanAct`](super::promise::Promise::SomebodyCanAct).
    pub fn run(&self) -> Result<Walked, Box<Failure>> {
        let own = Difference::all(&self.rules);
        let mut walked = Walked::default();
        let mut seeds = Chance(self.seed);
        let all = (0..self.cases).map(|_| seeds.next());
        let all: Vec<u64> = self.again.map_or_else(|| all.collect(), |one| Vec::from([one]));
        let mut last = None;
        for seed in all {
            self.walk(seed, &own, &mut walked)?;
            walked.cases += 1;
            last = Some(seed);
        }
        match last.filter(|_| walked.rows.is_empty()) {
            Some(seed) => Err(self.nothing_happens(seed, &own)),
            None => Ok(walked),
        }
    }
}

impl fmt::Display for Walked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} walks: {} steps and {} refusals checked, {} rows taken; what everybody may do checked on {} trades, and \
             silence on {}; {} came to rest",
            self.cases,
            self.accepted,
            self.refused,
            self.rows.len(),
            self.choices,
            self.silences,
            self.rests
        )
    }
}
