//! Clocks: the machine's own, and one that is set by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::port::Clock;
use crate::{Length, MalformedTime, Time};

/// The machine's own clock: the only place in the crate that reads the time.
///
/// Keep the machines' clocks together (NTP): see the obligations of [`Clock`].
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        let millis = |length: std::time::Duration| i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => Time::from_millis(millis(since)),
            // Set to before 1970. No request is taken then.
            Err(before) => Time::from_millis(millis(before.duration()).saturating_neg()),
        }
    }
}

/// A clock that stands still until it is moved: for tests, examples and simulations. Clones share one time.
///
/// ```
/// use redress::port::Clock;
/// use redress::{Length, ManualClock};
/// let clock = ManualClock::starting("2026-03-01T10:00:00+08:00")?;
/// let desk_clock = clock.clone();
/// clock.advance(Length::Hours(48));
/// assert_eq!(desk_clock.now().to_string(), "2026-03-03 02:00 +00:00");
/// # Ok::<(), redress::MalformedTime>(())
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows this time.
    #[must_use]
    pub fn at(time: Time) -> Self {
        Self(Arc::new(AtomicI64::new(time.millis())))
    }

    /// A clock that shows this time, in RFC 3339 such as `2026-03-01T10:00:00+08:00`.
    ///
    /// # Errors
    ///
    /// [`MalformedTime`] if it is not written like that.
    pub fn starting(text: &str) -> Result<Self, MalformedTime> {
        Time::parse(text).map(Self::at)
    }

    /// Sets it to this time, later or earlier.
    pub fn set(&self, time: Time) {
        self.0.store(time.millis(), Ordering::SeqCst);
    }

    /// Moves it on. A working day counts as one day.
    pub fn advance(&self, length: Length) {
        self.set(self.now().after(length.millis()));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Time {
        Time::from_millis(self.0.load(Ordering::SeqCst))
    }
}
