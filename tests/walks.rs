//! Random walks of people, requests and time over whole trades: what must hold at every step, and that silence ends.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

mod shop;

use proptest::prelude::*;
use redress::testing::{Move, promise};
use redress::trade::{Change, Denied, Trade, replay, silence, step};
use shop::Shop;
use shop::chance::{any_request, any_wait, begin};

/// How many walks a property takes, and how long each is: above 10,000 steps for every property.
const WALKS: u32 = 1024;
const STEPS: usize = 80;

/// What is promised of this step, or of this refusal.
fn promised(shop: &Shop, asked: &Move, answer: &Result<redress::trade::Outcome, Denied>) {
    let kept = match answer {
        Ok(outcome) => promise::of_step(&shop.book(), &shop.trade, asked, outcome),
        Err(denied) => promise::of_refusal(&shop.book(), &shop.trade, asked, denied),
    };
    if let Err(broken) = kept {
        panic!("{broken}\n{asked:?}\n{}", story(shop));
    }
}

/// What the caller was asked to do so far never gives the merchant more than came in.
fn releases_no_more_than_was_paid(shop: &Shop, outcome: &redress::trade::Outcome) {
    let events = || shop.events.iter().chain(&outcome.events);
    let sum = |amounts: &mut dyn Iterator<Item = redress::Amount>| amounts.map(redress::Amount::minor).sum::<u64>();
    let tasks = events().flat_map(|event| &event.tasks);
    let released = tasks.filter(|task| task.what == redress::Effect::ReleaseFunds);
    let released = sum(&mut released.filter_map(|task| task.amount));
    let changes = events().flat_map(|event| &event.changes);
    let charged = sum(&mut changes.filter_map(|change| match change {
        Change::FundsCharged(amount) => Some(*amount),
        _ => None,
    }));
    let held = released - charged;
    assert_eq!(held, outcome.trade.head.released.minor(), "what was asked for is what is remembered");
    let total = outcome.trade.money.total();
    assert!(held <= total.paid.minor(), "the merchant holds {held} of {total:?}");
    let advances = outcome.trade.refunds.iter().any(|refund| refund.ground == redress::refund::Ground::Advance);
    let left = total.paid.minor() - total.refunded.minor() - total.lost.minor();
    assert!(advances || held <= left, "the merchant holds {held} where {left} is left");
}

/// A key stands for one thing to do. Only what is sent to a channel may be sent again under the same.
fn keys_differ(shop: &Shop) {
    let mut seen = std::collections::HashSet::new();
    let sent = |what| matches!(what, redress::Effect::PayOut | redress::Effect::QueryRefund);
    for task in shop.events.iter().flat_map(|event| &event.tasks) {
        let is_new = seen.insert(task.key.as_str());
        assert!(is_new || sent(task.what), "{task:?} repeats a key");
    }
}

/// Walks: each step is a request of anybody after some time.
fn walk(seed: u64, mut at_each: impl FnMut(&Shop, &Move, &Result<redress::trade::Outcome, Denied>)) -> Shop {
    let (mut shop, mut chance) = begin(seed);
    for _ in 0..STEPS {
        shop.now = shop.now.after(any_wait(&mut chance, &shop));
        let request = any_request(&mut chance, &shop);
        let answer = step(&shop.book(), &shop.trade, &request, shop.now);
        let asked = Move { at: shop.now, request: Some(request) };
        if let Err(Denied::Defect(defect)) = &answer {
            at_each(&shop, &asked, &answer);
            panic!("{defect}\nseed {seed}\n{asked:?}\n{}", story(&shop));
        }
        at_each(&shop, &asked, &answer);
        if let Ok(outcome) = answer {
            shop.trade = outcome.trade;
            shop.events.extend(outcome.events);
        }
    }
    shop
}

fn story(shop: &Shop) -> String {
    let offset = chrono::FixedOffset::east_opt(8 * 3_600).unwrap();
    shop.events.iter().map(|event| format!("{}\n", event.told(redress::Lang::En, offset))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: WALKS, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_step_and_every_refusal_keeps_what_is_promised(seed: u64) {
        walk(seed, promised);
    }

    #[test]
    fn the_merchant_never_holds_more_than_was_paid(seed: u64) {
        walk(seed, |shop, _, answer| {
            if let Ok(outcome) = answer {
                releases_no_more_than_was_paid(shop, outcome);
            }
        });
    }

    #[test]
    fn no_task_repeats_the_key_of_another(seed: u64) {
        keys_differ(&walk(seed, |_, _, _| {}));
    }

    #[test]
    fn folding_the_events_gives_the_trade(seed: u64) {
        let mut folded: Option<Trade> = None;
        let shop = walk(seed, |shop, _, answer| {
            let trade = folded.get_or_insert_with(|| shop.trade.clone());
            if let Ok(outcome) = answer {
                replay(trade, &outcome.events).unwrap();
                assert_eq!(*trade, outcome.trade);
            }
        });
        let mut whole = Trade::absent(shop.trade.key);
        replay(&mut whole, &shop.events).unwrap();
        let json = |trade: &Trade| serde_json::to_string(trade).unwrap();
        prop_assert_eq!(json(&whole), json(&shop.trade), "byte for byte");
        let read: Trade = serde_json::from_str(&json(&whole)).unwrap();
        prop_assert_eq!(read, whole);
    }

    #[test]
    fn the_same_input_gives_the_same_output(seed: u64) {
        let first = walk(seed, |_, _, _| {});
        let second = walk(seed, |_, _, _| {});
        prop_assert_eq!(first.events, second.events);
    }

    #[test]
    fn silence_brings_every_trade_to_rest(seed: u64) {
        let mut countdown = 0;
        walk(seed, |shop, _, answer| {
            countdown += 1;
            if let (Ok(outcome), true) = (answer, countdown % 7 == 0) {
                rests_in_silence(shop, &outcome.trade);
            }
        });
    }
}

/// Nobody acts any more: time alone brings the trade to rest, within a bound, as foretold.
fn rests_in_silence(shop: &Shop, from: &Trade) {
    let rests = promise::of_silence(&shop.book(), from, shop.now).unwrap_or_else(|broken| {
        panic!("{broken}\n{}", story(shop));
    });
    let days = rests.since(from.at) / 86_400_000;
    assert!(days < 5 * 366, "within a bound: {days} days");
    let foretold = silence(&shop.book(), from).unwrap().trade;
    assert!(foretold.rests() && foretold.at <= rests, "foretold");
}

/// A walk to look at: `SEED=… cargo test --test walks a_walk -- --nocapture`.
#[test]
fn a_walk_can_be_looked_at() {
    let Some(seed) = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()) else {
        return;
    };
    walk(seed, |shop, _, answer| {
        if let Err(Denied::Defect(_)) = answer {
            println!("{:#?}", shop.trade.money);
        }
        println!(
            "{:?} {:?} {:?}",
            shop.now,
            shop.trade
                .cases
                .iter()
                .map(|case| (case.no, case.state, case.offer, case.claim.total()))
                .collect::<Vec<_>>(),
            answer.as_ref().err().map(|denied| denied.codes())
        );
    });
}
