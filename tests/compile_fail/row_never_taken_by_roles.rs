//! Two earlier rows share the roles of the third between them.

mod desk;
use desk::{Action, Condition, Desk, Effect, Limit, State};

redress::rules! {
    /// Who may do what at the desk.
    pub static DESK: Desk [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Open: Merchant;
    led Passed;
    rest Closed;

    | Absent | Ask              | Buyer             |                | Open   |      |
    | Open   | Pass as paid     | Merchant          | Paid           | Passed |      |
    | Open   | Pass as complete | Finance           | Complete       | Passed |      |
    | Open   | Pass             | Merchant, Finance | Complete, Paid | Passed | Tell |
    | Open   | Expire           | Clock             | Past(Reply)    | Closed | Tell |
    | Passed | Settle           | Trade             |                | Closed |      |
}

fn main() {}
