//! The star rating: measures scored, weighted and summed up, by numbers that are data.

use alloc::vec;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Measure, Measures};
use crate::words;

words! {
    /// A star rating.
    pub enum Stars {
        /// Below the first step.
        Three = "three", "3 stars", "3星";
        /// From the first step on.
        ThreeAndHalf = "three_and_half", "3.5 stars", "3.5星";
        /// From the second step on.
        Four = "four", "4 stars", "4星";
        /// From the third step on.
        FourAndHalf = "four_and_half", "4.5 stars", "4.5星";
    }
}

impl Stars {
    /// The rating in half stars: 6 to 9.
    #[must_use]
    pub const fn halves(self) -> u8 {
        match self {
            Self::Three => 6,
            Self::ThreeAndHalf => 7,
            Self::Four => 8,
            Self::FourAndHalf => 9,
        }
    }
}

/// One dimension of a rating: a measure, how much it weighs, and from where to where it is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// Which measure.
    pub measure: Measure,
    /// Its share of the whole, against the other weights; 1 to 1,000.
    pub weight: u32,
    /// Where it scores 1,000, and beyond; in the measure's unit.
    pub best: u64,
    /// Where it scores 0, and beyond. Above `best` where less is better, below it where more is.
    pub worst: u64,
    /// How many samples it needs. With fewer it says nothing, and is left out with its weight; at least 1.
    pub least: u64,
}

/// From which score on each rating is given, in per mille.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// 3.5 stars.
    pub three_and_half: u16,
    /// 4 stars.
    pub four: u16,
    /// 4.5 stars.
    pub four_and_half: u16,
}

/// How measures become stars.
///
/// Each dimension scores 0 to 1,000 in proportion to where its measure stands between `worst` and `best`; the score of the
/// whole is the mean of these by weight. Both are rounded down, so a step is reached only by what truly reaches it.
/// Dimensions with too few samples are left out, and the others share the whole.
///
/// # The default
///
/// | dimension | weight | best | worst | why |
/// |---|---|---|---|---|
/// | intervention rate | 30 | 0 ‰ | 100 ‰ | 3 : 2 : 1 as in Taobao's 售后服务综合指标 (disputed refunds, time to the end, ended without the platform; see [the sources](super)); range chosen |
/// | time to refund | 20 | 24 h | 10 d | as above; range chosen |
/// | share granted by silence | 10 | 0 ‰ | 200 ‰ | as above, with the nearest measure; range chosen |
/// | satisfaction | 20 | 950 ‰ | 600 ‰ | chosen |
/// | reply time | 10 | 4 h | 48 h | chosen; 48 h is the time that the preset `cn_marketplace` gives for a reply |
/// | dispute rate | 10 | 0 ‰ | 15 ‰ | weight chosen; 1.5 % is Visa's VAMP limit (<https://docs.antom.com/ac/merchant_service/card_monitor>) |
///
/// The refund rate is left out: a refund alone is no fault. Every dimension needs 5 samples, and the steps are 600, 750
/// and 900 ‰; these are chosen.
///
/// ```
/// use redress::measure::{Measures, Ratio, Scale, Stars};
/// let mut measures = Measures::default();
/// measures.satisfaction = Ratio { part: 19, of: 20 };
/// assert_eq!(Scale::default().stars(&measures), Some(Stars::FourAndHalf));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scale {
    /// What is rated; each measure once.
    pub dimensions: Vec<Dimension>,
    /// What it takes for each rating.
    pub steps: Steps,
}

impl Default for Scale {
    fn default() -> Self {
        const HOUR: u64 = 60;
        let dimension = |measure, weight, best, worst| Dimension { measure, weight, best, worst, least: 5 };
        Self {
            dimensions: vec![
                dimension(Measure::InterventionRate, 30, 0, 100),
                dimension(Measure::RefundTime, 20, 24 * HOUR, 240 * HOUR),
                dimension(Measure::SilenceShare, 10, 0, 200),
                dimension(Measure::Satisfaction, 20, 950, 600),
                dimension(Measure::ReplyTime, 10, 4 * HOUR, 48 * HOUR),
                dimension(Measure::DisputeRate, 10, 0, 15),
            ],
            steps: Steps { three_and_half: 600, four: 750, four_and_half: 900 },
        }
    }
}

/// Something in a scale that is not accepted. Places count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScaleFault {
    /// Nothing is rated.
    #[error("`dimensions` has no entries; at least one is accepted")]
    Empty,
    /// A measure is rated twice.
    #[error("`dimensions.{at}` is `{measure}` again; each measure once is accepted")]
    Twice {
        /// The place of the second one.
        at: usize,
        /// Which measure.
        measure: Measure,
    },
    /// A weight is out of bounds.
    #[error("`dimensions.{at}.weight` is {found}; 1 to 1000 is accepted")]
    Weight {
        /// The place of the dimension.
        at: usize,
        /// What it says.
        found: u32,
    },
    /// The best is the worst, so nothing lies between.
    #[error("`dimensions.{at}.best` and `dimensions.{at}.worst` are both {found}; two different values are accepted")]
    Range {
        /// The place of the dimension.
        at: usize,
        /// What both say.
        found: u64,
    },
    /// No samples are needed, so nothing would be rated as something.
    #[error("`dimensions.{at}.least` is 0; at least 1 is accepted")]
    Least {
        /// The place of the dimension.
        at: usize,
    },
    /// The steps do not rise, or nobody can reach the last, or everybody reaches the first.
    #[error(
        "`steps` are {}, {} and {}; three numbers from 1 to 1000 that rise are accepted",
        .found.three_and_half, .found.four, .found.four_and_half
    )]
    Steps {
        /// What they say.
        found: Steps,
    },
}

impl Scale {
    /// Checks the numbers.
    ///
    /// # Errors
    ///
    /// Every [`ScaleFault`], in the order of the fields.
    pub fn check(&self) -> Result<(), Vec<ScaleFault>> {
        let mut faults = Vec::new();
        if self.dimensions.is_empty() {
            faults.push(ScaleFault::Empty);
        }
        for (at, dimension) in self.dimensions.iter().enumerate() {
            let Dimension { measure, weight, best, worst, least } = *dimension;
            if self.dimensions.iter().take(at).any(|before| before.measure == measure) {
                faults.push(ScaleFault::Twice { at, measure });
            }
            if !(1..=1_000).contains(&weight) {
                faults.push(ScaleFault::Weight { at, found: weight });
            }
            if best == worst {
                faults.push(ScaleFault::Range { at, found: best });
            }
            if least == 0 {
                faults.push(ScaleFault::Least { at });
            }
        }
        let Steps { three_and_half, four, four_and_half } = self.steps;
        if !(0 < three_and_half && three_and_half < four && four < four_and_half && four_and_half <= 1_000) {
            faults.push(ScaleFault::Steps { found: self.steps });
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The rating; `None` if no dimension has enough samples. Of a scale that has faults it is arbitrary, never a panic.
    #[must_use]
    pub fn stars(&self, measures: &Measures) -> Option<Stars> {
        let score = self.score(measures)?;
        let Steps { three_and_half, four, four_and_half } = self.steps;
        Some(if score >= four_and_half {
            Stars::FourAndHalf
        } else if score >= four {
            Stars::Four
        } else if score >= three_and_half {
            Stars::ThreeAndHalf
        } else {
            Stars::Three
        })
    }

    /// The score behind the rating, 0 to 1,000.
    #[must_use]
    pub fn score(&self, measures: &Measures) -> Option<u16> {
        let scores = self.dimensions.iter();
        let scores = scores.filter_map(|dimension| Some((dimension.score(measures)?, u64::from(dimension.weight))));
        let (sum, weights) = scores.fold((0_u64, 0_u64), |(sum, weights), (score, weight)| {
            let weighted = u64::from(score).saturating_mul(weight);
            (sum.saturating_add(weighted), weights.saturating_add(weight))
        });
        u16::try_from(sum.checked_div(weights)?).ok()
    }
}

impl Dimension {
    /// How well the measure stands between worst and best, 0 to 1,000; `None` with too few samples.
    #[must_use]
    pub fn score(&self, measures: &Measures) -> Option<u16> {
        if measures.samples(self.measure) < self.least {
            return None;
        }
        let (part, of) = measures.fraction(self.measure);
        let worst = u128::from(self.worst).saturating_mul(of);
        let gained = if self.best < self.worst { worst.saturating_sub(part) } else { part.saturating_sub(worst) };
        let whole = u128::from(self.best.abs_diff(self.worst)).saturating_mul(of);
        let score = gained.saturating_mul(1_000).checked_div(whole)?;
        u16::try_from(score.min(1_000)).ok()
    }
}
