//! An agent of the customer service, who does at once whatever is called out to both.

use std::io::BufRead;

use redress::after_sale::Action;
use redress::store::postgres::NoTls;
use redress::{Actor, Desk, DeskError, Kind, Reason, Request};

use crate::run::{Any, MALL, Run};

pub fn answer(run: &Run) -> Result<(), Any> {
    let desk = run.set(Desk::builder(run.options()?.open_blocking(NoTls)?)).open()?;
    let staff = Actor::platform(MALL, run.name.as_str());
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (what, order) = line.split_once(' ').ok_or("called out is `grant ORDER` or `agree ORDER`")?;
        let request = match what {
            // 60.00 of 100.00: both must not have it their way.
            "grant" => {
                let grant = Request::by(staff).opens(Action::Grant, Kind::Compensation).units("shirt", 1);
                grant.amount(6_000).reason(Reason::Damaged).text("a tear at the seam")
            }
            _ => Request::by(staff).case(1, Action::Agree),
        };
        match desk.submit(order, request) {
            Ok(_) => println!("won {order}"),
            Err(DeskError::Denied(denied)) => println!("lost {order} {}", denied.codes().join(",")),
            Err(other) => return Err(other.into()),
        }
    }
    Ok(())
}
