//! FLOW: who is told, and when. Whether a sibling hears it is for the sibling's own rows to say.
//!
//! A tell is *made* where a row of [`FLOW`] says so. It is *heard* in exactly those states for which the sibling's
//! table has a row by the trade; in every other state nobody is told, and the ledger still shows the fact. A tell that
//! may be heard is taken if its row's conditions hold; one that must be and is refused raises an alert, since somebody
//! has to look at it, and is a defect if the ledger lacks the room for it. So does one that may be, where only a count that is
//! used up stands against it: what it would have set going stays as it is, and people see to it outside the trade.

mod draw;
mod openings;
mod proviso;
mod tells;

use super::work::{Next, Opening, Tell, Told, Turn, Work};
use super::{Asked, Change, Subject};
use crate::after_sale::{self, AfterSale, State as CaseState};
use crate::order::{self, State as OrderState};
use crate::refund::{self, Refund, State as RefundState};
use crate::rule::{Rule, To};
use crate::{Effect, Id, Role, words};

pub use draw::draw_flow;
pub(crate) use openings::owes;
pub use proviso::Proviso;

/// What is entered or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum When {
    /// A case enters one of these states.
    CaseEnters(&'static [CaseState]),
    /// A case does one of these, whatever comes of it.
    CaseDoes(&'static [after_sale::Action]),
    /// A row of a case asks for this effect.
    CaseAsksFor(Effect),
    /// Anything happens to a refund.
    AnyRefundStep,
    /// A refund enters one of these states.
    RefundEnters(&'static [RefundState]),
    /// A refund leaves a resting state by a correction into one of these states.
    RefundCorrected(&'static [RefundState]),
    /// The order enters this state by any action but these.
    OrderEnters(OrderState, &'static [order::Action]),
    /// The order does one of these, whatever comes of it.
    OrderDoes(&'static [order::Action]),
    /// The order's time limit to ship has passed in this state.
    OrderExpires(OrderState),
    /// A bank gives back what it had taken after a lost dispute.
    BankGivesBack,
    /// A report that no row takes is noted, with the money that it brings.
    ReportNoted,
}

words! {
    /// Who is told what.
    pub enum Tells {
        /// A refund `Open` for each payment that the case claims, for what it owes less what its refunds hold; one over
        /// nothing, if it owes nothing and has none.
        OpenOwed = "open_owed", "open refunds for what the case owes", "按售后单应退金额开启退款单";
        /// A refund `Open` for each payment, advanced by the platform.
        OpenAdvance = "open_advance", "open refunds that the platform advances", "开启平台垫付的退款单";
        /// The case, at most one of `Settle`, `Park`, `Resume`.
        SumUpCase = "sum_up_case", "sum up the refunds of the case: settle it, put it aside or resume it", "汇总售后单的退款：完成、挂账或恢复";
        /// The case: `Stall`.
        Stall = "stall", "tell the case that finance rejected its refund", "告知售后单：财务驳回退款";
        /// The order, at most one of `Exhaust`, `Park`, `Resume`.
        SumUpOrder = "sum_up_order", "sum up the refunds of the order: close it, put it aside or resume it", "汇总订单的退款：关闭、挂账或恢复";
        /// The completed case: `Unsettle`.
        Unsettle = "unsettle", "take the completed case up again", "重新处理已完成的售后单";
        /// The refunded order: `Restore`.
        Restore = "restore", "take the closed order up again", "重新处理已关闭的订单";
        /// The dismissed case: `Unsettle`.
        HandBack = "hand_back", "tell the dismissed case that what was written off was not paid", "告知已驳回的售后单：核销款项未到账";
        /// The case that has paid more than it owes: `Overpay`.
        Overpay = "overpay", "tell the case that more was paid than is owed", "告知售后单：实付超出应退";
        /// The refunds of the case, unless they are with the channel or give a fee back: `Void`.
        VoidRefunds = "void_refunds", "call off refunds that are not owed any more", "撤销不再应付的退款单";
        /// A refund `Open` for what the units of the rested case still hold, if the buyer will never have them.
        OpenUndelivered = "open_undelivered", "open refunds for units of the case that the buyer will never have", "为售后单中买家收不到的商品开启退款单";
        /// A refund `Open` for the fee, if one was paid.
        OpenFee = "open_fee", "give back a fee whose service was not given", "退还未提供服务的补款";
        /// The cases that claim units which the buyer will never have: `Undelivered`.
        TellUndelivered = "tell_undelivered", "tell the cases that their units will not come", "告知售后单：商品不会送达";
        /// A refund `Open` for the units that the buyer will never have and no case claims.
        OpenUnits = "open_units", "open refunds for unclaimed units that the buyer will never have", "为无售后占用且买家收不到的商品开启退款单";
        /// The cases whose parcel was to be stopped, if it came back: `Recall`.
        Recall = "recall", "tell the cases whose parcel was to be stopped that it came back", "告知售后单：包裹拦截成功";
        /// The cases whose parcel was to be stopped, if it arrived: `RecallFail`.
        RecallFail = "recall_fail", "tell the cases whose parcel was to be stopped that it arrived", "告知售后单：包裹拦截失败";
        /// The cases of units that were shipped all the same: `Overtake`.
        Overtake = "overtake", "tell the cases that their units were shipped all the same", "告知售后单：商品已照常发货";
        /// The order: `Narrow`.
        Narrow = "narrow", "let the order go on with what is left", "订单按剩余商品继续";
        /// The order: `Exhaust`.
        Exhaust = "exhaust", "close the order if nothing is left", "订单无剩余时关闭";
        /// The refunds that the bank may have paid, or that its dispute holds: `Free`, or `Reverse`.
        FreeRefunds = "free_refunds", "free or reverse what a dispute has held or paid", "解冻或撤回争议所冻结或赔付的退款单";
        /// A refund `Open` for what was paid beyond what was due.
        OpenSurplus = "open_surplus", "give back what was paid too much", "退还多付的款项";
    }
}

/// One row of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// What is entered or done.
    pub when: When,
    /// What must be so besides, all of it. Where cases are told, each of which it is so.
    pub only: &'static [Proviso],
    /// Who is then told what.
    pub tells: Tells,
}

const RESTING: &[CaseState] =
    &[CaseState::Completed, CaseState::Withdrawn, CaseState::Lapsed, CaseState::Dismissed, CaseState::Unresolved];

/// Where a case lets go of its units.
const CLOSED: &[CaseState] = &[CaseState::Completed, CaseState::Withdrawn, CaseState::Lapsed, CaseState::Dismissed];

/// Where a case owes nothing more: it ended without success, its goods go back, or the buyer owes. A review owes
/// nothing yet, but leaves an advance that is on its way alone, unless finance has just rejected its sibling: `Stall`.
pub(super) const OWES_NO_MORE: &[CaseState] = &[
    CaseState::Withdrawn,
    CaseState::Lapsed,
    CaseState::Dismissed,
    CaseState::Recovering,
    CaseState::AwaitingSendBack,
    CaseState::SendingBack,
];

/// Where something was granted: goods or less money, perhaps, than was to be advanced.
const GRANTED: &[CaseState] = &[
    CaseState::AwaitingReturn,
    CaseState::AwaitingPayment,
    CaseState::AwaitingDispatch,
    CaseState::Dispatched,
    CaseState::Refunding,
];

const fn flow(when: When, only: &'static [Proviso], tells: Tells) -> Flow {
    Flow { when, only, tells }
}

/// Who is told, and when: every row that applies is followed, from the top down.
#[rustfmt::skip]
pub const FLOW: &[Flow] = &{
    use after_sale::Action as Case;
    use order::Action as Order;
    use {CaseState as C, Proviso as If, RefundState as R, Tells as Tell, When as On};
    [
    // What was paid beyond what was due goes back before anything else is planned.
    flow(On::OrderDoes(&[Order::Pay]),                        &[], Tell::OpenSurplus),
    flow(On::CaseDoes(&[Case::PayFee, Case::Repay]),          &[], Tell::OpenSurplus),
    flow(On::ReportNoted,                                     &[], Tell::OpenSurplus),
    // A case pays, or sends goods: what was to go out beyond that is called off or comes back first, its refunds are opened, and
    // add up when all are paid.
    flow(On::CaseEnters(GRANTED),                             &[If::HoldsTooMuch], Tell::VoidRefunds),
    flow(On::CaseEnters(&[C::Refunding, C::Completed]),       &[If::HoldsTooMuch], Tell::Overpay),
    flow(On::CaseEnters(&[C::Refunding]),                     &[], Tell::OpenOwed),
    flow(On::CaseAsksFor(Effect::AdvanceRefund),              &[If::NothingHeld], Tell::OpenAdvance),
    flow(On::CaseEnters(&[C::Refunding]),                     &[], Tell::SumUpCase),
    flow(On::RefundEnters(&[R::Cancelled]),                   &[If::JustRejected], Tell::Stall),
    // What did not go out: nobody owes it any more, or the bank has paid it meanwhile.
    flow(On::RefundEnters(&[R::Failed, R::Abnormal]),         &[If::CaseOwesNoMore, If::LossNotCovered], Tell::VoidRefunds),
    flow(On::RefundEnters(&[R::Failed, R::Abnormal, R::Unresolved]), &[], Tell::FreeRefunds),
    flow(On::AnyRefundStep,                                   &[], Tell::SumUpCase),
    // A dismissed case is taken up again only to hand its goods back.
    flow(On::RefundCorrected(&[R::Failed]),                   &[If::CaseNotDismissed], Tell::Unsettle),
    flow(On::RefundCorrected(&[R::Failed]),                   &[], Tell::Restore),
    flow(On::RefundCorrected(&[R::Paid]),                     &[If::CalledOffBefore], Tell::Overpay),
    flow(On::RefundEnters(&[R::Failed, R::Abnormal]),         &[If::DismissedAtALoss], Tell::HandBack),
    // A case that owes no more calls its refunds off, and gives back what was paid for nothing.
    flow(On::CaseEnters(OWES_NO_MORE),                        &[If::LossNotCovered], Tell::VoidRefunds),
    flow(On::CaseDoes(&[Case::Stall]),                        &[If::LossNotCovered], Tell::VoidRefunds),
    flow(On::CaseEnters(RESTING),                             &[If::ServiceNotGiven], Tell::OpenFee),
    flow(On::CaseEnters(&[C::Refunding, C::AwaitingSendBack]), &[If::ServiceNotGiven], Tell::OpenFee),
    // Who kept what was advanced gets nothing for the goods beside it.
    flow(On::CaseEnters(CLOSED),                              &[If::NothingWrittenOff], Tell::OpenUndelivered),
    // The order cannot deliver: what the buyer will never have is refunded.
    flow(On::OrderEnters(OrderState::Unwinding, &[Order::Resume]), &[], Tell::TellUndelivered),
    flow(On::OrderEnters(OrderState::Unwinding, &[Order::Resume]), &[], Tell::OpenUnits),
    flow(On::OrderDoes(&[Order::CancelRest]),                 &[], Tell::TellUndelivered),
    flow(On::OrderDoes(&[Order::CancelRest]),                 &[], Tell::OpenUnits),
    flow(On::OrderExpires(OrderState::PartShipped),           &[], Tell::TellUndelivered),
    flow(On::OrderExpires(OrderState::PartShipped),           &[], Tell::OpenUnits),
    // A bounced parcel that was to be stopped is told as that, and no more.
    flow(On::OrderDoes(&[Order::Deliver]),                    &[], Tell::RecallFail),
    flow(On::OrderDoes(&[Order::Bounce]),                     &[], Tell::Recall),
    flow(On::OrderDoes(&[Order::Bounce]),                     &[If::NotIntercepting], Tell::TellUndelivered),
    flow(On::OrderDoes(&[Order::Lose]),                       &[], Tell::TellUndelivered),
    flow(On::OrderDoes(&[Order::Bounce, Order::Lose]),        &[], Tell::OpenUnits),
    flow(On::OrderDoes(&[Order::Ship]),                       &[], Tell::Overtake),
    // A disputed payment holds its refunds, or frees them.
    flow(On::OrderDoes(&[Order::MarkDispute]),                &[], Tell::FreeRefunds),
    // What the bank had paid is owed again; what nobody is owed is the merchant's. Before it is paid in full, what
    // comes back from a bank is paid towards the order again.
    flow(On::BankGivesBack,                                   &[If::CaseOwesAgain], Tell::Unsettle),
    flow(On::BankGivesBack,                                   &[], Tell::Restore),
    flow(On::BankGivesBack,                                   &[If::CasePays], Tell::OpenOwed),
    flow(On::BankGivesBack,                                   &[], Tell::OpenSurplus),
    flow(On::BankGivesBack,                                   &[If::CaseRests, If::ServiceNotGiven], Tell::OpenFee),
    flow(On::BankGivesBack,                                   &[If::OrderWasPaid], Tell::OpenUnits),
    // The order learns that there is less of it, or nothing.
    flow(On::OrderDoes(&[Order::MarkDispute]),                &[If::OrderUnwinds], Tell::SumUpOrder),
    flow(On::OrderDoes(&[Order::MarkDispute]),                &[If::OrderGoesOn], Tell::Exhaust),
    flow(On::AnyRefundStep,                                   &[If::OrderUnwinds], Tell::SumUpOrder),
    flow(On::CaseEnters(RESTING),                             &[If::OrderUnwinds], Tell::SumUpOrder),
    flow(On::OrderEnters(OrderState::Unwinding, &[]),         &[If::OrderUnwinds], Tell::SumUpOrder),
    flow(On::CaseEnters(RESTING),                             &[If::OrderGoesOn], Tell::Exhaust),
    flow(On::RefundEnters(&[R::Paid, R::Cancelled]),          &[If::OrderGoesOn], Tell::Exhaust),
    flow(On::RefundEnters(&[R::Paid]),                        &[], Tell::Narrow),
    flow(On::CaseEnters(RESTING),                             &[], Tell::Narrow),
    flow(On::OrderDoes(&[Order::Bounce, Order::Lose, Order::ConfirmReceipt]), &[], Tell::Narrow),
    ]
};

/// What just happened, in the terms of the flow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Happened {
    pub(crate) what: What,
    /// Who acted, and the channel's reference that was named.
    by: Id,
    reference: Option<Id>,
    /// The event that recorded it.
    seq: u64,
    depth: u8,
}

/// Which row was taken.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    Order(Rule<order::Order>),
    Case(u16, Rule<AfterSale>),
    Refund(u16, Rule<Refund>),
    /// A report that no row took; the money that it brought is kept as a surplus.
    Noted,
}

/// Finds out which rows of the flow apply to what just happened; they are followed in their order.
pub(crate) fn react(work: &mut Work<'_>, turn: &Turn<'_>, depth: u8, what: What) {
    let happened =
        Happened { what, by: turn.actor.id, reference: turn.detail.reference, seq: work.trade.events, depth };
    let gives_back = gives_back(work);
    let occurs = |when| if when == When::BankGivesBack { gives_back } else { applies(when, &what) };
    for row in FLOW.iter().filter(|row| occurs(row.when)) {
        work.next.push_back(Next::Follow(row, happened));
    }
}

/// Follows a row of the flow: those whom it tells hear it next, before anything else.
///
/// The order adds up last what its cases and refunds have come to: it must not settle while one of them is about to
/// owe.
pub(crate) fn follow(work: &mut Work<'_>, row: &'static Flow, happened: &Happened) {
    let is_early = |next: &Next| !matches!(next, Next::Follow(row, _) if adds_up(row.tells));
    if adds_up(row.tells) && work.next.iter().any(is_early) {
        work.next.push_back(Next::Follow(row, *happened));
        return;
    }
    let made = tells::make(work, happened, row);
    for tell in made.into_iter().rev() {
        work.next.push_front(Next::Tell(tell));
    }
}

/// Whether what just happened gave money of a lost dispute back.
fn gives_back(work: &Work<'_>) -> bool {
    let last = work.events.last();
    last.is_some_and(|event| event.changes.iter().any(|change| matches!(change, Change::Regained(_))))
}

/// Whether it tells the order that there is less of it, or nothing.
const fn adds_up(tells: Tells) -> bool {
    matches!(tells, Tells::SumUpOrder | Tells::Exhaust | Tells::Narrow)
}

pub(crate) fn applies(when: When, what: &What) -> bool {
    match (when, what) {
        (When::CaseEnters(states), What::Case(_, rule)) => enters(rule.to).is_some_and(|to| states.contains(&to)),
        (When::CaseDoes(actions), What::Case(_, rule)) => actions.contains(&rule.action),
        (When::CaseAsksFor(effect), What::Case(_, rule)) => rule.then().any(|asked| asked == effect),
        (When::AnyRefundStep, What::Refund(..)) => true,
        (When::RefundEnters(states), What::Refund(_, rule)) => enters(rule.to).is_some_and(|to| states.contains(&to)),
        (When::RefundCorrected(states), What::Refund(_, rule)) => {
            rule.correction && enters(rule.to).is_some_and(|to| states.contains(&to))
        }
        (When::OrderEnters(state, but), What::Order(rule)) => {
            rule.to == To::Enter(state) && !but.contains(&rule.action)
        }
        (When::OrderDoes(actions), What::Order(rule)) => actions.contains(&rule.action),
        (When::ReportNoted, What::Noted) => true,
        (When::OrderExpires(state), What::Order(rule)) => rule.from == state && rule.action == order::Action::Expire,
        (
            When::CaseEnters(_)
            | When::CaseDoes(_)
            | When::CaseAsksFor(_)
            | When::AnyRefundStep
            | When::RefundEnters(_)
            | When::RefundCorrected(_)
            | When::OrderEnters(..)
            | When::OrderDoes(_)
            | When::OrderExpires(_)
            | When::BankGivesBack
            | When::ReportNoted,
            _,
        ) => false,
    }
}

fn enters<S: Copy>(to: To<S>) -> Option<S> {
    match to {
        To::Enter(state) => Some(state),
        To::Stay => None,
    }
}

/// Whether the sibling, as it stands now, has a row for what it is told.
pub(crate) fn is_heard(work: &Work<'_>, subject: Subject, asked: Asked) -> bool {
    let (trade, rules) = (&work.trade, work.book.rules);
    match (subject, asked) {
        (Subject::Order, Asked::Order(action)) => rules.order.roles(trade.head.state, action).has(Role::Trade),
        (Subject::Case(no), Asked::Case(action)) => {
            trade.case(no).is_some_and(|case| rules.after_sale.roles(case.state, action).has(Role::Trade))
        }
        (Subject::Refund(no), Asked::Refund(action)) => {
            let state = trade.refund(no).map_or(RefundState::Absent, |refund| refund.state);
            rules.refund.roles(state, action).has(Role::Trade)
        }
        _ => false,
    }
}

/// The case or refund of a number that does not exist yet is not spoken of.
pub(crate) const NEW_REFUND: Subject = Subject::Refund(0);

impl Happened {
    fn tell(&self, subject: Subject, told: Told) -> Tell {
        Tell { subject, told, opening: None, from: self.seq, depth: self.depth.saturating_add(1) }
    }

    fn must(&self, subject: Subject, asked: Asked) -> Tell {
        self.tell(subject, Told::Must(asked))
    }

    fn may(&self, subject: Subject, one_of: &'static [Asked]) -> Tell {
        self.tell(subject, Told::May(one_of))
    }

    fn open(&self, opening: Opening) -> Tell {
        let open = self.must(NEW_REFUND, Asked::Refund(refund::Action::Open));
        Tell { opening: Some(opening), ..open }
    }
}
