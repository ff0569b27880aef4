//! One mutant is tried: who notices it first, the cheapest first?

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::cell::Place;
use super::survey::{Decision, Site, ask};
use super::toll::{Fate, Survival};
use super::{Bounds, Mutant};
use crate::rule::RowId;
use crate::testing::explore::{self, Report, Violation, explore, rows};
use crate::testing::promise::of_move;
use crate::testing::scenario::Scenario;
use crate::testing::{Move, World};
use crate::trade::{Rulebook, Rules};
use crate::{Denied, Outcome};

/// Everything that a mutant meets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Court<'a> {
    pub(super) rules: &'a Rules,
    pub(super) scenarios: &'a [Scenario],
    pub(super) sites: &'a [Site],
    pub(super) bounds: Bounds,
}

/// Where a mutant decides otherwise than the row that it was.
struct Fork<'a> {
    site: &'a Site,
    /// Of which trade of the survey.
    on: usize,
    asked: Move,
    /// Whether only a refusal is told otherwise.
    only_words: bool,
    sort: (usize, u64),
    depth: usize,
    /// How many of its sort come before it.
    again: usize,
}

impl Court<'_> {
    /// Who notices it.
    pub(super) fn try_it(&self, mutant: &Mutant) -> Fate {
        let changed = match mutant.of(self.rules) {
            Err(faults) => return Fate::Table { fault: faults.to_string() },
            Ok(changed) => changed,
        };
        let mismatch = self.scenarios.iter().find(|scenario| scenario.run(&changed).is_err());
        if let Some(scenario) = mismatch {
            return Fate::Scenario { title: scenario.title().to_string() };
        }
        let Some(place) = Place::of(self.rules, &mutant.row) else { return Fate::Survived(Survival::NeverMet) };
        let (forks, met) = self.forks(mutant, &place, &changed);
        if forks.is_empty() {
            return Fate::Survived(if met == 0 { Survival::NeverMet } else { Survival::NeverOtherwise });
        }
        self.walk(&forks, &changed)
    }

    /// Where it decides otherwise, of every sort the shortest way first; and how many decisions were looked at.
    fn forks<'a>(&'a self, mutant: &Mutant, place: &Place, changed: &Rules) -> (Vec<Fork<'a>>, usize) {
        let (mut forks, mut met) = (Vec::new(), 0);
        for site in self.sites {
            let cells = place.cells();
            let decisions = cells.iter().filter_map(|cell| site.decisions.get(cell)).flatten();
            for decision in decisions {
                met += 1;
                for (nth, asked) in asked_by(site, decision, mutant).into_iter().enumerate() {
                    let fork = fork(site, self.rules, changed, decision.on, asked);
                    let Some((on, asked, only_words)) = fork else { continue };
                    let depth = site.trades.get(on).map_or(0, |met| met.depth);
                    let sort = (nth, decision.sort);
                    forks.push(Fork { site, on, asked, only_words, sort, depth, again: 0 });
                }
            }
        }
        forks.sort_by_key(|fork| (fork.only_words, fork.depth));
        let mut known: BTreeMap<(bool, (usize, u64)), usize> = BTreeMap::new();
        for fork in &mut forks {
            let again = known.entry((fork.only_words, fork.sort)).or_default();
            fork.again = *again;
            *again += 1;
        }
        forks.sort_by_key(|fork| (fork.only_words, fork.again, fork.depth));
        forks.truncate(self.bounds.forks);
        (forks, met)
    }

    /// Rows that nobody took in the survey.
    pub(super) fn unmet(&self) -> Vec<RowId> {
        let taken: BTreeSet<RowId> = self.sites.iter().flat_map(|site| site.taken.iter().copied()).collect();
        rows(self.rules).into_iter().filter(|row| !taken.contains(row)).collect()
    }

    /// Walks on from where it decides otherwise: first a step from all of them, then farther from some.
    fn walk(&self, forks: &[Fork<'_>], changed: &Rules) -> Fate {
        let otherwise = forks.iter().filter(|fork| !fork.only_words).count();
        for fork in forks {
            if let Some(fate) = self.at_once(fork, changed) {
                return fate;
            }
        }
        let (mut trades, mut whole) = (0, true);
        let lengths = [(self.bounds.near, otherwise), (self.bounds.far, self.bounds.far_from.min(otherwise))];
        for (length, count) in lengths {
            (trades, whole) = (0, true);
            for fork in forks.iter().take(count) {
                let mut opening = fork.opening();
                opening.push(fork.asked.clone());
                match self.explored(fork.site, opening, changed, length) {
                    Err(fate) => return fate,
                    Ok(walked) => (trades, whole) = (trades + walked.0, whole && walked.1),
                }
            }
            if whole && count == otherwise {
                break;
            }
        }
        let whole = whole && otherwise <= self.bounds.far_from;
        Fate::Survived(match otherwise {
            0 => Survival::OnlyWords { times: forks.len() },
            times => Survival::Kept { times, trades, whole },
        })
    }

    /// Whether it is noticed by the decision itself, or by who looks at the trade before it.
    fn at_once(&self, fork: &Fork<'_>, changed: &Rules) -> Option<Fate> {
        let Fork { site, on, asked, .. } = fork;
        let before = &site.trades.get(*on)?.trade;
        let kept = |rules| {
            let book = Rulebook::new(rules, &site.stage.policy, &site.stage.calendar);
            of_move(&book, &[], before, asked, ask(&book, before, asked).as_ref())
        };
        if let (Err(broken), Ok(())) = (kept(changed), kept(self.rules)) {
            let moves = fork.opening().len() + 1;
            return Some(Fate::Promise { promise: broken.promise, world: site.name.clone(), what: broken.what, moves });
        }
        // Before the order is placed there is nothing to look at.
        if *on == 0 {
            return None;
        }
        self.explored(site, fork.opening(), changed, 1).err()
    }

    /// Walks through a world from the end of this way: how many trades were visited, and whether all there are.
    fn explored(&self, site: &Site, way: Vec<Move>, changed: &Rules, most: usize) -> Result<(usize, bool), Fate> {
        let report = walked(site, way, changed, most);
        if let Some(fault) = report.faults.first() {
            return Err(Fate::Unplayable { world: site.name.clone(), what: fault.clone() });
        }
        let total = report.total();
        let trades = usize::try_from(total.trades).unwrap_or(usize::MAX);
        match report.violation.filter(|violation| !self.is_old(site, violation)) {
            None => Ok((trades, total.complete)),
            Some(Violation { broken, story, .. }) => Err(Fate::Promise {
                promise: broken.promise,
                world: site.name.clone(),
                what: broken.what,
                moves: story.moves.len(),
            }),
        }
    }

    /// Whether the same is found on the same way without the mutant: then the place is no good to judge by.
    fn is_old(&self, site: &Site, violation: &Violation) -> bool {
        let moves = &violation.story.moves;
        let but_last = moves.len().saturating_sub(1);
        [moves.len(), but_last].iter().filter(|&&count| count > 0).any(|&count| {
            let way = moves.get(..count).unwrap_or_default().to_vec();
            let found = walked(site, way, self.rules, 1).violation;
            found.is_some_and(|found| found.broken.promise == violation.broken.promise)
        })
    }
}

/// Walks through a world from the end of a way.
fn walked(site: &Site, way: Vec<Move>, rules: &Rules, most: usize) -> Report {
    let opening = way.into_iter().skip(1).collect();
    let world = World { opening, ..site.world.clone() };
    explore(core::slice::from_ref(&world), rules, explore::Limits { threads: 1, trades: most })
}

impl Fork<'_> {
    /// The moves that lead to the trade before it, the placing of the order first.
    fn opening(&self) -> Vec<Move> {
        self.site.way(self.on).into_iter().map(|(_, asked)| asked.clone()).collect()
    }
}

/// What is asked: the same, and the same by whoever the row was given to.
fn asked_by(site: &Site, decision: &Decision, mutant: &Mutant) -> Vec<Move> {
    let heir = Place::heir(mutant).and_then(|role| site.world.people.iter().find(|actor| actor.role == role));
    let by_heir = heir.and_then(|heir| {
        let mut asked = decision.asked.clone();
        asked.request.as_mut()?.actor = *heir;
        Some(asked)
    });
    by_heir.into_iter().chain([decision.asked.clone()]).collect()
}

/// Where the way to a decision forks first, if it does: on which trade, at which move, and whether only in words.
fn fork(site: &Site, rules: &Rules, changed: &Rules, on: usize, asked: Move) -> Option<(usize, Move, bool)> {
    let book = |rules| Rulebook::new(rules, &site.stage.policy, &site.stage.calendar);
    let (old, new) = (book(rules), book(changed));
    let last = site.trades.get(on)?;
    let difference = differs(&ask(&old, &last.trade, &asked), &ask(&new, &last.trade, &asked))?;
    // Under the changed rules the way there may have forked before.
    for (number, asked) in site.way(on) {
        let trade = &site.trades.get(number)?.trade;
        if differs(&ask(&old, trade, asked), &ask(&new, trade, asked)) == Some(false) {
            return Some((number, asked.clone(), false));
        }
    }
    Some((on, asked, difference))
}

/// Whether two answers differ; in words alone if what comes of them is the same.
fn differs(old: &Result<Outcome, Denied>, new: &Result<Outcome, Denied>) -> Option<bool> {
    match (old, new) {
        _ if old == new => None,
        (Ok(old), Ok(new)) => Some(old.trade == new.trade && old.tasks().eq(new.tasks())),
        (Err(_), Err(_)) => Some(true),
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => Some(false),
    }
}
