//! What can be left out of a policy, an order, a request, a moment and a story.

use alloc::string::String;
use alloc::vec::Vec;

use super::Simpler;
use crate::testing::PolicyChange;
use crate::trade::{Detail, Field, NewOrder, Request, Sum, fields, is_given};
use crate::{Actor, Amount, Policy, Set, Time};

/// A policy that was made around another, towards which it is made simpler.
#[derive(Clone, Debug)]
pub(super) struct Around {
    pub(super) base: Policy,
    pub(super) policy: Policy,
}

impl Simpler for Around {
    type Cut = PolicyChange;

    /// What differs the other way round: each puts one field back.
    fn cuts(&self) -> Vec<PolicyChange> {
        PolicyChange::between(&self.policy, &self.base)
    }

    fn without(&self, cut: &PolicyChange) -> Option<Self> {
        let policy = cut.applied(&self.policy).ok()?;
        (policy.check().is_ok() && policy != self.policy).then(|| Self { base: self.base.clone(), policy })
    }
}

/// What can be left out of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrderCut {
    /// The line at this place.
    Line(usize),
    /// All units but one of the line at this place.
    Units(usize),
    /// What the units cost beside 10.00, in a currency with cents.
    Prices,
    /// Discounts, on the order and on its lines.
    Discounts,
    /// Shipping and its supplement.
    Shipping,
    /// Taxes.
    Taxes,
    /// Points, used and given, and the coupon.
    Points,
    /// Insurance of the return freight.
    Insurance,
    /// The check before shipping.
    Hold,
    /// The buyer's standing.
    Standing,
    /// Rights by law.
    Statutory,
}

impl Simpler for NewOrder {
    type Cut = OrderCut;

    fn cuts(&self) -> Vec<OrderCut> {
        let mut cuts: Vec<OrderCut> = (0..self.lines.len()).rev().map(OrderCut::Line).collect();
        cuts.extend((0..self.lines.len()).map(OrderCut::Units));
        cuts.extend([
            OrderCut::Prices,
            OrderCut::Discounts,
            OrderCut::Shipping,
            OrderCut::Taxes,
            OrderCut::Points,
            OrderCut::Insurance,
            OrderCut::Hold,
            OrderCut::Standing,
            OrderCut::Statutory,
        ]);
        cuts
    }

    fn without(&self, cut: &OrderCut) -> Option<Self> {
        let mut order = self.clone();
        match *cut {
            OrderCut::Line(at) => {
                (at < order.lines.len() && order.lines.len() > 1).then(|| order.lines.remove(at))?;
            }
            OrderCut::Units(at) => order.lines.get_mut(at)?.count = 1,
            OrderCut::Prices => order.lines.iter_mut().for_each(|line| line.unit_price = Amount::new(1_000)),
            OrderCut::Discounts => {
                order.discount = Amount::ZERO;
                order.lines.iter_mut().for_each(|line| line.discount = Amount::ZERO);
            }
            OrderCut::Shipping => (order.shipping, order.supplement) = (Amount::ZERO, Amount::ZERO),
            OrderCut::Taxes => order.lines.iter_mut().for_each(|line| line.tax = Amount::ZERO),
            OrderCut::Points => (order.points, order.gifted_points, order.coupon) = (0, 0, None),
            OrderCut::Insurance => order.insured = false,
            OrderCut::Hold => order.needs_hold = false,
            OrderCut::Standing => order.standing = 0,
            OrderCut::Statutory => order.statutory = false,
        }
        // What was sound stays sound; what was wrong with the total stays wrong.
        if self.due() == Some(self.total) {
            order.total = order.due()?;
        }
        (order != *self).then_some(order)
    }
}

/// What can be left out of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestCut {
    /// A field.
    Field(Field),
    /// The key.
    Key,
    /// The version that was seen.
    Seen,
    /// The entry at this place of the list of units.
    Entry(usize),
    /// All units but one of the entry at this place, and what is said of them.
    Units(usize),
    /// All but the smallest part of the amount.
    Amount,
    /// Half of the amount.
    HalfAmount,
    /// All but one letter of the text.
    Text,
    /// All but the first piece of evidence.
    Evidence,
}

impl Simpler for Request {
    type Cut = RequestCut;

    fn cuts(&self) -> Vec<RequestCut> {
        let mut cuts = Vec::from([RequestCut::Key, RequestCut::Seen]);
        let (needs, _) = fields(self.asked);
        let needs = Set::of(needs);
        let given = is_given(&self.detail);
        // What the action needs goes last: without it, little is left to be looked at.
        let spare = given.iter().filter(|field| !needs.has(*field));
        cuts.extend(spare.chain(given.iter().filter(|field| needs.has(*field))).map(RequestCut::Field));
        let entries = self.detail.units.len();
        cuts.extend((0..entries).rev().map(RequestCut::Entry));
        cuts.extend((0..entries).map(RequestCut::Units));
        cuts.extend([RequestCut::Amount, RequestCut::HalfAmount, RequestCut::Text, RequestCut::Evidence]);
        cuts
    }

    fn without(&self, cut: &RequestCut) -> Option<Self> {
        let mut request = self.clone();
        let detail = &mut request.detail;
        match *cut {
            RequestCut::Field(field) => clear(detail, field),
            RequestCut::Key => request.key = None,
            RequestCut::Seen => request.seen = None,
            RequestCut::Entry(at) => {
                (at < detail.units.len() && detail.units.len() > 1).then(|| detail.units.remove(at))?;
            }
            RequestCut::Units(at) => {
                let wanted = detail.units.get_mut(at)?;
                (wanted.count, wanted.condition, wanted.reason) = (wanted.count.min(1), None, None);
            }
            RequestCut::Amount => detail.amount = detail.amount.map(|sum| least(sum, 1)),
            RequestCut::HalfAmount => detail.amount = detail.amount.map(|sum| least(sum, sum.amount.minor() / 2)),
            RequestCut::Text => detail.text = detail.text.chars().take(1).collect::<String>(),
            RequestCut::Evidence => detail.evidence.truncate(1),
        }
        (request != *self).then_some(request)
    }
}

fn least(sum: Sum, minor: u64) -> Sum {
    Sum { amount: sum.amount.min(Amount::new(minor)), ..sum }
}

#[rustfmt::skip]
fn clear(detail: &mut Detail, field: Field) {
    match field {
        Field::Order => detail.order = None,
        Field::Kind => detail.kind = None,
        Field::Units => detail.units.clear(),
        Field::Amount => detail.amount = None,
        Field::Fee => detail.fee = None,
        Field::Difference => detail.difference = None,
        Field::Freight => detail.freight = None,
        Field::Reason => detail.reason = None,
        Field::Text => detail.text.clear(),
        Field::Evidence => detail.evidence.clear(),
        Field::Waybill => detail.waybill = None,
        Field::Address => detail.address.clear(),
        Field::Account => detail.account.clear(),
        Field::Voucher => detail.voucher.clear(),
        Field::Reference => detail.reference = None,
        Field::KeyNumber => detail.key_number = None,
        Field::Tender => detail.tender = None,
        Field::Blame => detail.blame = None,
        Field::Bearer => detail.bearer = None,
        Field::Days => detail.days = None,
        Field::Stars => detail.stars = None,
        Field::Stage => detail.stage = None,
        Field::StageAt => detail.stage_at = None,
        Field::Until => detail.until = None,
        Field::ReturnWaived => detail.return_waived = false,
        Field::FoundPaid => detail.found_paid = None,
        Field::Actor | Field::Subject | Field::Key | Field::Now => {}
    }
}

/// An actor is as simple as it can be.
impl Simpler for Actor {
    type Cut = core::convert::Infallible;

    fn cuts(&self) -> Vec<Self::Cut> {
        Vec::new()
    }

    fn without(&self, cut: &Self::Cut) -> Option<Self> {
        match *cut {}
    }
}

/// A moment among others, made simpler towards the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) first: Time,
    pub(super) at: Time,
}

impl Simpler for Moment {
    type Cut = i64;

    fn cuts(&self) -> Vec<i64> {
        let wait = self.at.since(self.first);
        Vec::from([wait, wait / 2, wait % 86_400_000, wait % 3_600_000, wait % 1_000, 1])
    }

    fn without(&self, cut: &i64) -> Option<Self> {
        let at = self.at.after(-*cut);
        (*cut > 0 && at >= self.first).then_some(Self { at, ..*self })
    }
}
