//! Walks through small worlds, and says what was found.
//!
//! `cargo run --release --example explore --features testing -- --world small` visits every trade of the worlds that come
//! with the crate; `large` goes on for longer, and names stand for single worlds (`--list` lists them). `--threads N` walks
//! on so many threads, and `--limit N` visits at most so many trades of each world. The exit code is 1 if a promise was
//! broken, or if something was left out: of the small worlds together also if a row is not taken or a refusal not met,
//! and it is not known why. It is said which.
//!
//! `--guards` takes out every condition of the tables in turn and writes down who notices, `--guards NAME,NAME` only tells
//! of these, and `--world NAME,NAME` looks in these worlds alone; the exit code is 1 if nobody notices and nobody has said
//! why that is no harm.

#[expect(unreachable_pub, reason = "shared with a test")]
mod asked;
#[allow(dead_code, unreachable_pub, reason = "shared with the test")]
mod guards;
#[path = "../kit/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with other tools")]
mod kit;

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write, stderr};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use asked::{Asked, USAGE};
use kit::say;
use redress::Rules;
use redress::testing::World;
use redress::testing::explore::{Absence, Limits, Progress, Report, explore_with};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// So often a terminal is written to, and so often anything else.
const OFTEN: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

fn main() -> ExitCode {
    let asked = match Asked::of(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(what) => {
            eprintln!("{what}\n\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    if asked.help {
        say(USAGE);
        return ExitCode::SUCCESS;
    }
    if asked.list {
        World::large().iter().for_each(|world| say(format_args!("{:<16} {}", world.name, world.about)));
        return ExitCode::SUCCESS;
    }
    if let Some(only) = &asked.guards {
        return without_each(only, &asked);
    }
    let mut shown = Shown { bar: stderr().is_terminal(), last: None, worlds: asked.worlds.len(), begun: Vec::new() };
    let report = explore_with(&asked.worlds, &Rules::built_in(), asked.limits, &mut |progress| shown.tell(progress));
    shown.clear();
    say(&report);
    let left_out = wrong(&report, &asked);
    left_out.iter().for_each(|why| say(format_args!("FAILED: {why}")));
    if left_out.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Why the exit code is 1, each reason in a sentence.
fn wrong(report: &Report, asked: &Asked) -> Vec<String> {
    let mut why = Vec::new();
    if let Some(violation) = &report.violation {
        why.push(format!("the promise {} is broken in the world `{}`", violation.broken.promise, violation.world));
    }
    if !report.faults.is_empty() {
        why.push(format!("{} of the worlds cannot be set up", report.faults.len()));
    }
    let cut: Vec<&str> = report.worlds.iter().filter(|of| !of.complete).map(|of| of.world.as_str()).collect();
    if !cut.is_empty() {
        let most = asked.limits.trades;
        why.push(format!(
            "cut off after {most} trades (`--limit`), of what lies beyond nothing is known: {}",
            cut.join(", ")
        ));
    }
    if why.is_empty() && asked.small {
        why = unexplained(report);
    }
    why
}

/// Takes out every condition, or those named, and writes down who notices.
fn without_each(only: &[String], asked: &Asked) -> ExitCode {
    let (rules, limits) = (Rules::built_in(), asked.limits);
    let reasons = guards::Reasons::read();
    let Some(found) = guards::all(&rules, &asked.worlds, limits, only, &mut |line| say(line)) else {
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
    say(format_args!("{} conditions taken out; of {unexplained} nobody has said why nobody notices", found.len()));
    if unexplained == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What the small worlds together leave out, rows or refusals, but for those of which it is known why not.
fn unexplained(report: &Report) -> Vec<String> {
    for (code, why) in World::unmet().filter(|(code, _)| report.codes_left.contains(*code)) {
        say(format_args!("{code} is never met: {why}"));
    }
    let known: BTreeSet<String> = World::unmet().map(|(code, _)| code.to_owned()).collect();
    let unknown: Vec<&String> = report.codes_left.difference(&known).chain(&report.rows_left).collect();
    let stale: Vec<&String> = known.difference(&report.codes_left).collect();
    let unknown = (!unknown.is_empty()).then(|| format!("left out, and nobody knows why: {unknown:?}"));
    let stale = (!stale.is_empty()).then(|| format!("met, though it is listed as what cannot be: {stale:?}"));
    unknown.into_iter().chain(stale).collect()
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
