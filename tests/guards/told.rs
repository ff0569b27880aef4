//! What a walk says of a broken promise is so: the story that it tells is read, played again, and breaks it.

use redress::testing::explore::Violation;
use redress::testing::promise::{Excuses, Promise, of_choices, of_rest, of_silence, of_trade};
use redress::testing::scenario::Scenario;
use redress::testing::{Stage, World};
use redress::trade::options;
use redress::{Lang, Rules};

/// What no single move shows, nor the trade that it leads to: it takes another look, or another request beside it.
const BESIDE: &[Promise] = &[
    Promise::OfferedIsAccepted,
    Promise::OthersUnheard,
    Promise::LoopsAreCounted,
    Promise::TimeComesFirst,
    Promise::SameEssence,
];

/// Plays the told story again: it comes out as it is told, up to the move that breaks the promise; or it comes out whole, and
/// then the promise is broken by the trade with which it ends, or is one that takes another look.
pub fn is_so(violation: &Violation, rules: &Rules) {
    let (promise, told) = (violation.broken.promise, &violation.told);
    match Scenario::parse(told).unwrap().run(rules) {
        Err(why) => {
            let why = why.to_string();
            assert!(why.contains(promise.label(Lang::En)), "{why}");
        }
        Ok(played) => {
            let shown = shown(&played.stage, &violation.world);
            let beside = BESIDE.contains(&promise) && shown.is_none();
            assert!(shown == Some(promise) || beside, "{promise} is kept, {shown:?} is not: {told}");
        }
    }
}

/// What a trade itself breaks: as it stands, in silence, at rest, or in what its people may do.
fn shown(stage: &Stage, world: &str) -> Option<Promise> {
    let Stage { trade, now, events, .. } = stage;
    let book = stage.book();
    let world = World::small().into_iter().find(|of| of.name == world).unwrap();
    let seen: Vec<_> = world.people.iter().map(|actor| (*actor, options(&book, trade, actor, *now).unwrap())).collect();
    let excuses = events.iter().fold(Excuses::NONE, Excuses::after);
    let rest = || if trade.rests() { of_rest(&book, trade, excuses) } else { Ok(()) };
    let kept = of_trade(&book, trade, *now)
        .and_then(|()| of_silence(&book, &book.silence_bound(), trade, *now).map(|_| ()))
        .and_then(|()| rest())
        .and_then(|()| of_choices(&book, trade, *now, &seen));
    kept.err().map(|broken| broken.promise)
}
