//! Your own rules: changed, proved complete, and then broken in three ways. Each time it is said what is wrong, and where.
//!
//! `cargo run --example own_rules_proved --features testing`

use std::process::ExitCode;

use redress::after_sale::{Action, Condition, State};
use redress::rule::{Faults, RowId, Rule, To};
use redress::testing::{Proof, Verdict};
use redress::{Counter, Effect, Limit, Policy, Role, Rules, Span, after_sale};

/// Our policy: merchants answer within a day, and a platform that says nothing has decided for the merchant.
fn policy() -> Policy {
    let mut policy = Policy::cn_marketplace();
    policy.limits[Limit::MerchantReply] = Span::hours(24);
    policy.switches.ruling_silence_dismisses = true;
    policy
}

/// Our rules: only the platform gives a merchant more time to answer, and a merchant who refused may still propose.
fn rules() -> Result<Rules, Faults> {
    let more_time = Rule::new(State::Requested, Action::Extend, &[Role::Platform], To::Stay)
        .asking(&[Condition::ReasonGiven, Condition::ExtensionLeft])
        .causing(&[Effect::NotifyBuyer, Effect::NotifyMerchant]);
    let second_thoughts = Rule::new(State::Refused, Action::Propose, &[Role::Merchant], To::Enter(State::Proposed))
        .asking(&[
            Condition::KindFits,
            Condition::AmountNotRaised,
            Condition::AmountAboveZero,
            Condition::WholeShare,
            Condition::WithinFeeCap,
            Condition::RoundsLeft,
        ])
        .causing(&[Effect::NotifyBuyer]);
    let edited = after_sale::RULES.edit().replace(&row("after_sale.requested.extend.stay"), more_time);
    Ok(Rules { version: 2, after_sale: edited.add(second_thoughts).done()?, ..Rules::built_in() })
}

/// Somebody tidies up: the row that ends the wait for a buyer who was refused.
fn rules_that_wait_for_ever() -> Result<Rules, Faults> {
    let rules = rules()?;
    let edited = rules.after_sale.edit().remove(&row("after_sale.refused.expire.lapsed"));
    Ok(Rules { after_sale: edited.done()?, ..rules })
}

/// Somebody loosens an application: whether the goods are under another case already is no longer asked.
fn rules_that_claim_twice() -> Result<Rules, Faults> {
    let rules = rules()?;
    let apply = row("after_sale.absent.apply.requested");
    let Some(rule) = rules.after_sale.rule(&apply) else { return Ok(rules) };
    let edited = rules.after_sale.edit().replace(&apply, rule.without(&[Condition::UnitsFree]));
    Ok(Rules { after_sale: edited.done()?, ..rules })
}

/// Somebody saves on staff: buyers may call the platform at once, and the platform reviews nothing.
fn policy_that_contradicts_itself() -> Policy {
    let mut policy = policy();
    policy.switches.direct_escalation = true;
    policy.counters[Counter::Reviews] = 0;
    policy
}

#[expect(clippy::expect_used, reason = "the ids above are written as the tables print them")]
fn row(id: &str) -> RowId {
    id.parse().expect("an id of a row")
}

/// Prints what came of it, and says whether that was to be expected.
fn show(title: &str, verdict: &Verdict, expected: bool) -> bool {
    println!("── {title} {}\n", "─".repeat(100_usize.saturating_sub(title.chars().count())));
    println!("{verdict}");
    verdict.is_complete() == expected
}

fn main() -> ExitCode {
    let proof = Proof::new().walks(100);
    println!("Is a process complete, with nothing left out? It is asked of the real code, by everybody who may act.\n");
    let as_expected = [
        show("1. our own rules and policy", &proof.of(rules(), policy()), true),
        show("2. a row is tidied away", &proof.of(rules_that_wait_for_ever(), policy()), false),
        show("3. a condition is dropped", &proof.of(rules_that_claim_twice(), policy()), false),
        show("4. two settings disagree", &proof.of(rules(), policy_that_contradicts_itself()), false),
    ];
    println!("Each of these is one line in a test: `assert_complete!(rules(), policy())`.");
    if as_expected == [true; 4] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
