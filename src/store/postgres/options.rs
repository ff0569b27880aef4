//! How a database is opened.

use std::fmt;
use std::string::String;
use std::time::Duration;

use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, Socket};

use super::{BlockingPostgres, Postgres, pool, schema};
use crate::port::{Call, StoreError};

/// What the store keeps to.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) schema: String,
    pub(super) connections: usize,
    pub(super) patience: Duration,
    pub(super) statement: Duration,
    pub(super) check_every: Duration,
    pub(super) unsafe_server: bool,
}

/// How a database is opened: where it is, and what the store keeps to.
///
/// `Debug` shows no part of the connection string.
#[derive(Clone)]
pub struct PostgresOptions {
    config: Config,
    limits: Limits,
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl From<Config> for PostgresOptions {
    /// With a connection that was described in parts.
    fn from(config: Config) -> Self {
        let limits = Limits {
            schema: "redress".into(),
            connections: 8,
            patience: Duration::from_secs(5),
            statement: Duration::from_secs(10),
            check_every: Duration::from_secs(30),
            unsafe_server: false,
        };
        Self { config, limits }
    }
}

impl PostgresOptions {
    /// With a connection string, such as `host=/run/postgresql user=shop dbname=trades` or
    /// `postgres://shop@db.example/trades?sslmode=require`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] if it is not one. The error quotes nothing of it.
    pub fn new(connection: &str) -> Result<Self, StoreError> {
        connection.parse::<Config>().map(Self::from).map_err(|_| StoreError::Unusable {
            call: Call::Open,
            reason: "the connection string cannot be read; write it as `host=… user=… dbname=…` or as a \
                     `postgres://` address"
                .into(),
        })
    }

    /// In which schema of the database the tables are: `redress` unless told otherwise. It is made if it is not there.
    /// A name in small letters, digits and underscores.
    #[must_use]
    pub fn schema(mut self, schema: &str) -> Self {
        self.limits.schema = schema.into();
        self
    }

    /// How many connections are used at most: 8 unless told otherwise. Each process has its own. On a small server more
    /// are slower, not faster.
    #[must_use]
    pub const fn connections(mut self, most: usize) -> Self {
        self.limits.connections = if most == 0 { 1 } else { most };
        self
    }

    /// How long a call waits for a connection: 5 seconds unless told otherwise.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.limits.patience = patience;
        self
    }

    /// How long a statement may take, locks included: 10 seconds unless told otherwise. The server then undoes it.
    #[must_use]
    pub const fn statement_timeout(mut self, limit: Duration) -> Self {
        self.limits.statement = limit;
        self
    }

    /// How often a connection that is open is asked anew whether the server keeps what it acknowledges: each 30 seconds
    /// unless told otherwise. Whoever reloads the server with other settings is told at the next call after that.
    #[must_use]
    pub const fn check_every(mut self, pause: Duration) -> Self {
        self.limits.check_every = pause;
        self
    }

    /// Works with a server that may lose what it has acknowledged (`fsync` or `full_page_writes` is off,
    /// `synchronous_commit` is `off` or `local`): for tests, never for money.
    #[must_use]
    pub const fn allow_unsafe_server(mut self) -> Self {
        self.limits.unsafe_server = true;
        self
    }

    /// Opens the database within the running tokio runtime, and brings the tables up to date. Several processes may do
    /// so at once. The runtime must have its time driver on, and outlive the store.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] if the server could lose what it acknowledges, or the schema is somebody else's or a
    /// later release's; [`StoreError::Unavailable`] if the server cannot be reached.
    pub async fn open<T>(self, tls: T) -> Result<Postgres, StoreError>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let letter = |at: usize, it: char| it == '_' || it.is_ascii_lowercase() || (at > 0 && it.is_ascii_digit());
        let name = &self.limits.schema;
        if name.is_empty() || name.len() > 63 || !name.char_indices().all(|(at, it)| letter(at, it)) {
            let reason = "the name of the schema is not one of small letters, digits and underscores".into();
            return Err(StoreError::Unusable { call: Call::Open, reason });
        }
        let pool = pool::Pool::new(self.config, pool::through(tls), self.limits);
        schema::migrate(&pool).await.map_err(|fail| fail.unchanged(Call::Open, None))?;
        Ok(Postgres { pool })
    }

    /// Opens the database for callers that block, such as a [`Desk`](crate::Desk). It brings a runtime of its own, with
    /// one thread.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); [`StoreError::Unavailable`] if no thread can be had.
    pub fn open_blocking<T>(self, tls: T) -> Result<BlockingPostgres, StoreError>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        BlockingPostgres::start(self.open(tls))
    }
}
