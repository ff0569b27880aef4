//! The statement that damages a row, for stores in SQL.

#![allow(dead_code, clippy::panic, reason = "each test crate uses a part")]

use redress::Id;
use redress::port::Record;
use redress::testing::store::Spoil;
use redress::trade::TradeKey;

/// A text in a statement.
fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn of(trade: &TradeKey) -> String {
    place(trade.tenant, trade.order)
}

fn place(tenant: Id, order: Id) -> String {
    format!("tenant = {} AND order_id = {}", text(tenant.as_str()), text(order.as_str()))
}

/// Table, body column and condition of a row.
pub(crate) fn row(record: &Record) -> (&'static str, &'static str, String) {
    match record {
        Record::Trade(key) => ("trades", "body", of(key)),
        Record::Event(key, seq) => ("events", "body", format!("{} AND seq = {seq}", of(key))),
        Record::Task(id) => {
            ("outbox", "body", format!("{} AND event = {} AND nth = {}", of(&id.trade), id.event, id.nth))
        }
        Record::Answer(tenant, key) => {
            let channel = key.channel.map_or_else(String::new, |(role, id)| format!("{role} {id}"));
            let asked = format!("channel = {} AND key = {}", text(&channel), text(key.key.as_str()));
            ("requests", "receipt", format!("{} AND {asked}", place(*tenant, key.order)))
        }
        other => panic!("no row is meant by {other}"),
    }
}

/// What damages this row; `schema` stands before the table's name.
pub(crate) fn statement(schema: &str, record: &Record, spoil: &Spoil) -> String {
    let (table, body, is) = row(record);
    let set = match spoil {
        Spoil::Cut => format!("{body} = substr({body}, 1, length({body}) / 2)"),
        Spoil::Garbled => format!("{body} = 'x' || {body}"),
        Spoil::Altered(from, to) => format!("{body} = replace({body}, {}, {})", text(from), text(to)),
        Spoil::Later(form) => format!("form = {form}"),
        Spoil::Gone => return format!("DELETE FROM {schema}{table} WHERE {is}"),
        other => panic!("no way is known to do {other:?}"),
    };
    format!("UPDATE {schema}{table} SET {set} WHERE {is}")
}

/// Damages a row of a schema on this server.
#[cfg(feature = "postgres")]
pub(crate) fn in_postgres(server: &crate::server::Server, schema: &str, record: &Record, spoil: &Spoil) {
    let done = statement(&format!("{schema}."), record, spoil);
    let guard = |on: &str| format!("ALTER TABLE {schema}.events {on} TRIGGER events_are_kept");
    server.sql(&format!("BEGIN; {}; {done}; {}; COMMIT", guard("DISABLE"), guard("ENABLE")));
}
