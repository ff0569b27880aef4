//! Points in time, to the millisecond. The core is told the time; it never asks.

use core::fmt;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
///
/// ```
/// use redress::Time;
/// let at = Time::parse("2026-03-01T10:00:00+08:00").unwrap();
/// assert_eq!(at.to_string(), "2026-03-01 02:00 +00:00");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(i64);

/// Why a text is not a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time is written as in RFC 3339, with its offset from UTC, such as `2026-03-01T10:00:00+08:00`")]
#[non_exhaustive]
pub struct MalformedTime;

impl Time {
    /// The earliest time.
    pub const EARLIEST: Self = Self(i64::MIN);
    /// The latest time that a calendar can name: the end of the year 9999.
    pub const LATEST: Self = Self(253_402_300_799_999);
    /// The earliest time that a request may carry: the beginning of the year 1970.
    pub const EPOCH: Self = Self(0);

    /// So many milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whether a calendar can name it and a request may carry it: 1970 to 9999.
    #[must_use]
    pub fn is_sane(self) -> bool {
        (Self::EPOCH..=Self::LATEST).contains(&self)
    }

    /// A time in RFC 3339, such as `2026-03-01T10:00:00+08:00`.
    ///
    /// # Errors
    ///
    /// [`MalformedTime`] if it is not written like that.
    pub fn parse(text: &str) -> Result<Self, MalformedTime> {
        let at = DateTime::parse_from_rfc3339(text).map_err(|_| MalformedTime)?;
        Ok(Self(at.timestamp_millis()))
    }

    /// So many milliseconds later (earlier, if negative), held within the range.
    #[must_use]
    pub const fn after(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The time in a zone, if a calendar can name it.
    #[must_use]
    pub fn at_offset(self, offset: FixedOffset) -> Option<DateTime<FixedOffset>> {
        DateTime::<Utc>::from_timestamp_millis(self.0).map(|at| at.with_timezone(&offset))
    }
}

impl From<DateTime<Utc>> for Time {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_millis())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::<Utc>::from_timestamp_millis(self.0) {
            Some(at) => write!(f, "{} +00:00", at.format("%Y-%m-%d %H:%M")),
            None => write!(f, "{} ms", self.0),
        }
    }
}
