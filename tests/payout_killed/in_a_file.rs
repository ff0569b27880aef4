//! Processes on one SQLite file that are killed: at any moment, or when the channel has just paid and nobody has heard.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write, stdin};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, thread};

use redress::Sqlite;
use redress::channel::{Asked, CallBack, Channel, PayOut, Question, Sent, SimulatedChannel};
use redress::port::Clock;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::shop::{Fast, audit, channel, contract, desk, hears, round, story};
use crate::stored::Folder;

/// What goes to the channel, as a line of JSON on the process's output; the answer is one on its input.
#[derive(Serialize, Deserialize)]
enum Call {
    Send(PayOut),
    Ask(Question),
    Hear,
}

/// The end of the line at the process: one call at a time.
struct Line(Mutex<()>);

impl Line {
    fn call<T: DeserializeOwned>(&self, call: &Call) -> Option<T> {
        let _mine = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        println!("!call {}", serde_json::to_string(call).unwrap());
        let mut answer = String::new();
        stdin().read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).ok()?
    }
}

impl Channel for Line {
    fn send(&self, pay_out: &PayOut) -> Sent {
        self.call(&Call::Send(pay_out.clone())).unwrap_or_else(|| Sent::Unknown("the line broke".into()))
    }

    fn ask(&self, question: &Question) -> Asked {
        self.call(&Call::Ask(question.clone())).unwrap_or_else(|| Asked::Unknown("the line broke".into()))
    }
}

/// Not a test but the process that is killed: this binary, run again. It sells, hears and works until then.
#[test]
fn a_process_to_be_killed() {
    let (Some(file), Ok(name)) = (env::var_os("KILLED_FILE"), env::var("KILLED_NAME")) else { return };
    let clock = Fast::began(env::var("KILLED_BEGAN").unwrap().parse().ok());
    let desk = desk(Sqlite::open(Path::new(&file)).unwrap(), clock, &name);
    let line = Line(Mutex::new(()));
    println!("\n!open");
    thread::scope(|scope| {
        let (desk, line) = (&desk, &line);
        for _ in 0..2 {
            scope.spawn(move || {
                loop {
                    round(desk, line);
                    thread::sleep(Duration::from_millis(2));
                }
            });
        }
        for no in 0.. {
            let order = format!("{name}-{no}");
            for request in story(&order) {
                let receipt = desk.submit(order.as_str(), &request).unwrap();
                println!("!ack {order} {}", receipt.version);
            }
            hears(desk, line.call::<Vec<CallBack>>(&Call::Hear).unwrap_or_default());
        }
    });
}

/// When a process dies.
#[derive(Clone, Copy)]
enum Dies {
    /// So long after it has opened the file.
    After(Duration),
    /// When the channel has taken in so many refunds of it, unheard.
    Over(u32),
}

/// One life: what was acknowledged in it.
fn life(file: &Path, name: &str, clock: Fast, channel: &SimulatedChannel, dies: Dies) -> BTreeMap<String, u64> {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "in_a_file::a_process_to_be_killed", "--nocapture", "--test-threads=1"]);
    command.env("KILLED_FILE", file).env("KILLED_NAME", name).env("KILLED_BEGAN", clock.millis().to_string());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().unwrap();
    let (mut input, output) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
    let process = Mutex::new(process);
    let opened = Mutex::new(None);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut acknowledged, mut sent) = (BTreeMap::new(), 0);
            for line in output.split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                if line == "!open" {
                    *opened.lock().unwrap() = Some(Instant::now());
                } else if let Some(call) = line.strip_prefix("!call ") {
                    // The last line may be cut off.
                    let Ok(call) = serde_json::from_str(call) else { continue };
                    let is_sent = matches!(call, Call::Send(_));
                    let answer = answer(channel, clock, call);
                    sent += u32::from(is_sent);
                    if is_sent && matches!(dies, Dies::Over(most) if sent == most) {
                        kill(&process);
                    } else {
                        // Whoever is dead hears nothing.
                        let _ = writeln!(input, "{answer}");
                    }
                } else if let Some(("!ack", told)) = line.split_once(' ')
                    && let Some((order, version)) = told.split_once(' ')
                {
                    acknowledged.insert(order.to_owned(), version.parse().unwrap());
                }
            }
            acknowledged
        });
        let (begun, alone) = (Instant::now(), Duration::from_secs(20));
        let is_over = || match (dies, *opened.lock().unwrap()) {
            (Dies::After(length), Some(opened)) => opened.elapsed() >= length,
            (Dies::Over(_), _) | (_, None) => false,
        };
        while !reader.is_finished() && begun.elapsed() < alone && !is_over() {
            thread::sleep(Duration::from_millis(1));
        }
        kill(&process);
        reader.join().unwrap()
    })
}

fn kill(process: &Mutex<Child>) {
    let mut process = process.lock().unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
}

/// What the channel answers, as JSON. A request of long ago is not let in, so that none arrives later than the contract
/// says, however this machine sleeps.
fn answer(channel: &SimulatedChannel, clock: Fast, call: Call) -> String {
    let answer = match call {
        Call::Send(pay_out) if clock.now() > pay_out.deadline => Ok("null".to_owned()),
        Call::Send(pay_out) => serde_json::to_string(&channel.send(&pay_out)),
        Call::Ask(question) => serde_json::to_string(&channel.ask(&question)),
        Call::Hear => serde_json::to_string(&channel.call_backs()),
    };
    answer.unwrap()
}

#[test]
fn killed_processes_pay_nothing_twice() {
    let kills: u32 = env::var("KILLS").map_or(20, |kills| kills.parse().unwrap());
    let (folder, clock) = (Folder::new(), Fast::began(None));
    let (file, channel, mut acknowledged) = (folder.file(), channel(clock), BTreeMap::new());
    let (mut over, mut chance) = (0, 0x9e37_79b9_u32 ^ std::process::id());
    for no in 0..kills {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let dies = match no % 2 {
            0 => Dies::After(Duration::from_micros(u64::from(chance >> 15))),
            _ => Dies::Over(1 + chance % 3),
        };
        over += u32::from(matches!(dies, Dies::Over(_)));
        acknowledged.extend(life(&file, &format!("K-{no}"), clock, &channel, dies));
    }
    let sums = audit(&desk(Sqlite::open(&file).unwrap(), clock, "auditor"), &channel, &acknowledged);
    let report = Sqlite::open(&file).unwrap().check().unwrap();
    assert!(report.is_sound(), "{report}");
    println!(
        "{kills} processes killed, {over} of them when the channel had just taken a refund in: {} orders, {} refunds, each \
         paid once; {} requests arrived, {} of them known again; contract: {:?}",
        sums.orders,
        sums.refunds,
        sums.arrived,
        sums.known_again,
        contract().key_memory
    );
    assert!(sums.refunds as u32 >= kills / 2 && sums.arrived > sums.refunds, "{sums:?}");
}
