//! What is promised of the platform's part: evidence, rulings, its silence, appeals and ratings.

use alloc::format;

use super::moment::{OfCase, advanced, worth_of};
use super::{Kept, Promise};
use crate::after_sale::{Action as A, State as S};
use crate::refund::Ground;
use crate::trade::{Case, Place};
use crate::{Length, Role, Span, Time};

pub(super) fn of_case(now: &OfCase<'_>) -> Kept {
    match now.action {
        A::SubmitEvidence if now.from == S::UnderReview => {
            let began = now.was.and_then(|was| was.review).map(|review| review.at);
            by(now, began, now.at.book.policy.review_evidence, "evidence")
        }
        A::Reopen => by(now, rested(now), now.at.book.policy.windows.appeal, "an appeal"),
        A::Rate => by(now, rested(now), now.at.book.policy.windows.rating, "a rating"),
        A::RuleForBuyer | A::RuleSplit => within_case(now),
        A::RuleForMerchant => for_merchant(now),
        A::Withdraw if now.from == S::UnderReview => for_merchant(now),
        A::Expire if now.from == S::UnderReview => platform_was_silent(now),
        A::CallOff => called_off(now),
        _ => Ok(()),
    }
}

fn rested(now: &OfCase<'_>) -> Option<Time> {
    now.was.and_then(|was| was.rested_at)
}

/// It is no later than so long after that.
fn by(now: &OfCase<'_>, from: Option<Time>, length: Length, what: &str) -> Kept {
    let in_time = from.is_some_and(|from| now.at.now() <= Span::of(length).due(from, now.at.book.calendar));
    now.at.must(in_time, Promise::InTime, || format!("{what} came too late"))
}

/// A ruling gives something, and no more than the case is about; nobody is asked again.
fn within_case(now: &OfCase<'_>) -> Kept {
    let Some(was) = now.was else { return Ok(()) };
    let asked = now.at.amount().unwrap_or_else(|| worth_of(now.case));
    let most = worth_of(was);
    // Goods that are sent instead are worth what they are; money is no more than was asked.
    let pays = now.case.offer.kind.pays();
    let within = !pays || (asked <= most && worth_of(now.case) <= most && (!asked.is_zero() || most.is_zero()));
    now.at.must(within, Promise::RulingWithinCase, || format!("{asked:?} is granted of {most:?}"))?;
    let grounded = now.case.ground == Some(Ground::Ruling) && now.case.granted_by == Some(now.at.event.actor.person());
    now.at.must(grounded, Promise::RulingWithinCase, || format!("it rests on {:?}", now.case.ground))?;
    // Goods that are with the buyer come back before the money goes, unless the ruling says that they need not.
    let kept = now.action == A::RuleForBuyer && !now.at.detail.return_waived && now.case.offer.kind.returns();
    let with_buyer =
        kept && !at_merchant(now) && holds(now, &[Place::WithBuyer, Place::Outbound, Place::SentBack, Place::Replaced]);
    let waits = matches!(now.to, S::AwaitingReturn | S::AwaitingPayment);
    now.at.must(!with_buyer || waits, Promise::GoodsWhereTheyMust, || {
        format!("the goods are with the buyer, and it is {}", now.to)
    })
}

/// Whether some units of it were in one of these places.
fn holds(now: &OfCase<'_>, places: &[Place]) -> bool {
    now.units_before().iter().any(|units| places.contains(&units.place))
}

/// Whether the merchant has goods that the buyer had, or they are on their way there, and no replacement stands for them.
fn at_merchant(now: &OfCase<'_>) -> bool {
    let mut units = now.units_before().into_iter();
    let back = units.any(|units| matches!(units.place, Place::Inbound | Place::Returned) && !units.bounced());
    back && !replaced(now)
}

/// Whether something was sent to the buyer instead, that is not known to be lost.
fn replaced(now: &OfCase<'_>) -> bool {
    let here = holds(now, &[Place::WithBuyer, Place::Outbound, Place::Replaced]);
    here && now.was.is_some_and(Case::has_replacement)
}

/// Without a grant things go on as they stand: what was advanced comes back first, then goods go where they belong.
fn for_merchant(now: &OfCase<'_>) -> Kept {
    let advanced = now.was.map_or(0, |was| advanced(now.at.before, was));
    let withdraws = now.action == A::Withdraw;
    let expected: &[S] = match () {
        () if advanced > 0 => &[S::Recovering],
        () if holds(now, &[Place::SentBack]) => &[S::SendingBack],
        () if replaced(now) && withdraws => &[S::Completed, S::Refunding],
        () if replaced(now) => &[S::Dispatched],
        () if at_merchant(now) => &[S::AwaitingSendBack],
        () if withdraws => &[S::Withdrawn],
        () => &[S::Dismissed],
    };
    now.at.must_lead(expected.contains(&now.to), Promise::GoodsWhereTheyMust, || {
        format!("it is {} where {expected:?} was to be expected", now.to)
    })
}

/// The platform's silence is for the side that the policy names; what is on its way to the buyer goes on, once money that was
/// paid beside it, or beside what is to be sent, is back.
fn platform_was_silent(now: &OfCase<'_>) -> Kept {
    let on_its_way = holds(now, &[Place::SentBack]) || replaced(now);
    let beside = now.was.is_some_and(|was| was.offer.kind.sends() && advanced(now.at.before, was) > 0);
    let dismisses = now.at.book.policy.switches.ruling_silence_dismisses;
    if on_its_way || beside || dismisses {
        return for_merchant(now);
    }
    let for_buyer = now.case.ground == Some(Ground::Ruling) && !matches!(now.to, S::Dismissed | S::AwaitingSendBack);
    now.at
        .must_lead(for_buyer, Promise::SilenceAsPolicy, || format!("the platform was silent, and it is {}", now.to))?;
    // What is another's matter by now is not asked back here as well.
    let with_buyer = now.case.offer.kind.returns()
        && !at_merchant(now)
        && now.any_own_at(&[Place::WithBuyer, Place::Outbound, Place::Replaced]);
    let waits = matches!(now.to, S::AwaitingReturn | S::AwaitingPayment);
    now.at.must(!with_buyer || waits, Promise::GoodsWhereTheyMust, || {
        format!("the goods are with the buyer, and it is {}", now.to)
    })
}

/// A review that the buyer started, and nobody else, is called off to where it began. A recovery of which nothing is left, because
/// the bank took the money back meanwhile, is over: what is on its way to the buyer goes on.
fn called_off(now: &OfCase<'_>) -> Kept {
    let Some(was) = now.was else { return Ok(()) };
    let own = was.review.is_some_and(|review| review.by == Role::Buyer);
    now.at.must(own, Promise::EscalatedAsPolicy, || "the buyer did not start the review".into())?;
    let to = match was.before {
        Some(S::Overdue) => Some(S::Requested),
        Some(S::Recovering) if advanced(now.at.before, was) == 0 && holds(now, &[Place::SentBack]) => {
            Some(S::SendingBack)
        }
        Some(S::Recovering) if advanced(now.at.before, was) == 0 && replaced(now) => Some(S::Dispatched),
        before => before,
    };
    now.at.must_lead(to == Some(now.to), Promise::BackToBefore, || {
        format!("it was {to:?} before the review, and is {}", now.to)
    })
}
