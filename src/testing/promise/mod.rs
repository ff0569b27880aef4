//! What is promised of every trade, every step, every refusal, every silence and every rest, said a second time.
//!
//! Nothing here asks the tables or their conditions. Each promise is stated again from what it means in the trade, out of
//! the facts of the trade, the request, the policy and the calendar; so a wrong row, a missing condition or a wrong act is
//! noticed by something that does not share its mistake.

mod choices;
mod excuse;
mod refusal;
mod rest;
mod silence;
mod step;
mod trade;

pub use choices::of_choices;
pub use excuse::Excuses;
pub use refusal::of_refusal;
pub use rest::of_rest;
pub use silence::of_silence;
pub use step::of_step;
pub use trade::of_trade;

use alloc::string::String;
use core::fmt;

use crate::trade::Subject;
use crate::words;

words! {
    /// Something that is promised.
    pub enum Promise {
        /// Per payment, per pot and in all: paid = kept + claimed + reserved + refunded + lost.
        MoneyConserved = "money_conserved", "money is conserved", "资金守恒";
        /// Every unit of every line is in exactly one place.
        UnitsConserved = "units_conserved", "every unit is in exactly one place", "每件商品恰在一处";
        /// A unit has at most one open case.
        OneCasePerUnit = "one_case_per_unit", "a unit has at most one open case", "同一商品至多一个进行中的售后单";
        /// Folding the events gives the trade.
        HistoryIsState = "history_is_state", "the events fold to the trade", "历史即状态";
        /// A refusal explains itself.
        RefusalExplains = "refusal_explains", "a refusal says why, and what would be accepted", "拒绝必有说明";
        /// Somebody can always act, or time will.
        SomebodyCanAct = "somebody_can_act", "somebody can act, or time will", "总有人可操作或到期自动推进";
        /// Time alone brings everything to rest.
        SilenceEnds = "silence_ends", "silence comes to rest", "无人操作终会了结";
        /// What rests holds nothing.
        RestHoldsNothing = "rest_holds_nothing", "what rests holds nothing", "已了结者不占用任何资源";
    }
}

/// A promise that was broken: which, on what, and how that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The promise.
    pub promise: Promise,
    /// The machine on which it shows.
    pub subject: Subject,
    /// What was found, in words.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broken: {} ({}): {}", self.promise.label(crate::Lang::En), self.subject, self.what)
    }
}

impl core::error::Error for Broken {}

/// The answer of a single promise.
type Kept = Result<(), Broken>;

/// Breaks a promise unless the fact holds; the words are made only when it does not.
fn must(holds: bool, promise: Promise, subject: Subject, what: impl FnOnce() -> String) -> Kept {
    if holds { Ok(()) } else { Err(Broken { promise, subject, what: what() }) }
}
