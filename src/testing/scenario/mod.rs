//! Scenarios: a story of one order in plain text, with what is expected of each step, run on the real process.
//!
#![doc = include_str!("grammar.md")]

mod again;
mod check;
mod cursor;
mod expect;
mod fault;
mod fields;
mod goods;
mod head;
mod keyword;
mod lexis;
mod line;
mod mismatch;
mod problem;
mod run;
mod said;
mod sentence;
mod stamp;
mod taken;
mod tell;
mod terms;
mod value;
mod whole;
mod write;

pub use fault::{ScenarioFault, ScenarioFaults};
pub use mismatch::{Difference, Mismatch};
pub use problem::Problem;
pub use run::Played;
pub use tell::tell;
pub(super) use write::digits;

use alloc::string::String;
use alloc::vec::Vec;

use crate::Lang;
use crate::testing::Setting;
use cursor::Line;
use expect::Expected;
use head::{Frame, Heading, Part, keep};
use keyword::Head;
use line::{Act, Step};
use problem::Problem as Wrong;
use said::Said;
use value::When;

/// A scenario: a story in plain text with what is expected of each step, ready to be [run](Scenario::run).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    frame: Frame,
    steps: Vec<Step>,
    lines: Vec<String>,
}

impl Scenario {
    /// Reads a scenario. How it is written stands [above](self).
    ///
    /// # Errors
    ///
    /// [`ScenarioFaults`]: everything that is wrong with the text, each with its line, a mark under the place, and what
    /// would be accepted there.
    pub fn parse(text: &str) -> Result<Self, ScenarioFaults> {
        let lang = head::language(text);
        let mut faults = Vec::new();
        let mut reader = Reader {
            frame: Frame::new(lang),
            steps: Vec::new(),
            open: None,
            whole: true,
            said: Said::default(),
            faults: &mut faults,
        };
        let body = reader.head(text);
        reader.body(&body);
        let Reader { frame, steps, said, .. } = reader;
        let nowhere = |line: usize, problem| {
            let text = String::from(text.lines().nth(line.saturating_sub(1)).unwrap_or_default());
            ScenarioFault { line, text, from: 0, to: 0, problem, lang }
        };
        if frame.title.is_empty() && !steps.is_empty() {
            faults.push(nowhere(said.title().unwrap_or(1), Wrong::NoTitle));
        }
        if steps.is_empty() && faults.is_empty() {
            faults.push(nowhere(text.lines().count().max(1), Wrong::NoSteps));
        }
        if faults.is_empty() {
            return Ok(Self { frame, steps, lines: text.lines().map(String::from).collect() });
        }
        faults.sort_by_key(|fault| (fault.line, fault.from));
        Err(ScenarioFaults { faults })
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.frame.title
    }

    /// Where the story comes from, as far as the file says so.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.frame.source
    }

    /// In which language it is written: that of its first word.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.frame.lang
    }

    /// How the story begins: the policy, the parties and the order.
    #[must_use]
    pub fn setting(&self) -> Setting {
        self.frame.setting(run::beginning(&self.frame))
    }

    /// How many steps it has.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.steps.len()
    }
}

/// Reads a file: the head first, wherever it stands, then the steps.
struct Reader<'f, 't> {
    frame: Frame,
    steps: Vec<Step>,
    /// The line of the last step, if it could be read.
    open: Option<Line<'t>>,
    /// Whether every line of the orders could be read.
    whole: bool,
    said: Said<'t>,
    faults: &'f mut Vec<ScenarioFault>,
}

/// Where in the head the reader is.
struct Place<'t> {
    part: Part,
    /// The heading of the policy.
    policy: Option<Line<'t>>,
    /// Whether the line before was a step that is indented.
    misplaced: bool,
}

impl<'t> Reader<'_, 't> {
    /// Reads the head; what is left are the steps.
    fn head(&mut self, text: &'t str) -> Vec<Line<'t>> {
        let mut place = Place { part: Part::Nothing, policy: None, misplaced: false };
        let mut left = Vec::new();
        for line in Line::all(text, self.frame.lang) {
            if line.is_indented() && place.part != Part::Nothing {
                self.below(line, &mut place);
            } else if let Some(heading) = Heading::at(line).filter(|_| !line.is_indented()) {
                if keep(self.said.heading(line, &heading), self.faults).is_none() {
                    if heading.head == Head::Scenario {
                        // Another story begins.
                        break;
                    }
                    place.part = Part::Again;
                    continue;
                }
                // What stands below a heading that cannot be read is read as if it were an order's.
                place.part = keep(self.frame.heading(&heading), self.faults).unwrap_or(Part::Nothing);
                place.policy = if place.part == Part::Policy { Some(line) } else { place.policy };
            } else {
                place.part = Part::Nothing;
                left.push(line);
            }
        }
        self.frame.finish();
        if let Some(line) = place.policy.filter(|_| self.faults.is_empty()) {
            self.faults.extend(self.frame.check_policy(line, &self.said.changes));
        }
        left
    }

    /// Reads an indented line of the head.
    fn below(&mut self, line: Line<'t>, place: &mut Place<'t>) {
        let part = place.part;
        if part == Part::Again || place.misplaced && expect::begins(&mut line.begin()) {
            // What is expected of a step that should not stand here.
            return;
        }
        let read = self.frame.below(part, line);
        place.misplaced = read.is_err() && self.is_step(line);
        self.whole &= read.is_ok() || place.misplaced || part == Part::Policy;
        let read = match (read, part) {
            (Err(_), _) if place.misplaced => Err(line.wrong(Wrong::Indented)),
            (Ok(()), Part::Policy) => self.said.change(&self.frame.changes, line),
            (Ok(()), Part::Order) => self.said.entry(0, line),
            (Ok(()), Part::Other) => self.said.entry(self.frame.others.len(), line),
            (read, _) => read,
        };
        keep(read, self.faults);
    }

    fn body(&mut self, lines: &[Line<'t>]) {
        for &line in lines {
            let mut cursor = line.begin();
            if expect::begins(&mut cursor) {
                self.expectation(cursor);
            } else if line.is_indented() {
                self.more(cursor);
            } else {
                self.close();
                self.step(line);
            }
        }
        self.close();
        if let Some(step) =
            self.places().filter(|_| self.whole && (self.faults.is_empty() || !self.frame.order.lines.is_empty()))
        {
            let step = lines.iter().find(|line| line.no == step);
            self.faults.extend(step.into_iter().flat_map(|&step| whole::order(step, &self.frame, &self.said)));
        }
    }

    /// On which line the order is placed without more ado.
    fn places(&self) -> Option<usize> {
        let refused = |step: &Step| step.expected.iter().any(|expected| matches!(expected.what, Expected::Refused(..)));
        let given = self.steps.iter().find(|step| matches!(step.act, Act::Given(_)) && !refused(step));
        given.map(|step| step.line)
    }

    /// Whether a line could be a step.
    fn is_step(&self, line: Line<'_>) -> bool {
        line::step(&mut line.begin(), &self.frame).is_ok()
    }

    fn expectation(&mut self, mut cursor: cursor::Cursor<'t>) {
        let read = match self.steps.last_mut() {
            Some(step) => expect::expectations(&mut cursor, &self.frame, &mut step.expected),
            None => Err(cursor.wrong(cursor.rest().len(), Wrong::Stray)),
        };
        keep(read, self.faults);
    }

    /// Reads fields on a line of their own.
    fn more(&mut self, mut cursor: cursor::Cursor<'t>) {
        cursor.eat(',');
        let line = cursor.line;
        let read = match self.steps.last_mut() {
            Some(step) => line::more_fields(&mut cursor, &self.frame, step),
            None => Err(cursor.wrong(cursor.rest().len(), Wrong::Stray)),
        };
        let read = if read.is_err() && self.is_step(line) { Err(line.wrong(Wrong::Indented)) } else { read };
        if keep(read, self.faults).is_none() {
            self.open = None;
        }
    }

    fn step(&mut self, line: Line<'t>) {
        let mut cursor = line.begin();
        let mut step = match line::step(&mut cursor, &self.frame) {
            Ok(step) => step,
            Err(fault) => {
                let entry = head::entry_at(line);
                self.whole &= entry.is_none();
                let not_indented = |entry| line.wrong(Wrong::NotIndented { entry });
                self.faults.push(*entry.map_or(fault, not_indented));
                // What is expected of it is read all the same.
                self.steps.push(Step { line: line.no, when: When::Same, act: Act::Clock, expected: Vec::new() });
                return;
            }
        };
        self.open = keep(line::fields(&mut cursor, &self.frame, &mut step), self.faults).map(|()| line);
        self.steps.push(step);
    }

    /// Looks at the last step as a whole: what is refused as malformed may be so.
    fn close(&mut self) {
        let (Some(line), Some(step)) = (self.open.take(), self.steps.last()) else { return };
        let Act::Ask(ask) = &step.act else { return };
        let refused = step.expected.iter().find_map(|expected| match &expected.what {
            Expected::Refused(codes, _) => Some(codes),
            _ => None,
        });
        let malformed = refused.is_some_and(|codes| codes.iter().any(|code| code == "malformed"));
        let form = if malformed { Ok(()) } else { fields::check_form(line, ask) };
        // What is only stored may name what there is not.
        let stored = step.expected.iter().any(|expected| matches!(expected.what, Expected::Noted | Expected::Known));
        let lines = if refused.is_some() || stored || !self.whole {
            Ok(())
        } else {
            fields::check_lines(line, &self.frame, ask)
        };
        keep(form.and(lines), self.faults);
    }
}
