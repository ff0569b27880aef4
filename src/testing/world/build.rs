//! Putting a world together.

use super::{Knobs, START, World, carrier, gateway, merchant};
use crate::testing::Move;
use crate::trade::Request;
use crate::{Actor, Amount, Kind, Reason, Tender, order as of_order};

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
