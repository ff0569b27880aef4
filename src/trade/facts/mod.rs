//! Gathering facts: what each machine's conditions look at, read off the trade, the policy and the request once.

mod after_sale;
mod order;
mod refund;

pub(crate) use after_sale::{after_sale, own_window_end};
pub(crate) use order::order;
pub(crate) use refund::refund;

use super::work::{Turn, Work};
use super::{Asked, Case, Payout, Repayment, Request, Rules, Subject, Trade, tally};
use crate::fact::{Deadline, Length, Used};
use crate::{Actor, Counter, Id, Role, after_sale as case_words, refund as refund_words};

/// Where the case stands that a turn is about; a case that is yet to be opened is absent.
pub(crate) fn case_state(trade: &Trade, subject: Subject) -> case_words::State {
    match subject {
        Subject::Case(no) => trade.case(no).map_or(case_words::State::Absent, |case| case.state),
        Subject::Order | Subject::Refund(_) => case_words::State::Absent,
    }
}

/// Where the refund stands that a turn is about.
pub(crate) fn refund_state(trade: &Trade, subject: Subject) -> refund_words::State {
    refund_of(trade, subject).map_or(refund_words::State::Absent, |refund| refund.state)
}

fn refund_of(trade: &Trade, subject: Subject) -> Option<&Payout> {
    match subject {
        Subject::Refund(no) => trade.refund(no),
        Subject::Order | Subject::Case(_) => None,
    }
}

/// Whether a channel reports what it has reported already: the same reference and amount. One fact, taken once.
pub(crate) fn is_known(trade: &Trade, turn: &Turn<'_>) -> bool {
    if turn.actor.role != Role::Gateway {
        return false;
    }
    let Some(reference) = turn.detail.reference else {
        return false;
    };
    let amount = turn.detail.amount.map(|sum| sum.amount);
    match turn.asked {
        asked if asked.brings_money() => {
            let paid = trade.money.payment_by(turn.actor.id, reference);
            let mut repaid = repayments(trade, turn.actor.id, reference);
            paid.is_some_and(|(_, payment)| Some(payment.balance.paid) == amount)
                || repaid.any(|repaid| Some(repaid.amount) == amount)
        }
        Asked::Refund(refund_words::Action::Reverse) => {
            let refund = refund_of(trade, turn.subject);
            refund.is_some_and(|refund| refund.reversals.contains(&reference) && Some(refund.amount) == amount)
        }
        Asked::Refund(refund_words::Action::Succeed) => {
            let refund = refund_of(trade, turn.subject);
            // Also after the bank has taken it back: that success was one payment, and was taken.
            refund.is_some_and(|refund| refund.reference == Some(reference) && Some(refund.amount) == amount)
        }
        Asked::Order(_) | Asked::Case(_) | Asked::Refund(_) => false,
    }
}

/// What a channel has reported as repaid under this reference.
fn repayments(trade: &Trade, gateway: Id, reference: Id) -> impl Iterator<Item = &Repayment> {
    let repaid = trade.cases.iter().flat_map(|case| &case.repayments);
    repaid.filter(move |repaid| (repaid.gateway, repaid.reference) == (gateway, reference))
}

/// Whether a channel reports a payment or repayment anew with another amount. The money came once; which amount is
/// right is for people to find out, and nothing goes back on a guess.
pub(crate) fn contradicts(trade: &Trade, turn: &Turn<'_>) -> bool {
    let pays = turn.asked.brings_money();
    let reference = turn.detail.reference.filter(|_| pays && turn.actor.role == Role::Gateway);
    let Some(reference) = reference else { return false };
    let amount = turn.detail.amount.map(|sum| sum.amount);
    let paid = trade.money.payment_by(turn.actor.id, reference);
    paid.is_some_and(|(_, payment)| Some(payment.balance.paid) != amount)
        || repayments(trade, turn.actor.id, reference).any(|repaid| Some(repaid.amount) != amount)
}

/// Whether a carrier or channel speaks of what is its own: of its parcels, of its payments. Others always do.
pub(crate) fn names_own(rules: &Rules, trade: &Trade, request: &Request) -> bool {
    let Actor { role, id, .. } = request.actor;
    match (role, request.subject) {
        (Role::Gateway, Subject::Refund(no)) => {
            let payment = trade.refund(no).and_then(|refund| trade.money.payment(refund.payment));
            payment.is_none_or(|payment| payment.gateway == id)
        }
        (Role::Carrier, Subject::Case(no)) => trade.case(no).is_none_or(|case| carries(rules, trade, case, id)),
        _ => true,
    }
}

/// Whether a carrier has a parcel of a case, or may yet pick one up: by a row in which a carrier sends the goods back.
fn carries(rules: &Rules, trade: &Trade, case: &Case, carrier: Id) -> bool {
    let own = [case.returned, case.dispatched, case.sent_back].into_iter().flatten();
    let outbound =
        trade.goods.of_case(case.no).filter_map(|units| trade.parcels.get(usize::from(units.parcel?)).copied());
    let mut parcels = own.chain(outbound).peekable();
    let picks_up =
        case.returned.is_none() && rules.after_sale.may(case.state, case_words::Action::ShipBack, Role::Carrier);
    picks_up || parcels.peek().is_none() || parcels.any(|parcel| parcel.carrier == carrier)
}

/// How much of each liberty the turn's actor has used, where this turn would count it.
fn uses(work: &Work<'_>, turn: &Turn<'_>) -> impl Fn(Counter) -> Used {
    let policy = work.book.policy;
    let used = tally::used(&work.trade, turn);
    move |counter| Used { used: used[counter], of: policy.cap(counter) }
}

/// The reason in words, in characters, and how long it may be.
fn reason_given(work: &Work<'_>, turn: &Turn<'_>) -> Length {
    let texts = &work.book.policy.texts;
    Length {
        used: u32::try_from(turn.detail.text.chars().count()).unwrap_or(u32::MAX),
        least: texts.reason_least,
        most: texts.reason_most,
    }
}

/// A running limit as conditions see it; a frozen one cannot pass.
fn running(deadline: Option<&super::Deadline>) -> Option<Deadline> {
    let deadline = deadline?;
    Some(Deadline { limit: deadline.limit, due: deadline.due()? })
}

/// The zone in which people of this trade read times: minutes east of UTC.
pub(crate) fn offset_minutes(work: &Work<'_>) -> i16 {
    let seconds = work.book.calendar.offset(work.now).local_minus_utc();
    i16::try_from(seconds / 60).unwrap_or_default()
}
