//! Changes that move money from one column of the ledger to another, with the units and claims that go along.

use alloc::sync::Arc;

use super::super::ledger::Column;
use super::super::plan::subtract;
use super::super::{Defect, Goods, Line, Payout, Split, Subject, Trade};
use super::{add, case, follows, refund};

/// A bank takes money that nobody claims.
pub(super) fn lose(trade: &mut Trade, split: &Split, from: Column) -> Result<(), Defect> {
    trade.money.shift(split, from, Column::Lost)?;
    remember_loss(trade, split);
    spend(&mut trade.goods, &trade.lines, split)
}

/// A bank takes money that a case claims.
pub(super) fn lose_claim(trade: &mut Trade, no: u16, split: &Split) -> Result<(), Defect> {
    lose(trade, split, Column::Claimed)?;
    let case = case(&mut trade.cases, no)?;
    case.claim = subtract(&case.claim, split).ok_or(Defect::Money { what: "claim" })?;
    Ok(())
}

/// A bank takes money that a refund holds; its units are spent already.
pub(super) fn lose_reserve(trade: &mut Trade, no: u16, split: &Split) -> Result<(), Defect> {
    trade.money.shift(split, Column::Reserved, Column::Lost)?;
    remember_loss(trade, split);
    let payout = refund(&mut trade.refunds, no)?;
    payout.split = subtract(&payout.split, split).ok_or(Defect::Money { what: "refund" })?;
    payout.amount = payout.split.total();
    Ok(())
}

/// A bank gives back what it had taken.
pub(super) fn regain(trade: &mut Trade, split: &Split) -> Result<(), Defect> {
    trade.money.shift(split, Column::Lost, Column::Kept)?;
    forget_loss(trade, split);
    unspend(&mut trade.goods, &trade.lines, split)
}

/// A case claims other money than it did.
pub(super) fn claim(trade: &mut Trade, no: u16, split: &Split) -> Result<(), Defect> {
    let case = case(&mut trade.cases, no)?;
    trade.money.shift(&case.claim, Column::Claimed, Column::Kept)?;
    trade.money.shift(split, Column::Kept, Column::Claimed)?;
    case.claim.clone_from(split);
    Ok(())
}

/// A refund is opened over money that it holds from now on.
pub(super) fn reserve(trade: &mut Trade, payout: &Payout) -> Result<(), Defect> {
    follows(payout.no, trade.refunds.len(), Subject::Refund)?;
    trade.money.shift(&payout.split, Column::Kept, Column::Reserved)?;
    spend(&mut trade.goods, &trade.lines, &payout.split)?;
    trade.refunds.push(Arc::new(payout.clone()));
    Ok(())
}

/// All that a refund is made of goes from one column to another.
pub(super) fn shift(trade: &mut Trade, no: u16, from: Column, to: Column) -> Result<(), Defect> {
    let split = split_of(&trade.refunds, no)?;
    trade.money.shift(split, from, to)
}

/// A refund holds nothing any more.
pub(super) fn free(trade: &mut Trade, no: u16) -> Result<(), Defect> {
    shift(trade, no, Column::Reserved, Column::Kept)?;
    unspend(&mut trade.goods, &trade.lines, split_of(&trade.refunds, no)?)
}

/// A refund holds again what it is made of.
pub(super) fn hold(trade: &mut Trade, no: u16) -> Result<(), Defect> {
    shift(trade, no, Column::Kept, Column::Reserved)?;
    spend(&mut trade.goods, &trade.lines, split_of(&trade.refunds, no)?)
}

/// The buyer repays what was advanced for a case.
pub(super) fn repay(trade: &mut Trade, no: u16, split: &Split) -> Result<(), Defect> {
    trade.money.shift(split, Column::Refunded, Column::Kept)?;
    unspend(&mut trade.goods, &trade.lines, split)?;
    add(&mut case(&mut trade.cases, no)?.repaid, split.total(), "repayment")
}

/// What a refund is made of, only to be read: whatever is changed is no longer shared.
fn split_of(refunds: &[Arc<Payout>], no: u16) -> Result<&Split, Defect> {
    let at = usize::from(no).checked_sub(1);
    at.and_then(|at| refunds.get(at)).map(|payout| &payout.split).ok_or(Defect::Unknown(Subject::Refund(no)))
}

/// A payment remembers what the bank took of it, so that it can be given back to where it came from.
fn remember_loss(trade: &mut Trade, split: &Split) {
    for share in &split.shares {
        if let Some(payment) = trade.money.payments.get_mut(usize::from(share.payment)) {
            payment.lost.extend_from_slice(&split.parts);
        }
    }
}

fn forget_loss(trade: &mut Trade, split: &Split) {
    for share in &split.shares {
        if let Some(payment) = trade.money.payments.get_mut(usize::from(share.payment)) {
            payment.lost.clear();
        }
    }
}

/// Money of lines is spent from the units that it was paid for.
fn spend(goods: &mut Goods, lines: &[Line], split: &Split) -> Result<(), Defect> {
    for (span, amount) in split.parts.iter().filter_map(|part| Some((part.units?, part.amount))) {
        let line = lines.get(usize::from(span.line)).ok_or(Defect::UnknownLine(span.line))?;
        goods.spend(span, line, amount)?;
    }
    Ok(())
}

fn unspend(goods: &mut Goods, lines: &[Line], split: &Split) -> Result<(), Defect> {
    for (span, amount) in split.parts.iter().filter_map(|part| Some((part.units?, part.amount))) {
        let line = lines.get(usize::from(span.line)).ok_or(Defect::UnknownLine(span.line))?;
        goods.unspend(span, line, amount)?;
    }
    Ok(())
}
