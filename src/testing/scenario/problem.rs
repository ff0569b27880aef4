//! What can be wrong with the text of a scenario.

use alloc::string::String;
use alloc::vec::Vec;

use crate::testing::SettingFault;
use crate::trade::{Asked, Field};

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// There is no such word.
    Unknown {
        /// What stands there.
        found: String,
        /// What is wanted, in the language of the file.
        wanted: String,
        /// What may have been meant.
        near: Vec<String>,
        /// Everything that is accepted there.
        all: Vec<String>,
    },
    /// Something is left out.
    Missing {
        /// What, in the language of the file.
        wanted: String,
        /// Everything that is accepted there, or an example.
        all: Vec<String>,
    },
    /// It is no amount, or has too many decimal places.
    Amount {
        /// How many decimal places the currency has.
        decimals: u32,
    },
    /// It is no time.
    Time,
    /// It is no length of time.
    Length,
    /// It is no number, or too large or too small.
    Number {
        /// The least that is accepted.
        least: u64,
        /// The most that is accepted.
        most: u64,
    },
    /// A quotation mark is not closed.
    Unclosed,
    /// The order has no such line.
    NoSuchLine {
        /// The lines that it has.
        lines: Vec<String>,
    },
    /// The action does not take this field.
    NotTaken {
        /// The field.
        field: Field,
        /// The action.
        asked: Asked,
        /// The fields that it takes.
        takes: Vec<Field>,
    },
    /// The action needs a field that is not there.
    Lacks {
        /// The field.
        field: Field,
        /// The action.
        asked: Asked,
        /// The words that may stand in it; empty if it takes others than words.
        all: Vec<String>,
    },
    /// It must be said which case or refund is meant.
    WhichOne {
        /// The action.
        asked: Asked,
    },
    /// The action is not one of this case, refund or order.
    OtherMachine {
        /// What it could be said of.
        fits: Vec<String>,
    },
    /// Something stands where the line should end.
    Leftover,
    /// The line has nothing above it that it belongs to.
    Stray,
    /// A step begins with a space.
    Indented,
    /// An entry of the order does not stand below its heading.
    NotIndented {
        /// The entry.
        entry: String,
    },
    /// It is said twice on this line.
    Twice,
    /// It is said further up already.
    SaidBefore {
        /// On which line.
        before: usize,
    },
    /// Another story begins, and a file tells one.
    SecondStory {
        /// On which line the first one begins.
        before: usize,
    },
    /// Another order has no name.
    SecondOrder {
        /// On which line the order of the story stands.
        before: usize,
    },
    /// The order has a line of this name already.
    NamedBefore {
        /// On which line.
        before: usize,
    },
    /// The story has no title.
    NoTitle,
    /// A word before what is done is neither an action nor the name of anybody in the file.
    Nobody {
        /// The word.
        found: String,
        /// The role before it.
        role: String,
        /// Who has this role.
        party: String,
    },
    /// Several words that are to be one name or text.
    Unquoted {
        /// The words.
        text: String,
    },
    /// A word stands behind a count that is no measure word.
    AfterCount {
        /// The word.
        found: String,
        /// How it is written.
        form: String,
    },
    /// A number is written with a comma in it.
    Grouped,
    /// A time is said more exactly than to a millisecond.
    TooFine,
    /// An order is placed that has no goods.
    NoGoods,
    /// A count that cannot be.
    Count {
        /// The most that is accepted.
        most: u64,
    },
    /// More is taken off than there is.
    Discount {
        /// The most that is accepted.
        most: String,
    },
    /// The order comes to more than any amount may be.
    TooMuch {
        /// The most that is accepted.
        most: String,
    },
    /// The total is not what the order comes to, and so it cannot be placed.
    Total {
        /// What it comes to.
        due: String,
    },
    /// The policy and the currency must be known before amounts are read.
    TooLate,
    /// Nothing happens in this scenario.
    NoSteps,
    /// The policy has no such field.
    NoSuchPath {
        /// As far as it is known: what stands there.
        path: String,
        /// What may have been meant.
        near: Vec<String>,
        /// What there is.
        all: Vec<String>,
    },
    /// The policy does not take such a value there.
    NotSuch {
        /// Where.
        path: String,
        /// What stands there in the preset.
        stands: String,
    },
    /// The policy makes no sense as a whole.
    Policy(SettingFault),
}

impl Problem {
    /// Everything that is accepted at the place, where it is a list of words.
    #[must_use]
    pub fn accepted(&self) -> Option<Vec<String>> {
        let all = match self {
            Self::Unknown { all, .. }
            | Self::Missing { all, .. }
            | Self::Lacks { all, .. }
            | Self::NoSuchPath { all, .. } => all.clone(),
            Self::NoSuchLine { lines } => lines.clone(),
            _ => return None,
        };
        Some(all).filter(|all| !all.is_empty())
    }
}
