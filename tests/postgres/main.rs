//! What is special to the PostgreSQL store, on a real server that is made for it and thrown away.

#![cfg(all(feature = "postgres", feature = "testing"))]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod corrupt;
mod golden;
mod killed;
mod opening;
mod racing;
#[path = "../server/mod.rs"]
mod server;
#[path = "../stored/mod.rs"]
mod stored;

use redress::port::{Commit, Store};
use redress::trade::{Request, Rulebook, Rules, Trade, step};
use redress::{Counter, FixedCalendar, Id, Policy, Time};

/// The rules of the tests that write many notes on one trade.
struct Book {
    rules: Rules,
    policy: Policy,
    calendar: FixedCalendar,
}

impl Book {
    fn new() -> Self {
        let (rules, mut policy) = (Rules::built_in(), Policy::cn_marketplace());
        policy.counters[Counter::Notes] = 1_000_000;
        Self { rules, policy, calendar: FixedCalendar::china() }
    }

    /// What a request comes to, with its answer to be remembered.
    fn decide(&self, before: &Trade, request: &Request, now: Time) -> Commit {
        use redress::port::{Answer, Answered, Fingerprint, Receipt, RequestKey};
        let Self { rules, policy, calendar } = self;
        let outcome = step(&Rulebook::new(rules, policy, calendar), before, request, now).unwrap();
        let (order, receipt) = (before.key.order, Receipt::of(&outcome, now));
        let mut commit = Commit::of(before, outcome);
        commit.answered = RequestKey::of(order, request)
            .map(|key| Answered { key, answer: Answer { fingerprint: Fingerprint::of(order, request), receipt } });
        commit
    }

    /// Places and pays an order.
    fn begin(&self, store: &impl Store, order: &str, now: Time) -> Trade {
        let key = redress::trade::TradeKey { tenant: store.tenant(), order: Id::from(order) };
        let placed = self.decide(&Trade::absent(key), &stored::place(), now);
        let _ = store.commit(&placed).unwrap();
        let paid = self.decide(&placed.trade, &stored::pay(order), now);
        let _ = store.commit(&paid).unwrap();
        paid.trade
    }
}
