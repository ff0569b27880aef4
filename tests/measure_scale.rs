//! The star rating: scores, weights, steps, and what a scale may not say.
#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use redress::measure::{Dimension, Measure, Measures, Ratio, Scale, ScaleFault, Stars, Steps};

fn dimension(measure: Measure, weight: u32, best: u64, worst: u64) -> Dimension {
    Dimension { measure, weight, best, worst, least: 1 }
}

/// Satisfaction alone: the score is its per mille.
fn plain() -> Scale {
    Scale { dimensions: vec![dimension(Measure::Satisfaction, 1, 1_000, 0)], ..Scale::default() }
}

fn satisfied(part: u64, of: u64) -> Measures {
    let mut measures = Measures::default();
    measures.satisfaction = Ratio { part, of };
    measures
}

#[test]
fn the_default_is_accepted_and_survives_storage() {
    let scale = Scale::default();
    assert_eq!(scale.check(), Ok(()));
    assert_eq!(scale.dimensions.iter().map(|dimension| dimension.weight).sum::<u32>(), 100);
    let stored = serde_json::to_string(&scale).unwrap();
    assert_eq!(serde_json::from_str::<Scale>(&stored).unwrap(), scale);
    assert_eq!(serde_json::from_str::<Scale>("{}").unwrap(), scale, "what is missing has its default");
    assert!(serde_json::from_str::<Scale>(r#"{"stepps":{}}"#).is_err());
}

#[test]
fn a_rating_needs_something_to_rest_on() {
    assert_eq!(Scale::default().stars(&Measures::default()), None);
    assert_eq!(Scale::default().stars(&satisfied(4, 4)), None, "five ratings are needed");
    assert_eq!(Scale::default().stars(&satisfied(5, 5)), Some(Stars::FourAndHalf));
}

#[test]
fn each_step_is_reached_exactly() {
    let expected = [
        (0, Stars::Three),
        (599, Stars::Three),
        (600, Stars::ThreeAndHalf),
        (749, Stars::ThreeAndHalf),
        (750, Stars::Four),
        (899, Stars::Four),
        (900, Stars::FourAndHalf),
        (1_000, Stars::FourAndHalf),
    ];
    for (part, stars) in expected {
        assert_eq!(plain().score(&satisfied(part, 1_000)), Some(part as u16));
        assert_eq!(plain().stars(&satisfied(part, 1_000)), Some(stars), "{part}");
    }
    // 8,999 of 10,000 is not 900 per mille.
    assert_eq!(plain().stars(&satisfied(8_999, 10_000)), Some(Stars::Four));
    assert_eq!(Stars::ALL.iter().map(|stars| stars.halves()).collect::<Vec<_>>(), [6, 7, 8, 9]);
}

#[test]
fn a_score_lies_between_worst_and_best_whichever_is_larger() {
    let more = dimension(Measure::Satisfaction, 1, 950, 600);
    let score = |part| more.score(&satisfied(part, 1_000)).unwrap();
    assert_eq!([0, 600, 775, 950, 1_000].map(score), [0, 0, 500, 1_000, 1_000]);

    let less = dimension(Measure::ReplyTime, 1, 4 * 60, 48 * 60);
    let score = |hours: u64| {
        let mut measures = Measures::default();
        measures.reply = [hours * 3_600_000].into_iter().collect();
        less.score(&measures).unwrap()
    };
    assert_eq!([0, 4, 15, 26, 48, 100].map(score), [1_000, 1_000, 750, 500, 0, 0]);
}

#[test]
fn dimensions_weigh_what_they_weigh_and_the_empty_ones_nothing() {
    let scale = Scale {
        dimensions: vec![
            dimension(Measure::InterventionRate, 3, 0, 100),
            dimension(Measure::Satisfaction, 1, 1_000, 0),
            dimension(Measure::DisputeRate, 6, 0, 15),
        ],
        ..Scale::default()
    };
    let mut measures = satisfied(1, 2);
    measures.intervention_rate = Ratio { part: 1, of: 40 };
    // Scores 750 with weight 3 and 500 with weight 1: 2,750 / 4, rounded down.
    assert_eq!(scale.score(&measures), Some(687));
    assert_eq!(scale.stars(&measures), Some(Stars::ThreeAndHalf));
    measures.dispute_rate = Ratio { part: 0, of: 200 };
    assert_eq!(scale.score(&measures), Some(875));
    measures.dispute_rate = Ratio { part: 3, of: 200 };
    assert_eq!(scale.score(&measures), Some(275));
}

#[test]
fn every_fault_of_a_scale_is_found() {
    let mut scale = plain();
    scale.dimensions.push(Dimension { least: 0, ..dimension(Measure::Satisfaction, 0, 5, 5) });
    scale.dimensions.push(dimension(Measure::RefundRate, 1_001, 0, 1));
    scale.steps = Steps { three_and_half: 600, four: 600, four_and_half: 900 };
    let faults = scale.check().unwrap_err();
    assert_eq!(
        faults,
        [
            ScaleFault::Twice { at: 1, measure: Measure::Satisfaction },
            ScaleFault::Weight { at: 1, found: 0 },
            ScaleFault::Range { at: 1, found: 5 },
            ScaleFault::Least { at: 1 },
            ScaleFault::Weight { at: 2, found: 1_001 },
            ScaleFault::Steps { found: scale.steps },
        ]
    );
    let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "`dimensions.1` is `satisfaction` again; each measure once is accepted",
            "`dimensions.1.weight` is 0; 1 to 1000 is accepted",
            "`dimensions.1.best` and `dimensions.1.worst` are both 5; two different values are accepted",
            "`dimensions.1.least` is 0; at least 1 is accepted",
            "`dimensions.2.weight` is 1001; 1 to 1000 is accepted",
            "`steps` are 600, 600 and 900; three numbers from 1 to 1000 that rise are accepted",
        ]
    );
    let none = Scale { dimensions: vec![], ..Scale::default() };
    assert_eq!(none.check(), Err(vec![ScaleFault::Empty]));
    for (first, last) in [(0, 900), (600, 1_001)] {
        let steps = Steps { three_and_half: first, four: 750, four_and_half: last };
        assert_eq!(Scale { steps, ..plain() }.check(), Err(vec![ScaleFault::Steps { found: steps }]));
    }
}

#[test]
fn a_faulty_scale_rates_nothing_and_panics_never() {
    let of_nothing = Scale { dimensions: vec![dimension(Measure::Satisfaction, 1, 5, 5)], ..Scale::default() };
    assert_eq!(of_nothing.stars(&satisfied(1, 1)), None);
    let weightless = Scale { dimensions: vec![dimension(Measure::Satisfaction, 0, 1_000, 0)], ..Scale::default() };
    assert_eq!(weightless.stars(&satisfied(1, 1)), None);
    let needless = Scale {
        dimensions: vec![Dimension { least: 0, ..dimension(Measure::ReplyTime, 1, 0, 1) }],
        ..Scale::default()
    };
    assert_eq!(needless.stars(&Measures::default()), None);
}
