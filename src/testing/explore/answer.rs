//! Somebody asks, and the answer is checked, whichever it is.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::ToString as _;

use super::report::rows;
use super::visit::{Edge, Fault, Here, Holds, Node, Stop, Visitor};
use crate::rule::RowId;
use crate::testing::promise::{Excuses, Promise, of_move};
use crate::testing::{Knobs, Move, Stage, World};
use crate::trade::{Choice, Options, Subject};
use crate::{Denied, Outcome, Request, step};

/// One in so many refusals is put in words, in both languages, and asked for again.
pub(super) const WORDED: u128 = 32;

impl Visitor<'_> {
    /// Somebody asks for something, and the answer is checked.
    pub(super) fn ask(&mut self, here: &mut Here<'_>, asked: &Move, options: &Options) -> Holds {
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
                    return Err(Self::offered(asked, request, &format!("offered, and refused: {denied}")));
                }
                Ok(())
            }
            Ok(outcome) => {
                let first = outcome.events.first().filter(|event| event.row.is_some());
                if first.is_some() && listed.next().is_none() {
                    here.no += 1;
                    return Err(Self::offered(asked, request, "accepted, and not offered"));
                }
                self.tally.accepted += 1;
                self.follow(here, asked, outcome)
            }
        }
    }

    /// Every refusal has a reason and none is a defect; to put it in words and to ask again is for one in so many.
    fn refused(&mut self, here: &Here<'_>, asked: &Move, request: &Request, denied: &Denied) -> Holds {
        let unexplained = match denied {
            Denied::Refused(refusal) => refusal.blockers.is_empty(),
            Denied::Defect(_) => true,
            _ => false,
        };
        if unexplained {
            let what = format!("{denied}");
            return Err(Fault::of(asked, Promise::RefusalExplains, request.subject, what).into());
        }
        if (here.node.essence.bits() >> 8).wrapping_add(here.no.into()) % WORDED != 0 {
            return Ok(());
        }
        self.tally.worded += 1;
        of_move(&self.stage.book(), &self.own, &here.node.trade, asked, Err(denied))
            .map_err(|broken| Fault::after(asked, broken).into())
    }

    fn offered(asked: &Move, request: &Request, what: &str) -> Stop {
        Fault::of(asked, Promise::OfferedIsAccepted, request.subject, what.into()).into()
    }

    /// Checks a step, and notes where it leads.
    pub(super) fn follow(&mut self, here: &mut Here<'_>, asked: &Move, outcome: Outcome) -> Holds {
        let no = here.no;
        here.no += 1;
        if here.wanted.is_some() {
            return if here.wanted == Some(no) { Err(Stop::Found(Box::new(asked.clone()))) } else { Ok(()) };
        }
        let node = here.node;
        if !outcome.events.is_empty() {
            self.tally.steps += 1;
            self.tally.happened(&outcome.events);
            of_move(&self.stage.book(), &self.own, &node.trade, asked, Ok(&outcome))
                .map_err(|broken| Fault::after(asked, broken))?;
        }
        let aside = self.is_aside(node, asked, &outcome);
        self.tally.aside += u64::from(aside);
        if aside && !stays(&outcome) {
            return Ok(());
        }
        let excuses = outcome.events.iter().fold(node.excuses, Excuses::after);
        let essence = self.lens.essence(&outcome.trade, asked.at, excuses);
        if essence == node.essence {
            return Self::comes_back(asked, &outcome);
        }
        if aside || here.visit.edges.iter().any(|edge| edge.essence == essence) {
            return Ok(());
        }
        let wanted = !here.known.contains(essence) || Self::is_sampled(essence);
        let to = wanted.then(|| Box::new(Node { trade: outcome.trade, now: asked.at, excuses, essence }));
        here.visit.edges.push(Edge { essence, no, later: asked.at.since(node.now), to });
        Ok(())
    }

    /// A row that leads back to where it came from is a loop of one: whoever takes it may take it for ever. What a
    /// report says that is only noted, and time that passes, take none.
    fn comes_back(asked: &Move, outcome: &Outcome) -> Holds {
        let Some(row) = outcome.events.iter().find_map(|event| event.row) else { return Ok(()) };
        let subject = asked.request.as_ref().map_or(Subject::Order, |request| request.subject);
        let what = format!("{row} leads back to where it came from, and is not counted");
        Err(Fault::of(asked, Promise::LoopsAreCounted, subject, what).into())
    }

    /// Whether this world does not walk on from here: it is about something else.
    fn is_aside(&self, node: &Node, asked: &Move, outcome: &Outcome) -> bool {
        let first = outcome.events.first().and_then(|event| event.row);
        let opens = outcome.trade.cases.len() > node.trade.cases.len().max(self.world.knobs.cases);
        let Some(request) = &asked.request else { return false };
        let Knobs { kinds, reasons, .. } = &self.world.knobs;
        let other_kind = request.detail.kind.is_some_and(|kind| !kinds.is_empty() && !kinds.contains(&kind));
        let asks = request.subject == Subject::Case(0);
        let other_reason =
            asks && !reasons.is_empty() && request.detail.reason.is_some_and(|of| !reasons.contains(&of));
        opens || other_kind || other_reason || first.is_some_and(|row| self.aside.contains(&row))
    }
}

/// Whether the first row of it moves no machine.
fn stays(outcome: &Outcome) -> bool {
    let row = outcome.events.first().and_then(|event| event.row);
    row.and_then(|row| row.parts().map(|parts| parts.to == RowId::STAY)).unwrap_or_default()
}

/// The rows that a world does not walk on from.
pub(super) fn aside(world: &World, stage: &Stage) -> BTreeSet<RowId> {
    let all = rows(&stage.rules).into_iter();
    all.filter(|row| {
        row.parts().is_some_and(|parts| {
            world.knobs.aside.iter().any(|named| {
                if row.to_string() == *named {
                    return true;
                }
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

/// Whether a choice is about what is asked: the same action on the same subject, of the same kind where one is named.
fn is_of(choice: &Choice, request: &Request) -> bool {
    let named = request.detail.kind;
    choice.subject == request.subject
        && choice.asked == request.asked
        && (named.is_none() || choice.bounds.kind.is_none() || named == choice.bounds.kind)
}
