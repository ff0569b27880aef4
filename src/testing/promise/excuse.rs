//! Which rows say that the buyer ends with both the goods and the money, or with neither.

use crate::trade::{Asked, Event};

/// How the buyer may end after such a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With the goods, and with their money.
    Both,
    /// Without the goods, and without their money.
    Neither,
}

/// A row that says so.
pub(super) struct Excuse {
    /// How its name begins, part by part; `*` for any part.
    pub(super) row: &'static str,
    pub(super) end: End,
    /// Why that is meant.
    why: &'static str,
}

const fn excuse(row: &'static str, end: End, why: &'static str) -> Excuse {
    Excuse { row, end, why }
}

impl Excuse {
    fn is_of(&self, row: &str) -> bool {
        let mut parts = row.split('.');
        self.row.split('.').all(|wanted| parts.next().is_some_and(|part| wanted == "*" || wanted == part))
    }
}

/// Each is needed: a test takes one away and finds a walk that ends so and that nothing else excuses.
#[rustfmt::skip]
pub(super) const ROWS: &[Excuse] = &[
    excuse("after_sale.requested.agree.refunding",       End::Both,    "money back without a return, as the merchant agreed"),
    excuse("after_sale.requested.expire.refunding",      End::Both,    "money back without a return, by the merchant's silence"),
    excuse("after_sale.overdue.agree.refunding",         End::Both,    "money back without a return, as the merchant agreed late"),
    excuse("after_sale.refused.agree.refunding",         End::Both,    "money back without a return, as the merchant agreed after all"),
    excuse("after_sale.proposed.accept.refunding",       End::Both,    "money back without a return, as it was proposed and accepted"),
    excuse("after_sale.absent.grant.refunding",          End::Both,    "money back that was granted unasked"),
    excuse("after_sale.absent.apply.refunding.fast",     End::Both,    "money back at once to a buyer whom the policy trusts"),
    excuse("after_sale.intercepting.recall.refunding",   End::Both,    "a parcel was said to be stopped that came all the same"),
    excuse("after_sale.awaiting_return.convert_to_refund.refunding", End::Both, "the merchant lets the goods go"),
    excuse("after_sale.awaiting_return.expire.refunding", End::Both,   "a merchant who never said where to send the goods forgoes them"),
    excuse("after_sale.awaiting_dispatch.convert_to_refund.refunding", End::Both, "what cannot be sent is paid, and the buyer keeps what there is"),
    excuse("after_sale.awaiting_dispatch.expire.refunding", End::Both, "what was not sent is paid, and the buyer keeps what there is"),
    excuse("after_sale.dispatched",                     End::Both,    "what was sent failed and is paid, or comes late"),
    excuse("after_sale.sending_back.lose.refunding",     End::Both,    "goods that were lost on their way back to the buyer are paid"),
    excuse("after_sale.under_review.rule_for_buyer",    End::Both,    "ruled for the buyer: the goods need not come back"),
    excuse("after_sale.under_review.rule_split",        End::Both,    "ruled that both bear a part"),
    excuse("after_sale.under_review.expire",            End::Both,    "the platform's silence is for the buyer, who has the goods"),
    excuse("after_sale.under_review.withdraw",          End::Both,    "the difference of a cheaper replacement goes back"),
    excuse("after_sale.recovering.expire",              End::Both,    "an advance that never came back is written off"),
    excuse("after_sale.recovering.write_off",           End::Both,    "an advance is written off"),
    excuse("after_sale.*.undelivered.refunding",         End::Both,    "units of it will not come, and all that the case is about is paid"),
    excuse("after_sale.sending_back.bounce.dismissed",   End::Neither, "goods that the buyer does not take in stay with the merchant, and people are told"),
    excuse("after_sale.sending_back.expire.dismissed",   End::Neither, "the buyer was silent about goods that were sent back"),
];

/// The excuses that were met on the way to a trade: rows that say that the buyer keeps both, or neither.
///
/// Fold it along the events of a trade: it belongs to what can still matter about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Excuses(u32);

impl Excuses {
    /// No excuse: a trade on which nothing happened yet.
    pub const NONE: Self = Self(0);

    /// With the excuses that this event gives.
    #[must_use]
    pub fn after(self, event: &Event) -> Self {
        let Some(row) = event.row.filter(|_| matches!(event.asked, Asked::Case(_))) else { return self };
        let given = ROWS.iter().zip(0_u32..).filter(|(excuse, _)| excuse.is_of(row.as_str()));
        Self(given.fold(self.0, |met, (_, at)| met | (1 << at)))
    }

    /// Whether a row was met that excuses this end.
    pub(super) fn excuse(self, end: End) -> bool {
        ROWS.iter().zip(0_u32..).any(|(excuse, at)| excuse.end == end && self.0 & (1 << at) != 0)
    }

    /// The same without one of the rows: what a trade would be held to if that row excused nothing.
    #[must_use]
    pub fn without(self, row: &str) -> Self {
        let dropped = ROWS.iter().zip(0_u32..).filter(|(excuse, _)| excuse.row == row);
        Self(dropped.fold(self.0, |met, (_, at)| met & !(1 << at)))
    }

    /// The names of all rows that excuse something, each with its reason: as many parts of the name as matter, `*` for any.
    pub fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
        ROWS.iter().map(|excuse| (excuse.row, excuse.why))
    }
}
