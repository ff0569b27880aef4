//! How long a table can take by itself: the longest way through those of its rows that nobody has to take.
//!
//! A state costs the time that it is waited in; a way through states costs their sum. A ring is gone round only as often
//! as something counts, so there is a longest way, and a table for which nobody can say one is told by the row of the ring.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use super::{Machine, RowId, Rule, Table};
use crate::{Role, Word};

/// Beyond so many combinations of states and counts they are not all looked at: each counted row then costs the longest
/// way behind it, which is never less.
const MOST_CELLS: usize = 1 << 18;

/// How a row is taken while nobody acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by callers")]
pub struct Way {
    /// How often, if something counts it: rows with the same first number are counted together, and all of them taken at
    /// most as often as the second says.
    pub counted: Option<(u32, u32)>,
    /// How long something else runs on, from the moment that the row is taken, in milliseconds.
    pub beside: i64,
}

/// A row that time alone can take again and again: nothing counts how often it leads back to where it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row `{row}` leads back to where it began with nobody acting, and nothing counts how often")]
#[non_exhaustive]
pub struct Restless {
    /// The row.
    pub row: RowId,
}

/// How long a table can take by itself from each of its states, in milliseconds.
#[derive(Clone, PartialEq, Eq)]
pub struct Longest<M> {
    /// From each state, with and without the wait in it.
    states: Vec<(i64, i64)>,
    way: Vec<RowId>,
    machine: PhantomData<M>,
}

impl<M: Machine> Longest<M> {
    /// From this state, which has just been entered, until nothing moves any more.
    #[must_use]
    pub fn from(&self, state: M::State) -> i64 {
        self.states.get(state.ordinal()).map_or(0, |(whole, _)| *whole)
    }

    /// The same, from the moment that the wait in this state is over.
    #[must_use]
    pub fn after(&self, state: M::State) -> i64 {
        self.states.get(state.ordinal()).map_or(0, |(_, after)| *after)
    }

    /// The wait in this state alone.
    #[must_use]
    pub fn wait(&self, state: M::State) -> i64 {
        self.from(state) - self.after(state)
    }

    /// From the state that takes longest.
    #[must_use]
    pub fn most(&self) -> i64 {
        self.states.iter().map(|(whole, _)| *whole).max().unwrap_or(0)
    }

    /// The rows of a longest way, from the state that takes longest: what [`most`](Self::most) is made of. None where there
    /// are so many counts that it was only bounded.
    #[must_use]
    pub fn way(&self) -> &[RowId] {
        &self.way
    }
}

impl<M: Machine> fmt::Debug for Longest<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(M::State::ALL.iter().map(|state| (state.code(), self.from(*state)))).finish()
    }
}

impl<M: Machine> Table<M> {
    /// How long this table can take by itself, if each state is waited in for `wait` at most and those rows are taken for
    /// which `way` says how; all others are not.
    ///
    /// Never less than what can happen, whichever rows apply and whichever comes first: a row that a sibling takes comes at
    /// any time of the wait. A row of the clock that stays begins the wait anew; any other leaves it as it is.
    ///
    /// # Errors
    ///
    /// [`Restless`] with a row of a ring that nothing counts and that takes time.
    pub fn longest(
        &self,
        wait: impl Fn(M::State) -> i64,
        way: impl Fn(&Rule<M>) -> Option<Way>,
    ) -> Result<Longest<M>, Restless> {
        within_cells(self, MOST_CELLS, wait, way)
    }
}

/// The same, if no more than so many combinations are looked at.
pub(super) fn within_cells<M: Machine>(
    table: &Table<M>,
    cells: usize,
    wait: impl Fn(M::State) -> i64,
    way: impl Fn(&Rule<M>) -> Option<Way>,
) -> Result<Longest<M>, Restless> {
    let costs = M::State::ALL.iter().map(|&state| wait(state)).collect();
    let mut graph = Graph { costs, edges: Vec::new(), counts: Vec::new() };
    for (row, rule) in table.rules().iter().enumerate() {
        let Some(way) = way(rule) else { continue };
        let anew = rule.by.has(Role::Clock).then_some(rule.from);
        let to = rule.to.entered().or(anew).map(Word::ordinal);
        let count = way.counted.map(|(number, times)| graph.count(number, times));
        graph.edges.push(Edge { from: rule.from.ordinal(), to, beside: way.beside, count, row });
    }
    graph.prune();
    graph.uncount();
    let row = |row: usize| table.rules().get(row).map(Rule::id);
    if let Some(row) = graph.ring().and_then(|edge| row(edge.row)) {
        return Err(Restless { row });
    }
    let (states, way) = graph.longest(cells);
    Ok(Longest { states, way: way.into_iter().filter_map(row).collect(), machine: PhantomData })
}

/// A row that is taken: between places of states.
struct Edge {
    from: usize,
    /// None if no wait begins with it.
    to: Option<usize>,
    beside: i64,
    /// Which count it is one of.
    count: Option<usize>,
    row: usize,
}

struct Graph {
    costs: Vec<i64>,
    edges: Vec<Edge>,
    /// Each count by its number, and how often.
    counts: Vec<(u32, u32)>,
}

impl Graph {
    /// The place of a count; the lower of two limits of one number is not what bounds both.
    fn count(&mut self, number: u32, times: u32) -> usize {
        match self.counts.iter_mut().position(|(known, _)| *known == number) {
            Some(at) => {
                if let Some((_, most)) = self.counts.get_mut(at) {
                    *most = times.max(*most);
                }
                at
            }
            None => {
                self.counts.push((number, times));
                self.counts.len() - 1
            }
        }
    }

    /// Which states each state leads to, by these edges.
    fn reach(&self, by: impl Fn(&Edge) -> bool) -> Vec<u128> {
        let mut reach = vec![0_u128; self.costs.len()];
        for edge in self.edges.iter().filter(|edge| by(edge)) {
            if let (Some(from), Some(to)) = (reach.get_mut(edge.from), edge.to) {
                *from |= bit(to);
            }
        }
        for through in 0..reach.len() {
            let further = reach.get(through).copied().unwrap_or(0);
            reach.iter_mut().filter(|from| **from & bit(through) != 0).for_each(|from| *from |= further);
        }
        reach
    }

    /// Leaves out where no time passes any more: going round in it takes none.
    fn prune(&mut self) {
        let mut lasting = (0..).zip(&self.costs).filter(|(_, cost)| **cost > 0).fold(0, |all, (at, _)| all | bit(at));
        lasting = self.edges.iter().filter(|edge| edge.beside > 0).fold(lasting, |all, edge| all | bit(edge.from));
        let reach = self.reach(|_| true);
        let lasts = |at: usize| (bit(at) | reach.get(at).copied().unwrap_or(0)) & lasting != 0;
        for edge in &mut self.edges {
            edge.to = edge.to.filter(|to| lasts(*to));
        }
    }

    /// Leaves out the counts that no ring spends: each of their rows is taken once at most anyway.
    fn uncount(&mut self) {
        let reach = self.reach(|_| true);
        let mut spent = vec![false; self.counts.len()];
        for edge in self.edges.iter().filter(|edge| leads_back(&reach, edge)) {
            if let Some(spent) = edge.count.and_then(|count| spent.get_mut(count)) {
                *spent = true;
            }
        }
        let is_spent = |count: &usize| spent.get(*count).is_some_and(|spent| *spent);
        for edge in &mut self.edges {
            edge.count = edge.count.filter(is_spent);
        }
        for (count, (_, times)) in self.counts.iter_mut().enumerate() {
            *times = if is_spent(&count) { *times } else { 0 };
        }
    }

    /// An edge of a ring that nothing counts.
    fn ring(&self) -> Option<&Edge> {
        let reach = self.reach(|edge| edge.count.is_none());
        self.edges.iter().find(|edge| edge.count.is_none() && leads_back(&reach, edge))
    }

    /// The longest way from each state, with and without its own wait; and the rows of the longest of them.
    fn longest(&self, cells: usize) -> (Vec<(i64, i64)>, Vec<usize>) {
        let states = self.costs.len();
        let all = self.counts.iter().map(room).fold(1_usize, usize::saturating_mul);
        if all.saturating_mul(states) > cells {
            return (self.at_most(), Vec::new());
        }
        let mut found = self.ways(all);
        let way = self.way(&found, all);
        (found.split_off(found.len().saturating_sub(states)), way)
    }

    /// The rows of a longest way with all uses left, once each way is known.
    fn way(&self, found: &[(i64, i64)], all: usize) -> Vec<usize> {
        let (states, mut rows) = (self.costs.len(), Vec::new());
        let cell = |left: usize, state: usize| found.get(left * states + state).copied().unwrap_or_default();
        let mut left = all.saturating_sub(1);
        let mut at = (0..states).rev().max_by_key(|state| cell(left, *state).0);
        while let Some(state) = at {
            let (_, after) = cell(left, state);
            let leads = |edge: &Edge| {
                let then = self.spend(left, edge)?;
                let further = edge.to.map_or(0, |to| cell(then, to).0);
                (after > 0 && edge.from == state && after == further.max(edge.beside)).then_some((
                    edge.row,
                    then,
                    edge.to.filter(|_| further == after),
                ))
            };
            let Some((row, then, to)) = self.edges.iter().find_map(leads) else { break };
            rows.push(row);
            (left, at) = (then, to);
        }
        rows
    }

    /// The longest way from each state and with each number of uses that are left, the fewest first: the last ones are those
    /// with all uses left.
    fn ways(&self, all: usize) -> Vec<(i64, i64)> {
        let states = self.costs.len();
        let mut found = vec![(0, 0); all.saturating_mul(states)];
        let order = self.order();
        for left in 0..all {
            for &state in &order {
                let mut after = 0;
                for edge in self.edges.iter().filter(|edge| edge.from == state) {
                    let Some(then) = self.spend(left, edge) else { continue };
                    let further = edge.to.and_then(|to| found.get(then * states + to)).map_or(0, |(whole, _)| *whole);
                    after = after.max(edge.beside).max(further);
                }
                let whole = self.costs.get(state).map_or(after, |cost| cost.saturating_add(after));
                if let Some(place) = found.get_mut(left * states + state) {
                    *place = (whole, after);
                }
            }
        }
        found
    }

    /// What is left after an edge, of a number that holds all counts; `None` if nothing is left for it.
    fn spend(&self, left: usize, edge: &Edge) -> Option<usize> {
        let Some(count) = edge.count else { return Some(left) };
        let stride = self.counts.iter().take(count).map(room).fold(1_usize, usize::saturating_mul);
        let room = self.counts.get(count).map_or(1, room);
        (!(left / stride).is_multiple_of(room)).then(|| left - stride)
    }

    /// The states, each behind all those to which uncounted edges lead from it.
    fn order(&self) -> Vec<usize> {
        let reach = self.reach(|edge| edge.count.is_none());
        let mut order: Vec<usize> = (0..self.costs.len()).collect();
        order.sort_by_key(|&state| reach.get(state).map_or(0, |reach| reach.count_ones()));
        order
    }

    /// No less than the longest way: each use of a counted edge costs what can come behind it without another.
    fn at_most(&self) -> Vec<(i64, i64)> {
        let plain = self.ways(1);
        let behind = |edge: &Edge| {
            let further = edge.to.and_then(|to| plain.get(to)).map_or(0, |(whole, _)| *whole);
            further.max(edge.beside)
        };
        let mut more = 0_i64;
        for (count, (_, times)) in self.counts.iter().enumerate() {
            let most = self.edges.iter().filter(|edge| edge.count == Some(count)).map(behind).max().unwrap_or(0);
            more = more.saturating_add(most.saturating_mul(i64::from(*times)));
        }
        let counted = self.reach(|_| true);
        let meets = |state: usize| {
            let reached = bit(state) | counted.get(state).copied().unwrap_or(0);
            self.edges.iter().any(|edge| edge.count.is_some() && reached & bit(edge.from) != 0)
        };
        let with_more = |(state, (whole, after)): (usize, &(i64, i64))| {
            let more = if meets(state) { more } else { 0 };
            (whole.saturating_add(more), after.saturating_add(more))
        };
        plain.iter().enumerate().map(with_more).collect()
    }
}

/// How many numbers of uses can be left of a count.
const fn room((_, times): &(u32, u32)) -> usize {
    (*times as usize).saturating_add(1)
}

/// Whether the state that an edge leads to leads back to where the edge began.
fn leads_back(reach: &[u128], edge: &Edge) -> bool {
    let back = |to: usize| to == edge.from || reach.get(to).is_some_and(|reach| reach & bit(edge.from) != 0);
    edge.to.is_some_and(back)
}

/// One bit of a set of at most 128 states, as many as the check lets a table have.
const fn bit(at: usize) -> u128 {
    super::edge::bit(at)
}
