//! Where in the tables something is decided: a machine, a state of it, and an action.

use alloc::vec::Vec;

use super::{Mutant, Slip};
use crate::rule::{Machine, RowId, Rule, Table};
use crate::trade::{Asked, Event, Rules, Subject, Trade};
use crate::{Role, Roles, Word, after_sale, order, refund};

/// One cell of the matrix of states and actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Cell {
    pub(super) machine: &'static str,
    pub(super) from: &'static str,
    pub(super) action: &'static str,
}

/// What stands for all actions that one machine tells another: nobody asks for them, so nobody is told of a refusal.
const TOLD: &str = "told";

/// A row as far as all machines have it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) cell: Cell,
    pub(super) by: Roles,
}

impl Cell {
    /// The cell in which a request is decided.
    pub(super) fn of(trade: &Trade, subject: Subject, asked: Asked) -> Self {
        let (machine, action) = match asked {
            Asked::Order(action) => (order::Order::NAME, action.code()),
            Asked::Case(action) => (after_sale::AfterSale::NAME, action.code()),
            Asked::Refund(action) => (refund::Refund::NAME, action.code()),
        };
        Self { machine, from: state(trade, subject), action }
    }

    /// The cell in which an event was decided; none if no row took it.
    pub(super) fn of_event(event: &Event) -> Option<Self> {
        fn of<S: Word>(machine: &'static str, from: &str, action: &'static str) -> Option<Cell> {
            let from = S::ALL.iter().find(|state| state.code() == from)?.code();
            Some(Cell { machine, from, action })
        }
        let row = event.row?;
        let from = row.parts()?.from;
        match event.asked {
            Asked::Order(action) => of::<order::State>(order::Order::NAME, from, action.code()),
            Asked::Case(action) => of::<after_sale::State>(after_sale::AfterSale::NAME, from, action.code()),
            Asked::Refund(action) => of::<refund::State>(refund::Refund::NAME, from, action.code()),
        }
    }

    /// Where whatever this machine is told in this state is decided.
    const fn told(machine: &'static str, from: &'static str) -> Self {
        Self { machine, from, action: TOLD }
    }

    /// The same for every machine of a trade.
    pub(super) fn all_told(trade: &Trade) -> Vec<Self> {
        let mut cells = Vec::from([Self::told(order::Order::NAME, trade.head.state.code())]);
        cells.extend(trade.cases.iter().map(|case| Self::told(after_sale::AfterSale::NAME, case.state.code())));
        cells.extend(trade.refunds.iter().map(|refund| Self::told(refund::Refund::NAME, refund.state.code())));
        cells.push(Self::told(refund::Refund::NAME, refund::State::Absent.code()));
        cells
    }
}

fn state(trade: &Trade, subject: Subject) -> &'static str {
    match subject {
        Subject::Order => trade.head.state.code(),
        Subject::Case(no) => trade.case(no).map_or(after_sale::State::Absent, |case| case.state).code(),
        Subject::Refund(no) => trade.refund(no).map_or(refund::State::Absent, |refund| refund.state).code(),
    }
}

impl Place {
    /// Where a row is decided, and whose it is.
    pub(super) fn of(rules: &Rules, row: &RowId) -> Option<Self> {
        fn at<M: Machine>(table: &Table<M>, row: &RowId) -> Option<Place> {
            let of = |rule: &Rule<M>| Cell { machine: M::NAME, from: rule.from.code(), action: rule.action.code() };
            table.rule(row).map(|rule| Place { cell: of(rule), by: rule.by })
        }
        at(&rules.order, row).or_else(|| at(&rules.after_sale, row)).or_else(|| at(&rules.refund, row))
    }

    /// The cells in which a mutant of the row could be noticed.
    pub(super) fn cells(&self) -> Vec<Cell> {
        let told = self.by.has(Role::Trade).then(|| Cell::told(self.cell.machine, self.cell.from));
        core::iter::once(self.cell).chain(told).collect()
    }

    /// Who has the row now, if it was given to somebody.
    pub(super) const fn heir(mutant: &Mutant) -> Option<Role> {
        match &mutant.slip {
            Slip::Reassigned(role) => Some(*role),
            Slip::Deleted | Slip::Redirected(_) | Slip::Loosened(_) => None,
        }
    }
}
