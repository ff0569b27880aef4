//! The shipped jobs under everything that goes wrong: thousands of histories a second, each replayed exactly by its seed.
//!
//! ```text
//!  two storefronts, a taker of call-backs, two workers        each the shipped step machine, one call at a time
//!        │ before and after each call: somebody else's turn, a pause, a crash with downtime, a clock that jumps
//!        ▼
//!  store and channel                                           calls lost, late, doubled, unheard; keys forgotten
//!        │                                                     declines, late and repeated call-backs
//!        ▼
//!  auditor                                                     a second, plain account of money, goods, tasks, promises
//! ```
//!
//! A [`Simulator`] plays histories; each comes to a [`History`] with its [`Figures`] and every [`Violation`]. The weather
//! of a history (what fails how often, how long people think, how far clocks are apart) is drawn from its seed, too, so
//! that what is rare in one is usual in another. In the end the weather clears up: then everything must come to rest, and
//! [add up](Must).
//!
//! ```
//! use redress::testing::simulate::Simulator;
//! let simulator = Simulator::new().unwrap();
//! let history = simulator.history(7);
//! assert_eq!(history.violations, []);
//! assert_eq!(history, simulator.history(7), "the same seed, the same history");
//! ```
//!
//! That the simulation would see a fault is shown by putting one [between](Between) the jobs and the world.

mod auditor;
mod between;
mod chance;
mod duty;
mod figures;
mod hand;
mod people;
mod play;
mod shop;
mod told;
mod violation;
mod weather;
mod world;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::OnceCell;

pub use between::{Between, Caller, Outside};
pub use figures::Figures;
pub use violation::{Must, Violation};

use chance::Chance;
use play::{How, Play, REQUESTS};
use shop::Shop;
use weather::Weather;
use world::World;

use crate::trade::Request;

/// Plays histories.
pub struct Simulator {
    shops: Vec<Shop>,
}

/// What a history has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct History {
    /// The seed that plays it again.
    pub seed: u64,
    /// On which channel it took place.
    pub channel: &'static str,
    /// What it has come to, in numbers.
    pub figures: Figures,
    /// Everything that did not hold. Empty if all is well.
    pub violations: Vec<Violation>,
    /// What happened, line by line, if that was asked for.
    pub tale: Vec<String>,
    /// Where money and goods stand in the end, without times.
    pub stands: Vec<String>,
    /// At how many points a process might have died.
    pub points: u64,
}

impl Simulator {
    /// A world in which nobody tampers with what passes.
    ///
    /// # Errors
    ///
    /// What is wrong with the rules, the policy or a channel, in words.
    pub fn new() -> Result<Self, String> {
        Self::under(&())
    }

    /// A world whose clerks are told of their channels by somebody between.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn under(between: &dyn Between) -> Result<Self, String> {
        Ok(Self { shops: Shop::all(between)? })
    }

    /// The history of this seed.
    #[must_use]
    pub fn history(&self, seed: u64) -> History {
        self.played(seed, &mut (), How::default())
    }

    /// The history of this seed with somebody between.
    #[must_use]
    pub fn tampered(&self, seed: u64, between: &mut dyn Between) -> History {
        self.played(seed, between, How::default())
    }

    /// The history of this seed, told line by line.
    #[must_use]
    pub fn tale(&self, seed: u64, between: &mut dyn Between) -> History {
        self.played(seed, between, How { told: true, ..How::default() })
    }

    /// The history of this seed, in which a process dies at this point, too: before the first call (0), after it (1),
    /// before the second (2), and so on. Of points there are so many as [`History::points`] says.
    #[must_use]
    pub fn crashed(&self, seed: u64, point: u64) -> History {
        self.played(seed, &mut (), How { crash_at: Some(point), ..How::default() })
    }

    /// A story: in calm weather one person asks for one thing after the other, each once everything has come to rest. At
    /// a point a process may die. Then money and goods must come to stand where they would have without.
    #[must_use]
    pub fn story(&self, seed: u64, crash_at: Option<u64>, told: bool) -> History {
        self.played(seed, &mut (), How { crash_at, is_story: true, told })
    }

    /// Plays a story once as it is, and once more for each point with a crash there; gives the figures of all of them,
    /// and every difference.
    #[must_use]
    pub fn story_with_each_crash(&self, seed: u64) -> History {
        let mut whole = self.story(seed, None, false);
        for point in 0..whole.points {
            let crashed = self.story(seed, Some(point), false);
            whole.figures.add(&crashed.figures);
            let differs = whole.stands.iter().zip(&crashed.stands).find(|(clean, crashed)| clean != crashed);
            let other = (whole.stands.len() != crashed.stands.len()).then(|| "more or less was done".to_string());
            let found = differs.map(|(clean, crashed)| format!("{crashed} instead of {clean}")).or(other);
            let found = found.map(|found| Violation { must: Must::AsWithoutCrash, order: None, found });
            let all = crashed.violations.into_iter().chain(found);
            whole.violations.extend(all.map(|it| Violation { found: format!("point {point}: {}", it.found), ..it }));
        }
        whole.figures.violations = u64::try_from(whole.violations.len()).unwrap_or(u64::MAX);
        whole
    }

    /// Plays a history once as it is, and once more for each point with a crash there; gives the figures of all of them,
    /// and every violation.
    #[must_use]
    pub fn history_with_each_crash(&self, seed: u64) -> History {
        let mut whole = self.history(seed);
        for point in 0..whole.points {
            let crashed = self.crashed(seed, point);
            whole.figures.add(&crashed.figures);
            let all = crashed.violations.into_iter();
            whole.violations.extend(all.map(|it| Violation { found: format!("point {point}: {}", it.found), ..it }));
        }
        whole
    }

    fn played(&self, seed: u64, between: &mut dyn Between, how: How) -> History {
        // A channel that cannot be asked leaves a lost answer to a person; its stories have no one end.
        let channels = self.shops.len().saturating_sub(usize::from(how.is_story));
        let which = Chance::of(seed ^ 0x5EED).below(channels);
        let weather = how.is_story.then_some(Weather::CALM);
        let requests: Vec<OnceCell<Request>> = (0..REQUESTS).map(|_| OnceCell::new()).collect();
        let begun = self.shops.get(which).map(|shop| (shop, World::new(shop, seed, weather, how.told)));
        let (shop, world) = match begun {
            Some((shop, Ok(world))) => (shop, world),
            Some((shop, Err(error))) => return History::stillborn(seed, shop.name, error.to_string()),
            None => return History::stillborn(seed, "", format!("there is no channel {which}")),
        };
        let mut play = Play::new(shop, &requests, world, between, (seed, how));
        play.play();
        let points = play.points;
        let World { mut auditor, figures, tale, channel, .. } = play.world;
        let violations = core::mem::take(&mut auditor.violations);
        let stands = if how.told || how.is_story { auditor.summary(&channel) } else { Vec::new() };
        History { seed, channel: shop.name, figures, violations, tale: tale.unwrap_or_default(), stands, points }
    }
}

impl History {
    fn stillborn(seed: u64, channel: &'static str, found: String) -> Self {
        let violations = alloc::vec![Violation { must: Must::NoDefect, order: None, found }];
        let figures = Figures { histories: 1, violations: 1, ..Figures::default() };
        Self { seed, channel, figures, violations, tale: Vec::new(), stands: Vec::new(), points: 0 }
    }
}

impl core::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Simulator").field("channels", &self.shops.len()).finish()
    }
}
