//! Until when an application is in time.

use super::super::super::ledger::{Place, Units};
use super::super::super::{Line, Rulebook, Trade};
use super::Seen;
use crate::after_sale::Action;
use crate::{Anchor, Reason, Time, Window};

impl Seen<'_> {
    /// The last moment at which every unit is within its own window of this reason and kind: the earliest of their
    /// ends. None if no window of them runs, or all run without an end.
    ///
    /// The window of a unit never ends before its grace, nor before what the platform has opened it to.
    ///
    /// A change of an application is in time as the application was, unless it asks for something new.
    pub(super) fn window_end(&self) -> Option<Time> {
        let window = match self.action {
            Action::Declare => Window::Lasts(self.policy.statutory.as_ref()?.window),
            _ => self.policy.window(self.terms.kind, self.draft.reason),
        };
        let reopened = reopened(self.trade, self.draft.reason);
        let of_order = self.began(window);
        // Units mostly come together: one look at the calendar then does for all of them.
        let mut known: Option<(Time, Time)> = None;
        let mut earliest: Option<Time> = None;
        self.each_unit(|units, line| {
            let Some(from) = of_order.or_else(|| began_of(window, units, line)) else {
                return;
            };
            let end = match (window, known) {
                (Window::UntilReceipt, _) => from,
                (Window::Lasts(_), Some((of, end))) if of == from => end,
                (Window::Lasts(span), _) => span.due(from, self.work.book.calendar),
            };
            known = Some((from, end));
            let later = [units.grace, reopened].into_iter().flatten().fold(end, Time::max);
            if !self.was_in_time(units, later) {
                earliest = Some(earliest.map_or(later, |earliest| earliest.min(later)));
            }
        });
        earliest
    }

    /// Whether a change asks of these units for what was applied for in time: for the same reason, and under a kind
    /// whose window was still open then.
    fn was_in_time(&self, units: &Units, end: Time) -> bool {
        let own = self.case.filter(|_| self.action == Action::Modify);
        own.is_some_and(|case| {
            let in_time = case.offer.kind == self.terms.kind || case.opened_at <= end;
            in_time && case.reason == self.draft.reason && case.names(units.span())
        })
    }

    /// When the event was from which the windows of all units count, where it is one of the whole order.
    fn began(&self, window: Window) -> Option<Time> {
        let head = &self.trade.head;
        match window {
            Window::UntilReceipt => None,
            Window::Lasts(span) => match span.anchor {
                Anchor::Entry | Anchor::Applied => Some(self.case.map_or(self.work.now, |case| case.opened_at)),
                Anchor::Placed => head.placed_at,
                Anchor::Paid => head.paid_at,
                Anchor::Completed => head.completed_at,
                Anchor::LastDelivered => self.last_delivered(),
                Anchor::Shipped | Anchor::Delivered => None,
            },
        }
    }

    /// When the last unit of the whole order came that was to come at all; none while one is awaited.
    fn last_delivered(&self) -> Option<Time> {
        let mut last = None;
        for units in self.trade.goods.all() {
            let Some(line) = self.trade.line_at(units.line) else {
                continue;
            };
            let came = came(units, line);
            if came.is_none() && !units.closed && matches!(units.place, Place::WithMerchant | Place::Outbound) {
                return None;
            }
            last = last.max(came);
        }
        last
    }
}

/// Until when these units can be asked for in a window of their own; none where it is one of the whole order, or does
/// not run.
pub(crate) fn own_window_end(
    book: Rulebook<'_>,
    trade: &Trade,
    (window, reason): (Window, Reason),
    units: &Units,
    line: &Line,
) -> Option<Time> {
    let from = began_of(window, units, line)?;
    let end = match window {
        Window::UntilReceipt => from,
        Window::Lasts(span) => span.due(from, book.calendar),
    };
    Some([units.grace, reopened(trade, reason)].into_iter().flatten().fold(end, Time::max))
}

/// Until when the platform has opened the windows of this reason.
fn reopened(trade: &Trade, reason: Reason) -> Option<Time> {
    let head = &trade.head;
    head.reopened_until.filter(|_| head.reopened_for.is_none_or(|of| of == reason))
}

/// When the event was from which the window of these units counts, where it is one of their own; for a window until
/// receipt, the last moment before that was confirmed, or will be by silence.
fn began_of(window: Window, units: &Units, line: &Line) -> Option<Time> {
    let span = match window {
        Window::Lasts(span) => span,
        Window::UntilReceipt => {
            let silence = line.receipt.and_then(|receipt| receipt.due());
            // Silence confirms when it is noticed, perhaps long after its time: whoever asks with it is too late.
            return line.confirmed_at.map(|at| at.after(-1)).or(silence);
        }
    };
    match span.anchor {
        Anchor::Shipped => units.shipped_at,
        Anchor::Delivered => came(units, line),
        Anchor::Entry | Anchor::Applied | Anchor::Placed | Anchor::Paid | Anchor::Completed | Anchor::LastDelivered => {
            None
        }
    }
}

/// When units came: by the carrier's word, or else by the buyer's.
fn came(units: &Units, line: &Line) -> Option<Time> {
    units.delivered_at.or(units.shipped_at.and(line.confirmed_at))
}
