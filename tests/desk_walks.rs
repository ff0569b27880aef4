//! Random walks through a desk on a file: it answers as a desk in memory and as a bare step do, and what they leave
//! behind comes back from the file as it was.

#![cfg(all(feature = "sqlite", feature = "testing"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shop;
mod stored;

use redress::port::{Receipt, Storage};
use redress::store::{Memory, Sqlite};
use redress::testing::strategy::Chance;
use redress::trade::{Checksums, Outcome, Request, Trade, replay, step};
use redress::{Desk, DeskError, Id, ManualClock, Policy};
use shop::Shop;
use stored::Folder;

const WALKS: u64 = 16;
const STEPS: u64 = 70;

fn open<D: Storage>(storage: D, clock: &ManualClock) -> Desk<D::Store> {
    Desk::builder(storage).tenant(shop::TENANT).clock(clock.clone()).open().unwrap()
}

/// What a desk must answer to a request that a bare step has answered. A desk takes the checksums of its rules and policy.
fn expected(shop: &Shop, checksums: Checksums, request: &Request) -> (Result<Receipt, DeskError>, Option<Outcome>) {
    match step(&shop.book().with(checksums), &shop.trade, request, shop.now) {
        Ok(outcome) => (Ok(Receipt::of(&outcome, shop.now)), Some(outcome)),
        Err(denied) => (Err(denied.into()), None),
    }
}

#[test]
fn a_desk_on_a_file_is_a_desk_in_memory_is_a_step() {
    let (mut carried_out, mut refused) = (0, 0);
    for seed in 0..WALKS {
        let folder = Folder::new();
        let mut chance = Chance(seed);
        let mut shop = Shop::new(Policy::cn_marketplace());
        let checksums = Checksums::of(&shop.rules, &shop.policy);
        let clock = ManualClock::at(shop.now);
        let memory = open(Memory::new(), &clock);
        let mut file = open(Sqlite::open(folder.file()).unwrap(), &clock);
        let total = chance.order();
        let mut next = Request::by(shop::buyer()).place(total);
        for at in 0..STEPS {
            let request = next.key(format!("key-{at}").as_str());
            let (answer, outcome) = expected(&shop, checksums, &request);
            assert_eq!(memory.submit("o-1", &request), answer, "seed {seed}, step {at}: {request:?}");
            assert_eq!(file.submit("o-1", &request), answer, "seed {seed}, step {at}: {request:?}");
            match outcome {
                Some(outcome) if !outcome.events.is_empty() => {
                    shop.take(outcome);
                    carried_out += 1;
                    let again = answer.map(|receipt| Receipt { replayed: true, ..receipt });
                    assert_eq!(file.submit("o-1", &request), again, "seed {seed}, step {at}: {request:?}");
                }
                _ => refused += 1,
            }
            if at % 23 == 22 {
                file = open(Sqlite::open(folder.file()).unwrap(), &clock);
            }
            if chance.one_in(4) {
                shop.now = shop.now.after(chance.wait(&shop.scene()));
                clock.set(shop.now);
            }
            next = chance.request(&shop.scene());
        }
        assert_eq!(file.trade("o-1").unwrap(), shop.trade, "seed {seed}");
        let history = file.history("o-1").unwrap();
        assert_eq!(history, shop.events, "seed {seed}");
        let mut folded = Trade::absent(shop.trade.key);
        replay(&mut folded, &history).unwrap();
        assert_eq!(folded, shop.trade, "seed {seed}");
        let open_tasks = |_: &redress::port::Claimed| Ok::<_, String>(());
        let tasks: u32 = history.iter().map(|event| u32::try_from(event.tasks.len()).unwrap()).sum();
        clock.set(shop.now.after(400 * 24 * 3_600_000));
        assert_eq!(file.deliver(open_tasks).unwrap().done, tasks, "seed {seed}");
        assert_eq!(memory.deliver(open_tasks).unwrap().done, tasks, "seed {seed}");
        assert_eq!(shop.trade.key.order, Id::from("o-1"));
    }
    println!("{carried_out} requests carried out, {refused} refused");
    assert!(carried_out > 200 && refused > 200, "{carried_out}, {refused}");
}

/// Nobody acts: time alone brings every trade to rest, through `run_due`, on a file.
#[test]
fn silence_ends_on_a_file() {
    let folder = Folder::new();
    let mut shop = Shop::new(Policy::cn_marketplace());
    let clock = ManualClock::at(shop.now);
    let desk = open(Sqlite::open(folder.file()).unwrap(), &clock);
    let mut chance = Chance(7);
    for order in 0..12 {
        let order_id = format!("o-{order}");
        let mut asked = Request::by(shop::buyer()).place(chance.order());
        for _ in 0..25 {
            let _ = desk.submit(order_id.as_str(), &asked);
            if let Ok(trade) = desk.trade(order_id.as_str()) {
                shop.trade = trade;
            }
            asked = chance.request(&shop.scene());
        }
    }
    for _ in 0..400 {
        let Some(due) = (0..12).filter_map(|no| desk.trade(format!("o-{no}").as_str()).ok()?.due()).min() else {
            break;
        };
        clock.set(due.after(1));
        let ran = desk.run_due(100).unwrap();
        assert_eq!(ran.failed, []);
        assert!(!ran.fired.is_empty());
    }
    for no in 0..12 {
        let trade = desk.trade(format!("o-{no}").as_str());
        assert!(trade.is_err() || trade.unwrap().rests(), "o-{no} still waits");
    }
}
