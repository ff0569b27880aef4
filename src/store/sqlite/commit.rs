//! A commit: checked in the order of the contract, then written whole.

use std::string::String;
use std::vec::Vec;

use rusqlite::{Transaction, params};

use super::fail::Fail;
use super::{outbox, read, sql};
use crate::Time;
use crate::port::{Answered, Commit, Committed, Record, StoreError};
use crate::store::body::{self, FORM};

/// The bodies of all rows, made before the file is locked.
pub(super) struct Bodies {
    trade: String,
    events: Vec<String>,
    tasks: Vec<String>,
    receipt: Option<String>,
}

impl Bodies {
    pub(super) fn of(commit: &Commit) -> Result<Self, StoreError> {
        let key = commit.key();
        let receipt = commit.answered.as_ref().map(|asked| body::encode(key, &asked.answer.receipt));
        Ok(Self {
            trade: body::encode(key, &commit.trade)?,
            events: commit.events.iter().map(|event| body::encode(key, event)).collect::<Result<_, _>>()?,
            tasks: commit.tasks().map(|(_, task, _)| body::encode(key, task)).collect::<Result<_, _>>()?,
            receipt: receipt.transpose()?,
        })
    }
}

pub(super) fn commit(unit: &Transaction<'_>, commit: &Commit, bodies: &Bodies) -> Result<Committed, Fail> {
    let (trade, expected) = (commit.key(), commit.expected);
    if let Some(asked) = &commit.answered
        && let Some(first) = read::answer(unit, trade.tenant, &asked.key)?
    {
        return match first.fingerprint == asked.answer.fingerprint {
            true => Ok(Committed::Replayed(first.receipt.into())),
            false => Err(StoreError::KeyReused(asked.key.into()).into()),
        };
    }
    let found = read::version(unit, trade)?;
    if found != expected {
        return Err(StoreError::Stale { trade, expected, found }.into());
    }
    if let Some((task, fence)) = commit.ends
        && !outbox::holds(unit, task, fence)?
    {
        outbox::done(unit, task, commit.trade.at)?;
    }
    write_trade(unit, commit, &bodies.trade)?;
    write_events(unit, commit, &bodies.events)?;
    write_tasks(unit, commit, &bodies.tasks)?;
    if let (Some(asked), Some(receipt)) = (&commit.answered, &bodies.receipt) {
        write_answer(unit, commit, asked, receipt)?;
    }
    Ok(Committed::Stored)
}

fn write_trade(unit: &Transaction<'_>, commit: &Commit, body: &str) -> Result<(), Fail> {
    let trade = &commit.trade;
    let mut statement = unit.prepare_cached(
        "INSERT INTO trades (tenant, order_id, state, version, due, updated, form, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (tenant, order_id) DO UPDATE SET state = excluded.state, version = excluded.version,
             due = excluded.due, updated = excluded.updated, form = excluded.form, body = excluded.body",
    )?;
    statement.execute(params![
        trade.key.tenant.as_str(),
        trade.key.order.as_str(),
        trade.head.state.code(),
        sql(trade.version),
        commit.due().map(Time::millis),
        trade.at.millis(),
        FORM,
        body,
    ])?;
    Ok(())
}

fn write_events(unit: &Transaction<'_>, commit: &Commit, bodies: &[String]) -> Result<(), Fail> {
    let key = commit.key();
    let mut statement = unit.prepare_cached(
        "INSERT INTO events (tenant, order_id, seq, version, at, role, rule, form, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for (event, body) in commit.events.iter().zip(bodies) {
        let written = statement.execute(params![
            key.tenant.as_str(),
            key.order.as_str(),
            sql(event.seq),
            sql(event.version),
            event.at.millis(),
            event.actor.role.code(),
            event.row.as_ref().map(|row| row.as_str()),
            FORM,
            body,
        ]);
        written.map_err(|error| Fail::or_stray(error, Record::Event(key, event.seq)))?;
    }
    Ok(())
}

fn write_tasks(unit: &Transaction<'_>, commit: &Commit, bodies: &[String]) -> Result<(), Fail> {
    let mut statement = unit.prepare_cached(
        "INSERT INTO outbox (tenant, order_id, event, nth, what, key, ready_at, form, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for ((id, task, ready_at), body) in commit.tasks().zip(bodies) {
        let written = statement.execute(params![
            id.trade.tenant.as_str(),
            id.trade.order.as_str(),
            sql(id.event),
            id.nth,
            task.what.code(),
            task.key,
            ready_at.millis(),
            FORM,
            body,
        ]);
        written.map_err(|error| Fail::or_stray(error, Record::Task(id)))?;
    }
    Ok(())
}

fn write_answer(unit: &Transaction<'_>, commit: &Commit, asked: &Answered, receipt: &str) -> Result<(), Fail> {
    let mut statement = unit.prepare_cached(
        "INSERT INTO requests (tenant, order_id, channel, key, fingerprint, at, form, receipt)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    statement.execute(params![
        commit.key().tenant.as_str(),
        asked.key.order.as_str(),
        read::channel(&asked.key),
        asked.key.key.as_str(),
        std::string::ToString::to_string(&asked.answer.fingerprint),
        commit.trade.at.millis(),
        FORM,
        receipt,
    ])?;
    Ok(())
}
