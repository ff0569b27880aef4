//! The crate is layered: words, the rule layer, the machines, the trade, reports on it, the rim. Imports point down only.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// Where a file belongs, from the bottom up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    /// Vocabulary, amounts, times, spans, policies: what everything is made of.
    Words,
    /// Rows, tables and decisions; knows no machine.
    Rule,
    /// The machines, each alone.
    Machine,
    /// One order with its cases and refunds; the only layer that knows all machines.
    Trade,
    /// What is told of histories; as pure as what it tells of.
    Report,
    /// Storage, clocks, the desk: whatever meets the world.
    Rim,
}

/// The layer of a top-level module. A new module must be given a place here.
fn layer_of(module: &str) -> Layer {
    match module {
        "amount" | "calendar" | "each" | "effect" | "id" | "kind" | "limit" | "policy" | "role" | "span" | "time"
        | "word" => Layer::Words,
        // Small values that the facts of all machines are made of; they can show themselves as findings.
        "rule" | "fact" => Layer::Rule,
        "order" | "after_sale" | "refund" => Layer::Machine,
        "trade" => Layer::Trade,
        "measure" => Layer::Report,
        "channel" | "clock" | "port" | "job" | "desk" | "store" | "lib" | "testing" => Layer::Rim,
        other => panic!("`{other}` has no layer yet: say in tests/layers.rs where it belongs"),
    }
}

/// The module in which a name that is re-exported at the crate's root is at home.
fn home_of(name: &str) -> &str {
    match name {
        "Amount" | "Currency" | "Money" | "MalformedCurrency" => "amount",
        "Calendar" | "CalendarFault" | "FixedCalendar" | "Weekday" => "calendar",
        "Each" | "Set" => "each",
        "Effect" => "effect",
        "Id" | "MalformedId" => "id",
        "Bearer" | "Blame" | "Dispute" | "GoodsCondition" | "Kind" | "Reason" | "Tender" | "Transport" => "kind",
        "Counter" | "Limit" => "limit",
        "Amounts" | "ChannelTerms" | "FastRefund" | "Freight" | "Policy" | "PolicyFault" | "ReasonRules"
        | "ReceiptExtension" | "RefundSplit" | "ShippingPart" | "ShippingRefund" | "Silence" | "Statutory"
        | "Switches" | "Texts" | "Window" | "Windows" => "policy",
        "Actor" | "Person" | "Role" | "Roles" => "role",
        "Anchor" | "End" | "Length" | "Span" | "Start" => "span",
        "MalformedTime" | "Time" => "time",
        "Lang" | "Word" | "words" | "__serde_by_code" | "__private" => "word",
        "rules" | "conditions" | "__to" => "rule",
        "__store_obligations" => "testing",
        "ManualClock" | "SystemClock" => "clock",
        "Denied" | "Event" | "NewLine" | "NewOrder" | "Outcome" | "Request" | "Rulebook" | "Rules" | "Trade"
        | "run_due" | "step" => "trade",
        module => module,
    }
}

/// One source file: its path below `src`, its top-level module and its lines of code.
struct File {
    path: String,
    module: String,
    text: String,
}

impl File {
    fn layer(&self) -> Layer {
        layer_of(&self.module)
    }

    /// The lines that are compiled: no comments, no documentation, no tests within the file.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = self.text.find("#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        let (code, _) = self.text.split_at(tests);
        code.lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default()))
            .filter(|(_, line)| !line.trim().is_empty())
    }

    /// Everything that stands behind `crate::`, by its first name: `use crate::{A, b::C}` is `A` and `b`.
    fn imports(&self) -> Vec<String> {
        let code: String = self.code().flat_map(|(_, line)| [line, "\n"]).collect();
        let mut names = Vec::new();
        for (at, found) in code.match_indices("crate::") {
            if code.get(..at).is_some_and(|before| before.ends_with('$')) {
                // In an exported macro: a path of whoever uses it.
                continue;
            }
            let rest = code.get(at + found.len()..).unwrap_or_default();
            match rest.strip_prefix('{') {
                Some(list) => names.extend(first_names(list)),
                None => names.push(word(rest).to_owned()),
            }
        }
        names
    }
}

/// The first name of each member of a list that has just been opened.
fn first_names(list: &str) -> Vec<String> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, letter) in list.char_indices() {
        let member = list.get(start..at).unwrap_or_default();
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(word(member.trim()).to_owned());
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(word(member.trim()).to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The name at the beginning of a text.
fn word(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

fn collect(folder: &Path, root: &Path, files: &mut Vec<File>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the sources are there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            collect(&entry, root, files);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let path = entry.strip_prefix(root).expect("it lies below").to_string_lossy().into_owned();
            let first = path.split('/').next().unwrap_or_default();
            files.push(File {
                module: first.trim_end_matches(".rs").to_owned(),
                text: fs::read_to_string(&entry).expect("it is text"),
                path,
            });
        }
    }
}

fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    assert!(files.len() > 50, "these are the sources: {}", files.len());
    files
}

#[test]
fn imports_point_down_only() {
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| file.module != "lib") {
        for name in file.imports() {
            let home = home_of(&name);
            if home == file.module {
                continue;
            }
            let (own, other) = (file.layer(), layer_of(home));
            // Words and the parts of the rim may know each other; machines may not.
            let sideways = own == other && own == Layer::Machine;
            if other > own || sideways {
                wrong.push(format!("{} ({own:?}) uses {name} of {home} ({other:?})", file.path));
            }
        }
        // What stands at the top would reach the whole crate through `super`.
        let is_top = !file.path.contains('/') || file.path == format!("{}/mod.rs", file.module);
        let reaches = |text: &str| is_top && text.trim_start_matches("pub ").starts_with("use super::");
        if let Some((line, _)) = file.code().find(|(_, text)| reaches(text)) {
            wrong.push(format!("{}:{line}: say `crate::` instead of `super::` here", file.path));
        }
    }
    assert!(wrong.is_empty(), "imports point down only:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_trade_knows_more_than_one_machine() {
    for file in sources().iter().filter(|file| file.layer() == Layer::Machine) {
        for (line, text) in file.code() {
            for other in ["order::", "after_sale::", "refund::"] {
                let own = format!("{}::", file.module);
                let elsewhere = other != own && text.contains(&format!("crate::{other}"));
                assert!(!elsewhere && !text.contains("super::super::"), "{}:{line}: {text}", file.path);
            }
        }
    }
}

/// What has no place in a core that gives the same answer on every machine, and why.
const BARRED: &[(&str, &str)] = &[
    ("std::", "the core needs no operating system"),
    ("HashMap", "its order is not the same twice"),
    ("HashSet", "its order is not the same twice"),
    ("SystemTime", "the core is told the time"),
    ("Instant", "the core is told the time"),
    ("Utc::now", "the core is told the time"),
    ("Local::now", "the core is told the time"),
    ("f32", "money and time are counted, not measured"),
    ("f64", "money and time are counted, not measured"),
    ("println!", "the core says what it has to say in its answer"),
    ("eprintln!", "the core says what it has to say in its answer"),
    ("unsafe ", "nothing here needs it"),
    ("static mut", "an answer depends on its question alone"),
    ("thread_local", "an answer depends on its question alone"),
    ("Mutex", "an answer depends on its question alone"),
    ("RefCell", "an answer depends on its question alone"),
    ("Atomic", "an answer depends on its question alone"),
    ("rand::", "an answer depends on its question alone"),
    (".unwrap()", "bad input is answered, never panicked at"),
    (".expect(", "bad input is answered, never panicked at"),
    ("panic!(", "bad input is answered, never panicked at"),
    ("unreachable!(", "bad input is answered, never panicked at"),
    ("todo!(", "it is done"),
];

/// Jobs stand at the rim because they know the ports; like the core, they meet nothing of the world.
fn is_pure(file: &File) -> bool {
    file.layer() < Layer::Rim
        || file.module == "job"
        || file.path.starts_with("channel/") && !file.path.contains("simulated")
}

#[test]
fn nothing_below_the_rim_meets_the_world() {
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| is_pure(file) && !file.path.starts_with("rule/tests")) {
        for (line, text) in file.code() {
            for (barred, why) in BARRED {
                // A check that the compiler runs may panic: that is how it speaks.
                let in_const =
                    matches!(file.path.as_str(), "rule/check.rs" | "rule/layout.rs" | "rule/text.rs" | "rule/list.rs")
                        && *barred == "panic!(";
                // A serde format must take every type of serde's, floats among them.
                let is_format = file.path == "trade/fingerprint.rs" && matches!(*barred, "f32" | "f64");
                let whole = |at: usize| {
                    let before = text.get(..at).and_then(|before| before.chars().next_back());
                    before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_')
                };
                if !in_const
                    && !is_format
                    && text.match_indices(barred).any(|(at, _)| barred.starts_with(['.']) || whole(at))
                {
                    wrong.push(format!("{}:{line}: `{barred}`: {why}", file.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The longest that a file may be; tables are as long as the process is rich.
const LINES_MOST: usize = 400;

#[test]
fn files_can_be_read_in_one_go() {
    let files = sources();
    let is_table = |file: &&File| file.path.ends_with("/rules.rs");
    let long: Vec<String> = files
        .iter()
        .filter(|file| !is_table(file) && file.text.lines().count() > LINES_MOST)
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect();
    assert!(long.is_empty(), "at most {LINES_MOST} lines: {}", long.join(", "));
}

#[test]
fn every_file_says_what_it_is_for() {
    for file in sources() {
        assert!(file.text.starts_with("//! "), "{} begins with what it is for", file.path);
    }
}

#[test]
fn tables_keep_to_their_own_vocabulary() {
    for file in sources().iter().filter(|file| !file.path.ends_with("/rules.rs")) {
        for (line, text) in file.code() {
            let is_use = text.trim_start().starts_with("use ") || text.trim_start().starts_with("pub use ");
            assert!(!(is_use && text.contains("::*")), "{}:{line}: names are imported one by one", file.path);
        }
    }
}
