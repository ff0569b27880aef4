//! The word that sends a worker home.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Tells workers to stop: each finishes what it has in hand. Clones are one: called once, it is called for all.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    /// Not called yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls it. A worker that sleeps wakes up.
    pub fn call(&self) {
        let (called, bell) = &*self.0;
        *called.lock().unwrap_or_else(PoisonError::into_inner) = true;
        bell.notify_all();
    }

    /// Whether it was called.
    #[must_use]
    pub fn is_called(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps for so long, or until it is called.
    pub(super) fn wait(&self, length: Duration) {
        let (called, bell) = &*self.0;
        let called = called.lock().unwrap_or_else(PoisonError::into_inner);
        drop(bell.wait_timeout_while(called, length, |called| !*called).unwrap_or_else(PoisonError::into_inner));
    }
}
