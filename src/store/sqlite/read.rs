//! Reading rows: what cannot be read is named and never guessed at.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::fail::Fail;
use super::sql;
use crate::port::{Answer, Corrupt, Damage, Due, Page, Record, RequestKey};
use crate::store::body;
use crate::trade::{Event, Trade, TradeKey};
use crate::{Id, Time};

/// The bytes of a text column; nothing if it holds none.
pub(super) fn bytes<'r>(row: &'r Row<'_>, column: &str) -> Result<&'r [u8], Fail> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => &[],
    })
}

/// A text column, if it is readable text.
pub(super) fn text<'r>(row: &'r Row<'_>, column: &str) -> Result<Option<&'r str>, Fail> {
    Ok(core::str::from_utf8(bytes(row, column)?).ok())
}

/// A number column; `None` if it is NULL.
pub(super) fn number(row: &Row<'_>, column: &str) -> Result<Option<i64>, Fail> {
    Ok(match row.get_ref(column)? {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => None,
    })
}

/// The id in a text column, if it is one.
pub(super) fn id(row: &Row<'_>, column: &str) -> Result<Option<Id>, Fail> {
    Ok(text(row, column)?.and_then(|text| text.parse().ok()))
}

/// What the body of a row says.
pub(super) fn body<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<Result<T, Damage>, Fail> {
    let Some(form) = number(row, "form")? else {
        return Ok(Err(Damage::Column("form")));
    };
    Ok(body::decode(form, bytes(row, column)?))
}

/// The first column that disagrees with the body.
fn agree(columns: &[(&'static str, bool)]) -> Result<(), Damage> {
    match columns.iter().find(|(_, agrees)| !agrees) {
        Some((column, _)) => Err(Damage::Column(column)),
        None => Ok(()),
    }
}

pub(super) fn trade(file: &Connection, key: TradeKey) -> Result<Option<Trade>, Fail> {
    let mut statement = file.prepare_cached(
        "SELECT state, version, due, updated, form, body FROM trades WHERE tenant = ?1 AND order_id = ?2",
    )?;
    let mut rows = statement.query(params![key.tenant.as_str(), key.order.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let checked = match body::<Trade>(row, "body")? {
        Err(damage) => Err(damage),
        Ok(trade) => agree(&[
            ("order_id", trade.key == key),
            ("version", number(row, "version")? == Some(sql(trade.version))),
            ("state", text(row, "state")? == Some(trade.head.state.code())),
            ("due", number(row, "due")? == trade.due().map(Time::millis)),
            ("updated", number(row, "updated")? == Some(trade.at.millis())),
        ])
        .map(|()| trade),
    };
    checked.map(Some).map_err(|damage| Fail::corrupt(Record::Trade(key), damage))
}

/// Whose key it is, as the column says it.
pub(super) fn channel(key: &RequestKey) -> String {
    key.channel.map_or_else(String::new, |(role, id)| format!("{role} {id}"))
}

pub(super) fn answer(file: &Connection, tenant: Id, key: &RequestKey) -> Result<Option<Answer>, Fail> {
    let mut statement = file.prepare_cached(
        "SELECT fingerprint, form, receipt FROM requests
         WHERE tenant = ?1 AND order_id = ?2 AND channel = ?3 AND key = ?4",
    )?;
    let asked = params![tenant.as_str(), key.order.as_str(), channel(key), key.key.as_str()];
    let mut rows = statement.query(asked)?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let fingerprint = text(row, "fingerprint")?.and_then(|text| text.parse().ok());
    let answer = match (fingerprint, body(row, "receipt")?) {
        (Some(fingerprint), Ok(receipt)) => Ok(Answer { fingerprint, receipt }),
        (None, _) => Err(Damage::Column("fingerprint")),
        (_, Err(damage)) => Err(damage),
    };
    answer.map(Some).map_err(|damage| Fail::corrupt(Record::Answer(tenant, *key), damage))
}

pub(super) fn due(file: &Connection, tenant: Id, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, Fail> {
    let mut statement = file.prepare_cached(
        "SELECT rowid AS place, order_id, due FROM trades
         WHERE tenant = ?1 AND due < ?2 AND (due, order_id) > (?3, ?4) ORDER BY due, order_id",
    )?;
    let (at, order) = after.map_or((i64::MIN, String::new()), |due| (due.at.millis(), due.order.to_string()));
    let mut rows = statement.query(params![tenant.as_str(), now.millis(), at, order])?;
    let mut page = Page::default();
    while page.rows.len() < limit as usize
        && let Some(row) = rows.next()?
    {
        match (id(row, "order_id")?, number(row, "due")?) {
            (Some(order), Some(at)) => page.rows.push(Due { at: Time::from_millis(at), order }),
            _ => page.corrupt.push(nameless(row, "trades")?),
        }
    }
    Ok(page)
}

pub(super) fn orders(file: &Connection, tenant: Id, after: Option<Id>, limit: u32) -> Result<Page<Id>, Fail> {
    let mut statement = file.prepare_cached(
        "SELECT rowid AS place, order_id FROM trades WHERE tenant = ?1 AND order_id > ?2 ORDER BY order_id",
    )?;
    let after = after.map_or_else(String::new, |order| order.to_string());
    let mut rows = statement.query(params![tenant.as_str(), after])?;
    let mut page = Page::default();
    while page.rows.len() < limit as usize
        && let Some(row) = rows.next()?
    {
        match id(row, "order_id")? {
            Some(order) => page.rows.push(order),
            None => page.corrupt.push(nameless(row, "trades")?),
        }
    }
    Ok(page)
}

/// A row whose key cannot be read.
pub(super) fn nameless(row: &Row<'_>, table: &'static str) -> Result<Corrupt, Fail> {
    let place = number(row, "place")?.unwrap_or_default();
    Ok(Corrupt { record: Record::Row(table, place), damage: Damage::Column("order_id") })
}

pub(super) fn history(file: &Connection, key: TradeKey, from: u64, limit: u32) -> Result<Vec<Event>, Fail> {
    let mut statement = file.prepare_cached(
        "SELECT seq, version, at, role, rule, form, body FROM events
         WHERE tenant = ?1 AND order_id = ?2 AND seq >= ?3 ORDER BY seq LIMIT ?4",
    )?;
    let first = from.max(1);
    let mut rows = statement.query(params![key.tenant.as_str(), key.order.as_str(), sql(first), limit])?;
    let mut events = Vec::new();
    for expected in first.. {
        let Some(row) = rows.next()? else { break };
        let event = match number(row, "seq")? == Some(sql(expected)) {
            true => event(row, expected)?,
            false => Err(Damage::Missing),
        };
        events.push(event.map_err(|damage| Fail::corrupt(Record::Event(key, expected), damage))?);
    }
    Ok(events)
}

fn event(row: &Row<'_>, seq: u64) -> Result<Result<Event, Damage>, Fail> {
    let event: Event = match body(row, "body")? {
        Ok(event) => event,
        Err(damage) => return Ok(Err(damage)),
    };
    let rule = text(row, "rule")?.filter(|rule| !rule.is_empty());
    let agrees = agree(&[
        ("seq", event.seq == seq),
        ("version", number(row, "version")? == Some(sql(event.version))),
        ("at", number(row, "at")? == Some(event.at.millis())),
        ("role", text(row, "role")? == Some(event.actor.role.code())),
        ("rule", rule == event.row.as_ref().map(|row| row.as_str())),
    ]);
    Ok(agrees.map(|()| event))
}

/// The version of a stored trade; 0 if there is none. Unlike the whole, it can be read when the body cannot.
pub(super) fn version(file: &Connection, key: TradeKey) -> Result<u64, Fail> {
    let mut statement = file.prepare_cached("SELECT version FROM trades WHERE tenant = ?1 AND order_id = ?2")?;
    let asked = params![key.tenant.as_str(), key.order.as_str()];
    let found: Option<i64> = statement.query_row(asked, |row| row.get(0)).optional()?;
    let version = found.map_or(Ok(0), |found| u64::try_from(found).map_err(|_| Damage::Column("version")));
    version.map_err(|damage| Fail::corrupt(Record::Trade(key), damage))
}
