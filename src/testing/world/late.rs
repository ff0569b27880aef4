//! Worlds in which money comes, or is taken back, when its case has gone on already; and two in which it comes in parts.

use alloc::vec::Vec;

use super::broad::{every_kind, sent_back};
use super::build::{CHANNEL, REVIEWS, STAFF, SURPLUS, TALK, shirt, small, two_lines, units, world};
use super::midst::{ONE_CASE, in_case, in_refund, paid_out, rejecting, trusted};
use super::{World, buyer, finance, merchant, staff};
use crate::after_sale::Action;
use crate::trade::Request;
use crate::{Amount, Counter, Kind, Reason, refund as of_refund};

pub(super) fn worlds() -> Vec<World> {
    Vec::from([taken_back(), paid_after_all(), fee_in_parts(), shipping_in_parts()])
}

/// The refused goods were paid for, and the buyer is to repay that, when the bank takes it back.
fn taken_back() -> World {
    let world = world("taken_back", "the bank takes back what the buyer was to repay", trusted(), shirt());
    sent_back(world, Kind::ReturnAndRefund)
        .does(paid_out(1_000))
        .does(in_case(merchant(), Action::RefuseGoods).text("worn"))
        .does(in_case(buyer(), Action::TakeBack))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, ONE_CASE])
        .free_to(&["refund.reverse"])
}

/// Finance has rejected a refund, and the platform has ruled that as much be paid all the same.
fn paid_after_all() -> World {
    let numbers = rejecting().count(Counter::Overpays, 2);
    let world = world("paid_after_all", "a rejected refund is paid beside the one that followed", numbers, shirt());
    let apply = units(&world, Request::by(buyer()).apply(Kind::Compensation).reason(Reason::Quality)).evidence("photo");
    world
        .delivered()
        .about(&[Kind::Compensation], &[Reason::Quality])
        .does(apply.amount(400))
        .does(in_case(merchant(), Action::Agree))
        .does(in_refund(finance("fin-1"), of_refund::Action::Reject).text("too much"))
        .does(in_case(staff("cs-1"), Action::RuleForBuyer))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, ONE_CASE])
}

/// A dearer exchange is agreed to, and the goods are still with the buyer.
fn fee_in_parts() -> World {
    let world = world("fee_in_parts", "a fee is paid in parts before the goods go back", every_kind(small()), shirt());
    let apply = units(&world, Request::by(buyer()).apply(Kind::Exchange).reason(Reason::Quality)).evidence("photo");
    world
        .delivered()
        .about(&[Kind::Exchange], &[Reason::Quality])
        .does(apply.with(|detail| detail.fee = Some(Amount::new(500).into())))
        .does(in_case(merchant(), Action::Agree))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, ONE_CASE])
        .without(&[&["after_sale.ship_back", "after_sale.convert_to_refund"]])
        .knobs(|knobs| (knobs.payments, knobs.amounts) = (2, Vec::from([Amount::new(200)])))
}

/// A case about one of two lines has a part of the shipping.
fn shipping_in_parts() -> World {
    let mut order = two_lines();
    (order.shipping, order.total) = (Amount::new(100), Amount::new(1_100));
    let numbers =
        small().fits(Kind::RefundOnly, &[Reason::Quality]).with("shipping_refund.at_merchants_fault", "whole");
    let world = world("shipping_in_parts", "a part of the shipping is asked for, and then the rest", numbers, order);
    let apply = Request::by(buyer()).apply(Kind::RefundOnly).reason(Reason::Quality).units("mug", 1);
    world
        .delivered()
        .about(&[Kind::RefundOnly], &[Reason::Quality])
        .does(apply.evidence("photo").amount(450))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, &["order.confirm_receipt", "after_sale.refuse"]])
}
