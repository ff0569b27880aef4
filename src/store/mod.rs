//! Stores: where trades are kept. [`Memory`] is the reference; with feature `sqlite` there is one in a file, with
//! feature `postgres` one in a database server.
//!
//! Others implement [`Storage`](crate::port::Storage) and [`Store`](crate::port::Store).

#[cfg(feature = "postgres")]
mod audit;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod body;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod chain;
mod memory;
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
