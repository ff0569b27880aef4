//! The table is the truth: what a row does to the data follows from the row and the data, whatever conditions a user's own
//! edition of it asks for.

use redress::after_sale::{self, Action, State};
use redress::rule::{List, Machine, Rule, Table, To};
use redress::trade::{Bucket, NewLine, Request};
use redress::{Effect, Kind, Policy, Reason, Role, Tender, order, refund};

use crate::kit::*;

fn row<M: Machine>(table: &Table<M>, id: &str) -> Rule<M> {
    *table.rules().iter().find(|rule| rule.id().to_string() == id).unwrap()
}

/// The table with one row changed.
fn with<M: Machine>(table: &Table<M>, id: &str, change: impl FnOnce(&mut Rule<M>)) -> Table<M> {
    let mut changed = row(table, id);
    change(&mut changed);
    table.edit().replace(&id.parse().unwrap(), changed).done().unwrap()
}

/// The table with one row that does not ask for a condition any more.
fn without<M: Machine>(table: &Table<M>, id: &str, condition: M::Condition) -> Table<M> {
    let left: Vec<_> = row(table, id).when().filter(|asked| *asked != condition).collect();
    with(table, id, |rule| rule.when = List::of(&left).unwrap())
}

fn waybill(no: u16, action: Action, by: redress::Actor, number: &str) -> Request {
    on(by, no, action).waybill("sf", number)
}

/// The table without some rows.
fn lacking<M: Machine>(table: &Table<M>, ids: &[&str]) -> Table<M> {
    let taken_out = ids.iter().fold(table.edit(), |edit, id| edit.remove(&id.parse().unwrap()));
    taken_out.done().unwrap()
}

/// A shirt is exchanged, and the other one is on its way to the buyer.
fn exchanged(shop: &mut Shop) {
    shop.does(apply(Kind::Exchange, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.comes_back(1, "shirt", 1).case_does(merchant(), 1, Action::AcceptGoods);
    shop.does(waybill(1, Action::Dispatch, merchant(), "new-1")).case_is(1, State::Dispatched);
}

#[test]
fn a_replacement_that_is_confirmed_is_not_paid_for_as_well() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let id = "after_sale.dispatched.confirm_receipt.refunding";
    let table = lacking(&after_sale::RULES, &["after_sale.dispatched.confirm_receipt.completed"]);
    shop.rules.after_sale = without(&table, id, after_sale::Condition::DifferenceOwed);
    exchanged(&mut shop);
    shop.case_does(buyer(), 1, Action::ConfirmReceipt).case_is(1, State::Completed);
    shop.holds_money(9_900, 0, 0, 0);
}

#[test]
fn an_accepted_deduction_leaves_its_part_granted_whatever_the_row_compared() {
    let mut order = shirt();
    order.standing = 900;
    let mut shop = Shop::delivered(Policy::cn_marketplace(), order);
    let id = "after_sale.proposed.accept.recovering";
    let table = lacking(&after_sale::RULES, &["after_sale.proposed.accept.refunding.returned"]);
    shop.rules.after_sale = without(&table, id, after_sale::Condition::AdvancedMore);
    shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.comes_back(1, "shirt", 1).gateway_pays();
    let propose = on(merchant(), 1, Action::Propose).amount(8_000).units_for("shirt", 1, Reason::Damaged);
    shop.does(propose).case_does(buyer(), 1, Action::Accept).case_is(1, State::Recovering);
    shop.asks_for(&["restock", "recover_from_buyer 1900"]);
}

#[test]
fn silence_for_the_merchant_is_the_policys_word_and_grants_nothing() {
    let mut policy = Policy::cn_marketplace();
    policy.switches.ruling_silence_dismisses = true;
    let mut order = shirt();
    order.standing = 900;
    let mut shop = Shop::delivered(policy, order);
    let id = "after_sale.under_review.expire.recovering.dismissed";
    shop.rules.after_sale = without(&after_sale::RULES, id, after_sale::Condition::RulingSilenceDismisses);
    shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.agrees(1).ships_back(1).gateway_pays().case_is(1, State::Returning);
    shop.does(waybill(1, Action::Lose, carrier(), "back-1").with(|detail| detail.waybill = None));
    shop.case_is(1, State::UnderReview).lets_case_pass(1).case_is(1, State::Recovering);
    shop.asks_for(&["recover_from_buyer 9900"]);
    assert_eq!(shop.case(1).ground, Some(refund::Ground::Agreement), "nobody ruled");
}

#[test]
fn silence_writes_off_where_a_row_says_so() {
    for written_off in [9_900, 0] {
        let mut order = shirt();
        order.standing = 900;
        let mut shop = Shop::delivered(Policy::cn_marketplace(), order);
        let id = "after_sale.recovering.expire.dismissed";
        shop.rules.after_sale = with(&after_sale::RULES, id, |rule| {
            let kept: Vec<_> = rule.then().filter(|effect| written_off > 0 || *effect != Effect::WriteOff).collect();
            rule.then = List::of(&kept).unwrap();
        });
        shop.does(apply(Kind::ReturnAndRefund, Reason::Quality).units("shirt", 1).evidence("photo"));
        shop.agrees(1).ships_back(1).gateway_pays().case_is(1, State::Returning);
        shop.does(on(merchant(), 1, Action::RefuseGoods).text("worn out").evidence("photo"));
        shop.case_does(buyer(), 1, Action::TakeBack).case_is(1, State::Recovering);
        shop.lets_case_pass(1).case_is(1, State::Dismissed);
        assert_eq!(shop.case(1).written_off.minor(), written_off);
    }
}

#[test]
fn silence_grants_where_a_row_counts_it_as_consent() {
    for (consent, ground) in [(true, Some(refund::Ground::Silence)), (false, None)] {
        let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
        let id = "after_sale.overdue.expire.lapsed";
        shop.rules.after_sale = with(&after_sale::RULES, id, |rule| {
            rule.to = To::Enter(State::Refunding);
            assert!(!consent || rule.then.push(Effect::CountAsConsent));
        });
        shop.policy.silence[Kind::RefundOnly] = redress::Silence::Lapses;
        shop.does(apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).evidence("photo"));
        shop.lets_case_pass(1).case_is(1, State::Overdue).lets_case_pass(1).case_is(1, State::Refunding);
        assert_eq!(shop.case(1).ground, ground);
        // Where nobody has granted it, the shop's own rules have.
        assert_eq!(shop.refund(1).ground, ground.unwrap_or(refund::Ground::Policy));
        shop.gateway_pays().case_is(1, State::Completed);
    }
}

#[test]
fn a_refund_that_ends_unpaid_brings_its_case_to_a_review_however_it_ended() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let id = "refund.submitted.fail.failed";
    shop.rules.refund = with(&refund::RULES, id, |rule| rule.to = To::Enter(refund::State::Cancelled));
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.case_does(merchant(), 1, Action::Agree).does(Request::by(gateway()).refund(1, refund::Action::Fail));
    shop.refund_is(1, refund::State::Cancelled).case_is(1, State::UnderReview);
}

#[test]
fn a_refund_that_leaves_paid_is_not_paid_whoever_says_so() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let mut taken_back = row(&refund::RULES, "refund.unresolved.reconcile.failed");
    taken_back.from = refund::State::Paid;
    shop.rules.refund = refund::RULES.edit().add(taken_back).done().unwrap();
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.case_does(merchant(), 1, Action::Agree).gateway_pays().holds_money(0, 0, 0, 9_900);
    let reconcile = Request::by(finance()).refund(1, refund::Action::Reconcile).evidence("the books");
    shop.does(reconcile.with(|detail| detail.found_paid = Some(false)));
    shop.refund_is(1, refund::State::Failed).holds_money(0, 0, 9_900, 0);
}

#[test]
fn a_refund_is_sent_by_a_row_that_stays() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let mut resend = Rule::new(refund::State::Submitted, refund::Action::Retry, &[Role::Finance], To::Stay);
    resend = resend.asking(&[refund::Condition::AttemptsLeft]).causing(&[Effect::PayOut]);
    shop.rules.refund = refund::RULES.edit().add(resend).done().unwrap();
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.case_does(merchant(), 1, Action::Agree);
    shop.does(Request::by(finance()).refund(1, refund::Action::Retry));
    assert_eq!(shop.refund(1).attempt, 2);
}

#[test]
fn silence_that_leaves_a_refund_where_it_is_waits_anew() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let id = "refund.failed.expire.submitted";
    shop.rules.refund = with(&refund::RULES, id, |rule| rule.to = To::Stay);
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.case_does(merchant(), 1, Action::Agree).does(Request::by(gateway()).refund(1, refund::Action::Fail));
    let due = |shop: &Shop| shop.refund(1).deadline.unwrap().due().unwrap();
    let first = due(&shop);
    shop.lets_refund_pass(1).refund_is(1, refund::State::Failed);
    assert!(due(&shop) > first);
}

#[test]
fn what_a_case_may_not_claim_it_does_not_pay() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let id = "after_sale.absent.apply.requested";
    shop.rules.after_sale = without(&after_sale::RULES, id, after_sale::Condition::WithinRefundable);
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).evidence("photo").amount(20_000));
    shop.holds_money(0, 9_900, 0, 0);
    shop.case_does(merchant(), 1, Action::Agree).gateway_pays().case_is(1, State::Completed);
    shop.holds_money(0, 0, 0, 9_900);
}

#[test]
fn a_payment_goes_towards_the_order_unless_its_row_counts_it_as_a_surplus() {
    let mut policy = Policy::cn_marketplace();
    policy.counters[redress::Counter::Tenders] = 1;
    let id = "order.unpaid.pay.stay.surplus";
    let counted = |by| with(&order::RULES, id, |rule| rule.when = List::of(&[by]).unwrap());
    for (by, pots) in [(order::Condition::NotesLeft, (3_000, 0)), (order::Condition::SurplusLeft, (1_000, 2_000))] {
        let mut shop = Shop::new(policy.clone());
        shop.rules.order = counted(by);
        shop.place(shirt()).pay(1_000, "p-1").pay(2_000, "p-2");
        let pot = |bucket| shop.trade.money.pot(bucket).paid.minor();
        assert_eq!((pot(Bucket::Unapplied), pot(Bucket::Surplus)), pots);
    }
}

#[test]
fn an_order_that_is_content_with_less_shares_out_what_was_paid() {
    let mut shop = Shop::new(Policy::cn_marketplace());
    let table = lacking(&order::RULES, &["order.unpaid.pay.stay", "order.unpaid.pay.stay.surplus"]);
    shop.rules.order = without(&table, "order.unpaid.pay.paid", order::Condition::DueInFull);
    let lines = vec![NewLine::new("hat", 1, 5_000), NewLine::new("shirt", 1, 10_000)];
    shop.place(new_order(lines))
        .does(Request::by(gateway()).order(order::Action::Pay).amount(6_000).tender(Tender::Wallet).reference("p-1"));
    shop.order_is(order::State::Paid);
    let pot = |at| shop.trade.money.pot(Bucket::Goods(at)).paid.minor();
    assert_eq!((pot(0), pot(1)), (2_000, 4_000));
}

#[test]
fn shipping_closes_a_case_wherever_a_row_lets_it() {
    let mut policy = Policy::cn_marketplace();
    policy.switches.shipping_closes_case = true;
    policy.switches.unshipped_is_granted = false;
    let mut shop = Shop::paid(policy, shirt());
    let mut closes = row(&after_sale::RULES, "after_sale.overdue.overtake.lapsed");
    closes.from = State::UnderReview;
    shop.rules.after_sale = after_sale::RULES.edit().add(closes).done().unwrap();
    shop.does(apply(Kind::RefundOnly, Reason::NoReason).units("shirt", 1));
    shop.does(on(platform(), 1, Action::Escalate).text("to be looked at")).case_is(1, State::UnderReview);
    shop.ship("shirt", 1).case_is(1, State::Lapsed);
}

#[test]
fn what_no_row_lets_a_sibling_hear_is_left_undone_and_somebody_looks() {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.rules.refund = lacking(&refund::RULES, &["refund.absent.open.submitted"]);
    shop.does(apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).evidence("photo"));
    shop.case_does(merchant(), 1, Action::Agree).case_is(1, State::Refunding).holds_money(0, 9_900, 0, 0);
    shop.asks_for(&["alert"]);
}
