//! Opening a desk: everything is checked once, here.

use std::boxed::Box;

use super::{AsyncDesk, Desk};
use crate::clock::SystemClock;
use crate::job::{DeskBuilder, OpenError};
use crate::port::{AsyncStorage, Storage};

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

impl<D: AsyncStorage> DeskBuilder<D> {
    /// Checks everything and opens a desk that is awaited.
    ///
    /// # Errors
    ///
    /// As [`open`](DeskBuilder::open).
    pub fn open_async(self) -> Result<AsyncDesk<D::Store>, OpenError> {
        let (storage, clerk, clock) = self.parts()?;
        let store = storage.tenant(clerk.tenant())?;
        Ok(AsyncDesk { store, clerk, clock: clock.unwrap_or_else(|| Box::new(SystemClock)) })
    }
}
