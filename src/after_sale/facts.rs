//! What the conditions of a case look at: plain data, gathered once before a decision.

use super::State;
use crate::fact::{Deadline, Length, Units, Used};
use crate::rule::Finding;
use crate::{Amount, Currency, Kind, Reason, Role, Time, words};

/// What the conditions of a case look at. Amounts are of one currency.
///
/// The *terms on the table* are those that the request names (`Apply`, `Declare`, `Grant`, `Offer`, `Modify`,
/// `Propose`), those of the proposal (`Accept`, and nothing else while it stands), those that a ruling grants
/// (`RuleForBuyer`, `RuleSplit`, and the clock in the platform's place: what was asked), else those of the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The time of the request.
    pub now: Time,
    /// The zone in which people read times: minutes east of UTC.
    pub offset_minutes: i16,
    /// The running limit of the state, if it has one.
    pub deadline: Option<Deadline>,
    /// The currency of every amount here.
    pub currency: Currency,

    /// The kind of the terms on the table.
    pub kind: Kind,
    /// The reason of the terms on the table.
    pub reason: Reason,
    /// The amount of the terms on the table: the money that is asked for or, where goods are sent instead, what the
    /// case is worth if they cannot be sent.
    pub asked: Amount,

    /// What else the request brings.
    pub given: Given,
    /// What the order has room for.
    pub room: Room,
    /// What the case has come to.
    pub so_far: SoFar,
    /// Where its goods are.
    pub goods: Goods,
    /// What its money does.
    pub refunds: Refunds,
    /// What the policy and the law allow.
    pub allows: Allows,
    /// How much of each liberty is used.
    pub counts: Counts,
}

/// What a request brings besides its terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Given {
    /// The stated reason, in characters.
    pub reason_text: Length,
    /// The pieces of evidence, and how many are demanded: by the reason (`Apply`, `Modify`), or of the merchant
    /// (`Refuse`, `RefuseGoods`).
    pub evidence: Length,
    /// The kind that is named.
    pub kind: Option<Kind>,
    /// Whether units are named.
    pub units: bool,
    /// Whether a waybill is given.
    pub waybill: bool,
    /// Whether it says what the return cost.
    pub freight: bool,
    /// Whether a return address is given, or the merchant has a default one.
    pub address: bool,
    /// Units for which a proposal takes something off.
    pub deductions: u32,
    /// Those of them for which it says why.
    pub deductions_explained: u32,
    /// The fee of the terms.
    pub fee: Amount,
    /// The buyer's payment that is reported.
    pub payment: Amount,
    /// Whether the ruling says that the goods need not come back.
    pub return_waived: bool,
}

/// What the order has room for, the claim of this case left out of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Room {
    /// Whether the order is paid and neither settled nor on its way to being closed.
    pub order_open: bool,
    /// The order's state, as a word.
    pub order_seen: Finding,
    /// The last moment at which every unit is within its own window; none while no window of them has begun to run.
    pub window_end: Option<Time>,
    /// Units asked for on the line with the least room, and those of it that are neither closed nor claimed by another
    /// open case; none if every line has room enough.
    pub short_line: Option<Units>,
    /// A line of which some units are asked for, though the policy takes only all; none if there is no such line.
    pub part_line: Option<Units>,
    /// An earlier case on these units that lapsed for the buyer's silence, where the policy lets nobody ask again.
    pub lapsed_case: Option<u16>,
    /// The case that already has the shipping which is asked for.
    pub shipping_case: Option<u16>,
    /// Whether the policy offers the kind for the reason, by where the goods are.
    pub reason_fits: bool,
    /// The most that can still be refunded for these units.
    pub refundable: Amount,
    /// The whole share of these units, where nothing less may be asked: money back for units that the buyer never had.
    pub whole: Option<Amount>,
    /// Whether an amount of nothing fits: the units were paid with points alone.
    pub nothing_fits: bool,
    /// Whether a payment that the refund would touch is in an open dispute.
    pub disputed: bool,
}

/// What the case has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SoFar {
    /// The kind of the case before this request.
    pub kind: Kind,
    /// What the case claims before this request.
    pub claim: Amount,
    /// Whether it is a statutory withdrawal.
    pub statutory: bool,
    /// The state that stood before the proposal or the review; `Absent` for a merchant's own offer.
    pub stood_before: Option<State>,
    /// Who brought the platform in.
    pub escalated_by: Option<Role>,
    /// Until when this side may add evidence to the review.
    pub evidence_until: Option<Time>,
    /// Whether the buyer knows where to send the goods.
    pub address_known: bool,
    /// Whether the carrier has picked the return up.
    pub picked_up: bool,
    /// What of an agreed fee is still to be paid.
    pub fee_due: Amount,
    /// Until when staff may reopen it.
    pub appeal_until: Option<Time>,
    /// Until when the buyer may rate it.
    pub rating_until: Option<Time>,
}

/// Where the units of the case are. Once a replacement was dispatched, it stands for the unit that it replaces, until
/// it is known to be lost or bounced. Units that are lost, or never reached the buyer, are in none of these places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Goods {
    /// All units of the case.
    pub units: u32,
    /// Not shipped yet.
    pub unshipped: u32,
    /// On their way to the buyer for the first time.
    pub in_transit: u32,
    /// With the buyer, or coming back to the buyer because the merchant could not be reached.
    pub with_buyer: u32,
    /// On their way from the buyer to the merchant.
    pub coming_back: u32,
    /// Back at the merchant.
    pub at_merchant: u32,
    /// Sent back to the buyer by the merchant, and on their way.
    pub going_back: u32,
    /// Replacements, parts or repaired goods that were dispatched and are neither lost nor bounced, nor sent back.
    pub replacements: u32,
    /// Units that an application names, and that an earlier case has brought back or is bringing back: the buyer cannot send
    /// them.
    pub asked_in_vain: u32,
    /// Units that were announced when the goods were sent back.
    pub announced: u32,
    /// Announced units that were received, those of this request counted.
    pub received: u32,
    /// Units that a receipt names, of those on their way back; the line that is shortest.
    pub receipt: Option<Units>,
    /// Units that a carrier's report names, of those on their way in either direction; the line that is shortest.
    pub report: Option<Units>,
}

/// What the money of the case does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refunds {
    /// What was paid, or is on its way and cannot be stopped, less what the buyer repaid.
    pub advanced: Amount,
    /// What of it has reached the buyer and can be repaid: the rest is not known to have been paid.
    pub with_buyer: Amount,
    /// What the buyer is entitled to as this request leaves the case: for `AcceptGoods` the worth of the units that are
    /// accepted; nothing once the case was withdrawn, dismissed, or its goods refused.
    pub granted: Amount,
    /// What a cheaper replacement leaves to be refunded, and was not refunded yet.
    pub difference: Amount,
    /// What the case owes.
    pub owed: Amount,
    /// What its refund orders hold for it, less what the buyer repaid.
    pub held: Amount,
    /// Refund orders that are not cancelled.
    pub all: u32,
    /// Those that are paid.
    pub paid: u32,
    /// Those that rest with an unknown outcome.
    pub unresolved: u32,
    /// Whether finance has just rejected one.
    pub rejected: bool,
}

/// What the policy and the law allow in this case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allows {
    /// Units that are not shipped are granted at once.
    pub unshipped_grant: bool,
    /// Money may go out on application.
    pub fast_on_apply: bool,
    /// Money may go out when the goods are sent back.
    pub fast_on_ship_back: bool,
    /// The buyer's standing.
    pub standing: u16,
    /// The least standing for money in advance.
    pub fast_standing: u16,
    /// The most that goes out in advance.
    pub fast_most: Amount,
    /// The law gives a right of withdrawal for these units.
    pub statutory_right: bool,
    /// Whether the money of a statutory withdrawal may not be withheld until the goods or a proof of sending has come.
    pub not_withheld: bool,
    /// The merchant may refuse an application of this kind, for this reason and category.
    pub refusal: bool,
    /// The most that a merchant may ask the buyer to pay.
    pub fee_most: Amount,
    /// The buyer may bring the platform in while the merchant still has time.
    pub direct_escalation: bool,
    /// Shipping the units closes the case.
    pub shipping_closes: bool,
    /// A merchant's silence on the application grants it.
    pub silence_grants: bool,
    /// A merchant's silence on the application brings the platform in.
    pub silence_escalates: bool,
    /// A merchant's silence on the returned goods brings the platform in.
    pub receipt_silence_escalates: bool,
    /// The platform's silence is for the merchant.
    pub ruling_silence_dismisses: bool,
}

/// How much of each liberty is used, each counted as its counter says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Applications on the unit with the most; for `Declare`, declarations alone.
    pub tries: Used,
    /// Cases that the merchant offered on this order.
    pub offers: Used,
    /// Grants on this order.
    pub grants: Used,
    /// Changes of the application.
    pub modifies: Used,
    /// Proposals.
    pub rounds: Used,
    /// Attempts to recall the parcel.
    pub intercepts: Used,
    /// Extensions of this state by this side; of none, where the policy extends no such limit.
    pub extensions: Used,
    /// Corrections of an address or waybill.
    pub corrections: Used,
    /// Reviews of this point started by this side.
    pub reviews: Used,
    /// Further dispatches.
    pub redispatches: Used,
    /// Conversions into a refund.
    pub conversions: Used,
    /// Pieces of evidence of this side.
    pub evidence: Used,
    /// Notes of this side.
    pub notes: Used,
    /// Payments of the fee.
    pub fee_payments: Used,
    /// Repayments.
    pub repayments: Used,
    /// Appeals.
    pub appeals: Used,
    /// Ratings.
    pub ratings: Used,
    /// Rejections by finance that it was told of.
    pub rejections: Used,
    /// How often it was taken up again.
    pub revivals: Used,
    /// How often it was resumed.
    pub reconciles: Used,
    /// How often it has asked back what was paid too much.
    pub overpays: Used,
}

words! {
    /// What keeps a merchant from refusing an application.
    pub enum Shield {
        /// Goods that were not shipped are never kept from the buyer's money.
        Unshipped = "unshipped", "the goods were not shipped", "商品未发货";
        /// The law gives the right.
        Statutory = "statutory", "it is a statutory withdrawal", "法定撤回权";
        /// The policy protects the reason or the category.
        Policy = "policy", "the policy protects this reason or category", "规则不允许拒绝该原因或类目";
    }
}

impl Facts {
    /// What keeps the merchant from refusing the application; none if it may be refused.
    #[must_use]
    pub const fn shield(&self) -> Option<Shield> {
        if self.goods.unshipped > 0 {
            Some(Shield::Unshipped)
        } else if self.so_far.statutory {
            Some(Shield::Statutory)
        } else if self.allows.refusal {
            None
        } else {
            Some(Shield::Policy)
        }
    }
}

impl Goods {
    /// Whether some are with the merchant, or on their way there, and no replacement stands for them.
    #[must_use]
    pub const fn is_at_merchant(&self) -> bool {
        (self.coming_back > 0 || self.at_merchant > 0) && self.replacements == 0
    }

    /// Whether some are with the buyer, or on their way there, and none are back at the merchant or coming.
    #[must_use]
    pub const fn is_with_buyer(&self) -> bool {
        (self.in_transit > 0 || self.with_buyer > 0 || self.going_back > 0)
            && self.coming_back == 0
            && self.at_merchant == 0
    }
}

impl Default for Facts {
    /// An application for nothing, at the beginning of time, in an open order: nothing given, nothing used, nothing
    /// allowed.
    fn default() -> Self {
        Self {
            now: Time::EPOCH,
            offset_minutes: 0,
            deadline: None,
            currency: Currency::CNY,
            kind: Kind::RefundOnly,
            reason: Reason::Other,
            asked: Amount::ZERO,
            given: Given::default(),
            room: Room::default(),
            so_far: SoFar::default(),
            goods: Goods::default(),
            refunds: Refunds::default(),
            allows: Allows::default(),
            counts: Counts::default(),
        }
    }
}

impl Default for Room {
    /// An open order without a window that ends, without other cases, and without money.
    fn default() -> Self {
        Self {
            order_open: true,
            order_seen: Finding::Plain,
            window_end: None,
            short_line: None,
            part_line: None,
            lapsed_case: None,
            shipping_case: None,
            reason_fits: true,
            refundable: Amount::ZERO,
            whole: None,
            nothing_fits: false,
            disputed: false,
        }
    }
}

impl Default for SoFar {
    /// No case yet.
    fn default() -> Self {
        Self {
            kind: Kind::RefundOnly,
            claim: Amount::ZERO,
            statutory: false,
            stood_before: None,
            escalated_by: None,
            evidence_until: None,
            address_known: false,
            picked_up: false,
            fee_due: Amount::ZERO,
            appeal_until: None,
            rating_until: None,
        }
    }
}
