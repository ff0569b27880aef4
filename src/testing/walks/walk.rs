//! One walk, and the shortest story of one that went wrong.

use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use proptest::strategy::ValueTree as _;

use super::judge::{Judge, Look, first_broken};
use super::{Failure, Walked, Walks};
use crate::testing::promise::{Broken, Promise};
use crate::testing::strategy::{Chance, Tree};
use crate::testing::{Difference, Move, Stage, Story};
use crate::trade::Subject;

/// So many simpler stories are played at most.
const TRIES: u32 = 20_000;

/// What was broken on a walk: where, and what was looked at.
struct Found {
    story: Story,
    broken: Broken,
    look: Look,
}

impl Walks {
    pub(super) fn walk(&self, seed: u64, own: &[Difference], walked: &mut Walked) -> Result<(), Box<Failure>> {
        let mut chance = Chance(seed);
        let Some((_, opening)) = chance.opening(&self.rules, &self.under) else {
            return Err(self.nothing_happens(seed, own));
        };
        let Ok(stage) = Stage::set(&opening.setting, self.rules.clone()) else {
            return Err(self.nothing_happens(seed, own));
        };
        self.goes_on(chance, opening, Judge::new(stage, own), walked).map_err(|found| self.failure(seed, own, *found))
    }

    fn goes_on(
        &self,
        mut chance: Chance,
        mut story: Story,
        mut judge: Judge<'_>,
        walked: &mut Walked,
    ) -> Result<(), Box<Found>> {
        let opening = story.moves.len();
        for at in 0..opening + self.steps {
            if at >= opening {
                story.moves.push(chance.any_move(&judge.stage));
            }
            let Some(asked) = story.moves.get(at) else { break };
            let last = at + 1 == opening + self.steps;
            let made = judge.makes(asked).map_err(|broken| (broken, Look::Step));
            let look = if matches!(made, Ok(true)) || last { looks_at(at, last) } else { Look::Step };
            let looked = made.and_then(|happened| {
                walked.count(happened, look);
                judge.looks(look).map_err(|broken| (broken, look))
            });
            if let Err((broken, look)) = looked {
                story.moves.truncate(at + 1);
                return Err(Box::new(Found { story, broken, look }));
            }
        }
        walked.rests += u64::from(judge.stage.trade.rests());
        walked.rows.extend(judge.stage.events.iter().filter_map(|event| event.row));
        Ok(())
    }

    /// A walk that never gets going: its policy cannot be had, or no order can be placed. Nothing is shown by that.
    pub(super) fn nothing_happens(&self, seed: u64, own: &[Difference]) -> Box<Failure> {
        let setting = Chance(seed).setting(&self.under);
        let why = match setting.policy() {
            Err(fault) => fault.to_string(),
            Ok(_) => String::from("no row was ever taken: nobody can place an order"),
        };
        let broken = Broken { promise: Promise::SomebodyCanAct, subject: Subject::Order, what: why };
        let placing = Move { at: setting.at, request: Some(setting.placing()) };
        let story = Story { setting, moves: Vec::from([placing]) };
        Failure::new(self, seed, own, story, broken, 1, 0)
    }

    fn failure(&self, seed: u64, own: &[Difference], found: Found) -> Box<Failure> {
        let Found { story, broken, look } = found;
        let was = story.moves.len();
        let promise = broken.promise;
        let fails = |story: &Story| {
            let (moves, broken, _) = first_broken(story, &self.rules, own, look)?;
            (broken.promise == promise && moves == story.moves.len()).then_some(broken)
        };
        let mut tree = Tree::new(story);
        let mut tries = 0;
        let mut more = tree.simplify();
        let mut shortest = None;
        while more && tries < TRIES {
            tries += 1;
            let simpler = tree.current();
            more = if let Some(broken) = fails(&simpler) {
                shortest = Some((simpler, broken));
                tree.simplify()
            } else {
                tree.complicate()
            };
        }
        let (story, broken) = shortest.unwrap_or_else(|| (tree.into_best(), broken));
        Failure::new(self, seed, own, story, broken, was, tries)
    }
}

/// What is looked at after a step beside it: of some, what everybody may do, and of others that silence comes to rest.
const fn looks_at(at: usize, last: bool) -> Look {
    match at % 16 {
        _ if last => Look::Silence,
        3 => Look::Choices,
        11 => Look::Silence,
        _ => Look::Step,
    }
}

impl Walked {
    fn count(&mut self, happened: bool, look: Look) {
        self.accepted += u64::from(happened);
        self.refused += u64::from(!happened);
        self.choices += u64::from(look == Look::Choices);
        self.silences += u64::from(look == Look::Silence);
    }
}
