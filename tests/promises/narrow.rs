//! What excuses an end with both, or with less, excuses it for its own units alone.

use redress::after_sale::Action;
use redress::testing::promise::{self, Excuses, Promise};
use redress::trade::{NewLine, Trade};
use redress::{Dispute, Kind, Policy, Reason, Time};
use serde_json::Value;

use crate::kit::*;

/// The trade at rest, with its stored form changed.
fn changed(shop: &Shop, change: impl FnOnce(&mut Value)) -> Trade {
    let mut stored = serde_json::to_value(&shop.trade).unwrap();
    change(&mut stored);
    serde_json::from_value(stored).unwrap()
}

fn at_rest(shop: &Shop, trade: &Trade) -> Option<Promise> {
    let met = shop.events.iter().fold(Excuses::NONE, Excuses::after);
    promise::of_rest(&shop.book(), trade, met).err().map(|broken| broken.promise)
}

/// Two lines were delivered; of the shirt a little money went back, agreed, and the buyer keeps it. All rests.
fn agreed_on_the_shirt() -> Shop {
    let order = new_order(vec![NewLine::new("shirt", 1, 9_900), NewLine::new("mug", 1, 5_000)]);
    let mut shop = Shop::delivered(Policy::cn_marketplace(), order);
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).amount(9_900).evidence("photo://1"));
    shop.case_does(merchant(), 1, Action::Agree);
    loop {
        shop.gateway_pays();
        let Some(due) = shop.trade.due() else { return shop };
        shop.now = due.max(shop.now).after(1);
        shop.tick();
    }
}

#[test]
fn an_excuse_is_for_the_units_of_its_case() {
    let shop = agreed_on_the_shirt();
    assert_eq!(at_rest(&shop, &shop.trade), None);
    // The mug is kept and paid back whole as well, and no row of its own says so.
    let both = changed(&shop, |trade| trade["goods"][1]["spent"] = 5_000.into());
    assert_eq!(at_rest(&shop, &both), Some(Promise::NotBoth));
}

#[test]
fn a_cent_is_not_the_money_for_what_was_lost() {
    let shop = agreed_on_the_shirt();
    let lost = |trade: &mut Value, spent: u64| {
        trade["lines"][1]["confirmed_at"] = Value::Null;
        (trade["goods"][1]["place"], trade["goods"][1]["spent"]) = ("lost".into(), spent.into());
    };
    for spent in [0, 1, 4_999] {
        assert_eq!(at_rest(&shop, &changed(&shop, |trade| lost(trade, spent))), Some(Promise::NotNeither), "{spent}");
    }
    assert_eq!(at_rest(&shop, &changed(&shop, |trade| lost(trade, 5_000))), None);
}

#[test]
fn a_dispute_that_took_nothing_excuses_nothing() {
    let shop = agreed_on_the_shirt();
    for stage in [Dispute::Inquiry, Dispute::Open, Dispute::Won, Dispute::Lost] {
        let mut both = changed(&shop, |trade| trade["goods"][1]["spent"] = 5_000.into());
        both.money.payments[0].dispute = Some((stage, Time::EPOCH));
        assert_eq!(at_rest(&shop, &both), Some(Promise::NotBoth), "{stage}");
    }
}

#[test]
fn a_report_that_was_noted_excuses_no_money_that_is_kept() {
    let mut shop = agreed_on_the_shirt();
    // Something that fits nothing is noted …
    let report = redress::Request::by(carrier()).order(redress::order::Action::Deliver);
    shop.does(report.units("mug", 1));
    assert!(!shop.trade.noted.is_empty() && at_rest(&shop, &shop.trade).is_none());
    // … and money that nobody owed is kept.
    let mut kept = shop.trade.clone();
    let pot = kept.money.pots.first().cloned().unwrap();
    let mut surplus = pot;
    (surplus.bucket, surplus.balance) = (redress::trade::Bucket::Surplus, Default::default());
    surplus.balance.paid = redress::Amount::new(1);
    kept.money.pots.push(surplus);
    assert_eq!(at_rest(&shop, &kept), Some(Promise::RestHoldsNothing));
}
