//! One row changed as a slip of the pen would change it.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::rule::{Faults, List, Machine, RowId, Rule, Standing, Table, To};
use crate::trade::Rules;
use crate::{Role, Roles, Word};

/// What was done to a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Slip {
    /// The row is not there.
    Deleted,
    /// It leads to this state, or `stay`s.
    Redirected(&'static str),
    /// It is this role's instead.
    Reassigned(Role),
    /// It does not ask for this condition.
    Loosened(String),
}

/// One row changed in one way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mutant {
    /// Which row, by its name before the change.
    pub row: RowId,
    /// What was done to it.
    pub slip: Slip,
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.slip {
            Slip::Deleted => write!(f, "{} deleted", self.row),
            Slip::Redirected(to) => write!(f, "{} redirected to {to}", self.row),
            Slip::Reassigned(role) => write!(f, "{} given to {}", self.row, role.code()),
            Slip::Loosened(condition) => write!(f, "{} without {condition}", self.row),
        }
    }
}

impl Mutant {
    /// Every mutant of these rules, row by row: each row is deleted, led to the next state and, where it moves, made to
    /// stay, given to the next role that does not have it, and freed of each of its conditions.
    #[must_use]
    pub fn all(rules: &Rules) -> Vec<Self> {
        [of(&rules.order), of(&rules.after_sale), of(&rules.refund)].concat()
    }

    /// The rules with this change.
    ///
    /// # Errors
    ///
    /// What the check of the tables finds wrong with them: then the mutant cannot live. A row that is not there is among
    /// it.
    pub fn of(&self, rules: &Rules) -> Result<Rules, Faults> {
        let mut changed = rules.clone();
        if rules.order.rule(&self.row).is_some() {
            changed.order = self.in_table(&rules.order)?;
        } else if rules.refund.rule(&self.row).is_some() {
            changed.refund = self.in_table(&rules.refund)?;
        } else {
            changed.after_sale = self.in_table(&rules.after_sale)?;
        }
        Ok(changed)
    }

    fn in_table<M: Machine>(&self, table: &Table<M>) -> Result<Table<M>, Faults> {
        let edit = table.edit();
        match table.rule(&self.row).and_then(|rule| self.slip.made_in(rule)) {
            None => edit.remove(&self.row).done(),
            Some(rule) => {
                // A row that now has the name of another is told from it: that it has is no fault of the process.
                let taken = rule.id() != self.row && table.rule(&rule.id()).is_some();
                let rule = if taken { rule.named("mutant") } else { rule };
                edit.replace(&self.row, rule).done()
            }
        }
    }
}

impl Slip {
    /// The row with this slip; `None` if it is not there.
    fn made_in<M: Machine>(&self, rule: &Rule<M>) -> Option<Rule<M>> {
        let mut rule = *rule;
        match self {
            Self::Deleted => return None,
            Self::Redirected(to) => {
                let target = M::State::ALL.iter().find(|state| state.code() == *to);
                rule.to = target.map_or(To::Stay, |&state| To::Enter(state));
            }
            Self::Reassigned(role) => rule.by = Roles::of(&[*role]),
            Self::Loosened(condition) => {
                let others: Vec<_> = rule.when().filter(|each| each.to_string() != *condition).collect();
                rule.when = List::of(&others).unwrap_or(rule.when);
            }
        }
        Some(rule)
    }
}

fn of<M: Machine>(table: &Table<M>) -> Vec<Mutant> {
    table
        .rules()
        .iter()
        .flat_map(|rule| slips(table, rule).into_iter().map(|slip| Mutant { row: rule.id(), slip }))
        .collect()
}

fn slips<M: Machine>(table: &Table<M>, rule: &Rule<M>) -> Vec<Slip> {
    let mut slips = Vec::from([Slip::Deleted]);
    slips.extend(next_state(table, rule).map(|state| Slip::Redirected(state.code())));
    if rule.to.entered().is_some() && table.standing(rule.from) != Standing::Start {
        slips.push(Slip::Redirected(RowId::STAY));
    }
    slips.extend(next_role(rule.by).map(Slip::Reassigned));
    slips.extend(rule.when().map(|condition| Slip::Loosened(condition.to_string())));
    slips
}

/// The state after the one that a row leads to, in the order of their declaration, round and round; never a beginning.
fn next_state<M: Machine>(table: &Table<M>, rule: &Rule<M>) -> Option<M::State> {
    let states = M::State::ALL;
    let onward = states.iter().cycle().skip(rule.next().ordinal() + 1).take(states.len());
    onward.copied().find(|&state| table.standing(state) != Standing::Start && Some(state) != rule.to.entered())
}

/// The first role after the last that has the row, round and round, that does not have it. Rows are not given to time
/// itself or to siblings, which would never ask.
fn next_role(by: Roles) -> Option<Role> {
    let last = by.iter().last().map_or(0, Role::ordinal);
    let people = Role::ALL.iter().cycle().skip(last + 1).take(Role::ALL.len());
    people.copied().find(|&role| !by.has(role) && !matches!(role, Role::Clock | Role::Trade))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_mutants_and_each_differs_from_the_row() {
        let rules = Rules::built_in();
        let mutants = Mutant::all(&rules);
        let rows = rules.order.rules().len() + rules.after_sale.rules().len() + rules.refund.rules().len();
        assert!(mutants.iter().filter(|mutant| mutant.slip == Slip::Deleted).count() == rows);
        let mut seen = std::collections::BTreeSet::new();
        for mutant in &mutants {
            assert!(seen.insert(mutant.to_string()), "{mutant} is there twice");
            if let Ok(changed) = mutant.of(&rules) {
                let same = changed.order.rules() == rules.order.rules()
                    && changed.after_sale.rules() == rules.after_sale.rules()
                    && changed.refund.rules() == rules.refund.rules();
                assert!(!same, "{mutant} changes nothing");
            }
        }
        let caught = mutants.iter().filter(|mutant| mutant.of(&rules).is_err()).count();
        std::println!("{} mutants of {rows} rows, {caught} caught by the check", mutants.len());
    }
}
