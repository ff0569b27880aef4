//! The server's clock.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Notify;
use tokio::time::timeout;

use super::fail::Fail;
use super::pool::Pool;
use super::read::number;
use super::sql::Sql;
use crate::Time;
use crate::port::Clock;

/// How often the server is asked for its time.
const EVERY: Duration = Duration::from_secs(30);

/// How long the server is let alone at least, however often this machine seems to have slept.
const PAUSE: Duration = Duration::from_secs(1);
/// By how much this machine's two clocks may differ until it seems to have slept.
const APART: Duration = Duration::from_secs(1);

/// Goes by the server's clock: it is asked every half minute, and in between this machine only counts the time that
/// passes. So the workers of all machines have one time, whatever their own clocks say. While the server cannot be
/// asked, it counts on.
///
/// A machine that sleeps, or is paused and moved, counts nothing meanwhile; its own clock is set right when it wakes. So
/// the larger of the two counts, and if they differ the server is asked at once: a worker that was asleep knows that the
/// deadline of what it holds in hand has passed.
#[derive(Clone, Debug)]
pub struct PostgresClock {
    read: Arc<Mutex<Read>>,
    asleep: Arc<Notify>,
}

/// What the server's clock showed, and what this machine's clocks showed then.
#[derive(Clone, Copy, Debug)]
struct Read {
    shown: Time,
    at: Instant,
    wall: SystemTime,
}

impl Read {
    /// What time it is, after so much by this machine's two clocks; and whether it seems to have slept.
    fn after(self, counted: Duration, by_the_wall: Duration) -> (Time, bool) {
        let passed = counted.max(by_the_wall);
        let now = self.shown.after(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX));
        (now, by_the_wall > counted.saturating_add(APART))
    }
}

impl Clock for PostgresClock {
    fn now(&self) -> Time {
        let read = *self.read.lock().unwrap_or_else(PoisonError::into_inner);
        // A wall clock that was set back says nothing.
        let (now, asleep) = read.after(read.at.elapsed(), read.wall.elapsed().unwrap_or_default());
        if asleep {
            self.asleep.notify_one();
        }
        now
    }
}

impl PostgresClock {
    pub(super) async fn start(pool: &Arc<Pool>) -> Result<Self, Fail> {
        let (read, asleep) = (Arc::new(Mutex::new(ask(pool).await?)), Arc::new(Notify::new()));
        drop(tokio::spawn(keep(Arc::downgrade(&read), Arc::downgrade(pool), Arc::clone(&asleep))));
        Ok(Self { read, asleep })
    }
}

/// Asks again and again, for as long as anybody looks at the clock.
async fn keep(read: Weak<Mutex<Read>>, pool: Weak<Pool>, asleep: Arc<Notify>) {
    loop {
        tokio::time::sleep(PAUSE).await;
        let _ = timeout(EVERY.saturating_sub(PAUSE), asleep.notified()).await;
        let (Some(read), Some(pool)) = (read.upgrade(), pool.upgrade()) else { return };
        if let Ok(now) = ask(&pool).await {
            *read.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }
    }
}

async fn ask(pool: &Pool) -> Result<Read, Fail> {
    // Whatever opening a connection takes does not count.
    let mut lent = pool.lend().await?;
    let _ = lent.run(Sql::Now, &[]).await?;
    let (asked, wall) = (Instant::now(), SystemTime::now());
    let rows = lent.run(Sql::Now, &[]).await?;
    let now = rows.first().and_then(|row| number(row, "now"));
    let now = now.ok_or_else(|| Fail::NotSent("the server does not tell its time".into()))?;
    // It was read somewhere between question and answer.
    let half = asked.elapsed() / 2;
    Ok(Read { shown: Time::from_millis(now), at: asked + half, wall: wall + half })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_slept_is_not_behind() {
        let shown = Time::from_millis(1_772_330_400_000);
        let read = Read { shown, at: Instant::now(), wall: SystemTime::now() };
        let seconds = Duration::from_secs;
        // Two clocks that go alike.
        assert_eq!(read.after(seconds(20), seconds(20)), (shown.after(20_000), false));
        assert_eq!(read.after(seconds(20), seconds(21)), (shown.after(21_000), false));
        // Paused for forty minutes between a claim and its sending: only the wall clock tells.
        assert_eq!(read.after(seconds(2), seconds(2_402)), (shown.after(2_402_000), true));
        // Set back: it counts on.
        assert_eq!(read.after(seconds(20), Duration::ZERO), (shown.after(20_000), false));
    }
}
