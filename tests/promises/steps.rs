//! Steps of random walks, each with everything that it was decided by, to be tampered with.

use redress::after_sale::Action;
use redress::testing::Move;
use redress::testing::promise::{self, Broken, Promise};
use redress::trade::{NewLine, Rulebook, Rules, Trade, options, replay, step};
use redress::{Actor, FixedCalendar, Kind, Outcome, Policy, Reason, Request, order, refund};

use crate::shop::{Shop, buyer, carrier, finance, gateway, merchant, new_order, platform};
use redress::testing::strategy::Chance;

const WALKS: u64 = 700;
const STEPS: usize = 80;

/// One step that was made.
#[derive(Clone)]
pub struct Step {
    pub rules: Rules,
    pub policy: Policy,
    pub calendar: FixedCalendar,
    pub before: Trade,
    pub asked: Move,
    pub outcome: Outcome,
}

impl Step {
    pub fn book(&self) -> Rulebook<'_> {
        Rulebook::new(&self.rules, &self.policy, &self.calendar)
    }

    /// What the promises say of it.
    pub fn verdict(&self) -> Result<(), Broken> {
        promise::of_move(&self.book(), &[], &self.before, &self.asked, Ok(&self.outcome))
    }

    /// What went with the request.
    pub fn request(&mut self) -> &mut Request {
        self.asked.request.as_mut().unwrap()
    }

    /// The trade is what its events fold to, whatever was changed before.
    fn fold(&mut self) -> bool {
        let mut trade = self.before.clone();
        let folded = replay(&mut trade, &self.outcome.events).is_ok();
        self.outcome.trade = trade;
        folded
    }
}

/// How a step is tampered with. Each change says whether there was anything to change.
pub enum Tamper {
    /// The trade that came of it.
    Trade(fn(&mut Trade, &mut Policy) -> bool),
    /// What it was decided by or what happened; the trade is folded anew.
    Step(fn(&mut Step) -> bool),
    /// What it says came of it.
    Told(fn(&mut Step) -> bool),
    /// Something else, which says itself what was broken.
    Other(fn(&Step) -> Option<Promise>),
}

impl Tamper {
    /// Which promise is broken, if any.
    pub fn breaks(&self, step: &Step) -> Option<Promise> {
        if let Self::Other(broken) = self {
            return broken(step);
        }
        let mut step = step.clone();
        let verdict = match self {
            Self::Trade(change) => {
                let mut policy = step.policy.clone();
                if !change(&mut step.outcome.trade, &mut policy) {
                    return None;
                }
                let book = Rulebook::new(step.book().rules, &policy, step.book().calendar);
                promise::of_trade(&book, &step.outcome.trade, step.asked.at)
            }
            Self::Step(change) => {
                if !change(&mut step) || !step.fold() {
                    return None;
                }
                step.verdict()
            }
            Self::Told(change) => {
                if !change(&mut step) {
                    return None;
                }
                step.verdict()
            }
            Self::Other(_) => return None,
        };
        verdict.err().map(|broken| broken.promise)
    }
}

/// The accepted steps of many walks, the placing of an order among them.
pub fn all_steps() -> Vec<Step> {
    let mut steps = deduction();
    steps.extend(advance());
    steps.extend(advance_on_ship_back());
    steps.extend(closing());
    for seed in 0..WALKS {
        let (mut shop, mut chance) = Shop::begun(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        steps.extend(placing(&shop, &mut Chance(seed)));
        for _ in 0..STEPS {
            shop.now = shop.now.after(chance.wait(&shop.scene()));
            let request = chance.request(&shop.scene());
            let Ok(outcome) = step(&shop.book(), &shop.trade, &request, shop.now) else { continue };
            steps.push(made(&shop, request, outcome.clone()));
            shop.trade = outcome.trade;
            shop.events.extend(outcome.events);
        }
    }
    steps
}

/// What a walk rarely does: returned goods are looked at, and less is given for them.
fn deduction() -> Vec<Step> {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("shirt", 1, 9_900)])).pay(9_900, "p-1").ship("shirt", 1).deliver("shirt", 1);
    let on = |actor: Actor, action| Request::by(actor).case(1, action);
    let story = [
        Request::by(buyer()).apply(Kind::ReturnAndRefund).reason(Reason::NoReason).units("shirt", 1),
        on(merchant(), Action::Agree).address("1 Return Road"),
        on(buyer(), Action::ShipBack).waybill("sf", "back-1"),
        on(merchant(), Action::Receive).units("shirt", 1),
        on(merchant(), Action::Propose).amount(5_000).units_for("shirt", 1, Reason::Damaged),
    ];
    steps_of(shop, story)
}

/// Money goes out when the goods are sent back.
fn advance_on_ship_back() -> Vec<Step> {
    let mut policy = Policy::cn_marketplace();
    policy.fast_refund.on_ship_back = true;
    let mut order = new_order(vec![NewLine::new("shirt", 1, 9_900)]);
    order.standing = 900;
    let mut shop = Shop::new(policy);
    shop.place(order).pay(9_900, "p-1").ship("shirt", 1).deliver("shirt", 1);
    let on = |actor: Actor, action| Request::by(actor).case(1, action);
    let story = [
        Request::by(buyer()).apply(Kind::ReturnAndRefund).reason(Reason::NoReason).units("shirt", 1),
        on(merchant(), Action::Agree).address("1 Return Road"),
        on(buyer(), Action::ShipBack).waybill("sf", "back-1"),
    ];
    steps_of(shop, story)
}

/// Money goes out before the goods are back, and the buyer thinks better of it: it is written off.
fn advance() -> Vec<Step> {
    let mut policy = Policy::cn_marketplace();
    policy.fast_refund.on_apply = true;
    let mut order = new_order(vec![NewLine::new("shirt", 1, 9_900)]);
    order.standing = 900;
    let mut shop = Shop::new(policy);
    shop.place(order).pay(9_900, "p-1").ship("shirt", 1).deliver("shirt", 1);
    let on = |actor: Actor, action| Request::by(actor).case(1, action);
    let paid = Request::by(gateway()).refund(1, refund::Action::Succeed).amount(9_900).reference("r-1");
    let story = [
        Request::by(buyer()).apply(Kind::ReturnAndRefund).reason(Reason::NoReason).units("shirt", 1),
        paid,
        on(buyer(), Action::Withdraw),
        on(platform(), Action::WriteOff).text("too little to go after"),
    ];
    steps_of(shop, story)
}

/// A merchant closes an order that nobody has paid for a while.
fn closing() -> Vec<Step> {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("shirt", 1, 9_900)]));
    shop.now = shop.now.after(shop.policy.close_unpaid_after.millis());
    steps_of(shop, [Request::by(merchant()).order(order::Action::Cancel).text("sold out")])
}

fn steps_of(mut shop: Shop, story: impl IntoIterator<Item = Request>) -> Vec<Step> {
    let mut steps = Vec::new();
    for request in story {
        let outcome = step(&shop.book(), &shop.trade, &request, shop.now).unwrap();
        steps.push(made(&shop, request, outcome.clone()));
        shop.take(outcome);
    }
    steps
}

fn made(shop: &Shop, request: Request, outcome: Outcome) -> Step {
    Step {
        rules: shop.rules.clone(),
        policy: shop.policy.clone(),
        calendar: shop.calendar.clone(),
        before: shop.trade.clone(),
        asked: Move { at: shop.now, request: Some(request) },
        outcome,
    }
}

fn placing(of: &Shop, chance: &mut Chance) -> Option<Step> {
    let shop = Shop::new(of.policy.clone());
    let mut order = chance.order();
    order.currency = shop.policy.currency;
    let request = Request::by(buyer()).place(order);
    let outcome = step(&shop.book(), &shop.trade, &request, shop.now).ok()?;
    Some(made(&shop, request, outcome))
}

/// What everybody may do on the trade that a step led to.
pub fn seen(step: &Step) -> Vec<(redress::Actor, redress::trade::Options)> {
    let people = [buyer(), merchant(), platform(), finance(), carrier(), gateway()];
    let trade = &step.outcome.trade;
    people.into_iter().filter_map(|who| Some((who, options(&step.book(), trade, &who, step.asked.at).ok()?))).collect()
}
