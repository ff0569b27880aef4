//! What a payload may be: every request within the bounds of a choice is accepted.

use alloc::vec::Vec;

use serde::Serialize;

use crate::trade::field::given;
use crate::trade::form::TEXT_MOST;
use crate::trade::{Detail, Field, Wanted};
use crate::{Amount, Id, Kind, Reason, Set, Time};

/// From how many to how many: characters of a text, pieces of evidence, stars. Both ends are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "a least and a most; there is no third")]
pub struct Within {
    /// The least that is accepted.
    pub least: u32,
    /// The most that is accepted.
    pub most: u32,
}

impl Within {
    pub(super) const fn holds(self, count: usize) -> bool {
        self.least as usize <= count && count <= self.most as usize
    }
}

/// What an amount of money is made of. The parts sum to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Parts {
    /// Paid for goods.
    pub goods: Amount,
    /// Paid as tax on them.
    pub tax: Amount,
    /// Paid for shipping, supplements included.
    pub shipping: Amount,
}

/// How much money may be named, in minor units of the trade's currency. Both ends are accepted.
///
/// Where units are named, these are the bounds for all of them together: every unit that is listed for the reason. With
/// fewer units as much may be named as each of them gives back, see [`UnitBounds::each`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AmountBounds {
    /// The least that may be named.
    pub least: Amount,
    /// The most that may be named.
    pub most: Amount,
    /// Nothing less than the whole share of the units is accepted: with fewer units than all, leave the amount out.
    pub whole: bool,
}

/// Units of a line that may be named, with some reasons. A line that is listed twice has other counts for other
/// reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnitBounds {
    /// The line.
    pub line: Id,
    /// The least that may be named, if any are.
    pub least: u32,
    /// The most that may be named.
    pub most: u32,
    /// What each single unit surely gives back in goods and tax: so much times their number may be asked for them.
    /// Nothing where no money is asked for.
    pub each: Amount,
    /// With which reasons.
    pub reasons: Set<Reason>,
}

/// A reason that may be given, and what depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReasonBounds {
    /// The reason.
    pub reason: Reason,
    /// How many pieces of evidence it takes.
    pub evidence: Within,
    /// How much may be asked for all units that are listed for it; `None` where money is not what is asked for.
    pub amount: Option<AmountBounds>,
    /// Whether it is accepted only for all units that are listed for it, together.
    pub together: bool,
    /// The last moment at which all units that are listed for it are within their windows; `None` while no window has
    /// begun, or without one.
    pub until: Option<Time>,
}

/// What the payload of a choice may be. A request whose payload is [admitted](Self::admits) is accepted.
///
/// A field that is neither needed nor taken is left out. Fields that are not mentioned below take any value that is
/// well formed; an address, an account and a voucher have 1 to 500 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Bounds {
    /// The fields that must be given.
    pub needs: Set<Field>,
    /// The fields that may be given.
    pub takes: Set<Field>,
    /// The kind that must be named or, if the action takes none, that it comes to.
    pub kind: Option<Kind>,
    /// Which units may be named; if some are, each line once, all with one reason.
    pub units: Vec<UnitBounds>,
    /// Whether an amount below the most must say, unit by unit, why less is given.
    pub explained: bool,
    /// Which reasons may be given, where something depends on it. Empty: any.
    pub reasons: Vec<ReasonBounds>,
    /// The reason that goes for a request that gives none, if none need be given and something depends on it.
    pub unsaid: Option<Reason>,
    /// How much money may be named, where it does not depend on the reason.
    pub amount: Option<AmountBounds>,
    /// What the most is made of, for the units and the reason of the template; `None` where that is not known.
    pub parts: Option<Parts>,
    /// The most that may be named as a fee.
    pub fee: Option<Amount>,
    /// The most that may be named as the difference of a cheaper exchange; with fewer units than all, no more than each
    /// of them gives back.
    pub difference: Option<Amount>,
    /// The most that may be named as the cost of sending goods back.
    pub freight: Option<Amount>,
    /// How many characters the text may have, spaces around it not counted.
    pub text: Option<Within>,
    /// How many pieces of evidence may be given, where it does not depend on the reason.
    pub evidence: Option<Within>,
    /// How many days more may be asked for.
    pub days: Vec<u32>,
    /// After which moment a new end must lie.
    pub later_than: Option<Time>,
    /// How many stars may be given.
    pub stars: Option<Within>,
    /// What may have been found.
    pub found_paid: Vec<bool>,
    /// Which references may be named. Empty: any new one.
    pub references: Vec<Id>,
}

impl Bounds {
    /// Whether a payload lies within the bounds.
    #[must_use]
    pub fn admits(&self, detail: &Detail) -> bool {
        let given = given(detail);
        given.holds_all(self.needs)
            && self.needs.or(self.takes).holds_all(given)
            && self.admits_words(detail)
            && (detail.kind.is_none() || detail.kind == self.kind)
            && self.admits_terms(detail)
            && within(detail.fee, self.fee)
            && within(detail.freight, self.freight)
    }

    fn admits_words(&self, detail: &Detail) -> bool {
        let any_text = Within { least: 1, most: TEXT_MOST as u32 };
        let texts = [&detail.address, &detail.account, &detail.voucher];
        let text = self.text.is_none_or(|text| {
            let most = text.most as usize;
            text.holds(detail.text.trim().chars().count()) && detail.text.chars().count() <= most
        });
        let listed = |known: &[Id]| known.is_empty() || detail.reference.is_none_or(|id| known.contains(&id));
        text && texts
            .iter()
            .all(|text| text.is_empty() || (any_text.holds(text.chars().count()) && !text.trim().is_empty()))
            && detail.days.is_none_or(|days| self.days.contains(&days))
            && detail.until.is_none_or(|until| self.later_than.is_none_or(|than| than < until))
            && detail.found_paid.is_none_or(|paid| self.found_paid.contains(&paid))
            && listed(&self.references)
            && detail.stars.is_none_or(|stars| self.stars.is_none_or(|within| within.holds(stars.into())))
    }

    /// Units, reason, evidence and money hang together.
    fn admits_terms(&self, detail: &Detail) -> bool {
        let Some(reason) = self.reason(detail) else {
            return false;
        };
        let (evidence, amount) = match reason {
            Some(bounds) => (Some(bounds.evidence), bounds.amount),
            None => (self.evidence, self.amount),
        };
        evidence.is_none_or(|evidence| evidence.holds(detail.evidence.len()))
            && detail.units.iter().all(|wanted| self.listed(wanted, reason).is_some())
            && reason.is_none_or(|of| !of.together || self.names_all(detail, reason))
            && self.admits_amount(detail, reason, amount)
            && self.admits_difference(detail, reason)
    }

    /// What is paid back for a cheaper replacement is paid out of what the units give back.
    fn admits_difference(&self, detail: &Detail, reason: Option<&ReasonBounds>) -> bool {
        let most = if reason.is_none() || self.names_all(detail, reason) {
            self.difference
        } else {
            self.difference.map(|most| most.min(self.of_units(detail, reason)))
        };
        within(detail.difference, most)
    }

    /// The reason that goes for a payload: `None` if it may not be given, `Some(None)` where nothing depends on it.
    fn reason(&self, detail: &Detail) -> Option<Option<&ReasonBounds>> {
        if self.reasons.is_empty() {
            return Some(None);
        }
        let given = detail.reason.or(self.unsaid)?;
        Some(Some(self.reasons.iter().find(|bounds| bounds.reason == given)?))
    }

    /// The entry that a line is named under.
    fn listed(&self, wanted: &Wanted, reason: Option<&ReasonBounds>) -> Option<&UnitBounds> {
        self.of_reason(reason)
            .find(|units| units.line == wanted.line && (units.least..=units.most).contains(&wanted.count))
    }

    fn of_reason(&self, reason: Option<&ReasonBounds>) -> impl Iterator<Item = &UnitBounds> {
        let reason = reason.map(|bounds| bounds.reason);
        self.units.iter().filter(move |units| reason.is_none_or(|reason| units.reasons.has(reason)))
    }

    fn admits_amount(&self, detail: &Detail, reason: Option<&ReasonBounds>, bounds: Option<AmountBounds>) -> bool {
        let Some(amount) = detail.amount.map(|sum| sum.amount) else {
            return true;
        };
        let Some(bounds) = bounds else { return false };
        if reason.is_some() && !self.names_all(detail, reason) {
            return !bounds.whole && !amount.is_zero() && amount <= bounds.most.min(self.of_units(detail, reason));
        }
        let less = amount < bounds.most && self.explained;
        let explained = !detail.units.is_empty() && detail.units.iter().all(|wanted| wanted.reason.is_some());
        bounds.least <= amount && amount <= bounds.most && (!less || explained)
    }

    /// Whether all units are named that are listed for the reason.
    fn names_all(&self, detail: &Detail, reason: Option<&ReasonBounds>) -> bool {
        let named = |units: &UnitBounds| {
            let mut wanted = detail.units.iter();
            wanted.any(|wanted| wanted.line == units.line && wanted.count == units.most)
        };
        self.of_reason(reason).all(named)
    }

    /// What the named units surely give back.
    fn of_units(&self, detail: &Detail, reason: Option<&ReasonBounds>) -> Amount {
        let each = detail.units.iter().map(|wanted| {
            let each = self.listed(wanted, reason).map_or(Amount::ZERO, |units| units.each);
            Amount::new(each.minor().saturating_mul(wanted.count.into()))
        });
        each.fold(Amount::ZERO, |sum, amount| sum.plus(amount).unwrap_or(Amount::MOST))
    }
}

fn within(sum: Option<crate::trade::Sum>, most: Option<Amount>) -> bool {
    sum.is_none_or(|sum| most.is_some_and(|most| sum.amount <= most))
}
