//! A history in words, for whoever looks for what went wrong.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::world::Fate;
use crate::job::{DeskError, Fed, Need};
use crate::port::{Commit, Committed, Ending, Receipt};

/// What is asked for.
pub(super) fn brief(need: &Need<'_>) -> String {
    match need {
        Need::Load(order) => format!("load {order}"),
        Need::Commit(commit) => format!("commit {}", changes(commit)),
        Need::Receipt(key) => format!("receipt of {key}"),
        Need::History { order, from, .. } => format!("history of {order} from {from}"),
        Need::Due { .. } => "what is due".to_string(),
        Need::Claim(claim) => format!("claim tasks at {}", claim.now),
        Need::Send(claimed) => format!("carry out {} {}", claimed.task.what, claimed.task.key),
        Need::Pay(pay_out) => format!("pay {} with {} until {}", pay_out.amount, pay_out.key, pay_out.deadline),
        Need::Ask(question) => format!("ask about {}", question.key),
        Need::Settle(settle) => match &settle.ending {
            Ending::Done => format!("settle {} fence {}: done", settle.task, settle.fence),
            Ending::Again { at, error } => {
                format!("settle {} fence {}: again at {at} ({error})", settle.task, settle.fence)
            }
            Ending::Returned { at, .. } => format!("settle {} fence {}: back at {at}", settle.task, settle.fence),
            Ending::Aside { error } => format!("settle {} fence {}: aside ({error})", settle.task, settle.fence),
        },
        Need::Wait(length) => format!("wait {length:?}"),
    }
}

/// The rows that a commit takes.
fn changes(commit: &Commit) -> String {
    let rows = commit.events.iter().map(|event| match &event.row {
        Some(row) => format!("{} {row}", event.subject),
        None => format!("{} {} noted", event.subject, event.asked.code()),
    });
    let rows: Vec<String> = rows.collect();
    format!("{} version {}: {}", commit.trade.key.order, commit.trade.version, rows.join(", "))
}

/// What befell the call.
pub(super) const fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Arrives => "→",
        Fate::Refused => "→ (refused)",
        Fate::Lost => "→ (lost)",
        Fate::Unheard => "→ (made, and unheard)",
        Fate::Late => "→ (to arrive late)",
        Fate::Twice => "→ (to arrive once more)",
    }
}

/// What came back.
pub(super) fn answer(fed: &Fed) -> String {
    match fed {
        Fed::Loaded(Ok(Some(trade))) => format!("version {}", trade.version),
        Fed::Loaded(Ok(None)) => "no such trade".to_string(),
        Fed::Committed(Ok(Committed::Stored)) => "stored".to_string(),
        Fed::Committed(Ok(Committed::Replayed(first))) => format!("answered before, version {}", first.version),
        Fed::Receipt(Ok(found)) => found.as_ref().map_or("none".to_string(), |it| it.receipt.to_string()),
        Fed::History(Ok(events)) => format!("{} events", events.len()),
        Fed::Due(Ok(page)) => format!("{} trades", page.rows.len()),
        Fed::Claimed(Ok(page)) => {
            let rows: Vec<String> =
                page.rows.iter().map(|row| format!("{} (fence {})", row.task.key, row.fence)).collect();
            format!("[{}]", rows.join(", "))
        }
        Fed::Settled(Ok(())) => "settled".to_string(),
        Fed::Sent(sent) => format!("{sent:?}"),
        Fed::Paid(sent) => format!("{sent:?}"),
        Fed::Asked(asked) => format!("{asked:?}"),
        Fed::Waited => "waited".to_string(),
        Fed::Loaded(Err(error))
        | Fed::Committed(Err(error))
        | Fed::Receipt(Err(error))
        | Fed::History(Err(error))
        | Fed::Due(Err(error))
        | Fed::Claimed(Err(error))
        | Fed::Settled(Err(error)) => error.to_string(),
    }
}

/// What whoever asked was told.
pub(super) fn came(came: &Result<Receipt, DeskError>) -> String {
    match came {
        Ok(receipt) => receipt.to_string(),
        Err(error) => error.to_string(),
    }
}
