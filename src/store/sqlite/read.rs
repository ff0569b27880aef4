//! Reading rows: what cannot be read is named and never guessed at.

use std::string::{String, ToString};
use std::vec::Vec;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};

use super::fail::Fail;
use crate::port::{Answer, Corrupt, Damage, Due, Page, Record, RequestKey};
use crate::store::audit::Stored;
use crate::store::body;
use crate::store::chain::{Link, Mark};
use crate::store::columns::{self, agree, channel, sql};
use crate::store::seal::{self, Seal, TradeColumns};
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

/// A text column that may be NULL; an error if it is neither.
pub(super) fn text_or_null(row: &Row<'_>, column: &str) -> Result<Result<Option<String>, Damage>, Fail> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => text(row, column)?.map(|text| Some(text.to_string())).ok_or(Damage::Seal),
    })
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

/// The columns of an event.
macro_rules! events {
    () => {
        "SELECT rowid AS place, seq, version, at, role, rule, form, body, chain FROM events
         WHERE tenant = ?1 AND order_id = ?2"
    };
}
pub(super) use events;

/// The seal over the whole row.
pub(super) fn seal_of_trade(inner: &[u8; 32], answers: i64, chain: &[u8]) -> [u8; 32] {
    Seal::of("trades").text(inner).number(answers).text(chain).bytes()
}

pub(super) fn trade(file: &Connection, key: TradeKey) -> Result<Option<Stored>, Fail> {
    let mut statement = file.prepare_cached(
        "SELECT state, version, due, updated, answers, form, body, chain, seal FROM trades
         WHERE tenant = ?1 AND order_id = ?2",
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
        .and(sealed(row, key)?)
        .map(|(chain, answers)| Stored { trade, chain, answers }),
    };
    checked.map(Some).map_err(|damage| Fail::corrupt(Record::Trade(key), damage))
}

/// The chain and the number of answers of a trade's row, if its seal is whole.
fn sealed(row: &Row<'_>, key: TradeKey) -> Result<Result<(Link, i64), Damage>, Fail> {
    let whole = |column| number(row, column).map(Option::unwrap_or_default);
    let written = TradeColumns {
        state: bytes(row, "state")?,
        version: whole("version")?,
        due: number(row, "due")?,
        updated: whole("updated")?,
        form: whole("form")?,
        body: bytes(row, "body")?,
    };
    let inner = seal::of_trade(key, &written);
    let (chain, answers) = (bytes(row, "chain")?, whole("answers")?);
    let seal = seal_of_trade(&inner, answers, chain);
    Ok(match Link::read(chain) {
        Some(link) if seal == *bytes(row, "seal")? => Ok((link, answers)),
        Some(_) | None => Err(Damage::Seal),
    })
}

/// The key of a request, as its columns say it; nothing if that is no key.
pub(super) fn request_key(row: &Row<'_>, order: Id) -> Result<Option<RequestKey>, Fail> {
    Ok(columns::request_key(order, text(row, "channel")?, id(row, "key")?))
}

pub(super) fn answer(file: &Connection, tenant: Id, key: &RequestKey) -> Result<Option<Answer>, Fail> {
    let mut statement = file.prepare_cached(
        "SELECT channel, key, fingerprint, at, form, receipt, seal FROM requests
         WHERE tenant = ?1 AND order_id = ?2 AND channel = ?3 AND key = ?4",
    )?;
    let asked = params![tenant.as_str(), key.order.as_str(), channel(key), key.key.as_str()];
    let mut rows = statement.query(asked)?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let answer = answered(row, tenant, key)?;
    answer.map(Some).map_err(|damage| Fail::corrupt(Record::Answer(tenant, *key), damage))
}

/// What a row of the table of answers says, if it is the answer to this key. An index that is damaged leads to others.
pub(super) fn answered(row: &Row<'_>, tenant: Id, key: &RequestKey) -> Result<Result<Answer, Damage>, Fail> {
    let fingerprint = text(row, "fingerprint")?.and_then(|text| text.parse().ok());
    let answer = match (fingerprint, body(row, "receipt")?) {
        (Some(fingerprint), Ok(receipt)) => Answer { fingerprint, receipt },
        (None, _) => return Ok(Err(Damage::Column("fingerprint"))),
        (_, Err(damage)) => return Ok(Err(damage)),
    };
    let (at, form) = (number(row, "at")?.unwrap_or_default(), number(row, "form")?.unwrap_or_default());
    let named = channel(key);
    let asked = [tenant.as_str(), key.order.as_str(), &named, key.key.as_str()].map(str::as_bytes);
    let [tenant, order, channel, key] = asked;
    let names = [tenant, order, channel, key, bytes(row, "fingerprint")?];
    let seal = seal::of_answer(names, at, form, bytes(row, "receipt")?);
    Ok(if seal == *bytes(row, "seal")? { Ok(answer) } else { Err(Damage::Seal) })
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
    let first = from.max(1);
    // All as of one moment.
    let file = &*file.unchecked_transaction()?;
    let mut chain = chain_before(file, key, first)?;
    let mut statement = file.prepare_cached(concat!(events!(), " AND seq >= ?3 ORDER BY seq LIMIT ?4"))?;
    let mut rows = statement.query(params![key.tenant.as_str(), key.order.as_str(), sql(first), limit])?;
    let mut events = Vec::new();
    let mut expected = first;
    while let Some(row) = rows.next()? {
        let read = match number(row, "seq")? == Some(sql(expected)) {
            true => event(row, key, expected)?,
            false => Err(Damage::Missing),
        };
        let linked = read.and_then(|Read { event, mark, link }| {
            let follows = chain.is_none_or(|chain| link == Some(chain.next(mark)));
            chain = link;
            if follows { Ok(event) } else { Err(Damage::Chain) }
        });
        events.push(linked.map_err(|damage| Fail::corrupt(Record::Event(key, expected), damage))?);
        expected = expected.saturating_add(1);
    }
    // The end of the page is the end of the history, or some of it was cut off.
    if events.len() < limit as usize && count(file, key).is_some_and(|count| expected <= count) {
        return Err(Fail::corrupt(Record::Event(key, expected), Damage::Missing));
    }
    Ok(events)
}

/// How many events the stored trade has; `None` if it cannot say.
fn count(file: &Connection, key: TradeKey) -> Option<u64> {
    trade(file, key).ok().flatten().map(|stored| stored.trade.events)
}

/// The chain that the event with this number continues; `None` if the event before it has none.
fn chain_before(file: &Connection, key: TradeKey, seq: u64) -> Result<Option<Link>, Fail> {
    if seq <= 1 {
        return Ok(Some(Link::START));
    }
    let mut statement = file.prepare_cached(concat!(events!(), " AND seq = ?3"))?;
    let mut rows = statement.query(params![key.tenant.as_str(), key.order.as_str(), sql(seq.saturating_sub(1))])?;
    Ok(match rows.next()? {
        Some(row) => Link::read(bytes(row, "chain")?),
        None => None,
    })
}

/// An event as it was read, what it adds to the chain, and the chain as it stands beside it.
pub(super) struct Read {
    pub(super) event: Event,
    pub(super) mark: Mark,
    pub(super) link: Option<Link>,
}

/// The event in a row, if it can be read and its columns agree.
pub(super) fn event(row: &Row<'_>, key: TradeKey, seq: u64) -> Result<Result<Read, Damage>, Fail> {
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
    let (mark, link) = (mark(row, key, seq)?, Link::read(bytes(row, "chain")?));
    Ok(agrees.map(|()| Read { event, mark, link }))
}

/// What a row adds to the chain, whether it can be read or not.
pub(super) fn mark(row: &Row<'_>, key: TradeKey, seq: u64) -> Result<Mark, Fail> {
    Ok(Mark::of(key, seq, bytes(row, "body")?))
}

/// What a commit is added to. Unlike the whole trade, it can be read when the body cannot.
pub(super) struct Stands {
    pub(super) version: u64,
    pub(super) answers: i64,
    pub(super) chain: Link,
}

/// How a trade stands; at version 0 if there is none.
pub(super) fn stands(file: &Connection, key: TradeKey) -> Result<Stands, Fail> {
    let mut statement =
        file.prepare_cached("SELECT version, answers, chain FROM trades WHERE tenant = ?1 AND order_id = ?2")?;
    let mut rows = statement.query(params![key.tenant.as_str(), key.order.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(Stands { version: 0, answers: 0, chain: Link::START }) };
    let version = number(row, "version")?.and_then(|version| u64::try_from(version).ok());
    let stands = match (version, Link::read(bytes(row, "chain")?)) {
        (Some(version), Some(chain)) => {
            Ok(Stands { version, answers: number(row, "answers")?.unwrap_or_default(), chain })
        }
        (None, _) => Err(Damage::Column("version")),
        (_, None) => Err(Damage::Column("chain")),
    };
    stands.map_err(|damage| Fail::corrupt(Record::Trade(key), damage))
}
