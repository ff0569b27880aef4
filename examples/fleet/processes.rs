//! The other processes: started, listened to, ended.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::channel::Gateway;
use crate::front::{Front, Heard};
use crate::run::{Any, Run};

/// What a process has said.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Commits that were acknowledged to it: order and version.
    pub commits: Vec<(String, u64)>,
    /// How many of them were deadlines that fired.
    pub fired: u32,
    /// How often somebody else was first, and it decided anew.
    pub overtaken: u32,
    pub won: Vec<String>,
    /// What it was refused, and why.
    pub lost: Vec<(String, String)>,
    worked: Option<String>,
}

impl Said {
    pub fn hear(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        match *words.as_slice() {
            [what @ ("commit" | "fired"), order, version] => {
                self.fired += u32::from(what == "fired");
                self.commits.extend(version.parse().ok().map(|version| (order.to_owned(), version)));
            }
            ["overtaken", _] => self.overtaken += 1,
            ["won", order] => self.won.push(order.to_owned()),
            ["lost", order, why] => self.lost.push((order.to_owned(), why.to_owned())),
            ["worked", ..] => self.worked = Some(line.to_owned()),
            _ => {}
        }
    }
}

#[derive(Default)]
pub struct Processes {
    agents: Vec<Child>,
    inputs: Mutex<BTreeMap<String, ChildStdin>>,
    listening: Vec<(String, JoinHandle<Said>)>,
    pub said: BTreeMap<String, Said>,
    calls: BTreeMap<String, u32>,
    killed: Option<(String, String)>,
}

impl Processes {
    /// Starts this program once more, as somebody else. Workers belong to the channel, which kills one.
    pub fn start(&mut self, run: &Run, role: &str, name: &str, gateway: Option<&Gateway>) -> Result<(), Any> {
        let mut command = Command::new(std::env::current_exe()?);
        command.env("FLEET_AS", role).envs(run.told(name)).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let out = child.stdout.take().ok_or("a process without a voice")?;
        let input = child.stdin.take().ok_or("a process without an ear")?;
        self.inputs.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), input);
        let (ready, is_ready): (_, Receiver<()>) = channel();
        let listen = move || {
            let mut said = Said::default();
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if line == "ready" {
                    let _ = ready.send(());
                }
                said.hear(&line);
            }
            said
        };
        self.listening.push((name.to_owned(), std::thread::spawn(listen)));
        match gateway {
            Some(gateway) => gateway.employs(name, child),
            None => {
                self.agents.push(child);
                is_ready.recv().map_err(|_| format!("{name} did not get ready"))?;
            }
        }
        Ok(())
    }

    /// Calls something out to several at once.
    pub fn call(&self, names: &[String], what: &str) -> Result<(), Any> {
        let mut inputs = self.inputs.lock().unwrap_or_else(PoisonError::into_inner);
        for name in names {
            let input = inputs.get_mut(name).ok_or(format!("{name} is not there"))?;
            writeln!(input, "{what}")?;
        }
        Ok(())
    }

    /// Lets everybody finish what is in hand, and go.
    pub fn end(&mut self, gateway: &Gateway) {
        self.inputs.lock().unwrap_or_else(PoisonError::into_inner).clear();
        for mut child in gateway.release().into_values().chain(self.agents.drain(..)) {
            let _ = child.wait();
        }
        for (name, listening) in self.listening.drain(..) {
            self.calls.insert(name.clone(), gateway.calls_of(&name));
            self.said.insert(name, listening.join().unwrap_or_default());
        }
        self.killed = gateway.killed();
    }

    /// Prints what each did.
    pub fn tell(&mut self, front: &Front, heard: Heard, left: u32) {
        self.said.insert("front".into(), front.said());
        println!(
            "\n{:<10} {:>7} {:>15} {:>11} {:>9}",
            "process", "commits", "deadlines fired", "to channel", "overtaken"
        );
        for (name, said) in &self.said {
            let calls = self.calls.get(name).copied().unwrap_or_default();
            print!("{name:<10} {:>7} {:>15} {calls:>11} {:>9}", said.commits.len(), said.fired, said.overtaken);
            match (&self.killed, &said.worked) {
                (Some((killed, over)), _) if killed == name => println!("  killed with SIGKILL when {over} was paid"),
                (_, Some(worked)) => {
                    let counts: Vec<&str> = worked.split(' ').skip(1).collect();
                    let [done, failed, aside, troubles] = counts.as_slice() else { continue };
                    println!("  {done} tasks done, {failed} tried again, {aside} set aside, {troubles} troubles");
                }
                _ if !said.won.is_empty() || !said.lost.is_empty() => {
                    println!("  won {} races, lost {}{}", said.won.len(), said.lost.len(), reasons(&said.lost));
                }
                _ => println!(),
            }
        }
        let Heard { taken, again, .. } = heard;
        println!("\ncall-backs of the channel: {taken} taken in, {again} heard before; tasks left for later: {left}");
    }
}

/// Why somebody was refused, each reason with its count.
fn reasons(lost: &[(String, String)]) -> String {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, why) in lost {
        *counts.entry(why).or_default() += 1;
    }
    let counts: Vec<_> = counts.iter().map(|(why, count)| format!("{count} × {why}")).collect();
    if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) }
}
