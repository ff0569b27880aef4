//! What the suite stores: an order of two shirts, its payment, and notes.

use alloc::format;
use alloc::vec;

use super::Stop;
use crate::port::{Answer, Answered, Commit, Fingerprint, Receipt, RequestKey, Store};
use crate::trade::{NewLine, NewOrder, Request, Rulebook, Rules, Trade, TradeKey, step};
use crate::{Actor, Counter, Currency, FixedCalendar, Id, Policy, Tender, Time, order};

const GATEWAY: &str = "alipay";

/// So many minutes after the beginning of every obligation.
pub(super) const fn minute(count: i64) -> Time {
    Time::from_millis(1_772_330_400_000 + count * 60_000)
}

/// When everything is due.
pub(super) const LATER: Time = Time::from_millis(4_000_000_000_000);

/// Two shirts for 99.00 each.
pub(super) fn place() -> Request {
    let lines = vec![NewLine::new("shirt", 2, 9_900)];
    let order = NewOrder::new("alice", "acme", Currency::CNY, lines).paid_through(GATEWAY);
    Request::by(Actor::buyer("alice")).place(order)
}

pub(super) fn pay(reference: &str) -> Request {
    let paid = Request::by(Actor::gateway(GATEWAY)).order(order::Action::Pay);
    paid.amount(19_800).tender(Tender::Wallet).reference(reference)
}

pub(super) fn note(text: &str) -> Request {
    Request::by(Actor::merchant("acme")).order(order::Action::Note).text(text)
}

/// What a request comes to on a trade, ready to be stored.
pub(super) fn decide(before: &Trade, request: &Request, now: Time) -> Result<Commit, Stop> {
    let (rules, mut policy) = (Rules::built_in(), Policy::cn_marketplace());
    // Most of what is stored here are notes.
    policy.counters[Counter::Notes] = 1_000_000;
    let calendar = FixedCalendar::china();
    let book = Rulebook::new(&rules, &policy, &calendar);
    let outcome = step(&book, before, request, now)
        .map_err(|denied| Stop::Breach(format!("the suite's own request is refused: {denied}")))?;
    let receipt = Receipt::of(&outcome, now);
    let order = before.key.order;
    let mut commit = Commit::of(before, outcome);
    commit.answered = RequestKey::of(order, request)
        .map(|key| Answered { key, answer: Answer { fingerprint: Fingerprint::of(order, request), receipt } });
    Ok(commit)
}

/// The commit that places an order: one event, one task.
pub(super) fn placed(store: &impl Store, order: &str, now: Time) -> Result<Commit, Stop> {
    let key = TradeKey { tenant: store.tenant(), order: Id::from(order) };
    decide(&Trade::absent(key), &place(), now)
}

/// Places an order and pays it, in two commits with a task each; the trade as it was committed.
pub(super) fn stored(store: &impl Store, order: &str, now: Time) -> Result<Trade, Stop> {
    let first = placed(store, order, now)?;
    let _ = store.commit(&first)?;
    let second = decide(&first.trade, &pay(order), now)?;
    let _ = store.commit(&second)?;
    Ok(second.trade)
}

/// Stores a note without a key; the trade as it was committed.
pub(super) fn noted(store: &impl Store, trade: &Trade, text: &str, now: Time) -> Result<Trade, Stop> {
    let commit = decide(trade, &note(text), now)?;
    let _ = store.commit(&commit)?;
    Ok(commit.trade)
}
