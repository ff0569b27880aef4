//! What was counted on a walk, and which rows and refusals were met.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::rule::RowId;
use crate::trade::{Asked, Blocker, Denied, Event};

/// So many refusal codes there are at most, with room.
const SLOTS: usize = 4_096;

/// What one walker has counted.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub(super) tried: u64,
    pub(super) accepted: u64,
    pub(super) refused: u64,
    pub(super) steps: u64,
    pub(super) aside: u64,
    pub(super) options: u64,
    pub(super) squares: u64,
    pub(super) late: u64,
    pub(super) worded: u64,
    pub(super) rows: BTreeSet<RowId>,
    /// What was taken before the walk began.
    pub(super) before: BTreeSet<RowId>,
    /// Codes by where their text lies: the same text may lie in two places, which costs nothing but room.
    codes: Vec<Option<(u8, &'static str)>>,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            tried: 0,
            accepted: 0,
            refused: 0,
            steps: 0,
            aside: 0,
            options: 0,
            squares: 0,
            late: 0,
            worded: 0,
            rows: BTreeSet::new(),
            before: BTreeSet::new(),
            codes: alloc::vec![None; SLOTS],
        }
    }

    pub(super) fn happened(&mut self, events: &[Event]) {
        for row in events.iter().filter_map(|event| event.row) {
            if !self.rows.contains(&row) {
                self.rows.insert(row);
            }
        }
    }

    /// What has happened when the walk begins.
    pub(super) fn began(&mut self, events: &[Event]) {
        self.before.extend(events.iter().filter_map(|event| event.row));
    }

    pub(super) fn denied(&mut self, denied: &Denied) {
        match denied {
            Denied::Refused(refusal) => {
                let machine = 1 + match refusal.asked {
                    Asked::Order(_) => 0,
                    Asked::Case(_) => 1,
                    Asked::Refund(_) => 2,
                };
                for blocker in &refusal.blockers {
                    match blocker {
                        Blocker::Condition { code, .. } => self.met(machine, code),
                        other => self.met(0, other.code()),
                    }
                }
            }
            Denied::Malformed(malformed) => self.met(4, malformed.flaw.code()),
            other => self.met(0, other.code()),
        }
    }

    fn met(&mut self, of: u8, code: &'static str) {
        let start = (code.as_ptr() as usize >> 2) ^ (usize::from(of) << 7);
        for probe in 0..SLOTS {
            match self.codes.get_mut((start + probe) % SLOTS) {
                Some(Some((kept, text))) if *kept == of && core::ptr::eq(*text, code) => return,
                Some(Some(_)) => {}
                Some(slot) => {
                    *slot = Some((of, code));
                    return;
                }
                None => return,
            }
        }
    }

    /// The codes that were met, those of conditions with their machine.
    pub(super) fn codes(&self) -> BTreeSet<String> {
        let named = |&(of, code): &(u8, &str)| match of {
            0 => code.to_string(),
            1 => alloc::format!("order.{code}"),
            2 => alloc::format!("after_sale.{code}"),
            3 => alloc::format!("refund.{code}"),
            _ => alloc::format!("malformed.{code}"),
        };
        self.codes.iter().flatten().map(named).collect()
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.tried += other.tried;
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.steps += other.steps;
        self.aside += other.aside;
        self.options += other.options;
        self.squares += other.squares;
        self.late += other.late;
        self.worded += other.worded;
        self.rows.extend(other.rows.iter().copied());
        self.before.extend(other.before.iter().copied());
        for &(of, code) in other.codes.iter().flatten() {
            self.met(of, code);
        }
    }
}
