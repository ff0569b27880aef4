//! Goods that are sent for goods: fees, differences, parcels that fail, and reviews of them.

use redress::after_sale::Action;
use redress::trade::{NewLine, Request};
use redress::{Kind, Policy, Reason, Tender};

use super::kit::{Shop, apply, buyer, carrier, gateway, merchant, new_order, on, platform, shirt};
use super::seen::Seen;

fn asked(policy: Policy, kind: Kind) -> Shop {
    let mut shop = Shop::delivered(policy, shirt());
    shop.does(apply(kind, Reason::Quality).units("shirt", 1).evidence("photo://1"));
    shop
}

fn received(kind: Kind) -> Shop {
    let mut shop = asked(Policy::cn_marketplace(), kind);
    shop.comes_back(1, "shirt", 1);
    shop
}

fn dispatch(waybill: &str) -> Request {
    on(merchant(), 1, Action::Dispatch).waybill("sf", waybill)
}

/// A repair with a fee that is proposed after inspection, and is not paid.
pub fn unpaid_with_the_goods_at_the_merchant(seen: &mut Seen) {
    let mut shop = received(Kind::Repair);
    shop.does(on(merchant(), 1, Action::Propose).fee(2_000)).case_does(buyer(), 1, Action::Accept);
    let mut paid = shop.clone();
    let fee = on(gateway(), 1, Action::PayFee).amount(2_000).tender(Tender::Wallet);
    paid.does(fee.reference("f-1"));
    let mut gives_up = shop.clone();
    gives_up.case_does(buyer(), 1, Action::Withdraw);
    shop.lets_case_pass(1);
    seen.watch([paid, gives_up, shop]);
}

/// A cheaper exchange: the difference goes back when the replacement has arrived.
pub fn cheaper(seen: &mut Seen) {
    let mut shop = asked(Policy::cn_marketplace(), Kind::Exchange);
    shop.does(on(merchant(), 1, Action::Propose).with(|detail| detail.difference = Some(1_500.into())))
        .case_does(buyer(), 1, Action::Accept)
        .does(on(merchant(), 1, Action::GiveAddress).address("1 Return Road"))
        .ships_back(1)
        .receives(1, "shirt", 1)
        .case_does(merchant(), 1, Action::AcceptGoods)
        .does(dispatch("new-1"));
    let mut silent = shop.clone();
    silent.lets_case_pass(1);
    let mut under_review = shop.clone();
    under_review.case_does(buyer(), 1, Action::Escalate).case_does(buyer(), 1, Action::Withdraw);
    shop.case_does(buyer(), 1, Action::ConfirmReceipt);
    seen.watch([silent, under_review, shop]);
}

/// Returned for money, and settled with goods instead.
pub fn instead_of_money(seen: &mut Seen) {
    let mut shop = received(Kind::ReturnAndRefund);
    shop.does(on(merchant(), 1, Action::Propose).kind(Kind::Exchange)).case_does(buyer(), 1, Action::Accept);
    seen.watch([shop]);
}

/// Refused, and accepted after all.
pub fn refused_first(seen: &mut Seen) {
    let mut shop = received(Kind::Exchange);
    shop.does(on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo://2"));
    // The buyer offers to pay something, and is taken at their word: at once, by silence, or after another refusal.
    let mut offered = shop.clone();
    offered.does(on(buyer(), 1, Action::Modify).with(|detail| detail.fee = Some(800.into())));
    let (mut silent, mut second) = (offered.clone(), offered.clone());
    offered.case_does(merchant(), 1, Action::AcceptGoods);
    silent.lets_case_pass(1);
    second.does(on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo://2"));
    second.case_does(merchant(), 1, Action::AcceptGoods);
    seen.watch([offered, silent, second]);
    let mut proposed = shop.clone();
    proposed.does(on(merchant(), 1, Action::Propose).fee(500));
    let mut taken_back = proposed.clone();
    taken_back.case_does(merchant(), 1, Action::Retract);
    let mut given_up = proposed.clone();
    given_up.case_does(buyer(), 1, Action::Withdraw);
    let mut declined = proposed.clone();
    declined.case_does(buyer(), 1, Action::Decline);
    seen.watch([declined]);
    proposed.lets_case_pass(1);
    shop.case_does(merchant(), 1, Action::AcceptGoods);
    seen.watch([shop, proposed, taken_back, given_up]);
}

/// The replacement bounces until nothing else is left than money; or it is lost.
pub fn that_never_arrives(seen: &mut Seen) {
    let mut shop = received(Kind::Exchange);
    shop.case_does(merchant(), 1, Action::AcceptGoods).does(dispatch("new-1"));
    shop.case_does(carrier(), 1, Action::Bounce).does(dispatch("new-2"));
    let mut lost = shop.clone();
    lost.case_does(carrier(), 1, Action::Lose);
    // Reviewed, ruled for the buyer: dispatched again, and it bounces once more.
    shop.case_does(carrier(), 1, Action::Bounce);
    let mut silent = shop.clone();
    silent.lets_case_pass(1);
    shop.case_does(platform(), 1, Action::RuleForBuyer).does(dispatch("new-3")).case_does(carrier(), 1, Action::Bounce);
    seen.watch([shop, lost, silent]);
}

/// The replacement is on its way, and the buyer brings the platform in: it goes on however the review ends.
pub fn under_review_as_dispatched(seen: &mut Seen) {
    let mut shop = received(Kind::Exchange);
    let mut silent = shop.clone();
    silent.lets_case_pass(1);
    shop.case_does(merchant(), 1, Action::AcceptGoods).does(dispatch("new-1")).case_does(buyer(), 1, Action::Escalate);
    for request in
        [on(platform(), 1, Action::RuleForMerchant), on(buyer(), 1, Action::CallOff), on(buyer(), 1, Action::Withdraw)]
    {
        let mut next = shop.clone();
        next.does(request);
        seen.watch([next]);
    }
    shop.lets_case_pass(1);
    seen.watch([silent, shop]);
}

/// A repair whose fee nobody has paid yet is reviewed.
pub fn with_a_fee_under_review(seen: &mut Seen) {
    let mut shop = asked(Policy::cn_marketplace(), Kind::Repair);
    shop.does(on(buyer(), 1, Action::Modify).evidence("photo://1"));
    let mut dear = Shop::delivered(Policy::cn_marketplace(), shirt());
    let dearer = apply(Kind::Exchange, Reason::Quality).units("shirt", 1).evidence("photo://1");
    dear.does(dearer.with(|detail| detail.fee = Some(2_000.into()))).case_does(merchant(), 1, Action::Escalate);
    let mut silent = dear.clone();
    silent.lets_case_pass(1);
    dear.case_does(platform(), 1, Action::RuleForBuyer);
    seen.watch([shop, dear, silent]);
}

/// Reviews of goods on their way, called off, ruled on, withdrawn from, or decided by silence.
pub fn under_review_on_the_way(seen: &mut Seen) {
    let mut sending_back = received(Kind::ReturnAndRefund);
    sending_back.does(on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo://2"));
    let mut goods_refused = sending_back.clone();
    goods_refused.case_does(buyer(), 1, Action::Escalate).case_does(buyer(), 1, Action::CallOff);
    let mut nobody_rules = Shop::delivered(dismissing(), shirt());
    nobody_rules.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo://1"));
    let mut not_sent = nobody_rules.clone();
    not_sent.case_does(merchant(), 1, Action::Escalate).lets_case_pass(1);
    nobody_rules
        .comes_back(1, "shirt", 1)
        .does(on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo://2"))
        .case_does(merchant(), 1, Action::Escalate)
        .lets_case_pass(1);
    sending_back.case_does(buyer(), 1, Action::TakeBack).does(dispatch("again-1"));
    let mut bounced = sending_back.clone();
    sending_back.case_does(buyer(), 1, Action::Escalate);
    for request in
        [on(platform(), 1, Action::RuleForMerchant), on(buyer(), 1, Action::CallOff), on(buyer(), 1, Action::Withdraw)]
    {
        let mut next = sending_back.clone();
        next.does(request);
        seen.watch([next]);
    }
    sending_back.lets_case_pass(1);
    seen.watch([sending_back]);
    // It cannot be delivered to the buyer either: sent again, reviewed, and in the end it stays where it is.
    bounced
        .case_does(carrier(), 1, Action::Bounce)
        .does(dispatch("again-2"))
        .case_does(carrier(), 1, Action::Bounce)
        .case_does(platform(), 1, Action::RuleForMerchant)
        .does(dispatch("again-3"))
        .case_does(carrier(), 1, Action::Bounce);
    seen.watch([goods_refused, nobody_rules, not_sent, bounced]);
}

fn dismissing() -> Policy {
    let mut policy = Policy::cn_marketplace();
    policy.switches.ruling_silence_dismisses = true;
    policy
}

/// The merchant is silent on goods that were sent back: some have come, or none.
pub fn sent_back_to_a_silent_merchant(seen: &mut Seen) {
    let mut order = shirt();
    order.lines = vec![redress::trade::NewLine::new("shirt", 2, 4_950)];
    let mut some = Shop::delivered(Policy::cn_marketplace(), order);
    some.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 2))
        .agrees(1)
        .ships_back(1)
        .receives(1, "shirt", 1)
        .lets_case_pass(1);
    let mut policy = Policy::cn_marketplace();
    policy.switches.receipt_silence_escalates = true;
    let mut none = asked(policy, Kind::ReturnAndRefund);
    none.agrees(1).ships_back(1).lets_case_pass(1);
    // Meanwhile it comes after all, or not.
    for action in [Action::Lose, Action::Bounce] {
        let mut reported = none.clone();
        reported.case_does(carrier(), 1, action);
        seen.watch([reported]);
    }
    none.receives(1, "shirt", 1);
    seen.watch([some, none]);
}

/// The deduction that was proposed after inspection is taken.
pub fn settled_for_less(seen: &mut Seen) {
    let mut shop = received(Kind::ReturnAndRefund);
    let propose = on(merchant(), 1, Action::Propose).amount(7_900);
    shop.does(propose.units_for("shirt", 1, Reason::Damaged));
    let mut silent = shop.clone();
    silent.lets_case_pass(1);
    shop.case_does(buyer(), 1, Action::Accept);
    // Or money after all, though an exchange was agreed on, while the goods are inspected.
    let mut converted = received(Kind::Exchange);
    converted.does(on(merchant(), 1, Action::ConvertToRefund).text("none left"));
    seen.watch([shop, silent, converted]);
}

/// A part is sent for a fee that the buyer offered: whoever agrees waits for it, however late that is.
pub fn a_part_for_a_fee(seen: &mut Seen) {
    let mut policy = Policy::cn_marketplace();
    policy.silence[Kind::Reship] = redress::Silence::Lapses;
    let mut asked = Shop::delivered(policy, shirt());
    let part = apply(Kind::Reship, Reason::MissingParts).units("shirt", 1).evidence("photo://1");
    asked.does(part.amount(1_000).fee(500));
    let mut overdue = asked.clone();
    overdue.lets_case_pass(1).case_does(merchant(), 1, Action::Agree);
    asked.does(on(merchant(), 1, Action::Refuse).text("all was there").evidence("photo://2"));
    asked.case_does(merchant(), 1, Action::Agree);
    let fee = on(gateway(), 1, Action::PayFee).amount(500).tender(Tender::Wallet);
    asked.does(fee.reference("f-1")).does(dispatch("part-1"));
    seen.watch([overdue, asked]);
}

/// Two parcels go back: one comes, and the other one bounces.
pub fn of_which_half_comes_back(seen: &mut Seen) {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), new_order(vec![NewLine::new("shirt", 2, 9_900)]));
    shop.does(apply(Kind::Exchange, Reason::Quality).units("shirt", 2).evidence("photo://1"));
    shop.agrees(1).ships_back(1).receives(1, "shirt", 1).case_does(carrier(), 1, Action::Bounce);
    seen.watch([shop]);
}
