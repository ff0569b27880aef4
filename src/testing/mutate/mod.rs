//! Slips of the pen in the rules, one at a time: would anybody notice?

mod mutant;

pub use mutant::{Mutant, Slip};
