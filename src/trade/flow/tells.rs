//! Making the tells: which sibling, by which number, and for a refund what it is opened for.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::super::act::held;
use super::super::ledger::Place;
use super::super::plan;
use super::super::work::{Opening, Tell, Work};
use super::super::{Asked, Case, Subject, Trade};
use super::openings::{
    never_comes, open_advance, open_fee, open_owed, open_surplus, open_undelivered, open_units, owes,
};
use super::{Happened, OWES_NO_MORE, Tells, What};
use crate::refund::{Action as RefundAction, Ground, Route, State as RefundState};
use crate::{Id, after_sale::Action as CaseAction, after_sale::State as CaseState, order};

const SUM_UP_CASE: &[Asked] =
    &[Asked::Case(CaseAction::Settle), Asked::Case(CaseAction::Park), Asked::Case(CaseAction::Resume)];
const SUM_UP_ORDER: &[Asked] =
    &[Asked::Order(order::Action::Exhaust), Asked::Order(order::Action::Park), Asked::Order(order::Action::Resume)];
const EXHAUST: &[Asked] = &[Asked::Order(order::Action::Exhaust)];
const OVERTAKE: &[Asked] = &[Asked::Case(CaseAction::Overtake)];
const NARROW: &[Asked] = &[Asked::Order(order::Action::Narrow)];
const UNSETTLE: Asked = Asked::Case(CaseAction::Unsettle);
const HAND_BACK: &[Asked] = &[UNSETTLE];
const OVERPAY: &[Asked] = &[Asked::Case(CaseAction::Overpay)];
const RESTORE: Asked = Asked::Order(order::Action::Restore);
const FREE: &[Asked] = &[Asked::Refund(RefundAction::Free), Asked::Refund(RefundAction::Reverse)];

/// Makes the tells of one row of the flow.
pub(super) fn make(work: &Work<'_>, happened: &Happened, tells: Tells) -> Vec<Tell> {
    let case = about_case(&work.trade, happened);
    let mut teller = Teller { work, happened, tells: Vec::new() };
    let told = &mut teller;
    match (tells, case) {
        (Tells::OpenOwed, Some(no)) => open_owed(told, no),
        (Tells::OpenOwed, None) => of_cases(told, owes_still, open_owed),
        (Tells::OpenAdvance, Some(no)) => open_advance(told, no),
        (Tells::SumUpCase, Some(no)) => told.may(Subject::Case(no), SUM_UP_CASE),
        (Tells::Stall, Some(no)) => stall(told, no),
        (Tells::TakeUpAgain, case) => take_up_again(told, case),
        (Tells::HandBack, Some(no)) if was_written_off(&told.work.trade, no) => told.may(Subject::Case(no), HAND_BACK),
        (Tells::Overpay, Some(no)) if had_been_called_off(happened) => told.may(Subject::Case(no), OVERPAY),
        (Tells::VoidRefunds, Some(no)) => void(told, no),
        (Tells::VoidExcess, Some(no)) if holds_too_much(&told.work.trade, no) => void_all(told, no),
        (Tells::OpenUndelivered, Some(no)) => open_undelivered(told, no),
        (Tells::OpenFee, Some(no)) => open_fee(told, no),
        (Tells::OpenFee, None) => of_cases(told, |case| !case.is_open(), open_fee),
        (Tells::SumUpOrder, _) if is_unwinding(&told.work.trade) => told.may(Subject::Order, SUM_UP_ORDER),
        (Tells::Exhaust, _) if !is_unwinding(&told.work.trade) => told.may(Subject::Order, EXHAUST),
        (Tells::Narrow, _) => told.may(Subject::Order, NARROW),
        (Tells::TellUndelivered, _) => tell_undelivered(told),
        // Before it is paid in full, what comes back from a bank is paid towards it again.
        (Tells::OpenUnits, _) if told.work.trade.head.state != order::State::Unpaid => open_units(told),
        (Tells::ReportRecall, _) => report_recall(told),
        (Tells::Overtake, _) => overtake(told),
        (Tells::FreeRefunds, _) => free(told),
        (Tells::OpenSurplus, _) => open_surplus(told),
        (
            Tells::OpenAdvance
            | Tells::SumUpCase
            | Tells::Stall
            | Tells::HandBack
            | Tells::Overpay
            | Tells::VoidRefunds
            | Tells::VoidExcess
            | Tells::OpenUndelivered
            | Tells::SumUpOrder
            | Tells::OpenUnits
            | Tells::Exhaust,
            _,
        ) => {}
    }
    teller.tells
}

/// Collects the tells of one row of the flow, from the trade as it is now.
pub(super) struct Teller<'a> {
    pub(super) work: &'a Work<'a>,
    pub(super) happened: &'a Happened,
    tells: Vec<Tell>,
}

impl Teller<'_> {
    pub(super) fn must(&mut self, subject: Subject, asked: Asked) {
        self.tells.push(self.happened.must(subject, asked));
    }

    pub(super) fn may(&mut self, subject: Subject, one_of: &'static [Asked]) {
        self.tells.push(self.happened.may(subject, one_of));
    }

    pub(super) fn open(&mut self, opening: Opening) {
        self.tells.push(self.happened.open(opening));
    }
}

/// The case that it happened to, or whose refund it happened to.
fn about_case(trade: &Trade, happened: &Happened) -> Option<u16> {
    match happened.what {
        What::Case(no, _) => Some(no),
        What::Refund(no, _) => trade.refund(no)?.case,
        What::Order(_) | What::Noted => None,
    }
}

pub(super) const fn is_unwinding(trade: &Trade) -> bool {
    matches!(trade.head.state, order::State::Unwinding | order::State::Unresolved)
}

fn stall(teller: &mut Teller<'_>, no: u16) {
    let What::Refund(refund, rule) = teller.happened.what else {
        return;
    };
    let just_rejected = rule.action != RefundAction::Void;
    if just_rejected && teller.work.trade.refund(refund).is_some_and(|refund| refund.rejected) {
        teller.may(Subject::Case(no), &[Asked::Case(CaseAction::Stall)]);
    }
}

fn take_up_again(teller: &mut Teller<'_>, case: Option<u16>) {
    match case {
        // A dismissed case is taken up again only to hand its goods back.
        Some(no) if is_dismissed(&teller.work.trade, no) => {}
        Some(no) => teller.must(Subject::Case(no), UNSETTLE),
        None if matches!(teller.happened.what, What::Order(_)) => {
            let trade = &teller.work.trade;
            let owing = trade.cases.iter().filter(|case| plan::owes_more(trade, case));
            let owing: Vec<u16> = owing.map(|case| case.no).collect();
            owing.into_iter().for_each(|no| teller.must(Subject::Case(no), UNSETTLE));
        }
        None => {}
    }
    teller.must(Subject::Order, RESTORE);
}

/// The same for each case of which something is so.
fn of_cases(teller: &mut Teller<'_>, so: fn(&Case) -> bool, tell: fn(&mut Teller<'_>, u16)) {
    let cases: Vec<u16> = teller.work.trade.cases.iter().filter(|case| so(case)).map(|case| case.no).collect();
    cases.into_iter().for_each(|no| tell(teller, no));
}

/// Whether a case pays, or would if it were known what became of its money.
const fn owes_still(case: &Case) -> bool {
    matches!(case.state, CaseState::Refunding | CaseState::Unresolved)
}

fn is_dismissed(trade: &Trade, no: u16) -> bool {
    trade.case(no).is_some_and(|case| case.state == CaseState::Dismissed)
}

/// Whether a case was dismissed after its advance had been given up.
fn was_written_off(trade: &Trade, no: u16) -> bool {
    is_dismissed(trade, no) && trade.case(no).is_some_and(|case| !case.written_off.is_zero())
}

/// Whether it is the payment of a refund that had been called off.
fn had_been_called_off(happened: &Happened) -> bool {
    matches!(happened.what, What::Refund(_, rule) if rule.from == RefundState::Cancelled)
}

/// A case that owes nothing more: at rest without success, sending goods back, or recovering.
fn owes_no_more(case: &Case) -> bool {
    OWES_NO_MORE.contains(&case.state)
}

fn void(teller: &mut Teller<'_>, no: u16) {
    let Some(case) = teller.work.trade.case(no) else { return };
    // Of what a case does the flow has said that it owes no more; a refund that fails does not know its case.
    let by_refund = matches!(teller.happened.what, What::Refund(..));
    if by_refund && !owes_no_more(case) {
        return;
    }
    // What was written off is the buyer's, and the merchant has the goods for it.
    let trade = &teller.work.trade;
    let mut units = case.units.iter().flat_map(|span| trade.goods.within(*span));
    if was_written_off(trade, no) && units.any(|units| matches!(units.place, Place::Inbound | Place::Returned)) {
        return;
    }
    void_all(teller, no);
}

/// Whether the refunds of a case hold more than it owes: less is granted than was to go out.
fn holds_too_much(trade: &Trade, no: u16) -> bool {
    trade.case(no).is_some_and(|case| owes(case) < held(trade, no))
}

/// All refunds of a case but that of a fee; those with the channel do not hear it.
fn void_all(teller: &mut Teller<'_>, no: u16) {
    let of_case = teller.work.trade.refunds_of(no).filter(|refund| refund.ground != Ground::Fee);
    let refunds: Vec<u16> = of_case.map(|refund| refund.no).collect();
    for refund in refunds {
        teller.must(Subject::Refund(refund), Asked::Refund(RefundAction::Void));
    }
}

/// What the order will not deliver is told to the cases that claim it.
fn tell_undelivered(teller: &mut Teller<'_>) {
    let bounced = matches!(teller.happened.what, What::Order(rule) if rule.action == order::Action::Bounce);
    // A bounced parcel that was to be stopped is told as that, and no more.
    let hears = |case: &&Arc<Case>| !(bounced && case.state == CaseState::Intercepting);
    let trade = &teller.work.trade;
    let concerned = |case: &&Arc<Case>| trade.goods.of_case(case.no).any(|units| never_comes(teller, units));
    let cases: Vec<u16> = trade.cases.iter().filter(hears).filter(concerned).map(|case| case.no).collect();
    for no in cases {
        teller.must(Subject::Case(no), Asked::Case(CaseAction::Undelivered));
    }
}

/// Tells the cases whose parcel was to be stopped what became of it.
fn report_recall(teller: &mut Teller<'_>) {
    let What::Order(rule) = teller.happened.what else {
        return;
    };
    let action = if rule.action == order::Action::Bounce { CaseAction::Recall } else { CaseAction::RecallFail };
    let arrived = |no: u16| {
        let mut units = teller.work.trade.goods.of_case(no);
        units.any(|units| matches!(units.place, Place::WithBuyer | Place::Returned))
    };
    let cases: Vec<u16> = (teller.work.trade.cases.iter())
        .filter(|case| case.state == CaseState::Intercepting && arrived(case.no))
        .map(|case| case.no)
        .collect();
    for no in cases {
        teller.must(Subject::Case(no), Asked::Case(action));
    }
}

/// Tells the cases whose units have left all the same.
fn overtake(teller: &mut Teller<'_>) {
    let now = teller.work.now;
    let shipped = |case: &&Arc<Case>| {
        teller
            .work
            .trade
            .goods
            .of_case(case.no)
            .any(|units| units.shipped_at == Some(now) && units.place == Place::Outbound)
    };
    let cases: Vec<u16> = teller.work.trade.cases.iter().filter(shipped).map(|case| case.no).collect();
    for no in cases {
        teller.may(Subject::Case(no), OVERTAKE);
    }
}

/// Tells a refund that did not go out, or those of the disputed payment, what the bank has decided.
fn free(teller: &mut Teller<'_>) {
    if let What::Refund(no, _) = teller.happened.what {
        teller.may(Subject::Refund(no), FREE);
        return;
    }
    let reference = teller.happened.reference.unwrap_or(Id::from(""));
    let Some((payment, _)) = teller.work.trade.money.payment_by(teller.happened.by, reference) else {
        return;
    };
    let mine = teller.work.trade.refunds.iter().filter(|refund| refund.payment == payment);
    // What the bank paid and took back is a matter of the bank's route alone.
    let touched = mine.filter(|refund| refund.state != RefundState::Paid || refund.route == Some(Route::Bank));
    let refunds: Vec<u16> = touched.map(|refund| refund.no).collect();
    for no in refunds {
        teller.may(Subject::Refund(no), FREE);
    }
}
