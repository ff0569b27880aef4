//! The merchant's funds: released once, and charged for when their money goes back to the buyer after all.

use super::super::work::Work;
use super::super::{Change, Defect, Subject, Trade};
use super::with_amount;
use crate::refund::{Ground, State};
use crate::{Amount, Bearer, Effect};

/// Gives the merchant what is kept and was not given before.
pub(super) fn release(work: &mut Work<'_>, subject: Subject) -> Result<(), Defect> {
    let due = work.trade.money.total().kept().less(work.trade.head.released);
    if due.is_zero() {
        return Ok(());
    }
    with_amount(work, subject, Effect::ReleaseFunds, due);
    work.change(Change::FundsReleased(due))
}

/// What has gone back to the buyer or to the bank cannot stay with the merchant: whatever row made it go, the merchant
/// is charged for it.
pub(super) fn square(work: &mut Work<'_>) -> Result<(), Defect> {
    let due = overdrawn(&work.trade);
    if due.is_zero() {
        return Ok(());
    }
    with_amount(work, Subject::Order, Effect::ChargeMerchant, due);
    work.change(Change::FundsCharged(due))
}

/// A charge for an advance settles what was released of the same money: it is not charged for twice.
pub(super) fn charged(work: &mut Work<'_>, amount: Amount) -> Result<(), Defect> {
    let settled = overdrawn(&work.trade).min(amount);
    if settled.is_zero() {
        return Ok(());
    }
    work.change(Change::FundsCharged(settled))
}

/// What the merchant holds beyond what has neither gone back nor is lost. What the platform advanced is the platform's
/// own until the case charges it.
fn overdrawn(trade: &Trade) -> Amount {
    let total = trade.money.total();
    let left = total.paid.less(total.refunded).less(total.lost);
    // As long as it is covered without them, the advances need not be gathered: this is asked with every row.
    if trade.head.released <= left {
        return Amount::ZERO;
    }
    let advanced = trade.cases.iter().map(|case| {
        let mine = trade.refunds_of(case.no).filter(|refund| {
            refund.funder == Bearer::Platform && refund.ground == Ground::Advance && refund.state == State::Paid
        });
        let paid = Amount::sum(mine.map(|refund| refund.amount)).unwrap_or(Amount::MOST);
        paid.less(case.repaid).less(case.charged)
    });
    let covered = Amount::sum(core::iter::once(left).chain(advanced)).unwrap_or(Amount::MOST);
    trade.head.released.less(covered)
}
