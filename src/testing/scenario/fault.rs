//! What is wrong with the text of a scenario: where, what, and what would be accepted there.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use super::keyword::Want;
use super::lexis::written;
use crate::Lang;
use crate::testing::SettingFault;
use crate::trade::{Asked, Field};

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
    /// It is said twice.
    Twice,
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

    /// What is wrong, as a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let zh = matches!(lang, Lang::Zh);
        let say = |en: &str, chinese: &str| String::from(if zh { chinese } else { en });
        match self {
            Self::Unknown { found, wanted, near, .. } => unknown(found, wanted, near, zh),
            Self::Missing { wanted, .. } if zh => format!("这里缺少{wanted}"),
            Self::Missing { wanted, .. } => format!("{wanted} is missing here"),
            Self::Amount { decimals } => amount(*decimals, zh),
            Self::Time => say(
                "this is no time; write `2026-03-01 10:00`, `+48h` (after the line above), `due` (the last moment in time) or `past due`",
                "这里应写时间，例如“2026-03-01 10:00”、“+48小时”（距上一步）、“到期时”（期限最后一刻）或“逾期后”",
            ),
            Self::Length => say(
                "this is no length of time; write `30m`, `48h`, `7d` or `1d 12h`",
                "这里应写时长，例如“30分钟”、“48小时”、“7天”",
            ),
            Self::Number { least, most } if zh => format!("这里应写 {least} 到 {most} 的整数"),
            Self::Number { least, most } => format!("a whole number from {least} to {most} is needed here"),
            Self::Unclosed => say("the quotation mark is not closed", "引号没有闭合"),
            Self::NoSuchLine { .. } => say("the order has no such line", "订单中没有这个商品"),
            Self::NotTaken { .. } | Self::Lacks { .. } | Self::WhichOne { .. } => self.of_action(lang),
            Self::OtherMachine { fits } if zh => format!("该操作不用于此单据，可用于：{}", fits.join("、")),
            Self::OtherMachine { fits } => {
                format!("this cannot be done to that; it can be done to: {}", fits.join(", "))
            }
            Self::Leftover => say(
                "the line should end here; fields come after a colon, with a comma between them",
                "这一行到此应已结束；字段写在冒号之后，以逗号分隔",
            ),
            Self::Stray => say(
                "nothing stands above that this line belongs to; a line of its own begins without a space",
                "这一行上面没有它所属的内容；独立的一行应顶格书写",
            ),
            Self::Indented => {
                say("a step begins at the beginning of a line, without a space", "步骤应顶格书写，前面不留空格")
            }
            Self::NotIndented { entry } if zh => format!("“{entry}”是订单的内容：请缩进写在“订单：”之下"),
            Self::NotIndented { entry } => format!("`{entry}` is said of the order: indent it under `order:`"),
            Self::Twice => say("this was said before; say it once", "前面已经写过，请只写一次"),
            Self::Total { due } if zh => format!("各商品与费用合计为 {due}；请改正应付总额，或省略不写"),
            Self::Total { due } => format!("the order comes to {due}; write that, or leave the total out"),
            Self::TooLate => say(
                "the policy stands before the orders, and a currency before the lines of its order: amounts are read by them",
                "政策应写在订单之前，币种应写在该订单的商品之前：金额依此解读",
            ),
            Self::NoSteps => say(
                "nothing happens in this scenario; write steps, such as `given delivered` or `+1h buyer apply: …`",
                "场景中没有任何步骤；请写步骤，例如“前情 已签收”或“+1小时 买家 申请：…”",
            ),
            Self::NoSuchPath { path, near, .. } => {
                let wanted = say("a field of the policy", "政策字段");
                unknown(path, &wanted, near, zh)
            }
            Self::NotSuch { path, stands } if zh => {
                format!("政策字段“{path}”不能这样写；预设为 {stands}，请写同样形式的值")
            }
            Self::NotSuch { path, stands } => {
                format!("`{path}` of the policy cannot be that; it is {stands} in the preset: write a value like it")
            }
            Self::Policy(fault) if zh => format!("政策有误：{fault}"),
            Self::Policy(fault) => fault.to_string(),
        }
    }

    fn of_action(&self, lang: Lang) -> String {
        let zh = matches!(lang, Lang::Zh);
        let name = |field: Field| written(field, lang);
        match self {
            Self::NotTaken { field, asked, takes } => {
                let takes: Vec<&str> = takes.iter().copied().map(name).collect();
                let (field, action) = (name(*field), asked.label(lang));
                match (zh, takes.is_empty()) {
                    (true, true) => format!("“{action}”不带任何字段，不能写“{field}”"),
                    (true, false) => format!("“{action}”不能写“{field}”；可以写：{}", takes.join("、")),
                    (false, true) => format!("`{action}` takes no fields, so not `{field}` either"),
                    (false, false) => {
                        format!("`{action}` does not take `{field}`; it takes: {}", takes.join(", "))
                    }
                }
            }
            Self::Lacks { field, asked, .. } if zh => format!("“{}”须写“{}”", asked.label(lang), name(*field)),
            Self::Lacks { field, asked, .. } => format!("`{}` needs `{}`", asked.label(lang), name(*field)),
            Self::WhichOne { asked } => {
                let refund = matches!(asked, Asked::Refund(_));
                let (one, label) =
                    (if refund { ("refund 1", "退款单 1") } else { ("case 1", "售后单 1") }, asked.label(lang));
                if zh {
                    format!("请写明对哪一单“{label}”，例如“{label} {}”", one.1)
                } else {
                    format!("say which one: `{} {}`", asked.code(), one.0)
                }
            }
            _ => String::new(),
        }
    }
}

fn unknown(found: &str, wanted: &str, near: &[String], zh: bool) -> String {
    let mut text = if zh { format!("“{found}”不是{wanted}") } else { format!("`{found}` is not {wanted}") };
    if !near.is_empty() {
        let near = near.iter().map(|name| if zh { format!("“{name}”") } else { format!("`{name}`") });
        let near = near.collect::<Vec<_>>().join(if zh { "或" } else { " or " });
        let _ = if zh { write!(text, "；您是想写{near}吗？") } else { write!(text, "; did you mean {near}?") };
    }
    text
}

fn amount(decimals: u32, zh: bool) -> String {
    let example = match decimals {
        0 => "99",
        3 => "99.000",
        _ => "99.00",
    };
    if zh {
        format!("这里应写金额，最多 {decimals} 位小数，例如 {example}")
    } else {
        format!("this is no amount; it is written with at most {decimals} decimal places, such as {example}")
    }
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
