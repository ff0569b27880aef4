//! Answers to an application: late ones, refusals that are thought over, and dearer replacements.

use redress::after_sale::Action;
use redress::trade::{NewLine, Request};
use redress::{Kind, Policy, Reason, Silence};

use super::kit::{Shop, apply, buyer, merchant, new_order, on, platform, shirt};
use super::seen::Seen;

/// A policy under which a merchant's silence leads to nothing but delay.
fn lapsing() -> Policy {
    let mut policy = Policy::cn_marketplace();
    for kind in Kind::ALL {
        policy.silence[*kind] = Silence::Lapses;
    }
    policy
}

fn asks(kind: Kind) -> Request {
    let reason = if kind == Kind::Reship { Reason::MissingParts } else { Reason::Quality };
    apply(kind, reason).units("shirt", 1).evidence("photo://1")
}

fn dearer() -> Request {
    asks(Kind::Exchange).with(|detail| detail.fee = Some(2_000.into()))
}

/// A part, if the buyer pays for its sending.
fn paid_for() -> Request {
    asks(Kind::Reship).with(|detail| detail.fee = Some(800.into()))
}

fn agree() -> Request {
    on(merchant(), 1, Action::Agree).address("1 Return Road")
}

/// Everything that can be agreed to, at once, late, and after a refusal.
pub fn at_once_late_and_after_all(seen: &mut Seen) {
    let applications = [asks(Kind::RefundOnly), asks(Kind::ReturnAndRefund), asks(Kind::Reship), dearer(), paid_for()];
    for application in applications {
        let mut asked = Shop::delivered(lapsing(), shirt());
        asked.does(application.clone());
        let mut late = asked.clone();
        late.lets_case_pass(1).does(agree());
        let mut after_all = asked.clone();
        let refuse = on(merchant(), 1, Action::Refuse).text("it was whole");
        after_all.does(refuse.evidence("photo://2")).does(agree());
        let mut silent = Shop::delivered(Policy::cn_marketplace(), shirt());
        silent.does(application).lets_case_pass(1);
        asked.does(agree());
        seen.watch([asked, late, after_all, silent]);
    }
}

/// An application that is overdue or refused can still be refused, changed, escalated, withdrawn, and it lapses.
pub fn while_overdue_or_refused(seen: &mut Seen) {
    let mut shop = Shop::delivered(lapsing(), shirt());
    shop.does(asks(Kind::ReturnAndRefund));
    let mut refused = shop.clone();
    refused.does(on(merchant(), 1, Action::Refuse).text("it was whole").evidence("photo://2"));
    shop.lets_case_pass(1);
    while_nothing_is_agreed(seen, &shop);
    while_nothing_is_agreed(seen, &refused);
}

fn while_nothing_is_agreed(seen: &mut Seen, shop: &Shop) {
    let requests = [
        on(merchant(), 1, Action::Refuse).text("it was whole").evidence("photo://2"),
        on(merchant(), 1, Action::Propose).amount(5_000),
        on(buyer(), 1, Action::Modify).amount(5_000).evidence("photo://3"),
        on(buyer(), 1, Action::Withdraw),
        on(buyer(), 1, Action::SubmitEvidence).evidence("photo://4"),
        on(buyer(), 1, Action::Note).text("hello?"),
        on(buyer(), 1, Action::Escalate),
        on(merchant(), 1, Action::Escalate),
        on(platform(), 1, Action::Escalate).text("it takes too long"),
    ];
    for request in requests {
        let mut next = shop.clone();
        if let Ok(outcome) = next.ask(&request) {
            next.take(outcome);
        }
        seen.watch([next]);
    }
    let mut silent = shop.clone();
    silent.lets_case_pass(1);
    seen.watch([silent]);
}

/// The parcel is on its way: stopped, or agreed to if it is rejected at the door, in time and late.
pub fn of_a_parcel_on_its_way(seen: &mut Seen) {
    let mut policy = lapsing();
    policy.switches.unshipped_is_granted = false;
    let mut shop = Shop::paid(policy, shirt());
    shop.ship("shirt", 1).does(apply(Kind::RefundOnly, Reason::NotReceived).units("shirt", 1));
    let mut late = shop.clone();
    late.lets_case_pass(1);
    for action in [Action::Intercept, Action::AgreeIfRejected] {
        let (mut in_time, mut late) = (shop.clone(), late.clone());
        in_time.case_does(merchant(), 1, action);
        late.case_does(merchant(), 1, action);
        // It is lost while it was to be stopped.
        let lose = Request::by(super::kit::carrier()).order(redress::order::Action::Lose);
        late.does(lose.units("shirt", 1));
        seen.watch([in_time, late]);
    }
    // Or it is lost while nobody has answered, or after a refusal.
    let lose = || {
        let lose = Request::by(super::kit::carrier()).order(redress::order::Action::Lose);
        lose.units("shirt", 1)
    };
    let mut refused = shop.clone();
    refused.does(on(merchant(), 1, Action::Refuse).text("it is on its way")).does(lose());
    late.does(lose());
    seen.watch([refused, late]);
}

/// Shipped all the same, where that closes the case: in time and late.
pub fn overtaken_by_the_parcel(seen: &mut Seen) {
    let mut policy = lapsing();
    policy.switches.unshipped_is_granted = false;
    policy.switches.shipping_closes_case = true;
    let mut shop = Shop::paid(policy, new_order(vec![NewLine::new("shirt", 1, 9_900)]));
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1));
    let mut late = shop.clone();
    late.lets_case_pass(1).ship("shirt", 1);
    shop.ship("shirt", 1);
    seen.watch([shop, late]);
}

/// The buyer brings the platform in, at once where the policy lets it, and calls it off again.
pub fn escalated_and_called_off(seen: &mut Seen) {
    let mut policy = Policy::cn_marketplace();
    policy.switches.direct_escalation = true;
    let mut shop = Shop::delivered(policy, shirt());
    shop.does(asks(Kind::RefundOnly));
    let mut at_once = shop.clone();
    at_once.case_does(buyer(), 1, Action::Escalate).case_does(buyer(), 1, Action::CallOff);
    let refuse = on(merchant(), 1, Action::Refuse).text("it was whole");
    shop.does(refuse.evidence("photo://2")).case_does(buyer(), 1, Action::Escalate).case_does(
        buyer(),
        1,
        Action::CallOff,
    );
    seen.watch([at_once, shop]);
}

/// A merchant without an address: the buyer cannot be late, and in the end the merchant pays.
pub fn without_an_address(seen: &mut Seen) {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)).lets_case_pass(1);
    let mut named = shop.clone();
    named.does(on(merchant(), 1, Action::GiveAddress).address("1 Return Road"));
    // Reviewed, ruled for the buyer by silence, and still no address.
    shop.lets_case_pass(1).lets_case_pass(1).lets_case_pass(1);
    seen.watch([named, shop]);
}

/// What the law allows, and a deduction that is declined: the goods are inspected again.
pub fn by_law(seen: &mut Seen) {
    let mut order = shirt();
    order.statutory = true;
    let policy = Policy::eu_distance_selling();
    order.currency = policy.currency;
    let mut shop = Shop::delivered(policy, order);
    let declare = || Request::by(buyer()).declare().units("shirt", 1);
    let mut at_once = shop.clone();
    at_once.policy.statutory.as_mut().unwrap().withhold = false;
    at_once.does(declare());
    shop.does(declare());
    shop.does(on(merchant(), 1, Action::GiveAddress).address("1 Return Road")).ships_back(1).receives(1, "shirt", 1);
    let propose = on(merchant(), 1, Action::Propose).amount(7_900);
    shop.does(propose.units_for("shirt", 1, Reason::Damaged));
    let mut retracted = shop.clone();
    retracted.case_does(merchant(), 1, Action::Retract);
    shop.case_does(buyer(), 1, Action::Decline);
    seen.watch([shop, retracted, at_once]);
}
