//! Every trade of the tiny worlds is visited, on any number of threads alike; and a guard that is taken out is missed.
#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, reason = "a walk that cannot be set up is a failed test")]

use redress::Rules;
use redress::testing::World;
use redress::testing::explore::{Figures, Limits, Report, explore};
use redress::testing::mutate::{Mutant, Slip};
use redress::testing::scenario::Scenario;

fn limits(threads: usize) -> Limits {
    Limits { threads, ..Limits::default() }
}

/// The figures without the time they took.
fn counted(report: &Report) -> Vec<Figures> {
    let timeless = |of: &Figures| Figures { took: std::time::Duration::ZERO, ..of.clone() };
    report.worlds.iter().map(timeless).collect()
}

#[test]
fn every_trade_of_the_tiny_worlds_keeps_every_promise() {
    let report = explore(&World::tiny(), &Rules::built_in(), limits(2));
    println!("{report}");
    assert!(report.violation.is_none() && report.faults.is_empty(), "{report}");
    let total = report.total();
    assert!(total.complete, "{report}");
    assert!(total.pairs > 0 && total.late > 0, "trades of one essence, and late requests, are compared: {report}");
}

#[test]
fn a_walk_finds_the_same_on_any_number_of_threads() {
    let walk = |threads| explore(&World::tiny(), &Rules::built_in(), limits(threads));
    let (one, three) = (walk(1), walk(3));
    assert_eq!(counted(&one), counted(&three));
    assert_eq!((one.rows_left, one.codes_left), (three.rows_left, three.codes_left));
}

#[test]
fn a_walk_that_leaves_something_out_says_so() {
    let report = explore(&World::tiny(), &Rules::built_in(), Limits { trades: 20, ..limits(2) });
    assert!(!report.total().complete);
    assert!(report.to_string().contains("NOT EXHAUSTIVE"));
}

/// The rules, every row of which was freed of a condition where the rest of the table bears it.
fn without(machine: &str, condition: &str) -> Rules {
    let mut rules = Rules::built_in();
    for mutant in Mutant::all(&rules.clone()) {
        let of_machine = mutant.row.parts().is_some_and(|parts| parts.machine == machine);
        if of_machine && mutant.slip == Slip::Loosened(condition.to_owned()) {
            if let Ok(changed) = mutant.of(&rules) {
                rules = changed;
            }
        }
    }
    rules
}

/// Guards, and what becomes of a shop without them.
const GUARDS: &[(&str, &str)] = &[
    ("refund", "WithinBalance"),
    ("refund", "AnotherPerson"),
    ("refund", "AmountMatches"),
    ("after_sale", "UnitsFree"),
    ("after_sale", "WithinWindow"),
    ("after_sale", "WithinFeeCap"),
    ("after_sale", "WithinRefundable"),
    ("after_sale", "TriesLeft"),
    ("after_sale", "EvidenceGiven"),
    ("order", "NoOpenCase"),
    ("order", "UnitsShippable"),
    ("order", "TendersLeft"),
];

#[test]
fn a_guard_that_is_taken_out_is_missed() {
    let worlds = World::small();
    let mut lines = Vec::new();
    for (machine, condition) in GUARDS {
        let rules = without(machine, condition);
        assert!(rules != Rules::built_in(), "{machine} asks for {condition}");
        let report = explore(&worlds, &rules, Limits { trades: 2_000, ..limits(2) });
        let found = report.violation.as_ref().map(|violation| {
            let told = Scenario::parse(&violation.told).unwrap().run(&rules);
            assert!(told.is_ok(), "the story comes out as it is told: {:?}", told.err().map(|why| why.to_string()));
            format!(
                "{} after {} moves, in `{}`",
                violation.broken.promise,
                violation.story.moves.len(),
                violation.world
            )
        });
        lines.push(format!("{machine} without {condition}: {}", found.unwrap_or_else(|| "nobody noticed".into())));
    }
    insta::assert_snapshot!(lines.join("\n"));
}
