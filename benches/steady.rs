//! Figures that do not move with the machine's mood: instructions and simulated mispredictions a decision.
//!
//! Each rival is one function; `valgrind` counts what happens inside it and nothing else. Without `valgrind` this only
//! prints how many decisions each function makes, by which its sums are to be divided.
//!
//! ```text
//! cargo bench --features testing --bench steady --no-run      # prints where the executable is
//! valgrind --tool=callgrind --branch-sim=yes --toggle-collect='*steady::table_accepted*' EXECUTABLE
//! ```
#![allow(missing_docs, clippy::indexing_slicing, clippy::unwrap_used, reason = "a benchmark")]

mod by_match;
#[path = "../tests/oracle/mod.rs"]
mod oracle;
mod trace;

use std::hint::black_box;

use redress::refund::{Facts, RULES, Refund, State};
use redress::rule::Table;
use redress::testing::strategy::Chance;
use trace::{Case, DECISIONS, LENGTH, Move, chosen};

type Rules = Table<Refund>;

fn walk(moves: &[Move<Refund>], may: impl Fn(State, &Move<Refund>) -> bool) -> usize {
    let mut state = State::Absent;
    let mut taken = 0;
    for step in moves {
        let accepted = may(state, step);
        state = chosen(accepted, state, step.next);
        taken += usize::from(accepted);
    }
    taken
}

#[inline(never)]
fn table_may(table: &Rules, moves: &[Move<Refund>]) -> usize {
    walk(moves, |state, step| table.may(state, step.action, step.role))
}

#[inline(never)]
fn match_may(moves: &[Move<Refund>]) -> usize {
    walk(moves, |state, step| by_match::may(state, step.action, step.role))
}

fn decide(table: &Rules, facts: &[Facts], cases: &[Case<Refund>]) -> usize {
    let decided = cases.iter().map(|case| table.decide(case.state, case.action, case.role, &facts[case.facts]));
    decided.map(|decided| decided.map_or(0, |rule| rule.next().ordinal())).sum()
}

fn told(facts: &[Facts], cases: &[Case<Refund>]) -> usize {
    let told = cases.iter().map(|case| oracle::told(case.state, case.action, case.role, &facts[case.facts]));
    told.map(|told| told.map_or(0, State::ordinal)).sum()
}

#[inline(never)]
fn table_accepted(table: &Rules, facts: &[Facts], cases: &[Case<Refund>]) -> usize {
    decide(table, facts, cases)
}

#[inline(never)]
fn table_refused(table: &Rules, facts: &[Facts], cases: &[Case<Refund>]) -> usize {
    black_box(decide(table, facts, cases))
}

#[inline(never)]
fn match_accepted(facts: &[Facts], cases: &[Case<Refund>]) -> usize {
    told(facts, cases)
}

#[inline(never)]
fn match_refused(facts: &[Facts], cases: &[Case<Refund>]) -> usize {
    black_box(told(facts, cases))
}

fn main() {
    let mut chance = Chance(7);
    let moves = trace::walk(&RULES, &mut chance, LENGTH, 30);
    let refunds = trace::cases(&RULES, &mut chance, trace::refund_facts);
    let facts = &refunds.facts;
    let table = black_box(&RULES);
    println!("{LENGTH} in each: table_may {}, match_may {}", table_may(table, &moves), match_may(&moves));
    println!(
        "{DECISIONS} in each: table_accepted {}, match_accepted {}, table_refused {}, match_refused {}",
        table_accepted(table, facts, &refunds.accepted),
        match_accepted(facts, &refunds.accepted),
        table_refused(table, facts, &refunds.refused),
        match_refused(facts, &refunds.refused)
    );
}
