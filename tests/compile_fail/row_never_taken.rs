//! The second row asks for more than the first.

mod desk;
use desk::{Action, Condition, Desk, Effect, Limit, State};

redress::rules! {
    /// Who may do what at the desk.
    pub static DESK: Desk [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Open: Merchant;
    led Passed;
    rest Closed;

    | Absent | Ask          | Buyer    |                | Open   |      |
    | Open   | Pass         | Merchant | Complete       | Passed | Tell |
    | Open   | Pass as paid | Merchant | Complete, Paid | Passed |      |
    | Open   | Expire       | Clock    | Past(Reply)    | Closed | Tell |
    | Passed | Settle       | Trade    |                | Closed |      |
}

fn main() {}
