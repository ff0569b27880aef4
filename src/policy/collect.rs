//! Collecting the faults of a policy: one method a kind of fault.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Policy, PolicyFault};
use crate::{Anchor, Id, Length, Span};

/// The shortest time that somebody is waited for.
pub(super) const A_MOMENT: Length = Length::Seconds(1);
/// The longest: nobody waits longer for a parcel, a person or a bank.
pub(super) const TEN_YEARS: Length = Length::Days(3_650);
/// The most entries of a list of categories.
const MOST_CATEGORIES: u64 = 1_000;

/// A policy under examination, and what was found so far.
pub(super) struct Check<'a> {
    pub(super) policy: &'a Policy,
    pub(super) faults: Vec<PolicyFault>,
}

impl Check<'_> {
    pub(super) fn span(&mut self, field: String, span: Span) {
        self.time(field + ".length", span.length, A_MOMENT, TEN_YEARS);
    }

    pub(super) fn time(&mut self, field: impl Into<String>, found: Length, least: Length, most: Length) {
        if !(least.millis()..=most.millis()).contains(&found.millis()) {
            let field = field.into();
            self.faults.push(PolicyFault::Time { field, found, least, most });
        }
    }

    pub(super) fn at_most(&mut self, field: impl Into<String>, found: Length, other: String, most: Length) {
        if found.millis() > most.millis() {
            self.beyond(field.into(), found, other, most, false);
        }
    }

    pub(super) fn less_than(&mut self, field: impl Into<String>, found: Length, other: String, most: Length) {
        if found.millis() >= most.millis() {
            self.beyond(field.into(), found, other, most, true);
        }
    }

    fn beyond(&mut self, field: String, found: Length, other: String, most: Length, strict: bool) {
        self.faults.push(PolicyFault::Beyond { field, found, other, most, strict });
    }

    pub(super) fn number(&mut self, field: impl Into<String>, found: u64, least: u64, most: u64) {
        if !(least..=most).contains(&found) {
            let field = field.into();
            self.faults.push(PolicyFault::Number { field, found, least, most });
        }
    }

    pub(super) fn entries(&mut self, field: &str, found: usize, least: u64, most: u64) {
        let found = count(found);
        if !(least..=most).contains(&found) {
            let field = field.to_string();
            self.faults.push(PolicyFault::Entries { field, found, least, most });
        }
    }

    pub(super) fn ascending<T: Ord>(&mut self, field: &str, list: &[T]) {
        let pairs = list.iter().zip(list.iter().skip(1));
        let before = pairs.take_while(|(this, next)| this < next).count();
        if before + 1 < list.len() {
            let field = field.to_string();
            self.faults.push(PolicyFault::Order { field, at: count(before) + 2 });
        }
    }

    pub(super) fn anchor(&mut self, field: String, span: Span, accepts: impl Fn(Anchor) -> bool) {
        if !accepts(span.anchor) {
            let accepted = Anchor::ALL.iter().copied().filter(|&anchor| accepts(anchor)).collect();
            self.faults.push(PolicyFault::Anchor { field: field + ".anchor", found: span.anchor, accepted });
        }
    }

    pub(super) fn name(&mut self, field: &str, id: Id) {
        if !id.is_well_formed() {
            self.faults.push(PolicyFault::Name { field: field.to_string() });
        }
    }

    pub(super) fn categories(&mut self, field: &str, categories: &[Id]) {
        self.entries(field, categories.len(), 0, MOST_CATEGORIES);
        for (at, category) in categories.iter().enumerate() {
            self.name(&format!("{field}.{at}"), *category);
        }
    }

    pub(super) fn contradicts(&mut self, is_so: bool, field: &str, found: &'static str, other: &'static str) {
        if is_so {
            let field = field.to_string();
            self.faults.push(PolicyFault::Contradiction { field, found, other });
        }
    }
}

pub(super) fn count(found: usize) -> u64 {
    u64::try_from(found).unwrap_or(u64::MAX)
}
