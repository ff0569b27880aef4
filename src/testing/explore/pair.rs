//! Two trades that should answer alike: one of which time was noticed late, or one of which only what cannot matter differs.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::blind::On;
use super::visit::{Fault, Here, Node, Visitor};
use crate::testing::Move;
use crate::testing::promise::{Excuses, Promise, of_rest, of_silence, of_trade};
use crate::trade::Subject;
use crate::{Denied, Time, Trade, run_due, step};

impl Visitor<'_> {
    /// A request that comes late, before any worker has looked, comes to the same as one after the worker has.
    pub(super) fn late(&mut self, here: &Here<'_>, at: Time) -> Result<(), Box<Fault>> {
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
    ) -> Result<(), Box<Fault>> {
        if promise == Promise::SameEssence {
            self.promised_alike(one, other)?;
        }
        let mut all = core::mem::take(&mut self.blind);
        let mut fault = Ok(());
        for blind in &mut all {
            for subject in subjects(blind.on(), &other.trade) {
                let payments = self.world.knobs.payments;
                let late = blind.aim(&other.trade, subject, at, payments).clone();
                let prompt = blind.aim(&other.trade, subject, then, payments);
                if let (Ok(()), Err(what)) = (&fault, self.alike(&one.trade, &late, &other.trade, prompt)) {
                    fault = Err(Fault::of(&late, promise, subject, what));
                }
            }
        }
        self.tally.late += u64::from(promise == Promise::TimeComesFirst);
        self.tally.squares += u64::from(promise == Promise::SameEssence);
        self.blind = all;
        fault
    }

    /// What is promised of a trade by itself holds of both, and silence brings both to rest after the same time.
    fn promised_alike(&self, one: &Node, other: &Node) -> Result<(), Box<Fault>> {
        let book = self.stage.book();
        let kept = |node: &Node| {
            let silence = of_silence(&book, &self.bound, &node.trade, node.now).map(|rest| rest.since(node.now));
            let rest = if node.trade.rests() { of_rest(&book, &node.trade, node.excuses) } else { Ok(()) };
            of_trade(&book, &node.trade, node.now).and(rest).and(silence).map_err(|broken| broken.promise)
        };
        let (first, second) = (kept(one), kept(other));
        if first == second {
            return Ok(());
        }
        let asked = Move { at: one.now, request: None };
        let what = format!("{first:?} of one, {second:?} of the other");
        Err(Fault::of(&asked, Promise::SameEssence, Subject::Order, what))
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
