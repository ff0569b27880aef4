//! Where mutants are tried: trades of all sorts in small worlds, the shortest way to each, and what was decided there.
//!
//! A survey is no proof. It walks through a world once, under the rules as they are, and keeps a few trades of each
//! sort: told apart by where the machines stand, not by what they have counted. Of the decisions that it meets it keeps
//! a few of each sort for each cell of the tables. A mutant is then tried where its row decides.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::hash::{Hash as _, Hasher as _};
use std::collections::HashMap;
use std::hash::DefaultHasher;

use super::cell::Cell;
use super::{Bounds, mistakes};
use crate::rule::RowId;
use crate::testing::explore::{around, beginning, next};
use crate::testing::{Move, Stage, World};
use crate::trade::{Options, Rules, Trade, options};
use crate::{Actor, Denied, Outcome, Role, Rulebook, Time, run_due, step};

/// So often time goes on without anything happening.
const WAITS: u8 = 4;

/// One world, and what was met in it.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) name: String,
    pub(super) world: World,
    pub(super) stage: Stage,
    pub(super) trades: Vec<Met>,
    pub(super) decisions: BTreeMap<Cell, Vec<Decision>>,
    /// Rows that somebody took.
    pub(super) taken: BTreeSet<RowId>,
}

/// A trade that was met.
#[derive(Clone, Debug)]
pub(super) struct Met {
    /// From which trade of the survey, and by which move; none for the one that does not exist yet.
    pub(super) came: Option<(usize, Move)>,
    pub(super) trade: Trade,
    pub(super) now: Time,
    /// How many moves lead there.
    pub(super) depth: usize,
    /// How often time has gone on since anything happened.
    waits: u8,
}

/// Something that was asked of a trade of the survey.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub(super) on: usize,
    pub(super) asked: Move,
    /// What came of it, in short.
    pub(super) sort: u64,
}

impl Site {
    /// Surveys a world: at most so many trades of it are walked on from.
    pub(super) fn of(name: &str, world: &World, rules: &Rules, bounds: Bounds) -> Result<Self, String> {
        // Worlds that cannot be set up are found out here.
        beginning(world, rules)?;
        let stage = world.stage(rules).map_err(|fault| alloc::format!("{}: {fault}", world.name))?;
        let (trade, now) = (stage.trade.clone(), stage.now);
        let absent = Met { came: None, trade, now, depth: 0, waits: 0 };
        let (trades, decisions) = (Vec::from([absent]), BTreeMap::new());
        let site = Self { name: name.into(), world: world.clone(), stage, trades, decisions, taken: BTreeSet::new() };
        let mut survey =
            Survey { site, sorts: HashMap::new(), alike: HashMap::new(), mistaken: HashMap::new(), bounds };
        survey.all();
        Ok(survey.site)
    }

    /// The moves that lead to a trade, each with the number of the trade that it is made on, the first one first.
    pub(super) fn way(&self, to: usize) -> Vec<(usize, &Move)> {
        let mut way = Vec::new();
        let mut at = to;
        while let Some((from, asked)) = self.trades.get(at).and_then(|met| met.came.as_ref()) {
            way.push((*from, asked));
            at = *from;
        }
        way.reverse();
        way
    }
}

struct Survey {
    site: Site,
    /// How many trades of each sort were met.
    sorts: HashMap<u64, u8>,
    /// How many decisions of each sort were met.
    alike: HashMap<(Cell, u64), u8>,
    /// How often mistakes were made for each cell and role.
    mistaken: HashMap<(Cell, Role), u8>,
    bounds: Bounds,
}

impl Survey {
    fn all(&mut self) {
        let mut at = 0;
        for asked in self.site.world.moves() {
            let Some(outcome) = self.ask(at, &asked) else { return };
            self.mistake(at, &asked);
            at = self.keep(at, asked, outcome.trade);
        }
        // The opening of a world is looked at as well: it may be all there is to a story.
        at = at.min(1);
        while at < self.site.trades.len() && at < self.bounds.survey {
            self.look(at);
            at += 1;
        }
    }

    fn keep(&mut self, from: usize, asked: Move, trade: Trade) -> usize {
        let (depth, waits) = self.site.trades.get(from).map_or((1, 0), |met| {
            let waits = if met.trade == trade { met.waits.saturating_add(1) } else { 0 };
            (met.depth + 1, waits)
        });
        let now = asked.at;
        self.site.trades.push(Met { came: Some((from, asked)), trade, now, depth, waits });
        self.site.trades.len() - 1
    }

    /// Everybody asks for what is offered, and for what is not, and time goes on.
    fn look(&mut self, at: usize) {
        let Some(Met { trade, now, waits, .. }) = self.site.trades.get(at).cloned() else { return };
        let book = self.site.stage.book();
        let people = self.site.world.people.iter();
        let seen: Vec<(Actor, Options)> =
            people.filter_map(|actor| Some((*actor, options(&book, &trade, actor, now).ok()?))).collect();
        let (mut moves, mut templates) = (Vec::new(), Vec::new());
        let knobs = self.site.world.knobs.clone();
        for (_, options) in &seen {
            for choice in &options.choices {
                around(choice, &trade, now, &knobs, |request| moves.push(Move { at: now, request: Some(request) }));
                templates.push(Move { at: now, request: Some(choice.template.clone()) });
            }
            let tried = options.unavailable.iter().map(|not| not.tried.clone());
            moves.extend(tried.map(|request| Move { at: now, request: Some(request) }));
        }
        moves.extend(next(&trade, &seen, now, knobs.exactly).map(|at| Move { at, request: None }));
        templates.iter().for_each(|asked| self.mistake(at, asked));
        for asked in moves {
            let Some(outcome) = self.ask(at, &asked) else { continue };
            let opens = outcome.trade.cases.len() > trade.cases.len().max(knobs.cases);
            // Time alone is gone on with as well: windows end without an event.
            let waited = asked.request.is_none() && waits < WAITS;
            if !opens && (waited || !outcome.events.is_empty()) {
                let waits = if outcome.events.is_empty() { waits + 1 } else { 0 };
                self.meet(at, asked, outcome.trade, waits);
            }
        }
    }

    fn meet(&mut self, from: usize, asked: Move, trade: Trade, waits: u8) {
        let met = self.sorts.entry(hashed((sort(&trade), waits))).or_default();
        if *met < self.bounds.of_a_sort {
            *met += 1;
            self.keep(from, asked, trade);
        }
    }

    /// The same is asked with one thing wrong with it, a few times for each cell and role.
    fn mistake(&mut self, on: usize, asked: &Move) {
        let (Some(request), Some(met)) = (&asked.request, self.site.trades.get(on)) else { return };
        let cell = Cell::of(&met.trade, request.subject, request.asked);
        let mistaken = self.mistaken.entry((cell, request.actor.role)).or_default();
        if *mistaken >= self.bounds.alike {
            return;
        }
        *mistaken += 1;
        for request in mistakes::of(request, asked.at) {
            self.ask(on, &Move { at: asked.at, request: Some(request) });
        }
    }

    /// Asks, and remembers what was decided.
    fn ask(&mut self, on: usize, asked: &Move) -> Option<Outcome> {
        let site = &mut self.site;
        let before = &site.trades.get(on)?.trade;
        let answer = ask(&site.stage.book(), before, asked);
        for (cell, sort) in cells(before, asked, &answer) {
            let alike = self.alike.entry((cell, sort)).or_default();
            if *alike < self.bounds.alike {
                *alike += 1;
                let decision = Decision { on, asked: asked.clone(), sort };
                site.decisions.entry(cell).or_default().push(decision);
            }
        }
        site.taken.extend(answer.iter().flat_map(|outcome| &outcome.events).filter_map(|event| event.row));
        answer.ok()
    }
}

/// What a move would come to.
pub(super) fn ask(book: &Rulebook<'_>, trade: &Trade, asked: &Move) -> Result<Outcome, Denied> {
    match &asked.request {
        Some(request) => step(book, trade, request, asked.at),
        None => run_due(book, trade, asked.at),
    }
}

fn hashed(what: impl core::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Where the machines of a trade stand.
fn sort(trade: &Trade) -> u64 {
    let mut hasher = DefaultHasher::new();
    trade.head.state.hash(&mut hasher);
    for case in &trade.cases {
        (case.state, case.before, case.offer.kind, case.statutory, case.accepted).hash(&mut hasher);
        (case.proposal.is_some(), case.partly_granted, case.review.is_some(), case.ground).hash(&mut hasher);
        (case.returned.is_some(), case.dispatched.is_some(), case.address.is_some()).hash(&mut hasher);
        (case.offer.fee.is_zero(), case.offer.difference.is_zero(), case.claim.total().is_zero()).hash(&mut hasher);
    }
    for refund in &trade.refunds {
        (refund.state, refund.ground, refund.case, refund.elsewhere.is_some()).hash(&mut hasher);
    }
    for units in trade.goods.all() {
        (units.line, units.place, units.claim.is_some(), units.closed, units.spent.is_zero()).hash(&mut hasher);
    }
    for payment in &trade.money.payments {
        (payment.dispute.map(|(dispute, _)| dispute), payment.balance.lost.is_zero()).hash(&mut hasher);
    }
    hasher.finish()
}

/// In which cells something was decided, and what, in short.
fn cells(before: &Trade, asked: &Move, answer: &Result<Outcome, Denied>) -> Vec<(Cell, u64)> {
    let mut cells = Vec::new();
    let came = match answer {
        Ok(outcome) => hashed(outcome.events.iter().map(|event| event.row).collect::<Vec<_>>()),
        Err(denied) => hashed(denied.codes()),
    };
    if let Some(request) = &asked.request {
        let own = Cell::of(before, request.subject, request.asked);
        cells.push((own, hashed((request.actor.role, came))));
    }
    let Ok(outcome) = answer else { return cells };
    // Several machines may have moved: where each stood is told by its row.
    for event in &outcome.events {
        cells.extend(Cell::of_event(event).map(|cell| (cell, hashed((event.row, came)))));
    }
    let told = Cell::all_told(before).into_iter().chain(Cell::all_told(&outcome.trade));
    cells.extend(told.map(|cell| (cell, came)));
    cells
}
