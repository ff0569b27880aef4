//! The vocabulary of a small machine of a user's own: somebody asks at a desk. Each case beside it has its own table.

use redress::rule::{Finding, Machine};
use redress::{conditions, words};

words! {
    /// Where it stands.
    pub enum State {
        /// Not begun.
        Absent = "absent", "absent", "未开始";
        /// The desk is waited for.
        Open = "open", "open", "处理中";
        /// A sibling deals with it.
        Passed = "passed", "passed on", "已转交";
        /// Over.
        Closed = "closed", "closed", "已关闭";
    }
}

words! {
    /// What can be done.
    pub enum Action {
        /// It begins.
        Ask = "ask", "ask", "询问";
        /// It goes to a sibling.
        Pass = "pass", "pass on", "转交";
        /// The sibling has dealt with it.
        Settle = "settle", "settle", "办结";
        /// It goes back.
        Return = "return", "return", "退回";
        /// Time has passed.
        Expire = "expire", "expire", "到期";
    }
}

words! {
    /// What follows.
    pub enum Effect {
        /// Somebody is told.
        Tell = "tell", "tell", "通知";
    }
}

words! {
    /// Limits.
    pub enum Limit {
        /// The desk answers.
        Reply = "reply", "the reply", "答复期限";
        /// The desk answers at last.
        LastReply = "last_reply", "the last reply", "最后答复期限";
    }
}

/// Nothing is known.
pub struct Facts;

conditions! {
    /// What must be true.
    pub enum Condition for Facts, within Limit {
        /// The papers are there.
        Complete = "complete", "the papers are there", "材料齐全",
            else "papers are missing", "材料不全";
        /// The fee is paid.
        Paid = "paid", "the fee is paid", "已缴费",
            else "the fee is not paid", "未缴费";
        /// It was not sent back too often.
        ReturnsLeft counts itself = "returns_left", "it may be sent back", "仍可退回",
            else "it was sent back {used} times", "已退回{used}次";
    }
}

impl Condition {
    fn holds_in(self, _facts: &Facts) -> bool {
        true
    }

    fn found_in(self, _facts: &Facts) -> Finding {
        Finding::Plain
    }
}

/// A desk.
#[derive(Clone, Copy, Debug)]
pub struct Desk;

impl Machine for Desk {
    const NAME: &'static str = "desk";
    const LABEL: (&'static str, &'static str) = ("desk", "柜台");
    type State = State;
    type Action = Action;
    type Effect = Effect;
    type Limit = Limit;
    type Condition = Condition;
    type Facts = Facts;
}
