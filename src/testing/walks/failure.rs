//! A promise that was broken on a walk, and how it is shown.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Walks;
use super::judge::{Look, first_broken};
use crate::Lang;
use crate::rule::RowId;
use crate::testing::promise::Broken;
use crate::testing::scenario::tell;
use crate::testing::strategy::Under;
use crate::testing::{Difference, Setting, Story, shown};

/// A promise that was broken, and the shortest story that breaks it.
///
/// `Debug` prints what `Display` prints, so that a test that returns it says all there is to say.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// What does not hold.
    pub broken: Broken,
    /// The shortest story that was found; what is broken is broken by its last move.
    pub story: Story,
    /// The story as a scenario that can be read and run.
    pub told: String,
    /// The rows that were taken on the way, in the order of time.
    pub rows: Vec<RowId>,
    /// The rows of the user's own that were taken on the way; and if none was, those that are gone, or for what was asked
    /// last.
    pub own: Vec<Difference>,
    /// How many moves it was when it was found.
    pub moves: usize,
    /// How many simpler stories were tried.
    pub tries: u32,
    /// The walk, for [`Walks::again`].
    pub walk: u64,
    steps: usize,
    this: bool,
    /// Whether nothing of the policy that differs from the preset is needed for it.
    plain: bool,
}

impl Failure {
    pub(super) fn new(
        walks: &Walks,
        walk: u64,
        own: &[Difference],
        story: Story,
        broken: Broken,
        moves: usize,
        tries: u32,
    ) -> Box<Self> {
        let stage = first_broken(&story, &walks.rules, own, Look::Step).map(|(_, _, stage)| stage);
        let events = stage.map(|stage| stage.events).unwrap_or_default();
        let rows: Vec<RowId> = events.iter().filter_map(|event| event.row).collect();
        let own = shown::on_the_way(own, &rows, &story);
        let this = matches!(walks.under, Under::This(_));
        let plain = match &walks.under {
            Under::This(policy) => story.setting.changes.is_empty() && !Setting::nearest(policy).1.is_empty(),
            Under::Around(_) | Under::Presets => false,
        };
        let broken = broken.in_currency(story.setting.order.currency);
        let told = tell(&story, &walks.rules, Lang::En);
        Box::new(Self { broken, story, told, rows, own, moves, tries, walk, steps: walks.steps, this, plain })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.broken)?;
        shown::list_own(f, &self.own, &self.rows)?;
        let (now, was) = (shown::count(self.story.moves.len(), "move"), self.moves);
        writeln!(f, "\nthe shortest story that shows it ({now}; it was found after {was}):")?;
        shown::tell(f, &self.told)?;
        if self.plain {
            let preset = self.story.setting.preset;
            writeln!(f, "It needs none of your settings: the promise is broken under plain `{preset}` as well.")?;
        }
        let steps = if self.steps == Walks::STEPS { String::new() } else { format!(".steps({})", self.steps) };
        let walks = if self.this { "Walks::new(rules, policy)" } else { "Walks::under(rules, under)" };
        write!(f, "\nto see it again: {walks}{steps}.again({:#x}).run()", self.walk)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Failure {}
