//! What cannot be read in a file is named, never guessed at, and harms nothing else.

#![cfg(feature = "sqlite")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod stored;

use redress::Id;
use redress::port::{Committed, Corrupt, Damage, Record, Storage, Store, StoreError};
use redress::store::Sqlite;
use redress::trade::TradeKey;
use stored::file::{LATER, claim, open, tamper, two_trades};
use stored::{Folder, decide, minute, note};

/// What each damage to the first trade is told as.
#[test]
fn a_corrupt_trade_is_named_and_harms_no_other() {
    type Told = fn(Damage) -> bool;
    let damages: [(&str, Told); 13] = [
        ("body = substr(body, 1, 100)", |damage| matches!(damage, Damage::Garbled(100))),
        ("body = ''", |damage| matches!(damage, Damage::Garbled(_))),
        ("body = 'null'", |damage| matches!(damage, Damage::Unknown(_))),
        ("body = replace(body, '\"state\":\"paid\"', '\"state\":\"vanished\"')", |it| matches!(it, Damage::Unknown(_))),
        ("body = replace(body, '\"CNY\"', '\"XXX\"')", |damage| matches!(damage, Damage::Unknown(_))),
        ("body = CAST(x'7bff' AS TEXT)", |damage| matches!(damage, Damage::Garbled(_))),
        ("form = 2", |damage| damage == Damage::Future { found: 2, known: 1 }),
        ("form = -1", |damage| damage == Damage::Column("form")),
        ("version = version + 1", |damage| damage == Damage::Column("version")),
        ("state = 'shipped'", |damage| damage == Damage::Column("state")),
        ("due = due + 1", |damage| damage == Damage::Column("due")),
        ("updated = 0", |damage| damage == Damage::Column("updated")),
        ("body = (SELECT body FROM trades WHERE order_id = 'A-2')", |it| it == Damage::Column("order_id")),
    ];
    for (change, is_told) in damages {
        let folder = Folder::new();
        let (one, two, _) = two_trades(&folder);
        tamper(&folder, &format!("UPDATE trades SET {change} WHERE order_id = 'A-1'"));
        let store = open(&folder);
        match store.load(one.key.order) {
            Err(StoreError::Corrupt(it)) => {
                assert!(it.record == Record::Trade(one.key) && is_told(it.damage), "{change}: {it}");
            }
            other => panic!("{change}: {other:?}"),
        }
        assert_eq!(store.load(two.key.order).unwrap(), Some(two.clone()), "{change}");
        let listed: Vec<Id> = store.due(LATER, None, 10).unwrap().rows.iter().map(|due| due.order).collect();
        assert!(listed.contains(&two.key.order), "{change}");
        let next = decide(&two, &note("still open"), minute(9));
        assert_eq!(store.commit(&next).unwrap(), Committed::Stored, "{change}");
    }
}

#[test]
fn a_trade_of_another_tenant_is_not_taken_for_an_own() {
    let folder = Folder::new();
    let (one, ..) = two_trades(&folder);
    tamper(&folder, "UPDATE trades SET tenant = 'other-mall' WHERE order_id = 'A-1'");
    let other = Sqlite::open(folder.file()).unwrap().tenant(Id::from("other-mall")).unwrap();
    let theirs = TradeKey { tenant: Id::from("other-mall"), order: one.key.order };
    let corrupt = Corrupt { record: Record::Trade(theirs), damage: Damage::Column("order_id") };
    assert_eq!(other.load(one.key.order), Err(corrupt.into()));
}

#[test]
fn a_key_that_is_none_is_reported_and_passed_over() {
    let folder = Folder::new();
    let (_, two, _) = two_trades(&folder);
    tamper(&folder, "UPDATE trades SET order_id = '' WHERE order_id = 'A-1'");
    tamper(&folder, "UPDATE outbox SET order_id = char(7) WHERE order_id = 'A-1'");
    let store = open(&folder);
    let page = store.due(LATER, None, 1).unwrap();
    assert_eq!(page.rows[0].order, two.key.order);
    assert_eq!(page.corrupt.len(), 1);
    assert!(page.corrupt[0].to_string().starts_with("row 1 of table `trades` is corrupt"), "{}", page.corrupt[0]);
    let page = store.claim(&claim(minute(5))).unwrap();
    assert_eq!((page.rows.len(), page.corrupt.len()), (2, 2));
}

#[test]
fn a_corrupt_event_is_named_by_its_number() {
    let damages = [
        ("DELETE FROM events WHERE seq = 2 AND order_id = 'A-1'", 2, Damage::Missing),
        ("UPDATE events SET seq = 9 WHERE seq = 3 AND order_id = 'A-1'", 3, Damage::Missing),
        ("UPDATE events SET form = 7 WHERE seq = 1 AND order_id = 'A-1'", 1, Damage::Future { found: 7, known: 1 }),
        ("UPDATE events SET body = substr(body, 1, 9) WHERE seq = 3 AND order_id = 'A-1'", 3, Damage::Garbled(9)),
        ("UPDATE events SET at = 1 WHERE seq = 2 AND order_id = 'A-1'", 2, Damage::Column("at")),
        ("UPDATE events SET role = 'buyer' WHERE seq = 3 AND order_id = 'A-1'", 3, Damage::Column("role")),
        ("UPDATE events SET rule = NULL WHERE seq = 1 AND order_id = 'A-1'", 1, Damage::Column("rule")),
        ("UPDATE events SET version = 9 WHERE seq = 1 AND order_id = 'A-1'", 1, Damage::Column("version")),
    ];
    for (change, seq, damage) in damages {
        let folder = Folder::new();
        let (one, two, _) = two_trades(&folder);
        tamper(&folder, change);
        let store = open(&folder);
        let corrupt = Corrupt { record: Record::Event(one.key, seq), damage };
        assert_eq!(store.history(one.key.order, 1, 100), Err(corrupt.into()), "{change}");
        assert_eq!(store.history(two.key.order, 1, 100).unwrap().len() as u64, two.events);
    }
}

#[test]
fn an_event_that_stands_where_the_next_belongs_keeps_the_commit_out() {
    let folder = Folder::new();
    let (one, ..) = two_trades(&folder);
    tamper(&folder, "UPDATE events SET seq = 4 WHERE seq = 3 AND order_id = 'A-1'");
    let store = open(&folder);
    let corrupt = Corrupt { record: Record::Event(one.key, 4), damage: Damage::Stray };
    assert_eq!(store.commit(&decide(&one, &note("next"), minute(9))), Err(corrupt.into()));
    assert_eq!(store.load(one.key.order).unwrap(), Some(one));
}

#[test]
fn a_corrupt_task_is_set_aside_and_the_others_are_handed_out() {
    let folder = Folder::new();
    let (one, ..) = two_trades(&folder);
    tamper(&folder, "UPDATE outbox SET body = '{' WHERE order_id = 'A-1' AND event = 1");
    tamper(&folder, "UPDATE outbox SET what = 'pay_out' WHERE order_id = 'A-1' AND event = 2");
    tamper(&folder, "UPDATE outbox SET key = 'x' WHERE order_id = 'A-2' AND event = 1");
    let store = open(&folder);
    let page = store.claim(&claim(minute(5))).unwrap();
    assert!(page.rows.iter().all(|claimed| claimed.id.trade.order == Id::from("A-2")));
    assert_eq!(page.rows.len(), 1);
    let damages: Vec<_> = page.corrupt.iter().map(|it| (it.record, it.damage)).collect();
    assert!(matches!(damages[0], (Record::Task(id), Damage::Garbled(_)) if id.trade == one.key && id.event == 1));
    assert!(matches!(damages[1], (Record::Task(id), Damage::Column("what")) if id.event == 2));
    assert!(matches!(damages[2], (Record::Task(_), Damage::Column("key"))));
    // It was reported once; from now on it waits on the shelf.
    assert_eq!(store.claim(&claim(LATER)).unwrap().corrupt, []);
    assert_eq!(store.shelved(None, 10).unwrap().corrupt.len(), 3);
}

#[test]
fn a_corrupt_answer_is_neither_replayed_nor_overwritten() {
    let changes = ["receipt = 'x'", "fingerprint = 'x'", "form = 2"];
    for change in changes {
        let folder = Folder::new();
        let (_, _, commit) = two_trades(&folder);
        tamper(&folder, &format!("UPDATE requests SET {change}"));
        let store = open(&folder);
        let key = commit.answered.clone().unwrap().key;
        assert!(matches!(store.commit(&commit), Err(StoreError::Corrupt(_))), "{change}");
        let told = store.receipt(&key).unwrap_err().to_string();
        assert!(told.contains("the answer to key `n-1` on A-1 of acme-mall is corrupt"), "{told}");
        assert!(!told.contains("once"), "no content in {told}");
    }
}
