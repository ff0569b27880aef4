//! Slips of the pen in the rules: the list of those that nobody notices is whole, each has its reason, and the README has
//! its totals. The mutants themselves are tried by `cargo run --release --example mutants --features testing`, in
//! `.ci/run`.
#![allow(dead_code, unreachable_pub, reason = "shared with the example")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

#[path = "../examples/kit/mod.rs"]
mod kit;
#[path = "../examples/mutants/list.rs"]
mod list;

use std::collections::BTreeSet;
use std::fs;

use kit::lists::{fingerprint, fingerprint_with, is_drawn, rows, seed_of, sorted};
use list::{Alone, COMMAND, List, PROOFS, Reasons, file, fits, made_of};
use redress::Rules;
use redress::testing::World;
use redress::testing::mutate::{Bounds, Fate, Mutant, Proof, Survival, run};
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
    let totals = List::read().totals;
    assert!(totals.len() > 4, "too few totals: {totals:?}");
    for total in totals {
        let (count, what) = total.split_once(' ').unwrap();
        assert!(readme.contains(&format!("| {what} | {count} |")), "the README does not say that {count} {what}");
    }
}

/// A list of other rows, worlds, promises or scenarios may say what is so no longer.
#[test]
fn the_lists_were_made_of_what_there_is() {
    let rules = Rules::built_in();
    assert_eq!(List::read().made_of, made_of(&rules), "make the list anew by `{COMMAND}`");
    assert_eq!(Alone::read().made_of, fingerprint(&rules), "make the list anew by `{PROOFS}`");
}

/// What is said of the proofs alone adds up, and fits the list of what nobody notices with the scenarios either.
#[test]
fn the_list_of_what_only_scenarios_notice_fits_the_other() {
    let (alone, list) = (Alone::read(), List::read());
    let counts: Vec<usize> = alone.totals.iter().map(|(count, _)| *count).collect();
    let &[all, by_check, by_promise, only, nobody] = counts.as_slice() else { panic!("other totals: {counts:?}") };
    assert_eq!(all, by_check + by_promise + only + nobody);
    let mutants: BTreeSet<String> = Mutant::all(&Rules::built_in()).iter().map(ToString::to_string).collect();
    let only_scenarios: Vec<String> = alone.mutants().collect();
    assert_eq!((all, only), (mutants.len(), only_scenarios.len()), "make the list anew by `{PROOFS}`");
    let survive: Vec<_> = only_scenarios.iter().filter(|name| list.survivors.contains_key(*name)).collect();
    let unknown: Vec<_> = only_scenarios.iter().filter(|name| !mutants.contains(*name)).collect();
    assert!(survive.is_empty() && unknown.is_empty(), "survive: {survive:?}; no mutants: {unknown:?}");
}

#[test]
fn the_readme_says_what_the_proofs_notice_alone() {
    let readme = fs::read_to_string(file("../../README.md")).unwrap();
    let totals = Alone::read().totals;
    let says = list::told(&totals).unwrap();
    let readme = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(readme.contains(&says), "the README does not say: {says}");
}

/// Whoever has a reason that was written for others passes no longer: the list must name it.
#[test]
fn a_survivor_that_the_list_does_not_name_is_a_difference() {
    let list = List::read();
    let named = list.survivors.keys().next().unwrap().clone();
    let all = Mutant::all(&Rules::built_in());
    let others = all.iter().map(ToString::to_string).filter(|name| !list.survivors.contains_key(name));
    let reasons = Reasons::read();
    let excused = others.rev().find(|name| reasons.of(name).is_some()).unwrap();
    let (survived, caught) = (Fate::Survived(Survival::NeverMet), Fate::Scenario { title: "a story".into() });
    let as_listed = list.differs([(named.clone(), &survived), (excused.clone(), &caught)]);
    assert_eq!(as_listed, Vec::<String>::new());
    let said = list.differs([(named.clone(), &caught), (excused.clone(), &survived)]);
    assert_eq!(
        said,
        [
            format!("is caught now, and the list names it as a survivor: {named} (scenario: a story)"),
            format!("survives, and the list does not name it: {excused} (survived: never met)"),
        ]
    );
}

/// What a list was made of is told from everything else, and from nothing that does not matter.
#[test]
fn a_fingerprint_is_of_what_stands_in_the_texts() {
    let rules = Rules::built_in();
    let of = |texts: &[&str]| fingerprint_with(&rules, &sorted(texts.iter().map(ToString::to_string)));
    let print = of(&["one\ntwo\n", "three\n"]);
    assert_eq!(print, of(&["three\r\n", "\u{feff}one\r\ntwo"]), "line endings and the order of the files");
    assert_ne!(print, of(&["one\ntwo\n", "four\n"]));
    assert_ne!(print, of(&["one\n", "two\n", "three\n"]));
    assert!(print.contains(" promises and 2 scenarios, together "), "{print}");
    let mut fewer = rules.clone();
    fewer.order = rules.order.edit().remove(&"order.paid.note.stay".parse().unwrap()).done().unwrap();
    assert_ne!(fingerprint(&rules), fingerprint(&fewer));
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
    let drawn = |seed| all.iter().map(ToString::to_string).filter(|mutant| is_drawn(mutant, seed, 10)).collect();
    let (one, two): (BTreeSet<String>, BTreeSet<String>) = (drawn(1), drawn(2));
    assert!((all.len() / 14..all.len() / 7).contains(&one.len()), "{} are not a tenth of {}", one.len(), all.len());
    assert_ne!(one, two, "another seed draws the same");
    assert_eq!(seed_of("7"), 7);
    assert_ne!(seed_of("67a619c"), seed_of("00bfb01"), "a commit draws its own");
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
