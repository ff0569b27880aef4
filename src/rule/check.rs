//! Finds what is wrong with a table, over plain numbers: one function, for the compiler and at run time.
//!
//! Everything that is asked of a table is one question about one state or one row. The compiler stops at the first that
//! is answered badly; at run time all of them are asked.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "constant functions have no other way to index or to fail; every index is bounded by the loop or by `bit`"
)]

use alloc::vec::Vec;

use super::edge::{Edge, bit};
use super::fault::{Fault, Faults, RowFault, StateFault};
use super::layout::{Codes, Expanded, Source};
use super::row_id::{is_code, is_stay};
use super::{Machine, RowId, Standing, Table};
use crate::{Role, Roles, Word};

const CLOCK: Roles = Roles::of(&[Role::Clock]);
/// Who acts without anybody wanting it.
const BY_ITSELF: Roles = Roles::of(&[Role::Clock, Role::Trade]);

/// A table without its vocabulary. Its edges are sorted by state and action.
pub(super) struct Sketch<'a> {
    pub(super) machine: &'static str,
    /// The code of every state; at most 128.
    pub(super) states: &'a [&'static str],
    /// How often the header names each state.
    pub(super) declared: &'a [u8],
    pub(super) standings: &'a [Standing],
    pub(super) edges: &'a [Edge],
}

/// What is known of the states after a look at all edges.
struct Survey {
    /// Who has a row that enters another state.
    leavers: [Roles; Codes::MOST],
    /// Which limits the rows by the clock name.
    limits: [u128; Codes::MOST],
    /// To which states rows without a counter lead, directly or through others.
    uncounted: [u128; Codes::MOST],
    /// States with a row by the clock that asks for its limit alone and enters another state.
    unblockable: u128,
    /// States that can be reached from the start.
    reached: u128,
    /// States from which rows by `Clock` and `Trade` alone lead to a rest.
    settled: u128,
}

impl Sketch<'_> {
    const fn survey(&self) -> Survey {
        let mut survey = Survey {
            leavers: [Roles::NONE; Codes::MOST],
            limits: [0; Codes::MOST],
            uncounted: [0; Codes::MOST],
            unblockable: 0,
            reached: self.standing_of(Standing::Start),
            settled: self.standing_of(Standing::Rests),
        };
        let mut leads = [0; Codes::MOST];
        let mut leads_by_itself = [0; Codes::MOST];
        let mut at = 0;
        while at < self.edges.len() {
            let edge = &self.edges[at];
            at += 1;
            if edge.leaves_to().is_some() {
                survey.leavers[edge.from] = survey.leavers[edge.from].or(edge.by);
            }
            if edge.is_by(CLOCK) {
                survey.limits[edge.from] |= edge.past;
                let limit_alone = edge.when.count_ones() == 1 && edge.past != 0;
                if limit_alone && edge.leaves_to().is_some() {
                    survey.unblockable |= bit(edge.from);
                }
            }
            let Some((to, _)) = edge.to else { continue };
            leads[edge.from] |= bit(to);
            if edge.is_by(BY_ITSELF) {
                leads_by_itself[edge.from] |= bit(to);
            }
            if !edge.counted {
                survey.uncounted[edge.from] |= bit(to);
            }
        }
        self.spread(&mut survey, &leads, &leads_by_itself);
        self.close(&mut survey.uncounted);
        survey
    }

    /// The states that stand so: the start, or the rests.
    const fn standing_of(&self, standing: Standing) -> u128 {
        let mut states = 0;
        let mut state = 0;
        while state < self.standings.len() {
            let is_so = match (self.standings[state], standing) {
                (Standing::Start, Standing::Start) | (Standing::Rests, Standing::Rests) => true,
                (Standing::Start | Standing::Waits(_) | Standing::Led | Standing::Rests, _) => false,
            };
            if is_so && self.declared[state] > 0 {
                states |= bit(state);
            }
            state += 1;
        }
        states
    }

    /// Follows the edges from the start, and backwards from the rests, until nothing is added.
    const fn spread(&self, survey: &mut Survey, leads: &[u128; Codes::MOST], leads_by_itself: &[u128; Codes::MOST]) {
        let mut is_done = false;
        while !is_done {
            let before = (survey.reached, survey.settled);
            let mut state = 0;
            while state < self.states.len() {
                if survey.reached & bit(state) != 0 {
                    survey.reached |= leads[state];
                }
                if leads_by_itself[state] & survey.settled != 0 {
                    survey.settled |= bit(state);
                }
                state += 1;
            }
            is_done = survey.reached == before.0 && survey.settled == before.1;
        }
    }

    /// Adds to each state what the states that it leads to lead to.
    const fn close(&self, leads: &mut [u128; Codes::MOST]) {
        let mut through = 0;
        while through < self.states.len() {
            let mut from = 0;
            while from < self.states.len() {
                if leads[from] & bit(through) != 0 {
                    leads[from] |= leads[through];
                }
                from += 1;
            }
            through += 1;
        }
    }

    /// How many questions there are.
    const fn questions(&self) -> usize {
        self.states.len() * StateFault::COUNT + self.edges.len() * RowFault::COUNT
    }

    /// Asks one question: whether something is wrong. The first question is put to all states, then the second, and so
    /// on to the rows; so the fault that the compiler names is a cause rather than what follows from it.
    const fn is_wrong(&self, survey: &Survey, question: usize) -> bool {
        let (states, rows) = (self.states.len(), self.edges.len());
        match question.checked_sub(states * StateFault::COUNT) {
            None => self.is_state_wrong(survey, question % states, StateFault::ALL[question / states]),
            Some(question) => self.is_row_wrong(survey, question % rows, RowFault::ALL[question / rows]),
        }
    }

    /// What is wrong, if the question is answered badly.
    const fn fault(&self, question: usize) -> Fault {
        let (states, rows) = (self.states.len(), self.edges.len());
        match question.checked_sub(states * StateFault::COUNT) {
            None => Fault::State {
                machine: self.machine,
                state: self.states[question % states],
                wrong: StateFault::ALL[question / states],
            },
            Some(question) => {
                let (row, wrong) = (question % rows, RowFault::ALL[question / rows]);
                let is_shadowed = matches!(wrong, RowFault::NeverTaken);
                Fault::Row {
                    row: self.edges[row].id(self.machine),
                    wrong,
                    other: if is_shadowed { self.shadow(row) } else { None },
                }
            }
        }
    }

    const fn is_state_wrong(&self, survey: &Survey, state: usize, wrong: StateFault) -> bool {
        let standing = self.standings[state];
        let waits = matches!(standing, Standing::Waits(_)) && self.declared[state] > 0;
        let limits = survey.limits[state].count_ones();
        match wrong {
            StateFault::Illegible => {
                !is_code(self.machine) || !is_code(self.states[state]) || is_stay(self.states[state])
            }
            StateFault::Undeclared => self.declared[state] == 0,
            StateFault::DeclaredTwice => self.declared[state] > 1,
            StateFault::Unreachable => survey.reached & bit(state) == 0,
            StateFault::NoLimit => waits && limits == 0,
            StateFault::TwoLimits => waits && limits > 1,
            StateFault::Blockable => waits && limits == 1 && survey.unblockable & bit(state) == 0,
            StateFault::WaitsInVain => match standing {
                Standing::Waits(role) => waits && !survey.leavers[state].has(role),
                Standing::Start | Standing::Led | Standing::Rests => false,
            },
            StateFault::NotLed => matches!(standing, Standing::Led) && !survey.leavers[state].has(Role::Trade),
            StateFault::Restless => (waits || matches!(standing, Standing::Led)) && survey.settled & bit(state) == 0,
        }
    }

    const fn is_row_wrong(&self, survey: &Survey, row: usize, wrong: RowFault) -> bool {
        let edge = &self.edges[row];
        match wrong {
            RowFault::ByNobody => edge.by.mask() == 0,
            RowFault::Overlong => edge.overlong || edge.id_len(self.machine) > RowId::MOST,
            RowFault::Illegible => !edge.is_legible(),
            RowFault::Duplicate => self.has_twin(row),
            RowFault::NeverTaken => edge.by.mask() != 0 && self.shadowing(row).is_some(),
            RowFault::IntoStart => match edge.to {
                Some((to, _)) => matches!(self.standings[to], Standing::Start) && self.declared[to] > 0,
                None => false,
            },
            RowFault::BeginsAnew => !self.is_at_start(edge) && self.begins_by(edge.action),
            RowFault::PastWithoutClock => edge.past != 0 && edge.by.mask() != CLOCK.mask(),
            RowFault::ClockWithoutPast => edge.past == 0 && edge.is_by(CLOCK),
            RowFault::ClockWithoutWait => edge.is_by(CLOCK) && !matches!(self.standings[edge.from], Standing::Waits(_)),
            RowFault::UnmarkedCorrection => !edge.correction && self.leaves_rest(edge),
            RowFault::NoCorrection => edge.correction && !self.leaves_rest(edge),
            RowFault::Uncounted => !edge.counted && self.leads_back(survey, edge),
        }
    }

    const fn is_at_start(&self, edge: &Edge) -> bool {
        matches!(self.standings[edge.from], Standing::Start) && self.declared[edge.from] > 0
    }

    /// Whether a row with this action leaves the start.
    const fn begins_by(&self, action: usize) -> bool {
        let mut at = 0;
        while at < self.edges.len() {
            let edge = &self.edges[at];
            if edge.action == action && self.is_at_start(edge) && edge.leaves_to().is_some() {
                return true;
            }
            at += 1;
        }
        false
    }

    const fn leaves_rest(&self, edge: &Edge) -> bool {
        matches!(self.standings[edge.from], Standing::Rests) && edge.leaves_to().is_some()
    }

    /// Whether the row, or it and others without a counter, lead back to where it began.
    const fn leads_back(&self, survey: &Survey, edge: &Edge) -> bool {
        match edge.leaves_to() {
            Some(to) => survey.uncounted[to] & bit(edge.from) != 0,
            None => true,
        }
    }

    /// Whether an earlier row has the same id.
    const fn has_twin(&self, row: usize) -> bool {
        let edge = &self.edges[row];
        let mut at = row;
        while at > 0 && self.edges[at - 1].is_same_cell(edge) {
            at -= 1;
            if self.edges[at].has_id_of(edge) {
                return true;
            }
        }
        false
    }

    /// An earlier row that takes part in taking every case of this one, if together they do: each of its roles meets
    /// an earlier row that asks for nothing more.
    const fn shadow(&self, row: usize) -> Option<RowId> {
        match self.shadowing(row) {
            Some(earlier) => Some(self.edges[earlier].id(self.machine)),
            None => None,
        }
    }

    const fn shadowing(&self, row: usize) -> Option<usize> {
        let edge = &self.edges[row];
        let mut taken = Roles::NONE;
        let mut at = row;
        while at > 0 && self.edges[at - 1].is_same_cell(edge) {
            at -= 1;
            let earlier = &self.edges[at];
            if earlier.when & !edge.when == 0 {
                taken = taken.or(earlier.by);
                if edge.by.mask() & !taken.mask() == 0 {
                    return Some(at);
                }
            }
        }
        None
    }

    /// The first fault, if there is any.
    const fn first_fault(&self) -> Option<Fault> {
        let survey = self.survey();
        let mut question = 0;
        while question < self.questions() {
            if self.is_wrong(&survey, question) {
                return Some(self.fault(question));
            }
            question += 1;
        }
        None
    }

    /// Every fault.
    fn all_faults(&self) -> Vec<Fault> {
        let survey = self.survey();
        (0..self.questions())
            .filter(|&question| self.is_wrong(&survey, question))
            .map(|question| self.fault(question))
            .collect()
    }
}

/// Fails the build of a faulty table, and says where and what to do.
///
/// # Panics
///
/// In the compiler, with the first fault.
#[track_caller]
pub const fn insist<M: Machine, const ROWS: usize>(source: &Source<M>, expanded: &Expanded<M, ROWS>) {
    let mut declared = [0; Codes::MOST];
    let mut standings = [Standing::Start; Codes::MOST];
    let mut header = source.declared;
    while let [(state, standing), tail @ ..] = header {
        declared[state.ordinal] += 1;
        standings[state.ordinal] = *standing;
        header = tail;
    }
    let sketch = Sketch {
        machine: M::NAME,
        states: source.states.as_slice(),
        declared: &declared,
        standings: &standings,
        edges: &expanded.edges,
    };
    if let Some(fault) = sketch.first_fault() {
        panic!("{}", fault.message().as_str());
    }
}

impl<M: Machine> Table<M> {
    /// Checks the table as the compiler checks a built-in one.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn check(&self) -> Result<(), Faults> {
        let states: Vec<_> = M::State::ALL.iter().map(|state| state.code()).collect();
        let standings: Vec<_> = M::State::ALL.iter().map(|&state| self.standing(state)).collect();
        let edges: Vec<_> = self.rules().iter().map(Edge::of).collect();
        let sketch = Sketch {
            machine: M::NAME,
            states: &states,
            // At run time a state cannot be declared twice or not at all: it has one standing.
            declared: &states.iter().map(|_| 1).collect::<Vec<_>>(),
            standings: &standings,
            edges: &edges,
        };
        let mut faults = sketch.all_faults();
        faults.extend(self.rules().iter().flat_map(|rule| {
            let unusable = rule.then().filter(|&effect| !M::can_cause(rule, effect));
            unusable.map(|effect| Fault::Unusable { row: rule.id(), effect: effect.code() })
        }));
        if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
    }
}
