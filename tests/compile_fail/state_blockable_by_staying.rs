//! The unguarded row of the clock stays in `Open`.

mod desk;
use desk::{Action, Condition, Desk, Effect, Limit, State};

redress::rules! {
    /// Who may do what at the desk.
    pub static DESK: Desk [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Open: Merchant;
    led Passed;
    rest Closed;

    | Absent | Ask    | Buyer    |                       | Open   |      |
    | Open   | Pass   | Merchant | Complete              | Passed | Tell |
    | Open   | Expire | Clock    | Past(Reply), Complete | Closed |      |
    | Open   | Expire | Clock    | Past(Reply)           | =      | Tell |
    | Passed | Settle | Trade    |                       | Closed |      |
}

fn main() {}
