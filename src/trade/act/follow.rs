//! What follows from where a row of a case leads, and from silence: read off the row's target and the data, never off
//! the conditions that let the row be taken.

use alloc::vec::Vec;

use super::super::draft;
use super::super::flow::owes;
use super::super::ledger::{Place, Units};
use super::super::work::Work;
use super::super::{CaseChange, Defect, Offer, Trade, UnitSpan};
use super::case::subject;
use super::claim::{claim_money, claim_units, held, secure, write_off};
use super::parcels::{accept_goods, drop_kept};
use crate::Effect;
use crate::after_sale::{Action, AfterSale, State};
use crate::refund::Ground;
use crate::rule::{Rule, To};

/// What follows from where the row leads, whatever led there.
pub(super) fn follow(work: &mut Work<'_>, no: u16, action: Action, rule: &Rule<AfterSale>) -> Result<(), Defect> {
    let To::Enter(to) = rule.to else { return Ok(()) };
    let case = subject(&work.trade, no)?;
    // A proposal that was not taken is off the table, by whatever ended it.
    if case.proposal.is_some() && !matches!(action, Action::Propose | Action::Offer) {
        work.of_case(no, CaseChange::Proposal(None))?;
    }
    take_up(work, no, action, (rule.from, to))?;
    if to == State::Recovering {
        return recover(work, no, rule);
    }
    if to == State::AwaitingSendBack {
        return drop_kept(work, no);
    }
    if to != State::Refunding || goes_on(&work.trade, no, rule)? {
        return Ok(());
    }
    to_money(work, no)?;
    secure(work, no)
}

/// A case that rested and goes on claims again what is free of its units and their money, unless its refunds hold all
/// that it owes.
fn take_up(work: &mut Work<'_>, no: u16, action: Action, (from, to): (State, State)) -> Result<(), Defect> {
    let rules = &work.book.rules.after_sale;
    let case = subject(&work.trade, no)?;
    let rested = rules.rests(from) && !rules.rests(to) && !from.keeps_claim();
    let is_held = to == State::Refunding && action != Action::Reopen && owes(case) <= held(&work.trade, no);
    if !rested || is_held {
        return Ok(());
    }
    // Who only pays once more what the bank took back claims the money again.
    let pays_again = action == Action::Unsettle && to == State::Refunding;
    // What was closed when it was paid for is held for that all the same.
    let free = |units: &Units| units.claim.is_none() && (!units.closed || pays_again);
    let spans = case.units.iter().flat_map(|span| work.trade.goods.within(*span)).filter(free);
    let spans: Vec<UnitSpan> = spans.map(|units| units.span()).collect();
    // Who learns that a case at rest has paid too much asks for money back, and for nothing else; who pays once more what the
    // bank took back pays, and does nothing else. In either, the goods are only held, so that it can be ruled on them, and
    // only if nobody else has asked for some of them by then.
    if pays_again || action == Action::Overpay {
        let (all, completed) = (draft::total(&case.units) == draft::total(&spans), from == State::Completed);
        if all {
            claim_units(work, no, &spans)?;
        }
        return match (pays_again, all && !completed) {
            (true, _) => secure(work, no),
            (false, true) => claim_money(work, no),
            (false, false) => Ok(()),
        };
    }
    claim_units(work, no, &spans)?;
    claim_money(work, no)
}

/// Whether a refund pays no more than it did, or than a price difference: it goes on after it was parked or taken back,
/// or the buyer has the replacement, and nobody decides that there is to be money instead.
fn goes_on(trade: &Trade, no: u16, rule: &Rule<AfterSale>) -> Result<bool, Defect> {
    let Rule { action, from, .. } = *rule;
    let case = subject(trade, no)?;
    let here = |units: Units| matches!(units.place, Place::WithBuyer | Place::Outbound | Place::Replaced);
    let served = case.has_replacement() && trade.goods.of_case(no).copied().any(here);
    let rules =
        matches!(action, Action::RuleForBuyer | Action::RuleSplit) || (from == State::UnderReview && is_consent(rule));
    // Another one was granted, and did not come.
    let for_money = rules || from == State::AwaitingDispatch || action == Action::ConvertToRefund;
    // What was recovered of a case that has sent its goods was paid beside them.
    let beside = from == State::Recovering && case.offer.kind.sends();
    let as_before = beside || matches!(action, Action::Resume | Action::Unsettle);
    Ok(as_before || (served && case.offer.kind.sends() && !for_money))
}

/// More went out than is granted: part of it is, or nothing. A review of the recovery itself leaves that as it was.
fn recover(work: &mut Work<'_>, no: u16, rule: &Rule<AfterSale>) -> Result<(), Defect> {
    let from = rule.from;
    let case = subject(&work.trade, no)?;
    let reviewed = from == State::UnderReview && case.before == Some(State::Recovering);
    let granted = matches!(from, State::Completed | State::Refunding) && !owes(case).is_zero();
    let partly = granted || grants(rule) || (reviewed && case.partly_granted);
    if partly == case.partly_granted {
        return Ok(());
    }
    work.of_case(no, CaseChange::PartlyGranted(partly))
}

/// Whether what the terms now say is granted: by what the action is, or because the row counts silence as consent.
fn grants(rule: &Rule<AfterSale>) -> bool {
    rule.action.grants() || is_consent(rule)
}

/// Whether the row counts silence as consent.
fn is_consent(rule: &Rule<AfterSale>) -> bool {
    rule.then().any(|effect| effect == Effect::CountAsConsent)
}

/// A case that is to pay now pays: what it is worth, if it was to send something.
fn to_money(work: &mut Work<'_>, no: u16) -> Result<(), Defect> {
    let case = subject(&work.trade, no)?;
    let offer = case.offer;
    if offer.kind.pays() {
        return Ok(());
    }
    // What nobody recorded as received is on its way to the merchant, or there.
    let gone = |units: &Units| units.place.at_merchant() || matches!(units.place, Place::Inbound | Place::Lost);
    let gone = work.trade.goods.of_case(no).any(gone);
    let kind = draft::money_kind(gone);
    let amount = case.worth;
    work.of_case(no, CaseChange::Offer(Offer { kind, amount, ..offer }))
}

/// What the row asks for within the trade, beside its action.
pub(super) fn within(work: &mut Work<'_>, no: u16, rule: &Rule<AfterSale>) -> Result<(), Defect> {
    // What the buyer did not repay by now is lost.
    if rule.then().any(|effect| effect == Effect::WriteOff) { write_off(work, no) } else { Ok(()) }
}

/// What silence does beside moving the case on. Where the row counts it as consent, the goods that came are accepted,
/// and what was asked for is granted.
pub(super) fn expire(work: &mut Work<'_>, no: u16, rule: &Rule<AfterSale>) -> Result<(), Defect> {
    if !is_consent(rule) {
        return Ok(());
    }
    if matches!(rule.from, State::Returning | State::Inspecting) {
        return accept_goods(work, no);
    }
    let ground = if rule.from == State::UnderReview { Ground::Ruling } else { Ground::Silence };
    work.of_case(no, CaseChange::Granted(ground, None))
}
