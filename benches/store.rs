//! The SQLite store beside raw `fsync` and beside bare SQL of the same rows: commits, due polls, claims, recovery, size.
//!
//! `cargo bench --bench store --features sqlite`; with `-- --test` each part runs once and briefly. Disks are shared and
//! throttled: quote the ratios within one line, each taken between two probes of the raw disk, and run it again when the
//! two probes of a line differ much. `STORE_BENCH_DIR` names the folder to work in.
#![allow(missing_docs, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a benchmark")]

#[path = "../tests/stored/mod.rs"]
mod stored;

use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use redress::port::{Claim, Commit, Ending, Settle, Storage, Store};
use redress::store::{Sqlite, SqliteStore};
use redress::trade::{Trade, TradeKey};
use redress::{Id, Time};
use rusqlite::{Connection, params};
use stored::{decide, minute, pay, place};

/// How much is done.
#[derive(Clone, Copy)]
struct Scale {
    window: Duration,
    probe: Duration,
    trades: u32,
    rounds: u32,
}

fn main() {
    if let Some(file) = std::env::var_os("STORE_BENCH_WRITES") {
        return write_until_killed(Path::new(&file));
    }
    let brief = std::env::args().any(|arg| arg == "--test");
    let scale = match brief {
        true => Scale { window: Duration::from_millis(50), probe: Duration::from_millis(20), trades: 500, rounds: 1 },
        false => {
            Scale { window: Duration::from_millis(700), probe: Duration::from_millis(150), trades: 100_000, rounds: 12 }
        }
    };
    let folder = folder();
    println!("a commit: the trade, one event, its tasks and, half the time, an answer; SQLite {}", rusqlite::version());
    println!("raw fsync: {:.0} appends a second, {:.0} in place", appended(&folder, scale), raw(&folder, scale));
    commits(&folder, scale);
    let big = folder.join("big.db");
    fill(&big, scale);
    sizes(&big, scale);
    due_polls(&big, scale);
    claims(&big, scale);
    recovery(&big, scale);
    std::fs::remove_dir_all(folder).unwrap();
}

fn folder() -> PathBuf {
    let base = std::env::var_os("STORE_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = base.join(format!("redress-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Flushes of 4 KiB with `fdatasync`, a second, going round in a file of a journal's size: as a WAL that is used again.
/// Appending costs more, since the file system then writes its own journal, too; that is told once, at the beginning.
fn raw(folder: &Path, scale: Scale) -> f64 {
    let mut file = File::create(folder.join("raw")).unwrap();
    let block = [7_u8; 4_096];
    (0..BLOCKS).for_each(|_| file.write_all(&block).unwrap());
    file.sync_all().unwrap();
    flushes(scale, |count| {
        file.seek(SeekFrom::Start(u64::from(count % BLOCKS) * 4_096)).unwrap();
        file.write_all(&block).unwrap();
        file.sync_data().unwrap();
    })
}

/// How many blocks of 4 KiB the WAL has before it is used again.
const BLOCKS: u32 = 1_000;

/// Appends of 4 KiB with `fdatasync`, a second.
fn appended(folder: &Path, scale: Scale) -> f64 {
    let mut file = File::create(folder.join("raw")).unwrap();
    flushes(scale, |_| {
        file.write_all(&[7; 4_096]).unwrap();
        file.sync_data().unwrap();
    })
}

fn flushes(scale: Scale, mut flush: impl FnMut(u32)) -> f64 {
    let (begun, mut count) = (Instant::now(), 0_u32);
    while begun.elapsed() < scale.probe {
        flush(count);
        count += 1;
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}

/// What a round came to: a rate and the waits, and the raw disk before and after.
struct Round {
    rate: f64,
    waits: Vec<Duration>,
    before: f64,
    after: f64,
}

impl Round {
    fn ratio(&self) -> f64 {
        2.0 * self.rate / (self.before + self.after)
    }

    /// Whether the disk was the same before and after.
    fn is_steady(&self) -> bool {
        self.before.max(self.after) <= 1.5 * self.before.min(self.after)
    }
}

/// Runs between two probes of the disk, until three rounds were steady or patience is over. The one in the middle, by
/// its ratio; and how many there are to choose from.
fn between(folder: &Path, scale: Scale, mut work: impl FnMut() -> (f64, Vec<Duration>)) -> (Round, usize) {
    let mut rounds: Vec<Round> = Vec::new();
    for _ in 0..scale.rounds {
        let before = raw(folder, scale);
        let (rate, waits) = work();
        rounds.push(Round { rate, waits, before, after: raw(folder, scale) });
        if rounds.iter().filter(|round| round.is_steady()).count() == 3 {
            break;
        }
    }
    let steady = rounds.iter().filter(|round| round.is_steady()).count();
    if steady > 0 {
        rounds.retain(Round::is_steady);
    }
    rounds.sort_by(|one, two| one.ratio().total_cmp(&two.ratio()));
    (rounds.swap_remove(rounds.len() / 2), steady)
}

fn mall(file: &Path) -> SqliteStore {
    Sqlite::open(file).unwrap().tenant(Id::from("acme-mall")).unwrap()
}

/// An order that is placed, with a key, and its payment.
fn two_commits(no: u32) -> [Commit; 2] {
    let key = TradeKey { tenant: Id::from("acme-mall"), order: Id::from(format!("A-{no:08}").as_str()) };
    let placed = decide(&Trade::absent(key), &place().key("tap-1"), minute(i64::from(no) / 100));
    let paid = decide(&placed.trade, &pay(&format!("p-{no}")), minute(i64::from(no) / 100));
    [placed, paid]
}

/// Commits of so many callers at a time, a second; and the 50th and 99th of a hundred waits.
fn commits(folder: &Path, scale: Scale) {
    println!(
        "\n| commits | a second | to raw fsync | p50 | p99 | raw before, after | steady rounds |\n|---|---|---|---|---|---|---|"
    );
    for callers in [1, 8, 32, 128] {
        let store = mall(&folder.join(format!("commits-{callers}.db")));
        line(&format!("{callers} callers"), between(folder, scale, || race(&store, callers, scale.window)));
    }
    let rows = rows_of(&folder.join("commits-32.db"));
    for group in [1, 32, 256] {
        let mut file = bare_file(&folder.join(format!("bare-{group}.db")));
        let mut round = 0;
        let work = || {
            round += 1;
            bare(&mut file, &rows, group, scale.window, round)
        };
        line(&format!("bare SQL, {group} a transaction"), between(folder, scale, work));
    }
}

fn line(what: &str, (round, steady): (Round, usize)) {
    let waits = &round.waits;
    let part = |share: usize| waits[(waits.len() - 1) * share / 100];
    let Round { rate, before, after, .. } = round;
    let ratio = round.ratio();
    println!(
        "| {what} | {rate:.0} | {ratio:.2} | {:.2?} | {:.2?} | {before:.0}, {after:.0} | {steady} |",
        part(50),
        part(99)
    );
}

/// Orders that no two races share.
static NEXT: AtomicU32 = AtomicU32::new(0);

fn race(store: &SqliteStore, callers: u32, window: Duration) -> (f64, Vec<Duration>) {
    let begun = Instant::now();
    let call = || {
        let mut waits = Vec::new();
        while begun.elapsed() < window {
            for commit in two_commits(NEXT.fetch_add(1, Ordering::Relaxed)) {
                let asked = Instant::now();
                let _ = store.commit(&commit).unwrap();
                waits.push(asked.elapsed());
            }
        }
        waits
    };
    let mut waits: Vec<Duration> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers).map(|_| scope.spawn(call)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let rate = waits.len() as f64 / begun.elapsed().as_secs_f64();
    waits.sort_unstable();
    (rate, waits)
}

/// The rows of one commit, as they are in a file.
struct Bare {
    order: String,
    version: i64,
    trade: String,
    event: String,
    rule: Option<String>,
    tasks: Vec<(String, String, String)>,
    answer: Option<String>,
}

fn rows_of(file: &Path) -> Vec<Bare> {
    let file = Connection::open(file).unwrap();
    let mut events = file
        .prepare(
            "SELECT e.order_id, e.version, t.body, e.body, e.rule, r.receipt, e.seq FROM events e
             JOIN trades t USING (tenant, order_id)
             LEFT JOIN requests r ON (r.tenant, r.order_id) = (e.tenant, e.order_id) AND e.version = 1
             WHERE e.rowid <= 20000 ORDER BY e.rowid",
        )
        .unwrap();
    let mut tasks = file
        .prepare("SELECT what, key, body FROM outbox WHERE tenant = 'acme-mall' AND order_id = ?1 AND event = ?2")
        .unwrap();
    let mut rows: Vec<Bare> = Vec::new();
    let mut found = events.query([]).unwrap();
    while let Some(row) = found.next().unwrap() {
        let (order, seq): (String, i64) = (row.get(0).unwrap(), row.get(6).unwrap());
        let tasks = tasks.query_map(params![order, seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.push(Bare {
            tasks: tasks.map(Result::unwrap).collect(),
            order,
            version: row.get(1).unwrap(),
            trade: row.get(2).unwrap(),
            event: row.get(3).unwrap(),
            rule: row.get(4).unwrap(),
            answer: row.get(5).unwrap(),
        });
    }
    rows
}

fn bare_file(path: &Path) -> Connection {
    drop(mall(path));
    let file = Connection::open(path).unwrap();
    file.pragma_update(None, "synchronous", "full").unwrap();
    file.set_prepared_statement_cache_capacity(64);
    file
}

/// The same rows by hand, without hashes, checks or a thread: what SQLite itself costs. Waits are those of a transaction.
fn bare(file: &mut Connection, rows: &[Bare], group: usize, window: Duration, round: u32) -> (f64, Vec<Duration>) {
    let (begun, mut waits, mut count) = (Instant::now(), Vec::new(), 0_usize);
    for (turn, chunk) in (0_u32..).zip(rows.chunks(group).cycle()) {
        let asked = Instant::now();
        let unit = file.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
        let lap = turn as usize * group / rows.len();
        chunk.iter().for_each(|row| bare_commit(&unit, row, &format!("{round}-{lap}-{}", row.order)));
        unit.commit().unwrap();
        waits.push(asked.elapsed());
        count += chunk.len();
        if begun.elapsed() > window {
            break;
        }
    }
    let rate = count as f64 / begun.elapsed().as_secs_f64();
    waits.sort_unstable();
    (rate, waits)
}

fn bare_commit(unit: &Connection, row: &Bare, order: &str) {
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| unit.prepare_cached(sql).unwrap().execute(values).unwrap();
    let mut stands = unit.prepare_cached("SELECT version FROM trades WHERE tenant = 'm' AND order_id = ?1").unwrap();
    let _ = stands.query_row([order], |row| row.get::<_, i64>(0));
    let blob = [0_u8; 32];
    run(
        "INSERT INTO trades VALUES ('m', ?1, 'paid', ?2, ?3, 0, 1, 1, ?4, ?5, ?5) ON CONFLICT (tenant, order_id) DO UPDATE
         SET version = excluded.version, due = excluded.due, body = excluded.body, chain = excluded.chain,
             seal = excluded.seal, state = excluded.state, updated = excluded.updated, answers = excluded.answers",
        &[&order, &row.version, &row.version, &row.trade, &blob],
    );
    run(
        "INSERT INTO events VALUES ('m', ?1, ?2, ?2, 0, 'buyer', ?3, 1, ?4, ?5)",
        &[&order, &row.version, &row.rule, &row.event, &blob],
    );
    for (nth, (what, key, body)) in (0_i64..).zip(&row.tasks) {
        run(
            "INSERT INTO outbox (tenant, order_id, event, nth, what, key, ready_at, form, body, seal)
             VALUES ('m', ?1, ?2, ?3, ?4, ?5, 0, 1, ?6, ?7)",
            &[&order, &row.version, &nth, what, key, body, &blob],
        );
    }
    if let Some(receipt) = &row.answer {
        let print = "0".repeat(64);
        run("INSERT INTO requests VALUES ('m', ?1, '', 'tap-1', ?2, 0, 1, ?3, ?4)", &[&order, &print, receipt, &blob]);
    }
}

/// A file with many trades, by many callers.
fn fill(file: &Path, scale: Scale) {
    let (store, next) = (mall(file), AtomicU32::new(0));
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                loop {
                    let no = next.fetch_add(1, Ordering::Relaxed);
                    if no >= scale.trades {
                        break;
                    }
                    two_commits(no).iter().for_each(|commit| drop(store.commit(commit).unwrap()));
                }
            });
        }
    });
}

fn sizes(file: &Path, scale: Scale) {
    let bytes = std::fs::metadata(file).unwrap().len();
    let file = Connection::open(file).unwrap();
    let of = |names: &str| -> f64 {
        let sql = format!(
            "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '{names}%' OR name LIKE 'sqlite_autoindex_{names}%'"
        );
        file.query_row(&sql, [], |row| row.get(0)).unwrap_or(0.0)
    };
    let trades = f64::from(scale.trades);
    println!(
        "\n{} trades of two events: {:.0} MB, {:.0} bytes a trade with all that is kept of it",
        scale.trades,
        bytes as f64 / 1e6,
        bytes as f64 / trades
    );
    println!(
        "of which, with indexes: the trade {:.0}, an event {:.0}",
        of("trades") / trades,
        of("events") / trades / 2.0
    );
    println!("its tasks {:.0}, its answer {:.0}", of("outbox") / trades, of("requests") / trades);
}

/// How often what is due can be asked for.
fn due_polls(file: &Path, scale: Scale) {
    let store = mall(file);
    println!("\n| due polls, of {} trades | a second |\n|---|---|", scale.trades);
    let far = Time::from_millis(4_000_000_000_000);
    for (what, now, limit) in
        [("none due", minute(0), 100), ("all due, 100 at a time", far, 100), ("all due, 10", far, 10)]
    {
        let (begun, mut count) = (Instant::now(), 0_u32);
        while begun.elapsed() < scale.window {
            assert_eq!(store.due(now, None, limit).unwrap().rows.is_empty(), now == minute(0));
            count += 1;
        }
        println!("| {what} | {:.0} |", f64::from(count) / begun.elapsed().as_secs_f64());
    }
}

/// How fast tasks are claimed and settled as done.
fn claims(file: &Path, scale: Scale) {
    let store = mall(file);
    println!("\n| tasks claimed, each settled alone | a second | to raw fsync | steady rounds |\n|---|---|---|---|");
    let folder = file.parent().unwrap();
    // Short, so that no worker runs out of tasks.
    let window = scale.window / 5;
    for (workers, limit) in [(1, 1), (1, 100), (8, 10), (32, 10)] {
        let now = minute(1_000_000);
        let work = || {
            let begun = Instant::now();
            let work = || {
                let mut count = 0_u32;
                while begun.elapsed() < window {
                    let claim = Claim { now, until: now.after(60_000), limit, worker: Id::from("worker") };
                    for claimed in store.claim(&claim).unwrap().rows {
                        let settle = Settle { task: claimed.id, fence: claimed.fence, now, ending: Ending::Done };
                        store.settle(&settle).unwrap();
                        count += 1;
                    }
                }
                count
            };
            let count: u32 = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).sum()
            });
            (f64::from(count) / begun.elapsed().as_secs_f64(), Vec::new())
        };
        let (round, steady) = between(folder, scale, work);
        println!("| {workers} workers, {limit} a claim | {:.0} | {:.2} | {steady} |", round.rate, round.ratio());
    }
}

/// A writer on the big file is killed; how long until the file serves again.
fn recovery(file: &Path, scale: Scale) {
    let itself = std::env::current_exe().unwrap();
    let mut writer = Command::new(itself).env("STORE_BENCH_WRITES", file).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "writing");
    std::thread::sleep(scale.window);
    writer.kill().unwrap();
    writer.wait().unwrap();
    let wal = std::fs::metadata(file.with_extension("db-wal")).map_or(0, |wal| wal.len());
    let begun = Instant::now();
    let store = mall(file);
    let _ = store.load(Id::from("A-00000001")).unwrap().unwrap();
    let _ = store.commit(&two_commits(u32::MAX)[0]).unwrap();
    println!(
        "\na writer on {} trades was killed: {:.1} MB of WAL, {:.1?} until the first trade was read and the next commit stored",
        scale.trades,
        wal as f64 / 1e6,
        begun.elapsed()
    );
}

/// As a process of its own: commits for ever, while a reader keeps the WAL from being put back into the file.
fn write_until_killed(file: &Path) {
    let reader = Connection::open(file).unwrap();
    let store = mall(file);
    reader.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;").unwrap();
    println!("writing");
    NEXT.store(1_000_000_000, Ordering::Relaxed);
    race(&store, 32, Duration::from_secs(3_600));
}
