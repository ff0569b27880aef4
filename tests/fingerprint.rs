//! Fingerprints: the same for the same request over releases, and for no other.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod stored;

use std::collections::BTreeSet;

use redress::port::Fingerprint;
use redress::trade::Request;
use redress::{Actor, Amount, Id, Kind, Reason, order, refund};
use stored::{note, pay, place};

fn on(order: &str, request: &Request) -> Fingerprint {
    Fingerprint::of(Id::from(order), request)
}

fn applies() -> Request {
    Request::by(Actor::buyer("alice")).apply(Kind::ReturnAndRefund).units("shirt", 1).reason(Reason::Damaged)
}

/// They are stored: a change of one of these makes every retry over an upgrade a refusal.
#[test]
fn fingerprints_are_for_ever() {
    let known = [
        (place(), "83352bea43b6693c6deca42b184b3eba"),
        (pay("p-1"), "796cef9b2a9167dfb36ff7ab9fe2f2df"),
        (applies().evidence("photo-1"), "b76e3630f11cc5e11f15f309ae400544"),
    ];
    for (request, stored) in known {
        assert_eq!(on("A-1", &request).to_string(), stored, "{request:?}");
    }
}

#[test]
fn another_request_has_another_fingerprint() {
    let buyer = Actor::buyer("alice");
    let requests = [
        applies(),
        applies().units("socks", 1),
        applies().evidence("1"),
        applies().evidence("1").evidence("2"),
        applies().evidence("12"),
        applies().text("1"),
        applies().amount(0),
        applies().amount(1),
        applies().fee(1),
        applies().amount(redress::Money { amount: Amount::new(1), currency: redress::Currency::CNY }),
        applies().with(|detail| detail.return_waived = true),
        applies().with(|detail| detail.found_paid = Some(false)),
        applies().with(|detail| detail.units.clear()),
        Request::by(Actor::buyer("bob")).apply(Kind::ReturnAndRefund).units("shirt", 1).reason(Reason::Damaged),
        Request::by(buyer).apply(Kind::Exchange).units("shirt", 1).reason(Reason::Damaged),
        Request::by(Actor::merchant("alice")).order(order::Action::Cancel),
        Request::by(Actor::platform("alice", "a")).order(order::Action::Cancel),
        Request::by(buyer).order(order::Action::Cancel),
        Request::by(buyer).refund(1, refund::Action::Approve),
        Request::by(buyer).refund(2, refund::Action::Approve),
        note("a"),
        note("b"),
        place(),
        pay("p-1"),
        pay("p-2"),
    ];
    let mut seen = BTreeSet::new();
    for request in &requests {
        assert!(seen.insert(on("A-1", request)), "{request:?}");
        assert!(seen.insert(on("A-2", request)), "{request:?}");
    }
}

#[test]
fn what_was_seen_and_the_key_itself_are_no_part_of_it() {
    let same = [applies(), applies().seen(3), applies().key("k"), applies().key("l").seen(9)];
    let seen: BTreeSet<_> = same.iter().map(|request| on("A-1", request)).collect();
    assert_eq!(seen.len(), 1);
}

#[test]
fn what_says_nothing_is_as_if_it_were_not_there() {
    let explicit = applies().text("").with(|detail| detail.return_waived = false);
    assert_eq!(on("A-1", &explicit), on("A-1", &applies()));
}

#[test]
fn a_fingerprint_comes_back_as_written() {
    let fingerprint = on("A-1", &applies());
    assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
    let stored = serde_json::to_string(&fingerprint).unwrap();
    assert_eq!(serde_json::from_str::<Fingerprint>(&stored).unwrap(), fingerprint);
    for wrong in ["", "0", "+0000000000000000000000000000000", "0123456789abcdef0123456789ABCDEF"] {
        assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
    }
}

/// A request with a malformed id is refused before it is stored; its fingerprint is still no panic.
#[test]
fn a_malformed_request_has_one_too() {
    assert_ne!(on("", &place()), on("A-1", &place()));
}
