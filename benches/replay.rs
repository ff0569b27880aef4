//! History folded into the trade, and trades written and read as JSON.
#![allow(missing_docs, clippy::indexing_slicing, clippy::unwrap_used, reason = "a benchmark")]

#[path = "../tests/shop/mod.rs"]
mod shop;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use redress::trade::{NewLine, Request, Trade, replay};
use redress::{Kind, Policy, Reason, after_sale};
use shop::{Shop, buyer, new_order};

/// Three lines of so many units, each unit sent back by a case of its own, to the refund; silence decides everything.
fn returned(count: u32) -> Shop {
    let names = ["shirt", "mug", "lamp"];
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(names.map(|name| NewLine::new(name, count, 1_000)).to_vec()))
        .pay(u64::from(count) * 3_000, "p-1");
    for name in names {
        shop.ship(name, count);
    }
    shop.after_hours(24);
    for name in names {
        shop.deliver(name, count);
    }
    for no in 1..=u16::try_from(count * 3).unwrap() {
        let apply = Request::by(buyer()).apply(Kind::ReturnAndRefund);
        let apply = apply.units(names[usize::from(no) % 3], 1).reason(Reason::NoReason);
        shop.does(apply);
    }
    shop.after_hours(49);
    for no in 1..=u16::try_from(count * 3).unwrap() {
        let back = Request::by(buyer()).case(no, after_sale::Action::ShipBack);
        shop.does(back.waybill("sf", format!("back-{no}").as_str()));
    }
    shop.after_hours(11 * 24).gateway_pays();
    shop
}

fn histories(c: &mut Criterion) {
    let mut group = c.benchmark_group("replay");
    for count in [1, 10, 30] {
        let shop = returned(count);
        let events = shop.events.len();
        group.throughput(Throughput::Elements(events as u64));
        group.bench_function(format!("{events} events, {} cases", count * 3), |bench| {
            bench.iter(|| {
                let mut trade = Trade::absent(shop.trade.key);
                replay(&mut trade, black_box(&shop.events)).unwrap();
                trade
            });
        });
    }
    group.finish();
}

fn json(c: &mut Criterion) {
    let shop = returned(1);
    let text = serde_json::to_string(&shop.trade).unwrap();
    let history = serde_json::to_string(&shop.events).unwrap();
    let mut group = c.benchmark_group("json");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("write a trade", |bench| {
        bench.iter(|| serde_json::to_string(black_box(&shop.trade)).unwrap());
    });
    group.bench_function("read a trade", |bench| {
        bench.iter(|| serde_json::from_str::<Trade>(black_box(&text)).unwrap());
    });
    group.throughput(Throughput::Bytes(history.len() as u64));
    group.bench_function("write its history", |bench| {
        bench.iter(|| serde_json::to_string(black_box(&shop.events)).unwrap());
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(300));
    targets = histories, json
}
criterion_main!(benches);
