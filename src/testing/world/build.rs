//! Putting a world together.

use alloc::vec::Vec;

use super::{Knobs, Numbers, START, World, buyer, carrier, gateway, key, merchant, order, people};
use crate::after_sale::Action;
use crate::testing::{Move, Preset, Setting};
use crate::trade::{NewOrder, Request};
use crate::{Actor, Amount, Kind, NewLine, Reason, Tender, order as of_order};

/// Liberties that most worlds try at every trade, and do not walk on from.
const LIBERTIES: &[&str] = &[
    "order.note",
    "after_sale.note",
    "order.goodwill",
    "order.extend",
    "after_sale.extend",
    "after_sale.give_address",
    "after_sale.correct_waybill",
    "after_sale.cancel_ship_back",
    "after_sale.modify",
    "after_sale.convert_to_refund.stay",
    "after_sale.propose",
    "after_sale.offer",
    "after_sale.grant",
];
/// What the channel reports of a refund, beside its success.
pub(super) const CHANNEL: &[&str] =
    &["refund.fail", "refund.close", "refund.go_abnormal", "refund.pend", "refund.reverse", "refund.succeed.stay"];
/// What is said, and moves nothing.
pub(super) const TALK: &[&str] = &["after_sale.submit_evidence", "order.mark_dispute"];
/// What parcels of the order may come to beside arriving.
pub(super) const MISHAPS: &[&str] = &["order.bounce", "order.lose"];
/// Payments beyond what is due.
pub(super) const SURPLUS: &[&str] = &["order.pay"];
/// Everything that opens a case.
pub(super) const OPENINGS: &[&str] =
    &["after_sale.apply", "after_sale.declare", "after_sale.grant", "after_sale.offer"];
/// Somebody brings the platform in.
pub(super) const REVIEWS: &[&str] = &["after_sale.escalate"];
/// Staff may apply for anything, for any reason: one way to begin is enough for most worlds.
pub(super) const STAFF: &[&str] = &["after_sale.apply.requested.override"];

pub(super) fn world(name: &'static str, about: &'static str, numbers: Numbers, order: NewOrder) -> World {
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
        knobs: Knobs { payments: 1, cases: 1, aside: LIBERTIES.to_vec(), ..Knobs::default() },
    }
}

pub(super) fn shirt() -> NewOrder {
    order(Vec::from([NewLine::new("shirt", 1, 1_000)]))
}

pub(super) fn with_shipping() -> NewOrder {
    let mut order = shirt();
    (order.shipping, order.total) = (Amount::new(100), Amount::new(1_100));
    order
}

pub(super) fn two_lines() -> NewOrder {
    order(Vec::from([NewLine::new("mug", 1, 400), NewLine::new("lamp", 1, 600)]))
}

pub(super) fn small() -> Numbers {
    Numbers::smallest()
}

pub(super) fn agreed(world: World) -> World {
    agreed_by(world, merchant())
}

pub(super) fn agreed_by(world: World, actor: Actor) -> World {
    let apply = Request::by(buyer()).apply(Kind::RefundOnly).reason(Reason::Quality);
    let apply = units(&world, apply).evidence("photo");
    world.delivered().does(apply).does(Request::by(actor).case(1, Action::Agree))
}

impl World {
    /// Is about cases of these kinds, for these reasons.
    pub(super) fn about(self, kinds: &[Kind], reasons: &[Reason]) -> Self {
        self.knobs(|knobs| (knobs.kinds, knobs.reasons) = (kinds.to_vec(), reasons.to_vec()))
    }

    /// Is not about these.
    pub(super) fn without(mut self, aside: &[&[&'static str]]) -> Self {
        self.knobs.aside.extend(aside.iter().flat_map(|names| names.iter().copied()));
        self
    }

    /// Walks on from these, too.
    pub(super) fn free_to(mut self, liberties: &[&str]) -> Self {
        self.knobs.aside.retain(|aside| !liberties.contains(aside));
        self
    }

    pub(super) fn knobs(mut self, change: impl FnOnce(&mut Knobs)) -> Self {
        change(&mut self.knobs);
        self
    }

    pub(super) fn with_people(mut self, more: &[Actor]) -> Self {
        self.people.extend_from_slice(more);
        self
    }

    pub(super) fn does(mut self, request: Request) -> Self {
        self.opening.push(Move { at: START, request: Some(request) });
        self
    }

    pub(super) fn paid(self) -> Self {
        let total = self.setting.order.total;
        self.does(pay(total, "in-1"))
    }

    pub(super) fn shipped(self) -> Self {
        let all = units(&self, Request::by(merchant()).order(of_order::Action::Ship)).waybill("post", "w-1");
        self.paid().does(all)
    }

    pub(super) fn delivered(self) -> Self {
        let all = units(&self, Request::by(carrier()).order(of_order::Action::Deliver));
        self.shipped().does(all)
    }
}

fn pay(amount: Amount, reference: &str) -> Request {
    let pay = Request::by(gateway()).order(of_order::Action::Pay);
    pay.amount(amount).tender(Tender::Wallet).reference(reference)
}

pub(super) fn units(world: &World, request: Request) -> Request {
    world.setting.order.lines.iter().fold(request, |request, line| request.units(line.id, line.count))
}
