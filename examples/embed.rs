//! The core without a desk: your own storage, your own async runtime, and `step` alone.
//!
//! Here the storage is a map and the runtime forty lines, so that nothing is hidden. Two things keep it right: a trade is
//! stored only if it still has the version that was decided on (compare and swap), and what is to be carried out is
//! stored with it, in one write (an outbox).

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::error::Error;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use redress::trade::{Checksums, Task, TradeKey};
use redress::{
    Actor, Currency, Denied, Event, FixedCalendar, Id, Kind, Lang, NewLine, NewOrder, Outcome, Policy, Reason, Request,
    Rulebook, Rules, Tender, Time, Trade, after_sale, order, run_due, step,
};

/// Your database: trades, their histories, and tasks that nobody has carried out yet.
#[derive(Default)]
struct Tables {
    trades: BTreeMap<Id, Trade>,
    history: BTreeMap<Id, Vec<Event>>,
    outbox: VecDeque<Task>,
}

/// Your service: what every decision goes by, and the database.
struct Service {
    rules: Rules,
    policy: Policy,
    calendar: FixedCalendar,
    /// By these a trade finds out whether its edition was changed under the number that it had.
    checksums: Checksums,
    tables: RefCell<Tables>,
}

impl Service {
    fn book(&self) -> Rulebook<'_> {
        Rulebook::new(&self.rules, &self.policy, &self.calendar).with(self.checksums)
    }

    async fn load(&self, order: Id) -> Trade {
        a_moment().await;
        let absent = || Trade::absent(TradeKey { tenant: Id::from("acme-mall"), order });
        self.tables.borrow().trades.get(&order).cloned().unwrap_or_else(absent)
    }

    /// Stores an outcome if the trade still has this version. In SQL: `UPDATE … WHERE version = ?`, and look at the count.
    async fn swap(&self, version: u64, outcome: Outcome) -> bool {
        a_moment().await;
        let mut tables = self.tables.borrow_mut();
        let order = outcome.trade.key.order;
        if tables.trades.get(&order).map_or(0, |stored| stored.version) != version {
            return false;
        }
        tables.outbox.extend(outcome.tasks().cloned());
        tables.history.entry(order).or_default().extend(outcome.events);
        tables.trades.insert(order, outcome.trade);
        true
    }

    /// Load, decide, store; and once more from the start if somebody else was quicker.
    async fn submit(&self, order: Id, request: &Request, now: Time) -> Result<u64, Denied> {
        loop {
            let trade = self.load(order).await;
            let outcome = step(&self.book(), &trade, request, now)?;
            let version = outcome.trade.version;
            if self.swap(trade.version, outcome).await {
                return Ok(version);
            }
            println!("  {}: somebody else was quicker; decided once more", request.actor.id);
        }
    }

    /// Lets time act. A service finds the trades by their `due`, kept in a column beside them: those whose last moment lies
    /// before now.
    async fn tick(&self, now: Time) -> Result<(), Denied> {
        let is_due = |trade: &&Trade| trade.due().is_some_and(|due| due < now);
        let due: Vec<Trade> = self.tables.borrow().trades.values().filter(is_due).cloned().collect();
        for trade in due {
            // Not stored because somebody else was quicker: then the next tick finds it, if it is still due.
            let _ = self.swap(trade.version, run_due(&self.book(), &trade, now)?).await;
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (rules, policy) = (Rules::built_in(), Policy::cn_marketplace());
    let service = Service {
        checksums: Checksums::of(&rules, &policy),
        rules,
        policy,
        calendar: FixedCalendar::china(),
        tables: RefCell::default(),
    };
    let (alice, acme, pay) = (Actor::buyer("alice"), Actor::merchant("acme"), Actor::gateway("pay"));
    let (order, now) = (Id::from("o-1"), Time::parse("2026-03-01T10:00:00+08:00")?);

    let shirt =
        NewOrder::new("alice", "acme", Currency::CNY, vec![NewLine::new("shirt", 1, 9_900)]).paid_through("pay");
    let paid = Request::by(pay).order(order::Action::Pay).amount(9_900);
    let apply = Request::by(alice).apply(Kind::ReturnAndRefund).units("shirt", 1);
    let story = [
        Request::by(alice).place(shirt),
        paid.tender(Tender::Wallet).reference("p-1"),
        Request::by(acme).order(order::Action::Ship).units("shirt", 1).waybill("sf", "w-1"),
        apply.reason(Reason::NoReason),
    ];
    block_on(async {
        for request in &story {
            service.submit(order, request, now).await?;
        }
        Ok::<_, Denied>(())
    })?;

    // Whoever names the version seen is refused if it has changed since; without it, each is decided on what it meets.
    println!("Both act at the same moment, on the same version:");
    let agree = Request::by(acme).case(1, after_sale::Action::Agree).address("1 Return Road");
    let withdraw = Request::by(alice).case(1, after_sale::Action::Withdraw).seen(4);
    let both = block_on(join(service.submit(order, &agree, now), service.submit(order, &withdraw, now)));
    println!("  agree: {}\n  withdraw: {}", told(&both.0), told(&both.1));

    println!("Nobody does anything more, and time speaks:");
    block_on(service.tick(now.after(11 * 86_400_000)))?;
    let tables = service.tables.borrow();
    for event in tables.history.values().flatten() {
        println!("  {}", event.told(Lang::En, redress::Calendar::offset(&service.calendar, event.at)));
    }
    println!("To be carried out, each under its key:");
    for task in &tables.outbox {
        println!("  {}  {}", task.key, task.what.label(Lang::En));
    }
    Ok(())
}

fn told(answer: &Result<u64, Denied>) -> String {
    match answer {
        Ok(version) => format!("done, version {version}"),
        Err(denied) => denied.to_string(),
    }
}

// A runtime, as small as can be: any other does as well.

struct Nobody;

impl Wake for Nobody {
    fn wake(self: Arc<Self>) {}
}

/// Polls until it is done.
fn block_on<F: Future>(future: F) -> F::Output {
    let (waker, mut future) = (Waker::from(Arc::new(Nobody)), pin!(future));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
    }
}

/// Both at once, taking turns at every wait.
async fn join<A: Future, B: Future>(one: A, other: B) -> (A::Output, B::Output) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    let mut done = (None, None);
    std::future::poll_fn(move |context| {
        poll_into(&mut done.0, one.as_mut(), context);
        poll_into(&mut done.1, other.as_mut(), context);
        match (done.0.take(), done.1.take()) {
            (Some(one), Some(other)) => Poll::Ready((one, other)),
            waiting => {
                done = waiting;
                Poll::Pending
            }
        }
    })
    .await
}

fn poll_into<F: Future>(done: &mut Option<F::Output>, future: Pin<&mut F>, context: &mut Context<'_>) {
    if done.is_none()
        && let Poll::Ready(output) = future.poll(context)
    {
        *done = Some(output);
    }
}

/// A wait, as for a database.
async fn a_moment() {
    let mut waited = false;
    std::future::poll_fn(|_| match std::mem::replace(&mut waited, true) {
        false => Poll::Pending,
        true => Poll::Ready(()),
    })
    .await;
}
