//! What the order has room for, the claim of this case left out of account.

use alloc::sync::Arc;

use super::super::super::draft::{lapsed_on_the_buyer, overlaps};
use super::super::super::ledger::Units;
use super::super::super::{Case, Line, Payment, Purpose, Split, plan};
use super::{Seen, names_terms};
use crate::after_sale::Room;
use crate::fact::Units as Named;
use crate::rule::Finding;
use crate::{Amount, Kind, Reason, RefundSplit, order};

impl Seen<'_> {
    pub(super) fn room(&self) -> Room {
        let state = self.trade.head.state;
        let quiet = Room {
            order_open: is_open(state),
            order_seen: Finding::word(state),
            whole: self.whole(),
            ..Room::default()
        };
        if !names_terms(self.action) {
            return quiet;
        }
        Room {
            window_end: self.window_end(),
            short_line: self.draft.lacking,
            part_line: self.part_line(),
            lapsed_case: self.lapsed_case(),
            shipping_case: self.draft.shipping_holder,
            reason_fits: self.reason_fits(),
            refundable: self.refundable(),
            nothing_fits: self.every_unit(|units, line| line.value(units.first, units.count).is_zero()),
            disputed: self.is_disputed(),
            ..quiet
        }
    }

    /// The most that the terms can come to. A difference is paid out of what the replaced goods are worth, and never out of the
    /// shipping.
    fn refundable(&self) -> Amount {
        match self.terms.kind {
            Kind::Exchange | Kind::Repair => self.draft.room.goods,
            Kind::RefundOnly | Kind::ReturnAndRefund | Kind::Reship | Kind::Compensation => self.draft.room.total(),
        }
    }

    /// A line of which some units are asked for, and others are left over, where the policy takes only whole lines.
    fn part_line(&self) -> Option<Named> {
        if !self.policy.switches.whole_line_only {
            return None;
        }
        let own = self.case.map(|case| case.no);
        let free = |units: &Units| !units.closed && (units.claim.is_none() || units.claim == own);
        self.draft.units.iter().find_map(|span| {
            let of_line = self.draft.units.iter().filter(|other| other.line == span.line);
            let named = Named {
                line: self.trade.line_at(span.line)?.id,
                asked: of_line.fold(0, |sum, other| sum.saturating_add(other.count)),
                free: self.trade.goods.count(span.line, free),
            };
            (named.asked < named.free).then_some(named)
        })
    }

    /// A case that the buyer asked for and then let lapse, on any of these units, where nobody may ask again.
    fn lapsed_case(&self) -> Option<u16> {
        if self.policy.switches.reapply_after_lapse {
            return None;
        }
        let own = self.case.map(|case| case.no);
        let lapsed = |case: &&Arc<Case>| lapsed_on_the_buyer(case) && own != Some(case.no);
        let of_these = |case: &&Arc<Case>| {
            let mut any = false;
            self.each_unit(|units, _| any |= case.units.iter().any(|span| overlaps(*span, units)));
            any
        };
        let mut cases = self.trade.cases.iter().filter(lapsed).filter(of_these);
        cases.next().map(|case| case.no)
    }

    /// Whether the policy offers the kind for the reason, for every unit by whether the buyer has had it.
    fn reason_fits(&self) -> bool {
        let (kind, reason) = (self.terms.kind, self.draft.reason);
        let returns_unasked = kind.returns() && reason == Reason::NoReason;
        let (mut delivered, mut undelivered, mut excluded) = (false, false, false);
        self.each_unit(|units, line| {
            let had = has_had(units, line);
            delivered |= had;
            undelivered |= !had;
            excluded |= returns_unasked && !self.policy.no_reason_allowed(line.category);
        });
        (!delivered || self.policy.reason_fits(kind, reason, true))
            && (!undelivered || self.policy.reason_fits(kind, reason, false))
            && !excluded
    }

    /// The whole share of the units that the buyer never had, where money back for them is asked for.
    fn whole(&self) -> Option<Amount> {
        if self.terms.kind != Kind::RefundOnly {
            return None;
        }
        let mut whole = None;
        self.each_unit(|units, line| {
            if !has_had(units, line) {
                let here = self.trade.goods.room(line, units.span());
                whole = whole.unwrap_or(Amount::ZERO).plus(here).or(Some(Amount::MOST));
            }
        });
        let none = Split::default();
        let own = self.case.map_or(&none, |case| &case.claim);
        whole.map(|whole| whole.min(plan::payments_room(self.trade, own)))
    }

    /// Whether a payment that the refund would touch is in an open dispute.
    fn is_disputed(&self) -> bool {
        let asked = self.asked();
        // Mostly nothing is disputed, and nothing need be added up.
        if asked.is_zero() || !self.trade.money.payments.iter().any(Payment::is_disputed) {
            return false;
        }
        let own = |at: u16| self.case.map_or(Amount::ZERO, |case| case.claim.of_payment(at));
        let payments = (0_u16..).zip(&self.trade.money.payments);
        let of_order = payments.filter(|(_, payment)| payment.purpose == Purpose::Order);
        let rooms = of_order.map(|(at, payment)| {
            let room = payment.balance.kept().plus(own(at)).unwrap_or(Amount::MOST);
            (payment, room)
        });
        let outside = rooms.clone().filter(|(payment, _)| payment.tender.is_external());
        let outside = Amount::sum(outside.map(|(_, room)| room)).unwrap_or(Amount::MOST);
        let first = self.policy.refund_split == RefundSplit::ExternalFirst;
        rooms.filter(|(payment, room)| payment.is_disputed() && !room.is_zero()).any(|(payment, _)| {
            // What lies inside is touched when what lies outside does not suffice, or all are touched alike.
            payment.tender.is_external() || !first || outside < asked
        })
    }
}

/// Whether the order is paid and neither settled nor being closed.
const fn is_open(state: order::State) -> bool {
    use order::State;
    match state {
        State::OnHold
        | State::Paid
        | State::Late
        | State::PartShipped
        | State::Shipped
        | State::Delivered
        | State::Completed => true,
        State::Absent
        | State::Unpaid
        | State::Unwinding
        | State::Cancelled
        | State::Refunded
        | State::Settled
        | State::Unresolved => false,
    }
}

/// Whether the buyer has ever had these units: they were delivered, or their receipt was confirmed.
fn has_had(units: &Units, line: &Line) -> bool {
    units.delivered_at.is_some() || (units.shipped_at.is_some() && line.confirmed_at.is_some())
}
