//! The trade: one order with its cases and its refunds, under one version number. The only layer that knows all three
//! machines.

mod act;
mod blocker;
mod book;
mod bound;
mod case;
mod change;
mod checksum;
mod deadline;
mod defect;
mod denied;
mod draft;
mod event;
mod evolve;
mod facts;
mod field;
pub(crate) mod fingerprint;
mod flow;
mod form;
pub(crate) mod ledger;
mod line;
mod new_order;
mod options;
mod overridden;
mod payout;
mod plan;
mod request;
mod step;
mod tally;
mod tasks;
mod timeline;
mod work;

pub use book::{Rulebook, Rules};
pub use bound::{AtMost, SilenceBound, Unbounded};

pub use blocker::{Blocker, Named};
pub use case::{Case, Offer, Parcel, Point, Repayment, Review};
pub use change::{CaseChange, Change, Placed, RefundChange, UnitChange, UnitSpan};
pub use checksum::{Checksum, Checksums, MalformedChecksum};
pub use deadline::Deadline;
pub use defect::Defect;
pub use denied::{Denied, Malformed, Refusal};
pub use event::{Asked, Cause, Event, Said, Subject, Task};
pub use evolve::replay;
#[cfg(feature = "testing")]
pub(crate) use field::given as is_given;
pub use field::{Field, Flaw, fields};
pub use flow::{FLOW, Flow, Proviso, Tells, When, draw_flow};
pub use ledger::{Balance, Bucket, Goods, Ledger, Part, Payment, Place, Pot, Purpose, Share, Split, Units};
pub use line::{Bill, Line, Parties, Terms};
pub use new_order::{NewLine, NewOrder};
pub use options::{
    AmountBounds, Bounds, Choice, Due, Options, Parts, ReasonBounds, Unavailable, UnitBounds, Within, deadlines,
    options,
};
pub use overridden::Overridden;
pub use payout::{Elsewhere, Payout};
pub use request::{By, Detail, Request, Sum, Wanted, Waybill};
pub use step::{Outcome, run_due, silence, step};
pub use timeline::TimelineEntry;

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use fingerprint::Fingerprint;

use crate::{Amount, Counter, Currency, Id, Reason, Time, order};

/// Which trade: the tenant, and the order within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TradeKey {
    /// The shop or marketplace that runs the process.
    pub tenant: Id,
    /// The order's own id there.
    pub order: Id,
}

impl fmt::Display for TradeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.tenant, self.order)
    }
}

/// How often each liberty was used; absent counters are at zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(Vec<(Tally, u32)>);

/// What is counted: a liberty, and where it is counted apart for each state, point or side, which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Tally {
    /// The liberty.
    pub counter: Counter,
    /// Apart for this state, point, starter or side; 0 where it is counted as a whole. It is made of places in the
    /// lists of states, roles and points, which are therefore stored: a new one of these is added at the end of its
    /// list.
    #[serde(default)]
    pub apart: u16,
}

impl Counts {
    /// How often it was used.
    #[must_use]
    pub fn used(&self, tally: Tally) -> u32 {
        self.0.iter().find(|(kept, _)| *kept == tally).map_or(0, |&(_, used)| used)
    }

    /// Everything that was used at least once, with how often.
    pub fn iter(&self) -> impl Iterator<Item = (Tally, u32)> + '_ {
        self.0.iter().copied()
    }

    /// Counts one use.
    pub(crate) fn spend(&mut self, tally: Tally) {
        match self.0.iter_mut().find(|(kept, _)| *kept == tally) {
            Some((_, used)) => *used = used.saturating_add(1),
            None => self.0.push((tally, 1)),
        }
    }
}

/// The order's own part of a trade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Head {
    /// Where the order stands.
    pub state: order::State,
    /// The running limit of that state. Receipt is kept per line instead: see [`Line::receipt`].
    #[serde(default)]
    pub deadline: Option<Deadline>,
    /// How often each liberty was used.
    #[serde(default)]
    pub counts: Counts,
    /// The version of the trade that touched it last.
    #[serde(default)]
    pub touched: u64,
    /// When it was placed.
    pub placed_at: Option<Time>,
    /// When it was paid in full.
    pub paid_at: Option<Time>,
    /// When the last units left.
    pub shipped_at: Option<Time>,
    /// When the last units came.
    pub delivered_at: Option<Time>,
    /// When it was completed.
    pub completed_at: Option<Time>,
    /// A later end of the after-sales window, given by the platform.
    pub reopened_until: Option<Time>,
    /// For which reason only; `None` for every one.
    #[serde(default)]
    pub reopened_for: Option<Reason>,
    /// What belongs to the bill beside the lines.
    pub bill: Bill,
    /// What goodwill was credited, from the platform's own ledger.
    #[serde(default)]
    pub goodwill: Amount,
    /// What funds the merchant was given, less what the merchant was charged for because it went back after that.
    #[serde(default)]
    pub released: Amount,
}

/// A report of a carrier or channel that no row took: it moved nothing, and somebody was asked to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Noted {
    /// What it was about.
    pub subject: Subject,
    /// What it said: the same report again says nothing new.
    pub report: Fingerprint,
}

impl Noted {
    /// How many different reports are noted of one subject. What comes after them adds nothing: people have been asked
    /// to look so often, and a trade must not grow with what anybody sends. Money that came is not among them: it is
    /// taken in.
    pub const MOST: usize = 16;
}

/// One order with everything that hangs on it.
///
/// Loaded, decided and committed as one. Change it only by folding events: see [`replay`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Trade {
    /// Which trade.
    pub key: TradeKey,
    /// Grows by one with each commit; 0 before the order is placed.
    pub version: u64,
    /// How many events it is the fold of.
    pub events: u64,
    /// The time of its last event.
    pub at: Time,
    /// Under which rules and policy it runs.
    pub terms: Terms,
    /// Who belongs to it.
    pub parties: Parties,
    /// The one currency of all its amounts.
    pub currency: Currency,
    /// The order's own part.
    pub head: Head,
    /// The parcels that left for the buyer.
    #[serde(default)]
    pub parcels: Vec<Parcel>,
    /// What was ordered.
    pub lines: Vec<Line>,
    /// Where every unit is.
    pub goods: Goods,
    /// Where all money is.
    pub money: Ledger,
    /// The after-sales orders; number n stands at place n − 1. A clone shares those that a step does not touch.
    pub cases: Vec<Arc<Case>>,
    /// The refund orders; number n stands at place n − 1. A clone shares those that a step does not touch.
    pub refunds: Vec<Arc<Payout>>,
    /// The reports that no row took, up to [`Noted::MOST`] of each subject.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub noted: Vec<Noted>,
}

impl Trade {
    /// The trade before its order is placed. Placing is its first event.
    #[must_use]
    pub fn absent(key: TradeKey) -> Self {
        Self {
            key,
            version: 0,
            events: 0,
            at: Time::EARLIEST,
            terms: Terms::default(),
            parties: Parties::nobody(),
            currency: Currency::CNY,
            head: Head {
                state: order::State::Absent,
                deadline: None,
                counts: Counts::default(),
                touched: 0,
                placed_at: None,
                paid_at: None,
                shipped_at: None,
                delivered_at: None,
                completed_at: None,
                reopened_until: None,
                reopened_for: None,
                bill: Bill::default(),
                goodwill: Amount::ZERO,
                released: Amount::ZERO,
            },
            parcels: Vec::new(),
            lines: Vec::new(),
            goods: Goods::default(),
            money: Ledger::default(),
            cases: Vec::new(),
            refunds: Vec::new(),
            noted: Vec::new(),
        }
    }

    /// The case with this number.
    #[must_use]
    pub fn case(&self, no: u16) -> Option<&Case> {
        self.cases.get(usize::from(no).checked_sub(1)?).map(Arc::as_ref)
    }

    /// The refund with this number.
    #[must_use]
    pub fn refund(&self, no: u16) -> Option<&Payout> {
        self.refunds.get(usize::from(no).checked_sub(1)?).map(Arc::as_ref)
    }

    /// The line with this id.
    #[must_use]
    pub fn line(&self, id: Id) -> Option<(u16, &Line)> {
        let at = self.lines.iter().position(|line| line.id == id)?;
        Some((u16::try_from(at).ok()?, self.lines.get(at)?))
    }

    /// The line at this place.
    #[must_use]
    pub fn line_at(&self, at: u16) -> Option<&Line> {
        self.lines.get(usize::from(at))
    }

    /// The refunds that belong to a case.
    pub fn refunds_of(&self, case: u16) -> impl Iterator<Item = &Payout> {
        let refunds = self.refunds.iter().map(Arc::as_ref);
        refunds.filter(move |refund| refund.case == Some(case))
    }

    /// The cases that are open: not at rest.
    pub fn open_cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().map(Arc::as_ref).filter(|case| case.is_open())
    }

    /// The end of the earliest running deadline: the last moment before time acts.
    ///
    /// At this moment the party is still in time and [`run_due`] does nothing: wait for [`acts_at`](Self::acts_at), or
    /// look for trades whose `due` lies *before* now.
    #[must_use]
    pub fn due(&self) -> Option<Time> {
        self.deadlines().filter_map(|(_, deadline)| deadline.due()).min()
    }

    /// The first moment at which time acts: a millisecond after [`due`](Self::due). Called then, [`run_due`] does
    /// something.
    #[must_use]
    pub fn acts_at(&self) -> Option<Time> {
        self.due().map(|due| due.max(self.at).after(1))
    }

    /// Every deadline with what it belongs to, frozen ones included.
    pub fn deadlines(&self) -> impl Iterator<Item = (Subject, &Deadline)> {
        let order = self.head.deadline.iter().chain(self.lines.iter().filter_map(|line| line.receipt.as_ref()));
        let cases = self.cases.iter().filter_map(|case| Some((Subject::Case(case.no), case.deadline.as_ref()?)));
        let refunds =
            self.refunds.iter().filter_map(|refund| Some((Subject::Refund(refund.no), refund.deadline.as_ref()?)));
        order.map(|deadline| (Subject::Order, deadline)).chain(cases).chain(refunds)
    }

    /// The open case that claims these units.
    pub(crate) fn open_claim(&self, units: &Units) -> Option<u16> {
        units.claim.filter(|&no| self.case(no).is_some_and(Case::is_open))
    }

    /// Whether nobody is waited for: no time limit runs or stands still, so nothing moves it but a correction. So it is
    /// with a trade whose order is not placed yet.
    #[must_use]
    pub fn rests(&self) -> bool {
        self.deadlines().next().is_none()
    }
}
