//! What a row of the flow asks for beside its occasion.

use super::super::act::held;
use super::super::ledger::Place;
use super::super::plan;
use super::super::work::Work;
use super::super::{Case, Trade};
use super::{Happened, OWES_NO_MORE, What, owes};
use crate::after_sale::State as CaseState;
use crate::refund::{Action as RefundAction, State as RefundState};
use crate::{order, words};

words! {
    /// What must be so besides, for somebody to be told.
    pub enum Proviso {
        /// The order is `Unwinding` or `Unresolved`: its refunds close it.
        OrderUnwinds = "order_unwinds", "the order is being closed by its refunds", "订单正由退款关闭";
        /// The order is anything else.
        OrderGoesOn = "order_goes_on", "the order is not being closed by its refunds", "订单并非由退款关闭中";
        /// The order waits for its payment no more.
        OrderWasPaid = "order_was_paid", "the order does not wait for payment any more", "订单已非待付款";
        /// Finance has rejected the refund just now; it was not called off.
        JustRejected = "just_rejected", "finance has just rejected it", "财务刚刚驳回";
        /// The refund that was paid had been called off.
        CalledOffBefore = "called_off_before", "it had been called off before", "此前已撤销";
        /// The refund's case ended without success, sends goods back, or is owed money.
        CaseOwesNoMore = "case_owes_no_more", "its case owes nothing more", "售后单已无应退";
        /// The case is `Refunding`, or would be if it were known what became of its money.
        CasePays = "case_pays", "the case is to pay", "售后单应退款";
        /// The case is completed, and its refunds hold less than it owes.
        CaseOwesAgain = "case_owes_again", "the completed case owes again", "已完成的售后单再次应退";
        /// The case does not go on.
        CaseRests = "case_rests", "the case is over", "售后单已结束";
        /// The case was not dismissed.
        CaseNotDismissed = "case_not_dismissed", "the case was not dismissed", "售后单未被驳回";
        /// The case was dismissed after its advance had been given up.
        DismissedAtALoss = "dismissed_at_a_loss", "the case was dismissed, and what was advanced for it written off",
            "售后单已驳回且垫付款已核销";
        /// Nothing that was advanced for the case was given up.
        NothingWrittenOff = "nothing_written_off", "nothing was written off for it", "无核销款项";
        /// The case was not dismissed at a loss, or none of its goods have come back for it: what was written off is
        /// the buyer's where the merchant has the goods.
        LossNotCovered = "loss_not_covered", "no goods have come back for what was written off", "核销款项无对应退回商品";
        /// No refund holds anything for the case.
        NothingHeld = "nothing_held", "no refund holds anything for it", "无退款单占用款项";
        /// The refunds of the case hold more than it owes: less is granted than was to go out.
        HoldsTooMuch = "holds_too_much", "its refunds hold more than it owes", "退款单占用超出应退金额";
        /// Nothing was sent for the fee, and nothing is: a case that sends goods has earned it once it is completed, or owes
        /// nothing but a difference.
        ServiceNotGiven = "service_not_given", "its service was not given", "未提供相应服务";
        /// The case does not wait for its parcel to be stopped.
        NotIntercepting = "not_intercepting", "its parcel was not to be stopped", "包裹不在拦截中";
    }
}

impl Proviso {
    /// Whether it may be so, whatever the trade is like: of this occasion, and of a case that stands there, if that is known.
    pub(crate) fn may_hold(self, what: &What, told: Option<CaseState>) -> bool {
        let stands = |so: &dyn Fn(CaseState) -> bool| told.is_none_or(so);
        match self {
            // These are of the order, of money and of goods, or of all that has become of a case.
            Self::OrderUnwinds
            | Self::OrderGoesOn
            | Self::OrderWasPaid
            | Self::CaseRests
            | Self::NothingWrittenOff
            | Self::LossNotCovered
            | Self::NothingHeld
            | Self::HoldsTooMuch
            | Self::ServiceNotGiven => true,
            Self::JustRejected => matches!(what, What::Refund(_, rule) if rule.action != RefundAction::Void),
            Self::CalledOffBefore => was_called_off(what),
            Self::CaseOwesNoMore => stands(&|state| OWES_NO_MORE.contains(&state)),
            Self::CasePays => stands(&pays),
            Self::CaseOwesAgain => stands(&|state| state == CaseState::Completed),
            Self::CaseNotDismissed => stands(&|state| state != CaseState::Dismissed),
            Self::DismissedAtALoss => stands(&|state| state == CaseState::Dismissed),
            Self::NotIntercepting => stands(&|state| state != CaseState::Intercepting),
        }
    }

    /// Whether it is so: of the case that would be told, if it is one.
    pub(super) fn holds(self, work: &Work<'_>, happened: &Happened, case: Option<u16>) -> bool {
        let trade = &*work.trade;
        let of_case = |so: &dyn Fn(&Case) -> bool| case.and_then(|no| trade.case(no)).is_some_and(so);
        match self {
            Self::OrderUnwinds => is_unwinding(trade),
            Self::OrderGoesOn => !is_unwinding(trade),
            Self::OrderWasPaid => trade.head.state != order::State::Unpaid,
            Self::JustRejected => just_rejected(trade, happened),
            Self::CalledOffBefore => was_called_off(&happened.what),
            Self::CaseOwesNoMore => of_case(&|case| OWES_NO_MORE.contains(&case.state)),
            Self::CasePays => of_case(&|case| pays(case.state)),
            Self::CaseOwesAgain => of_case(&|case| plan::owes_more(trade, case)),
            Self::CaseRests => of_case(&|case| !case.is_open()),
            Self::CaseNotDismissed => of_case(&|case| case.state != CaseState::Dismissed),
            Self::DismissedAtALoss => of_case(&is_at_a_loss),
            Self::NothingWrittenOff => of_case(&|case| case.written_off.is_zero()),
            Self::LossNotCovered => of_case(&|case| !is_at_a_loss(case) || !has_goods_back(trade, case)),
            Self::NothingHeld => of_case(&|case| held(trade, case.no).is_zero()),
            Self::HoldsTooMuch => of_case(&|case| owes(case) < held(trade, case.no)),
            Self::ServiceNotGiven => of_case(&|case| {
                let given = matches!(case.state, CaseState::Completed | CaseState::Refunding);
                !(given && case.offer.kind.sends())
            }),
            Self::NotIntercepting => of_case(&|case| case.state != CaseState::Intercepting),
        }
    }
}

fn was_called_off(what: &What) -> bool {
    matches!(what, What::Refund(_, rule) if rule.from == RefundState::Cancelled)
}

const fn pays(state: CaseState) -> bool {
    matches!(state, CaseState::Refunding | CaseState::Unresolved)
}

const fn is_unwinding(trade: &Trade) -> bool {
    matches!(trade.head.state, order::State::Unwinding | order::State::Unresolved)
}

fn just_rejected(trade: &Trade, happened: &Happened) -> bool {
    let What::Refund(no, rule) = happened.what else { return false };
    rule.action != RefundAction::Void && trade.refund(no).is_some_and(|refund| refund.rejected)
}

fn is_at_a_loss(case: &Case) -> bool {
    case.state == CaseState::Dismissed && !case.written_off.is_zero()
}

fn has_goods_back(trade: &Trade, case: &Case) -> bool {
    let mut units = case.units.iter().flat_map(|span| trade.goods.within(*span));
    units.any(|units| matches!(units.place, Place::Inbound | Place::Returned))
}
