//! A table without faults, with every mark that a table knows.

#[path = "../compile_fail/desk/mod.rs"]
mod desk;
use desk::{Action, Condition, Desk, Effect, Limit, State};

redress::rules! {
    /// Who may do what at the desk.
    pub static DESK: Desk [State, Action, Condition, Effect, Limit];
    start Absent;
    wait Open: Merchant;
    led Passed;
    rest Closed;
    states ENDS = Closed;
    conditions READY = Complete, Paid;

    | Absent         | Ask            | Buyer, Platform |                          | Open   |            |
    | Open           | Pass as paid   | Merchant        | ..READY                  | Passed | Tell       |
    | Open           | Pass           | Merchant        | Complete                 | Passed |            |
    | Open           | Return         | Merchant        | ReturnsLeft              | =      |            |
    | Open           | Expire         | Clock           | Past(Reply), ReturnsLeft | Open   | Tell       |
    | Open           | Expire         | Clock           | Past(Reply)              | Closed | Tell, Tell |
    | Passed         | Settle         | Trade           |                          | Closed |            |
    | ..ENDS         | Return as late | Platform        | ReturnsLeft              | Open ! |            |
}

fn main() {}
