//! Requests with one thing wrong with them, so that each condition is met alone.

use alloc::string::String;
use alloc::vec::Vec;

use crate::trade::{Detail, Field, NewOrder, Request, fields};
use crate::{Amount, Currency, Dispute, Kind, Reason, Time};

/// The same request with one thing otherwise, each thing in turn. Most are refused, each for its own reason.
pub(in crate::testing) fn of(request: &Request, now: Time) -> Vec<Request> {
    let mut mistakes = Mistakes { request, all: Vec::new() };
    mistakes.choices();
    mistakes.sums();
    mistakes.words();
    mistakes.units();
    mistakes.times(now);
    mistakes.order();
    mistakes.all
}

struct Mistakes<'a> {
    request: &'a Request,
    all: Vec<Request>,
}

impl Mistakes<'_> {
    fn with(&mut self, change: impl FnOnce(&mut Detail)) {
        let mut request = self.request.clone();
        request.seen = None;
        change(&mut request.detail);
        if request.detail != self.request.detail {
            self.all.push(request);
        }
    }

    fn takes(&self, field: Field) -> bool {
        let (needs, takes) = fields(self.request.asked);
        needs.contains(&field) || takes.contains(&field)
    }

    fn choices(&mut self) {
        if self.takes(Field::Kind) {
            Kind::ALL.iter().for_each(|&kind| self.with(|detail| detail.kind = Some(kind)));
        }
        if self.takes(Field::Reason) {
            Reason::ALL.iter().for_each(|&reason| self.with(|detail| detail.reason = Some(reason)));
        }
        if self.takes(Field::Stage) {
            Dispute::ALL.iter().for_each(|&stage| self.with(|detail| detail.stage = Some(stage)));
        }
        if self.takes(Field::ReturnWaived) {
            self.with(|detail| detail.return_waived = !detail.return_waived);
        }
        self.with(|detail| detail.found_paid = detail.found_paid.map(|found| !found));
        self.with(|detail| detail.days = detail.days.map(|days| days + 1));
        self.with(|detail| detail.days = detail.days.map(|days| days.saturating_sub(1).max(1)));
        for key in 0..3 {
            if self.takes(Field::KeyNumber) {
                self.with(|detail| detail.key_number = Some(key));
            }
        }
    }

    fn sums(&mut self) {
        type Place = fn(&mut Detail) -> &mut Option<crate::trade::Sum>;
        let places: [(Field, Place); 4] = [
            (Field::Amount, |detail| &mut detail.amount),
            (Field::Fee, |detail| &mut detail.fee),
            (Field::Difference, |detail| &mut detail.difference),
            (Field::Freight, |detail| &mut detail.freight),
        ];
        for (field, place) in places {
            if !self.takes(field) {
                continue;
            }
            let mut own = self.request.detail.clone();
            let minor = place(&mut own).map_or(0, |sum| sum.amount.minor());
            for sum in [0, 1, minor / 2, minor.saturating_sub(1), minor + 1, minor.saturating_mul(2), 1_000_000] {
                self.with(|detail| *place(detail) = Some(Amount::new(sum).into()));
            }
            self.with(|detail| *place(detail) = None);
        }
    }

    fn words(&mut self) {
        self.with(|detail| detail.text = String::new());
        self.with(|detail| detail.evidence.clear());
        self.with(|detail| detail.waybill = None);
        self.with(|detail| detail.address = String::new());
        self.with(|detail| detail.account = String::new());
        self.with(|detail| detail.voucher = String::new());
        if self.takes(Field::Evidence) {
            self.with(|detail| detail.evidence = Vec::from(["photo".into()]));
        }
        if self.takes(Field::Account) {
            self.with(|detail| detail.account = "another account".into());
        }
        if self.takes(Field::Address) {
            self.with(|detail| detail.address = "an address".into());
        }
    }

    fn units(&mut self) {
        if !self.takes(Field::Units) {
            return;
        }
        self.with(|detail| detail.units.clear());
        for at in 0..self.request.detail.units.len() {
            let unit = |detail: &mut Detail, change: fn(&mut u32)| {
                if let Some(wanted) = detail.units.get_mut(at) {
                    change(&mut wanted.count);
                }
            };
            self.with(|detail| unit(detail, |count| *count += 1));
            self.with(|detail| unit(detail, |count| *count = count.saturating_sub(1)));
            self.with(|detail| {
                detail.units.remove(at);
            });
        }
    }

    fn times(&mut self, now: Time) {
        const DAY: i64 = 86_400_000;
        if self.request.detail.stage_at.is_some() {
            self.with(|detail| detail.stage_at = Some(now.after(-DAY)));
        }
        if self.request.detail.until.is_some() {
            self.with(|detail| detail.until = Some(now.after(400 * DAY)));
        }
    }

    /// What can be wrong with an order.
    fn order(&mut self) {
        let changes: [fn(&mut NewOrder); 5] = [
            |order| order.lines.clear(),
            |order| order.total = Amount::new(order.total.minor() + 1),
            |order| order.currency = Currency::EUR,
            |order| order.needs_hold = !order.needs_hold,
            |order| {
                if let Some(line) = order.lines.first_mut() {
                    line.discount = Amount::new(1_000_000_000);
                }
            },
        ];
        if self.request.detail.order.is_none() {
            return;
        }
        for change in changes {
            self.with(|detail| detail.order.as_mut().map_or((), |order| change(order)));
        }
    }
}
