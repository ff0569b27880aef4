//! The outbox: tasks that are claimed, settled, set aside.

use std::string::{String, ToString};
use std::vec::Vec;

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::commit::holds;
use super::fail::Fail;
use super::pool::Pool;
use super::read::{self, Entry, number, text};
use super::sql::Sql;
use crate::port::{Call, Claim, Claimed, Corrupt, Ending, Page, Settle, Shelved, StoreError, TaskId};
use crate::store::columns::sql;
use crate::{Id, Time};

/// Text as PostgreSQL can keep it: it knows no zero.
fn writable(error: &str) -> String {
    error.replace('\0', "\u{fffd}")
}

/// Takes tasks until there are enough or no more. Those that cannot be read are put off or set aside right after they were
/// claimed: should this be cut off in between, they are reported again when their claim is over.
pub(super) async fn claim(pool: &Pool, tenant: Id, claim: &Claim) -> Result<Page<Claimed>, Fail> {
    let mut page = Page::default();
    loop {
        let left = i64::from(claim.limit) - i64::try_from(page.rows.len()).unwrap_or_default();
        if left <= 0 {
            return Ok(page);
        }
        let bad = match take(pool, tenant, claim, left, &mut page).await {
            Ok(bad) => bad,
            // What was claimed before is stored, and handed out.
            Err(_) if !page.rows.is_empty() || !page.corrupt.is_empty() => return Ok(page),
            Err(fail) => return Err(fail),
        };
        if bad == 0 {
            return Ok(page);
        }
    }
}

/// Claims once; how many of them cannot be read.
async fn take(pool: &Pool, tenant: Id, claim: &Claim, left: i64, page: &mut Page<Claimed>) -> Result<usize, Fail> {
    let Claim { now, until, worker, .. } = *claim;
    let params: [&(dyn ToSql + Sync); 5] = [&tenant.as_str(), &now.millis(), &left, &until.millis(), &worker.as_str()];
    let mut rows = pool.run(Sql::Claim, &params).await?;
    rows.sort_by(|one, two| place(one).cmp(&place(two)));
    let mut bad: Vec<(&Row, Corrupt)> = Vec::new();
    for row in &rows {
        match read::entry(row, tenant) {
            Ok(Entry { id, task, fence, tries, .. }) => {
                page.rows.push(Claimed { id, task, fence, tries, first: read::flag(row, "first"), at: now, until });
            }
            Err(corrupt) => bad.push((row, *corrupt)),
        }
    }
    let count = bad.len();
    page.corrupt.extend(bad.iter().map(|(_, corrupt)| *corrupt));
    let (later, damaged): (Vec<_>, Vec<_>) = bad.into_iter().partition(|(row, corrupt)| {
        let id = read::task_id(row, tenant);
        corrupt.damage.may_be_later() && id.is_some_and(|id| read::is_sealed(row, id))
    });
    if !later.is_empty() {
        put_off(pool, tenant, &later).await?;
    }
    if !damaged.is_empty() {
        set_aside(pool, tenant, now, &damaged).await?;
    }
    Ok(count)
}

/// By when it was ready, then by its key.
fn place(row: &Row) -> (Option<i64>, Option<&str>, Option<i64>, Option<i64>) {
    (number(row, "since"), text(row, "order_id"), number(row, "event"), number(row, "nth"))
}

/// The keys of rows, column by column, readable or not.
type Keys<'r> = (Vec<Option<&'r str>>, Vec<Option<i64>>, Vec<Option<i64>>);

fn keys<'r>(bad: &[(&'r Row, Corrupt)]) -> Keys<'r> {
    let rows = || bad.iter().map(|(row, _)| *row);
    (
        rows().map(|row| text(row, "order_id")).collect(),
        rows().map(|row| number(row, "event")).collect(),
        rows().map(|row| number(row, "nth")).collect(),
    )
}

async fn put_off(pool: &Pool, tenant: Id, later: &[(&Row, Corrupt)]) -> Result<(), Fail> {
    let (orders, events, nths) = keys(later);
    let firsts: Vec<bool> = later.iter().map(|(row, _)| read::flag(row, "first")).collect();
    let params: [&(dyn ToSql + Sync); 5] = [&tenant.as_str(), &orders, &events, &nths, &firsts];
    pool.run(Sql::PutOff, &params).await.map(drop)
}

async fn set_aside(pool: &Pool, tenant: Id, now: Time, bad: &[(&Row, Corrupt)]) -> Result<(), Fail> {
    let (orders, events, nths) = keys(bad);
    let reasons: Vec<String> = bad.iter().map(|(_, corrupt)| writable(&corrupt.to_string())).collect();
    let params: [&(dyn ToSql + Sync); 6] = [&tenant.as_str(), &orders, &events, &nths, &now.millis(), &reasons];
    pool.run(Sql::SetAside, &params).await.map(drop)
}

pub(super) async fn settle(pool: &Pool, settle: &Settle) -> Result<(), StoreError> {
    let Settle { task, fence, now, ref ending } = *settle;
    let (ready_at, done_at, aside_at, error) = match ending {
        Ending::Done => (None, Some(now.millis()), None, None),
        Ending::Again { at, error } => (Some(at.millis()), None, None, Some(writable(error))),
        Ending::Returned { at, .. } => (Some(at.millis()), None, None, None),
        Ending::Aside { error } => (None, None, Some(now.millis()), Some(writable(error))),
    };
    let (returned, first) = match *ending {
        Ending::Returned { first, .. } => (true, first),
        Ending::Done | Ending::Again { .. } | Ending::Aside { .. } => (false, false),
    };
    let (tenant, order, event, nth) =
        (task.trade.tenant.as_str(), task.trade.order.as_str(), sql(task.event), i64::from(task.nth));
    let (call, trade) = (Call::Settle, Some(task.trade));
    // Once more if the hindrance was gone when it was looked for: it was taken off the shelf in that very moment.
    for _ in 0..5 {
        let params: [&(dyn ToSql + Sync); 11] =
            [&tenant, &order, &event, &nth, &sql(fence), &ready_at, &done_at, &aside_at, &error, &returned, &first];
        let rows = pool.run(Sql::Settle, &params).await.map_err(|fail| fail.unknown(call, trade))?;
        if !rows.is_empty() {
            return Ok(());
        }
        let rows = pool.read(Sql::Claimed, &[&tenant, &order, &event, &nth]).await;
        let rows = rows.map_err(|fail| fail.unchanged(call, trade))?;
        let done = holds(rows.first(), task, fence).map_err(|fail| fail.unchanged(call, trade))?;
        match (done, ending) {
            (true, Ending::Done) => return Ok(()),
            (true, Ending::Again { .. } | Ending::Returned { .. } | Ending::Aside { .. }) => {
                return Err(StoreError::Fenced { task: task.into(), fence, found: fence });
            }
            (false, _) => {}
        }
    }
    Err(StoreError::Unavailable { call, trade, reason: "the task changes hands again and again".into() })
}

pub(super) async fn shelved(pool: &Pool, tenant: Id, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, Fail> {
    let mut page = Page::default();
    let mut place =
        after.map_or((String::new(), 0, 0), |id| (id.trade.order.to_string(), sql(id.event), i64::from(id.nth)));
    loop {
        let left = i64::from(limit) - i64::try_from(page.rows.len()).unwrap_or_default();
        let params: [&(dyn ToSql + Sync); 5] = [&tenant.as_str(), &place.0, &place.1, &place.2, &left];
        let rows = pool.read(Sql::Shelved, &params).await?;
        let (before, full) = (page.corrupt.len(), rows.len());
        for row in &rows {
            match read::entry(row, tenant) {
                Err(corrupt) => page.corrupt.push(*corrupt),
                Ok(Entry { id, task, tries, aside_at, error, .. }) => {
                    page.rows.push(Shelved { id, task, tries, at: aside_at.unwrap_or(Time::EARLIEST), error });
                }
            }
        }
        // Rows that cannot be read do not count towards the limit.
        if page.corrupt.len() == before || i64::try_from(full).unwrap_or_default() < left {
            return Ok(page);
        }
        if let Some(last) = rows.last() {
            let (event, nth) = (number(last, "event").unwrap_or_default(), number(last, "nth").unwrap_or_default());
            place = (text(last, "order_id").unwrap_or_default().into(), event, nth);
        }
    }
}

pub(super) async fn unshelve(pool: &Pool, task: TaskId, now: Time) -> Result<(), Fail> {
    let (tenant, order, event, nth) =
        (task.trade.tenant.as_str(), task.trade.order.as_str(), sql(task.event), i64::from(task.nth));
    let rows = pool.run(Sql::Unshelve, &[&tenant, &order, &event, &nth, &now.millis()]).await?;
    match rows.is_empty() {
        true => Err(StoreError::NoTask { task, call: Call::Shelf }.into()),
        false => Ok(()),
    }
}
