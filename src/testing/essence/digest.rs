//! A fast hash of 128 bits, the same on every machine and in every release.

use core::hash::Hasher;

use crate::{Amount, Id};

/// The digits of pi, as odd numbers to multiply by.
const LEFT: u64 = 0x243F_6A88_85A3_08D3;
const RIGHT: u64 = 0xA409_3822_299F_31D1;

/// Takes in words of 64 bits, two ways at once. It guards against chance, not against malice.
#[derive(Clone, Copy)]
pub(super) struct Digest {
    left: u64,
    right: u64,
}

impl Digest {
    pub(super) const fn new() -> Self {
        Self { left: RIGHT, right: LEFT }
    }

    #[inline]
    pub(super) fn word(&mut self, word: u64) {
        self.left = folded(self.left ^ word, LEFT);
        self.right = folded(self.right.rotate_left(29) ^ word, RIGHT).wrapping_add(word);
    }

    #[inline]
    pub(super) fn number(&mut self, number: usize) {
        self.word(number as u64);
    }

    #[inline]
    pub(super) fn flag(&mut self, flag: bool) {
        self.word(flag.into());
    }

    #[inline]
    pub(super) fn amount(&mut self, amount: Amount) {
        self.word(amount.minor());
    }

    /// What may be missing, told from everything that is there.
    #[inline]
    pub(super) fn maybe<T>(&mut self, value: Option<T>, take: impl FnOnce(&mut Self, T)) {
        match value {
            Some(value) => {
                self.word(1);
                take(self, value);
            }
            None => self.word(0),
        }
    }

    /// A list with its length, so that neighbouring lists cannot be taken for each other.
    #[inline]
    pub(super) fn list<T>(&mut self, list: &[T], mut take: impl FnMut(&mut Self, &T)) {
        self.number(list.len());
        list.iter().for_each(|item| take(self, item));
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len());
        for eight in text.as_bytes().chunks(8) {
            self.word(eight.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)));
        }
    }

    pub(super) fn id(&mut self, id: Id) {
        self.text(id.as_str());
    }

    /// Things of which only how many of each there are matters, not their order.
    pub(super) fn bag<T>(&mut self, items: impl IntoIterator<Item = T>, take: impl Fn(&mut Self, T)) {
        let (mut count, mut left, mut right) = (0_u64, 0_u64, 0_u64);
        for item in items {
            let mut own = Self::new();
            take(&mut own, item);
            count += 1;
            (left, right) = (left.wrapping_add(own.left), right.wrapping_add(own.right));
        }
        self.word(count);
        self.word(left);
        self.word(right);
    }

    pub(super) fn end(self) -> u128 {
        let left = folded(self.left ^ RIGHT, LEFT);
        let right = folded(self.right ^ LEFT, RIGHT);
        u128::from(left) << 64 | u128::from(right)
    }
}

/// So that small values elsewhere can be taken in as they say themselves.
impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.word(byte.into()));
    }

    fn write_u32(&mut self, word: u32) {
        self.word(word.into());
    }

    fn write_u64(&mut self, word: u64) {
        self.word(word);
    }

    fn finish(&self) -> u64 {
        self.left ^ self.right
    }
}

/// The product of two words, both halves folded into one.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the halves of a product are meant")]
const fn folded(one: u64, other: u64) -> u64 {
    let product = (one as u128).wrapping_mul(other as u128);
    product as u64 ^ (product >> 64) as u64
}
