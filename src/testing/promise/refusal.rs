//! What must hold of every refusal.

use alloc::format;
use alloc::string::String;

use super::rights::Rights;
use super::{Kept, Promise, must};
use crate::testing::{Difference, Move};
use crate::trade::{Asked, Blocker, Refusal, Subject, Trade, run_due, step};
use crate::{Denied, Lang, Request, Role, Rulebook, after_sale, refund};

/// What must hold of a refusal: it is no defect of the crate, it says why in both languages, it is the same when asked
/// again, and it does not tell the one whose right it is that the role or the state is wrong.
pub(super) fn of_refusal(
    book: &Rulebook<'_>,
    own: &[Difference],
    before: &Trade,
    asked: &Move,
    denied: &Denied,
) -> Kept {
    let subject = asked.request.as_ref().map_or(Subject::Order, |request| request.subject);
    explains(subject, denied)?;
    let again = match &asked.request {
        Some(request) => step(book, before, request, asked.at),
        None => run_due(book, before, asked.at),
    };
    must(again.as_ref().err() == Some(denied), Promise::RefusalStable, subject, || {
        format!("`{denied}`, and asked again {again:?}")
    })?;
    match (&asked.request, denied) {
        (Some(request), Denied::Refused(refusal)) => hears(book, own, before, asked, request, refusal),
        (None, _) => must(false, Promise::SilenceEnds, subject, || format!("time itself is refused: {denied}")),
        _ => Ok(()),
    }
}

/// What must hold of a refusal by itself: it is no defect, and it names everything in the way, in both languages.
fn explains(subject: Subject, denied: &Denied) -> Kept {
    let breaks = |holds, what: &dyn Fn() -> String| must(holds, Promise::RefusalExplains, subject, what);
    breaks(!matches!(denied, Denied::Defect(_)), &|| format!("{denied}"))?;
    breaks(!denied.codes().is_empty(), &|| "nothing stands in the way".into())?;
    for lang in [Lang::En, Lang::Zh] {
        let said = denied.sentence(lang);
        // A sentence with an open brace has a fact left out.
        breaks(!said.is_empty() && !said.contains(['{', '}']), &|| format!("`{said}` is no sentence"))?;
    }
    let Denied::Refused(refusal) = denied else { return Ok(()) };
    for blocker in &refusal.blockers {
        let accepts = match blocker {
            Blocker::State { possible, .. } => !possible.is_empty(),
            Blocker::Role { may, .. } => may.iter().next().is_some(),
            Blocker::Condition { code, .. } => !code.is_empty(),
            Blocker::NoRow => true,
        };
        breaks(accepts, &|| format!("{} names nothing that would be accepted", blocker.code()))?;
    }
    Ok(())
}

/// Whoever may do something where the machine stands is told of conditions, never of the role or the state: unless a row
/// of the user's own took the right away.
fn hears(
    book: &Rulebook<'_>,
    own: &[Difference],
    before: &Trade,
    asked: &Move,
    request: &Request,
    refusal: &Refusal,
) -> Kept {
    let outside = |blocker: &Blocker| matches!(blocker, Blocker::State { .. } | Blocker::Role { .. } | Blocker::NoRow);
    let Some(blocker) = refusal.blockers.iter().find(|blocker| outside(blocker)) else { return Ok(()) };
    let role = request.actor.role;
    let overdue = before.deadlines().any(|(_, deadline)| deadline.has_passed(asked.at));
    let met = if overdue {
        run_due(book, before, asked.at).map_or_else(|_| before.clone(), |met| met.trade)
    } else {
        before.clone()
    };
    let (may, state) = match (request.asked, request.subject) {
        (Asked::Order(action), _) => (action.may(role, met.head.state), met.head.state.code()),
        (Asked::Case(action), Subject::Case(no)) => {
            let state = met.case(no).map_or(after_sale::State::Absent, |case| case.state);
            (action.may(role, state), state.code())
        }
        (Asked::Refund(action), Subject::Refund(no)) => {
            let state = met.refund(no).map_or(refund::State::Absent, |refund| refund.state);
            (action.may(role, state), state.code())
        }
        _ => return Ok(()),
    };
    let people = !matches!(role, Role::Clock | Role::Trade);
    let lost = || own.iter().any(|own| own.takes_from(request.asked, state));
    must(!may || !people || lost(), Promise::RightHeard, request.subject, || {
        format!("{role} may {}, and is refused for {}", request.asked.code(), blocker.code())
    })
}
