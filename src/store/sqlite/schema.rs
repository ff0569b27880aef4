//! Opening a file: whose it is, how it is kept safe, and the tables in it.

use std::format;
use std::path::Path;
use std::string::String;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::fail::Fail;
use crate::port::{Call, StoreError};

/// How long a call waits for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it looks meanwhile. Other writers leave short gaps only, so rarely looking would be never finding one.
const PAUSE: Duration = Duration::from_millis(1);
/// Marks a file as one of this crate: "rdrs".
const APPLICATION: i64 = 0x7264_7273;
/// What leads from each version of the tables to the next; never changed once released.
const MIGRATIONS: &[&str] = &[include_str!("schema_1.sql")];

/// Opens a file to write to, or makes one, and brings its tables up to date.
pub(super) fn open(path: &Path) -> Result<Connection, Fail> {
    let mut file = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    check_whose(&file, path)?;
    check_writable(&file)?;
    keep_safe(&file)?;
    migrate(&mut file, MIGRATIONS)?;
    Ok(file)
}

/// Opens a file that is open for writing once more, to read.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, Fail> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// Opens a file that need not be open for writing anywhere.
pub(super) fn open_to_look(path: &Path) -> Result<Connection, Fail> {
    let file = open_to_read(path)?;
    check_whose(&file, path)?;
    let found = number(&file, "user_version")?;
    if usize::try_from(found).is_ok_and(|found| found == MIGRATIONS.len()) {
        return Ok(file);
    }
    unusable(format!("its tables are of version {found}; open it for writing once, to bring them up to date"))
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Fail> {
    let mut file = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    file.busy_handler(Some(wait))?;
    file.set_prepared_statement_cache_capacity(64);
    file.pragma_update(None, "trusted_schema", false)?;
    file.pragma_update(None, "cell_size_check", true)?;
    Ok(file)
}

/// Waits a little for a lock, until patience is over.
fn wait(times: i32) -> bool {
    std::thread::sleep(PAUSE);
    PAUSE.saturating_mul(times.unsigned_abs()) < PATIENCE
}

fn number(file: &Connection, pragma: &str) -> Result<i64, Fail> {
    Ok(file.pragma_query_value(None, pragma, |row| row.get(0))?)
}

fn unusable<T>(reason: String) -> Result<T, Fail> {
    Err(StoreError::Unusable { call: Call::Open, reason: reason.into() }.into())
}

/// A file of somebody else, or of a later release, is not touched.
fn check_whose(file: &Connection, path: &Path) -> Result<(), Fail> {
    let application = number(file, "application_id")?;
    let objects: i64 = file.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let fresh = application == 0 && objects == 0;
    // Too short to have a page, SQLite would take it for new.
    if fresh && number(file, "page_count")? == 0 && std::fs::metadata(path).is_ok_and(|file| file.len() > 0) {
        return unusable("the file is cut off; restore it from a backup".into());
    }
    if application != APPLICATION && !fresh {
        return unusable("the file belongs to another application; name another one".into());
    }
    let (found, known) = (number(file, "user_version")?, MIGRATIONS.len());
    match usize::try_from(found) {
        Ok(found) if found <= known => Ok(()),
        _ => unusable(format!(
            "its tables are of version {found}, this release knows up to {known}; use a later release"
        )),
    }
}

/// Whether anything can be written to it.
fn check_writable(file: &Connection) -> Result<(), Fail> {
    match file.is_readonly("main")? {
        true => unusable("the file cannot be written to; make it writable, or open it for a look only".into()),
        false => Ok(()),
    }
}

/// Turns durability on, and believes only what is read back.
fn keep_safe(file: &Connection) -> Result<(), Fail> {
    let journal: String = file.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if journal != "wal" {
        return unusable(format!("journal_mode is `{journal}`, not `wal`; put it into a file on a local disk"));
    }
    file.pragma_update(None, "synchronous", "full")?;
    let synchronous = number(file, "synchronous")?;
    if synchronous != 2 {
        return unusable(format!("synchronous is {synchronous}, not 2 (full), so commits could be lost"));
    }
    // Where fsync alone does not reach the medium (macOS), what does.
    file.pragma_update(None, "fullfsync", true)?;
    file.pragma_update(None, "checkpoint_fullfsync", true)?;
    Ok(())
}

/// Takes all missing steps in one transaction, so that two processes can open a new file at the same time.
fn migrate(file: &mut Connection, steps: &[&str]) -> Result<(), Fail> {
    let unit = file.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = usize::try_from(number(&unit, "user_version")?).unwrap_or_default();
    for step in steps.iter().skip(done) {
        unit.execute_batch(step)?;
    }
    if done < steps.len() {
        unit.pragma_update(None, "application_id", APPLICATION)?;
        unit.pragma_update(None, "user_version", i64::try_from(steps.len()).unwrap_or_default())?;
    }
    Ok(unit.commit()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

    use super::*;

    fn tables(file: &Connection) -> i64 {
        file.query_row("SELECT count(*) FROM sqlite_schema WHERE type = 'table'", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_file_is_led_up_from_each_older_version_and_no_further() {
        let [first] = MIGRATIONS else { panic!("say here what each later step must keep") };
        let steps = [first, "ALTER TABLE trades ADD COLUMN shop TEXT; CREATE TABLE shops (id TEXT) STRICT"];
        for done in 0..=steps.len() {
            let mut file = Connection::open_in_memory().unwrap();
            migrate(&mut file, &steps[..done]).unwrap();
            assert_eq!(number(&file, "user_version").unwrap(), done as i64);
            migrate(&mut file, &steps).unwrap();
            migrate(&mut file, &steps).unwrap();
            assert_eq!((number(&file, "user_version").unwrap(), tables(&file)), (2, 5));
            assert_eq!(number(&file, "application_id").unwrap(), APPLICATION);
        }
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let mut file = Connection::open_in_memory().unwrap();
        migrate(&mut file, MIGRATIONS).unwrap();
        let steps = [MIGRATIONS[0], "CREATE TABLE shops (id TEXT) STRICT", "CREATE TABLE shops (id TEXT) STRICT"];
        assert!(migrate(&mut file, &steps).is_err());
        assert_eq!((number(&file, "user_version").unwrap(), tables(&file)), (1, 4));
    }
}
