PRAGMA application_id = 1919185523;
PRAGMA user_version = 1;
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
INSERT INTO trades VALUES ('acme-mall', 'A-1', 'paid', 3, 1772503200000, 1772330520000, 2, 1, '{"key":{"tenant":"acme-mall","order":"A-1"},"version":3,"events":3,"at":1772330520000,"terms":{"rules":1,"policy":1},"parties":{"buyer":"alice","merchant":"acme","finance":[],"gateways":["alipay"],"carriers":[]},"currency":"CNY","head":{"state":"paid","deadline":{"limit":"ship_promise","since":1772330400000,"until":1772503200000,"waits_for":"merchant"},"counts":[[{"counter":"notes","apart":2},1]],"touched":3,"placed_at":1772330400000,"paid_at":1772330400000,"shipped_at":null,"delivered_at":null,"completed_at":null,"reopened_until":null,"reopened_for":null,"bill":{"shipping":0,"supplement":0,"gifted_points":0,"coupon":null,"insured":false,"needs_hold":false,"standing":0,"statutory":false,"points_restored":0,"points_clawed":0,"coupon_restored":false},"goodwill":0,"released":0},"parcels":[],"lines":[{"id":"shirt","count":2,"goods":19800,"tax":0,"price":19800,"points":0,"category":null,"confirmed_at":null,"receipt":null,"transport":"express"}],"goods":[{"line":0,"first":0,"count":2,"place":"with_merchant","claim":null,"closed":false,"spent":0,"tries":0,"parcel":null,"shipped_at":null,"delivered_at":null,"grace":null,"condition":null,"returns":0,"restocked":0,"let_go":false}],"money":{"payments":[{"tender":"wallet","gateway":"alipay","reference":"A-1","at":1772330400000,"purpose":"order","balance":{"paid":19800,"claimed":0,"reserved":0,"refunded":0,"lost":0},"dispute":null,"refunds":0,"refunded_at":null}],"pots":[{"bucket":"unapplied","balance":{"paid":0,"claimed":0,"reserved":0,"refunded":0,"lost":0}},{"bucket":{"goods":0},"balance":{"paid":19800,"claimed":0,"reserved":0,"refunded":0,"lost":0}}]},"cases":[],"refunds":[]}', X'3F14259DF67BEFD8498B7EA1961FA69C85A6D518A034DB800B1AAA5203137B8D', X'723B74B97FEA5C8DEF7F6B5BBBD48C8B43AAB9F019A4647BD9C625C034A66A24');
INSERT INTO trades VALUES ('acme-mall', 'A-2', 'paid', 3, 1772503260000, 1772330520000, 2, 1, '{"key":{"tenant":"acme-mall","order":"A-2"},"version":3,"events":3,"at":1772330520000,"terms":{"rules":1,"policy":1},"parties":{"buyer":"alice","merchant":"acme","finance":[],"gateways":["alipay"],"carriers":[]},"currency":"CNY","head":{"state":"paid","deadline":{"limit":"ship_promise","since":1772330460000,"until":1772503260000,"waits_for":"merchant"},"counts":[[{"counter":"notes","apart":2},1]],"touched":3,"placed_at":1772330460000,"paid_at":1772330460000,"shipped_at":null,"delivered_at":null,"completed_at":null,"reopened_until":null,"reopened_for":null,"bill":{"shipping":0,"supplement":0,"gifted_points":0,"coupon":null,"insured":false,"needs_hold":false,"standing":0,"statutory":false,"points_restored":0,"points_clawed":0,"coupon_restored":false},"goodwill":0,"released":0},"parcels":[],"lines":[{"id":"shirt","count":2,"goods":19800,"tax":0,"price":19800,"points":0,"category":null,"confirmed_at":null,"receipt":null,"transport":"express"}],"goods":[{"line":0,"first":0,"count":2,"place":"with_merchant","claim":null,"closed":false,"spent":0,"tries":0,"parcel":null,"shipped_at":null,"delivered_at":null,"grace":null,"condition":null,"returns":0,"restocked":0,"let_go":false}],"money":{"payments":[{"tender":"wallet","gateway":"alipay","reference":"A-2","at":1772330460000,"purpose":"order","balance":{"paid":19800,"claimed":0,"reserved":0,"refunded":0,"lost":0},"dispute":null,"refunds":0,"refunded_at":null}],"pots":[{"bucket":"unapplied","balance":{"paid":0,"claimed":0,"reserved":0,"refunded":0,"lost":0}},{"bucket":{"goods":0},"balance":{"paid":19800,"claimed":0,"reserved":0,"refunded":0,"lost":0}}]},"cases":[],"refunds":[]}', X'012383B11CD72E45056540DBBB40729C47D5C58E51183E16DFA6088E3A23D0A0', X'A5F67A9A7013C697AC59861309100E881107C1D14EFAEF5612DFBCEA3A0AB447');
INSERT INTO events VALUES ('acme-mall', 'A-1', 1, 1, 1772330400000, 'buyer', 'order.absent.place.unpaid', 1, '{"seq":1,"version":1,"at":1772330400000,"actor":{"role":"buyer","id":"alice"},"cause":"request","subject":"order","row":"order.absent.place.unpaid","asked":{"order":"place"},"changes":[{"placed":{"terms":{"rules":1,"policy":1},"parties":{"buyer":"alice","merchant":"acme","finance":[],"gateways":["alipay"],"carriers":[]},"currency":"CNY","lines":[{"id":"shirt","count":2,"goods":19800,"tax":0,"price":19800,"points":0,"category":null,"confirmed_at":null,"receipt":null,"transport":"express"}],"bill":{"shipping":0,"supplement":0,"gifted_points":0,"coupon":null,"insured":false,"needs_hold":false,"standing":0,"statutory":false,"points_restored":0,"points_clawed":0,"coupon_restored":false}}},{"reached":["placed",1772330400000]},{"order":"unpaid"},{"due":["order",{"limit":"payment","since":1772330400000,"until":1772332200000,"waits_for":"buyer"}]}],"tasks":[{"what":"reserve_stock","subject":"order","key":"acme-mall/A-1/1.0","units":[{"line":0,"first":0,"count":2}]}],"said":{}}', X'4A6919A4345B799C19FE33288E36CA7C9FA9F528212AC381A371697F9196090F');
INSERT INTO events VALUES ('acme-mall', 'A-1', 2, 2, 1772330400000, 'gateway', 'order.unpaid.pay.paid', 1, '{"seq":2,"version":2,"at":1772330400000,"actor":{"role":"gateway","id":"alipay"},"cause":"request","subject":"order","row":"order.unpaid.pay.paid","asked":{"order":"pay"},"changes":[{"paid":[{"tender":"wallet","gateway":"alipay","reference":"A-1","at":1772330400000,"purpose":"order","balance":{"paid":19800,"claimed":0,"reserved":0,"refunded":0,"lost":0},"dispute":null,"refunds":0,"refunded_at":null},[{"bucket":"unapplied","amount":19800}]]},{"applied":[{"bucket":{"goods":0},"amount":19800}]},{"reached":["paid",1772330400000]},{"order":"paid"},{"due":["order",{"limit":"ship_promise","since":1772330400000,"until":1772503200000,"waits_for":"merchant"}]}],"tasks":[{"what":"notify_merchant","subject":"order","key":"acme-mall/A-1/2.0"}],"said":{"key":"evt-1"}}', X'F4E18F7ECA5AF6106A48EB950880F16B54A871D6C142E973BC76A24167B677A0');
INSERT INTO events VALUES ('acme-mall', 'A-1', 3, 3, 1772330520000, 'merchant', 'order.paid.note.stay', 1, '{"seq":3,"version":3,"at":1772330520000,"actor":{"role":"merchant","id":"acme"},"cause":"request","subject":"order","row":"order.paid.note.stay","asked":{"order":"note"},"changes":[{"counted":["order",{"counter":"notes","apart":2}]}],"said":{"text":"gift wrap","key":"n-1"}}', X'3F14259DF67BEFD8498B7EA1961FA69C85A6D518A034DB800B1AAA5203137B8D');
INSERT INTO events VALUES ('acme-mall', 'A-2', 1, 1, 1772330460000, 'buyer', 'order.absent.place.unpaid', 1, '{"seq":1,"version":1,"at":1772330460000,"actor":{"role":"buyer","id":"alice"},"cause":"request","subject":"order","row":"order.absent.place.unpaid","asked":{"order":"place"},"changes":[{"placed":{"terms":{"rules":1,"policy":1},"parties":{"buyer":"alice","merchant":"acme","finance":[],"gateways":["alipay"],"carriers":[]},"currency":"CNY","lines":[{"id":"shirt","count":2,"goods":19800,"tax":0,"price":19800,"points":0,"category":null,"confirmed_at":null,"receipt":null,"transport":"express"}],"bill":{"shipping":0,"supplement":0,"gifted_points":0,"coupon":null,"insured":false,"needs_hold":false,"standing":0,"statutory":false,"points_restored":0,"points_clawed":0,"coupon_restored":false}}},{"reached":["placed",1772330460000]},{"order":"unpaid"},{"due":["order",{"limit":"payment","since":1772330460000,"until":1772332260000,"waits_for":"buyer"}]}],"tasks":[{"what":"reserve_stock","subject":"order","key":"acme-mall/A-2/1.0","units":[{"line":0,"first":0,"count":2}]}],"said":{}}', X'3F8256F899167BE7BEE574452866FB68317CF53D5D9D2D1B0D1DE4CD0C5E9762');
INSERT INTO events VALUES ('acme-mall', 'A-2', 2, 2, 1772330460000, 'gateway', 'order.unpaid.pay.paid', 1, '{"seq":2,"version":2,"at":1772330460000,"actor":{"role":"gateway","id":"alipay"},"cause":"request","subject":"order","row":"order.unpaid.pay.paid","asked":{"order":"pay"},"changes":[{"paid":[{"tender":"wallet","gateway":"alipay","reference":"A-2","at":1772330460000,"purpose":"order","balance":{"paid":19800,"claimed":0,"reserved":0,"refunded":0,"lost":0},"dispute":null,"refunds":0,"refunded_at":null},[{"bucket":"unapplied","amount":19800}]]},{"applied":[{"bucket":{"goods":0},"amount":19800}]},{"reached":["paid",1772330460000]},{"order":"paid"},{"due":["order",{"limit":"ship_promise","since":1772330460000,"until":1772503260000,"waits_for":"merchant"}]}],"tasks":[{"what":"notify_merchant","subject":"order","key":"acme-mall/A-2/2.0"}],"said":{"key":"evt-1"}}', X'BC1D00413C309586A9D7BAE25E192A9A89635D03B342603A0BD7E38616CA2817');
INSERT INTO events VALUES ('acme-mall', 'A-2', 3, 3, 1772330520000, 'merchant', 'order.paid.note.stay', 1, '{"seq":3,"version":3,"at":1772330520000,"actor":{"role":"merchant","id":"acme"},"cause":"request","subject":"order","row":"order.paid.note.stay","asked":{"order":"note"},"changes":[{"counted":["order",{"counter":"notes","apart":2}]}],"said":{"text":"gift wrap","key":"n-1"}}', X'012383B11CD72E45056540DBBB40729C47D5C58E51183E16DFA6088E3A23D0A0');
INSERT INTO outbox VALUES ('acme-mall', 'A-1', 1, 0, 'reserve_stock', 'acme-mall/A-1/1.0', 1772334000000, 'worker-1', 1772330580000, NULL, 1, 1, NULL, 1772330640000, 'no such account', 1, '{"what":"reserve_stock","subject":"order","key":"acme-mall/A-1/1.0","units":[{"line":0,"first":0,"count":2}]}', X'A0517B96F904C95CA0ADE77D2648C58ECC0F23BD683E5091AC7483A7ABA314C1');
INSERT INTO outbox VALUES ('acme-mall', 'A-1', 2, 0, 'notify_merchant', 'acme-mall/A-1/2.0', 1772334000000, 'worker-1', 1772330580000, 1772334000000, 1, 1, 1772330640000, NULL, NULL, 1, '{"what":"notify_merchant","subject":"order","key":"acme-mall/A-1/2.0"}', X'A5CCF5312FD03ED0D3E10068FB6CCFF5EC3CB890EE4C345A556037EF1EC4A506');
INSERT INTO outbox VALUES ('acme-mall', 'A-2', 1, 0, 'reserve_stock', 'acme-mall/A-2/1.0', 1772335800000, 'worker-1', 1772330580000, NULL, 1, 1, NULL, NULL, 'no answer', 1, '{"what":"reserve_stock","subject":"order","key":"acme-mall/A-2/1.0","units":[{"line":0,"first":0,"count":2}]}', X'1AE843F38DB7F45B89BAC16ED5A16F6B3C7DA3FA3C58B982861B20E37FFC78A7');
INSERT INTO outbox VALUES ('acme-mall', 'A-2', 2, 0, 'notify_merchant', 'acme-mall/A-2/2.0', 1772334000000, 'worker-1', 1772330580000, 1772334000000, 1, 1, NULL, NULL, NULL, 1, '{"what":"notify_merchant","subject":"order","key":"acme-mall/A-2/2.0"}', X'C7577F5FB943B003944809B14FC24A8DD66FA4FAC6AEB82C3C0DBBD0CB589E4F');
INSERT INTO requests VALUES ('acme-mall', 'A-1', 'gateway alipay', 'evt-1', '9a01f98e8b202b283e85bfcf021edd8e', 1772330400000, 1, '{"trade":{"tenant":"acme-mall","order":"A-1"},"version":2,"at":1772330400000,"taken":[{"event":2,"subject":"order","asked":{"order":"pay"},"by":"gateway","row":"order.unpaid.pay.paid"}],"stands":[{"order":"paid"}],"tasks":["notify_merchant"],"due":1772503200000}', X'E88D2343A83EA576421842E59211FA288DFE5E58A8E6931609610D9B530E9ED4');
INSERT INTO requests VALUES ('acme-mall', 'A-1', '', 'n-1', 'a244c7dcab9aa3fe77dbe7bc3e21ca84', 1772330520000, 1, '{"trade":{"tenant":"acme-mall","order":"A-1"},"version":3,"at":1772330520000,"taken":[{"event":3,"subject":"order","asked":{"order":"note"},"by":"merchant","row":"order.paid.note.stay"}],"stands":[{"order":"paid"}],"due":1772503200000}', X'97D679BFD32F897F010789594DEBA1A8612CBCC58FEAA602ADD27C3A1CC178C9');
INSERT INTO requests VALUES ('acme-mall', 'A-2', 'gateway alipay', 'evt-1', '7e444be4ae59cfaf0aad9abfb1a16abe', 1772330460000, 1, '{"trade":{"tenant":"acme-mall","order":"A-2"},"version":2,"at":1772330460000,"taken":[{"event":2,"subject":"order","asked":{"order":"pay"},"by":"gateway","row":"order.unpaid.pay.paid"}],"stands":[{"order":"paid"}],"tasks":["notify_merchant"],"due":1772503260000}', X'355674BDAB3141E5C0D41CD1E7527035E43E315D0D2C0D6BD213D79D0534F37E');
INSERT INTO requests VALUES ('acme-mall', 'A-2', '', 'n-1', 'f8d9608975dff4642ed68debad0b7489', 1772330520000, 1, '{"trade":{"tenant":"acme-mall","order":"A-2"},"version":3,"at":1772330520000,"taken":[{"event":3,"subject":"order","asked":{"order":"note"},"by":"merchant","row":"order.paid.note.stay"}],"stands":[{"order":"paid"}],"due":1772503260000}', X'D9779E863C8D08E81292FCF390948AADA03986D4E6F0745F3F9E3DE322075FE8');
