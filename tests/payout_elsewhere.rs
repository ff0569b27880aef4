//! A refund whose account is dead is sent to another one, under a new key: so what the channel still tells of the dead one is
//! known for what it is.

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
fn the_other_account_is_paid_under_a_new_key_whatever_the_contract_says() {
    for after in AfterFailure::ALL {
        let world = sent_elsewhere(*after);
        assert_eq!(world.delivers().failed, []);
        ends_paid(&world, 2);
    }
}

/// Taken for a word about the other account it would let the buyer be paid by hand while the money is on its way.
#[test]
fn a_late_word_about_the_dead_account_is_not_taken_for_one_about_the_other() {
    let world = sent_elsewhere(AfterFailure::SameKey);
    world.channel.will("A-1", [Deed::PaysLater(Length::Hours(1))]);
    world.delivers();
    // What the channel told of the dead account comes only now.
    assert_eq!(world.hears(), 1);
    assert_eq!(world.state("A-1"), State::Submitted);
    world.passes(Length::Hours(2));
    assert_eq!(world.hears(), 1);
    ends_paid(&world, 2);
}
