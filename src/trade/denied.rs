//! The answer *no*: typed, complete, and able to explain itself in English and in Chinese.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use serde::Serialize;

use super::checksum::agree;
use super::{Asked, Blocker, Defect, Subject};
use crate::rule::RowId;
use crate::{Lang, Time};

/// Why a request was not carried out. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Denied {
    /// The request itself is not well formed.
    Malformed(Malformed),
    /// The actor is no party of this trade, or there is no such trade. A stranger hears nothing more.
    Stranger,
    /// The key was used before with another request.
    KeyReused,
    /// The trade has changed since the version that the actor saw.
    Stale {
        /// The version that was seen.
        seen: u64,
        /// The version that stands.
        found: u64,
        /// What was touched since.
        changed: Vec<Subject>,
    },
    /// The time given lies before the trade's last event.
    Backwards {
        /// The time given.
        now: Time,
        /// The time of the last event.
        last: Time,
    },
    /// The trade runs under other rules or another policy than those given: of another version, or changed under the
    /// same.
    OtherTerms {
        /// The versions of rules and policy under which it runs.
        runs_under: super::Terms,
        /// The versions given.
        given: super::Terms,
    },
    /// No row allows it, for these reasons.
    Refused(Box<Refusal>),
    /// The crate would have broken its own promise, and did not.
    Defect(#[serde(serialize_with = "as_text")] Defect),
}

/// What is wrong with the form of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Malformed {
    /// Which field.
    pub field: super::Field,
    /// What is wrong with it.
    pub flaw: super::Flaw,
}

/// A refusal by the table: all blockers against the nearest row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Refusal {
    /// On what.
    pub subject: Subject,
    /// What was asked.
    pub asked: Asked,
    /// When.
    pub at: Time,
    /// The row that came nearest.
    pub nearest: Option<RowId>,
    /// Everything that stands in its way.
    pub blockers: Vec<Blocker>,
}

fn as_text<S: serde::Serializer>(defect: &Defect, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(defect)
}

impl Refusal {
    /// Whether the role that asked has a row for it somewhere: only then is it a fact of that role's to report.
    pub(crate) fn is_for_the_role(&self) -> bool {
        let not_theirs = |blocker: &Blocker| matches!(blocker, Blocker::Role { .. } | Blocker::NoRow);
        !self.blockers.iter().any(not_theirs)
    }

    /// The whole sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let mut text = String::new();
        let _ = match lang {
            Lang::Zh => write!(text, "不能{}：", self.asked.label(lang)),
            Lang::En => write!(text, "cannot {}: ", self.asked.label(lang)),
        };
        for (at, blocker) in self.blockers.iter().enumerate() {
            if at > 0 {
                text.push_str(if matches!(lang, Lang::Zh) { "；" } else { "; " });
            }
            blocker.say(lang, &mut text);
        }
        text
    }
}

impl Denied {
    /// The stable code. For a refusal by the table, that of its first blocker.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Stranger => "stranger",
            Self::KeyReused => "key_reused",
            Self::Stale { .. } => "stale",
            Self::Backwards { .. } => "backwards",
            Self::OtherTerms { .. } => "other_terms",
            Self::Refused(refusal) => refusal.blockers.first().map_or("no_row", Blocker::code),
            Self::Defect(_) => "defect",
        }
    }

    /// Every code in it: one, or those of all blockers.
    #[must_use]
    pub fn codes(&self) -> Vec<&'static str> {
        match self {
            Self::Refused(refusal) => refusal.blockers.iter().map(Blocker::code).collect(),
            Self::Malformed(_)
            | Self::Stranger
            | Self::KeyReused
            | Self::Stale { .. }
            | Self::Backwards { .. }
            | Self::OtherTerms { .. }
            | Self::Defect(_) => alloc::vec![self.code()],
        }
    }

    /// Whether the same request may be accepted later as far as the refusal itself tells, so that a page may keep the
    /// button: once the trade is in another state, or once a time has come that is named.
    ///
    /// Any other condition may hold one day or never, which a refusal does not know: then it is `false`, and
    /// [`options`](super::options) say what is possible once something has changed.
    #[must_use]
    pub fn may_succeed_later(&self) -> bool {
        match self {
            Self::Backwards { .. } => true,
            // Versions only grow: what was seen stays older, unless the trade was read from a copy that lags.
            Self::Stale { seen, found, .. } => seen > found,
            Self::Refused(refusal) => refusal.blockers.iter().all(|blocker| match blocker {
                Blocker::State { .. } => true,
                Blocker::Role { possible, .. } => !possible.is_empty(),
                Blocker::Condition { .. } => blocker.holds_from(refusal.at).is_some(),
                Blocker::NoRow => false,
            }),
            Self::Malformed(_) | Self::Stranger | Self::KeyReused | Self::OtherTerms { .. } | Self::Defect(_) => false,
        }
    }

    /// The sentence for people.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let zh = matches!(lang, Lang::Zh);
        match self {
            Self::Malformed(Malformed { field, flaw }) => {
                let (name, flaw) = (field.label(lang), flaw.sentence(lang));
                if zh {
                    alloc::format!("请求格式有误：{name}{flaw}")
                } else {
                    alloc::format!("malformed request: {name} {flaw}")
                }
            }
            Self::Stranger if zh => String::from("没有这样的交易，或您不是交易的当事人"),
            Self::Stranger => String::from("there is no such trade for you"),
            Self::KeyReused if zh => String::from("该请求编号已用于另一个请求，请更换编号"),
            Self::KeyReused => String::from("this key was used for another request; a new intent needs a new key"),
            Self::Stale { seen, found, changed } => {
                let what: Vec<String> = changed.iter().map(|subject| subject.label(lang)).collect();
                let what = what.join(if zh { "、" } else { ", " });
                if zh {
                    alloc::format!("您看到的是第 {seen} 版，现已是第 {found} 版（有变动：{what}），请刷新后重试")
                } else {
                    alloc::format!("you saw version {seen}, it is now version {found} (changed: {what}); look again")
                }
            }
            Self::Backwards { now, last } if zh => alloc::format!("时间 {now} 早于最近一次记录，应不早于 {last}"),
            Self::Backwards { now, last } => {
                alloc::format!("the time {now} lies before the last event; {last} or later is accepted")
            }
            Self::OtherTerms { runs_under, given } => other_terms(runs_under, given, zh),
            Self::Refused(refusal) => refusal.sentence(lang),
            Self::Defect(defect) if zh => alloc::format!("内部错误，未作任何更改：{defect}"),
            Self::Defect(defect) => alloc::format!("internal fault, nothing was changed: {defect}"),
        }
    }
}

/// Which edition differs: by its number or, under the same number, by what it says.
fn other_terms(runs_under: &super::Terms, given: &super::Terms, zh: bool) -> String {
    let (rules, policy) = (runs_under.rules, runs_under.policy);
    if (rules, policy) != (given.rules, given.policy) {
        let (others, other) = (given.rules, given.policy);
        return if zh {
            alloc::format!("该交易适用规则第 {rules} 版、政策第 {policy} 版，而非第 {others}、{other} 版")
        } else {
            alloc::format!(
                "the trade runs under rules {rules} and policy {policy}, not rules {others} and policy {other}"
            )
        };
    }
    let rows = !agree(runs_under.rules_checksum, given.rules_checksum);
    match (zh, rows) {
        (true, true) => alloc::format!("规则第 {rules} 版在该交易下单后有改动：改动后请使用新版本号，并保留原版本"),
        (true, false) => alloc::format!("政策第 {policy} 版在该交易下单后有改动：改动后请使用新版本号，并保留原版本"),
        (false, true) => alloc::format!(
            "rules {rules} were changed since the trade's order was placed: give the changed ones a new version, and \
             keep the old ones"
        ),
        (false, false) => alloc::format!(
            "policy {policy} was changed since the trade's order was placed: give the changed one a new version, and \
             keep the old one"
        ),
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Lang::En))
    }
}

impl core::error::Error for Denied {}

impl From<Defect> for Denied {
    fn from(defect: Defect) -> Self {
        Self::Defect(defect)
    }
}
