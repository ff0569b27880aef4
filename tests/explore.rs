//! Every trade of the tiny worlds is visited, on any number of threads alike; and a row that is taken out is missed. The small
//! worlds are visited by the example `explore`.
#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, reason = "a walk that cannot be set up is a failed test")]

#[path = "guards/told.rs"]
#[allow(unreachable_pub, reason = "shared with another test")]
mod told;

use redress::rule::{Rule, To};
use redress::testing::World;
use redress::testing::explore::{Figures, Limits, Report, explore};
use redress::testing::mutate::{Mutant, Slip};
use redress::testing::promise::Promise;
use redress::{Role, Rules};

fn limits(threads: usize) -> Limits {
    Limits { threads, ..Limits::default() }
}

/// The figures without the time they took.
fn counted(report: &Report) -> Vec<Figures> {
    let timeless = |of: &Figures| {
        let mut figures = of.clone();
        figures.took = std::time::Duration::ZERO;
        figures
    };
    report.worlds.iter().map(timeless).collect()
}

#[test]
fn every_trade_of_the_tiny_worlds_keeps_every_promise() {
    let report = explore(&World::tiny(), &Rules::built_in(), limits(2));
    println!("{report}");
    assert!(report.violation.is_none() && report.faults.is_empty(), "{report}");
    let total = report.total();
    assert!(total.complete, "{report}");
    assert!(total.case.is_some_and(|case| case > 0) && total.all >= total.case, "{report}");
    assert!(total.worded > 0 && report.to_string().contains("set aside: "), "{report}");
    assert!(total.pairs > 0 && total.late > 0, "trades of one essence, and late requests, are compared: {report}");
    let stale: Vec<_> = World::unmet().filter(|(code, _)| !report.codes_left.contains(*code)).collect();
    assert!(stale.is_empty(), "no row asks for them, or they are met after all: {stale:?}");
}

#[test]
fn a_walk_finds_the_same_on_any_number_of_threads() {
    let worlds: Vec<World> = World::tiny().into_iter().filter(|world| world.name == "reship").collect();
    let walk = |threads| explore(&worlds, &Rules::built_in(), limits(threads));
    let (one, three) = (walk(1), walk(3));
    assert_eq!(counted(&one), counted(&three));
    assert_eq!((one.rows_left, one.codes_left), (three.rows_left, three.codes_left));
}

#[test]
fn a_walk_that_leaves_something_out_says_so() {
    let report = explore(&World::tiny(), &Rules::built_in(), Limits { trades: 20, ..limits(2) });
    let total = report.total();
    assert!(!total.complete);
    assert_eq!((total.case, total.all), (None, None), "what was not walked through is not 0");
    let said = report.to_string();
    let cut: Vec<&str> = said.lines().filter(|line| line.contains("case not known, all not known")).collect();
    assert!(!cut.is_empty() && cut.iter().all(|line| line.contains(" trades, NOT EXHAUSTIVE, ")), "{said}");
    assert!(!said.contains("never taken") && said.contains("not walked through to the end: so far "), "{said}");
}

/// What becomes of a world under other rules: which promise is broken, and after how many moves.
fn noticed(world: &str, rules: &Rules) -> String {
    let worlds: Vec<World> = World::small().into_iter().filter(|of| of.name == world).collect();
    let report = explore(&worlds, rules, Limits { trades: 6_000, ..limits(2) });
    let Some(violation) = &report.violation else { return "nobody noticed".into() };
    told::is_so(violation, rules);
    format!("{} is broken after {} moves", violation.broken.promise, violation.story.moves.len())
}

/// Conditions are taken out, one after another, in `tests/guards.rs`.
#[test]
fn a_row_that_is_taken_out_or_led_elsewhere_is_missed() {
    let mut lines = Vec::new();
    for (row, slip, world) in [
        ("order.shipped.expire.stay", Slip::Deleted, "receipt"),
        ("after_sale.refused.expire.lapsed", Slip::Redirected("completed"), "keeps"),
        ("refund.failed.expire.abnormal", Slip::Redirected("paid"), "channel"),
    ] {
        let mutant = Mutant { row: row.parse().unwrap(), slip };
        let found = mutant.of(&Rules::built_in()).map(|rules| noticed(world, &rules));
        lines.push(format!("{mutant}, in `{world}`: {}", found.unwrap_or_else(|faults| format!("{faults}"))));
    }
    assert!(lines.iter().all(|line| line.contains("is broken after")), "{lines:#?}");
    insta::assert_snapshot!(lines.join("\n"));
}

/// Its condition counts for the check of the table, and not for what the row does: nothing that it does ends a case.
#[test]
fn a_row_of_ones_own_that_leads_back_to_where_it_came_from_is_found() {
    use redress::order::{Action, Condition, RULES, State};
    let ponder = Rule::new(State::Delivered, Action::Release, &[Role::Platform], To::Stay);
    let ponder = ponder.asking(&[Condition::CaseOpen]);
    let rules = Rules { order: RULES.edit().add(ponder).done().unwrap(), ..Rules::built_in() };
    let worlds: Vec<World> = World::tiny().into_iter().filter(|world| world.name == "reship").collect();
    let violation = explore(&worlds, &rules, limits(2)).violation.unwrap();
    assert_eq!(violation.broken.promise, Promise::LoopsAreCounted, "{}", violation.broken);
    assert!(violation.broken.what.starts_with("order.delivered.release.stay leads back"), "{}", violation.broken);
    // Placed, paid, shipped and delivered; applied for, and pondered.
    assert_eq!(violation.story.moves.len(), 6, "{}", violation.told);
}
