//! One whole step: ledgers, events and effects included, on trades with little and with much behind them.
#![allow(missing_docs, clippy::indexing_slicing, clippy::unwrap_used, reason = "a benchmark")]

#[path = "../tests/shop/mod.rs"]
mod shop;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use redress::trade::{NewLine, Request, options, run_due, step};
use redress::{Kind, Policy, Reason, after_sale, order, refund};
use shop::{Shop, buyer, gateway, merchant, new_order};

const PRICE: u64 = 1_000;

/// A paid order of shirts, so many of which were refunded before they were shipped, one case each.
fn paid(count: u32, refunded: u32) -> Shop {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("shirt", count, PRICE)])).pay(u64::from(count) * PRICE, "p-1");
    for no in 1..=u16::try_from(refunded).unwrap() {
        // Also where the channel takes no more: money that arrived is money.
        shop.does(unshipped()).does(success(no, PRICE));
    }
    shop
}

/// The rest has come.
fn delivered(refunded: u32) -> Shop {
    let mut shop = paid(refunded + 20, refunded);
    shop.ship("shirt", 20).after_hours(48).deliver("shirt", 20);
    shop
}

fn unshipped() -> Request {
    Request::by(buyer()).apply(Kind::RefundOnly).units("shirt", 1).reason(Reason::NoReason)
}

fn application() -> Request {
    Request::by(buyer()).apply(Kind::ReturnAndRefund).units("shirt", 1).reason(Reason::NoReason)
}

fn keeps_the_goods() -> Request {
    Request::by(buyer())
        .apply(Kind::Compensation)
        .units("shirt", 1)
        .reason(Reason::Quality)
        .amount(PRICE / 2)
        .evidence("photo-1")
        .text("torn")
}

fn success(no: u16, amount: u64) -> Request {
    let succeed = Request::by(gateway()).refund(no, refund::Action::Succeed);
    succeed.amount(amount).reference(format!("r-{no}").as_str())
}

/// A step that is accepted, or refused, as it should be.
fn measure(c: &mut Criterion, name: &str, parameter: u32, shop: &Shop, request: &Request, accepted: bool) {
    let asked = shop.ask(request);
    assert_eq!(asked.is_ok(), accepted, "{name}: {asked:?}");
    let book = shop.book();
    c.bench_with_input(BenchmarkId::new(name, parameter), shop, |bench, shop| {
        bench.iter(|| step(&book, black_box(&shop.trade), black_box(request), shop.now));
    });
}

/// What cost grows with: cases that are closed.
fn closed_cases(c: &mut Criterion) {
    for closed in [0, 10, 100] {
        let quiet = delivered(closed);
        measure(c, "step/note", closed, &quiet, &note(), true);
        measure(c, "step/apply", closed, &quiet, &application(), true);
        measure(c, "step/refused", closed, &quiet, &application().amount(PRICE * 2), false);
        measure(
            c,
            "step/refused for the state",
            closed,
            &quiet,
            &Request::by(merchant()).order(order::Action::Release),
            false,
        );
        let mut asked = quiet.clone();
        asked.does(keeps_the_goods());
        let no = u16::try_from(asked.trade.cases.len()).unwrap();
        let agree = Request::by(merchant()).case(no, after_sale::Action::Agree);
        measure(c, "step/agree, opens a refund", closed, &asked, &agree, true);
        let mut last = paid(closed + 1, closed);
        last.does(unshipped());
        let no = u16::try_from(last.trade.refunds.len()).unwrap();
        let succeed = success(no, PRICE);
        measure(c, "step/cascade to the end", closed, &last, &succeed, true);
        assert_eq!(last.ask(&succeed).unwrap().trade.head.state, order::State::Refunded);
        due(c, closed, &asked);
        c.bench_with_input(BenchmarkId::new("clone", closed), &quiet, |bench, shop| {
            bench.iter(|| black_box(&shop.trade).clone());
        });
    }
}

fn note() -> Request {
    Request::by(buyer()).order(order::Action::Note).text("please ring twice")
}

/// Time acts where the merchant was silent.
fn due(c: &mut Criterion, closed: u32, shop: &Shop) {
    let (book, late) = (shop.book(), shop.now.after(49 * 3_600_000));
    let outcome = run_due(&book, &shop.trade, late).unwrap();
    assert!(!outcome.events.is_empty(), "nothing was due");
    c.bench_with_input(BenchmarkId::new("step/run_due", closed), shop, |bench, shop| {
        bench.iter(|| run_due(&book, black_box(&shop.trade), late));
    });
}

/// What cost grows with: cases that are open.
fn open_cases(c: &mut Criterion) {
    for open in [1, 5, 10] {
        let mut shop = delivered(0);
        for _ in 0..open {
            shop.does(application());
        }
        measure(c, "step/apply, others open", open, &shop, &application(), true);
    }
}

/// What may be done now, where a case is open on one of two shirts that have come.
fn choices(c: &mut Criterion) {
    let mut shop = Shop::new(Policy::cn_marketplace());
    shop.place(new_order(vec![NewLine::new("shirt", 2, PRICE)])).pay(2 * PRICE, "p-1");
    shop.ship("shirt", 2).after_hours(48).deliver("shirt", 2).does(application());
    looks(c, "one line", &shop);
    let withdraw = Request::by(merchant()).case(1, after_sale::Action::Withdraw);
    measure(c, "step/refused for the role", 1, &shop, &withdraw, false);
    let dispatch = Request::by(merchant()).case(1, after_sale::Action::Dispatch).waybill("sf", "w-1");
    measure(c, "step/refused for the state of a case", 1, &shop, &dispatch, false);
    looks(c, "three lines", &three_lines());
}

/// Three lines that have come, on one of them a case.
fn three_lines() -> Shop {
    let mut shop = Shop::new(Policy::cn_marketplace());
    let names = ["shirt", "mug", "lamp"];
    let lines = names.map(|name| NewLine::new(name, 2, PRICE));
    shop.place(new_order(lines.to_vec())).pay(6 * PRICE, "p-1");
    for name in names {
        shop.ship(name, 2);
    }
    shop.after_hours(48);
    for name in names {
        shop.deliver(name, 2);
    }
    shop.does(application());
    shop
}

fn looks(c: &mut Criterion, name: &str, shop: &Shop) {
    let book = shop.book();
    for actor in [buyer(), merchant()] {
        assert!(options(&book, &shop.trade, &actor, shop.now).is_ok());
        c.bench_function(&format!("options/{}, {name}", actor.role), |bench| {
            bench.iter(|| options(&book, black_box(&shop.trade), black_box(&actor), shop.now));
        });
    }
}

fn placing(c: &mut Criterion) {
    let shop = Shop::new(Policy::cn_marketplace());
    let lines = ["shirt", "mug", "lamp"].map(|name| NewLine::new(name, 2, PRICE));
    let place = Request::by(buyer()).place(new_order(lines.to_vec()));
    measure(c, "step/place, lines", 3, &shop, &place, true);
    c.bench_function("drop of an outcome", |bench| {
        let make = || shop.ask(&place);
        bench.iter_batched(make, drop, BatchSize::SmallInput);
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(300));
    targets = placing, choices, closed_cases, open_cases
}
criterion_main!(benches);
