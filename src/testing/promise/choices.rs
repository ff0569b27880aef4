//! What must hold of what is offered: nobody waits for somebody who can do nothing.

use alloc::format;

use super::{Broken, Promise, must};
use crate::trade::{Blocker, Options, Subject, Trade, step};
use crate::{Actor, Denied, Role, Rulebook, Time};

/// What must hold of what everybody may do on a trade; `seen` are the options of its people.
///
/// What is offered is accepted. Whoever a machine waits for can do something on it, if anybody in that role is among the
/// people; or could, if one of a few conditions, such as a liberty that is used up or a dispute at the bank, did not stand against it. Only time is waited for by
/// nobody. And somebody can act, or time will, or everything rests.
///
/// # Errors
///
/// [`Broken`] with the first promise that does not hold.
pub fn of_choices(book: &Rulebook<'_>, trade: &Trade, now: Time, seen: &[(Actor, Options)]) -> Result<(), Broken> {
    for (actor, options) in seen {
        for choice in &options.choices {
            let answer = step(book, trade, &choice.template, now);
            must(answer.is_ok(), Promise::OfferedIsAccepted, choice.subject, || {
                format!("{} is offered to {actor}, and refused: {:?}", choice.asked.code(), answer.err())
            })?;
        }
    }
    let passed = trade.deadlines().any(|(_, deadline)| deadline.has_passed(now));
    for (subject, deadline) in trade.deadlines().filter(|(_, deadline)| deadline.frozen.is_none() && !passed) {
        let role = deadline.waits_for;
        let mut people = seen.iter().filter(|(actor, _)| actor.role == role).peekable();
        if role == Role::Clock || people.peek().is_none() {
            continue;
        }
        let can = people.any(|(_, options)| {
            options.choices.iter().any(|choice| acts_on(choice.subject, subject))
                || options.unavailable.iter().any(|not| not.subject == subject && is_excused(&not.why))
        });
        must(can, Promise::WaitedForCanAct, subject, || {
            format!("{role} is waited for until {} and can do nothing", deadline.until)
        })?;
    }
    let somebody = seen.iter().any(|(_, options)| !options.choices.is_empty());
    must(somebody || trade.due().is_some() || trade.rests(), Promise::SomebodyCanAct, Subject::Order, || {
        format!("nobody can act on it, and no time limit runs: {trade:?}")
    })
}

/// Whether acting on one machine answers what another waits for: a dispute is reported at the order.
fn acts_on(choice: Subject, waits: Subject) -> bool {
    choice == waits || (choice == Subject::Order && matches!(waits, Subject::Refund(_)))
}

/// Conditions for whose sake the one who is waited for may be able to do nothing, each with its reason. Any other leaves
/// somebody waited for in vain.
const EXCUSES: &[(&str, &str)] = &[
    ("not_disputed", "the bank has the money and decides: time waits for it, whoever's turn it was"),
    ("still_owed", "the bank has paid: time says so"),
];

/// Whether the one who is waited for may be unable to act for the sake of this condition: one of those above, or a liberty
/// that is used up, whose code ends in `_left`.
fn excuses_inaction(code: &str) -> bool {
    code.ends_with("_left") || EXCUSES.iter().any(|(excuse, _)| *excuse == code)
}

/// Whether nothing but such conditions keeps a row of the role and the state from being taken.
fn is_excused(why: &Denied) -> bool {
    let excused = |blocker: &Blocker| matches!(blocker, Blocker::Condition { code, .. } if excuses_inaction(code));
    matches!(why, Denied::Refused(refusal) if refusal.blockers.iter().all(excused))
}
