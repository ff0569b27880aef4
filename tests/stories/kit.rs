//! What the stories have in common: a shop with goods delivered, the way back, and what must be seen.
#![allow(dead_code, clippy::needless_pass_by_value, reason = "each story uses some of it; requests are made in place")]

use redress::trade::{Bucket, Denied, NewLine, NewOrder, Place, Request};
use redress::{Actor, Effect, Lang, Policy, Time, after_sale, order, refund};

#[allow(unused_imports, reason = "not every test that shares the kit names all of them")]
pub use crate::shop::{Shop, TENANT, buyer, carrier, finance, gateway, merchant, new_order, platform};

/// A time in Shanghai, such as `2026-03-03 10:00` or `2026-03-08 23:59:59.999`.
#[track_caller]
pub fn at(text: &str) -> Time {
    let (day, time) = text.split_once(' ').unwrap();
    let seconds = if time.len() == 5 { ":00" } else { "" };
    Time::parse(&format!("{day}T{time}{seconds}+08:00")).unwrap()
}

/// 99.00 for a shirt.
pub fn shirt() -> NewOrder {
    new_order(vec![NewLine::new("shirt", 1, 9_900)])
}

pub fn apply(kind: redress::Kind, reason: redress::Reason) -> Request {
    Request::by(buyer()).apply(kind).reason(reason)
}

/// A request on a case.
pub fn on(actor: Actor, no: u16, action: after_sale::Action) -> Request {
    Request::by(actor).case(no, action)
}

impl Shop {
    /// An order that is paid in full from a wallet on 2026-03-01 at 10:00.
    pub fn paid(policy: Policy, order: NewOrder) -> Self {
        let mut shop = Self::new(policy);
        let total = order.total.minor();
        shop.place(order).pay(total, "p-1");
        shop
    }

    /// The same, shipped and delivered within the minute.
    pub fn delivered(policy: Policy, order: NewOrder) -> Self {
        let lines: Vec<_> = order.lines.iter().map(|line| (line.id, line.count)).collect();
        let mut shop = Self::paid(policy, order);
        for &(line, count) in &lines {
            shop.ship(line.as_str(), count);
        }
        for &(line, count) in &lines {
            shop.deliver(line.as_str(), count);
        }
        shop
    }

    /// Goes to this time and lets the clock act.
    #[track_caller]
    pub fn goes_to(&mut self, time: &str) -> &mut Self {
        self.now = at(time);
        self.tick()
    }

    /// Just after the case's limit has passed.
    #[track_caller]
    pub fn lets_case_pass(&mut self, no: u16) -> &mut Self {
        self.now = self.case_due(no).after(1);
        self.tick()
    }

    /// Just after the refund's limit has passed.
    #[track_caller]
    pub fn lets_refund_pass(&mut self, no: u16) -> &mut Self {
        self.now = self.refund(no).deadline.unwrap().due().unwrap().after(1);
        self.tick()
    }

    /// The merchant agrees to a return and says where to.
    #[track_caller]
    pub fn agrees(&mut self, no: u16) -> &mut Self {
        self.does(on(merchant(), no, after_sale::Action::Agree).address("1 Return Road"))
    }

    /// The buyer sends the goods back, which costs 12.00.
    #[track_caller]
    pub fn ships_back(&mut self, no: u16) -> &mut Self {
        let ship_back = on(buyer(), no, after_sale::Action::ShipBack);
        self.does(ship_back.waybill("sf", "back-1").freight(1_200))
    }

    /// The merchant receives what a case has of a line.
    #[track_caller]
    pub fn receives(&mut self, no: u16, line: &str, count: u32) -> &mut Self {
        self.does(on(merchant(), no, after_sale::Action::Receive).units(line, count))
    }

    /// Agreed, sent back, received whole.
    #[track_caller]
    pub fn comes_back(&mut self, no: u16, line: &str, count: u32) -> &mut Self {
        self.agrees(no).ships_back(no).receives(no, line, count)
    }

    #[track_caller]
    pub fn case_does(&mut self, actor: Actor, no: u16, action: after_sale::Action) -> &mut Self {
        self.does(on(actor, no, action))
    }

    // What is seen.

    #[track_caller]
    pub fn order_is(&mut self, state: order::State) -> &mut Self {
        assert_eq!(self.trade.head.state, state, "the order");
        self
    }

    #[track_caller]
    pub fn case_is(&mut self, no: u16, state: after_sale::State) -> &mut Self {
        assert_eq!(self.case(no).state, state, "case {no}");
        self
    }

    #[track_caller]
    pub fn refund_is(&mut self, no: u16, state: refund::State) -> &mut Self {
        assert_eq!(self.refund(no).state, state, "refund {no}");
        self
    }

    #[track_caller]
    pub fn refund(&self, no: u16) -> &redress::trade::Payout {
        self.trade.refund(no).unwrap()
    }

    #[track_caller]
    pub fn case_due(&self, no: u16) -> Time {
        self.case(no).deadline.unwrap().due().unwrap()
    }

    /// The case waits until this time.
    #[track_caller]
    pub fn waits_until(&mut self, no: u16, time: &str) -> &mut Self {
        assert_eq!(self.case_due(no), at(time), "case {no}: {}", self.case_due(no));
        self
    }

    /// What is kept, claimed, reserved and refunded in all.
    #[track_caller]
    pub fn holds_money(&mut self, kept: u64, claimed: u64, reserved: u64, refunded: u64) -> &mut Self {
        let total = self.trade.money.total();
        let seen = [total.kept(), total.claimed, total.reserved, total.refunded];
        let seen = seen.map(redress::Amount::minor);
        assert_eq!(seen, [kept, claimed, reserved, refunded], "kept, claimed, reserved, refunded");
        self
    }

    /// What has gone back to each payment.
    pub fn refunded_by_payment(&self) -> Vec<u64> {
        let payments = self.trade.money.payments.iter();
        payments.map(|payment| payment.balance.refunded.minor()).collect()
    }

    /// What has gone back of each line, goods and tax together.
    pub fn refunded_by_line(&self) -> Vec<u64> {
        let lines = 0..u16::try_from(self.trade.lines.len()).unwrap();
        let of = |bucket| self.trade.money.pot(bucket).refunded.minor();
        lines.map(|at| of(Bucket::Goods(at)) + of(Bucket::Tax(at))).collect()
    }

    /// Where the units of a line are, neighbours in one place together.
    pub fn goods(&self, line: &str) -> Vec<(u32, Place)> {
        let (at, _) = self.trade.line(line.into()).unwrap();
        let mut seen: Vec<(u32, Place)> = Vec::new();
        for units in self.trade.goods.of_line(at) {
            match seen.last_mut() {
                Some((count, place)) if *place == units.place => *count += units.count,
                _ => seen.push((units.count, units.place)),
            }
        }
        seen
    }

    /// How many units of a line are closed.
    pub fn closed(&self, line: &str) -> u32 {
        let (at, _) = self.trade.line(line.into()).unwrap();
        self.trade.goods.count(at, |units| units.closed)
    }

    /// The effects of the last step with their amounts or points, without the notices.
    pub fn effects(&self) -> Vec<String> {
        let of_last = self.events.iter().filter(|event| event.version == self.trade.version);
        let notice = |what| {
            matches!(
                what,
                Effect::NotifyBuyer | Effect::NotifyMerchant | Effect::NotifyPlatform | Effect::NotifyFinance
            )
        };
        let tasks = of_last.flat_map(|event| &event.tasks).filter(|task| !notice(task.what));
        tasks
            .map(|task| match (task.amount.map(redress::Amount::minor), task.points) {
                (Some(number), _) | (None, Some(number)) => format!("{} {number}", task.what),
                (None, None) => task.what.to_string(),
            })
            .collect()
    }

    /// The last step asked for exactly these effects, notices apart.
    #[track_caller]
    pub fn asks_for(&mut self, effects: &[&str]) -> &mut Self {
        assert_eq!(self.effects(), effects);
        self
    }

    /// The rows of the last step.
    pub fn rows(&self) -> Vec<String> {
        let of_last = self.events.iter().filter(|event| event.version == self.trade.version);
        of_last.filter_map(|event| Some(event.row?.to_string())).collect()
    }

    /// The keys under which a refund was sent or asked for, one after the other.
    pub fn keys_sent(&self) -> Vec<String> {
        let tasks = self.events.iter().flat_map(|event| &event.tasks);
        tasks.filter(|task| matches!(task.what, Effect::PayOut)).map(|task| task.key.clone()).collect()
    }

    /// Is refused with these codes, and says so in both languages.
    #[track_caller]
    pub fn says_no(&mut self, request: Request, codes: &[&str], english: &str, chinese: &str) -> &mut Self {
        let denied = match self.ask(&request) {
            Ok(_) => panic!("accepted: {request:?}"),
            Err(denied) => denied,
        };
        assert_eq!(denied.codes(), codes, "{denied}");
        let says = |lang, part: &str| {
            let sentence = denied.sentence(lang);
            assert!(sentence.contains(part), "“{part}” is not in “{sentence}”");
        };
        says(Lang::En, english);
        says(Lang::Zh, chinese);
        self
    }

    /// Nothing happens: the fact is known already.
    #[track_caller]
    pub fn knows(&mut self, request: &Request) -> &mut Self {
        let outcome = self.ask(request).unwrap_or_else(|denied: Denied| panic!("{denied}"));
        assert!(outcome.events.is_empty(), "{:?}", outcome.events);
        self
    }

    /// Its history as people read it.
    pub fn told(&self, lang: Lang) -> String {
        let offset = redress::Calendar::offset(&self.calendar, self.now);
        let lines = self.events.iter().map(|event| event.told(lang, offset).to_string());
        lines.collect::<Vec<_>>().join("\n")
    }
}
