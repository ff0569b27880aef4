//! One trade is visited: everybody tries everything, time goes on to what comes next, and every answer is checked.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::answer::aside;
use super::blind::{Blind, On, everything, stranger};
use super::known::Known;
use super::offered::around;
use super::tally::Tally;
use crate::rule::RowId;
use crate::testing::essence::{Essence, Lens};
use crate::testing::promise::{Broken, Excuses, Promise, of_choices, of_rest, of_silence, of_trade};
use crate::testing::{Difference, Move, Stage, World};
use crate::trade::{Options, SilenceBound, Subject, Unavailable, Unbounded, options};
use crate::{Actor, Denied, Request, Time, Trade, run_due, step};

/// One in so many trades is looked at in another way, too.
pub(super) const SAMPLE: u128 = 64;
/// One in so many essences is kept with its first trade, to be compared with the second.
pub(super) const SQUARE: u128 = 256;

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
    /// How long it can be, as it is computed.
    pub(super) bound: i64,
    /// What does not hold, and after which move.
    pub(super) fault: Option<Box<Fault>>,
}

/// Whoever walks: what everybody can ask, and what was counted.
pub(super) struct Visitor<'a> {
    pub(super) world: &'a World,
    pub(super) stage: &'a Stage,
    pub(super) lens: &'a Lens<'a>,
    pub(super) blind: Vec<Blind>,
    /// Rows that this world does not walk on from.
    pub(super) aside: BTreeSet<RowId>,
    /// The rows of the user's own.
    pub(super) own: Vec<Difference>,
    /// How long silence can take.
    pub(super) bound: Result<SilenceBound, Unbounded>,
    pub(super) tally: Tally,
}

impl<'a> Visitor<'a> {
    pub(super) fn new(world: &'a World, stage: &'a Stage, lens: &'a Lens<'a>) -> Self {
        let own = Difference::all(&stage.rules);
        let (blind, bound) = (everything(world), stage.book().silence_bound());
        Self { world, stage, lens, blind, aside: aside(world, stage), own, bound, tally: Tally::new() }
    }

    /// Whether the first trade with this essence is kept, to be compared with the second.
    pub(super) const fn is_sampled(essence: Essence) -> bool {
        essence.bits().is_multiple_of(SQUARE)
    }

    /// Visits a trade.
    pub(super) fn visit(&mut self, node: &Node, known: &Known) -> Visit {
        let mut visit = Visit {
            edges: Vec::new(),
            rests: node.trade.rests(),
            unresolved: false,
            open: open(&node.trade),
            silence: 0,
            bound: 0,
            fault: None,
        };
        visit.unresolved = visit.rests && is_unresolved(&node.trade);
        let mut here = Here { node, known, no: 0, wanted: None, visit };
        here.visit.fault = match self.all(&mut here) {
            Err(Stop::Broken(fault)) => Some(fault),
            // Nothing is looked for.
            Err(Stop::Found(_)) | Ok(()) => None,
        };
        here.visit
    }

    /// The move of this number: visits again, up to it.
    pub(super) fn move_no(&mut self, node: &Node, no: u32) -> Option<Move> {
        let known = Known::default();
        let visit =
            Visit { edges: Vec::new(), rests: false, unresolved: false, open: 0, silence: 0, bound: 0, fault: None };
        let mut here = Here { node, known: &known, no: 0, wanted: Some(no), visit };
        let tally = self.tally.clone();
        let found = match self.all(&mut here) {
            Err(Stop::Found(asked)) => Some(*asked),
            Err(Stop::Broken(_)) | Ok(()) => None,
        };
        self.tally = tally;
        found
    }

    fn all(&mut self, here: &mut Here<'_>) -> Holds {
        let Node { trade, now, excuses, .. } = here.node;
        let plain = |broken| Box::new(Fault { asked: None, broken });
        of_trade(&self.stage.book(), trade, *now).map_err(plain)?;
        let rest = of_silence(&self.stage.book(), &self.bound, trade, *now).map_err(plain)?;
        here.visit.silence = rest.since(*now);
        here.visit.bound = self.bound.as_ref().map_or(0, |bound| bound.rests_by(trade, *now).since(*now));
        if here.visit.rests {
            of_rest(&self.stage.book(), trade, *excuses).map_err(plain)?;
        }
        let seen = self.look(here)?;
        of_choices(&self.stage.book(), trade, *now, &seen).map_err(plain)?;
        self.wait(here, next(trade, &seen, *now, self.world.knobs.exactly))?;
        for (person, (_, options)) in seen.iter().enumerate() {
            self.choices(here, options)?;
            self.unavailable(here, options)?;
            self.blindly(here, person, options)?;
            self.unheard(here, options)?;
        }
        Ok(())
    }

    /// What everybody may do here.
    fn look(&mut self, here: &Here<'_>) -> Result<Vec<(Actor, Options)>, Box<Fault>> {
        let mut seen = Vec::with_capacity(self.world.people.len());
        for actor in &self.world.people {
            self.tally.options += 1;
            match options(&self.stage.book(), &here.node.trade, actor, here.node.now) {
                Ok(options) => seen.push((*actor, options)),
                Err(denied) => {
                    let what = format!("{actor} cannot look: {denied}");
                    let broken = Broken { promise: Promise::OfferedIsAccepted, subject: Subject::Order, what };
                    return Err(Box::new(Fault { asked: None, broken }));
                }
            }
        }
        Ok(seen)
    }

    /// Time goes on to the next moment that matters, and nobody does anything.
    fn wait(&mut self, here: &mut Here<'_>, next: Option<Time>) -> Holds {
        let Some(at) = next else {
            return Ok(());
        };
        let asked = Move { at, request: None };
        match run_due(&self.stage.book(), &here.node.trade, at) {
            Ok(outcome) => self.follow(here, &asked, outcome)?,
            Err(denied) => {
                let what = format!("time itself is refused: {denied}");
                return Err(Fault::of(&asked, Promise::SilenceEnds, Subject::Order, what).into());
            }
        }
        if here.node.essence.bits().is_multiple_of(SAMPLE) && here.wanted.is_none() {
            self.late(here, at)?;
        }
        Ok(())
    }

    fn choices(&mut self, here: &mut Here<'_>, options: &Options) -> Holds {
        let mut fault = Ok(());
        for choice in &options.choices {
            around(choice, &here.node.trade, here.node.now, &self.world.knobs, |request| {
                if fault.is_ok() {
                    let asked = Move { at: here.node.now, request: Some(request) };
                    fault = self.ask(here, &asked, options);
                }
            });
        }
        fault
    }

    /// What is not possible is refused, for the reasons that were told.
    fn unavailable(&mut self, here: &mut Here<'_>, options: &Options) -> Holds {
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
            return Err(Fault::of(&asked, Promise::OfferedIsAccepted, tried.subject, fault).into());
        }
        Ok(())
    }

    fn blindly(&mut self, here: &mut Here<'_>, person: usize, options: &Options) -> Holds {
        let mut all = core::mem::take(&mut self.blind);
        let asked = all.iter_mut().filter(|blind| blind.person == person);
        let result = asked.into_iter().try_for_each(|blind| self.everywhere(here, blind, options));
        self.blind = all;
        result
    }

    fn everywhere(&mut self, here: &mut Here<'_>, blind: &mut Blind, options: &Options) -> Holds {
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
    fn unheard(&mut self, here: &mut Here<'_>, options: &Options) -> Holds {
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
                    let what = format!("not {code}: {what}");
                    return Err(Fault::of(&asked, Promise::OthersUnheard, subject, what).into());
                }
            }
        }
        Ok(())
    }
}

/// What does not hold, and after which move.
pub(super) struct Fault {
    pub(super) asked: Option<Move>,
    pub(super) broken: Broken,
}

impl Fault {
    pub(super) fn of(asked: &Move, promise: Promise, subject: Subject, what: String) -> Box<Self> {
        Self::after(asked, Broken { promise, subject, what })
    }

    pub(super) fn after(asked: &Move, broken: Broken) -> Box<Self> {
        Box::new(Self { asked: Some(asked.clone()), broken })
    }
}

/// Why a visit ends before everything was tried.
pub(super) enum Stop {
    /// Something does not hold.
    Broken(Box<Fault>),
    /// The move that was looked for is this one.
    Found(Box<Move>),
}

impl From<Box<Fault>> for Stop {
    fn from(fault: Box<Fault>) -> Self {
        Self::Broken(fault)
    }
}

/// Whether everything that was tried holds, and nothing was found that was looked for.
pub(super) type Holds = Result<(), Stop>;

/// Where a visit is.
pub(super) struct Here<'a> {
    pub(super) node: &'a Node,
    pub(super) known: &'a Known,
    /// How many moves were tried so far.
    pub(super) no: u32,
    /// The move that is looked for, if only that.
    pub(super) wanted: Option<u32>,
    pub(super) visit: Visit,
}

/// The next moment at which something becomes possible, stops being so, or happens by itself.
///
/// Mostly what becomes due is noticed at the next midnight. Where it is looked at more closely, everybody acts at the very
/// last moment, too, and again a millisecond later.
pub(in crate::testing) fn next(trade: &Trade, seen: &[(Actor, Options)], now: Time, exactly: bool) -> Option<Time> {
    let choices = seen.iter().flat_map(|(_, options)| &options.choices);
    let last = choices.filter_map(|choice| choice.until).chain(trade.due());
    let unavailable = seen.iter().flat_map(|(_, options)| &options.unavailable);
    let begins = unavailable.filter_map(|not| match &not.why {
        Denied::Refused(refusal) => refusal.blockers.iter().filter_map(|blocker| blocker.holds_from(now)).max(),
        _ => None,
    });
    let moments = last.flat_map(|last| [last, last.after(1)].into_iter().skip(usize::from(!exactly))).chain(begins);
    let first = moments.filter(|&at| at > now).min()?;
    Some(if exactly { first } else { morning(first) })
}

/// The midnight at which it is noticed: the days of most small worlds begin when everything happens that has become due.
/// In China, where these are, no day is longer than another.
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
