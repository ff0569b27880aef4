//! What the rows of a case do to the data.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::super::draft::{self, Draft};
use super::super::ledger::Place;
use super::super::plan;
use super::super::work::{Turn, Work};
use super::super::{
    Asked, Case, CaseChange, Change, Counts, Defect, Denied, Offer, Split, Subject, Trade, UnitChange, Units,
};
use super::claim::{claim_money, claim_units, held, pay_fee, repay, undo_write_off, write_off};
use super::follow::{expire, follow, within};
use super::loss::asked_beyond;
use super::parcels::{
    accept_goods, accepted_amount, all_came, cancel_ship_back, correct_waybill, dispatch, fail_parcel, move_units,
    receive, ship_back,
};
use crate::after_sale::{Action, AfterSale, State};
use crate::refund::Ground;
use crate::rule::{Rule, To};
use crate::{Amount, Kind};

/// The number of the case that a row is about; a new case is opened first, with its claim on units and money.
pub(crate) fn open_case(work: &mut Work<'_>, turn: &Turn<'_>, draft: &Draft) -> Result<u16, Defect> {
    if let Subject::Case(no) = turn.subject
        && no != 0
    {
        return Ok(no);
    }
    let no = u16::try_from(work.trade.cases.len() + 1).map_err(|_| Defect::Range { what: "the cases" })?;
    // What the merchant or staff offer or grant is what they name, and uses up nothing of the buyer's.
    let asks = matches!(turn.asked, Asked::Case(Action::Apply | Action::Declare));
    let case = Case {
        no,
        state: State::Absent,
        deadline: None,
        counts: Counts::default(),
        started_by: turn.actor.role,
        opened_at: work.now,
        rested_at: None,
        silent: None,
        reason: draft.reason,
        statutory: turn.asked == Asked::Case(Action::Declare),
        units: draft.units.clone(),
        offer: draft.offer,
        proposal: None,
        worth: draft.worth,
        claim: Split::default(),
        bank_paid: if asks { asked_beyond(&work.trade, draft, &Split::default()) } else { Vec::new() },
        before: None,
        review: None,
        ground: None,
        proposed_by: None,
        granted_by: None,
        accepted: false,
        partly_granted: false,
        repaid: Amount::ZERO,
        repayments: Vec::new(),
        written_off: Amount::ZERO,
        freight: Amount::ZERO,
        freight_before: Amount::ZERO,
        freight_credited: Amount::ZERO,
        freight_insured: Amount::ZERO,
        freight_bearer: None,
        blame: None,
        returned: None,
        picked_up: false,
        dispatched: None,
        sent_back: None,
        address: work.book.policy.return_address.clone(),
        holds_shipment: false,
        charged: Amount::ZERO,
        touched: 0,
        stars: None,
    };
    work.change(Change::Opened(Box::new(case)))?;
    claim_units(work, no, &draft.units)?;
    if asks {
        for span in &draft.units {
            work.change(Change::Units(*span, UnitChange::Tried))?;
        }
    }
    claim_money(work, no)?;
    Ok(no)
}

/// Carries out the action of the row.
pub(crate) fn case(
    work: &mut Work<'_>,
    turn: &Turn<'_>,
    no: u16,
    action: Action,
    rule: &Rule<AfterSale>,
    draft: &Draft,
) -> Result<(), Denied> {
    let by = Some(turn.actor.person());
    let granted = |ground| CaseChange::Granted(ground, by);
    match action {
        Action::Apply | Action::Declare => begin(work, no, action, rule)?,
        Action::Grant => work.of_case(no, granted(Ground::Agreement))?,
        Action::Offer => propose(work, turn, no, draft.offer)?,
        Action::Modify => modify(work, no, draft)?,
        Action::Agree | Action::AgreeIfRejected | Action::Intercept => {
            work.of_case(no, granted(Ground::Agreement))?;
            give_address(work, turn, no)?;
        }
        Action::GiveAddress => give_address(work, turn, no)?,
        Action::Propose => {
            let terms = draft::proposed(turn, subject(&work.trade, no)?);
            propose(work, turn, no, terms)?;
        }
        Action::Accept => accept(work, no)?,
        Action::PayFee => pay_fee(work, turn, no)?,
        Action::Recall => move_units(work, no, recalled)?,
        Action::ShipBack => ship_back(work, turn, no)?,
        Action::CorrectWaybill => correct_waybill(work, turn, no)?,
        Action::CancelShipBack => cancel_ship_back(work, no)?,
        Action::Receive => receive(work, turn, no)?,
        Action::AcceptGoods => {
            receive(work, turn, no)?;
            accept_goods(work, no)?;
        }
        Action::RefuseGoods => all_came(work, no)?,
        Action::Dispatch => dispatch(work, turn, no, rule)?,
        Action::Lose | Action::Bounce => fail_parcel(work, no, action, rule)?,
        Action::ConvertToRefund => convert(work, no, rule)?,
        Action::RuleForBuyer | Action::RuleSplit => rule_on(work, turn, no)?,
        Action::RuleForMerchant => blame(work, turn, no)?,
        Action::Repay => repay(work, turn, no)?,
        Action::WriteOff => write_off(work, no)?,
        Action::Expire => expire(work, no, rule)?,
        Action::Unsettle => undo_write_off(work, no)?,
        Action::Undelivered => undelivered(work, no)?,
        Action::Rate => work.of_case(no, CaseChange::Stars(turn.detail.stars.unwrap_or_default()))?,
        Action::Extend => extend(work, no)?,
        Action::Decline
        | Action::Retract
        | Action::Withdraw
        | Action::Refuse
        | Action::RecallFail
        | Action::TakeBack
        | Action::ConfirmReceipt
        | Action::Escalate
        | Action::CallOff
        | Action::SubmitEvidence
        | Action::Overtake
        | Action::Reopen
        | Action::Settle
        | Action::Stall
        | Action::Park
        | Action::Resume
        | Action::Overpay
        | Action::Note => {}
    }
    within(work, no, rule)?;
    follow(work, no, action, rule)?;
    Ok(())
}

/// What was on its way to the buyer is back at the merchant.
fn recalled(units: &Units) -> Option<UnitChange> {
    (units.place == Place::Outbound).then_some(UnitChange::CameBack { condition: None })
}

pub(super) fn subject(trade: &Trade, no: u16) -> Result<&Case, Defect> {
    trade.case(no).ok_or(Defect::Unknown(Subject::Case(no)))
}

fn begin(work: &mut Work<'_>, no: u16, action: Action, rule: &Rule<AfterSale>) -> Result<(), Defect> {
    let at_once = matches!(rule.to, To::Enter(state) if state.is_granted());
    match (action, at_once) {
        (Action::Declare, _) => work.of_case(no, CaseChange::Granted(Ground::Declaration, None)),
        (_, true) => work.of_case(no, CaseChange::Granted(Ground::Policy, None)),
        (_, false) => Ok(()),
    }
}

fn modify(work: &mut Work<'_>, no: u16, draft: &Draft) -> Result<(), Defect> {
    let case = subject(&work.trade, no)?;
    let old = case.units.clone();
    let beyond = asked_beyond(&work.trade, draft, &case.claim);
    if old != draft.units {
        for span in old {
            work.change(Change::Units(span, UnitChange::Released))?;
        }
        claim_units(work, no, &draft.units)?;
        let is_new = |units: &Units| !subject(&work.trade, no).is_ok_and(|case| case.names(units.span()));
        let new: Vec<_> = work.trade.goods.of_case(no).filter(|units| is_new(units)).map(Units::span).collect();
        for span in new {
            work.change(Change::Units(span, UnitChange::Tried))?;
        }
        work.of_case(no, CaseChange::Units(draft.units.clone()))?;
    }
    work.of_case(no, CaseChange::Reason(draft.reason))?;
    agree_on(work, no, draft.offer)?;
    if subject(&work.trade, no)?.bank_paid != beyond {
        work.of_case(no, CaseChange::BankPaid(beyond))?;
    }
    work.of_case(no, CaseChange::Worth(draft.worth))?;
    claim_money(work, no)
}

/// These are the terms from now on. Another amount is what is meant, whatever the bank had paid before.
fn agree_on(work: &mut Work<'_>, no: u16, terms: Offer) -> Result<(), Defect> {
    let case = subject(&work.trade, no)?;
    let forgets = terms.amount != case.offer.amount && !case.bank_paid.is_empty();
    work.of_case(no, CaseChange::Offer(terms))?;
    if forgets { work.of_case(no, CaseChange::BankPaid(Vec::new())) } else { Ok(()) }
}

fn give_address(work: &mut Work<'_>, turn: &Turn<'_>, no: u16) -> Result<(), Defect> {
    if turn.detail.address.is_empty() {
        Ok(())
    } else {
        work.of_case(no, CaseChange::Address(turn.detail.address.clone()))
    }
}

/// The terms are on the table, and who put them there: if the buyer accepts them, that person has granted it.
fn propose(work: &mut Work<'_>, turn: &Turn<'_>, no: u16, terms: Offer) -> Result<(), Defect> {
    work.of_case(no, CaseChange::Proposal(Some(terms)))?;
    work.of_case(no, CaseChange::ProposedBy(turn.actor.person()))
}

/// The proposal becomes the terms. If it was about goods that had come back, they are accepted with it.
fn accept(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let case = subject(&work.trade, no)?;
    let terms = agreed(&work.trade, case);
    let granter = case.proposed_by.unwrap_or(work.trade.parties.merchant.into());
    let after_return = case.is_after_return();
    work.of_case(no, CaseChange::Proposal(None))?;
    if after_return {
        accept_goods(work, no)?;
    }
    work.of_case(no, CaseChange::Granted(Ground::Agreement, Some(granter)))?;
    settle_on(work, no, terms)
}

/// The terms that an accepted proposal comes to: no more than the goods that have come are worth.
pub(crate) fn agreed(trade: &Trade, case: &Case) -> Offer {
    let terms = case.terms();
    if !case.is_after_return() {
        return terms;
    }
    let amount = terms.amount.min(accepted_amount(trade, case.no, &[]));
    Offer { amount, ..terms }
}

/// These are the terms from now on. Where goods are to be sent for others, the case is worth what its units hold.
fn settle_on(work: &mut Work<'_>, no: u16, terms: Offer) -> Result<(), Defect> {
    let case = subject(&work.trade, no)?;
    if matches!(terms.kind, Kind::Exchange | Kind::Repair) && terms.kind != case.offer.kind {
        let room = plan::goods_room(&work.trade, &case.units, &case.claim);
        let worth = room.plus(held_at_home(&work.trade, no)).ok_or(Defect::Money { what: "worth" })?;
        work.of_case(no, CaseChange::Worth(worth))?;
    }
    agree_on(work, no, terms)?;
    claim_money(work, no)
}

/// What refunds hold of the goods of a case that are not on their way: they are called off where it pays no longer.
fn held_at_home(trade: &Trade, no: u16) -> Amount {
    let refunds = trade.refunds_of(no).filter(|refund| refund.state.is_unpaid() && refund.ground != Ground::Fee);
    let goods = refunds.flat_map(|refund| &refund.split.parts).filter(|part| part.units.is_some());
    Amount::sum(goods.map(|part| part.amount)).unwrap_or(Amount::MOST)
}

/// It is turned into a refund of what it is worth.
fn convert(work: &mut Work<'_>, no: u16, rule: &Rule<AfterSale>) -> Result<(), Defect> {
    let case = subject(&work.trade, no)?;
    let offer = case.offer;
    let kind = match (rule.to, offer.kind) {
        // The goods may be kept.
        (To::Enter(_), Kind::ReturnAndRefund) => Kind::RefundOnly,
        // The goods go back all the same, for money.
        (To::Stay, _) => Kind::ReturnAndRefund,
        (To::Enter(_), _) => return Ok(()),
    };
    let amount = if offer.kind.pays() { offer.amount } else { case.worth };
    work.of_case(no, CaseChange::Offer(Offer { kind, amount, ..offer }))
}

fn rule_on(work: &mut Work<'_>, turn: &Turn<'_>, no: u16) -> Result<(), Defect> {
    let case = subject(&work.trade, no)?;
    let offer = draft::ruled(&work.trade, turn, case);
    blame(work, turn, no)?;
    work.of_case(no, CaseChange::Granted(Ground::Ruling, Some(turn.actor.person())))?;
    settle_on(work, no, offer)?;
    // What was sent before the ruling was sent for something else: nobody waits for it any more.
    if subject(&work.trade, no)?.has_replacement() {
        work.of_case(no, CaseChange::Dispatched(None))?;
    }
    Ok(())
}

fn blame(work: &mut Work<'_>, turn: &Turn<'_>, no: u16) -> Result<(), Defect> {
    if let Some(blame) = turn.detail.blame {
        work.of_case(no, CaseChange::Blame(blame))?;
    }
    match turn.detail.bearer {
        Some(bearer) => work.of_case(no, CaseChange::FreightBearer(bearer)),
        None => Ok(()),
    }
}

/// Its goods will not come: it pays all that its units still hold, whatever was asked.
fn undelivered(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let case = subject(&work.trade, no)?;
    let (units, offer) = (case.units.clone(), case.offer);
    work.change(Change::Claim(no, Split::default()))?;
    let rooms = units.iter().filter_map(|span| Some(work.trade.goods.room(work.trade.line_at(span.line)?, *span)));
    let goods = Amount::sum(rooms).unwrap_or(Amount::MOST);
    // The first of several cases that hear it takes the shipping along.
    let is_settled = |units: &Units| {
        units.claim == Some(no) || plan::goes_back(&work.trade, units) || plan::never_with_buyer(&work.trade, units)
    };
    let takes_the_rest = !work.trade.goods.any(|units| !is_settled(units));
    let shipping =
        if takes_the_rest { plan::shipping_room(&work.trade, &Split::default(), true) } else { Amount::ZERO };
    let whole = goods.plus(shipping).unwrap_or(Amount::MOST).min(plan::payments_room(&work.trade, &Split::default()));
    // What its refunds hold already is spent of its units, and owed as before.
    let amount = whole.plus(held(&work.trade, no)).unwrap_or(Amount::MOST);
    work.of_case(no, CaseChange::Proposal(None))?;
    work.of_case(no, CaseChange::Offer(Offer { kind: Kind::RefundOnly, amount, ..offer }))?;
    work.of_case(no, CaseChange::Worth(amount))?;
    work.of_case(no, CaseChange::Granted(Ground::Undelivered, None))?;
    claim_money(work, no)
}

fn extend(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let Some(deadline) = subject(&work.trade, no)?.deadline else {
        return Ok(());
    };
    let more = work.book.policy.extension(deadline.limit).map_or(0, crate::Length::millis);
    work.change(Change::Due(Subject::Case(no), Some(deadline.extend(more))))
}
