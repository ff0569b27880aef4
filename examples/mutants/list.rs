//! The list of survivors, the reasons that people gave, what is noticed with scenarios alone, and of what the lists were made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use redress::Rules;
use redress::testing::mutate::{Fate, Mutant, Survival, Toll};

use crate::kit::lists::{Groups, fingerprint, fingerprint_with, texts};

/// The command that makes the list anew.
pub const COMMAND: &str = "cargo run --release --example mutants --features testing -- --all";
/// The command that makes the list of what the proofs notice alone; it comes after the other, to which it compares.
pub const PROOFS: &str = "cargo run --release --example mutants --features testing -- --all --proofs";
/// What is said of a survivor that was walked on from to the end, if nobody says more.
const WALKED: &str =
    "Proved by the walk: wherever it decides otherwise, every way was walked to its end, and every promise is kept.";
/// What stands above survivors without a reason.
const UNEXPLAINED: &str = "Nobody has said why.";

/// A file of the list.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mutants").join(name)
}

/// Where the scenarios lie.
pub fn scenarios() -> PathBuf {
    file("../scenarios")
}

/// Of what the list is made: the rows, the worlds, the promises, and every text of the scenarios.
pub fn made_of(rules: &Rules) -> String {
    fingerprint_with(rules, &texts(&scenarios()))
}

/// Why survivors are harmless: a sentence, and the mutants that it is said of, `*` for anything.
pub struct Reasons(Vec<(String, Vec<String>)>);

impl Reasons {
    pub fn read() -> Self {
        Self(Groups::read(&file("reasons.txt")).groups)
    }

    /// The first reason that is given for a mutant.
    pub fn of(&self, mutant: &str) -> Option<&str> {
        let gives = |(_, patterns): &&(String, Vec<String>)| patterns.iter().any(|pattern| fits(pattern, mutant));
        self.0.iter().find(gives).map(|(reason, _)| reason.as_str())
    }

    /// Patterns that no survivor fits.
    pub fn idle(&self, survivors: &[String]) -> Vec<String> {
        let patterns = self.0.iter().flat_map(|(_, patterns)| patterns);
        patterns.filter(|pattern| !survivors.iter().any(|mutant| fits(pattern, mutant))).cloned().collect()
    }
}

/// Whether a text is as a pattern says, in which `*` stands for anything.
pub fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((begin, rest)) => text
            .strip_prefix(begin)
            .is_some_and(|text| (0..=text.len()).any(|at| text.get(at..).is_some_and(|text| fits(rest, text)))),
    }
}

/// The list as it was written down.
pub struct List {
    /// Its first lines: the totals.
    pub totals: Vec<String>,
    /// Of what it was made.
    pub made_of: String,
    /// Each survivor, and why.
    pub survivors: BTreeMap<String, String>,
}

impl List {
    pub fn read() -> Self {
        let list = Groups::read(&file("survivors.txt"));
        let (totals, made_of) = (list.totals(), list.made_of());
        let each = |(reason, mutants): (String, Vec<String>)| {
            mutants.into_iter().map(move |mutant| (mutant, reason.clone())).collect::<Vec<_>>()
        };
        Self { totals, made_of, survivors: list.groups.into_iter().flat_map(each).collect() }
    }

    /// Survivors for which nobody has given a reason.
    pub fn unexplained(&self) -> Vec<&String> {
        self.survivors.iter().filter(|(_, reason)| *reason == UNEXPLAINED).map(|(mutant, _)| mutant).collect()
    }

    /// What the list says otherwise than it is now: who survives and is not named, and who is named and is caught. That a
    /// reason would fit is not enough: somebody must have looked whether it does.
    pub fn differs<'a>(&self, fates: impl IntoIterator<Item = (String, &'a Fate)>) -> Vec<String> {
        let differs = |(name, fate): (String, &Fate)| {
            let survives = matches!(fate, Fate::Survived(_));
            match (survives, self.survivors.contains_key(&name)) {
                (true, false) => Some(format!("survives, and the list does not name it: {name} ({fate})")),
                (false, true) => Some(format!("is caught now, and the list names it as a survivor: {name} ({fate})")),
                (true, true) | (false, false) => None,
            }
        };
        fates.into_iter().filter_map(differs).collect()
    }
}

/// The list as it is to be written down.
pub fn written(toll: &Toll, reasons: &Reasons, rules: &Rules) -> String {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (mutant, survival) in toll.survivors() {
        let mutant = mutant.to_string();
        let walked = matches!(survival, Survival::Kept { whole: true, .. });
        let otherwise = if walked { WALKED } else { UNEXPLAINED };
        groups.entry(reasons.of(&mutant).unwrap_or(otherwise)).or_default().push(mutant);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(reason, mutants)| (std::cmp::Reverse(mutants.len()), *reason));
    let mut text = format!("# Made by `{COMMAND}`\n");
    toll.to_string().lines().for_each(|line| text += &format!("# {line}\n"));
    text += &format!("# {}\n", made_of(rules));
    for (reason, mutants) in groups {
        text += &format!("\n{reason}\n");
        mutants.iter().for_each(|mutant| text += &format!("  {mutant}\n"));
    }
    text
}

/// What the check of the tables and the promises notice alone, without any scenario.
pub struct Alone {
    /// The totals, each a count and of what.
    pub totals: Vec<(usize, String)>,
    /// Of what it was made: no text of a scenario is among it.
    pub made_of: String,
    /// Rows with slips that only scenarios notice, or a walk from where one leads.
    pub rows: BTreeMap<String, Vec<String>>,
}

impl Alone {
    pub fn read() -> Self {
        let list = Groups::read(&file("proofs.txt"));
        let count = |total: String| {
            total.split_once(' ').and_then(|(count, what)| Some((count.parse().ok()?, what.to_owned())))
        };
        let (totals, made_of) = (list.totals().into_iter().filter_map(count).collect(), list.made_of());
        let slips = |(row, slips): (String, Vec<String>)| {
            let each = slips.iter().flat_map(|slips| slips.split(", ")).map(str::to_owned);
            (row, each.collect())
        };
        Self { totals, made_of, rows: list.groups.into_iter().map(slips).collect() }
    }

    /// Every mutant that only scenarios notice.
    pub fn mutants(&self) -> impl Iterator<Item = String> {
        self.rows.iter().flat_map(|(row, slips)| slips.iter().map(move |slip| format!("{row} {slip}")))
    }
}

/// The list of what only scenarios notice, as it is to be written down; `survivors` are those that nobody notices with them
/// either.
pub fn alone(toll: &Toll, survivors: &BTreeMap<String, String>, rules: &Rules) -> String {
    let count = |of: fn(&Fate) -> bool| toll.trials.iter().filter(|trial| of(&trial.fate)).count();
    let mut slips: Vec<(String, Vec<String>)> = Vec::new();
    let (mut only, mut nobody) = (0, 0);
    for (mutant, _) in toll.survivors() {
        let (row, name) = (mutant.row.to_string(), mutant.to_string());
        if survivors.contains_key(&name) {
            nobody += 1;
            continue;
        }
        only += 1;
        let slip = name.strip_prefix(&row).unwrap_or(&name).trim().to_owned();
        match slips.last_mut().filter(|(last, _)| *last == row) {
            Some((_, slips)) => slips.push(slip),
            None => slips.push((row, vec![slip])),
        }
    }
    let totals = [
        (toll.trials.len(), "mutants"),
        (count(|fate| matches!(fate, Fate::Table { .. })), "caught by the check of the tables"),
        (
            count(|fate| matches!(fate, Fate::Promise { .. } | Fate::Unplayable { .. })),
            "caught by a promise in a small world",
        ),
        (only, "noticed with the scenarios alone, by what they say or on a walk from where they lead"),
        (nobody, "noticed by nobody"),
    ];
    let mut text = format!("# Made by `{PROOFS}`: no scenario is run\n");
    totals.iter().for_each(|(count, what)| text += &format!("# {count:>6} {what}\n"));
    text += &format!(
        "# {}\n# Below: the rows with slips that are noticed with the scenarios alone.\n\n",
        fingerprint(rules)
    );
    slips.iter().for_each(|(row, slips)| text += &format!("{row}\n  {}\n", slips.join(", ")));
    text
}

/// What the README says of these totals, if they are all there.
pub fn told(totals: &[(usize, String)]) -> Option<String> {
    let [(all, _), (check, _), (promise, _), (only, _), _] = totals else { return None };
    Some(format!(
        "Without any scenario, {} of the {all} are noticed: {check} by the check of the tables, {promise} by a promise in a \
         small world. The other {only} that are noticed take the scenarios",
        check + promise
    ))
}

/// The rows as they were when the list was made.
pub fn rows_of_list() -> BTreeSet<String> {
    fs::read_to_string(file("rows.txt")).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Those with a word in their name.
pub fn with_word(all: Vec<Mutant>, word: &str) -> Result<Vec<Mutant>, String> {
    let some: Vec<Mutant> = all.into_iter().filter(|mutant| mutant.to_string().contains(word)).collect();
    if !some.is_empty() {
        return Ok(some);
    }
    Err(format!(
        "no mutant has `{word}` in its name; they are called as `order.paid.expire.late deleted`: a row, and `deleted`, \
         `redirected to STATE`, `given to ROLE` or `without CONDITION`"
    ))
}
