//! Runs scenarios: `cargo run --example scenario --features testing -- tests/scenarios/*.txt`.
//!
//! A folder stands for every `.txt` in it. Each file is read, played on the real step machine under the built-in rules,
//! and answered with `ok` or with what came out otherwise. The exit code is 1 if anything did.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use redress::Rules;
use redress::testing::scenario::Scenario;

fn main() -> ExitCode {
    let paths: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).flat_map(|path| files(&path)).collect();
    if paths.is_empty() {
        eprintln!("which scenarios? `cargo run --example scenario --features testing -- FILE...`");
        return ExitCode::FAILURE;
    }
    let rules = Rules::built_in();
    let mut failed = 0;
    for path in &paths {
        match run(path, &rules) {
            Ok(said) => println!("ok    {}  {said}", path.display()),
            Err(why) => {
                failed += 1;
                println!("FAIL  {}\n\n{}\n", path.display(), why.trim_end());
            }
        }
    }
    println!("{} scenarios, {failed} failed", paths.len());
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The file itself, or the scenarios in a folder in the order of their names.
fn files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    found.sort();
    found.retain(|file| file.is_dir() || file.extension().is_some_and(|extension| extension == "txt"));
    found.iter().flat_map(|file| files(file)).collect()
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
