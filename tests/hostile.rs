//! Hostile input of every kind: a typed refusal that names the field, nothing changed, no panic.
#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod shop;

use proptest::prelude::*;
use redress::testing::strategy::Chance;
use redress::trade::{
    Asked, Change, Defect, Denied, Detail, Event, Field, NewLine, NewOrder, Request, Subject, Sum, Trade, Wanted,
    Waybill, replay, run_due, step,
};
use redress::{
    Actor, Amount, Currency, Dispute, Id, Kind, Policy, Reason, Role, Tender, Time, after_sale, order, refund,
};
use shop::{Shop, TENANT, buyer, carrier, finance, gateway, merchant, new_order, platform};

const MOST: u64 = Amount::MOST.minor();

/// Two shirts and a mug, ordered and not paid.
fn placed() -> Shop {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900), NewLine::new("mug", 1, 1_000)]));
    shop
}

fn paid() -> Shop {
    let mut shop = placed();
    shop.pay(20_800, "p-1");
    shop
}

/// Delivered, and one shirt asked back.
fn asked_back() -> Shop {
    let mut shop = paid();
    shop.after_hours(1).ship("shirt", 2).ship("mug", 1);
    shop.after_hours(24).deliver("shirt", 2).deliver("mug", 1);
    let apply = Request::by(buyer()).apply(Kind::ReturnAndRefund);
    shop.does(apply.units("shirt", 1).reason(Reason::NoReason));
    shop
}

/// Refunded as far as the gateway: refund 1 is submitted.
fn submitted() -> Shop {
    let mut shop = paid();
    let apply = Request::by(buyer()).apply(Kind::RefundOnly);
    shop.does(apply.units("mug", 1).reason(Reason::NoReason));
    assert_eq!(shop.trade.refunds[0].state, refund::State::Submitted);
    shop
}

fn apply_for(line: &str, count: u32) -> Request {
    let apply = Request::by(buyer()).apply(Kind::RefundOnly);
    apply.units(line, count).reason(Reason::NoReason)
}

/// Refused for the form, in this field; the trade is handed in by reference and cannot have changed.
#[track_caller]
fn malformed(shop: &Shop, request: &Request, field: Field, flaw: &str) {
    match shop.ask(request) {
        Err(Denied::Malformed(malformed)) => {
            assert_eq!((malformed.field, malformed.flaw.code()), (field, flaw), "{request:?}");
        }
        other => panic!("{:?}: {:?}", request.asked, other.map(|outcome| outcome.events)),
    }
}

#[track_caller]
fn denied(shop: &Shop, request: &Request, codes: &[&str]) {
    match shop.ask(request) {
        Err(denied) => assert_eq!(denied.codes(), codes, "{denied}"),
        Ok(outcome) => panic!("accepted: {:?}", outcome.events.iter().map(|event| event.row).collect::<Vec<_>>()),
    }
}

// Amounts.

#[test]
fn amounts_beyond_all_bounds_are_out_of_range() {
    let shop = asked_back();
    for minor in [MOST + 1, i64::MAX as u64, u64::MAX] {
        let pay = Request::by(gateway()).order(order::Action::Pay);
        let pay = pay.amount(minor).tender(Tender::Card).reference("p-2");
        malformed(&shop, &pay, Field::Amount, "out_of_range");
        let apply = apply_for("mug", 1).amount(minor);
        malformed(&shop, &apply, Field::Amount, "out_of_range");
        let propose = Request::by(merchant()).case(1, after_sale::Action::Propose);
        malformed(&shop, &propose.clone().amount(minor), Field::Amount, "out_of_range");
        malformed(&shop, &propose.clone().fee(minor), Field::Fee, "out_of_range");
        let cheaper = propose.with(|detail| detail.difference = Some(minor.into()));
        malformed(&shop, &cheaper, Field::Difference, "out_of_range");
        let ship_back = Request::by(buyer()).case(1, after_sale::Action::ShipBack);
        malformed(&shop, &ship_back.freight(minor), Field::Freight, "out_of_range");
        let goodwill = Request::by(platform()).order(order::Action::Goodwill);
        malformed(&shop, &goodwill.amount(minor), Field::Amount, "out_of_range");
    }
}

#[test]
fn amounts_of_nothing_or_too_much_are_refused_by_their_row() {
    let shop = paid();
    denied(&shop, &apply_for("mug", 1).amount(0), &["within_refundable", "whole_share"]);
    denied(&shop, &apply_for("mug", 1).amount(MOST), &["within_refundable"]);
    let goodwill = |minor: u64| Request::by(platform()).order(order::Action::Goodwill).amount(minor).text("sorry");
    denied(&shop, &goodwill(0), &["within_goodwill_cap"]);
    denied(&shop, &goodwill(MOST), &["within_goodwill_cap"]);
    let reprice = Request::by(merchant()).order(order::Action::Reprice).amount(0);
    denied(&placed(), &reprice, &["something_due"]);
}

/// An order of these lines; its total is what they sum to, or nothing if they do not.
fn order_of(lines: Vec<NewLine>) -> NewOrder {
    let mut order = new_order(lines);
    order.total = order.due().unwrap_or(Amount::ZERO);
    order
}

#[test]
fn orders_whose_sums_overflow_are_refused() {
    let shop = Shop::new(Policy::cn_marketplace());
    let place = |order: NewOrder| Request::by(buyer()).place(order);
    let line = |count, price| NewLine::new("shirt", count, price);
    // A line alone.
    for (count, price) in [(2, u64::MAX), (1_000_000, u64::MAX / 2), (1, MOST + 1), (1_000_000, MOST)] {
        denied(&shop, &place(order_of(vec![line(count, price)])), &["lines_valid", "sums_match"]);
    }
    // All lines together.
    let many = (0..200).map(|at| NewLine::new(format!("l-{at}").as_str(), 1, MOST)).collect();
    denied(&shop, &place(order_of(many)), &["sums_match"]);
    // What is added to them, what is taken off, and what is claimed to come out.
    let mut order = order_of(vec![line(1, 100)]);
    order.shipping = Amount::new(u64::MAX);
    denied(&shop, &place(order.clone()), &["sums_match"]);
    order.supplement = Amount::new(u64::MAX);
    denied(&shop, &place(order), &["sums_match"]);
    let mut order = order_of(vec![line(1, 100)]);
    order.discount = Amount::new(101);
    order.total = Amount::ZERO;
    denied(&shop, &place(order.clone()), &["sums_match"]);
    order.discount = Amount::new(u64::MAX);
    denied(&shop, &place(order), &["sums_match"]);
    let mut reduced = line(1, 100);
    reduced.discount = Amount::new(101);
    denied(&shop, &place(order_of(vec![reduced])), &["lines_valid", "sums_match"]);
    let mut taxed = line(1, 100);
    taxed.tax = Amount::new(u64::MAX);
    denied(&shop, &place(order_of(vec![taxed])), &["lines_valid", "sums_match"]);
    for total in [0, 99, 101, u64::MAX] {
        let mut order = order_of(vec![line(1, 100)]);
        order.total = Amount::new(total);
        denied(&shop, &place(order), &["sums_match"]);
    }
}

#[test]
fn the_largest_order_that_fits_is_taken_and_can_be_refunded() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    let mut order = order_of(vec![NewLine::new("shirt", 1_000_000, MOST / 1_000_000)]);
    order.points = u64::MAX;
    order.gifted_points = u64::MAX;
    let total = order.total.minor();
    shop.place(order).pay(total, "p-1");
    shop.does(apply_for("shirt", 999_999)).gateway_pays();
    // Above the approval limit, finance is asked first.
    let approve = Request::by(finance()).refund(1, refund::Action::Approve);
    shop.does(approve).gateway_pays();
    shop.does(apply_for("shirt", 1));
    let rest = shop.trade.refunds.last().unwrap().no;
    if shop.trade.refunds.last().unwrap().state == refund::State::AwaitingApproval {
        shop.does(Request::by(finance()).refund(rest, refund::Action::Approve));
    }
    shop.gateway_pays();
    assert_eq!(shop.refunded(), total);
}

#[test]
fn payments_that_sum_beyond_all_bounds_are_refused() {
    let mut shop = placed();
    let pay = |minor: u64, reference: &str| {
        let pay = Request::by(gateway()).order(order::Action::Pay);
        pay.amount(minor).tender(Tender::Card).reference(reference)
    };
    shop.does(pay(MOST, "p-1"));
    malformed(&shop, &pay(1, "p-2"), Field::Amount, "out_of_range");
    malformed(&shop, &pay(MOST, "p-2"), Field::Amount, "out_of_range");
    // The same fact again is known, however large.
    shop.does(pay(MOST, "p-1"));
}

#[test]
fn other_currencies_are_refused() {
    let shop = asked_back();
    let euro = |minor: u64| Sum::from(Amount::new(minor).of(Currency::EUR));
    let pay = Request::by(gateway()).order(order::Action::Pay).tender(Tender::Card).reference("p-2");
    malformed(&shop, &pay.amount(euro(5)), Field::Amount, "other_currency");
    let propose = Request::by(merchant()).case(1, after_sale::Action::Propose);
    malformed(&shop, &propose.clone().amount(euro(5)), Field::Amount, "other_currency");
    malformed(&shop, &propose.kind(Kind::Exchange).fee(euro(5)), Field::Fee, "other_currency");
    let ship_back = Request::by(buyer()).case(1, after_sale::Action::ShipBack).freight(euro(5));
    malformed(&shop, &ship_back, Field::Freight, "other_currency");
    let mut order = new_order(vec![NewLine::new("shirt", 1, 100)]);
    order.currency = Currency::EUR;
    let shop = Shop::new(Policy::cn_marketplace());
    denied(&shop, &Request::by(buyer()).place(order), &["currency_matches"]);
    for code in ["", "cny", "CN", "CNYX", "XXX", "€€€", "C Y"] {
        assert!(code.parse::<Currency>().is_err(), "{code}");
    }
}

// People.

#[test]
fn whoever_is_no_party_is_a_stranger_in_every_role() {
    let shop = asked_back();
    let strangers = [
        Actor::buyer("mallory"),
        Actor::buyer("acme"),
        Actor::merchant("alice"),
        Actor::merchant("globex"),
        Actor::finance("mallory"),
        Actor::tenant_finance("other-mall", "fin-1"),
        Actor::platform("other-mall", "cs-7"),
        Actor { tenant: None, ..platform() },
        Actor::carrier("ups"),
        Actor::gateway("other-pay"),
        Actor { role: Role::Platform, ..buyer() },
        Actor { role: Role::Finance, ..buyer() },
    ];
    for stranger in strangers {
        let by = |stranger| Request::by(stranger);
        let requests = [
            by(stranger).order(order::Action::Note).text("hello"),
            by(stranger).case(1, after_sale::Action::Note).text("hello"),
            by(stranger).case(7, after_sale::Action::Note).text("hello"),
            by(stranger).refund(9, refund::Action::Approve),
            by(stranger).order(order::Action::Note).text("hello").seen(0),
        ];
        for request in requests {
            // Nothing is told: not even whether the number exists or the version is old.
            denied(&shop, &request, &["stranger"]);
        }
    }
}

#[test]
fn nobody_acts_as_time_or_as_the_trade() {
    let shop = asked_back();
    for actor in [
        Actor::clock(),
        Actor::trade(),
        Actor { role: Role::Clock, ..buyer() },
        Actor { role: Role::Trade, ..platform() },
    ] {
        let expire = Request::by(actor).case(1, after_sale::Action::Expire);
        malformed(&shop, &expire, Field::Actor, "not_for_people");
        let open = Request::by(actor).refund(0, refund::Action::Open);
        malformed(&shop, &open, Field::Actor, "not_for_people");
        let exhaust = Request::by(actor).order(order::Action::Exhaust);
        malformed(&shop, &exhaust, Field::Actor, "not_for_people");
    }
}

#[test]
fn no_trade_is_told_of_before_it_is_placed() {
    let shop = Shop::new(Policy::cn_marketplace());
    denied(&shop, &Request::by(buyer()).order(order::Action::Note).text("hello"), &["stranger"]);
    denied(&shop, &apply_for("shirt", 1), &["stranger"]);
    let order = || new_order(vec![NewLine::new("shirt", 1, 100)]);
    for actor in [Actor::buyer("mallory"), Actor::platform("other-mall", "cs-7"), carrier(), gateway(), finance()] {
        denied(&shop, &Request::by(actor).place(order()), &["stranger"]);
    }
    denied(&shop, &Request::by(merchant()).place(order()), &["wrong_role"]);
}

#[test]
fn an_order_is_placed_once() {
    let shop = placed();
    let again = Request::by(buyer()).place(new_order(vec![NewLine::new("shirt", 1, 100)]));
    denied(&shop, &again, &["wrong_state"]);
}

// Names.

#[test]
fn names_that_are_none_are_refused_wherever_they_stand() {
    let shop = asked_back();
    let long = "x".repeat(47);
    for bad in ["", long.as_str(), "a\nb", "a\0b", " a", "a ", "\u{7f}", "\u{85}"] {
        malformed(
            &shop,
            &Request::by(Actor::buyer(bad)).order(order::Action::Note).text("x"),
            Field::Actor,
            "not_an_id",
        );
        let through = buyer().through(bad);
        malformed(&shop, &Request::by(through).order(order::Action::Note).text("x"), Field::Actor, "not_an_id");
        let staff = Actor::platform(bad, "cs-7");
        malformed(&shop, &Request::by(staff).order(order::Action::Note).text("x"), Field::Actor, "not_an_id");
        let keyed = Request::by(buyer()).order(order::Action::Note).text("x").key(bad);
        malformed(&shop, &keyed, Field::Key, "not_an_id");
        malformed(&shop, &apply_for(bad, 1), Field::Units, "not_an_id");
        let ship_back = Request::by(buyer()).case(1, after_sale::Action::ShipBack);
        malformed(&shop, &ship_back.clone().waybill(bad, "w"), Field::Waybill, "not_an_id");
        malformed(&shop, &ship_back.waybill("sf", bad), Field::Waybill, "not_an_id");
        let pay = Request::by(gateway()).order(order::Action::Pay).amount(1).tender(Tender::Card);
        malformed(&shop, &pay.reference(bad), Field::Reference, "not_an_id");
    }
    let fresh = Shop::new(Policy::cn_marketplace());
    let order = || new_order(vec![NewLine::new("shirt", 1, 100)]);
    let spoils: [fn(&mut NewOrder); 7] = [
        |order| order.merchant = Id::from(""),
        |order| order.coupon = Some(Id::from("")),
        |order| order.gateways.push(Id::from("a\tb")),
        |order| order.carriers.push(Id::from("")),
        |order| order.finance.push(Id::from("")),
        |order| order.lines[0].id = Id::from(""),
        |order| order.lines[0].category = Some(Id::from("")),
    ];
    for spoil in spoils {
        let mut order = order();
        spoil(&mut order);
        malformed(&fresh, &Request::by(buyer()).place(order), Field::Order, "not_an_id");
    }
}

/// 46 bytes are a name, in any script; a malformed one is never stored.
#[test]
fn the_longest_name_is_a_name() {
    let longest = "名".repeat(15) + "x";
    assert_eq!(longest.len(), Id::MOST);
    assert!(longest.parse::<Id>().is_ok());
    assert!(("名".repeat(15) + "xy").parse::<Id>().is_err());
    assert!(serde_json::to_string(&Id::from("")).is_err(), "it cannot be stored");
    for bad in ["\"\"", "\" a\"", "\"a\\u0000\"", "7", "null", "[]"] {
        assert!(serde_json::from_str::<Id>(bad).is_err(), "{bad}");
    }
}

// Units and lines.

#[test]
fn units_that_are_none_too_many_or_named_twice_are_refused() {
    let shop = paid();
    malformed(&shop, &apply_for("hat", 1), Field::Units, "unknown");
    malformed(&shop, &apply_for("shirt", 0), Field::Units, "out_of_range");
    malformed(&shop, &apply_for("shirt", 3), Field::Units, "out_of_range");
    malformed(&shop, &apply_for("shirt", u32::MAX), Field::Units, "out_of_range");
    malformed(&shop, &apply_for("shirt", 1).units("shirt", 1), Field::Units, "repeated");
    malformed(&shop, &apply_for("shirt", 1).units("mug", 1).units("shirt", 1), Field::Units, "repeated");
    let many = (0..201).fold(Request::by(buyer()).apply(Kind::RefundOnly).reason(Reason::NoReason), |request, at| {
        request.units(format!("l-{at}").as_str(), 1)
    });
    malformed(&shop, &many, Field::Units, "too_long");
    let ship = Request::by(merchant()).order(order::Action::Ship).waybill("sf", "w");
    malformed(&shop, &ship.clone().units("shirt", 3), Field::Units, "out_of_range");
    malformed(&shop, &ship.clone().units("hat", 1), Field::Units, "unknown");
    malformed(&shop, &ship, Field::Units, "missing");
    let deliver = Request::by(carrier()).order(order::Action::Deliver);
    malformed(&shop, &deliver.units("shirt", 0), Field::Units, "out_of_range");
}

/// What a carrier claims of units that were never sent is written down, and moves nothing.
#[test]
fn a_carrier_cannot_move_what_was_never_sent() {
    let mut shop = paid();
    let before = (shop.trade.goods.clone(), shop.trade.money.clone());
    for action in [order::Action::Deliver, order::Action::Bounce, order::Action::Lose] {
        shop.does(Request::by(carrier()).order(action).units("shirt", 2));
        assert_eq!((&shop.trade.goods, &shop.trade.money), (&before.0, &before.1));
        assert!(shop.events.last().unwrap().row.is_none(), "only noted");
    }
}

#[test]
fn orders_without_lines_with_too_many_or_odd_ones_are_refused() {
    let shop = Shop::new(Policy::cn_marketplace());
    let place = |lines: Vec<NewLine>| Request::by(buyer()).place(new_order(lines));
    malformed(&shop, &place(Vec::new()), Field::Order, "out_of_range");
    let many = |count: usize| (0..count).map(|at| NewLine::new(format!("l-{at}").as_str(), 1, 1)).collect();
    malformed(&shop, &place(many(201)), Field::Order, "out_of_range");
    assert!(shop.ask(&place(many(200))).is_ok());
    malformed(&shop, &place(vec![NewLine::new("a", 0, 1)]), Field::Order, "out_of_range");
    malformed(&shop, &place(vec![NewLine::new("a", 1_000_001, 1)]), Field::Order, "out_of_range");
    malformed(&shop, &place(vec![NewLine::new("a", 1, 1), NewLine::new("a", 1, 1)]), Field::Order, "repeated");
    let mut order = new_order(vec![NewLine::new("a", 1, 1)]);
    order.standing = 1_001;
    malformed(&shop, &Request::by(buyer()).place(order), Field::Order, "out_of_range");
    let mut order = new_order(vec![NewLine::new("a", 1, 1)]);
    order.gateways = (0..21).map(|at| Id::from(format!("g-{at}").as_str())).collect();
    malformed(&shop, &Request::by(buyer()).place(order), Field::Order, "too_long");
}

// Texts, numbers and fields.

#[test]
fn texts_that_are_too_long_and_too_many_pieces_are_refused() {
    let shop = asked_back();
    let note = |text: String| Request::by(buyer()).case(1, after_sale::Action::Note).text(text);
    // Counted in characters, not in bytes.
    assert!(shop.ask(&note("字".repeat(500))).is_ok());
    malformed(&shop, &note("字".repeat(501)), Field::Text, "too_long");
    malformed(&shop, &note("x".repeat(10_000_000)), Field::Text, "too_long");
    let agree = Request::by(merchant()).case(1, after_sale::Action::Agree);
    malformed(&shop, &agree.address("x".repeat(501)), Field::Address, "too_long");
    let evidence = Request::by(buyer()).case(1, after_sale::Action::SubmitEvidence);
    malformed(&shop, &evidence.clone().evidence("x".repeat(501)), Field::Evidence, "too_long");
    malformed(&shop, &evidence.clone().evidence(""), Field::Evidence, "missing");
    malformed(&shop, &evidence, Field::Evidence, "missing");
    let pieces =
        |count: usize| (0..count).fold(evidence.clone(), |request, at| request.evidence(format!("photo://{at}")));
    assert!(shop.ask(&pieces(20)).is_ok());
    malformed(&shop, &pieces(21), Field::Evidence, "too_long");
    let redirect = Request::by(merchant()).refund(1, refund::Action::Redirect);
    malformed(&submitted(), &redirect.with(|detail| detail.account = "x".repeat(501)), Field::Account, "too_long");
}

#[test]
fn fields_that_an_action_needs_or_does_not_take() {
    let shop = asked_back();
    malformed(&shop, &Request::by(buyer()).order(order::Action::Note), Field::Text, "missing");
    malformed(&shop, &Request::by(buyer()).order(order::Action::Place), Field::Order, "missing");
    malformed(&shop, &Request::by(gateway()).order(order::Action::Pay).amount(1), Field::Reference, "missing");
    let apply = Request::by(buyer()).case(0, after_sale::Action::Apply).units("mug", 1).reason(Reason::NoReason);
    malformed(&shop, &apply, Field::Kind, "missing");
    malformed(&shop, &apply_for("mug", 1).with(|detail| detail.stars = Some(5)), Field::Stars, "not_taken");
    malformed(&shop, &apply_for("mug", 1).address("elsewhere"), Field::Address, "not_taken");
    malformed(&shop, &apply_for("mug", 1).freight(3), Field::Freight, "not_taken");
    let waived = Request::by(merchant()).case(1, after_sale::Action::Agree).with(|detail| detail.return_waived = true);
    malformed(&shop, &waived, Field::ReturnWaived, "not_taken");
    let extend = Request::by(buyer()).order(order::Action::Extend);
    for days in [0, 366, u32::MAX] {
        let extend = extend.clone().with(|detail| detail.days = Some(days));
        malformed(&shop, &extend, Field::Days, "out_of_range");
    }
    for stars in [0, 6, u8::MAX] {
        let rate = Request::by(buyer()).case(1, after_sale::Action::Rate).with(|detail| detail.stars = Some(stars));
        malformed(&shop, &rate, Field::Stars, "out_of_range");
    }
}

#[test]
fn numbers_and_machines_that_do_not_exist() {
    let shop = asked_back();
    for no in [2, 7, u16::MAX] {
        malformed(&shop, &Request::by(buyer()).case(no, after_sale::Action::Note).text("x"), Field::Subject, "unknown");
        malformed(&shop, &Request::by(finance()).refund(no, refund::Action::Approve), Field::Subject, "unknown");
    }
    malformed(&shop, &Request::by(finance()).refund(0, refund::Action::Approve), Field::Subject, "unknown");
    malformed(&shop, &Request::by(buyer()).case(0, after_sale::Action::Withdraw), Field::Subject, "unknown");
    // An application opens a case; it is not made on one.
    let mut on_one = apply_for("mug", 1);
    on_one.subject = Subject::Case(1);
    malformed(&shop, &on_one, Field::Subject, "opens_new");
    let pairs = [
        (Subject::Order, Asked::Case(after_sale::Action::Withdraw)),
        (Subject::Order, Asked::Refund(refund::Action::Approve)),
        (Subject::Case(1), Asked::Order(order::Action::Cancel)),
        (Subject::Case(1), Asked::Refund(refund::Action::Approve)),
        (Subject::Refund(1), Asked::Order(order::Action::Cancel)),
        (Subject::Refund(1), Asked::Case(after_sale::Action::Withdraw)),
    ];
    for (subject, asked) in pairs {
        let mut request = Request::by(buyer()).order(order::Action::Cancel);
        (request.subject, request.asked) = (subject, asked);
        malformed(&shop, &request, Field::Subject, "other_machine");
    }
}

// Time, versions and terms.

#[test]
fn times_outside_every_calendar_are_refused() {
    let mut shop = asked_back();
    let note = Request::by(buyer()).order(order::Action::Note).text("x");
    let last = shop.trade.at;
    for millis in [i64::MIN, -1, Time::LATEST.millis() + 1, i64::MAX] {
        shop.now = Time::from_millis(millis);
        malformed(&shop, &note, Field::Now, "out_of_range");
        assert!(matches!(run_due(&shop.book(), &shop.trade, shop.now), Err(Denied::Malformed(_))));
    }
    for millis in [0, last.millis() - 1] {
        shop.now = Time::from_millis(millis);
        denied(&shop, &note, &["backwards"]);
        assert!(matches!(run_due(&shop.book(), &shop.trade, shop.now), Err(Denied::Backwards { .. })));
    }
    shop.now = last;
    assert!(shop.ask(&note).is_ok(), "the same moment is not backwards");
    for millis in [-1, i64::MIN, i64::MAX, Time::LATEST.millis() + 1] {
        let until = Some(Time::from_millis(millis));
        let reopen = Request::by(platform()).order(order::Action::ReopenWindow).text("a reason");
        malformed(&shop, &reopen.with(|detail| detail.until = until), Field::Until, "out_of_range");
        let mark = Request::by(gateway()).order(order::Action::MarkDispute).reference("p-1");
        let mark = mark.with(|detail| (detail.stage, detail.stage_at) = (Some(Dispute::Open), until));
        malformed(&shop, &mark, Field::StageAt, "out_of_range");
    }
}

#[test]
fn everything_ends_at_the_end_of_all_calendars() {
    let mut shop = asked_back();
    shop.now = Time::LATEST;
    for _ in 0..3 {
        shop.tick();
    }
    shop.does(Request::by(buyer()).order(order::Action::Note).text("the last day"));
}

#[test]
fn an_order_can_be_placed_at_either_end_of_time() {
    for now in [Time::EPOCH, Time::LATEST] {
        let mut shop = Shop::new(Policy::cn_marketplace());
        shop.now = now;
        shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900)])).pay(19_800, "p-1").ship("shirt", 2);
        shop.deliver("shirt", 2);
        let apply = Request::by(buyer()).apply(Kind::ReturnAndRefund);
        shop.does(apply.units("shirt", 1).reason(Reason::NoReason)).tick();
    }
}

#[test]
fn a_stale_or_imagined_version_is_refused_with_what_changed() {
    let shop = asked_back();
    let agree = |seen| Request::by(merchant()).case(1, after_sale::Action::Agree).address("1 Road").seen(seen);
    let version = shop.trade.version;
    assert!(shop.ask(&agree(version)).is_ok());
    for seen in [0, version - 1, version + 1, u64::MAX] {
        match shop.ask(&agree(seen)) {
            Err(Denied::Stale { found, changed, .. }) => {
                assert_eq!(found, version);
                assert_eq!(changed.contains(&Subject::Case(1)), seen < version, "{changed:?}");
            }
            other => panic!("{seen}: {other:?}"),
        }
    }
    // A fact is a fact, whatever its reporter has seen.
    let pay = Request::by(gateway()).order(order::Action::Pay).amount(5).tender(Tender::Card).reference("p-9");
    assert!(shop.ask(&pay.seen(0)).is_ok());
}

#[test]
fn other_rules_or_another_policy_than_those_of_the_trade() {
    let mut shop = asked_back();
    let note = Request::by(buyer()).order(order::Action::Note).text("x");
    shop.policy.version = 2;
    denied(&shop, &note, &["other_terms"]);
    assert!(matches!(run_due(&shop.book(), &shop.trade, shop.now), Err(Denied::OtherTerms { .. })));
    shop.policy.version = 1;
    shop.rules.version = 0;
    denied(&shop, &note, &["other_terms"]);
    shop.rules.version = 1;
    assert!(shop.ask(&note).is_ok());
}

/// A refusal leaves everything as it was: the step is given the trade to look at, and gives nothing back.
#[test]
fn a_refusal_changes_nothing() {
    let shop = asked_back();
    let before = serde_json::to_string(&shop.trade).unwrap();
    denied(&shop, &apply_for("mug", 1).amount(0), &["reason_fits", "within_refundable"]);
    assert_eq!(serde_json::to_string(&shop.trade).unwrap(), before);
}

// Stored data.

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

// Anything at all.

const WILD: [u64; 12] = [0, 1, 2, 99, 9_900, 20_800, MOST - 1, MOST, MOST + 1, 1 << 62, i64::MAX as u64, u64::MAX];
const NAMES: [&str; 12] =
    ["", "alice", "acme", "shirt", "mug", "lamp", "sf", "pay", "ref-1", "x\0", "naïve ☃", "mallory"];

fn wild_id(chance: &mut Chance) -> Id {
    Id::from(chance.pick(&NAMES))
}

fn wild_sum(chance: &mut Chance) -> Sum {
    let amount = Amount::new(chance.pick(&WILD));
    let currency = chance.pick(&[None, None, Some(Currency::CNY), Some(Currency::EUR), Some(Currency::JPY)]);
    Sum { amount, currency }
}

fn wild_time(chance: &mut Chance, shop: &Shop) -> Time {
    let now = shop.now.millis();
    Time::from_millis(chance.pick(&[i64::MIN, -1, 0, now - 1, now, now + 1, Time::LATEST.millis(), i64::MAX]))
}

fn wild_text(chance: &mut Chance) -> String {
    let long = "☃".repeat(501);
    chance.pick(&["", "x", "because", "\0\n\u{202e}", "{asked} {most} {", long.as_str()]).to_owned()
}

fn wild_units(chance: &mut Chance) -> Vec<Wanted> {
    (0..chance.below(4))
        .map(|_| Wanted {
            line: wild_id(chance),
            count: chance.pick(&[0, 1, 1, 2, 3, 1_000_000, u32::MAX]),
            condition: None,
            reason: chance.one_in(3).then(|| chance.pick(Reason::ALL)),
        })
        .collect()
}

fn wild_order(chance: &mut Chance) -> NewOrder {
    let mut order = chance.order();
    for line in &mut order.lines {
        if chance.one_in(2) {
            line.count = chance.pick(&[0, 1, 1_000_000, u32::MAX]);
            line.unit_price = Amount::new(chance.pick(&WILD));
            line.discount = Amount::new(chance.pick(&WILD));
            line.tax = Amount::new(chance.pick(&WILD));
        }
    }
    order.discount = Amount::new(chance.pick(&WILD));
    order.shipping = Amount::new(chance.pick(&WILD));
    order.points = chance.pick(&WILD);
    order.gifted_points = chance.pick(&WILD);
    order.total = if chance.one_in(2) { order.due().unwrap_or_default() } else { Amount::new(chance.pick(&WILD)) };
    order
}

/// One field of a request becomes something wild.
fn spoil(chance: &mut Chance, shop: &Shop, request: &mut Request) {
    let detail = &mut request.detail;
    match chance.below(30) {
        0 => detail.units = wild_units(chance),
        1 => detail.amount = Some(wild_sum(chance)),
        2 => detail.fee = Some(wild_sum(chance)),
        3 => detail.difference = Some(wild_sum(chance)),
        4 => detail.freight = Some(wild_sum(chance)),
        5 => detail.text = wild_text(chance),
        6 => detail.evidence = (0..chance.below(25)).map(|_| wild_text(chance)).collect(),
        7 => detail.waybill = Some(Waybill { carrier: wild_id(chance), number: wild_id(chance) }),
        8 => detail.address = wild_text(chance),
        9 => detail.account = wild_text(chance),
        10 => detail.voucher = wild_text(chance),
        11 => detail.reference = Some(wild_id(chance)),
        12 => detail.key_number = Some(chance.pick(&[0, 1, 2, u16::MAX])),
        13 => detail.days = Some(chance.pick(&[0, 1, 3, 365, 366, u32::MAX])),
        14 => detail.stars = Some(chance.pick(&[0, 1, 5, 6, u8::MAX])),
        15 => detail.stage_at = Some(wild_time(chance, shop)),
        16 => detail.until = Some(wild_time(chance, shop)),
        17 => detail.order = Some(Box::new(wild_order(chance))),
        18 => detail.kind = Some(chance.pick(Kind::ALL)),
        19 => detail.reason = Some(chance.pick(Reason::ALL)),
        20 => {
            request.subject = chance.pick(&[
                Subject::Order,
                Subject::Case(0),
                Subject::Case(1),
                Subject::Case(u16::MAX),
                Subject::Refund(0),
                Subject::Refund(1),
                Subject::Refund(u16::MAX),
            ])
        }
        21 => request.asked = Asked::Order(chance.pick(order::Action::ALL)),
        22 => request.asked = Asked::Case(chance.pick(after_sale::Action::ALL)),
        23 => request.asked = Asked::Refund(chance.pick(refund::Action::ALL)),
        24 => request.actor.role = chance.pick(Role::ALL),
        25 => request.actor.id = wild_id(chance),
        26 => {
            request.actor.tenant =
                chance.pick(&[None, Some(Id::from(TENANT)), Some(Id::from("other-mall")), Some(Id::from(""))])
        }
        27 => request.seen = Some(chance.pick(&[0, shop.trade.version, u64::MAX])),
        28 => request.key = Some(wild_id(chance)),
        _ => *detail = Detail::default(),
    }
}

/// Any request at all: mostly one that has a chance, with some of its fields spoilt.
fn wild_request(chance: &mut Chance, shop: &Shop) -> Request {
    let mut request = chance.request(&shop.scene());
    for _ in 0..chance.pick(&[0, 0, 1, 1, 2, 5, 20]) {
        spoil(chance, shop, &mut request);
    }
    request
}

fn begin(chance: &mut Chance) -> Shop {
    let mut shop = Shop::new(if chance.one_in(3) { Policy::eu_distance_selling() } else { Policy::cn_marketplace() });
    let mut order = chance.order();
    order.currency = shop.policy.currency;
    let total = order.total.minor();
    shop.place(order);
    if total > 0 && !chance.one_in(6) {
        shop.pay(total, "ref-1");
    }
    shop
}

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

/// Some number or text somewhere in it becomes another one.
fn spoil_json(chance: &mut Chance, value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Array(items) if !items.is_empty() => {
            let at = chance.below(items.len());
            match chance.below(12) {
                0 => drop(items.remove(at)),
                1 => items.insert(at, items[at].clone()),
                _ => spoil_json(chance, &mut items[at]),
            }
        }
        Value::Object(fields) if !fields.is_empty() => {
            let at = chance.below(fields.len());
            if let Some(inner) = fields.values_mut().nth(at) {
                spoil_json(chance, inner);
            }
        }
        Value::Number(_) => *value = Value::from(chance.pick(&[0, 1, 2, 3, 65_535, 4_294_967_295, 1 << 53, i64::MAX])),
        Value::Bool(truth) => *truth = !*truth,
        Value::Null => *value = Value::from(1),
        Value::String(_) | Value::Array(_) | Value::Object(_) => {}
    }
}
