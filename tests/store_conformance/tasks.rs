//! Tasks: claimed once at a time, fenced, settled.

use std::collections::BTreeSet;

use redress::Effect;
use redress::port::{Committed, Ending, Settle, Storage, Store, StoreError, TaskId};

use crate::stored::{decide, minute, note, placed, stored};
use crate::{claim, in_parallel, load, mall, settle};

pub(crate) fn tasks_are_ready_at_their_time_and_not_before(storage: &impl Storage) {
    let store = mall(storage);
    let mut commit = placed(&store, "A-1", minute(0));
    commit.events[0].tasks[0].not_before = Some(minute(60));
    let _ = store.commit(&commit).unwrap();
    assert_eq!(claim(&store, minute(60).after(-1), 10), []);
    let ready = claim(&store, minute(60), 10);
    let [task] = &ready[..] else { panic!("{ready:?}") };
    assert_eq!(task.task, commit.events[0].tasks[0]);
    assert_eq!(task.id, TaskId { trade: commit.trade.key, event: 1, nth: 0 });
    assert_eq!((task.fence, task.tries, task.at, task.until), (1, 1, minute(60), minute(70)));
}

pub(crate) fn no_task_is_claimed_twice_at_a_time(storage: &impl Storage<Store: Sync>) {
    let store = mall(storage);
    for no in 0..10 {
        let _ = stored(&store, &format!("A-{no}"), minute(no));
    }
    let take_all = |_: &u32| {
        let batches = std::iter::from_fn(|| Some(claim(&store, minute(20), 3)).filter(|batch| !batch.is_empty()));
        batches.inspect(|batch| assert!(batch.len() <= 3)).flatten().map(|claimed| claimed.id).collect()
    };
    let claimed: Vec<Vec<TaskId>> = in_parallel(&[1, 2, 3, 4], take_all);
    let claimed = claimed.concat();
    // Each order reserved stock when it was placed and told the merchant when it was paid.
    assert_eq!(claimed.len(), 20);
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>().len(), 20);
}

pub(crate) fn a_claim_that_is_over_is_taken_by_another_and_fenced(storage: &impl Storage) {
    let store = mall(storage);
    let _ = store.commit(&placed(&store, "A-1", minute(0))).unwrap();
    let first = claim(&store, minute(0), 1).remove(0);
    assert_eq!(claim(&store, first.until.after(-1), 1), []);
    let second = claim(&store, first.until, 1).remove(0);
    assert_eq!((second.id, second.fence, second.tries), (first.id, 2, 2));
    let fenced = StoreError::Fenced { task: first.id.into(), fence: 1, found: 2 };
    for ending in [Ending::Done, Ending::Again { at: minute(0), error: "late".into() }] {
        assert_eq!(settle(&store, &first, minute(11), ending), Err(fenced.clone()));
    }
    assert_eq!(settle(&store, &second, minute(11), Ending::Done), Ok(()));
}

pub(crate) fn a_task_that_is_done_stays_done(storage: &impl Storage) {
    let store = mall(storage);
    let _ = store.commit(&placed(&store, "A-1", minute(0))).unwrap();
    let claimed = claim(&store, minute(0), 1).remove(0);
    // Even after its claim is over, as long as nobody else has it.
    assert_eq!(settle(&store, &claimed, minute(90), Ending::Done), Ok(()));
    assert_eq!(settle(&store, &claimed, minute(91), Ending::Done), Ok(()));
    let aside = Ending::Aside { error: "no".into() };
    assert!(matches!(settle(&store, &claimed, minute(91), aside), Err(StoreError::Fenced { .. })));
    assert_eq!(claim(&store, minute(1_000), 1), []);
    let unknown = TaskId { nth: 77, ..claimed.id };
    let settled = store.settle(&Settle { task: unknown, fence: 1, now: minute(0), ending: Ending::Done });
    assert!(matches!(settled, Err(StoreError::NoTask { .. })));
}

pub(crate) fn a_task_waits_for_its_next_try(storage: &impl Storage) {
    let store = mall(storage);
    let _ = store.commit(&placed(&store, "A-1", minute(0))).unwrap();
    let claimed = claim(&store, minute(0), 1).remove(0);
    let again = Ending::Again { at: minute(3), error: "the warehouse does not answer".into() };
    assert_eq!(settle(&store, &claimed, minute(1), again), Ok(()));
    assert_eq!(claim(&store, minute(3).after(-1), 1), []);
    assert_eq!(claim(&store, minute(3), 1).remove(0).tries, 2);
}

pub(crate) fn a_task_that_is_set_aside_waits_for_a_person(storage: &impl Storage) {
    let store = mall(storage);
    for order in ["A-1", "A-2"] {
        let _ = store.commit(&placed(&store, order, minute(0))).unwrap();
    }
    for claimed in claim(&store, minute(0), 2) {
        let aside = Ending::Aside { error: "unknown warehouse".into() };
        assert_eq!(settle(&store, &claimed, minute(1), aside), Ok(()));
    }
    assert_eq!(claim(&store, minute(1_000), 10), []);
    let first = store.shelved(None, 1).unwrap().rows.remove(0);
    assert_eq!((first.at, first.tries, first.error.as_str()), (minute(1), 1, "unknown warehouse"));
    assert_eq!(first.task.what, Effect::ReserveStock);
    let second = store.shelved(Some(first.id), 10).unwrap().rows;
    assert_eq!(second.len(), 1);
    assert_ne!(second[0].id, first.id);
    assert_eq!(store.unshelve(first.id, minute(5)), Ok(()));
    assert!(matches!(store.unshelve(first.id, minute(5)), Err(StoreError::NoTask { .. })));
    let again = claim(&store, minute(5), 10).remove(0);
    assert_eq!((again.id, again.tries, again.fence), (first.id, 1, 2));
}

pub(crate) fn a_commit_ends_the_task_that_it_answers(storage: &impl Storage) {
    let store = mall(storage);
    let trade = stored(&store, "A-1", minute(0));
    let claimed = claim(&store, minute(0), 1).remove(0);
    let mut commit = decide(&trade, &note("the stock is reserved"), minute(1));
    commit.ends = Some((claimed.id, claimed.fence));
    assert_eq!(store.commit(&commit).unwrap(), Committed::Stored);
    let later = claim(&store, minute(500), 10);
    assert!(later.iter().all(|other| other.id != claimed.id), "it is done");
    assert_eq!(settle(&store, &claimed, minute(2), Ending::Done), Ok(()));
}

pub(crate) fn a_commit_with_a_fenced_claim_writes_nothing(storage: &impl Storage) {
    let store = mall(storage);
    let trade = stored(&store, "A-1", minute(0));
    let old = claim(&store, minute(0), 1).remove(0);
    let _ = claim(&store, minute(60), 10);
    let mut commit = decide(&trade, &note("too late"), minute(61));
    commit.ends = Some((old.id, old.fence));
    assert!(matches!(store.commit(&commit), Err(StoreError::Fenced { found: 2, .. })));
    assert_eq!(load(&store, "A-1").unwrap(), trade);
    commit.ends = Some((TaskId { nth: 9, ..old.id }, 1));
    assert!(matches!(store.commit(&commit), Err(StoreError::NoTask { .. })));
}
