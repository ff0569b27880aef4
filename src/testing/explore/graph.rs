//! The ways that were found: that none leads back to where it came from, and how long the longest are.

use alloc::vec;
use alloc::vec::Vec;

/// How many cases of a trade are timed apart.
const CASES: usize = 8;

/// Every trade that was visited, and where its moves lead.
#[derive(Default)]
pub(super) struct Graph {
    /// Where the moves of each begin, and of the one that would come next.
    starts: Vec<usize>,
    to: Vec<u32>,
    /// How much later the only move of time is, and which it is.
    waits: Vec<(u32, i64)>,
    open: Vec<u8>,
    rests: Vec<bool>,
}

/// The longest ways, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Longest {
    /// From the opening of a case to its rest.
    pub(super) case: i64,
    /// From the beginning to a trade in which everything rests.
    pub(super) all: i64,
}

impl Graph {
    /// A trade was visited; they come in the order of their numbers. The moves are told afterwards.
    pub(super) fn visited(&mut self, rests: bool, open: u32) {
        self.starts.push(self.to.len());
        self.waits.push((u32::MAX, 0));
        self.open.push(open.to_le_bytes()[0]);
        self.rests.push(rests);
    }

    /// The trade that was visited last has a move that leads there, so much later.
    pub(super) fn leads(&mut self, to: u32, later: i64) {
        self.to.push(to);
        if let Some(waits) = self.waits.last_mut().filter(|_| later > 0) {
            *waits = (to, later);
        }
    }

    pub(super) fn moves(&self) -> usize {
        self.to.len()
    }

    fn of(&self, at: usize) -> &[u32] {
        let start = self.starts.get(at).copied().unwrap_or_default();
        let end = self.starts.get(at + 1).copied().unwrap_or(self.to.len());
        self.to.get(start..end).unwrap_or_default()
    }

    /// The longest ways; or a trade from which a way leads back to it.
    #[expect(clippy::indexing_slicing, reason = "all lists have a place for each trade")]
    pub(super) fn longest(&self) -> Result<Longest, u32> {
        let count = self.starts.len();
        let mut into = vec![0_u32; count];
        for &to in self.to.iter().filter(|&&to| (to as usize) < count) {
            into[to as usize] += 1;
        }
        let mut so_far = vec![([0_i64; CASES], 0_i64); count];
        let mut longest = Longest::default();
        let mut free: Vec<usize> = (0..count).filter(|&at| into[at] == 0).collect();
        let mut done = 0;
        while let Some(at) = free.pop() {
            done += 1;
            let (cases, all) = so_far[at];
            for (case, &open) in cases.iter().enumerate() {
                if self.open[at] & (1 << case) != 0 {
                    longest.case = longest.case.max(open);
                }
            }
            if self.rests[at] {
                longest.all = longest.all.max(all);
            }
            for &to in self.of(at) {
                let to = to as usize;
                if to >= count {
                    continue;
                }
                let later = if self.waits[at].0 as usize == to { self.waits[at].1 } else { 0 };
                let then = &mut so_far[to];
                then.1 = then.1.max(all + if self.rests[at] { 0 } else { later });
                for case in 0..CASES {
                    if self.open[at] & (1 << case) != 0 {
                        then.0[case] = then.0[case].max(cases[case] + later);
                        // It rests when time has gone on.
                        longest.case = longest.case.max(cases[case] + later);
                    }
                }
                into[to] -= 1;
                if into[to] == 0 {
                    free.push(to);
                }
            }
        }
        if done == count { Ok(longest) } else { Err(self.on_a_loop(&into)) }
    }

    /// Of those whose ways could not be ordered, one that lies on a loop: going on from any of them stays among them or
    /// behind them, going back stays among those before; whoever is met twice lies on one.
    fn on_a_loop(&self, into: &[u32]) -> u32 {
        let left = |at: usize| into.get(at).is_some_and(|&into| into > 0);
        let mut before = vec![u32::MAX; into.len()];
        for at in (0..into.len()).filter(|&at| left(at)) {
            for &to in self.of(at).iter().filter(|&&to| left(to as usize)) {
                if let Some(before) = before.get_mut(to as usize) {
                    *before = u32::try_from(at).unwrap_or(u32::MAX);
                }
            }
        }
        let mut at = (0..into.len()).find(|&at| left(at)).unwrap_or_default();
        for _ in 0..into.len() {
            at = before.get(at).map_or(at, |&before| before as usize);
        }
        u32::try_from(at).unwrap_or(u32::MAX)
    }
}
