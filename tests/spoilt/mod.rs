//! The statement that damages a row, for stores in SQL.

#![allow(dead_code, clippy::panic, clippy::unwrap_used, reason = "each test crate uses a part")]

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
        Spoil::Written(form) => return written(schema, &is, *form),
        Spoil::Gone => return format!("DELETE FROM {schema}{table} WHERE {is}"),
        other => panic!("no way is known to do {other:?}"),
    };
    format!("UPDATE {schema}{table} SET {set} WHERE {is}")
}

/// What a release whose form this is would have written into PostgreSQL: mark and seal made anew, by SQL of its own.
fn written(schema: &str, is: &str, form: i64) -> String {
    let text = |it: &str| format!("'t'::bytea || int8send(octet_length({it})) || convert_to({it}, 'UTF8')");
    let number = |it: &str| format!("'n'::bytea || int8send({it})");
    let parts = [
        text("'outbox'"),
        text("tenant"),
        text("order_id"),
        number("event"),
        number("nth"),
        text("what"),
        text("key"),
        number(&form.to_string()),
        text("body"),
    ];
    format!(
        "UPDATE {schema}outbox SET form = {form}, mark = sha256({}) WHERE {is};
         UPDATE {schema}outbox SET seal = {schema}task_seal(mark, ready_at, claimed_by, claimed_at, claimed_until, fence,
             tries, done_at, aside_at, error) WHERE {is}",
        parts.join(" || ")
    )
}

/// What a release whose form this is would have written into a file: a seal made anew, without this crate.
#[cfg(feature = "sqlite")]
pub(crate) fn written_in_file(file: &rusqlite::Connection, record: &Record, form: i64) {
    use rusqlite::types::ValueRef;
    use sha2::{Digest, Sha256};

    let (_, _, is) = row(record);
    let seal = |first: &[u8], columns: &str| -> Vec<u8> {
        let mut hash = Sha256::new();
        let text = |hash: &mut Sha256, bytes: &[u8]| {
            hash.update(b"t");
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        text(&mut hash, b"outbox");
        if !first.is_empty() {
            text(&mut hash, first);
        }
        let count = columns.split(',').count();
        let read = |row: &rusqlite::Row<'_>| {
            for at in 0..count {
                match row.get_ref(at)? {
                    ValueRef::Null => hash.update(b"0"),
                    ValueRef::Integer(number) => {
                        hash.update(b"n");
                        hash.update(number.to_be_bytes());
                    }
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => text(&mut hash, bytes),
                    ValueRef::Real(_) => panic!("no column is a fraction"),
                }
            }
            Ok(())
        };
        file.query_row(&format!("SELECT {columns} FROM outbox WHERE {is}"), [], read).unwrap();
        hash.finalize().to_vec()
    };
    assert_eq!(file.execute(&format!("UPDATE outbox SET form = {form} WHERE {is}"), []).unwrap(), 1);
    let inner = seal(&[], "tenant, order_id, event, nth, what, key, form, body");
    let state = "ready_at, claimed_by, claimed_at, claimed_until, fence, tries, done_at, aside_at, error";
    let whole = seal(&inner, state);
    file.execute(&format!("UPDATE outbox SET seal = ?1 WHERE {is}"), [whole]).unwrap();
}

/// Damages a row of a schema on this server.
#[cfg(feature = "postgres")]
pub(crate) fn in_postgres(server: &crate::server::Server, schema: &str, record: &Record, spoil: &Spoil) {
    let done = statement(&format!("{schema}."), record, spoil);
    let guard = |on: &str| format!("ALTER TABLE {schema}.events {on} TRIGGER events_are_kept");
    server.sql(&format!("BEGIN; {}; {done}; {}; COMMIT", guard("DISABLE"), guard("ENABLE")));
}
