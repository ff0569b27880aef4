//! Is it complete? Every fault of the tables and of the policy, and every promise that walks or an exploration found broken,
//! in one answer.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use super::explore::{self, Limits};
use super::{Difference, Failure, PolicyChange, Walked, Walks, World, shown};
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

/// How far a proof goes. Days are counted in the calendar of the preset that is [nearest](super::Setting::nearest) to the policy.
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
    own_worlds: Vec<World>,
    limits: Limits,
}

impl Default for Proof {
    fn default() -> Self {
        let (worlds, own_worlds) = (Vec::new(), Vec::new());
        Self { walks: Walks::CASES, steps: Walks::STEPS, seed: 1, worlds, own_worlds, limits: Limits::default() }
    }
}

impl Proof {
    /// The checks of the tables and of the policy, and 256 walks of 80 steps by chance; nothing is explored. That is a test,
    /// no proof: what no walk met may be wrong. [`worlds`](Self::worlds) leave nothing out, each in its own small frame.
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

    /// These worlds are [explored](explore::explore) as well: under the rules that are proved, and each under its own small
    /// policy, not under the policy that is proved. See [`World::small`], and [`own_worlds`](Self::own_worlds).
    ///
    /// A world of your own is one whose [`setting`](World::setting) you have changed: its policy, its order, its opening.
    pub fn worlds(mut self, worlds: Vec<World>) -> Self {
        self.worlds = worlds;
        self
    }

    /// These worlds are explored as well, with the decisions of the policy that is proved: its switches, what a merchant's
    /// silence means, where goods are sent back to. Limits, counters and amounts are still those of the world, which
    /// keep it small.
    ///
    /// A world that cannot begin so, because it is about a decision that the policy does not make, is named in the verdict
    /// as one that cannot be explored.
    pub fn own_worlds(mut self, worlds: Vec<World>) -> Self {
        self.own_worlds = worlds;
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
        let own_worlds: Vec<World> = self.own_worlds.iter().map(|world| decided_by(world, &policy)).collect();
        match Walks::new(rules.clone(), policy).cases(self.walks).steps(self.steps).seed(self.seed).run() {
            Ok(walked) => verdict.walked = Some(walked),
            Err(failure) => {
                verdict.failure = Some(failure);
                return verdict;
            }
        }
        let explored =
            |worlds: &[World]| (!worlds.is_empty()).then(|| Box::new(explore::explore(worlds, &rules, self.limits)));
        verdict.explored = explored(&self.worlds);
        verdict.explored_own = explored(&own_worlds);
        verdict.limits = self.limits;
        verdict
    }
}

/// The same world with what a policy decides, at the world's own numbers.
fn decided_by(world: &World, policy: &Policy) -> World {
    let mut world = world.clone();
    // A world whose policy cannot be had is explored as it is: the report says what is wrong with it.
    let Ok(mut own) = world.setting.policy() else { return world };
    own.switches = policy.switches.clone();
    own.silence = policy.silence;
    own.return_address.clone_from(&policy.return_address);
    world.setting.changes = PolicyChange::between(&world.setting.preset.policy(), &own);
    world
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
    /// What was found in worlds under policies of their own.
    pub explored: Option<Box<explore::Report>>,
    /// What was found in worlds with the decisions of the policy.
    pub explored_own: Option<Box<explore::Report>>,
    limits: Limits,
}

impl Verdict {
    /// Whether nothing is wrong, and everything that was to be looked at was looked at.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.is_wrong() && !self.is_cut_off()
    }

    /// Whether an exploration was cut off before every trade of its world was visited: nothing is known of the rest.
    #[must_use]
    pub fn is_cut_off(&self) -> bool {
        self.reports().any(|report| report.worlds.iter().any(|world| !world.complete))
    }

    /// Whether something was found that is wrong.
    fn is_wrong(&self) -> bool {
        let explored = self.reports().any(|report| report.violation.is_some() || !report.faults.is_empty());
        !self.tables.is_empty() || !self.policy.is_empty() || self.failure.is_some() || explored
    }

    fn reports(&self) -> impl Iterator<Item = &explore::Report> {
        [self.explored.as_deref(), self.explored_own.as_deref()].into_iter().flatten()
    }

    /// What is wrong, in words.
    fn wrong(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, "the tables have a hole", &self.tables)?;
        list(f, "the policy contradicts itself", &self.policy)?;
        if let Some(failure) = &self.failure {
            writeln!(f, "\na promise can be broken\n{failure}")?;
        }
        for report in self.reports() {
            list(f, "a world cannot be explored", &report.faults)?;
            if let Some(violation) = &report.violation {
                writeln!(f, "\na promise can be broken, in the world `{}`\n{}", violation.world, violation.broken)?;
                shown::list_own(f, &violation.own, &violation.taken)?;
                shown::tell(f, &violation.told)?;
            }
        }
        Ok(())
    }

    /// What was not looked at to the end.
    fn cut_off(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let worlds = self.reports().flat_map(|report| &report.worlds).filter(|world| !world.complete);
        let most = self.limits.trades;
        let cut: Vec<_> =
            worlds.map(|of| format!("`{}`, after {} trades of at most {most}", of.world, of.trades)).collect();
        list(f, "explorations that were cut off; of what lies beyond nothing is known", &cut)
    }

    /// What was checked, and how far.
    fn checked(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, "your rows", &self.own)?;
        let words = self.own.iter().filter(|own| own.says_who());
        let words: Vec<_> = words.map(|own| format!("`{}`: {}", own.row, taken(own))).collect();
        list(f, "taken at your word, and in everything else held to every promise", &words)?;
        writeln!(f, "\nchecked")?;
        writeln!(f, "  - tables: every waiting state has an exit that nobody can block, every loop is counted")?;
        writeln!(f, "  - policy: no number is out of its bounds, and no two settings contradict each other")?;
        if let Some(walked) = &self.walked {
            writeln!(f, "  - by chance, under your policy: {walked}")?;
        }
        for (report, under) in [
            (&self.explored, "under the worlds' own small policies, not yours"),
            (&self.explored_own, "with your switches and silences, at the worlds' small numbers"),
        ] {
            let Some(report) = report else { continue };
            let total = report.total();
            let all = if total.complete { "every trade that they walk on to" } else { "NOT every trade" };
            let (worlds, trades, tried) = (shown::count(report.worlds.len(), "small world"), total.trades, total.tried);
            writeln!(f, "  - {worlds}, {under}: {all} visited, {trades} of them; {tried} requests tried")?;
        }
        if self.reports().next().is_none() {
            writeln!(f, "  - nothing was explored: what no walk met may still be wrong")?;
        }
        Ok(())
    }
}

/// In what a row of the user's own is taken at its word.
const fn taken(own: &Difference) -> &'static str {
    if own.says_where() { "who may take it, and where it leads" } else { "who may take it" }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wrong, cut_off) = (self.is_wrong(), self.is_cut_off());
        let says = match (wrong, cut_off) {
            (true, _) => "NOT COMPLETE",
            (false, true) => "CUT OFF: nothing wrong was found, and not everything was looked at",
            (false, false) => "COMPLETE",
        };
        writeln!(f, "{says}")?;
        if wrong {
            return self.wrong(f);
        }
        self.cut_off(f)?;
        self.checked(f)
    }
}

fn list<T: ToString>(f: &mut fmt::Formatter<'_>, title: &str, items: &[T]) -> fmt::Result {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title}")?;
    items.iter().try_for_each(|item| writeln!(f, "  - {}", item.to_string()))
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
