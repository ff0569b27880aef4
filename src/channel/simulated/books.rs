//! What a simulated channel has received, decided, paid, and is yet to tell.

use std::collections::{BTreeMap, VecDeque};
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::temper::{Chance, Deed, Temper};
use crate::channel::{
    AfterFailure, Ask, Asked, CallBack, ChannelContract, Declined, KeyMemory, News, No, Paid, PayOut, Question, Sent,
};
use crate::{Amount, Id, Time};

/// A request that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Landed {
    /// When.
    pub at: Time,
    /// With which key.
    pub key: String,
    /// Whether the channel knew the key again.
    pub known: bool,
}

/// A refund that the channel has taken in.
#[derive(Clone, Debug)]
struct Record {
    own: Id,
    since: Time,
    pay_out: PayOut,
    stands: Stands,
}

#[derive(Clone, Debug)]
enum Stands {
    /// It is settled at this time, in this way.
    Pending(Time, bool),
    Paid(Paid),
    No(No, &'static str),
}

#[derive(Debug)]
pub(super) struct Books {
    contract: ChannelContract,
    pub(super) temper: Temper,
    chance: Chance,
    pub(super) script: BTreeMap<Id, VecDeque<Deed>>,
    records: Vec<Record>,
    /// Requests that are held up on their way.
    on_the_way: Vec<(Time, PayOut)>,
    untold: Vec<(Time, CallBack)>,
    events: u64,
    pub(super) paid: BTreeMap<String, Vec<Amount>>,
    orders: BTreeMap<String, Id>,
    pub(super) landed: Vec<Landed>,
}

impl Books {
    pub(super) const fn new(contract: ChannelContract, temper: Temper, seed: u64) -> Self {
        Self {
            contract,
            temper,
            chance: Chance::of(seed),
            script: BTreeMap::new(),
            records: Vec::new(),
            on_the_way: Vec::new(),
            untold: Vec::new(),
            events: 0,
            paid: BTreeMap::new(),
            orders: BTreeMap::new(),
            landed: Vec::new(),
        }
    }

    /// What befalls a request: as told, else by chance.
    fn deed(&mut self, order: Id) -> Deed {
        if let Some(deed) = self.script.get_mut(&order).and_then(VecDeque::pop_front) {
            return deed;
        }
        let Temper { lost, held_up, unheard, lateness, .. } = self.temper;
        if self.chance.strikes(lost) {
            Deed::Lost
        } else if self.chance.strikes(held_up) {
            let most = u32::try_from(lateness.millis() / 1_000).unwrap_or(u32::MAX);
            let seconds = self.chance.millis(i64::from(most));
            Deed::HeldUp(crate::Length::Seconds(u32::try_from(seconds).unwrap_or(most)))
        } else {
            let deed = self.verdict();
            if self.chance.strikes(unheard) && deed == Deed::Pays { Deed::Unheard } else { deed }
        }
    }

    /// What becomes of a refund that has arrived.
    fn verdict(&mut self) -> Deed {
        let Temper { slow, refused, closed, abnormal, lateness, .. } = self.temper;
        let later = |chance: &mut Chance| {
            let most = lateness.millis() / 1_000;
            crate::Length::Seconds(u32::try_from(chance.millis(most)).unwrap_or(u32::MAX))
        };
        if self.chance.strikes(refused) {
            Deed::Refuses
        } else if self.chance.strikes(closed) {
            Deed::Closes
        } else if self.chance.strikes(abnormal) {
            Deed::GoesAbnormal
        } else if self.chance.strikes(slow) {
            let wait = later(&mut self.chance);
            if self.chance.strikes(100) { Deed::ClosesLater(wait) } else { Deed::PaysLater(wait) }
        } else {
            Deed::Pays
        }
    }

    pub(super) fn send(&mut self, pay_out: &PayOut, now: Time) -> Sent {
        let deed = self.deed(pay_out.trade.order);
        match deed {
            Deed::Lost => return Sent::Unknown("the channel did not answer in time".to_string()),
            Deed::HeldUp(length) => {
                let latest = pay_out.deadline.after(self.contract.max_in_flight.millis());
                self.on_the_way.push((now.after(length.millis()).min(latest), pay_out.clone()));
                return Sent::Unknown("the channel did not answer in time".to_string());
            }
            Deed::Pays
            | Deed::PaysLater(_)
            | Deed::ClosesLater(_)
            | Deed::Refuses
            | Deed::Closes
            | Deed::GoesAbnormal
            | Deed::Unheard => {}
        }
        let sent = self.land(pay_out, deed, now);
        match deed {
            Deed::Unheard => Sent::Unknown("the line broke before the channel answered".to_string()),
            _ if self.chance.strikes(self.temper.unheard) => {
                Sent::Unknown("the line broke before the channel answered".to_string())
            }
            _ => sent,
        }
    }

    /// A request has arrived: the same key is the same refund, for as long as the key is remembered.
    fn land(&mut self, pay_out: &PayOut, deed: Deed, at: Time) -> Sent {
        let known = self.records.iter().rposition(|record| self.knows(record, pay_out, at));
        self.landed.push(Landed { at, key: pay_out.key.clone(), known: known.is_some() });
        if let Some(record) = known.and_then(|known| self.records.get(known)) {
            let what = |it: &PayOut| (it.amount, it.payment, it.account.clone());
            let same = what(&record.pay_out) == what(pay_out);
            if !same {
                return no(No::Refused, "the key was used with other parameters");
            }
            let anew = match record.stands {
                Stands::No(No::Refused, _) => self.contract.after_failure == AfterFailure::SameKey,
                Stands::No(No::Closed | No::Abnormal, _) | Stands::Paid(_) | Stands::Pending(..) => false,
            };
            if !anew {
                return said(record);
            }
        }
        let place = known.unwrap_or(self.records.len());
        let stands = self.decide(pay_out, deed, place, at);
        let own = Id::from(format!("sim-{}", place.saturating_add(1)).as_str());
        let since = known.and_then(|known| self.records.get(known)).map_or(at, |record| record.since);
        let record = Record { own, since, pay_out: pay_out.clone(), stands };
        match self.records.get_mut(place) {
            Some(stood) => *stood = record.clone(),
            None => self.records.push(record.clone()),
        }
        self.orders.insert(pay_out.key.clone(), pay_out.trade.order);
        self.settled(&record, at);
        said(&record)
    }

    fn knows(&self, record: &Record, pay_out: &PayOut, at: Time) -> bool {
        let remembered = match self.contract.key_memory {
            KeyMemory::ForEver => true,
            KeyMemory::Lasts(memory) => at.since(record.since) <= memory.millis(),
        };
        record.pay_out.key == pay_out.key && remembered
    }

    fn decide(&self, pay_out: &PayOut, deed: Deed, place: usize, at: Time) -> Stands {
        let terms = self.contract.terms;
        let others = self.records.iter().enumerate().filter(|(other, record)| {
            *other != place && record.pay_out.payment == pay_out.payment && record.pay_out.key != pay_out.key
        });
        let (count, last) = others
            .fold((0_u32, None), |(count, last), (_, record)| (count.saturating_add(1), last.max(Some(record.since))));
        if count >= terms.most_parts {
            return Stands::No(No::Refused, "too many refunds of this payment");
        }
        if last.is_some_and(|last| at.since(last) < terms.min_gap.millis()) {
            return Stands::No(No::Refused, "too soon after the last refund of this payment");
        }
        let reference = Id::from(format!("sim-{}", place.saturating_add(1)).as_str());
        match deed {
            Deed::Refuses => Stands::No(No::Refused, "not enough money with the channel"),
            Deed::Closes => Stands::No(No::Closed, "closed"),
            Deed::GoesAbnormal => Stands::No(No::Abnormal, "the account is closed"),
            Deed::PaysLater(length) => Stands::Pending(at.after(length.millis()), true),
            Deed::ClosesLater(length) => Stands::Pending(at.after(length.millis()), false),
            Deed::Pays | Deed::Unheard | Deed::Lost | Deed::HeldUp(_) => {
                Stands::Paid(Paid { amount: pay_out.amount, reference })
            }
        }
    }

    /// Enters what was settled, and is to tell of it.
    fn settled(&mut self, record: &Record, at: Time) {
        let told = match &record.stands {
            Stands::Pending(..) => return,
            Stands::Paid(paid) => {
                self.paid.entry(record.pay_out.key.clone()).or_default().push(paid.amount.amount);
                News::Paid(*paid)
            }
            // Whoever may try anew with the same key is told no to his face only.
            Stands::No(No::Refused, _) if self.contract.after_failure == AfterFailure::SameKey => return,
            Stands::No(no, reason) => News::Declined(Declined::new(*no, *reason)),
        };
        self.tell(&record.pay_out.key, told, at);
    }

    fn tell(&mut self, key: &str, told: News, at: Time) {
        self.events = self.events.saturating_add(1);
        let event = Id::from(format!("evt-{}", self.events).as_str());
        let call_back = CallBack { event, key: key.to_string(), told };
        let Temper { untold, told_twice, lateness, .. } = self.temper;
        if self.chance.strikes(untold) {
            return;
        }
        let times = 1 + usize::from(self.chance.strikes(told_twice)) + usize::from(self.chance.strikes(told_twice));
        for _ in 0..times {
            let late = self.chance.millis(lateness.millis());
            self.untold.push((at.after(late), call_back.clone()));
        }
    }

    /// Lets everything happen that was to happen by now, in its order.
    pub(super) fn pass_time(&mut self, now: Time) {
        loop {
            let arrives = first(self.on_the_way.iter().map(|(at, _)| *at), now);
            let settles = first(self.records.iter().map(Record::settles_at), now);
            match (arrives, settles) {
                (Some((at, place)), other) if other.is_none_or(|(other, _)| at <= other) => {
                    let (_, pay_out) = self.on_the_way.swap_remove(place);
                    let deed = self.verdict();
                    drop(self.land(&pay_out, deed, at));
                }
                (_, Some((at, place))) => self.settle(place, at),
                (None, None) | (Some(_), None) => return,
            }
        }
    }

    fn settle(&mut self, place: usize, at: Time) {
        let Some(record) = self.records.get_mut(place) else { return };
        if let Stands::Pending(_, pays) = record.stands {
            let paid = Paid { amount: record.pay_out.amount, reference: record.own };
            record.stands = if pays { Stands::Paid(paid) } else { Stands::No(No::Closed, "closed in the end") };
        }
        let record = record.clone();
        self.settled(&record, at);
    }

    pub(super) fn ask(&mut self, question: &Question, now: Time) -> Asked {
        if self.contract.ask == Ask::Never {
            return Asked::Unknown("there is no such question".to_string());
        }
        if self.chance.strikes(self.temper.unheard) {
            return Asked::Unknown("the channel did not answer in time".to_string());
        }
        let lag = self.contract.ask_lag.millis();
        let seen = self.records.iter().filter(|record| {
            let named = match self.contract.ask {
                Ask::ByTheirId => question.known_as == Some(record.own),
                Ask::ByOurKey | Ask::Never => record.pay_out.key == question.key,
            };
            named && now.since(record.since) >= lag
        });
        // If it was paid at all, that is what it says.
        let best = seen.max_by_key(|record| (matches!(record.stands, Stands::Paid(_)), record.since));
        match best.map(|record| &record.stands) {
            None => Asked::NotKnown,
            Some(Stands::Pending(..)) => Asked::Pending,
            Some(Stands::Paid(paid)) => Asked::Paid(*paid),
            Some(Stands::No(no, reason)) => Asked::Declined(Declined::new(*no, *reason)),
        }
    }

    pub(super) fn call_backs(&mut self, now: Time) -> Vec<CallBack> {
        let mut told: Vec<_> = self.untold.extract_if(.., |(at, _)| *at <= now).collect();
        told.sort_by_key(|(at, _)| *at);
        told.into_iter().map(|(_, call_back)| call_back).collect()
    }

    pub(super) fn next(&self) -> Option<Time> {
        let settles = self.records.iter().map(Record::settles_at).filter(|at| *at != Time::LATEST);
        let arrives = self.on_the_way.iter().map(|(at, _)| *at);
        let tells = self.untold.iter().map(|(at, _)| *at);
        settles.chain(arrives).chain(tells).min()
    }

    pub(super) fn reverse(&mut self, key: &str, now: Time) {
        let Some(amount) = self.paid.get_mut(key).and_then(Vec::pop) else { return };
        let reversed = self.records.iter().rfind(|record| record.pay_out.key == key);
        let Some(currency) = reversed.map(|record| record.pay_out.amount.currency) else { return };
        let reference = Id::from(format!("rev-{}", self.events.saturating_add(1)).as_str());
        self.tell(key, News::Reversed(Paid { amount: amount.of(currency), reference }), now);
    }

    pub(super) fn paid_back(&self, order: Id) -> Amount {
        let of_order = self.paid.iter().filter(|(key, _)| self.orders.get(*key) == Some(&order));
        Amount::sum(of_order.flat_map(|(_, amounts)| amounts.iter().copied())).unwrap_or(Amount::MOST)
    }
}

impl Record {
    const fn settles_at(&self) -> Time {
        match self.stands {
            Stands::Pending(at, _) => at,
            Stands::Paid(_) | Stands::No(..) => Time::LATEST,
        }
    }
}

/// The earliest of these times, if it has come, and its place.
fn first(times: impl Iterator<Item = Time>, now: Time) -> Option<(Time, usize)> {
    times.enumerate().map(|(place, at)| (at, place)).min().filter(|(at, _)| *at <= now)
}

fn said(record: &Record) -> Sent {
    match &record.stands {
        Stands::Pending(..) => Sent::Accepted { known_as: Some(record.own) },
        Stands::Paid(paid) => Sent::Paid(*paid),
        Stands::No(no_word, reason) => no(*no_word, reason),
    }
}

fn no(no: No, reason: &str) -> Sent {
    Sent::Declined(Declined::new(no, reason))
}
