//! What is promised of the order: what it costs, what may be shipped, what arrives, and when it is over.

use alloc::format;

use super::moment::{Moment, OfOrder, count, taken_by_bank, towards_order, waits, within};
use super::{Kept, Promise};
use crate::order::{Action as A, State as S};
use crate::refund::{Ground, State as RefundState};
use crate::trade::{Asked, Bucket, Case, Change, Place, Purpose, Tally, Trade, UnitChange, Units};
use crate::{Amount, Counter, Length, Role, Span, Time};

pub(super) fn of_order(now: &OfOrder<'_>) -> Kept {
    match now.action {
        A::Place => placed(now),
        A::Pay => paid(now),
        A::Reprice => repriced(now),
        A::Cancel | A::CancelRest => cancelled(now),
        A::Ship => shipped(now),
        A::Deliver | A::Bounce | A::Lose => carried(now),
        A::ConfirmReceipt => confirmed(now),
        A::Extend => extended(now),
        A::Expire => expired(now),
        A::Goodwill => goodwill(now),
        A::Exhaust | A::Park | A::Resume => summed_up(now),
        A::Narrow => narrowed(now),
        A::Restore => restored(now),
        A::ReopenWindow => reopened(now),
        A::Release | A::Reject | A::MarkDispute | A::Note => Ok(()),
    }?;
    arrived(now)
}

/// What it costs is what its lines cost; nothing is due where points have paid all; what must be checked is held.
fn placed(now: &OfOrder<'_>) -> Kept {
    let (trade, policy) = (now.at.after, now.at.book.policy);
    let breaks = |holds, what: &str| now.at.must(holds, Promise::OrderSound, || what.into());
    let Some(order) = now.at.detail.order.as_deref() else { return breaks(false, "no order was placed") };
    let due: u64 = due(trade);
    breaks(due == order.total.minor(), "its lines do not sum to its total")?;
    breaks(!trade.lines.is_empty() && trade.lines.len() == order.lines.len(), "it has no lines")?;
    let distinct = trade
        .lines
        .iter()
        .enumerate()
        .all(|(at, line)| trade.lines.iter().skip(at + 1).all(|other| other.id != line.id));
    breaks(distinct && trade.lines.iter().all(|line| line.count > 0), "a line is named twice or empty")?;
    breaks(trade.currency == policy.currency, "it is in another currency than its policy")?;
    let to = match (due, order.needs_hold) {
        (1.., _) => S::Unpaid,
        (0, true) => S::OnHold,
        (0, false) => S::Paid,
    };
    breaks(now.to == to, "it waits for something else than it must")
}

/// What the lines and the shipping cost.
fn due(trade: &Trade) -> u64 {
    let lines: u64 = trade.lines.iter().map(|line| line.goods.minor() + line.tax.minor()).sum();
    lines + trade.head.bill.shipping.minor() + trade.head.bill.supplement.minor()
}

/// The order goes on with what is due, and not before; what must be checked is held.
fn paid(now: &OfOrder<'_>) -> Kept {
    let arrived = now.at.amount().map_or(0, Amount::minor);
    let paid = towards_order(now.at.before).saturating_sub(taken_by_bank(now.at.before)) + arrived;
    let due = due(now.at.after);
    let to = match now.from {
        S::Unpaid if paid < due => S::Unpaid,
        S::Unpaid if now.at.after.head.bill.needs_hold => S::OnHold,
        S::Unpaid => S::Paid,
        S::Cancelled => S::Unwinding,
        other => other,
    };
    now.at.must(now.to == to, Promise::PaidBeforeFulfilled, || format!("{paid} of {due} is paid, and it is {}", now.to))
}

fn repriced(now: &OfOrder<'_>) -> Kept {
    let due = due(now.at.after);
    let fits = towards_order(now.at.before) == 0 && due > 0 && now.at.amount().map(Amount::minor) == Some(due);
    now.at.must(fits, Promise::OrderSound, || format!("it costs {due} now"))
}

pub(super) fn open_cases(trade: &Trade) -> usize {
    trade.cases.iter().filter(|case| case.is_open()).count()
}

fn cancelled(now: &OfOrder<'_>) -> Kept {
    let (at, trade) = (&now.at, now.at.before);
    let breaks = |holds, what: &str| at.must(holds, Promise::CancelledAsAllowed, || what.into());
    if now.from == S::Unpaid {
        let placed = trade.head.placed_at.unwrap_or(Time::EARLIEST);
        let old = Span::of(at.book.policy.close_unpaid_after).due(placed, at.book.calendar) <= at.now();
        breaks(at.role() != Role::Merchant || old, "a merchant closed it under the buyer's hands")?;
        let paid = towards_order(trade) > 0;
        return breaks(paid == (now.to == S::Unwinding), "whether money must go back");
    }
    let unshipped = |units: &&Units| units.place == Place::WithMerchant && !units.closed;
    let claimed = trade.goods.all().iter().filter(unshipped).any(|units| has_open_case(trade, units));
    let open = if now.action == A::Cancel { open_cases(trade) > 0 } else { claimed };
    breaks(!open, "a case is open and must be answered first")
}

fn has_open_case(trade: &Trade, units: &Units) -> bool {
    units.claim.and_then(|no| trade.case(no)).is_some_and(Case::is_open)
}

/// Only what the merchant has, nobody claims and is not paid back leaves, as many as was said.
fn shipped(now: &OfOrder<'_>) -> Kept {
    let (at, trade) = (&now.at, now.at.before);
    let left = at.units_changed(|change| matches!(change, UnitChange::Shipped { .. }));
    let closes = at.book.policy.switches.shipping_closes_case;
    let may = |units: &Units| {
        use crate::after_sale::State::{Overdue, Requested};
        let claim = units.claim.and_then(|no| trade.case(no));
        let free = claim.is_none_or(|case| closes && matches!(case.state, Requested | Overdue));
        units.place == Place::WithMerchant && !units.closed && free
    };
    let wrong = within(trade, &left).into_iter().find(|units| !may(units));
    at.must(wrong.is_none(), Promise::ShipsOnlyFree, || format!("{wrong:?} was shipped"))?;
    let asked: u64 = at.detail.units.iter().map(|wanted| u64::from(wanted.count)).sum();
    at.must(asked == count(&left) && asked > 0, Promise::ShipsOnlyFree, || {
        format!("{asked} units were to be shipped, and {} were", count(&left))
    })?;
    let rest = at.after.goods.any(|units| units.place == Place::WithMerchant && !units.closed);
    at.must(rest == (now.to == S::PartShipped), Promise::StatesOfOrder, || {
        format!("it is {}, and units are left: {rest}", now.to)
    })
}

/// What a carrier reports was on its way in a parcel of that carrier, as many as was said.
fn carried(now: &OfOrder<'_>) -> Kept {
    let (at, trade) = (&now.at, now.at.before);
    let told = at.units_changed(|change| {
        matches!(change, UnitChange::Delivered { .. } | UnitChange::CameBack { .. } | UnitChange::At(Place::Lost))
    });
    let theirs = |units: &Units| {
        let parcel = units.parcel.and_then(|no| trade.parcels.get(usize::from(no)));
        units.place == Place::Outbound && parcel.is_some_and(|parcel| parcel.carrier == at.event.actor.id)
    };
    let asked: u64 = at.detail.units.iter().map(|wanted| u64::from(wanted.count)).sum();
    let fits = within(trade, &told).iter().all(theirs) && count(&told) == asked && asked > 0;
    at.must(fits, Promise::CarrierSaysTrue, || format!("{asked} units were reported, and {} moved", count(&told)))?;
    let gone =
        |units: &Units| units.closed || units.place == Place::Lost || units.bounced() || never_shipped(now.to, units);
    let nothing = at.after.goods.all().iter().all(gone);
    let unwinds = now.to == S::Unwinding && now.from != S::Unwinding;
    let ends = now.from == S::Shipped && now.action != A::Deliver;
    at.must(!ends || unwinds == nothing, Promise::StatesOfOrder, || {
        format!("it is {}, and nothing is left: {nothing}", now.to)
    })
}

/// Whether units will never leave the merchant: the order is past shipping.
pub(super) const fn never_shipped(state: S, units: &Units) -> bool {
    matches!(units.place, Place::WithMerchant) && !matches!(state, S::OnHold | S::Paid | S::Late | S::PartShipped)
}

/// What is delivered as a whole is delivered, and completed is what is confirmed or closed.
fn arrived(now: &OfOrder<'_>) -> Kept {
    let trade = now.at.after;
    let breaks =
        |holds, what: &str| now.at.must(holds, Promise::StatesOfOrder, || format!("it is {}, and {what}", now.to));
    let on_its_way = trade.goods.any(|units| units.place == Place::Outbound && !units.closed);
    if now.to == S::Delivered && now.from != S::Delivered {
        breaks(!on_its_way, "goods are on their way")?;
    }
    let narrows = matches!(now.action, A::Deliver | A::CancelRest | A::Narrow | A::Expire);
    if narrows && now.to == S::Shipped && matches!(now.from, S::Shipped | S::PartShipped) && now.action != A::Expire {
        breaks(on_its_way || !all_told(trade), "nothing is on its way any more")?;
    }
    if now.to == S::Completed && matches!(now.from, S::Shipped | S::Delivered) {
        let open = |at: u16| trade.goods.of_line(at).any(|units| !units.closed);
        let left = (0_u16..).zip(&trade.lines).any(|(at, line)| line.confirmed_at.is_none() && open(at));
        breaks(!left, "a line of it is not confirmed")?;
    }
    Ok(())
}

/// Whether every unit that is not closed has come, bounced, been lost or given up.
fn all_told(trade: &Trade) -> bool {
    !trade.goods.any(|units| units.place == Place::Outbound && !units.closed)
}

/// A line under an open case is not confirmed; and something is.
fn confirmed(now: &OfOrder<'_>) -> Kept {
    let (at, trade) = (&now.at, now.at.before);
    let lines = at.event.changes.iter().filter_map(|change| match change {
        Change::Confirmed(line, _) => Some(*line),
        _ => None,
    });
    let mut lines = lines.peekable();
    at.must(lines.peek().is_some(), Promise::ConfirmedAsHeld, || "nothing was confirmed".into())?;
    let mut held = lines.filter(|line| trade.goods.of_line(*line).any(|units| has_open_case(trade, units)));
    at.must(held.next().is_none(), Promise::ConfirmedAsHeld, || "a line under an open case was confirmed".into())
}

/// Only by what the policy offers, only in its last days, and only while a line's time runs.
fn extended(now: &OfOrder<'_>) -> Kept {
    let at = &now.at;
    let Some(rule) = &at.book.policy.receipt_extension else {
        return at.must(false, Promise::ExtendedAsOffered, || "the policy extends no receipt".into());
    };
    let days = at.detail.days.unwrap_or_default();
    let offered = rule.days.iter().any(|offered| u32::from(*offered) == days);
    let running = at.before.lines.iter().filter_map(|line| line.receipt.and_then(|receipt| receipt.due())).min();
    let last_days = Length::Days(rule.last_days.into()).millis();
    let late = running.is_some_and(|due| due.after(-last_days) <= at.now());
    at.must(offered && late, Promise::ExtendedAsOffered, || format!("{days} days at {}, due {running:?}", at.now()))
}

/// A window that is opened once more is open for some time.
fn reopened(now: &OfOrder<'_>) -> Kept {
    let until = now.at.after.head.reopened_until;
    now.at.must(until.is_some_and(|until| until > now.at.now()), Promise::ExtendedAsOffered, || {
        format!("at {} the window is reopened until {until:?}", now.at.now())
    })
}

fn expired(now: &OfOrder<'_>) -> Kept {
    let (at, trade) = (&now.at, now.at.before);
    let fits = match now.from {
        S::Unpaid => (towards_order(trade) == 0) == (now.to == S::Cancelled),
        S::Completed => (open_cases(trade) == 0) == (now.to == S::Settled),
        _ => true,
    };
    at.must(fits, Promise::StatesOfOrder, || format!("time leads it from {} to {}", now.from, now.to))
}

fn goodwill(now: &OfOrder<'_>) -> Kept {
    let given = now.at.after.head.goodwill.less(now.at.before.head.goodwill);
    let fits = Some(given) == now.at.amount() && !given.is_zero();
    now.at.must(fits, Promise::GoodwillWithinCap, || format!("{given:?} is given"))
}

/// It is over when everything has gone back, or nothing more is owed; and it is put aside only when nobody knows.
fn summed_up(now: &OfOrder<'_>) -> Kept {
    let trade = now.at.before;
    let breaks =
        |holds, what: &str| now.at.must(holds, Promise::StatesOfOrder, || format!("it is {}, and {what}", now.to));
    let any = |fits: &dyn Fn(RefundState) -> bool| trade.refunds.iter().any(|refund| fits(refund.state));
    let (waiting, unresolved) = (any(&waits), any(&|state| state == RefundState::Unresolved));
    match (now.action, now.to) {
        (A::Exhaust, S::Refunded) => {
            breaks(open_cases(trade) == 0, "a case is open")?;
            breaks(!trade.goods.any(|units| !units.closed) || all_is_back(trade), "not everything has gone back")
        }
        (A::Exhaust, _) => breaks(open_cases(trade) == 0 && !waiting && !unresolved, "something is still owed"),
        (A::Park, _) => breaks(open_cases(trade) == 0 && unresolved && !waiting, "it is known what became of it"),
        _ => breaks(waiting, "no refund of it waits"),
    }
}

/// It goes on where goods of it are with the buyer or were, and nothing is owed for the rest; else it is wound up.
fn restored(now: &OfOrder<'_>) -> Kept {
    let trade = now.at.before;
    let owed = trade.refunds.iter().any(|refund| waits(refund.state) || refund.state == RefundState::Unresolved);
    let sent = |units: &Units| match units.place {
        Place::WithMerchant | Place::Lost => false,
        Place::Returned => !units.bounced(),
        Place::Outbound | Place::WithBuyer | Place::Inbound | Place::SentBack | Place::Replaced => true,
    };
    let goes_on = !owed && trade.goods.any(|units| !units.closed && sent(units));
    now.at.must(goes_on == (now.to == S::Completed), Promise::StatesOfOrder, || {
        format!("it is {}, and something is owed: {owed}", now.to)
    })
}

/// Whether there was money, and all of it has gone back; an advance counts once its case is completed.
pub(super) fn all_is_back(trade: &Trade) -> bool {
    let of_order = trade.money.payments.iter().filter(|payment| payment.purpose == Purpose::Order);
    let left: u64 = of_order
        .map(|payment| {
            let balance = payment.balance;
            balance.paid.minor().saturating_sub(balance.refunded.minor() + balance.lost.minor())
        })
        .sum();
    let unsettled = trade.refunds.iter().any(|refund| {
        let open = refund
            .case
            .and_then(|no| trade.case(no))
            .is_some_and(|case| case.state != crate::after_sale::State::Completed);
        refund.ground == Ground::Advance
            && refund.state == RefundState::Paid
            && open
            && refund.repaid.total() < refund.amount
    });
    let priced = trade
        .money
        .pots
        .iter()
        .any(|pot| !matches!(pot.bucket, Bucket::Surplus | Bucket::Fee(_)) && !pot.balance.paid.is_zero());
    left == 0 && !unsettled && priced
}

/// What is left to be shipped, to come or to be confirmed is nothing.
fn narrowed(now: &OfOrder<'_>) -> Kept {
    let trade = now.at.before;
    let rest = trade.goods.any(|units| units.place == Place::WithMerchant && !units.closed);
    let fits = now.from != S::PartShipped || !rest;
    now.at.must(fits, Promise::StatesOfOrder, || format!("it is {}, and units are to be shipped", now.to))
}

/// A carrier's report that was only noted said nothing of what is on its way with it.
pub(super) fn is_no_news(at: &Moment<'_>) -> Kept {
    let Asked::Order(action) = at.event.asked else { return Ok(()) };
    if action == A::MarkDispute {
        return dispute_is_heard(at);
    }
    if !matches!(action, A::Deliver | A::Bounce | A::Lose) {
        return Ok(());
    }
    let theirs = |units: &Units| {
        let parcel = units.parcel.and_then(|no| at.before.parcels.get(usize::from(no)));
        let named =
            at.detail.waybill.is_none_or(|waybill| parcel.is_some_and(|parcel| parcel.waybill == waybill.number));
        units.place == Place::Outbound && named && parcel.is_some_and(|parcel| parcel.carrier == at.event.actor.id)
    };
    let there = !at.detail.units.is_empty()
        && at.detail.units.iter().all(|wanted| {
            at.before
                .line(wanted.line)
                .is_some_and(|(line, _)| wanted.count > 0 && at.before.goods.count(line, theirs) >= wanted.count)
        });
    at.must(!there, Promise::FactsHeard, || format!("{} was only noted", at.event.asked.code()))
}

/// What the bank says of a payment that is known is marked, as long as marks are left for it.
fn dispute_is_heard(at: &Moment<'_>) -> Kept {
    let reference = at.detail.reference;
    let known = reference.and_then(|of| at.before.money.payment_by(at.event.actor.id, of));
    let Some((payment, _)) = known else { return Ok(()) };
    // Marks are counted apart for each payment, from 1.
    let marks = Tally { counter: Counter::DisputeMarks, apart: payment.saturating_add(1) };
    let left = at.before.head.counts.used(marks) < at.book.policy.cap(Counter::DisputeMarks);
    let has_money = !matches!(at.before.head.state, S::Absent | S::Cancelled);
    at.must(!(left && has_money), Promise::FactsHeard, || "a dispute was only noted".into())
}
