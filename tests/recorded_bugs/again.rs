//! Of second payouts: a case or a refund that is over, and is paid once more.

use redress::after_sale::{Action, State};
use redress::refund::{Action as Refund, State as RefundState};
use redress::trade::Request;
use redress::{Kind, Policy, Reason};

use crate::kit::*;

fn returned() -> Request {
    apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)
}

/// A shirt at 99.00 came back and was paid for.
fn paid_back() -> Shop {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(returned()).comes_back(1, "shirt", 1);
    shop.case_does(merchant(), 1, Action::AcceptGoods).gateway_pays().case_is(1, State::Completed);
    shop.holds_money(0, 0, 0, 9_900);
    shop
}

/// One payout was asked for, and 99.00 went back.
#[track_caller]
fn was_paid_once(shop: &mut Shop) {
    assert_eq!(shop.keys_sent().len(), 1, "one payout");
    shop.holds_money(0, 0, 0, 9_900);
}

/// lilishop `refund()`, crmeb_java `refund()`, likeshop `confirm`: a manager pays without a look at the state, before
/// anything was granted, and again when it was paid.
#[test]
fn nobody_pays_what_was_not_granted_nor_what_was_paid() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(returned()).refuses(on(merchant(), 1, Action::AcceptGoods), &["wrong_state"]);
    for who in [merchant(), finance(), platform()] {
        for action in [Refund::Approve, Refund::Retry, Refund::PayOffline, Refund::Redirect] {
            assert!(shop.ask(&Request::by(who).refund(1, action)).is_err(), "there is no refund yet: {action}");
        }
    }
    assert!(shop.trade.refunds.is_empty() && shop.keys_sent().is_empty());

    shop.comes_back(1, "shirt", 1).case_does(merchant(), 1, Action::AcceptGoods).gateway_pays();
    was_paid_once(&mut shop);
    shop.refuses(on(merchant(), 1, Action::AcceptGoods), &["wrong_state"]);
    let approve = Request::by(finance()).refund(1, Refund::Approve);
    let retry = Request::by(merchant()).refund(1, Refund::Retry);
    let offline = Request::by(finance()).refund(1, Refund::PayOffline).with(|detail| {
        detail.voucher = "slip-1".to_owned();
    });
    for second in [approve, retry, offline] {
        let denied = shop.ask(&second).unwrap_err();
        assert!(denied.codes().contains(&"wrong_state"), "{:?}: {denied}", second.asked);
    }
    let grant = Request::by(merchant()).opens(Action::Grant, Kind::RefundOnly).units("shirt", 1);
    let denied = shop.ask(&grant.reason(Reason::Negotiated).text("once more")).unwrap_err();
    assert!(denied.codes().contains(&"units_free"), "{denied}");
    was_paid_once(&mut shop);
}

/// Shopware: `reopen` leads out of a completed capture_refund, and what is open is paid: a second payout.
#[test]
fn a_refund_that_was_paid_is_not_opened_again() {
    let mut shop = paid_back();
    for action in Refund::ALL.iter().copied() {
        for who in [merchant(), finance(), platform()] {
            let asked = Request::by(who).refund(1, action).text("open it again").evidence("file://1");
            assert!(shop.ask(&asked).is_err(), "{action} of {who} on a refund that was paid");
        }
    }
    let reopen = on(platform(), 1, Action::Reopen).text("by mistake");
    shop.refuses(reopen, &["wrong_state", "units_free", "within_refundable"]);
    shop.refund_is(1, RefundState::Paid);
    was_paid_once(&mut shop);
}

/// niushop, crmeb_java `refundRefuse`: a case that is over is opened again, and pays again. Here a withdrawn case may be
/// opened by the platform; what was paid meanwhile is gone, and a ruling has nothing left to grant.
#[test]
fn a_case_that_is_opened_again_pays_what_is_left() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(returned()).case_does(buyer(), 1, Action::Withdraw).does(returned()).comes_back(2, "shirt", 1);
    shop.case_does(merchant(), 2, Action::AcceptGoods).gateway_pays().case_is(2, State::Completed);
    let reopen = on(platform(), 1, Action::Reopen).text("a mistake");
    let denied = shop.ask(&reopen).unwrap_err();
    assert!(denied.codes().contains(&"units_free"), "{denied}");
    was_paid_once(&mut shop);
}

/// spree #6228, saleor-dashboard #4474: a second click reimburses again. The same intent again is the same payout.
#[test]
fn a_second_click_pays_nothing() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(returned()).comes_back(1, "shirt", 1);
    let (seen, accept) = (shop.trade.version, on(merchant(), 1, Action::AcceptGoods));
    shop.does(accept.clone().seen(seen)).refuses(accept.clone().seen(seen), &["stale"]);
    shop.refuses(accept, &["wrong_state"]).gateway_pays();
    was_paid_once(&mut shop);
}

/// Xboard #1039: two that cancel at once refund twice.
#[test]
fn of_two_who_cancel_one_is_heard() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    let seen = shop.trade.version;
    let cancel = || Request::by(merchant()).order(redress::order::Action::Cancel).text("none left");
    shop.does(cancel().seen(seen)).refuses(cancel().seen(seen), &["stale"]).refuses(cancel(), &["wrong_state"]);
    shop.gateway_pays();
    was_paid_once(&mut shop);
}

/// crmeb_java `refundApply`: a new application sets the sum of what was refunded to nothing, so that the cap is off.
#[test]
fn a_new_application_forgets_nothing() {
    let part =
        |amount| apply(Kind::Compensation, Reason::Quality).units("shirt", 1).evidence("photo://1").amount(amount);
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(part(5_000)).case_does(merchant(), 1, Action::Agree).gateway_pays().holds_money(4_900, 0, 0, 5_000);
    shop.does(part(100)).holds_money(4_800, 100, 0, 5_000);
    shop.refuses(on(buyer(), 2, Action::Modify).amount(5_000).evidence("photo://2"), &["within_refundable"]);
    shop.case_does(buyer(), 2, Action::Withdraw).refuses(part(5_000), &["within_refundable"]);
    shop.does(part(4_900)).case_does(merchant(), 3, Action::Agree).gateway_pays().holds_money(0, 0, 0, 9_900);
}

/// Medusa `RETURN_ITEM`: what was received counts as not asked for, and is returned and paid for once more. Spree 6: a
/// unit of a return is free for an exchange and a claim.
#[test]
fn a_unit_is_in_one_document_and_comes_back_once() {
    let every =
        [Kind::ReturnAndRefund, Kind::RefundOnly, Kind::Exchange, Kind::Repair, Kind::Reship, Kind::Compensation];
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(returned()).comes_back(1, "shirt", 1).case_is(1, State::Inspecting);
    for kind in every {
        let denied = shop.ask(&apply(kind, Reason::Quality).units("shirt", 1).evidence("photo://1")).unwrap_err();
        assert!(denied.codes().contains(&"units_free"), "{kind}: {denied}");
    }
    shop.case_does(merchant(), 1, Action::AcceptGoods).gateway_pays();
    for kind in every {
        let denied = shop.ask(&apply(kind, Reason::Quality).units("shirt", 1).evidence("photo://1")).unwrap_err();
        assert!(denied.codes().contains(&"units_free"), "{kind}: {denied}");
    }
    was_paid_once(&mut shop);
}

/// Spree 6: a part marks the return *refunded*, and the rest can never be paid. CRMEB: a partial refund is the end.
#[test]
fn after_a_part_the_rest_can_be_paid() {
    let mut policy = Policy::cn_marketplace();
    policy.switches.partial_payout_closes_units = false;
    let mut shop = Shop::delivered(policy, shirt());
    let part = Request::by(merchant()).opens(Action::Grant, Kind::RefundOnly).units("shirt", 1).amount(4_000);
    shop.does(part.reason(Reason::Negotiated).text("a stain")).gateway_pays();
    shop.case_is(1, State::Completed).holds_money(5_900, 0, 0, 4_000);
    shop.does(returned()).holds_money(0, 5_900, 0, 4_000).comes_back(2, "shirt", 1);
    shop.case_does(merchant(), 2, Action::AcceptGoods).gateway_pays().holds_money(0, 0, 0, 9_900);
}

/// Sylius RefundPlugin #347: only the first partial refund is signalled.
#[test]
fn every_part_is_told() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    for no in 1..=2_u16 {
        let part = apply(Kind::Compensation, Reason::Quality).units("shirt", 1).evidence("photo://1").amount(1_000);
        shop.does(part).case_does(merchant(), no, Action::Agree).asks_for(&["pay_out 1000"]).gateway_pays();
        let told = shop.events.iter().filter(|event| event.version == shop.trade.version);
        let told = told.flat_map(|event| &event.tasks).filter(|task| task.what == redress::Effect::NotifyBuyer);
        assert_ne!(told.count(), 0, "the buyer hears of part {no}");
    }
}
