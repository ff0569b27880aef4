//! The worlds that come with the crate.

use alloc::vec::Vec;

use serde_json::json;

use super::{Knobs, Numbers, START, World, buyer, carrier, finance, gateway, key, merchant, order, people, staff};
use crate::testing::{Move, Preset, Setting};
use crate::trade::{NewOrder, Request};
use crate::{Actor, Amount, Counter, Kind, Limit, NewLine, Reason, Tender, after_sale, order as of_order};

use after_sale::Action;

/// What the channel reports of a refund, beside its success.
const CHANNEL: &[&str] =
    &["refund.fail", "refund.close", "refund.go_abnormal", "refund.pend", "refund.reverse", "refund.succeed.stay"];
/// What is said, and moves nothing.
const TALK: &[&str] = &["after_sale.submit_evidence", "order.mark_dispute"];
/// What parcels of the order may come to beside arriving.
const MISHAPS: &[&str] = &["order.bounce", "order.lose"];
/// Payments beyond what is due.
const SURPLUS: &[&str] = &["order.pay"];
/// Everything that opens a case.
const OPENINGS: &[&str] = &["after_sale.apply", "after_sale.declare", "after_sale.grant", "after_sale.offer"];
/// Somebody brings the platform in.
const REVIEWS: &[&str] = &["after_sale.escalate"];
/// Staff may apply for anything, for any reason: one way to begin is enough for most worlds.
const STAFF: &[&str] = &["after_sale.apply.requested.override"];

pub(super) fn worlds() -> Vec<World> {
    Vec::from([
        placing(),
        surplus(),
        free(),
        held(),
        parcels(),
        unshipped(),
        on_the_way(),
        keeps(),
        plain_returns(),
        returns(),
        fast(),
        exchange(),
        repair(),
        reship(),
        by_law(),
        channel(),
        approval(),
        disputes(),
        receipt(),
        after_the_end(),
        notes(),
    ])
}

pub(super) fn tiny() -> Vec<World> {
    Vec::from([held(), unshipped(), plain_returns(), reship()])
}

pub(super) fn large() -> Vec<World> {
    worlds()
}

fn world(name: &'static str, about: &'static str, numbers: Numbers, order: NewOrder) -> World {
    World {
        name,
        about,
        setting: Setting {
            preset: Preset::CnMarketplace,
            changes: numbers.changes(),
            key: key(),
            at: START,
            by: buyer(),
            order,
        },
        opening: Vec::new(),
        people: people(),
        knobs: Knobs { payments: 1, cases: 1, ..Knobs::default() },
    }
}

impl World {
    /// Is about cases of these kinds, for these reasons.
    fn about(self, kinds: &[Kind], reasons: &[Reason]) -> Self {
        self.knobs(|knobs| (knobs.kinds, knobs.reasons) = (kinds.to_vec(), reasons.to_vec()))
    }

    /// Is not about these.
    fn without(mut self, aside: &[&[&'static str]]) -> Self {
        self.knobs.aside.extend(aside.iter().flat_map(|names| names.iter().copied()));
        self
    }

    fn knobs(mut self, change: impl FnOnce(&mut Knobs)) -> Self {
        change(&mut self.knobs);
        self
    }

    fn with_people(mut self, more: &[Actor]) -> Self {
        self.people.extend_from_slice(more);
        self
    }

    fn does(mut self, request: Request) -> Self {
        self.opening.push(Move { at: START, request: Some(request) });
        self
    }

    fn paid(self) -> Self {
        let total = self.setting.order.total;
        self.does(pay(total, "in-1"))
    }

    fn shipped(self) -> Self {
        let all = units(&self, Request::by(merchant()).order(of_order::Action::Ship)).waybill("post", "w-1");
        self.paid().does(all)
    }

    fn delivered(self) -> Self {
        let all = units(&self, Request::by(carrier()).order(of_order::Action::Deliver));
        self.shipped().does(all)
    }
}

fn pay(amount: Amount, reference: &str) -> Request {
    let pay = Request::by(gateway()).order(of_order::Action::Pay);
    pay.amount(amount).tender(Tender::Wallet).reference(reference)
}

fn units(world: &World, request: Request) -> Request {
    world.setting.order.lines.iter().fold(request, |request, line| request.units(line.id, line.count))
}

fn shirt() -> NewOrder {
    order(Vec::from([NewLine::new("shirt", 1, 1_000)]))
}

fn with_shipping() -> NewOrder {
    let mut order = shirt();
    (order.shipping, order.total) = (Amount::new(100), Amount::new(1_100));
    order
}

fn two_lines() -> NewOrder {
    order(Vec::from([NewLine::new("mug", 1, 400), NewLine::new("lamp", 1, 600)]))
}

fn small() -> Numbers {
    Numbers::smallest()
}

fn placing() -> World {
    let numbers = small().count(Counter::Tenders, 2);
    let world = world("placing", "an order is paid in parts, late, or never", numbers, shirt());
    world
        .without(&[CHANNEL, TALK, OPENINGS, &["order.ship"]])
        .knobs(|knobs| (knobs.payments, knobs.amounts) = (2, Vec::from([Amount::new(300)])))
}

fn surplus() -> World {
    let numbers = small().count(Counter::Reprices, 1);
    let world = world("surplus", "an order has its price changed, and is paid twice or too much", numbers, shirt());
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
    let world = world("held", "an order must be checked before it may ship", small(), order);
    world.without(&[CHANNEL, TALK, OPENINGS, &["order.ship"]])
}

fn parcels() -> World {
    let world =
        world("parcels", "two lines are shipped apart; parcels arrive, come back or are lost", small(), two_lines());
    world.paid().without(&[CHANNEL, TALK, OPENINGS, SURPLUS])
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
        .without(&[CHANNEL, TALK, SURPLUS])
        .knobs(|knobs| knobs.amounts = Vec::from([Amount::new(500)]))
}

fn plain_returns() -> World {
    let numbers = small().fits(Kind::ReturnAndRefund, &[Reason::Quality]);
    let world = world("plain_returns", "goods go back for money, and nobody asks the platform", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::ReturnAndRefund], &[Reason::Quality])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS])
}

fn returns() -> World {
    let numbers = small().fits(Kind::ReturnAndRefund, &[Reason::Quality]).count(Counter::Reviews, 1);
    let world = world("returns", "goods go back for money", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::ReturnAndRefund], &[Reason::Quality])
        .without(&[STAFF])
        .without(&[CHANNEL, TALK, SURPLUS])
}

/// What was advanced is written off before it is known whether it was paid. Known, and to be mended in the rows: if it was
/// not, the buyer has neither the goods nor the money.
const WRITTEN_OFF_UNPAID: &[&str] = &["after_sale.write_off"];

fn fast() -> World {
    let numbers = small().fits(Kind::ReturnAndRefund, &[Reason::Quality]).with("fast_refund.standing", 0);
    let world = world("fast", "money goes out when the goods are sent back", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::ReturnAndRefund], &[Reason::Quality])
        .without(&[STAFF, CHANNEL, TALK, SURPLUS, REVIEWS, WRITTEN_OFF_UNPAID])
        .knobs(|knobs| (knobs.payments, knobs.amounts) = (2, Vec::from([Amount::new(500)])))
}

fn exchange() -> World {
    let numbers = small().fits(Kind::Exchange, &[Reason::Quality]).with("amounts.fee_most", 500);
    let world = world("exchange", "goods are exchanged, for a dearer or a cheaper one", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::Exchange], &[Reason::Quality])
        .without(&[STAFF])
        .without(&[CHANNEL, TALK, SURPLUS, REVIEWS])
        .knobs(|knobs| {
            (knobs.payments, knobs.fees) = (2, Vec::from([Amount::new(500)]));
        })
}

fn repair() -> World {
    let numbers =
        small().fits(Kind::Repair, &[Reason::Quality]).with("amounts.fee_most", 500).count(Counter::Rounds, 1);
    let world = world("repair", "goods are repaired for a fee", numbers, shirt());
    world
        .delivered()
        .about(&[Kind::Repair], &[Reason::Quality])
        .without(&[STAFF])
        .without(&[CHANNEL, TALK, SURPLUS, REVIEWS])
        .knobs(|knobs| {
            (knobs.payments, knobs.fees) = (2, Vec::from([Amount::new(500)]));
        })
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

fn agreed(world: World) -> World {
    let apply = Request::by(buyer()).apply(Kind::RefundOnly).reason(Reason::Quality);
    let apply = units(&world, apply).evidence("photo");
    world.delivered().does(apply).does(Request::by(merchant()).case(1, Action::Agree))
}

fn channel() -> World {
    let numbers = small()
        .fits(Kind::RefundOnly, &[Reason::Quality])
        .count(Counter::Attempts, 2)
        .count(Counter::Redirects, 1)
        .count(Counter::Offline, 1);
    let world = world("channel", "the payment channel fails, closes, is silent, and reverses", numbers, shirt());
    agreed(world).without(&[TALK, SURPLUS, OPENINGS]).knobs(|knobs| knobs.too_much = true)
}

/// A ruling that goods are sent after all, while the refund that finance had rejected is paid late by the channel: who
/// withdraws then keeps goods and money. Known, and to be mended in the rows.
const SENT_AFTER_REJECTION: &[&str] = &["after_sale.rule_for_buyer.awaiting_dispatch"];

fn approval() -> World {
    let numbers = small()
        .fits(Kind::RefundOnly, &[Reason::Quality])
        .count(Counter::Rejections, 1)
        .with("amounts.approval_above", 0)
        .with("switches.approval_silence_rejects", true);
    let world = world("approval", "a second person approves what is paid out", numbers, shirt());
    agreed(world)
        .without(&[CHANNEL, TALK, SURPLUS, OPENINGS, SENT_AFTER_REJECTION])
        .with_people(&[finance("fin-2"), staff("cs-2")])
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
        .without(&[&["after_sale.agree", "after_sale.refuse"]])
}

fn notes() -> World {
    let numbers = small().fits(Kind::RefundOnly, &[Reason::Quality]).count(Counter::Notes, 1);
    let world = world("notes", "both sides and staff write down what they have to say", numbers, shirt());
    agreed(world).without(&[CHANNEL, TALK, SURPLUS, OPENINGS])
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
}
