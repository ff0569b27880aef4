//! Story 5: exchange, repair, reshipment.

use redress::after_sale::{Action, State};
use redress::trade::Place;
use redress::{Actor, Kind, Reason, Request, Tender, order};

use crate::script::{Ending, Story, carrier, merchant, on_case, pay, shirt};

/// A shirt with a bad seam: asked, agreed, sent back, received.
fn came_back(story: Story, name: &str, kind: Kind) -> Story {
    let buyer = Actor::buyer(name);
    let apply = Request::by(buyer).apply(kind).units("shirt", 1).reason(Reason::Quality);
    story
        .buys(shirt(name))
        .delivered()
        .does("03-03 12:00", apply.evidence("photo://seam"))
        .does("03-03 15:00", on_case(merchant(), Action::Agree))
        .does("03-04 10:00", on_case(buyer, Action::ShipBack).waybill("sf", "back-1"))
        .does("03-07 10:00", on_case(merchant(), Action::Receive).units("shirt", 1))
}

fn dispatch(waybill: &str) -> Request {
    on_case(merchant(), Action::Dispatch).waybill("sf", waybill)
}

pub fn with_stock() -> Story {
    let story = Story::new(
        "o-5a",
        "5. Exchange with stock: the shirt is replaced, no money moves.",
        "5. 换货（有货）：换发新品，款项不动。",
    );
    let without_waybill = on_case(merchant(), Action::Dispatch);
    came_back(story, "heidi", Kind::Exchange)
        .does("03-07 11:00", on_case(merchant(), Action::AcceptGoods))
        .refused("03-08 09:00", without_waybill, "waybill_given")
        .does("03-08 09:05", dispatch("new-1"))
        .does("03-10 18:00", on_case(Actor::buyer("heidi"), Action::ConfirmReceipt))
        .ends(
            "03-10 18:01",
            Ending::of(order::State::Delivered, &[State::Completed]).kept(9_900).refunded(&[0]).goods(
                "shirt",
                1,
                Place::WithBuyer,
            ),
        )
}

pub fn out_of_stock() -> Story {
    let story = Story::new(
        "o-5b",
        "5, out of stock: the exchange becomes a refund of 99.00.",
        "5（无货）. 换货转为退款99.00。",
    );
    let convert = on_case(merchant(), Action::ConvertToRefund);
    came_back(story, "ivan", Kind::Exchange)
        .does("03-07 11:00", on_case(merchant(), Action::AcceptGoods))
        .does("03-08 09:00", convert.text("none left in this size"))
        .ends(
            "03-08 09:01",
            Ending::of(order::State::Refunded, &[State::Completed]).refunded(&[9_900]).goods(
                "shirt",
                1,
                Place::Returned,
            ),
        )
}

pub fn repair_with_a_quote() -> Story {
    let story = Story::new(
        "o-5c",
        "5. Repair with a quote: the buyer pays 30.00 for a new sleeve and has the shirt back.",
        "5. 维修报价：买家支付30.00更换袖子，收回商品。",
    );
    let judy = Actor::buyer("judy");
    let pays_fee = on_case(pay(), Action::PayFee).amount(3_000);
    came_back(story, "judy", Kind::Repair)
        .does("03-07 11:00", on_case(merchant(), Action::Propose).fee(3_000).text("a new sleeve"))
        .does("03-07 20:00", on_case(judy, Action::Accept))
        .refused("03-08 09:00", dispatch("too-early"), "wrong_state")
        .does("03-08 10:00", pays_fee.tender(Tender::Wallet).reference("f-1"))
        .does("03-12 10:00", dispatch("fixed-1"))
        .does("03-14 10:00", on_case(judy, Action::ConfirmReceipt))
        .ends(
            "03-14 10:01",
            Ending::of(order::State::Delivered, &[State::Completed]).kept(12_900).refunded(&[0, 0]).goods(
                "shirt",
                1,
                Place::WithBuyer,
            ),
        )
}

pub fn reship_of_a_part() -> Story {
    let karl = Actor::buyer("karl");
    let buttons = Request::by(karl).apply(Kind::Reship).reason(Reason::MissingParts);
    let buttons = buttons.units("shirt", 1).amount(1_500);
    Story::new(
        "o-5d",
        "5. Reship of a missing part: the buttons are sent, lost, and sent again; no money moves.",
        "5. 补寄缺件：纽扣寄出、丢失、再次寄出，款项不动。",
    )
    .buys(shirt("karl"))
    .delivered()
    .does("03-03 12:00", buttons.evidence("photo://buttons"))
    .does("03-03 15:00", on_case(merchant(), Action::Agree))
    .does("03-04 10:00", dispatch("buttons-1"))
    .does("03-06 10:00", on_case(carrier(), Action::Lose))
    .does("03-06 15:00", dispatch("buttons-2"))
    .does("03-08 10:00", on_case(karl, Action::ConfirmReceipt))
    .ends(
        "03-08 10:01",
        Ending::of(order::State::Delivered, &[State::Completed]).kept(9_900).refunded(&[0]).goods(
            "shirt",
            1,
            Place::WithBuyer,
        ),
    )
}
