//! What can be wrong with a table, and how it is said: the same sentence in the compiler and at run time.

use alloc::vec::Vec;
use core::fmt;

use super::RowId;
use super::text::Text;
use crate::{Lang, words};

words! {
    /// What can be wrong with a state. The label says what to do about it.
    pub enum StateFault {
        /// Its code could not be read back from the id of a row, or stands for something else there.
        Illegible = "illegible",
            "has a code that could be misread in an id: use `a` to `z`, `0` to `9` and `_`, but not `stay`",
            "代码在编号中可能被误读：只能由 `a` 至 `z`、`0` 至 `9` 和 `_` 组成，且不得为 `stay`";
        /// The header does not name the state.
        Undeclared = "undeclared", "is not declared: name it in the header, after start, wait, led or rest",
            "未声明：请在表头的 start、wait、led 或 rest 之后列出";
        /// The header names the state more than once.
        DeclaredTwice = "declared_twice", "is declared more than once: keep one place in the header",
            "重复声明：表头中只保留一处";
        /// Somebody is waited for, but not until any limit passes.
        NoLimit = "no_limit", "waits without a limit: add a row by Clock with Past(..) that leaves it",
            "等待却无期限：请增加由 Clock 以 Past(..) 离开该状态的行";
        /// Its rows by the clock name more than one limit.
        TwoLimits = "two_limits", "waits under more than one limit: let all of its rows by Clock name the same one",
            "存在多个期限：该状态的 Clock 行须使用同一期限";
        /// Every row by the clock can be blocked by a condition, or stays.
        Blockable = "blockable",
            "has no exit that nobody can block: end its rows by Clock with one that asks for its limit alone and \
             enters another state",
            "没有无人能阻止的出口：Clock 行的最后一行须仅以期限为条件并进入其他状态";
        /// The role that is waited for has no row that leaves the state.
        WaitsInVain = "waits_in_vain",
            "waits for a role that has no row out of it: give that role one, or name another in the header",
            "所等待的角色没有离开此状态的行：请为其增加，或在表头改为其他角色";
        /// A sibling should move the state on, but has no row that leaves it.
        NotLed = "not_led", "is led, but no row by Trade leaves it: add one, or let it wait for somebody",
            "声明为 led 却无离开它的 Trade 行：请增加，或改为 wait";
        /// No rows lead to the state from the start.
        Unreachable = "unreachable", "cannot be reached from the start: add a row that leads to it, or take it out",
            "从起点不可达：请增加进入该状态的行，或删除该状态";
        /// Time and the siblings alone may never end it.
        Restless = "restless",
            "cannot come to rest through rows by Clock and Trade alone: lead such a row towards a rest",
            "仅凭 Clock 与 Trade 行无法到达终态：请让此类行通向终态";
    }
}

words! {
    /// What can be wrong with a row. The label says what to do about it.
    pub enum RowFault {
        /// Nobody may take it.
        ByNobody = "by_nobody", "is for nobody: name who may take it", "无人可用：请写明由谁执行";
        /// A name, an id or a list is longer than a row can hold.
        Overlong = "overlong",
            "is too long: at most 16 conditions, 8 effects, 23 bytes of name, 95 bytes of id, and 128 conditions and \
             limits in the machine",
            "过长：至多16个条件、8个后续动作，名称23字节、编号95字节，且条件与期限合计不超过128个";
        /// Its id could not be read back, or would be another's.
        Illegible = "illegible",
            "has an id that could be misread: let the code of its action and its own name be of `a` to `z`, \
             `0` to `9` and `_`",
            "编号可能被误读：动作代码与行名称只能由 `a` 至 `z`、`0` 至 `9` 和 `_` 组成";
        /// Another row has the same id.
        Duplicate = "duplicate", "has the same id as an earlier row: tell them apart with `as name`",
            "与前面的行编号相同：请用 `as 名称` 区分";
        /// Earlier rows fit whenever this one would.
        NeverTaken = "never_taken",
            "can never be taken, since an earlier row always fits first: move it up, or take it out",
            "永远不会被采用，前面的行总是先满足：请上移或删除";
        /// It leads back to before the birth.
        IntoStart = "into_start", "leads into the start: enter another state", "通向起点：请改为进入其他状态";
        /// The machine begins by its action, and is not at its start.
        BeginsAnew = "begins_anew",
            "begins what has begun: give it another action, since this one leaves the start",
            "重复开始：该动作用于离开起点，请改用其他动作";
        /// It asks for a limit, but not only the clock may take it.
        PastWithoutClock = "past_without_clock", "asks for Past(..), but is not by Clock alone: let only Clock take it",
            "以 Past(..) 为条件却不是仅由 Clock 执行：请只保留 Clock";
        /// The clock may take it, but it asks for no limit.
        ClockWithoutPast = "clock_without_past", "is by Clock, but asks for no limit: add Past(..)",
            "由 Clock 执行却无期限：请增加 Past(..)";
        /// The clock acts in a state that waits for nobody.
        ClockWithoutWait = "clock_without_wait",
            "is by Clock in a state that does not wait: declare the state under wait",
            "Clock 行所在状态并非等待状态：请将该状态列于 wait 之后";
        /// It leaves a resting state like any other.
        UnmarkedCorrection = "unmarked_correction",
            "leaves a resting state: mark it as a correction with `!`, or take it out",
            "离开终态：请以 `!` 标明为更正，或删除";
        /// It is marked as a correction without leaving a resting state.
        NoCorrection = "no_correction", "is marked as a correction, but leaves no resting state: take the `!` off",
            "标为更正却未离开终态：请去掉 `!`";
        /// It can be taken for ever.
        Uncounted = "uncounted",
            "is part of a cycle without a counter: add a condition that counts to it or to each way back",
            "处于没有计数条件的循环中：请为该行或每条返回路径增加计数条件";
    }
}

/// One thing that is wrong with a table. `Display` names the state or the row and says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// A state is wrong.
    State {
        /// Of which machine.
        machine: &'static str,
        /// The code of the state.
        state: &'static str,
        /// What is wrong with it.
        wrong: StateFault,
    },
    /// A row is wrong.
    Row {
        /// The row.
        row: RowId,
        /// What is wrong with it.
        wrong: RowFault,
        /// The earlier row that is in the way, if that is what is wrong.
        other: Option<RowId>,
    },
    /// A row has an effect that would do nothing in it, as its machine says.
    Unusable {
        /// The row.
        row: RowId,
        /// The code of the effect.
        effect: &'static str,
    },
    /// An edit names somebody for whom a state is to wait that waits for nobody.
    NotWaiting {
        /// Of which machine.
        machine: &'static str,
        /// The code of the state.
        state: &'static str,
    },
    /// There are more rows than can be numbered.
    TooManyRows {
        /// Of which machine.
        machine: &'static str,
        /// How many there are; 65,535 are accepted.
        rows: usize,
    },
    /// An edit names a row that the table does not have.
    NoSuchRow {
        /// The row.
        row: RowId,
    },
}

impl Fault {
    /// The sentence, in the compiler and at run time.
    pub(super) const fn message(&self) -> Text<600> {
        let mut text = Text::EMPTY;
        match self {
            Self::State { machine, state, wrong } => {
                text.push("state `");
                text.push(machine);
                text.push(".");
                text.push(state);
                text.push("` ");
                text.push(wrong.label(Lang::En));
            }
            Self::Row { row, wrong, other } => {
                text.push("row `");
                text.push(row.as_str());
                text.push("` ");
                text.push(wrong.label(Lang::En));
                if let Some(other) = other {
                    text.push(" (`");
                    text.push(other.as_str());
                    text.push("`)");
                }
            }
            Self::Unusable { row, effect } => {
                text.push("row `");
                text.push(row.as_str());
                text.push("` has the effect `");
                text.push(effect);
                text.push("`, which does nothing there: take it out");
            }
            Self::NotWaiting { machine, state } => {
                text.push("state `");
                text.push(machine);
                text.push(".");
                text.push(state);
                text.push("` waits for nobody: name another role only for a state that the table declares as waiting");
            }
            Self::TooManyRows { machine, rows: _ } => {
                text.push("table `");
                text.push(machine);
                text.push("` has too many rows: at most 65535 are accepted");
            }
            Self::NoSuchRow { row } => {
                text.push("row `");
                text.push(row.as_str());
                text.push("` is not in the table: look up its id");
            }
        }
        text
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.message().as_str())
    }
}

impl core::error::Error for Fault {}

/// Everything that is wrong with a table; at least one thing. `Display` writes one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub(super) Vec<Fault>);

impl Faults {
    /// The faults: those of states first, then those of rows; causes before what follows from them.
    #[must_use]
    pub fn as_slice(&self) -> &[Fault] {
        &self.0
    }
}

impl IntoIterator for Faults {
    type Item = Fault;
    type IntoIter = alloc::vec::IntoIter<Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.0.iter().enumerate() {
            let separator = if at == 0 { "" } else { "\n" };
            write!(f, "{separator}{fault}")?;
        }
        Ok(())
    }
}

impl core::error::Error for Faults {}
