//! Story 8: three lines, one coupon, partial returns, two payments: to the cent.
//!
//! Lamps 2 × 50.00, a mug 33.33, pens 3 × 10.00: 163.33. The coupon takes 10.00 off the order. By largest remainder
//! over 10000, 3333 and 3000 of 16333:
//!
//! | line  | exact   | share | paid   | unit by unit (cumulative floors) |
//! |-------|---------|-------|--------|----------------------------------|
//! | lamps | 612.257 | 612   | 93.88  | 46.94, 46.94                     |
//! | mug   | 204.065 | 204   | 31.29  | 31.29                            |
//! | pens  | 183.677 | 184   | 28.16  | 9.38, 9.39, 9.39                 |
//!
//! 153.33 for the goods and 8.00 for shipping are 161.33: 100.00 from a wallet, 61.33 from a gift card.
//! The 100 points used are shared over the prices: 61.23, 20.41, 18.37, so 61, 21 (the larger remainder), 18.
//! 50 points were gifted for the order.

use redress::after_sale::{Action, State};
use redress::trade::{Bucket, NewLine, NewOrder, Request};
use redress::{Kind, Policy, Reason, RefundSplit, Tender, order};

use super::kit::{Shop, apply, buyer, gateway, merchant, new_order, on};

fn basket() -> NewOrder {
    let mut order =
        new_order(vec![NewLine::new("lamp", 2, 5_000), NewLine::new("mug", 1, 3_333), NewLine::new("pen", 3, 1_000)]);
    order.discount = redress::Amount::new(1_000);
    order.coupon = Some("c-1".into());
    order.shipping = redress::Amount::new(800);
    order.points = 100;
    order.gifted_points = 50;
    order.total = order.due().unwrap();
    order
}

fn bought(split: RefundSplit) -> Shop {
    let policy = Policy { refund_split: split, ..Policy::cn_marketplace() };
    let mut shop = Shop::new(policy);
    let order = basket();
    assert_eq!(order.total.minor(), 16_133);
    let pay = |amount: u64, tender, reference: &str| {
        let pay = Request::by(gateway()).order(order::Action::Pay).amount(amount);
        pay.tender(tender).reference(reference)
    };
    shop.place(order)
        .does(pay(10_000, Tender::Wallet, "p-1"))
        .order_is(order::State::Unpaid)
        .does(pay(6_133, Tender::GiftCard, "p-2"))
        .order_is(order::State::Paid);
    let paid: Vec<u64> = shop.trade.lines.iter().map(|line| line.goods.minor()).collect();
    assert_eq!(paid, [9_388, 3_129, 2_816]);
    let points: Vec<u64> = shop.trade.lines.iter().map(|line| line.points).collect();
    assert_eq!(points, [61, 21, 18]);
    shop.ship("lamp", 2).ship("mug", 1).ship("pen", 3);
    shop.deliver("lamp", 2).deliver("mug", 1).deliver("pen", 3);
    shop.order_is(order::State::Delivered).holds_money(16_133, 0, 0, 0);
    shop
}

/// Returns these units and pays them.
#[track_caller]
fn returns(shop: &mut Shop, no: u16, reason: Reason, lines: &[(&str, u32)], asked: &[&str]) {
    let mut request = apply(Kind::ReturnAndRefund, reason).evidence("photo://1");
    let mut receive = on(merchant(), no, Action::Receive);
    for &(line, count) in lines {
        request = request.units(line, count);
        receive = receive.units(line, count);
    }
    shop.does(request).agrees(no).ships_back(no).does(receive).case_does(merchant(), no, Action::AcceptGoods);
    let pays: Vec<String> = shop.effects().into_iter().filter(|effect| effect.starts_with("pay_out")).collect();
    assert_eq!(pays, asked);
    shop.gateway_pays().case_is(no, State::Completed);
}

/// The perks of the last step.
fn perks(shop: &Shop) -> Vec<String> {
    let is_perk = |effect: &String| ["restore_", "claw_"].iter().any(|start| effect.starts_with(start));
    shop.effects().into_iter().filter(is_perk).collect()
}

#[test]
fn cards_and_wallets_first() {
    let mut shop = bought(RefundSplit::ExternalFirst);
    // One pen: its first unit is worth floor(2816 / 3) = 9.38, all from the wallet (100.00 → 90.62 left).
    // Points: floor(18 / 3) = 6 back; clawed floor(50 × 938 / 15333) = 3.
    returns(&mut shop, 1, Reason::NoReason, &[("pen", 1)], &["pay_out 938"]);
    assert_eq!(perks(&shop), ["restore_points 6", "claw_back_points 3"]);
    assert_eq!(shop.refunded_by_line(), [0, 0, 938]);
    assert_eq!(shop.refunded_by_payment(), [938, 0]);
    // A lamp and a pen: 46.94 + 9.39 = 56.33, all from the wallet (34.29 left).
    // Points: floor(61 / 2) + floor(18 × 2 / 3) = 30 + 12 = 42, less 6; clawed floor(50 × 6571 / 15333) = 21, less 3.
    returns(&mut shop, 2, Reason::NoReason, &[("lamp", 1), ("pen", 1)], &["pay_out 5633"]);
    assert_eq!(perks(&shop), ["restore_points 36", "claw_back_points 18"]);
    assert_eq!(shop.refunded_by_line(), [4_694, 0, 1_877]);
    assert_eq!(shop.refunded_by_payment(), [6_571, 0]);
    shop.holds_money(9_562, 0, 0, 6_571);
    // The rest is bad: 46.94 + 31.29 + 9.39 = 87.62, and with the merchant's fault the shipping of 8.00: 95.62.
    // The wallet has 34.29, the gift card pays 61.33. All 100 points are back, all 50 gone, and so the coupon.
    let rest = [("lamp", 1), ("mug", 1), ("pen", 1)];
    returns(&mut shop, 3, Reason::Quality, &rest, &["pay_out 3429", "pay_out 6133"]);
    assert_eq!(perks(&shop), ["restore_points 58", "claw_back_points 29", "restore_coupon"]);
    assert_eq!(shop.refunded_by_line(), [9_388, 3_129, 2_816]);
    assert_eq!(shop.refunded_by_payment(), [10_000, 6_133]);
    assert_eq!(shop.trade.money.pot(Bucket::Shipping).refunded.minor(), 800);
    shop.holds_money(0, 0, 0, 16_133).order_is(order::State::Refunded);
    let bill = shop.trade.head.bill;
    assert_eq!((bill.points_restored, bill.points_clawed, bill.coupon_restored), (100, 50, true));
}

#[test]
fn in_proportion() {
    let mut shop = bought(RefundSplit::Proportional);
    // 9.38 over 100.00 and 61.33: 581.417 and 356.583, the cent to the larger remainder: 5.81 and 3.57.
    returns(&mut shop, 1, Reason::NoReason, &[("pen", 1)], &["pay_out 581", "pay_out 357"]);
    assert_eq!(shop.refunded_by_payment(), [581, 357]);
    // 56.33 over 94.19 and 57.76: 3491.756 and 2141.244: 34.92 and 21.41.
    let two = [("lamp", 1), ("pen", 1)];
    returns(&mut shop, 2, Reason::NoReason, &two, &["pay_out 3492", "pay_out 2141"]);
    assert_eq!(shop.refunded_by_payment(), [4_073, 2_498]);
    assert_eq!(shop.refunded_by_line(), [4_694, 0, 1_877]);
    // 95.62 is all that is left: 59.27 and 36.35.
    let rest = [("lamp", 1), ("mug", 1), ("pen", 1)];
    returns(&mut shop, 3, Reason::Quality, &rest, &["pay_out 5927", "pay_out 3635"]);
    assert_eq!(shop.refunded_by_payment(), [10_000, 6_133]);
    shop.holds_money(0, 0, 0, 16_133).order_is(order::State::Refunded);
}

#[test]
fn without_a_reason_the_shipping_stays() {
    let mut shop = bought(RefundSplit::ExternalFirst);
    let all = [("lamp", 2), ("mug", 1), ("pen", 3)];
    returns(&mut shop, 1, Reason::NoReason, &all, &["pay_out 10000", "pay_out 5333"]);
    // Everything is closed; what is rightly kept is released.
    shop.holds_money(800, 0, 0, 15_333).order_is(order::State::Refunded);
    assert!(shop.effects().contains(&"release_funds 800".to_owned()), "{:?}", shop.effects());
}

#[test]
fn the_shipping_goes_back_once() {
    let mut shop = bought(RefundSplit::ExternalFirst);
    // A wrong pen is the merchant's fault: 9.38 and the shipping.
    let pen = apply(Kind::ReturnAndRefund, Reason::WrongItem).units("pen", 1).evidence("photo://1");
    shop.does(pen).holds_money(16_133 - 1_738, 1_738, 0, 0);
    let mug = apply(Kind::ReturnAndRefund, Reason::WrongItem).units("mug", 1).evidence("photo://2");
    shop.says_no(
        mug.clone().amount(3_130),
        &["within_refundable", "shipping_unspent"],
        "at most 31.29 CNY can still be refunded; case 1 already has the shipping",
        "最多可退31.29 CNY；运费已计入售后单1",
    );
    shop.does(mug).holds_money(16_133 - 1_738 - 3_129, 1_738 + 3_129, 0, 0);
    // Withdrawn, it is free again.
    shop.case_does(buyer(), 1, Action::Withdraw).case_does(buyer(), 2, Action::Withdraw);
    let mug = apply(Kind::ReturnAndRefund, Reason::WrongItem).units("mug", 1).evidence("photo://2");
    shop.does(mug).holds_money(16_133 - 3_929, 3_929, 0, 0);
}

#[test]
fn paid_with_points_alone_there_is_nothing_to_pay_and_still_all_goes_back() {
    let mut order = new_order(vec![NewLine::new("mug", 1, 3_333)]);
    order.discount = redress::Amount::new(3_333);
    order.points = 3_333;
    order.total = order.due().unwrap();
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(order).order_is(order::State::Paid).ship("mug", 1).deliver("mug", 1);
    returns(&mut shop, 1, Reason::NoReason, &[("mug", 1)], &[]);
    shop.case_is(1, State::Completed).order_is(order::State::Refunded);
    assert_eq!(shop.trade.head.bill.points_restored, 3_333);
    assert_eq!(shop.closed("mug"), 1);
}
