//! Why not: everything that stands against what was asked, as data.

use super::{Finding, Guard, Machine, Rule, Table};
use crate::{Role, Roles, Word};

/// No row lets this role do this in this state under these facts.
///
/// It names the nearest row of the action (for the asker's role if there is one, fewest blockers, then the order of the
/// table) and all that blocks it. If the state has rows for the action, the nearest is one of them; otherwise the state
/// is a blocker too. It is plain data without allocation; sentences are made from it when somebody wants to read them.
#[derive(Clone, Copy)]
#[must_use = "a refusal says what would have been accepted"]
pub struct Denial<M: Machine> {
    pub(super) state: M::State,
    pub(super) action: M::Action,
    pub(super) role: Role,
    pub(super) nearest: Option<Rule<M>>,
    /// Everybody who has a row that came into question.
    pub(super) roles: Roles,
    /// One bit for each condition of the nearest row, in its order.
    pub(super) unmet: u16,
}

impl<M: Machine> Denial<M> {
    /// What was asked.
    #[must_use]
    pub fn action(&self) -> M::Action {
        self.action
    }

    /// The state that was met.
    #[must_use]
    pub fn state_seen(&self) -> M::State {
        self.state
    }

    /// The role in which it was asked.
    #[must_use]
    pub fn role_seen(&self) -> Role {
        self.role
    }

    /// The nearest row; none if the table has no row for this action at all.
    #[must_use]
    pub fn row(&self) -> Option<&Rule<M>> {
        self.nearest.as_ref()
    }

    /// Whether it is not possible in this state, whoever asks.
    #[must_use]
    pub fn state_blocks(&self) -> bool {
        self.nearest.is_none_or(|rule| rule.from != self.state)
    }

    /// Whether the nearest row is not for this role.
    #[must_use]
    pub fn role_blocks(&self) -> bool {
        self.nearest.is_none_or(|rule| !rule.by.has(self.role))
    }

    /// Who has a row for it: in this state, or in any if none has one in this.
    #[must_use]
    pub fn roles_possible(&self) -> Roles {
        self.roles
    }

    /// The states in which this role has a row for it; those in which anybody has, if this role has none.
    pub fn states_possible<'t>(&self, table: &'t Table<M>) -> impl Iterator<Item = M::State> + use<'t, M> {
        let Self { action, role, .. } = *self;
        let states = M::State::ALL.iter().copied();
        let has_any = states.clone().any(|state| table.may(state, action, role));
        states.filter(move |&state| match has_any {
            true => table.may(state, action, role),
            false => table.roles(state, action) != Roles::NONE,
        })
    }

    /// The conditions of the nearest row that do not hold, in its order.
    pub fn unmet(&self) -> impl Iterator<Item = M::Condition> {
        let conditions = self.nearest.iter().flat_map(|rule| rule.when().enumerate());
        conditions.filter_map(|(at, condition)| (self.unmet & (1 << at) != 0).then_some(condition))
    }

    /// The same with what each of them saw.
    pub fn findings(&self, facts: &M::Facts) -> impl Iterator<Item = (M::Condition, Finding)> {
        self.unmet().map(|condition| (condition, condition.finding(facts)))
    }
}

impl<M: Machine> core::fmt::Debug for Denial<M> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Denial")
            .field("state", &self.state)
            .field("action", &self.action)
            .field("role", &self.role)
            .field("row", &self.row().map(Rule::id))
            .field("state_blocks", &self.state_blocks())
            .field("role_blocks", &self.role_blocks())
            .field("unmet", &self.unmet().collect::<alloc::vec::Vec<_>>())
            .finish()
    }
}

impl<M: Machine> PartialEq for Denial<M> {
    fn eq(&self, other: &Self) -> bool {
        (self.state, self.action, self.role) == (other.state, other.action, other.role)
            && (self.nearest, self.roles, self.unmet) == (other.nearest, other.roles, other.unmet)
    }
}

impl<M: Machine> Eq for Denial<M> {}
