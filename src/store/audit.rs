//! Everything that is kept of one order, checked against its history: what verification comes to once the rows are read.

use std::collections::{BTreeMap, BTreeSet};
use std::vec::Vec;

use super::chain::{Link, Mark};
use crate::port::{Answer, Corrupt, Damage, Receipt, Record, TaskId, Verified};
use crate::trade::{Event, Task, Trade, TradeKey};

/// How many missing events of one gap are named.
const NAMED: usize = 1_000;

/// A stored trade, with what stands beside it.
pub(super) struct Stored {
    pub(super) trade: Trade,
    pub(super) chain: Link,
    pub(super) answers: i64,
}

/// The row of an event, whether it can be read or not.
pub(super) struct Line {
    pub(super) seq: u64,
    pub(super) mark: Mark,
    pub(super) link: Option<Link>,
    pub(super) event: Result<Event, Damage>,
}

/// Another row, under its name.
pub(super) struct Kept<T> {
    pub(super) record: Record,
    pub(super) read: Result<T, Damage>,
}

/// All rows of one order as of one moment, in the order of their keys.
pub(super) struct Rows {
    pub(super) key: TradeKey,
    pub(super) trade: Option<Result<Stored, Damage>>,
    pub(super) events: Vec<Line>,
    pub(super) tasks: Vec<Kept<(TaskId, Task)>>,
    pub(super) answers: Vec<Kept<Answer>>,
}

/// Reports every row that is damaged.
pub(super) fn verify(rows: Rows) -> Verified {
    let Rows { key, trade, events, tasks, answers } = rows;
    let mut damaged = Vec::new();
    let stored = match trade.transpose() {
        Ok(stored) => Ok(stored),
        Err(damage) => {
            damaged.push(Corrupt { record: Record::Trade(key), damage });
            Err(())
        }
    };
    let known = match &stored {
        Ok(stored) => Ok(stored.as_ref()),
        Err(()) => Err(()),
    };
    let history = History::read(key, events, known);
    damaged.extend(&history.damaged);
    let good = match known {
        Ok(stored) if history.bad.is_empty() => {
            let mut folded = Verified::by_folding(key, stored.map(|stored| &stored.trade), &history.events);
            damaged.append(&mut folded.damaged);
            folded.events
        }
        Ok(_) | Err(()) => history.events.iter().zip(1..).take_while(|(event, seq)| event.seq == *seq).count() as u64,
    };
    damaged.extend(history.tasks(tasks));
    damaged.extend(history.answers(answers, known));
    Verified { events: good, damaged }
}

/// The events of a trade, as far as they are good.
struct History {
    key: TradeKey,
    events: Vec<Event>,
    /// Numbers of events that are damaged or missing.
    bad: BTreeSet<u64>,
    damaged: Vec<Corrupt>,
    /// What the chain may be before the next event: what stands there, and what should. Empty if it is not known.
    chain: Vec<Link>,
    next: u64,
    /// How many there should be, if the trade can say it.
    count: Option<u64>,
}

impl History {
    fn read(key: TradeKey, lines: Vec<Line>, trade: Result<Option<&Stored>, ()>) -> Self {
        // Without a trade, whatever events there are show what is missing.
        let count = trade.ok().flatten().map(|stored| stored.trade.events);
        let (events, damaged, chain) = (Vec::new(), Vec::new(), Vec::from([Link::START]));
        let mut history = Self { key, events, bad: BTreeSet::new(), damaged, chain, next: 1, count };
        for line in lines {
            history.take(line);
        }
        if let Some(count) = count {
            history.miss_until(count.saturating_add(1));
        }
        if let Ok(Some(stored)) = trade
            && !history.chain.is_empty()
            && !history.chain.contains(&stored.chain)
        {
            history.damaged.push(Corrupt { record: Record::Trade(key), damage: Damage::Chain });
        }
        history
    }

    fn take(&mut self, line: Line) {
        let Line { seq, mark, link, event } = line;
        if seq < self.next || self.count.is_some_and(|count| seq > count) {
            self.damage(seq, Damage::Stray);
            return;
        }
        self.miss_until(seq);
        self.next = seq.saturating_add(1);
        let follows: Vec<Link> = self.chain.iter().map(|chain| chain.next(mark)).collect();
        let linked = link.is_some_and(|link| follows.is_empty() || follows.contains(&link));
        self.chain = match link {
            Some(link) if linked => Vec::from([link]),
            // Either the body or the chain is damaged: the next event may follow what stands or what should.
            _ => link.into_iter().chain(follows.into_iter().take(1)).collect(),
        };
        match event {
            Ok(event) if linked => self.events.push(event),
            Ok(_) => self.damage(seq, Damage::Chain),
            Err(damage) => self.damage(seq, damage),
        }
    }

    fn damage(&mut self, seq: u64, damage: Damage) {
        self.bad.insert(seq);
        self.damaged.push(Corrupt { record: Record::Event(self.key, seq), damage });
    }

    /// Everything up to this number is missing.
    fn miss_until(&mut self, seq: u64) {
        for missing in (self.next..seq).take(NAMED) {
            self.damage(missing, Damage::Missing);
            self.chain.clear();
        }
        self.next = self.next.max(seq);
    }

    /// What is wrong with the tasks of the order.
    fn tasks(&self, kept: Vec<Kept<(TaskId, Task)>>) -> Vec<Corrupt> {
        let mut made: BTreeMap<(u64, u32), &Task> = self.events.iter().flat_map(tasks_of).collect();
        let mut damaged = Vec::new();
        for Kept { record, read } in kept {
            let asked = match record {
                Record::Task(id) => made.remove(&(id.event, id.nth)),
                _ => None,
            };
            let damage = match (read, asked) {
                (Err(damage), _) => damage,
                (Ok((_, task)), Some(asked)) if *asked == task => continue,
                (Ok(_), Some(_)) => Damage::NotItsHistory,
                // What a damaged event asked for is not known.
                (Ok((id, _)), None) if self.bad.contains(&id.event) => continue,
                (Ok(_), None) => Damage::Stray,
            };
            damaged.push(Corrupt { record, damage });
        }
        damaged.extend(made.into_keys().map(|(event, nth)| {
            let record = Record::Task(TaskId { trade: self.key, event, nth });
            Corrupt { record, damage: Damage::Missing }
        }));
        damaged
    }

    /// What is wrong with the answers of the order.
    fn answers(&self, kept: Vec<Kept<Answer>>, trade: Result<Option<&Stored>, ()>) -> Vec<Corrupt> {
        let found = i64::try_from(kept.len()).unwrap_or(i64::MAX);
        let wrong = |Kept { record, read }: Kept<Answer>| match read {
            Err(damage) => Some(Corrupt { record, damage }),
            // What a damaged event told is not known.
            Ok(answer) if !self.bad.is_empty() || self.has(&answer.receipt) => None,
            Ok(_) => Some(Corrupt { record, damage: Damage::NotItsHistory }),
        };
        let mut damaged: Vec<Corrupt> = kept.into_iter().filter_map(wrong).collect();
        let remembered = trade.map(|stored| stored.map_or(0, |stored| stored.answers));
        if remembered.is_ok_and(|remembered| remembered != found) {
            damaged.push(Corrupt { record: Record::Trade(self.key), damage: Damage::Column("answers") });
        }
        damaged
    }

    /// Whether this receipt tells of a commit that this history has.
    fn has(&self, receipt: &Receipt) -> bool {
        let told: Vec<_> = receipt.taken.iter().map(|taken| (taken.event, taken.row)).collect();
        let made = self.events.iter().filter(|event| event.version == receipt.version);
        receipt.trade == self.key
            && !told.is_empty()
            && told == made.map(|event| (event.seq, event.row)).collect::<Vec<_>>()
    }
}

fn tasks_of(event: &Event) -> impl Iterator<Item = ((u64, u32), &Task)> {
    (0..).zip(&event.tasks).map(|(nth, task)| ((event.seq, nth), task))
}
