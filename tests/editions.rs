//! Editions of rules and policies: known by their numbers, and by what they say.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "shop/mod.rs"]
mod shop;

use redress::trade::{Checksum, Checksums, NewLine, step};
use redress::{Denied, Id, Limit, Policy, Request, Role, Rules, Span, Trade, order};

#[test]
fn a_checksum_tells_what_the_number_does_not() {
    let mut shop = shop::Shop::new(Policy::cn_marketplace());
    shop.place(shop::new_order(vec![NewLine::new("shirt", 1, 9_900)]));
    let note = Request::by(shop::buyer()).order(order::Action::Note).text("x");
    let sums = Checksums::of(&shop.rules, &shop.policy);
    let asks = |shop: &shop::Shop, sums| step(&shop.book().with(sums), &shop.trade, &note, shop.now);
    // A trade that was placed without one, as by an older release, is known by its numbers alone.
    assert_eq!(shop.trade.terms.rules_checksum, None);
    assert!(asks(&shop, sums).is_ok());
    let stored = serde_json::to_string(&shop.trade).unwrap();
    assert!(!stored.contains("checksum"));
    (shop.trade.terms.rules_checksum, shop.trade.terms.policy_checksum) = (sums.rules, sums.policy);
    assert!(asks(&shop, sums).is_ok());
    let stored = serde_json::to_string(&shop.trade).unwrap();
    assert_eq!(serde_json::from_str::<Trade>(&stored).unwrap(), shop.trade);
    // The name of a policy and the numbers of editions are no part of what they say; a minute more is.
    let mut other = shop.policy.clone();
    (other.name, other.version) = (Id::from("ours"), 7);
    assert_eq!(Checksums::of(&shop.rules, &other), sums);
    other.limits[Limit::Payment] = Span::minutes(31);
    assert!(matches!(asks(&shop, Checksums::of(&shop.rules, &other)), Err(Denied::OtherTerms { .. })));
    let waits = order::RULES.edit().wait(order::State::Paid, Role::Buyer).done();
    let rules = Rules { order: waits.unwrap(), ..Rules::built_in() };
    assert!(matches!(asks(&shop, Checksums::of(&rules, &shop.policy)), Err(Denied::OtherTerms { .. })));
    // One of a form to come is not compared with ours.
    shop.trade.terms.rules_checksum = Some("2-0000000000000000".parse().unwrap());
    assert!(asks(&shop, sums).is_ok());
    for odd in [
        "",
        "1",
        "1-",
        "1-00",
        "1-+000000000000000",
        "1-000000000000000G",
        "01-0000000000000000",
        "1-0000000000000000 ",
    ] {
        assert!(odd.parse::<Checksum>().is_err(), "{odd}");
    }
}
