//! What can be wrong with a policy.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::{Anchor, Length};

/// Something in a policy that is not accepted: the path of the field, what it says, and what would be accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyFault {
    /// A time is zero where something must be waited for, or beyond reason.
    #[error("`{field}` is {found}; {least} to {most} is accepted")]
    Time {
        /// The path of the field.
        field: String,
        /// What it says.
        found: Length,
        /// The least that is accepted.
        least: Length,
        /// The most that is accepted.
        most: Length,
    },
    /// A time does not fit into another one.
    #[error("`{field}` is {found}; {} `{other}`, which is {most}, is accepted", if *.strict { "less than" } else { "at most" })]
    Beyond {
        /// The path of the field.
        field: String,
        /// What it says.
        found: Length,
        /// The path of the field that bounds it.
        other: String,
        /// What that one says.
        most: Length,
        /// Whether it must be less, not equal.
        strict: bool,
    },
    /// A number is out of bounds.
    #[error("`{field}` is {found}; {least} to {most} is accepted")]
    Number {
        /// The path of the field.
        field: String,
        /// What it says.
        found: u64,
        /// The least that is accepted.
        least: u64,
        /// The most that is accepted.
        most: u64,
    },
    /// A list has too few or too many entries.
    #[error("`{field}` has {found} entries; {least} to {most} are accepted")]
    Entries {
        /// The path of the field.
        field: String,
        /// How many it has.
        found: u64,
        /// The fewest that are accepted.
        least: u64,
        /// The most that are accepted.
        most: u64,
    },
    /// A list is not sorted, or names something twice.
    #[error("`{field}` repeats an entry or is out of order at entry {at}; each once, in ascending order, is accepted")]
    Order {
        /// The path of the field.
        field: String,
        /// The place of the entry, from 1.
        at: u64,
    },
    /// A time counts from an event that it cannot count from.
    #[error("`{field}` is `{found}`; {} is accepted", OneOf(.accepted))]
    Anchor {
        /// The path of the field.
        field: String,
        /// What it says.
        found: Anchor,
        /// What is accepted.
        accepted: Vec<Anchor>,
    },
    /// A name is malformed.
    #[error("`{field}` is malformed; {}", crate::MalformedId)]
    Name {
        /// The path of the field.
        field: String,
    },
    /// A text is empty, too long, or holds control characters.
    #[error("`{field}` has {found} characters; 1 to {most} without control characters are accepted")]
    Text {
        /// The path of the field.
        field: String,
        /// How many characters it has without the blanks around it.
        found: u64,
        /// The most that are accepted.
        most: u64,
    },
    /// Two settings contradict each other.
    #[error("`{field}` is {found} while `{other}` is 0; change one of them")]
    Contradiction {
        /// The path of the field.
        field: String,
        /// What it says.
        found: &'static str,
        /// The path of the field that contradicts it by being zero.
        other: &'static str,
    },
}

impl PolicyFault {
    /// The path of the field, such as `limits.payment.length`.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Time { field, .. }
            | Self::Beyond { field, .. }
            | Self::Number { field, .. }
            | Self::Entries { field, .. }
            | Self::Order { field, .. }
            | Self::Anchor { field, .. }
            | Self::Name { field }
            | Self::Text { field, .. }
            | Self::Contradiction { field, .. } => field,
        }
    }

    /// The path of the other field that it does not go with, if it is about two.
    #[must_use]
    pub fn other(&self) -> Option<&str> {
        match self {
            Self::Beyond { other, .. } => Some(other),
            Self::Contradiction { other, .. } => Some(other),
            Self::Time { .. }
            | Self::Number { .. }
            | Self::Entries { .. }
            | Self::Order { .. }
            | Self::Anchor { .. }
            | Self::Name { .. }
            | Self::Text { .. } => None,
        }
    }
}

struct OneOf<'a>(&'a [Anchor]);

impl fmt::Display for OneOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, anchor) in self.0.iter().enumerate() {
            let before = if at == 0 { "" } else { " or " };
            write!(f, "{before}`{anchor}`")?;
        }
        Ok(())
    }
}
