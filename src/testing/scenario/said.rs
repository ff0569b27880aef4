//! What the head of a file has said so far, and on which line: a file tells one story, and says each thing of it once.

use alloc::string::String;
use alloc::vec::Vec;

use super::cursor::Line;
use super::fault::{Problem, Read};
use super::head::Heading;
use super::keyword::{Entry, Head};
use crate::testing::PolicyChange;

/// What the head has said so far.
#[derive(Debug, Default)]
pub(super) struct Said<'t> {
    headings: Vec<(Head, Option<String>, usize)>,
    /// What was said of each order, the main one first.
    entries: Vec<(usize, Entry, Line<'t>)>,
    /// The lines of the changes to the policy.
    pub(super) changes: Vec<Line<'t>>,
}

impl<'t> Said<'t> {
    /// Notes a heading. A fault if it stands further up already.
    pub(super) fn heading(&mut self, line: Line<'_>, found: &Heading<'_>) -> Read<()> {
        let name = found.name.map(String::from);
        let before = self.headings.iter().find(|(head, other, _)| *head == found.head && *other == name);
        if let Some((_, _, before)) = before {
            let before = *before;
            return Err(line.wrong(match found.head {
                Head::Scenario => Problem::SecondStory { before },
                Head::Order if name.is_none() => Problem::SecondOrder { before },
                Head::Order | Head::Source | Head::Policy => Problem::SaidBefore { before },
            }));
        }
        self.headings.push((found.head, name, line.no));
        Ok(())
    }

    /// Notes what is said of an order by its place in the file. A fault if it was said already; goods have many lines.
    pub(super) fn entry(&mut self, order: usize, line: Line<'t>) -> Read<()> {
        let Some(entry) = line.begin().word::<Entry>() else { return Ok(()) };
        let before = self.entries.iter().find(|(other, said, _)| (*other, *said) == (order, entry));
        if let Some((_, _, before)) = before.filter(|_| entry != Entry::Line) {
            return Err(line.wrong(Problem::SaidBefore { before: before.no }));
        }
        self.entries.push((order, entry, line));
        Ok(())
    }

    /// Notes the last of the changes to the policy. A fault if the same place was changed already.
    pub(super) fn change(&mut self, changes: &[PolicyChange], line: Line<'t>) -> Read<()> {
        let twice = changes.split_last().and_then(|(last, before)| {
            let at = before.iter().position(|change| change.path == last.path)?;
            self.changes.get(at)
        });
        let twice = twice.map(|before| line.wrong(Problem::SaidBefore { before: before.no }));
        self.changes.push(line);
        twice.map_or(Ok(()), Err)
    }

    /// On which lines this is said of the main order.
    pub(super) fn of_main(&self, entry: Entry) -> impl Iterator<Item = Line<'t>> {
        self.entries.iter().filter(move |(order, said, _)| (*order, *said) == (0, entry)).map(|(_, _, line)| *line)
    }

    /// On which line the story gets its title.
    pub(super) fn title(&self) -> Option<usize> {
        self.headings.iter().find(|(head, _, _)| *head == Head::Scenario).map(|(_, _, line)| *line)
    }
}
