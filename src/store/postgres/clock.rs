//! The server's clock.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::fail::Fail;
use super::pool::Pool;
use super::read::number;
use super::sql::Sql;
use crate::Time;
use crate::port::Clock;

/// How often the server is asked for its time.
const EVERY: Duration = Duration::from_secs(30);

/// Goes by the server's clock: it is asked every half minute, and in between this machine only counts the time that
/// passes. So the workers of all machines have one time, whatever their own clocks say. While the server cannot be
/// asked, it counts on.
#[derive(Clone, Debug)]
pub struct PostgresClock(Arc<Mutex<Read>>);

/// What the server's clock showed, and when that was.
#[derive(Clone, Copy, Debug)]
struct Read {
    shown: Time,
    at: Instant,
}

impl Clock for PostgresClock {
    fn now(&self) -> Time {
        let Read { shown, at } = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.after(i64::try_from(at.elapsed().as_millis()).unwrap_or(i64::MAX))
    }
}

impl PostgresClock {
    pub(super) async fn start(pool: &Arc<Pool>) -> Result<Self, Fail> {
        let read = Arc::new(Mutex::new(ask(pool).await?));
        drop(tokio::spawn(keep(Arc::downgrade(&read), Arc::downgrade(pool))));
        Ok(Self(read))
    }
}

/// Asks again and again, for as long as anybody looks at the clock.
async fn keep(read: Weak<Mutex<Read>>, pool: Weak<Pool>) {
    loop {
        tokio::time::sleep(EVERY).await;
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
    let asked = Instant::now();
    let rows = lent.run(Sql::Now, &[]).await?;
    let now = rows.first().and_then(|row| number(row, "now"));
    let now = now.ok_or_else(|| Fail::NotSent("the server does not tell its time".into()))?;
    // It was read somewhere between question and answer.
    Ok(Read { shown: Time::from_millis(now), at: asked + asked.elapsed() / 2 })
}
