//! What is being waited for on a trade: by whom, until when, and what silence leads to.

use alloc::vec::Vec;

use serde::Serialize;

use crate::rule::{Machine, RowId, Rule, Table};
use crate::trade::{Deadline, Rulebook, Subject, Trade};
use crate::{Actor, Id, Limit, Role, Time};

/// A time limit that runs, or stands still while a case is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Due {
    /// On what.
    pub subject: Subject,
    /// The line whose receipt it is; `None` for every other limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<Id>,
    /// Which limit.
    pub limit: Limit,
    /// Since when.
    pub since: Time,
    /// The last moment that is in time; `None` while it stands still.
    pub until: Option<Time>,
    /// Milliseconds that are left of it while it stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<i64>,
    /// Who is waited for.
    pub waits_for: Role,
    /// Whether that is the actor's role: it is the actor's turn.
    pub yours: bool,
    /// When a reminder is due, if the policy sends one. A reminder gates nothing.
    pub remind_at: Option<Time>,
    /// The rows of which time takes the first that fits.
    pub rows: Vec<RowId>,
    #[serde(skip)]
    pub(super) offset_minutes: i16,
}

/// Everything that is being waited for on a trade, the earliest first and what stands still last. Nothing for
/// strangers.
#[must_use]
pub fn deadlines(book: &Rulebook<'_>, trade: &Trade, actor: &Actor) -> Vec<Due> {
    if trade.version == 0 || !trade.parties.include(actor, trade.key.tenant) {
        return Vec::new();
    }
    let mut dues = Vec::new();
    let mut push = |subject, line: Option<Id>, deadline: &Deadline, rows| {
        dues.push(Due { line, ..due(book, actor, subject, deadline, rows) });
    };
    let of_order = clock_rows(&book.rules.order, trade.head.state);
    if let Some(deadline) = &trade.head.deadline {
        push(Subject::Order, None, deadline, of_order.clone());
    }
    for line in &trade.lines {
        if let Some(deadline) = &line.receipt {
            push(Subject::Order, Some(line.id), deadline, of_order.clone());
        }
    }
    for case in &trade.cases {
        if let Some(deadline) = &case.deadline {
            let rows = clock_rows(&book.rules.after_sale, case.state);
            push(Subject::Case(case.no), None, deadline, rows);
        }
    }
    for refund in &trade.refunds {
        if let Some(deadline) = &refund.deadline {
            let rows = clock_rows(&book.rules.refund, refund.state);
            push(Subject::Refund(refund.no), None, deadline, rows);
        }
    }
    dues.sort_by_key(|due| (due.until.is_none(), due.until, due.subject));
    dues
}

fn due(book: &Rulebook<'_>, actor: &Actor, subject: Subject, deadline: &Deadline, rows: Vec<RowId>) -> Due {
    let before = book.policy.reminder(deadline.limit);
    let until = deadline.due();
    let remind_at = until.zip(before).map(|(until, before)| until.after(-before.millis()));
    let seconds = book.calendar.offset(deadline.until).local_minus_utc();
    Due {
        subject,
        line: None,
        limit: deadline.limit,
        since: deadline.since,
        until,
        left: deadline.frozen,
        waits_for: deadline.waits_for,
        yours: deadline.waits_for == actor.role,
        remind_at: remind_at.map(|at| at.max(deadline.since)),
        rows,
        offset_minutes: i16::try_from(seconds / 60).unwrap_or_default(),
    }
}

/// The rows by which time moves a state on.
fn clock_rows<M: Machine>(table: &Table<M>, state: M::State) -> Vec<RowId> {
    let rows = table.rules_from(state).iter().filter(|rule| rule.by.has(Role::Clock));
    rows.map(Rule::id).collect()
}
