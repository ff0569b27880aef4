//! Walks through small worlds, and says what was found.
//!
//! `cargo run --release --example explore --features testing -- --world small` visits every trade of the worlds that come
//! with the crate; `large` goes on for longer, and a name stands for one world (`--list` lists them). `--threads N` walks
//! on so many threads, and `--limit N` visits at most so many trades of each world. The exit code is 1 if a promise was
//! broken, or if something was left out: of the small worlds together also if a row is not taken or a refusal not met, and it is
//! not known why.
//!
//! `--guards` takes out every condition of the tables in turn and writes down who notices, `--guards NAME,NAME` only tells of
//! these, and `--world NAME,NAME` looks in these worlds alone; the exit code is 1 if nobody notices and nobody has said why that is no harm.

#[allow(dead_code, unreachable_pub, reason = "shared with the test")]
mod guards;

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write, stderr};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use redress::Rules;
use redress::testing::World;
use redress::testing::explore::{Absence, Limits, Progress, Report, explore_with};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "explore [--world small|tiny|large|NAME] [--threads N] [--limit N] [--guards [NAME,...]] [--list]";
/// So often a terminal is written to, and so often anything else.
const OFTEN: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let asked = match Asked::of(&args) {
        Ok(asked) => asked,
        Err(what) => {
            eprintln!("{what}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    if asked.list {
        for world in World::large() {
            println!("{:<16} {}", world.name, world.about);
        }
        return ExitCode::SUCCESS;
    }
    if let Some(only) = &asked.guards {
        return without_each(only, &asked);
    }
    let mut shown = Shown { bar: stderr().is_terminal(), last: None, worlds: asked.worlds.len(), begun: Vec::new() };
    let report = explore_with(&asked.worlds, &Rules::built_in(), asked.limits, &mut |progress| shown.tell(progress));
    shown.clear();
    println!("{report}");
    let whole = report.violation.is_none() && report.faults.is_empty() && report.total().complete;
    if whole && (!asked.small || is_explained(&report)) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Takes out every condition, or those named, and writes down who notices.
fn without_each(only: &[String], asked: &Asked) -> ExitCode {
    let (rules, limits) = (Rules::built_in(), asked.limits);
    let reasons = guards::Reasons::read();
    let Some(found) = guards::all(&rules, &asked.worlds, limits, only, &mut |line| println!("{line}")) else {
        return ExitCode::FAILURE;
    };
    let unexplained = found.iter().filter(|(guard, absence)| {
        matches!(absence, Absence::Unnoticed { .. }) && !reasons.explains(&guard.to_string())
    });
    let unexplained = unexplained.count();
    // A list of a part, or of what was walked in part, would say more than is known.
    if only.is_empty() && asked.small && limits.trades == Limits::default().trades {
        let path = guards::file("guards.txt");
        if let Err(fault) = std::fs::write(&path, guards::written(&found, &rules)) {
            eprintln!("{}: {fault}", path.display());
            return ExitCode::FAILURE;
        }
    }
    println!("{} conditions taken out; of {unexplained} nobody has said why nobody notices", found.len());
    if unexplained == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether the small worlds together take every row, and meet every refusal but those of which it is known why not.
fn is_explained(report: &Report) -> bool {
    for (code, why) in World::unmet().filter(|(code, _)| report.codes_left.contains(*code)) {
        println!("{code} is never met: {why}");
    }
    let known: BTreeSet<String> = World::unmet().map(|(code, _)| code.to_owned()).collect();
    let unknown: Vec<&String> = report.codes_left.difference(&known).chain(&report.rows_left).collect();
    let stale: Vec<&String> = known.difference(&report.codes_left).collect();
    if !unknown.is_empty() {
        println!("left out, and nobody knows why: {unknown:?}");
    }
    if !stale.is_empty() {
        println!("met, though it is listed as what cannot be: {stale:?}");
    }
    unknown.is_empty() && stale.is_empty()
}

/// What the arguments ask for.
struct Asked {
    worlds: Vec<World>,
    limits: Limits,
    list: bool,
    /// The conditions that are taken out, all of them if none is named; `None` if none is.
    guards: Option<Vec<String>>,
    /// Whether they are all the small worlds, to the end.
    small: bool,
}

impl Asked {
    fn of(args: &[String]) -> Result<Self, String> {
        let mut asked =
            Self { worlds: World::small(), limits: Limits::default(), list: false, guards: None, small: true };
        let mut args = args.iter().peekable();
        while let Some(arg) = args.next() {
            if arg == "--guards" {
                let names = args.next_if(|next| !next.starts_with("--"));
                asked.guards =
                    Some(names.map(|names| names.split(',').map(str::to_owned).collect()).unwrap_or_default());
                continue;
            }
            let mut value = || args.next().ok_or_else(|| format!("`{arg}` needs a value"));
            let number = |text: &String| text.parse().map_err(|_| format!("`{text}` is no number"));
            match arg.as_str() {
                "--world" => {
                    let name = value()?;
                    (asked.worlds, asked.small) = (worlds(name)?, name == "small");
                }
                "--threads" => asked.limits.threads = number(value()?)?,
                "--limit" => asked.limits.trades = number(value()?)?,
                "--list" => asked.list = true,
                other => return Err(format!("`{other}` means nothing here")),
            }
        }
        Ok(asked)
    }
}

fn worlds(name: &str) -> Result<Vec<World>, String> {
    let found = match name {
        "small" => World::small(),
        "tiny" => World::tiny(),
        "large" => World::large(),
        names => World::large().into_iter().filter(|world| names.split(',').any(|name| world.name == name)).collect(),
    };
    if found.is_empty() { Err(format!("no world is called `{name}`; `--list` lists them")) } else { Ok(found) }
}

/// What is shown while the walk goes on: a bar on a terminal, a line now and then elsewhere.
struct Shown {
    bar: bool,
    last: Option<Instant>,
    worlds: usize,
    begun: Vec<String>,
}

impl Shown {
    fn tell(&mut self, progress: &Progress<'_>) {
        if self.begun.last().is_none_or(|last| last != progress.world) {
            self.begun.push(progress.world.to_owned());
        }
        let often = if self.bar { OFTEN.0 } else { OFTEN.1 };
        if self.last.is_some_and(|last| last.elapsed() < often) {
            return;
        }
        self.last = Some(Instant::now());
        let line = self.line(progress);
        if self.bar {
            eprint!("\r\x1b[2K{line}");
            let _ = stderr().flush();
        } else {
            eprintln!("{line}");
        }
    }

    /// What is known of a world grows while it is walked through: the time left is that of the trades known so far.
    fn line(&self, progress: &Progress<'_>) -> String {
        let Progress { world, visited, left, tried, took, .. } = *progress;
        let seconds = took.as_secs_f64().max(1e-3);
        let known = (visited + left).max(1);
        let filled = 20 * visited / known;
        let more = left as f64 * seconds / visited.max(1) as f64;
        format!(
            "{:>2}/{} {world:<16} [{}{}] {visited} visited, {left} known, {:.0} requests/s, at least {more:.0} s left",
            self.begun.len(),
            self.worlds,
            "#".repeat(filled),
            ".".repeat(20 - filled),
            tried as f64 / seconds,
        )
    }

    fn clear(&self) {
        if self.bar {
            eprint!("\r\x1b[2K");
        }
    }
}
