//! What the conditions of an order look at.

use crate::fact::{Deadline, Length, Units, Used};
use crate::rule::Finding;
use crate::{Amount, Currency, Id, Time};

/// What the conditions of an order look at. Gathered once before a decision; amounts are of one currency.
///
/// Counts of units and lines are *as the request would leave them*; for a row by time or by the trade itself, as that
/// row would leave them. A unit is closed when its money has gone back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The time of the request.
    pub now: Time,
    /// The zone in which people read times: minutes east of UTC.
    pub offset_minutes: i16,
    /// The running limit of the state. For `AutoConfirm` that of the earliest line that runs: every line that is
    /// neither confirmed nor closed, though its units be lost, runs unless an open case holds it; none if all are held.
    pub deadline: Option<Deadline>,

    /// How many lines the order has.
    pub lines: Length,
    /// A line that is named twice, or has no units or no valid price.
    pub faulty_line: Option<Id>,
    /// The currency of every amount here.
    pub currency: Currency,
    /// The currency of the policy.
    pub policy_currency: Currency,
    /// The total that is stated.
    pub total: Amount,
    /// What the lines and the rest sum to.
    pub lines_sum: Amount,
    /// What is due in money; on `Place` and `Reprice` what will be.
    pub due: Amount,
    /// What has been paid towards it.
    pub paid: Amount,
    /// What of it a bank has taken back before it was paid in full.
    pub taken: Amount,
    /// The payment that is reported.
    pub arriving: Amount,
    /// Whether a check must come before shipping.
    pub needs_hold: bool,
    /// From when the merchant may close it unpaid.
    pub closable_from: Time,
    /// The reason that is given, in characters.
    pub reason: Length,

    /// The units that are named for shipping.
    pub shippable: Units,
    /// The units that a carrier reports on.
    pub in_transit: Units,
    /// How many units are neither shipped nor closed.
    pub to_ship: u32,
    /// How many units that were shipped, and are not closed, bounced or lost, are not with the buyer.
    pub undelivered: u32,
    /// How many units that were shipped are not closed, bounced or lost.
    pub remaining: u32,
    /// The first case that is open.
    pub open_case: Option<u16>,
    /// The first open case that claims units that are not shipped.
    pub rest_claimed_by: Option<u16>,

    /// How many lines the request confirms (without a list: every free one).
    pub lines_named: u32,
    /// The first open case on a line that is named (without a list, and if none is free: on any).
    pub line_held_by: Option<u16>,
    /// How many lines stay unconfirmed; those that are closed do not count.
    pub lines_left: u32,
    /// From when the time to confirm may be extended.
    pub extendable_from: Time,
    /// The days that are asked for, and the fewest and most that the policy offers.
    pub extension: Length,
    /// Whether just so many days are offered.
    pub extension_offered: bool,

    /// The end that is asked for the after-sales period.
    pub reopens_until: Option<Time>,
    /// The goodwill that is asked for.
    pub goodwill_asked: Amount,
    /// What may still be given.
    pub goodwill_room: Amount,
    /// How many units are not closed.
    pub units_left: u32,
    /// What has been paid and has not been paid back. An advance counts as paid back when its case is completed.
    pub money_left: Amount,
    /// How many refunds are unresolved.
    pub unresolved: u32,
    /// How many refunds are under way: neither paid, cancelled nor unresolved.
    pub waiting: u32,

    /// Payments towards what is due.
    pub tenders: Used,
    /// Changes of the price.
    pub reprices: Used,
    /// Surplus payments.
    pub surplus: Used,
    /// Extensions by this side, in this state.
    pub extensions: Used,
    /// Reopenings of the after-sales period.
    pub reopenings: Used,
    /// Reports on disputes of this payment.
    pub dispute_marks: Used,
    /// Goodwill credits.
    pub goodwill: Used,
    /// How often it was resumed.
    pub reconciles: Used,
    /// How often it was taken up again.
    pub revivals: Used,
    /// Notes by this side.
    pub notes: Used,
}

impl Facts {
    /// What is paid with the payment that is reported, apart from what a bank has taken back.
    pub(super) fn paid_with_this(&self) -> Amount {
        self.paid.less(self.taken).plus(self.arriving).unwrap_or(Amount::MOST)
    }

    pub(super) fn money(&self, asked: Amount, most: Amount) -> Finding {
        Finding::Amount { asked: asked.of(self.currency), most: most.of(self.currency) }
    }

    pub(super) fn until(&self, at: Time) -> Finding {
        Finding::Until { at, offset_minutes: self.offset_minutes }
    }
}

impl Default for Facts {
    /// An order of nothing, at the beginning of time: nothing due or paid, no limit, nothing asked, nothing used.
    fn default() -> Self {
        let no_units = Units { line: Id::known("-"), asked: 0, free: 0 };
        Self {
            now: Time::EPOCH,
            offset_minutes: 0,
            deadline: None,
            lines: Length::default(),
            faulty_line: None,
            currency: Currency::CNY,
            policy_currency: Currency::CNY,
            total: Amount::ZERO,
            lines_sum: Amount::ZERO,
            due: Amount::ZERO,
            paid: Amount::ZERO,
            taken: Amount::ZERO,
            arriving: Amount::ZERO,
            needs_hold: false,
            closable_from: Time::EPOCH,
            reason: Length::default(),
            shippable: no_units,
            in_transit: no_units,
            to_ship: 0,
            undelivered: 0,
            remaining: 0,
            open_case: None,
            rest_claimed_by: None,
            lines_named: 0,
            line_held_by: None,
            lines_left: 0,
            extendable_from: Time::EPOCH,
            extension: Length::default(),
            extension_offered: false,
            reopens_until: None,
            goodwill_asked: Amount::ZERO,
            goodwill_room: Amount::ZERO,
            units_left: 0,
            money_left: Amount::ZERO,
            unresolved: 0,
            waiting: 0,
            tenders: Used::default(),
            reprices: Used::default(),
            surplus: Used::default(),
            extensions: Used::default(),
            reopenings: Used::default(),
            dispute_marks: Used::default(),
            goodwill: Used::default(),
            reconciles: Used::default(),
            revivals: Used::default(),
            notes: Used::default(),
        }
    }
}
