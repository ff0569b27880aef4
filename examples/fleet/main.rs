//! A fleet on one PostgreSQL: workers in processes of their own, two agents of the customer service who race for the same
//! cases, and a payment channel elsewhere. One worker is killed with SIGKILL at the worst moment: the channel has paid,
//! and nobody has heard of it. At the end everything must add up; if it does not, this fails and says what.
//!
//! ```text
//! cargo run --example fleet --features postgres [-- [--workers 3] [--orders 40] [--seed 7] [--kill-at 6] [--keep]]
//! FLEET_POSTGRES='host=db.example user=shop dbname=trades' cargo run --example fleet --features postgres
//! ```
//!
//! Without `FLEET_POSTGRES` it starts a server of its own in a temporary folder, if PostgreSQL is installed. In a database
//! of yours it works in a schema of its own, and drops it at the end unless told to `--keep` it.
//!
//! `run.rs` says what all processes have in common, `front.rs` what buyers do, `agent.rs` and `worker.rs` are what the
//! other processes run, `channel.rs` is the payment channel and the line to it, `audit.rs` holds all books against each
//! other.

#![allow(unreachable_pub, reason = "the modules of a program have nobody outside")]

mod agent;
mod audit;
mod channel;
mod front;
mod processes;
mod run;
#[path = "../../tests/server/mod.rs"]
mod server;
mod worker;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use channel::Gateway;
use processes::Processes;
use run::{Any, Run};
use server::Server;

/// How long the fleet may take to bring every order to its end.
const PATIENCE: Duration = Duration::from_secs(45);

const NOWHERE: &str = "\
There is no PostgreSQL to work on. One of these helps:
  - install the server, and it is started in a temporary folder (Debian: apt-get install postgresql);
  - name the folder of its programs in REDRESS_POSTGRES_BIN;
  - name a database in FLEET_POSTGRES, such as 'host=/run/postgresql user=shop dbname=trades'.";

fn main() -> ExitCode {
    let done = match std::env::var("FLEET_AS").as_deref() {
        Ok("worker") => Run::inherited().and_then(|run| worker::work(&run)).map(|()| Vec::new()),
        Ok("agent") => Run::inherited().and_then(|run| agent::answer(&run)).map(|()| Vec::new()),
        _ => Args::read().and_then(|args| lead(&args)),
    };
    match done {
        Ok(wrong) if wrong.is_empty() => ExitCode::SUCCESS,
        Ok(wrong) => {
            eprintln!("\nTHIS DOES NOT ADD UP:\n{}", wrong.join("\n"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the whole fleet; what does not add up at the end.
fn lead(args: &Args) -> Result<Vec<String>, Any> {
    let (database, own) = match std::env::var("FLEET_POSTGRES") {
        Ok(named) => (named, None),
        Err(_) if server::programs().is_none() => return Err(NOWHERE.into()),
        Err(_) => {
            let server = Server::start(&[]).ok_or(NOWHERE)?;
            (server.address(), Some(server))
        }
    };
    let begun = Instant::now();
    let mut run = Run::new("front", database);
    let gateway = Gateway::open(&run, args.seed, args.kill_at)?;
    run.channel = gateway.address();
    println!(
        "{} orders, {} workers and 2 agents on {}; a second here is {} minutes there",
        args.orders,
        args.workers,
        if own.is_some() { "a server of its own" } else { "the database that was named" },
        run::RATE / 60
    );
    let wrong = race(args, &run, &gateway)?;
    if own.is_none() && !args.keep {
        run.drop_schema()?;
    }
    println!(
        "\n{:.1} s in all. {}",
        begun.elapsed().as_secs_f64(),
        if wrong.is_empty() { "Everything adds up." } else { "" }
    );
    Ok(wrong)
}

fn race(args: &Args, run: &Run, gateway: &Gateway) -> Result<Vec<String>, Any> {
    // The schema is there before anybody else comes.
    let front = front::Front::open(run)?;
    let mut processes = Processes::default();
    for no in 1..=args.workers {
        processes.start(run, "worker", &format!("worker-{no}"), Some(gateway))?;
    }
    let agents = [1, 2].map(|no| format!("cs-{no}"));
    for agent in &agents {
        processes.start(run, "agent", agent, None)?;
    }
    let orders = front::orders(args.orders);
    let wrong = std::thread::scope(|scope| -> Result<Vec<String>, Any> {
        let hears = scope.spawn(|| front.hear(gateway));
        let bought = front.sell(&orders, &processes, &agents);
        let ended = bought.and_then(|()| front.wait_for(&orders, PATIENCE));
        processes.end(gateway);
        front.close();
        let heard = hears.join().map_err(|_| "the ear for call-backs has died")??;
        let left = front.carry_out_the_rest(gateway)?;
        processes.tell(&front, heard, left);
        let mut wrong = ended?;
        wrong.extend(audit::audit(&front, &orders, gateway, &processes)?);
        Ok(wrong)
    })?;
    Ok(wrong)
}

/// What was asked for on the command line.
struct Args {
    workers: u32,
    orders: u32,
    seed: u64,
    kill_at: u32,
    keep: bool,
}

impl Args {
    fn read() -> Result<Self, Any> {
        let mut args = Self { workers: 3, orders: 40, seed: 7, kill_at: 6, keep: false };
        let mut told = std::env::args().skip(1);
        while let Some(flag) = told.next() {
            let mut number = || told.next().and_then(|it| it.parse::<u32>().ok()).ok_or(format!("{flag} what number?"));
            match flag.as_str() {
                "--workers" => args.workers = number()?.max(2),
                "--orders" => args.orders = number()?.max(4),
                "--seed" => args.seed = number()?.into(),
                "--kill-at" => args.kill_at = number()?,
                "--keep" => args.keep = true,
                _ => {
                    return Err(format!(
                        "{flag}? only --workers, --orders, --seed, --kill-at, each with a number, and --keep"
                    )
                    .into());
                }
            }
        }
        Ok(args)
    }
}
