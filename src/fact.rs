//! What the facts of the machines are made of: small values that can say whether they suffice, and show themselves.

use crate::rule::Finding;
use crate::{Id, Limit, Time};

/// How much of a counted liberty is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// How often it was used.
    pub used: u32,
    /// How often it may be used, by the policy.
    pub of: u32,
}

impl Used {
    /// Whether it may be used once more.
    #[must_use]
    pub const fn is_left(self) -> bool {
        self.used < self.of
    }
}

impl Default for Used {
    /// Never used, once allowed.
    fn default() -> Self {
        Self { used: 0, of: 1 }
    }
}

impl From<Used> for Finding {
    fn from(Used { used, of }: Used) -> Self {
        Self::Count { used, of }
    }
}

/// The running time limit of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Which limit runs.
    pub limit: Limit,
    /// The last moment that is still in time.
    pub due: Time,
}

impl Deadline {
    /// Whether `limit` is the one that runs, and has passed: at `due` the party is still in time.
    #[must_use]
    pub fn has_passed(self, limit: Limit, now: Time) -> bool {
        self.limit == limit && now > self.due
    }
}

/// How much of something is given (characters, pieces, lines, days), and how much is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// How much it is.
    pub used: u32,
    /// The least that is accepted.
    pub least: u32,
    /// The most that is accepted.
    pub most: u32,
}

impl Length {
    /// Whether it is within its bounds.
    #[must_use]
    pub const fn fits(self) -> bool {
        self.least <= self.used && self.used <= self.most
    }
}

impl Default for Length {
    /// Nothing is given, and something is needed.
    fn default() -> Self {
        Self { used: 0, least: 1, most: u32::MAX }
    }
}

impl From<Length> for Finding {
    fn from(Length { used, least, most }: Length) -> Self {
        Self::Length { used, least, most }
    }
}

/// Units that a request names, and how many of them there are to be had: those of the line that is shortest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    /// The line.
    pub line: Id,
    /// How many of it are asked for.
    pub asked: u32,
    /// How many of it are there.
    pub free: u32,
}

impl Units {
    /// Whether at least one unit is asked for, and no more than are there.
    #[must_use]
    pub const fn are_there(self) -> bool {
        0 < self.asked && self.asked <= self.free
    }
}

impl From<Units> for Finding {
    fn from(Units { line, asked, free }: Units) -> Self {
        Self::Units { line, asked, free }
    }
}
