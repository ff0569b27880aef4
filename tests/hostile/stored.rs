//! Stored data that is cut, odd or tampered with.

use super::kit::*;

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

/// Every prefix of a stored value is refused, and so is every value of another shape.
fn is_read_whole_or_not_at_all<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(
    value: &T,
) {
    let text = json(value);
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value);
    let step = (text.len() / 400).max(1);
    for end in (0..text.len()).step_by(step).filter(|&end| text.is_char_boundary(end)) {
        assert!(serde_json::from_str::<T>(&text[..end]).is_err(), "cut at {end}");
    }
    for odd in ["null", "[]", "7", "\"x\"", "true", "{\"no_such_thing\":", "[[[[[[", "{\"key\":{}}"] {
        assert!(serde_json::from_str::<T>(odd).is_err(), "{odd}");
    }
}

#[test]
fn stored_data_that_is_cut_or_odd_is_refused() {
    let shop = asked_back();
    is_read_whole_or_not_at_all(&shop.trade);
    is_read_whole_or_not_at_all(shop.events.last().unwrap());
    is_read_whole_or_not_at_all(&apply_for("shirt", 1));
    // A policy that says nothing is the preset; one that says something unknown is refused.
    assert_eq!(serde_json::from_str::<Policy>("{}").unwrap(), Policy::cn_marketplace());
    for odd in ["null", "7", "{\"limits\":{\"tomorrow\":1}}", "{\"colour\":\"red\"}", "{\"limits\":7}"] {
        assert!(serde_json::from_str::<Policy>(odd).is_err(), "{odd}");
    }
}

#[test]
fn words_and_numbers_from_the_future_are_refused() {
    let shop = asked_back();
    let trade = json(&shop.trade);
    for (old, new) in [
        ("\"state\":\"requested\"", "\"state\":\"meditating\""),
        ("\"currency\":\"CNY\"", "\"currency\":\"ABCD\""),
        ("\"place\":\"with_buyer\"", "\"place\":\"on_the_moon\""),
        ("\"count\":2", "\"count\":-2"),
        ("\"count\":2", "\"count\":4294967296"),
        ("\"count\":2", "\"count\":2.5"),
        ("\"version\":", "\"version\":-"),
    ] {
        let changed = trade.replacen(old, new, 1);
        assert_ne!(changed, trade, "{old} is there");
        assert!(serde_json::from_str::<Trade>(&changed).is_err(), "{new}");
    }
    let event = json(shop.events.last().unwrap());
    let unknown = event.replacen("\"changes\":[", "\"changes\":[{\"Danced\":1},", 1);
    assert!(serde_json::from_str::<Event>(&unknown).is_err(), "an unknown change cannot be folded");
    let request = json(&apply_for("shirt", 1));
    assert!(serde_json::from_str::<Request>(&request.replacen("\"apply\"", "\"steal\"", 1)).is_err());
}

/// What a history comes to when something was done to it.
fn folded(shop: &Shop, spoil: impl FnOnce(&mut Vec<Event>)) -> Result<Trade, Defect> {
    let mut events = shop.events.clone();
    spoil(&mut events);
    let mut trade = Trade::absent(shop.trade.key);
    replay(&mut trade, &events).map(|()| trade)
}

#[test]
fn a_history_with_missing_doubled_or_foreign_events_is_a_defect() {
    let shop = asked_back();
    assert_eq!(folded(&shop, |_| {}), Ok(shop.trade.clone()));
    for at in 0..shop.events.len() - 1 {
        assert!(matches!(folded(&shop, |events| drop(events.remove(at))), Err(Defect::Gap { .. })), "without {at}");
        assert!(matches!(folded(&shop, |events| events.swap(at, at + 1)), Err(Defect::Gap { .. })), "swapped {at}");
        let doubled = folded(&shop, |events| events.insert(at, events[at].clone()));
        assert!(matches!(doubled, Err(Defect::Gap { .. })), "doubled {at}");
    }
    let earlier = folded(&shop, |events| events.last_mut().unwrap().at = Time::EPOCH);
    assert!(matches!(earlier, Err(Defect::Backwards { .. })));
    // An event of another trade, numbered as if it followed, is of another commit.
    let other = submitted();
    let foreign = folded(&shop, |events| {
        let mut event = other.events.last().unwrap().clone();
        event.seq = events.len() as u64 + 1;
        event.at = events.last().unwrap().at;
        events.push(event);
    });
    assert!(foreign.is_err(), "it does not follow");
    // One that claims another version than the one that follows.
    for version in [0, u64::MAX] {
        assert!(folded(&shop, |events| events.last_mut().unwrap().version = version).is_err(), "version {version}");
    }
}

#[test]
fn a_history_does_not_begin_twice_or_in_the_middle() {
    let shop = asked_back();
    let again = folded(&shop, |events| {
        let mut placed = events[0].clone();
        placed.seq = events.len() as u64 + 1;
        placed.at = events.last().unwrap().at;
        placed.version = events.last().unwrap().version + 1;
        events.push(placed);
    });
    assert!(again.is_err(), "an order is placed once");
    let headless = folded(&shop, |events| {
        events[0].changes.retain(|change| !matches!(change, Change::Placed(_)));
    });
    assert!(headless.is_err(), "nothing comes before the placing");
}

#[test]
fn tampered_amounts_do_not_add_up() {
    let shop = submitted();
    let mut tampered = 0;
    for at in 0..shop.events.len() {
        for place in 0..shop.events[at].changes.len() {
            for minor in [0, 1, MOST, u64::MAX] {
                let amount = Amount::new(minor);
                let mut touched = false;
                let result = folded(&shop, |events| match &mut events[at].changes[place] {
                    Change::Paid(payment, _) => (payment.balance.paid, touched) = (amount, true),
                    Change::Applied(parts) => (parts[0].amount, touched) = (amount, true),
                    Change::Claim(_, split) if !split.parts.is_empty() => {
                        (split.parts[0].amount, touched) = (amount, true)
                    }
                    Change::Reserved(payout) => (payout.split.shares[0].amount, touched) = (amount, true),
                    _ => {}
                });
                if touched {
                    tampered += 1;
                    assert!(
                        matches!(result, Err(Defect::Money { .. })),
                        "{minor} in change {place} of event {at}: {result:?}"
                    );
                }
            }
        }
    }
    assert!(tampered >= 12, "{tampered} amounts were there to tamper with");
}

#[test]
fn numbers_that_do_not_follow_are_a_defect() {
    let shop = submitted();
    let renumbered = |no: u16| {
        folded(&shop, |events| {
            for change in events.iter_mut().flat_map(|event| &mut event.changes) {
                match change {
                    Change::Opened(case) => case.no = no,
                    Change::Reserved(payout) => payout.no = no,
                    _ => {}
                }
            }
        })
    };
    for no in [0, 2, u16::MAX] {
        assert!(renumbered(no).is_err(), "number {no}");
    }
}
