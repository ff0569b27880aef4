//! What is outside of the desk: the people of the stories, the payment channel, and time.

use std::error::Error;
use std::path::{Path, PathBuf};

use redress::channel::RefundKey;
use redress::desk::{Delivered, Delivery};
use redress::port::Clock;
use redress::trade::{Asked, Subject};
use redress::{Desk, Id, Lang, Length, ManualClock, Policy, Request, Sqlite, Time, Trade, refund};

use crate::crash::{Brittle, BrittleStore, Crash};
use crate::diary::{Diary, Met};
use crate::gateway::{self, Gateway};
use crate::script::{Ending, MALL, Step, Story};

pub type Shop = Desk<BrittleStore>;
pub type Any = Box<dyn Error>;

/// How long the claims of a process that has died keep others away.
const LEASE: Length = Length::Minutes(5);

/// Opens the shop: one desk on one file.
pub fn open(world: &World) -> Result<Shop, Any> {
    let policy = Policy { return_address: Some("1 Return Road".to_owned()), ..Policy::cn_marketplace() };
    let file = Brittle(Sqlite::open(&world.file)?, world.channel.crash.clone());
    let desk = Desk::builder(file).tenant(MALL).policy(policy).contract(gateway::contract());
    let delivery = Delivery { lease: LEASE, ..Delivery::default() };
    Ok(desk.delivery(delivery).clock(world.clock.clone()).open()?)
}

/// A time in Shanghai, such as `03-01 10:00`.
pub fn at(text: &str) -> Result<Time, Any> {
    let (day, time) = text.split_once(' ').ok_or("a time is written `03-01 10:00`")?;
    Ok(Time::parse(&format!("2026-{day}T{time}:00+08:00"))?)
}

/// Everything that goes on while desks come and go.
pub struct World {
    pub clock: ManualClock,
    pub diary: Diary,
    /// The payment channel, with books of its own.
    pub channel: Gateway,
    file: PathBuf,
    /// What is still to come: when, of which story, the how manieth of all, what. The latest first.
    steps: Vec<(Time, &'static str, usize, Step)>,
}

impl World {
    /// The world around this file, as its diary says, or before the first step.
    pub fn around(file: &Path, start: Time, stories: Vec<Story>, crash: Crash) -> Result<Self, Any> {
        let mut diary = Diary::read(file)?;
        let clock = ManualClock::at(diary.now.unwrap_or(start));
        let (mut deeds, mut steps) = (Vec::new(), Vec::new());
        for story in stories {
            deeds.push((story.order, story.answers));
            for (when, step) in story.steps {
                steps.push((at(when)?, story.order, step));
            }
        }
        steps.sort_by_key(|(at, _, _)| *at);
        let steps = (0..).zip(steps).map(|(no, (at, order, step))| (at, order, no, step)).skip(diary.steps);
        let mut steps: Vec<_> = steps.collect();
        steps.reverse();
        // Whatever was in hand when the last process ended is free again when its claims are over.
        if let Some(now) = diary.now {
            diary.again.extend([now, now.after(LEASE.millis() + 1)]);
        }
        let channel = Gateway::open(file, clock.clone(), &deeds, crash)?;
        Ok(Self { clock, diary, channel, file: file.to_owned(), steps })
    }

    /// Lets everything happen that happens before this time; without one, until nothing is left to happen.
    pub fn run(&mut self, desk: &Shop, before: Option<Time>) -> Result<(), Any> {
        while let Some(next) = self.next(desk)?.filter(|next| before.is_none_or(|before| *next < before)) {
            self.clock.set(next.max(self.clock.now()));
            self.note()?;
            self.let_time_act(desk)?;
            while let Some((_, order, no, step)) = self.steps.pop_if(|(at, ..)| *at <= self.clock.now()) {
                self.act(desk, order, no, step)?;
                self.diary.steps = no + 1;
                self.note()?;
                self.deliver(desk)?;
            }
            self.deliver(desk)?;
        }
        Ok(())
    }

    /// Writes down what the world outside remembers.
    fn note(&mut self) -> Result<(), Any> {
        self.diary.now = Some(self.clock.now());
        self.diary.write(&self.file)
    }

    /// When something happens next: somebody acts, a deadline has passed, a task is tried again.
    fn next(&self, desk: &Shop) -> Result<Option<Time>, Any> {
        let somebody = self.steps.last().map(|(at, ..)| *at);
        let passed = desk.next_due()?.map(|due| due.after(1));
        let again = self.diary.again.first().copied();
        Ok([somebody, passed, again].into_iter().flatten().min())
    }

    fn let_time_act(&mut self, desk: &Shop) -> Result<(), Any> {
        let ran = self.channel.crash.let_time_act(|| desk.run_due(1_000))?;
        match ran.failed.first() {
            Some(stuck) => Err(format!("time could not act on {:?}: {}", stuck.record, stuck.error).into()),
            None => Ok(()),
        }
    }

    fn act(&mut self, desk: &Shop, order: &'static str, step_no: usize, step: Step) -> Result<(), Any> {
        match step {
            Step::Does(request) => {
                if let (Asked::Refund(refund::Action::Reverse), Subject::Refund(no)) = (request.asked, request.subject)
                {
                    let trade = desk.trade(order)?;
                    let number = trade.refund(no).map_or(0, |refund| refund.paid_key);
                    let key = RefundKey { trade: trade.key, refund: no, number };
                    self.channel.reverses(step_no, key.to_string())?;
                }
                // Whoever does not know whether it was heard says it again, under the same key.
                let request = request.key(format!("step-{step_no}").as_str());
                if let Err(error) = desk.submit(order, &request) {
                    self.diary.wrong.push(format!("{order}: {} {}: {error}", request.actor.id, request.asked.code()));
                }
            }
            Step::Refused(request, code) => self.refused(desk, order, &request, code)?,
            Step::Ends(ending) => {
                let trade = desk.trade(order)?;
                self.diary.wrong.extend(ending.differences(order, &trade));
                self.diary.ended.push((order.to_owned(), trade.money));
            }
        }
        Ok(())
    }

    fn refused(&mut self, desk: &Shop, order: &'static str, request: &Request, code: &str) -> Result<(), Any> {
        let before = desk.trade(order)?.version;
        match desk.submit(order, request) {
            Ok(receipt) => self.diary.wrong.push(format!("{order}: this was to be refused: {receipt}")),
            Err(error) => {
                let why = error.denied().cloned().ok_or(error)?;
                if !why.codes().contains(&code) {
                    self.diary.wrong.push(format!("{order}: refused, but not for `{code}`: {why}"));
                }
                let (at, actor) = (self.clock.now(), request.actor);
                let why = [Lang::En, Lang::Zh].map(|lang| why.sentence(lang));
                self.diary.met.push(Met { order: order.to_owned(), at, actor, why });
            }
        }
        if desk.trade(order)?.version != before {
            self.diary.wrong.push(format!("{order}: a refusal has changed something"));
        }
        Ok(())
    }

    /// Carries out what the desk asks for: refunds through the channel, which loses answers and tells nothing by itself
    /// here. All the rest is a matter of other services, which are fine.
    fn deliver(&mut self, desk: &Shop) -> Result<(), Any> {
        let Delivered { failed, corrupt, .. } = desk.deliver_through(&self.channel, |_| Ok::<(), String>(()))?;
        let now = self.clock.now();
        self.diary.again.retain(|at| *at > now);
        self.diary.again.extend(failed.iter().filter_map(|failed| failed.again_at));
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
