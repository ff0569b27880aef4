//! The integrity report of a whole file: its pages, and everything that is kept of every order.

use std::collections::BTreeMap;
use std::fmt;
use std::format;
use std::string::String;
use std::vec::Vec;

use rusqlite::Connection;

use super::fail::{self, Fail};
use super::{read, verify};
use crate::Id;
use crate::port::{Call, Corrupt, Damage, Record, StoreError, Verified};
use crate::trade::TradeKey;

/// How many faults of pages are told.
const TOLD: u32 = 100;
/// How many of a kind are shown as text.
const SHOWN: usize = 20;

/// What a file holds, and everything in it that is damaged. See [`Sqlite::check`](super::Sqlite::check).
///
/// `Display` says it in a few lines for whoever operates the shop. It names orders, never people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a file that was found damaged must not be relied on"]
#[non_exhaustive]
pub struct SqliteReport {
    /// How many orders, of all tenants, have any row.
    pub orders: u64,
    /// How many events were read and found good.
    pub events: u64,
    /// How many tasks may be claimed now or later.
    pub tasks_open: u64,
    /// How many tasks are done.
    pub tasks_done: u64,
    /// How many tasks were set aside and wait for a person.
    pub tasks_aside: u64,
    /// How many answers to requests are remembered.
    pub answers: u64,
    /// How large the file is, in bytes, without what is still in its WAL.
    pub bytes: u64,
    /// How many of these are free for reuse.
    pub free_bytes: u64,
    /// The version of its tables.
    pub version: u64,
    /// What SQLite finds wrong with pages, indexes and columns, in its words; at most 100.
    pub faults: Vec<String>,
    /// Every row that is damaged.
    pub damaged: Vec<Corrupt>,
    /// Orders that stand on damaged pages, so that nothing can be said of their rows.
    pub unreadable: Vec<TradeKey>,
}

impl SqliteReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.faults.is_empty() && self.damaged.is_empty() && self.unreadable.is_empty()
    }

    /// Reads the whole file, an order at a time, so that writers go on.
    pub(super) fn of(file: &Connection) -> Result<Self, Fail> {
        let mut report = Self { version: whole(file, "PRAGMA user_version")?, ..Self::default() };
        let size = whole(file, "PRAGMA page_size")?;
        report.bytes = size.saturating_mul(whole(file, "PRAGMA page_count")?);
        report.free_bytes = size.saturating_mul(whole(file, "PRAGMA freelist_count")?);
        report.faults = faults(file)?;
        for part in [Self::count, Self::verify] {
            report.despite_damage(file, part)?;
        }
        Ok(report)
    }

    /// Damaged pages keep a part from being told; that they are damaged is told instead.
    fn despite_damage(
        &mut self,
        file: &Connection,
        part: impl FnOnce(&mut Self, &Connection) -> Result<(), Fail>,
    ) -> Result<(), Fail> {
        match part(self, file) {
            Err(Fail::Sql(error)) if fail::is_damage(&error) => {
                self.faults.push(fail::reason(&error).into());
                Ok(())
            }
            other => other,
        }
    }

    fn count(&mut self, file: &Connection) -> Result<(), Fail> {
        self.answers = whole(file, "SELECT count(*) FROM requests")?;
        self.tasks_aside = whole(file, "SELECT count(*) FROM outbox WHERE aside_at IS NOT NULL")?;
        self.tasks_open = whole(file, "SELECT count(*) FROM outbox WHERE done_at IS NULL AND aside_at IS NULL")?;
        let tasks = whole(file, "SELECT count(*) FROM outbox")?;
        self.tasks_done = tasks.saturating_sub(self.tasks_aside).saturating_sub(self.tasks_open);
        Ok(())
    }

    /// Every order that has a row in any table, whether or not it has a trade.
    fn verify(&mut self, file: &Connection) -> Result<(), Fail> {
        let mut keys = BTreeMap::new();
        for table in ["trades", "events", "outbox", "requests"] {
            self.despite_damage(file, |_, file| list(file, table, &mut keys))?;
        }
        keys.into_iter().try_for_each(|(key, stands)| self.take(file, &key, stands))
    }

    fn take(&mut self, file: &Connection, key: &Key, stands: (&'static str, i64)) -> Result<(), Fail> {
        self.orders = self.orders.saturating_add(1);
        let (Some(tenant), Some(order)) = (id(&key.0), id(&key.1)) else {
            let record = Record::Row(stands.0, stands.1);
            self.damaged.push(Corrupt { record, damage: Damage::Column("order_id") });
            return Ok(());
        };
        let key = TradeKey { tenant, order };
        match verify::verify(file, key).map_err(|fail| fail.unchanged(Call::Verify, Some(key))) {
            Ok(Verified { events, damaged }) => {
                self.events = self.events.saturating_add(events);
                self.damaged.extend(damaged);
                Ok(())
            }
            Err(StoreError::Unusable { .. }) => {
                self.unreadable.push(key);
                Ok(())
            }
            Err(other) => Err(other.into()),
        }
    }
}

/// Tenant and order, as they stand there, readable or not.
type Key = (Vec<u8>, Vec<u8>);

fn id(bytes: &[u8]) -> Option<Id> {
    core::str::from_utf8(bytes).ok()?.parse().ok()
}

/// Adds the orders of a table, each with a row where it stands.
fn list(file: &Connection, table: &'static str, keys: &mut BTreeMap<Key, (&'static str, i64)>) -> Result<(), Fail> {
    let sql = format!("SELECT tenant, order_id, min(rowid) AS place FROM {table} GROUP BY tenant, order_id");
    let mut statement = file.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key = (read::bytes(row, "tenant")?.to_vec(), read::bytes(row, "order_id")?.to_vec());
        let place = read::number(row, "place")?.unwrap_or_default();
        keys.entry(key).or_insert((table, place));
    }
    Ok(())
}

/// A number that is never negative.
fn whole(file: &Connection, sql: &str) -> Result<u64, Fail> {
    let number: i64 = file.query_row(sql, [], |row| row.get(0))?;
    Ok(u64::try_from(number).unwrap_or_default())
}

/// What SQLite itself finds.
fn faults(file: &Connection) -> Result<Vec<String>, Fail> {
    let mut statement = file.prepare(&format!("PRAGMA integrity_check({TOLD})"))?;
    let mut rows = statement.query([])?;
    let mut faults = Vec::new();
    loop {
        match rows.next() {
            Ok(Some(row)) => faults.push(row.get(0)?),
            Ok(None) => break,
            Err(error) if fail::is_damage(&error) => {
                faults.push(fail::reason(&error).into());
                break;
            }
            Err(error) => return Err(error.into()),
        }
    }
    faults.retain(|fault| fault != "ok");
    Ok(faults)
}

impl fmt::Display for SqliteReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { orders, events, tasks_open, tasks_done, tasks_aside, answers, .. } = self;
        writeln!(
            f,
            "{}",
            if self.is_sound() { "sound" } else { "DAMAGED: restore it from a backup, or single orders" }
        )?;
        writeln!(f, "  orders   {orders}, with {events} good events and {answers} answers to requests")?;
        writeln!(f, "  tasks    {tasks_open} open, {tasks_done} done, {tasks_aside} set aside")?;
        write!(
            f,
            "  file     {} bytes, {} of them free; tables of version {}",
            self.bytes, self.free_bytes, self.version
        )?;
        several(f, "pages", &self.faults)?;
        several(f, "rows", &self.damaged)?;
        several(f, "orders on damaged pages", &self.unreadable)
    }
}

/// The first of what is wrong, a line each, and how many more there are.
fn several<T: fmt::Display>(f: &mut fmt::Formatter<'_>, what: &str, items: &[T]) -> fmt::Result {
    if items.is_empty() {
        return Ok(());
    }
    write!(f, "\n  damaged {what}: {}", items.len())?;
    for item in items.iter().take(SHOWN) {
        write!(f, "\n    {item}")?;
    }
    match items.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => write!(f, "\n    and {more} more"),
    }
}
