//! How a story begins: under which policy, between whom, and what is ordered.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value;

use crate::trade::TradeKey;
use crate::{Actor, FixedCalendar, Id, NewOrder, Policy, PolicyFault, Request, Time, words};

words! {
    /// A policy that comes with the crate.
    pub enum Preset {
        /// A marketplace in China.
        CnMarketplace = "cn_marketplace", "a marketplace in China", "国内电商平台";
        /// Distance selling to consumers in the European Union.
        EuDistanceSelling = "eu_distance_selling", "distance selling in the EU", "欧盟远程销售";
    }
}

impl Preset {
    /// The policy as it comes.
    #[must_use]
    pub fn policy(self) -> Policy {
        match self {
            Self::CnMarketplace => Policy::cn_marketplace(),
            Self::EuDistanceSelling => Policy::eu_distance_selling(),
        }
    }

    /// The calendar that goes with it.
    #[must_use]
    pub fn calendar(self) -> FixedCalendar {
        match self {
            Self::CnMarketplace => FixedCalendar::china(),
            Self::EuDistanceSelling => FixedCalendar::utc(),
        }
    }
}

/// One number or switch of a policy that differs from the preset: where it stands, and what it is instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyChange {
    /// The path of the field in the stored form of a policy, such as `counters.reviews` or `switches.whole_line_only`.
    pub path: String,
    /// What stands there instead.
    pub value: Value,
}

/// How a story begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Which policy, before any change.
    pub preset: Preset,
    /// What differs from it, in order.
    pub changes: Vec<PolicyChange>,
    /// Which trade.
    pub key: TradeKey,
    /// When the order is placed.
    pub at: Time,
    /// Who places it.
    pub by: Actor,
    /// What is ordered.
    pub order: NewOrder,
}

/// Why a setting cannot be staged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingFault {
    /// The path leads nowhere.
    #[error("the policy has no `{path}`; {accepted}")]
    NoSuchField {
        /// The path.
        path: String,
        /// What stands where it goes wrong.
        accepted: String,
    },
    /// The policy cannot be read with this value.
    #[error("`{path}` of the policy cannot be that: {why}")]
    NotAccepted {
        /// The path.
        path: String,
        /// Why not.
        why: String,
    },
    /// The policy as a whole makes no sense.
    #[error("{}", list(.0))]
    Policy(Vec<PolicyFault>),
}

fn list(faults: &[PolicyFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Setting {
    /// The policy with its changes, checked.
    ///
    /// # Errors
    ///
    /// [`SettingFault`] if a change has no place or cannot be read, or if the policy as a whole makes no sense.
    pub fn policy(&self) -> Result<Policy, SettingFault> {
        let policy = PolicyChange::all_applied(&self.changes, self.preset.policy())?;
        policy.check().map_err(SettingFault::Policy)?;
        Ok(policy)
    }

    /// The preset from which a policy differs least, and all that is different.
    #[must_use]
    pub fn nearest(policy: &Policy) -> (Preset, Vec<PolicyChange>) {
        let mut nearest = (Preset::CnMarketplace, PolicyChange::between(&Preset::CnMarketplace.policy(), policy));
        for &preset in Preset::ALL {
            let changes = PolicyChange::between(&preset.policy(), policy);
            if changes.len() < nearest.1.len() {
                nearest = (preset, changes);
            }
        }
        nearest
    }

    /// The request that places the order.
    pub fn placing(&self) -> Request {
        Request::by(self.by).place(self.order.clone())
    }

    /// The tenant.
    #[must_use]
    pub const fn tenant(&self) -> Id {
        self.key.tenant
    }
}

impl PolicyChange {
    /// The policy with this change.
    ///
    /// # Errors
    ///
    /// [`SettingFault`] if the policy has no such field, or not with such a value.
    pub fn applied(&self, policy: &Policy) -> Result<Policy, SettingFault> {
        let mut stored = stored(policy);
        self.write(&mut stored)?;
        self.read(stored)
    }

    /// The policy with all of these changes, one after another.
    fn all_applied(changes: &[Self], policy: Policy) -> Result<Policy, SettingFault> {
        let Some(last) = changes.last() else { return Ok(policy) };
        let mut whole = stored(&policy);
        for change in changes {
            change.write(&mut whole)?;
        }
        last.read(whole).or_else(|_| {
            // One of them cannot be read: the first that cannot is named.
            changes.iter().try_fold(policy, |policy, change| change.applied(&policy))
        })
    }

    /// Everything in which one policy differs from another, in the order of the fields.
    #[must_use]
    pub fn between(from: &Policy, to: &Policy) -> Vec<Self> {
        let mut changes = Vec::new();
        differences(String::new(), &stored(from), &stored(to), &mut changes);
        changes
    }

    fn write(&self, policy: &mut Value) -> Result<(), SettingFault> {
        let mut place = policy;
        for name in self.path.split('.') {
            let accepted = match &*place {
                Value::Object(fields) => fields.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
                _ => String::new(),
            };
            place = place.get_mut(name).ok_or_else(|| SettingFault::NoSuchField {
                path: self.path.clone(),
                accepted: alloc::format!("there are: {accepted}"),
            })?;
        }
        *place = self.value.clone();
        Ok(())
    }

    fn read(&self, stored: Value) -> Result<Policy, SettingFault> {
        let not_accepted =
            |why: serde_json::Error| SettingFault::NotAccepted { path: self.path.clone(), why: why.to_string() };
        serde_json::from_value(stored).map_err(not_accepted)
    }
}

/// A policy in its stored form, which every policy has.
fn stored(policy: &Policy) -> Value {
    serde_json::to_value(policy).unwrap_or_default()
}

/// What differs below a path: field by field where both have the same fields, and as a whole where they have not.
fn differences(path: String, from: &Value, to: &Value, changes: &mut Vec<PolicyChange>) {
    if from == to {
        return;
    }
    if let (Value::Object(old), Value::Object(new)) = (from, to)
        && old.keys().eq(new.keys())
    {
        for (name, value) in new {
            let path = if path.is_empty() { name.clone() } else { alloc::format!("{path}.{name}") };
            differences(path, old.get(name).unwrap_or(&Value::Null), value, changes);
        }
        return;
    }
    changes.push(PolicyChange { path, value: to.clone() });
}
