//! Each condition of the tables is taken out in turn, and somebody notices: the list is of today's tables, whoever is missed by
//! nobody has a reason, and the README has the totals. The list is made by the example `explore`; a few of it are tried again
//! here.
#![allow(dead_code, unreachable_pub, reason = "shared with the example")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

#[path = "../examples/explore/guards.rs"]
mod guards;
#[path = "../examples/kit/mod.rs"]
mod kit;
#[path = "guards/told.rs"]
mod told;

use std::collections::BTreeSet;
use std::fs;

use guards::{COMMAND, List, Reasons, file};
use kit::lists::{fingerprint, is_drawn};
use redress::Rules;
use redress::testing::World;
use redress::testing::explore::{Guard, Limits, explore};

#[test]
fn the_list_is_of_the_conditions_of_the_tables() {
    let all: BTreeSet<String> = Guard::all(&Rules::built_in()).iter().map(ToString::to_string).collect();
    let listed: BTreeSet<String> = List::read().guards.into_keys().collect();
    assert_eq!(listed, all, "make the list anew by `{COMMAND}`");
}

#[test]
fn whoever_is_missed_by_nobody_has_a_reason_and_nobody_else_has_one() {
    let (list, reasons) = (List::read(), Reasons::read());
    let unnoticed: BTreeSet<&str> = list.unnoticed().collect();
    let explained: BTreeSet<&str> = reasons.0.keys().map(String::as_str).collect();
    assert_eq!(unnoticed.difference(&explained).collect::<Vec<_>>(), Vec::<&&str>::new(), "nobody has said why");
    assert_eq!(explained.difference(&unnoticed).collect::<Vec<_>>(), Vec::<&&str>::new(), "these are missed");
    assert!(reasons.0.values().all(|reason| reason.split(' ').count() > 5), "a reason is a sentence");
}

/// That nobody has looked far enough, or has found out why, is no reason.
#[test]
fn none_is_left_open() {
    let reasons = Reasons::read();
    let open: Vec<&String> = reasons.0.keys().filter(|guard| !reasons.explains(guard)).collect();
    assert_eq!(open, Vec::<&String>::new());
}

/// A list of other rows, worlds or promises may say what is so no longer.
#[test]
fn the_list_was_made_of_what_there_is() {
    assert_eq!(List::read().made_of, fingerprint(&Rules::built_in()), "make the list anew by `{COMMAND}`");
}

#[test]
fn the_readme_has_the_totals_of_the_conditions() {
    let readme = fs::read_to_string(file("../../README.md")).unwrap();
    for total in &List::read().totals {
        let (count, what) = total.trim().split_once(' ').unwrap();
        assert!(readme.contains(&format!("{count} {what}")), "the README does not say that {count} {what}");
    }
}

/// How few moves a condition must be missed after to be tried here: each costs a second where nothing is optimised.
const SOON: usize = 6;

/// The worlds of the list notice it still, and the story that they tell is real: it is read and played again, and comes out as
/// it is told, up to the broken promise. `GUARDS_SEED` draws others.
#[test]
fn a_few_that_are_taken_out_are_missed_again() {
    let seed = std::env::var("GUARDS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_122);
    let (list, rules) = (List::read(), Rules::built_in());
    let soon = list.missed().filter(|(_, _, moves)| *moves <= SOON);
    let drawn: Vec<_> = soon.filter(|(guard, ..)| is_drawn(guard, seed, 8)).collect();
    assert!(!drawn.is_empty(), "this seed draws none");
    for (name, world, moves) in drawn {
        let guard = Guard::all(&rules).into_iter().find(|guard| guard.to_string() == name).unwrap();
        let loosened = guard.out_of(&rules).unwrap().rules;
        let worlds: Vec<World> = World::small().into_iter().filter(|of| of.name == world).collect();
        let report = explore(&worlds, &loosened, Limits { threads: 2, trades: 4_000 });
        let violation = report.violation.unwrap_or_else(|| panic!("nobody misses {name} in `{world}`"));
        println!("{name}, in `{world}`: {} is broken after {moves} moves", violation.broken.promise);
        assert_eq!(violation.story.moves.len(), moves, "{name}, in `{world}`");
        told::is_so(&violation, &loosened);
    }
}
