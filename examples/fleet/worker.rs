//! A worker: fires deadlines, sends refunds, until it is told to stop or killed.

use std::io::Read;
use std::time::Duration;

use redress::AsyncDesk;
use redress::port::Blocking;
use redress::store::postgres::NoTls;

use crate::channel::Line;
use crate::run::{Any, RATE, Run};

pub fn work(run: &Run) -> Result<(), Any> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let storage = run.options()?.open(NoTls).await?;
        let desk = run.set(AsyncDesk::builder(storage)).open_async()?;
        let channel = Blocking(Line::to(run));
        let (ends, ended) = tokio::sync::oneshot::channel::<()>();
        // The leading process holds the other end of the input: when it lets go, or is gone, the work is over.
        std::thread::spawn(move || {
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            drop(ends);
        });
        let stop = async {
            let _ = ended.await;
        };
        let sleep = |length: Duration| tokio::time::sleep(length / u32::try_from(RATE).unwrap_or(1));
        // Whatever is no money is a matter of other services, which are fine here.
        let worked = desk.work_through(stop, sleep, &channel, |_| async { Ok::<(), String>(()) }).await;
        println!("worked {} {} {} {}", worked.done, worked.failed, worked.set_aside, worked.troubles);
        Ok(())
    })
}
