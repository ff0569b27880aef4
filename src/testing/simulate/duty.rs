//! What everybody does when it is his turn: people want something and hear what came of it, call-backs are taken in,
//! workers work, and in the end somebody looks after what was left over.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::cell::OnceCell;

use super::chance::Chance;
use super::hand::{Came, Doing, Duty, Intent};
use super::people::Look;
use super::play::{Play, WORKERS};
use super::shop::{BEGIN, TENANT, pay};
use super::violation::Must;
use super::world::World;
use crate::job::DeskError;
use crate::port::{Receipt, RequestKey, Store, StoreError};
use crate::trade::{Denied, Request, Trade};
use crate::{Id, Time, refund};

/// How far apart the requests of a story are: nine hours.
const STORY_PACE: i64 = 9 * 3_600_000;

impl<'a> Play<'a> {
    /// Whoever has nothing in hand takes something up.
    pub(super) fn begin(&mut self, place: usize) {
        let Some(hand) = self.hands.get(place) else { return };
        match (&hand.duty, hand.intent()) {
            (Duty::Worker, _) => self.takes(place, Doing::Work(Box::new(self.shop.clerk.work()))),
            (_, Some(intent)) => self.submit(place, intent),
            (Duty::Person { left: 0, .. }, None) => self.rest(place, Time::LATEST, true),
            (Duty::Person { .. }, None) if self.how.is_story && !self.others_rest() => {
                self.rest(place, self.world.now.after(600_000), false);
            }
            (Duty::Person { left, .. }, None) => {
                if self.how.is_story {
                    // The same wish at the same place, whatever has happened meanwhile.
                    self.world.chance = Chance::of(self.seed ^ u64::from(*left) << 32);
                }
                self.wish(place);
            }
            (Duty::Taker(_), None) => self.listen(place),
        }
    }

    /// Whether nothing is on its way and nothing is to be done.
    fn others_rest(&self) -> bool {
        let World { held, channel, auditor, .. } = &self.world;
        let rests = held.is_empty() && channel.next().is_none() && auditor.board.next().is_none();
        rests && !auditor.is_underway() && self.hands.iter().skip(1).all(|hand| !hand.is_busy())
    }

    fn takes(&mut self, place: usize, mut doing: Doing<'a>) {
        let Some(hand) = self.hands.get_mut(place) else { return };
        let is_over = doing.poll(self.world.now_of(hand.process)).is_none();
        hand.doing = Some(doing);
        if is_over {
            self.finish(place);
        }
    }

    fn submit(&mut self, place: usize, intent: Intent) {
        let requests: &'a [OnceCell<Request>] = self.requests;
        let Some(request) = requests.get(intent.slot).and_then(OnceCell::get) else { return };
        self.takes(place, Doing::Submit(Box::new(self.shop.clerk.submit(intent.order, request))));
    }

    fn rest(&mut self, place: usize, until: Time, waits: bool) {
        if let Some(hand) = self.hands.get_mut(place) {
            (hand.wakes, hand.waits) = (until, waits);
        }
    }

    /// Keeps a request; `None` if there are too many.
    fn keep(&mut self, order: Id, request: Request) -> Option<Intent> {
        let slot = self.asked;
        self.requests.get(slot)?.set(request).ok()?;
        self.asked += 1;
        Some(Intent { order, slot, tries: 0 })
    }

    /// A person looks at a trade and wants something; or somebody wants the same once more.
    fn wish(&mut self, place: usize) {
        let again = self.asked.checked_sub(1).filter(|_| self.world.chance.strikes(120) && !self.how.is_story);
        let again = again.and_then(|slot| self.requests.get(slot)?.get().cloned());
        let order = Id::from(if self.world.chance.strikes(800) { "o-1" } else { "o-2" });
        let trade = self.world.store.load(order).ok().flatten();
        let request = match (again, &trade) {
            (Some(request), Some(_)) if !request.actor.role.reports_facts() => Some(request),
            (_, Some(trade)) => self.wished(trade),
            (_, None) => None,
        };
        let key = format!("k-{}", self.asked);
        let kept = request.and_then(|request| self.keep(order, request.key(key.as_str())));
        if let Some(Duty::Person { left, intent }) = self.hands.get_mut(place).map(|hand| &mut hand.duty) {
            *left -= 1;
            *intent = kept;
        }
    }

    fn wished(&mut self, trade: &Trade) -> Option<Request> {
        if trade.money.payments.is_empty() && self.world.chance.strikes(700) {
            let tender = self.shop.contract.tenders.iter().next()?;
            return Some(pay(tender, 15_800, "p-1"));
        }
        let truth = self.world.auditor.truth(trade.key.order, &self.world.channel);
        let look = Look { clerk: &self.shop.clerk, trade, now: self.world.now, truth: &truth };
        let wished = look.wish(&mut self.world.chance)?;
        // Finance looks into the channel's books no earlier than a day after it has heard last.
        let reconciles = wished.detail.found_paid.is_some();
        (!reconciles || self.world.now.since(trade.at) > 86_400_000).then_some(wished)
    }

    /// Call-backs that have come in.
    fn listen(&mut self, place: usize) {
        let mut kept = Vec::new();
        for call_back in self.world.channel.call_backs() {
            self.world.figures.call_backs += 1;
            if let Ok((order, request)) = call_back.request(&self.shop.contract, TENANT.into()) {
                let request = self.between.call_back(request);
                self.world.say(|| format!("{:<12} the channel tells: {} {:?}", "", call_back.key, call_back.told));
                kept.extend(self.keep(order, request));
            }
        }
        let none = kept.is_empty();
        if let Some(Duty::Taker(queue)) = self.hands.get_mut(place).map(|hand| &mut hand.duty) {
            queue.extend(kept);
        }
        if none {
            self.rest(place, Time::LATEST, true);
        }
    }

    /// The job in hand is over.
    pub(super) fn finish(&mut self, place: usize) {
        let Some(hand) = self.hands.get_mut(place) else { return };
        let (name, is_person) = (hand.name, matches!(hand.duty, Duty::Person { .. }));
        let Some(doing) = hand.doing.take() else { return };
        let intent = hand.intent();
        match (doing.end(), intent) {
            (Came::Submitted(came), Some(intent)) => {
                self.world.say(|| format!("{name:<12} hears: {}", super::told::came(&came)));
                let pace = self.pace();
                self.heard(place, intent, came, is_person);
                self.rest(place, if is_person { pace } else { self.world.now }, false);
            }
            (Came::Submitted(_), None) => {}
            (Came::Worked(worked), _) => {
                self.world.say(|| format!("{name:<12} stops: {worked:?}"));
                let until = self.world.now.after(self.world.chance.span(self.world.weather.down_most));
                self.rest(place, until, false);
            }
        }
    }

    /// Until when a person thinks.
    fn pace(&mut self) -> Time {
        let now = self.world.now;
        if self.how.is_story && !self.is_calm {
            let slots = now.since(BEGIN) / STORY_PACE;
            return BEGIN.after((slots + 1) * STORY_PACE);
        }
        now.after(self.world.chance.span(self.world.weather.think_most))
    }

    fn heard(&mut self, place: usize, intent: Intent, came: Result<Receipt, DeskError>, is_person: bool) {
        let requests: &'a [OnceCell<Request>] = self.requests;
        let Some(request) = requests.get(intent.slot).and_then(OnceCell::get) else { return };
        let key = RequestKey::of(intent.order, request);
        let Some(hand) = self.hands.get_mut(place) else { return };
        match came {
            Ok(receipt) => {
                hand.answered();
                self.world.figures.acknowledged += 1;
                if let Some(key) = key {
                    self.world.auditor.acknowledged(key, receipt);
                }
            }
            Err(DeskError::Denied(Denied::Defect(defect))) => {
                hand.answered();
                self.world.auditor.complain(Must::NoDefect, Some(intent.order), format!("{defect}: {request:?}"));
            }
            Err(DeskError::Denied(denied)) => {
                hand.answered();
                self.world.figures.refused += 1;
                if let Some(key) = key.filter(|_| is_person && denied != Denied::KeyReused) {
                    self.world.auditor.refused(key);
                }
            }
            Err(DeskError::Store(StoreError::Unfit { .. } | StoreError::Corrupt(_))) => {
                hand.answered();
                self.world.auditor.complain(
                    Must::NoDefect,
                    Some(intent.order),
                    format!("{request:?} cannot be stored"),
                );
            }
            Err(DeskError::Store(_) | DeskError::Busy { .. }) => {
                let tries = hand.in_vain();
                if is_person && !self.is_calm && tries > 3 && self.world.chance.strikes(300) {
                    hand.answered();
                }
            }
        }
    }

    /// Everything rests: a person takes up again what was set aside, and looks after what nobody can tell. Whether there
    /// was anything.
    pub(super) fn takes_up(&mut self) -> bool {
        let shelved = self.world.store.shelved(None, u32::MAX).unwrap_or_default().rows;
        if !self.unshelved && !shelved.is_empty() {
            self.unshelved = true;
            for task in shelved {
                if self.world.store.unshelve(task.id, self.world.now).is_ok() {
                    self.world.auditor.board.unshelved(task.id, self.world.now);
                }
            }
            self.wake(WORKERS.0);
            return true;
        }
        self.mended < 6 && self.mends()
    }

    /// Finance looks into the channel's own books, two days later.
    fn mends(&mut self) -> bool {
        for order in ["o-1", "o-2"] {
            let order = Id::from(order);
            let Some(trade) = self.world.store.load(order).ok().flatten() else { continue };
            let Some(refund) = trade.refunds.iter().find(|it| it.state == refund::State::Unresolved) else { continue };
            self.mended += 1;
            self.world.pass(self.world.now.after(2 * 86_400_000));
            let truth = self.world.auditor.truth(order, &self.world.channel);
            let look = Look { clerk: &self.shop.clerk, trade: &trade, now: self.world.now, truth: &truth };
            let request = look.reconciles(refund).key(format!("m-{}", self.mended).as_str());
            let kept = self.keep(order, request);
            if let Some(hand) = self.hands.first_mut() {
                hand.wakes = self.world.now;
                hand.duty = Duty::Person { left: 0, intent: kept };
                return kept.is_some();
            }
        }
        false
    }
}
