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
    pub(super) fn longest(&self) -> Result<Longest, u32> {
        let count = self.starts.len();
        let mut into = vec![0_u32; count];
        for &to in &self.to {
            if let Some(into) = into.get_mut(to as usize) {
                *into += 1;
            }
        }
        let mut so_far = vec![Longest::default(); count];
        let mut open = vec![[0_i64; CASES]; count];
        let mut longest = Longest::default();
        let mut free: Vec<usize> = (0..count).filter(|&at| into.get(at) == Some(&0)).collect();
        let mut done = 0;
        // Whoever all ways lead from has been counted is counted next.
        while let Some(at) = free.pop() {
            done += 1;
            for &to in self.of(at) {
                self.go_on(at, to, &mut so_far, &mut open, &mut longest);
                let Some(left) = into.get_mut(to as usize) else { continue };
                *left -= 1;
                if *left == 0 {
                    free.push(to as usize);
                }
            }
        }
        if done == count { Ok(longest) } else { Err(self.on_a_loop(&into)) }
    }

    /// Counts one way on, from a trade of which everything before is counted.
    fn go_on(&self, at: usize, to: u32, so_far: &mut [Longest], open: &mut [[i64; CASES]], longest: &mut Longest) {
        let later = self.waits.get(at).map_or(0, |&(then, later)| if then == to { later } else { 0 });
        let rests = self.rests.get(at).is_some_and(|&rests| rests);
        let (Some(&from), Some(&cases)) = (so_far.get(at), open.get(at)) else { return };
        // Nothing waits any more in a trade that rests: only windows end.
        let all = from.all + if rests { 0 } else { later };
        longest.all = longest.all.max(all);
        if let Some(then) = so_far.get_mut(to as usize) {
            then.all = then.all.max(all);
        }
        let is_open = |case: usize| self.open.get(at).is_some_and(|open| open & (1 << case) != 0);
        for (case, so_far) in cases.into_iter().enumerate().filter(|(case, _)| is_open(*case)) {
            longest.case = longest.case.max(so_far + later);
            if let Some(then) = open.get_mut(to as usize).and_then(|cases| cases.get_mut(case)) {
                *then = (*then).max(so_far + later);
            }
        }
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
