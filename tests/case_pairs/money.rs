//! What stood before, what the money does, and reviews.

use redress::after_sale::{Condition, Facts, State};
use redress::fact::Used;
use redress::{Kind, Role};

use super::{case, counter, pair, some, switch, until};
use crate::showing::Pair;

/// The states that may have stood before for which the condition holds, against every other and none.
pub(crate) fn before(condition: Condition, held: &[State]) -> Vec<Pair<Condition>> {
    let after = |state| case(|facts: &mut Facts| facts.so_far.stood_before = state);
    let others = State::ALL.iter().filter(|state| !held.contains(state));
    let failed: Vec<_> = others.map(|&state| Some(state)).chain([None]).collect();
    let pairs =
        held.iter().flat_map(|&state| failed.iter().map(move |&other| (condition, after(Some(state)), after(other))));
    pairs.collect()
}

pub(crate) fn what_stood() -> Vec<Pair<Condition>> {
    let mut pairs = before(Condition::MerchantOffered, &[State::Absent]);
    pairs.extend(before(Condition::AfterReturn, &[State::Inspecting, State::GoodsRefused]));
    pairs.extend(before(Condition::WasRefused, &[State::Refused]));
    pairs.extend(before(Condition::GoodsWereRefused, &[State::GoodsRefused]));
    pairs.extend(before(Condition::WasUnanswered, &[State::Requested, State::Overdue]));
    pairs.extend(before(Condition::ReturnWasAgreed, &[State::AwaitingReturn]));
    pairs.push(pair(
        Condition::EscalatedByBuyer,
        |facts| facts.so_far.escalated_by = Some(Role::Buyer),
        |facts| facts.so_far.escalated_by = Some(Role::Merchant),
    ));
    pairs
}

/// So much advanced, so much granted, so much paid now.
pub(crate) fn advance(advanced: u64, granted: u64, payment: u64) -> Facts {
    case(|facts| {
        facts.refunds.advanced = some(advanced);
        facts.refunds.with_buyer = some(advanced);
        facts.refunds.granted = some(granted);
        facts.given.payment = some(payment);
    })
}

/// The same, of which all is still with the channel.
fn with_channel(advanced: u64, granted: u64, payment: u64) -> Facts {
    let mut facts = advance(advanced, granted, payment);
    facts.refunds.with_buyer = some(0);
    facts
}

/// So many refund orders, so many paid, so many unresolved, holding 99.00 of what is owed.
pub(crate) fn refunds(all: u32, paid: u32, unresolved: u32, owed: u64) -> Facts {
    case(|facts| {
        (facts.refunds.all, facts.refunds.paid, facts.refunds.unresolved) = (all, paid, unresolved);
        (facts.refunds.held, facts.refunds.owed) = (some(9_900), some(owed));
    })
}

pub(crate) fn money() -> Vec<Pair<Condition>> {
    let fee = |kind, due, payment| {
        case(|facts| {
            facts.kind = kind;
            facts.so_far.fee_due = some(due);
            facts.given.payment = some(payment);
        })
    };
    vec![
        (Condition::FeeDue, fee(Kind::Repair, 1, 0), fee(Kind::Repair, 0, 0)),
        (Condition::FeeDue, fee(Kind::Exchange, 1, 0), fee(Kind::ReturnAndRefund, 1, 0)),
        (Condition::FeeInFull, fee(Kind::Repair, 500, 500), fee(Kind::Repair, 500, 499)),
        (Condition::Advanced, advance(1, 0, 0), advance(0, 0, 0)),
        (Condition::NotAdvanced, advance(0, 0, 0), advance(1, 0, 0)),
        (Condition::AdvanceArrived, advance(9_900, 0, 0), with_channel(9_900, 0, 0)),
        (Condition::AdvancedMore, advance(9_901, 9_900, 0), advance(9_900, 9_900, 0)),
        (Condition::PartlyGranted, advance(0, 1, 0), advance(0, 0, 0)),
        (Condition::RepaidInFull, advance(9_900, 8_000, 1_900), advance(9_900, 8_000, 1_899)),
        (Condition::RepaidInFull, advance(9_900, 8_000, 1_900), with_channel(9_900, 8_000, 1_900)),
        pair(Condition::DifferenceOwed, |facts| facts.refunds.difference = some(1), |_| ()),
        (Condition::AllRefundsPaid, refunds(2, 2, 0, 9_900), refunds(2, 1, 0, 9_900)),
        (Condition::AllRefundsPaid, refunds(1, 1, 0, 9_900), refunds(1, 1, 0, 9_901)),
        switch(Condition::RefundRejected, |facts| &mut facts.refunds.rejected),
        (Condition::RefundUnresolved, refunds(2, 1, 1, 0), refunds(2, 0, 1, 0)),
        (Condition::RefundUnresolved, refunds(1, 0, 1, 0), refunds(1, 1, 0, 0)),
        (Condition::RefundWaits, refunds(2, 1, 0, 0), refunds(2, 1, 1, 0)),
        counter(Condition::FeePaymentsLeft, |counts| &mut counts.fee_payments),
        counter(Condition::RepaymentsLeft, |counts| &mut counts.repayments),
        counter(Condition::ConversionsLeft, |counts| &mut counts.conversions),
        counter(Condition::RejectionsLeft, |counts| &mut counts.rejections),
        counter(Condition::RevivalsLeft, |counts| &mut counts.revivals),
        counter(Condition::ReconcilesLeft, |counts| &mut counts.reconciles),
        counter(Condition::OverpaysLeft, |counts| &mut counts.overpays),
    ]
}

pub(crate) fn reviews() -> Vec<Pair<Condition>> {
    let evidence = |used, given| {
        case(|facts| {
            facts.counts.evidence = Used { used, of: 20 };
            facts.given.evidence.used = given;
        })
    };
    vec![
        counter(Condition::ReviewsLeft, |counts| &mut counts.reviews),
        until(Condition::WithinEvidenceTime, |facts| &mut facts.so_far.evidence_until),
        (Condition::EvidenceLeft, evidence(19, 1), evidence(20, 1)),
        (Condition::EvidenceLeft, evidence(17, 3), evidence(18, 3)),
        (Condition::EvidenceLeft, evidence(19, 0), evidence(20, 0)),
        switch(Condition::ReturnWaived, |facts| &mut facts.given.return_waived),
        pair(Condition::WithinCase, |_| (), |facts| facts.asked = some(9_901)),
        pair(Condition::WithinCase, |facts| facts.asked = some(1), |facts| facts.asked = some(0)),
        counter(Condition::ExtensionLeft, |counts| &mut counts.extensions),
        until(Condition::WithinAppeal, |facts| &mut facts.so_far.appeal_until),
        counter(Condition::AppealsLeft, |counts| &mut counts.appeals),
        until(Condition::WithinRating, |facts| &mut facts.so_far.rating_until),
        counter(Condition::RatingLeft, |counts| &mut counts.ratings),
        counter(Condition::NotesLeft, |counts| &mut counts.notes),
    ]
}
