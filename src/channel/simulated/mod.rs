//! A payment channel in this process: seeded, forgetful and unreliable, with books that an auditor can read.

mod books;
mod temper;

use std::collections::BTreeMap;
use std::string::{String, ToString};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use books::Books;
pub use books::Landed;
pub use temper::{Deed, Temper};

use super::{Asked, CallBack, Channel, ChannelContract, PayOut, Question, Sent};
use crate::port::Clock;
use crate::{Amount, Id, Time};

/// A payment channel for tests, examples and simulations. It keeps the promises of its [contract](ChannelContract) and
/// no others: it forgets keys when their time is over and then pays them *again*, loses requests and answers, holds
/// requests up, is late to know what it has received, pays later, declines, closes, finds accounts dead, enforces the
/// spacing and the number of refunds, and tells its call-backs late, twice and out of order. It pays beyond what the
/// payment was, too, so that no fault of ours is hidden behind its own checks.
///
/// What it has *really* paid stands in its books: [`paid`](Self::paid), [`paid_back`](Self::paid_back),
/// [`times_paid`](Self::times_paid).
///
/// The same seed, calls and times give the same answers. Clones are one channel.
///
/// ```
/// use redress::channel::{Channel, ChannelContract, Deed, RefundKey, PayOut, Sent, SimulatedChannel, Temper};
/// use redress::{Amount, Currency, ManualClock, Time, trade::TradeKey};
///
/// let clock = ManualClock::at(Time::EPOCH);
/// let channel = SimulatedChannel::new(ChannelContract::wechat_pay("wechat-pay"), Temper::calm(), 7, clock);
/// let trade = TradeKey { tenant: "acme-mall".into(), order: "A-1".into() };
/// let amount = Amount::new(6_000).of(Currency::CNY);
/// let pay_out = PayOut {
///     channel: "wechat-pay".into(),
///     trade,
///     key: RefundKey { trade, refund: 1, number: 1 }.to_string(),
///     payment: "p-1".into(),
///     amount,
///     total: amount,
///     account: None,
///     deadline: Time::EPOCH.after(60_000),
/// };
/// // The first answer is lost on its way; the second says what the first one did.
/// channel.will("A-1", [Deed::Unheard]);
/// assert!(matches!(channel.send(&pay_out), Sent::Unknown(_)));
/// assert!(matches!(channel.send(&pay_out), Sent::Paid(_)));
/// assert_eq!(channel.times_paid(&pay_out.key), 1);
/// ```
#[derive(Clone)]
pub struct SimulatedChannel {
    books: Arc<Mutex<Books>>,
    clock: Arc<dyn Clock + Send + Sync>,
}

impl SimulatedChannel {
    /// A channel that has seen nothing yet.
    #[must_use]
    pub fn new(
        contract: ChannelContract,
        temper: Temper,
        seed: u64,
        clock: impl Clock + Send + Sync + 'static,
    ) -> Self {
        Self { books: Arc::new(Mutex::new(Books::new(contract, temper, seed))), clock: Arc::new(clock) }
    }

    /// The books, with everything done that was to be done by now.
    fn books(&self) -> MutexGuard<'_, Books> {
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        books.pass_time(self.clock.now());
        books
    }

    /// Decides what befalls the next requests about this order, before chance does.
    pub fn will(&self, order: impl Into<Id>, deeds: impl IntoIterator<Item = Deed>) {
        self.books().script.entry(order.into()).or_default().extend(deeds);
    }

    /// Has another temper from now on.
    pub fn set_temper(&self, temper: Temper) {
        self.books().temper = temper;
    }

    /// The call-backs that are delivered by now, each once, and some of them once more later.
    #[must_use]
    pub fn call_backs(&self) -> Vec<CallBack> {
        let now = self.clock.now();
        self.books().call_backs(now)
    }

    /// When something happens next by itself: a request arrives, a refund is paid, a call-back is delivered.
    #[must_use]
    pub fn next(&self) -> Option<Time> {
        self.books().next()
    }

    /// The buyer's bank takes back what was paid under this key, and the channel tells. Nothing if it was not paid.
    pub fn reverse(&self, key: &str) {
        let now = self.clock.now();
        self.books().reverse(key, now);
    }

    /// Every payment that was really made and not taken back, by key. More than one under a key is a double refund.
    #[must_use]
    pub fn paid(&self) -> BTreeMap<String, Vec<Amount>> {
        self.books().paid.clone()
    }

    /// How often a key was really paid, what was taken back not counted.
    #[must_use]
    pub fn times_paid(&self, key: &str) -> usize {
        self.books().paid.get(key).map_or(0, Vec::len)
    }

    /// What the buyer of this order really has back through this channel.
    #[must_use]
    pub fn paid_back(&self, order: impl Into<Id>) -> Amount {
        self.books().paid_back(order.into())
    }

    /// How often a request arrived, by key: first ones and repetitions.
    #[must_use]
    pub fn arrived(&self) -> Vec<Landed> {
        self.books().landed.clone()
    }
}

impl Channel for SimulatedChannel {
    fn send(&self, pay_out: &PayOut) -> Sent {
        let now = self.clock.now();
        match now > pay_out.deadline {
            true => Sent::NotSent("its deadline had passed".to_string()),
            false => self.books().send(pay_out, now),
        }
    }

    fn ask(&self, question: &Question) -> Asked {
        let now = self.clock.now();
        self.books().ask(question, now)
    }
}

impl std::fmt::Debug for SimulatedChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SimulatedChannel").field("books", &self.books).finish_non_exhaustive()
    }
}
