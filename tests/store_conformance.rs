//! The contract of a store, obligation by obligation, on every store of this crate.

#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod spoilt;
#[cfg(feature = "sqlite")]
mod stored;

use redress::port::Blocking;
use redress::store::Memory;
use redress::testing::store::{Plain, conformance, obligations};

fn memory() -> Plain<impl Fn() -> Blocking<Memory>> {
    let memory = Memory::new();
    Plain(move || Blocking(memory.clone()))
}

mod on_memory {
    redress::store_conformance!(super::memory());
}

#[test]
fn a_report_can_be_read() {
    let report = conformance(memory);
    let text = report.to_string();
    println!("{text}");
    assert!(report.is_kept(), "{text}");
    assert_eq!(text.lines().count(), obligations::<Plain<fn() -> Blocking<Memory>>>().len() + 1);
    assert!(text.lines().last().unwrap().contains(" 0 broken"));
}

#[cfg(feature = "sqlite")]
mod on_sqlite {
    use redress::port::{Blocking, Record};
    use redress::store::Sqlite;
    use redress::testing::store::{Spoil, Stand};

    use super::spoilt;
    use super::stored::Folder;

    /// A file in a folder of its own, whose rows can be changed behind the store's back.
    struct InFile(Folder);

    impl Stand for InFile {
        type Storage = Blocking<Sqlite>;

        fn open(&self) -> Blocking<Sqlite> {
            Blocking(Sqlite::open(self.0.file()).unwrap())
        }

        fn spoil(&self, record: &Record, spoil: &Spoil) -> bool {
            let file = rusqlite::Connection::open(self.0.file()).unwrap();
            file.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
            let guards = "DROP TRIGGER IF EXISTS events_are_never_changed;
                          DROP TRIGGER IF EXISTS events_are_never_deleted;";
            file.execute_batch(guards).unwrap();
            assert_eq!(file.execute(&spoilt::statement("", record, spoil), []).unwrap(), 1, "{record} {spoil:?}");
            true
        }
    }

    redress::store_conformance!(InFile(Folder::new()));
}
