//! A refund whose account is dead is sent to another one: under the same key where the channel takes that, under a new one
//! where it sticks to its first answer.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod paying;

use paying::{GATEWAY, MALL, World, contract, wants_back};
use redress::channel::{AfterFailure, ChannelContract, Deed, Temper};
use redress::refund::{Action, State};
use redress::store::MemoryStore;
use redress::trade::Request;
use redress::{Actor, Length};

/// A refund whose account was found dead, and two people who send it elsewhere.
fn sent_elsewhere(after_failure: AfterFailure) -> World<MemoryStore> {
    let contract = ChannelContract { after_failure, ..contract(ChannelContract::half_hour) };
    let world = World::new(contract, Temper::calm(), 1);
    world.bought("A-1", 1);
    world.does("A-1", &wants_back(1));
    world.channel.will("A-1", [Deed::GoesAbnormal]);
    world.delivers();
    assert_eq!(world.state("A-1"), State::Abnormal);
    world.passes(Length::Minutes(2));
    for who in ["cs-1", "cs-2"] {
        let redirect = Request::by(Actor::platform(MALL, who)).refund(1, Action::Redirect);
        world.does("A-1", &redirect.with(|detail| detail.account = "card-2".into()));
    }
    assert_eq!(world.state("A-1"), State::Submitted);
    world
}

/// Paid, once, under this key, to the other account.
#[track_caller]
fn ends_paid(world: &World<MemoryStore>, number: u16) {
    let refund = world.refund("A-1", 1);
    assert_eq!((refund.state, refund.account.as_deref()), (State::Paid, Some("card-2")));
    assert_eq!(world.channel.times_paid(&format!("{MALL}/A-1/refund-1/{number}")), 1);
    assert_eq!(world.channel.paid_back("A-1").minor(), 6_000, "{GATEWAY}");
    world.audit("A-1").unwrap();
}

#[test]
fn a_channel_that_tries_anew_pays_the_other_account_under_the_same_key() {
    let world = sent_elsewhere(AfterFailure::SameKey);
    assert_eq!(world.delivers().failed, []);
    ends_paid(&world, 1);
}

#[test]
fn a_channel_that_sticks_to_its_answer_gets_a_new_key_for_the_other_account() {
    let world = sent_elsewhere(AfterFailure::NewKey);
    let before = world.channel.arrived().len();
    assert_eq!(world.delivers().failed, []);
    let refund = world.refund("A-1", 1);
    assert_eq!(
        (refund.state, refund.key_number),
        (State::Failed, 2),
        "its key is closed, and nothing was sent under it"
    );
    assert_eq!(world.channel.arrived().len(), before);
    world.passes(Length::Hours(1));
    drop(world.drive(world.clerk.run_due(9)).unwrap());
    assert_eq!(world.delivers().failed, []);
    ends_paid(&world, 2);
}
