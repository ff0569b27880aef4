//! What must hold of what is offered: nobody waits for somebody who can do nothing.

use alloc::format;
use alloc::vec::Vec;

use super::{Broken, Promise, must};
use crate::rule::{Machine, Table};
use crate::trade::{Asked, Blocker, Options, Subject, Trade, step};
use crate::{Actor, Denied, Role, Rulebook, Rules, Time, Word};

/// What must hold of what everybody may do on a trade; `seen` are the options of its people.
///
/// What is offered is accepted. Whoever a machine waits for can answer it, by something that moves it on, if anybody in that role is
/// among the people; or could, if one of a few conditions, such as a dispute at the bank, did not stand against it. Only time is
/// waited for by nobody. And somebody can act, or time will, or everything rests.
///
/// # Errors
///
/// [`Broken`] with the first promise that does not hold.
pub fn of_choices(book: &Rulebook<'_>, trade: &Trade, now: Time, seen: &[(Actor, Options)]) -> Result<(), Broken> {
    let waits = || trade.deadlines().filter(|(_, deadline)| deadline.frozen.is_none());
    let mut answered = Vec::new();
    for (actor, options) in seen {
        for choice in &options.choices {
            let answer = step(book, trade, &choice.template, now);
            must(answer.is_ok(), Promise::OfferedIsAccepted, choice.subject, || {
                format!("{} is offered to {actor}, and refused: {:?}", choice.asked.code(), answer.as_ref().err())
            })?;
            let Ok(outcome) = &answer else { continue };
            let moved =
                waits().map(|(subject, _)| subject).filter(|subject| has_answered(trade, &outcome.trade, *subject));
            answered.extend(moved.map(|subject| (actor.role, subject)));
        }
    }
    let passed = trade.deadlines().any(|(_, deadline)| deadline.has_passed(now));
    for (subject, deadline) in waits().filter(|_| !passed) {
        let role = deadline.waits_for;
        let mut people = seen.iter().filter(|(actor, _)| actor.role == role).peekable();
        if role == Role::Clock || people.peek().is_none() {
            continue;
        }
        let excused = |options: &Options| {
            options.unavailable.iter().any(|not| {
                not.subject == subject && leaves(book.rules, trade, not.asked, subject) && is_excused(&not.why)
            })
        };
        let can = answered.contains(&(role, subject)) || people.any(|(_, options)| excused(options));
        must(can, Promise::WaitedForCanAct, subject, || {
            format!("{role} is waited for until {} and can do nothing that moves it on", deadline.until)
        })?;
    }
    let somebody = seen.iter().any(|(_, options)| !options.choices.is_empty());
    must(somebody || trade.due().is_some() || trade.rests(), Promise::SomebodyCanAct, Subject::Order, || {
        format!("nobody can act on it, and no time limit runs: {trade:?}")
    })
}

/// Whether a machine was moved on: it stands elsewhere, or waits for less. A word about it or more time is no answer.
fn has_answered(before: &Trade, after: &Trade, subject: Subject) -> bool {
    let waits = |trade: &Trade| trade.deadlines().filter(|(of, _)| *of == subject).count();
    state_of(before, subject) != state_of(after, subject) || waits(after) < waits(before)
}

fn state_of(trade: &Trade, subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Order => Some(trade.head.state.code()),
        Subject::Case(no) => trade.case(no).map(|case| case.state.code()),
        Subject::Refund(no) => trade.refund(no).map(|refund| refund.state.code()),
    }
}

/// Whether any row with what is asked leaves the state of the machine.
fn leaves(rules: &Rules, trade: &Trade, asked: Asked, subject: Subject) -> bool {
    fn any<M: Machine>(table: &Table<M>, state: M::State, action: M::Action) -> bool {
        let mut rows = table.rules_from(state).iter().filter(|rule| rule.action == action);
        rows.any(|rule| rule.to.entered().is_some_and(|to| to != state))
    }
    match (asked, subject) {
        (Asked::Order(action), _) => any(&rules.order, trade.head.state, action),
        (Asked::Case(action), Subject::Case(no)) => {
            trade.case(no).is_some_and(|case| any(&rules.after_sale, case.state, action))
        }
        (Asked::Refund(action), Subject::Refund(no)) => {
            trade.refund(no).is_some_and(|refund| any(&rules.refund, refund.state, action))
        }
        (Asked::Case(_) | Asked::Refund(_), _) => false,
    }
}

/// Conditions for whose sake the one who is waited for may be able to do nothing, each with its reason. Any other leaves
/// somebody waited for in vain.
const EXCUSES: &[(&str, &str)] = &[
    ("not_disputed", "the bank has the money and decides: time waits for it, whoever's turn it was"),
    ("still_owed", "the bank has paid: time says so"),
    ("no_open_case", "a case goes first: whoever that one waits for can act"),
    ("rest_unclaimed", "a case is about the rest, and goes first"),
    ("reviews_left", "what is owed is paid through the gateway, which reports it; beside that there was the review"),
    ("redirects_left", "every way was tried as often as may be: time says that nobody knows"),
    ("offline_left", "every way was tried as often as may be: time says that nobody knows"),
];

/// Whether nothing but such conditions keeps a row of the role and the state from being taken.
fn is_excused(why: &Denied) -> bool {
    let excused = |blocker: &Blocker| matches!(blocker, Blocker::Condition { code, .. } if EXCUSES.iter().any(|(excuse, _)| excuse == code));
    matches!(why, Denied::Refused(refusal) if refusal.blockers.iter().all(excused))
}
