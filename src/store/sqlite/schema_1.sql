-- Times are milliseconds since 1970 in UTC: datetime(due / 1000, 'unixepoch') shows one.
-- A body is the whole row as JSON; `form` is the form in which it was written. The columns beside it are for people and
-- for indexes, and must agree with it. To look at, not to edit: chains and seals are hashes over whole rows, so a row that
-- was changed by hand is taken for damaged.

CREATE TABLE trades (
    tenant   TEXT    NOT NULL,
    order_id TEXT    NOT NULL,
    state    TEXT    NOT NULL, -- of the order
    version  INTEGER NOT NULL,
    due      INTEGER,          -- when time acts next, if it does
    updated  INTEGER NOT NULL,
    answers  INTEGER NOT NULL, -- how many requests of it are remembered
    form     INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    chain    BLOB    NOT NULL, -- of its last event
    seal     BLOB    NOT NULL, -- over all columns
    PRIMARY KEY (tenant, order_id)
) STRICT;

CREATE INDEX trades_due ON trades (tenant, due, order_id) WHERE due IS NOT NULL;

CREATE TABLE events (
    tenant   TEXT    NOT NULL,
    order_id TEXT    NOT NULL,
    seq      INTEGER NOT NULL, -- from 1, without a gap
    version  INTEGER NOT NULL, -- of the trade that its commit made
    at       INTEGER NOT NULL,
    role     TEXT    NOT NULL, -- of whoever acted
    rule     TEXT,             -- the row that was taken, if one was
    form     INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    chain    BLOB    NOT NULL, -- SHA-256 over the chain before it, its place and its body
    PRIMARY KEY (tenant, order_id, seq)
) STRICT;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

-- Tasks. Open: neither done nor set aside.
CREATE TABLE outbox (
    tenant        TEXT    NOT NULL,
    order_id      TEXT    NOT NULL,
    event         INTEGER NOT NULL, -- the number of the event that asked for it
    nth           INTEGER NOT NULL, -- its place among that event's tasks, from 0
    what          TEXT    NOT NULL,
    key           TEXT    NOT NULL, -- the idempotency key that the world outside sees
    ready_at      INTEGER NOT NULL, -- not to be claimed before: its own time, the end of a claim or of a back-off
    claimed_by    TEXT,
    claimed_at    INTEGER,
    claimed_until INTEGER,
    fence         INTEGER NOT NULL DEFAULT 0, -- how often it was claimed
    tries         INTEGER NOT NULL DEFAULT 0, -- the same, since it was last taken off the shelf
    done_at       INTEGER,
    aside_at      INTEGER,
    error         TEXT,
    form          INTEGER NOT NULL,
    body          TEXT    NOT NULL,
    seal          BLOB    NOT NULL, -- over all columns
    PRIMARY KEY (tenant, order_id, event, nth)
) STRICT;

CREATE INDEX outbox_ready ON outbox (tenant, ready_at, order_id, event, nth)
    WHERE done_at IS NULL AND aside_at IS NULL;
CREATE INDEX outbox_aside ON outbox (tenant, order_id, event, nth) WHERE aside_at IS NOT NULL;

-- What was answered to which request, for as long as the trade is kept.
CREATE TABLE requests (
    tenant      TEXT    NOT NULL,
    order_id    TEXT    NOT NULL,
    channel     TEXT    NOT NULL, -- for call-backs, whose key it is: role and id; else empty
    key         TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    form        INTEGER NOT NULL,
    receipt     TEXT    NOT NULL,
    seal        BLOB    NOT NULL, -- over all columns
    PRIMARY KEY (tenant, order_id, channel, key)
) STRICT;
