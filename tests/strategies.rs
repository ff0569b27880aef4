//! What is made by chance is what it says it is, and what fails shrinks to a story of a few moves.
#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed test fails by panicking")]

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{TestError, TestRunner};
use redress::after_sale::{self, Condition};
use redress::order;
use redress::rule::{Faults, RowId, Rule};
use redress::testing::promise::Promise;
use redress::testing::scenario::{Difference as Unlike, Scenario};
use redress::testing::strategy::{self, Chance, Simpler, Tree, Under};
use redress::testing::{Difference, Differs, Failure, PolicyChange, Preset, Proof, Setting, Stage, Walks};
use redress::trade::{Asked, Denied, step};
use redress::{Counter, Currency, Effect, Kind, NewLine, NewOrder, Policy, Request, Role, Rules, assert_complete};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// A stage on which an order was placed, paid and sent, and a case was opened.
fn stage() -> Stage {
    let mut chance = Chance(3);
    loop {
        let (mut stage, _) = chance.opening(&Rules::built_in(), &Under::Presets).unwrap();
        for _ in 0..40 {
            let asked = chance.any_move(&stage);
            let _ = stage.play(&asked);
        }
        if !stage.trade.cases.is_empty() && stage.trade.deadlines().next().is_some() {
            return stage;
        }
    }
}

/// The rules without this condition in this row.
fn without(id: &str, dropped: Condition) -> Result<Rules, Faults> {
    let id: RowId = id.parse().unwrap();
    let rule = after_sale::RULES.rule(&id).unwrap();
    let kept: Vec<Condition> = rule.when().filter(|condition| *condition != dropped).collect();
    let effects: Vec<Effect> = rule.then().collect();
    let by: Vec<Role> = rule.by.iter().collect();
    let mut looser = Rule::new(rule.from, rule.action, &by, rule.to).asking(&kept).causing(&effects);
    looser.name = rule.name;
    Ok(Rules { after_sale: after_sale::RULES.edit().replace(&id, looser).done()?, ..Rules::built_in() })
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn policies_around_a_preset_pass_the_check(
        cn in strategy::policies(Policy::cn_marketplace()),
        eu in strategy::policies(Policy::eu_distance_selling()),
    ) {
        prop_assert_eq!(cn.check(), Ok(()));
        prop_assert_eq!(eu.check(), Ok(()));
    }

    #[test]
    fn the_changes_of_a_policy_make_it_of_its_preset(policy in strategy::policies(Policy::eu_distance_selling())) {
        let (preset, changes) = Setting::nearest(&policy);
        prop_assert_eq!(preset, Preset::EuDistanceSelling);
        let order = Chance(1).order();
        let setting = Setting { changes, order, ..Chance(1).setting(&Under::This(policy.clone())) };
        prop_assert_eq!(setting.policy().unwrap(), policy);
    }

    #[test]
    fn sound_orders_are_placed(order in strategy::orders(), preset in strategy::presets()) {
        let setting = Chance(9).setting(&Under::This(preset.policy()));
        let order = NewOrder { currency: preset.policy().currency, ..order };
        let stage = Stage::set(&setting, Rules::built_in()).unwrap();
        let placed = step(&stage.book(), &stage.trade, &Request::by(setting.by).place(order), stage.now);
        prop_assert!(placed.is_ok(), "{:?}", placed);
    }

    #[test]
    fn orders_with_one_flaw_are_refused_with_its_reason((order, flawed) in strategy::flawed_orders()) {
        let setting = Chance(9).setting(&Under::This(Policy::cn_marketplace()));
        let stage = Stage::set(&setting, Rules::built_in()).unwrap();
        match step(&stage.book(), &stage.trade, &Request::by(setting.by).place(order), stage.now) {
            Ok(_) => prop_assert!(false, "an order is placed although {flawed}"),
            Err(Denied::Malformed(malformed)) => prop_assert_eq!(malformed.field, redress::trade::Field::Order),
            Err(Denied::Refused(refusal)) => prop_assert!(!refusal.blockers.is_empty()),
            Err(other) => prop_assert!(false, "{flawed}: {other}"),
        }
    }

    #[test]
    fn parties_are_heard_and_strangers_are_not(
        (stage, party, stranger, request) in (Just(stage()), strategy::parties(&stage()), strategy::strangers(&stage()), strategy::requests(&stage())),
    ) {
        let asked = |actor| step(&stage.book(), &stage.trade, &Request { actor, seen: None, ..request.clone() }, stage.now);
        prop_assert!(!matches!(asked(party), Err(Denied::Stranger)), "{party}");
        let placing = request.asked == Asked::Order(order::Action::Place);
        prop_assert!(placing || asked(stranger).is_err());
    }

    #[test]
    fn requests_of_an_actor_are_that_actors(request in strategy::requests_of(&stage(), redress::Actor::merchant("acme"))) {
        prop_assert_eq!(request.actor, redress::Actor::merchant("acme"));
    }

    #[test]
    fn moments_lie_not_before_now((stage, at) in (Just(stage()), strategy::moments(&stage()))) {
        prop_assert!(at >= stage.now);
    }
}

#[test]
fn every_flaw_of_an_order_is_made_and_every_change_of_a_policy_is_met() {
    let mut flaws = std::collections::BTreeSet::new();
    let mut fields = std::collections::BTreeSet::new();
    let mut chance = Chance(5);
    let preset = Policy::cn_marketplace();
    for _ in 0..400 {
        flaws.insert(chance.flawed_order().1);
        fields.extend(PolicyChange::between(&preset, &chance.policy(&preset)).into_iter().map(|change| change.path));
    }
    assert_eq!(flaws.len(), strategy::Flawed::ALL.len());
    for &counter in Counter::ALL {
        assert!(fields.contains(&format!("counters.{counter}")), "{counter} never differs: {fields:?}");
    }
    for path in ["limits.ruling", "silence.exchange", "switches.direct_escalation", "statutory", "windows.by_reason"] {
        assert!(fields.iter().any(|field| field.starts_with(path)), "{path} never differs");
    }
}

#[test]
fn moments_are_just_before_at_and_just_after_deadlines() {
    let stage = stage();
    let due = stage.trade.deadlines().find_map(|(_, deadline)| deadline.due()).unwrap();
    let mut chance = Chance(1);
    let moments: Vec<i64> = (0..400).map(|_| chance.moment(&stage.scene()).since(due)).collect();
    for from_due in [-1, 0, 1] {
        assert!(moments.contains(&from_due), "{from_due} from the deadline");
    }
}

#[test]
fn likely_requests_are_mostly_of_the_right_role_in_the_right_state() {
    let stage = stage();
    let mut runner = TestRunner::deterministic();
    let (mut likely, mut accepted) = (0, 0);
    for _ in 0..400 {
        let request = strategy::likely_requests(&stage).new_tree(&mut runner).unwrap().current();
        let answer = step(&stage.book(), &stage.trade, &request, stage.now);
        accepted += u32::from(answer.is_ok());
        let blocked = answer.err().map(|denied| denied.codes()).unwrap_or_default();
        likely += u32::from(!blocked.contains(&"wrong_role") && !blocked.contains(&"wrong_state"));
    }
    assert!(likely > 200 && accepted > 20, "{likely} and {accepted} of 400");
}

/// What a strategy shrinks to, if everything fails for which this holds.
fn shrunk<S: Strategy>(strategy: &S, fails: impl Fn(&S::Value) -> bool) -> S::Value
where
    S::Value: Clone,
{
    let mut runner = TestRunner::new_with_rng(config(4096), TestRunner::deterministic().new_rng());
    match runner.run(strategy, |value| if fails(&value) { Err(TestCaseError::fail("it fails")) } else { Ok(()) }) {
        Err(TestError::Fail(_, value)) => value,
        other => panic!("nothing failed: {other:?}"),
    }
}

#[test]
fn a_request_shrinks_to_the_fields_that_matter() {
    let stage = stage();
    let request = shrunk(&strategy::requests(&stage), |request| {
        request.asked == Asked::Case(after_sale::Action::Apply) && request.detail.reason.is_some()
    });
    let bare = Request::by(request.actor).case(0, after_sale::Action::Apply);
    assert_eq!(request, Request { subject: request.subject, ..bare.reason(request.detail.reason.unwrap()) });
}

#[test]
fn a_policy_shrinks_to_the_one_field_that_matters() {
    let preset = Policy::cn_marketplace();
    let policy = shrunk(&strategy::policies(preset.clone()), |policy| policy.counters[Counter::Rounds] == 7);
    let changes = PolicyChange::between(&preset, &policy);
    assert_eq!(changes, [PolicyChange { path: "counters.rounds".to_owned(), value: 7.into() }]);
}

#[test]
fn an_order_shrinks_to_one_shirt() {
    let order = shrunk(&strategy::orders(), |order| order.lines.iter().any(|line| line.count > 1));
    let count = order.lines[0].count;
    let mut shirts = NewOrder::new("alice", "acme", Currency::CNY, vec![NewLine::new("shirt", count, 1_000)]);
    (shirts.gateways, shirts.carriers, shirts.finance) = (vec!["pay".into()], vec!["sf".into()], vec!["fin-1".into()]);
    assert_eq!(order, NewOrder { lines: vec![NewLine { id: order.lines[0].id, ..shirts.lines[0] }], ..shirts });
}

#[test]
fn a_story_shrinks_to_the_moves_that_matter() {
    let rules = Rules::built_in();
    let stories = strategy::stories(rules.clone(), Under::Presets, 60);
    let story = shrunk(&stories, |story| {
        let mut stage = Stage::set(&story.setting, rules.clone()).unwrap();
        story.moves.iter().for_each(|asked| drop(stage.play(asked).map(<[_]>::len)));
        stage.trade.cases.iter().any(|case| case.state == after_sale::State::Withdrawn)
    });
    // It is placed, paid, perhaps sent, applied for or offered, and withdrawn.
    assert!(story.moves.len() <= 5, "{:#?}", story.moves);
    assert_eq!(story.setting.changes, []);
    assert_eq!(story.setting.order.lines.len(), 1);
}

/// Cuts of a list of numbers: any one of them.
#[derive(Clone, Debug, PartialEq)]
struct Numbers(Vec<u32>);

impl Simpler for Numbers {
    type Cut = usize;

    fn cuts(&self) -> Vec<usize> {
        (0..self.0.len()).collect()
    }

    fn without(&self, cut: &usize) -> Option<Self> {
        let mut numbers = self.clone();
        (*cut < numbers.0.len()).then(|| numbers.0.remove(*cut))?;
        Some(numbers)
    }
}

#[test]
fn cuts_are_tried_until_none_is_left_that_still_fails() {
    let tried = RefCell::new(0);
    let mut tree = Tree::new(Numbers((0..50).collect()));
    let fails = |numbers: &Numbers| {
        *tried.borrow_mut() += 1;
        numbers.0.contains(&7) && numbers.0.contains(&31)
    };
    let mut more = tree.simplify();
    while more {
        more = if fails(&tree.current()) { tree.simplify() } else { tree.complicate() };
    }
    assert_eq!(tree.current(), Numbers(vec![7, 31]));
    assert!(*tried.borrow() < 60, "cuts that were kept are not tried anew: {}", tried.borrow());
}

/// A walk that must fail, and with which promise.
fn fails(rules: Rules, policy: Policy) -> Box<Failure> {
    match Walks::new(rules, policy).cases(2_048).run() {
        Err(failure) => failure,
        Ok(walked) => panic!("every promise was kept: {walked}"),
    }
}

#[test]
fn a_guard_taken_out_is_shown_by_a_story_of_a_few_moves_that_runs() {
    let rules = without("after_sale.absent.apply.requested", Condition::UnitsFree).unwrap();
    let failure = fails(rules.clone(), Policy::cn_marketplace());
    assert_eq!(failure.broken.promise, Promise::UnitsFree);
    assert!(failure.story.moves.len() <= 5 && failure.moves > failure.story.moves.len(), "{failure}");
    let own: Vec<String> = failure.own.iter().map(ToString::to_string).collect();
    assert_eq!(own, ["`after_sale.absent.apply.requested` no longer asks for units_free"]);
    assert!(failure.rows.contains(&failure.own[0].row));

    // The story is a scenario: it runs under these rules, and shows the same promise broken.
    let mismatch = Scenario::parse(&failure.told).unwrap().run(&rules).unwrap_err();
    assert_eq!(mismatch.broken.as_ref().map(|broken| broken.promise), Some(Promise::UnitsFree));
    assert_eq!(mismatch.differences, Vec::<Unlike>::new());
    // Under the built-in rules it is refused.
    let refused = Scenario::parse(&failure.told).unwrap().run(&Rules::built_in()).unwrap_err();
    assert!(refused.broken.is_none() && !refused.differences.is_empty());

    // The same walk again, and nothing else, says the same.
    let again = Walks::new(rules, Policy::cn_marketplace()).cases(0).again(failure.walk).run().unwrap_err();
    assert_eq!(again, failure);
    assert!(failure.to_string().contains(&format!(".again({:#x})", failure.walk)), "{failure}");
    assert_eq!(format!("{failure:?}"), failure.to_string(), "a test that returns it prints it");
}

#[test]
fn each_of_many_guards_is_missed_in_a_short_story() {
    let guards = [
        ("after_sale.absent.apply.requested", Condition::NotDisputed, Promise::UndisputedOnly, 6),
        ("after_sale.absent.apply.requested", Condition::EvidenceGiven, Promise::EvidenceGiven, 4),
        ("after_sale.requested.agree.awaiting_return", Condition::AddressGiven, Promise::AddressKnown, 5),
        ("after_sale.requested.refuse.refused", Condition::ReasonGiven, Promise::ReasonsGiven, 5),
        ("after_sale.awaiting_return.ship_back.returning", Condition::WaybillGiven, Promise::ParcelsTold, 5),
    ];
    for (row, guard, promise, moves) in guards {
        let failure = fails(without(row, guard).unwrap(), Policy::cn_marketplace());
        assert_eq!(failure.broken.promise, promise, "without {guard} in {row}: {failure}");
        assert!(failure.story.moves.len() <= moves && failure.tries < 1_000, "{} tries: {failure}", failure.tries);
    }
}

#[test]
fn rows_of_ones_own_are_named_and_taken_at_their_word() {
    let rules = || -> Result<Rules, Faults> {
        let extend: RowId = "after_sale.requested.extend.stay".parse().unwrap();
        let other = after_sale::RULES.rule(&extend).unwrap();
        let mut other = *other;
        other.by = redress::Roles::of(&[Role::Platform]);
        let gone: RowId = "after_sale.inspecting.extend.stay".parse().unwrap();
        let edited = after_sale::RULES.edit().replace(&extend, other).remove(&gone);
        Ok(Rules { after_sale: edited.done()?, ..Rules::built_in() })
    };
    let own = Difference::all(&rules().unwrap());
    let said: Vec<String> = own.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "`after_sale.inspecting.extend.stay` is gone",
            "`after_sale.requested.extend.stay` is by platform instead of merchant",
        ]
    );
    assert_eq!(own[0].what, Differs::Gone);
    assert_eq!(Difference::all(&Rules::built_in()), []);
    assert_complete!(rules(), Policy::cn_marketplace(), Proof::new().walks(64));
}

#[test]
fn a_verdict_names_every_fault_of_tables_and_policy() {
    let rules = || -> Result<Rules, Faults> {
        let rows = ["after_sale.refused.expire.lapsed", "after_sale.refunding.settle.completed"];
        let edit = rows.iter().fold(after_sale::RULES.edit(), |edit, row| edit.remove(&row.parse().unwrap()));
        Ok(Rules { after_sale: edit.done()?, ..Rules::built_in() })
    };
    let mut policy = Policy::cn_marketplace();
    policy.counters[Counter::Reviews] = 0;
    policy.switches.direct_escalation = true;
    policy.silence[Kind::Exchange] = redress::Silence::Escalates;
    let verdict = Proof::new().of(rules(), policy);
    assert!(!verdict.is_complete() && verdict.walked.is_none() && verdict.failure.is_none());
    assert_eq!(verdict.tables.iter().map(ToString::to_string).next().unwrap(), {
        "state `after_sale.refused` waits without a limit: add a row by Clock with Past(..) that leaves it"
    });
    let fields: Vec<&str> = verdict.policy.iter().map(redress::PolicyFault::field).collect();
    assert!(fields.contains(&"switches.direct_escalation") && fields.contains(&"silence.exchange"), "{fields:?}");
    for fault in verdict.tables.iter().map(ToString::to_string).chain(verdict.policy.iter().map(ToString::to_string)) {
        assert!(verdict.to_string().contains(&fault), "{fault} is not said");
    }
}

#[test]
#[should_panic(expected = "only free units are named")]
fn what_is_not_complete_fails_its_test() {
    let rules = without("after_sale.absent.apply.requested", Condition::UnitsFree).unwrap();
    assert_complete!(&rules, Policy::cn_marketplace());
}
