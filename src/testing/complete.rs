//! Is it complete? Every fault of the tables and of the policy, and every promise that walks or an exploration found broken,
//! in one answer.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use super::explore::{self, Limits};
use super::{Difference, Failure, Walked, Walks, World};
use crate::rule::{Fault, Faults, Table};
use crate::{Policy, PolicyFault, Rules};

/// What is proved: rules, or what is wrong with the tables that they were to be made of.
///
/// [`Rules`] are one, and so is what comes of editing tables: `Result<Rules, Faults>`.
pub trait Proposed {
    /// The rules, or every fault of their tables.
    ///
    /// # Errors
    ///
    /// The faults.
    fn rules(self) -> Result<Rules, Faults>;
}

impl Proposed for Rules {
    fn rules(self) -> Result<Rules, Faults> {
        Ok(self)
    }
}

impl Proposed for &Rules {
    fn rules(self) -> Result<Rules, Faults> {
        Ok(self.clone())
    }
}

impl Proposed for Result<Rules, Faults> {
    fn rules(self) -> Result<Rules, Faults> {
        self
    }
}

/// How far a proof goes.
///
/// ```
/// use redress::testing::Proof;
/// use redress::{Policy, Rules};
///
/// let verdict = Proof::new().walks(16).steps(20).of(Rules::built_in(), Policy::cn_marketplace());
/// assert!(verdict.is_complete(), "{verdict}");
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is proved until it is asked of rules"]
pub struct Proof {
    walks: u32,
    steps: usize,
    seed: u64,
    worlds: Vec<World>,
    limits: Limits,
}

impl Default for Proof {
    fn default() -> Self {
        Self { walks: Walks::CASES, steps: Walks::STEPS, seed: 1, worlds: Vec::new(), limits: Limits::default() }
    }
}

impl Proof {
    /// The checks of the tables and of the policy, and 256 walks of 80 steps; nothing is explored.
    pub fn new() -> Self {
        Self::default()
    }

    /// So many walks.
    pub const fn walks(mut self, walks: u32) -> Self {
        self.walks = walks;
        self
    }

    /// So many steps a walk.
    pub const fn steps(mut self, steps: usize) -> Self {
        self.steps = steps;
        self
    }

    /// Other walks.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// These worlds are [explored](explore::explore) as well, each under its own small policy: see [`World::small`].
    pub fn worlds(mut self, worlds: Vec<World>) -> Self {
        self.worlds = worlds;
        self
    }

    /// How far the worlds are explored.
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The verdict on these rules and this policy.
    ///
    /// All faults of the tables and of the policy are listed; only rules and a policy without any are walked and explored.
    #[must_use]
    pub fn of(&self, rules: impl Proposed, policy: Policy) -> Verdict {
        let mut verdict = Verdict { policy: policy.check().err().unwrap_or_default(), ..Verdict::default() };
        let rules = match rules.rules() {
            Ok(rules) => rules,
            Err(faults) => {
                verdict.tables = faults.into_iter().collect();
                return verdict;
            }
        };
        verdict.own = Difference::all(&rules);
        verdict.tables = faults(&rules.order);
        verdict.tables.extend(faults(&rules.after_sale));
        verdict.tables.extend(faults(&rules.refund));
        if !verdict.is_complete() {
            return verdict;
        }
        match Walks::new(rules.clone(), policy).cases(self.walks).steps(self.steps).seed(self.seed).run() {
            Ok(walked) => verdict.walked = Some(walked),
            Err(failure) => {
                verdict.failure = Some(failure);
                return verdict;
            }
        }
        if !self.worlds.is_empty() {
            verdict.explored = Some(Box::new(explore::explore(&self.worlds, &rules, self.limits)));
        }
        verdict
    }
}

fn faults<M: crate::rule::Machine>(table: &Table<M>) -> Vec<Fault> {
    table.check().err().into_iter().flatten().collect()
}

/// The answer: whether rules and policy are complete, and if not, everything that is wrong and where.
///
/// `Display` says all of it in words.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Verdict {
    /// What is wrong with the tables: holes that can be seen without anybody acting.
    pub tables: Vec<Fault>,
    /// What is wrong with the policy.
    pub policy: Vec<PolicyFault>,
    /// The rows in which the rules differ from the built-in ones.
    pub own: Vec<Difference>,
    /// What the walks came to, if they kept every promise.
    pub walked: Option<Walked>,
    /// The promise that a walk found broken, and the shortest story that shows it.
    pub failure: Option<Box<Failure>>,
    /// What was explored.
    pub explored: Option<Box<explore::Report>>,
}

impl Verdict {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let explored = self.explored.as_ref();
        self.tables.is_empty()
            && self.policy.is_empty()
            && self.failure.is_none()
            && explored.is_none_or(|report| report.violation.is_none() && report.faults.is_empty())
    }

    fn explored_wrongly(&self) -> Option<&explore::Report> {
        self.explored.as_deref().filter(|report| report.violation.is_some() || !report.faults.is_empty())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", if self.is_complete() { "COMPLETE" } else { "NOT COMPLETE" })?;
        list(f, "the tables have a hole", &self.tables)?;
        list(f, "the policy contradicts itself", &self.policy)?;
        if let Some(failure) = &self.failure {
            writeln!(f, "\na promise can be broken\n{failure}")?;
        }
        if let Some(report) = self.explored_wrongly() {
            list(f, "a world cannot be explored", &report.faults)?;
            if let Some(violation) = &report.violation {
                writeln!(f, "\na promise can be broken, in the world `{}`\n{}\n", violation.world, violation.broken)?;
                indented(f, &violation.told)?;
            }
        }
        if !self.is_complete() {
            return Ok(());
        }
        list(f, "your rows", &self.own)?;
        writeln!(f, "\nchecked")?;
        writeln!(f, "  - tables: every waiting state has an exit that nobody can block, every loop is counted")?;
        writeln!(f, "  - policy: every number is within reason, and none contradicts another")?;
        if let Some(walked) = &self.walked {
            writeln!(f, "  - {walked}")?;
        }
        if let Some(report) = &self.explored {
            let total = report.total();
            let all = if total.complete { "every trade" } else { "not every trade" };
            writeln!(
                f,
                "  - {} worlds: {all} visited, {} of them, by {} requests that were tried",
                report.worlds.len(),
                total.trades,
                total.tried
            )?;
        }
        Ok(())
    }
}

fn list<T: ToString>(f: &mut fmt::Formatter<'_>, title: &str, items: &[T]) -> fmt::Result {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title}")?;
    items.iter().try_for_each(|item| writeln!(f, "  - {}", item.to_string()))
}

fn indented(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    text.lines().try_for_each(|line| writeln!(f, "    {line}"))
}

/// Fails the test, with everything that is wrong and where, unless rules and policy are complete.
///
/// Takes [`Rules`](crate::Rules), or a `Result<Rules, Faults>` as editing tables gives it, and a policy; a third argument
/// says how far the [proof](crate::testing::Proof) goes.
///
/// ```
/// use redress::testing::Proof;
/// use redress::{Policy, Rules, assert_complete};
///
/// assert_complete!(Rules::built_in(), Policy::cn_marketplace(), Proof::new().walks(8).steps(20));
/// ```
///
/// What is wrong is named by state, row or field:
///
/// ```should_panic
/// use redress::{Policy, Rules, after_sale, assert_complete};
///
/// fn rules() -> Result<Rules, redress::rule::Faults> {
///     let silence = "after_sale.requested.expire.overdue".parse().expect("a row id");
///     Ok(Rules { after_sale: after_sale::RULES.edit().remove(&silence).done()?, ..Rules::built_in() })
/// }
/// // the tables have a hole: state `after_sale.requested` has no exit that nobody can block: …
/// assert_complete!(rules(), Policy::cn_marketplace());
/// ```
#[macro_export]
macro_rules! assert_complete {
    ($rules:expr, $policy:expr $(,)?) => {
        $crate::assert_complete!($rules, $policy, $crate::testing::Proof::new())
    };
    ($rules:expr, $policy:expr, $proof:expr $(,)?) => {{
        let verdict = $crate::testing::Proof::of(&$proof, $rules, $policy);
        ::core::assert!(verdict.is_complete(), "{verdict}");
    }};
}
