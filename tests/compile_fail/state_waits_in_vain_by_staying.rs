//! The rows of the role that `Open` waits for stay in it.

mod desk;
use desk::{Action, Condition, Desk, Effect, Limit, State};

redress::rules! {
    /// Who may do what at the desk.
    pub static DESK: Desk [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Open: Platform;
    led Passed;
    rest Closed;

    | Absent | Ask    | Buyer    |             | Open   |      |
    | Open   | Pass   | Merchant | Complete    | Passed | Tell |
    | Open   | Expire | Clock    | Past(Reply) | Closed | Tell |
    | Open   | Return | Platform | ReturnsLeft | =      |      |
    | Passed | Settle | Trade    |             | Closed |      |
}

fn main() {}
