//! What is asked of a choice: its template, and its bounds from both sides.

use alloc::vec;
use alloc::vec::Vec;

use super::blind::reference_of;
use crate::testing::Knobs;
use crate::trade::{
    Asked, Choice, Detail, Field, ReasonBounds, Request, Subject, Sum, Trade, UnitBounds, Wanted, Waybill, fields,
};
use crate::{Amount, Dispute, Id, Kind, Reason, Role, Time, order};

/// Every request that a choice is tried with, the template first.
pub(in crate::testing) fn around(
    choice: &Choice,
    trade: &Trade,
    now: Time,
    knobs: &Knobs,
    mut ask: impl FnMut(Request),
) {
    let mut template = choice.template.clone();
    settle(&mut template, choice, trade, knobs);
    let beyond = Amount::new(trade.money.total().paid.minor().saturating_add(1));
    let mut vary = Vary { template: &template, choice, knobs, trade, beyond, now, ask: &mut ask };
    vary.as_it_is();
    vary.amounts();
    vary.reasons();
    vary.units();
    vary.numbers();
    vary.extras();
    vary.parcels();
    vary.disputes();
    vary.unlisted();
}

/// References repeat from trade to trade, so that trades do.
fn settle(template: &mut Request, choice: &Choice, trade: &Trade, knobs: &Knobs) {
    let named = template.detail.reference.is_some() && template.asked != Asked::Order(order::Action::MarkDispute);
    if named && choice.bounds.references.is_empty() {
        let reference = reference_of(trade, template.subject, template.asked, knobs.payments);
        template.detail.reference = Some(reference);
    }
}

struct Vary<'a, F> {
    template: &'a Request,
    choice: &'a Choice,
    knobs: &'a Knobs,
    trade: &'a Trade,
    /// More than was ever paid.
    beyond: Amount,
    now: Time,
    ask: &'a mut F,
}

impl<F: FnMut(Request)> Vary<'_, F> {
    fn with(&mut self, change: impl FnOnce(&mut Detail)) {
        let mut request = self.template.clone();
        change(&mut request.detail);
        (self.ask)(request);
    }

    fn as_it_is(&mut self) {
        self.with(|_| {});
    }

    fn takes(&self, field: Field) -> bool {
        self.choice.bounds.takes.has(field) || self.choice.bounds.needs.has(field)
    }

    /// The reason for which the template asks.
    fn own_reason(&self) -> Option<&ReasonBounds> {
        let bounds = &self.choice.bounds;
        let reason = self.template.detail.reason.or(bounds.unsaid)?;
        bounds.reasons.iter().find(|of| of.reason == reason)
    }

    /// The most and one more, the least and one less, nothing, and what the world says lies between.
    fn amounts(&mut self) {
        let bounds = self.own_reason().map_or(self.choice.bounds.amount, |reason| reason.amount);
        if !self.takes(Field::Amount) {
            return;
        }
        let Some(bounds) = bounds else {
            // Nothing is said of how much: more than the whole order is too much for anything.
            let beyond = self.beyond;
            return self.with(|detail| detail.amount = Some(beyond.into()));
        };
        let (least, most) = (bounds.least.minor(), bounds.most.minor());
        // Where nothing bounds it, no trade has room for so much.
        let bounded = (bounds.most < Amount::MOST).then_some(most);
        // What a channel reports is taken in whatever it says: too much is a matter of its own.
        let reports = self.template.actor.role.reports_facts() && !self.knobs.too_much;
        let outside = [most.saturating_add(1), least.saturating_sub(1)].into_iter().filter(|_| !reports);
        let mut sums: Vec<u64> = bounded.into_iter().chain(outside).collect();
        sums.extend(self.knobs.amounts.iter().map(|amount| amount.minor()).filter(|&sum| sum < most));
        let explained = self.choice.bounds.explained;
        sums.dedup();
        for sum in
            sums.into_iter().filter(|&sum| Some(Amount::new(sum)) != self.template.detail.amount.map(|sum| sum.amount))
        {
            let explained = explained && sum < most;
            self.with(|detail| {
                detail.amount = Some(sum.into());
                if explained {
                    explain(detail);
                }
            });
            if explained {
                self.with(|detail| detail.amount = Some(sum.into()));
            }
        }
    }

    /// Every reason that is listed, with as much evidence as it takes and with less, and one that is not.
    fn reasons(&mut self) {
        let (choice, own) = (self.choice, self.template.detail.reason);
        if choice.bounds.reasons.is_empty() {
            return;
        }
        for of in choice.bounds.reasons.iter().filter(|of| Some(of.reason) != own) {
            self.with(|detail| for_reason(detail, choice, of));
        }
        if let Some(of) = choice.bounds.reasons.iter().find(|of| of.evidence.least > 0) {
            self.with(|detail| {
                for_reason(detail, choice, of);
                detail.evidence.clear();
            });
        }
        let unlisted = |reason: &&Reason| choice.bounds.reasons.iter().all(|of| of.reason != **reason);
        if let Some(&reason) = Reason::ALL.iter().find(unlisted) {
            self.with(|detail| detail.reason = Some(reason));
        }
    }

    /// Of each line alone the most, one more, and a single one.
    fn units(&mut self) {
        let of_reason = self.own_reason().map(|of| of.reason);
        let listed = self.choice.bounds.units.iter();
        let listed: Vec<UnitBounds> =
            listed.filter(|units| of_reason.is_none_or(|reason| units.reasons.has(reason))).copied().collect();
        let single = self.knobs.single_units;
        for &UnitBounds { line, most, .. } in &listed {
            let named = |count| Wanted { line, count, condition: None, reason: None };
            let mut only = |count| {
                self.with(|detail| {
                    detail.units = vec![named(count)];
                    detail.amount = None;
                });
            };
            only(most.saturating_add(1));
            if listed.len() > 1 {
                only(most);
            }
            if single && most > 1 {
                only(1);
            }
        }
    }

    /// Without each proof that some row may ask for.
    fn unproved(&mut self) {
        for &field in fields(self.template.asked).1 {
            let mut request = self.template.clone();
            if leave_out(&mut request.detail, field) {
                (self.ask)(request);
            }
        }
    }

    fn numbers(&mut self) {
        let bounds = &self.choice.bounds;
        let own = self.template.detail.days;
        let unlisted = bounds.days.last().map(|days| days + 1);
        for days in bounds.days.iter().copied().chain(unlisted).filter(|&days| Some(days) != own) {
            self.with(|detail| detail.days = Some(days));
        }
        let own = self.template.detail.found_paid;
        for found in bounds.found_paid.iter().copied().filter(|&found| Some(found) != own) {
            self.with(|detail| detail.found_paid = Some(found));
        }
        let own = self.template.detail.reference;
        for reference in bounds.references.iter().copied().filter(|&reference| Some(reference) != own) {
            self.with(|detail| detail.reference = Some(reference));
        }
        for (field, most) in [(Field::Fee, bounds.fee), (Field::Difference, bounds.difference)] {
            let Some(most) = most.filter(|_| self.takes(field)) else { continue };
            let sums: Vec<Amount> = self.knobs.fees.iter().copied().filter(|&fee| fee <= most).collect();
            for sum in sums.into_iter().chain([Amount::new(most.minor().saturating_add(1))]) {
                self.with(|detail| *place(detail, field) = Some(sum.into()));
            }
        }
    }

    fn extras(&mut self) {
        if let Some(text) = self.choice.bounds.text.filter(|text| text.least > 0) {
            self.with(|detail| detail.text = "x".repeat(text.least.saturating_sub(1) as usize));
        }
        if self.takes(Field::ReturnWaived) {
            self.with(|detail| detail.return_waived = true);
            for amount in self.knobs.amounts.clone() {
                self.with(|detail| (detail.return_waived, detail.amount) = (true, Some(amount.into())));
            }
        }
        let own = self.template.detail.kind;
        if let Some(kind) = Kind::ALL.iter().copied().find(|&kind| own.is_some_and(|own| own != kind)) {
            self.with(|detail| detail.kind = Some(kind));
        }
        // Money under a kind that pays none.
        if own.is_some_and(Kind::pays) && self.takes(Field::Amount) {
            self.with(|detail| (detail.kind, detail.amount) = (Some(Kind::Exchange), Some(Amount::new(1).into())));
        }
        if self.template.detail.until.is_some() {
            let now = self.now;
            self.with(|detail| detail.until = Some(now));
        }
        self.unproved();
        if self.takes(Field::Freight) {
            for freight in self.knobs.freights.clone() {
                self.with(|detail| detail.freight = Some(freight.into()));
            }
        }
        if fields(self.template.asked).1.contains(&Field::KeyNumber) && self.knobs.too_much {
            self.with(|detail| detail.key_number = Some(1));
        }
        if self.takes(Field::Stage) {
            for &stage in crate::Dispute::ALL {
                self.with(|detail| detail.stage = Some(stage));
            }
        }
    }

    /// A carrier speaks of one parcel of the order by its waybill, and of one that there is not.
    fn parcels(&mut self) {
        let reports = self.template.actor.role == Role::Carrier && self.template.subject == Subject::Order;
        if !reports || !self.takes(Field::Waybill) {
            return;
        }
        let carrier = self.template.actor.id;
        let own = self.trade.parcels.iter().filter(|parcel| parcel.carrier == carrier).map(|parcel| parcel.waybill);
        for number in own.chain([Id::from("unknown")]) {
            self.with(|detail| detail.waybill = Some(Waybill { carrier, number }));
        }
    }

    /// A channel reports a dispute of every payment, and one from before the order, which is older than any other.
    fn disputes(&mut self) {
        if self.template.asked != Asked::Order(order::Action::MarkDispute) {
            return;
        }
        let own = self.template.detail.reference;
        for payment in self.trade.money.payments.iter().filter(|payment| Some(payment.reference) != own) {
            self.with(|detail| detail.reference = Some(payment.reference));
        }
        let before = self.trade.head.placed_at.map(|placed| placed.after(-1));
        self.with(|detail| (detail.stage, detail.stage_at) = (Some(Dispute::Open), before));
    }

    /// What the action takes of others, or elsewhere, and this choice does not list.
    fn unlisted(&mut self) {
        let may = fields(self.template.asked).1;
        if may.contains(&Field::Freight) && !self.takes(Field::Freight) {
            self.with(|detail| detail.freight = Some(Amount::new(100).into()));
        }
        let line = self.trade.lines.first();
        if let Some(line) = line.filter(|_| may.contains(&Field::Units) && !self.takes(Field::Units)) {
            let one = Wanted { line: line.id, count: 1, condition: None, reason: None };
            self.with(|detail| detail.units = vec![one]);
        }
    }
}

/// Takes a proof or an explanation out of a payload, if it is there.
fn leave_out(detail: &mut Detail, field: Field) -> bool {
    let text = match field {
        Field::Evidence => return !core::mem::take(&mut detail.evidence).is_empty(),
        Field::Waybill => return detail.waybill.take().is_some(),
        Field::Text => &mut detail.text,
        Field::Address => &mut detail.address,
        Field::Account => &mut detail.account,
        Field::Voucher => &mut detail.voucher,
        _ => return false,
    };
    !core::mem::take(text).is_empty()
}

const fn place(detail: &mut Detail, field: Field) -> &mut Option<Sum> {
    match field {
        Field::Fee => &mut detail.fee,
        _ => &mut detail.difference,
    }
}

fn for_reason(detail: &mut Detail, choice: &Choice, of: &ReasonBounds) {
    detail.reason = Some(of.reason);
    let units = choice.bounds.units.iter().filter(|units| units.reasons.has(of.reason));
    let named = |units: &UnitBounds| Wanted { line: units.line, count: units.most, condition: None, reason: None };
    detail.units = units.map(named).collect();
    detail.amount = of.amount.filter(|_| choice.bounds.needs.has(Field::Amount)).map(|amount| amount.most.into());
    let evidence = usize::try_from(of.evidence.least).unwrap_or_default();
    detail.evidence = vec!["photo".into(); evidence];
}

/// Says of every unit why less is given.
fn explain(detail: &mut Detail) {
    for wanted in &mut detail.units {
        wanted.reason = Some(Reason::Quality);
    }
}
