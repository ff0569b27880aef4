//! Double refunds of other systems, replayed on every store: see `redress::testing::double_refund`.

#![expect(clippy::panic, reason = "a test fails by panicking")]

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
