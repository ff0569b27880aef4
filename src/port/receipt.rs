//! What whoever asked gets back.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::rule::RowId;
use crate::trade::{Asked, Change, Event, Outcome, Subject, Trade, TradeKey};
use crate::{Effect, Lang, Role, Time, after_sale, order, refund};

/// What became of a request that was carried out. The same request key is answered with the same receipt for ever.
///
/// `Display` says it in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Of which trade.
    pub trade: TradeKey,
    /// The version that the trade has now: what a next request may name as seen.
    pub version: u64,
    /// When.
    pub at: Time,
    /// The cases and refunds that were opened, with their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opened: Vec<Subject>,
    /// The rows that were taken, in order: first those by time, then the one asked for, then those by siblings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Taken>,
    /// Where everything stands that was touched.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stands: Vec<Stands>,
    /// What the caller's service is asked to do, handed out by the desk's `deliver`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<Effect>,
    /// The last moment before time acts on this trade: [`Trade::due`](crate::Trade::due).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Time>,
    /// Whether the request had been answered before, so that nothing new was done.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub replayed: bool,
}

/// A row that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// In the event with this number.
    pub event: u64,
    /// On what.
    pub subject: Subject,
    /// What was asked.
    pub asked: Asked,
    /// In which role.
    pub by: Role,
    /// The row; `None` if a fact from outside was only noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<RowId>,
}

/// Where one of the machines of a trade stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// The order.
    Order(order::State),
    /// The case with this number.
    Case(u16, after_sale::State),
    /// The refund with this number.
    Refund(u16, refund::State),
}

impl Stands {
    /// Where this part of the trade stands; `None` if there is no such part.
    #[must_use]
    pub fn of(trade: &Trade, subject: Subject) -> Option<Self> {
        match subject {
            Subject::Order => Some(Self::Order(trade.head.state)),
            Subject::Case(no) => trade.case(no).map(|case| Self::Case(no, case.state)),
            Subject::Refund(no) => trade.refund(no).map(|refund| Self::Refund(no, refund.state)),
        }
    }

    /// What stands there.
    #[must_use]
    pub const fn subject(self) -> Subject {
        match self {
            Self::Order(_) => Subject::Order,
            Self::Case(no, _) => Subject::Case(no),
            Self::Refund(no, _) => Subject::Refund(no),
        }
    }

    /// The state's code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Order(state) => state.code(),
            Self::Case(_, state) => state.code(),
            Self::Refund(_, state) => state.code(),
        }
    }

    /// The state's label.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Order(state) => state.label(lang),
            Self::Case(_, state) => state.label(lang),
            Self::Refund(_, state) => state.label(lang),
        }
    }
}

impl fmt::Display for Stands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.subject(), self.code())
    }
}

impl Receipt {
    /// The receipt of a step.
    #[must_use]
    pub fn of(outcome: &Outcome, now: Time) -> Self {
        let Outcome { trade, events } = outcome;
        let mut subjects: Vec<Subject> = events.iter().map(|event| event.subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        Self {
            trade: trade.key,
            version: trade.version,
            at: now,
            opened: events.iter().flat_map(|event| &event.changes).filter_map(opened).collect(),
            taken: events.iter().map(taken).collect(),
            stands: subjects.into_iter().filter_map(|subject| Stands::of(trade, subject)).collect(),
            tasks: outcome.tasks().map(|task| task.what).collect(),
            due: outcome.due(),
            replayed: false,
        }
    }

    /// The number of the case that was opened, if one was.
    #[must_use]
    pub fn case(&self) -> Option<u16> {
        self.opened.iter().find_map(|subject| match subject {
            Subject::Case(no) => Some(*no),
            Subject::Order | Subject::Refund(_) => None,
        })
    }

    /// The number of the first refund that was opened, if one was.
    #[must_use]
    pub fn refund(&self) -> Option<u16> {
        self.opened.iter().find_map(|subject| match subject {
            Subject::Refund(no) => Some(*no),
            Subject::Order | Subject::Case(_) => None,
        })
    }
}

fn opened(change: &Change) -> Option<Subject> {
    if let Change::Opened(case) = change {
        Some(Subject::Case(case.no))
    } else if let Change::Reserved(refund) = change {
        Some(Subject::Refund(refund.no))
    } else {
        None
    }
}

fn taken(event: &Event) -> Taken {
    Taken { event: event.seq, subject: event.subject, asked: event.asked, by: event.actor.role, row: event.row }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} version {}, {}", self.trade, self.version, self.at)?;
        if self.replayed {
            f.write_str(" (answered before)")?;
        }
        list(f, "opened", &self.opened)?;
        list(f, "now", &self.stands)?;
        list(f, "to do", &self.tasks)?;
        self.due.map_or(Ok(()), |due| write!(f, "; due {due}"))
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, name: &str, items: &[T]) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        if at == 0 {
            write!(f, "; {name}: {item}")?;
        } else {
            write!(f, ", {item}")?;
        }
    }
    Ok(())
}
