//! The longest way through a table, against all ways through it, walked one by one.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

use super::super::silence::within_cells;
use super::super::{Rule, To, Way};
use super::{Action, Condition, Small, State, rows, table};
use crate::Role;

const WAITS: [i64; 5] = [0, 7, 20, 3, 0];

fn wait(state: State) -> i64 {
    WAITS[state.ordinal()]
}

/// Rows by the clock and by siblings; two counts, told by what they ask for, each used twice at most.
fn way(rule: &Rule<Small>) -> Option<Way> {
    let quiet = rule.by.has(Role::Clock) || rule.by.has(Role::Trade);
    let number = u32::from(rule.when.contains(Condition::P));
    let counted = rule.when.contains(Condition::Left).then_some((number, 2));
    let beside = if rule.when.contains(Condition::Q) { 11 } else { 0 };
    quiet.then_some(Way { counted, beside })
}

/// The longest of all ways from a state, walked one by one; `None` beyond so many steps, where a ring is gone round for ever.
fn walked(rows: &[Rule<Small>], state: State, left: [u32; 2], steps: u32) -> Option<i64> {
    let mut longest = 0;
    for rule in rows.iter().filter(|rule| rule.from == state) {
        let Some(way) = way(rule) else { continue };
        let mut left = left;
        if let Some((number, _)) = way.counted {
            let Some(less) = left[number as usize].checked_sub(1) else { continue };
            left[number as usize] = less;
        }
        let anew = rule.by.has(Role::Clock).then_some(state);
        let further = match rule.to.entered().or(anew) {
            Some(to) => walked(rows, to, left, steps.checked_sub(1)?)?,
            None => 0,
        };
        longest = longest.max(way.beside).max(further);
    }
    Some(wait(state) + longest)
}

fn row(from: State, by: Role, when: &[Condition], to: To<State>) -> Rule<Small> {
    Rule::new(from, Action::Expire, &[by], to).asking(when)
}

fn longest(rows: &[Rule<Small>]) -> Result<Vec<i64>, alloc::string::String> {
    let found = table(rows).longest(wait, way);
    let found = found.map_err(|restless| alloc::string::ToString::to_string(&restless.row))?;
    Ok(State::ALL.iter().map(|&state| found.from(state)).collect())
}

#[test]
fn a_way_costs_its_waits_and_counted_rows_come_as_often_as_they_may() {
    // b waits 7, c waits 20; b goes on to c, and c comes back twice: 7 + 20, and twice 7 + 20 again.
    let ring = [
        row(State::B, Role::Clock, &[], To::Enter(State::C)),
        row(State::C, Role::Clock, &[Condition::Left], To::Enter(State::B)),
        row(State::C, Role::Trade, &[], To::Enter(State::E)),
    ];
    assert_eq!(longest(&ring), Ok(Vec::from([0, 81, 74, 3, 0])));
    // What a clock does twice and stays begins the wait anew; what a sibling does does not.
    let stays = [row(State::B, Role::Clock, &[Condition::Left], To::Stay), row(State::B, Role::Trade, &[], To::Stay)];
    assert_eq!(longest(&stays), Ok(Vec::from([0, 21, 20, 3, 0])));
    // What runs on beside a row lasts as long as it does, and no longer than what is waited for besides.
    let beside = [row(State::B, Role::Clock, &[Condition::Q], To::Enter(State::D))];
    assert_eq!(longest(&beside), Ok(Vec::from([0, 18, 20, 3, 0])));
}

#[test]
fn a_row_that_nothing_counts_is_named() {
    let ring =
        [row(State::B, Role::Clock, &[], To::Enter(State::C)), row(State::C, Role::Trade, &[], To::Enter(State::B))];
    assert_eq!(longest(&ring), Err("small.b.expire.c".into()));
    // Where no time passes any more, going round takes none.
    let at_rest =
        [row(State::E, Role::Trade, &[], To::Enter(State::E)), row(State::B, Role::Clock, &[], To::Enter(State::E))];
    assert_eq!(longest(&at_rest), Ok(Vec::from([0, 7, 20, 3, 0])));
}

#[test]
fn what_is_counted_too_often_to_be_walked_is_never_less() {
    let often = |rule: &Rule<Small>| {
        way(rule).map(|way| Way { counted: way.counted.map(|(number, _)| (number, 3_000_000)), ..way })
    };
    let ring = [
        row(State::B, Role::Clock, &[Condition::Left], To::Enter(State::C)),
        row(State::C, Role::Clock, &[Condition::Left, Condition::P], To::Enter(State::B)),
    ];
    let found = table(&ring).longest(wait, often).unwrap();
    let round = 27 * 3_000_000;
    assert!((round..=2 * round).contains(&found.from(State::B)), "{found:?}");
}

#[test]
fn counts_whose_product_is_no_number_are_bounded() {
    let apart = |rule: &Rule<Small>| {
        let number = rule.from.ordinal() as u32;
        Some(Way { counted: Some((number, u32::MAX)), beside: 0 })
    };
    let ring = [
        row(State::B, Role::Clock, &[Condition::Left], To::Enter(State::C)),
        row(State::C, Role::Clock, &[Condition::Left], To::Enter(State::D)),
        row(State::D, Role::Clock, &[Condition::Left], To::Enter(State::B)),
    ];
    let found = table(&ring).longest(wait, apart).unwrap();
    let round = 30 * i64::from(u32::MAX);
    assert!((round..=3 * round).contains(&found.from(State::B)), "{found:?}");
}

proptest! {
    #[test]
    fn the_longest_way_is_the_longest_of_all_ways(rows in rows()) {
        // Going round four counts and five states takes fewer steps than that.
        let all: Option<Vec<i64>> = State::ALL.iter().map(|&state| walked(&rows, state, [2, 2], 30)).collect();
        match (longest(&rows), all) {
            (Ok(found), Some(all)) => prop_assert_eq!(found, all),
            // A ring in which no time passes is gone round for ever, and takes none.
            (Ok(_), None) => {}
            (Err(_), all) => prop_assert_eq!(all, None),
        }
    }

    #[test]
    fn the_rows_of_the_longest_way_lead_on_and_add_up(rows in rows()) {
        let table = table(&rows);
        let ids: BTreeSet<_> = rows.iter().map(Rule::id).collect();
        if let Ok(longest) = table.longest(wait, way) && ids.len() == rows.len() {
            let found: Vec<&Rule<Small>> = longest.way().iter().map(|row| table.rule(row).unwrap()).collect();
            // A row of the clock that stays begins the wait anew.
            let leads = |rule: &Rule<Small>| rule.to.entered().or(rule.by.has(Role::Clock).then_some(rule.from));
            prop_assert!(found.windows(2).all(|two| leads(two[0]) == Some(two[1].from)), "{:?}", longest.way());
            let last = |rule: &&Rule<Small>| leads(rule).map_or(0, wait).max(way(rule).unwrap().beside);
            let waits: i64 = found.iter().map(|rule| wait(rule.from)).sum();
            let alone = WAITS.into_iter().max().unwrap();
            prop_assert_eq!(found.last().map_or(alone, |rule| waits + last(rule)), longest.most());
        }
    }

    #[test]
    fn what_is_not_walked_is_bounded_from_above(rows in rows()) {
        if let (Ok(exact), Ok(most)) = (longest(&rows), within_cells(&table(&rows), 0, wait, way)) {
            for (state, exact) in State::ALL.iter().zip(exact) {
                prop_assert!(exact <= most.from(*state));
                prop_assert!(most.from(*state) - most.after(*state) == wait(*state));
            }
        }
    }
}
