-- Times are milliseconds since 1970 in UTC: to_timestamp(due / 1000.0) shows one.
-- A body is the whole row as JSON text (not jsonb: bytes stay as they were written); `form` is the form in which it was
-- written. The columns beside it are for people and for indexes, and must agree with it. To look at, not to edit: marks,
-- chains and seals are hashes over whole rows, so a row that was changed by hand is taken for damaged.
-- Every key begins with the tenant and the order, so that tables can be partitioned or distributed by them.
-- Names sort byte by byte (COLLATE "C"), whatever the database's own language.

CREATE TABLE redress.trades (
    tenant   text COLLATE "C" NOT NULL,
    order_id text COLLATE "C" NOT NULL,
    state    text   NOT NULL, -- of the order
    version  bigint NOT NULL,
    due      bigint,          -- when time acts next, if it does
    updated  bigint NOT NULL,
    answers  bigint NOT NULL, -- how many requests of it are remembered
    form     bigint NOT NULL,
    body     text   NOT NULL,
    mark     bytea  NOT NULL, -- over the columns so far but answers
    chain    bytea  NOT NULL, -- of its last event
    seal     bytea  NOT NULL, -- over mark, answers and chain
    PRIMARY KEY (tenant, order_id)
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1);

CREATE INDEX trades_due ON redress.trades (tenant, due, order_id) WHERE due IS NOT NULL;

CREATE TABLE redress.events (
    tenant   text COLLATE "C" NOT NULL,
    order_id text COLLATE "C" NOT NULL,
    seq      bigint NOT NULL, -- from 1, without a gap
    version  bigint NOT NULL, -- of the trade that its commit made
    at       bigint NOT NULL,
    role     text   NOT NULL, -- of whoever acted
    rule     text,            -- the row that was taken, if one was
    form     bigint NOT NULL,
    body     text   NOT NULL,
    chain    bytea  NOT NULL, -- SHA-256 over the chain before it and the hash of its place and body
    PRIMARY KEY (tenant, order_id, seq)
);

CREATE FUNCTION redress.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END $$;

CREATE TRIGGER events_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON redress.events
    FOR EACH STATEMENT EXECUTE FUNCTION redress.refuse_change();

-- Tasks. Open: neither done nor set aside.
CREATE TABLE redress.outbox (
    tenant        text COLLATE "C" NOT NULL,
    order_id      text COLLATE "C" NOT NULL,
    event         bigint NOT NULL, -- the number of the event that asked for it
    nth           bigint NOT NULL, -- its place among that event's tasks, from 0
    what          text   NOT NULL,
    key           text   NOT NULL, -- the idempotency key that the world outside sees
    form          bigint NOT NULL,
    body          text   NOT NULL,
    mark          bytea  NOT NULL, -- over the columns so far
    ready_at      bigint NOT NULL, -- not to be claimed before: its own time, the end of a claim or of a back-off
    claimed_by    text,
    claimed_at    bigint,
    claimed_until bigint,
    fence         bigint NOT NULL DEFAULT 0, -- how often it was claimed
    tries         bigint NOT NULL DEFAULT 0, -- the same, since it was last taken off the shelf
    done_at       bigint,
    aside_at      bigint,
    error         text,
    seal          bytea  NOT NULL, -- over mark and the columns since
    PRIMARY KEY (tenant, order_id, event, nth)
) WITH (
    -- Each task dies three times in the index of what is ready. With 200,000 dead entries in it an empty poll takes six
    -- times as long, so its dead are cleared away by count, not by share, and at full speed.
    fillfactor = 80,
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0.05
);

CREATE INDEX outbox_ready ON redress.outbox (tenant, ready_at, order_id, event, nth)
    WHERE done_at IS NULL AND aside_at IS NULL;
CREATE INDEX outbox_aside ON redress.outbox (tenant, order_id, event, nth) WHERE aside_at IS NOT NULL;

-- What was answered to which request, for as long as the trade is kept.
CREATE TABLE redress.requests (
    tenant      text COLLATE "C" NOT NULL,
    order_id    text COLLATE "C" NOT NULL,
    channel     text COLLATE "C" NOT NULL, -- for call-backs, whose key it is: role and id; else empty
    key         text COLLATE "C" NOT NULL,
    fingerprint text   NOT NULL,
    at          bigint NOT NULL,
    form        bigint NOT NULL,
    receipt     text   NOT NULL,
    seal        bytea  NOT NULL, -- over all columns
    PRIMARY KEY (tenant, order_id, channel, key)
);

CREATE FUNCTION redress.trade_seal(mark bytea, answers bigint, chain bytea) RETURNS bytea LANGUAGE sql STABLE AS
$$ SELECT sha256(mark || chain || convert_to(answers::text, 'UTF8')) $$;

CREATE FUNCTION redress.task_seal(
    mark bytea, ready_at bigint, claimed_by text, claimed_at bigint, claimed_until bigint, fence bigint, tries bigint,
    done_at bigint, aside_at bigint, error text
) RETURNS bytea LANGUAGE sql STABLE AS
$$ SELECT sha256(mark || convert_to(json_build_array(ready_at, claimed_by, claimed_at, claimed_until, fence, tries,
                                                     done_at, aside_at, error)::text, 'UTF8')) $$;
