//! Whole stories: an order is placed, mostly paid, often sent, and then anybody does anything.

use alloc::vec::Vec;

use super::{BUYER, CARRIER, Chance, TENANT};
use crate::testing::{Move, Setting, Stage, Story};
use crate::trade::TradeKey;
use crate::{Actor, Id, Policy, Request, Rules, Tender, Time, order};

/// Under which policy a story is played.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Under {
    /// This one.
    This(Policy),
    /// One around this: other numbers, other switches. Each passes its check.
    Around(Policy),
    /// One of those that come with the crate, with other switches.
    Presets,
}

impl Under {
    fn policy(&self, chance: &mut Chance) -> Policy {
        match self {
            Self::This(policy) => policy.clone(),
            Self::Around(policy) => chance.policy(policy),
            Self::Presets => chance.usual_policy(),
        }
    }
}

/// When every story begins: 2026-03-01 10:00 in Shanghai.
const START: Time = Time::from_millis(1_772_330_400_000);

impl Chance {
    /// How a story begins: a policy, and a sound order under it.
    pub fn setting(&mut self, under: &Under) -> Setting {
        let policy = under.policy(self);
        let (preset, changes) = Setting::nearest(&policy);
        let mut order = self.order();
        order.currency = policy.currency;
        let key = TradeKey { tenant: Id::from(TENANT), order: Id::from("o-1") };
        Setting { preset, changes, key, at: START, by: Actor::buyer(BUYER), order }
    }

    /// The stage on which a story begins, and what has been done on it: the order is placed, mostly paid, and often sent.
    ///
    /// Nothing is done on a stage whose policy cannot be had: then there is none.
    pub fn opening(&mut self, rules: &Rules, under: &Under) -> Option<(Stage, Story)> {
        let setting = self.setting(under);
        let mut stage = Stage::set(&setting, rules.clone()).ok()?;
        let mut moves = Vec::new();
        let mut does = |stage: &mut Stage, request: Request| {
            let asked = Move { at: START, request: Some(request) };
            // Rules of a user's own may refuse even this.
            let _ = stage.play(&asked);
            moves.push(asked);
        };
        does(&mut stage, setting.placing());
        let total = setting.order.total.minor();
        if total > 0 && !self.one_in(8) {
            if self.one_in(3) {
                does(&mut stage, pay(&setting, total / 2, "ref-0"));
            }
            let paid = stage.trade.money.total().paid.minor();
            does(&mut stage, pay(&setting, total.saturating_sub(paid), "ref-1"));
        }
        if self.one_in(2) && matches!(stage.trade.head.state, order::State::Paid | order::State::Late) {
            let lines: Vec<(Id, u32)> = stage.trade.lines.iter().map(|line| (line.id, line.count)).collect();
            for (no, &(line, count)) in lines.iter().enumerate() {
                let ship = Request::by(Actor::merchant(setting.order.merchant)).order(order::Action::Ship);
                let waybill = alloc::format!("out-{no}");
                does(&mut stage, ship.units(line, count).waybill(CARRIER, waybill.as_str()));
            }
            let arrives = self.one_in(2);
            for &(line, count) in lines.iter().filter(|_| arrives) {
                let deliver = Request::by(Actor::carrier(CARRIER)).order(order::Action::Deliver);
                does(&mut stage, deliver.units(line, count));
            }
        }
        Some((stage, Story { setting, moves }))
    }

    /// A story of so many moves beside those of its [opening](Self::opening).
    pub fn story(&mut self, rules: &Rules, under: &Under, moves: usize) -> Option<Story> {
        let (mut stage, mut story) = self.opening(rules, under)?;
        for _ in 0..moves {
            let asked = self.any_move(&stage);
            let _ = stage.play(&asked);
            story.moves.push(asked);
        }
        Some(story)
    }

    /// The next move: mostly a request of somebody after some time, now and then time alone.
    pub fn any_move(&mut self, stage: &Stage) -> Move {
        let at = stage.now.after(self.wait(&stage.scene()));
        let scene = super::Scene { now: at, ..stage.scene() };
        let request = (!self.one_in(12)).then(|| self.request(&scene));
        Move { at, request }
    }
}

fn pay(setting: &Setting, amount: u64, reference: &str) -> Request {
    let gateway = setting.order.gateways.first().copied().unwrap_or_else(|| Id::from(super::GATEWAY));
    let pay = Request::by(Actor::gateway(gateway)).order(order::Action::Pay);
    pay.amount(amount).tender(Tender::Wallet).reference(reference)
}
