//! What is outside of the desk: the people of the stories, the payment channel, and time.

use std::error::Error;
use std::path::Path;

use redress::channel::{ChannelContract, RefundKey, SimulatedChannel, Temper};
use redress::desk::Delivered;
use redress::port::Clock;
use redress::store::SqliteStore;
use redress::trade::{Asked, Subject};
use redress::{Actor, Desk, Id, ManualClock, Policy, Request, Sqlite, Time, Trade, refund};

use crate::script::{Ending, MALL, Step, Story};

pub type Shop = Desk<SqliteStore>;
pub type Any = Box<dyn Error>;

/// Opens the shop: one desk on one file.
pub fn open(file: &Path, clock: &ManualClock) -> Result<Shop, Any> {
    let policy = Policy { return_address: Some("1 Return Road".to_owned()), ..Policy::cn_marketplace() };
    let desk = Desk::builder(Sqlite::open(file)?).tenant(MALL).policy(policy).contract(contract());
    Ok(desk.clock(clock.clone()).open()?)
}

/// What the payment channel promises.
fn contract() -> ChannelContract {
    ChannelContract::wechat_pay("pay")
}

/// A time in Shanghai, such as `03-01 10:00`.
pub fn at(text: &str) -> Result<Time, Any> {
    let (day, time) = text.split_once(' ').ok_or("a time is written `03-01 10:00`")?;
    Ok(Time::parse(&format!("2026-{day}T{time}:00+08:00"))?)
}

/// A refusal that somebody met.
pub struct Met {
    pub order: &'static str,
    pub at: Time,
    pub actor: Actor,
    pub why: redress::Denied,
}

/// Everything that goes on while desks come and go.
pub struct World {
    pub clock: ManualClock,
    /// The payment channel, with books of its own.
    pub channel: SimulatedChannel,
    pub met: Vec<Met>,
    /// What did not go as the story says.
    pub wrong: Vec<String>,
    /// The endings that were reached, with the trade as it stood.
    pub ended: Vec<(&'static str, Trade)>,
    /// What is still to come: when, of which story, what. The latest first.
    steps: Vec<(Time, &'static str, Step)>,
    /// When a task that could not be carried out is tried again.
    again: Option<Time>,
}

impl World {
    pub fn new(clock: ManualClock, stories: Vec<Story>) -> Result<Self, Any> {
        let channel = SimulatedChannel::new(contract(), Temper::calm(), 1, clock.clone());
        let mut steps = Vec::new();
        for story in stories {
            channel.will(story.order, story.answers);
            for (when, step) in story.steps {
                steps.push((at(when)?, story.order, step));
            }
        }
        steps.sort_by_key(|(at, _, _)| *at);
        steps.reverse();
        Ok(Self { clock, channel, met: Vec::new(), wrong: Vec::new(), ended: Vec::new(), steps, again: None })
    }

    /// Lets everything happen that happens before this time; without one, until nothing is left to happen.
    pub fn run(&mut self, desk: &Shop, before: Option<Time>) -> Result<(), Any> {
        while let Some(next) = self.next(desk)?.filter(|next| before.is_none_or(|before| *next < before)) {
            self.clock.set(next.max(self.clock.now()));
            self.let_time_act(desk)?;
            while let Some((_, order, step)) = self.steps.pop_if(|(at, _, _)| *at <= self.clock.now()) {
                self.act(desk, order, step)?;
                self.deliver(desk)?;
            }
            self.deliver(desk)?;
        }
        Ok(())
    }

    /// When something happens next: somebody acts, a deadline has passed, a task is tried again.
    fn next(&self, desk: &Shop) -> Result<Option<Time>, Any> {
        let somebody = self.steps.last().map(|(at, _, _)| *at);
        let passed = desk.next_due()?.map(|due| due.after(1));
        Ok([somebody, passed, self.again].into_iter().flatten().min())
    }

    fn let_time_act(&mut self, desk: &Shop) -> Result<(), Any> {
        let ran = desk.run_due(1_000)?;
        match ran.failed.first() {
            Some(stuck) => Err(format!("time could not act on {:?}: {}", stuck.record, stuck.error).into()),
            None => Ok(()),
        }
    }

    fn act(&mut self, desk: &Shop, order: &'static str, step: Step) -> Result<(), Any> {
        match step {
            Step::Does(request) => {
                if let Err(error) = desk.submit(order, &request) {
                    self.wrong.push(format!("{order}: {} {}: {error}", request.actor.id, request.asked.code()));
                }
                if let (Asked::Refund(refund::Action::Reverse), Subject::Refund(no)) = (request.asked, request.subject)
                {
                    let trade = desk.trade(order)?;
                    let number = trade.refund(no).map_or(0, |refund| refund.paid_key);
                    self.channel.reverse(&RefundKey { trade: trade.key, refund: no, number }.to_string());
                }
            }
            Step::Refused(request, code) => self.refused(desk, order, &request, code)?,
            Step::Ends(ending) => {
                let trade = desk.trade(order)?;
                self.wrong.extend(ending.differences(order, &trade));
                self.ended.push((order, trade));
            }
        }
        Ok(())
    }

    fn refused(&mut self, desk: &Shop, order: &'static str, request: &Request, code: &str) -> Result<(), Any> {
        let before = desk.trade(order)?.version;
        match desk.submit(order, request) {
            Ok(receipt) => self.wrong.push(format!("{order}: this was to be refused: {receipt}")),
            Err(error) => {
                let why = error.denied().cloned().ok_or(error)?;
                if !why.codes().contains(&code) {
                    self.wrong.push(format!("{order}: refused, but not for `{code}`: {why}"));
                }
                let (at, actor) = (self.clock.now(), request.actor);
                self.met.push(Met { order, at, actor, why });
            }
        }
        if desk.trade(order)?.version != before {
            self.wrong.push(format!("{order}: a refusal has changed something"));
        }
        Ok(())
    }

    /// Carries out what the desk asks for: refunds through the channel, which loses answers and tells nothing by itself
    /// here. All the rest is a matter of other services, which are fine.
    fn deliver(&mut self, desk: &Shop) -> Result<(), Any> {
        let Delivered { failed, corrupt, .. } = desk.deliver_through(&self.channel, |_| Ok::<(), String>(()))?;
        let still = self.again.filter(|at| *at > self.clock.now());
        let again = failed.iter().filter_map(|failed| failed.again_at);
        self.again = again.chain(still).min();
        match corrupt.first() {
            Some(unreadable) => Err(format!("{unreadable:?}").into()),
            None => Ok(()),
        }
    }
}

impl Ending {
    /// What stands otherwise than the story says.
    fn differences(&self, order: &str, trade: &Trade) -> Vec<String> {
        let total = trade.money.total();
        let cases: Vec<_> = trade.cases.iter().map(|case| case.state).collect();
        let refunded: Vec<_> = trade.money.payments.iter().map(|paid| paid.balance.refunded.minor()).collect();
        let sum = |of: fn(&redress::trade::Case) -> redress::Amount| -> u64 {
            trade.cases.iter().map(|case| of(case).minor()).sum()
        };
        let mut wrong = vec![
            differs("the order", &trade.head.state, &self.order),
            differs("the cases", &cases, &self.cases),
            differs("kept", &total.kept().minor(), &self.kept),
            differs("refunded to each payment", &refunded, &self.refunded),
            differs("charged", &sum(|case| case.charged), &self.charged),
            differs("written off", &sum(|case| case.written_off), &self.written_off),
        ];
        for &(line, count, place) in &self.goods {
            let at = trade.line(Id::from(line)).map(|(at, _)| at).unwrap_or_default();
            let found = trade.goods.count(at, |units| units.place == place);
            wrong.push(differs(&format!("{line} {place}"), &found, &count));
        }
        let named = wrong.into_iter().flatten();
        named.map(|what| format!("{order} does not end as told: {what}")).collect()
    }
}

fn differs<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, told: &T) -> Option<String> {
    (found != told).then(|| format!("{what}: {found:?} instead of {told:?}"))
}
