//! Our own tables, each with a hole made in it: the check names the state or the row.
#![expect(clippy::unwrap_used, reason = "a hole that is not found fails the test")]

use redress::rule::{Guard, Machine, Rule, Standing, Table, To};
use redress::{Effect, Role, Word, after_sale, order, refund};

fn faults<M: Machine>(table: &Table<M>, edit: impl FnOnce(redress::rule::Edit<M>) -> redress::rule::Edit<M>) -> String {
    edit(table.edit()).done().err().map(|faults| faults.to_string()).unwrap_or_default()
}

/// The same row with other conditions.
fn asking<M: Machine>(rule: &Rule<M>, when: &[M::Condition]) -> Rule<M> {
    let by: Vec<Role> = rule.by.iter().collect();
    let then: Vec<M::Effect> = rule.then().collect();
    let mut changed = Rule::new(rule.from, rule.action, &by, rule.to).asking(when).causing(&then);
    changed.name = rule.name;
    changed.correction = rule.correction;
    changed
}

fn without_its_last_clock_row<M: Machine>(table: &Table<M>) -> usize {
    let waiting = M::State::ALL.iter().filter(|&&state| matches!(table.standing(state), Standing::Waits(_)));
    waiting
        .map(|&state| {
            let last = table.rules_from(state).iter().rfind(|rule| rule.by.has(Role::Clock)).unwrap().id();
            let found = faults(table, |edit| edit.remove(&last));
            assert!(found.contains(state.code()), "without {last}: `{found}` does not name {state}");
        })
        .count()
}

#[test]
fn a_waiting_state_without_its_last_clock_row_is_named() {
    let states = without_its_last_clock_row(&order::RULES)
        + without_its_last_clock_row(&after_sale::RULES)
        + without_its_last_clock_row(&refund::RULES);
    assert_eq!(states, 8 + 16 + 6, "every waiting state");
}

fn without_its_counter<M: Machine>(table: &Table<M>) -> usize {
    let loops = |rule: &&Rule<M>| rule.to == To::Stay || rule.to == To::Enter(rule.from);
    table
        .rules()
        .iter()
        .filter(loops)
        .map(|rule| {
            let rest: Vec<M::Condition> = rule.when().filter(|condition| !condition.is_counter()).collect();
            let id = rule.id();
            let found = faults(table, |edit| edit.replace(&id, asking(rule, &rest)));
            assert!(found.contains(rule.from.code()), "{id} without its counter: `{found}`");
        })
        .count()
}

#[test]
fn a_loop_without_its_counter_is_named() {
    let rows = without_its_counter(&order::RULES)
        + without_its_counter(&after_sale::RULES)
        + without_its_counter(&refund::RULES);
    assert!(rows >= 140, "rows that stay where they are: {rows}");
}

/// The first row that has this effect where it does nothing, as the check says.
fn unusable<M: Machine<Effect = Effect>>(table: &Table<M>, row: &str, effect: Effect) -> String {
    let id = row.parse().unwrap();
    let rule = *table.rules().iter().find(|rule| rule.id() == id).unwrap();
    faults(table, |edit| edit.replace(&id, rule.causing(&[effect])))
}

#[test]
fn an_effect_that_would_do_nothing_is_named() {
    let said = |row: &str, effect: Effect| {
        format!("row `{row}` has the effect `{effect}`, which does nothing there: take it out")
    };
    let (orders, cases, refunds) = (&order::RULES, &after_sale::RULES, &refund::RULES);
    for effect in [Effect::CountAsConsent, Effect::WriteOff] {
        let row = "order.paid.expire.late";
        assert_eq!(unusable(orders, row, effect), said(row, effect));
        let row = "refund.failed.expire.abnormal";
        assert_eq!(unusable(refunds, row, effect), said(row, effect));
    }
    for (row, effect) in [
        ("after_sale.overdue.expire.lapsed", Effect::StandStill),
        ("after_sale.requested.agree.refunding", Effect::CountAsConsent),
        ("after_sale.absent.apply.requested", Effect::WriteOff),
    ] {
        assert_eq!(unusable(cases, row, effect), said(row, effect));
    }
    let (row, stays) = ("order.delivered.deliver.stay", Effect::StandStill);
    assert_eq!(unusable(orders, row, stays), said(row, stays));
    // Where they do something, they are taken.
    assert_eq!(unusable(orders, "order.paid.expire.late", Effect::StandStill), "");
    assert_eq!(unusable(cases, "after_sale.overdue.expire.lapsed", Effect::CountAsConsent), "");
    assert_eq!(unusable(cases, "after_sale.recovering.expire.awaiting_send_back", Effect::WriteOff), "");
    for faults in [orders.check().err(), cases.check().err(), refunds.check().err()] {
        assert!(faults.is_none(), "{faults:?}");
    }
}

fn that_nobody_reaches<M: Machine>(table: &Table<M>) {
    let states = M::State::ALL.iter().filter(|&&state| table.standing(state) != Standing::Start);
    for &state in states {
        let into = |rule: &&Rule<M>| rule.to == To::Enter(state) && rule.from != state;
        let rows: Vec<_> = table.rules().iter().filter(into).map(Rule::id).collect();
        let found = faults(table, |edit| rows.iter().fold(edit, |edit, row| edit.remove(row)));
        assert!(found.contains(state.code()), "without a way to {state}: `{found}`");
    }
}

#[test]
fn a_state_that_nobody_reaches_is_named() {
    that_nobody_reaches(&order::RULES);
    that_nobody_reaches(&after_sale::RULES);
    that_nobody_reaches(&refund::RULES);
}

/// The rows by which a sibling is told something that counts: how many, and what becomes of the table without what they count.
fn told<M: Machine>(table: &Table<M>) -> (usize, String) {
    let counts = |rule: &&Rule<M>| rule.by.has(Role::Trade) && rule.when().any(Guard::is_counter);
    let told: Vec<&Rule<M>> = table.rules().iter().filter(counts).collect();
    for rule in &told {
        let by_itself = rule.when().find(|condition| condition.is_counter() && condition.counter().is_none());
        assert_eq!(by_itself.map(Guard::code), None, "{} counts nothing that is used up", rule.id());
    }
    let without = |edit: redress::rule::Edit<M>| {
        told.iter().fold(edit, |edit, rule| {
            let rest: Vec<M::Condition> = rule.when().filter(|condition| !condition.is_counter()).collect();
            edit.replace(&rule.id(), asking(rule, &rest))
        })
    };
    (told.len(), faults(table, without))
}

#[test]
fn what_is_told_is_counted_and_a_table_in_which_it_is_not_is_refused() {
    let (order, found) = told(&order::RULES);
    assert!(found.contains("order.refunded.restore.unwinding"), "{found}");
    let (case, found) = told(&after_sale::RULES);
    assert!(found.contains("after_sale.refunding.overpay.recovering"), "{found}");
    assert!(found.contains("after_sale.completed.unsettle.refunding"), "{found}");
    let (refund, found) = told(&refund::RULES);
    assert!(found.contains("refund.paid.reverse.failed.loss_undone"), "{found}");
    assert!(order >= 3 && case >= 20 && refund >= 2, "{order}, {case} and {refund} rows");
}
