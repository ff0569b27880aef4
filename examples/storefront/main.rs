//! A shop at work: ten stories, each on an order of its own, on one SQLite file that is closed and reopened in the middle.
//!
//! ```text
//! cargo run --example storefront --features sqlite [-- [--zh] [--keep | FILE]]
//! ```
//!
//! Prints each trade's timeline, the refusals met on the way, and its ledgers; fails if anything ends otherwise than
//! the story says, to the cent. `stories/` says what happens; `world.rs` makes it happen on a desk, before a payment
//! channel that has books of its own.

#![allow(unreachable_pub, reason = "the modules of a program have nobody outside")]

mod print;
mod script;
mod stories;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use redress::{Lang, ManualClock};

use print::Printer;
use world::{Any, Shop, World, at, open};

/// When the service is stopped and started again: several cases are open.
const RESTART: &str = "03-06 00:00";

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
    let Args { lang, file, keep } = Args::read()?;
    let printer = Printer { lang };
    let stories = stories::all()?;
    let titles: Vec<_> = stories.iter().map(|story| (story.order, story.title)).collect();
    let clock = ManualClock::at(at("03-01 09:00")?);
    let mut world = World::new(clock, stories)?;
    println!("{}: {}", printer.say("All trades are in one file", "全部交易存于同一文件"), file.display());

    let desk = open(&file, &world.clock)?;
    world.run(&desk, Some(at(RESTART)?))?;
    drop(desk);
    println!(
        "{}",
        printer
            .say("On 2026-03-06 the service stops; the file is opened again.", "2026-03-06 服务停止，重新打开文件。")
    );
    let desk = open(&file, &world.clock)?;
    world.run(&desk, None)?;

    for (order, title) in &titles {
        printer.trade(&desk, *title, order, &world.met)?;
    }
    let wrong = check(&desk, &world)?;
    if wrong.is_empty() {
        summary(printer, &desk, &world)?;
    }
    drop(desk);
    if !keep {
        remove(&file)?;
    }
    Ok(wrong)
}

/// Everything that is not as the stories say, or does not add up at the end.
fn check(desk: &Shop, world: &World) -> Result<Vec<String>, Any> {
    let mut wrong = world.wrong.clone();
    for (order, then) in &world.ended {
        let now = desk.trade(*order)?;
        wrong.extend(print::faults(&now, world.channel.paid_back(*order).minor()));
        if now.money != then.money {
            wrong.push(format!("{order}: money has moved after the story was over"));
        }
    }
    Ok(wrong)
}

fn summary(printer: Printer, desk: &Shop, world: &World) -> Result<(), Any> {
    let (mut events, mut silences) = (0, 0);
    for (order, _) in &world.ended {
        let history = desk.history(*order)?;
        events += history.len();
        silences += print::silences(&history).count();
    }
    let (orders, refusals) = (world.ended.len(), world.met.len());
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

/// What was asked for on the command line.
struct Args {
    lang: Lang,
    file: PathBuf,
    keep: bool,
}

impl Args {
    fn read() -> Result<Self, Any> {
        let temporary = std::env::temp_dir().join(format!("redress-storefront-{}.db", std::process::id()));
        let mut args = Self { lang: Lang::En, file: temporary, keep: false };
        for arg in std::env::args().skip(1) {
            match arg.as_str() {
                "--zh" => args.lang = Lang::Zh,
                "--keep" => args.keep = true,
                flag if flag.starts_with('-') => return Err(format!("{flag}? only --zh, --keep or a file").into()),
                file => (args.file, args.keep) = (PathBuf::from(file), true),
            }
        }
        match args.file.exists() {
            true => Err(format!("{} exists; name a new file", args.file.display()).into()),
            false => Ok(args),
        }
    }
}

/// Removes the file with its journal.
fn remove(file: &Path) -> Result<(), Any> {
    for suffix in ["", "-wal", "-shm"] {
        let mut path = file.as_os_str().to_owned();
        path.push(suffix);
        if Path::new(&path).exists() {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}
