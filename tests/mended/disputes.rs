//! What the bank takes from a settled order, and gives back.

use redress::trade::Request;
use redress::{Dispute, Policy, order};

use crate::kit::*;

fn mark(shop: &Shop, stage: Dispute) -> Request {
    let mark = Request::by(gateway()).order(order::Action::MarkDispute).reference("p-1");
    let now = shop.now;
    mark.with(|detail| (detail.stage, detail.stage_at) = (Some(stage), Some(now)))
}

#[test]
fn what_the_bank_gives_back_to_a_settled_order_is_the_merchants_again() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    while shop.trade.head.state != order::State::Settled {
        shop.now = shop.trade.due().unwrap().after(1);
        shop.tick();
    }
    shop.asks_for(&["release_funds 9900"]);
    let lost = mark(&shop, Dispute::Lost);
    shop.does(lost).asks_for(&["alert", "charge_merchant 9900"]);
    shop.after_hours(1);
    let won = mark(&shop, Dispute::Won);
    shop.does(won).asks_for(&["alert", "release_funds 9900"]);
    // Said once more, nothing is given twice.
    shop.after_hours(1);
    let again = mark(&shop, Dispute::Won);
    shop.does(again).asks_for(&["alert"]);
}
