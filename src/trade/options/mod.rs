//! What somebody may do now on a trade, within which bounds and until when; and what not, with every reason why.
//!
//! Nothing here knows a rule. Requests are put together field by field and asked of the same facts and rows as in a
//! step, until one is taken; how far its payload could go is what the conditions of its row saw. The request that is
//! shown has been decided as it stands; where the tables were edited, it has gone through the whole step.

mod ask;
mod bounds;
mod class;
mod due;
mod fill;
mod plain;
mod say;
mod stock;
mod terms;
mod until;

pub use bounds::{AmountBounds, Bounds, Parts, ReasonBounds, UnitBounds, Within};
pub use due::{Due, deadlines};

use alloc::vec::Vec;

use serde::Serialize;

use super::fields;
use super::work::Work;
use super::{Asked, Denied, Field, Request, Rulebook, Subject, Trade, facts, form, step};
use crate::{Actor, Currency, Kind, Time};
use ask::{Actions, has_row, lasts, refusal};
use until::Later;

/// What one actor may do on a trade at one time, and what not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use]
#[non_exhaustive]
pub struct Options {
    /// The version of the trade that was looked at. The templates name it as seen.
    pub version: u64,
    /// When it was looked at.
    pub at: Time,
    /// The currency of all amounts.
    pub currency: Currency,
    /// What is possible: one for each action, and for each kind where a kind is to be named.
    pub choices: Vec<Choice>,
    /// What is not possible now, of all that the rows give to this role in some state.
    pub unavailable: Vec<Unavailable>,
}

/// Something that the actor may do now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Choice {
    /// On what.
    pub subject: Subject,
    /// What.
    pub asked: Asked,
    /// The last moment at which the template is accepted if nobody does anything else: then its window ends, or time
    /// moves the trade on. `None` if nothing in sight ends it.
    pub until: Option<Time>,
    /// What the payload may be.
    pub bounds: Bounds,
    /// A complete request that is accepted as it stands. Its texts are placeholders.
    pub template: Request,
    #[serde(skip)]
    currency: Currency,
    #[serde(skip)]
    offset_minutes: i16,
}

impl Choice {
    /// Whether a request is this choice, with a payload within its bounds. Such a request is accepted.
    #[must_use]
    pub fn admits(&self, request: &Request) -> bool {
        let Self { template, bounds, .. } = self;
        request.actor == template.actor
            && request.subject == self.subject
            && request.asked == self.asked
            && (request.seen.is_none() || request.seen == template.seen)
            && request.key.is_none_or(|key| key.is_well_formed())
            && bounds.admits(&request.detail)
    }
}

/// Something that the rows give to the actor's role, and that is not possible now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Unavailable {
    /// On what.
    pub subject: Subject,
    /// What.
    pub asked: Asked,
    /// Every reason.
    pub why: Denied,
    /// The request that came nearest. Submitted, it is refused for just these reasons; a carrier's or gateway's report
    /// is stored with an alert instead.
    pub tried: Request,
}

/// What this actor may do now on this trade, and what not.
///
/// The trade is met as time has left it: deadlines that have passed are fired first, on a copy. Every request that a
/// [`Choice`] admits is accepted by [`step`](super::step) at the same time and version; for carriers and gateways,
/// whose facts are always taken in, the choices are the reports that a row takes.
///
/// # Errors
///
/// [`Denied::Stranger`] to whoever is no party, and for a trade that does not exist; [`Denied::OtherTerms`] and
/// [`Denied::Backwards`] as in a step.
pub fn options(book: &Rulebook<'_>, trade: &Trade, actor: &Actor, now: Time) -> Result<Options, Denied> {
    if trade.version == 0 || !trade.parties.include(actor, trade.key.tenant) {
        return Err(Denied::Stranger);
    }
    let work = step::met(book, trade, now)?;
    let mut list = Options {
        version: trade.version,
        at: now,
        currency: trade.currency,
        choices: Vec::new(),
        unavailable: Vec::new(),
    };
    let seek = Seek {
        stored: trade,
        work: &work,
        actor: *actor,
        seen: (!actor.role.reports_facts()).then_some(trade.version),
        unnamed: None,
    };
    let mut later = Later::new(&work);
    for (subject, asked) in aims(&work.trade, &Actions::of(book.rules, actor.role)) {
        seek.list(subject, asked, &mut later, &mut list);
    }
    Ok(list)
}

/// Everything that could be asked of a trade: of its order, of a new case, of each case and of each refund.
fn aims(trade: &Trade, actions: &Actions) -> Vec<(Subject, Asked)> {
    let of = |subject: Subject, actions: &[Asked]| actions.iter().map(|&asked| (subject, asked)).collect::<Vec<_>>();
    let cases = trade.cases.iter().map(|case| of(Subject::Case(case.no), &actions.case));
    let refunds = trade.refunds.iter().map(|refund| of(Subject::Refund(refund.no), &actions.refund));
    [of(Subject::Order, &actions.order), of(Subject::Case(0), &actions.opening)]
        .into_iter()
        .chain(cases)
        .chain(refunds)
        .flatten()
        .collect()
}

/// One actor who looks at one trade.
#[derive(Clone, Copy)]
struct Seek<'a> {
    /// The trade as it is stored.
    stored: &'a Trade,
    /// The trade as time has left it.
    work: &'a Work<'a>,
    actor: Actor,
    seen: Option<u64>,
    /// The kind that the request must come to, though it names none.
    unnamed: Option<Kind>,
}

/// The request that came nearest to being taken, by the number of its blockers.
#[derive(Default)]
struct Nearest(Option<(usize, Request)>);

impl Nearest {
    fn consider(&mut self, request: &Request, blockers: usize) {
        if self.0.as_ref().is_none_or(|(fewest, _)| blockers < *fewest) {
            self.0 = Some((blockers, request.clone()));
        }
    }
}

impl Seek<'_> {
    /// Lists one action of one subject: what of it is possible, or else why nothing is.
    fn list(&self, subject: Subject, asked: Asked, later: &mut Later<'_>, list: &mut Options) {
        let first = self.guess(subject, asked, None);
        if !facts::names_own(self.work.book.rules, &self.work.trade, &first) {
            return;
        }
        if !has_row(self.work, &first) {
            list.unavailable.extend(self.unavailable(first));
            return;
        }
        let mut nearest = Nearest::default();
        let listed = list.choices.len();
        let names = names_kind(asked);
        let choices = kinds(asked).filter_map(|kind| {
            let (named, unnamed) = if names { (kind, None) } else { (None, kind) };
            Self { unnamed, ..*self }.choice(subject, asked, named, later, &mut nearest)
        });
        list.choices.extend(choices);
        if list.choices.len() == listed {
            let tried = nearest.0.map_or(first, |(_, request)| request);
            list.unavailable.extend(self.unavailable(tried));
        }
    }

    fn choice(
        &self,
        subject: Subject,
        asked: Asked,
        kind: Option<Kind>,
        later: &mut Later<'_>,
        nearest: &mut Nearest,
    ) -> Option<Choice> {
        let guess = self.guess(subject, asked, kind);
        let (template, bounds) = if fill::asks_for_units(self.work, &guess) {
            self.terms(guess, nearest)?
        } else {
            self.plain(guess, nearest)?
        };
        let lasts = lasts(self.work, &template);
        if !self.is_taken(&template, lasts.is_some()) {
            nearest.consider(&template, 0);
            return None;
        }
        Some(Choice {
            subject,
            asked,
            until: lasts.and_then(|ends| later.until(&template, ends)),
            bounds,
            template,
            currency: self.work.trade.currency,
            offset_minutes: facts::offset_minutes(self.work),
        })
    }

    fn unavailable(&self, tried: Request) -> Option<Unavailable> {
        let why = refusal(self.work, &tried).or_else(|| self.step(&tried).err())?;
        Some(Unavailable { subject: tried.subject, asked: tried.asked, why, tried })
    }

    /// Whether a step carries a request out. Of the built-in tables it is known that it does where a row takes it;
    /// where they were edited, what follows from the row may be refused, and the step has the last word.
    fn is_taken(&self, request: &Request, by_a_row: bool) -> bool {
        if by_a_row && self.work.book.rules.are_built_in() {
            return step::check(self.stored, self.work, request).is_ok();
        }
        self.step(request).is_ok()
    }

    fn step(&self, request: &Request) -> Result<(), Denied> {
        step::step(&self.work.book, self.stored, request, self.work.now).map(|_| ())
    }
}

/// Whether a request for an action may name a kind.
fn names_kind(asked: Asked) -> bool {
    let (needs, takes) = fields(asked);
    needs.contains(&Field::Kind) || takes.contains(&Field::Kind)
}

/// The kinds under which an action is looked at: each, if it may name one, or opens a case that is of one.
fn kinds(asked: Asked) -> impl Iterator<Item = Option<Kind>> {
    let opens = matches!(asked, Asked::Case(action) if form::opens(action));
    let of_kinds = opens || names_kind(asked);
    let kinds = if of_kinds { Kind::ALL } else { &[] };
    let none = (!of_kinds).then_some(None);
    kinds.iter().copied().map(Some).chain(none)
}
