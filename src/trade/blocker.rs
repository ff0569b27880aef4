//! What stands in the way of a request: a state, a role, a condition with the facts that it saw.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use serde::Serialize;

use super::Refusal;
use super::work::Turn;
use crate::rule::{Denial, Finding, Guard, Machine, Rule, Table};
use crate::{Lang, Role, Roles, Time, Word};

/// A word with both labels, whatever vocabulary it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its code.
    pub code: &'static str,
    #[serde(skip)]
    en: &'static str,
    #[serde(skip)]
    zh: &'static str,
}

impl Named {
    pub(crate) fn of(word: impl Word) -> Self {
        Self { code: word.code(), en: word.label(Lang::En), zh: word.label(Lang::Zh) }
    }

    /// What a person reads.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }
}

/// One thing that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Blocker {
    /// Not in this state.
    State {
        /// The state that was found.
        seen: Named,
        /// The states in which it is possible.
        possible: Vec<Named>,
    },
    /// Not in this role.
    Role {
        /// The role that asked.
        seen: Role,
        /// The roles that may.
        #[serde(serialize_with = "roles")]
        may: Roles,
        /// The states in which the role that asked may, though not in this one; empty if it never may, or if the state
        /// itself is said to stand in the way.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        possible: Vec<Named>,
    },
    /// A condition does not hold.
    Condition {
        /// Which.
        code: &'static str,
        /// The facts that it saw.
        finding: Finding,
        /// The English sentence, before the facts are filled in.
        #[serde(skip)]
        en: &'static str,
        /// The Chinese sentence, before the facts are filled in.
        #[serde(skip)]
        zh: &'static str,
    },
    /// No row knows this action.
    NoRow,
}

fn roles<S: serde::Serializer>(roles: &Roles, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(roles.iter())
}

/// A role as the subject of a sentence.
fn with_article(role: Role, lang: Lang) -> String {
    match (lang, role) {
        (Lang::Zh, _) | (Lang::En, Role::Finance | Role::Clock | Role::Trade) => String::from(role.label(lang)),
        (Lang::En, Role::Buyer | Role::Merchant | Role::Platform | Role::Carrier | Role::Gateway) => {
            alloc::format!("the {}", role.label(lang))
        }
    }
}

impl Blocker {
    pub(crate) const fn condition(code: &'static str, finding: Finding, en: &'static str, zh: &'static str) -> Self {
        Self::Condition { code, finding, en, zh }
    }

    /// The stable code: that of the condition, or what else blocks.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::State { .. } => "wrong_state",
            Self::Role { .. } => "wrong_role",
            Self::Condition { code, .. } => code,
            Self::NoRow => "no_row",
        }
    }

    /// From when it will hold for somebody who asks now, where time is all that it needs.
    #[must_use]
    pub fn holds_from(&self, now: Time) -> Option<Time> {
        match self {
            Self::Condition { finding: Finding::Until { at, .. }, .. } => Some(*at).filter(|&at| at > now),
            Self::Condition { .. } | Self::State { .. } | Self::Role { .. } | Self::NoRow => None,
        }
    }

    pub(super) fn say(&self, lang: Lang, text: &mut String) {
        match self {
            Self::State { seen, possible } => {
                let names: Vec<&str> = possible.iter().map(|state| state.label(lang)).collect();
                let seen = seen.label(lang);
                let _ = match lang {
                    Lang::Zh => write!(text, "当前状态为“{seen}”，仅在“{}”时可以", names.join("”、“")),
                    Lang::En => write!(text, "it is {seen}; this is possible when it is {}", names.join(", or ")),
                };
            }
            Self::Role { seen, may, possible } => {
                let names: Vec<String> = may.iter().map(|role| with_article(role, lang)).collect();
                let (seen, now) = (with_article(*seen, lang), !possible.is_empty());
                let _ = match lang {
                    Lang::Zh => {
                        write!(text, "{seen}{}不能这样做，只有{}可以", if now { "当前" } else { "" }, names.join("、"))
                    }
                    Lang::En => {
                        write!(
                            text,
                            "{seen} may not do this{}, only {}",
                            if now { " now" } else { "" },
                            names.join(" or ")
                        )
                    }
                };
                let states: Vec<&str> = possible.iter().map(|state| state.label(lang)).collect();
                let _ = match lang {
                    _ if !now => Ok(()),
                    Lang::Zh => write!(text, "；{seen}仅在“{}”时可以", states.join("”、“")),
                    Lang::En => write!(text, "; {seen} may when it is {}", states.join(", or ")),
                };
            }
            Self::Condition { finding, en, zh, .. } => {
                finding.render(if matches!(lang, Lang::Zh) { zh } else { en }, lang, text);
            }
            Self::NoRow => {
                text.push_str(if matches!(lang, Lang::Zh) { "没有任何规则允许" } else { "no rule knows this" })
            }
        }
    }
}

/// Who may do it instead and, unless the state stands in the way of everybody, in which other states this role may.
fn of_role<M: Machine>(table: &Table<M>, role: Role, denial: &Denial<M>) -> Blocker {
    let others = M::State::ALL.iter().filter(|&&state| table.may(state, denial.action(), role));
    let others = others.filter(|_| !denial.state_blocks());
    Blocker::Role {
        seen: role,
        may: denial.roles_possible(),
        possible: others.map(|&state| Named::of(state)).collect(),
    }
}

/// Every blocker against the nearest row, with the facts seen.
pub(super) fn explain<M: Machine>(
    table: &Table<M>,
    now: Time,
    turn: &Turn<'_>,
    denial: &Denial<M>,
    facts: &M::Facts,
) -> Refusal {
    // The state and the role are two.
    let mut blockers = Vec::with_capacity(2 + denial.unmet().count());
    if denial.row().is_none() {
        blockers.push(Blocker::NoRow);
    } else {
        if denial.state_blocks() {
            let possible = denial.states_possible(table).map(Named::of).collect();
            blockers.push(Blocker::State { seen: Named::of(denial.state_seen()), possible });
        }
        if denial.role_blocks() {
            blockers.push(of_role(table, turn.actor.role, denial));
        }
        blockers.extend(denial.findings(facts).map(|(condition, finding)| {
            Blocker::condition(condition.code(), finding, condition.denial(Lang::En), condition.denial(Lang::Zh))
        }));
    }
    Refusal { subject: turn.subject, asked: turn.asked, at: now, nearest: denial.row().map(Rule::id), blockers }
}
