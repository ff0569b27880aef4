//! Stores: where trades are kept. [`Memory`] is the reference; with feature `sqlite` there is one in a file, with
//! feature `postgres` one in a database server.
//!
//! [`operations`] is for whoever runs one: backups, alerts, many workers, how far one machine goes.
//!
//! Others implement [`Storage`](crate::port::Storage) and [`Store`](crate::port::Store).

#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod audit;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod body;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod chain;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod columns;
mod memory;
#[cfg_attr(all(feature = "sqlite", feature = "postgres"), doc = include_str!("operations.md"))]
#[cfg_attr(
    not(all(feature = "sqlite", feature = "postgres")),
    doc = "Operations: which store when, backup and restore, alerts, many workers, how far one machine goes. The page is in \
           the documentation with the features `sqlite` and `postgres`."
)]
pub mod operations {}
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod seal;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use memory::{Memory, MemoryStore};
#[cfg(feature = "postgres")]
pub use postgres::{BlockingPostgres, BlockingPostgresStore, Postgres, PostgresOptions, PostgresStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{Sqlite, SqliteReport, SqliteStore};
