//! Amounts that are out of range, too much, or of another currency.

use super::kit::*;

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
