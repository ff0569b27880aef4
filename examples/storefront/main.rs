//! A shop at work: ten stories, each on an order of its own, on one SQLite file that is closed and reopened in the middle.
//!
//! ```text
//! cargo run --example storefront --features sqlite [-- [--zh] [--keep | FILE] [--crash-at 1..5 | --crash-at all]]
//! ```
//!
//! Prints each trade's timeline, the refusals met on the way, and its ledgers; fails if anything ends otherwise than
//! the story says, to the cent. `stories/` says what happens; `world.rs` makes it happen on a desk, before a payment
//! channel that has books of its own (`gateway.rs`).
//!
//! `--crash-at N FILE` kills the process at one of five points: before a commit, after one, between claiming and sending
//! a refund, between its payment and the note of it, in the middle of deadlines that have passed. Run it again with the
//! same FILE and it goes on. `--crash-at all` does all five, each in a process that dies and one that goes on, and holds
//! every ledger against that of a run that nothing has happened to.

#![allow(unreachable_pub, reason = "the modules of a program have nobody outside")]

mod crash;
mod diary;
mod gateway;
mod print;
mod script;
mod stories;
mod tell;
mod world;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use redress::{Id, Lang};

use crash::Point;
use diary::Diary;
use print::Printer;
use world::{Any, Shop, World};

fn main() -> ExitCode {
    match run() {
        Ok(wrong) if wrong.is_empty() => ExitCode::SUCCESS,
        Ok(wrong) => {
            eprintln!("\nNOT AS TOLD:\n{}", wrong.join("\n"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Tells all stories; what went otherwise than told.
fn run() -> Result<Vec<String>, Any> {
    let args = Args::read()?;
    match args.crash {
        Some(At::Each) => each(&args.file),
        Some(At::Point(point)) => one(&args, Some(point)),
        None => one(&args, None),
    }
}

fn one(Args { lang, file, keep, .. }: &Args, crash: Option<Point>) -> Result<Vec<String>, Any> {
    let printer = Printer { lang: *lang };
    let titles: Vec<_> = stories::all()?.iter().map(|story| (story.order, story.title)).collect();
    println!("{}: {}", printer.say("All trades are in one file", "全部交易存于同一文件"), file.display());
    if let Some(point) = crash {
        println!("This process kills itself {}; run it again with this file.", point.told());
    }
    let stopped = "On 2026-03-06 the service stops; the file is opened again.";
    let (desk, world) =
        tell::tell(file, crash, || println!("{}", printer.say(stopped, "2026-03-06 服务停止，重新打开文件。")))?;

    for (order, title) in &titles {
        printer.trade(&desk, *title, order, &world.diary.met)?;
    }
    let wrong = check(&desk, &world)?;
    if wrong.is_empty() {
        summary(printer, &desk, &world)?;
    }
    drop(desk);
    if !keep {
        remove(file)?;
    }
    Ok(wrong)
}

/// Dies at every point, goes on, and compares.
fn each(file: &Path) -> Result<Vec<String>, Any> {
    let of = |point: Option<Point>| {
        let mut name = file.as_os_str().to_owned();
        name.push(point.map_or("-0".into(), |point| format!("-{}", point.number())));
        PathBuf::from(name)
    };
    let start = |point: Option<Point>, crash: Option<Point>| {
        let mut command = Command::new(std::env::current_exe()?);
        crash.map(|point| command.args(["--crash-at", &point.number().to_string()]));
        command.arg(of(point)).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    };
    let (mut whole, mut wrong) = (start(None, None)?, Vec::new());
    let dying = Point::ALL.map(|point| (point, start(Some(point), Some(point))));
    let mut living = Vec::new();
    for (point, dies) in dying {
        if dies?.wait()?.code().is_some() {
            wrong.push(format!("{}: {} nobody has died", point.number(), point.told()));
        }
        living.push((point, start(Some(point), None)?));
    }
    if !whole.wait()?.success() {
        wrong.push("the run without a crash does not end as told".into());
    }
    let expected = tell::ledgers(&of(None))?;
    for (point, mut lives) in living {
        let goes_on = lives.wait()?.success();
        let is_same = tell::ledgers(&of(Some(point)))? == expected;
        println!(
            "{}. killed {}, run again: {}",
            point.number(),
            point.told(),
            if is_same { "the same ledgers" } else { "OTHER LEDGERS" }
        );
        if !goes_on || !is_same {
            wrong.push(format!("{}: killed {}, it does not end as told", point.number(), point.told()));
        }
    }
    println!("{} lines of ledgers each, all chains verified", expected.lines().count());
    [None].into_iter().chain(Point::ALL.map(Some)).try_for_each(|point| remove(&of(point)))?;
    Ok(wrong)
}

/// Everything that is not as the stories say, or does not add up at the end.
fn check(desk: &Shop, world: &World) -> Result<Vec<String>, Any> {
    let mut wrong = world.diary.wrong.clone();
    for (order, then) in &world.diary.ended {
        let now = desk.trade(order.as_str())?;
        wrong.extend(print::faults(&now, world.channel.paid_for(Id::from(order.as_str()))));
        if now.money != *then {
            wrong.push(format!("{order}: money has moved after the story was over"));
        }
    }
    Ok(wrong)
}

fn summary(printer: Printer, desk: &Shop, world: &World) -> Result<(), Any> {
    let (mut events, mut silences) = (0, 0);
    for (order, _) in &world.diary.ended {
        let history = desk.history(order.as_str())?;
        events += history.len();
        silences += print::silences(&history).count();
    }
    let (orders, refusals) = (world.diary.ended.len(), world.diary.met.len());
    match printer.lang {
        Lang::Zh => println!(
            "\n{orders}笔交易，{events}个事件，其中{silences}次因沉默；{refusals}次拒绝，均说明原因。全部账目相符，全部交易已了结。"
        ),
        _ => println!(
            "\n{orders} trades, {events} events, {silences} of them by silence; {refusals} refusals, each with its reasons. \
             Everything adds up, and everything rests."
        ),
    }
    Ok(())
}

/// Where the process is to die.
enum At {
    Point(Point),
    /// At each point, in processes of their own.
    Each,
}

/// What was asked for on the command line.
struct Args {
    lang: Lang,
    file: PathBuf,
    keep: bool,
    crash: Option<At>,
}

impl Args {
    fn read() -> Result<Self, Any> {
        let temporary = std::env::temp_dir().join(format!("redress-storefront-{}.db", std::process::id()));
        let mut args = Self { lang: Lang::En, file: temporary, keep: false, crash: None };
        let mut told = std::env::args().skip(1);
        while let Some(arg) = told.next() {
            match arg.as_str() {
                "--zh" => args.lang = Lang::Zh,
                "--keep" => args.keep = true,
                "--crash-at" => args.crash = Some(point(told.next().as_deref())?),
                flag if flag.starts_with('-') => {
                    return Err(format!("{flag}? only --zh, --keep, --crash-at N or a file").into());
                }
                file => (args.file, args.keep) = (PathBuf::from(file), true),
            }
        }
        match args.file.exists() && !Diary::path(&args.file).exists() {
            true => {
                Err(format!("{} exists, and is no file of this example; name a new one", args.file.display()).into())
            }
            false => Ok(args),
        }
    }
}

fn point(told: Option<&str>) -> Result<At, Any> {
    match told {
        Some("all") => Ok(At::Each),
        told => told.and_then(Point::of).map(At::Point).ok_or_else(|| {
            let points = Point::ALL.map(|point| format!("  {} {}", point.number(), point.told())).join("\n");
            format!("--crash-at what? `all`, or one of\n{points}").into()
        }),
    }
}

/// Removes the file with its journal, the diary and the channel's books.
fn remove(file: &Path) -> Result<(), Any> {
    for suffix in ["", "-wal", "-shm", ".world", ".channel"] {
        let mut path = file.as_os_str().to_owned();
        path.push(suffix);
        if Path::new(&path).exists() {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}
