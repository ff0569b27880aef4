//! Hand-made histories for the tests of the measures.
#![allow(dead_code, clippy::unwrap_used, reason = "shared by several test files; a failed step is a failed test")]

use redress::after_sale::{Action, State};
use redress::measure::{Measures, Period, Ratio, Times};
use redress::refund::{Ground, Route};
use redress::trade::{
    Asked, Bucket, CaseChange, Cause, Change, Deadline, Event, Part, Parties, Placed, RefundChange, Said, Share, Split,
    Subject, Terms,
};
use redress::{Actor, Amount, Anchor, Currency, Dispute, Id, Limit, Role, Time, order};
use serde_json::json;

pub(crate) const HOUR: u64 = 3_600_000;

/// So many hours after the beginning of the story.
pub(crate) fn hour(hours: i64) -> Time {
    Time::parse("2026-03-01T00:00:00+08:00").unwrap().after(hours * 3_600_000)
}

pub(crate) fn part(bucket: Bucket, amount: u64) -> Part {
    Part { bucket, units: None, amount: Amount::new(amount) }
}

pub(crate) fn ratio(part: u64, of: u64) -> Ratio {
    Ratio { part, of }
}

/// A history in the making: times are hours.
#[derive(Default)]
pub(crate) struct History(pub(crate) Vec<Event>);

impl History {
    /// An order of so much, paid at once at this hour.
    pub(crate) fn paid(at: i64, amount: u64) -> Self {
        Self::paid_in(Currency::CNY, at, amount)
    }

    pub(crate) fn paid_in(currency: Currency, at: i64, amount: u64) -> Self {
        let (buyer, merchant) = (Id::from("alice"), Id::from("acme"));
        let (finance, gateways, carriers) = (vec![], vec![], vec![]);
        let parties = Parties { buyer, merchant, finance, gateways, carriers };
        let placed = Placed { terms: Terms::default(), parties, currency, lines: vec![], bill: Default::default() };
        let applied = vec![part(Bucket::Goods(0), amount), part(Bucket::Surplus, 7)];
        let changes = vec![
            Change::Placed(Box::new(placed)),
            Change::Applied(applied),
            Change::Reached(Anchor::Paid, hour(at)),
            Change::Order(order::State::Paid),
        ];
        let mut history = Self::default();
        history.on(at, Actor::gateway("pay"), Cause::Request, Asked::Order(order::Action::Pay), changes);
        history
    }

    pub(crate) fn on(&mut self, at: i64, actor: Actor, cause: Cause, asked: Asked, changes: Vec<Change>) -> &mut Self {
        let seq = self.0.len() as u64 + 1;
        self.0.push(Event {
            seq,
            version: seq,
            at: hour(at),
            actor,
            cause,
            subject: Subject::Order,
            row: None,
            asked,
            changes,
            tasks: vec![],
            said: Said::default(),
            overrode: vec![],
        });
        self
    }

    /// Somebody does this to a case, which then stands there.
    pub(crate) fn moves(&mut self, at: i64, actor: Actor, action: Action, no: u16, to: State) -> &mut Self {
        self.on(at, actor, Cause::Request, Asked::Case(action), vec![Change::Case(no, to)])
    }

    /// Time acts on a case, since the party waited for was silent; the merchant is waited for no longer.
    pub(crate) fn expires(&mut self, at: i64, silent: Role, no: u16, to: State) -> &mut Self {
        let changes = vec![Change::Case(no, to), Change::Due(Subject::Case(no), None)];
        let asked = Asked::Case(Action::Expire);
        self.on(at, Actor::clock(), Cause::Silence(silent), asked, changes)
    }

    pub(crate) fn of_case(&mut self, at: i64, no: u16, change: CaseChange) -> &mut Self {
        let asked = Asked::Case(Action::Note);
        self.on(at, Actor::trade(), Cause::Told(1), asked, vec![Change::OfCase(no, change)])
    }

    /// A case is opened; the merchant has 48 hours.
    pub(crate) fn opens(&mut self, at: i64, actor: Actor, action: Action, no: u16) -> &mut Self {
        let case = json!({
            "no": no, "state": "absent", "started_by": actor.role, "opened_at": hour(at), "reason": "quality", "units": [],
            "offer": { "kind": "refund_only", "amount": 1_000 }, "worth": 1_000,
        });
        let opened = Change::Opened(Box::new(serde_json::from_value(case).unwrap()));
        let changes = vec![opened, Change::Case(no, State::Requested), due(no, at, at + 48)];
        self.on(at, actor, Cause::Request, Asked::Case(action), changes)
    }

    pub(crate) fn applies(&mut self, at: i64, no: u16) -> &mut Self {
        self.opens(at, alice(), Action::Apply, no)
    }

    /// A refund is opened for a case and paid at this hour.
    pub(crate) fn refunds(&mut self, at: i64, no: u16, case: Option<u16>, ground: Ground, amount: u64) -> &mut Self {
        let payout = json!({
            "no": no, "state": "absent", "case": case, "ground": ground, "amount": amount, "payment": 0, "funder": "merchant",
            "split": { "parts": [], "shares": [] }, "opened_at": hour(at),
        });
        let reserved = Change::Reserved(Box::new(serde_json::from_value(payout).unwrap()));
        let route = Change::OfRefund(no, RefundChange::Route(Some(Route::Channel)));
        self.of_refund(at, vec![reserved, route, Change::Refunded(no)])
    }

    pub(crate) fn of_refund(&mut self, at: i64, changes: Vec<Change>) -> &mut Self {
        let asked = Asked::Refund(redress::refund::Action::Succeed);
        self.on(at, Actor::gateway("pay"), Cause::Request, asked, changes)
    }

    pub(crate) fn completes(&mut self, at: i64, no: u16) -> &mut Self {
        let asked = Asked::Case(Action::Settle);
        self.on(at, Actor::trade(), Cause::Told(1), asked, vec![Change::Case(no, State::Completed)])
    }

    pub(crate) fn disputes(&mut self, at: i64, payment: u16, stage: Dispute) -> &mut Self {
        let asked = Asked::Order(order::Action::MarkDispute);
        let change = Change::Disputed(payment, stage, hour(at));
        self.on(at, Actor::gateway("pay"), Cause::Request, asked, vec![change])
    }

    pub(crate) fn measured(&self) -> Measures {
        measure(Period::ALL, &[self])
    }
}

pub(crate) fn measure(period: Period, histories: &[&History]) -> Measures {
    Measures::of(period, histories.iter().map(|history| &history.0))
}

pub(crate) fn due(no: u16, since: i64, until: i64) -> Change {
    let deadline = Deadline {
        limit: Limit::MerchantReply,
        since: hour(since),
        until: hour(until),
        waits_for: Role::Merchant,
        frozen: None,
    };
    Change::Due(Subject::Case(no), Some(deadline))
}

pub(crate) fn alice() -> Actor {
    Actor::buyer("alice")
}
pub(crate) fn acme() -> Actor {
    Actor::merchant("acme")
}
pub(crate) fn staff() -> Actor {
    Actor::platform("mall", "cs-7")
}

/// The times of these hours.
pub(crate) fn hours(hours: &[u64]) -> Times {
    hours.iter().map(|hours| hours * HOUR).collect()
}

/// The buyer repays so much of what a case advanced.
pub(crate) fn repaid(no: u16, amount: u64) -> Change {
    let shares = vec![Share { payment: 0, amount: Amount::new(amount) }];
    Change::Repaid(no, Split { parts: vec![], shares })
}
