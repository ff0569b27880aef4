//! What happened, as data: folding the events of a trade gives the trade.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Change, Overridden, UnitSpan};
use crate::rule::RowId;
use crate::{Actor, Amount, Effect, Id, Kind, Lang, Reason, Role, Time, after_sale, order, refund};

/// Which machine of a trade is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The order.
    Order,
    /// The after-sales order with this number; 0 for one that is yet to be opened.
    Case(u16),
    /// The refund order with this number.
    Refund(u16),
}

impl Subject {
    /// What a person reads: `case 1`, `售后单1`.
    #[must_use]
    pub fn label(self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::En, subject) => alloc::format!("{subject}"),
            (Lang::Zh, Self::Order) => String::from("订单"),
            (Lang::Zh, Self::Case(0)) => String::from("新售后单"),
            (Lang::Zh, Self::Case(no)) => alloc::format!("售后单{no}"),
            (Lang::Zh, Self::Refund(no)) => alloc::format!("退款单{no}"),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Order => f.write_str("order"),
            Self::Case(0) => f.write_str("new case"),
            Self::Case(no) => write!(f, "case {no}"),
            Self::Refund(no) => write!(f, "refund {no}"),
        }
    }
}

/// Why a row was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Somebody asked for it.
    Request,
    /// A deadline passed; this party was silent.
    Silence(Role),
    /// A sibling told it, in the event with this number.
    Told(u64),
}

/// What was said with a request: kept with the event, never in the state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Said {
    /// The reason given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Words of explanation, or a note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// References to evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// The address, account or voucher that was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub given: String,
    /// The caller's or channel's own key of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Id>,
}

/// One row taken, or one fact noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its number within the trade, from 1.
    pub seq: u64,
    /// The version of the trade that its commit made.
    pub version: u64,
    /// When it happened.
    pub at: Time,
    /// Who acted.
    pub actor: Actor,
    /// Why.
    pub cause: Cause,
    /// On what.
    pub subject: Subject,
    /// The row that was taken; `None` if a fact from outside was only noted.
    pub row: Option<RowId>,
    /// What was asked, by its code.
    pub asked: Asked,
    /// What changed.
    pub changes: Vec<Change>,
    /// What the caller is asked to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<Task>,
    /// What was said with it.
    #[serde(default)]
    pub said: Said,
    /// For staff who overrode a rule: the conditions of the plain row that did not hold, with the facts seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrode: Vec<Overridden>,
}

/// An action of one of the three machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Of the order.
    Order(order::Action),
    /// Of an after-sales order.
    Case(after_sale::Action),
    /// Of a refund order.
    Refund(refund::Action),
}

impl Asked {
    /// Whether it reports that money came.
    pub(crate) const fn brings_money(self) -> bool {
        matches!(
            self,
            Self::Order(order::Action::Pay) | Self::Case(after_sale::Action::PayFee | after_sale::Action::Repay)
        )
    }

    /// The action's code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Order(action) => action.code(),
            Self::Case(action) => action.code(),
            Self::Refund(action) => action.code(),
        }
    }

    /// The action's label.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Order(action) => action.label(lang),
            Self::Case(action) => action.label(lang),
            Self::Refund(action) => action.label(lang),
        }
    }
}

/// What the caller is asked to do. At-least-once: [`Task::key`] tells repetitions apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Task {
    /// What.
    pub what: Effect,
    /// For which machine of the trade.
    pub subject: Subject,
    /// The idempotency key, derived and never random: the same effect always has the same key.
    pub key: String,
    /// How much money it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// How many points it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<u64>,
    /// The payment that it goes back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Id>,
    /// The units that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitSpan>,
    /// The other account that a refund is to be paid to, instead of the payment: the caller's own reference of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Where goods are to be sent, for what is told to the buyer or the carrier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Not to be carried out before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Time>,
    /// What kind of case it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
}
