//! Which rows say that the buyer ends with both the goods and the money. None says that the buyer ends with neither.

use alloc::vec::Vec;

use crate::trade::{Event, Subject, Trade, UnitSpan};

/// A row that says so.
struct Excuse {
    /// Its whole name.
    row: &'static str,
    /// Why that is meant.
    why: &'static str,
}

const fn excuse(row: &'static str, why: &'static str) -> Excuse {
    Excuse { row, why }
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
    excuse("after_sale.under_review.rule_for_buyer.refunding", "ruled for the buyer: the goods need not come back"),
    excuse("after_sale.under_review.rule_for_buyer.refunding.waived", "ruled for the buyer, who need not send the goods back"),
    excuse("after_sale.under_review.rule_split.refunding", "ruled that both bear a part"),
    excuse("after_sale.under_review.expire.refunding", "the platform's silence is for the buyer, who has the goods"),
    excuse("after_sale.dispatched.lose.refunding", "what was sent instead was lost and is paid"),
    excuse("after_sale.dispatched.bounce.refunding", "what was sent instead came back and is paid"),
    excuse("after_sale.recovering.expire.dismissed", "an advance that never came back is written off"),
    excuse("after_sale.recovering.write_off.dismissed", "an advance is written off"),
    excuse("after_sale.recovering.expire.refunding", "what was advanced beyond the grant is written off"),
    excuse("after_sale.recovering.write_off.refunding", "what was advanced beyond the grant is written off"),
    excuse("after_sale.requested.undelivered.refunding", "units of it will not come, and all that the case is about is paid"),
    excuse("after_sale.overdue.undelivered.refunding", "units of it will not come, and all that the case is about is paid"),
    excuse("after_sale.proposed.undelivered.refunding", "units of it will not come, and all that the case is about is paid"),
    excuse("after_sale.refused.undelivered.refunding", "units of it will not come, and all that the case is about is paid"),
    excuse("after_sale.awaiting_payment.undelivered.refunding", "units of it will not come, and all that the case is about is paid"),
    excuse("after_sale.intercepting.undelivered.refunding", "units of it will not come, and all that the case is about is paid"),
    excuse("after_sale.awaiting_return.undelivered.refunding", "units of it will not come, and all that the case is about is paid"),
    excuse("after_sale.under_review.undelivered.refunding", "units of it will not come, and all that the case is about is paid"),
];

/// For which cases, and for which refunds, a row was met that says that the buyer keeps both.
///
/// Fold it along the events of a trade: it belongs to what can still matter about it. An excuse is for the units of its
/// case or refund alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Excuses {
    /// Case 1 in the lowest bit; those from [`MOST`](Self::MOST) on share the highest.
    cases: u128,
    refunds: u128,
}

impl Excuses {
    /// No excuse: a trade on which nothing happened yet.
    pub const NONE: Self = Self { cases: 0, refunds: 0 };
    /// So many cases and so many refunds are told apart.
    pub const MOST: u16 = 128;

    const fn bit(no: u16) -> u128 {
        let place = no.saturating_sub(1);
        1 << (if place < Self::MOST { place } else { Self::MOST - 1 })
    }

    /// With the excuse that this event gives.
    #[must_use]
    pub fn after(mut self, event: &Event) -> Self {
        let given = event.row.is_some_and(|row| ROWS.iter().any(|excuse| excuse.row == row.as_str()));
        match event.subject {
            Subject::Case(no) if given => self.cases |= Self::bit(no),
            Subject::Refund(no) if given => self.refunds |= Self::bit(no),
            _ => {}
        }
        self
    }

    /// Whether a row was met that says that the buyer has both of all these units.
    pub(super) fn of(self, trade: &Trade, span: UnitSpan) -> bool {
        let of_case = |no: u16| self.cases & Self::bit(no) != 0;
        let refunds = trade.refunds.iter().filter(|refund| self.refunds & Self::bit(refund.no) != 0);
        let of_refund = |no: u16| refunds.clone().any(|refund| refund.case == Some(no));
        let cases = trade.cases.iter().filter(|case| of_case(case.no) || of_refund(case.no));
        let mut named: Vec<UnitSpan> = cases.flat_map(|case| case.units.iter().copied()).collect();
        named.extend(refunds.clone().flat_map(|refund| refund.units.iter().copied()));
        // Units that have left a case since may have been paid by it all the same.
        let of_cases = trade.refunds.iter().filter(|refund| refund.case.is_some_and(of_case));
        named.extend(of_cases.flat_map(|refund| refund.split.parts.iter().filter_map(|part| part.units)));
        covers(named, span)
    }

    /// The names of all rows that excuse something, each with its reason.
    pub fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
        ROWS.iter().map(|excuse| (excuse.row, excuse.why))
    }
}

/// Whether these spans together name all units of one.
fn covers(mut named: Vec<UnitSpan>, span: UnitSpan) -> bool {
    named.retain(|own| own.line == span.line);
    named.sort_unstable_by_key(|own| own.first);
    let last = span.first + span.count;
    let reached =
        named.iter().fold(
            span.first,
            |reached, own| {
                if own.first <= reached { reached.max(own.first + own.count) } else { reached }
            },
        );
    reached >= last
}
