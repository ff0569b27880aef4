//! Conditions: what must be true for a row to be taken.

use alloc::borrow::Cow;
use alloc::format;
use core::fmt;

use super::Finding;
use crate::{Counter, Lang, Word};

/// A named, positive condition over plain facts, declared by [`conditions!`](crate::conditions).
///
/// A row asks for all of its conditions; "or" is another row, "not" is a condition with a name of its own.
pub trait Guard: Copy + Eq + fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// What the conditions look at, gathered once before a decision.
    type Facts;
    /// The limits that [`Self::past`] names.
    type Limit: Word;

    /// Every condition but those of a limit, in the order of declaration.
    const ALL: &'static [Self];

    /// The place in [`Self::ALL`]; a limit's condition comes behind them, in the order of the limits.
    fn ordinal(self) -> usize;

    /// The stable code; `past` for every limit.
    fn code(self) -> &'static str;

    /// A positive clause that a person reads: "within the window of this reason".
    fn label(self, lang: Lang) -> Cow<'static, str>;

    /// The sentence of a refusal, with the placeholders of its [`Finding`].
    fn denial(self, lang: Lang) -> &'static str;

    /// Whether it can be met only so many times, whoever acts. A cycle without such a condition does not compile.
    fn is_counter(self) -> bool;

    /// The counter of the policy that a row with this condition spends; none for a condition that counts itself.
    fn counter(self) -> Option<Counter>;

    /// The limit that must have passed, if this is such a condition.
    fn past(self) -> Option<Self::Limit>;

    /// The condition that a limit has passed.
    fn of_limit(limit: Self::Limit) -> Self;

    /// Whether it is so.
    fn holds(self, facts: &Self::Facts) -> bool;

    /// What it saw.
    fn finding(self, facts: &Self::Facts) -> Finding;

    /// The condition that `Display` writes so, if there is one: a code, or `past(limit)`.
    #[must_use]
    fn from_code(code: &str) -> Option<Self> {
        let limit = code.strip_prefix("past(").and_then(|rest| rest.strip_suffix(')'));
        match limit {
            Some(limit) => Self::Limit::from_code(limit).map(Self::of_limit),
            None => Self::ALL.iter().copied().find(|condition| condition.code() == code),
        }
    }
}

/// Declares the conditions of a machine, one a line: name, code, English, Chinese, and the sentences of a refusal.
///
/// `Name counts Attempts` spends that counter of the policy; `Name counts itself` is bounded by something finite, such
/// as units. `Past(limit)` is added for every limit. The author writes two methods beside it, and nothing else:
/// `fn holds_in(self, facts: &Facts) -> bool` and `fn found_in(self, facts: &Facts) -> Finding`.
///
/// ```
/// use redress::rule::{Finding, Guard};
///
/// redress::words! {
///     /// Time limits.
///     pub enum Limit {
///         /// The guest arrives.
///         Arrival = "arrival", "arrival", "到店期限";
///     }
/// }
/// /// What is known when somebody asks.
/// pub struct Facts { pub guests: u32, pub seats: u32, pub late: bool }
///
/// redress::conditions! {
///     /// What must be true.
///     pub enum Condition for Facts, within Limit {
///         /// There is a seat for every guest.
///         SeatsLeft counts itself = "seats_left", "seats are left", "有座位",
///             else "{used} of {of} seats are taken", "{of}个座位已占{used}个";
///     }
/// }
/// impl Condition {
///     fn holds_in(self, facts: &Facts) -> bool {
///         match self {
///             Self::SeatsLeft => facts.guests < facts.seats,
///             Self::Past(Limit::Arrival) => facts.late,
///         }
///     }
///     fn found_in(self, facts: &Facts) -> Finding {
///         match self {
///             Self::SeatsLeft => Finding::Count { used: facts.guests, of: facts.seats },
///             Self::Past(Limit::Arrival) => Finding::Plain,
///         }
///     }
/// }
///
/// assert!(Condition::SeatsLeft.holds(&Facts { guests: 3, seats: 4, late: false }));
/// assert_eq!(Condition::Past(Limit::Arrival).to_string(), "past(arrival)");
/// ```
#[macro_export]
macro_rules! conditions {
    ($(#[$doc:meta])* pub enum $Name:ident for $Facts:ty, within $Limit:ident {
        $(
            $(#[$condition_doc:meta])*
            $Condition:ident $(counts $counter:ident)? = $code:literal, $en:literal, $zh:literal,
                else $else_en:literal, $else_zh:literal;
        )+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $Name {
            $( $(#[$condition_doc])* $Condition, )+
            /// This time limit has passed.
            Past($Limit),
        }

        impl $Name {
            /// Every condition but those of a limit, in the order of declaration.
            pub const ALL: &'static [Self] = &[ $( Self::$Condition, )+ ];

            /// The place in [`Self::ALL`]; a limit's condition comes behind them, in the order of the limits.
            #[must_use]
            pub const fn ordinal(self) -> usize {
                enum Place { $( $Condition, )+ Past }
                match self {
                    $( Self::$Condition => Place::$Condition as usize, )+
                    Self::Past(limit) => Place::Past as usize + limit.ordinal(),
                }
            }

            /// Whether it can be met only so many times.
            #[must_use]
            pub const fn is_counter(self) -> bool {
                match self {
                    $( Self::$Condition => $crate::__counter!(is $($counter)?), )+
                    Self::Past(_) => false,
                }
            }

            /// The limit that must have passed, if this is such a condition.
            #[must_use]
            pub const fn past(self) -> ::core::option::Option<$Limit> {
                match self {
                    $( Self::$Condition => ::core::option::Option::None, )+
                    Self::Past(limit) => ::core::option::Option::Some(limit),
                }
            }
        }

        impl $crate::rule::Guard for $Name {
            type Facts = $Facts;
            type Limit = $Limit;
            const ALL: &'static [Self] = Self::ALL;

            fn ordinal(self) -> usize { Self::ordinal(self) }

            fn code(self) -> &'static str {
                match self { $( Self::$Condition => $code, )+ Self::Past(_) => "past" }
            }

            fn label(self, lang: $crate::Lang) -> $crate::rule::build::Cow<'static, str> {
                match (self, lang) {
                    $(
                        (Self::$Condition, $crate::Lang::Zh) => $crate::rule::build::Cow::Borrowed($zh),
                        (Self::$Condition, _) => $crate::rule::build::Cow::Borrowed($en),
                    )+
                    (Self::Past(limit), lang) => $crate::rule::build::past_label(limit, lang),
                }
            }

            fn denial(self, lang: $crate::Lang) -> &'static str {
                match (self, lang) {
                    $(
                        (Self::$Condition, $crate::Lang::Zh) => $else_zh,
                        (Self::$Condition, _) => $else_en,
                    )+
                    (Self::Past(_), lang) => $crate::rule::build::past_denial(lang),
                }
            }

            fn is_counter(self) -> bool { Self::is_counter(self) }

            fn counter(self) -> ::core::option::Option<$crate::Counter> {
                match self {
                    $( Self::$Condition => $crate::__counter!(of $($counter)?), )+
                    Self::Past(_) => ::core::option::Option::None,
                }
            }

            fn past(self) -> ::core::option::Option<$Limit> { Self::past(self) }

            fn of_limit(limit: $Limit) -> Self { Self::Past(limit) }

            #[inline]
            fn holds(self, facts: &$Facts) -> bool { self.holds_in(facts) }

            fn finding(self, facts: &$Facts) -> $crate::rule::Finding { self.found_in(facts) }
        }

        $crate::__condition_by_code!($Name);
    };
}

/// What stands behind `counts`: whether anything does, and which counter of the policy it is.
#[doc(hidden)]
#[macro_export]
macro_rules! __counter {
    (is) => {
        false
    };
    (is $counter:ident) => {
        true
    };
    (of) => {
        ::core::option::Option::None
    };
    (of itself) => {
        ::core::option::Option::None
    };
    (of $counter:ident) => {
        ::core::option::Option::Some($crate::Counter::$counter)
    };
}

/// `Display` and serde of a condition are its code, `past(limit)` for a limit's.
#[doc(hidden)]
#[macro_export]
macro_rules! __condition_by_code {
    ($Name:ident) => {
        impl ::core::fmt::Display for $Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match Self::past(*self) {
                    ::core::option::Option::Some(limit) => ::core::write!(f, "past({limit})"),
                    ::core::option::Option::None => f.pad($crate::rule::Guard::code(*self)),
                }
            }
        }

        impl $crate::__private::serde::Serialize for $Name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $Name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::rule::build::condition_from(deserializer)
            }
        }
    };
}

/// What a person reads for the condition that a limit has passed.
pub fn past_label(limit: impl Word, lang: Lang) -> Cow<'static, str> {
    Cow::Owned(match lang {
        Lang::En => format!("the time for {} has passed", limit.label(lang)),
        Lang::Zh => format!("{}已过", limit.label(lang)),
    })
}

/// The sentence of a refusal because a limit has not passed.
#[must_use]
pub const fn past_denial(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "the time limit runs until {at}",
        Lang::Zh => "期限至{at}，尚未届满",
    }
}

/// Reads a condition by its code from any serde format.
///
/// # Errors
///
/// The format's, or that there is no such condition.
pub fn condition_from<'de, C: Guard, D: serde::Deserializer<'de>>(deserializer: D) -> Result<C, D::Error> {
    let code: Cow<'de, str> = serde::Deserialize::deserialize(deserializer)?;
    C::from_code(&code).ok_or_else(|| serde::de::Error::custom(format_args!("there is no condition `{code}`")))
}
