//! What must hold of a trade that rests: nothing is claimed or waited for, and nobody has both or neither.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::moment::meets;
use super::{Broken, Excuses, Kept, Promise, must};
use crate::refund::{Ground, State as RefundState};
use crate::trade::{Bucket, Case, Part, Payout, Place, Subject, Tally, Trade, UnitSpan, Units};
use crate::{Amount, Counter, Rulebook, after_sale, order};

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
    has_one(trade, excuses)
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
    breaks(left == 0, Subject::Order, &|| format!("{left} was paid too much and is kept"))
}

/// The buyer of a unit has either it or its money.
fn has_one(trade: &Trade, excuses: Excuses) -> Kept {
    if !matches!(trade.head.state, order::State::Refunded | order::State::Settled) {
        return Ok(());
    }
    let mut line = None;
    let mut by_bank = 0;
    for units in trade.goods.all() {
        if line != Some(units.line) {
            line = Some(units.line);
            by_bank = taken_by_bank(trade, units.line);
        }
        has_one_of(trade, excuses, units, &mut by_bank)?;
    }
    Ok(())
}

/// What a bank has taken for a line, after disputes that were lost.
fn taken_by_bank(trade: &Trade, line: u16) -> u64 {
    [Bucket::Goods(line), Bucket::Tax(line)].iter().map(|of| trade.money.pot(*of).lost.minor()).sum()
}

/// The same of neighbouring units with one fate; what a bank took for their line, it took first of those that the buyer
/// would have both of.
fn has_one_of(trade: &Trade, excuses: Excuses, units: &Units, by_bank: &mut u64) -> Kept {
    let Some(line) = trade.line_at(units.line) else { return Ok(()) };
    let worth = line.value(units.first, units.count);
    // Points alone have paid for it, or nobody has.
    let paid =
        [Bucket::Goods(units.line), Bucket::Tax(units.line)].iter().any(|of| !trade.money.pot(*of).paid.is_zero());
    if worth.is_zero() || !paid || nobody_knows(trade, units) {
        return Ok(());
    }
    let (has, whole) = (has_goods(trade, units), units.spent >= worth);
    if has && whole && !excuses.of(trade, units.span()) {
        let taken = (*by_bank).min(worth.minor());
        *by_bank -= taken;
        must(taken > 0, Promise::NotBoth, Subject::Order, || {
            format!("the buyer has {:?} of {}, and their money", units.span(), line.id)
        })?;
    }
    let neither = !has && !whole && !was_confirmed(trade, units);
    let settled = was_settled(trade, units)
        || was_given_up(trade, units)
        || was_lost_by_ruling(trade, units)
        || was_paid_with_others(trade, units);
    must(!neither || settled || is_still_to_come(trade, units), Promise::NotNeither, Subject::Order, || {
        let (span, place, spent) = (units.span(), units.place, units.spent);
        format!("{span:?} of {} are {place}, and of {worth:?} that they are worth {spent:?} was paid", line.id)
    })
}

/// Whether the outcome of a refund of these units is unknown.
fn nobody_knows(trade: &Trade, units: &Units) -> bool {
    let unresolved = trade.refunds.iter().filter(|refund| refund.state == RefundState::Unresolved);
    let mut named = unresolved.flat_map(|refund| named(trade, refund));
    named.any(|span| meets(span, &units.span()))
}

/// The units that a refund is about: its own, or those that its case is about or has paid for.
fn named<'t>(trade: &'t Trade, refund: &'t Payout) -> impl Iterator<Item = &'t UnitSpan> {
    let of_case = refund.case.and_then(|no| trade.case(no)).map(|case| case.units.as_slice());
    let refunds = trade.refunds.iter().filter(|other| refund.case.is_some() && other.case == refund.case);
    let paid_for = refunds.flat_map(|other| &other.split.parts).filter_map(|part| part.units.as_ref());
    refund.units.iter().chain(of_case.unwrap_or_default()).chain(paid_for)
}

/// Whether a case about these units ended with money that somebody granted: less than all of it is an agreement, or a
/// ruling, on less. What the policy grants at once for a return is what the buyer asked for. A sum for several units may round
/// to nothing for one of them.
fn was_settled(trade: &Trade, units: &Units) -> bool {
    let granted = |case: &&Arc<Case>| {
        let by_somebody = match case.ground {
            Some(Ground::Agreement | Ground::Ruling | Ground::Silence) => true,
            Some(Ground::Policy) => case.offer.kind.returns() && units.delivered_at.is_some(),
            _ => false,
        };
        // What the bank has paid of it is paid.
        let something = !case.offer.amount.is_zero() || !case.bank_paid.is_empty();
        case.state == after_sale::State::Completed && by_somebody && something
    };
    let mut named = trade.cases.iter().filter(granted).flat_map(|case| &case.units);
    named.any(|span| meets(span, &units.span()))
}

/// Whether what a buyer was to repay for these units was written off: the rest of the money is the buyer's, and the goods are not.
/// Whoever repays all of it has the goods, and whoever repays nothing has the whole advance.
fn was_given_up(trade: &Trade, units: &Units) -> bool {
    let given_up = |case: &&Arc<Case>| case.state == after_sale::State::Dismissed && !case.written_off.is_zero();
    let mut named = trade.cases.iter().filter(given_up).flat_map(|case| &case.units);
    named.any(|span| meets(span, &units.span()))
}

/// Whether a case was paid for all its units alike, of which some came back, and it is enough for those: what of it is for which
/// unit is only how it was booked.
fn was_paid_with_others(trade: &Trade, units: &Units) -> bool {
    let is_enough = |case: &&Arc<Case>| {
        let paid = || trade.refunds_of(case.no).filter(|refund| refund.state == RefundState::Paid);
        let parts = paid().flat_map(|refund| &refund.split.parts).filter(|part| part.units.is_some());
        let repaid = paid().flat_map(|refund| &refund.repaid.parts).filter(|part| part.units.is_some());
        let named: Vec<&UnitSpan> = case.units.iter().chain(paid().flat_map(|refund| named(trade, refund))).collect();
        let all = trade.goods.all().iter().filter(|of| named.iter().any(|span| meets(span, &of.span())));
        let worth = |of: &Units| trade.line_at(of.line).map(|line| line.value(of.first, of.count));
        let came = Amount::sum(all.filter(|of| !has_goods(trade, of)).filter_map(worth));
        let minor = |part: &Part| part.amount.minor();
        let paid = parts.map(minor).sum::<u64>().saturating_sub(repaid.map(minor).sum());
        came.is_some_and(|came| came.minor() <= paid)
    };
    let mut completed = trade.cases.iter().filter(|case| case.state == after_sale::State::Completed);
    completed.any(|case| case.names(units.span()) && is_enough(&case))
}

/// Whether the carrier lost what the buyer had sent back, and the case ended without a grant once the platform had looked into it:
/// it ruled that the buyer bears that, or the buyer gave up.
fn was_lost_by_ruling(trade: &Trade, units: &Units) -> bool {
    use after_sale::State::{Dismissed, Withdrawn};
    let was_had = units.place == Place::Lost && units.delivered_at.is_some();
    let ruled = |case: &&Arc<Case>| {
        let sent = case.returned.is_some_and(|parcel| parcel.failed) && case.review.is_some();
        sent && matches!(case.state, Dismissed | Withdrawn)
    };
    let mut named = trade.cases.iter().filter(ruled).flat_map(|case| &case.units);
    was_had && named.any(|span| meets(span, &units.span()))
}

/// Whether units are on their way to the buyer by an order that a lost dispute had closed and that was taken up again, since the
/// bank gave the money back: nobody waits for their receipt any more, so the order may rest before they come.
fn is_still_to_come(trade: &Trade, units: &Units) -> bool {
    let taken_up_again = trade.head.counts.used(Tally { counter: Counter::Revivals, apart: 0 }) > 0;
    units.place == Place::Outbound && taken_up_again
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
