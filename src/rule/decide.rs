//! May it? From the rows alone: a dense load, a mask of roles, then the few conditions of the first rows.

use super::{Denial, Guard, Machine, Rule, Table};
use crate::Role;

impl<M: Machine> Table<M> {
    /// The first row that lets this role do this in this state, or everything that stands against it.
    ///
    /// # Errors
    ///
    /// A [`Denial`], if no row fits.
    #[inline]
    pub fn decide(
        &self,
        state: M::State,
        action: M::Action,
        role: Role,
        facts: &M::Facts,
    ) -> Result<&Rule<M>, Denial<M>> {
        match self.taken(state, action, role, facts) {
            Some(rule) => Ok(rule),
            None => Err(self.deny(state, action, role, facts)),
        }
    }

    /// The same for who does not ask why not.
    #[inline]
    pub(crate) fn taken(&self, state: M::State, action: M::Action, role: Role, facts: &M::Facts) -> Option<&Rule<M>> {
        let cell = self.cell(state, action);
        if !cell.roles.has(role) {
            return None;
        }
        self.rules_in(cell).iter().find(|rule| rule.by.has(role) && rule.holds(facts))
    }

    /// Whether this role has a row for this action in this state, whatever its conditions.
    #[inline]
    #[must_use]
    pub fn may(&self, state: M::State, action: M::Action, role: Role) -> bool {
        self.roles(state, action).has(role)
    }

    /// Finds the nearest row of the action: one for the asker's role, fewest blockers, then the order of the table.
    ///
    /// If the state has rows for the action, only they come into question; otherwise those of every state do.
    #[cold]
    fn deny(&self, state: M::State, action: M::Action, role: Role, facts: &M::Facts) -> Denial<M> {
        let mut nearest = Nearest { role, facts, row: None, blockers: u32::MAX, unmet: 0 };
        let cell = self.cell(state, action);
        let (mut roles, lines) = self.lines_of(action);
        if cell.len > 0 {
            roles = cell.roles;
            self.rules_in(cell).iter().for_each(|rule| nearest.consider(rule));
        } else {
            lines.for_each(|rule| nearest.consider(rule));
        }
        Denial { state, action, role, nearest: nearest.row.copied(), roles, unmet: nearest.unmet }
    }
}

/// How far off a row for other roles is: farther than any row of the asker's own, since nobody can change who asks.
const ANOTHERS: u32 = 32;

/// The row with the fewest blockers so far; of several, the one of the earliest line.
struct Nearest<'t, 'f, M: Machine> {
    role: Role,
    facts: &'f M::Facts,
    row: Option<&'t Rule<M>>,
    /// The role and the conditions that block it. The state blocks every candidate or none, so it is not counted.
    blockers: u32,
    /// One bit for each condition of the row that does not hold.
    unmet: u16,
}

impl<'t, M: Machine> Nearest<'t, '_, M> {
    fn consider(&mut self, rule: &'t Rule<M>) {
        // What this row may have against it and still be nearer.
        let is_earlier = self.row.is_none_or(|row| rule.line < row.line);
        let Some(most) = self.blockers.checked_sub(u32::from(!is_earlier)) else {
            return;
        };
        let mut blockers = if rule.by.has(self.role) { 0 } else { ANOTHERS };
        let mut unmet = 0;
        for (at, condition) in rule.when().enumerate() {
            if !condition.holds(self.facts) {
                unmet |= 1 << at;
                blockers += 1;
            }
            if blockers > most {
                return;
            }
        }
        if blockers <= most {
            (self.row, self.blockers, self.unmet) = (Some(rule), blockers, unmet);
        }
    }
}
