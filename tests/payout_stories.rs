//! Thousands of stories with a channel that loses, delays, forgets, declines, and tells late, twice and never, and with
//! processes that die at any point: what it has really paid is what the trades say, and nothing is paid twice.
//!
//! `PAYOUT_SEEDS=200000 cargo test --release --test payout_stories` runs more; a failing seed is named and runs alone
//! with `PAYOUT_SEED=…`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod paying;

use std::collections::BTreeMap;
use std::fmt::Write;

use paying::{Fate, World, contract, policy, wants_back};
use redress::channel::{AfterFailure, Ask, ChannelContract, KeyMemory, Temper};
use redress::refund::State;
use redress::store::{Memory, MemoryStore};
use redress::{Length, Limit, Span, Time};

/// A source of chance of the test's own.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: u64) -> u64 {
        (self.next() >> 11) % most
    }
}

/// Every kind of channel that the contract can tell of.
fn contract_of(seed: u64) -> ChannelContract {
    let base =
        [ChannelContract::wechat_pay, ChannelContract::alipay, ChannelContract::stripe, ChannelContract::half_hour];
    let mut contract = contract(base[usize::try_from(seed % 4).unwrap()]);
    if seed.is_multiple_of(3) {
        contract.key_memory =
            [KeyMemory::Lasts(Length::Minutes(5)), KeyMemory::Lasts(Length::Hours(24)), KeyMemory::ForEver]
                [usize::try_from(seed / 12 % 3).unwrap()];
        contract.after_failure = AfterFailure::ALL[usize::try_from(seed / 36 % 3).unwrap()];
        contract.ask = Ask::ALL[usize::try_from(seed / 108 % 3).unwrap()];
    }
    contract.terms.min_gap = Length::Seconds(0);
    contract
}

const STEPS: [Length; 7] = [
    Length::Seconds(10),
    Length::Seconds(40),
    Length::Seconds(70),
    Length::Minutes(5),
    Length::Minutes(40),
    Length::Hours(5),
    Length::Hours(26),
];

/// What the stories have come to, to show that they tell of everything.
#[derive(Default, Debug)]
struct Tally {
    stories: u64,
    deaths: u64,
    pauses: u64,
    arrived: u64,
    repeated: u64,
    forgotten: u64,
    states: BTreeMap<&'static str, u64>,
}

fn story(seed: u64, tally: &mut Tally) -> Result<(), String> {
    let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let contract = contract_of(seed);
    let mut policy = policy(&contract);
    if seed.is_multiple_of(2) {
        policy.limits[Limit::GatewayAnswer] = Span::minutes(2);
    }
    let world = World::on(&Memory::new(), contract, policy, Temper::stormy(), seed);
    let orders = ["A-1", "A-2"];
    for order in orders {
        world.bought(order, 3);
        world.does(order, &wants_back(1));
    }
    for round in 0..40 + chance.below(60) {
        if round == 3 {
            orders.iter().for_each(|order| world.does(order, &wants_back(2)));
        }
        one_round(&world, &mut chance, tally);
        for order in orders {
            world.audit(order).or_else(|why| settles_later(&world, order, why))?;
        }
    }
    world.channel.set_temper(Temper::calm());
    for _ in 0..400 {
        drop(world.drive(world.clerk.run_due(u32::MAX)).unwrap());
        world.hears();
        world.delivers();
        world.passes(Length::Hours(3));
    }
    for order in orders {
        let trade = world.trade(order);
        for refund in &trade.refunds {
            *tally.states.entry(refund.state.code_of()).or_default() += 1;
            if !matches!(refund.state, State::Paid | State::Unresolved | State::Cancelled) {
                return Err(format!("{order} refund {} is stuck in {}", refund.no, refund.state));
            }
        }
        world.audit(order)?;
    }
    tally.stories += 1;
    let arrived = world.channel.arrived();
    tally.arrived += arrived.len() as u64;
    tally.repeated += arrived.iter().filter(|landed| landed.known).count() as u64;
    let mut first: BTreeMap<&str, Time> = BTreeMap::new();
    for landed in &arrived {
        let again = first.insert(&landed.key, landed.at).is_some();
        tally.forgotten += u64::from(again && !landed.known);
    }
    Ok(())
}

/// While money is on its way the trade may not have heard of it; that it was paid twice is wrong at any time.
fn settles_later(world: &World<MemoryStore>, order: &str, why: String) -> Result<(), String> {
    let twice = world.trade(order).refunds.iter().any(|refund| {
        let keys = 1..=refund.key_number;
        let key = |number| format!("{}/{order}/refund-{}/{number}", paying::MALL, refund.no);
        keys.map(|number| world.channel.times_paid(&key(number))).sum::<usize>() > 1
    });
    if twice { Err(why) } else { Ok(()) }
}

fn one_round(world: &World<MemoryStore>, chance: &mut Chance, tally: &mut Tally) {
    let mut dies = |chance: &mut Chance| match chance.below(60) {
        0 => {
            tally.deaths += 1;
            Fate::DiesBefore
        }
        1 => {
            tally.deaths += 1;
            Fate::DiesAfter
        }
        2..=5 => {
            tally.pauses += 1;
            Fate::Sleeps(STEPS[usize::try_from(chance.below(7)).unwrap()])
        }
        _ => Fate::Lives,
    };
    match chance.below(6) {
        0 => drop(world.drive_with(world.clerk.run_due(u32::MAX), |_| dies(chance))),
        1 => drop(world.hears()),
        2 | 3 => drop(world.drive_with(world.clerk.deliver(u32::MAX), |_| dies(chance))),
        _ => drop(world.passes(STEPS[usize::try_from(chance.below(7)).unwrap()])),
    }
}

/// The code, for the tally.
trait CodeOf {
    fn code_of(self) -> &'static str;
}

impl CodeOf for State {
    fn code_of(self) -> &'static str {
        redress::Word::code(self)
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn what_the_channel_paid_is_what_the_trades_say() {
    let seeds = match number("PAYOUT_SEED") {
        Some(seed) => seed..seed + 1,
        None => 1..number("PAYOUT_SEEDS").unwrap_or(3_000) + 1,
    };
    let (mut tally, mut wrong, mut failed) = (Tally::default(), String::new(), 0);
    for seed in seeds.clone() {
        if let Err(why) = story(seed, &mut tally) {
            failed += 1;
            if failed < 10 {
                writeln!(wrong, "seed {seed}: {why}\n    {:?}", contract_of(seed)).unwrap();
            }
        }
    }
    println!("{tally:?}");
    assert!(wrong.is_empty(), "{failed} of {} stories go wrong\n{wrong}", seeds.end - seeds.start);
    if seeds.end - seeds.start > 1_000 {
        assert!(tally.deaths > 1_000 && tally.repeated > 1_000 && tally.forgotten > 100, "{tally:?}");
        assert!(tally.states.len() >= 2, "{tally:?}");
    }
}
