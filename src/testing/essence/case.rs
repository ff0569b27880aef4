//! A case.

use alloc::vec::Vec;

use super::Look;
use super::digest::Digest;
use super::order::{parcel_of, split_of};
use crate::trade::{Bucket, Case, Offer, Repayment, Review, Split, Trade, Units};
use crate::{Anchor, Person, Time, Window, after_sale};

impl Look<'_> {
    pub(super) fn case(&mut self, trade: &Trade, case: &Case) {
        let Case {
            no: _,
            state,
            deadline,
            counts,
            started_by,
            opened_at,
            rested_at,
            silent,
            reason,
            statutory,
            units,
            offer,
            proposal,
            worth,
            claim,
            bank_paid,
            before,
            review,
            ground,
            proposed_by,
            granted_by,
            accepted,
            partly_granted,
            repaid,
            repayments,
            written_off,
            freight,
            freight_before,
            freight_credited,
            freight_insured,
            freight_bearer,
            blame,
            returned,
            picked_up,
            dispatched,
            sent_back,
            address,
            holds_shipment,
            charged,
            touched: _,
            stars: _,
        } = case;
        let approved = self.lens.approved;
        let over = self.is_over(trade, case);
        let digest = &mut *self.digest;
        digest.number(state.ordinal());
        digest.number(started_by.ordinal());
        digest.list(units, Self::span);
        digest.maybe(*silent, |digest, role| digest.number(role.ordinal()));
        digest.flag(*statutory);
        if over {
            // Who has written something down may be out of notes.
            return self.counts(counts);
        }
        digest.number(reason.ordinal());
        let flags = [*accepted, *partly_granted, *picked_up, *holds_shipment, address.is_some()];
        digest.word(flags.into_iter().fold(0, |word, flag| word << 1 | u64::from(flag)));
        offer_of(digest, offer);
        digest.maybe(proposal.as_ref(), offer_of);
        split_of(digest, claim);
        split_of(digest, &Split { parts: Vec::new(), shares: bank_paid.clone() });
        for amount in [worth, repaid, written_off, freight, freight_before, freight_credited, freight_insured, charged]
        {
            digest.amount(*amount);
        }
        digest.maybe(*before, |digest, state| digest.number(state.ordinal()));
        digest.maybe(*ground, |digest, ground| digest.number(ground.ordinal()));
        digest.maybe(*freight_bearer, |digest, bearer| digest.number(bearer.ordinal()));
        digest.maybe(*blame, |digest, blame| digest.number(blame.ordinal()));
        if approved {
            digest.maybe(*proposed_by, person_of);
            digest.maybe(*granted_by, person_of);
        }
        for parcel in [*returned, *dispatched, *sent_back] {
            parcel_of(digest, parcel);
        }
        digest.list(repayments, |digest, repayment| {
            let Repayment { gateway, reference, amount } = *repayment;
            digest.id(gateway);
            digest.id(reference);
            digest.amount(amount);
        });
        self.deadline(deadline.as_ref());
        self.counts(counts);
        self.review(*state, review.as_ref());
        self.ago(*opened_at, self.lens.span(Anchor::Applied));
        match *rested_at {
            Some(at) => self.ago(at, self.lens.rested),
            None => self.digest.word(u64::MAX),
        }
        if self.lens.compared {
            self.in_time(trade, case);
        }
    }

    /// Whether the case has ended without money, and nothing can be made of it any more: only how it ended is asked.
    fn is_over(&self, trade: &Trade, case: &Case) -> bool {
        use after_sale::State::{Dismissed, Lapsed, Withdrawn};
        let ended = matches!(case.state, Withdrawn | Lapsed | Dismissed);
        ended
            && !self.lens.touchable
            && case.bank_paid.is_empty()
            && trade.refunds_of(case.no).next().is_none()
            && trade.money.pot(Bucket::Fee(case.no)).paid.is_zero()
    }

    /// When it began bounds the evidence while it lasts; afterwards only who began it is asked.
    fn review(&mut self, state: after_sale::State, review: Option<&Review>) {
        let Some(Review { point, by, at }) = review else {
            return self.digest.word(u64::MAX);
        };
        self.digest.number(point.ordinal());
        self.digest.number(by.ordinal());
        if state == after_sale::State::UnderReview {
            let most = self.lens.policy.review_evidence.millis() + 1;
            self.ago(*at, most);
        }
    }

    /// Of each of its units whether the case was opened before each window ended: what is changed, or may never be refused,
    /// goes by the windows as they were then.
    fn in_time(&mut self, trade: &Trade, case: &Case) {
        for units in case.units.iter().flat_map(|span| trade.goods.within(*span)) {
            let is_over = |end: Option<Time>| end.is_some_and(|end| end < case.opened_at);
            // A grace that never was helps as little as one that was over.
            let graces = [units.grace, trade.head.reopened_until];
            let graces = graces.into_iter().map(|until| until.is_none() || is_over(until));
            let windows = self.lens.windows.iter().map(|&window| is_over(self.end(window, trade, &units)));
            let word = graces.chain(windows).fold(0, |word: u64, over| word << 1 | u64::from(over));
            self.digest.word(word);
        }
    }

    /// When a window of these units ends.
    fn end(&self, window: Window, trade: &Trade, units: &Units) -> Option<Time> {
        let line = trade.line_at(units.line)?;
        let came = units.delivered_at.or(units.shipped_at.and(line.confirmed_at));
        let Window::Lasts(span) = window else {
            let silence = line.receipt.and_then(|receipt| receipt.due());
            return line.confirmed_at.map(|at| at.after(-1)).or(silence);
        };
        let began = match span.anchor {
            Anchor::Placed => trade.head.placed_at,
            Anchor::Paid => trade.head.paid_at,
            Anchor::Completed => trade.head.completed_at,
            Anchor::LastDelivered => trade.head.delivered_at,
            Anchor::Entry | Anchor::Applied => None,
            Anchor::Shipped => units.shipped_at,
            Anchor::Delivered => came,
        };
        Some(span.due(began?, self.lens.calendar))
    }
}

fn offer_of(digest: &mut Digest, offer: &Offer) {
    let Offer { kind, amount, fee, difference } = *offer;
    digest.number(kind.ordinal());
    [amount, fee, difference].into_iter().for_each(|amount| digest.amount(amount));
}

pub(super) fn person_of(digest: &mut Digest, person: Person) {
    let Person { id, account } = person;
    digest.id(id);
    digest.maybe(account, Digest::id);
}
