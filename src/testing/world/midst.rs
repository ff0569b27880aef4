//! Worlds that begin in the midst of things: what takes many steps elsewhere is next here.

use alloc::vec::Vec;

use serde_json::json;

use super::broad::{RULINGS, every_kind, sent_back, silence};
use super::build::{CHANNEL, MISHAPS, REVIEWS, STAFF, SURPLUS, TALK, agreed, shirt, small, units, world};
use super::{Numbers, START, World, buyer, carrier, finance, gateway, merchant, order, staff};
use crate::after_sale::Action;
use crate::trade::Request;
use crate::{Actor, Amount, Counter, Dispute, Kind, Limit, NewLine, Reason, order as of_order, refund as of_refund};

/// Ways that every world of one case leaves out: it has its case already.
pub(super) const ONE_CASE: &[&str] = &["after_sale.apply", "order.confirm_receipt"];

pub(super) fn worlds() -> Vec<World> {
    Vec::from([
        parts_received(),
        less_after_refusal(),
        dismissed_advance(),
        returned_once_more(),
        converted(),
        paid_beside(),
        paid_beside_a_part(),
        rejected_for_goods(),
        repaid(),
        fee_after_refusal(),
        fee_reviewed(),
        lost_in_talk(),
        appealed(),
        by_law_inspected(),
        unwound(),
        too_old(),
        held_by_the_bank(),
        redirected(),
        whole_lines(),
    ])
}

pub(super) fn in_case(actor: Actor, action: Action) -> Request {
    Request::by(actor).case(1, action)
}

pub(super) fn in_refund(actor: Actor, action: of_refund::Action) -> Request {
    Request::by(actor).refund(1, action)
}

pub(super) fn paid_out(amount: u64) -> Request {
    in_refund(gateway(), of_refund::Action::Succeed).amount(amount).reference("out-1-0")
}

fn marked(stage: Dispute) -> Request {
    let mark = Request::by(gateway()).order(of_order::Action::MarkDispute).reference("in-1");
    mark.with(|detail| (detail.stage, detail.stage_at) = (Some(stage), Some(START)))
}

pub(super) fn trusted() -> Numbers {
    small().fits(Kind::ReturnAndRefund, &[Reason::Quality]).with("fast_refund.standing", 0)
}

/// Both mugs are paid, and come back one by one.
fn parts_received() -> World {
    let two = order(Vec::from([NewLine::new("mug", 2, 501)]));
    let world = world("parts_received", "more was advanced than comes back, or than is granted", trusted(), two);
    sent_back(world, Kind::ReturnAndRefund)
        .does(paid_out(1_002))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, ONE_CASE, &["after_sale.decline", "after_sale.withdraw"]])
        .free_to(&["after_sale.propose"])
        .knobs(|knobs| (knobs.payments, knobs.single_units, knobs.amounts) = (2, true, Vec::from([Amount::new(501)])))
}

/// A shirt was paid for and refused, and the buyer asks for half of that.
fn half(world: World) -> World {
    sent_back(world, Kind::ReturnAndRefund)
        .does(paid_out(1_000))
        .does(in_case(merchant(), Action::RefuseGoods).text("worn"))
        .does(in_case(buyer(), Action::Modify).amount(500))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, ONE_CASE, &["after_sale.refuse_goods", "refund.cancelled.succeed"]])
        .knobs(|knobs| knobs.amounts = Vec::from([Amount::new(300)]))
}

fn less_after_refusal() -> World {
    let numbers = trusted().count(Counter::Reviews, 1);
    half(world("less_after_refusal", "more was advanced than the buyer asks for in the end", numbers, shirt()))
}

fn dismissed_advance() -> World {
    let numbers = trusted().count(Counter::Reviews, 1).with("switches.ruling_silence_dismisses", true);
    half(world("dismissed_advance", "the silence of the platform is against an advance", numbers, shirt()))
        .without(&[RULINGS])
}

/// A parcel came back to the buyer, half of the advance was granted, and the goods are sent once more.
fn returned_once_more() -> World {
    let numbers = trusted().count(Counter::Reviews, 1);
    let world = world("returned_once_more", "more was advanced than is granted, and nobody looks", numbers, shirt());
    sent_back(world, Kind::ReturnAndRefund)
        .does(paid_out(1_000))
        .does(in_case(carrier(), Action::Bounce))
        .does(in_case(staff("cs-1"), Action::RuleForBuyer).amount(500))
        .does(in_case(buyer(), Action::ShipBack).waybill("post", "back-2"))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, RULINGS, ONE_CASE])
}

/// Money is to be paid instead of goods, while those are on their way back.
fn converted() -> World {
    let world =
        world("converted", "an exchange becomes a refund while its goods come back", every_kind(small()), shirt());
    sent_back(world, Kind::Exchange)
        .does(in_case(merchant(), Action::ConvertToRefund).text("none left"))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, ONE_CASE])
}

/// A refund that waits for approval is called off with the refused goods: they go back, when the channel pays it all the same.
fn paid_beside() -> World {
    let numbers = trusted().count(Counter::Reviews, 1).count(Counter::Overpays, 2).with("amounts.approval_above", 500);
    let world = world("paid_beside", "an advance is paid after it was called off, beside the goods", numbers, shirt());
    sent_back(world, Kind::ReturnAndRefund)
        .does(in_case(merchant(), Action::RefuseGoods).text("worn"))
        .does(in_case(buyer(), Action::TakeBack))
        .does(in_case(merchant(), Action::Dispatch).waybill("post", "again-1"))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, RULINGS, ONE_CASE])
        .without(&[&["refund.approve", "refund.reject", "refund.unresolved.reconcile.failed"]])
}

/// Finance has rejected a refund, and the platform has ruled that goods be sent instead.
fn rejected(world: World, kind: Kind) -> World {
    agreed(world)
        .does(in_refund(finance("fin-1"), of_refund::Action::Reject).text("too much"))
        .does(in_case(staff("cs-1"), Action::RuleForBuyer).with(|detail| detail.kind = Some(kind)))
        .about(&[Kind::RefundOnly, kind], &[Reason::Quality])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, RULINGS, ONE_CASE])
        .without(&[&["refund.approve", "refund.reject", "refund.unresolved.reconcile.failed"]])
}

pub(super) fn rejecting() -> Numbers {
    every_kind(small()).count(Counter::Rejections, 1).count(Counter::Reviews, 1).with("amounts.approval_above", 0)
}

fn paid_beside_a_part() -> World {
    let world =
        world("paid_beside_a_part", "a rejected refund is paid after all, beside what was sent", rejecting(), shirt());
    rejected(world, Kind::Reship).does(in_case(merchant(), Action::Dispatch).waybill("post", "part-1"))
}

fn rejected_for_goods() -> World {
    let world =
        world("rejected_for_goods", "a rejected refund is paid while a fee is talked over", rejecting(), shirt());
    rejected(world, Kind::Exchange)
        .does(in_case(buyer(), Action::ShipBack).waybill("post", "back-1"))
        .does(units_of(1))
        .does(in_case(merchant(), Action::Propose).fee(500))
        .without(&[&["after_sale.accept_goods", "after_sale.refuse_goods", "after_sale.convert_to_refund"]])
        .without(&[&["after_sale.escalate.under_review.by_merchant", "refund.cancelled.succeed"]])
        .without(&[&["after_sale.decline", "after_sale.withdraw", "after_sale.retract", "after_sale.dispatch"]])
}

fn units_of(count: u32) -> Request {
    in_case(merchant(), Action::Receive).units("shirt", count)
}

/// The refused goods were paid for, and the buyer wants them back.
fn repaid() -> World {
    let world = world("repaid", "an advance is repaid in parts, too late, or never", trusted(), shirt());
    sent_back(world, Kind::ReturnAndRefund)
        .does(paid_out(1_000))
        .does(in_case(merchant(), Action::RefuseGoods).text("worn"))
        .does(in_case(buyer(), Action::TakeBack))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, ONE_CASE])
        .knobs(|knobs| (knobs.payments, knobs.amounts) = (3, Vec::from([Amount::new(500)])))
}

fn fee_after_refusal() -> World {
    let numbers = every_kind(small());
    let world = world("fee_after_refusal", "the buyer offers a fee after the goods were refused", numbers, shirt());
    sent_back(world, Kind::Exchange)
        .does(in_case(merchant(), Action::RefuseGoods).text("worn"))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, ONE_CASE])
        .without(&[&["after_sale.take_back", "after_sale.dispatch", "after_sale.convert_to_refund"]])
        .free_to(&["after_sale.modify"])
        .knobs(|knobs| (knobs.payments, knobs.fees) = (2, Vec::from([Amount::new(500)])))
}

/// A part is asked for, and its postage offered.
fn fee_reviewed() -> World {
    let numbers =
        silence(every_kind(small()), "lapses").count(Counter::Reviews, 1).with("switches.direct_escalation", true);
    let world = world("fee_reviewed", "the platform looks at an application with a fee", numbers, shirt());
    let apply = units(&world, Request::by(buyer()).apply(Kind::Reship).reason(Reason::Quality)).evidence("photo");
    world
        .delivered()
        .about(&[Kind::Reship], &[Reason::Quality])
        .does(apply.with(|detail| detail.fee = Some(Amount::new(500).into())))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, ONE_CASE, &["after_sale.agree", "after_sale.convert_to_refund"]])
}

/// A merchant offers to repair what is still on its way.
fn lost_in_talk() -> World {
    let numbers = every_kind(small()).count(Counter::Reviews, 1);
    let world = world("lost_in_talk", "a parcel is lost while the two sides talk about its goods", numbers, shirt());
    world
        .shipped()
        .about(&[Kind::Repair], &[Reason::NoReason])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, RULINGS, ONE_CASE, &["order.deliver", "order.bounce"]])
        .without(&[&["after_sale.grant", "after_sale.dispatch", "after_sale.ship_back", "after_sale.call_off"]])
        .free_to(&["after_sale.offer"])
        .knobs(|knobs| knobs.fees = Vec::from([Amount::new(500)]))
}

/// The platform has ruled against the buyer.
fn appealed() -> World {
    let numbers = small()
        .fits(Kind::RefundOnly, &[Reason::Quality])
        .count(Counter::Reviews, 1)
        .count(Counter::Appeals, 1)
        .count(Counter::Ratings, 1);
    let world = world("appealed", "a ruling is looked at once more", numbers, shirt());
    let apply = units(&world, Request::by(buyer()).apply(Kind::RefundOnly).reason(Reason::Quality)).evidence("photo");
    world
        .delivered()
        .about(&[Kind::RefundOnly], &[Reason::Quality])
        .does(apply)
        .does(in_case(staff("cs-1"), Action::Escalate).text("to be looked into"))
        .does(in_case(staff("cs-1"), Action::RuleForMerchant))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, ONE_CASE])
}

/// Goods of a statutory withdrawal have come back.
fn by_law_inspected() -> World {
    let mut order = shirt();
    order.statutory = true;
    let days = |anchor: &str| json!({ "length": { "days": 2 }, "anchor": anchor, "start": "next_midnight" });
    let law = json!({ "window": days("delivered"), "refund": days("applied"), "send_back": days("applied") });
    let world = world(
        "by_law_inspected",
        "less is proposed for what a consumer sent back",
        small().with("statutory", law),
        order,
    );
    let declare = units(&world, Request::by(buyer()).declare());
    world
        .delivered()
        .about(&[Kind::ReturnAndRefund], &[Reason::NoReason])
        .does(declare)
        .does(in_case(buyer(), Action::ShipBack).waybill("post", "back-1"))
        .does(units_of(1))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, MISHAPS, ONE_CASE])
        .free_to(&["after_sale.propose"])
        .knobs(|knobs| knobs.amounts = Vec::from([Amount::new(500)]))
}

/// The bank has taken most of a payment, the rest was paid back, and comes back again.
fn unwound() -> World {
    let numbers = small().fits(Kind::Compensation, &[Reason::Quality]).count(Counter::DisputeMarks, 2);
    let world = world("unwound", "the bank and the channel change their minds after all is over", numbers, shirt());
    let apply = units(&world, Request::by(buyer()).apply(Kind::Compensation).reason(Reason::Quality)).evidence("photo");
    world
        .delivered()
        .about(&[Kind::Compensation], &[Reason::Quality])
        .does(apply.amount(100))
        .does(in_case(merchant(), Action::Agree))
        .does(marked(Dispute::Lost).amount(900))
        .does(paid_out(100))
        .does(in_refund(gateway(), of_refund::Action::Reverse).amount(100).reference("back-1-0"))
        .without(&[STAFF, CHANNEL, SURPLUS, REVIEWS, ONE_CASE, &["after_sale.submit_evidence"]])
}

/// The terms of a channel that takes refunds for one day.
fn for_a_day() -> serde_json::Value {
    json!({ "min_gap": { "seconds": 0 }, "most_parts": 5, "most_age": { "days": 1 } })
}

fn too_old() -> World {
    let numbers = small()
        .fits(Kind::RefundOnly, &[Reason::Quality])
        .window(Reason::Quality, 3)
        .limit(Limit::MerchantReply, 3)
        .count(Counter::Rejections, 1)
        .with("amounts.approval_above", 500)
        .with("channels.wallet", for_a_day());
    let world = world("too_old", "a payment is too old to be paid back the way it came", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::RefundOnly], &[Reason::Quality])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, &["after_sale.refuse", "order.confirm_receipt"]])
        // Finance may be silent, and that does not reject it.
        .without(&[&["refund.reject"]])
        .knobs(|knobs| knobs.amounts = Vec::from([Amount::new(500)]))
}

/// An advance is held by a dispute, and the channel closes.
fn held_by_the_bank() -> World {
    let numbers =
        trusted().count(Counter::DisputeMarks, 2).limit(Limit::Dispute, 3).with("channels.wallet", for_a_day());
    let world = world("held_by_the_bank", "an advance is held while the bank decides", numbers, shirt());
    let apply = units(&world, Request::by(buyer()).apply(Kind::ReturnAndRefund).reason(Reason::Quality));
    world
        .delivered()
        .about(&[Kind::ReturnAndRefund], &[Reason::Quality])
        .does(apply.evidence("photo"))
        .does(in_case(merchant(), Action::Agree))
        .does(marked(Dispute::Open))
        .does(in_case(buyer(), Action::ShipBack).waybill("post", "back-1"))
        .does(in_case(merchant(), Action::RefuseGoods).text("worn"))
        .without(&[STAFF, CHANNEL, SURPLUS, REVIEWS, ONE_CASE])
        .without(&[&["after_sale.submit_evidence", "after_sale.dispatch", "refund.unresolved.reconcile"]])
        .knobs(|knobs| knobs.too_much = true)
}

/// The account is closed, and another one is asked for.
fn redirected() -> World {
    let numbers =
        small().fits(Kind::RefundOnly, &[Reason::Quality]).count(Counter::Redirects, 2).limit(Limit::Manual, 2);
    let world = world("redirected", "two people send the money to another account", numbers, shirt());
    agreed(world)
        .does(in_refund(gateway(), of_refund::Action::GoAbnormal))
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, ONE_CASE])
}

fn whole_lines() -> World {
    let numbers = small()
        .fits(Kind::RefundOnly, &[Reason::Quality])
        .count(Counter::Modifies, 0)
        .with("switches.whole_line_only", true);
    let two = order(Vec::from([NewLine::new("mug", 2, 501)]));
    let world = world("whole_lines", "a line is asked for whole, or not at all", numbers, two);
    world
        .delivered()
        .about(&[Kind::RefundOnly], &[Reason::Quality])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS])
        .without(&[&["after_sale.refuse", "after_sale.agree", "order.confirm_receipt"]])
        .knobs(|knobs| knobs.single_units = true)
}
