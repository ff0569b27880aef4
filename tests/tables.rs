//! The rules as a person reads them: tables, codes and sentences. A change of a rule is a change of a snapshot.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use redress::after_sale::{AfterSale, Shield};
use redress::order::Order;
use redress::refund::{Bar, Ground, Refund, Route};
use redress::rule::{Finding, Guard, Machine, Naming, Table};
use redress::trade::{
    Asked, Checksum, Defect, Denied, FLOW, Field, Flaw, Malformed, Place, Point, Proviso, Request, Subject, Tells,
    Terms, draw_flow, fields,
};
use redress::{
    Actor, Amount, Bearer, Blame, Counter, Currency, Dispute, Effect, End, GoodsCondition, Id, Kind, Lang, Limit,
    Policy, Reason, RefundSplit, Role, Rules, ShippingPart, Silence, Start, Tender, Time, Transport, Weekday, Word,
    after_sale, order, refund,
};

mod shop;

const NAMINGS: [(&str, Naming); 3] =
    [("codes", Naming::Codes), ("english", Naming::Labels(Lang::En)), ("chinese", Naming::Labels(Lang::Zh))];

fn each_drawing<M: Machine>(table: &Table<M>) {
    for (name, naming) in NAMINGS {
        let machine = M::NAME;
        insta::assert_snapshot!(format!("{machine}_rows_in_{name}"), table.to_markdown(naming));
        insta::assert_snapshot!(format!("{machine}_matrix_in_{name}"), table.to_matrix(naming));
        insta::assert_snapshot!(format!("{machine}_mermaid_in_{name}"), table.to_mermaid(naming));
    }
}

fn ids<M: Machine>(table: &Table<M>) -> Vec<String> {
    table.rules().iter().map(|rule| rule.id().to_string()).collect()
}

#[test]
fn the_order_table_is_drawn() {
    each_drawing(&order::RULES);
}

#[test]
fn the_after_sales_table_is_drawn() {
    each_drawing(&after_sale::RULES);
}

#[test]
fn the_refund_table_is_drawn() {
    each_drawing(&refund::RULES);
}

#[test]
fn every_row_has_an_id_of_its_own_that_finds_it() {
    let mut all = ids(&order::RULES);
    all.extend(ids(&after_sale::RULES));
    all.extend(ids(&refund::RULES));
    insta::assert_snapshot!("row_ids", all.join("\n"));
    let unique: BTreeSet<&String> = all.iter().collect();
    assert_eq!(unique.len(), all.len(), "an id is stored in events and names one row for ever");
    for rule in order::RULES.rules() {
        assert_eq!(order::RULES.rule(&rule.id()), Some(rule));
    }
    for rule in after_sale::RULES.rules() {
        assert_eq!(after_sale::RULES.rule(&rule.id()), Some(rule));
    }
    for rule in refund::RULES.rules() {
        assert_eq!(refund::RULES.rule(&rule.id()), Some(rule));
    }
}

#[test]
fn the_flow_between_the_machines_is_printed() {
    let page: String = FLOW.iter().fold(String::new(), |mut page, row| {
        let _ = writeln!(page, "{:?}\n    if {:?}\n    {:?}", row.when, row.only, row.tells);
        page
    });
    insta::assert_snapshot!("flow", page);
    for (name, naming) in NAMINGS {
        insta::assert_snapshot!(format!("flow_in_{name}"), draw_flow(naming));
    }
}

/// What a table uses of the words that all tables share, and which of its own it leaves unused.
struct Uses {
    unused: BTreeSet<String>,
    effects: BTreeSet<Effect>,
    limits: BTreeSet<Limit>,
    counters: BTreeSet<Counter>,
    roles: BTreeSet<Role>,
}

fn uses<M: Machine<Effect = Effect, Limit = Limit>>(table: &Table<M>) -> Uses {
    let rules = table.rules();
    let effects: BTreeSet<Effect> = rules.iter().flat_map(|rule| rule.then()).collect();
    let shared: BTreeSet<&str> = Effect::ALL.iter().map(|effect| effect.code()).collect();
    let entered: BTreeSet<_> = rules.iter().flat_map(|rule| [rule.from, rule.next()]).collect();
    let states = M::State::ALL.iter().filter(|state| !entered.contains(state));
    let own = table.unused().into_iter().filter(|code| !shared.contains(code));
    Uses {
        unused: own.chain(states.map(|state| state.code())).map(|code| format!("{}.{code}", M::NAME)).collect(),
        effects,
        limits: rules.iter().filter_map(|rule| rule.limit()).collect(),
        counters: rules.iter().flat_map(|rule| rule.when()).filter_map(Guard::counter).collect(),
        roles: rules.iter().flat_map(|rule| rule.by.iter()).collect(),
    }
}

fn missing<W: Word>(used: impl Fn(&Uses) -> &BTreeSet<W>, all: &[Uses; 3]) -> Vec<W> {
    let is_used = |word: &W| all.iter().any(|uses| used(uses).contains(word));
    W::ALL.iter().copied().filter(|word| !is_used(word)).collect()
}

#[test]
fn every_word_of_the_tables_is_used_by_a_row() {
    let all = [uses(&order::RULES), uses(&after_sale::RULES), uses(&refund::RULES)];
    for uses in &all {
        assert!(uses.unused.is_empty(), "states, actions and conditions without a row: {:?}", uses.unused);
    }
    assert_eq!(missing(|uses| &uses.effects, &all), [], "effects that no row asks for");
    assert_eq!(missing(|uses| &uses.limits, &all), [], "limits that no row waits for");
    assert_eq!(missing(|uses| &uses.counters, &all), [], "counters that no row spends");
    assert_eq!(missing(|uses| &uses.roles, &all), [], "people who can do nothing");
}

#[test]
fn every_field_is_taken_by_an_action() {
    let every_action = (order::Action::ALL.iter().map(|&action| Asked::Order(action)))
        .chain(after_sale::Action::ALL.iter().map(|&action| Asked::Case(action)))
        .chain(refund::Action::ALL.iter().map(|&action| Asked::Refund(action)));
    let mut page = String::new();
    let mut taken = BTreeSet::new();
    for asked in every_action {
        let (needs, takes) = fields(asked);
        let list = |fields: &[Field]| fields.iter().map(|field| field.code()).collect::<Vec<_>>().join(", ");
        let _ = writeln!(page, "{asked:?}: needs [{}], takes [{}]", list(needs), list(takes));
        taken.extend(needs.iter().chain(takes).copied());
        assert!(needs.iter().all(|field| !takes.contains(field)), "{asked:?} needs what it only takes");
    }
    insta::assert_snapshot!("fields", page);
    // These stand beside the details.
    taken.extend([Field::Actor, Field::Subject, Field::Key, Field::Now]);
    let untaken: Vec<_> = Field::ALL.iter().filter(|field| !taken.contains(field)).collect();
    assert!(untaken.is_empty(), "fields that no action takes: {untaken:?}");
}

/// The flow names every occasion and every tell that it has a word for.
#[test]
fn every_tell_is_told_on_some_occasion() {
    let tells: BTreeSet<String> = FLOW.iter().map(|row| format!("{:?}", row.tells)).collect();
    let whens: BTreeSet<String> =
        FLOW.iter().map(|row| format!("{:?}", row.when).split('(').next().unwrap_or_default().to_owned()).collect();
    let all_tells = [
        Tells::OpenOwed,
        Tells::OpenAdvance,
        Tells::SumUpCase,
        Tells::Stall,
        Tells::SumUpOrder,
        Tells::Unsettle,
        Tells::Restore,
        Tells::HandBack,
        Tells::Overpay,
        Tells::VoidRefunds,
        Tells::OpenUndelivered,
        Tells::OpenFee,
        Tells::OpenUnits,
        Tells::TellUndelivered,
        Tells::Recall,
        Tells::RecallFail,
        Tells::Overtake,
        Tells::Narrow,
        Tells::Exhaust,
        Tells::FreeRefunds,
        Tells::OpenSurplus,
    ];
    for tell in all_tells {
        assert!(tells.contains(&format!("{tell:?}")), "{tell:?} is never told");
    }
    assert_eq!(tells.len(), all_tells.len(), "a new tell belongs into this list");
    let provisos: BTreeSet<Proviso> = FLOW.iter().flat_map(|row| row.only).copied().collect();
    let unused: Vec<_> = Proviso::ALL.iter().filter(|proviso| !provisos.contains(proviso)).collect();
    assert!(unused.is_empty(), "no row asks for them: {unused:?}");
    for when in ["CaseEnters", "CaseAsksFor", "AnyRefundStep", "RefundEnters", "RefundCorrected", "OrderEnters"] {
        assert!(whens.contains(when), "{when} never tells anybody");
    }
}

/// A code is written into stored data, a label is read by people: neither may be empty, odd or double.
fn list_words<W: Word>(page: &mut String, name: &str) {
    let _ = writeln!(page, "{name}");
    let mut codes = BTreeSet::new();
    let mut labels: BTreeMap<(bool, &str), &str> = BTreeMap::new();
    for &word in W::ALL {
        let (code, en, zh) = (word.code(), word.label(Lang::En), word.label(Lang::Zh));
        let _ = writeln!(page, "    {code} | {en} | {zh}");
        assert!(codes.insert(code), "{name}: the code `{code}` stands twice");
        assert_eq!(W::from_code(code), Some(word), "{name}: `{code}` reads back as itself");
        is_a_code(name, code);
        is_a_label(name, en, zh);
        for (is_zh, label) in [(false, en), (true, zh)] {
            let earlier = labels.insert((is_zh, label), code);
            assert_eq!(earlier, None, "{name}: nobody can tell `{code}` by the label `{label}`");
        }
    }
}

fn list_conditions<C: Guard>(page: &mut String, name: &str) {
    let _ = writeln!(page, "{name}");
    let mut codes = BTreeSet::new();
    for &condition in C::ALL {
        let (code, en, zh) = (condition.code(), condition.label(Lang::En), condition.label(Lang::Zh));
        let counts = match condition.counter() {
            Some(counter) => format!(" (counts {counter})"),
            None if condition.is_counter() => " (counts itself)".to_owned(),
            None => String::new(),
        };
        let _ = writeln!(page, "    {code}{counts} | {en} | {zh}");
        assert!(codes.insert(code), "{name}: the code `{code}` stands twice");
        is_a_code(name, code);
        is_a_label(name, &en, &zh);
    }
}

fn is_a_code(name: &str, code: &str) {
    let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    assert!(!code.is_empty() && code.chars().all(letters), "{name}: `{code}` is snake_case");
    assert!(!code.starts_with('_') && !code.ends_with('_') && !code.contains("__"), "{name}: `{code}`");
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}

fn is_a_label(name: &str, en: &str, zh: &str) {
    assert!(!en.is_empty() && en.trim() == en && !is_chinese(en), "{name}: `{en}` is English");
    assert!(zh.trim() == zh && is_chinese(zh), "{name}: `{zh}` is Chinese");
}

#[test]
fn all_codes_and_labels() {
    let mut page = String::new();
    list_words::<order::State>(&mut page, "state of an order");
    list_words::<order::Action>(&mut page, "action on an order");
    list_words::<after_sale::State>(&mut page, "state of a case");
    list_words::<after_sale::Action>(&mut page, "action on a case");
    list_words::<refund::State>(&mut page, "state of a refund");
    list_words::<refund::Action>(&mut page, "action on a refund");
    list_conditions::<order::Condition>(&mut page, "condition of an order");
    list_conditions::<after_sale::Condition>(&mut page, "condition of a case");
    list_conditions::<refund::Condition>(&mut page, "condition of a refund");
    list_words::<Effect>(&mut page, "effect");
    list_words::<Role>(&mut page, "role");
    list_words::<Limit>(&mut page, "limit");
    list_words::<Counter>(&mut page, "counter");
    list_words::<Kind>(&mut page, "kind");
    list_words::<Reason>(&mut page, "reason");
    list_words::<Blame>(&mut page, "blame");
    list_words::<Bearer>(&mut page, "bearer");
    list_words::<GoodsCondition>(&mut page, "condition of goods");
    list_words::<Tender>(&mut page, "tender");
    list_words::<Dispute>(&mut page, "dispute");
    list_words::<Transport>(&mut page, "transport");
    list_words::<Shield>(&mut page, "why an application cannot be refused");
    list_words::<Point>(&mut page, "point of a review");
    list_words::<Place>(&mut page, "place of goods");
    list_words::<Ground>(&mut page, "ground of a refund");
    list_words::<Route>(&mut page, "route of a refund");
    list_words::<Bar>(&mut page, "why a channel is closed");
    list_words::<Silence>(&mut page, "silence");
    list_words::<RefundSplit>(&mut page, "split of a refund");
    list_words::<ShippingPart>(&mut page, "part of shipping");
    list_words::<Start>(&mut page, "start of a span");
    list_words::<End>(&mut page, "end of a span");
    list_words::<Weekday>(&mut page, "weekday");
    list_words::<Proviso>(&mut page, "proviso of the flow");
    list_words::<Tells>(&mut page, "who is told what");
    list_words::<Field>(&mut page, "field");
    insta::assert_snapshot!("words", page);
}

/// A finding that fills the placeholders of this sentence.
fn sample(template: &str) -> Finding {
    let money = |minor| Amount::new(minor).of(Currency::CNY);
    let at = Time::from_millis(1_772_899_200_000);
    let samples = [
        Finding::Plain,
        Finding::Count { used: 2, of: 3 },
        Finding::Amount { asked: money(5_000), most: money(4_000) },
        Finding::Until { at, offset_minutes: 480 },
        Finding::Units { line: Id::from("shirt"), asked: 2, free: 1 },
        Finding::Case { no: 4 },
        Finding::word(Reason::Quality),
        Finding::Length { used: 1, least: 2, most: 200 },
        Finding::Who { id: Id::from("fin-1") },
    ];
    let fills = |finding: &&Finding| {
        let mut names = template.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        names.all(|name| {
            let mut value = String::new();
            finding.render(&format!("{{{name}}}"), Lang::En, &mut value);
            !value.is_empty()
        })
    };
    let found = samples.iter().find(fills).copied();
    assert!(found.is_some(), "no finding fills `{template}`");
    found.unwrap_or(Finding::Plain)
}

fn placeholders(template: &str) -> BTreeSet<&str> {
    template.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

fn list_refusals<M: Machine>(page: &mut String) {
    let _ = writeln!(page, "{}", M::NAME);
    let past = M::Limit::ALL.first().copied().map(M::Condition::of_limit);
    for condition in M::Condition::ALL.iter().copied().chain(past) {
        let _ = writeln!(page, "    {}", condition.code());
        let [en, zh] = [Lang::En, Lang::Zh].map(|lang| condition.denial(lang));
        assert_eq!(placeholders(en), placeholders(zh), "{condition} says the same in both languages");
        for (lang, template) in [(Lang::En, en), (Lang::Zh, zh)] {
            let mut sentence = String::new();
            sample(template).render(template, lang, &mut sentence);
            assert!(!sentence.contains(['{', '}']), "{condition}: {sentence}");
            assert_eq!(is_chinese(&sentence), lang == Lang::Zh, "{condition}: {sentence}");
            assert!(!sentence.ends_with(['.', '。', ' ']), "{condition}: sentences are joined by `;`");
            let _ = writeln!(page, "        {sentence}");
        }
    }
}

#[test]
fn all_refusal_sentences() {
    let mut page = String::new();
    list_refusals::<Order>(&mut page);
    list_refusals::<AfterSale>(&mut page);
    list_refusals::<Refund>(&mut page);
    insta::assert_snapshot!("refusals", page);
}

const FLAWS: [Flaw; 13] = [
    Flaw::Missing,
    Flaw::NotTaken,
    Flaw::TooLong { most: 500 },
    Flaw::OutOfRange { least: 1, most: 5 },
    Flaw::Repeated,
    Flaw::Unknown,
    Flaw::NotAnId,
    Flaw::OpensNew,
    Flaw::OtherCurrency { accepted: Currency::CNY },
    Flaw::TooMuch { most: Amount::MOST },
    Flaw::OutsideTime { earliest: Time::EPOCH, latest: Time::LATEST },
    Flaw::NotForPeople,
    Flaw::OtherMachine,
];

fn both(page: &mut String, denied: &Denied) {
    let _ = writeln!(page, "{}", denied.codes().join(", "));
    for lang in [Lang::En, Lang::Zh] {
        let sentence = denied.sentence(lang);
        assert!(!sentence.contains(['{', '}']), "{sentence}");
        assert_eq!(is_chinese(&sentence), lang == Lang::Zh, "{sentence}");
        let _ = writeln!(page, "    {sentence}");
    }
}

fn under(rules: u32, policy: u32, rows: Option<u64>, numbers: Option<u64>) -> Terms {
    let checksum = |sum: u64| format!("1-{sum:016x}").parse().expect("a checksum");
    Terms { rules, policy, rules_checksum: rows.map(checksum), policy_checksum: numbers.map(checksum) }
}

/// Whoever changes a row or a number of an edition that was released makes another edition, and keeps the old one.
#[test]
fn the_editions_that_come_with_the_crate_are_what_they_were() {
    let mut page = format!("rules 1: {}\n", Checksum::of_rules(&Rules::built_in()));
    for policy in [Policy::cn_marketplace(), Policy::eu_distance_selling()] {
        let _ = writeln!(page, "{} {}: {}", policy.name, policy.version, Checksum::of_policy(&policy));
    }
    insta::assert_snapshot!("editions", page);
}

#[test]
fn all_other_sentences_that_say_no() {
    let mut page = String::new();
    for flaw in FLAWS {
        let _ = write!(page, "{}: ", flaw.code());
        both(&mut page, &Denied::Malformed(Malformed { field: Field::Amount, flaw }));
    }
    let others = [
        Denied::Stranger,
        Denied::KeyReused,
        Denied::Stale { seen: 3, found: 5, changed: vec![Subject::Order, Subject::Case(1), Subject::Refund(2)] },
        Denied::Backwards { now: Time::from_millis(0), last: Time::from_millis(60_000) },
        Denied::OtherTerms { runs_under: under(1, 1, None, None), given: under(2, 1, None, None) },
        Denied::OtherTerms { runs_under: under(1, 1, Some(1), None), given: under(1, 1, Some(2), None) },
        Denied::OtherTerms { runs_under: under(1, 1, Some(1), Some(1)), given: under(1, 1, Some(1), Some(2)) },
        Denied::Defect(Defect::Cascade(16)),
    ];
    for denied in others {
        both(&mut page, &denied);
    }
    // A refusal by the table names all that stands in the way, and the rows' own words.
    let mut shop = shop::Shop::new(Policy::cn_marketplace());
    shop.place(shop::new_order(vec![redress::trade::NewLine::new("shirt", 1, 9_900)]));
    let by = |actor: Actor| Request::by(actor);
    let refused = [
        by(shop::buyer()).order(order::Action::Ship).units("shirt", 1).waybill("sf", "w-1"),
        by(shop::merchant()).order(order::Action::Cancel),
        by(shop::buyer()).apply(Kind::ReturnAndRefund).units("shirt", 1).reason(Reason::NoReason),
        by(shop::platform()).order(order::Action::Park),
    ];
    for request in &refused {
        let denied = shop.ask(request).expect_err("nobody may");
        both(&mut page, &denied);
    }
    insta::assert_snapshot!("denials", page);
}

#[test]
fn all_fields_read_well_with_all_flaws() {
    for &field in Field::ALL {
        for flaw in FLAWS {
            let mut page = String::new();
            both(&mut page, &Denied::Malformed(Malformed { field, flaw }));
            assert!(page.contains(field.label(Lang::En)) && page.contains(field.label(Lang::Zh)));
        }
    }
}
