//! Every scenario in `tests/scenarios` runs as it says.
#![expect(clippy::unwrap_used, reason = "a failed scenario is a failed test")]
#![cfg(feature = "testing")]

use std::fs;
use std::path::{Path, PathBuf};

use redress::Rules;
use redress::testing::scenario::Scenario;

/// The scenarios in a folder and in those below it, in the order of their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    let each = found.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    each.filter(|path| path.extension().is_some_and(|extension| extension == "txt")).collect()
}

#[test]
fn every_scenario_comes_out_as_it_says() {
    let rules = Rules::built_in();
    let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios"));
    assert!(!files.is_empty(), "there are scenarios");
    let mut wrong = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy();
        match Scenario::parse(&text) {
            Ok(scenario) => wrong.extend(scenario.run(&rules).err().map(|why| format!("{name}, {why}"))),
            Err(faults) => wrong.push(format!("{name}, {faults}")),
        }
    }
    assert!(wrong.is_empty(), "{} of {} scenarios:\n\n{}", wrong.len(), files.len(), wrong.join("\n\n"));
}
