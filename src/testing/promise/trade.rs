//! What must hold of every trade at every moment.

use alloc::format;

use super::{Broken, Kept, Promise, must};
use crate::trade::{Subject, Trade};
use crate::{Rulebook, Time};

/// What must hold of a trade at every moment, whatever was done.
///
/// # Errors
///
/// [`Broken`] with the first promise that does not hold.
pub fn of_trade(_book: &Rulebook<'_>, trade: &Trade, _now: Time) -> Result<(), Broken> {
    money_is_conserved(trade)
}

fn money_is_conserved(trade: &Trade) -> Kept {
    must(trade.money.is_conserved(), Promise::MoneyConserved, Subject::Order, || format!("{:?}", trade.money))
}
