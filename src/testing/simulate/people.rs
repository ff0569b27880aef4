//! What people ask for: mostly what would make sense to somebody who looks at the trade.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::chance::Chance;
use super::shop::{TENANT, buyer};
use crate::job::Clerk;
use crate::trade::{Asked, Payout, Request, Subject, Trade};
use crate::{Actor, Kind, Reason, Time, after_sale, order, refund};

/// Who looks at a trade.
pub(super) struct Look<'l> {
    pub(super) clerk: &'l Clerk,
    pub(super) trade: &'l Trade,
    pub(super) now: Time,
    /// How often the channel has really paid each refund, as finance reads it in the channel's own books.
    pub(super) truth: &'l BTreeMap<u16, usize>,
}

fn merchant() -> Actor {
    Actor::merchant("acme")
}
fn platform() -> Actor {
    Actor::platform(TENANT, "cs-7")
}
fn finance(second: bool) -> Actor {
    if second { Actor::tenant_finance(TENANT, "fin-2") } else { Actor::finance("fin-1") }
}

impl Look<'_> {
    /// What somebody asks for next; `None` if nobody wants anything.
    pub(super) fn wish(&self, chance: &mut Chance) -> Option<Request> {
        match chance.below(12) {
            0..=2 => Some(self.applies(chance)),
            3..=5 => Some(grants(chance)),
            6..=8 => self.mends(chance).or_else(|| self.offered(chance)),
            _ => self.offered(chance),
        }
    }

    /// The buyer wants money back.
    fn applies(&self, chance: &mut Chance) -> Request {
        let unshipped = self.trade.head.shipped_at.is_none();
        let reason = if unshipped { Reason::NoReason } else { Reason::Quality };
        let back = !unshipped && chance.strikes(300);
        let kind = if back { Kind::ReturnAndRefund } else { Kind::RefundOnly };
        let request = some_units(Request::by(buyer()).apply(kind), chance).reason(reason);
        let request = if unshipped { request } else { request.evidence("photo://1").text("it is torn") };
        match chance.strikes(500) {
            true => request.amount(chance.pick(&[3_000_u64, 6_000, 9_000]).unwrap_or(1)),
            false => request,
        }
    }

    /// A person looks after what waits for one.
    pub(super) fn mends(&self, chance: &mut Chance) -> Option<Request> {
        let waiting: Vec<&Payout> = self.trade.refunds.iter().map(|refund| &**refund).filter(is_waiting).collect();
        let refund = *waiting.get(chance.below(waiting.len()))?;
        let second = chance.strikes(500);
        match refund.state {
            refund::State::AwaitingApproval => {
                let reject = chance.strikes(250);
                let action = if reject { refund::Action::Reject } else { refund::Action::Approve };
                Some(Request::by(finance(second)).refund(refund.no, action).text("looked at it"))
                    .map(|request| if reject { request } else { request.with(|detail| detail.text.clear()) })
            }
            refund::State::Failed => Some(Request::by(merchant()).refund(refund.no, refund::Action::Retry)),
            refund::State::Abnormal if chance.strikes(700) => {
                let actor = if second { finance(false) } else { platform() };
                let redirect = Request::by(actor).refund(refund.no, refund::Action::Redirect);
                Some(redirect.with(|detail| detail.account = "acct-2".into()))
            }
            refund::State::Abnormal => {
                let offline = Request::by(merchant()).refund(refund.no, refund::Action::PayOffline);
                Some(offline.with(|detail| detail.voucher = "voucher-1".into()))
            }
            refund::State::Unresolved => Some(self.reconciles(refund)),
            _ => None,
        }
    }

    /// Finance has looked into the channel's books. It is honest, and does not look too early.
    pub(super) fn reconciles(&self, refund: &Payout) -> Request {
        let paid = self.truth.get(&refund.no).is_some_and(|times| *times > 0);
        let reconcile = Request::by(finance(false)).refund(refund.no, refund::Action::Reconcile);
        reconcile.evidence("ledger://1").with(|detail| detail.found_paid = Some(paid))
    }

    /// Somebody takes one of the choices that are offered.
    fn offered(&self, chance: &mut Chance) -> Option<Request> {
        let people = [buyer(), buyer(), merchant(), merchant(), platform(), finance(false), Actor::carrier("sf")];
        let actor = chance.pick(&people)?;
        let options = self.clerk.options(Some(self.trade.clone()), &actor, self.now).ok()?;
        let fits = options.choices.iter().map(|choice| &choice.template).filter(|request| is_honest(request));
        let fits: Vec<&Request> = fits.collect();
        let chosen = fits.get(chance.below(fits.len()))?;
        Some((*chosen).clone())
    }
}

/// Staff grants money back, without anybody having asked.
fn grants(chance: &mut Chance) -> Request {
    let actor = if chance.strikes(500) { merchant() } else { platform() };
    let grant = Request::by(actor).opens(after_sale::Action::Grant, Kind::RefundOnly);
    let grant = some_units(grant, chance).reason(Reason::Negotiated).text("our mistake");
    match chance.strikes(500) {
        true => grant.amount(chance.pick(&[2_500_u64, 6_000, 6_500]).unwrap_or(1)),
        false => grant,
    }
}

fn some_units(request: Request, chance: &mut Chance) -> Request {
    match chance.below(4) {
        0 => request.units("shirt", 2),
        1 => request.units("mug", 1),
        2 => request.units("shirt", 2).units("mug", 1),
        _ => request.units("shirt", 1),
    }
}

fn is_waiting(refund: &&Payout) -> bool {
    use refund::State;
    matches!(refund.state, State::AwaitingApproval | State::Failed | State::Abnormal | State::Unresolved)
}

/// What became of a refund is told by those who have looked; and nobody asks what the version was.
fn is_honest(request: &Request) -> bool {
    request.asked != Asked::Refund(refund::Action::Reconcile)
        && !(request.subject == Subject::Order && request.asked == Asked::Order(order::Action::Note))
}
