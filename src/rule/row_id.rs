//! Names of rows: stable, unique and for ever.

use core::fmt;
use core::str::FromStr;

use super::text::Text;

/// The name of a row: `machine.from.action.to`, with `stay` for a row that stays, and `.name` where the row has one.
///
/// It is kept in every event and cited by refusals and by faults. It is text, not a place in a table: a name that no
/// built-in row has (an edited row's, or one of an older version) is read, kept and written unchanged.
///
/// ```
/// use redress::rule::RowId;
/// let id: RowId = "refund.submitted.succeed.paid".parse().unwrap();
/// assert_eq!(id.parts().map(|parts| parts.machine), Some("refund"));
/// assert!("refund submitted".parse::<RowId>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(Text<{ Self::MOST }>);

/// The parts of a [`RowId`], each a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowParts<'a> {
    /// Whose row it is.
    pub machine: &'a str,
    /// In which state.
    pub from: &'a str,
    /// What is done.
    pub action: &'a str,
    /// The state that is entered, or `stay`.
    pub to: &'a str,
    /// What tells it from a row with the same four parts, if there is one.
    pub name: Option<&'a str>,
}

/// Why a text is not the name of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a row is named `machine.from.action.to`, or so with `.name`: codes of `a` to `z`, `0` to `9` and `_`, at most \
     {most} bytes",
    most = RowId::MOST
)]
#[non_exhaustive]
pub struct MalformedRowId;

impl RowId {
    /// The most bytes that the name of a row can have.
    pub const MOST: usize = 95;
    /// What stands for the target of a row that stays.
    pub const STAY: &'static str = "stay";

    /// Joins the parts, leaving out those for which there is no room; the check refuses such a row.
    pub(crate) const fn join(parts: &RowParts<'_>) -> Self {
        let mut text = Text::EMPTY;
        text.push(parts.machine);
        text.push(".");
        text.push(parts.from);
        text.push(".");
        text.push(parts.action);
        text.push(".");
        text.push(parts.to);
        if let Some(name) = parts.name {
            text.push(".");
            text.push(name);
        }
        Self(text)
    }

    /// The text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The parts, if there are as many as a row has.
    #[must_use]
    pub fn parts(&self) -> Option<RowParts<'_>> {
        let mut parts = self.as_str().split('.');
        let parsed = RowParts {
            machine: parts.next()?,
            from: parts.next()?,
            action: parts.next()?,
            to: parts.next()?,
            name: parts.next(),
        };
        parts.next().is_none().then_some(parsed)
    }
}

impl FromStr for RowId {
    type Err = MalformedRowId;

    fn from_str(text: &str) -> Result<Self, MalformedRowId> {
        let id = Self(Text::new(text));
        let well_formed = id.0.is_whole() && id.parts().is_some() && text.split('.').all(is_code);
        well_formed.then_some(id).ok_or(MalformedRowId)
    }
}

/// What tells a row from another with the same state, action and target; the last part of its [`RowId`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowName(Text<{ Self::MOST }>);

impl RowName {
    /// The most bytes that the name can have.
    pub const MOST: usize = 23;

    /// A name; if it is too long there is nothing in it, and the check refuses the row.
    pub(crate) const fn cut(text: &str) -> Self {
        Self(Text::new(text))
    }

    pub(crate) const fn is_whole(&self) -> bool {
        self.0.is_whole()
    }

    /// The same as `==`, in constants.
    pub(crate) const fn is(&self, other: &Self) -> bool {
        self.0.is(&other.0)
    }

    /// The text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for RowName {
    type Err = MalformedRowId;

    fn from_str(text: &str) -> Result<Self, MalformedRowId> {
        let name = Self::cut(text);
        let well_formed = name.is_whole() && is_code(text);
        well_formed.then_some(name).ok_or(MalformedRowId)
    }
}

/// Whether a text can be part of the name of a row.
pub(super) const fn is_code(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        if !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_') {
            return false;
        }
        rest = tail;
    }
    !text.is_empty()
}

/// Whether a code would be taken for the target of a row that stays.
pub(super) const fn is_stay(code: &str) -> bool {
    matches!(code.as_bytes(), b"stay")
}

/// `Display`, `Debug` and serde of an inline text: the text itself, parsed when read.
macro_rules! as_text {
    ($($Name:ident),+) => { $(
        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $Name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        write!(f, "{MalformedRowId}")
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$Name, E> {
                        text.parse().map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Visitor)
            }
        }
    )+ };
}

as_text!(RowId, RowName);
