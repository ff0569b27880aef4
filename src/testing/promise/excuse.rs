//! Which rows say that the buyer ends with both the goods and the money, or with neither.

use crate::trade::Event;

/// The excuses that were met on the way to a trade: rows that say that the buyer keeps both, or neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Excuses(u32);

impl Excuses {
    /// No excuse: a trade on which nothing happened yet.
    pub const NONE: Self = Self(0);

    /// With the excuses that this event gives.
    #[must_use]
    pub const fn after(self, _event: &Event) -> Self {
        self
    }
}
