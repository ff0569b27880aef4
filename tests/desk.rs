//! The desk on the store in memory: submitted once, decided on what stands, moved by time, delivered at least once.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod stored;

use redress::desk::{Awaited, Delivery, OpenError};
use redress::port::{Receipt, Stands, StoreError};
use redress::store::Memory;
use redress::trade::{Denied, Request, Rules, Subject, Trade, replay};
use redress::{Actor, Desk, Effect, Length, Policy, order};
use stored::{denied, minute, note, open, open_on, pay, place};

#[test]
fn a_request_is_carried_out_and_told() {
    let (desk, _) = open();
    let receipt = desk.submit("A-1", place()).unwrap();
    assert_eq!(receipt.version, 1);
    assert_eq!(receipt.taken[0].row.unwrap().as_str(), "order.absent.place.unpaid");
    assert_eq!(receipt.stands, [Stands::Order(order::State::Unpaid)]);
    assert_eq!(receipt.tasks, [Effect::ReserveStock]);
    assert_eq!(receipt.due, desk.trade("A-1").unwrap().due());
    assert!(!receipt.replayed);
    assert_eq!(
        receipt.to_string(),
        "acme-mall/A-1 version 1, 2026-03-01 02:00 +00:00; now: order unpaid; to do: reserve_stock; \
         due 2026-03-01 02:30 +00:00"
    );
}

#[test]
fn the_same_key_is_the_same_receipt() {
    let (desk, clock) = open();
    let request = place().key("tap-81f3");
    let first = desk.submit("A-1", &request).unwrap();
    clock.advance(Length::Minutes(5));
    let second = desk.submit("A-1", &request).unwrap();
    assert_eq!(second, Receipt { replayed: true, ..first.clone() });
    // Even when it would be decided anew, and whatever version was seen.
    desk.submit("A-1", note("once").key("n-1")).unwrap();
    assert!(desk.submit("A-1", note("once").key("n-1")).unwrap().replayed);
    assert!(desk.submit("A-1", note("once").key("n-1").seen(2)).unwrap().replayed);
    assert_eq!(desk.trade("A-1").unwrap().version, 2);
    // Two keys are two intents, however equal.
    assert!(!desk.submit("A-1", note("once").key("n-2")).unwrap().replayed);
    // And the same key on another order is another intent.
    assert!(!desk.submit("A-2", request).unwrap().replayed);
}

#[test]
fn the_same_key_for_something_else_is_refused() {
    let (desk, _) = open();
    desk.submit("A-1", place().key("k")).unwrap();
    assert_eq!(denied(desk.submit("A-1", note("hello").key("k"))), Denied::KeyReused);
    // Also where the request itself would be refused.
    assert_eq!(
        denied(desk.submit("A-1", Request::by(Actor::buyer("alice")).order(order::Action::Release).key("k"))),
        Denied::KeyReused
    );
    assert_eq!(desk.trade("A-1").unwrap().version, 1);
}

#[test]
fn a_stranger_hears_the_same_as_if_there_were_no_trade() {
    let (desk, _) = open();
    desk.submit("A-1", place().key("k")).unwrap();
    let stranger = Actor::buyer("mallory");
    let asks = || Request::by(stranger).order(order::Action::Note).text("hello").key("k");
    let known = [
        denied(desk.submit("A-1", asks())),
        denied(desk.preview("A-1", asks())),
        denied(desk.submit("A-1", Request::by(stranger).place(stored::two_shirts()))),
        denied(desk.deadlines("A-1", &stranger)),
    ];
    let unknown = [
        denied(desk.submit("A-2", asks())),
        denied(desk.preview("A-2", asks())),
        denied(desk.submit("A-2", Request::by(stranger).place(stored::two_shirts()))),
        denied(desk.deadlines("A-2", &stranger)),
    ];
    assert_eq!(known, unknown);
    assert!(known.iter().all(|denied| *denied == Denied::Stranger));
    assert_eq!(denied(desk.trade("A-2")), Denied::Stranger);
    assert_eq!(denied(desk.history("A-2")), Denied::Stranger);
    assert!(matches!(denied(desk.submit("", place())), Denied::Malformed(_)));
}

#[test]
fn a_refused_request_changes_nothing() {
    let (desk, _) = open();
    desk.submit("A-1", place()).unwrap();
    let before = desk.trade("A-1").unwrap();
    let refused =
        denied(desk.submit("A-1", Request::by(Actor::merchant("acme")).order(order::Action::Release).key("r-1")));
    assert_eq!(refused.code(), "wrong_state");
    assert_eq!(desk.trade("A-1").unwrap(), before);
    // Its key is not spent on it.
    desk.submit("A-1", note("now this").key("r-1")).unwrap();
}

#[test]
fn a_preview_says_what_submitting_then_does() {
    let (desk, clock) = open();
    for request in [place().key("p-1"), pay("p-1"), note("gift wrap, please")] {
        let preview = desk.preview("A-1", &request).unwrap();
        assert_eq!(desk.submit("A-1", &request).unwrap(), preview);
        clock.advance(Length::Minutes(1));
    }
    let version = desk.trade("A-1").unwrap().version;
    assert!(desk.preview("A-1", place().key("p-1")).unwrap().replayed);
    assert_eq!(desk.trade("A-1").unwrap().version, version);
    let late = Request::by(Actor::buyer("alice")).order(order::Action::Cancel);
    assert_eq!(denied(desk.preview("A-1", &late)), denied(desk.submit("A-1", &late)));
}

#[test]
fn a_fact_that_is_known_is_taken_once() {
    let (desk, _) = open();
    desk.submit("A-1", place()).unwrap();
    desk.submit("A-1", pay("p-1")).unwrap();
    let again = desk.submit("A-1", pay("p-1")).unwrap();
    assert_eq!((again.version, again.taken.len()), (2, 0));
    assert_eq!(desk.trade("A-1").unwrap().version, 2);
}

#[test]
fn time_moves_what_nobody_moves() {
    let (desk, clock) = open();
    for order in ["A-1", "A-2", "A-3"] {
        desk.submit(order, place()).unwrap();
    }
    desk.submit("A-2", pay("p-2")).unwrap();
    let due = desk.trade("A-1").unwrap().due().unwrap();
    clock.set(due);
    assert_eq!(desk.run_due(100).unwrap(), Default::default(), "at its very end it is still in time");
    clock.set(due.after(1));
    let one = desk.run_due(1).unwrap();
    assert_eq!((one.fired.len(), one.failed.len()), (1, 0));
    let rest = desk.run_due(100).unwrap();
    assert_eq!(rest.fired.len(), 1);
    assert_eq!(desk.trade("A-3").unwrap().head.state, order::State::Cancelled);
    assert_eq!(rest.fired[0].taken[0].row.unwrap().as_str(), "order.unpaid.expire.cancelled");
    assert_eq!(desk.run_due(100).unwrap(), Default::default());
}

#[test]
fn a_late_request_meets_the_trade_as_time_has_left_it() {
    let (desk, clock) = open();
    desk.submit("A-1", place()).unwrap();
    clock.advance(Length::Days(3));
    assert_eq!(desk.deadlines("A-1", &Actor::buyer("alice")).unwrap(), []);
    let late = Request::by(Actor::buyer("alice")).order(order::Action::Cancel);
    assert_eq!(denied(desk.submit("A-1", late)).code(), "wrong_state");
    assert_eq!(desk.trade("A-1").unwrap().head.state, order::State::Unpaid, "a refused request commits nothing");
    let receipt = desk.submit("A-1", note("what happened?")).unwrap();
    assert_eq!(receipt.taken.len(), 2);
    assert_eq!(receipt.stands, [Stands::Order(order::State::Cancelled)]);
}

#[test]
fn deadlines_say_whom_they_wait_for() {
    let (desk, _) = open();
    desk.submit("A-1", place()).unwrap();
    let [Awaited { subject, deadline, yours }] = desk.deadlines("A-1", &Actor::buyer("alice")).unwrap()[..] else {
        panic!("one limit runs")
    };
    assert_eq!((subject, yours), (Subject::Order, true));
    assert_eq!(deadline.due(), desk.trade("A-1").unwrap().due());
    assert!(!desk.deadlines("A-1", &Actor::merchant("acme")).unwrap()[0].yours);
}

#[test]
fn history_is_the_trade() {
    let (desk, clock) = open();
    desk.submit("A-1", place()).unwrap();
    clock.advance(Length::Minutes(1));
    desk.submit("A-1", pay("p-1")).unwrap();
    let trade = desk.trade("A-1").unwrap();
    let mut folded = Trade::absent(trade.key);
    replay(&mut folded, &desk.history("A-1").unwrap()).unwrap();
    assert_eq!(folded, trade);
}

#[test]
fn a_trade_keeps_the_policy_and_the_rules_of_its_day() {
    let memory = Memory::new();
    let (desk, clock) = open_on(&memory);
    desk.submit("A-1", place()).unwrap();
    let old = desk.trade("A-1").unwrap();
    let mut newer = Policy::cn_marketplace();
    newer.version = 2;
    newer.limits[redress::Limit::Payment] = redress::Span::minutes(15);
    let builder = || Desk::builder(memory.clone()).tenant("acme-mall").clock(clock.clone()).policy(newer.clone());
    let desk = builder().also_policy(Policy::cn_marketplace()).open().unwrap();
    desk.submit("A-2", place()).unwrap();
    assert_eq!((old.terms.policy, desk.trade("A-2").unwrap().terms.policy), (1, 2));
    assert!(desk.trade("A-2").unwrap().due() < old.due());
    desk.submit("A-1", note("still under the old one")).unwrap();
    assert_eq!(desk.trade("A-1").unwrap().terms, old.terms);
    // Without the old one the trade is not touched, and only a party hears why.
    let forgetful = builder().open().unwrap();
    assert!(matches!(denied(forgetful.submit("A-1", note("hello"))), Denied::OtherTerms { .. }));
    let stranger = Request::by(Actor::buyer("mallory")).order(order::Action::Note).text("hello");
    assert_eq!(denied(forgetful.submit("A-1", stranger)), Denied::Stranger);
    clock.advance(Length::Days(1));
    let ran = forgetful.run_due(10).unwrap();
    assert_eq!((ran.fired.len(), ran.failed.len()), (1, 1));
}

/// Rows or numbers that were changed under the number that they had are found out, and touch no running trade.
#[test]
fn a_desk_that_is_opened_again_with_changes_under_the_same_number_touches_no_running_trade() {
    let memory = Memory::new();
    let (desk, clock) = open_on(&memory);
    desk.submit("A-1", place()).unwrap();
    let before = desk.trade("A-1").unwrap();
    let extend = "after_sale.requested.extend.stay".parse().unwrap();
    let edited = redress::after_sale::RULES.edit().remove(&extend).done().unwrap();
    let rules = |version| Rules { version, after_sale: edited.clone(), ..Rules::built_in() };
    let mut policy = Policy::cn_marketplace();
    policy.limits[redress::Limit::Payment] = redress::Span::minutes(15);
    let builder = || Desk::builder(memory.clone()).tenant("acme-mall").clock(clock.clone());
    let changed = [
        ("rules 1 were changed", builder().rules(rules(1)).open().unwrap()),
        ("policy 1 was changed", builder().policy(policy.clone()).open().unwrap()),
    ];
    for (why, desk) in &changed {
        let answer = denied(desk.submit("A-1", note("hello")));
        assert!(matches!(answer, Denied::OtherTerms { .. }) && answer.to_string().contains(why), "{answer}");
        assert!(desk.options("A-1", &Actor::buyer("alice")).is_err());
        assert_eq!(desk.trade("A-1").unwrap(), before);
    }
    clock.advance(Length::Days(1));
    for (_, desk) in &changed {
        let ran = desk.run_due(10).unwrap();
        assert_eq!((ran.fired.len(), ran.failed.len()), (0, 1));
    }
    // As an edition of its own it is for new orders, and the old one goes on.
    policy.version = 2;
    let both = builder().rules(rules(2)).also_rules(Rules::built_in());
    let both = both.policy(policy).also_policy(Policy::cn_marketplace()).open().unwrap();
    both.submit("A-2", place()).unwrap();
    both.submit("A-1", note("as it was")).unwrap();
    let terms = |order| both.trade(order).unwrap().terms;
    assert_eq!(terms("A-1"), before.terms);
    assert_eq!((terms("A-2").rules, terms("A-2").policy), (2, 2));
}

#[test]
fn a_desk_is_checked_when_it_is_opened() {
    let builder = || Desk::builder(Memory::new()).tenant("acme-mall");
    assert!(matches!(Desk::builder(Memory::new()).open(), Err(OpenError::NoTenant)));
    assert!(matches!(builder().tenant("").open(), Err(OpenError::Store(StoreError::NoTenant))));
    let mut policy = Policy::cn_marketplace();
    policy.counters[redress::Counter::Rounds] = 0;
    policy.limits[redress::Limit::Payment] = redress::Span::minutes(0);
    let error = builder().policy(policy).open().unwrap_err();
    assert!(error.to_string().starts_with("policy 1: `limits.payment.length` is 0 min"), "{error}");
    let twice = builder().also_policy(Policy::eu_distance_selling()).open().unwrap_err();
    assert!(twice.to_string().starts_with("there are two policies of version 1"), "{twice}");
    let twice = builder().also_rules(Rules::built_in()).open().unwrap_err();
    assert_eq!(twice, OpenError::TwoOfVersion { what: "rules", version: 1 });
    let error = builder().delivery(Delivery { tries: 0, ..Delivery::default() }).open().unwrap_err();
    assert_eq!(error, OpenError::Delivery { field: "tries" });
}

#[test]
fn a_clock_that_lags_a_little_is_no_reason_to_refuse() {
    let (desk, clock) = open();
    desk.submit("A-1", place()).unwrap();
    clock.set(minute(0).after(-60_000));
    assert_eq!(desk.submit("A-1", note("hello")).unwrap().at, minute(0));
    clock.set(minute(0).after(-60_001));
    assert!(matches!(denied(desk.submit("A-1", note("hello"))), Denied::Backwards { .. }));
}

#[test]
fn many_threads_share_a_desk() {
    let (desk, _) = open();
    desk.submit("A-1", place()).unwrap();
    let taken = std::thread::scope(|scope| {
        let desk = &desk;
        let pay =
            |no: i32| scope.spawn(move || desk.submit("A-1", pay("p-1").key(format!("evt-{no}").as_str())).is_ok());
        let threads: Vec<_> = (0..8).map(pay).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|ok| *ok).count()
    });
    assert_eq!(taken, 8);
    let trade = desk.trade("A-1").unwrap();
    assert_eq!((trade.version, trade.money.payments.len()), (2, 1));
}
