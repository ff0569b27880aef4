//! A store in one SQLite file that anyone can open and look at: WAL, every commit flushed, one writer.

mod backup;
mod check;
mod commit;
mod fail;
mod outbox;
mod read;
mod readers;
mod rows;
mod schema;
mod verify;
mod writer;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::vec::Vec;

use rusqlite::Connection;

pub use check::SqliteReport;
use fail::Fail;
use readers::Readers;
use writer::Writer;

use crate::port::{
    Answer, Call, Claim, Claimed, Commit, Committed, Due, Page, RequestKey, Settle, Shelved, Storage, Store,
    StoreError, TaskId, Verified,
};
use crate::trade::{Event, Trade, TradeKey};
use crate::{Id, Time};

/// Keeps the trades of all tenants in one file.
///
/// A commit that has returned is on the disk: the journal is a WAL and `synchronous` is FULL, which is read back when
/// the file is opened. Tables are STRICT, events cannot be changed or deleted, and readable columns (state, version,
/// due, updated) stand beside each JSON body.
///
/// One thread writes. What is asked of it at the same time it stores together, up to 256 commits with one flush, so many
/// callers are served faster than one; each commit still stands or falls alone. Readers have connections of their own
/// and neither wait nor are waited for. Several processes may open one file on a local disk; their writers take turns.
/// Never put it on a network share.
///
/// Clones share the writer. When the last one and the last store made from it are dropped, it finishes and closes.
#[derive(Clone)]
pub struct Sqlite(Arc<File>);

/// An open file.
struct File {
    /// Before the writer, so that the writer is the last to close, and tidies the WAL up.
    readers: Readers,
    /// None if it was opened for a look.
    writer: Option<Writer>,
}

impl Sqlite {
    /// Opens this file, or makes it, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] if the file is damaged, of another application or of a later release, or cannot be kept
    /// safe; [`StoreError::Unavailable`] if it cannot be reached.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::start(path.as_ref()).map_err(|fail| fail.unchanged(Call::Open, None))
    }

    /// Opens a file, or a backup of one, for a look: nothing is ever written to it, and what would is refused. Another
    /// process may be writing.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); also [`StoreError::Unusable`] if its tables are of an older release: open it for writing
    /// once, which brings them up to date.
    pub fn look(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let reader = schema::open_to_look(path).map_err(|fail| fail.unchanged(Call::Open, None))?;
        let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
        Ok(Self(Arc::new(File { readers: Readers::of(path, reader), writer: None })))
    }

    /// Checks the whole file, of all tenants: its pages and indexes, and every row of every order as
    /// [`verify`](Store::verify) does. It reads everything, while writers go on; each order as of one moment.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if it cannot be read at all. What is damaged is in the report.
    pub fn check(&self) -> Result<SqliteReport, StoreError> {
        self.read(Call::Verify, None, SqliteReport::of)
    }

    /// Copies everything that is committed now into a new file, while writers go on, and checks the copy; its report is
    /// the answer. The name appears only when the copy is whole and on the disk, and is a single file that
    /// [`open`](Self::open) and [`look`](Self::look) take. A copy of a damaged file is kept, too: see whether the report
    /// [is sound](SqliteReport::is_sound) before an older backup is thrown away.
    ///
    /// Where the file system knows no hard links, an empty file of that name stands there for a moment before it. A copy that
    /// was cut off leaves a file whose name ends in `.part`, which may be deleted.
    ///
    /// To restore one, end every process that has the file open, put the copy into its place, and delete the `-wal` and
    /// `-shm` files that stood beside the old one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the name is taken or the copy cannot be written; [`StoreError::Unusable`] if this
    /// file or the copy is too damaged to be read.
    pub fn backup(&self, to: impl AsRef<Path>) -> Result<SqliteReport, StoreError> {
        self.read(Call::Backup, None, |file| backup::backup(file, to.as_ref()))
    }

    fn start(path: &Path) -> Result<Self, Fail> {
        let file = schema::open(path)?;
        // Readers that are opened later must find the same file, wherever the process has gone meanwhile.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
        let readers = Readers::of(path.clone(), schema::open_to_read(&path)?);
        Ok(Self(Arc::new(File { readers, writer: Some(Writer::start(file)?) })))
    }

    /// Reads.
    fn read<T>(
        &self,
        call: Call,
        trade: Option<TradeKey>,
        work: impl FnOnce(&Connection) -> Result<T, Fail>,
    ) -> Result<T, StoreError> {
        self.0.readers.read(work).map_err(|fail| fail.unchanged(call, trade))
    }

    /// Reads and writes as one unit, on the writer's thread.
    fn write<T: Send + 'static>(
        &self,
        call: Call,
        trade: Option<TradeKey>,
        work: impl FnMut(&Connection) -> Result<T, Fail> + Send + 'static,
    ) -> Result<T, StoreError> {
        let reason = "it was opened for a look only; open it for writing";
        let writer = self.0.writer.as_ref().ok_or(StoreError::Unusable { call, reason: reason.into() })?;
        writer.write(call, trade, work)
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}

impl Storage for Sqlite {
    type Store = SqliteStore;

    fn tenant(&self, tenant: Id) -> Result<SqliteStore, StoreError> {
        if !tenant.is_well_formed() {
            return Err(StoreError::NoTenant);
        }
        Ok(SqliteStore { tenant, file: self.clone() })
    }
}

/// A tenant's part of a [`Sqlite`] file. Every statement names the tenant.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    tenant: Id,
    file: Sqlite,
}

impl SqliteStore {
    const fn key(&self, order: Id) -> TradeKey {
        TradeKey { tenant: self.tenant, order }
    }

    fn owns(&self, task: TaskId, call: Call) -> Result<(), StoreError> {
        let own = task.trade.tenant == self.tenant;
        own.then_some(()).ok_or(StoreError::NoTask { task, call })
    }
}

impl Store for SqliteStore {
    fn tenant(&self) -> Id {
        self.tenant
    }

    fn load(&self, order: Id) -> Result<Option<Trade>, StoreError> {
        let key = self.key(order);
        self.file.read(Call::Load, Some(key), |file| Ok(read::trade(file, key)?.map(|stored| stored.trade)))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        commit.check(self.tenant)?;
        let rows = rows::Rows::of(commit)?;
        self.file.write(Call::Commit, Some(commit.key()), move |unit| commit::commit(unit, &rows))
    }

    fn receipt(&self, key: &RequestKey) -> Result<Option<Answer>, StoreError> {
        self.file.read(Call::Receipt, Some(self.key(key.order)), |file| read::answer(file, self.tenant, key))
    }

    fn due(&self, now: Time, after: Option<Due>, limit: u32) -> Result<Page<Due>, StoreError> {
        self.file.read(Call::Due, None, |file| read::due(file, self.tenant, now, after, limit))
    }

    fn claim(&self, claim: &Claim) -> Result<Page<Claimed>, StoreError> {
        let (tenant, claim) = (self.tenant, *claim);
        self.file.write(Call::Claim, None, move |unit| outbox::claim(unit, tenant, &claim))
    }

    fn settle(&self, settle: &Settle) -> Result<(), StoreError> {
        self.owns(settle.task, Call::Settle)?;
        let settle = settle.clone();
        self.file.write(Call::Settle, Some(settle.task.trade), move |unit| outbox::settle(unit, &settle))
    }

    fn shelved(&self, after: Option<TaskId>, limit: u32) -> Result<Page<Shelved>, StoreError> {
        self.file.read(Call::Shelf, None, |file| outbox::shelved(file, self.tenant, after, limit))
    }

    fn unshelve(&self, task: TaskId, now: Time) -> Result<(), StoreError> {
        self.owns(task, Call::Shelf)?;
        self.file.write(Call::Shelf, Some(task.trade), move |unit| outbox::unshelve(unit, task, now))
    }

    fn history(&self, order: Id, from: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let key = self.key(order);
        self.file.read(Call::History, Some(key), |file| read::history(file, key, from, limit))
    }

    fn orders(&self, after: Option<Id>, limit: u32) -> Result<Page<Id>, StoreError> {
        self.file.read(Call::Verify, None, |file| read::orders(file, self.tenant, after, limit))
    }

    fn verify(&self, order: Id) -> Result<Verified, StoreError> {
        let key = self.key(order);
        self.file.read(Call::Verify, Some(key), |file| verify::verify(file, key))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

    use std::path::PathBuf;
    use std::string::ToString;
    use std::sync::Arc;
    use std::vec;

    use super::*;
    use crate::trade::{NewLine, NewOrder, Request, Rulebook, Rules, step};
    use crate::{Actor, Currency, FixedCalendar, Policy};

    /// A folder that is gone when the test is over.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let path = std::env::temp_dir().join(std::format!("redress-full-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    /// A file that cannot grow beyond so many pages.
    fn bounded(path: &Path, pages: i64) -> Sqlite {
        let file = schema::open(path).unwrap();
        file.pragma_update(None, "max_page_count", pages).unwrap();
        let readers = Readers::of(path.into(), schema::open_to_read(path).unwrap());
        Sqlite(Arc::new(File { readers, writer: Some(Writer::start(file).unwrap()) }))
    }

    fn decided(before: &Trade, request: &Request) -> Commit {
        let (rules, policy, calendar) = (Rules::built_in(), Policy::cn_marketplace(), FixedCalendar::china());
        let book = Rulebook::new(&rules, &policy, &calendar);
        let now = before.at.max(Time::from_millis(1_772_330_400_000));
        Commit::of(before, step(&book, before, request, now).unwrap())
    }

    fn noted(before: &Trade) -> Commit {
        let note = Request::by(Actor::merchant("acme")).order(crate::order::Action::Note).text("gift wrap");
        decided(before, &note)
    }

    fn placed(no: u32) -> Commit {
        let order = Id::from(std::format!("A-{no}").as_str());
        let before = Trade::absent(TradeKey { tenant: Id::from("acme-mall"), order });
        let lines = vec![NewLine::new("shirt", 2, 9_900)];
        let order = NewOrder::new("alice", "acme", Currency::CNY, lines).paid_through("alipay");
        decided(&before, &Request::by(Actor::buyer("alice")).place(order))
    }

    /// This release reads one form more than that of the golden rows, and writes it.
    #[test]
    fn rows_of_an_older_form_are_as_good_as_new() {
        let path = std::env::temp_dir().join(std::format!("redress-form-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let file = path.join("trades.db");
        Connection::open(&file).unwrap().execute_batch(include_str!("../../../tests/golden/sqlite_1.sql")).unwrap();
        let sqlite = Sqlite::open(&file).unwrap();
        let store = sqlite.tenant(Id::from("acme-mall")).unwrap();
        assert!(sqlite.check().unwrap().is_sound());
        for order in ["A-1", "A-2"] {
            let trade = store.load(Id::from(order)).unwrap().unwrap();
            assert_eq!(store.history(trade.key.order, 1, 100).unwrap().len() as u64, trade.events);
            assert_eq!(store.commit(&noted(&trade)).unwrap(), Committed::Stored);
        }
        let now = Time::from_millis(4_000_000_000_000);
        let claim = Claim { now, until: now.after(1), limit: 100, worker: Id::from("worker-1") };
        let page = store.claim(&claim).unwrap();
        assert_eq!(page.corrupt, []);
        assert!(page.rows.len() > 1, "{page:?}");
        assert_eq!(store.shelved(None, 10).unwrap().corrupt, []);
        let report = sqlite.check().unwrap();
        assert!(report.is_sound() && report.events == 8, "old and new forms side by side: {report}");
        std::fs::remove_dir_all(&path).unwrap();
    }

    #[test]
    fn on_a_full_disk_nothing_is_stored_and_nothing_is_lost() {
        let folder = Folder::new();
        let path = folder.0.join("trades.db");
        let store = bounded(&path, 40).tenant(Id::from("acme-mall")).unwrap();
        // Several at a time, so that groups are full in the middle.
        let told: Vec<(u32, Result<Committed, StoreError>)> = std::thread::scope(|scope| {
            let call = |caller: u32| {
                let nos = (0..40).map(move |no| caller * 100 + no);
                nos.map(|no| (no, store.commit(&placed(no)))).collect::<Vec<_>>()
            };
            let threads: Vec<_> = (0..4).map(|caller| scope.spawn(move || call(caller))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let stored = told.iter().filter(|(_, told)| told.is_ok()).count();
        assert!(0 < stored && stored < told.len(), "{stored} of {} stored", told.len());
        for (no, told) in &told {
            let trade = store.load(placed(*no).key().order).unwrap();
            assert_eq!(trade.is_some(), told.is_ok(), "{no}: {told:?}");
            if let Err(error) = told {
                assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
                assert!(error.to_string().contains("full") && error.to_string().contains("acme-mall"), "{error}");
            }
        }
        drop(store);
        // With room again, the same file goes on.
        let roomy = Sqlite::open(&path).unwrap();
        assert!(roomy.check().unwrap().is_sound());
        let store = roomy.tenant(Id::from("acme-mall")).unwrap();
        for (no, told) in &told {
            if told.is_err() {
                assert_eq!(store.commit(&placed(*no)).unwrap(), Committed::Stored);
            }
        }
        assert_eq!(roomy.check().unwrap().orders, told.len() as u64);
    }

    #[test]
    fn durability_is_read_back_from_the_writer_itself() {
        let folder = std::env::temp_dir().join(std::format!("redress-safe-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let sqlite = Sqlite::open(folder.join("trades.db")).unwrap();
        let settings = sqlite.write(Call::Open, None, |unit| {
            let journal: std::string::String = unit.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
            let synchronous: i64 = unit.pragma_query_value(None, "synchronous", |row| row.get(0))?;
            Ok((journal, synchronous))
        });
        assert_eq!(settings.unwrap(), ("wal".into(), 2));
        drop(sqlite);
        // In good order: the WAL is back in the file, and gone.
        let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(left, ["trades.db"]);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
