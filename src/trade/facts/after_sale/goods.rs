//! Where the goods of a case are.

use super::super::super::Line;
use super::super::super::act::{is_underway, named_inbound};
use super::super::super::ledger::{Place, Units};
use super::Seen;
use crate::Id;
use crate::after_sale::{Action, Goods};
use crate::fact::Units as Named;

impl Seen<'_> {
    pub(super) fn goods(&self) -> Goods {
        let replaced = self.case.is_some_and(super::super::super::Case::has_replacement);
        let mut goods = Goods::default();
        self.each_unit(|units, line| {
            goods.units = goods.units.saturating_add(units.count);
            if let Some(place) = counted_at(&mut goods, units, line) {
                *place = place.saturating_add(units.count);
            }
            // What was dispatched stands for the unit, wherever that was, until it is sent back itself.
            if replaced && matches!(units.place, Place::WithBuyer | Place::Outbound | Place::Replaced) {
                goods.replacements = goods.replacements.saturating_add(units.count);
            }
        });
        // Whoever offers or grants something for what is back may do so: nobody is to send it.
        if matches!(self.action, Action::Apply | Action::Modify) {
            goods.asked_in_vain = goods.coming_back.saturating_add(goods.at_merchant);
        }
        if self.case.is_some_and(|case| case.returned.is_some()) {
            goods.announced = goods.coming_back.saturating_add(goods.at_merchant);
            let named = self.named_now();
            goods.received = goods.at_merchant.saturating_add(named);
        }
        goods.receipt = self.receipt();
        goods.report = self.report();
        goods
    }

    /// How many units on their way back this receipt names.
    fn named_now(&self) -> u32 {
        match (self.action, self.case) {
            (Action::Receive | Action::AcceptGoods, Some(case)) => {
                let named = self.turn.detail.units.iter();
                let accepts = self.action == Action::AcceptGoods;
                let spans = named.flat_map(|wanted| named_inbound(self.trade, case.no, wanted, accepts));
                spans.fold(0, |sum, span| sum.saturating_add(span.count))
            }
            _ => 0,
        }
    }

    /// The units that a receipt names, on the line of which the fewest are on their way back.
    fn receipt(&self) -> Option<Named> {
        let case = self.case.filter(|_| self.action == Action::Receive)?;
        let mut worst = None;
        for wanted in &self.turn.detail.units {
            let Some((at, line)) = self.trade.line(wanted.line) else {
                continue;
            };
            let inbound = |units: &Units| units.claim == Some(case.no) && units.place == Place::Inbound;
            let free = self.trade.goods.count(at, inbound);
            shorter(&mut worst, line.id, wanted.count, free);
        }
        worst
    }

    /// The parcel that a carrier reports is one: all units of the case that are on their way in it.
    fn report(&self) -> Option<Named> {
        let case = self.case.filter(|_| matches!(self.action, Action::Lose | Action::Bounce))?;
        let mut underway: Option<Named> = None;
        self.each_unit(|units, line| {
            let here = underway.is_none_or(|found| found.line == line.id);
            if here && is_underway(case, units) {
                let so_far = underway.map_or(0, |found| found.free);
                let count = so_far.saturating_add(units.count);
                underway = Some(Named { line: line.id, asked: count, free: count });
            }
        });
        underway
    }
}

/// Under what a unit is counted; units that are lost or bounced are nowhere.
fn counted_at<'g>(goods: &'g mut Goods, units: &Units, line: &Line) -> Option<&'g mut u32> {
    match units.place {
        Place::WithMerchant => Some(&mut goods.unshipped),
        // Nobody reported that it came, but its receipt was confirmed.
        Place::Outbound if line.confirmed_at.is_some() => Some(&mut goods.with_buyer),
        Place::Outbound => Some(&mut goods.in_transit),
        // Where the replacement is, or is on its way to.
        Place::WithBuyer | Place::Replaced => Some(&mut goods.with_buyer),
        Place::Inbound => Some(&mut goods.coming_back),
        // What bounced never was the buyer's: the order pays it back.
        Place::Returned if units.bounced() => None,
        Place::Returned => Some(&mut goods.at_merchant),
        Place::SentBack => Some(&mut goods.going_back),
        Place::Lost => None,
    }
}

/// Keeps the line that is shortest, or the first if none is short.
fn shorter(worst: &mut Option<Named>, line: Id, asked: u32, free: u32) {
    let missing = |named: Named| named.asked.saturating_sub(named.free);
    let named = Named { line, asked, free };
    if worst.is_none_or(|worst| missing(worst) < missing(named)) {
        *worst = Some(named);
    }
}
