//! Readers beside the writer: connections of their own, which see what was last committed and hold nobody up.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use rusqlite::Connection;

use super::fail::Fail;
use super::schema;

/// How many are kept open while nobody reads: as many as were ever needed at once, up to this. Opening one takes longer than
/// most reads.
const KEPT: usize = 64;

/// The readers of one file.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// Of the file at this path, with one reader that is open.
    pub(super) fn of(path: PathBuf, first: Connection) -> Self {
        Self { path, idle: Mutex::new(Vec::from([first])) }
    }

    /// Reads with a connection that nobody else uses meanwhile.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fail>) -> Result<T, Fail> {
        let idle = self.idle().pop();
        let reader = idle.map_or_else(|| schema::open_to_read(&self.path), Ok)?;
        // A connection whose work panics is closed, not handed on.
        let done = work(&reader);
        let mut idle = self.idle();
        if idle.len() < KEPT && reader.is_autocommit() {
            idle.push(reader);
        }
        done
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
