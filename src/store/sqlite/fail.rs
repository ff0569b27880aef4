//! What SQLite says, in the words of the contract.

use std::boxed::Box;
use std::string::ToString;

use rusqlite::ErrorCode;

use crate::port::{Call, Corrupt, Damage, Record, StoreError};
use crate::trade::TradeKey;

/// Why work on the file stopped.
#[derive(Debug)]
pub(super) enum Fail {
    Store(StoreError),
    Sql(rusqlite::Error),
}

impl From<StoreError> for Fail {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<rusqlite::Error> for Fail {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl Fail {
    pub(super) fn corrupt(record: Record, damage: Damage) -> Self {
        Self::Store(Corrupt { record, damage }.into())
    }

    /// A row cannot be inserted because one with its key is there already: it is stray.
    pub(super) fn or_stray(error: rusqlite::Error, record: Record) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => Self::corrupt(record, Damage::Stray),
            _ => Self::Sql(error),
        }
    }

    /// The error of a call that has changed nothing.
    pub(super) fn unchanged(self, call: Call, trade: Option<TradeKey>) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Sql(error) => undone(&error, call, trade),
        }
    }
}

/// The error of a unit that was rolled back.
pub(super) fn undone(error: &rusqlite::Error, call: Call, trade: Option<TradeKey>) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            let reason = "the file is damaged or none of SQLite's; restore it from a backup".into();
            StoreError::Unusable { call, reason }
        }
        _ => StoreError::Unavailable { call, trade, reason: reason(error) },
    }
}

/// The error of a COMMIT that did not succeed.
pub(super) fn unknown(error: &rusqlite::Error, call: Call, trade: Option<TradeKey>) -> StoreError {
    StoreError::Indeterminate { call, trade, reason: reason(error) }
}

/// Whether it is a lock that was not granted: the only COMMIT that is known to have stored nothing.
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Whether pages of the file are damaged.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// SQLite's own words for its result code: no path, no statement, no content of a row.
pub(super) fn reason(error: &rusqlite::Error) -> Box<str> {
    error.sqlite_error().map_or("SQLite gave an unexpected answer".into(), |error| error.to_string().into())
}
