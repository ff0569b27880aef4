//! The conditions of the tables, each taken out in turn: who notices, and why nobody needs to if nobody does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use redress::Rules;
use redress::testing::World;
use redress::testing::explore::{Absence, Guard, Limits, explore};

use crate::kit::lists::{Groups, fingerprint};

/// The command that makes the list anew.
pub const COMMAND: &str = "cargo run --release --example explore --features testing -- --guards";
/// So many trades of each world are visited at first: most are missed soon.
const SOON: usize = 200;
/// What stands beside what the check of the table notices.
const REFUSED: &str = "the check of the table refuses the rows";

/// How far was walked.
const WALKED: &str = "walked: every small world that comes to a state where a row was freed, and where that may decide \
    something; at first 200 trades of each, and where nobody notices all of them";
/// What is said of what no world comes to.
const UNTRIED: &str = "not tried, no world comes to a row that asks for it";

/// A file of the list.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guards").join(name)
}

/// Why nobody needs to miss a condition: a sentence, and the conditions that it is said of.
pub struct Reasons(pub BTreeMap<String, String>);

/// How a sentence begins that is no reason: nobody has found one yet.
const OPEN: &str = "Open";

impl Reasons {
    pub fn read() -> Self {
        let groups = Groups::read(&file("reasons.txt")).groups.into_iter();
        let each = groups.flat_map(|(reason, guards)| guards.into_iter().map(move |guard| (guard, reason.clone())));
        Self(each.collect())
    }

    /// Whether somebody has said why nobody needs to miss a condition.
    pub fn explains(&self, guard: &str) -> bool {
        self.0.get(guard).is_some_and(|reason| !reason.starts_with(OPEN))
    }
}

/// The list as it was written down: each condition, and what becomes of the worlds without it.
pub struct List {
    /// Its first lines: the totals.
    pub totals: Vec<String>,
    /// Of which rows, worlds and promises it was made: their [`fingerprint`].
    pub made_of: String,
    /// Each condition, and what is said of it.
    pub guards: BTreeMap<String, String>,
}

impl List {
    pub fn read() -> Self {
        let list = Groups::read(&file("guards.txt"));
        let (totals, made_of) = (list.totals(), list.made_of());
        let said =
            |(line, _): (String, _)| line.split_once(": ").map(|(guard, said)| (guard.to_owned(), said.to_owned()));
        Self { totals, made_of, guards: list.groups.into_iter().filter_map(said).collect() }
    }

    /// Those that a world misses, with its name, and after how many moves.
    pub fn missed(&self) -> impl Iterator<Item = (&str, &str, usize)> {
        self.guards.iter().filter_map(|(guard, said)| {
            let (world, rest) = said.strip_prefix("in `")?.split_once('`')?;
            let moves = rest.split(' ').find_map(|word| word.parse().ok())?;
            Some((guard.as_str(), world, moves))
        })
    }

    /// Those that nobody misses.
    pub fn unnoticed(&self) -> impl Iterator<Item = &str> {
        let unnoticed = |said: &str| said.starts_with("nobody") || said.starts_with(UNTRIED);
        self.guards.iter().filter(move |(_, said)| unnoticed(said)).map(|(guard, _)| guard.as_str())
    }
}

/// What becomes of a world without a condition, in one line.
pub fn said(absence: &Absence) -> String {
    match absence {
        Absence::Refused => REFUSED.to_owned(),
        Absence::Broken { world, promise, moves } => {
            format!("in `{world}` it is broken after {moves} moves that {promise}")
        }
        Absence::Unnoticed { refusing: 0, choosing: 0, .. } => UNTRIED.to_owned(),
        Absence::Unnoticed { otherwise, refusing, choosing, complete } => {
            let far = if *complete { "" } else { " as far as they were walked" };
            let alike = match otherwise.as_slice() {
                [] => String::new(),
                [one] => format!(", though `{one}` goes on otherwise"),
                [one, more @ ..] => format!(", though `{one}` and {} more go on otherwise", more.len()),
            };
            format!("nobody notices in {refusing} worlds that refuse for it and {choosing} others{far}{alike}")
        }
        _ => String::new(),
    }
}

/// How many rows had to keep a condition.
fn kept(guard: &Guard, rules: &Rules) -> String {
    let loosened = guard.out_of(rules).ok().filter(|loosened| !loosened.kept.is_empty());
    loosened.map_or_else(String::new, |loosened| {
        let (kept, all) = (loosened.kept.len(), loosened.kept.len() + loosened.freed.len());
        format!("; {kept} of {all} rows keep it, or the check would refuse the table")
    })
}

/// Takes out every condition, or those named, in turn; nothing, if a promise is broken with all of them in place. `tell` is
/// told of each.
pub fn all(
    rules: &Rules,
    worlds: &[World],
    limits: Limits,
    only: &[String],
    tell: &mut dyn FnMut(&str),
) -> Option<Vec<(Guard, Absence)>> {
    let report = explore(worlds, rules, limits);
    if report.violation.is_some() || !report.faults.is_empty() {
        tell(&report.to_string());
        return None;
    }
    let met = report.worlds;
    let guards = Guard::all(rules).into_iter().filter(|guard| only.is_empty() || only.contains(&guard.to_string()));
    let found = guards.map(|guard| {
        let soon = guard.missed(rules, worlds, &met, Limits { trades: SOON.min(limits.trades), ..limits });
        let absence = match soon {
            Absence::Unnoticed { complete: false, .. } if limits.trades > SOON => {
                guard.missed(rules, worlds, &met, limits)
            }
            found => found,
        };
        tell(&format!("{guard}: {}{}", said(&absence), kept(&guard, rules)));
        (guard, absence)
    });
    Some(found.collect())
}

/// The list as it is to be written down.
pub fn written(found: &[(Guard, Absence)], rules: &Rules) -> String {
    let count = |fits: fn(&Absence) -> bool| found.iter().filter(|(_, absence)| fits(absence)).count();
    let totals = [
        (found.len(), "conditions taken out"),
        (count(|of| *of == Absence::Refused), "caught by the check of the tables"),
        (count(|of| matches!(of, Absence::Broken { .. })), "caught by a broken promise in a small world"),
        (count(|of| matches!(of, Absence::Unnoticed { .. })), "missed by nobody"),
    ];
    let mut text = format!("# Made by `{COMMAND}`\n");
    totals.iter().for_each(|(count, what)| text += &format!("# {count:>5} {what}\n"));
    text += &format!("# {}\n# {WALKED}\n", fingerprint(rules));
    for (guard, absence) in found {
        text += &format!("{guard}: {}{}\n", said(absence), kept(guard, rules));
    }
    text
}
