//! One history: everybody acts in random order, in the weather of the seed; then the weather clears up, everything comes
//! to rest, and the auditor adds up.

use alloc::format;
use alloc::string::ToString;
use core::cell::OnceCell;

use super::between::{Between, Caller};
use super::hand::{Duty, Hand};
use super::shop::{BEGIN, Shop};
use super::told::brief;
use super::violation::Must;
use super::weather::Weather;
use super::world::{Fate, Held, World, unanswered};
use crate::job::{Fed, Need};
use crate::port::Store;
use crate::trade::Request;
use crate::{Id, Time, refund};

/// How many requests a history holds at most.
pub(super) const REQUESTS: usize = 160;
/// After so many steps the weather clears up.
const STORM_MOST: u32 = 1_200;
/// After so many more, something is stuck.
const CALM_MOST: u32 = 30_000;
/// The places of the workers, the first and the last …
pub(super) const WORKERS: (usize, usize) = (3, 4);
/// … and of those who take call-backs in.
const TAKERS: (usize, usize) = (2, 2);
/// Deadlines that lie further ahead are nobody's business any more: 400 days.
const HORIZON: i64 = 400 * 86_400_000;

/// How a history is to be played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct How {
    /// A process dies here, whatever the weather: before the first call, after it, before the second …
    pub(super) crash_at: Option<u64>,
    /// One person asks, and only once everything that was asked before has come to rest.
    pub(super) is_story: bool,
    /// It is told line by line.
    pub(super) told: bool,
}

/// A history that is being played.
pub(super) struct Play<'a> {
    pub(super) shop: &'a Shop,
    pub(super) requests: &'a [OnceCell<Request>],
    pub(super) world: World,
    pub(super) between: &'a mut dyn Between,
    pub(super) hands: [Hand<'a>; 5],
    /// How many requests there are.
    pub(super) asked: usize,
    /// How many points have been passed at which a process may die.
    pub(super) points: u64,
    pub(super) how: How,
    pub(super) seed: u64,
    pub(super) is_calm: bool,
    /// Whether tasks that were set aside have been taken up again.
    pub(super) unshelved: bool,
    pub(super) mended: u32,
}

impl<'a> Play<'a> {
    pub(super) fn new(
        shop: &'a Shop,
        requests: &'a [OnceCell<Request>],
        mut world: World,
        between: &'a mut dyn Between,
        (seed, how): (u64, How),
    ) -> Self {
        let mut wishes = || u32::try_from(world.chance.below(4)).unwrap_or_default();
        let (first, second) = (1 + wishes(), wishes());
        let hands = Hand::all(if how.is_story { [2 + second, 0] } else { [first, second] });
        Self {
            shop,
            requests,
            world,
            between,
            hands,
            asked: 0,
            points: 0,
            how,
            seed,
            is_calm: false,
            unshelved: false,
            mended: 0,
        }
    }

    /// Plays it to its end.
    pub(super) fn play(&mut self) {
        let lasts = if self.how.is_story { 15 * 86_400_000 } else { self.world.weather.lasts };
        let storm_ends = BEGIN.after(lasts);
        let mut steps = 0;
        while steps < STORM_MOST && self.world.now < storm_ends && !self.is_over() {
            steps += 1;
            self.turn();
        }
        self.clear_up();
        let mut steps = 0;
        while !self.is_over() || self.takes_up() {
            steps += 1;
            if steps > CALM_MOST {
                let next = format!("it goes on for ever at {}", self.world.now);
                self.world.auditor.complain(Must::NothingStuck, None, next);
                break;
            }
            self.turn();
        }
        self.close();
    }

    fn close(&mut self) {
        let World { auditor, store, channel, figures, .. } = &mut self.world;
        auditor.close(store, channel);
        figures.violations = u64::try_from(auditor.violations.len()).unwrap_or(u64::MAX);
        figures.payouts = channel.paid().values().map(|amounts| amounts.len() as u64).sum();
        let arrived = channel.arrived();
        let again = |at: usize, key: &str| arrived.iter().take(at).any(|landed| landed.key == key);
        let forgotten = arrived.iter().enumerate().filter(|(at, landed)| !landed.known && again(*at, &landed.key));
        figures.forgotten = forgotten.count() as u64;
        for order in ["o-1", "o-2"] {
            let trade = store.load(Id::from(order)).ok().flatten();
            let unresolved = trade.iter().flat_map(|trade| &trade.refunds);
            figures.unresolved += unresolved.filter(|refund| refund.state == refund::State::Unresolved).count() as u64;
        }
    }

    /// From now on nothing goes wrong.
    fn clear_up(&mut self) {
        self.is_calm = true;
        self.world.say(|| "the weather clears up".to_string());
        self.world.channel.set_temper(Weather::CALM.temper);
        self.world.weather = Weather::CALM;
        for process in 0..super::world::PROCESSES {
            self.world.set_clock(process);
        }
        for hand in &mut self.hands {
            if let Duty::Person { left, .. } = &mut hand.duty {
                *left = 0;
            }
        }
    }

    /// Whether everything has come to rest.
    fn is_over(&self) -> bool {
        let World { held, channel, auditor, now, .. } = &self.world;
        let rests = held.is_empty() && channel.next().is_none() && auditor.board.next().is_none();
        rests
            && self.hands.iter().all(|hand| !hand.is_busy())
            && self.next_due().is_none_or(|at| at.since(*now) > HORIZON)
    }

    fn next_due(&self) -> Option<Time> {
        let page = self.world.store.due(Time::LATEST, None, 1).unwrap_or_default();
        page.rows.first().map(|due| due.at)
    }

    /// One who can act does, or time passes until somebody can.
    fn turn(&mut self) {
        let now = self.world.now;
        self.land();
        let able = |hand: &Hand<'_>| hand.wakes <= now;
        let count = self.hands.iter().filter(|hand| able(hand)).count();
        let chosen = self.world.chance.below(count);
        let place = self.hands.iter().enumerate().filter(|(_, hand)| able(hand)).map(|(place, _)| place).nth(chosen);
        match place {
            Some(place) => {
                self.act(place);
                let took = self.world.chance.millis(self.world.weather.step_most);
                self.world.pass(now.after(took));
            }
            None => self.sleep(),
        }
    }

    /// Nobody can act: until the next thing happens.
    fn sleep(&mut self) {
        let works = self.sleeper(WORKERS).and(self.next_work());
        let tells = self.sleeper(TAKERS).and(self.world.channel.next());
        let World { held, now, .. } = &self.world;
        let lands = held.iter().map(|(at, ..)| *at).min();
        let wakes = self.hands.iter().map(|hand| hand.wakes).min();
        let next = [lands, tells, works, wakes].into_iter().flatten().min().unwrap_or(*now).max(*now);
        self.world.pass(next);
        for (time, hands) in [(works, WORKERS), (tells, TAKERS)] {
            if time.is_some_and(|time| time <= next) {
                self.sleeper(hands).into_iter().for_each(|place| self.wake(place));
            }
        }
    }

    /// When there is something for a worker to do.
    fn next_work(&self) -> Option<Time> {
        let due = self.next_due().map(|due| due.after(1_000 + self.world.weather.skew_most));
        self.world.auditor.board.next().into_iter().chain(due).min()
    }

    /// One of these who sleeps and may be woken: the first or the last, by the time of day.
    fn sleeper(&self, (first, last): (usize, usize)) -> Option<usize> {
        let pair = if self.world.now.millis() % 2 == 0 { [first, last] } else { [last, first] };
        pair.into_iter().find(|place| self.hands.get(*place).is_some_and(|hand| hand.waits))
    }

    pub(super) fn wake(&mut self, place: usize) {
        if let Some(hand) = self.hands.get_mut(place).filter(|hand| hand.waits) {
            hand.wakes = self.world.now;
        }
    }

    /// Calls that were held up arrive.
    fn land(&mut self) {
        while let Some(place) = self.world.held.iter().position(|(at, ..)| *at <= self.world.now) {
            let (_, caller, held) = self.world.held.swap_remove(place);
            self.world.say(|| format!("(late)       {}", brief(&held.need())));
            drop(self.between.call(&mut self.world, caller, held.need()));
        }
    }

    fn act(&mut self, place: usize) {
        let Some(process) = self.hands.get(place).map(|hand| hand.process) else { return };
        self.world.speaks(process);
        let Some(hand) = self.hands.get_mut(place) else { return };
        hand.waits = false;
        match (&mut hand.doing, hand.reply.take()) {
            (None, _) => self.begin(place),
            (Some(doing), Some(fed)) => {
                let now = self.world.now_of(process);
                let fed = self.between.heard(Caller(place), now, fed);
                doing.feed(fed);
                if self.world.chance.strikes(self.world.weather.stop) {
                    doing.stop();
                }
                if doing.poll(now).is_none() {
                    self.finish(place);
                }
            }
            (Some(_), None) => self.call(place),
        }
        if self.world.weather.skew_most > 0 && self.world.chance.strikes(5) {
            self.world.set_clock(process);
        }
        self.hold_up(place);
    }

    /// The process is held up: a full disk, a busy machine, a network that stands still.
    fn hold_up(&mut self, place: usize) {
        let rate = match self.world.weather.pause_claimed {
            0 => 0,
            rate => self.hands.get_mut(place).map_or(0, |hand| if hand.has_claimed() { rate } else { 0 }),
        };
        if !self.world.chance.strikes(self.world.weather.pause.max(rate)) {
            return;
        }
        let length = self.world.chance.span(self.world.weather.pause_most);
        let until = self.world.now.after(length);
        if let Some(hand) = self.hands.get_mut(place) {
            hand.wakes = hand.wakes.max(until);
            self.world.figures.pauses += 1;
            let name = hand.name;
            self.world.say(|| format!("{name:<12} is held up for {} s", length / 1_000));
        }
    }

    /// Makes the call that the job in hand needs; its reply is on the way.
    fn call(&mut self, place: usize) {
        let Some(hand) = self.hands.get_mut(place) else { return };
        let (process, name) = (hand.process, hand.name);
        let now = self.world.now_of(process);
        if let Some(Need::Wait(length)) = hand.doing.as_mut().and_then(|doing| doing.poll(now)) {
            let length = i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
            (hand.wakes, hand.waits, hand.reply) = (self.world.now.after(length), true, Some(Fed::Waited));
            return;
        }
        if self.may_die(place) {
            return;
        }
        let Some(hand) = self.hands.get_mut(place) else { return };
        let Some(need) = hand.doing.as_mut().and_then(|doing| doing.poll(now)) else { return };
        let fate = self.world.fate(need);
        self.world.figures.calls += 1;
        let caller = Caller(place);
        let fed = match fate {
            Fate::Arrives | Fate::Twice => self.between.call(&mut self.world, caller, need),
            Fate::Refused => unanswered(need, true),
            Fate::Lost | Fate::Late => unanswered(need, false),
            Fate::Unheard => {
                drop(self.between.call(&mut self.world, caller, need));
                unanswered(need, false)
            }
        };
        if self.world.tale.is_some() {
            let told = brief(&need);
            let came = super::told::answer(&fed);
            self.world.say(|| format!("{name:<12} {told} {} {came}", super::told::fate(fate)));
        }
        if let (Fate::Late | Fate::Twice, Some(held)) = (fate, Held::of(need)) {
            let late = self.world.chance.span(self.world.weather.late_most);
            self.world.held.push((self.world.now.after(late), caller, held));
        }
        hand.reply = Some(fed);
        self.may_die(place);
    }

    /// Whether the process dies here.
    fn may_die(&mut self, place: usize) -> bool {
        let here = self.how.crash_at == Some(self.points);
        self.points += 1;
        let dies = here || self.world.chance.strikes(self.world.weather.crash);
        if dies {
            self.crash(place);
        }
        dies
    }

    /// A process dies with all its jobs. What it has sent may still arrive.
    fn crash(&mut self, place: usize) {
        let Some(process) = self.hands.get(place).map(|hand| hand.process) else { return };
        let down = self.world.chance.span(self.world.weather.down_most);
        let until = self.world.now.after(down);
        self.world.figures.crashes += 1;
        let now = self.world.now_of(process);
        for (place, hand) in self.hands.iter_mut().enumerate().filter(|(_, hand)| hand.process == process) {
            let (name, doing) = (hand.name, hand.doing.take());
            self.world.say(|| format!("{name:<12} dies, and is back after {} s", down / 1_000));
            if let (Some(mut doing), None) = (doing, hand.reply.take())
                && let Some(held) = doing.poll(now).and_then(Held::of)
                && self.world.weather.late_most > 0
                && self.world.chance.strikes(300)
            {
                let late = self.world.chance.span(self.world.weather.late_most);
                self.world.held.push((self.world.now.after(late), Caller(place), held));
            }
            (hand.wakes, hand.waits) = (until, false);
        }
        self.world.set_clock(process);
    }
}
