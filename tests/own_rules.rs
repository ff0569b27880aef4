//! A user's own rows: taken at their word in who may take them and where they lead, and in nothing else; and what is not
//! looked at to the end is not called complete.
#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test fails by panicking")]

use redress::after_sale::{self, Action, Condition, State};
use redress::order;
use redress::rule::{Faults, RowId, Rule, To};
use redress::testing::explore::Limits;
use redress::testing::promise::Promise;
use redress::testing::scenario::Scenario;
use redress::testing::{Failure, Move, PolicyChange, Proof, Walks, World};
use redress::{Actor, Amount, Effect, Kind, Policy, Reason, Request, Role, Rules, assert_complete};

const SECOND_THOUGHTS: &[Condition] = &[
    Condition::KindFits,
    Condition::AmountNotRaised,
    Condition::AmountAboveZero,
    Condition::WholeShare,
    Condition::WithinFeeCap,
    Condition::RoundsLeft,
];

fn row(id: &str) -> RowId {
    id.parse().unwrap()
}

/// Rules in which a merchant who refused may propose after all, and only the platform gives more time to answer.
fn own(asking: &[Condition]) -> Result<Rules, Faults> {
    let propose = Rule::new(State::Refused, Action::Propose, &[Role::Merchant], To::Enter(State::Proposed));
    let propose = propose.asking(asking).causing(&[Effect::NotifyBuyer]);
    let extend = Rule::new(State::Requested, Action::Extend, &[Role::Platform], To::Stay)
        .asking(&[Condition::ReasonGiven, Condition::ExtensionLeft])
        .causing(&[Effect::NotifyBuyer, Effect::NotifyMerchant]);
    let edited = after_sale::RULES.edit().replace(&row("after_sale.requested.extend.stay"), extend).add(propose);
    Ok(Rules { version: 2, after_sale: edited.done()?, ..Rules::built_in() })
}

/// A small world of one's own, in which a merchant has refused to send a part, and rounds are left to propose.
fn refused() -> World {
    let mut world = tiny("reship").remove(0);
    world.name = "refused";
    let change = |path: &str, value| PolicyChange { path: path.to_owned(), value };
    world.setting.changes.push(change("counters.rounds", 1.into()));
    world.setting.changes.push(change("amounts.fee_most", 100.into()));
    let moves = [
        Request::by(Actor::buyer("alice"))
            .apply(Kind::Reship)
            .reason(Reason::MissingParts)
            .units("shirt", 1)
            .evidence("p"),
        Request::by(Actor::merchant("shop")).case(1, Action::Refuse).text("it was all there").evidence("p"),
    ];
    let at = world.setting.at;
    world.opening.extend(moves.map(|request| Move { at, request: Some(request) }));
    (world.knobs.fees, world.knobs.kinds) = (vec![Amount::new(101)], vec![Kind::Reship]);
    world
}

fn all_but(dropped: Condition) -> Vec<Condition> {
    SECOND_THOUGHTS.iter().copied().filter(|condition| *condition != dropped).collect()
}

fn fails(rules: Rules, policy: Policy) -> Box<Failure> {
    match Walks::new(rules, policy).run() {
        Err(failure) => failure,
        Ok(walked) => panic!("every promise was kept: {walked}"),
    }
}

fn tiny(name: &str) -> Vec<World> {
    World::tiny().into_iter().filter(|world| world.name == name).collect()
}

#[test]
fn a_new_row_without_its_fee_cap_is_found_in_a_world_of_ones_own() {
    let rules = own(&all_but(Condition::WithinFeeCap)).unwrap();
    let verdict = Proof::new().walks(8).worlds(vec![refused()]).of(&rules, Policy::cn_marketplace());
    let violation = verdict.explored.as_ref().and_then(|report| report.violation.as_ref());
    let violation = violation.unwrap_or_else(|| panic!("{verdict}"));
    assert!(!verdict.is_complete() && violation.broken.promise == Promise::FeeWithinCap, "{verdict}");
    // The story runs as a scenario under these rules, and shows the same.
    let mismatch = Scenario::parse(&violation.told).unwrap().run(&rules).unwrap_err();
    let words = "a fee of 1.01, at most 1.00";
    assert!(mismatch.broken.is_some_and(|broken| broken.promise == Promise::FeeWithinCap && broken.what == words));
    // The verdict says so in the same words, which of one's own rows it was, and what to do with the story.
    let said = verdict.to_string();
    for part in [
        words,
        "\nrows of your own on the way:\n  - `after_sale.refused.propose.proposed` is new",
        "\nThe last step is what should not happen so",
        "`Scenario::parse(text)?.run(&rules)?`",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_new_row_for_others_that_forgets_a_condition_is_found_by_walks() {
    // Staff may refuse for the merchant; nobody says that they must say why.
    let mut refuse = Rule::new(State::Requested, Action::Refuse, &[Role::Platform], To::Enter(State::Refused));
    refuse = refuse.asking(&[Condition::RefusalAllowed]).causing(&[Effect::NotifyBuyer]);
    refuse.name = Some("by_staff".parse().unwrap());
    let edited = after_sale::RULES.edit().add(refuse);
    let failure = fails(Rules { after_sale: edited.done().unwrap(), ..Rules::built_in() }, Policy::cn_marketplace());
    assert_eq!(failure.broken.promise, Promise::ReasonsGiven, "{failure}");
    let own: Vec<String> = failure.own.iter().map(|own| own.row.to_string()).collect();
    assert_eq!(own, ["after_sale.requested.refuse.refused.by_staff"]);
}

#[test]
fn a_story_that_needs_none_of_ones_settings_says_so() {
    let apply = row("after_sale.absent.apply.requested");
    let dropped = after_sale::RULES.rule(&apply).unwrap().without(&[Condition::UnitsFree]);
    let rules =
        Rules { after_sale: after_sale::RULES.edit().replace(&apply, dropped).done().unwrap(), ..Rules::built_in() };
    let mut policy = Policy::cn_marketplace();
    let says = |failure: &Failure| {
        failure
            .to_string()
            .contains("It needs none of your settings: the promise is broken under plain `cn_marketplace` as well")
    };
    assert!(!says(&fails(rules.clone(), policy.clone())), "there are none");
    policy.texts.reason_most += 1;
    let failure = fails(rules, policy);
    assert!(says(&failure) && failure.story.setting.changes.is_empty(), "{failure}");
}

#[test]
fn own_rows_that_do_no_harm_are_complete_in_walks_worlds_and_scenarios() {
    let rules = own(SECOND_THOUGHTS).unwrap();
    let proof = Proof::new().walks(64).worlds(vec![refused()]).own_worlds(tiny("held"));
    let verdict = proof.of(&rules, Policy::cn_marketplace());
    assert!(verdict.is_complete(), "{verdict}");
    let told = verdict.to_string();
    assert!(told.contains("\n  - 1 small world, under"), "{told}");
    assert!(told.contains("`after_sale.requested.extend.stay`: who may take it\n"), "{told}");
    assert!(told.contains("`after_sale.refused.propose.proposed`: who may take it, and where it leads\n"), "{told}");
    let explored = verdict.explored.unwrap();
    let taken = |id: &str| explored.worlds.iter().any(|world| world.rows.contains(id));
    assert!(taken("after_sale.refused.propose.proposed"), "no world has taken it");

    let story = "scenario: a merchant has second thoughts

order:
    line: shirt × 1 at 99.00

2026-03-01 10:00  given delivered
+1d  buyer     apply: kind refund_only, units shirt × 1, reason quality, amount 50.00, evidence photo://1
+1h  platform  extend case 1: text \"they have asked for a day\"
    -> accepted
+1h  merchant  refuse case 1: text \"it works\", evidence photo://2
    -> case 1 refused
+1h  merchant  propose case 1: amount 20.00
    -> case 1 proposed
    -> rows: after_sale.refused.propose.proposed
";
    let scenario = Scenario::parse(story).unwrap_or_else(|fault| panic!("{fault:?}"));
    if let Err(mismatch) = scenario.run(&rules) {
        panic!("{mismatch}");
    }
}

#[test]
fn what_was_cut_off_is_not_complete() {
    let proof = Proof::new().walks(4).steps(10).worlds(tiny("held")).limits(Limits { threads: 1, trades: 20 });
    let verdict = proof.of(Rules::built_in(), Policy::cn_marketplace());
    assert!(verdict.is_cut_off() && !verdict.is_complete(), "{verdict}");
    assert!(verdict.to_string().starts_with("CUT OFF"), "{verdict}");
    let whole = Proof::new().walks(4).steps(10).worlds(tiny("held"));
    assert_complete!(Rules::built_in(), Policy::cn_marketplace(), whole);
}

#[test]
fn a_world_takes_the_decisions_of_the_policy() {
    let mut policy = Policy::cn_marketplace();
    policy.switches.ruling_silence_dismisses = !policy.switches.ruling_silence_dismisses;
    let proof = Proof::new().walks(1).steps(1).own_worlds(tiny("held"));
    let verdict = proof.of(Rules::built_in(), policy.clone());
    assert!(verdict.is_complete() && verdict.explored.is_none(), "{verdict}");
    assert!(verdict.to_string().contains("with your switches and silences"), "{verdict}");
    // One that cannot be had with the world's numbers is said to be so.
    policy.switches.direct_escalation = true;
    let verdict = proof.of(Rules::built_in(), policy);
    assert!(!verdict.is_complete() && verdict.to_string().contains("a world cannot be explored"), "{verdict}");
}

#[test]
fn walks_that_never_get_going_have_failed() {
    let mut contradicts = Policy::cn_marketplace();
    contradicts.counters[redress::Counter::Reviews] = 0;
    contradicts.switches.direct_escalation = true;
    let failure = fails(Rules::built_in(), contradicts);
    assert_eq!(failure.broken.promise, Promise::SomebodyCanAct);
    assert!(failure.broken.what.contains("direct_escalation"), "{failure}");

    // Nobody is let place an order but a buyer who has paid for it with points, in a shop that takes none.
    let rules = || -> Result<Rules, Faults> {
        let place = |id: &str| order::RULES.rule(&row(id)).copied().unwrap();
        let unpaid = place("order.absent.place.unpaid").asking(&[order::Condition::NothingDue]);
        let edited = order::RULES.edit().replace(&row("order.absent.place.unpaid"), unpaid);
        Ok(Rules { order: edited.done()?, ..Rules::built_in() })
    };
    let Ok(rules) = rules() else { return };
    let walked = Walks::new(rules, Policy::cn_marketplace()).cases(1).steps(4).run();
    assert_eq!(walked.unwrap_err().broken.promise, Promise::SomebodyCanAct);
}

#[test]
fn nobody_is_waited_for_in_vain() {
    // Every answer of the merchant asks for something that never is; a note is no answer.
    let of_merchant =
        |rule: &&Rule<after_sale::AfterSale>| rule.from == State::Requested && rule.by.has(Role::Merchant);
    let answers = after_sale::RULES.rules().iter().filter(of_merchant).filter(|rule| rule.action != Action::Note);
    let never = answers.fold(after_sale::RULES.edit(), |edit, rule| {
        edit.replace(&rule.id(), rule.asking(&[Condition::RulingSilenceDismisses]))
    });
    let rules = Rules { after_sale: never.done().unwrap(), ..Rules::built_in() };
    let failure = fails(rules, Policy::cn_marketplace());
    assert_eq!(failure.broken.promise, Promise::WaitedForCanAct, "{failure}");
}

#[test]
fn who_is_waited_for_and_may_only_write_notes_is_named() {
    let of_merchant =
        |rule: &&Rule<after_sale::AfterSale>| rule.from == State::Requested && rule.by.has(Role::Merchant);
    let answers = after_sale::RULES.rules().iter().filter(of_merchant).filter(|rule| rule.action != Action::Note);
    let without = answers.fold(after_sale::RULES.edit(), |edit, rule| {
        let others: Vec<Role> = rule.by.iter().filter(|role| *role != Role::Merchant).collect();
        if others.is_empty() {
            return edit.remove(&rule.id());
        }
        let mut rest = *rule;
        rest.by = redress::Roles::of(&others);
        edit.replace(&rule.id(), rest)
    });
    let faults = without.done().unwrap_err().to_string();
    assert_eq!(faults.lines().count(), 1, "{faults}");
    assert!(faults.contains("state `after_sale.requested` waits for a role that has no row out of it"), "{faults}");
}
