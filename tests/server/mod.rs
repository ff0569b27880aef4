//! A throw-away PostgreSQL server: made in a temporary folder, reached through a socket in it, gone when the test process
//! is gone, however that ends.

#![allow(dead_code, clippy::unwrap_used, clippy::panic, reason = "each test crate uses a part")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use redress::store::{BlockingPostgres, PostgresOptions, postgres::NoTls};

/// Whose process the server is when the tests run as root, which it refuses to.
const OWNER: &str = "postgres";
/// How long the server may take to start, recovery included.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Server {
    folder: PathBuf,
    programs: PathBuf,
    settings: Vec<String>,
    postmaster: Mutex<Option<Child>>,
    /// Cleans up when this process is gone: its input ends then.
    _keeper: Child,
}

/// The server that all tests of this process share; nothing if none is installed.
pub(crate) fn shared() -> Option<&'static Server> {
    static SHARED: OnceLock<Option<Server>> = OnceLock::new();
    // Each test has a schema of its own; those that kill the server or set it otherwise start their own.
    SHARED.get_or_init(|| Server::start(&[])).as_ref()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.starts_with(b"0")
}

/// A command of the server's own user.
fn as_owner(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", OWNER, "--regid", OWNER, "--clear-groups", "--"]).arg(program);
    command
}

/// Where the server's programs are.
pub(crate) fn programs() -> Option<PathBuf> {
    let named = env::var_os("REDRESS_POSTGRES_BIN").map(PathBuf::from);
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = debian.map(|entry| entry.path().join("bin")).collect();
    versions.sort_by_key(|path| path.iter().filter_map(|part| part.to_str()?.parse::<u32>().ok()).next_back());
    let path = env::var_os("PATH").unwrap_or_default();
    let others = env::split_paths(&path).chain(["/usr/local/pgsql/bin".into(), "/opt/homebrew/bin".into()]);
    named.into_iter().chain(versions.into_iter().rev()).chain(others).find(|folder| folder.join("initdb").exists())
}

/// Says once on stderr, past the test runner's capture, that something was left out; fails where that may not be.
fn left_out() {
    static SAID: OnceLock<()> = OnceLock::new();
    let required = env::var("CI").is_ok_and(|ci| ci == "true" || ci == "1")
        || env::var("REDRESS_REQUIRE_POSTGRES").is_ok_and(|it| it == "1");
    let binary = env::current_exe().unwrap();
    let name = binary.file_stem().unwrap().to_string_lossy().into_owned();
    let name = name.rsplit_once('-').map_or(name.as_str(), |(name, _)| name).to_owned();
    let how = format!(
        "the tests on PostgreSQL in `{name}` were LEFT OUT: no `initdb` was found. Install the server (Debian: apt-get \
         install postgresql) or name its programs in REDRESS_POSTGRES_BIN, then run: cargo test --all-features --test {name}"
    );
    assert!(!required, "{how} (CI or REDRESS_REQUIRE_POSTGRES asks for them)");
    SAID.get_or_init(|| {
        let mut past_the_capture = std::io::stderr().lock();
        writeln!(past_the_capture, "\n{how}\n").unwrap();
    });
}

impl Server {
    /// A server of its own with these settings beside its own; nothing if none is installed.
    pub(crate) fn start(settings: &[&str]) -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let Some(programs) = programs() else {
            left_out();
            return None;
        };
        // Short, since the path of a socket may not be long.
        let name = format!("rdrs-pg-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        if is_root() {
            assert!(Command::new("chown").arg(OWNER).arg(&folder).status().unwrap().success());
        }
        let keeper = keep(&folder);
        let made = as_owner(&programs.join("initdb"))
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(folder.join("data"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let server = Self { folder, programs, settings, postmaster: Mutex::new(None), _keeper: keeper };
        server.go();
        Some(server)
    }

    /// Starts it, again or for the first time, and waits until it answers.
    pub(crate) fn go(&self) {
        let log = fs::File::options().create(true).append(true).open(self.folder.join("log")).unwrap();
        let mut command = as_owner(&self.programs.join("postgres"));
        command.arg("-D").arg(self.folder.join("data")).arg("-k").arg(&self.folder);
        command.args(["-c", "listen_addresses=", "-c", "max_connections=300", "-c", "shared_buffers=64MB"]);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        *self.postmaster.lock().unwrap_or_else(PoisonError::into_inner) = Some(command.spawn().unwrap());
        let begun = Instant::now();
        while !self.try_sql("SELECT 1").is_ok_and(|answer| answer == "1") {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(begun.elapsed() < PATIENCE, "the server does not start:\n{}", log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn pid(&self) -> Option<u32> {
        self.postmaster.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(Child::id)
    }

    /// Kills it with all its processes, in the midst of whatever it does.
    pub(crate) fn kill(&self) {
        let Some(pid) = self.pid() else { return };
        // The postmaster first, so that it starts no more of them.
        let children = children_of(pid);
        let all: Vec<String> = [pid].into_iter().chain(children).map(|pid| pid.to_string()).collect();
        let _ = Command::new("kill").arg("-9").args(&all).stderr(Stdio::null()).status().unwrap();
        let mut postmaster = self.postmaster.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = postmaster.take().map(|mut child| child.wait());
        // A new one starts only when the last of the old ones has let go of the memory.
        while all.iter().any(|pid| Path::new("/proc").join(pid).join("exe").exists()) {
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// What `psql` answers.
    pub(crate) fn try_sql(&self, sql: &str) -> Result<String, String> {
        let mut command = Command::new(self.programs.join("psql"));
        command.args(["-X", "-q", "-A", "-t", "-U", "postgres", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-h"]);
        let told = command.arg(&self.folder).arg("-c").arg(sql).output().unwrap();
        match told.status.success() {
            true => Ok(String::from_utf8_lossy(&told.stdout).trim().to_owned()),
            false => Err(String::from_utf8_lossy(&told.stderr).trim().to_owned()),
        }
    }

    /// Does what no store would.
    pub(crate) fn sql(&self, sql: &str) -> String {
        self.try_sql(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// A connection string.
    pub(crate) fn address(&self) -> String {
        format!("host={} user=postgres dbname=postgres", self.folder.display())
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn options(&self, schema: &str) -> PostgresOptions {
        PostgresOptions::new(&format!("{} application_name={schema}", self.address())).unwrap().schema(schema)
    }

    pub(crate) fn blocking(&self, schema: &str) -> BlockingPostgres {
        self.options(schema).open_blocking(NoTls).unwrap()
    }

    /// Ends every session of this schema's stores.
    pub(crate) fn cut(&self, schema: &str) {
        let ends = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name =";
        let _ = self.sql(&format!("{ends} '{schema}'"));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A name for a schema that no other test has.
pub(crate) fn a_schema() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("store_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn children_of(pid: u32) -> Vec<u32> {
    let listed = Command::new("ps").args(["-o", "pid=", "--ppid", &pid.to_string()]).output().unwrap();
    String::from_utf8_lossy(&listed.stdout).split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// Waits for the end of this process, then stops what runs in the folder and removes it.
fn keep(folder: &Path) -> Child {
    let script = r#"trap '' INT TERM HUP; cat >/dev/null
        pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null
        n=0; while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done
        rm -rf "$1""#;
    let mut command = Command::new("sh");
    command.args(["-c", script, "keeper"]).arg(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}
