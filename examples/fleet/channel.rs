//! The payment channel: elsewhere, on a line of its own, with books that outlive whoever calls it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use redress::channel::{Asked, Channel, PayOut, Question, Sent, SimulatedChannel, Temper};
use redress::port::Clock;
use redress::{Id, Length};
use serde::{Deserialize, Serialize};

use crate::run::{self, Any, Fast, Run};

/// What goes over the line, as a line of JSON each way.
#[derive(Serialize, Deserialize)]
struct Call {
    from: String,
    what: What,
}

#[derive(Serialize, Deserialize)]
enum What {
    Send(PayOut),
    Ask(Question),
}

/// The end of the line at a worker.
pub struct Line {
    from: String,
    address: String,
}

impl Line {
    pub fn to(run: &Run) -> Self {
        Self { from: run.name.clone(), address: run.channel.clone() }
    }

    fn call<T: for<'a> Deserialize<'a>>(&self, what: What) -> Result<T, Any> {
        let mut line = TcpStream::connect(&self.address)?;
        let mut call = serde_json::to_string(&Call { from: self.from.clone(), what })?;
        call.push('\n');
        line.write_all(call.as_bytes())?;
        let mut answer = String::new();
        BufReader::new(line).read_line(&mut answer)?;
        Ok(serde_json::from_str(&answer)?)
    }
}

impl Channel for Line {
    fn send(&self, pay_out: &PayOut) -> Sent {
        // Whatever breaks on the way, nobody knows how far it came.
        self.call(What::Send(pay_out.clone())).unwrap_or_else(|_| Sent::Unknown("the line broke".into()))
    }

    fn ask(&self, question: &Question) -> Asked {
        self.call(What::Ask(question.clone())).unwrap_or_else(|_| Asked::Unknown("the line broke".into()))
    }
}

/// The channel itself.
#[derive(Clone)]
pub struct Gateway {
    pub books: SimulatedChannel,
    clock: Fast,
    address: String,
    /// The worker whose refund is the one of this number dies of it.
    kill_at: u32,
    sent: Arc<AtomicU32>,
    /// The workers, so that one can be killed.
    workers: Arc<Mutex<BTreeMap<String, Child>>>,
    killed: Arc<Mutex<Option<(String, String)>>>,
    calls: Arc<Mutex<BTreeMap<String, u32>>>,
}

impl Gateway {
    /// Opens the channel on a port of this machine.
    pub fn open(run: &Run, seed: u64, kill_at: u32) -> Result<Self, Any> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let lateness = Length::Minutes(10);
        // Requests and answers are lost, refunds are slow or refused, call-backs come late, twice and never.
        let temper = Temper {
            lost: 60,
            held_up: 40,
            unheard: 100,
            slow: 200,
            refused: 60,
            closed: 0,
            abnormal: 0,
            untold: 100,
            told_twice: 200,
            lateness,
        };
        let gateway = Self {
            books: SimulatedChannel::new(run::contract(), temper, seed, run.clock),
            clock: run.clock,
            address: listener.local_addr()?.to_string(),
            kill_at,
            sent: Arc::default(),
            workers: Arc::default(),
            killed: Arc::default(),
            calls: Arc::default(),
        };
        let serving = gateway.clone();
        std::thread::spawn(move || {
            for line in listener.incoming().flatten() {
                let gateway = serving.clone();
                std::thread::spawn(move || drop(gateway.serve(line)));
            }
        });
        Ok(gateway)
    }

    pub fn address(&self) -> String {
        self.address.clone()
    }

    pub fn employs(&self, name: &str, worker: Child) {
        self.workers().insert(name.to_owned(), worker);
    }

    /// The workers that are still alive.
    pub fn release(&self) -> BTreeMap<String, Child> {
        std::mem::take(&mut *self.workers())
    }

    /// Who was killed, and over which refund.
    pub fn killed(&self) -> Option<(String, String)> {
        self.killed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often a worker has called.
    pub fn calls_of(&self, name: &str) -> u32 {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied().unwrap_or_default()
    }

    fn workers(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Child>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut line: TcpStream) -> Result<(), Any> {
        let mut text = String::new();
        BufReader::new(line.try_clone()?).read_line(&mut text)?;
        let Call { from, what } = serde_json::from_str(&text)?;
        *self.calls.lock().unwrap_or_else(PoisonError::into_inner).entry(from.clone()).or_default() += 1;
        let mut answer = match what {
            What::Ask(question) => serde_json::to_string(&self.books.ask(&question))?,
            What::Send(pay_out) => serde_json::to_string(&self.take(&from, &pay_out)?)?,
        };
        answer.push('\n');
        line.write_all(answer.as_bytes())?;
        Ok(())
    }

    fn take(&self, from: &str, pay_out: &PayOut) -> Result<Sent, Any> {
        // A request of long ago is not let in, as channels that look at the time of a signature do: so none can land
        // later than the contract says, however this machine sleeps.
        if self.clock.now() > pay_out.deadline.after(run::contract().max_in_flight.millis()) {
            return Err("too old".into());
        }
        let dies = self.sent.fetch_add(1, Ordering::Relaxed) + 1 == self.kill_at;
        if dies {
            self.books.will(pay_out.trade.order, [redress::channel::Deed::Pays]);
        }
        let sent = self.books.send(pay_out);
        if dies && let Some(mut worker) = self.workers().remove(from) {
            // The money is on its way, and the worker never hears of it.
            worker.kill()?;
            worker.wait()?;
            let over = format!("{} of order {}", pay_out.amount, pay_out.trade.order);
            *self.killed.lock().unwrap_or_else(PoisonError::into_inner) = Some((from.to_owned(), over));
            return Err("nobody is there to hear it".into());
        }
        Ok(sent)
    }

    /// Whether it has really paid this key, once, and how much.
    pub fn paid_back(&self, order: &str) -> u64 {
        self.books.paid_back(Id::from(order)).minor()
    }
}
