//! What is promised while the two sides talk: proposals and their answers, refusals, silence, reviews called for.

use alloc::format;

use super::moment::{OfCase, advanced, fee_paid, worth_of};
use super::open::{kind_fits, whole_share};
use super::{Kept, Promise};
use crate::after_sale::{Action as A, State as S};
use crate::trade::{Case, Offer, Place};
use crate::{Amount, Counter, Role, Silence};

pub(super) fn of_case(now: &OfCase<'_>) -> Kept {
    match (now.action, now.from) {
        (A::Offer, _) => proposed(now),
        (A::Propose, _) => {
            not_raised(now)?;
            proposed(now)
        }
        (A::Modify, S::GoodsRefused) => asks_less(now),
        (A::Accept, _) => accepted(now),
        (A::Decline | A::Retract | A::Expire, S::Proposed) => back_to_before(now),
        (A::Refuse, _) => may_be_refused(now),
        (A::RefuseGoods, _) => goods_may_be_refused(now),
        (A::Escalate, S::Requested) if now.at.role() == Role::Buyer => {
            let direct = now.at.book.policy.switches.direct_escalation;
            now.at.must(direct, Promise::EscalatedAsPolicy, || "the merchant still had time".into())
        }
        (A::Overtake, _) => {
            let closes = now.at.book.policy.switches.shipping_closes_case;
            now.at.must(closes, Promise::SilenceAsPolicy, || "shipping does not close a case".into())
        }
        (A::Expire, S::Requested) => merchant_was_silent(now),
        (A::Expire, S::AwaitingReturn) => buyer_sent_nothing(now),
        (A::GiveAddress, _) => address_given(now),
        // Who is to be paid already is told of no change.
        (A::ConvertToRefund, _) if now.from == now.to => {
            let sent = now.was.is_some_and(|was| was.offer.kind.sends());
            now.at.must(sent, Promise::KindFits, || "nothing was to be sent that could be paid instead".into())
        }
        _ => Ok(()),
    }?;
    fee_awaited(now)?;
    address_known(now)
}

/// What a case is asked for in money: what it pays, or what is to be paid out of it.
const fn comes_to(terms: Offer) -> Amount {
    if terms.kind.pays() { terms.amount } else { terms.difference }
}

/// A proposal gives no more than the case is about.
fn not_raised(now: &OfCase<'_>) -> Kept {
    let Some((was, terms)) = now.was.zip(now.case.proposal) else {
        return now.at.must(false, Promise::AmountNotRaised, || "nothing is proposed".into());
    };
    let (asked, most) = (comes_to(terms), worth_of(was));
    now.at
        .must(asked <= most, Promise::AmountNotRaised, || format!("{asked:?} is proposed where {most:?} was asked"))?;
    let inspected = matches!(now.from, S::Inspecting | S::GoodsRefused);
    now.at.must(!inspected || terms.kind.returns(), Promise::KindFits, || {
        format!("{} is proposed for goods that are back", terms.kind)
    })?;
    let deducts = inspected && terms.kind.pays() && terms.amount < most;
    let named = &now.at.detail.units;
    let explained = !named.is_empty() && named.iter().all(|wanted| wanted.reason.is_some());
    now.at.must(!deducts || explained, Promise::DeductionsExplained, || "less is given without a reason".into())
}

/// What is proposed fits where the goods are, and asks for no more than a merchant may.
fn proposed(now: &OfCase<'_>) -> Kept {
    let Some(terms) = now.case.proposal else {
        return now.at.must(false, Promise::AmountNotRaised, || "nothing is proposed".into());
    };
    kind_fits(now, terms.kind)?;
    if !matches!(now.from, S::Inspecting | S::GoodsRefused) {
        whole_share(now, terms.kind, terms.amount.minor())?;
    }
    let (fee, most) = (terms.fee, now.at.book.policy.amounts.fee_most);
    now.at.must(fee <= most, Promise::FeeWithinCap, || format!("a fee of {fee:?}, at most {most:?}"))
}

/// Whose goods were refused may ask for less, and for nothing else.
fn asks_less(now: &OfCase<'_>) -> Kept {
    let Some(was) = now.was else { return Ok(()) };
    let (asked, most) = (worth_of(now.case), worth_of(was));
    let less = asked <= most && (!now.case.offer.kind.pays() || !asked.is_zero() || most.is_zero());
    now.at.must(less, Promise::AmountNotRaised, || "more is asked after the goods were refused".into())?;
    now.at.must(now.case.offer.kind == was.offer.kind, Promise::KindFits, || {
        "another kind after the goods are back".into()
    })
}

/// What was proposed is what stands, no more; and whoever proposed it has granted it.
fn accepted(now: &OfCase<'_>) -> Kept {
    let Some((was, terms)) = now.was.and_then(|was| Some((was, was.proposal?))) else {
        return now.at.must(false, Promise::AcceptedAsProposed, || "nothing was proposed".into());
    };
    let stands = now.case.offer;
    let as_proposed = stands.fee == terms.fee && stands.difference == terms.difference;
    // A case that pays at once is turned into money by what it is worth, never by more than was proposed.
    let same = stands.kind == terms.kind && stands.amount <= terms.amount && as_proposed;
    now.at.must(same, Promise::AcceptedAsProposed, || format!("{terms:?} was proposed, and {stands:?} stands"))?;
    let merchant = now.at.before.parties.merchant.into();
    let by = was.proposed_by.unwrap_or(merchant);
    let granted = now.case.granted_by == Some(by) && by.shared_with(now.at.event.actor.person()).is_none();
    now.at.must(granted, Promise::AcceptedAsProposed, || {
        format!("{by:?} proposed it, and {:?} granted it", now.case.granted_by)
    })?;
    let after_return = matches!(was.before, Some(S::Inspecting | S::GoodsRefused));
    let over = now.to != S::AwaitingReturn || !after_return;
    now.at.must(over, Promise::GoodsWhereTheyMust, || "goods that are back are sent back once more".into())
}

/// Who does not agree is where both stood before.
fn back_to_before(now: &OfCase<'_>) -> Kept {
    let Some(was) = now.was else { return Ok(()) };
    let silent = now.action == A::Expire;
    let to = match was.before {
        Some(S::Absent) if silent => S::Lapsed,
        Some(S::Absent) => S::Withdrawn,
        Some(S::Inspecting) if now.action != A::Decline || was.statutory => S::Inspecting,
        Some(S::Inspecting | S::GoodsRefused) => S::GoodsRefused,
        _ => S::Requested,
    };
    now.at.must(now.case.proposal.is_none(), Promise::BackToBefore, || "the proposal still stands".into())?;
    now.at.must_lead(now.to == to, Promise::BackToBefore, || {
        format!("it was {:?} before the proposal, and is {} now", was.before, now.to)
    })
}

/// A merchant may not refuse what was not shipped, what the law gives, or what the policy protects.
fn may_be_refused(now: &OfCase<'_>) -> Kept {
    let (at, case, policy) = (&now.at, now.case, now.at.book.policy);
    let units = now.units_before();
    let unshipped = units.iter().any(|units| units.place == Place::WithMerchant);
    at.must(!unshipped && !case.statutory, Promise::RefusedAsPolicy, || "what cannot be refused was refused".into())?;
    let guarded = |units: &crate::trade::Units| {
        let category = at.before.line_at(units.line).and_then(|line| line.category);
        let by_category = category.is_some_and(|category| policy.reasons.never_refused_categories.contains(&category));
        (by_category, policy.reasons.never_refused.has(case.reason))
    };
    let by_category = case.offer.kind.returns() && units.iter().any(|units| guarded(units).0);
    at.must(!by_category, Promise::RefusedAsPolicy, || "goods of its category are never refused".into())?;
    let by_reason = case.offer.kind.returns() && units.iter().any(|units| guarded(units).1);
    let was_in_time = super::open::was_in_time(now);
    at.must(!by_reason || !was_in_time, Promise::RefusedAsPolicy, || {
        format!("{} is never refused in time", case.reason)
    })?;
    shown(now, policy.refusal_evidence_needed(case.reason))
}

fn goods_may_be_refused(now: &OfCase<'_>) -> Kept {
    now.at.must(!now.case.statutory, Promise::RefusedAsPolicy, || "goods of a withdrawal were refused".into())?;
    shown(now, now.at.book.policy.reasons.goods_refusal_evidence)
}

fn shown(now: &OfCase<'_>, needed: bool) -> Kept {
    let shown = now.at.detail.evidence.len() as u64;
    let most = u64::from(now.at.book.policy.cap(Counter::Evidence));
    let fits = (shown > 0 || !needed) && shown <= most;
    now.at.must(fits, Promise::EvidenceGiven, || format!("it was refused with {shown} pieces of evidence"))
}

/// A merchant's silence means what the policy says for the kind.
fn merchant_was_silent(now: &OfCase<'_>) -> Kept {
    let Some(was) = now.was else { return Ok(()) };
    let kind = was.offer.kind;
    let fee_due = kind.sends() && was.offer.fee.minor() > fee_paid(now.at.before, was.no);
    let granted = match () {
        () if kind.pays() && !kind.returns() => S::Refunding,
        () if fee_due => S::AwaitingPayment,
        () if kind.returns() => S::AwaitingReturn,
        () => S::AwaitingDispatch,
    };
    let reviews = reviews_left(now, was);
    let to = match now.at.book.policy.silence(kind) {
        Silence::Grants => granted,
        Silence::Escalates if reviews => S::UnderReview,
        Silence::Escalates | Silence::Lapses => S::Overdue,
    };
    now.at.must_lead(now.to == to, Promise::SilenceAsPolicy, || {
        format!("silence on {kind} leads to {}, and by the policy to {to}", now.to)
    })
}

/// Whether anybody but the buyer may still start a review on the application.
fn reviews_left(now: &OfCase<'_>, was: &Case) -> bool {
    let started = |case: &Case| {
        case.counts.iter().filter(|(tally, _)| tally.counter == Counter::Reviews).map(|(_, used)| used).sum::<u32>()
    };
    now.to == S::UnderReview
        || started(now.case) > started(was)
        || started(was) < now.at.book.policy.cap(Counter::Reviews)
}

/// A buyer who was silent gives up, and repays; one who never learned where to send the goods is not silent.
fn buyer_sent_nothing(now: &OfCase<'_>) -> Kept {
    let Some(was) = now.was else { return Ok(()) };
    let fits = match (was.address.is_some(), advanced(now.at.before, was) > 0) {
        (false, _) => matches!(now.to, S::UnderReview | S::Refunding),
        (true, true) => now.to == S::Recovering,
        (true, false) => now.to == S::Lapsed,
    };
    now.at.must_lead(fits, Promise::AddressKnown, || {
        format!("it is {} for want of goods, sent to {:?}", now.to, was.address)
    })
}

fn address_given(now: &OfCase<'_>) -> Kept {
    let given = now.case.address.is_some();
    now.at.must(given, Promise::AddressKnown, || "an address was given that is none".into())?;
    // Who did not know where to send the goods has all the time from now on.
    let first = now.was.is_some_and(|was| was.address.is_none());
    let anew = now.case.deadline.is_some_and(|deadline| deadline.since == now.at.now());
    let fresh = now.was.is_some_and(|was| was.deadline.is_some_and(|old| old.since == now.at.now()));
    now.at
        .must(first == anew || fresh, Promise::AddressKnown, || "the time to send begins with the first address".into())
}

/// Who agrees to a return says where to.
fn address_known(now: &OfCase<'_>) -> Kept {
    let agreed = now.action == A::Agree && now.to == S::AwaitingReturn;
    now.at.must(!agreed || now.case.address.is_some(), Promise::AddressKnown, || {
        "nobody said where to send the goods".into()
    })
}

/// A fee is waited for when there is one.
fn fee_awaited(now: &OfCase<'_>) -> Kept {
    let entered = now.to == S::AwaitingPayment && now.from != S::AwaitingPayment;
    let due = now.case.offer.fee.minor() > fee_paid(now.at.after, now.case.no);
    now.at.must(!entered || due, Promise::FeePaidFirst, || "no fee is due".into())
}
