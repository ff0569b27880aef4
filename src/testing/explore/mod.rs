//! Every trade that can come about in a small world is visited, on the real code.
//!
//! From its beginning everybody tries everything that the world names, listed or not, and time goes on to each next moment
//! that matters: mostly to the midnight after it, in some worlds to the very moment and to the one after. Each trade is
//! visited once, told apart by its [essence](super::essence): what of it can still matter to what the walk says. The ways
//! together show that none leads back to where it came from, so that every loop is counted, those of a single step too.
//!
//! What is checked, and how often:
//!
//! | | |
//! |---|---|
//! | every trade | the [promises](super::promise) of a trade, of its silence, of its rest, of what its people may do |
//! | every step, those that are not walked on from too | the promises of a step and of each of its events |
//! | every refusal | it has a reason, is no defect, and is of nothing that was offered |
//! | one refusal in 32 | that it says why in both languages, is the same when asked again, and hears whose right it is |
//! | one trade in 64 | requests that come before any worker has looked come to the same |
//! | the second trade of one essence in 256 | it answers as the first did, and is promised the same |
//!
//! The samples are drawn by the essences: the same on every run. What each world looks away from stands with
//! [`world`](super::world); a report counts it. [`Guard`]s show what the walk is worth: each condition of the tables is
//! taken out, and somebody must notice.

mod answer;
mod blind;
mod choosing;
mod graph;
mod guards;
mod known;
mod offered;
mod pair;
mod report;
mod tally;
mod visit;
mod walk;

pub use guards::{Absence, Guard, Loosened};
pub(super) use offered::around;
pub(super) use report::rows;
pub use report::{Figures, Report, Violation};
pub(super) use visit::next;
pub(super) use walk::beginning;

use std::time::Duration;

use super::World;
use crate::Rules;

/// How far a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// On how many threads. What is found is the same on any number of them.
    pub threads: usize,
    /// So many trades of a world are visited at most; the report then says that something was left out.
    pub trades: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { threads: 2, trades: 20_000_000 }
    }
}

/// How far a walk has come.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// Through which world.
    pub world: &'a str,
    /// Trades that were visited.
    pub visited: usize,
    /// Trades that are known and still to be visited.
    pub left: usize,
    /// Requests that were tried.
    pub tried: u64,
    /// For how long it has gone on.
    pub took: Duration,
}

/// Walks through worlds, up to the first violation.
#[must_use]
pub fn explore(worlds: &[World], rules: &Rules, limits: Limits) -> Report {
    explore_with(worlds, rules, limits, &mut |_| {})
}

/// Walks through worlds, up to the first violation, and tells how far it has come.
#[must_use]
pub fn explore_with(
    worlds: &[World],
    rules: &Rules,
    limits: Limits,
    progress: &mut dyn FnMut(&Progress<'_>),
) -> Report {
    let mut report = Report::new(rules);
    for world in worlds {
        match walk::walk(world, rules, &limits, progress) {
            Ok(walked) => report.add(world, walked, rules),
            Err(fault) => report.faults.push(fault),
        }
        if report.violation.is_some() {
            break;
        }
    }
    report
}
