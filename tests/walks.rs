//! Random walks of people, requests and time over whole trades: what must hold at every step, and that silence ends.
//!
//! `WALKS=100000 cargo test --release --features testing --test walks every_step` takes more walks, and others each time.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

use std::collections::{BTreeSet, HashSet};

use proptest::prelude::*;
use redress::testing::strategy::{self, Under};
use redress::testing::{Failure, Move, Stage, Story, Walks};
use redress::trade::{Change, Denied, Outcome, SilenceBound, Trade, Unbounded, replay, silence};
use redress::{Amount, Effect, Rules, Time};

/// How many walks a property takes, and how long each is: above 10,000 steps for every property.
const WALKS: u32 = 512;
const STEPS: usize = 80;

/// How many walks are asked for, and with which seed: the same each time, unless more are asked for.
fn asked_for(usual: u32) -> (u32, u64) {
    match std::env::var("WALKS").ok().and_then(|walks| walks.parse().ok()) {
        Some(walks) => (walks, any_seed()),
        None => (usual, 1),
    }
}

/// A seed of its own on every run; a failure names the walk that it was.
fn any_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}

#[test]
fn every_step_and_every_refusal_keeps_what_is_promised() -> Result<(), Box<Failure>> {
    let (cases, seed) = asked_for(2 * WALKS);
    let walked = Walks::under(Rules::built_in(), Under::Presets).cases(cases).steps(STEPS).seed(seed).run()?;
    println!("{walked}");
    assert!(walked.accepted > 10_000 && walked.silences > 1_000 && walked.choices > 1_000 && walked.rests > 10);
    Ok(())
}

#[test]
fn under_any_policy_every_step_and_every_refusal_keeps_what_is_promised() -> Result<(), Box<Failure>> {
    let around = Under::Around(redress::Policy::cn_marketplace());
    let (cases, seed) = asked_for(WALKS / 2);
    let walked = Walks::under(Rules::built_in(), around).cases(cases).steps(STEPS).seed(seed).run()?;
    println!("{walked}");
    Ok(())
}

/// Stories under either preset with any switches.
fn stories() -> impl Strategy<Value = Story> {
    strategy::stories(Rules::built_in(), Under::Presets, STEPS)
}

/// Plays a story to its end; what was refused is left out.
fn play(story: &Story, mut at_each: impl FnMut(&Stage, &Move, &Outcome)) -> Stage {
    let mut stage = Stage::set(&story.setting, Rules::built_in()).unwrap();
    for asked in &story.moves {
        match stage.ask(asked) {
            Ok(outcome) => {
                at_each(&stage, asked, &outcome);
                stage.trade = outcome.trade;
                stage.events.extend(outcome.events);
            }
            Err(Denied::Defect(defect)) => panic!("{defect}"),
            Err(_) => {}
        }
        stage.now = asked.at;
    }
    stage
}

/// What the caller was asked to do so far never gives the merchant more than came in.
fn releases_no_more_than_was_paid(stage: &Stage, outcome: &Outcome) {
    let events = || stage.events.iter().chain(&outcome.events);
    let sum = |amounts: &mut dyn Iterator<Item = Amount>| amounts.map(Amount::minor).sum::<u64>();
    let tasks = events().flat_map(|event| &event.tasks);
    let released = tasks.filter(|task| task.what == Effect::ReleaseFunds);
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
fn keys_differ(stage: &Stage) {
    let mut seen = HashSet::new();
    let sent = |what| matches!(what, Effect::PayOut | Effect::QueryRefund);
    for task in stage.events.iter().flat_map(|event| &event.tasks) {
        let is_new = seen.insert(task.key.as_str());
        assert!(is_new || sent(task.what), "{task:?} repeats a key");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: WALKS, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_merchant_never_holds_more_than_was_paid(story in stories()) {
        play(&story, |stage, _, outcome| releases_no_more_than_was_paid(stage, outcome));
    }

    #[test]
    fn no_task_repeats_the_key_of_another(story in stories()) {
        keys_differ(&play(&story, |_, _, _| {}));
    }

    #[test]
    fn folding_the_events_gives_the_trade(story in stories()) {
        let mut folded = Trade::absent(story.setting.key);
        let stage = play(&story, |_, _, outcome| {
            replay(&mut folded, &outcome.events).unwrap();
            assert_eq!(folded, outcome.trade);
        });
        let json = |trade: &Trade| serde_json::to_string(trade).unwrap();
        prop_assert_eq!(json(&folded), json(&stage.trade), "byte for byte");
        let read: Trade = serde_json::from_str(&json(&folded)).unwrap();
        prop_assert_eq!(read, folded);
    }

    #[test]
    fn the_same_input_gives_the_same_output(story in stories()) {
        let first = play(&story, |_, _, _| {});
        let second = play(&story, |_, _, _| {});
        prop_assert_eq!(first.events, second.events);
    }

    #[test]
    fn silence_brings_every_trade_to_rest(story in stories()) {
        let mut countdown = 0;
        let mut bound = None;
        play(&story, |stage, asked, outcome| {
            countdown += 1;
            if countdown % 5 == 0 {
                let bound = bound.get_or_insert_with(|| stage.book().silence_bound());
                rests_in_silence(stage, bound, &outcome.trade, asked.at);
            }
        });
    }
}

/// Nobody acts any more: time alone brings the trade to rest, as foretold, by the moment that is computed for it.
fn rests_in_silence(stage: &Stage, bound: &Result<SilenceBound, Unbounded>, from: &Trade, now: Time) {
    let rests = redress::testing::promise::of_silence(&stage.book(), bound, from, now).unwrap();
    let bound = bound.as_ref().unwrap();
    assert!(rests <= bound.rests_by(from, now), "within its bound");
    let foretold = silence(&stage.book(), from).unwrap().trade;
    assert!(foretold.rests() && foretold.at <= rests.max(now), "foretold");
    assert!(foretold.at <= bound.rests_by(from, from.at), "foretold within its bound");
}

/// Nothing is written off as never happening: walks take most of the rows. `tests/coverage.rs` takes all.
#[test]
fn walks_take_most_of_the_rows() {
    let rules = Rules::built_in();
    let walked = Walks::under(rules.clone(), Under::Presets).cases(WALKS).run().unwrap();
    let all = rules.order.rules().len() + rules.after_sale.rules().len() + rules.refund.rules().len();
    let taken: BTreeSet<_> = walked.rows;
    assert!(2 * taken.len() > all, "{} of {all}", taken.len());
}
