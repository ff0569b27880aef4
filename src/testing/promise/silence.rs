//! What must hold if nobody ever acts again.

use alloc::format;
use alloc::string::String;

use super::{Broken, Promise, must};
use crate::trade::{Subject, Trade, run_due};
use crate::{Rulebook, Time};

/// How many deadlines time may fire, one after another, before a trade must rest: no more than a step itself may.
const MOST: usize = 1_000;

/// What must hold if nobody ever acts again: each passed deadline moves something, and time alone brings everything to
/// rest. The answer is when.
///
/// # Errors
///
/// [`Broken`] with the first promise that does not hold.
pub fn of_silence(book: &Rulebook<'_>, trade: &Trade, now: Time) -> Result<Time, Broken> {
    let broken = |what: String| Broken { promise: Promise::SilenceEnds, subject: Subject::Order, what };
    let mut left = trade.clone();
    for _ in 0..MOST {
        let Some(due) = left.due() else {
            must(left.rests(), Promise::SilenceEnds, Subject::Order, || format!("no time limit runs: {left:?}"))?;
            return Ok(left.at.max(now));
        };
        let at = due.max(left.at).max(now).after(1);
        let next = run_due(book, &left, at).map_err(|denied| broken(format!("time itself is refused: {denied}")))?;
        must(!next.events.is_empty(), Promise::SilenceEnds, Subject::Order, || {
            format!("a passed time limit moves nothing at {at}")
        })?;
        left = next.trade;
    }
    Err(broken(format!("no rest after {MOST} time limits: {left:?}")))
}
