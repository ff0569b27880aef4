//! Small worlds: an order, its people and a policy whose numbers are small, so that everything that can happen in them
//! can be walked through.
//!
//! A world is small by its policy: every counter is as low as it may be, unless the world is about it; every limit is one or
//! two days, and ends with a day, so that times repeat; few reasons fit. What everybody may do in it, everybody tries, in
//! every order, at every trade that is visited.
//!
//! It is small by looking away, too, and says at what. Each of these is tried and checked, and what it leads to is not
//! walked on from ([`Figures::aside`](super::explore::Figures::aside) counts them):
//!
//! - the liberties that move nothing else: notes, goodwill, extensions, corrections, offers, grants, proposals and
//!   changes of a case, but for the worlds that are about one of these;
//! - whatever a world names in [`Knobs::aside`]: mostly what channels report beside success, disputes, reviews, payments
//!   beyond what is due, and mishaps of parcels, each of which is what some other world is about;
//! - a second case, but for the one world of two; other kinds and reasons than those that a world is about.
//!
//! And these are not tried at all: orders of more than three units or two lines; more than one preset in more than one
//! world (all but one stand on the marketplace in China, the other on distance selling in the EU, with working days);
//! moments within a day, but for two worlds in which everybody acts at the last moment and just after it (in the others
//! time goes on from midnight to midnight).

mod broad;
mod build;
mod exact;
mod late;
mod midst;
mod policy;
mod small;
mod unmet;

pub use policy::Numbers;

use alloc::vec::Vec;

use super::{Move, Preset, Setting, SettingFault, Stage};
use crate::trade::{NewOrder, TradeKey};
use crate::{Actor, Amount, Id, Kind, Reason, Rules, Time};

/// The tenant of every world.
const TENANT: &str = "mall";

/// A small world.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct World {
    /// What it is called.
    pub name: &'static str,
    /// What it is about, in one sentence.
    pub about: &'static str,
    /// How it begins: the policy and the order.
    pub setting: Setting,
    /// What has happened already when the walk begins.
    pub opening: Vec<Move>,
    /// Who acts, beside time: every one of them tries everything.
    pub people: Vec<Actor>,
    /// Which payloads stand for all others.
    pub knobs: Knobs,
}

/// Which payloads stand for all others.
///
/// Bounds are always tried from both sides: the most is accepted and one more is not. These say what is tried between.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Knobs {
    /// The kinds of case that are walked on from; all of them if there are none.
    pub kinds: Vec<Kind>,
    /// The reasons of new cases that are walked on from; all of them if there are none.
    pub reasons: Vec<Reason>,
    /// Amounts between nothing and the most that are asked for, too.
    pub amounts: Vec<Amount>,
    /// Fees that are asked for.
    pub fees: Vec<Amount>,
    /// What is said to have been paid for sending goods back.
    pub freights: Vec<Amount>,
    /// Whether channels also report another amount than what is due.
    pub too_much: bool,
    /// Whether one unit is named where several may be.
    pub single_units: bool,
    /// Whether time goes on to the very moment at which something ends and to the one after it, not to the next midnight.
    pub exactly: bool,
    /// How many payments come at most, each with a reference of its own.
    pub payments: usize,
    /// How many cases are opened at most: opening more is tried and checked, but not walked on from.
    pub cases: usize,
    /// Tried and checked at every trade, but where it leads is not walked on from: this world is about something else.
    /// Each names an action, as `order.pay`, or those of its rows that lead to one state, as `refund.succeed.stay`, or the
    /// one with a name; or a row by its whole name.
    pub aside: Vec<&'static str>,
}

impl World {
    /// Everything that has happened when the walk begins.
    ///
    /// # Errors
    ///
    /// [`SettingFault`] if the policy of the setting cannot be had.
    pub fn stage(&self, rules: &Rules) -> Result<Stage, SettingFault> {
        Stage::set(&self.setting, rules.clone())
    }

    /// What is done before the walk begins: the order is placed, and the opening moves.
    #[must_use]
    pub fn moves(&self) -> Vec<Move> {
        let placing = Move { at: self.setting.at, request: Some(self.setting.placing()) };
        let mut moves = Vec::from([placing]);
        moves.extend(self.opening.iter().cloned());
        moves
    }

    /// More money than can ever be in one payment of this world.
    #[must_use]
    pub fn most(&self) -> Amount {
        Amount::new(self.setting.order.total.minor().saturating_mul(2).saturating_add(10_000))
    }

    /// Worlds that together take every row, and meet every refusal but those of [`unmet`](Self::unmet); all of them are walked
    /// through in less than two minutes.
    #[must_use]
    pub fn small() -> Vec<Self> {
        small::worlds()
    }

    /// A handful of worlds that are walked through in a second, for those who try many rules.
    #[must_use]
    pub fn tiny() -> Vec<Self> {
        small::tiny()
    }

    /// The small worlds, and larger ones: for hours by hand.
    #[must_use]
    pub fn large() -> Vec<Self> {
        small::large()
    }
}

/// The first moment of every world: midnight in China.
pub(super) const START: Time = Time::from_millis(1_767_196_800_000);

fn key() -> TradeKey {
    TradeKey { tenant: Id::from(TENANT), order: Id::from("o-1") }
}

/// The buyer of every world.
fn buyer() -> Actor {
    Actor::buyer("alice")
}

fn merchant() -> Actor {
    Actor::merchant("shop")
}

fn staff(id: &str) -> Actor {
    Actor::platform(TENANT, id)
}

fn finance(id: &str) -> Actor {
    Actor::finance(id)
}

fn gateway() -> Actor {
    Actor::gateway("pay")
}

fn carrier() -> Actor {
    Actor::carrier("post")
}

/// Everybody once.
fn people() -> Vec<Actor> {
    Vec::from([buyer(), merchant(), staff("cs-1"), finance("fin-1"), carrier(), gateway()])
}

/// An order of these lines among the people of every world.
fn order(lines: Vec<crate::NewLine>) -> NewOrder {
    let mut order = NewOrder::new("alice", "shop", crate::Currency::CNY, lines);
    order.finance = Vec::from([Id::from("fin-1"), Id::from("fin-2")]);
    order.gateways = Vec::from([Id::from("pay")]);
    order.carriers = Vec::from([Id::from("post")]);
    order
}
