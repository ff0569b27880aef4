//! Money, texts and units.

use super::kit::*;

#[test]
fn refundable_to_the_last_cent() {
    let shop = delivered(cn());
    let ask = |minor: u64| apply(Kind::RefundOnly, "shirt", 1, Reason::Quality).amount(minor);
    refused(&shop, &ask(0), &["within_refundable"]);
    accepted(&shop, &ask(1));
    accepted(&shop, &ask(9_900));
    refused(&shop, &ask(9_901), &["within_refundable"]);
    // What another case claims is not there.
    let mut shop = shop;
    shop.does(apply(Kind::Compensation, "shirt", 2, Reason::Quality).amount(500));
    shop.does(Request::by(merchant()).case(1, Case::Agree)).gateway_pays();
    assert_eq!(shop.refunded(), 500);
    let all = |minor: u64| apply(Kind::RefundOnly, "shirt", 2, Reason::Quality).amount(minor);
    accepted(&shop, &all(19_300));
    refused(&shop, &all(19_301), &["within_refundable"]);
}

#[test]
fn goodwill_to_its_cap() {
    let mut shop = delivered(cn());
    let cap = shop.policy.amounts.goodwill_most.minor();
    let give = |minor: u64| on_order(Order::Goodwill).amount(minor).text("with our apologies");
    refused(&shop, &give(0), &["within_goodwill_cap"]);
    accepted(&shop, &give(1));
    accepted(&shop, &give(cap));
    refused(&shop, &give(cap + 1), &["within_goodwill_cap"]);
    // The cap is for all credits together.
    shop.does(give(cap - 100));
    accepted(&shop, &give(100));
    refused(&shop, &give(101), &["within_goodwill_cap"]);
    shop.does(give(100));
    refused(&shop, &give(1), &["within_goodwill_cap"]);
}

#[test]
fn a_fee_to_its_cap() {
    let mut shop = delivered(cn());
    shop.does(apply(Kind::Repair, "shirt", 1, Reason::Quality));
    let cap = shop.policy.amounts.fee_most.minor();
    let propose = |minor: u64| Request::by(merchant()).case(1, Case::Propose).kind(Kind::Repair).fee(minor);
    accepted(&shop, &propose(cap));
    refused(&shop, &propose(cap + 1), &["within_fee_cap"]);
    let offer = |minor: u64| {
        let offer = Request::by(merchant()).opens(Case::Offer, Kind::Repair).units("mug", 1);
        offer.fee(minor).text("we can mend it")
    };
    accepted(&shop, &offer(cap));
    refused(&shop, &offer(cap + 1), &["within_fee_cap"]);
}

#[test]
fn a_fee_is_paid_in_part_in_full_or_with_a_surplus() {
    let mut shop = delivered(cn());
    shop.does(apply(Kind::Repair, "shirt", 1, Reason::Quality));
    shop.does(Request::by(merchant()).case(1, Case::Propose).kind(Kind::Repair).fee(3_000));
    shop.does(Request::by(buyer()).case(1, Case::Accept));
    assert_eq!(shop.case(1).state, after_sale::State::AwaitingPayment);
    let fee = |minor: u64| {
        let fee = Request::by(gateway()).case(1, Case::PayFee).amount(minor);
        outcome(&shop, &fee.tender(Tender::Card).reference("f-1")).trade
    };
    assert_eq!(fee(2_999).cases[0].state, after_sale::State::AwaitingPayment);
    assert_eq!(fee(3_000).cases[0].state, after_sale::State::AwaitingReturn);
    assert!(fee(3_000).refunds.is_empty());
    let over = fee(3_001);
    assert_eq!(over.cases[0].state, after_sale::State::AwaitingReturn);
    assert_eq!(over.refunds.iter().map(|refund| refund.amount.minor()).collect::<Vec<_>>(), [1], "it goes back");
}

#[test]
fn an_order_is_paid_in_part_in_full_or_with_a_surplus() {
    let mut shop = Shop::new(cn());
    shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    let pay = |minor: u64| {
        let pay = on_order(Order::Pay).amount(minor).tender(Tender::Card).reference("p-1");
        outcome(&shop, &pay).trade
    };
    assert_eq!(pay(19_799).head.state, order::State::Unpaid);
    assert_eq!(pay(19_800).head.state, order::State::Paid);
    assert!(pay(19_800).refunds.is_empty());
    let over = pay(19_801);
    assert_eq!(over.head.state, order::State::Paid);
    assert_eq!(over.refunds[0].amount.minor(), 1, "the surplus goes back");
}

#[test]
fn finance_is_asked_above_the_limit_and_not_at_it() {
    for (limit, state) in
        [(1_000, refund::State::Submitted), (1_001, refund::State::Submitted), (999, refund::State::AwaitingApproval)]
    {
        let mut policy = cn();
        policy.amounts.approval_above = Amount::new(limit);
        let mut shop = paid(policy);
        shop.does(apply(Kind::RefundOnly, "mug", 1, Reason::NoReason).with(|detail| detail.evidence.clear()));
        assert_eq!(shop.trade.refunds[0].state, state, "a refund of 10.00, and a limit of {limit}");
    }
}

/// A fast refund goes to buyers of enough standing, up to its limit.
#[test]
fn a_fast_refund_by_standing_and_amount() {
    let sent_back = |standing: u16, most: u64| {
        let mut policy = cn();
        policy.fast_refund.most = Amount::new(most);
        let least = policy.fast_refund.standing;
        let mut shop = Shop::new(policy);
        let mut order = new_order(vec![NewLine::new("shirt", 1, 9_900)]);
        order.standing = least - 1 + standing;
        shop.place(order).pay(9_900, "p-1").ship("shirt", 1).after_hours(24).deliver("shirt", 1);
        shop.does(apply(Kind::ReturnAndRefund, "shirt", 1, Reason::Quality));
        shop.does(Request::by(merchant()).case(1, Case::Agree).address("1 Return Road"));
        shop.does(Request::by(buyer()).case(1, Case::ShipBack).waybill("sf", "back-1"));
        shop.trade.refunds.len()
    };
    assert_eq!(sent_back(1, 9_900), 1);
    assert_eq!(sent_back(0, 9_900), 0, "one point of standing too few");
    assert_eq!(sent_back(1, 9_899), 0, "one cent above the limit");
    assert_eq!(sent_back(1, 9_901), 1);
}

/// What the buyer paid for the return is credited up to the cap.
#[test]
fn return_freight_to_its_cap() {
    let cap = cn().freight.most.minor();
    let credited = |freight: u64| {
        let mut shop = agreed(cn());
        let ship_back = Request::by(buyer()).case(1, Case::ShipBack).waybill("sf", "back-1");
        shop.does(ship_back.freight(freight));
        shop.does(Request::by(merchant()).case(1, Case::AcceptGoods)).gateway_pays();
        assert_eq!(shop.case(1).state, after_sale::State::Completed);
        let tasks = shop.events.iter().flat_map(|event| &event.tasks);
        let credits: Vec<_> = tasks.filter(|task| task.what == Effect::CreditBalance).collect();
        assert!(credits.len() <= 1);
        credits.first().and_then(|task| task.amount).map_or(0, Amount::minor)
    };
    assert_eq!(credited(0), 0);
    assert_eq!(credited(cap - 1), cap - 1);
    assert_eq!(credited(cap), cap);
    assert_eq!(credited(cap + 1), cap);
}

/// The channel's report counts for the amount that was sent; any other is written down and moves nothing.
#[test]
fn a_gateway_reports_the_amount_to_the_cent() {
    let shop = submitted(cn());
    for (minor, state) in
        [(999, refund::State::Submitted), (1_000, refund::State::Paid), (1_001, refund::State::Submitted)]
    {
        let outcome = outcome(&shop, &by_gateway(Refund::Succeed).amount(minor).reference("r-1"));
        assert_eq!(outcome.trade.refunds[0].state, state, "{minor}");
        let alerts = outcome.tasks().any(|task| task.what == Effect::Alert);
        assert_eq!(alerts, state != refund::State::Paid, "somebody looks at {minor}");
    }
}

#[test]
fn a_proposal_or_a_ruling_gives_no_more_than_the_case() {
    let mut shop = asked_back(cn(), Reason::Quality);
    let propose = |minor: u64| Request::by(merchant()).case(1, Case::Propose).kind(Kind::Compensation).amount(minor);
    accepted(&shop, &propose(9_900));
    refused(&shop, &propose(9_901), &["amount_not_raised"]);
    shop.does(Request::by(merchant()).case(1, Case::Refuse).text("not so").evidence("photo://2"));
    shop.does(Request::by(buyer()).case(1, Case::Escalate));
    let split = |minor: u64| Request::by(platform()).case(1, Case::RuleSplit).amount(minor).text("half and half");
    refused(&shop, &split(0), &["within_case"]);
    accepted(&shop, &split(1));
    accepted(&shop, &split(9_900));
    refused(&shop, &split(9_901), &["within_case"]);
}

#[test]
fn texts_and_units_to_their_bounds() {
    let shop = asked_back(cn(), Reason::Quality);
    let refuse = |text: String| Request::by(merchant()).case(1, Case::Refuse).text(text).evidence("photo://2");
    refused(&shop, &refuse("好".to_owned()), &["reason_given"]);
    accepted(&shop, &refuse("不好".to_owned()));
    accepted(&shop, &refuse("好".repeat(200)));
    refused(&shop, &refuse("好".repeat(201)), &["reason_given"]);
    // One shirt is free beside the one that is asked back.
    accepted(&shop, &apply(Kind::ReturnAndRefund, "shirt", 1, Reason::Quality));
    refused(&shop, &apply(Kind::ReturnAndRefund, "shirt", 2, Reason::Quality), &["units_free"]);
}
