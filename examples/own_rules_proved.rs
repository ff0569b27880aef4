//! Your own rules: changed, tested by walks of chance and by every way through a small world, and then broken in four
//! ways. Each time it is said what is wrong, and where.
//!
//! `cargo run --example own_rules_proved --features testing`

use std::fmt::Display;
use std::io::{Write as _, stdout};
use std::process::{ExitCode, exit};

use redress::after_sale::{Action, AfterSale, Condition, State};
use redress::rule::{Faults, RowId, Rule, Table, To};
use redress::testing::{Move, PolicyChange, Proof, Verdict, World};
use redress::{Actor, Counter, Effect, Kind, Limit, Policy, Reason, Request, Role, Rules, Span, after_sale};

/// A world in which everything is tried within a second.
const WORLD: &str = "held";

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
    Ok(Rules { after_sale: without(&rules, "after_sale.absent.apply.requested", Condition::UnitsFree)?, ..rules })
}

/// Somebody lets a merchant who has second thoughts ask for any fee.
fn rules_that_ask_for_any_fee() -> Result<Rules, Faults> {
    let rules = rules()?;
    Ok(Rules { after_sale: without(&rules, "after_sale.refused.propose.proposed", Condition::WithinFeeCap)?, ..rules })
}

/// The table of cases without this condition in this row.
fn without(rules: &Rules, id: &str, dropped: Condition) -> Result<Table<AfterSale>, Faults> {
    let id = row(id);
    let Some(rule) = rules.after_sale.rule(&id) else { return Ok(rules.after_sale.clone()) };
    rules.after_sale.edit().replace(&id, rule.without(&[dropped])).done()
}

/// Somebody saves on staff: buyers may call the platform at once, and the platform reviews nothing.
fn policy_that_contradicts_itself() -> Policy {
    let mut policy = policy();
    policy.switches.direct_escalation = true;
    policy.counters[Counter::Reviews] = 0;
    policy
}

/// A small world of our own, in which the new row is one step away: a merchant has refused to send a missing part.
fn refused() -> Vec<World> {
    let mut worlds = World::tiny();
    worlds.retain(|world| world.name == "reship");
    for world in &mut worlds {
        let change = |path: &str, value: u32| PolicyChange { path: path.to_owned(), value: value.into() };
        world.setting.changes.extend([change("counters.rounds", 1), change("amounts.fee_most", 100)]);
        let (buyer, merchant, at) = (Actor::buyer("alice"), Actor::merchant("shop"), world.setting.at);
        let apply = Request::by(buyer).apply(Kind::Reship).reason(Reason::MissingParts).units("shirt", 1);
        let refuse = Request::by(merchant).case(1, Action::Refuse).text("it was all there");
        let moves = [apply.evidence("photo://1"), refuse.evidence("photo://2")];
        world.opening.extend(moves.map(|request| Move { at, request: Some(request) }));
    }
    worlds
}

#[expect(clippy::expect_used, reason = "the ids above are written as the tables print them")]
fn row(id: &str) -> RowId {
    id.parse().expect("an id of a row")
}

/// Prints; whoever closes the pipe has read enough.
fn say(line: impl Display) {
    if writeln!(stdout(), "{line}").is_err() {
        exit(1);
    }
}

/// Prints what came of it, and says whether that was to be expected.
fn show(title: &str, verdict: &Verdict, expected: bool) -> bool {
    say(format_args!("── {title} {}\n\n{verdict}", "─".repeat(100_usize.saturating_sub(title.chars().count()))));
    verdict.is_complete() == expected
}

fn main() -> ExitCode {
    let small = || World::tiny().into_iter().filter(|world| world.name == WORLD).collect::<Vec<_>>();
    let proof = Proof::new().walks(100).worlds(small()).own_worlds(small());
    say("Is a process complete, with nothing left out? It is asked of the real code, by everybody who may act.\n");
    let as_expected = [
        show("1. our own rules and policy", &proof.of(rules(), policy()), true),
        show("2. a row is tidied away", &proof.of(rules_that_wait_for_ever(), policy()), false),
        show("3. a condition is dropped", &proof.of(rules_that_claim_twice(), policy()), false),
        show(
            "4. a new row forgets a condition",
            &Proof::new().walks(10).worlds(refused()).of(rules_that_ask_for_any_fee(), policy()),
            false,
        ),
        show("5. two settings disagree", &proof.of(rules(), policy_that_contradicts_itself()), false),
    ];
    say("Each of these is one line in a test: `assert_complete!(rules(), policy())`.");
    if as_expected == [true; 5] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
