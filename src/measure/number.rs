//! What measures are made of: periods, exact ratios and collected times.

use alloc::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Time;

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// From when until when is measured: `from` is within, `until` is not, so that one period begins where another ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// Its first millisecond.
    pub from: Time,
    /// The first millisecond after it.
    pub until: Time,
}

impl Period {
    /// All time.
    pub const ALL: Self = Self { from: Time::EARLIEST, until: Time::from_millis(i64::MAX) };

    /// So many days of 24 hours up to `until`. For whole days of a calendar, let `until` be a local midnight.
    #[must_use]
    pub const fn last_days(days: u32, until: Time) -> Self {
        Self { from: until.after(-(days as i64) * DAY), until }
    }

    /// Whether this time is within.
    #[must_use]
    pub fn contains(self, at: Time) -> bool {
        (self.from..self.until).contains(&at)
    }
}

/// So many of so many, exactly. Of nothing at all if `of` is zero; then it has no value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ratio {
    /// How many, or how much in minor units.
    pub part: u64,
    /// Of how many, or of how much.
    pub of: u64,
}

impl Ratio {
    /// In per mille, rounded down; `None` of nothing.
    ///
    /// ```
    /// use redress::measure::Ratio;
    /// assert_eq!(Ratio { part: 2, of: 3 }.per_mille(), Some(666));
    /// assert_eq!(Ratio::default().per_mille(), None);
    /// ```
    #[must_use]
    pub fn per_mille(self) -> Option<u64> {
        let per_mille = (u128::from(self.part) * 1_000).checked_div(u128::from(self.of))?;
        Some(u64::try_from(per_mille).unwrap_or(u64::MAX))
    }

    /// Counts more: `part` of `of`.
    pub(super) const fn add(&mut self, part: u64, of: u64) {
        self.part = self.part.saturating_add(part);
        self.of = self.of.saturating_add(of);
    }

    /// Counts one more, which is or is not one of those looked for.
    pub(super) const fn one(&mut self, is: bool) {
        self.add(is as u64, 1);
    }
}

/// Times that were taken, in milliseconds: how often each. In whatever order they were collected, they are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Times(BTreeMap<u64, u64>);

impl Times {
    /// How many.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The mean in milliseconds, rounded down; `None` if there are none.
    #[must_use]
    pub fn mean(&self) -> Option<u64> {
        u64::try_from(self.sum().checked_div(u128::from(self.len()))?).ok()
    }

    /// The percentile by nearest rank, in milliseconds: the smallest time that at least `percent` of 100 do not exceed.
    ///
    /// It is always one of the times: the one at rank `ceil(percent × len / 100)` of those sorted from the shortest, at
    /// least the first. So 50 is the (lower) median, 100 the longest, 0 the shortest; above 100 counts as 100. `None` if
    /// there are none.
    ///
    /// ```
    /// use redress::measure::Times;
    /// let times: Times = [15, 20, 35, 40, 50].into_iter().collect();
    /// assert_eq!(times.percentile(30), Some(20));
    /// assert_eq!(times.percentile(50), Some(35));
    /// assert_eq!(times.percentile(100), Some(50));
    /// ```
    #[must_use]
    pub fn percentile(&self, percent: u8) -> Option<u64> {
        let rank = (u128::from(percent.min(100)) * u128::from(self.len())).div_ceil(100).max(1);
        let mut passed = 0;
        self.0.iter().find_map(|(&time, &count)| {
            passed += u128::from(count);
            (passed >= rank).then_some(time)
        })
    }

    pub(super) fn sum(&self) -> u128 {
        let times = self.0.iter();
        times.fold(0, |sum: u128, (&time, &count)| sum.saturating_add(u128::from(time) * u128::from(count)))
    }

    pub(super) fn add(&mut self, millis: u64) {
        let count = self.0.entry(millis).or_default();
        *count = count.saturating_add(1);
    }
}

impl FromIterator<u64> for Times {
    fn from_iter<I: IntoIterator<Item = u64>>(millis: I) -> Self {
        let mut times = Self::default();
        millis.into_iter().for_each(|time| times.add(time));
        times
    }
}
