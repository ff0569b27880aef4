//! What is promised of time: it never acts early, never forgets, and gives what the policy says.

use alloc::format;

use super::moment::Moment;
use super::{Kept, Promise, must};
use crate::trade::{Asked, CaseChange, Cause, Change, Deadline, Subject, Trade};
use crate::{Anchor, Length, Limit, Span, Time, after_sale, order};

pub(super) fn of_event(at: &Moment<'_>) -> Kept {
    if let Cause::Silence(silent) = at.event.cause {
        let passed = |(subject, deadline): (Subject, &Deadline)| {
            let over = deadline.frozen.is_none() && at.now() > deadline.until;
            subject == at.event.subject && over && deadline.waits_for == silent
        };
        at.must(at.before.deadlines().any(passed), Promise::TimeNotEarly, || {
            format!("time acted on {} before its limit had passed", at.event.subject)
        })?;
    }
    at.event.changes.iter().try_for_each(|change| match change {
        Change::Due(subject, Some(deadline)) => due(at, *subject, deadline),
        _ => Ok(()),
    })
}

/// After a step nothing is overdue.
pub(super) fn nothing_overdue(trade: &Trade, now: Time) -> Kept {
    let overdue = trade.deadlines().find(|(_, deadline)| deadline.frozen.is_none() && now > deadline.until);
    must(overdue.is_none(), Promise::TimeForgetsNothing, overdue.map_or(Subject::Order, |(subject, _)| subject), || {
        format!("{overdue:?} has passed at {now}, and time has not acted")
    })
}

/// A limit runs from now for as long as the policy says, or is extended by as much as the policy gives.
fn due(at: &Moment<'_>, subject: Subject, deadline: &Deadline) -> Kept {
    if matches!(at.event.asked, Asked::Case(after_sale::Action::Extend)) {
        return extended(at, subject, deadline);
    }
    if let Some(left) = stood_still(at, subject) {
        let runs = deadline.frozen.is_none() && deadline.until == at.now().after(left);
        return at
            .must(runs, Promise::LimitsAsPolicy, || format!("{} runs on until {}", deadline.limit, deadline.until));
    }
    let policy = at.book.policy;
    let (span, applied) = match subject {
        Subject::Order => (policy.limit(deadline.limit), None),
        Subject::Case(no) => {
            let Some(case) = at.after.case(no) else { return Ok(()) };
            (policy.case_limit(deadline.limit, case.offer.kind, case.statutory), Some(case.opened_at))
        }
        Subject::Refund(no) => {
            let attempts = at.after.refund(no).map_or(0, |refund| u32::from(refund.attempt));
            let backs_off = deadline.limit == Limit::Backoff;
            (if backs_off { policy.backoff(attempts) } else { policy.limit(deadline.limit) }, None)
        }
    };
    let reopens = matches!(at.event.asked, Asked::Order(order::Action::ReopenWindow));
    let usual = span.due(began(at, span, applied), at.book.calendar).max(at.now());
    let until = match at.after.head.reopened_until.filter(|_| deadline.limit == Limit::AfterSales) {
        Some(until) if reopens => until.max(at.now()),
        Some(until) => until.max(usual),
        None => usual,
    };
    let fits = deadline.since == at.now() && deadline.until == until;
    at.must(fits, Promise::LimitsAsPolicy, || {
        format!("{} of {subject} runs until {}, and by the policy until {until}", deadline.limit, deadline.until)
    })
}

/// What was left of the order's limit that stood still for a case which is now at rest.
fn stood_still(at: &Moment<'_>, subject: Subject) -> Option<i64> {
    let rested = matches!((subject, at.event.subject), (Subject::Order, Subject::Case(_)));
    at.before.head.deadline.filter(|_| rested)?.frozen
}

/// From when a limit counts: from its event, or from now where that has not happened.
fn began(at: &Moment<'_>, span: Span, applied: Option<Time>) -> Time {
    let head = &at.after.head;
    let event = match span.anchor {
        Anchor::Entry => None,
        Anchor::Placed => head.placed_at,
        Anchor::Paid => head.paid_at,
        Anchor::Shipped => head.shipped_at,
        Anchor::Delivered | Anchor::LastDelivered => head.delivered_at,
        Anchor::Completed => head.completed_at,
        Anchor::Applied => applied,
    };
    event.unwrap_or(at.now())
}

fn extended(at: &Moment<'_>, subject: Subject, deadline: &Deadline) -> Kept {
    let Subject::Case(no) = subject else { return Ok(()) };
    let old = at.before.case(no).and_then(|case| case.deadline);
    let more = at.book.policy.extension(deadline.limit).map_or(0, Length::millis);
    let fits =
        more > 0 && old.is_some_and(|old| old.until.after(more) == deadline.until && old.limit == deadline.limit);
    at.must(fits, Promise::LimitsAsPolicy, || format!("{} was extended to {}", deadline.limit, deadline.until))?;
    let changed = at.event.changes.iter().any(|change| matches!(change, Change::OfCase(_, CaseChange::Offer(_))));
    at.must(!changed, Promise::LimitsAsPolicy, || "more than the time was changed".into())
}
