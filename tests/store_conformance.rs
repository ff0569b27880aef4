//! The contract of a store, obligation by obligation, on every store of this crate.

#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(feature = "postgres")]
mod server;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
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
            if let Spoil::Written(form) = spoil {
                spoilt::written_in_file(&file, record, *form);
                return true;
            }
            assert_eq!(file.execute(&spoilt::statement("", record, spoil), []).unwrap(), 1, "{record} {spoil:?}");
            true
        }
    }

    redress::store_conformance!(InFile(Folder::new()));
}

#[cfg(feature = "postgres")]
mod on_postgres {
    use redress::port::Record;
    use redress::store::Postgres;
    use redress::store::postgres::NoTls;
    use redress::testing::store::{Spoil, Stand};
    use tokio::runtime::Runtime;

    use super::server::{Server, a_schema, shared};
    use super::spoilt;

    /// A schema of its own on the shared server.
    struct InSchema {
        server: &'static Server,
        schema: String,
        runtime: Runtime,
    }

    impl InSchema {
        fn new(server: &'static Server) -> Self {
            Self { server, schema: a_schema(), runtime: Runtime::new().unwrap() }
        }
    }

    impl Stand for InSchema {
        type Storage = Postgres;

        fn open(&self) -> Postgres {
            self.runtime.block_on(self.server.options(&self.schema).open(NoTls)).unwrap()
        }

        fn wait<F: Future>(&self, future: F) -> F::Output {
            self.runtime.block_on(future)
        }

        fn spoil(&self, record: &Record, spoil: &Spoil) -> bool {
            spoilt::in_postgres(self.server, &self.schema, record, spoil);
            true
        }

        fn disturb(&self) -> bool {
            self.server.cut(&self.schema);
            true
        }
    }

    redress::store_conformance!(optional shared().map(InSchema::new));
}

#[cfg(feature = "postgres")]
mod on_blocking_postgres {
    use redress::port::Blocking;
    use redress::testing::store::Plain;

    use super::server::{a_schema, shared};

    redress::store_conformance!(optional shared().map(|server| {
        let schema = a_schema();
        Plain(move || Blocking(server.blocking(&schema)))
    }));
}
