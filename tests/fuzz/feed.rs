//! What is done with bytes of unknown origin: the fuzz targets run it on what they make up, `tests/corpus.rs` on what was
//! kept. Whatever comes, it is answered; nothing panics, and what is promised holds.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each target uses one; a failure is a finding"
)]

use redress::port::{Answer, Commit, Receipt};
use redress::rule::Rule;
use redress::testing::scenario::{self, Scenario};
use redress::testing::strategy::{Chance, Under};
use redress::testing::{Move, Stage, promise};
use redress::trade::{Options, Rulebook, deadlines, options, replay, run_due, silence, step};
use redress::{Actor, Denied, Event, FixedCalendar, Lang, Policy, Request, Rules, Trade, after_sale, order, refund};

/// Stored JSON of any kind: it is read and says the same when it is written again, or it is refused.
pub fn stored(bytes: &[u8]) {
    again::<Event>(bytes);
    again::<Commit>(bytes);
    again::<Receipt>(bytes);
    again::<Answer>(bytes);
    again::<FixedCalendar>(bytes);
    again::<Rule<order::Order>>(bytes);
    again::<Rule<after_sale::AfterSale>>(bytes);
    again::<Rule<refund::Refund>>(bytes);
    if let Some(policy) = again::<Policy>(bytes) {
        let _ = policy.check();
    }
    if let Some(trade) = again::<Trade>(bytes) {
        outlive(&trade);
    }
    if let Ok(events) = serde_json::from_slice::<Vec<Event>>(bytes)
        && let Some(first) = events.first()
        && let Some(redress::trade::Change::Placed(_)) = first.changes.first()
    {
        let mut trade = Trade::absent(redress::trade::TradeKey { tenant: "t".into(), order: "o".into() });
        let _ = replay(&mut trade, &events);
    }
}

/// What is read is written and read again as the same.
fn again<T: serde::Serialize + serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let value: T = serde_json::from_slice(bytes).ok()?;
    // What holds a malformed id is not written at all.
    if let Ok(first) = serde_json::to_string(&value) {
        let read: T =
            serde_json::from_str(&first).unwrap_or_else(|error| panic!("cannot be read again: {error}\n{first}"));
        assert_eq!(serde_json::to_string(&read).unwrap(), first, "it says the same");
    }
    Some(value)
}

/// A trade from a store that may have been tampered with: everything that can be asked of it is answered.
fn outlive(trade: &Trade) {
    let (rules, calendar) = (Rules { version: trade.terms.rules, ..Rules::built_in() }, FixedCalendar::china());
    for preset in [Policy::cn_marketplace(), Policy::eu_distance_selling()] {
        let policy = Policy { version: trade.terms.policy, ..preset };
        let book = Rulebook::new(&rules, &policy, &calendar);
        let now = trade.due().unwrap_or(trade.at).max(trade.at).after(1);
        let _ = run_due(&book, trade, now);
        let tenant = trade.key.tenant;
        let parties = [
            Actor::buyer(trade.parties.buyer),
            Actor::merchant(trade.parties.merchant),
            Actor::platform(tenant, "cs-1"),
        ];
        for actor in parties {
            let _ = deadlines(&book, trade, &actor);
            let Ok(Options { choices, .. }) = options(&book, trade, &actor, trade.at) else { continue };
            for choice in choices.iter().take(8) {
                let _ = step(&book, trade, &choice.template, trade.at);
            }
        }
        let _ = silence(&book, trade);
    }
}

/// A stage that the first byte chooses, and a request that the rest says: carried out or refused, as promised.
pub fn request(bytes: &[u8]) {
    let Some((&seed, text)) = bytes.split_first() else { return };
    let Ok(request) = serde_json::from_slice::<Request>(text) else { return };
    let Some(mut stage) = stage(seed) else { return };
    let before = stage.trade.clone();
    let asked = Move { at: stage.now, request: Some(request) };
    match stage.ask(&asked) {
        Err(denied) => {
            assert!(!matches!(denied, Denied::Defect(_)), "{denied}");
            promise::of_move(&stage.book(), &[], &before, &asked, Err(&denied))
                .unwrap_or_else(|broken| panic!("{broken}"));
        }
        Ok(outcome) => {
            promise::of_move(&stage.book(), &[], &before, &asked, Ok(&outcome))
                .unwrap_or_else(|broken| panic!("{broken}"));
            let _ = stage.play(&asked);
            promise::of_trade(&stage.book(), &stage.trade, stage.now).unwrap_or_else(|broken| panic!("{broken}"));
        }
    }
}

/// A trade in the middle of its life: 256 different ones.
pub fn stage(seed: u8) -> Option<Stage> {
    let mut chance = Chance(u64::from(seed));
    let rules = Rules::built_in();
    let story = chance.story(&rules, &Under::Presets, 4 + usize::from(seed % 24))?;
    let mut stage = Stage::set(&story.setting, rules).ok()?;
    for asked in &story.moves {
        let _ = stage.play(asked);
    }
    Some(stage)
}

/// Text that may be a scenario: read and played, or every fault of it told in both languages.
pub fn scenario(bytes: &[u8]) {
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    match Scenario::parse(text) {
        Err(faults) => {
            assert!(!faults.to_string().is_empty(), "it says what is wrong");
            for fault in &faults.faults {
                let _ = (fault.problem.sentence(Lang::En), fault.problem.sentence(Lang::Zh));
            }
        }
        Ok(read) => match read.run(&Rules::built_in()) {
            Ok(played) => {
                let _ = scenario::tell(&played.story, &played.stage.rules, read.lang());
            }
            Err(mismatch) => assert!(!mismatch.to_string().is_empty(), "it says what came instead"),
        },
    }
}
