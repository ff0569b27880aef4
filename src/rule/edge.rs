//! A row as plain numbers, which is all that the check looks at.

use super::layout::Codes;
use super::row_id::is_code;
use super::{Guard, Machine, RowId, RowName, RowParts, Rule};
use crate::{Roles, Word};

/// A row without its vocabulary.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    pub(super) from: usize,
    pub(super) from_code: &'static str,
    pub(super) action: usize,
    pub(super) action_code: &'static str,
    /// None for a row that stays.
    pub(super) to: Option<(usize, &'static str)>,
    pub(super) name: Option<RowName>,
    /// The line of the table, from 0; there are no more lines than rows.
    pub(super) line: usize,
    pub(super) by: Roles,
    /// One bit for each condition.
    pub(super) when: u128,
    /// One bit for each limit that must have passed.
    pub(super) past: u128,
    /// One of the conditions is a counter.
    pub(super) counted: bool,
    pub(super) correction: bool,
    /// The name, the conditions or the effects did not fit.
    pub(super) overlong: bool,
}

impl Edge {
    pub(super) const fn ask(&mut self, condition: usize, is_counter: bool) {
        self.when |= bit(condition);
        self.counted |= is_counter;
        self.overlong |= condition >= Codes::MOST;
    }

    pub(super) const fn pass(&mut self, limit: usize) {
        self.past |= bit(limit);
    }

    /// What a row is to the check; the macro makes the same of a built-in one, while compiling.
    pub(super) fn of<M: Machine>(rule: &Rule<M>) -> Self {
        let mut edge = Self {
            from: rule.from.ordinal(),
            from_code: rule.from.code(),
            action: rule.action.ordinal(),
            action_code: rule.action.code(),
            to: rule.to.entered().map(|to| (to.ordinal(), to.code())),
            name: rule.name,
            line: usize::from(rule.line),
            by: rule.by,
            when: 0,
            past: 0,
            counted: false,
            correction: rule.correction,
            overlong: rule.overlong,
        };
        for condition in rule.when() {
            edge.ask(condition.ordinal(), condition.is_counter());
            if let Some(limit) = condition.past() {
                edge.pass(limit.ordinal());
            }
        }
        edge
    }

    /// Whether any of these may take it.
    pub(super) const fn is_by(&self, roles: Roles) -> bool {
        self.by.mask() & roles.mask() != 0
    }

    pub(super) const fn is_same_cell(&self, other: &Self) -> bool {
        self.from == other.from && self.action == other.action
    }

    /// The state that is entered, if it is another.
    pub(super) const fn leaves_to(&self) -> Option<usize> {
        match self.to {
            Some((to, _)) if to != self.from => Some(to),
            _ => None,
        }
    }

    pub(super) const fn has_id_of(&self, other: &Self) -> bool {
        let same_target = match (self.to, other.to) {
            (Some((to, _)), Some((other, _))) => to == other,
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let same_name = match (&self.name, &other.name) {
            (Some(name), Some(other)) => name.is(other),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        self.is_same_cell(other) && same_target && same_name
    }

    pub(super) const fn id(&self, machine: &'static str) -> RowId {
        RowId::join(&RowParts {
            machine,
            from: self.from_code,
            action: self.action_code,
            to: match self.to {
                Some((_, code)) => code,
                None => RowId::STAY,
            },
            name: match &self.name {
                Some(name) => Some(name.as_str()),
                None => None,
            },
        })
    }

    /// Whether its own parts of its id are read back as what they are; states are asked by themselves.
    pub(super) const fn is_legible(&self) -> bool {
        let name = match &self.name {
            Some(name) => is_code(name.as_str()),
            None => true,
        };
        is_code(self.action_code) && name
    }

    pub(super) const fn id_len(&self, machine: &'static str) -> usize {
        let to = match self.to {
            Some((_, code)) => code.len(),
            None => RowId::STAY.len(),
        };
        let name = match &self.name {
            Some(name) => 1 + name.as_str().len(),
            None => 0,
        };
        machine.len() + self.from_code.len() + self.action_code.len() + to + name + 3
    }
}

/// One bit of a set of at most 128 words; no bit beyond.
pub(super) const fn bit(ordinal: usize) -> u128 {
    if ordinal < Codes::MOST { 1 << ordinal } else { 0 }
}
