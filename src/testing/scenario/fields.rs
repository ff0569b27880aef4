//! The fields of a request as they are written, each a name and a value; and whether the action takes them.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::cursor::{Cursor, Line};
use super::fault::{Problem, Read, ScenarioFault};
use super::goods::units;
use super::head::Frame;
use super::keyword::{Joint, Want};
use super::lexis;
use super::line::Ask;
use super::value::{need_when, number, sum, yes_no};
use crate::trade::{Asked, Field, Waybill, fields};
use crate::{Bearer, Blame, Dispute, Kind, Reason, Tender, order};

/// Reads one field into the request.
pub(super) fn field(cursor: &mut Cursor<'_>, frame: &Frame, ask: &mut Ask) -> Read<()> {
    let start = *cursor;
    if cursor.is_word(Joint::Seen) {
        separator(cursor);
        let seen = number(cursor, 0, u64::MAX)?;
        return once(&start, ask.request.seen.replace(seen).is_some());
    }
    let field = cursor.word::<Field>().filter(|field| !matches!(field, Field::Actor | Field::Subject | Field::Now));
    let Some(field) = field else { return Err(no_such_field(&start, ask.request.asked)) };
    separator(cursor);
    let twice = crate::trade::Field::Units != field && field != Field::Evidence && is_given(field, ask);
    value(cursor, frame, field, ask)?;
    once(&start, twice)
}

/// `amount 9.00`, `amount: 9.00` and `amount = 9.00` say the same.
fn separator(cursor: &mut Cursor<'_>) {
    if !cursor.eat(':') {
        cursor.eat_any(&["=", "＝", "为"]);
    }
}

fn once(start: &Cursor<'_>, twice: bool) -> Read<()> {
    if twice { Err(start.wrong_here(Problem::Twice)) } else { Ok(()) }
}

fn no_such_field(cursor: &Cursor<'_>, asked: Asked) -> Box<ScenarioFault> {
    let lang = cursor.lang();
    let (needs, takes) = fields(asked);
    let all = needs.iter().chain(takes).map(|&field| lexis::shown(field, lang));
    let all = all.chain([lexis::shown(Joint::Seen, lang), lexis::shown(Field::Key, lang)]).collect();
    cursor.unknown(Want::Field, lexis::all_names::<Field>(lang).collect(), all)
}

fn value(cursor: &mut Cursor<'_>, frame: &Frame, field: Field, ask: &mut Ask) -> Read<()> {
    let detail = &mut ask.request.detail;
    let u16 = u64::from(u16::MAX);
    match field {
        Field::Order => {
            detail.order = order_named(cursor, frame)?;
            ask.without_order = detail.order.is_none();
        }
        Field::Kind => detail.kind = Some(cursor.need()?),
        Field::Units => units(cursor, &mut detail.units)?,
        Field::Amount => detail.amount = Some(sum(cursor, frame.currency())?),
        Field::Fee => detail.fee = Some(sum(cursor, frame.currency())?),
        Field::Difference => detail.difference = Some(sum(cursor, frame.currency())?),
        Field::Freight => detail.freight = Some(sum(cursor, frame.currency())?),
        Field::Reason => detail.reason = Some(cursor.need()?),
        Field::Text => detail.text = cursor.text()?,
        Field::Evidence => evidence(cursor, &mut detail.evidence)?,
        Field::Waybill => {
            let start = *cursor;
            let carrier = cursor.name(&[])?;
            if cursor.is_done() || cursor.is_at(',') || cursor.is_at(';') {
                let form = format!("{} sf {carrier}", lexis::written(Field::Waybill, cursor.lang()));
                return Err(start.missing(Want::Waybill, &[&form]));
            }
            detail.waybill = Some(Waybill { carrier, number: cursor.name(&[])? });
        }
        Field::Address => detail.address = cursor.text()?,
        Field::Account => detail.account = cursor.text()?,
        Field::Voucher => detail.voucher = cursor.text()?,
        Field::Reference => detail.reference = Some(cursor.name(&[])?),
        Field::KeyNumber => detail.key_number = u16::try_from(number(cursor, 0, u16)?).ok(),
        Field::Tender => detail.tender = Some(cursor.need()?),
        Field::Blame => detail.blame = Some(cursor.need()?),
        Field::Bearer => detail.bearer = Some(cursor.need()?),
        Field::Days => {
            detail.days = u32::try_from(number(cursor, 0, u64::from(u32::MAX))?).ok();
            cursor.eat_any(&["days", "d", "天", "日"]);
        }
        Field::Stars => {
            detail.stars = u8::try_from(number(cursor, 0, u64::from(u8::MAX))?).ok();
            cursor.eat_any(&["stars", "星"]);
        }
        Field::Stage => detail.stage = Some(cursor.need()?),
        Field::StageAt => ask.stage_at = Some(need_when(cursor, &frame.calendar())?),
        Field::Until => ask.until = Some(need_when(cursor, &frame.calendar())?),
        Field::ReturnWaived => detail.return_waived = yes_no(cursor)?,
        Field::FoundPaid => detail.found_paid = Some(yes_no(cursor)?),
        Field::Key => ask.request.key = Some(cursor.name(&[])?),
        Field::Actor | Field::Subject | Field::Now => {}
    }
    Ok(())
}

/// Another order of the file by its name, the main one, or none.
fn order_named(cursor: &mut Cursor<'_>, frame: &Frame) -> Read<Option<Box<crate::NewOrder>>> {
    let start = *cursor;
    if cursor.is_word(Joint::Nothing) {
        return Ok(None);
    }
    if cursor.is_word(Joint::Main) {
        return Ok(Some(Box::new(frame.order.clone())));
    }
    let name = cursor.name(&[])?;
    match frame.others.iter().find(|(other, _)| *other == name) {
        Some((_, order)) => Ok(Some(Box::new(order.clone()))),
        None => {
            let names: Vec<&str> = frame.others.iter().map(|(name, _)| name.as_str()).collect();
            let mut all: Vec<String> =
                [Joint::Main, Joint::Nothing].map(|word| String::from(lexis::written(word, cursor.lang()))).to_vec();
            all.extend(names.iter().map(|&name| String::from(name)));
            Err(start.unknown(Want::OrderName, names, all))
        }
    }
}

/// One reference or several, with `+` between them.
fn evidence(cursor: &mut Cursor<'_>, evidence: &mut Vec<String>) -> Read<()> {
    loop {
        evidence.push(cursor.text()?);
        if !cursor.eat('+') {
            return Ok(());
        }
    }
}

/// Whether something stands in the field.
fn is_given(field: Field, ask: &Ask) -> bool {
    match field {
        Field::Key => ask.request.key.is_some(),
        Field::Until => ask.until.is_some(),
        Field::StageAt => ask.stage_at.is_some(),
        _ => crate::trade::is_given(&ask.request.detail).has(field),
    }
}

/// Whether the request can be well formed: nothing is missing, and nothing is there that the action does not take.
pub(super) fn check_form(line: Line<'_>, ask: &Ask) -> Read<()> {
    let asked = ask.request.asked;
    let (needs, takes) = fields(asked);
    let own_order = asked == Asked::Order(order::Action::Place);
    let cursor = line.begin();
    for &field in Field::ALL {
        let given = is_given(field, ask);
        let takes_it = needs.contains(&field) || takes.contains(&field) || field == Field::Key;
        if given && !takes_it {
            let takes = needs.iter().chain(takes).copied().collect();
            return Err(cursor.at_word(field, Problem::NotTaken { field, asked, takes }));
        }
        if !given && needs.contains(&field) && !(own_order && field == Field::Order) {
            let all = words_of(field, cursor.lang());
            return Err(cursor.wrong(cursor.rest().len(), Problem::Lacks { field, asked, all }));
        }
    }
    Ok(())
}

/// The words that may stand in a field; none if it takes no words.
fn words_of(field: Field, lang: crate::Lang) -> Vec<String> {
    match field {
        Field::Kind => lexis::list::<Kind>(lang),
        Field::Reason => lexis::list::<Reason>(lang),
        Field::Tender => lexis::list::<Tender>(lang),
        Field::Blame => lexis::list::<Blame>(lang),
        Field::Bearer => lexis::list::<Bearer>(lang),
        Field::Stage => lexis::list::<Dispute>(lang),
        _ => Vec::new(),
    }
}

/// Whether each line that is named is one of an order of the file, and has so many units.
pub(super) fn check_lines(line: Line<'_>, frame: &Frame, ask: &Ask) -> Read<()> {
    let orders = || core::iter::once(&frame.order).chain(frame.others.iter().map(|(_, order)| order));
    for wanted in &ask.request.detail.units {
        let here = wanted.line.as_str();
        let goods = orders().flat_map(|order| &order.lines).filter(|line| line.id == wanted.line);
        let Some(most) = goods.map(|line| line.count).max() else {
            let lines = frame.order.lines.iter().map(|line| String::from(line.id.as_str())).collect();
            return Err(line.begin().at_text(here, Problem::NoSuchLine { lines }));
        };
        if !(1..=most).contains(&wanted.count) {
            return Err(line.begin().at_text(here, Problem::Count { most: u64::from(most) }));
        }
    }
    Ok(())
}
