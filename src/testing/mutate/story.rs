//! A story as a world: mutants are tried around it, too.

use alloc::vec::Vec;

use crate::testing::{Knobs, Move, Setting, Stage, Story, World};
use crate::trade::{Asked, Rules};
use crate::{Actor, order};

/// The world of a story, with everybody in it and what was accepted of them; `None` if no order was placed.
pub(super) fn world(story: &Story, rules: &Rules) -> Option<World> {
    let moves = accepted(story, rules)?;
    let placed = moves.first()?;
    let request = placed.request.as_ref()?;
    if request.asked != Asked::Order(order::Action::Place) {
        return None;
    }
    let order = request.detail.order.as_deref()?.clone();
    let setting = Setting { at: placed.at, by: request.actor, order, ..story.setting.clone() };
    let cases = moves.iter().filter_map(|asked| asked.request.as_ref()).filter(|request| opens(request.asked)).count();
    Some(World {
        name: "a scenario",
        about: "around a story that is told",
        people: people(&setting, &moves),
        setting,
        opening: moves.into_iter().skip(1).collect(),
        knobs: Knobs { payments: 2, cases, ..Knobs::default() },
    })
}

/// What was accepted of a story.
fn accepted(story: &Story, rules: &Rules) -> Option<Vec<Move>> {
    let mut stage = Stage::set(&story.setting, rules.clone()).ok()?;
    let mut moves = story.moves.clone();
    moves.retain(|asked| stage.play(asked).is_ok_and(|events| !events.is_empty()));
    Some(moves)
}

const fn opens(asked: Asked) -> bool {
    use crate::after_sale::Action;
    matches!(asked, Asked::Case(Action::Apply | Action::Declare | Action::Grant | Action::Offer))
}

/// Everybody of the order, and everybody who acted in the story.
fn people(setting: &Setting, moves: &[Move]) -> Vec<Actor> {
    let Setting { order, key, .. } = setting;
    let mut people = Vec::from([Actor::buyer(order.buyer), Actor::merchant(order.merchant)]);
    people.push(Actor::platform(key.tenant, "cs-1"));
    people.extend(order.finance.iter().map(|id| Actor::finance(*id)));
    people.extend(order.carriers.iter().map(|id| Actor::carrier(*id)));
    people.extend(order.gateways.iter().map(|id| Actor::gateway(*id)));
    for actor in moves.iter().filter_map(|asked| asked.request.as_ref()).map(|request| request.actor) {
        if !people.contains(&actor) {
            people.push(actor);
        }
    }
    people
}
