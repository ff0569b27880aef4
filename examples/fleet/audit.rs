//! All books against each other: the trades, their histories, the channel's own books, and what each process was told.

use std::collections::{BTreeMap, BTreeSet};

use redress::port::Store;
use redress::trade::{Balance, Place};
use redress::{Trade, order, refund};

use crate::channel::Gateway;
use crate::front::{Front, Plan, Planned};
use crate::processes::Processes;
use crate::run::{Any, MALL};

/// What all orders come to.
#[derive(Default)]
struct Sums {
    balance: Balance,
    refunds: u64,
    really_paid: u64,
    versions: u64,
    acknowledged: u64,
    unheard: u64,
    events: u64,
}

/// Everything that does not add up.
pub fn audit(front: &Front, orders: &[Planned], gateway: &Gateway, processes: &Processes) -> Result<Vec<String>, Any> {
    let (mut wrong, mut sums) = (Vec::new(), Sums::default());
    let told = told(processes, &mut wrong);
    for planned in orders {
        let trade = front.desk.trade(planned.id.as_str())?;
        wrong.extend(one(planned, &trade));
        really_paid(gateway, &trade, &mut wrong);
        let found = front.desk.store().verify(trade.key.order)?;
        if !found.damaged.is_empty() || found.events != trade.events {
            wrong.push(format!(
                "{}: verified {} of {} events: {:?}",
                planned.id, found.events, trade.events, found.damaged
            ));
        }
        let history = front.desk.history(planned.id.as_str())?;
        let made: BTreeSet<u64> = history.iter().map(|event| event.version).collect();
        let heard = told.get(planned.id.as_str()).cloned().unwrap_or_default();
        if !made.iter().copied().eq(1..=trade.version) || !heard.is_subset(&made) {
            wrong.push(format!("{}: version {}, commits {made:?}, acknowledged {heard:?}", planned.id, trade.version));
        }
        sums.add(&trade, heard.len() as u64, gateway.paid_back(&planned.id));
    }
    races(orders, processes, &mut wrong);
    let aside = front.desk.set_aside(None, 100)?;
    if !aside.rows.is_empty() || !aside.corrupt.is_empty() {
        wrong.push(format!("{} tasks were set aside: {:?}", aside.rows.len(), aside.rows.first()));
    }
    if gateway.killed().is_none() {
        wrong.push("no worker was killed; send more refunds (--orders) or kill sooner (--kill-at)".into());
    }
    // A commit may have been stored for a process that did not live to hear of it: a handful at most.
    if sums.unheard > 4 {
        wrong.push(format!("{} versions that no process was told of", sums.unheard));
    }
    sums.tell(orders.len());
    Ok(wrong)
}

/// The versions that were acknowledged, by order. Each to one process only.
fn told(processes: &Processes, wrong: &mut Vec<String>) -> BTreeMap<String, BTreeSet<u64>> {
    let mut told: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for (name, said) in &processes.said {
        for (order, version) in &said.commits {
            if !told.entry(order.clone()).or_default().insert(*version) {
                wrong.push(format!("version {version} of {order} was acknowledged twice, the second time to {name}"));
            }
        }
    }
    told
}

/// One trade: money, goods, and where it stands.
fn one(Planned { id, plan }: &Planned, trade: &Trade) -> Vec<String> {
    let mut wrong = Vec::new();
    let parts =
        trade.money.payments.iter().map(|paid| paid.balance).chain(trade.money.pots.iter().map(|pot| pot.balance));
    if !parts.clone().all(|balance| balance.checked_kept().is_some()) || !trade.money.is_conserved() {
        wrong.push(format!("{id}: money is not conserved: {:?}", trade.money));
    }
    let total = trade.money.total();
    let back = if *plan == Plan::TwoGrants { 6_000 } else { 10_000 };
    let found =
        [total.paid, total.kept(), total.claimed, total.reserved, total.refunded, total.lost].map(|it| it.minor());
    if found != [10_000, 10_000 - back, 0, 0, back, 0] {
        wrong.push(format!("{id}, {plan:?}: paid, kept, claimed, reserved, refunded, lost: {found:?}"));
    }
    let (state, place) = match plan {
        Plan::TwoGrants => (order::State::Delivered, Place::WithBuyer),
        Plan::TwoAgree | Plan::Silence => (order::State::Refunded, Place::WithBuyer),
        Plan::Unshipped => (order::State::Refunded, Place::WithMerchant),
    };
    let (all, there) = (trade.goods.count(0, |_| true), trade.goods.count(0, |units| units.place == place));
    if (trade.head.state, all, there) != (state, 1, 1) {
        wrong.push(format!("{id}, {plan:?}: {:?}, {all} units, {there} of them {place:?}", trade.head.state));
    }
    if trade.cases.len() != 1 {
        wrong.push(format!("{id}, {plan:?}: {} cases", trade.cases.len()));
    }
    wrong
}

/// Each refund of a trade was really paid once, with its own amount.
fn really_paid(gateway: &Gateway, trade: &Trade, wrong: &mut Vec<String>) {
    let paid = gateway.books.paid();
    for refund in &trade.refunds {
        let prefix = format!("{MALL}/{}/refund-{}/", trade.key.order, refund.no);
        let really: Vec<_> =
            paid.iter().filter(|(key, _)| key.starts_with(&prefix)).flat_map(|(_, amounts)| amounts).collect();
        if refund.state != refund::State::Paid || really != [&refund.amount] {
            wrong.push(format!(
                "{prefix} of {:?} is {}, and the channel has paid {really:?}",
                refund.amount, refund.state
            ));
        }
    }
}

/// Of two agents one had it their way, each time.
fn races(orders: &[Planned], processes: &Processes, wrong: &mut Vec<String>) {
    for Planned { id, .. } in orders.iter().filter(|it| matches!(it.plan, Plan::TwoGrants | Plan::TwoAgree)) {
        let won = processes.said.values().filter(|said| said.won.contains(id)).count();
        let lost = processes.said.values().filter(|said| said.lost.iter().any(|(lost, _)| lost == id)).count();
        if (won, lost) != (1, 1) {
            wrong.push(format!("{id}: {won} agents had it their way, {lost} were refused"));
        }
    }
}

impl Sums {
    fn add(&mut self, trade: &Trade, acknowledged: u64, really_paid: u64) {
        let total = trade.money.total();
        let Balance { paid, claimed, reserved, refunded, lost, .. } = &mut self.balance;
        let columns = [(paid, total.paid), (claimed, total.claimed), (reserved, total.reserved)];
        for (sum, amount) in columns.into_iter().chain([(refunded, total.refunded), (lost, total.lost)]) {
            *sum = sum.plus(amount).unwrap_or(redress::Amount::MOST);
        }
        self.refunds += trade.refunds.iter().map(|refund| refund.amount.minor()).sum::<u64>();
        self.really_paid += really_paid;
        self.versions += trade.version;
        self.acknowledged += acknowledged;
        self.unheard += trade.version - acknowledged;
        self.events += trade.events;
    }

    fn tell(&self, orders: usize) {
        let money = |amount: redress::Amount| format!("{:.2}", amount.minor() as f64 / 100.0);
        let Balance { paid, claimed, reserved, refunded, lost, .. } = self.balance;
        let kept = money(self.balance.kept());
        println!(
            "\nmoney      paid {} = kept {kept} + claimed {} + reserved {} + refunded {} + lost {}",
            money(paid),
            money(claimed),
            money(reserved),
            money(refunded),
            money(lost)
        );
        println!(
            "channel    really paid {:.2}; refunds paid by the trades {:.2}",
            self.really_paid as f64 / 100.0,
            self.refunds as f64 / 100.0
        );
        println!(
            "versions   {} of {orders} orders = {} commits acknowledged + {} of the killed worker, unheard",
            self.versions, self.acknowledged, self.unheard
        );
        println!("verified   {} events of {orders} orders", self.events);
    }
}
