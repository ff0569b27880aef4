//! What the conditions of a case look at.
//!
//! A case that is asked for, changed or reopened is looked at as it would become; every other request sees it as it
//! stands, and nothing of the windows and the room for what nobody asks for.

mod counts;
mod goods;
mod money;
mod room;
mod window;

pub(crate) use window::own_window_end;

use alloc::vec::Vec;

use super::super::draft::{self, Draft};
use super::super::ledger::Units;
use super::super::work::{Turn, Work};
use super::super::{Asked, Case, Line, Offer, Trade, act};
use super::{offset_minutes, running};
use crate::after_sale::{Action, Allows, Facts, Given, SoFar, State};
use crate::fact::Length;
use crate::{Amount, Counter, Limit, Policy, Silence, Span, Time};

/// What the rows of a case decide by, and the terms that the request comes to.
pub(crate) fn after_sale(work: &Work<'_>, turn: &Turn<'_>) -> (Facts, Draft) {
    let trade = &work.trade;
    let case = draft::case_of(trade, turn);
    let Asked::Case(action) = turn.asked else {
        return (Facts::default(), Draft::quiet(case));
    };
    let draft = if names_terms(action) { draft::draft(work.book, trade, turn, case) } else { Draft::quiet(case) };
    let seen = Seen {
        work,
        trade,
        policy: work.book.policy,
        turn,
        action,
        case,
        units: units(trade, turn, action, case, &draft),
        terms: terms(trade, turn, action, case, &draft),
        draft: &draft,
    };
    (seen.facts(), draft)
}

/// Whether an action names units and terms that are not those of the case, or are not claimed by it any more.
const fn names_terms(action: Action) -> bool {
    // A case that learns late what became of its money may rest.
    let late = matches!(action, Action::Unsettle | Action::Overpay);
    late || matches!(
        action,
        Action::Apply | Action::Declare | Action::Grant | Action::Offer | Action::Modify | Action::Reopen
    )
}

/// The units that a request is about: those that it names, or else those that its case claims. Of units that are named
/// and none of which is free, all of their lines are looked at: that they are not free says nothing else against them.
fn units<'a>(
    trade: &'a Trade,
    turn: &Turn<'_>,
    action: Action,
    case: Option<&Case>,
    draft: &Draft,
) -> Vec<(Units, &'a Line)> {
    let with_line = |units: Units| Some((units, trade.line_at(units.line)?));
    if let Some(case) = case.filter(|_| !names_terms(action)) {
        return trade.goods.of_case(case.no).copied().filter_map(with_line).collect();
    }
    if !draft.units.is_empty() {
        return draft.units.iter().flat_map(|span| trade.goods.within(*span)).filter_map(with_line).collect();
    }
    let lines = turn.detail.units.iter().filter_map(|wanted| trade.line(wanted.line));
    lines.flat_map(|(at, _)| trade.goods.of_line(at)).copied().filter_map(with_line).collect()
}

/// The terms on the table.
fn terms(trade: &Trade, turn: &Turn<'_>, action: Action, case: Option<&Case>, draft: &Draft) -> Offer {
    match (action, case) {
        (Action::Propose, Some(case)) => draft::proposed(turn, case),
        (Action::Accept, Some(case)) => act::agreed(trade, case),
        (Action::Overpay, Some(case)) => case.terms(),
        (Action::RuleForBuyer | Action::RuleSplit, Some(case)) => draft::ruled(trade, turn, case),
        // The draft of a request that names no terms holds those of its case.
        _ => draft.offer,
    }
}

/// One request on one case, with everything that it is looked at against.
struct Seen<'a> {
    work: &'a Work<'a>,
    trade: &'a Trade,
    policy: &'a Policy,
    turn: &'a Turn<'a>,
    action: Action,
    case: Option<&'a Case>,
    /// Every unit that the request is about, with its line.
    units: Vec<(Units, &'a Line)>,
    terms: Offer,
    draft: &'a Draft,
}

impl Seen<'_> {
    fn facts(&self) -> Facts {
        Facts {
            now: self.work.now,
            offset_minutes: offset_minutes(self.work),
            deadline: running(self.case.and_then(|case| case.deadline.as_ref())),
            currency: self.trade.currency,
            kind: self.terms.kind,
            reason: self.draft.reason,
            asked: self.asked(),
            given: self.given(),
            room: self.room(),
            so_far: self.so_far(),
            goods: self.goods(),
            refunds: self.refunds(),
            allows: self.allows(),
            counts: self.counts(),
        }
    }

    /// What the terms come to: money, or what the case is worth where goods are sent instead.
    fn asked(&self) -> Amount {
        let money = if self.terms.kind.pays() {
            self.terms.amount
        } else {
            // The difference of a cheaper replacement is paid out of what the case claims.
            self.draft.worth.max(self.terms.difference)
        };
        match self.case.filter(|_| self.action == Action::Reopen) {
            // What its refunds hold is spent of its units already, and need not be claimed again.
            Some(case) => act::claimed(case).less(act::held(self.trade, case.no)),
            None => money,
        }
    }

    /// Looks at every unit that the request is about, with its line.
    fn each_unit(&self, mut look: impl FnMut(&Units, &Line)) {
        self.units.iter().for_each(|(units, line)| look(units, line));
    }

    /// Whether something holds for every unit, and there is at least one.
    fn every_unit(&self, mut holds: impl FnMut(&Units, &Line) -> bool) -> bool {
        let (mut some, mut all) = (false, true);
        self.each_unit(|units, line| {
            some = true;
            all = all && holds(units, line);
        });
        some && all
    }

    fn given(&self) -> Given {
        let detail = self.turn.detail;
        let address = !detail.address.trim().is_empty() || self.policy.return_address.is_some();
        // Who agrees need not repeat the address that the buyer knows; who corrects it must give another.
        let known = self.action != Action::GiveAddress && self.case.is_some_and(|case| case.address.is_some());
        let paid = self.turn.amount();
        let (deductions, deductions_explained) = self.deductions();
        Given {
            reason_text: Length {
                used: count(detail.text.trim().chars().count()),
                least: self.policy.texts.reason_least,
                most: self.policy.texts.reason_most,
            },
            evidence: Length {
                used: count(detail.evidence.len()),
                least: u32::from(self.needs_evidence()),
                most: self.policy.cap(Counter::Evidence),
            },
            kind: detail.kind,
            units: !detail.units.is_empty(),
            waybill: detail.waybill.is_some(),
            freight: detail.freight.is_some(),
            address: address || known,
            deductions,
            deductions_explained,
            fee: self.terms.fee,
            payment: if matches!(self.action, Action::PayFee | Action::Repay) { paid } else { Amount::ZERO },
            return_waived: detail.return_waived,
        }
    }

    /// Whether the buyer must show something for the reason, or the merchant against it.
    fn needs_evidence(&self) -> bool {
        match self.action {
            Action::Apply | Action::Modify => self.policy.evidence_needed(self.draft.reason),
            Action::Refuse => self.policy.refusal_evidence_needed(self.draft.reason),
            Action::RefuseGoods => self.policy.reasons.goods_refusal_evidence,
            _ => false,
        }
    }

    /// For how many units a proposal takes something off, and for how many of them it says why: those that it names, or
    /// all of the case.
    fn deductions(&self) -> (u32, u32) {
        let Some(case) = self.case.filter(|_| self.action == Action::Propose) else {
            return (0, 0);
        };
        if act::claimed(case) <= self.asked() {
            return (0, 0);
        }
        let named = &self.turn.detail.units;
        let total = |explained: bool| {
            let counted = named.iter().filter(|wanted| !explained || wanted.reason.is_some());
            counted.fold(0_u32, |sum, wanted| sum.saturating_add(wanted.count))
        };
        let all = if named.is_empty() { draft::total(&case.units) } else { total(false) };
        (all, total(true))
    }

    fn so_far(&self) -> SoFar {
        let windows = &self.policy.windows;
        let Some(case) = self.case else {
            return SoFar {
                kind: self.terms.kind,
                statutory: self.action == Action::Declare,
                fee_due: self.terms.fee,
                ..SoFar::default()
            };
        };
        let after = |from: Option<Time>, length| Some(Span::of(length).due(from?, self.work.book.calendar));
        let review = case.review.filter(|_| case.state == State::UnderReview);
        let fee_paid = act::fee_paid(self.trade, case.no);
        SoFar {
            kind: case.offer.kind,
            claim: act::claimed(case),
            statutory: case.statutory,
            stood_before: case.before,
            escalated_by: case.review.map(|review| review.by),
            evidence_until: after(review.map(|review| review.at), self.policy.review_evidence),
            address_known: case.address.is_some(),
            picked_up: case.picked_up,
            fee_due: self.terms.fee.less(fee_paid),
            appeal_until: after(case.rested_at, windows.appeal),
            rating_until: after(case.rested_at, windows.rating),
        }
    }

    fn allows(&self) -> Allows {
        let Self { policy, trade, .. } = self;
        let (switches, fast) = (&policy.switches, &policy.fast_refund);
        let silence = policy.silence(self.terms.kind);
        let by_law = trade.head.bill.statutory && policy.statutory.is_some();
        Allows {
            unshipped_grant: switches.unshipped_is_granted,
            fast_on_apply: fast.on_apply,
            fast_on_ship_back: fast.on_ship_back,
            standing: trade.head.bill.standing,
            fast_standing: fast.standing,
            fast_most: fast.most,
            statutory_right: by_law && self.every_unit(|_, line| policy.statutory_right(line.category).is_some()),
            not_withheld: policy.statutory.as_ref().is_some_and(|law| !law.withhold),
            refusal: self.may_be_refused(),
            fee_most: policy.amounts.fee_most,
            direct_escalation: switches.direct_escalation,
            shipping_closes: switches.shipping_closes_case,
            silence_grants: silence == Silence::Grants,
            silence_escalates: silence == Silence::Escalates,
            receipt_silence_escalates: switches.receipt_silence_escalates,
            ruling_silence_dismisses: switches.ruling_silence_dismisses,
        }
    }

    /// Whether the policy lets the merchant refuse. A reason is protected within its own window only; a category
    /// always.
    fn may_be_refused(&self) -> bool {
        let Self { policy, draft, .. } = self;
        let refusable = |_: &Units, line: &Line| policy.refusable(self.terms.kind, draft.reason, line.category);
        if self.every_unit(refusable) {
            return true;
        }
        let Some(case) = self.case else { return false };
        let guarded = &policy.reasons.never_refused_categories;
        let by_category = !self.every_unit(|_, line| line.category.is_none_or(|category| !guarded.contains(&category)));
        // Nobody else asks, and a window costs a look at the calendar.
        let asked = self.action == Action::Refuse && !by_category;
        asked && self.window_end().is_some_and(|end| end < case.opened_at)
    }

    /// Whether the policy extends the limit that runs.
    fn extends(&self) -> bool {
        let limit: Option<Limit> = self.case.and_then(|case| Some(case.deadline?.limit));
        limit.is_some_and(|limit| self.policy.extension(limit).is_some())
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
