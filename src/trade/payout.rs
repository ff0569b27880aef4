//! A refund order as it stands: money on its way back to one payment.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Counts, Deadline, Split, UnitSpan};
use crate::{Amount, Bearer, Id, Person, Time, refund};

/// Another account that somebody wants the money of a refund sent to; another person must agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Elsewhere {
    /// The account, as the caller refers to it.
    pub account: String,
    /// Who asked for it.
    pub by: Person,
}

/// One refund order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Payout {
    /// Its number within the trade, from 1.
    pub no: u16,
    /// Where it stands.
    pub state: refund::State,
    /// The running limit of that state.
    #[serde(default)]
    pub deadline: Option<Deadline>,
    /// How often each liberty was used.
    #[serde(default)]
    pub counts: Counts,
    /// The case that owes it, if any.
    #[serde(default)]
    pub case: Option<u16>,
    /// What it rests on.
    pub ground: refund::Ground,
    /// How much.
    pub amount: Amount,
    /// The same amount from both sides; its one share names the payment.
    pub split: Split,
    /// The place of the payment in the ledger.
    pub payment: u16,
    /// Units of the order that are closed when it is paid; a case closes its own.
    #[serde(default)]
    pub units: Vec<UnitSpan>,
    /// Who bears it.
    pub funder: Bearer,
    /// Who granted it; somebody else approves it.
    #[serde(default)]
    pub requested_by: Option<Person>,
    /// Where somebody wants it sent instead; `None` once it has moved on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<Elsewhere>,
    /// The other account that it is paid to, once two people have said so: the caller's own reference of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// When it was opened.
    pub opened_at: Time,
    /// When it was last sent to the channel.
    #[serde(default)]
    pub sent_at: Option<Time>,
    /// Part of the key that the channel sees. Grows after the channel has closed the refund or its bank has taken it
    /// back, and where what was sent under the last one is no longer what is sent: another amount, another account.
    #[serde(default)]
    pub key_number: u16,
    /// The key number that was sent last; 0 while none was. It lags behind once the channel has closed that key.
    #[serde(default)]
    pub sent_key: u16,
    /// When the key that was sent last was sent first: from then on the channel may remember it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_since: Option<Time>,
    /// Under which id of its own the channel knows that key, if it has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_as: Option<Id>,
    /// How often it was sent.
    #[serde(default)]
    pub attempt: u16,
    /// The channel's reference of the success that was taken as paid.
    #[serde(default)]
    pub reference: Option<Id>,
    /// The number of the key by which the channel paid it last; 0 while it has not.
    #[serde(default)]
    pub paid_key: u16,
    /// The channel's references of the reversals that were taken: the same one again is the same reversal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reversals: Vec<Id>,
    /// On which way the money reached the buyer; `None` while it has not.
    #[serde(default)]
    pub route: Option<refund::Route>,
    /// How much of it the bank has paid after a lost dispute.
    #[serde(default)]
    pub bank_paid: Amount,
    /// How much of it the buyer has repaid, and out of which parts.
    #[serde(default)]
    pub repaid: Split,
    /// The version of the trade that touched it last.
    #[serde(default)]
    pub touched: u64,
    /// Whether finance has rejected it.
    #[serde(default)]
    pub rejected: bool,
}

impl Payout {
    /// Whether its money has not gone back, and was not called off.
    pub(crate) const fn is_unpaid(&self) -> bool {
        !matches!(self.state, refund::State::Paid | refund::State::Cancelled)
    }

    /// The number of the key that the channel has seen last, or will see first.
    pub(crate) const fn last_key(&self) -> u16 {
        match self.sent_key {
            0 => self.key_number,
            sent => sent,
        }
    }
}
