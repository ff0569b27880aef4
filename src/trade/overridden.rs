//! What staff overrode: a condition that did not hold, and what it saw. Stored as that, read in either language.

use alloc::string::String;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::after_sale::{Condition, Shield};
use crate::rule::{Finding, Guard};
use crate::{Id, Kind, Lang, Money, Reason, Time, Word, order};

/// A condition of the plain row that did not hold, where staff took a row without it.
///
/// ```
/// use redress::{Lang, after_sale::Condition, rule::Finding, trade::Overridden};
/// let counted = Finding::Count { used: 2, of: 2 };
/// let overridden = Overridden { condition: Condition::TriesLeft, finding: counted };
/// assert_eq!(overridden.told(Lang::En), "these units were applied for 2 of 2 times");
/// assert_eq!(overridden.told(Lang::Zh), "同一商品申请次数已用2/2");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "a condition and what it saw; there is no third")]
pub struct Overridden {
    /// What did not hold.
    pub condition: Condition,
    /// What it saw.
    pub finding: Finding,
}

impl Overridden {
    /// The sentence of the refusal that it would have been.
    #[must_use]
    pub fn told(&self, lang: Lang) -> String {
        let mut text = String::new();
        self.finding.render(self.condition.denial(lang), lang, &mut text);
        text
    }
}

/// As it is stored: a word by its code alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    condition: Condition,
    finding: Saw,
}

/// A [`Finding`] as it is stored.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Saw {
    Plain,
    Count { used: u32, of: u32 },
    Amount { asked: Money, most: Money },
    Until { at: Time, offset_minutes: i16 },
    Units { line: Id, asked: u32, free: u32 },
    Case { no: u16 },
    Word { code: String },
    Length { used: u32, least: u32, most: u32 },
    Who { id: Id },
}

impl<'de> Deserialize<'de> for Overridden {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { condition, finding } = Stored::deserialize(deserializer)?;
        let finding = match finding {
            Saw::Plain => Finding::Plain,
            Saw::Count { used, of } => Finding::Count { used, of },
            Saw::Amount { asked, most } => Finding::Amount { asked, most },
            Saw::Until { at, offset_minutes } => Finding::Until { at, offset_minutes },
            Saw::Units { line, asked, free } => Finding::Units { line, asked, free },
            Saw::Case { no } => Finding::Case { no },
            Saw::Word { code } => {
                let known = word(condition, &code);
                known.ok_or_else(|| D::Error::custom(format_args!("`{condition}` sees no word `{code}`")))?
            }
            Saw::Length { used, least, most } => Finding::Length { used, least, most },
            Saw::Who { id } => Finding::Who { id },
        };
        Ok(Self { condition, finding })
    }
}

/// The word that a condition of a case sees: where the order stands, else a kind, a reason, or what shields the buyer.
fn word(condition: Condition, code: &str) -> Option<Finding> {
    if condition == Condition::OrderOpen {
        return order::State::from_code(code).map(Finding::word);
    }
    let kind = Kind::from_code(code).map(Finding::word);
    let reason = || Reason::from_code(code).map(Finding::word);
    kind.or_else(reason).or_else(|| Shield::from_code(code).map(Finding::word))
}
