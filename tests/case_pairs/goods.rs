//! What the policy lets happen at once or not at all, and where the goods are.

use redress::after_sale::{Condition, Facts};

use super::{case, counter, pair, shirts, some, switch};
use crate::showing::Pair;

/// A buyer and an amount that just qualify for money in advance, and the change that spoils it.
pub(crate) fn fast(condition: Condition, spoil: impl FnOnce(&mut Facts)) -> Pair<Condition> {
    let qualify = |facts: &mut Facts| {
        (facts.allows.fast_on_apply, facts.allows.fast_on_ship_back) = (true, true);
        (facts.allows.standing, facts.allows.fast_standing) = (650, 650);
        facts.allows.fast_most = some(9_900);
    };
    pair(condition, qualify, |facts| {
        qualify(facts);
        spoil(facts);
    })
}

pub(crate) fn policy() -> Vec<Pair<Condition>> {
    vec![
        switch(Condition::UnshippedIsGranted, |facts| &mut facts.allows.unshipped_grant),
        fast(Condition::FastRefundOnApply, |facts| facts.allows.fast_on_apply = false),
        fast(Condition::FastRefundOnApply, |facts| facts.allows.standing = 649),
        fast(Condition::FastRefundOnApply, |facts| facts.asked = some(9_901)),
        fast(Condition::FastRefundOnShipBack, |facts| facts.allows.fast_on_ship_back = false),
        fast(Condition::FastRefundOnShipBack, |facts| facts.allows.standing = 649),
        fast(Condition::FastRefundOnShipBack, |facts| facts.asked = some(9_901)),
        switch(Condition::RefusalAllowed, |facts| &mut facts.allows.refusal),
        pair(
            Condition::RefusalAllowed,
            |facts| facts.allows.refusal = true,
            |facts| (facts.allows.refusal, facts.goods.unshipped) = (true, 1),
        ),
        pair(
            Condition::RefusalAllowed,
            |facts| facts.allows.refusal = true,
            |facts| (facts.allows.refusal, facts.so_far.statutory) = (true, true),
        ),
        pair(Condition::GoodsRefusalAllowed, |_| (), |facts| facts.so_far.statutory = true),
        switch(Condition::Statutory, |facts| &mut facts.so_far.statutory),
        switch(Condition::DirectEscalation, |facts| &mut facts.allows.direct_escalation),
        switch(Condition::ShippingClosesCase, |facts| &mut facts.allows.shipping_closes),
        switch(Condition::SilenceGrants, |facts| &mut facts.allows.silence_grants),
        switch(Condition::SilenceEscalates, |facts| &mut facts.allows.silence_escalates),
        switch(Condition::ReceiptSilenceEscalates, |facts| &mut facts.allows.receipt_silence_escalates),
        switch(Condition::NotWithheld, |facts| &mut facts.allows.not_withheld),
        switch(Condition::RulingSilenceDismisses, |facts| &mut facts.allows.ruling_silence_dismisses),
    ]
}

/// Both units at one place, set by `at`.
pub(crate) fn goods(condition: Condition, held: fn(&mut Facts), failed: fn(&mut Facts)) -> Pair<Condition> {
    let nowhere = |place: fn(&mut Facts)| {
        case(|facts| {
            facts.goods.with_buyer = 0;
            place(facts);
        })
    };
    (condition, nowhere(held), nowhere(failed))
}

pub(crate) fn places() -> Vec<Pair<Condition>> {
    vec![
        goods(Condition::Unshipped, |facts| facts.goods.unshipped = 2, |facts| facts.goods.unshipped = 1),
        goods(Condition::Unshipped, |facts| facts.goods.unshipped = 2, |facts| facts.goods.units = 0),
        goods(Condition::InTransit, |facts| facts.goods.in_transit = 2, |facts| facts.goods.in_transit = 1),
        goods(Condition::InTransit, |facts| facts.goods.in_transit = 2, |facts| facts.goods.units = 0),
        goods(Condition::GoodsWithBuyer, |facts| facts.goods.with_buyer = 1, |_| ()),
        goods(Condition::GoodsWithBuyer, |facts| facts.goods.in_transit = 1, |facts| facts.goods.unshipped = 2),
        goods(
            Condition::GoodsWithBuyer,
            |facts| facts.goods.going_back = 1,
            |facts| (facts.goods.with_buyer, facts.goods.at_merchant) = (1, 1),
        ),
        goods(
            Condition::GoodsWithBuyer,
            |facts| facts.goods.with_buyer = 2,
            |facts| (facts.goods.with_buyer, facts.goods.coming_back) = (1, 1),
        ),
        goods(Condition::GoodsAtMerchant, |facts| facts.goods.at_merchant = 1, |_| ()),
        goods(
            Condition::GoodsAtMerchant,
            |facts| facts.goods.coming_back = 1,
            |facts| (facts.goods.at_merchant, facts.goods.replacements) = (2, 1),
        ),
        goods(Condition::GoodsGoingBack, |facts| facts.goods.going_back = 1, |_| ()),
        goods(Condition::ReplacementSent, |facts| facts.goods.replacements = 1, |_| ()),
        switch(Condition::AddressGiven, |facts| &mut facts.given.address),
        pair(Condition::AddressAwaited, |_| (), |facts| facts.so_far.address_known = true),
        switch(Condition::WaybillGiven, |facts| &mut facts.given.waybill),
        pair(Condition::FreightKept, |_| (), |facts| facts.given.freight = true),
        pair(Condition::NotPickedUp, |_| (), |facts| facts.so_far.picked_up = true),
        goods(
            Condition::UnitsReturning,
            |facts| facts.goods.receipt = shirts(2, 2),
            |facts| facts.goods.receipt = shirts(2, 1),
        ),
        goods(
            Condition::UnitsReturning,
            |facts| facts.goods.receipt = shirts(1, 1),
            |facts| facts.goods.receipt = shirts(0, 1),
        ),
        goods(
            Condition::UnitsUnderway,
            |facts| facts.goods.report = shirts(2, 2),
            |facts| facts.goods.report = shirts(2, 1),
        ),
        goods(
            Condition::ReceivesRest,
            |facts| (facts.goods.announced, facts.goods.received) = (2, 2),
            |facts| (facts.goods.announced, facts.goods.received) = (2, 1),
        ),
        goods(
            Condition::SomeReceived,
            |facts| (facts.goods.announced, facts.goods.received) = (2, 1),
            |facts| (facts.goods.announced, facts.goods.received) = (2, 0),
        ),
        counter(Condition::InterceptLeft, |counts| &mut counts.intercepts),
        counter(Condition::CorrectionsLeft, |counts| &mut counts.corrections),
        counter(Condition::RedispatchesLeft, |counts| &mut counts.redispatches),
    ]
}
