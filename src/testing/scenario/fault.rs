//! What is wrong with the text of a scenario: where, what, and what would be accepted there.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::keyword::Want;
pub(super) use super::problem::Problem;
use crate::Lang;

/// One thing that is wrong with the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioFault {
    /// The number of the line, from 1.
    pub line: usize,
    /// The line as it stands.
    pub text: String,
    /// The first letter that is wrong, counted from 0.
    pub from: usize,
    /// The letter after the last one that is wrong.
    pub to: usize,
    /// What is wrong with it.
    pub problem: Problem,
    pub(super) lang: Lang,
}

/// Everything that is wrong with the text of a scenario. `Display` shows each line with a mark under the place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScenarioFaults {
    /// At least one, in the order of the lines.
    pub faults: Vec<ScenarioFault>,
}

impl core::error::Error for ScenarioFaults {}
impl core::error::Error for ScenarioFault {}

impl fmt::Display for ScenarioFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.faults.iter().enumerate() {
            write!(f, "{}{fault}", if at > 0 { "\n\n" } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for ScenarioFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lang {
            Lang::Zh => writeln!(f, "第 {} 行：{}", self.line, self.problem.sentence(self.lang))?,
            Lang::En => writeln!(f, "line {}: {}", self.line, self.problem.sentence(self.lang))?,
        }
        write!(f, "{}", marked(self.line, &self.text, self.from, self.to))?;
        self.problem.accepted().map_or(Ok(()), |all| accepted(f, &all, self.lang))
    }
}

/// A line with its number and a mark under some of its letters.
pub(super) fn marked(line: usize, text: &str, from: usize, to: usize) -> String {
    let number = line.to_string();
    let before: usize = text.chars().take(from).map(width).sum();
    let under: usize = text.chars().skip(from).take(to.saturating_sub(from)).map(width).sum();
    let shown: String = text.chars().map(|letter| if letter == '\t' { ' ' } else { letter }).collect();
    let margin = " ".repeat(number.len());
    format!("  {number} | {shown}\n  {margin} | {}{}", " ".repeat(before), "^".repeat(under.max(1)))
}

/// How many columns of a terminal a letter takes: Chinese letters and full-width marks take two.
pub(super) fn width(letter: char) -> usize {
    match letter {
        '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' => 2,
        '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    }
}

/// How wide a list of words may be.
const WIDEST: usize = 110;

/// A list of words below the mark, on as many lines as it takes.
fn accepted(f: &mut fmt::Formatter<'_>, all: &[String], lang: Lang) -> fmt::Result {
    let (begin, comma) = match lang {
        Lang::Zh => ("可以写：", "、"),
        Lang::En => ("accepted here: ", ", "),
    };
    let columns = |text: &str| text.chars().map(width).sum::<usize>();
    write!(f, "\n  {begin}")?;
    let mut used = columns(begin);
    for (at, name) in all.iter().enumerate() {
        let breaks = at > 0 && used + columns(name) > WIDEST;
        if at > 0 {
            write!(f, "{}", if breaks { comma.trim_end() } else { comma })?;
        }
        if breaks {
            write!(f, "\n  {}", " ".repeat(columns(begin)))?;
            used = columns(begin);
        }
        write!(f, "{name}")?;
        used += columns(name) + columns(comma);
    }
    Ok(())
}

/// The result of reading a part of a line.
pub(super) type Read<T> = Result<T, Box<ScenarioFault>>;

/// What is wanted, in a language.
pub(super) fn wanted(want: Want, lang: Lang) -> String {
    String::from(want.label(lang))
}

/// That a word of a vocabulary was wanted.
pub(super) fn no_such_word(found: &str, want: Want, near: Vec<String>, all: Vec<String>, lang: Lang) -> Problem {
    let wanted = wanted(want, lang);
    if found.is_empty() {
        Problem::Missing { wanted, all }
    } else {
        Problem::Unknown { found: String::from(found), wanted, near, all }
    }
}
