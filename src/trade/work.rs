//! One step in the making: the trade as it has become so far, the event being written, and who is still to be told.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::evolve::{apply, close};
use super::flow::{Flow, Happened};
use super::{
    Asked, CaseChange, Cause, Change, Defect, Denied, Detail, Event, Overridden, RefundChange, Request, Rulebook, Said,
    Split, Subject, Task, Trade, UnitSpan,
};
use crate::refund::Ground;
use crate::rule::RowId;
use crate::{Actor, Amount, Bearer, Id, Person, Time};

/// How deep siblings may tell each other.
pub(crate) const CASCADE_MAX: u8 = 8;

/// Most events change no more than this.
const CHANGES_MOSTLY: usize = 8;

/// One request on one machine: asked by somebody, by time, or told by a sibling.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) actor: Actor,
    pub(crate) cause: Cause,
    pub(crate) subject: Subject,
    pub(crate) asked: Asked,
    pub(crate) detail: &'a Detail,
    pub(crate) key: Option<Id>,
    /// What a refund is to be opened for.
    pub(crate) opening: Option<&'a Opening>,
}

impl<'a> Turn<'a> {
    /// What somebody asks.
    pub(crate) const fn of(request: &'a Request) -> Self {
        Self {
            actor: request.actor,
            cause: Cause::Request,
            subject: request.subject,
            asked: request.asked,
            detail: &request.detail,
            key: request.key,
            opening: None,
        }
    }

    /// The amount that is asked for or reported; nothing if none is.
    pub(crate) fn amount(&self) -> Amount {
        self.detail.amount.map_or(Amount::ZERO, |sum| sum.amount)
    }
}

/// A refund that is to be opened.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub(crate) case: Option<u16>,
    pub(crate) ground: Ground,
    pub(crate) funder: Bearer,
    pub(crate) payment: u16,
    pub(crate) split: Split,
    pub(crate) requested_by: Option<Person>,
    /// The units that are closed when it is paid.
    pub(crate) units: Vec<UnitSpan>,
}

/// What a machine is told: what it must hear if it has a row for it, or the first of several that a row takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Told {
    Must(Asked),
    May(&'static [Asked]),
}

/// What is still to be done before the step is complete, first come, first served.
#[derive(Clone, Debug)]
pub(crate) enum Next {
    /// A row of the flow applies; whom it tells what is found out now, from the trade as it has become.
    Follow(&'static Flow, Happened),
    /// A sibling is told.
    Tell(Tell),
}

/// Something that a machine is told by a sibling.
#[derive(Clone, Debug)]
pub(crate) struct Tell {
    pub(crate) subject: Subject,
    pub(crate) told: Told,
    pub(crate) opening: Option<Opening>,
    pub(crate) from: u64,
    pub(crate) depth: u8,
}

/// One step in the making.
pub(crate) struct Work<'a> {
    pub(crate) book: Rulebook<'a>,
    pub(crate) now: Time,
    /// The trade as it is given until the first change, a copy from then on.
    pub(crate) trade: Cow<'a, Trade>,
    pub(crate) events: Vec<Event>,
    pub(crate) next: VecDeque<Next>,
    /// The version that this step's commit will make.
    version: u64,
    changes: Vec<Change>,
    tasks: Vec<Task>,
}

impl<'a> Work<'a> {
    pub(crate) fn new(book: Rulebook<'a>, trade: Cow<'a, Trade>, now: Time) -> Self {
        let version = trade.version.saturating_add(1);
        Self {
            book,
            now,
            trade,
            events: Vec::new(),
            next: VecDeque::new(),
            version,
            changes: Vec::new(),
            tasks: Vec::new(),
        }
    }

    /// The number of the event that is being written.
    pub(crate) fn seq(&self) -> u64 {
        self.trade.events.saturating_add(1)
    }

    /// Makes one change, here and in the event that is being written.
    pub(crate) fn change(&mut self, change: Change) -> Result<(), Defect> {
        apply(self.trade.to_mut(), &change)?;
        if self.changes.is_empty() {
            self.changes.reserve(CHANGES_MOSTLY);
        }
        self.changes.push(change);
        Ok(())
    }

    /// Makes one change of a case.
    pub(crate) fn of_case(&mut self, no: u16, change: CaseChange) -> Result<(), Defect> {
        self.change(Change::OfCase(no, change))
    }

    /// Makes one change of a refund.
    pub(crate) fn of_refund(&mut self, no: u16, change: RefundChange) -> Result<(), Defect> {
        self.change(Change::OfRefund(no, change))
    }

    /// Asks the caller to do something.
    pub(crate) fn task(&mut self, task: Task) {
        self.tasks.push(task);
    }

    /// How many tasks the event asks for so far.
    pub(crate) fn tasks(&self) -> usize {
        self.tasks.len()
    }

    /// Closes the event.
    pub(crate) fn record(
        &mut self,
        turn: &Turn<'_>,
        subject: Subject,
        row: Option<RowId>,
        overrode: Vec<Overridden>,
    ) -> Result<(), Denied> {
        let event = Event {
            seq: self.seq(),
            version: self.version,
            at: self.now,
            actor: turn.actor,
            cause: turn.cause,
            subject,
            row,
            asked: turn.asked,
            changes: core::mem::take(&mut self.changes),
            tasks: core::mem::take(&mut self.tasks),
            said: said(turn),
            overrode,
        };
        close(self.trade.to_mut(), &event)?;
        self.events.push(event);
        Ok(())
    }
}

fn said(turn: &Turn<'_>) -> Said {
    let Detail { reason, text, evidence, address, account, voucher, .. } = turn.detail;
    // An action takes at most one of them.
    let given = [address, account, voucher].into_iter().find(|given| !given.is_empty());
    Said {
        reason: *reason,
        text: text.clone(),
        evidence: evidence.clone(),
        given: given.cloned().unwrap_or_default(),
        key: turn.key,
    }
}
