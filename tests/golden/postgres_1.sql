CREATE SCHEMA redress;
CREATE TABLE redress.migrations (no bigint PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO redress.migrations VALUES (1, '2026-03-01');

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

INSERT INTO redress.trades VALUES ('acme-mall', 'A-1', 'paid', '3', '1772503200000', '1772330520000', '2', '1', '{"key":{"tenant":"acme-mall","order":"A-1"},"version":3,"events":3,"at":1772330520000,"terms":{"rules":1,"policy":1},"parties":{"buyer":"alice","merchant":"acme","finance":[],"gateways":["alipay"],"carriers":[]},"currency":"CNY","head":{"state":"paid","deadline":{"limit":"ship_promise","since":1772330400000,"until":1772503200000,"waits_for":"merchant"},"counts":[[{"counter":"notes","apart":2},1]],"touched":3,"placed_at":1772330400000,"paid_at":1772330400000,"shipped_at":null,"delivered_at":null,"completed_at":null,"reopened_until":null,"reopened_for":null,"bill":{"shipping":0,"supplement":0,"gifted_points":0,"coupon":null,"insured":false,"needs_hold":false,"standing":0,"statutory":false,"points_restored":0,"points_clawed":0,"coupon_restored":false},"goodwill":0,"released":0},"parcels":[],"lines":[{"id":"shirt","count":2,"goods":19800,"tax":0,"price":19800,"points":0,"category":null,"confirmed_at":null,"receipt":null,"transport":"express"}],"goods":[{"line":0,"first":0,"count":2,"place":"with_merchant","claim":null,"closed":false,"spent":0,"tries":0,"parcel":null,"shipped_at":null,"delivered_at":null,"grace":null,"condition":null,"returns":0,"restocked":0,"let_go":false}],"money":{"payments":[{"tender":"wallet","gateway":"alipay","reference":"A-1","at":1772330400000,"purpose":"order","balance":{"paid":19800,"claimed":0,"reserved":0,"refunded":0,"lost":0},"dispute":null,"refunds":0,"refunded_at":null}],"pots":[{"bucket":"unapplied","balance":{"paid":0,"claimed":0,"reserved":0,"refunded":0,"lost":0}},{"bucket":{"goods":0},"balance":{"paid":19800,"claimed":0,"reserved":0,"refunded":0,"lost":0}}]},"cases":[],"refunds":[]}', E'\\xd02f24d295c6ae2635bb7c1b35a17ed422d774608320bdac83d92e6717aa81c2', E'\\x3f14259df67befd8498b7ea1961fa69c85a6d518a034db800b1aaa5203137b8d', E'\\xa0847534889aacc27ed9923e5e34e4990ce5b62d0b4a585c9ecdf7d2c8b0ef15');
INSERT INTO redress.trades VALUES ('acme-mall', 'A-2', 'paid', '3', '1772503260000', '1772330520000', '2', '1', '{"key":{"tenant":"acme-mall","order":"A-2"},"version":3,"events":3,"at":1772330520000,"terms":{"rules":1,"policy":1},"parties":{"buyer":"alice","merchant":"acme","finance":[],"gateways":["alipay"],"carriers":[]},"currency":"CNY","head":{"state":"paid","deadline":{"limit":"ship_promise","since":1772330460000,"until":1772503260000,"waits_for":"merchant"},"counts":[[{"counter":"notes","apart":2},1]],"touched":3,"placed_at":1772330460000,"paid_at":1772330460000,"shipped_at":null,"delivered_at":null,"completed_at":null,"reopened_until":null,"reopened_for":null,"bill":{"shipping":0,"supplement":0,"gifted_points":0,"coupon":null,"insured":false,"needs_hold":false,"standing":0,"statutory":false,"points_restored":0,"points_clawed":0,"coupon_restored":false},"goodwill":0,"released":0},"parcels":[],"lines":[{"id":"shirt","count":2,"goods":19800,"tax":0,"price":19800,"points":0,"category":null,"confirmed_at":null,"receipt":null,"transport":"express"}],"goods":[{"line":0,"first":0,"count":2,"place":"with_merchant","claim":null,"closed":false,"spent":0,"tries":0,"parcel":null,"shipped_at":null,"delivered_at":null,"grace":null,"condition":null,"returns":0,"restocked":0,"let_go":false}],"money":{"payments":[{"tender":"wallet","gateway":"alipay","reference":"A-2","at":1772330460000,"purpose":"order","balance":{"paid":19800,"claimed":0,"reserved":0,"refunded":0,"lost":0},"dispute":null,"refunds":0,"refunded_at":null}],"pots":[{"bucket":"unapplied","balance":{"paid":0,"claimed":0,"reserved":0,"refunded":0,"lost":0}},{"bucket":{"goods":0},"balance":{"paid":19800,"claimed":0,"reserved":0,"refunded":0,"lost":0}}]},"cases":[],"refunds":[]}', E'\\x550454091fae7b69a72471490a5cd2eca4415c8cc19a7edd66a764a6057c55c5', E'\\x012383b11cd72e45056540dbbb40729c47d5c58e51183e16dfa6088e3a23d0a0', E'\\x50117cc3c76547ce740ccaa7f0f0a38433c12bd21371d676d3783445068ccff4');
INSERT INTO redress.events VALUES ('acme-mall', 'A-1', '1', '1', '1772330400000', 'buyer', 'order.absent.place.unpaid', '1', '{"seq":1,"version":1,"at":1772330400000,"actor":{"role":"buyer","id":"alice"},"cause":"request","subject":"order","row":"order.absent.place.unpaid","asked":{"order":"place"},"changes":[{"placed":{"terms":{"rules":1,"policy":1},"parties":{"buyer":"alice","merchant":"acme","finance":[],"gateways":["alipay"],"carriers":[]},"currency":"CNY","lines":[{"id":"shirt","count":2,"goods":19800,"tax":0,"price":19800,"points":0,"category":null,"confirmed_at":null,"receipt":null,"transport":"express"}],"bill":{"shipping":0,"supplement":0,"gifted_points":0,"coupon":null,"insured":false,"needs_hold":false,"standing":0,"statutory":false,"points_restored":0,"points_clawed":0,"coupon_restored":false}}},{"reached":["placed",1772330400000]},{"order":"unpaid"},{"due":["order",{"limit":"payment","since":1772330400000,"until":1772332200000,"waits_for":"buyer"}]}],"tasks":[{"what":"reserve_stock","subject":"order","key":"acme-mall/A-1/1.0","units":[{"line":0,"first":0,"count":2}]}],"said":{}}', E'\\x4a6919a4345b799c19fe33288e36ca7c9fa9f528212ac381a371697f9196090f');
INSERT INTO redress.events VALUES ('acme-mall', 'A-1', '2', '2', '1772330400000', 'gateway', 'order.unpaid.pay.paid', '1', '{"seq":2,"version":2,"at":1772330400000,"actor":{"role":"gateway","id":"alipay"},"cause":"request","subject":"order","row":"order.unpaid.pay.paid","asked":{"order":"pay"},"changes":[{"paid":[{"tender":"wallet","gateway":"alipay","reference":"A-1","at":1772330400000,"purpose":"order","balance":{"paid":19800,"claimed":0,"reserved":0,"refunded":0,"lost":0},"dispute":null,"refunds":0,"refunded_at":null},[{"bucket":"unapplied","amount":19800}]]},{"applied":[{"bucket":{"goods":0},"amount":19800}]},{"reached":["paid",1772330400000]},{"order":"paid"},{"due":["order",{"limit":"ship_promise","since":1772330400000,"until":1772503200000,"waits_for":"merchant"}]}],"tasks":[{"what":"notify_merchant","subject":"order","key":"acme-mall/A-1/2.0"}],"said":{"key":"evt-1"}}', E'\\xf4e18f7eca5af6106a48eb950880f16b54a871d6c142e973bc76a24167b677a0');
INSERT INTO redress.events VALUES ('acme-mall', 'A-1', '3', '3', '1772330520000', 'merchant', 'order.paid.note.stay', '1', '{"seq":3,"version":3,"at":1772330520000,"actor":{"role":"merchant","id":"acme"},"cause":"request","subject":"order","row":"order.paid.note.stay","asked":{"order":"note"},"changes":[{"counted":["order",{"counter":"notes","apart":2}]}],"said":{"text":"gift wrap","key":"n-1"}}', E'\\x3f14259df67befd8498b7ea1961fa69c85a6d518a034db800b1aaa5203137b8d');
INSERT INTO redress.events VALUES ('acme-mall', 'A-2', '1', '1', '1772330460000', 'buyer', 'order.absent.place.unpaid', '1', '{"seq":1,"version":1,"at":1772330460000,"actor":{"role":"buyer","id":"alice"},"cause":"request","subject":"order","row":"order.absent.place.unpaid","asked":{"order":"place"},"changes":[{"placed":{"terms":{"rules":1,"policy":1},"parties":{"buyer":"alice","merchant":"acme","finance":[],"gateways":["alipay"],"carriers":[]},"currency":"CNY","lines":[{"id":"shirt","count":2,"goods":19800,"tax":0,"price":19800,"points":0,"category":null,"confirmed_at":null,"receipt":null,"transport":"express"}],"bill":{"shipping":0,"supplement":0,"gifted_points":0,"coupon":null,"insured":false,"needs_hold":false,"standing":0,"statutory":false,"points_restored":0,"points_clawed":0,"coupon_restored":false}}},{"reached":["placed",1772330460000]},{"order":"unpaid"},{"due":["order",{"limit":"payment","since":1772330460000,"until":1772332260000,"waits_for":"buyer"}]}],"tasks":[{"what":"reserve_stock","subject":"order","key":"acme-mall/A-2/1.0","units":[{"line":0,"first":0,"count":2}]}],"said":{}}', E'\\x3f8256f899167be7bee574452866fb68317cf53d5d9d2d1b0d1de4cd0c5e9762');
INSERT INTO redress.events VALUES ('acme-mall', 'A-2', '2', '2', '1772330460000', 'gateway', 'order.unpaid.pay.paid', '1', '{"seq":2,"version":2,"at":1772330460000,"actor":{"role":"gateway","id":"alipay"},"cause":"request","subject":"order","row":"order.unpaid.pay.paid","asked":{"order":"pay"},"changes":[{"paid":[{"tender":"wallet","gateway":"alipay","reference":"A-2","at":1772330460000,"purpose":"order","balance":{"paid":19800,"claimed":0,"reserved":0,"refunded":0,"lost":0},"dispute":null,"refunds":0,"refunded_at":null},[{"bucket":"unapplied","amount":19800}]]},{"applied":[{"bucket":{"goods":0},"amount":19800}]},{"reached":["paid",1772330460000]},{"order":"paid"},{"due":["order",{"limit":"ship_promise","since":1772330460000,"until":1772503260000,"waits_for":"merchant"}]}],"tasks":[{"what":"notify_merchant","subject":"order","key":"acme-mall/A-2/2.0"}],"said":{"key":"evt-1"}}', E'\\xbc1d00413c309586a9d7bae25e192a9a89635d03b342603a0bd7e38616ca2817');
INSERT INTO redress.events VALUES ('acme-mall', 'A-2', '3', '3', '1772330520000', 'merchant', 'order.paid.note.stay', '1', '{"seq":3,"version":3,"at":1772330520000,"actor":{"role":"merchant","id":"acme"},"cause":"request","subject":"order","row":"order.paid.note.stay","asked":{"order":"note"},"changes":[{"counted":["order",{"counter":"notes","apart":2}]}],"said":{"text":"gift wrap","key":"n-1"}}', E'\\x012383b11cd72e45056540dbbb40729c47d5c58e51183e16dfa6088e3a23d0a0');
INSERT INTO redress.outbox VALUES ('acme-mall', 'A-1', '1', '0', 'reserve_stock', 'acme-mall/A-1/1.0', '1', '{"what":"reserve_stock","subject":"order","key":"acme-mall/A-1/1.0","units":[{"line":0,"first":0,"count":2}]}', E'\\x2214e08b05ef420bb0eb17635b8e5e3a02e73c666da730c18b33c059fcb7b87b', '1772334000000', 'worker-1', '1772330580000', NULL, '1', '1', NULL, '1772330640000', 'no such account', E'\\x522dd3d5be931f91c99d153d29158510fac6ebcbef825856668e80e95d3de658');
INSERT INTO redress.outbox VALUES ('acme-mall', 'A-1', '2', '0', 'notify_merchant', 'acme-mall/A-1/2.0', '1', '{"what":"notify_merchant","subject":"order","key":"acme-mall/A-1/2.0"}', E'\\xbf106086cc453fa438d5a5fe46fb8e0e15f8504f26ccb35bb73bdf71eb2cc440', '1772334000000', 'worker-1', '1772330580000', NULL, '1', '1', '1772330640000', NULL, NULL, E'\\x8d537dd4e70d3cbf297761a99da1afc9749ea51ebb19db08e147c100c63fcbdf');
INSERT INTO redress.outbox VALUES ('acme-mall', 'A-2', '1', '0', 'reserve_stock', 'acme-mall/A-2/1.0', '1', '{"what":"reserve_stock","subject":"order","key":"acme-mall/A-2/1.0","units":[{"line":0,"first":0,"count":2}]}', E'\\x5ffa61b7e1a1079baa7ee1cdb3b0d7784edfd844d534b04885d113810ab48249', '1772335800000', 'worker-1', '1772330580000', NULL, '1', '1', NULL, NULL, 'no answer', E'\\xd4b0bcb2b2019e23946de8f04b67ad86621d392f46e143adb2e8c01e0ae9903d');
INSERT INTO redress.outbox VALUES ('acme-mall', 'A-2', '2', '0', 'notify_merchant', 'acme-mall/A-2/2.0', '1', '{"what":"notify_merchant","subject":"order","key":"acme-mall/A-2/2.0"}', E'\\xb0f54e4bc90f6dca34a37e783dce6b614bbd1aca042f700b9bccbdb979be7efc', '1772334000000', 'worker-1', '1772330580000', '1772334000000', '1', '1', NULL, NULL, NULL, E'\\x60470350ce3082a4c0e70a49283e6c0e7f5627b3ae03bf26bd1015961b3e0234');
INSERT INTO redress.requests VALUES ('acme-mall', 'A-1', '', 'n-1', 'a244c7dcab9aa3fe77dbe7bc3e21ca84', '1772330520000', '1', '{"trade":{"tenant":"acme-mall","order":"A-1"},"version":3,"at":1772330520000,"taken":[{"event":3,"subject":"order","asked":{"order":"note"},"by":"merchant","row":"order.paid.note.stay"}],"stands":[{"order":"paid"}],"due":1772503200000}', E'\\x97d679bfd32f897f010789594deba1a8612cbcc58feaa602add27c3a1cc178c9');
INSERT INTO redress.requests VALUES ('acme-mall', 'A-1', 'gateway alipay', 'evt-1', '9a01f98e8b202b283e85bfcf021edd8e', '1772330400000', '1', '{"trade":{"tenant":"acme-mall","order":"A-1"},"version":2,"at":1772330400000,"taken":[{"event":2,"subject":"order","asked":{"order":"pay"},"by":"gateway","row":"order.unpaid.pay.paid"}],"stands":[{"order":"paid"}],"tasks":["notify_merchant"],"due":1772503200000}', E'\\xe88d2343a83ea576421842e59211fa288dfe5e58a8e6931609610d9b530e9ed4');
INSERT INTO redress.requests VALUES ('acme-mall', 'A-2', '', 'n-1', 'f8d9608975dff4642ed68debad0b7489', '1772330520000', '1', '{"trade":{"tenant":"acme-mall","order":"A-2"},"version":3,"at":1772330520000,"taken":[{"event":3,"subject":"order","asked":{"order":"note"},"by":"merchant","row":"order.paid.note.stay"}],"stands":[{"order":"paid"}],"due":1772503260000}', E'\\xd9779e863c8d08e81292fcf390948aada03986d4e6f0745f3f9e3de322075fe8');
INSERT INTO redress.requests VALUES ('acme-mall', 'A-2', 'gateway alipay', 'evt-1', '7e444be4ae59cfaf0aad9abfb1a16abe', '1772330460000', '1', '{"trade":{"tenant":"acme-mall","order":"A-2"},"version":2,"at":1772330460000,"taken":[{"event":2,"subject":"order","asked":{"order":"pay"},"by":"gateway","row":"order.unpaid.pay.paid"}],"stands":[{"order":"paid"}],"tasks":["notify_merchant"],"due":1772503260000}', E'\\x355674bdab3141e5c0d41cd1e7527035e43e315d0d2c0d6bd213d79d0534f37e');
