//! What can be left out of a story.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{OrderCut, RequestCut, Simpler};
use crate::testing::{Move, Setting, Story};
use crate::trade::{Asked, NewOrder, Subject};
use crate::{Id, Request, order};

/// What can be left out of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoryCut {
    /// So many moves from this one on. The placing of the order stays.
    Moves {
        /// The first of them.
        from: usize,
        /// How many.
        count: usize,
    },
    /// One move, the opening of a case or a refund: those after it move up by one.
    Opening {
        /// The move.
        at: usize,
        /// Whether a case was opened by it.
        case: bool,
        /// How many refunds were opened by it.
        refunds: u16,
    },
    /// The time that passes before this move.
    Wait(usize),
    /// A part of the request of this move.
    Request(usize, RequestCut),
    /// What is paid with this move beside the total of the order.
    Surplus(usize),
    /// A change of the policy.
    Change(usize),
    /// A part of the order.
    Order(OrderCut),
}

impl Simpler for Story {
    type Cut = StoryCut;

    fn cuts(&self) -> Vec<StoryCut> {
        let moves = self.moves.len();
        let mut cuts = Vec::new();
        let mut count = moves / 2;
        while count > 0 {
            let blocks = moves.saturating_sub(1).div_ceil(count);
            cuts.extend((0..blocks).rev().map(|block| StoryCut::Moves { from: 1 + block * count, count }));
            count /= 2;
        }
        for at in 1..moves {
            let openings = [(true, 0), (true, 1), (false, 1), (false, 2), (true, 2)];
            cuts.extend(openings.map(|(case, refunds)| StoryCut::Opening { at, case, refunds }));
        }
        cuts.extend((0..self.setting.changes.len()).map(StoryCut::Change));
        cuts.extend(self.setting.order.cuts().into_iter().map(StoryCut::Order));
        cuts.extend((1..moves).map(StoryCut::Wait));
        cuts.extend((1..moves).map(StoryCut::Surplus));
        for (at, asked) in self.moves.iter().enumerate().skip(1) {
            let request = asked.request.as_ref().map(Simpler::cuts).unwrap_or_default();
            cuts.extend(request.into_iter().map(|cut| StoryCut::Request(at, cut)));
        }
        cuts
    }

    fn without(&self, cut: &StoryCut) -> Option<Self> {
        let mut story = self.clone();
        match *cut {
            StoryCut::Moves { from, count } => {
                let end = from.saturating_add(count).min(story.moves.len());
                (from < end).then(|| story.moves.drain(from..end))?;
            }
            StoryCut::Opening { at, case, refunds } => {
                (at < story.moves.len()).then(|| story.moves.remove(at))?;
                let moved: Vec<bool> = story.moves.iter_mut().skip(at).map(|later| up(later, case, refunds)).collect();
                moved.contains(&true).then_some(())?;
            }
            StoryCut::Wait(at) => {
                let earlier = story.moves.get(at.checked_sub(1)?)?.at;
                let wait = story.moves.get(at)?.at.since(earlier);
                (wait > 0).then_some(())?;
                story.moves.iter_mut().skip(at).for_each(|later| later.at = later.at.after(-wait));
            }
            StoryCut::Request(at, ref cut) => {
                let request = story.moves.get_mut(at)?.request.as_mut()?;
                // What is paid is brought to the total instead.
                let is_sum = matches!(cut, RequestCut::Amount | RequestCut::HalfAmount);
                *request = (!is_sum || !pays(request)).then(|| request.without(cut))??;
            }
            StoryCut::Surplus(at) => {
                let request = story.moves.get_mut(at)?.request.as_mut().filter(|request| pays(request))?;
                let total = story.setting.order.total;
                let sum = request.detail.amount.as_mut().filter(|sum| sum.amount != total)?;
                sum.amount = total;
            }
            StoryCut::Change(at) => {
                (at < story.setting.changes.len()).then(|| story.setting.changes.remove(at))?;
                story.setting.policy().ok()?;
            }
            StoryCut::Order(ref cut) => {
                let order = story.setting.order.without(cut)?;
                with_order(&mut story, order);
            }
        }
        Some(story)
    }
}

/// Moves the numbers in a request up by what was not opened before it; whether it names any of them.
fn up(asked: &mut Move, case: bool, refunds: u16) -> bool {
    let Some(request) = &mut asked.request else { return false };
    match &mut request.subject {
        Subject::Case(no) if case && *no > 1 => *no -= 1,
        Subject::Refund(no) if refunds > 0 && *no > refunds => *no -= refunds,
        Subject::Order | Subject::Case(_) | Subject::Refund(_) => return false,
    }
    true
}

/// Whether it is a payment of the order.
fn pays(request: &Request) -> bool {
    request.asked == Asked::Order(order::Action::Pay)
}

/// The story with another order: who pays all of it pays all of that, and nobody names lines that it does not have.
fn with_order(story: &mut Story, order: NewOrder) {
    let Story { setting: Setting { order: was, .. }, moves } = story;
    let has = |line: Id| order.lines.iter().find(|own| own.id == line);
    for request in moves.iter_mut().filter_map(|asked| asked.request.as_mut()) {
        let pays = pays(request);
        let detail = &mut request.detail;
        if detail.order.as_deref() == Some(was) {
            detail.order = Some(Box::new(order.clone()));
        }
        if let Some(sum) = detail.amount.as_mut().filter(|sum| pays && sum.amount == was.total) {
            sum.amount = order.total;
        }
        detail.units.retain(|wanted| has(wanted.line).is_some());
        for wanted in &mut detail.units {
            wanted.count = has(wanted.line).map_or(wanted.count, |line| wanted.count.min(line.count));
        }
    }
    *was = order;
}
