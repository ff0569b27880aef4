//! A trade's history as a person reads it: when, who, what, from where to where, what follows, until when.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use chrono::FixedOffset;

use super::{Asked, CaseChange, Cause, Change, Event, Offer, Subject};
use crate::rule::RowParts;
use crate::{Amount, Currency, Lang, Role, Time, Word, after_sale, order, refund};

/// One event as one line, in a language and a time zone.
///
/// ```text
/// 2026-03-02 20:15  buyer alice: case 1, apply: not opened → waiting for the merchant's reply, until 2026-03-04 20:15  [tell the merchant]
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TimelineEntry<'a> {
    event: &'a Event,
    lang: Lang,
    offset: FixedOffset,
    currency: Option<Currency>,
}

impl Event {
    /// This event as one line for people.
    #[must_use]
    pub const fn told(&self, lang: Lang, offset: FixedOffset) -> TimelineEntry<'_> {
        TimelineEntry { event: self, lang, offset, currency: None }
    }

    /// The labels of the state that was left and the one that was entered; none if nothing moved.
    #[must_use]
    pub fn moved(&self, lang: Lang) -> Option<(&'static str, &'static str)> {
        let row = self.row?;
        let parts = row.parts()?;
        let label = |code: &str| match self.asked {
            Asked::Order(_) => Some(order::State::from_code(code)?.label(lang)),
            Asked::Case(_) => Some(after_sale::State::from_code(code)?.label(lang)),
            Asked::Refund(_) => Some(refund::State::from_code(code)?.label(lang)),
        };
        let RowParts { from, to, .. } = parts;
        Some((label(from)?, label(to)?))
    }

    /// Until when what it entered waits, if a limit started with it.
    #[must_use]
    pub fn due(&self) -> Option<Time> {
        let started = |change: &Change| match change {
            Change::Due(subject, deadline) if *subject == self.subject => deadline.as_ref()?.due(),
            // The receipt of a line also stops and goes on with its cases; that is not what they wait for.
            Change::Receipt(_, deadline) if self.subject == Subject::Order => deadline.as_ref()?.due(),
            _ => None,
        };
        self.changes.iter().filter_map(started).min()
    }
}

impl TimelineEntry<'_> {
    /// With the amounts, in the trade's own currency: what was asked, offered and paid, and what each task is about.
    #[must_use]
    pub const fn in_currency(self, currency: Currency) -> Self {
        Self { currency: Some(currency), ..self }
    }

    /// The terms and amounts of what happened.
    fn terms(&self) -> Vec<String> {
        let (lang, Some(currency)) = (self.lang, self.currency) else {
            return Vec::new();
        };
        let money = |amount: Amount| amount.of(currency).to_string();
        let mut terms = Vec::new();
        for change in &self.event.changes {
            if let Change::Opened(case) = change {
                offer(&mut terms, case.offer, lang, currency);
                terms.push(case.reason.label(lang).to_string());
            } else if let Change::OfCase(_, CaseChange::Proposal(Some(new)) | CaseChange::Offer(new)) = change {
                offer(&mut terms, *new, lang, currency);
            } else if let Change::Paid(payment, _) = change {
                terms.extend([money(payment.balance.paid), payment.tender.label(lang).to_string()]);
            } else if let Change::Reserved(payout) = change {
                terms.push(money(payout.amount));
            } else if let Change::Repaid(_, split) = change {
                terms.push(money(split.total()));
            } else if let Change::Goodwill(amount) = change {
                terms.push(money(*amount));
            }
        }
        terms
    }

    fn tasks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, task) in self.event.tasks.iter().enumerate() {
            write!(f, "{}{}", if at == 0 { "  [" } else { ", " }, task.what.label(self.lang))?;
            if let Some((amount, currency)) = task.amount.zip(self.currency) {
                write!(f, " {}", amount.of(currency))?;
            }
            if let Some(points) = task.points {
                write!(f, " {points}")?;
            }
        }
        write!(f, "{}", if self.event.tasks.is_empty() { "" } else { "]" })
    }
}

/// What is offered, as far as it is more than nothing.
fn offer(terms: &mut Vec<String>, offer: Offer, lang: Lang, currency: Currency) {
    terms.push(offer.kind.label(lang).to_string());
    let paid = if offer.kind.pays() { offer.amount } else { Amount::ZERO };
    let amounts = [(paid, "", ""), (offer.fee, "fee ", "补款 "), (offer.difference, "difference ", "退差价 ")];
    for (amount, en, zh) in amounts {
        let name = if matches!(lang, Lang::Zh) { zh } else { en };
        if !amount.is_zero() {
            terms.push(alloc::format!("{name}{}", amount.of(currency)));
        }
    }
}

impl fmt::Display for TimelineEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { event, lang, offset, .. } = *self;
        write_time(f, event.at, offset)?;
        write!(f, "  ")?;
        who(f, event, lang)?;
        subject(f, event.subject, lang)?;
        write!(f, "{}", event.asked.label(lang))?;
        let terms = self.terms();
        if !terms.is_empty() {
            let (open, comma, close) = if matches!(lang, Lang::Zh) { ("（", "，", "）") } else { (" (", ", ", ")") };
            write!(f, "{open}{}{close}", terms.join(comma))?;
        }
        if let Some((from, to)) = event.moved(lang) {
            write!(f, ": {from} → {to}")?;
        }
        if let Some(due) = event.due() {
            write!(f, "{}", if matches!(lang, Lang::Zh) { "，截止 " } else { ", until " })?;
            write_time(f, due, offset)?;
        }
        self.tasks(f)
    }
}

fn who(f: &mut fmt::Formatter<'_>, event: &Event, lang: Lang) -> fmt::Result {
    let role = event.actor.role.label(lang);
    match event.cause {
        Cause::Request => write!(f, "{role} {}: ", event.actor.id),
        // A period that waits for nobody is over.
        Cause::Silence(Role::Clock) => write!(f, "{role}: "),
        Cause::Silence(silent) if matches!(lang, Lang::Zh) => write!(f, "{role}（{}未操作）: ", silent.label(lang)),
        Cause::Silence(silent) => write!(f, "{role} (the {} was silent): ", silent.label(lang)),
        Cause::Told(_) => write!(f, "  → "),
    }
}

fn subject(f: &mut fmt::Formatter<'_>, subject: Subject, lang: Lang) -> fmt::Result {
    match (subject, lang) {
        (Subject::Order, Lang::Zh) => write!(f, "订单 "),
        (Subject::Order, Lang::En) => write!(f, "order, "),
        (Subject::Case(no), Lang::Zh) => write!(f, "售后单{no} "),
        (Subject::Case(no), Lang::En) => write!(f, "case {no}, "),
        (Subject::Refund(no), Lang::Zh) => write!(f, "退款单{no} "),
        (Subject::Refund(no), Lang::En) => write!(f, "refund {no}, "),
    }
}

fn write_time(f: &mut fmt::Formatter<'_>, at: Time, offset: FixedOffset) -> fmt::Result {
    match at.at_offset(offset) {
        Some(local) => write!(f, "{}", local.format("%Y-%m-%d %H:%M")),
        None => write!(f, "{at}"),
    }
}
