//! Money: unsigned integer minor units of one currency, checked arithmetic only, allocation without a lost cent.

use core::fmt;

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// An amount in minor units (cents, fen, yen) of the trade's one currency.
///
/// There is no unchecked arithmetic: a sum that does not fit and a difference below zero are `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(u64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount that a trade may hold: so many minor units that no sum of a trade's parts can overflow.
    pub const MOST: Self = Self(1 << 53);

    /// An amount of so many minor units.
    #[must_use]
    pub const fn new(minor: u64) -> Self {
        Self(minor)
    }

    /// The number of minor units.
    #[must_use]
    pub const fn minor(self) -> u64 {
        self.0
    }

    /// Whether this is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, if it fits.
    #[must_use]
    pub const fn plus(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, if `other` is not larger.
    #[must_use]
    pub const fn minus(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(rest) => Some(Self(rest)),
            None => None,
        }
    }

    /// What is left of this after `other`, at least nothing.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The share `floor(self × part / whole)`; nothing if the whole is nothing.
    #[must_use]
    pub fn share(self, part: u64, whole: u64) -> Self {
        if whole == 0 || self.is_zero() {
            return Self::ZERO;
        }
        if part == whole {
            return self;
        }
        // Division of what fits into 64 bits takes a fraction of the time.
        if let Some(product) = self.0.checked_mul(part) {
            return Self(product / whole);
        }
        let share = u128::from(self.0) * u128::from(part) / u128::from(whole);
        Self(u64::try_from(share).unwrap_or(u64::MAX))
    }

    /// The sum of all, if it fits.
    #[must_use]
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// Splits this over `weights` by largest remainder, ties to the earlier: the shares sum to exactly this amount.
    ///
    /// If all weights are zero, everything falls to the first. Without weights there is nothing to split over.
    ///
    /// ```
    /// use redress::Amount;
    /// let shares = Amount::new(100).split(&[1, 1, 1]);
    /// assert_eq!(shares, [Amount::new(34), Amount::new(33), Amount::new(33)]);
    /// ```
    #[must_use]
    pub fn split(self, weights: &[u64]) -> Vec<Self> {
        if let [_] = weights {
            return Vec::from([self]);
        }
        let whole: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
        if whole == 0 {
            return (0..weights.len()).map(|at| if at == 0 { self } else { Self::ZERO }).collect();
        }
        let exact = |weight: u64| u128::from(self.0) * u128::from(weight);
        let mut shares: Vec<u64> =
            weights.iter().map(|&weight| u64::try_from(exact(weight) / whole).unwrap_or(u64::MAX)).collect();
        let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
        by_remainder.sort_by_key(|&at| {
            let remainder = weights.get(at).map_or(0, |&weight| exact(weight) % whole);
            core::cmp::Reverse(remainder)
        });
        let left = self.0 - shares.iter().sum::<u64>();
        for at in by_remainder.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            if let Some(share) = shares.get_mut(at) {
                *share += 1;
            }
        }
        shares.into_iter().map(Self).collect()
    }

    /// This amount with its currency, for people.
    #[must_use]
    pub const fn of(self, currency: Currency) -> Money {
        Money { amount: self, currency }
    }
}

/// A currency: an ISO 4217 code, with 0, 2 or 3 decimal places.
///
/// Currencies come and go, so three capital letters are taken for one with two decimal places unless they are known to
/// have others, or none; whether there is such a currency is not checked. The currency of a policy is that of its
/// orders, so a slip in either is refused where an order is placed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Why a text is not the code of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a currency is an ISO 4217 code of three capital letters with 0, 2 or 3 decimal places, such as `CNY`, `JPY` or `KWD`"
)]
#[non_exhaustive]
pub struct MalformedCurrency;

impl Currency {
    /// Renminbi.
    pub const CNY: Self = Self(*b"CNY");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// United States dollar.
    pub const USD: Self = Self(*b"USD");
    /// Yen, without decimal places.
    pub const JPY: Self = Self(*b"JPY");

    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// How many decimal places an amount is written with.
    #[must_use]
    pub fn decimals(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl core::str::FromStr for Currency {
    type Err = MalformedCurrency;

    fn from_str(code: &str) -> Result<Self, MalformedCurrency> {
        let bytes: [u8; 3] = code.as_bytes().try_into().map_err(|_| MalformedCurrency)?;
        // Four decimal places, or none defined: funds, precious metals, test codes.
        let unfit =
            ["CLF", "UYW", "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"];
        if !bytes.iter().all(u8::is_ascii_uppercase) || unfit.contains(&code) {
            return Err(MalformedCurrency);
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = alloc::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount with its currency. `Display` writes it in full: `40.00 CNY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// How much, in minor units.
    pub amount: Amount,
    /// Of which currency.
    pub currency: Currency,
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minor = self.amount.minor();
        match self.currency.decimals() {
            0 => write!(f, "{minor} {}", self.currency),
            places => {
                let unit = 10_u64.pow(places);
                write!(f, "{}.{:0width$} {}", minor / unit, minor % unit, self.currency, width = places as usize)
            }
        }
    }
}
