//! Stock: reserved for all, released once for what will not be shipped, taken back once each time that goods come back.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use super::super::ledger::{Place, Units};
use super::super::work::Work;
use super::super::{Change, Defect, Subject, Task, Trade, UnitChange, UnitSpan};
use super::{case, task, with_units};
use crate::{Effect, Kind};

/// Emits an effect on stock, and remembers it on the units.
pub(super) fn stock(work: &mut Work<'_>, subject: Subject, effect: Effect) -> Result<(), Defect> {
    match effect {
        Effect::ReleaseStock => release(work, subject),
        Effect::Restock => restock(work, subject),
        _ => {
            let all = work.trade.goods.all().iter().map(Units::span).collect();
            with_units(work, subject, effect, all);
            Ok(())
        }
    }
}

/// What never left and will not leave: let go of once.
fn release(work: &mut Work<'_>, subject: Subject) -> Result<(), Defect> {
    let chosen = |units: &&Units| {
        let mine = match subject {
            Subject::Case(no) => is_of_case(&work.trade, no, units),
            Subject::Order | Subject::Refund(_) => true,
        };
        mine && !units.let_go && units.place == Place::WithMerchant && units.shipped_at.is_none()
    };
    let goods = work.trade.goods.all();
    let spans: Vec<UnitSpan> = goods.iter().filter(chosen).map(Units::span).collect();
    with_units(work, subject, Effect::ReleaseStock, spans.clone());
    spans.into_iter().try_for_each(|span| work.change(Change::Units(span, UnitChange::LetGo)))
}

/// What has come back and was not taken into stock since: by a case what it is about, by the order what bounced.
fn restock(work: &mut Work<'_>, subject: Subject) -> Result<(), Defect> {
    // What is repaired stays the buyer's own.
    if case(&work.trade, subject).is_some_and(|case| case.offer.kind == Kind::Repair) {
        return Ok(());
    }
    let chosen = |units: &&Units| {
        let mine = match subject {
            Subject::Case(no) => is_of_case(&work.trade, no, units),
            Subject::Order | Subject::Refund(_) => units.bounced(),
        };
        mine && units.place == Place::Returned && units.restocked < units.returns
    };
    let goods = work.trade.goods.all();
    let came: Vec<(UnitSpan, u32)> = (goods.iter().filter(chosen)).map(|units| (units.span(), units.returns)).collect();
    for (span, returns) in came {
        // Keyed by unit and by its return: no other report of the same return has a task, however ranges split later.
        let (mut key, UnitSpan { line, first, count }) = (String::new(), span);
        let _ = write!(key, "{}/restock/{line}/{first}+{count}/{returns}", work.trade.key);
        let task = Task { key, units: alloc::vec![span], ..task(work, Effect::Restock, subject) };
        work.task(task);
        work.change(Change::Units(span, UnitChange::Restocked))?;
    }
    Ok(())
}

fn is_of_case(trade: &Trade, no: u16, units: &Units) -> bool {
    trade.case(no).is_some_and(|case| case.units.iter().any(|span| span.covers(units)))
}
