//! A promised point in time: fixed when a state is entered, moved only by an extension, stopped only by a freeze.

use serde::{Deserialize, Serialize};

use crate::{Limit, Role, Time};

/// The running limit of a state: stored on entry, so that a later change of policy moves no promised date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Which limit.
    pub limit: Limit,
    /// Since when it runs.
    pub since: Time,
    /// Until when; at this very millisecond the party is still in time.
    pub until: Time,
    /// Who is waited for, and is silent if it passes.
    pub waits_for: Role,
    /// Milliseconds that were left when it was frozen; `None` while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen: Option<i64>,
}

impl Deadline {
    /// Its last moment, at which the party is still in time, unless it is frozen. Time acts strictly after it.
    #[must_use]
    pub const fn due(&self) -> Option<Time> {
        match self.frozen {
            Some(_) => None,
            None => Some(self.until),
        }
    }

    /// Whether it has passed: strictly after its last millisecond, and never while frozen.
    #[must_use]
    pub fn has_passed(&self, now: Time) -> bool {
        self.due().is_some_and(|until| now > until)
    }

    /// Stops it, keeping the time that is left.
    #[must_use]
    pub fn freeze(self, now: Time) -> Self {
        Self { frozen: Some(self.frozen.unwrap_or_else(|| self.until.since(now).max(0))), ..self }
    }

    /// Lets it run on with the time that was left.
    #[must_use]
    pub fn resume(self, now: Time) -> Self {
        match self.frozen {
            Some(left) => Self { until: now.after(left), frozen: None, ..self },
            None => self,
        }
    }

    /// The one that ends later, with the time that is left kept if it stands still.
    #[must_use]
    pub fn or_later(self, other: Self, now: Time) -> Self {
        Self {
            until: self.until.max(other.until),
            frozen: self.frozen.map(|left| left.max(other.until.since(now))),
            ..self
        }
    }

    /// Gives more time.
    #[must_use]
    pub fn extend(self, millis: i64) -> Self {
        Self { until: self.until.after(millis), frozen: self.frozen.map(|left| left.saturating_add(millis)), ..self }
    }
}
