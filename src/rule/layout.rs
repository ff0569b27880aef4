//! From the lines of a table as they are written to rows in order with a dense index, all of it while compiling.
#![expect(
    missing_docs,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "public only for what the macros write; hidden from the documentation"
)]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "constant functions have no other way; they run in the compiler, where out of bounds is a build error"
)]

use super::edge::Edge;
use super::{List, Machine, RowName, Rule, Standing, To};
use crate::{Role, Roles};

/// A word with what a constant function cannot ask it: its place and its code.
#[derive(Clone, Copy, Debug)]
pub struct Placed<W> {
    pub word: W,
    pub ordinal: usize,
    pub code: &'static str,
}

/// A condition with what a constant function cannot ask it.
#[derive(Debug)]
pub struct Given<M: Machine> {
    pub word: M::Condition,
    pub ordinal: usize,
    pub is_counter: bool,
    pub past: Option<Placed<M::Limit>>,
}

impl<M: Machine> Clone for Given<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Given<M> {}

/// One line of a table, as it is written.
#[derive(Debug)]
pub struct Line<M: Machine> {
    pub from: &'static [&'static [Placed<M::State>]],
    pub action: Placed<M::Action>,
    /// Empty if the line has none.
    pub name: &'static str,
    pub by: &'static [Role],
    pub when: &'static [&'static [Given<M>]],
    /// None for a line that stays.
    pub to: Option<Placed<M::State>>,
    pub correction: bool,
    pub then: &'static [M::Effect],
}

/// A table, as it is written.
#[derive(Debug)]
pub struct Source<M: Machine> {
    /// The code of every state.
    pub states: Codes,
    /// How many actions there are.
    pub actions: usize,
    /// How many conditions there are, those of limits included.
    pub conditions: usize,
    /// The header.
    pub declared: &'static [(Placed<M::State>, Standing)],
    pub lines: &'static [Line<M>],
}

/// The codes of a vocabulary.
#[derive(Clone, Copy, Debug)]
pub struct Codes {
    codes: [&'static str; Self::MOST],
    count: usize,
}

impl Codes {
    /// How many words a constant check can hold apart.
    pub(super) const MOST: usize = 128;
    pub const NONE: Self = Self { codes: [""; Self::MOST], count: 0 };

    /// The codes.
    pub(super) const fn as_slice(&self) -> &[&'static str] {
        match self.codes.split_at_checked(self.count) {
            Some((codes, _)) => codes,
            None => &self.codes,
        }
    }

    #[track_caller]
    pub const fn push(&mut self, code: &'static str) {
        if self.count == Self::MOST {
            panic!("a machine has more than 128 states");
        }
        self.codes[self.count] = code;
        self.count += 1;
    }
}

/// The rows of all (state, action) lie together; this is where, and who appears in any of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cell {
    pub(super) start: u16,
    pub(super) len: u16,
    pub(super) roles: Roles,
}

/// The rows of a table in order, each with its edge and its limit.
#[derive(Debug)]
pub struct Expanded<M: Machine, const ROWS: usize> {
    pub(super) rules: [Rule<M>; ROWS],
    pub(super) edges: [Edge; ROWS],
    limits: [Option<M::Limit>; ROWS],
}

/// A built-in table: all that [`Table`](super::Table) borrows.
#[derive(Debug)]
pub struct Laid<M: Machine, const ROWS: usize, const CELLS: usize, const ACTIONS: usize, const STATES: usize> {
    pub rules: [Rule<M>; ROWS],
    pub cells: [Cell; CELLS],
    pub actions: [Cell; ACTIONS],
    pub firsts: [u16; ROWS],
    pub standings: [Standing; STATES],
    pub limits: [Option<M::Limit>; STATES],
}

/// How many rows the lines make: one for each state of each line.
pub const fn count<M: Machine>(source: &Source<M>) -> usize {
    let mut count = 0;
    let mut line = 0;
    while line < source.lines.len() {
        let mut lists = source.lines[line].from;
        while let [list, tail @ ..] = lists {
            count += list.len();
            lists = tail;
        }
        line += 1;
    }
    count
}

/// One row for each state of each line, sorted by state and action; among the same, in the order of the lines.
#[track_caller]
pub const fn expand<M: Machine, const ROWS: usize, const CELLS: usize>(source: &Source<M>) -> Expanded<M, ROWS> {
    let Some((rule, edge, limit)) = first_row(source) else {
        panic!("the table has no rows");
    };
    let mut expanded = Expanded { rules: [rule; ROWS], edges: [edge; ROWS], limits: [limit; ROWS] };
    let mut place = starts::<M, CELLS>(source);
    let mut number = 0;
    while number < source.lines.len() {
        let line = &source.lines[number];
        let mut lists = line.from;
        while let [list, more @ ..] = lists {
            let mut states = *list;
            while let [state, tail @ ..] = states {
                let (rule, edge, limit) = row(line, *state, number);
                let cell = state.ordinal * source.actions + line.action.ordinal;
                let at = place[cell];
                expanded.rules[at] = rule;
                expanded.edges[at] = edge;
                expanded.limits[at] = limit;
                place[cell] += 1;
                states = tail;
            }
            lists = more;
        }
        number += 1;
    }
    expanded
}

/// Where the rows of each cell begin.
const fn starts<M: Machine, const CELLS: usize>(source: &Source<M>) -> [usize; CELLS] {
    let mut starts = [0; CELLS];
    let mut number = 0;
    while number < source.lines.len() {
        let line = &source.lines[number];
        let mut lists = line.from;
        while let [list, more @ ..] = lists {
            let mut states = *list;
            while let [state, tail @ ..] = states {
                starts[state.ordinal * source.actions + line.action.ordinal] += 1;
                states = tail;
            }
            lists = more;
        }
        number += 1;
    }
    let mut sum = 0;
    let mut cell = 0;
    while cell < CELLS {
        let len = starts[cell];
        starts[cell] = sum;
        sum += len;
        cell += 1;
    }
    starts
}

/// What one state of one line makes.
#[track_caller]
const fn row<M: Machine>(line: &Line<M>, from: Placed<M::State>, number: usize) -> (Rule<M>, Edge, Option<M::Limit>) {
    let (to, target) = match line.to {
        Some(to) => (To::Enter(to.word), Some((to.ordinal, to.code))),
        None => (To::Stay, None),
    };
    let name = RowName::cut(line.name);
    let mut edge = Edge {
        from: from.ordinal,
        from_code: from.code,
        action: line.action.ordinal,
        action_code: line.action.code,
        to: target,
        name: if line.name.is_empty() || !name.is_whole() { None } else { Some(name) },
        line: number,
        by: Roles::of(line.by),
        when: 0,
        past: 0,
        counted: false,
        correction: line.correction,
        overlong: !name.is_whole(),
    };
    let (when, limit) = conditions(line, &mut edge);
    let then = effects(line, &mut edge);
    let rule = Rule {
        from: from.word,
        action: line.action.word,
        name: edge.name,
        by: edge.by,
        to,
        correction: line.correction,
        when,
        then,
        line: number as u16,
        overlong: false,
    };
    (rule, edge, limit)
}

/// All conditions of the line, and its limit.
const fn conditions<M: Machine>(line: &Line<M>, edge: &mut Edge) -> (List<M::Condition, 16>, Option<M::Limit>) {
    let mut when = List::EMPTY;
    let mut limit = None;
    let mut lists = line.when;
    while let [list, more @ ..] = lists {
        let mut conditions = *list;
        while let [condition, tail @ ..] = conditions {
            edge.overlong |= !when.push(condition.word);
            edge.ask(condition.ordinal, condition.is_counter);
            if let Some(past) = condition.past {
                edge.pass(past.ordinal);
                limit = Some(past.word);
            }
            conditions = tail;
        }
        lists = more;
    }
    (when, limit)
}

const fn effects<M: Machine>(line: &Line<M>, edge: &mut Edge) -> List<M::Effect, 8> {
    let mut then = List::EMPTY;
    let mut effects = line.then;
    while let [effect, tail @ ..] = effects {
        edge.overlong |= !then.push(*effect);
        effects = tail;
    }
    then
}

const fn first_row<M: Machine>(source: &Source<M>) -> Option<(Rule<M>, Edge, Option<M::Limit>)> {
    let mut lines = source.lines;
    while let [line, tail @ ..] = lines {
        let mut lists = line.from;
        while let [list, more @ ..] = lists {
            if let [state, ..] = list {
                return Some(row(line, *state, 0));
            }
            lists = more;
        }
        lines = tail;
    }
    None
}

/// The dense index, the standing and the limit of each state.
pub const fn lay_out<M: Machine, const ROWS: usize, const CELLS: usize, const ACTIONS: usize, const STATES: usize>(
    source: &Source<M>,
    expanded: &Expanded<M, ROWS>,
) -> Laid<M, ROWS, CELLS, ACTIONS, STATES> {
    let mut cells = [Cell::EMPTY; CELLS];
    index(&expanded.edges, ACTIONS, &mut cells);
    let mut actions = [Cell::EMPTY; ACTIONS];
    let mut firsts = [0; ROWS];
    index_actions(&expanded.edges, &mut [false; ROWS], &mut actions, &mut firsts);
    let mut standings = [Standing::Start; STATES];
    let mut declared = source.declared;
    while let [(state, standing), tail @ ..] = declared {
        standings[state.ordinal] = *standing;
        declared = tail;
    }
    let mut limits = [None; STATES];
    let mut at = 0;
    while at < ROWS {
        if let Some(limit) = expanded.limits[at] {
            limits[expanded.edges[at].from] = Some(limit);
        }
        at += 1;
    }
    Laid { rules: expanded.rules, cells, actions, firsts, standings, limits }
}

impl Cell {
    pub(super) const EMPTY: Self = Self { start: 0, len: 0, roles: Roles::NONE };
}

/// Fills the dense index over rows in order.
pub(super) const fn index(edges: &[Edge], actions: usize, cells: &mut [Cell]) {
    let mut at = 0;
    while at < edges.len() {
        let edge = &edges[at];
        let cell = &mut cells[edge.from * actions + edge.action];
        if cell.len == 0 {
            cell.start = at as u16;
        }
        cell.len += 1;
        cell.roles = cell.roles.or(edge.by);
        at += 1;
    }
}

/// Fills the index over actions: for each, the first row of every line, and everybody who has a row.
///
/// Rows of one line differ in nothing but their state, so where the state does not matter one of them is enough.
pub(super) const fn index_actions(edges: &[Edge], seen: &mut [bool], actions: &mut [Cell], firsts: &mut [u16]) {
    let mut at = 0;
    while at < edges.len() {
        let edge = &edges[at];
        let action = &mut actions[edge.action];
        action.roles = action.roles.or(edge.by);
        if !seen[edge.line] {
            seen[edge.line] = true;
            action.len += 1;
        }
        at += 1;
    }
    let mut start = 0;
    let mut action = 0;
    while action < actions.len() {
        actions[action].start = start;
        start += actions[action].len;
        actions[action].len = 0;
        action += 1;
    }
    let mut at = 0;
    while at < edges.len() {
        let edge = &edges[at];
        let action = &mut actions[edge.action];
        if seen[edge.line] {
            seen[edge.line] = false;
            firsts[(action.start + action.len) as usize] = at as u16;
            action.len += 1;
        }
        at += 1;
    }
}
