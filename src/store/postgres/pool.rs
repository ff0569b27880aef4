//! A small pool of connections, each with its prepared statements. One statement is one unit, so nothing has to be
//! cleaned up between two callers.

use std::boxed::Box;
use std::format;
use std::future::Future;
use std::pin::Pin;
use std::string::String;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::vec::Vec;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Row, SimpleQueryMessage, Socket, Statement};

use super::fail::Fail;
use super::options::Limits;
use super::sql::{Sql, Texts};

/// A connection that is about to be opened: the client, and what moves its bytes.
type Opened = Result<(Client, Pin<Box<dyn Future<Output = ()> + Send>>), tokio_postgres::Error>;
/// Opens connections, whatever the TLS.
type Connect = Box<dyn Fn(Config) -> Pin<Box<dyn Future<Output = Opened> + Send>> + Send + Sync>;

/// Connections through this connector.
pub(super) fn through<T>(tls: T) -> Connect
where
    T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
    T::Stream: Send,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    Box::new(move |config| {
        let tls = tls.clone();
        Box::pin(async move {
            let (client, connection) = config.connect(tls).await?;
            let moves: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async move {
                // Whoever waits on the connection is told of its end by the client.
                let _ = connection.await;
            });
            Ok((client, moves))
        })
    })
}

/// A connection and what is prepared on it.
pub(super) struct Link {
    pub(super) client: Client,
    prepared: Mutex<Vec<Option<Statement>>>,
    /// When the server was last asked for its settings.
    checked: Instant,
}

/// See the module.
pub(super) struct Pool {
    config: Config,
    connect: Connect,
    pub(super) limits: Limits,
    pub(super) texts: Texts,
    turns: Semaphore,
    idle: Mutex<Vec<Link>>,
}

/// A connection that is lent out. It goes back when it is dropped, unless it is closed or still in the midst of something.
pub(super) struct Lent<'p> {
    link: Option<Link>,
    pool: &'p Pool,
    /// Whether it must not go back.
    spent: bool,
    /// Whether it is waited for however long it takes.
    patient: bool,
    _turn: SemaphorePermit<'p>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(link) = self.link.take()
            && !self.spent
            && !link.client.is_closed()
        {
            self.pool.idle().push(link);
        }
    }
}

impl Pool {
    pub(super) fn new(config: Config, connect: Connect, limits: Limits) -> Arc<Self> {
        let (texts, turns) = (Texts::of(&limits.schema), Semaphore::new(limits.connections));
        Arc::new(Self { config, connect, limits, texts, turns, idle: Mutex::new(Vec::new()) })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Link>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that is not known to be closed: an idle one, or a new one.
    pub(super) async fn lend(&self) -> Result<Lent<'_>, Fail> {
        let turn = timeout(self.limits.patience, self.turns.acquire()).await;
        let Ok(Ok(turn)) = turn else {
            let busy = format!("all {} connections are busy", self.limits.connections);
            return Err(Fail::NotSent(busy.into()));
        };
        let mut lent = Lent { link: None, pool: self, spent: false, patient: false, _turn: turn };
        while let Some(link) = self.pop() {
            if let Some(link) = self.checked(link).await? {
                lent.link = Some(link);
                return Ok(lent);
            }
        }
        lent.link = Some(self.open().await?);
        Ok(lent)
    }

    /// An idle connection, if it can still be used.
    async fn checked(&self, mut link: Link) -> Result<Option<Link>, Fail> {
        if link.client.is_closed() {
            return Ok(None);
        }
        if link.checked.elapsed() < self.limits.check_every {
            return Ok(Some(link));
        }
        match timeout(self.limits.patience, super::greeting::check(&link.client, &self.limits)).await {
            Ok(Ok(())) => {
                link.checked = Instant::now();
                Ok(Some(link))
            }
            Ok(Err(refused @ Fail::Store(_))) => Err(refused),
            // A new one is opened, or says why not.
            Ok(Err(Fail::NotSent(_) | Fail::Refused(_) | Fail::Lost(_))) | Err(_) => Ok(None),
        }
    }

    fn pop(&self) -> Option<Link> {
        self.idle().pop()
    }

    async fn open(&self) -> Result<Link, Fail> {
        let patience = self.limits.patience;
        let opening = async {
            let (client, moves) = (self.connect)(self.config.clone()).await.map_err(|error| Fail::before(&error))?;
            drop(tokio::spawn(moves));
            super::greeting::greet(&client, &self.limits).await?;
            Ok(Link { client, prepared: Mutex::new(Vec::new()), checked: Instant::now() })
        };
        match timeout(patience, opening).await {
            Ok(opened) => opened,
            Err(_) => Err(Fail::NotSent(format!("no connection within {} s", patience.as_secs_f32()).into())),
        }
    }

    /// Runs one statement as one unit, on any connection.
    pub(super) async fn run(&self, sql: Sql, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Fail> {
        self.lend().await?.run(sql, params).await
    }

    /// Runs a statement that changes nothing, once more if its connection breaks: a server that was started anew has
    /// closed all that were idle.
    pub(super) async fn read(&self, sql: Sql, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Fail> {
        match self.run(sql, params).await {
            Err(Fail::Lost(_)) => self.run(sql, params).await,
            answer => answer,
        }
    }
}

impl Lent<'_> {
    fn link(&self) -> Result<&Link, Fail> {
        self.link.as_ref().ok_or_else(|| Fail::NotSent("the connection is gone".into()))
    }

    pub(super) async fn run(&mut self, sql: Sql, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Fail> {
        let statement = self.prepare(sql).await?;
        let limit = self.limit();
        let answer = timeout(limit, self.link()?.client.query(&statement, params)).await;
        match answer {
            Ok(Ok(rows)) => Ok(rows),
            Ok(Err(error)) => Err(Fail::of(&error)),
            Err(_) => {
                self.spent = true;
                Err(Fail::Lost(self.silence()))
            }
        }
    }

    /// Runs several commands without parameters. While it is under way the connection belongs to nobody else.
    pub(super) async fn batch(&mut self, text: &str) -> Result<(), Fail> {
        let limit = self.limit();
        match timeout(limit, self.link()?.client.batch_execute(text)).await {
            Ok(done) => done.map_err(|error| Fail::of(&error)),
            Err(_) => {
                self.spent = true;
                Err(Fail::Lost(self.silence()))
            }
        }
    }

    /// The one text that a command without parameters answers, if it is not NULL.
    pub(super) async fn ask(&mut self, text: &str) -> Result<Option<String>, Fail> {
        let limit = self.limit();
        let answered = timeout(limit, self.link()?.client.simple_query(text)).await;
        let Ok(answered) = answered else {
            self.spent = true;
            return Err(Fail::Lost(self.silence()));
        };
        let rows = answered.map_err(|error| Fail::of(&error))?;
        Ok(rows.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(String::from),
            _ => None,
        }))
    }

    /// Keeps it from going back to the pool until it is cleared: it is in the midst of a transaction.
    pub(super) const fn spend(&mut self, spent: bool) {
        self.spent = spent;
    }

    /// Waits for whatever comes next however long it takes. The server must be told, too.
    pub(super) const fn be_patient(&mut self, patient: bool) {
        self.patient = patient;
    }

    /// The server gives up first; whoever waits longer than that waits for a network that is gone.
    fn limit(&self) -> Duration {
        match self.patient {
            true => Duration::MAX,
            false => self.pool.limits.statement.saturating_add(self.pool.limits.patience),
        }
    }

    fn silence(&self) -> Box<str> {
        format!("no answer within {} s", self.limit().as_secs_f32()).into()
    }

    async fn prepare(&mut self, sql: Sql) -> Result<Statement, Fail> {
        let known = {
            let prepared = self.link()?.prepared.lock().unwrap_or_else(PoisonError::into_inner);
            prepared.get(sql.place()).cloned().flatten()
        };
        if let Some(statement) = known {
            return Ok(statement);
        }
        let text = String::from(self.pool.texts.get(sql));
        let limit = self.limit();
        let statement = match timeout(limit, self.link()?.client.prepare(&text)).await {
            Ok(Ok(statement)) => statement,
            // Nothing of ours was carried out by preparing it.
            Ok(Err(error)) => {
                return Err(match Fail::of(&error) {
                    Fail::Lost(reason) => Fail::NotSent(reason),
                    other => other,
                });
            }
            Err(_) => {
                self.spent = true;
                return Err(Fail::NotSent(self.silence()));
            }
        };
        let mut prepared = self.link()?.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        prepared.resize(Sql::COUNT, None);
        if let Some(place) = prepared.get_mut(sql.place()) {
            *place = Some(statement.clone());
        }
        drop(prepared);
        Ok(statement)
    }
}
