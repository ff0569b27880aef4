//! What goes wrong in a history, and how often. Every history has weather of its own: where everything fails now and
//! then, nothing rare ever fails in the same way twice in a row.

use super::chance::Chance;
use crate::Length;
use crate::channel::Temper;

/// Milliseconds.
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// How often something goes wrong, in thousandths of all calls, and how long things take, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weather {
    /// The store does not answer, and that is known: nothing was changed.
    pub(super) refused: u16,
    /// A call of the store is lost, and nobody hears of it.
    pub(super) lost: u16,
    /// A call of the store is made, and nobody hears of it.
    pub(super) unheard: u16,
    /// A call of the store is made later, and nobody hears of it.
    pub(super) late: u16,
    /// A call of the store is made, and later once more.
    pub(super) twice: u16,
    /// A task is not carried out, or nobody hears of it.
    pub(super) failing: u16,
    /// The process of whoever calls dies, before or after the call.
    pub(super) crash: u16,
    /// A worker is asked to stop.
    pub(super) stop: u16,
    /// Whoever calls is held up between two steps …
    pub(super) pause: u16,
    /// … and above all between a claim and what is sent for it …
    pub(super) pause_claimed: u16,
    /// … for at most so long.
    pub(super) pause_most: i64,
    /// How long a process is down at most.
    pub(super) down_most: i64,
    /// How late a call arrives at most.
    pub(super) late_most: i64,
    /// How long a step takes at most.
    pub(super) step_most: i64,
    /// How long people think at most.
    pub(super) think_most: i64,
    /// How far a clock is ahead or behind at most.
    pub(super) skew_most: i64,
    /// How long it lasts.
    pub(super) lasts: i64,
    /// The channel's temper.
    pub(super) temper: Temper,
}

impl Weather {
    /// Nothing goes wrong.
    pub(super) const CALM: Self = Self {
        refused: 0,
        lost: 0,
        unheard: 0,
        late: 0,
        twice: 0,
        failing: 0,
        crash: 0,
        stop: 0,
        pause: 0,
        pause_claimed: 0,
        pause_most: 0,
        down_most: MINUTE,
        late_most: 0,
        step_most: 10,
        think_most: MINUTE,
        skew_most: 0,
        lasts: 0,
        temper: Temper::calm(),
    };

    /// The weather of one history.
    pub(super) fn of(chance: &mut Chance) -> Self {
        let mut rate = |rates: &[u16]| chance.pick(rates).unwrap_or_default();
        let few = [0, 0, 10, 40, 150];
        let (refused, lost, unheard, late, twice) = (rate(&few), rate(&few), rate(&few), rate(&few), rate(&few));
        let (failing, crash, stop) = (rate(&[0, 0, 100, 400]), rate(&[0, 0, 5, 20, 60]), rate(&[0, 0, 10]));
        let (pause, pause_claimed) = (rate(&[0, 10, 60, 200]), rate(&[0, 0, 200, 600]));
        let temper = Temper {
            lost: rate(&[0, 0, 100, 400]),
            held_up: rate(&[0, 0, 100, 400]),
            unheard: rate(&[0, 100, 300, 800]),
            slow: rate(&[0, 0, 200, 700]),
            refused: rate(&[0, 0, 150, 500]),
            closed: rate(&[0, 0, 80, 400]),
            abnormal: rate(&[0, 0, 40, 200]),
            untold: rate(&[0, 300, 1_000]),
            told_twice: rate(&[0, 300, 700]),
            lateness: Length::Minutes(chance.pick(&[0, 10, 120, 1_800]).unwrap_or_default()),
        };
        let mut most = |lengths: &[i64]| chance.pick(lengths).unwrap_or_default();
        Self {
            refused,
            lost,
            unheard,
            late,
            twice,
            failing,
            crash,
            stop,
            pause,
            pause_claimed,
            pause_most: most(&[MINUTE, 10 * MINUTE, HOUR, 3 * HOUR]),
            down_most: most(&[SECOND, 10 * MINUTE, 3 * HOUR, 40 * HOUR]),
            late_most: most(&[SECOND, MINUTE, 3 * HOUR]),
            step_most: most(&[0, 50, 2 * SECOND, 20 * SECOND]),
            think_most: most(&[10, 10, SECOND, HOUR, 30 * HOUR]),
            skew_most: most(&[0, 30 * SECOND]),
            lasts: most(&[HOUR, 50 * HOUR, 200 * HOUR]),
            temper,
        }
    }
}
