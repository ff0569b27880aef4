//! What the table of a case promises as a whole, beyond what the compiler checks of it.

use redress::after_sale::{Action, AfterSale, Condition, Facts, Goods, RULES, State};
use redress::fact::{Deadline, Length, Units};
use redress::rule::{Rule, Standing};
use redress::{Amount, Effect, Id, Kind, Role, Time};

/// A case of this kind in which the request brings all that can be asked of it.
fn willing(kind: Kind, goods: Goods) -> Facts {
    let mut facts = Facts::default();
    (facts.kind, facts.so_far.kind, facts.goods) = (kind, kind, goods);
    (facts.asked, facts.so_far.claim, facts.room.refundable) = (Amount::new(100), Amount::new(100), Amount::new(100));
    facts.given.reason_text = Length { used: 10, least: 2, most: 200 };
    facts.given.evidence = Length { used: 1, least: 1, most: 20 };
    (facts.given.waybill, facts.given.address) = (true, true);
    facts
}

fn with_buyer() -> Goods {
    Goods { units: 1, with_buyer: 1, ..Goods::default() }
}

fn coming_back() -> Goods {
    let receipt = Some(Units { line: Id::from("shirt"), asked: 1, free: 1 });
    Goods { units: 1, coming_back: 1, announced: 1, received: 1, receipt, ..Goods::default() }
}

fn at_merchant() -> Goods {
    Goods { units: 1, at_merchant: 1, announced: 1, received: 1, ..Goods::default() }
}

/// Kinds that can be where this state is.
fn kinds(state: State) -> impl Iterator<Item = Kind> {
    let fits = move |kind: Kind| match state {
        State::Returning | State::Inspecting | State::GoodsRefused | State::AwaitingReturn => kind.returns(),
        State::AwaitingPayment | State::AwaitingDispatch | State::Dispatched => kind.sends(),
        State::Recovering => kind.pays(),
        _ => true,
    };
    Kind::ALL.iter().copied().filter(move |&kind| fits(kind))
}

fn goods_in(state: State) -> Goods {
    match state {
        State::Returning => coming_back(),
        State::Inspecting | State::GoodsRefused | State::AwaitingSendBack | State::AwaitingDispatch => at_merchant(),
        _ => with_buyer(),
    }
}

#[test]
fn it_has_no_fault() {
    assert_eq!(RULES.check(), Ok(()));
}

#[test]
fn whoever_is_waited_for_can_do_something_about_it() {
    for &state in State::ALL {
        let Standing::Waits(role) = RULES.standing(state) else {
            continue;
        };
        for kind in kinds(state) {
            let facts = willing(kind, goods_in(state));
            let can =
                |action: &&Action| **action != Action::Note && RULES.decide(state, **action, role, &facts).is_ok();
            assert!(Action::ALL.iter().any(|action| can(&action)), "{role} in {state} of {kind}");
        }
    }
}

/// Everywhere but where the buyer already has both, or where it is written off, advanced money comes back before the
/// case ends or the goods go back to the buyer.
#[test]
fn nobody_keeps_the_goods_and_an_advance() {
    let ends = [State::Withdrawn, State::Lapsed, State::Dismissed, State::AwaitingSendBack, State::SendingBack];
    let advanced = [
        State::AwaitingReturn,
        State::Returning,
        State::Inspecting,
        State::GoodsRefused,
        State::Proposed,
        State::UnderReview,
    ];
    let mut recovered = 0;
    for state in advanced {
        for goods in [with_buyer(), coming_back(), at_merchant()] {
            for before in [None, Some(State::Inspecting), Some(State::GoodsRefused), Some(State::AwaitingReturn)] {
                let mut facts = willing(Kind::ReturnAndRefund, goods);
                facts.refunds.advanced = Amount::new(100);
                facts.so_far.stood_before = before;
                facts.so_far.address_known = true;
                facts.allows.ruling_silence_dismisses = true;
                facts.counts.reviews.used = 1;
                facts.deadline = RULES.limit(state).map(|limit| Deadline { limit, due: Time::EPOCH.after(-1) });
                for (action, role) in everything() {
                    let Ok(rule) = RULES.decide(state, action, role, &facts) else {
                        continue;
                    };
                    assert!(!ends.contains(&rule.next()), "{}", rule.id());
                    recovered += usize::from(rule.next() == State::Recovering);
                }
            }
        }
    }
    assert!(recovered > 0);
}

fn everything() -> impl Iterator<Item = (Action, Role)> {
    Action::ALL.iter().flat_map(|&action| Role::ALL.iter().map(move |&role| (action, role)))
}

/// Units that are not shipped are held from the application on; no way out forgets them.
#[test]
fn every_way_out_releases_a_held_shipment() {
    let held =
        [State::Requested, State::Overdue, State::Refused, State::Proposed, State::UnderReview, State::Recovering];
    let out = [State::Withdrawn, State::Lapsed, State::Dismissed, State::Completed];
    let shipped = |rule: &Rule<AfterSale>| rule.when().any(|condition| condition == Condition::ReplacementSent);
    let leaves = |rule: &&Rule<AfterSale>| held.contains(&rule.from) && out.contains(&rule.next()) && !shipped(rule);
    let settles = |rule: &&Rule<AfterSale>| rule.action == Action::Settle;
    let rules: Vec<_> = RULES.rules().iter().filter(|rule| leaves(rule) || settles(rule)).collect();
    assert!(!rules.is_empty());
    for rule in rules {
        assert!(rule.then().any(|effect| effect == Effect::ReleaseShipment), "{}", rule.id());
    }
}

/// Money that the platform advanced is settled with the merchant where the case is completed with money, and nowhere else.
#[test]
fn the_merchant_is_charged_where_a_case_settles() {
    for rule in RULES.rules() {
        let charges = rule.then().any(|effect| effect == Effect::ChargeMerchant);
        assert_eq!(charges, rule.action == Action::Settle, "{}", rule.id());
    }
}

/// An exchange for something dearer is paid before anything moves, however it was granted.
#[test]
fn a_fee_is_paid_before_anything_moves() {
    for state in [State::Requested, State::Proposed, State::UnderReview] {
        let mut facts = willing(Kind::Exchange, with_buyer());
        facts.so_far.fee_due = Amount::new(1);
        facts.allows.silence_grants = true;
        facts.deadline = RULES.limit(state).map(|limit| Deadline { limit, due: Time::EPOCH.after(-1) });
        let silent = [(Action::Expire, Role::Clock)].into_iter().filter(|_| state != State::Proposed);
        let said =
            [(Action::Agree, Role::Merchant), (Action::Accept, Role::Buyer), (Action::RuleForBuyer, Role::Platform)];
        for (action, role) in silent.chain(said) {
            if let Ok(rule) = RULES.decide(state, action, role, &facts) {
                assert_eq!(rule.next(), State::AwaitingPayment, "{}", rule.id());
            }
        }
    }
}

/// All rows, as ids: a name is stored in every event, so a change of this list is a change of stored data.
#[test]
fn every_row_has_a_name_of_its_own_that_can_be_read_back() {
    let mut ids: Vec<String> = RULES.rules().iter().map(|rule| rule.id().to_string()).collect();
    for rule in RULES.rules() {
        assert_eq!(RULES.rule(&rule.id()), Some(rule));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), RULES.rules().len());
}
