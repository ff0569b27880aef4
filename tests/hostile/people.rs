//! People who are no party, or who act as time.

use super::kit::*;

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
