//! Anything at all: no request, history or trade that can be read breaks anything.

use proptest::prelude::*;

use super::kit::*;
use super::wild::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_can_be_read_breaks_a_trade(seed: u64) {
        let chance = &mut Chance(seed);
        let mut shop = begin(chance);
        for _ in 0..60 {
            let request = wild_request(chance, &shop);
            // What can be stored can be read back, and means the same.
            if let Ok(text) = serde_json::to_string(&request) {
                prop_assert_eq!(&serde_json::from_str::<Request>(&text).unwrap(), &request);
            }
            let now = if chance.one_in(15) { wild_time(chance, &shop) } else { shop.now.after(chance.wait(&shop.scene())) };
            let answer = step(&shop.book(), &shop.trade, &request, now);
            if let Err(denied) = &answer {
                prop_assert!(!denied.codes().is_empty());
                prop_assert!(!denied.to_string().is_empty());
                prop_assert!(!matches!(denied, Denied::Defect(_)), "{denied}\n{request:#?}");
            }
            if let Ok(outcome) = answer {
                prop_assert!(outcome.trade.money.is_conserved());
                prop_assert_eq!(outcome.trade.at, if outcome.events.is_empty() { shop.trade.at } else { now });
                // The end of all calendars ends the walk.
                if now < Time::LATEST {
                    shop.now = now;
                    shop.trade = outcome.trade;
                    shop.events.extend(outcome.events);
                }
            }
        }
        let mut whole = Trade::absent(shop.trade.key);
        replay(&mut whole, &shop.events).unwrap();
        prop_assert_eq!(whole, shop.trade);
    }

    #[test]
    fn no_spoilt_history_panics(seed: u64) {
        let chance = &mut Chance(seed);
        let mut shop = begin(chance);
        for _ in 0..25 {
            let request = chance.request(&shop.scene());
            shop.now = shop.now.after(chance.wait(&shop.scene()));
            if let Ok(outcome) = step(&shop.book(), &shop.trade, &request, shop.now) {
                shop.trade = outcome.trade;
                shop.events.extend(outcome.events);
            }
        }
        let mut value = serde_json::to_value(&shop.events).unwrap();
        for _ in 0..1 + chance.below(3) {
            spoil_json(chance, &mut value);
        }
        // It cannot be read, does not fold, or was a change that adds up: but never a panic.
        if let Ok(events) = serde_json::from_value::<Vec<Event>>(value) {
            let mut trade = Trade::absent(shop.trade.key);
            if replay(&mut trade, &events).is_ok() {
                prop_assert!(trade.money.is_conserved());
                let _ = run_due(&shop.book(), &trade, shop.now.max(trade.at).after(86_400_000_000));
            }
        }
    }

    #[test]
    fn no_spoilt_trade_panics(seed: u64) {
        let chance = &mut Chance(seed);
        let mut shop = begin(chance);
        for _ in 0..25 {
            let request = chance.request(&shop.scene());
            shop.now = shop.now.after(chance.wait(&shop.scene()));
            if let Ok(outcome) = step(&shop.book(), &shop.trade, &request, shop.now) {
                shop.trade = outcome.trade;
            }
        }
        let mut value = serde_json::to_value(&shop.trade).unwrap();
        for _ in 0..1 + chance.below(3) {
            spoil_json(chance, &mut value);
        }
        if let Ok(trade) = serde_json::from_value::<Trade>(value) {
            shop.trade = trade;
            for _ in 0..10 {
                let request = chance.request(&shop.scene());
                let _ = step(&shop.book(), &shop.trade, &request, shop.now.after(chance.wait(&shop.scene())));
                let _ = run_due(&shop.book(), &shop.trade, shop.now.after(864_000_000));
            }
        }
    }
}
