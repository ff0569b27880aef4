//! What each condition of a case means, and what it saw: two tables, one line a condition.

use super::{Condition, Facts, State};
use crate::fact::{Units, Used};
use crate::rule::Finding;
use crate::{Amount, Kind, Role, Time};

impl Condition {
    /// Whether it is so: one line a condition, so it is as long as there are conditions.
    pub(super) fn holds_in(self, facts: &Facts) -> bool {
        let Facts { room, so_far, goods, refunds, given, allows, counts, .. } = facts;
        match self {
            Self::OrderOpen => room.order_open,
            Self::WithinWindow => facts.is_by(room.window_end),
            Self::UnitsFree => room.short_line.is_none_or(Units::are_there),
            Self::WholeLines => room.part_line.is_none(),
            Self::ReapplyAllowed => room.lapsed_case.is_none(),
            Self::KindFits => facts.kind_fits(),
            Self::AdvanceFits => facts.advance_fits(),
            Self::KindAsNamed => given.kind.is_none_or(|kind| kind == facts.kind),
            Self::ReasonFits => room.reason_fits,
            Self::EvidenceGiven => given.evidence.fits(),
            Self::WithinRefundable => facts.asks_something() && facts.asked <= room.refundable,
            Self::WholeShare => room.whole.is_none_or(|whole| whole <= facts.asked),
            Self::ShippingUnspent => room.shipping_case.is_none(),
            Self::NotDisputed => !room.disputed,
            Self::StatutoryRight => allows.statutory_right,

            Self::Pays => facts.kind.pays(),
            Self::Returns => facts.kind.returns(),
            Self::Sends => facts.kind.sends(),
            Self::Keeps => !facts.kind.returns(),
            Self::AmountNotRaised => facts.asked <= so_far.claim,
            Self::AmountAboveZero => !facts.kind.pays() || !facts.asked.is_zero() || so_far.claim.is_zero(),
            Self::KindKept => facts.kind == so_far.kind,
            Self::UnitsKept => !given.units,
            Self::WithinFeeCap => given.fee <= allows.fee_most,
            Self::ReasonPerUnit => given.deductions <= given.deductions_explained,
            Self::ReasonGiven => given.reason_text.fits(),

            Self::UnshippedIsGranted => allows.unshipped_grant,
            Self::FastRefundOnApply => allows.fast_on_apply && facts.is_fast(),
            Self::FastRefundOnShipBack => allows.fast_on_ship_back && facts.is_fast(),
            Self::RefusalAllowed => facts.shield().is_none(),
            Self::GoodsRefusalAllowed => !so_far.statutory,
            Self::Statutory => so_far.statutory,
            Self::NotWithheld => allows.not_withheld,
            Self::DirectEscalation => allows.direct_escalation,
            Self::ShippingClosesCase => allows.shipping_closes,
            Self::SilenceGrants => allows.silence_grants,
            Self::SilenceEscalates => allows.silence_escalates,
            Self::ReceiptSilenceEscalates => allows.receipt_silence_escalates,
            Self::RulingSilenceDismisses => allows.ruling_silence_dismisses,

            Self::Unshipped => 0 < goods.units && goods.unshipped == goods.units,
            Self::InTransit => 0 < goods.units && goods.in_transit == goods.units,
            Self::GoodsWithBuyer => goods.is_with_buyer(),
            Self::GoodsAtMerchant => goods.is_at_merchant(),
            Self::GoodsGoingBack => 0 < goods.going_back,
            Self::ReplacementSent => 0 < goods.replacements,
            Self::AddressGiven => given.address,
            Self::AddressAwaited => !so_far.address_known,
            Self::WaybillGiven => given.waybill,
            Self::FreightKept => !given.freight,
            Self::NotPickedUp => !so_far.picked_up,
            Self::UnitsReturning => goods.receipt.is_some_and(Units::are_there),
            Self::UnitsUnderway => goods.report.is_some_and(Units::are_there),
            Self::ReceivesRest => goods.announced <= goods.received,
            Self::SomeReceived => 0 < goods.received,

            Self::MerchantOffered => so_far.stood_before == Some(State::Absent),
            Self::AfterReturn => matches!(so_far.stood_before, Some(State::Inspecting | State::GoodsRefused)),
            Self::WasRefused => so_far.stood_before == Some(State::Refused),
            Self::GoodsWereRefused => so_far.stood_before == Some(State::GoodsRefused),
            Self::WasUnanswered => matches!(so_far.stood_before, Some(State::Requested | State::Overdue)),
            Self::ReturnWasAgreed => so_far.stood_before == Some(State::AwaitingReturn),
            Self::EscalatedByBuyer => so_far.escalated_by == Some(Role::Buyer),

            Self::FeeDue => facts.kind.sends() && !so_far.fee_due.is_zero(),
            Self::FeeInFull => so_far.fee_due <= given.payment,
            Self::Advanced => !refunds.advanced.is_zero(),
            Self::NotAdvanced => refunds.advanced.is_zero(),
            Self::AdvancedMore => refunds.granted < refunds.advanced,
            Self::AdvanceArrived => refunds.advanced <= refunds.with_buyer,
            Self::PartlyGranted => !refunds.granted.is_zero(),
            Self::DifferenceOwed => !refunds.difference.is_zero(),
            Self::RepaidInFull => facts.to_repay() <= given.payment.min(refunds.with_buyer),
            Self::AllRefundsPaid => refunds.paid == refunds.all && refunds.owed <= refunds.held,
            Self::RefundRejected => refunds.rejected,
            Self::RefundWaits => refunds.paid.saturating_add(refunds.unresolved) < refunds.all,
            Self::RefundUnresolved => {
                0 < refunds.unresolved && refunds.paid.saturating_add(refunds.unresolved) == refunds.all
            }

            Self::ReturnWaived => given.return_waived,
            Self::WithinCase => facts.asked <= so_far.claim && (!facts.asked.is_zero() || so_far.claim.is_zero()),
            Self::WithinEvidenceTime => facts.is_by(so_far.evidence_until),
            Self::WithinAppeal => facts.is_by(so_far.appeal_until),
            Self::WithinRating => facts.is_by(so_far.rating_until),
            Self::TriesLeft => counts.tries.is_left(),
            Self::OffersLeft => counts.offers.is_left(),
            Self::GrantsLeft => counts.grants.is_left(),
            Self::ModifiesLeft => counts.modifies.is_left(),
            Self::RoundsLeft => counts.rounds.is_left(),
            Self::InterceptLeft => counts.intercepts.is_left(),
            Self::ExtensionLeft => counts.extensions.is_left(),
            Self::CorrectionsLeft => counts.corrections.is_left(),
            Self::ReviewsLeft => counts.reviews.is_left(),
            Self::RedispatchesLeft => counts.redispatches.is_left(),
            Self::ConversionsLeft => counts.conversions.is_left(),
            Self::EvidenceLeft => is_within(facts.evidence_in_all()),
            Self::NotesLeft => counts.notes.is_left(),
            Self::FeePaymentsLeft => counts.fee_payments.is_left(),
            Self::RepaymentsLeft => counts.repayments.is_left(),
            Self::AppealsLeft => counts.appeals.is_left(),
            Self::RatingLeft => counts.ratings.is_left(),
            Self::RejectionsLeft => counts.rejections.is_left(),
            Self::RevivalsLeft => counts.revivals.is_left(),
            Self::ReconcilesLeft => counts.reconciles.is_left(),
            Self::OverpaysLeft => counts.overpays.is_left(),

            Self::Past(limit) => facts.deadline.is_some_and(|deadline| deadline.has_passed(limit, facts.now)),
        }
    }

    /// What it saw: one line a condition that saw anything beside its own sentence.
    #[rustfmt::skip]
    pub(super) fn found_in(self, facts: &Facts) -> Finding {
        let Facts { room, so_far, goods, refunds, given, allows, counts, .. } = facts;
        match self {
            Self::OrderOpen => room.order_seen,
            Self::WithinWindow => facts.until(room.window_end),
            Self::UnitsFree => room.short_line.map_or(Finding::Plain, Finding::from),
            Self::WholeLines => room.part_line.map_or(Finding::Plain, Finding::from),
            Self::ReapplyAllowed => case(room.lapsed_case),
            Self::ShippingUnspent => case(room.shipping_case),
            Self::ReasonFits => Finding::word(facts.reason),
            Self::EvidenceGiven => given.evidence.into(),
            Self::WithinRefundable => facts.money(facts.asked, room.refundable),
            Self::WholeShare => facts.money(facts.asked, room.whole.unwrap_or_default()),
            Self::KindFits | Self::AdvanceFits | Self::Pays | Self::Returns | Self::Sends | Self::Keeps => Finding::word(facts.kind),
            Self::AmountNotRaised | Self::AmountAboveZero | Self::WithinCase => facts.money(facts.asked, so_far.claim),
            Self::KindKept => Finding::word(so_far.kind),
            Self::KindAsNamed => Finding::word(given.kind.unwrap_or(facts.kind)),
            Self::WithinFeeCap => facts.money(given.fee, allows.fee_most),
            Self::ReasonPerUnit => count(given.deductions_explained, given.deductions),
            Self::ReasonGiven => given.reason_text.into(),
            Self::RefusalAllowed => facts.shield().map_or(Finding::Plain, Finding::word),
            Self::Unshipped => count(goods.unshipped, goods.units),
            Self::InTransit => count(goods.in_transit, goods.units),
            Self::UnitsReturning => goods.receipt.map_or(Finding::Plain, Finding::from),
            Self::UnitsUnderway => goods.report.map_or(Finding::Plain, Finding::from),
            Self::ReceivesRest | Self::SomeReceived => count(goods.received, goods.announced),
            Self::FeeInFull => facts.money(given.payment, so_far.fee_due),
            Self::NotAdvanced => facts.money(refunds.advanced, Amount::ZERO),
            Self::AdvancedMore => facts.money(refunds.advanced, refunds.granted),
            Self::AdvanceArrived => facts.money(refunds.advanced, refunds.with_buyer),
            Self::RepaidInFull => facts.money(given.payment.min(refunds.with_buyer), facts.to_repay()),
            Self::AllRefundsPaid => count(refunds.paid, refunds.all),
            Self::WithinEvidenceTime => facts.until(so_far.evidence_until),
            Self::WithinAppeal => facts.until(so_far.appeal_until),
            Self::WithinRating => facts.until(so_far.rating_until),
            Self::Past(_) => facts.until(facts.deadline.map(|deadline| deadline.due)),
            Self::TriesLeft => counts.tries.into(),
            Self::OffersLeft => counts.offers.into(),
            Self::GrantsLeft => counts.grants.into(),
            Self::ModifiesLeft => counts.modifies.into(),
            Self::RoundsLeft => counts.rounds.into(),
            Self::InterceptLeft => counts.intercepts.into(),
            Self::ExtensionLeft => counts.extensions.into(),
            Self::CorrectionsLeft => counts.corrections.into(),
            Self::ReviewsLeft => counts.reviews.into(),
            Self::RedispatchesLeft => counts.redispatches.into(),
            Self::ConversionsLeft => counts.conversions.into(),
            Self::EvidenceLeft => counts.evidence.into(),
            Self::NotesLeft => counts.notes.into(),
            Self::FeePaymentsLeft => counts.fee_payments.into(),
            Self::RepaymentsLeft => counts.repayments.into(),
            Self::AppealsLeft => counts.appeals.into(),
            Self::RatingLeft => counts.ratings.into(),
            Self::RejectionsLeft => counts.rejections.into(),
            Self::RevivalsLeft => counts.revivals.into(),
            Self::ReconcilesLeft => counts.reconciles.into(),
            Self::OverpaysLeft => counts.overpays.into(),
            Self::NotDisputed | Self::StatutoryRight | Self::UnshippedIsGranted | Self::FastRefundOnApply
            | Self::FastRefundOnShipBack | Self::GoodsRefusalAllowed | Self::Statutory | Self::NotWithheld
            | Self::DirectEscalation | Self::ShippingClosesCase | Self::SilenceGrants | Self::SilenceEscalates
            | Self::ReceiptSilenceEscalates | Self::RulingSilenceDismisses | Self::GoodsWithBuyer
            | Self::GoodsAtMerchant | Self::GoodsGoingBack | Self::ReplacementSent | Self::AddressGiven
            | Self::AddressAwaited | Self::WaybillGiven | Self::FreightKept | Self::UnitsKept | Self::NotPickedUp
            | Self::MerchantOffered | Self::AfterReturn | Self::WasRefused | Self::GoodsWereRefused
            | Self::WasUnanswered | Self::ReturnWasAgreed | Self::EscalatedByBuyer | Self::FeeDue | Self::Advanced
            | Self::PartlyGranted | Self::DifferenceOwed | Self::RefundRejected | Self::RefundUnresolved
            | Self::RefundWaits | Self::ReturnWaived => Finding::Plain,
        }
    }
}

impl Facts {
    /// Whether it is no later than `end`; what has no end yet has not ended.
    fn is_by(&self, end: Option<Time>) -> bool {
        end.is_none_or(|end| self.now <= end)
    }

    /// Where the goods and the money are decides which kinds are left.
    fn kind_fits(&self) -> bool {
        let Self { kind, goods, .. } = self;
        if goods.unshipped > 0 {
            return *kind == Kind::RefundOnly;
        }
        (kind.returns() || !goods.is_at_merchant()) && goods.asked_in_vain == 0 && self.advance_fits()
    }

    /// Whether nothing is advanced that the kind would not pay, or would pay for goods that the case has no more.
    const fn advance_fits(&self) -> bool {
        let pays = self.kind.pays() && (self.goods.units > 0 || !self.kind.returns());
        pays || self.refunds.advanced.is_zero()
    }

    /// Whether the buyer and the amount qualify for money in advance.
    fn is_fast(&self) -> bool {
        self.allows.fast_standing <= self.allows.standing && self.asked <= self.allows.fast_most
    }

    fn asks_something(&self) -> bool {
        self.room.nothing_fits || !self.asked.is_zero()
    }

    /// What the buyer owes: what was advanced beyond what is granted.
    fn to_repay(&self) -> Amount {
        self.refunds.advanced.less(self.refunds.granted)
    }

    /// The evidence of this side, that of the request counted; a request brings at least one piece.
    fn evidence_in_all(&self) -> Used {
        let Used { used, of } = self.counts.evidence;
        Used { used: used.saturating_add(self.given.evidence.used.max(1)), of }
    }

    fn money(&self, asked: Amount, most: Amount) -> Finding {
        Finding::Amount { asked: asked.of(self.currency), most: most.of(self.currency) }
    }

    fn until(&self, at: Option<Time>) -> Finding {
        at.map_or(Finding::Plain, |at| Finding::Until { at, offset_minutes: self.offset_minutes })
    }
}

/// Whether no more is used than there is.
const fn is_within(Used { used, of }: Used) -> bool {
    used <= of
}

const fn count(used: u32, of: u32) -> Finding {
    Finding::Count { used, of }
}

fn case(no: Option<u16>) -> Finding {
    no.map_or(Finding::Plain, |no| Finding::Case { no })
}
