//! Why a desk did not do what it was asked.

use crate::port::StoreError;
use crate::trade::{Denied, TradeKey};

/// Why a desk did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeskError {
    /// The answer is *no*; [`Denied::sentence`] says why, to whoever asked.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store did not do its part. For the caller's service, not for whoever asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others changed the trade each time before the decision could be committed. Nothing was changed.
    #[error("{trade} was changed by others {tries} times while this was decided; submit it again")]
    Busy {
        /// Which trade.
        trade: TradeKey,
        /// How often it was decided.
        tries: u32,
    },
}

impl DeskError {
    /// The refusal, if it is one.
    #[must_use]
    pub const fn denied(&self) -> Option<&Denied> {
        match self {
            Self::Denied(denied) => Some(denied),
            Self::Store(_) | Self::Busy { .. } => None,
        }
    }

    /// Whether the same call may succeed if it is repeated as it stands. With a request key, repeating is always safe.
    #[must_use]
    pub fn may_be_repeated(&self) -> bool {
        match self {
            Self::Denied(denied) => denied.may_succeed_later(),
            Self::Store(StoreError::Unavailable { .. } | StoreError::Indeterminate { .. }) | Self::Busy { .. } => true,
            Self::Store(_) => false,
        }
    }
}
