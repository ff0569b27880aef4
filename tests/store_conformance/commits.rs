//! Commits: in the order of the contract, all or nothing; and what is read back of them.

use redress::Id;
use redress::port::{Committed, Due, Ending, Storage, Store, StoreError, TaskId};
use redress::trade::{Trade, TradeKey};

use crate::stored::{self, decide, minute, note, place, placed, stored};
use crate::{claim, dues, in_parallel, load, mall, settle};

pub(crate) fn what_was_committed_is_loaded_as_it_was(storage: &impl Storage) {
    let store = mall(storage);
    assert_eq!(load(&store, "A-1"), None);
    let first = placed(&store, "A-1", minute(0));
    assert_eq!(store.commit(&first).unwrap(), Committed::Stored);
    assert_eq!(load(&store, "A-1"), Some(first.trade.clone()));
    let second = decide(&first.trade, &note("gift wrap, please"), minute(1));
    assert_eq!(store.commit(&second).unwrap(), Committed::Stored);
    assert_eq!(load(&store, "A-1"), Some(second.trade));
}

pub(crate) fn a_request_key_is_answered_with_the_first_receipt_for_ever(storage: &impl Storage) {
    let store = mall(storage);
    let trade = stored(&store, "A-1", minute(0));
    let commit = decide(&trade, &note("once").key("n-1"), minute(1));
    let receipt = commit.answered.clone().unwrap().answer.receipt;
    let key = commit.answered.clone().unwrap().key;
    assert_eq!(store.receipt(&key).unwrap(), None);
    assert_eq!(store.commit(&commit).unwrap(), Committed::Stored);
    assert_eq!(store.commit(&commit).unwrap(), Committed::Replayed(receipt.clone().into()));
    let later = decide(&commit.trade, &note("once").key("n-1"), minute(90));
    assert_eq!(store.commit(&later).unwrap(), Committed::Replayed(receipt.clone().into()));
    assert_eq!(store.receipt(&key).unwrap().map(|answer| answer.receipt), Some(receipt));
    assert_eq!(load(&store, "A-1").unwrap(), commit.trade);
}

pub(crate) fn a_request_key_with_another_request_is_refused(storage: &impl Storage) {
    let store = mall(storage);
    let trade = stored(&store, "A-1", minute(0));
    let first = decide(&trade, &note("once").key("n-1"), minute(1));
    let _ = store.commit(&first).unwrap();
    let other = decide(&first.trade, &note("something else").key("n-1"), minute(2));
    assert!(matches!(store.commit(&other), Err(StoreError::KeyReused(key)) if key.key == Id::from("n-1")));
    assert_eq!(load(&store, "A-1").unwrap(), first.trade);
}

pub(crate) fn the_request_key_is_checked_before_the_version(storage: &impl Storage) {
    let store = mall(storage);
    let trade = stored(&store, "A-1", minute(0));
    let first = decide(&trade, &note("once").key("n-1"), minute(1));
    let _ = store.commit(&first).unwrap();
    let _ = store.commit(&decide(&first.trade, &note("later"), minute(2))).unwrap();
    // Both are stale by now; the key decides.
    assert!(matches!(store.commit(&first), Ok(Committed::Replayed(_))));
    let other = decide(&trade, &note("something else").key("n-1"), minute(3));
    assert!(matches!(store.commit(&other), Err(StoreError::KeyReused(_))));
}

pub(crate) fn call_backs_have_keys_of_their_own(storage: &impl Storage) {
    let store = mall(storage);
    let first = placed(&store, "A-1", minute(0));
    let _ = store.commit(&first).unwrap();
    let said = decide(&first.trade, &note("evt-1 has come").key("evt-1"), minute(1));
    let _ = store.commit(&said).unwrap();
    let paid = decide(&said.trade, &stored::pay("p-1").key("evt-1"), minute(2));
    assert_eq!(store.commit(&paid).unwrap(), Committed::Stored);
    assert!(matches!(store.commit(&paid), Ok(Committed::Replayed(_))));
}

pub(crate) fn a_stale_commit_is_refused_and_leaves_no_trace(storage: &impl Storage) {
    let store = mall(storage);
    let trade = stored(&store, "A-1", minute(0));
    let winner = decide(&trade, &note("first"), minute(1));
    let loser = decide(&trade, &note("second").key("n-2"), minute(1));
    let _ = store.commit(&winner).unwrap();
    let tasks = claim(&store, minute(2), 100).len();
    let stale = StoreError::Stale { trade: trade.key, expected: trade.version, found: winner.trade.version };
    assert_eq!(store.commit(&loser), Err(stale));
    assert_eq!(load(&store, "A-1").unwrap(), winner.trade);
    assert_eq!(store.history(trade.key.order, 1, 100).unwrap().len() as u64, winner.trade.events);
    assert_eq!(store.receipt(&loser.answered.unwrap().key).unwrap(), None);
    assert_eq!(claim(&store, minute(20), 100).len(), tasks);
    // A trade that is not there has version 0.
    let nowhere = decide(&trade, &note("third"), minute(1));
    let other = storage.tenant(Id::from("other-mall")).unwrap();
    let mut foreign = nowhere.clone();
    foreign.trade.key.tenant = other.tenant();
    assert!(matches!(other.commit(&foreign), Err(StoreError::Stale { found: 0, .. })));
    assert!(matches!(store.commit(&placed(&store, "A-1", minute(3))), Err(StoreError::Stale { expected: 0, .. })));
}

pub(crate) fn of_racing_commits_one_wins(storage: &impl Storage<Store: Sync>) {
    let store = mall(storage);
    let mut trade = stored(&store, "A-1", minute(0));
    for round in 1..=20 {
        let said = |no: i32| decide(&trade, &note(&format!("racer {no}")), minute(round));
        let commits: Vec<_> = (0..8).map(said).collect();
        let outcomes = in_parallel(&commits, |commit| store.commit(commit));
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(outcomes.iter().filter(|it| matches!(it, Err(StoreError::Stale { .. }))).count(), 7);
        trade = load(&store, "A-1").unwrap();
    }
    assert_eq!(trade.version, 22);
    assert_eq!(store.history(trade.key.order, 1, 100).unwrap().len() as u64, trade.events);
}

pub(crate) fn a_commit_that_does_not_fit_together_is_refused(storage: &impl Storage) {
    let store = mall(storage);
    let good = placed(&store, "A-1", minute(0));
    let spoilt = [
        good.clone().tap(|commit| commit.trade.key.tenant = Id::from("other-mall")),
        good.clone().tap(|commit| commit.trade.key.order = Id::from("")),
        good.clone().tap(|commit| commit.trade.version = 7),
        good.clone().tap(|commit| commit.events.clear()),
        good.clone().tap(|commit| commit.events[0].seq = 2),
        good.clone().tap(|commit| commit.events[0].version = 2),
        good.clone().tap(|commit| commit.trade.events = 9),
        good.clone().tap(|commit| {
            let trade = TradeKey { tenant: Id::from("acme-mall"), order: Id::from("A-2") };
            commit.ends = Some((TaskId { trade, event: 1, nth: 0 }, 1));
        }),
        decide(&Trade::absent(good.trade.key), &place().key("p-1"), minute(0))
            .tap(|commit| commit.answered.as_mut().unwrap().key.order = Id::from("A-2")),
    ];
    for commit in spoilt {
        assert!(matches!(store.commit(&commit), Err(StoreError::Unfit { .. })), "{commit:?}");
    }
    assert_eq!(load(&store, "A-1"), None);
    assert!(matches!(storage.tenant(Id::from("")), Err(StoreError::NoTenant)));
}

/// Changes a value on the way.
trait Tap: Sized {
    fn tap(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

impl<T> Tap for T {}

pub(crate) fn trades_are_due_strictly_after_their_time_the_earliest_first(storage: &impl Storage) {
    let store = mall(storage);
    let mut trades: Vec<Trade> = Vec::new();
    for (order, at) in [("A-3", 30), ("A-1", 10), ("A-2", 20), ("A-4", 20)] {
        let commit = placed(&store, order, minute(at));
        let _ = store.commit(&commit).unwrap();
        trades.push(commit.trade);
    }
    let due = |at: usize| trades[at].due().unwrap();
    assert_eq!(dues(&store, due(1), None, 10), []);
    assert_eq!(dues(&store, due(1).after(1), None, 10), [Due { at: due(1), order: Id::from("A-1") }]);
    let all = dues(&store, due(0).after(1), None, 10);
    assert_eq!(all.len(), 4);
    assert!(all.is_sorted());
    // Page by page the same, without a gap.
    let mut paged: Vec<Due> = Vec::new();
    while let [next] = dues(&store, due(0).after(1), paged.last().copied(), 1)[..] {
        paged.push(next);
    }
    assert_eq!(paged, all);
    assert_eq!(dues(&store, due(0).after(1), None, 0), []);
}

pub(crate) fn a_trade_that_moves_on_is_due_at_its_new_time_only(storage: &impl Storage) {
    let store = mall(storage);
    let first = placed(&store, "A-1", minute(0));
    let _ = store.commit(&first).unwrap();
    let paid = decide(&first.trade, &stored::pay("p-1"), minute(1));
    let _ = store.commit(&paid).unwrap();
    let (before, after) = (first.due().unwrap(), paid.due().unwrap());
    assert!(before < after);
    assert_eq!(dues(&store, after, None, 10), []);
    assert_eq!(dues(&store, after.after(1), None, 10).len(), 1);
}

pub(crate) fn history_comes_in_pages_without_a_gap(storage: &impl Storage) {
    let store = mall(storage);
    let mut trade = stored(&store, "A-1", minute(0));
    for no in 0..5 {
        let commit = decide(&trade, &note(&format!("note {no}")), minute(no));
        let _ = store.commit(&commit).unwrap();
        trade = commit.trade;
    }
    let order = trade.key.order;
    let all = store.history(order, 0, 100).unwrap();
    assert_eq!(all.len() as u64, trade.events);
    let mut folded = Trade::absent(trade.key);
    redress::trade::replay(&mut folded, &all).unwrap();
    assert_eq!(folded, trade);
    assert_eq!(store.history(order, 3, 2).unwrap(), all[2..4]);
    assert_eq!(store.history(order, trade.events + 1, 2).unwrap(), []);
    assert_eq!(store.history(Id::from("A-2"), 1, 2).unwrap(), []);
}

pub(crate) fn tenants_never_see_each_other(storage: &impl Storage) {
    let (store, other) = (mall(storage), storage.tenant(Id::from("other-mall")).unwrap());
    let trade = stored(&store, "A-1", minute(0));
    let commit = decide(&trade, &note("once").key("n-1"), minute(1));
    let _ = store.commit(&commit).unwrap();
    assert_eq!(load(&other, "A-1"), None);
    assert_eq!(other.history(trade.key.order, 1, 10).unwrap(), []);
    assert_eq!(dues(&other, minute(10_000_000), None, 10), []);
    assert_eq!(claim(&other, minute(10_000_000), 10), []);
    assert_eq!(other.receipt(&commit.answered.clone().unwrap().key).unwrap(), None);
    assert!(matches!(other.commit(&commit), Err(StoreError::Unfit { .. })));
    let claimed = claim(&store, minute(5), 1).remove(0);
    assert!(matches!(settle(&other, &claimed, minute(5), Ending::Done), Err(StoreError::NoTask { .. })));
    assert!(matches!(other.unshelve(claimed.id, minute(5)), Err(StoreError::NoTask { .. })));
    // The same order id and key there are another order and another request.
    let theirs = stored(&other, "A-1", minute(7));
    let said = decide(&theirs, &note("something else").key("n-1"), minute(8));
    assert_eq!(other.commit(&said).unwrap(), Committed::Stored);
    assert_eq!(load(&store, "A-1"), Some(commit.trade));
}

pub(crate) fn handles_of_one_tenant_are_equal(storage: &impl Storage) {
    let (one, two) = (mall(storage), mall(storage));
    let trade = stored(&one, "A-1", minute(0));
    assert_eq!(load(&two, "A-1"), Some(trade));
    let claimed = claim(&two, minute(0), 1).remove(0);
    assert_eq!(settle(&one, &claimed, minute(0), Ending::Done), Ok(()));
}
