//! What must hold of every accepted step: its history, its people, its times; then what each action promises.

use alloc::collections::BTreeMap;
use alloc::format;

use super::moment::{Moment, OfCase, OfOrder, OfRefund};
use super::rights::Rights;
use super::{Broken, Kept, Promise, counted, deal, goods, must, open, outcome, pay, process, ruling, time};
use crate::testing::{Difference, Move};
use crate::trade::{Asked, Case, Cause, Change, Detail, Event, Payout, Subject, Trade, replay};
use crate::{Effect, Outcome, Request, Role, Rulebook, after_sale, refund};

/// What must hold of an accepted step: of its history, of each of its events, and of the trade that it leads to.
pub(super) fn of_step(book: &Rulebook<'_>, own: &[Difference], before: &Trade, asked: &Move, after: &Outcome) -> Kept {
    numbered(before, asked, after)?;
    keys_apart(after)?;
    let nothing = Detail::default();
    let mut was = before.clone();
    for event in &after.events {
        let mut now = was.clone();
        fold(&mut now, event)?;
        let request = asked.request.as_ref().filter(|_| event.cause == Cause::Request);
        let detail = request.map_or(&nothing, |request| &request.detail);
        let own = own.iter().find(|own| event.row == Some(own.row));
        let moment = Moment { book, before: &was, after: &now, event, detail, own };
        caused(&moment, after, request)?;
        of_event(&moment)?;
        was = now;
    }
    must(was == after.trade, Promise::HistoryIsState, Subject::Order, || {
        format!("the events fold to\n{was:?}\nand the step says\n{:?}", after.trade)
    })?;
    outcome::of_outcome(book, after)?;
    time::nothing_overdue(&after.trade, asked.at)?;
    super::of_trade(book, &after.trade, asked.at)
}

fn fold(trade: &mut Trade, event: &Event) -> Kept {
    replay(trade, [event]).map_err(|defect| Broken {
        promise: Promise::HistoryIsState,
        subject: event.subject,
        what: format!("event {} cannot be folded: {defect}", event.seq),
    })
}

/// One commit makes one version; without an event nothing is changed; no event lies before the one it follows.
fn numbered(before: &Trade, asked: &Move, after: &Outcome) -> Kept {
    let breaks = |holds, what: &'static str| must(holds, Promise::VersionsFollow, Subject::Order, || what.into());
    if after.events.is_empty() {
        return breaks(*before == after.trade, "nothing happened, and the trade has changed");
    }
    breaks(after.trade.version == before.version + 1, "a step makes the next version")?;
    let of_version = after.events.iter().all(|event| event.version == before.version + 1);
    breaks(of_version, "an event of a step is of its version")?;
    let in_row = after.events.iter().zip(before.events + 1..).all(|(event, seq)| event.seq == seq);
    breaks(in_row, "events are numbered without a gap")?;
    let at = after.events.iter().all(|event| event.at == asked.at) && before.at <= asked.at;
    must(at, Promise::TimeForwards, Subject::Order, || format!("it is asked at {}, after {}", asked.at, before.at))
}

/// A key stands for one thing to do. Only what is sent to a channel may be sent again under the same.
fn keys_apart(after: &Outcome) -> Kept {
    let mut seen = BTreeMap::new();
    for task in after.tasks().filter(|task| task.what != Effect::QueryRefund) {
        let known = seen.insert(task.key.as_str(), task);
        must(known.is_none(), Promise::KeysApart, task.subject, || {
            format!("`{}` stands for {:?} and for {:?}", task.key, known.map(|known| known.what), task.what)
        })?;
    }
    Ok(())
}

/// Who acted is who asked; time acts as time, and a sibling was told by an earlier event of the same step.
fn caused(at: &Moment<'_>, after: &Outcome, request: Option<&Request>) -> Kept {
    let event = at.event;
    let (subject, holds) = (
        event.subject,
        match event.cause {
            Cause::Request => request.is_some_and(|request| {
                let same = request.subject == event.subject || request.subject == Subject::Case(0);
                request.actor == event.actor && request.asked == event.asked && same
            }),
            Cause::Silence(_) => event.actor.role == Role::Clock,
            Cause::Told(by) => event.actor.role == Role::Trade && by < event.seq,
        },
    );
    must(holds, Promise::ActorIsAsker, subject, || format!("{} acted because of {:?}", event.actor, event.cause))?;
    let once = after.events.iter().filter(|other| other.cause == Cause::Request).count() <= 1;
    must(once, Promise::ActorIsAsker, subject, || "one request is taken once".into())?;
    if event.cause == Cause::Request { is_party(at) } else { Ok(()) }
}

/// Whoever asks belongs to the trade, by identity and not by the role that is claimed.
fn is_party(at: &Moment<'_>) -> Kept {
    let (actor, parties, tenant) = (at.event.actor, &at.after.parties, at.after.key.tenant);
    let staff = actor.tenant == Some(tenant);
    let belongs = match actor.role {
        Role::Buyer => actor.id == parties.buyer,
        Role::Merchant => actor.id == parties.merchant,
        Role::Platform => staff,
        Role::Finance => staff || (actor.tenant.is_none() && parties.finance.contains(&actor.id)),
        Role::Carrier => parties.carriers.contains(&actor.id),
        Role::Gateway => parties.gateways.contains(&actor.id),
        Role::Clock | Role::Trade => false,
    };
    at.must(belongs, Promise::OnlyParties, || format!("{actor} is no party"))?;
    let Subject::Refund(no) = at.event.subject else { return Ok(()) };
    let payment = at.after.refund(no).and_then(|refund| at.after.money.payment(refund.payment));
    let own = actor.role != Role::Gateway || payment.is_none_or(|payment| payment.gateway == actor.id);
    at.must(own, Promise::OnlyParties, || format!("{actor} speaks of another channel's payment"))
}

fn of_event(at: &Moment<'_>) -> Kept {
    if at.event.row.is_none() {
        return noted(at);
    }
    time::of_event(at)?;
    match (at.event.asked, at.event.subject) {
        (Asked::Order(action), Subject::Order) => {
            let now = OfOrder { at: *at, action, from: at.before.head.state, to: at.after.head.state };
            by_right(at, action, now.from, now.to)?;
            counted::of_order(&now)?;
            process::of_order(&now)
        }
        (Asked::Case(action), Subject::Case(no)) => {
            let Some(case) = at.after.case(no) else { return misnamed(at) };
            let was = at.before.case(no);
            let from = was.map_or(after_sale::State::Absent, |was: &Case| was.state);
            let now = OfCase { at: *at, action, was, case, from, to: case.state };
            by_right(at, action, now.from, now.to)?;
            counted::of_case(&now)?;
            open::of_case(&now)?;
            deal::of_case(&now)?;
            ruling::of_case(&now)?;
            goods::of_case(&now)?;
            pay::of_case(&now)
        }
        (Asked::Refund(action), Subject::Refund(no)) => {
            let Some(refund) = at.after.refund(no) else { return misnamed(at) };
            let was = at.before.refund(no);
            let from = was.map_or(refund::State::Absent, |was: &Payout| was.state);
            let now = OfRefund { at: *at, action, was, refund, from, to: refund.state };
            by_right(at, action, now.from, now.to)?;
            counted::of_refund(&now)?;
            pay::of_refund(&now)
        }
        _ => misnamed(at),
    }
}

fn misnamed(at: &Moment<'_>) -> Kept {
    at.must(false, Promise::HistoryIsState, || format!("event {} is about no such machine", at.event.seq))
}

/// Whoever did it may, and it leads where it may lead.
fn by_right<A: Rights + core::fmt::Debug>(at: &Moment<'_>, action: A, from: A::State, to: A::State) -> Kept
where
    A::State: core::fmt::Debug,
{
    let role = at.role();
    at.must_may(action.may(role, from), Promise::ActsByRight, || format!("{role} may not {action:?} in {from:?}"))?;
    at.must_may(action.may_lead(role, from, to), Promise::LeadsWhereItMay, || {
        format!("{action:?} by {role} leads from {from:?} to {to:?}")
    })
}

/// A report that no row took moves nothing: it is remembered, and money in it is taken in as a surplus. Nor does what a sibling
/// was told as often as it may be; people hear of that instead.
fn noted(at: &Moment<'_>) -> Kept {
    let only = at.event.changes.iter().all(|change| matches!(change, Change::Noted(_) | Change::Paid(..)));
    let alerts = at.event.tasks.iter().any(|task| task.what == Effect::Alert);
    let in_vain = alerts && counted::is_told_in_vain(at);
    at.must(only && (at.role().reports_facts() || in_vain), Promise::NotedMovesNothing, || {
        format!("{} was only noted, and yet {:?}", at.event.asked.code(), at.event.changes)
    })?;
    process::is_no_news(at)?;
    pay::is_no_news(at)
}
