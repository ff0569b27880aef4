//! Payment disputes: what a bank takes from the trade, and gives back.

use alloc::vec::Vec;

use super::super::draft::Draft;
use super::super::ledger::{Place, Units};
use super::super::plan;
use super::super::work::{Turn, Work};
use super::super::{
    Bucket, Case, CaseChange, Change, Defect, Offer, Part, Purpose, RefundChange, Share, Split, Trade, UnitChange,
    UnitSpan,
};
use super::claim::{own, shipping_most, what_there_is};
use super::claiming;
use crate::after_sale::State as CaseState;
use crate::refund::State as RefundState;
use crate::{Amount, Dispute, Kind};

/// Marks how far a dispute has come: the latest stage by the channel's own time counts, in whatever order they arrive.
pub(super) fn mark_dispute(work: &mut Work<'_>, turn: &Turn<'_>) -> Result<(), Defect> {
    let detail = turn.detail;
    let named = detail.reference.and_then(|reference| work.trade.money.payment_by(turn.actor.id, reference));
    let Some((at, payment)) = named else { return Ok(()) };
    let (Some(stage), Some(when)) = (detail.stage, detail.stage_at) else {
        return Ok(());
    };
    let before = payment.dispute;
    if before.is_some_and(|(_, marked)| marked > when) {
        return Ok(());
    }
    work.change(Change::Disputed(at, stage, when))?;
    let was_lost = matches!(before, Some((Dispute::Lost, _)));
    match stage {
        Dispute::Lost if !was_lost => lose(work, at, detail.amount.map(|sum| sum.amount)),
        Dispute::Inquiry | Dispute::Open | Dispute::Won if was_lost => regain(work, at),
        Dispute::Inquiry | Dispute::Open | Dispute::Won | Dispute::Lost => Ok(()),
    }
}

/// The bank has paid the buyer: first what refunds that are not with the channel were to pay, then claims, then what is kept.
fn lose(work: &mut Work<'_>, at: u16, disputed: Option<Amount>) -> Result<(), Defect> {
    let Some(payment) = work.trade.money.payment(at) else {
        return Ok(());
    };
    let balance = payment.balance;
    let room = balance.paid.less(balance.refunded).less(balance.lost);
    let mut left = disputed.unwrap_or(room).min(room);
    for (no, amount) in refunds_in(&work.trade, at, RefundState::is_unpaid) {
        let gone = amount.min(left);
        left = left.less(gone);
        if gone == amount {
            work.of_refund(no, RefundChange::BankPaid(amount))?;
        } else {
            lose_part(work, no, gone)?;
        }
    }
    left = lose_claims(work, at, left)?;
    left = left.less(lose_kept(work, at, left)?);
    // What is with the channel may still be paid by it: it stays reserved, and the bank is remembered.
    for (no, amount) in refunds_in(&work.trade, at, RefundState::is_underway) {
        let gone = amount.min(left);
        if !gone.is_zero() {
            work.of_refund(no, RefundChange::BankPaid(gone))?;
        }
        left = left.less(gone);
    }
    Ok(())
}

fn refunds_in(trade: &Trade, payment: u16, states: fn(RefundState) -> bool) -> Vec<(u16, Amount)> {
    let mine = trade.refunds.iter().filter(|refund| refund.payment == payment);
    mine.filter(|refund| states(refund.state)).map(|refund| (refund.no, refund.amount)).collect()
}

/// A refund comes back unpaid, and the bank has meanwhile paid a part of it.
pub(super) fn came_back(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let Some(refund) = work.trade.refund(no) else {
        return Ok(());
    };
    let gone = refund.bank_paid;
    if gone.is_zero() || gone >= refund.amount {
        return Ok(());
    }
    work.of_refund(no, RefundChange::BankPaid(Amount::ZERO))?;
    lose_part(work, no, gone)
}

/// The bank has paid a part of a refund: it is for the rest from now on, and so much less is owed by its case.
fn lose_part(work: &mut Work<'_>, no: u16, gone: Amount) -> Result<(), Defect> {
    let Some(refund) = work.trade.refund(no).filter(|_| !gone.is_zero()) else {
        return Ok(());
    };
    let (case, payment) = (claiming(refund.case, refund.ground), refund.payment);
    let part = plan::portion(&refund.split, gone);
    let key_was_sent = refund.sent_key == refund.key_number;
    work.change(Change::LostReserve(no, part))?;
    // Another amount under the same key would be no repetition to the channel.
    if key_was_sent {
        work.of_refund(no, RefundChange::NewKey)?;
    }
    match case {
        Some(case) => owe_less(work, case, Share { payment, amount: gone }),
        None => Ok(()),
    }
}

/// What the bank has paid of a payment, the case need not pay, as long as the bank does not take it back.
pub(super) fn owe_less(work: &mut Work<'_>, no: u16, gone: Share) -> Result<(), Defect> {
    let Some(case) = work.trade.case(no) else { return Ok(()) };
    let (offer, worth) = (case.offer, case.worth.less(gone.amount));
    let amount = offer.amount.less(gone.amount);
    let mut bank_paid = case.bank_paid.clone();
    bank_paid.push(gone);
    work.of_case(no, CaseChange::Offer(Offer { amount, ..offer }))?;
    work.of_case(no, CaseChange::Worth(worth))?;
    work.of_case(no, CaseChange::BankPaid(bank_paid))?;
    // What is proposed is no longer there either.
    let Some(case) = work.trade.case(no) else { return Ok(()) };
    let claimed = case.claim.total();
    match case.proposal.filter(|terms| terms.amount > claimed) {
        Some(terms) => work.of_case(no, CaseChange::Proposal(Some(Offer { amount: claimed, ..terms }))),
        None => Ok(()),
    }
}

fn lose_claims(work: &mut Work<'_>, at: u16, mut left: Amount) -> Result<Amount, Defect> {
    let claims: Vec<(u16, Split)> = work.trade.cases.iter().map(|case| (case.no, case.claim.clone())).collect();
    for (no, claim) in claims {
        let gone = claim.of_payment(at).min(left);
        if gone.is_zero() {
            continue;
        }
        let parts = plan::portion(&claim, gone).parts;
        let share = Share { payment: at, amount: gone };
        work.change(Change::LostClaim(no, Split { parts, shares: alloc::vec![share] }))?;
        owe_less(work, no, share)?;
        left = left.less(gone);
    }
    Ok(left)
}

/// The bank takes what is kept of the payment, at most so much. How much that was.
pub(super) fn lose_kept(work: &mut Work<'_>, at: u16, most: Amount) -> Result<Amount, Defect> {
    let kept = work.trade.money.payment(at).map_or(Amount::ZERO, |payment| payment.balance.kept());
    let amount = most.min(kept);
    if amount.is_zero() {
        return Ok(amount);
    }
    let parts = kept_parts(&work.trade, at, amount).ok_or(Defect::Money { what: "dispute" })?;
    work.change(Change::Lost(Split { parts, shares: alloc::vec![Share { payment: at, amount }] }))?;
    Ok(amount)
}

/// Kept money of what this payment alone may have been for, then of the goods where no case claims it, then of the rest.
fn kept_parts(trade: &Trade, at: u16, amount: Amount) -> Option<Vec<Part>> {
    let own = match trade.money.payment(at)?.purpose {
        Purpose::Fee(no) => [Bucket::Fee(no), Bucket::Surplus],
        Purpose::Order => [Bucket::Surplus, Bucket::Unapplied],
    };
    let mut parts = Vec::new();
    let mut left = amount;
    take_pots(trade, &own, &mut left, &mut parts);
    let ranges: Vec<(UnitSpan, Amount)> =
        trade.goods.all().iter().map(|units| (units.span(), unclaimed(trade, units))).collect();
    let weights: Vec<u64> = ranges.iter().map(|(_, room)| room.minor()).collect();
    let of_goods = left.min(Amount::sum(ranges.iter().map(|(_, room)| *room))?);
    for ((span, _), share) in ranges.iter().zip(of_goods.split(&weights)) {
        plan::line_parts(trade, *span, share, &mut parts)?;
    }
    left = left.minus(of_goods)?;
    let others: Vec<Bucket> = trade.money.pots.iter().map(|pot| pot.bucket).collect();
    let rest = |bucket: &Bucket| !own.contains(bucket) && !matches!(bucket, Bucket::Goods(_) | Bucket::Tax(_));
    take_pots(trade, &others.into_iter().filter(rest).collect::<Vec<_>>(), &mut left, &mut parts);
    left.is_zero().then_some(parts)
}

fn take_pots(trade: &Trade, buckets: &[Bucket], left: &mut Amount, parts: &mut Vec<Part>) {
    for &bucket in buckets {
        let amount = trade.money.pot(bucket).kept().min(*left);
        *left = left.less(amount);
        if !amount.is_zero() {
            parts.push(Part { bucket, units: None, amount });
        }
    }
}

/// What a range of units could give up without touching what its case claims.
fn unclaimed(trade: &Trade, units: &Units) -> Amount {
    let Some(line) = trade.line_at(units.line) else {
        return Amount::ZERO;
    };
    let room = trade.goods.room(line, units.span());
    let parts = units.claim.and_then(|no| trade.case(no)).into_iter().flat_map(|case| &case.claim.parts);
    let claims = parts.filter_map(|part| {
        let span = part.units.filter(|span| span.covers(units))?;
        let share =
            part.amount.share(line.value(units.first, units.count).minor(), line.value(span.first, span.count).minor());
        // Rounded up: a cent too many left to the case does no harm, one too few would.
        Some(share.plus(Amount::new(1)).unwrap_or(share).min(part.amount))
    });
    room.less(Amount::sum(claims).unwrap_or(Amount::MOST))
}

/// What the bank has taken of units, by payment.
fn taken_of(trade: &Trade, units: &[UnitSpan]) -> Vec<Share> {
    let value = |span: UnitSpan| trade.line_at(span.line).map_or(0, |line| line.value(span.first, span.count).minor());
    let of_part = |part: &Part| {
        let span = part.units?;
        let within = units.iter().flat_map(|asked| trade.goods.within(*asked)).filter(|units| span.covers(units));
        part.amount.share(within.map(|units| value(units.span())).sum(), value(span)).into()
    };
    let payments = (0_u16..).zip(&trade.money.payments);
    let shares = payments.map(|(payment, of)| {
        let amount = Amount::sum(of.lost.iter().filter_map(of_part)).unwrap_or_default();
        Share { payment, amount }
    });
    shares.filter(|share| !share.amount.is_zero()).collect()
}

/// What a buyer asks for who asks for all that is left of units: also what a bank has taken of them before, should it give that
/// back. A compensation is for a fault, whatever the goods are worth.
pub(super) fn asked_beyond(trade: &Trade, draft: &Draft, own: &Split) -> Vec<Share> {
    let Offer { kind, amount, .. } = draft.offer;
    let asked = if kind.pays() { amount } else { draft.worth };
    let asks_all = kind != Kind::Compensation && asked >= plan::goods_room(trade, &draft.units, own);
    if asks_all { taken_of(trade, &draft.units) } else { Vec::new() }
}

/// Some of the units of a case have left it: so has what the bank has paid for those.
pub(super) fn left_with_units(trade: &Trade, case: &Case, kept: &[UnitSpan]) -> Vec<Share> {
    let value = |spans: &[UnitSpan]| -> u64 {
        let lines = spans.iter().filter_map(|span| Some(trade.line_at(span.line)?.value(span.first, span.count)));
        lines.map(Amount::minor).sum()
    };
    let (kept, all) = (value(kept), value(&case.units));
    let shares = case.bank_paid.iter().map(|share| Share { amount: share.amount.share(kept, all), ..*share });
    shares.filter(|share| !share.amount.is_zero()).collect()
}

/// The bank gives back what it took: whatever it had paid instead of the merchant is owed again.
fn regain(work: &mut Work<'_>, at: u16) -> Result<(), Defect> {
    let Some(payment) = work.trade.money.payment(at) else {
        return Ok(());
    };
    let parts = payment.lost.clone();
    let amount = Amount::sum(parts.iter().map(|part| part.amount)).ok_or(Defect::Money { what: "dispute" })?;
    if !amount.is_zero() {
        work.change(Change::Regained(Split { parts, shares: alloc::vec![Share { payment: at, amount }] }))?;
        let cases: Vec<u16> = work.trade.cases.iter().map(|case| case.no).collect();
        cases.into_iter().try_for_each(|no| owe_again(work, no, at))?;
        reopen(work)?;
    }
    let refunds: Vec<u16> = work
        .trade
        .refunds
        .iter()
        .filter(|refund| refund.payment == at && !refund.bank_paid.is_zero())
        .map(|refund| refund.no)
        .collect();
    refunds.into_iter().try_for_each(|no| work.of_refund(no, RefundChange::BankPaid(Amount::ZERO)))
}

/// What the bank had paid of a case, the case owes again, if it owes anything still and as far as there is room.
fn owe_again(work: &mut Work<'_>, no: u16, at: u16) -> Result<(), Defect> {
    let Some(case) = work.trade.case(no).filter(|case| !case.bank_paid.is_empty()) else { return Ok(()) };
    let (back, rest): (Vec<Share>, Vec<Share>) = case.bank_paid.iter().partition(|share| share.payment == at);
    let back = Amount::sum(back.iter().map(|share| share.amount)).ok_or(Defect::Money { what: "dispute" })?;
    let (offer, worth, claim, units) = (case.offer, case.worth, case.claim.clone(), own(&work.trade, case));
    let shipping = shipping_most(&work.trade, case, &units);
    let is_paid = case.state == CaseState::Completed && offer.kind.pays();
    let goes_on = case.is_open() || case.state.keeps_claim();
    if back.is_zero() {
        return Ok(());
    }
    work.of_case(no, CaseChange::BankPaid(rest))?;
    if !is_paid && !goes_on {
        return Ok(());
    }
    work.change(Change::Claim(no, Split::default()))?;
    let wanted = claim.total().plus(back).ok_or(Defect::Money { what: "claim" })?;
    let again = what_there_is(work, &units, wanted, shipping);
    let more = again.total().less(claim.total());
    // What rests claims nothing: it is claimed when the case is taken up.
    work.change(Change::Claim(
        no,
        if more.is_zero() {
            claim
        } else if goes_on {
            again
        } else {
            Split::default()
        },
    ))?;
    let plus = |amount: Amount| amount.plus(more).ok_or(Defect::Money { what: "claim" });
    if offer.kind.pays() {
        work.of_case(no, CaseChange::Offer(Offer { amount: plus(offer.amount)?, ..offer }))?;
    }
    work.of_case(no, CaseChange::Worth(plus(worth)?))
}

/// What was never delivered is closed by its whole share alone: where that is there again and no case owes it, it is open
/// again, unless the order would ship it.
fn reopen(work: &mut Work<'_>) -> Result<(), Defect> {
    let trade = &work.trade;
    let ships = |units: &Units| units.place == Place::WithMerchant && trade.head.state.may_ship();
    let open = |units: &&Units| units.closed && plan::is_owed(trade, units) && !ships(units);
    let spans: Vec<UnitSpan> = trade.goods.all().iter().filter(open).map(Units::span).collect();
    spans.into_iter().try_for_each(|span| work.change(Change::Units(span, UnitChange::Reopened)))
}
