//! People: the roles of a trade, and who stands behind a request.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{Id, words};

words! {
    /// In which role somebody acts.
    pub enum Role {
        /// The order's buyer.
        Buyer = "buyer", "buyer", "买家";
        /// The order's merchant, a sub-account or an ERP of it.
        Merchant = "merchant", "merchant", "商家";
        /// Approves payouts; belongs to the merchant or to the platform.
        Finance = "finance", "finance", "财务";
        /// Customer service or arbitrator of the tenant.
        Platform = "platform", "platform", "平台";
        /// A carrier or warehouse, by its call-backs.
        Carrier = "carrier", "carrier", "物流";
        /// A payment channel, by its call-backs.
        Gateway = "gateway", "payment gateway", "支付渠道";
        /// Time itself: a deadline has passed.
        Clock = "clock", "time", "时间";
        /// A sibling machine of the same trade.
        Trade = "trade", "the trade itself", "联动";
    }
}

impl Role {
    /// Whether requests in this role report facts from outside, which are stored even when no row takes them.
    #[must_use]
    pub const fn reports_facts(self) -> bool {
        matches!(self, Self::Carrier | Self::Gateway)
    }
}

/// A set of roles: the *by* column of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Roles(u16);

impl Roles {
    /// Nobody.
    pub const NONE: Self = Self(0);

    /// These roles.
    #[must_use]
    pub const fn of(roles: &[Role]) -> Self {
        let mut mask = 0;
        let mut rest = roles;
        while let [role, tail @ ..] = rest {
            mask |= 1 << role.ordinal();
            rest = tail;
        }
        Self(mask)
    }

    /// Whether this role is among them.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & (1 << role.ordinal()) != 0
    }

    /// Those in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set as a mask over [`Role::ordinal`].
    #[must_use]
    pub const fn mask(self) -> u16 {
        self.0
    }

    /// The roles, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |&role| self.has(role))
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, role) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{role:?}")?;
        }
        Ok(())
    }
}

/// Who acts: a role and the identity behind it, authenticated by the caller's service.
///
/// The identity is checked against the parties of the trade before anything of the trade is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// In which role.
    pub role: Role,
    /// Who: the buyer's, merchant's, staff's, carrier's or gateway's id.
    pub id: Id,
    /// For staff: the tenant that they belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Id>,
    /// For a merchant: the sub-account or system that acted. It is no party of the
    /// trade and not checked as one; but what takes a second person takes one of another account as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Id>,
}

/// The person behind a request: where two are needed, neither name of the one may be a name of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The identity that acted.
    pub id: Id,
    /// The sub-account or system through which it acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Id>,
}

impl Person {
    /// The name by which both may be the same human; none if they are two.
    #[must_use]
    pub fn shared_with(self, other: Self) -> Option<Id> {
        let mut names = [Some(self.id), self.account].into_iter().flatten();
        names.find(|&name| other.id == name || other.account == Some(name))
    }
}

impl From<Id> for Person {
    fn from(id: Id) -> Self {
        Self { id, account: None }
    }
}

impl Actor {
    /// The person who acts.
    #[must_use]
    pub const fn person(&self) -> Person {
        Person { id: self.id, account: self.account }
    }

    fn new(role: Role, id: Id) -> Self {
        Self { role, id, tenant: None, account: None }
    }

    /// The buyer with this id.
    #[must_use]
    pub fn buyer(id: impl Into<Id>) -> Self {
        Self::new(Role::Buyer, id.into())
    }

    /// The merchant with this id.
    #[must_use]
    pub fn merchant(id: impl Into<Id>) -> Self {
        Self::new(Role::Merchant, id.into())
    }

    /// Somebody on the order's own finance list.
    #[must_use]
    pub fn finance(id: impl Into<Id>) -> Self {
        Self::new(Role::Finance, id.into())
    }

    /// Finance staff of the tenant.
    #[must_use]
    pub fn tenant_finance(tenant: impl Into<Id>, id: impl Into<Id>) -> Self {
        Self { tenant: Some(tenant.into()), ..Self::finance(id) }
    }

    /// Customer service or arbitrator of the tenant.
    #[must_use]
    pub fn platform(tenant: impl Into<Id>, id: impl Into<Id>) -> Self {
        Self { tenant: Some(tenant.into()), ..Self::new(Role::Platform, id.into()) }
    }

    /// The carrier with this id.
    #[must_use]
    pub fn carrier(id: impl Into<Id>) -> Self {
        Self::new(Role::Carrier, id.into())
    }

    /// The payment channel with this id.
    #[must_use]
    pub fn gateway(id: impl Into<Id>) -> Self {
        Self::new(Role::Gateway, id.into())
    }

    /// Names the sub-account or system that acts for the merchant.
    #[must_use]
    pub fn through(self, account: impl Into<Id>) -> Self {
        Self { account: Some(account.into()), ..self }
    }

    /// Time itself. It needs no identity: only the step machine can act as it.
    #[must_use]
    pub fn clock() -> Self {
        Self::new(Role::Clock, Id::known("clock"))
    }

    /// A sibling machine of the same trade.
    #[must_use]
    pub fn trade() -> Self {
        Self::new(Role::Trade, Id::known("trade"))
    }

    /// Whether every id in it is well formed.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        [Some(self.id), self.tenant, self.account].iter().flatten().all(Id::is_well_formed)
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.role {
            Role::Clock | Role::Trade => write!(f, "{}", self.role),
            Role::Buyer | Role::Merchant | Role::Finance | Role::Platform | Role::Carrier | Role::Gateway => {
                write!(f, "{} {}", self.role, self.id)?;
                self.account.map_or(Ok(()), |account| write!(f, " ({account})"))
            }
        }
    }
}
