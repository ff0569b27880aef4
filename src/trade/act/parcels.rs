//! What becomes of the units of a case and of its parcels.

use alloc::vec::Vec;

use super::super::draft::{self};
use super::super::ledger::Place;
use super::super::work::{Turn, Work};
use super::super::{
    Asked, Bucket, Case, CaseChange, Change, Defect, Line, Offer, Parcel, Trade, UnitChange, UnitSpan, Units, Wanted,
};
use super::case::subject;
use super::claim::{claim_money, claimed, held};
use super::loss::left_with_units;
use crate::after_sale::{Action, AfterSale, State};
use crate::rule::{Rule, To};
use crate::{Amount, Kind, Role};

pub(super) fn ship_back(work: &mut Work<'_>, turn: &Turn<'_>, no: u16) -> Result<(), Defect> {
    // An earlier parcel of the same return has cost what it cost.
    let case = subject(&work.trade, no)?;
    let before = if case.returned.is_some() { case.freight } else { case.freight_before };
    if before != case.freight_before {
        work.of_case(no, CaseChange::FreightBefore(before))?;
    }
    correct_waybill(work, turn, no)?;
    pick_up(work, no, turn.actor.role == Role::Carrier)?;
    // Nobody sends back what never came, whether the carrier reported it or not.
    let now = work.now;
    move_units(work, no, |units| (units.place == Place::Outbound).then_some(UnitChange::Delivered { at: now }))?;
    // What the merchant had sent back has come for the same reason, and its parcel is told about no more.
    if subject(&work.trade, no)?.sent_back.is_some() {
        work.of_case(no, CaseChange::SentBack(None))?;
    }
    // A replacement that is no good goes back like what it replaced.
    move_units(work, no, |units| {
        matches!(units.place, Place::WithBuyer | Place::Replaced | Place::SentBack)
            .then_some(UnitChange::At(Place::Inbound))
    })
}

pub(super) fn correct_waybill(work: &mut Work<'_>, turn: &Turn<'_>, no: u16) -> Result<(), Defect> {
    if let Some(parcel) = parcel(work, turn) {
        work.of_case(no, CaseChange::Returned(Some(parcel)))?;
    }
    let before = subject(&work.trade, no)?.freight_before;
    match turn.detail.freight {
        Some(freight) => {
            let all = freight.amount.plus(before).ok_or(Defect::Money { what: "freight" })?;
            work.of_case(no, CaseChange::Freight(all))
        }
        None => Ok(()),
    }
}

/// The parcel was not sent: it has cost nothing, and the goods stay where they are.
pub(super) fn cancel_ship_back(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let case = subject(&work.trade, no)?;
    let (freight, before) = (case.freight, case.freight_before);
    work.of_case(no, CaseChange::Returned(None))?;
    if freight != before {
        work.of_case(no, CaseChange::Freight(before))?;
    }
    move_units(work, no, |units| (units.place == Place::Inbound).then_some(UnitChange::At(Place::WithBuyer)))
}

pub(super) fn parcel(work: &Work<'_>, turn: &Turn<'_>) -> Option<Parcel> {
    let waybill = turn.detail.waybill?;
    Some(Parcel { carrier: waybill.carrier, waybill: waybill.number, at: work.now, failed: false })
}

/// Changes every unit of the case that the choice names.
pub(super) fn move_units(
    work: &mut Work<'_>,
    no: u16,
    choose: impl Fn(&Units) -> Option<UnitChange>,
) -> Result<(), Defect> {
    let chosen: Vec<(UnitSpan, UnitChange)> =
        work.trade.goods.of_case(no).filter_map(|units| Some((units.span(), choose(units)?))).collect();
    chosen.into_iter().try_for_each(|(span, change)| work.change(Change::Units(span, change)))
}

pub(super) fn came_back(units: &Units) -> Option<UnitChange> {
    (units.place == Place::Inbound).then_some(UnitChange::CameBack { condition: None })
}

/// The units that a receipt names of those on their way back. Who accepts goods speaks first of those that a carrier
/// has handed over and nobody has looked at.
pub(crate) fn named_inbound(trade: &Trade, no: u16, wanted: &Wanted, accepts: bool) -> Vec<UnitSpan> {
    let Some((line, _)) = trade.line(wanted.line) else {
        return Vec::new();
    };
    let inbound = |units: &Units| units.claim == Some(no) && units.place == Place::Inbound;
    let unseen = if accepts { draft::total(&named_unseen(trade, no, wanted)) } else { 0 };
    trade.goods.pick(line, wanted.count.saturating_sub(unseen), inbound)
}

/// The units that are accepted and have come already, without a word on their condition.
pub(super) fn named_unseen(trade: &Trade, no: u16, wanted: &Wanted) -> Vec<UnitSpan> {
    let unseen = |units: &Units| units.claim == Some(no) && units.place == Place::Returned && units.condition.is_none();
    let line = trade.line(wanted.line);
    line.map_or_else(Vec::new, |(line, _)| trade.goods.pick(line, wanted.count, unseen))
}

/// The units that a receipt names are back, each in its condition. What came is no longer the buyer's to call back.
pub(super) fn receive(work: &mut Work<'_>, turn: &Turn<'_>, no: u16) -> Result<(), Defect> {
    let accepts = turn.asked == Asked::Case(Action::AcceptGoods);
    for wanted in &turn.detail.units {
        let mut spans = named_inbound(&work.trade, no, wanted, accepts);
        if accepts {
            spans.extend(named_unseen(&work.trade, no, wanted));
        }
        let condition = wanted.condition;
        for span in spans {
            work.change(Change::Units(span, UnitChange::CameBack { condition }))?;
        }
    }
    pick_up(work, no, true)
}

pub(super) fn pick_up(work: &mut Work<'_>, no: u16, picked_up: bool) -> Result<(), Defect> {
    if subject(&work.trade, no)?.picked_up == picked_up {
        return Ok(());
    }
    work.of_case(no, CaseChange::PickedUp(picked_up))
}

/// The goods are accepted. What was announced and never received leaves the case and is not paid for.
pub(super) fn accept_goods(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    all_came(work, no)?;
    drop_missing(work, no)?;
    work.of_case(no, CaseChange::Accepted)
}

/// Whether the buyer had them and sent them back; what bounced on its way there did not come back from anybody.
const fn has_come_back(units: &Units) -> bool {
    matches!(units.place, Place::Returned) && !units.bounced()
}

/// Who judges goods of which none was recorded as received has received all; of which some were, no others.
pub(super) fn all_came(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let some_back = work.trade.goods.of_case(no).any(has_come_back);
    if some_back { Ok(()) } else { move_units(work, no, came_back) }
}

/// What a case claims once its goods are accepted: all of it or, if only some have come, the share of those; the units
/// that a receipt names are among them.
pub(crate) fn accepted_amount(trade: &Trade, no: u16, named: &[Wanted]) -> Amount {
    let Some(case) = trade.case(no) else {
        return Amount::ZERO;
    };
    let inbound: Vec<UnitSpan> = spans_at(trade, no, Place::Inbound);
    let named: Vec<UnitSpan> = (named.iter().flat_map(|wanted| named_inbound(trade, no, wanted, true))).collect();
    let some_back = !named.is_empty() || trade.goods.of_case(no).any(has_come_back);
    if inbound.is_empty() || !some_back {
        return claimed(case);
    }
    amount_without(trade, case, &inbound, &named)
}

/// What a case claims without these units, but with those of them that are named. They take their share by worth along, in full
/// cents: what cannot be shared stays with the goods that are there.
fn amount_without(trade: &Trade, case: &Case, missing: &[UnitSpan], named: &[UnitSpan]) -> Amount {
    let all: Vec<UnitSpan> = trade.goods.of_case(case.no).map(Units::span).collect();
    let of = |spans: &[UnitSpan], amount: fn(&Trade, &Line, UnitSpan) -> Amount| {
        let amounts = spans.iter().filter_map(|span| Some(amount(trade, trade.line_at(span.line)?, *span)));
        Amount::sum(amounts).unwrap_or(Amount::MOST)
    };
    let gone = |amount| of(missing, amount).less(of(named, amount));
    let left = |amount| of(&all, amount).less(gone(amount));
    let value = |_: &Trade, line: &Line, span: UnitSpan| line.value(span.first, span.count);
    let room = |trade: &Trade, line: &Line, span| trade.goods.room(line, span);
    let share = claimed(case).less(claimed(case).share(gone(value).minor(), of(&all, value).minor()));
    // Never more than those units still hold, with the shipping and with what the case has paid already.
    let shipping = [Bucket::Shipping, Bucket::Supplement].map(|bucket| case.claim.of_bucket(bucket));
    let most = Amount::sum(shipping.into_iter().chain([left(room), held(trade, case.no)]));
    share.min(most.unwrap_or(Amount::MOST))
}

pub(super) fn spans_at(trade: &Trade, no: u16, place: Place) -> Vec<UnitSpan> {
    let units = trade.goods.of_case(no).filter(|units| units.place == place);
    units.map(Units::span).collect()
}

pub(super) fn drop_missing(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let missing = spans_at(&work.trade, no, Place::Inbound);
    if missing.is_empty() {
        return Ok(());
    }
    let amount = accepted_amount(&work.trade, no, &[]);
    for span in &missing {
        work.change(Change::Units(*span, UnitChange::At(Place::WithBuyer)))?;
    }
    leave(work, no, missing, amount)
}

/// The merchant sends back, or keeps and pays for, what the merchant has: what the buyer has, or is to get by the
/// order, leaves the case.
pub(super) fn drop_kept(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let kept: Vec<UnitSpan> =
        [Place::WithBuyer, Place::Outbound].into_iter().flat_map(|place| spans_at(&work.trade, no, place)).collect();
    let held = |units: &Units| matches!(units.place, Place::Returned | Place::Inbound);
    if kept.is_empty() || !work.trade.goods.of_case(no).any(held) {
        return Ok(());
    }
    let amount = amount_without(&work.trade, subject(&work.trade, no)?, &kept, &[]);
    leave(work, no, kept, amount)
}

/// These units leave the case, which is about the others from now on, and so much.
fn leave(work: &mut Work<'_>, no: u16, gone: Vec<UnitSpan>, amount: Amount) -> Result<(), Defect> {
    for span in gone {
        work.change(Change::Units(span, UnitChange::Released))?;
    }
    let units: Vec<UnitSpan> = work.trade.goods.of_case(no).map(Units::span).collect();
    let case = subject(&work.trade, no)?;
    let (offer, by_bank) = (case.offer, left_with_units(&work.trade, case, &units));
    if case.bank_paid != by_bank {
        work.of_case(no, CaseChange::BankPaid(by_bank))?;
    }
    work.of_case(no, CaseChange::Units(units))?;
    if offer.kind.pays() {
        work.of_case(no, CaseChange::Offer(Offer { amount, ..offer }))?;
    }
    work.of_case(no, CaseChange::Worth(amount))?;
    claim_money(work, no)
}

pub(super) fn dispatch(work: &mut Work<'_>, turn: &Turn<'_>, no: u16, rule: &Rule<AfterSale>) -> Result<(), Defect> {
    let parcel = parcel(work, turn);
    if rule.from == State::AwaitingSendBack {
        work.of_case(no, CaseChange::SentBack(parcel))?;
        // What nobody recorded as received has come all the same, or is on its way to be sent on.
        return move_units(work, no, |units| {
            matches!(units.place, Place::Returned | Place::Inbound).then_some(UnitChange::At(Place::SentBack))
        });
    }
    work.of_case(no, CaseChange::Dispatched(parcel))?;
    move_units(work, no, |units| {
        matches!(units.place, Place::Returned | Place::Inbound | Place::Lost).then_some(UnitChange::At(Place::Replaced))
    })
}

/// Whether units are in a parcel of their case: on their way back, refused goods on their way to the buyer, or stood
/// for by what was dispatched.
pub(crate) fn is_underway(case: &Case, units: &Units) -> bool {
    match units.place {
        Place::Inbound | Place::SentBack | Place::Replaced => true,
        // A missing part travels while the goods stay where they are.
        Place::WithBuyer | Place::Outbound | Place::Lost => case.offer.kind == Kind::Reship && case.has_replacement(),
        Place::WithMerchant | Place::Returned => false,
    }
}

/// The parcel of the case that is on its way is lost, or comes back to whoever sent it. Only one is, at any time.
pub(super) fn fail_parcel(work: &mut Work<'_>, no: u16, action: Action, rule: &Rule<AfterSale>) -> Result<(), Defect> {
    let failed = |parcel: Option<Parcel>| parcel.map(|parcel| Parcel { failed: true, ..parcel });
    let case = subject(&work.trade, no)?;
    let lost = action == Action::Lose;
    let travels = |place| work.trade.goods.of_case(no).any(|units| units.place == place);
    // Of several parcels the rest could not be handed over: it is the buyer's again, and the case is about what has
    // come.
    if !lost && travels(Place::Inbound) && work.trade.goods.of_case(no).any(has_come_back) {
        let parcel = failed(case.returned);
        work.of_case(no, CaseChange::Returned(parcel))?;
        return drop_missing(work, no);
    }
    let (from, to, parcel) = if travels(Place::Inbound) {
        // The merchant could not be reached: the goods are with the buyer again, or on their way there.
        let back = if rule.to == To::Enter(State::SendingBack) { Place::SentBack } else { Place::WithBuyer };
        (Place::Inbound, back, CaseChange::Returned(failed(case.returned)))
    } else if travels(Place::SentBack) {
        (Place::SentBack, Place::Returned, CaseChange::SentBack(failed(case.sent_back)))
    } else {
        (Place::Replaced, Place::Returned, CaseChange::Dispatched(failed(case.dispatched)))
    };
    let to = match from {
        // Without the replacement there is what it replaced: the goods that came back, or what was lost before.
        Place::Replaced if case.returned.is_none() => Place::Lost,
        // What was repaired is the buyer's own.
        Place::Replaced if lost && case.offer.kind != Kind::Repair => Place::Returned,
        _ if lost => Place::Lost,
        _ => to,
    };
    work.of_case(no, parcel)?;
    move_units(work, no, |units| (units.place == from).then_some(UnitChange::At(to)))
}
