//! Changes the rules as slips of the pen would, one at a time, and tells who notices.
use redress::Rules;
use redress::testing::World;
use redress::testing::mutate::{Bounds, Mutant, run};
use redress::testing::scenario::Scenario;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    let each = found.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    each.filter(|path| path.extension().is_some_and(|extension| extension == "txt")).collect()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rules = Rules::built_in();
    let mut scenarios = Vec::new();
    for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")) {
        if let Ok(scenario) = Scenario::parse(&fs::read_to_string(&file).unwrap()) {
            match scenario.run(&rules) {
                Ok(_) => scenarios.push(scenario),
                Err(why) => eprintln!("{file:?} {why}"),
            }
        }
    }
    let mut mutants = Mutant::all(&rules);
    if let Some(word) = args.iter().find(|arg| !arg.starts_with('-')) {
        mutants.retain(|mutant| mutant.to_string().contains(word.as_str()));
    }
    if let Some(every) = args.iter().find_map(|arg| arg.strip_prefix("--every=")) {
        let every: usize = every.parse().unwrap();
        mutants = mutants.into_iter().step_by(every).collect();
    }
    let begun = Instant::now();
    let toll = run(&rules, &mutants, &scenarios, &World::small(), Bounds::default(), &|done, of| {
        if done % 50 == 0 {
            eprintln!("{done} of {of}, {:.0}s", begun.elapsed().as_secs_f64());
        }
    });
    for trial in &toll.trials {
        println!("{} | {}", trial.mutant, trial.fate);
    }
    for fault in &toll.faults {
        println!("fault: {fault}");
    }
    eprintln!("{toll}\n{:.0}s", begun.elapsed().as_secs_f64());
    println!("{toll}");
}
