//! A store in a PostgreSQL database, for any number of processes on any number of machines.
//!
//! A commit is *one statement*, sent in one round trip: it checks request key, version and fence, and writes the trade,
//! its events, tasks, answer and due time, all or nothing. No transaction is ever left open by a client. Workers claim
//! tasks with `FOR UPDATE SKIP LOCKED`, so none waits for another and none takes what another has.
//!
//! ```no_run
//! use redress::Desk;
//! use redress::store::PostgresOptions;
//! use redress::store::postgres::NoTls;
//!
//! // For callers that block. `open` instead of `open_blocking` gives one that is awaited.
//! let storage = PostgresOptions::new("host=/run/postgresql user=shop dbname=trades")?.open_blocking(NoTls)?;
//! let desk = Desk::builder(storage).tenant("acme-mall").open()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # TLS
//!
//! Any connector of tokio-postgres is taken, such as [tokio-postgres-rustls] or [postgres-native-tls]. Say
//! `sslmode=require` in the connection string when the server is on another machine, or it may be left out silently:
//!
//! ```ignore
//! let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
//! let tls = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
//! let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls);
//! let storage = PostgresOptions::new("postgres://shop@db.example/trades?sslmode=require")?.open(tls).await?;
//! ```
//!
//! [tokio-postgres-rustls]: https://docs.rs/tokio-postgres-rustls
//! [postgres-native-tls]: https://docs.rs/postgres-native-tls
//!
//! # What is asked of the server
//!
//! - PostgreSQL 12 or later, a database in UTF8, and the primary: a standby cannot be written to.
//! - `fsync`, `full_page_writes` and `synchronous_commit` on; with a synchronous standby, `synchronous_commit` may also be
//!   `remote_write` or `remote_apply`. Anything else is refused, on every new connection and, since a running server can be
//!   told otherwise, each half minute on those that are open. `synchronous_commit` is fixed for a session when it is opened.
//! - Connections of its own, or through a pooler that keeps one session for each: statements are prepared.
//! - The log target `tokio_postgres` stays above `debug`, where it would write parameters, and with them what people
//!   wrote.

mod blocking;
mod clock;
mod commit;
mod fail;
mod greeting;
mod options;
mod outbox;
mod pool;
mod read;
mod schema;
mod sql;
#[cfg(test)]
mod tests;

use std::fmt;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use tokio_postgres::types::ToSql;

pub use blocking::{BlockingPostgres, BlockingPostgresStore};
pub use clock::PostgresClock;
pub use options::PostgresOptions;
pub use tokio_postgres::{self, NoTls};

use fail::Fail;
use pool::Pool;
use read::number;
use sql::Sql;

use crate::port::{
    Answer, AsyncStorage, AsyncStore, Call, Claim, Claimed, Commit, Committed, Damage, Due, Page, Record, RequestKey,
    Settle, Shelved, StoreError, TaskId, Verified,
};
use crate::store::audit;
use crate::store::columns::{self, sql};
use crate::trade::{Event, Trade, TradeKey};
use crate::{Id, Time};

/// Keeps the trades of all tenants in one schema of a PostgreSQL database. See the [module](self).
///
/// Opened by [`PostgresOptions::open`]; its calls are awaited within a tokio runtime. Clones share one pool of
/// connections.
#[derive(Clone)]
pub struct Postgres {
    pool: Arc<Pool>,
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").finish_non_exhaustive()
    }
}

impl Postgres {
    /// A clock that goes by the server's, so that all workers on one database have the same time.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the server cannot be asked.
    pub async fn clock(&self) -> Result<PostgresClock, StoreError> {
        PostgresClock::start(&self.pool).await.map_err(|fail| fail.unchanged(Call::Open, None))
    }
}

impl AsyncStorage for Postgres {
    type Store = PostgresStore;

    fn tenant(&self, tenant: Id) -> Result<PostgresStore, StoreError> {
        if !tenant.is_well_formed() {
            return Err(StoreError::NoTenant);
        }
        Ok(PostgresStore { tenant, pool: Arc::clone(&self.pool) })
    }
}

/// A tenant's part of a [`Postgres`] database. Every statement names the tenant.
#[derive(Clone)]
pub struct PostgresStore {
    tenant: Id,
    pool: Arc<Pool>,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

impl PostgresStore {
    const fn key(&self, order: Id) -> TradeKey {
        TradeKey { tenant: self.tenant, order }
    }

    fn owns(&self, task: TaskId, call: Call) -> Result<(), StoreError> {
        let own = task.trade.tenant == self.tenant;
        own.then_some(()).ok_or(StoreError::NoTask { task, call })
    }

    async fn trade(&self, key: TradeKey) -> Result<Option<Trade>, Fail> {
        let rows = self.pool.read(Sql::Trade, &[&key.tenant.as_str(), &key.order.as_str()]).await?;
        let stored = rows.first().map(|row| read::trade(row, key)).transpose();
        let stored = stored.map_err(|damage| Fail::corrupt(Record::Trade(key), damage))?;
        Ok(stored.map(|stored| stored.trade))
    }

    async fn answer(&self, key: &RequestKey) -> Result<Option<Answer>, Fail> {
        let (tenant, order) = (self.tenant.as_str(), key.order.as_str());
        let rows = self.pool.read(Sql::Answer, &[&tenant, &order, &columns::channel(key), &key.key.as_str()]).await?;
        let answer = rows.first().map(|row| read::answer(row, self.key(key.order))).transpose();
        answer.map_err(|damage| Fail::corrupt(Record::Answer(self.tenant, *key), damage))
    }

    /// Lists rows until there are enough; those whose key cannot be read do not count towards the limit.
    async fn dues(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, Fail> {
        let mut page = Page::default();
        let mut place = after.map_or((i64::MIN, String::new()), |due| (due.at.millis(), due.order.to_string()));
        loop {
            let left = i64::from(limit) - i64::try_from(page.rows.len()).unwrap_or_default();
            let params: [&(dyn ToSql + Sync); 5] = [&self.tenant.as_str(), &now.millis(), &place.0, &place.1, &left];
            let rows = self.pool.read(Sql::Due, &params).await?;
            let (before, full) = (page.corrupt.len(), rows.len());
            for row in &rows {
                let at = number(row, "due").unwrap_or_default();
                match read::id(row, "order_id") {
                    Some(order) => page.rows.push(Due { at: Time::from_millis(at), order }),
                    None => page.corrupt.push(read::nameless(row, "trades")),
                }
                place = (at, read::text(row, "order_id").unwrap_or_default().into());
            }
            if page.corrupt.len() == before || i64::try_from(full).unwrap_or_default() < left {
                return Ok(page);
            }
        }
    }

    async fn list(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, Fail> {
        let mut page = Page::default();
        let mut place = after.map_or_else(String::new, |order| order.to_string());
        loop {
            let left = i64::from(limit) - i64::try_from(page.rows.len()).unwrap_or_default();
            let rows = self.pool.read(Sql::Orders, &[&self.tenant.as_str(), &place, &left]).await?;
            let (before, full) = (page.corrupt.len(), rows.len());
            for row in &rows {
                match read::id(row, "order_id") {
                    Some(order) => page.rows.push(order),
                    None => page.corrupt.push(read::nameless(row, "trades")),
                }
                place = read::text(row, "order_id").unwrap_or_default().into();
            }
            if page.corrupt.len() == before || i64::try_from(full).unwrap_or_default() < left {
                return Ok(page);
            }
        }
    }

    async fn events(&self, key: TradeKey, from: u64, limit: u32) -> Result<Vec<Event>, Fail> {
        let first = from.max(1);
        // With the event before the first one, which its chain follows.
        let before = u64::from(first > 1);
        let (start, most) = (sql(first.saturating_sub(before)), i64::from(limit) + i64::from(first > 1));
        if limit == 0 {
            return Ok(Vec::new());
        }
        let params: [&(dyn ToSql + Sync); 4] = [&key.tenant.as_str(), &key.order.as_str(), &start, &most];
        // Whatever is committed while this is read only makes the history longer, so a second look decides.
        for look in 1..=2 {
            let rows = self.pool.read(Sql::History, &params).await?;
            let events = read::chained(key, rows.iter().map(|row| read::line(row, key)).collect(), first)?;
            let next = first.saturating_add(u64::try_from(events.len()).unwrap_or(u64::MAX));
            let is_full = events.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
            // The end of the page is the end of the history, or some of it was cut off.
            if is_full || self.count(key).await?.is_none_or(|count| next > count) {
                return Ok(events);
            }
            if look == 2 {
                return Err(Fail::corrupt(Record::Event(key, next), Damage::Missing));
            }
        }
        Ok(Vec::new())
    }

    /// How many events the stored trade has; `None` if it cannot say.
    async fn count(&self, key: TradeKey) -> Result<Option<u64>, Fail> {
        match self.trade(key).await {
            Ok(trade) => Ok(trade.map(|trade| trade.events)),
            Err(Fail::Store(StoreError::Corrupt(_))) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Reads everything that is kept of an order, as of one moment.
    async fn all(&self, key: TradeKey) -> Result<audit::Rows, Fail> {
        let mut lent = self.pool.lend().await?;
        let (tenant, order) = (key.tenant.as_str(), key.order.as_str());
        let asked: [&(dyn ToSql + Sync); 2] = [&tenant, &order];
        // The only transaction of more than one statement. It only reads, and whoever drops it drops its connection.
        lent.spend(true);
        lent.batch("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let trade = lent.run(Sql::Trade, &asked).await?;
        let events = lent.run(Sql::Events, &asked).await?;
        let tasks = lent.run(Sql::Tasks, &asked).await?;
        let answers = lent.run(Sql::Answers, &asked).await?;
        lent.batch("COMMIT").await?;
        lent.spend(false);
        Ok(audit::Rows {
            key,
            trade: trade.first().map(|row| read::trade(row, key)),
            events: events.iter().map(|row| read::line(row, key)).collect(),
            tasks: tasks.iter().map(|row| read::kept_task(row, key.tenant)).collect(),
            answers: answers.iter().map(|row| read::kept_answer(row, key)).collect(),
        })
    }
}

impl AsyncStore for PostgresStore {
    fn tenant(&self) -> Id {
        self.tenant
    }

    async fn load(&self, order: Id) -> Result<Option<Trade>, StoreError> {
        let key = self.key(order);
        self.trade(key).await.map_err(|fail| fail.unchanged(Call::Load, Some(key)))
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        commit.check(self.tenant)?;
        commit::commit(&self.pool, commit).await
    }

    async fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError> {
        self.answer(key).await.map_err(|fail| fail.unchanged(Call::Receipt, Some(self.key(key.order))))
    }

    async fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError> {
        self.dues(now, after, limit).await.map_err(|fail| fail.unchanged(Call::Due, None))
    }

    async fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError> {
        outbox::claim(&self.pool, self.tenant, claim).await.map_err(|fail| fail.unknown(Call::Claim, None))
    }

    async fn settle(&self, settle: &Settle) -> Result<(), StoreError> {
        self.owns(settle.task, Call::Settle)?;
        outbox::settle(&self.pool, settle).await
    }

    async fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError> {
        let page = outbox::shelved(&self.pool, self.tenant, after, limit).await;
        page.map_err(|fail| fail.unchanged(Call::Shelf, None))
    }

    async fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError> {
        self.owns(task, Call::Shelf)?;
        let done = outbox::unshelve(&self.pool, task, now).await;
        done.map_err(|fail| fail.unknown(Call::Shelf, Some(task.trade)))
    }

    async fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let key = self.key(order);
        self.events(key, from, limit).await.map_err(|fail| fail.unchanged(Call::History, Some(key)))
    }

    async fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError> {
        self.list(after, limit).await.map_err(|fail| fail.unchanged(Call::Verify, None))
    }

    async fn verify(&self, order: Id) -> Result<Verified, StoreError> {
        let key = self.key(order);
        let rows = match self.all(key).await {
            Err(Fail::Lost(_)) => self.all(key).await,
            rows => rows,
        };
        rows.map(audit::verify).map_err(|fail| fail.unchanged(Call::Verify, Some(key)))
    }
}
