//! Of requests that say more than they may: states, words and numbers that come from outside.

use redress::after_sale::{Action, State};
use redress::trade::{NewLine, Request};
use redress::{Kind, Policy, Reason, order};

use crate::kit::*;

fn asked() -> Shop {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1));
    shop
}

fn completed() -> Shop {
    let mut shop = asked();
    shop.comes_back(1, "shirt", 1).case_does(merchant(), 1, Action::AcceptGoods).gateway_pays();
    shop.case_is(1, State::Completed);
    shop
}

#[track_caller]
fn not_in_this_state(shop: &Shop, request: &Request) {
    let denied = shop.ask(request).unwrap_err();
    assert!(denied.codes().contains(&"wrong_state"), "{:?}: {denied}", request.asked);
}

/// lilishop: the review compares a text with `PASS`, and every other text refuses. Here a word that is none is a fault.
#[test]
fn a_word_that_is_none_is_not_a_no() {
    for word in ["PASS", "pass", "agreed", "AGREE", "no", ""] {
        let json = serde_json::json!({
            "actor": merchant(), "subject": {"case": 1}, "asked": {"case": word},
            "detail": {"text": "it was whole", "evidence": ["photo://1"], "address": "1 Return Road"},
        });
        assert!(serde_json::from_value::<Request>(json).is_err(), "{word}");
    }
    asked().agrees(1).case_is(1, State::AwaitingReturn);
}

/// lilishop (complaint, `appeal` and `updateStatus`), litemall: the state is taken from the request. Here a request has
/// no place for one.
#[test]
fn a_state_that_the_client_names_is_not_taken() {
    let mut shop = asked();
    let mut note = serde_json::to_value(on(buyer(), 1, Action::Note).text("please")).unwrap();
    for place in ["state", "status", "refunded"] {
        note[place] = serde_json::json!("completed");
        note["detail"][place] = serde_json::json!("completed");
    }
    if let Ok(note) = serde_json::from_value::<Request>(note) {
        shop.does(note);
    }
    shop.case_is(1, State::Requested).holds_money(0, 9_900, 0, 0);
}

/// CRMEB `editRefundExpress`: the waybill of a finished refund is written anew, and the refund waits for goods again.
#[test]
fn the_waybill_of_a_finished_case_is_not_edited() {
    let mut shop = completed();
    not_in_this_state(&shop, &on(buyer(), 1, Action::CorrectWaybill).waybill("sf", "back-2"));
    not_in_this_state(&shop, &on(buyer(), 1, Action::ShipBack).waybill("sf", "back-2"));
    shop.case_is(1, State::Completed).holds_money(0, 0, 0, 9_900);
}

/// macrozheng/mall `updateStatus`: a return application is set to any state from any other.
#[test]
fn a_return_goes_one_way() {
    let before = asked();
    not_in_this_state(&before, &on(merchant(), 1, Action::Receive).units("shirt", 1));
    not_in_this_state(&before, &on(merchant(), 1, Action::AcceptGoods));
    let mut refused = Shop::delivered(Policy::cn_marketplace(), shirt());
    refused.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo://1"));
    refused.does(on(merchant(), 1, Action::Refuse).text("it was whole").evidence("photo://2"));
    not_in_this_state(&refused, &on(merchant(), 1, Action::Receive).units("shirt", 1));
    let after = completed();
    not_in_this_state(&after, &on(merchant(), 1, Action::Agree).address("1 Return Road"));
    not_in_this_state(&after, &on(merchant(), 1, Action::Refuse).text("no more").evidence("photo://1"));
    not_in_this_state(&after, &on(merchant(), 1, Action::Receive).units("shirt", 1));
}

/// macrozheng/mall: the admin's `close()` ends any order, whatever was paid, shipped or received.
#[test]
fn an_order_is_closed_while_it_may_be() {
    let cancel = |who| Request::by(who).order(order::Action::Cancel).text("by the admin");
    let mut shipped = Shop::paid(Policy::cn_marketplace(), shirt());
    shipped.ship("shirt", 1);
    let mut received = Shop::delivered(Policy::cn_marketplace(), shirt());
    received.does(Request::by(buyer()).order(order::Action::ConfirmReceipt).units("shirt", 1));
    for shop in [&shipped, &received, &completed()] {
        for who in [merchant(), platform()] {
            not_in_this_state(shop, &cancel(who));
        }
    }
    // What was paid and not shipped is closed, and its money goes back with it.
    let mut paid = Shop::paid(Policy::cn_marketplace(), shirt());
    paid.does(cancel(merchant())).order_is(order::State::Unwinding).holds_money(0, 0, 9_900, 0);
}

/// macrozheng/mall: a return is *done*, and no money has moved.
#[test]
fn a_return_is_done_when_its_money_has_gone_back() {
    let mut shop = asked();
    shop.comes_back(1, "shirt", 1).case_does(merchant(), 1, Action::AcceptGoods);
    shop.case_is(1, State::Refunding).holds_money(0, 0, 9_900, 0);
    shop.gateway_pays().case_is(1, State::Completed).holds_money(0, 0, 0, 9_900);
}

/// OCA/rma `action_cancel`: a case is cancelled from any state, even with the goods at the merchant's and the money out.
#[test]
fn a_case_is_called_off_while_it_may_be() {
    let mut shop = asked();
    shop.agrees(1).ships_back(1);
    for who in [buyer(), merchant(), platform()] {
        not_in_this_state(&shop, &on(who, 1, Action::Withdraw));
    }
    shop.receives(1, "shirt", 1).case_does(merchant(), 1, Action::AcceptGoods);
    for who in [buyer(), merchant(), platform()] {
        not_in_this_state(&shop, &on(who, 1, Action::Withdraw));
    }
    shop.gateway_pays().case_is(1, State::Completed);
}

/// yudao-cloud `validateOrderDeliverable`: what was not paid, or is over, is *delivered*.
#[test]
fn what_is_unpaid_or_over_is_not_shipped() {
    let ship = Request::by(merchant()).order(order::Action::Ship).units("shirt", 1).waybill("sf", "w-9");
    let mut unpaid = Shop::new(Policy::cn_marketplace());
    unpaid.place(shirt());
    let mut over = Shop::delivered(Policy::cn_marketplace(), shirt());
    over.does(Request::by(buyer()).order(order::Action::ConfirmReceipt).units("shirt", 1));
    for shop in [&unpaid, &over, &completed()] {
        not_in_this_state(shop, &ship);
    }
}

/// lilishop: the review overwrites the number of units and the amount. Here agreeing is agreeing to what was asked.
#[test]
fn whoever_agrees_changes_nothing() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1));
    let agree = || on(merchant(), 1, Action::Agree).address("1 Return Road");
    shop.refuses(agree().amount(19_800), &["malformed"]).refuses(agree().units("shirt", 2), &["malformed"]);
    shop.does(agree()).holds_money(9_900, 9_900, 0, 0);
}

/// Escrow marketplace (document 609921920): a refusal without a word is taken. Blanks are no reason.
#[test]
fn a_blank_is_no_reason() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo://1"));
    for blank in ["", "   ", "\u{3000}\u{3000}\n"] {
        shop.refuses(on(merchant(), 1, Action::Refuse).text(blank).evidence("photo://2"), &["reason_given"]);
    }
    shop.does(on(merchant(), 1, Action::Refuse).text("it was whole").evidence("photo://2")).case_is(1, State::Refused);
}
