//! Planning money: how much units can still give back, and an amount split over what was paid for and how it was paid.

use alloc::vec::Vec;

use super::act::held;
use super::ledger::{Place, Units};
use super::{Bucket, Case, Part, Purpose, Share, Split, Trade, UnitSpan};
use crate::after_sale::State;
use crate::{Amount, Kind, RefundSplit};

/// Money that could go back for some units: at most what they, their line and the payments still hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Room {
    /// Goods and tax of the units.
    pub(crate) goods: Amount,
    /// Standard shipping and the supplement, if these units may have it.
    pub(crate) shipping: Amount,
}

impl Room {
    /// All of it.
    pub(crate) fn total(self) -> Amount {
        self.goods.plus(self.shipping).unwrap_or(Amount::MOST)
    }
}

/// What units could still give back in goods and tax, apart from what other cases claim; `own` is what the asker holds
/// already.
pub(crate) fn goods_room(trade: &Trade, units: &[UnitSpan], own: &Split) -> Amount {
    let rooms = units.iter().filter_map(|span| Some(trade.goods.room(trade.line_at(span.line)?, *span)));
    let of_units = Amount::sum(rooms).unwrap_or(Amount::MOST);
    of_units.min(payments_room(trade, own))
}

/// What the order's payments still hold, with what the asker claims of them.
pub(crate) fn payments_room(trade: &Trade, own: &Split) -> Amount {
    let rooms = (0_u16..)
        .zip(&trade.money.payments)
        .filter(|(_, payment)| payment.purpose == Purpose::Order)
        .map(|(at, payment)| payment.balance.kept().plus(own.of_payment(at)).unwrap_or(Amount::MOST));
    let surplus = trade.money.pot(Bucket::Surplus).kept();
    Amount::sum(rooms).unwrap_or(Amount::MOST).less(surplus)
}

/// Whether units take part in nothing more, or will not once the refunds of their case are paid.
pub(crate) fn goes_back(trade: &Trade, units: &Units) -> bool {
    let case = units.claim.and_then(|no| trade.case(no));
    let is_paid = |case: &Case| {
        case.state == State::Refunding && matches!(case.offer.kind, Kind::RefundOnly | Kind::ReturnAndRefund)
    };
    units.closed || case.is_some_and(is_paid)
}

/// Whether another application asks for the money of these units, and may still get it: whoever asks for all the others
/// after it asks for the last ones. An amount is fixed when it is asked for, so it cannot wait for the other's end.
pub(crate) fn is_asked_back(trade: &Trade, units: &Units) -> bool {
    let asks = |case: &Case| {
        let pays = matches!(case.offer.kind, Kind::RefundOnly | Kind::ReturnAndRefund);
        pays && (case.state.is_granted()
            || matches!(case.state, State::Requested | State::Overdue | State::UnderReview))
    };
    units.claim.and_then(|no| trade.case(no)).is_some_and(asks)
}

/// Whether units that are not closed will never be with the buyer again, or for the first time: lost on either way, bounced, or
/// not shipped by an order that ships no more. Whether the buyer ever had them is another question.
pub(crate) fn never_with_buyer(trade: &Trade, units: &Units) -> bool {
    match units.place {
        Place::Lost => true,
        Place::Returned => units.bounced(),
        Place::WithMerchant => !trade.head.state.may_ship(),
        Place::Outbound | Place::WithBuyer | Place::Inbound | Place::SentBack | Place::Replaced => false,
    }
}

/// Whether units that the buyer never had, and never will, hold money that nobody owes: neither a case nor a refund.
pub(crate) fn is_owed(trade: &Trade, units: &Units) -> bool {
    let never_came = match units.place {
        Place::WithMerchant => true,
        Place::Lost => units.delivered_at.is_none(),
        Place::Returned => units.bounced(),
        Place::Outbound | Place::WithBuyer | Place::Inbound | Place::SentBack | Place::Replaced => false,
    };
    let owes = |case: &Case| {
        let pays = matches!(case.state, State::Refunding | State::Unresolved) || owes_more(trade, case);
        pays && case.names(units.span())
    };
    never_came && holds(trade, units) && units.claim.is_none() && !trade.cases.iter().any(|case| owes(case))
}

/// Whether there is money of these units that has neither gone back nor is on its way.
pub(crate) fn holds(trade: &Trade, units: &Units) -> bool {
    let kept = |bucket| !trade.money.pot(bucket).kept().is_zero();
    let room = trade.line_at(units.line).is_some_and(|line| !trade.goods.room(line, units.span()).is_zero());
    room && (kept(Bucket::Goods(units.line)) || kept(Bucket::Tax(units.line)))
}

/// Whether a completed case owes more than its refunds hold: the bank gave back what it had paid of it.
pub(crate) fn owes_more(trade: &Trade, case: &Case) -> bool {
    let pays = case.state == State::Completed && case.offer.kind.pays();
    pays && held(trade, case.no) < case.offer.amount
}

/// What of shipping is still there.
pub(crate) fn shipping_room(trade: &Trade, own: &Split, supplement: bool) -> Amount {
    let kept = |bucket| trade.money.pot(bucket).kept().plus(own.of_bucket(bucket)).unwrap_or(Amount::MOST);
    let standard = kept(Bucket::Shipping);
    let supplement = if supplement { kept(Bucket::Supplement) } else { Amount::ZERO };
    standard.plus(supplement).unwrap_or(Amount::MOST)
}

/// Splits an amount over the units first, then shipping, and over the payments as the policy says.
///
/// The asker's own claim must have been let go before. `None` if there is no room: a defect, since conditions asked for
/// it.
pub(crate) fn split(trade: &Trade, how: RefundSplit, units: &[UnitSpan], amount: Amount) -> Option<Split> {
    let rooms: Vec<Amount> = units
        .iter()
        .map(|span| trade.line_at(span.line).map_or(Amount::ZERO, |line| trade.goods.room(line, *span)))
        .collect();
    let for_goods = amount.min(Amount::sum(rooms.iter().copied())?);
    let weights: Vec<u64> = rooms.iter().map(|room| room.minor()).collect();
    let mut parts = Vec::new();
    for (span, share) in units.iter().zip(for_goods.split(&weights)) {
        line_parts(trade, *span, share, &mut parts)?;
    }
    let rest = amount.minus(for_goods)?;
    let standard = rest.min(trade.money.pot(Bucket::Shipping).kept());
    let supplement = rest.minus(standard)?;
    if supplement > trade.money.pot(Bucket::Supplement).kept() {
        return None;
    }
    for (bucket, amount) in [(Bucket::Shipping, standard), (Bucket::Supplement, supplement)] {
        push(&mut parts, Part { bucket, units: None, amount });
    }
    Some(Split { parts, shares: shares(trade, how, amount, Purpose::Order)? })
}

/// The whole of one pot, as far as it is kept, over the payments of a purpose.
pub(crate) fn pot(trade: &Trade, how: RefundSplit, bucket: Bucket, purpose: Purpose) -> Option<Split> {
    let amount = trade.money.pot(bucket).kept();
    let mut parts = Vec::new();
    push(&mut parts, Part { bucket, units: None, amount });
    Some(Split { parts, shares: shares(trade, how, amount, purpose)? })
}

/// One split a payment: each share with as many of the parts as it pays for.
pub(crate) fn by_payment(split: &Split) -> Vec<Split> {
    let mut parts = split.parts.iter().copied();
    let mut current = parts.next();
    let mut splits = Vec::new();
    for share in split.shares.iter().filter(|share| !share.amount.is_zero()) {
        let mut left = share.amount;
        let mut mine = Vec::new();
        while let Some(part) = current.filter(|_| !left.is_zero()) {
            let taken = part.amount.min(left);
            left = left.less(taken);
            mine.push(Part { amount: taken, ..part });
            let rest = part.amount.less(taken);
            current = if rest.is_zero() { parts.next() } else { Some(Part { amount: rest, ..part }) };
        }
        splits.push(Split { parts: mine, shares: alloc::vec![*share] });
    }
    splits
}

/// What is left of a split without a part of it. `None` if it is no part of it.
pub(crate) fn subtract(whole: &Split, part: &Split) -> Option<Split> {
    let mut rest = whole.clone();
    for gone in &part.parts {
        let mine = rest.parts.iter_mut().find(|mine| mine.bucket == gone.bucket && mine.units == gone.units)?;
        mine.amount = mine.amount.minus(gone.amount)?;
    }
    for gone in &part.shares {
        let mine = rest.shares.iter_mut().find(|mine| mine.payment == gone.payment)?;
        mine.amount = mine.amount.minus(gone.amount)?;
    }
    rest.parts.retain(|part| !part.amount.is_zero());
    rest.shares.retain(|share| !share.amount.is_zero());
    Some(rest)
}

/// Takes a smaller amount out of a split, first parts and shares first in proportion to what they hold.
pub(crate) fn portion(split: &Split, amount: Amount) -> Split {
    let weights = |amounts: Vec<Amount>| -> Vec<u64> { amounts.iter().map(|amount| amount.minor()).collect() };
    let of_parts = amount.split(&weights(split.parts.iter().map(|part| part.amount).collect()));
    let of_shares = amount.split(&weights(split.shares.iter().map(|share| share.amount).collect()));
    let parts = split.parts.iter().zip(of_parts).map(|(part, amount)| Part { amount, ..*part });
    let shares = split.shares.iter().zip(of_shares).map(|(share, amount)| Share { amount, ..*share });
    Split { parts: parts.collect(), shares: shares.collect() }
}

/// Splits an amount of a line into goods and tax, in proportion to what they were and within what their pots hold.
pub(crate) fn line_parts(trade: &Trade, span: UnitSpan, amount: Amount, parts: &mut Vec<Part>) -> Option<()> {
    let taken = |bucket| {
        let mine = parts.iter().filter(|part| part.bucket == bucket).map(|part| part.amount);
        Amount::sum(mine).unwrap_or(Amount::MOST)
    };
    let left = |bucket| trade.money.pot(bucket).kept().less(taken(bucket));
    let (goods_left, tax_left) = (left(Bucket::Goods(span.line)), left(Bucket::Tax(span.line)));
    let (goods, tax) = trade.line_at(span.line)?.worth(span.first, span.count);
    let in_proportion = amount.share(tax.minor(), goods.plus(tax)?.minor());
    // What does not fit into one pot falls to the other; a proportion alone could overdraw it by a cent.
    let least = amount.less(goods_left);
    let for_tax = in_proportion.max(least).min(tax_left).min(amount);
    let for_goods = amount.minus(for_tax)?;
    if for_goods > goods_left {
        return None;
    }
    push(parts, Part { bucket: Bucket::Goods(span.line), units: Some(span), amount: for_goods });
    push(parts, Part { bucket: Bucket::Tax(span.line), units: Some(span), amount: for_tax });
    Some(())
}

fn push(parts: &mut Vec<Part>, part: Part) {
    if !part.amount.is_zero() {
        parts.push(part);
    }
}

/// An amount over the payments of a purpose: outside money first, or in proportion to what each still holds.
fn shares(trade: &Trade, how: RefundSplit, amount: Amount, purpose: Purpose) -> Option<Vec<Share>> {
    let payments: Vec<(u16, bool, Amount)> = (0_u16..)
        .zip(&trade.money.payments)
        .filter(|(_, payment)| payment.purpose == purpose)
        .map(|(at, payment)| (at, payment.tender.is_external(), payment.balance.kept()))
        .collect();
    let groups: &[&[bool]] = match how {
        RefundSplit::ExternalFirst => &[&[true], &[false]],
        RefundSplit::Proportional => &[&[true, false]],
    };
    let mut left = amount;
    let mut shares = Vec::new();
    for group in groups {
        let members: Vec<&(u16, bool, Amount)> =
            payments.iter().filter(|(_, external, _)| group.contains(external)).collect();
        let weights: Vec<u64> = members.iter().map(|(_, _, room)| room.minor()).collect();
        let room = Amount::sum(members.iter().map(|(_, _, room)| *room))?;
        let here = left.min(room);
        for (member, share) in members.iter().zip(here.split(&weights)) {
            if !share.is_zero() {
                shares.push(Share { payment: member.0, amount: share });
            }
        }
        left = left.minus(here)?;
    }
    left.is_zero().then_some(shares)
}

/// What the payment and the lines hold for a split, with what the case that owes it claims.
pub(crate) fn room_for(trade: &Trade, split: &Split, case: Option<u16>) -> Amount {
    let claim = case.and_then(|no| trade.case(no)).map(|case| &case.claim);
    let plus = |one: Amount, other: Amount| one.plus(other).unwrap_or(Amount::MOST);
    let of_payments = split.shares.iter().fold(Amount::ZERO, |sum, share| {
        let kept = trade.money.payment(share.payment).map(|payment| payment.balance.kept());
        let claimed = claim.map(|claim| claim.of_payment(share.payment));
        plus(sum, plus(kept.unwrap_or_default(), claimed.unwrap_or_default()))
    });
    let lacking = lacking(trade, split, claim);
    if lacking.is_zero() { of_payments } else { of_payments.min(split.total().less(lacking)) }
}

/// Whether another case than `own` claims any of the units that a split is for.
pub(crate) fn is_claimed_by_another(trade: &Trade, split: &Split, own: Option<u16>) -> bool {
    let spans = split.parts.iter().filter_map(|part| part.units);
    let mut units = spans.flat_map(|span| trade.goods.within(span));
    units.any(|units| units.claim.is_some() && units.claim != own)
}

/// The most that one pot or some units lack of a split; nothing if all of them hold their part.
fn lacking(trade: &Trade, split: &Split, claim: Option<&Split>) -> Amount {
    let mut lacking = Amount::ZERO;
    for (at, part) in split.parts.iter().enumerate() {
        let mut earlier = split.parts.iter().take(at);
        if !earlier.any(|earlier| earlier.bucket == part.bucket) {
            let kept = pot_room(trade, part.bucket, claim);
            lacking = lacking.max(split.of_bucket(part.bucket).less(kept));
        }
        let mut earlier = split.parts.iter().take(at);
        if let Some(span) = part.units
            && !earlier.any(|earlier| earlier.units == part.units)
            && let Some(line) = trade.line_at(span.line)
        {
            let same = split.parts.iter().filter(|same| same.units == part.units);
            let wanted = Amount::sum(same.map(|part| part.amount)).unwrap_or(Amount::MOST);
            lacking = lacking.max(wanted.less(trade.goods.room(line, span)));
        }
    }
    lacking
}

/// What a pot keeps, with what the case claims of it.
fn pot_room(trade: &Trade, bucket: Bucket, claim: Option<&Split>) -> Amount {
    let claimed = claim.map_or(Amount::ZERO, |claim| claim.of_bucket(bucket));
    trade.money.pot(bucket).kept().plus(claimed).unwrap_or(Amount::MOST)
}
