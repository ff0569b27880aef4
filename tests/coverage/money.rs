//! Money on its way back: approval, disputes, channels that close, attempts that run out, and refunds that are called off.

use redress::after_sale::Action;
use redress::refund::{Action as RefundAction, State};
use redress::trade::Request;
use redress::{Amount, Dispute, Kind, Policy, Reason, order};

use super::kit::{Shop, apply, buyer, finance, gateway, merchant, on, shirt};
use super::seen::Seen;

/// A shirt is delivered, something is wrong with it, and the merchant agrees to pay.
fn agreed(policy: Policy) -> Shop {
    let mut shop = Shop::delivered(policy, shirt());
    let asks = apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1);
    shop.does(asks.evidence("photo://1")).case_does(merchant(), 1, Action::Agree);
    shop
}

fn approving() -> Policy {
    let mut policy = Policy::cn_marketplace();
    policy.amounts.approval_above = Amount::ZERO;
    policy
}

/// The channel reports how far a dispute has come, and over how much.
fn dispute(shop: &mut Shop, stage: Dispute, amount: Option<u64>) {
    shop.now = shop.now.after(1);
    let mark = Request::by(gateway()).order(order::Action::MarkDispute).reference("p-1");
    let at = shop.now;
    shop.does(mark.with(|detail| {
        detail.stage = Some(stage);
        detail.stage_at = Some(at);
        detail.amount = amount.map(Into::into);
    }));
}

fn on_refund(action: RefundAction) -> Request {
    Request::by(gateway()).refund(1, action)
}

fn succeed(amount: u64, reference: &str) -> Request {
    on_refund(RefundAction::Succeed).amount(amount).reference(reference)
}

/// Awaiting approval while a dispute opens, is lost in part, or finance is silent.
pub fn awaiting_approval(seen: &mut Seen) {
    let shop = agreed(approving());
    let approve = || Request::by(finance()).refund(1, RefundAction::Approve);
    for (stage, amount) in [(Dispute::Open, None), (Dispute::Lost, Some(100))] {
        let mut approved = shop.clone();
        dispute(&mut approved, stage, amount);
        let mut silent = approved.clone();
        approved.does(approve());
        silent.lets_refund_pass(1);
        seen.watch([approved, silent]);
    }
    let mut lost = shop.clone();
    dispute(&mut lost, Dispute::Lost, None);
    let mut rejecting = approving();
    rejecting.switches.approval_silence_rejects = true;
    let mut rejected = agreed(rejecting);
    rejected.lets_refund_pass(1);
    // Rejected by a person, and paid by the channel all the same: another amount is looked at, and so is a second success.
    let mut late = shop;
    late.does(Request::by(finance()).refund(1, RefundAction::Reject).text("look again"))
        .does(succeed(9_000, "r-0"))
        .does(succeed(9_900, "r-1"))
        .does(succeed(9_900, "r-2"));
    seen.watch([lost, rejected, late]);
}

/// A dispute opens before the refund does: it is held until the bank has decided, each way.
pub fn held(seen: &mut Seen) {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let asks = apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1);
    shop.does(asks.evidence("photo://1"));
    let mut closed = shop.clone();
    dispute(&mut closed, Dispute::Lost, Some(100));
    closed.case_does(merchant(), 1, Action::Agree);
    dispute(&mut shop, Dispute::Open, None);
    shop.case_does(merchant(), 1, Action::Agree).refund_is(1, State::Held);
    for (stage, amount) in [(Dispute::Won, None), (Dispute::Lost, None), (Dispute::Lost, Some(100))] {
        let mut decided = shop.clone();
        dispute(&mut decided, stage, amount);
        seen.watch([decided]);
    }
    shop.lets_refund_pass(1);
    // Nobody knows; then the bank has paid after all.
    let mut lost = shop.clone();
    dispute(&mut lost, Dispute::Lost, None);
    seen.watch([closed, shop, lost]);
}

/// The bank pays while the refund is with the channel, which then refuses it.
pub fn paid_by_the_bank(seen: &mut Seen) {
    let mut shop = agreed(Policy::cn_marketplace());
    dispute(&mut shop, Dispute::Lost, None);
    let mut abnormal = shop.clone();
    abnormal.does(on_refund(RefundAction::GoAbnormal)).refund_is(1, State::Paid);
    shop.does(on_refund(RefundAction::Fail)).refund_is(1, State::Paid);
    // The bank takes it back again.
    let mut undone = shop.clone();
    dispute(&mut undone, Dispute::Won, None);
    let mut freed = agreed(Policy::cn_marketplace());
    freed.does(on_refund(RefundAction::GoAbnormal));
    let mut open = freed.clone();
    dispute(&mut open, Dispute::Open, None);
    open.lets_refund_pass(1);
    dispute(&mut freed, Dispute::Lost, None);
    let mut tried = agreed(Policy::cn_marketplace());
    tried.does(on_refund(RefundAction::Fail));
    dispute(&mut tried, Dispute::Lost, None);
    seen.watch([abnormal, shop, undone, freed, open, tried]);
}

/// Tried until the attempts are used up, or the channel is closed meanwhile.
pub fn failed(seen: &mut Seen) {
    let mut shop = agreed(Policy::cn_marketplace());
    shop.does(on_refund(RefundAction::Fail));
    let mut closed = shop.clone();
    dispute(&mut closed, Dispute::Lost, Some(100));
    closed.lets_refund_pass(1);
    for _ in 0..4 {
        shop.lets_refund_pass(1).does(on_refund(RefundAction::Fail));
    }
    let mut disputed = shop.clone();
    shop.lets_refund_pass(1).refund_is(1, State::Abnormal);
    dispute(&mut disputed, Dispute::Open, None);
    disputed.lets_refund_pass(1).refund_is(1, State::Held);
    dispute(&mut disputed, Dispute::Won, None);
    disputed.refund_is(1, State::Abnormal);
    seen.watch([closed, shop, disputed]);
}

/// An advance that has not gone out yet is called off when the buyer takes the goods back.
pub fn called_off(seen: &mut Seen) {
    let sent_back = |policy: Policy, disputed: bool| {
        let mut order = shirt();
        order.standing = 650;
        let mut shop = Shop::delivered(policy, order);
        shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)).agrees(1);
        if disputed {
            dispute(&mut shop, Dispute::Open, None);
        }
        shop.ships_back(1);
        shop
    };
    let takes_back = |shop: &mut Shop| {
        shop.receives(1, "shirt", 1)
            .does(on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo://1"))
            .case_does(buyer(), 1, Action::TakeBack)
            .refund_is(1, State::Cancelled);
    };
    let mut held = sent_back(Policy::cn_marketplace(), true);
    held.refund_is(1, State::Held);
    let mut not_approved = sent_back(approving(), false);
    not_approved.refund_is(1, State::AwaitingApproval);
    let mut failed = sent_back(Policy::cn_marketplace(), false);
    failed.does(on_refund(RefundAction::Fail));
    let mut abnormal = sent_back(Policy::cn_marketplace(), false);
    abnormal.does(on_refund(RefundAction::GoAbnormal));
    for shop in [&mut held, &mut not_approved, &mut failed, &mut abnormal] {
        takes_back(shop);
    }
    seen.watch([held, not_approved, failed, abnormal]);
}

/// All money had gone back, a part of it by the bank; then a refund is reversed, and the bank takes its part back: the order
/// pays what is still owed, and the rest is rightly kept.
pub fn rightly_kept(seen: &mut Seen) {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let asks = apply(Kind::Compensation, Reason::Quality).units("shirt", 1).amount(1_000);
    shop.does(asks.evidence("photo://1")).case_does(merchant(), 1, Action::Agree);
    dispute(&mut shop, Dispute::Lost, Some(8_900));
    shop.does(succeed(1_000, "r-1")).order_is(order::State::Refunded);
    // The bank takes its part back alone: nothing is owed, and the goods are with the buyer.
    let mut kept = shop.clone();
    dispute(&mut kept, Dispute::Won, None);
    kept.order_is(order::State::Completed);
    shop.does(on_refund(RefundAction::Reverse).amount(1_000).reference("r-1")).order_is(order::State::Unwinding);
    dispute(&mut shop, Dispute::Won, None);
    shop.order_is(order::State::Unwinding).lets_refund_pass(1);
    let mut unknown = shop.clone();
    shop.does(succeed(1_000, "r-2")).order_is(order::State::Settled).holds_money(8_900, 0, 0, 1_000);
    // The same, but for a while nobody knows.
    while unknown.refund(1).state == State::Submitted {
        unknown.lets_refund_pass(1);
    }
    unknown.order_is(order::State::Unresolved).does(succeed(1_000, "r-2")).order_is(order::State::Settled);
    seen.watch([shop, unknown, kept]);
}
