//! Amounts, numbers, times and lengths of time.

use alloc::string::String;

use super::cursor::Cursor;
use super::fault::{Problem, Read};
use super::keyword::{About, Joint, Want, YesNo};
use super::stamp::stamp;
use crate::trade::{Subject, Sum};
use crate::{Amount, Currency, FixedCalendar, Length, Time};

pub(super) const SECOND: i64 = 1_000;
pub(super) const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The units of a length of time, longer names first.
const UNITS: &[(&str, i64)] = &[
    ("milliseconds", 1),
    ("ms", 1),
    ("毫秒", 1),
    ("seconds", SECOND),
    ("second", SECOND),
    ("sec", SECOND),
    ("s", SECOND),
    ("秒", SECOND),
    ("minutes", MINUTE),
    ("minute", MINUTE),
    ("min", MINUTE),
    ("m", MINUTE),
    ("分钟", MINUTE),
    ("分", MINUTE),
    ("hours", HOUR),
    ("hour", HOUR),
    ("h", HOUR),
    ("小时", HOUR),
    ("时", HOUR),
    ("days", DAY),
    ("day", DAY),
    ("d", DAY),
    ("天", DAY),
    ("日", DAY),
];

/// When something happens, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// At the time of the step before.
    Same,
    /// So many milliseconds later.
    After(i64),
    /// At this time, which is written to so many milliseconds.
    At(Time, i64),
    /// At the last moment that the trade, or this subject of it, waits for somebody; or just past it.
    Due(Option<Subject>, bool),
}

/// Reads a number of these bounds.
pub(super) fn number(cursor: &mut Cursor<'_>, least: u64, most: u64) -> Read<u64> {
    let digits = digits(cursor);
    let number = digits.parse().ok().filter(|number| (least..=most).contains(number));
    match number {
        Some(number) => {
            let start = *cursor;
            cursor.pass(digits.len());
            ungrouped(&start, digits.len())?;
            Ok(number)
        }
        None => Err(cursor.wrong_here(Problem::Number { least, most })),
    }
}

/// That no comma stands within a number, as in `1,000`: it would end the number, and be read as something else.
fn ungrouped(start: &Cursor<'_>, len: usize) -> Read<()> {
    let digits = |text: &str| text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let after = start.rest().get(len..).unwrap_or_default();
    match after.strip_prefix([',', '，']).map(digits) {
        None | Some(0) => Ok(()),
        Some(_) => {
            let number = |letter: char| letter.is_ascii_digit() || matches!(letter, ',' | '，' | '.');
            let whole = start.rest().find(|letter| !number(letter)).unwrap_or(start.rest().len());
            Err(start.wrong(whole, Problem::Grouped))
        }
    }
}

/// The digits that stand here.
pub(super) fn digits<'a>(cursor: &Cursor<'a>) -> &'a str {
    let rest = cursor.rest();
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// Reads yes or no.
pub(super) fn yes_no(cursor: &mut Cursor<'_>) -> Read<bool> {
    Ok(cursor.need::<YesNo>()? == YesNo::Yes)
}

/// Reads an amount of this currency.
pub(super) fn amount(cursor: &mut Cursor<'_>, currency: Currency) -> Read<Amount> {
    let start = *cursor;
    let sum = sum(cursor, currency)?;
    match sum.currency {
        Some(other) if other != currency => Err(cursor.wrong_since(
            &start,
            Problem::Unknown {
                found: String::from(other.code()),
                wanted: super::fault::wanted(Want::Currency, cursor.lang()),
                near: alloc::vec::Vec::new(),
                all: alloc::vec![String::from(currency.code())],
            },
        )),
        _ => Ok(sum.amount),
    }
}

/// Reads an amount, in another currency if one is named.
pub(super) fn sum(cursor: &mut Cursor<'_>, own: Currency) -> Read<Sum> {
    let start = *cursor;
    let yuan = matches!(own, Currency::CNY | Currency::JPY);
    if yuan {
        cursor.eat_any(&["¥", "￥"]);
    }
    let rest = cursor.rest();
    let end = rest.find(|letter: char| !(letter.is_ascii_digit() || letter == '.')).unwrap_or(rest.len());
    let written = rest.get(..end).unwrap_or_default();
    ungrouped(cursor, written.len())?;
    cursor.pass(written.len());
    let code = cursor.rest().get(..3).filter(|code| code.bytes().all(|byte| byte.is_ascii_uppercase()));
    let currency: Option<Currency> = code.and_then(|code| code.parse().ok());
    if currency.is_some() {
        cursor.pass(3);
    } else if yuan {
        cursor.eat_any(&["元", "円"]);
    }
    let decimals = currency.unwrap_or(own).decimals();
    match minor(written, decimals) {
        Some(minor) => Ok(Sum { amount: Amount::new(minor), currency }),
        None => {
            let from = start;
            let problem = Problem::Amount { decimals };
            Err(if written.is_empty() { from.wrong_here(problem) } else { cursor.wrong_since(&from, problem) })
        }
    }
}

/// The minor units of an amount as it is written.
fn minor(written: &str, decimals: u32) -> Option<u64> {
    let (whole, part) = written.split_once('.').unwrap_or((written, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let places = u32::try_from(part.len()).ok()?;
    if whole.is_empty()
        || !digits(whole)
        || !digits(part)
        || places > decimals
        || (part.is_empty() && written.contains('.'))
    {
        return None;
    }
    let unit = 10_u64.checked_pow(decimals)?;
    let part =
        if part.is_empty() { 0 } else { part.parse::<u64>().ok()?.checked_mul(10_u64.pow(decimals - places))? };
    whole.parse::<u64>().ok()?.checked_mul(unit)?.checked_add(part)
}

/// Reads a length of time, such as `1d 12h`.
pub(super) fn length(cursor: &mut Cursor<'_>) -> Read<i64> {
    let start = *cursor;
    let mut whole: i64 = 0;
    let mut read = false;
    loop {
        let digits = digits(cursor);
        let Some(count) = digits.parse::<i64>().ok() else { break };
        let mut after = *cursor;
        after.pass(digits.len());
        let Some((unit, millis)) = unit_at(after.rest()) else { break };
        after.pass(unit);
        let length = count.checked_mul(millis).and_then(|length| whole.checked_add(length));
        let Some(length) = length else { break };
        whole = length;
        *cursor = after;
        read = true;
    }
    if read { Ok(whole) } else { Err(start.wrong_here(Problem::Length)) }
}

fn unit_at(rest: &str) -> Option<(usize, i64)> {
    let is_whole = |name: &str| {
        !name.is_ascii()
            || !rest.get(name.len()..).unwrap_or_default().starts_with(|letter: char| letter.is_ascii_alphabetic())
    };
    let found = UNITS.iter().find(|(name, _)| rest.starts_with(name) && is_whole(name))?;
    Some((found.0.len(), found.1))
}

/// Reads a length that a policy can have: of one unit.
pub(super) fn policy_length(cursor: &mut Cursor<'_>) -> Option<Length> {
    let mut after = *cursor;
    let digits = digits(&after);
    let count: u32 = digits.parse().ok()?;
    after.pass(digits.len());
    let working = ["working days", "working_days", "wd", "个工作日", "工作日"];
    let length = if after.eat_any(&working) {
        Length::WorkingDays(count)
    } else {
        let (unit, millis) = unit_at(after.rest())?;
        after.pass(unit);
        match millis {
            SECOND => Length::Seconds(count),
            MINUTE => Length::Minutes(count),
            HOUR => Length::Hours(count),
            DAY => Length::Days(count),
            _ => return None,
        }
    };
    *cursor = after;
    Some(length)
}

/// Reads when something happens, if that is said here.
pub(super) fn when(cursor: &mut Cursor<'_>, calendar: &FixedCalendar) -> Read<Option<When>> {
    if cursor.eat('+') {
        return Ok(Some(When::After(length(cursor)?)));
    }
    if let Some(past) = due_word(cursor) {
        let of = cursor.is_word(Joint::Of);
        let subject = if of { Some(subject(cursor)?) } else { None };
        return Ok(Some(When::Due(subject, past)));
    }
    if cursor.rest().starts_with('@') {
        return millis(cursor).map(Some);
    }
    let first = cursor.rest().chars().next();
    if !first.is_some_and(|letter| letter.is_ascii_digit()) {
        return Ok(None);
    }
    stamp(cursor, calendar).map(Some)
}

/// Reads when something happens, which must be said here.
pub(super) fn need_when(cursor: &mut Cursor<'_>, calendar: &FixedCalendar) -> Read<When> {
    match when(cursor, calendar)? {
        Some(when) => Ok(when),
        None => Err(cursor.wrong_here(Problem::Time)),
    }
}

/// `due` or `past due`: whether it is past.
fn due_word(cursor: &mut Cursor<'_>) -> Option<bool> {
    let (word, len) = super::lexis::find::<Joint>(cursor.rest())?;
    let past = match word {
        Joint::Due => false,
        Joint::PastDue => true,
        _ => return None,
    };
    cursor.pass(len);
    Some(past)
}

/// `@1772330400000`: milliseconds since 1970, for times that no calendar names.
fn millis(cursor: &mut Cursor<'_>) -> Read<When> {
    let start = *cursor;
    cursor.pass(1);
    let token = cursor.token(&[]);
    match token.parse() {
        Ok(millis) => Ok(When::At(Time::from_millis(millis), 1)),
        Err(_) => Err(cursor.wrong_since(&start, Problem::Time)),
    }
}

/// Reads which machine is meant.
pub(super) fn subject(cursor: &mut Cursor<'_>) -> Read<Subject> {
    match try_subject(cursor)? {
        Some(subject) => Ok(subject),
        None => Err(cursor.unknown(
            Want::Subject,
            super::lexis::all_names::<About>(cursor.lang()).collect(),
            examples(cursor),
        )),
    }
}

fn examples(cursor: &Cursor<'_>) -> alloc::vec::Vec<String> {
    let (en, zh) = (["order", "new case", "case 1", "refund 1"], ["订单", "新售后单", "售后单 1", "退款单 1"]);
    let texts = if matches!(cursor.lang(), crate::Lang::Zh) { zh } else { en };
    texts.into_iter().map(String::from).collect()
}

/// Reads which machine is meant, if that is said here.
pub(super) fn try_subject(cursor: &mut Cursor<'_>) -> Read<Option<Subject>> {
    let Some(about) = cursor.word::<About>() else { return Ok(None) };
    let no = |cursor: &mut Cursor<'_>| {
        number(cursor, 0, u64::from(u16::MAX)).map(|no| u16::try_from(no).unwrap_or(u16::MAX))
    };
    Ok(Some(match about {
        About::Order => Subject::Order,
        About::NewCase => Subject::Case(0),
        About::Case => Subject::Case(no(cursor)?),
        About::Refund => Subject::Refund(no(cursor)?),
    }))
}
