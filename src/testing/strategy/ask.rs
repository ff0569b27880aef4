//! Requests: what somebody may ask of a trade as it stands, mostly with a chance of being heard.

use alloc::borrow::ToOwned as _;
use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Chance, Scene};
use crate::trade::{Asked, Detail, Field, Request, Subject, Sum, Wanted, Waybill, fields};
use crate::{Actor, Bearer, Blame, Dispute, GoodsCondition, Id, Kind, Reason, Tender, Time, after_sale, order, refund};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

impl Chance {
    /// A request of anybody for anything; mostly one that has a chance.
    pub fn request(&mut self, scene: &Scene<'_>) -> Request {
        let (actor, subject, asked) = match self.guided(scene).filter(|_| !self.one_in(6)) {
            Some(guided) => guided,
            None => {
                let (subject, asked) = self.action(scene);
                (self.actor(scene), subject, asked)
            }
        };
        let detail = self.detail(scene, asked);
        let seen = self.one_in(20).then(|| scene.trade.version.saturating_sub(self.next() % 2));
        Request { actor, subject, asked, detail, seen, key: None }
    }

    /// A request that some row gives to whoever asks it, where the trade stands; whether its conditions hold is another
    /// matter. Any request if no row waits for anybody.
    pub fn likely_request(&mut self, scene: &Scene<'_>) -> Request {
        for _ in 0..8 {
            if let Some((actor, subject, asked)) = self.guided(scene) {
                let detail = self.detail(scene, asked);
                return Request { actor, subject, asked, detail, seen: None, key: None };
            }
        }
        self.request(scene)
    }

    /// A request of this actor: mostly for something that is the role's to ask where the trade stands.
    pub fn request_of(&mut self, scene: &Scene<'_>, actor: Actor) -> Request {
        for _ in 0..32 {
            let request = self.request(scene);
            if request.actor.role == actor.role {
                return Request { actor, ..request };
            }
        }
        Request { actor, ..self.request(scene) }
    }

    /// What goes with an action: all that it needs, and mostly what it also takes.
    pub fn detail(&mut self, scene: &Scene<'_>, asked: Asked) -> Detail {
        let mut detail = Detail::default();
        let (needs, takes) = fields(asked);
        for &field in needs {
            self.fill(scene, field, &mut detail);
        }
        for &field in takes {
            if !self.one_in(3) {
                self.fill(scene, field, &mut detail);
            }
        }
        detail
    }

    /// How much time passes before the next request, in milliseconds: mostly none or little, sometimes up to the next
    /// deadline, just beyond it, or a day.
    pub fn wait(&mut self, scene: &Scene<'_>) -> i64 {
        let to_due = scene.trade.due().map_or(0, |due| due.since(scene.now)).max(0);
        match self.below(24) {
            0..=17 => 0,
            18 => 1_000,
            19 => HOUR,
            20 => to_due,
            21 | 22 => to_due.saturating_add(1),
            _ => DAY,
        }
    }

    /// A moment that matters: now, or just before, at or just after a deadline, or soon after the last of them.
    pub fn moment(&mut self, scene: &Scene<'_>) -> Time {
        let dues: Vec<Time> = scene.trade.deadlines().filter_map(|(_, deadline)| deadline.due()).collect();
        let Some(due) = self.any_of(&dues) else {
            return scene.now.after(self.pick(&[0, 1_000, HOUR, DAY]));
        };
        let last = dues.iter().copied().fold(due, Time::max);
        let at = match self.below(8) {
            0 => scene.now,
            1 => due.after(-1),
            2 | 3 => due,
            4 | 5 => due.after(1),
            6 => due.after(DAY),
            _ => last.after(1),
        };
        at.max(scene.now)
    }

    /// A row of the state in which some machine of the trade stands, asked for by somebody who may.
    fn guided(&mut self, scene: &Scene<'_>) -> Option<(Actor, Subject, Asked)> {
        let Scene { rules, trade, .. } = *scene;
        let (subject, asked, by) = match self.below(8) {
            0 | 1 => {
                let rule = self.any_of(rules.order.rules_from(trade.head.state))?;
                (Subject::Order, Asked::Order(rule.action), rule.by)
            }
            2..=5 if !trade.cases.is_empty() && !self.one_in(9) => {
                let no = self.recent(trade.cases.len());
                let rule = self.any_of(rules.after_sale.rules_from(trade.case(no)?.state))?;
                (Subject::Case(no), Asked::Case(rule.action), rule.by)
            }
            6 | 7 if !trade.refunds.is_empty() => {
                let no = self.recent(trade.refunds.len());
                let rule = self.any_of(rules.refund.rules_from(trade.refund(no)?.state))?;
                (Subject::Refund(no), Asked::Refund(rule.action), rule.by)
            }
            _ => {
                let rule = self.any_of(rules.after_sale.rules_from(after_sale::State::Absent))?;
                (Subject::Case(0), Asked::Case(rule.action), rule.by)
            }
        };
        let actor = self.somebody(scene, by)?;
        Some((actor, subject, asked))
    }

    /// The number of the last of so many, or of the one before.
    fn recent(&mut self, count: usize) -> u16 {
        number(count - self.below(count.min(2)))
    }

    fn action(&mut self, scene: &Scene<'_>) -> (Subject, Asked) {
        let cases = scene.trade.cases.len();
        let refunds = scene.trade.refunds.len();
        match self.below(10) {
            0..=2 => (Subject::Order, Asked::Order(self.pick(order::Action::ALL))),
            3..=6 => {
                use after_sale::Action::{Apply, Declare, Grant, Offer};
                if cases == 0 || self.one_in(8) {
                    return (Subject::Case(0), Asked::Case(self.pick(&[Apply, Apply, Declare, Grant, Offer])));
                }
                let no = number(1 + self.below(cases));
                (Subject::Case(no), Asked::Case(self.pick(after_sale::Action::ALL)))
            }
            _ if refunds == 0 => (Subject::Order, Asked::Order(order::Action::Ship)),
            _ => {
                let no = number(1 + self.below(refunds));
                (Subject::Refund(no), Asked::Refund(self.pick(refund::Action::ALL)))
            }
        }
    }

    /// An amount that stands somewhere on the trade, a part of it, or a little more.
    fn sum(&mut self, scene: &Scene<'_>) -> Sum {
        let trade = scene.trade;
        let refund = trade.refunds.last().map_or(0, |payout| payout.amount.minor());
        let case = trade.cases.last().map_or(0, |case| case.offer.amount.minor());
        let fee = trade.cases.last().map_or(0, |case| case.offer.fee.minor());
        let paid = trade.money.total().paid.minor();
        let due = trade.lines.iter().map(|line| line.goods.minor() + line.tax.minor()).sum::<u64>()
            + trade.head.bill.shipping.minor()
            + trade.head.bill.supplement.minor();
        let sums = [0, 1, refund, refund, case, case / 2, case + 1, fee, fee, 500, paid, due, due, due / 2, due + 5];
        self.pick(&sums).into()
    }

    #[rustfmt::skip]
    fn fill(&mut self, scene: &Scene<'_>, field: Field, detail: &mut Detail) {
        match field {
            Field::Order => detail.order = Some(Box::new(self.order())),
            Field::Kind => detail.kind = Some(self.pick(Kind::ALL)),
            Field::Units => detail.units = self.units(scene),
            Field::Amount => detail.amount = Some(self.sum(scene)),
            Field::Fee => detail.fee = self.one_in(3).then(|| self.sum(scene)),
            Field::Difference => detail.difference = self.one_in(3).then(|| self.sum(scene)),
            Field::Freight => detail.freight = Some(self.pick(&[0, 1_200, 9_000]).into()),
            Field::Reason => detail.reason = Some(self.pick(Reason::ALL)),
            Field::Text => detail.text = self.pick(&["because", "because", "because", "x"]).to_owned(),
            Field::Evidence => detail.evidence = Vec::from(["photo://1".to_owned()]),
            Field::Waybill => {
                detail.waybill = Some(Waybill { carrier: Id::from(super::CARRIER), number: Id::from("w-1") });
            }
            Field::Address => detail.address = super::ADDRESS.to_owned(),
            Field::Account => detail.account = "acct-2".to_owned(),
            Field::Voucher => detail.voucher = "voucher-1".to_owned(),
            Field::Reference => detail.reference = Some(self.reference(scene)),
            Field::KeyNumber => detail.key_number = self.one_in(3).then(|| self.pick(&[0, 1, 2])),
            Field::Tender => detail.tender = Some(self.pick(Tender::ALL)),
            Field::Blame => detail.blame = Some(self.pick(Blame::ALL)),
            Field::Bearer => detail.bearer = Some(self.pick(Bearer::ALL)),
            Field::Days => detail.days = Some(self.pick(&[1, 3, 5, 7, 10, 11])),
            Field::Stars => detail.stars = Some(self.pick(&[1, 2, 3, 4, 5])),
            Field::Stage => detail.stage = Some(self.pick(Dispute::ALL)),
            Field::StageAt => {
                let earlier = self.pick(&[0, 0, 1_000, 25 * HOUR]);
                detail.stage_at = Some(Time::from_millis(scene.now.millis().saturating_sub(earlier)));
            }
            Field::Until => detail.until = Some(scene.now.after(self.pick(&[0, DAY, 10 * DAY]))),
            Field::ReturnWaived => detail.return_waived = self.one_in(3),
            Field::FoundPaid => detail.found_paid = Some(self.one_in(2)),
            Field::Actor | Field::Subject | Field::Key | Field::Now => {}
        }
    }

    /// One that was seen before, or a new one.
    fn reference(&mut self, scene: &Scene<'_>) -> Id {
        let seen: Vec<Id> = scene.trade.money.payments.iter().map(|payment| payment.reference).collect();
        match self.below(3) {
            0 if !seen.is_empty() => self.pick(&seen),
            1 => Id::from(alloc::format!("ref-{}", self.below(6)).as_str()),
            _ => Id::from(alloc::format!("new-{}", self.next()).as_str()),
        }
    }

    fn units(&mut self, scene: &Scene<'_>) -> Vec<Wanted> {
        let mut units = Vec::new();
        for line in &scene.trade.lines {
            if self.one_in(3) && scene.trade.lines.len() > 1 {
                continue;
            }
            let most = usize::try_from(line.count).unwrap_or(usize::MAX);
            units.push(Wanted {
                line: line.id,
                count: u32::try_from(1 + self.below(most)).unwrap_or(u32::MAX),
                condition: self.one_in(2).then(|| self.pick(GoodsCondition::ALL)),
                reason: self.one_in(2).then(|| self.pick(Reason::ALL)),
            });
        }
        units
    }
}

/// The number of a machine, which a trade has fewer of than a number can count.
fn number(of: usize) -> u16 {
    u16::try_from(of).unwrap_or(u16::MAX)
}
