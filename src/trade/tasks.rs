//! Effects with their facts: what a row's last column comes to. An effect with nothing to do is not emitted.

mod funds;
mod stock;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use super::act::{fee_due, owed_by_buyer};
use super::ledger::Place;
use super::work::{Turn, Work};
use super::{Case, CaseChange, Change, Defect, Payout, Subject, Task, Trade, UnitSpan};
use crate::after_sale::State;
use crate::refund::{Ground, State as RefundState};
use crate::{Amount, Bearer, Blame, Effect, Tender, Time};

/// How long what a key names within its trade mostly is.
const KEY_MOST: usize = 22;

/// Emits the effects of a row, and what the money ledger asks for whatever the row.
pub(crate) fn emit(
    work: &mut Work<'_>,
    turn: &Turn<'_>,
    subject: Subject,
    effects: impl Iterator<Item = Effect>,
) -> Result<(), Defect> {
    for effect in effects {
        one(work, turn, subject, effect)?;
    }
    funds::square(work)
}

/// Raises an alert for a fact that no row takes.
pub(crate) fn alert(work: &mut Work<'_>, subject: Subject) {
    let task = task(work, Effect::Alert, subject);
    work.task(task);
}

fn one(work: &mut Work<'_>, turn: &Turn<'_>, subject: Subject, effect: Effect) -> Result<(), Defect> {
    match effect {
        Effect::NotifyBuyer
        | Effect::NotifyMerchant
        | Effect::NotifyPlatform
        | Effect::NotifyFinance
        | Effect::AcknowledgeBuyer
        | Effect::Alert => plain(work, subject, effect),
        Effect::PayOut | Effect::QueryRefund => send(work, subject, effect),
        Effect::AdvanceRefund | Effect::CollectFee | Effect::RecoverFromBuyer | Effect::ChargeMerchant => {
            money(work, subject, effect)?;
        }
        Effect::CreditBalance => credit(work, turn, subject)?,
        Effect::ClaimFreightInsurance => insurance(work, subject)?,
        Effect::ReleaseFunds => funds::release(work, subject)?,
        Effect::RestorePoints | Effect::ClawBackPoints | Effect::RestoreCoupon => perks(work, subject, effect)?,
        Effect::ReserveStock | Effect::ReleaseStock | Effect::Restock => stock::stock(work, subject, effect)?,
        Effect::HoldShipment | Effect::ReleaseShipment => shipment(work, subject, effect)?,
        Effect::BookPickup | Effect::RecallParcel => {
            let units = case(&work.trade, subject).map(|case| case.units.clone()).unwrap_or_default();
            with_units(work, subject, effect, units);
        }
        // Done where the row's target is entered, and where its action is carried out.
        Effect::StandStill | Effect::CountAsConsent | Effect::WriteOff => {}
    }
    Ok(())
}

/// An effect with its key: the trade, the event, and which of its effects it is. The same step always makes the same
/// key.
fn task(work: &Work<'_>, what: Effect, subject: Subject) -> Task {
    let key = key(&work.trade, format_args!("{}.{}", work.seq(), work.tasks()));
    under(key, work, what, subject)
}

fn under(key: String, work: &Work<'_>, what: Effect, subject: Subject) -> Task {
    let case = case(&work.trade, subject);
    let tells_where = matches!(what, Effect::NotifyBuyer | Effect::BookPickup);
    let returns = case.filter(|case| tells_where && case.state == State::AwaitingReturn);
    Task {
        what,
        subject,
        key,
        amount: None,
        points: None,
        payment: None,
        units: Vec::new(),
        account: None,
        address: returns.and_then(|case| case.address.clone()),
        not_before: None,
        kind: case.map(|case| case.offer.kind),
    }
}

/// A key within the trade. Every effect has one, so it is made in a single piece.
fn key(trade: &Trade, what: fmt::Arguments<'_>) -> String {
    let (tenant, order) = (trade.key.tenant.as_str(), trade.key.order.as_str());
    let mut key = String::with_capacity(tenant.len() + order.len() + KEY_MOST);
    for piece in [tenant, "/", order, "/"] {
        key.push_str(piece);
    }
    let _ = key.write_fmt(what);
    key
}

fn plain(work: &mut Work<'_>, subject: Subject, effect: Effect) {
    let task = task(work, effect, subject);
    work.task(task);
}

fn with_amount(work: &mut Work<'_>, subject: Subject, effect: Effect, amount: Amount) {
    if !amount.is_zero() {
        let task = Task { amount: Some(amount), ..task(work, effect, subject) };
        work.task(task);
    }
}

fn with_units(work: &mut Work<'_>, subject: Subject, effect: Effect, units: Vec<UnitSpan>) {
    if !units.is_empty() {
        let task = Task { units, ..task(work, effect, subject) };
        work.task(task);
    }
}

fn case(trade: &Trade, subject: Subject) -> Option<&Case> {
    match subject {
        Subject::Case(no) => trade.case(no),
        Subject::Order | Subject::Refund(_) => None,
    }
}

fn refund(trade: &Trade, subject: Subject) -> Option<&Payout> {
    match subject {
        Subject::Refund(no) => trade.refund(no),
        Subject::Order | Subject::Case(_) => None,
    }
}

/// To the channel: under a key of the refund and its key number, so that a repetition is the same refund to it.
fn send(work: &mut Work<'_>, subject: Subject, effect: Effect) {
    let Some(refund) = refund(&work.trade, subject) else {
        return;
    };
    let key = key(&work.trade, format_args!("refund-{}/{}", refund.no, refund.key_number));
    let (amount, tender) = (refund.amount, work.trade.money.payment(refund.payment).map(|payment| payment.tender));
    let payment = work.trade.money.payment(refund.payment).map(|payment| payment.reference);
    let not_before = spaced(work, refund, tender).filter(|_| effect == Effect::PayOut);
    let account = refund.account.clone();
    let task = Task { amount: Some(amount), payment, account, not_before, ..under(key, work, effect, subject) };
    work.task(task);
}

/// A channel that wants time between refunds of one payment gets it.
fn spaced(work: &Work<'_>, refund: &Payout, tender: Option<Tender>) -> Option<Time> {
    let gap = work.book.policy.channel(tender?)?.min_gap.millis();
    let sent = work.trade.refunds.iter().filter(|other| other.payment == refund.payment && other.no != refund.no);
    let last = sent.filter_map(|other| other.sent_at).max()?;
    // Several that are sent at once queue up, one gap apart.
    let at_once = work
        .trade
        .refunds
        .iter()
        .filter(|other| other.payment == refund.payment && other.no < refund.no && other.sent_at == Some(work.now));
    let gaps = i64::try_from(at_once.count()).unwrap_or(i64::MAX).max(1);
    let free = last.after(gap.saturating_mul(gaps));
    (free > work.now).then_some(free)
}

fn money(work: &mut Work<'_>, subject: Subject, effect: Effect) -> Result<(), Defect> {
    let Some(case) = case(&work.trade, subject) else {
        return Ok(());
    };
    let no = case.no;
    match effect {
        Effect::AdvanceRefund => {
            let claim = case.claim.total();
            with_amount(work, subject, effect, claim);
        }
        Effect::CollectFee => {
            let due = fee_due(&work.trade, no);
            with_amount(work, subject, effect, due);
        }
        Effect::RecoverFromBuyer => {
            let owed = owed_by_buyer(&work.trade, no);
            with_amount(work, subject, effect, owed);
        }
        _ => charge(work, subject, no)?,
    }
    Ok(())
}

/// The merchant makes the platform whole for what it advanced and the buyer may keep.
fn charge(work: &mut Work<'_>, subject: Subject, no: u16) -> Result<(), Defect> {
    let Some(case) = work.trade.case(no) else { return Ok(()) };
    let advances = work.trade.refunds_of(no).filter(|refund| {
        refund.funder == Bearer::Platform && refund.state != RefundState::Cancelled && refund.ground == Ground::Advance
    });
    // What the buyer repaid has made the platform whole already.
    let kept = advances.map(|refund| refund.amount.less(refund.repaid.total()));
    let advanced_now = Amount::sum(kept).unwrap_or(Amount::MOST);
    let due = advanced_now.min(case.offer.amount).less(case.charged);
    if due.is_zero() {
        return Ok(());
    }
    with_amount(work, subject, Effect::ChargeMerchant, due);
    work.change(Change::OfCase(no, CaseChange::Charged(due)))?;
    funds::charged(work, due)
}

/// To the buyer's balance: goodwill, a refund that no channel takes, or the return freight that is owed.
fn credit(work: &mut Work<'_>, turn: &Turn<'_>, subject: Subject) -> Result<(), Defect> {
    let amount = match subject {
        Subject::Order => turn.amount(),
        Subject::Refund(no) => work.trade.refund(no).map_or(Amount::ZERO, |refund| refund.amount),
        Subject::Case(_) => case(&work.trade, subject).map_or(Amount::ZERO, |case| freight_owed(work, case)),
    };
    with_amount(work, subject, Effect::CreditBalance, amount);
    match subject {
        Subject::Case(no) if !amount.is_zero() => work.of_case(no, CaseChange::FreightCredited(amount)),
        Subject::Case(_) | Subject::Order | Subject::Refund(_) => Ok(()),
    }
}

/// What of the return freight the merchant or the platform owes the buyer: up to its own cap, unless it is insured.
fn freight_owed(work: &Work<'_>, case: &Case) -> Amount {
    let bearer = bearer(work, case);
    let owed = matches!(bearer, Bearer::Merchant | Bearer::Platform) && !work.trade.head.bill.insured;
    if owed { case.freight.min(work.book.policy.freight.most).less(case.freight_credited) } else { Amount::ZERO }
}

/// Who bears the return freight: as it was ruled, else by whose doing it was ruled to be, else by law, else by the
/// reason.
fn bearer(work: &Work<'_>, case: &Case) -> Bearer {
    let by_law = work.book.policy.statutory.as_ref().filter(|_| case.statutory).map(|law| law.return_freight);
    case.freight_bearer
        .or(case.blame.and_then(blamed))
        .or(by_law)
        .unwrap_or_else(|| work.book.policy.freight_payer(case.reason))
}

/// A merchant who is to blame, if only in part, bears it; nobody's doing leaves it to the law and to the reason.
const fn blamed(blame: Blame) -> Option<Bearer> {
    match blame {
        Blame::Buyer => Some(Bearer::Buyer),
        Blame::Merchant | Blame::Both => Some(Bearer::Merchant),
        Blame::Nobody => None,
    }
}

/// The insurer pays the return freight, whoever is at fault, and once, however often the goods are accepted.
fn insurance(work: &mut Work<'_>, subject: Subject) -> Result<(), Defect> {
    let Some(case) = case(&work.trade, subject).filter(|case| case.returned.is_some()) else {
        return Ok(());
    };
    let most = case.freight.min(work.book.policy.freight.most);
    let (no, amount) = (case.no, most.less(case.freight_insured));
    if amount.is_zero() || !work.trade.head.bill.insured {
        return Ok(());
    }
    with_amount(work, subject, Effect::ClaimFreightInsurance, amount);
    work.of_case(no, CaseChange::FreightInsured(amount))
}

/// Points and the coupon follow the goods: cumulative shares, so that the last unit brings the rest.
fn perks(work: &mut Work<'_>, subject: Subject, effect: Effect) -> Result<(), Defect> {
    let bill = work.trade.head.bill;
    let (restored, clawed) = (due_points(&work.trade), due_claw(&work.trade, bill.gifted_points));
    let all_closed = !work.trade.goods.any(|units| !units.closed);
    let change = match effect {
        Effect::RestorePoints => (restored.saturating_sub(bill.points_restored), 0, false),
        Effect::ClawBackPoints => (0, clawed.saturating_sub(bill.points_clawed), false),
        _ => (0, 0, all_closed && bill.coupon.is_some() && !bill.coupon_restored),
    };
    let (restored, clawed, coupon) = change;
    if change == (0, 0, false) {
        return Ok(());
    }
    let points = (restored + clawed > 0).then_some(restored + clawed);
    let payment = bill.coupon.filter(|_| coupon);
    let task = Task { points, payment, ..task(work, effect, subject) };
    work.task(task);
    work.change(Change::Perks { restored, clawed, coupon })
}

/// The points used on all closed units.
fn due_points(trade: &Trade) -> u64 {
    let of_line = |(at, line): (u16, &super::Line)| {
        let closed = trade.goods.count(at, |units| units.closed);
        Amount::new(line.points).share(closed.into(), line.count.into()).minor()
    };
    (0..).zip(&trade.lines).map(of_line).fold(0, u64::saturating_add)
}

/// The gifted points that belong to the closed units, by what they cost.
fn due_claw(trade: &Trade, gifted: u64) -> u64 {
    let values = trade.goods.all().iter().filter_map(|units| {
        let value = trade.line_at(units.line)?.value(units.first, units.count).minor();
        Some((units.closed, value))
    });
    let (closed, all) = values.fold((0_u64, 0_u64), |(closed, all), (is_closed, value)| {
        (closed.saturating_add(if is_closed { value } else { 0 }), all.saturating_add(value))
    });
    Amount::new(gifted).share(closed, all).minor()
}

/// A shipment is held once a case claims unshipped units, and released once when it no longer does.
fn shipment(work: &mut Work<'_>, subject: Subject, effect: Effect) -> Result<(), Defect> {
    let Some(case) = case(&work.trade, subject) else {
        return Ok(());
    };
    let (no, holds, units) = (case.no, case.holds_shipment, case.units.clone());
    let unshipped = units.iter().any(|span| {
        work.trade.goods.within(*span).any(|units| units.place == Place::WithMerchant && units.shipped_at.is_none())
    });
    let hold = effect == Effect::HoldShipment;
    let to_do = if hold { unshipped && !holds } else { holds };
    if !to_do {
        return Ok(());
    }
    with_units(work, subject, effect, units);
    work.change(Change::OfCase(no, CaseChange::HoldsShipment(hold)))
}
