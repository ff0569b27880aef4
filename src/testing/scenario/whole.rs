//! Why an order cannot be placed, said at its lines and not at the step that places it.

use alloc::vec::Vec;

use super::cursor::Line;
use super::fault::{Problem, ScenarioFault};
use super::head::Frame;
use super::keyword::{Entry, OfLine};
use super::said::Said;
use super::write::digits;
use crate::trade::NewLine;
use crate::{Amount, NewOrder};

/// The most units that a line may have.
const UNITS_MOST: u32 = 1_000_000;

/// What is wrong with the main order as a whole, which this step places.
pub(super) fn order(step: Line<'_>, frame: &Frame, said: &Said<'_>) -> Vec<ScenarioFault> {
    let order = &frame.order;
    if order.lines.is_empty() {
        return Vec::from([*step.wrong(Problem::NoGoods)]);
    }
    let lines: Vec<Line<'_>> = said.of_main(Entry::Line).collect();
    let each = order.lines.iter().zip(&lines).enumerate();
    let faults: Vec<ScenarioFault> = each
        .filter_map(|(at, (goods, line))| {
            let before = order.lines.iter().take(at).position(|other| other.id == goods.id);
            let problem = match before.and_then(|before| lines.get(before)) {
                Some(before) => Some((Problem::NamedBefore { before: before.no }, false)),
                None => of_line(goods, frame),
            };
            problem.map(|(problem, discount)| match discount {
                true => *line.begin().at_word(OfLine::Discount, problem),
                false => *line.begin().at_text(goods.id.as_str(), problem),
            })
        })
        .collect();
    if faults.is_empty() { of_sums(order, frame, said).into_iter().collect() } else { faults }
}

/// What is wrong with a line by itself, and whether its discount is.
fn of_line(goods: &NewLine, frame: &Frame) -> Option<(Problem, bool)> {
    if goods.count == 0 || goods.count > UNITS_MOST {
        return Some((Problem::Count { most: u64::from(UNITS_MOST) }, false));
    }
    let list = goods.unit_price.minor().saturating_mul(u64::from(goods.count));
    let most = Amount::new(list.min(Amount::MOST.minor()));
    (goods.discount > most).then(|| (Problem::Discount { most: digits(most, frame.currency()) }, true))
}

/// What is wrong with what it comes to.
fn of_sums(order: &NewOrder, frame: &Frame, said: &Said<'_>) -> Option<ScenarioFault> {
    let currency = frame.currency();
    let goods = order.prices().and_then(Amount::sum)?;
    if order.discount > goods {
        let line = said.of_main(Entry::Discount).next()?;
        return Some(*line.wrong(Problem::Discount { most: digits(goods, currency) }));
    }
    let due = order.due();
    let Some(due) = due else {
        let line = said.of_main(Entry::Line).next()?;
        return Some(*line.wrong(Problem::TooMuch { most: digits(Amount::MOST, currency) }));
    };
    let line = said.of_main(Entry::Total).next().filter(|_| due != order.total)?;
    Some(*line.wrong(Problem::Total { due: digits(due, currency) }))
}
