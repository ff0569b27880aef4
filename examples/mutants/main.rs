//! Would anybody notice a slip of the pen in the rules? Each row is deleted, led elsewhere, given to another role, and
//! freed of each of its conditions, one at a time; and it is told who notices first.
//!
//! ```text
//! cargo run --release --example mutants --features testing              mutants of rows that changed since the list was made, and a tenth of all
//! cargo run --release --example mutants --features testing -- --all     all of them; the list in tests/mutants is made anew
//! cargo run --release --example mutants --features testing -- WORD      those with this word in their name, each with who noticed it
//! ```
//!
//! `MUTANTS_SEED=7` draws another tenth. It fails if a mutant survives that the list does not name, or one is caught that
//! it names.

#[expect(unreachable_pub, reason = "shared with a test")]
mod list;

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs};

use list::{COMMAND, List, Reasons, file, is_drawn, rows, rows_of_list, written};
use redress::Rules;
use redress::testing::World;
use redress::testing::mutate::{Bounds, Mutant, Proof, Toll, run};
use redress::testing::scenario::Scenario;

fn main() -> ExitCode {
    let rules = Rules::built_in();
    let scenarios = match scenarios(&rules) {
        Ok(scenarios) => scenarios,
        Err(why) => {
            eprintln!("{why}\nmutants are tried on scenarios that come out as they say");
            return ExitCode::FAILURE;
        }
    };
    let (worlds, bounds) = (World::small(), bounds());
    let proof = Proof { rules: &rules, scenarios: &scenarios, worlds: &worlds, bounds };
    let all = Mutant::all(&rules);
    let word = env::args().skip(1).find(|arg| !arg.starts_with("--"));
    match word {
        Some(word) => {
            let some: Vec<Mutant> = all.into_iter().filter(|mutant| mutant.to_string().contains(&word)).collect();
            tell_all(&tried(proof, &some));
            ExitCode::SUCCESS
        }
        None if env::args().any(|arg| arg == "--all") => renew(&rules, &tried(proof, &all)),
        None => compare(proof, all),
    }
}

/// Every scenario in `tests/scenarios`.
fn scenarios(rules: &Rules) -> Result<Vec<Scenario>, String> {
    let mut scenarios = Vec::new();
    for path in list::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")) {
        let text = fs::read_to_string(&path).map_err(|fault| format!("{}: {fault}", path.display()))?;
        let scenario = Scenario::parse(&text).map_err(|faults| format!("{}, {faults}", path.display()))?;
        scenario.run(rules).map_err(|why| format!("{}, {why}", path.display()))?;
        scenarios.push(scenario);
    }
    Ok(scenarios)
}

/// How far mutants are followed: as usual, or as `--survey=5000 --far=1000` says.
fn bounds() -> Bounds {
    let mut bounds = Bounds::default();
    let named: [(&str, &mut usize); 6] = [
        ("--threads=", &mut bounds.threads),
        ("--survey=", &mut bounds.survey),
        ("--around=", &mut bounds.around),
        ("--forks=", &mut bounds.forks),
        ("--near=", &mut bounds.near),
        ("--far=", &mut bounds.far),
    ];
    for (name, bound) in named {
        let given = env::args().find_map(|arg| arg.strip_prefix(name)?.parse().ok());
        *bound = given.unwrap_or(*bound);
    }
    bounds
}

fn tried(proof: Proof<'_>, mutants: &[Mutant]) -> Toll {
    let begun = Instant::now();
    let shown = std::io::stderr().is_terminal();
    let toll = run(proof, mutants, &|done, of| {
        let took = begun.elapsed().as_secs_f64();
        if shown || done % 200 == 0 {
            eprint!("\r{done} of {of} mutants, {took:.0} s, {:.0} s left   ", took / done as f64 * (of - done) as f64);
        }
    });
    eprintln!();
    toll.faults.iter().for_each(|fault| eprintln!("{fault}"));
    println!("{toll}\n{:>6.0} seconds on {} threads", begun.elapsed().as_secs_f64(), proof.bounds.threads);
    toll
}

fn tell_all(toll: &Toll) {
    toll.trials.iter().for_each(|trial| println!("{} | {}", trial.mutant, trial.fate));
    toll.unmet.iter().for_each(|row| println!("{row} was never taken where mutants are tried"));
}

/// Makes the list anew.
fn renew(rules: &Rules, toll: &Toll) -> ExitCode {
    let reasons = Reasons::read();
    let lines: Vec<String> = rows(rules).into_iter().map(|(_, line)| line + "\n").collect();
    let kept = fs::write(file("survivors.txt"), written(toll, &reasons))
        .and_then(|()| fs::write(file("rows.txt"), lines.concat()));
    if let Err(fault) = kept {
        eprintln!("{fault}");
        return ExitCode::FAILURE;
    }
    if env::args().any(|arg| arg == "--each") {
        tell_all(toll);
    }
    let survivors: Vec<String> = toll.survivors().map(|(mutant, _)| mutant.to_string()).collect();
    reasons.idle(&survivors).iter().for_each(|pattern| println!("a reason for nobody: {pattern}"));
    let list = List::read();
    list.unexplained().iter().for_each(|mutant| println!("nobody has said why it is harmless: {mutant}"));
    if list.unexplained().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Holds some mutants against the list: those of changed rows, and a tenth of the others.
fn compare(proof: Proof<'_>, mut all: Vec<Mutant>) -> ExitCode {
    let seed = env::var("MUTANTS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let known = rows_of_list();
    let changed: BTreeSet<String> =
        rows(proof.rules).into_iter().filter(|(_, line)| !known.contains(line)).map(|(id, _)| id).collect();
    all.retain(|mutant| changed.contains(&mutant.row.to_string()) || is_drawn(mutant, seed, 10));
    println!("{} mutants: of {} changed rows, and a tenth of all by seed {seed}", all.len(), changed.len());
    let toll = tried(proof, &all);
    let (list, reasons) = (List::read(), Reasons::read());
    let mut wrong = 0;
    for trial in &toll.trials {
        let name = trial.mutant.to_string();
        let survived = toll.survivors().any(|(mutant, _)| *mutant == trial.mutant);
        if survived && !list.survivors.contains_key(&name) && reasons.of(&name).is_none() {
            println!("survives, and the list does not name it: {name} ({})", trial.fate);
            wrong += 1;
        }
        if !survived && list.survivors.contains_key(&name) {
            println!("is caught now, and the list names it as a survivor: {name} ({})", trial.fate);
            wrong += 1;
        }
    }
    if wrong == 0 {
        return ExitCode::SUCCESS;
    }
    println!(
        "a mutant that survives shows a hole in the promises or the scenarios, or needs a reason in tests/mutants/reasons.txt; then make the list anew: {COMMAND}"
    );
    ExitCode::FAILURE
}
