//! The code of a state has a hyphen, so that the ids of its rows could not be read back.

mod desk;
use desk::{Action, Condition, Effect, Facts, Limit};

redress::words! {
    /// Where it stands.
    pub enum State {
        /// Not begun.
        Absent = "absent", "absent", "未开始";
        /// The desk is waited for.
        Open = "still-open", "open", "处理中";
        /// Over.
        Closed = "closed", "closed", "已关闭";
    }
}

/// Another desk.
#[derive(Clone, Copy, Debug)]
pub struct Desk;

impl redress::rule::Machine for Desk {
    const NAME: &'static str = "desk";
    const LABEL: (&'static str, &'static str) = ("desk", "柜台");
    type State = State;
    type Action = Action;
    type Effect = Effect;
    type Limit = Limit;
    type Condition = Condition;
    type Facts = Facts;
}

redress::rules! {
    /// Who may do what at the desk.
    pub static DESK: Desk [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Open: Merchant;
    led;
    rest Closed;

    | Absent | Ask    | Buyer    |             | Open   |      |
    | Open   | Return | Merchant |             | Closed |      |
    | Open   | Expire | Clock    | Past(Reply) | Closed | Tell |
}

fn main() {}
