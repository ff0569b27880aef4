//! Of units that differ, those that serve the buyer best: buyers name a number of units, not which.

use alloc::vec::Vec;

use super::overlaps;
use crate::after_sale::{Action, State};
use crate::trade::facts::own_window_end;
use crate::trade::ledger::Units;
use crate::trade::work::Turn;
use crate::trade::{Asked, Case, Line, Rulebook, Trade};
use crate::{Counter, Kind, Reason, Role, Time, Window};

/// What is asked of units where others of their line may do as well.
pub(super) struct Fresh<'a> {
    book: Rulebook<'a>,
    trade: &'a Trade,
    window: Window,
    reason: Reason,
    declares: bool,
    own: Option<&'a Case>,
}

impl<'a> Fresh<'a> {
    /// For what a buyer asks for. Whoever else opens a case is asked for no window and no number of tries.
    pub(super) fn new(
        book: Rulebook<'a>,
        trade: &'a Trade,
        turn: &Turn<'_>,
        (kind, reason): (Kind, Reason),
        own: Option<&'a Case>,
    ) -> Option<Self> {
        let declares = turn.asked == Asked::Case(Action::Declare);
        let asks = declares || matches!(turn.asked, Asked::Case(Action::Apply | Action::Modify));
        let window = match book.policy.statutory.as_ref().filter(|_| declares) {
            Some(law) => Window::Lasts(law.window),
            None => book.policy.window(kind, reason),
        };
        let fresh = Self { book, trade, window, reason, declares, own };
        (asks && turn.actor.role == Role::Buyer).then_some(fresh)
    }

    /// Whether free units of a line may differ in it: they came at other times, were asked for more often, or some of
    /// them are the case's own already.
    pub(super) fn may_differ(free: impl Iterator<Item = &'a Units>) -> bool {
        let mut fates = free.map(|units| (units.claim, units.tries, units.shipped_at, units.delivered_at, units.grace));
        let first = fates.next();
        fates.any(|fate| Some(fate) != first)
    }

    /// Whether they may be asked for once more. What the case has already, it may keep.
    pub(super) fn are(&self, units: &Units) -> bool {
        self.are_own(units) || (self.tries(units) < self.book.policy.cap(Counter::Tries) && !self.has_lapsed(units))
    }

    /// The latest moment until which enough of these units can be asked for, and the last that the chosen ones have in
    /// common; none if they have no window of their own. It does not look at the time: what is offered until then ends
    /// then.
    pub(super) fn common_end(&self, of_line: &[&Units], line: &Line, count: u32) -> Option<Time> {
        let mut ends: Vec<(Option<Time>, u32)> =
            of_line.iter().map(|units| (self.end(units, line), units.count)).collect();
        // What has no end comes first, then what ends last.
        ends.sort_unstable_by_key(|&(end, _)| (end.is_some(), core::cmp::Reverse(end)));
        let mut there = 0_u32;
        let enough = ends.iter().find(|(_, units)| {
            there = there.saturating_add(*units);
            count <= there
        });
        enough.and_then(|(end, _)| *end)
    }

    /// Whether they can be asked for until then, by their own window.
    pub(super) fn last_until(&self, units: &Units, line: &Line, end: Time) -> bool {
        self.end(units, line).is_none_or(|own| end <= own)
    }

    fn end(&self, units: &Units, line: &Line) -> Option<Time> {
        let wanted = (self.window, self.reason);
        if self.are_own(units) { None } else { own_window_end(self.book, self.trade, wanted, units, line) }
    }

    fn are_own(&self, units: &Units) -> bool {
        self.own.is_some_and(|case| units.claim == Some(case.no))
    }

    fn tries(&self, units: &Units) -> u32 {
        if !self.declares {
            return units.tries;
        }
        let declared = self.trade.cases.iter().filter(|case| case.statutory);
        let of_them = declared.filter(|case| case.units.iter().any(|span| overlaps(*span, units)));
        u32::try_from(of_them.count()).unwrap_or(u32::MAX)
    }

    fn has_lapsed(&self, units: &Units) -> bool {
        let asked = |case: &Case| case.units.iter().any(|span| overlaps(*span, units));
        let once = !self.book.policy.switches.reapply_after_lapse;
        once && self.trade.cases.iter().any(|case| lapsed_on_the_buyer(case) && asked(case))
    }
}

/// Whether the buyer asked for it, and let it lapse.
pub(crate) fn lapsed_on_the_buyer(case: &Case) -> bool {
    let buyers = case.started_by != Role::Merchant && case.silent == Some(Role::Buyer);
    case.state == State::Lapsed && buyers
}
