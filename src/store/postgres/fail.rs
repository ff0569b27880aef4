//! What PostgreSQL and the network say, in the words of the contract.

use std::boxed::Box;
use std::error::Error as _;
use std::format;
use std::string::String;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::port::{Call, Corrupt, Damage, Record, StoreError};
use crate::trade::TradeKey;

/// Why a statement has no answer. It holds no text of the server's: that quotes rows and names.
#[derive(Debug)]
pub(super) enum Fail {
    /// The contract's own answer.
    Store(StoreError),
    /// It was never sent.
    NotSent(Box<str>),
    /// The server has refused it, and so has undone whatever it did.
    Refused(SqlState),
    /// It was sent, and what became of it is not known.
    Lost(Box<str>),
}

impl From<StoreError> for Fail {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Fail {
    pub(super) fn corrupt(record: Record, damage: Damage) -> Self {
        Self::Store(Corrupt { record, damage }.into())
    }

    /// Of a statement that may have been carried out.
    pub(super) fn of(error: &Error) -> Self {
        match error.as_db_error() {
            // The session ended with it: whether before or after the commit cannot be told.
            Some(db) if ends_the_session(db) => Self::Lost(said(db.code())),
            Some(db) => Self::Refused(db.code().clone()),
            None => Self::Lost(broken(error)),
        }
    }

    /// Of something that was to happen before any statement of ours.
    pub(super) fn before(error: &Error) -> Self {
        Self::NotSent(error.as_db_error().map_or_else(|| broken(error), |db| said(db.code())))
    }

    /// The error of a call that only reads, or is known to have changed nothing.
    pub(super) fn unchanged(self, call: Call, trade: Option<TradeKey>) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Refused(code) => refused(&code, call, trade),
            Self::NotSent(reason) | Self::Lost(reason) => StoreError::Unavailable { call, trade, reason },
        }
    }

    /// The error of a call that writes.
    pub(super) fn unknown(self, call: Call, trade: Option<TradeKey>) -> StoreError {
        match self {
            Self::Lost(reason) => StoreError::Indeterminate { call, trade, reason },
            other @ (Self::Store(_) | Self::NotSent(_) | Self::Refused(_)) => other.unchanged(call, trade),
        }
    }
}

fn ends_the_session(db: &DbError) -> bool {
    let known = matches!(db.parsed_severity(), Some(Severity::Error));
    !known || *db.code() == SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN || db.code().code().starts_with("08")
}

/// A refusal, by its code alone.
fn refused(code: &SqlState, call: Call, trade: Option<TradeKey>) -> StoreError {
    let wrong = match code.code() {
        "42P01" | "42703" | "42883" | "3F000" => "its tables are not those of this release; open the store anew",
        "42501" => {
            "the database user may not use its tables; grant it USAGE on the schema and all rights on the tables"
        }
        "XX001" | "XX002" => "the server finds its own files damaged; restore the database from a backup",
        _ => return StoreError::Unavailable { call, trade, reason: said(code) },
    };
    StoreError::Unusable { call, reason: format!("{wrong} (SQLSTATE {})", code.code()).into() }
}

/// What a code means. The server's own words are left out: they may hold names and values.
pub(super) fn said(code: &SqlState) -> Box<str> {
    let meaning = match code.code() {
        "57014" => "the statement took longer than it may",
        "55P03" => "a row is locked by somebody else for too long",
        "57P01" | "57P02" => "the server has ended the session",
        "57P03" => "the server is starting up or shutting down",
        "53300" => "the server has no connection left",
        "53100" => "the server's disk is full",
        "53200" => "the server is out of memory",
        "40001" | "40P01" => "it ran into another transaction",
        "25006" => "the server is a standby or read-only",
        "28P01" | "28000" => "the server does not let this user in",
        "3D000" => "there is no such database",
        "42501" => "the user may not do that",
        _ => "the server has refused it",
    };
    format!("{meaning}, SQLSTATE {}", code.code()).into()
}

/// What broke, without addresses.
fn broken(error: &Error) -> Box<str> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return format!("the connection: {}", io.kind()).into();
        }
        cause = inner.source();
    }
    String::from(if error.is_closed() { "the connection was closed" } else { "the connection cannot be used" }).into()
}
