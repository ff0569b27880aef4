//! A small, seeded source of chance: the same seed, the same history.

/// SplitMix64.
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of so many, from 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or_default()
    }

    /// Whether it happens, so many times in a thousand.
    pub(super) fn strikes(&mut self, thousandths: u16) -> bool {
        thousandths > 0 && self.next() % 1_000 < u64::from(thousandths)
    }

    /// Up to so many milliseconds, each as likely as the others.
    pub(super) fn millis(&mut self, most: i64) -> i64 {
        let most = u64::try_from(most).unwrap_or_default();
        i64::try_from(self.next() % most.saturating_add(1)).unwrap_or_default()
    }

    /// Up to so many milliseconds, short ones as often as long ones.
    pub(super) fn span(&mut self, most: i64) -> i64 {
        let digits = most.max(1).ilog2();
        let about = 1_i64 << self.below(usize::try_from(digits).unwrap_or_default().saturating_add(1));
        about.saturating_add(self.millis(about)).min(most)
    }

    /// One of these.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        from.get(self.below(from.len())).copied()
    }
}
