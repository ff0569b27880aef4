//! The unit ledger: every unit of every line is in exactly one place, and at most one open case claims it.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::trade::{Defect, Line, UnitChange, UnitSpan};
use crate::{Amount, GoodsCondition, Time, words};

words! {
    /// Where a unit is.
    pub enum Place {
        /// With the merchant: not shipped yet, or bounced.
        WithMerchant = "with_merchant", "with the merchant", "在商家";
        /// On its way to the buyer.
        Outbound = "outbound", "on its way to the buyer", "发往买家途中";
        /// With the buyer.
        WithBuyer = "with_buyer", "with the buyer", "在买家";
        /// On its way back to the merchant.
        Inbound = "inbound", "on its way back", "退回途中";
        /// Back with the merchant from the buyer.
        Returned = "returned", "returned", "已退回";
        /// On its way back to the buyer: the merchant refused it.
        SentBack = "sent_back", "on its way back to the buyer", "寄回买家途中";
        /// Lost on the way.
        Lost = "lost", "lost", "丢失";
        /// In its stead a replacement is on its way to the buyer.
        Replaced = "replaced", "replaced", "已换发";
    }
}

impl Place {
    /// Whether the unit is in the merchant's hands.
    #[must_use]
    pub const fn at_merchant(self) -> bool {
        matches!(self, Self::WithMerchant | Self::Returned)
    }
}

/// Neighbouring units of one line that have shared one fate so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// The place of their line in the order.
    pub line: u16,
    /// The first of them, counted from 0 within the line.
    pub first: u32,
    /// How many they are.
    pub count: u32,
    /// Where they are.
    pub place: Place,
    /// The case that claims them.
    #[serde(default)]
    pub claim: Option<u16>,
    /// Whether their money has gone back as a case or the order decided; they take part in nothing more.
    #[serde(default)]
    pub closed: bool,
    /// How much of their worth is reserved, refunded or lost to disputes.
    #[serde(default)]
    pub spent: Amount,
    /// How often they were applied for.
    #[serde(default)]
    pub tries: u32,
    /// The parcel in which they left.
    #[serde(default)]
    pub parcel: Option<u16>,
    /// When they left.
    #[serde(default)]
    pub shipped_at: Option<Time>,
    /// When they came.
    #[serde(default)]
    pub delivered_at: Option<Time>,
    /// Until when at least they may be applied for, since a case on them was refused.
    #[serde(default)]
    pub grace: Option<Time>,
    /// In what condition they came back.
    #[serde(default)]
    pub condition: Option<GoodsCondition>,
    /// How often they came back to the merchant.
    #[serde(default)]
    pub returns: u32,
    /// Which of those returns was the last to be taken into stock; 0 before any was.
    #[serde(default)]
    pub restocked: u32,
    /// Whether the stock that was reserved for them was let go of.
    #[serde(default)]
    pub let_go: bool,
}

impl Units {
    /// Those units as a span.
    #[must_use]
    pub const fn span(&self) -> UnitSpan {
        UnitSpan { line: self.line, first: self.first, count: self.count }
    }

    /// Whether they came back to the merchant without ever having reached the buyer.
    #[must_use]
    pub const fn bounced(&self) -> bool {
        matches!(self.place, Place::Returned) && self.delivered_at.is_none()
    }

    const fn end(&self) -> u32 {
        self.first.saturating_add(self.count)
    }
}

/// The unit ledger, by line and first unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Goods(Vec<Units>);

impl Goods {
    /// All units, in the order of lines and units.
    #[must_use]
    pub fn all(&self) -> &[Units] {
        &self.0
    }

    /// The units of a line.
    pub fn of_line(&self, line: u16) -> impl Iterator<Item = &Units> {
        self.0.iter().filter(move |units| units.line == line)
    }

    /// The units that a case claims.
    pub fn of_case(&self, case: u16) -> impl Iterator<Item = &Units> {
        self.0.iter().filter(move |units| units.claim == Some(case))
    }

    /// The parts of the ledger that lie within a span.
    pub fn within(&self, span: UnitSpan) -> impl Iterator<Item = Units> + '_ {
        self.overlapping(span).map(|(units, first, end)| Units { first, count: end - first, ..*units })
    }

    /// The first `count` units of a line that fit, or as many as there are.
    #[must_use]
    pub fn pick(&self, line: u16, count: u32, fits: impl Fn(&Units) -> bool) -> Vec<UnitSpan> {
        let mut spans = Vec::new();
        self.pick_into(&mut spans, line, count, fits);
        spans
    }

    /// The same, added to what was picked before.
    pub(crate) fn pick_into(&self, spans: &mut Vec<UnitSpan>, line: u16, count: u32, fits: impl Fn(&Units) -> bool) {
        let mut left = count;
        for units in self.of_line(line).filter(|units| fits(units)) {
            let taken = units.count.min(left);
            if taken == 0 {
                break;
            }
            left -= taken;
            spans.push(UnitSpan { line, first: units.first, count: taken });
        }
    }

    /// How many units of a line fit.
    #[must_use]
    pub fn count(&self, line: u16, fits: impl Fn(&Units) -> bool) -> u32 {
        self.of_line(line).filter(|units| fits(units)).fold(0, |sum, units| sum.saturating_add(units.count))
    }

    /// Whether any unit fits.
    #[must_use]
    pub fn any(&self, fits: impl Fn(&Units) -> bool) -> bool {
        self.0.iter().any(fits)
    }

    /// What a span of units could still give back: their worth less what is spent of it.
    #[must_use]
    pub fn room(&self, line: &Line, span: UnitSpan) -> Amount {
        self.overlapping(span)
            .map(|(units, first, end)| {
                let spent = spent_of(units, line, first, end);
                line.value(first, end - first).less(spent)
            })
            .fold(Amount::ZERO, |sum, room| sum.plus(room).unwrap_or(Amount::MOST))
    }

    /// What each single unit of a range gives back at least; several of them give back at least so much times their
    /// number.
    pub(crate) fn each(line: &Line, units: &Units) -> Amount {
        let one = |paid: Amount| paid.share(1, line.count.into());
        let worth = one(line.goods).plus(one(line.tax)).unwrap_or(Amount::MOST);
        let whole = line.value(units.first, units.count);
        worth.share(whole.less(units.spent).minor(), whole.minor())
    }

    /// The ranges that have units of a span, each with the first of these and the first behind them.
    fn overlapping(&self, span: UnitSpan) -> impl Iterator<Item = (&Units, u32, u32)> {
        let start = self.0.partition_point(|units| (units.line, units.end()) <= (span.line, span.first));
        let ranges = self.0.get(start..).unwrap_or_default().iter();
        ranges
            .take_while(move |units| units.line == span.line && units.first < span.end())
            .map(move |units| (units, units.first.max(span.first), units.end().min(span.end())))
            .filter(|(_, first, end)| first < end)
    }

    pub(crate) fn place(&mut self, line: u16, count: u32) {
        self.0.push(Units {
            line,
            first: 0,
            count,
            place: Place::WithMerchant,
            claim: None,
            closed: false,
            spent: Amount::ZERO,
            tries: 0,
            parcel: None,
            shipped_at: None,
            delivered_at: None,
            grace: None,
            condition: None,
            returns: 0,
            restocked: 0,
            let_go: false,
        });
    }

    /// Changes the units of a span, splitting ranges at its ends.
    pub(crate) fn change(&mut self, span: UnitSpan, line: &Line, change: UnitChange) -> Result<(), Defect> {
        let mut changed = 0_u32;
        for units in self.cut(span, line) {
            changed = changed.saturating_add(units.count);
            set(units, change)?;
        }
        if changed == span.count { Ok(()) } else { Err(Defect::UnknownUnits(span)) }
    }

    /// Adds to what is spent of a span, spread over its ranges by the worth that is left in each.
    pub(crate) fn spend(&mut self, span: UnitSpan, line: &Line, amount: Amount) -> Result<(), Defect> {
        self.spread(
            span,
            line,
            amount,
            |units| line.value(units.first, units.count).less(units.spent),
            |spent, share| spent.plus(share),
        )
    }

    /// Takes back from what is spent of a span: of each of its ranges its share by worth, as ranges share what was spent of
    /// them when they part, so that what something else has spent of one since stays where it is. What a range has not, the
    /// others give, and then the rest of the line: which cent was spent of which unit is only how it was booked.
    pub(crate) fn unspend(&mut self, span: UnitSpan, line: &Line, amount: Amount) -> Result<(), Defect> {
        let whole = line.value(span.first, span.count).minor();
        let (mut left, mut before) = (amount, Amount::ZERO);
        for units in self.cut(span, line) {
            let upto = match units.end() {
                end if end >= span.end() => amount,
                end => amount.share(line.value(span.first, end.saturating_sub(span.first)).minor(), whole),
            };
            let here = upto.less(before).min(units.spent);
            (left, before) = (left.less(here), upto);
            units.spent = units.spent.less(here);
        }
        for within in [span, UnitSpan { first: 0, count: line.count, ..span }] {
            let here = left.min(Amount::sum(self.within(within).map(|units| units.spent)).unwrap_or(Amount::MOST));
            self.spread(within, line, here, |units| units.spent, Amount::minus)?;
            left = left.less(here);
        }
        if left.is_zero() { Ok(()) } else { Err(Defect::Money { what: "units" }) }
    }

    fn spread(
        &mut self,
        span: UnitSpan,
        line: &Line,
        amount: Amount,
        weight: impl Fn(&Units) -> Amount,
        apply: impl Fn(Amount, Amount) -> Option<Amount>,
    ) -> Result<(), Defect> {
        if amount.is_zero() {
            return Ok(());
        }
        let ranges = self.cut(span, line);
        let weights: Vec<u64> = ranges.iter().map(|units| weight(units).minor()).collect();
        let shares = amount.split(&weights);
        let mut left = amount;
        for ((units, share), room) in ranges.iter_mut().zip(shares).zip(weights) {
            if share.minor() > room {
                return Err(Defect::Money { what: "units" });
            }
            units.spent = apply(units.spent, share).ok_or(Defect::Money { what: "units" })?;
            left = left.less(share);
        }
        if left.is_zero() { Ok(()) } else { Err(Defect::Money { what: "units" }) }
    }

    /// Makes the ends of a span borders between ranges, and gives the ranges within it.
    fn cut(&mut self, span: UnitSpan, line: &Line) -> &mut [Units] {
        self.split(span.line, span.first, line);
        self.split(span.line, span.end(), line);
        let start = self.0.partition_point(|units| (units.line, units.first) < (span.line, span.first));
        let ranges = self.0.get_mut(start..).unwrap_or_default();
        let count = ranges.iter().take_while(|units| span.covers(units)).count();
        ranges.get_mut(..count).unwrap_or_default()
    }

    /// Makes `at` a border between ranges of a line; what was spent is shared by worth.
    fn split(&mut self, line_at: u16, at: u32, line: &Line) {
        let place = self.0.partition_point(|units| (units.line, units.end()) <= (line_at, at));
        let inside = |units: &&mut Units| units.line == line_at && units.first < at && at < units.end();
        let Some(units) = self.0.get_mut(place).filter(inside) else {
            return;
        };
        let left = spent_of(units, line, units.first, at);
        let right = Units { first: at, count: units.end() - at, spent: units.spent.less(left), ..*units };
        units.count = at - units.first;
        units.spent = left;
        self.0.insert(place + 1, right);
    }
}

/// What of a range's spent money belongs to the units from `first` to `end`: shared by worth, the last absorbs the
/// rest.
fn spent_of(units: &Units, line: &Line, first: u32, end: u32) -> Amount {
    if units.spent.is_zero() {
        return Amount::ZERO;
    }
    let whole = line.value(units.first, units.count).minor();
    let upto = |to: u32| match to {
        to if to >= units.end() => units.spent,
        to => units.spent.share(line.value(units.first, to.saturating_sub(units.first)).minor(), whole),
    };
    if first >= end { Amount::ZERO } else { upto(end).less(upto(first)) }
}

fn set(units: &mut Units, change: UnitChange) -> Result<(), Defect> {
    match change {
        UnitChange::At(place) => {
            units.place = place;
        }
        UnitChange::Claimed(case) => {
            if units.claim.is_some_and(|holder| holder != case) {
                return Err(Defect::ClaimedTwice(units.span()));
            }
            units.claim = Some(case);
        }
        UnitChange::Tried => units.tries = units.tries.saturating_add(1),
        UnitChange::Released => units.claim = None,
        UnitChange::Closed => units.closed = true,
        UnitChange::Reopened => units.closed = false,
        UnitChange::Shipped { parcel, at } => {
            units.place = Place::Outbound;
            units.parcel = Some(parcel);
            units.shipped_at = Some(at);
        }
        UnitChange::Delivered { at } => {
            units.place = Place::WithBuyer;
            units.delivered_at = Some(at);
        }
        UnitChange::Graced { until } => units.grace = Some(until),
        UnitChange::CameBack { condition } => {
            // Looked at once more, they came back but once.
            if units.place != Place::Returned {
                units.returns = units.returns.saturating_add(1);
            }
            units.place = Place::Returned;
            units.condition = condition;
        }
        UnitChange::Restocked => units.restocked = units.returns,
        UnitChange::LetGo => units.let_go = true,
    }
    Ok(())
}
