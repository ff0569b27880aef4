//! What fuzzing has found, and what it began with, tried again: stored JSON, requests, and texts of scenarios.
//!
//! How to look for more stands in tests/fuzz/Cargo.toml.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "fuzz/feed.rs"]
mod feed;

use std::fs;
use std::path::Path;

/// Feeds every file of a folder below this one; says which it was if that fails.
fn every_file(folder: &str, feed: fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut fed = 0;
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let outcome = std::panic::catch_unwind(|| feed(&bytes));
            assert!(outcome.is_ok(), "{}", path.display());
            fed += 1;
        }
    }
    assert!(fed > 0, "there is something in {folder}");
    println!("{folder}: {fed} files");
}

#[test]
fn stored_json_is_read_or_refused() {
    every_file("corpus/stored", feed::stored);
}

#[test]
fn requests_are_carried_out_or_refused() {
    every_file("corpus/request", feed::request);
}

#[test]
fn texts_are_scenarios_or_told_what_is_wrong() {
    every_file("corpus/scenario", feed::scenario);
    every_file("scenarios", feed::scenario);
}

/// Writes what fuzzing begins with: `SEEDS=1 cargo test --features testing --test corpus seeds`.
#[test]
fn seeds_are_written_if_asked_for() {
    if std::env::var("SEEDS").is_err() {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    for seed in (0..=255).step_by(16) {
        let Some(stage) = feed::stage(seed) else { continue };
        fs::write(root.join(format!("stored/trade-{seed}")), json(&stage.trade)).unwrap();
        if let Some(event) = stage.events.last() {
            fs::write(root.join(format!("stored/event-{seed}")), json(event)).unwrap();
        }
        let mut chance = redress::testing::strategy::Chance(u64::from(seed) + 1_000);
        let request = chance.likely_request(&stage.scene());
        let mut bytes = vec![seed];
        bytes.extend(json(&request).into_bytes());
        fs::write(root.join(format!("request/likely-{seed}")), bytes).unwrap();
    }
    fs::write(root.join("stored/policy"), json(&redress::Policy::cn_marketplace())).unwrap();
    fs::write(root.join("scenario/nothing"), "").unwrap();
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}
