//! Money that went out early: by whom it comes back, in which state, and how much of it.

use redress::after_sale::{Action, State};
use redress::trade::{NewLine, Request};
use redress::{Kind, Policy, Reason, Tender, refund};

use super::kit::{Shop, apply, buyer, carrier, gateway, merchant, new_order, on, platform, shirt};
use super::seen::Seen;

/// A trusted buyer sends a shirt back, and the money goes out at once.
fn sent_back(policy: Policy) -> Shop {
    let mut order = shirt();
    order.standing = 650;
    let mut shop = Shop::delivered(policy, order);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)).agrees(1).ships_back(1);
    shop
}

/// The same, and it has arrived at the buyer's account.
fn advanced(policy: Policy) -> Shop {
    let mut shop = sent_back(policy);
    shop.gateway_pays();
    shop
}

/// The merchant has the shirt and refuses it.
fn refused(policy: Policy) -> Shop {
    let mut shop = advanced(policy);
    shop.receives(1, "shirt", 1).does(refuse_goods());
    shop
}

/// The buyer then asks for less than went out.
fn lowered(policy: Policy) -> Shop {
    let mut shop = refused(policy);
    shop.does(on(buyer(), 1, Action::Modify).amount(6_000));
    shop
}

fn refuse_goods() -> Request {
    on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo://1")
}

fn repay(amount: u64, reference: &str) -> Request {
    let repay = on(gateway(), 1, Action::Repay).amount(amount);
    repay.tender(Tender::Wallet).reference(reference)
}

/// Advanced on application; the buyer gives up, or never sends the goods.
pub fn on_application(seen: &mut Seen) {
    let mut policy = Policy::cn_marketplace();
    policy.fast_refund.on_apply = true;
    policy.return_address = Some("1 Return Road".to_owned());
    let mut order = shirt();
    order.standing = 900;
    let shop = Shop::delivered(policy, order);
    let mut kept = shop.clone();
    let compensation = apply(Kind::Compensation, Reason::Damaged).units("shirt", 1).amount(1_000);
    kept.does(compensation.evidence("photo://1")).gateway_pays();
    let mut gives_up = shop;
    gives_up.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)).gateway_pays();
    let mut silent = gives_up.clone();
    gives_up.case_does(buyer(), 1, Action::Withdraw);
    silent.lets_case_pass(1);
    seen.watch([kept, gives_up, silent]);
}

/// Fewer units came than were paid for.
pub fn for_more_than_came(seen: &mut Seen) {
    let mut order = new_order(vec![NewLine::new("mug", 2, 4_000)]);
    order.standing = 650;
    let mut shop = Shop::delivered(Policy::cn_marketplace(), order);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("mug", 2))
        .agrees(1)
        .ships_back(1)
        .gateway_pays()
        .does(on(merchant(), 1, Action::AcceptGoods).units("mug", 1));
    let mut silent = shop.clone();
    silent.lets_case_pass(1);
    let mut written_off = shop.clone();
    written_off.does(on(platform(), 1, Action::WriteOff).text("not worth it"));
    let mut disputed = shop.clone();
    disputed.does(on(buyer(), 1, Action::Note).text("I sent both")).case_does(buyer(), 1, Action::Escalate);
    shop.does(repay(1_000, "b-1")).does(repay(3_000, "b-2"));
    seen.watch([shop, silent, written_off, disputed]);
}

/// The buyer lowers the amount after the goods were refused; accepting them leaves something to repay.
pub fn for_more_than_is_asked_in_the_end(seen: &mut Seen) {
    let accepted = {
        let mut shop = lowered(Policy::cn_marketplace());
        shop.case_does(merchant(), 1, Action::AcceptGoods);
        shop
    };
    let mut by_silence = lowered(Policy::cn_marketplace());
    by_silence.lets_case_pass(1);
    let mut after_all = lowered(Policy::cn_marketplace());
    after_all.does(refuse_goods());
    let mut reviewed = after_all.clone();
    after_all.case_does(merchant(), 1, Action::AcceptGoods);
    // Nobody rules: for the buyer, as far as the buyer still asks.
    reviewed.case_does(buyer(), 1, Action::Escalate).lets_case_pass(1);
    seen.watch([accepted, by_silence, after_all, reviewed]);
}

/// The goods are refused, and the buyer gives in, by word or by silence.
pub fn for_refused_goods(seen: &mut Seen) {
    let shop = refused(Policy::cn_marketplace());
    let mut taken_back = shop.clone();
    taken_back.case_does(buyer(), 1, Action::TakeBack);
    let mut repaid = taken_back.clone();
    repaid.does(repay(9_900, "b-1"));
    let mut written_off = taken_back.clone();
    written_off.does(on(platform(), 1, Action::WriteOff).text("not worth it"));
    seen.watch([written_off]);
    let mut silent = shop;
    silent.lets_case_pass(1).lets_case_pass(1);
    seen.watch([taken_back, repaid, silent]);
}

/// A deduction is proposed after more was paid.
pub fn before_a_deduction(seen: &mut Seen) {
    let mut shop = advanced(Policy::cn_marketplace());
    let propose = on(merchant(), 1, Action::Propose).amount(7_900);
    shop.receives(1, "shirt", 1).does(propose.units_for("shirt", 1, Reason::Damaged));
    let mut gives_up = shop.clone();
    gives_up.case_does(buyer(), 1, Action::Withdraw);
    shop.case_does(buyer(), 1, Action::Accept);
    seen.watch([shop, gives_up]);
}

/// The platform rules on it, each way.
pub fn before_a_ruling(seen: &mut Seen) {
    let mut shop = refused(Policy::cn_marketplace());
    shop.case_does(buyer(), 1, Action::Escalate);
    let kind = |kind| on(platform(), 1, Action::RuleForBuyer).kind(kind);
    seen.asks(&shop, &kind(Kind::Exchange), "after_sale.advance_fits");
    seen.asks(&shop, &kind(Kind::Exchange).amount(5_000), "after_sale.kind_as_named");
    let rulings = [
        on(platform(), 1, Action::RuleForBuyer).amount(5_000),
        on(platform(), 1, Action::RuleForBuyer).amount(5_000).with(|detail| detail.return_waived = true),
        on(platform(), 1, Action::RuleSplit).amount(5_000),
        on(platform(), 1, Action::RuleForMerchant),
        on(buyer(), 1, Action::Withdraw),
    ];
    for ruling in rulings {
        let mut ruled = shop.clone();
        ruled.does(ruling);
        seen.watch([ruled]);
    }
    let mut policy = Policy::cn_marketplace();
    policy.switches.ruling_silence_dismisses = true;
    let mut silent = refused(policy);
    silent.case_does(buyer(), 1, Action::Escalate).lets_case_pass(1);
    seen.watch([silent]);
}

/// The parcel cannot be delivered to the merchant; less is granted for goods that are with the buyer again.
pub fn of_a_parcel_that_bounces(seen: &mut Seen) {
    let mut shop = advanced(Policy::cn_marketplace());
    shop.case_does(carrier(), 1, Action::Bounce)
        .does(on(platform(), 1, Action::RuleForBuyer).amount(5_000))
        .ships_back(1);
    let mut silent = shop.clone();
    silent.lets_case_pass(1);
    shop.case_does(carrier(), 1, Action::Bounce);
    // The buyer has the shirt, and repays.
    shop.does(repay(9_900, "b-1"));
    seen.watch([shop, silent]);
}

/// It was on its way and never arrived: the buyer has nothing to repay, and gets the refused shirt back.
pub fn that_never_arrived(seen: &mut Seen) {
    let mut shop = sent_back(Policy::cn_marketplace());
    shop.receives(1, "shirt", 1)
        .does(refuse_goods())
        .case_does(buyer(), 1, Action::TakeBack)
        .does(Request::by(gateway()).refund(1, refund::Action::Fail))
        .refund_is(1, refund::State::Cancelled)
        .lets_case_pass(1);
    seen.watch([shop]);
}

/// Two refunds were called off and are paid all the same, the second first; what the buyer repays meanwhile is of the
/// one that was paid, whatever number it has.
pub fn paid_late_and_repaid_in_between(seen: &mut Seen) {
    let mut policy = Policy::cn_marketplace();
    policy.amounts.approval_above = redress::Amount::ZERO;
    policy.refund_split = redress::RefundSplit::Proportional;
    let mut shop = Shop::new(policy);
    shop.place(shirt()).pay(4_900, "p-1").pay(5_000, "p-2");
    shop.ship("shirt", 1).deliver("shirt", 1);
    let asks = apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1);
    shop.does(asks.evidence("photo://1"))
        .case_does(merchant(), 1, Action::Agree)
        .does(Request::by(super::kit::finance()).refund(1, refund::Action::Reject).text("look again"))
        .case_does(platform(), 1, Action::RuleForMerchant);
    let succeed = |no| Request::by(gateway()).refund(no, refund::Action::Succeed);
    shop.does(succeed(2).amount(5_000).reference("r-2"))
        .case_is(1, State::Recovering)
        .does(repay(1_000, "b-1"))
        .does(succeed(1).amount(4_900).reference("r-1"))
        .does(repay(4_000, "b-2"))
        .does(repay(4_900, "b-3"))
        .holds_money(9_900, 0, 0, 0);
    seen.watch([shop]);
}

/// Finance has rejected the refund of a shirt that the buyer keeps.
fn rejected() -> Shop {
    let mut policy = Policy::cn_marketplace();
    policy.amounts.approval_above = redress::Amount::ZERO;
    policy.return_address = Some("1 Return Road".to_owned());
    let mut shop = Shop::delivered(policy, shirt());
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).evidence("photo://1"))
        .case_does(merchant(), 1, Action::Agree)
        .does(Request::by(super::kit::finance()).refund(1, refund::Action::Reject).text("look again"));
    shop
}

/// The refund that had been called off is paid all the same: wherever the case stands, that money comes back first.
fn paid_all_the_same(seen: &mut Seen, shop: &Shop, from: State) {
    let mut shop = shop.clone();
    shop.case_is(1, from);
    let succeed = Request::by(gateway()).refund(1, refund::Action::Succeed);
    shop.does(succeed.amount(9_900).reference("late")).case_is(1, State::Recovering);
    let mut silent = shop.clone();
    silent.lets_case_pass(1);
    shop.does(repay(9_900, "b-1"));
    seen.watch([shop, silent]);
}

/// The same, and the buyer asks the platform, which is silent: the money is still asked for.
fn nobody_rules(seen: &mut Seen, shop: &Shop, from: State) {
    let mut shop = shop.clone();
    shop.case_is(1, from);
    let succeed = Request::by(gateway()).refund(1, refund::Action::Succeed);
    shop.does(succeed.amount(9_900).reference("late"))
        .case_does(buyer(), 1, Action::Escalate)
        .lets_case_pass(1)
        .case_is(1, State::Recovering);
    seen.watch([shop]);
}

/// The platform rules that the shirt be exchanged, and the refund is paid meanwhile.
pub fn paid_beside_an_exchange(seen: &mut Seen) {
    let mut shop = rejected();
    shop.does(on(platform(), 1, Action::RuleForBuyer).kind(Kind::Exchange));
    paid_all_the_same(seen, &shop, State::AwaitingReturn);
    let mut lapsed = shop.clone();
    lapsed.lets_case_pass(1);
    paid_all_the_same(seen, &lapsed, State::Lapsed);
    shop.ships_back(1);
    paid_all_the_same(seen, &shop, State::Returning);
    shop.receives(1, "shirt", 1);
    paid_all_the_same(seen, &shop, State::Inspecting);
    let mut for_a_fee = shop.clone();
    for_a_fee.does(on(merchant(), 1, Action::Propose).fee(500));
    paid_all_the_same(seen, &for_a_fee, State::Proposed);
    for_a_fee.case_does(buyer(), 1, Action::Accept);
    paid_all_the_same(seen, &for_a_fee, State::AwaitingPayment);
    let mut refused = shop.clone();
    refused.does(refuse_goods());
    paid_all_the_same(seen, &refused, State::GoodsRefused);
    refused.case_does(buyer(), 1, Action::TakeBack);
    paid_all_the_same(seen, &refused, State::AwaitingSendBack);
    shop.case_does(merchant(), 1, Action::AcceptGoods);
    paid_all_the_same(seen, &shop, State::AwaitingDispatch);
    shop.does(on(merchant(), 1, Action::Dispatch).waybill("sf", "new-1"));
    paid_all_the_same(seen, &shop, State::Dispatched);
    nobody_rules(seen, &shop, State::Dispatched);
    let mut reviewed = shop.clone();
    reviewed.case_does(buyer(), 1, Action::Escalate);
    paid_all_the_same(seen, &reviewed, State::UnderReview);
    shop.case_does(buyer(), 1, Action::ConfirmReceipt);
    paid_all_the_same(seen, &shop, State::Completed);
}

/// The platform rules that the shirt be returned or against the buyer, or the buyer gives up, and the refund is paid.
pub fn paid_for_nothing(seen: &mut Seen) {
    let mut shop = rejected();
    let mut gives_up = shop.clone();
    gives_up.case_does(buyer(), 1, Action::Withdraw);
    paid_all_the_same(seen, &gives_up, State::Withdrawn);
    let mut dismissed = shop.clone();
    dismissed.case_does(platform(), 1, Action::RuleForMerchant);
    paid_all_the_same(seen, &dismissed, State::Dismissed);
    shop.does(on(platform(), 1, Action::RuleForBuyer).kind(Kind::ReturnAndRefund)).ships_back(1);
    shop.receives(1, "shirt", 1).does(refuse_goods()).case_does(buyer(), 1, Action::TakeBack);
    shop.does(on(merchant(), 1, Action::Dispatch).waybill("sf", "again-1"));
    paid_all_the_same(seen, &shop, State::SendingBack);
    nobody_rules(seen, &shop, State::SendingBack);
    shop.case_does(buyer(), 1, Action::Escalate);
    paid_all_the_same(seen, &shop, State::UnderReview);
}

/// It was given up before anybody knew that it had never arrived: the shirt goes back after all.
pub fn given_up_and_never_arrived(seen: &mut Seen) {
    let mut shop = sent_back(Policy::cn_marketplace());
    shop.receives(1, "shirt", 1).does(refuse_goods()).case_does(buyer(), 1, Action::TakeBack);
    seen.asks(&shop, &on(platform(), 1, Action::WriteOff).text("not worth it"), "after_sale.advance_arrived");
    for _ in 0..6 {
        shop.lets_refund_pass(1);
    }
    shop.refund_is(1, refund::State::Unresolved).lets_case_pass(1).case_is(1, State::Dismissed);
    // Only a sibling says so, and not while nobody knows.
    seen.asks(&shop, &on(merchant(), 1, Action::Unsettle), "after_sale.not_advanced");
    let found = Request::by(super::kit::finance()).refund(1, refund::Action::Reconcile);
    shop.does(found.evidence("book://1").with(|detail| detail.found_paid = Some(false)))
        .case_is(1, State::AwaitingSendBack);
    seen.watch([shop]);
}
