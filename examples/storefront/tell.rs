//! A run of all stories on one file, from wherever the last run has left it, and what its ledgers come to.

use std::fmt::Write;
use std::path::Path;

use redress::port::{Storage, Store};
use redress::trade::Place;
use redress::{Id, ManualClock, Sqlite, Trade};

use crate::crash::{Crash, Point};
use crate::gateway::Gateway;
use crate::script::MALL;
use crate::stories;
use crate::world::{Any, Shop, World, at, open};

/// When the service is stopped and started again: several cases are open.
const RESTART: &str = "03-06 00:00";

/// Tells all stories, or those parts that are left; `stopped` is called when the service is started again in the middle.
pub fn tell(file: &Path, crash: Option<Point>, stopped: impl FnOnce()) -> Result<(Shop, World), Any> {
    let mut world = World::around(file, at("03-01 09:00")?, stories::all()?, Crash::at(crash))?;
    let restart = at(RESTART)?;
    if world.diary.now.is_none_or(|now| now < restart) {
        let desk = open(&world)?;
        world.run(&desk, Some(restart))?;
        drop(desk);
        stopped();
    }
    let desk = open(&world)?;
    world.run(&desk, None)?;
    Ok((desk, world))
}

/// The ledgers of all trades in a file, and what the channel has really paid for each: every amount and every unit, and
/// where each machine stands. When it happened is not part of it.
pub fn ledgers(file: &Path) -> Result<String, Any> {
    let store = Sqlite::look(file)?.tenant(Id::from(MALL))?;
    let deeds: Vec<_> = stories::all()?.into_iter().map(|story| (story.order, story.answers)).collect();
    let channel = Gateway::open(file, ManualClock::at(at("03-01 09:00")?), &deeds, Crash::default())?;
    let mut ledgers = String::new();
    for order in store.orders(None, 1_000)?.rows {
        let found = store.verify(order)?;
        if !found.damaged.is_empty() {
            return Err(format!("{order}: {:?}", found.damaged).into());
        }
        let trade = store.load(order)?.ok_or("a trade is gone")?;
        writeln!(ledgers, "{order}: {:?}, really paid {}", trade.head.state, channel.paid_for(order))?;
        ledger(&mut ledgers, &trade)?;
    }
    Ok(ledgers)
}

fn ledger(out: &mut String, trade: &Trade) -> Result<(), Any> {
    for case in &trade.cases {
        let figures = [case.charged, case.written_off, case.repaid, case.freight_credited].map(|it| it.minor());
        writeln!(out, "  case {}: {:?} {figures:?}", case.no, case.state)?;
    }
    for refund in &trade.refunds {
        writeln!(out, "  refund {}: {:?} {:?} by {:?}", refund.no, refund.state, refund.amount, refund.route)?;
    }
    for paid in &trade.money.payments {
        writeln!(out, "  payment {}: {:?}", paid.reference, paid.balance)?;
    }
    for pot in &trade.money.pots {
        writeln!(out, "  {:?}: {:?}", pot.bucket, pot.balance)?;
    }
    for (at, line) in (0..).zip(&trade.lines) {
        let places = Place::ALL.iter().map(|place| (place, trade.goods.count(at, |units| units.place == *place)));
        let places: Vec<_> = places.filter(|(_, count)| *count > 0).collect();
        writeln!(out, "  line {}: {places:?}", line.id)?;
    }
    Ok(())
}
