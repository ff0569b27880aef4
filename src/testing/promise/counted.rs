//! Every liberty that is taken is counted, and what must be explained is explained.

use alloc::format;

use super::moment::{Moment, OfCase, OfOrder, OfRefund, meets, within};
use super::{Kept, Promise};
use crate::trade::{Asked, Bucket, Cause, Change, Subject, Tally, UnitChange};
use crate::{Counter, Role, after_sale, order, refund};

/// It is counted in the very event, also where a sibling tells it.
fn is_counted(at: &Moment<'_>, counter: Option<Counter>) -> Kept {
    let Some(counter) = counter else { return Ok(()) };
    let counts = |change: &Change| matches!(change, Change::Counted(_, tally) if tally.counter == counter);
    at.must(at.event.changes.iter().any(counts), Promise::LibertiesCounted, || {
        format!("{} was done, and {counter} was not counted", at.event.asked.code())
    })
}

/// By what a machine counts what its siblings tell it; what it counts for somebody else as well, it counts apart.
fn told(asked: Asked) -> Option<Tally> {
    let whole = |counter| Some(Tally { counter, apart: 0 });
    match asked {
        Asked::Case(after_sale::Action::Overpay) => whole(Counter::Overpays),
        Asked::Case(after_sale::Action::Unsettle) | Asked::Order(order::Action::Restore) => whole(Counter::Revivals),
        Asked::Case(after_sale::Action::Resume) | Asked::Order(order::Action::Resume) => whole(Counter::Reconciles),
        Asked::Case(after_sale::Action::Stall) => Some(Tally { counter: Counter::Rejections, apart: 1 }),
        Asked::Refund(refund::Action::Reverse) => whole(Counter::DisputeMarks),
        Asked::Order(_) | Asked::Case(_) | Asked::Refund(_) => None,
    }
}

/// Whether a sibling was told it as often as it may be.
pub(super) fn is_told_in_vain(at: &Moment<'_>) -> bool {
    let counts = match at.event.subject {
        Subject::Order => Some(&at.before.head.counts),
        Subject::Case(no) => at.before.case(no).map(|case| &case.counts),
        Subject::Refund(no) => at.before.refund(no).map(|refund| &refund.counts),
    };
    let tally = told(at.event.asked).filter(|_| matches!(at.event.cause, Cause::Told(_)));
    tally.zip(counts).is_some_and(|(tally, counts)| at.book.policy.cap(tally.counter) <= counts.used(tally))
}

/// A reason in words, as short and as long as the policy wants it.
fn is_explained(at: &Moment<'_>, must_be: bool) -> Kept {
    let (words, texts) = (at.words() as u64, &at.book.policy.texts);
    let fits = u64::from(texts.reason_least) <= words && words <= u64::from(texts.reason_most);
    at.must(!must_be || fits, Promise::ReasonsGiven, || {
        format!("{} was done for a reason of {words} characters", at.event.asked.code())
    })
}

pub(super) fn of_order(now: &OfOrder<'_>) -> Kept {
    use order::Action as A;
    let stays = now.from == now.to;
    let towards = |bucket: Bucket| {
        let into = |change: &Change| matches!(change, Change::Paid(_, parts) if parts.iter().any(|part| part.bucket == bucket));
        now.at.event.changes.iter().any(into)
    };
    let counter = match now.action {
        A::Pay if stays && towards(Bucket::Surplus) => Some(Counter::Surplus),
        A::Pay if stays => Some(Counter::Tenders),
        A::Reprice => Some(Counter::Reprices),
        A::Extend => Some(Counter::Extensions),
        A::ReopenWindow => Some(Counter::Reopenings),
        A::MarkDispute => Some(Counter::DisputeMarks),
        A::Goodwill => Some(Counter::Goodwill),
        A::Note => Some(Counter::Notes),
        A::Restore | A::Resume => told(now.at.event.asked).map(|tally| tally.counter),
        _ => None,
    };
    is_counted(&now.at, counter)?;
    let by_buyer = now.at.role() == Role::Buyer;
    let unpaid_by_staff = now.from == order::State::Unpaid && now.at.role() == Role::Platform;
    let explains = match now.action {
        A::Cancel => !by_buyer && !unpaid_by_staff,
        A::Reject | A::CancelRest | A::ReopenWindow | A::Goodwill => true,
        _ => false,
    };
    is_explained(&now.at, explains)
}

pub(super) fn of_case(now: &OfCase<'_>) -> Kept {
    use after_sale::Action as A;
    use after_sale::State as S;
    let counter = match now.action {
        A::Modify => Some(Counter::Modifies),
        A::Propose => Some(Counter::Rounds),
        A::Offer => Some(Counter::Offers),
        A::Grant => Some(Counter::Grants),
        A::Intercept | A::AgreeIfRejected => Some(Counter::Intercepts),
        A::Extend => Some(Counter::Extensions),
        A::GiveAddress | A::CorrectWaybill | A::CancelShipBack => Some(Counter::Corrections),
        A::Escalate => Some(Counter::Reviews),
        A::Expire | A::Lose | A::Bounce if now.to == S::UnderReview && now.from != S::UnderReview => {
            Some(Counter::Reviews)
        }
        A::Lose | A::Bounce if matches!(now.to, S::AwaitingDispatch | S::AwaitingSendBack) => {
            Some(Counter::Redispatches)
        }
        A::ConvertToRefund if now.from == now.to => Some(Counter::Conversions),
        A::SubmitEvidence => Some(Counter::Evidence),
        A::Note => Some(Counter::Notes),
        A::Reopen => Some(Counter::Appeals),
        A::Rate => Some(Counter::Ratings),
        A::PayFee if now.from == now.to => Some(Counter::FeePayments),
        A::Repay if now.from == now.to => Some(Counter::Repayments),
        A::Overpay | A::Unsettle | A::Resume | A::Stall => told(now.at.event.asked).map(|tally| tally.counter),
        _ => None,
    };
    is_counted(&now.at, counter)?;
    tries(now)?;
    let staff = now.at.role() == Role::Platform;
    let explains = match now.action {
        A::Apply | A::Escalate => staff,
        A::Grant | A::Refuse | A::Extend | A::RefuseGoods | A::WriteOff | A::Reopen => true,
        A::ConvertToRefund => now.was.is_some_and(|was| !was.offer.kind.pays()),
        _ => false,
    };
    is_explained(&now.at, explains)
}

/// What the buyer applies for is counted on each unit, and no unit is applied for too often. The right to declare a
/// withdrawal is used up by declarations alone.
fn tries(now: &OfCase<'_>) -> Kept {
    use after_sale::Action as A;
    let at = &now.at;
    let is_new = |span: &&crate::trade::UnitSpan| now.was.is_none_or(|was| !was.names(**span));
    let fresh: alloc::vec::Vec<_> = match now.action {
        A::Apply | A::Declare => now.case.units.clone(),
        A::Modify => now.case.units.iter().filter(is_new).copied().collect(),
        _ => return Ok(()),
    };
    let (before, after) = (within(at.before, &fresh), within(at.after, &fresh));
    let sum = |units: &[crate::trade::Units]| {
        units.iter().map(|units| u64::from(units.tries) * u64::from(units.count)).sum::<u64>()
    };
    let counted = at.units_changed(|change| matches!(change, UnitChange::Tried));
    let whole = super::moment::count(&counted);
    at.must(
        sum(&after) == sum(&before) + whole && (whole > 0 || fresh.is_empty() || now.action == A::Modify),
        Promise::TriesKept,
        || "it was applied for, and that was not counted".into(),
    )?;
    let cap = at.book.policy.cap(Counter::Tries);
    let within_cap = match now.action {
        A::Declare => {
            let on_it = |span: &crate::trade::UnitSpan| {
                let declared = at.after.cases.iter().filter(|case| case.statutory);
                declared.filter(|case| case.units.iter().any(|own| meets(own, span))).count() as u64
            };
            fresh
                .iter()
                .all(|span| within(at.after, &[*span]).iter().all(|units| on_it(&units.span()) <= u64::from(cap)))
        }
        _ => at.role() == Role::Platform || after.iter().all(|units| units.tries <= cap),
    };
    at.must(within_cap, Promise::TriesKept, || format!("units were applied for more than {cap} times"))
}

pub(super) fn of_refund(now: &OfRefund<'_>) -> Kept {
    use refund::Action as A;
    use refund::State as S;
    let stays = now.from == now.to;
    let counter = match now.action {
        A::Pend => Some(Counter::Asks),
        A::Expire if stays && now.to == S::Submitted => Some(Counter::Asks),
        A::Redirect if stays => Some(Counter::Redirects),
        A::PayOffline => Some(Counter::Offline),
        A::Reverse if matches!(now.at.event.cause, Cause::Told(_)) => {
            told(now.at.event.asked).map(|tally| tally.counter)
        }
        A::Reverse => Some(Counter::Reversals),
        A::Reject => Some(Counter::Rejections),
        A::Expire if now.to == S::Cancelled => Some(Counter::Rejections),
        A::Succeed if stays => Some(Counter::Conflicts),
        A::Fail | A::Close | A::GoAbnormal | A::Reconcile if now.from == S::Unresolved && now.to != S::Paid => {
            Some(Counter::Reconciles)
        }
        _ => None,
    };
    is_counted(&now.at, counter)?;
    // Who redirects it has found another way, and begins anew; everybody else tries the same one again.
    let again = matches!(now.action, A::Retry | A::Free | A::Expire) && now.to == S::Submitted && !stays;
    let cap = now.at.book.policy.cap(Counter::Attempts);
    now.at.must(!again || u32::from(now.refund.attempt) <= cap.max(1), Promise::LibertiesCounted, || {
        format!("attempt {} of {cap}", now.refund.attempt)
    })?;
    is_explained(&now.at, now.action == A::Reject)
}
