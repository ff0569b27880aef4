//! What somebody asks: an actor, an action on one of the machines, and what goes with it.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Asked, NewOrder, Subject};
use crate::{
    Actor, Amount, Bearer, Blame, Currency, Dispute, GoodsCondition, Id, Kind, Money, Reason, Tender, Time, after_sale,
    order, refund,
};

/// An amount as it was asked: in minor units, and in which currency if that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// How much, in minor units.
    pub amount: Amount,
    /// In which currency; the trade's own if it was not said. Another one is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

impl From<u64> for Sum {
    fn from(minor: u64) -> Self {
        Amount::new(minor).into()
    }
}

impl From<Amount> for Sum {
    fn from(amount: Amount) -> Self {
        Self { amount, currency: None }
    }
}

impl From<Money> for Sum {
    fn from(money: Money) -> Self {
        Self { amount: money.amount, currency: Some(money.currency) }
    }
}

/// So many units of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The line's id.
    pub line: Id,
    /// How many units; at least one.
    pub count: u32,
    /// In what condition they came back; only when goods are received or a deduction is proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<GoodsCondition>,
    /// Why less is given for them; only in a proposal after inspection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// A waybill: the carrier, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waybill {
    /// The carrier's id.
    pub carrier: Id,
    /// The number.
    pub number: Id,
}

/// What goes with an action. Which fields an action needs and takes is told by [`Field`](super::Field).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Detail {
    /// The order to place.
    pub order: Option<Box<NewOrder>>,
    /// What kind of case.
    pub kind: Option<Kind>,
    /// Which units.
    pub units: Vec<Wanted>,
    /// How much money.
    pub amount: Option<Sum>,
    /// A fee that the buyer is to pay.
    pub fee: Option<Sum>,
    /// What the buyer gets back because an exchange is cheaper.
    pub difference: Option<Sum>,
    /// What sending the goods back cost the buyer: told by whoever sends them, corrected by the buyer alone.
    pub freight: Option<Sum>,
    /// Why.
    pub reason: Option<Reason>,
    /// In words.
    pub text: String,
    /// References to evidence: up to 500 characters each.
    pub evidence: Vec<String>,
    /// With which parcel.
    pub waybill: Option<Waybill>,
    /// Where to send the goods.
    pub address: String,
    /// Another account for the money: your own reference to it, since the trade and its history keep it.
    pub account: String,
    /// The voucher of an offline payment.
    pub voucher: String,
    /// The channel's own reference.
    pub reference: Option<Id>,
    /// With which key number the channel was asked, in its answer; the one sent last if it was not said.
    pub key_number: Option<u16>,
    /// What a payment was made with.
    pub tender: Option<Tender>,
    /// Whose doing it is. Without a bearer it also decides who bears the return freight: the buyer if it is the buyer's
    /// doing, the merchant if it is the merchant's or both's; nobody's leaves it as it was.
    pub blame: Option<Blame>,
    /// Who bears the return freight.
    pub bearer: Option<Bearer>,
    /// How many days more.
    pub days: Option<u32>,
    /// How many stars: 1 to 5.
    pub stars: Option<u8>,
    /// How far a dispute has come.
    pub stage: Option<Dispute>,
    /// When, by the channel's own time.
    pub stage_at: Option<Time>,
    /// Until when.
    pub until: Option<Time>,
    /// Whether the goods may be kept.
    pub return_waived: bool,
    /// Whether an unknown outcome was found to be paid.
    pub found_paid: Option<bool>,
}

/// A request: who asks for what, on which machine of the trade.
///
/// In serde form a field that it does not know is refused, here and in all that a request holds: a key, a version seen
/// or an amount with a slip in its name would otherwise count as not given. The error names the field and those
/// accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "a request does nothing until it is submitted"]
pub struct Request {
    /// Who asks.
    pub actor: Actor,
    /// On what.
    pub subject: Subject,
    /// For what.
    pub asked: Asked,
    /// What goes with it.
    #[serde(default)]
    pub detail: Detail,
    /// The version of the trade that the actor saw. An older one is refused: somebody changed something since.
    #[serde(default)]
    pub seen: Option<u64>,
    /// The caller's key for this intent: the same key again is answered with the first receipt.
    #[serde(default)]
    pub key: Option<Id>,
}

/// A request of which only the actor is known yet.
#[derive(Clone, Copy, Debug)]
#[must_use = "an actor alone asks for nothing"]
pub struct By(Actor);

impl Request {
    /// Begins a request of this actor.
    pub fn by(actor: Actor) -> By {
        By(actor)
    }
}

impl By {
    /// Places an order.
    pub fn place(self, order: NewOrder) -> Request {
        let mut request = self.order(order::Action::Place);
        request.detail.order = Some(Box::new(order));
        request
    }

    /// Does something with the order.
    pub fn order(self, action: order::Action) -> Request {
        self.asks(Subject::Order, Asked::Order(action))
    }

    /// Applies for a case.
    pub fn apply(self, kind: Kind) -> Request {
        self.opens(after_sale::Action::Apply, kind)
    }

    /// Declares a statutory withdrawal. It names no kind: the law makes it a refund, or a return, by where the goods
    /// are.
    pub fn declare(self) -> Request {
        self.case(0, after_sale::Action::Declare)
    }

    /// Opens a case of this kind: `Apply`, `Offer` or `Grant`.
    pub fn opens(self, action: after_sale::Action, kind: Kind) -> Request {
        let mut request = self.case(0, action);
        request.detail.kind = Some(kind);
        request
    }

    /// Does something with the case of this number.
    pub fn case(self, no: u16, action: after_sale::Action) -> Request {
        self.asks(Subject::Case(no), Asked::Case(action))
    }

    /// Does something with the refund of this number.
    pub fn refund(self, no: u16, action: refund::Action) -> Request {
        self.asks(Subject::Refund(no), Asked::Refund(action))
    }

    fn asks(self, subject: Subject, asked: Asked) -> Request {
        Request { actor: self.0, subject, asked, detail: Detail::default(), seen: None, key: None }
    }
}

impl Request {
    /// Names units of a line.
    pub fn units(mut self, line: impl Into<Id>, count: u32) -> Self {
        self.detail.units.push(Wanted { line: line.into(), count, condition: None, reason: None });
        self
    }

    /// Names units of a line and the condition in which they came back.
    pub fn units_in(mut self, line: impl Into<Id>, count: u32, condition: GoodsCondition) -> Self {
        self.detail.units.push(Wanted { line: line.into(), count, condition: Some(condition), reason: None });
        self
    }

    /// Names units of a line and why less is given for them.
    pub fn units_for(mut self, line: impl Into<Id>, count: u32, reason: Reason) -> Self {
        self.detail.units.push(Wanted { line: line.into(), count, condition: None, reason: Some(reason) });
        self
    }

    /// Names a kind of case: in a proposal, a change or a ruling.
    pub const fn kind(mut self, kind: Kind) -> Self {
        self.detail.kind = Some(kind);
        self
    }

    /// Names an amount.
    pub fn amount(mut self, amount: impl Into<Sum>) -> Self {
        self.detail.amount = Some(amount.into());
        self
    }

    /// Names a fee that the buyer is to pay.
    pub fn fee(mut self, fee: impl Into<Sum>) -> Self {
        self.detail.fee = Some(fee.into());
        self
    }

    /// Says what sending the goods back cost.
    pub fn freight(mut self, freight: impl Into<Sum>) -> Self {
        self.detail.freight = Some(freight.into());
        self
    }

    /// Gives a reason.
    pub const fn reason(mut self, reason: Reason) -> Self {
        self.detail.reason = Some(reason);
        self
    }

    /// Explains in words.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.detail.text = text.into();
        self
    }

    /// Adds a reference to a piece of evidence.
    pub fn evidence(mut self, reference: impl Into<String>) -> Self {
        self.detail.evidence.push(reference.into());
        self
    }

    /// Names the parcel.
    pub fn waybill(mut self, carrier: impl Into<Id>, number: impl Into<Id>) -> Self {
        self.detail.waybill = Some(Waybill { carrier: carrier.into(), number: number.into() });
        self
    }

    /// Gives an address.
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.detail.address = address.into();
        self
    }

    /// Gives the channel's own reference.
    pub fn reference(mut self, reference: impl Into<Id>) -> Self {
        self.detail.reference = Some(reference.into());
        self
    }

    /// Says what a payment was made with.
    pub const fn tender(mut self, tender: Tender) -> Self {
        self.detail.tender = Some(tender);
        self
    }

    /// Sets anything else.
    pub fn with(mut self, set: impl FnOnce(&mut Detail)) -> Self {
        set(&mut self.detail);
        self
    }

    /// Names the version that the actor saw.
    pub const fn seen(mut self, version: u64) -> Self {
        self.seen = Some(version);
        self
    }

    /// Gives the intent a key.
    pub fn key(mut self, key: impl Into<Id>) -> Self {
        self.key = Some(key.into());
        self
    }
}
