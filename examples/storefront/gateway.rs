//! The payment channel. It is elsewhere: its books stand in a file of its own, beside the shop's, and outlive it.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use redress::channel::{Asked, Channel, ChannelContract, Deed, PayOut, Question, Sent, SimulatedChannel, Temper};
use redress::port::Clock;
use redress::{Id, ManualClock, Time};
use serde::{Deserialize, Serialize};

use crate::crash::{Crash, Point};
use crate::world::Any;

/// What the payment channel promises.
pub fn contract() -> ChannelContract {
    ChannelContract::wechat_pay("pay")
}

/// A call that has reached the channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Call {
    Sent(PayOut),
    Asked(Question),
    /// The buyer's bank takes back what was paid with this key: the how manieth step of all stories it is.
    Reversed(usize, String),
}

/// The channel and its books. Since the same calls at the same times come to the same answers, the books are the calls.
pub struct Gateway {
    channel: SimulatedChannel,
    clock: ManualClock,
    books: PathBuf,
    /// Which of the stories' reversals have happened.
    reversed: Vec<usize>,
    pub crash: Crash,
}

impl Gateway {
    /// Where the books of the channel of this shop stand.
    pub fn path(file: &Path) -> PathBuf {
        let mut path = file.as_os_str().to_owned();
        path.push(".channel");
        path.into()
    }

    /// The channel as its books say, in the time of this clock, which is set back to where it was. What will befall refunds
    /// is told by order.
    pub fn open(
        file: &Path,
        clock: ManualClock,
        deeds: &[(&'static str, Vec<Deed>)],
        crash: Crash,
    ) -> Result<Self, Any> {
        let channel = SimulatedChannel::new(contract(), Temper::calm(), 1, clock.clone());
        for (order, deeds) in deeds {
            channel.will(*order, deeds.iter().copied());
        }
        let (books, now) = (Self::path(file), clock.now());
        let mut gateway = Self { channel, clock, books, reversed: Vec::new(), crash };
        if gateway.books.exists() {
            for line in BufReader::new(File::open(&gateway.books)?).lines() {
                let (at, call): (Time, Call) = serde_json::from_str(&line?)?;
                gateway.clock.set(at);
                gateway.take(call);
            }
        }
        gateway.clock.set(now);
        Ok(gateway)
    }

    fn take(&mut self, call: Call) {
        match call {
            Call::Sent(pay_out) => drop(self.channel.send(&pay_out)),
            Call::Asked(question) => drop(self.channel.ask(&question)),
            Call::Reversed(step, key) => {
                self.channel.reverse(&key);
                self.reversed.push(step);
            }
        }
    }

    fn enter(&self, call: &Call) -> Result<(), Any> {
        let mut line = serde_json::to_vec(&(self.clock.now(), call))?;
        line.push(b'\n');
        Ok(OpenOptions::new().create(true).append(true).open(&self.books)?.write_all(&line)?)
    }

    /// The buyer's bank sends money back to the channel; once for each step that says so.
    pub fn reverses(&mut self, step: usize, key: String) -> Result<(), Any> {
        if !self.reversed.contains(&step) {
            let call = Call::Reversed(step, key);
            self.enter(&call)?;
            self.take(call);
        }
        Ok(())
    }

    /// What the buyer of this order really has back, by the channel's own books.
    pub fn paid_for(&self, order: Id) -> u64 {
        self.channel.paid_back(order).minor()
    }
}

impl Channel for Gateway {
    fn send(&self, pay_out: &PayOut) -> Sent {
        self.crash.reach(Point::ClaimedNotSent);
        // What cannot be entered has not reached the channel.
        if let Err(error) = self.enter(&Call::Sent(pay_out.clone())) {
            return Sent::NotSent(error.to_string());
        }
        let sent = self.channel.send(pay_out);
        self.crash.reach(Point::SentNotSettled);
        sent
    }

    fn ask(&self, question: &Question) -> Asked {
        match self.enter(&Call::Asked(question.clone())) {
            Ok(()) => self.channel.ask(question),
            Err(error) => Asked::Unknown(error.to_string()),
        }
    }
}
