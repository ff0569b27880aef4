//! Processes that write to one file are killed at any moment: nothing acknowledged is lost, nothing is half done, what
//! is not known can be found out, and no task is handed out twice within a lease.
//!
//! `KILLS=400 cargo test --features sqlite --test store_killed -- --nocapture` for a long run; 60 without it.

#![cfg(all(unix, feature = "sqlite"))]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod stored;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, SystemTime};

use redress::port::{Claim, Committed, Ending, RequestKey, Settle, Storage, Store, StoreError};
use redress::store::{Sqlite, SqliteStore};
use redress::{Id, Time};
use stored::{Folder, decide, minute, note, stored};

/// How long a claim lasts. Rounds are shorter and longer than this.
const LEASE: i64 = 250;
/// How many threads of a process commit.
const CALLERS: u32 = 4;

fn mall(file: &Path) -> SqliteStore {
    Sqlite::open(file).unwrap().tenant(Id::from("acme-mall")).unwrap()
}

fn clock() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Time::from_millis(since.as_millis() as i64)
}

/// Not a test but the process that the tests below kill: this binary, run again.
#[test]
fn a_process_to_be_killed() {
    let (Some(file), Ok(name)) = (std::env::var_os("KILLED_FILE"), std::env::var("KILLED_NAME")) else { return };
    let most: u32 = std::env::var("KILLED_MOST").map_or(u32::MAX, |most| most.parse().unwrap());
    let callers = std::env::var("KILLED_CALLERS").map_or(CALLERS, |callers| callers.parse().unwrap());
    let store = mall(Path::new(&file));
    let over = AtomicBool::new(false);
    let shared = format!("{name}-shared");
    std::thread::scope(|scope| {
        let (store, name, shared, over) = (&store, &name, &shared, &over);
        if most == u32::MAX {
            stored(store, shared, minute(0));
            println!("\n!made {shared}");
            scope.spawn(move || works(store, over));
        }
        let threads: Vec<_> =
            (0..callers).map(|caller| scope.spawn(move || commits(store, name, shared, caller, most))).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        over.store(true, Ordering::Relaxed);
    });
}

/// Commits to an order of its own, and every third time to one that all commit to.
fn commits(store: &SqliteStore, name: &str, shared: &str, caller: u32, most: u32) {
    let own = format!("{name}-{caller}");
    stored(store, &own, minute(0));
    println!("!made {own}");
    for no in 0..most {
        let order = if no % 3 == 2 && most == u32::MAX { shared } else { &own };
        let key = format!("{caller}.{no}");
        println!("!ask {order} {key}");
        let version = loop {
            let trade = store.load(Id::from(order)).unwrap().unwrap();
            let commit = decide(&trade, &note(&key).key(key.as_str()), minute(1));
            match store.commit(&commit) {
                Ok(Committed::Stored) => break commit.trade.version,
                Err(StoreError::Stale { .. }) => {}
                other => panic!("{other:?}"),
            }
        };
        println!("!ack {order} {key} {version}");
    }
}

/// Claims, and settles every other task as done.
fn works(store: &SqliteStore, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        let now = clock();
        let claim = Claim { now, until: now.after(LEASE), limit: 3, worker: Id::from("worker") };
        for claimed in store.claim(&claim).unwrap().rows {
            let name = claimed.id.to_string().replace(' ', "_");
            println!("!claim {name} {} {} {}", claimed.fence, claimed.at.millis(), claimed.until.millis());
            if claimed.id.event % 2 == 0 {
                let settle = Settle { task: claimed.id, fence: claimed.fence, now, ending: Ending::Done };
                // Whoever is late has lost it to another.
                if !matches!(store.settle(&settle), Err(StoreError::Fenced { .. })) {
                    println!("!done {name} {}", claimed.fence);
                }
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn process(file: &Path, name: &str, through: Option<&mut Command>) -> Child {
    let itself = std::env::current_exe().unwrap();
    let mut plain = Command::new(&itself);
    let command = through.map_or(&mut plain, |through| through.arg(&itself));
    let command = command.args(["--exact", "a_process_to_be_killed", "--nocapture", "--test-threads=1"]);
    let command = command.env("KILLED_FILE", file).env("KILLED_NAME", name);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// The lines that a process has written, as they come.
fn lines(process: &mut Child) -> Receiver<String> {
    let (told, lines) = channel();
    let out = BufReader::new(process.stdout.take().unwrap());
    std::thread::spawn(move || {
        // The last line may be cut off; without its end it says nothing.
        for line in out.split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            let _ = told.send(line);
        }
    });
    lines
}

/// What the processes of all rounds have said.
#[derive(Default)]
struct Told {
    acknowledged: u64,
    committed_unheard: u64,
    never_stored: u64,
    claims: BTreeMap<String, Vec<(u64, i64, i64)>>,
    done: BTreeMap<String, u64>,
}

impl Told {
    /// Holds what one process has said against what the file says.
    fn hold(&mut self, store: &SqliteStore, lines: &[String]) {
        let mut asked: BTreeMap<(String, String), Option<u64>> = BTreeMap::new();
        let mut made: Vec<&str> = Vec::new();
        for line in lines {
            let Some(line) = line.strip_prefix('!') else { continue };
            let words: Vec<&str> = line.split(' ').collect();
            let number = |at: usize| words[at].parse::<i64>().unwrap();
            match *words.as_slice() {
                ["made", order] => made.push(order),
                ["ask", order, key] => {
                    asked.insert((order.into(), key.into()), None);
                }
                ["ack", order, key, version] => {
                    asked.insert((order.into(), key.into()), Some(version.parse().unwrap()));
                }
                ["claim", task, ..] if words.len() == 5 => {
                    self.claims.entry(task.into()).or_default().push((number(2) as u64, number(3), number(4)));
                }
                ["done", task, fence] => {
                    self.done.insert(task.into(), fence.parse().unwrap());
                }
                // The last line, cut off by the kill.
                _ => {}
            }
        }
        for ((order, key), version) in &asked {
            self.resolve(store, order, key, *version);
        }
        for order in made {
            let trade = store.load(Id::from(order)).unwrap().expect_made(order);
            let found = store.verify(trade.key.order).unwrap();
            assert_eq!((found.damaged, found.events), (vec![], trade.events), "{order}");
            assert_eq!(trade.version, trade.events, "{order}: one event a commit");
        }
    }

    fn resolve(&mut self, store: &SqliteStore, order: &str, key: &str, version: Option<u64>) {
        let asked = RequestKey { order: Id::from(order), channel: None, key: Id::from(key) };
        let answer = store.receipt(&asked).unwrap();
        match (version, &answer) {
            (Some(version), Some(answer)) => {
                assert_eq!(answer.receipt.version, version, "{order} {key}");
                self.acknowledged += 1;
            }
            (Some(_), None) => panic!("{order} {key} was acknowledged and is lost"),
            (None, Some(_)) => self.committed_unheard += 1,
            (None, None) => self.never_stored += 1,
        }
        if version.is_some() {
            return;
        }
        // Whoever never heard asks again, with the same key: once is all it comes to.
        let trade = store.load(Id::from(order)).unwrap().expect_made(order);
        let again = store.commit(&decide(&trade, &note(key).key(key), minute(1))).unwrap();
        assert_eq!(matches!(again, Committed::Replayed(_)), answer.is_some(), "{order} {key}");
        let history = store.history(Id::from(order), 1, u32::MAX).unwrap();
        let noted = history.iter().filter(|event| event.said.text == key).count();
        assert_eq!(noted, 1, "{order} {key}");
    }

    /// No two claims of a task overlap, fences rise, and what is done stays done.
    fn hold_claims(&self) -> usize {
        let mut all = 0;
        for (task, claims) in &self.claims {
            let mut claims = claims.clone();
            claims.sort_unstable();
            all += claims.len();
            for pair in claims.windows(2) {
                let [(fence, _, until), (next, at, _)] = [pair[0], pair[1]];
                assert!(fence < next && until <= at, "{task} was handed out twice: {pair:?}");
            }
            if let Some(done) = self.done.get(task) {
                assert!(claims.iter().all(|(fence, ..)| fence <= done), "{task} was handed out after its end");
            }
        }
        all
    }
}

trait Made<T> {
    fn expect_made(self, order: &str) -> T;
}

impl<T> Made<T> for Option<T> {
    fn expect_made(self, order: &str) -> T {
        self.unwrap_or_else(|| panic!("{order} was made and is lost"))
    }
}

/// Waits until the process has stored something, then a random while, then kills it. All that it said.
fn kill(mut processes: Vec<Child>, while_: Duration) -> Vec<Vec<String>> {
    let told: Vec<Receiver<String>> = processes.iter_mut().map(lines).collect();
    let mut first = Vec::new();
    for (process, told) in processes.iter_mut().zip(&told) {
        let mut said = Vec::new();
        while !said.last().is_some_and(|line: &String| line.starts_with("!made")) {
            match told.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => said.push(line),
                Err(_) => panic!("a process has stored nothing: {:?}", process.try_wait()),
            }
        }
        first.push(said);
    }
    std::thread::sleep(while_);
    // One after the other: whoever is left goes on for a moment with what the first has left behind.
    for process in &mut processes {
        process.kill().unwrap();
        process.wait().unwrap();
    }
    first.iter_mut().zip(&told).for_each(|(said, told)| said.extend(told.iter()));
    first
}

#[test]
fn killed_writers_lose_nothing_and_leave_nothing_half_done() {
    let kills: u32 = std::env::var("KILLS").map_or(60, |kills| kills.parse().unwrap());
    let folder = Folder::new();
    let file = folder.file();
    let (mut told, mut killed, mut round) = (Told::default(), 0, 0_u32);
    let mut chance = 0x9e37_79b9_u32 ^ std::process::id();
    while killed < kills {
        // Every third time two processes at once.
        let count = if round % 3 == 2 { 2 } else { 1 };
        let processes = (0..count).map(|no| process(&file, &format!("K-{round}-{no}"), None)).collect();
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let said = kill(processes, Duration::from_micros(u64::from(chance >> 16)));
        let store = mall(&file);
        said.iter().for_each(|said| told.hold(&store, said));
        (killed, round) = (killed + count, round + 1);
        if round % 40 == 0 {
            drop(sound(&file));
        }
    }
    let claims = told.hold_claims();
    let report = sound(&file);
    let Told { acknowledged, committed_unheard, never_stored, done, .. } = &told;
    println!(
        "{killed} kills in {round} rounds: {acknowledged} commits acknowledged, 0 lost; {} never heard of, of which \
         {committed_unheard} were stored and {never_stored} were not, each found out; {claims} claims of {} tasks, 0 twice \
         within a lease, {} done for good\n{report}",
        committed_unheard + never_stored,
        told.claims.len(),
        done.len()
    );
    assert!(*acknowledged >= u64::from(kills) && *committed_unheard > 0 && claims > 0);
}

fn sound(file: &Path) -> redress::store::SqliteReport {
    let report = Sqlite::open(file).unwrap().check().unwrap();
    assert!(report.is_sound(), "{report}");
    report
}

/// Durability is on: at least one flush for each group of commits that was acknowledged.
#[test]
fn every_acknowledged_commit_is_flushed() {
    if Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).status().map_or(true, |it| !it.success()) {
        let how = "the count of flushes was LEFT OUT: `strace` is missing or may not trace here. Install it (Debian: apt-get \
                   install strace), then run: cargo test --all-features --test store_killed";
        let required = std::env::var("REDRESS_REQUIRE_STRACE").is_ok_and(|it| it == "1");
        assert!(!required, "{how} (REDRESS_REQUIRE_STRACE asks for it)");
        // Past the test runner's capture.
        writeln!(std::io::stderr().lock(), "\n{how}\n").unwrap();
        return;
    }
    for (callers, most) in [(1_u32, 100_u32), (8, 50)] {
        let folder = Folder::new();
        let trace = folder.path().join("trace");
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-e", "trace=fsync,fdatasync", "-o"]).arg(&trace);
        strace.env("KILLED_MOST", most.to_string()).env("KILLED_CALLERS", callers.to_string());
        let mut process = process(&folder.file(), "S", Some(&mut strace));
        let said: Vec<String> = lines(&mut process).iter().collect();
        assert!(process.wait().unwrap().success());
        let acknowledged = said.iter().filter(|line| line.starts_with("!ack")).count();
        let flushes = std::fs::read_to_string(&trace).unwrap();
        let flushes = flushes.lines().filter(|line| line.contains("sync(") && !line.contains("resumed")).count();
        // Each caller has two more at its beginning. A group holds one of each caller at most.
        println!("{callers} callers: {acknowledged} commits acknowledged, {flushes} flushes");
        assert_eq!(acknowledged, (callers * most) as usize);
        assert!(flushes >= acknowledged / callers as usize + 2, "{flushes} flushes for {acknowledged} commits");
    }
}
