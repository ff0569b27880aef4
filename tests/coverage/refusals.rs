//! Refusals: what is asked before any row, and what can stand in the refusal of a row at all.

use std::collections::BTreeSet;

use redress::after_sale::Action;
use redress::rule::{Guard, Machine, Rule, Table};
use redress::trade::{Asked, NewLine, NewOrder, Request, Subject};
use redress::{Actor, Currency, Kind, Policy, Reason, Role, Time, order};

use super::kit::{Shop, apply, buyer, merchant, new_order, on, shirt};
use super::seen::Seen;

/// Malformed in every way, by strangers, too early, about another version or under other terms.
pub fn before_any_row(seen: &mut Seen) {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    let asks = || apply(Kind::RefundOnly, Reason::Quality).units("shirt", 1).evidence("photo://1");
    shop.does(asks());
    let note = || Request::by(buyer()).order(order::Action::Note).text("hello");
    let by = |role: Role| {
        let actor = Actor { role, ..buyer() };
        Request::by(actor).order(order::Action::Note).text("hello")
    };
    let mut other_machine = note();
    other_machine.subject = Subject::Case(1);
    let requests = [
        ("malformed.missing", Request::by(buyer()).order(order::Action::Note)),
        ("malformed.not_taken", note().amount(1)),
        ("malformed.too_long", note().text("x".repeat(501))),
        ("malformed.out_of_range", asks().units("mug", 0)),
        ("malformed.repeated", asks().units("shirt", 1)),
        ("malformed.unknown", on(buyer(), 7, Action::Withdraw)),
        ("malformed.not_an_id", note().key("")),
        ("malformed.other_currency", asks().amount(redress::Amount::new(1).of(Currency::EUR))),
        ("malformed.not_for_people", by(Role::Clock)),
        ("malformed.other_machine", other_machine),
        ("stranger", Request::by(Actor::buyer("mallory")).order(order::Action::Note).text("hello")),
        ("stale", note().seen(0)),
    ];
    for (code, request) in requests {
        seen.asks(&shop, &request, code);
    }
    let mut earlier = shop.clone();
    earlier.now = Time::EPOCH;
    seen.asks(&earlier, &note(), "backwards");
    let mut changed = shop.clone();
    changed.policy.version += 1;
    seen.asks(&changed, &note(), "other_terms");
    let mut edited = shop;
    let notes = order::RULES.rules().iter().filter(|rule| rule.action == order::Action::Note);
    let without = notes.fold(order::RULES.edit(), |edit, rule| edit.remove(&rule.id()));
    edited.rules.order = without.done().unwrap();
    seen.asks(&edited, &note(), "no_row");
}

/// Orders that do not add up.
pub fn of_orders(seen: &mut Seen) {
    let shop = Shop::new(Policy::cn_marketplace());
    let line = |change: fn(&mut NewLine)| {
        let mut order = shirt();
        change(&mut order.lines[0]);
        order
    };
    let order = |change: fn(&mut NewOrder)| {
        let mut order = shirt();
        change(&mut order);
        order
    };
    let orders = [
        ("order.lines_valid", line(|line| line.discount = redress::Amount::new(10_000))),
        ("order.sums_match", order(|order| order.total = redress::Amount::new(1))),
        ("order.currency_matches", order(|order| order.currency = Currency::EUR)),
    ];
    for (code, order) in orders {
        seen.asks(&shop, &Request::by(buyer()).place(order), code);
    }
}

/// What is left of an order that is shipped in part, and an order that is called off too early.
pub fn of_the_rest(seen: &mut Seen) {
    let mut policy = Policy::cn_marketplace();
    policy.switches.unshipped_is_granted = false;
    let mut shop = Shop::new(policy);
    let mut order = new_order(vec![NewLine::new("mug", 1, 4_000), NewLine::new("lamp", 1, 6_000)]);
    order.shipping = redress::Amount::new(800);
    order.total = order.due().unwrap();
    shop.place(order);
    let cancel = Request::by(merchant()).order(order::Action::Cancel).text("a wrong price");
    seen.asks(&shop, &cancel, "order.old_enough");
    shop.pay(10_800, "p-1").ship("mug", 1);
    seen.asks(&shop, &Request::by(buyer()).order(order::Action::Narrow), "order.all_shipped");
    shop.does(apply(Kind::RefundOnly, Reason::OutOfStock).units("lamp", 1));
    let cancel_rest = Request::by(merchant()).order(order::Action::CancelRest).text("none left");
    seen.asks(&shop, &cancel_rest, "order.rest_unclaimed");
    seen.asks(&shop, &on(buyer(), 1, Action::Escalate), "after_sale.direct_escalation");
    // The first case has the shipping already.
    shop.deliver("mug", 1);
    let asks = apply(Kind::RefundOnly, Reason::Quality).units("mug", 1).evidence("photo://1");
    seen.asks(&shop, &asks.amount(4_100), "after_sale.shipping_unspent");
    seen.watch([shop]);
}

/// Conditions that no application meets in ordinary shops, but some tenants set.
pub fn of_applications(seen: &mut Seen) {
    let mut policy = Policy::cn_marketplace();
    policy.switches.whole_line_only = true;
    policy.switches.reapply_after_lapse = false;
    let mut order = shirt();
    order.lines[0].count = 2;
    order.total = order.due().unwrap();
    let mut shop = Shop::delivered(policy, order);
    let asks = |count| apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", count);
    seen.asks(&shop, &asks(1), "after_sale.whole_lines");
    shop.does(asks(2)).agrees(1).lets_case_pass(1);
    seen.asks(&shop, &asks(2), "after_sale.reapply_allowed");
}

/// Goods that are on their way back, or were refused: what stays as it is.
pub fn of_returned_goods(seen: &mut Seen) {
    let mut shop = Shop::delivered(Policy::cn_marketplace(), shirt());
    shop.does(apply(Kind::ReturnAndRefund, Reason::NoReason).units("shirt", 1)).agrees(1).ships_back(1);
    let correct = on(merchant(), 1, Action::CorrectWaybill).waybill("sf", "back-2");
    seen.asks(&shop, &correct.clone().freight(100), "after_sale.freight_kept");
    shop.does(correct).receives(1, "shirt", 1);
    shop.does(on(merchant(), 1, Action::RefuseGoods).text("worn").evidence("photo://2"));
    let others = on(buyer(), 1, Action::Modify).amount(100).units("shirt", 1);
    seen.asks(&shop, &others, "after_sale.units_kept");
    let more = on(buyer(), 1, Action::Modify).amount(9_901);
    seen.asks(&shop, &more, "after_sale.amount_not_raised");
    seen.watch([shop]);
}

/// The codes of every condition of a machine, and of its limits, with the machine's name.
pub fn every_condition<M: Machine>() -> BTreeSet<String> {
    let codes = M::Condition::ALL.iter().map(|condition| condition.code());
    codes.chain(["past"]).map(|code| format!("{}.{code}", M::NAME)).collect()
}

/// The conditions that only choose between rows and never stand in a refusal: wherever one is asked for, a row of the
/// same state and action is always nearer.
pub fn only_choosing<M: Machine>(table: &Table<M>) -> BTreeSet<String> {
    let only_chooses = |condition: &M::Condition| {
        let mut rows = table.rules().iter().filter(|rule| asks_for(rule, *condition));
        rows.all(|rule| has_nearer(table, rule, *condition))
    };
    let choosing = M::Condition::ALL.iter().copied().filter(only_chooses);
    choosing.map(|condition| format!("{}.{}", M::NAME, condition.code())).collect()
}

/// Whether a row is never the nearest one where this condition does not hold: another is for all who may take it, does
/// not ask for the condition, and asks for nothing that this one does not ask for as well, or for one thing if it
/// stands first, for then it is at most as far.
fn has_nearer<M: Machine>(table: &Table<M>, rule: &Rule<M>, condition: M::Condition) -> bool {
    let rows = table.rules_for(rule.from, rule.action);
    let place = rows.iter().position(|row| row.id() == rule.id());
    rows.iter().enumerate().any(|(at, other)| {
        let for_all = rule.by.iter().all(|role| other.by.has(role));
        let more = other.when().filter(|asked| !asks_for(rule, *asked) && !costs_nothing(rule, *asked)).count();
        let most = usize::from(Some(at) < place);
        for_all && !asks_for(other, condition) && more <= most
    })
}

/// Whether a condition fails only where one that the row asks for fails as well: a fee is for what is sent alone.
fn costs_nothing<M: Machine>(rule: &Rule<M>, condition: M::Condition) -> bool {
    condition.code() == "within_fee_cap" && rule.when().any(|asked| asked.code() == "pays")
}

fn asks_for<M: Machine>(rule: &Rule<M>, condition: M::Condition) -> bool {
    rule.when().any(|asked| asked == condition)
}

/// The machine of a request, as codes name it.
pub const fn machine(asked: Asked) -> &'static str {
    match asked {
        Asked::Order(_) => "order",
        Asked::Case(_) => "after_sale",
        Asked::Refund(_) => "refund",
    }
}
