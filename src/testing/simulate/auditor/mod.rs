//! The auditor: a second, plain account of what really happened, kept from what the store has stored, what the channel
//! has paid and what people were told. It knows no decision, no ledger and no step; it adds up.

mod goods;
mod money;
mod tasks;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use goods::Warehouse;
use money::Cash;
pub(super) use tasks::Board;

use super::violation::{Must, Violation};
use crate::channel::SimulatedChannel;
use crate::port::{Answer, Commit, Receipt, RequestKey, Stands, Store, Taken};
use crate::store::MemoryStore;
use crate::trade::{Cause, Change, Deadline, Event, Subject, Trade};
use crate::{Id, Time};

/// What an auditor has seen.
#[derive(Debug, Default)]
pub(super) struct Auditor {
    books: BTreeMap<Id, Book>,
    pub(super) board: Board,
    /// What people were told of their requests: done, or refused.
    told: Vec<(RequestKey, Option<Receipt>)>,
    pub(super) violations: Vec<Violation>,
}

/// What is known of one order.
#[derive(Debug, Default)]
struct Book {
    version: u64,
    events: Vec<Taken>,
    states: BTreeMap<Subject, &'static str>,
    deadlines: BTreeMap<Subject, Deadline>,
    receipts: BTreeMap<u16, Deadline>,
    cash: Cash,
    goods: Warehouse,
}

/// Where an auditor writes down what is wrong with an order.
struct Complaints<'v> {
    order: Id,
    violations: &'v mut Vec<Violation>,
}

impl Complaints<'_> {
    fn must(&mut self, holds: bool, must: Must, found: impl FnOnce() -> String) {
        if !holds {
            self.violations.push(Violation { must, order: Some(self.order), found: found() });
        }
    }
}

impl Auditor {
    /// The store has stored this.
    pub(super) fn committed(&mut self, commit: &Commit) {
        let order = commit.trade.key.order;
        let complaints = &mut Complaints { order, violations: &mut self.violations };
        let book = self.books.entry(order).or_default();
        complaints.must(commit.expected == book.version, Must::VersionsCount, || {
            format!("a commit on version {} was stored on version {}", commit.expected, book.version)
        });
        book.version = book.version.saturating_add(1);
        complaints.must(commit.trade.version == book.version, Must::VersionsCount, || {
            format!("commit {} made version {}", book.version, commit.trade.version)
        });
        for event in &commit.events {
            book.happened(event, complaints);
        }
        self.board.posted(commit);
    }

    /// Somebody was told that a request is done, with this receipt …
    pub(super) fn acknowledged(&mut self, key: RequestKey, receipt: Receipt) {
        self.told.push((key, Some(receipt)));
    }

    /// … or that it is refused, and nothing was changed.
    pub(super) fn refused(&mut self, key: RequestKey) {
        self.told.push((key, None));
    }

    pub(super) fn complain(&mut self, must: Must, order: Option<Id>, found: String) {
        self.violations.push(Violation { must, order, found });
    }

    /// How often the channel has really paid each refund of an order: what finance finds in the channel's own books.
    pub(super) fn truth(&self, order: Id, channel: &SimulatedChannel) -> BTreeMap<u16, usize> {
        self.books.get(&order).map(|book| book.cash.times_paid(order, channel)).unwrap_or_default()
    }

    /// Everything has come to rest: does it add up?
    pub(super) fn close(&mut self, store: &MemoryStore, channel: &SimulatedChannel) {
        let paid = channel.paid();
        for (order, book) in &self.books {
            let complaints = &mut Complaints { order: *order, violations: &mut self.violations };
            match store.load(*order) {
                Ok(Some(trade)) => book.close(&trade, &paid, &self.board, complaints),
                Ok(None) => complaints.must(false, Must::HistoryIsState, || "the trade is gone".into()),
                Err(error) => complaints.must(false, Must::HistoryIsState, || format!("{error}")),
            }
            book.compare(*order, store, complaints);
        }
        for key in paid.keys() {
            let known = self.books.iter().any(|(order, book)| book.cash.knows(*order, key));
            if !known {
                self.complain(Must::PaidAsTold, None, format!("{key} was paid, and no trade has such a refund"));
            }
        }
        self.recall(store);
        self.board.close(&mut self.violations);
    }

    /// Does everything stand that people were told?
    fn recall(&mut self, store: &MemoryStore) {
        for (key, told) in &self.told {
            let complaints = &mut Complaints { order: key.order, violations: &mut self.violations };
            let stored = store.receipt(key).ok().flatten();
            match (told, stored) {
                // Who was told of nothing new was promised nothing: no receipt was kept, and one may be later.
                (Some(told), _) if told.taken.is_empty() => {}
                (Some(told), Some(Answer { receipt, .. })) => {
                    let told = Receipt { replayed: false, ..told.clone() };
                    complaints.must(told == receipt, Must::AcknowledgedStands, || {
                        format!("{key} was answered with {told}, and {receipt} is kept")
                    });
                    let book = self.books.get(&key.order);
                    let stands = told.taken.iter().all(|taken| {
                        let at = usize::try_from(taken.event).unwrap_or_default().checked_sub(1);
                        book.zip(at).and_then(|(book, at)| book.events.get(at)).is_some_and(|event| event == taken)
                    });
                    complaints.must(stands, Must::AcknowledgedStands, || {
                        format!("{key} was answered with {told}, and the history says otherwise")
                    });
                }
                (Some(told), None) => complaints.must(false, Must::AcknowledgedStands, || {
                    format!("{key} was answered with {told}, and no receipt is kept")
                }),
                (None, Some(Answer { receipt, .. })) => complaints
                    .must(false, Must::RefusedIsNotDone, || format!("{key} was refused, and stands: {receipt}")),
                (None, None) => {}
            }
        }
    }

    /// Where money and goods stand, in the trades and in the world, without times: for comparison with another run.
    pub(super) fn summary(&self, channel: &SimulatedChannel) -> Vec<String> {
        let mut lines = Vec::new();
        for (order, book) in &self.books {
            lines.push(format!("{order}: {:?}", book.states));
            lines.push(format!("{order}: {}", book.cash));
            lines.push(format!("{order}: {}", book.goods));
            lines.push(format!("{order}: times paid {:?}", book.cash.times_paid(*order, channel)));
        }
        lines.extend(self.board.summary());
        lines
    }

    /// Whether money of some refund is on its way, or is to be sent again.
    pub(super) fn is_underway(&self) -> bool {
        let states = self.books.values().flat_map(|book| &book.states);
        states
            .into_iter()
            .any(|(subject, state)| matches!(subject, Subject::Refund(_)) && matches!(*state, "submitted" | "failed"))
    }
}

impl Book {
    fn happened(&mut self, event: &Event, complaints: &mut Complaints<'_>) {
        let seq = u64::try_from(self.events.len()).unwrap_or(u64::MAX).saturating_add(1);
        complaints.must(event.seq == seq && event.version == self.version, Must::VersionsCount, || {
            format!("event {} of version {} came as event {seq} of version {}", event.seq, event.version, self.version)
        });
        let Event { seq: number, subject, asked, row, .. } = *event;
        self.events.push(Taken { event: number, subject, asked, by: event.actor.role, row });
        if matches!(event.cause, Cause::Silence(_)) {
            let own = self.deadlines.get(&subject).is_some_and(|deadline| has_passed(deadline, event.at));
            let receipt =
                subject == Subject::Order && self.receipts.values().any(|deadline| has_passed(deadline, event.at));
            complaints.must(own || receipt, Must::DeadlinesHold, || {
                format!("event {number}: time acted on {subject} at {}, and no deadline had passed", event.at)
            });
        }
        let from = self.states.get(&subject).copied().unwrap_or("absent");
        event.changes.iter().for_each(|change| self.changed(change));
        if let Some(parts) = event.row.as_ref().and_then(crate::rule::RowId::parts) {
            let to = self.states.get(&subject).copied().unwrap_or("absent");
            let leads = parts.to == to || (parts.to == "stay" && from == to);
            complaints.must(parts.from == from && leads, Must::RowsFit, || {
                format!("event {number}: {parts:?} was taken on {subject}, which went from {from} to {to}")
            });
        }
    }

    fn changed(&mut self, change: &Change) {
        if let Change::Order(state) = change {
            self.states.insert(Subject::Order, state.code());
        } else if let Change::Case(no, state) = change {
            self.states.insert(Subject::Case(*no), state.code());
        } else if let Change::Refund(no, state) = change {
            self.states.insert(Subject::Refund(*no), state.code());
        } else if let Change::Due(subject, deadline) = change {
            replace(&mut self.deadlines, *subject, *deadline);
        } else if let Change::Receipt(line, deadline) = change {
            replace(&mut self.receipts, *line, *deadline);
        }
        self.cash.changed(change);
        self.goods.changed(change);
    }

    fn close(
        &self,
        trade: &Trade,
        paid: &BTreeMap<String, Vec<crate::Amount>>,
        board: &Board,
        complaints: &mut Complaints<'_>,
    ) {
        complaints.must(trade.version == self.version, Must::VersionsCount, || {
            format!("{} commits were stored, and the trade has version {}", self.version, trade.version)
        });
        for (subject, state) in &self.states {
            let stands = Stands::of(trade, *subject).map(Stands::code);
            complaints.must(stands == Some(*state), Must::HistoryIsState, || {
                format!("{subject} went to {state} last, and stands at {stands:?}")
            });
        }
        self.cash.close(trade, paid, &self.states, board, complaints);
        self.goods.close(trade, board, complaints);
    }

    /// The stored history, against what was seen being stored.
    fn compare(&self, order: Id, store: &MemoryStore, complaints: &mut Complaints<'_>) {
        let verified = store.verify(order).map(|verified| verified.damaged).unwrap_or_default();
        complaints.must(verified.is_empty(), Must::HistoryIsState, || format!("{verified:?}"));
        let history = store.history(order, 1, u32::MAX).unwrap_or_default();
        let same = history.len() == self.events.len()
            && history
                .iter()
                .zip(&self.events)
                .all(|(event, seen)| (event.seq, event.subject, event.row) == (seen.event, seen.subject, seen.row));
        complaints.must(same, Must::HistoryIsState, || {
            format!("{} events were stored, and the history holds {} or others", self.events.len(), history.len())
        });
    }
}

fn has_passed(deadline: &Deadline, now: Time) -> bool {
    deadline.frozen.is_none() && deadline.until < now
}

fn replace<K: Ord>(deadlines: &mut BTreeMap<K, Deadline>, key: K, deadline: Option<Deadline>) {
    match deadline {
        Some(deadline) => drop(deadlines.insert(key, deadline)),
        None => drop(deadlines.remove(&key)),
    }
}
