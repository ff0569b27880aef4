//! One trade is visited: everybody tries everything, time goes on to what comes next, and every answer is checked.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::blind::{Blind, On, everything, stranger};
use super::known::Known;
use super::offered::around;
use super::tally::Tally;
use crate::rule::{Machine, RowId, Table};
use crate::testing::essence::{Essence, Lens};
use crate::testing::promise::{
    self, Broken, Excuses, Promise, of_choices, of_refusal, of_rest, of_silence, of_step, of_trade,
};
use crate::testing::{Knobs, Move, Stage, World};
use crate::trade::{Asked, Choice, Field, Options, Subject, Unavailable, fields, options};
use crate::{Actor, Denied, Outcome, Request, Time, Trade, run_due, step};

/// One in so many trades is looked at in another way, too.
const SAMPLE: u128 = 64;
/// One in so many refusals is put in words, in both languages, and asked for again.
const WORDED: u128 = 32;
/// One in so many essences is kept with its first trade, to be compared with the second.
const SQUARE: u128 = 256;

/// A trade that is to be visited.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) trade: Trade,
    pub(super) now: Time,
    pub(super) excuses: Excuses,
    pub(super) essence: Essence,
}

/// A move that leads on.
pub(super) struct Edge {
    pub(super) essence: Essence,
    /// Which of the moves that are tried here it is.
    pub(super) no: u32,
    /// How much later it is then, in milliseconds.
    pub(super) later: i64,
    /// Where it leads, if nobody was there when the visit began, or if two of its kind are to be compared.
    pub(super) to: Option<Box<Node>>,
}

/// What came of a visit.
pub(super) struct Visit {
    pub(super) edges: Vec<Edge>,
    pub(super) rests: bool,
    /// It rests on a refund of which nobody knows what became.
    pub(super) unresolved: bool,
    /// Which cases are open, the first in the lowest bit.
    pub(super) open: u32,
    /// How long it still is under silence.
    pub(super) silence: i64,
    /// What does not hold, and after which move.
    pub(super) broken: Option<(Option<Move>, Broken)>,
}

/// Whoever walks: what everybody can ask, and what was counted.
pub(super) struct Visitor<'a> {
    world: &'a World,
    stage: &'a Stage,
    lens: &'a Lens<'a>,
    blind: Vec<Blind>,
    /// Rows that this world does not walk on from.
    aside: BTreeSet<RowId>,
    pub(super) tally: Tally,
}

impl<'a> Visitor<'a> {
    pub(super) fn new(world: &'a World, stage: &'a Stage, lens: &'a Lens<'a>) -> Self {
        Self { world, stage, lens, blind: everything(world), aside: aside(world, stage), tally: Tally::new() }
    }

    /// Whether the first trade with this essence is kept, to be compared with the second.
    pub(super) const fn is_sampled(essence: Essence) -> bool {
        essence.bits() % SQUARE == 0
    }

    /// Visits a trade.
    pub(super) fn visit(&mut self, node: &Node, known: &Known) -> Visit {
        let mut visit = Visit {
            edges: Vec::new(),
            rests: node.trade.rests(),
            unresolved: false,
            open: open(&node.trade),
            silence: 0,
            broken: None,
        };
        visit.unresolved = visit.rests && is_unresolved(&node.trade);
        let mut here = Here { node, known, no: 0, wanted: None, visit };
        if let Err(broken) = self.all(&mut here) {
            here.visit.broken = Some(broken);
        }
        here.visit
    }

    /// The move of this number: visits again, up to it.
    pub(super) fn move_no(&mut self, node: &Node, no: u32) -> Option<Move> {
        let known = Known::default();
        let visit = Visit { edges: Vec::new(), rests: false, unresolved: false, open: 0, silence: 0, broken: None };
        let mut here = Here { node, known: &known, no: 0, wanted: Some(no), visit };
        // The search for it ends as a fault does.
        self.all(&mut here).err().and_then(|(asked, _)| asked)
    }

    fn all(&mut self, here: &mut Here<'_>) -> Result<(), Fault> {
        let Node { trade, now, excuses, .. } = here.node;
        let plain = |broken| (None, broken);
        of_trade(&self.stage.book(), trade, *now).map_err(plain)?;
        let rest = of_silence(&self.stage.book(), trade, *now).map_err(plain)?;
        here.visit.silence = rest.since(*now);
        if here.visit.rests {
            of_rest(&self.stage.book(), trade, *excuses).map_err(plain)?;
        }
        let seen = self.look(here)?;
        of_choices(&self.stage.book(), trade, *now, &seen).map_err(plain)?;
        self.wait(here, next(trade, &seen, *now))?;
        for (person, (_, options)) in seen.iter().enumerate() {
            self.choices(here, options)?;
            self.unavailable(here, options)?;
            self.blindly(here, person, options)?;
            self.unheard(here, options)?;
        }
        Ok(())
    }

    /// What everybody may do here.
    fn look(&mut self, here: &Here<'_>) -> Result<Vec<(Actor, Options)>, Fault> {
        let mut seen = Vec::with_capacity(self.world.people.len());
        for actor in &self.world.people {
            self.tally.options += 1;
            match options(&self.stage.book(), &here.node.trade, actor, here.node.now) {
                Ok(options) => seen.push((*actor, options)),
                Err(denied) => {
                    let what = format!("{actor} cannot look: {denied}");
                    return Err((None, broken(Promise::OfferedIsAccepted, Subject::Order, what)));
                }
            }
        }
        Ok(seen)
    }

    /// Time goes on to the next moment that matters, and nobody does anything.
    fn wait(&mut self, here: &mut Here<'_>, next: Option<Time>) -> Result<(), Fault> {
        let Some(at) = next else {
            return Ok(());
        };
        let asked = Move { at, request: None };
        match run_due(&self.stage.book(), &here.node.trade, at) {
            Ok(outcome) => self.follow(here, &asked, outcome)?,
            Err(denied) => {
                let what = format!("time itself is refused: {denied}");
                return Err((Some(asked), broken(Promise::SilenceEnds, Subject::Order, what)));
            }
        }
        if here.node.essence.bits() % SAMPLE == 0 && here.wanted.is_none() {
            self.late(here, at)?;
        }
        Ok(())
    }

    fn choices(&mut self, here: &mut Here<'_>, options: &Options) -> Result<(), Fault> {
        let mut fault = Ok(());
        for choice in &options.choices {
            around(choice, &here.node.trade, &self.world.knobs, |request| {
                if fault.is_ok() {
                    let asked = Move { at: here.node.now, request: Some(request) };
                    fault = self.ask(here, &asked, options);
                }
            });
        }
        fault
    }

    /// What is not possible is refused, for the reasons that were told.
    fn unavailable(&mut self, here: &mut Here<'_>, options: &Options) -> Result<(), Fault> {
        for Unavailable { why, tried, .. } in &options.unavailable {
            self.tally.tried += 1;
            here.no += 1;
            let fault = match step(&self.stage.book(), &here.node.trade, tried, here.node.now) {
                Err(denied) if denied == *why => {
                    self.tally.refused += 1;
                    self.tally.denied(&denied);
                    continue;
                }
                Err(denied) => format!("told: {why}; refused: {denied}"),
                // A report is taken in, whatever stands against it.
                Ok(_) if tried.actor.role.reports_facts() => continue,
                Ok(_) => format!("told: {why}; and it was accepted"),
            };
            let asked = Move { at: here.node.now, request: Some(tried.clone()) };
            return Err((Some(asked), broken(Promise::OfferedIsAccepted, tried.subject, fault)));
        }
        Ok(())
    }

    fn blindly(&mut self, here: &mut Here<'_>, person: usize, options: &Options) -> Result<(), Fault> {
        let mut all = core::mem::take(&mut self.blind);
        let asked = all.iter_mut().filter(|blind| blind.person == person);
        let result = asked.into_iter().try_for_each(|blind| self.everywhere(here, blind, options));
        self.blind = all;
        result
    }

    fn everywhere(&mut self, here: &mut Here<'_>, blind: &mut Blind, options: &Options) -> Result<(), Fault> {
        let trade = &here.node.trade;
        let numbers = |count: usize| 1..=u16::try_from(count).unwrap_or(u16::MAX);
        let (now, payments) = (here.node.now, self.world.knobs.payments);
        match blind.on() {
            On::Order => self.ask(here, blind.aim(trade, Subject::Order, now, payments), options),
            On::NewCase => self.ask(here, blind.aim(trade, Subject::Case(0), now, payments), options),
            On::EachCase => numbers(trade.cases.len())
                .try_for_each(|no| self.ask(here, blind.aim(trade, Subject::Case(no), now, payments), options)),
            On::EachRefund => numbers(trade.refunds.len())
                .try_for_each(|no| self.ask(here, blind.aim(trade, Subject::Refund(no), now, payments), options)),
        }
    }

    /// A stranger who claims the role is not heard, nor a person who has seen an earlier trade.
    fn unheard(&mut self, here: &mut Here<'_>, options: &Options) -> Result<(), Fault> {
        let templates = options.choices.iter().map(|choice| &choice.template);
        let Some(request) = templates.chain(options.unavailable.iter().map(|not| &not.tried)).next() else {
            return Ok(());
        };
        let stale = Request { seen: Some(options.version.wrapping_sub(1)), ..request.clone() };
        let unheard = [(stranger(request, request.actor.role), "stranger"), (stale, "stale")];
        for (request, code) in unheard {
            if code == "stale" && request.actor.role.reports_facts() {
                continue;
            }
            here.no += 1;
            self.tally.tried += 1;
            let answer = step(&self.stage.book(), &here.node.trade, &request, here.node.now);
            match answer {
                Err(denied) if denied.code() == code => {
                    self.tally.refused += 1;
                    self.tally.denied(&denied);
                }
                other => {
                    let what = match other {
                        Ok(_) => String::from("it was accepted"),
                        Err(denied) => format!("{denied}"),
                    };
                    let subject = request.subject;
                    let asked = Move { at: here.node.now, request: Some(request) };
                    return Err((Some(asked), broken(Promise::OthersUnheard, subject, format!("not {code}: {what}"))));
                }
            }
        }
        Ok(())
    }

    /// Somebody asks for something, and the answer is checked.
    fn ask(&mut self, here: &mut Here<'_>, asked: &Move, options: &Options) -> Result<(), Fault> {
        let Some(request) = &asked.request else { return Ok(()) };
        self.tally.tried += 1;
        let node = here.node;
        let mut listed = options.choices.iter().filter(|choice| is_of(choice, request));
        match step(&self.stage.book(), &node.trade, request, node.now) {
            Err(denied) => {
                here.no += 1;
                self.tally.refused += 1;
                self.tally.denied(&denied);
                self.refused(here, asked, request, &denied)?;
                if listed.any(|choice| choice.admits(request)) {
                    return Err(self.offered(asked, request, &format!("offered, and refused: {denied}")));
                }
                Ok(())
            }
            Ok(outcome) => {
                let first = outcome.events.first().filter(|event| event.row.is_some());
                if first.is_some() && listed.next().is_none() {
                    here.no += 1;
                    return Err(self.offered(asked, request, "accepted, and not offered"));
                }
                self.tally.accepted += 1;
                self.follow(here, asked, outcome)
            }
        }
    }

    /// Every refusal has a reason and none is a defect; to put it in words and to ask again is for one in so many.
    fn refused(&self, here: &Here<'_>, asked: &Move, request: &Request, denied: &Denied) -> Result<(), Fault> {
        let unexplained = match denied {
            Denied::Refused(refusal) => refusal.blockers.is_empty(),
            Denied::Defect(_) => true,
            _ => false,
        };
        if unexplained {
            let what = format!("{denied}");
            return Err((Some(asked.clone()), broken(Promise::RefusalExplains, request.subject, what)));
        }
        if (here.node.essence.bits() >> 8).wrapping_add(here.no.into()) % WORDED != 0 {
            return Ok(());
        }
        of_refusal(&self.stage.book(), &here.node.trade, asked, denied).map_err(|broken| (Some(asked.clone()), broken))
    }

    fn offered(&self, asked: &Move, request: &Request, what: &str) -> Fault {
        (Some(asked.clone()), broken(Promise::OfferedIsAccepted, request.subject, what.into()))
    }

    /// Checks a step, and notes where it leads.
    fn follow(&mut self, here: &mut Here<'_>, asked: &Move, outcome: Outcome) -> Result<(), Fault> {
        let no = here.no;
        here.no += 1;
        if here.wanted.is_some() {
            if here.wanted == Some(no) {
                // Found: the search ends as a fault does.
                return Err((Some(asked.clone()), broken(Promise::SameEssence, Subject::Order, String::new())));
            }
            return Ok(());
        }
        let node = here.node;
        if !outcome.events.is_empty() {
            self.tally.steps += 1;
            self.tally.happened(&outcome.events);
            of_step(&self.stage.book(), &node.trade, asked, &outcome)
                .map_err(|broken| (Some(asked.clone()), broken))?;
        }
        if self.is_aside(node, asked, &outcome) {
            self.tally.aside += 1;
            return Ok(());
        }
        let excuses = outcome.events.iter().fold(node.excuses, promise::Excuses::after);
        let essence = self.lens.essence(&outcome.trade, asked.at, excuses);
        if essence == node.essence || here.visit.edges.iter().any(|edge| edge.essence == essence) {
            return Ok(());
        }
        let wanted = !here.known.contains(essence) || Self::is_sampled(essence);
        let to = wanted.then(|| Box::new(Node { trade: outcome.trade, now: asked.at, excuses, essence }));
        here.visit.edges.push(Edge { essence, no, later: asked.at.since(node.now), to });
        Ok(())
    }

    /// Whether this world does not walk on from here: it is about something else.
    fn is_aside(&self, node: &Node, asked: &Move, outcome: &Outcome) -> bool {
        let first = outcome.events.first().and_then(|event| event.row);
        let opens = outcome.trade.cases.len() > node.trade.cases.len().max(self.world.knobs.cases);
        let Some(request) = &asked.request else { return false };
        let Knobs { kinds, reasons, .. } = &self.world.knobs;
        let other_kind = request.detail.kind.is_some_and(|kind| !kinds.is_empty() && !kinds.contains(&kind));
        let asks = fields(request.asked).0.contains(&Field::Kind);
        let other_reason =
            asks && !reasons.is_empty() && request.detail.reason.is_some_and(|of| !reasons.contains(&of));
        opens || other_kind || other_reason || first.is_some_and(|row| self.aside.contains(&row))
    }

    /// A request that comes late, before any worker has looked, comes to the same as one after the worker has.
    fn late(&mut self, here: &Here<'_>, at: Time) -> Result<(), Fault> {
        let node = here.node;
        let Ok(met) = run_due(&self.stage.book(), &node.trade, at) else { return Ok(()) };
        let polled = Node { trade: met.trade, now: at, excuses: node.excuses, essence: node.essence };
        self.compare(node, &polled, at, at, Promise::TimeComesFirst)
    }

    /// Two trades that should answer alike do.
    pub(super) fn compare(
        &mut self,
        one: &Node,
        other: &Node,
        at: Time,
        then: Time,
        promise: Promise,
    ) -> Result<(), Fault> {
        let mut all = core::mem::take(&mut self.blind);
        let mut fault = Ok(());
        for blind in &mut all {
            for subject in subjects(blind.on(), &other.trade) {
                let payments = self.world.knobs.payments;
                let late = blind.aim(&other.trade, subject, at, payments).clone();
                let prompt = blind.aim(&other.trade, subject, then, payments);
                if let (Ok(()), Err(what)) = (&fault, self.alike(&one.trade, &late, &other.trade, prompt)) {
                    fault = Err((Some(late), broken(promise, subject, what)));
                }
            }
        }
        self.tally.late += u64::from(promise == Promise::TimeComesFirst);
        self.tally.squares += u64::from(promise == Promise::SameEssence);
        self.blind = all;
        fault
    }

    fn alike(&self, one: &Trade, asked: &Move, other: &Trade, also: &Move) -> Result<(), String> {
        let (Some(request), Some(same)) = (&asked.request, &also.request) else { return Ok(()) };
        let first = step(&self.stage.book(), one, request, asked.at);
        let second = step(&self.stage.book(), other, same, also.at);
        match (first, second) {
            (Ok(first), Ok(second)) => {
                let one = self.lens.essence(&first.trade, asked.at, Excuses::NONE);
                let other = self.lens.essence(&second.trade, also.at, Excuses::NONE);
                if one == other {
                    return Ok(());
                }
                Err(format!("they come to different trades: {:#?} and {:#?}", first.trade, second.trade))
            }
            (Err(first), Err(second)) if same_reason(&first, &second) => Ok(()),
            (Err(first), Err(second)) => Err(format!("refused for this: {first}; and for that: {second}")),
            (Ok(_), Err(denied)) => Err(format!("one is accepted, the other is not: {denied}")),
            (Err(denied), Ok(_)) => Err(format!("one is not accepted, the other is: {denied}")),
        }
    }
}

/// The rows that a world does not walk on from.
fn aside(world: &World, stage: &Stage) -> BTreeSet<RowId> {
    fn of<M: Machine>(table: &Table<M>) -> impl Iterator<Item = RowId> {
        table.rules().iter().map(crate::rule::Rule::id)
    }
    let rules = &stage.rules;
    let all = of(&rules.order).chain(of(&rules.after_sale)).chain(of(&rules.refund));
    all.filter(|row| {
        row.parts().is_some_and(|parts| {
            world.knobs.aside.iter().any(|named| {
                let mut words = named.split('.');
                words.next() == Some(parts.machine)
                    && words.next() == Some(parts.action)
                    && words.next().is_none_or(|to| to == parts.to)
                    && words.next().is_none_or(|name| Some(name) == parts.name)
            })
        })
    })
    .collect()
}

type Fault = (Option<Move>, Broken);

/// Where a visit is.
struct Here<'a> {
    node: &'a Node,
    known: &'a Known,
    /// How many moves were tried so far.
    no: u32,
    /// The move that is looked for, if only that.
    wanted: Option<u32>,
    visit: Visit,
}

pub(super) const fn broken(promise: Promise, subject: Subject, what: String) -> Broken {
    Broken { promise, subject, what }
}

/// Whether two refusals turn on the same. Who asks for what no row gives to that role in that state is refused for that,
/// and a liberty that is used up never comes back; what the other conditions say besides is told, but decides nothing.
fn same_reason(one: &Denied, other: &Denied) -> bool {
    let (one, other) = (one.codes(), other.codes());
    let out_of_place = |code: &&str| matches!(*code, "wrong_state" | "wrong_role" | "no_row");
    let used_up = |code: &&str| code.ends_with("_left");
    let shared = |of: fn(&&str) -> bool| {
        let of_one: Vec<&str> = one.iter().copied().filter(of).collect();
        let of_other: Vec<&str> = other.iter().copied().filter(of).collect();
        !of_one.is_empty() && of_one == of_other
    };
    one == other || shared(out_of_place) || shared(used_up)
}

fn subjects(on: On, trade: &Trade) -> Vec<Subject> {
    let count = |count: usize| 1..=u16::try_from(count).unwrap_or(u16::MAX);
    match on {
        On::Order => Vec::from([Subject::Order]),
        On::NewCase => Vec::from([Subject::Case(0)]),
        On::EachCase => count(trade.cases.len()).map(Subject::Case).collect(),
        On::EachRefund => count(trade.refunds.len()).map(Subject::Refund).collect(),
    }
}

/// Whether a choice is about what is asked: the same action on the same subject, of the same kind where one is named. A
/// withdrawal from the contract is of the kind that the law makes it, whatever it is called.
fn is_of(choice: &Choice, request: &Request) -> bool {
    let named = request.detail.kind.filter(|_| request.asked != Asked::Case(crate::after_sale::Action::Declare));
    choice.subject == request.subject
        && choice.asked == request.asked
        && (named.is_none() || choice.bounds.kind.is_none() || named == choice.bounds.kind)
}

/// The next moment at which something becomes possible, stops being so, or happens by itself.
pub(in crate::testing) fn next(trade: &Trade, seen: &[(Actor, Options)], now: Time) -> Option<Time> {
    let choices = seen.iter().flat_map(|(_, options)| &options.choices);
    let ends = choices.filter_map(|choice| choice.until).chain(trade.due()).map(|until| until.after(1));
    let unavailable = seen.iter().flat_map(|(_, options)| &options.unavailable);
    let begins = unavailable.filter_map(|not| match &not.why {
        Denied::Refused(refusal) => refusal.blockers.iter().filter_map(|blocker| blocker.holds_from(now)).max(),
        _ => None,
    });
    let first = ends.chain(begins).filter(|&at| at > now).min()?;
    Some(morning(first))
}

/// The midnight at which it is noticed: the days of a small world begin when everything happens that has become due. In
/// China, where small worlds are, no day is longer than another.
fn morning(at: Time) -> Time {
    const DAY: i64 = 86_400_000;
    const CHINA: i64 = 8 * 3_600_000;
    let local = at.after(CHINA).millis();
    let into = local.rem_euclid(DAY);
    if into == 0 { at } else { at.after(DAY - into) }
}

fn open(trade: &Trade) -> u32 {
    let open = trade.open_cases().map(|case| 1_u32 << case.no.saturating_sub(1).min(31));
    open.fold(0, |mask, case| mask | case)
}

fn is_unresolved(trade: &Trade) -> bool {
    trade.refunds.iter().any(|refund| refund.state == crate::refund::State::Unresolved)
        || matches!(trade.head.state, crate::order::State::Unresolved)
}
