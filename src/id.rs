//! Names that the caller chooses: parties, orders, lines, waybills, keys.

use core::fmt;
use core::str::FromStr;

/// A short name chosen by the caller, held inline: 1 to 46 bytes of visible ASCII or other printable text.
///
/// A text that is empty, too long or holds control characters becomes a *malformed* id. It is never truncated into
/// another name: every request that carries one is refused as malformed, and it cannot be stored.
///
/// ```
/// use redress::Id;
/// assert_eq!(Id::from("alice").as_str(), "alice");
/// assert!(!Id::from("").is_well_formed());
/// assert!("x".repeat(47).parse::<Id>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    // First, so that ids are ordered as their texts are, byte by byte: no text holds the zeros that fill it up.
    bytes: [u8; Self::MOST],
    len: u8,
}

/// Why a text cannot be an [`Id`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to {most} bytes of printable text, without control characters and without blanks at its ends", most = Id::MOST)]
#[non_exhaustive]
pub struct MalformedId;

impl Id {
    /// The most bytes that an id can have.
    pub const MOST: usize = 46;
    const MALFORMED: Self = Self { len: u8::MAX, bytes: [0; Self::MOST] };

    /// A name that the crate itself gives.
    pub(crate) const fn known(text: &'static str) -> Self {
        let mut bytes = [0; Self::MOST];
        match bytes.split_at_mut_checked(text.len()) {
            Some((room, _)) => room.copy_from_slice(text.as_bytes()),
            None => return Self::MALFORMED,
        }
        Self { len: text.len() as u8, bytes }
    }

    /// Whether this is a name at all; see the type's documentation.
    #[must_use]
    pub const fn is_well_formed(&self) -> bool {
        self.len != u8::MAX
    }

    /// The text; empty if malformed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl FromStr for Id {
    type Err = MalformedId;

    fn from_str(text: &str) -> Result<Self, MalformedId> {
        let len = u8::try_from(text.len()).map_err(|_| MalformedId)?;
        let mut bytes = [0; Self::MOST];
        let room = bytes.get_mut(..text.len()).ok_or(MalformedId)?;
        if text.trim() != text || text.is_empty() || text.chars().any(char::is_control) {
            return Err(MalformedId);
        }
        room.copy_from_slice(text.as_bytes());
        Ok(Self { len, bytes })
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        text.parse().unwrap_or(Self::MALFORMED)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if self.is_well_formed() { self.as_str() } else { "(malformed id)" })
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.is_well_formed() {
            return Err(serde::ser::Error::custom(MalformedId));
        }
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{MalformedId}")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Id, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}
