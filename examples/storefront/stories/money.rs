//! Stories 6, 8 and 9: the channel, the cents, and nothing to ship.

use redress::after_sale::{Action, State};
use redress::channel::Deed;
use redress::trade::Place;
use redress::{Actor, Amount, Kind, NewLine, Reason, Request, Tender, order, refund};

use crate::script::{Ending, Story, merchant, order_of, pay, shirt};

pub fn gateway_fails() -> Story {
    let asks = Request::by(Actor::buyer("lena")).apply(Kind::RefundOnly);
    let bank = Request::by(pay()).refund(1, refund::Action::Reverse);
    Story::new(
        "o-6",
        "6. The gateway fails, closes, and pays unheard; the bank reverses it once: the money still arrives once.",
        "6. 渠道失败、关闭、成功却未收到通知，银行又退回一次：款项最终只到账一次。",
    )
    .buys(shirt("lena"))
    .gateway(vec![Deed::Refuses, Deed::Closes, Deed::Unheard])
    .does("03-01 12:00", asks.units("shirt", 1).reason(Reason::NoReason))
    .does("03-06 09:00", bank.amount(9_900).reference("v-1"))
    .ends("03-07 09:00", Ending::of(order::State::Refunded, &[State::Completed]).refunded(&[9_900]))
}

/// One return, from the application to the refund within two days.
struct Return {
    no: u16,
    lines: &'static [(&'static str, u32)],
    /// Applied, agreed, shipped back, received, accepted.
    days: [&'static str; 5],
}

fn returned(story: Story, Return { no, lines, days }: Return) -> Story {
    let mike = Actor::buyer("mike");
    let mut apply = Request::by(mike).apply(Kind::ReturnAndRefund).reason(Reason::NoReason);
    let mut receive = Request::by(merchant()).case(no, Action::Receive);
    for &(line, count) in lines {
        apply = apply.units(line, count);
        receive = receive.units(line, count);
    }
    let [applied, agreed, shipped, received, accepted] = days;
    let ship_back = Request::by(mike).case(no, Action::ShipBack);
    story
        .does(applied, apply)
        .does(agreed, Request::by(merchant()).case(no, Action::Agree))
        .does(shipped, ship_back.waybill("sf", format!("back-{no}").as_str()))
        .does(received, receive)
        .does(accepted, Request::by(merchant()).case(no, Action::AcceptGoods))
}

/// Two lamps for 50.00, a mug for 33.33, three pens for 10.00: 163.33, less a coupon of 10.00, and 8.00 for shipping.
///
/// The coupon takes 6.12, 2.04 and 1.84 of the lines, so that 93.88, 31.29 and 28.16 are paid for them. A pen is worth
/// 9.38, the second 9.39; a lamp 46.94. First 9.38 go back, then 46.94 + 9.39 = 56.33: 65.71 in all, from the wallet.
pub fn to_the_cent() -> Story {
    let mut order = order_of(
        "mike",
        vec![NewLine::new("lamp", 2, 5_000), NewLine::new("mug", 1, 3_333), NewLine::new("pen", 3, 1_000)],
    );
    order.discount = Amount::new(1_000);
    order.coupon = Some("c-1".into());
    order.shipping = Amount::new(800);
    order.total = Amount::new(16_133);
    let both_lamps =
        Request::by(Actor::buyer("mike")).apply(Kind::ReturnAndRefund).units("lamp", 2).reason(Reason::NoReason);
    let story = Story::new(
        "o-8",
        "8. Three lines, one coupon, two payments, two partial returns: 9.38 and 56.33 go back, 95.62 are kept.",
        "8. 三个商品、一张优惠券、两笔付款、两次部分退货：先退9.38，再退56.33，留存95.62。",
    )
    .places(order)
    .pays(10_000, Tender::Wallet, "p-1")
    .pays(6_133, Tender::GiftCard, "p-2")
    .delivered();
    let pen = Return {
        no: 1,
        lines: &[("pen", 1)],
        days: ["03-03 12:00", "03-03 15:00", "03-04 10:00", "03-06 10:00", "03-06 11:00"],
    };
    let lamp_and_pen = Return {
        no: 2,
        lines: &[("lamp", 1), ("pen", 1)],
        days: ["03-07 12:00", "03-07 15:00", "03-08 10:00", "03-09 10:00", "03-09 11:00"],
    };
    returned(returned(story, pen), lamp_and_pen).refused("03-09 12:00", both_lamps, "units_free").ends(
        "03-09 12:01",
        Ending::of(order::State::Delivered, &[State::Completed, State::Completed])
            .kept(9_562)
            .refunded(&[6_571, 0])
            .goods("lamp", 1, Place::WithBuyer)
            .goods("lamp", 1, Place::Returned)
            .goods("mug", 1, Place::WithBuyer)
            .goods("pen", 1, Place::WithBuyer)
            .goods("pen", 2, Place::Returned),
    )
}

pub fn none_left() -> Story {
    let mut order = order_of("nina", vec![NewLine::new("lamp", 1, 5_000), NewLine::new("mug", 1, 3_333)]);
    order.shipping = Amount::new(800);
    order.total = Amount::new(9_133);
    let cancel = Request::by(merchant()).order(order::Action::Cancel);
    Story::new(
        "o-9",
        "9. Out of stock after payment: the merchant cancels; 40.00 go back to the card, 51.33 to the gift card.",
        "9. 付款后缺货：商家取消，银行卡退40.00，礼品卡退51.33。",
    )
    .places(order)
    .pays(4_000, Tender::Card, "p-1")
    .pays(5_133, Tender::GiftCard, "p-2")
    .refused("03-01 15:00", cancel.clone(), "reason_given")
    .refused("03-01 15:05", Request::by(Actor::buyer("nina")).order(order::Action::Cancel), "wrong_role")
    .does("03-01 15:10", cancel.text("the last ones were broken in the warehouse"))
    .ends("03-01 15:30", Ending::of(order::State::Refunded, &[]).refunded(&[4_000, 5_133]))
}
