//! A refund.

use super::Look;
use super::case::person_of;
use super::order::split_of;
use crate::trade::{Elsewhere, Payout};

impl Look<'_> {
    pub(super) fn refund(&mut self, refund: &Payout) {
        let Payout {
            no: _,
            state,
            deadline,
            counts,
            case,
            ground,
            amount,
            split,
            payment,
            units,
            funder,
            requested_by,
            elsewhere,
            account,
            // No row reads them: how old a refund is, and when it was sent, only spaces out what is sent next.
            opened_at: _,
            sent_at: _,
            // Only whoever talks to the channel goes by them.
            key_since: _,
            known_as: _,
            key_number,
            sent_key,
            attempt,
            reference,
            paid_key,
            reversals,
            route,
            bank_paid,
            repaid,
            touched: _,
            rejected,
        } = refund;
        let approved = self.lens.approved;
        let digest = &mut *self.digest;
        digest.number(state.ordinal());
        digest.number(ground.ordinal());
        digest.number(funder.ordinal());
        digest.word(u64::from(*payment) << 1 ^ u64::from(*rejected));
        digest.maybe(*case, |digest, case| digest.word(case.into()));
        digest.amount(*amount);
        digest.amount(*bank_paid);
        split_of(digest, split);
        split_of(digest, repaid);
        digest.list(units, Self::span);
        if approved {
            digest.maybe(*requested_by, person_of);
        }
        digest.maybe(elsewhere.as_ref(), |digest, elsewhere| {
            let Elsewhere { account, by } = elsewhere;
            digest.text(account);
            person_of(digest, *by);
        });
        digest.flag(account.is_some());
        for number in [key_number, sent_key, attempt, paid_key] {
            digest.word((*number).into());
        }
        digest.maybe(*reference, |digest, reference| digest.id(reference));
        digest.list(reversals, |digest, reference| digest.id(*reference));
        digest.maybe(*route, |digest, route| digest.number(route.ordinal()));
        self.deadline(deadline.as_ref());
        self.counts(counts);
    }
}
