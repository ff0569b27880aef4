//! Why a desk did not do what it was asked, and why it cannot be opened.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use core::fmt;

use crate::channel::ContractFault;
use crate::port::StoreError;
use crate::trade::{Denied, TradeKey};
use crate::{Id, Length, PolicyFault};

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

    /// Whether the same call may succeed if it is repeated as it stands, at once or in a moment: it was not decided, or by a
    /// clock or a copy of the trade that lags. With a request key, repeating is always safe.
    ///
    /// A refusal stays one until the trade has changed: see [`Denied::may_succeed_later`].
    #[must_use]
    pub fn may_be_repeated(&self) -> bool {
        match self {
            Self::Denied(Denied::Backwards { .. }) => true,
            Self::Denied(Denied::Stale { seen, found, .. }) => seen > found,
            Self::Denied(_) => false,
            Self::Store(StoreError::Unavailable { .. } | StoreError::Indeterminate { .. }) | Self::Busy { .. } => true,
            Self::Store(_) => false,
        }
    }
}

/// Why a desk cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// No tenant was named.
    #[error("no tenant was named; call `tenant` with the id of the shop or marketplace")]
    NoTenant,
    /// A policy makes no sense.
    #[error("policy {version}: {}", lines(.faults))]
    Policy {
        /// Its version.
        version: u32,
        /// All faults.
        faults: Vec<PolicyFault>,
    },
    /// Two policies, or two sets of rules, have the same version.
    #[error("there are two {what} of version {version}; raise the version with each change, and keep the old one")]
    TwoOfVersion {
        /// Policies or rules.
        what: &'static str,
        /// The version.
        version: u32,
    },
    /// The contract of a channel makes no sense, or a policy allows what it does not.
    #[error("channel {gateway}{}: {}", In(*.policy), lines(.faults))]
    Contract {
        /// Which channel.
        gateway: Id,
        /// The version of the policy that allows too much; `None` if the contract alone makes no sense.
        policy: Option<u32>,
        /// All faults.
        faults: Vec<ContractFault>,
    },
    /// A claim ends before whatever it sent has surely arrived.
    #[error(
        "delivery: `lease` is {lease}; at least {least} s is accepted, which is `window` + `max_in_flight` + `ask_lag` of \
         channel {gateway} and a minute for two clocks"
    )]
    Lease {
        /// Which channel.
        gateway: Id,
        /// What it is.
        lease: Length,
        /// The least that is accepted, in seconds.
        least: i64,
    },
    /// Two contracts are of one channel.
    #[error("there are two contracts of channel {gateway}; hand in one")]
    TwoContracts {
        /// Which channel.
        gateway: Id,
    },
    /// How tasks are handed out makes no sense.
    #[error("delivery: `{field}` must be more than nothing")]
    Delivery {
        /// Which setting.
        field: &'static str,
    },
    /// The store cannot be reached.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The policy that is meant, if one is.
struct In(Option<u32>);

impl fmt::Display for In {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |version| write!(f, ", policy {version}"))
    }
}

fn lines(faults: &[impl ToString]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
