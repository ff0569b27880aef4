//! Editions of rules and policies: known by their numbers, and by what they say.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "shop/mod.rs"]
mod shop;

use redress::trade::{Checksum, Checksums, NewLine, Point, step};
use redress::{
    Denied, Id, Kind, Limit, Policy, Reason, Request, Role, Rules, Span, Trade, Word, after_sale, order, refund,
};

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
    let waits = order::RULES.edit().wait(order::State::Paid, Role::Platform).done();
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

/// Where extensions, reviews, evidence and notes are counted apart, the places of these words are stored: a word that was
/// put between others would give running trades uses back, or take others away, without an error.
#[test]
fn words_whose_place_is_stored_keep_it() {
    fn begins<W: Word>(released: &str) {
        let now: Vec<&str> = W::ALL.iter().map(|word| word.code()).collect();
        let released: Vec<&str> = released.split_whitespace().collect();
        assert_eq!(now.get(..released.len()), Some(released.as_slice()), "add new words at the end");
        assert_eq!(now.len(), released.len(), "a new word: write it at the end of this list, too");
        let in_order = W::ALL.iter().enumerate().all(|(at, word)| word.ordinal() == at);
        assert!(in_order, "the place is the ordinal");
    }
    begins::<Role>("buyer merchant finance platform carrier gateway clock trade");
    begins::<order::State>(
        "absent unpaid on_hold paid late part_shipped shipped delivered completed unwinding cancelled refunded settled unresolved",
    );
    begins::<after_sale::State>(
        "absent requested overdue proposed awaiting_payment refused intercepting awaiting_return returning inspecting goods_refused awaiting_send_back sending_back awaiting_dispatch dispatched under_review refunding recovering completed withdrawn lapsed dismissed unresolved",
    );
    begins::<refund::State>(
        "absent awaiting_approval held submitted failed abnormal offline paid cancelled unresolved",
    );
    begins::<Point>("application goods replacement");
    // A role has one of sixteen places for each state.
    const { assert!(Role::COUNT < 16) };
}

/// The numbers themselves, as they were first stored.
#[test]
fn uses_are_counted_where_they_were_counted_first() {
    let mut shop = shop::Shop::new(Policy::cn_marketplace());
    shop.place(shop::new_order(vec![NewLine::new("shirt", 1, 9_900)])).pay(9_900, "p-1").ship("shirt", 1);
    shop.deliver("shirt", 1);
    let case = |actor| Request::by(actor).case(1, after_sale::Action::Note).text("hello");
    shop.does(Request::by(shop::buyer()).order(order::Action::Note).text("hello"));
    shop.does(Request::by(shop::buyer()).apply(Kind::ReturnAndRefund).units("shirt", 1).reason(Reason::NoReason));
    shop.does(case(shop::merchant()));
    shop.does(Request::by(shop::merchant()).case(1, after_sale::Action::Extend).text("on holiday"));
    shop.does(Request::by(shop::platform()).case(1, after_sale::Action::Escalate).text("both sides called"));
    let counts = |counts: &redress::trade::Counts| {
        counts.iter().map(|(tally, used)| format!("{} {} {used}", tally.counter, tally.apart)).collect::<Vec<_>>()
    };
    assert_eq!(counts(&shop.trade.head.counts), ["notes 1 1"]);
    assert_eq!(counts(&shop.case(1).counts), ["notes 2 1", "extensions 18 1", "reviews 2 1"]);
}
