//! A row begins the machine once more.

mod desk;
use desk::{Action, Condition, Desk, Effect, Limit, State};

redress::rules! {
    /// Who may do what at the desk.
    pub static DESK: Desk [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Open: Merchant;
    led Passed;
    rest Closed;

    | Absent | Ask    | Buyer    |             | Open   |      |
    | Open   | Pass   | Merchant | Complete    | Passed | Tell |
    | Open   | Ask    | Buyer    |             | Passed |      |
    | Open   | Expire | Clock    | Past(Reply) | Closed | Tell |
    | Passed | Settle | Trade    |             | Closed |      |
}

fn main() {}
