//! What must hold of every accepted step.

use alloc::format;

use super::{Broken, Promise, must};
use crate::testing::Move;
use crate::trade::{Subject, Trade, replay};
use crate::{Outcome, Rulebook};

/// What must hold of an accepted step.
///
/// # Errors
///
/// [`Broken`] with the first promise that does not hold.
pub fn of_step(book: &Rulebook<'_>, before: &Trade, asked: &Move, after: &Outcome) -> Result<(), Broken> {
    let mut folded = before.clone();
    replay(&mut folded, &after.events).map_err(|defect| Broken {
        promise: Promise::HistoryIsState,
        subject: Subject::Order,
        what: format!("{defect}"),
    })?;
    must(folded == after.trade, Promise::HistoryIsState, Subject::Order, || {
        format!("{folded:?} was folded and {:?} decided", after.trade)
    })?;
    super::of_trade(book, &after.trade, asked.at)
}
