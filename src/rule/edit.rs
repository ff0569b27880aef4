//! A user's own rows in a built-in table: added, replaced and removed by id, then checked like any other.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::edge::Edge;
use super::fault::{Fault, Faults};
use super::layout::{Cell, index, index_actions};
use super::{List, Machine, RowId, RowName, Rule, Standing, Table, To};
use crate::{Role, Roles, Word};

impl<M: Machine> Rule<M> {
    /// A row of a user's own, without conditions, effects and name.
    ///
    /// What does not fit into a row (see [`Self::when`] and [`Self::then`]) is found by the check of the table.
    #[must_use]
    pub fn new(from: M::State, action: M::Action, by: &[Role], to: To<M::State>) -> Self {
        Self {
            from,
            action,
            name: None,
            by: Roles::of(by),
            to,
            correction: false,
            when: List::EMPTY,
            then: List::EMPTY,
            line: 0,
            overlong: false,
        }
    }

    /// Asks for these conditions as well; all of a row must hold.
    #[must_use]
    pub fn asking(mut self, conditions: &[M::Condition]) -> Self {
        for &condition in conditions {
            self.overlong |= !self.when.push(condition);
        }
        self
    }

    /// Asks no more for these conditions. One for which it does not ask is left out of account.
    #[must_use]
    pub fn without(self, conditions: &[M::Condition]) -> Self {
        let mut kept = self.when().filter(|condition| !conditions.contains(condition));
        let mut when = List::EMPTY;
        // There was room for more of them.
        let fits = kept.all(|condition| when.push(condition));
        Self { when, overlong: self.overlong || !fits, ..self }
    }

    /// Has these effects as well.
    #[must_use]
    pub fn causing(mut self, effects: &[M::Effect]) -> Self {
        for &effect in effects {
            self.overlong |= !self.then.push(effect);
        }
        self
    }

    /// Tells the row from another with the same state, action and target.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        let name = RowName::cut(name);
        self.overlong |= !name.is_whole();
        self.name = Some(name);
        self
    }

    /// Lets the row leave a resting state.
    #[must_use]
    pub fn as_correction(mut self) -> Self {
        self.correction = true;
        self
    }
}

/// A table while it is edited. Only [`Edit::done`] makes a table of it again, and only if nothing is wrong with it.
#[derive(Clone, Debug)]
#[must_use = "an edit has no effect until it is done"]
pub struct Edit<M: Machine> {
    /// The lines in order, each with the rows of its states.
    lines: Vec<Vec<Rule<M>>>,
    standings: Vec<Standing>,
    /// What edits named in vain.
    missing: Vec<RowId>,
    /// The states for which somebody was named, though they wait for nobody.
    unwaiting: Vec<M::State>,
}

impl<M: Machine> Table<M> {
    /// Begins an edit. The table itself stays as it is. For an example see [the layer's documentation](crate::rule).
    pub fn edit(&self) -> Edit<M> {
        let mut rules = self.rules().to_vec();
        rules.sort_by_key(|rule| rule.line);
        Edit {
            lines: rules.chunk_by(|one, next| one.line == next.line).map(<[_]>::to_vec).collect(),
            standings: M::State::ALL.iter().map(|&state| self.standing(state)).collect(),
            missing: Vec::new(),
            unwaiting: Vec::new(),
        }
    }
}

impl<M: Machine> Edit<M> {
    /// Adds a row that is tried after those of the same state and action.
    #[expect(clippy::should_implement_trait, reason = "nothing is summed")]
    pub fn add(mut self, rule: Rule<M>) -> Self {
        let after = |same: fn(&Rule<M>, &Rule<M>) -> bool| {
            self.lines.iter().rposition(|line| line.iter().any(|each| same(each, &rule)))
        };
        let last = after(|each, rule| (each.from, each.action) == (rule.from, rule.action))
            .or_else(|| after(|each, rule| each.from == rule.from));
        self.lines.insert(last.map_or(self.lines.len(), |last| last + 1), Vec::from([rule]));
        self
    }

    /// Adds a row that is tried just before another.
    pub fn add_before(mut self, id: &RowId, rule: Rule<M>) -> Self {
        match self.line_of(id) {
            Some(line) => self.lines.insert(line, Vec::from([rule])),
            None => self.missing.push(*id),
        }
        self
    }

    /// Puts a row in the place of another.
    pub fn replace(mut self, id: &RowId, rule: Rule<M>) -> Self {
        match self.line_of(id) {
            // The other rows of the line stay as they are, so the new one needs a line of its own.
            Some(line) => {
                self.lines.insert(line + 1, Vec::from([rule]));
                self.take_out(line, id);
            }
            None => self.missing.push(*id),
        }
        self
    }

    /// Takes a row out.
    pub fn remove(mut self, id: &RowId) -> Self {
        match self.line_of(id) {
            Some(line) => self.take_out(line, id),
            None => self.missing.push(*id),
        }
        self
    }

    /// Names another role as the one that a waiting state waits for. One that does not wait is a fault.
    pub fn wait(mut self, state: M::State, role: Role) -> Self {
        if let Some(Standing::Waits(waited)) = self.standings.get_mut(state.ordinal()) {
            *waited = role;
        } else {
            self.unwaiting.push(state);
        }
        self
    }

    /// The edited table, with rows of its own.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it: all that the compiler looks for in a built-in table, and edits that name a row
    /// which is not there.
    pub fn done(self) -> Result<Table<M>, Faults> {
        let mut rules: Vec<Rule<M>> = Vec::new();
        for (number, line) in self.lines.iter().enumerate() {
            let line_number = u16::try_from(number).unwrap_or(u16::MAX);
            rules.extend(line.iter().map(|rule| Rule { line: line_number, ..*rule }));
        }
        if rules.len() > usize::from(u16::MAX) {
            return Err(Faults(Vec::from([Fault::TooManyRows { machine: M::NAME, rows: rules.len() }])));
        }
        rules.sort_by_key(|rule| (rule.from.ordinal(), rule.action.ordinal()));
        let table = Table::owned(rules, self.standings);
        let mut faults: Vec<_> = self.missing.iter().map(|&row| Fault::NoSuchRow { row }).collect();
        let unwaiting = self.unwaiting.iter();
        faults.extend(unwaiting.map(|state| Fault::NotWaiting { machine: M::NAME, state: state.code() }));
        if let Err(found) = table.check() {
            faults.extend(found);
        }
        if faults.is_empty() { Ok(table) } else { Err(Faults(faults)) }
    }

    fn line_of(&self, id: &RowId) -> Option<usize> {
        self.lines.iter().position(|line| line.iter().any(|rule| rule.id() == *id))
    }

    fn take_out(&mut self, line: usize, id: &RowId) {
        if let Some(rules) = self.lines.get_mut(line) {
            rules.retain(|rule| rule.id() != *id);
        }
        self.lines.retain(|rules| !rules.is_empty());
    }
}

impl<M: Machine> Table<M> {
    /// A table of rows that are in order, and whose lines are numbered without gaps.
    pub(super) fn owned(rules: Vec<Rule<M>>, standings: Vec<Standing>) -> Self {
        let edges: Vec<_> = rules.iter().map(Edge::of).collect();
        let (states, actions) = (M::State::ALL.len(), M::Action::ALL.len());
        let mut cells = alloc::vec![Cell::EMPTY; states * actions];
        index(&edges, actions, &mut cells);
        let mut by_action = alloc::vec![Cell::EMPTY; actions];
        let mut firsts = alloc::vec![0; rules.len()];
        index_actions(&edges, &mut alloc::vec![false; rules.len()], &mut by_action, &mut firsts);
        let limit_of = |&state: &M::State| {
            let rows = rules.iter().filter(|rule| rule.from == state);
            rows.filter_map(Rule::limit).last()
        };
        Self {
            limits: Cow::Owned(M::State::ALL.iter().map(limit_of).collect()),
            rules: Cow::Owned(rules),
            cells: Cow::Owned(cells),
            actions: Cow::Owned(by_action),
            firsts: Cow::Owned(firsts),
            standings: Cow::Owned(standings),
        }
    }
}
