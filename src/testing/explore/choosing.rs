//! Conditions that only choose between rows: no refusal can name them.
//!
//! A refusal tells what is missing for the nearest row. Where a condition is asked for, a row of the same state and action
//! that does without it may always be nearer: `pays` decides whether a case goes on to its refund or to a dispatch, and nobody
//! is refused because a case does not pay.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::rule::{Guard as _, Machine, Rule, Table};

/// The conditions that a table asks for and that can stand in a refusal.
pub(super) fn refusing<M: Machine>(table: &Table<M>) -> Vec<String> {
    let asked = |condition: &M::Condition| table.rules().iter().any(|rule| asks_for(rule, *condition));
    let refuses = |condition: &M::Condition| {
        let mut rows = table.rules().iter().filter(|rule| asks_for(rule, *condition));
        rows.any(|rule| !has_nearer(table, rule, *condition))
    };
    let conditions = M::Condition::ALL.iter().filter(|condition| asked(condition) && refuses(condition));
    conditions.map(|condition| format!("{}.{}", M::NAME, condition.code())).collect()
}

/// Whether a row is never the nearest one where this condition does not hold: another is for all who may take it, does
/// not ask for the condition, and asks for nothing that this one does not ask for as well, or for one thing if it
/// stands first, for then it is at most as far.
fn has_nearer<M: Machine>(table: &Table<M>, rule: &Rule<M>, condition: M::Condition) -> bool {
    let rows = table.rules_for(rule.from, rule.action);
    let place = rows.iter().position(|row| row.id() == rule.id());
    rows.iter().enumerate().any(|(at, other)| {
        let for_all = rule.by.iter().all(|role| other.by.has(role));
        let more = other.when().filter(|asked| !asks_for(rule, *asked) && !costs_nothing(rule, *asked)).count();
        for_all && !asks_for(other, condition) && more <= usize::from(Some(at) < place)
    })
}

/// Whether a condition fails only where one that the row asks for fails as well: a fee is for what is sent alone.
fn costs_nothing<M: Machine>(rule: &Rule<M>, condition: M::Condition) -> bool {
    condition.code() == "within_fee_cap" && rule.when().any(|asked| asked.code() == "pays")
}

fn asks_for<M: Machine>(rule: &Rule<M>, condition: M::Condition) -> bool {
    rule.when().any(|asked| asked == condition)
}
