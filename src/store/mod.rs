//! Stores: where trades are kept. [`Memory`] is the reference; with feature `sqlite` there is one in a file.
//!
//! Others implement [`Storage`](crate::port::Storage) and [`Store`](crate::port::Store).

#[cfg(feature = "sqlite")]
mod body;
#[cfg(feature = "sqlite")]
mod chain;
mod memory;
#[cfg(feature = "sqlite")]
mod seal;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use memory::{Memory, MemoryStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{Sqlite, SqliteReport, SqliteStore};
