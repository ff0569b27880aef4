//! The contract of a store, obligation by obligation, for whoever writes one.
//!
//! Each [`Obligation`] has a name, a sentence and a check that plays on a [`Stand`]: a storage that is empty at first,
//! with what is special to it (how its futures are awaited, how its rows can be damaged, how its connections can be cut).
//! Blocking stores come in behind [`Blocking`](crate::port::Blocking), so the suite is written once.
//!
//! In a test file, [`store_conformance!`](crate::store_conformance) makes one `#[test]` of each obligation:
//!
//! ```
//! use redress::port::Blocking;
//! use redress::store::Memory;
//! use redress::testing::store::Plain;
//!
//! fn memory() -> Plain<impl Fn() -> Blocking<Memory>> {
//!     let memory = Memory::new();
//!     Plain(move || Blocking(memory.clone()))
//! }
//!
//! mod on_memory {
//!     redress::store_conformance!(super::memory());
//! }
//! ```
//!
//! [`conformance`] runs them all and gives back a [`Report`] to read:
//!
//! ```
//! # use redress::port::Blocking;
//! # use redress::store::Memory;
//! # use redress::testing::store::{Plain, conformance};
//! let report = conformance(|| {
//!     let memory = Memory::new();
//!     Plain(move || Blocking(memory.clone()))
//! });
//! assert!(report.is_kept(), "{report}");
//! ```

mod bench;
mod commits;
mod damage;
mod faults;
mod keys;
mod list;
mod listing;
mod matter;
mod races;
mod shelf;
mod tasks;
mod tenants;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bench::Bench;

use crate::port::{AsyncStorage, Record, StoreError};

/// What a store's author brings to the suite: one storage that is empty at first, and what is special to it.
///
/// Every obligation gets a stand of its own.
pub trait Stand: Sync {
    /// The storage. A blocking one stands behind [`Blocking`](crate::port::Blocking).
    type Storage: AsyncStorage + Sync;

    /// Opens the storage. It is opened more than once, each time as another process would open the same one.
    fn open(&self) -> Self::Storage;

    /// Waits for a future of this storage on the calling thread; several threads wait at a time. For stores that need
    /// the runtime they were written for.
    fn wait<F: Future>(&self, future: F) -> F::Output {
        bench::block_on(future)
    }

    /// Damages a stored row behind the store's back, as a broken disk or a careless hand would; `false` if this stand
    /// offers no way to do that.
    fn spoil(&self, record: &Record, spoil: &Spoil) -> bool {
        let _ = (record, spoil);
        false
    }

    /// Cuts every connection of this storage, as a network or a server that goes away would, while other threads are
    /// in the midst of calls; the next call may connect again. `false` if there is nothing to cut.
    fn disturb(&self) -> bool {
        false
    }
}

/// A stand for a storage of which nothing more is offered: the function opens it.
#[derive(Clone, Copy, Debug)]
pub struct Plain<F>(pub F);

impl<S: AsyncStorage + Sync, F: Fn() -> S + Sync> Stand for Plain<F> {
    type Storage = S;

    fn open(&self) -> S {
        (self.0)()
    }
}

/// What is done to a stored row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Spoil {
    /// The second half of its body is gone.
    Cut,
    /// Its body begins with a letter that no body begins with.
    Garbled,
    /// Within its body every occurrence of the first text is replaced by the second one. It can still be read.
    Altered(&'static str, &'static str),
    /// It says that it was written in this later form.
    Later(i64),
    /// It was written in this form by the release whose form that is, in good order: with the seals that the release would
    /// have made. Asked for of tasks only, and undone by doing it with the form that it had.
    Written(i64),
    /// It is gone.
    Gone,
}

/// Why an obligation was not found kept.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stop {
    /// It is broken.
    Breach(String),
    /// The stand does not offer what is needed to try it.
    NotOffered(&'static str),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Breach(format!("a call that should succeed answers: {error}"))
    }
}

type Verdict = Result<(), Stop>;

/// What became of the check of one obligation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// It is kept.
    Kept,
    /// It is broken: what was expected and what came instead.
    Broken(String),
    /// It was not tried, since the stand does not offer what is needed for it.
    NotTried(&'static str),
}

/// One thing that every store must do.
#[derive(Clone, Copy)]
pub struct Obligation<T: Stand> {
    /// Its name, in snake case: that of its test.
    pub name: &'static str,
    /// What is asked of the store, in a sentence.
    pub says: &'static str,
    check: fn(&Bench<'_, T>) -> Verdict,
}

impl<T: Stand> Obligation<T> {
    /// Tries it on a stand of its own.
    #[must_use]
    pub fn check(&self, stand: &T) -> Finding {
        let check = || (self.check)(&Bench { stand, storage: stand.open() });
        match catch_unwind(AssertUnwindSafe(check)) {
            Ok(Ok(())) => Finding::Kept,
            Ok(Err(Stop::Breach(what))) => Finding::Broken(what),
            Ok(Err(Stop::NotOffered(what))) => Finding::NotTried(what),
            Err(_) => Finding::Broken(String::from("the store panicked")),
        }
    }
}

impl<T: Stand> fmt::Debug for Obligation<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.says)
    }
}

/// All obligations, in the order in which the contract says them.
#[must_use]
pub fn obligations<T: Stand>() -> Vec<Obligation<T>> {
    crate::__store_obligations! { list }
}

/// Fails the running test if the obligation of this name is broken. One that was not tried is told on stderr.
///
/// # Panics
///
/// If it is broken, or there is none of this name.
#[expect(clippy::panic, reason = "a test fails by panicking")]
pub fn keeps<T: Stand>(name: &str, stand: &T) {
    let all = obligations::<T>();
    let Some(obligation) = all.iter().find(|obligation| obligation.name == name) else {
        panic!("no obligation is called `{name}`");
    };
    match obligation.check(stand) {
        Finding::Kept => {}
        Finding::NotTried(why) => std::eprintln!("{name}: not tried, {why}"),
        Finding::Broken(what) => panic!("{}\nIt is broken: {what}", obligation.says),
    }
}

/// What became of all obligations. `Display` tells one in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report(pub Vec<(&'static str, &'static str, Finding)>);

impl Report {
    /// Whether no obligation is broken.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.broken().next().is_none()
    }

    /// The names of those that are broken.
    pub fn broken(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter(|(_, _, finding)| matches!(finding, Finding::Broken(_))).map(|(name, ..)| *name)
    }

    /// The names of those that were not tried.
    pub fn not_tried(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter(|(_, _, finding)| matches!(finding, Finding::NotTried(_))).map(|(name, ..)| *name)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, says, finding) in &self.0 {
            match finding {
                Finding::Kept => writeln!(f, "kept       {name}")?,
                Finding::NotTried(why) => writeln!(f, "not tried  {name}: {why}")?,
                Finding::Broken(what) => writeln!(f, "BROKEN     {name}: {says}\n  {what}")?,
            }
        }
        let (broken, left) = (self.broken().count(), self.not_tried().count());
        let kept = self.0.len().saturating_sub(broken).saturating_sub(left);
        write!(f, "{kept} obligations kept, {broken} broken, {left} not tried")
    }
}

/// Tries every obligation, each on a stand of its own.
#[must_use]
pub fn conformance<T: Stand>(mut stand: impl FnMut() -> T) -> Report {
    Report(obligations::<T>().iter().map(|it| (it.name, it.says, it.check(&stand()))).collect())
}
