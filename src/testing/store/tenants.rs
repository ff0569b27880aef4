//! Tenants: each alone, whatever the numbers.

use alloc::vec::Vec;

use super::bench::{Bench, refused, same};
use super::keys::answered;
use super::matter::{LATER, decide, minute, note, placed, stored};
use super::{Stand, Verdict};
use crate::Id;
use crate::port::{AsyncStorage, Ending, Store, StoreError, Verified};

pub(super) fn tenants_never_see_each_other<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let (store, other) = (bench.mall()?, bench.tenant("other-mall")?);
    same("each handle knows its tenant", &(store.tenant() == other.tenant()), &false)?;
    let trade = stored(&store, "A-1", minute(0))?;
    let commit = decide(&trade, &note("once").key("n-1"), minute(1))?;
    store.put(&commit)?;
    let order = trade.key.order;
    same("no trade", &other.get("A-1")?, &None)?;
    same("no history", &other.history(order, 1, 10)?, &Vec::new())?;
    same("no order", &other.orders(None, 10)?.rows, &Vec::new())?;
    same("nothing due", &other.dues(LATER, None, 10)?, &Vec::new())?;
    same("no task", &other.take(LATER, 10)?, &Vec::new())?;
    same("no answer", &other.receipt(&answered(&commit)?.key)?, &None)?;
    same("nothing to verify", &other.verify(order)?, &Verified::default())?;
    refused("a foreign commit", &other.commit(&commit), |error| matches!(error, StoreError::Unfit { .. }))?;
    let claimed = store.take_one(minute(5))?;
    let foreign = |error: &StoreError| matches!(error, StoreError::NoTask { .. } | StoreError::Unfit { .. });
    refused("a foreign task settled", &other.end(&claimed, minute(5), Ending::Done), foreign)?;
    store.end(&claimed, minute(5), Ending::Aside { error: "no".into() })?;
    same("no foreign shelf", &other.shelved(None, 10)?.rows, &Vec::new())?;
    refused("a foreign task taken off the shelf", &other.unshelve(claimed.id, minute(5)), foreign)?;
    // The same order id, key and task number there are another order, request and task.
    let theirs = stored(&other, "A-1", minute(7))?;
    other.put(&decide(&theirs, &note("something else").key("n-1"), minute(8))?)?;
    same("their task has a fence of its own", &other.take_one(minute(8))?.fence, &1)?;
    same("the first tenant's trade is as it was", &store.is_whole("A-1")?, &commit.trade)?;
    same("and its answer", &store.receipt(&answered(&commit)?.key)?, &Some(answered(&commit)?.answer))
}

pub(super) fn handles_of_one_tenant_are_equal<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    for other in [bench.mall()?, bench.anew()?] {
        let order = if other.get("A-1")?.is_some() { "A-2" } else { "A-1" };
        let store = bench.mall()?;
        let trade = stored(&store, order, minute(0))?;
        same("a trade is seen at once", &other.found(order)?, &trade)?;
        let claimed = other.take_one(minute(0))?;
        same("a claim made there is ended here", &store.end(&claimed, minute(0), Ending::Done), &Ok(()))?;
        let commit = decide(&trade, &note("once").key("n-1"), minute(1))?;
        other.put(&commit)?;
        let replayed = crate::port::Committed::Replayed(answered(&commit)?.answer.receipt.into());
        same("a request answered there is answered here", &store.commit(&commit), &Ok(replayed))?;
        let rest = store.take(minute(1), 10)?.len();
        same("and a task taken here is not there", &(rest, other.take(minute(1), 10)?), &(1, Vec::new()))?;
    }
    Ok(())
}

pub(super) fn a_tenant_without_a_name_is_refused<T: Stand>(bench: &Bench<'_, T>) -> Verdict {
    let tenant = bench.storage.tenant(Id::from("")).map(drop);
    refused("no name", &tenant, |error| matches!(error, StoreError::NoTenant))?;
    let store = bench.tenant("a tenant's \"name\"; 😀 --")?;
    store.put(&placed(&store, "A-1", minute(0))?)?;
    store.is_whole("A-1").map(drop)
}
