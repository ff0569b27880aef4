//! Choices by chance, and who and what there is to choose from.

use alloc::vec::Vec;

use crate::trade::{Trade, TradeKey};
use crate::{Actor, Id, Role, Roles, Rules, Time};

/// A small generator of choices (SplitMix64): the same seed makes the same choices.
///
/// The strategies of this module draw a seed and leave the rest to it; fuzz targets and simulators can use it alone.
///
/// ```
/// use redress::testing::strategy::Chance;
/// assert_eq!(Chance(7).order(), Chance(7).order());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a seed is all that there is to it")]
pub struct Chance(pub u64);

impl Chance {
    /// The next number, any of them.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 that is below the bound; 0 if that is 0.
    #[expect(clippy::cast_possible_truncation, reason = "what is left is below a `usize`")]
    pub const fn below(&mut self, bound: usize) -> usize {
        let bound = if bound == 0 { 1 } else { bound as u64 };
        (self.next() % bound) as usize
    }

    /// Yes, once in so many times.
    pub const fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[expect(clippy::indexing_slicing, reason = "below the length, unless the list is empty")]
    pub const fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// One of these, if there is any.
    pub fn any_of<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| self.pick(from))
    }
}

/// What somebody sees who is about to ask: the rows, the trade as it stands, and what time it is.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "what is not in it is not seen")]
pub struct Scene<'a> {
    /// The rows.
    pub rules: &'a Rules,
    /// The trade.
    pub trade: &'a Trade,
    /// The time.
    pub now: Time,
}

/// The people of a trade, each with the name that the trade knows them by.
#[derive(Clone, Copy, Debug)]
pub(in crate::testing) struct Cast<'a>(pub(in crate::testing) &'a Trade);

impl Cast<'_> {
    const fn tenant(self) -> Id {
        self.0.key.tenant
    }

    /// Somebody on a list of the trade; this one if there is nobody on it.
    fn one(chance: &mut Chance, of: &[Id], usual: &str) -> Id {
        match of {
            [] => Id::from(usual),
            [one] => *one,
            _ => chance.pick(of),
        }
    }

    /// Somebody in this role; nobody if only time and the trade itself have it.
    pub(super) fn somebody(self, chance: &mut Chance, role: Role) -> Option<Actor> {
        let parties = &self.0.parties;
        Some(match role {
            Role::Buyer => Actor::buyer(parties.buyer),
            Role::Merchant => Actor::merchant(parties.merchant),
            Role::Finance => {
                let own = Actor::finance(Self::one(chance, &parties.finance, super::FINANCE));
                chance.pick(&[own, self.tenant_finance()])
            }
            Role::Platform => self.staff(),
            Role::Carrier => Actor::carrier(Self::one(chance, &parties.carriers, super::CARRIER)),
            Role::Gateway => Actor::gateway(Self::one(chance, &parties.gateways, super::GATEWAY)),
            Role::Clock | Role::Trade => return None,
        })
    }

    fn staff(self) -> Actor {
        Actor::platform(self.tenant(), "cs-7")
    }

    fn tenant_finance(self) -> Actor {
        Actor::tenant_finance(self.tenant(), "fin-2")
    }

    /// Everybody who belongs to the trade.
    pub(in crate::testing) fn all(self) -> Vec<Actor> {
        let parties = &self.0.parties;
        let mut all = Vec::from([
            Actor::buyer(parties.buyer),
            Actor::merchant(parties.merchant),
            self.staff(),
            self.tenant_finance(),
        ]);
        all.extend(parties.finance.iter().map(|&id| Actor::finance(id)));
        all.extend(parties.carriers.iter().map(|&id| Actor::carrier(id)));
        all.extend(parties.gateways.iter().map(|&id| Actor::gateway(id)));
        all
    }
}

impl Chance {
    /// Somebody in one of these roles; nobody if only time and the trade itself have them.
    pub fn somebody(&mut self, scene: &Scene<'_>, by: Roles) -> Option<Actor> {
        let roles: Vec<Role> = by.iter().filter(|role| !matches!(role, Role::Clock | Role::Trade)).collect();
        let role = roles.get(self.below(roles.len())).copied()?;
        Cast(scene.trade).somebody(self, role)
    }

    /// Anybody: mostly a party, now and then a stranger.
    pub fn actor(&mut self, scene: &Scene<'_>) -> Actor {
        use Role::{Buyer, Carrier, Finance, Gateway, Merchant, Platform};
        if self.one_in(40) {
            return self.stranger(scene.trade.key);
        }
        let often = [Buyer, Buyer, Merchant, Merchant, Platform, Carrier, Gateway, Gateway, Finance, Finance];
        let role = self.pick(&often);
        Cast(scene.trade).somebody(self, role).unwrap_or_else(|| Actor::buyer(super::BUYER))
    }

    /// Somebody who is no party of this trade, whatever they say: another buyer, another shop, another tenant's staff.
    pub fn stranger(&mut self, of: TradeKey) -> Actor {
        let other = if of.tenant == Id::from("other-mall") { "another-mall" } else { "other-mall" };
        self.pick(&[
            Actor::buyer("mallory"),
            Actor::merchant("mallory"),
            Actor::platform(other, "cs-7"),
            Actor::tenant_finance(other, "fin-2"),
            Actor::finance("mallory"),
            Actor::gateway("mallory"),
            Actor::carrier("mallory"),
        ])
    }
}
