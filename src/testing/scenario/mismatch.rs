//! What came out otherwise than a scenario says, shown so that whoever wrote it can act on it.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::Scenario;
use super::fault::marked;
use super::line::Step;
use super::run::{Came, say};
use super::write::Pen;
use crate::Lang;
use crate::testing::promise::Broken;
use crate::testing::{SettingFault, Stage};

/// The first step of a scenario that did not come out as it says, or after which a promise is broken.
///
/// `Display` shows the line with a mark under what was expected, `- expected` and `+ came`, the whole answer, and what
/// had happened so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The number of the step's line, from 1.
    pub line: usize,
    /// The line.
    pub text: String,
    /// Everything that came out otherwise.
    pub differences: Vec<Difference>,
    /// The promise that was broken, if one was.
    pub broken: Option<Box<Broken>>,
    /// The answer to the step: what happened, or the whole sentence of the refusal.
    pub answer: String,
    /// What had happened up to then, as people read it.
    pub timeline: Vec<String>,
    lang: Lang,
}

/// One thing that came out otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The line on which it is expected.
    pub line: usize,
    /// That line.
    pub text: String,
    /// The first letter of the expectation, counted from 0.
    pub from: usize,
    /// The letter after its last one; as the first, if nothing was written and it goes without saying.
    pub to: usize,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub came: String,
}

impl core::error::Error for Mismatch {}

impl Mismatch {
    pub(super) fn at(
        scenario: &Scenario,
        step: &Step,
        stage: &Stage,
        came: &Came,
        differences: Vec<Difference>,
        broken: Option<Broken>,
    ) -> Self {
        let lang = scenario.frame.lang;
        let pen = Pen::new(lang, &scenario.frame);
        let new = came.answer.as_ref().map_or(0, Vec::len);
        let before = stage.events.len().saturating_sub(new);
        let lines = |events: &[crate::Event]| {
            let told = events.iter().map(|event| pen.event(event));
            told.collect::<Vec<_>>()
        };
        let text = scenario.text(step.line);
        let differences = differences.into_iter().map(|difference| difference.in_text(scenario)).collect();
        Self {
            line: step.line,
            text,
            differences,
            broken: broken.map(|broken| Box::new(broken.in_currency(scenario.frame.currency()))),
            answer: pen.answer(came, &stage.trade),
            timeline: lines(stage.events.get(..before).unwrap_or_default()),
            lang,
        }
    }

    /// The setting itself cannot be had: the policy makes no sense.
    pub(super) fn unset(scenario: &Scenario, fault: &SettingFault) -> Self {
        Self {
            line: 1,
            text: scenario.text(1),
            differences: Vec::new(),
            broken: None,
            answer: fault.to_string(),
            timeline: Vec::new(),
            lang: scenario.frame.lang,
        }
    }
}

impl Scenario {
    /// A line of the file by its number.
    pub(super) fn text(&self, line: usize) -> String {
        line.checked_sub(1).and_then(|at| self.lines.get(at)).cloned().unwrap_or_default()
    }
}

impl Difference {
    /// With its line, to be shown.
    fn in_text(self, scenario: &Scenario) -> Self {
        Self { text: scenario.text(self.line), ..self }
    }
}

/// Lines below each other behind a mark and a name.
fn beside(f: &mut fmt::Formatter<'_>, mark: char, name: &str, text: &str) -> fmt::Result {
    let columns: usize = name.chars().map(super::fault::width).sum();
    for (at, line) in text.lines().enumerate() {
        let name = if at == 0 { String::from(name) } else { " ".repeat(columns) };
        writeln!(f, "    {mark} {name}{line}")?;
    }
    Ok(())
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lang = self.lang;
        match lang {
            Lang::Zh => writeln!(f, "第 {} 行的步骤与预期不符", self.line)?,
            Lang::En => writeln!(f, "line {}: this step did not come out as expected", self.line)?,
        }
        writeln!(f, "\n  {} | {}", self.line, self.text)?;
        for Difference { line, text, from, to, expected, came } in &self.differences {
            writeln!(f)?;
            if *line != self.line {
                writeln!(f, "{}", marked(*line, text, *from, *to))?;
            }
            beside(f, '-', &say(lang, "expected  ", "预期  "), expected)?;
            beside(f, '+', &say(lang, "came      ", "实际  "), came)?;
        }
        if let Some(broken) = &self.broken {
            writeln!(f, "\n  {}", say(lang, "A promise is broken:", "违反了承诺："))?;
            beside(f, '!', "", &broken.to_string())?;
        }
        writeln!(f, "\n  {}", say(lang, "What the step came to:", "该步骤的结果："))?;
        beside(f, ' ', "", &self.answer)?;
        writeln!(f, "\n  {}", say(lang, "What had happened before:", "此前的经过："))?;
        for line in &self.timeline {
            beside(f, ' ', "", line)?;
        }
        if self.timeline.is_empty() {
            beside(f, ' ', "", &say(lang, "nothing", "无"))?;
        }
        Ok(())
    }
}
