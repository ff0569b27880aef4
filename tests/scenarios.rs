//! Every scenario in `tests/scenarios` runs as it says.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed scenario is a failed test")]
#![cfg(feature = "testing")]

use std::fs;
use std::path::{Path, PathBuf};

use redress::testing::scenario::{Played, Scenario};
use redress::{Rules, Trade};
use serde_json::Value;

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

/// A file of the stories, parsed and run.
fn played(name: &str) -> (Scenario, Played) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/stories").join(name);
    let scenario = Scenario::parse(&fs::read_to_string(file).unwrap()).unwrap_or_else(|faults| panic!("{faults}"));
    let played = scenario.run(&Rules::built_in()).unwrap_or_else(|why| panic!("{why}"));
    (scenario, played)
}

/// What somebody wrote in their own words is left out; names of goods, of an account and of a road are English.
fn in_one_language(mut value: Value) -> Value {
    const NAMES: &[(&str, &str)] = &[("衬衫", "shirt"), ("客服2", "clerk-2"), ("退货路1号", "1 Return Road")];
    match &mut value {
        Value::String(text) => {
            if let Some((_, english)) = NAMES.iter().find(|(chinese, _)| chinese == text) {
                *text = (*english).to_owned();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = in_one_language(item.take())),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                *field = if name == "text" { Value::Null } else { in_one_language(field.take()) };
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    value
}

/// A story that was written in English and the same in Chinese: the same events at the same times, and the same trade.
#[test]
fn the_same_story_in_both_languages_is_the_same_story() {
    let pairs = [("torn_shirt.txt", "破洞衬衫_退差价.txt"), ("torn_shirt_ruled.txt", "破洞衬衫_平台裁决.txt")];
    for (english, chinese) in pairs {
        let ((one, in_english), (other, in_chinese)) = (played(english), played(chinese));
        assert!(one.title().is_ascii() && !other.title().is_ascii(), "each in its own language");
        let events = |played: &Played| -> Vec<Value> {
            played.stage.events.iter().map(|event| in_one_language(serde_json::to_value(event).unwrap())).collect()
        };
        let (one, other) = (events(&in_english), events(&in_chinese));
        assert!(one.len() > 8, "{english} tells something");
        for (of_one, of_other) in one.iter().zip(&other) {
            assert_eq!(of_one, of_other, "{english} and {chinese}");
        }
        assert_eq!(one.len(), other.len(), "{english} and {chinese}");
        let end = |trade: &Trade| in_one_language(serde_json::to_value(trade).unwrap());
        assert_eq!(end(&in_english.stage.trade), end(&in_chinese.stage.trade), "{english} and {chinese}");
    }
}

/// The page of contents: every file of the folders that are for everybody, with its title and its source.
#[test]
fn the_readme_names_every_story() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    for folder in ["stories", "defects", "pains", "bounds"] {
        let mut rows = Vec::new();
        for file in files(&root.join(folder)) {
            let (name, text) = (file.file_stem().unwrap().to_string_lossy(), fs::read_to_string(&file).unwrap());
            let scenario = Scenario::parse(&text).unwrap_or_else(|faults| panic!("{name}, {faults}"));
            let (title, source) = (scenario.title(), scenario.source());
            rows.push(format!("| [{name}]({folder}/{name}.txt) | {title} | {source} |"));
        }
        let listed = readme.lines().filter(|line| line.contains(&format!("]({folder}/")));
        assert_eq!(listed.collect::<Vec<_>>(), rows, "tests/scenarios/README.md, {folder}");
    }
}

/// Money of the policy is written as everywhere else in a file: in whole units, with decimal places or without.
#[test]
fn money_of_the_policy_is_in_whole_units() {
    let change = |entry: &str| {
        let text = format!("scenario: money\npolicy: cn_marketplace\n    {entry}\nsilence 1h\n");
        let scenario = Scenario::parse(&text).unwrap_or_else(|faults| panic!("{faults}"));
        let change = scenario.setting().changes.remove(0);
        format!("{} {}", change.path, change.value)
    };
    assert_eq!(change("amounts.approval_above: 500"), "amounts.approval_above 50000");
    assert_eq!(change("amounts.approval_above: 500.5"), "amounts.approval_above 50050");
    assert_eq!(change("amounts.goodwill_most: 500元"), "amounts.goodwill_most 50000");
    assert_eq!(change("金额.补款上限：¥20"), "amounts.fee_most 2000");
    assert_eq!(change("fast_refund.most: 20 CNY"), "fast_refund.most 2000");
    assert_eq!(change("freight.most: 12"), "freight.most 1200");
    // What is stored is in cents, and so is what a story that was told says.
    assert_eq!(change("amounts.fee_most: json 20"), "amounts.fee_most 20");
    assert_eq!(change("counters.reviews: 20"), "counters.reviews 20");
}
