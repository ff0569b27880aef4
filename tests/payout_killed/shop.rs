//! The shop, its channel, the time that passes in it, and what must hold at the end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use redress::channel::{Channel, ChannelContract, SimulatedChannel, Temper};
use redress::desk::Delivery;
use redress::port::{Clock, Storage, Store};
use redress::refund::State;
use redress::trade::Request;
use redress::{
    Actor, Counter, Currency, Desk, DeskError, Id, Kind, Length, Limit, NewLine, NewOrder, Policy, Reason, Receipt,
    Set, Span, SystemClock, Tender, Time, order,
};

pub(crate) const MALL: &str = "acme-mall";
const GATEWAY: &str = "pay";
/// How many seconds pass there while one passes here: a key is forgotten after 1.8 seconds.
const RATE: i64 = 1_000;
/// How long everything may take to come to rest at the end.
const PATIENCE: Duration = Duration::from_secs(300);

/// The time there, the same for all processes.
#[derive(Clone, Copy)]
pub(crate) struct Fast {
    began: Time,
}

impl Fast {
    pub(crate) fn began(at: Option<i64>) -> Self {
        Self { began: at.map_or_else(|| SystemClock.now(), Time::from_millis) }
    }

    pub(crate) fn millis(self) -> i64 {
        self.began.millis()
    }
}

impl Clock for Fast {
    fn now(&self) -> Time {
        self.began.after(SystemClock.now().since(self.began).saturating_mul(RATE))
    }
}

/// A channel that forgets keys after half an hour, and can be asked.
pub(crate) fn contract() -> ChannelContract {
    let half_hour = ChannelContract::half_hour(GATEWAY);
    let mut contract = ChannelContract { tenders: Set::of(&[Tender::Card]), ..half_hour };
    // Six tenths of a second here.
    contract.window = Length::Minutes(10);
    contract.terms.min_gap = Length::Seconds(0);
    contract
}

pub(crate) fn channel(clock: Fast) -> SimulatedChannel {
    let temper = Temper {
        lost: 60,
        held_up: 60,
        unheard: 150,
        slow: 200,
        refused: 60,
        untold: 300,
        told_twice: 200,
        lateness: Length::Minutes(10),
        ..Temper::calm()
    };
    SimulatedChannel::new(contract(), temper, 11, clock)
}

/// A desk on this storage. Nobody gives up: a worker that was killed over a task has tried it, too.
pub(crate) fn desk<D: Storage>(storage: D, clock: Fast, worker: &str) -> Desk<D::Store> {
    let mut policy = Policy::cn_marketplace();
    contract().allow(&mut policy);
    policy.limits[Limit::GatewayAnswer] = Span::hours(3);
    // The clock runs fast: a seller who is held up for some minutes must not find the order called off.
    (policy.limits[Limit::ShipPromise], policy.limits[Limit::ShipLimit]) = (Span::days(300), Span::days(365));
    // No refund waits for longer than that, however often it was refused.
    policy.first_backoffs.clear();
    policy.limits[Limit::Backoff] = Span::minutes(10);
    policy.counters[Counter::Asks] = 1_000;
    policy.counters[Counter::Attempts] = 1_000;
    let delivery = Delivery {
        worker: Id::from(worker),
        lease: Length::Minutes(15),
        batch: 1,
        tries: 10_000,
        most_wait: Length::Minutes(10),
        ..Delivery::default()
    };
    let desk = Desk::builder(storage).tenant(MALL).policy(policy).contract(contract());
    desk.delivery(delivery).clock(clock).open().unwrap()
}

/// Two cards are sold and paid, and the money of both is wanted back, one after the other.
pub(crate) fn story(order: &str) -> [Request; 4] {
    let lines = vec![NewLine::new("card", 2, 5_000)];
    let placed = NewOrder::new("alice", "acme", Currency::CNY, lines).paid_through(GATEWAY);
    let paid = Request::by(Actor::gateway(GATEWAY)).order(order::Action::Pay).amount(10_000);
    let wants = || Request::by(Actor::buyer("alice")).apply(Kind::RefundOnly).reason(Reason::NoReason);
    [
        Request::by(Actor::buyer("alice")).place(placed).key("place"),
        paid.tender(Tender::Card).reference(order).key("pay"),
        wants().units("card", 1).key("one"),
        wants().units("card", 1).key("other"),
    ]
}

/// The same request again and again under its key, until it is known to be stored, and how often it was not; nothing if it
/// is to stop before.
#[cfg(feature = "postgres")]
pub(crate) fn surely<S: Store>(
    desk: &Desk<S>,
    order: &str,
    request: &Request,
    stop: &AtomicBool,
) -> Option<(Receipt, u64)> {
    let mut times = 0;
    while !stop.load(Ordering::SeqCst) {
        match desk.submit(order, request) {
            Ok(receipt) => return Some((receipt, times)),
            Err(error) if is_the_store(&error) => times += 1,
            Err(error) => panic!("{order}: {error}"),
        }
        thread::sleep(Duration::from_millis(5));
    }
    None
}

fn is_the_store(error: &DeskError) -> bool {
    matches!(error, DeskError::Store(_) | DeskError::Busy { .. })
}

/// Does what time has come to do, and hands out what is ready. Whatever the store does not do now comes again.
pub(crate) fn round<S: Store>(desk: &Desk<S>, channel: &impl Channel) {
    drop(desk.run_due(100));
    drop(desk.deliver_through(channel, |_| Ok::<(), String>(())));
}

/// What the channel tells by itself.
pub(crate) fn hears<S: Store>(desk: &Desk<S>, call_backs: Vec<redress::channel::CallBack>) {
    for call_back in call_backs {
        let (order, request) = call_back.request(&contract(), Id::from(MALL)).unwrap();
        match desk.submit(order, &request) {
            Ok(_) => {}
            // It may be lost: the channel is asked when its time is over.
            Err(error) if is_the_store(&error) => {}
            Err(error) => panic!("{order}: {error}"),
        }
    }
}

/// Works until every refund is paid.
fn comes_to_rest<S: Store + Sync>(desk: &Desk<S>, channel: &SimulatedChannel, orders: &BTreeMap<String, u64>) {
    let (begun, stop) = (Instant::now(), AtomicBool::new(false));
    let refunds = |order: &String| desk.trade(order.as_str()).unwrap().refunds;
    let is_open = |order: &String| refunds(order).iter().any(|refund| refund.state != State::Paid);
    thread::scope(|scope| {
        let _stops = Stops(&stop);
        for _ in 0..8 {
            scope.spawn(|| {
                while !stop.load(Ordering::SeqCst) {
                    round(desk, channel);
                    thread::sleep(Duration::from_millis(5));
                }
            });
        }
        for order in orders.keys() {
            while is_open(order) {
                assert!(begun.elapsed() < PATIENCE, "{order} does not come to rest: {:?}", refunds(order));
                hears(desk, channel.call_backs());
                thread::sleep(Duration::from_millis(5));
            }
        }
    });
}

/// Tells the others to stop when it is dropped, however that comes about.
pub(crate) struct Stops<'s>(pub(crate) &'s AtomicBool);

impl Drop for Stops<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// What all orders have come to.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    pub(crate) orders: usize,
    pub(crate) refunds: usize,
    pub(crate) arrived: usize,
    pub(crate) known_again: usize,
}

/// Lets everything come to rest, then holds the trades against the channel's own books.
pub(crate) fn audit<S: Store + Sync>(
    desk: &Desk<S>,
    channel: &SimulatedChannel,
    acknowledged: &BTreeMap<String, u64>,
) -> Sums {
    comes_to_rest(desk, channel, acknowledged);
    let (paid, landed) = (channel.paid(), channel.arrived());
    let mut sums = Sums { orders: acknowledged.len(), arrived: landed.len(), ..Sums::default() };
    sums.known_again = landed.iter().filter(|landed| landed.known).count();
    for (order, version) in acknowledged {
        let trade = desk.trade(order.as_str()).unwrap();
        assert!(trade.version >= *version, "{order}: {version} was acknowledged, {} stands", trade.version);
        let found = desk.store().verify(trade.key.order).unwrap();
        assert_eq!((found.events, found.damaged), (trade.events, vec![]), "{order}");
        for refund in &trade.refunds {
            let prefix = format!("{MALL}/{order}/refund-{}/", refund.no);
            let of_it = paid.iter().filter(|(key, _)| key.starts_with(&prefix));
            let really: Vec<_> = of_it.flat_map(|(_, amounts)| amounts).collect();
            assert_eq!(really, [&refund.amount], "{prefix}: the channel's own books");
        }
        sums.refunds += trade.refunds.len();
    }
    // Nothing was paid that no trade knows of.
    assert_eq!(paid.values().map(Vec::len).sum::<usize>(), sums.refunds);
    sums
}
