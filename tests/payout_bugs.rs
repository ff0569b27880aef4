//! Double refunds of other systems, replayed on every store: see `redress::testing::double_refund`.

#![expect(clippy::panic, reason = "a test fails by panicking")]

#[cfg(feature = "postgres")]
mod server;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use redress::Memory;
use redress::port::{Blocking, Storage};
use redress::testing::double_refund::replay;

/// All six of them, on a storage that blocks.
#[track_caller]
fn all_refused<D: Storage>(storage: D)
where
    D::Store: Sync,
{
    let blocking = Blocking(storage);
    match pin!(replay(&blocking)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(replayed) => assert_eq!(replayed, Ok(6)),
        Poll::Pending => panic!("a blocking store never waits"),
    }
}

#[test]
fn in_memory() {
    all_refused(Memory::new());
}

#[cfg(feature = "sqlite")]
#[test]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
fn in_a_file() {
    let file = std::env::temp_dir().join(format!("redress-payout-bugs-{}.db", std::process::id()));
    all_refused(redress::Sqlite::open(&file).unwrap());
    for suffix in ["", "-wal", "-shm"] {
        let mut path = file.clone().into_os_string();
        path.push(suffix);
        let _ = std::fs::remove_file(path);
    }
}

/// On a server, through the handle that blocks.
#[cfg(feature = "postgres")]
#[test]
fn in_postgres() {
    let Some(server) = server::shared() else { return };
    all_refused(server.blocking(&server::a_schema()));
}

/// On a server, awaited, each call on the runtime that drives its connections.
#[cfg(feature = "postgres")]
#[test]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
fn in_postgres_awaited() {
    use redress::store::postgres::NoTls;

    let Some(server) = server::shared() else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let replayed = runtime.block_on(async {
        let storage = server.options(&server::a_schema()).open(NoTls).await.unwrap();
        replay(&storage).await
    });
    assert_eq!(replayed, Ok(6));
}
