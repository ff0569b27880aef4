//! What became of the mutants, for people.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Mutant;
use crate::rule::RowId;
use crate::testing::promise::Promise;

/// Who noticed a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// The check of the tables, at once: the rules are never put to use.
    Table {
        /// The first things that it finds wrong.
        fault: String,
    },
    /// A scenario comes out otherwise.
    Scenario {
        /// Which.
        title: String,
    },
    /// A promise is broken on a way where the mutant decides otherwise.
    Promise {
        /// Which.
        promise: Promise,
        /// In which world.
        world: String,
        /// How.
        what: String,
        /// After how many moves.
        moves: usize,
    },
    /// The way to where it decides otherwise cannot be gone any more.
    Unplayable {
        /// In which world.
        world: String,
        /// What stands in the way.
        what: String,
    },
    /// Nobody.
    Survived(Survival),
}

/// What is known of a mutant that nobody noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Survival {
    /// Nothing was met that its row could decide.
    NeverMet,
    /// Nothing that was met is decided otherwise.
    NeverOtherwise,
    /// What comes of everything is the same; only what is told differs: the nearest row of a refusal, or the name of one.
    OnlyWords {
        /// How many ways were looked at.
        times: usize,
    },
    /// Something is decided otherwise, and every promise is kept.
    Kept {
        /// How many ways were walked on from.
        times: usize,
        /// How many trades were visited on them.
        trades: usize,
        /// Whether that is all there are.
        whole: bool,
    },
}

/// One mutant, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trial {
    /// The mutant.
    pub mutant: Mutant,
    /// Who noticed it.
    pub fate: Fate,
}

/// What became of all of them, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Toll {
    /// Each mutant.
    pub trials: Vec<Trial>,
    /// Rows that nobody took where they were tried: of their mutants little is known.
    pub unmet: Vec<RowId>,
    /// Worlds that cannot be set up.
    pub faults: Vec<String>,
}

impl Toll {
    /// Those that nobody noticed.
    pub fn survivors(&self) -> impl Iterator<Item = (&Mutant, Survival)> {
        self.trials.iter().filter_map(|trial| match trial.fate {
            Fate::Survived(survival) => Some((&trial.mutant, survival)),
            _ => None,
        })
    }

    fn count(&self, of: impl Fn(&Fate) -> bool) -> usize {
        self.trials.iter().filter(|trial| of(&trial.fate)).count()
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table { fault } => write!(f, "check: {}", fault.lines().next().unwrap_or_default()),
            Self::Scenario { title } => write!(f, "scenario: {title}"),
            Self::Promise { promise, world, what, moves } => {
                let what: String = what.lines().next().unwrap_or_default().chars().take(160).collect();
                write!(f, "promise: {} in {world} after {moves} moves: {what}", promise.code())
            }
            Self::Unplayable { world, what } => write!(f, "unplayable: {world}: {what}"),
            Self::Survived(survival) => write!(f, "survived: {survival}"),
        }
    }
}

impl fmt::Display for Survival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverMet => f.write_str("never met"),
            Self::NeverOtherwise => f.write_str("never otherwise"),
            Self::OnlyWords { .. } => f.write_str("only words"),
            Self::Kept { whole: true, .. } => f.write_str("kept, on all ways"),
            Self::Kept { whole: false, .. } => f.write_str("kept"),
        }
    }
}

impl fmt::Display for Toll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>6} mutants", self.trials.len())?;
        writeln!(f, "{:>6} caught by the check of the tables", self.count(|fate| matches!(fate, Fate::Table { .. })))?;
        writeln!(f, "{:>6} caught by a scenario", self.count(|fate| matches!(fate, Fate::Scenario { .. })))?;
        let walked = |fate: &Fate| matches!(fate, Fate::Promise { .. } | Fate::Unplayable { .. });
        writeln!(f, "{:>6} caught by a promise", self.count(walked))?;
        write!(f, "{:>6} survived", self.count(|fate| matches!(fate, Fate::Survived(_))))
    }
}
