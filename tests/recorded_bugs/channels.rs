//! Of payment channels: refunds that fail, that are sent twice, that come late or are taken back.

use redress::after_sale::{Action, State};
use redress::refund::{Action as Refund, State as RefundState};
use redress::trade::Request;
use redress::{Dispute, Kind, Policy, Reason, order};

use crate::kit::*;

/// A shirt that was never shipped, and whose 99.00 are with the channel.
fn sent() -> Shop {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1)).refund_is(1, RefundState::Submitted);
    shop
}

fn says(action: Refund) -> Request {
    Request::by(gateway()).refund(1, action)
}

fn succeeds(amount: u64, reference: &str) -> Request {
    says(Refund::Succeed).amount(amount).reference(reference)
}

fn marked(stage: Dispute, shop: &Shop) -> Request {
    let at = shop.now;
    Request::by(gateway()).order(order::Action::MarkDispute).reference("p-1").with(|detail| {
        (detail.stage, detail.stage_at) = (Some(stage), Some(at));
    })
}

/// yudao-cloud #1031, #1163: a failed refund waits for ever, since its number exists already.
#[test]
fn a_refund_that_failed_is_tried_again_until_it_arrives() {
    let mut shop = sent();
    shop.does(says(Refund::Fail)).refund_is(1, RefundState::Failed);
    shop.does(Request::by(merchant()).refund(1, Refund::Retry)).refund_is(1, RefundState::Submitted);
    shop.gateway_pays().case_is(1, State::Completed).holds_money(0, 0, 0, 9_900);
}

/// vendure #3152, #3680; spree #10108: from *failed* nothing leads on.
#[test]
fn a_refund_that_fails_and_fails_is_handed_to_people_and_then_credited() {
    let mut shop = sent();
    let mut was_abnormal = false;
    while shop.refund(1).state != RefundState::Paid {
        if shop.refund(1).state == RefundState::Submitted {
            shop.does(says(Refund::Fail));
        }
        shop.now = shop.trade.due().unwrap().max(shop.now).after(1);
        shop.tick();
        was_abnormal |= shop.refund(1).state == RefundState::Abnormal;
    }
    assert!(was_abnormal, "people had time to find another way");
    shop.case_is(1, State::Completed);
    assert!(shop.refund(1).attempt <= 5, "attempts are counted");
}

/// CRMEB: the number of a refund is random, so that a retry pays once more. lilishop: the same, at each call.
#[test]
fn a_retry_is_the_same_refund_to_the_channel() {
    let mut shop = sent();
    shop.does(says(Refund::Fail)).does(Request::by(merchant()).refund(1, Refund::Retry));
    let keys = shop.keys_sent();
    assert_eq!(keys[0], keys[1], "the same key");
}

/// crmeb_java: the order's own number is the refund's, so that a second partial refund is silently the first one.
#[test]
fn two_refunds_of_one_order_are_two_to_the_channel() {
    let mut order = new_order(vec![redress::trade::NewLine::new("shirt", 2, 9_900)]);
    order.total = order.due().unwrap();
    let mut shop = Shop::paid(Policy::cn_marketplace(), order);
    for _ in 0..2 {
        shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1));
    }
    let keys = shop.keys_sent();
    assert_ne!(keys[0], keys[1]);
    shop.gateway_pays().holds_money(0, 0, 0, 19_800);
}

/// medusa #16681: each retry has a new idempotency key. Here only a key that the channel has closed is replaced.
#[test]
fn only_a_closed_key_is_replaced() {
    let mut shop = sent();
    shop.does(says(Refund::Close)).does(Request::by(merchant()).refund(1, Refund::Retry));
    let keys = shop.keys_sent();
    assert_ne!(keys[0], keys[1], "the channel would not take the old one any more");
}

/// hyperswitch #9622: pending for ever. woocommerce-gateway-stripe #838: an unknown outcome is paid once more.
#[test]
fn an_outcome_that_nobody_knows_is_asked_for_and_never_paid_on_a_guess() {
    let mut shop = sent();
    while shop.trade.refund(1).unwrap().deadline.is_some() {
        shop.now = shop.trade.due().unwrap().after(1);
        shop.tick();
    }
    shop.refund_is(1, RefundState::Unresolved).case_is(1, State::Unresolved);
    assert_eq!(shop.keys_sent().len(), 1, "asked for, not sent again");
    let found = Request::by(finance()).refund(1, Refund::Reconcile).evidence("statement://7");
    shop.does(found.with(|detail| detail.found_paid = Some(true))).case_is(1, State::Completed);
}

/// woocommerce-gateway-stripe #2724, magento2 #24149: the same success twice makes two refunds.
#[test]
fn a_success_that_comes_twice_is_one_payment() {
    let mut shop = sent();
    shop.does(succeeds(9_900, "r-1")).holds_money(0, 0, 0, 9_900);
    shop.knows(&succeeds(9_900, "r-1")).holds_money(0, 0, 0, 9_900);
}

/// Saleor: the same reference with another amount is a conflict, and moves nothing.
#[test]
fn a_success_of_another_amount_moves_nothing() {
    let mut shop = sent();
    shop.does(succeeds(9_901, "r-1")).refund_is(1, RefundState::Submitted).holds_money(0, 0, 9_900, 0);
}

/// hyperswitch #10340, #11607: a late report overwrites what is known.
#[test]
fn a_refusal_that_comes_after_the_success_moves_nothing() {
    let mut shop = sent();
    shop.gateway_pays().does(says(Refund::Fail)).refund_is(1, RefundState::Paid).case_is(1, State::Completed);
}

/// hyperswitch #13680: a bank takes a refund back, and the record never changes.
#[test]
fn what_the_bank_takes_back_is_owed_again() {
    let mut shop = sent();
    shop.gateway_pays().case_is(1, State::Completed);
    shop.does(says(Refund::Reverse).amount(9_900).reference("b-1")).case_is(1, State::Refunding);
    shop.holds_money(0, 0, 9_900, 0);
    shop.now = shop.trade.due().unwrap().after(1);
    shop.tick().gateway_pays().case_is(1, State::Completed).holds_money(0, 0, 0, 9_900);
}

/// woocommerce-payments #6378, gumroad #4358: a refund goes out while the bank decides, and the buyer is paid twice.
#[test]
fn nothing_is_refunded_while_the_bank_decides() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    let dispute = marked(Dispute::Open, &shop);
    shop.does(dispute).refuses(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1), &["not_disputed"]);
    shop.now = shop.now.after(1);
    let won = marked(Dispute::Won, &shop);
    shop.does(won)
        .does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1))
        .refund_is(1, RefundState::Submitted);
}

/// spree_gateway #253: what was charged back cannot be refunded, and the order can never be ended.
#[test]
fn an_order_that_was_charged_back_comes_to_its_end() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    let lost = marked(Dispute::Lost, &shop);
    shop.does(lost).order_is(order::State::Refunded).holds_money(0, 0, 0, 0);
    // What is left after a part was charged back can be refunded, and the order ended.
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    let part = marked(Dispute::Lost, &shop).amount(900);
    shop.does(part).does(Request::by(merchant()).order(order::Action::Cancel).text("charged back"));
    while shop.trade.head.state != order::State::Refunded {
        shop.now = shop.trade.due().unwrap().after(1);
        shop.tick();
    }
    shop.holds_money(0, 0, 0, 9_000);
}

/// killbill-adyen-plugin #99: stages of a dispute arrive out of order, and the older one counts.
#[test]
fn the_latest_stage_of_a_dispute_counts_whenever_it_arrives() {
    let mut shop = Shop::paid(Policy::cn_marketplace(), shirt());
    let open = marked(Dispute::Open, &shop);
    shop.now = shop.now.after(1_000);
    let won = marked(Dispute::Won, &shop);
    shop.does(won).does(open);
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1)).refund_is(1, RefundState::Submitted);
}

/// bcgov/sbc-pay PR #2248: that two people are needed is asked by the page only.
#[test]
fn who_granted_a_refund_does_not_approve_it() {
    let mut policy = Policy::cn_marketplace();
    policy.amounts.approval_above = redress::Amount::new(1_000);
    let mut shop = Shop::paid(policy, shirt());
    let by = redress::Actor::platform(TENANT, "fin-1");
    shop.does(
        Request::by(by)
            .opens(Action::Grant, Kind::RefundOnly)
            .units("shirt", 1)
            .reason(Reason::Other)
            .text("as promised"),
    );
    shop.refund_is(1, RefundState::AwaitingApproval);
    shop.refuses(Request::by(finance()).refund(1, Refund::Approve), &["another_person"]);
}

/// likeshop: the log says *success* before the channel is called. Asked for is not paid, and a no is told.
#[test]
fn asked_for_is_not_paid() {
    let mut shop = sent();
    shop.asks_for(&["hold_shipment", "pay_out 9900"]).holds_money(0, 0, 9_900, 0).case_is(1, State::Refunding);
    shop.does(says(Refund::Fail)).holds_money(0, 0, 9_900, 0).case_is(1, State::Refunding);
}

/// hyperswitch #3751: the call timed out, so that no reference is known, and the report that comes later finds nothing.
#[test]
fn a_report_needs_no_answer_to_the_call() {
    let mut shop = sent();
    shop.lets_refund_pass(1).asks_for(&["query_refund 9900"]);
    shop.does(succeeds(9_900, "r-late")).refund_is(1, RefundState::Paid).holds_money(0, 0, 0, 9_900);
}

/// Magento `CreditmemoService::cancel()` only says that it cannot. What waits at home can be called off.
#[test]
fn a_refund_that_was_not_sent_is_called_off() {
    let mut policy = Policy::cn_marketplace();
    policy.amounts.approval_above = redress::Amount::new(1_000);
    let mut shop = Shop::paid(policy, shirt());
    let grant = Request::by(merchant()).opens(Action::Grant, Kind::RefundOnly).units("shirt", 1);
    shop.does(grant.reason(Reason::Negotiated).text("as promised")).refund_is(1, RefundState::AwaitingApproval);
    shop.does(Request::by(finance()).refund(1, Refund::Reject).text("nobody promised this"));
    shop.refund_is(1, RefundState::Cancelled).holds_money(0, 9_900, 0, 0);
    shop.case_does(buyer(), 1, Action::Withdraw).holds_money(9_900, 0, 0, 0);
}
