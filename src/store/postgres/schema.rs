//! The tables: made and brought up to date by numbered steps, by one process at a time.

use std::format;
use std::sync::Arc;

use tokio_postgres::error::SqlState;

use super::fail::Fail;
use super::pool::{Lent, Pool};
use super::sql::in_schema;
use crate::port::{Call, StoreError};

/// What leads from each version of the tables to the next; never changed once released.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("schema_1.sql")];
/// The advisory lock under which tables are changed: "redress" in ASCII.
const LOCK: i64 = 0x0072_6564_7265_7373;

/// Brings the tables up to date.
pub(super) async fn migrate(pool: &Arc<Pool>) -> Result<(), Fail> {
    take(pool, MIGRATIONS).await
}

/// Takes all missing steps in one transaction. An index over all trades takes as long as it takes, and so does waiting for
/// another process that is just making it: neither the server nor this side gives up.
pub(super) async fn take(pool: &Arc<Pool>, steps: &[&str]) -> Result<(), Fail> {
    let mut lent = pool.lend().await?;
    // Without rights to change tables one may still work on those that are up to date.
    if version(&mut lent, pool, steps).await? == steps.len() {
        return Ok(());
    }
    lent.spend(true);
    lent.be_patient(true);
    let begin = "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
                 SET LOCAL idle_in_transaction_session_timeout = 0";
    lent.batch(&format!("{begin}; SELECT pg_advisory_xact_lock({LOCK})")).await?;
    let done = version(&mut lent, pool, steps).await?;
    let begin = "CREATE SCHEMA IF NOT EXISTS redress; \
                 CREATE TABLE IF NOT EXISTS redress.migrations (no bigint PRIMARY KEY, at timestamptz NOT NULL);";
    // A schema is named without the dot only where it is made.
    let begin = begin.replacen("EXISTS redress;", &format!("EXISTS \"{}\";", pool.limits.schema), 1);
    lent.batch(&in_schema(&begin, &pool.limits.schema)).await?;
    for (no, step) in (1..).zip(steps).skip(done) {
        let step = in_schema(step, &pool.limits.schema);
        lent.batch(&step).await.map_err(foreign)?;
        let noted = format!("INSERT INTO redress.migrations (no, at) VALUES ({no}, now())");
        lent.batch(&in_schema(&noted, &pool.limits.schema)).await?;
    }
    lent.batch("COMMIT").await?;
    lent.be_patient(false);
    lent.spend(false);
    Ok(())
}

/// The version of the tables that are there; 0 if there are none.
async fn version(lent: &mut Lent<'_>, pool: &Pool, steps: &[&str]) -> Result<usize, Fail> {
    let schema = &pool.limits.schema;
    let table = in_schema("redress.migrations", schema);
    // Read as rows: what the session remembers of names may be older than the lock.
    let there =
        format!("SELECT tablename::text FROM pg_tables WHERE schemaname = '{schema}' AND tablename = 'migrations'");
    if lent.ask(&there).await?.is_none() {
        return Ok(0);
    }
    let found = lent.ask(&format!("SELECT max(no)::text FROM {table}")).await?;
    let found = found.and_then(|no| no.parse::<i64>().ok()).unwrap_or_default();
    match usize::try_from(found) {
        Ok(found) if found <= steps.len() => Ok(found),
        _ => {
            let known = steps.len();
            let reason =
                format!("its tables are of version {found}, this release knows up to {known}; use a later release");
            Err(StoreError::Unusable { call: Call::Open, reason: reason.into() }.into())
        }
    }
}

/// A table that is there although no step has made it is somebody else's.
fn foreign(fail: Fail) -> Fail {
    match fail {
        Fail::Refused(code)
            if [SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT, SqlState::DUPLICATE_FUNCTION]
                .contains(&code) =>
        {
            let reason = "the schema holds tables of another application; name another schema".into();
            StoreError::Unusable { call: Call::Open, reason }.into()
        }
        other => other,
    }
}
