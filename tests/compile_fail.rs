//! What a faulty table of a user's own says when it is compiled: each kind of fault has one case.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;

use redress::rule::{RowFault, StateFault};

#[test]
fn a_faulty_table_does_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/compile_pass/*.rs");
    cases.compile_fail("tests/compile_fail/*.rs");
}

/// What the compiler says in every case of which the expected message is kept.
fn messages() -> Vec<(String, String)> {
    fs::read_dir("tests/compile_fail")
        .expect("the cases")
        .map(|entry| entry.expect("a case").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "stderr"))
        .map(|path| (path.display().to_string(), fs::read_to_string(path).expect("a message")))
        .collect()
}

#[test]
fn every_message_names_the_state_or_the_row() {
    for (case, message) in messages() {
        let names_place = message.contains("panicked: state `desk.") || message.contains("panicked: row `desk.");
        assert!(names_place || case.contains("word_misspelt"), "{case}: {message}");
    }
}

#[test]
fn every_fault_that_a_table_can_be_written_with_has_a_case() {
    let messages = messages();
    let sentence_of = |label: &str| messages.iter().any(|(_, message)| message.contains(label));
    let of_states = StateFault::ALL.iter().map(|fault| fault.label(redress::Lang::En));
    let of_rows = RowFault::ALL
        .iter()
        // The macro asks for at least one role in each row; only an edited row can have none.
        .filter(|&&fault| fault != RowFault::ByNobody)
        .map(|fault| fault.label(redress::Lang::En));
    let missing: Vec<_> = of_states.chain(of_rows).filter(|label| !sentence_of(label)).collect();
    assert!(missing.is_empty(), "no case for: {missing:#?}");
}
