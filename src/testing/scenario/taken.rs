//! What a policy takes at a path, for whoever wrote something else there.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value;

use super::cursor::Cursor;
use super::fault::{Problem, ScenarioFault};
use super::keyword::{Joint, YesNo};
use super::lexis::{self, Vocabulary, shown, written};
use crate::testing::PolicyChange;
use crate::{Bearer, Lang, Policy, Reason, RefundSplit, ShippingPart, Silence};

/// A word that may be written, and what it stands for.
struct Accepted {
    value: Value,
    written: &'static str,
    shown: String,
}

/// That the value read since `said` cannot stand at the path: which words can, or what stands there in the preset.
pub(super) fn not_such(said: &Cursor<'_>, after: &Cursor<'_>, path: &str, policy: &Policy) -> Box<ScenarioFault> {
    let lang = said.lang();
    let stored = serde_json::to_value(policy).unwrap_or_default();
    let stands = super::terms::at(&stored, path).cloned().unwrap_or_default();
    let accepted = accepted(path, &stands, policy, lang);
    if accepted.is_empty() {
        return after
            .wrong_since(said, Problem::NotSuch { path: String::from(path), stands: as_written(&stands, lang) });
    }
    let (from, to) = if stands.is_array() { wrong_item(said, after, &accepted) } else { (*said, *after) };
    let found = to.read_since(&from);
    let near = lexis::near(found, accepted.iter().map(|word| word.written));
    let mut all: Vec<String> = accepted.into_iter().map(|word| word.shown).collect();
    if stands.is_null() && all.len() == 1 {
        // Nothing, or a part of the policy as a whole.
        all.push(String::from("json {…}"));
    }
    let wanted = match lang {
        Lang::Zh => format!("“{path}”的取值"),
        Lang::En => format!("a value of `{path}`"),
    };
    let found = String::from(found);
    to.wrong_since(&from, Problem::Unknown { found, wanted, near, all })
}

/// Whether the policy takes any text at this path.
pub(super) fn takes_text(path: &str, policy: &Policy) -> bool {
    PolicyChange { path: String::from(path), value: Value::from("any text") }.applied(policy).is_ok()
}

/// The words that the policy takes at this path, or any text.
fn accepted(path: &str, stands: &Value, policy: &Policy, lang: Lang) -> Vec<Accepted> {
    let takes = |value: &Value| {
        let value = if stands.is_array() { Value::Array(Vec::from([value.clone()])) } else { value.clone() };
        PolicyChange { path: String::from(path), value }.applied(policy).is_ok()
    };
    let text = Accepted { value: Value::from("any text"), written: "\"…\"", shown: String::from("\"…\"") };
    if takes(&text.value) {
        return Vec::from([text]);
    }
    let yes_no = words::<YesNo>(lang).map(|word| Accepted { value: Value::Bool(word.value == "yes"), ..word });
    let nothing =
        Accepted { value: Value::Null, written: written(Joint::Nothing, lang), shown: shown(Joint::Nothing, lang) };
    let codes = words::<Silence>(lang)
        .chain(words::<RefundSplit>(lang))
        .chain(words::<ShippingPart>(lang))
        .chain(words::<Reason>(lang))
        .chain(words::<Bearer>(lang));
    codes.chain(yes_no).chain([nothing]).filter(|word| takes(&word.value)).collect()
}

fn words<W: Vocabulary>(lang: Lang) -> impl Iterator<Item = Accepted> {
    W::ALL.iter().map(move |&word| Accepted {
        value: Value::from(word.code()),
        written: written(word, lang),
        shown: shown(word, lang),
    })
}

/// Where the first item of a list that is not accepted begins and ends; the whole list, if each of them is.
fn wrong_item<'t>(said: &Cursor<'t>, after: &Cursor<'t>, accepted: &[Accepted]) -> (Cursor<'t>, Cursor<'t>) {
    let mut cursor = *said;
    loop {
        let item = cursor;
        match super::terms::word(&mut cursor) {
            Ok(value) if accepted.iter().all(|word| word.value != value) => return (item, cursor),
            Ok(_) if cursor.eat(',') => {}
            Ok(_) | Err(_) => return (*said, *after),
        }
    }
}

/// What stands in the policy, as it would be written in a file.
fn as_written(stands: &Value, lang: Lang) -> String {
    match stands {
        Value::Null => String::from(written(Joint::Nothing, lang)),
        Value::Bool(yes) => String::from(written(if *yes { YesNo::Yes } else { YesNo::No }, lang)),
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => stands.to_string(),
    }
}
