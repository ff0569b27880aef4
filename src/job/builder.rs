//! Opening a desk: everything is checked once, here.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::clerk::Editions;
use super::{Clerk, Delivery, Observer, OpenError};
use crate::channel::ChannelContract;
use crate::port::Clock;
use crate::trade::{Checksum, Rules};
use crate::{Calendar, FixedCalendar, Id, Length, Policy};

/// A desk that is being set up. Only the tenant must be named.
#[must_use = "a desk is not open before `open` is called"]
pub struct DeskBuilder<D> {
    storage: D,
    tenant: Option<Id>,
    rules: Rules,
    other_rules: Vec<Rules>,
    policy: Policy,
    other_policies: Vec<Policy>,
    calendar: Box<dyn Calendar + Send + Sync>,
    clock: Option<Box<dyn Clock + Send + Sync>>,
    delivery: Delivery,
    contracts: Vec<ChannelContract>,
    observer: Arc<dyn Observer + Send + Sync>,
}

impl<D> DeskBuilder<D> {
    pub(crate) fn new(storage: D) -> Self {
        Self {
            storage,
            tenant: None,
            rules: Rules::built_in(),
            other_rules: Vec::new(),
            policy: Policy::cn_marketplace(),
            other_policies: Vec::new(),
            calendar: Box::new(FixedCalendar::china()),
            clock: None,
            delivery: Delivery::default(),
            contracts: Vec::new(),
            observer: Arc::new(()),
        }
    }

    /// Whose trades these are. The desk reads and writes no other tenant's.
    pub fn tenant(mut self, tenant: impl Into<Id>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// The policy for new orders; [`Policy::cn_marketplace`] unless it is set.
    ///
    /// Raise its version with each change and hand in the old one with [`also_policy`](Self::also_policy): a trade keeps
    /// the version under which it was placed.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Another policy, under which trades still run.
    pub fn also_policy(mut self, policy: Policy) -> Self {
        self.other_policies.push(policy);
        self
    }

    /// The rules for new orders; [`Rules::built_in`] unless they are set. Tables were checked when they were made.
    ///
    /// Raise their version with each change and hand in the old ones with [`also_rules`](Self::also_rules): a trade keeps
    /// the rows under which it was placed. Rows or policies that were changed under the same number are found by their
    /// checksum, and trades placed before are [refused](crate::Denied::OtherTerms).
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Other rules, under which trades still run.
    pub fn also_rules(mut self, rules: Rules) -> Self {
        self.other_rules.push(rules);
        self
    }

    /// Time zone and working days; [`FixedCalendar::china`] unless it is set.
    pub fn calendar(mut self, calendar: impl Calendar + Send + Sync + 'static) -> Self {
        self.calendar = Box::new(calendar);
        self
    }

    /// Where the time comes from; the machine's own clock unless it is set.
    pub fn clock(mut self, clock: impl Clock + Send + Sync + 'static) -> Self {
        self.clock = Some(Box::new(clock));
        self
    }

    /// How tasks are handed out.
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// What a payment channel promises. Its refunds are then sent and asked for as the contract says, by
    /// [`Need::Pay`](super::Need::Pay) and [`Need::Ask`](super::Need::Ask); those of a channel without a contract are
    /// handed out like any other task.
    pub fn contract(mut self, contract: ChannelContract) -> Self {
        self.contracts.push(contract);
        self
    }

    /// Who looks on and counts; nobody unless it is set.
    pub fn observer(mut self, observer: Arc<dyn Observer + Send + Sync>) -> Self {
        self.observer = observer;
        self
    }

    /// Checks everything and gives the clerk alone, for an engine that brings its own store and clock.
    ///
    /// # Errors
    ///
    /// [`OpenError`] names what is wrong, with all faults of a policy or table.
    pub fn clerk(self) -> Result<Clerk, OpenError> {
        self.parts().map(|(_, clerk, _)| clerk)
    }

    /// The storage, the clerk, and the clock if one was named.
    #[expect(clippy::type_complexity, reason = "three parts, each of a plain type")]
    pub(crate) fn parts(self) -> Result<(D, Clerk, Option<Box<dyn Clock + Send + Sync>>), OpenError> {
        let tenant = self.tenant.ok_or(OpenError::NoTenant)?;
        let version = |policy: &Policy| policy.version;
        let policies = editions("policies", self.policy, self.other_policies, version, Checksum::of_policy)?;
        let rules = editions("rules", self.rules, self.other_rules, |rules| rules.version, Checksum::of_rules)?;
        core::iter::once(&policies.newest.1).chain(policies.others.values()).try_for_each(check_policy)?;
        self.delivery.check().map_err(|field| OpenError::Delivery { field })?;
        let contracts = signed(self.contracts, &policies, self.delivery.lease)?;
        let Self { storage, calendar, clock, delivery, observer, .. } = self;
        Ok((storage, Clerk { tenant, rules, policies, calendar, delivery, contracts, observer }, clock))
    }
}

fn editions<T>(
    what: &'static str,
    newest: T,
    others: Vec<T>,
    version: impl Fn(&T) -> u32,
    checksum: impl Fn(&T) -> Checksum,
) -> Result<Editions<T>, OpenError> {
    let first = version(&newest);
    let checksums = BTreeMap::from([(first, checksum(&newest))]);
    let mut editions = Editions { newest: (first, newest), others: BTreeMap::new(), checksums };
    for other in others {
        let version = version(&other);
        editions.checksums.insert(version, checksum(&other));
        if version == first || editions.others.insert(version, other).is_some() {
            return Err(OpenError::TwoOfVersion { what, version });
        }
    }
    Ok(editions)
}

/// The contracts by gateway, each checked alone and against every policy.
fn signed(
    contracts: Vec<ChannelContract>,
    policies: &Editions<Policy>,
    lease: Length,
) -> Result<BTreeMap<Id, ChannelContract>, OpenError> {
    let mut signed = BTreeMap::new();
    for contract in contracts {
        let gateway = contract.gateway;
        let faulty = |policy| move |faults| OpenError::Contract { gateway, policy, faults };
        contract.check().map_err(faulty(None))?;
        for policy in core::iter::once(&policies.newest.1).chain(policies.others.values()) {
            contract.check_policy(policy).map_err(faulty(Some(policy.version)))?;
        }
        if lease.millis() < contract.shown_after() {
            return Err(OpenError::Lease { gateway, lease, least: contract.shown_after() / 1_000 });
        }
        if signed.insert(gateway, contract).is_some() {
            return Err(OpenError::TwoContracts { gateway });
        }
    }
    Ok(signed)
}

fn check_policy(policy: &Policy) -> Result<(), OpenError> {
    policy.check().map_err(|faults| OpenError::Policy { version: policy.version, faults })
}

impl<D> fmt::Debug for DeskBuilder<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeskBuilder").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}
