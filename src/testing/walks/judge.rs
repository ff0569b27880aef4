//! What is promised of each move of a story, looked at as it is played.

use alloc::vec::Vec;
use core::cell::OnceCell;

use crate::Rules;
use crate::testing::promise::{self, Broken, Excuses};
use crate::testing::strategy::Cast;
use crate::testing::{Difference, Move, Stage, Story};
use crate::trade::{Outcome, SilenceBound, Unbounded, options};

/// What is looked at beside the step itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing.
    Step,
    /// What everybody may do.
    Choices,
    /// That silence comes to rest.
    Silence,
}

/// A stage that is watched.
pub(super) struct Judge<'j> {
    pub(super) stage: Stage,
    excuses: Excuses,
    own: &'j [Difference],
    /// How long silence can take, once that is asked.
    bound: OnceCell<Result<SilenceBound, Unbounded>>,
}

impl<'j> Judge<'j> {
    pub(super) const fn new(stage: Stage, own: &'j [Difference]) -> Self {
        Self { stage, excuses: Excuses::NONE, own, bound: OnceCell::new() }
    }

    /// Makes a move and looks at it; whether anything happened.
    pub(super) fn makes(&mut self, asked: &Move) -> Result<bool, Broken> {
        let answer = self.stage.ask(asked);
        let kept = promise::of_move(&self.stage.book(), self.own, &self.stage.trade, asked, answer.as_ref());
        self.stage.now = asked.at;
        let happened = answer.is_ok();
        if let Ok(Outcome { trade, events }) = answer {
            self.excuses = events.iter().fold(self.excuses, Excuses::after);
            self.stage.trade = trade;
            self.stage.events.extend(events);
        }
        kept?;
        if happened && self.stage.trade.rests() {
            promise::of_rest(&self.stage.book(), &self.stage.trade, self.excuses)?;
        }
        Ok(happened)
    }

    /// Looks at more than the last step.
    pub(super) fn looks(&self, look: Look) -> Result<(), Broken> {
        let Stage { trade, now, .. } = &self.stage;
        match look {
            Look::Step => Ok(()),
            Look::Silence => {
                let book = self.stage.book();
                let bound = self.bound.get_or_init(|| book.silence_bound());
                promise::of_silence(&book, bound, trade, *now).map(|_| ())
            }
            Look::Choices => {
                let may = |actor| Some((actor, options(&self.stage.book(), trade, &actor, *now).ok()?));
                let seen: Vec<_> = Cast(trade).all().into_iter().filter_map(may).collect();
                promise::of_choices(&self.stage.book(), trade, *now, &seen)
            }
        }
    }
}

/// Plays a story to its end, or to the first broken promise: after how many moves, and which. What is looked at beside
/// the steps is looked at in the end alone.
pub(super) fn first_broken(
    story: &Story,
    rules: &Rules,
    own: &[Difference],
    look: Look,
) -> Option<(usize, Broken, Stage)> {
    let stage = Stage::set(&story.setting, rules.clone()).ok()?;
    let mut judge = Judge::new(stage, own);
    for (at, asked) in story.moves.iter().enumerate() {
        if let Err(broken) = judge.makes(asked) {
            return Some((at + 1, broken, judge.stage));
        }
    }
    let broken = judge.looks(look).err()?;
    Some((story.moves.len(), broken, judge.stage))
}
