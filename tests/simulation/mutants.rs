//! Faults of the payout protocol, each as somebody who stands between the jobs and the world and tampers with what
//! passes. What is shipped is not touched. Most are bugs that are open in other people's systems.

#![allow(dead_code, unreachable_pub, reason = "shared by a test and an example")]

mod faults;

use std::collections::BTreeMap;

use faults::{
    BlindResend, Both, Deaf, DoneFirst, LateClock, LostCommits, NewKey, NoDeadline, NoKey, NoReplay, NoVersion,
    NotKnownAtOnce, PayFirst, RepeatedCallBack, StaleCallBack, SumOutside, TimeOutFails, TimerBlind,
};
use redress::testing::simulate::{Between, History, Simulator};

/// A fault, and how it must be found.
pub struct Mutant {
    pub name: &'static str,
    /// What is wrong.
    pub what: &'static str,
    pub found: Found,
    pub make: fn() -> Box<dyn Between>,
}

/// How a fault must be found.
#[derive(Clone, Copy)]
pub enum Found {
    /// Within so many histories.
    Within(u64),
    /// Another guard stands behind the one that is taken out, so it does no harm alone: it must be found together with the
    /// fault that takes out that one, too, as the pair of this name.
    In(&'static str),
}

impl Mutant {
    /// Alone it must be found within so many histories, if it must be.
    pub fn within(&self) -> Option<u64> {
        match self.found {
            Found::Within(within) => Some(within),
            Found::In(_) => None,
        }
    }
}

macro_rules! mutants {
    ($($name:literal: $what:literal, $found:expr, $make:expr;)*) => {
        pub const ALL: &[Mutant] =
            &[$(Mutant { name: $name, what: $what, found: $found, make: || Box::new($make) }),*];
    };
}

use Found::{In, Within};

mutants! {
    "new_key": "a new key with each retry", Within(2_000), NewKey::default();
    "sum_outside": "the sum is checked outside the commit", Within(2_000), SumOutside;
    "time_out_fails": "a time-out is taken for a failure", Within(2_000), TimeOutFails;
    "no_version": "no version check: the last one wins", Within(2_000), NoVersion;
    "pay_first": "paid before the decision is committed", Within(2_000), PayFirst;
    "done_first": "done before it is carried out", Within(2_000), DoneFirst;
    "timer_blind": "a timer fires without looking again", Within(2_000), TimerBlind::default();
    "blind_resend": "sent again after the key was forgotten", Within(20_000), BlindResend;
    "no_deadline": "sent without a deadline", Within(50_000), NoDeadline;
    "late_clock": "the deadline counts from a later look at the clock", Within(100_000), LateClock;
    "no_deadline_late_clock": "no deadline, and claims that do not end", Within(50_000), Both(NoDeadline, LateClock);
    "stale_call_back": "a call-back counts for whatever key was sent last", Within(50_000), StaleCallBack;
    "repeated_call_back": "one that was taken in before counts, repeated, for whatever key was sent last",
        In("repeated_and_no_key"), RepeatedCallBack::default();
    "no_key": "what a channel says of a refund is taken in without a key", In("repeated_and_no_key"), NoKey;
    "repeated_and_no_key": "both of the last two", Within(50_000), Both(RepeatedCallBack::default(), NoKey);
    "not_known_at_once": "'not known' is believed at once", Within(50_000), NotKnownAtOnce;
    "deaf": "a channel that says it has paid is not believed when asked", Within(2_000), Deaf;
    "lost_commits": "acknowledged before it is stored", Within(2_000), LostCommits(0);
    "no_replay": "a key that was used is decided anew", Within(2_000), NoReplay;
}

/// In how many of so many histories a fault is found, what is seen in them, and the first.
#[derive(Default)]
pub struct Caught {
    pub played: u64,
    pub caught: u64,
    pub seen: BTreeMap<&'static str, u64>,
    pub first: Option<History>,
}

/// Plays until a fault was found so often, or for so many histories.
pub fn hunt(mutant: &Mutant, enough: u64, most: u64) -> Result<Caught, String> {
    let simulator = Simulator::under(&*(mutant.make)())?;
    let mut hunted = Caught::default();
    while hunted.played < most && hunted.caught < enough {
        hunted.played += 1;
        let history = simulator.tampered(hunted.played, &mut *(mutant.make)());
        if !history.violations.is_empty() {
            hunted.caught += 1;
            let seen: std::collections::BTreeSet<_> = history.violations.iter().map(|it| it.must.code()).collect();
            seen.into_iter().for_each(|code| *hunted.seen.entry(code).or_default() += 1);
            hunted.first.get_or_insert(history);
        }
    }
    Ok(hunted)
}
