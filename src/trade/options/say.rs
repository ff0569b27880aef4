//! Options and deadlines in words.

use alloc::string::String;
use core::fmt::{self, Write as _};

use super::{AmountBounds, Choice, Due, Unavailable};
use crate::rule::Finding;
use crate::trade::Subject;
use crate::{Amount, Lang, Time};

impl Choice {
    /// What is possible, within which bounds and until when, as one line for people.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let zh = matches!(lang, Lang::Zh);
        let (comma, colon) = if zh { ("，", "：") } else { (", ", ": ") };
        let mut text = subject(self.subject, lang);
        let _ = write!(text, "{colon}{}", self.asked.label(lang));
        if let Some(kind) = self.bounds.kind {
            let _ = write!(text, "{comma}{}", kind.label(lang));
        }
        for wanted in &self.template.detail.units {
            let _ = write!(text, "{comma}{} × {}", wanted.line, wanted.count);
        }
        if let Some(AmountBounds { least, most, .. }) = self.amount().filter(|amount| amount.most < Amount::MOST) {
            let (least, most) = (least.of(self.currency), most.of(self.currency));
            let _ = match (least == most, zh) {
                (true, _) => write!(text, "{comma}{most}"),
                (false, true) => write!(text, "{comma}最多 {most}"),
                (false, false) => write!(text, "{comma}at most {most}"),
            };
        }
        if let Some(until) = self.until {
            text.push_str(if zh { "，截止 " } else { ", until " });
            time(until, self.offset_minutes, lang, &mut text);
        }
        text
    }

    /// The bounds of the amount that the template names.
    fn amount(&self) -> Option<AmountBounds> {
        let of_template = self.bounds.reasons.iter();
        let mut of_template = of_template.filter(|bounds| Some(bounds.reason) == self.template.detail.reason);
        of_template.next().map_or(self.bounds.amount, |bounds| bounds.amount)
    }
}

impl Unavailable {
    /// What is not possible, and every reason why, as one line for people.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let colon = if matches!(lang, Lang::Zh) { "：" } else { ": " };
        let mut text = subject(self.subject, lang);
        text.push_str(colon);
        text.push_str(&self.why.sentence(lang));
        text
    }
}

impl Due {
    /// Who is waited for, for what and until when, as one line for people.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let zh = matches!(lang, Lang::Zh);
        let colon = if zh { "：" } else { ": " };
        let mut text = subject(self.subject, lang);
        let _ = write!(text, "{colon}{}", self.limit.label(lang));
        if let Some(line) = self.line {
            let _ = if zh { write!(text, "（{line}）") } else { write!(text, " of {line}") };
        }
        let role = self.waits_for.label(lang);
        let _ = match (zh, self.yours) {
            (true, true) => write!(text, "，待您处理"),
            (true, false) => write!(text, "，等待{role}"),
            (false, true) => write!(text, ", it is your turn"),
            (false, false) => write!(text, ", waiting for the {role}"),
        };
        match self.until {
            Some(until) => {
                text.push_str(if zh { "，截止 " } else { ", until " });
                time(until, self.offset_minutes, lang, &mut text);
            }
            None => {
                // Rounded up, so that what is left is never said to be nothing.
                let hours = self.left.unwrap_or_default().saturating_add(HOUR - 1) / HOUR;
                let _ = if zh {
                    write!(text, "，已暂停，剩余 {hours} 小时")
                } else {
                    write!(text, ", stands still with {hours} h left")
                };
            }
        }
        text
    }
}

const HOUR: i64 = 3_600_000;

fn subject(subject: Subject, lang: Lang) -> String {
    match (subject, lang) {
        (Subject::Order, Lang::Zh) => String::from("订单"),
        (Subject::Case(0), Lang::Zh) => String::from("新售后单"),
        (Subject::Case(no), Lang::Zh) => alloc::format!("售后单{no}"),
        (Subject::Refund(no), Lang::Zh) => alloc::format!("退款单{no}"),
        (subject, Lang::En) => alloc::format!("{subject}"),
    }
}

/// A time as people in the trade's zone write it.
fn time(at: Time, offset_minutes: i16, lang: Lang, text: &mut String) {
    Finding::Until { at, offset_minutes }.render("{at}", lang, text);
}

macro_rules! in_english {
    ($($Said:ty),+) => { $(
        impl fmt::Display for $Said {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.sentence(Lang::En))
            }
        }
    )+ };
}

in_english!(Choice, Unavailable, Due);
