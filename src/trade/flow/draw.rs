//! The flow drawn for people and tools.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write as _;

use super::{FLOW, When};
use crate::rule::Naming;
use crate::{Lang, Word};

/// [`FLOW`] as a Markdown table: who is told when, from the top down.
#[must_use]
pub fn draw_flow(naming: Naming) -> String {
    let mut page = String::from(match naming {
        Naming::Labels(Lang::Zh) => "| 何时 | 前提 | 通知 |\n|---|---|---|\n",
        Naming::Codes | Naming::Labels(Lang::En) => "| when | if | who is told what |\n|---|---|---|\n",
    });
    for row in FLOW {
        let only = all(row.only, naming);
        let _ = writeln!(page, "| {} | {only} | {} |", row.when.named(naming), word(row.tells, naming));
    }
    page
}

fn word(word: impl Word, naming: Naming) -> &'static str {
    match naming {
        Naming::Codes => word.code(),
        Naming::Labels(lang) => word.label(lang),
    }
}

/// What must be so besides: all of it.
fn all<W: Word>(words: &[W], naming: Naming) -> String {
    let words: Vec<&str> = words.iter().map(|it| word(*it, naming)).collect();
    words.join(match naming {
        Naming::Codes => ", ",
        Naming::Labels(Lang::En) => ", and ",
        Naming::Labels(Lang::Zh) => "，且",
    })
}

fn words<W: Word>(words: &[W], naming: Naming) -> String {
    let words: Vec<&str> = words.iter().map(|it| word(*it, naming)).collect();
    words.join(match naming {
        Naming::Codes => ", ",
        Naming::Labels(Lang::En) => " or ",
        Naming::Labels(Lang::Zh) => "、",
    })
}

impl When {
    /// The occasion, as a clause or in codes.
    fn named(self, naming: Naming) -> String {
        let (codes, en, zh, what) = match self {
            Self::CaseEnters(states) => ("case_enters", "a case is ", "售后单进入：", words(states, naming)),
            Self::CaseDoes(actions) => ("case_does", "on a case: ", "售后单发生：", words(actions, naming)),
            Self::CaseAsksFor(effect) => ("case_asks_for", "a case asks to ", "售后单要求：", words(&[effect], naming)),
            Self::AnyRefundStep => {
                ("any_refund_step", "anything happens to a refund", "退款单有任何变动", String::new())
            }
            Self::RefundEnters(states) => ("refund_enters", "a refund is ", "退款单进入：", words(states, naming)),
            Self::RefundCorrected(states) => {
                ("refund_corrected", "a refund that rested is ", "已终结的退款单更正为：", words(states, naming))
            }
            Self::OrderEnters(state, but) => {
                ("order_enters", "the order is ", "订单进入：", entered(state, but, naming))
            }
            Self::OrderDoes(actions) => ("order_does", "on the order: ", "订单发生：", words(actions, naming)),
            Self::BankGivesBack => {
                ("bank_gives_back", "a bank gives back what it had taken", "银行退还已扣回的款项", String::new())
            }
            Self::ReportNoted => {
                ("report_noted", "a report that no row takes is noted", "无匹配规则的通知被记录", String::new())
            }
            Self::OrderExpires(state) => (
                "order_expires",
                "time has passed for the order that is ",
                "订单超时，原状态：",
                words(&[state], naming),
            ),
        };
        match naming {
            Naming::Codes if what.is_empty() => codes.to_string(),
            Naming::Codes => format!("{codes}({what})"),
            Naming::Labels(Lang::En) => format!("{en}{what}"),
            Naming::Labels(Lang::Zh) => format!("{zh}{what}"),
        }
    }
}

/// A state that is entered by any action but these.
fn entered<S: Word, A: Word>(state: S, but: &[A], naming: Naming) -> String {
    let state = word(state, naming);
    let but = words(but, naming);
    match naming {
        _ if but.is_empty() => state.to_string(),
        Naming::Codes => format!("{state}, but {but}"),
        Naming::Labels(Lang::En) => format!("{state}, not by: {but}"),
        Naming::Labels(Lang::Zh) => format!("{state}（{but}除外）"),
    }
}
