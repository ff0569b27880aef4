//! What a walk found, for people.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use std::time::Duration;

use super::answer::WORDED;
use super::choosing::refusing;
use super::visit::{SAMPLE, SQUARE};
use super::walk::Walked;
use crate::Rules;
use crate::rule::{Machine, RowId, Rule, Table};
use crate::testing::promise::Broken;
use crate::testing::scenario::tell;
use crate::testing::{Difference, Move, Stage, Story, World, shown};

const DAY: i64 = 86_400_000;

/// What was found in one world, or in all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Figures {
    /// Of which world.
    pub world: String,
    /// Trades that were visited.
    pub trades: u64,
    /// Requests that were tried.
    pub tried: u64,
    /// Of these, accepted: with what a row allows, or as a report that is taken in.
    pub accepted: u64,
    /// Of these, refused.
    pub refused: u64,
    /// Steps that changed something, those of time included; every one was checked.
    pub steps: u64,
    /// Of these, checked but not walked on from: the world is about something else, or is of one case.
    pub aside: u64,
    /// Ways from one trade to another.
    pub ways: u64,
    /// Trades in which everything rests.
    pub rests: u64,
    /// Trades that rest on a refund of which nobody knows what became.
    pub unresolved: u64,
    /// How many moves the farthest trade is from the beginning.
    pub depth: u64,
    /// Pairs of trades with one essence that were compared.
    pub pairs: u64,
    /// Of the refusals, put in words, in both languages, and asked for again; all have a reason and are no defect.
    pub worded: u64,
    /// Trades of which late requests were compared with prompt ones.
    pub late: u64,
    /// The longest time, in milliseconds, until silence brings everything to rest.
    pub silence: i64,
    /// The longest that it can be in any of these trades, as it is computed beforehand.
    pub bound: i64,
    /// The longest time that a case can stay open, whatever anybody does; not known, if not everything was visited.
    pub case: Option<i64>,
    /// The longest time until everything rests, whatever anybody does; not known, if not everything was visited.
    pub all: Option<i64>,
    /// Rows that were taken.
    pub rows: BTreeSet<String>,
    /// Of these, taken when the world was set up, and not on the walk.
    pub before: BTreeSet<String>,
    /// What was refused for: conditions with their machine, as `order.no_open_case`, and whatever else stood against it.
    pub codes: BTreeSet<String>,
    /// How long the walk took.
    pub took: Duration,
    /// Whether everything was visited.
    pub complete: bool,
}

/// A promise that was broken, and the shortest story that breaks it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Violation {
    /// In which world.
    pub world: String,
    /// What does not hold.
    pub broken: Broken,
    /// The moves that lead there; the last is the one after which it does not hold.
    pub story: Story,
    /// The story as it is told.
    pub told: String,
    /// The rows that were taken on the way, in the order of time.
    pub taken: Vec<RowId>,
    /// The rows of the user's own that were taken on the way; and if none was, those that are gone, or for what was asked
    /// last.
    pub own: Vec<Difference>,
}

impl Violation {
    fn new(world: &World, broken: Broken, moves: Vec<Move>, rules: &Rules) -> Self {
        let story = story(world, moves);
        let taken = rows_taken(&story, rules);
        let own = shown::on_the_way(&Difference::all(rules), &taken, &story);
        let broken = broken.in_currency(story.setting.order.currency);
        Self { world: world.name.to_string(), broken, told: tell(&story, rules, crate::Lang::En), story, taken, own }
    }
}

/// The rows that a story takes; none if its policy cannot be had.
fn rows_taken(story: &Story, rules: &Rules) -> Vec<RowId> {
    let Ok(mut stage) = Stage::set(&story.setting, rules.clone()) else { return Vec::new() };
    for asked in &story.moves {
        // What was refused takes no row.
        let _ = stage.play(asked);
    }
    stage.events.iter().filter_map(|event| event.row).collect()
}

/// What was found in all worlds together.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// Of each world.
    pub worlds: Vec<Figures>,
    /// Rows that were never taken.
    pub rows_left: BTreeSet<String>,
    /// Refusals that were never met, but for the conditions that only choose between rows and can stand in none.
    pub codes_left: BTreeSet<String>,
    /// Worlds that cannot be set up.
    pub faults: Vec<String>,
    /// The first promise that was broken.
    pub violation: Option<Violation>,
}

impl Report {
    pub(super) fn new(rules: &Rules) -> Self {
        let mut codes = BTreeSet::new();
        codes.extend(
            refusing(&rules.order).into_iter().chain(refusing(&rules.after_sale)).chain(refusing(&rules.refund)),
        );
        codes.extend(["wrong_state", "wrong_role", "stale", "stranger"].map(String::from));
        let rows_left = rows(rules).iter().map(ToString::to_string).collect();
        Self { worlds: Vec::new(), rows_left, codes_left: codes, faults: Vec::new(), violation: None }
    }

    pub(super) fn add(&mut self, world: &World, walked: Walked, rules: &Rules) {
        for row in walked.tally.rows.union(&walked.tally.before) {
            self.rows_left.remove(&row.to_string());
        }
        for code in walked.tally.codes() {
            self.codes_left.remove(&code);
        }
        self.worlds.push(Figures::of(world, &walked));
        if let Some((broken, moves)) = walked.broken {
            self.violation = Some(Violation::new(world, broken, moves, rules));
        }
    }

    /// All worlds together.
    #[must_use]
    pub fn total(&self) -> Figures {
        let (case, all) = (Some(0), Some(0));
        let mut total = Figures { world: "all".to_string(), complete: true, case, all, ..Figures::default() };
        let mut walked = BTreeSet::new();
        for of in &self.worlds {
            total.trades += of.trades;
            total.tried += of.tried;
            total.accepted += of.accepted;
            total.refused += of.refused;
            total.steps += of.steps;
            total.aside += of.aside;
            total.ways += of.ways;
            total.rests += of.rests;
            total.unresolved += of.unresolved;
            total.depth = total.depth.max(of.depth);
            total.pairs += of.pairs;
            total.late += of.late;
            total.worded += of.worded;
            total.silence = total.silence.max(of.silence);
            total.bound = total.bound.max(of.bound);
            total.case = total.case.zip(of.case).map(|(one, other)| one.max(other));
            total.all = total.all.zip(of.all).map(|(one, other)| one.max(other));
            total.rows.extend(of.rows.iter().cloned());
            walked.extend(of.rows.difference(&of.before).cloned());
            total.codes.extend(of.codes.iter().cloned());
            total.took += of.took;
            total.complete &= of.complete;
        }
        total.before = total.rows.difference(&walked).cloned().collect();
        total
    }
}

/// The whole story: the world's own beginning, unless it is another order that is placed.
fn story(world: &World, moves: Vec<Move>) -> Story {
    let mut setting = world.setting.clone();
    let first = moves.first().and_then(|asked| asked.request.as_ref());
    if let Some(other) = first.and_then(|request| request.detail.order.as_deref()) {
        setting.order = other.clone();
        return Story { setting, moves };
    }
    let mut all = world.moves();
    all.extend(moves);
    Story { setting, moves: all }
}

/// The name of every row of the three tables.
pub(in crate::testing) fn rows(rules: &Rules) -> Vec<RowId> {
    fn of<M: Machine>(table: &Table<M>) -> impl Iterator<Item = RowId> {
        table.rules().iter().map(Rule::id)
    }
    of(&rules.order).chain(of(&rules.after_sale)).chain(of(&rules.refund)).collect()
}

impl Figures {
    /// Whether the same trades were found on the same ways, whatever was said of what was refused, and however long it took.
    #[must_use]
    pub fn leads_as(&self, other: &Self) -> bool {
        let ways = |of: &Self| (of.trades, of.accepted, of.steps, of.ways, of.rests, of.unresolved, of.rows.clone());
        ways(self) == ways(other)
    }

    fn of(world: &World, walked: &Walked) -> Self {
        let tally = &walked.tally;
        Self {
            world: world.name.to_string(),
            trades: walked.trades as u64,
            tried: tally.tried,
            accepted: tally.accepted,
            refused: tally.refused,
            steps: tally.steps,
            aside: tally.aside,
            ways: walked.moves as u64,
            rests: walked.rests as u64,
            unresolved: walked.unresolved as u64,
            depth: walked.depth as u64,
            pairs: tally.squares,
            late: tally.late,
            worded: tally.worded,
            silence: walked.silence,
            bound: walked.bound,
            case: walked.longest.map(|longest| longest.case),
            all: walked.longest.map(|longest| longest.all),
            rows: tally.rows.union(&tally.before).map(|row| row.to_string()).collect(),
            before: tally.before.difference(&tally.rows).map(|row| row.to_string()).collect(),
            codes: tally.codes(),
            took: walked.took,
            complete: walked.complete,
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.took.as_secs_f64().max(1e-9);
        let rate = |count: u64| count as f64 / seconds;
        let days = |millis: i64| (millis + DAY - 1) / DAY;
        let longest = |millis: Option<i64>| {
            millis.map_or_else(|| "not known".to_string(), |millis| alloc::format!("{:>3} d", days(millis)))
        };
        write!(
            f,
            "{:<14} {:>9} trades{} {:>11} tried {:>9} steps {:>7} rest {:>6} unresolved, depth {:>3}; silence {:>3} of at most {:>3} d, case {}, all {}; {:>7.2} s, {:>9.0} requests/s, {:>7.0} trades/s",
            self.world,
            self.trades,
            if self.complete { "" } else { ", NOT EXHAUSTIVE," },
            self.tried,
            self.steps,
            self.rests,
            self.unresolved,
            self.depth,
            days(self.silence),
            days(self.bound),
            longest(self.case),
            longest(self.all),
            seconds,
            rate(self.tried),
            rate(self.trades),
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for world in &self.worlds {
            writeln!(f, "{world}")?;
        }
        let total = self.total();
        writeln!(f, "{total}")?;
        writeln!(f, "set aside: {} steps were checked and not walked on from", total.aside)?;
        writeln!(
            f,
            "sampled: {} refusals put in words and asked for again (1 in {WORDED}), {} trades asked late (1 in {SAMPLE}), {} pairs of one essence (of 1 in {SQUARE})",
            total.worded, total.late, total.pairs
        )?;
        if total.complete && self.violation.is_none() {
            writeln!(f, "rows never taken: {}", list(&self.rows_left))?;
            writeln!(f, "refusals never met: {}", list(&self.codes_left))?;
        } else {
            // What lies beyond may take them all: that they are missing so far says nothing.
            let (rows, codes) = (self.rows_left.len(), self.codes_left.len());
            writeln!(f, "not walked through to the end: so far {rows} rows were not taken, {codes} refusals not met")?;
        }
        for fault in &self.faults {
            writeln!(f, "cannot be set up: {fault}")?;
        }
        match &self.violation {
            Some(violation) => {
                writeln!(f, "in the world `{}`: {}\n{}", violation.world, violation.broken, violation.told)
            }
            None => writeln!(f, "no promise was broken"),
        }
    }
}

fn list(of: &BTreeSet<String>) -> String {
    if of.is_empty() {
        return "none".to_string();
    }
    let all: Vec<&str> = of.iter().map(String::as_str).collect();
    alloc::format!("{} ({})", all.len(), all.join(", "))
}
