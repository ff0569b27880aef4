//! Rows, tables and decisions. This layer knows no machine; a user's own machine is made of the same parts as ours.
//!
//! A machine is five vocabularies (states, actions, conditions, effects, limits) and one table of rows. No row, no
//! move; the first row that fits wins; and the table is checked when it is compiled, see [`rules!`](crate::rules).
//!
//! ```
//! use redress::rule::{Finding, Machine, Rule, To};
//! use redress::{Role, conditions, rules, words};
//!
//! words! {
//!     /// Where a shop door stands.
//!     pub enum State {
//!         /// Nobody has come yet.
//!         Absent = "absent", "absent", "未开始";
//!         /// The door is open; the guest is waited for.
//!         Open = "open", "open", "开着";
//!         /// It is shut.
//!         Shut = "shut", "shut", "已关";
//!     }
//! }
//! words! {
//!     /// What can be done.
//!     pub enum Action {
//!         /// Somebody knocks.
//!         Knock = "knock", "knock", "敲门";
//!         /// The guest goes.
//!         Leave = "leave", "leave", "离开";
//!         /// Time has passed.
//!         Expire = "expire", "expire", "到期";
//!     }
//! }
//! words! {
//!     /// What follows.
//!     pub enum Effect {
//!         /// The bell rings.
//!         Ring = "ring", "ring the bell", "响铃";
//!     }
//! }
//! words! {
//!     /// How long somebody is waited for.
//!     pub enum Limit {
//!         /// The guest leaves.
//!         Closing = "closing", "closing time", "打烊时间";
//!     }
//! }
//!
//! /// What is known when somebody asks.
//! pub struct Facts { pub seats: u32, pub is_late: bool }
//!
//! conditions! {
//!     /// What must be true.
//!     pub enum Condition for Facts, within Limit {
//!         /// There is a seat.
//!         SeatFree = "seat_free", "a seat is free", "有空位", else "no seat is free", "没有空位";
//!     }
//! }
//! impl Condition {
//!     fn holds_in(self, facts: &Facts) -> bool {
//!         match self {
//!             Self::SeatFree => facts.seats > 0,
//!             Self::Past(_) => facts.is_late,
//!         }
//!     }
//!     fn found_in(self, _facts: &Facts) -> Finding { Finding::Plain }
//! }
//!
//! #[derive(Clone, Copy, Debug)]
//! pub struct Door;
//! impl Machine for Door {
//!     const NAME: &'static str = "door";
//!     const LABEL: (&'static str, &'static str) = ("shop door", "店门");
//!     type State = State;
//!     type Action = Action;
//!     type Effect = Effect;
//!     type Limit = Limit;
//!     type Condition = Condition;
//!     type Facts = Facts;
//! }
//!
//! rules! {
//!     /// Who may do what at the door.
//!     pub static DOOR: Door [State, Action, Condition, Effect, Limit];
//!     start Absent;
//!     wait Open: Buyer;
//!     led;
//!     rest Shut;
//!
//!     // from   | action | by    | when          | to   | then
//!     | Absent  | Knock  | Buyer | SeatFree      | Open | Ring |
//!     | Open    | Leave  | Buyer |               | Shut |      |
//!     | Open    | Expire | Clock | Past(Closing) | Shut | Ring |
//! }
//!
//! let full = Facts { seats: 0, is_late: false };
//! let refused = DOOR.decide(State::Absent, Action::Knock, Role::Buyer, &full).unwrap_err();
//! assert_eq!(refused.unmet().collect::<Vec<_>>(), [Condition::SeatFree]);
//!
//! // A user's own rows are held to the same checks.
//! let knock = "door.absent.knock.open".parse()?;
//! let anybody = Rule::new(State::Absent, Action::Knock, &[Role::Buyer], To::Enter(State::Open));
//! let edited = DOOR.edit().replace(&knock, anybody).done()?;
//! assert!(edited.decide(State::Absent, Action::Knock, Role::Buyer, &full).is_ok());
//!
//! let faults = DOOR.edit().remove(&"door.open.expire.shut".parse()?).done().unwrap_err();
//! assert!(faults.to_string().starts_with("state `door.open` waits without a limit"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod data;
mod decide;
mod denied;
mod draw;
mod edge;
mod edit;
mod fault;
mod finding;
mod guard;
mod layout;
mod list;
mod row_id;
mod silence;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use denied::Denial;
pub use draw::Naming;
pub use edit::Edit;
pub use fault::{Fault, Faults, RowFault, StateFault};
pub use finding::Finding;
pub use guard::Guard;
pub use list::List;
pub use row_id::{MalformedRowId, RowId, RowName, RowParts};
pub use silence::{Longest, Restless, Way};
pub use table::Table;

use core::fmt;

use crate::{Role, Roles, Word};

/// What the exported macros need; no part of the interface.
#[doc(hidden)]
pub mod build {
    pub use super::check::insist;
    pub use super::edge::Edge;
    pub use super::guard::{condition_from, past_denial, past_label};
    pub use super::layout::{Cell, Codes, Expanded, Given, Laid, Line, Placed, Source, count, expand, lay_out};
    pub use alloc::borrow::Cow;
}

/// A process of its own: its vocabularies and its name. Implemented by an empty type.
pub trait Machine: Sized + Copy + fmt::Debug + 'static {
    /// The first part of every row's id, `snake_case`.
    const NAME: &'static str;
    /// What a person reads, in English and in Chinese.
    const LABEL: (&'static str, &'static str);

    /// Where it can stand.
    type State: Word;
    /// What can be done.
    type Action: Word;
    /// What follows for the world outside.
    type Effect: Word;
    /// How long somebody is waited for.
    type Limit: Word;
    /// What must be true for a row to be taken.
    type Condition: Guard<Facts = Self::Facts, Limit = Self::Limit>;
    /// What the conditions look at.
    type Facts;

    /// Whether a row like this can have this effect: one that would do nothing in it is a fault of the table. All can, if the
    /// machine does not say otherwise.
    #[must_use]
    fn can_cause(rule: &Rule<Self>, effect: Self::Effect) -> bool {
        let _ = (rule, effect);
        true
    }
}

/// Who moves a state on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Before the birth. Nothing leads back to it.
    Start,
    /// This role is waited for, until a limit passes.
    Waits(Role),
    /// A sibling machine moves it on; the sibling has the limit.
    Led,
    /// It is over. Only a row marked as a correction leaves it.
    Rests,
}

/// Where a row leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a row stays or enters; there is no third")]
pub enum To<S> {
    /// The state and its deadline stay as they are.
    Stay,
    /// This state is entered, anew if it is the same; its limit starts.
    Enter(S),
}

impl<S> To<S> {
    /// The state that is entered.
    #[must_use]
    pub fn entered(self) -> Option<S> {
        match self {
            Self::Stay => None,
            Self::Enter(state) => Some(state),
        }
    }
}

/// One row for one state: who may do what in it, under what conditions, what comes next and what follows.
///
/// A line of a table that names several states is as many rows.
#[non_exhaustive]
pub struct Rule<M: Machine> {
    /// In which state.
    pub from: M::State,
    /// What is done.
    pub action: M::Action,
    /// What tells it from a row with the same state, action and target.
    pub name: Option<RowName>,
    /// By whom.
    pub by: Roles,
    /// Where it leads.
    pub to: To<M::State>,
    /// Whether it may leave a resting state.
    pub correction: bool,
    /// Under what conditions, all of them; at most 16.
    pub when: List<M::Condition, 16>,
    /// What follows, in this order; at most 8.
    pub then: List<M::Effect, 8>,
    /// The line of the table that it was written in, from 0.
    pub line: u16,
    /// More was asked for than fits; the check finds it.
    overlong: bool,
}

impl<M: Machine> Rule<M> {
    /// Its name: stable, unique within the table, and kept in every event.
    #[must_use]
    pub fn id(&self) -> RowId {
        RowId::join(&RowParts {
            machine: M::NAME,
            from: self.from.code(),
            action: self.action.code(),
            to: match &self.to {
                To::Stay => RowId::STAY,
                To::Enter(state) => state.code(),
            },
            name: self.name.as_ref().map(RowName::as_str),
        })
    }

    /// The conditions, in order; all of them must hold.
    #[inline]
    pub fn when(&self) -> impl Iterator<Item = M::Condition> + Clone {
        self.when.iter()
    }

    /// The effects, in order.
    #[inline]
    pub fn then(&self) -> impl Iterator<Item = M::Effect> + Clone {
        self.then.iter()
    }

    /// The limit that must have passed; only rows of the clock have one.
    #[must_use]
    pub fn limit(&self) -> Option<M::Limit> {
        self.when().find_map(Guard::past)
    }

    /// The state that follows: the one that is entered, or the same.
    #[must_use]
    pub fn next(&self) -> M::State {
        self.to.entered().unwrap_or(self.from)
    }

    /// Whether every condition holds.
    #[inline]
    #[must_use]
    pub fn holds(&self, facts: &M::Facts) -> bool {
        self.when().all(|condition| condition.holds(facts))
    }
}

impl<M: Machine> Clone for Rule<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Rule<M> {}

impl<M: Machine> PartialEq for Rule<M> {
    /// Whether both say the same, wherever they are written.
    fn eq(&self, other: &Self) -> bool {
        self.from == other.from
            && self.action == other.action
            && self.name == other.name
            && self.by == other.by
            && self.to == other.to
            && self.correction == other.correction
            && self.when == other.when
            && self.then == other.then
            && self.overlong == other.overlong
    }
}

impl<M: Machine> Eq for Rule<M> {}

impl<M: Machine> fmt::Debug for Rule<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("id", &self.id())
            .field("by", &self.by)
            .field("when", &self.when)
            .field("correction", &self.correction)
            .field("then", &self.then)
            .finish()
    }
}
