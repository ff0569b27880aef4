//! The list of survivors, the reasons that people gave, and the rows to which both belong.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use redress::Rules;
use redress::rule::{Machine, Rule, Table};
use redress::testing::mutate::{Mutant, Survival, Toll};

/// The command that makes the list anew.
pub const COMMAND: &str = "cargo run --release --example mutants --features testing -- --all";
/// What is said of a survivor that was walked on from to the end, if nobody says more.
const WALKED: &str =
    "Proved by the walk: wherever it decides otherwise, every way was walked to its end, and every promise is kept.";
/// What stands above survivors without a reason.
const UNEXPLAINED: &str = "Nobody has said why.";

/// A file of the list.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mutants").join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap_or_default()
}

/// Every file of a folder and of those below it, in the order of their names.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    found.sort();
    let each = found.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    each.filter(|path| path.extension().is_some_and(|extension| extension == "txt")).collect()
}

/// Why survivors are harmless: a sentence, and the mutants that it is said of, `*` for anything.
pub struct Reasons(Vec<(String, Vec<String>)>);

impl Reasons {
    pub fn read() -> Self {
        let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
        for line in read("reasons.txt").lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            match (line.strip_prefix("  "), reasons.last_mut()) {
                (Some(pattern), Some((_, patterns))) => patterns.push(pattern.trim().to_owned()),
                _ => reasons.push((line.to_owned(), Vec::new())),
            }
        }
        Self(reasons)
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
#[derive(Default)]
pub struct List {
    /// Its first lines: the totals.
    pub totals: Vec<String>,
    /// Each survivor, and why.
    pub survivors: BTreeMap<String, String>,
}

impl List {
    pub fn read() -> Self {
        let (mut list, mut reason) = (Self::default(), String::new());
        for line in read("survivors.txt").lines().filter(|line| !line.is_empty()) {
            if let Some(total) = line.strip_prefix("# ") {
                list.totals.push(total.to_owned());
            } else if let Some(mutant) = line.strip_prefix("  ") {
                list.survivors.insert(mutant.to_owned(), reason.clone());
            } else {
                reason = line.to_owned();
            }
        }
        list
    }

    /// Survivors for which nobody has given a reason.
    pub fn unexplained(&self) -> Vec<&String> {
        self.survivors.iter().filter(|(_, reason)| *reason == UNEXPLAINED).map(|(mutant, _)| mutant).collect()
    }
}

/// The list as it is to be written down.
pub fn written(toll: &Toll, reasons: &Reasons) -> String {
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
    for (reason, mutants) in groups {
        text += &format!("\n{reason}\n");
        mutants.iter().for_each(|mutant| text += &format!("  {mutant}\n"));
    }
    text
}

/// Every row in a line of its own, as the mutants see it.
pub fn rows(rules: &Rules) -> Vec<(String, String)> {
    fn of<M: Machine>(table: &Table<M>) -> impl Iterator<Item = (String, String)> {
        table.rules().iter().map(|rule: &Rule<M>| {
            let when: Vec<String> = rule.when().map(|condition| condition.to_string()).collect();
            let then: Vec<String> = rule.then().map(|effect| effect.to_string()).collect();
            let by: Vec<&str> = rule.by.iter().map(|role| role.code()).collect();
            let id = rule.id().to_string();
            let line = format!("{id} | {} | {} | {}", by.join(", "), when.join(", "), then.join(", "));
            (id, line)
        })
    }
    of(&rules.order).chain(of(&rules.after_sale)).chain(of(&rules.refund)).collect()
}

/// The rows as they were when the list was made.
pub fn rows_of_list() -> BTreeSet<String> {
    read("rows.txt").lines().map(str::to_owned).collect()
}

/// Which mutants are tried by a seed: one in so many, others by another seed.
pub fn is_drawn(mutant: &Mutant, seed: u64, one_in: u64) -> bool {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in mutant.to_string().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (hash ^ (hash >> 29)).is_multiple_of(one_in)
}
