//! What jobs tell, as events of the `tracing` crate.

use core::time::Duration;

use tracing::{debug, error, info, warn};

use super::{DeskError, Observer, Overdue, Undelivered};
use crate::Effect;
use crate::port::{Corrupt, Receipt, Record, StoreError, TaskId};
use crate::trade::{Denied, TradeKey};

/// Writes what it is told as events of the `tracing` crate, with target `redress`: what needs a person as an error, what
/// goes wrong by itself and right again as a warning, what was stored or done as information, the rest for debugging.
///
/// Fields are `tenant`, `order`, `version`, `rows` (the ids of the rows that were taken), `code` (of a refusal), `task`,
/// `effect`, `tries`, `error`, `why`. Never personal data: neither who acts, nor what was said, nor an address or account.
///
/// ```
/// use std::sync::Arc;
/// use redress::job::TracingObserver;
/// use redress::{Desk, Memory};
///
/// let desk = Desk::builder(Memory::new()).tenant("acme-mall").observer(Arc::new(TracingObserver)).open()?;
/// # Ok::<(), redress::desk::OpenError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TracingObserver;

/// The ids of the rows that were taken, in order.
struct Rows<'a>(&'a Receipt);

impl core::fmt::Display for Rows<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for (at, row) in self.0.taken.iter().filter_map(|taken| taken.row.as_ref()).enumerate() {
            let gap = if at == 0 { "" } else { " " };
            write!(f, "{gap}{row}")?;
        }
        Ok(())
    }
}

/// One event about a trade.
macro_rules! tell {
    ($level:ident, $trade:expr, $($field:ident = $value:expr,)* $text:literal) => {{
        let trade: TradeKey = $trade;
        $level!(target: "redress", tenant = %trade.tenant, order = %trade.order, $($field = $value,)* $text);
    }};
}

/// A task by its event and its place there.
struct Number(TaskId);

impl core::fmt::Display for Number {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}.{}", self.0.event, self.0.nth)
    }
}

impl Observer for TracingObserver {
    fn decided(&self, receipt: &Receipt) {
        tell!(debug, receipt.trade, version = receipt.version, rows = display(Rows(receipt)), "decided");
    }

    fn refused(&self, trade: TradeKey, denied: &Denied) {
        tell!(debug, trade, code = denied.code(), "refused");
    }

    fn committed(&self, receipt: &Receipt) {
        tell!(info, receipt.trade, version = receipt.version, rows = display(Rows(receipt)), "committed");
    }

    fn replayed(&self, receipt: &Receipt) {
        tell!(debug, receipt.trade, version = receipt.version, rows = display(Rows(receipt)), "answered before");
    }

    fn overtaken(&self, trade: TradeKey, tries: u32) {
        tell!(debug, trade, tries = tries, "overtaken; decided anew");
    }

    fn unheard(&self, trade: TradeKey, error: &StoreError) {
        tell!(warn, trade, error = display(error), "not known whether it was stored");
    }

    fn resolved(&self, trade: TradeKey, stored: bool) {
        tell!(info, trade, stored = stored, "found out whether it was stored");
    }

    fn fired(&self, receipt: &Receipt) {
        tell!(info, receipt.trade, version = receipt.version, rows = display(Rows(receipt)), "a deadline has fired");
    }

    fn overdue(&self, overdue: &Overdue) {
        let error = Told(&overdue.error);
        match overdue.record {
            Record::Trade(trade) => tell!(error, trade, error = display(error), "a deadline cannot fire"),
            record => error!(target: "redress", %record, %error, "a deadline cannot fire"),
        }
    }

    fn handed_out(&self, task: TaskId, what: Effect, tries: u32) {
        tell!(debug, task.trade, task = display(Number(task)), effect = what.code(), tries = tries, "handed out");
    }

    fn done(&self, task: TaskId, what: Effect, tries: u32) {
        tell!(info, task.trade, task = display(Number(task)), effect = what.code(), tries = tries, "done");
    }

    fn failed(&self, failed: &Undelivered) {
        let (effect, tries) = (failed.what.code(), failed.tries);
        tell!(
            warn,
            failed.task.trade,
            task = display(Number(failed.task)),
            effect = effect,
            tries = tries,
            error = display(&failed.error),
            "failed; tried again later"
        );
    }

    fn set_aside(&self, failed: &Undelivered) {
        let (effect, tries) = (failed.what.code(), failed.tries);
        tell!(
            error,
            failed.task.trade,
            task = display(Number(failed.task)),
            effect = effect,
            tries = tries,
            error = display(&failed.error),
            "set aside for a person"
        );
    }

    fn not_sent(&self, task: TaskId, why: &str) {
        tell!(warn, task.trade, task = display(Number(task)), why = why, "not sent, or not asked for");
    }

    fn left(&self, task: TaskId) {
        tell!(debug, task.trade, task = display(Number(task)), "left to another worker");
    }

    fn corrupt(&self, corrupt: &Corrupt) {
        error!(target: "redress", record = %corrupt.record, error = %corrupt.damage, "a row cannot be read");
    }

    fn trouble(&self, error: &StoreError) {
        warn!(target: "redress", %error, "the store did not do its part");
    }

    fn waiting(&self, length: Duration) {
        debug!(target: "redress", ?length, "waiting");
    }
}

/// Why a trade could not be moved. Of a refusal its code: sentences quote what was said.
struct Told<'a>(&'a DeskError);

impl core::fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            DeskError::Denied(denied) => f.write_str(denied.code()),
            error @ (DeskError::Store(_) | DeskError::Busy { .. }) => error.fmt(f),
        }
    }
}
