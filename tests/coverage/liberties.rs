//! Counted liberties: taken as often as the policy lets, and refused the next time.

use redress::after_sale::Action;
use redress::refund::{Action as RefundAction, State};
use redress::trade::Request;
use redress::{Counter, Dispute, Kind, Policy, Reason, Tender, order};

use super::kit::{Shop, apply, buyer, finance, gateway, merchant, on, platform, shirt};
use super::seen::Seen;

/// Everything may be done once.
fn once() -> Policy {
    let mut policy = Policy::cn_marketplace();
    for counter in Counter::ALL {
        policy.counters[*counter] = 1;
    }
    policy.first_backoffs.clear();
    policy
}

fn asks(kind: Kind) -> Request {
    apply(kind, Reason::Quality).units("shirt", 1).evidence("photo://1")
}

/// Does it, and is refused the second time.
fn twice(seen: &mut Seen, shop: &mut Shop, request: &Request, code: &str) {
    shop.does(request.clone());
    seen.asks(shop, request, code);
}

/// What both sides may do in a case, and with an order.
pub fn of_cases_and_orders(seen: &mut Seen) {
    let mut shop = Shop::delivered(once(), shirt());
    let note = |order: Request| order.text("hello");
    twice(seen, &mut shop, &note(Request::by(buyer()).order(order::Action::Note)), "order.notes_left");
    let goodwill = Request::by(platform()).order(order::Action::Goodwill).amount(100);
    twice(seen, &mut shop, &goodwill.text("sorry"), "order.goodwill_left");
    let mut disputed = shop.clone();
    disputed.does(mark(&shop, Dispute::Open));
    seen.asks(&disputed, &asks(Kind::RefundOnly), "after_sale.not_disputed");
    let mut asked = shop.clone();
    asked.does(asks(Kind::ReturnAndRefund));
    twice(seen, &mut asked, &note(on(buyer(), 1, Action::Note)), "after_sale.notes_left");
    let evidence = on(buyer(), 1, Action::SubmitEvidence).evidence("photo://2");
    twice(seen, &mut asked, &evidence, "after_sale.evidence_left");
    let modify = on(buyer(), 1, Action::Modify).amount(9_000).evidence("photo://3");
    twice(seen, &mut asked, &modify, "after_sale.modifies_left");
    let propose = on(merchant(), 1, Action::Propose).amount(5_000);
    seen.asks(
        &asked,
        &on(merchant(), 1, Action::Propose).kind(Kind::Exchange).fee(500_001),
        "after_sale.within_fee_cap",
    );
    asked.does(propose.clone()).case_does(buyer(), 1, Action::Decline);
    seen.asks(&asked, &propose, "after_sale.rounds_left");
    asked.case_does(buyer(), 1, Action::Withdraw);
    seen.asks(&asked, &asks(Kind::ReturnAndRefund), "after_sale.tries_left");
    let offer = Request::by(merchant()).opens(Action::Offer, Kind::Compensation);
    let offer = offer.units("shirt", 1).amount(500);
    asked.does(offer.clone()).case_does(buyer(), 2, Action::Decline);
    seen.asks(&asked, &offer, "after_sale.offers_left");
    let grant = Request::by(merchant()).opens(Action::Grant, Kind::Compensation);
    let grant = grant.units("shirt", 1).amount(500).text("sorry");
    asked.does(grant.clone()).gateway_pays();
    seen.asks(&asked, &grant, "after_sale.grants_left");
    seen.watch([asked]);
}

/// Proposals after the goods came back: for a return only, and with a reason for what is taken off.
pub fn of_proposals(seen: &mut Seen) {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(asks(Kind::ReturnAndRefund)).comes_back(1, "shirt", 1);
    let propose = || on(merchant(), 1, Action::Propose);
    seen.asks(&shop, &propose().kind(Kind::RefundOnly), "after_sale.returns");
    seen.asks(&shop, &propose().amount(5_000), "after_sale.reason_per_unit");
}

/// Addresses, conversions, evidence within a review, and receipt put off.
pub fn of_time_and_place(seen: &mut Seen) {
    let mut shop = Shop::delivered(once(), shirt());
    let mut put_off = shop.clone();
    put_off.after_hours(24 * 8);
    let extend = Request::by(buyer()).order(order::Action::Extend);
    twice(seen, &mut put_off, &extend.with(|detail| detail.days = Some(3)), "order.extension_left");
    shop.does(asks(Kind::Exchange)).agrees(1);
    let address = on(merchant(), 1, Action::GiveAddress).address("2 Return Road");
    twice(seen, &mut shop, &address, "after_sale.corrections_left");
    shop.ships_back(1).receives(1, "shirt", 1);
    let convert = on(merchant(), 1, Action::ConvertToRefund).text("none left");
    twice(seen, &mut shop, &convert, "after_sale.conversions_left");
    shop.case_does(merchant(), 1, Action::Escalate).after_hours(73);
    let evidence = on(buyer(), 1, Action::SubmitEvidence).evidence("photo://2");
    seen.asks(&shop, &evidence, "after_sale.within_evidence_time");

    let mut on_its_way = Shop::paid(once(), shirt());
    on_its_way.ship("shirt", 1).does(apply(Kind::RefundOnly, Reason::NotReceived).units("shirt", 1));
    let intercept = on(merchant(), 1, Action::Intercept);
    on_its_way.does(intercept.clone()).lets_case_pass(1);
    seen.asks(&on_its_way, &intercept, "after_sale.intercept_left");

    let policy = Policy::eu_distance_selling();
    let mut order = shirt();
    (order.statutory, order.currency) = (true, policy.currency);
    let declare = Request::by(buyer()).declare();
    // Partly shipped, it can neither be called off nor be sent back as a whole.
    let mut two = order.clone();
    two.lines.push(redress::trade::NewLine::new("hat", 1, 5_000));
    two.total = two.due().unwrap();
    let mut never_closed = policy.clone();
    never_closed.switches.partial_payout_closes_units = false;
    let mut in_part = Shop::paid(never_closed, two);
    in_part.ship("hat", 1);
    let both = || declare.clone().units("shirt", 1).units("hat", 1);
    seen.asks(&in_part, &both(), "after_sale.kind_fits");
    // Nor if a part has come back, and the rest was never shipped.
    in_part.does(declare.clone().units("hat", 1)).ships_back(1).receives(1, "hat", 1);
    in_part.does(on(platform(), 1, Action::Escalate).text("worn out"));
    in_part.does(on(platform(), 1, Action::RuleForBuyer).amount(1)).gateway_pays();
    seen.asks(&in_part, &both(), "after_sale.unshipped");
    let mut by_law = Shop::delivered(policy, order);
    by_law.does(declare.units("shirt", 1)).does(address).ships_back(1);
    let refuse = on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo://1");
    seen.asks(&by_law, &refuse, "after_sale.goods_refusal_allowed");
    seen.watch([shop, put_off, on_its_way, by_law]);
}

/// Payments of the buyer. The channel is never refused; who else reports one hears what is missing.
pub fn of_payments(seen: &mut Seen) {
    let pay = |actor, amount: u64, reference: &str| {
        let pay = Request::by(actor).order(order::Action::Pay).amount(amount);
        pay.tender(Tender::Wallet).reference(reference)
    };
    let mut shop = Shop::new(once());
    shop.place(shirt());
    let reprice = Request::by(merchant()).order(order::Action::Reprice).amount(9_800);
    twice(seen, &mut shop, &reprice, "order.reprices_left");
    shop.does(pay(gateway(), 100, "p-1")).does(pay(gateway(), 100, "p-2"));
    seen.asks(&shop, &pay(buyer(), 100, "p-3"), "order.tenders_left");
    shop.does(pay(gateway(), 9_700, "p-4"));
    seen.asks(&shop, &pay(buyer(), 100, "p-5"), "order.surplus_left");

    let mut dearer = Shop::delivered(once(), shirt());
    dearer.does(asks(Kind::Exchange).with(|detail| detail.fee = Some(2_000.into()))).agrees(1);
    let fee = |actor, reference: &str| {
        let fee = on(actor, 1, Action::PayFee).amount(500);
        fee.tender(Tender::Wallet).reference(reference)
    };
    dearer.does(fee(gateway(), "f-1"));
    seen.asks(&dearer, &fee(buyer(), "f-2"), "after_sale.fee_in_full");

    let mut order = shirt();
    order.standing = 650;
    let mut advanced = Shop::delivered(once(), order);
    advanced
        .does(asks(Kind::ReturnAndRefund))
        .agrees(1)
        .ships_back(1)
        .gateway_pays()
        .receives(1, "shirt", 1)
        .does(on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo://2"))
        .case_does(buyer(), 1, Action::TakeBack);
    let repay = |actor, reference: &str| {
        let repay = on(actor, 1, Action::Repay).amount(500);
        repay.tender(Tender::Wallet).reference(reference)
    };
    advanced.does(repay(gateway(), "b-1"));
    seen.asks(&advanced, &repay(buyer(), "b-2"), "after_sale.repaid_in_full");
    seen.asks(&advanced, &reverse(9_900), "refund.not_repaid");
    seen.watch([shop, dearer, advanced]);
}

/// A shirt is delivered, and the merchant agrees to pay.
fn agreed() -> Shop {
    let mut shop = Shop::delivered(once(), shirt());
    shop.does(asks(Kind::RefundOnly)).case_does(merchant(), 1, Action::Agree);
    shop
}

fn mark(shop: &Shop, stage: Dispute) -> Request {
    let mark = Request::by(gateway()).order(order::Action::MarkDispute).reference("p-1");
    let at = shop.now;
    mark.with(|detail| (detail.stage, detail.stage_at) = (Some(stage), Some(at)))
}

fn report(action: RefundAction) -> Request {
    Request::by(gateway()).refund(1, action)
}

fn succeed(actor: redress::Actor, amount: u64, reference: &str) -> Request {
    let succeed = Request::by(actor).refund(1, RefundAction::Succeed);
    succeed.amount(amount).reference(reference)
}

/// Finance says that the bank took it back: only the channel can.
fn reverse(amount: u64) -> Request {
    let reverse = Request::by(finance()).refund(1, RefundAction::Reverse);
    reverse.amount(amount).reference("r-1")
}

/// What the channel reports, told by somebody else: what is missing is said.
pub fn of_reports(seen: &mut Seen) {
    let mut asked = agreed();
    asked.does(report(RefundAction::Pend));
    let pend = Request::by(finance()).refund(1, RefundAction::Pend);
    seen.asks(&asked, &pend, "refund.asks_left");
    let mut back = agreed();
    back.gateway_pays().does(report(RefundAction::Reverse).amount(9_900).reference("r-9")).does(succeed(
        gateway(),
        9_900,
        "r-10",
    ));
    seen.asks(&back, &reverse(9_900), "refund.reversals_left");
    // The case and the order were over, and were taken up again.
    seen.asks(&back, &on(buyer(), 1, Action::Unsettle), "after_sale.revivals_left");
    seen.asks(&back, &Request::by(buyer()).order(order::Action::Restore), "order.revivals_left");
    let mut paid = agreed();
    paid.gateway_pays();
    let of_another_key = reverse(9_900).with(|detail| detail.key_number = Some(2));
    seen.asks(&paid, &of_another_key, "refund.paid_key");

    let mut unknown = agreed();
    let mark = mark(&unknown, Dispute::Inquiry).reference("not-ours");
    unknown.does(mark.clone());
    let told = Request { actor: finance(), ..mark };
    seen.asks(&unknown, &told, "order.dispute_marks_left");
    let mut reviewed = Shop::delivered(once(), shirt());
    reviewed.does(asks(Kind::ReturnAndRefund)).case_does(merchant(), 1, Action::Escalate);
    seen.asks(&reviewed, &on(merchant(), 1, Action::Lose), "after_sale.units_underway");
    let mut closed = agreed();
    closed.does(report(RefundAction::Close));
    let close = Request::by(finance()).refund(1, RefundAction::Close);
    seen.asks(&closed, &close, "refund.key_open");

    // Rejected and ruled on: not to be rejected again. Or dismissed, and another case claims the shirt.
    let mut policy = once();
    policy.amounts.approval_above = redress::Amount::ZERO;
    policy.counters[Counter::Tries] = 2;
    let mut called_off = Shop::delivered(policy, shirt());
    let reject = |no| Request::by(finance()).refund(no, RefundAction::Reject).text("look again");
    called_off.does(asks(Kind::RefundOnly)).case_does(merchant(), 1, Action::Agree).does(reject(1));
    let mut ruled = called_off.clone();
    ruled.case_does(platform(), 1, Action::RuleForBuyer);
    seen.asks(&ruled, &reject(2), "refund.rejections_left");
    called_off.case_does(platform(), 1, Action::RuleForMerchant).does(asks(Kind::ReturnAndRefund));
    let open = Request::by(finance()).refund(1, RefundAction::Open);
    seen.asks(&called_off, &open, "refund.within_balance");
    let late = succeed(gateway(), 9_900, "r-1");
    called_off.does(late).refund_is(1, State::Cancelled);
    seen.watch([asked, back, unknown, reviewed, closed, ruled, called_off]);
}

/// Ways to pay a refund that the channel does not pay.
pub fn of_refunds(seen: &mut Seen) {
    let mut failed = agreed();
    failed.does(report(RefundAction::Fail));
    let retry = Request::by(merchant()).refund(1, RefundAction::Retry);
    seen.asks(&failed, &retry, "refund.attempts_left");
    let mut paid = agreed();
    paid.gateway_pays().does(succeed(gateway(), 1, "r-2"));
    seen.asks(&paid, &succeed(finance(), 1, "r-3"), "refund.conflicts_left");

    let mut abnormal = agreed();
    abnormal.does(report(RefundAction::GoAbnormal));
    let redirect = |actor| {
        let redirect = Request::by(actor).refund(1, RefundAction::Redirect);
        redirect.with(|detail| detail.account = "acct-2".to_owned())
    };
    abnormal.does(redirect(finance()));
    seen.asks(&abnormal, &redirect(finance()), "refund.another_person");
    let mut often = abnormal.clone();
    often.policy.counters[Counter::Redirects] = 3;
    seen.asks(&often, &redirect(finance()), "refund.account_new");
    abnormal.does(redirect(platform())).does(report(RefundAction::GoAbnormal));
    seen.asks(&abnormal, &redirect(finance()), "refund.redirects_left");
    let offline = || {
        let offline = Request::by(finance()).refund(1, RefundAction::PayOffline);
        offline.with(|detail| detail.voucher = "voucher-1".to_owned())
    };
    abnormal.does(offline()).does(Request::by(buyer()).refund(1, RefundAction::Deny));
    seen.asks(&abnormal, &offline(), "refund.offline_left");

    // The bank has paid a part while it was with the channel.
    let lost = |most: u64, then: RefundAction| {
        let mut shop = agreed();
        let mark = mark(&shop, Dispute::Lost).amount(most);
        shop.does(mark).does(report(then));
        shop
    };
    let part = lost(100, RefundAction::Fail);
    seen.asks(&part, &retry, "refund.channel_open");
    seen.watch([failed, paid, abnormal, part]);
}

/// Nobody knows what became of it; it was looked into once, and sent again, and nobody knows again.
pub fn of_looking_into_it(seen: &mut Seen) {
    let mut shop = agreed();
    let unknown = |shop: &mut Shop| {
        while shop.refund(1).state != State::Unresolved {
            shop.lets_refund_pass(1);
        }
    };
    let found = |paid: bool| {
        let found = Request::by(finance()).refund(1, RefundAction::Reconcile);
        found.evidence("ledger://1").with(|detail| detail.found_paid = Some(paid))
    };
    shop.policy.counters[Counter::Attempts] = 5;
    unknown(&mut shop);
    shop.does(found(false));
    unknown(&mut shop);
    seen.asks(&shop, &found(false), "refund.reconciles_left");
    seen.watch([shop]);
}
