//! What becomes of a world if a condition is taken out: whether anybody notices.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use super::{Figures, Limits, explore};
use crate::rule::{Faults, Guard as _, Machine, RowId, Rule, Table};
use crate::testing::World;
use crate::testing::promise::Promise;
use crate::{Role, Rules, Word as _};

/// A condition of a machine, in every row that asks for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guard {
    /// Of which machine.
    pub machine: &'static str,
    /// Its code, with the limit that must have passed if it is about one.
    pub condition: String,
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.machine, self.condition)
    }
}

/// Rules without a condition.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Loosened {
    /// The rules.
    pub rules: Rules,
    /// The rows that were freed of it.
    pub freed: Vec<RowId>,
    /// The rows that must keep it: without it the check of the table refuses them.
    pub kept: Vec<RowId>,
}

/// What becomes of the small worlds without a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Absence {
    /// The check of the table refuses every row of it.
    Refused,
    /// A promise is broken.
    Broken {
        /// In which world.
        world: String,
        /// Which promise.
        promise: Promise,
        /// After how many moves, the placing of the order and the opening of the world included.
        moves: usize,
    },
    /// Nobody notices, in the worlds that were walked.
    Unnoticed {
        /// The worlds in which something happens otherwise, and every promise is kept.
        otherwise: Vec<String>,
        /// In how many worlds it was refused for.
        refusing: usize,
        /// In how many others it may choose between rows, or what time, a sibling or a report does. If there are none of
        /// either, nothing was tried.
        choosing: usize,
        /// Whether there are any such worlds, and all of them were walked through to the end.
        complete: bool,
    },
}

impl Guard {
    /// Every condition that a row of these rules asks for.
    #[must_use]
    pub fn all(rules: &Rules) -> Vec<Self> {
        [of(&rules.order), of(&rules.after_sale), of(&rules.refund)].concat()
    }

    /// The rules without it.
    ///
    /// # Errors
    ///
    /// What the check finds wrong with the table, if no row of it can do without.
    pub fn out_of(&self, rules: &Rules) -> Result<Loosened, Faults> {
        let mut changed = rules.clone();
        let (freed, kept) = if self.machine == crate::order::Order::NAME {
            self.out_of_table(&mut changed.order)
        } else if self.machine == crate::refund::Refund::NAME {
            self.out_of_table(&mut changed.refund)
        } else {
            self.out_of_table(&mut changed.after_sale)
        }?;
        Ok(Loosened { rules: changed, freed, kept })
    }

    /// All rows at once if they can be had; else one after another, as many as the table bears.
    fn out_of_table<M: Machine>(&self, table: &mut Table<M>) -> Result<(Vec<RowId>, Vec<RowId>), Faults> {
        let rows: Vec<RowId> =
            table.rules().iter().filter(|rule| self.is_asked_by(rule)).map(|rule| rule.id()).collect();
        let without = |table: &Table<M>, rows: &[RowId]| {
            let found = rows.iter().filter_map(|row| table.rule(row));
            let edit = found.fold(table.edit(), |edit, rule| {
                let out: Vec<M::Condition> = rule.when().filter(|asked| asked.to_string() == self.condition).collect();
                edit.replace(&rule.id(), rule.without(&out))
            });
            edit.done()
        };
        let faults = match without(table, &rows) {
            Ok(changed) => {
                *table = changed;
                return Ok((rows, Vec::new()));
            }
            Err(faults) => faults,
        };
        let (mut freed, mut kept) = (Vec::new(), Vec::new());
        for row in rows {
            match without(table, &[row]) {
                Ok(changed) => {
                    *table = changed;
                    freed.push(row);
                }
                Err(_) => kept.push(row),
            }
        }
        if freed.is_empty() { Err(faults) } else { Ok((freed, kept)) }
    }

    fn is_asked_by<M: Machine>(&self, rule: &Rule<M>) -> bool {
        rule.when().any(|asked| asked.to_string() == self.condition)
    }

    /// Walks through worlds without it, the smallest first, until somebody notices. `met` is what was found in these
    /// worlds under the rules as they are, all of them walked through.
    ///
    /// Worlds in which it was refused for come first, and then those in which it may decide something unsaid; all are walked
    /// as far as the limits say. In worlds that `met` does not name, or of which it says that it decides nothing, nobody
    /// looks.
    #[must_use]
    pub fn missed(&self, rules: &Rules, worlds: &[World], met: &[Figures], limits: Limits) -> Absence {
        let Ok(loosened) = self.out_of(rules) else { return Absence::Refused };
        let near = Near::of(self, rules, &loosened.freed);
        let mut found: Vec<(bool, &Figures)> =
            met.iter().filter_map(|figures| Some((!near.decides(figures)?, figures))).collect();
        found.sort_by_key(|(far, figures)| (*far, figures.trades));
        let refusing = found.iter().filter(|(far, _)| !far).count();
        let (mut otherwise, mut complete, choosing) = (Vec::new(), !found.is_empty(), found.len() - refusing);
        for (_, before) in found {
            let world: Vec<World> = worlds.iter().filter(|world| world.name == before.world).cloned().collect();
            // What is asked for when an order is placed alone is asked for before the walk begins.
            let trades = if near.placing { 1 } else { limits.trades };
            let report = explore(&world, &loosened.rules, Limits { trades, ..limits });
            if let Some(violation) = report.violation {
                let (promise, moves) = (violation.broken.promise, violation.story.moves.len());
                return Absence::Broken { world: violation.world, promise, moves };
            }
            let after = report.total();
            complete &= !report.worlds.is_empty() && (near.placing || after.complete);
            if after.complete && !after.leads_as(before) {
                otherwise.push(before.world.clone());
            }
        }
        Absence::Unnoticed { otherwise, refusing, choosing, complete }
    }
}

fn of<M: Machine>(table: &Table<M>) -> Vec<Guard> {
    let asked: BTreeSet<String> = table.rules().iter().flat_map(Rule::when).map(|asked| asked.to_string()).collect();
    asked.into_iter().map(|condition| Guard { machine: M::NAME, condition }).collect()
}

/// By what it shows that a condition may decide something in a world.
///
/// A row that asks for nothing else that does not hold is taken without it. With it another row of the same state and
/// action was taken, one further down; or the request was refused, for this condition, or for one of a row further up
/// that was as near. Time and siblings are not refused anything, and what a report says is noted where no row takes it:
/// nobody is told. In any case something has come to the state of a row that was freed.
struct Near {
    own: String,
    /// The states of the rows that were freed, each with its machine.
    states: BTreeSet<String>,
    /// Rows further down, and what rows further up ask for.
    rows: BTreeSet<String>,
    codes: BTreeSet<String>,
    told: bool,
    /// Whether only who places an order is asked for it.
    placing: bool,
}

impl Near {
    fn of(guard: &Guard, rules: &Rules, freed: &[RowId]) -> Self {
        let mut near = Self {
            own: guard.to_string(),
            states: BTreeSet::new(),
            rows: BTreeSet::new(),
            codes: BTreeSet::new(),
            told: false,
            placing: true,
        };
        match guard.machine {
            machine if machine == crate::order::Order::NAME => near.add(&rules.order, freed),
            machine if machine == crate::refund::Refund::NAME => near.add(&rules.refund, freed),
            _ => near.add(&rules.after_sale, freed),
        }
        near
    }

    fn add<M: Machine>(&mut self, table: &Table<M>, freed: &[RowId]) {
        for rule in freed.iter().filter_map(|row| table.rule(row)) {
            self.placing &= M::NAME == crate::order::Order::NAME && rule.action.code() == "place";
            self.told |= [Role::Clock, Role::Trade, Role::Gateway, Role::Carrier].iter().any(|&role| rule.by.has(role));
            self.states.insert(alloc::format!("{}.{}", M::NAME, rule.from.code()));
            let cell = table.rules_for(rule.from, rule.action);
            let place = cell.iter().position(|row| row.id() == rule.id()).unwrap_or_default();
            self.rows.extend(cell.iter().skip(place + 1).map(|row| row.id().to_string()));
            let above = cell.iter().take(place).flat_map(Rule::when);
            self.codes.extend(above.map(|asked| alloc::format!("{}.{}", M::NAME, asked.code())));
        }
    }

    /// Whether it may decide something in a world, and whether it is known to.
    fn decides(&self, figures: &Figures) -> Option<bool> {
        // Orders are placed before the walk begins.
        let walked = |row: &&String| self.placing || !figures.before.contains(*row);
        let walked: BTreeSet<&String> = figures.rows.iter().filter(walked).collect();
        let comes_there = walked.iter().any(|row| {
            let mut words = row.split('.');
            let (machine, from, to) = (words.next(), words.next(), words.nth(1));
            let state = |of: Option<&str>| {
                machine.zip(of).is_some_and(|(machine, of)| self.states.contains(&alloc::format!("{machine}.{of}")))
            };
            // Who comes to a state of an order or of a case and goes on from there notes something down.
            state(from) || (machine == Some(crate::refund::Refund::NAME) && state(to))
        });
        if !comes_there && !self.states.iter().any(|state| state.ends_with(".absent")) {
            return None;
        }
        if figures.codes.contains(&self.own) {
            return Some(true);
        }
        let other_row = self.rows.iter().any(|row| walked.contains(row));
        let may = self.told || other_row || !self.codes.is_disjoint(&figures.codes);
        may.then_some(false)
    }
}
