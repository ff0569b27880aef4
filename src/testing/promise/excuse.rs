//! Which rows say that the buyer ends with both the goods and the money. None says that the buyer ends with neither.

use crate::trade::{Asked, Event};

/// A row that says so.
struct Excuse {
    /// How its name begins, part by part; `*` for any part.
    row: &'static str,
    /// Why that is meant.
    why: &'static str,
}

const fn excuse(row: &'static str, why: &'static str) -> Excuse {
    Excuse { row, why }
}

impl Excuse {
    fn is_of(&self, row: &str) -> bool {
        let mut parts = row.split('.');
        self.row.split('.').all(|wanted| parts.next().is_some_and(|part| wanted == "*" || wanted == part))
    }
}

/// Each is needed: a test takes one away and finds a walk that ends so and that nothing else excuses.
#[rustfmt::skip]
const ROWS: &[Excuse] = &[
    excuse("after_sale.requested.agree.refunding", "money back without a return, as the merchant agreed"),
    excuse("after_sale.requested.expire.refunding", "money back without a return, by the merchant's silence"),
    excuse("after_sale.overdue.agree.refunding", "money back without a return, as the merchant agreed late"),
    excuse("after_sale.refused.agree.refunding", "money back without a return, as the merchant agreed after all"),
    excuse("after_sale.proposed.accept.refunding", "money back without a return, as it was proposed and accepted"),
    excuse("after_sale.absent.grant.refunding", "money back that was granted unasked"),
    excuse("after_sale.absent.apply.refunding.fast", "money back at once to a buyer whom the policy trusts"),
    excuse("after_sale.awaiting_return.convert_to_refund.refunding", "the merchant lets the goods go"),
    excuse("after_sale.awaiting_return.expire.refunding", "a merchant who never said where to send the goods forgoes them"),
    excuse("after_sale.awaiting_dispatch.convert_to_refund.refunding", "what cannot be sent is paid, and the buyer keeps what there is"),
    excuse("after_sale.awaiting_dispatch.expire.refunding", "what was not sent is paid, and the buyer keeps what there is"),
    excuse("after_sale.dispatched", "what was sent failed and is paid, or comes late"),
    excuse("after_sale.under_review.rule_for_buyer", "ruled for the buyer: the goods need not come back"),
    excuse("after_sale.under_review.rule_split", "ruled that both bear a part"),
    excuse("after_sale.under_review.expire", "the platform's silence is for the buyer, who has the goods"),
    excuse("after_sale.recovering.expire", "an advance that never came back is written off"),
    excuse("after_sale.recovering.write_off", "an advance is written off"),
    excuse("after_sale.*.undelivered.refunding", "units of it will not come, and all that the case is about is paid"),
];

/// The excuses that were met on the way to a trade: rows that say that the buyer keeps both.
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
        let Some(row) = event.row.filter(|_| !matches!(event.asked, Asked::Order(_))) else { return self };
        let given = ROWS.iter().zip(0_u32..).filter(|(excuse, _)| excuse.is_of(row.as_str()));
        Self(given.fold(self.0, |met, (_, at)| met | (1 << at)))
    }

    /// Whether a row was met that says that the buyer has both.
    pub(super) const fn any(self) -> bool {
        self.0 != 0
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
