//! The units that could be asked for, line by line, and which of them are alike.

use alloc::vec::Vec;

use crate::trade::draft::{case_of, is_free};
use crate::trade::work::{Turn, Work};
use crate::trade::{Deadline, Goods, Line, Place, Request, Units};
use crate::{Amount, Id, Time};

/// A line with units that are free.
#[derive(Clone)]
pub(super) struct Candidate {
    pub(super) id: Id,
    pub(super) free: u32,
    /// What each unit surely gives back.
    pub(super) each: Amount,
    /// What conditions look at, where all free units are alike: whether the case has them already is part of it. Lines
    /// with the same fate have the same answers.
    fate: Option<Fate>,
    /// When they came, where that is the same for all of them, and all have something left.
    when: Option<When>,
    /// Nothing can be asked for it, with whatever reason.
    pub(super) hopeless: bool,
}

#[derive(Clone, PartialEq)]
struct Fate {
    units: Units,
    category: Option<Id>,
    worthless: bool,
    when: When,
    receipt: Option<Deadline>,
}

#[derive(Clone, Copy, PartialEq)]
struct When {
    lost: bool,
    shipped_at: Option<Time>,
    delivered_at: Option<Time>,
    confirmed_at: Option<Time>,
}

impl Candidate {
    /// Whether what is answered for the other line goes for this one.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.free == other.free && self.has_fate_of(other)
    }

    /// Whether conditions see the same in both.
    pub(super) fn has_fate_of(&self, other: &Self) -> bool {
        self.is_uniform() && self.fate == other.fate
    }

    /// Whether every free unit has the same answers.
    pub(super) const fn is_uniform(&self) -> bool {
        self.fate.is_some()
    }

    /// Whether no number of these units and of those of the other line is refused if all of them together are accepted.
    ///
    /// Every condition asks whether some unit stands in the way, and fewer units have fewer in the way. One does not:
    /// something must be left to give back.
    pub(super) fn goes_with(&self, other: &Self) -> bool {
        self.when.is_some() && self.when == other.when
    }
}

/// Every line with free units.
pub(super) fn stock(work: &Work<'_>, request: &Request) -> Vec<Candidate> {
    let trade = &work.trade;
    let own = case_of(trade, &Turn::of(request));
    let mut lines = Vec::new();
    for (at, line) in (0_u16..).zip(&trade.lines) {
        let free = || trade.goods.of_line(at).filter(|units| is_free(trade, units, own));
        if let Some(first) = free().next() {
            let first_when = when(line, first);
            let same = |units: &Units| when(line, units) == first_when && !is_drained(line, units);
            lines.push(Candidate {
                id: line.id,
                free: free().map(|units| units.count).sum(),
                each: free().map(|units| Goods::each(line, units)).min().unwrap_or_default(),
                fate: fate(line, free()),
                when: free().all(same).then_some(first_when),
                hopeless: false,
            });
        }
    }
    lines
}

const fn when(line: &Line, units: &Units) -> When {
    When {
        lost: matches!(units.place, Place::Lost),
        shipped_at: units.shipped_at,
        delivered_at: units.delivered_at,
        confirmed_at: line.confirmed_at,
    }
}

/// What conditions look at, if all these units are alike to them.
fn fate<'a>(line: &Line, mut units: impl Iterator<Item = &'a Units>) -> Option<Fate> {
    let alike = |units: &Units| Units {
        line: 0,
        first: 0,
        count: 0,
        parcel: None,
        // Whether anything is left of them counts, not how much.
        spent: if is_drained(line, units) { Amount::MOST } else { Amount::ZERO },
        ..*units
    };
    let first = units.next()?;
    let (when, first) = (when(line, first), alike(first));
    units.all(|units| alike(units) == first).then_some(Fate {
        units: first,
        category: line.category,
        worthless: line.value(0, line.count).is_zero(),
        when,
        receipt: line.receipt,
    })
}

/// Whether units that cost something have nothing left to give back.
fn is_drained(line: &Line, units: &Units) -> bool {
    let worth = line.value(units.first, units.count);
    !worth.is_zero() && worth <= units.spent
}
