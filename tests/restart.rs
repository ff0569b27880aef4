//! A shop's process is killed at five points and started again on the same file: it goes on, and every ledger ends as if
//! nothing had happened. The same as `cargo run --example storefront --features sqlite -- --crash-at all`.

#![cfg(all(unix, feature = "sqlite"))]
#![allow(dead_code, unreachable_pub, reason = "the modules of the example, of which this uses a part")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../examples/storefront/crash.rs"]
mod crash;
#[path = "../examples/storefront/diary.rs"]
mod diary;
#[path = "../examples/storefront/gateway.rs"]
mod gateway;
#[path = "../examples/storefront/script.rs"]
mod script;
mod stored;
#[path = "../examples/storefront/stories/mod.rs"]
mod stories;
#[path = "../examples/storefront/tell.rs"]
mod tell;
#[path = "../examples/storefront/world.rs"]
mod world;

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crash::Point;
use stored::Folder;

/// The signal by which a process ends itself.
const SIGABRT: i32 = 6;

/// Not a test but the shop: this binary, run again.
#[test]
fn a_shop_that_may_die() {
    let Some(file) = std::env::var_os("RESTART_FILE") else { return };
    let crash = std::env::var("RESTART_CRASH").ok().and_then(|number| Point::of(&number));
    let (_, world) = tell::tell(Path::new(&file), crash, || ()).unwrap();
    assert_eq!(world.diary.wrong, Vec::<String>::new());
}

fn shop(file: &Path, crash: Option<Point>) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "a_shop_that_may_die", "--test-threads=1"]).env("RESTART_FILE", file);
    crash.map(|point| command.env("RESTART_CRASH", point.number().to_string()));
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn killed_at_five_points_and_started_again_every_ledger_is_the_same() {
    // That the file outlives a loss of power is shown elsewhere; here only the process dies.
    let folder = Folder::quick();
    let file = |name: &str| -> PathBuf { folder.path().join(name) };
    let mut undisturbed = shop(&file("0.db"), None);
    let dying = Point::ALL.map(|point| {
        let file = file(&format!("{}.db", point.number()));
        (point, shop(&file, Some(point)), file)
    });
    let living = dying.map(|(point, mut dies, file)| {
        assert_eq!(dies.wait().unwrap().signal(), Some(SIGABRT), "killed {}", point.told());
        let cut_short = tell::ledgers(&file).unwrap();
        (point, shop(&file, None), file, cut_short)
    });
    assert!(undisturbed.wait().unwrap().success());
    let expected = tell::ledgers(&file("0.db")).unwrap();
    assert!(expected.lines().count() > 100, "{expected}");
    for (point, mut lives, file, cut_short) in living {
        assert!(lives.wait().unwrap().success(), "killed {}, it does not go on as told", point.told());
        let ledgers = tell::ledgers(&file).unwrap();
        assert_eq!(ledgers, expected, "killed {}", point.told());
        assert_ne!(cut_short, expected, "killed {}: nothing was left to do", point.told());
    }
}
