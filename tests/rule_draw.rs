//! What a table looks like when it is drawn.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

/// The vocabulary of a desk.
#[path = "compile_fail/desk/mod.rs"]
pub mod desk;

use desk::{Action, Condition, Desk, Effect, Limit, State};
use redress::Lang;
use redress::rule::Naming;

redress::rules! {
    /// Who may do what at the desk.
    pub static DESK: Desk [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Open: Merchant;
    led Passed;
    rest Closed;
    conditions READY = Complete, Paid;

    | Absent       | Ask            | Buyer, Platform |                          | Open   |            |
    | Open         | Pass as paid   | Merchant        | ..READY                  | Passed | Tell       |
    | Open         | Pass           | Merchant        | Complete                 | Passed |            |
    | Open, Passed | Return         | Platform        | ReturnsLeft, Complete    | =      |            |
    | Open         | Expire         | Clock           | Past(Reply), ReturnsLeft | Open   | Tell       |
    | Open         | Expire         | Clock           | Past(Reply)              | Closed | Tell, Tell |
    | Passed       | Settle         | Trade           |                          | Closed |            |
    | Closed       | Return         | Platform        | ReturnsLeft              | Open ! |            |
}

fn drawn(naming: Naming) -> String {
    [DESK.to_markdown(naming), DESK.to_matrix(naming), DESK.to_mermaid(naming)].join("\n")
}

#[test]
fn a_table_is_drawn_in_codes() {
    insta::assert_snapshot!(drawn(Naming::Codes));
}

#[test]
fn a_table_is_drawn_in_english() {
    insta::assert_snapshot!(drawn(Naming::Labels(Lang::En)));
}

#[test]
fn a_table_is_drawn_in_chinese() {
    insta::assert_snapshot!(drawn(Naming::Labels(Lang::Zh)));
}

#[test]
fn an_edited_row_is_drawn_where_it_is_tried() {
    let row = DESK.rules()[1];
    let edited = DESK.edit().replace(&row.id(), row.named("seen")).done().expect("nothing is wrong");
    let (before, after) = (DESK.to_markdown(Naming::Codes), edited.to_markdown(Naming::Codes));
    let changed: Vec<_> = before.lines().zip(after.lines()).filter(|(one, other)| one != other).collect();
    assert_eq!(before.lines().count(), after.lines().count());
    assert_eq!(changed.len(), 1);
    assert!(changed[0].1.contains("pass (seen)"), "{changed:?}");
}
