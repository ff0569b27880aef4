//! Decisions, refusals and the check against the same said again in the plainest way, over random tables.
#![expect(unreachable_pub, dead_code, reason = "the macros write public vocabularies in full")]

use alloc::vec::Vec;

use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::{collection, sample};

use super::{Fault, Finding, Guard, Machine, Naming, RowFault, Rule, Standing, StateFault, Table, To};
use crate::{Lang, Role};

crate::words! {
    /// Five places.
    pub enum State {
        /// The start.
        A = "a", "a", "甲";
        /// Waits.
        B = "b", "b", "乙";
        /// Waits.
        C = "c", "c", "丙";
        /// Is led.
        D = "d", "d", "丁";
        /// Rests.
        E = "e", "e", "戊";
    }
}

crate::words! {
    /// Two actions.
    pub enum Action {
        /// One.
        Go = "go", "go", "行";
        /// Another.
        Expire = "expire", "expire", "到期";
    }
}

crate::words! {
    /// One effect.
    pub enum Effect {
        /// It.
        Tell = "tell", "tell", "通知";
    }
}

crate::words! {
    /// Two limits.
    pub enum Limit {
        /// One.
        Short = "short", "short", "短";
        /// Another.
        Long = "long", "long", "长";
    }
}

crate::conditions! {
    /// Three conditions; the facts are a bit for each, by ordinal.
    pub enum Condition for u8, within Limit {
        /// One.
        P = "p", "p | P \\ \n", "子", else "not p", "非子";
        /// Another.
        Q = "q", "q", "丑", else "not q", "非丑";
        /// A counter.
        Left counts itself = "left", "left", "寅", else "none left", "无寅";
    }
}

impl Condition {
    fn holds_in(self, facts: &u8) -> bool {
        facts & (1 << self.ordinal()) != 0
    }

    fn found_in(self, _facts: &u8) -> Finding {
        Finding::Plain
    }
}

const CONDITIONS: [Condition; 5] =
    [Condition::P, Condition::Q, Condition::Left, Condition::Past(Limit::Short), Condition::Past(Limit::Long)];

/// A machine of five states.
#[derive(Clone, Copy, Debug)]
pub struct Small;

impl Machine for Small {
    const NAME: &'static str = "small";
    const LABEL: (&'static str, &'static str) = ("small", "小");
    type State = State;
    type Action = Action;
    type Effect = Effect;
    type Limit = Limit;
    type Condition = Condition;
    type Facts = u8;
}

const STANDINGS: [Standing; 5] =
    [Standing::Start, Standing::Waits(Role::Buyer), Standing::Waits(Role::Merchant), Standing::Led, Standing::Rests];
const ROLES: [Role; 4] = [Role::Buyer, Role::Merchant, Role::Clock, Role::Trade];

/// Rows in the order in which they are written.
fn rows() -> impl Strategy<Value = Vec<Rule<Small>>> {
    let row = (
        sample::select(State::ALL),
        sample::select(Action::ALL),
        sample::subsequence(&ROLES[..], 1..3),
        sample::subsequence(&CONDITIONS[..], 0..4),
        proptest::option::of(sample::select(State::ALL)),
        any::<bool>(),
    );
    let rule = row.prop_map(|(from, action, by, when, to, correction)| {
        let to = to.map_or(To::Stay, To::Enter);
        let rule = Rule::new(from, action, &by, to).asking(&when);
        if correction { rule.as_correction() } else { rule }
    });
    collection::vec(rule, 1..14).prop_map(|mut rules| {
        for (line, rule) in rules.iter_mut().enumerate() {
            rule.line = line as u16;
        }
        rules
    })
}

/// The table of these rows, right or wrong.
fn table(rows: &[Rule<Small>]) -> Table<Small> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|rule| (rule.from, rule.action));
    Table::owned(rows, STANDINGS.to_vec())
}

fn fits(rule: &Rule<Small>, state: State, action: Action, role: Role, facts: u8) -> bool {
    rule.from == state
        && rule.action == action
        && rule.by.has(role)
        && rule.when.iter().all(|condition| condition.holds(&facts))
}

/// Whether rows that are `followed` lead from one state to the other, in one step or more.
fn leads(rows: &[Rule<Small>], from: State, to: State, followed: impl Fn(&Rule<Small>) -> bool) -> bool {
    let mut seen: Vec<State> = Vec::new();
    let mut open = Vec::from([from]);
    while let Some(state) = open.pop() {
        for rule in rows.iter().filter(|rule| rule.from == state && followed(rule)) {
            let next = rule.next();
            if next == to {
                return true;
            }
            if !seen.contains(&next) {
                seen.push(next);
                open.push(next);
            }
        }
    }
    false
}

fn is_counted(rule: &Rule<Small>) -> bool {
    rule.when().any(Guard::is_counter)
}

#[test]
fn nothing_in_a_label_ends_its_cell() {
    let row = Rule::new(State::A, Action::Go, &[Role::Buyer], To::Enter(State::E)).asking(&[Condition::P]);
    let drawn = table(&[row]).to_markdown(Naming::Labels(Lang::En));
    assert_eq!(drawn.lines().nth(2), Some(r"| a | go | buyer | p \| P \\   | e |  |"));
}

proptest! {
    #[test]
    fn a_decision_is_the_first_row_that_fits(rows in rows(), facts in 0_u8..32) {
        let table = table(&rows);
        for &state in State::ALL {
            for &action in Action::ALL {
                for role in ROLES {
                    let expected = rows.iter().find(|rule| fits(rule, state, action, role, facts));
                    let decided = table.decide(state, action, role, &facts).ok();
                    prop_assert_eq!(decided.map(|rule| rule.line), expected.map(|rule| rule.line));
                }
            }
        }
    }

    #[test]
    fn a_refusal_names_the_nearest_row_and_all_that_blocks_it(rows in rows(), facts in 0_u8..32) {
        let table = table(&rows);
        for &state in State::ALL {
            for &action in Action::ALL {
                for role in ROLES {
                    let Err(denial) = table.decide(state, action, role, &facts) else { continue };
                    let has_state = rows.iter().any(|rule| rule.action == action && rule.from == state);
                    let candidates = rows
                        .iter()
                        .filter(|rule| rule.action == action && (!has_state || rule.from == state));
                    let unmet = |rule: &Rule<Small>| rule.when().filter(|each| !each.holds(&facts)).collect::<Vec<_>>();
                    // A row of the asker's own is nearer than any of another's.
                    let distance = |rule: &&Rule<Small>| (!rule.by.has(role), unmet(rule).len());
                    let nearest = candidates.clone().min_by_key(distance);
                    prop_assert_eq!(denial.row().map(|row| row.line), nearest.map(|row| row.line));
                    prop_assert_eq!(denial.state_blocks(), !has_state);
                    let Some(nearest) = nearest else { continue };
                    prop_assert_eq!(denial.role_blocks(), !nearest.by.has(role));
                    prop_assert_eq!(denial.unmet().collect::<Vec<_>>(), unmet(nearest));
                    for each in ROLES {
                        let has_row = candidates.clone().any(|rule| rule.by.has(each));
                        prop_assert_eq!(denial.roles_possible().has(each), has_row);
                    }
                    let something_blocks =
                        denial.state_blocks() || denial.role_blocks() || denial.unmet().next().is_some();
                    prop_assert!(something_blocks);
                }
            }
        }
    }

    #[test]
    fn the_check_finds_what_a_walk_over_the_rows_finds(rows in rows()) {
        let faults: Vec<_> = table(&rows).check().err().into_iter().flatten().collect();
        let of_state = |state: State, wrong| {
            faults.contains(&Fault::State { machine: "small", state: state.code(), wrong })
        };
        for (&state, standing) in State::ALL.iter().zip(STANDINGS) {
            let reached = state == State::A || leads(&rows, State::A, state, |_| true);
            prop_assert_eq!(of_state(state, StateFault::Unreachable), !reached);
            let by_itself = |rule: &Rule<Small>| rule.by.has(Role::Clock) || rule.by.has(Role::Trade);
            let restless = matches!(standing, Standing::Waits(_) | Standing::Led)
                && !leads(&rows, state, State::E, by_itself);
            prop_assert_eq!(of_state(state, StateFault::Restless), restless);
            let exits = rows.iter().filter(|rule| rule.from == state && rule.by.has(Role::Clock));
            let limits: Vec<_> = exits.clone().flat_map(|rule| rule.when()).filter_map(Guard::past).collect();
            let waits = matches!(standing, Standing::Waits(_));
            prop_assert_eq!(of_state(state, StateFault::NoLimit), waits && limits.is_empty());
            let is_mixed = limits.iter().any(|&limit| Some(&limit) != limits.first());
            prop_assert_eq!(of_state(state, StateFault::TwoLimits), waits && is_mixed);
            let nobody_blocks = exits.clone().any(|rule| {
                rule.when().all(|each| each.past().is_some()) && rule.when.len() == 1 && rule.next() != state
            });
            let blockable = waits && !limits.is_empty() && !is_mixed && !nobody_blocks;
            prop_assert_eq!(of_state(state, StateFault::Blockable), blockable);
        }
    }

    #[test]
    fn the_check_finds_the_rows_that_a_trial_of_all_facts_finds(rows in rows()) {
        let faults: Vec<_> = table(&rows).check().err().into_iter().flatten().collect();
        let of_row = |rule: &Rule<Small>, wrong| {
            let found = |fault: &&Fault| match fault {
                Fault::Row { row, wrong: found, .. } => *row == rule.id() && *found == wrong,
                Fault::State { .. }
                | Fault::Unusable { .. }
                | Fault::NoSuchRow { .. }
                | Fault::NotWaiting { .. }
                | Fault::TooManyRows { .. } => false,
            };
            faults.iter().filter(found).count()
        };
        for rule in &rows {
            let same_id: Vec<_> = rows.iter().filter(|each| each.id() == rule.id()).collect();
            prop_assert_eq!(of_row(rule, RowFault::Duplicate), same_id.len() - 1);
            let is_taken = |rule: &&&Rule<Small>| {
                ROLES.iter().any(|&role| (0_u8..32).any(|facts| {
                    let first = rows.iter().find(|each| fits(each, rule.from, rule.action, role, facts));
                    first.is_some_and(|first| first.line == rule.line)
                }))
            };
            let never = same_id.len() - same_id.iter().filter(is_taken).count();
            prop_assert_eq!(of_row(rule, RowFault::NeverTaken), never);
            let uncounted = |each: &&&Rule<Small>| {
                let is_free = |rule: &Rule<Small>| !is_counted(rule);
                let back = each.next() == each.from || leads(&rows, each.next(), each.from, is_free);
                is_free(each) && back
            };
            prop_assert_eq!(of_row(rule, RowFault::Uncounted), same_id.iter().filter(uncounted).count());
        }
    }
}

mod silence;
