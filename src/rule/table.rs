//! The table of a machine: its rows in order, and the macro that they are written with.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::layout::{Cell, Laid};
use super::{Guard, Machine, RowId, Rule, Standing};
use crate::{Role, Roles, Word};

/// The rows of a machine, sorted by state and action, with a dense index.
///
/// Built-in rows are borrowed, edited ones owned.
#[derive(Clone, Debug)]
pub struct Table<M: Machine> {
    pub(super) rules: Cow<'static, [Rule<M>]>,
    /// One for each state and action, indexed `state × actions + action`.
    pub(super) cells: Cow<'static, [Cell]>,
    /// One for each action: which of `firsts` are its own.
    pub(super) actions: Cow<'static, [Cell]>,
    /// The first row of each line, sorted by action.
    pub(super) firsts: Cow<'static, [u16]>,
    pub(super) standings: Cow<'static, [Standing]>,
    pub(super) limits: Cow<'static, [Option<M::Limit>]>,
}

impl<M: Machine> Table<M> {
    /// For the macro: a table whose rows the compiler has laid out.
    #[doc(hidden)]
    #[must_use]
    pub const fn built_in<const ROWS: usize, const CELLS: usize, const ACTIONS: usize, const STATES: usize>(
        laid: &'static Laid<M, ROWS, CELLS, ACTIONS, STATES>,
    ) -> Self {
        Self {
            rules: Cow::Borrowed(&laid.rules),
            cells: Cow::Borrowed(&laid.cells),
            actions: Cow::Borrowed(&laid.actions),
            firsts: Cow::Borrowed(&laid.firsts),
            standings: Cow::Borrowed(&laid.standings),
            limits: Cow::Borrowed(&laid.limits),
        }
    }

    /// Every row, sorted by state and action; the order among the same is that in which they are tried.
    #[must_use]
    pub fn rules(&self) -> &[Rule<M>] {
        &self.rules
    }

    /// The rows of this state and action, in the order in which they are tried.
    #[inline]
    #[must_use]
    pub fn rules_for(&self, state: M::State, action: M::Action) -> &[Rule<M>] {
        self.rules_in(self.cell(state, action))
    }

    /// The rows of this state.
    #[must_use]
    pub fn rules_from(&self, state: M::State) -> &[Rule<M>] {
        let start = self.rules.partition_point(|rule| rule.from.ordinal() < state.ordinal());
        let from = self.rules.get(start..).unwrap_or_default();
        let len = from.partition_point(|rule| rule.from.ordinal() <= state.ordinal());
        from.get(..len).unwrap_or_default()
    }

    /// The row with this id, if there is one.
    #[must_use]
    pub fn rule(&self, id: &RowId) -> Option<&Rule<M>> {
        let parts = id.parts()?;
        let from = M::State::from_code(parts.from)?;
        let action = M::Action::from_code(parts.action)?;
        self.rules_for(from, action).iter().find(|rule| rule.id() == *id)
    }

    /// Who moves this state on.
    #[must_use]
    pub fn standing(&self, state: M::State) -> Standing {
        let standing = self.standings.get(state.ordinal());
        // Every state is declared: the macro does not compile otherwise.
        standing.copied().unwrap_or(Standing::Start)
    }

    /// Whether this state is a resting one.
    #[must_use]
    pub fn rests(&self, state: M::State) -> bool {
        self.standing(state) == Standing::Rests
    }

    /// The limit that starts when this state is entered: the one of its rows by the clock.
    #[must_use]
    pub fn limit(&self, state: M::State) -> Option<M::Limit> {
        self.limits.get(state.ordinal()).copied().flatten()
    }

    /// Who has a row for this action in this state, whatever its conditions.
    #[inline]
    #[must_use]
    pub fn roles(&self, state: M::State, action: M::Action) -> Roles {
        self.cell(state, action).roles
    }

    /// Whether this role has a row for this action in some state, whatever its conditions.
    pub(crate) fn gives(&self, action: M::Action, role: Role) -> bool {
        self.lines_of(action).0.has(role)
    }

    /// Whether these are the very rows of the other table, and not a copy that was edited.
    pub(crate) fn is(&self, other: &Self) -> bool {
        core::ptr::eq(self.rules(), other.rules())
    }

    /// The codes of actions, conditions and effects that no row uses. A finished table has none; an edited one may.
    #[must_use]
    pub fn unused(&self) -> Vec<&'static str> {
        let used = |is_used: &dyn Fn(&Rule<M>) -> bool| self.rules().iter().any(is_used);
        let actions = M::Action::ALL.iter().filter(|&&action| !used(&|rule| rule.action == action));
        let conditions = M::Condition::ALL.iter().filter(|&&condition| !used(&|rule| rule.when.contains(condition)));
        let effects = M::Effect::ALL.iter().filter(|&&effect| !used(&|rule| rule.then.contains(effect)));
        let mut codes: Vec<_> = actions.map(|action| action.code()).collect();
        codes.extend(conditions.map(|condition| condition.code()));
        codes.extend(effects.map(|effect| effect.code()));
        codes
    }

    #[inline]
    pub(super) fn cell(&self, state: M::State, action: M::Action) -> Cell {
        let at = state.ordinal() * M::Action::ALL.len() + action.ordinal();
        self.cells.get(at).copied().unwrap_or(Cell::EMPTY)
    }

    /// Everybody who has a row for this action in any state, and the first row of each line with it.
    pub(super) fn lines_of(&self, action: M::Action) -> (Roles, impl Iterator<Item = &Rule<M>>) {
        let cell = self.actions.get(action.ordinal()).copied().unwrap_or(Cell::EMPTY);
        let start = usize::from(cell.start);
        let firsts = self.firsts.get(start..start + usize::from(cell.len)).unwrap_or_default();
        (cell.roles, firsts.iter().filter_map(|&at| self.rules.get(usize::from(at))))
    }

    #[inline]
    pub(super) fn rules_in(&self, cell: Cell) -> &[Rule<M>] {
        let start = usize::from(cell.start);
        self.rules.get(start..start + usize::from(cell.len)).unwrap_or_default()
    }
}

/// Declares a table: a header, and one row a line. The header names the vocabularies, so that no name need be in scope.
///
/// The header declares every state once: where it starts, which states wait (and for whom), which are led by a sibling
/// machine, and which rest. Then come named lists of states and of conditions, as many as are of use.
///
/// The columns of a row are: from which states, which action, by whom, under what conditions, into which state, with
/// what effects. `=` stays where it is and keeps the deadline; a state's own name enters it anew. `!` marks a
/// correction, the only row that may leave a resting state. `as name` tells rows apart that share state, action and
/// target. `..LIST` (first in its cell) stands for a named list. `Past(limit)` asks that a limit has passed.
/// For a whole machine see [the layer's documentation](crate::rule).
///
/// The first row that fits wins: rows with more conditions stand above those with fewer.
///
/// # What does not compile
///
/// The message names the state or the row and says what to do about it.
///
/// - a state that is not declared, or declared twice, or cannot be reached from the start
/// - a waiting state without a limit, with two, without an exit that nobody can block (a row by `Clock` that asks for
///   its limit alone and enters another state), or whose role has no row in it; a led state without a row by `Trade`
/// - a waiting or led state that cannot come to rest through rows by `Clock` and `Trade` alone
/// - a row that can never be taken, because earlier ones always fit first; two rows with one id; an id that is too long
///   or could not be read back
/// - a row that leaves a resting state unmarked, or is marked and does not; a row into the start
/// - a limit that others than `Clock` ask for; a row by `Clock` without a limit, or in a state that does not wait
/// - a cycle without a counter, one row that stays included: so the process is bounded, whoever acts
#[macro_export]
macro_rules! rules {
    (
        $(#[$doc:meta])*
        $vis:vis static $RULES:ident : $Machine:ident
            [$State:ident, $Action:ident, $Condition:ident, $Effect:ident, $Limit:ident];
        start $start:ident;
        wait $($wait:ident : $whom:ident),* $(,)?;
        led $($led:ident),* $(,)?;
        rest $($rest:ident),* $(,)?;
        $(states $STATES:ident = $($member:ident),+ $(,)?;)*
        $(conditions $CONDITIONS:ident = $($part:ident),+ $(,)?;)*
        $(
            | $(..$from_list:ident $(,)?)* $($from:ident),*
            | $action:ident $(as $name:ident)?
            | $($by:ident),+
            | $(..$when_list:ident $(,)?)* $($when:ident $(($limit:ident))?),*
            | $to:tt $(! $($never:lifetime)?)?
            | $($then:ident),* |
        )+
    ) => {
        $(#[$doc])*
        ///
        /// | from | action | by | when | to | then |
        /// |---|---|---|---|---|---|
        $(#[doc = ::core::concat!(
            "| ", $("..", ::core::stringify!($from_list), " ",)* ::core::stringify!($($from),*),
            " | ", ::core::stringify!($action $(as $name)?),
            " | ", ::core::stringify!($($by),+),
            " | ", $("..", ::core::stringify!($when_list), " ",)* ::core::stringify!($($when $(($limit))?),*),
            " | ", ::core::stringify!($to), $(" !", $(::core::stringify!($never),)?)?
            " | ", ::core::stringify!($($then),*), " |",
        )])+
        $vis static $RULES: $crate::rule::Table<$Machine> = {
            const fn state(word: $State) -> $crate::rule::build::Placed<$State> {
                $crate::rule::build::Placed { word, ordinal: word.ordinal(), code: word.code() }
            }
            const fn action(word: $Action) -> $crate::rule::build::Placed<$Action> {
                $crate::rule::build::Placed { word, ordinal: word.ordinal(), code: word.code() }
            }
            const fn condition(word: $Condition) -> $crate::rule::build::Given<$Machine> {
                let past = match word.past() {
                    ::core::option::Option::Some(limit) => ::core::option::Option::Some(
                        $crate::rule::build::Placed { word: limit, ordinal: limit.ordinal(), code: limit.code() },
                    ),
                    ::core::option::Option::None => ::core::option::Option::None,
                };
                let (ordinal, is_counter) = (word.ordinal(), word.is_counter());
                $crate::rule::build::Given { word, ordinal, is_counter, past }
            }
            $( const $STATES: &[$crate::rule::build::Placed<$State>] = &[$(state($State::$member)),+]; )*
            $( const $CONDITIONS: &[$crate::rule::build::Given<$Machine>] = &[$(condition($Condition::$part)),+]; )*

            const SOURCE: $crate::rule::build::Source<$Machine> = $crate::rule::build::Source {
                states: {
                    let mut codes = $crate::rule::build::Codes::NONE;
                    let mut rest = $State::ALL;
                    while let [word, tail @ ..] = rest {
                        codes.push(word.code());
                        rest = tail;
                    }
                    codes
                },
                actions: $Action::COUNT,
                conditions: $Condition::ALL.len() + $Limit::COUNT,
                declared: &[
                    (state($State::$start), $crate::rule::Standing::Start),
                    $( (state($State::$wait), $crate::rule::Standing::Waits($crate::Role::$whom)), )*
                    $( (state($State::$led), $crate::rule::Standing::Led), )*
                    $( (state($State::$rest), $crate::rule::Standing::Rests), )*
                ],
                lines: &[$(
                    $crate::rule::build::Line {
                        from: &[$($from_list,)* &[$(state($State::$from)),*]],
                        action: action($Action::$action),
                        name: ::core::concat!($(::core::stringify!($name))?),
                        by: &[$($crate::Role::$by),+],
                        when: &[$($when_list,)* &[$(condition($Condition::$when $(($Limit::$limit))?)),*]],
                        to: $crate::__to!($State, state, $to),
                        correction: false $(|| { $(let _ = ::core::stringify!($never);)? true })?,
                        then: &[$($Effect::$then),*],
                    },
                )+],
            };
            const ROWS: usize = $crate::rule::build::count(&SOURCE);
            const STATES: usize = $State::COUNT;
            const ACTIONS: usize = $Action::COUNT;
            const CELLS: usize = STATES * ACTIONS;
            const EXPANDED: $crate::rule::build::Expanded<$Machine, ROWS> =
                $crate::rule::build::expand::<$Machine, ROWS, CELLS>(&SOURCE);
            const _: () = $crate::rule::build::insist(&SOURCE, &EXPANDED);
            static LAID: $crate::rule::build::Laid<$Machine, ROWS, CELLS, ACTIONS, STATES> =
                $crate::rule::build::lay_out(&SOURCE, &EXPANDED);
            $crate::rule::Table::built_in(&LAID)
        };
    };
}

/// The column *to*: `=` stays, a name enters.
#[doc(hidden)]
#[macro_export]
macro_rules! __to {
    ($State:ident, $place:ident, =) => {
        ::core::option::Option::None
    };
    ($State:ident, $place:ident, $to:ident) => {
        ::core::option::Option::Some($place($State::$to))
    };
}
