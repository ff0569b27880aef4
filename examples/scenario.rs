//! Runs scenarios: `cargo run --example scenario --features testing -- tests/scenarios/*.txt`.
//!
//! A folder stands for every `.txt` in it. Each file is read, played on the real step machine under the built-in rules,
//! and answered with `ok` or with what came out otherwise. The exit code is 1 if anything did, or if a file or folder
//! that was named cannot be read or has no scenario in it.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use redress::Rules;
use redress::testing::scenario::Scenario;

const USAGE: &str = "Plays scenarios and says of each whether it came out as it says.

    cargo run --example scenario --features testing -- FILE...

A folder stands for every .txt in it and below it. How a scenario is written stands in the documentation of
`redress::testing::scenario`; tests/scenarios has many.
";

fn main() -> ExitCode {
    let named: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    match answer(&named, &mut io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // Whoever reads has read enough, as `head` has.
        Err(fault) if fault.kind() == ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Err(fault) => {
            eprintln!("this cannot be written: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// Plays everything that was named; whether all of it came out as it says.
pub(crate) fn answer(named: &[PathBuf], out: &mut impl Write) -> io::Result<bool> {
    if named.iter().any(|path| matches!(path.to_str(), Some("--help" | "-h"))) {
        write!(out, "{USAGE}")?;
        return Ok(true);
    }
    if named.is_empty() {
        write!(out, "which scenarios?\n\n{USAGE}")?;
        return Ok(false);
    }
    let rules = Rules::built_in();
    let (mut played, mut failed) = (0, 0);
    for path in named.iter().flat_map(|path| files(path)) {
        played += 1;
        let said = match path {
            Ok(path) => run(&path, &rules).map(|said| (path.clone(), said)).map_err(|why| (path, why)),
            Err(unread) => Err(unread),
        };
        match said {
            Ok((path, said)) => writeln!(out, "ok    {}  {said}", path.display())?,
            Err((path, why)) => {
                failed += 1;
                writeln!(out, "FAIL  {}\n\n{}\n", path.display(), why.trim_end())?;
            }
        }
    }
    writeln!(out, "{played} {}, {failed} failed", if played == 1 { "scenario" } else { "scenarios" })?;
    Ok(failed == 0)
}

/// A file, or a file or folder of which no scenario can be had, with the reason.
type Found = Result<PathBuf, (PathBuf, String)>;

/// The file itself, or the scenarios in a folder in the order of their names.
fn files(path: &Path) -> Vec<Found> {
    if path.to_string_lossy().starts_with('-') {
        return vec![Err((path.to_owned(), "there is no such option; `--help` says what there is".to_owned()))];
    }
    if !path.is_dir() {
        return vec![Ok(path.to_owned())];
    }
    let found = within(path);
    if found.is_empty() {
        return vec![Err((path.to_owned(), "there is no scenario in this folder: no file ends in .txt".to_owned()))];
    }
    found
}

/// The scenarios in a folder and below it; folders that hold none are passed over.
fn within(folder: &Path) -> Vec<Found> {
    let unread = |fault: io::Error| (folder.to_owned(), format!("this folder cannot be read: {fault}"));
    let entries: Result<Vec<_>, _> = fs::read_dir(folder).and_then(Iterator::collect);
    let mut found: Vec<PathBuf> = match entries {
        Ok(entries) => entries.iter().map(fs::DirEntry::path).collect(),
        Err(fault) => return vec![Err(unread(fault))],
    };
    found.sort();
    found.retain(|file| file.is_dir() || file.extension().is_some_and(|extension| extension == "txt"));
    found.into_iter().flat_map(|file| if file.is_dir() { within(&file) } else { vec![Ok(file)] }).collect()
}

/// What the scenario is called, and how many steps it took; or what is wrong.
fn run(path: &Path, rules: &Rules) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|fault| format!("it cannot be read: {fault}"))?;
    let text =
        String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text: save it as UTF-8 / 请存为 UTF-8".to_owned())?;
    let scenario = Scenario::parse(&text).map_err(|faults| faults.to_string())?;
    scenario.run(rules).map_err(|mismatch| mismatch.to_string())?;
    Ok(format!("{} ({} steps)", scenario.title(), scenario.steps()))
}
