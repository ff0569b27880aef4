//! Plays a scenario on a stage, step by step, and holds what came against what was expected.

use alloc::string::String;
use alloc::vec::Vec;

use super::expect::Expected;
use super::head::Frame;
use super::keyword::Given;
use super::line::{Act, Ask, Step, usual};
use super::mismatch::Mismatch;
use super::value::When;
use super::{Scenario, again, check};
use crate::testing::promise::{self, Broken};
use crate::testing::{Difference, Move, Stage, Story};
use crate::trade::{Cause, Detail, Request, Subject, Wanted};
use crate::{Calendar, Denied, Event, Outcome, Role, Rules, Tender, Time, Trade, order};

/// What became of a scenario: everything came as expected.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Played {
    /// The stage as the story left it.
    pub stage: Stage,
    /// The setting and every move that was made.
    pub story: Story,
}

/// When a story begins, unless it says when: 2026-03-01 at 10:00, by the clocks of its policy.
pub(super) fn beginning(frame: &Frame) -> Time {
    let ten_o_clock = Time::from_millis(1_772_359_200_000);
    let offset = frame.calendar().offset(ten_o_clock).local_minus_utc();
    ten_o_clock.after(-1_000 * i64::from(offset))
}

/// What came of a step.
pub(super) struct Came {
    /// The events of all its moves, or why the last was not made.
    pub(super) answer: Result<Vec<Event>, Denied>,
    /// Whether there was nothing to wait for, so that it could not be tried.
    pub(super) idle: bool,
    /// Whether somebody asked for it.
    pub(super) asked: bool,
}

/// How a request was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Row,
    Noted,
    Known,
}

impl Came {
    /// How what was asked was taken, if it was not refused.
    pub(super) fn taken(&self) -> Option<Taken> {
        let events = self.answer.as_ref().ok()?;
        let own: Vec<&Event> = events.iter().filter(|event| event.cause == Cause::Request).collect();
        Some(match own.as_slice() {
            [] => Taken::Known,
            own if own.iter().any(|event| event.row.is_some()) => Taken::Row,
            _ => Taken::Noted,
        })
    }
}

impl Scenario {
    /// Plays the story on the real step machine under these rules, and holds what comes against what is expected.
    ///
    /// After every move what is [promised](crate::testing::promise) of it is looked at as well; rows that differ from the
    /// built-in ones are taken for the user's own, see [`of_move`](crate::testing::promise::of_move).
    ///
    /// # Errors
    ///
    /// [`Mismatch`] at the first step of which something came out otherwise, or after which a promise is broken.
    pub fn run(&self, rules: &Rules) -> Result<Played, Mismatch> {
        let setting = self.setting();
        let stage = match Stage::set(&setting, rules.clone()) {
            Ok(stage) => stage,
            Err(fault) => return Err(Mismatch::unset(self, &fault)),
        };
        let own = Difference::all(rules);
        let mut player = Player { frame: &self.frame, stage, own, moves: Vec::new(), broken: None };
        for step in &self.steps {
            let came = player.play(step);
            let differences = check::step(&player.stage, step, &came, self);
            if !differences.is_empty() || player.broken.is_some() {
                return Err(Mismatch::at(self, step, &player.stage, &came, differences, player.broken));
            }
        }
        let Player { stage, moves, .. } = player;
        Ok(Played { stage, story: Story { setting, moves } })
    }
}

struct Player<'s> {
    frame: &'s Frame,
    stage: Stage,
    /// The rows of the user's own.
    own: Vec<Difference>,
    moves: Vec<Move>,
    broken: Option<Broken>,
}

impl Player<'_> {
    fn play(&mut self, step: &Step) -> Came {
        let Some(at) = moment(&self.stage, step.when) else {
            return Came { answer: Ok(Vec::new()), idle: true, asked: false };
        };
        let answer = match &step.act {
            Act::Ask(ask) => self.ask(ask, at),
            Act::Clock => self.go(Move { at, request: None }),
            Act::Silence { to_rest } => self.silence(at, *to_rest),
            Act::Given(given) => self.given(*given, at),
        };
        Came { answer, idle: false, asked: matches!(step.act, Act::Ask(_)) }
    }

    fn ask(&mut self, ask: &Ask, at: Time) -> Result<Vec<Event>, Denied> {
        let mut request = ask.request.clone();
        self.stage.now = at;
        let places = request.asked == crate::trade::Asked::Order(order::Action::Place);
        if places && request.detail.order.is_none() && !ask.without_order {
            request.detail.order = Some(alloc::boxed::Box::new(self.frame.order.clone()));
        }
        let told = |when: Option<When>| when.and_then(|when| moment(&self.stage, when));
        let (until, stage_at) = (told(ask.until), told(ask.stage_at));
        request.detail = Detail { until, stage_at, ..request.detail };
        self.go(Move { at, request: Some(request) })
    }

    /// Makes one move and looks at what is promised of it.
    fn go(&mut self, asked: Move) -> Result<Vec<Event>, Denied> {
        if let Some(answer) = again::repeated(&self.stage, &self.moves, &asked) {
            self.stage.now = asked.at;
            self.moves.push(asked);
            return answer.map(|()| Vec::new());
        }
        let before = self.stage.trade.clone();
        let outcome = self.stage.ask(&asked);
        self.stage.now = asked.at;
        let kept = held(&self.stage, &self.own, &before, &asked, &outcome);
        self.broken = self.broken.take().or(kept.err());
        self.moves.push(asked);
        let Outcome { trade, events } = outcome?;
        self.stage.trade = trade;
        self.stage.events.extend(events.iter().cloned());
        Ok(events)
    }

    /// Lets each deadline pass in its time until `at`, or until nothing waits any more.
    fn silence(&mut self, at: Time, to_rest: bool) -> Result<Vec<Event>, Denied> {
        let mut events = Vec::new();
        for _ in 0..SILENCE_MOST {
            let due = self.stage.trade.due().map(|due| due.max(self.stage.now).after(1));
            match due.filter(|&due| to_rest || due <= at) {
                Some(due) => events.extend(self.go(Move { at: due, request: None })?),
                None if to_rest => return Ok(events),
                None => break,
            }
        }
        events.extend(self.go(Move { at, request: None })?);
        Ok(events)
    }

    fn given(&mut self, given: Given, at: Time) -> Result<Vec<Event>, Denied> {
        let order = &self.frame.order;
        let by = |role| Request::by(usual(role, self.frame));
        let mut requests = alloc::vec![by(Role::Buyer).place(order.clone())];
        if given >= Given::Paid && !order.total.is_zero() {
            let pay = by(Role::Gateway).order(order::Action::Pay).amount(order.total);
            requests.push(pay.tender(Tender::Wallet).reference("p-1"));
        }
        let units = || {
            order.lines.iter().map(|line| Wanted { line: line.id, count: line.count, condition: None, reason: None })
        };
        if given >= Given::Shipped {
            let carrier = usual(Role::Carrier, self.frame).id;
            let ship = by(Role::Merchant).order(order::Action::Ship).waybill(carrier, "out-1");
            requests.push(ship.with(|detail| detail.units = units().collect()));
        }
        if given >= Given::Delivered {
            let deliver = by(Role::Carrier).order(order::Action::Deliver);
            requests.push(deliver.with(|detail| detail.units = units().collect()));
        }
        let mut events = Vec::new();
        for request in requests {
            events.extend(self.go(Move { at, request: Some(request) })?);
        }
        Ok(events)
    }
}

/// More deadlines than this in one silence mean that it does not end.
const SILENCE_MOST: usize = 1_000;

/// When that is; `None` if it is after a deadline and there is none.
pub(super) fn moment(stage: &Stage, when: When) -> Option<Time> {
    match when {
        When::Same => Some(stage.now),
        When::After(millis) => Some(stage.now.after(millis)),
        When::At(at, _) => Some(at),
        When::Due(of, past) => {
            let due = match of {
                None => stage.trade.due(),
                Some(subject) => waits(&stage.trade, subject).due,
            };
            due.map(|due| due.after(i64::from(past)))
        }
    }
}

/// Until when a machine waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waits {
    pub(super) due: Option<Time>,
    pub(super) frozen: bool,
}

pub(super) fn waits(trade: &Trade, subject: Subject) -> Waits {
    let own = || trade.deadlines().filter(|(of, _)| *of == subject).map(|(_, deadline)| deadline);
    let due = own().filter_map(crate::trade::Deadline::due).min();
    Waits { due, frozen: due.is_none() && own().next().is_some() }
}

/// What is promised of a move, whatever came of it.
fn held(
    stage: &Stage,
    own: &[Difference],
    before: &Trade,
    asked: &Move,
    outcome: &Result<Outcome, Denied>,
) -> Result<(), Broken> {
    // Time that runs backwards, or out of the calendar, is the scenario's own doing.
    if outcome.is_err() && asked.request.is_none() && !(asked.at.is_sane() && asked.at >= before.at) {
        return Ok(());
    }
    promise::of_move(&stage.book(), own, before, asked, outcome.as_ref())
}

/// Whether what is expected says how the request is taken.
pub(super) const fn is_verdict(expected: &Expected) -> bool {
    matches!(
        expected,
        Expected::Accepted | Expected::Noted | Expected::Known | Expected::Refused(..) | Expected::Says(_)
    )
}

/// A text for the reader in the language of the file.
pub(super) fn say(lang: crate::Lang, en: &str, zh: &str) -> String {
    String::from(if matches!(lang, crate::Lang::Zh) { zh } else { en })
}
