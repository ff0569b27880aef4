//! Tasks: what was to be done, who claimed it when, what was really done in the world outside, and how it ended.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::violation::{Must, Violation};
use crate::port::{Claimed, Commit, Ending, Settle, TaskId};
use crate::trade::{Subject, Task, UnitSpan};
use crate::{Effect, Id, Time};

/// All tasks of a history.
#[derive(Debug, Default)]
pub(in super::super) struct Board {
    tasks: BTreeMap<TaskId, Row>,
    /// Those that are not at an end, by when they are ready.
    open: BTreeSet<(Time, TaskId)>,
    /// What was really done outside, each key once.
    done: BTreeMap<String, Task>,
    orders: BTreeMap<String, Id>,
    found: Vec<Violation>,
}

#[derive(Debug)]
struct Row {
    what: Effect,
    ready_at: Time,
    claimed_until: Option<Time>,
    fence: u64,
    carried_out: u32,
    end: Option<End>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Done,
    Aside,
}

impl Board {
    pub(super) fn posted(&mut self, commit: &Commit) {
        for (id, task, ready_at) in commit.tasks() {
            let row = Row { what: task.what, ready_at, claimed_until: None, fence: 0, carried_out: 0, end: None };
            self.tasks.insert(id, row);
            self.open.insert((ready_at, id));
        }
        if let Some((id, _)) = commit.ends {
            self.end(id, End::Done);
        }
    }

    /// A task is over before the history begins.
    pub(in super::super) fn is_past(&mut self, claimed: &Claimed) {
        self.carry_out(claimed);
        self.end(claimed.id, End::Done);
    }

    pub(in super::super) fn claimed(&mut self, claimed: &Claimed) {
        let Some(row) = self.tasks.get_mut(&claimed.id) else { return };
        let early = row.claimed_until.is_some_and(|until| claimed.at < until);
        if early || row.end.is_some() || claimed.fence != row.fence.saturating_add(1) || claimed.at < row.ready_at {
            let found = format!("{} was claimed at {} with fence {}: {row:?}", claimed.id, claimed.at, claimed.fence);
            self.found.push(Violation { must: Must::ClaimsAreApart, order: Some(claimed.id.trade.order), found });
        }
        self.open.remove(&(row.ready_at, claimed.id));
        (row.ready_at, row.claimed_until, row.fence) = (claimed.until, Some(claimed.until), claimed.fence);
        self.open.insert((row.ready_at, claimed.id));
    }

    pub(in super::super) fn settled(&mut self, settle: &Settle) {
        match &settle.ending {
            Ending::Done => self.end(settle.task, End::Done),
            Ending::Aside { .. } => self.end(settle.task, End::Aside),
            Ending::Again { at, .. } | Ending::Returned { at, .. } => {
                let Some(row) = self.tasks.get_mut(&settle.task) else { return };
                self.open.remove(&(row.ready_at, settle.task));
                (row.ready_at, row.claimed_until) = (*at, None);
                self.open.insert((*at, settle.task));
            }
        }
    }

    /// A person has taken up again what was set aside.
    pub(in super::super) fn unshelved(&mut self, id: TaskId, now: Time) {
        let Some(row) = self.tasks.get_mut(&id) else { return };
        (row.end, row.ready_at, row.claimed_until) = (None, now, None);
        self.open.insert((now, id));
    }

    fn end(&mut self, id: TaskId, end: End) {
        let Some(row) = self.tasks.get_mut(&id) else { return };
        self.open.remove(&(row.ready_at, id));
        if end == End::Done && row.carried_out == 0 && !is_of_channel(row.what) && row.end.is_none() {
            let found = format!("{id} ({}) is done, and nobody carried it out", row.what);
            self.found.push(Violation { must: Must::TasksAreDone, order: Some(id.trade.order), found });
        }
        row.end = Some(end);
    }

    /// It was really done; under the same key it is done once.
    pub(in super::super) fn carry_out(&mut self, claimed: &Claimed) {
        if let Some(row) = self.tasks.get_mut(&claimed.id) {
            row.carried_out = row.carried_out.saturating_add(1);
        }
        self.orders.insert(claimed.task.key.clone(), claimed.id.trade.order);
        self.done.entry(claimed.task.key.clone()).or_insert_with(|| claimed.task.clone());
    }

    /// When the next task is ready.
    pub(in super::super) fn next(&self) -> Option<Time> {
        self.open.first().map(|(at, _)| *at)
    }

    /// How often something was done in the world, under different keys.
    pub(super) fn carried_out(&self, order: Id, what: Effect, subject: Subject) -> usize {
        self.of(order, what).filter(|task| task.subject == subject).count()
    }

    /// How often something was done with a unit.
    pub(super) fn units_carried_out(&self, order: Id, what: Effect, unit: UnitSpan) -> u32 {
        let covers = |span: &UnitSpan| {
            span.line == unit.line && span.first <= unit.first && unit.first < span.first.saturating_add(span.count)
        };
        let times = self.of(order, what).filter(|task| task.units.iter().any(covers)).count();
        u32::try_from(times).unwrap_or(u32::MAX)
    }

    fn of(&self, order: Id, what: Effect) -> impl Iterator<Item = &Task> {
        self.done
            .iter()
            .filter(move |(key, task)| task.what == what && self.orders.get(*key) == Some(&order))
            .map(|(_, task)| task)
    }

    /// Everything has come to rest.
    pub(super) fn close(&mut self, violations: &mut Vec<Violation>) {
        violations.append(&mut self.found);
        for (id, row) in &self.tasks {
            // A channel that cannot be asked leaves its question to a person.
            let ends = row.end == Some(End::Done) || (is_of_channel(row.what) && row.end == Some(End::Aside));
            if !ends {
                let found = format!("{id} ({}) comes to no end: {row:?}", row.what);
                violations.push(Violation { must: Must::TasksAreDone, order: Some(id.trade.order), found });
            }
        }
    }

    /// What was done with money and goods, sorted.
    pub(super) fn summary(&self) -> Vec<String> {
        let matters = self.done.iter().filter(|(_, task)| moves_something(task.what));
        let line = |(key, task): (&String, &Task)| {
            format!("{:?}: {} {} {:?} {:?}", self.orders.get(key), task.subject, task.what, task.amount, task.units)
        };
        let mut lines: Vec<String> = matters.map(line).collect();
        lines.sort_unstable();
        lines
    }
}

/// Whether a task moves money, points or goods in the world, other than through a channel.
const fn moves_something(what: Effect) -> bool {
    match what {
        Effect::CreditBalance
        | Effect::AdvanceRefund
        | Effect::CollectFee
        | Effect::RecoverFromBuyer
        | Effect::ChargeMerchant
        | Effect::ClaimFreightInsurance
        | Effect::ReleaseFunds
        | Effect::RestorePoints
        | Effect::ClawBackPoints
        | Effect::RestoreCoupon
        | Effect::ReserveStock
        | Effect::ReleaseStock
        | Effect::Restock => true,
        Effect::NotifyBuyer
        | Effect::NotifyMerchant
        | Effect::NotifyPlatform
        | Effect::NotifyFinance
        | Effect::AcknowledgeBuyer
        | Effect::Alert
        | Effect::PayOut
        | Effect::QueryRefund
        | Effect::HoldShipment
        | Effect::ReleaseShipment
        | Effect::BookPickup
        | Effect::RecallParcel
        | Effect::StandStill
        | Effect::CountAsConsent
        | Effect::WriteOff => false,
    }
}

/// Whether a task is carried out by a channel, of which the money tells.
const fn is_of_channel(what: Effect) -> bool {
    matches!(what, Effect::PayOut | Effect::QueryRefund)
}
