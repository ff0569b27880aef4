//! The one writer of a file: a thread that takes what was asked for in groups, and flushes once for all of a group.
//!
//! Each piece of work in a group stands alone: one that is refused or fails is undone up to its own beginning. Nobody
//! hears of the outcome before the group is on the disk, and if that is not known, nobody of the group is told it is.

use std::boxed::Box;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::vec::Vec;

use rusqlite::Connection;

use super::fail::{self, Fail};
use crate::port::{Call, StoreError};
use crate::trade::TradeKey;

/// How many commits share a flush at most.
const MOST: usize = 256;

/// Hands work to the thread, and ends it when dropped.
#[derive(Debug)]
pub(super) struct Writer {
    asks: Option<Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on this connection.
    pub(super) fn start(file: Connection) -> Result<Self, Fail> {
        let (asks, asked) = channel();
        let started = Builder::new().name("redress-sqlite".into()).spawn(move || serve(&file, &asked));
        match started {
            Ok(thread) => Ok(Self { asks: Some(asks), thread: Some(thread) }),
            Err(_) => Err(unavailable(Call::Open, None, "the system has no thread left for the writer").into()),
        }
    }

    /// Has this done as one unit, and waits until it is on the disk.
    pub(super) fn write<T: Send + 'static>(
        &self,
        call: Call,
        trade: Option<TradeKey>,
        work: impl FnMut(&Connection) -> Result<T, Fail> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = sync_channel(1);
        let job = Box::new(Work { call, trade, work, done: None, reply });
        let sent = self.asks.as_ref().is_some_and(|asks| asks.send(job).is_ok());
        if !sent {
            return Err(unavailable(call, trade, "its writer has stopped; open the file again"));
        }
        // A writer that died with the work in its hands may have stored it.
        let lost = || StoreError::Indeterminate { call, trade, reason: "its writer has stopped".into() };
        answer.recv().unwrap_or_else(|_| Err(lost()))
    }
}

impl Drop for Writer {
    /// Whatever was asked for is done first; then the connection is closed in good order.
    fn drop(&mut self) {
        self.asks = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn unavailable(call: Call, trade: Option<TradeKey>, reason: &str) -> StoreError {
    StoreError::Unavailable { call, trade, reason: reason.into() }
}

/// One piece of work of a group.
trait Job: Send {
    /// Does it. False if it was refused or failed, so that whatever it has written must be undone.
    fn run(&mut self, unit: &Connection) -> bool;
    /// Tells whoever asked.
    fn tell(self: Box<Self>, fate: &Fate);
}

/// What became of a group.
enum Fate {
    /// It is on the disk.
    Stored,
    /// The engine gave up in the middle of it, as it does when the disk is full. Nothing of it was stored.
    GivenUp,
    /// Nothing of it was stored.
    Undone(rusqlite::Error),
    /// It is not known whether it was stored.
    Unknown(rusqlite::Error),
}

struct Work<T, W> {
    call: Call,
    trade: Option<TradeKey>,
    work: W,
    done: Option<Result<T, StoreError>>,
    reply: SyncSender<Result<T, StoreError>>,
}

impl<T: Send, W: FnMut(&Connection) -> Result<T, Fail> + Send> Job for Work<T, W> {
    fn run(&mut self, unit: &Connection) -> bool {
        let done = (self.work)(unit).map_err(|fail| fail.unchanged(self.call, self.trade));
        self.done.insert(done).is_ok()
    }

    fn tell(self: Box<Self>, fate: &Fate) {
        let Self { call, trade, done, reply, .. } = *self;
        let answer = match (fate, done) {
            (Fate::Stored, Some(done)) => done,
            (Fate::Stored, None) => Err(unavailable(call, trade, "it was not begun")),
            (Fate::GivenUp, Some(Err(own @ StoreError::Unavailable { .. }))) => Err(own),
            (Fate::GivenUp, _) => Err(unavailable(
                call,
                trade,
                "the disk is full or failing; what was asked at the same time was undone, too",
            )),
            (Fate::Undone(error), _) => Err(fail::undone(error, call, trade)),
            (Fate::Unknown(error), _) => Err(fail::unknown(error, call, trade)),
        };
        // Whoever asked waits for it, unless its thread has died.
        let _ = reply.send(answer);
    }
}

/// Works until nobody can ask any more.
fn serve(file: &Connection, asked: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = asked.recv() {
        let mut group = Vec::from([first]);
        while group.len() < MOST
            && let Ok(next) = asked.try_recv()
        {
            group.push(next);
        }
        let fate = store(file, &mut group);
        for job in group {
            job.tell(&fate);
        }
    }
}

/// Does a group in one transaction.
fn store(file: &Connection, group: &mut [Box<dyn Job>]) -> Fate {
    // The file's write lock first, so that what is read within stays so.
    if let Err(error) = run(file, "BEGIN IMMEDIATE") {
        return Fate::Undone(error);
    }
    for job in group {
        let done = alone(file, &mut **job);
        if file.is_autocommit() {
            return Fate::GivenUp;
        }
        if let Err(error) = done {
            let _ = run(file, "ROLLBACK");
            return Fate::Undone(error);
        }
    }
    match run(file, "COMMIT") {
        Ok(()) => Fate::Stored,
        Err(error) => {
            // It may be over already; then there is nothing to roll back.
            let _ = run(file, "ROLLBACK");
            if fail::is_busy(&error) { Fate::Undone(error) } else { Fate::Unknown(error) }
        }
    }
}

/// Does one piece of work, or leaves no trace of it. An error is one of the whole transaction.
fn alone(file: &Connection, job: &mut dyn Job) -> Result<(), rusqlite::Error> {
    run(file, "SAVEPOINT job")?;
    if !job.run(file) {
        // Fails if the engine has given up the whole transaction.
        run(file, "ROLLBACK TO job")?;
    }
    run(file, "RELEASE job")
}

fn run(file: &Connection, sql: &str) -> Result<(), rusqlite::Error> {
    file.prepare_cached(sql)?.execute([]).map(drop)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

    use std::sync::mpsc::Receiver;
    use std::vec;

    use super::*;
    use crate::port::{Damage, Record};

    fn scratch() -> Connection {
        let file = Connection::open_in_memory().unwrap();
        file.execute_batch(
            "PRAGMA foreign_keys = ON;
             CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
             CREATE TABLE kept (id INTEGER PRIMARY KEY,
                 parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED) STRICT;",
        )
        .unwrap();
        file
    }

    type Told = Receiver<Result<i64, StoreError>>;

    fn job(work: impl FnMut(&Connection) -> Result<i64, Fail> + Send + 'static) -> (Box<dyn Job>, Told) {
        let (reply, told) = sync_channel(1);
        (Box::new(Work { call: Call::Commit, trade: None, work, done: None, reply }), told)
    }

    fn keeps(id: i64) -> (Box<dyn Job>, Told) {
        job(move |unit| Ok(unit.execute("INSERT INTO kept (id) VALUES (?1)", [id]).map(|_| id)?))
    }

    fn run_all(file: &Connection, jobs: Vec<(Box<dyn Job>, Told)>) -> Vec<Result<i64, StoreError>> {
        let (mut group, told): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
        let fate = store(file, &mut group);
        group.into_iter().for_each(|job| job.tell(&fate));
        assert!(file.is_autocommit(), "nothing is left open");
        told.into_iter().map(|told| told.recv().unwrap()).collect()
    }

    fn kept(file: &Connection) -> Vec<i64> {
        let mut ids = file.prepare("SELECT id FROM kept ORDER BY id").unwrap();
        ids.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn one_that_fails_half_way_leaves_no_trace_and_harms_no_other() {
        let file = scratch();
        let refused = job(|unit| {
            unit.execute("INSERT INTO kept (id) VALUES (20)", [])?;
            Err(Fail::corrupt(Record::Row("kept", 20), Damage::Stray))
        });
        let twice = job(|unit| Ok(unit.execute("INSERT INTO kept (id) VALUES (21), (1)", []).map(|_| 21)?));
        let told = run_all(&file, vec![keeps(1), refused, keeps(2), twice, keeps(3)]);
        assert_eq!((&told[0], &told[2], &told[4]), (&Ok(1), &Ok(2), &Ok(3)));
        assert!(matches!(told[1], Err(StoreError::Corrupt(_))), "{told:?}");
        assert!(matches!(told[3], Err(StoreError::Unavailable { .. })), "{told:?}");
        assert_eq!(kept(&file), [1, 2, 3]);
    }

    #[test]
    fn when_the_end_of_a_group_fails_nobody_is_told_that_it_is_stored() {
        let file = scratch();
        let orphan = job(|unit| Ok(unit.execute("INSERT INTO kept (id, parent) VALUES (9, 9)", []).map(|_| 9)?));
        let refused = job(|_| Err(StoreError::NoTenant.into()));
        let told = run_all(&file, vec![keeps(1), orphan, refused]);
        assert!(told.iter().all(|told| matches!(told, Err(StoreError::Indeterminate { .. }))), "{told:?}");
        assert_eq!(run_all(&file, vec![keeps(4)]), [Ok(4)], "the next group is served");
        assert_eq!(kept(&file), [4]);
    }

    #[test]
    fn when_the_engine_rolls_back_everybody_is_told_that_nothing_is_stored() {
        let file = scratch();
        let full = job(|unit| {
            unit.execute_batch("ROLLBACK")?;
            Err(StoreError::NoTenant.into())
        });
        let told = run_all(&file, vec![keeps(1), full, keeps(2)]);
        assert!(told.iter().all(|told| matches!(told, Err(StoreError::Unavailable { .. }))), "{told:?}");
        assert_eq!(kept(&file), [0; 0]);
    }

    #[test]
    fn a_writer_that_died_is_told_from_one_that_has_stopped() {
        let writer = Writer::start(scratch()).unwrap();
        let dies = |_: &Connection| -> Result<i64, Fail> { panic!("on purpose") };
        let unknown = writer.write(Call::Commit, None, dies);
        assert!(matches!(unknown, Err(StoreError::Indeterminate { .. })), "{unknown:?}");
        let known = loop {
            // It may still be unwinding.
            match writer.write(Call::Commit, None, |_| Ok(1)) {
                Err(StoreError::Indeterminate { .. }) => {}
                other => break other,
            }
        };
        assert!(matches!(known, Err(StoreError::Unavailable { .. })), "{known:?}");
    }
}
