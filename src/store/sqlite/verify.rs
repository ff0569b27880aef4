//! Everything that is kept of one order, read as of one moment, for [`audit`].

use std::vec::Vec;

use rusqlite::{Connection, Row, params};

use super::fail::Fail;
use super::outbox::{self, Entry};
use super::read::{self, bytes, number};
use crate::port::{Answer, Corrupt, Damage, Record, StoreError, TaskId, Verified};
use crate::store::audit::{self, Kept, Line, Stored};
use crate::store::chain::Link;
use crate::trade::{Task, TradeKey};

/// Reads one committed state of the order and reports every row in it that is damaged.
pub(super) fn verify(file: &Connection, key: TradeKey) -> Result<Verified, Fail> {
    // One transaction: all tables as of one moment.
    let unit = file.unchecked_transaction()?;
    let (events, mut odd) = events(&unit, key)?;
    let rows = audit::Rows {
        key,
        trade: trade(&unit, key)?,
        events,
        tasks: tasks(&unit, key)?,
        answers: answers(&unit, key)?,
    };
    let mut verified = audit::verify(rows);
    verified.damaged.append(&mut odd);
    Ok(verified)
}

fn trade(file: &Connection, key: TradeKey) -> Result<Option<Result<Stored, Damage>>, Fail> {
    match read::trade(file, key) {
        Ok(stored) => Ok(stored.map(Ok)),
        Err(Fail::Store(StoreError::Corrupt(corrupt))) => Ok(Some(Err(corrupt.damage))),
        Err(other) => Err(other),
    }
}

/// The events by number, and apart from them the rows whose number is none, or not the next.
fn events(file: &Connection, key: TradeKey) -> Result<(Vec<Line>, Vec<Corrupt>), Fail> {
    let (mut lines, mut odd, mut least) = (Vec::new(), Vec::new(), 1);
    let mut statement = file.prepare_cached(concat!(read::events!(), " ORDER BY seq"))?;
    let mut rows = statement.query(params![key.tenant.as_str(), key.order.as_str()])?;
    while let Some(row) = rows.next()? {
        match number(row, "seq")?.and_then(|seq| u64::try_from(seq).ok()).filter(|seq| *seq >= least) {
            Some(seq) => {
                lines.push(line(row, key, seq)?);
                least = seq.saturating_add(1);
            }
            None => {
                let record = Record::Row("events", number(row, "place")?.unwrap_or_default());
                odd.push(Corrupt { record, damage: Damage::Column("seq") });
            }
        }
    }
    Ok((lines, odd))
}

fn line(row: &Row<'_>, key: TradeKey, seq: u64) -> Result<Line, Fail> {
    let event = read::event(row, key, seq)?.map(|read| read.event);
    Ok(Line { seq, mark: read::mark(row, key, seq)?, link: Link::read(bytes(row, "chain")?), event })
}

fn tasks(file: &Connection, key: TradeKey) -> Result<Vec<Kept<(TaskId, Task)>>, Fail> {
    let mut statement =
        file.prepare_cached(outbox::entry!("WHERE tenant = ?1 AND order_id = ?2 ORDER BY event, nth"))?;
    let mut rows = statement.query(params![key.tenant.as_str(), key.order.as_str()])?;
    let mut tasks = Vec::new();
    while let Some(row) = rows.next()? {
        tasks.push(match Entry::read(row, key.tenant)? {
            Ok(Entry { id, task, .. }) => Kept { record: Record::Task(id), read: Ok((id, task)) },
            Err(Corrupt { record, damage }) => Kept { record, read: Err(damage) },
        });
    }
    Ok(tasks)
}

fn answers(file: &Connection, key: TradeKey) -> Result<Vec<Kept<Answer>>, Fail> {
    let mut statement = file.prepare_cached(
        "SELECT rowid AS place, channel, key, fingerprint, at, form, receipt, seal FROM requests
         WHERE tenant = ?1 AND order_id = ?2 ORDER BY channel, key",
    )?;
    let mut rows = statement.query(params![key.tenant.as_str(), key.order.as_str()])?;
    let mut answers = Vec::new();
    while let Some(row) = rows.next()? {
        answers.push(match read::request_key(row, key.order)? {
            Some(asked) => {
                Kept { record: Record::Answer(key.tenant, asked), read: read::answered(row, key.tenant, &asked)? }
            }
            None => {
                let record = Record::Row("requests", number(row, "place")?.unwrap_or_default());
                Kept { record, read: Err(Damage::Column("key")) }
            }
        });
    }
    Ok(answers)
}
