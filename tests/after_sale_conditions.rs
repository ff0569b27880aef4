//! The conditions of a case: each shown to hold and not to hold, at the boundary where there is a number.

mod case_pairs;
mod showing;

use case_pairs::{NOON, case, counter, goods, kinds, length, money, pair, shirts, some, switch, until};
use redress::after_sale::{Condition, Facts, Shield};
use redress::fact::Deadline;
use redress::rule::Guard;
use redress::{Kind, Lang, Limit, Time};
use showing::Pair;

fn to_apply() -> Vec<Pair<Condition>> {
    vec![
        switch(Condition::OrderOpen, |facts| &mut facts.room.order_open),
        until(Condition::WithinWindow, |facts| &mut facts.room.window_end),
        pair(
            Condition::WithinWindow,
            |facts| facts.room.window_end = None,
            |facts| facts.room.window_end = Some(Time::EPOCH),
        ),
        counter(Condition::TriesLeft, |counts| &mut counts.tries),
        pair(
            Condition::UnitsFree,
            |facts| facts.room.short_line = shirts(2, 2),
            |facts| facts.room.short_line = shirts(2, 1),
        ),
        pair(Condition::UnitsFree, |_| (), |facts| facts.room.short_line = shirts(0, 1)),
        pair(Condition::WholeLines, |_| (), |facts| facts.room.part_line = shirts(1, 2)),
        pair(Condition::ReapplyAllowed, |_| (), |facts| facts.room.lapsed_case = Some(3)),
        switch(Condition::ReasonFits, |facts| &mut facts.room.reason_fits),
        pair(
            Condition::EvidenceGiven,
            |facts| facts.given.evidence = length(2),
            |facts| facts.given.evidence = length(1),
        ),
        pair(Condition::WithinRefundable, |_| (), |facts| facts.room.refundable = some(9_899)),
        pair(Condition::WithinRefundable, |facts| facts.asked = some(1), |facts| facts.asked = some(0)),
        pair(
            Condition::WithinRefundable,
            |facts| (facts.asked, facts.room.nothing_fits) = (some(0), true),
            |facts| facts.asked = some(9_901),
        ),
        pair(
            Condition::WholeShare,
            |facts| facts.room.whole = Some(some(9_900)),
            |facts| facts.room.whole = Some(some(9_901)),
        ),
        pair(Condition::ShippingUnspent, |_| (), |facts| facts.room.shipping_case = Some(2)),
        pair(Condition::NotDisputed, |_| (), |facts| facts.room.disputed = true),
        switch(Condition::StatutoryRight, |facts| &mut facts.allows.statutory_right),
        counter(Condition::OffersLeft, |counts| &mut counts.offers),
        counter(Condition::GrantsLeft, |counts| &mut counts.grants),
    ]
}

fn terms() -> Vec<Pair<Condition>> {
    use Kind::{Compensation, Exchange, RefundOnly, Repair, Reship};
    vec![
        pair(Condition::KindFits, |_| (), |facts| facts.goods.unshipped = 1),
        pair(
            Condition::KindFits,
            |facts| (facts.kind, facts.goods.unshipped) = (RefundOnly, 2),
            |facts| (facts.kind, facts.goods.unshipped) = (Compensation, 2),
        ),
        pair(
            Condition::KindFits,
            |facts| (facts.kind, facts.goods.at_merchant) = (Repair, 1),
            |facts| (facts.kind, facts.goods.at_merchant) = (Compensation, 1),
        ),
        pair(
            Condition::KindFits,
            |facts| facts.refunds.advanced = some(1),
            |facts| (facts.kind, facts.refunds.advanced) = (Exchange, some(1)),
        ),
        pair(
            Condition::AdvanceFits,
            |facts| facts.refunds.advanced = some(1),
            |facts| (facts.kind, facts.refunds.advanced) = (Reship, some(1)),
        ),
        pair(
            Condition::AdvanceFits,
            |facts| facts.kind = Reship,
            |facts| {
                (facts.kind, facts.refunds.advanced) = (Repair, some(9_900));
            },
        ),
        pair(Condition::AmountNotRaised, |_| (), |facts| facts.asked = some(9_901)),
        pair(Condition::AmountAboveZero, |facts| facts.asked = some(1), |facts| facts.asked = some(0)),
        pair(
            Condition::AmountAboveZero,
            |facts| (facts.asked, facts.so_far.claim) = (some(0), some(0)),
            |facts| facts.asked = some(0),
        ),
        pair(
            Condition::KindAsNamed,
            |facts| (facts.kind, facts.given.kind) = (Exchange, Some(Exchange)),
            |facts| (facts.kind, facts.given.kind) = (Compensation, Some(Exchange)),
        ),
        pair(Condition::KindKept, |_| (), |facts| facts.kind = Exchange),
        pair(Condition::UnitsKept, |_| (), |facts| facts.given.units = true),
        pair(
            Condition::WithinFeeCap,
            |facts| (facts.given.fee, facts.allows.fee_most) = (some(500), some(500)),
            |facts| (facts.given.fee, facts.allows.fee_most) = (some(501), some(500)),
        ),
        pair(
            Condition::ReasonPerUnit,
            |facts| (facts.given.deductions, facts.given.deductions_explained) = (2, 2),
            |facts| (facts.given.deductions, facts.given.deductions_explained) = (2, 1),
        ),
        pair(
            Condition::ReasonGiven,
            |facts| facts.given.reason_text = length(2),
            |facts| facts.given.reason_text = length(1),
        ),
        pair(
            Condition::ReasonGiven,
            |facts| facts.given.reason_text = length(200),
            |facts| facts.given.reason_text = length(201),
        ),
        counter(Condition::ModifiesLeft, |counts| &mut counts.modifies),
        counter(Condition::RoundsLeft, |counts| &mut counts.rounds),
    ]
}

/// What a kind is.
fn traits() -> Vec<Pair<Condition>> {
    use Kind::{Compensation, Exchange, RefundOnly, Repair, Reship, ReturnAndRefund};
    let mut pairs = Vec::new();
    pairs.extend(kinds(Condition::Pays, &[RefundOnly, ReturnAndRefund, Compensation]));
    pairs.extend(kinds(Condition::Returns, &[ReturnAndRefund, Exchange, Repair]));
    pairs.extend(kinds(Condition::Sends, &[Exchange, Repair, Reship]));
    pairs.extend(kinds(Condition::Keeps, &[RefundOnly, Reship, Compensation]));
    pairs
}

#[test]
fn every_condition_holds_and_fails_and_says_what_it_saw() {
    let pairs = [
        to_apply(),
        terms(),
        traits(),
        goods::policy(),
        goods::places(),
        money::what_stood(),
        money::money(),
        money::reviews(),
    ]
    .concat();
    showing::each_holds_and_fails(&pairs);
}

#[test]
fn a_limit_passes_after_its_due_time() {
    showing::each_limit_passes::<Condition>(|limit, late| {
        case(|facts| {
            facts.deadline = Some(Deadline { limit, due: NOON });
            facts.now = NOON.after(late);
        })
    });
}

#[test]
fn a_state_without_a_limit_passes_none() {
    for limit in Limit::ALL {
        assert!(!Condition::Past(*limit).holds(&case(|_| ())));
    }
}

#[test]
fn a_refusal_says_what_shields_the_buyer() {
    let shield = |change: fn(&mut Facts)| case(change).shield();
    assert_eq!(shield(|facts| facts.goods.unshipped = 1), Some(Shield::Unshipped));
    assert_eq!(shield(|facts| facts.so_far.statutory = true), Some(Shield::Statutory));
    assert_eq!(shield(|_| ()), Some(Shield::Policy));
    assert_eq!(shield(|facts| facts.allows.refusal = true), None);
}

#[test]
fn a_closed_window_names_its_last_moment() {
    let facts = case(|facts| facts.room.window_end = Some(NOON.after(-1)));
    let mut sentence = String::new();
    let template = Condition::WithinWindow.denial(Lang::En);
    Condition::WithinWindow.finding(&facts).render(template, Lang::En, &mut sentence);
    assert_eq!(sentence, "the window for this reason closed on 2026-03-04 12:59 +08:00");
}
