//! Goods and how many of them: lines of an order, and units of a request.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::cursor::{Cursor, ENDS};
use super::fault::{Problem, Read};
use super::keyword::{Joint, OfLine, Want};
use super::lexis;
use super::value::{amount, number};
use crate::trade::{Field, NewLine, Wanted};
use crate::{Currency, GoodsCondition, Id, Lang, Reason, Transport};

/// What may stand behind a count, and says nothing more; longer words first.
const MEASURES: &[&str] = &[
    "pieces", "piece", "pcs", "pc", "units", "unit", "公斤", "千克", "件", "个", "把", "瓶", "双", "盒", "套", "台",
    "条", "只", "本", "张", "支", "箱", "袋", "包", "部", "块", "对", "副", "顶", "枚", "罐", "桶", "卷", "片", "束",
    "株", "盆", "辆", "床", "组", "份", "杯", "根", "颗", "朵", "串", "斤", "克", "米", "听", "筒", "管", "幅", "册",
    "架", "座", "提", "打", "枝", "粒", "板", "身", "扇",
];

/// What stands before a count, such as `× 2` or `x 2`; none if one of these marks comes before one.
fn before_count<'t>(rest: &'t str, ends: &[char]) -> Option<&'t str> {
    let is_count = |at: usize, letter: char| match letter {
        '×' | '*' => true,
        'x' | 'X' => {
            let (before, after) = (rest.get(..at), rest.get(at + 1..));
            before.is_some_and(|before| before.ends_with(char::is_whitespace))
                && after.is_some_and(|after| after.trim_start().starts_with(|digit: char| digit.is_ascii_digit()))
        }
        _ => false,
    };
    let (at, _) = rest.char_indices().find(|&(at, letter)| is_count(at, letter) || ends.contains(&letter))?;
    let counts = rest.get(at..)?.starts_with(['×', '*', 'x', 'X']);
    rest.get(..at).map(str::trim_end).filter(|_| counts)
}

/// Reads the name of goods, up to these marks. If it has several words, it must stand in quotation marks.
fn name(cursor: &mut Cursor<'_>, also: &[char], ends: &[char]) -> Read<Id> {
    let start = *cursor;
    let id = cursor.name(also)?;
    let more = before_count(start.rest(), ends).filter(|_| !start.rest().starts_with(['"', '“', '「']));
    match more {
        Some(text) if text != id.as_str() && text.contains(char::is_whitespace) => {
            Err(start.wrong(text.len(), Problem::Unquoted { text: String::from(text) }))
        }
        _ => Ok(id),
    }
}

/// `shirt × 2 at 99.00, discount 5.00, tax 0.50, category food, transport post`.
pub(super) fn new_line(cursor: &mut Cursor<'_>, currency: Currency) -> Read<NewLine> {
    // A comma before the count is part of the name as well.
    let id = name(cursor, &[], &['"', '“', '”', '「', '」'])?;
    let lang = cursor.lang();
    let form = |count: u32| match lang {
        Lang::Zh => format!("{id} × {count} 件，5.00元"),
        Lang::En => format!("{id} × {count} at 5.00"),
    };
    let count = count(cursor, &form(1))?;
    if !cursor.eat_any(&["at ", "@", "each ", "单价", "每件"]) && !cursor.eat(',') {
        only_a_count(cursor, &form(count))?;
    }
    cursor.eat(',');
    let price = amount(cursor, currency)?;
    let mut line = NewLine { unit_price: price, ..NewLine::new(id, count, 0) };
    while cursor.eat(',') {
        match cursor.need::<OfLine>()? {
            OfLine::Discount => line.discount = amount(cursor, currency)?,
            OfLine::Tax => line.tax = amount(cursor, currency)?,
            OfLine::Category => line.category = Some(cursor.name(&[])?),
            OfLine::Transport => line.transport = cursor.need::<Transport>()?,
        }
    }
    Ok(line)
}

/// Whether no count stands here, but a price, or nothing that is a number.
fn is_price(cursor: &Cursor<'_>) -> bool {
    let after = cursor.rest().trim_start_matches(|letter: char| letter.is_ascii_digit());
    after.len() == cursor.rest().len() || after.starts_with(['.', '元'])
}

/// `× 2`, `x 2`, `2`, `2 件`; who leaves it out is shown the form of the whole.
pub(super) fn count(cursor: &mut Cursor<'_>, form: &str) -> Read<u32> {
    if !cursor.eat_any(&["×", "*"]) {
        let digits = cursor.rest().trim_start_matches(['x', 'X']).trim_start();
        if cursor.rest().starts_with(['x', 'X']) && digits.starts_with(|letter: char| letter.is_ascii_digit()) {
            cursor.pass(1);
        } else if is_price(cursor) {
            return Err(cursor.missing(Want::Count, &[form]));
        }
    }
    let count = number(cursor, 0, u64::from(u32::MAX))?;
    cursor.eat_any(MEASURES);
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// That nothing stands behind a count but a measure word.
fn only_a_count(cursor: &Cursor<'_>, form: &str) -> Read<()> {
    if cursor.rest().starts_with(char::is_alphabetic) {
        let found = String::from(cursor.next_token());
        return Err(cursor.wrong_here(Problem::AfterCount { found, form: String::from(form) }));
    }
    Ok(())
}

/// `shirt × 1`, `shirt × 1 + mug × 2`, `shirt × 1 (condition damaged, reason quality)`.
pub(super) fn units(cursor: &mut Cursor<'_>, units: &mut Vec<Wanted>) -> Read<()> {
    loop {
        let line = name(cursor, &['+', '＋'], ENDS)?;
        let count = count(cursor, &format!("{line} × 1"))?;
        only_a_count(cursor, &format!("{line} × {count}"))?;
        let mut wanted = Wanted { line, count, condition: None, reason: None };
        if cursor.eat('(') {
            marks(cursor, &mut wanted)?;
        }
        units.push(wanted);
        if !cursor.eat('+') {
            return Ok(());
        }
    }
}

/// What stands in parentheses behind units: in what condition they came back, and why less is given for them.
fn marks(cursor: &mut Cursor<'_>, wanted: &mut Wanted) -> Read<()> {
    loop {
        if cursor.is_word(Joint::Condition) {
            wanted.condition = Some(cursor.need::<GoodsCondition>()?);
        } else if cursor.is_word(Field::Reason) {
            wanted.reason = Some(cursor.need::<Reason>()?);
        } else {
            let lang = cursor.lang();
            let all = alloc::vec![lexis::shown(Joint::Condition, lang), lexis::shown(Field::Reason, lang)];
            let names = alloc::vec![Joint::Condition.label(lang), Field::Reason.label(lang)];
            return Err(cursor.unknown(Want::Field, names, all));
        }
        if !cursor.eat(',') && !cursor.eat(';') {
            break;
        }
    }
    if cursor.eat(')') { Ok(()) } else { Err(cursor.missing(Want::Closing, &[")"])) }
}
