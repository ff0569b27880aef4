//! Lists that are made by a tool, written down and held against what there is: of what they were made, the reasons that
//! people gave, and the sample that is tried again.

use std::fs;
use std::path::{Path, PathBuf};

use redress::rule::{Machine, Rule, Table};
use redress::testing::World;
use redress::testing::promise::Promise;
use redress::{Rules, Word as _};

/// Every row in a line of its own, and its name: whose it is, what it asks for, what follows.
pub fn rows(rules: &Rules) -> Vec<(String, String)> {
    fn of<M: Machine>(table: &Table<M>) -> impl Iterator<Item = (String, String)> {
        table.rules().iter().map(|rule: &Rule<M>| {
            let when: Vec<String> = rule.when().map(|asked| asked.to_string()).collect();
            let by: Vec<&str> = rule.by.iter().map(|role| role.code()).collect();
            let then: Vec<&str> = rule.then().map(|effect| effect.code()).collect();
            let id = rule.id().to_string();
            let line = format!("{id} | {} | {} | {}", by.join(", "), when.join(", "), then.join(", "));
            (id, line)
        })
    }
    of(&rules.order).chain(of(&rules.after_sale)).chain(of(&rules.refund)).collect()
}

/// What a list depends on: how many rows, worlds and promises there are, and a number that is another one when any of them
/// is. Of a row everything counts, of a world its order, how it begins and what is tried in it, of a promise its name.
pub fn fingerprint(rules: &Rules) -> String {
    fingerprint_with(rules, &[])
}

/// The same of a list that depends on texts as well, which are scenarios.
pub fn fingerprint_with(rules: &Rules, texts: &[String]) -> String {
    let mut lines: Vec<String> = rows(rules).into_iter().map(|(_, line)| line).collect();
    let (rows, worlds) = (lines.len(), World::small());
    let begins =
        |world: &World| format!("{} | {:?} | {:?} | {:?}", world.name, world.setting, world.moves(), world.knobs);
    lines.extend(worlds.iter().map(begins));
    lines.extend(Promise::ALL.iter().map(ToString::to_string));
    lines.extend_from_slice(texts);
    let hash = lines.iter().fold(BASIS, |hash, line| hashed(hash, line));
    let (worlds, promises) = (worlds.len(), Promise::ALL.len());
    let all = match texts.len() {
        0 => format!("{worlds} small worlds and {promises} promises"),
        scenarios => format!("{worlds} small worlds, {promises} promises and {scenarios} scenarios"),
    };
    format!("of {rows} rows, {all}, together {hash:016x}")
}

/// Where a hash begins: FNV-1a, which is the same on every machine.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

fn hashed(hash: u64, line: &str) -> u64 {
    let byte = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    line.bytes().chain([b'\n']).fold(hash, byte)
}

/// Every text file of a folder and of those below it, in the order of their names.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    found.sort();
    let each = found.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    each.filter(|path| path.extension().is_some_and(|extension| extension == "txt")).collect()
}

/// What stands in all files of a folder, for a [`fingerprint`](fingerprint_with): alike however their lines end, wherever
/// they lie and however they are called.
pub fn texts(folder: &Path) -> Vec<String> {
    sorted(files(folder).iter().filter_map(|path| fs::read_to_string(path).ok()))
}

/// The same texts, however their lines end and in whichever order they come.
pub fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let plain = |text: String| text.trim_start_matches('\u{feff}').lines().collect::<Vec<_>>().join("\n");
    let mut texts: Vec<String> = texts.map(plain).collect();
    texts.sort();
    texts
}

/// The number for a text, the same on every machine; a number stands for itself.
pub fn seed_of(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| hashed(BASIS, text))
}

/// Whether something is among what is tried by a seed: one in so many, others by another seed.
pub fn is_drawn(name: &str, seed: u64, one_in: u64) -> bool {
    let mut hash = BASIS ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in name.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (hash ^ (hash >> 29)).is_multiple_of(one_in)
}

/// A list in groups: sentences, and indented below each what it is said of.
#[derive(Default)]
pub struct Groups {
    /// What stands behind a `#`.
    pub heads: Vec<String>,
    /// Each sentence, with those of which it is said.
    pub groups: Vec<(String, Vec<String>)>,
}

impl Groups {
    /// Reads a list; one that is not there is empty.
    pub fn read(path: &Path) -> Self {
        let mut list = Self::default();
        for line in fs::read_to_string(path).unwrap_or_default().lines().filter(|line| !line.trim().is_empty()) {
            match (line.strip_prefix('#'), line.strip_prefix("  "), list.groups.last_mut()) {
                (Some(head), ..) => list.heads.push(head.strip_prefix(' ').unwrap_or(head).to_owned()),
                (None, Some(one), Some((_, all))) => all.push(one.trim().to_owned()),
                _ => list.groups.push((line.trim().to_owned(), Vec::new())),
            }
        }
        list
    }

    /// Totals: what stands behind spaces is counted; the other heads say how the list was made, and of what.
    pub fn totals(&self) -> Vec<String> {
        self.heads.iter().filter(|head| head.starts_with(' ')).map(|head| head.trim().to_owned()).collect()
    }

    /// The [`fingerprint`] of what the list was made of.
    pub fn made_of(&self) -> String {
        self.heads.iter().find(|head| head.starts_with("of ")).cloned().unwrap_or_default()
    }
}
