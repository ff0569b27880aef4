//! The same key again: a desk answers with the first receipt, or says that the key was used for something else.

use alloc::vec::Vec;

use crate::clock::ManualClock;
use crate::desk::{Desk, DeskError};
use crate::store::Memory;
use crate::testing::{Move, Stage};
use crate::{Denied, Event};

/// Makes a move on the stage. What carries a key that a move before it carried is first asked of a real desk before
/// which all those moves were made.
///
/// # Errors
///
/// [`Denied`], as the step or the desk says.
pub(super) fn make(stage: &mut Stage, made: &[Move], asked: &Move) -> Result<Vec<Event>, Denied> {
    match repeated(stage, made, asked) {
        Some(answer) => {
            stage.now = asked.at;
            answer.map(|()| Vec::new())
        }
        None => stage.play(asked).map(<[Event]>::to_vec),
    }
}

/// What a desk says to a key that was used before; none if the key says nothing here.
pub(super) fn repeated(stage: &Stage, made: &[Move], asked: &Move) -> Option<Result<(), Denied>> {
    let request = asked.request.as_ref()?;
    let key = |of: &Move| of.request.as_ref().and_then(|request| request.key);
    let used =
        request.key.is_some_and(|own| own.is_well_formed() && made.iter().any(|before| key(before) == Some(own)));
    if !used {
        return None;
    }
    let clock = ManualClock::at(asked.at);
    let desk = Desk::builder(Memory::new()).tenant(stage.trade.key.tenant).policy(stage.policy.clone());
    let desk = desk.rules(stage.rules.clone()).calendar(stage.calendar.clone()).clock(clock.clone()).open().ok()?;
    for before in made {
        clock.set(before.at);
        // What was refused then is refused now.
        let _ = match &before.request {
            Some(request) => desk.submit(stage.trade.key.order, request).map(|_| ()),
            None => desk.run_due(1).map(|_| ()),
        };
    }
    clock.set(asked.at);
    match desk.preview(stage.trade.key.order, request) {
        Ok(receipt) if receipt.replayed => Some(Ok(())),
        Err(DeskError::Denied(denied @ Denied::KeyReused)) => Some(Err(denied)),
        Ok(_) | Err(_) => None,
    }
}
