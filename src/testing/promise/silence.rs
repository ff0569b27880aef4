//! What must hold if nobody ever acts again.

use alloc::format;
use alloc::string::String;

use super::{Broken, Kept, Promise, must};
use crate::trade::{Deadline, SilenceBound, Subject, Trade, Unbounded, run_due};
use crate::{Event, Rulebook, Time};

/// How many deadlines time may fire, one after another, before a trade must rest: no more than a step itself may.
const MOST: usize = 1_000;

/// What must hold if nobody ever acts again: each passed deadline moves something, and time alone brings everything to
/// rest, by the moment that is [computed](SilenceBound::rests_by) for the trade and as soon after its own limits as the
/// tables and the policy say. Silence takes no row but those that the bound has looked at. The answer is when.
///
/// `bound` is [`Rulebook::silence_bound`] of the same book, computed once for many trades.
///
/// # Errors
///
/// [`Broken`] with the first promise that does not hold; also if there is no bound.
pub fn of_silence(
    book: &Rulebook<'_>,
    bound: &Result<SilenceBound, Unbounded>,
    trade: &Trade,
    now: Time,
) -> Result<Time, Broken> {
    let broken = |what: String| Broken { promise: Promise::SilenceEnds, subject: Subject::Order, what };
    let bound = bound.as_ref().map_err(|none| broken(format!("nobody can say when silence ends: {none}")))?;
    let mut left = trade.clone();
    for _ in 0..MOST {
        let Some(due) = left.due() else {
            must(left.rests(), Promise::SilenceEnds, Subject::Order, || format!("no time limit runs: {left:?}"))?;
            let rests = left.at.max(now);
            return within(bound, trade, now, rests).map(|()| rests);
        };
        let at = due.max(left.at).max(now).after(1);
        let next = run_due(book, &left, at).map_err(|denied| broken(format!("time itself is refused: {denied}")))?;
        must(!next.events.is_empty(), Promise::SilenceEnds, Subject::Order, || {
            format!("a passed time limit moves nothing at {at}")
        })?;
        foreseen(bound, trade, &next.events)?;
        left = next.trade;
    }
    Err(broken(format!("no rest after {MOST} time limits: {left:?}")))
}

/// It rests by the moment that the bound says of this trade, and no later after its last own limit than any trade does.
fn within(bound: &SilenceBound, trade: &Trade, now: Time, rests: Time) -> Kept {
    let by = bound.rests_by(trade, now);
    must(rests <= by, Promise::SilenceEnds, Subject::Order, || format!("it rests at {rests}, and was to by {by}"))?;
    let limits = || trade.deadlines().map(|(_, due)| due);
    let own = limits().filter_map(Deadline::due).chain(trade.head.reopened_until).fold(now, Time::max);
    let stood_still = limits().filter_map(|due| due.frozen).max().unwrap_or(0);
    let most = bound.within(trade).trade;
    must(rests <= own.after(stood_still).after(most), Promise::SilenceEnds, Subject::Order, || {
        format!("it rests at {rests}, more than {most} ms after {own}, when the last limit ends that it has now")
    })
}

/// What is taken in silence is among what the bound has looked at.
fn foreseen(bound: &SilenceBound, trade: &Trade, events: &[Event]) -> Kept {
    let mut taken = events.iter().filter_map(|event| Some((event.subject, event.row.as_ref()?)));
    let unseen = taken.find(|(_, row)| !bound.foresees(trade, row));
    unseen.map_or(Ok(()), |(subject, row)| {
        must(false, Promise::SilenceEnds, subject, || {
            format!("silence takes `{row}`, which its bound has not looked at")
        })
    })
}
