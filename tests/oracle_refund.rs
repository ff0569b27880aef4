//! The refund order written a second time, as a `match` from the prose of the process, against the table.
mod oracle;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use redress::fact::{Deadline, Length, Used};
use redress::refund::{Action as Do, Facts, Ground, RULES, Route, State};
use redress::{Amount, Dispute, Id, Limit, Person, Role, Time};

use oracle::told;

fn amount() -> impl Strategy<Value = Amount> {
    (0..4_u64).prop_map(Amount::new)
}

fn used() -> impl Strategy<Value = Used> {
    (0..3_u32, 0..3_u32).prop_map(|(used, of)| Used { used, of })
}

fn length() -> impl Strategy<Value = Length> {
    (0..5_u32).prop_map(|used| Length { used, least: 1, most: 3 })
}

fn time() -> impl Strategy<Value = Time> {
    (0..3_i64).prop_map(Time::from_millis)
}

fn person() -> impl Strategy<Value = Option<Person>> {
    let name = || prop::sample::select(vec![Id::from("mia"), Id::from("fay"), Id::from("kim")]);
    prop::option::of((name(), prop::option::of(name())).prop_map(|(id, account)| Person { id, account }))
}

/// The limits of the refund order, and one that is not.
fn deadline() -> impl Strategy<Value = Option<Deadline>> {
    let limits = vec![
        Limit::Approval,
        Limit::Dispute,
        Limit::GatewayAnswer,
        Limit::Backoff,
        Limit::Manual,
        Limit::OfflineConfirm,
        Limit::Ruling,
    ];
    prop::option::of((prop::sample::select(limits), time()).prop_map(|(limit, due)| Deadline { limit, due }))
}

prop_compose! {
    /// Facts of few and small values, so that boundaries are met often.
    fn facts()(
        (now, deadline, channel_until, channel_refunds) in (time(), deadline(), prop::option::of(time()), used()),
        (amount, room, approval_above, reported, bank_paid) in (amount(), amount(), amount(), amount(), amount()),
        repaid in amount(),
        (ground, route) in (
            prop::sample::select(Ground::ALL),
            prop::option::of(prop::sample::select(Route::ALL)),
        ),
        dispute in prop::option::of(prop::sample::select(Dispute::ALL)),
        (by, first_person, reason, evidence) in (person(), person(), length(), length()),
        (approval_silence_rejects, account_given, account_asked, voucher_given) in any::<(bool, bool, bool, bool)>(),
        found_paid in any::<Option<bool>>(),
        (reported_key, key, key_sent, paid_key) in (1..3_u32, 1..3_u32, any::<bool>(), 0..3_u32),
        (asks, attempts, redirects, offline) in (used(), used(), used(), used()),
        (reversals, conflicts, reconciles, rejections) in (used(), used(), used(), used()),
        dispute_marks in used(),
    ) -> Facts {
        Facts {
            now, deadline, channel_until, channel_refunds,
            amount, room, approval_above, reported, bank_paid, repaid,
            ground, route, dispute,
            by, first_person, reason, evidence,
            approval_silence_rejects, account_given, account_asked, voucher_given, found_paid,
            reported_key, key, key_sent, paid_key,
            asks, attempts, redirects, offline, reversals, dispute_marks, conflicts, reconciles, rejections,
            ..Facts::default()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_table_and_the_prose_agree_on_the_whole_grid(facts in facts()) {
        for &state in State::ALL {
            for &action in Do::ALL {
                for &role in Role::ALL {
                    let decided = RULES.decide(state, action, role, &facts).ok().map(|row| row.next());
                    let told = told(state, action, role, &facts);
                    prop_assert_eq!(decided, told, "{} {} by {}", state, action, role);
                }
            }
        }
    }
}

/// Else the agreement above would say nothing of a row that these facts never reach.
#[test]
fn such_facts_take_every_row() {
    let mut runner = TestRunner::deterministic();
    let mut never: BTreeSet<String> = RULES.rules().iter().map(|row| row.id().to_string()).collect();
    for _ in 0..5_000 {
        let Ok(tree) = facts().new_tree(&mut runner) else {
            continue;
        };
        let facts = tree.current();
        for row in RULES.rules() {
            for role in row.by.iter() {
                if let Ok(taken) = RULES.decide(row.from, row.action, role, &facts) {
                    never.remove(&taken.id().to_string());
                }
            }
        }
    }
    assert!(never.is_empty(), "never taken: {never:#?}");
}
