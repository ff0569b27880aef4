//! Stories 7 and 10: outside the window, and after success.

use redress::after_sale::{Action, State};
use redress::trade::Place;
use redress::{Actor, Kind, Reason, Request, order};

use crate::script::{Ending, Story, merchant, on_case, shirt, staff};
use crate::world::{Any, at};

pub fn outside_the_window() -> Story {
    let compensation = |actor| {
        let apply = Request::by(actor).apply(Kind::Compensation).reason(Reason::Quality);
        apply.units("shirt", 1).amount(2_000)
    };
    let by_staff = compensation(staff());
    Story::new(
        "o-7",
        "7. Outside the window, a real defect: the buyer is told the date; staff grant 20.00, with a reason.",
        "7. 已过期限但确有质量问题：告知买家截止日期；客服说明原因后补偿20.00。",
    )
    .buys(shirt("oscar"))
    .delivered()
    .refused("03-19 09:00", compensation(Actor::buyer("oscar")).evidence("photo://seam"), "within_window")
    .refused("03-19 10:00", by_staff.clone(), "reason_given")
    .does("03-19 10:05", by_staff.text("the seam burst at the first wash"))
    .does("03-19 10:10", on_case(staff(), Action::Agree))
    .ends(
        "03-19 10:15",
        Ending::of(order::State::Completed, &[State::Completed]).kept(7_900).refunded(&[2_000]).goods(
            "shirt",
            1,
            Place::WithBuyer,
        ),
    )
}

/// The buyer has confirmed receipt: the order is completed.
fn confirmed(story: Story, name: &str) -> Story {
    let confirm = Request::by(Actor::buyer(name)).order(order::Action::ConfirmReceipt);
    story.buys(shirt(name)).delivered().does("03-03 12:00", confirm)
}

fn bad_seam(name: &str) -> Request {
    let apply = Request::by(Actor::buyer(name)).apply(Kind::ReturnAndRefund);
    apply.units("shirt", 1).reason(Reason::Quality).evidence("photo://seam")
}

/// Agreed, sent back, received, accepted.
fn comes_back(story: Story, name: &str, [agreed, shipped, received, accepted]: [&'static str; 4]) -> Story {
    let ship_back = on_case(Actor::buyer(name), Action::ShipBack);
    story
        .does(agreed, on_case(merchant(), Action::Agree))
        .does(shipped, ship_back.waybill("sf", "back-1"))
        .does(received, on_case(merchant(), Action::Receive).units("shirt", 1))
        .does(accepted, on_case(merchant(), Action::AcceptGoods))
}

fn all_back() -> Ending {
    Ending::of(order::State::Refunded, &[State::Completed]).refunded(&[9_900]).goods("shirt", 1, Place::Returned)
}

pub fn after_success() -> Story {
    let story = Story::new(
        "o-10a",
        "10. After success: the order is completed, and the buyer still applies within the window; 99.00 go back.",
        "10. 交易成功之后：买家仍在期限内申请售后，退款99.00。",
    );
    let story = confirmed(story, "peggy").does("03-17 09:00", bad_seam("peggy"));
    let days = ["03-17 15:00", "03-18 10:00", "03-20 10:00", "03-20 11:00"];
    comes_back(story, "peggy", days).ends("03-20 11:10", all_back())
}

pub fn after_the_settlement() -> Result<Story, Any> {
    let until = at("04-10 23:59")?;
    let reopen = Request::by(staff()).order(order::Action::ReopenWindow);
    let reopen = reopen.with(|detail| detail.until = Some(until)).reason(Reason::Quality);
    let story = Story::new(
        "o-10b",
        "10, after the settlement: only staff may reopen; then the buyer applies, and 99.00 go back.",
        "10（结算之后）. 仅平台可重开售后；买家随后申请，退款99.00。",
    );
    let story = confirmed(story, "quinn")
        .refused("03-20 09:00", bad_seam("quinn"), "order_open")
        .refused("03-21 09:00", reopen.clone(), "reason_given")
        .does("03-21 09:05", reopen.text("recalled by the maker"))
        .does("03-22 09:00", bad_seam("quinn"));
    let days = ["03-22 15:00", "03-23 10:00", "03-25 10:00", "03-25 11:00"];
    Ok(comes_back(story, "quinn", days).ends("03-25 11:10", all_back()))
}
