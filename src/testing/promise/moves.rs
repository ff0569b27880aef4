//! What must hold of every move, carried out or refused: the one way in which walks, scenarios, explorations and the
//! survey of mutants look at what came of a request.

use super::Broken;
use super::refusal::of_refusal;
use super::step::of_step;
use crate::testing::{Difference, Move};
use crate::trade::Trade;
use crate::{Denied, Outcome, Rulebook};

/// What must hold of a move, whatever came of it: of the step, of each of its events and of the trade that it leads to;
/// or of the refusal.
///
/// `own` are the rows in which the rules differ from the built-in ones and are meant to: [`Difference::all`] for a user's
/// rules, nothing for rules that may be wrong in any row. Such a row is taken at its word in two things, and only for the
/// event that took it: who may take it ([`ActsByRight`](super::Promise::ActsByRight), [`LeadsWhereItMay`](super::Promise::LeadsWhereItMay)), if it is new or was given
/// to others; and which state it leads to, if it is new ([`SilenceAsPolicy`](super::Promise::SilenceAsPolicy), [`BackToBefore`](super::Promise::BackToBefore), and the
/// states named by [`GoodsWhereTheyMust`](super::Promise::GoodsWhereTheyMust) after a ruling and by [`AddressKnown`](super::Promise::AddressKnown) after silence). Whoever
/// lost a right to it may be told so ([`RightHeard`](super::Promise::RightHeard)). Everything else holds of it as of any row: money, goods,
/// fees, amounts, limits, counters and history.
///
/// # Errors
///
/// [`Broken`] with the first promise that does not hold.
pub fn of_move(
    book: &Rulebook<'_>,
    own: &[Difference],
    before: &Trade,
    asked: &Move,
    answer: Result<&Outcome, &Denied>,
) -> Result<(), Broken> {
    match answer {
        Ok(after) => of_step(book, own, before, asked, after),
        Err(denied) => of_refusal(book, own, before, asked, denied),
    }
}
