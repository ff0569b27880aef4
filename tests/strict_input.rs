//! What is read from a client or a store is taken whole or refused: nothing of it is left out in silence.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "shop/mod.rs"]
mod shop;

use redress::after_sale::{AfterSale, Condition};
use redress::rule::{Fault, Rule, To};
use redress::trade::{Change, Defect, NewOrder, replay};
use redress::{Kind, NewLine, Policy, Reason, Request, Role, after_sale, order};
use shop::Shop;

fn apply() -> serde_json::Value {
    let apply = Request::by(shop::buyer()).apply(Kind::ReturnAndRefund).units("shirt", 1).reason(Reason::Quality);
    serde_json::to_value(apply.amount(redress::Amount::new(100)).waybill("sf", "w-1").seen(4).key("tap-1")).unwrap()
}

/// The same value with one of its fields under another name.
fn renamed(mut value: serde_json::Value, at: &str, field: &str, slip: &str) -> serde_json::Value {
    let object = value.pointer_mut(at).and_then(serde_json::Value::as_object_mut).expect("an object");
    let held = object.remove(field).expect("the field is there");
    object.insert(slip.to_owned(), held);
    value
}

#[test]
fn a_slip_in_the_name_of_a_field_is_refused_with_the_names_that_are_accepted() {
    assert!(serde_json::from_value::<Request>(apply()).is_ok());
    for (at, field, slip) in [
        ("", "key", "Key"),
        ("", "seen", "sean"),
        ("", "detail", "details"),
        ("/actor", "id", "ID"),
        ("/detail", "amount", "amont"),
        ("/detail", "reason", "cause"),
        ("/detail/units/0", "count", "number"),
        ("/detail/amount", "amount", "minor"),
        ("/detail/waybill", "number", "no"),
    ] {
        let error = serde_json::from_value::<Request>(renamed(apply(), at, field, slip)).expect_err(slip).to_string();
        assert!(error.contains(&format!("unknown field `{slip}`")) && error.contains(&format!("`{field}`")), "{error}");
    }
}

#[test]
fn a_slip_in_an_order_is_refused() {
    let lines = vec![NewLine { discount: redress::Amount::new(5), ..NewLine::new("shirt", 1, 100) }];
    let order = NewOrder::new("alice", "acme", redress::Currency::CNY, lines);
    let order = serde_json::to_value(order).unwrap();
    assert!(serde_json::from_value::<NewOrder>(order.clone()).is_ok());
    for (at, field, slip) in [("", "gateways", "gateway"), ("/lines/0", "discount", "Discount")] {
        let error =
            serde_json::from_value::<NewOrder>(renamed(order.clone(), at, field, slip)).expect_err(slip).to_string();
        assert!(error.contains(slip) && error.contains(field), "{error}");
    }
}

/// The ways to every object in a value.
fn objects(value: &serde_json::Value, at: &str, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            found.push(at.to_owned());
            fields.iter().for_each(|(name, held)| objects(held, &format!("{at}/{name}"), found));
        }
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(no, held)| objects(held, &format!("{at}/{no}"), found));
        }
        _ => {}
    }
}

/// Refused, wherever it stands: what is dropped in silence would be missing from what is written next.
fn knows_every_field<T: serde::Serialize + serde::de::DeserializeOwned>(stored: &T) -> usize {
    let stored = serde_json::to_value(stored).unwrap();
    assert!(serde_json::from_value::<T>(stored.clone()).is_ok());
    let mut ways = Vec::new();
    objects(&stored, "", &mut ways);
    for way in &ways {
        let mut newer = stored.clone();
        newer.pointer_mut(way).unwrap().as_object_mut().unwrap().insert("mood".into(), "good".into());
        assert!(serde_json::from_value::<T>(newer).is_err(), "{way} of {stored}");
    }
    ways.len()
}

#[test]
fn a_field_that_a_later_release_has_stored_is_refused_and_not_dropped() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(shop::new_order(vec![NewLine::new("shirt", 2, 9_900)])).pay(19_800, "p-1").ship("shirt", 2);
    shop.deliver("shirt", 2);
    shop.does(Request::by(shop::buyer()).apply(Kind::ReturnAndRefund).units("shirt", 1).reason(Reason::NoReason));
    shop.does(Request::by(shop::merchant()).case(1, after_sale::Action::Agree).address("1 Return Road"));
    shop.does(Request::by(shop::buyer()).case(1, after_sale::Action::ShipBack).waybill("sf", "back-1"));
    shop.does(Request::by(shop::merchant()).case(1, after_sale::Action::Receive).units("shirt", 1));
    shop.does(Request::by(shop::merchant()).case(1, after_sale::Action::AcceptGoods)).gateway_pays();
    let mut met = knows_every_field(&shop.trade);
    for event in &shop.events {
        met += knows_every_field(event);
    }
    assert!(met > 200, "{met} objects");
}

/// What a history comes to whose order has so many lines.
fn placed_with(lines: usize) -> Result<redress::Trade, Defect> {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(shop::new_order(vec![NewLine::new("shirt", 1, 100)]));
    let mut events = shop.events.clone();
    for change in events.iter_mut().flat_map(|event| &mut event.changes) {
        if let Change::Placed(placed) = change {
            placed.lines = vec![placed.lines[0].clone(); lines];
        }
    }
    let mut trade = redress::Trade::absent(shop.trade.key);
    replay(&mut trade, &events).map(|()| trade)
}

#[test]
fn a_stored_order_of_more_lines_than_have_a_place_is_a_defect() {
    assert_eq!(placed_with(65_534).expect("each has its place").lines.len(), 65_534);
    for lines in [65_535, 65_536, 65_537] {
        assert_eq!(placed_with(lines), Err(Defect::Range { what: "the lines" }), "{lines}");
    }
}

fn wide(conditions: usize) -> Rule<AfterSale> {
    let row = Rule::new(after_sale::State::Requested, after_sale::Action::Withdraw, &[Role::Buyer], To::Stay);
    row.asking(&Condition::ALL[..conditions])
}

#[test]
fn a_row_that_does_not_fit_is_not_stored_without_what_it_lost() {
    assert!(serde_json::to_string(&wide(16)).is_ok());
    let error = serde_json::to_string(&wide(17)).expect_err("it would be read back with a condition less").to_string();
    assert!(error.contains("after_sale.requested.withdraw.stay") && error.contains("at most 16 conditions"), "{error}");
    assert_ne!(wide(17), wide(16), "the first sixteen conditions are not the whole row");
}

#[test]
fn more_rows_than_can_be_numbered_are_a_fault() {
    let state = order::State::Unpaid;
    let mut edit = order::RULES.edit();
    let there = order::RULES.rules().len();
    for _ in there..65_536 {
        edit = edit.add(Rule::new(state, order::Action::Cancel, &[Role::Buyer], To::Enter(order::State::Cancelled)));
    }
    let faults = edit.done().expect_err("too many");
    assert_eq!(faults.as_slice(), [Fault::TooManyRows { machine: "order", rows: 65_536 }]);
}
