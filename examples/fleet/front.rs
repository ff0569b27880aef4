//! The shop's front: what buyers, the warehouse and the carrier do, and where the channel's call-backs come in.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use redress::job::Observer;
use redress::port::Clock;
use redress::store::BlockingPostgresStore;
use redress::store::postgres::NoTls;
use redress::{
    Actor, Currency, Desk, Id, Kind, Length, ManualClock, NewLine, NewOrder, Reason, Receipt, Request, Tender, Trade,
    order, refund,
};

use crate::channel::Gateway;
use crate::processes::{Processes, Said};
use crate::run::{Any, GATEWAY, MALL, Run};

/// What is to become of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Both agents grant 60.00 of its 100.00: one of them may.
    TwoGrants,
    /// Both agents agree to the same application: one of them does.
    TwoAgree,
    /// Nobody answers the buyer, and silence is consent.
    Silence,
    /// It was not shipped yet, so the money goes back at once.
    Unshipped,
}

pub struct Planned {
    pub id: String,
    pub plan: Plan,
}

pub fn orders(count: u32) -> Vec<Planned> {
    let plans = [Plan::TwoGrants, Plan::TwoAgree, Plan::Silence, Plan::Unshipped];
    (1..=count).zip(plans.into_iter().cycle()).map(|(no, plan)| Planned { id: format!("A-{no}"), plan }).collect()
}

/// How many call-backs came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard {
    pub taken: u32,
    pub again: u32,
}

pub struct Front {
    pub desk: Desk<BlockingPostgresStore>,
    run: Run,
    teller: Arc<Teller>,
    closed: AtomicBool,
}

/// What this process commits, heard within.
#[derive(Default)]
struct Teller(Mutex<Said>);

impl Observer for Teller {
    fn committed(&self, receipt: &Receipt) {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.hear(&format!("commit {} {}", receipt.trade.order, receipt.version));
    }
}

impl Front {
    pub fn open(run: &Run) -> Result<Self, Any> {
        let storage = run.options()?.open_blocking(NoTls)?;
        let teller = Arc::new(Teller::default());
        let desk = run.set(Desk::builder(storage)).observer(teller.clone()).open()?;
        Ok(Self { desk, run: run.clone(), teller, closed: AtomicBool::new(false) })
    }

    pub fn said(&self) -> Said {
        self.teller.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sells everything, and lets the buyers complain; four at a time.
    pub fn sell(&self, orders: &[Planned], processes: &Processes, agents: &[String]) -> Result<(), Any> {
        std::thread::scope(|scope| {
            let sellers: Vec<_> = (0..4)
                .map(|no| {
                    let mine = orders.iter().skip(no).step_by(4);
                    scope.spawn(move || mine.into_iter().try_for_each(|order| self.story(order, processes, agents)))
                })
                .collect();
            sellers.into_iter().try_for_each(|seller| seller.join().map_err(|_| "a seller has died")?)
        })
    }

    fn story(&self, Planned { id, plan }: &Planned, processes: &Processes, agents: &[String]) -> Result<(), Any> {
        let (alice, acme) = (Actor::buyer("alice"), Actor::merchant("acme"));
        let does = |request: Request| self.desk.submit(id.as_str(), request).map_err(|error| format!("{id}: {error}"));
        let lines = vec![NewLine::new("shirt", 1, 10_000)];
        does(Request::by(alice).place(NewOrder::new("alice", "acme", Currency::CNY, lines).paid_through(GATEWAY)))?;
        let paid = Request::by(Actor::gateway(GATEWAY)).order(order::Action::Pay).amount(10_000);
        does(paid.tender(Tender::Wallet).reference(format!("p-{id}").as_str()))?;
        if *plan != Plan::Unshipped {
            let ship = Request::by(acme).order(order::Action::Ship).units("shirt", 1);
            does(ship.waybill("sf", format!("w-{id}").as_str()))?;
            does(Request::by(Actor::carrier("sf")).order(order::Action::Deliver).units("shirt", 1))?;
        }
        let apply = Request::by(alice).apply(Kind::RefundOnly).units("shirt", 1);
        match plan {
            Plan::TwoGrants => processes.call(agents, &format!("grant {id}")),
            Plan::Unshipped => does(apply.reason(Reason::NoReason)).map(drop).map_err(Any::from),
            Plan::TwoAgree | Plan::Silence => {
                does(apply.reason(Reason::Damaged).evidence("photo://torn"))?;
                if *plan == Plan::TwoAgree { processes.call(agents, &format!("agree {id}")) } else { Ok(()) }
            }
        }
    }

    /// Takes in what the channel tells by itself, until the front is closed.
    pub fn hear(&self, gateway: &Gateway) -> Result<Heard, Any> {
        let mut heard = Heard::default();
        while !self.closed.load(Ordering::Relaxed) {
            for call_back in gateway.books.call_backs() {
                let (order, request) = call_back.request(&crate::run::contract(), Id::from(MALL))?;
                match self.desk.submit(order, &request)?.replayed {
                    true => heard.again += 1,
                    false => heard.taken += 1,
                }
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(heard)
    }

    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    /// Waits until every order has come to its end; those that have not.
    pub fn wait_for(&self, orders: &[Planned], patience: Duration) -> Result<Vec<String>, Any> {
        let begun = Instant::now();
        let mut open: BTreeSet<&str> = orders.iter().map(|order| order.id.as_str()).collect();
        while !open.is_empty() && begun.elapsed() < patience {
            for id in open.clone() {
                if has_ended(&self.desk.trade(id)?) {
                    open.remove(id);
                }
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        open.into_iter().map(|id| Ok(format!("{id} has not ended: {}", self.tell(id)?))).collect()
    }

    fn tell(&self, id: &str) -> Result<String, Any> {
        let trade = self.desk.trade(id)?;
        let cases: Vec<_> = trade.cases.iter().map(|case| case.state).collect();
        let refunds: Vec<_> = trade.refunds.iter().map(|refund| refund.state).collect();
        Ok(format!("{:?}, cases {cases:?}, refunds {refunds:?}", trade.head.state))
    }

    /// When all workers are gone: what they had put off, an hour later. How many tasks that were.
    pub fn carry_out_the_rest(&self, gateway: &Gateway) -> Result<u32, Any> {
        let clock = ManualClock::at(self.run.clock.now());
        clock.advance(Length::Hours(1));
        let storage = self.run.options()?.open_blocking(NoTls)?;
        let desk = self.run.set(Desk::builder(storage)).observer(self.teller.clone()).clock(clock).open()?;
        let delivered = desk.deliver_through(&gateway.books, |_| Ok::<(), String>(()))?;
        match delivered.failed.first() {
            Some(failed) => Err(format!("{}: {}", failed.task, failed.error).into()),
            None => Ok(delivered.done),
        }
    }
}

fn has_ended(trade: &Trade) -> bool {
    let paid = trade.refunds.iter().all(|refund| refund.state == refund::State::Paid);
    !trade.cases.is_empty() && trade.open_cases().next().is_none() && paid
}
