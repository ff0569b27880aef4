//! Strategies for property tests with `proptest`: policies, orders, actors, requests, moments and whole stories, which
//! shrink to what matters.
//!
//! What is asked depends on what stands: a request for a case that is not there teaches little. So requests, actors and
//! moments are made for a [`Stage`], and stories as they are played.
//!
//! ```
//! use proptest::prelude::*;
//! use redress::testing::strategy::{self, Under};
//! use redress::{Policy, Rules};
//!
//! let config = ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() };
//! let stories = strategy::stories(Rules::built_in(), Under::Around(Policy::cn_marketplace()), 20);
//! proptest!(config, |(story in stories)| {
//!     // Play it on your own service, and hold what comes against what you promise.
//!     prop_assert!(story.setting.policy().is_ok());
//! });
//! ```
//!
//! For the promises of this crate the test stands ready: [`Walks`](super::Walks).

mod ask;
mod chance;
mod cuts;
mod cuts_of_story;
mod order;
mod policy;
mod simpler;
mod story;

pub use chance::{Chance, Scene};
pub use cuts::{OrderCut, RequestCut};
pub use cuts_of_story::StoryCut;
pub use order::Flawed;
pub use simpler::{ByChance, Simpler, Tree};
pub use story::Under;

pub(super) use chance::Cast;

use alloc::vec::Vec;

use proptest::prelude::any;
use proptest::strategy::Strategy;

use super::{Preset, Setting, Stage, Story};
use crate::trade::{NewOrder, Request};
use crate::{Actor, Policy, Rules, Time};
use cuts::{Around, Moment};

/// The tenant of what is made by chance.
pub const TENANT: &str = "acme-mall";
/// The buyer.
pub const BUYER: &str = "alice";
/// The merchant.
pub const MERCHANT: &str = "acme";
/// Who approves payouts on the merchant's side.
pub const FINANCE: &str = "fin-1";
/// The payment channel.
pub const GATEWAY: &str = "pay";
/// The carrier.
pub const CARRIER: &str = "sf";
const ADDRESS: &str = "1 Return Road";

/// Policies around this one. All pass [`Policy::check`], if this one does; they shrink towards it, field by field.
pub fn policies(around: Policy) -> impl Strategy<Value = Policy> {
    let by_chance = move |chance: &mut Chance| Around { policy: chance.policy(&around), base: around.clone() };
    ByChance(by_chance).prop_map(|around| around.policy)
}

/// The policies that come with the crate.
pub fn presets() -> impl Strategy<Value = Preset> {
    proptest::sample::select(Preset::ALL)
}

/// Sound orders: one to three lines, with or without shipping, tax, discount, points and rights by law.
pub fn orders() -> impl Strategy<Value = NewOrder> {
    ByChance(Chance::order)
}

/// Orders with one thing wrong with them, and which.
pub fn flawed_orders() -> impl Strategy<Value = (NewOrder, Flawed)> {
    (orders(), proptest::sample::select(Flawed::ALL)).prop_map(|(order, flawed)| (flawed.made_in(order), flawed))
}

/// Anybody: mostly parties of the trade, now and then a stranger.
pub fn actors(stage: &Stage) -> impl Strategy<Value = Actor> {
    let stage = stage.clone();
    ByChance(move |chance: &mut Chance| chance.actor(&stage.scene()))
}

/// Those who belong to the trade.
pub fn parties(stage: &Stage) -> impl Strategy<Value = Actor> {
    let all: Vec<Actor> = Cast(&stage.trade).all();
    proptest::sample::select(all)
}

/// Those who do not, whatever they say.
pub fn strangers(stage: &Stage) -> impl Strategy<Value = Actor> {
    let key = stage.trade.key;
    ByChance(move |chance: &mut Chance| chance.stranger(key))
}

/// Requests of anybody for anything, mostly such as have a chance. They shrink to fewer fields.
pub fn requests(stage: &Stage) -> impl Strategy<Value = Request> {
    let stage = stage.clone();
    ByChance(move |chance: &mut Chance| chance.request(&stage.scene()))
}

/// Requests of one actor.
pub fn requests_of(stage: &Stage, actor: Actor) -> impl Strategy<Value = Request> {
    let stage = stage.clone();
    ByChance(move |chance: &mut Chance| chance.request_of(&stage.scene(), actor))
}

/// Requests that some row gives to whoever asks, where the trade stands.
pub fn likely_requests(stage: &Stage) -> impl Strategy<Value = Request> {
    let stage = stage.clone();
    ByChance(move |chance: &mut Chance| chance.likely_request(&stage.scene()))
}

/// Moments that matter: now, and just before, at and just after each deadline. They shrink towards now.
pub fn moments(stage: &Stage) -> impl Strategy<Value = Time> {
    let stage = stage.clone();
    let by_chance = move |chance: &mut Chance| Moment { first: stage.now, at: chance.moment(&stage.scene()) };
    ByChance(by_chance).prop_map(|moment| moment.at)
}

/// How stories begin: a policy, and a sound order under it.
pub fn settings(under: Under) -> impl Strategy<Value = Setting> {
    any::<u64>().no_shrink().prop_map(move |seed| Chance(seed).setting(&under))
}

/// Stories of so many moves beside their opening, as these rules let them be played. They shrink to fewer moves, fewer
/// changes of the policy, a smaller order, less time and fewer fields.
///
/// A policy under which no stage can be set gives stories of nothing but the placing of the order.
pub fn stories(rules: Rules, under: Under, moves: usize) -> impl Strategy<Value = Story> {
    ByChance(move |chance: &mut Chance| match chance.story(&rules, &under, moves) {
        Some(story) => story,
        None => {
            let setting = chance.setting(&under);
            let placing = super::Move { at: setting.at, request: Some(setting.placing()) };
            Story { setting, moves: Vec::from([placing]) }
        }
    })
}

impl Stage {
    /// What somebody sees who is about to ask.
    #[must_use]
    pub const fn scene(&self) -> Scene<'_> {
        Scene { rules: &self.rules, trade: &self.trade, now: self.now }
    }
}
