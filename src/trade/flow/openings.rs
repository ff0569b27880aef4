//! What a refund is opened for: by a case, by the order, or for what was paid beyond what was due.

use alloc::vec::Vec;

use super::super::act::held;
use super::super::ledger::{Place, Units};
use super::super::plan;
use super::super::work::Opening;
use super::super::{Bucket, Case, Part, Purpose, Share, Split, Trade, UnitSpan};
use super::tells::Teller;
use crate::refund::{Ground, State as RefundState};
use crate::{Amount, Bearer, after_sale::State as CaseState};

/// What a case owes in all: its amount, or where goods were sent, only the difference of a cheaper exchange.
pub(crate) const fn owes(case: &Case) -> Amount {
    if case.offer.kind.pays() { case.offer.amount } else { case.offer.difference }
}

pub(super) fn opening(case: &Case, ground: Ground, funder: Bearer, split: Split) -> Opening {
    Opening {
        case: Some(case.no),
        ground,
        funder,
        payment: split.shares.first().map_or(0, |share| share.payment),
        split,
        requested_by: case.granted_by,
        units: Vec::new(),
    }
}

/// Opens one refund a payment; one over nothing if there is nothing to pay and something must say so.
pub(super) fn open_each(teller: &mut Teller<'_>, split: &Split, even_nothing: bool, make: impl Fn(Split) -> Opening) {
    let splits = plan::by_payment(split);
    if splits.is_empty() && even_nothing {
        teller.open(make(Split::default()));
    }
    for split in splits {
        teller.open(make(split));
    }
}

pub(super) fn open_owed(teller: &mut Teller<'_>, no: u16) {
    let Some(case) = teller.work.trade.case(no).cloned() else {
        return;
    };
    let due = owes(&case).less(held(&teller.work.trade, no));
    let has_one = teller
        .work
        .trade
        .refunds_of(no)
        .any(|refund| refund.state != RefundState::Cancelled && refund.ground != Ground::Fee);
    let split = match case.claim.total() {
        claimed if claimed == due => case.claim.clone(),
        _ => plan::portion(&case.claim, due.min(case.claim.total())),
    };
    // Where nobody has granted it, the rows by which it pays all the same have.
    let ground = case.ground.unwrap_or(Ground::Policy);
    open_each(teller, &split, !has_one, |split| opening(&case, ground, Bearer::Merchant, split));
}

pub(super) fn open_advance(teller: &mut Teller<'_>, no: u16) {
    let Some(case) = teller.work.trade.case(no).cloned() else {
        return;
    };
    let claim = case.claim.clone();
    open_each(teller, &claim, false, |split| opening(&case, Ground::Advance, Bearer::Platform, split));
}

/// The fee of a case, if one was paid.
pub(super) fn open_fee(teller: &mut Teller<'_>, no: u16) {
    let Some(case) = teller.work.trade.case(no).cloned() else {
        return;
    };
    if teller.work.trade.money.pot(Bucket::Fee(no)).kept().is_zero() {
        return;
    }
    let how = teller.work.book.policy.refund_split;
    if let Some(split) = plan::pot(&teller.work.trade, how, Bucket::Fee(no), Purpose::Fee(no)) {
        open_each(teller, &split, false, |split| opening(&case, Ground::Fee, Bearer::Merchant, split));
    }
}

/// What the units of a rested case still hold, where the buyer will never have them.
pub(super) fn open_undelivered(teller: &mut Teller<'_>, no: u16) {
    let Some(case) = teller.work.trade.case(no) else { return };
    // What the buyer had sent back and the carrier lost was the case's own matter: as it ended, so it stands. What the
    // merchant had sent to the buyer after that is not.
    let completed = case.state == CaseState::Completed;
    let own_matter = case.sent_back.is_none() && case.dispatched.is_none();
    let trade = &teller.work.trade;
    let never = |units: &Units| match units.place {
        Place::Lost if units.delivered_at.is_some() => !own_matter,
        // What a completed case took back was paid for as agreed; nobody else may keep both the goods and the money.
        Place::Returned => !completed || units.bounced(),
        Place::Lost
        | Place::WithMerchant
        | Place::Outbound
        | Place::WithBuyer
        | Place::Inbound
        | Place::SentBack
        | Place::Replaced => plan::never_with_buyer(trade, units),
    };
    let spans = concerned(trade, case.units.iter().flat_map(|span| trade.goods.within(*span)), never);
    open_spans(teller, &spans, false);
}

/// Units that are free, not refunded already, and not closed or closed for less than they hold again, of which the
/// choice speaks.
pub(super) fn concerned(
    trade: &Trade,
    units: impl Iterator<Item = Units>,
    choose: impl Fn(&Units) -> bool,
) -> Vec<UnitSpan> {
    let counts = |units: &Units| !units.closed || plan::is_owed(trade, units);
    let free = |units: &Units| counts(units) && units.claim.is_none() && !is_refunded(trade, units);
    units.filter(|units| free(units) && choose(units)).map(|units| units.span()).collect()
}

/// Whether a refund of the order covers these units already: all that they hold is spent.
pub(super) fn is_refunded(trade: &Trade, units: &Units) -> bool {
    if plan::holds(trade, units) {
        return false;
    }
    let opened = trade.refunds.iter().filter(|refund| refund.state != RefundState::Cancelled);
    opened.flat_map(|refund| &refund.units).any(|span| span.covers(units))
}

/// Opens refunds of the order for units, with the shipping if nothing of the order remains.
pub(super) fn open_spans(teller: &mut Teller<'_>, spans: &[UnitSpan], with_shipping: bool) {
    if spans.is_empty() {
        return;
    }
    let goods = plan::goods_room(&teller.work.trade, spans, &Split::default());
    let shipping =
        if with_shipping { plan::shipping_room(&teller.work.trade, &Split::default(), true) } else { Amount::ZERO };
    let amount = goods.plus(shipping).unwrap_or(goods).min(plan::payments_room(&teller.work.trade, &Split::default()));
    let how = teller.work.book.policy.refund_split;
    let Some(split) = plan::split(&teller.work.trade, how, spans, amount) else {
        return;
    };
    open_each(teller, &split, true, |split| order_opening(split, Ground::Undelivered, spans.to_vec()));
}

pub(super) fn order_opening(split: Split, ground: Ground, units: Vec<UnitSpan>) -> Opening {
    Opening {
        case: None,
        ground,
        funder: Bearer::Merchant,
        payment: split.shares.first().map_or(0, |share| share.payment),
        split,
        requested_by: None,
        units,
    }
}

/// Whether the buyer never had these units and [never will](plan::never_with_buyer): not what was lost on its way back. Once
/// their money has gone back, what is still with the merchant does not leave either.
pub(super) fn never_came(trade: &Trade, units: &Units) -> bool {
    match units.place {
        Place::WithMerchant => units.closed || plan::never_with_buyer(trade, units),
        Place::Lost => units.delivered_at.is_none(),
        Place::Returned | Place::Outbound | Place::WithBuyer | Place::Inbound | Place::SentBack | Place::Replaced => {
            plan::never_with_buyer(trade, units)
        }
    }
}

/// What the order will not deliver and no case claims is refunded by the order itself; before it was paid in full, all
/// of it.
pub(super) fn open_units(teller: &mut Teller<'_>) {
    let how = teller.work.book.policy.refund_split;
    let unapplied = plan::pot(&teller.work.trade, how, Bucket::Unapplied, Purpose::Order);
    if let Some(split) = unapplied.filter(|split| !split.total().is_zero()) {
        open_each(teller, &split, false, |split| order_opening(split, Ground::Undelivered, Vec::new()));
        return;
    }
    let trade = &teller.work.trade;
    let spans = concerned(trade, trade.goods.all().iter().copied(), |units| never_came(trade, units));
    let nothing_remains = !trade.goods.any(|units| !units.closed && !never_came(trade, units));
    open_spans(teller, &spans, nothing_remains);
}

/// What was paid beyond what was due goes back to the payments that brought it, the last first.
pub(super) fn open_surplus(teller: &mut Teller<'_>) {
    let mut left = teller.work.trade.money.pot(Bucket::Surplus).kept();
    let payments: Vec<(u16, Amount)> =
        (0..).zip(&teller.work.trade.money.payments).map(|(at, payment)| (at, payment.balance.kept())).collect();
    for (payment, kept) in payments.into_iter().rev() {
        let amount = kept.min(left);
        left = left.less(amount);
        if !amount.is_zero() {
            let split = Split {
                parts: alloc::vec![Part { bucket: Bucket::Surplus, units: None, amount }],
                shares: alloc::vec![Share { payment, amount }],
            };
            teller.open(order_opening(split, Ground::Surplus, Vec::new()));
        }
    }
}
