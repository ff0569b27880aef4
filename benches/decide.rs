//! May it? The structural question, and whole decisions, through the tables and through a hand-written `match`.
//!
//! Read ratios within one run: times move with what else the machine does. For figures that do not, see `steady.rs`.
#![allow(missing_docs, clippy::indexing_slicing, clippy::unwrap_used, reason = "a benchmark")]

mod by_match;
#[path = "../tests/oracle/mod.rs"]
mod oracle;
mod trace;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime};
use redress::refund::{Action, Facts, RULES, Refund, State};
use redress::rule::{Machine, Table};
use redress::testing::strategy::Chance;
use redress::{Role, Word, after_sale, order, refund};
use trace::{Case, Cases, DECISIONS, LENGTH, LIVE, Move, chosen};

/// The same rows, as a table that was edited at run time owns them.
fn edited<M: Machine>(table: &Table<M>) -> Table<M> {
    table.edit().done().unwrap()
}

/// One machine at a time, from move to move.
fn along(moves: &[Move<Refund>], may: impl Fn(State, Action, Role) -> bool) -> usize {
    let mut state = State::Absent;
    let mut taken = 0;
    for step in moves {
        let accepted = may(state, step.action, step.role);
        state = chosen(accepted, state, step.next);
        taken += usize::from(accepted);
    }
    taken
}

/// Many machines, one move each in turn.
fn in_turn(states: &mut [State], moves: &[Move<Refund>], may: impl Fn(State, Action, Role) -> bool) -> usize {
    states.fill(State::Absent);
    let mut taken = 0;
    for round in moves.chunks(LIVE) {
        for (state, step) in states.iter_mut().zip(round) {
            let accepted = may(*state, step.action, step.role);
            *state = chosen(accepted, *state, step.next);
            taken += usize::from(accepted);
        }
    }
    taken
}

/// Two rivals over the same moves.
fn rivals(group: &mut BenchmarkGroup<'_, WallTime>, mut run: impl FnMut(bool, &Table<Refund>) -> usize) {
    group.throughput(Throughput::Elements(LENGTH as u64));
    let owned = edited(&RULES);
    assert_eq!(run(false, &RULES), run(true, &RULES), "the match and the table disagree");
    group.bench_function("match", |bench| bench.iter(|| run(false, black_box(&RULES))));
    group.bench_function("table", |bench| bench.iter(|| run(true, black_box(&RULES))));
    group.bench_function("edited", |bench| bench.iter(|| run(true, black_box(&owned))));
}

fn structural(c: &mut Criterion) {
    for refused in [0, 30] {
        let mut chance = Chance(7);
        let moves = trace::walk(&RULES, &mut chance, LENGTH, refused);
        let mut group = c.benchmark_group(format!("may/one walk, {refused} % refused"));
        rivals(&mut group, |by_table, table| match by_table {
            true => along(&moves, |state, action, role| table.may(state, action, role)),
            false => along(&moves, by_match::may),
        });
        group.finish();
        let moves = trace::interleaved(&RULES, &mut chance, refused);
        let mut states = vec![State::Absent; LIVE];
        let mut group = c.benchmark_group(format!("may/{LIVE} alive, {refused} % refused"));
        rivals(&mut group, |by_table, table| match by_table {
            true => in_turn(&mut states, &moves, |state, action, role| table.may(state, action, role)),
            false => in_turn(&mut states, &moves, by_match::may),
        });
        group.finish();
    }
}

/// Decides every case; what is summed up keeps the compiler from leaving anything out.
fn decide_all<M: Machine>(table: &Table<M>, facts: &[M::Facts], cases: &[Case<M>]) -> usize {
    let decided = cases.iter().map(|case| {
        let decided = table.decide(case.state, case.action, case.role, &facts[case.facts]);
        match decided {
            Ok(rule) => rule.next().ordinal(),
            Err(denial) => {
                black_box(&denial);
                0
            }
        }
    });
    decided.sum()
}

fn told_all(facts: &[Facts], cases: &[Case<Refund>]) -> usize {
    let told = cases.iter().map(|case| oracle::told(case.state, case.action, case.role, &facts[case.facts]));
    told.map(|told| told.map_or(0, State::ordinal)).sum()
}

fn each_kind<M: Machine>(cases: &Cases<M>) -> [(&'static str, &[Case<M>]); 3] {
    [("accepted", &cases.accepted), ("refused", &cases.refused), ("30 % refused", &cases.mixed)]
}

fn through<M: Machine>(c: &mut Criterion, table: &Table<M>, cases: &Cases<M>) {
    let owned = edited(table);
    for (kind, list) in each_kind(cases) {
        let mut group = c.benchmark_group(format!("decide/{}, {kind}", M::NAME));
        group.throughput(Throughput::Elements(DECISIONS as u64));
        group.bench_function("table", |bench| {
            bench.iter(|| decide_all(black_box(table), &cases.facts, list));
        });
        group.bench_function("edited", |bench| {
            bench.iter(|| decide_all(black_box(&owned), &cases.facts, list));
        });
        group.finish();
    }
}

fn decisions(c: &mut Criterion) {
    let mut chance = Chance(11);
    let refunds = trace::cases(&RULES, &mut chance, trace::refund_facts);
    for (kind, list) in each_kind(&refunds) {
        let mut group = c.benchmark_group(format!("decide/refund, {kind}"));
        group.throughput(Throughput::Elements(DECISIONS as u64));
        group.bench_function("match", |bench| bench.iter(|| told_all(black_box(&refunds.facts), list)));
        group.finish();
    }
    through(c, &refund::RULES, &refunds);
    through(c, &order::RULES, &trace::cases(&order::RULES, &mut chance, trace::order_facts));
    through(c, &after_sale::RULES, &trace::cases(&after_sale::RULES, &mut chance, trace::case_facts));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(300));
    targets = structural, decisions
}
criterion_main!(benches);
