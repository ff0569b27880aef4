//! Where a story is played: one trade under its rules, the time, and everything that has happened.

use alloc::vec::Vec;

use super::{Setting, SettingFault};
use crate::{Denied, Event, FixedCalendar, Outcome, Policy, Request, Rulebook, Rules, Time, Trade, run_due, step};

/// One move of a story: somebody asks, or time alone acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// When.
    pub at: Time,
    /// What is asked; `None` if time alone acts.
    pub request: Option<Request>,
}

/// A story: how it begins, and every move, the placing of the order first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// How it begins.
    pub setting: Setting,
    /// What is done.
    pub moves: Vec<Move>,
}

/// One trade under its rules, and everything that happened to it.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The rows.
    pub rules: Rules,
    /// The numbers and switches.
    pub policy: Policy,
    /// Time zone and working days.
    pub calendar: FixedCalendar,
    /// What time it is.
    pub now: Time,
    /// The trade as it stands.
    pub trade: Trade,
    /// What happened.
    pub events: Vec<Event>,
}

impl Stage {
    /// A stage on which nothing has happened yet: the order is still to be placed.
    ///
    /// # Errors
    ///
    /// [`SettingFault`] if the policy of the setting cannot be had.
    pub fn set(setting: &Setting, rules: Rules) -> Result<Self, SettingFault> {
        Ok(Self {
            rules,
            policy: setting.policy()?,
            calendar: setting.preset.calendar(),
            now: setting.at,
            trade: Trade::absent(setting.key),
            events: Vec::new(),
        })
    }

    /// What decisions go by.
    #[must_use]
    pub const fn book(&self) -> Rulebook<'_> {
        Rulebook::new(&self.rules, &self.policy, &self.calendar)
    }

    /// What a move would come to, without making it.
    ///
    /// # Errors
    ///
    /// [`Denied`], as [`step`] and [`run_due`] say.
    pub fn ask(&self, asked: &Move) -> Result<Outcome, Denied> {
        match &asked.request {
            Some(request) => step(&self.book(), &self.trade, request, asked.at),
            None => run_due(&self.book(), &self.trade, asked.at),
        }
    }

    /// Makes a move, and gives back what happened.
    ///
    /// # Errors
    ///
    /// [`Denied`], as [`step`] and [`run_due`] say. The time has moved on even so.
    pub fn play(&mut self, asked: &Move) -> Result<&[Event], Denied> {
        self.now = asked.at;
        let Outcome { trade, events } = self.ask(asked)?;
        self.trade = trade;
        let before = self.events.len();
        self.events.extend(events);
        Ok(self.events.get(before..).unwrap_or_default())
    }
}
