//! One world is walked through, level by level: the way to every trade is a shortest one.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::graph::{Graph, Longest};
use super::known::Known;
use super::tally::Tally;
use super::visit::{Edge, Node, Visit, Visitor};
use super::{Limits, Progress};
use crate::Rules;
use crate::testing::essence::{Essence, Lens};
use crate::testing::mutate::mistakes_of;
use crate::testing::promise::{Broken, Excuses, Promise, of_move};
use crate::testing::{Difference, Move, Stage, World};
use crate::trade::Subject;

/// So many trades are visited before what was found is put together. It bounds what is held at once.
const BATCH: usize = 1_024;

/// What a walk through one world came to.
pub(super) struct Walked {
    pub(super) tally: Tally,
    pub(super) trades: usize,
    pub(super) moves: usize,
    pub(super) rests: usize,
    pub(super) unresolved: usize,
    pub(super) depth: usize,
    pub(super) silence: i64,
    pub(super) bound: i64,
    /// Not known if the walk was cut off.
    pub(super) longest: Option<Longest>,
    pub(super) complete: bool,
    pub(super) took: Duration,
    /// What does not hold, and the moves that lead there from the beginning.
    pub(super) broken: Option<(Broken, Vec<Move>)>,
}

/// A walk under way.
struct Walk<'a> {
    stage: &'a Stage,
    lens: &'a Lens<'a>,
    world: &'a World,
    limits: &'a Limits,
    begun: Instant,
    known: Known,
    /// From which trade each was met first, and by which of its moves.
    came: Vec<(u32, u32)>,
    graph: Graph,
    /// The first trades of some essences, to be compared with the next of the same.
    samples: HashMap<Essence, Box<Node>>,
    walked: Walked,
}

/// Walks through one world.
pub(super) fn walk(
    world: &World,
    rules: &Rules,
    limits: &Limits,
    progress: &mut dyn FnMut(&Progress<'_>),
) -> Result<Walked, String> {
    let stage = beginning(world, rules)?;
    let lens = Lens::new(&stage.policy, &stage.calendar, world.most());
    let mut walk = Walk {
        stage: &stage,
        lens: &lens,
        world,
        limits,
        begun: Instant::now(),
        known: Known::default(),
        came: Vec::new(),
        graph: Graph::default(),
        samples: HashMap::new(),
        walked: Walked::new(),
    };
    match walk.placed_otherwise(rules)? {
        Some(broken) => walk.walked.broken = Some(broken),
        None => walk.all(progress),
    }
    walk.walked.took = walk.begun.elapsed();
    Ok(walk.walked)
}

/// The stage when the walk begins.
pub(in crate::testing) fn beginning(world: &World, rules: &Rules) -> Result<Stage, String> {
    let mut stage = world.stage(rules).map_err(|fault| format!("{}: {fault}", world.name))?;
    for asked in world.moves() {
        stage.play(&asked).map_err(|denied| format!("{}: {denied}", world.name))?;
    }
    Ok(stage)
}

impl Walked {
    fn new() -> Self {
        Self {
            tally: Tally::new(),
            trades: 0,
            moves: 0,
            rests: 0,
            unresolved: 0,
            depth: 0,
            silence: 0,
            bound: 0,
            longest: None,
            complete: true,
            took: Duration::ZERO,
            broken: None,
        }
    }
}

impl Walk<'_> {
    fn root(&self) -> Node {
        let Stage { trade, now, events, .. } = self.stage;
        let excuses = events.iter().fold(Excuses::NONE, Excuses::after);
        Node { trade: trade.clone(), now: *now, excuses, essence: self.lens.essence(trade, *now, excuses) }
    }

    /// Before it begins the order is placed with one thing wrong with it, each thing in turn: what is wrong is refused, and
    /// what is not is held to what is promised.
    fn placed_otherwise(&mut self, rules: &Rules) -> Result<Option<(Broken, Vec<Move>)>, String> {
        let stage = self.world.stage(rules).map_err(|fault| format!("{}: {fault}", self.world.name))?;
        let (placing, at) = (self.world.setting.placing(), stage.now);
        for request in mistakes_of(&placing, at) {
            let asked = Move { at, request: Some(request) };
            let answer = stage.ask(&asked);
            self.walked.tally.tried += 1;
            match &answer {
                Ok(outcome) => {
                    self.walked.tally.accepted += 1;
                    self.walked.tally.steps += 1;
                    self.walked.tally.began(&outcome.events);
                }
                Err(denied) => {
                    self.walked.tally.refused += 1;
                    self.walked.tally.denied(denied);
                }
            }
            if let Err(broken) = of_move(&stage.book(), &Difference::all(rules), &stage.trade, &asked, answer.as_ref())
            {
                return Ok(Some((broken, Vec::from([asked]))));
            }
        }
        Ok(None)
    }

    fn all(&mut self, progress: &mut dyn FnMut(&Progress<'_>)) {
        let root = self.root();
        self.walked.tally.began(&self.stage.events);
        self.known.meet(root.essence);
        self.came.push((u32::MAX, 0));
        let mut level = Vec::from([root]);
        let threads = self.limits.threads.max(1);
        let mut visitors: Vec<Visitor<'_>> =
            (0..threads).map(|_| Visitor::new(self.world, self.stage, self.lens)).collect();
        // A short walk looks up more often.
        let batch_most = BATCH.min(self.limits.trades.div_ceil(4)).max(1);
        while !level.is_empty() && self.walked.broken.is_none() {
            let mut next = Vec::new();
            let (mut at, whole) = (0, level.len());
            while at < whole && self.walked.broken.is_none() {
                let batch = level.get_mut(at..(at + batch_most).min(whole)).unwrap_or_default();
                let visits = visit_all(&mut visitors, batch, &self.known);
                self.put_together(batch, visits, &mut next, &mut visitors);
                at += batch_most;
                self.tell(&visitors, whole.saturating_sub(at) + next.len(), progress);
                let left = at < whole || !next.is_empty();
                if left && self.walked.trades >= self.limits.trades {
                    self.walked.complete = false;
                    next.clear();
                    break;
                }
            }
            self.walked.depth += usize::from(!next.is_empty());
            level = next;
        }
        for visitor in &visitors {
            self.walked.tally.add(&visitor.tally);
        }
        self.sum_up(&mut visitors);
    }

    fn tell(&self, visitors: &[Visitor<'_>], left: usize, progress: &mut dyn FnMut(&Progress<'_>)) {
        progress(&Progress {
            world: self.world.name,
            visited: self.walked.trades,
            left,
            tried: visitors.iter().map(|visitor| visitor.tally.tried).sum(),
            took: self.begun.elapsed(),
        });
    }

    /// Adds what was found, in the order of the trades that were visited: the same on every run.
    fn put_together(&mut self, batch: &[Node], visits: Vec<Visit>, next: &mut Vec<Node>, visitors: &mut [Visitor<'_>]) {
        for (node, visit) in batch.iter().zip(visits) {
            let number = self.walked.trades;
            self.walked.trades += 1;
            self.walked.rests += usize::from(visit.rests && !visit.unresolved);
            self.walked.unresolved += usize::from(visit.unresolved);
            self.walked.silence = self.walked.silence.max(visit.silence);
            self.walked.bound = self.walked.bound.max(visit.bound);
            self.graph.visited(visit.rests, visit.open);
            for edge in visit.edges {
                self.add(number, edge, next, visitors);
            }
            if let (Some(fault), None) = (visit.fault, &self.walked.broken) {
                let number = self.known.number(node.essence).unwrap_or_default();
                let mut moves = self.way_to(number, visitors);
                moves.extend(fault.asked);
                self.walked.broken = Some((fault.broken, moves));
            }
        }
    }

    fn add(&mut self, from: usize, edge: Edge, next: &mut Vec<Node>, visitors: &mut [Visitor<'_>]) {
        let Edge { essence, no, later, to } = edge;
        let number = match self.known.number(essence) {
            Some(number) => {
                if let (Some(first), Some(again)) = (self.samples.remove(&essence), to) {
                    self.compare(number, &first, &again, visitors);
                }
                number
            }
            None => {
                let number = self.known.meet(essence);
                self.came.push((u32::try_from(from).unwrap_or(u32::MAX), no));
                if let Some(to) = to {
                    if Visitor::is_sampled(essence) {
                        self.samples.insert(essence, to.clone());
                    }
                    next.push(*to);
                }
                number
            }
        };
        self.graph.leads(number, later);
    }

    /// Two trades with one essence answer alike.
    fn compare(&mut self, number: u32, first: &Node, again: &Node, visitors: &mut [Visitor<'_>]) {
        let Some(visitor) = visitors.first_mut().filter(|_| first.trade != again.trade) else { return };
        let compared = visitor.compare(first, again, first.now, again.now, Promise::SameEssence);
        if let (Err(fault), None) = (compared, &self.walked.broken) {
            let mut moves = self.way_to(number, visitors);
            moves.extend(fault.asked);
            self.walked.broken = Some((fault.broken, moves));
        }
    }

    /// The moves that lead from the beginning to a trade: the world is walked through once more, along this way alone.
    fn way_to(&self, number: u32, visitors: &mut [Visitor<'_>]) -> Vec<Move> {
        let mut numbers = Vec::new();
        let mut at = number;
        while let Some(&(from, no)) = self.came.get(at as usize).filter(|(from, _)| *from != u32::MAX) {
            numbers.push(no);
            at = from;
        }
        let (mut node, mut moves) = (self.root(), Vec::new());
        let Some(visitor) = visitors.first_mut() else { return moves };
        for no in numbers.into_iter().rev() {
            let Some(asked) = visitor.move_no(&node, no) else { break };
            let stage = Stage { trade: node.trade.clone(), now: node.now, ..self.stage.clone() };
            let Ok(outcome) = stage.ask(&asked) else { break };
            let excuses = outcome.events.iter().fold(node.excuses, Excuses::after);
            let essence = self.lens.essence(&outcome.trade, asked.at, excuses);
            node = Node { trade: outcome.trade, now: asked.at, excuses, essence };
            moves.push(asked);
        }
        moves
    }

    fn sum_up(&mut self, visitors: &mut [Visitor<'_>]) {
        self.walked.moves = self.graph.moves();
        if !self.walked.complete || self.walked.broken.is_some() {
            return;
        }
        match self.graph.longest() {
            Ok(longest) => self.walked.longest = Some(longest),
            Err(number) => {
                let what = String::from("a way leads from this trade back to it");
                let moves = self.way_to(number, visitors);
                let broken = Broken { promise: Promise::LoopsAreCounted, subject: Subject::Order, what };
                self.walked.broken = Some((broken, moves));
            }
        }
    }
}

/// Visits all trades of a batch, whoever is free the next; the answers stand in the order of the trades.
fn visit_all(visitors: &mut [Visitor<'_>], batch: &[Node], known: &Known) -> Vec<Visit> {
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(Vec::with_capacity(batch.len()));
    std::thread::scope(|scope| {
        for visitor in visitors {
            let (next, answers) = (&next, &answers);
            scope.spawn(move || {
                let mut own = Vec::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(node) = batch.get(at) else { break };
                    own.push((at, visitor.visit(node, known)));
                }
                if let Ok(mut answers) = answers.lock() {
                    answers.extend(own);
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap_or_default();
    answers.sort_unstable_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, visit)| visit).collect()
}
