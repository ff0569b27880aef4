//! What may be put on the table: a fee within its cap, and money that is more than nothing.

use redress::trade::{Denied, Field, Flaw, Malformed, NewLine, Request};
use redress::{Amount, Kind, Policy, Reason, after_sale::Action};

use crate::kit::*;

fn exchange(fee: u64) -> Request {
    apply(Kind::Exchange, Reason::Quality).units("shirt", 1).evidence("photo").fee(fee)
}

fn with_difference(mut request: Request) -> Request {
    request.detail.difference = Some(Amount::new(100).into());
    request
}

impl Shop {
    #[track_caller]
    fn not_taken(&mut self, request: Request, field: Field) {
        let denied = self.ask(&request).unwrap_err();
        assert!(
            matches!(denied, Denied::Malformed(Malformed { field: of, flaw: Flaw::NotTaken }) if of == field),
            "{denied}"
        );
    }
}

#[test]
fn a_buyer_offers_no_higher_fee_than_the_policy_takes() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let most = shop.policy.amounts.fee_most.minor();
    shop.says_no(exchange(most + 1), &["within_fee_cap"], "may be at most", "超出上限");
    let by_staff = Request::by(platform()).apply(Kind::Exchange).units("shirt", 1).reason(Reason::Quality);
    shop.refuses(by_staff.text("as promised").fee(most + 1), &["within_fee_cap"]);
    shop.does(exchange(most));
    let change = |fee: u64| on(buyer(), 1, Action::Modify).evidence("photo").fee(fee);
    shop.refuses(change(most + 1), &["within_fee_cap"]);
    shop.does(change(most - 1));
    assert_eq!(shop.case(1).offer.fee.minor(), most - 1);
}

#[test]
fn nobody_proposes_nothing() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1));
    let propose = |amount: u64| on(merchant(), 1, Action::Propose).amount(amount);
    shop.says_no(
        propose(0).kind(Kind::Compensation),
        &["amount_above_zero"],
        "0.00 CNY is proposed, which must be above zero and at most 99.00 CNY",
        "须大于零且不超过",
    );
    shop.does(propose(1).kind(Kind::Compensation)).case_is(1, redress::after_sale::State::Proposed);
}

#[test]
fn nobody_takes_off_all_of_it_once_the_goods_are_back() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.comes_back(1, "shirt", 1);
    let propose =
        |amount: u64| on(merchant(), 1, Action::Propose).amount(amount).units_for("shirt", 1, Reason::Damaged);
    shop.refuses(propose(0), &["amount_above_zero"]);
    shop.does(on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo"));
    let change = |amount: u64| on(buyer(), 1, Action::Modify).amount(amount);
    shop.refuses(change(0), &["amount_above_zero"]);
    shop.does(change(1));
}

#[test]
fn goods_that_are_back_are_exchanged_for_no_others() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.comes_back(1, "shirt", 1);
    shop.does(on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo"));
    let change = || on(buyer(), 1, Action::Modify).amount(100);
    shop.says_no(change().units("shirt", 1), &["units_kept"], "leave them out", "请去掉商品列表");
    shop.does(change());
}

#[test]
fn what_the_return_cost_is_the_buyers_to_say() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.agrees(1).ships_back(1);
    let correct = |actor| on(actor, 1, Action::CorrectWaybill).waybill("sf", "back-2");
    shop.says_no(correct(merchant()).freight(0), &["freight_kept"], "leave the freight out", "请去掉运费金额");
    shop.does(correct(merchant())).does(correct(buyer()).freight(1_000));
}

#[test]
fn where_points_alone_were_paid_nothing_is_all_there_is_to_propose() {
    let mut order = new_order(vec![NewLine::new("shirt", 1, 9_900)]);
    (order.points, order.discount) = (9_900, redress::Amount::new(9_900));
    order.total = order.due().unwrap();
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(order).ship("shirt", 1).deliver("shirt", 1);
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1));
    shop.does(on(merchant(), 1, Action::Propose).kind(Kind::Compensation).amount(0));
}

#[test]
fn a_fee_that_is_offered_for_refused_goods_has_the_same_cap() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let most = shop.policy.amounts.fee_most.minor();
    shop.does(exchange(0)).comes_back(1, "shirt", 1);
    shop.does(on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo"));
    let change = |fee: u64| on(buyer(), 1, Action::Modify).fee(fee);
    shop.refuses(change(most + 1), &["within_fee_cap"]);
    shop.does(change(most));
    assert_eq!(shop.case(1).offer.fee.minor(), most);
}

#[test]
fn what_a_kind_cannot_use_is_refused_and_not_passed_over() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let paid_for = |kind| apply(kind, Reason::Quality).units("shirt", 1).evidence("photo");
    shop.not_taken(exchange(0).amount(100), Field::Amount);
    shop.not_taken(paid_for(Kind::RefundOnly).fee(100), Field::Fee);
    let offer = |kind| Request::by(merchant()).opens(Action::Offer, kind).units("shirt", 1);
    shop.not_taken(with_difference(offer(Kind::Repair)), Field::Difference);
    shop.does(exchange(0));
    shop.not_taken(on(buyer(), 1, Action::Modify).evidence("photo").amount(100), Field::Amount);
    let propose = |kind| on(merchant(), 1, Action::Propose).kind(kind);
    shop.not_taken(propose(Kind::Exchange).amount(100), Field::Amount);
    shop.not_taken(with_difference(propose(Kind::Reship)), Field::Difference);
    shop.not_taken(propose(Kind::Compensation).amount(100).fee(100), Field::Fee);
    shop.does(on(platform(), 1, Action::Escalate).text("looked into"));
    let ruling = |kind| on(platform(), 1, Action::RuleForBuyer).kind(kind);
    shop.refuses(ruling(Kind::Exchange).amount(100), &["kind_as_named"]);
    let mut waives = ruling(Kind::Exchange);
    waives.detail.return_waived = true;
    shop.refuses(waives, &["kind_as_named"]);
    // Without a kind, money is awarded instead of goods.
    shop.does(on(platform(), 1, Action::RuleForBuyer).amount(100));
}

#[test]
fn a_declaration_of_claimed_units_is_refused_for_that_alone() {
    let mut order = shirt();
    (order.statutory, order.currency) = (true, redress::Currency::EUR);
    let mut shop = Shop::delivered(Policy::eu_distance_selling(), order);
    shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo"));
    let declare = Request::by(buyer()).declare().units("shirt", 1);
    // Nothing is left to be refunded either: the other case claims it.
    shop.refuses(declare, &["units_free", "within_refundable"]);
}
