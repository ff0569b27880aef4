//! What tells two sets of rules, or two policies, apart that claim to be the same edition.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Rules;
use super::fingerprint::fold;
use crate::rule::{Machine, Standing, Table};
use crate::{Policy, Role, Word};

/// A checksum of the content of an edition: rows and who is waited for, or numbers and switches.
///
/// Two of the same [form](Self::FORM) that differ are of different content. It guards against an edit under a number
/// that is in use, not against forgery. In stored form it is a text such as `1-00c0ffee00c0ffee`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checksum {
    form: u8,
    sum: u64,
}

impl Checksum {
    /// The form in which checksums are taken now. It is raised when a release adds a field to policies or rows, which
    /// gives the same content another checksum: those of different forms are not compared, and the number of the
    /// edition counts alone.
    pub const FORM: u8 = 1;

    /// That of a policy. Its name and its version are no part of it.
    #[must_use]
    pub fn of_policy(policy: &Policy) -> Self {
        let nameless = Policy { name: Policy::cn_marketplace().name, version: 0, ..policy.clone() };
        Self::of(&nameless)
    }

    /// That of three tables. Their version is no part of it.
    #[must_use]
    pub fn of_rules(rules: &Rules) -> Self {
        Self::of(&(content(&rules.order), content(&rules.after_sale), content(&rules.refund)))
    }

    fn of(content: &impl Serialize) -> Self {
        let whole = fold(content);
        #[expect(clippy::cast_possible_truncation, reason = "both halves go in")]
        Self { form: Self::FORM, sum: (whole >> 64) as u64 ^ whole as u64 }
    }

    /// Whether the two may be of the same content: not if they are of one form and differ.
    const fn may_be(self, other: Self) -> bool {
        self.form != other.form || self.sum == other.sum
    }
}

/// Everything that a table says.
fn content<M: Machine>(table: &Table<M>) -> impl Serialize {
    let standing = |&state: &M::State| {
        let (how, role): (_, Option<Role>) = match table.standing(state) {
            Standing::Start => ("start", None),
            Standing::Waits(role) => ("waits", Some(role)),
            Standing::Led => ("led", None),
            Standing::Rests => ("rests", None),
        };
        (state.code(), how, role)
    };
    (table.rules().to_vec(), M::State::ALL.iter().map(standing).collect::<Vec<_>>())
}

/// The checksums of the rules and the policy of a [rulebook](super::Rulebook).
///
/// They take some hundred microseconds, so take them once, where rules and policy are set up. A desk does so by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checksums {
    /// That of the rules; `None` if it was not taken.
    pub rules: Option<Checksum>,
    /// That of the policy; `None` if it was not taken.
    pub policy: Option<Checksum>,
}

impl Checksums {
    /// Those of these rules and this policy.
    #[must_use]
    pub fn of(rules: &Rules, policy: &Policy) -> Self {
        Self { rules: Some(Checksum::of_rules(rules)), policy: Some(Checksum::of_policy(policy)) }
    }
}

/// Whether two checksums may be of the same content. One that was not taken may be of any.
pub(super) const fn agree(stored: Option<Checksum>, given: Option<Checksum>) -> bool {
    match (stored, given) {
        (Some(stored), Some(given)) => stored.may_be(given),
        (None, _) | (_, None) => true,
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:016x}", self.form, self.sum)
    }
}

/// Why a text is not a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a checksum is its form, `-`, and 16 digits of `0` to `9` and `a` to `f`")]
#[non_exhaustive]
pub struct MalformedChecksum;

impl core::str::FromStr for Checksum {
    type Err = MalformedChecksum;

    fn from_str(text: &str) -> Result<Self, MalformedChecksum> {
        let (form, digits) = text.split_once('-').ok_or(MalformedChecksum)?;
        let form = form.parse().map_err(|_| MalformedChecksum)?;
        let sum = u64::from_str_radix(digits, 16).map_err(|_| MalformedChecksum)?;
        let checksum = Self { form, sum };
        // One way to write it: no sign, no capitals, no digit more or less.
        if alloc::format!("{checksum}") == text { Ok(checksum) } else { Err(MalformedChecksum) }
    }
}

impl Serialize for Checksum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Checksum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = alloc::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
