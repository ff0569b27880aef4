//! What a channel promises, and what becomes of a refund when the channel does what it may: each rule with the channel
//! misbehaving in just that way.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod paying;

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use paying::{Fate, GATEWAY, MALL, World, contract, minute, policy, wants_back};
use redress::channel::{
    AfterFailure, Ask, CallBack, ChannelContract, Declined, Deed, KeyMemory, News, No, Paid, RefundKey,
    SimulatedChannel, Temper,
};
use redress::desk::{AsyncDesk, Delivery};
use redress::job::{Need, Sent};
use redress::port::{Blocking, Claimed, Store};
use redress::refund::State;
use redress::store::{Memory, MemoryStore};
use redress::trade::Request;
use redress::{Actor, Currency, Desk, Effect, Id, Length, Limit, ManualClock, Span, refund};

/// A refund of one shirt, granted and not yet sent.
fn granted(contract: ChannelContract) -> World<MemoryStore> {
    let world = World::new(contract, Temper::calm(), 1);
    world.bought("A-1", 3);
    world.does("A-1", &wants_back(1));
    assert_eq!(world.state("A-1"), State::Submitted);
    world
}

fn key(number: u16) -> String {
    format!("{MALL}/A-1/refund-1/{number}")
}

/// Paid, once, and the trade knows.
#[track_caller]
fn ends_paid(world: &World<MemoryStore>, number: u16) {
    assert_eq!((world.state("A-1"), world.channel.times_paid(&key(number))), (State::Paid, 1));
    assert_eq!(world.channel.paid_back("A-1").minor(), 6_000);
    world.audit("A-1").unwrap();
}

#[test]
fn a_time_out_is_unknown_and_is_sent_again_under_the_same_key() {
    let world = granted(contract(ChannelContract::wechat_pay));
    world.channel.will("A-1", [Deed::Unheard]);
    let delivered = world.delivers();
    assert!(delivered.failed[0].error.contains("not known whether it was paid"), "{delivered:?}");
    assert_eq!(world.state("A-1"), State::Submitted, "never failed");
    world.passes(Length::Minutes(5)).delivers();
    ends_paid(&world, 1);
    let arrived = world.channel.arrived();
    assert!(arrived.len() == 2 && arrived.iter().all(|landed| landed.key == key(1)), "{arrived:?}");
}

#[test]
fn the_next_claim_comes_when_all_that_was_sent_has_arrived() {
    let world = granted(contract(ChannelContract::wechat_pay));
    world.channel.will("A-1", [Deed::HeldUp(Length::Seconds(110)), Deed::Pays, Deed::Refuses]);
    world.delivers();
    // A refusal now would say nothing about the request that is still on its way.
    assert_eq!(world.passes(Length::Minutes(1)).delivers(), Default::default());
    world.passes(Length::Minutes(4)).delivers();
    ends_paid(&world, 1);
}

#[test]
fn a_key_that_may_be_forgotten_is_asked_for_first() {
    let world = granted(contract(ChannelContract::half_hour));
    world.channel.will("A-1", [Deed::Unheard]);
    world.delivers();
    let asked = Cell::new(0);
    let look = |need: Need<'_>| {
        asked.set(asked.get() + u32::from(matches!(need, Need::Ask(_))));
        Fate::Lives
    };
    world.passes(Length::Hours(3)).drive_with(world.clerk.deliver(9), look).unwrap().unwrap();
    ends_paid(&world, 1);
    assert_eq!((asked.get(), world.channel.arrived().len()), (1, 1), "nothing was sent a second time");
}

#[test]
fn what_the_channel_never_received_is_sent() {
    let world = granted(contract(ChannelContract::half_hour));
    world.channel.will("A-1", [Deed::Lost]);
    world.delivers();
    world.passes(Length::Hours(3)).delivers();
    ends_paid(&world, 1);
    assert_eq!(world.channel.arrived().len(), 1);
}

#[test]
fn a_channel_that_forgets_and_cannot_be_asked_leaves_it_unresolved() {
    let mut contract = contract(ChannelContract::half_hour);
    contract.ask = Ask::Never;
    let world = granted(contract);
    world.channel.will("A-1", [Deed::Unheard]);
    // Its call-back is lost, too.
    world.channel.set_temper(Temper { untold: 1_000, ..Temper::calm() });
    world.delivers();
    assert_eq!(world.passes(Length::Hours(3)).delivers().done, 1, "there is nothing to send any more");
    for _ in 0..8 {
        world.passes(Length::Hours(25));
        drop(world.drive(world.clerk.run_due(9)).unwrap());
        world.delivers();
    }
    assert_eq!(world.state("A-1"), State::Unresolved);
    assert_eq!(world.channel.arrived().len(), 1);
    let aside = world.store.shelved(None, 9).unwrap().rows;
    assert!(aside.len() == 5 && aside[0].error.contains("cannot be asked about acme-mall/A-1/refund-1/1"), "{aside:?}");
    world.audit("A-1").unwrap();
}

#[test]
fn after_a_refusal_goes_as_the_contract_says() {
    for (after, state, next) in [
        (AfterFailure::SameKey, State::Failed, 1),
        (AfterFailure::NewKey, State::Failed, 2),
        (AfterFailure::Manual, State::Abnormal, 1),
    ] {
        let world = granted(ChannelContract { after_failure: after, ..contract(ChannelContract::wechat_pay) });
        world.channel.will("A-1", [Deed::Refuses]);
        assert_eq!(world.delivers().failed, []);
        let refund = world.refund("A-1", 1);
        assert_eq!((refund.state, refund.key_number), (state, next), "{after}");
        world.passes(Length::Minutes(2));
        drop(world.drive(world.clerk.run_due(9)).unwrap());
        world.delivers();
        match after {
            AfterFailure::Manual => assert_eq!(world.channel.paid(), Default::default()),
            _ => ends_paid(&world, next),
        }
    }
}

#[test]
fn closed_and_abnormal_are_what_they_are_whatever_the_contract_says() {
    for (deed, state, next) in [(Deed::Closes, State::Failed, 2), (Deed::GoesAbnormal, State::Abnormal, 1)] {
        let world = granted(contract(ChannelContract::wechat_pay));
        world.channel.will("A-1", [deed]);
        world.delivers();
        let refund = world.refund("A-1", 1);
        assert_eq!((refund.state, refund.key_number), (state, next));
        assert!(world.hears() > 0, "the channel tells the same by itself");
        assert_eq!(world.refund("A-1", 1).state, state);
    }
}

#[test]
fn nothing_is_handed_over_after_its_deadline() {
    let world = granted(contract(ChannelContract::wechat_pay));
    let held_up = Cell::new(false);
    let sleeps_once = |need: Need<'_>| match matches!(need, Need::Load(_)) && !held_up.replace(true) {
        true => {
            world.clock.advance(Length::Seconds(61));
            Fate::Lives
        }
        false => Fate::Lives,
    };
    let delivered = world.drive_with(world.clerk.deliver(9), sleeps_once).unwrap().unwrap();
    assert_eq!((delivered.returned, delivered.failed.len()), (1, 0), "{delivered:?}");
    // Claimed anew, it has a new deadline.
    ends_paid(&world, 1);
}

#[test]
fn nothing_is_sent_once_it_is_asked_about_and_not_known_is_believed_in_its_time() {
    let contract = contract(ChannelContract::wechat_pay);
    let mut policy = policy(&contract);
    policy.limits[Limit::GatewayAnswer] = Span::minutes(2);
    let world = World::on(&Memory::new(), contract, policy, Temper::calm(), 1);
    world.bought("A-1", 3);
    world.does("A-1", &wants_back(1));
    world.channel.will("A-1", [Deed::Lost]);
    world.delivers();
    world.passes(Length::Minutes(3));
    drop(world.drive(world.clerk.run_due(9)).unwrap());
    assert_eq!(world.passes(Length::Minutes(1)).delivers().failed.len(), 1, "not known yet");
    assert_eq!(world.state("A-1"), State::Submitted);
    // The refund's own task comes back first, and finds that its trade asks by now.
    world.clock.set(minute(7));
    world.delivers();
    assert_eq!((world.state("A-1"), world.channel.arrived().len()), (State::Failed, 0));
    world.passes(Length::Minutes(2));
    drop(world.drive(world.clerk.run_due(9)).unwrap());
    world.delivers();
    ends_paid(&world, 1);
}

#[test]
fn a_question_is_answered_by_what_was_paid_declined_or_is_pending() {
    for (deed, state) in [
        (Deed::PaysLater(Length::Hours(1)), State::Paid),
        (Deed::ClosesLater(Length::Hours(1)), State::Failed),
        (Deed::PaysLater(Length::Hours(40)), State::Submitted),
    ] {
        let world = granted(contract(ChannelContract::wechat_pay));
        world.channel.set_temper(Temper { untold: 1_000, ..Temper::calm() });
        world.channel.will("A-1", [deed]);
        assert_eq!(world.delivers().failed, [], "accepted is no failure");
        world.passes(Length::Hours(25));
        drop(world.drive(world.clerk.run_due(9)).unwrap());
        world.delivers();
        assert_eq!(world.state("A-1"), state, "{deed:?}");
        world.audit("A-1").unwrap();
    }
}

#[test]
fn a_channel_that_knows_its_own_id_only_is_asked_by_that() {
    let world = granted(contract(ChannelContract::stripe));
    world.channel.set_temper(Temper { untold: 1_000, ..Temper::calm() });
    world.channel.will("A-1", [Deed::PaysLater(Length::Hours(1))]);
    world.delivers();
    assert_eq!(world.refund("A-1", 1).known_as, Some(Id::from("sim-1")));
    world.passes(Length::Hours(25));
    drop(world.drive(world.clerk.run_due(9)).unwrap());
    world.delivers();
    ends_paid(&world, 1);
}

#[test]
fn refunds_of_one_payment_keep_their_distance_and_their_number() {
    let mut contract = contract(ChannelContract::wechat_pay);
    contract.terms.most_parts = 2;
    let world = World::new(contract, Temper::calm(), 1);
    world.bought("A-1", 3);
    for _ in 0..3 {
        world.does("A-1", &wants_back(1));
    }
    for _ in 0..4 {
        world.delivers();
        world.passes(Length::Seconds(60));
    }
    let states: Vec<State> = world.trade("A-1").refunds.iter().map(|refund| refund.state).collect();
    assert_eq!(states, [State::Paid, State::Paid, State::Abnormal], "the channel had nothing to refuse");
    let arrived = world.channel.arrived();
    assert_eq!(arrived[1].at.since(arrived[0].at), 60_000);
    world.audit("A-1").unwrap();
}

#[test]
fn call_backs_come_late_twice_and_stale() {
    let world = granted(contract(ChannelContract::wechat_pay));
    world.channel.set_temper(Temper { told_twice: 1_000, ..Temper::calm() });
    world.channel.will("A-1", [Deed::Closes]);
    world.delivers();
    world.passes(Length::Minutes(2));
    drop(world.drive(world.clerk.run_due(9)).unwrap());
    assert_eq!(world.refund("A-1", 1).sent_key, 2);
    // Three times the refusal of a key that is no longer the last one: stored, with an alert, and it moves nothing.
    let events = world.trade("A-1").events;
    assert_eq!(world.hears(), 3);
    assert_eq!((world.state("A-1"), world.trade("A-1").events), (State::Submitted, events + 1));
    // Money is money, whichever key brought it.
    let told = News::Paid(Paid { amount: redress::Amount::new(6_000).of(Currency::CNY), reference: Id::from("late") });
    let late = CallBack { event: Id::from("evt-late"), key: key(1), told };
    let (order, request) = late.request(&world.contract, Id::from(MALL)).unwrap();
    world.does(order.as_str(), &request);
    assert_eq!((world.state("A-1"), world.refund("A-1", 1).paid_key), (State::Paid, 1));
    // And what was to be sent under the second key is not sent any more.
    world.delivers();
    assert_eq!(world.channel.times_paid(&key(2)), 0);
}

#[test]
fn a_plain_refusal_by_call_back_of_a_channel_that_tries_anew_is_asked_about() {
    let told = |after| {
        let contract = ChannelContract { after_failure: after, ..contract(ChannelContract::wechat_pay) };
        let told = News::Declined(Declined::new(No::Refused, "NOT_ENOUGH"));
        CallBack { event: Id::from("evt-1"), key: key(1), told }.request(&contract, Id::from(MALL)).unwrap().1.asked
    };
    let codes = AfterFailure::ALL.iter().map(|after| told(*after).code());
    assert_eq!(codes.collect::<Vec<_>>(), ["pend", "close", "go_abnormal"]);
}

/// A worker that dies at any of its calls: the next one finds it out.
#[test]
fn a_process_may_die_at_any_call() {
    for contract in [contract(ChannelContract::wechat_pay), contract(ChannelContract::half_hour)] {
        for (fate, deed) in
            [(Fate::DiesBefore, Deed::Pays), (Fate::DiesAfter, Deed::Pays), (Fate::DiesAfter, Deed::Unheard)]
        {
            for at in 0..8 {
                let world = granted(contract.clone());
                world.channel.will("A-1", [deed]);
                let calls = Cell::new(0);
                let dies = |_: Need<'_>| match calls.replace(calls.get() + 1) == at {
                    true => fate,
                    false => Fate::Lives,
                };
                drop(world.drive_with(world.clerk.deliver(9), dies));
                world.passes(Length::Hours(1)).delivers();
                world.passes(Length::Hours(1)).delivers();
                ends_paid(&world, 1);
            }
        }
    }
}

fn through(contract: &ChannelContract, delivery: Delivery) -> (Desk<MemoryStore>, SimulatedChannel, ManualClock) {
    let clock = ManualClock::at(minute(0));
    let channel = SimulatedChannel::new(contract.clone(), Temper::calm(), 1, clock.clone());
    let desk = Desk::builder(Memory::new()).tenant(MALL).clock(clock.clone()).policy(policy(contract));
    (desk.delivery(delivery).contract(contract.clone()).open().unwrap(), channel, clock)
}

#[test]
fn what_a_person_takes_up_at_once_is_refused_for_good_only_later() {
    let contract = contract(ChannelContract::wechat_pay);
    let (desk, channel, clock) = through(&contract, Delivery { tries: 1, ..Delivery::default() });
    for request in [paying::shirts(3), paying::pays(18_000), wants_back(1)] {
        desk.submit("A-1", request).unwrap();
    }
    let fine = |_: &Claimed| Ok::<(), String>(());
    channel.will("A-1", [Deed::HeldUp(Length::Seconds(100)), Deed::Refuses, Deed::Pays]);
    let first = desk.deliver_through(&channel, fine).unwrap();
    let aside = first.failed.iter().find(|failed| failed.what == Effect::PayOut).unwrap();
    assert_eq!(aside.again_at, None, "set aside with what is known of it: {}", aside.error);
    desk.take_up(aside.task).unwrap();
    drop(desk.deliver_through(&channel, fine).unwrap());
    assert_eq!(desk.trade("A-1").unwrap().refund(1).unwrap().state, State::Submitted, "one may still be on its way");
    clock.advance(Length::Minutes(3));
    assert_eq!(channel.times_paid(&key(1)), 1, "and so it was");
    for call_back in channel.call_backs() {
        let (order, request) = call_back.request(&contract, Id::from(MALL)).unwrap();
        desk.submit(order, request).unwrap();
    }
    assert_eq!(desk.trade("A-1").unwrap().refund(1).unwrap().state, State::Paid);
}

#[test]
fn a_desk_that_is_awaited_does_the_same() {
    let contract = contract(ChannelContract::wechat_pay);
    let clock = ManualClock::at(minute(0));
    let channel = SimulatedChannel::new(contract.clone(), Temper::calm(), 1, clock.clone());
    let desk = AsyncDesk::builder(Blocking(Memory::new())).tenant(MALL).clock(clock.clone()).policy(policy(&contract));
    let desk = desk.contract(contract).open_async().unwrap();
    let story = async {
        for request in [paying::shirts(3), paying::pays(18_000), wants_back(1)] {
            desk.submit("A-1", request).await.unwrap();
        }
        channel.will("A-1", [Deed::Unheard]);
        for _ in 0..2 {
            let through = Blocking(&channel);
            drop(desk.deliver_through(&through, |_| async { Ok::<(), String>(()) }).await.unwrap());
            clock.advance(Length::Minutes(5));
        }
        desk.trade("A-1").await.unwrap().refund(1).unwrap().state
    };
    match pin!(story).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(state) => assert_eq!((state, channel.times_paid(&key(1))), (State::Paid, 1)),
        Poll::Pending => panic!("nothing here waits"),
    }
}

/// What is known already ends the task that brought it: it is not handed out for ever.
#[test]
fn a_task_that_comes_to_what_is_known_is_done() {
    let clock = ManualClock::at(minute(0));
    let desk = Desk::builder(Memory::new()).tenant(MALL).clock(clock.clone()).open().unwrap();
    for request in [paying::shirts(3), paying::pays(18_000), wants_back(1)] {
        desk.submit("A-1", request).unwrap();
    }
    let paid = Request::by(Actor::gateway(GATEWAY)).refund(1, refund::Action::Succeed).amount(6_000).reference("r-1");
    desk.submit("A-1", paid.clone()).unwrap();
    let handed_out = Cell::new(0);
    let carry_out = |claimed: &Claimed| match claimed.task.what {
        Effect::PayOut => {
            handed_out.set(handed_out.get() + 1);
            Sent::Answer(Box::new(paid.clone().key("again")))
        }
        _ => Sent::Done,
    };
    for _ in 0..3 {
        drop(desk.deliver(carry_out).unwrap());
        clock.advance(Length::Hours(1));
    }
    assert_eq!(handed_out.get(), 1);
}

#[test]
fn presets_make_sense_and_fit_into_the_presets_of_policies() {
    let presets =
        [ChannelContract::wechat_pay, ChannelContract::alipay, ChannelContract::stripe, ChannelContract::half_hour];
    for preset in presets {
        let contract = preset(Id::from("pay"));
        assert_eq!(contract.check(), Ok(()));
        let stored = serde_json::to_string(&contract).unwrap();
        assert_eq!(serde_json::from_str::<ChannelContract>(&stored).unwrap(), contract);
        for policy in [redress::Policy::cn_marketplace(), redress::Policy::eu_distance_selling()] {
            assert_eq!(contract.check_policy(&policy), Ok(()), "{}", policy.name);
        }
    }
}

#[test]
fn contracts_that_make_no_sense_are_refused_with_what_would() {
    let faulty = |change: fn(&mut ChannelContract)| {
        let mut contract = ChannelContract::wechat_pay("pay");
        change(&mut contract);
        contract.check().unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert!(faulty(|it| it.gateway = Id::from("")).starts_with("`gateway` is malformed"));
    assert!(faulty(|it| it.tenders = Default::default()).starts_with("`tenders` is empty"));
    assert_eq!(faulty(|it| it.window = Length::Seconds(0)), "`window` is 0 s; 1 s to 1 d is accepted");
    assert_eq!(faulty(|it| it.ask_lag = Length::Days(2)), "`ask_lag` is 2 d; 0 s to 1 d is accepted");
    let forgets = faulty(|it| it.key_memory = KeyMemory::Lasts(Length::Seconds(299)));
    assert!(forgets.starts_with("`key_memory` is 299 s; at least 300 s is accepted"), "{forgets}");

    let contract = ChannelContract::wechat_pay("pay");
    let open = |contract: &ChannelContract, delivery: Delivery, change: fn(&mut redress::Policy)| {
        let mut policy = redress::Policy::cn_marketplace();
        change(&mut policy);
        let desk = Desk::builder(Memory::new()).tenant(MALL).delivery(delivery).policy(policy);
        desk.contract(contract.clone()).open().unwrap_err().to_string()
    };
    let parts = open(&contract, Delivery::default(), |policy| {
        let terms = policy.channels[redress::Tender::Wallet].as_mut().unwrap();
        (terms.most_parts, terms.min_gap) = (51, Length::Seconds(59));
    });
    assert_eq!(
        parts,
        "channel pay, policy 1: `channels.wallet.min_gap` is 59 s, and this channel accepts at least 1 min\n\
         `channels.wallet.most_parts` is 51, and this channel accepts at most 50"
    );
    let none = open(&contract, Delivery::default(), |policy| policy.channels[redress::Tender::Wallet] = None);
    assert!(none.contains("`channels.wallet` is null"), "{none}");
    let short = Delivery { lease: Length::Minutes(3), ..Delivery::default() };
    let lease = open(&contract, short, |_| {});
    assert!(lease.starts_with("delivery: `lease` is 3 min; at least 240 s is accepted"), "{lease}");
    let twice = Desk::builder(Memory::new()).tenant(MALL).contract(contract.clone()).contract(contract);
    assert_eq!(twice.open().unwrap_err().to_string(), "there are two contracts of channel pay; hand in one");
}

#[test]
fn keys_are_read_as_they_are_written_and_in_no_other_way() {
    let tenant = Id::from(MALL);
    let world = granted(contract(ChannelContract::wechat_pay));
    let task =
        world.store.claim(&redress::port::Claim { now: minute(1), until: minute(2), limit: 99, worker: Id::from("w") });
    let sent: Vec<String> =
        task.unwrap().rows.into_iter().map(|it| it.task.key).filter(|key| key.contains("refund-")).collect();
    assert_eq!(sent, [key(1)]);
    let read = RefundKey::parse(tenant, &sent[0]).unwrap();
    assert_eq!((read.refund, read.number, read.to_string()), (1, 1, key(1)));
    for wrong in [
        "",
        "acme-mall/A-1/refund-1",
        "acme-mall/A-1/refund-1/",
        "acme-mall/A-1/refund-01/1",
        "acme-mall/A-1/refund-1/+1",
        "acme-mall/A-1/refund-1/70000",
        "acme-mall//refund-1/1",
        "acme-mall2/A-1/refund-1/1",
        "other/A-1/refund-1/1",
        "acme-mall/A-1/case-1/1",
    ] {
        assert!(RefundKey::parse(tenant, wrong).is_err(), "{wrong}");
    }
}
