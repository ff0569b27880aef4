//! What every new connection is told, and what it must answer before it is used, and from time to time afterwards: a server
//! may be started anew, or told other settings, at any time.

use std::format;
use std::string::String;

use tokio_postgres::{Client, SimpleQueryMessage};

use super::fail::Fail;
use super::options::Limits;
use crate::port::{Call, StoreError};

/// The settings that are asked for: the values that are safe, and what must be done about others.
const SETTINGS: [(&str, &[&str], &str); 3] = [
    ("fsync", &["on"], "set `fsync = on` in postgresql.conf and restart the server"),
    ("full_page_writes", &["on"], "set `full_page_writes = on` in postgresql.conf and reload the server"),
    (
        "synchronous_commit",
        &["on", "remote_write", "remote_apply"],
        "set `synchronous_commit = on` in postgresql.conf, or by ALTER ROLE or ALTER DATABASE for this store",
    ),
];
/// The oldest server that has all that is used, as it numbers itself.
const OLDEST: i64 = 120_000;
/// What is asked, in the order of [`SETTINGS`] first. How a commit is flushed is the session's own from then on, whatever
/// the server is told later.
const QUESTION: &str = "SELECT current_setting('fsync'), current_setting('full_page_writes'), \
                        set_config('synchronous_commit', current_setting('synchronous_commit'), false), \
                        current_setting('server_encoding'), current_setting('server_version_num'), \
                        current_setting('transaction_read_only')";

/// Tells a new connection what it must keep to, and checks the server.
pub(super) async fn greet(client: &Client, limits: &Limits) -> Result<(), Fail> {
    let millis = limits.statement.as_millis().max(1);
    // Nobody's functions stand before the server's own; every statement sees what was committed before it began.
    let told = format!(
        "SET search_path = pg_catalog; SET default_transaction_isolation = 'read committed';
         SET statement_timeout = {millis}; SET lock_timeout = {millis};
         SET idle_in_transaction_session_timeout = {millis}; SET jit = off;"
    );
    client.batch_execute(&told).await.map_err(|error| Fail::before(&error))?;
    check(client, limits).await
}

/// Checks the server, at the beginning and from time to time: most settings can be changed while it runs, and hold for
/// sessions that are open.
pub(super) async fn check(client: &Client, limits: &Limits) -> Result<(), Fail> {
    let answers = client.simple_query(QUESTION).await.map_err(|error| Fail::before(&error))?;
    let row = answers.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let said = |column: usize| row.and_then(|row| row.get(column)).unwrap_or_default();
    for (column, (setting, safe, remedy)) in SETTINGS.into_iter().enumerate() {
        let found = said(column);
        if !safe.contains(&found) && !limits.unsafe_server {
            return unusable(format!(
                "the server runs with `{setting} = {found}`, so what it has acknowledged can be lost; {remedy}, or say \
                 `allow_unsafe_server` where that is meant"
            ));
        }
    }
    if said(3) != "UTF8" {
        return unusable("the database is not encoded in UTF8; create one with ENCODING 'UTF8'".into());
    }
    if said(4).parse::<i64>().unwrap_or_default() < OLDEST {
        return unusable("the server is older than PostgreSQL 12; use a later one".into());
    }
    if said(5) != "off" {
        return Err(Fail::NotSent("the server is a standby or read-only".into()));
    }
    Ok(())
}

fn unusable(reason: String) -> Result<(), Fail> {
    Err(StoreError::Unusable { call: Call::Open, reason: reason.into() }.into())
}
