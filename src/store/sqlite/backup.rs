//! A copy of a file while writers go on.

use std::ffi::OsString;
use std::format;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::string::String;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::check::SqliteReport;
use super::fail::Fail;
use super::schema;
use crate::port::{Call, StoreError};

/// How many pages are copied before others get a turn on the disk.
const PAGES: i32 = 1_024;

/// Copies what is committed now to a new file, checks the copy, and only then gives it its name.
pub(super) fn backup(file: &Connection, to: &Path) -> Result<SqliteReport, Fail> {
    if to.exists() {
        return refused("there is a file of that name already; a backup never overwrites one");
    }
    let part = part_of(to).map_err(|error| unavailable(&error))?;
    let done = copy(file, &part).and_then(|()| checked(&part)).and_then(|report| {
        settle(&part, to).map_err(|error| unavailable(&error))?;
        Ok(report)
    });
    if done.is_err() {
        // What there is of it is of no use to anyone.
        let _ = fs::remove_file(&part);
    }
    done
}

fn refused<T>(reason: &str) -> Result<T, Fail> {
    Err(StoreError::Unavailable { call: Call::Backup, trade: None, reason: reason.into() }.into())
}

/// The kind of the error alone: its text may name the path.
fn unavailable(error: &io::Error) -> Fail {
    let reason = format!("the copy cannot be kept: {}", error.kind());
    StoreError::Unavailable { call: Call::Backup, trade: None, reason: reason.into() }.into()
}

/// A file for a copy that is not whole yet, with a name that no other copy has, of this process or of another.
fn part_of(to: &Path) -> io::Result<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let mut name = OsString::from(to);
        name.push(format!(".{}-{}.part", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        match fs::File::create_new(&name) {
            // Left over from a process of the same number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|_| name.into()),
        }
    }
}

fn copy(file: &Connection, part: &Path) -> Result<(), Fail> {
    // As of one moment: what is committed meanwhile neither gets into the copy nor makes it begin anew.
    let unit = file.unchecked_transaction()?;
    let _: i64 = unit.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let mut copy = Connection::open(part)?;
    let steps = Backup::new(&unit, &mut copy)?;
    loop {
        match steps.step(PAGES)? {
            StepResult::Done => break,
            StepResult::More => {}
            // The copy is nobody else's and the original is being read: neither lasts.
            _ => std::thread::sleep(Duration::from_millis(1)),
        }
    }
    drop(steps);
    // One file without a WAL beside it, so that it can be moved as one.
    let journal: String = copy.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get(0))?;
    if journal == "delete" { Ok(()) } else { refused("the copy could not be made a single file") }
}

fn checked(part: &Path) -> Result<SqliteReport, Fail> {
    SqliteReport::of(&schema::open_to_look(part)?)
}

/// Gives it its name where there are no hard links. An empty file holds the name first, so that nobody's is overwritten.
fn take_name(part: &Path, to: &Path) -> io::Result<()> {
    drop(fs::File::create_new(to)?);
    fs::rename(part, to)
}

/// Has it on the disk, under its name.
fn settle(part: &Path, to: &Path) -> io::Result<()> {
    fs::File::open(part)?.sync_all()?;
    // Unlike a renaming, this fails if somebody has taken the name meanwhile.
    fs::hard_link(part, to).or_else(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Err(error),
        _ => take_name(part, to),
    })?;
    let _ = fs::remove_file(part);
    #[cfg(unix)]
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_name_that_was_taken_meanwhile_is_not_overwritten() {
        let folder = std::env::temp_dir().join(format!("redress-part-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let to = folder.join("copy.db");
        let (one, two) = (part_of(&to).unwrap(), part_of(&to).unwrap());
        assert_ne!(one, two, "two copies to one name have files of their own");
        fs::write(&one, b"one").unwrap();
        fs::write(&two, b"two").unwrap();
        for taken in [take_name, settle] {
            let _ = fs::remove_file(&to);
            fs::write(&one, b"one").unwrap();
            taken(&one, &to).unwrap();
            assert_eq!(taken(&two, &to).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert_eq!((fs::read(&to).unwrap(), fs::read(&two).unwrap()), (b"one".into(), b"two".into()));
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
