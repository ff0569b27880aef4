//! How a story that breaks a promise is shown to people.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::scenario::digits;
use super::{Difference, Differs, Story};
use crate::rule::RowId;
use crate::{Amount, Currency};

/// A number of things: `1 move`, `2 moves`.
pub(super) fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// Of a user's own rows those that were taken on the way; and if none was, those that are gone, or for what was asked last.
pub(super) fn on_the_way(own: &[Difference], rows: &[RowId], story: &Story) -> Vec<Difference> {
    let taken: Vec<Difference> = own.iter().filter(|own| rows.contains(&own.row)).cloned().collect();
    if !taken.is_empty() {
        return taken;
    }
    let last = story.moves.last().and_then(|asked| asked.request.as_ref()).map(|request| request.asked);
    let near = |own: &&Difference| own.what == Differs::Gone || last.is_some_and(|asked| own.is_for(asked));
    own.iter().filter(near).cloned().collect()
}

/// Lists a user's own rows, with what they have to do with the rows that were taken.
pub(super) fn list_own(f: &mut fmt::Formatter<'_>, own: &[Difference], rows: &[RowId]) -> fmt::Result {
    if own.is_empty() {
        return Ok(());
    }
    let taken = own.iter().any(|own| rows.contains(&own.row));
    let how =
        if taken { "rows of your own on the way:" } else { "no row of your own was taken; perhaps one is missed:" };
    writeln!(f, "\n{how}")?;
    own.iter().try_for_each(|own| writeln!(f, "  - {own}"))
}

/// The story as a scenario, and what to do with it.
pub(super) fn tell(f: &mut fmt::Formatter<'_>, told: &str) -> fmt::Result {
    writeln!(f)?;
    told.lines().try_for_each(|line| writeln!(f, "    {line}"))?;
    writeln!(
        f,
        "\nThe last step is what should not happen so: below it stands what came. To keep the story, write there what"
    )?;
    writeln!(f, "should come instead, such as `-> refused`; to play it: `Scenario::parse(text)?.run(&rules)?`")
}

/// The same words with each amount as it is written in this currency, where it stands as it is stored.
pub(super) fn with_amounts(words: &str, currency: Currency) -> String {
    let mut parts = words.split("Amount(");
    let mut told = String::from(parts.next().unwrap_or_default());
    for part in parts {
        let stored = part.split_once(')').and_then(|(minor, rest)| Some((minor.parse().ok()?, rest)));
        match stored {
            Some((minor, rest)) => told.extend([&*digits(Amount::new(minor), currency), rest]),
            None => told.extend(["Amount(", part]),
        }
    }
    told
}
