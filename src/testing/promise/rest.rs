//! What must hold of a trade that rests: nothing is claimed or waited for, and nobody has both or neither.

use alloc::format;
use alloc::string::String;

use super::{Broken, Excuses, Kept, Promise, must};
use crate::refund::State as RefundState;
use crate::trade::{Bucket, Place, Subject, Trade, Units};
use crate::{Rulebook, after_sale, order};

/// What must hold of a trade that rests: no open claims, reservations or deadlines, and the buyer has either the goods or
/// their money; both only if a row that was met says so.
///
/// A refund whose outcome nobody can find out keeps its reservation, and its case its units: see [`is_unresolved`].
///
/// # Errors
///
/// [`Broken`] with the first promise that does not hold.
pub fn of_rest(book: &Rulebook<'_>, trade: &Trade, excuses: Excuses) -> Result<(), Broken> {
    holds_nothing(book, trade)?;
    if is_unresolved(trade) { Ok(()) } else { has_one(trade, excuses) }
}

/// Whether a trade rests on a refund whose outcome is unknown: such trades are counted apart.
#[must_use]
pub fn is_unresolved(trade: &Trade) -> bool {
    trade.refunds.iter().any(|refund| refund.state == RefundState::Unresolved)
}

fn holds_nothing(book: &Rulebook<'_>, trade: &Trade) -> Kept {
    let breaks = |holds, subject, what: &dyn Fn() -> String| must(holds, Promise::RestHoldsNothing, subject, what);
    breaks(trade.rests(), Subject::Order, &|| "a time limit runs or stands still".into())?;
    let rules = book.rules;
    breaks(rules.order.rests(trade.head.state), Subject::Order, &|| format!("the order is {}", trade.head.state))?;
    for case in &trade.cases {
        breaks(rules.after_sale.rests(case.state), Subject::Case(case.no), &|| format!("it is {}", case.state))?;
    }
    for refund in &trade.refunds {
        breaks(rules.refund.rests(refund.state), Subject::Refund(refund.no), &|| format!("it is {}", refund.state))?;
    }
    let unresolved = trade.refunds.iter().filter(|refund| refund.state == RefundState::Unresolved);
    let reserved: u64 = unresolved.map(|refund| refund.amount.minor()).sum();
    let total = trade.money.total();
    breaks(total.reserved.minor() == reserved, Subject::Order, &|| format!("{:?} is reserved", total.reserved))?;
    let parked = |no: u16| trade.case(no).is_some_and(|case| case.state == after_sale::State::Unresolved);
    let claimed = trade.goods.all().iter().find(|units| units.claim.is_some_and(|no| !parked(no)));
    breaks(claimed.is_none(), Subject::Order, &|| format!("{claimed:?} is claimed"))?;
    let claims: u64 = trade.cases.iter().filter(|case| parked(case.no)).map(|case| case.claim.total().minor()).sum();
    breaks(total.claimed.minor() == claims, Subject::Order, &|| format!("{:?} is claimed", total.claimed))?;
    let surplus = [Bucket::Surplus, Bucket::Unapplied].map(|bucket| trade.money.pot(bucket).kept().minor());
    let left: u64 = surplus.iter().sum();
    // What only people can put right was noted with an alert.
    breaks(left == 0 || !trade.noted.is_empty() || reserved > 0, Subject::Order, &|| {
        format!("{left} was paid too much and is kept")
    })
}

/// The buyer of a unit has either it or its money; a case in which part of the money went back is an agreement on less.
fn has_one(trade: &Trade, excuses: Excuses) -> Kept {
    if !matches!(trade.head.state, order::State::Refunded | order::State::Settled) {
        return Ok(());
    }
    for units in trade.goods.all() {
        let Some(line) = trade.line_at(units.line) else { continue };
        let worth = line.value(units.first, units.count);
        // Points alone have paid for it, or nobody has.
        let paid =
            [Bucket::Goods(units.line), Bucket::Tax(units.line)].iter().any(|of| !trade.money.pot(*of).paid.is_zero());
        if worth.is_zero() || !paid {
            continue;
        }
        let whole = units.spent >= worth;
        let both = has_goods(trade, units) && whole;
        must(!both || excuses.any() || by_bank(trade), Promise::NotBoth, Subject::Order, || {
            format!("the buyer has {:?} of {}, and their money", units.span(), line.id)
        })?;
        let neither = !has_goods(trade, units) && units.spent.is_zero() && !was_confirmed(trade, units);
        must(!neither, Promise::NotNeither, Subject::Order, || {
            format!("{:?} of {} are {}, and nothing was paid for them", units.span(), line.id, units.place)
        })?;
    }
    Ok(())
}

/// Whether the buyer has the goods, or others for them.
fn has_goods(trade: &Trade, units: &Units) -> bool {
    let line = trade.line_at(units.line);
    match units.place {
        Place::WithBuyer | Place::Replaced | Place::SentBack => true,
        // Nobody reported that they came, but their receipt was confirmed.
        Place::Outbound => line.is_some_and(|line| line.confirmed_at.is_some()),
        Place::WithMerchant | Place::Inbound | Place::Returned | Place::Lost => false,
    }
}

/// Whether the buyer had the goods and said so, or was silent: what is lost afterwards is not the order's.
fn was_confirmed(trade: &Trade, units: &Units) -> bool {
    let line = trade.line_at(units.line);
    units.place == Place::Lost && line.is_some_and(|line| line.confirmed_at.is_some())
}

/// Whether a bank has looked into it: what it leaves to the buyer beside the goods is not the process's to excuse.
fn by_bank(trade: &Trade) -> bool {
    trade.money.payments.iter().any(|payment| payment.dispute.is_some())
}
