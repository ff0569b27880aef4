//! How a simulated channel behaves: by chance, or as it is told.

use crate::Length;

/// What befalls one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deed {
    /// It is paid at once.
    Pays,
    /// It is accepted, and paid after so long.
    PaysLater(Length),
    /// It is accepted, and closed after so long.
    ClosesLater(Length),
    /// It is refused.
    Refuses,
    /// It is closed for good.
    Closes,
    /// The account is found dead.
    GoesAbnormal,
    /// It is paid, and the answer is lost.
    Unheard,
    /// The request is lost on its way.
    Lost,
    /// The request is held up for so long, as far as the contract lets it be, and nobody hears an answer.
    HeldUp(Length),
}

/// How often a simulated channel misbehaves, in thousandths of all requests, and how late it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Temper {
    /// Requests that are lost on their way.
    pub lost: u16,
    /// Requests that are held up, and are not answered in time.
    pub held_up: u16,
    /// Answers that are lost on their way back.
    pub unheard: u16,
    /// Refunds that are accepted now and settled later.
    pub slow: u16,
    /// Refunds that are refused.
    pub refused: u16,
    /// Refunds that are closed.
    pub closed: u16,
    /// Refunds whose account is found dead.
    pub abnormal: u16,
    /// Call-backs that are never delivered.
    pub untold: u16,
    /// Call-backs that are delivered again.
    pub told_twice: u16,
    /// How late call-backs and slow refunds are at most.
    pub lateness: Length,
}

impl Temper {
    /// Pays at once, answers at once and tells at once.
    #[must_use]
    pub const fn calm() -> Self {
        Self {
            lost: 0,
            held_up: 0,
            unheard: 0,
            slow: 0,
            refused: 0,
            closed: 0,
            abnormal: 0,
            untold: 0,
            told_twice: 0,
            lateness: Length::Seconds(0),
        }
    }

    /// Everything goes wrong now and then.
    #[must_use]
    pub const fn stormy() -> Self {
        Self {
            lost: 120,
            held_up: 120,
            unheard: 200,
            slow: 200,
            refused: 120,
            closed: 60,
            abnormal: 40,
            untold: 300,
            told_twice: 300,
            lateness: Length::Hours(30),
        }
    }
}

/// A small, seeded source of chance (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn of(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Whether it happens, so many times in a thousand.
    pub(super) fn strikes(&mut self, thousandths: u16) -> bool {
        self.next() % 1_000 < u64::from(thousandths)
    }

    /// Up to so many milliseconds.
    pub(super) fn millis(&mut self, most: i64) -> i64 {
        let most = u64::try_from(most).unwrap_or_default();
        i64::try_from(self.next() % most.saturating_add(1)).unwrap_or_default()
    }
}
