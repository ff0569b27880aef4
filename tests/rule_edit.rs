//! Rows of a user's own in a built-in table, and what is said of edits that break it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

/// The vocabulary of a desk.
#[path = "compile_fail/desk/mod.rs"]
pub mod desk;

use desk::{Action, Condition, Desk, Effect, Facts, Limit, State};
use redress::Role;
use redress::rule::{Fault, RowFault, RowId, Rule, Standing, StateFault, Table, To};

redress::rules! {
    /// Who may do what at the desk.
    pub static DESK: Desk [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Open: Merchant;
    led Passed;
    rest Closed;

    | Absent       | Ask    | Buyer             |             | Open   |      |
    | Open         | Pass   | Merchant          | Complete    | Passed | Tell |
    | Open, Passed | Return | Platform          | ReturnsLeft | =      |      |
    | Open         | Expire | Clock             | Past(Reply) | Closed | Tell |
    | Passed       | Settle | Trade             |             | Closed |      |
}

fn id(text: &str) -> RowId {
    text.parse().expect("a row id")
}

fn ids(table: &Table<Desk>) -> Vec<String> {
    table.rules().iter().map(|rule| rule.id().to_string()).collect()
}

#[test]
fn an_edited_table_is_its_own_and_the_built_in_one_stays() {
    let before = ids(&DESK);
    let close = Rule::new(State::Open, Action::Settle, &[Role::Merchant], To::Enter(State::Closed));
    let edited = DESK.edit().add(close).done().expect("nothing is wrong");
    assert!(edited.decide(State::Open, Action::Settle, Role::Merchant, &Facts).is_ok());
    assert!(DESK.decide(State::Open, Action::Settle, Role::Merchant, &Facts).is_err());
    assert_eq!(ids(&DESK), before);
    assert_eq!(edited.rules().len(), DESK.rules().len() + 1);
    assert_eq!(edited.limit(State::Open), Some(Limit::Reply));
}

#[test]
fn an_edit_without_changes_gives_the_same_table() {
    let same = DESK.edit().done().expect("nothing is wrong");
    assert_eq!(same.rules(), DESK.rules());
    for &state in State::ALL {
        assert_eq!(same.limit(state), DESK.limit(state));
        assert_eq!(same.standing(state), DESK.standing(state));
        for &action in Action::ALL {
            assert_eq!(same.rules_for(state, action), DESK.rules_for(state, action));
            assert_eq!(same.roles(state, action), DESK.roles(state, action));
        }
    }
}

#[test]
fn a_row_can_be_put_before_another_and_is_tried_first() {
    let paid = Rule::new(State::Open, Action::Pass, &[Role::Merchant], To::Enter(State::Closed))
        .asking(&[Condition::Complete, Condition::Paid])
        .causing(&[Effect::Tell])
        .named("paid");
    let last = DESK.edit().add(paid).done().expect_err("it would never be taken");
    let expected = Fault::Row {
        row: id("desk.open.pass.closed.paid"),
        wrong: RowFault::NeverTaken,
        other: Some(id("desk.open.pass.passed")),
    };
    assert_eq!(last.as_slice(), [expected]);
    let first = DESK.edit().add_before(&id("desk.open.pass.passed"), paid).done().expect("nothing is wrong");
    let row = first.decide(State::Open, Action::Pass, Role::Merchant, &Facts).expect("taken");
    assert_eq!(row.id(), id("desk.open.pass.closed.paid"));
}

#[test]
fn replacing_one_row_of_a_line_leaves_the_others() {
    let stay = Rule::new(State::Open, Action::Return, &[Role::Finance], To::Stay).asking(&[Condition::ReturnsLeft]);
    let edited = DESK.edit().replace(&id("desk.open.return.stay"), stay).done().expect("nothing is wrong");
    assert!(edited.may(State::Open, Action::Return, Role::Finance));
    assert!(!edited.may(State::Open, Action::Return, Role::Platform));
    assert!(edited.may(State::Passed, Action::Return, Role::Platform));
    assert_eq!(edited.rules().len(), DESK.rules().len());
}

#[test]
fn a_broken_edit_is_refused_with_every_fault() {
    let faults = DESK
        .edit()
        .remove(&id("desk.open.expire.closed"))
        .remove(&id("desk.passed.settle.closed"))
        .remove(&id("desk.open.vanish.closed"))
        .add(Rule::new(State::Open, Action::Return, &[], To::Enter(State::Absent)))
        .done()
        .expect_err("much is wrong");
    let machine = "desk";
    let state = |state, wrong| Fault::State { machine, state, wrong };
    let back = |wrong| Fault::Row { row: id("desk.open.return.absent"), wrong, other: None };
    let expected = [
        Fault::NoSuchRow { row: id("desk.open.vanish.closed") },
        state("open", StateFault::NoLimit),
        state("passed", StateFault::NotLed),
        state("closed", StateFault::Unreachable),
        state("open", StateFault::Restless),
        state("passed", StateFault::Restless),
        back(RowFault::ByNobody),
        back(RowFault::IntoStart),
        // To the start and back without a counter; asking again is part of the same cycle.
        Fault::Row { row: id("desk.absent.ask.open"), wrong: RowFault::Uncounted, other: None },
        back(RowFault::Uncounted),
    ];
    assert_eq!(faults.as_slice(), expected);
    assert_eq!(faults.to_string().lines().count(), expected.len());
    for line in faults.to_string().lines() {
        assert!(line.contains("`desk."), "{line}");
    }
}

#[test]
fn a_row_that_holds_too_much_is_found() {
    let wide = Rule::new(State::Open, Action::Settle, &[Role::Merchant], To::Enter(State::Closed))
        .causing(&[Effect::Tell; 9])
        .named("a_name_of_more_than_23_bytes");
    let faults = DESK.edit().add(wide).done().expect_err("it does not fit");
    assert!(faults.to_string().contains("is too long"), "{faults}");
}

#[test]
fn a_condition_is_taken_out_of_a_row() {
    let row = Rule::new(State::Open, Action::Return, &[Role::Finance], To::Stay);
    let both = row.asking(&[Condition::ReturnsLeft, Condition::Paid]);
    assert_eq!(both.without(&[Condition::Paid]), row.asking(&[Condition::ReturnsLeft]));
    assert_eq!(both.without(&[]), both);
    assert_eq!(row.without(&[Condition::Paid]), row, "it did not ask for it");
    // What did not fit does not come back, so the row stays unfit.
    let wide = row.asking(&[Condition::Paid; 17]).without(&[Condition::Paid]);
    assert!(DESK.edit().add(wide).done().expect_err("it lost a condition").to_string().contains("is too long"));
}

#[test]
fn who_is_waited_for_can_be_edited_and_must_have_a_row() {
    let close = Rule::new(State::Open, Action::Pass, &[Role::Platform], To::Enter(State::Closed)).named("by_staff");
    let edited = DESK.edit().add(close).wait(State::Open, Role::Platform);
    let edited = edited.done().expect("the platform may pass it");
    assert_eq!(edited.standing(State::Open), Standing::Waits(Role::Platform));
    // The row of the platform stays where it is, which is no way out; the carrier has none.
    for role in [Role::Platform, Role::Carrier] {
        let faults = DESK.edit().wait(State::Open, role).done().expect_err("no row");
        assert!(faults.to_string().contains("waits for a role that has no row out of it"), "{faults}");
    }
    // Only a waiting state waits for anybody.
    let faults = DESK.edit().wait(State::Closed, Role::Platform).done().expect_err("it rests");
    assert_eq!(faults.as_slice(), [Fault::NotWaiting { machine: "desk", state: "closed" }]);
}

#[test]
fn rows_are_kept_as_data() {
    for rule in DESK.rules() {
        let stored = serde_json::to_string(rule).expect("stored");
        assert_eq!(serde_json::from_str::<Rule<Desk>>(&stored).expect("read"), *rule, "{stored}");
    }
    let by_hand = r#"{"from": "open", "action": "expire", "by": ["clock"], "when": ["past(reply)", "paid"],
        "to": "passed", "then": ["tell"]}"#;
    let rule: Rule<Desk> = serde_json::from_str(by_hand).expect("read");
    assert_eq!(rule.limit(), Some(Limit::Reply));
    assert_eq!(rule.id(), id("desk.open.expire.passed"));
    for (part, broken) in [("\"open\"", "\"ajar\""), ("\"clock\"", "\"cook\""), ("\"paid\"", "\"past(tea)\"")] {
        let broken = by_hand.replace(part, broken);
        assert!(serde_json::from_str::<Rule<Desk>>(&broken).is_err(), "{broken}");
    }
    let forgotten = by_hand.replace("\"to\": \"passed\",", "");
    assert!(serde_json::from_str::<Rule<Desk>>(&forgotten).is_err(), "a forgotten target is not a row that stays");
}

#[test]
fn words_that_no_row_uses_are_named() {
    assert_eq!(DESK.unused(), ["paid"]);
    let quiet = Rule::new(State::Open, Action::Pass, &[Role::Merchant], To::Enter(State::Passed));
    let edited = DESK.edit().replace(&id("desk.open.pass.passed"), quiet).done().expect("nothing is wrong");
    assert_eq!(edited.unused(), ["complete", "paid"]);
}

#[test]
fn where_it_is_possible_counts_every_state_of_a_line() {
    let edited = DESK.edit().done().expect("nothing is wrong");
    for table in [&DESK, &edited] {
        let denial = table.decide(State::Absent, Action::Return, Role::Buyer, &Facts).expect_err("refused");
        assert_eq!(denial.row().map(Rule::id), Some(id("desk.open.return.stay")));
        assert_eq!(denial.states_possible(table).collect::<Vec<_>>(), [State::Open, State::Passed]);
        assert!(denial.roles_possible().has(Role::Platform) && denial.role_blocks());
    }
}
