//! What a condition saw: the facts that a refusal sentence is filled with.

use alloc::string::String;
use core::fmt::Write;

use chrono::FixedOffset;
use serde::Serialize;

use crate::{Id, Lang, Money, Time, Word};

/// The facts that a condition saw, in the form in which its refusal sentence shows them.
///
/// Each kind fills the placeholders that it names and no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Finding {
    /// Nothing beyond the sentence itself.
    Plain,
    /// So many of so many are used: `{used}`, `{of}`.
    Count {
        /// How many are used.
        used: u32,
        /// How many there are.
        of: u32,
    },
    /// More was asked than can be given, or something else: `{asked}`, `{most}`.
    Amount {
        /// What was asked.
        asked: Money,
        /// The most that is possible, or what it should be.
        most: Money,
    },
    /// It ended, or begins, at this time: `{at}`, as `2026-03-08 00:00 +08:00`. It is time that will change it.
    Until {
        /// When it ended, or from when it is possible.
        at: Time,
        /// The zone in which people read the time: minutes east of UTC.
        offset_minutes: i16,
    },
    /// So many units of a line were asked, so many are free: `{line}`, `{asked}`, `{free}`.
    Units {
        /// The line of the order.
        line: Id,
        /// How many were asked.
        asked: u32,
        /// How many are free.
        free: u32,
    },
    /// The case with this number: `{case}`.
    Case {
        /// The number of the case within its order.
        no: u16,
    },
    /// A word, such as a state, a kind or a reason: `{word}`. Stored by its code.
    Word {
        /// The English label.
        #[serde(skip)]
        en: &'static str,
        /// The Chinese label.
        #[serde(skip)]
        zh: &'static str,
        /// The code.
        code: &'static str,
    },
    /// A text or list of this length, within these bounds: `{used}`, `{least}`, `{most}`.
    Length {
        /// How long it is.
        used: u32,
        /// The shortest that is accepted.
        least: u32,
        /// The longest that is accepted.
        most: u32,
    },
    /// This person: `{who}`.
    Who {
        /// The identity.
        id: Id,
    },
}

impl Finding {
    /// A word was seen.
    #[must_use]
    pub fn word(word: impl Word) -> Self {
        Self::Word { en: word.label(Lang::En), zh: word.label(Lang::Zh), code: word.code() }
    }

    /// Whether time alone will change it, or has: a reason to say until when, and perhaps to ask again.
    #[must_use]
    pub const fn is_time(&self) -> bool {
        matches!(self, Self::Until { .. })
    }

    /// Writes `template` with its `{placeholders}` filled in. One that this finding does not know is left out.
    ///
    /// ```
    /// use redress::{Lang, rule::Finding};
    /// let mut sentence = String::new();
    /// Finding::Count { used: 3, of: 3 }.render("{used} of {of} attempts are used{?}", Lang::En, &mut sentence);
    /// assert_eq!(sentence, "3 of 3 attempts are used");
    /// ```
    pub fn render(&self, template: &str, lang: Lang, out: &mut String) {
        let mut rest = template;
        while let Some((plain, (name, tail))) =
            rest.split_once('{').and_then(|(plain, tail)| Some((plain, tail.split_once('}')?)))
        {
            out.push_str(plain);
            self.fill(name, lang, out);
            rest = tail;
        }
        out.push_str(rest);
    }

    /// Appends what stands for one placeholder. Writing to a `String` cannot fail.
    fn fill(&self, name: &str, lang: Lang, out: &mut String) {
        let _ = match (*self, name) {
            (Self::Count { used, .. } | Self::Length { used, .. }, "used") => write!(out, "{used}"),
            (Self::Count { of, .. }, "of") => write!(out, "{of}"),
            (Self::Length { least, .. }, "least") => write!(out, "{least}"),
            (Self::Length { most, .. }, "most") => write!(out, "{most}"),
            (Self::Amount { asked, .. }, "asked") => write!(out, "{asked}"),
            (Self::Amount { most, .. }, "most") => write!(out, "{most}"),
            (Self::Until { at, offset_minutes }, "at") => write_time(at, offset_minutes, out),
            (Self::Units { line, .. }, "line") => write!(out, "{line}"),
            (Self::Units { asked, .. }, "asked") => write!(out, "{asked}"),
            (Self::Units { free, .. }, "free") => write!(out, "{free}"),
            (Self::Case { no }, "case") => write!(out, "{no}"),
            (Self::Word { en, zh, .. }, "word") => out.write_str(match lang {
                Lang::En => en,
                Lang::Zh => zh,
            }),
            (Self::Who { id }, "who") => write!(out, "{id}"),
            (_, _) => Ok(()),
        };
    }
}

/// A time as people in a zone write it; in UTC if there is no such zone, and in milliseconds beyond any calendar.
fn write_time(at: Time, offset_minutes: i16, out: &mut String) -> core::fmt::Result {
    let zoned = FixedOffset::east_opt(i32::from(offset_minutes) * 60).and_then(|offset| at.at_offset(offset));
    match zoned {
        Some(zoned) => write!(out, "{}", zoned.format("%Y-%m-%d %H:%M %:z")),
        None => write!(out, "{at}"),
    }
}
