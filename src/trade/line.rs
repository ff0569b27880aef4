//! What was ordered, by whom, and under which rules.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::checksum::agree;
use super::{Checksum, Deadline};
use crate::{Actor, Amount, Id, Role, Time, Transport};

/// Under which versions of rules and policy a trade runs: those of the day on which its order was placed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The version of the tables.
    pub rules: u32,
    /// The version of the policy.
    pub policy: u32,
    /// The checksum of the tables of that day; `None` if it was not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules_checksum: Option<Checksum>,
    /// The checksum of the policy of that day; `None` if it was not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_checksum: Option<Checksum>,
}

impl Terms {
    /// Whether a trade under these terms may be decided under those: both editions have the same numbers, and nothing
    /// shows that what goes by such a number is not what it was.
    #[must_use]
    pub const fn admit(&self, given: &Self) -> bool {
        self.rules == given.rules
            && self.policy == given.policy
            && agree(self.rules_checksum, given.rules_checksum)
            && agree(self.policy_checksum, given.policy_checksum)
    }
}

/// Who belongs to a trade. Whoever does not is a stranger, whatever role is claimed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parties {
    /// The buyer.
    pub buyer: Id,
    /// The merchant.
    pub merchant: Id,
    /// Who approves payouts on the merchant's side.
    #[serde(default)]
    pub finance: Vec<Id>,
    /// The payment channels that may report on this trade.
    #[serde(default)]
    pub gateways: Vec<Id>,
    /// The carriers that may report on this trade; those of its parcels are added as they are named.
    #[serde(default)]
    pub carriers: Vec<Id>,
}

impl Parties {
    /// Nobody: the parties of a trade that does not exist yet.
    #[must_use]
    pub(crate) fn nobody() -> Self {
        let nobody = Id::from("");
        Self { buyer: nobody, merchant: nobody, finance: Vec::new(), gateways: Vec::new(), carriers: Vec::new() }
    }

    /// Whether this actor belongs to the trade of this tenant.
    #[must_use]
    pub fn include(&self, actor: &Actor, tenant: Id) -> bool {
        let staff = actor.tenant == Some(tenant);
        match actor.role {
            Role::Buyer => actor.id == self.buyer,
            Role::Merchant => actor.id == self.merchant,
            Role::Finance => staff || (actor.tenant.is_none() && self.finance.contains(&actor.id)),
            Role::Platform => staff,
            Role::Carrier => self.carriers.contains(&actor.id),
            Role::Gateway => self.gateways.contains(&actor.id),
            // Only the step machine itself acts as time or as a sibling.
            Role::Clock | Role::Trade => false,
        }
    }
}

/// What belongs to the bill beside its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Bill {
    /// What standard shipping costs.
    #[serde(default)]
    pub shipping: Amount,
    /// What faster or special shipping costs more.
    #[serde(default)]
    pub supplement: Amount,
    /// Points that the buyer is given for the whole order.
    #[serde(default)]
    pub gifted_points: u64,
    /// The coupon that was used.
    #[serde(default)]
    pub coupon: Option<Id>,
    /// Whether the return freight is insured.
    #[serde(default)]
    pub insured: bool,
    /// Whether the order must be checked before it may ship: risk, a group that is forming.
    #[serde(default)]
    pub needs_hold: bool,
    /// The buyer's standing with the tenant, 0 to 1,000; decides on fast refunds.
    #[serde(default)]
    pub standing: u16,
    /// Whether the law lets this buyer withdraw from the contract: a consumer, at a distance.
    #[serde(default)]
    pub statutory: bool,
    /// Points given back so far.
    #[serde(default)]
    pub points_restored: u64,
    /// Gifted points taken back so far.
    #[serde(default)]
    pub points_clawed: u64,
    /// Whether the coupon was given back.
    #[serde(default)]
    pub coupon_restored: bool,
}

/// A line of an order: so many units of one thing, and what was really paid for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The line's id within the order.
    pub id: Id,
    /// How many units; at least one.
    pub count: u32,
    /// What is paid for the goods after all discounts.
    pub goods: Amount,
    /// What is paid as tax on them.
    pub tax: Amount,
    /// What their list price was before discounts that are shared by the order.
    pub price: Amount,
    /// Points that were used on them.
    #[serde(default)]
    pub points: u64,
    /// The category that exclusions of the policy go by.
    #[serde(default)]
    pub category: Option<Id>,
    /// When its receipt was confirmed, by the buyer or by silence.
    #[serde(default)]
    pub confirmed_at: Option<Time>,
    /// Until when the buyer may confirm receipt; frozen while a case is open on the line.
    #[serde(default)]
    pub receipt: Option<Deadline>,
    /// How its parcels travel.
    pub transport: Transport,
}

impl Line {
    /// What `count` units from `first` on are worth: cumulative shares of what was paid, so the last unit absorbs the
    /// rest.
    ///
    /// Goods and tax apart; the shares of all units sum to exactly what was paid.
    #[must_use]
    pub fn worth(&self, first: u32, count: u32) -> (Amount, Amount) {
        let upto = |paid: Amount, units: u32| paid.share(u64::from(units), u64::from(self.count));
        let last = first.saturating_add(count).min(self.count);
        let share = |paid: Amount| upto(paid, last).less(upto(paid, first));
        (share(self.goods), share(self.tax))
    }

    /// Goods and tax together.
    #[must_use]
    pub fn value(&self, first: u32, count: u32) -> Amount {
        let (goods, tax) = self.worth(first, count);
        goods.plus(tax).unwrap_or(Amount::MOST)
    }
}
