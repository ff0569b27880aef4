//! What the arguments of `explore` ask for.

use redress::Rules;
use redress::testing::World;
use redress::testing::explore::{Guard, Limits};

use crate::kit::args::{Args, named};

/// How it is asked.
pub const USAGE: &str = "\
explore [--world NAME,...] [--threads N] [--limit N]
    walks through worlds: `small` (if nothing is said), `tiny`, `large`, or single ones by their names
explore --guards [NAME,...] [--world NAME,...] [--threads N] [--limit N]
    takes out every condition of the tables in turn, or these, and says who notices
explore --list
    the names of the worlds, and what each is about
--threads N: on so many threads; --limit N: at most so many trades of each world";

/// What is to be done.
#[derive(Debug)]
pub struct Asked {
    pub worlds: Vec<World>,
    pub limits: Limits,
    pub help: bool,
    pub list: bool,
    /// The conditions that are taken out, all of them if none is named; `None` if none is.
    pub guards: Option<Vec<String>>,
    /// Whether they are all the small worlds.
    pub small: bool,
}

impl Asked {
    /// What is asked for, or what is not understood.
    pub fn of(args: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut args = Args::new(args);
        let world = args.value("--world")?.unwrap_or_else(|| "small".to_owned());
        let guards = args.optional("--guards").map(|names| match names {
            Some(names) => named(&names, "condition", &conditions()),
            None => Ok(Vec::new()),
        });
        let usual = Limits::default();
        let threads = args.number("--threads")?.unwrap_or(usual.threads);
        let trades = args.number("--limit")?.unwrap_or(usual.trades);
        let (list, help) = (args.flag("--list"), args.flag("--help") | args.flag("-h"));
        args.words(0)?;
        let limits = Limits { threads, trades };
        Ok(Self { worlds: worlds(&world)?, limits, help, list, guards: guards.transpose()?, small: world == "small" })
    }
}

fn conditions() -> Vec<String> {
    Guard::all(&Rules::built_in()).iter().map(ToString::to_string).collect()
}

fn worlds(names: &str) -> Result<Vec<World>, String> {
    match names {
        "small" => return Ok(World::small()),
        "tiny" => return Ok(World::tiny()),
        "large" => return Ok(World::large()),
        _ => {}
    }
    let large = World::large();
    let all: Vec<String> = large.iter().map(|world| world.name.to_owned()).collect();
    let named = named(names, "world", &all)?;
    Ok(large.into_iter().filter(|world| named.iter().any(|name| name == world.name)).collect())
}
