//! Making the tells: which sibling, by which number, and for a refund what it is opened for.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::super::ledger::Place;
use super::super::work::{Opening, Tell, Work};
use super::super::{Asked, Case, Subject, Trade};
use super::openings::{never_comes, open_advance, open_fee, open_owed, open_surplus, open_undelivered, open_units};
use super::{Flow, Happened, Tells, What};
use crate::refund::{Action as RefundAction, Ground, Route, State as RefundState};
use crate::{after_sale::Action as CaseAction, order};

const SUM_UP_CASE: &[Asked] =
    &[Asked::Case(CaseAction::Settle), Asked::Case(CaseAction::Park), Asked::Case(CaseAction::Resume)];
const SUM_UP_ORDER: &[Asked] =
    &[Asked::Order(order::Action::Exhaust), Asked::Order(order::Action::Park), Asked::Order(order::Action::Resume)];
const EXHAUST: &[Asked] = &[Asked::Order(order::Action::Exhaust)];
const OVERTAKE: &[Asked] = &[Asked::Case(CaseAction::Overtake)];
const NARROW: &[Asked] = &[Asked::Order(order::Action::Narrow)];
const STALL: &[Asked] = &[Asked::Case(CaseAction::Stall)];
const UNSETTLE: Asked = Asked::Case(CaseAction::Unsettle);
const HAND_BACK: &[Asked] = &[UNSETTLE];
const OVERPAY: &[Asked] = &[Asked::Case(CaseAction::Overpay)];
const RESTORE: Asked = Asked::Order(order::Action::Restore);
const FREE: &[Asked] = &[Asked::Refund(RefundAction::Free), Asked::Refund(RefundAction::Reverse)];

/// Makes the tells of one row of the flow.
pub(super) fn make(work: &Work<'_>, happened: &Happened, row: &Flow) -> Vec<Tell> {
    let mut teller = Teller { work, happened, tells: Vec::new() };
    let is_so = |case| row.only.iter().all(|proviso| proviso.holds(work, happened, case));
    match told(row.tells) {
        Whom::Cases(tell) => {
            let cases = about(&work.trade, happened).filter(|&no| is_so(Some(no)));
            cases.for_each(|no| tell(&mut teller, no));
        }
        Whom::Others(tell) if is_so(None) => tell(&mut teller),
        Whom::Others(_) => {}
    }
    teller.tells
}

/// Who is told: each case that it is about, one by one, or somebody else.
enum Whom {
    Cases(fn(&mut Teller<'_>, u16)),
    Others(fn(&mut Teller<'_>)),
}

fn told(tells: Tells) -> Whom {
    match tells {
        Tells::OpenOwed => Whom::Cases(open_owed),
        Tells::OpenAdvance => Whom::Cases(open_advance),
        Tells::SumUpCase => Whom::Cases(|told, no| told.may(Subject::Case(no), SUM_UP_CASE)),
        Tells::Stall => Whom::Cases(|told, no| told.may(Subject::Case(no), STALL)),
        Tells::Unsettle => Whom::Cases(|told, no| told.must(Subject::Case(no), UNSETTLE)),
        Tells::HandBack => Whom::Cases(|told, no| told.may(Subject::Case(no), HAND_BACK)),
        Tells::Overpay => Whom::Cases(|told, no| told.may(Subject::Case(no), OVERPAY)),
        Tells::VoidRefunds => Whom::Cases(void),
        Tells::OpenUndelivered => Whom::Cases(open_undelivered),
        Tells::OpenFee => Whom::Cases(open_fee),
        Tells::TellUndelivered => Whom::Cases(tell_undelivered),
        Tells::Recall => Whom::Cases(|told, no| if_arrived(told, no, CaseAction::Recall)),
        Tells::RecallFail => Whom::Cases(|told, no| if_arrived(told, no, CaseAction::RecallFail)),
        Tells::Overtake => Whom::Cases(overtake),
        Tells::Restore => Whom::Others(|told| told.must(Subject::Order, RESTORE)),
        Tells::SumUpOrder => Whom::Others(|told| told.may(Subject::Order, SUM_UP_ORDER)),
        Tells::Exhaust => Whom::Others(|told| told.may(Subject::Order, EXHAUST)),
        Tells::Narrow => Whom::Others(|told| told.may(Subject::Order, NARROW)),
        Tells::OpenUnits => Whom::Others(open_units),
        Tells::OpenSurplus => Whom::Others(open_surplus),
        Tells::FreeRefunds => Whom::Others(free),
    }
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

/// The cases that it is about: the one that it happened to, or whose refund it happened to; all of an order's.
fn about(trade: &Trade, happened: &Happened) -> impl Iterator<Item = u16> {
    let (one, all): (_, &[Arc<Case>]) = match happened.what {
        What::Case(no, _) => (Some(no), &[]),
        What::Refund(no, _) => (trade.refund(no).and_then(|refund| refund.case), &[]),
        What::Order(_) | What::Noted => (None, &trade.cases),
    };
    one.into_iter().chain(all.iter().map(|case| case.no))
}

fn void(teller: &mut Teller<'_>, no: u16) {
    let refunds = teller.work.trade.refunds_of(no).filter(|refund| refund.ground != Ground::Fee);
    let refunds: Vec<u16> = refunds.map(|refund| refund.no).collect();
    for refund in refunds {
        teller.must(Subject::Refund(refund), Asked::Refund(RefundAction::Void));
    }
}

/// What the order will not deliver is told to the case that claims it.
fn tell_undelivered(teller: &mut Teller<'_>, no: u16) {
    let trade = &teller.work.trade;
    if trade.goods.of_case(no).any(|units| never_comes(trade, units)) {
        teller.must(Subject::Case(no), Asked::Case(CaseAction::Undelivered));
    }
}

/// What became of a parcel is told to the case that it was to be stopped for; no other hears it.
fn if_arrived(teller: &mut Teller<'_>, no: u16, action: CaseAction) {
    let mut units = teller.work.trade.goods.of_case(no);
    if units.any(|units| matches!(units.place, Place::WithBuyer | Place::Returned)) {
        teller.must(Subject::Case(no), Asked::Case(action));
    }
}

/// Tells a case that its units have left all the same.
fn overtake(teller: &mut Teller<'_>, no: u16) {
    let (now, mut units) = (teller.work.now, teller.work.trade.goods.of_case(no));
    if units.any(|units| units.shipped_at == Some(now) && units.place == Place::Outbound) {
        teller.may(Subject::Case(no), OVERTAKE);
    }
}

/// Tells a refund that did not go out, or those of the disputed payment, what the bank has decided.
fn free(teller: &mut Teller<'_>) {
    if let What::Refund(no, _) = teller.happened.what {
        teller.may(Subject::Refund(no), FREE);
        return;
    }
    let trade = &teller.work.trade;
    let named = teller.happened.reference.and_then(|reference| trade.money.payment_by(teller.happened.by, reference));
    let Some((payment, _)) = named else { return };
    let mine = teller.work.trade.refunds.iter().filter(|refund| refund.payment == payment);
    // What the bank paid and took back is a matter of the bank's route alone.
    let touched = mine.filter(|refund| refund.state != RefundState::Paid || refund.route == Some(Route::Bank));
    let refunds: Vec<u16> = touched.map(|refund| refund.no).collect();
    for no in refunds {
        teller.may(Subject::Refund(no), FREE);
    }
}
