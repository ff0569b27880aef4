//! The outbox: tasks that are claimed, settled, set aside.

use std::string::{String, ToString};
use std::vec::Vec;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::fail::Fail;
use super::read::{body, id, nameless, number, text};
use super::sql;
use crate::port::{Call, Claim, Claimed, Corrupt, Damage, Ending, Page, Record, Settle, Shelved, StoreError, TaskId};
use crate::trade::{Task, TradeKey};
use crate::{Id, Time};

/// Which task a row is, if its key can be read.
fn task_id(row: &Row<'_>, tenant: Id) -> Result<Option<TaskId>, Fail> {
    let order = id(row, "order_id")?;
    let event = number(row, "event")?.and_then(|event| u64::try_from(event).ok());
    let nth = number(row, "nth")?.and_then(|nth| u32::try_from(nth).ok());
    Ok(match (order, event, nth) {
        (Some(order), Some(event), Some(nth)) => Some(TaskId { trade: TradeKey { tenant, order }, event, nth }),
        _ => None,
    })
}

/// A row's task with its key, or what is wrong with it.
fn task(row: &Row<'_>, tenant: Id) -> Result<Result<(TaskId, Task), Corrupt>, Fail> {
    let Some(id) = task_id(row, tenant)? else {
        return Ok(Err(nameless(row, "outbox")?));
    };
    let agrees = match body::<Task>(row, "body")? {
        Err(damage) => Err(damage),
        Ok(task) if text(row, "what")? != Some(task.what.code()) => Err(Damage::Column("what")),
        Ok(task) if text(row, "key")? != Some(task.key.as_str()) => Err(Damage::Column("key")),
        Ok(task) => Ok(task),
    };
    let named = agrees.map(|task| (id, task));
    Ok(named.map_err(|damage| Corrupt { record: Record::Task(id), damage }))
}

/// A count of a row; a negative one is none.
fn count<N: TryFrom<i64> + Default>(row: &Row<'_>, column: &str) -> Result<N, Fail> {
    Ok(number(row, column)?.and_then(|count| N::try_from(count).ok()).unwrap_or_default())
}

pub(super) fn claim(unit: &Transaction<'_>, tenant: Id, claim: &Claim) -> Result<Page<Claimed>, Fail> {
    let mut page = Page::default();
    let mut good: Vec<i64> = Vec::new();
    let mut bad: Vec<(i64, String)> = Vec::new();
    let mut ready = unit.prepare_cached(
        "SELECT rowid AS place, order_id, event, nth, what, key, fence, tries, form, body FROM outbox
         WHERE tenant = ?1 AND ready_at <= ?2 AND done_at IS NULL AND aside_at IS NULL
         ORDER BY ready_at, order_id, event, nth",
    )?;
    let mut rows = ready.query(params![tenant.as_str(), claim.now.millis()])?;
    while good.len() < claim.limit as usize
        && let Some(row) = rows.next()?
    {
        let place = number(row, "place")?.unwrap_or_default();
        match task(row, tenant)? {
            Ok((id, task)) => {
                let (fence, tries): (u64, u32) = (count(row, "fence")?, count(row, "tries")?);
                let (fence, tries) = (fence.saturating_add(1), tries.saturating_add(1));
                page.rows.push(Claimed { id, task, fence, tries, at: claim.now, until: claim.until });
                good.push(place);
            }
            Err(corrupt) => {
                bad.push((place, corrupt.to_string()));
                page.corrupt.push(corrupt);
            }
        }
    }
    drop(rows);
    take(unit, claim, &good, &page.rows)?;
    set_aside(unit, claim.now, &bad)?;
    Ok(page)
}

/// Sets aside what cannot be read.
fn set_aside(unit: &Transaction<'_>, now: Time, bad: &[(i64, String)]) -> Result<(), Fail> {
    let mut statement = unit.prepare_cached("UPDATE outbox SET aside_at = ?2, error = ?3 WHERE rowid = ?1")?;
    for (place, error) in bad {
        statement.execute(params![place, now.millis(), error])?;
    }
    Ok(())
}

/// Stores the claims.
fn take(unit: &Transaction<'_>, claim: &Claim, places: &[i64], claimed: &[Claimed]) -> Result<(), Fail> {
    let mut statement = unit.prepare_cached(
        "UPDATE outbox SET ready_at = ?2, claimed_until = ?2, claimed_at = ?3, claimed_by = ?4, fence = ?5, tries = ?6
         WHERE rowid = ?1",
    )?;
    for (place, Claimed { fence, tries, at, until, .. }) in places.iter().zip(claimed) {
        let worker = claim.worker.as_str();
        statement.execute(params![place, until.millis(), at.millis(), worker, sql(*fence), tries])?;
    }
    Ok(())
}

/// The columns of a task's key, for a statement.
macro_rules! key {
    ($task:expr $(, $more:expr)*) => {
        params![
            $task.trade.tenant.as_str(), $task.trade.order.as_str(), sql($task.event), $task.nth $(, $more)*
        ]
    };
}

/// Whether a claim still holds (`false`), or has been ended as done by this very fence (`true`).
pub(super) fn holds(unit: &Transaction<'_>, task: TaskId, fence: u64) -> Result<bool, Fail> {
    let mut statement = unit.prepare_cached(
        "SELECT fence, done_at IS NOT NULL, aside_at IS NOT NULL FROM outbox
         WHERE tenant = ?1 AND order_id = ?2 AND event = ?3 AND nth = ?4",
    )?;
    let row = statement.query_row(key!(task), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let (stands, done, aside): (i64, bool, bool) = row.ok_or(StoreError::NoTask { task, call: Call::Settle })?;
    if aside || fence == 0 || stands != sql(fence) {
        let found = u64::try_from(stands).unwrap_or_default();
        return Err(StoreError::Fenced { task: task.into(), fence, found }.into());
    }
    Ok(done)
}

pub(super) fn done(unit: &Transaction<'_>, task: TaskId, at: Time) -> Result<(), Fail> {
    let mut statement = unit.prepare_cached(
        "UPDATE outbox SET done_at = ?5, error = NULL
         WHERE tenant = ?1 AND order_id = ?2 AND event = ?3 AND nth = ?4",
    )?;
    statement.execute(key!(task, at.millis()))?;
    Ok(())
}

pub(super) fn settle(unit: &Transaction<'_>, settle: &Settle) -> Result<(), Fail> {
    let Settle { task, fence, now, ref ending } = *settle;
    let ended = holds(unit, task, fence)?;
    match ending {
        Ending::Done if ended => Ok(()),
        Ending::Done => done(unit, task, now),
        Ending::Again { .. } | Ending::Aside { .. } if ended => {
            Err(StoreError::Fenced { task: task.into(), fence, found: fence }.into())
        }
        Ending::Again { at, error } => {
            let mut statement = unit.prepare_cached(
                "UPDATE outbox SET ready_at = ?5, claimed_until = NULL, error = ?6
                 WHERE tenant = ?1 AND order_id = ?2 AND event = ?3 AND nth = ?4",
            )?;
            statement.execute(key!(task, at.millis(), error))?;
            Ok(())
        }
        Ending::Aside { error } => {
            let mut statement = unit.prepare_cached(
                "UPDATE outbox SET aside_at = ?5, claimed_until = NULL, error = ?6
                 WHERE tenant = ?1 AND order_id = ?2 AND event = ?3 AND nth = ?4",
            )?;
            statement.execute(key!(task, now.millis(), error))?;
            Ok(())
        }
    }
}

pub(super) fn shelved(file: &Connection, tenant: Id, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, Fail> {
    let mut statement = file.prepare_cached(
        "SELECT rowid AS place, order_id, event, nth, what, key, tries, aside_at, error, form, body FROM outbox
         WHERE tenant = ?1 AND aside_at IS NOT NULL AND (order_id, event, nth) > (?2, ?3, ?4)
         ORDER BY order_id, event, nth",
    )?;
    let (order, event, nth) =
        after.map_or((String::new(), 0, 0), |id| (id.trade.order.to_string(), sql(id.event), i64::from(id.nth)));
    let mut rows = statement.query(params![tenant.as_str(), order, event, nth])?;
    let mut page = Page::default();
    while page.rows.len() < limit as usize
        && let Some(row) = rows.next()?
    {
        match task(row, tenant)? {
            Err(corrupt) => page.corrupt.push(corrupt),
            Ok((id, task)) => {
                let at = Time::from_millis(count(row, "aside_at")?);
                let error = text(row, "error")?.unwrap_or_default().to_string();
                page.rows.push(Shelved { id, task, tries: count(row, "tries")?, at, error });
            }
        }
    }
    Ok(page)
}

pub(super) fn unshelve(unit: &Transaction<'_>, task: TaskId, now: Time) -> Result<(), Fail> {
    let mut statement = unit.prepare_cached(
        "UPDATE outbox SET ready_at = ?5, aside_at = NULL, tries = 0, error = NULL
         WHERE tenant = ?1 AND order_id = ?2 AND event = ?3 AND nth = ?4 AND aside_at IS NOT NULL",
    )?;
    match statement.execute(key!(task, now.millis()))? {
        0 => Err(StoreError::NoTask { task, call: Call::Shelf }.into()),
        _ => Ok(()),
    }
}
