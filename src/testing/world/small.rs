//! The worlds that come with the crate.

use alloc::vec::Vec;

use serde_json::json;

use super::build::{
    CHANNEL, MISHAPS, OPENINGS, REVIEWS, STAFF, SURPLUS, TALK, agreed, agreed_by, shirt, small, two_lines,
    with_shipping, world,
};
use super::{TENANT, World, broad, exact, finance, late, midst, order, staff};
use crate::{Actor, Amount, Counter, Kind, Limit, NewLine, Reason};

pub(super) fn worlds() -> Vec<World> {
    let mut worlds = Vec::from([
        placing(),
        surplus(),
        free(),
        held(),
        parcels(),
        unshipped(),
        on_the_way(),
        keeps(),
        one_by_one(),
        plain_returns(),
        asked_again(),
        returns(),
        fast(),
        exchange(),
        reship(),
        by_law(),
        channel(),
        approval(),
        disputes(),
        receipt(),
        after_the_end(),
        notes(),
    ]);
    worlds.extend(broad::worlds());
    worlds.extend(midst::worlds());
    worlds.extend(late::worlds());
    worlds.extend(exact::worlds());
    worlds
}

pub(super) fn tiny() -> Vec<World> {
    Vec::from([held(), unshipped(), plain_returns(), reship()])
}

pub(super) fn large() -> Vec<World> {
    let mut worlds = worlds();
    worlds.push(reviewed("reviewed", "goods go back for money, and anybody may ask the platform"));
    worlds.push(fast_in_parts());
    worlds.push(repair());
    worlds.push(negotiated_repair());
    worlds
}

fn placing() -> World {
    let numbers = small().count(Counter::Reprices, 1);
    let world =
        world("placing", "an order has its price changed, is paid in parts, late, or never", numbers, with_shipping());
    world
        .without(&[CHANNEL, TALK, OPENINGS, &["order.ship"]])
        .knobs(|knobs| (knobs.payments, knobs.amounts) = (2, Vec::from([Amount::new(300)])))
}

fn surplus() -> World {
    let world = world("surplus", "an order is paid twice, or too much", small(), shirt());
    world.without(&[CHANNEL, TALK, OPENINGS, &["order.ship"]]).knobs(|knobs| {
        (knobs.payments, knobs.too_much) = (2, true);
    })
}

fn free() -> World {
    let mut order = shirt();
    (order.discount, order.total) = (Amount::new(1_000), Amount::ZERO);
    let numbers = small().fits(Kind::RefundOnly, &[Reason::Quality]);
    let world = world("free", "points have paid for everything", numbers, order);
    world
        .about(&[Kind::RefundOnly], &[Reason::NoReason, Reason::Quality])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, MISHAPS, REVIEWS])
}

fn held() -> World {
    let mut order = shirt();
    order.needs_hold = true;
    let numbers = small().count(Counter::Reprices, 1);
    let world = world("held", "an order must be checked before it may ship", numbers, order);
    world.without(&[CHANNEL, TALK, OPENINGS, &["order.ship"]])
}

fn parcels() -> World {
    let world =
        world("parcels", "two lines are shipped apart; parcels arrive, come back or are lost", small(), two_lines());
    world.paid().without(&[CHANNEL, TALK, OPENINGS, SURPLUS, &["order.confirm_receipt"]])
}

fn unshipped() -> World {
    let numbers = small().with("switches.unshipped_is_granted", false).with("switches.shipping_closes_case", true);
    let world = world("unshipped", "money is asked back before anything was shipped", numbers, with_shipping());
    world
        .paid()
        .about(&[Kind::RefundOnly], &[Reason::NoReason])
        .without(&[STAFF])
        .without(&[CHANNEL, TALK, SURPLUS, MISHAPS, REVIEWS])
}

fn on_the_way() -> World {
    let numbers = small()
        .count(Counter::Intercepts, 1)
        .with("reasons.undelivered", json!(["not_received"]))
        .with("windows.by_reason.not_received", json!("until_receipt"));
    let world = world("on_the_way", "money is asked back for a parcel on its way", numbers, shirt());
    world
        .shipped()
        .about(&[Kind::RefundOnly], &[Reason::NotReceived])
        .without(&[STAFF])
        .without(&[CHANNEL, TALK, SURPLUS, REVIEWS])
}

fn keeps() -> World {
    let numbers = small()
        .fits(Kind::RefundOnly, &[Reason::Quality])
        .fits(Kind::Compensation, &[Reason::Quality])
        .count(Counter::Rounds, 1)
        .count(Counter::Reviews, 1)
        .with("reasons.evidence", json!(["quality"]));
    let world = world("keeps", "the buyer keeps the goods and asks for money", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::RefundOnly, Kind::Compensation], &[Reason::Quality])
        .without(&[STAFF])
        .without(&[CHANNEL, TALK, SURPLUS, &["after_sale.escalate.under_review.by_merchant"]])
        .knobs(|knobs| knobs.amounts = Vec::from([Amount::new(500)]))
        .free_to(&["after_sale.propose"])
}

fn one_by_one() -> World {
    let numbers = small().fits(Kind::RefundOnly, &[Reason::Quality]);
    let world = world(
        "one_by_one",
        "two of a kind are asked for one by one",
        numbers,
        order(Vec::from([NewLine::new("mug", 2, 501)])),
    );
    world
        .delivered()
        .about(&[Kind::RefundOnly], &[Reason::Quality])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, &["after_sale.refuse", "order.confirm_receipt"]])
        .knobs(|knobs| (knobs.cases, knobs.single_units) = (2, true))
}

fn plain_returns() -> World {
    let numbers = small().fits(Kind::ReturnAndRefund, &[Reason::Quality]).with("switches.reapply_after_lapse", false);
    let world = world("plain_returns", "goods go back for money, and nobody asks the platform", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::ReturnAndRefund], &[Reason::Quality])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS])
}

/// Whoever lets an agreed return lapse is in time to ask again, and may not.
fn asked_again() -> World {
    let numbers = small()
        .fits(Kind::ReturnAndRefund, &[Reason::Quality])
        .count(Counter::Tries, 2)
        .window(Reason::Quality, 4)
        .with("switches.reapply_after_lapse", false);
    let world = world("asked_again", "goods that never went back are asked about once more", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::ReturnAndRefund], &[Reason::Quality])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS])
        .without(&[&["after_sale.ship_back", "after_sale.refuse", "after_sale.withdraw", "order.confirm_receipt"]])
}

fn returns() -> World {
    let world = reviewed("returns", "goods go back for money, and the buyer may ask the platform");
    world.without(&[&["after_sale.escalate.under_review.by_staff", "after_sale.escalate.under_review.by_merchant"]])
}

fn reviewed(name: &'static str, about: &'static str) -> World {
    let numbers = small().fits(Kind::ReturnAndRefund, &[Reason::Quality]).count(Counter::Reviews, 1);
    let world = world(name, about, numbers, shirt());
    world.delivered().about(&[Kind::ReturnAndRefund], &[Reason::Quality]).without(&[
        STAFF,
        CHANNEL,
        TALK,
        SURPLUS,
        &["order.confirm_receipt"],
    ])
}

fn fast() -> World {
    let numbers = small().fits(Kind::ReturnAndRefund, &[Reason::Quality]).with("fast_refund.standing", 0);
    let world = world("fast", "money goes out when the goods are sent back", numbers, shirt());
    world.delivered().about(&[Kind::ReturnAndRefund], &[Reason::Quality]).without(&[
        STAFF,
        CHANNEL,
        TALK,
        SURPLUS,
        REVIEWS,
        &["order.confirm_receipt", "refund.cancelled.succeed"],
    ])
}

/// All of it at once takes too long for every day.
fn fast_in_parts() -> World {
    let mut world = fast();
    (world.name, world.about) =
        ("fast_in_parts", "money goes out when the goods are sent back, and comes back in parts");
    world.knobs.aside.retain(|aside| *aside != "refund.cancelled.succeed");
    world.knobs(|knobs| (knobs.payments, knobs.amounts) = (2, Vec::from([Amount::new(500)])))
}

fn exchange() -> World {
    let numbers = small().fits(Kind::Exchange, &[Reason::Quality]).with("amounts.fee_most", 500);
    let world = world("exchange", "goods are exchanged, for a dearer or a cheaper one", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::Exchange], &[Reason::Quality])
        .without(&[STAFF])
        .without(&[CHANNEL, TALK, SURPLUS, REVIEWS, &["order.confirm_receipt", "refund.unresolved.reconcile.failed"]])
        .knobs(|knobs| {
            (knobs.payments, knobs.fees) = (2, Vec::from([Amount::new(500)]));
        })
}

fn repair() -> World {
    let numbers = small().fits(Kind::Repair, &[Reason::Quality]).with("amounts.fee_most", 500);
    repaired(world("repair", "goods are repaired for a fee", numbers, shirt()))
}

fn negotiated_repair() -> World {
    let numbers =
        small().fits(Kind::Repair, &[Reason::Quality]).with("amounts.fee_most", 500).count(Counter::Rounds, 1);
    repaired(world("negotiated_repair", "the fee of a repair is proposed and talked over", numbers, shirt()))
        .free_to(&["after_sale.propose"])
}

fn repaired(world: World) -> World {
    world
        .delivered()
        .about(&[Kind::Repair], &[Reason::Quality])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS])
        .knobs(|knobs| (knobs.payments, knobs.fees) = (2, Vec::from([Amount::new(500)])))
}

fn reship() -> World {
    let numbers = small().fits(Kind::Reship, &[Reason::MissingParts]).count(Counter::Redispatches, 1);
    let world = world("reship", "a missing part is sent", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::Reship], &[Reason::MissingParts])
        .without(&[STAFF])
        .without(&[CHANNEL, TALK, SURPLUS, REVIEWS])
}

fn by_law() -> World {
    let mut order = shirt();
    order.statutory = true;
    let numbers = small().with(
        "statutory",
        json!({
            "window": { "length": { "days": 2 }, "anchor": "delivered", "start": "next_midnight" },
            "refund": { "length": { "days": 2 }, "anchor": "applied", "start": "next_midnight" },
            "send_back": { "length": { "days": 1 }, "anchor": "applied", "start": "next_midnight" },
        }),
    );
    let world = world("by_law", "a consumer withdraws from the contract", numbers, order);
    world
        .shipped()
        .about(&[Kind::ReturnAndRefund, Kind::RefundOnly], &[Reason::NoReason])
        .without(&[STAFF])
        .without(&[CHANNEL, TALK, SURPLUS, REVIEWS])
}

fn channel() -> World {
    let numbers =
        small().fits(Kind::RefundOnly, &[Reason::Quality]).count(Counter::Attempts, 2).count(Counter::Offline, 1);
    let world = world("channel", "the payment channel fails, closes, is silent, and reverses", numbers, shirt());
    agreed(world).without(&[TALK, SURPLUS, OPENINGS, &["order.confirm_receipt"]]).knobs(|knobs| knobs.too_much = true)
}

fn approval() -> World {
    let numbers = small()
        .fits(Kind::RefundOnly, &[Reason::Quality])
        .count(Counter::Rejections, 1)
        .with("amounts.approval_above", 0)
        .with("switches.approval_silence_rejects", true);
    let world = world("approval", "a second person approves what is paid out", numbers, shirt());
    // Who agreed for the merchant is on the finance staff, too.
    let same = Actor::tenant_finance(TENANT, "cs-1");
    agreed_by(world, staff("cs-1")).without(&[CHANNEL, TALK, SURPLUS, OPENINGS]).with_people(&[finance("fin-2"), same])
}

fn disputes() -> World {
    let numbers = small().fits(Kind::RefundOnly, &[Reason::Quality]).count(Counter::DisputeMarks, 2);
    let world = world("disputes", "the buyer goes to the bank as well", numbers, shirt());
    world.delivered().about(&[Kind::RefundOnly], &[Reason::Quality]).without(&[
        STAFF,
        CHANNEL,
        &["after_sale.submit_evidence"],
        SURPLUS,
        REVIEWS,
    ])
}

fn receipt() -> World {
    let numbers = small()
        .fits(Kind::RefundOnly, &[Reason::Quality])
        .count(Counter::Extensions, 1)
        .limit(Limit::AutoConfirm, 2)
        .with("receipt_extension", json!({ "days": [1], "last_days": 1 }));
    let world = world("receipt", "receipt is confirmed line by line, put off, or stands still", numbers, two_lines());
    world
        .shipped()
        .about(&[Kind::RefundOnly], &[Reason::Quality])
        .without(&[STAFF])
        .without(&[CHANNEL, TALK, SURPLUS, MISHAPS, REVIEWS])
        .without(&[&[
            "after_sale.agree",
            "after_sale.refuse",
            "after_sale.withdraw",
            "order.extend.stay.by_merchant",
            "refund.unresolved.reconcile.failed",
        ]])
        .free_to(&["order.extend"])
}

fn notes() -> World {
    let numbers = small().fits(Kind::RefundOnly, &[Reason::Quality]).count(Counter::Notes, 1);
    let world = world("notes", "both sides and staff write down what they have to say", numbers, shirt());
    agreed(world).without(&[CHANNEL, TALK, SURPLUS, OPENINGS]).free_to(&["order.note", "after_sale.note"])
}

fn after_the_end() -> World {
    let numbers = small()
        .fits(Kind::RefundOnly, &[Reason::Quality])
        .count(Counter::Appeals, 1)
        .count(Counter::Ratings, 1)
        .count(Counter::Reopenings, 1)
        .count(Counter::Goodwill, 1);
    let world = world("after_the_end", "what is over is rated, noted, reopened, and made good", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::RefundOnly], &[Reason::Quality])
        .without(&[STAFF])
        .without(&[CHANNEL, TALK, SURPLUS, REVIEWS])
        .free_to(&["order.goodwill"])
}
