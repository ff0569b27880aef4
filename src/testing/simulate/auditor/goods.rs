//! The goods of one order, unit by unit.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::super::violation::Must;
use super::{Board, Complaints};
use crate::Effect;
use crate::trade::{Change, Trade, UnitChange, UnitSpan};

/// All units, by line.
#[derive(Debug, Default)]
pub(super) struct Warehouse(Vec<Vec<Unit>>);

/// What has happened to one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Unit {
    shipped: u32,
    back: u32,
    restocked: u32,
    let_go: u32,
    closed: bool,
}

impl Warehouse {
    pub(super) fn changed(&mut self, change: &Change) {
        if let Change::Placed(placed) = change {
            let count = |count: u32| usize::try_from(count).unwrap_or_default();
            self.0 = placed.lines.iter().map(|line| vec![Unit::default(); count(line.count)]).collect();
        } else if let Change::Units(span, change) = change {
            self.each(*span, |unit| match change {
                UnitChange::Shipped { .. } => unit.shipped += 1,
                UnitChange::CameBack { .. } => unit.back += 1,
                UnitChange::Restocked => unit.restocked += 1,
                UnitChange::LetGo => unit.let_go += 1,
                UnitChange::Closed => unit.closed = true,
                UnitChange::Reopened => unit.closed = false,
                UnitChange::At(_)
                | UnitChange::Claimed(_)
                | UnitChange::Tried
                | UnitChange::Released
                | UnitChange::Delivered { .. }
                | UnitChange::Graced { .. } => {}
            });
        }
    }

    fn each(&mut self, span: UnitSpan, mut change: impl FnMut(&mut Unit)) {
        let (first, count) = (span.first as usize, span.count as usize);
        let line = self.0.get_mut(usize::from(span.line)).into_iter().flatten();
        line.skip(first).take(count).for_each(&mut change);
    }

    pub(super) fn close(&self, trade: &Trade, board: &Board, complaints: &mut Complaints<'_>) {
        let mut seen: Vec<Vec<Option<Unit>>> = self.0.iter().map(|line| vec![None; line.len()]).collect();
        for units in trade.goods.all() {
            let (first, count) = (units.first as usize, units.count as usize);
            let line = seen.get_mut(usize::from(units.line)).into_iter().flatten();
            for unit in line.skip(first).take(count) {
                complaints.must(unit.is_none(), Must::GoodsAddUp, || format!("{units:?} is counted twice"));
                let (restocked, let_go) = (units.restocked, u32::from(units.let_go));
                *unit = Some(Unit { restocked, let_go, closed: units.closed, ..Unit::default() });
            }
        }
        for (line, (own, seen)) in (0..).zip(self.0.iter().zip(&seen)) {
            for (at, (own, seen)) in (0..).zip(own.iter().zip(seen)) {
                let plain = Unit { shipped: 0, back: 0, ..*own };
                complaints.must(*seen == Some(plain), Must::GoodsAddUp, || {
                    format!("unit {at} of line {line} was {own:?}, and the trade says {seen:?}")
                });
                complaints.must(own.restocked <= own.back && own.let_go <= 1, Must::GoodsAddUp, || {
                    format!("unit {at} of line {line} was {own:?}")
                });
                let span = UnitSpan { line, first: at, count: 1 };
                let done = |what| board.units_carried_out(trade.key.order, what, span);
                let (restocked, released) = (done(Effect::Restock), done(Effect::ReleaseStock));
                complaints.must(restocked == own.restocked && released == own.let_go, Must::GoodsAddUp, || {
                    format!(
                        "unit {at} of line {line} was {own:?}; the warehouse took it back {restocked} times and let it \
                         go {released} times"
                    )
                });
            }
        }
    }
}

impl fmt::Display for Warehouse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
