//! In which rows a user's rules differ from those that come with the crate.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::rule::{Machine, RowId, Rule, Table, To};
use crate::trade::Asked;
use crate::{Rules, Word as _};

/// One row in which rules differ from the built-in ones.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The row.
    pub row: RowId,
    /// What is different.
    pub what: Differs,
    machine: &'static str,
    from: &'static str,
    action: &'static str,
    /// Whether it says who may take it: it is new, or others may.
    who: bool,
}

/// How a row differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Differs {
    /// The built-in rules have it, these do not.
    Gone,
    /// The built-in rules do not have it; this is what it says.
    New(String),
    /// It says something else: each entry is one thing.
    Other(Vec<String>),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = &self.row;
        match &self.what {
            Differs::Gone => write!(f, "`{row}` is gone"),
            Differs::New(says) => write!(f, "`{row}` is new: {says}"),
            Differs::Other(other) => write!(f, "`{row}` {}", other.join("; ")),
        }
    }
}

impl Difference {
    /// Every row in which rules differ from the built-in ones: order, after-sales, refund.
    #[must_use]
    pub fn all(rules: &Rules) -> Vec<Self> {
        let built_in = Rules::built_in();
        let mut all = between(&built_in.order, &rules.order);
        all.extend(between(&built_in.after_sale, &rules.after_sale));
        all.extend(between(&built_in.refund, &rules.refund));
        all
    }

    /// Whether the row is one for this action.
    #[must_use]
    pub fn is_for(&self, asked: Asked) -> bool {
        let machine = match asked {
            Asked::Order(_) => crate::order::Order::NAME,
            Asked::Case(_) => crate::after_sale::AfterSale::NAME,
            Asked::Refund(_) => crate::refund::Refund::NAME,
        };
        self.machine == machine && self.action == asked.code()
    }

    /// Whether the row is taken at its word as to who may take it: it is new, or it was given to others.
    #[must_use]
    pub const fn says_who(&self) -> bool {
        self.who && !matches!(self.what, Differs::Gone)
    }

    /// Whether the row is taken at its word as to where it leads: it is new. A row that leads elsewhere is another row.
    #[must_use]
    pub const fn says_where(&self) -> bool {
        matches!(self.what, Differs::New(_))
    }

    /// Whether somebody may have lost the right to do this in this state: a row for it is gone, or was given to others.
    pub(super) fn takes_from(&self, asked: Asked, state: &str) -> bool {
        let lost = self.who || matches!(self.what, Differs::Gone);
        lost && self.is_for(asked) && self.from == state
    }
}

fn between<M: Machine>(built_in: &Table<M>, own: &Table<M>) -> Vec<Difference> {
    let of = |rule: &Rule<M>, what, who| Difference {
        row: rule.id(),
        what,
        machine: M::NAME,
        from: rule.from.code(),
        action: rule.action.code(),
        who,
    };
    // Most rows are the same: they are not looked up by name.
    let lacks = |table: &Table<M>, rule: &Rule<M>| !table.rules_for(rule.from, rule.action).contains(rule);
    let gone = built_in.rules().iter().filter(|rule| lacks(own, rule) && own.rule(&rule.id()).is_none());
    let mut all: Vec<Difference> = gone.map(|rule| of(rule, Differs::Gone, false)).collect();
    all.extend(own.rules().iter().filter(|rule| lacks(built_in, rule)).map(|rule| match built_in.rule(&rule.id()) {
        None => of(rule, Differs::New(says(rule)), true),
        Some(was) => of(rule, Differs::Other(others(was, rule)), was.by != rule.by),
    }));
    all
}

/// What a row says, in codes.
fn says<M: Machine>(rule: &Rule<M>) -> String {
    let to = match rule.to {
        To::Stay => String::from("stays"),
        To::Enter(state) => format!("leads to {state}"),
    };
    let when = if rule.when().next().is_none() { String::new() } else { format!(", if {}", list(rule.when())) };
    format!("by {}{when}; {to}", list(rule.by.iter()))
}

/// What a row says otherwise than before.
fn others<M: Machine>(was: &Rule<M>, rule: &Rule<M>) -> Vec<String> {
    let mut all = Vec::new();
    if was.by != rule.by {
        all.push(format!("is by {} instead of {}", list(rule.by.iter()), list(was.by.iter())));
    }
    let dropped: Vec<_> = was.when().filter(|old| !rule.when().any(|new| new == *old)).collect();
    if !dropped.is_empty() {
        all.push(format!("no longer asks for {}", list(dropped)));
    }
    let added: Vec<_> = rule.when().filter(|new| !was.when().any(|old| old == *new)).collect();
    if !added.is_empty() {
        all.push(format!("asks for {} as well", list(added)));
    }
    if was.then != rule.then {
        let then = if rule.then().next().is_none() { String::from("nothing") } else { list(rule.then()) };
        all.push(format!("is followed by {then}"));
    }
    if was.correction != rule.correction {
        all.push(String::from(if rule.correction { "is a correction" } else { "is no correction" }));
    }
    if all.is_empty() {
        all.push(String::from("asks for its conditions in another order"));
    }
    all
}

fn list<T: ToString>(words: impl IntoIterator<Item = T>) -> String {
    words.into_iter().map(|word| word.to_string()).collect::<Vec<_>>().join(", ")
}
