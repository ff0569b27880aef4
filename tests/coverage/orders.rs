//! Orders: parcels that arrive, bounce or are lost late, what is left of an order, and payments at odd times.

use redress::after_sale::Action;
use redress::order::{Action as OrderAction, State};
use redress::refund;
use redress::trade::{NewLine, NewOrder, Request};
use redress::{Counter, Kind, Policy, Reason};

use super::kit::{Shop, apply, buyer, carrier, gateway, merchant, new_order, on};
use super::seen::Seen;

/// A mug and a lamp.
fn two() -> NewOrder {
    new_order(vec![NewLine::new("mug", 1, 4_000), NewLine::new("lamp", 1, 6_000)])
}

fn paid(policy: Policy) -> Shop {
    Shop::paid(policy, two())
}

/// Both are on their way.
fn shipped() -> Shop {
    let mut shop = paid(Policy::cn_marketplace());
    shop.ship("mug", 1).ship("lamp", 1);
    shop
}

fn report(action: OrderAction, line: &str) -> Request {
    Request::by(carrier()).order(action).units(line, 1)
}

/// The merchant gives the money for a line back unasked.
fn grants(shop: &mut Shop, line: &str) {
    let no = u16::try_from(shop.trade.cases.len() + 1).unwrap();
    let grant = Request::by(merchant()).opens(Action::Grant, Kind::RefundOnly);
    shop.does(grant.units(line, 1).reason(Reason::Negotiated).text("sorry"))
        .gateway_pays()
        .case_is(no, redress::after_sale::State::Completed);
}

const REPORTS: [OrderAction; 3] = [OrderAction::Deliver, OrderAction::Bounce, OrderAction::Lose];

/// The lamp is paid back on its way; what becomes of its parcel is recorded in whatever state the order is.
pub fn late_parcels(seen: &mut Seen) {
    let mut shop = shipped();
    grants(&mut shop, "lamp");
    let mut delivered = shop.clone();
    delivered.does(report(OrderAction::Deliver, "mug")).order_is(State::Delivered);
    shop.does(report(OrderAction::Bounce, "mug")).order_is(State::Unwinding);
    let unwinding = shop.clone();
    let mut refunded = shop.clone();
    refunded.gateway_pays().order_is(State::Refunded);
    let mut unresolved = shop;
    while unresolved.refund(2).state == refund::State::Submitted {
        unresolved.lets_refund_pass(2);
    }
    unresolved.order_is(State::Unresolved);
    // Nobody reported anything, and time has confirmed the receipt.
    let mut completed = shipped();
    completed.after_hours(24 * 11).order_is(State::Completed);
    for shop in [delivered, completed, unwinding, refunded, unresolved] {
        for action in REPORTS {
            let mut reported = shop.clone();
            reported.does(report(action, "lamp"));
            seen.watch([reported]);
        }
    }
}

/// What was not shipped is paid back or given up: the order goes on with the rest.
pub fn with_less_to_ship(seen: &mut Seen) {
    let mut on_the_way = paid(Policy::cn_marketplace());
    on_the_way.ship("mug", 1).order_is(State::PartShipped);
    let mut arrived = on_the_way.clone();
    arrived.does(report(OrderAction::Deliver, "mug"));
    for shop in [&on_the_way, &arrived] {
        let mut narrowed = shop.clone();
        grants(&mut narrowed, "lamp");
        let mut given_up = shop.clone();
        given_up.does(Request::by(merchant()).order(OrderAction::CancelRest).text("none left"));
        let mut silent = shop.clone();
        silent.now = silent.trade.head.deadline.unwrap().until.after(1);
        silent.tick();
        seen.watch([narrowed, given_up, silent]);
    }
    let mut all_shipped = arrived.clone();
    all_shipped.ship("lamp", 1);
    grants(&mut all_shipped, "lamp");
    all_shipped.order_is(State::Delivered);
    seen.watch([all_shipped]);
    grants(&mut on_the_way, "mug");
    grants(&mut on_the_way, "lamp");
    on_the_way.order_is(State::Refunded);
    seen.watch([on_the_way]);
}

/// Everything goes back before anything is shipped, while shipped, and while lines are still to be confirmed.
pub fn with_nothing_left(seen: &mut Seen) {
    let mut order = two();
    order.needs_hold = true;
    let held = Shop::paid(Policy::cn_marketplace(), order);
    let waiting = paid(Policy::cn_marketplace());
    let mut late = waiting.clone();
    late.after_hours(49).order_is(State::Late);
    for mut shop in [held, waiting, late, shipped()] {
        let asks = Request::by(merchant()).opens(Action::Grant, Kind::RefundOnly);
        let asks = asks.units("mug", 1).units("lamp", 1).reason(Reason::Negotiated);
        shop.does(asks.text("sorry")).gateway_pays().order_is(State::Refunded);
        seen.watch([shop]);
    }
    // One line is confirmed, the other paid back: nothing is left to confirm.
    let confirm = || Request::by(buyer()).order(OrderAction::ConfirmReceipt).units("mug", 1);
    let mut on_the_way = shipped();
    on_the_way.does(confirm());
    let mut arrived = shipped();
    arrived.deliver("mug", 1).deliver("lamp", 1).does(confirm());
    for mut shop in [on_the_way, arrived] {
        grants(&mut shop, "lamp");
        shop.order_is(State::Completed);
        seen.watch([shop]);
    }
}

/// Time confirms the lines that no case holds, in transit and delivered.
pub fn confirmed_by_time(seen: &mut Seen) {
    let mut delivered = shipped();
    delivered.deliver("mug", 1).deliver("lamp", 1);
    for mut shop in [shipped(), delivered] {
        shop.after_hours(24 * 9);
        let asks = apply(Kind::RefundOnly, Reason::NotReceived).units("lamp", 1);
        shop.does(asks).after_hours(26);
        seen.watch([shop]);
    }
}

/// Paid in more parts than are taken towards the price; called off by the merchant after a part.
pub fn paid_in_parts(seen: &mut Seen) {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(two());
    let mut called_off = shop.clone();
    for part in 1..=9 {
        shop.pay(100, &format!("p-{part}"));
    }
    let cancel = || Request::by(merchant()).order(OrderAction::Cancel).text("a wrong price");
    let mut unpaid = called_off.clone();
    unpaid.after_millis(20_000).does(cancel());
    called_off.pay(100, "p-1").after_millis(20_000);
    let mut by_buyer = called_off.clone();
    by_buyer.does(Request::by(buyer()).order(OrderAction::Cancel));
    let mut silent = called_off.clone();
    silent.after_hours(1);
    seen.watch([by_buyer, silent]);
    called_off.does(cancel());
    // Late money for a closed order.
    unpaid.pay(10_000, "p-2").gateway_pays();
    seen.watch([shop, called_off, unpaid]);
}

/// The goods are lost while a case is about them: it pays, wherever it stands.
pub fn lost_under_a_case(seen: &mut Seen) {
    let mut shop = shipped();
    shop.does(apply(Kind::Exchange, Reason::Negotiated).units("mug", 1));
    let agree = on(merchant(), 1, Action::Agree).address("1 Return Road");
    let courses = [
        vec![],
        vec![on(merchant(), 1, Action::Propose)],
        vec![on(merchant(), 1, Action::Escalate)],
        vec![agree.clone()],
        // The buyer offers to pay for a dearer one, and has not paid yet.
        vec![on(buyer(), 1, Action::Modify).with(|detail| detail.fee = Some(500.into())), agree],
    ];
    for course in courses {
        let mut lost = shop.clone();
        for request in course {
            lost.does(request);
        }
        lost.does(report(OrderAction::Lose, "mug")).case_is(1, redress::after_sale::State::Refunding);
        seen.watch([lost]);
    }
}

/// A case pays a part of what is then lost whole: the order waits for the other part, and settles nothing meanwhile.
pub fn lost_under_a_part_of_its_worth(seen: &mut Seen) {
    let mut shop = Shop::paid(Policy::cn_marketplace(), new_order(vec![NewLine::new("mug", 1, 4_000)]));
    shop.ship("mug", 1)
        .does(apply(Kind::Reship, Reason::NotReceived).units("mug", 1).amount(1_500))
        .lets_case_pass(1)
        .lets_case_pass(1)
        .does(report(OrderAction::Lose, "mug"))
        .order_is(State::Unwinding)
        .gateway_pays()
        .order_is(State::Unwinding)
        .gateway_pays()
        .order_is(State::Refunded)
        .holds_money(0, 0, 0, 4_000);
    seen.watch([shop]);
}

/// Granted at once where nothing is shipped; looked at by the platform where silence does not grant.
pub fn asked_of_nobody(seen: &mut Seen) {
    let mut shop = paid(Policy::cn_marketplace());
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("mug", 1));
    let mut policy = Policy::cn_marketplace();
    policy.silence[Kind::RefundOnly] = redress::Silence::Escalates;
    let mut escalated = paid(policy);
    escalated.ship("mug", 1).does(apply(Kind::RefundOnly, Reason::NotReceived).units("mug", 1)).lets_case_pass(1);
    seen.watch([shop, escalated]);
}

/// Points and coupons have paid it; it may have to be checked all the same.
pub fn paid_with_points(seen: &mut Seen) {
    for needs_hold in [false, true] {
        let mut order = two();
        order.discount = order.total;
        order.total = redress::Amount::ZERO;
        order.needs_hold = needs_hold;
        let mut shop = Shop::new(Policy::cn_marketplace());
        shop.place(order);
        seen.watch([shop]);
    }
}

/// Receipt is put off by both sides, on the way and delivered.
pub fn put_off(seen: &mut Seen) {
    let mut delivered = shipped();
    delivered.deliver("mug", 1).deliver("lamp", 1);
    for mut shop in [shipped(), delivered] {
        shop.after_hours(24 * 8);
        let extend = |actor| Request::by(actor).order(OrderAction::Extend).with(|detail| detail.days = Some(3));
        let mut by_merchant = shop.clone();
        by_merchant.does(extend(merchant()));
        shop.does(extend(buyer()));
        seen.watch([shop, by_merchant]);
    }
}

/// A parcel that was to be stopped: it comes back, arrives, or nobody hears of it.
pub fn stopped(seen: &mut Seen) {
    let mut shop = shipped();
    shop.does(apply(Kind::RefundOnly, Reason::NotReceived).units("mug", 1))
        .case_does(merchant(), 1, Action::Intercept)
        .does(on(merchant(), 1, Action::Note).text("the carrier was told"));
    for action in [Action::Recall, Action::RecallFail] {
        let mut reported = shop.clone();
        reported.case_does(carrier(), 1, action);
        seen.watch([reported]);
    }
    for action in REPORTS {
        let mut reported = shop.clone();
        reported.does(report(action, "mug"));
        seen.watch([reported]);
    }
    shop.lets_case_pass(1);
    seen.watch([shop]);
}

/// The channel pays a refund of an order of which nobody knew, and it goes on.
pub fn found_out(seen: &mut Seen) {
    let mut shop = paid(Policy::cn_marketplace());
    shop.does(Request::by(merchant()).order(OrderAction::Cancel).text("none left")).order_is(State::Unwinding);
    while shop.refund(1).state == refund::State::Submitted {
        shop.lets_refund_pass(1);
    }
    shop.order_is(State::Unresolved);
    let mut again = shop.clone();
    again.does(Request::by(gateway()).refund(1, refund::Action::Fail)).order_is(State::Unwinding);
    let mut often = again.clone();
    often.policy.counters[Counter::Reconciles] = 1;
    while often.refund(1).state != refund::State::Unresolved {
        often.lets_refund_pass(1);
    }
    let resume = Request::by(buyer()).order(OrderAction::Resume);
    seen.asks(often.order_is(State::Unresolved), &resume, "order.reconciles_left");
    let paid = Request::by(gateway()).refund(1, refund::Action::Succeed);
    shop.does(paid.amount(10_000).reference("r-1")).order_is(State::Refunded);
    seen.watch([shop, again]);
}
