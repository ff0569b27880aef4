//! A PostgreSQL server that is killed with all its processes while workers pay refunds out.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use std::{env, thread};

use redress::store::postgres::NoTls;

use crate::server::Server;
use crate::shop::{Fast, Stops, audit, channel, desk, hears, round, story, surely};

/// It starts again without flushing each file of its own first: the disk lives on.
const QUICK: &str = "recovery_init_sync_method=syncfs";
const WORKERS: u32 = 3;
const SELLERS: u32 = 2;

#[test]
fn a_killed_server_pays_nothing_twice() {
    let Some(server) = Server::start(&[QUICK]) else { return };
    let kills: u32 = env::var("REDRESS_KILLS").map_or(2, |kills| kills.parse().unwrap());
    let clock = Fast::began(None);
    let (channel, stop) = (channel(clock), AtomicBool::new(false));
    let (acknowledged, again) = (Mutex::new(BTreeMap::new()), AtomicU64::new(0));
    let open = |name: &str| {
        let options = server.options("trades").patience(Duration::from_millis(500));
        desk(options.open_blocking(NoTls).unwrap(), clock, name)
    };
    // Opened while the server is there; services go on with what they have.
    let workers: Vec<_> = (0..WORKERS).map(|no| open(&format!("worker-{no}"))).collect();
    let front = open("front");
    thread::scope(|scope| {
        let (front, channel, acknowledged, again, stop) = (&front, &channel, &acknowledged, &again, &stop);
        let _stops = Stops(stop);
        for worker in &workers {
            scope.spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    round(worker, channel);
                    thread::sleep(Duration::from_millis(2));
                }
            });
        }
        for seller in 0..SELLERS {
            scope.spawn(move || {
                for order in (0..).map(|no| format!("S{seller}-{no}")) {
                    for request in story(&order) {
                        let Some((receipt, times)) = surely(front, &order, &request, stop) else { return };
                        again.fetch_add(times, Ordering::Relaxed);
                        acknowledged.lock().unwrap().insert(order.clone(), receipt.version);
                    }
                    hears(front, channel.call_backs());
                }
            });
        }
        for round in 0..kills {
            // At no particular moment.
            thread::sleep(Duration::from_millis(700 + u64::from(round * 37 % 101)));
            server.kill();
            server.go();
        }
        thread::sleep(Duration::from_millis(300));
    });
    let sums = audit(&front, &channel, &acknowledged.into_inner().unwrap());
    println!(
        "{kills} kills of the server under {WORKERS} workers and {SELLERS} sellers: {} orders, {} refunds, each paid once; {} \
         requests to the store had to be repeated; {} requests arrived at the channel, {} of them known again",
        sums.orders,
        sums.refunds,
        again.into_inner(),
        sums.arrived,
        sums.known_again
    );
    assert!(sums.refunds as u32 > 4 * kills && sums.arrived > sums.refunds, "{sums:?}");
}
