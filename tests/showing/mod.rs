//! Shows that every condition of a machine can hold and can fail, and that its refusal says what it saw.

use std::collections::BTreeSet;
use std::fmt::Debug;

use redress::rule::Guard;
use redress::{Lang, Word};

/// A condition with facts under which it holds and facts under which it does not: the nearest ones, where there is a
/// number.
pub(crate) type Pair<C> = (C, <C as Guard>::Facts, <C as Guard>::Facts);

/// Every condition holds and fails, and each of its refusals is whole in both languages.
pub(crate) fn each_holds_and_fails<C: Guard>(pairs: &[Pair<C>])
where
    C::Facts: Debug,
{
    for (condition, held, failed) in pairs {
        assert!(condition.holds(held), "{condition} must hold for {held:#?}");
        assert!(!condition.holds(failed), "{condition} must fail for {failed:#?}");
        for lang in [Lang::En, Lang::Zh] {
            the_sentence_is_whole(*condition, failed, lang);
        }
    }
    let shown: BTreeSet<String> = pairs.iter().map(|(condition, ..)| condition.to_string()).collect();
    let missing: Vec<_> = C::ALL.iter().filter(|condition| !shown.contains(&condition.to_string())).collect();
    assert!(missing.is_empty(), "not shown: {missing:?}");
}

/// Each limit passes after its due time and not at it, and no other limit's due time moves it.
pub(crate) fn each_limit_passes<C: Guard>(facts: impl Fn(C::Limit, i64) -> C::Facts) {
    for &limit in C::Limit::ALL {
        let past = C::of_limit(limit);
        assert!(!past.holds(&facts(limit, -1)), "{past} before its due time");
        assert!(!past.holds(&facts(limit, 0)), "{past} at its due time");
        assert!(past.holds(&facts(limit, 1)), "{past} after its due time");
        for &other in C::Limit::ALL.iter().filter(|&&other| other != limit) {
            assert!(!past.holds(&facts(other, 1)), "{past} while {other} runs");
        }
        for lang in [Lang::En, Lang::Zh] {
            the_sentence_is_whole(past, &facts(limit, 0), lang);
        }
    }
}

fn the_sentence_is_whole<C: Guard>(condition: C, facts: &C::Facts, lang: Lang) {
    let finding = condition.finding(facts);
    let template = condition.denial(lang);
    for placeholder in template.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        let mut value = String::new();
        finding.render(&format!("{{{placeholder}}}"), lang, &mut value);
        assert!(!value.is_empty(), "{condition}: `{template}` needs `{placeholder}`, and saw {finding:?}");
    }
    let mut sentence = String::new();
    finding.render(template, lang, &mut sentence);
    assert!(!sentence.contains(['{', '}']), "{condition}: {sentence}");
    assert!(!condition.label(lang).is_empty());
}
