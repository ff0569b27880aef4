//! Vocabulary: every name that is stored, shown or said is one line in a `words!` block.
//!
//! A word has a stable code for stored data, logs and scenarios, and a label in English and in Chinese. Its place in
//! the list, its serde form and its `Display` come from the same line, so they cannot disagree.

use core::fmt;

/// A language in which labels and sentences are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese (zh-CN).
    Zh,
}

/// A member of a vocabulary declared by [`words!`](crate::words).
pub trait Word: Copy + Eq + Ord + fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// Every member, in the order of its declaration.
    const ALL: &'static [Self];

    /// The place of this word in [`Word::ALL`].
    fn ordinal(self) -> usize;

    /// The stable code, `snake_case`; it never changes once released.
    fn code(self) -> &'static str;

    /// What a person reads.
    fn label(self, lang: Lang) -> &'static str;

    /// The word with this code, if there is one.
    #[must_use]
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.code() == code)
    }
}

/// Declares a vocabulary, one word a line: name, code, English, Chinese.
///
/// What is stored is the code, never the place in the list, with one exception: where liberties are counted apart for
/// each state, role or point of a case, the number that is stored is made of the place
/// ([`Tally::apart`](crate::trade::Tally::apart)). A word of these vocabularies is only ever added at the end; a test
/// pins their order.
///
/// ```
/// redress::words! {
///     /// What became of a parcel.
///     pub enum Fate {
///         /// It arrived.
///         Arrived = "arrived", "arrived", "已送达";
///         /// It is gone.
///         Gone = "gone", "gone", "丢失";
///     }
/// }
/// assert_eq!(Fate::Gone.code(), "gone");
/// assert_eq!(Fate::ALL.len(), 2);
/// ```
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* pub enum $Name:ident {
        $( $(#[$word_doc:meta])* $Word:ident = $code:literal, $en:literal, $zh:literal; )+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $Name { $( $(#[$word_doc])* $Word, )+ }

        impl $Name {
            /// Every word, in the order of declaration.
            pub const ALL: &'static [Self] = &[ $( Self::$Word, )+ ];
            /// How many words there are.
            pub const COUNT: usize = Self::ALL.len();

            /// The place in [`Self::ALL`].
            #[must_use]
            pub const fn ordinal(self) -> usize { self as usize }

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $( Self::$Word => $code, )+ }
            }

            /// What a person reads.
            #[must_use]
            pub const fn label(self, lang: $crate::Lang) -> &'static str {
                match (self, lang) { $(
                    (Self::$Word, $crate::Lang::Zh) => $zh,
                    (Self::$Word, _) => $en,
                )+ }
            }
        }

        impl $crate::Word for $Name {
            const ALL: &'static [Self] = Self::ALL;
            fn ordinal(self) -> usize { Self::ordinal(self) }
            fn code(self) -> &'static str { Self::code(self) }
            fn label(self, lang: $crate::Lang) -> &'static str { Self::label(self, lang) }
        }

        $crate::__serde_by_code!($Name);
    };
}

/// `Display` and serde of a word are its code; an unknown code is an error that lists the known ones.
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_by_code {
    ($Name:ident) => {
        impl ::core::fmt::Display for $Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad($crate::Word::code(*self))
            }
        }

        impl $crate::__private::serde::Serialize for $Name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::Word::code(*self))
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $Name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::word_from(deserializer)
            }
        }
    };
}

/// Reads a word by its code from any serde format.
#[doc(hidden)]
pub fn word_from<'de, W: Word, D: serde::Deserializer<'de>>(deserializer: D) -> Result<W, D::Error> {
    struct ByCode<W>(core::marker::PhantomData<W>);

    impl<W: Word> serde::de::Visitor<'_> for ByCode<W> {
        type Value = W;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("one of")?;
            for word in W::ALL {
                write!(f, " `{word}`")?;
            }
            Ok(())
        }

        fn visit_str<E: serde::de::Error>(self, code: &str) -> Result<W, E> {
            W::from_code(code).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(code), &self))
        }
    }

    deserializer.deserialize_str(ByCode(core::marker::PhantomData))
}
