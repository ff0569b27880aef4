//! What is promised of goods and parcels within a case: they are where its state says, and nobody keeps both.

use alloc::format;

use super::moment::{OfCase, count};
use super::{Kept, Promise};
use crate::after_sale::{Action as A, State as S};
use crate::trade::{Place, UnitChange, Units};
use crate::{Kind, Role};

pub(super) fn of_case(now: &OfCase<'_>) -> Kept {
    match now.action {
        A::Intercept | A::AgreeIfRejected => intercepted(now),
        A::ShipBack | A::CorrectWaybill => {
            let corrects = now.action == A::CorrectWaybill && now.at.role() != Role::Buyer;
            let kept = !corrects || now.was.is_some_and(|was| was.freight == now.case.freight);
            now.at.must(kept, Promise::ParcelsTold, || "what the return cost is the buyer's to say".into())?;
            parcel(now, now.case.returned.is_some() && now.at.detail.waybill.is_some())
        }
        A::Dispatch if now.to == S::SendingBack => parcel(now, now.case.sent_back.is_some()),
        A::Dispatch => parcel(now, now.case.dispatched.is_some()),
        A::CancelShipBack => {
            let picked_up = now.was.is_some_and(|was| was.picked_up);
            now.at.must(!picked_up, Promise::ParcelsTold, || "the carrier had picked it up".into())
        }
        A::Receive => received(now),
        A::Lose | A::Bounce if now.from == S::UnderReview => {
            let was = now.was.map(|was| (was.returned, was.dispatched, was.sent_back));
            // What came back unopened is on its way in the same parcel, which is known to have failed.
            let moved = !now.at.units_changed(|_| true).is_empty();
            let told = moved || was != Some((now.case.returned, now.case.dispatched, now.case.sent_back));
            now.at.must(told, Promise::ParcelsTold, || "nothing was on its way".into())
        }
        _ => Ok(()),
    }?;
    came_before_paid(now)?;
    goes_where_it_must(now)
}

/// Only what is on its way as a whole can be stopped.
fn intercepted(now: &OfCase<'_>) -> Kept {
    let on_its_way = now.units_before().iter().all(|units| units.place == Place::Outbound);
    let pays = now.case.offer.kind.pays() && !now.case.offer.kind.returns();
    now.at.must(on_its_way && pays, Promise::ParcelsTold, || "there is no such parcel to stop".into())
}

fn parcel(now: &OfCase<'_>, known: bool) -> Kept {
    now.at.must(known, Promise::ParcelsTold, || "goods are on their way without a waybill".into())
}

/// What is received was on its way back, is as many as was said, and the rest is still awaited.
fn received(now: &OfCase<'_>) -> Kept {
    let came = now.at.units_changed(|change| matches!(change, UnitChange::CameBack { .. }));
    let on_its_way = |units: &Units| units.place == Place::Inbound && units.claim == Some(now.case.no);
    let was = super::moment::within(now.at.before, &came);
    let named: u64 = now.at.detail.units.iter().map(|wanted| u64::from(wanted.count)).sum();
    let fits = !came.is_empty() && was.iter().all(on_its_way) && count(&came) == named;
    now.at.must(fits, Promise::ParcelsTold, || format!("{named} units were received, and {} came", count(&came)))?;
    let awaited = now.any_at(&[Place::Inbound]);
    let fits = match now.to {
        S::Inspecting => !awaited,
        S::Returning => awaited,
        _ => true,
    };
    now.at.must(fits, Promise::GoodsWhereTheyMust, || format!("it is {}, and goods are awaited: {awaited}", now.to))
}

/// Whoever returns goods for money has parted with them before the money goes. A merchant who never said where to send
/// them has forgone them.
fn came_before_paid(now: &OfCase<'_>) -> Kept {
    let paid = now.to == S::Refunding && now.case.offer.kind == Kind::ReturnAndRefund;
    let unaddressed = now.action == A::Expire && now.from == S::AwaitingReturn;
    // A refund that goes on or is paid by the trade's own word was decided earlier.
    let decided = matches!(now.action, A::Resume | A::Unsettle | A::Lose | A::Bounce)
        || matches!(now.from, S::Recovering | S::Refunding | S::Dispatched | S::AwaitingDispatch);
    let split = now.action == A::RuleSplit || now.at.detail.return_waived;
    if !paid || unaddressed || decided || split {
        return Ok(());
    }
    let with_buyer = now.any_own_at(&[Place::WithBuyer, Place::Outbound]);
    now.at.must(!with_buyer, Promise::GoodsWhereTheyMust, || "the buyer has the goods, and the money goes out".into())
}

/// A case that ends without a grant leaves no goods with the merchant; goods are asked back that are with the buyer; and
/// what is dispatched instead of goods is dispatched when they are back.
fn goes_where_it_must(now: &OfCase<'_>) -> Kept {
    if now.from == now.to {
        return Ok(());
    }
    let breaks =
        |holds, what: &str| now.at.must(holds, Promise::GoodsWhereTheyMust, || format!("it is {}, and {what}", now.to));
    let before = now.units_before();
    let held = before.iter().any(|units| {
        let had = units.delivered_at.is_some() && units.claim == Some(now.case.no);
        had && matches!(units.place, Place::Inbound | Place::Returned)
    });
    // What was sent once more, and has bounced, came back from nobody: the order pays it back.
    let bounced = now.was.and_then(|was| was.dispatched).is_some_and(|parcel| parcel.failed);
    let sent_again = now.from == S::AwaitingDispatch && now.case.offer.kind == Kind::Reship && bounced;
    let excused = sent_again || now.from == S::Recovering || (now.from == S::SendingBack && now.action == A::Bounce);
    match now.to {
        S::Withdrawn | S::Lapsed | S::Dismissed if now.from != S::SendingBack => {
            let replaced = now.was.is_some_and(crate::trade::Case::has_replacement);
            breaks(!held || excused || replaced, "the merchant has the goods")
        }
        S::AwaitingReturn if now.action != A::CancelShipBack => {
            let there = now.any_at(&[Place::WithBuyer, Place::Outbound, Place::Replaced, Place::SentBack, Place::Lost]);
            breaks(there, "the buyer has no goods to send")
        }
        S::AwaitingDispatch if now.case.offer.kind.returns() => {
            let gone = !now.any_at(&[Place::WithBuyer, Place::Outbound]);
            breaks(gone, "the goods to be exchanged or repaired are with the buyer")
        }
        S::Dispatched => breaks(now.case.has_replacement(), "nothing was dispatched"),
        S::Inspecting if now.action == A::Expire && now.from == S::Returning => {
            breaks(now.any_at(&[Place::Returned]), "nothing has come back")
        }
        S::UnderReview if now.action == A::Expire && now.from == S::Returning => {
            breaks(now.at.book.policy.switches.receipt_silence_escalates, "silence on returned goods accepts them")
        }
        S::Refunding | S::AwaitingDispatch | S::Recovering if now.action == A::Expire && now.from == S::Returning => {
            let looked_at = now.any_at(&[Place::Returned]) && before.iter().any(|units| units.place == Place::Returned);
            breaks(!looked_at, "what has come was not inspected")
        }
        S::Completed if now.at.role() == Role::Buyer || now.at.role() == Role::Clock => {
            breaks(now.case.has_replacement(), "nothing was dispatched")
        }
        _ => Ok(()),
    }
}
