//! What a row that was taken does to the data: one file a machine. No decision is made here; the row has been chosen.

mod case;
mod claim;
mod enter;
mod follow;
mod loss;
mod order;
mod parcels;
mod refund;

pub(crate) use case::{agreed, case, open_case};
pub(crate) use claim::{advanced, claimed, fee_due, fee_paid, held, owed_by_buyer};
pub(crate) use enter::{enter_case, enter_order, enter_refund};
pub(crate) use order::{closing, is_in_transit, is_shippable, is_unconfirmed, names_line, order};
pub(crate) use parcels::{accepted_amount, is_underway, named_inbound};
pub(crate) use refund::{claiming, open_refund, refund};

use super::work::{Turn, Work};
use super::{Balance, Bucket, Change, Defect, Denied, Part, Payment, Purpose, Subject, tally};
use crate::{Amount, Counter, Tender};

/// Counts one use of a liberty.
pub(crate) fn spend(work: &mut Work<'_>, turn: &Turn<'_>, subject: Subject, counter: Counter) -> Result<(), Denied> {
    let Some((subject, tally)) = tally::place(&work.trade, turn, subject, counter) else {
        return Ok(());
    };
    // Evidence is counted by the piece, everything else by the request.
    let by_piece = counter == Counter::Evidence;
    let uses = if by_piece { turn.detail.evidence.len().max(1) } else { 1 };
    for _ in 0..uses {
        work.change(Change::Counted(subject, tally))?;
    }
    Ok(())
}

/// Money in a fact that no row takes is taken in all the same, as a surplus.
pub(crate) fn note_fact(work: &mut Work<'_>, turn: &Turn<'_>) -> Result<(), Denied> {
    if turn.asked.brings_money() {
        let amount = turn.amount();
        take_in(work, turn, Purpose::Order, &[Part { bucket: Bucket::Surplus, units: None, amount }])?;
    }
    Ok(())
}

/// Takes in the payment that a gateway reports, into these pots.
fn take_in(work: &mut Work<'_>, turn: &Turn<'_>, purpose: Purpose, parts: &[Part]) -> Result<(), Defect> {
    let paid = turn.amount();
    let whole = Amount::sum(work.trade.money.payments.iter().map(|payment| payment.balance.paid).chain([paid]));
    if whole.is_none_or(|sum| sum > Amount::MOST) {
        return Err(Defect::Range { what: "the sum of all payments" });
    }
    let payment = Payment {
        tender: turn.detail.tender.unwrap_or(Tender::Wallet),
        gateway: turn.actor.id,
        reference: turn.detail.reference.ok_or(Defect::Range { what: "the reference" })?,
        at: work.now,
        purpose,
        balance: Balance { paid, ..Balance::default() },
        dispute: None,
        refunds: 0,
        refunded_at: None,
        lost: alloc::vec::Vec::new(),
    };
    work.change(Change::Paid(alloc::boxed::Box::new(payment), parts.to_vec()))
}
