//! Whatever happens can be told as a scenario, and what is told runs.
#![expect(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed scenario is a failed test")]
#![cfg(feature = "testing")]

mod shop;

use proptest::prelude::*;
use redress::testing::scenario::{Scenario, tell};
use redress::testing::strategy::Chance;
use redress::testing::{Move, Preset, Setting, Stage, Story};
use redress::trade::{Detail, Field, Subject};
use redress::{Actor, Id, Lang, Request, Rules, Word, after_sale, order, refund};
use shop::{buyer, gateway};

const STEPS: usize = 40;

/// Texts and names that could be taken for something else.
fn twist(chance: &mut Chance, request: &mut Request) {
    let texts = [
        "",
        "none",
        "of",
        "a, b; c: d",
        "“quoted” \"twice\" \\ and\nbelow",
        "# no comment",
        "第一，第二（三）",
        "\u{7}\u{2028}",
    ];
    let ids = ["none", "of", "apply", "case 1", "x2", "×", "拒绝", "a/b", "", "+1d", "\"", "#9"];
    match chance.below(12) {
        0 => request.detail.text = chance.pick(&texts).to_owned(),
        1 => request.detail.evidence = texts.iter().map(|text| (*text).to_owned()).collect(),
        2 => request.detail.reference = Some(Id::from(chance.pick(&ids))),
        3 => request.actor.id = Id::from(chance.pick(&ids)),
        4 => request.actor.account = Some(Id::from(chance.pick(&ids))),
        5 => request.actor.tenant = chance.pick(&[None, Some(Id::from("none")), Some(Id::from("of"))]),
        6 => request.key = Some(Id::from(chance.pick(&ids))),
        7 => request.seen = Some(chance.next()),
        8 => {
            request.subject =
                chance.pick(&[Subject::Order, Subject::Case(0), Subject::Case(7), Subject::Refund(65_535)])
        }
        9 => {
            let field = chance.pick(Field::ALL);
            let other = chance.detail(&shop::Shop::new(redress::Policy::cn_marketplace()).scene(), request.asked);
            request.detail =
                if field == Field::Order { Detail { order: Some(Box::new(chance.order())), ..other } } else { other };
        }
        10 => request.detail.amount = Some(redress::Amount::new(chance.next()).of("KWD".parse().unwrap()).into()),
        _ => {}
    }
}

/// A story of anybody's doing, told as it is made.
fn story(seed: u64) -> Story {
    let mut chance = Chance(seed);
    let preset = chance.pick(Preset::ALL);
    let mut order = chance.order();
    order.currency = preset.policy().currency;
    let key = redress::trade::TradeKey { tenant: Id::from(shop::TENANT), order: Id::from("o-1") };
    let at = redress::Time::parse("2026-03-01T10:00:00+08:00").unwrap();
    let setting = Setting { preset, changes: Vec::new(), key, at, by: buyer(), order };
    let mut moves = vec![Move { at, request: Some(setting.placing()) }];
    let mut stage = Stage::set(&setting, Rules::built_in()).unwrap();
    let _ = stage.play(&moves[0]);
    let pay = Request::by(gateway()).order(order::Action::Pay).amount(setting.order.total);
    let pay = pay.tender(redress::Tender::Wallet).reference("p-1");
    moves.push(Move { at, request: Some(pay) });
    let _ = stage.play(&moves[1]);
    for _ in 0..STEPS {
        let at = stage.now.after(chance.wait(&stage.scene()));
        let mut request = chance.request(&stage.scene());
        if chance.one_in(3) {
            twist(&mut chance, &mut request);
        }
        let asked = Move { at, request: (!chance.one_in(9)).then_some(request) };
        let _ = stage.play(&asked);
        moves.push(asked);
    }
    Story { setting, moves }
}

fn told(story: &Story, lang: Lang) -> String {
    let text = tell(story, &Rules::built_in(), lang);
    let scenario = Scenario::parse(&text).unwrap_or_else(|faults| panic!("{faults}\n\n{text}"));
    let played = match scenario.run(&Rules::built_in()) {
        Ok(played) => played,
        // A promise that is broken on the way is told as well; whether any is, is asked elsewhere.
        Err(mismatch) if mismatch.differences.is_empty() && mismatch.broken.is_some() => return text,
        Err(mismatch) => panic!("{mismatch}\n\n{text}"),
    };
    assert_eq!(played.story.moves.len(), story.moves.len());
    for (played, told) in played.story.moves.iter().zip(&story.moves) {
        assert_eq!(played, told, "{text}");
    }
    assert_eq!(played.story.setting.order, story.setting.order);
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_told_runs_in_both_languages(seed: u64) {
        let story = story(seed);
        told(&story, Lang::En);
        told(&story, Lang::Zh);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text: String) {
        let _ = Scenario::parse(&text);
    }

    #[test]
    fn no_mutilated_scenario_makes_the_reader_panic(seed: u64, cuts in prop::collection::vec((0usize..20_000, 0usize..9, ".{0,6}"), 1..9)) {
        let mut text: Vec<char> = tell(&story(seed), &Rules::built_in(), Lang::Zh).chars().collect();
        for (at, len, insert) in cuts {
            let at = at % text.len().max(1);
            let end = (at + len).min(text.len());
            text.splice(at..end, insert.chars());
        }
        let text: String = text.into_iter().collect();
        if let Err(faults) = Scenario::parse(&text) {
            assert!(!faults.to_string().is_empty());
        }
    }
}

#[test]
fn a_stranger_and_a_time_that_no_calendar_names_can_be_told() {
    let mut story = story(1);
    let at = redress::Time::from_millis(-5);
    story
        .moves
        .push(Move { at, request: Some(Request::by(Actor::buyer("eve")).order(order::Action::Note).text("hm")) });
    story.moves.push(Move { at: redress::Time::from_millis(i64::MAX), request: None });
    assert!(told(&story, Lang::En).contains("@-5  buyer \"eve\" note"));
}

/// Whether a scenario with these lines below a bare head can be read.
fn is_read(lines: &str) {
    let text = format!("scenario: words\n{lines}\norder:\n    line: mug 1 9.00\n");
    assert!(Scenario::parse(&text).is_ok(), "{}", Scenario::parse(&text).unwrap_err());
}

/// Every word of a vocabulary by its code, its English and its Chinese label; no two have the same.
fn each<W: Word>(line: impl Fn(&str) -> String) {
    for lang in [Lang::En, Lang::Zh] {
        let mut labels: Vec<&str> = W::ALL.iter().map(|word| word.label(lang)).collect();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), W::ALL.len(), "{labels:?}");
    }
    for word in W::ALL {
        [word.code(), word.label(Lang::En), word.label(Lang::Zh)].iter().for_each(|name| is_read(&line(name)));
    }
}

#[test]
fn every_word_goes_by_its_code_and_by_its_label_in_either_language() {
    let refused = "    -> refused: malformed, ...";
    each::<order::Action>(|name| format!("buyer {name} order\n{refused}"));
    each::<after_sale::Action>(|name| format!("buyer {name} case 1\n{refused}"));
    each::<refund::Action>(|name| format!("buyer refund 1 {name}\n{refused}"));
    each::<order::State>(|name| format!("silence\n    -> order {name} until none"));
    each::<after_sale::State>(|name| format!("silence\n    -> case 1 {name} until none"));
    each::<refund::State>(|name| format!("silence\n    -> refund 1 {name} until none"));
    each::<redress::Effect>(|name| format!("silence\n    -> tasks: {name} 1, {name}, ..."));
    let field = |field: &'static str| move |name: &str| format!("buyer note: {field} {name}, text \"x\"\n{refused}");
    each::<redress::Kind>(field("kind"));
    each::<redress::Reason>(field("reason"));
    each::<redress::Tender>(field("tender"));
    each::<redress::Blame>(field("blame"));
    each::<redress::Bearer>(field("bearer"));
    each::<redress::Dispute>(field("stage"));
    each::<redress::GoodsCondition>(|name| format!("buyer note: units mug × 1 (condition {name}), text x\n{refused}"));
    each::<redress::Role>(|name| format!("{name} note: text x\n{refused}"));
    each::<redress::Transport>(|name| format!("order b:\n    line: mug 1 9.00, transport {name}\nsilence"));
    each::<Preset>(|name| format!("policy: {name}\norder b:\nsilence"));
}
