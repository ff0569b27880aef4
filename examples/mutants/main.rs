//! Would anybody notice a slip of the pen in the rules? Each row is deleted, led elsewhere, given to another role, and
//! freed of each of its conditions, one at a time; and it is told who notices first.
//!
//! ```text
//! cargo run --release --example mutants --features testing -- ARGUMENTS
//!                   mutants of rows that changed since the list was made, and a tenth of all
//! --all             all of them; the list in tests/mutants is made anew
//! --all --proofs    all of them without the scenarios; the list of what only these notice is made anew
//! WORD              those with this word in their name, each with who noticed it
//! ```
//!
//! `--seed TEXT` draws another tenth: without it what the list was made of draws one, so that the same list is always held
//! against the same. It fails if a mutant survives that the list does not name, or one is caught that it names. `--help`
//! says the rest.

#[expect(unreachable_pub, reason = "shared with a test")]
mod asked;
#[path = "../kit/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with other tools")]
mod kit;
#[allow(dead_code, unreachable_pub, reason = "shared with a test")]
mod list;

use std::collections::BTreeSet;
use std::fs;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Instant;

use asked::{Asked, USAGE, Which};
use kit::lists::{files, is_drawn, rows, seed_of};
use kit::say;
use list::{COMMAND, List, Reasons, alone, file, rows_of_list, with_word, written};
use redress::Rules;
use redress::testing::World;
use redress::testing::mutate::{Mutant, Proof, Toll, run};
use redress::testing::scenario::Scenario;

fn main() -> ExitCode {
    let answer = Asked::of(std::env::args().skip(1)).map_err(|what| format!("{what}\n\n{USAGE}"));
    match answer.and_then(|asked| answer_to(&asked)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(what) => {
            eprintln!("{what}");
            ExitCode::FAILURE
        }
    }
}

/// Does what is asked: whether all is as it should be.
fn answer_to(asked: &Asked) -> Result<bool, String> {
    if asked.help {
        say(USAGE);
        return Ok(true);
    }
    let rules = Rules::built_in();
    let all = Mutant::all(&rules);
    let mutants = match &asked.which {
        Which::Named(word) => with_word(all, word)?,
        Which::All { .. } => all,
        Which::Sample { seed } => sample(all, &rules, seed.as_deref()),
    };
    let scenarios = if asked.proofs { Vec::new() } else { scenarios(&rules)? };
    let worlds = World::small();
    let toll = tried(Proof { rules: &rules, scenarios: &scenarios, worlds: &worlds, bounds: asked.bounds }, &mutants);
    match asked.which {
        Which::Named(_) => tell_all(&toll),
        Which::All { each: true } => tell_all(&toll),
        Which::All { each: false } | Which::Sample { .. } => {}
    }
    match asked.which {
        Which::Named(_) => Ok(true),
        Which::Sample { .. } => Ok(compare(&toll)),
        Which::All { .. } if !asked.is_usual() => {
            say("no list is made: mutants were not followed as far as the lists say");
            Ok(asked.proofs || compare(&toll))
        }
        Which::All { .. } if asked.proofs => {
            keep("proofs.txt", &alone(&toll, &List::read().survivors, &rules))?;
            Ok(true)
        }
        Which::All { .. } => renew(&rules, &toll),
    }
}

/// The mutants of rows that changed since the list was made, and a tenth of the others.
fn sample(mut all: Vec<Mutant>, rules: &Rules, seed: Option<&str>) -> Vec<Mutant> {
    let said = seed.map_or_else(|| List::read().made_of, str::to_owned);
    let (number, known) = (seed_of(&said), rows_of_list());
    let changed: BTreeSet<String> =
        rows(rules).into_iter().filter(|(_, line)| !known.contains(line)).map(|(id, _)| id).collect();
    all.retain(|mutant| changed.contains(&mutant.row.to_string()) || is_drawn(&mutant.to_string(), number, 10));
    let from = if seed.is_some() { "" } else { ", which is drawn by what the list was made of" };
    say(format_args!(
        "{} mutants: of {} changed rows, and a tenth of all by the seed `{said}`{from}",
        all.len(),
        changed.len()
    ));
    all
}

/// Every scenario in `tests/scenarios`.
fn scenarios(rules: &Rules) -> Result<Vec<Scenario>, String> {
    let mut scenarios = Vec::new();
    for path in files(&list::scenarios()) {
        let no_good = "mutants are tried on scenarios that come out as they say";
        let text = fs::read_to_string(&path).map_err(|fault| format!("{}: {fault}\n{no_good}", path.display()))?;
        let scenario = Scenario::parse(&text).map_err(|faults| format!("{}, {faults}\n{no_good}", path.display()))?;
        scenario.run(rules).map_err(|why| format!("{}, {why}\n{no_good}", path.display()))?;
        scenarios.push(scenario);
    }
    Ok(scenarios)
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
    say(format_args!("{toll}\n{:>6.0} seconds on {} threads", begun.elapsed().as_secs_f64(), proof.bounds.threads));
    toll
}

fn tell_all(toll: &Toll) {
    toll.trials.iter().for_each(|trial| say(format_args!("{} | {}", trial.mutant, trial.fate)));
    toll.unmet.iter().for_each(|row| say(format_args!("{row} was never taken where mutants are tried")));
}

fn keep(name: &str, text: &str) -> Result<(), String> {
    let path = file(name);
    fs::write(&path, text).map_err(|fault| format!("{}: {fault}", path.display()))
}

/// Makes the list anew.
fn renew(rules: &Rules, toll: &Toll) -> Result<bool, String> {
    let reasons = Reasons::read();
    let lines: Vec<String> = rows(rules).into_iter().map(|(_, line)| line + "\n").collect();
    keep("survivors.txt", &written(toll, &reasons, rules))?;
    keep("rows.txt", &lines.concat())?;
    let survivors: Vec<String> = toll.survivors().map(|(mutant, _)| mutant.to_string()).collect();
    reasons.idle(&survivors).iter().for_each(|pattern| say(format_args!("a reason for nobody: {pattern}")));
    let list = List::read();
    let unexplained = list.unexplained();
    unexplained.iter().for_each(|mutant| say(format_args!("nobody has said why it is harmless: {mutant}")));
    Ok(unexplained.is_empty())
}

/// Holds what became of some mutants against the list.
fn compare(toll: &Toll) -> bool {
    let differs = List::read().differs(toll.trials.iter().map(|trial| (trial.mutant.to_string(), &trial.fate)));
    differs.iter().for_each(say);
    if differs.is_empty() {
        return true;
    }
    say(format_args!(
        "a mutant that survives shows a hole in the promises or the scenarios, or needs a reason in \
         tests/mutants/reasons.txt; then make the list anew: {COMMAND}"
    ));
    false
}
