//! What differs from a preset: a path in the policy, and what stands there instead.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value;

use super::cursor::Cursor;
use super::fault::{Problem, Read};
use super::keyword::{Joint, Want, YesNo};
use super::lexis::{self, Vocabulary};
use super::taken::{not_such, takes_text};
use super::value::{amount, number, policy_length};
use crate::testing::PolicyChange;
use crate::{
    Bearer, Counter, Kind, Lang, Length, Limit, Policy, Reason, RefundSplit, ShippingPart, Silence, Tender, Transport,
    Word,
};

/// The parts of a policy by what they are called in Chinese.
const PARTS: &[(&str, &str)] = &[
    ("期限", "limits"),
    ("计数", "counters"),
    ("次数", "counters"),
    ("开关", "switches"),
    ("沉默", "silence"),
    ("金额", "amounts"),
    ("窗口", "windows"),
    ("申请期", "windows"),
    ("按原因", "by_reason"),
    ("按类型", "by_kind"),
    ("延长", "extensions"),
    ("提醒", "reminders"),
    ("极速退款", "fast_refund"),
    ("退款拆分", "refund_split"),
    ("运费", "freight"),
    ("退运费", "shipping_refund"),
    ("原因", "reasons"),
    ("渠道", "channels"),
    ("退货地址", "return_address"),
    ("文字", "texts"),
    ("审核起点", "approval_above"),
    ("商誉上限", "goodwill_most"),
    ("补款上限", "fee_most"),
    ("支持直接升级", "direct_escalation"),
    ("须整行申请", "whole_line_only"),
];

/// Reads one change, such as `counters.reviews: 1`, and makes it.
pub(super) fn change(cursor: &mut Cursor<'_>, policy: &mut Policy) -> Read<PolicyChange> {
    let start = *cursor;
    let mut path = path(cursor)?;
    let after_path = *cursor;
    cursor.colon()?;
    let stored = serde_json::to_value(&*policy).unwrap_or_default();
    if let Some(problem) = astray(&path, &stored, cursor.lang()) {
        return Err(after_path.wrong_since(&start, problem));
    }
    let here = at(&stored, &path);
    let said = *cursor;
    let value = value(cursor, policy, here, &mut path)?;
    if !cursor.is_done() && takes_text(&path, policy) {
        return Err(said.unquoted(&[]));
    }
    cursor.end()?;
    let change = PolicyChange { path, value };
    if let Ok(changed) = change.applied(policy) {
        *policy = changed;
        return Ok(change);
    }
    let here = at(&stored, &change.path);
    if here.is_some_and(is_length) {
        return Err(cursor.wrong_since(&said, Problem::Length));
    }
    match here.and_then(|here| deeper(&change.path, here, cursor.lang())) {
        Some(problem) => Err(after_path.wrong_since(&start, problem)),
        None => Err(not_such(&said, cursor, &change.path, policy)),
    }
}

/// That the policy has no such field: where the path goes wrong, and what there is.
fn astray(path: &str, stored: &Value, lang: Lang) -> Option<Problem> {
    let mut place = stored;
    for (at, name) in path.split('.').enumerate() {
        let Some(next) = place.get(name) else {
            let before = path.split('.').take(at).map(|name| alloc::format!("{name}.")).collect::<String>();
            let fields = place.as_object().into_iter().flat_map(|fields| fields.keys());
            let known: Vec<&str> = fields.map(String::as_str).collect();
            let near =
                lexis::near(name, known.iter().copied()).iter().map(|name| alloc::format!("{before}{name}")).collect();
            let all = known.iter().map(|name| alloc::format!("{before}{}", called(name, lang))).collect();
            return Some(Problem::NoSuchPath { path: String::from(path), near, all });
        };
        place = next;
    }
    None
}

/// That a path names many numbers and not one: which there are.
fn deeper(path: &str, here: &Value, lang: Lang) -> Option<Problem> {
    let fields = here.as_object()?;
    let all = fields.keys().map(|name| alloc::format!("{path}.{}", called(name, lang))).collect();
    Some(Problem::NoSuchPath { path: String::from(path), near: Vec::new(), all })
}

/// What a part of a path is called in the language of the file.
fn called(code: &str, lang: Lang) -> String {
    let label = PARTS.iter().find(|(_, part)| *part == code).map(|(label, _)| *label);
    let label = label.or_else(|| Some(Limit::from_code(code)?.label(Lang::Zh)));
    let label = label.or_else(|| Some(Counter::from_code(code)?.label(Lang::Zh)));
    match label.filter(|_| matches!(lang, Lang::Zh)) {
        Some(label) => alloc::format!("{label} ({code})"),
        None => String::from(code),
    }
}

/// What stands in a stored policy at a path.
pub(super) fn at<'v>(stored: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(stored, |place, name| place.get(name))
}

fn path(cursor: &mut Cursor<'_>) -> Read<String> {
    let mut path = Vec::new();
    loop {
        let name = cursor.token(&['.']);
        if name.is_empty() {
            return Err(cursor
                .missing(Want::Path, &["counters.reviews", "limits.merchant_reply", "switches.direct_escalation"]));
        }
        path.push(named(name));
        if !cursor.eat_any(&["."]) {
            return Ok(path.join("."));
        }
    }
}

/// The code of a part of a path, whatever it is called.
fn named(name: &str) -> String {
    let part = PARTS.iter().find(|(part, _)| *part == name).map(|(_, code)| *code);
    let found =
        part.or_else(|| whole::<Limit>(name)).or_else(|| whole::<Counter>(name)).or_else(|| whole::<Kind>(name));
    let found =
        found.or_else(|| whole::<Reason>(name)).or_else(|| whole::<Transport>(name)).or_else(|| whole::<Tender>(name));
    String::from(found.unwrap_or(name))
}

/// The code of a word of which this is the whole name.
fn whole<W: Vocabulary>(name: &str) -> Option<&'static str> {
    lexis::find::<W>(name).filter(|(_, len)| *len == name.len()).map(|(word, _)| word.code())
}

fn value(cursor: &mut Cursor<'_>, policy: &Policy, here: Option<&Value>, path: &mut String) -> Read<Value> {
    if cursor.rest().starts_with(['[', '{']) || cursor.eat_any(&["json "]) {
        return json(cursor);
    }
    if is_money(path) {
        return amount(cursor, policy.currency).map(|amount| Value::from(amount.minor()));
    }
    if cursor.is_word(Joint::Nothing) {
        return Ok(Value::Null);
    }
    if let Some(said) = cursor.word::<YesNo>() {
        return Ok(Value::Bool(said == YesNo::Yes));
    }
    if let Some(length) = policy_length(cursor) {
        return Ok(of_length(length, here, path));
    }
    if let Some(Value::Array(_)) = here {
        let mut list = Vec::new();
        loop {
            list.push(word(cursor)?);
            if !cursor.eat(',') {
                return Ok(Value::Array(list));
            }
        }
    }
    if here.is_some_and(is_length) && cursor.rest().starts_with(|letter: char| letter.is_ascii_digit()) {
        return Err(cursor.wrong(cursor.rest().len(), Problem::Length));
    }
    if cursor.rest().starts_with(|letter: char| letter.is_ascii_digit()) {
        let (said, most) = (*cursor, u64::from(u32::MAX));
        let number = number(cursor, 0, most)?;
        let is_whole = !cursor.rest().starts_with('.');
        return if is_whole {
            Ok(Value::from(number))
        } else {
            Err(said.wrong_here(Problem::Number { least: 0, most }))
        };
    }
    word(cursor)
}

/// Whether money stands here: it is written as everywhere else in a file, and stored in minor units.
fn is_money(path: &str) -> bool {
    path.starts_with("amounts.") || matches!(path, "fast_refund.most" | "freight.most")
}

/// Whether a length of time stands here.
fn is_length(here: &Value) -> bool {
    let units = ["length", "lasts", "seconds", "minutes", "hours", "days", "working_days"];
    here.as_object().is_some_and(|fields| units.iter().any(|unit| fields.contains_key(*unit)))
}

/// Where a length stands in the policy: within a window, within a span, or by itself.
fn of_length(length: Length, here: Option<&Value>, path: &mut String) -> Value {
    let length = serde_json::to_value(length).unwrap_or_default();
    let spans = ["receipt_by_transport", "dispatch_by_kind", "windows"];
    match here {
        Some(Value::Object(window)) if window.contains_key("lasts") => path.push_str(".lasts.length"),
        Some(Value::Object(span)) if span.contains_key("length") => path.push_str(".length"),
        Some(Value::Null) if spans.iter().any(|part| path.starts_with(part)) => {
            return Value::Object([(String::from("length"), length)].into_iter().collect());
        }
        _ => {}
    }
    length
}

fn json(cursor: &mut Cursor<'_>) -> Read<Value> {
    let rest = cursor.rest();
    match serde_json::from_str(rest) {
        Ok(value) => {
            cursor.pass(rest.len());
            Ok(value)
        }
        Err(_) => Err(cursor.unknown(Want::Value, Vec::new(), Vec::new())),
    }
}

/// A word or text: the code of the word, where it is one that policies know.
pub(super) fn word(cursor: &mut Cursor<'_>) -> Read<Value> {
    if let Some(text) = cursor.quoted()? {
        return Ok(Value::from(text));
    }
    let mut after = *cursor;
    let known = after.word::<Silence>().map(Silence::code);
    let known = known.or_else(|| after.word::<RefundSplit>().map(RefundSplit::code));
    let known = known.or_else(|| after.word::<ShippingPart>().map(ShippingPart::code));
    let known = known.or_else(|| after.word::<Reason>().map(Reason::code));
    let known = known.or_else(|| after.word::<Bearer>().map(Bearer::code));
    if let Some(code) = known {
        *cursor = after;
        return Ok(Value::from(code));
    }
    let token = cursor.token(&[]);
    if token.is_empty() {
        Err(cursor.missing(Want::Value, &["1", "48h", "99.00", "yes", "grants"]))
    } else {
        Ok(Value::from(token.to_string()))
    }
}
