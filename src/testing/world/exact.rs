//! Worlds that are looked at to the millisecond: everybody acts at the very last moment, and again one later.

use alloc::vec::Vec;

use serde_json::{Value, json};

use super::broad::silence;
use super::build::{CHANNEL, REVIEWS, STAFF, SURPLUS, TALK, shirt, small, world};
use super::{Preset, World};
use crate::{Currency, Kind, Reason};

pub(super) fn worlds() -> Vec<World> {
    Vec::from([to_the_moment(), working_days()])
}

fn to_the_moment() -> World {
    let numbers = small().fits(Kind::ReturnAndRefund, &[Reason::Quality]);
    let world = world("to_the_moment", "everybody acts at the last moment, or just after it", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::ReturnAndRefund], &[Reason::Quality])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, &["order.confirm_receipt"]])
        .knobs(|knobs| knobs.exactly = true)
}

/// The order is placed on a Wednesday: a period may end over the weekend, and then ends after it.
fn working_days() -> World {
    let period = |anchor: &str| -> Value {
        json!({ "length": { "days": 2 }, "anchor": anchor, "start": "next_midnight", "end": "next_working_day" })
    };
    let law = json!({
        "window": period("last_delivered"),
        "refund": period("applied"),
        "send_back": period("applied"),
    });
    let numbers = silence(small(), "lapses")
        .with("statutory", law)
        .with("limits.merchant_receipt", json!({ "length": { "working_days": 1 } }))
        .with("limits.inspection", json!({ "length": { "working_days": 2 }, "start": "next_midnight" }));
    let mut order = shirt();
    (order.statutory, order.currency) = (true, Currency::EUR);
    let mut world = world("working_days", "a consumer in the EU withdraws, over a weekend", numbers, order);
    world.setting.preset = Preset::EuDistanceSelling;
    world
        .delivered()
        .about(&[Kind::ReturnAndRefund], &[Reason::NoReason])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, &["order.confirm_receipt", "after_sale.apply"]])
        .knobs(|knobs| knobs.exactly = true)
}
