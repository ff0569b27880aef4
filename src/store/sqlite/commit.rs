//! A commit: checked in the order of the contract, then written whole.

use rusqlite::{Connection, params};

use super::fail::Fail;
use super::rows::{AnswerRow, Rows};
use super::{outbox, read};
use crate::Time;
use crate::port::{Committed, Record, StoreError};
use crate::store::body::FORM;
use crate::store::chain::Link;
use crate::store::columns::sql;

/// Everything is checked before anything is written; what fails afterwards is undone by the caller.
pub(super) fn commit(unit: &Connection, rows: &Rows) -> Result<Committed, Fail> {
    let (trade, expected) = (rows.key, rows.expected);
    if let Some(AnswerRow { asked, .. }) = &rows.answer
        && let Some(first) = read::answer(unit, trade.tenant, &asked.key)?
    {
        return match first.fingerprint == asked.answer.fingerprint {
            true => Ok(Committed::Replayed(first.receipt.into())),
            false => Err(StoreError::KeyReused(asked.key.into()).into()),
        };
    }
    let stands = read::stands(unit, trade)?;
    if stands.version != expected {
        return Err(StoreError::Stale { trade, expected, found: stands.version }.into());
    }
    if let Some((task, fence)) = rows.ends {
        outbox::end(unit, task, fence, rows.trade.updated)?;
    }
    let chain = write_events(unit, rows, stands.chain)?;
    let answers = stands.answers.saturating_add(i64::from(rows.answer.is_some()));
    write_trade(unit, rows, answers, chain)?;
    write_tasks(unit, rows)?;
    if let Some(answer) = &rows.answer {
        write_answer(unit, rows, answer)?;
    }
    Ok(Committed::Stored)
}

fn write_trade(unit: &Connection, rows: &Rows, answers: i64, chain: Link) -> Result<(), Fail> {
    let trade = &rows.trade;
    let mut statement = unit.prepare_cached(
        "INSERT INTO trades (tenant, order_id, state, version, due, updated, answers, form, body, chain, seal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (tenant, order_id) DO UPDATE SET state = excluded.state, version = excluded.version,
             due = excluded.due, updated = excluded.updated, answers = excluded.answers, form = excluded.form,
             body = excluded.body, chain = excluded.chain, seal = excluded.seal",
    )?;
    statement.execute(params![
        rows.key.tenant.as_str(),
        rows.key.order.as_str(),
        trade.state,
        sql(trade.version),
        trade.due.map(Time::millis),
        trade.updated.millis(),
        answers,
        FORM,
        trade.body,
        chain.bytes(),
        trade.seal(answers, chain),
    ])?;
    Ok(())
}

/// The chain that they lead to.
fn write_events(unit: &Connection, rows: &Rows, before: Link) -> Result<Link, Fail> {
    let key = rows.key;
    let mut statement = unit.prepare_cached(
        "INSERT INTO events (tenant, order_id, seq, version, at, role, rule, form, body, chain)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let mut chain = before;
    for event in &rows.events {
        chain = chain.next(event.mark);
        let written = statement.execute(params![
            key.tenant.as_str(),
            key.order.as_str(),
            sql(event.seq),
            sql(event.version),
            event.at.millis(),
            event.role.code(),
            event.rule.as_ref().map(|rule| rule.as_str()),
            FORM,
            event.body,
            chain.bytes(),
        ]);
        written.map_err(|error| Fail::or_stray(error, Record::Event(key, event.seq)))?;
    }
    Ok(chain)
}

fn write_tasks(unit: &Connection, rows: &Rows) -> Result<(), Fail> {
    let mut statement = unit.prepare_cached(
        "INSERT INTO outbox (tenant, order_id, event, nth, what, key, ready_at, form, body, seal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for task in &rows.tasks {
        let (id, fixed) = (task.id, &task.fixed);
        let (state, seal) = task.seal();
        let written = statement.execute(params![
            id.trade.tenant.as_str(),
            id.trade.order.as_str(),
            sql(id.event),
            id.nth,
            fixed.what,
            fixed.key,
            state.ready_at,
            fixed.form,
            fixed.body,
            seal,
        ]);
        written.map_err(|error| Fail::or_stray(error, Record::Task(id)))?;
    }
    Ok(())
}

fn write_answer(unit: &Connection, rows: &Rows, answer: &AnswerRow) -> Result<(), Fail> {
    let mut statement = unit.prepare_cached(
        "INSERT INTO requests (tenant, order_id, channel, key, fingerprint, at, form, receipt, seal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let key = &answer.asked.key;
    statement.execute(params![
        rows.key.tenant.as_str(),
        key.order.as_str(),
        answer.channel,
        key.key.as_str(),
        answer.fingerprint,
        rows.trade.updated.millis(),
        FORM,
        answer.receipt,
        answer.seal,
    ])?;
    Ok(())
}
