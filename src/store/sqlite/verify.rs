//! Everything that is kept of one order, checked against its history.

use std::collections::{BTreeMap, BTreeSet};
use std::vec::Vec;

use rusqlite::{Connection, params};

use super::fail::Fail;
use super::outbox::{self, Entry};
use super::read::{self, Read, Stored, bytes, number};
use crate::port::{Corrupt, Damage, Receipt, Record, StoreError, TaskId, Verified};
use crate::store::chain::Link;
use crate::trade::{Event, Task, TradeKey};

/// How many missing events of one gap are named.
const NAMED: usize = 1_000;

/// Reads one committed state of the order and reports every row in it that is damaged.
pub(super) fn verify(file: &Connection, key: TradeKey) -> Result<Verified, Fail> {
    // One transaction: all tables as of one moment.
    let unit = file.unchecked_transaction()?;
    let mut damaged = Vec::new();
    let stored = match read::trade(&unit, key) {
        Ok(stored) => Ok(stored),
        Err(Fail::Store(StoreError::Corrupt(corrupt))) => {
            damaged.push(*corrupt);
            Err(())
        }
        Err(other) => return Err(other),
    };
    let known = stored.as_ref().map(Option::as_ref).map_err(|_| ());
    let history = History::read(&unit, key, known)?;
    damaged.extend(&history.damaged);
    let events = match known {
        Ok(stored) if history.bad.is_empty() => {
            let mut folded = Verified::by_folding(key, stored.map(|stored| &stored.trade), &history.events);
            damaged.append(&mut folded.damaged);
            folded.events
        }
        Ok(_) | Err(()) => (1..).zip(&history.events).take_while(|(seq, event)| event.seq == *seq).count() as u64,
    };
    damaged.extend(tasks(&unit, key, &history)?);
    damaged.extend(answers(&unit, key, known, &history)?);
    Ok(Verified { events, damaged })
}

/// The events of a trade, as far as they are good.
struct History {
    key: TradeKey,
    events: Vec<Event>,
    /// Numbers of events that are damaged or missing.
    bad: BTreeSet<u64>,
    damaged: Vec<Corrupt>,
    /// What the chain may be before the next event: what stands there, and what should. Empty if it is not known.
    chain: Vec<Link>,
    next: u64,
    /// How many there should be, if the trade can say it.
    count: Option<u64>,
}

impl History {
    fn read(file: &Connection, key: TradeKey, trade: Result<Option<&Stored>, ()>) -> Result<Self, Fail> {
        // Without a trade, whatever events there are show what is missing.
        let count = trade.ok().flatten().map(|stored| stored.trade.events);
        let (events, damaged, chain) = (Vec::new(), Vec::new(), Vec::from([Link::START]));
        let mut history = Self { key, events, bad: BTreeSet::new(), damaged, chain, next: 1, count };
        let mut statement = file.prepare_cached(concat!(read::events!(), " ORDER BY seq"))?;
        let mut rows = statement.query(params![key.tenant.as_str(), key.order.as_str()])?;
        while let Some(row) = rows.next()? {
            history.take(row)?;
        }
        if let Some(count) = count {
            history.miss_until(count.saturating_add(1));
        }
        if let Ok(Some(stored)) = trade
            && !history.chain.is_empty()
            && !history.chain.contains(&stored.chain)
        {
            history.damaged.push(Corrupt { record: Record::Trade(key), damage: Damage::Chain });
        }
        Ok(history)
    }

    fn take(&mut self, row: &rusqlite::Row<'_>) -> Result<(), Fail> {
        let place = number(row, "place")?.unwrap_or_default();
        let seq = number(row, "seq")?.and_then(|seq| u64::try_from(seq).ok()).filter(|seq| *seq >= self.next);
        let Some(seq) = seq else {
            self.damaged.push(Corrupt { record: Record::Row("events", place), damage: Damage::Column("seq") });
            return Ok(());
        };
        if self.count.is_some_and(|count| seq > count) {
            self.damage(seq, Damage::Stray);
            return Ok(());
        }
        self.miss_until(seq);
        self.next = seq.saturating_add(1);
        let follows: Vec<Link> = {
            let mark = read::mark(row, self.key, seq)?;
            self.chain.iter().map(|chain| chain.next(mark)).collect()
        };
        let link = Link::read(bytes(row, "chain")?);
        let linked = link.is_some_and(|link| follows.is_empty() || follows.contains(&link));
        self.chain = match link {
            Some(link) if linked => Vec::from([link]),
            // Either the body or the chain is damaged: the next event may follow what stands or what should.
            _ => link.into_iter().chain(follows.into_iter().take(1)).collect(),
        };
        match read::event(row, self.key, seq)? {
            Ok(Read { event, .. }) if linked => self.events.push(event),
            Ok(_) => self.damage(seq, Damage::Chain),
            Err(damage) => self.damage(seq, damage),
        }
        Ok(())
    }

    fn damage(&mut self, seq: u64, damage: Damage) {
        self.bad.insert(seq);
        self.damaged.push(Corrupt { record: Record::Event(self.key, seq), damage });
    }

    /// Everything up to this number is missing.
    fn miss_until(&mut self, seq: u64) {
        for missing in (self.next..seq).take(NAMED) {
            self.damage(missing, Damage::Missing);
            self.chain.clear();
        }
        self.next = self.next.max(seq);
    }

    /// The tasks that the good events made.
    fn tasks(&self) -> BTreeMap<(u64, u32), &Task> {
        self.events.iter().flat_map(tasks_of).collect()
    }

    /// Whether this receipt tells of a commit that this history has.
    fn has(&self, receipt: &Receipt) -> bool {
        let told: Vec<_> = receipt.taken.iter().map(|taken| (taken.event, taken.row)).collect();
        let made = self.events.iter().filter(|event| event.version == receipt.version);
        receipt.trade == self.key
            && !told.is_empty()
            && told == made.map(|event| (event.seq, event.row)).collect::<Vec<_>>()
    }
}

fn tasks_of(event: &Event) -> impl Iterator<Item = ((u64, u32), &Task)> {
    (0..).zip(&event.tasks).map(|(nth, task)| ((event.seq, nth), task))
}

/// What is wrong with the tasks of an order.
fn tasks(file: &Connection, key: TradeKey, history: &History) -> Result<Vec<Corrupt>, Fail> {
    let mut made = history.tasks();
    let mut damaged = Vec::new();
    let mut statement =
        file.prepare_cached(outbox::entry!("WHERE tenant = ?1 AND order_id = ?2 ORDER BY event, nth"))?;
    let mut rows = statement.query(params![key.tenant.as_str(), key.order.as_str()])?;
    while let Some(row) = rows.next()? {
        match Entry::read(row, key.tenant)? {
            Err(corrupt) => {
                if let Record::Task(id) = corrupt.record {
                    made.remove(&(id.event, id.nth));
                }
                damaged.push(corrupt);
            }
            Ok(Entry { id, task, .. }) => {
                let damage = match made.remove(&(id.event, id.nth)) {
                    Some(made) if *made == task => continue,
                    Some(_) => Damage::NotItsHistory,
                    // What a damaged event asked for is not known.
                    None if history.bad.contains(&id.event) => continue,
                    None => Damage::Stray,
                };
                damaged.push(Corrupt { record: Record::Task(id), damage });
            }
        }
    }
    damaged.extend(made.into_keys().map(|(event, nth)| {
        let record = Record::Task(TaskId { trade: key, event, nth });
        Corrupt { record, damage: Damage::Missing }
    }));
    Ok(damaged)
}

/// What is wrong with the answers of an order.
fn answers(
    file: &Connection,
    key: TradeKey,
    trade: Result<Option<&Stored>, ()>,
    history: &History,
) -> Result<Vec<Corrupt>, Fail> {
    let mut damaged = Vec::new();
    let mut statement = file.prepare_cached(
        "SELECT rowid AS place, channel, key, fingerprint, at, form, receipt, seal FROM requests
         WHERE tenant = ?1 AND order_id = ?2 ORDER BY channel, key",
    )?;
    let mut rows = statement.query(params![key.tenant.as_str(), key.order.as_str()])?;
    let mut count = 0_i64;
    while let Some(row) = rows.next()? {
        count = count.saturating_add(1);
        let Some(asked) = read::request_key(row, key.order)? else {
            let record = Record::Row("requests", number(row, "place")?.unwrap_or_default());
            damaged.push(Corrupt { record, damage: Damage::Column("key") });
            continue;
        };
        let record = Record::Answer(key.tenant, asked);
        match read::answered(row, key.tenant, &asked)? {
            Err(damage) => damaged.push(Corrupt { record, damage }),
            // What a damaged event told is not known.
            Ok(answer) if !history.bad.is_empty() || history.has(&answer.receipt) => {}
            Ok(_) => damaged.push(Corrupt { record, damage: Damage::NotItsHistory }),
        }
    }
    let remembered = trade.map(|stored| stored.map_or(0, |stored| stored.answers));
    if remembered.is_ok_and(|remembered| remembered != count) {
        damaged.push(Corrupt { record: Record::Trade(key), damage: Damage::Column("answers") });
    }
    Ok(damaged)
}
