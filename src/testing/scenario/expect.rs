//! What is expected of a step, as it is written behind an arrow.

use alloc::string::String;
use alloc::vec::Vec;

use super::cursor::Cursor;
use super::fault::Read;
use super::head::Frame;
use super::keyword::{About, Claim, Column, Joint, Plain, Sized, Want};
use super::lexis;
use super::line::{self, what, who};
use super::value::{self, When, amount, need_when, number};
use crate::rule::{Guard, RowId};
use crate::trade::{Asked, Subject};
use crate::{Actor, Amount, Effect, Kind, Role, after_sale, order, refund};

/// The arrows that begin an expectation.
pub(super) const ARROWS: &[&str] = &["->", "→", "=>", "⇒", "—>", "－>", "-＞"];

/// One thing that is expected, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expectation {
    pub(super) line: usize,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) what: Expected,
}

/// What is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// A row was taken for what was asked.
    Accepted,
    /// It was stored with an alert.
    Noted,
    /// It was known already.
    Known,
    /// It was refused for these reasons; perhaps for others as well.
    Refused(Vec<String>, bool),
    /// The sentence of the refusal holds this.
    Says(String),
    /// The order, a case or a refund is in this state, waiting until then.
    State(Subject, State, Option<Wait>),
    /// So much money is there in all.
    Total(Column, Amount),
    /// A case or refund is about so much.
    Sized(Subject, Sized, Amount),
    /// A case is of this kind.
    Kind(u16, Kind),
    /// These tasks; perhaps others as well.
    Tasks(Vec<Duty>, bool),
    /// These rows; perhaps others as well.
    Rows(Vec<String>, bool),
    /// Somebody may do something now, or may not for these reasons.
    May(Actor, Asked, Subject, Option<Kind>, Option<Vec<String>>),
    /// The trade waits until then; `None` if for nothing.
    Due(Option<When>),
    /// Nothing moves the trade any more.
    Rests,
}

/// A state of one of the three machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Order(order::State),
    Case(after_sale::State),
    Refund(refund::State),
}

impl State {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Order(state) => state.code(),
            Self::Case(state) => state.code(),
            Self::Refund(state) => state.code(),
        }
    }

    pub(super) const fn label(self, lang: crate::Lang) -> &'static str {
        match self {
            Self::Order(state) => state.label(lang),
            Self::Case(state) => state.label(lang),
            Self::Refund(state) => state.label(lang),
        }
    }
}

/// Until when a state waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    Until(When),
    Frozen,
    Nothing,
}

/// A task, with its amount or points if they were said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Duty {
    pub(super) what: Effect,
    pub(super) amount: Option<Amount>,
    pub(super) points: Option<u64>,
}

/// Whether an expectation begins here.
pub(super) fn begins(cursor: &mut Cursor<'_>) -> bool {
    cursor.eat_any(ARROWS)
}

/// Reads everything behind an arrow.
pub(super) fn expectations(cursor: &mut Cursor<'_>, frame: &Frame, expected: &mut Vec<Expectation>) -> Read<()> {
    loop {
        let start = *cursor;
        let what = one(cursor, frame)?;
        let (from, to) = cursor.since(&start);
        expected.push(Expectation { line: cursor.line.no, from, to, what });
        if !cursor.eat(',') && !cursor.eat(';') {
            return cursor.end();
        }
    }
}

fn one(cursor: &mut Cursor<'_>, frame: &Frame) -> Read<Expected> {
    let claim = lexis::find::<Claim>(cursor.rest());
    let column = lexis::find::<Column>(cursor.rest());
    // The longer name wins; of equals, the money.
    if let Some((column, len)) = column.filter(|(_, len)| claim.is_none_or(|(_, other)| other <= *len)) {
        cursor.pass(len);
        return Ok(Expected::Total(column, amount(cursor, frame.currency())?));
    }
    if let Some((claim, len)) = claim {
        cursor.pass(len);
        return of_claim(cursor, frame, claim);
    }
    if let Some(subject) = value::try_subject(cursor)? {
        return of_subject(cursor, frame, subject);
    }
    if cursor.sees::<Role>() {
        return may(cursor, frame);
    }
    let lang = cursor.lang();
    let names =
        lexis::all_names::<Claim>(lang).chain(lexis::all_names::<Column>(lang)).chain(lexis::all_names::<About>(lang));
    let names = names.chain(lexis::all_names::<Role>(lang)).collect();
    let mut all = lexis::list::<Claim>(lang);
    all.extend(lexis::list::<Column>(lang));
    all.extend(lexis::list::<About>(lang));
    Err(cursor.unknown(Want::Claim, names, all))
}

fn of_claim(cursor: &mut Cursor<'_>, frame: &Frame, claim: Claim) -> Read<Expected> {
    Ok(match claim {
        Claim::Accepted => Expected::Accepted,
        Claim::Noted => Expected::Noted,
        Claim::Known => Expected::Known,
        Claim::Rests => Expected::Rests,
        Claim::Refused => {
            if !cursor.eat(':') {
                return Ok(Expected::Refused(Vec::new(), true));
            }
            let (codes, more) = list(cursor, code)?;
            Expected::Refused(codes, more)
        }
        Claim::Says => {
            cursor.eat(':');
            match cursor.quoted()? {
                Some(text) => Expected::Says(text),
                None => return Err(cursor.missing(Want::Text, &["\"…\""])),
            }
        }
        Claim::Tasks => {
            cursor.colon()?;
            let (tasks, more) = list(cursor, |cursor| duty(cursor, frame))?;
            Expected::Tasks(tasks, more)
        }
        Claim::Rows => {
            cursor.colon()?;
            let (rows, more) = list(cursor, row)?;
            Expected::Rows(rows, more)
        }
        Claim::Due => {
            let nothing = cursor.is_word(Joint::Nothing);
            Expected::Due(if nothing { None } else { Some(need_when(cursor, &frame.calendar())?) })
        }
    })
}

/// A list with commas, up to a semicolon or the end of the line; it is the whole list unless it ends in dots.
fn list<T>(cursor: &mut Cursor<'_>, mut item: impl FnMut(&mut Cursor<'_>) -> Read<T>) -> Read<(Vec<T>, bool)> {
    let mut items = Vec::new();
    // Some names begin with the word for nothing, as 无进行中的售后 does.
    let mut after = *cursor;
    if after.is_word(Joint::Nothing) && (after.is_done() || after.is_at(';') || after.is_at(',')) {
        *cursor = after;
        return Ok((items, false));
    }
    loop {
        if cursor.eat_any(&["......", "……", "...", "…"]) {
            return Ok((items, true));
        }
        items.push(item(cursor)?);
        if !cursor.eat(',') {
            return Ok((items, false));
        }
    }
}

/// A code of a refusal: that of a condition, or a plain one.
fn code(cursor: &mut Cursor<'_>) -> Read<String> {
    if let Some(plain) = cursor.word::<Plain>() {
        return Ok(String::from(plain.code()));
    }
    let conditions = conditions();
    let found = conditions.iter().filter_map(|(code, label)| {
        let len = lexis::begins(cursor.rest(), [*code, label.as_str()].into_iter())?;
        Some((*code, len))
    });
    if let Some((code, len)) = found.max_by_key(|(_, len)| *len) {
        cursor.pass(len);
        return Ok(String::from(code));
    }
    let lang = cursor.lang();
    let labels = conditions.iter().map(|(_, label)| label.as_str()).filter(|_| matches!(lang, crate::Lang::Zh));
    let codes = conditions.iter().map(|(code, _)| *code);
    let mut names: Vec<&str> = lexis::all_names::<Plain>(lang).collect();
    names.extend(labels.chain(codes));
    let mut all = lexis::list::<Plain>(lang);
    if lexis::near(cursor.next_token(), names.iter().copied()).is_empty() {
        all.extend(conditions.iter().map(|(code, label)| match lang {
            crate::Lang::Zh => label.clone(),
            crate::Lang::En => String::from(*code),
        }));
    }
    Err(cursor.unknown(Want::Code, names, lexis::each_once(all)))
}

/// The conditions of all machines in the order of their codes: their codes, and what they are called in Chinese.
fn conditions() -> Vec<(&'static str, String)> {
    fn of<G: Guard>() -> impl Iterator<Item = (&'static str, String)> {
        G::ALL.iter().map(|guard| (guard.code(), guard.label(crate::Lang::Zh).into_owned()))
    }
    let all = of::<order::Condition>().chain(of::<after_sale::Condition>()).chain(of::<refund::Condition>());
    let mut each: Vec<(&'static str, String)> = all.chain([("past", String::from("已逾期"))]).collect();
    each.sort();
    each
}

fn duty(cursor: &mut Cursor<'_>, frame: &Frame) -> Read<Duty> {
    let mut duty = Duty { what: cursor.need()?, amount: None, points: None };
    let first = cursor.rest().chars().next();
    if !first.is_some_and(|letter| letter.is_ascii_digit() || matches!(letter, '¥' | '￥')) {
        return Ok(duty);
    }
    if matches!(duty.what, Effect::RestorePoints | Effect::ClawBackPoints) {
        duty.points = Some(number(cursor, 0, u64::MAX)?);
    } else {
        duty.amount = Some(amount(cursor, frame.currency())?);
    }
    Ok(duty)
}

fn row(cursor: &mut Cursor<'_>) -> Read<String> {
    let start = *cursor;
    let token = cursor.token(&[]);
    match token.parse::<RowId>() {
        Ok(_) => Ok(String::from(token)),
        Err(_) => {
            Err(start.unknown(Want::Row, Vec::new(), alloc::vec![String::from("after_sale.requested.agree.refunding")]))
        }
    }
}

fn of_subject(cursor: &mut Cursor<'_>, frame: &Frame, subject: Subject) -> Read<Expected> {
    let state = match subject {
        Subject::Order => cursor.word().map(State::Order),
        Subject::Case(_) => cursor.word().map(State::Case),
        Subject::Refund(_) => cursor.word().map(State::Refund),
    };
    if let Some(state) = state {
        return Ok(Expected::State(subject, state, wait(cursor, frame)?));
    }
    if let (Subject::Case(_) | Subject::Refund(_), Some(sized)) = (subject, cursor.word::<Sized>()) {
        return Ok(Expected::Sized(subject, sized, amount(cursor, frame.currency())?));
    }
    if let (Subject::Case(no), Some(kind)) = (subject, cursor.word::<Kind>()) {
        return Ok(Expected::Kind(no, kind));
    }
    let lang = cursor.lang();
    let (names, mut all): (Vec<&str>, Vec<String>) = match subject {
        Subject::Order => (lexis::all_names::<order::State>(lang).collect(), lexis::list::<order::State>(lang)),
        Subject::Case(_) => {
            (lexis::all_names::<after_sale::State>(lang).collect(), lexis::list::<after_sale::State>(lang))
        }
        Subject::Refund(_) => (lexis::all_names::<refund::State>(lang).collect(), lexis::list::<refund::State>(lang)),
    };
    if subject != Subject::Order {
        all.extend(lexis::list::<Sized>(lang));
    }
    Err(cursor.unknown(Want::State, names, all))
}

/// Reads until when it waits, if that is said.
fn wait(cursor: &mut Cursor<'_>, frame: &Frame) -> Read<Option<Wait>> {
    if cursor.is_word(Joint::Frozen) {
        return Ok(Some(Wait::Frozen));
    }
    if !cursor.is_word(Joint::Until) {
        return Ok(None);
    }
    if cursor.is_word(Joint::Nothing) {
        return Ok(Some(Wait::Nothing));
    }
    Ok(Some(Wait::Until(need_when(cursor, &frame.calendar())?)))
}

/// `merchant may agree case 1`, `buyer may not apply: within_window`, `buyer may apply (exchange)`.
fn may(cursor: &mut Cursor<'_>, frame: &Frame) -> Read<Expected> {
    let (actor, _) = who(cursor, frame)?;
    let not = match cursor.word::<Joint>() {
        Some(Joint::May) => false,
        Some(Joint::MayNot) => true,
        _ if line::is_before::<Joint>(*cursor) => return Err(line::nobody(cursor, &actor)),
        _ => {
            let lang = cursor.lang();
            let all = [Joint::May, Joint::MayNot].map(|word| lexis::shown(word, lang)).to_vec();
            let names = [Joint::May, Joint::MayNot].map(|word| lexis::written(word, lang)).to_vec();
            return Err(cursor.unknown(Want::Joint, names, all));
        }
    };
    let before = value::try_subject(cursor)?;
    let (asked, subject) = what(cursor, actor.role, before)?;
    let kind = if cursor.eat('(') {
        let kind = cursor.need::<Kind>()?;
        if !cursor.eat(')') {
            return Err(cursor.missing(Want::Closing, &[")"]));
        }
        Some(kind)
    } else {
        None
    };
    let codes = match not {
        true if cursor.eat(':') => Some(list(cursor, code)?.0),
        true => Some(Vec::new()),
        false => None,
    };
    Ok(Expected::May(actor, asked, subject, kind, codes))
}
