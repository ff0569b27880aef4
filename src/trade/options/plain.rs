//! Actions on what stands: their payload is a few words, an amount, or units of which so many are to be had.

use alloc::vec::Vec;

use super::ask::{Not, Seen, ask, is_taken};
use super::bounds::{AmountBounds, Bounds, Parts, UnitBounds, Within};
use super::fill::{PROOFS, named};
use super::terms::names_money;
use super::{Nearest, Seek};
use crate::trade::draft::case_of;
use crate::trade::fields;
use crate::trade::form::{EVIDENCE_MOST, TEXT_MOST};
use crate::trade::work::Turn;
use crate::trade::{Asked, Bucket, Detail, Field, Line, Place, Request, Split, Subject};
use crate::{Amount, Id, Reason, Set, after_sale, order};

impl Seek<'_> {
    /// The least request of a plain action that is taken, and its bounds.
    pub(super) fn plain(&self, mut request: Request, nearest: &mut Nearest) -> Option<(Request, Bounds)> {
        let (needs, takes) = fields(request.asked);
        let mut bounds =
            Bounds { needs: Set::of(needs), takes: Set::of(takes), kind: request.detail.kind, ..Bounds::default() };
        // A kind that is left unsaid is that of the case.
        let unsaid = case_of(&self.work.trade, &Turn::of(&request)).map(|case| case.offer.kind);
        if request.detail.kind.is_some() && request.detail.kind != unsaid {
            bounds.needs = bounds.needs.with(Field::Kind);
        }
        if needs.contains(&Field::Units) {
            bounds.units = self.units_at_hand(&mut request);
        }
        let seen = match self.first_taken(&mut request) {
            Ok(seen) => seen,
            Err(not) => {
                nearest.consider(&request, not.blockers);
                return None;
            }
        };
        if request.detail.amount.is_some() && bounds.takes.has(Field::Amount) {
            bounds.needs = bounds.needs.with(Field::Amount);
        }
        self.lists(&mut request, &mut bounds);
        self.strip(&mut request, &mut bounds);
        words(&seen, &mut bounds);
        if takes.contains(&Field::Units) {
            bounds.units = self.units_by_choice(&mut request);
        }
        self.money(&mut request, &seen, &mut bounds);
        self.close(&mut request, &mut bounds);
        Some((request, bounds))
    }

    /// Of each line as many units as the action takes, and all of them in the request.
    fn units_at_hand(&self, request: &mut Request) -> Vec<UnitBounds> {
        let mut units: Vec<UnitBounds> = Vec::new();
        let guess = core::mem::take(&mut request.detail.units);
        for line in &self.work.trade.lines {
            let mut taken = |count: u32| {
                request.detail.units = alloc::vec![named(line.id, count)];
                ask(self.work, request)
            };
            let most = match taken(line.count) {
                Ok(_) => line.count,
                Err(Not { free: Some(free), .. }) if free > 0 && taken(free).is_ok() => free,
                Err(_) => continue,
            };
            units.push(any_reason(line.id, most));
        }
        request.detail.units = units.iter().map(|units| named(units.line, units.most)).collect();
        if units.is_empty() {
            request.detail.units = guess;
        }
        units
    }

    /// The lines that may be named, where none need be.
    fn units_by_choice(&self, request: &mut Request) -> Vec<UnitBounds> {
        let mut units = Vec::new();
        for (at, line) in (0_u16..).zip(&self.work.trade.lines) {
            let most = self.most_of(request, at, line);
            if most == 0 {
                continue;
            }
            request.detail.units = alloc::vec![named(line.id, most)];
            if is_taken(self.work, request) {
                units.push(any_reason(line.id, most));
            }
        }
        request.detail.units.clear();
        units
    }

    /// How many units of a line such an action speaks of: of the order all, of a case its own.
    fn most_of(&self, request: &Request, at: u16, line: &Line) -> u32 {
        let Subject::Case(no) = request.subject else {
            return line.count;
        };
        // Only units that have not been received yet are received with the acceptance.
        let accepts = request.asked == Asked::Case(after_sale::Action::AcceptGoods);
        let own = self.work.trade.goods.of_case(no);
        own.filter(|units| units.line == at && (!accepts || units.place == Place::Inbound))
            .map(|units| units.count)
            .sum()
    }

    /// Tries what the request lists first, then what else it could say.
    fn first_taken(&self, request: &mut Request) -> Result<Seen, Not> {
        let first = match ask(self.work, request) {
            Ok(seen) => return Ok(seen),
            Err(not) => not,
        };
        // A refusal says what would have been accepted; an amount that was left out may have been too much.
        let may_be_named = fields(request.asked).1.contains(&Field::Amount) && names_money(request);
        if let Some(most) = first.amount.filter(|_| request.detail.amount.is_some() || may_be_named) {
            let given = request.detail.amount.replace(most.into());
            if let Ok(seen) = ask(self.work, request) {
                return Ok(seen);
            }
            request.detail.amount = given;
        }
        if request.detail.found_paid == Some(true) {
            request.detail.found_paid = Some(false);
            return ask(self.work, request);
        }
        if request.asked == Asked::Order(order::Action::MarkDispute) {
            for payment in self.payments() {
                request.detail.reference = Some(payment.reference);
                if let Ok(seen) = ask(self.work, request) {
                    return Ok(seen);
                }
            }
        }
        Err(first)
    }

    /// The answers of which there is a list.
    fn lists(&self, request: &mut Request, bounds: &mut Bounds) {
        if let Some(days) = request.detail.days {
            let mut offered = |days: &u32| {
                request.detail.days = Some(*days);
                is_taken(self.work, request)
            };
            bounds.days = self.days().filter(&mut offered).collect();
            request.detail.days = Some(days);
        }
        if let Some(found) = request.detail.found_paid {
            let mut taken = |paid: &bool| {
                request.detail.found_paid = Some(*paid);
                is_taken(self.work, request)
            };
            bounds.found_paid = [true, false].into_iter().filter(&mut taken).collect();
            request.detail.found_paid = Some(found);
        }
        if request.asked == Asked::Order(order::Action::MarkDispute) {
            bounds.references = request.detail.reference.into_iter().collect();
        }
        bounds.later_than = request.detail.until.map(|_| self.work.now);
        bounds.stars = request.detail.stars.map(|_| Within { least: 1, most: 5 });
        if bounds.takes.has(Field::ReturnWaived) {
            request.detail.return_waived = true;
            if !is_taken(self.work, request) {
                bounds.takes = bounds.takes.without(Field::ReturnWaived);
            }
            request.detail.return_waived = false;
        }
    }

    /// Takes out of a request what it need not say; what it must becomes a need.
    pub(super) fn strip(&self, request: &mut Request, bounds: &mut Bounds) {
        let taken = bounds.takes;
        let proofs = || PROOFS.into_iter().filter(|&field| taken.has(field));
        let mut without = Detail::default();
        let mut exchange_all = |request: &mut Request| {
            proofs().for_each(|field| exchange(field, &mut request.detail, &mut without));
        };
        // Mostly none is asked for.
        exchange_all(request);
        if is_taken(self.work, request) {
            return;
        }
        exchange_all(request);
        for field in proofs() {
            let mut without = Detail::default();
            exchange(field, &mut request.detail, &mut without);
            if !is_taken(self.work, request) {
                bounds.needs = bounds.needs.with(field);
                exchange(field, &mut request.detail, &mut without);
            }
        }
    }

    /// How much money may be named.
    fn money(&self, request: &mut Request, seen: &Seen, bounds: &mut Bounds) {
        let pays = request.detail.kind.is_none_or(crate::Kind::pays);
        let exact = |amount| bound(amount, amount);
        if let Some(given) = request.detail.amount.map(|sum| sum.amount) {
            bounds.amount = match seen.most {
                Some(most) => Some(bound(least(seen, most), most)),
                None if self.actor.role.reports_facts() => Some(exact(given)),
                None => Some(bound(self.least_price(request), Amount::MOST)),
            };
        } else if pays && bounds.takes.has(Field::Amount) {
            bounds.amount = seen.most.map(|most| bound(least(seen, most), most));
            bounds.parts = seen.most.and_then(|most| self.claimed(request.subject, most));
            self.deductions(request, bounds);
        }
        bounds.fee = self.fee(request, seen);
        bounds.difference = seen.most.filter(|_| request.detail.kind == Some(crate::Kind::Exchange));
        if bounds.takes.has(Field::Freight) {
            request.detail.freight = Some(Amount::ZERO.into());
            bounds.freight = is_taken(self.work, request).then_some(self.work.book.policy.freight.most);
            request.detail.freight = None;
        }
    }

    /// The most that may be named as a fee: only what is sent has one. Where no row caps it, the policy's cap is
    /// offered.
    pub(super) fn fee(&self, request: &Request, seen: &Seen) -> Option<Amount> {
        let sends = request.detail.kind.is_some_and(crate::Kind::sends);
        sends.then_some(seen.fee.unwrap_or(self.work.book.policy.amounts.fee_most))
    }

    /// The least that a price may be, as the refusal of nothing says it.
    fn least_price(&self, request: &mut Request) -> Amount {
        let given = request.detail.amount;
        request.detail.amount = Some(Amount::ZERO.into());
        let least = ask(self.work, request).err().and_then(|not| not.amount);
        request.detail.amount = given;
        least.unwrap_or_default().max(Amount::new(1))
    }

    /// Whether less than the most must be explained unit by unit, if it can be named at all.
    fn deductions(&self, request: &mut Request, bounds: &mut Bounds) {
        let Some(amount) = bounds.amount.as_mut().filter(|amount| amount.least < amount.most) else {
            return;
        };
        request.detail.amount = Some(amount.least.into());
        if !is_taken(self.work, request) {
            request.detail.units = bounds.units.iter().map(|units| named(units.line, units.most)).collect();
            for wanted in &mut request.detail.units {
                wanted.reason = Some(Reason::Damaged);
            }
            bounds.explained = !request.detail.units.is_empty() && is_taken(self.work, request);
            if !bounds.explained {
                amount.least = amount.most;
            }
            request.detail.units.clear();
        }
        request.detail.amount = None;
    }

    /// What a case claims, by what it was paid for.
    fn claimed(&self, subject: Subject, most: Amount) -> Option<Parts> {
        let Subject::Case(no) = subject else { return None };
        let claim = &self.work.trade.case(no)?.claim;
        (claim.total() == most).then(|| parts(claim))
    }

    /// Leaves out of the bounds what nothing is known about.
    pub(super) fn close(&self, request: &mut Request, bounds: &mut Bounds) {
        let unknown = [
            (Field::Kind, bounds.kind.is_none()),
            (Field::Units, bounds.units.is_empty()),
            (Field::Amount, bounds.amount.is_none() && bounds.reasons.iter().all(|reason| reason.amount.is_none())),
            (Field::Fee, bounds.fee.is_none()),
            (Field::Difference, bounds.difference.is_none()),
            (Field::Freight, bounds.freight.is_none()),
            (Field::KeyNumber, true),
            // The bank's own figure, and which parcel it was: left to who knows them.
            (Field::Waybill, request.subject == Subject::Order),
        ];
        for (field, _) in unknown.into_iter().filter(|(_, unknown)| *unknown) {
            bounds.takes = bounds.takes.without(field);
        }
        for field in bounds.needs.iter() {
            bounds.takes = bounds.takes.without(field);
        }
        let has = |field| bounds.takes.has(field) || bounds.needs.has(field);
        if !has(Field::Text) {
            bounds.text = None;
        }
        if !has(Field::Evidence) {
            bounds.evidence = None;
        }
        if !has(Field::Freight) {
            bounds.freight = None;
        }
    }
}

/// How long a text may be, and how much evidence there may be.
pub(super) fn words(seen: &Seen, bounds: &mut Bounds) {
    let up_to = |field, most: usize| Within {
        least: u32::from(bounds.needs.has(field)),
        most: u32::try_from(most).unwrap_or(u32::MAX),
    };
    let text = seen.text.unwrap_or(up_to(Field::Text, TEXT_MOST));
    let evidence = seen.evidence.unwrap_or(up_to(Field::Evidence, EVIDENCE_MOST));
    bounds.text = Some(text);
    bounds.evidence = Some(at_most(evidence));
}

/// No request carries more evidence than its form takes.
pub(super) fn at_most(evidence: Within) -> Within {
    Within { most: evidence.most.min(EVIDENCE_MOST as u32), ..evidence }
}

/// An amount by what it was paid for.
pub(super) fn parts(split: &Split) -> Parts {
    let mut parts = Parts::default();
    for part in &split.parts {
        let sum = match part.bucket {
            Bucket::Tax(_) => &mut parts.tax,
            Bucket::Shipping | Bucket::Supplement => &mut parts.shipping,
            Bucket::Goods(_) | Bucket::Fee(_) | Bucket::Unapplied | Bucket::Surplus => &mut parts.goods,
        };
        *sum = sum.plus(part.amount).unwrap_or(Amount::MOST);
    }
    parts
}

pub(super) const fn bound(least: Amount, most: Amount) -> AmountBounds {
    AmountBounds { least, most, whole: false }
}

/// The least that may be asked for: the whole share where that is asked for, else more than nothing, if there is
/// anything.
pub(super) fn least(seen: &Seen, most: Amount) -> Amount {
    seen.whole.max(Amount::new(1)).min(most)
}

fn any_reason(line: Id, most: u32) -> UnitBounds {
    UnitBounds { line, least: 1, most, each: Amount::ZERO, reasons: Set::of(Reason::ALL) }
}

/// Exchanges one proof between two payloads.
fn exchange(field: Field, one: &mut Detail, other: &mut Detail) {
    use core::mem::swap;
    match field {
        Field::Text => swap(&mut one.text, &mut other.text),
        Field::Evidence => swap(&mut one.evidence, &mut other.evidence),
        Field::Waybill => swap(&mut one.waybill, &mut other.waybill),
        Field::Address => swap(&mut one.address, &mut other.address),
        Field::Account => swap(&mut one.account, &mut other.account),
        Field::Voucher => swap(&mut one.voucher, &mut other.voucher),
        _ => {}
    }
}
