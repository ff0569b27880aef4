//! Plays histories of the shipped jobs under everything that goes wrong, and prints what they came to.
//!
//! ```sh
//! cargo run --release --features testing --example simulate                       # the gates: all three, in minutes
//! cargo run --release --features testing --example simulate histories 1000000     # so many histories
//! cargo run --release --features testing --example simulate crashes 400000        # so many runs, a crash in each
//! cargo run --release --features testing --example simulate mutants               # each known fault must be found
//! cargo run --release --features testing --example simulate seed 17               # one history, told line by line
//! cargo run --release --features testing --example simulate seed 17 late_clock    # … with a fault
//! cargo run --release --features testing --example simulate story 17 [POINT]      # one story, with a crash at a point
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it finds")]

#[path = "../tests/simulation/mutants.rs"]
mod mutants;

use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use redress::testing::simulate::{Figures, History, Simulator};

/// So many histories a gate plays …
const HISTORIES: u64 = 200_000;
/// … and so many runs with a crash: three of four are histories, the others stories.
const CRASHES: u64 = 400_000;
/// In how many histories a fault is looked for that another guard masks.
const MASKED: u64 = 10_000;
/// In so many histories a fault is looked at, then comes the next one.
const ENOUGH: u64 = 10;
/// How many violations are shown.
const SHOWN: usize = 5;
const COMMAND: &str = "cargo run --release --features testing --example simulate";

/// What all threads have found.
#[derive(Default)]
struct Found {
    /// The seeds from 1 to this one were played.
    seeds: u64,
    figures: Figures,
    shown: BTreeMap<u64, Vec<String>>,
}

/// Plays seeds on all processors until enough was played.
fn play(enough: u64, one: impl Fn(&Simulator, u64) -> History + Sync) -> Result<Found, Box<dyn Error>> {
    let found = Mutex::new(Found::default());
    let next = || -> Result<Option<u64>, String> {
        let mut found = found.lock().map_err(|error| error.to_string())?;
        let is_more = found.figures.histories < enough;
        found.seeds += u64::from(is_more);
        Ok(is_more.then_some(found.seeds))
    };
    let work = || -> Result<(), String> {
        let simulator = Simulator::new()?;
        while let Some(seed) = next()? {
            let history = one(&simulator, seed);
            let mut found = found.lock().map_err(|error| error.to_string())?;
            found.figures.add(&history.figures);
            if !history.violations.is_empty() && found.shown.len() < SHOWN {
                let lines = history.violations.iter().map(|it| format!("[{}] {it}", history.channel));
                found.shown.insert(seed, lines.collect());
            }
        }
        Ok(())
    };
    let threads = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| -> Result<(), String> {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a thread has died".to_owned())?)
    })?;
    Ok(found.into_inner()?)
}

/// Prints what was found, and says whether all is well. Each run beyond one for each seed had a crash at a point of its own.
fn report(title: &str, again: &str, began: Instant, found: &Found) -> bool {
    let (seconds, Found { seeds, figures, .. }) = (began.elapsed().as_secs_f64(), found);
    println!("== {title}, in {seconds:.0} s\nseeds 1 to {seeds}; any of them again: {COMMAND} {again} SEED");
    match figures.histories - seeds {
        0 => println!("{figures}"),
        points => println!("{points:>12} points at which a process was made to die, one in each run\n{figures}"),
    }
    for (seed, lines) in &found.shown {
        println!("seed {seed}; again, and told line by line: {COMMAND} {again} {seed}");
        lines.iter().take(SHOWN).for_each(|line| println!("    {line}"));
    }
    found.figures.violations == 0
}

fn histories(count: u64) -> Result<bool, Box<dyn Error>> {
    let began = Instant::now();
    let found = play(count, Simulator::history)?;
    Ok(report("histories", "seed", began, &found))
}

fn crashes(runs: u64) -> Result<bool, Box<dyn Error>> {
    let began = Instant::now();
    let found = play(runs * 3 / 4, Simulator::history_with_each_crash)?;
    let in_storms = report("histories with a crash at every point", "seed", began, &found);
    let began = Instant::now();
    let found = play(runs / 4, Simulator::story_with_each_crash)?;
    let in_calm = report("stories with a crash at every point, each as without it", "story", began, &found);
    Ok(in_storms && in_calm)
}

/// Hunts every known fault, some at a time.
fn mutants() -> Result<bool, Box<dyn Error>> {
    let (began, next) = (Instant::now(), AtomicU64::new(0));
    let table = Mutex::new(BTreeMap::new());
    let work = || -> Result<(), String> {
        loop {
            let nth = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = usize::try_from(nth).ok().and_then(|nth| mutants::ALL.get(nth)) else { return Ok(()) };
            let hunted = mutants::hunt(mutant, ENOUGH, mutant.within().unwrap_or(MASKED))?;
            table.lock().map_err(|error| error.to_string())?.insert(nth, (mutant, hunted));
        }
    };
    let threads = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| -> Result<(), String> {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a thread has died".to_owned())?)
    })?;
    let table = table.into_inner()?;
    Ok(verdict(&table.into_values().collect::<Vec<_>>(), began))
}

/// Prints how each fault was found, and says whether all were.
fn verdict(table: &[(&mutants::Mutant, mutants::Caught)], began: Instant) -> bool {
    println!("== faults put in on purpose, in {:.0} s", began.elapsed().as_secs_f64());
    println!("{:<23} {:>6} {:>7} {:>7} {:>7}  seen in them", "fault", "found", "of", "first", "within");
    let (mut missed, mut masked) = (Vec::new(), 0);
    for (mutant, hunted) in table {
        let mutants::Caught { caught, played, .. } = hunted;
        let seed = hunted.first.as_ref().map_or("-".to_owned(), |history| history.seed.to_string());
        let within = mutant.within().map_or("-".to_owned(), |within| within.to_string());
        let seen: Vec<String> = hunted.seen.iter().map(|(code, times)| format!("{code} {times}")).collect();
        let told = match (caught, mutant.found) {
            (1.., _) => seen.join(", "),
            (0, mutants::Found::In(name)) => {
                let pair = table.iter().find(|(pair, hunted)| pair.name == name && hunted.caught > 0);
                masked += u64::from(pair.is_some());
                pair.map_or(format!("NOT FOUND, nor in its pair {name}"), |(_, hunted)| {
                    let first = hunted.first.as_ref().map_or(0, |history| history.seed);
                    format!("another guard masks it; found with that one out, too: {name}, first in {first}")
                })
            }
            (0, mutants::Found::Within(_)) => "NOT FOUND".to_owned(),
        };
        println!("{:<23} {caught:>6} {played:>7} {seed:>7} {within:>7}  {told}", mutant.name);
        if told.starts_with("NOT FOUND") {
            missed.push(mutant.name);
        }
    }
    let found = table.len() as u64 - masked - missed.len() as u64;
    println!(
        "{} faults: {found} found, {masked} masked alone and found in their pairs, {} missed",
        table.len(),
        missed.len()
    );
    println!("one of them, told line by line: {COMMAND} seed FIRST FAULT\n");
    missed.is_empty()
}

fn tell(history: &History) -> bool {
    println!("{}\n{}\n", history.channel, history.tale.join("\n"));
    println!("{}\n", history.stands.join("\n"));
    history.violations.iter().for_each(|it| println!("{it}"));
    history.violations.is_empty()
}

fn seed(seed: u64, mutant: Option<&str>) -> Result<bool, Box<dyn Error>> {
    let Some(name) = mutant else {
        return Ok(tell(&Simulator::new()?.tale(seed, &mut ())));
    };
    let names: Vec<&str> = mutants::ALL.iter().map(|mutant| mutant.name).collect();
    let mutant = mutants::ALL.iter().find(|mutant| mutant.name == name);
    let mutant = mutant.ok_or_else(|| format!("there is no fault `{name}`; there are {}", names.join(", ")))?;
    println!("{}", mutant.what);
    Ok(tell(&Simulator::under(&*(mutant.make)())?.tale(seed, &mut *(mutant.make)())))
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let well = match words.as_slice() {
        [] => [histories(HISTORIES)?, crashes(CRASHES)?, mutants()?].iter().all(|well| *well),
        ["histories", count] => histories(count.parse()?)?,
        ["crashes", runs] => crashes(runs.parse()?)?,
        ["mutants"] => mutants()?,
        ["seed", number] => seed(number.parse()?, None)?,
        ["seed", number, mutant] => seed(number.parse()?, Some(mutant))?,
        ["story", number] => tell(&Simulator::new()?.story(number.parse()?, None, true)),
        ["story", number, point] => tell(&Simulator::new()?.story(number.parse()?, Some(point.parse()?), true)),
        _ => {
            eprintln!("{COMMAND} [histories N | crashes N | mutants | seed N [FAULT] | story N [POINT]]");
            return Ok(ExitCode::from(2));
        }
    };
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
