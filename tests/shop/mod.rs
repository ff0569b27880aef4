//! A shop for tests: one trade, its rulebook and the time, driven by `step` alone.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::panic,
    reason = "shared by several test files; a failed step is a failed test"
)]

#[cfg(feature = "testing")]
use redress::testing::{
    Stage,
    strategy::{Chance, Scene, Under},
};
use redress::trade::{
    Denied, Event, NewLine, NewOrder, Outcome, Request, Rulebook, Rules, Trade, TradeKey, replay, run_due, step,
};
use redress::{Actor, Amount, Currency, FixedCalendar, Id, Policy, Tender, Time, order, refund};

pub const TENANT: &str = "acme-mall";

/// One trade under one set of rules, and everything that happened to it.
#[derive(Clone)]
pub struct Shop {
    pub rules: Rules,
    pub policy: Policy,
    pub calendar: FixedCalendar,
    pub now: Time,
    pub trade: Trade,
    pub events: Vec<Event>,
}

pub fn buyer() -> Actor {
    Actor::buyer("alice")
}
pub fn merchant() -> Actor {
    Actor::merchant("acme")
}
pub fn finance() -> Actor {
    Actor::finance("fin-1")
}
pub fn platform() -> Actor {
    Actor::platform(TENANT, "cs-7")
}
pub fn carrier() -> Actor {
    Actor::carrier("sf")
}
pub fn gateway() -> Actor {
    Actor::gateway("pay")
}

/// An order of alice's at acme, 2026-03-01 10:00 in Shanghai.
pub fn new_order(lines: Vec<NewLine>) -> NewOrder {
    let mut order = NewOrder::new("alice", "acme", Currency::CNY, lines).paid_through("pay");
    order.carriers.push(Id::from("sf"));
    order.finance.push(Id::from("fin-1"));
    order
}

impl Shop {
    pub fn new(policy: Policy) -> Self {
        let key = TradeKey { tenant: Id::from(TENANT), order: Id::from("o-1") };
        Self {
            rules: Rules::built_in(),
            policy,
            calendar: FixedCalendar::china(),
            now: Time::parse("2026-03-01T10:00:00+08:00").unwrap(),
            trade: Trade::absent(key),
            events: Vec::new(),
        }
    }

    /// A placed and mostly paid order under one of the presets, often sent; and the chance that goes on from there.
    #[cfg(feature = "testing")]
    pub fn begun(seed: u64) -> (Self, Chance) {
        let mut chance = Chance(seed);
        let (stage, _) = chance.opening(&Rules::built_in(), &Under::Presets).unwrap();
        let Stage { rules, policy, calendar, now, trade, events } = stage;
        (Self { rules, policy, calendar, now, trade, events }, chance)
    }

    /// What somebody sees who is about to ask.
    #[cfg(feature = "testing")]
    pub fn scene(&self) -> Scene<'_> {
        Scene { rules: &self.rules, trade: &self.trade, now: self.now }
    }

    pub fn book(&self) -> Rulebook<'_> {
        Rulebook::new(&self.rules, &self.policy, &self.calendar)
    }

    /// Asks without doing.
    pub fn ask(&self, request: &Request) -> Result<Outcome, Denied> {
        step(&self.book(), &self.trade, request, self.now)
    }

    /// Does it, or fails the test with the reason.
    #[track_caller]
    pub fn does(&mut self, request: Request) -> &mut Self {
        match self.ask(&request) {
            Ok(outcome) => self.take(outcome),
            Err(denied) => panic!("{:?} of {:?}: {denied}\n{:?}", request.asked, request.subject, denied),
        }
        self
    }

    /// Is refused, with these codes.
    #[track_caller]
    pub fn refuses(&mut self, request: Request, codes: &[&str]) -> &mut Self {
        match self.ask(&request) {
            Ok(outcome) => panic!("accepted: {:?}", outcome.events.iter().map(|event| event.row).collect::<Vec<_>>()),
            Err(denied) => assert_eq!(denied.codes(), codes, "{denied}"),
        }
        self
    }

    pub fn take(&mut self, outcome: Outcome) {
        self.trade = outcome.trade;
        self.events.extend(outcome.events);
        self.holds();
    }

    /// Lets time pass, and the clock act.
    #[track_caller]
    pub fn after_hours(&mut self, hours: i64) -> &mut Self {
        self.now = self.now.after(hours * 3_600_000);
        self.tick()
    }

    #[track_caller]
    pub fn after_millis(&mut self, millis: i64) -> &mut Self {
        self.now = self.now.after(millis);
        self.tick()
    }

    /// The clock acts where deadlines have passed.
    #[track_caller]
    pub fn tick(&mut self) -> &mut Self {
        match run_due(&self.book(), &self.trade, self.now) {
            Ok(outcome) => self.take(outcome),
            Err(denied) => panic!("time: {denied}"),
        }
        self
    }

    /// What must hold after every step.
    #[track_caller]
    pub fn holds(&self) {
        assert!(self.trade.money.is_conserved(), "money: {:#?}", self.trade.money);
        let mut folded = Trade::absent(self.trade.key);
        replay(&mut folded, &self.events).unwrap();
        assert_eq!(folded, self.trade, "history is the state");
    }

    pub fn place(&mut self, order: NewOrder) -> &mut Self {
        self.does(Request::by(buyer()).place(order))
    }

    pub fn pay(&mut self, amount: u64, reference: &str) -> &mut Self {
        let pay = Request::by(gateway()).order(order::Action::Pay);
        self.does(pay.amount(amount).tender(Tender::Wallet).reference(reference))
    }

    pub fn ship(&mut self, line: &str, count: u32) -> &mut Self {
        let waybill = format!("out-{}", self.trade.parcels.len());
        let ship = Request::by(merchant()).order(order::Action::Ship);
        self.does(ship.units(line, count).waybill("sf", waybill.as_str()))
    }

    pub fn deliver(&mut self, line: &str, count: u32) -> &mut Self {
        self.does(Request::by(carrier()).order(order::Action::Deliver).units(line, count))
    }

    /// The gateway pays every refund that it was sent.
    #[track_caller]
    pub fn gateway_pays(&mut self) -> &mut Self {
        let sent: Vec<(u16, Amount)> = (self.trade.refunds.iter())
            .filter(|payout| payout.state == refund::State::Submitted)
            .map(|payout| (payout.no, payout.amount))
            .collect();
        for (no, amount) in sent {
            let succeed = Request::by(gateway()).refund(no, refund::Action::Succeed);
            let reference = format!("r-{no}-{}", self.trade.refunds[usize::from(no) - 1].attempt);
            self.does(succeed.amount(amount).reference(reference.as_str()));
        }
        self
    }

    /// What has gone back in all.
    pub fn refunded(&self) -> u64 {
        self.trade.money.total().refunded.minor()
    }

    pub fn case(&self, no: u16) -> &redress::trade::Case {
        self.trade.case(no).unwrap()
    }
}
