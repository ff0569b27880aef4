//! What must hold of what is offered: nobody waits for somebody who can do nothing.

use alloc::format;

use super::{Broken, Promise, must};
use crate::trade::{Options, Subject, Trade};
use crate::{Actor, Rulebook, Time};

/// What must hold of what everybody may do on a trade; `seen` are the options of its people.
///
/// # Errors
///
/// [`Broken`] with the first promise that does not hold.
pub fn of_choices(_book: &Rulebook<'_>, trade: &Trade, _now: Time, seen: &[(Actor, Options)]) -> Result<(), Broken> {
    let somebody = seen.iter().any(|(_, options)| !options.choices.is_empty());
    must(somebody || trade.due().is_some() || trade.rests(), Promise::SomebodyCanAct, Subject::Order, || {
        format!("nobody can act on it, and no time limit runs: {trade:?}")
    })
}
