//! A row as stored data: every word by its code, so that a user's own rows can be kept in a file or a database.

use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::guard::condition_from;
use super::{Guard, List, Machine, RowFault, RowId, RowName, Rule, To};
use crate::word::word_from;
use crate::{Lang, Role, Roles, Word};

/// `{"from": "open", "action": "leave", "by": ["buyer"], "when": [], "to": "shut", "then": []}`; `"to": "stay"` stays.
#[derive(Serialize, Deserialize)]
#[serde(bound = "", deny_unknown_fields)]
struct Data<M: Machine> {
    from: Coded<M::State>,
    action: Coded<M::Action>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<RowName>,
    by: Vec<Role>,
    when: List<Named<M::Condition>, 16>,
    to: Target<M::State>,
    #[serde(default)]
    correction: bool,
    then: List<Coded<M::Effect>, 8>,
}

/// A word by its code.
#[derive(Clone, Copy)]
struct Coded<W>(W);

/// A condition by its code.
#[derive(Clone, Copy)]
struct Named<C>(C);

/// A state by its code, or `stay`.
struct Target<S>(To<S>);

impl<W: Word> Serialize for Coded<W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.code())
    }
}

impl<'de, W: Word> Deserialize<'de> for Coded<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        word_from(deserializer).map(Self)
    }
}

impl<C: Guard> Serialize for Named<C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, C: Guard> Deserialize<'de> for Named<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        condition_from(deserializer).map(Self)
    }
}

impl<W: Word> Serialize for Target<W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match &self.0 {
            To::Stay => RowId::STAY,
            To::Enter(state) => state.code(),
        })
    }
}

impl<'de, W: Word> Deserialize<'de> for Target<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code: alloc::borrow::Cow<'de, str> = Deserialize::deserialize(deserializer)?;
        if code == RowId::STAY {
            return Ok(Self(To::Stay));
        }
        let state = W::from_code(&code).map(|state| Self(To::Enter(state)));
        state.ok_or_else(|| serde::de::Error::custom(format_args!("there is no state `{code}`")))
    }
}

impl<M: Machine> Serialize for Rule<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.overlong {
            // What did not fit is not in it: stored, it would be another row.
            return Err(serde::ser::Error::custom(format_args!(
                "row `{}` {}",
                self.id(),
                RowFault::Overlong.label(Lang::En)
            )));
        }
        Data::<M> {
            from: Coded(self.from),
            action: Coded(self.action),
            name: self.name,
            by: self.by.iter().collect(),
            when: self.when.map(Named),
            to: Target(self.to),
            correction: self.correction,
            then: self.then.map(Coded),
        }
        .serialize(serializer)
    }
}

impl<'de, M: Machine> Deserialize<'de> for Rule<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let data = Data::<M>::deserialize(deserializer)?;
        Ok(Self {
            from: data.from.0,
            action: data.action.0,
            name: data.name,
            by: Roles::of(&data.by),
            to: data.to.0,
            correction: data.correction,
            when: data.when.map(|condition| condition.0),
            then: data.then.map(|effect| effect.0),
            line: 0,
            overlong: false,
        })
    }
}
