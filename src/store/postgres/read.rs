//! Reading rows: what cannot be read is named and never guessed at.

use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

use sha2::{Digest, Sha256};
use tokio_postgres::Row;

use super::fail::Fail;
use crate::port::{Answer, Corrupt, Damage, Record, TaskId};
use crate::store::audit::{Kept, Line, Stored};
use crate::store::body;
use crate::store::chain::{Link, Mark};
use crate::store::columns::{agree, count, request_key, sql};
use crate::store::seal::{self, TaskColumns, TradeColumns};
use crate::trade::{Event, Task, Trade, TradeKey};
use crate::{Id, Time};

/// A text column; `None` if it is NULL.
pub(super) fn text<'r>(row: &'r Row, column: &str) -> Option<&'r str> {
    row.try_get::<_, Option<&str>>(column).ok().flatten()
}

/// A number column; `None` if it is NULL.
pub(super) fn number(row: &Row, column: &str) -> Option<i64> {
    row.try_get::<_, Option<i64>>(column).ok().flatten()
}

/// The bytes of a column; none if it is NULL.
fn bytes<'r>(row: &'r Row, column: &str) -> &'r [u8] {
    row.try_get::<_, Option<&[u8]>>(column).ok().flatten().unwrap_or_default()
}

/// A yes or no; NULL is a no.
pub(super) fn flag(row: &Row, column: &str) -> bool {
    row.try_get::<_, Option<bool>>(column).ok().flatten().unwrap_or_default()
}

/// The id in a text column, if it is one.
pub(super) fn id(row: &Row, column: &str) -> Option<Id> {
    text(row, column).and_then(|text| text.parse().ok())
}

/// The form in which a row was written.
fn form(row: &Row) -> i64 {
    number(row, "form").unwrap_or_default()
}

/// The bytes of a text column, as they stand there.
fn raw<'r>(row: &'r Row, column: &str) -> &'r [u8] {
    text(row, column).unwrap_or_default().as_bytes()
}

/// What the body of a row says.
fn body<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Result<T, Damage> {
    let form = number(row, "form").ok_or(Damage::Column("form"))?;
    body::decode(form, raw(row, column))
}

/// A row whose key cannot be read, by a number that is made of this column of it: the first eight bytes of its SHA-256.
fn place(row: &Row, column: &str) -> i64 {
    let hash: [u8; 32] = Sha256::digest(raw(row, column)).into();
    hash.first_chunk().map_or(0, |eight| i64::from_be_bytes(*eight))
}

/// A row whose key cannot be read.
pub(super) fn nameless(row: &Row, table: &'static str) -> Corrupt {
    let record = Record::Row(table, place(row, "order_id"));
    Corrupt { record, damage: Damage::Column("order_id") }
}

pub(super) fn trade(row: &Row, key: TradeKey) -> Result<Stored, Damage> {
    let trade: Trade = body(row, "body")?;
    let state = trade.head.state.code();
    let (version, due, updated) = (sql(trade.version), trade.due().map(Time::millis), trade.at.millis());
    agree(&[
        ("order_id", trade.key == key),
        ("version", number(row, "version") == Some(version)),
        ("state", text(row, "state") == Some(state)),
        ("due", number(row, "due") == due),
        ("updated", number(row, "updated") == Some(updated)),
    ])?;
    let written =
        TradeColumns { state: state.as_bytes(), version, due, updated, form: form(row), body: raw(row, "body") };
    let mark = seal::of_trade(key, &written);
    let (chain, answers) = (Link::read(bytes(row, "chain")), number(row, "answers").unwrap_or_default());
    match chain {
        Some(chain) if flag(row, "sealed") && mark == *bytes(row, "mark") => Ok(Stored { trade, chain, answers }),
        Some(_) | None => Err(Damage::Seal),
    }
}

/// An event as it stands.
pub(super) fn line(row: &Row, key: TradeKey) -> Line {
    let seq = number(row, "seq").and_then(|seq| u64::try_from(seq).ok()).unwrap_or_default();
    let mark = Mark::of(key, seq, raw(row, "body"));
    Line { seq, mark, link: Link::read(bytes(row, "chain")), event: event(row, seq) }
}

fn event(row: &Row, seq: u64) -> Result<Event, Damage> {
    let event: Event = body(row, "body")?;
    agree(&[
        ("seq", event.seq == seq),
        ("version", number(row, "version") == Some(sql(event.version))),
        ("at", number(row, "at") == Some(event.at.millis())),
        ("role", text(row, "role") == Some(event.actor.role.code())),
        ("rule", text(row, "rule") == event.row.as_ref().map(|row| row.as_str())),
    ])?;
    Ok(event)
}

/// What a row of the table of answers says.
pub(super) fn answer(row: &Row, trade: TradeKey) -> Result<Answer, Damage> {
    let told = text(row, "fingerprint").unwrap_or_default();
    let fingerprint = told.parse().map_err(|_| Damage::Column("fingerprint"))?;
    let answer = Answer { fingerprint, receipt: body(row, "receipt")? };
    let (channel, key) = (text(row, "channel").unwrap_or_default(), text(row, "key").unwrap_or_default());
    let names = [trade.tenant.as_str(), trade.order.as_str(), channel, key, told];
    let at = number(row, "at").unwrap_or_default();
    let seal = seal::of_answer(names.map(str::as_bytes), at, form(row), raw(row, "receipt"));
    if seal == *bytes(row, "seal") { Ok(answer) } else { Err(Damage::Seal) }
}

/// An answer as it stands, under its name.
pub(super) fn kept_answer(row: &Row, trade: TradeKey) -> Kept<Answer> {
    let place = Record::Row("requests", place(row, "key"));
    let key = request_key(trade.order, text(row, "channel"), id(row, "key"));
    let record = key.map_or(place, |key| Record::Answer(trade.tenant, key));
    Kept { record, read: answer(row, trade) }
}

/// A task as it stands in the outbox.
pub(super) struct Entry {
    pub(super) id: TaskId,
    pub(super) task: Task,
    pub(super) fence: u64,
    pub(super) tries: u32,
    pub(super) aside_at: Option<Time>,
    pub(super) error: String,
}

/// Which task a row is, if its key can be read.
pub(super) fn task_id(row: &Row, tenant: Id) -> Option<TaskId> {
    let order = id(row, "order_id")?;
    let event = number(row, "event").and_then(|event| u64::try_from(event).ok())?;
    let nth = number(row, "nth").and_then(|nth| u32::try_from(nth).ok())?;
    Some(TaskId { trade: TradeKey { tenant, order }, event, nth })
}

/// Whether nobody but this store has touched the row of this task, readable or not.
pub(super) fn is_sealed(row: &Row, id: TaskId) -> bool {
    let fixed = TaskColumns { what: raw(row, "what"), key: raw(row, "key"), form: form(row), body: raw(row, "body") };
    flag(row, "sealed") && seal::of_task(id, &fixed) == *bytes(row, "mark")
}

/// A row's task, or what is wrong with it.
pub(super) fn entry(row: &Row, tenant: Id) -> Result<Entry, Box<Corrupt>> {
    let id = task_id(row, tenant).ok_or_else(|| Box::new(nameless(row, "outbox")))?;
    let damaged = |damage| Box::new(Corrupt { record: Record::Task(id), damage });
    let task: Task = body(row, "body").map_err(damaged)?;
    let (what, key) = (task.what.code(), task.key.as_str());
    agree(&[("what", text(row, "what") == Some(what)), ("key", text(row, "key") == Some(key))]).map_err(damaged)?;
    if !is_sealed(row, id) {
        return Err(damaged(Damage::Seal));
    }
    Ok(Entry {
        id,
        task,
        fence: count(number(row, "fence").unwrap_or_default()),
        tries: count(number(row, "tries").unwrap_or_default()),
        aside_at: number(row, "aside_at").map(Time::from_millis),
        error: text(row, "error").unwrap_or_default().into(),
    })
}

/// A task as it stands, under its name.
pub(super) fn kept_task(row: &Row, tenant: Id) -> Kept<(TaskId, Task)> {
    match entry(row, tenant) {
        Ok(entry) => Kept { record: Record::Task(entry.id), read: Ok((entry.id, entry.task)) },
        Err(corrupt) => Kept { record: corrupt.record, read: Err(corrupt.damage) },
    }
}

/// Events in order, each following the one before it. With `before`, the first line is the event before the first one
/// asked for, and is only followed.
pub(super) fn chained(key: TradeKey, lines: Vec<Line>, first: u64) -> Result<Vec<Event>, Fail> {
    let mut lines = lines.into_iter().peekable();
    let mut chain = Some(Link::START);
    if first > 1 {
        let before = lines.next_if(|line| line.seq < first);
        chain = before.and_then(|line| line.link);
    }
    let mut events = Vec::new();
    // Counted in the row's own numbers, of which there are fewer than of ours.
    for (line, expected) in lines.zip(first..) {
        let follows = chain.is_none_or(|chain| line.link == Some(chain.next(line.mark)));
        chain = line.link;
        let event = match line.event {
            _ if line.seq != expected => Err(Damage::Missing),
            Ok(_) if !follows => Err(Damage::Chain),
            read => read,
        };
        events.push(event.map_err(|damage| Fail::corrupt(Record::Event(key, expected), damage))?);
    }
    Ok(events)
}
