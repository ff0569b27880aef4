//! Which trades were met already.

use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashMap;

use crate::testing::essence::Essence;

/// Every essence that was met, with its number in the order of meeting.
#[derive(Default)]
pub(super) struct Known(HashMap<Essence, u32, BuildHasherDefault<AsItIs>>);

impl Known {
    pub(super) fn contains(&self, essence: Essence) -> bool {
        self.0.contains_key(&essence)
    }

    pub(super) fn number(&self, essence: Essence) -> Option<u32> {
        self.0.get(&essence).copied()
    }

    /// The number of an essence that is met for the first time.
    pub(super) fn meet(&mut self, essence: Essence) -> u32 {
        let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(essence, number);
        number
    }
}

/// An essence is a hash already.
#[derive(Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        let eight = |word: u64, byte: &u8| word << 8 | u64::from(*byte);
        self.0 ^= bytes.iter().fold(0, eight);
    }

    fn write_u128(&mut self, bits: u128) {
        self.0 = (bits >> 64) as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
