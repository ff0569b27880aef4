//! Opening a desk: everything is checked once, here.

use std::boxed::Box;

use super::Desk;
use crate::clock::SystemClock;
use crate::job::{DeskBuilder, OpenError};
use crate::port::Storage;

impl<D: Storage> DeskBuilder<D> {
    /// Checks everything and opens the desk.
    ///
    /// # Errors
    ///
    /// [`OpenError`] names what is wrong, with all faults of a policy or table.
    pub fn open(self) -> Result<Desk<D::Store>, OpenError> {
        let (storage, clerk, clock) = self.parts()?;
        let store = storage.tenant(clerk.tenant())?;
        Ok(Desk { store, clerk, clock: clock.unwrap_or_else(|| Box::new(SystemClock)) })
    }
}
