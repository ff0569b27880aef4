//! Rows that cannot be read, or say something else than was written: named, found, and in nobody's way.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::bench::{Bench, MALL, Waited, holds, refused, same, ten_minutes};
use super::keys::answered;
use super::matter::{LATER, decide, minute, note, noted, stored};
use super::{Spoil, Stand, Stop, Verdict};
use crate::Id;
use crate::port::{Commit, Corrupt, Damage, Ending, Record, Store, StoreError, TaskId};
use crate::trade::{Trade, TradeKey};

/// What no error may quote.
const SECRET: &str = "alice lives in Rose Lane";

/// What makes a row unreadable.
const UNREADABLE: [Spoil; 3] = [Spoil::Cut, Spoil::Garbled, Spoil::Later(77)];

fn key(order: &str) -> TradeKey {
    TradeKey { tenant: Id::from(MALL), order: Id::from(order) }
}

fn spoil<T: Stand>(bench: &Bench<'_, T>, record: Record, spoil: &Spoil) -> Verdict {
    let done = bench.stand.spoil(&record, spoil);
    done.then_some(()).ok_or(Stop::NotOffered("the stand offers no way to damage this row"))
}

/// Two trades, and the commit of a note with a key on the first one.
fn two<T: Stand>(store: &Waited<'_, T>, one: &str, other: &str) -> Result<(Trade, Commit), Stop> {
    let trade = stored(store, one, minute(0))?;
    let commit = decide(&trade, &note(SECRET).key("n-1"), minute(1))?;
    store.put(&commit)?;
    Ok((stored(store, other, minute(2))?, commit))
}

/// Another trade can be loaded, read, verified and committed to.
fn is_unharmed<T: Stand>(store: &Waited<'_, T>, trade: &Trade) -> Result<Trade, Stop> {
    let order = trade.key.order;
    same("the neighbour is as it was", &store.is_whole(order.as_str())?, trade)?;
    let listed = store.due(LATER, None, 1_000)?.rows.iter().any(|due| due.order == order);
    holds("the neighbour is listed as due", listed)?;
    noted(store, trade, "still open", minute(9))
}

fn is_corrupt(record: Record) -> impl Fn(&StoreError) -> bool {
    move |error| matches!(error, StoreError::Corrupt(corrupt) if corrupt.record == record)
}

/// What verification says is damaged.
fn damaged<T: Stand>(store: &Waited<'_, T>, order: &str) -> Result<Vec<Corrupt>, Stop> {
    Ok(store.verify(Id::from(order))?.damaged)
}

pub(super) fn a_damaged_trade_is_named_and_harms_no_other<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    for (at, how) in UNREADABLE.iter().enumerate() {
        let (one, other) = (format!("A-{at}"), format!("B-{at}"));
        let (neighbour, commit) = two(&store, &one, &other)?;
        let record = Record::Trade(key(&one));
        spoil(bench, record, how)?;
        refused(&format!("loaded after {how:?}"), &store.get(&one), is_corrupt(record))?;
        let found = damaged(&store, &one)?;
        holds("verification names it", found.iter().any(|corrupt| corrupt.record == record))?;
        holds("it is listed", store.orders(None, 100)?.rows.contains(&Id::from(one.as_str())))?;
        let due = store.due(LATER, None, 100)?;
        holds("it is listed as due", due.rows.iter().any(|due| due.order == Id::from(one.as_str())))?;
        let next = decide(&commit.trade, &note("over it"), minute(3))?;
        let _ = store.commit(&next);
        is_unharmed(&store, &neighbour)?;
    }
    Ok(())
}

pub(super) fn a_damaged_event_is_named_by_its_number<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    // The last one, too: nothing after it shows that it is missing.
    let cases = [(2, &Spoil::Gone), (3, &Spoil::Gone), (3, &Spoil::Cut)];
    let cases = UNREADABLE.iter().map(|how| (2, how)).chain(cases);
    for (at, (seq, how)) in cases.enumerate() {
        let (one, other) = (format!("A-{at}"), format!("B-{at}"));
        let (neighbour, commit) = two(&store, &one, &other)?;
        let record = Record::Event(key(&one), seq);
        spoil(bench, record, how)?;
        for from in 1..=seq {
            let read = store.history(Id::from(one.as_str()), from, 100);
            refused(&format!("history from {from} after {how:?} of event {seq}"), &read, is_corrupt(record))?;
        }
        let before = store.history(Id::from(one.as_str()), 1, u32::try_from(seq).unwrap_or_default() - 1);
        same("those before it can be read", &before.map(|events| events.len() as u64), &Ok(seq - 1))?;
        let found = damaged(&store, &one)?;
        holds("verification names it", found.iter().any(|corrupt| corrupt.record == record))?;
        same("the trade itself can be loaded", &store.get(&one)?, &Some(commit.trade))?;
        is_unharmed(&store, &neighbour)?;
    }
    Ok(())
}

pub(super) fn a_damaged_task_is_set_aside_and_the_others_are_handed_out<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let (neighbour, _) = two(&store, "A-1", "B-1")?;
    let bad: Vec<TaskId> = [1, 2].map(|event| TaskId { trade: key("A-1"), event, nth: 0 }).into();
    for (task, how) in bad.iter().zip(&UNREADABLE) {
        spoil(bench, Record::Task(*task), how)?;
    }
    // The damaged ones have been ready longest: they must not use up what was asked for.
    let page = store.claim(&ten_minutes(minute(5), 1))?;
    let claimed: Vec<Id> = page.rows.iter().map(|claimed| claimed.id.trade.order).collect();
    same("another is handed out", &claimed, &Vec::from([neighbour.key.order]))?;
    let reported: Vec<Record> = page.corrupt.iter().map(|corrupt| corrupt.record).collect();
    let expected: Vec<Record> = bad.iter().copied().map(Record::Task).collect();
    same("the damaged ones are reported", &reported, &expected)?;
    let later = store.claim(&ten_minutes(LATER, 100))?;
    same("they are not handed out again, nor reported", &later.corrupt, &Vec::new())?;
    holds("they are not handed out", later.rows.iter().all(|claimed| claimed.id.trade != key("A-1")))?;
    let shelf: Vec<Record> = store.shelved(None, 100)?.corrupt.iter().map(|corrupt| corrupt.record).collect();
    same("they wait on the shelf", &shelf, &expected)?;
    let found = damaged(&store, "A-1")?;
    let named = |task: &TaskId| found.iter().any(|corrupt| corrupt.record == Record::Task(*task));
    holds("verification names them", bad.iter().all(named))?;
    is_unharmed(&store, &neighbour).map(drop)
}

pub(super) fn a_task_of_a_later_release_waits_for_who_can_read_it<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let (neighbour, _) = two(&store, "A-1", "B-1")?;
    let task = TaskId { trade: key("A-1"), event: 1, nth: 0 };
    // This release writes the newest form that it reads.
    let written = own_form(&store, bench)?;
    spoil(bench, Record::Task(task), &Spoil::Written(written + 1))?;
    let mut told = 0;
    // More often than any task is tried.
    for round in 0..30 {
        let page = store.claim(&ten_minutes(minute(5 + 11 * round), 100))?;
        holds("it is not handed out", page.rows.iter().all(|claimed| claimed.id != task))?;
        let later = |corrupt: &&Corrupt| corrupt.record == Record::Task(task) && corrupt.damage.may_be_later();
        told += page.corrupt.iter().filter(later).count();
        let soon = store.claim(&ten_minutes(minute(6 + 11 * round), 100))?;
        same("it is let alone until the claim would be over", &soon.corrupt, &Vec::new())?;
    }
    same("it is reported each time", &told, &30)?;
    let shelf = store.shelved(None, 100)?;
    same("it is not set aside", &(shelf.rows.len(), shelf.corrupt.len()), &(0, 0))?;
    // Whoever can read it finds it as it was.
    spoil(bench, Record::Task(task), &Spoil::Written(written))?;
    let page = store.claim(&ten_minutes(LATER, 100))?;
    same("nothing is damaged", &page.corrupt, &Vec::new())?;
    let claimed = page.rows.into_iter().find(|claimed| claimed.id == task);
    let claimed = claimed.ok_or_else(|| Stop::Breach("it is handed out by those who can read it".into()))?;
    same("as if never tried", &(claimed.tries, claimed.first), &(1, true))?;
    same("and done", &store.end(&claimed, LATER, Ending::Done), &Ok(()))?;
    same("nothing of it is damaged", &damaged(&store, "A-1")?, &Vec::new())?;
    is_unharmed(&store, &neighbour).map(drop)
}

/// The form that this release writes: the newest that it reads.
fn own_form<T: Stand>(store: &Waited<'_, T>, bench: &Bench<'_, T>) -> Result<i64, Stop> {
    let _ = stored(store, "C-1", minute(0))?;
    spoil(bench, Record::Trade(key("C-1")), &Spoil::Later(i64::MAX))?;
    let told = damaged(store, "C-1")?;
    let form = told.iter().find_map(|corrupt| match corrupt.damage {
        Damage::Future { known, .. } => Some(known),
        _ => None,
    });
    form.ok_or_else(|| Stop::Breach("a row of a later form is told as such, with the form that is known".into()))
}

pub(super) fn a_damaged_answer_is_neither_replayed_nor_overwritten<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    for (at, how) in UNREADABLE.iter().enumerate() {
        let (one, other) = (format!("A-{at}"), format!("B-{at}"));
        let (neighbour, commit) = two(&store, &one, &other)?;
        let asked = answered(&commit)?.key;
        let record = Record::Answer(store.tenant(), asked);
        spoil(bench, record, how)?;
        refused(&format!("looked up after {how:?}"), &store.receipt(&asked), is_corrupt(record))?;
        refused("committed again", &store.commit(&commit), is_corrupt(record))?;
        let anew = decide(&commit.trade, &note(SECRET).key("n-1"), minute(3))?;
        refused("decided anew", &store.commit(&anew), is_corrupt(record))?;
        same("nothing was written", &store.get(&one)?, &Some(commit.trade.clone()))?;
        holds("verification names it", damaged(&store, &one)?.iter().any(|corrupt| corrupt.record == record))?;
        is_unharmed(&store, &neighbour)?;
    }
    Ok(())
}

pub(super) fn verification_finds_what_was_altered<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let task = |order: &str| Record::Task(TaskId { trade: key(order), event: 1, nth: 0 });
    let event = |order: &str| Record::Event(key(order), 3);
    let trade = |order: &str| Record::Trade(key(order));
    // Every one of them can still be read, and says something else.
    let cases: [(&str, Record, Spoil); 4] = [
        ("A-0", event("A-0"), Spoil::Altered("Rose Lane", "Park Lane")),
        ("A-1", trade("A-1"), Spoil::Altered("alice", "mallory")),
        ("A-2", trade("A-2"), Spoil::Altered("19800", "19900")),
        (
            "A-3",
            task("A-3"),
            Spoil::Altered("\"units\":[{", "\"amount\":{\"minor\":1,\"currency\":\"CNY\"},\"units\":[{"),
        ),
    ];
    for (at, (order, record, how)) in cases.into_iter().enumerate() {
        let (neighbour, _) = two(&store, order, &format!("B-{at}"))?;
        spoil(bench, record, &how)?;
        let found = damaged(&store, order)?;
        let named = found.iter().any(|corrupt| corrupt.record == record);
        holds(&format!("{record} after {how:?} is found: {found:?}"), named)?;
        is_unharmed(&store, &neighbour)?;
    }
    Ok(())
}

pub(super) fn verification_finds_what_is_gone<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let gone: [(&str, Record); 4] = [
        ("A-0", Record::Event(key("A-0"), 1)),
        // The last one: nothing after it shows that it is missing.
        ("A-1", Record::Event(key("A-1"), 3)),
        ("A-2", Record::Trade(key("A-2"))),
        ("A-3", Record::Task(TaskId { trade: key("A-3"), event: 2, nth: 0 })),
    ];
    for (at, (order, record)) in gone.into_iter().enumerate() {
        let (neighbour, _) = two(&store, order, &format!("B-{at}"))?;
        spoil(bench, record, &Spoil::Gone)?;
        let found = damaged(&store, order)?;
        holds(&format!("{record} is found to be gone: {found:?}"), !found.is_empty())?;
        is_unharmed(&store, &neighbour)?;
    }
    Ok(())
}

pub(super) fn verification_reports_every_damaged_row<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let (_, commit) = two(&store, "A-1", "B-1")?;
    let records = [
        Record::Trade(key("A-1")),
        Record::Event(key("A-1"), 1),
        Record::Event(key("A-1"), 3),
        Record::Task(TaskId { trade: key("A-1"), event: 2, nth: 0 }),
        Record::Answer(store.tenant(), answered(&commit)?.key),
    ];
    for record in records {
        spoil(bench, record, &Spoil::Cut)?;
    }
    let found = damaged(&store, "A-1")?;
    for record in records {
        let named = found.iter().any(|corrupt| corrupt.record == record);
        holds(&format!("{record} is among what was found: {found:?}"), named)?;
    }
    holds("a row is reported for what it is", found.iter().all(|it| !matches!(it.damage, Damage::Stray)))
}

pub(super) fn errors_are_silent_about_people<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let store = bench.mall()?;
    let (_, commit) = two(&store, "A-1", "B-1")?;
    let asked = answered(&commit)?.key;
    spoil(bench, Record::Trade(key("A-1")), &Spoil::Cut)?;
    spoil(bench, Record::Event(key("A-1"), 3), &Spoil::Cut)?;
    spoil(bench, Record::Answer(store.tenant(), asked), &Spoil::Cut)?;
    let mut told: Vec<String> = damaged(&store, "A-1")?.iter().map(ToString::to_string).collect();
    let errors = [
        store.get("A-1").err(),
        store.history(Id::from("A-1"), 1, 10).err(),
        store.receipt(&asked).err(),
        store.commit(&commit).err(),
    ];
    told.extend(errors.iter().flatten().flat_map(|error| [error.to_string(), format!("{error:?}")]));
    same("each of the calls is refused", &errors.iter().flatten().count(), &4)?;
    let quotes = |text: &&String| ["Rose", "Lane", "lives"].iter().any(|word| text.contains(word));
    same("nothing is quoted", &told.iter().find(quotes), &None)
}
