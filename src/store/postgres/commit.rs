//! A commit: one statement, which writes everything or nothing; and if nothing, why.

use std::string::{String, ToString};
use std::vec::Vec;

use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::fail::Fail;
use super::pool::Pool;
use super::read::{self, number};
use super::sql::Sql;
use crate::Time;
use crate::port::{Answered, Call, Commit, Committed, Damage, Record, StoreError, TaskId};
use crate::store::body::{self, FORM};
use crate::store::chain::Mark;
use crate::store::columns::{self, sql};
use crate::store::seal::{self, TaskColumns, TradeColumns};
use crate::trade::{Event, TradeKey};

/// How often a commit is tried whose hindrance was gone when it was looked for. Only taking a task off the shelf in that
/// very moment can do that.
const TRIES: u32 = 5;

/// The rows of a commit, column by column.
struct Columns {
    trade: (String, [u8; 32]),
    events: Vec<(String, Mark)>,
    tasks: Vec<TaskRow>,
    answer: Option<AnswerRow>,
}

struct TaskRow {
    id: TaskId,
    what: &'static str,
    key: String,
    ready_at: Time,
    body: String,
    mark: [u8; 32],
}

struct AnswerRow {
    channel: String,
    key: String,
    fingerprint: String,
    receipt: String,
    seal: [u8; 32],
}

impl AnswerRow {
    fn of(trade: TradeKey, asked: &Answered, at: Time) -> Result<Self, StoreError> {
        let (channel, fingerprint) = (columns::channel(&asked.key), asked.answer.fingerprint.to_string());
        let (key, receipt) = (asked.key.key.to_string(), body::encode(trade, &asked.answer.receipt)?);
        let names = [trade.tenant.as_str(), trade.order.as_str(), &channel, &key, &fingerprint];
        let seal = seal::of_answer(names.map(str::as_bytes), at.millis(), FORM, receipt.as_bytes());
        Ok(Self { channel, key, fingerprint, receipt, seal })
    }
}

impl Columns {
    fn of(commit: &Commit) -> Result<Self, StoreError> {
        let (key, trade) = (commit.key(), &commit.trade);
        let text = body::encode(key, trade)?;
        let mark = seal::of_trade(
            key,
            &TradeColumns {
                state: trade.head.state.code().as_bytes(),
                version: sql(trade.version),
                due: commit.due().map(Time::millis),
                updated: trade.at.millis(),
                form: FORM,
                body: text.as_bytes(),
            },
        );
        let event = |event: &Event| {
            let text = body::encode(key, event)?;
            let mark = Mark::of(key, event.seq, text.as_bytes());
            Ok((text, mark))
        };
        let tasks = commit.tasks().map(|(id, task, ready_at)| {
            let (what, body) = (task.what.code(), body::encode(key, task)?);
            let fixed =
                TaskColumns { what: what.as_bytes(), key: task.key.as_bytes(), form: FORM, body: body.as_bytes() };
            let mark = seal::of_task(id, &fixed);
            Ok(TaskRow { id, what, key: task.key.clone(), ready_at, body, mark })
        });
        let answer = commit.answered.as_ref().map(|asked| AnswerRow::of(key, asked, trade.at));
        Ok(Self {
            trade: (text, mark),
            events: commit.events.iter().map(event).collect::<Result<_, StoreError>>()?,
            tasks: tasks.collect::<Result<_, StoreError>>()?,
            answer: answer.transpose()?,
        })
    }
}

/// One column of many rows.
fn column<'r, R, T: 'r>(rows: &'r [R], of: impl FnMut(&'r R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}

pub(super) async fn commit(pool: &Pool, commit: &Commit) -> Result<Committed, StoreError> {
    let (call, trade) = (Call::Commit, Some(commit.key()));
    let columns = Columns::of(commit)?;
    for _ in 0..TRIES {
        match write(pool, commit, &columns).await {
            Ok(true) => return Ok(Committed::Stored),
            Ok(false) => {}
            Err(Fail::Refused(code)) if code == SqlState::UNIQUE_VIOLATION => {
                return Err(stray(pool, commit).await.unchanged(call, trade));
            }
            Err(fail) => return Err(fail.unknown(call, trade)),
        }
        // Whatever becomes of this question, nothing was written.
        match refusal(pool, commit).await.map_err(|fail| fail.unchanged(call, trade))? {
            Some(committed) => return Ok(committed),
            None => continue,
        }
    }
    Err(StoreError::Unavailable { call, trade, reason: "its task changes hands again and again".into() })
}

/// Whether it was written.
async fn write(pool: &Pool, commit: &Commit, columns: &Columns) -> Result<bool, Fail> {
    let (key, trade) = (commit.key(), &commit.trade);
    let (events, tasks, answer) = (&columns.events, &columns.tasks, columns.answer.as_ref());
    let ends = commit.ends;
    let params: [&(dyn ToSql + Sync); 31] = [
        &key.tenant.as_str(),
        &key.order.as_str(),
        &sql(commit.expected),
        &trade.head.state.code(),
        &sql(trade.version),
        &commit.due().map(Time::millis),
        &trade.at.millis(),
        &FORM,
        &columns.trade.0,
        &columns.trade.1.as_slice(),
        &column(&commit.events, |event| sql(event.seq)),
        &column(&commit.events, |event| event.at.millis()),
        &column(&commit.events, |event| event.actor.role.code()),
        &column(&commit.events, |event| event.row.as_ref().map(|row| row.as_str())),
        &column(events, |(text, _)| text.as_str()),
        &column(events, |(_, mark)| mark.bytes().as_slice()),
        &column(tasks, |task| sql(task.id.event)),
        &column(tasks, |task| i64::from(task.id.nth)),
        &column(tasks, |task| task.what),
        &column(tasks, |task| task.key.as_str()),
        &column(tasks, |task| task.ready_at.millis()),
        &column(tasks, |task| task.body.as_str()),
        &column(tasks, |task| task.mark.as_slice()),
        &answer.map(|answer| answer.channel.as_str()),
        &answer.map(|answer| answer.key.as_str()),
        &answer.map(|answer| answer.fingerprint.as_str()),
        &answer.map(|answer| answer.receipt.as_str()),
        &answer.map(|answer| answer.seal.as_slice()),
        &ends.map(|(task, _)| sql(task.event)),
        &ends.map(|(task, _)| i64::from(task.nth)),
        &ends.map(|(_, fence)| sql(fence)),
    ];
    let which = if commit.expected == 0 { Sql::Begin } else { Sql::Append };
    Ok(!pool.run(which, &params).await?.is_empty())
}

/// Why nothing was written, in the order of the contract; nothing if it could be written by now.
async fn refusal(pool: &Pool, commit: &Commit) -> Result<Option<Committed>, Fail> {
    let (key, asked) = (commit.key(), commit.answered.as_ref());
    let (channel, name) =
        (asked.map(|asked| columns::channel(&asked.key)), asked.map(|asked| asked.key.key.to_string()));
    let (event, nth) = (commit.ends.map(|(task, _)| sql(task.event)), commit.ends.map(|(task, _)| i64::from(task.nth)));
    let params: [&(dyn ToSql + Sync); 6] = [&key.tenant.as_str(), &key.order.as_str(), &channel, &name, &event, &nth];
    let rows = pool.read(Sql::Refusal, &params).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    if let Some(asked) = asked
        && read::text(row, "key").is_some()
    {
        let first = read::answer(row, key);
        let first = first.map_err(|damage| Fail::corrupt(Record::Answer(key.tenant, asked.key), damage))?;
        return match first.fingerprint == asked.answer.fingerprint {
            true => Ok(Some(Committed::Replayed(first.receipt.into()))),
            false => Err(StoreError::KeyReused(asked.key.into()).into()),
        };
    }
    let found = number(row, "version").map_or(Ok(0), u64::try_from);
    let found = found.map_err(|_| Fail::corrupt(Record::Trade(key), Damage::Column("version")))?;
    if found != commit.expected {
        return Err(StoreError::Stale { trade: key, expected: commit.expected, found }.into());
    }
    match commit.ends {
        // A task of a trade that is not there.
        Some((task, _)) if commit.expected == 0 && number(row, "fence").is_some() => {
            Err(Fail::corrupt(Record::Task(task), Damage::Stray))
        }
        Some((task, fence)) => holds(Some(row), task, fence).map(|_| None),
        None => Ok(None),
    }
}

/// Whether a claim still holds (`false`), or has been ended as done by this very fence (`true`).
pub(super) fn holds(row: Option<&Row>, task: TaskId, fence: u64) -> Result<bool, Fail> {
    let stands = row.and_then(|row| number(row, "fence"));
    let (Some(row), Some(stands)) = (row, stands) else {
        return Err(StoreError::NoTask { task, call: Call::Settle }.into());
    };
    let found = u64::try_from(stands).unwrap_or_default();
    if number(row, "aside_at").is_some() || fence == 0 || found != fence {
        return Err(StoreError::Fenced { task: task.into(), fence, found }.into());
    }
    Ok(number(row, "done_at").is_some())
}

/// Which row stands where one of the commit's belongs.
async fn stray(pool: &Pool, commit: &Commit) -> Fail {
    let key = commit.key();
    let first = commit.events.first().map(|event| event.seq).unwrap_or_default();
    let params: [&(dyn ToSql + Sync); 3] = [&key.tenant.as_str(), &key.order.as_str(), &sql(first)];
    let rows = match pool.read(Sql::Stray, &params).await {
        Ok(rows) => rows,
        Err(fail) => return fail,
    };
    let found = |column| rows.first().and_then(|row| number(row, column)).and_then(|no| u64::try_from(no).ok());
    let record = match (found("seq"), found("event"), &commit.answered) {
        (Some(seq), ..) => Record::Event(key, seq),
        (None, Some(event), _) => Record::Task(TaskId { trade: key, event, nth: 0 }),
        (None, None, Some(asked)) => Record::Answer(key.tenant, asked.key),
        (None, None, None) => Record::Trade(key),
    };
    Fail::corrupt(record, Damage::Stray)
}
