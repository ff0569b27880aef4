//! What must hold of every refusal.

use alloc::format;

use super::{Broken, Promise, must};
use crate::testing::Move;
use crate::trade::{Subject, Trade};
use crate::{Denied, Rulebook};

/// What must hold of a refusal.
///
/// # Errors
///
/// [`Broken`] with the first promise that does not hold.
pub fn of_refusal(_book: &Rulebook<'_>, _before: &Trade, asked: &Move, denied: &Denied) -> Result<(), Broken> {
    let subject = asked.request.as_ref().map_or(Subject::Order, |request| request.subject);
    must(!matches!(denied, Denied::Defect(_)), Promise::RefusalExplains, subject, || format!("{denied}"))?;
    must(!denied.codes().is_empty(), Promise::RefusalExplains, subject, || {
        format!("nothing stands in the way: {denied}")
    })
}
