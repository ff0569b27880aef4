//! What the conditions of a refund order look at.

use super::{Bar, Ground, Route};
use crate::fact::{Deadline, Length, Used};
use crate::rule::Finding;
use crate::{Amount, Currency, Dispute, Id, Person, Time};

/// What the conditions of a refund order look at. Gathered once before a decision; amounts are of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The time of the request.
    pub now: Time,
    /// The zone in which people read times: minutes east of UTC.
    pub offset_minutes: i16,
    /// The running limit of the state, if it has one.
    pub deadline: Option<Deadline>,

    /// The currency of every amount here.
    pub currency: Currency,
    /// What the refund is to pay.
    pub amount: Amount,
    /// What the payment and the lines hold for it; looked at where the amount is not reserved (`Open`, a late success).
    pub room: Amount,
    /// The most that goes out without approval.
    pub approval_above: Amount,
    /// Whether the silence of finance rejects.
    pub approval_silence_rejects: bool,

    /// What the refund rests on.
    pub ground: Ground,
    /// How the money reached the buyer; none while it has not.
    pub route: Option<Route>,
    /// The stage of the payment's dispute, the latest by the channel's own time.
    pub dispute: Option<Dispute>,
    /// What the buyer has repaid of its case's advance.
    pub repaid: Amount,
    /// How much of `amount` the bank has paid the buyer after a lost dispute, and not taken back.
    pub bank_paid: Amount,
    /// Until when the channel takes refunds of this payment; at that moment it still does. None: for ever.
    pub channel_until: Option<Time>,
    /// How many other refunds of this payment the channel has taken, and may take.
    pub channel_refunds: Used,

    /// Who acts.
    pub by: Option<Person>,
    /// Who granted the refund, none where time or the policy granted it; on `Redirect`, who asked for the other
    /// account, none where nobody has.
    pub first_person: Option<Person>,
    /// The reason that is given, in characters.
    pub reason: Length,
    /// The evidence that is given, in pieces.
    pub evidence: Length,
    /// Whether a receiving account is named.
    pub account_given: bool,
    /// Whether the account that is named is the one that somebody has asked for.
    pub account_asked: bool,
    /// Whether a voucher is attached.
    pub voucher_given: bool,
    /// What finance found: paid, or not paid.
    pub found_paid: Option<bool>,

    /// The amount that the gateway reports.
    pub reported: Amount,
    /// The number of the key that the gateway's report is about.
    pub reported_key: u32,
    /// The number of the key that was sent last or, once that was closed or reversed, will be sent next.
    pub key: u32,
    /// Whether that key was sent: a channel closes none that it has not seen.
    pub key_sent: bool,
    /// The number of the key by which the channel paid it last; 0 while it has not.
    pub paid_key: u32,

    /// Questions to the gateway.
    pub asks: Used,
    /// Attempts to pay.
    pub attempts: Used,
    /// Changes of the account.
    pub redirects: Used,
    /// Offline payments.
    pub offline: Used,
    /// Reversals by the bank.
    pub reversals: Used,
    /// How often it was owed again because a bank has taken back what it had paid.
    pub dispute_marks: Used,
    /// Conflicting reports.
    pub conflicts: Used,
    /// Reconciliations.
    pub reconciles: Used,
    /// Rejections by finance in this case.
    pub rejections: Used,
}

impl Default for Facts {
    /// A refund of nothing, at the beginning of time: no dispute, no limit, nothing given, nothing used.
    fn default() -> Self {
        Self {
            now: Time::EPOCH,
            offset_minutes: 0,
            deadline: None,
            currency: Currency::CNY,
            amount: Amount::ZERO,
            room: Amount::ZERO,
            approval_above: Amount::MOST,
            approval_silence_rejects: false,
            ground: Ground::Agreement,
            route: None,
            dispute: None,
            repaid: Amount::ZERO,
            bank_paid: Amount::ZERO,
            channel_until: None,
            channel_refunds: Used::default(),
            by: None,
            first_person: None,
            reason: Length::default(),
            evidence: Length::default(),
            account_given: false,
            account_asked: false,
            voucher_given: false,
            found_paid: None,
            reported: Amount::ZERO,
            reported_key: 1,
            key: 1,
            key_sent: true,
            paid_key: 1,
            asks: Used::default(),
            attempts: Used::default(),
            redirects: Used::default(),
            offline: Used::default(),
            reversals: Used::default(),
            dispute_marks: Used::default(),
            conflicts: Used::default(),
            reconciles: Used::default(),
            rejections: Used::default(),
        }
    }
}

impl Facts {
    /// Why the channel takes no more refunds of the payment; none while it does.
    #[must_use]
    pub fn bar(&self) -> Option<Bar> {
        if self.dispute == Some(Dispute::Lost) {
            Some(Bar::Dispute)
        } else if self.channel_until.is_some_and(|until| self.now > until) {
            Some(Bar::Age)
        } else if self.channel_refunds.is_left() {
            None
        } else {
            Some(Bar::Count)
        }
    }

    /// By which name whoever acts may be the first person; none if they are two.
    pub(super) fn same_person(&self) -> Option<Id> {
        self.first_person?.shared_with(self.by?)
    }

    pub(super) fn bank_paid_all(&self) -> bool {
        !self.amount.is_zero() && self.amount <= self.bank_paid
    }

    pub(super) fn money(&self, asked: Amount, most: Amount) -> Finding {
        Finding::Amount { asked: asked.of(self.currency), most: most.of(self.currency) }
    }
}
