//! Columns as all stores in SQL write and read them.

use std::format;
use std::string::String;

use crate::port::{Damage, RequestKey};
use crate::{Id, Role, Word};

/// A number as a database keeps it. No counter ever comes near the end of its range.
pub(super) fn sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A count as the contract has it; a negative one is none.
pub(super) fn count<N: TryFrom<i64> + Default>(number: i64) -> N {
    N::try_from(number).unwrap_or_default()
}

/// Whose key it is, as the column says it: role and id of a channel, or nothing.
pub(super) fn channel(key: &RequestKey) -> String {
    key.channel.map_or_else(String::new, |(role, id)| format!("{role} {id}"))
}

/// The key of a request, as its columns say it; nothing if that is no key.
pub(super) fn request_key(order: Id, channel: Option<&str>, key: Option<Id>) -> Option<RequestKey> {
    let (channel, key) = (channel?, key?);
    if channel.is_empty() {
        return Some(RequestKey { order, channel: None, key });
    }
    let (role, name) = channel.split_once(' ')?;
    Some(RequestKey { order, channel: Some((Role::from_code(role)?, name.parse().ok()?)), key })
}

/// The first column that disagrees with the body.
pub(super) fn agree(columns: &[(&'static str, bool)]) -> Result<(), Damage> {
    match columns.iter().find(|(_, agrees)| !agrees) {
        Some((column, _)) => Err(Damage::Column(column)),
        None => Ok(()),
    }
}
