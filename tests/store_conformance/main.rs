//! The contract of a store, obligation by obligation, on every store of this crate.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod commits;
#[path = "../stored/mod.rs"]
mod stored;
mod tasks;

use redress::port::{Claim, Claimed, Due, Ending, Receipt, RequestKey, Settle, Storage, Store, StoreError};
use redress::store::Memory;
use redress::trade::Trade;
use redress::{Id, Time};
use stored::{decide, minute, note, stored};

/// Runs each obligation on each store.
macro_rules! on_every_store {
    ($($part:ident::$obligation:ident),+ $(,)?) => {
        mod memory {
            $( #[test] fn $obligation() { super::$part::$obligation(&super::Memory::new()); } )+
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            $( #[test] fn $obligation() {
                let folder = super::stored::Folder::new();
                super::$part::$obligation(&redress::store::Sqlite::open(folder.file()).unwrap());
            } )+
        }
    };
}

on_every_store!(
    commits::what_was_committed_is_loaded_as_it_was,
    commits::a_request_key_is_answered_with_the_first_receipt_for_ever,
    commits::a_request_key_with_another_request_is_refused,
    commits::the_request_key_is_checked_before_the_version,
    commits::call_backs_have_keys_of_their_own,
    commits::a_stale_commit_is_refused_and_leaves_no_trace,
    commits::of_racing_commits_one_wins,
    commits::a_commit_that_does_not_fit_together_is_refused,
    commits::trades_are_due_strictly_after_their_time_the_earliest_first,
    commits::a_trade_that_moves_on_is_due_at_its_new_time_only,
    tasks::tasks_are_ready_at_their_time_and_not_before,
    tasks::no_task_is_claimed_twice_at_a_time,
    tasks::a_claim_that_is_over_is_taken_by_another_and_fenced,
    tasks::a_task_that_is_done_stays_done,
    tasks::a_task_waits_for_its_next_try,
    tasks::a_task_that_is_set_aside_waits_for_a_person,
    tasks::a_commit_ends_the_task_that_it_answers,
    tasks::a_commit_with_a_fenced_claim_writes_nothing,
    commits::history_comes_in_pages_without_a_gap,
    commits::tenants_never_see_each_other,
    commits::handles_of_one_tenant_are_equal,
);

fn mall<D: Storage>(storage: &D) -> D::Store {
    storage.tenant(Id::from("acme-mall")).unwrap()
}

fn ten_minutes(now: Time, limit: u32) -> Claim {
    Claim { now, until: now.after(600_000), limit, worker: Id::from("worker-1") }
}

fn claim(store: &impl Store, now: Time, limit: u32) -> Vec<Claimed> {
    let page = store.claim(&ten_minutes(now, limit)).unwrap();
    assert_eq!(page.corrupt, []);
    page.rows
}

fn settle(store: &impl Store, claimed: &Claimed, now: Time, ending: Ending) -> Result<(), StoreError> {
    store.settle(&Settle { task: claimed.id, fence: claimed.fence, now, ending })
}

fn load(store: &impl Store, order: &str) -> Option<Trade> {
    store.load(Id::from(order)).unwrap()
}

fn dues(store: &impl Store, now: Time, after: Option<Due>, limit: u32) -> Vec<Due> {
    let page = store.due(now, after, limit).unwrap();
    assert_eq!(page.corrupt, []);
    page.rows
}

fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = items.iter().map(|item| scope.spawn(|| work(item))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn what_passes_through_a_port_is_plain_data() {
    let store = mall(&Memory::new());
    let trade = stored(&store, "A-1", minute(0));
    let commit = decide(&trade, &note("once").key("n-1"), minute(1));
    let through = serde_json::from_str(&serde_json::to_string(&commit).unwrap()).unwrap();
    assert_eq!(commit, through);
    let answered = commit.answered.unwrap();
    let receipt: Receipt = serde_json::from_str(&serde_json::to_string(&answered.answer.receipt).unwrap()).unwrap();
    assert_eq!(receipt, answered.answer.receipt);
    let key: RequestKey = serde_json::from_str(&serde_json::to_string(&answered.key).unwrap()).unwrap();
    assert_eq!(key, answered.key);
    let claimed = claim(&store, minute(0), 1).remove(0);
    let again: Claimed = serde_json::from_str(&serde_json::to_string(&claimed).unwrap()).unwrap();
    assert_eq!(again, claimed);
}
