//! The rows of a commit, made by whoever asks for it, so that the one writer has only to write them down.

use std::string::{String, ToString};
use std::vec::Vec;

use super::outbox::{self, Fixed};
use super::read;
use crate::port::{Answered, Commit, StoreError, TaskId};
use crate::rule::RowId;
use crate::store::body::{self, FORM};
use crate::store::chain::{Link, Mark};
use crate::store::columns::{self, sql};
use crate::store::seal::{self, TradeColumns};
use crate::trade::{Event, TradeKey};
use crate::{Role, Time};

/// All rows of one commit, and what must hold before they are written.
pub(super) struct Rows {
    pub(super) key: TradeKey,
    pub(super) expected: u64,
    pub(super) ends: Option<(TaskId, u64)>,
    pub(super) trade: TradeRow,
    pub(super) events: Vec<EventRow>,
    pub(super) tasks: Vec<TaskRow>,
    pub(super) answer: Option<AnswerRow>,
}

/// A trade, but for what depends on the row that stands: its chain and how many answers there are.
pub(super) struct TradeRow {
    pub(super) state: &'static str,
    pub(super) version: u64,
    pub(super) due: Option<Time>,
    pub(super) updated: Time,
    pub(super) body: String,
    pub(super) inner: [u8; 32],
}

pub(super) struct EventRow {
    pub(super) seq: u64,
    pub(super) version: u64,
    pub(super) at: Time,
    pub(super) role: Role,
    pub(super) rule: Option<RowId>,
    pub(super) body: String,
    pub(super) mark: Mark,
}

pub(super) struct TaskRow {
    pub(super) id: TaskId,
    pub(super) ready_at: Time,
    pub(super) fixed: Fixed,
}

pub(super) struct AnswerRow {
    pub(super) asked: Answered,
    pub(super) channel: String,
    pub(super) fingerprint: String,
    pub(super) receipt: String,
    pub(super) seal: [u8; 32],
}

impl Rows {
    pub(super) fn of(commit: &Commit) -> Result<Self, StoreError> {
        let key = commit.key();
        let answer = commit.answered.as_ref().map(|asked| AnswerRow::of(key, asked, commit.trade.at));
        Ok(Self {
            key,
            expected: commit.expected,
            ends: commit.ends,
            trade: TradeRow::of(commit)?,
            events: commit.events.iter().map(|event| EventRow::of(key, event)).collect::<Result<_, _>>()?,
            tasks: commit
                .tasks()
                .map(|(id, task, ready_at)| {
                    let body = body::encode(key, task)?;
                    let fixed = Fixed { what: task.what.code().into(), key: task.key.clone(), form: FORM, body };
                    Ok(TaskRow { id, ready_at, fixed })
                })
                .collect::<Result<_, StoreError>>()?,
            answer: answer.transpose()?,
        })
    }
}

impl TradeRow {
    fn of(commit: &Commit) -> Result<Self, StoreError> {
        let trade = &commit.trade;
        let body = body::encode(trade.key, trade)?;
        let (state, due, updated) = (trade.head.state.code(), commit.due(), trade.at);
        let version = trade.version;
        let columns = TradeColumns {
            state: state.as_bytes(),
            version: sql(version),
            due: due.map(Time::millis),
            updated: updated.millis(),
            form: FORM,
            body: body.as_bytes(),
        };
        let inner = seal::of_trade(trade.key, &columns);
        Ok(Self { state, version, due, updated, body, inner })
    }

    /// The seal, once it is known what it is added to.
    pub(super) fn seal(&self, answers: i64, chain: Link) -> [u8; 32] {
        read::seal_of_trade(&self.inner, answers, chain.bytes())
    }
}

impl EventRow {
    fn of(key: TradeKey, event: &Event) -> Result<Self, StoreError> {
        let body = body::encode(key, event)?;
        let mark = Mark::of(key, event.seq, body.as_bytes());
        let Event { seq, version, at, ref actor, row: rule, .. } = *event;
        Ok(Self { seq, version, at, role: actor.role, rule, body, mark })
    }
}

impl TaskRow {
    pub(super) fn seal(&self) -> (outbox::State, [u8; 32]) {
        let state = outbox::State::open(self.ready_at);
        let seal = state.seal(&self.fixed.inner(self.id));
        (state, seal)
    }
}

impl AnswerRow {
    fn of(key: TradeKey, asked: &Answered, at: Time) -> Result<Self, StoreError> {
        let (channel, fingerprint) = (columns::channel(&asked.key), asked.answer.fingerprint.to_string());
        let receipt = body::encode(key, &asked.answer.receipt)?;
        let names = [key.tenant.as_str(), asked.key.order.as_str(), &channel, asked.key.key.as_str(), &fingerprint];
        let seal = seal::of_answer(names.map(str::as_bytes), at.millis(), FORM, receipt.as_bytes());
        Ok(Self { asked: asked.clone(), channel, fingerprint, receipt, seal })
    }
}
