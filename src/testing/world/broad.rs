//! Worlds that are broad, not deep: many ways begin in them, and most end after a step or two.

use alloc::vec::Vec;

use serde_json::json;

use super::build::{
    CHANNEL, MISHAPS, OPENINGS, REVIEWS, STAFF, SURPLUS, TALK, agreed, shirt, small, two_lines, units, world,
};
use super::{Numbers, World, buyer, carrier, gateway, merchant, order, staff};
use crate::after_sale::Action;
use crate::trade::Request;
use crate::{Amount, Counter, Kind, NewLine, Reason, order as of_order, refund as of_refund};

/// What the platform rules.
pub(super) const RULINGS: &[&str] =
    &["after_sale.rule_for_buyer", "after_sale.rule_for_merchant", "after_sale.rule_split"];
/// What an answer of the merchant leads to.
const ANSWERED: &[&str] = &["after_sale.agree", "after_sale.accept", "after_sale.refuse", "after_sale.withdraw"];
/// The same, but for a refusal.
const GRANTED: &[&str] = &["after_sale.agree", "after_sale.accept", "after_sale.withdraw"];
/// What receipt of the goods leads to.
const RECEIVED: &[&str] = &["after_sale.accept_goods", "after_sale.convert_to_refund", "after_sale.take_back"];

pub(super) fn worlds() -> Vec<World> {
    Vec::from([
        overdue(),
        overdue_on_the_way(),
        offered(),
        escalated(),
        dismissed(),
        addressed(),
        inspected(),
        repair_inspected(),
        advanced(),
        advanced_on_application(),
        replaced(),
        cheaper(),
        reviewed_parcels(),
        part_shipped(),
        late_parcels(),
        held_and_free(),
        contracts(),
        withdrawn_by_law(),
    ])
}

pub(super) fn every_kind(numbers: Numbers) -> Numbers {
    Kind::ALL.iter().fold(numbers, |numbers, &kind| numbers.fits(kind, &[Reason::Quality]))
}

pub(super) fn silence(numbers: Numbers, leads_to: &str) -> Numbers {
    Kind::ALL.iter().fold(numbers, |numbers, kind| numbers.with(&alloc::format!("silence.{kind}"), leads_to))
}

fn overdue() -> World {
    let numbers =
        silence(every_kind(small()), "lapses").count(Counter::Reviews, 1).with("switches.direct_escalation", true);
    let world =
        world("overdue", "the merchant does not answer an application of any kind, or refuses it", numbers, shirt());
    world
        .delivered()
        .about(&[], &[Reason::Quality])
        .without(&[STAFF, CHANNEL, SURPLUS, GRANTED, REVIEWS, &["order.mark_dispute", "order.confirm_receipt"]])
        .knobs(|knobs| knobs.fees = Vec::from([Amount::new(500)]))
}

fn overdue_on_the_way() -> World {
    let numbers = silence(small(), "lapses")
        .count(Counter::Intercepts, 1)
        .with("switches.shipping_closes_case", true)
        .with("switches.unshipped_is_granted", false);
    let world = world("overdue_on_the_way", "a parcel moves while the merchant does not answer", numbers, shirt());
    world.paid().about(&[Kind::RefundOnly], &[Reason::NoReason]).without(&[
        STAFF,
        CHANNEL,
        TALK,
        SURPLUS,
        ANSWERED,
        REVIEWS,
        &["after_sale.intercept", "after_sale.agree_if_rejected"],
    ])
}

fn offered() -> World {
    let numbers = every_kind(small());
    let world = world("offered", "the merchant begins, with an offer or a grant", numbers, shirt());
    world
        .delivered()
        .about(&[], &[])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, ANSWERED, &["after_sale.apply", "order.confirm_receipt"]])
        .free_to(&["after_sale.offer", "after_sale.grant"])
        .knobs(|knobs| (knobs.reasons, knobs.fees) = (Vec::from([Reason::Quality]), Vec::from([Amount::new(500)])))
}

fn escalated() -> World {
    let numbers = silence(every_kind(small()), "escalates")
        .count(Counter::Reviews, 1)
        .with("switches.receipt_silence_escalates", true);
    let world = world("escalated", "silence brings the platform in, and the platform is silent", numbers, shirt());
    world.delivered().about(&[Kind::ReturnAndRefund, Kind::Reship], &[Reason::Quality]).without(&[
        STAFF,
        CHANNEL,
        SURPLUS,
        RULINGS,
        REVIEWS,
        RECEIVED,
        &["order.mark_dispute", "order.confirm_receipt"],
    ])
}

fn dismissed() -> World {
    let numbers = every_kind(small()).count(Counter::Reviews, 1).with("switches.ruling_silence_dismisses", true);
    let world = world("dismissed", "the silence of the platform is for the merchant", numbers, shirt());
    sent_back(world, Kind::ReturnAndRefund)
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, RULINGS, RECEIVED])
        .knobs(|knobs| knobs.freights = Vec::from([Amount::new(100)]))
}

/// The goods of a case of this kind are on their way back when the walk begins.
pub(super) fn sent_back(world: World, kind: Kind) -> World {
    let apply = units(&world, Request::by(buyer()).apply(kind).reason(Reason::Quality)).evidence("photo");
    world
        .delivered()
        .about(&[kind], &[Reason::Quality])
        .does(apply)
        .does(Request::by(merchant()).case(1, Action::Agree))
        .does(Request::by(buyer()).case(1, Action::ShipBack).waybill("post", "back-1"))
}

fn addressed() -> World {
    let numbers = small()
        .fits(Kind::ReturnAndRefund, &[Reason::Quality])
        .count(Counter::Reviews, 1)
        .with("return_address", serde_json::Value::Null);
    let world = world("addressed", "the buyer waits to be told where to send the goods", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::ReturnAndRefund], &[Reason::Quality])
        .without(&[
            STAFF,
            CHANNEL,
            TALK,
            SURPLUS,
            REVIEWS,
            RULINGS,
            RECEIVED,
            &["after_sale.refuse", "order.confirm_receipt"],
        ])
        .free_to(&["after_sale.give_address", "after_sale.correct_waybill", "after_sale.cancel_ship_back"])
}

fn inspected() -> World {
    let numbers = small().fits(Kind::ReturnAndRefund, &[Reason::Quality]);
    let two = order(Vec::from([NewLine::new("mug", 2, 501)]));
    let world = world("inspected", "what comes back is looked at, one by one, and less is proposed", numbers, two);
    sent_back(world, Kind::ReturnAndRefund)
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, &["after_sale.apply", "order.confirm_receipt"]])
        .free_to(&["after_sale.propose", "after_sale.modify", "after_sale.convert_to_refund.stay"])
        .knobs(|knobs| (knobs.single_units, knobs.amounts) = (true, Vec::from([Amount::new(501)])))
}

fn repair_inspected() -> World {
    let numbers = every_kind(small());
    let world = world("repair_inspected", "what comes back is to be repaired or exchanged for a fee", numbers, shirt());
    sent_back(world, Kind::Repair)
        .without(&[
            STAFF,
            CHANNEL,
            TALK,
            SURPLUS,
            REVIEWS,
            &[
                "after_sale.apply",
                "order.confirm_receipt",
                "refund.unresolved.reconcile.failed",
                "after_sale.decline",
                "after_sale.retract",
            ],
        ])
        .free_to(&["after_sale.propose"])
        .knobs(|knobs| {
            (knobs.payments, knobs.fees, knobs.amounts) =
                (2, Vec::from([Amount::new(500)]), Vec::from([Amount::new(200)]));
        })
}

fn advanced() -> World {
    let numbers = small()
        .fits(Kind::ReturnAndRefund, &[Reason::Quality])
        .count(Counter::Reviews, 1)
        .with("fast_refund.standing", 0);
    let world = world("advanced", "money has gone out, and the goods are argued about", numbers, shirt());
    sent_back(world, Kind::ReturnAndRefund)
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, &["after_sale.apply", "order.confirm_receipt", "after_sale.repay"]])
        .without(&[&["refund.unresolved.reconcile.failed", "refund.cancelled.succeed", "after_sale.call_off"], RULINGS])
        .free_to(&["after_sale.propose"])
        .knobs(|knobs| knobs.amounts = Vec::from([Amount::new(500)]))
}

fn advanced_on_application() -> World {
    let numbers = small()
        .fits(Kind::ReturnAndRefund, &[Reason::Quality])
        .fits(Kind::RefundOnly, &[Reason::Quality])
        .with("fast_refund.on_apply", true)
        .with("fast_refund.standing", 0);
    let world = world("advanced_on_application", "money goes out when it is asked for", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::ReturnAndRefund, Kind::RefundOnly], &[Reason::Quality])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, &["order.confirm_receipt"]])
        .without(&[&["after_sale.ship_back"]])
        .knobs(|knobs| knobs.payments = 2)
}

fn replaced() -> World {
    let numbers = every_kind(small()).count(Counter::Reviews, 1).count(Counter::Redispatches, 1);
    let world = world("replaced", "a replacement is sent, lost, and argued about", numbers, shirt());
    sent_back(world, Kind::Exchange).does(Request::by(merchant()).case(1, Action::AcceptGoods)).without(&[
        STAFF,
        CHANNEL,
        TALK,
        SURPLUS,
        RULINGS,
        &["after_sale.escalate.under_review.by_staff"],
        &["after_sale.apply", "order.confirm_receipt"],
    ])
}

fn cheaper() -> World {
    let numbers = every_kind(small()).count(Counter::Reviews, 1);
    let world = world("cheaper", "goods are exchanged for cheaper ones", numbers, shirt());
    let apply = units(&world, Request::by(buyer()).apply(Kind::Exchange).reason(Reason::Quality)).evidence("photo");
    let mut propose = Request::by(merchant()).case(1, Action::Propose);
    propose.detail.difference = Some(Amount::new(300).into());
    world
        .delivered()
        .about(&[Kind::Exchange], &[Reason::Quality])
        .does(apply)
        .does(propose)
        .does(Request::by(buyer()).case(1, Action::Accept))
        .does(Request::by(buyer()).case(1, Action::ShipBack).waybill("post", "back-1"))
        .does(Request::by(merchant()).case(1, Action::AcceptGoods))
        .does(Request::by(merchant()).case(1, Action::Dispatch).waybill("post", "new-1"))
        .without(&[
            STAFF,
            CHANNEL,
            TALK,
            SURPLUS,
            RULINGS,
            &[
                "after_sale.apply",
                "order.confirm_receipt",
                "after_sale.refuse_goods",
                "after_sale.escalate.under_review.by_staff",
            ],
        ])
}

fn reviewed_parcels() -> World {
    let numbers = every_kind(small()).count(Counter::Reviews, 1);
    let world = world("reviewed_parcels", "parcels go on while the platform looks into it", numbers, shirt());
    sent_back(world, Kind::Exchange)
        .does(Request::by(staff("cs-1")).case(1, Action::Escalate).text("to be looked into"))
        .without(&[
            STAFF,
            CHANNEL,
            TALK,
            SURPLUS,
            RULINGS,
            RECEIVED,
            &["after_sale.apply", "after_sale.call_off", "after_sale.withdraw", "order.confirm_receipt"],
        ])
}

fn part_shipped() -> World {
    let three = order(Vec::from([NewLine::new("mug", 3, 400)]));
    let world = world(
        "part_shipped",
        "what is still to be shipped is asked back, called off, or goes in parts",
        small(),
        three,
    );
    world
        .paid()
        .about(&[Kind::RefundOnly], &[Reason::NoReason])
        .does(Request::by(merchant()).order(of_order::Action::Ship).units("mug", 1).waybill("post", "w-1"))
        .does(Request::by(carrier()).order(of_order::Action::Deliver).units("mug", 1))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, MISHAPS, &["order.deliver", "order.confirm_receipt"]])
        .knobs(|knobs| (knobs.single_units, knobs.payments) = (true, 2))
}

fn late_parcels() -> World {
    let world = world("late_parcels", "a parcel is paid back on its way, and comes to something", small(), two_lines());
    let grant = Request::by(merchant()).opens(Action::Grant, Kind::RefundOnly).units("lamp", 1);
    world
        .shipped()
        .does(grant.reason(Reason::NoReason).text("it takes too long"))
        .does(Request::by(gateway()).refund(1, of_refund::Action::Succeed).amount(600).reference("out-1-0"))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, OPENINGS])
}

fn held_and_free() -> World {
    let mut order = shirt();
    (order.discount, order.total, order.needs_hold) = (Amount::new(1_000), Amount::ZERO, true);
    let world = world("held_and_free", "points have paid for an order that must be checked", small(), order);
    world.about(&[Kind::RefundOnly], &[Reason::NoReason]).without(&[
        STAFF,
        CHANNEL,
        TALK,
        SURPLUS,
        REVIEWS,
        MISHAPS,
        &["order.ship"],
    ])
}

fn contracts() -> World {
    let contract = json!({ "min_gap": { "seconds": 0 }, "most_parts": 1, "most_age": { "days": 1 } });
    let numbers = small()
        .fits(Kind::RefundOnly, &[Reason::Quality])
        .with("channels.wallet", contract)
        .with("amounts.approval_above", 0);
    let world =
        world("contracts", "the channel takes nothing back after a while, or while the bank decides", numbers, shirt());
    agreed(world).without(&[
        SURPLUS,
        RULINGS,
        &[
            "after_sale.apply",
            "order.confirm_receipt",
            "refund.reverse",
            "refund.succeed.stay",
            "refund.pend",
            "after_sale.submit_evidence",
        ],
    ])
}

fn withdrawn_by_law() -> World {
    let mut order = shirt();
    order.statutory = true;
    let numbers = small().with("fast_refund.standing", 0).with("fast_refund.on_apply", true).with(
        "statutory",
        json!({
            "window": { "length": { "days": 2 }, "anchor": "delivered", "start": "next_midnight" },
            "refund": { "length": { "days": 2 }, "anchor": "applied", "start": "next_midnight" },
            "send_back": { "length": { "days": 1 }, "anchor": "applied", "start": "next_midnight" },
            "withhold": false,
        }),
    );
    let world = world("withdrawn_by_law", "a consumer withdraws before anything is shipped, and after", numbers, order);
    world.paid().about(&[Kind::ReturnAndRefund, Kind::RefundOnly], &[Reason::NoReason]).without(&[
        STAFF,
        CHANNEL,
        TALK,
        SURPLUS,
        REVIEWS,
        MISHAPS,
        &["after_sale.apply", "order.confirm_receipt"],
    ])
}
