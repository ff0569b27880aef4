//! The name of a row is longer than 23 bytes.

mod desk;
use desk::{Action, Condition, Desk, Effect, Limit, State};

redress::rules! {
    /// Who may do what at the desk.
    pub static DESK: Desk [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Open: Merchant;
    led Passed;
    rest Closed;

    | Absent | Ask                                     | Buyer    |             | Open   |      |
    | Open   | Pass as with_all_of_the_papers_in_order | Merchant | Complete    | Passed | Tell |
    | Open   | Expire                                  | Clock    | Past(Reply) | Closed | Tell |
    | Passed | Settle                                  | Trade    |             | Closed |      |
}

fn main() {}
