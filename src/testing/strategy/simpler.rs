//! How what failed is made simpler, one cut at a time, as long as it still fails.

use core::fmt;

use alloc::vec::Vec;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::Chance;

/// Something of which parts can be left out.
pub trait Simpler: Clone + fmt::Debug {
    /// One way to make it simpler.
    type Cut: Clone + fmt::Debug;

    /// The ways to make it simpler, those that leave out most first.
    fn cuts(&self) -> Vec<Self::Cut>;

    /// It without that; `None` if nothing would change.
    #[must_use]
    fn without(&self, cut: &Self::Cut) -> Option<Self>;
}

/// A value on its way to the simplest that still fails.
///
/// Cuts are tried in order. One that still fails is kept, and what is left is cut at the same place again; when the last
/// was tried, and any was kept, all are tried anew.
#[derive(Clone, Debug)]
pub struct Tree<T: Simpler> {
    best: T,
    tried: Option<T>,
    cuts: Vec<T::Cut>,
    at: usize,
    kept: bool,
}

impl<T: Simpler> Tree<T> {
    /// A value that is to be made simpler.
    #[must_use]
    pub fn new(value: T) -> Self {
        let cuts = value.cuts();
        Self { best: value, tried: None, cuts, at: 0, kept: false }
    }

    /// The simplest value that was found to fail.
    #[must_use]
    pub fn into_best(self) -> T {
        self.best
    }

    /// The next simpler value, if there is one.
    fn next(&mut self) -> bool {
        loop {
            while let Some(cut) = self.cuts.get(self.at) {
                self.tried = self.best.without(cut);
                if self.tried.is_some() {
                    return true;
                }
                self.at += 1;
            }
            if !core::mem::take(&mut self.kept) {
                return false;
            }
            self.at = 0;
        }
    }
}

impl<T: Simpler> ValueTree for Tree<T> {
    type Value = T;

    fn current(&self) -> T {
        self.tried.as_ref().unwrap_or(&self.best).clone()
    }

    fn simplify(&mut self) -> bool {
        if let Some(simpler) = self.tried.take() {
            self.best = simpler;
            self.cuts = self.best.cuts();
            self.kept = true;
        }
        self.next()
    }

    fn complicate(&mut self) -> bool {
        if self.tried.take().is_some() {
            self.at += 1;
        }
        self.next()
    }
}

/// What is made by chance and can be made simpler, as a strategy.
#[derive(Clone)]
pub struct ByChance<F>(pub(super) F);

impl<F> fmt::Debug for ByChance<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByChance")
    }
}

impl<T: Simpler, F: Fn(&mut Chance) -> T> Strategy for ByChance<F> {
    type Tree = Tree<T>;
    type Value = T;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let seed = proptest::prelude::Rng::next_u64(runner.rng());
        Ok(Tree::new((self.0)(&mut Chance(seed))))
    }
}
