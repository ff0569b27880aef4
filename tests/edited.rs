//! Rules of a user's own: whichever row is taken out, sent elsewhere or asked less of, whatever anybody asks is carried out or
//! refused, and what would be stored adds up.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

mod shop;

use proptest::prelude::*;
use redress::Word;
use redress::rule::{Edit, List, Machine, Rule, Table, To};
use redress::testing::strategy::Chance;
use redress::trade::{Defect, Denied, Rules, run_due, silence, step};
use shop::Shop;

const WALKS: u32 = 512;
const STEPS: usize = 60;

/// One row of a table changed at random, if what comes of it is still a table.
fn edited<M: Machine>(table: &Table<M>, chance: &mut Chance) -> Option<(Table<M>, String)> {
    let rows = table.rules();
    let row = rows.get(chance.below(rows.len())).copied()?;
    let (edit, what) = match chance.below(6) {
        0 => (table.edit().remove(&row.id()), format!("without {}", row.id())),
        1 => redirected(table, row, chance),
        2 => loosened(table, row, chance)?,
        3 | 4 => {
            let mut more = row;
            more.from = chance.pick(M::State::ALL);
            (table.edit().add(more), format!("{} from {:?}", row.id(), more.from))
        }
        _ => {
            let mut silent = row;
            silent.then = List::EMPTY;
            (table.edit().replace(&row.id(), silent), format!("{} without effects", row.id()))
        }
    };
    Some((edit.done().ok()?, what))
}

/// The row leads to another state, or nowhere.
fn redirected<M: Machine>(table: &Table<M>, row: Rule<M>, chance: &mut Chance) -> (Edit<M>, String) {
    let states = M::State::ALL;
    let to = if chance.one_in(8) { To::Stay } else { To::Enter(chance.pick(states)) };
    let mut other = row;
    other.to = to;
    (table.edit().replace(&row.id(), other), format!("{} to {to:?}", row.id()))
}

/// The row asks for one condition less.
fn loosened<M: Machine>(table: &Table<M>, row: Rule<M>, chance: &mut Chance) -> Option<(Edit<M>, String)> {
    let conditions: Vec<M::Condition> = row.when().collect();
    let dropped = chance.below(conditions.len().max(1));
    let left: Vec<_> =
        conditions.iter().copied().enumerate().filter(|(at, _)| *at != dropped).map(|(_, it)| it).collect();
    let mut looser = row;
    looser.when = List::EMPTY;
    let looser = looser.asking(&left);
    let what = format!("{} without {:?}", row.id(), conditions.get(dropped)?);
    Some((table.edit().replace(&row.id(), looser), what))
}

/// A rulebook with one to three rows changed.
fn any_rules(chance: &mut Chance) -> (Rules, Vec<String>) {
    let mut rules = Rules::built_in();
    let mut changes = Vec::new();
    let wanted = 1 + chance.below(3);
    for _ in 0..60 {
        if changes.len() == wanted {
            break;
        }
        let change = match chance.below(5) {
            0 => edited(&rules.order, chance).map(|(table, what)| {
                rules.order = table;
                what
            }),
            1 => edited(&rules.refund, chance).map(|(table, what)| {
                rules.refund = table;
                what
            }),
            _ => edited(&rules.after_sale, chance).map(|(table, what)| {
                rules.after_sale = table;
                what
            }),
        };
        changes.extend(change);
    }
    (rules, changes)
}

fn story(shop: &Shop) -> String {
    let offset = chrono::FixedOffset::east_opt(8 * 3_600).unwrap();
    shop.events.iter().map(|event| format!("{}\n", event.told(redress::Lang::En, offset))).collect()
}

fn walk(seed: u64) {
    let (mut shop, mut chance) = Shop::begun(seed);
    let (rules, changes) = any_rules(&mut chance);
    shop.rules = rules;
    for _ in 0..STEPS {
        shop.now = shop.now.after(chance.wait(&shop.scene()));
        let request = chance.request(&shop.scene());
        let asked = step(&shop.book(), &shop.trade, &request, shop.now);
        if chance.one_in(10) {
            // Rows that lead nowhere may let time run for ever; that is found out, and nothing else.
            let silent = silence(&shop.book(), &shop.trade);
            let endless = Err(Denied::Defect(Defect::Range { what: "silence" }));
            let is_fine = silent == endless || !matches!(silent, Err(Denied::Defect(_)));
            assert!(is_fine, "{silent:?}\nseed {seed}\n{changes:#?}");
        }
        let passed = run_due(&shop.book(), &shop.trade, shop.now);
        for answer in [&asked, &passed] {
            if let Err(Denied::Defect(defect)) = answer {
                panic!("{defect}\nseed {seed}\n{changes:#?}\n{request:?}\n{}", story(&shop));
            }
        }
        if let Ok(outcome) = asked {
            assert!(outcome.trade.money.is_conserved(), "seed {seed}: {changes:?}");
            shop.trade = outcome.trade;
            shop.events.extend(outcome.events);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: WALKS, failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn edited_rules_come_to_no_defect(seed: u64) {
        walk(seed);
    }
}
