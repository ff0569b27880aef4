//! The statements. They are written for the schema `redress`; another name is put in when the store is opened.

use std::boxed::Box;
use std::format;
use std::vec::Vec;

/// Names the statements and holds their texts.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        /// Which statement.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Sql {
            $($(#[$doc])* $name,)+
        }

        const TEXTS: &[(Sql, &str)] = &[$((Sql::$name, $text)),+];
    };
}

/// One task's row.
macro_rules! task {
    () => {
        "o.tenant = $1 AND o.order_id = $2 AND o.event = $3 AND o.nth = $4"
    };
}

/// The seal that the row of a task has, if nobody but this store has touched it.
macro_rules! sealed {
    () => {
        "o.seal = redress.task_seal(o.mark, o.ready_at, o.claimed_by, o.claimed_at, o.claimed_until, o.fence, o.tries,
                                    o.done_at, o.aside_at, o.error)"
    };
}

/// The new seal after a change. A broken one stays broken: no change makes a damaged row look whole.
macro_rules! seal_anew {
    ($stage:literal) => {
        concat!("seal = CASE WHEN ", sealed!(), " THEN redress.task_seal(o.mark, ", $stage, ") ELSE o.seal END")
    };
}

/// What is read of a task.
macro_rules! entry {
    () => {
        concat!(
            "o.order_id, o.event, o.nth, o.what, o.key, o.form, o.body, o.mark, o.fence, o.tries, o.aside_at, o.error, ",
            sealed!(),
            " AS sealed"
        )
    };
}

/// What is read of a trade.
macro_rules! trade {
    () => {
        "SELECT state, version, due, updated, answers, form, body, mark, chain,
                seal = redress.trade_seal(mark, answers, chain) AS sealed
         FROM redress.trades WHERE tenant = $1 AND order_id = $2"
    };
}

/// What is read of an event.
macro_rules! events {
    ($rest:literal) => {
        concat!(
            "SELECT seq, version, at, role, rule, form, body, chain FROM redress.events
             WHERE tenant = $1 AND order_id = $2",
            $rest
        )
    };
}

/// A commit: one statement, one round trip, all or nothing. `$begin` says on what it is founded: the trade's row as it
/// stands, locked, or nothing yet; `$write` writes the trade's row. Without a row in `goes` nothing at all is written.
macro_rules! commit {
    ($begin:expr, $write:expr) => {
        concat!(
            "WITH RECURSIVE ",
            $begin,
            ", told AS MATERIALIZED (
                SELECT * FROM unnest($11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::text[], $16::bytea[])
                    WITH ORDINALITY AS told (seq, at, role, rule, body, mark, n)
            ), links (n, chain) AS (
                SELECT 0::bigint, chain FROM goes
                UNION ALL
                SELECT told.n, sha256(links.chain || told.mark) FROM links JOIN told ON told.n = links.n + 1
            ), ends AS MATERIALIZED (SELECT chain FROM links ORDER BY n DESC LIMIT 1), ",
            $write,
            ", add_events AS (
                INSERT INTO redress.events (tenant, order_id, seq, version, at, role, rule, form, body, chain)
                SELECT $1, $2, told.seq, $5, told.at, told.role, told.rule, $8, told.body, links.chain
                FROM told JOIN links ON links.n = told.n, written
            ), add_tasks AS (
                INSERT INTO redress.outbox (tenant, order_id, event, nth, what, key, form, body, mark, ready_at, seal)
                SELECT $1, $2, t.event, t.nth, t.what, t.key, $8, t.body, t.mark, t.ready_at,
                       redress.task_seal(t.mark, t.ready_at, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL)
                FROM unnest($17::bigint[], $18::bigint[], $19::text[], $20::text[], $21::bigint[], $22::text[],
                            $23::bytea[]) AS t (event, nth, what, key, ready_at, body, mark), written
            ), add_answer AS (
                INSERT INTO redress.requests (tenant, order_id, channel, key, fingerprint, at, form, receipt, seal)
                SELECT $1, $2, $24, $25, $26, $7, $8, $27, $28 FROM written WHERE $24::text IS NOT NULL
            ), end_task AS (
                UPDATE redress.outbox o SET done_at = $7, error = NULL, ",
            seal_anew!(
                "o.ready_at, o.claimed_by, o.claimed_at, o.claimed_until, o.fence, o.tries, $7, o.aside_at, NULL"
            ),
            "    FROM written WHERE o.tenant = $1 AND o.order_id = $2 AND o.event = $29 AND o.nth = $30 AND o.done_at IS NULL
            ) SELECT 1 FROM written"
        )
    };
}

/// The request was not answered before.
macro_rules! not_answered {
    () => {
        "NOT EXISTS (SELECT 1 FROM redress.requests WHERE tenant = $1 AND order_id = $2 AND channel = $24 AND key = $25)"
    };
}

statements! {
    /// The first commit of a trade. No task of it can be ended yet.
    Begin = commit!(
        concat!(
            "goes AS MATERIALIZED (
                SELECT 0::bigint AS answers, decode(repeat('00', 32), 'hex') AS chain
                WHERE $3::bigint = 0 AND $29::bigint IS NULL AND $30::bigint IS NULL AND $31::bigint IS NULL AND ",
            not_answered!(),
            ")"
        ),
        "written AS (
            INSERT INTO redress.trades
                (tenant, order_id, state, version, due, updated, answers, form, body, mark, chain, seal)
            SELECT $1, $2, $4, $5, $6, $7, given.answers, $8, $9, $10, ends.chain,
                   redress.trade_seal($10, given.answers, ends.chain)
            FROM ends, (SELECT answers + ($24::text IS NOT NULL)::int AS answers FROM goes) AS given
            ON CONFLICT DO NOTHING RETURNING 1
        )"
    );
    /// Every later one.
    Append = commit!(
        concat!(
            "stands AS MATERIALIZED (
                SELECT answers, chain FROM redress.trades
                WHERE tenant = $1 AND order_id = $2 AND version = $3 AND ",
            not_answered!(),
            " FOR UPDATE
            ), held AS MATERIALIZED (
                SELECT 1 FROM redress.outbox o, stands
                WHERE o.tenant = $1 AND o.order_id = $2 AND o.event = $29::bigint AND o.nth = $30::bigint
                    AND o.fence = $31::bigint AND o.fence > 0 AND o.aside_at IS NULL
                FOR UPDATE OF o
            ), goes AS MATERIALIZED (
                SELECT * FROM stands WHERE $29::bigint IS NULL OR EXISTS (SELECT 1 FROM held)
            )"
        ),
        "written AS (
            UPDATE redress.trades t SET state = $4, version = $5, due = $6, updated = $7, answers = given.answers,
                form = $8, body = $9, mark = $10, chain = ends.chain,
                seal = redress.trade_seal($10, given.answers, ends.chain)
            FROM ends, (SELECT answers + ($24::text IS NOT NULL)::int AS answers FROM goes) AS given
            WHERE t.tenant = $1 AND t.order_id = $2 RETURNING 1
        )"
    );
    /// Why a commit has written nothing: the answer, the version and the task's claim, as of one moment.
    Refusal = "SELECT t.version, r.channel, r.key, r.fingerprint, r.at, r.form, r.receipt, r.seal,
                      o.fence, o.done_at, o.aside_at
               FROM (SELECT 1) AS one
               LEFT JOIN redress.trades t ON t.tenant = $1 AND t.order_id = $2
               LEFT JOIN redress.requests r
                   ON r.tenant = $1 AND r.order_id = $2 AND r.channel = $3 AND r.key = $4
               LEFT JOIN redress.outbox o
                   ON o.tenant = $1 AND o.order_id = $2 AND o.event = $5 AND o.nth = $6";
    /// What stands where the rows of a commit belong.
    Stray = "SELECT (SELECT min(seq) FROM redress.events WHERE tenant = $1 AND order_id = $2 AND seq >= $3) AS seq,
                    (SELECT min(event) FROM redress.outbox WHERE tenant = $1 AND order_id = $2 AND event >= $3) AS event";
    Trade = trade!();
    Answer = "SELECT channel, key, fingerprint, at, form, receipt, seal FROM redress.requests
              WHERE tenant = $1 AND order_id = $2 AND channel = $3 AND key = $4";
    Answers = "SELECT channel, key, fingerprint, at, form, receipt, seal FROM redress.requests
               WHERE tenant = $1 AND order_id = $2 ORDER BY channel, key";
    Due = "SELECT order_id, due FROM redress.trades WHERE tenant = $1 AND due < $2 AND (due, order_id) > ($3, $4)
           ORDER BY due, order_id LIMIT $5";
    Orders = "SELECT order_id FROM redress.trades WHERE tenant = $1 AND order_id > $2 ORDER BY order_id LIMIT $3";
    History = events!(" AND seq >= $3 ORDER BY seq LIMIT $4");
    Events = events!(" ORDER BY seq");
    Tasks = concat!(
        "SELECT ", entry!(), " FROM redress.outbox o WHERE o.tenant = $1 AND o.order_id = $2 ORDER BY o.event, o.nth"
    );
    /// Rows that another is just taking are passed over, so nobody waits and nothing is taken twice.
    Claim = concat!(
        "WITH ready AS MATERIALIZED (
            SELECT order_id, event, nth, ready_at, claimed_at FROM redress.outbox
            WHERE tenant = $1 AND ready_at <= $2 AND done_at IS NULL AND aside_at IS NULL
            ORDER BY ready_at, order_id, event, nth LIMIT $3 FOR UPDATE SKIP LOCKED
        )
        UPDATE redress.outbox o SET ready_at = $4, claimed_by = $5, claimed_at = $2, claimed_until = $4,
            fence = o.fence + 1, tries = o.tries + 1, ",
        seal_anew!("$4, $5, $2, $4, o.fence + 1, o.tries + 1, o.done_at, o.aside_at, o.error"),
        " FROM ready
        WHERE o.tenant = $1 AND o.order_id = ready.order_id AND o.event = ready.event AND o.nth = ready.nth
        RETURNING ready.ready_at AS since, ready.claimed_at IS NULL AS first, ",
        entry!()
    );
    /// Sets aside what was claimed and cannot be read. A seal that is broken stays so.
    SetAside = concat!(
        "UPDATE redress.outbox o SET claimed_until = NULL, aside_at = $5, error = bad.error, ",
        seal_anew!("o.ready_at, o.claimed_by, o.claimed_at, NULL, o.fence, o.tries, o.done_at, $5, bad.error"),
        " FROM unnest($2::text[], $3::bigint[], $4::bigint[], $6::text[]) AS bad (order_id, event, nth, error)
          WHERE o.tenant = $1 AND o.order_id = bad.order_id AND o.event = bad.event AND o.nth = bad.nth
          RETURNING 1"
    );
    /// Leaves what was claimed and is of a later release to others, until the claim's end: the claim does not count.
    PutOff = concat!(
        "UPDATE redress.outbox o SET claimed_by = CASE WHEN bad.first THEN NULL ELSE o.claimed_by END,
            claimed_at = CASE WHEN bad.first THEN NULL ELSE o.claimed_at END, claimed_until = NULL,
            tries = o.tries - 1, ",
        seal_anew!(
            "o.ready_at, CASE WHEN bad.first THEN NULL ELSE o.claimed_by END,
             CASE WHEN bad.first THEN NULL ELSE o.claimed_at END, NULL, o.fence, o.tries - 1, o.done_at, o.aside_at,
             o.error"
        ),
        " FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::boolean[]) AS bad (order_id, event, nth, first)
          WHERE o.tenant = $1 AND o.order_id = bad.order_id AND o.event = bad.event AND o.nth = bad.nth
          RETURNING 1"
    );
    /// `$10`: the claim does not count, however often that is said; `$11`: nor was there one before it.
    Settle = concat!(
        "UPDATE redress.outbox o SET ready_at = coalesce($6, o.ready_at), claimed_until = NULL, done_at = $7,
            aside_at = $8, error = CASE WHEN $10::boolean THEN o.error ELSE $9 END,
            tries = o.tries - ($10::boolean AND o.claimed_until IS NOT NULL)::int,
            claimed_by = CASE WHEN $11::boolean THEN NULL ELSE o.claimed_by END,
            claimed_at = CASE WHEN $11::boolean THEN NULL ELSE o.claimed_at END, ",
        seal_anew!(
            "coalesce($6, o.ready_at), CASE WHEN $11::boolean THEN NULL ELSE o.claimed_by END,
             CASE WHEN $11::boolean THEN NULL ELSE o.claimed_at END, NULL, o.fence,
             o.tries - ($10::boolean AND o.claimed_until IS NOT NULL)::int, $7, $8, CASE WHEN $10::boolean THEN o.error ELSE $9 END"
        ),
        " WHERE ", task!(), " AND o.fence = $5 AND o.fence > 0 AND o.done_at IS NULL AND o.aside_at IS NULL RETURNING 1"
    );
    Claimed = concat!("SELECT o.fence, o.done_at, o.aside_at FROM redress.outbox o WHERE ", task!());
    Shelved = concat!(
        "SELECT ", entry!(), " FROM redress.outbox o
         WHERE o.tenant = $1 AND o.aside_at IS NOT NULL AND (o.order_id, o.event, o.nth) > ($2, $3, $4)
         ORDER BY o.order_id, o.event, o.nth LIMIT $5"
    );
    Unshelve = concat!(
        "UPDATE redress.outbox o SET ready_at = $5, claimed_until = NULL, aside_at = NULL, tries = 0, error = NULL, ",
        seal_anew!("$5, o.claimed_by, o.claimed_at, NULL, o.fence, 0, o.done_at, NULL, NULL"),
        " WHERE ", task!(), " AND o.aside_at IS NOT NULL RETURNING 1"
    );
    Now = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now";
}

impl Sql {
    /// How many there are.
    pub(super) const COUNT: usize = TEXTS.len();

    /// Its place among them.
    pub(super) const fn place(self) -> usize {
        self as usize
    }
}

/// The texts of all statements for one schema.
#[derive(Debug)]
pub(super) struct Texts(Vec<Box<str>>);

impl Texts {
    pub(super) fn of(schema: &str) -> Self {
        Self(TEXTS.iter().map(|(_, text)| in_schema(text, schema)).collect())
    }

    pub(super) fn get(&self, sql: Sql) -> &str {
        self.0.get(sql.place()).map(AsRef::as_ref).unwrap_or_default()
    }
}

/// The text for another schema than `redress`.
pub(super) fn in_schema(text: &str, schema: &str) -> Box<str> {
    text.replace("redress.", &format!("\"{schema}\".")).into()
}
