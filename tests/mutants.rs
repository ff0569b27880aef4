//! Slips of the pen in the rules: the list of those that nobody notices is whole, each has its reason, and the README has
//! its totals. The mutants themselves are tried by `cargo run --release --example mutants --features testing`, in
//! `.ci/run`.
#![allow(dead_code, unreachable_pub, reason = "shared with the example")]
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

#[path = "../examples/mutants/list.rs"]
mod list;

use std::collections::BTreeSet;
use std::fs;

use list::{COMMAND, List, Reasons, file, fits, is_drawn, rows};
use redress::Rules;
use redress::testing::World;
use redress::testing::mutate::{Bounds, Fate, Mutant, Proof, run};
use redress::testing::promise::Promise;
use redress::testing::scenario::Scenario;

#[test]
fn every_survivor_is_a_mutant_and_has_a_reason() {
    let list = List::read();
    assert!(!list.survivors.is_empty(), "no proof is whole: make the list by `{COMMAND}`");
    assert_eq!(list.unexplained(), Vec::<&String>::new(), "nobody has said why these are harmless");
    let known = list::rows_of_list();
    let unchanged: BTreeSet<String> =
        rows(&Rules::built_in()).into_iter().filter(|(_, line)| known.contains(line)).map(|(id, _)| id).collect();
    let all: BTreeSet<String> = Mutant::all(&Rules::built_in()).iter().map(ToString::to_string).collect();
    let of_unchanged = |mutant: &str| mutant.split(' ').next().is_some_and(|row| unchanged.contains(row));
    let gone: Vec<&String> = list.survivors.keys().filter(|name| of_unchanged(name) && !all.contains(*name)).collect();
    assert!(gone.is_empty(), "no such mutants: {gone:#?}");
}

#[test]
fn every_reason_is_given_for_somebody_who_survives() {
    let survivors: Vec<String> = List::read().survivors.into_keys().collect();
    assert_eq!(Reasons::read().idle(&survivors), Vec::<String>::new(), "these survive no longer: take them out");
}

#[test]
fn the_readme_has_the_totals() {
    let readme = fs::read_to_string(file("../../README.md")).unwrap();
    for total in List::read().totals.iter().skip(1) {
        let (count, what) = total.trim().split_once(' ').unwrap();
        assert!(readme.contains(&format!("| {what} | {count} |")), "the README does not say that {count} {what}");
    }
}

#[test]
fn a_pattern_fits_what_it_says() {
    assert!(fits("order.*.note.stay given to *", "order.on_hold.note.stay given to carrier"));
    assert!(fits("a deleted", "a deleted") && fits("*", "") && fits("*b*", "abc"));
    assert!(!fits("a deleted", "a deleted after all") && !fits("a*c", "ab") && !fits("b", "abc"));
}

#[test]
fn another_seed_draws_others_and_all_are_drawn_by_some_seed() {
    let all = Mutant::all(&Rules::built_in());
    let drawn = |seed| all.iter().filter(|mutant| is_drawn(mutant, seed, 10)).map(ToString::to_string).collect();
    let (one, two): (BTreeSet<String>, BTreeSet<String>) = (drawn(1), drawn(2));
    assert!((all.len() / 14..all.len() / 7).contains(&one.len()), "{} are not a tenth of {}", one.len(), all.len());
    assert_ne!(one, two, "another seed draws the same");
    let some: BTreeSet<String> = (0..100).flat_map(drawn).collect();
    assert!(some.len() > all.len() * 99 / 100, "only {} of {} are drawn by a hundred seeds", some.len(), all.len());
}

/// A few slips, each with who must notice it.
#[test]
fn whoever_should_notice_does() {
    let rules = Rules::built_in();
    let slips = [
        "order.paid.expire.late deleted",
        "order.paid.cancel.unwinding without reason_given",
        "order.paid.cancel.unwinding given to carrier",
        "order.unpaid.pay.stay.surplus deleted",
    ];
    let mutants: Vec<Mutant> =
        Mutant::all(&rules).into_iter().filter(|mutant| slips.contains(&mutant.to_string().as_str())).collect();
    assert_eq!(mutants.len(), slips.len());
    let bounds = Bounds { survey: 30, forks: 4, near: 2, far: 4, ..Bounds::default() };
    let proof = Proof { rules: &rules, scenarios: &[], worlds: &World::tiny(), bounds };
    let toll = run(proof, &mutants, &|_, _| {});
    let of = |slip: &str| &toll.trials.iter().find(|trial| trial.mutant.to_string() == slip).unwrap().fate;
    assert!(matches!(of(slips[0]), Fate::Table { .. }), "{}", of(slips[0]));
    let broken = |fate: &Fate| match fate {
        Fate::Promise { promise, .. } => Some(*promise),
        _ => None,
    };
    assert_eq!(broken(of(slips[1])), Some(Promise::ReasonsGiven), "{}", of(slips[1]));
    assert!(broken(of(slips[2])).is_some(), "{}", of(slips[2]));
    // Money that no row takes is taken in as a surplus all the same.
    assert!(matches!(of(slips[3]), Fate::Survived(_)), "{}", of(slips[3]));
    assert_eq!(toll.faults, Vec::<String>::new());
}

/// Slips that only one story notices: if it is changed, they pass unnoticed.
#[test]
fn a_story_notices_what_it_was_written_for() {
    let rules = Rules::built_in();
    let written = [
        ("after_sale.under_review.rule_for_buyer.awaiting_payment without advance_fits", "ruled_into_another_kind"),
        ("after_sale.under_review.rule_for_buyer.awaiting_return without advance_fits", "ruled_into_another_kind"),
        ("order.part_shipped.expire.delivered deleted", "rest_never_shipped"),
        ("order.settled.reopen_window.completed without until_later", "reopened_until_yesterday"),
        ("after_sale.lapsed.overpay.recovering deleted", "called_off_and_paid_when_it_is_over"),
        ("after_sale.proposed.overpay.recovering without sends", "called_off_and_paid_before_goods_come_back"),
        ("after_sale.proposed.overpay.recovering without advanced_more", "written_off_and_paid_again"),
        ("after_sale.requested.modify.requested without shipping_unspent", "shipping_added_to_another_application"),
        ("after_sale.overdue.modify.requested without shipping_unspent", "shipping_added_to_another_application"),
        ("after_sale.refused.modify.requested without shipping_unspent", "shipping_added_to_another_application"),
        (
            "after_sale.dismissed.unsettle.awaiting_send_back.never_paid without not_advanced",
            "written_off_in_two_payments",
        ),
    ];
    let all = Mutant::all(&rules);
    for (slip, story) in written {
        let text = fs::read_to_string(file(&format!("../scenarios/rules/{story}.txt"))).unwrap();
        let scenario = Scenario::parse(&text).unwrap();
        assert!(scenario.run(&rules).is_ok(), "{story} comes out as it says");
        let mutant = all.iter().find(|mutant| mutant.to_string() == slip).unwrap();
        assert!(scenario.run(&mutant.of(&rules).unwrap()).is_err(), "{story} does not notice {slip}");
    }
}
