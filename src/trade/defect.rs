//! What must not be: a history that is none, or a promise of this crate that it would have broken.

use super::{Subject, UnitSpan};

/// Stored events that cannot be folded: corrupt, incomplete, from another trade, or a defect of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Defect {
    /// An event is missing, repeated or out of order.
    #[error("event {found} stands where event {expected} was expected")]
    Gap {
        /// The number that should follow.
        expected: u64,
        /// The number that was found.
        found: u64,
    },
    /// An event happened before the one it follows.
    #[error("event {seq} lies before the event that it follows")]
    Backwards {
        /// The event.
        seq: u64,
    },
    /// An event belongs to another commit than the one that follows.
    #[error("event {seq} is of version {found}, which does not follow")]
    Version {
        /// The event.
        seq: u64,
        /// Its version.
        found: u64,
    },
    /// A history does not begin with the placing of its order, or goes on with another one.
    #[error("an order is placed once, by its first event")]
    Placing,
    /// A case or a refund was opened under another number than the next.
    #[error("{0} does not follow the one before it")]
    Misnumbered(Subject),
    /// Something is named that the trade does not have.
    #[error("{0} is not part of the trade")]
    Unknown(Subject),
    /// A line is named that the trade does not have.
    #[error("line {0} is not part of the trade")]
    UnknownLine(u16),
    /// Units are named that the line does not have.
    #[error("units {}..{} of line {} are not part of the trade", .0.first, .0.first.saturating_add(.0.count), .0.line)]
    UnknownUnits(UnitSpan),
    /// Two cases claim the same unit.
    #[error("units {}..{} of line {} are claimed by another case", .0.first, .0.first.saturating_add(.0.count), .0.line)]
    ClaimedTwice(UnitSpan),
    /// A change would break the conservation of money.
    #[error("the {what} ledger would not add up")]
    Money {
        /// Where.
        what: &'static str,
    },
    /// Siblings told each other on and on.
    #[error("siblings told each other more than {0} steps deep")]
    Cascade(u8),
    /// The calendar or a counter ran out of range.
    #[error("{what} is out of range")]
    Range {
        /// What.
        what: &'static str,
    },
    /// A sibling was told something that no row takes, for want of room that the ledger must have.
    #[error("{subject} was told `{action}` and no row takes it: {why}")]
    Untold {
        /// Who was told.
        subject: Subject,
        /// What.
        action: &'static str,
        /// The first condition that did not hold, or the state.
        why: &'static str,
    },
}
