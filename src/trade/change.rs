//! What changes with an event, as data: what is so, without why.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{
    Bill, Case, Deadline, Elsewhere, Line, Noted, Offer, Parcel, Part, Parties, Payment, Payout, Place, Repayment,
    Review, Share, Split, Subject, Tally, Terms, Units,
};
use crate::{
    Amount, Anchor, Bearer, Blame, Currency, Dispute, GoodsCondition, Id, Person, Reason, Role, Time, after_sale,
    order, refund,
};

/// Neighbouring units of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitSpan {
    /// The place of the line in the order.
    pub line: u16,
    /// The first unit, counted from 0.
    pub first: u32,
    /// How many.
    pub count: u32,
}

impl UnitSpan {
    pub(crate) const fn end(&self) -> u32 {
        self.first.saturating_add(self.count)
    }

    pub(crate) const fn covers(&self, units: &Units) -> bool {
        self.line == units.line && self.first <= units.first && units.first.saturating_add(units.count) <= self.end()
    }
}

/// What happens to units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnitChange {
    /// They are somewhere else.
    At(Place),
    /// A case claims them.
    Claimed(u16),
    /// They were applied for once more.
    Tried,
    /// No case claims them any more.
    Released,
    /// Their money has gone back.
    Closed,
    /// Their money has come again: the bank took back what closed them.
    Reopened,
    /// They left in a parcel.
    Shipped {
        /// Its place among the parcels.
        parcel: u16,
        /// When.
        at: Time,
    },
    /// They came.
    Delivered {
        /// When.
        at: Time,
    },
    /// They may be applied for at least so long.
    Graced {
        /// Until when.
        until: Time,
    },
    /// They are back with the merchant.
    CameBack {
        /// In this condition, if it was looked at.
        condition: Option<GoodsCondition>,
    },
    /// They were taken back into stock.
    Restocked,
    /// The stock that was reserved for them was let go of.
    LetGo,
}

/// The order as it was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placed {
    /// Under which rules and policy.
    pub terms: Terms,
    /// By and from whom.
    pub parties: Parties,
    /// In which currency.
    pub currency: Currency,
    /// What.
    pub lines: Vec<Line>,
    /// What else belongs to the bill.
    pub bill: Bill,
}

/// One change of the stored trade: what is so, without why.
///
/// Exhaustive on purpose: a store or projection that handles changes must handle a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change {
    /// The order was placed.
    Placed(Box<Placed>),
    /// The order stands elsewhere.
    Order(order::State),
    /// A case stands elsewhere.
    Case(u16, after_sale::State),
    /// A refund stands elsewhere.
    Refund(u16, refund::State),
    /// A limit runs, or none.
    Due(Subject, Option<Deadline>),
    /// The limit of a line's receipt runs, or none.
    Receipt(u16, Option<Deadline>),
    /// A liberty was used.
    Counted(Subject, Tally),
    /// The price was changed before payment: goods and tax of each line.
    Repriced(Vec<(Amount, Amount)>),
    /// A payment came in.
    Paid(Box<Payment>, Vec<Part>),
    /// Money paid towards the order became what it was paid for.
    Applied(Vec<Part>),
    /// A named point in the order's life was reached.
    Reached(Anchor, Time),
    /// A parcel left.
    Parcel(Parcel),
    /// Units changed.
    Units(UnitSpan, UnitChange),
    /// Receipt of a line was confirmed.
    Confirmed(u16, Time),
    /// The after-sales window ends later.
    Reopened(Time, Option<Reason>),
    /// Goodwill was credited.
    Goodwill(Amount),
    /// The merchant was given funds that were held until now.
    FundsReleased(Amount),
    /// The merchant was charged for funds that were released and have gone back since.
    FundsCharged(Amount),
    /// Points were restored and clawed back, a coupon was restored.
    Perks {
        /// Points given back to the buyer.
        restored: u64,
        /// Gifted points taken back.
        clawed: u64,
        /// Whether the coupon was given back.
        coupon: bool,
    },
    /// A dispute of a payment has come so far.
    Disputed(u16, Dispute, Time),
    /// The bank took money that was kept.
    Lost(Split),
    /// The bank took money that a case claimed: its claim shrank.
    LostClaim(u16, Split),
    /// The bank gave lost money back.
    Regained(Split),
    /// A case was opened.
    Opened(Box<Case>),
    /// A case claims this, no more and no less.
    Claim(u16, Split),
    /// Something else changed in a case.
    OfCase(u16, CaseChange),
    /// A refund was opened: its money is reserved.
    Reserved(Box<Payout>),
    /// The money of a refund has gone back.
    Refunded(u16),
    /// The money of a refund was released.
    Freed(u16),
    /// The money of a refund that was released is reserved once more.
    Held(u16),
    /// The bank took a paid refund back: its money is reserved again.
    Reversed(u16),
    /// The bank has paid a part of a refund: it is for the rest from now on.
    LostReserve(u16, Split),
    /// The buyer repaid what was advanced.
    Repaid(u16, Split),
    /// A report that no row took was noted.
    Noted(Noted),
    /// Something else changed in a refund.
    OfRefund(u16, RefundChange),
}

/// What changed in a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CaseChange {
    /// The terms that stand.
    Offer(Offer),
    /// The terms that are proposed.
    Proposal(Option<Offer>),
    /// Its reason.
    Reason(Reason),
    /// Its units.
    Units(Vec<UnitSpan>),
    /// What it is worth in money.
    Worth(Amount),
    /// So much of it the bank has paid after lost disputes, by payment.
    BankPaid(Vec<Share>),
    /// What stood before.
    Before(Option<after_sale::State>),
    /// A review was started.
    Review(Review),
    /// It was granted: on what that rests, and by which person.
    Granted(refund::Ground, Option<Person>),
    /// This person offered or proposed what is on the table.
    ProposedBy(Person),
    /// The returned goods were accepted.
    Accepted,
    /// A part was granted after more was advanced, or nothing.
    PartlyGranted(bool),
    /// An advance will not be repaid.
    WrittenOff(Amount),
    /// What was written off is not lost after all.
    WriteOffUndone,
    /// What the return cost the buyer.
    Freight(Amount),
    /// What earlier parcels of it have cost.
    FreightBefore(Amount),
    /// Who bears the return freight.
    FreightBearer(Bearer),
    /// Whose doing it is.
    Blame(Blame),
    /// The parcel back to the merchant.
    Returned(Option<Parcel>),
    /// The parcel back to the merchant was picked up, or a new one that is not yet.
    PickedUp(bool),
    /// The parcel to the buyer.
    Dispatched(Option<Parcel>),
    /// The parcel with refused goods.
    SentBack(Option<Parcel>),
    /// The buyer knows where to send the goods.
    Address(String),
    /// Whether shipping is held.
    HoldsShipment(bool),
    /// The merchant is charged.
    Charged(Amount),
    /// Return freight was credited to the buyer.
    FreightCredited(Amount),
    /// Return freight was claimed from the insurer.
    FreightInsured(Amount),
    /// A channel reported that the buyer repaid so much.
    Repayment(Repayment),
    /// It was rated.
    Stars(u8),
    /// Who was silent, if it came to rest because time had passed.
    Silent(Option<Role>),
    /// It came to rest, or left it.
    Rested(Option<Time>),
}

/// What changed in a refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefundChange {
    /// It was sent to the channel.
    Sent(Time),
    /// The channel closed it: the next attempt needs a new key.
    NewKey,
    /// The channel knows the key that was sent last by this id of its own.
    KnownAs(Id),
    /// The channel's reference of its success.
    Reference(Id),
    /// The number of the key by which the channel paid it.
    PaidBy(u16),
    /// A reversal was taken: the channel's reference of it.
    Reversal(Id),
    /// Somebody wants it sent to another account; `None` once it has moved on.
    Elsewhere(Option<Elsewhere>),
    /// It is paid to another account from now on.
    Account(String),
    /// Finance rejected it.
    Rejected,
    /// On which way the money reached the buyer; `None` if the bank took it back.
    Route(Option<refund::Route>),
    /// So much of it the bank has paid after a lost dispute.
    BankPaid(Amount),
    /// This part of it the buyer has repaid, in all.
    Repaid(Split),
}
