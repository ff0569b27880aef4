//! What must hold of a trade that rests.

use alloc::format;

use super::{Broken, Excuses, Promise, must};
use crate::trade::{Subject, Trade};
use crate::{Amount, Rulebook};

/// What must hold of a trade that rests: nothing is claimed, and nobody is waited for.
///
/// # Errors
///
/// [`Broken`] with the first promise that does not hold.
pub fn of_rest(_book: &Rulebook<'_>, trade: &Trade, _excuses: Excuses) -> Result<(), Broken> {
    let total = trade.money.total();
    must(total.claimed == Amount::ZERO, Promise::RestHoldsNothing, Subject::Order, || {
        format!("{:?} is claimed at rest", total.claimed)
    })
}
