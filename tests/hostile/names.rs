//! Names, units and lines.

use super::kit::*;

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
