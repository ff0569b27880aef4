//! The outbox: tasks that are claimed, settled, set aside.

use std::string::{String, ToString};
use std::vec::Vec;

use rusqlite::{Connection, Row, params};

use super::fail::Fail;
use super::read::{body, bytes, id, nameless, number, text, text_or_null};
use crate::port::{Call, Claim, Claimed, Corrupt, Damage, Ending, Page, Record, Settle, Shelved, StoreError, TaskId};
use crate::store::columns::{count, sql};
use crate::store::seal::{self, Seal, TaskColumns};
use crate::trade::{Task, TradeKey};
use crate::{Id, Time};

/// What never changes in a task's row, beside its key.
pub(super) struct Fixed {
    pub(super) what: String,
    pub(super) key: String,
    pub(super) form: i64,
    pub(super) body: String,
}

impl Fixed {
    /// The seal over what never changes.
    pub(super) fn inner(&self, id: TaskId) -> [u8; 32] {
        let Self { what, key, form, body } = self;
        let (what, key, body) = (what.as_bytes(), key.as_bytes(), body.as_bytes());
        seal::of_task(id, &TaskColumns { what, key, form: *form, body })
    }
}

/// How a task stands. Changed only as a whole, with its seal.
pub(super) struct State {
    pub(super) ready_at: i64,
    claimed_by: Option<String>,
    claimed_at: Option<i64>,
    claimed_until: Option<i64>,
    fence: i64,
    tries: i64,
    done_at: Option<i64>,
    aside_at: Option<i64>,
    error: Option<String>,
}

impl State {
    /// Never claimed yet.
    pub(super) const fn open(ready_at: Time) -> Self {
        Self {
            ready_at: ready_at.millis(),
            claimed_by: None,
            claimed_at: None,
            claimed_until: None,
            fence: 0,
            tries: 0,
            done_at: None,
            aside_at: None,
            error: None,
        }
    }

    /// The seal over the whole row.
    pub(super) fn seal(&self, inner: &[u8; 32]) -> [u8; 32] {
        let claimed = Seal::of("outbox").text(inner).number(self.ready_at);
        let claimed = claimed.maybe_text(self.claimed_by.as_deref().map(str::as_bytes)).maybe_number(self.claimed_at);
        let counted = claimed.maybe_number(self.claimed_until).number(self.fence).number(self.tries);
        let ended = counted.maybe_number(self.done_at).maybe_number(self.aside_at);
        ended.maybe_text(self.error.as_deref().map(str::as_bytes)).bytes()
    }

    const fn is_ready(&self, now: Time) -> bool {
        self.ready_at <= now.millis() && self.done_at.is_none() && self.aside_at.is_none()
    }

    fn read(row: &Row<'_>) -> Result<Result<Self, Damage>, Fail> {
        let count = |column| number(row, column).map(Option::unwrap_or_default);
        let (Ok(claimed_by), Ok(error)) = (text_or_null(row, "claimed_by")?, text_or_null(row, "error")?) else {
            return Ok(Err(Damage::Seal));
        };
        Ok(Ok(Self {
            ready_at: count("ready_at")?,
            claimed_by,
            claimed_at: number(row, "claimed_at")?,
            claimed_until: number(row, "claimed_until")?,
            fence: count("fence")?,
            tries: count("tries")?,
            done_at: number(row, "done_at")?,
            aside_at: number(row, "aside_at")?,
            error,
        }))
    }
}

/// A row whose seal is whole, whether its task can be read or not.
struct Sealed {
    place: i64,
    inner: [u8; 32],
    state: State,
}

/// A task's row, read and found as it was written.
pub(super) struct Entry {
    pub(super) id: TaskId,
    pub(super) task: Task,
    row: Sealed,
}

/// The columns of an [`Entry`].
macro_rules! entry {
    ($rest:literal) => {
        concat!(
            "SELECT rowid AS place, order_id, event, nth, what, key, ready_at, claimed_by, claimed_at, claimed_until,
                 fence, tries, done_at, aside_at, error, form, body, seal FROM outbox ",
            $rest
        )
    };
}
pub(super) use entry;

impl Entry {
    /// A row's task with its key, or what is wrong with it.
    pub(super) fn read(row: &Row<'_>, tenant: Id) -> Result<Result<Self, Corrupt>, Fail> {
        let Some(id) = task_id(row, tenant)? else {
            return Ok(Err(nameless(row, "outbox")?));
        };
        let read = Self::of(row, id)?;
        Ok(read.map_err(|damage| Corrupt { record: Record::Task(id), damage }))
    }

    fn of(row: &Row<'_>, id: TaskId) -> Result<Result<Self, Damage>, Fail> {
        let task = match body::<Task>(row, "body")? {
            Err(damage) => return Ok(Err(damage)),
            Ok(task) => task,
        };
        for (column, said) in [("what", task.what.code()), ("key", task.key.as_str())] {
            if text(row, column)? != Some(said) {
                return Ok(Err(Damage::Column(column)));
            }
        }
        Ok(Sealed::read(row, id)?.map(|row| Self { id, task, row }).ok_or(Damage::Seal))
    }
}

impl Sealed {
    /// The row of this task, if its seal is whole.
    fn read(row: &Row<'_>, id: TaskId) -> Result<Option<Self>, Fail> {
        let fixed = TaskColumns {
            what: bytes(row, "what")?,
            key: bytes(row, "key")?,
            form: number(row, "form")?.unwrap_or_default(),
            body: bytes(row, "body")?,
        };
        let inner = seal::of_task(id, &fixed);
        let (state, seal) = (State::read(row)?.ok(), bytes(row, "seal")?);
        let state = state.filter(|state| state.seal(&inner) == *seal);
        let place = number(row, "place")?.unwrap_or_default();
        Ok(state.map(|state| Self { place, inner, state }))
    }

    /// Stores how it stands now.
    fn store(&self, unit: &Connection) -> Result<(), Fail> {
        let mut statement = unit.prepare_cached(
            "UPDATE outbox SET ready_at = ?2, claimed_by = ?3, claimed_at = ?4, claimed_until = ?5, fence = ?6,
                 tries = ?7, done_at = ?8, aside_at = ?9, error = ?10, seal = ?11
             WHERE rowid = ?1",
        )?;
        let State { ready_at, claimed_by, claimed_at, claimed_until, fence, tries, done_at, aside_at, error } =
            &self.state;
        let seal = self.state.seal(&self.inner);
        statement.execute(params![
            self.place,
            ready_at,
            claimed_by,
            claimed_at,
            claimed_until,
            fence,
            tries,
            done_at,
            aside_at,
            error,
            seal
        ])?;
        Ok(())
    }
}

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

pub(super) fn claim(unit: &Connection, tenant: Id, claim: &Claim) -> Result<Page<Claimed>, Fail> {
    let mut page = Page::default();
    let mut good: Vec<Entry> = Vec::new();
    let mut bad: Vec<(i64, Option<Sealed>, Corrupt)> = Vec::new();
    let mut ready = unit.prepare_cached(entry!(
        "WHERE tenant = ?1 AND ready_at <= ?2 AND done_at IS NULL AND aside_at IS NULL
         ORDER BY ready_at, order_id, event, nth"
    ))?;
    let mut rows = ready.query(params![tenant.as_str(), claim.now.millis()])?;
    while good.len() < claim.limit as usize
        && let Some(row) = rows.next()?
    {
        match Entry::read(row, tenant)? {
            Ok(entry) if entry.row.state.is_ready(claim.now) => good.push(entry),
            // An index that is damaged leads to tasks that are done: they are let alone.
            Ok(Entry { id, .. }) => {
                page.corrupt.push(Corrupt { record: Record::Task(id), damage: Damage::Column("ready_at") });
            }
            Err(corrupt) => {
                let sealed = match task_id(row, tenant)? {
                    Some(id) => Sealed::read(row, id)?,
                    None => None,
                };
                bad.push((number(row, "place")?.unwrap_or_default(), sealed, corrupt));
            }
        }
    }
    drop(rows);
    for mut entry in good {
        let first = take(&mut entry.row.state, claim);
        entry.row.store(unit)?;
        let Entry { id, task, row: Sealed { state: State { fence, tries, .. }, .. } } = entry;
        let (fence, tries) = (count(fence), count(tries));
        page.rows.push(Claimed { id, task, fence, tries, first, at: claim.now, until: claim.until });
    }
    for (place, sealed, corrupt) in bad {
        match sealed {
            Some(sealed) => put_by(unit, sealed, claim, &corrupt)?,
            None => set_aside(unit, tenant, claim.now, place, &corrupt)?,
        }
        page.corrupt.push(corrupt);
    }
    Ok(page)
}

/// Notes a claim; whether it is the first one that may come to anything.
fn take(state: &mut State, claim: &Claim) -> bool {
    let first = state.claimed_at.is_none();
    state.fence = state.fence.saturating_add(1);
    state.tries = state.tries.saturating_add(1);
    state.ready_at = claim.until.millis();
    state.claimed_until = Some(claim.until.millis());
    state.claimed_at = Some(claim.now.millis());
    state.claimed_by = Some(claim.worker.to_string());
    first
}

/// Puts a task off that a later release can read, and sets one aside that nobody can. Nobody has touched it, so it gets a
/// new seal, and can be taken up once it can be read.
fn put_by(unit: &Connection, mut row: Sealed, claim: &Claim, corrupt: &Corrupt) -> Result<(), Fail> {
    if !row.state.is_ready(claim.now) {
        return Ok(());
    }
    match corrupt.damage.may_be_later() {
        true => row.state.ready_at = claim.until.millis(),
        false => (row.state.aside_at, row.state.error) = (Some(claim.now.millis()), Some(corrupt.to_string())),
    }
    row.store(unit)
}

/// Sets aside what was damaged. Its seal stays broken: nobody takes it up again before it is mended.
fn set_aside(unit: &Connection, tenant: Id, now: Time, place: i64, corrupt: &Corrupt) -> Result<(), Fail> {
    let mut statement =
        unit.prepare_cached("UPDATE outbox SET aside_at = ?2, error = ?3 WHERE rowid = ?1 AND tenant = ?4")?;
    statement.execute(params![place, now.millis(), corrupt.to_string(), tenant.as_str()])?;
    Ok(())
}

/// The row of a task; `None` if there is none.
fn find(unit: &Connection, task: TaskId) -> Result<Option<Entry>, Fail> {
    let mut statement =
        unit.prepare_cached(entry!("WHERE tenant = ?1 AND order_id = ?2 AND event = ?3 AND nth = ?4"))?;
    let TradeKey { tenant, order } = task.trade;
    let mut rows = statement.query(params![tenant.as_str(), order.as_str(), sql(task.event), task.nth])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let entry = Entry::read(row, tenant)?.map_err(StoreError::from)?;
    match entry.id == task {
        true => Ok(Some(entry)),
        false => Err(Fail::corrupt(Record::Task(task), Damage::Seal)),
    }
}

/// A task whose claim still holds (`false`), or that this very fence has ended as done (`true`).
fn held(unit: &Connection, task: TaskId, fence: u64) -> Result<(Entry, bool), Fail> {
    let entry = find(unit, task)?.ok_or(StoreError::NoTask { task, call: Call::Settle })?;
    let State { fence: stands, done_at, aside_at, .. } = entry.row.state;
    if aside_at.is_some() || fence == 0 || stands != sql(fence) {
        return Err(StoreError::Fenced { task: task.into(), fence, found: count(stands) }.into());
    }
    Ok((entry, done_at.is_some()))
}

/// Ends a task as done. Once more is no error.
pub(super) fn end(unit: &Connection, task: TaskId, fence: u64, at: Time) -> Result<(), Fail> {
    let (mut entry, ended) = held(unit, task, fence)?;
    if ended {
        return Ok(());
    }
    (entry.row.state.done_at, entry.row.state.error) = (Some(at.millis()), None);
    entry.row.store(unit)
}

pub(super) fn settle(unit: &Connection, settle: &Settle) -> Result<(), Fail> {
    let Settle { task, fence, now, ref ending } = *settle;
    if *ending == Ending::Done {
        return end(unit, task, fence, now);
    }
    let (mut entry, ended) = held(unit, task, fence)?;
    if ended {
        return Err(StoreError::Fenced { task: task.into(), fence, found: fence }.into());
    }
    let state = &mut entry.row.state;
    match ending {
        Ending::Done => {}
        Ending::Again { at, error } => (state.ready_at, state.error) = (at.millis(), Some(error.clone())),
        Ending::Returned { at, first } => {
            // Said again, it does not count again.
            let counted = i64::from(state.claimed_until.is_some());
            (state.ready_at, state.tries) = (at.millis(), state.tries.saturating_sub(counted));
            if *first {
                (state.claimed_by, state.claimed_at) = (None, None);
            }
        }
        Ending::Aside { error } => (state.aside_at, state.error) = (Some(now.millis()), Some(error.clone())),
    }
    state.claimed_until = None;
    entry.row.store(unit)
}

pub(super) fn shelved(file: &Connection, tenant: Id, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, Fail> {
    let mut statement = file.prepare_cached(entry!(
        "WHERE tenant = ?1 AND aside_at IS NOT NULL AND (order_id, event, nth) > (?2, ?3, ?4)
         ORDER BY order_id, event, nth"
    ))?;
    let (order, event, nth) =
        after.map_or((String::new(), 0, 0), |id| (id.trade.order.to_string(), sql(id.event), i64::from(id.nth)));
    let mut rows = statement.query(params![tenant.as_str(), order, event, nth])?;
    let mut page = Page::default();
    while page.rows.len() < limit as usize
        && let Some(row) = rows.next()?
    {
        match Entry::read(row, tenant)? {
            Err(corrupt) => page.corrupt.push(corrupt),
            Ok(Entry { id, task, row: Sealed { state, .. } }) => {
                let at = Time::from_millis(state.aside_at.unwrap_or_default());
                let error = state.error.unwrap_or_default();
                page.rows.push(Shelved { id, task, tries: count(state.tries), at, error });
            }
        }
    }
    Ok(page)
}

pub(super) fn unshelve(unit: &Connection, task: TaskId, now: Time) -> Result<(), Fail> {
    let aside = find(unit, task)?.filter(|entry| entry.row.state.aside_at.is_some());
    let mut entry = aside.ok_or(StoreError::NoTask { task, call: Call::Shelf })?;
    let state = &mut entry.row.state;
    (state.ready_at, state.aside_at, state.tries, state.error) = (now.millis(), None, 0, None);
    entry.row.store(unit)
}
