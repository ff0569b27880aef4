//! Data by word: one value for every word of a vocabulary, and sets of words.

use core::fmt;
use core::marker::PhantomData;
use core::ops::{Index, IndexMut};

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Word;

/// One value for every word of a vocabulary; reading one is an array access.
///
/// Index it by the word to read or change a value. There is no way to make one from nothing: take that of a preset. Its
/// serde form is a map from the word's code to the value.
///
/// ```
/// use redress::{Limit, Policy, Span};
/// let mut policy = Policy::cn_marketplace();
/// policy.limits[Limit::Payment] = Span::minutes(45);
/// assert_eq!(policy.limit(Limit::Payment), Span::minutes(45));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Each<W, T, const COUNT: usize> {
    items: [T; COUNT],
    words: PhantomData<W>,
}

impl<W: Word, T, const COUNT: usize> Each<W, T, COUNT> {
    /// The value of each word. Not public, so that only this crate's own vocabularies, whose ordinals are known to be
    /// below their count, are ever used as an index.
    #[expect(
        clippy::indexing_slicing,
        reason = "the const assertion makes both lengths equal, or the crate does not compile"
    )]
    pub(crate) fn new(mut value: impl FnMut(W) -> T) -> Self {
        const { assert!(W::ALL.len() == COUNT, "the count is that of the vocabulary") };
        Self { items: core::array::from_fn(|at| value(W::ALL[at])), words: PhantomData }
    }

    /// The same value for every word.
    pub(crate) const fn of(value: T) -> Self
    where
        T: Copy,
    {
        const { assert!(W::ALL.len() == COUNT, "the count is that of the vocabulary") };
        Self { items: [value; COUNT], words: PhantomData }
    }

    /// Every word with its value, in the order of the vocabulary.
    pub fn iter(&self) -> impl Iterator<Item = (W, &T)> {
        W::ALL.iter().copied().zip(&self.items)
    }

    /// Reads a map whose entries replace those of `self`; what it does not name stays.
    pub(crate) fn read_over<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<Self, D::Error>
    where
        T: Deserialize<'de>,
    {
        deserializer.deserialize_map(Over(self))
    }
}

impl<W: Word, T, const COUNT: usize> Index<W> for Each<W, T, COUNT> {
    type Output = T;

    #[inline]
    #[expect(clippy::indexing_slicing, reason = "the ordinal of a word is below the count of its vocabulary")]
    fn index(&self, word: W) -> &T {
        &self.items[word.ordinal()]
    }
}

impl<W: Word, T, const COUNT: usize> IndexMut<W> for Each<W, T, COUNT> {
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "the ordinal of a word is below the count of its vocabulary")]
    fn index_mut(&mut self, word: W) -> &mut T {
        &mut self.items[word.ordinal()]
    }
}

impl<W: Word, T: fmt::Debug, const COUNT: usize> fmt::Debug for Each<W, T, COUNT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<W: Word + Serialize, T: Serialize, const COUNT: usize> Serialize for Each<W, T, COUNT> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

struct Over<W, T, const COUNT: usize>(Each<W, T, COUNT>);

impl<'de, W: Word, T: Deserialize<'de>, const COUNT: usize> Visitor<'de> for Over<W, T, COUNT> {
    type Value = Each<W, T, COUNT>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map from codes to values")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut seen = Set::NONE;
        while let Some(ByCode(word)) = map.next_key()? {
            if seen.has(word) {
                return Err(A::Error::custom(format_args!("`{word}` is given twice")));
            }
            seen = seen.with(word);
            self.0[word] = map.next_value()?;
        }
        Ok(self.0)
    }
}

/// A word read by its code, for vocabularies that are only known to be words.
struct ByCode<W>(W);

impl<'de, W: Word> Deserialize<'de> for ByCode<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::word::word_from(deserializer).map(Self)
    }
}

/// A set of words of one vocabulary. Its serde form is a list of codes.
///
/// ```
/// use redress::{Reason, Set};
/// let defects = Set::of(&[Reason::Quality, Reason::Damaged]);
/// assert!(defects.has(Reason::Damaged) && !defects.has(Reason::NoReason));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Set<W> {
    mask: u64,
    words: PhantomData<W>,
}

impl<W: Word> Set<W> {
    /// No word.
    pub const NONE: Self = Self { mask: 0, words: PhantomData };

    /// These words.
    #[must_use]
    pub fn of(words: &[W]) -> Self {
        words.iter().copied().fold(Self::NONE, Self::with)
    }

    /// Whether this word is among them.
    #[inline]
    #[must_use]
    pub fn has(self, word: W) -> bool {
        self.mask & Self::bit(word) != 0
    }

    /// Whether no word is among them.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.mask == 0
    }

    /// These and this word.
    #[must_use]
    pub fn with(self, word: W) -> Self {
        Self { mask: self.mask | Self::bit(word), ..self }
    }

    /// These without this word.
    #[must_use]
    pub fn without(self, word: W) -> Self {
        Self { mask: self.mask & !Self::bit(word), ..self }
    }

    /// The words of both.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self { mask: self.mask | other.mask, ..self }
    }

    /// Whether every word of the other is among these.
    pub(crate) const fn holds_all(self, other: Self) -> bool {
        other.mask & !self.mask == 0
    }

    /// The words, in the order of the vocabulary.
    pub fn iter(self) -> impl Iterator<Item = W> {
        W::ALL.iter().copied().filter(move |&word| self.has(word))
    }

    /// The word's bit. The vocabularies of this crate have fewer than 64 words; what lies beyond is in no set.
    fn bit(word: W) -> u64 {
        u32::try_from(word.ordinal()).ok().and_then(|at| 1_u64.checked_shl(at)).unwrap_or(0)
    }
}

impl<W: Word> Default for Set<W> {
    fn default() -> Self {
        Self::NONE
    }
}

impl<W: Word> fmt::Debug for Set<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl<W: Word + Serialize> Serialize for Set<W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, W: Word> Deserialize<'de> for Set<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Codes<W>(PhantomData<W>);

        impl<'de, W: Word> Visitor<'de> for Codes<W> {
            type Value = Set<W>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of codes")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut codes: A) -> Result<Set<W>, A::Error> {
                let mut set = Set::NONE;
                while let Some(ByCode(word)) = codes.next_element()? {
                    set = set.with(word);
                }
                Ok(set)
            }
        }

        deserializer.deserialize_seq(Codes(PhantomData))
    }
}
