//! Bodies of stored rows: JSON, with the number of the form in which they were written.

use std::string::String;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::port::{Damage, StoreError};
use crate::trade::TradeKey;

/// The form in which bodies are written. A change that `serde`'s defaults cannot bridge raises it, and `decode` then
/// leads bodies of each older form to the newest.
pub(super) const FORM: i64 = 1;

/// The body of a row of this trade.
pub(super) fn encode<T: Serialize>(trade: TradeKey, value: &T) -> Result<String, StoreError> {
    // Nothing but a malformed id has no JSON.
    serde_json::to_string(value).map_err(|_| StoreError::Unfit { trade, what: "it holds a malformed id" })
}

/// What a body says. The error tells where reading stopped, never what stands there.
pub(super) fn decode<T: DeserializeOwned>(form: i64, body: &[u8]) -> Result<T, Damage> {
    if form > FORM {
        return Err(Damage::Future { found: form, known: FORM });
    }
    if form < 1 {
        return Err(Damage::Column("form"));
    }
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => Damage::Garbled(error.column()),
        Category::Data => Damage::Unknown(error.column()),
    })
}
