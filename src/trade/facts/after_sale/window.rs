//! Until when an application is in time.

use super::super::super::Line;
use super::super::super::ledger::{Place, Units};
use super::Seen;
use crate::after_sale::Action;
use crate::{Anchor, Time, Window};

impl Seen<'_> {
    /// The last moment of the window of this reason and kind; none while it has not begun to run, or runs without an end.
    ///
    /// It never ends before the units' grace, nor before what the platform has opened it to.
    ///
    /// A change of an application is in time as the application was, unless it asks for something new.
    pub(super) fn window_end(&self) -> Option<Time> {
        if self.action == Action::Modify && !self.asks_anew() {
            return None;
        }
        let window = match self.action {
            Action::Declare => Window::Lasts(self.policy.statutory.as_ref()?.window),
            _ => self.policy.window(self.terms.kind, self.draft.reason),
        };
        let end = match window {
            Window::Lasts(span) => span.due(self.began(span.anchor)?, self.work.book.calendar),
            Window::UntilReceipt => self.received()?,
        };
        let head = &self.trade.head;
        let is_named = head.reopened_for.is_none_or(|reason| reason == self.draft.reason);
        let later = [self.grace(), head.reopened_until.filter(|_| is_named)];
        Some(later.into_iter().flatten().fold(end, Time::max))
    }

    /// Whether a change names another reason, or units that the application did not.
    fn asks_anew(&self) -> bool {
        let Some(case) = self.case else { return true };
        case.reason != self.draft.reason || self.draft.units.iter().any(|span| !case.names(*span))
    }

    /// When the event was from which the window counts: for what happens to units, the last of them.
    fn began(&self, anchor: Anchor) -> Option<Time> {
        let head = &self.trade.head;
        match anchor {
            Anchor::Entry | Anchor::Applied => Some(self.case.map_or(self.work.now, |case| case.opened_at)),
            Anchor::Placed => head.placed_at,
            Anchor::Paid => head.paid_at,
            Anchor::Completed => head.completed_at,
            Anchor::Shipped => self.last(|units, _| units.shipped_at),
            Anchor::Delivered => self.last(came),
            Anchor::LastDelivered => self.last_delivered(),
        }
    }

    /// The latest time among the units; none while it has not come for one of them. What is lost is not waited for.
    fn last(&self, when: impl Fn(&Units, &Line) -> Option<Time>) -> Option<Time> {
        let mut last = Latest::default();
        self.each_unit(|units, line| {
            if units.place != Place::Lost {
                last.add(when(units, line));
            }
        });
        last.time()
    }

    /// When the last unit of the whole order came that was to come at all.
    fn last_delivered(&self) -> Option<Time> {
        let mut last = Latest::default();
        for units in self.trade.goods.all() {
            let Some(line) = self.trade.line_at(units.line) else {
                continue;
            };
            let came = came(units, line);
            let is_awaited = !units.closed && matches!(units.place, Place::WithMerchant | Place::Outbound);
            if came.is_some() || is_awaited {
                last.add(came);
            }
        }
        last.time()
    }

    /// The last moment before the receipt of the last of these lines was confirmed, or will be by silence.
    fn received(&self) -> Option<Time> {
        let mut last = Latest::default();
        self.each_unit(|_, line| {
            let silence = line.receipt.and_then(|receipt| receipt.due());
            // Silence confirms when it is noticed, perhaps long after its time: whoever asks with it is too late.
            last.add(line.confirmed_at.map(|at| at.after(-1)).or(silence));
        });
        last.time()
    }

    /// Until when at least all of these units may be applied for, since a case on them was refused.
    fn grace(&self) -> Option<Time> {
        let mut grace: Option<Time> = None;
        self.each_unit(|units, _| {
            let until = units.grace.unwrap_or(Time::EARLIEST);
            grace = Some(grace.map_or(until, |grace| grace.min(until)));
        });
        grace
    }
}

/// When units came: by the carrier's word, or else by the buyer's.
fn came(units: &Units, line: &Line) -> Option<Time> {
    units.delivered_at.or(units.shipped_at.and(line.confirmed_at))
}

/// The latest of several times, if all of them are known.
#[derive(Clone, Copy, Default)]
struct Latest {
    known: Option<Time>,
    missing: bool,
}

impl Latest {
    fn add(&mut self, time: Option<Time>) {
        self.missing |= time.is_none();
        self.known = self.known.max(time);
    }

    const fn time(self) -> Option<Time> {
        if self.missing { None } else { self.known }
    }
}
