//! Time and siblings send it to and fro; only a person can close it.

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
    | Open   | Pass   | Merchant | Complete    | Closed | Tell |
    | Open   | Expire | Clock    | Past(Reply) | Passed |      |
    | Passed | Return | Trade    | ReturnsLeft | Open   |      |
}

fn main() {}
