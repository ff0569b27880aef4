//! The seal of a row that may be changed: a hash over all its columns, made anew with each change. A bit that has
//! flipped, or a hand that has reached past this crate, is found when the row is next read.

use sha2::{Digest, Sha256};

use super::columns::sql;
use crate::port::TaskId;
use crate::trade::TradeKey;

/// What a commit alone decides of a trade's row, beside its key. The form is the row's own: one that was written by an
/// older release keeps its seal.
pub(super) struct TradeColumns<'r> {
    pub(super) state: &'r [u8],
    pub(super) version: i64,
    pub(super) due: Option<i64>,
    pub(super) updated: i64,
    pub(super) form: i64,
    pub(super) body: &'r [u8],
}

/// The seal over what a commit alone decides of a trade.
pub(super) fn of_trade(key: TradeKey, columns: &TradeColumns<'_>) -> [u8; 32] {
    let TradeColumns { state, version, due, updated, form, body } = *columns;
    let placed = Seal::of("trades").text(key.tenant.as_str().as_bytes()).text(key.order.as_str().as_bytes());
    placed.text(state).number(version).maybe_number(due).number(updated).number(form).text(body).bytes()
}

/// What never changes of a task's row, beside its number.
pub(super) struct TaskColumns<'r> {
    pub(super) what: &'r [u8],
    pub(super) key: &'r [u8],
    pub(super) form: i64,
    pub(super) body: &'r [u8],
}

/// The seal over what never changes of a task.
pub(super) fn of_task(id: TaskId, columns: &TaskColumns<'_>) -> [u8; 32] {
    let TaskColumns { what, key, form, body } = *columns;
    let TradeKey { tenant, order } = id.trade;
    let placed = Seal::of("outbox").text(tenant.as_str().as_bytes()).text(order.as_str().as_bytes());
    placed.number(sql(id.event)).number(i64::from(id.nth)).text(what).text(key).number(form).text(body).bytes()
}

/// The seal of an answer: tenant, order, channel, key and fingerprint, then the rest.
pub(super) fn of_answer(names: [&[u8]; 5], at: i64, form: i64, receipt: &[u8]) -> [u8; 32] {
    let named = names.into_iter().fold(Seal::of("requests"), Seal::text);
    named.number(at).number(form).text(receipt).bytes()
}

/// A seal in the making: the columns in the order of the table.
#[must_use]
pub(super) struct Seal(Sha256);

impl Seal {
    /// Of a row of this table.
    pub(super) fn of(table: &str) -> Self {
        Self(Sha256::new()).text(table.as_bytes())
    }

    /// A text or blob. Its length goes first, so that nothing can move from one column into the next.
    pub(super) fn text(mut self, bytes: &[u8]) -> Self {
        self.0.update([b't']);
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    /// A number.
    pub(super) fn number(mut self, number: i64) -> Self {
        self.0.update([b'n']);
        self.0.update(number.to_be_bytes());
        self
    }

    /// A text, or NULL.
    #[cfg(any(feature = "sqlite", test))]
    pub(super) fn maybe_text(self, bytes: Option<&[u8]>) -> Self {
        match bytes {
            Some(bytes) => self.text(bytes),
            None => self.null(),
        }
    }

    /// A number, or NULL.
    pub(super) fn maybe_number(self, number: Option<i64>) -> Self {
        match number {
            Some(number) => self.number(number),
            None => self.null(),
        }
    }

    fn null(mut self) -> Self {
        self.0.update([b'0']);
        self
    }

    /// As it is stored.
    pub(super) fn bytes(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::Seal;

    #[test]
    fn no_two_rows_share_a_seal() {
        let seals = [
            Seal::of("outbox").text(b"ab").text(b"c").bytes(),
            Seal::of("outbox").text(b"a").text(b"bc").bytes(),
            Seal::of("outbox").text(b"abc").maybe_text(None).bytes(),
            Seal::of("outbox").text(b"abc").maybe_number(None).number(0).bytes(),
            Seal::of("outbox").text(b"abc").number(0).maybe_number(None).bytes(),
            Seal::of("trades").text(b"ab").text(b"c").bytes(),
        ];
        for (at, seal) in seals.iter().enumerate() {
            assert!(seals.iter().skip(at + 1).all(|later| later != seal));
        }
    }
}
