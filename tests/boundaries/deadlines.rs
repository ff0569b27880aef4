//! Deadlines.

use super::kit::*;

/// The limit that ends next: nothing happens at its end, and time speaks for whoever is waited for one millisecond later.
fn passes_after_its_end(shop: &Shop) -> Option<Limit> {
    let running = shop.trade.deadlines().filter(|(_, deadline)| deadline.due().is_some());
    let (_, deadline) = running.min_by_key(|(subject, deadline)| (deadline.until, *subject))?;
    let due = deadline.until;
    if due < shop.trade.at {
        return None;
    }
    assert!(silence(shop, due).is_empty(), "{deadline:?} is in time at its end");
    let events = silence(shop, due.after(1));
    assert_eq!(events[0].cause, Cause::Silence(deadline.waits_for), "{deadline:?}");
    assert_eq!(events[0].at, due.after(1));
    Some(deadline.limit)
}

/// On random trades: up to and at the last millisecond nothing happens; one later the clock speaks for whoever is waited for.
#[test]
fn each_deadline_is_in_time_at_its_end_and_passes_one_millisecond_later() {
    let mut seen = BTreeSet::new();
    for seed in 0..1_000 {
        let mut chance = Chance(seed);
        let mut policy = if chance.one_in(3) { Policy::eu_distance_selling() } else { cn() };
        if chance.one_in(2) {
            policy.amounts.approval_above = Amount::new(500);
        }
        policy.switches.direct_escalation = chance.one_in(2);
        let mut shop = Shop::new(policy);
        let mut order = chance.order();
        order.currency = shop.policy.currency;
        let total = order.total.minor();
        shop.place(order);
        for _ in 0..60 {
            let request = chance.request(&shop.scene());
            let now = shop.now.after(chance.wait(&shop.scene()));
            if let Ok(outcome) = step(&shop.book(), &shop.trade, &request, now) {
                (shop.now, shop.trade) = (now, outcome.trade);
            }
            if chance.one_in(10) && total > 0 && shop.trade.head.state == order::State::Unpaid {
                let pay = on_order(Order::Pay).amount(total).tender(Tender::Card).reference("p-1");
                shop.trade = shop.ask(&pay).unwrap().trade;
            }
            seen.extend(passes_after_its_end(&shop));
        }
    }
    let mut inspecting = returning(cn());
    let receive = Request::by(merchant()).case(1, Case::Receive);
    inspecting.does(receive.units_in("shirt", 1, GoodsCondition::Opened));
    let mut refused = inspecting.clone();
    let refuse = Request::by(merchant()).case(1, Case::RefuseGoods);
    refused.does(refuse.text("not as it was sent").evidence("photo://1"));
    for mut shop in [inspecting, refused, dispatched(), recovering()] {
        while let Some(due) = shop.trade.due() {
            seen.extend(passes_after_its_end(&shop));
            shop.now = due.after(1);
            shop.tick();
        }
    }
    let unseen: Vec<_> = Limit::ALL.iter().filter(|limit| !seen.contains(limit)).collect();
    assert!(unseen.is_empty(), "limits that nobody ran into: {unseen:?}");
}

/// The party that is waited for may act at the last millisecond; one later, time has acted first.
#[test]
fn whoever_is_waited_for_is_in_time_at_the_end() {
    let mut unpaid = Shop::new(cn());
    unpaid.place(new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    let refuse = Request::by(merchant()).case(1, Case::Refuse).text("not so").evidence("photo://2");
    let confirm = Request::by(buyer()).refund(1, Refund::Deny);
    let mut offline = submitted(cn());
    go_abnormal(&mut offline);
    let pay_offline = Request::by(finance()).refund(1, Refund::PayOffline);
    offline.does(pay_offline.clone().with(|detail| detail.voucher = "v-1".to_owned()));
    let mut abnormal = submitted(cn());
    go_abnormal(&mut abnormal);
    let cases: [(Shop, Request); 7] = [
        (unpaid.clone(), Request::by(buyer()).order(Order::Cancel)),
        (asked_back(cn(), Reason::Quality), refuse),
        (agreed(cn()), Request::by(buyer()).case(1, Case::ShipBack).waybill("sf", "back-1")),
        (
            returning(cn()),
            Request::by(merchant()).case(1, Case::Receive).units_in("shirt", 1, GoodsCondition::Resellable),
        ),
        (offline, confirm),
        (abnormal, pay_offline.with(|detail| detail.voucher = "v-1".to_owned())),
        (paid(cn()), Request::by(merchant()).order(Order::Cancel).text("out of stock")),
    ];
    for (shop, request) in cases {
        let due = shop.trade.due().unwrap();
        accepted(&at(&shop, due.after(-1)), &request);
        let first = &outcome(&at(&shop, due), &request).events[0];
        assert_eq!(first.cause, Cause::Request, "{:?} at the last millisecond", request.asked);
        if let Ok(outcome) = at(&shop, due.after(1)).ask(&request) {
            assert!(matches!(outcome.events[0].cause, Cause::Silence(_)), "{:?} after it", request.asked);
        }
    }
}

/// A late payment is taken in, and goes back.
#[test]
fn a_payment_at_the_last_millisecond_pays_and_one_later_goes_back() {
    let mut shop = Shop::new(cn());
    shop.place(new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    let due = shop.trade.due().unwrap();
    let pay = on_order(Order::Pay).amount(19_800).tender(Tender::Card).reference("p-1");
    assert_eq!(outcome(&at(&shop, due), &pay).trade.head.state, order::State::Paid);
    let late = outcome(&at(&shop, due.after(1)), &pay).trade;
    assert_eq!(late.head.state, order::State::Unwinding);
    assert_eq!(late.refunds[0].amount.minor(), 19_800);
}
