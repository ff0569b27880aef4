//! Under what a trade is decided: the three tables, the policy and the calendar.

use core::fmt;

use super::{Checksums, Terms};
use crate::rule::Table;
use crate::{Calendar, Policy, after_sale, order, refund};

/// The three tables of a process: built-in rows borrowed, edited rows owned.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Which edition this is. A trade stores it, and is decided under no other: raise it with each change of a row, and
    /// keep the edition before as long as trades run under it.
    pub version: u32,
    /// The order's rows.
    pub order: Table<order::Order>,
    /// The after-sales order's rows.
    pub after_sale: Table<after_sale::AfterSale>,
    /// The refund order's rows.
    pub refund: Table<refund::Refund>,
}

impl Rules {
    /// The rows that come with the crate, as edition 1.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            version: 1,
            order: order::RULES.clone(),
            after_sale: after_sale::RULES.clone(),
            refund: refund::RULES.clone(),
        }
    }

    /// Whether no table was edited or replaced.
    pub(crate) fn are_built_in(&self) -> bool {
        self.order.is(&order::RULES) && self.after_sale.is(&after_sale::RULES) && self.refund.is(&refund::RULES)
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::built_in()
    }
}

/// Everything that a decision goes by, borrowed.
///
/// ```
/// use redress::trade::Checksums;
/// use redress::{FixedCalendar, Policy, Rulebook, Rules};
/// let (rules, policy, calendar) = (Rules::built_in(), Policy::cn_marketplace(), FixedCalendar::china());
/// // Once, where they are set up; then for each decision.
/// let checksums = Checksums::of(&rules, &policy);
/// let book = Rulebook::new(&rules, &policy, &calendar).with(checksums);
/// assert_eq!(book.terms().rules, 1);
/// ```
#[derive(Clone, Copy)]
pub struct Rulebook<'a> {
    /// The tables.
    pub rules: &'a Rules,
    /// The numbers and switches.
    pub policy: &'a Policy,
    /// Time zone and working days.
    pub calendar: &'a dyn Calendar,
    checksums: Checksums,
}

impl<'a> Rulebook<'a> {
    /// The book of these rules and this policy. Editions are told apart by their numbers alone, unless
    /// [checksums](Self::with) are given as well.
    #[must_use]
    pub const fn new(rules: &'a Rules, policy: &'a Policy, calendar: &'a dyn Calendar) -> Self {
        Self { rules, policy, calendar, checksums: Checksums { rules: None, policy: None } }
    }

    /// The same with the checksums of its rules and its policy: a trade that is placed stores them, and one that runs
    /// under others of the same number is refused instead of decided.
    #[must_use]
    pub const fn with(self, checksums: Checksums) -> Self {
        Self { checksums, ..self }
    }

    /// The versions that a trade placed under this book stores, with the checksums that are known.
    #[must_use]
    pub const fn terms(&self) -> Terms {
        Terms {
            rules: self.rules.version,
            policy: self.policy.version,
            rules_checksum: self.checksums.rules,
            policy_checksum: self.checksums.policy,
        }
    }
}

impl fmt::Debug for Rulebook<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rulebook").field("terms", &self.terms()).finish_non_exhaustive()
    }
}
