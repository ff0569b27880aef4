//! Making the tells: which sibling, by which number, and for a refund what it is opened for.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::super::ledger::Place;
use super::super::work::{Opening, Tell, Work};
use super::super::{Asked, Case, Subject, Trade};
use super::openings::{never_came, open_advance, open_fee, open_owed, open_surplus, open_undelivered, open_units};
use super::{Flow, Happened, Tells, What};
use crate::refund::{Action as RefundAction, Ground, Route, State as RefundState};
use crate::{after_sale::Action as CaseAction, order};

const OPEN: Asked = Asked::Refund(RefundAction::Open);

impl Tells {
    /// What whoever is told is asked to do: all that it may hear by it, the first of these that a row of its own takes.
    pub(crate) const fn asks(self) -> &'static [Asked] {
        use {CaseAction as Case, RefundAction as Refund, order::Action as Order};
        match self {
            Self::OpenOwed
            | Self::OpenAdvance
            | Self::OpenUndelivered
            | Self::OpenFee
            | Self::OpenUnits
            | Self::OpenSurplus => &[OPEN],
            Self::SumUpCase => &[Asked::Case(Case::Settle), Asked::Case(Case::Park), Asked::Case(Case::Resume)],
            Self::Stall => &[Asked::Case(Case::Stall)],
            Self::Unsettle | Self::HandBack => &[Asked::Case(Case::Unsettle)],
            Self::Overpay => &[Asked::Case(Case::Overpay)],
            Self::TellUndelivered => &[Asked::Case(Case::Undelivered)],
            Self::Recall => &[Asked::Case(Case::Recall)],
            Self::RecallFail => &[Asked::Case(Case::RecallFail)],
            Self::Overtake => &[Asked::Case(Case::Overtake)],
            Self::SumUpOrder => &[Asked::Order(Order::Exhaust), Asked::Order(Order::Park), Asked::Order(Order::Resume)],
            Self::Exhaust => &[Asked::Order(Order::Exhaust)],
            Self::Narrow => &[Asked::Order(Order::Narrow)],
            Self::Restore => &[Asked::Order(Order::Restore)],
            Self::VoidRefunds => &[Asked::Refund(Refund::Void)],
            Self::FreeRefunds => &[Asked::Refund(Refund::Free), Asked::Refund(Refund::Reverse)],
        }
    }

    /// Whether this is among what is asked.
    pub(crate) fn asks_for(self, asked: Asked) -> bool {
        self.asks().contains(&asked)
    }

    /// Whether a refund is opened by it.
    pub(crate) fn opens(self) -> bool {
        self.asks_for(OPEN)
    }

    /// Whether a refund that it happens to hears it itself.
    pub(crate) const fn tells_itself(self) -> bool {
        matches!(told(self), Whom::Itself(_))
    }
}

/// Makes the tells of one row of the flow.
pub(super) fn make(work: &Work<'_>, happened: &Happened, row: &Flow) -> Vec<Tell> {
    let mut teller = Teller { work, happened, asks: row.tells.asks(), tells: Vec::new() };
    let is_so = |case| row.only.iter().all(|proviso| proviso.holds(work, happened, case));
    match told(row.tells) {
        Whom::Cases(tell) => {
            let cases = about(&work.trade, happened).filter(|&no| is_so(Some(no)));
            cases.for_each(|no| tell(&mut teller, no));
        }
        Whom::Itself(tell) | Whom::Others(tell) if is_so(None) => tell(&mut teller),
        Whom::Itself(_) | Whom::Others(_) => {}
    }
    teller.tells
}

/// Who is told: each case that it is about, one by one; the refund that it happens to, or those of a payment; or somebody
/// else.
enum Whom {
    Cases(fn(&mut Teller<'_>, u16)),
    Itself(fn(&mut Teller<'_>)),
    Others(fn(&mut Teller<'_>)),
}

const fn told(tells: Tells) -> Whom {
    match tells {
        Tells::OpenOwed => Whom::Cases(open_owed),
        Tells::OpenAdvance => Whom::Cases(open_advance),
        Tells::SumUpCase | Tells::Stall | Tells::HandBack | Tells::Overpay => {
            Whom::Cases(|told, no| told.may(Subject::Case(no)))
        }
        Tells::Unsettle => Whom::Cases(|told, no| told.must(Subject::Case(no))),
        Tells::VoidRefunds => Whom::Cases(void),
        Tells::OpenUndelivered => Whom::Cases(open_undelivered),
        Tells::OpenFee => Whom::Cases(open_fee),
        Tells::TellUndelivered => Whom::Cases(tell_undelivered),
        Tells::Recall | Tells::RecallFail => Whom::Cases(if_arrived),
        Tells::Overtake => Whom::Cases(overtake),
        Tells::Restore => Whom::Others(|told| told.must(Subject::Order)),
        Tells::SumUpOrder | Tells::Exhaust | Tells::Narrow => Whom::Others(|told| told.may(Subject::Order)),
        Tells::OpenUnits => Whom::Others(open_units),
        Tells::OpenSurplus => Whom::Others(open_surplus),
        Tells::FreeRefunds => Whom::Itself(free),
    }
}

/// Collects the tells of one row of the flow, from the trade as it is now.
pub(super) struct Teller<'a> {
    pub(super) work: &'a Work<'a>,
    pub(super) happened: &'a Happened,
    /// What the row asks for.
    asks: &'static [Asked],
    tells: Vec<Tell>,
}

impl Teller<'_> {
    /// All that the row asks for.
    fn must(&mut self, subject: Subject) {
        self.tells.extend(self.asks.iter().map(|&asked| self.happened.must(subject, asked)));
    }

    /// The first of it that is taken.
    fn may(&mut self, subject: Subject) {
        self.tells.push(self.happened.may(subject, self.asks));
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
        teller.must(Subject::Refund(refund));
    }
}

/// What the order will not deliver is told to the case that claims it.
fn tell_undelivered(teller: &mut Teller<'_>, no: u16) {
    let trade = &teller.work.trade;
    if trade.goods.of_case(no).any(|units| never_came(trade, units)) {
        teller.must(Subject::Case(no));
    }
}

/// What became of a parcel is told to the case that it was to be stopped for; no other hears it.
fn if_arrived(teller: &mut Teller<'_>, no: u16) {
    let mut units = teller.work.trade.goods.of_case(no);
    if units.any(|units| matches!(units.place, Place::WithBuyer | Place::Returned)) {
        teller.must(Subject::Case(no));
    }
}

/// Tells a case that its units have left all the same.
fn overtake(teller: &mut Teller<'_>, no: u16) {
    let (now, mut units) = (teller.work.now, teller.work.trade.goods.of_case(no));
    if units.any(|units| units.shipped_at == Some(now) && units.place == Place::Outbound) {
        teller.may(Subject::Case(no));
    }
}

/// Tells a refund that did not go out, or those of the disputed payment, what the bank has decided.
fn free(teller: &mut Teller<'_>) {
    if let What::Refund(no, _) = teller.happened.what {
        teller.may(Subject::Refund(no));
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
        teller.may(Subject::Refund(no));
    }
}
