//! An after-sales order as it stands: the case.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Counts, Deadline, Share, Split, UnitSpan};
use crate::{Amount, Bearer, Blame, Id, Kind, Person, Reason, Role, Time, after_sale, refund, words};

/// The terms that are on the table: what kind of case, for how much, against which fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Offer {
    /// Of which kind.
    pub kind: Kind,
    /// What the buyer gets in money; for kinds that send, what they are worth if they cannot be fulfilled.
    pub amount: Amount,
    /// What the buyer pays for it: a repair, or the difference of a dearer exchange.
    #[serde(default)]
    pub fee: Amount,
    /// What the buyer gets back because an exchange is cheaper.
    #[serde(default)]
    pub difference: Amount,
}

words! {
    /// What a review by the platform is about.
    pub enum Point {
        /// The application itself.
        Application = "application", "the application", "售后申请";
        /// The goods that came back.
        Goods = "goods", "the returned goods", "退回商品";
        /// What was sent to the buyer.
        Replacement = "replacement", "the replacement", "补换商品";
    }
}

/// A review by the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// What it is about.
    pub point: Point,
    /// Who started it.
    pub by: Role,
    /// When.
    pub at: Time,
}

/// A parcel with its waybill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Parcel {
    /// Who carries it.
    pub carrier: Id,
    /// The waybill number.
    pub waybill: Id,
    /// When it was handed over.
    pub at: Time,
    /// Whether it is known to be lost or bounced.
    #[serde(default)]
    pub failed: bool,
}

/// What the buyer has repaid at once, as the channel reported it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Repayment {
    /// The channel.
    pub gateway: Id,
    /// Its own reference: the same one again is the same money.
    pub reference: Id,
    /// How much, what was beyond the debt included.
    pub amount: Amount,
}

/// One after-sales order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Case {
    /// Its number within the trade, from 1.
    pub no: u16,
    /// Where it stands.
    pub state: after_sale::State,
    /// The running limit of that state.
    #[serde(default)]
    pub deadline: Option<Deadline>,
    /// How often each liberty was used.
    #[serde(default)]
    pub counts: Counts,
    /// Who started it: the buyer, the merchant, or the platform.
    pub started_by: Role,
    /// When.
    pub opened_at: Time,
    /// When it came to rest.
    #[serde(default)]
    pub rested_at: Option<Time>,
    /// Who was silent, if it came to rest because time had passed.
    #[serde(default)]
    pub silent: Option<Role>,
    /// Why the buyer asks.
    pub reason: Reason,
    /// Whether it is a statutory withdrawal.
    #[serde(default)]
    pub statutory: bool,
    /// The units it is about.
    pub units: Vec<UnitSpan>,
    /// The terms that stand.
    pub offer: Offer,
    /// The terms that are proposed.
    #[serde(default)]
    pub proposal: Option<Offer>,
    /// What it is worth in money if it cannot be fulfilled.
    pub worth: Amount,
    /// What it claims of the money.
    #[serde(default)]
    pub claim: Split,
    /// What the bank has paid of it after lost disputes, by payment: so much less is owed until the bank takes it back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bank_paid: Vec<Share>,
    /// What stood before the proposal or the review.
    #[serde(default)]
    pub before: Option<after_sale::State>,
    /// The review that is under way, or the last one.
    #[serde(default)]
    pub review: Option<Review>,
    /// On what its grant rests, once it is granted.
    #[serde(default)]
    pub ground: Option<refund::Ground>,
    /// Which person made the last offer or proposal.
    #[serde(default)]
    pub proposed_by: Option<Person>,
    /// Who granted it, if a person.
    #[serde(default)]
    pub granted_by: Option<Person>,
    /// Whether the goods that came back were accepted.
    #[serde(default)]
    pub accepted: bool,
    /// Whether a partial grant stands: a split ruling or an accepted deduction after more was advanced.
    #[serde(default)]
    pub partly_granted: bool,
    /// What of an advance the buyer has repaid.
    #[serde(default)]
    pub repaid: Amount,
    /// How it was repaid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repayments: Vec<Repayment>,
    /// What of an advance will never be repaid.
    #[serde(default)]
    pub written_off: Amount,
    /// What the buyer paid for sending the goods back.
    #[serde(default)]
    pub freight: Amount,
    /// What of it earlier parcels of the same return have cost.
    #[serde(default)]
    pub freight_before: Amount,
    /// What of it was credited to the buyer.
    #[serde(default)]
    pub freight_credited: Amount,
    /// What of it was claimed from the insurer.
    #[serde(default)]
    pub freight_insured: Amount,
    /// Who bears the return freight, if it was decided otherwise than by the reason.
    #[serde(default)]
    pub freight_bearer: Option<Bearer>,
    /// Whose doing it is, if ruled; that decides who bears the return freight where no bearer was decided.
    #[serde(default)]
    pub blame: Option<Blame>,
    /// The parcel back to the merchant.
    #[serde(default)]
    pub returned: Option<Parcel>,
    /// Whether the carrier has picked it up.
    #[serde(default)]
    pub picked_up: bool,
    /// The parcel with the replacement, the part or the repaired goods.
    #[serde(default)]
    pub dispatched: Option<Parcel>,
    /// The parcel that takes refused goods back to the buyer.
    #[serde(default)]
    pub sent_back: Option<Parcel>,
    /// Where the buyer is to send the goods, once the merchant has said so or the policy does.
    #[serde(default)]
    pub address: Option<String>,
    /// Whether shipping of its units is held.
    #[serde(default)]
    pub holds_shipment: bool,
    /// What the merchant was charged for.
    #[serde(default)]
    pub charged: Amount,
    /// The version of the trade that touched it last.
    #[serde(default)]
    pub touched: u64,
    /// The buyer's rating, in stars.
    #[serde(default)]
    pub stars: Option<u8>,
}

impl Case {
    /// Whether all of these units are among those that it is about.
    #[must_use]
    pub fn names(&self, span: UnitSpan) -> bool {
        self.units.iter().any(|own| own.line == span.line && own.first <= span.first && span.end() <= own.end())
    }

    /// Whether it moves on: it does not rest. One that is `Unresolved` rests, and claims its units all the same.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(
            self.state,
            after_sale::State::Absent
                | after_sale::State::Completed
                | after_sale::State::Withdrawn
                | after_sale::State::Lapsed
                | after_sale::State::Dismissed
                | after_sale::State::Unresolved
        )
    }

    /// Whether a replacement, a part or the repaired goods were dispatched, and are not known to be lost or bounced.
    #[must_use]
    pub fn has_replacement(&self) -> bool {
        self.dispatched.is_some_and(|parcel| !parcel.failed)
    }

    /// Whether the proposal or the review is about goods that had come back.
    #[must_use]
    pub const fn is_after_return(&self) -> bool {
        matches!(self.before, Some(after_sale::State::Inspecting | after_sale::State::GoodsRefused))
    }

    /// The terms that a row reads: in answer to a proposal, those proposed.
    #[must_use]
    pub fn terms(&self) -> Offer {
        self.proposal.unwrap_or(self.offer)
    }
}
