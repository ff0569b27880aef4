//! What may be put between the jobs and the world, to show that the simulation would see it.

use crate::Time;
use crate::channel::ChannelContract;
use crate::job::{Fed, Need};
use crate::store::MemoryStore;
use crate::trade::Request;

/// Who makes a call: by number, in the order in which the history names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Caller(pub usize);

/// The world behind a call: it does what is asked, and the auditor sees it.
pub trait Outside {
    /// Makes a call that surely arrives.
    fn reply(&mut self, need: Need<'_>) -> Fed;
    /// The store, to look into.
    fn store(&self) -> &MemoryStore;
    /// What time the caller's clock shows.
    fn now(&self) -> Time;
}

/// Stands between the jobs and the world, and may tamper with what passes. What is shipped tampers with nothing: `()`.
///
/// A fault of the payout protocol (a new key with each retry, a time-out taken for a failure, no version check …) is
/// written as one of these, and the simulation must then find a violation.
pub trait Between {
    /// What the clerk is told of the channel.
    fn contract(&self, contract: ChannelContract) -> ChannelContract {
        contract
    }

    /// A call on its way out.
    fn call(&mut self, outside: &mut dyn Outside, caller: Caller, need: Need<'_>) -> Fed {
        let _ = caller;
        outside.reply(need)
    }

    /// A reply on its way back, at the time by the caller's clock.
    fn heard(&mut self, caller: Caller, now: Time, fed: Fed) -> Fed {
        let _ = (caller, now);
        fed
    }

    /// A call-back of the channel, before it is submitted.
    fn call_back(&mut self, request: Request) -> Request {
        request
    }
}

impl Between for () {}
