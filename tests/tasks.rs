//! What the caller is asked to do: never twice for the same money, parcel, stock or goods.
#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

mod shop;

use redress::trade::{NewLine, Request, Task};
use redress::{
    Bearer, Blame, Effect, Kind, Policy, Reason, after_sale::Action as Case, order::Action as Order,
    refund::Action as Refund,
};
use shop::{Shop, buyer, gateway, merchant, new_order, platform};

/// A shirt for 99 yuan, paid.
fn paid() -> Shop {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("shirt", 1, 9_900)]));
    shop.pay(9_900, "p-1");
    shop
}

fn delivered() -> Shop {
    let mut shop = paid();
    shop.ship("shirt", 1).deliver("shirt", 1);
    shop
}

fn tasks(shop: &Shop, what: Effect) -> Vec<&Task> {
    let all = shop.events.iter().flat_map(|event| &event.tasks);
    all.filter(|task| task.what == what).collect()
}

fn amounts(shop: &Shop, what: Effect) -> Vec<u64> {
    tasks(shop, what).iter().map(|task| task.amount.unwrap().minor()).collect()
}

fn applies(kind: Kind, reason: Reason) -> Request {
    let apply = Request::by(buyer()).apply(kind).units("shirt", 1).reason(reason);
    if reason == Reason::NoReason { apply } else { apply.evidence("photo://1") }
}

fn on(actor: redress::Actor, no: u16, action: Case) -> Request {
    Request::by(actor).case(no, action)
}

/// Received, silent until the after-sales period is over, and opened again by the platform.
fn reopened() -> Shop {
    let mut shop = delivered();
    shop.does(Request::by(buyer()).order(Order::ConfirmReceipt));
    shop.after_hours(24 * 20);
    assert_eq!(amounts(&shop, Effect::ReleaseFunds), [9_900]);
    let until = shop.now.after(10 * 24 * 3_600_000);
    let reopen = Request::by(platform()).order(Order::ReopenWindow).text("recalled by the maker");
    shop.does(reopen.with(|detail| detail.until = Some(until)));
    shop
}

#[test]
fn funds_are_released_once() {
    let mut shop = reopened();
    shop.after_hours(24 * 20);
    assert_eq!(shop.trade.head.state, redress::order::State::Settled);
    assert_eq!(amounts(&shop, Effect::ReleaseFunds), [9_900], "nothing new to give");
    assert!(tasks(&shop, Effect::ChargeMerchant).is_empty());
    assert_eq!(shop.trade.head.released.minor(), 9_900);
}

#[test]
fn what_goes_back_after_its_release_is_charged() {
    let mut shop = reopened();
    shop.does(applies(Kind::RefundOnly, Reason::Quality).amount(4_000));
    shop.does(on(merchant(), 1, Case::Agree));
    assert!(tasks(&shop, Effect::ChargeMerchant).is_empty(), "nothing has gone yet");
    shop.gateway_pays();
    assert_eq!(amounts(&shop, Effect::ChargeMerchant), [4_000]);
    assert_eq!(shop.trade.head.released.minor(), 5_900);
    shop.after_hours(24 * 40);
    assert_eq!(amounts(&shop, Effect::ReleaseFunds), [9_900]);
    assert_eq!(amounts(&shop, Effect::ChargeMerchant), [4_000]);
}

#[test]
fn a_bank_that_reverses_a_refund_does_not_charge_twice() {
    let mut shop = reopened();
    shop.does(applies(Kind::RefundOnly, Reason::Quality).amount(4_000));
    shop.does(on(merchant(), 1, Case::Agree));
    shop.gateway_pays();
    let reverse = Request::by(gateway()).refund(1, Refund::Reverse).amount(4_000);
    shop.does(reverse.reference("back-1").with(|detail| detail.key_number = Some(1)));
    shop.after_hours(1);
    shop.gateway_pays();
    shop.after_hours(24 * 40);
    assert_eq!(amounts(&shop, Effect::ChargeMerchant), [4_000]);
    assert_eq!(amounts(&shop, Effect::ReleaseFunds), [9_900]);
}

/// Quality is claimed and the goods go back, freight 10 yuan.
fn sent_back(mut shop: Shop, kind: Kind) -> Shop {
    shop.does(applies(kind, Reason::Quality));
    shop.does(on(merchant(), 1, Case::Agree).address("Road 1"));
    shop.does(on(buyer(), 1, Case::ShipBack).waybill("sf", "back-1").freight(1_000));
    shop
}

/// Accepted, rejected by finance and ruled upon: the goods are accepted once more.
fn accepted_twice() -> Shop {
    let mut policy = Policy::cn_marketplace();
    policy.amounts.approval_above = redress::Amount::new(100);
    let mut shop = Shop::new(policy);
    let mut order = new_order(vec![NewLine::new("shirt", 1, 9_900)]);
    order.insured = true;
    shop.place(order);
    shop.pay(9_900, "p-1").ship("shirt", 1).deliver("shirt", 1);
    let mut shop = sent_back(shop, Kind::ReturnAndRefund);
    shop.does(on(merchant(), 1, Case::AcceptGoods));
    let reject = Request::by(shop::finance()).refund(1, Refund::Reject);
    shop.does(reject.text("looks wrong to me"));
    shop.does(on(platform(), 1, Case::RuleForBuyer));
    shop
}

#[test]
fn the_insurer_pays_once_for_a_parcel() {
    let shop = accepted_twice();
    assert_eq!(amounts(&shop, Effect::ClaimFreightInsurance), [1_000]);
    assert_eq!(shop.case(1).freight_insured.minor(), 1_000);
}

#[test]
fn stock_is_let_go_of_once() {
    let mut shop = paid();
    shop.does(applies(Kind::RefundOnly, Reason::NoReason));
    shop.gateway_pays();
    assert_eq!(tasks(&shop, Effect::ReleaseStock).len(), 1);
    let reverse = Request::by(gateway()).refund(1, Refund::Reverse).amount(9_900);
    shop.does(reverse.reference("back-1").with(|detail| detail.key_number = Some(1)));
    shop.after_hours(1);
    shop.gateway_pays();
    assert_eq!(shop.case(1).state, redress::after_sale::State::Completed);
    assert_eq!(tasks(&shop, Effect::ReleaseStock).len(), 1);
}

fn restock_keys(shop: &Shop) -> Vec<&str> {
    tasks(shop, Effect::Restock).iter().map(|task| task.key.as_str()).collect()
}

#[test]
fn goods_that_come_back_twice_are_restocked_twice() {
    let mut shop = sent_back(delivered(), Kind::Exchange);
    shop.does(on(merchant(), 1, Case::AcceptGoods));
    shop.does(on(merchant(), 1, Case::Dispatch).waybill("sf", "new-1"));
    shop.does(on(buyer(), 1, Case::ConfirmReceipt));
    shop.does(applies(Kind::ReturnAndRefund, Reason::Quality));
    shop.does(on(merchant(), 2, Case::Agree).address("Road 1"));
    shop.does(on(buyer(), 2, Case::ShipBack).waybill("sf", "back-2"));
    shop.does(on(merchant(), 2, Case::AcceptGoods));
    let keys = ["acme-mall/o-1/restock/0/0+1/1", "acme-mall/o-1/restock/0/0+1/2"];
    assert_eq!(restock_keys(&shop), keys);
}

#[test]
fn goods_that_are_accepted_twice_are_restocked_once() {
    let shop = accepted_twice();
    assert_eq!(restock_keys(&shop), ["acme-mall/o-1/restock/0/0+1/1"]);
}

#[test]
fn what_bounces_does_not_restock_what_a_case_holds() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("shirt", 1, 9_900), NewLine::new("hat", 3, 300)]));
    shop.pay(10_800, "p-1").ship("shirt", 1).deliver("shirt", 1).ship("hat", 1).ship("hat", 2);
    let mut shop = sent_back(shop, Kind::ReturnAndRefund);
    shop.does(Request::by(shop::carrier()).case(1, Case::Receive).units("shirt", 1));
    let bounce = |count, waybill: &str| {
        let bounce = Request::by(shop::carrier()).order(Order::Bounce).units("hat", count);
        bounce.waybill("sf", waybill)
    };
    shop.does(bounce(1, "out-1"));
    shop.does(bounce(2, "out-2"));
    let keys = ["acme-mall/o-1/restock/1/0+1/1", "acme-mall/o-1/restock/1/1+2/1"];
    assert_eq!(restock_keys(&shop), keys, "the shirt was not looked at yet");
    shop.does(on(merchant(), 1, Case::AcceptGoods));
    assert_eq!(restock_keys(&shop).len(), 3);
}

/// The merchant refuses what came back, and the platform rules for the buyer.
fn ruled(reason: Reason, blame: Option<Blame>, bearer: Option<Bearer>) -> Shop {
    let mut shop = delivered();
    shop.does(applies(Kind::ReturnAndRefund, reason));
    shop.does(on(merchant(), 1, Case::Agree).address("Road 1"));
    shop.does(on(buyer(), 1, Case::ShipBack).waybill("sf", "back-1").freight(1_000));
    shop.does(on(merchant(), 1, Case::RefuseGoods).text("worn out").evidence("photo://2"));
    shop.does(on(buyer(), 1, Case::Escalate).text("never worn"));
    let rules = on(platform(), 1, Case::RuleForBuyer);
    shop.does(rules.with(|detail| (detail.blame, detail.bearer) = (blame, bearer)));
    shop.gateway_pays();
    shop
}

#[test]
fn whose_doing_it_is_decides_who_bears_the_freight() {
    let credited = |reason, blame, bearer| amounts(&ruled(reason, blame, bearer), Effect::CreditBalance);
    assert_eq!(credited(Reason::Quality, None, None), [1_000], "by the reason");
    assert_eq!(credited(Reason::Quality, Some(Blame::Nobody), None), [1_000]);
    assert!(credited(Reason::Quality, Some(Blame::Buyer), None).is_empty());
    assert!(credited(Reason::NoReason, None, None).is_empty(), "by the reason");
    assert_eq!(credited(Reason::NoReason, Some(Blame::Merchant), None), [1_000]);
    assert_eq!(credited(Reason::NoReason, Some(Blame::Both), None), [1_000]);
    let (blame, bearer) = (Some(Blame::Merchant), Some(Bearer::Buyer));
    assert!(credited(Reason::Quality, blame, bearer).is_empty(), "a bearer goes first");
}

#[test]
fn the_freight_is_the_buyers_to_correct() {
    let mut shop = sent_back(delivered(), Kind::ReturnAndRefund);
    let correct = |actor| on(actor, 1, Case::CorrectWaybill).waybill("sf", "back-2");
    shop.refuses(correct(merchant()).freight(0), &["freight_kept"]);
    shop.does(correct(merchant()));
    assert_eq!(shop.case(1).freight.minor(), 1_000);
    shop.does(correct(buyer()).freight(1_200));
    assert_eq!(shop.case(1).freight.minor(), 1_200);
}
